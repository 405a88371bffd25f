/* The Windows rules on a container's resources (verifyPlatformContainerResources of v25,
 * verifyContainerResources of 2017). The processor controls that exclude one another are settled first,
 * with warnings; then the processor rules are asked; then come the members that Windows has no use for.
 * Both tables stand in the original's order, and the first rule that is broken is the error. */
#include "core/base/assert.h"
#include "core/hostconfig/hostconfig.h"
#include "core/isolation/isolation.h"

#include <inttypes.h>
#include <stddef.h>

#define CPU_SHARES_MAX    10000
#define CPU_PERCENT_MAX   100
#define NANO_CPUS_PER_CPU INT64_C(1000000000)

struct cpu_rule {
    bool (*broken)(const struct wcd_resources *resources, uint32_t processors);
    const char *message; /* NULL: the one that names the host's processors */
};

static bool shares_out_of_range(const struct wcd_resources *resources, uint32_t processors)
{
    (void)processors;
    return resources->cpu_shares < 0 || resources->cpu_shares > CPU_SHARES_MAX;
}

static bool percent_out_of_range(const struct wcd_resources *resources, uint32_t processors)
{
    (void)processors;
    return resources->cpu_percent < 0 || resources->cpu_percent > CPU_PERCENT_MAX;
}

static bool count_negative(const struct wcd_resources *resources, uint32_t processors)
{
    (void)processors;
    return resources->cpu_count < 0;
}

static bool nano_and_percent(const struct wcd_resources *resources, uint32_t processors)
{
    (void)processors;
    return resources->nano_cpus > 0 && resources->cpu_percent > 0;
}

static bool nano_and_shares(const struct wcd_resources *resources, uint32_t processors)
{
    (void)processors;
    return resources->nano_cpus > 0 && resources->cpu_shares > 0;
}

static bool nano_out_of_range(const struct wcd_resources *resources, uint32_t processors)
{
    return resources->nano_cpus < 0 ||
           resources->nano_cpus > (int64_t)processors * NANO_CPUS_PER_CPU;
}

static const struct cpu_rule cpu_rules[] = {
    {shares_out_of_range, "range of CPUShares is from 1 to 10000"},
    {percent_out_of_range, "range of CPUPercent is from 1 to 100"},
    {count_negative, "invalid CPUCount: CPUCount cannot be negative"},
    {nano_and_percent, "conflicting options: Nano CPUs and CPU Percent cannot both be set"},
    {nano_and_shares, "conflicting options: Nano CPUs and CPU Shares cannot both be set"},
    {nano_out_of_range, NULL},
};

enum given_kind {
    GIVEN_LIST,       /* a list with an item */
    GIVEN_TEXT,       /* a text that is not empty */
    GIVEN_NUMBER,     /* a number that is not 0 */
    GIVEN_POINTER,    /* a number that is there and not 0 */
    GIVEN_SWAPPINESS, /* a number that is there and not -1; v25 has made -1 "not there" before */
    GIVEN_BOOL        /* a true that is there */
};

struct unsupported {
    const char *name; /* as the message spells it */
    enum given_kind kind;
    size_t offset;
};

#define UNSUPPORTED(name, kind, field)                                                             \
    {                                                                                              \
        (name), (kind), offsetof(struct wcd_resources, field)                                      \
    }

static const struct unsupported unsupported[] = {
    UNSUPPORTED("BlkioDeviceReadBps", GIVEN_LIST, blkio_device_read_bps),
    UNSUPPORTED("BlkioDeviceReadIOps", GIVEN_LIST, blkio_device_read_iops),
    UNSUPPORTED("BlkioDeviceWriteBps", GIVEN_LIST, blkio_device_write_bps),
    UNSUPPORTED("BlkioDeviceWriteIOps", GIVEN_LIST, blkio_device_write_iops),
    UNSUPPORTED("BlkioWeight", GIVEN_NUMBER, blkio_weight),
    UNSUPPORTED("BlkioWeightDevice", GIVEN_LIST, blkio_weight_device),
    UNSUPPORTED("CgroupParent", GIVEN_TEXT, cgroup_parent),
    UNSUPPORTED("CPUPeriod", GIVEN_NUMBER, cpu_period),
    UNSUPPORTED("CpusetCpus", GIVEN_TEXT, cpuset_cpus),
    UNSUPPORTED("CpusetMems", GIVEN_TEXT, cpuset_mems),
    UNSUPPORTED("KernelMemory", GIVEN_NUMBER, kernel_memory_bytes),
    UNSUPPORTED("MemoryReservation", GIVEN_NUMBER, memory_reservation_bytes),
    UNSUPPORTED("MemorySwap", GIVEN_NUMBER, memory_swap_bytes),
    UNSUPPORTED("MemorySwappiness", GIVEN_SWAPPINESS, memory_swappiness),
    UNSUPPORTED("OomKillDisable", GIVEN_BOOL, oom_kill_disable),
    UNSUPPORTED("PidsLimit", GIVEN_POINTER, pids_limit),
    UNSUPPORTED("Ulimits", GIVEN_LIST, ulimits),
};

static bool is_given(const struct wcd_resources *resources, const struct unsupported *member)
{
    const void *slot = (const char *)resources + member->offset;
    switch (member->kind) {
    case GIVEN_LIST: {
        const struct wcd_json *list = *(struct wcd_json *const *)slot;
        return list != NULL && wcd_json_size(list) > 0;
    }
    case GIVEN_TEXT: {
        const char *text = *(char *const *)slot;
        return text != NULL && text[0] != '\0';
    }
    case GIVEN_NUMBER:
        return *(const int64_t *)slot != 0;
    case GIVEN_POINTER: {
        const struct wcd_optional_int *number = slot;
        return number->present && number->value != 0;
    }
    case GIVEN_SWAPPINESS: {
        const struct wcd_optional_int *number = slot;
        return number->present && number->value != -1;
    }
    default: {
        const struct wcd_optional_bool *flag = slot;
        WCD_ASSERT(member->kind == GIVEN_BOOL);
        return flag->present && flag->value;
    }
    }
}

static bool discard(int64_t *value, const char *winner, const char *loser,
                    struct wcd_strlist *warnings)
{
    if (*value <= 0) {
        return true;
    }
    *value = 0;
    return wcd_strlist_addf(warnings,
                            "Conflicting options: %s takes priority over %s on Windows Server "
                            "Containers. %s discarded",
                            winner, loser, loser);
}

/* Server containers take one of the three controls: the count before the shares before the percent. */
static bool settle_processor_controls(struct wcd_resources *resources, struct wcd_strlist *warnings)
{
    if (resources->cpu_count > 0) {
        return discard(&resources->cpu_shares, "CPU count", "CPU shares", warnings) &&
               discard(&resources->cpu_percent, "CPU count", "CPU percent", warnings);
    }
    if (resources->cpu_shares > 0) {
        return discard(&resources->cpu_percent, "CPU shares", "CPU percent", warnings);
    }
    return true;
}

static enum wcd_errc check_processor_rules(const struct wcd_resources *resources,
                                           uint32_t processors, struct wcd_error *err)
{
    for (size_t i = 0; i < sizeof(cpu_rules) / sizeof(cpu_rules[0]); i++) {
        if (!cpu_rules[i].broken(resources, processors)) {
            continue;
        }
        if (cpu_rules[i].message != NULL) {
            return wcd_error_set(err, WCD_E_PLAIN, "%s", cpu_rules[i].message);
        }
        return wcd_error_set(err, WCD_E_PLAIN,
                             "range of CPUs is from 0.01 to %" PRIu32
                             ".00, as there are only %" PRIu32 " CPUs available",
                             processors, processors);
    }
    return WCD_OK;
}

enum wcd_errc wcd_verify_resources(struct wcd_resources *resources, bool is_hyperv,
                                   uint32_t processors, const struct engine_rules *engine,
                                   struct wcd_strlist *warnings, struct wcd_error *err)
{
    warnings->present = warnings->present || engine->warnings_are_never_nil;
    if (engine->swappiness_minus_one_is_reset && resources->memory_swappiness.value == -1) {
        resources->memory_swappiness = (struct wcd_optional_int){0};
    }
    if (!is_hyperv && !settle_processor_controls(resources, warnings)) {
        return wcd_error_no_memory(err);
    }
    enum wcd_errc code = check_processor_rules(resources, processors, err);
    if (code != WCD_OK) {
        return code;
    }
    for (size_t i = 0; i < sizeof(unsupported) / sizeof(unsupported[0]); i++) {
        if (is_given(resources, &unsupported[i])) {
            return wcd_error_set(err, WCD_E_PLAIN, "invalid option: Windows does not support %s",
                                 unsupported[i].name);
        }
    }
    return WCD_OK;
}

enum wcd_errc wcd_verify_settings(struct wcd_host_config *host_config,
                                  const struct wcd_settings_host *host,
                                  const struct engine_rules *engine, struct wcd_strlist *warnings,
                                  struct wcd_error *err)
{
    if (host_config == NULL) {
        return engine->nil_host_config_is_accepted
                   ? WCD_OK
                   : wcd_error_set(err, WCD_E_INVALID_PARAMETER,
                                   "a container needs a host configuration");
    }
    warnings->present = warnings->present || engine->warnings_are_never_nil;
    bool hyperv = wcd_runs_as_hyperv(host->default_isolation, host_config->isolation);
    if (engine->client_is_hyperv_only && host->windows_client && !hyperv) {
        return wcd_error_set(err, WCD_E_PLAIN, "%s", WCD_CLIENT_IS_HYPERV_ONLY_MESSAGE);
    }
    return wcd_verify_resources(&host_config->resources, hyperv, host->processors, engine, warnings,
                                err);
}
