/* Containers of schema 1: are the things there that the document names, and may it ask for them? */
#include "fakes/hcs/create.h"

#include "core/base/winpath.h"
#include "fakes/host/internal.h"
#include "fakes/host/name.h"

#include <stdlib.h>
#include <string.h>

#define CONTAINER_WEIGHT_MAX  10000u
#define CONTAINER_PERCENT_MAX 10000

static plat_hr container_parameter(struct fake_creation *creation, const char *why)
{
    return fake_hcs_blame(&creation->check, plat_hr_win32(PLAT_ERROR_INVALID_PARAMETER), "%s", why);
}

static plat_hr container_json(struct fake_creation *creation, const char *why)
{
    return fake_hcs_blame(&creation->check, PLAT_HCS_INVALID_JSON, "%s", why);
}

/* What kind of container it is. */
static plat_hr container_kind(struct fake_creation *creation)
{
    struct fake_system *system = creation->system;
    const struct wcd_json *document = creation->document;
    const char *type = fake_hcs_text(document, "ContainerType");
    const char *name = fake_hcs_text(document, "Name");
    if (!fake_name_equal(fake_hcs_text(document, "SystemType"), "Container")) {
        return container_json(creation, "SystemType: only containers are emulated in schema 1");
    }
    if (name[0] != '\0' && !fake_name_equal(name, system->id)) {
        return container_json(creation, "Name is not the id");
    }
    system->linux_guest = fake_name_equal(type, "Linux");
    if (type[0] != '\0' && !system->linux_guest && !fake_name_equal(type, "Windows")) {
        return container_json(creation, "ContainerType is neither Windows nor Linux");
    }
    system->kind = fake_hcs_bool(document, "HvPartition") ? FAKE_HCS_HYPERV : FAKE_HCS_PROCESS;
    system->servicing = fake_hcs_bool(document, "Servicing");
    system->terminate_on_close = fake_hcs_bool(document, "TerminateOnLastHandleClosed");
    system->guest_connection = true;
    if (system->linux_guest && system->kind == FAKE_HCS_PROCESS) {
        return container_json(creation, "a Linux container without HvPartition");
    }
    return fake_creation_keep(&system->host_name, fake_hcs_text(document, "HostName"));
}

/* Can this host run that kind? */
static plat_hr container_host(struct fake_creation *creation)
{
    const struct fake_host *host = creation->host;
    const struct fake_system *system = creation->system;
    bool client = host->build->edition == FAKE_EDITION_CLIENT;
    if (system->linux_guest && !fake_build_has(host->build, FAKE_FEATURE_LINUX_CONTAINERS)) {
        return plat_hr_win32(PLAT_ERROR_NOT_SUPPORTED);
    }
    if (system->kind == FAKE_HCS_PROCESS && client &&
        !fake_build_has(host->build, FAKE_FEATURE_CLIENT_PROCESS_ISOLATION)) {
        return plat_hr_win32(PLAT_ERROR_NOT_SUPPORTED);
    }
    return system->kind == FAKE_HCS_HYPERV ? fake_creation_needs_hyperv(creation) : PLAT_S_OK;
}

static plat_hr container_processors(struct fake_creation *creation)
{
    const struct wcd_json *document = creation->document;
    const struct wcd_json *maximum = fake_hcs_member(document, "ProcessorMaximum");
    uint64_t count = fake_hcs_uint(document, "ProcessorCount");
    uint64_t weight = fake_hcs_uint(document, "ProcessorWeight");
    int64_t percent = 0;
    if (maximum != NULL) {
        (void)wcd_json_int64(maximum, &percent);
    }
    if (count > creation->host->os.processors) {
        return container_parameter(creation, "ProcessorCount: the host has fewer");
    }
    if (weight > CONTAINER_WEIGHT_MAX) {
        return container_parameter(creation, "ProcessorWeight is not 1 to 10000");
    }
    if (percent < 0 || percent > CONTAINER_PERCENT_MAX) {
        return container_parameter(creation, "ProcessorMaximum is not 1 to 10000");
    }
    int given = (count != 0 ? 1 : 0) + (weight != 0 ? 1 : 0) + (percent != 0 ? 1 : 0);
    if (creation->system->kind == FAKE_HCS_PROCESS && given > 1) {
        return container_parameter(
            creation, "more than one of ProcessorCount, ProcessorWeight and ProcessorMaximum");
    }
    return PLAT_S_OK;
}

static plat_hr container_resources(struct fake_creation *creation)
{
    const struct wcd_json *memory = fake_hcs_member(creation->document, "MemoryMaximumInMB");
    int64_t megabytes = 0;
    if (memory != NULL) {
        (void)wcd_json_int64(memory, &megabytes);
    }
    if (megabytes < 0) {
        return container_parameter(creation, "MemoryMaximumInMB is below zero");
    }
    plat_hr hr = container_processors(creation);
    if (plat_succeeded(hr) && creation->system->kind == FAKE_HCS_HYPERV) {
        hr = fake_creation_memory(creation, (uint64_t)megabytes);
    }
    return hr;
}

/* ---- what it stands on ---- */

/* The layer's folder, where it is given beside the volume. */
static plat_hr container_volume_folder(struct fake_creation *creation, const char *folder)
{
    const struct fake_ground *ground = &creation->host->storage.ground;
    struct fake_scratch scratch;
    plat_hr hr = fake_creation_folder(creation, folder, false);
    if (plat_succeeded(hr)) {
        hr = ground->ops->scratch(ground->ctx, folder, &scratch);
    }
    if (plat_succeeded(hr) && scratch.disk != creation->disk) {
        hr = container_parameter(creation, "LayerFolderPath is not where the volume's disk lies");
    }
    return hr;
}

static plat_hr container_of_processes(struct fake_creation *creation)
{
    const struct wcd_json *document = creation->document;
    const char *volume = fake_hcs_text(document, "VolumePath");
    const char *folder = fake_hcs_text(document, "LayerFolderPath");
    const struct fake_ground *ground = &creation->host->storage.ground;
    plat_hr hr = fake_creation_layers(creation);
    if (plat_failed(hr)) {
        return hr;
    }
    if (volume[0] == '\0') {
        return container_json(creation, "VolumePath is missing");
    }
    if (volume[strlen(volume) - 1] == '\\') {
        return container_parameter(creation, "VolumePath ends in a separator");
    }
    struct fake_scratch scratch;
    hr = ground->ops->volume(ground->ctx, volume, &scratch);
    if (plat_failed(hr)) {
        return hr;
    }
    bool detached =
        scratch.disk == NULL || !scratch.prepared; /* the daemon of 2017 has taken it off */
    if (detached && fake_hcs_bool(document, "Servicing") && folder[0] != '\0') {
        return fake_creation_scratch(creation, folder, 0);
    }
    hr = fake_creation_volume(creation, volume);
    if (plat_succeeded(hr) && folder[0] != '\0') {
        hr = container_volume_folder(creation, folder);
    }
    return hr;
}

/* SandboxPath, which clients of 2017 send, is the folder of the layer's folder. */
static plat_hr container_sandbox_path(struct fake_creation *creation, const char *folder)
{
    const char *sandbox = fake_hcs_text(creation->document, "SandboxPath");
    if (sandbox[0] == '\0') {
        return PLAT_S_OK;
    }
    char *parent = wcd_path_dir(folder);
    char *given = wcd_path_clean(sandbox);
    plat_hr hr = PLAT_E_OUTOFMEMORY;
    if (parent != NULL && given != NULL) {
        bool same = fake_name_equal(parent, given);
        hr = same ? PLAT_S_OK
                  : container_parameter(creation, "LayerFolderPath does not lie in SandboxPath");
    }
    free(parent);
    free(given);
    return hr;
}

static plat_hr container_image(struct fake_creation *creation, const struct wcd_json *runtime)
{
    struct fake_system *system = creation->system;
    const char *path = fake_hcs_text(runtime, "ImagePath");
    enum fake_ground_kind kind = FAKE_GROUND_NOTHING;
    if (path[0] == '\0') {
        return container_json(creation, "HvRuntime.ImagePath is missing");
    }
    plat_hr hr = fake_creation_folder(creation, path, true);
    if (plat_succeeded(hr)) {
        hr = fake_creation_look(creation, path, FAKE_UTILITY_TEMPLATE, &kind);
    }
    if (plat_succeeded(hr) && kind == FAKE_GROUND_NOTHING) {
        hr = fake_hcs_blame(&creation->check, plat_hr_win32(PLAT_ERROR_FILE_NOT_FOUND),
                            "%s has no " FAKE_UTILITY_TEMPLATE, path);
    }
    if (plat_succeeded(hr)) {
        hr = fake_creation_keep(&system->runtime_image, path);
    }
    if (plat_succeeded(hr) && !fake_hcs_bool(runtime, "SkipTemplate")) {
        hr = fake_creation_template(creation, path);
    }
    return hr;
}

static plat_hr container_of_machine(struct fake_creation *creation)
{
    const struct wcd_json *document = creation->document;
    const char *folder = fake_hcs_text(document, "LayerFolderPath");
    const struct wcd_json *runtime = fake_hcs_member(document, "HvRuntime");
    if (fake_hcs_text(document, "VolumePath")[0] != '\0') {
        return container_json(creation, "VolumePath beside HvPartition");
    }
    if (runtime == NULL) {
        return container_json(creation, "HvPartition without HvRuntime");
    }
    if (folder[0] == '\0') {
        return container_json(creation, "LayerFolderPath is missing");
    }
    plat_hr hr = fake_creation_layers(creation);
    if (plat_succeeded(hr)) {
        hr = container_sandbox_path(creation, folder);
    }
    if (plat_succeeded(hr)) {
        hr = fake_creation_scratch(creation, folder, fake_hcs_uint(document, "StorageSandboxSize"));
    }
    return plat_failed(hr) ? hr : container_image(creation, runtime);
}

/* The Linux kernel with its first file system, or a disk with both. */
static plat_hr container_of_linux(struct fake_creation *creation)
{
    const struct wcd_json *runtime = fake_hcs_member(creation->document, "HvRuntime");
    if (runtime == NULL) {
        return container_json(creation, "HvPartition without HvRuntime");
    }
    const char *image = fake_hcs_text(runtime, "ImagePath");
    const char *const files[] = {fake_hcs_text(runtime, "LinuxKernelFile"),
                                 fake_hcs_text(runtime, "LinuxInitrdFile")};
    if (image[0] == '\0') {
        return container_json(creation, "HvRuntime.ImagePath is missing");
    }
    if (fake_name_equal(fake_hcs_text(runtime, "BootSource"), "Vhd")) {
        return fake_creation_file(creation, image);
    }
    plat_hr hr = fake_creation_folder(creation, image, true);
    for (size_t i = 0; i < sizeof(files) / sizeof(files[0]) && plat_succeeded(hr); i++) {
        if (files[i][0] == '\0') {
            return container_json(creation, "a Linux kernel or initrd is missing in HvRuntime");
        }
        char *path = wcd_path_join(image, files[i]);
        hr = path == NULL ? PLAT_E_OUTOFMEMORY : fake_creation_file(creation, path);
        free(path);
    }
    return hr;
}

/* ---- what it gets ---- */

static plat_hr container_disks(struct fake_creation *creation)
{
    plat_hr hr = PLAT_S_OK;
    const struct wcd_json *list = fake_hcs_member(creation->document, "MappedVirtualDisks");
    if (wcd_json_size(list) > 0 && !creation->system->linux_guest) {
        return container_json(creation, "MappedVirtualDisks in a Windows container");
    }
    for (const struct wcd_json *at = wcd_json_first(list); at != NULL && plat_succeeded(hr);
         at = wcd_json_next(at)) {
        hr = fake_system_add_disk(creation->system, &creation->check, at);
    }
    return hr;
}

static plat_hr container_network(struct fake_creation *creation)
{
    const struct wcd_json *document = creation->document;
    const char *shared = fake_hcs_text(document, "NetworkSharedContainerName");
    const struct wcd_json *list = fake_hcs_member(document, "EndpointList");
    plat_hr hr = PLAT_S_OK;
    if (shared[0] != '\0' && fake_hcs_find(creation->host, shared) == NULL) {
        return fake_hcs_blame(&creation->check, plat_hr_win32(PLAT_ERROR_NOT_FOUND),
                              "NetworkSharedContainerName: there is no %s", shared);
    }
    creation->system->shares_network = shared[0] != '\0';
    for (const struct wcd_json *at = wcd_json_first(list); at != NULL && plat_succeeded(hr);
         at = wcd_json_next(at)) {
        hr = fake_system_add_endpoint(creation->system, wcd_json_string(at));
    }
    return hr;
}

static plat_hr container_credentials(struct fake_creation *creation)
{
    const char *text = fake_hcs_text(creation->document, "Credentials");
    struct wcd_json_fault fault;
    if (text[0] == '\0') {
        return PLAT_S_OK;
    }
    struct wcd_json *spec = wcd_json_parse(text, strlen(text), &fault);
    bool object = wcd_json_is(spec, WCD_JSON_OBJECT);
    wcd_json_free(spec);
    return object ? PLAT_S_OK : container_json(creation, "Credentials is no JSON object");
}

static plat_hr container_devices(struct fake_creation *creation)
{
    const struct wcd_json *list = fake_hcs_member(creation->document, "AssignedDevices");
    bool hyperv = creation->system->kind == FAKE_HCS_HYPERV;
    return hyperv && wcd_json_size(list) > 0
               ? container_json(creation, "AssignedDevices with HvPartition")
               : PLAT_S_OK;
}

static plat_hr container_ground(struct fake_creation *creation)
{
    if (creation->system->linux_guest) {
        return container_of_linux(creation);
    }
    return creation->system->kind == FAKE_HCS_HYPERV ? container_of_machine(creation)
                                                     : container_of_processes(creation);
}

static plat_hr container_directories(struct fake_creation *creation)
{
    return fake_creation_directories(creation,
                                     fake_hcs_member(creation->document, "MappedDirectories"));
}

static plat_hr container_pipes(struct fake_creation *creation)
{
    return fake_creation_pipes(creation, fake_hcs_member(creation->document, "MappedPipes"));
}

plat_hr fake_creation_schema_1(struct fake_creation *creation)
{
    static plat_hr (*const steps[])(struct fake_creation *) = {
        container_kind,      container_host,    container_devices,     container_credentials,
        container_resources, container_ground,  container_directories, container_pipes,
        container_disks,     container_network,
    };
    plat_hr hr = PLAT_S_OK;
    creation->layers = fake_hcs_member(creation->document, "Layers");
    creation->layer_id = "ID";
    for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]) && plat_succeeded(hr); i++) {
        hr = steps[i](creation);
    }
    return hr;
}
