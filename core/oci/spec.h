/* The OCI runtime specification of one container, as far as Windows containers use it.
 *
 * Source of names, their order and what is left out when empty: opencontainers/runtime-spec v1.1.0,
 * specs-go/config.go, as Go's encoder writes it. Parts that Go keeps behind a pointer have `present`.
 *
 * Ownership: a spec owns all that hangs on it; wcd_spec_release() frees it. A spec that is all zero is
 * empty and may be released. Texts may be NULL, which is "". */
#ifndef WCD_OCI_SPEC_H
#define WCD_OCI_SPEC_H

#include "core/base/error.h"
#include "core/base/text.h"
#include "core/json/json.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define WCD_OCI_VERSION "1.1.0"

/* A number that may be absent (a Go pointer). */
struct wcd_spec_number {
    bool present;
    uint64_t value;
};

struct wcd_spec_box {
    bool present;
    uint64_t height; /* characters */
    uint64_t width;
};

struct wcd_spec_user {
    uint32_t uid;
    uint32_t gid;
    char *username;
};

struct wcd_spec_process {
    bool present;
    bool terminal;
    struct wcd_spec_box console_size;
    struct wcd_spec_user user;
    struct wcd_strlist args;
    char *command_line;
    struct wcd_strlist env; /* "NAME=value" */
    char *cwd;
};

struct wcd_spec_root {
    bool present;
    char *path;
    bool readonly;
};

struct wcd_spec_mount {
    char *destination;
    char *type;
    char *source;
    struct wcd_strlist options;
};

struct wcd_spec_mounts {
    struct wcd_spec_mount *items;
    size_t count;
};

struct wcd_spec_device {
    char *id;
    char *id_type;
};

struct wcd_spec_devices {
    struct wcd_spec_device *items;
    size_t count;
};

struct wcd_spec_memory {
    bool present;
    struct wcd_spec_number limit; /* bytes */
};

struct wcd_spec_cpu {
    bool present;
    struct wcd_spec_number count;
    struct wcd_spec_number shares;  /* weight, 16 bits */
    struct wcd_spec_number maximum; /* hundredths of a percent, 16 bits */
};

struct wcd_spec_storage {
    bool present;
    struct wcd_spec_number iops;
    struct wcd_spec_number bps;          /* bytes per second */
    struct wcd_spec_number sandbox_size; /* bytes */
};

struct wcd_spec_resources {
    bool present;
    struct wcd_spec_memory memory;
    struct wcd_spec_cpu cpu;
    struct wcd_spec_storage storage;
};

struct wcd_spec_hyperv {
    bool present;
    char *utility_vm_path;
};

struct wcd_spec_network {
    bool present;
    struct wcd_strlist endpoints; /* HNS ids */
    bool allow_unqualified_dns_query;
    struct wcd_strlist dns_search;
    char *shared_container_name;
    char *network_namespace;
};

struct wcd_spec_windows {
    bool present;
    struct wcd_strlist layer_folders; /* from the top image layer down, the scratch folder last;
                                       * not `present` is written as null */
    struct wcd_spec_devices devices;
    struct wcd_spec_resources resources;
    struct wcd_json *credential_spec; /* any JSON, a string where the daemon made it; NULL: none */
    bool servicing;
    bool ignore_flushes_during_boot;
    struct wcd_spec_hyperv hyperv;
    struct wcd_spec_network network;
};

struct wcd_spec {
    char *version;
    struct wcd_spec_process process;
    struct wcd_spec_root root;
    char *hostname;
    struct wcd_spec_mounts mounts;
    struct wcd_strlist annotations; /* names and values in turn, by name */
    struct wcd_spec_windows windows;
};

void wcd_spec_release(struct wcd_spec *spec);
void wcd_spec_devices_release(struct wcd_spec_devices *devices);

/* The document; NULL without memory. */
struct wcd_json *wcd_spec_to_json(const struct wcd_spec *spec);

/* The inverse, strict about types: WCD_E_INVALID_PARAMETER names the member ("process.args[1] must be a
 * string"). null is the same as absent; members that are not above are ignored, as Go does; at most
 * WCD_SPEC_LIST_MAX items in a list. On failure *out is empty. */
enum wcd_errc wcd_spec_from_json(struct wcd_spec *out, const struct wcd_json *json,
                                 struct wcd_error *err);

#endif
