/* The emulated registry: a tree of keys per root. */
#ifndef FAKE_REGISTRY_REGISTRY_H
#define FAKE_REGISTRY_REGISTRY_H

#include "core/platform/registry.h"
#include "fakes/host/children.h"

#define FAKE_REGISTRY_ROOTS 3u

struct fake_reg_entry {
    char *name;
    struct plat_registry_value value;
};

struct fake_reg_key {
    char *name;                  /* as it was created; "" for a root */
    struct fake_reg_key *parent; /* NULL for a root, and for a key that was removed */
    enum plat_registry_root root;
    struct fake_children children; /* struct fake_reg_key */
    struct fake_reg_entry *values; /* in order of creation */
    size_t value_count;
    size_t value_capacity;
    size_t handles; /* open on it; a removed key lives until they are closed */
    bool removed;
};

struct fake_reg_failure {
    enum plat_registry_root root;
    char *path;
    plat_hr hr;
};

struct fake_registry {
    struct fake_reg_key *roots[FAKE_REGISTRY_ROOTS];
    struct fake_reg_failure *failures;
    size_t failure_count;
};

struct fake_host;

/* Seeding from inside the emulator: the key is created with all parents. False without memory. */
bool fake_registry_put_text(struct fake_host *host, const char *path, const char *name,
                            const char *text);
bool fake_registry_put_dword(struct fake_host *host, const char *path, const char *name,
                             uint32_t number);
/* Removes a key of HKLM and what is below it, if it is there. */
void fake_registry_drop(struct fake_host *host, const char *path);
/* A DWORD of HKLM; `missing` where there is none. */
uint32_t fake_registry_dword(const struct fake_host *host, const char *path, const char *name,
                             uint32_t missing);

/* ---- tree (registry/tree.c) ---- */

struct fake_reg_key *fake_reg_key_new(enum plat_registry_root root, const char *name, size_t len);
void fake_reg_key_free(struct fake_reg_key *key); /* with all below; nothing may be open on them */
/* The key at `path` below `from`, or NULL. */
struct fake_reg_key *fake_reg_find(struct fake_reg_key *from, const char *path);
/* The same, but creates what is missing; NULL without memory. */
struct fake_reg_key *fake_reg_make(struct fake_reg_key *from, const char *path, bool *created);
/* Takes the key and all below it out of the tree; those with open handles stay in memory. */
void fake_reg_remove(struct fake_reg_key *key);
void fake_reg_unref(struct fake_reg_key *key);
struct fake_reg_entry *fake_reg_value(const struct fake_reg_key *key, const char *name);
bool fake_reg_set(struct fake_reg_key *key, const char *name,
                  const struct plat_registry_value *value);
void fake_reg_unset(struct fake_reg_key *key, struct fake_reg_entry *entry);
/* False for a DWORD whose number has more than 32 bits. */
bool fake_reg_number_fits(const struct plat_registry_value *value);
/* A copy with its own data; false without memory. */
bool fake_reg_value_copy(struct plat_registry_value *to, const struct plat_registry_value *from);

#endif
