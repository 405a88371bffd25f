/* Checking a tree against the schema tables. */
#include "scenarios/lang/check.h"

#include "core/base/limits.h"
#include "fakes/wrap/functions.h"
#include "scenarios/lang/gives.h"
#include "scenarios/lang/names.h"

#include <stdlib.h>
#include <string.h>

static void check_value(struct scn_checker *c, const struct scn_shape *shape,
                        const struct scn_node *node, const char *what);

/* ---- complaining ---- */

static void complain(struct scn_checker *c, struct scn_place place, const char *near,
                     const char *format, ...) __attribute__((format(__printf__, 4, 5)));

/* `near` is the word that was probably meant, or NULL. */
static void complain(struct scn_checker *c, struct scn_place place, const char *near,
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
    complain(c, node->place, NULL, "%s must be %s, not %s", what, wcd_buf_str(&wanted),
             kinds[node->kind]);
    c->no_memory = c->no_memory || wanted.failed;
    wcd_buf_release(&wanted);
}

/* ---- references ---- */

static bool is_known(const struct scn_checker *c, const char *word)
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
        complain(c, node->place, NULL,
                 "of ${os} there are ${os.build}, ${os.kind} and ${os.title}");
    } else if (is_known(c, word)) {
        complain(c, node->place, NULL, "\"%s\" is a text: it has no members", word);
    } else if (!wcd_strlist_contains(c->captures, word)) {
        complain(c, node->place, nearest_name(c, word),
                 "nothing is called \"%s\": no variable of the matrix, no name of `let`, no step's "
                 "`as`",
                 word);
    } else if (c->without_captures) {
        complain(c, node->place, NULL,
                 "\"%s\" is the result of a step; only steps and expectations can use it", word);
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
            complain(c, node->place, NULL,
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
            complain(c, node->place, NULL, "%s has no value%s", what,
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
        complain(c, node->place, near, "%s", wcd_buf_str(&why));
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
            complain(c, node->place, NULL, "%s must be %s, not an empty mapping", what, wanted);
        } else {
            complain(
                c, key->key_place, NULL,
                "\"%s\" is no value of a variable: where %s is expected, a mapping is a choice "
                "between runs",
                key->key, wanted);
        }
        break;
    case SCN_CHOICE_MIXED:
        complain(c, node->place, NULL,
                 "the keys of a choice must be values of one variable; these are of several");
        break;
    case SCN_CHOICE_UNCLEAR:
        complain(c, node->place, NULL,
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
            complain(c, node->children[i + 1].key_place, NULL,
                     "this branch is never taken: `else` stands before it");
        }
        check_value(c, shape, &node->children[i], what);
    }
}

/* The words of one condition must be values of its variable. */
static void check_condition(struct scn_checker *c, const struct scn_node *condition)
{
    if (!scn_is_axis(c->matrix, condition->key)) {
        complain(c, condition->key_place, nearest_name(c, condition->key),
                 "\"%s\" is no variable of the matrix, nor `os` or `engine`", condition->key);
        return;
    }
    size_t count = condition->kind == SCN_LIST ? condition->count : 1;
    for (size_t i = 0; i < count; i++) {
        const struct scn_node *item =
            condition->kind == SCN_LIST ? &condition->children[i] : condition;
        if (item->kind == SCN_SCALAR && !scn_axis_takes(c->matrix, condition->key, item->text)) {
            complain(c, item->place, NULL, "\"%s\" is no value of \"%s\"", item->text,
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

static const char *nearest_key(struct scn_checker *c, const struct scn_map *map, const char *key)
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
    complain(c, child->key_place, NULL,
             "references such as ${name} are replaced in values only, never in keys");
}

/* A key that is no field: a name of the map's own, or a mistake. False when it is a mistake. */
static bool check_other_key(struct scn_checker *c, const struct scn_map *map,
                            const struct scn_node *child)
{
    if (map->any == NULL || (map->any_word != NULL && !is_any_word(map, child->key))) {
        complain(c, child->key_place, nearest_key(c, map, child->key), "unknown %s \"%s\" in %s",
                 map == &scn_step_map ? "word" : "key", child->key,
                 map->title == NULL ? map->any_name : map->title);
        return false;
    }
    struct wcd_buf why;
    wcd_buf_init(&why, WCD_BUF_BYTES_MAX);
    const char *near = NULL;
    if (map->any_key != NULL && !scn_scalar_fits(map->any_key, child->key, &why, &near)) {
        complain(c, child->key_place, nearest_key(c, map, child->key), "%s", wcd_buf_str(&why));
    } else if (child->key[0] == '\0') {
        complain(c, child->key_place, NULL, "a name cannot be empty");
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
        complain(c, place, NULL, "%s lacks %s", what, wcd_buf_str(&lacks));
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
            complain(c, (later ? child : first)->key_place, NULL,
                     "\"%s\" and \"%s\" exclude each other", first->key, child->key);
        }
        first = first == NULL ? child : first;
        list_keys(&words, map->one_of[i], " or ");
    }
    if (first == NULL) {
        complain(c, place, NULL, "%s lacks %s", what, wcd_buf_str(&words));
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
            complain(c, first->key_place, NULL, "\"%s\" makes no sense without \"%s\"", first->key,
                     map->if_then[i + 1]);
        }
    }
    for (size_t i = 0; map->not_both != NULL && map->not_both[i] != NULL; i += 2) {
        const struct scn_node *first = scn_node_get(node, map->not_both[i]);
        const struct scn_node *second = scn_node_get(node, map->not_both[i + 1]);
        if (first != NULL && second != NULL) {
            complain(c, (second > first ? second : first)->key_place, NULL,
                     "\"%s\" and \"%s\" exclude each other", first->key, second->key);
        }
    }
    for (size_t i = 0; node->count > 1 && i < node->count; i++) {
        const struct scn_field *field = scn_map_field(map, node->children[i].key);
        if (field != NULL && (field->flags & SCN_ALONE) != 0) {
            complain(c, node->children[i].key_place, NULL, "\"%s\" stands alone: nothing beside it",
                     field->key);
        }
    }
}

/* ---- steps ---- */

/* Members that the verb's result does not have. Only the first word of a JSON Pointer is looked at. */
static void check_gives(struct scn_checker *c, const char *verb, const struct scn_node *gives)
{
    for (size_t i = 0; c->matrix != NULL && gives != NULL && i < gives->count; i++) {
        const struct scn_node *child = &gives->children[i];
        const char *word = child->key + (child->key[0] == '/' ? 1 : 0);
        size_t len = word == child->key ? strlen(word) : strcspn(word, "/");
        if (gives->kind != SCN_MAP || !scn_verb_gives_not(verb, word, len)) {
            continue;
        }
        char *name = wcd_text_copy_n(word, len);
        if (name == NULL) {
            c->no_memory = true;
            return;
        }
        complain(c, child->key_place, scn_nearest(name, scn_verb_gives(verb)),
                 "the result of \"%s\" has no member \"%s\"", verb, name);
        free(name);
    }
}

/* A step's mapping: exactly one verb, and words beside it that make sense with it. */
static void check_step(struct scn_checker *c, const struct scn_node *node)
{
    const struct scn_node *verb = NULL;
    const struct scn_field *row = NULL;
    bool unknown = false;
    for (size_t i = 0; i < node->count; i++) {
        const struct scn_field *field = scn_map_field(&scn_step_map, node->children[i].key);
        unknown = unknown || field == NULL;
        if (field == NULL || (field->flags & SCN_VERB) == 0) {
            continue;
        }
        if (verb != NULL) {
            complain(c, node->children[i].key_place, NULL,
                     "a step has one verb; \"%s\" and \"%s\" are two", verb->key, field->key);
            return;
        }
        verb = &node->children[i];
        row = field;
    }
    if (verb == NULL) {
        if (!unknown) {
            complain(c, node->place, NULL, "this step has no verb");
        }
        return;
    }
    const struct scn_node *as = scn_node_get(node, "as");
    const struct scn_node *expect = scn_node_get(node, "expect");
    const struct scn_node *gives = scn_node_get(expect, "gives");
    const struct scn_node *warnings = scn_node_get(expect, "warnings");
    const struct scn_node *background = scn_node_get(node, "in background");
    bool result = (row->flags & SCN_RESULT) != 0;
    if (!result && (as != NULL || gives != NULL)) {
        complain(c, (as != NULL ? as : gives)->key_place, NULL, "\"%s\" gives no result",
                 verb->key);
    }
    check_gives(c, row->key, gives);
    if (warnings != NULL && (row->flags & SCN_WARNS) == 0) {
        complain(c, warnings->key_place, NULL, "\"%s\" gives no warnings", verb->key);
    }
    if (background != NULL && (row->flags & SCN_LASTING) == 0) {
        complain(c, background->key_place, NULL, "\"%s\" is done at once: it has no background",
                 verb->key);
    }
    if (as != NULL && as->kind == SCN_SCALAR && c->matrix != NULL && is_known(c, as->text)) {
        complain(c, as->place, NULL, "\"%s\" is a variable already", as->text);
    }
}

static void check_bare_step(struct scn_checker *c, const struct scn_node *node)
{
    const struct scn_field *verb = scn_map_field(&scn_step_map, node->text);
    if (verb == NULL || (verb->flags & SCN_VERB) == 0) {
        complain(c, node->place, nearest_key(c, &scn_step_map, node->text), "unknown verb \"%s\"",
                 node->text);
    } else if ((verb->flags & SCN_BARE) == 0) {
        complain(c, node->place, NULL, "\"%s\" needs a value, as in `%s`", node->text,
                 verb->example);
    }
}

/* The verb's row of a step in whatever form; NULL when it has none. */
static const struct scn_field *verb_row(const struct scn_node *step)
{
    const struct scn_field *row =
        step->kind == SCN_SCALAR ? scn_map_field(&scn_step_map, step->text) : NULL;
    for (size_t i = 0; step->kind == SCN_MAP && i < step->count; i++) {
        const struct scn_field *field = scn_map_field(&scn_step_map, step->children[i].key);
        row = field != NULL && (field->flags & SCN_VERB) != 0 ? field : row;
    }
    return row;
}

/* A race is of steps that can be begun in one moment. */
static void check_race(struct scn_checker *c, const struct scn_node *steps)
{
    for (size_t i = 0; i < steps->count; i++) {
        const struct scn_node *step = &steps->children[i];
        const struct scn_field *row = verb_row(step);
        const struct scn_node *background = scn_node_get(step, "in background");
        if (row != NULL && (row->flags & SCN_WAITS) != 0) {
            complain(c, step->place, NULL, "\"%s\" cannot stand in a race: it lets time pass",
                     row->key);
        } else if (background != NULL) {
            complain(c, background->key_place, NULL,
                     "a race waits for all its steps: none can be in the background");
        }
    }
}

/* ---- calls ---- */

static void check_call_names(struct scn_checker *c, const struct scn_node *node,
                             const char *const *names, const char *noun, const char *function)
{
    bool names_are_there = node != NULL && node->kind == SCN_MAP &&
                           !scn_is_choice(c->matrix, &scn_free_map_shape, node);
    for (size_t i = 0; names_are_there && i < node->count; i++) {
        const struct scn_node *child = &node->children[i];
        if (!wrap_names_have(names, child->key)) {
            complain(c, child->key_place, scn_nearest(child->key, names),
                     "traces show no %s \"%s\" of %s", noun, child->key, function);
        }
    }
}

/* Under `never`, a misspelt name of an argument would pass for ever. */
static void check_call(struct scn_checker *c, const struct scn_node *node)
{
    const struct scn_node *fn = scn_node_get(node, "fn");
    bool notified = scn_node_get(node, "notification") != NULL;
    const char *name = fn != NULL && fn->kind == SCN_SCALAR ? fn->text : NULL;
    name = fn == NULL && notified ? SCN_CALLBACK : name;
    bool known = name != NULL && (c->matrix != NULL || c->env != NULL);
    const struct wrap_function *function = known ? wrap_function_find(name) : NULL;
    if (function != NULL) {
        check_call_names(c, scn_node_get(node, "args"), function->args, "argument", name);
        check_call_names(c, scn_node_get(node, "result"), function->results, "result", name);
    }
}

/* ---- values that depend on others ---- */

/* The text of a scalar that is no choice and has no reference; NULL when there is none. */
static const char *constant(const struct scn_checker *c, const struct scn_node *node)
{
    if (node == NULL || node->kind != SCN_SCALAR) {
        return NULL;
    }
    bool known = c->env != NULL ? !node->open : strstr(node->text, "${") == NULL;
    return known ? node->text : NULL;
}

static bool is_hex(const char *text)
{
    while (*text != '\0') {
        bool blank = *text == ' ';
        if (!blank && strspn(text, "0123456789abcdefABCDEF") < 2) {
            return false;
        }
        text += blank ? 1 : 2;
    }
    return true;
}

static void check_registry_data(struct scn_checker *c, const struct scn_node *node)
{
    const struct scn_node *kind = scn_node_get(node, "type");
    const struct scn_node *data = scn_node_get(node, "data");
    const char *type = kind == NULL ? "sz" : constant(c, kind);
    const char *text = constant(c, data);
    if (type != NULL && data != NULL && data->kind == SCN_LIST && strcmp(type, "multi_sz") != 0) {
        complain(c, data->place, NULL, "only the type multi_sz takes a list, not %s", type);
    }
    if (type == NULL || text == NULL) {
        return;
    }
    uint64_t number = 0;
    bool fits = scn_parse_uint(text, &number);
    if (strcmp(type, "dword") == 0 && (!fits || number > UINT32_MAX)) {
        complain(c, data->place, NULL, "a dword is a number from 0 to 0xFFFFFFFF");
    } else if (strcmp(type, "qword") == 0 && !fits) {
        complain(c, data->place, NULL, "a qword is a number from 0 to 0xFFFFFFFFFFFFFFFF");
    } else if (strcmp(type, "binary") == 0 && !is_hex(text)) {
        complain(c, data->place, NULL, "binary data is pairs of hex digits, such as 00 ff 7F");
    }
}

static void check_drive(struct scn_checker *c, const struct scn_node *node)
{
    const char *size = constant(c, scn_node_get(node, "size"));
    const char *rest = constant(c, scn_node_get(node, "free"));
    uint64_t all = 0;
    uint64_t left = 0;
    if (size != NULL && rest != NULL && scn_parse_size(size, &all) && scn_parse_size(rest, &left) &&
        left > all) {
        complain(c, scn_node_get(node, "free")->place, NULL,
                 "more is free than the drive is large: %s of %s", rest, size);
    }
}

static void check_libraries(struct scn_checker *c, const struct scn_node *node)
{
    for (size_t i = 0; i < node->count; i++) {
        if (strpbrk(node->children[i].key, "\\/:") != NULL) {
            complain(c, node->children[i].key_place, NULL,
                     "a library is told by its name alone, without a folder");
        }
    }
}

static void check_rule(struct scn_checker *c, const struct scn_map *map,
                       const struct scn_node *node)
{
    switch (map->rule) {
    case SCN_RULE_NONE:
        break;
    case SCN_RULE_REGISTRY:
        check_registry_data(c, node);
        break;
    case SCN_RULE_DRIVE:
        check_drive(c, node);
        break;
    case SCN_RULE_LIBRARIES:
        check_libraries(c, node);
        break;
    }
}

/* ---- everything ---- */

static void check_let(struct scn_checker *c, const struct scn_node *node)
{
    for (size_t i = 0; c->matrix != NULL && i < node->count; i++) {
        const char *key = node->children[i].key;
        if (scn_matrix_variable(c->matrix, key) != NULL || strcmp(key, "os") == 0 ||
            strcmp(key, "engine") == 0) {
            complain(c, node->children[i].key_place, NULL, "\"%s\" is a variable already", key);
        }
    }
}

static void check_rules(struct scn_checker *c, const struct scn_map *map,
                        const struct scn_node *node, const char *what)
{
    struct scn_place place = node->key != NULL ? node->key_place : node->place;
    const char *name = map->title == NULL ? what : map->title;
    if (map->filled && node->count == 0) {
        complain(c, node->place, NULL, "%s is empty", what);
        return;
    }
    check_missing(c, map, node, place, name);
    if (map->one_of != NULL) {
        check_one_of(c, map, node, place, name);
    }
    check_pairs(c, map, node);
    if (map == &scn_step_map) {
        check_step(c, node);
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
        check_call(c, node);
    }
    if (c->matrix != NULL || c->env != NULL) {
        check_rule(c, map, node); /* a schema cannot say it: not part of a file's structure */
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
        check_race(c, node);
    }
    if (shape->items_max > 0 && node->count > shape->items_max) {
        complain(c, node->children[shape->items_max].place, NULL, "%s has more than %zu items",
                 what, shape->items_max);
    } else if (node->count < shape->items_min && c->env == NULL && c->matrix == NULL) {
        if (node->count == 0) {
            complain(c, node->place, NULL, "%s is empty", what);
        } else {
            complain(c, node->place, NULL, "%s has fewer than %zu items", what, shape->items_min);
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
        check_bare_step(c, node);
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
        complain(c, root->place, NULL,
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
