/* A container's spec as a whole: createSpec. */
#include "core/oci/create.h"

#include "core/base/utf8.h"
#include "core/isolation/isolation.h"
#include "core/json/gowrite.h"
#include "core/network/mode.h"

#include <stdlib.h>
#include <string.h>

#define THIS_OS      "windows"
#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

bool wcd_container_is_hyperv(const struct wcd_spec_host *host,
                             const struct wcd_container *container)
{
    return wcd_runs_as_hyperv(host->default_isolation, container->host_config.isolation);
}

/* image.CheckOS; an image that names no system is taken for this one's. */
static enum wcd_errc check_os(const char *os, struct wcd_error *err)
{
    if (os == NULL || os[0] == '\0' || wcd_utf8_equal_fold(os, THIS_OS)) {
        return WCD_OK;
    }
    return wcd_error_set(err, WCD_E_INVALID_PARAMETER, "operating system is not supported");
}

static enum wcd_errc set_text(char **slot, const char *text, struct wcd_error *err)
{
    if (text == NULL) {
        return WCD_OK;
    }
    wcd_text_replace(slot, wcd_text_copy(text));
    return *slot == NULL ? wcd_error_no_memory(err) : WCD_OK;
}

static enum wcd_errc copy_list(struct wcd_strlist *to, const struct wcd_strlist *from,
                               struct wcd_error *err)
{
    return wcd_strlist_copy(to, from) ? WCD_OK : wcd_error_no_memory(err);
}

/* oci.DefaultSpec for Windows. */
static enum wcd_errc set_defaults(struct wcd_spec *spec, struct wcd_error *err)
{
    spec->process.present = true;
    spec->root.present = true;
    spec->windows.present = true;
    return set_text(&spec->version, WCD_OCI_VERSION, err);
}

static enum wcd_errc set_mount(struct wcd_spec_mount *to, const struct wcd_container_mount *from,
                               struct wcd_error *err)
{
    enum wcd_errc code = set_text(&to->source, from->source, err);
    if (code == WCD_OK) {
        code = set_text(&to->destination, from->destination, err);
    }
    if (code == WCD_OK && !from->writable && !wcd_strlist_add(&to->options, "ro")) {
        code = wcd_error_no_memory(err);
    }
    return code;
}

enum wcd_errc wcd_spec_set_mounts(struct wcd_spec_mounts *out,
                                  const struct wcd_container_mounts *mounts, struct wcd_error *err)
{
    if (mounts == NULL || mounts->count == 0) {
        return WCD_OK;
    }
    out->items = calloc(mounts->count, sizeof(*out->items));
    if (out->items == NULL) {
        return wcd_error_no_memory(err);
    }
    out->count = mounts->count;
    enum wcd_errc code = WCD_OK;
    for (size_t i = 0; code == WCD_OK && i < mounts->count; i++) {
        code = set_mount(&out->items[i], &mounts->items[i], err);
    }
    return code;
}

enum wcd_errc wcd_spec_set_environment(struct wcd_strlist *out, const struct wcd_strlist *env,
                                       struct wcd_error *err)
{
    for (size_t i = 0; i < env->count; i++) {
        if (strchr(env->items[i], '=') != NULL && !wcd_strlist_add(out, env->items[i])) {
            return wcd_error_no_memory(err);
        }
    }
    return WCD_OK;
}

static enum wcd_errc set_process(struct wcd_spec_process *process,
                                 const struct wcd_container *container, struct wcd_error *err)
{
    const struct wcd_container_config *config = &container->config;
    enum wcd_errc code = set_text(&process->cwd, config->working_dir, err);
    if (code == WCD_OK) {
        code = wcd_spec_set_environment(&process->env, &config->env, err);
    }
    process->terminal = config->tty;
    if (config->tty) {
        process->console_size = (struct wcd_spec_box){
            .present = true,
            .height = container->host_config.console_height,
            .width = container->host_config.console_width,
        };
    }
    return code == WCD_OK ? set_text(&process->user.username, config->user, err) : code;
}

static enum wcd_errc set_layers(struct wcd_spec *spec, const struct wcd_spec_host *host,
                                const struct wcd_container *container, struct wcd_error *err)
{
    enum wcd_errc code =
        host->layer_folders(host->ctx, container, &spec->windows.layer_folders, err);
    if (code != WCD_OK && code != WCD_E_NO_MEMORY) {
        code = wcd_error_wrap(err, "GetLayerFolders failed: container %s",
                              wcd_text_or_empty(container->id));
    }
    return code;
}

/* The container's endpoints; the gateway endpoint comes behind those of the container whose network is
 * shared, and of several the last one counts. */
static enum wcd_errc set_endpoints(struct wcd_spec_network *network,
                                   const struct wcd_container *container, bool shares_network,
                                   struct wcd_error *err)
{
    struct wcd_strlist *list = &network->endpoints;
    const char *gateway = "";
    bool ok = true;
    for (size_t i = 0; ok && i < container->endpoints.count; i++) {
        const struct wcd_container_endpoint *endpoint = &container->endpoints.items[i];
        gateway = endpoint->gateway_hns_id == NULL ? gateway : endpoint->gateway_hns_id;
        ok = endpoint->hns_id == NULL || wcd_strlist_add(list, endpoint->hns_id);
        network->allow_unqualified_dns_query =
            network->allow_unqualified_dns_query || endpoint->allow_unqualified_dns_query;
    }
    for (size_t i = 0; ok && shares_network && i < container->shared_endpoints.count; i++) {
        ok = wcd_strlist_add(list, container->shared_endpoints.items[i]);
    }
    if (ok && gateway[0] != '\0') {
        ok = wcd_strlist_add(list, gateway);
    }
    return ok ? WCD_OK : wcd_error_no_memory(err);
}

static enum wcd_errc set_network(struct wcd_spec_network *network, const struct wcd_spec_host *host,
                                 const struct wcd_container *container, struct wcd_error *err)
{
    const struct wcd_host_config *config = &container->host_config;
    bool shares = wcd_network_mode_is_container(config->network_mode);
    const struct wcd_strlist *dns_search =
        config->dns_search.count > 0 ? &config->dns_search : host->dns_search;
    network->present = true;
    enum wcd_errc code = set_endpoints(network, container, shares, err);
    if (code == WCD_OK && dns_search != NULL) {
        code = copy_list(&network->dns_search, dns_search, err);
    }
    if (code == WCD_OK && shares) {
        code =
            set_text(&network->shared_container_name, container->shared_network_container_id, err);
    }
    return code;
}

static enum wcd_errc fill(struct wcd_spec *spec, const struct wcd_spec_host *host,
                          const struct wcd_container *container,
                          const struct wcd_container_mounts *mounts, struct wcd_error *err)
{
    bool hyperv = wcd_container_is_hyperv(host, container);
    enum wcd_errc code = set_defaults(spec, err);
    if (code == WCD_OK) {
        code = copy_list(&spec->annotations, &container->host_config.annotations, err);
    }
    if (code == WCD_OK) {
        code = wcd_spec_set_mounts(&spec->mounts, mounts, err);
    }
    spec->windows.hyperv.present = hyperv;
    if (code == WCD_OK) {
        code = set_process(&spec->process, container, err);
    }
    if (code == WCD_OK) {
        code = set_layers(spec, host, container, err);
    }
    if (code == WCD_OK) {
        code = set_network(&spec->windows.network, host, container, err);
    }
    return code == WCD_OK ? wcd_spec_set_windows_fields(spec, host, container, hyperv, err) : code;
}

/* As in the original a spec that cannot be printed is no reason to fail. */
static void log_spec(const struct wcd_spec_host *host, const struct wcd_spec *spec)
{
    struct wcd_json *json = wcd_spec_to_json(spec);
    struct wcd_gojson out;
    wcd_gojson_init(&out);
    if (json != NULL) {
        wcd_gojson_value(&out, NULL, json);
    }
    char *text = json == NULL ? NULL : wcd_gojson_take(&out);
    if (text != NULL) {
        wcd_log(&host->log, WCD_LOG_DEBUG, "Generated spec: %s", text);
    }
    free(text);
    wcd_gojson_release(&out);
    wcd_json_free(json);
}

enum wcd_errc wcd_spec_create(struct wcd_spec *out, const struct wcd_spec_host *host,
                              const struct wcd_container *container,
                              const struct wcd_container_mounts *mounts, struct wcd_error *err)
{
    *out = (struct wcd_spec){0};
    enum wcd_errc code = check_os(host->image_os, err);
    if (code == WCD_OK) {
        code = fill(out, host, container, mounts, err);
    }
    if (code != WCD_OK) {
        wcd_spec_release(out);
        return code;
    }
    if (host->debug) {
        log_spec(host, out);
    }
    return WCD_OK;
}
