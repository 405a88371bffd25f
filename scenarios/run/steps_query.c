/* Steps that ask the running daemon about its containers, or change what it notes down of them. */
#include "core/daemon/life.h"
#include "scenarios/run/clients.h"
#include "scenarios/run/container_view.h"
#include "scenarios/run/network_request.h"
#include "scenarios/run/request.h"

#include <stdlib.h>
#include <string.h>

static const char *name_of(const struct scn_node *args)
{
    return args->kind == SCN_SCALAR ? args->text : scn_node_text(scn_node_get(args, "name"), "");
}

/* Gives {member: *value}, which it takes. */
static void give(struct scn_world *world, struct scn_outcome *out, const char *member,
                 struct wcd_json *value)
{
    out->result = out->result == NULL ? wcd_json_new_object() : out->result;
    if (out->result == NULL) {
        wcd_json_free(value);
        scn_no_memory(world);
    } else if (!wcd_json_set(out->result, member, value)) {
        scn_no_memory(world);
    }
}

/* ---- changes ---- */

static void rename_container(struct scn_world *world, const struct scn_node *args,
                             struct scn_outcome *out)
{
    const char *to = scn_node_text(scn_node_get(args, "to"), "");
    if (scn_daemon_is_running(world, out) &&
        wcd_daemon_rename_container(world->daemon, name_of(args), to, &out->error) == WCD_OK) {
        const char *id = scn_world_container_id(world, name_of(args));
        if (id != NULL) {
            scn_world_name_container(world, to, id);
        }
    }
}

static void update_container(struct scn_world *world, const struct scn_node *args,
                             struct scn_outcome *out)
{
    const struct scn_node *policy = scn_node_get(args, "restart policy");
    struct wcd_strlist warnings;
    wcd_strlist_init(&warnings);
    struct wcd_json *config = scn_daemon_is_running(world, out)
                                  ? scn_resources_of_node(scn_node_get(args, "resources"))
                                  : NULL;
    if (config != NULL && (policy == NULL || wcd_json_set(config, "RestartPolicy",
                                                          scn_restart_policy_json(policy)))) {
        (void)wcd_daemon_update_container(world->daemon, name_of(args), config, &warnings,
                                          &out->error);
        give(world, out, "warnings", scn_strings_json(&warnings));
    } else if (out->error.code == WCD_OK) {
        scn_no_memory(world);
    }
    wcd_json_free(config);
    wcd_strlist_release(&warnings);
}

/* ---- questions ---- */

static void inspect_container(struct scn_world *world, const struct scn_node *args,
                              struct scn_outcome *out)
{
    if (scn_daemon_is_running(world, out)) {
        (void)wcd_daemon_inspect_container(world->daemon, args->text, &out->result, &out->error);
    }
}

static void read_stats(struct scn_world *world, const struct scn_node *args,
                       struct scn_outcome *out)
{
    if (scn_daemon_is_running(world, out)) {
        (void)wcd_daemon_stats(world->daemon, args->text, &out->result, &out->error);
    }
}

/* A value for each of the API's options; those that are not told are left to the daemon. */
static bool set_option(struct wcd_json *options, const char *member, const struct scn_node *node)
{
    bool yes = node != NULL && strcmp(node->text, "yes") == 0;
    bool no = node != NULL && strcmp(node->text, "no") == 0;
    return node == NULL || (yes || no ? wcd_json_set_bool(options, member, yes)
                                      : wcd_json_set_string(options, member, node->text));
}

static struct wcd_json *log_options(const struct scn_node *args)
{
    static const char *const members[] = {"stdout", "stderr", "tail",
                                          "since",  "until",  "timestamps"};
    struct wcd_json *options = wcd_json_new_object();
    bool ok = options != NULL && wcd_json_set_bool(options, "stdout", true) &&
              wcd_json_set_bool(options, "stderr", true);
    for (size_t i = 0; ok && i < sizeof(members) / sizeof(members[0]); i++) {
        ok = set_option(options, members[i], scn_node_get(args, members[i]));
    }
    if (!ok) {
        wcd_json_free(options);
        return NULL;
    }
    return options;
}

static void read_logs(struct scn_world *world, const struct scn_node *args, struct scn_outcome *out)
{
    struct wcd_json *options = scn_daemon_is_running(world, out) ? log_options(args) : NULL;
    struct wcd_json *entries = NULL;
    if (options == NULL) {
        if (out->error.code == WCD_OK) {
            scn_no_memory(world);
        }
        return;
    }
    if (wcd_daemon_logs(world->daemon, name_of(args), options, &entries, &out->error) == WCD_OK) {
        give(world, out, "lines", scn_log_lines(entries, NULL));
        give(world, out, "stdout", scn_log_lines(entries, "stdout"));
        give(world, out, "stderr", scn_log_lines(entries, "stderr"));
        give(world, out, "entries", entries);
    }
    wcd_json_free(options);
}

/* The first column of docker top. */
static struct wcd_json *first_column(const struct wcd_json *rows)
{
    struct wcd_json *names = wcd_json_new_array();
    for (const struct wcd_json *row = wcd_json_first(rows); names != NULL && row != NULL;
         row = wcd_json_next(row)) {
        const struct wcd_json *name = wcd_json_first(row);
        if (name != NULL && !wcd_json_append(names, wcd_json_copy(name))) {
            wcd_json_free(names);
            names = NULL;
        }
    }
    return names;
}

static void top(struct scn_world *world, const struct scn_node *args, struct scn_outcome *out)
{
    const char *arguments = scn_node_text(scn_node_get(args, "arguments"), NULL);
    if (scn_daemon_is_running(world, out) && wcd_daemon_top(world->daemon, name_of(args), arguments,
                                                            &out->result, &out->error) == WCD_OK) {
        give(world, out, "names", first_column(wcd_json_get(out->result, "Processes")));
    }
}

/* ---- lists ---- */

static struct wcd_json *list_options(const struct scn_node *args)
{
    const struct scn_node *limit = scn_node_get(args, "limit");
    const struct scn_node *filters = scn_node_get(args, "filters");
    uint64_t count = 0;
    struct wcd_json *options = wcd_json_new_object();
    bool ok = options != NULL && set_option(options, "All", scn_node_get(args, "all")) &&
              set_option(options, "Size", scn_node_get(args, "size")) &&
              (limit == NULL || (scn_parse_uint(limit->text, &count) &&
                                 wcd_json_set(options, "Limit", wcd_json_new_uint64(count)))) &&
              (filters == NULL || wcd_json_set(options, "Filters", scn_filters_json(filters)));
    if (!ok) {
        wcd_json_free(options);
        return NULL;
    }
    return options;
}

/* The first name of each, without its slash. */
static struct wcd_json *names_json(const struct wcd_json *containers)
{
    struct wcd_json *names = wcd_json_new_array();
    for (const struct wcd_json *item = wcd_json_first(containers); names != NULL && item != NULL;
         item = wcd_json_next(item)) {
        const struct wcd_json *first = wcd_json_first(wcd_json_get(item, "Names"));
        const char *name = wcd_json_is(first, WCD_JSON_STRING) ? wcd_json_string(first) : "";
        if (!wcd_json_append(names, wcd_json_new_string(name + (*name == '/' ? 1 : 0)))) {
            wcd_json_free(names);
            names = NULL;
        }
    }
    return names;
}

static void list_containers(struct scn_world *world, const struct scn_node *args,
                            struct scn_outcome *out)
{
    struct wcd_json *options = scn_daemon_is_running(world, out) ? list_options(args) : NULL;
    struct wcd_json *list = NULL;
    if (options == NULL) {
        if (out->error.code == WCD_OK) {
            scn_no_memory(world);
        }
        return;
    }
    if (wcd_daemon_list_containers(world->daemon, options, &list, &out->error) == WCD_OK) {
        give(world, out, "names", names_json(list));
        give(world, out, "containers", list);
    }
    wcd_json_free(options);
}

static void read_events(struct scn_world *world, const struct scn_node *args,
                        struct scn_outcome *out)
{
    (void)args;
    if (scn_daemon_is_running(world, out)) {
        give(world, out, "events", wcd_json_copy(wcd_daemon_events(world->daemon)));
    }
}

const struct scn_step_verb scn_steps_query[] = {
    {"rename container", rename_container},
    {"update container", update_container},
    {"inspect container", inspect_container},
    {"read stats", read_stats},
    {"read logs", read_logs},
    {"top", top},
    {"list containers", list_containers},
    {"read events", read_events},
    {NULL, NULL},
};
