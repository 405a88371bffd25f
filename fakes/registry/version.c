#include "fakes/registry/version.h"

#include "core/base/assert.h"

#include <stdio.h>
#include <string.h>

#define SUITE_DATACENTER 0x80u

/* By wProductType; 0 is none. */
static const char *const product_types[] = {"WinNT", "WinNT", "LanmanNT", "ServerNT"};

void fake_registry_version_init(struct fake_registry_version *version,
                                const struct fake_build *build)
{
    (void)snprintf(version->number, sizeof(version->number), "%u", (unsigned)build->build);
    const struct fake_registry_row rows[] = {
        {.name = "SystemRoot", .text = "C:\\Windows"},
        {.name = "ProductName", .text = build->product_name},
        {.name = "CurrentBuildNumber", .text = version->number},
        {.name = "CurrentBuild", .text = version->number},
        {.name = "BuildLabEx", .text = build->build_lab},
        {.name = "ReleaseId", .text = build->release_id},
        {.name = "DisplayVersion", .text = build->display_version},
        {.name = "InstallationType", .text = build->installation_type},
        {.name = "EditionID", .text = build->edition_id},
        {.name = "CurrentVersion", .text = "6.3"},
        {.name = "CurrentType", .text = "Multiprocessor Free"},
        {.name = "UBR", .number = build->revision, .is_number = true},
        {.name = "CurrentMajorVersionNumber", .number = 10, .is_number = true},
        {.name = "CurrentMinorVersionNumber", .number = 0, .is_number = true},
    };
    _Static_assert(sizeof(rows) == sizeof(version->rows), "as many rows as there is room for");
    memcpy(version->rows, rows, sizeof(rows));
}

const char *fake_registry_product_type(const struct fake_build *build)
{
    WCD_ASSERT(build->product_type < sizeof(product_types) / sizeof(product_types[0]));
    return product_types[build->product_type];
}

const char *fake_registry_product_suite(const struct fake_build *build, size_t *size)
{
    static const char suite_client[] = "Terminal Server\0";
    static const char suite_datacenter[] = "Terminal Server\0DataCenter\0";
    bool datacenter = (build->suite_mask & SUITE_DATACENTER) != 0;
    *size = datacenter ? sizeof(suite_datacenter) : sizeof(suite_client);
    return datacenter ? suite_datacenter : suite_client;
}
