/* JSON values: the only place that touches the JSON library (cJSON).
 *
 * What this layer adds to cJSON: numbers keep their literal text, so integers are exact over 64 bits;
 * reading is as strict as RFC 8259 (cJSON takes 01, "1.", raw control characters, bad UTF-8, a byte order
 * mark); a NUL in a string survives (as WCD_TEXT_NUL); errors have a line and a column; limits.
 *
 * Ownership: a value owns its children. Functions that add take ownership of the added value in every
 * case, also when they fail. Getters lend. Every constructor returns NULL without memory. */
#ifndef WCD_JSON_JSON_H
#define WCD_JSON_JSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct wcd_json;

enum wcd_json_type {
    WCD_JSON_NULL,
    WCD_JSON_BOOL,
    WCD_JSON_NUMBER,
    WCD_JSON_STRING,
    WCD_JSON_ARRAY,
    WCD_JSON_OBJECT
};

/* Why and where a text is not JSON. Lines and columns count from 1; columns count bytes. */
struct wcd_json_fault {
    size_t offset;
    size_t line;
    size_t column;
    const char *reason; /* a literal; "out of memory" when that was it */
};

/* Parses exactly one value with white space around it. NULL on failure, with *fault filled. */
struct wcd_json *wcd_json_parse(const char *text, size_t len, struct wcd_json_fault *fault);
void wcd_json_free(struct wcd_json *value);
struct wcd_json *wcd_json_copy(const struct wcd_json *value);
/* The same with the members of all objects ordered by name, as Go's encoder writes maps. */
struct wcd_json *wcd_json_copy_sorted(const struct wcd_json *value);

enum wcd_json_type wcd_json_type_of(const struct wcd_json *value);
const char *wcd_json_type_name(enum wcd_json_type type); /* "null", "bool", "number", ... */
bool wcd_json_is(const struct wcd_json *value, enum wcd_json_type type); /* false for NULL */

/* Each asserts the type. */
bool wcd_json_bool(const struct wcd_json *value);
const char *wcd_json_string(const struct wcd_json *value);
const char *wcd_json_literal(const struct wcd_json *value); /* a number as it was written */
/* False when the number is not an integer in range. */
bool wcd_json_int64(const struct wcd_json *value, int64_t *out);
bool wcd_json_uint64(const struct wcd_json *value, uint64_t *out);

/* Members of an object, items of an array; in the order of the text. 0 and NULL for other types
 * and for NULL. */
size_t wcd_json_size(const struct wcd_json *value);
const struct wcd_json *wcd_json_first(const struct wcd_json *container);
const struct wcd_json *wcd_json_next(const struct wcd_json *item);
const char *wcd_json_name(const struct wcd_json *member);
/* What a JSON Pointer (RFC 6901) leads to from `value`: "" is the value itself, "/a/0" an item. NULL when it
 * leads nowhere, or is no pointer. */
const struct wcd_json *wcd_json_at(const struct wcd_json *value, const char *pointer);
/* By exact name; of several members with one name the last, as Go's reader has it. NULL if none. */
const struct wcd_json *wcd_json_get(const struct wcd_json *object, const char *name);

struct wcd_json *wcd_json_new_null(void);
struct wcd_json *wcd_json_new_bool(bool value);
struct wcd_json *wcd_json_new_int64(int64_t value);
struct wcd_json *wcd_json_new_uint64(uint64_t value);
struct wcd_json *wcd_json_new_string(const char *text);
struct wcd_json *wcd_json_new_array(void);
struct wcd_json *wcd_json_new_object(void);

/* A NULL child (a constructor that failed) makes them fail. */
bool wcd_json_append(struct wcd_json *array, struct wcd_json *item);
/* Frees the first item of an array that has one. */
void wcd_json_remove_first(struct wcd_json *array);
bool wcd_json_set(struct wcd_json *object, const char *name, struct wcd_json *value);
bool wcd_json_set_string(struct wcd_json *object, const char *name, const char *text);
bool wcd_json_set_int64(struct wcd_json *object, const char *name, int64_t value);
bool wcd_json_set_bool(struct wcd_json *object, const char *name, bool value);

/* For what is built step by step: frees the value and answers NULL, always or unless all went well. */
struct wcd_json *wcd_json_discard(struct wcd_json *value);
struct wcd_json *wcd_json_if(bool well, struct wcd_json *value);

/* Equal as documents: members in any order, numbers by literal value (1 equals 1, not 1.0). */
bool wcd_json_equal(const struct wcd_json *a, const struct wcd_json *b);

/* Compact text; the caller frees; NULL without memory. `print_sorted` orders members by name. */
char *wcd_json_print(const struct wcd_json *value);
/* The same for people: a line per member and item, indented by two blanks. */
char *wcd_json_print_pretty(const struct wcd_json *value);
char *wcd_json_print_sorted(const struct wcd_json *value);

#endif
