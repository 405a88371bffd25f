/* The tree of a scenario file: copying, freeing, growing. */
#include "scenarios/lang/node.h"

#include "core/base/assert.h"
#include "core/base/text.h"

#include <stdlib.h>
#include <string.h>

/* Arrays of children have room for the next power of two, so that no capacity must be kept. */
static size_t children_capacity(size_t count)
{
    size_t capacity = 1;
    while (capacity < count) {
        capacity *= 2;
    }
    return capacity;
}

bool scn_node_is_empty(const struct scn_node *node)
{
    return node != NULL && node->kind == SCN_SCALAR && !node->quoted && node->text[0] == '\0';
}

void scn_node_release(struct scn_node *node)
{
    for (size_t i = 0; i < node->count; i++) {
        scn_node_release(&node->children[i]);
    }
    free(node->children);
    free(node->text);
    free(node->key);
    *node = (struct scn_node){0};
}

static bool copy_text(char **to, const char *from)
{
    *to = from == NULL ? NULL : wcd_text_copy(from);
    return from == NULL || *to != NULL;
}

bool scn_node_copy(struct scn_node *to, const struct scn_node *from)
{
    *to = *from;
    to->text = NULL;
    to->key = NULL;
    to->children = NULL;
    to->count = 0;
    bool ok = copy_text(&to->text, from->text) && copy_text(&to->key, from->key);
    if (ok && from->count > 0) {
        to->children = calloc(children_capacity(from->count), sizeof(*to->children));
        ok = to->children != NULL;
    }
    for (size_t i = 0; ok && i < from->count; i++) {
        ok = scn_node_copy(&to->children[i], &from->children[i]);
        to->count += ok ? 1 : 0;
    }
    if (!ok) {
        scn_node_release(to);
    }
    return ok;
}

bool scn_node_add(struct scn_node *node, struct scn_node *child)
{
    WCD_ASSERT(node->kind != SCN_SCALAR);
    bool full = node->count == 0 || children_capacity(node->count) == node->count;
    if (full) {
        struct scn_node *children =
            realloc(node->children, children_capacity(node->count + 1) * sizeof(*children));
        if (children == NULL) {
            scn_node_release(child);
            return false;
        }
        node->children = children;
    }
    node->children[node->count++] = *child;
    *child = (struct scn_node){0};
    return true;
}

bool scn_node_make(struct scn_node *out, enum scn_kind kind, struct scn_place place,
                   const char *key)
{
    *out = (struct scn_node){.kind = kind, .place = place, .key_place = place};
    return copy_text(&out->key, key);
}

bool scn_node_make_text(struct scn_node *out, struct scn_place place, const char *key,
                        const char *text)
{
    bool made = scn_node_make(out, SCN_SCALAR, place, key);
    out->quoted = true;
    if (!made || !copy_text(&out->text, text)) {
        scn_node_release(out);
        return false;
    }
    return true;
}

bool scn_node_add_text(struct scn_node *to, struct scn_place place, const char *key,
                       const char *text)
{
    struct scn_node node;
    return scn_node_make_text(&node, place, key, text) && scn_node_add(to, &node);
}

void scn_node_remove(struct scn_node *node, size_t index)
{
    WCD_ASSERT(index < node->count);
    scn_node_release(&node->children[index]);
    size_t after = node->count - index - 1;
    memmove(&node->children[index], &node->children[index + 1], after * sizeof(*node->children));
    node->count--;
    /* The array may now have more room than its count says, never less. */
}

const struct scn_node *scn_node_get(const struct scn_node *node, const char *key)
{
    if (node == NULL || node->kind != SCN_MAP) {
        return NULL;
    }
    for (size_t i = 0; i < node->count; i++) {
        if (strcmp(node->children[i].key, key) == 0) {
            return &node->children[i];
        }
    }
    return NULL;
}

const char *scn_node_text(const struct scn_node *node, const char *otherwise)
{
    if (node == NULL) {
        return otherwise;
    }
    WCD_ASSERT(node->kind == SCN_SCALAR);
    return node->text;
}
