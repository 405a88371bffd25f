/* Compute systems of schema 2: containers with process isolation, virtual machines, and containers in
 * these. */
#include "fakes/hcs/create.h"
#include "fakes/host/internal.h"
#include "fakes/host/name.h"

#include <string.h>

#define MACHINE_PERCENT_MAX 10000

static plat_hr machine_json(struct fake_creation *creation, const char *why)
{
    return fake_hcs_blame(&creation->check, PLAT_HCS_INVALID_JSON, "%s", why);
}

static plat_hr machine_parameter(struct fake_creation *creation, const char *why)
{
    return fake_hcs_blame(&creation->check, plat_hr_win32(PLAT_ERROR_INVALID_PARAMETER), "%s", why);
}

/* ---- versions ---- */

/* The highest schema 2.x of a build; 0: none. */
static uint32_t machine_minor(const struct fake_build *build)
{
    static const struct {
        enum fake_feature feature;
        uint32_t minor;
    } rows[] = {
        {FAKE_FEATURE_COMPUTECORE_DLL, 1}, {FAKE_FEATURE_HCS_SCHEMA_2_2, 2},
        {FAKE_FEATURE_HCS_SCHEMA_2_3, 3},  {FAKE_FEATURE_HCS_SCHEMA_2_4, 4},
        {FAKE_FEATURE_HCS_SCHEMA_2_5, 5},  {FAKE_FEATURE_HCS_SCHEMA_2_6, 6},
        {FAKE_FEATURE_HCS_SCHEMA_2_7, 7},
    };
    uint32_t minor = 0;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        minor = fake_build_has(build, rows[i].feature) ? rows[i].minor : minor;
    }
    return minor;
}

uint32_t fake_hcs_schema_minor(const struct fake_host *host)
{
    return machine_minor(host->build);
}

plat_hr fake_creation_version(struct fake_creation *creation, const struct wcd_json *document)
{
    const struct wcd_json *version = fake_hcs_member(document, "SchemaVersion");
    uint32_t highest = machine_minor(creation->host->build);
    uint64_t major = 0;
    uint64_t minor = 0;
    if (!wcd_json_is(version, WCD_JSON_OBJECT)) {
        return machine_json(creation, "SchemaVersion is missing");
    }
    const struct wcd_json *numbers[] = {wcd_json_get(version, "Major"),
                                        wcd_json_get(version, "Minor")};
    if (!wcd_json_is(numbers[0], WCD_JSON_NUMBER) || !wcd_json_uint64(numbers[0], &major) ||
        (wcd_json_is(numbers[1], WCD_JSON_NUMBER) && !wcd_json_uint64(numbers[1], &minor))) {
        return machine_json(creation, "SchemaVersion is none");
    }
    if (major != 2 || minor > highest || highest == 0) {
        return machine_json(creation, "the build does not know this SchemaVersion");
    }
    creation->check.minor = (uint32_t)minor;
    return PLAT_S_OK;
}

/* ---- containers ---- */

static plat_hr machine_container_limits(struct fake_creation *creation,
                                        const struct wcd_json *container)
{
    static const char *const names[] = {"Count", "Weight", "Maximum"};
    const struct wcd_json *processor = fake_hcs_member(container, "Processor");
    int given = 0;
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        const struct wcd_json *member =
            processor == NULL ? NULL : fake_hcs_member(processor, names[i]);
        int64_t value = 0;
        if (member != NULL) {
            (void)wcd_json_int64(member, &value);
        }
        bool count = i == 0;
        if (value < 0 || (!count && value > MACHINE_PERCENT_MAX) ||
            (count && value > (int64_t)creation->host->os.processors)) {
            return machine_parameter(creation, "Container.Processor is out of range");
        }
        given += value != 0 ? 1 : 0;
    }
    return given > 1 ? machine_parameter(creation, "more than one limit in Container.Processor")
                     : PLAT_S_OK;
}

static plat_hr machine_container_network(struct fake_creation *creation,
                                         const struct wcd_json *container)
{
    const struct wcd_json *networking = fake_hcs_member(container, "Networking");
    const struct wcd_json *adapters =
        networking == NULL ? NULL : fake_hcs_member(networking, "NetworkAdapters");
    const char *space = networking == NULL ? "" : fake_hcs_text(networking, "Namespace");
    plat_hr hr = PLAT_S_OK;
    if (space[0] != '\0' && !fake_guid_valid(space)) {
        return machine_json(creation, "Container.Networking.Namespace is no GUID");
    }
    for (const struct wcd_json *at = wcd_json_first(adapters); at != NULL && plat_succeeded(hr);
         at = wcd_json_next(at)) {
        hr = fake_system_add_endpoint(creation->system, wcd_json_string(at));
    }
    return hr;
}

/* The volume is named with a separator behind it. */
static plat_hr machine_container_storage(struct fake_creation *creation,
                                         const struct wcd_json *container)
{
    const struct wcd_json *storage = fake_hcs_member(container, "Storage");
    const char *path = storage == NULL ? "" : fake_hcs_text(storage, "Path");
    size_t len = strlen(path);
    if (len == 0) {
        return machine_json(creation, "Container.Storage.Path is missing");
    }
    if (path[len - 1] != '\\') {
        return machine_parameter(creation, "Container.Storage.Path does not end in a separator");
    }
    creation->layers = fake_hcs_member(storage, "Layers");
    plat_hr hr = fake_creation_layers(creation);
    return plat_failed(hr) ? hr : fake_creation_volume(creation, path);
}

static plat_hr machine_container(struct fake_creation *creation, const struct wcd_json *container)
{
    struct fake_system *system = creation->system;
    const struct wcd_json *guest = fake_hcs_member(container, "GuestOs");
    system->kind = FAKE_HCS_PROCESS;
    system->guest_connection = true;
    plat_hr hr = machine_container_limits(creation, container);
    if (plat_succeeded(hr)) {
        hr = machine_container_storage(creation, container);
    }
    if (plat_succeeded(hr)) {
        hr = fake_creation_directories(creation, fake_hcs_member(container, "MappedDirectories"));
    }
    if (plat_succeeded(hr)) {
        hr = fake_creation_pipes(creation, fake_hcs_member(container, "MappedPipes"));
    }
    if (plat_succeeded(hr)) {
        hr = machine_container_network(creation, container);
    }
    if (plat_succeeded(hr) && guest != NULL) {
        hr = fake_creation_keep(&system->host_name, fake_hcs_text(guest, "HostName"));
    }
    return hr;
}

/* What it stands on lies in the machine, and is not looked at. */
static plat_hr machine_hosted(struct fake_creation *creation, const char *hosting_id)
{
    struct fake_system *system = creation->system;
    const struct fake_system *hosting = fake_hcs_find(creation->host, hosting_id);
    const struct wcd_json *hosted = fake_hcs_member(creation->document, "HostedSystem");
    if (hosted == NULL || fake_hcs_member(hosted, "Container") == NULL) {
        return machine_json(creation, "HostingSystemId without HostedSystem.Container");
    }
    if (hosting == NULL || hosting->kind != FAKE_HCS_MACHINE ||
        hosting->state != FAKE_HCS_RUNNING) {
        return PLAT_HCS_SYSTEM_NOT_FOUND;
    }
    system->kind = FAKE_HCS_HOSTED;
    system->linux_guest = hosting->linux_guest;
    system->guest_connection = hosting->guest_connection;
    return fake_creation_keep(&system->hosting_id, hosting_id);
}

/* ---- virtual machines ---- */

static plat_hr machine_topology(struct fake_creation *creation, const struct wcd_json *machine)
{
    const struct wcd_json *topology = fake_hcs_member(machine, "ComputeTopology");
    const struct wcd_json *memory = topology == NULL ? NULL : fake_hcs_member(topology, "Memory");
    const struct wcd_json *processor =
        topology == NULL ? NULL : fake_hcs_member(topology, "Processor");
    uint64_t megabytes = memory == NULL ? 0 : fake_hcs_uint(memory, "SizeInMB");
    if (megabytes == 0) {
        return machine_json(creation, "ComputeTopology.Memory.SizeInMB is missing");
    }
    if (megabytes % 2 != 0) {
        return machine_parameter(creation, "ComputeTopology.Memory.SizeInMB is odd");
    }
    if (processor != NULL && fake_hcs_uint(processor, "Count") > creation->host->os.processors) {
        return machine_parameter(creation, "ComputeTopology.Processor.Count: the host has fewer");
    }
    creation->system->memory_mb = megabytes;
    return fake_creation_memory(creation, megabytes);
}

static plat_hr machine_attachment(struct fake_creation *creation, const struct wcd_json *attachment)
{
    const char *type = fake_hcs_text(attachment, "Type");
    const struct fake_ground *ground = &creation->host->storage.ground;
    const char *path = fake_hcs_text(attachment, "Path");
    bool may = false;
    if (strcmp(type, "PassThru") == 0) {
        return machine_json(creation, "attachments of the type PassThru are not emulated");
    }
    plat_hr hr = fake_creation_file(creation, path);
    if (plat_succeeded(hr)) {
        hr = ground->ops->machines_may(ground->ctx, path, &may);
    }
    if (plat_succeeded(hr) && !may) {
        hr = fake_hcs_blame(&creation->check, plat_hr_win32(PLAT_ERROR_ACCESS_DENIED),
                            "virtual machines have no access to %s", path);
    }
    return hr;
}

static plat_hr machine_scsi(struct fake_creation *creation, const struct wcd_json *controllers)
{
    plat_hr hr = PLAT_S_OK;
    for (const struct wcd_json *at = wcd_json_first(controllers); at != NULL && plat_succeeded(hr);
         at = wcd_json_next(at)) {
        const struct wcd_json *list = fake_hcs_member(at, "Attachments");
        for (const struct wcd_json *disk = wcd_json_first(list); disk != NULL && plat_succeeded(hr);
             disk = wcd_json_next(disk)) {
            hr = machine_attachment(creation, disk);
            if (plat_succeeded(hr)) {
                hr = fake_system_add_resource(creation->system,
                                              "VirtualMachine/Devices/Scsi/%s/Attachments/%s",
                                              wcd_json_name(at), wcd_json_name(disk));
            }
        }
    }
    return hr;
}

/* Folders of the host that the machine sees, by SMB or Plan 9. */
static plat_hr machine_shares(struct fake_creation *creation, const struct wcd_json *owner,
                              const char *protocol)
{
    const struct wcd_json *list = owner == NULL ? NULL : fake_hcs_member(owner, "Shares");
    plat_hr hr = PLAT_S_OK;
    for (const struct wcd_json *at = wcd_json_first(list); at != NULL && plat_succeeded(hr);
         at = wcd_json_next(at)) {
        hr = fake_creation_folder(creation, fake_hcs_text(at, "Path"), true);
        if (plat_succeeded(hr)) {
            hr = fake_system_add_resource(creation->system, "VirtualMachine/Devices/%s/Shares/%s",
                                          protocol, fake_hcs_text(at, "Name"));
        }
    }
    return hr;
}

static plat_hr machine_adapters(struct fake_creation *creation, const struct wcd_json *adapters)
{
    plat_hr hr = PLAT_S_OK;
    for (const struct wcd_json *at = wcd_json_first(adapters); at != NULL && plat_succeeded(hr);
         at = wcd_json_next(at)) {
        hr = fake_system_add_endpoint(creation->system, fake_hcs_text(at, "EndpointId"));
        if (plat_succeeded(hr)) {
            hr = fake_system_add_resource(creation->system,
                                          "VirtualMachine/Devices/NetworkAdapters/%s%s",
                                          wcd_json_name(at), "");
        }
    }
    return hr;
}

static plat_hr machine_pmem(struct fake_creation *creation, const struct wcd_json *controller)
{
    const struct wcd_json *list =
        controller == NULL ? NULL : fake_hcs_member(controller, "Devices");
    plat_hr hr = PLAT_S_OK;
    for (const struct wcd_json *at = wcd_json_first(list); at != NULL && plat_succeeded(hr);
         at = wcd_json_next(at)) {
        hr = fake_creation_file(creation, fake_hcs_text(at, "HostPath"));
        if (plat_succeeded(hr)) {
            hr = fake_system_add_resource(creation->system,
                                          "VirtualMachine/Devices/VirtualPMem/Devices/%s%s",
                                          wcd_json_name(at), "");
        }
    }
    return hr;
}

static plat_hr machine_devices(struct fake_creation *creation, const struct wcd_json *machine)
{
    const struct wcd_json *devices = fake_hcs_member(machine, "Devices");
    if (devices == NULL) {
        return PLAT_S_OK;
    }
    plat_hr hr = machine_scsi(creation, fake_hcs_member(devices, "Scsi"));
    if (plat_succeeded(hr)) {
        hr = machine_shares(creation, fake_hcs_member(devices, "VirtualSmb"), "VirtualSmb");
    }
    if (plat_succeeded(hr)) {
        hr = machine_shares(creation, fake_hcs_member(devices, "Plan9"), "Plan9");
    }
    if (plat_succeeded(hr)) {
        hr = machine_adapters(creation, fake_hcs_member(devices, "NetworkAdapters"));
    }
    if (plat_succeeded(hr)) {
        hr = machine_pmem(creation, fake_hcs_member(devices, "VirtualPMem"));
    }
    return hr;
}

/* A Linux kernel that is started without firmware tells what the guest is. */
static plat_hr machine_boot(struct fake_creation *creation, const struct wcd_json *machine)
{
    const struct wcd_json *chipset = fake_hcs_member(machine, "Chipset");
    const struct wcd_json *direct =
        chipset == NULL ? NULL : fake_hcs_member(chipset, "LinuxKernelDirect");
    if (direct == NULL || creation->check.minor < 2) {
        return PLAT_S_OK;
    }
    const char *initrd = fake_hcs_text(direct, "InitRdPath");
    creation->system->linux_guest = true;
    plat_hr hr = fake_creation_file(creation, fake_hcs_text(direct, "KernelFilePath"));
    if (plat_succeeded(hr) && initrd[0] != '\0') {
        hr = fake_creation_file(creation, initrd);
    }
    return hr;
}

static plat_hr machine_virtual(struct fake_creation *creation, const struct wcd_json *machine)
{
    struct fake_system *system = creation->system;
    const struct wcd_json *services = fake_hcs_member(machine, "Services");
    system->kind = FAKE_HCS_MACHINE;
    system->guest_connection = fake_hcs_member(machine, "GuestConnection") != NULL;
    system->integration = services != NULL && creation->check.minor >= 5 &&
                          fake_hcs_member(services, "Shutdown") != NULL;
    if (fake_hcs_member(machine, "RestoreState") != NULL) {
        return machine_json(creation, "VirtualMachine.RestoreState is not emulated");
    }
    plat_hr hr = fake_creation_needs_hyperv(creation);
    if (plat_succeeded(hr)) {
        hr = machine_topology(creation, machine);
    }
    if (plat_succeeded(hr)) {
        hr = machine_boot(creation, machine);
    }
    return plat_failed(hr) ? hr : machine_devices(creation, machine);
}

plat_hr fake_creation_schema_2(struct fake_creation *creation)
{
    const struct wcd_json *document = creation->document;
    const struct wcd_json *container = fake_hcs_member(document, "Container");
    const struct wcd_json *machine = fake_hcs_member(document, "VirtualMachine");
    const char *hosting_id = fake_hcs_text(document, "HostingSystemId");
    bool hosted = hosting_id[0] != '\0' || fake_hcs_member(document, "HostedSystem") != NULL;
    int given = (container != NULL ? 1 : 0) + (machine != NULL ? 1 : 0) + (hosted ? 1 : 0);
    creation->layer_id = "Id";
    creation->system->terminate_on_close =
        fake_hcs_bool(document, "ShouldTerminateOnLastHandleClosed");
    if (given != 1) {
        return machine_json(creation, "one of Container, VirtualMachine and HostedSystem");
    }
    if (hosted) {
        return machine_hosted(creation, hosting_id);
    }
    return container != NULL ? machine_container(creation, container)
                             : machine_virtual(creation, machine);
}
