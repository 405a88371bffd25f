/* Structures by tables; see members.h. */
#include "core/json/members.h"

#include "core/base/gotime.h"

#include <stdlib.h>

enum wcd_errc wcd_members_wrong_type(struct wcd_error *err, const struct wcd_json *json,
                                     const char *type, const char *member, const char *go_type)
{
    return wcd_error_set(err, WCD_E_INVALID_PARAMETER,
                         "json: cannot unmarshal %s into Go struct field %s.%s of type %s",
                         wcd_json_type_name(wcd_json_type_of(json)), type, member, go_type);
}

static enum wcd_errc read_list(struct wcd_strlist *out, const struct wcd_json *json,
                               const struct wcd_members *members, const struct wcd_member *member,
                               struct wcd_error *err)
{
    if (member->kind == WCD_MEMBER_COMMAND && wcd_json_is(json, WCD_JSON_STRING)) {
        return wcd_strlist_add(out, wcd_json_string(json)) ? WCD_OK : wcd_error_no_memory(err);
    }
    if (!wcd_json_is(json, WCD_JSON_ARRAY)) {
        return wcd_members_wrong_type(err, json, members->type, member->name, "[]string");
    }
    if (wcd_json_size(json) > members->words_max) {
        return wcd_error_set(err, WCD_E_INVALID_PARAMETER, "%s.%s: more than %zu items",
                             members->type, member->name, members->words_max);
    }
    out->present = true;
    for (const struct wcd_json *item = wcd_json_first(json); item != NULL;
         item = wcd_json_next(item)) {
        bool is_null = wcd_json_is(item, WCD_JSON_NULL);
        if (!is_null && !wcd_json_is(item, WCD_JSON_STRING)) {
            return wcd_members_wrong_type(err, item, members->type, member->name, "string");
        }
        if (!wcd_strlist_add(out, is_null ? "" : wcd_json_string(item))) {
            return wcd_error_no_memory(err);
        }
    }
    return WCD_OK;
}

static enum wcd_errc read_number(void *slot, const struct wcd_json *json,
                                 const struct wcd_members *members, const struct wcd_member *member,
                                 struct wcd_error *err)
{
    int64_t value = 0;
    bool ok = wcd_json_is(json, WCD_JSON_NUMBER) && wcd_json_int64(json, &value);
    if (ok && member->kind == WCD_MEMBER_UINT32) {
        ok = value >= 0 && value <= (int64_t)UINT32_MAX;
        *(uint32_t *)slot = ok ? (uint32_t)value : 0;
    } else if (ok) {
        *(int64_t *)slot = value;
    }
    return ok ? WCD_OK : wcd_members_wrong_type(err, json, members->type, member->name, "int");
}

static enum wcd_errc read_text(void *slot, const struct wcd_json *json,
                               const struct wcd_members *members, const struct wcd_member *member,
                               struct wcd_error *err)
{
    bool is_time = member->kind == WCD_MEMBER_TIME;
    if (!wcd_json_is(json, WCD_JSON_STRING)) {
        return wcd_members_wrong_type(err, json, members->type, member->name,
                                      is_time ? "time.Time" : "string");
    }
    const char *text = wcd_json_string(json);
    if (is_time) {
        return wcd_time_parse(text, slot)
                   ? WCD_OK
                   : wcd_error_set(err, WCD_E_INVALID_PARAMETER,
                                   "parsing time \"\\\"%s\\\"\" as "
                                   "\"\\\"2006-01-02T15:04:05Z07:00\\\"\": cannot parse it",
                                   text);
    }
    char **out = slot;
    wcd_text_replace(out, wcd_text_copy(text));
    return *out == NULL ? wcd_error_no_memory(err) : WCD_OK;
}

static enum wcd_errc read_member(void *slot, const struct wcd_json *json,
                                 const struct wcd_members *members, const struct wcd_member *member,
                                 struct wcd_error *err)
{
    switch (member->kind) {
    case WCD_MEMBER_TEXT:
    case WCD_MEMBER_TIME:
        return read_text(slot, json, members, member, err);
    case WCD_MEMBER_BOOL:
        if (!wcd_json_is(json, WCD_JSON_BOOL)) {
            return wcd_members_wrong_type(err, json, members->type, member->name, "bool");
        }
        *(bool *)slot = wcd_json_bool(json);
        return WCD_OK;
    case WCD_MEMBER_INT:
    case WCD_MEMBER_UINT32:
        return read_number(slot, json, members, member, err);
    case WCD_MEMBER_LIST:
    case WCD_MEMBER_COMMAND:
        return read_list(slot, json, members, member, err);
    case WCD_MEMBER_MAP:
        if (!wcd_json_is(json, WCD_JSON_OBJECT)) {
            return wcd_members_wrong_type(err, json, members->type, member->name, "map");
        }
        break;
    case WCD_MEMBER_JSON:
    default:
        break;
    }
    struct wcd_json **out = slot;
    wcd_json_free(*out);
    *out = wcd_json_copy(json);
    return *out == NULL ? wcd_error_no_memory(err) : WCD_OK;
}

enum wcd_errc wcd_members_read(void *base, const struct wcd_members *members,
                               const struct wcd_json *object, struct wcd_error *err)
{
    if (!wcd_json_is(object, WCD_JSON_OBJECT)) {
        return wcd_error_set(err, WCD_E_INVALID_PARAMETER,
                             "json: cannot unmarshal %s into Go value of type %s",
                             wcd_json_type_name(wcd_json_type_of(object)), members->type);
    }
    for (size_t i = 0; i < members->count; i++) {
        const struct wcd_member *member = &members->items[i];
        const struct wcd_json *value = wcd_json_get(object, member->name);
        if (value == NULL || wcd_json_is(value, WCD_JSON_NULL)) {
            continue;
        }
        enum wcd_errc code =
            read_member((char *)base + member->offset, value, members, member, err);
        if (code != WCD_OK) {
            return code;
        }
    }
    return WCD_OK;
}

/* ---- writing ---- */

struct wcd_json *wcd_json_new_list(const struct wcd_strlist *list)
{
    struct wcd_json *out = wcd_json_new_array();
    for (size_t i = 0; out != NULL && i < list->count; i++) {
        if (!wcd_json_append(out, wcd_json_new_string(list->items[i]))) {
            wcd_json_free(out);
            out = NULL;
        }
    }
    return out;
}

static struct wcd_json *new_time(uint64_t time_100ns)
{
    char text[WCD_TIME_BYTES];
    wcd_time_print(time_100ns, text);
    return wcd_json_new_string(text);
}

/* *empty: it is the zero value. */
static struct wcd_json *new_value(const void *slot, enum wcd_member_kind kind, bool *empty)
{
    const char *const *text = slot;
    const struct wcd_strlist *list = slot;
    const struct wcd_json *const *json = slot;
    switch (kind) {
    case WCD_MEMBER_TEXT:
        *empty = wcd_text_or_empty(*text)[0] == '\0';
        return wcd_json_new_string(wcd_text_or_empty(*text));
    case WCD_MEMBER_BOOL:
        *empty = !*(const bool *)slot;
        return wcd_json_new_bool(*(const bool *)slot);
    case WCD_MEMBER_INT:
        *empty = *(const int64_t *)slot == 0;
        return wcd_json_new_int64(*(const int64_t *)slot);
    case WCD_MEMBER_UINT32:
        *empty = *(const uint32_t *)slot == 0;
        return wcd_json_new_int64(*(const uint32_t *)slot);
    case WCD_MEMBER_TIME:
        *empty = false; /* as Go has it of structures */
        return new_time(*(const uint64_t *)slot);
    case WCD_MEMBER_LIST:
    case WCD_MEMBER_COMMAND:
        *empty = list->count == 0;
        return list->present || list->count > 0 ? wcd_json_new_list(list) : wcd_json_new_null();
    case WCD_MEMBER_MAP:
        *empty = wcd_json_size(*json) == 0;
        return *json == NULL ? wcd_json_new_null() : wcd_json_copy_sorted(*json);
    case WCD_MEMBER_JSON:
    default:
        *empty = *json == NULL;
        return *json == NULL ? wcd_json_new_null() : wcd_json_copy(*json);
    }
}

bool wcd_members_write(const void *base, const struct wcd_members *members, struct wcd_json *object)
{
    for (size_t i = 0; i < members->count; i++) {
        const struct wcd_member *member = &members->items[i];
        bool empty = false;
        struct wcd_json *value =
            new_value((const char *)base + member->offset, member->kind, &empty);
        if (value != NULL && empty && member->omit_empty) {
            wcd_json_free(value);
        } else if (!wcd_json_set(object, member->name, value)) {
            return false;
        }
    }
    return true;
}

void wcd_members_release(void *base, const struct wcd_members *members)
{
    for (size_t i = 0; i < members->count; i++) {
        void *slot = (char *)base + members->items[i].offset;
        char **text = slot;
        struct wcd_json **json = slot;
        switch (members->items[i].kind) {
        case WCD_MEMBER_TEXT:
            wcd_text_replace(text, NULL);
            break;
        case WCD_MEMBER_BOOL:
            *(bool *)slot = false;
            break;
        case WCD_MEMBER_INT:
            *(int64_t *)slot = 0;
            break;
        case WCD_MEMBER_UINT32:
            *(uint32_t *)slot = 0;
            break;
        case WCD_MEMBER_TIME:
            *(uint64_t *)slot = 0;
            break;
        case WCD_MEMBER_LIST:
        case WCD_MEMBER_COMMAND:
            wcd_strlist_release(slot);
            break;
        case WCD_MEMBER_MAP:
        case WCD_MEMBER_JSON:
        default:
            wcd_json_free(*json);
            *json = NULL;
            break;
        }
    }
}
