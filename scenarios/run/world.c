/* The parts of a world that everything else uses: failures and their context. */
#include "scenarios/run/world.h"

#include "fakes/layers/layers.h"
#include "scenarios/run/expect.h"
#include "scenarios/run/faults.h"
#include "scenarios/run/process.h"
#include "scenarios/run/stage.h"
#include "scenarios/run/tasks.h"

#include <stdlib.h>
#include <string.h>

void *scn_no_memory(struct scn_world *world)
{
    world->no_memory = true;
    return NULL;
}

/* Calls that say little of what a daemon is about: the details of reading and writing files. */
static bool is_dull(const char *function)
{
    static const char *const dull[] = {"ReadFile",       "WriteFile",
                                       "CloseHandle",    "FlushFileBuffers",
                                       "FormatMessageW", "GetEnvironmentVariableW"};
    for (size_t i = 0; i < sizeof(dull) / sizeof(dull[0]); i++) {
        if (strcmp(dull[i], function) == 0) {
            return true;
        }
    }
    return false;
}

static bool last_calls(const struct scn_world *world, struct wcd_strlist *out)
{
    size_t first = scn_world_calls(world);
    size_t shown = 0;
    while (first > 0 && shown < SCN_REPORT_CALLS_MAX) {
        shown += is_dull(scn_world_call(world, --first).fn) ? 0 : 1;
    }
    for (size_t i = first; i < scn_world_calls(world); i++) {
        struct wrap_trace_entry entry = scn_world_call(world, i);
        if (!is_dull(entry.fn) && !wcd_strlist_take(out, scn_call_line(&entry))) {
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

bool scn_same_lists(const struct wcd_strlist *a, const struct wcd_strlist *b)
{
    bool same = a->count == b->count;
    for (size_t i = 0; same && i < a->count; i++) {
        same = strcmp(a->items[i], b->items[i]) == 0;
    }
    return same;
}

bool scn_world_uint(struct scn_world *world, const struct scn_node *node, uint64_t *out)
{
    if (!scn_parse_uint(node->text, out)) {
        scn_fail(world, node->place, "value", "a number", node->text);
        return false;
    }
    return true;
}

bool scn_world_yes(struct scn_world *world, const struct scn_node *node, bool *out)
{
    *out = false;
    if (node != NULL && !scn_parse_yes(node->text, out)) {
        scn_fail(world, node->place, "value", "yes or no", node->text);
        return false;
    }
    return true;
}

bool scn_world_seconds(struct scn_world *world, const struct scn_node *node, int32_t *out)
{
    if (!scn_parse_seconds(node->text, out)) {
        scn_fail(world, node->place, "value", "a number of seconds", node->text);
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
    scn_tasks_release(world);
    scn_clients_release(world);
    wcd_daemon_destroy(world->daemon);
    wcd_strlist_release(&world->flags);
    wcd_error_release(&world->daemon_error);
    wcd_strlist_release(&world->leaked);
    wcd_strlist_release(&world->container_names);
    wcd_strlist_release(&world->network_names);
    wcd_strlist_release(&world->network_ids);
    wcd_strlist_release(&world->foreign_endpoints);
    wcd_strlist_release(&world->container_ids);
    wcd_json_free(world->events);
    for (size_t i = 0; i < world->logs.count; i++) {
        free(world->logs.lines[i].message);
    }
    free(world->logs.lines);
    for (size_t i = 0; i < world->capture_count; i++) {
        free(world->captures[i].name);
        wcd_json_free(world->captures[i].value);
    }
    free(world->captures);
    world->stage->close(world);
    scn_world_release_processes(world);
    scn_faults_release(world);
    wrap_detour_destroy(world->detour);
    fake_layers_destroy(world->layers);
    fake_host_destroy(world->host);
    scn_instance_release(&world->instance);
}
