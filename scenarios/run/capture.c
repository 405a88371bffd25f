/* Captures: the results that steps were told to keep (`as: first`), and the references to them
 * (`${first.warnings.0}`) that only a run can replace. */
#include "core/base/limits.h"
#include "scenarios/lang/refs.h"
#include "scenarios/run/world.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

bool scn_capture_set(struct scn_world *world, const char *name, const struct wcd_json *value)
{
    char *name_copy = wcd_text_copy(name);
    struct wcd_json *value_copy = wcd_json_copy(value);
    struct scn_capture *grown =
        realloc(world->captures, (world->capture_count + 1) * sizeof(*grown));
    world->captures = grown == NULL ? world->captures : grown;
    if (name_copy == NULL || value_copy == NULL || grown == NULL) {
        free(name_copy);
        wcd_json_free(value_copy);
        scn_no_memory(world);
        return false;
    }
    world->captures[world->capture_count++] = (struct scn_capture){name_copy, value_copy};
    return true;
}

static bool names(const char *member, const char *word, size_t len)
{
    return strlen(member) == len && memcmp(member, word, len) == 0;
}

static const struct wcd_json *step_into(const struct wcd_json *value, const char *word, size_t len)
{
    bool array = wcd_json_is(value, WCD_JSON_ARRAY);
    if (!array && !wcd_json_is(value, WCD_JSON_OBJECT)) {
        return NULL;
    }
    size_t index = 0;
    const struct wcd_json *item = wcd_json_first(value);
    for (; item != NULL; item = wcd_json_next(item), index++) {
        char number[32];
        (void)snprintf(number, sizeof(number), "%zu", index);
        if (names(array ? number : wcd_json_name(item), word, len)) {
            break;
        }
    }
    return item;
}

/* The value of "first.warnings.0" (len bytes), NULL when it leads nowhere. The latest capture of a
 * name counts. */
static const struct wcd_json *find(const struct scn_world *world, const char *path, size_t len)
{
    size_t word = 0;
    while (word < len && path[word] != '.') {
        word++;
    }
    const struct wcd_json *value = NULL;
    for (size_t i = 0; i < world->capture_count; i++) {
        if (strlen(world->captures[i].name) == word &&
            memcmp(world->captures[i].name, path, word) == 0) {
            value = world->captures[i].value;
        }
    }
    while (value != NULL && word < len) {
        size_t start = word + 1;
        word = start;
        while (word < len && path[word] != '.') {
            word++;
        }
        value = step_into(value, path + start, word - start);
    }
    return value;
}

/* Adds what a reference leads to. False when it leads nowhere. */
static bool add_value(struct scn_world *world, const struct scn_node *node,
                      const struct scn_ref *ref, struct wcd_buf *buf)
{
    const struct wcd_json *value = find(world, ref->name, ref->size - strlen("${}"));
    if (value == NULL) {
        size_t failures = world->result->failure_count;
        scn_fail(world, node->place, "a reference to a step's result leads nowhere", node->text,
                 "no such capture, or no such member of it");
        scn_mark_failures(world, failures, SCN_FAILURE_BROKEN);
        return false;
    }
    char *text = scn_json_text(value);
    if (text == NULL) {
        scn_no_memory(world);
        return false;
    }
    wcd_buf_text(buf, text);
    free(text);
    return true;
}

/* Adds the text with its references replaced; $${ stands for the characters themselves. False when
 * one leads nowhere. */
static bool expand(struct scn_world *world, const struct scn_node *node, struct wcd_buf *buf)
{
    const char *at = node->text;
    struct scn_ref ref;
    enum scn_ref_kind kind;
    while ((kind = scn_ref_next(at, &ref)) != SCN_REF_NONE) {
        wcd_buf_add(buf, at, (size_t)(ref.start - at));
        if (kind == SCN_REF_VALUE && !add_value(world, node, &ref, buf)) {
            return false;
        }
        if (kind != SCN_REF_VALUE) {
            wcd_buf_text(buf, "${");
        }
        at = ref.start + ref.size;
    }
    wcd_buf_text(buf, at);
    return true;
}

static bool resolve(struct scn_world *world, struct scn_node *node)
{
    for (size_t i = 0; i < node->count; i++) {
        if (!resolve(world, &node->children[i])) {
            return false;
        }
    }
    if (node->kind != SCN_SCALAR || !node->open) {
        return true;
    }
    struct wcd_buf buf;
    wcd_buf_init(&buf, WCD_BUF_BYTES_MAX);
    if (!expand(world, node, &buf)) {
        wcd_buf_release(&buf);
        return false;
    }
    char *text = wcd_buf_take(&buf);
    if (text == NULL) {
        scn_no_memory(world);
        return false;
    }
    wcd_text_replace(&node->text, text);
    node->quoted = true; /* what a step gave is text, whatever it looks like */
    return true;
}

bool scn_capture_resolve(struct scn_world *world, const struct scn_node *node, struct scn_node *out)
{
    if (!scn_node_copy(out, node)) {
        scn_no_memory(world);
        return false;
    }
    if (!resolve(world, out)) {
        scn_node_release(out);
        return false;
    }
    return true;
}
