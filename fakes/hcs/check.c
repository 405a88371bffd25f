/* Holds a document against a table. */
#include "fakes/hcs/check.h"

#include "core/base/limits.h"
#include "core/base/text.h"
#include "fakes/host/guid.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

plat_hr fake_hcs_blame(struct fake_hcs_check *check, plat_hr hr, const char *format, ...)
{
    char why[FAKE_HCS_CHECK_BYTES];
    va_list args;
    va_start(args, format);
    (void)vsnprintf(why, sizeof(why), format, args);
    va_end(args);
    const char *where = check->path_len == 0 ? "the document" : check->path;
    (void)snprintf(check->text, sizeof(check->text), "%s: %s", where, why);
    return hr;
}

const char *fake_hcs_check_text(const struct fake_hcs_check *check)
{
    return check->text[0] == '\0' ? NULL : check->text;
}

/* Goes one step down; a name that does not fit is not shown. */
static size_t check_enter(struct fake_hcs_check *check, const char *name)
{
    size_t before = check->path_len;
    size_t room = sizeof(check->path) - before - 1;
    size_t len = strlen(name);
    if (len + 1 > room) {
        name = "...";
        len = 3;
    }
    if (len + 1 <= room) {
        check->path[before] = '/';
        memcpy(check->path + before + 1, name, len + 1);
        check->path_len = before + 1 + len;
    }
    return before;
}

static void check_leave(struct fake_hcs_check *check, size_t before)
{
    check->path_len = before;
    check->path[before] = '\0';
}

static plat_hr check_type(struct fake_hcs_check *check, const struct wcd_json *value,
                          enum wcd_json_type type)
{
    if (wcd_json_is(value, type)) {
        return PLAT_S_OK;
    }
    return fake_hcs_blame(check, PLAT_HCS_INVALID_JSON, "%s where %s is expected",
                          wcd_json_type_name(wcd_json_type_of(value)), wcd_json_type_name(type));
}

static plat_hr check_number(struct fake_hcs_check *check, const struct fake_hcs_field *field,
                            const struct wcd_json *value)
{
    uint64_t number = 0;
    int64_t with_sign = 0;
    plat_hr hr = check_type(check, value, WCD_JSON_NUMBER);
    if (plat_failed(hr)) {
        return hr;
    }
    uint64_t max = field->max == 0 ? UINT64_MAX : field->max;
    bool fits = field->type == FAKE_HCS_INT ? wcd_json_int64(value, &with_sign)
                                            : wcd_json_uint64(value, &number) && number <= max;
    if (!fits) {
        return fake_hcs_blame(check, PLAT_HCS_INVALID_JSON, "%s is out of range",
                              wcd_json_literal(value));
    }
    return PLAT_S_OK;
}

static plat_hr check_word(struct fake_hcs_check *check, const struct fake_hcs_field *field,
                          const struct wcd_json *value)
{
    const char *text = wcd_json_string(value);
    for (const char *const *word = field->words; *word != NULL; word++) {
        if (strcmp(*word, text) == 0) {
            return PLAT_S_OK;
        }
    }
    return fake_hcs_blame(check, PLAT_HCS_INVALID_JSON, "the word is not known");
}

static bool check_is_base64(const char *text)
{
    size_t len = strspn(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/");
    size_t pad = strspn(text + len, "=");
    return text[len + pad] == '\0' && (len + pad) % 4 == 0 && pad <= 2;
}

static plat_hr check_text(struct fake_hcs_check *check, const struct fake_hcs_field *field,
                          const struct wcd_json *value)
{
    plat_hr hr = check_type(check, value, WCD_JSON_STRING);
    if (plat_failed(hr)) {
        return hr;
    }
    const char *text = wcd_json_string(value);
    if (strstr(text, WCD_TEXT_NUL) != NULL) {
        return fake_hcs_blame(check, PLAT_HCS_INVALID_JSON, "a NUL in a text");
    }
    if (field->type == FAKE_HCS_WORD) {
        return check_word(check, field, value);
    }
    if (field->type == FAKE_HCS_GUID && !fake_guid_valid(text)) {
        return fake_hcs_blame(check, PLAT_HCS_INVALID_JSON, "no GUID");
    }
    if (field->type == FAKE_HCS_BYTES && !check_is_base64(text)) {
        return fake_hcs_blame(check, PLAT_HCS_INVALID_JSON, "no base64");
    }
    return PLAT_S_OK;
}

static plat_hr check_value(struct fake_hcs_check *check, const struct fake_hcs_field *field,
                           const struct wcd_json *value)
{
    switch (field->type) {
    case FAKE_HCS_BOOL:
        return check_type(check, value, WCD_JSON_BOOL);
    case FAKE_HCS_UINT:
    case FAKE_HCS_INT:
        return check_number(check, field, value);
    case FAKE_HCS_TEXT:
    case FAKE_HCS_WORD:
    case FAKE_HCS_GUID:
    case FAKE_HCS_BYTES:
        return check_text(check, field, value);
    case FAKE_HCS_OBJECT:
        return fake_hcs_check(check, field->shape, value);
    case FAKE_HCS_WHATEVER:
        break;
    }
    return PLAT_S_OK;
}

static plat_hr check_many(struct fake_hcs_check *check, const struct fake_hcs_field *field,
                          const struct wcd_json *value)
{
    bool list = field->many == FAKE_HCS_LIST;
    char number[24];
    plat_hr hr = check_type(check, value, list ? WCD_JSON_ARRAY : WCD_JSON_OBJECT);
    size_t at = 0;
    for (const struct wcd_json *item = wcd_json_first(value); item != NULL && plat_succeeded(hr);
         item = wcd_json_next(item)) {
        (void)snprintf(number, sizeof(number), "%zu", at++);
        size_t before = check_enter(check, list ? number : wcd_json_name(item));
        hr = check_value(check, field, item);
        check_leave(check, before);
    }
    return hr;
}

static plat_hr check_member(struct fake_hcs_check *check, const struct fake_hcs_field *field,
                            const struct wcd_json *value)
{
    /* Go clients write null for what they have none of. */
    bool single = field->many == FAKE_HCS_ONE &&
                  (field->type == FAKE_HCS_BOOL || field->type == FAKE_HCS_UINT ||
                   field->type == FAKE_HCS_INT);
    if (wcd_json_is(value, WCD_JSON_NULL) && !single && !field->required) {
        return PLAT_S_OK;
    }
    return field->many == FAKE_HCS_ONE ? check_value(check, field, value)
                                       : check_many(check, field, value);
}

static const struct fake_hcs_field *check_field(const struct fake_hcs_check *check,
                                                const struct fake_hcs_shape *shape,
                                                const char *name, size_t *hint)
{
    for (size_t i = 0; i < shape->count; i++) {
        size_t at = (*hint + i) % shape->count;
        const struct fake_hcs_field *field = &shape->fields[at];
        if (strcmp(field->name, name) == 0) {
            *hint = at + 1;
            return !field->gated || fake_build_has(check->build, field->since) ? field : NULL;
        }
    }
    return NULL;
}

plat_hr fake_hcs_check(struct fake_hcs_check *check, const struct fake_hcs_shape *shape,
                       const struct wcd_json *value)
{
    size_t hint = 0; /* clients write members in the order of the table */
    plat_hr hr = check_type(check, value, WCD_JSON_OBJECT);
    for (const struct wcd_json *member = wcd_json_first(value);
         member != NULL && plat_succeeded(hr); member = wcd_json_next(member)) {
        const struct fake_hcs_field *field =
            check_field(check, shape, wcd_json_name(member), &hint);
        size_t before = check_enter(check, wcd_json_name(member));
        if (field == NULL) {
            hr = fake_hcs_blame(check, PLAT_HCS_INVALID_JSON, "a member that is not known");
        } else if (field->minor <= check->minor) {
            hr = check_member(check, field, member);
        }
        check_leave(check, before);
    }
    for (size_t i = 0; i < shape->count && plat_succeeded(hr); i++) {
        if (shape->fields[i].required && wcd_json_get(value, shape->fields[i].name) == NULL) {
            hr = fake_hcs_blame(check, PLAT_HCS_INVALID_JSON, "%s is missing",
                                shape->fields[i].name);
        }
    }
    return hr;
}

plat_hr fake_hcs_read(struct fake_hcs_check *check, const struct fake_build *build,
                      const struct fake_hcs_shape *shape, const char *text,
                      struct wcd_json **document)
{
    struct wcd_json_fault fault = {0};
    check->build = build;
    check->minor = UINT32_MAX;
    check->path_len = 0;
    check->path[0] = '\0';
    check->text[0] = '\0';
    *document = wcd_json_parse(text, strlen(text), &fault);
    if (*document == NULL) {
        if (strcmp(fault.reason, "out of memory") == 0) {
            return PLAT_E_OUTOFMEMORY;
        }
        return fake_hcs_blame(check, PLAT_HCS_INVALID_JSON, "line %zu, column %zu: %s", fault.line,
                              fault.column, fault.reason);
    }
    plat_hr hr = shape == NULL ? PLAT_S_OK : fake_hcs_check(check, shape, *document);
    if (plat_failed(hr)) {
        wcd_json_free(*document);
        *document = NULL;
    }
    return hr;
}

const struct wcd_json *fake_hcs_member(const struct wcd_json *object, const char *name)
{
    const struct wcd_json *member = wcd_json_get(object, name);
    return wcd_json_is(member, WCD_JSON_NULL) ? NULL : member;
}

bool fake_hcs_bool(const struct wcd_json *object, const char *name)
{
    const struct wcd_json *member = fake_hcs_member(object, name);
    return member != NULL && wcd_json_bool(member);
}

uint64_t fake_hcs_uint(const struct wcd_json *object, const char *name)
{
    const struct wcd_json *member = fake_hcs_member(object, name);
    uint64_t number = 0;
    if (member != NULL) {
        (void)wcd_json_uint64(member, &number);
    }
    return number;
}

const char *fake_hcs_text(const struct wcd_json *object, const char *name)
{
    const struct wcd_json *member = fake_hcs_member(object, name);
    return member == NULL ? "" : wcd_json_string(member);
}
