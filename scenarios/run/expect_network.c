/* Expectations on the daemon's networks, and on containers in them. */
#include "core/daemon/networks.h"
#include "scenarios/run/expect.h"
#include "scenarios/run/hns.h"
#include "scenarios/run/network_request.h"
#include "scenarios/run/process.h"
#include "scenarios/run/steps.h"

#include <stdlib.h>
#include <string.h>

/* Where the windowsshim driver keeps the id that HNS gave. */
#define HNS_ID_OPTION "com.docker.network.windowsshim.hnsid"

/* ---- a network ---- */

/* The names of the containers in it, sorted. */
static bool add_containers(struct wcd_json *view, const struct wcd_json *inspect)
{
    struct wcd_strlist names;
    wcd_strlist_init(&names);
    bool ok = true;
    for (const struct wcd_json *item = wcd_json_first(wcd_json_get(inspect, "Containers"));
         ok && item != NULL; item = wcd_json_next(item)) {
        ok = wcd_strlist_add(&names, scn_hns_text(item, "Name"));
    }
    wcd_strlist_sort(&names);
    struct wcd_json *list = ok ? wcd_json_new_array() : NULL;
    for (size_t i = 0; list != NULL && i < names.count; i++) {
        if (!wcd_json_append(list, wcd_json_new_string(names.items[i]))) {
            wcd_json_free(list);
            list = NULL;
        }
    }
    wcd_strlist_release(&names);
    return wcd_json_set(view, "containers", list);
}

static bool add_hns(struct scn_world *world, struct wcd_json *view, const struct wcd_json *inspect)
{
    struct wcd_json *state = scn_hns_state(world);
    const char *id = scn_hns_text(wcd_json_get(inspect, "Options"), HNS_ID_OPTION);
    bool there = state != NULL && *id != '\0' && scn_hns_network(state, id) != NULL;
    bool ok = state != NULL && wcd_json_set_bool(view, "hns", there);
    wcd_json_free(state);
    return ok;
}

static struct wcd_json *view_of(struct scn_world *world, const struct wcd_json *inspect)
{
    static const char *const members[][2] = {
        {"name", "Name"},         {"id", "Id"},
        {"driver", "Driver"},     {"scope", "Scope"},
        {"internal", "Internal"}, {"attachable", "Attachable"},
        {"ingress", "Ingress"},   {"ipv6", "EnableIPv6"},
        {"options", "Options"},   {"labels", "Labels"},
    };
    const struct wcd_json *ipam = wcd_json_get(inspect, "IPAM");
    const struct wcd_json *subnet = wcd_json_first(wcd_json_get(ipam, "Config"));
    struct wcd_json *view = wcd_json_new_object();
    bool ok = view != NULL && scn_copy_member(view, "ipam driver", ipam, "Driver") &&
              scn_copy_member(view, "subnet", subnet, "Subnet") &&
              scn_copy_member(view, "ip range", subnet, "IPRange") &&
              scn_copy_member(view, "gateway", subnet, "Gateway") &&
              add_containers(view, inspect) && add_hns(world, view, inspect);
    for (size_t i = 0; ok && i < sizeof(members) / sizeof(members[0]); i++) {
        ok = scn_copy_member(view, members[i][0], inspect, members[i][1]);
    }
    if (!ok) {
        wcd_json_free(view);
        return scn_no_memory(world);
    }
    return view;
}

/* Lists of names in any order. */
static void expect_names(struct scn_world *world, const char *what, const struct scn_node *node,
                         const struct wcd_json *names)
{
    struct wcd_strlist want;
    struct wcd_strlist got;
    wcd_strlist_init(&want);
    wcd_strlist_init(&got);
    bool ok = true;
    for (size_t i = 0; ok && i < node->count; i++) {
        ok = wcd_strlist_add(&want, node->children[i].text);
    }
    for (const struct wcd_json *item = wcd_json_first(names); ok && item != NULL;
         item = wcd_json_next(item)) {
        ok = wcd_strlist_add(&got, wcd_json_string(item));
    }
    wcd_strlist_sort(&want);
    wcd_strlist_sort(&got);
    if (!ok) {
        scn_no_memory(world);
    } else if (!scn_same_lists(&want, &got)) {
        scn_fail_lists(world, node->place, what, &want, &got);
    }
    wcd_strlist_release(&want);
    wcd_strlist_release(&got);
}

static void expect_members(struct scn_world *world, const struct scn_node *node,
                           const struct wcd_json *view)
{
    for (size_t i = 0; i < node->count; i++) {
        const struct scn_node *child = &node->children[i];
        char *what = wcd_text_format("%s, %s", node->key, child->key);
        if (what == NULL) {
            scn_no_memory(world);
        } else if (strcmp(child->key, "containers") == 0) {
            expect_names(world, what, child, wcd_json_get(view, "containers"));
        } else {
            scn_expect_member(world, what, child, view);
        }
        free(what);
    }
}

void scn_expect_network(struct scn_world *world, const struct scn_node *node, const char *name)
{
    struct scn_outcome found = {.error = WCD_ERROR_INIT}; /* the API's document */
    bool missing = node->kind == SCN_SCALAR;
    if (scn_daemon_is_running(world, &found)) {
        size_t begun = scn_unseen_begin(world);
        (void)wcd_daemon_inspect_network(world->daemon, name, &found.result, &found.error);
        scn_unseen_end(world, begun);
    }
    enum wcd_errc code = found.error.code;
    struct wcd_json *view = code == WCD_OK ? view_of(world, found.result) : NULL;
    if (view != NULL && missing) {
        scn_fail(world, node->place, node->key, "missing", "it is there");
    } else if (view != NULL) {
        expect_members(world, node, view);
    } else if (code != WCD_OK && !(missing && code == WCD_E_NOT_FOUND)) {
        scn_fail_error(world, node, node->key, &found.error);
    }
    wcd_json_free(view);
    wcd_json_free(found.result);
    wcd_error_release(&found.error);
}

void scn_expect_networks(struct scn_world *world, const struct scn_node *node)
{
    struct scn_outcome found = {.error = WCD_ERROR_INIT};
    if (scn_daemon_is_running(world, &found)) {
        size_t begun = scn_unseen_begin(world);
        (void)wcd_daemon_list_networks(world->daemon, NULL, &found.result, &found.error);
        scn_unseen_end(world, begun);
    }
    bool ok = found.error.code == WCD_OK;
    struct wcd_json *names = ok ? scn_member_list(found.result, "Name") : NULL;
    if (!ok) {
        scn_fail_error(world, node, node->key, &found.error);
    } else if (names == NULL) {
        scn_no_memory(world);
    } else {
        expect_names(world, node->key, node, names);
    }
    wcd_json_free(names);
    wcd_json_free(found.result);
    wcd_error_release(&found.error);
}

/* ---- containers in networks ---- */

static struct wcd_json *names_of(const struct wcd_json *object)
{
    struct wcd_json *names = wcd_json_new_array();
    for (const struct wcd_json *item = wcd_json_first(object); names != NULL && item != NULL;
         item = wcd_json_next(item)) {
        if (!wcd_json_append(names, wcd_json_new_string(wcd_json_name(item)))) {
            wcd_json_free(names);
            names = NULL;
        }
    }
    return names;
}

void scn_expect_joined(struct scn_world *world, const char *what, const struct scn_node *node,
                       const struct wcd_json *networks)
{
    struct wcd_json *names = names_of(networks);
    if (names == NULL) {
        scn_no_memory(world);
    } else {
        expect_names(world, what, node, names);
    }
    wcd_json_free(names);
}

void scn_expect_ports(struct scn_world *world, const char *what, const struct scn_node *node,
                      const struct wcd_json *ports)
{
    struct wcd_strlist want;
    struct wcd_strlist got;
    wcd_strlist_init(&want);
    wcd_strlist_init(&got);
    bool ok = scn_ports_list(node, &want);
    for (const struct wcd_json *item = wcd_json_first(ports); ok && item != NULL;
         item = wcd_json_next(item)) {
        ok = wcd_strlist_add(&got, wcd_json_string(item));
    }
    wcd_strlist_sort(&got);
    if (!ok) {
        scn_no_memory(world);
    } else if (!scn_same_lists(&want, &got)) {
        scn_fail_lists(world, node->place, what, &want, &got);
    }
    wcd_strlist_release(&want);
    wcd_strlist_release(&got);
}
