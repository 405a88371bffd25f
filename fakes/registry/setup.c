/* What is in the registry of a fresh host. */
#include "fakes/host/internal.h"

#include <stdio.h>
#include <stdlib.h>

#define SETUP_VERSION_KEY "SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion"
#define SETUP_PRODUCT_KEY "SYSTEM\\CurrentControlSet\\Control\\ProductOptions"
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

/* By wProductType; 0 is none. */
static const char *const setup_product_types[] = {"WinNT", "WinNT", "LanmanNT", "ServerNT"};

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
    const struct fake_build *build = host->build;
    char number[16];
    (void)snprintf(number, sizeof(number), "%u", (unsigned)build->build);
    const struct {
        const char *name;
        const char *text;
    } texts[] = {
        {"SystemRoot", "C:\\Windows"},
        {"ProductName", build->product_name},
        {"CurrentBuildNumber", number},
        {"CurrentBuild", number},
        {"BuildLabEx", build->build_lab},
        {"ReleaseId", build->release_id},
        {"DisplayVersion", build->display_version},
        {"InstallationType", build->installation_type},
        {"EditionID", build->edition_id},
        {"CurrentVersion", "6.3"},
        {"CurrentType", "Multiprocessor Free"},
    };
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        if (texts[i].text != NULL &&
            !fake_registry_put_text(host, SETUP_VERSION_KEY, texts[i].name, texts[i].text)) {
            return false;
        }
    }
    return fake_registry_put_dword(host, SETUP_VERSION_KEY, "UBR", build->revision) &&
           fake_registry_put_dword(host, SETUP_VERSION_KEY, "CurrentMajorVersionNumber", 10) &&
           fake_registry_put_dword(host, SETUP_VERSION_KEY, "CurrentMinorVersionNumber", 0);
}

static bool setup_product(struct fake_host *host)
{
    static const char suite_client[] = "Terminal Server";
    static const char suite_datacenter[] = "Terminal Server\0DataCenter";
    bool datacenter = (host->build->suite_mask & 0x80u) != 0;
    struct plat_registry_value suite = {.type = PLAT_REG_MULTI_SZ};
    size_t size = datacenter ? sizeof(suite_datacenter) : sizeof(suite_client);
    suite.data = wcd_text_copy_n(datacenter ? suite_datacenter : suite_client, size);
    suite.size = size;
    bool done = suite.data != NULL && fake_registry_put(host, PLAT_HKEY_LOCAL_MACHINE,
                                                        SETUP_PRODUCT_KEY, "ProductSuite", &suite);
    free(suite.data);
    return done && fake_registry_put_text(host, SETUP_PRODUCT_KEY, "ProductType",
                                          setup_product_types[host->build->product_type]);
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
