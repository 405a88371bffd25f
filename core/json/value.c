/* JSON values: types, getters, constructors, comparison. */
#include "core/base/assert.h"
#include "core/base/text.h"
#include "core/json/internal.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define INT64_TEXT_BYTES 24

void wcd_json_free(struct wcd_json *value)
{
    cJSON_Delete(json_node(value));
}

struct wcd_json *wcd_json_copy(const struct wcd_json *value)
{
    return json_value(cJSON_Duplicate(json_const_node(value), true));
}

enum wcd_json_type wcd_json_type_of(const struct wcd_json *value)
{
    const cJSON *node = json_const_node(value);
    switch (node->type & 0xFF) {
    case cJSON_NULL:
        return WCD_JSON_NULL;
    case cJSON_False:
    case cJSON_True:
        return WCD_JSON_BOOL;
    case cJSON_Raw:
        return WCD_JSON_NUMBER;
    case cJSON_String:
        return WCD_JSON_STRING;
    case cJSON_Array:
        return WCD_JSON_ARRAY;
    default:
        WCD_ASSERT(cJSON_IsObject(node));
        return WCD_JSON_OBJECT;
    }
}

const char *wcd_json_type_name(enum wcd_json_type type)
{
    static const char *const names[] = {"null", "bool", "number", "string", "array", "object"};
    WCD_ASSERT((unsigned int)type < sizeof(names) / sizeof(names[0]));
    return names[type];
}

bool wcd_json_is(const struct wcd_json *value, enum wcd_json_type type)
{
    return value != NULL && wcd_json_type_of(value) == type;
}

bool wcd_json_bool(const struct wcd_json *value)
{
    WCD_ASSERT(wcd_json_is(value, WCD_JSON_BOOL));
    return cJSON_IsTrue(json_const_node(value)) != 0;
}

const char *wcd_json_string(const struct wcd_json *value)
{
    WCD_ASSERT(wcd_json_is(value, WCD_JSON_STRING));
    return json_const_node(value)->valuestring;
}

const char *wcd_json_literal(const struct wcd_json *value)
{
    WCD_ASSERT(wcd_json_is(value, WCD_JSON_NUMBER));
    return json_const_node(value)->valuestring;
}

static bool literal_is_integer(const char *literal)
{
    return strpbrk(literal, ".eE") == NULL;
}

bool wcd_json_int64(const struct wcd_json *value, int64_t *out)
{
    const char *literal = wcd_json_literal(value);
    errno = 0;
    intmax_t number = strtoimax(literal, NULL, 10);
    if (!literal_is_integer(literal) || errno == ERANGE) {
        return false;
    }
    *out = (int64_t)number;
    return true;
}

bool wcd_json_uint64(const struct wcd_json *value, uint64_t *out)
{
    const char *literal = wcd_json_literal(value);
    errno = 0;
    uintmax_t number = strtoumax(literal, NULL, 10);
    if (!literal_is_integer(literal) || errno == ERANGE || literal[0] == '-') {
        return false;
    }
    *out = (uint64_t)number;
    return true;
}

size_t wcd_json_size(const struct wcd_json *value)
{
    size_t size = 0;
    for (const struct wcd_json *item = wcd_json_first(value); item != NULL;
         item = wcd_json_next(item)) {
        size++;
    }
    return size;
}

const struct wcd_json *wcd_json_first(const struct wcd_json *container)
{
    return container == NULL ? NULL : json_const_value(json_const_node(container)->child);
}

const struct wcd_json *wcd_json_next(const struct wcd_json *item)
{
    return json_const_value(json_const_node(item)->next);
}

const char *wcd_json_name(const struct wcd_json *member)
{
    const char *name = json_const_node(member)->string;
    WCD_ASSERT(name != NULL);
    return name;
}

const struct wcd_json *wcd_json_get(const struct wcd_json *object, const char *name)
{
    const struct wcd_json *found = NULL;
    if (!wcd_json_is(object, WCD_JSON_OBJECT)) {
        return NULL;
    }
    for (const struct wcd_json *member = wcd_json_first(object); member != NULL;
         member = wcd_json_next(member)) {
        const char *other = wcd_json_name(member);
        if (other[0] == name[0] && strcmp(other, name) == 0) {
            found = member;
        }
    }
    return found;
}

struct wcd_json *wcd_json_new_null(void)
{
    return json_value(cJSON_CreateNull());
}

struct wcd_json *wcd_json_new_bool(bool value)
{
    return json_value(cJSON_CreateBool(value));
}

/* Documents of numbers are what the benchmarks of the emulator spend their time on: no printf here. */
static struct wcd_json *new_number(uint64_t magnitude, bool negative)
{
    char text[INT64_TEXT_BYTES];
    char *at = text + sizeof(text) - 1;
    *at = '\0';
    do {
        *--at = (char)('0' + magnitude % 10);
        magnitude /= 10;
    } while (magnitude != 0);
    if (negative) {
        *--at = '-';
    }
    return json_value(cJSON_CreateRaw(at));
}

struct wcd_json *wcd_json_new_int64(int64_t value)
{
    return new_number(value < 0 ? 0 - (uint64_t)value : (uint64_t)value, value < 0);
}

struct wcd_json *wcd_json_new_uint64(uint64_t value)
{
    return new_number(value, false);
}

struct wcd_json *wcd_json_new_string(const char *text)
{
    return json_value(cJSON_CreateString(text));
}

struct wcd_json *wcd_json_new_array(void)
{
    return json_value(cJSON_CreateArray());
}

struct wcd_json *wcd_json_new_object(void)
{
    return json_value(cJSON_CreateObject());
}

bool wcd_json_append(struct wcd_json *array, struct wcd_json *item)
{
    WCD_ASSERT(array == NULL || wcd_json_is(array, WCD_JSON_ARRAY));
    if (array != NULL && item != NULL) {
        return cJSON_AddItemToArray(json_node(array), json_node(item)) != 0;
    }
    wcd_json_free(item);
    return false;
}

void wcd_json_remove_first(struct wcd_json *array)
{
    WCD_ASSERT(wcd_json_is(array, WCD_JSON_ARRAY) && wcd_json_first(array) != NULL);
    cJSON_DeleteItemFromArray(json_node(array), 0);
}

bool wcd_json_set(struct wcd_json *object, const char *name, struct wcd_json *value)
{
    WCD_ASSERT(object == NULL || wcd_json_is(object, WCD_JSON_OBJECT));
    if (object != NULL && value != NULL &&
        cJSON_AddItemToObject(json_node(object), name, json_node(value)) != 0) {
        return true;
    }
    wcd_json_free(value);
    return false;
}

bool wcd_json_set_string(struct wcd_json *object, const char *name, const char *text)
{
    return wcd_json_set(object, name, wcd_json_new_string(text));
}

bool wcd_json_set_int64(struct wcd_json *object, const char *name, int64_t value)
{
    return wcd_json_set(object, name, wcd_json_new_int64(value));
}

bool wcd_json_set_bool(struct wcd_json *object, const char *name, bool value)
{
    return wcd_json_set(object, name, wcd_json_new_bool(value));
}

struct wcd_json *wcd_json_discard(struct wcd_json *value)
{
    wcd_json_free(value);
    return NULL;
}

struct wcd_json *wcd_json_if(bool well, struct wcd_json *value)
{
    return well ? value : wcd_json_discard(value);
}

/* Every member of a is in b with an equal value; with equal sizes and no doubles that is equality. */
static bool members_equal(const struct wcd_json *a, const struct wcd_json *b)
{
    for (const struct wcd_json *member = wcd_json_first(a); member != NULL;
         member = wcd_json_next(member)) {
        const struct wcd_json *other = wcd_json_get(b, wcd_json_name(member));
        if (other == NULL || !wcd_json_equal(member, other)) {
            return false;
        }
    }
    return true;
}

static bool items_equal(const struct wcd_json *a, const struct wcd_json *b)
{
    const struct wcd_json *left = wcd_json_first(a);
    const struct wcd_json *right = wcd_json_first(b);
    while (left != NULL && right != NULL) {
        if (!wcd_json_equal(left, right)) {
            return false;
        }
        left = wcd_json_next(left);
        right = wcd_json_next(right);
    }
    return left == NULL && right == NULL;
}

bool wcd_json_equal(const struct wcd_json *a, const struct wcd_json *b)
{
    enum wcd_json_type type = wcd_json_type_of(a);
    if (type != wcd_json_type_of(b)) {
        return false;
    }
    switch (type) {
    case WCD_JSON_NULL:
        return true;
    case WCD_JSON_BOOL:
        return wcd_json_bool(a) == wcd_json_bool(b);
    case WCD_JSON_NUMBER:
        return strcmp(wcd_json_literal(a), wcd_json_literal(b)) == 0;
    case WCD_JSON_STRING:
        return strcmp(wcd_json_string(a), wcd_json_string(b)) == 0;
    case WCD_JSON_ARRAY:
        return items_equal(a, b);
    default:
        return wcd_json_size(a) == wcd_json_size(b) && members_equal(a, b);
    }
}
