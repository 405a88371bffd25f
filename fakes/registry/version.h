/* What the registry says of the Windows version: made of the row of the build, for the emulated registry and
 * for a Wine prefix that is to pass for that build. */
#ifndef FAKE_REGISTRY_VERSION_H
#define FAKE_REGISTRY_VERSION_H

#include "fakes/host/builds.h"

#define FAKE_REGISTRY_VERSION_KEY "SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion"
#define FAKE_REGISTRY_PRODUCT_KEY "SYSTEM\\CurrentControlSet\\Control\\ProductOptions"

/* Numbers are there on every build, texts only where `text` is set. */
struct fake_registry_row {
    const char *name;
    const char *text;
    uint32_t number;
    bool is_number;
};

#define FAKE_REGISTRY_VERSION_ROWS 14u

/* The values of the version key. Rows point into the structure. */
struct fake_registry_version {
    struct fake_registry_row rows[FAKE_REGISTRY_VERSION_ROWS];
    char number[16];
};

void fake_registry_version_init(struct fake_registry_version *version,
                                const struct fake_build *build);

/* The values ProductType and ProductSuite of the product key; the latter several texts, the last one
 * followed by an empty one, in *size bytes. */
const char *fake_registry_product_type(const struct fake_build *build);
const char *fake_registry_product_suite(const struct fake_build *build, size_t *size);

#endif
