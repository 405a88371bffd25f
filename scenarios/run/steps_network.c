/* Steps of the daemon's networks. */
#include "core/daemon/networks.h"
#include "scenarios/run/network_request.h"
#include "scenarios/run/tasks.h"

#include <stdlib.h>
#include <string.h>

/* ---- made, looked at, removed ---- */

static bool create_result(struct scn_outcome *out, const char *id, const char *name,
                          const struct wcd_strlist *warnings)
{
    out->result = wcd_json_new_object();
    return out->result != NULL &&
           (id == NULL || (wcd_json_set_string(out->result, "id", id) &&
                           wcd_json_set_string(out->result, "name", name))) &&
           wcd_json_set(out->result, "warnings", scn_strings_json(warnings));
}

static void create_network(struct scn_world *world, const struct scn_node *args,
                           struct scn_outcome *out)
{
    if (!scn_daemon_is_running(world, out)) {
        return;
    }
    struct wcd_json *request = scn_network_request(args);
    const struct wcd_json *name = wcd_json_get(request, "Name");
    struct wcd_strlist warnings;
    char *id = NULL;
    wcd_strlist_init(&warnings);
    if (request == NULL) {
        scn_no_memory(world);
    } else {
        const struct scn_node *managed = scn_node_get(args, "managed");
        bool agent = managed != NULL && scn_read_yes(managed->text);
        (void)(agent ? wcd_daemon_create_managed_network(world->daemon, request, &id, &warnings,
                                                         &out->error)
                     : wcd_daemon_create_network(world->daemon, request, &id, &warnings,
                                                 &out->error));
        const char *called = wcd_json_is(name, WCD_JSON_STRING) ? wcd_json_string(name) : "";
        bool named = id == NULL || (wcd_strlist_add(&world->network_ids, id) &&
                                    wcd_strlist_add(&world->network_names, called));
        if (!named || !create_result(out, id, called, &warnings)) {
            scn_no_memory(world);
        }
    }
    free(id);
    wcd_strlist_release(&warnings);
    wcd_json_free(request);
}

static void inspect_network(struct scn_world *world, const struct scn_node *args,
                            struct scn_outcome *out)
{
    if (scn_daemon_is_running(world, out)) {
        (void)wcd_daemon_inspect_network(world->daemon, args->text, &out->result, &out->error);
    }
}

static void remove_network(struct scn_world *world, const struct scn_node *args,
                           struct scn_outcome *out)
{
    if (scn_daemon_is_running(world, out)) {
        (void)wcd_daemon_remove_network(world->daemon, args->text, &out->error);
    }
}

/* ---- lists ---- */

/* False without memory. *filters: NULL when there are none. */
static bool read_filters(const struct scn_node *args, struct wcd_json **filters)
{
    const struct scn_node *node = scn_node_get(args, "filters");
    *filters = node == NULL ? NULL : scn_filters_json(node);
    return node == NULL || *filters != NULL;
}

static void list_networks(struct scn_world *world, const struct scn_node *args,
                          struct scn_outcome *out)
{
    struct wcd_json *filters = NULL;
    struct wcd_json *list = NULL;
    if (!scn_daemon_is_running(world, out)) {
        return;
    }
    if (!read_filters(args, &filters)) {
        scn_no_memory(world);
        return;
    }
    if (wcd_daemon_list_networks(world->daemon, filters, &list, &out->error) == WCD_OK) {
        out->result = wcd_json_new_object();
        bool ok = out->result != NULL &&
                  wcd_json_set(out->result, "names", scn_member_list(list, "Name")) &&
                  wcd_json_set(out->result, "networks", wcd_json_copy(list));
        if (!ok) {
            scn_no_memory(world);
        }
    }
    wcd_json_free(list);
    wcd_json_free(filters);
}

static void prune_networks(struct scn_world *world, const struct scn_node *args,
                           struct scn_outcome *out)
{
    struct wcd_json *filters = NULL;
    struct wcd_strlist removed;
    if (!scn_daemon_is_running(world, out)) {
        return;
    }
    if (!read_filters(args, &filters)) {
        scn_no_memory(world);
        return;
    }
    wcd_strlist_init(&removed);
    (void)wcd_daemon_prune_networks(world->daemon, filters, &removed, &out->error);
    out->result = wcd_json_new_object();
    if (out->result == NULL || !wcd_json_set(out->result, "removed", scn_strings_json(&removed))) {
        scn_no_memory(world);
    }
    wcd_strlist_release(&removed);
    wcd_json_free(filters);
}

const struct scn_step_verb scn_steps_network[] = {
    {"create network", create_network}, {"inspect network", inspect_network},
    {"remove network", remove_network}, {"list networks", list_networks},
    {"prune networks", prune_networks}, {NULL, NULL},
};

/* ---- containers in them ---- */

static const char *member(const struct scn_node *args, const char *key)
{
    return scn_node_text(scn_node_get(args, key), "");
}

static void begin_connect(struct scn_world *world, const struct scn_node *args,
                          struct scn_task *task, struct scn_outcome *out)
{
    struct wcd_json *settings = NULL;
    if (!scn_daemon_is_running(world, out)) {
        return;
    }
    if (!scn_endpoint_settings(args, &settings)) {
        scn_no_memory(world);
        return;
    }
    scn_task_own(world, task,
                 wcd_daemon_connect(world->daemon, member(args, "network"),
                                    member(args, "container"), settings));
    wcd_json_free(settings);
}

static void begin_disconnect(struct scn_world *world, const struct scn_node *args,
                             struct scn_task *task, struct scn_outcome *out)
{
    bool force = false;
    if (scn_daemon_is_running(world, out) &&
        scn_world_yes(world, scn_node_get(args, "force"), &force)) {
        scn_task_own(world, task,
                     wcd_daemon_disconnect(world->daemon, member(args, "network"),
                                           member(args, "container"), force));
    }
}

const struct scn_lasting_verb scn_lasting_network[] = {
    {"connect network", begin_connect, NULL},
    {"disconnect network", begin_disconnect, NULL},
    {NULL, NULL, NULL},
};
