/* core/platform/registry.h on advapi32. */
#include "real/win32_internal.h"

#include <stdlib.h>
#include <string.h>

/* Documented: "Registry element size limits", with the NUL. */
#define KEY_NAME_UNITS   256u
#define VALUE_NAME_UNITS 16384u

/* What one value may hold, 64 MiB: the registry's own limit is its hive's. */
#define VALUE_BYTES_MAX 0x4000000u

static HKEY root_of(enum plat_registry_root root)
{
    switch (root) {
    case PLAT_HKEY_CURRENT_USER:
        return HKEY_CURRENT_USER;
    case PLAT_HKEY_USERS:
        return HKEY_USERS;
    case PLAT_HKEY_LOCAL_MACHINE:
        break;
    }
    return HKEY_LOCAL_MACHINE;
}

static plat_hr answer(LSTATUS status)
{
    return plat_hr_win32((uint32_t)status);
}

static plat_hr registry_open(void *ctx, enum plat_registry_root root, const char *path,
                             uint32_t access, plat_handle *out)
{
    (void)ctx;
    wchar_t *wide = NULL;
    HKEY key = NULL;
    *out = PLAT_NO_HANDLE;
    plat_hr hr = win32_wide(path, &wide);
    if (plat_succeeded(hr)) {
        hr = answer(RegOpenKeyExW(root_of(root), wide, 0, access, &key));
    }
    if (plat_succeeded(hr)) {
        *out = win32_handle_number(key);
    }
    free(wide);
    return hr;
}

static plat_hr registry_create(void *ctx, enum plat_registry_root root, const char *path,
                               uint32_t access, plat_handle *out, bool *created)
{
    (void)ctx;
    wchar_t *wide = NULL;
    HKEY key = NULL;
    DWORD disposition = 0;
    *out = PLAT_NO_HANDLE;
    *created = false;
    plat_hr hr = win32_wide(path, &wide);
    if (plat_succeeded(hr)) {
        hr = answer(RegCreateKeyExW(root_of(root), wide, 0, NULL, REG_OPTION_NON_VOLATILE, access,
                                    NULL, &key, &disposition));
    }
    if (plat_succeeded(hr)) {
        *out = win32_handle_number(key);
        *created = disposition == REG_CREATED_NEW_KEY;
    }
    free(wide);
    return hr;
}

static plat_hr registry_close(void *ctx, plat_handle key)
{
    (void)ctx;
    return answer(RegCloseKey(win32_handle(key)));
}

/* The bytes of a value as Windows keeps them, with room for a NUL behind. */
static plat_hr read_raw(HKEY key, const wchar_t *name, DWORD *type, unsigned char **out,
                        DWORD *size)
{
    *out = NULL;
    *size = 0;
    LSTATUS status = RegQueryValueExW(key, name, NULL, type, NULL, size);
    while (status == ERROR_SUCCESS || status == ERROR_MORE_DATA) {
        if (*size > VALUE_BYTES_MAX) {
            status = ERROR_NOT_ENOUGH_MEMORY;
            break;
        }
        DWORD room = *size;
        unsigned char *data = malloc((size_t)room + sizeof(wchar_t));
        if (data == NULL) {
            status = ERROR_NOT_ENOUGH_MEMORY;
            break;
        }
        *size = room;
        status = RegQueryValueExW(key, name, NULL, type, data, size);
        if (status == ERROR_SUCCESS) {
            *out = data;
            return PLAT_S_OK;
        }
        free(data); /* it grew in between */
    }
    return answer(status);
}

/* Units of a text without the NULs that end it; a list of texts keeps the one behind each. */
static size_t text_units(const wchar_t *text, size_t units, bool list)
{
    while (units > 0 && text[units - 1] == L'\0' &&
           (!list || units == 1 || text[units - 2] == L'\0')) {
        units--;
    }
    return units;
}

static plat_hr text_value(const unsigned char *raw, DWORD size, struct plat_registry_value *out)
{
    size_t units = size / sizeof(wchar_t);
    wchar_t *wide = malloc((units + 1) * sizeof(*wide));
    if (wide == NULL) {
        return plat_hr_win32(PLAT_ERROR_NOT_ENOUGH_MEMORY);
    }
    memcpy(wide, raw, units * sizeof(*wide));
    bool list = out->type == PLAT_REG_MULTI_SZ;
    units = text_units(wide, units, list);
    if (list && units > 0 && wide[units - 1] != L'\0') {
        wide[units++] = L'\0'; /* stored without its end */
    }
    plat_hr hr = win32_text_n(wide, units, &out->data, &out->size);
    free(wide);
    return hr;
}

/* Gives up `raw` to the value, or frees it. */
static plat_hr make_value(unsigned char *raw, DWORD size, struct plat_registry_value *out)
{
    bool text = out->type == PLAT_REG_SZ || out->type == PLAT_REG_EXPAND_SZ ||
                out->type == PLAT_REG_MULTI_SZ;
    plat_hr hr = PLAT_S_OK;
    if (text) {
        hr = text_value(raw, size, out);
    } else if ((out->type == PLAT_REG_DWORD && size == sizeof(uint32_t)) ||
               (out->type == PLAT_REG_QWORD && size == sizeof(uint64_t))) {
        memcpy(&out->number, raw, size); /* as it lies in memory: little-endian, as x64 is */
    } else {
        raw[size] = '\0';
        out->data = (char *)raw;
        out->size = size;
        raw = NULL;
    }
    if (out->size == 0) {
        free(out->data);
        out->data = NULL;
    }
    free(raw);
    return hr;
}

static plat_hr registry_get(void *ctx, plat_handle key, const char *name,
                            struct plat_registry_value *out)
{
    (void)ctx;
    wchar_t *wide = NULL;
    unsigned char *raw = NULL;
    DWORD type = 0;
    DWORD size = 0;
    *out = (struct plat_registry_value){.type = PLAT_REG_NONE};
    plat_hr hr = win32_wide(name, &wide);
    if (plat_succeeded(hr)) {
        hr = read_raw(win32_handle(key), wide, &type, &raw, &size);
    }
    free(wide);
    if (plat_succeeded(hr)) {
        out->type = type;
        hr = make_value(raw, size, out);
    }
    return hr;
}

/* A text with the NUL that Windows keeps behind it; behind a list there are its own and one more. */
static plat_hr store_text(HKEY key, const wchar_t *name, const struct plat_registry_value *value)
{
    wchar_t *wide = NULL;
    size_t units = 0;
    plat_hr hr = win32_wide_n(value->data != NULL ? value->data : "", value->size, &wide, &units);
    if (plat_succeeded(hr) && units > VALUE_BYTES_MAX / sizeof(*wide) - 1) {
        hr = plat_hr_win32(PLAT_ERROR_INVALID_PARAMETER);
    }
    if (plat_succeeded(hr)) {
        DWORD size = (DWORD)((units + 1) * sizeof(*wide));
        hr = answer(RegSetValueExW(key, name, 0, value->type, (const BYTE *)wide, size));
    }
    free(wide);
    return hr;
}

static plat_hr store(HKEY key, const wchar_t *name, const struct plat_registry_value *value)
{
    switch (value->type) {
    case PLAT_REG_SZ:
    case PLAT_REG_EXPAND_SZ:
    case PLAT_REG_MULTI_SZ:
        return store_text(key, name, value);
    case PLAT_REG_DWORD: {
        DWORD number = (DWORD)value->number;
        return answer(
            RegSetValueExW(key, name, 0, REG_DWORD, (const BYTE *)&number, sizeof(number)));
    }
    case PLAT_REG_QWORD:
        return answer(RegSetValueExW(key, name, 0, REG_QWORD, (const BYTE *)&value->number,
                                     sizeof(value->number)));
    default:
        break;
    }
    if (value->size > VALUE_BYTES_MAX) {
        return plat_hr_win32(PLAT_ERROR_INVALID_PARAMETER);
    }
    return answer(
        RegSetValueExW(key, name, 0, value->type, (const BYTE *)value->data, (DWORD)value->size));
}

static plat_hr registry_set(void *ctx, plat_handle key, const char *name,
                            const struct plat_registry_value *value)
{
    (void)ctx;
    wchar_t *wide = NULL;
    plat_hr hr = win32_wide(name, &wide);
    if (plat_succeeded(hr)) {
        hr = store(win32_handle(key), wide, value);
    }
    free(wide);
    return hr;
}

static plat_hr registry_remove_value(void *ctx, plat_handle key, const char *name)
{
    (void)ctx;
    wchar_t *wide = NULL;
    plat_hr hr = win32_wide(name, &wide);
    if (plat_succeeded(hr)) {
        hr = answer(RegDeleteValueW(win32_handle(key), wide));
    }
    free(wide);
    return hr;
}

static plat_hr registry_remove_tree(void *ctx, enum plat_registry_root root, const char *path)
{
    (void)ctx;
    wchar_t *wide = NULL;
    plat_hr hr = win32_wide(path, &wide);
    if (plat_succeeded(hr)) {
        hr = answer(RegDeleteTreeW(root_of(root), wide));
    }
    free(wide);
    return hr;
}

static plat_hr registry_key_name(void *ctx, plat_handle key, uint32_t index, char **out)
{
    (void)ctx;
    wchar_t name[KEY_NAME_UNITS];
    DWORD units = KEY_NAME_UNITS;
    *out = NULL;
    plat_hr hr =
        answer(RegEnumKeyExW(win32_handle(key), index, name, &units, NULL, NULL, NULL, NULL));
    return plat_succeeded(hr) ? win32_text(name, units, out) : hr;
}

static plat_hr registry_value_name(void *ctx, plat_handle key, uint32_t index, char **out)
{
    (void)ctx;
    DWORD units = VALUE_NAME_UNITS;
    *out = NULL;
    wchar_t *name = malloc(VALUE_NAME_UNITS * sizeof(*name));
    if (name == NULL) {
        return plat_hr_win32(PLAT_ERROR_NOT_ENOUGH_MEMORY);
    }
    plat_hr hr =
        answer(RegEnumValueW(win32_handle(key), index, name, &units, NULL, NULL, NULL, NULL));
    if (plat_succeeded(hr)) {
        hr = win32_text(name, units, out);
    }
    free(name);
    return hr;
}

const struct plat_registry_ops win32_registry_ops = {
    .open = registry_open,
    .create = registry_create,
    .close = registry_close,
    .get = registry_get,
    .set = registry_set,
    .remove_value = registry_remove_value,
    .remove_tree = registry_remove_tree,
    .key_name = registry_key_name,
    .value_name = registry_value_name,
};
