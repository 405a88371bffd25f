/* Checking a tree against the schema tables. */
#include "scenarios/lang/check_internal.h"

#include "core/base/limits.h"
#include "scenarios/lang/names.h"

#include <stdlib.h>
#include <string.h>

static void check_value(struct scn_checker *c, const struct scn_shape *shape,
                        const struct scn_node *node, const char *what);

/* ---- complaining ---- */

void scn_complain(struct scn_checker *c, struct scn_place place, const char *near,
                  const char *format, ...)
{
    if (scn_diags_has(c->diags, place)) {
        return;
    }
    va_list args;
    va_start(args, format);
    char *message = wcd_text_vformat(format, args);
    va_end(args);
    char *hint = near == NULL ? NULL : wcd_text_format("did you mean \"%s\"?", near);
    if (message == NULL || (near != NULL && hint == NULL)) {
        c->no_memory = true;
    } else if (c->env != NULL) {
        scn_env_add(c->env, place, hint, message);
    } else {
        scn_diags_add(c->diags, place, hint, "%s", message);
    }
    free(message);
    free(hint);
}

/* What may stand at a shape: "a duration", "a text or a list", ... */
static void describe(const struct scn_shape *shape, struct wcd_buf *out)
{
    if (shape->scalar != NULL) {
        wcd_buf_text(out, shape->scalar->name);
    }
    if (shape->item != NULL) {
        wcd_buf_text(out, shape->scalar != NULL ? " or a list" : "a list");
    }
    if (shape->map != NULL) {
        bool more = shape->scalar != NULL || shape->item != NULL;
        wcd_buf_text(out, more ? " or a mapping" : "a mapping");
    }
}

static void complain_kind(struct scn_checker *c, const struct scn_shape *shape,
                          const struct scn_node *node, const char *what)
{
    static const char *const kinds[] = {"a text", "a list", "a mapping"};
    struct wcd_buf wanted;
    wcd_buf_init(&wanted, WCD_BUF_BYTES_MAX);
    describe(shape, &wanted);
    scn_complain(c, node->place, NULL, "%s must be %s, not %s", what, wcd_buf_str(&wanted),
                 kinds[node->kind]);
    c->no_memory = c->no_memory || wanted.failed;
    wcd_buf_release(&wanted);
}

/* ---- references ---- */

bool scn_is_known_name(const struct scn_checker *c, const char *word)
{
    struct scn_ref ref = {.name = word, .name_len = strlen(word)};
    size_t index = 0;
    return scn_name_kind(c->matrix, c->let, &ref, &index) != SCN_NAME_OTHER;
}

/* The nearest of all names that are known here. */
static const char *nearest_name(const struct scn_checker *c, const char *word)
{
    const char *near = scn_nearest(word, (const char *[]){"os", "engine", NULL});
    for (size_t i = 0; near == NULL && i < c->matrix->count; i++) {
        near = scn_nearest(word, (const char *[]){c->matrix->variables[i].name, NULL});
    }
    for (size_t i = 0; near == NULL && c->let != NULL && i < c->let->count; i++) {
        near = scn_nearest(word, (const char *[]){c->let->children[i].key, NULL});
    }
    for (size_t i = 0; near == NULL && i < c->captures->count; i++) {
        near = scn_nearest(word, (const char *[]){c->captures->items[i], NULL});
    }
    return near;
}

static void check_name(struct scn_checker *c, const struct scn_node *node, const char *word,
                       const struct scn_ref *ref)
{
    size_t index = 0;
    if (scn_name_kind(c->matrix, c->let, ref, &index) != SCN_NAME_OTHER) {
        return;
    }
    if (strcmp(word, "os") == 0) {
        scn_complain(c, node->place, NULL,
                     "of ${os} there are ${os.build}, ${os.kind} and ${os.title}");
    } else if (scn_is_known_name(c, word)) {
        scn_complain(c, node->place, NULL, "\"%s\" is a text: it has no members", word);
    } else if (!wcd_strlist_contains(c->captures, word)) {
        scn_complain(
            c, node->place, nearest_name(c, word),
            "nothing is called \"%s\": no variable of the matrix, no name of `let`, no step's "
            "`as`",
            word);
    } else if (c->without_captures) {
        scn_complain(c, node->place, NULL,
                     "\"%s\" is the result of a step; only steps and expectations can use it",
                     word);
    }
}

static void check_references(struct scn_checker *c, const struct scn_node *node)
{
    struct scn_ref ref;
    const char *text = node->text;
    enum scn_ref_kind kind;
    while ((kind = scn_ref_next(text, &ref)) != SCN_REF_NONE) {
        text = ref.start + ref.size;
        if (kind == SCN_REF_BAD) {
            scn_complain(
                c, node->place, NULL,
                "here \"${\" begins no reference such as ${name} or ${name.member}; write $${ "
                "for the characters themselves");
        } else if (kind == SCN_REF_VALUE && c->matrix != NULL) {
            char *word = wcd_text_copy_n(ref.name, ref.name_len);
            if (word == NULL) {
                c->no_memory = true;
                return;
            }
            check_name(c, node, word, &ref);
            free(word);
        }
    }
}

/* ---- scalars ---- */

static bool is_null_word(const struct scn_node *node)
{
    return !node->quoted && (strcmp(node->text, "~") == 0 || strcmp(node->text, "null") == 0 ||
                             strcmp(node->text, "Null") == 0 || strcmp(node->text, "NULL") == 0);
}

static void check_scalar(struct scn_checker *c, const struct scn_shape *shape,
                         const struct scn_node *node, const char *what)
{
    bool nothing = scn_node_is_empty(node) || is_null_word(node);
    if (nothing && (c->env == NULL || shape->empty)) {
        bool anything = shape->free && shape->map == NULL;
        if (!anything && !shape->empty) {
            scn_complain(c, node->place, NULL, "%s has no value%s", what,
                         scn_node_is_empty(node) ? "" : ": unquoted, this word is nothing in YAML");
        }
        return;
    }
    if (shape->scalar == NULL && !(shape->free && shape->map == NULL)) {
        complain_kind(c, shape, node, what);
        return;
    }
    if (!shape->fixed && c->env == NULL) {
        check_references(c, node);
    }
    bool known = shape->fixed || (c->env != NULL ? !node->open : strstr(node->text, "${") == NULL);
    if (!known || shape->scalar == NULL) {
        return;
    }
    struct wcd_buf why;
    wcd_buf_init(&why, WCD_BUF_BYTES_MAX);
    const char *near = NULL;
    if (!scn_scalar_fits(shape->scalar, node->text, &why, &near)) {
        scn_complain(c, node->place, near, "%s", wcd_buf_str(&why));
    }
    c->no_memory = c->no_memory || why.failed;
    wcd_buf_release(&why);
}

/* ---- choices and conditions ---- */

static void check_choice_keys(struct scn_checker *c, const struct scn_shape *shape,
                              const struct scn_node *node, const char *what)
{
    const char *wanted = shape->scalar != NULL ? shape->scalar->name : "a list";
    const char *axis = NULL;
    const char *other = NULL;
    const struct scn_node *key = NULL;
    switch (scn_choice_kind(c->matrix, node, &axis, &other, &key)) {
    case SCN_CHOICE:
        break;
    case SCN_CHOICE_NONE:
        if (key == NULL) {
            scn_complain(c, node->place, NULL, "%s must be %s, not an empty mapping", what, wanted);
        } else {
            scn_complain(
                c, key->key_place, NULL,
                "\"%s\" is no value of a variable: where %s is expected, a mapping is a choice "
                "between runs",
                key->key, wanted);
        }
        break;
    case SCN_CHOICE_MIXED:
        scn_complain(c, node->place, NULL,
                     "the keys of a choice must be values of one variable; these are of several");
        break;
    case SCN_CHOICE_UNCLEAR:
        scn_complain(c, node->place, NULL,
                     "the keys of this choice are values of both \"%s\" and \"%s\"", axis, other);
        break;
    }
}

static void check_choice(struct scn_checker *c, const struct scn_shape *shape,
                         const struct scn_node *node, const char *what)
{
    if (node->count == 0 || c->matrix != NULL) {
        check_choice_keys(c, shape, node, what);
    }
    for (size_t i = 0; i < node->count; i++) {
        if (i + 1 < node->count && strcmp(node->children[i].key, "else") == 0) {
            scn_complain(c, node->children[i + 1].key_place, NULL,
                         "this branch is never taken: `else` stands before it");
        }
        check_value(c, shape, &node->children[i], what);
    }
}

/* The words of one condition must be values of its variable. */
static void check_condition(struct scn_checker *c, const struct scn_node *condition)
{
    if (!scn_is_axis(c->matrix, condition->key)) {
        scn_complain(c, condition->key_place, nearest_name(c, condition->key),
                     "\"%s\" is no variable of the matrix, nor `os` or `engine`", condition->key);
        return;
    }
    size_t count = condition->kind == SCN_LIST ? condition->count : 1;
    for (size_t i = 0; i < count; i++) {
        const struct scn_node *item =
            condition->kind == SCN_LIST ? &condition->children[i] : condition;
        if (item->kind == SCN_SCALAR && !scn_axis_takes(c->matrix, condition->key, item->text)) {
            scn_complain(c, item->place, NULL, "\"%s\" is no value of \"%s\"", item->text,
                         condition->key);
        }
    }
}

/* ---- mappings ---- */

/* The key with NAME for its last word, as the tables have keys with a name. NULL without memory. */
static char *with_name_word(const char *key)
{
    const char *blank = strrchr(key, ' ');
    return blank == NULL ? wcd_text_copy(key)
                         : wcd_text_format("%.*s " SCN_NAME_WORD, (int)(blank - key), key);
}

const char *scn_nearest_key(struct scn_checker *c, const struct scn_map *map, const char *key)
{
    const char *best = NULL;
    size_t best_distance = 0;
    const char *word = NULL;
    size_t i = 0;
    char *named = with_name_word(key);
    c->no_memory = c->no_memory || named == NULL;
    for (; i < map->count || (map->any_word != NULL && map->any_word(i - map->count, &word)); i++) {
        word = i < map->count ? map->fields[i].key : word;
        bool has_name = i < map->count && (map->fields[i].flags & SCN_NAMED) != 0;
        const char *written = has_name && named != NULL ? named : key;
        size_t distance = scn_distance(written, word);
        if (scn_nearest(written, (const char *[]){word, NULL}) != NULL &&
            (best == NULL || distance < best_distance)) {
            best = word;
            best_distance = distance;
        }
    }
    free(named);
    return best;
}

static bool is_any_word(const struct scn_map *map, const char *key)
{
    const char *word = NULL;
    for (size_t i = 0; map->any_word(i, &word); i++) {
        if (strcmp(word, key) == 0) {
            return true;
        }
    }
    return false;
}

static void complain_of_reference(struct scn_checker *c, const struct scn_node *child)
{
    scn_complain(c, child->key_place, NULL,
                 "references such as ${name} are replaced in values only, never in keys");
}

/* A key that is no field: a name of the map's own, or a mistake. False when it is a mistake. */
static bool check_other_key(struct scn_checker *c, const struct scn_map *map,
                            const struct scn_node *child)
{
    if (map->any == NULL || (map->any_word != NULL && !is_any_word(map, child->key))) {
        scn_complain(c, child->key_place, scn_nearest_key(c, map, child->key),
                     "unknown %s \"%s\" in %s", map == &scn_step_map ? "word" : "key", child->key,
                     map->title == NULL ? map->any_name : map->title);
        return false;
    }
    struct wcd_buf why;
    wcd_buf_init(&why, WCD_BUF_BYTES_MAX);
    const char *near = NULL;
    if (map->any_key != NULL && !scn_scalar_fits(map->any_key, child->key, &why, &near)) {
        scn_complain(c, child->key_place, scn_nearest_key(c, map, child->key), "%s",
                     wcd_buf_str(&why));
    } else if (child->key[0] == '\0') {
        scn_complain(c, child->key_place, NULL, "a name cannot be empty");
    } else if (strstr(child->key, "${") != NULL) {
        complain_of_reference(c, child);
    }
    c->no_memory = c->no_memory || why.failed;
    wcd_buf_release(&why);
    return true;
}

static void list_keys(struct wcd_buf *out, const char *key, const char *between)
{
    wcd_buf_format(out, "%s\"%s\"", out->len == 0 ? "" : between, key);
}

static void check_missing(struct scn_checker *c, const struct scn_map *map,
                          const struct scn_node *node, struct scn_place place, const char *what)
{
    struct wcd_buf lacks;
    wcd_buf_init(&lacks, WCD_BUF_BYTES_MAX);
    for (size_t i = 0; i < map->count; i++) {
        const struct scn_field *field = &map->fields[i];
        if ((field->flags & SCN_REQUIRED) != 0 && scn_node_get(node, field->key) == NULL) {
            list_keys(&lacks, field->key, " and ");
        }
    }
    if (lacks.len > 0) {
        scn_complain(c, place, NULL, "%s lacks %s", what, wcd_buf_str(&lacks));
    }
    c->no_memory = c->no_memory || lacks.failed;
    wcd_buf_release(&lacks);
}

/* Exactly one of several keys. */
static void check_one_of(struct scn_checker *c, const struct scn_map *map,
                         const struct scn_node *node, struct scn_place place, const char *what)
{
    const struct scn_node *first = NULL;
    struct wcd_buf words;
    wcd_buf_init(&words, WCD_BUF_BYTES_MAX);
    for (size_t i = 0; map->one_of[i] != NULL; i++) {
        const struct scn_node *child = scn_node_get(node, map->one_of[i]);
        if (child != NULL && first != NULL) {
            bool later = child > first; /* of two children the later one is too much */
            scn_complain(c, (later ? child : first)->key_place, NULL,
                         "\"%s\" and \"%s\" exclude each other", first->key, child->key);
        }
        first = first == NULL ? child : first;
        list_keys(&words, map->one_of[i], " or ");
    }
    if (first == NULL) {
        scn_complain(c, place, NULL, "%s lacks %s", what, wcd_buf_str(&words));
    }
    c->no_memory = c->no_memory || words.failed;
    wcd_buf_release(&words);
}

static void check_pairs(struct scn_checker *c, const struct scn_map *map,
                        const struct scn_node *node)
{
    for (size_t i = 0; map->if_then != NULL && map->if_then[i] != NULL; i += 2) {
        const struct scn_node *first = scn_node_get(node, map->if_then[i]);
        if (first != NULL && scn_node_get(node, map->if_then[i + 1]) == NULL) {
            scn_complain(c, first->key_place, NULL, "\"%s\" makes no sense without \"%s\"",
                         first->key, map->if_then[i + 1]);
        }
    }
    for (size_t i = 0; map->not_both != NULL && map->not_both[i] != NULL; i += 2) {
        const struct scn_node *first = scn_node_get(node, map->not_both[i]);
        const struct scn_node *second = scn_node_get(node, map->not_both[i + 1]);
        if (first != NULL && second != NULL) {
            scn_complain(c, (second > first ? second : first)->key_place, NULL,
                         "\"%s\" and \"%s\" exclude each other", first->key, second->key);
        }
    }
    for (size_t i = 0; node->count > 1 && i < node->count; i++) {
        const struct scn_field *field = scn_map_field(map, node->children[i].key);
        if (field != NULL && (field->flags & SCN_ALONE) != 0) {
            scn_complain(c, node->children[i].key_place, NULL,
                         "\"%s\" stands alone: nothing beside it", field->key);
        }
    }
}

/* ---- everything ---- */

static void check_let(struct scn_checker *c, const struct scn_node *node)
{
    for (size_t i = 0; c->matrix != NULL && i < node->count; i++) {
        const char *key = node->children[i].key;
        if (scn_matrix_variable(c->matrix, key) != NULL || strcmp(key, "os") == 0 ||
            strcmp(key, "engine") == 0) {
            scn_complain(c, node->children[i].key_place, NULL, "\"%s\" is a variable already", key);
        }
    }
}

static void check_rules(struct scn_checker *c, const struct scn_map *map,
                        const struct scn_node *node, const char *what)
{
    struct scn_place place = node->key != NULL ? node->key_place : node->place;
    const char *name = map->title == NULL ? what : map->title;
    if (map->filled && node->count == 0) {
        scn_complain(c, node->place, NULL, "%s is empty", what);
        return;
    }
    check_missing(c, map, node, place, name);
    if (map->one_of != NULL) {
        check_one_of(c, map, node, place, name);
    }
    check_pairs(c, map, node);
    if (map == &scn_step_map) {
        scn_check_step(c, node);
    } else if (map == &scn_let_map) {
        check_let(c, node);
    } else if (map == &scn_when_map && c->matrix != NULL) {
        for (size_t i = 0; i < node->count; i++) {
            check_condition(c, &node->children[i]);
        }
    }
}

static void check_map(struct scn_checker *c, const struct scn_map *map, const struct scn_node *node,
                      const char *what)
{
    for (size_t i = 0; i < node->count; i++) {
        const struct scn_node *child = &node->children[i];
        const struct scn_field *field = scn_map_field(map, child->key);
        if (field == NULL && !check_other_key(c, map, child)) {
            continue;
        }
        if (field != NULL && (field->flags & SCN_NAMED) != 0 && strstr(child->key, "${") != NULL) {
            complain_of_reference(c, child);
        }
        const struct scn_shape *shape = field == NULL ? map->any : field->shape;
        bool outer = c->without_captures;
        bool top =
            map == &scn_scenario_map && shape != &scn_steps_shape && shape != &scn_expect_shape;
        c->without_captures = outer || top;
        char *name = wcd_text_format("\"%s\"", child->key);
        c->no_memory = c->no_memory || name == NULL;
        if (name != NULL) {
            check_value(c, shape, child, name);
        }
        free(name);
        c->without_captures = outer;
    }
    if (map == &scn_call_map) {
        scn_check_call(c, node);
    }
    if (c->matrix != NULL || c->env != NULL) {
        scn_check_rule(c, map, node); /* a schema cannot say it: not part of a file's structure */
    }
    /* In the tree of a run, keys that were read already are gone. */
    if (c->env == NULL || map == &scn_step_map || map->one_of != NULL) {
        check_rules(c, map, node, what);
    }
}

static void check_list(struct scn_checker *c, const struct scn_shape *shape,
                       const struct scn_node *node, const char *what)
{
    char *name = wcd_text_format("an item of %s", what);
    if (name == NULL) {
        c->no_memory = true;
        return;
    }
    const struct scn_shape *item = shape->free ? &scn_free_shape : shape->item;
    for (size_t i = 0; i < node->count; i++) {
        check_value(c, item, &node->children[i], name);
    }
    free(name);
    if (shape == &scn_race_shape && c->matrix != NULL) {
        scn_check_race(c, node);
    }
    if (shape->items_max > 0 && node->count > shape->items_max) {
        scn_complain(c, node->children[shape->items_max].place, NULL, "%s has more than %zu items",
                     what, shape->items_max);
    } else if (node->count < shape->items_min && c->env == NULL && c->matrix == NULL) {
        if (node->count == 0) {
            scn_complain(c, node->place, NULL, "%s is empty", what);
        } else {
            scn_complain(c, node->place, NULL, "%s has fewer than %zu items", what,
                         shape->items_min);
        }
    }
}

static void check_value(struct scn_checker *c, const struct scn_shape *shape,
                        const struct scn_node *node, const char *what)
{
    bool step = shape->map == &scn_step_map;
    if (c->env == NULL && scn_is_choice(c->matrix, shape, node)) {
        check_choice(c, shape, node, what);
    } else if (node->kind == SCN_LIST && shape == &scn_when_shape && c->matrix != NULL) {
        /* Conditions put together by `do`; one in a file was complained about before. */
        for (size_t i = 0; i < node->count; i++) {
            if (node->children[i].kind == SCN_MAP) {
                check_value(c, shape, &node->children[i], what);
            }
        }
    } else if (node->kind == SCN_SCALAR && step && !scn_node_is_empty(node)) {
        scn_check_bare_step(c, node);
    } else if (node->kind == SCN_SCALAR) {
        check_scalar(c, shape, node, what);
    } else if (node->kind == SCN_LIST &&
               (shape->item != NULL || (shape->free && shape->map == NULL))) {
        check_list(c, shape, node, what);
    } else if (node->kind == SCN_MAP && shape->map != NULL) {
        check_map(c, shape->map, node, what);
    } else if (node->kind == SCN_MAP && shape->free) {
        static const struct scn_map anything = {.any = &scn_free_shape, .any_name = "a name"};
        check_map(c, &anything, node, what);
    } else {
        complain_kind(c, shape, node, what);
    }
}

static void check_root(struct scn_checker *c, const struct scn_map *map,
                       const struct scn_node *root)
{
    if (root->kind != SCN_MAP) {
        scn_complain(c, root->place, NULL,
                     "a file is one mapping, beginning with `scenario:` or `fragments:`");
        return;
    }
    check_map(c, map, root, "the file");
}

void scn_check_scenario(struct scn_checker *checker, const struct scn_node *root)
{
    check_root(checker, &scn_scenario_map, root);
}

void scn_check_fragments(struct scn_checker *checker, const struct scn_node *root)
{
    check_root(checker, &scn_fragments_map, root);
}

void scn_check_host_file(struct scn_checker *checker, const struct scn_node *root)
{
    check_root(checker, &scn_host_file_map, root);
}

bool scn_collect_captures(const struct scn_node *steps, struct wcd_strlist *out)
{
    bool ok = true;
    for (size_t i = 0; ok && steps != NULL && i < steps->count; i++) {
        const struct scn_node *as = scn_node_get(&steps->children[i], "as");
        if (as != NULL && as->kind == SCN_SCALAR) {
            ok = wcd_strlist_add(out, as->text);
        }
        const struct scn_node *race = scn_node_get(&steps->children[i], "race");
        ok = ok && (race == NULL || scn_collect_captures(race, out));
    }
    return ok;
}
