/* The tree of one run. Where the file is wrong the result is wrong too, but a tree: the checker has
 * told or tells. */
#include "scenarios/lang/resolve.h"

#include "scenarios/lang/names.h"

#include <stdlib.h>
#include <string.h>

static bool resolve(struct scn_env *env, const struct scn_shape *shape, const struct scn_node *node,
                    struct scn_node *out);

static bool copy_plain(struct scn_env *env, const struct scn_node *node, struct scn_node *out)
{
    bool ok = scn_node_copy(out, node);
    env->no_memory = env->no_memory || !ok;
    return ok;
}

/* An empty node at the place and under the key of another. */
static bool begin(struct scn_env *env, const struct scn_node *node, struct scn_node *out)
{
    *out = (struct scn_node){.kind = node->kind,
                             .place = node->place,
                             .key_place = node->key_place,
                             .quoted = node->quoted};
    if (node->key != NULL) {
        out->key = wcd_text_copy(node->key);
        env->no_memory = env->no_memory || out->key == NULL;
    }
    return !env->no_memory;
}

/* Adds a child; false when there was no memory for it or before. */
static bool add(struct scn_env *env, struct scn_node *out, struct scn_node *child, bool made)
{
    if (made && scn_node_add(out, child)) {
        return true;
    }
    env->no_memory = true;
    return false;
}

static bool resolve_scalar(struct scn_env *env, const struct scn_shape *shape,
                           const struct scn_node *node, struct scn_node *out)
{
    if (shape == NULL || shape->fixed) {
        return copy_plain(env, node, out);
    }
    if (!begin(env, node, out)) {
        return false;
    }
    if (env->bytes > SCN_INSTANCE_BYTES_MAX) {
        scn_env_complain(env, node->place,
                         "with their variables replaced the texts are longer than 16 MiB in all");
        out->text = wcd_text_copy("");
    } else {
        out->text = scn_env_text(env, node, &out->open);
    }
    env->no_memory = env->no_memory || out->text == NULL;
    return !env->no_memory;
}

/* The branch that fits, under the key of the choice. */
static bool resolve_choice(struct scn_env *env, const struct scn_shape *shape,
                           const struct scn_node *node, struct scn_node *out)
{
    const struct scn_node *branch = scn_env_pick(env, node);
    if (branch == NULL) {
        /* Open, so that nothing complains of its form as well. */
        bool ok = begin(env, node, out);
        out->kind = SCN_SCALAR;
        out->open = true;
        out->text = ok ? wcd_text_copy("") : NULL;
        env->no_memory = env->no_memory || out->text == NULL;
        return !env->no_memory;
    }
    if (!resolve(env, shape, branch, out)) {
        return false;
    }
    free(out->key);
    out->key = NULL;
    out->key_place = node->key_place;
    if (node->key != NULL) {
        out->key = wcd_text_copy(node->key);
        env->no_memory = env->no_memory || out->key == NULL;
    }
    return !env->no_memory;
}

/* True when the mapping is of a kind that can have a condition. */
static bool has_condition(const struct scn_map *map)
{
    const struct scn_field *field = map == NULL ? NULL : scn_map_field(map, "when");
    return field != NULL && field->shape == &scn_when_shape;
}

static bool resolve_list(struct scn_env *env, const struct scn_shape *shape,
                         const struct scn_node *node, struct scn_node *out)
{
    const struct scn_shape *item = shape == NULL ? NULL
                                   : shape->free ? &scn_free_shape
                                                 : shape->item;
    bool conditions = item != NULL && has_condition(item->map);
    const char *noun = conditions && item->map == &scn_step_map ? "step" : "expectation";
    bool ok = begin(env, node, out);
    for (size_t i = 0; ok && i < node->count; i++) {
        const struct scn_node *from = &node->children[i];
        if (conditions && !scn_env_note_when(env, scn_node_get(from, "when"), noun)) {
            continue;
        }
        struct scn_node child = {0};
        ok = add(env, out, &child, resolve(env, item, from, &child));
    }
    return ok;
}

static const struct scn_shape *shape_of(const struct scn_shape *shape, const char *key)
{
    if (shape == NULL || shape->map == NULL) {
        return shape != NULL && shape->free ? &scn_free_shape : NULL;
    }
    const struct scn_field *field = scn_map_field(shape->map, key);
    return field != NULL ? field->shape : shape->map->any;
}

/* `warning: text` becomes { level: warning, message: text }. */
static bool spell_out_level(struct scn_env *env, struct scn_node *line)
{
    struct scn_node *child = line->count == 1 ? &line->children[0] : NULL;
    bool level = false;
    for (size_t i = 0; child != NULL && scn_log_levels[i] != NULL; i++) {
        level = level || strcmp(child->key, scn_log_levels[i]) == 0;
    }
    if (!level) {
        return true;
    }
    struct scn_node word = {
        .kind = SCN_SCALAR, .place = child->key_place, .key_place = child->key_place};
    word.text = child->key;
    child->key = wcd_text_copy("message");
    word.key = wcd_text_copy("level");
    if (child->key == NULL || word.key == NULL) {
        scn_node_release(&word);
        env->no_memory = true;
        return false;
    }
    return add(env, line, &word, true);
}

static bool resolve_map(struct scn_env *env, const struct scn_shape *shape,
                        const struct scn_node *node, struct scn_node *out)
{
    bool condition = shape != NULL && has_condition(shape->map);
    bool ok = begin(env, node, out);
    for (size_t i = 0; ok && i < node->count; i++) {
        const struct scn_node *from = &node->children[i];
        if (condition && strcmp(from->key, "when") == 0) {
            continue; /* it holds */
        }
        struct scn_node child = {0};
        ok = add(env, out, &child, resolve(env, shape_of(shape, from->key), from, &child));
    }
    return ok && (shape == NULL || shape->map != &scn_log_map || spell_out_level(env, out));
}

static bool resolve(struct scn_env *env, const struct scn_shape *shape, const struct scn_node *node,
                    struct scn_node *out)
{
    *out = (struct scn_node){0};
    bool ok = false;
    if (node->kind == SCN_SCALAR) {
        ok = resolve_scalar(env, shape, node, out);
    } else if (node->kind == SCN_LIST) {
        ok = resolve_list(env, shape, node, out);
    } else if (shape != NULL && scn_is_choice(env->matrix, shape, node)) {
        ok = resolve_choice(env, shape, node, out);
    } else {
        ok = resolve_map(env, shape, node, out);
    }
    if (!ok) {
        scn_node_release(out);
    }
    return ok;
}

/* `expect` as a mapping is a list with one entry. */
static bool resolve_expect(struct scn_env *env, const struct scn_node *node, struct scn_node *out)
{
    if (node->kind != SCN_MAP) {
        return resolve(env, &scn_expect_shape, node, out);
    }
    struct scn_node entry = {0};
    bool ok = begin(env, node, out) && resolve(env, &scn_expect_shape, node, &entry);
    if (ok) {
        out->kind = SCN_LIST;
        free(entry.key);
        entry.key = NULL;
        ok = add(env, out, &entry, true);
    }
    if (!ok) {
        scn_node_release(out);
    }
    return ok;
}

bool scn_resolve(struct scn_env *env, struct scn_node *out)
{
    *out = (struct scn_node){.kind = SCN_MAP, .place = env->file->place};
    static const char *const spent[] = {"matrix", "let", "known gap"};
    bool ok = true;
    for (size_t i = 0; ok && i < env->file->count; i++) {
        const struct scn_node *from = &env->file->children[i];
        bool skip = false;
        for (size_t j = 0; j < sizeof(spent) / sizeof(spent[0]); j++) {
            skip = skip || strcmp(from->key, spent[j]) == 0;
        }
        if (skip) {
            continue;
        }
        const struct scn_field *field = scn_map_field(&scn_scenario_map, from->key);
        const struct scn_shape *shape = field == NULL ? NULL : field->shape;
        struct scn_node child = {0};
        bool made = shape == &scn_expect_shape ? resolve_expect(env, from, &child)
                                               : resolve(env, shape, from, &child);
        ok = add(env, out, &child, made);
    }
    if (!ok) {
        scn_node_release(out);
    }
    return ok;
}
