/* A spec as JSON, as Go's encoder writes it. */
#include "core/oci/spec.h"

#include "core/oci/spec_table.h"

#include <stdlib.h>

static struct wcd_json *write_part(const struct spec_part *table, const void *part);

static struct wcd_json *write_strings(const struct wcd_strlist *list)
{
    struct wcd_json *array = wcd_json_new_array();
    for (size_t i = 0; array != NULL && i < list->count; i++) {
        if (!wcd_json_append(array, wcd_json_new_string(list->items[i]))) {
            wcd_json_free(array);
            return NULL;
        }
    }
    return array;
}

static struct wcd_json *write_map(const struct wcd_strlist *pairs)
{
    struct wcd_json *object = wcd_json_new_object();
    for (size_t i = 0; object != NULL && i + 1 < pairs->count; i += 2) {
        if (!wcd_json_set_string(object, pairs->items[i], pairs->items[i + 1])) {
            wcd_json_free(object);
            return NULL;
        }
    }
    return object;
}

static struct wcd_json *write_items(const struct spec_part *table, const void *items, size_t count,
                                    size_t size)
{
    struct wcd_json *array = wcd_json_new_array();
    for (size_t i = 0; array != NULL && i < count; i++) {
        if (!wcd_json_append(array, write_part(table, (const char *)items + i * size))) {
            wcd_json_free(array);
            return NULL;
        }
    }
    return array;
}

/* The value of a member that is one number. */
static struct wcd_json *write_number(enum spec_kind kind, const void *slot, bool *absent)
{
    if (kind == SPEC_UINT32) {
        return wcd_json_new_uint64(*(const uint32_t *)slot);
    }
    if (kind == SPEC_UINT64) {
        return wcd_json_new_uint64(*(const uint64_t *)slot);
    }
    const struct wcd_spec_number *number = slot;
    *absent = !number->present;
    return *absent ? NULL : wcd_json_new_uint64(number->value);
}

static struct wcd_json *write_list(const struct spec_member *member, const void *slot, bool *absent)
{
    if (member->kind == SPEC_MOUNTS) {
        const struct wcd_spec_mounts *mounts = slot;
        *absent = mounts->count == 0;
        return *absent ? NULL
                       : write_items(member->part, mounts->items, mounts->count,
                                     sizeof(mounts->items[0]));
    }
    if (member->kind == SPEC_DEVICES) {
        const struct wcd_spec_devices *devices = slot;
        *absent = devices->count == 0;
        return *absent ? NULL
                       : write_items(member->part, devices->items, devices->count,
                                     sizeof(devices->items[0]));
    }
    const struct wcd_strlist *list = slot;
    if (member->kind == SPEC_STRINGS_OR_NULL) {
        return list->present ? write_strings(list) : wcd_json_new_null();
    }
    *absent = list->count == 0;
    if (*absent) {
        return NULL;
    }
    return member->kind == SPEC_MAP ? write_map(list) : write_strings(list);
}

/* NULL with *absent for what the encoder leaves out; NULL without it: no memory. */
static struct wcd_json *write_member(const struct spec_member *member, const void *slot,
                                     bool *absent)
{
    switch (member->kind) {
    case SPEC_BOOL:
        *absent = !*(const bool *)slot;
        return *absent ? NULL : wcd_json_new_bool(true);
    case SPEC_TEXT:
    case SPEC_TEXT_ALWAYS: {
        const char *text = wcd_text_or_empty(*(char *const *)slot);
        *absent = member->kind == SPEC_TEXT && text[0] == '\0';
        return *absent ? NULL : wcd_json_new_string(text);
    }
    case SPEC_ANY: {
        const struct wcd_json *any = *(struct wcd_json *const *)slot;
        *absent = any == NULL;
        return *absent ? NULL : wcd_json_copy(any);
    }
    case SPEC_PART:
        *absent = !*(const bool *)slot;
        return *absent ? NULL : write_part(member->part, slot);
    case SPEC_PART_ALWAYS:
        return write_part(member->part, slot);
    case SPEC_UINT32:
    case SPEC_UINT64:
    case SPEC_NUMBER:
    case SPEC_NUMBER16:
        return write_number(member->kind, slot, absent);
    default:
        return write_list(member, slot, absent);
    }
}

static struct wcd_json *write_part(const struct spec_part *table, const void *part)
{
    struct wcd_json *object = wcd_json_new_object();
    for (const struct spec_member *member = table->members; object != NULL && member->name != NULL;
         member++) {
        bool absent = false;
        struct wcd_json *value = write_member(member, (const char *)part + member->offset, &absent);
        if (!absent && !wcd_json_set(object, member->name, value)) {
            wcd_json_free(object);
            return NULL;
        }
    }
    return object;
}

struct wcd_json *wcd_spec_to_json(const struct wcd_spec *spec)
{
    return write_part(&spec_table, spec);
}
