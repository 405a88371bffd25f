/* The sections that a query of properties can name, as a table: who has them, and what is in them. */
#include "fakes/hcs/check.h"
#include "fakes/hcs/properties.h"
#include "fakes/host/internal.h"
#include "fakes/host/moment.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A page of memory, in which schema 2 counts. */
#define SECTIONS_PAGES_IN_MEGABYTE 256u

/* ---- writing: members at their default value are left out ---- */

static bool sections_number(struct wcd_json *object, const char *name, uint64_t value)
{
    return value == 0 || wcd_json_set(object, name, wcd_json_new_uint64(value));
}

static bool sections_flag(struct wcd_json *object, const char *name, bool value)
{
    return !value || wcd_json_set_bool(object, name, true);
}

static bool sections_moment(struct wcd_json *object, const char *name, uint64_t filetime)
{
    char *text = fake_moment_text(filetime);
    bool done = text != NULL && wcd_json_set_string(object, name, text);
    free(text);
    return done;
}

/* Sets `value`, or frees it when `done` tells that it is not whole. */
static bool sections_set(struct wcd_json *object, const char *name, struct wcd_json *value,
                         bool done)
{
    if (!done) {
        wcd_json_free(value);
        return false;
    }
    return wcd_json_set(object, name, value);
}

/* ---- Statistics ---- */

static bool sections_processor(struct wcd_json *object, const struct fake_guest_use *use)
{
    struct wcd_json *part = wcd_json_new_object();
    bool done = part != NULL && sections_number(part, "TotalRuntime100ns", use->cpu_total_100ns) &&
                sections_number(part, "RuntimeUser100ns", use->cpu_user_100ns) &&
                sections_number(part, "RuntimeKernel100ns", use->cpu_kernel_100ns);
    return sections_set(object, "Processor", part, done);
}

static bool sections_memory(struct wcd_json *object, const struct fake_guest_use *use)
{
    struct wcd_json *part = wcd_json_new_object();
    bool done =
        part != NULL && sections_number(part, "MemoryUsageCommitBytes", use->memory_commit_bytes) &&
        sections_number(part, "MemoryUsageCommitPeakBytes", use->memory_commit_peak_bytes) &&
        sections_number(part, "MemoryUsagePrivateWorkingSetBytes",
                        use->memory_private_working_set_bytes);
    return sections_set(object, "Memory", part, done);
}

static bool sections_storage(struct wcd_json *object, const struct fake_guest_use *use)
{
    struct wcd_json *part = wcd_json_new_object();
    bool done = part != NULL && sections_number(part, "ReadCountNormalized", use->read_count) &&
                sections_number(part, "ReadSizeBytes", use->read_bytes) &&
                sections_number(part, "WriteCountNormalized", use->write_count) &&
                sections_number(part, "WriteSizeBytes", use->write_bytes);
    return sections_set(object, "Storage", part, done);
}

/* A network interface: no traffic is emulated, and counters that are zero are left out. The instance
 * is a number of the interface's own. */
static struct wcd_json *sections_endpoint(const struct fake_system *system,
                                          const struct fake_hcs_endpoint *endpoint)
{
    unsigned char raw[FAKE_GUID_RAW];
    char id[FAKE_GUID_BYTES];
    char instance[FAKE_GUID_BYTES];
    for (size_t i = 0; i < FAKE_GUID_RAW; i++) {
        raw[i] = (unsigned char)(endpoint->id[i] ^ system->runtime_id[i]);
    }
    fake_guid_text(endpoint->id, id);
    fake_guid_text(raw, instance);
    for (size_t i = 0; i < FAKE_GUID_TEXT_LEN; i++) {
        id[i] = (char)(id[i] >= 'a' && id[i] <= 'f' ? id[i] - 'a' + 'A' : id[i]);
        instance[i] = (char)(instance[i] >= 'a' && instance[i] <= 'f' ? instance[i] - 'a' + 'A'
                                                                      : instance[i]);
    }
    struct wcd_json *part = wcd_json_new_object();
    bool done = part != NULL && wcd_json_set_string(part, "EndpointId", id) &&
                wcd_json_set_string(part, "InstanceId", instance);
    if (!done) {
        wcd_json_free(part);
        return NULL;
    }
    return part;
}

static bool sections_network(struct wcd_json *object, const struct fake_system *system)
{
    struct wcd_json *list = wcd_json_new_array();
    bool done = list != NULL;
    for (const struct fake_hcs_endpoint *at = system->endpoints; at != NULL && done;
         at = at->next) {
        done = wcd_json_append(list, sections_endpoint(system, at));
    }
    return sections_set(object, "Network", list, done);
}

static bool sections_statistics(struct wcd_json *header, const struct fake_system *system)
{
    const struct fake_guest_use use = fake_guest_use(system->guest);
    struct wcd_json *part = wcd_json_new_object();
    bool network = system->schema == FAKE_HCS_SCHEMA_1;
    bool done = part != NULL &&
                sections_moment(part, "Timestamp", fake_host_wall_100ns(system->host)) &&
                sections_moment(part, "ContainerStartTime", use.start_100ns) &&
                sections_number(part, "Uptime100ns", use.uptime_100ns) &&
                sections_processor(part, &use) && sections_memory(part, &use) &&
                sections_storage(part, &use) && (!network || sections_network(part, system));
    return sections_set(header, "Statistics", part, done);
}

/* ---- the others ---- */

static bool sections_process_list(struct wcd_json *header, const struct fake_system *system)
{
    struct wcd_json *list =
        system->guest == NULL ? wcd_json_new_array() : fake_guest_process_list(system->guest);
    return wcd_json_set(header, "ProcessList", list);
}

static bool sections_updates(struct wcd_json *header, const struct fake_system *system)
{
    return sections_flag(header, "AreUpdatesPending", system->updates_pending);
}

static bool sections_disk(struct wcd_json *disks, const struct fake_hcs_disk *disk)
{
    char lun[16];
    (void)snprintf(lun, sizeof(lun), "%u", disk->lun);
    struct wcd_json *part = wcd_json_new_object();
    bool done = part != NULL && wcd_json_set_string(part, "HostPath", disk->host_path) &&
                wcd_json_set_string(part, "ContainerPath", disk->container_path) &&
                wcd_json_set_int64(part, "Lun", disk->lun) &&
                sections_flag(part, "CreateInUtilityVM", disk->in_utility_vm) &&
                sections_flag(part, "ReadOnly", disk->read_only) &&
                sections_flag(part, "AttachOnly", disk->attach_only);
    return sections_set(disks, lun, part, done);
}

/* All disks hang on one controller, number 0. */
static bool sections_disks(struct wcd_json *header, const struct fake_system *system)
{
    struct wcd_json *controllers = wcd_json_new_object();
    struct wcd_json *controller = wcd_json_new_object();
    struct wcd_json *disks = wcd_json_new_object();
    bool done = disks != NULL;
    for (const struct fake_hcs_disk *at = system->disks; at != NULL && done; at = at->next) {
        done = sections_disk(disks, at);
    }
    if (controller == NULL) {
        wcd_json_free(disks);
        done = false;
    } else {
        done = sections_set(controller, "MappedVirtualDisks", disks, done);
    }
    if (controllers == NULL) {
        wcd_json_free(controller);
        return false;
    }
    done = sections_set(controllers, "0", controller, done);
    return sections_set(header, "MappedVirtualDiskControllers", controllers, done);
}

static const char sections_connection[] =
    "{\"SupportedSchemaVersions\":[{\"Major\":2,\"Minor\":1}],\"ProtocolVersion\":4,"
    "\"GuestDefinedCapabilities\":{\"NamespaceAddRequestSupported\":true,"
    "\"SignalProcessSupported\":true,\"DumpStacksSupported\":true,"
    "\"DeleteContainerStateSupported\":true}}";

static bool sections_guest(struct wcd_json *header, const struct fake_system *system)
{
    struct wcd_json_fault fault;
    bool there = system->guest != NULL && system->guest_connection;
    return !there ||
           wcd_json_set(header, "GuestConnectionInfo",
                        wcd_json_parse(sections_connection, strlen(sections_connection), &fault));
}

static bool sections_terminate(struct wcd_json *header, const struct fake_system *system)
{
    return wcd_json_set_bool(header, "TerminateOnLastHandleClosed", system->terminate_on_close);
}

static bool sections_regions(struct wcd_json *header, const struct fake_system *system)
{
    (void)system;
    return wcd_json_set(header, "SharedMemoryRegionInfo", wcd_json_new_array());
}

/* All memory of the machine is assigned, in one node. */
static bool sections_machine_memory(struct wcd_json *header, const struct fake_system *system)
{
    uint64_t pages = system->memory_mb * SECTIONS_PAGES_IN_MEGABYTE;
    struct wcd_json *part = wcd_json_new_object();
    struct wcd_json *memory = wcd_json_new_object();
    bool done = memory != NULL && sections_number(memory, "AssignedMemory", pages);
    if (part == NULL) {
        wcd_json_free(memory);
        return false;
    }
    done = sections_set(part, "VirtualMachineMemory", memory, done) &&
           sections_number(part, "VirtualNodeCount", 1);
    return sections_set(header, "Memory", part, done);
}

/* ---- the table ---- */

struct sections_row {
    const char *type;
    enum fake_hcs_operation operation; /* of the matrix */
    unsigned kinds;                    /* those that have it */
    unsigned schemas;                  /* bits: 1, 2 */
    bool (*write)(struct wcd_json *header, const struct fake_system *system);
};

static const struct sections_row sections_rows[] = {
    {"Statistics", FAKE_HCS_STATISTICS, FAKE_HCS_ANY, 3, sections_statistics},
    {"ProcessList", FAKE_HCS_PROCESS_LIST, FAKE_HCS_ANY, 3, sections_process_list},
    {"PendingUpdates", FAKE_HCS_PROPERTIES, FAKE_HCS_ANY, 1, sections_updates},
    {"MappedVirtualDisk", FAKE_HCS_PROPERTIES, FAKE_HCS_HYPERV, 1, sections_disks},
    {"GuestConnection", FAKE_HCS_PROPERTIES, FAKE_HCS_HYPERV | FAKE_HCS_MACHINE, 3, sections_guest},
    {"Memory", FAKE_HCS_PROPERTIES, FAKE_HCS_MACHINE, 2, sections_machine_memory},
    {"TerminateOnLastHandleClosed", FAKE_HCS_PROPERTIES, FAKE_HCS_ANY, 3, sections_terminate},
    {"SharedMemoryRegion", FAKE_HCS_PROPERTIES, FAKE_HCS_MACHINE, 2, sections_regions},
};

/* Types that newer builds know and that are not emulated. */
static const char *const sections_others[] = {
    "Basic",
    "CpuGroup",
    "CacheQueryStats",
    "CombinedLayers",
    "ComputeTopology",
    "EnlightenmentModifications",
    "ICHeartbeatStatus",
    "IcHeartbeatStatus",
    "Layer",
    "ProcessorTopology",
    "SharedMemoryRegions",
};

plat_hr fake_system_add_section(const struct fake_system *system, const char *type,
                                struct wcd_json *header)
{
    for (size_t i = 0; i < sizeof(sections_rows) / sizeof(sections_rows[0]); i++) {
        const struct sections_row *row = &sections_rows[i];
        if (strcmp(row->type, type) != 0) {
            continue;
        }
        if ((row->schemas & (unsigned)system->schema) == 0) {
            return PLAT_HCS_INVALID_JSON;
        }
        enum fake_hcs_answer answer = fake_hcs_may(row->operation, system->kind, system->state);
        bool has = (row->kinds & (unsigned)system->kind) != 0;
        if (answer == FAKE_HCS_OK || answer == FAKE_HCS_EMPTY) {
            bool done = !has || row->write(header, system);
            return done ? PLAT_S_OK : PLAT_E_OUTOFMEMORY;
        }
        return fake_hcs_answer_hr(answer);
    }
    for (size_t i = 0; i < sizeof(sections_others) / sizeof(sections_others[0]); i++) {
        if (strcmp(sections_others[i], type) == 0) {
            return plat_hr_win32(PLAT_ERROR_NOT_SUPPORTED);
        }
    }
    return PLAT_HCS_INVALID_JSON;
}
