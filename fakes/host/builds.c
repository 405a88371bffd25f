/* The table of Windows versions: one row per build and edition.
 *
 * BuildLabEx names the build that an image was first made from: updates only change the revision,
 * and the versions 1909, 20H2..22H2, 23H2 and 25H2 are switches inside an older image, whose text
 * they keep. Server 2016 is the exception: its text follows the cumulative update. Where a text
 * can be looked up its row says so; the others are assumed. */
#include "fakes/host/builds.h"

#include "core/platform/os.h"
#include "fakes/host/name.h"

#include <string.h>

/* OSVERSIONINFOEXW.wSuiteMask: terminal 0x10, datacenter 0x80, single-user terminal 0x100. */
#define SUITE_SERVER     0x110u
#define SUITE_DATACENTER 0x190u
#define SUITE_CLIENT     0x100u

#define SERVER_ROW(kind, sku, suite, id, installation)                                             \
    .edition = (kind), .product_type = PLAT_PRODUCT_SERVER, .product_info = (sku),                 \
    .suite_mask = (suite), .edition_id = (id), .installation_type = (installation)
#define CLIENT_ROW(kind, sku, id, installation, has_hyperv)                                        \
    .edition = (kind), .product_type = PLAT_PRODUCT_WORKSTATION, .product_info = (sku),            \
    .suite_mask = SUITE_CLIENT, .edition_id = (id), .installation_type = (installation),           \
    .hyperv = (has_hyperv)

/* Since Windows Server 2012 a Server Core installation answers the number of the full one; only the
 * registry's InstallationType tells them apart (Microsoft Learn, GetProductInfo). */
#define DATACENTER                                                                                 \
    SERVER_ROW(FAKE_EDITION_SERVER, 0x08u, SUITE_DATACENTER, "ServerDatacenter", "Server")
#define DATACENTER_CORE                                                                            \
    SERVER_ROW(FAKE_EDITION_SERVER_CORE, 0x08u, SUITE_DATACENTER, "ServerDatacenter", "Server Core")
#define STANDARD SERVER_ROW(FAKE_EDITION_SERVER, 0x07u, SUITE_SERVER, "ServerStandard", "Server")
#define ANNUAL_CORE                                                                                \
    SERVER_ROW(FAKE_EDITION_SERVER_CORE, 0x91u, SUITE_DATACENTER, "ServerDatacenterACor",          \
               "Server Core")
#define NANO                                                                                       \
    SERVER_ROW(FAKE_EDITION_NANO, 0x8Fu, SUITE_DATACENTER, "ServerDatacenterNano", "Nano Server")
#define PRO             CLIENT_ROW(FAKE_EDITION_CLIENT, 0x30u, "Professional", "Client", true)
#define ENTERPRISE      CLIENT_ROW(FAKE_EDITION_CLIENT, 0x04u, "Enterprise", "Client", true)
#define ENTERPRISE_LTSC CLIENT_ROW(FAKE_EDITION_CLIENT, 0x7Du, "EnterpriseS", "Client", true)
#define IOT             CLIENT_ROW(FAKE_EDITION_IOT_CORE, 0x7Bu, "IoTUAP", "IoTUAP", false)

#define VERSION(number, display, release, lab)                                                     \
    .build = (number), .display_version = (display), .release_id = (release), .build_lab = (lab)

#define LAB_18362 "18362.1.amd64fre.19h1_release.190318-1202"
#define LAB_19041 "19041.1.amd64fre.vb_release.191206-1406"
#define LAB_22621 "22621.1.amd64fre.ni_release.220506-1250"
#define LAB_26100 "26100.1.amd64fre.ge_release.240331-1435"

#define VERSION_14393 VERSION(14393, NULL, "1607", "14393.2273.amd64fre.rs1_release_1.180427-1811")
#define VERSION_14393_STANDARD                                                                     \
    VERSION(14393, NULL, "1607", "14393.447.amd64fre.rs1_release_inmarket.161102-0100")
#define VERSION_14393_CLIENT                                                                       \
    VERSION(14393, NULL, "1607", "14393.0.amd64fre.rs1_release.160715-1616")
#define VERSION_15063 VERSION(15063, NULL, "1703", "15063.0.amd64fre.rs2_release.170317-1834")
#define VERSION_16299 VERSION(16299, NULL, "1709", "16299.15.amd64fre.rs3_release.170928-1534")
#define VERSION_17134 VERSION(17134, NULL, "1803", "17134.1.amd64fre.rs4_release.180410-1804")
#define VERSION_17763 VERSION(17763, NULL, "1809", "17763.1.amd64fre.rs5_release.180914-1434")
#define VERSION_18362 VERSION(18362, NULL, "1903", LAB_18362)
#define VERSION_18363 VERSION(18363, NULL, "1909", LAB_18362)
#define VERSION_19041 VERSION(19041, NULL, "2004", LAB_19041)
#define VERSION_19042 VERSION(19042, "20H2", "2009", LAB_19041)
#define VERSION_19043 VERSION(19043, "21H1", "2009", LAB_19041)
#define VERSION_19044 VERSION(19044, "21H2", "2009", LAB_19041)
#define VERSION_19045 VERSION(19045, "22H2", "2009", LAB_19041)
#define VERSION_20348 VERSION(20348, "21H2", "2009", "20348.1.amd64fre.fe_release.210507-1500")
#define VERSION_22000 VERSION(22000, "21H2", "2009", "22000.1.amd64fre.co_release.210604-1628")
#define VERSION_22621 VERSION(22621, "22H2", "2009", LAB_22621)
#define VERSION_22631 VERSION(22631, "23H2", "2009", LAB_22621)
#define VERSION_25398 VERSION(25398, "23H2", "2009", "25398.1.amd64fre.zn_release.230610-1204")
#define VERSION_26100 VERSION(26100, "24H2", "2009", LAB_26100)
#define VERSION_26200 VERSION(26200, "25H2", "2009", LAB_26100)

#define FROM(known, where) .evidence = (known), .source = (where)
#define RELEASE_PAGE       "Microsoft Learn: Windows Server and Windows 10/11 release information"
#define EDITION            "the edition's numbers: Microsoft Learn, GetProductInfo"
#define FROM_2016                                                                                  \
    FROM(FAKE_EVIDENCE_ASSUMED,                                                                    \
         "BuildLabEx: MicrosoftDocs/Virtualization-Documentation#677 has one of a later update, "  \
         "of the same form; " EDITION)
#define FROM_NANO                                                                                  \
    FROM(FAKE_EVIDENCE_ASSUMED, EDITION "; BuildLabEx and revision as the full server's")
#define FROM_1607 FROM(FAKE_EVIDENCE_ASSUMED, "BuildLabEx is assumed; build: " RELEASE_PAGE)
#define FROM_1703                                                                                  \
    FROM(FAKE_EVIDENCE_ISSUE,                                                                      \
         "BuildLabEx: docker/for-win#703; build: " RELEASE_PAGE "; revision illustrative")
#define FROM_SAC                                                                                   \
    FROM(FAKE_EVIDENCE_ASSUMED,                                                                    \
         "BuildLabEx and revision are assumed; build: " RELEASE_PAGE "; " EDITION)
#define FROM_1809                                                                                  \
    FROM(FAKE_EVIDENCE_ISSUE,                                                                      \
         "microsoft/nav-docker#292: Get-ComputerInfo in a Server Core image of this build; "       \
         "revision illustrative")
#define FROM_CLIENT                                                                                \
    FROM(FAKE_EVIDENCE_ASSUMED, "BuildLabEx and revision are assumed; build: " RELEASE_PAGE)
#define FROM_2019                                                                                  \
    FROM(FAKE_EVIDENCE_ISSUE,                                                                      \
         "BuildLabEx: microsoft/nav-docker#292; build: " RELEASE_PAGE "; revision illustrative")
#define FROM_IOT                                                                                   \
    FROM(FAKE_EVIDENCE_ASSUMED,                                                                    \
         "moby daemon/daemon_windows.go asks for product 0x7B; the registry "                      \
         "texts of this edition are not known")
#define FROM_2022                                                                                  \
    FROM(FAKE_EVIDENCE_ASSUMED,                                                                    \
         "revision: microsoft/dotnet-framework-docker#1265; BuildLabEx is assumed")
#define FROM_23H2                                                                                  \
    FROM(FAKE_EVIDENCE_ASSUMED,                                                                    \
         "BuildLabEx taken from the name of the evaluation disk 25398.1; " RELEASE_PAGE)
#define FROM_26100                                                                                 \
    FROM(FAKE_EVIDENCE_ASSUMED, "BuildLabEx and revision are assumed; build: " RELEASE_PAGE)
#define FROM_26200                                                                                 \
    FROM(FAKE_EVIDENCE_ASSUMED,                                                                    \
         "that BuildLabEx stays the text of 26100 is assumed; build: " RELEASE_PAGE)

static const struct fake_build build_rows[] = {
    {DATACENTER, VERSION_14393, .revision = 2273, .day = "2018-05-29", .id = "server-2016",
     .title = "Windows Server 2016 Datacenter", .product_name = "Windows Server 2016 Datacenter",
     FROM_2016},
    {DATACENTER_CORE, VERSION_14393, .revision = 2273, .day = "2018-05-29",
     .id = "server-2016-core", .title = "Windows Server 2016 Datacenter, Server Core",
     .product_name = "Windows Server 2016 Datacenter", FROM_2016},
    {STANDARD, VERSION_14393_STANDARD, .revision = 447, .day = "2016-11-15",
     .id = "server-2016-standard", .title = "Windows Server 2016 Standard",
     .product_name = "Windows Server 2016 Standard", FROM_2016},
    {NANO, VERSION_14393, .revision = 2273, .day = "2018-05-29", .id = "nano-2016",
     .title = "Windows Server 2016 Datacenter, Nano Server",
     .product_name = "Windows Server 2016 Datacenter", FROM_NANO},
    {PRO, VERSION_14393_CLIENT, .revision = 0, .day = "2016-08-16", .id = "windows-10-1607",
     .title = "Windows 10 Pro, version 1607", .product_name = "Windows 10 Pro", FROM_1607},
    {ENTERPRISE, VERSION_14393_CLIENT, .revision = 0, .day = "2016-08-16",
     .id = "windows-10-1607-enterprise", .title = "Windows 10 Enterprise, version 1607",
     .product_name = "Windows 10 Enterprise", FROM_1607},
    {ENTERPRISE_LTSC, VERSION_14393_CLIENT, .revision = 0, .day = "2016-08-16",
     .id = "windows-10-ltsb-2016", .title = "Windows 10 Enterprise 2016 LTSB",
     .product_name = "Windows 10 Enterprise 2016 LTSB", FROM_1607},
    {PRO, VERSION_15063, .revision = 0, .day = "2017-04-20", .id = "windows-10-1703",
     .title = "Windows 10 Pro, version 1703", .product_name = "Windows 10 Pro", FROM_1703},
    {ENTERPRISE, VERSION_15063, .revision = 0, .day = "2017-04-20",
     .id = "windows-10-1703-enterprise", .title = "Windows 10 Enterprise, version 1703",
     .product_name = "Windows 10 Enterprise", FROM_1703},
    {ANNUAL_CORE, VERSION_16299, .revision = 15, .day = "2017-10-24", .id = "server-1709",
     .title = "Windows Server Datacenter, version 1709",
     .product_name = "Windows Server Datacenter", FROM_SAC},
    {PRO, VERSION_16299, .revision = 15, .day = "2017-10-24", .id = "windows-10-1709",
     .title = "Windows 10 Pro, version 1709", .product_name = "Windows 10 Pro", FROM_CLIENT},
    {ENTERPRISE, VERSION_16299, .revision = 15, .day = "2017-10-24",
     .id = "windows-10-1709-enterprise", .title = "Windows 10 Enterprise, version 1709",
     .product_name = "Windows 10 Enterprise", FROM_CLIENT},
    {ANNUAL_CORE, VERSION_17134, .revision = 1, .day = "2018-05-07", .id = "server-1803",
     .title = "Windows Server Datacenter, version 1803",
     .product_name = "Windows Server Datacenter", FROM_SAC},
    {PRO, VERSION_17134, .revision = 1, .day = "2018-05-07", .id = "windows-10-1803",
     .title = "Windows 10 Pro, version 1803", .product_name = "Windows 10 Pro", FROM_CLIENT},
    {ENTERPRISE, VERSION_17134, .revision = 1, .day = "2018-05-07",
     .id = "windows-10-1803-enterprise", .title = "Windows 10 Enterprise, version 1803",
     .product_name = "Windows 10 Enterprise", FROM_CLIENT},
    {ANNUAL_CORE, VERSION_17763, .revision = 1, .day = "2018-11-20", .id = "server-1809",
     .title = "Windows Server Datacenter, version 1809",
     .product_name = "Windows Server Datacenter", FROM_1809},
    {DATACENTER, VERSION_17763, .revision = 2628, .day = "2022-02-22", .id = "server-2019",
     .title = "Windows Server 2019 Datacenter", .product_name = "Windows Server 2019 Datacenter",
     FROM_2019},
    {DATACENTER_CORE, VERSION_17763, .revision = 2628, .day = "2022-02-22",
     .id = "server-2019-core", .title = "Windows Server 2019 Datacenter, Server Core",
     .product_name = "Windows Server 2019 Datacenter", FROM_2019},
    {STANDARD, VERSION_17763, .revision = 2628, .day = "2022-02-22", .id = "server-2019-standard",
     .title = "Windows Server 2019 Standard", .product_name = "Windows Server 2019 Standard",
     FROM_2019},
    {IOT, VERSION_17763, .revision = 1, .day = "2018-11-20", .id = "iot-core-1809",
     .title = "Windows 10 IoT Core, version 1809", .product_name = "IoTUAP", FROM_IOT},
    {PRO, VERSION_17763, .revision = 1, .day = "2018-11-20", .id = "windows-10-1809",
     .title = "Windows 10 Pro, version 1809", .product_name = "Windows 10 Pro", FROM_CLIENT},
    {ENTERPRISE, VERSION_17763, .revision = 1, .day = "2018-11-20",
     .id = "windows-10-1809-enterprise", .title = "Windows 10 Enterprise, version 1809",
     .product_name = "Windows 10 Enterprise", FROM_CLIENT},
    {ENTERPRISE_LTSC, VERSION_17763, .revision = 1, .day = "2018-11-20",
     .id = "windows-10-ltsc-2019", .title = "Windows 10 Enterprise LTSC 2019",
     .product_name = "Windows 10 Enterprise LTSC 2019", FROM_CLIENT},
    {ANNUAL_CORE, VERSION_18362, .revision = 116, .day = "2019-05-28", .id = "server-1903",
     .title = "Windows Server Datacenter, version 1903",
     .product_name = "Windows Server Datacenter", FROM_SAC},
    {PRO, VERSION_18362, .revision = 116, .day = "2019-05-28", .id = "windows-10-1903",
     .title = "Windows 10 Pro, version 1903", .product_name = "Windows 10 Pro", FROM_CLIENT},
    {ENTERPRISE, VERSION_18362, .revision = 116, .day = "2019-05-28",
     .id = "windows-10-1903-enterprise", .title = "Windows 10 Enterprise, version 1903",
     .product_name = "Windows 10 Enterprise", FROM_CLIENT},
    {ANNUAL_CORE, VERSION_18363, .revision = 476, .day = "2019-11-19", .id = "server-1909",
     .title = "Windows Server Datacenter, version 1909",
     .product_name = "Windows Server Datacenter", FROM_SAC},
    {PRO, VERSION_18363, .revision = 476, .day = "2019-11-19", .id = "windows-10-1909",
     .title = "Windows 10 Pro, version 1909", .product_name = "Windows 10 Pro", FROM_CLIENT},
    {ENTERPRISE, VERSION_18363, .revision = 476, .day = "2019-11-19",
     .id = "windows-10-1909-enterprise", .title = "Windows 10 Enterprise, version 1909",
     .product_name = "Windows 10 Enterprise", FROM_CLIENT},
    {ANNUAL_CORE, VERSION_19041, .revision = 264, .day = "2020-06-02", .id = "server-2004",
     .title = "Windows Server Datacenter, version 2004",
     .product_name = "Windows Server Datacenter", FROM_SAC},
    {PRO, VERSION_19041, .revision = 264, .day = "2020-06-02", .id = "windows-10-2004",
     .title = "Windows 10 Pro, version 2004", .product_name = "Windows 10 Pro", FROM_CLIENT},
    {ENTERPRISE, VERSION_19041, .revision = 264, .day = "2020-06-02",
     .id = "windows-10-2004-enterprise", .title = "Windows 10 Enterprise, version 2004",
     .product_name = "Windows 10 Enterprise", FROM_CLIENT},
    {ANNUAL_CORE, VERSION_19042, .revision = 572, .day = "2020-10-27", .id = "server-20h2",
     .title = "Windows Server Datacenter, version 20H2",
     .product_name = "Windows Server Datacenter", FROM_SAC},
    {PRO, VERSION_19042, .revision = 572, .day = "2020-10-27", .id = "windows-10-20h2",
     .title = "Windows 10 Pro, version 20H2", .product_name = "Windows 10 Pro", FROM_CLIENT},
    {ENTERPRISE, VERSION_19042, .revision = 572, .day = "2020-10-27",
     .id = "windows-10-20h2-enterprise", .title = "Windows 10 Enterprise, version 20H2",
     .product_name = "Windows 10 Enterprise", FROM_CLIENT},
    {PRO, VERSION_19043, .revision = 985, .day = "2021-05-25", .id = "windows-10-21h1",
     .title = "Windows 10 Pro, version 21H1", .product_name = "Windows 10 Pro", FROM_CLIENT},
    {ENTERPRISE, VERSION_19043, .revision = 985, .day = "2021-05-25",
     .id = "windows-10-21h1-enterprise", .title = "Windows 10 Enterprise, version 21H1",
     .product_name = "Windows 10 Enterprise", FROM_CLIENT},
    {PRO, VERSION_19044, .revision = 1288, .day = "2021-11-23", .id = "windows-10-21h2",
     .title = "Windows 10 Pro, version 21H2", .product_name = "Windows 10 Pro", FROM_CLIENT},
    {ENTERPRISE, VERSION_19044, .revision = 1288, .day = "2021-11-23",
     .id = "windows-10-21h2-enterprise", .title = "Windows 10 Enterprise, version 21H2",
     .product_name = "Windows 10 Enterprise", FROM_CLIENT},
    {ENTERPRISE_LTSC, VERSION_19044, .revision = 1288, .day = "2021-11-23",
     .id = "windows-10-ltsc-2021", .title = "Windows 10 Enterprise LTSC 2021",
     .product_name = "Windows 10 Enterprise LTSC 2021", FROM_CLIENT},
    {PRO, VERSION_19045, .revision = 2130, .day = "2022-10-25", .id = "windows-10-22h2",
     .title = "Windows 10 Pro, version 22H2", .product_name = "Windows 10 Pro", FROM_CLIENT},
    {ENTERPRISE, VERSION_19045, .revision = 2130, .day = "2022-10-25",
     .id = "windows-10-22h2-enterprise", .title = "Windows 10 Enterprise, version 22H2",
     .product_name = "Windows 10 Enterprise", FROM_CLIENT},
    {DATACENTER, VERSION_20348, .revision = 4294, .day = "2025-10-21", .id = "server-2022",
     .title = "Windows Server 2022 Datacenter", .product_name = "Windows Server 2022 Datacenter",
     FROM_2022},
    {DATACENTER_CORE, VERSION_20348, .revision = 4294, .day = "2025-10-21",
     .id = "server-2022-core", .title = "Windows Server 2022 Datacenter, Server Core",
     .product_name = "Windows Server 2022 Datacenter", FROM_2022},
    {STANDARD, VERSION_20348, .revision = 4294, .day = "2025-10-21", .id = "server-2022-standard",
     .title = "Windows Server 2022 Standard", .product_name = "Windows Server 2022 Standard",
     FROM_2022},
    {PRO, VERSION_22000, .revision = 194, .day = "2021-10-12", .id = "windows-11-21h2",
     .title = "Windows 11 Pro, version 21H2", .product_name = "Windows 10 Pro", FROM_CLIENT},
    {ENTERPRISE, VERSION_22000, .revision = 194, .day = "2021-10-12",
     .id = "windows-11-21h2-enterprise", .title = "Windows 11 Enterprise, version 21H2",
     .product_name = "Windows 10 Enterprise", FROM_CLIENT},
    {PRO, VERSION_22621, .revision = 521, .day = "2022-09-27", .id = "windows-11-22h2",
     .title = "Windows 11 Pro, version 22H2", .product_name = "Windows 10 Pro", FROM_CLIENT},
    {ENTERPRISE, VERSION_22621, .revision = 521, .day = "2022-09-27",
     .id = "windows-11-22h2-enterprise", .title = "Windows 11 Enterprise, version 22H2",
     .product_name = "Windows 10 Enterprise", FROM_CLIENT},
    {PRO, VERSION_22631, .revision = 2428, .day = "2023-11-07", .id = "windows-11-23h2",
     .title = "Windows 11 Pro, version 23H2", .product_name = "Windows 10 Pro", FROM_CLIENT},
    {ENTERPRISE, VERSION_22631, .revision = 2428, .day = "2023-11-07",
     .id = "windows-11-23h2-enterprise", .title = "Windows 11 Enterprise, version 23H2",
     .product_name = "Windows 10 Enterprise", FROM_CLIENT},
    {ANNUAL_CORE, VERSION_25398, .revision = 469, .day = "2023-10-31", .id = "server-23h2",
     .title = "Windows Server Datacenter, version 23H2",
     .product_name = "Windows Server Datacenter", FROM_23H2},
    {DATACENTER, VERSION_26100, .revision = 1, .day = "2024-11-12", .id = "server-2025",
     .title = "Windows Server 2025 Datacenter", .product_name = "Windows Server 2025 Datacenter",
     FROM_26100},
    {DATACENTER_CORE, VERSION_26100, .revision = 1, .day = "2024-11-12", .id = "server-2025-core",
     .title = "Windows Server 2025 Datacenter, Server Core",
     .product_name = "Windows Server 2025 Datacenter", FROM_26100},
    {STANDARD, VERSION_26100, .revision = 1, .day = "2024-11-12", .id = "server-2025-standard",
     .title = "Windows Server 2025 Standard", .product_name = "Windows Server 2025 Standard",
     FROM_26100},
    {PRO, VERSION_26100, .revision = 1, .day = "2024-10-08", .id = "windows-11-24h2",
     .title = "Windows 11 Pro, version 24H2", .product_name = "Windows 10 Pro", FROM_26100},
    {ENTERPRISE, VERSION_26100, .revision = 1, .day = "2024-10-08",
     .id = "windows-11-24h2-enterprise", .title = "Windows 11 Enterprise, version 24H2",
     .product_name = "Windows 10 Enterprise", FROM_26100},
    {PRO, VERSION_26200, .revision = 8655, .day = "2026-06-16", .id = "windows-11-25h2",
     .title = "Windows 11 Pro, version 25H2", .product_name = "Windows 10 Pro", FROM_26200},
};

const struct fake_build *fake_builds(size_t *count)
{
    *count = sizeof(build_rows) / sizeof(build_rows[0]);
    return build_rows;
}

const struct fake_build *fake_build_find(const char *id)
{
    size_t count = 0;
    const struct fake_build *rows = fake_builds(&count);
    if (strchr(id, '-') == NULL) {
        return NULL; /* every id has one, and most words that are asked for have none */
    }
    for (size_t i = 0; i < count; i++) {
        if (fake_name_equal(rows[i].id, id)) {
            return &rows[i];
        }
    }
    return NULL;
}

bool fake_build_is_first(const struct fake_build *build)
{
    size_t count = 0;
    const struct fake_build *rows = fake_builds(&count);
    for (const struct fake_build *row = rows; row != build; row++) {
        if (row->build == build->build &&
            fake_build_is_client(row) == fake_build_is_client(build)) {
            return false;
        }
    }
    return true;
}

bool fake_build_is_client(const struct fake_build *build)
{
    return build->product_type == PLAT_PRODUCT_WORKSTATION;
}
