/* What the runtime is asked to create for a container, in v25's way: an OCI spec that has it all.
 *
 * Evidence: moby daemon/start.go, start_windows.go, container_operations_windows.go, images/image_windows.go. */
#include "core/daemon/containers.h"

#include "core/daemon/launch.h"
#include "core/isolation/isolation.h"
#include "core/network/mode.h"
#include "core/oci/create.h"

#include <stdlib.h>
#include <string.h>

static enum wcd_errc add_folder(const struct wcd_daemon *daemon, const char *chain,
                                const char *between, struct wcd_strlist *out, struct wcd_error *err)
{
    char *folder = NULL;
    enum wcd_errc code = wcd_layer_folder(daemon->layers, chain, &folder, err);
    if (code == WCD_OK) {
        return wcd_strlist_take(out, folder) ? WCD_OK : wcd_error_no_memory(err);
    }
    char *message = wcd_text_format(
        "failed to get layer path from graphdriver windowsfilter for ImageID %s%s{}", chain,
        between);
    if (message == NULL || code == WCD_E_NO_MEMORY) {
        code = wcd_error_no_memory(err);
    } else {
        code = wcd_error_rephrase(err, message);
    }
    free(message);
    return code;
}

enum wcd_errc daemon_image_folders(const struct wcd_daemon *daemon, const struct wcd_image *image,
                                   const char *between, struct wcd_strlist *out,
                                   struct wcd_error *err)
{
    enum wcd_errc code = WCD_OK;
    for (size_t count = image->diff_ids.count; code == WCD_OK && count > 0; count--) {
        char *chain = wcd_image_chain_id(image, count);
        code =
            chain == NULL ? wcd_error_no_memory(err) : add_folder(daemon, chain, between, out, err);
        free(chain);
    }
    return code;
}

/* GetLayerFolders: the image's layers from the top down, then the container's own. */
static enum wcd_errc layer_folders(void *ctx, const struct wcd_container *container,
                                   struct wcd_strlist *out, struct wcd_error *err)
{
    const struct daemon_spec_work *work = ctx;
    char *folder = NULL;
    enum wcd_errc code = daemon_image_folders(work->daemon, work->image, ": ", out, err);
    if (code == WCD_OK) {
        code = wcd_rw_layer_folder(work->daemon->layers, container->id, &folder, err);
    }
    if (code == WCD_OK && !wcd_strlist_take(out, folder)) {
        code = wcd_error_no_memory(err);
    }
    return code;
}

static enum wcd_errc mount(void *ctx, struct wcd_container *container, struct wcd_error *err)
{
    const struct daemon_spec_work *work = ctx;
    return daemon_mount(work->daemon, container, err);
}

static void unmount(void *ctx, struct wcd_container *container)
{
    const struct daemon_spec_work *work = ctx;
    struct wcd_error err = WCD_ERROR_INIT;
    (void)daemon_unmount(work->daemon, container, &err);
    wcd_error_release(&err);
}

/* ---- a network that is shared ---- */

static bool add_endpoints(struct wcd_strlist *to, const struct wcd_container *other)
{
    for (size_t i = 0; i < other->endpoints.count; i++) {
        const struct wcd_container_endpoint *endpoint = &other->endpoints.items[i];
        if (endpoint->gateway_hns_id != NULL && !wcd_strlist_add(to, endpoint->gateway_hns_id)) {
            return false;
        }
        if (endpoint->hns_id != NULL && !wcd_strlist_add(to, endpoint->hns_id)) {
            return false;
        }
    }
    return true;
}

/* getNetworkedContainer: the one whose network is shared has to run. */
static enum wcd_errc networked_container(const struct wcd_daemon *daemon,
                                         const struct wcd_container *container, const char *name,
                                         bool running, struct wcd_container **out,
                                         struct wcd_error *err)
{
    enum wcd_errc code = daemon_get_container(daemon, name, out, err);
    if (code != WCD_OK) {
        return code;
    }
    if (*out == container) {
        return wcd_error_set(err, WCD_E_PLAIN, "cannot join own network");
    }
    if (running && !(*out)->state.running) {
        return wcd_error_set(err, WCD_E_CONFLICT,
                             "cannot join network of a non running container: %s", name);
    }
    if (running && (*out)->state.restarting) {
        return wcd_error_set(err, WCD_E_CONFLICT,
                             "Container %s is restarting, wait until the container is running",
                             name);
    }
    return WCD_OK;
}

/* initializeNetworkingPaths. 2017 shares by the name alone. */
static enum wcd_errc share_endpoints(const struct wcd_daemon *daemon,
                                     struct wcd_container *container,
                                     const struct wcd_container *other, struct wcd_error *err)
{
    if (daemon->engine->makes_oci_spec && wcd_isolation_is_hyperv(other->host_config.isolation)) {
        return wcd_error_set(err, WCD_E_PLAIN,
                             "sharing of hyperv containers network is not supported");
    }
    wcd_strlist_release(&container->shared_endpoints);
    wcd_text_replace(&container->shared_network_container_id, wcd_text_copy(other->id));
    return container->shared_network_container_id != NULL &&
                   add_endpoints(&container->shared_endpoints, other)
               ? WCD_OK
               : wcd_error_no_memory(err);
}

/* Both are called alike then. */
static enum wcd_errc share_names(struct wcd_container *container, const struct wcd_container *other,
                                 struct wcd_error *err)
{
    char *hostname = wcd_text_copy(wcd_text_or_empty(other->config.hostname));
    char *domainname = wcd_text_copy(wcd_text_or_empty(other->config.domainname));
    if (hostname == NULL || domainname == NULL) {
        free(hostname);
        free(domainname);
        return wcd_error_no_memory(err);
    }
    wcd_text_replace(&container->config.hostname, hostname);
    wcd_text_replace(&container->config.domainname, domainname);
    return WCD_OK;
}

enum wcd_errc daemon_join_network(const struct wcd_daemon *daemon, struct wcd_container *container,
                                  bool running, struct wcd_error *err)
{
    const char *mode = container->host_config.network_mode;
    struct wcd_container *other = NULL;
    if (!wcd_network_mode_is_container(mode)) {
        return WCD_OK;
    }
    enum wcd_errc code = networked_container(
        daemon, container, wcd_network_mode_connected_container(mode), running, &other, err);
    if (code == WCD_OK) {
        code = share_endpoints(daemon, container, other, err);
    }
    return code == WCD_OK ? share_names(container, other, err) : code;
}

/* ---- the spec ---- */

struct wcd_spec_host daemon_spec_host(struct wcd_daemon *daemon, struct daemon_spec_work *work)
{
    return (struct wcd_spec_host){
        .platform = daemon->platform,
        .engine = daemon->engine,
        .root = daemon->root,
        .default_isolation = daemon->default_isolation,
        .dns_search = wcd_config_list(daemon->config, "dns-search"),
        .processors = daemon->processors,
        .log = daemon->log,
        .debug = wcd_config_bool(daemon->config, "debug"),
        .image_os = work->image->os,
        .layer_folders = layer_folders,
        .mount = mount,
        .unmount = unmount,
        .ctx = work,
    };
}

/* setupContainerDirs and setupMounts. */
static enum wcd_errc find_mounts(const struct wcd_spec_host *host, struct wcd_container *container,
                                 struct wcd_container_mounts *out, struct wcd_error *err)
{
    enum wcd_errc code = wcd_container_setup_dirs(host, container, out, err);
    return code == WCD_OK ? wcd_container_sorted_mounts(container, out, err) : code;
}

static enum wcd_errc create(const struct wcd_spec_host *host, struct wcd_container *container,
                            struct wcd_spec *out, struct wcd_error *err)
{
    struct wcd_container_mounts mounts = {0};
    enum wcd_errc code = find_mounts(host, container, &mounts, err);
    if (code == WCD_OK) {
        code = wcd_spec_create(out, host, container, &mounts, err);
    }
    wcd_container_mounts_release(&mounts);
    return code;
}

/* What createSpec fails with is the daemon's own trouble, whatever it was to those below. */
static enum wcd_errc as_system(enum wcd_errc code, struct wcd_error *err)
{
    if (code != WCD_OK && code != WCD_E_NO_MEMORY) {
        err->code = WCD_E_SYSTEM;
    }
    return code == WCD_OK ? WCD_OK : err->code;
}

enum wcd_errc daemon_launch_v25(struct wcd_daemon *daemon, struct wcd_container *container,
                                struct daemon_launch *out, struct wcd_error *err)
{
    struct daemon_spec_work work = {.daemon = daemon};
    struct wcd_container_mounts mounts = {0};
    enum wcd_errc code =
        wcd_image_get(daemon->images, wcd_text_or_empty(container->image_id), &work.image, err);
    if (code != WCD_OK) {
        return as_system(code, err);
    }
    struct wcd_spec_host host = daemon_spec_host(daemon, &work);
    out->os = work.image->os;
    code = find_mounts(&host, container, &mounts, err);
    if (code == WCD_OK) {
        code = as_system(wcd_spec_create(&out->spec, &host, container, &mounts, err), err);
    }
    wcd_container_mounts_release(&mounts);
    return code;
}

bool daemon_is_hyperv(const struct wcd_daemon *daemon, const struct wcd_container *container)
{
    return wcd_runs_as_hyperv(daemon->default_isolation, container->host_config.isolation);
}

static enum wcd_errc create_mounted(struct daemon_spec_work *work, struct wcd_container *container,
                                    struct wcd_spec *out, struct wcd_error *err)
{
    struct wcd_daemon *daemon = work->daemon;
    struct wcd_spec_host host = daemon_spec_host(daemon, work);
    if (daemon_is_hyperv(daemon, container)) {
        return create(&host, container, out, err);
    }
    enum wcd_errc code = daemon_mount(daemon, container, err);
    if (code != WCD_OK) {
        return code;
    }
    code = create(&host, container, out, err);
    struct wcd_error failure = WCD_ERROR_INIT;
    if (daemon_unmount(daemon, container, &failure) != WCD_OK && code == WCD_OK) {
        wcd_spec_release(out);
        wcd_error_move(err, &failure);
        code = err->code;
    }
    wcd_error_release(&failure);
    return code;
}

enum wcd_errc wcd_daemon_make_spec(struct wcd_daemon *daemon, const char *name,
                                   struct wcd_spec *out, struct wcd_error *err)
{
    struct wcd_container *container = NULL;
    struct daemon_spec_work work = {.daemon = daemon};
    *out = (struct wcd_spec){0};
    if (!daemon->engine->makes_oci_spec) {
        return wcd_error_set(err, WCD_E_NOT_IMPLEMENTED,
                             "generation %s has no spec of its own: its client takes options",
                             daemon->engine->name);
    }
    enum wcd_errc code = daemon_get_container(daemon, name, &container, err);
    if (code == WCD_OK) {
        code =
            wcd_image_get(daemon->images, wcd_text_or_empty(container->image_id), &work.image, err);
    }
    if (code == WCD_OK) {
        code = daemon_join_network(daemon, container, false, err);
    }
    return code == WCD_OK ? create_mounted(&work, container, out, err) : code;
}
