/* What 2017's daemon hands to its client: a spec of the process, the mounts and the resources, and options for the
 * rest, in the order in which the client looks at them.
 *
 * Evidence: docker daemon/oci_windows.go and daemon/start_windows.go of 2017. Unlike there, a credential spec has
 * to lie in the folder CredentialSpecs itself, not only in one whose name begins the same. */
#include "core/daemon/launch.h"

#include "core/base/goquote.h"
#include "core/base/limits.h"
#include "core/base/utf8.h"
#include "core/network/mode.h"
#include "core/oci/command_line.h"
#include "core/oci/credential_store.h"

#include <stdlib.h>
#include <string.h>

#define DEFAULT_CWD          "C:\\"
#define DNS_SEARCH_BUILD_MIN 14997u /* the first insiders' build whose HCS takes a search list */

/* Takes `text`, NULL is want of memory. */
static enum wcd_errc put(char **slot, char *text, struct wcd_error *err)
{
    if (text == NULL) {
        return wcd_error_no_memory(err);
    }
    wcd_text_replace(slot, text);
    return WCD_OK;
}

/* ---- the spec ---- */

/* One argument as the command line wants it; those that are Windows' own words already stay. */
static bool add_argument(struct wcd_strlist *args, const char *argument, bool escaped)
{
    struct wcd_buf buf;
    if (escaped) {
        return wcd_strlist_add(args, argument);
    }
    wcd_buf_init(&buf, WCD_BUF_BYTES_MAX);
    wcd_escape_arg(&buf, argument);
    char *text = wcd_buf_take(&buf);
    return text != NULL && wcd_strlist_take(args, text);
}

static enum wcd_errc set_arguments(struct wcd_spec_process *process,
                                   const struct wcd_container *container, struct wcd_error *err)
{
    bool escaped = container->config.args_escaped;
    bool ok = add_argument(&process->args, wcd_text_or_empty(container->path), escaped);
    for (size_t i = 0; ok && i < container->args.count; i++) {
        ok = add_argument(&process->args, container->args.items[i], escaped);
    }
    return ok ? WCD_OK : wcd_error_no_memory(err);
}

static enum wcd_errc set_process(struct wcd_spec_process *process,
                                 const struct wcd_container *container, struct wcd_error *err)
{
    const struct wcd_container_config *config = &container->config;
    const char *cwd = wcd_text_or_empty(config->working_dir);
    process->present = true;
    process->terminal = config->tty;
    process->console_size = (struct wcd_spec_box){
        .present = true,
        .height = container->host_config.console_height,
        .width = container->host_config.console_width,
    };
    enum wcd_errc code = set_arguments(process, container, err);
    if (code == WCD_OK) {
        code = put(&process->cwd, wcd_text_copy(cwd[0] == '\0' ? DEFAULT_CWD : cwd), err);
    }
    if (code == WCD_OK) {
        code = wcd_spec_set_environment(&process->env, &config->env, err);
    }
    return code == WCD_OK
               ? put(&process->user.username, wcd_text_copy(wcd_text_or_empty(config->user)), err)
               : code;
}

static enum wcd_errc set_all_mounts(struct wcd_spec *spec, const struct wcd_spec_host *host,
                                    struct wcd_container *container, struct wcd_error *err)
{
    struct wcd_container_mounts mounts = {0};
    enum wcd_errc code = wcd_container_setup_dirs(host, container, &mounts, err);
    if (code == WCD_OK) {
        code = wcd_container_sorted_mounts(container, &mounts, err);
    }
    if (code == WCD_OK) {
        code = wcd_spec_set_mounts(&spec->mounts, &mounts, err);
    }
    wcd_container_mounts_release(&mounts);
    return code;
}

static enum wcd_errc make_spec(struct wcd_spec *spec, const struct wcd_spec_host *host,
                               struct wcd_container *container, struct wcd_error *err)
{
    bool hyperv = wcd_container_is_hyperv(host, container);
    spec->root.present = true;
    spec->windows.present = true;
    enum wcd_errc code = put(&spec->version, wcd_text_copy(WCD_OCI_VERSION), err);
    if (code == WCD_OK) {
        code = put(&spec->hostname, wcd_container_full_hostname(container), err);
    }
    if (code == WCD_OK) {
        code = set_all_mounts(spec, host, container, err);
    }
    if (code == WCD_OK) {
        code = set_process(&spec->process, container, err);
    }
    if (code == WCD_OK) {
        code = put(&spec->root.path, wcd_text_copy(wcd_text_or_empty(container->base_fs)), err);
    }
    wcd_spec_set_resources(spec, &container->host_config.resources, hyperv, host->processors);
    return code;
}

/* ---- credentials ---- */

/* Puts "credential spec <quoted name> ..." together. */
static enum wcd_errc registry_error(struct wcd_error *err, const char *format, const char *name,
                                    const char *id)
{
    char *quoted = wcd_go_quote(name);
    struct wcd_error text = WCD_ERROR_INIT;
    if (quoted == NULL || wcd_error_fill(&text, WCD_E_PLAIN, format, quoted) == WCD_E_NO_MEMORY) {
        free(quoted);
        wcd_error_release(&text);
        return wcd_error_no_memory(err);
    }
    free(quoted);
    enum wcd_errc code = wcd_error_fill(err, WCD_E_PLAIN, wcd_error_message(&text), id);
    wcd_error_release(&text);
    return code;
}

static enum wcd_errc read_failed(struct wcd_error *err, const struct wcd_error *why,
                                 const char *name, const char *id)
{
    char *format =
        wcd_text_format("error %s reading credential spec {} from registry for container {}",
                        wcd_error_message(why));
    enum wcd_errc code =
        format == NULL ? wcd_error_no_memory(err) : registry_error(err, format, name, id);
    free(format);
    return code;
}

static enum wcd_errc read_registry(struct wcd_daemon *daemon, const char *id, const char *name,
                                   struct wcd_credential *found, struct wcd_error *err)
{
    enum wcd_errc code = wcd_credential_from_registry(found, daemon->platform, name, err);
    if (code != WCD_OK || found->verdict == WCD_CREDENTIAL_READ) {
        return code;
    }
    switch (found->verdict) {
    case WCD_CREDENTIAL_NO_KEY:
        return registry_error(err,
                              "failed handling spec {} for container {} - " WCD_CREDENTIAL_KEY
                              " could not be opened",
                              name, id);
    case WCD_CREDENTIAL_NOT_FOUND:
        return registry_error(err, "credential spec {} for container {} as it was not found", name,
                              id);
    default:
        return read_failed(err, &found->why, name, id);
    }
}

static enum wcd_errc unreadable_file(const struct wcd_credential *found, const char *id,
                                     struct wcd_error *err)
{
    char *quoted = wcd_go_quote(wcd_error_message(&found->why));
    enum wcd_errc code =
        quoted == NULL
            ? wcd_error_no_memory(err)
            : wcd_error_set(err, WCD_E_PLAIN,
                            "credential spec '%s' for container %s as the file could not be read: "
                            "%s",
                            found->path, id, quoted);
    free(quoted);
    return code;
}

static enum wcd_errc read_file(struct wcd_daemon *daemon, const char *id, const char *value,
                               struct wcd_credential *found, struct wcd_error *err)
{
    enum wcd_errc code =
        wcd_credential_from_file(found, daemon->platform, daemon->root, value, err);
    if (code != WCD_OK || found->verdict == WCD_CREDENTIAL_READ) {
        return code;
    }
    switch (found->verdict) {
    case WCD_CREDENTIAL_ABSOLUTE:
        return wcd_error_set(err, WCD_E_PLAIN,
                             "invalid credential spec - file:// path cannot be absolute");
    case WCD_CREDENTIAL_OUTSIDE:
        return wcd_error_set(err, WCD_E_PLAIN,
                             "invalid credential spec - file:// path must be under %s",
                             found->path);
    default:
        return unreadable_file(found, id, err);
    }
}

static enum wcd_errc read_credentials(struct wcd_daemon *daemon, const char *id, const char *value,
                                      struct wcd_credential *found, struct wcd_error *err)
{
    static const struct {
        const char *prefix;
        enum wcd_errc (*read)(struct wcd_daemon *daemon, const char *id, const char *value,
                              struct wcd_credential *found, struct wcd_error *err);
    } sources[] = {{"file://", read_file}, {"registry://", read_registry}};
    for (size_t i = 0; i < sizeof(sources) / sizeof(sources[0]); i++) {
        const char *prefix = sources[i].prefix;
        if (!wcd_text_has_prefix(value, prefix)) {
            continue;
        }
        if (value[strlen(prefix)] == '\0') {
            return wcd_error_set(err, WCD_E_PLAIN,
                                 "no value supplied for %s credential spec security option",
                                 prefix);
        }
        return sources[i].read(daemon, id, value + strlen(prefix), found, err);
    }
    return wcd_error_set(err, WCD_E_PLAIN,
                         "invalid credential spec security option - value must be prefixed "
                         "file:// or registry:// followed by a value");
}

/* Takes `option`, in lower case as the original has it. */
static enum wcd_errc add_credentials(struct wcd_daemon *daemon, const char *id, char *option,
                                     struct wcd_strlist *out, struct wcd_error *err)
{
    static const char key[] = "credentialspec";
    if (option == NULL) {
        return wcd_error_no_memory(err);
    }
    struct wcd_credential found = {0};
    char *equals = strchr(option, '=');
    enum wcd_errc code = WCD_OK;
    if (equals == NULL) {
        code =
            wcd_error_set(err, WCD_E_PLAIN,
                          "invalid security option: no equals sign in supplied value %s", option);
    } else {
        *equals = '\0';
        code = strcmp(option, key) == 0
                   ? read_credentials(daemon, id, equals + 1, &found, err)
                   : wcd_error_set(err, WCD_E_PLAIN, "security option not supported: %s", option);
    }
    free(option);
    if (code == WCD_OK) {
        char *text = found.text;
        found.text = NULL;
        code = wcd_strlist_take(out, text) ? WCD_OK : wcd_error_no_memory(err);
    }
    wcd_credential_release(&found);
    return code;
}

/* ---- the options ---- */

/* A search list of the container, or else of the daemon; NULL: none. */
static const struct wcd_strlist *dns_search(const struct wcd_daemon *daemon,
                                            const struct wcd_container *container)
{
    const struct wcd_strlist *own = &container->host_config.dns_search;
    const struct wcd_strlist *common = wcd_config_list(daemon->config, "dns-search");
    if (own->count > 0) {
        return own;
    }
    return common != NULL && common->count > 0 ? common : NULL;
}

static enum wcd_errc find_layers(struct wcd_daemon *daemon, const struct wcd_container *container,
                                 const struct wcd_image *image, struct daemon_launch *out,
                                 struct wcd_error *err)
{
    enum wcd_errc code =
        wcd_rw_layer_folder(daemon->layers, container->id, &out->layer_folder, err);
    if (code != WCD_OK) {
        return code == WCD_E_NO_MEMORY
                   ? code
                   : wcd_error_rephrase(err, "failed to get layer metadata - {}");
    }
    return daemon_image_folders(daemon, image, " - ", &out->layer_paths, err);
}

static bool find_endpoints(const struct wcd_container *container, struct wcd_strlist *out,
                           bool *unqualified)
{
    const char *gateway = "";
    bool ok = true;
    for (size_t i = 0; ok && i < container->endpoints.count; i++) {
        const struct wcd_container_endpoint *endpoint = &container->endpoints.items[i];
        gateway = endpoint->gateway_hns_id == NULL ? gateway : endpoint->gateway_hns_id;
        ok = endpoint->hns_id == NULL || wcd_strlist_add(out, endpoint->hns_id);
        *unqualified = *unqualified || endpoint->allow_unqualified_dns_query;
    }
    return ok && (gateway[0] == '\0' || wcd_strlist_add(out, gateway));
}

/* All that they point to is in *out by now. */
static enum wcd_errc list_options(struct wcd_daemon *daemon, const struct wcd_container *container,
                                  bool unqualified, struct daemon_launch *out,
                                  struct wcd_error *err)
{
    bool shares = wcd_network_mode_is_container(container->host_config.network_mode);
    const struct wcd_runtime_option rest[] = {
        {.kind = WCD_OPTION_FLUSH, .flag = !container->has_been_started_before},
        {.kind = WCD_OPTION_HYPERV, .flag = daemon_is_hyperv(daemon, container)},
        {.kind = WCD_OPTION_LAYER,
         .layer_folder = out->layer_folder,
         .layer_paths = out->layer_paths.present ? &out->layer_paths : NULL},
        {.kind = WCD_OPTION_NETWORK,
         .flag = unqualified,
         .endpoints = out->endpoints.present ? &out->endpoints : NULL,
         .dns_search = dns_search(daemon, container),
         .shared_container = shares ? container->shared_network_container_id : NULL},
    };
    size_t count = sizeof(rest) / sizeof(rest[0]);
    out->options = calloc(out->credentials.count + count, sizeof(*out->options));
    if (out->options == NULL) {
        return wcd_error_no_memory(err);
    }
    for (size_t i = 0; i < out->credentials.count; i++) {
        out->options[out->option_count++] = (struct wcd_runtime_option){
            .kind = WCD_OPTION_CREDENTIALS, .credentials = out->credentials.items[i]};
    }
    memcpy(&out->options[out->option_count], rest, sizeof(rest));
    out->option_count += count;
    return WCD_OK;
}

static enum wcd_errc make_options(struct wcd_daemon *daemon, const struct wcd_container *container,
                                  const struct wcd_image *image, struct daemon_launch *out,
                                  struct wcd_error *err)
{
    bool unqualified = false;
    const struct wcd_strlist *security = &container->host_config.security_opt;
    if (dns_search(daemon, container) != NULL && daemon->os_build < DNS_SEARCH_BUILD_MIN) {
        return wcd_error_set(err, WCD_E_PLAIN,
                             "dns-search option is not supported on the current platform");
    }
    enum wcd_errc code = find_layers(daemon, container, image, out, err);
    if (code == WCD_OK && !find_endpoints(container, &out->endpoints, &unqualified)) {
        code = wcd_error_no_memory(err);
    }
    for (size_t i = 0; code == WCD_OK && i < security->count; i++) {
        code = add_credentials(daemon, container->id, wcd_utf8_lower(security->items[i]),
                               &out->credentials, err);
    }
    return code == WCD_OK ? list_options(daemon, container, unqualified, out, err) : code;
}

enum wcd_errc daemon_launch_2017(struct wcd_daemon *daemon, struct wcd_container *container,
                                 struct daemon_launch *out, struct wcd_error *err)
{
    struct daemon_spec_work work = {.daemon = daemon};
    const char *image = wcd_text_or_empty(container->image_id);
    enum wcd_errc code = wcd_image_get(daemon->images, image, &work.image, err);
    if (code != WCD_OK) {
        char *message = wcd_text_format("failed to graph.Get on ImageID %s - {}", image);
        if (message == NULL || code == WCD_E_NO_MEMORY) {
            free(message);
            return wcd_error_no_memory(err);
        }
        code = wcd_error_rephrase(err, message);
        free(message);
        return code;
    }
    struct wcd_spec_host host = daemon_spec_host(daemon, &work);
    out->os = wcd_text_or_empty(work.image->os)[0] == '\0' ? "windows" : work.image->os;
    code = make_spec(&out->spec, &host, container, err);
    return code == WCD_OK ? make_options(daemon, container, work.image, out, err) : code;
}
