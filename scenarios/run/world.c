/* The parts of a world that everything else uses: failures and their context. */
#include "scenarios/run/world.h"

#include "scenarios/run/expect.h"

#include <stdlib.h>
#include <string.h>

void *scn_no_memory(struct scn_world *world)
{
    world->no_memory = true;
    return NULL;
}

static bool last_calls(const struct scn_world *world, struct wcd_strlist *out)
{
    if (world->trace == NULL) {
        return true;
    }
    size_t count = wrap_trace_count(world->trace);
    size_t first = count > SCN_REPORT_CALLS_MAX ? count - SCN_REPORT_CALLS_MAX : 0;
    for (size_t i = first; i < count; i++) {
        struct wrap_trace_entry entry = wrap_trace_at(world->trace, i);
        if (!wcd_strlist_take(out, scn_call_line(&entry))) {
            return false;
        }
    }
    return true;
}

static struct scn_failure *add_failure(struct scn_world *world)
{
    struct scn_run_result *result = world->result;
    struct scn_failure *grown =
        realloc(result->failures, (result->failure_count + 1) * sizeof(*grown));
    if (grown == NULL) {
        return scn_no_memory(world);
    }
    result->failures = grown;
    struct scn_failure *failure = &grown[result->failure_count++];
    *failure = (struct scn_failure){0};
    return failure;
}

static void fill_failure(struct scn_world *world, struct scn_failure *failure,
                         struct scn_place place, const char *what)
{
    const char *file = place.file == NULL ? scenario_path(world->scenario) : place.file;
    failure->file = wcd_text_copy(file);
    failure->line = place.line;
    failure->column = place.column;
    failure->what = wcd_text_copy(what);
    size_t len = 0;
    const char *line =
        place.line == 0 ? NULL : scn_source_line(scenario_source(world->scenario), place, &len);
    if (line != NULL) {
        failure->source_line = wcd_text_copy_n(line, len);
    }
    if (failure->file == NULL || failure->what == NULL ||
        (line != NULL && failure->source_line == NULL) || !last_calls(world, &failure->calls)) {
        scn_no_memory(world);
    }
}

/* Owns `got`; NULL: there was no memory for it. */
static void put(struct scn_world *world, struct scn_place place, const char *what,
                const char *expected, char *got, bool by_line)
{
    struct scn_failure *failure = add_failure(world);
    if (failure == NULL) {
        free(got);
        return;
    }
    failure->got = got;
    failure->expected = wcd_text_copy(expected);
    failure->by_line = by_line;
    if (failure->got == NULL || failure->expected == NULL) {
        scn_no_memory(world);
    }
    fill_failure(world, failure, place, what);
}

/* Only an expectation of several lines is worth a comparison line by line. */
void scn_fail_take(struct scn_world *world, struct scn_place place, const char *what,
                   const char *expected, char *got)
{
    put(world, place, what, expected, got, strchr(expected, '\n') != NULL);
}

void scn_fail(struct scn_world *world, struct scn_place place, const char *what,
              const char *expected, const char *got)
{
    scn_fail_take(world, place, what, expected, wcd_text_copy(got));
}

void scn_mark_failures(struct scn_world *world, size_t first, enum scn_failure_kind kind)
{
    for (size_t i = first; i < world->result->failure_count; i++) {
        world->result->failures[i].kind = kind;
    }
}

void scn_fail_lists(struct scn_world *world, struct scn_place place, const char *what,
                    const struct wcd_strlist *expected, const struct wcd_strlist *got)
{
    char *want = wcd_strlist_join(expected, "\n");
    if (want == NULL) {
        scn_no_memory(world);
        return;
    }
    put(world, place, what, want, wcd_strlist_join(got, "\n"), true);
    free(want);
}

bool scn_world_uint(struct scn_world *world, const struct scn_node *node, uint64_t *out)
{
    if (!scn_parse_uint(node->text, out)) {
        scn_fail(world, node->place, "value", "a number", node->text);
        return false;
    }
    return true;
}

bool scn_world_duration_us(struct scn_world *world, const struct scn_node *node, uint64_t *out)
{
    if (!scn_parse_duration_us(node->text, out)) {
        scn_fail(world, node->place, "value", "a duration", node->text);
        return false;
    }
    return true;
}

bool scn_world_win32_error(struct scn_world *world, const struct scn_node *node, plat_hr *out)
{
    uint32_t number = 0;
    if (!scn_parse_win32_error(node->text, &number)) {
        scn_fail(world, node->place, "value", "a Windows error", node->text);
        return false;
    }
    *out = plat_hr_win32(number);
    return true;
}

void scn_world_release(struct scn_world *world)
{
    wcd_daemon_destroy(world->daemon);
    wcd_strlist_release(&world->flags);
    wcd_error_release(&world->daemon_error);
    wcd_strlist_release(&world->dead_handles);
    for (size_t i = 0; i < world->logs.count; i++) {
        free(world->logs.lines[i].message);
    }
    free(world->logs.lines);
    for (size_t i = 0; i < world->capture_count; i++) {
        free(world->captures[i].name);
        wcd_json_free(world->captures[i].value);
    }
    wrap_trace_destroy(world->trace);
    fake_host_destroy(world->host);
    scn_instance_release(&world->instance);
}
