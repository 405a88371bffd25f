/* JSON Pointer (RFC 6901). */
#include "core/json/json.h"

#include <stdlib.h>
#include <string.h>

/* True when the part of a pointer, `len` bytes with ~0 and ~1 in it, names `name`. */
static bool names(const char *part, size_t len, const char *name)
{
    for (size_t i = 0; i < len; i++, name++) {
        char c = part[i];
        if (c == '~') {
            i++;
            c = i < len && part[i] == '0' ? '~' : i < len && part[i] == '1' ? '/' : '\0';
        }
        if (c == '\0' || *name != c) {
            return false;
        }
    }
    return *name == '\0';
}

static const struct wcd_json *member_at(const struct wcd_json *object, const char *part, size_t len)
{
    const struct wcd_json *found = NULL;
    for (const struct wcd_json *item = wcd_json_first(object); item != NULL;
         item = wcd_json_next(item)) {
        if (names(part, len, wcd_json_name(item))) {
            found = item;
        }
    }
    return found;
}

/* "0", or digits that do not begin with it. */
static const struct wcd_json *item_at(const struct wcd_json *array, const char *part, size_t len)
{
    size_t index = 0;
    if (len == 0 || strspn(part, "0123456789") < len || (len > 1 && part[0] == '0')) {
        return NULL;
    }
    for (size_t i = 0; i < len; i++) {
        index = index * 10 + (size_t)(part[i] - '0');
        if (index >= wcd_json_size(array)) {
            return NULL;
        }
    }
    const struct wcd_json *item = wcd_json_first(array);
    while (item != NULL && index-- > 0) {
        item = wcd_json_next(item);
    }
    return item;
}

const struct wcd_json *wcd_json_at(const struct wcd_json *value, const char *pointer)
{
    while (value != NULL && *pointer == '/') {
        pointer++;
        size_t len = strcspn(pointer, "/");
        value = wcd_json_is(value, WCD_JSON_ARRAY) ? item_at(value, pointer, len)
                                                   : member_at(value, pointer, len);
        pointer += len;
    }
    return *pointer == '\0' ? value : NULL;
}
