/* The daemon of a run: its configuration file, its life, what it logs and what it leaves behind. */
#include "scenarios/run/hns.h"
#include "scenarios/run/process.h"
#include "scenarios/run/stage.h"
#include "scenarios/run/tasks.h"
#include "scenarios/run/world.h"

#include "core/base/limits.h"

#include <stdlib.h>
#include <string.h>

#define LOGS_FIRST_CAPACITY 32u

static void take_log_line(void *ctx, enum wcd_log_level level, const char *message)
{
    struct scn_world *world = ctx;
    struct scn_logs *logs = &world->logs;
    if (scn_process_is_dead(scn_world_process(world))) {
        return; /* nobody hears the dead */
    }
    if (logs->count == logs->capacity) {
        size_t capacity = logs->capacity == 0 ? LOGS_FIRST_CAPACITY : 2 * logs->capacity;
        struct scn_log_line *grown = realloc(logs->lines, capacity * sizeof(*grown));
        if (grown == NULL) {
            scn_no_memory(world);
            return;
        }
        logs->lines = grown;
        logs->capacity = capacity;
    }
    char *copy = wcd_text_copy(message);
    if (copy == NULL) {
        scn_no_memory(world);
        return;
    }
    /* What stands there instead of a line that there was no memory for, or as the reason in one. */
    world->suspect = world->suspect || strstr(message, "out of memory") != NULL;
    logs->lines[logs->count++] = (struct scn_log_line){level, copy};
}

bool scn_world_configure_daemon(struct scn_world *world)
{
    const struct scn_node *daemon = scn_node_get(&world->instance.root, "daemon");
    const struct scn_node *config = scn_node_get(daemon, "config");
    if (config == NULL) {
        return true;
    }
    char *text = NULL;
    if (config->kind == SCN_SCALAR) {
        text = wcd_text_copy(config->text);
    } else {
        struct wcd_json *json = scn_json_of_node(config);
        text = json == NULL ? NULL : wcd_json_print(json);
        wcd_json_free(json);
    }
    if (text == NULL) {
        scn_no_memory(world);
        return false;
    }
    bool ok = world->stage->put_file(world, SCN_DAEMON_JSON, text, strlen(text));
    free(text);
    return ok || scn_host_refused(world, config->place, "config", SCN_DAEMON_JSON);
}

static bool add_flags(struct wcd_strlist *flags, const struct scn_node *list)
{
    for (size_t i = 0; list != NULL && i < list->count; i++) {
        if (!wcd_strlist_add(flags, list->children[i].text)) {
            return false;
        }
    }
    return true;
}

bool scn_world_flags(struct scn_world *world, const struct scn_node *more, struct wcd_strlist *out)
{
    const struct scn_node *daemon = scn_node_get(&world->instance.root, "daemon");
    wcd_strlist_init(out);
    if (!add_flags(out, scn_node_get(daemon, "flags")) || !add_flags(out, more)) {
        scn_no_memory(world);
        return false;
    }
    return true;
}

enum wcd_errc scn_world_make_daemon(struct scn_world *world, const struct wcd_strlist *flags,
                                    struct wcd_daemon **out, struct wcd_error *err)
{
    struct wcd_daemon_options options = {.platform = &scn_world_process(world)->platform,
                                         .engine = world->engine,
                                         .flags = (const char *const *)flags->items,
                                         .flag_count = flags->count,
                                         .log = {.write = take_log_line, .ctx = world}};
    return wcd_daemon_create(out, &options, err);
}

/* ---- its life ---- */

/* What it told of what happened, before it is gone. */
static bool keep_events(struct scn_world *world)
{
    if (world->daemon == NULL) {
        return true;
    }
    struct wcd_json *all = scn_world_events(world);
    wcd_json_free(world->events);
    world->events = all;
    return all != NULL;
}

struct wcd_json *scn_world_events(struct scn_world *world)
{
    struct wcd_json *all =
        world->events == NULL ? wcd_json_new_array() : wcd_json_copy(world->events);
    const struct wcd_json *item = world->daemon != NULL && all != NULL
                                      ? wcd_json_first(wcd_daemon_events(world->daemon))
                                      : NULL;
    for (; item != NULL; item = wcd_json_next(item)) {
        if (!wcd_json_append(all, wcd_json_copy(item))) {
            wcd_json_free(all);
            return scn_no_memory(world);
        }
    }
    return all == NULL ? scn_no_memory(world) : all;
}

static bool add_missing(struct wcd_strlist *to, const struct wcd_strlist *from,
                        const struct wcd_strlist *but)
{
    for (size_t i = 0; i < from->count; i++) {
        if (!wcd_strlist_contains(but, from->items[i]) && !wcd_strlist_add(to, from->items[i])) {
            return false;
        }
    }
    return true;
}

/* The process ends: Windows closes what it has open. What a daemon that stopped in good order left
 * open is a leak all the same. */
static bool end_process(struct scn_world *world, bool in_good_order)
{
    struct wcd_strlist before;
    struct wcd_strlist after;
    wcd_strlist_init(&before);
    wcd_strlist_init(&after);
    bool ok = !in_good_order || world->stage->leftovers(world, &before);
    scn_process_kill(world, scn_world_process(world), false);
    world->stage->process_ended(world);
    ok = ok && (!in_good_order || world->stage->leftovers(world, &after)) &&
         add_missing(&world->leaked, &before, &after);
    wcd_strlist_release(&before);
    wcd_strlist_release(&after);
    if (!ok) {
        scn_no_memory(world);
    }
    return scn_world_new_process(world) && ok;
}

/* Nothing of it may be asked any more. */
static void put_away(struct scn_world *world)
{
    (void)keep_events(world);
    scn_tasks_lose(world);
    scn_clients_lose(world);
    wcd_daemon_destroy(world->daemon);
    world->daemon = NULL;
}

bool scn_world_new_daemon(struct scn_world *world, const struct scn_node *more,
                          struct wcd_error *err)
{
    if (world->daemon != NULL) {
        put_away(world);
        if (!end_process(world, true)) {
            wcd_error_no_memory(err);
            return false;
        }
    }
    world->killed = false;
    wcd_strlist_release(&world->flags);
    if (!scn_world_flags(world, more, &world->flags)) {
        wcd_error_no_memory(err);
        return false;
    }
    return scn_world_make_daemon(world, &world->flags, &world->daemon, err) == WCD_OK;
}

void scn_world_kill_daemon(struct scn_world *world)
{
    scn_clients_read(world);
    scn_tasks_note(world);
    scn_process_kill(world, scn_world_process(world), false);
    (void)scn_world_bury(world);
}

bool scn_world_bury(struct scn_world *world)
{
    if (scn_world_process(world) == NULL || !scn_process_is_dead(scn_world_process(world))) {
        return false;
    }
    put_away(world);
    world->killed = true;
    (void)end_process(world, false);
    return true;
}

/* ---- the daemon as a value ---- */

static const char *state_name(const struct scn_world *world, enum wcd_daemon_state state)
{
    switch (state) {
    case WCD_DAEMON_NOT_STARTED:
        return world->killed ? "stopped" : "not started";
    case WCD_DAEMON_STARTING:
        return "starting";
    case WCD_DAEMON_RUNNING:
        return "running";
    case WCD_DAEMON_FAILED:
        return "failed";
    case WCD_DAEMON_STOPPED:
        return "stopped";
    }
    return "unknown";
}

static const char *or_empty(const char *text)
{
    return text == NULL ? "" : text;
}

struct wcd_json *scn_world_daemon_json(struct scn_world *world)
{
    struct wcd_daemon_info info = {.state = WCD_DAEMON_NOT_STARTED, .exit_code = -1};
    if (world->daemon != NULL) {
        info = wcd_daemon_info(world->daemon);
    }
    bool failed = world->daemon_error.code != WCD_OK;
    const char *message = failed ? wcd_error_message(&world->daemon_error) : NULL;
    struct wcd_json *json = wcd_json_new_object();
    bool ok =
        json != NULL && wcd_json_set_string(json, "state", state_name(world, info.state)) &&
        wcd_json_set_string(json, "default isolation", or_empty(info.default_isolation)) &&
        wcd_json_set_string(json, "root", or_empty(info.root)) &&
        wcd_json_set_string(json, "exec root", or_empty(info.exec_root)) &&
        wcd_json_set_string(json, "plugin exec root", or_empty(info.plugin_exec_root)) &&
        wcd_json_set_string(json, "runtime", or_empty(info.runtime)) &&
        wcd_json_set_bool(json, "remote runtime", info.remote_runtime) &&
        wcd_json_set_bool(json, "bridge", !info.bridge_disabled) &&
        wcd_json_set_int64(json, "parallel limit", info.parallel_limit) &&
        wcd_json_set_int64(json, "processors", info.processors) &&
        wcd_json_set(json, "exit code",
                     info.exit_code < 0 ? wcd_json_new_null()
                                        : wcd_json_new_int64(info.exit_code)) &&
        wcd_json_set(json, "error", failed ? wcd_json_new_string(message) : wcd_json_new_null());
    if (!ok) {
        wcd_json_free(json);
        return scn_no_memory(world);
    }
    return json;
}

/* ---- the end of a run ---- */

struct stop {
    const struct wcd_op *op;
};

static bool is_stopped(void *ctx)
{
    const struct stop *stop = ctx;
    return wcd_op_done(stop->op);
}

static void stop_daemon(struct scn_world *world, struct wcd_error *err)
{
    struct stop stop = {wcd_daemon_stop(world->daemon)};
    if (scn_world_wait(world, is_stopped, &stop, SCN_OPERATION_US_MAX, err)) {
        const struct wcd_error *error = wcd_op_error(stop.op);
        if (error->code == WCD_E_NO_MEMORY) {
            scn_no_memory(world);
        }
        if (error->code != WCD_OK) {
            wcd_error_platform(err, error->code, error->op, error->hresult, "%s",
                               wcd_error_message(error));
        }
    }
}

/* A run may end with a running daemon, which rightly holds what it works with. */
static void end_daemon(struct scn_world *world)
{
    if (world->daemon != NULL && wcd_daemon_info(world->daemon).state == WCD_DAEMON_RUNNING) {
        struct wcd_error err = WCD_ERROR_INIT;
        stop_daemon(world, &err);
        if (err.code != WCD_OK) {
            scn_fail(world, (struct scn_place){0}, "the daemon is stopped at the end of the run",
                     "a stop in good order", wcd_error_message(&err));
        }
        wcd_error_release(&err);
    }
    put_away(world);
}

static bool all_leftovers(struct scn_world *world, struct wcd_strlist *out)
{
    struct wcd_strlist none;
    wcd_strlist_init(&none);
    return world->stage->leftovers(world, out) && add_missing(out, &world->leaked, &none) &&
           scn_hns_leftovers(world, out);
}

static bool wanted_leftovers(const struct scn_node *expected, struct wcd_strlist *out)
{
    for (size_t i = 0; expected != NULL && expected->kind == SCN_LIST && i < expected->count; i++) {
        if (!wcd_strlist_add(out, expected->children[i].text)) {
            return false;
        }
    }
    return true;
}

void scn_world_check_leftovers(struct scn_world *world, const struct scn_node *expected)
{
    struct wcd_strlist wanted;
    struct wcd_strlist left;
    struct wcd_strlist misuse;
    wcd_strlist_init(&wanted);
    wcd_strlist_init(&left);
    wcd_strlist_init(&misuse);
    end_daemon(world);

    struct scn_place place = expected == NULL ? (struct scn_place){0} : expected->place;
    if (!all_leftovers(world, &left) || !wanted_leftovers(expected, &wanted) ||
        !world->stage->misuse(world, &misuse)) {
        scn_no_memory(world);
    } else {
        wcd_strlist_sort(&wanted);
        wcd_strlist_sort(&left);
        if (!scn_same_lists(&wanted, &left)) {
            scn_fail_lists(world, place, "left on host", &wanted, &left);
        }
        wcd_strlist_release(&wanted);
        wcd_strlist_init(&wanted);
        if (misuse.count > 0) {
            scn_fail_lists(world, place, "misuse of the platform", &wanted, &misuse);
        }
    }
    wcd_strlist_release(&wanted);
    wcd_strlist_release(&left);
    wcd_strlist_release(&misuse);
}
