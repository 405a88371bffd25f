/* The state of a container; see state.h. */
#include "core/container/state.h"

#include "core/base/text.h"
#include "core/json/members.h"

#include <stdlib.h>
#include <string.h>

#define LENGTH_OF(array) (sizeof(array) / sizeof((array)[0]))

static const struct wcd_member state_items[] = {
    {"Running", WCD_MEMBER_BOOL, offsetof(struct wcd_container_state, running), false},
    {"Paused", WCD_MEMBER_BOOL, offsetof(struct wcd_container_state, paused), false},
    {"Restarting", WCD_MEMBER_BOOL, offsetof(struct wcd_container_state, restarting), false},
    {"OOMKilled", WCD_MEMBER_BOOL, offsetof(struct wcd_container_state, oom_killed), false},
    {"RemovalInProgress", WCD_MEMBER_BOOL,
     offsetof(struct wcd_container_state, removal_in_progress), false},
    {"Dead", WCD_MEMBER_BOOL, offsetof(struct wcd_container_state, dead), false},
    {"Pid", WCD_MEMBER_UINT32, offsetof(struct wcd_container_state, pid), false},
    {"ExitCode", WCD_MEMBER_INT, offsetof(struct wcd_container_state, exit_code), false},
    {"Error", WCD_MEMBER_TEXT, offsetof(struct wcd_container_state, error), false},
    {"StartedAt", WCD_MEMBER_TIME, offsetof(struct wcd_container_state, started_100ns), false},
    {"FinishedAt", WCD_MEMBER_TIME, offsetof(struct wcd_container_state, finished_100ns), false},
};
static const struct wcd_members state_members = {
    .type = "State", .items = state_items, .count = LENGTH_OF(state_items)};

static const struct wcd_member result_items[] = {
    {"Start", WCD_MEMBER_TIME, offsetof(struct wcd_health_result, start_100ns), false},
    {"End", WCD_MEMBER_TIME, offsetof(struct wcd_health_result, end_100ns), false},
    {"ExitCode", WCD_MEMBER_INT, offsetof(struct wcd_health_result, exit_code), false},
    {"Output", WCD_MEMBER_TEXT, offsetof(struct wcd_health_result, output), false},
};
static const struct wcd_members result_members = {
    .type = "HealthcheckResult", .items = result_items, .count = LENGTH_OF(result_items)};

static const char *const statuses[] = {WCD_HEALTH_NONE, WCD_HEALTH_STARTING, WCD_HEALTH_HEALTHY,
                                       WCD_HEALTH_UNHEALTHY};

void wcd_health_release(struct wcd_health *health)
{
    for (size_t i = 0; i < health->log_count; i++) {
        free(health->log[i].output);
    }
    *health = (struct wcd_health){0};
}

void wcd_container_state_release(struct wcd_container_state *state)
{
    wcd_health_release(&state->health);
    free(state->error);
    *state = (struct wcd_container_state){0};
}

void wcd_health_add_result(struct wcd_health *health, struct wcd_health_result *result)
{
    if (health->log_count == WCD_HEALTH_LOG_MAX) {
        free(health->log[0].output);
        health->log_count--;
        memmove(&health->log[0], &health->log[1], health->log_count * sizeof(health->log[0]));
    }
    health->log[health->log_count++] = *result;
    *result = (struct wcd_health_result){0};
}

const char *wcd_health_status(const struct wcd_health *health)
{
    if (!health->present) {
        return WCD_HEALTH_NONE;
    }
    return health->status == NULL ? WCD_HEALTH_UNHEALTHY : health->status;
}

bool wcd_health_status_is_valid(const char *text)
{
    for (size_t i = 0; i < LENGTH_OF(statuses); i++) {
        if (strcmp(text, statuses[i]) == 0) {
            return true;
        }
    }
    return false;
}

/* ---- names ---- */

const char *wcd_container_state_name(const struct wcd_container_state *state)
{
    if (state->running && state->paused) {
        return "paused";
    }
    if (state->running && state->restarting) {
        return "restarting";
    }
    if (state->running) {
        return "running";
    }
    if (state->removal_in_progress) {
        return "removing";
    }
    if (state->dead) {
        return "dead";
    }
    return state->started_100ns == 0 ? "created" : "exited";
}

bool wcd_container_state_name_is_valid(const char *text)
{
    static const char *const names[] = {"paused", "restarting", "removing", "running",
                                        "dead",   "created",    "exited"};
    for (size_t i = 0; i < LENGTH_OF(names); i++) {
        if (strcmp(text, names[i]) == 0) {
            return true;
        }
    }
    return false;
}

static char *running_text(const struct wcd_container_state *state, const char *up,
                          const char *since_end)
{
    if (state->paused) {
        return wcd_text_format("Up %s (Paused)", up);
    }
    if (state->restarting) {
        return wcd_text_format("Restarting (%lld) %s ago", (long long)state->exit_code, since_end);
    }
    if (state->health.present) {
        const char *status = wcd_health_status(&state->health);
        return wcd_text_format("Up %s (%s)", up,
                               strcmp(status, WCD_HEALTH_STARTING) == 0 ? "health: starting"
                                                                        : status);
    }
    return wcd_text_format("Up %s", up);
}

char *wcd_container_state_text(const struct wcd_container_state *state,
                               const struct engine_rules *engine, uint64_t now_100ns)
{
    char up[WCD_TIME_BYTES];
    char since_end[WCD_TIME_BYTES];
    wcd_duration_print((int64_t)(now_100ns - state->started_100ns), engine->durations_are_rounded,
                       up);
    wcd_duration_print((int64_t)(now_100ns - state->finished_100ns), engine->durations_are_rounded,
                       since_end);
    if (state->running) {
        return running_text(state, up, since_end);
    }
    if (state->removal_in_progress) {
        return wcd_text_copy("Removal In Progress");
    }
    if (state->dead) {
        return wcd_text_copy("Dead");
    }
    if (state->started_100ns == 0) {
        return wcd_text_copy("Created");
    }
    if (state->finished_100ns == 0) {
        return wcd_text_copy("");
    }
    return wcd_text_format("Exited (%lld) %s ago", (long long)state->exit_code, since_end);
}

/* ---- transitions ---- */

void wcd_container_state_set_running(struct wcd_container_state *state, uint32_t pid, uint64_t now)
{
    wcd_text_replace(&state->error, NULL);
    state->running = true;
    state->paused = false;
    state->restarting = false;
    state->exit_code = 0;
    state->pid = pid;
    state->started_100ns = now;
}

static void end(struct wcd_container_state *state, int64_t exit_code, uint64_t now)
{
    state->paused = false;
    state->pid = 0;
    state->finished_100ns = now;
    state->exit_code = exit_code;
}

void wcd_container_state_set_stopped(struct wcd_container_state *state, int64_t exit_code,
                                     uint64_t now)
{
    end(state, exit_code, now);
    state->running = false;
    state->restarting = false;
}

void wcd_container_state_set_restarting(struct wcd_container_state *state, int64_t exit_code,
                                        uint64_t now)
{
    end(state, exit_code, now);
    state->running = true;
    state->restarting = true;
}

bool wcd_container_state_set_error(struct wcd_container_state *state, const char *error)
{
    wcd_text_replace(&state->error, error == NULL ? NULL : wcd_text_copy(error));
    return error == NULL || state->error != NULL;
}

/* ---- JSON ---- */

static struct wcd_json *log_to_json(const struct wcd_health *health)
{
    struct wcd_json *log = wcd_json_new_array();
    for (size_t i = 0; log != NULL && i < health->log_count; i++) {
        struct wcd_json *item = wcd_json_new_object();
        bool ok = item != NULL && wcd_members_write(&health->log[i], &result_members, item);
        if (!ok) {
            wcd_json_free(item);
            item = NULL;
        }
        if (!wcd_json_append(log, item)) {
            wcd_json_free(log);
            return NULL;
        }
    }
    return log;
}

static struct wcd_json *health_to_json(const struct wcd_health *health)
{
    if (!health->present) {
        return wcd_json_new_null();
    }
    struct wcd_json *out = wcd_json_new_object();
    struct wcd_json *log = health->log_count == 0 ? wcd_json_new_null() : log_to_json(health);
    bool ok = out != NULL &&
              wcd_json_set_string(out, "Status", wcd_text_or_empty(health->status)) &&
              wcd_json_set_int64(out, "FailingStreak", health->failing_streak);
    if (!ok) {
        wcd_json_free(log);
    } else {
        ok = wcd_json_set(out, "Log", log);
    }
    if (!ok) {
        wcd_json_free(out);
        return NULL;
    }
    return out;
}

struct wcd_json *wcd_container_state_to_json(const struct wcd_container_state *state)
{
    struct wcd_json *out = wcd_json_new_object();
    if (out == NULL || !wcd_members_write(state, &state_members, out) ||
        !wcd_json_set(out, "Health", health_to_json(&state->health))) {
        wcd_json_free(out);
        return NULL;
    }
    return out;
}

struct wcd_json *wcd_container_state_inspect(const struct wcd_container_state *state)
{
    struct wcd_json *out = wcd_json_new_object();
    bool ok = out != NULL && wcd_json_set_string(out, "Status", wcd_container_state_name(state));
    for (size_t i = 0; ok && i < state_members.count; i++) {
        struct wcd_members one = state_members;
        one.items += i;
        one.count = 1;
        ok = strcmp(one.items->name, "RemovalInProgress") == 0 ||
             wcd_members_write(state, &one, out);
    }
    if (ok && state->health.present) {
        ok = wcd_json_set(out, "Health", health_to_json(&state->health));
    }
    if (!ok) {
        wcd_json_free(out);
        return NULL;
    }
    return out;
}

/* A status is one of the words, or none. */
static enum wcd_errc read_status(struct wcd_health *health, const struct wcd_json *json,
                                 struct wcd_error *err)
{
    const struct wcd_json *value = wcd_json_get(json, "Status");
    if (value == NULL || wcd_json_is(value, WCD_JSON_NULL)) {
        return WCD_OK;
    }
    if (!wcd_json_is(value, WCD_JSON_STRING)) {
        return wcd_members_wrong_type(err, value, "Health", "Status", "string");
    }
    for (size_t i = 0; i < LENGTH_OF(statuses); i++) {
        if (strcmp(wcd_json_string(value), statuses[i]) == 0) {
            health->status = statuses[i];
        }
    }
    return WCD_OK;
}

static enum wcd_errc read_log(struct wcd_health *health, const struct wcd_json *log,
                              struct wcd_error *err)
{
    if (log == NULL || wcd_json_is(log, WCD_JSON_NULL)) {
        return WCD_OK;
    }
    if (!wcd_json_is(log, WCD_JSON_ARRAY)) {
        return wcd_members_wrong_type(err, log, "Health", "Log", "[]*types.HealthcheckResult");
    }
    for (const struct wcd_json *item = wcd_json_first(log); item != NULL;
         item = wcd_json_next(item)) {
        struct wcd_health_result result = {0};
        enum wcd_errc code = wcd_members_read(&result, &result_members, item, err);
        if (code != WCD_OK) {
            wcd_members_release(&result, &result_members);
            return code;
        }
        wcd_health_add_result(health, &result);
    }
    return WCD_OK;
}

static enum wcd_errc read_health(struct wcd_health *health, const struct wcd_json *json,
                                 struct wcd_error *err)
{
    static const struct wcd_member items[] = {
        {"FailingStreak", WCD_MEMBER_UINT32, offsetof(struct wcd_health, failing_streak), false}};
    static const struct wcd_members members = {
        .type = "Health", .items = items, .count = LENGTH_OF(items)};
    if (json == NULL || wcd_json_is(json, WCD_JSON_NULL)) {
        return WCD_OK;
    }
    enum wcd_errc code = wcd_members_read(health, &members, json, err);
    if (code == WCD_OK) {
        code = read_status(health, json, err);
    }
    health->present = true;
    return code == WCD_OK ? read_log(health, wcd_json_get(json, "Log"), err) : code;
}

enum wcd_errc wcd_container_state_from_json(struct wcd_container_state *state,
                                            const struct wcd_json *json, struct wcd_error *err)
{
    *state = (struct wcd_container_state){0};
    enum wcd_errc code = wcd_members_read(state, &state_members, json, err);
    if (code == WCD_OK) {
        code = read_health(&state->health, wcd_json_get(json, "Health"), err);
    }
    if (code != WCD_OK) {
        wcd_container_state_release(state);
    }
    return code;
}
