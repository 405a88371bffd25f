/* Expectations on containers: how they stand, what they wrote, what the compute service runs. */
#include "scenarios/run/clients.h"
#include "scenarios/run/container_view.h"
#include "scenarios/run/expect.h"
#include "scenarios/run/stage.h"

#include <stdlib.h>
#include <string.h>

/* ---- container NAME ---- */

void scn_fail_error(struct scn_world *world, const struct scn_node *node, const char *what,
                    const struct wcd_error *err)
{
    char *expected = scn_node_text_of(node);
    if (expected == NULL || err->code == WCD_E_NO_MEMORY) {
        scn_no_memory(world);
    } else {
        scn_fail(world, node->place, what, expected, wcd_error_message(err));
    }
    free(expected);
}

static void expect_members(struct scn_world *world, const struct scn_node *node,
                           const struct wcd_json *view)
{
    for (size_t i = 0; i < node->count; i++) {
        const struct scn_node *child = &node->children[i];
        const struct wcd_json *value = wcd_json_get(view, child->key);
        char *what = wcd_text_format("%s, %s", node->key, child->key);
        if (what == NULL) {
            scn_no_memory(world);
        } else if (strcmp(child->key, "only networks") == 0) {
            scn_expect_joined(world, what, child, wcd_json_get(view, "networks"));
        } else if (value != NULL && strcmp(child->key, "ports") == 0) {
            scn_expect_ports(world, what, child, value);
        } else {
            scn_expect_member(world, what, child, view);
        }
        free(what);
    }
}

void scn_expect_container(struct scn_world *world, const struct scn_node *node, const char *name)
{
    struct wcd_error err = WCD_ERROR_INIT;
    struct wcd_json *view = scn_container_view(world, name, &err);
    bool missing = node->kind == SCN_SCALAR;
    if (view != NULL && missing) {
        scn_fail_take(world, node->place, node->key, "missing",
                      scn_json_text(wcd_json_get(view, "state")));
    } else if (view != NULL) {
        expect_members(world, node, view);
    } else if (err.code != WCD_OK && !(missing && err.code == WCD_E_NOT_FOUND)) {
        scn_fail_error(world, node, node->key, &err);
    }
    wcd_json_free(view);
    wcd_error_release(&err);
}

/* ---- output of NAME ---- */

static bool add_expected(const struct scn_node *node, struct wcd_strlist *out)
{
    bool ok = true;
    for (size_t i = 0; ok && node->kind == SCN_LIST && i < node->count; i++) {
        ok = wcd_strlist_add(out, node->children[i].text);
    }
    for (const char *at = node->kind == SCN_SCALAR ? node->text : ""; ok && *at != '\0';) {
        size_t len = strcspn(at, "\n");
        size_t shown = len > 0 && at[len - 1] == '\r' ? len - 1 : len;
        ok = wcd_strlist_take(out, wcd_text_copy_n(at, shown));
        at += len + (at[len] == '\n' ? 1 : 0);
    }
    return ok;
}

static bool add_lines(const struct wcd_json *lines, struct wcd_strlist *out)
{
    for (const struct wcd_json *item = wcd_json_first(lines); item != NULL;
         item = wcd_json_next(item)) {
        if (!wcd_strlist_add(out, wcd_json_string(item))) {
            return false;
        }
    }
    return true;
}

/* Line by line; a text is its lines. */
static void expect_lines(struct scn_world *world, const char *what, const struct scn_node *node,
                         const struct wcd_json *entries, const char *stream)
{
    struct wcd_json *lines = scn_log_lines(entries, stream);
    struct wcd_strlist want;
    struct wcd_strlist got;
    wcd_strlist_init(&want);
    wcd_strlist_init(&got);
    if (lines == NULL || !add_expected(node, &want) || !add_lines(lines, &got)) {
        scn_no_memory(world);
    } else if (!scn_same_lists(&want, &got)) {
        scn_fail_lists(world, node->place, what, &want, &got);
    }
    wcd_strlist_release(&want);
    wcd_strlist_release(&got);
    wcd_json_free(lines);
}

static void expect_part(struct scn_world *world, const char *what, const struct scn_node *node,
                        const struct wcd_json *entries, const char *container)
{
    struct wcd_json *lines = NULL;
    struct wcd_strlist got;
    wcd_strlist_init(&got);
    if (scn_container_wrote(world, container, node->text)) {
        return;
    }
    lines = scn_log_lines(entries, NULL);
    if (lines == NULL || !add_lines(lines, &got)) {
        scn_no_memory(world);
    } else {
        scn_fail_take(world, node->place, what, node->text, wcd_strlist_join(&got, "\n"));
    }
    wcd_strlist_release(&got);
    wcd_json_free(lines);
}

static void expect_streams(struct scn_world *world, const struct scn_node *node, const char *name,
                           const struct wcd_json *entries)
{
    for (size_t i = 0; i < node->count; i++) {
        const struct scn_node *child = &node->children[i];
        char *what = wcd_text_format("%s, %s", node->key, child->key);
        if (what == NULL) {
            scn_no_memory(world);
        } else if (strcmp(child->key, "contains") == 0) {
            expect_part(world, what, child, entries, name);
        } else {
            expect_lines(world, what, child, entries, child->key);
        }
        free(what);
    }
}

void scn_expect_output(struct scn_world *world, const struct scn_node *node, const char *name)
{
    struct wcd_error err = WCD_ERROR_INIT;
    struct wcd_json *entries = scn_container_output(world, name, &err);
    if (entries == NULL) {
        if (err.code != WCD_OK) {
            scn_fail_error(world, node, node->key, &err);
        }
    } else if (node->kind == SCN_MAP) {
        expect_streams(world, node, name, entries);
    } else {
        expect_lines(world, node->key, node, entries, NULL);
    }
    wcd_json_free(entries);
    wcd_error_release(&err);
}

/* ---- compute systems ---- */

static struct wcd_json *system_json(const struct fake_hcs_view *view)
{
    struct wcd_json *json = wcd_json_new_object();
    bool ok = json != NULL && wcd_json_set_string(json, "state", view->state) &&
              wcd_json_set_string(json, "isolation", view->isolation) &&
              wcd_json_set_string(json, "owner", view->owner) &&
              wcd_json_set(json, "processes", wcd_json_new_uint64(view->processes)) &&
              wcd_json_set(json, "handles", wcd_json_new_uint64(view->handles));
    if (!ok) {
        wcd_json_free(json);
        return NULL;
    }
    return json;
}

static void expect_system(struct scn_world *world, const struct scn_node *entry)
{
    static const char *const about[] = {"container", "id"};
    const struct scn_node *name = scn_node_get(entry, "container");
    name = name == NULL ? scn_node_get(entry, "id") : name;
    struct fake_hcs_view view = {0};
    if (!world->stage->system(world, scn_world_object(world, name->text), &view)) {
        scn_fail(world, entry->place, "compute systems", name->text, "no such compute system");
        return;
    }
    struct wcd_json *json = system_json(&view);
    if (json == NULL) {
        scn_no_memory(world);
        return;
    }
    for (size_t i = 0; i < entry->count; i++) {
        const struct scn_node *child = &entry->children[i];
        bool skip = strcmp(child->key, about[0]) == 0 || strcmp(child->key, about[1]) == 0;
        char *what = wcd_text_format("compute system %s, %s", name->text, child->key);
        if (what == NULL) {
            scn_no_memory(world);
        } else if (!skip) {
            scn_expect_value(world, what, child, wcd_json_get(json, child->key));
        }
        free(what);
    }
    wcd_json_free(json);
}

void scn_expect_systems(struct scn_world *world, const struct scn_node *node)
{
    size_t wanted = node->kind == SCN_LIST ? node->count : 0;
    size_t count = world->stage->systems(world);
    for (size_t i = 0; i < wanted; i++) {
        expect_system(world, &node->children[i]);
    }
    if (count != wanted) {
        char *expected = wcd_text_format("%zu in all", wanted);
        if (expected == NULL) {
            scn_no_memory(world);
        } else {
            scn_fail_take(world, node->place, "compute systems", expected,
                          wcd_text_format("%zu", count));
        }
        free(expected);
    }
}
