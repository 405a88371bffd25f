/* Values of the scenario file against values of the run. */
#include "scenarios/lang/value.h"
#include "core/base/assert.h"
#include "core/base/limits.h"
#include "scenarios/lang/resources.h"
#include "scenarios/run/world.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* ---- from the file to JSON ---- */

static bool is_word(const char *text, const char *lower, const char *title, const char *upper)
{
    return strcmp(text, lower) == 0 || strcmp(text, title) == 0 || strcmp(text, upper) == 0;
}

static struct wcd_json *json_of_plain(const char *text)
{
    if (*text == '\0' || strcmp(text, "~") == 0 || is_word(text, "null", "Null", "NULL")) {
        return wcd_json_new_null();
    }
    if (is_word(text, "true", "True", "TRUE")) {
        return wcd_json_new_bool(true);
    }
    if (is_word(text, "false", "False", "FALSE")) {
        return wcd_json_new_bool(false);
    }
    uint64_t hex = 0;
    if (wcd_text_has_prefix(text, "0x") && scn_parse_uint(text, &hex)) {
        return wcd_json_new_uint64(hex);
    }
    if (strchr("-0123456789", *text) != NULL) {
        struct wcd_json_fault fault;
        struct wcd_json *number = wcd_json_parse(text, strlen(text), &fault);
        if (wcd_json_is(number, WCD_JSON_NUMBER)) {
            return number;
        }
        wcd_json_free(number);
    }
    return wcd_json_new_string(text);
}

struct wcd_json *scn_json_of_node(const struct scn_node *node)
{
    if (node->kind == SCN_SCALAR) {
        return node->quoted ? wcd_json_new_string(node->text) : json_of_plain(node->text);
    }
    bool map = node->kind == SCN_MAP;
    struct wcd_json *json = map ? wcd_json_new_object() : wcd_json_new_array();
    for (size_t i = 0; json != NULL && i < node->count; i++) {
        struct wcd_json *child = scn_json_of_node(&node->children[i]);
        bool ok =
            map ? wcd_json_set(json, node->children[i].key, child) : wcd_json_append(json, child);
        if (!ok) {
            wcd_json_free(json);
            json = NULL;
        }
    }
    return json;
}

struct wcd_json *scn_resources_of_node(const struct scn_node *node)
{
    struct wcd_json *written = node == NULL ? wcd_json_new_object() : scn_json_of_node(node);
    struct wcd_json *resources = scn_resources_with_numbers(written);
    wcd_json_free(written);
    return resources;
}

bool scn_copy_member(struct wcd_json *to, const char *key, const struct wcd_json *from,
                     const char *member)
{
    const struct wcd_json *value = wcd_json_get(from, member);
    return value == NULL || wcd_json_set(to, key, wcd_json_copy(value));
}

/* ---- as text ---- */

char *scn_json_text(const struct wcd_json *value)
{
    if (value == NULL) {
        return wcd_text_copy("(no such member)");
    }
    switch (wcd_json_type_of(value)) {
    case WCD_JSON_STRING:
        return wcd_text_copy(wcd_json_string(value));
    case WCD_JSON_BOOL:
        return wcd_text_copy(wcd_json_bool(value) ? "yes" : "no");
    case WCD_JSON_NULL:
        return wcd_text_copy("none");
    case WCD_JSON_NUMBER:
    case WCD_JSON_ARRAY:
    case WCD_JSON_OBJECT:
        return wcd_json_print(value);
    }
    return NULL;
}

static void node_text(struct wcd_buf *buf, const struct scn_node *node)
{
    if (node->kind == SCN_SCALAR) {
        wcd_buf_text(buf, node->text);
        return;
    }
    bool map = node->kind == SCN_MAP;
    wcd_buf_char(buf, map ? '{' : '[');
    for (size_t i = 0; i < node->count; i++) {
        if (i > 0) {
            wcd_buf_text(buf, ", ");
        }
        if (map) {
            wcd_buf_format(buf, "%s: ", node->children[i].key);
        }
        node_text(buf, &node->children[i]);
    }
    wcd_buf_char(buf, map ? '}' : ']');
}

char *scn_node_text_of(const struct scn_node *node)
{
    struct wcd_buf buf;
    wcd_buf_init(&buf, WCD_BUF_BYTES_MAX);
    node_text(&buf, node);
    return wcd_buf_take(&buf);
}

/* ---- comparing ---- */

/* Decimal or 0x hex with an optional minus sign, 64 bits; the sign apart from the magnitude, so
 * that both int64 and uint64 fit. */
static bool integer(const char *text, bool *negative, uint64_t *magnitude)
{
    *negative = *text == '-';
    text += *negative;
    int base = 10;
    if (text[0] == '0' && (text[1] == 'x' || text[1] == 'X')) {
        base = 16;
        text += 2;
    }
    const char *digits = base == 16 ? "0123456789abcdefABCDEF" : "0123456789";
    if (*text == '\0' || text[strspn(text, digits)] != '\0') {
        return false;
    }
    errno = 0;
    unsigned long long value = strtoull(text, NULL, base);
    *magnitude = value;
    *negative = *negative && value != 0;
    return errno == 0;
}

static bool number_matches(const char *expected, const char *literal)
{
    bool negative_a = false;
    bool negative_b = false;
    uint64_t a = 0;
    uint64_t b = 0;
    if (strcmp(expected, literal) == 0) {
        return true;
    }
    return integer(expected, &negative_a, &a) && integer(literal, &negative_b, &b) && a == b &&
           negative_a == negative_b;
}

bool scn_scalar_matches(const char *expected, const struct wcd_json *actual)
{
    if (actual == NULL) {
        return false;
    }
    switch (wcd_json_type_of(actual)) {
    case WCD_JSON_STRING:
        return strcmp(expected, wcd_json_string(actual)) == 0;
    case WCD_JSON_NUMBER:
        return number_matches(expected, wcd_json_literal(actual));
    case WCD_JSON_BOOL:
        return strcmp(expected, wcd_json_bool(actual) ? "yes" : "no") == 0 ||
               strcmp(expected, wcd_json_bool(actual) ? "true" : "false") == 0;
    case WCD_JSON_NULL:
        return strcmp(expected, "null") == 0 || strcmp(expected, "none") == 0;
    case WCD_JSON_ARRAY:
    case WCD_JSON_OBJECT:
        return false;
    }
    return false;
}

bool scn_hr_is(const char *text, plat_hr hr)
{
    int64_t number = 0;
    return scn_parse_int(text, &number) &&
           (number == (int64_t)hr || number == (int64_t)plat_hr_bits(hr));
}

static bool list_matches(const struct scn_node *expected, const struct wcd_json *actual)
{
    if (!wcd_json_is(actual, WCD_JSON_ARRAY) || wcd_json_size(actual) != expected->count) {
        return false;
    }
    const struct wcd_json *item = wcd_json_first(actual);
    for (size_t i = 0; i < expected->count; i++, item = wcd_json_next(item)) {
        if (!scn_value_matches(&expected->children[i], item)) {
            return false;
        }
    }
    return true;
}

/* Traces have documents as texts: they are looked into where something is expected of what is in them. */
static bool document_matches(const struct scn_node *expected, const char *text)
{
    struct wcd_json_fault fault;
    struct wcd_json *document = wcd_json_parse(text, strlen(text), &fault);
    bool matches = document != NULL && !wcd_json_is(document, WCD_JSON_STRING) &&
                   scn_value_matches(expected, document);
    wcd_json_free(document);
    return matches;
}

bool scn_value_matches(const struct scn_node *expected, const struct wcd_json *actual)
{
    if (expected->kind != SCN_SCALAR && wcd_json_is(actual, WCD_JSON_STRING)) {
        return document_matches(expected, wcd_json_string(actual));
    }
    switch (expected->kind) {
    case SCN_SCALAR:
        return scn_scalar_matches(expected->text, actual);
    case SCN_LIST:
        return list_matches(expected, actual);
    case SCN_MAP:
        for (size_t i = 0; i < expected->count; i++) {
            const struct scn_node *child = &expected->children[i];
            if (!wcd_json_is(actual, WCD_JSON_OBJECT) ||
                !scn_value_matches(child, wcd_json_get(actual, child->key))) {
                return false;
            }
        }
        return wcd_json_is(actual, WCD_JSON_OBJECT);
    }
    return false;
}

/* ---- with failures ---- */

static bool list_of_node(const struct scn_node *node, struct wcd_strlist *out)
{
    for (size_t i = 0; i < node->count; i++) {
        if (!wcd_strlist_take(out, scn_node_text_of(&node->children[i]))) {
            return false;
        }
    }
    return true;
}

static bool list_of_json(const struct wcd_json *json, struct wcd_strlist *out)
{
    for (const struct wcd_json *item = wcd_json_first(json); item != NULL;
         item = wcd_json_next(item)) {
        if (!wcd_strlist_take(out, scn_json_text(item))) {
            return false;
        }
    }
    return true;
}

static void fail_with_lists(struct scn_world *world, const char *what,
                            const struct scn_node *expected, const struct wcd_json *actual)
{
    struct wcd_strlist want;
    struct wcd_strlist got;
    wcd_strlist_init(&want);
    wcd_strlist_init(&got);
    if (list_of_node(expected, &want) && list_of_json(actual, &got)) {
        scn_fail_lists(world, expected->place, what, &want, &got);
    } else {
        scn_no_memory(world);
    }
    wcd_strlist_release(&want);
    wcd_strlist_release(&got);
}

static void fail_with_value(struct scn_world *world, const char *what,
                            const struct scn_node *expected, const struct wcd_json *actual)
{
    char *want = scn_node_text_of(expected);
    if (want == NULL) {
        scn_no_memory(world);
    } else {
        scn_fail_take(world, expected->place, what, want, scn_json_text(actual));
    }
    free(want);
}

/* What to say where a member is missing, with the one that was probably meant. */
static char *missing_text(const struct wcd_json *object, const char *member)
{
    const char *best = NULL;
    for (const struct wcd_json *item = wcd_json_is(object, WCD_JSON_OBJECT) ? wcd_json_first(object)
                                                                            : NULL;
         item != NULL; item = wcd_json_next(item)) {
        const char *near = scn_nearest(member, (const char *[]){wcd_json_name(item), NULL});
        bool closer = near != NULL &&
                      (best == NULL || scn_distance(member, near) < scn_distance(member, best));
        best = closer ? near : best;
    }
    return best == NULL ? wcd_text_copy("(no such member)")
                        : wcd_text_format("(no such member; did you mean \"%s\"?)", best);
}

void scn_fail_missing(struct scn_world *world, const char *what, const struct scn_node *expected,
                      const struct wcd_json *object, const char *member)
{
    char *want = scn_node_text_of(expected);
    if (want == NULL) {
        scn_no_memory(world);
    } else {
        scn_fail_take(world, expected->place, what, want, missing_text(object, member));
    }
    free(want);
}

void scn_expect_member(struct scn_world *world, const char *what, const struct scn_node *child,
                       const struct wcd_json *object)
{
    const struct wcd_json *member = wcd_json_get(object, child->key);
    if (member == NULL) {
        scn_fail_missing(world, what, child, object, child->key);
    } else {
        scn_expect_value(world, what, child, member);
    }
}

void scn_expect_value(struct scn_world *world, const char *what, const struct scn_node *expected,
                      const struct wcd_json *actual)
{
    if (expected->kind == SCN_MAP && wcd_json_is(actual, WCD_JSON_OBJECT)) {
        for (size_t i = 0; i < expected->count; i++) {
            const struct scn_node *child = &expected->children[i];
            char *name = wcd_text_format("%s, %s", what, child->key);
            if (name == NULL) {
                scn_no_memory(world);
            } else {
                scn_expect_member(world, name, child, actual);
            }
            free(name);
        }
    } else if (expected->kind == SCN_LIST && wcd_json_is(actual, WCD_JSON_ARRAY)) {
        if (!list_matches(expected, actual)) {
            fail_with_lists(world, what, expected, actual);
        }
    } else if (!scn_value_matches(expected, actual)) {
        fail_with_value(world, what, expected, actual);
    }
}
