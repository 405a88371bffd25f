/* Variables, built-in names and conditions of one run. */
#include "scenarios/lang/resolve.h"

#include "core/base/limits.h"
#include "scenarios/lang/names.h"
#include "scenarios/lang/refs.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

bool scn_env_init(struct scn_env *env, const struct scn_node *file, const struct scn_matrix *matrix,
                  size_t run, struct scn_diags *diags)
{
    *env = (struct scn_env){.file = file, .matrix = matrix, .run = run, .diags = diags};
    const struct scn_node *let = scn_node_get(file, "let");
    if (let != NULL && let->count > 0) {
        env->lets = calloc(let->count, sizeof(*env->lets));
        env->no_memory = env->lets == NULL;
    }
    return !env->no_memory;
}

void scn_env_release(struct scn_env *env)
{
    const struct scn_node *let = scn_node_get(env->file, "let");
    for (size_t i = 0; env->lets != NULL && i < let->count; i++) {
        free(env->lets[i].text);
    }
    free(env->lets);
    env->lets = NULL;
}

void scn_env_add(struct scn_env *env, struct scn_place place, const char *hint, const char *message)
{
    if (env->diags == NULL || scn_diags_has(env->diags, place)) {
        return;
    }
    bool several = env->matrix->run_count > 1;
    scn_diags_add(env->diags, place, hint, "%s%s%s%s", message, several ? " (in the run " : "",
                  several ? env->matrix->ids[env->run] : "", several ? ")" : "");
}

void scn_env_complain(struct scn_env *env, struct scn_place place, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    char *message = wcd_text_vformat(format, args);
    va_end(args);
    if (message == NULL) {
        env->no_memory = true;
        return;
    }
    scn_env_add(env, place, NULL, message);
    free(message);
}

/* ---- conditions ---- */

/* The value an axis has in this run. */
static const char *axis_value(struct scn_env *env, const char *axis)
{
    const char *value = scn_matrix_value(env->matrix, env->run, axis);
    if (value == NULL && strcmp(axis, "os") == 0) {
        return scn_env_build(env)->id;
    }
    return value == NULL && strcmp(axis, "engine") == 0 ? scn_env_engine(env) : value;
}

static bool word_holds(struct scn_env *env, const char *axis, const char *word)
{
    const char *value = axis_value(env, axis);
    if (value == NULL) {
        return false; /* not an axis: the checker says so */
    }
    const struct fake_build *build = strcmp(axis, "os") == 0 ? fake_build_find(value) : NULL;
    return strcmp(value, word) == 0 || (build != NULL && scn_selector_fits(word, build));
}

static bool condition_holds(struct scn_env *env, const struct scn_node *condition)
{
    if (condition->kind == SCN_SCALAR) {
        return word_holds(env, condition->key, condition->text);
    }
    for (size_t i = 0; i < condition->count; i++) {
        const struct scn_node *item = &condition->children[i];
        if (item->kind == SCN_SCALAR && word_holds(env, condition->key, item->text)) {
            return true;
        }
    }
    return false;
}

bool scn_env_when(struct scn_env *env, const struct scn_node *when)
{
    bool all = true;
    for (size_t i = 0; when != NULL && all && i < when->count; i++) {
        const struct scn_node *child = &when->children[i];
        all = when->kind == SCN_LIST ? scn_env_when(env, child) : condition_holds(env, child);
    }
    return all;
}

static void note(struct scn_env *env, const struct scn_node *node, const char *noun, bool taken)
{
    if (env->usage != NULL && !scn_usage_note(env->usage, node, noun, taken)) {
        env->no_memory = true;
    }
}

bool scn_env_note_when(struct scn_env *env, const struct scn_node *when, const char *noun)
{
    if (when == NULL || when->kind != SCN_LIST) {
        bool holds = scn_env_when(env, when);
        if (when != NULL) {
            note(env, when, noun, holds);
        }
        return holds;
    }
    bool all = true;
    for (size_t i = 0; i < when->count; i++) {
        all = scn_env_note_when(env, &when->children[i], noun) && all;
    }
    return all;
}

/* ---- choices ---- */

bool scn_is_choice(const struct scn_matrix *matrix, const struct scn_shape *shape,
                   const struct scn_node *node)
{
    if (node->kind != SCN_MAP || !scn_shape_has_choice(shape)) {
        return false;
    }
    if (shape->map == NULL && !shape->free) {
        return true;
    }
    for (size_t i = 0; shape->map != NULL && i < node->count; i++) {
        if (scn_map_field(shape->map, node->children[i].key) != NULL) {
            return false;
        }
    }
    const char *axis = NULL;
    const char *other = NULL;
    const struct scn_node *key = NULL;
    enum scn_choice_kind kind = scn_choice_kind(matrix, node, &axis, &other, &key);
    if (shape->free && matrix == NULL) {
        return false; /* nobody can tell yet, and nothing in it is checked */
    }
    return kind == SCN_CHOICE || kind == SCN_CHOICE_UNCLEAR;
}

static bool key_holds(struct scn_env *env, const char *axis, const char *key)
{
    char word[SCN_WORD_MAX + 1];
    if (strcmp(key, "else") == 0) {
        return true;
    }
    const char *at = key;
    while (axis != NULL && *at != '\0' && scn_key_word(&at, word)) {
        if (word_holds(env, axis, word)) {
            return true;
        }
    }
    return false;
}

/* The branch that fits, NULL when none does; *axis is NULL when the mapping is no choice. */
static const struct scn_node *find_branch(struct scn_env *env, const struct scn_node *choice,
                                          const char **axis)
{
    const char *other = NULL;
    const struct scn_node *key = NULL;
    const struct scn_node *found = NULL;
    enum scn_choice_kind kind = scn_choice_kind(env->matrix, choice, axis, &other, &key);
    for (size_t i = 0; kind == SCN_CHOICE && i < choice->count; i++) {
        const struct scn_node *branch = &choice->children[i];
        bool taken = found == NULL && key_holds(env, *axis, branch->key);
        found = taken ? branch : found;
        note(env, branch, NULL, taken);
    }
    *axis = kind == SCN_CHOICE ? *axis : NULL;
    return found;
}

void scn_env_note_choice(struct scn_env *env, const struct scn_node *choice)
{
    const char *axis = NULL;
    while (choice != NULL && choice->kind == SCN_MAP) {
        choice = find_branch(env, choice, &axis);
    }
}

const struct scn_node *scn_env_pick(struct scn_env *env, const struct scn_node *choice)
{
    const char *axis = NULL;
    const struct scn_node *found = find_branch(env, choice, &axis);
    if (found == NULL && axis != NULL) {
        scn_env_complain(env, choice->place, "no branch of this choice fits %s \"%s\"", axis,
                         axis_value(env, axis));
    }
    return found;
}

/* ---- values ---- */

/* The text of a scalar or a choice of scalars; NULL when it is something else (the checker says so)
 * or without memory. */
static char *evaluate(struct scn_env *env, const struct scn_node *node)
{
    while (node != NULL && node->kind == SCN_MAP) {
        node = scn_env_pick(env, node);
    }
    bool open = false;
    return node == NULL || node->kind != SCN_SCALAR ? NULL : scn_env_text(env, node, &open);
}

static const char *let_value(struct scn_env *env, const struct scn_node *let, size_t index)
{
    struct scn_let *value = &env->lets[index];
    if (value->state == SCN_LET_BUSY) {
        scn_env_complain(env, let->children[index].key_place, "\"%s\" refers to itself",
                         let->children[index].key);
        return "";
    }
    if (value->state == SCN_LET_OPEN) {
        value->state = SCN_LET_BUSY;
        value->text = evaluate(env, &let->children[index]);
        value->state = SCN_LET_DONE;
    }
    return value->text == NULL ? "" : value->text;
}

const struct fake_build *scn_env_build(struct scn_env *env)
{
    const struct scn_node *os = scn_node_get(scn_node_get(env->file, "host"), "os");
    if (env->build_state == SCN_LET_OPEN) {
        env->build_state = SCN_LET_BUSY;
        env->build = fake_build_find("server-2022");
        const char *value = scn_matrix_value(env->matrix, env->run, "os");
        char *own = os == NULL ? NULL : evaluate(env, os);
        value = own == NULL ? value : own;
        const struct fake_build *build = value == NULL ? NULL : fake_build_find(value);
        env->build = build == NULL ? env->build : build;
        (void)snprintf(env->build_number, sizeof(env->build_number), "%u",
                       (unsigned)env->build->build);
        free(own);
        env->build_state = SCN_LET_DONE;
    } else if (env->build_state == SCN_LET_BUSY) {
        scn_env_complain(env, os->place, "the host's `os` refers to itself");
    }
    return env->build;
}

const char *scn_env_engine(struct scn_env *env)
{
    const struct scn_node *node = scn_node_get(scn_node_get(env->file, "daemon"), "engine");
    if (env->engine_state == SCN_LET_OPEN) {
        env->engine_state = SCN_LET_BUSY;
        env->engine = "v25";
        const char *value = scn_matrix_value(env->matrix, env->run, "engine");
        char *own = node == NULL ? NULL : evaluate(env, node);
        value = own == NULL ? value : own;
        if (value != NULL && strcmp(value, "v17") == 0) {
            env->engine = "v17";
        }
        free(own);
        env->engine_state = SCN_LET_DONE;
    } else if (env->engine_state == SCN_LET_BUSY) {
        scn_env_complain(env, node->place, "the daemon's `engine` refers to itself");
    }
    return env->engine;
}

/* A built-in name; NULL when it is none. */
static const char *built_in(struct scn_env *env, enum scn_name_kind kind)
{
    switch (kind) {
    case SCN_NAME_OS:
        return scn_env_build(env)->id;
    case SCN_NAME_OS_BUILD:
        (void)scn_env_build(env);
        return env->build_number;
    case SCN_NAME_OS_KIND:
        return fake_build_is_client(scn_env_build(env)) ? "client" : "server";
    case SCN_NAME_OS_TITLE:
        return scn_env_build(env)->title;
    case SCN_NAME_ENGINE:
        return scn_env_engine(env);
    case SCN_NAME_MATRIX:
    case SCN_NAME_LET:
    case SCN_NAME_OTHER:
        break;
    }
    return NULL;
}

/* What a reference stands for; NULL when only the run can know. */
static const char *value_of(struct scn_env *env, const struct scn_ref *ref)
{
    const struct scn_node *let = scn_node_get(env->file, "let");
    size_t index = 0;
    enum scn_name_kind kind = scn_name_kind(env->matrix, let, ref, &index);
    if (kind == SCN_NAME_MATRIX) {
        const struct scn_variable *variable = &env->matrix->variables[index];
        return scn_matrix_value(env->matrix, env->run, variable->name);
    }
    if (kind == SCN_NAME_LET) {
        return let_value(env, let, index);
    }
    return built_in(env, kind);
}

static bool has_unknown(struct scn_env *env, const char *text)
{
    struct scn_ref ref;
    const struct scn_node *let = scn_node_get(env->file, "let");
    enum scn_ref_kind kind;
    while ((kind = scn_ref_next(text, &ref)) != SCN_REF_NONE) {
        size_t index = 0;
        if (kind == SCN_REF_VALUE &&
            scn_name_kind(env->matrix, let, &ref, &index) == SCN_NAME_OTHER) {
            return true;
        }
        text = ref.start + ref.size;
    }
    return false;
}

/* Appends what stands for the reference. */
static void add_reference(struct scn_env *env, enum scn_ref_kind kind, const struct scn_ref *ref,
                          bool open, struct wcd_buf *out)
{
    const char *value = kind == SCN_REF_VALUE ? value_of(env, ref) : NULL;
    if (value != NULL) {
        wcd_buf_text(out, value);
    } else if (kind == SCN_REF_LITERAL && !open) {
        wcd_buf_text(out, "${");
    } else {
        wcd_buf_add(out, ref->start, ref->size);
    }
}

char *scn_env_text(struct scn_env *env, const struct scn_node *node, bool *open)
{
    const char *text = node->text;
    struct scn_ref ref;
    enum scn_ref_kind kind = scn_ref_next(text, &ref);
    *open = kind != SCN_REF_NONE && has_unknown(env, text);
    struct wcd_buf buf;
    wcd_buf_init(&buf, WCD_BUF_BYTES_MAX);
    for (; kind != SCN_REF_NONE; kind = scn_ref_next(text, &ref)) {
        wcd_buf_add(&buf, text, (size_t)(ref.start - text));
        add_reference(env, kind, &ref, *open, &buf);
        text = ref.start + ref.size;
        if (buf.len > SCN_SCALAR_BYTES_MAX) {
            scn_env_complain(env, node->place,
                             "with its variables replaced this text is longer than "
                             "64 KiB");
            wcd_buf_clear(&buf);
            text = "";
        }
    }
    wcd_buf_text(&buf, text);
    env->bytes += buf.len;
    char *result = wcd_buf_take(&buf);
    env->no_memory = env->no_memory || result == NULL;
    return result;
}
