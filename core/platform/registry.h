/* The registry (advapi32.dll). Paths are written with `\`, without the root's name; key and value
 * names compare without case and keep the case they were created with. Every call is synchronous
 * and answers HRESULT_FROM_WIN32 of the LSTATUS. */
#ifndef PLAT_REGISTRY_H
#define PLAT_REGISTRY_H

#include "core/platform/types.h"

enum plat_registry_root {
    PLAT_HKEY_LOCAL_MACHINE,
    PLAT_HKEY_CURRENT_USER,
    PLAT_HKEY_USERS
};

/* REG_* numbers of winnt.h. */
enum plat_registry_type {
    PLAT_REG_NONE = 0,
    PLAT_REG_SZ = 1,
    PLAT_REG_EXPAND_SZ = 2,
    PLAT_REG_BINARY = 3,
    PLAT_REG_DWORD = 4,
    PLAT_REG_MULTI_SZ = 7,
    PLAT_REG_QWORD = 11
};

/* A value. SZ, EXPAND_SZ: `data` is UTF-8 text of `size` bytes without a NUL. MULTI_SZ: the
 * strings, each followed by a NUL, `size` bytes in all. DWORD, QWORD: `number`, data is NULL.
 * Others: raw bytes. */
struct plat_registry_value {
    uint32_t type; /* enum plat_registry_type, or any number that was stored */
    uint64_t number;
    char *data; /* NUL-terminated in any case; owned by whoever holds the value; NULL when empty */
    size_t size;
};

#define PLAT_KEY_QUERY_VALUE 0x0001u
#define PLAT_KEY_READ        0x20019u
#define PLAT_KEY_ALL_ACCESS  0xF003Fu

struct plat_registry_ops {
    /* RegOpenKeyExW. ERROR_FILE_NOT_FOUND when the key or a parent is missing,
     * ERROR_ACCESS_DENIED. */
    plat_hr (*open)(void *ctx, enum plat_registry_root root, const char *path, uint32_t access,
                    plat_handle *out);

    /* RegCreateKeyExW: opens, or creates with all parents. *created tells which. */
    plat_hr (*create)(void *ctx, enum plat_registry_root root, const char *path, uint32_t access,
                      plat_handle *out, bool *created);

    /* RegCloseKey. ERROR_INVALID_HANDLE when it is closed already. */
    plat_hr (*close)(void *ctx, plat_handle key);

    /* RegQueryValueExW (both calls, for size and data, in one). ERROR_FILE_NOT_FOUND when there is
     * no such value; "" is the key's default value. The caller frees out->data. */
    plat_hr (*get)(void *ctx, plat_handle key, const char *name, struct plat_registry_value *out);

    /* RegSetValueExW. ERROR_ACCESS_DENIED when the handle was opened without KEY_SET_VALUE (2). */
    plat_hr (*set)(void *ctx, plat_handle key, const char *name,
                   const struct plat_registry_value *value);

    /* RegDeleteValueW. ERROR_FILE_NOT_FOUND. */
    plat_hr (*remove_value)(void *ctx, plat_handle key, const char *name);

    /* RegDeleteTreeW(root, path): the key and all below it. */
    plat_hr (*remove_tree)(void *ctx, enum plat_registry_root root, const char *path);

    /* RegEnumKeyExW / RegEnumValueW: the name at `index`. The registry gives no order; the emulator
     * sorts keys without case, and has values in order of creation. ERROR_NO_MORE_ITEMS past the
     * end. */
    plat_hr (*key_name)(void *ctx, plat_handle key, uint32_t index, char **out);
    plat_hr (*value_name)(void *ctx, plat_handle key, uint32_t index, char **out);
};

struct plat_registry {
    const struct plat_registry_ops *ops;
    void *ctx;
};

#endif
