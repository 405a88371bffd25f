/* Objects as documents, by tables; see state.h. */
#include "fakes/hns/state.h"

#include "core/base/assert.h"

#include <stdio.h>
#include <string.h>

/* ---- places ---- */

struct fake_state_at fake_state_item(const struct fake_state_at *at, const char *name,
                                     size_t number)
{
    struct fake_state_at item = {.err = at->err};
    int len = snprintf(item.pointer, sizeof(item.pointer), "%s/%s/%zu", at->pointer, name, number);
    WCD_ASSERT(len > 0 && (size_t)len < sizeof(item.pointer));
    return item;
}

enum wcd_errc fake_state_bad(const struct fake_state_at *at, const char *member, const char *why)
{
    bool whole = at->pointer[0] == '\0' && member[0] == '\0';
    return wcd_error_set(at->err, WCD_E_INVALID_PARAMETER, "%s%s%s: %s",
                         whole ? "the document" : at->pointer, member[0] == '\0' ? "" : "/", member,
                         why);
}

/* ---- written ---- */

static const void *state_field(const void *object, size_t offset)
{
    return (const char *)object + offset;
}

static bool state_write_text(struct wcd_json *out, const char *name, const char *text)
{
    return text == NULL || wcd_json_set_string(out, name, text);
}

static bool state_write_number(struct wcd_json *out, const char *name, uint64_t number)
{
    return number == 0 || wcd_json_set(out, name, wcd_json_new_uint64(number));
}

static bool state_write_json(struct wcd_json *out, const char *name, const struct wcd_json *value,
                             bool list)
{
    bool none = value == NULL || (list && wcd_json_size(value) == 0);
    return none || wcd_json_set(out, name, wcd_json_copy(value));
}

static bool state_write_row(const struct fake_state_row *row, const void *object,
                            struct wcd_json *out)
{
    const void *field = state_field(object, row->offset);
    switch (row->type) {
    case FAKE_STATE_ID:
        return state_write_text(out, row->name, field);
    case FAKE_STATE_TEXT:
        return (*(char *const *)field)[0] == '\0' ||
               state_write_text(out, row->name, *(char *const *)field);
    case FAKE_STATE_SOME:
        return state_write_text(out, row->name, *(char *const *)field);
    case FAKE_STATE_BOOL:
        return !*(const bool *)field || wcd_json_set_bool(out, row->name, true);
    case FAKE_STATE_UINT32:
        return state_write_number(out, row->name, *(const uint32_t *)field);
    case FAKE_STATE_UINT64:
        return state_write_number(out, row->name, *(const uint64_t *)field);
    case FAKE_STATE_LIST:
    case FAKE_STATE_OBJECT:
        return state_write_json(out, row->name, *(struct wcd_json *const *)field,
                                row->type == FAKE_STATE_LIST);
    default:
        return true;
    }
}

bool fake_state_write(const struct fake_state_table *table, const void *object,
                      struct wcd_json *out)
{
    bool done = true;
    for (size_t i = 0; i < table->count && done; i++) {
        done = state_write_row(&table->rows[i], object, out);
    }
    return done;
}

/* ---- read ---- */

static enum wcd_errc state_read_type(const struct fake_state_row *row, const struct wcd_json *value,
                                     const struct fake_state_at *at)
{
    static const enum wcd_json_type types[] = {
        [FAKE_STATE_ID] = WCD_JSON_STRING,        [FAKE_STATE_TEXT] = WCD_JSON_STRING,
        [FAKE_STATE_SOME] = WCD_JSON_STRING,      [FAKE_STATE_BOOL] = WCD_JSON_BOOL,
        [FAKE_STATE_UINT32] = WCD_JSON_NUMBER,    [FAKE_STATE_UINT64] = WCD_JSON_NUMBER,
        [FAKE_STATE_LIST] = WCD_JSON_ARRAY,       [FAKE_STATE_OBJECT] = WCD_JSON_OBJECT,
        [FAKE_STATE_HAND_TEXT] = WCD_JSON_STRING, [FAKE_STATE_HAND_UINT] = WCD_JSON_NUMBER,
        [FAKE_STATE_HAND_LIST] = WCD_JSON_ARRAY,  [FAKE_STATE_HAND_OBJECT] = WCD_JSON_OBJECT,
    };
    uint64_t number = 0;
    enum wcd_json_type type = types[row->type];
    if (!wcd_json_is(value, type)) {
        return wcd_error_set(at->err, WCD_E_INVALID_PARAMETER, "%s/%s: %s where %s is expected",
                             at->pointer, row->name, wcd_json_type_name(wcd_json_type_of(value)),
                             wcd_json_type_name(type));
    }
    if (type == WCD_JSON_STRING && strstr(wcd_json_string(value), WCD_TEXT_NUL) != NULL) {
        return fake_state_bad(at, row->name, "a NUL in a text");
    }
    if (type == WCD_JSON_NUMBER &&
        (!wcd_json_uint64(value, &number) || (row->max != 0 && number > row->max) ||
         (row->type == FAKE_STATE_UINT32 && number > UINT32_MAX))) {
        return fake_state_bad(at, row->name, "the number is out of range");
    }
    return WCD_OK;
}

static enum wcd_errc state_keep_text(char **slot, const struct wcd_json *value,
                                     const struct fake_state_at *at)
{
    *slot = wcd_text_copy(wcd_json_string(value));
    return *slot == NULL ? wcd_error_no_memory(at->err) : WCD_OK;
}

static enum wcd_errc state_keep_json(struct wcd_json **slot, const struct wcd_json *value,
                                     const struct fake_state_at *at)
{
    *slot = wcd_json_copy(value);
    return *slot == NULL ? wcd_error_no_memory(at->err) : WCD_OK;
}

/* Of a value whose type is right. */
static enum wcd_errc state_keep(const struct fake_state_row *row, const struct wcd_json *value,
                                void *object, const struct fake_state_at *at)
{
    void *field = (char *)object + row->offset;
    uint64_t number = 0;
    switch (row->type) {
    case FAKE_STATE_ID:
        return fake_guid_valid(wcd_json_string(value)) &&
                       fake_guid_lower(wcd_json_string(value), field)
                   ? WCD_OK
                   : fake_state_bad(at, row->name, "no GUID");
    case FAKE_STATE_TEXT:
    case FAKE_STATE_SOME:
        return state_keep_text(field, value, at);
    case FAKE_STATE_BOOL:
        *(bool *)field = wcd_json_bool(value);
        break;
    case FAKE_STATE_UINT32:
        (void)wcd_json_uint64(value, &number);
        *(uint32_t *)field = (uint32_t)number;
        break;
    case FAKE_STATE_UINT64:
        (void)wcd_json_uint64(value, field);
        break;
    case FAKE_STATE_LIST:
    case FAKE_STATE_OBJECT:
        return state_keep_json(field, value, at);
    default:
        break;
    }
    return WCD_OK;
}

/* What is missing. Texts and lists are there all the same. */
static enum wcd_errc state_default(const struct fake_state_row *row, void *object,
                                   const struct fake_state_at *at)
{
    if (row->required) {
        return fake_state_bad(at, row->name, "missing");
    }
    if (row->type == FAKE_STATE_TEXT) {
        char **slot = (char **)(void *)((char *)object + row->offset);
        *slot = wcd_text_copy("");
        return *slot == NULL ? wcd_error_no_memory(at->err) : WCD_OK;
    }
    if (row->type == FAKE_STATE_LIST) {
        struct wcd_json **slot = (struct wcd_json **)(void *)((char *)object + row->offset);
        *slot = wcd_json_new_array();
        return *slot == NULL ? wcd_error_no_memory(at->err) : WCD_OK;
    }
    return WCD_OK;
}

/* Members are written in the order of the table: the row behind the last one is the likeliest. */
static size_t state_find(const struct fake_state_table *table, const char *name, size_t hint)
{
    for (size_t i = 0; i < table->count; i++) {
        size_t at = (hint + i) % table->count;
        if (strcmp(table->rows[at].name, name) == 0) {
            return at;
        }
    }
    return table->count;
}

enum wcd_errc fake_state_read(const struct fake_state_table *table, const struct wcd_json *value,
                              void *object, const struct fake_state_at *at)
{
    uint64_t seen = 0;
    size_t row = 0;
    enum wcd_errc code = WCD_OK;
    WCD_ASSERT(table->count <= FAKE_STATE_ROWS_MAX);
    if (!wcd_json_is(value, WCD_JSON_OBJECT)) {
        return fake_state_bad(at, "", "no object");
    }
    for (const struct wcd_json *member = wcd_json_first(value); member != NULL && code == WCD_OK;
         member = wcd_json_next(member)) {
        row = state_find(table, wcd_json_name(member), row);
        if (row == table->count) {
            return fake_state_bad(at, wcd_json_name(member), "a member that is not known");
        }
        if ((seen >> row & 1u) != 0) {
            return fake_state_bad(at, wcd_json_name(member), "a member that is there twice");
        }
        seen |= UINT64_C(1) << row;
        code = state_read_type(&table->rows[row], member, at);
        code = code == WCD_OK ? state_keep(&table->rows[row], member, object, at) : code;
        row++;
    }
    for (size_t i = 0; i < table->count && code == WCD_OK; i++) {
        code = (seen >> i & 1u) != 0 ? WCD_OK : state_default(&table->rows[i], object, at);
    }
    return code;
}

enum wcd_errc fake_state_texts(const struct wcd_json *object, const char *name,
                               const struct fake_state_at *at)
{
    size_t number = 0;
    for (const struct wcd_json *item = wcd_json_first(wcd_json_get(object, name)); item != NULL;
         item = wcd_json_next(item)) {
        if (!wcd_json_is(item, WCD_JSON_STRING) ||
            strstr(wcd_json_string(item), WCD_TEXT_NUL) != NULL) {
            const struct fake_state_at place = fake_state_item(at, name, number);
            return fake_state_bad(&place, "", "no text");
        }
        number++;
    }
    return WCD_OK;
}
