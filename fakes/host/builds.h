/* The Windows versions that the emulator can be: one row per build and edition, each with its
 * evidence. Everything that depends on the version is a column here, or a row of a feature table;
 * no code compares build numbers. */
#ifndef FAKE_HOST_BUILDS_H
#define FAKE_HOST_BUILDS_H

#include "fakes/host/facts.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum fake_edition {
    FAKE_EDITION_SERVER, /* with desktop */
    FAKE_EDITION_SERVER_CORE,
    FAKE_EDITION_NANO, /* Nano Server as a host: Server 2016 only; later it is an image only */
    FAKE_EDITION_CLIENT,
    FAKE_EDITION_IOT_CORE
};

struct fake_build {
    const char *id;    /* "server-2019", "windows-10-1809-enterprise", "nano-2016", ... */
    const char *title; /* "Windows Server 2019 Datacenter" */
    enum fake_edition edition;
    uint32_t build;        /* 17763 */
    uint32_t revision;     /* UBR */
    uint8_t product_type;  /* enum plat_product_type */
    uint32_t product_info; /* PRODUCT_* of GetProductInfo */
    uint16_t suite_mask;
    const char *product_name;      /* registry ProductName */
    const char *edition_id;        /* registry EditionID */
    const char *installation_type; /* registry InstallationType */
    const char *display_version;   /* registry DisplayVersion; NULL where the build has none */
    const char *release_id;        /* registry ReleaseId */
    const char *build_lab;         /* registry BuildLabEx */
    const char *day;               /* a day in its life, "2019-03-12": where virtual time starts */
    bool hyperv;                   /* the emulator's default; Windows has it off until enabled */
    enum fake_evidence evidence;
    const char *source;
};

/* All rows, by build, servers first. */
const struct fake_build *fake_builds(size_t *count);
const struct fake_build *fake_build_find(const char *id);

/* What Windows can do from some build on. Behaviour asks for the feature; only this table knows
 * when it came. */
enum fake_feature {
    FAKE_FEATURE_HNS_PICKS_NAT_SUBNET,
    FAKE_FEATURE_HYPERV_ISOLATION,
    FAKE_FEATURE_OVERLAY_NETWORKS,
    FAKE_FEATURE_PIPE_MOUNTS,
    FAKE_FEATURE_AF_UNIX,
    FAKE_FEATURE_LOOPBACK_PORTS,
    FAKE_FEATURE_CLIENT_PROCESS_ISOLATION,
    FAKE_FEATURE_COMPUTECORE_DLL,
    FAKE_FEATURE_COMPUTENETWORK_DLL,
    FAKE_FEATURE_DEVICE_ASSIGNMENT,
    FAKE_FEATURE_FILE_MOUNTS,
    FAKE_FEATURE_HCS_ERROR_EVENTS,
    FAKE_FEATURE_HCS_NO_TEMPLATES,
    FAKE_FEATURE_HCS_PROCESS_STATUS,
    FAKE_FEATURE_HCS_PROCESS_STOPPED,
    FAKE_FEATURE_HCS_RUNTIME_OS_TYPE,
    FAKE_FEATURE_HCS_SERVICE_PROPERTIES,
    FAKE_FEATURE_HCS_SIGNAL_PROCESS,
    FAKE_FEATURE_HCS_STEADY_ENUMERATION,
    FAKE_FEATURE_HCS_TEXTS_OF_2018,
    FAKE_FEATURE_HNS_5,
    FAKE_FEATURE_HNS_7,
    FAKE_FEATURE_HNS_9,
    FAKE_FEATURE_HNS_PROXY_POLICY,
    FAKE_FEATURE_HNS_RANDOM_ADDRESSES,
    FAKE_FEATURE_LAYERS_MOUNTED_AGAIN,
    FAKE_FEATURE_LINUX_CONTAINERS,
    FAKE_FEATURE_LONG_PATHS,
    FAKE_FEATURE_MOUNTS_OVER_FILES,
    FAKE_FEATURE_HCS_SCHEMA_2_2,
    FAKE_FEATURE_HCS_SCHEMA_2_3,
    FAKE_FEATURE_HCS_SCHEMA_2_4,
    FAKE_FEATURE_HCS_SCHEMA_2_5,
    FAKE_FEATURE_BASE_OS_VOLUME,
    FAKE_FEATURE_HOST_PROCESS,
    FAKE_FEATURE_IMAGE_WINDOW,
    FAKE_FEATURE_HCS_SCHEMA_2_6,
    FAKE_FEATURE_HCS_SCHEMA_2_7,
    FAKE_FEATURE_COUNT
};

struct fake_feature_row {
    enum fake_feature feature;
    const char *id; /* "hns-picks-nat-subnet" */
    const char *behaviour;
    uint32_t first_build;
    enum fake_evidence evidence;
    const char *source;
};

/* All rows, in the order of the enum. */
const struct fake_feature_row *fake_features(size_t *count);
bool fake_build_has(const struct fake_build *build, enum fake_feature feature);

/* Whether a container of an image's Windows runs on a host, by the kind of isolation. */
enum fake_image_fit {
    FAKE_IMAGE_FITS,
    FAKE_IMAGE_TOO_OLD,
    FAKE_IMAGE_TOO_NEW,
    FAKE_IMAGE_OTHER_REVISION
};

/* By the table of image_fit.inc. What Windows answers when it does not fit is the compute service's
 * matter. */
enum fake_image_fit fake_image_fits(const struct fake_build *host, uint32_t image_build,
                                    uint32_t image_revision, bool hyperv);

/* True for the first row of its build among servers or among clients: the rows that stand for all
 * builds where editions make no difference. */
bool fake_build_is_first(const struct fake_build *build);

/* True for the editions that Windows calls a client (product type 1). */
bool fake_build_is_client(const struct fake_build *build);

#endif
