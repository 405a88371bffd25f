/* Expectations on the network service: its networks, endpoints and policy lists. */
#include "core/base/limits.h"
#include "core/base/utf8.h"
#include "scenarios/run/expect.h"
#include "scenarios/run/hns.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* ---- one object against what is known of it ---- */

static bool ports_match(const struct scn_node *expected, const struct wcd_json *actual, bool *ok)
{
    struct wcd_strlist want;
    struct wcd_strlist got;
    wcd_strlist_init(&want);
    wcd_strlist_init(&got);
    *ok = *ok && scn_ports_list(expected, &want);
    for (const struct wcd_json *item = wcd_json_first(actual); *ok && item != NULL;
         item = wcd_json_next(item)) {
        *ok = wcd_strlist_add(&got, wcd_json_string(item));
    }
    wcd_strlist_sort(&got);
    bool same = *ok && scn_same_lists(&want, &got);
    wcd_strlist_release(&want);
    wcd_strlist_release(&got);
    return same;
}

/* `entry`: a name, or members. *ok becomes false without memory. */
static bool is_meant(const struct scn_node *entry, const struct wcd_json *view, bool *ok)
{
    if (entry->kind == SCN_SCALAR) {
        return strcmp(entry->text, scn_hns_text(view, "name")) == 0;
    }
    bool meant = true;
    for (size_t i = 0; meant && i < entry->count; i++) {
        const struct scn_node *child = &entry->children[i];
        const struct wcd_json *value = wcd_json_get(view, child->key);
        if (strcmp(child->key, "ports") == 0) {
            meant = ports_match(child, value, ok);
        } else if (strcmp(child->key, "id") == 0) {
            meant = wcd_utf8_equal_fold(child->text, scn_hns_text(view, "id"));
        } else {
            meant = scn_value_matches(child, value);
        }
    }
    return meant;
}

/* ---- all of a kind ---- */

struct objects {
    const char *what; /* "hns, networks" */
    struct wcd_json *views;
    bool *taken;
    size_t count;
};

/* What a report shows of an object: all but the document. */
static char *view_text(const struct wcd_json *view)
{
    struct wcd_buf buf;
    wcd_buf_init(&buf, WCD_BUF_BYTES_MAX);
    const char *between = "";
    for (const struct wcd_json *item = wcd_json_first(view); item != NULL;
         item = wcd_json_next(item)) {
        char *text = scn_json_text(item);
        bool empty = text != NULL && (*text == '\0' || strcmp(text, "[]") == 0);
        if (text == NULL) {
            buf.failed = true;
        } else if (!empty && strcmp(wcd_json_name(item), "document") != 0) {
            wcd_buf_format(&buf, "%s%s: %s", between, wcd_json_name(item), text);
            between = ", ";
        }
        free(text);
    }
    return wcd_buf_take(&buf);
}

static bool add_rest(const struct scn_node *list, const bool *found, const struct objects *objects,
                     struct wcd_strlist *want, struct wcd_strlist *got)
{
    bool ok = true;
    for (size_t i = 0; ok && i < list->count; i++) {
        ok = found[i] || wcd_strlist_take(want, scn_node_text_of(&list->children[i]));
    }
    const struct wcd_json *view = wcd_json_first(objects->views);
    for (size_t i = 0; ok && i < objects->count; i++, view = wcd_json_next(view)) {
        ok = objects->taken[i] || wcd_strlist_take(got, view_text(view));
    }
    return ok;
}

/* Those that are not there and those that should not be. */
static void fail_rest(struct scn_world *world, const struct scn_node *list, const bool *found,
                      const struct objects *objects)
{
    struct wcd_strlist want;
    struct wcd_strlist got;
    wcd_strlist_init(&want);
    wcd_strlist_init(&got);
    if (!add_rest(list, found, objects, &want, &got)) {
        scn_no_memory(world);
    } else if (want.count > 0 || got.count > 0) {
        scn_fail_lists(world, list->place, objects->what, &want, &got);
    }
    wcd_strlist_release(&want);
    wcd_strlist_release(&got);
}

/* The entry takes the first object that it fits and that is not taken. */
static bool take(const struct scn_node *entry, struct objects *objects, bool *ok)
{
    const struct wcd_json *view = wcd_json_first(objects->views);
    for (size_t i = 0; *ok && i < objects->count; i++, view = wcd_json_next(view)) {
        if (!objects->taken[i] && is_meant(entry, view, ok)) {
            objects->taken[i] = true;
            return true;
        }
    }
    return false;
}

/* Those that say more come first, lest another one takes what they alone fit. */
static void expect_list(struct scn_world *world, const struct scn_node *list,
                        struct objects *objects)
{
    bool ok = true;
    bool *found = calloc(list->count + 1, sizeof(*found));
    size_t most = 0;
    for (size_t i = 0; i < list->count; i++) {
        most = list->children[i].count > most ? list->children[i].count : most;
    }
    for (size_t members = most + 1; found != NULL && members-- > 0;) {
        for (size_t i = 0; ok && i < list->count; i++) {
            if (list->children[i].count == members) {
                found[i] = take(&list->children[i], objects, &ok);
            }
        }
    }
    if (found == NULL || !ok) {
        scn_no_memory(world);
    } else {
        fail_rest(world, list, found, objects);
    }
    free(found);
}

static void expect_count(struct scn_world *world, const char *what, const struct scn_node *node,
                         size_t count)
{
    uint64_t wanted = 0;
    if (scn_world_uint(world, node, &wanted) && wanted != count) {
        scn_fail_take(world, node->place, what, node->text, wcd_text_format("%zu", count));
    }
}

/* The views of all objects. NULL without memory. */
static struct wcd_json *views_of(struct scn_world *world, const struct wcd_json *state,
                                 bool networks)
{
    struct wcd_json *views = wcd_json_new_array();
    for (const struct wcd_json *item =
             wcd_json_first(wcd_json_get(state, networks ? "networks" : "endpoints"));
         views != NULL && item != NULL; item = wcd_json_next(item)) {
        if (!wcd_json_append(views, networks ? scn_hns_network_view(world, item)
                                             : scn_hns_endpoint_view(world, state, item))) {
            wcd_json_free(views);
            views = NULL;
        }
    }
    return views;
}

static void expect_objects(struct scn_world *world, const struct scn_node *node,
                           const struct wcd_json *state, bool networks)
{
    struct objects objects = {
        .what = networks ? "hns, networks" : "hns, endpoints",
        .views = views_of(world, state, networks),
    };
    objects.count = wcd_json_size(objects.views);
    objects.taken = calloc(objects.count + 1, sizeof(*objects.taken));
    if (objects.views == NULL || objects.taken == NULL) {
        scn_no_memory(world);
    } else if (node->kind == SCN_SCALAR) {
        expect_count(world, objects.what, node, objects.count);
    } else {
        expect_list(world, node, &objects);
    }
    wcd_json_free(objects.views);
    free(objects.taken);
}

void scn_expect_hns(struct scn_world *world, const struct scn_node *rules)
{
    const struct scn_node *networks = scn_node_get(rules, "networks");
    const struct scn_node *endpoints = scn_node_get(rules, "endpoints");
    const struct scn_node *lists = scn_node_get(rules, "policy lists");
    struct wcd_json *state = scn_hns_state(world);
    if (state == NULL) {
        return;
    }
    if (networks != NULL) {
        expect_objects(world, networks, state, true);
    }
    if (endpoints != NULL) {
        expect_objects(world, endpoints, state, false);
    }
    if (lists != NULL) {
        expect_count(world, "hns, policy lists", lists,
                     wcd_json_size(wcd_json_get(state, "policylists")));
    }
    wcd_json_free(state);
}
