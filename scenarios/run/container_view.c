/* A container from outside: the API's documents in the language's words. */
#include "scenarios/run/container_view.h"

#include "core/base/limits.h"
#include "core/daemon/life.h"
#include "scenarios/run/hns.h"
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

/* The API's EndpointSettings in the words of expectations. */
static struct wcd_json *joined_json(const struct wcd_json *settings)
{
    static const char *const words[][2] = {
        {"ip", "IPAddress"},    {"prefix", "IPPrefixLen"}, {"mac", "MacAddress"},
        {"gateway", "Gateway"}, {"id", "NetworkID"},       {"endpoint", "EndpointID"},
        {"aliases", "Aliases"},
    };
    struct wcd_json *json = wcd_json_new_object();
    for (size_t i = 0; json != NULL && i < sizeof(words) / sizeof(words[0]); i++) {
        if (!scn_copy_member(json, words[i][0], settings, words[i][1])) {
            wcd_json_free(json);
            json = NULL;
        }
    }
    return json;
}

static bool add_networks(struct wcd_json *view, const struct wcd_json *settings)
{
    struct wcd_json *networks = wcd_json_new_object();
    for (const struct wcd_json *item = wcd_json_first(wcd_json_get(settings, "Networks"));
         networks != NULL && item != NULL; item = wcd_json_next(item)) {
        if (!wcd_json_set(networks, wcd_json_name(item), joined_json(item))) {
            wcd_json_free(networks);
            networks = NULL;
        }
    }
    return wcd_json_set(view, "networks", networks);
}

/* All that one port of the container is published as; itself when it is not. */
static bool add_port(struct wcd_json *ports, const struct wcd_json *port)
{
    const struct wcd_json *first = wcd_json_first(port);
    bool ok = first != NULL || wcd_json_append(ports, wcd_json_new_string(wcd_json_name(port)));
    for (const struct wcd_json *item = first; ok && item != NULL; item = wcd_json_next(item)) {
        char *text = scn_port_text(scn_hns_text(item, "HostIp"), scn_hns_text(item, "HostPort"),
                                   wcd_json_name(port));
        ok = text != NULL && wcd_json_append(ports, wcd_json_new_string(text));
        free(text);
    }
    return ok;
}

static bool add_ports(struct wcd_json *view, const struct wcd_json *settings)
{
    struct wcd_json *ports = wcd_json_new_array();
    for (const struct wcd_json *item = wcd_json_first(wcd_json_get(settings, "Ports"));
         ports != NULL && item != NULL; item = wcd_json_next(item)) {
        if (!add_port(ports, item)) {
            wcd_json_free(ports);
            ports = NULL;
        }
    }
    return wcd_json_set(view, "ports", ports);
}

static struct wcd_json *view_of(const struct wcd_json *inspect)
{
    const struct wcd_json *settings = wcd_json_get(inspect, "NetworkSettings");
    struct wcd_json *view = wcd_json_new_object();
    bool ok = view != NULL && add_health(view, inspect) && add_networks(view, settings) &&
              add_ports(view, settings);
    for (size_t i = 0; ok && i < sizeof(members) / sizeof(members[0]); i++) {
        const struct wcd_json *part =
            members[i].part == NULL ? inspect : wcd_json_get(inspect, members[i].part);
        ok = scn_copy_member(view, members[i].member, part, members[i].of);
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
