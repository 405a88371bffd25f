/* A container from outside: the API's documents in the language's words. */
#include "scenarios/run/container_view.h"

#include "core/base/limits.h"
#include "core/daemon/life.h"
#include "scenarios/run/process.h"

#include <stdlib.h>
#include <string.h>

/* ---- state ---- */

/* A member of the view and where inspect has it: a part (NULL: the top), and the member there. */
static const struct {
    const char *member;
    const char *part;
    const char *of;
} members[] = {
    {"state", "State", "Status"},
    {"exit code", "State", "ExitCode"},
    {"pid", "State", "Pid"},
    {"running", "State", "Running"},
    {"paused", "State", "Paused"},
    {"restarting", "State", "Restarting"},
    {"dead", "State", "Dead"},
    {"error", "State", "Error"},
    {"started at", "State", "StartedAt"},
    {"finished at", "State", "FinishedAt"},
    {"restart count", NULL, "RestartCount"},
    {"id", NULL, "Id"},
    {"image", "Config", "Image"},
    {"isolation", "HostConfig", "Isolation"},
};

static bool add_health(struct wcd_json *view, const struct wcd_json *inspect)
{
    const struct wcd_json *health = wcd_json_get(wcd_json_get(inspect, "State"), "Health");
    const struct wcd_json *status = wcd_json_get(health, "Status");
    const struct wcd_json *streak = wcd_json_get(health, "FailingStreak");
    bool none = !wcd_json_is(status, WCD_JSON_STRING);
    return wcd_json_set(view, "health",
                        none ? wcd_json_new_string("none") : wcd_json_copy(status)) &&
           wcd_json_set(view, "failing streak",
                        streak == NULL ? wcd_json_new_uint64(0) : wcd_json_copy(streak));
}

static struct wcd_json *view_of(const struct wcd_json *inspect)
{
    struct wcd_json *view = wcd_json_new_object();
    bool ok = view != NULL && add_health(view, inspect);
    for (size_t i = 0; ok && i < sizeof(members) / sizeof(members[0]); i++) {
        const struct wcd_json *part =
            members[i].part == NULL ? inspect : wcd_json_get(inspect, members[i].part);
        const struct wcd_json *value = wcd_json_get(part, members[i].of);
        ok = value == NULL || wcd_json_set(view, members[i].member, wcd_json_copy(value));
    }
    if (!ok) {
        wcd_json_free(view);
        return NULL;
    }
    return view;
}

static bool daemon_runs(const struct scn_world *world)
{
    return world->daemon != NULL && wcd_daemon_info(world->daemon).state == WCD_DAEMON_RUNNING;
}

struct wcd_json *scn_container_view(struct scn_world *world, const char *name,
                                    struct wcd_error *err)
{
    struct wcd_json *inspect = NULL;
    if (!daemon_runs(world)) {
        (void)wcd_error_set(err, WCD_E_CONFLICT, "no daemon is running");
        return NULL;
    }
    size_t begun = scn_unseen_begin(world);
    enum wcd_errc code = wcd_daemon_inspect_container(world->daemon, name, &inspect, err);
    scn_unseen_end(world, begun);
    if (code != WCD_OK) {
        if (err->code == WCD_E_NO_MEMORY) {
            scn_no_memory(world);
        }
        return NULL;
    }
    struct wcd_json *view = view_of(inspect);
    wcd_json_free(inspect);
    return view == NULL ? scn_no_memory(world) : view;
}

/* ---- output ---- */

struct wcd_json *scn_log_lines(const struct wcd_json *entries, const char *stream)
{
    struct wcd_json *lines = wcd_json_new_array();
    for (const struct wcd_json *item = wcd_json_first(entries); lines != NULL && item != NULL;
         item = wcd_json_next(item)) {
        const struct wcd_json *of = wcd_json_get(item, "stream");
        const struct wcd_json *text = wcd_json_get(item, "line");
        const char *line = wcd_json_is(text, WCD_JSON_STRING) ? wcd_json_string(text) : "";
        if (stream != NULL &&
            !(wcd_json_is(of, WCD_JSON_STRING) && strcmp(wcd_json_string(of), stream) == 0)) {
            continue;
        }
        size_t len = strlen(line);
        while (len > 0 && (line[len - 1] == '\n' || line[len - 1] == '\r')) {
            len--;
        }
        char *copy = wcd_text_copy_n(line, len);
        bool ok = copy != NULL && wcd_json_append(lines, wcd_json_new_string(copy));
        free(copy);
        if (!ok) {
            wcd_json_free(lines);
            lines = NULL;
        }
    }
    return lines;
}

struct wcd_json *scn_container_output(struct scn_world *world, const char *name,
                                      struct wcd_error *err)
{
    struct wcd_json *options = wcd_json_new_object();
    struct wcd_json *entries = NULL;
    if (options == NULL || !wcd_json_set_bool(options, "stdout", true) ||
        !wcd_json_set_bool(options, "stderr", true)) {
        wcd_json_free(options);
        return scn_no_memory(world);
    }
    if (!daemon_runs(world)) {
        (void)wcd_error_set(err, WCD_E_CONFLICT, "no daemon is running");
    } else {
        size_t begun = scn_unseen_begin(world);
        (void)wcd_daemon_logs(world->daemon, name, options, &entries, err);
        scn_unseen_end(world, begun);
    }
    if (err->code == WCD_E_NO_MEMORY) {
        scn_no_memory(world);
    }
    wcd_json_free(options);
    return entries;
}

bool scn_container_wrote(struct scn_world *world, const char *name, const char *text)
{
    struct wcd_error err = WCD_ERROR_INIT;
    struct wcd_json *entries = scn_container_output(world, name, &err);
    bool wrote = false;
    for (const struct wcd_json *item = wcd_json_first(entries); item != NULL && !wrote;
         item = wcd_json_next(item)) {
        const struct wcd_json *line = wcd_json_get(item, "line");
        wrote = wcd_json_is(line, WCD_JSON_STRING) && strstr(wcd_json_string(line), text) != NULL;
    }
    wcd_json_free(entries);
    wcd_error_release(&err);
    return wrote;
}
