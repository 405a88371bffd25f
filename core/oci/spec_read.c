/* JSON to a spec. */
#include "core/oci/spec.h"

#include "core/base/limits.h"
#include "core/oci/spec_table.h"

#include <stdlib.h>
#include <string.h>

/* Where the reader stands, for messages: a chain from the innermost member outwards. */
struct place {
    const struct place *outer;
    const char *name; /* NULL: an item of a list */
    size_t index;
};

static bool add_place(char **path, const struct place *place)
{
    const char *dot = (*path)[0] == '\0' || (*path)[0] == '[' ? "" : ".";
    char *longer = place->name == NULL ? wcd_text_format("[%zu]%s%s", place->index, dot, *path)
                                       : wcd_text_format("%s%s%s", place->name, dot, *path);
    wcd_text_replace(path, longer);
    return longer != NULL;
}

static enum wcd_errc refuse(struct wcd_error *err, const struct place *place, const char *wanted)
{
    char *path = wcd_text_copy("");
    for (const struct place *at = place; path != NULL && at != NULL; at = at->outer) {
        if (!add_place(&path, at)) {
            break;
        }
    }
    if (path == NULL) {
        return wcd_error_no_memory(err);
    }
    enum wcd_errc code = wcd_error_set(err, WCD_E_INVALID_PARAMETER, "OCI spec: %s must be %s",
                                       path[0] == '\0' ? "it" : path, wanted);
    free(path);
    return code;
}

static enum wcd_errc read_part(const struct spec_part *table, void *part,
                               const struct wcd_json *json, const struct place *place,
                               struct wcd_error *err);

static enum wcd_errc read_text(char **out, const struct wcd_json *json, const struct place *place,
                               struct wcd_error *err)
{
    if (!wcd_json_is(json, WCD_JSON_STRING)) {
        return refuse(err, place, "a string");
    }
    *out = wcd_text_copy(wcd_json_string(json));
    return *out == NULL ? wcd_error_no_memory(err) : WCD_OK;
}

static enum wcd_errc read_uint(uint64_t *out, const struct wcd_json *json, uint64_t most,
                               const struct place *place, struct wcd_error *err)
{
    if (!wcd_json_is(json, WCD_JSON_NUMBER) || !wcd_json_uint64(json, out) || *out > most) {
        return refuse(err, place,
                      most == UINT16_MAX   ? "a whole number of 16 bits"
                      : most == UINT32_MAX ? "a whole number of 32 bits"
                                           : "a whole number of 64 bits");
    }
    return WCD_OK;
}

static enum wcd_errc check_list(const struct wcd_json *json, const struct place *place,
                                struct wcd_error *err)
{
    if (!wcd_json_is(json, WCD_JSON_ARRAY)) {
        return refuse(err, place, "a list");
    }
    return wcd_json_size(json) <= WCD_SPEC_LIST_MAX ? WCD_OK : refuse(err, place, "a shorter list");
}

/* null items are "", as Go has them. */
static enum wcd_errc read_strings(struct wcd_strlist *out, const struct wcd_json *json,
                                  const struct place *place, struct wcd_error *err)
{
    enum wcd_errc code = check_list(json, place, err);
    struct place item_place = {place, NULL, 0};
    out->present = code == WCD_OK;
    for (const struct wcd_json *item = code == WCD_OK ? wcd_json_first(json) : NULL;
         code == WCD_OK && item != NULL; item = wcd_json_next(item), item_place.index++) {
        bool is_null = wcd_json_is(item, WCD_JSON_NULL);
        if (!is_null && !wcd_json_is(item, WCD_JSON_STRING)) {
            code = refuse(err, &item_place, "a string");
        } else if (!wcd_strlist_add(out, is_null ? "" : wcd_json_string(item))) {
            code = wcd_error_no_memory(err);
        }
    }
    return code;
}

static enum wcd_errc read_items(void *items, size_t size, const struct spec_part *table,
                                const struct wcd_json *json, const struct place *place,
                                struct wcd_error *err)
{
    enum wcd_errc code = WCD_OK;
    struct place item_place = {place, NULL, 0};
    char *at = items;
    for (const struct wcd_json *item = wcd_json_first(json); code == WCD_OK && item != NULL;
         item = wcd_json_next(item), item_place.index++, at += size) {
        if (!wcd_json_is(item, WCD_JSON_NULL)) {
            code = read_part(table, at, item, &item_place, err);
        }
    }
    return code;
}

static enum wcd_errc read_mounts(struct wcd_spec_mounts *out, const struct wcd_json *json,
                                 const struct place *place, struct wcd_error *err)
{
    enum wcd_errc code = check_list(json, place, err);
    size_t count = code == WCD_OK ? wcd_json_size(json) : 0;
    if (count == 0) {
        return code;
    }
    out->items = calloc(count, sizeof(*out->items));
    if (out->items == NULL) {
        return wcd_error_no_memory(err);
    }
    out->count = count;
    return read_items(out->items, sizeof(*out->items), &spec_mount_table, json, place, err);
}

static enum wcd_errc read_devices(struct wcd_spec_devices *out, const struct wcd_json *json,
                                  const struct place *place, struct wcd_error *err)
{
    enum wcd_errc code = check_list(json, place, err);
    size_t count = code == WCD_OK ? wcd_json_size(json) : 0;
    if (count == 0) {
        return code;
    }
    out->items = calloc(count, sizeof(*out->items));
    if (out->items == NULL) {
        return wcd_error_no_memory(err);
    }
    out->count = count;
    return read_items(out->items, sizeof(*out->items), &spec_device_table, json, place, err);
}

/* The names of the object, each once, sorted. */
static bool sorted_names(struct wcd_strlist *names, const struct wcd_json *json)
{
    for (const struct wcd_json *member = wcd_json_first(json); member != NULL;
         member = wcd_json_next(member)) {
        const char *name = wcd_json_name(member);
        if (wcd_json_get(json, name) == member && !wcd_strlist_add(names, name)) {
            return false;
        }
    }
    wcd_strlist_sort(names);
    return true;
}

static enum wcd_errc read_pairs(struct wcd_strlist *out, const struct wcd_strlist *names,
                                const struct wcd_json *json, const struct place *place,
                                struct wcd_error *err)
{
    for (size_t i = 0; i < names->count; i++) {
        struct place pair_place = {place, names->items[i], 0};
        const struct wcd_json *value = wcd_json_get(json, names->items[i]);
        bool is_null = wcd_json_is(value, WCD_JSON_NULL);
        if (!is_null && !wcd_json_is(value, WCD_JSON_STRING)) {
            return refuse(err, &pair_place, "a string");
        }
        if (!wcd_strlist_add(out, names->items[i]) ||
            !wcd_strlist_add(out, is_null ? "" : wcd_json_string(value))) {
            return wcd_error_no_memory(err);
        }
    }
    return WCD_OK;
}

static enum wcd_errc read_map(struct wcd_strlist *out, const struct wcd_json *json,
                              const struct place *place, struct wcd_error *err)
{
    if (!wcd_json_is(json, WCD_JSON_OBJECT)) {
        return refuse(err, place, "an object");
    }
    if (wcd_json_size(json) > WCD_SPEC_LIST_MAX) {
        return refuse(err, place, "a smaller object");
    }
    struct wcd_strlist names = {0};
    enum wcd_errc code = sorted_names(&names, json) ? read_pairs(out, &names, json, place, err)
                                                    : wcd_error_no_memory(err);
    wcd_strlist_release(&names);
    return code;
}

static enum wcd_errc read_bool(bool *out, const struct wcd_json *json, const struct place *place,
                               struct wcd_error *err)
{
    if (!wcd_json_is(json, WCD_JSON_BOOL)) {
        return refuse(err, place, "true or false");
    }
    *out = wcd_json_bool(json);
    return WCD_OK;
}

static enum wcd_errc read_number(enum spec_kind kind, void *slot, const struct wcd_json *json,
                                 const struct place *place, struct wcd_error *err)
{
    if (kind == SPEC_UINT32) {
        uint64_t value = 0;
        enum wcd_errc code = read_uint(&value, json, UINT32_MAX, place, err);
        *(uint32_t *)slot = (uint32_t)value;
        return code;
    }
    if (kind == SPEC_UINT64) {
        return read_uint(slot, json, UINT64_MAX, place, err);
    }
    struct wcd_spec_number *number = slot;
    number->present = true;
    return read_uint(&number->value, json, kind == SPEC_NUMBER16 ? UINT16_MAX : UINT64_MAX, place,
                     err);
}

static enum wcd_errc read_member(const struct spec_member *member, void *slot,
                                 const struct wcd_json *json, const struct place *place,
                                 struct wcd_error *err)
{
    switch (member->kind) {
    case SPEC_BOOL:
        return read_bool(slot, json, place, err);
    case SPEC_TEXT:
    case SPEC_TEXT_ALWAYS:
        return read_text(slot, json, place, err);
    case SPEC_STRINGS:
    case SPEC_STRINGS_OR_NULL:
        return read_strings(slot, json, place, err);
    case SPEC_ANY: {
        struct wcd_json **any = slot;
        *any = wcd_json_copy(json);
        return *any == NULL ? wcd_error_no_memory(err) : WCD_OK;
    }
    case SPEC_PART:
        *(bool *)slot = true;
        return read_part(member->part, slot, json, place, err);
    case SPEC_PART_ALWAYS:
        return read_part(member->part, slot, json, place, err);
    case SPEC_MOUNTS:
        return read_mounts(slot, json, place, err);
    case SPEC_DEVICES:
        return read_devices(slot, json, place, err);
    case SPEC_MAP:
        return read_map(slot, json, place, err);
    default:
        return read_number(member->kind, slot, json, place, err);
    }
}

static enum wcd_errc read_part(const struct spec_part *table, void *part,
                               const struct wcd_json *json, const struct place *place,
                               struct wcd_error *err)
{
    if (!wcd_json_is(json, WCD_JSON_OBJECT)) {
        return refuse(err, place, "an object");
    }
    enum wcd_errc code = WCD_OK;
    for (const struct spec_member *member = table->members; code == WCD_OK && member->name != NULL;
         member++) {
        const struct wcd_json *value = wcd_json_get(json, member->name);
        struct place member_place = {place, member->name, 0};
        if (value != NULL && !wcd_json_is(value, WCD_JSON_NULL)) {
            code = read_member(member, (char *)part + member->offset, value, &member_place, err);
        }
    }
    return code;
}

enum wcd_errc wcd_spec_from_json(struct wcd_spec *out, const struct wcd_json *json,
                                 struct wcd_error *err)
{
    *out = (struct wcd_spec){0};
    enum wcd_errc code = read_part(&spec_table, out, json, NULL, err);
    if (code != WCD_OK) {
        wcd_spec_release(out);
    }
    return code;
}
