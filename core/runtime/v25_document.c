/* The documents that v25's local runtime sends to HCS: members, order and what is left out are those of Go's
 * encoder for hcsshim's schema 1 (ContainerConfig, ProcessConfig). */
#include "core/runtime/v25.h"

#include "core/base/oserror.h"
#include "core/base/winpath.h"
#include "core/json/gowrite.h"
#include "core/layer/wclayer.h"
#include "core/oci/command_line.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define PIPE_PREFIX "\\\\.\\pipe\\"
#define OWNER       "docker"
#define LAYERS_MIN  2u /* a base layer and the scratch */
#define MIB         ((int64_t)1024 * 1024)

/* What is found out for a document before it is written. */
struct findings {
    uint32_t processor_count;
    char *volume_path;
    char *utility_vm;
    struct wcd_strlist guids; /* of the layers but the scratch */
};

/* ---- checks ---- */

static void count_processors(struct findings *found, const struct wcd_v25_document *request)
{
    const struct wcd_spec_number *count = &request->spec->windows.resources.cpu.count;
    uint64_t processors = count->present ? count->value : 0;
    if (processors > request->processors) {
        wcd_log(request->log, WCD_LOG_WARN,
                "Changing requested CPUCount of %" PRIu64
                " to current number of processors, %" PRIu32,
                processors, request->processors);
        processors = request->processors;
    }
    found->processor_count = (uint32_t)processors;
}

static size_t image_layers(const struct wcd_spec *spec)
{
    return spec->windows.layer_folders.count - 1;
}

/* The uppermost layer's that has one. */
static enum wcd_errc find_utility_vm(struct findings *found, const struct wcd_v25_document *request,
                                     struct wcd_error *err)
{
    const struct plat_fs *fs = &request->platform->fs;
    for (size_t i = 0; i < image_layers(request->spec); i++) {
        struct plat_file_info info;
        char *path = wcd_path_join(request->spec->windows.layer_folders.items[i], "UtilityVM");
        if (path == NULL) {
            return wcd_error_no_memory(err);
        }
        plat_hr hr = strstr(path, WCD_TEXT_NUL) != NULL ? WCD_GO_EINVAL
                                                        : fs->ops->info(fs->ctx, path, &info);
        if (hr == PLAT_S_OK) {
            found->utility_vm = path;
            return WCD_OK;
        }
        if (!wcd_os_is_missing(hr)) {
            enum wcd_errc code = wcd_os_path_error(err, &request->platform->os, "fs.info", hr,
                                                   request->engine->stat_operation, path);
            free(path);
            return code;
        }
        free(path);
    }
    return wcd_error_set(err, WCD_E_PLAIN, "utility VM image could not be found");
}

static enum wcd_errc check_hyperv(struct findings *found, const struct wcd_v25_document *request,
                                  struct wcd_error *err)
{
    const struct wcd_spec *spec = request->spec;
    if (wcd_text_or_empty(spec->windows.hyperv.utility_vm_path)[0] != '\0') {
        return wcd_error_set(
            err, WCD_E_PLAIN,
            "runtime does not support an explicit utility VM path for Hyper-V containers");
    }
    enum wcd_errc code = find_utility_vm(found, request, err);
    if (code == WCD_OK && wcd_text_or_empty(spec->root.path)[0] != '\0') {
        code = wcd_error_set(
            err, WCD_E_PLAIN,
            "OCI spec is invalid - Root.Path must be omitted for a Hyper-V container");
    }
    return code;
}

/* The original's pattern for a volume's path never fails, and it takes the last byte off whatever there is. An
 * empty path, which it dies of, gets the words it has for a wrong one. */
static enum wcd_errc cut_volume_path(struct findings *found, const struct wcd_spec *spec,
                                     struct wcd_error *err)
{
    const char *path = wcd_text_or_empty(spec->root.path);
    size_t len = strlen(path);
    size_t last = strlen(WCD_TEXT_NUL);
    if (len == 0) {
        return wcd_error_set(err, WCD_E_PLAIN,
                             "OCI spec is invalid - Root.Path '' must be a volume GUID path in the "
                             "format '\\\\?\\Volume{GUID}\\'");
    }
    last = len >= last && strcmp(path + len - last, WCD_TEXT_NUL) == 0 ? last : 1;
    found->volume_path = wcd_text_copy_n(path, len - last);
    return found->volume_path == NULL ? wcd_error_no_memory(err) : WCD_OK;
}

static enum wcd_errc find_guids(struct findings *found, const struct wcd_v25_document *request,
                                struct wcd_error *err)
{
    struct wcd_wclayer layers = {.platform = request->platform, .engine = request->engine};
    const struct wcd_strlist *folders = &request->spec->windows.layer_folders;
    for (size_t i = 0; i < image_layers(request->spec); i++) {
        char *guid = NULL;
        enum wcd_errc code =
            wcd_wclayer_name_to_guid(&layers, wcd_path_file(folders->items[i]), &guid, err);
        if (code != WCD_OK) {
            return code;
        }
        if (!wcd_strlist_take(&found->guids, guid)) {
            return wcd_error_no_memory(err);
        }
    }
    return WCD_OK;
}

static enum wcd_errc check_mounts(const struct wcd_spec *spec, struct wcd_error *err)
{
    for (size_t i = 0; i < spec->mounts.count; i++) {
        const char *type = wcd_text_or_empty(spec->mounts.items[i].type);
        if (type[0] != '\0') {
            return wcd_error_set(err, WCD_E_PLAIN,
                                 "OCI spec is invalid - Mount.Type '%s' must not be set", type);
        }
    }
    return WCD_OK;
}

static enum wcd_errc check_devices(const struct wcd_spec_windows *windows, struct wcd_error *err)
{
    if (windows->devices.count > 0 && windows->hyperv.present) {
        return wcd_error_set(err, WCD_E_PLAIN,
                             "device assignment is not supported for HyperV containers");
    }
    for (size_t i = 0; i < windows->devices.count; i++) {
        const char *type = wcd_text_or_empty(windows->devices.items[i].id_type);
        if (strcmp(type, "class") != 0 && strcmp(type, "vpci-class-guid") != 0) {
            return wcd_error_set(err, WCD_E_PLAIN,
                                 "device assignment of type '%s' is not supported", type);
        }
    }
    return WCD_OK;
}

static enum wcd_errc find_out(struct findings *found, const struct wcd_v25_document *request,
                              struct wcd_error *err)
{
    const struct wcd_spec *spec = request->spec;
    count_processors(found, request);
    if (spec->windows.layer_folders.count < LAYERS_MIN) {
        return wcd_error_set(
            err, WCD_E_PLAIN,
            "OCI spec is invalid - at least two LayerFolders must be supplied to the runtime");
    }
    enum wcd_errc code = spec->windows.hyperv.present ? check_hyperv(found, request, err)
                                                      : cut_volume_path(found, spec, err);
    if (code == WCD_OK && spec->root.readonly) {
        code = wcd_error_set(err, WCD_E_PLAIN,
                             "OCI spec is invalid - Root.Readonly must not be set on Windows");
    }
    if (code == WCD_OK) {
        code = find_guids(found, request, err);
    }
    if (code == WCD_OK) {
        code = check_mounts(spec, err);
    }
    return code == WCD_OK ? check_devices(&spec->windows, err) : code;
}

/* ---- a container ---- */

static uint64_t number_of(const struct wcd_spec_number *number)
{
    return number->present ? number->value : 0;
}

static void write_layers(struct wcd_gojson *out, const struct wcd_spec *spec,
                         const struct findings *found)
{
    wcd_gojson_begin_array(out, "Layers");
    for (size_t i = 0; i < found->guids.count; i++) {
        wcd_gojson_begin_object(out, NULL);
        wcd_gojson_text(out, "ID", found->guids.items[i]);
        wcd_gojson_text(out, "Path", spec->windows.layer_folders.items[i]);
        wcd_gojson_end_object(out);
    }
    wcd_gojson_end_array(out);
}

static void write_resources(struct wcd_gojson *out, const struct wcd_spec *spec,
                            const struct findings *found)
{
    const struct wcd_spec_resources *resources = &spec->windows.resources;
    int64_t memory = (int64_t)number_of(&resources->memory.limit);
    wcd_gojson_uint_if(out, "ProcessorCount", found->processor_count);
    wcd_gojson_uint_if(out, "ProcessorWeight", number_of(&resources->cpu.shares));
    wcd_gojson_uint_if(out, "ProcessorMaximum", number_of(&resources->cpu.maximum));
    wcd_gojson_uint_if(out, "StorageIOPSMaximum", number_of(&resources->storage.iops));
    wcd_gojson_uint_if(out, "StorageBandwidthMaximum", number_of(&resources->storage.bps));
    wcd_gojson_int_if(out, "MemoryMaximumInMB", memory / MIB);
}

static bool is_pipe(const struct wcd_spec_mount *mount)
{
    return wcd_text_has_prefix(wcd_text_or_empty(mount->destination), PIPE_PREFIX);
}

static bool is_read_only(const struct wcd_spec_mount *mount)
{
    for (size_t i = 0; i < mount->options.count; i++) {
        const char *option = mount->options.items[i];
        if ((option[0] == 'r' || option[0] == 'R') && (option[1] == 'o' || option[1] == 'O') &&
            option[2] == '\0') {
            return true;
        }
    }
    return false;
}

static size_t count_pipes(const struct wcd_spec_mounts *mounts)
{
    size_t count = 0;
    for (size_t i = 0; i < mounts->count; i++) {
        count += is_pipe(&mounts->items[i]) ? 1 : 0;
    }
    return count;
}

static void write_folders(struct wcd_gojson *out, const struct wcd_spec_mounts *mounts)
{
    if (count_pipes(mounts) == mounts->count) {
        return;
    }
    wcd_gojson_begin_array(out, "MappedDirectories");
    for (size_t i = 0; i < mounts->count; i++) {
        const struct wcd_spec_mount *mount = &mounts->items[i];
        if (is_pipe(mount)) {
            continue;
        }
        wcd_gojson_begin_object(out, NULL);
        wcd_gojson_text(out, "HostPath", mount->source);
        wcd_gojson_text(out, "ContainerPath", mount->destination);
        wcd_gojson_bool(out, "ReadOnly", is_read_only(mount));
        wcd_gojson_int(out, "BandwidthMaximum", 0);
        wcd_gojson_int(out, "IOPSMaximum", 0);
        wcd_gojson_bool(out, "CreateInUtilityVM", false);
        wcd_gojson_end_object(out);
    }
    wcd_gojson_end_array(out);
}

static void write_pipes(struct wcd_gojson *out, const struct wcd_spec_mounts *mounts)
{
    if (count_pipes(mounts) == 0) {
        return;
    }
    wcd_gojson_begin_array(out, "MappedPipes");
    for (size_t i = 0; i < mounts->count; i++) {
        const struct wcd_spec_mount *mount = &mounts->items[i];
        if (!is_pipe(mount)) {
            continue;
        }
        wcd_gojson_begin_object(out, NULL);
        wcd_gojson_text(out, "HostPath", mount->source);
        wcd_gojson_text(out, "ContainerPipeName", mount->destination + strlen(PIPE_PREFIX));
        wcd_gojson_end_object(out);
    }
    wcd_gojson_end_array(out);
}

static void write_endpoints(struct wcd_gojson *out, const struct wcd_strlist *endpoints)
{
    if (endpoints->count == 0) {
        return;
    }
    wcd_gojson_begin_array(out, "EndpointList");
    for (size_t i = 0; i < endpoints->count; i++) {
        wcd_gojson_text(out, NULL, endpoints->items[i]);
    }
    wcd_gojson_end_array(out);
}

static void write_devices(struct wcd_gojson *out, const struct wcd_spec_devices *devices)
{
    if (devices->count == 0) {
        return;
    }
    wcd_gojson_begin_array(out, "AssignedDevices");
    for (size_t i = 0; i < devices->count; i++) {
        wcd_gojson_begin_object(out, NULL);
        wcd_gojson_text_if(out, "InterfaceClassGuid", devices->items[i].id);
        wcd_gojson_end_object(out);
    }
    wcd_gojson_end_array(out);
}

/* False without memory. */
static bool write_network(struct wcd_gojson *out, const struct wcd_spec_network *network,
                          const struct findings *found)
{
    char *search = wcd_strlist_join(&network->dns_search, ",");
    if (search == NULL) {
        return false;
    }
    wcd_gojson_text_if(out, "NetworkSharedContainerName", network->shared_container_name);
    write_endpoints(out, &network->endpoints);
    if (found->utility_vm != NULL) {
        wcd_gojson_begin_object(out, "HvRuntime");
        wcd_gojson_text_if(out, "ImagePath", found->utility_vm);
        wcd_gojson_end_object(out);
    }
    wcd_gojson_bool_if(out, "AllowUnqualifiedDNSQuery", network->allow_unqualified_dns_query);
    wcd_gojson_text_if(out, "DNSSearchList", search);
    free(search);
    return true;
}

/* NULL without memory. */
static char *write_container(const struct wcd_v25_document *request, const struct findings *found)
{
    const struct wcd_spec *spec = request->spec;
    const struct wcd_spec_windows *windows = &spec->windows;
    bool credentials = wcd_json_is(windows->credential_spec, WCD_JSON_STRING);
    struct wcd_gojson out;
    wcd_gojson_init(&out);
    wcd_gojson_begin_object(&out, NULL);
    wcd_gojson_text(&out, "SystemType", "Container");
    wcd_gojson_text(&out, "Name", request->id);
    wcd_gojson_text(&out, "Owner", OWNER);
    wcd_gojson_text_if(&out, "VolumePath", found->volume_path);
    wcd_gojson_bool_if(&out, "IgnoreFlushesDuringBoot", windows->ignore_flushes_during_boot);
    wcd_gojson_text_if(&out, "LayerFolderPath", windows->layer_folders.items[image_layers(spec)]);
    write_layers(&out, spec, found);
    wcd_gojson_text_if(&out, "Credentials",
                       credentials ? wcd_json_string(windows->credential_spec) : NULL);
    write_resources(&out, spec, found);
    wcd_gojson_text_if(&out, "HostName", spec->hostname);
    write_folders(&out, &spec->mounts);
    write_pipes(&out, &spec->mounts);
    wcd_gojson_bool(&out, "HvPartition", windows->hyperv.present);
    if (!write_network(&out, &windows->network, found)) {
        wcd_gojson_release(&out);
        return NULL;
    }
    write_devices(&out, &windows->devices);
    wcd_gojson_end_object(&out);
    return wcd_gojson_take(&out);
}

enum wcd_errc wcd_v25_container_document(const struct wcd_v25_document *request, char **out,
                                         struct wcd_error *err)
{
    struct findings found = {0};
    enum wcd_errc code = find_out(&found, request, err);
    *out = NULL;
    if (code == WCD_OK) {
        *out = write_container(request, &found);
        code = *out == NULL ? wcd_error_no_memory(err) : WCD_OK;
    }
    free(found.volume_path);
    free(found.utility_vm);
    wcd_strlist_release(&found.guids);
    return code;
}

/* ---- a process ---- */

struct variable {
    const char *text; /* "NAME=value" */
    size_t name_len;
    size_t place;
};

/* By name as bytes, later ones first among equals. */
static int compare_variables(const void *a, const void *b)
{
    const struct variable *left = a;
    const struct variable *right = b;
    size_t len = left->name_len < right->name_len ? left->name_len : right->name_len;
    int order = memcmp(left->text, right->text, len);
    if (order != 0) {
        return order;
    }
    if (left->name_len != right->name_len) {
        return left->name_len < right->name_len ? -1 : 1;
    }
    return left->place > right->place ? -1 : 1;
}

static bool same_name(const struct variable *a, const struct variable *b)
{
    return a->name_len == b->name_len && memcmp(a->text, b->text, a->name_len) == 0;
}

static bool write_variable(struct wcd_gojson *out, const struct variable *variable)
{
    char *name = wcd_text_copy_n(variable->text, variable->name_len);
    if (name == NULL) {
        return false;
    }
    wcd_gojson_text(out, name, variable->text + variable->name_len + 1);
    free(name);
    return true;
}

/* Go's map: the last of one name counts, and the encoder sorts. Without a '=' it is none. False without
 * memory. */
static bool write_environment(struct wcd_gojson *out, const struct wcd_strlist *env)
{
    struct variable *variables = calloc(env->count + 1, sizeof(*variables));
    size_t count = 0;
    bool ok = variables != NULL;
    for (size_t i = 0; ok && i < env->count; i++) {
        const char *equals = strchr(env->items[i], '=');
        if (equals != NULL) {
            variables[count++] = (struct variable){
                .text = env->items[i], .name_len = (size_t)(equals - env->items[i]), .place = i};
        }
    }
    if (ok && count > 0) {
        qsort(variables, count, sizeof(*variables), compare_variables);
        wcd_gojson_begin_object(out, "Environment");
        for (size_t i = 0; ok && i < count; i++) {
            ok = (i > 0 && same_name(&variables[i - 1], &variables[i])) ||
                 write_variable(out, &variables[i]);
        }
        wcd_gojson_end_object(out);
    }
    free(variables);
    return ok;
}

char *wcd_v25_command_line(const struct wcd_spec_process *process)
{
    const char *line = wcd_text_or_empty(process->command_line);
    return line[0] != '\0' ? wcd_text_copy(line) : wcd_escape_args(&process->args);
}

static void write_console_size(struct wcd_gojson *out, const struct wcd_spec_box *size, bool wanted)
{
    bool given = wanted && size->present;
    wcd_gojson_begin_array(out, "ConsoleSize");
    wcd_gojson_uint(out, NULL, given ? size->height : 0);
    wcd_gojson_uint(out, NULL, given ? size->width : 0);
    wcd_gojson_end_array(out);
}

char *wcd_v25_process_document(const struct wcd_spec_process *process, const char *cwd)
{
    bool is_exec = cwd != NULL;
    const char *folder = wcd_text_or_empty(process->cwd);
    struct wcd_gojson out;
    char *line = wcd_v25_command_line(process);
    if (line == NULL) {
        return NULL;
    }
    wcd_gojson_init(&out);
    wcd_gojson_begin_object(&out, NULL);
    wcd_gojson_text_if(&out, "CommandLine", line);
    wcd_gojson_text_if(&out, "User", process->user.username);
    wcd_gojson_text_if(&out, "WorkingDirectory", is_exec && folder[0] == '\0' ? cwd : folder);
    bool ok = write_environment(&out, &process->env);
    wcd_gojson_bool_if(&out, "EmulateConsole", process->terminal);
    wcd_gojson_bool(&out, "CreateStdInPipe", true);
    wcd_gojson_bool(&out, "CreateStdOutPipe", true);
    wcd_gojson_bool_if(&out, "CreateStdErrPipe", !process->terminal);
    write_console_size(&out, &process->console_size, !is_exec || process->terminal);
    wcd_gojson_end_object(&out);
    free(line);
    char *text = wcd_gojson_take(&out);
    if (!ok) {
        free(text);
        return NULL;
    }
    return text;
}
