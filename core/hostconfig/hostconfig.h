/* A container's host configuration, as the API has it: resources and isolation, with the Windows rules
 * that judge it. */
#ifndef WCD_HOSTCONFIG_HOSTCONFIG_H
#define WCD_HOSTCONFIG_HOSTCONFIG_H

#include "core/base/error.h"
#include "core/base/text.h"
#include "core/engine/engine.h"
#include "core/json/json.h"

#include <stdbool.h>
#include <stdint.h>

/* An integer that may be absent (a Go pointer). */
struct wcd_optional_int {
    bool present;
    int64_t value;
};
struct wcd_optional_bool {
    bool present;
    bool value;
};

/* Limits and settings of one container (the API's Resources; names in hostconfig_fields()). 0 and ""
 * mean "not set" except in the optional members. Lists whose members no Windows rule looks into are kept
 * as the JSON they came as (NULL: not given). */
struct wcd_resources {
    int64_t cpu_shares;
    int64_t memory_bytes;
    int64_t nano_cpus; /* billionths of a CPU */
    char *cgroup_parent;
    int64_t blkio_weight; /* unsigned 16 bits in the API */
    struct wcd_json *blkio_weight_device;
    struct wcd_json *blkio_device_read_bps;
    struct wcd_json *blkio_device_write_bps;
    struct wcd_json *blkio_device_read_iops;
    struct wcd_json *blkio_device_write_iops;
    int64_t cpu_period;
    int64_t cpu_quota;
    int64_t cpu_realtime_period;
    int64_t cpu_realtime_runtime;
    char *cpuset_cpus;
    char *cpuset_mems;
    struct wcd_json *devices;
    struct wcd_json *device_cgroup_rules;
    struct wcd_json *device_requests;
    int64_t disk_quota;
    int64_t kernel_memory_bytes;
    int64_t kernel_memory_tcp_bytes;
    int64_t memory_reservation_bytes;
    int64_t memory_swap_bytes;
    struct wcd_optional_int memory_swappiness;
    struct wcd_optional_bool oom_kill_disable;
    struct wcd_optional_int pids_limit; /* v17: present means not 0 */
    struct wcd_json *ulimits;
    int64_t cpu_count;
    int64_t cpu_percent;
    int64_t io_maximum_iops;      /* unsigned 64 bits in the API, bits kept */
    int64_t io_maximum_bandwidth; /* bytes per second; unsigned 64 bits in the API, bits kept */
};

struct wcd_host_config {
    char *isolation;    /* "", "default", "process", "hyperv" in any case; NULL is "" */
    char *runtime;      /* NULL: the daemon's default; Windows checks it in neither generation */
    char *network_mode; /* "default", "none", "nat", "container:<name>", ...; NULL is "" */
    bool privileged;
    bool readonly_rootfs;
    bool auto_remove;
    char *restart_policy; /* "", "no", "always", "on-failure", "unless-stopped"; NULL is "" */
    int64_t restart_retries_max; /* the policy's MaximumRetryCount */
    uint64_t console_height;     /* ConsoleSize, in characters */
    uint64_t console_width;
    struct wcd_strlist dns_search;
    struct wcd_strlist security_opt;
    struct wcd_strlist binds;       /* "source:destination[:mode]" */
    struct wcd_strlist storage_opt; /* "name=value", by name */
    struct wcd_strlist annotations; /* names and values in turn, by name */
    char *log_driver;               /* LogConfig's Type: "json-file", "none", ...; NULL is "" */
    struct wcd_json *log_options;   /* LogConfig's Config, an object of texts; NULL: not given */
    struct wcd_json *others;        /* an object: members that nothing here looks at; NULL: none */
    struct wcd_resources resources;
};

void wcd_resources_release(struct wcd_resources *resources);
void wcd_host_config_release(struct wcd_host_config *host_config);

/* Reads API JSON (an object). Unknown members are ignored, as the API does; a wrong type is
 * WCD_E_INVALID_PARAMETER with Go's words. */
enum wcd_errc wcd_resources_from_json(struct wcd_resources *out, const struct wcd_json *json,
                                      const struct engine_rules *engine, struct wcd_error *err);
/* The inverse: members that are not the zero value, pointers that are present. NULL without memory. */
struct wcd_json *wcd_resources_to_json(const struct wcd_resources *resources);

/* The names of all members of Resources in the API: false once index is past the last. */
bool wcd_resources_name(size_t index, const char **name);
/* Whether the member of that name, if there is one, holds an integer. */
bool wcd_resources_is_integer(const char *name);

/* Reads an API HostConfig (an object; its members Isolation, Runtime, NetworkMode, Privileged, ReadonlyRootfs,
 * AutoRemove, RestartPolicy, ConsoleSize, DnsSearch, SecurityOpt, Binds, StorageOpt, Annotations, LogConfig and
 * the resources beside them; the others are kept as they came, when their type is right). Errors as
 * wcd_resources_from_json. */
enum wcd_errc wcd_host_config_from_json(struct wcd_host_config *out, const struct wcd_json *json,
                                        const struct engine_rules *engine, struct wcd_error *err);

/* The API's HostConfig with all members that Go's encoder writes, in its order. NULL without memory. */
struct wcd_json *wcd_host_config_to_json(const struct wcd_host_config *host_config,
                                         const struct engine_rules *engine);

/* The daemon's own log settings: `option` gives the value of its option of that name, or NULL. */
struct wcd_log_defaults {
    const char *driver; /* NULL: "json-file" */
    const char *(*option)(const void *ctx, const char *name);
    const void *ctx;
};
/* mergeAndVerifyLogConfig: the daemon's driver where the container names none, and with it the daemon's options
 * that it does not have; then the checks ("logger: no log driver named 'x' is registered", "unknown log opt 'x'
 * for json-file log driver"). Options of json-file alone are inherited. */
enum wcd_errc wcd_log_config_merge(struct wcd_host_config *host_config,
                                   const struct wcd_log_defaults *defaults,
                                   const struct engine_rules *engine, struct wcd_error *err);

/* What the API's decoder checks on Windows before the daemon sees a new container's configuration (runconfig,
 * hostconfig_windows.go), in the order and with the words of the generation. */
enum wcd_errc wcd_verify_decoded(const struct wcd_host_config *host_config,
                                 const struct engine_rules *engine, struct wcd_error *err);

/* What the daemon checks on every system, of a new container and of an update: the restart policy, then
 * (v25) the isolation. */
enum wcd_errc wcd_verify_common(const struct wcd_host_config *host_config,
                                const struct engine_rules *engine, struct wcd_error *err);

/* Judges the resources (verifyPlatformContainerResources of v25, verifyContainerResources of v17):
 * first collects warnings and zeroes what they discard, then checks in the original's order. The warnings
 * collected and the changes made stay also when it fails. */
enum wcd_errc wcd_verify_resources(struct wcd_resources *resources, bool is_hyperv,
                                   uint32_t processors, const struct engine_rules *engine,
                                   struct wcd_strlist *warnings, struct wcd_error *err);

/* What the daemon brings to a verification. */
struct wcd_settings_host {
    const char *default_isolation;
    bool windows_client;
    uint32_t processors;
};

/* verifyPlatformContainerSettings: the licensing rule of 2017, then the resources under the isolation that
 * the container will have. A host_config of NULL is accepted by v25; 2017 would crash, and is answered with
 * WCD_E_INVALID_PARAMETER here. */
enum wcd_errc wcd_verify_settings(struct wcd_host_config *host_config,
                                  const struct wcd_settings_host *host,
                                  const struct engine_rules *engine, struct wcd_strlist *warnings,
                                  struct wcd_error *err);

#endif
