/* Containers of a running daemon: created, found, mounted, removed.
 *
 * Evidence: moby daemon/create.go, create_windows.go, names.go, delete.go, container.go. */
#include "core/daemon/containers.h"

#include "core/base/assert.h"
#include "core/base/winpath.h"
#include "core/container/config.h"
#include "core/container/create.h"
#include "core/container/disk.h"
#include "core/daemon/events.h"
#include "core/daemon/network.h"
#include "core/daemon/steps.h"
#include "core/daemon/streams.h"
#include "core/files/files.h"
#include "core/isolation/isolation.h"

#include <stdlib.h>
#include <string.h>

enum wcd_errc wcd_daemon_container(const struct wcd_daemon *daemon, const char *name,
                                   const struct wcd_container **out, struct wcd_error *err)
{
    struct wcd_container *found = NULL;
    enum wcd_errc code = daemon_get_container(daemon, name, &found, err);
    *out = found;
    return code;
}

/* ---- creating ---- */

/* What is asked for, before it is a container. */
struct plan {
    struct wcd_container_config config;
    struct wcd_host_config host_config;
    struct wcd_network_settings networks;
    const struct wcd_image *image; /* NULL: none was named */
};

static void release_plan(struct plan *plan)
{
    wcd_container_config_release(&plan->config);
    wcd_host_config_release(&plan->host_config);
    wcd_network_settings_release(&plan->networks);
}

static enum wcd_errc read_request(const struct wcd_daemon *daemon, struct plan *plan,
                                  const struct wcd_container_request *request,
                                  struct wcd_error *err)
{
    if (request->config == NULL) {
        return wcd_error_set(err, WCD_E_INVALID_PARAMETER,
                             "config cannot be empty in order to create a container");
    }
    enum wcd_errc code = wcd_container_config_from_json(&plan->config, request->config, err);
    if (code == WCD_OK && request->host_config != NULL) {
        code = wcd_host_config_from_json(&plan->host_config, request->host_config, daemon->engine,
                                         err);
    }
    return code;
}

static const char *log_option(const void *config, const char *name)
{
    return wcd_config_map_text(config, "log-opts", name);
}

/* What the daemon gives where the request is silent: the image's configuration, isolation, log. */
static enum wcd_errc merge(const struct wcd_daemon *daemon, struct plan *plan,
                           struct wcd_error *err)
{
    static const struct wcd_container_config no_image = {0};
    const struct wcd_log_defaults log = {.driver = wcd_config_text(daemon->config, "log-driver"),
                                         .option = log_option,
                                         .ctx = daemon->config};
    enum wcd_errc code = wcd_container_config_merge(
        &plan->config, plan->image == NULL ? &no_image : &plan->image->config, err);
    if (code == WCD_OK) {
        code = wcd_log_config_merge(&plan->host_config, &log, daemon->engine, err);
    }
    struct wcd_host_config *host_config = &plan->host_config;
    if (code == WCD_OK && wcd_text_or_empty(host_config->network_mode)[0] == '\0') {
        wcd_text_replace(&host_config->network_mode, wcd_text_copy("default"));
        code = host_config->network_mode == NULL ? wcd_error_no_memory(err) : WCD_OK;
    }
    if (code == WCD_OK && wcd_isolation_is_default(host_config->isolation)) {
        wcd_text_replace(&host_config->isolation, wcd_text_copy(daemon->default_isolation));
        code = host_config->isolation == NULL ? wcd_error_no_memory(err) : WCD_OK;
    }
    return code;
}

/* The image is looked up behind the checks, and its configuration merged. */
static enum wcd_errc settle(struct wcd_daemon *daemon, struct plan *plan,
                            const struct wcd_container_request *request,
                            struct wcd_strlist *warnings, struct wcd_error *err)
{
    struct wcd_host_config *host_config = &plan->host_config;
    enum wcd_errc code = daemon_check_network_mode(daemon->engine, &plan->config, host_config, err);
    if (code == WCD_OK) {
        code = wcd_container_config_verify(&plan->config, daemon->engine, err);
    }
    if (code == WCD_OK) {
        code = wcd_daemon_verify(daemon, request->host_config == NULL ? NULL : host_config, false,
                                 warnings, err);
    }
    if (code == WCD_OK) {
        code = daemon_check_ports(daemon->engine, host_config, err);
    }
    if (code == WCD_OK) {
        code = daemon_read_networking(daemon, request->networking, &plan->config, host_config,
                                      &plan->networks, warnings, err);
    }
    const char *image = wcd_text_or_empty(plan->config.image);
    if (code == WCD_OK && image[0] != '\0') {
        code = wcd_image_get(daemon->images, image, &plan->image, err);
    }
    return code == WCD_OK ? merge(daemon, plan, err) : code;
}

static enum wcd_errc fill_container(struct wcd_container *container,
                                    const struct wcd_container_request *request,
                                    struct wcd_error *err)
{
    container->has_dependency_store = request->is_task;
    container->managed = request->is_task;
    container->has_been_started_before = request->started_before;
    enum wcd_errc code = wcd_container_read_references(&container->secrets, request->secrets, err);
    if (code == WCD_OK) {
        code = wcd_container_read_references(&container->configs, request->configs, err);
    }
    if (code == WCD_OK) {
        code = wcd_container_read_endpoints(&container->endpoints, request->endpoints, err);
    }
    container->endpoints_given = container->endpoints.count > 0;
    return code;
}

/* registerMountPoints: no two binds have one destination. */
static enum wcd_errc check_mounts(const struct wcd_daemon *daemon,
                                  const struct wcd_container_mounts *mounts, struct wcd_error *err)
{
    for (size_t i = 1; i < mounts->count; i++) {
        const char *destination = mounts->items[i].destination;
        for (size_t j = 0; j < i; j++) {
            if (strcmp(mounts->items[j].destination, destination) == 0) {
                return wcd_error_fill(err, daemon->engine->verify_error_class,
                                      daemon->engine->duplicate_mount_message, destination);
            }
        }
    }
    return WCD_OK;
}

static enum wcd_errc new_container(struct wcd_daemon *daemon, struct plan *plan,
                                   const struct wcd_container_request *request,
                                   struct wcd_container **out, struct wcd_error *err)
{
    char *folder = wcd_path_join(daemon->root, "containers");
    if (folder == NULL) {
        return wcd_error_no_memory(err);
    }
    struct wcd_container_names names = {.name = request->name,
                                        .image_id = plan->image == NULL ? NULL : plan->image->id,
                                        .root = folder};
    enum wcd_errc code =
        wcd_container_new(out, daemon->platform, &names, &plan->config, &plan->host_config, err);
    free(folder);
    if (code != WCD_OK) {
        return code;
    }
    code = check_mounts(daemon, &(*out)->mounts, err);
    if (code == WCD_OK) {
        code = fill_container(*out, request, err);
    }
    if (code == WCD_OK) {
        code = daemon_settle_networks(daemon, *out, &plan->networks, err);
    }
    if (code != WCD_OK) {
        wcd_container_free(*out);
    }
    return code;
}

static enum wcd_errc make_folders(const struct wcd_daemon *daemon,
                                  const struct wcd_container *container, struct wcd_error *err)
{
    char *checkpoints = wcd_path_join(container->root, "checkpoints");
    enum wcd_errc code = checkpoints == NULL
                             ? wcd_error_no_memory(err)
                             : wcd_files_make_all(daemon->platform, checkpoints, err);
    free(checkpoints);
    return code;
}

static void remove_storage(struct wcd_daemon *daemon, const struct wcd_container *container)
{
    struct wcd_error failure = WCD_ERROR_INIT;
    (void)wcd_rw_layer_remove(daemon->layers, container->id, NULL, &failure);
    wcd_error_release(&failure);
    (void)wcd_files_remove_all(daemon->platform, container->root, &failure);
    wcd_error_release(&failure);
}

/* The scratch and the folder of the container. */
static enum wcd_errc make_storage(struct wcd_daemon *daemon, const struct wcd_container *container,
                                  const struct wcd_image *image, struct wcd_error *err)
{
    char *chain = image == NULL ? NULL : wcd_image_chain_id(image, image->diff_ids.count);
    if (image != NULL && image->diff_ids.count > 0 && chain == NULL) {
        return wcd_error_no_memory(err);
    }
    enum wcd_errc code = wcd_rw_layer_create(daemon->layers, container->id, chain,
                                             &container->host_config.storage_opt, err);
    free(chain);
    if (code != WCD_OK) {
        err->code = code == WCD_E_NO_MEMORY ? code : daemon->engine->create_layer_class;
        return err->code;
    }
    code = make_folders(daemon, container, err);
    if (code == WCD_OK) {
        code = wcd_container_save(container, daemon->platform, daemon->engine, err);
    }
    if (code != WCD_OK) {
        remove_storage(daemon, container);
    }
    return code;
}

bool daemon_reserve_place(struct wcd_daemon *daemon)
{
    size_t bytes = (daemon->container_count + 1) * sizeof(struct wcd_container *);
    struct wcd_container **grown = realloc(daemon->containers, bytes);
    daemon->containers = grown == NULL ? daemon->containers : grown;
    return grown != NULL;
}

void daemon_register(struct wcd_daemon *daemon, struct wcd_container *container)
{
    daemon->containers[daemon->container_count++] = container;
    container->life->registered = true;
}

/* The container as the daemon's own: with its streams, and on disk. */
static enum wcd_errc settle_in(struct wcd_daemon *daemon, struct wcd_container *container,
                               const struct wcd_image *image, struct wcd_error *err)
{
    enum wcd_errc code = daemon_io_open(daemon, container, err);
    if (code == WCD_OK) {
        code = make_storage(daemon, container, image, err);
    }
    if (code != WCD_OK) {
        return code;
    }
    code = daemon_checkpoint(daemon, container, err);
    if (code != WCD_OK) {
        remove_storage(daemon, container);
    }
    return code;
}

static enum wcd_errc create_planned(struct wcd_daemon *daemon, struct plan *plan,
                                    const struct wcd_container_request *request,
                                    const struct wcd_container **out, struct wcd_error *err)
{
    struct wcd_container *container = NULL;
    if (!daemon_reserve_place(daemon)) {
        return wcd_error_no_memory(err);
    }
    enum wcd_errc code = new_container(daemon, plan, request, &container, err);
    if (code != WCD_OK) {
        return code;
    }
    WCD_ASSERT(container != NULL);
    code = daemon_life_new(container, err);
    if (code != WCD_OK) {
        wcd_container_free(container);
        return code;
    }
    code = settle_in(daemon, container, plan->image, err);
    if (code != WCD_OK) {
        daemon_drop(daemon, container);
        return code;
    }
    daemon_register(daemon, container);
    daemon_event(daemon, container, "create", NULL);
    *out = container;
    return WCD_OK;
}

enum wcd_errc wcd_daemon_create_container(struct wcd_daemon *daemon,
                                          const struct wcd_container_request *request,
                                          struct wcd_strlist *warnings,
                                          const struct wcd_container **out, struct wcd_error *err)
{
    struct plan plan = {0};
    WCD_ASSERT(daemon->state == WCD_DAEMON_RUNNING);
    enum wcd_errc code = read_request(daemon, &plan, request, err);
    if (code == WCD_OK) {
        code = settle(daemon, &plan, request, warnings, err);
    }
    if (code == WCD_OK) {
        code = daemon_check_name(daemon, request->name, err);
    }
    if (code == WCD_OK) {
        code = create_planned(daemon, &plan, request, out, err);
    }
    release_plan(&plan);
    return code;
}

/* ---- mounting ---- */

enum wcd_errc daemon_mount(struct wcd_daemon *daemon, struct wcd_container *container,
                           struct wcd_error *err)
{
    char *path = NULL;
    enum wcd_errc code = wcd_rw_layer_mount(daemon->layers, container->id, &path, err);
    if (code != WCD_OK) {
        return code;
    }
    wcd_log(&daemon->log, WCD_LOG_DEBUG, "container mounted via layerStore: %s", path);
    wcd_text_replace(&container->base_fs, path);
    return WCD_OK;
}

enum wcd_errc daemon_unmount(struct wcd_daemon *daemon, struct wcd_container *container,
                             struct wcd_error *err)
{
    enum wcd_errc code = wcd_rw_layer_unmount(daemon->layers, container->id, err);
    if (code != WCD_OK) {
        wcd_log(&daemon->log, WCD_LOG_ERROR, "error unmounting container: %s",
                wcd_error_message(err));
    }
    if (wcd_rw_layer_mounts(daemon->layers, container->id) == 0) {
        wcd_text_replace(&container->base_fs, NULL);
    }
    return code;
}

enum wcd_errc wcd_daemon_mount_container(struct wcd_daemon *daemon, const char *name,
                                         struct wcd_error *err)
{
    struct wcd_container *container = NULL;
    enum wcd_errc code = daemon_get_container(daemon, name, &container, err);
    return code == WCD_OK ? daemon_mount(daemon, container, err) : code;
}

enum wcd_errc wcd_daemon_unmount_container(struct wcd_daemon *daemon, const char *name,
                                           struct wcd_error *err)
{
    struct wcd_container *container = NULL;
    enum wcd_errc code = daemon_get_container(daemon, name, &container, err);
    return code == WCD_OK ? daemon_unmount(daemon, container, err) : code;
}

enum wcd_errc daemon_stop_containers(struct wcd_daemon *daemon, struct wcd_error *err)
{
    enum wcd_errc told = WCD_OK;
    struct wcd_error failure = WCD_ERROR_INIT;
    for (size_t i = 0; i < daemon->container_count; i++) {
        struct wcd_container *container = daemon->containers[i];
        size_t mounts = wcd_rw_layer_mounts(daemon->layers, container->id);
        for (; mounts > 0; mounts--) {
            if (daemon_unmount(daemon, container, &failure) == WCD_E_NO_MEMORY) {
                told = wcd_error_no_memory(err);
            }
            wcd_error_release(&failure);
        }
    }
    enum wcd_errc code = wcd_layer_store_cleanup(daemon->layers, &failure);
    if (code == WCD_E_NO_MEMORY) {
        told = wcd_error_no_memory(err);
    } else if (code != WCD_OK) {
        wcd_log(&daemon->log, WCD_LOG_ERROR, "Error during layer Store.Cleanup(): %s",
                wcd_error_message(&failure));
    }
    wcd_error_release(&failure);
    return told;
}

/* ---- removing ---- */

/* The removal of one that does not run, in one go: where HCS cannot tell who holds a layer, it fails. */
static enum wcd_errc remove_at_once(struct wcd_daemon *daemon, struct wcd_container *container,
                                    struct wcd_strlist *removed, struct wcd_error *err)
{
    const struct engine_rules *engine = daemon->engine;
    for (int part = 0; part < 2; part++) {
        bool folder = (part == 0) == engine->container_folder_goes_first;
        enum wcd_errc code = folder
                                 ? wcd_files_remove_all(daemon->platform, container->root, err)
                                 : wcd_rw_layer_remove(daemon->layers, container->id, removed, err);
        if (code != WCD_OK) {
            return daemon_explain(
                err, folder ? engine->folder_removal_message : engine->layer_removal_message,
                container->id, WCD_OK);
        }
    }
    return WCD_OK;
}

enum wcd_errc wcd_daemon_remove_container(struct wcd_daemon *daemon, const char *name,
                                          struct wcd_strlist *removed, struct wcd_error *err)
{
    struct wcd_container *container = NULL;
    enum wcd_errc code = daemon_get_container(daemon, name, &container, err);
    if (code == WCD_OK && (container->state.running || daemon_is_locked(container))) {
        code = wcd_error_set(err, WCD_E_CONFLICT, "container %s is busy", container->id);
    }
    if (code == WCD_OK) {
        code = remove_at_once(daemon, container, removed, err);
    }
    if (code != WCD_OK) {
        return code;
    }
    daemon_set_removed(daemon, container);
    daemon_hold(container);
    daemon_forget(daemon, container);
    daemon_event(daemon, container, "destroy", NULL);
    daemon_drop(daemon, container);
    return WCD_OK;
}
