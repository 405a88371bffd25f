/* What is in the registry of a fresh host. */
#include "fakes/host/internal.h"
#include "fakes/registry/version.h"

#include <stdlib.h>

#define SETUP_VERSION_KEY FAKE_REGISTRY_VERSION_KEY
#define SETUP_PRODUCT_KEY FAKE_REGISTRY_PRODUCT_KEY
#define SETUP_CONTAINERS  SETUP_VERSION_KEY "\\Virtualization\\Containers"
#define SETUP_SOCKETS     SETUP_VERSION_KEY "\\Virtualization\\GuestCommunicationServices"
#define SETUP_FILE_SYSTEM "SYSTEM\\CurrentControlSet\\Control\\FileSystem"

/* Keys that are there but need no value; the top ones are hives, which no program can create. */
static const struct {
    enum plat_registry_root root;
    const char *path;
} setup_keys[] = {
    {PLAT_HKEY_LOCAL_MACHINE, "SOFTWARE\\Policies"},
    {PLAT_HKEY_LOCAL_MACHINE, "SYSTEM\\CurrentControlSet\\Services"},
    {PLAT_HKEY_LOCAL_MACHINE, "SAM"},
    {PLAT_HKEY_LOCAL_MACHINE, "SECURITY"},
    {PLAT_HKEY_LOCAL_MACHINE, "HARDWARE"},
    {PLAT_HKEY_CURRENT_USER, "Software"},
    {PLAT_HKEY_CURRENT_USER, "Environment"},
    {PLAT_HKEY_USERS, ".DEFAULT\\Software"},
    {PLAT_HKEY_USERS, "S-1-5-18\\Software"},
};

bool fake_registry_put(struct fake_host *host, enum plat_registry_root root, const char *path,
                       const char *name, const struct plat_registry_value *value)
{
    if ((unsigned)root >= FAKE_REGISTRY_ROOTS || (value != NULL && !fake_reg_number_fits(value))) {
        return false;
    }
    bool created = false;
    struct fake_reg_key *key = fake_reg_make(host->registry.roots[root], path, &created);
    return key != NULL && (value == NULL || fake_reg_set(key, name, value));
}

bool fake_registry_put_text(struct fake_host *host, const char *path, const char *name,
                            const char *text)
{
    struct plat_registry_value value = {.type = PLAT_REG_SZ};
    value.data = wcd_text_copy(text);
    if (value.data == NULL) {
        return false;
    }
    for (const char *at = text; *at != '\0'; at++) {
        value.size++;
    }
    bool done = fake_registry_put(host, PLAT_HKEY_LOCAL_MACHINE, path, name, &value);
    free(value.data);
    return done;
}

bool fake_registry_put_dword(struct fake_host *host, const char *path, const char *name,
                             uint32_t number)
{
    const struct plat_registry_value value = {.type = PLAT_REG_DWORD, .number = number};
    return fake_registry_put(host, PLAT_HKEY_LOCAL_MACHINE, path, name, &value);
}

void fake_registry_drop(struct fake_host *host, const char *path)
{
    struct fake_reg_key *root = host->registry.roots[PLAT_HKEY_LOCAL_MACHINE];
    struct fake_reg_key *key = fake_reg_find(root, path);
    if (key != NULL && key != root) {
        fake_reg_remove(key);
    }
}

uint32_t fake_registry_dword(const struct fake_host *host, const char *path, const char *name,
                             uint32_t missing)
{
    const struct fake_reg_key *key =
        fake_reg_find(host->registry.roots[PLAT_HKEY_LOCAL_MACHINE], path);
    const struct fake_reg_entry *entry = key == NULL ? NULL : fake_reg_value(key, name);
    if (entry == NULL || entry->value.type != PLAT_REG_DWORD) {
        return missing;
    }
    return (uint32_t)entry->value.number;
}

/* SOFTWARE\Microsoft\Windows NT\CurrentVersion, from the row of the build. */
static bool setup_version(struct fake_host *host)
{
    struct fake_registry_version version;
    fake_registry_version_init(&version, host->build);
    for (size_t i = 0; i < FAKE_REGISTRY_VERSION_ROWS; i++) {
        const struct fake_registry_row *row = &version.rows[i];
        if (row->is_number
                ? !fake_registry_put_dword(host, SETUP_VERSION_KEY, row->name, row->number)
                : row->text != NULL &&
                      !fake_registry_put_text(host, SETUP_VERSION_KEY, row->name, row->text)) {
            return false;
        }
    }
    return true;
}

static bool setup_product(struct fake_host *host)
{
    size_t size = 0;
    const char *texts = fake_registry_product_suite(host->build, &size);
    /* Kept without the empty text at the end. */
    struct plat_registry_value suite = {.type = PLAT_REG_MULTI_SZ, .size = size - 1};
    suite.data = wcd_text_copy_n(texts, suite.size);
    bool done = suite.data != NULL && fake_registry_put(host, PLAT_HKEY_LOCAL_MACHINE,
                                                        SETUP_PRODUCT_KEY, "ProductSuite", &suite);
    free(suite.data);
    return done && fake_registry_put_text(host, SETUP_PRODUCT_KEY, "ProductType",
                                          fake_registry_product_type(host->build));
}

bool fake_registry_init(struct fake_host *host)
{
    for (unsigned i = 0; i < FAKE_REGISTRY_ROOTS; i++) {
        host->registry.roots[i] = fake_reg_key_new((enum plat_registry_root)i, "", 0);
        if (host->registry.roots[i] == NULL) {
            return false;
        }
    }
    for (size_t i = 0; i < sizeof(setup_keys) / sizeof(setup_keys[0]); i++) {
        if (!fake_registry_put(host, setup_keys[i].root, setup_keys[i].path, "", NULL)) {
            return false;
        }
    }
    if (!setup_version(host) || !setup_product(host) ||
        !fake_registry_put_dword(host, SETUP_FILE_SYSTEM, "LongPathsEnabled", 0)) {
        return false;
    }
    if (!fake_host_has_compute(host)) {
        return true;
    }
    return fake_registry_put(host, PLAT_HKEY_LOCAL_MACHINE, SETUP_CONTAINERS, "", NULL) &&
           fake_registry_put(host, PLAT_HKEY_LOCAL_MACHINE, SETUP_SOCKETS, "", NULL);
}

void fake_registry_release(struct fake_host *host)
{
    struct fake_registry *registry = &host->registry;
    for (unsigned i = 0; i < FAKE_REGISTRY_ROOTS; i++) {
        if (registry->roots[i] != NULL) {
            fake_reg_key_free(registry->roots[i]);
        }
    }
    for (size_t i = 0; i < registry->failure_count; i++) {
        free(registry->failures[i].path);
    }
    free(registry->failures);
}
