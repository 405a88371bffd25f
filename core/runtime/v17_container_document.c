/* What the runtime of 2017 sends to create a compute system: the members of hcsshim's ContainerConfig, in its
 * order, empty ones left out where it leaves them out. */
#include "core/runtime/v17_internal.h"

#include "core/base/oserror.h"
#include "core/base/utf8.h"
#include "core/base/winpath.h"
#include "core/json/gowrite.h"
#include "core/layer/wclayer.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define OWNER            "docker"
#define PIPE_PREFIX      "\\\\.\\pipe\\"
#define PIPE_BUILD_MIN   16210u /* insider builds before 1709 */
#define LAYER_DISK       "layer.vhd"
#define UTILITY_VM       "UtilityVM"
#define BYTES_IN_MB_STEP 1024 /* divided by twice */

/* What the members are made of. Borrows from the request, but for the paths and ids. */
struct config {
    const struct wcd_runtime_request *request;
    bool linux_container;
    bool has_layers;
    const char *layer_folder;                 /* this and the layers are the last option's */
    const struct wcd_strlist *layers;         /* empty where there are none, never NULL */
    const struct wcd_runtime_option *network; /* endpoints and sharing */
    const struct wcd_runtime_option *lcow;    /* the last one */
    const char *credentials;
    bool servicing;
    bool ignores_flushes;
    bool hyperv;
    char *dns_search;
    char *image_path; /* of the utility VM */
    struct wcd_strlist layer_ids;
    struct wcd_strlist layer_paths;
    uint32_t processors;
};

static void config_release(struct config *config)
{
    free(config->dns_search);
    free(config->image_path);
    wcd_strlist_release(&config->layer_ids);
    wcd_strlist_release(&config->layer_paths);
}

/* ---- options ---- */

static const struct wcd_strlist no_layers;

static void take_layer_option(struct config *config, const struct wcd_runtime_option *option)
{
    config->has_layers = option->layer_paths != NULL;
    config->layers = config->has_layers ? option->layer_paths : &no_layers;
    config->layer_folder = option->layer_folder;
}

/* What the last option of a kind says. */
static bool last_flag(const struct wcd_runtime_request *request, enum wcd_runtime_option_kind kind)
{
    bool flag = false;
    for (size_t i = 0; i < request->option_count; i++) {
        if (request->options[i].kind == kind) {
            flag = request->options[i].flag;
        }
    }
    return flag;
}

bool v17_is_servicing(const struct wcd_runtime_request *request)
{
    bool servicing = false;
    for (size_t i = 0; i < request->option_count; i++) {
        servicing = servicing ||
                    (request->options[i].kind == WCD_OPTION_SERVICING && request->options[i].flag);
    }
    return servicing;
}

/* The last option replaces the endpoints and the sharing, but the search list only where it has one. Linux takes
 * the first. */
static bool take_network(struct config *config, const struct wcd_runtime_option *option)
{
    if (config->linux_container && config->network != NULL) {
        return true;
    }
    config->network = option;
    if (option->dns_search != NULL) {
        wcd_text_replace(&config->dns_search, wcd_strlist_join(option->dns_search, ","));
        return config->dns_search != NULL;
    }
    return true;
}

static bool take_option(struct config *config, const struct wcd_runtime_option *option)
{
    switch (option->kind) {
    case WCD_OPTION_LAYER:
        take_layer_option(config, option);
        break;
    case WCD_OPTION_LCOW:
        config->lcow = option;
        break;
    case WCD_OPTION_CREDENTIALS:
        config->credentials = option->credentials;
        break;
    case WCD_OPTION_NETWORK:
        return take_network(config, option);
    default:
        break;
    }
    return true;
}

static bool take_options(struct config *config)
{
    const struct wcd_runtime_request *request = config->request;
    bool ok = true;
    for (size_t i = 0; ok && i < request->option_count; i++) {
        ok = take_option(config, &request->options[i]);
    }
    if (config->linux_container) {
        config->credentials = NULL;
        config->hyperv = true;
        return ok;
    }
    config->servicing = last_flag(request, WCD_OPTION_SERVICING);
    config->ignores_flushes = last_flag(request, WCD_OPTION_FLUSH);
    config->hyperv = last_flag(request, WCD_OPTION_HYPERV);
    return ok;
}

/* ---- layers ---- */

static enum wcd_errc check_layers(const struct config *config, struct wcd_error *err)
{
    if (!config->has_layers) {
        return wcd_error_set(err, WCD_E_PLAIN,
                             "no layer option or paths were supplied to the runtime");
    }
    return WCD_OK;
}

static enum wcd_errc take_layer(struct config *config, const struct wcd_v17_runtime *runtime,
                                const char *path, struct wcd_error *err)
{
    struct wcd_wclayer layers = {
        .platform = runtime->options.platform, .engine = runtime->options.engine, .home = ""};
    char *id = NULL;
    enum wcd_errc code = wcd_wclayer_name_to_guid(&layers, wcd_path_file(path), &id, err);
    if (code != WCD_OK) {
        return code;
    }
    char *own = config->linux_container ? wcd_path_join(path, LAYER_DISK) : wcd_text_copy(path);
    bool ok = wcd_strlist_take(&config->layer_ids, id);
    ok = own != NULL && wcd_strlist_take(&config->layer_paths, own) && ok;
    return ok ? WCD_OK : wcd_error_no_memory(err);
}

static enum wcd_errc take_layers(struct config *config, const struct wcd_v17_runtime *runtime,
                                 struct wcd_error *err)
{
    const struct wcd_strlist *paths = config->layers;
    enum wcd_errc code = WCD_OK;
    for (size_t i = 0; code == WCD_OK && i < paths->count; i++) {
        code = take_layer(config, runtime, paths->items[i], err);
    }
    return code;
}

/* The topmost layer that has a utility VM. A file in its place is found as well. */
static enum wcd_errc find_utility_vm(struct config *config, const struct wcd_v17_runtime *runtime,
                                     struct wcd_error *err)
{
    const struct platform *platform = runtime->options.platform;
    const struct wcd_strlist *paths = config->layers;
    for (size_t i = 0; i < paths->count; i++) {
        struct plat_file_info info;
        char *path = wcd_path_join(paths->items[i], UTILITY_VM);
        if (path == NULL) {
            return wcd_error_no_memory(err);
        }
        plat_hr hr = platform->fs.ops->info(platform->fs.ctx, path, &info);
        if (plat_succeeded(hr)) {
            config->image_path = path;
            return WCD_OK;
        }
        if (!wcd_os_is_missing(hr)) {
            enum wcd_errc code = wcd_os_path_error(err, &platform->os, "fs.info", hr,
                                                   runtime->options.engine->stat_operation, path);
            free(path);
            return code;
        }
        free(path);
    }
    return wcd_error_set(err, WCD_E_PLAIN, "utility VM image could not be found");
}

/* ---- mounts ---- */

static bool is_pipe(const struct wcd_spec_mount *mount)
{
    return wcd_text_has_prefix(wcd_text_or_empty(mount->destination), PIPE_PREFIX);
}

static enum wcd_errc check_pipes(const struct config *config, const struct wcd_v17_runtime *runtime,
                                 struct wcd_error *err)
{
    const struct plat_os *os = &runtime->options.platform->os;
    const struct wcd_spec_mounts *mounts = &config->request->spec->mounts;
    struct plat_os_version version = {0};
    bool any = false;
    for (size_t i = 0; i < mounts->count; i++) {
        any = any || is_pipe(&mounts->items[i]);
    }
    plat_hr hr = any ? os->ops->version(os->ctx, &version) : PLAT_S_OK;
    if (plat_failed(hr) || (any && version.build < PIPE_BUILD_MIN)) {
        return wcd_error_set(err, WCD_E_PLAIN,
                             "named pipe mounts are not supported on this version of Windows");
    }
    return WCD_OK;
}

static bool is_read_only(const struct wcd_spec_mount *mount)
{
    bool read_only = false;
    for (size_t i = 0; i < mount->options.count; i++) {
        read_only = read_only || wcd_utf8_equal_lower(mount->options.items[i], "ro");
    }
    return read_only;
}

static void write_folder(struct wcd_gojson *out, const struct wcd_spec_mount *mount)
{
    wcd_gojson_begin_object(out, NULL);
    wcd_gojson_text(out, "HostPath", mount->source);
    wcd_gojson_text(out, "ContainerPath", mount->destination);
    wcd_gojson_bool(out, "ReadOnly", is_read_only(mount));
    wcd_gojson_uint(out, "BandwidthMaximum", 0);
    wcd_gojson_uint(out, "IOPSMaximum", 0);
    wcd_gojson_end_object(out);
}

static void write_pipe(struct wcd_gojson *out, const struct wcd_spec_mount *mount)
{
    wcd_gojson_begin_object(out, NULL);
    wcd_gojson_text(out, "HostPath", mount->source);
    wcd_gojson_text(out, "ContainerPipeName", mount->destination + strlen(PIPE_PREFIX));
    wcd_gojson_end_object(out);
}

static void write_mounts(struct wcd_gojson *out, const char *name,
                         const struct wcd_spec_mounts *mounts, bool pipes)
{
    bool any = false;
    for (size_t i = 0; i < mounts->count; i++) {
        const struct wcd_spec_mount *mount = &mounts->items[i];
        if (is_pipe(mount) != pipes) {
            continue;
        }
        if (!any) {
            wcd_gojson_begin_array(out, name);
            any = true;
        }
        if (pipes) {
            write_pipe(out, mount);
        } else {
            write_folder(out, mount);
        }
    }
    if (any) {
        wcd_gojson_end_array(out);
    }
}

/* ---- the other members ---- */

static void take_processors(struct config *config, const struct wcd_v17_runtime *runtime)
{
    const struct wcd_spec_number *count = &config->request->spec->windows.resources.cpu.count;
    uint32_t most = config->request->processors;
    uint64_t wanted = count->present ? count->value : 0;
    if (wanted > most) {
        wcd_log(runtime->options.log, WCD_LOG_WARN,
                "Changing requested CPUCount of %" PRIu64
                " to current number of processors, %" PRIu32,
                wanted, most);
        wanted = most;
    }
    config->processors = (uint32_t)wanted;
}

static void write_resources(struct wcd_gojson *out, const struct config *config)
{
    const struct wcd_spec_resources *resources = &config->request->spec->windows.resources;
    const struct wcd_spec_number *memory = &resources->memory.limit;
    if (config->linux_container) {
        return;
    }
    /* Go's conversion: what the limit is as a signed number; -1 is no whole megabyte. */
    int64_t limit = 0;
    memcpy(&limit, &memory->value, sizeof(limit));
    wcd_gojson_uint_if(out, "ProcessorCount", config->processors);
    wcd_gojson_uint_if(out, "ProcessorWeight", resources->cpu.shares.value);
    wcd_gojson_uint_if(out, "ProcessorMaximum", resources->cpu.maximum.value);
    wcd_gojson_uint_if(out, "StorageIOPSMaximum", resources->storage.iops.value);
    wcd_gojson_uint_if(out, "StorageBandwidthMaximum", resources->storage.bps.value);
    wcd_gojson_int_if(out, "MemoryMaximumInMB", limit / BYTES_IN_MB_STEP / BYTES_IN_MB_STEP);
}

static void write_layers(struct wcd_gojson *out, const struct config *config)
{
    if (config->layer_ids.count == 0) {
        wcd_gojson_null(out, "Layers");
        return;
    }
    wcd_gojson_begin_array(out, "Layers");
    for (size_t i = 0; i < config->layer_ids.count; i++) {
        wcd_gojson_begin_object(out, NULL);
        wcd_gojson_text(out, "ID", config->layer_ids.items[i]);
        wcd_gojson_text(out, "Path", config->layer_paths.items[i]);
        wcd_gojson_end_object(out);
    }
    wcd_gojson_end_array(out);
}

static void write_endpoints(struct wcd_gojson *out, const struct wcd_runtime_option *network)
{
    if (network == NULL) {
        return;
    }
    wcd_gojson_text_if(out, "NetworkSharedContainerName", network->shared_container);
    if (network->endpoints == NULL || network->endpoints->count == 0) {
        return;
    }
    wcd_gojson_begin_array(out, "EndpointList");
    for (size_t i = 0; i < network->endpoints->count; i++) {
        wcd_gojson_text(out, NULL, network->endpoints->items[i]);
    }
    wcd_gojson_end_array(out);
}

static void write_linux_vm(struct wcd_gojson *out, const struct wcd_runtime_option *lcow)
{
    if (lcow->vhdx_mode) {
        wcd_gojson_text_if(out, "ImagePath", lcow->vhdx);
        return;
    }
    wcd_gojson_text_if(out, "ImagePath", lcow->image_path);
    wcd_gojson_text_if(out, "LinuxInitrdFile", lcow->initrd_file);
    wcd_gojson_text_if(out, "LinuxKernelFile", lcow->kernel_file);
    wcd_gojson_text_if(out, "LinuxBootParameters", lcow->boot_parameters);
}

static void write_runtime(struct wcd_gojson *out, const struct config *config)
{
    if (!config->hyperv) {
        return;
    }
    wcd_gojson_begin_object(out, "HvRuntime");
    if (!config->linux_container) {
        wcd_gojson_text_if(out, "ImagePath", config->image_path);
    } else if (config->lcow != NULL) {
        write_linux_vm(out, config->lcow);
    }
    wcd_gojson_end_object(out);
}

static char *write_config(const struct config *config)
{
    const struct wcd_spec *spec = config->request->spec;
    bool windows = !config->linux_container;
    struct wcd_gojson out;
    wcd_gojson_init(&out);
    wcd_gojson_begin_object(&out, NULL);
    wcd_gojson_text(&out, "SystemType", windows ? "Container" : "container");
    wcd_gojson_text(&out, "Name", config->request->id);
    wcd_gojson_text(&out, "Owner", OWNER);
    wcd_gojson_text_if(&out, "VolumePath", config->hyperv ? NULL : spec->root.path);
    wcd_gojson_bool_if(&out, "IgnoreFlushesDuringBoot", config->ignores_flushes);
    wcd_gojson_text_if(&out, "LayerFolderPath", config->layer_folder);
    write_layers(&out, config);
    wcd_gojson_text_if(&out, "Credentials", config->credentials);
    write_resources(&out, config);
    if (windows) {
        wcd_gojson_text_if(&out, "HostName", spec->hostname);
        write_mounts(&out, "MappedDirectories", &spec->mounts, false);
        write_mounts(&out, "MappedPipes", &spec->mounts, true);
    }
    wcd_gojson_bool(&out, "HvPartition", config->hyperv);
    write_endpoints(&out, config->network);
    write_runtime(&out, config);
    wcd_gojson_bool_if(&out, "Servicing", config->servicing);
    wcd_gojson_bool_if(&out, "AllowUnqualifiedDNSQuery",
                       config->network != NULL && config->network->flag);
    wcd_gojson_text_if(&out, "DNSSearchList", config->dns_search);
    wcd_gojson_text_if(&out, "ContainerType", windows ? NULL : "linux");
    wcd_gojson_bool_if(&out, "TerminateOnLastHandleClosed", !windows);
    wcd_gojson_end_object(&out);
    return wcd_gojson_take(&out);
}

/* ---- the two systems: what is checked, in the original's order ---- */

static enum wcd_errc take_windows(struct config *config, const struct wcd_v17_runtime *runtime,
                                  struct wcd_error *err)
{
    /* The original takes the part for granted and would crash. */
    if (!config->request->spec->windows.present) {
        return wcd_error_set(err, WCD_E_PLAIN, "the OCI spec has no part for Windows");
    }
    take_processors(config, runtime);
    enum wcd_errc code = check_layers(config, err);
    if (code == WCD_OK && config->hyperv) {
        code = find_utility_vm(config, runtime, err);
    }
    if (code == WCD_OK) {
        code = take_layers(config, runtime, err);
    }
    return code == WCD_OK ? check_pipes(config, runtime, err) : code;
}

static enum wcd_errc take_linux(struct config *config, const struct wcd_v17_runtime *runtime,
                                struct wcd_error *err)
{
    if (config->lcow == NULL || !config->lcow->has_config) {
        return wcd_error_set(err, WCD_E_PLAIN, "lcow option must be supplied to the runtime");
    }
    enum wcd_errc code = check_layers(config, err);
    return code == WCD_OK ? take_layers(config, runtime, err) : code;
}

enum wcd_errc v17_container_document(struct wcd_v17_runtime *runtime,
                                     const struct wcd_runtime_request *request, char **out,
                                     struct wcd_error *err)
{
    struct config config = {.request = request,
                            .layers = &no_layers,
                            .linux_container = strcmp(request->os, "windows") != 0};
    enum wcd_errc code = take_options(&config) ? WCD_OK : wcd_error_no_memory(err);
    *out = NULL;
    if (code == WCD_OK) {
        code = config.linux_container ? take_linux(&config, runtime, err)
                                      : take_windows(&config, runtime, err);
    }
    if (code == WCD_OK) {
        *out = write_config(&config);
        code = *out == NULL ? wcd_error_no_memory(err) : WCD_OK;
    }
    config_release(&config);
    return code;
}
