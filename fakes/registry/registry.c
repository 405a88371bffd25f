/* The calls of the registry: rights, names and states as advapi32.dll checks them. */
#include "core/base/assert.h"
#include "fakes/host/internal.h"
#include "fakes/host/name.h"

#include <stdlib.h>
#include <string.h>

#define REG_KEY_NAME_UNITS_MAX   255u
#define REG_VALUE_NAME_UNITS_MAX 16383u
#define REG_ERROR_BAD_PATHNAME   161u
#define REG_ERROR_KEY_DELETED    1018u

#define REG_KEY_QUERY_VALUE 0x0001u
#define REG_KEY_SET_VALUE   0x0002u
#define REG_KEY_ENUMERATE   0x0008u
#define REG_KEY_WOW64       0x0300u
#define REG_GENERIC_READ    0x80000000u
#define REG_GENERIC_WRITE   0x40000000u
#define REG_GENERIC_EXECUTE 0x20000000u
#define REG_GENERIC_ALL     0x10000000u
#define REG_MAXIMUM_ALLOWED 0x02000000u
#define REG_KEY_WRITE       0x20006u

static const struct {
    uint32_t generic;
    uint32_t rights;
} reg_generic_rights[] = {
    {REG_GENERIC_READ, PLAT_KEY_READ},          {REG_GENERIC_WRITE, REG_KEY_WRITE},
    {REG_GENERIC_EXECUTE, PLAT_KEY_READ},       {REG_GENERIC_ALL, PLAT_KEY_ALL_ACCESS},
    {REG_MAXIMUM_ALLOWED, PLAT_KEY_ALL_ACCESS},
};

static const char *const reg_root_names[FAKE_REGISTRY_ROOTS] = {"HKLM", "HKCU", "HKU"};

/* The rights that the handle will have. False for bits that mean nothing. */
static bool reg_rights(uint32_t asked, uint32_t *granted)
{
    uint32_t rights = asked & (PLAT_KEY_ALL_ACCESS | REG_KEY_WOW64);
    uint32_t rest = asked & ~(PLAT_KEY_ALL_ACCESS | REG_KEY_WOW64);
    for (size_t i = 0; i < sizeof(reg_generic_rights) / sizeof(reg_generic_rights[0]); i++) {
        if ((rest & reg_generic_rights[i].generic) != 0) {
            rights |= reg_generic_rights[i].rights;
            rest &= ~reg_generic_rights[i].generic;
        }
    }
    *granted = rights;
    return rest == 0;
}

/* Is `path` the key `key`, or below it? Both as callers write them. */
static bool reg_path_covers(const char *key, const char *path)
{
    for (;;) {
        key += strspn(key, "\\");
        path += strspn(path, "\\");
        size_t key_len = strcspn(key, "\\");
        size_t path_len = strcspn(path, "\\");
        if (key_len == 0) {
            return true;
        }
        char name[REG_KEY_NAME_UNITS_MAX * 3 + 1];
        if (path_len == 0 || path_len >= sizeof(name)) {
            return false;
        }
        memcpy(name, path, path_len);
        name[path_len] = '\0';
        if (!fake_name_equal_n(key, key_len, name)) {
            return false;
        }
        key += key_len;
        path += path_len;
    }
}

static plat_hr reg_failure(const struct fake_host *host, enum plat_registry_root root,
                           const char *path)
{
    const struct fake_registry *registry = &host->registry;
    for (size_t i = 0; i < registry->failure_count; i++) {
        const struct fake_reg_failure *failure = &registry->failures[i];
        if (failure->root == root && reg_path_covers(failure->path, path)) {
            return failure->hr;
        }
    }
    return PLAT_S_OK;
}

/* What the name rules say about a path. */
static plat_hr reg_check_path(enum plat_registry_root root, const char *path)
{
    if ((unsigned)root >= FAKE_REGISTRY_ROOTS) {
        return plat_hr_win32(PLAT_ERROR_INVALID_HANDLE);
    }
    if (path[0] == '\\') {
        return plat_hr_win32(REG_ERROR_BAD_PATHNAME);
    }
    while (*path != '\0') {
        size_t len = strcspn(path, "\\");
        const char *end = path + len;
        size_t units = 0;
        while (path < end) {
            uint32_t point = 0;
            if (!fake_utf8_next(&path, &point)) {
                return plat_hr_win32(PLAT_ERROR_INVALID_PARAMETER);
            }
            units += point >= 0x10000u ? 2 : 1;
        }
        if (units > REG_KEY_NAME_UNITS_MAX) {
            return plat_hr_win32(PLAT_ERROR_INVALID_PARAMETER);
        }
        path += strspn(path, "\\");
    }
    return PLAT_S_OK;
}

static plat_hr reg_give_handle(struct fake_host *host, struct fake_reg_key *key, const char *path,
                               uint32_t access, plat_handle *out)
{
    char *label = wcd_text_format("registry key %s\\%s", reg_root_names[key->root], path);
    struct fake_handle *handle =
        fake_handles_open(&host->handles, FAKE_HANDLE_REGISTRY_KEY, key, access, label);
    if (handle == NULL) {
        return FAKE_NO_MEMORY;
    }
    key->handles++;
    *out = handle->id;
    return PLAT_S_OK;
}

/* The checks that opening and creating share; *rights is what the handle will be allowed. */
static plat_hr reg_before_open(const struct fake_host *host, enum plat_registry_root root,
                               const char *path, uint32_t access, uint32_t *rights)
{
    plat_hr hr = reg_check_path(root, path);
    if (plat_succeeded(hr)) {
        hr = reg_failure(host, root, path);
    }
    if (plat_succeeded(hr) && !reg_rights(access, rights)) {
        hr = plat_hr_win32(PLAT_ERROR_ACCESS_DENIED);
    }
    return hr;
}

static plat_hr reg_open(void *ctx, enum plat_registry_root root, const char *path, uint32_t access,
                        plat_handle *out)
{
    struct fake_host *host = ctx;
    uint32_t rights = 0;
    *out = PLAT_NO_HANDLE;
    plat_hr hr = reg_before_open(host, root, path, access, &rights);
    if (plat_failed(hr)) {
        return hr;
    }
    struct fake_reg_key *key = fake_reg_find(host->registry.roots[root], path);
    if (key == NULL) {
        return plat_hr_win32(PLAT_ERROR_FILE_NOT_FOUND);
    }
    return reg_give_handle(host, key, path, rights, out);
}

static plat_hr reg_create(void *ctx, enum plat_registry_root root, const char *path,
                          uint32_t access, plat_handle *out, bool *created)
{
    struct fake_host *host = ctx;
    uint32_t rights = 0;
    *out = PLAT_NO_HANDLE;
    *created = false;
    plat_hr hr = reg_before_open(host, root, path, access, &rights);
    if (plat_failed(hr)) {
        return hr;
    }
    struct fake_reg_key *top = host->registry.roots[root];
    struct fake_reg_key *key = fake_reg_find(top, path);
    bool top_level = path[strcspn(path, "\\")] == '\0';
    if (key == NULL && top_level && root != PLAT_HKEY_CURRENT_USER) {
        /* Programs cannot add hives beside SOFTWARE, SYSTEM and the like. */
        return plat_hr_win32(PLAT_ERROR_INVALID_PARAMETER);
    }
    bool made = false;
    key = fake_reg_make(top, path, &made);
    if (key == NULL) {
        return FAKE_NO_MEMORY;
    }
    hr = reg_give_handle(host, key, path, rights, out);
    *created = plat_succeeded(hr) && made;
    return hr;
}

static plat_hr reg_close(void *ctx, plat_handle id)
{
    struct fake_host *host = ctx;
    struct fake_handle *handle = fake_handle_use(host, FAKE_HANDLE_REGISTRY_KEY, id, "RegCloseKey");
    if (handle == NULL) {
        return plat_hr_win32(PLAT_ERROR_INVALID_HANDLE);
    }
    fake_reg_unref(handle->object);
    fake_handles_close(&host->handles, id);
    return PLAT_S_OK;
}

/* The key a handle is open on, if the handle has the right and nothing stands in the way. */
static plat_hr reg_key_of(struct fake_host *host, plat_handle id, uint32_t right,
                          const char *function, struct fake_reg_key **out)
{
    struct fake_handle *handle = fake_handle_use(host, FAKE_HANDLE_REGISTRY_KEY, id, function);
    if (handle == NULL) {
        return plat_hr_win32(PLAT_ERROR_INVALID_HANDLE);
    }
    struct fake_reg_key *key = handle->object;
    if (key->removed) {
        return plat_hr_win32(REG_ERROR_KEY_DELETED);
    }
    if ((handle->access & right) != right) {
        return plat_hr_win32(PLAT_ERROR_ACCESS_DENIED);
    }
    const char *path = strchr(handle->label, '\\');
    WCD_ASSERT(path != NULL);
    *out = key;
    return reg_failure(host, key->root, path + 1);
}

static plat_hr reg_get(void *ctx, plat_handle id, const char *name, struct plat_registry_value *out)
{
    struct fake_reg_key *key = NULL;
    *out = (struct plat_registry_value){0};
    plat_hr hr = reg_key_of(ctx, id, REG_KEY_QUERY_VALUE, "RegQueryValueExW", &key);
    if (plat_failed(hr)) {
        return hr;
    }
    const struct fake_reg_entry *entry = fake_reg_value(key, name);
    if (entry == NULL) {
        return plat_hr_win32(PLAT_ERROR_FILE_NOT_FOUND);
    }
    if (!fake_reg_value_copy(out, &entry->value)) {
        *out = (struct plat_registry_value){0};
        return FAKE_NO_MEMORY;
    }
    return PLAT_S_OK;
}

/* Does the value have the form that the seam asks for its type? */
static bool reg_value_valid(const struct plat_registry_value *value)
{
    if (value->data == NULL && value->size > 0) {
        return false;
    }
    switch (value->type) {
    case PLAT_REG_DWORD:
        return value->data == NULL && value->number <= UINT32_MAX;
    case PLAT_REG_QWORD:
        return value->data == NULL;
    case PLAT_REG_SZ:
    case PLAT_REG_EXPAND_SZ:
        return value->data == NULL || memchr(value->data, 0, value->size) == NULL;
    case PLAT_REG_MULTI_SZ:
        return value->size == 0 || value->data[value->size - 1] == '\0';
    default:
        return true;
    }
}

static plat_hr reg_set(void *ctx, plat_handle id, const char *name,
                       const struct plat_registry_value *value)
{
    struct fake_reg_key *key = NULL;
    plat_hr hr = reg_key_of(ctx, id, REG_KEY_SET_VALUE, "RegSetValueExW", &key);
    if (plat_failed(hr)) {
        return hr;
    }
    size_t units = 0;
    if (!fake_utf16_units(name, &units) || units > REG_VALUE_NAME_UNITS_MAX ||
        !reg_value_valid(value) || !fake_reg_number_fits(value)) {
        return plat_hr_win32(PLAT_ERROR_INVALID_PARAMETER);
    }
    return fake_reg_set(key, name, value) ? PLAT_S_OK : FAKE_NO_MEMORY;
}

static plat_hr reg_remove_value(void *ctx, plat_handle id, const char *name)
{
    struct fake_reg_key *key = NULL;
    plat_hr hr = reg_key_of(ctx, id, REG_KEY_SET_VALUE, "RegDeleteValueW", &key);
    if (plat_failed(hr)) {
        return hr;
    }
    struct fake_reg_entry *entry = fake_reg_value(key, name);
    if (entry == NULL) {
        return plat_hr_win32(PLAT_ERROR_FILE_NOT_FOUND);
    }
    fake_reg_unset(key, entry);
    return PLAT_S_OK;
}

static plat_hr reg_remove_tree(void *ctx, enum plat_registry_root root, const char *path)
{
    struct fake_host *host = ctx;
    plat_hr hr = reg_check_path(root, path);
    if (plat_succeeded(hr)) {
        hr = reg_failure(host, root, path);
    }
    if (plat_failed(hr)) {
        return hr;
    }
    struct fake_reg_key *key = fake_reg_find(host->registry.roots[root], path);
    if (key == NULL) {
        return plat_hr_win32(PLAT_ERROR_FILE_NOT_FOUND);
    }
    if (key->parent == NULL) {
        return plat_hr_win32(PLAT_ERROR_ACCESS_DENIED);
    }
    fake_reg_remove(key);
    return PLAT_S_OK;
}

static plat_hr reg_copy_name(const char *name, char **out)
{
    *out = wcd_text_copy(name);
    return *out == NULL ? FAKE_NO_MEMORY : PLAT_S_OK;
}

static plat_hr reg_key_name(void *ctx, plat_handle id, uint32_t index, char **out)
{
    struct fake_reg_key *key = NULL;
    *out = NULL;
    plat_hr hr = reg_key_of(ctx, id, REG_KEY_ENUMERATE, "RegEnumKeyExW", &key);
    if (plat_failed(hr)) {
        return hr;
    }
    if (index >= key->children.count) {
        return plat_hr_win32(PLAT_ERROR_NO_MORE_ITEMS);
    }
    const struct fake_reg_key *child = key->children.items[index];
    return reg_copy_name(child->name, out);
}

static plat_hr reg_value_name(void *ctx, plat_handle id, uint32_t index, char **out)
{
    struct fake_reg_key *key = NULL;
    *out = NULL;
    plat_hr hr = reg_key_of(ctx, id, REG_KEY_QUERY_VALUE, "RegEnumValueW", &key);
    if (plat_failed(hr)) {
        return hr;
    }
    if (index >= key->value_count) {
        return plat_hr_win32(PLAT_ERROR_NO_MORE_ITEMS);
    }
    return reg_copy_name(key->values[index].name, out);
}

const struct plat_registry_ops fake_registry_ops = {
    .open = reg_open,
    .create = reg_create,
    .close = reg_close,
    .get = reg_get,
    .set = reg_set,
    .remove_value = reg_remove_value,
    .remove_tree = reg_remove_tree,
    .key_name = reg_key_name,
    .value_name = reg_value_name,
};

bool fake_registry_set_failure(struct fake_host *host, enum plat_registry_root root,
                               const char *path, plat_hr hr)
{
    struct fake_registry *registry = &host->registry;
    for (size_t i = 0; i < registry->failure_count; i++) {
        struct fake_reg_failure *old = &registry->failures[i];
        if (old->root == root && reg_path_covers(old->path, path) &&
            reg_path_covers(path, old->path)) {
            free(old->path);
            *old = registry->failures[--registry->failure_count];
            break;
        }
    }
    if (hr == PLAT_S_OK) {
        return true;
    }
    if (plat_failed(reg_check_path(root, path))) {
        return false;
    }
    size_t bytes = (registry->failure_count + 1) * sizeof(*registry->failures);
    struct fake_reg_failure *failures = realloc(registry->failures, bytes);
    if (failures == NULL) {
        return false;
    }
    registry->failures = failures;
    char *copy = wcd_text_copy(path);
    if (copy == NULL) {
        return false;
    }
    failures[registry->failure_count++] =
        (struct fake_reg_failure){.root = root, .path = copy, .hr = hr};
    return true;
}
