/* The controller itself; see controller.h. Source: libnetwork/controller.go, libnetwork/store.go. */
#include "core/network/controller_internal.h"

#include "core/base/assert.h"
#include "core/network/store.h"

#include <stdlib.h>
#include <string.h>

#define CONTROLLER_ERROR "error obtaining controller instance"

enum wcd_errc wcd_network_save(struct wcd_network_controller *controller, const char *word,
                               struct wcd_error *err)
{
    controller->is_unsaved = true;
    if (controller->holds_writes) {
        return WCD_OK;
    }
    enum wcd_errc code = wcd_network_store_write(
        controller->options.platform, controller->options.folder, controller->first, err);
    controller->is_unsaved = code != WCD_OK;
    if (code == WCD_OK || code == WCD_E_NO_MEMORY || word == NULL) {
        return code;
    }
    return wcd_error_wrap(err, "failed to update store for object type %s", word);
}

const char *wcd_network_option(const struct wcd_network *network, const char *name)
{
    const struct wcd_json *option = wcd_json_get(network->options, name);
    return wcd_json_is(option, WCD_JSON_STRING) ? wcd_json_string(option) : "";
}

struct wcd_network *wcd_network_own(struct wcd_network_controller *controller,
                                    const struct wcd_network *network)
{
    struct wcd_network *own = controller->first;
    while (own != NULL && own != network) {
        own = own->next;
    }
    WCD_ASSERT(own != NULL);
    return own;
}

/* ---- finding ---- */

const struct wcd_network *wcd_networks(const struct wcd_network_controller *controller)
{
    return controller->first;
}

const struct wcd_network *wcd_network_by_name(const struct wcd_network_controller *controller,
                                              const char *name)
{
    for (const struct wcd_network *network = controller->first;
         name != NULL && name[0] != '\0' && network != NULL; network = network->next) {
        if (!network->in_delete && strcmp(network->name, name) == 0) {
            return network;
        }
    }
    return NULL;
}

const struct wcd_network *wcd_network_by_id(const struct wcd_network_controller *controller,
                                            const char *id)
{
    for (const struct wcd_network *network = controller->first;
         id != NULL && id[0] != '\0' && network != NULL; network = network->next) {
        if (strcmp(network->id, id) == 0) {
            return network;
        }
    }
    return NULL;
}

const struct wcd_net_driver *wcd_network_controller_driver(
    const struct wcd_network_controller *controller)
{
    return controller->driver;
}

const struct wcd_endpoint *wcd_endpoint_by_name(const struct wcd_network *network, const char *name)
{
    const struct wcd_endpoint *endpoint = network->endpoints;
    while (endpoint != NULL && !wcd_text_equal(endpoint->name, name)) {
        endpoint = endpoint->next;
    }
    return endpoint;
}

/* ---- the start ---- */

static enum wcd_errc reserve_pools(const struct wcd_network_controller *controller,
                                   struct wcd_error *err)
{
    enum wcd_errc code = WCD_OK;
    for (const struct wcd_network *network = controller->first; code == WCD_OK && network != NULL;
         network = network->next) {
        code = wcd_ipam_reserve(controller->ipam, network, err);
    }
    return code;
}

/* What HNS or the disk says against a clean-up ends nothing. */
static enum wcd_errc pass_over(enum wcd_errc code, struct wcd_error *err)
{
    if (code == WCD_OK || code == WCD_E_NO_MEMORY) {
        return code;
    }
    wcd_error_release(err);
    return WCD_OK;
}

/* Endpoint.Delete by force, but for the disk, which sees the end of it all at once. */
static enum wcd_errc drop_endpoint(const struct wcd_network_controller *controller,
                                   struct wcd_endpoint *endpoint, struct wcd_error *err)
{
    enum wcd_errc code = pass_over(wcd_endpoint_delete_in_driver(controller, endpoint, err), err);
    wcd_ipam_give_address_back(controller->ipam, endpoint->network, endpoint->address);
    wcd_endpoint_drop(endpoint);
    return code;
}

/* The next endpoint of the container, in any network, or of any container for NULL. */
static struct wcd_endpoint *next_joined(const struct wcd_network_controller *controller,
                                        const char *container_id)
{
    for (const struct wcd_network *network = controller->first; network != NULL;
         network = network->next) {
        for (struct wcd_endpoint *at = network->endpoints; at != NULL; at = at->next) {
            if (at->container_id != NULL &&
                (container_id == NULL || strcmp(at->container_id, container_id) == 0)) {
                return at;
            }
        }
    }
    return NULL;
}

/* sandboxCleanup: no container has a sandbox at a start, and here one is known by its endpoints alone. It is called as its
 * container. */
static enum wcd_errc drop_sandboxes(const struct wcd_network_controller *controller,
                                    struct wcd_error *err)
{
    enum wcd_errc code = WCD_OK;
    struct wcd_endpoint *endpoint = NULL;
    while (code == WCD_OK && (endpoint = next_joined(controller, NULL)) != NULL) {
        char *id = wcd_text_copy(endpoint->container_id);
        if (id == NULL) {
            return wcd_error_no_memory(err);
        }
        wcd_log(controller->options.log, WCD_LOG_INFO, "Removing stale sandbox %s (%s)", id, id);
        while (code == WCD_OK && endpoint != NULL) {
            code = drop_endpoint(controller, endpoint, err);
            endpoint = next_joined(controller, id);
        }
        free(id);
    }
    return code;
}

/* cleanupLocalEndpoints: those that were made and never joined. */
static enum wcd_errc drop_endpoints(const struct wcd_network_controller *controller,
                                    const struct wcd_network *network, struct wcd_error *err)
{
    enum wcd_errc code = WCD_OK;
    while (code == WCD_OK && network->endpoints != NULL) {
        wcd_log(controller->options.log, WCD_LOG_INFO, "Removing stale endpoint %s (%s)",
                network->endpoints->name, network->endpoints->id);
        code = drop_endpoint(controller, network->endpoints, err);
    }
    return code;
}

/* networkCleanup. */
static enum wcd_errc drop_stale_networks(struct wcd_network_controller *controller,
                                         struct wcd_error *err)
{
    enum wcd_errc code = WCD_OK;
    struct wcd_network *next = NULL;
    for (struct wcd_network *network = controller->first; code == WCD_OK && network != NULL;
         network = next) {
        next = network->next;
        if (network->in_delete) {
            wcd_log(controller->options.log, WCD_LOG_INFO, "Removing stale network %s (%s)",
                    network->name, network->id);
            code = pass_over(wcd_network_delete_forced(controller, network, err), err);
        }
    }
    return code;
}

static enum wcd_errc clean_up(struct wcd_network_controller *controller, struct wcd_error *err)
{
    enum wcd_errc code = reserve_pools(controller, err);
    bool changed = code == WCD_OK && next_joined(controller, NULL) != NULL;
    if (code == WCD_OK) {
        code = drop_sandboxes(controller, err);
    }
    for (struct wcd_network *network = controller->first; code == WCD_OK && network != NULL;
         network = network->next) {
        changed = changed || network->endpoints != NULL;
        code = drop_endpoints(controller, network, err);
    }
    if (code == WCD_OK && changed) {
        code = wcd_network_save(controller, controller->options.engine->endpoint_type_word, err);
        if (code != WCD_OK && code != WCD_E_NO_MEMORY) {
            wcd_log(controller->options.log, WCD_LOG_WARN,
                    "Could not delete local endpoints during endpoint cleanup: %s",
                    wcd_error_message(err));
            code = pass_over(code, err);
        }
    }
    return code == WCD_OK ? drop_stale_networks(controller, err) : code;
}

static enum wcd_errc open_controller(struct wcd_network_controller *controller,
                                     struct wcd_error *err)
{
    const struct wcd_network_controller_options *options = &controller->options;
    controller->hns = (struct wcd_hns){
        .platform = options->platform, .engine = options->engine, .log = options->log};
    controller->ipam = wcd_ipam_new(options->engine, options->log);
    controller->driver = wcd_net_driver_new(&controller->hns);
    if (controller->ipam == NULL || controller->driver == NULL) {
        return wcd_error_no_memory(err);
    }
    enum wcd_errc code =
        wcd_network_store_read(options->platform, options->folder, &controller->first, err);
    if (code == WCD_OK) {
        code = wcd_net_driver_start(controller->driver, err);
    }
    for (const struct wcd_network *network = controller->first; code == WCD_OK && network != NULL;
         network = network->next) {
        code = pass_over(wcd_net_driver_restore(controller->driver, network, err), err);
    }
    return code == WCD_OK ? clean_up(controller, err) : code;
}

enum wcd_errc wcd_network_controller_new(struct wcd_network_controller **out,
                                         const struct wcd_network_controller_options *options,
                                         struct wcd_error *err)
{
    struct wcd_network_controller *controller = calloc(1, sizeof(*controller));
    *out = NULL;
    if (controller == NULL) {
        return wcd_error_no_memory(err);
    }
    controller->options = *options;
    enum wcd_errc code = open_controller(controller, err);
    if (code != WCD_OK) {
        wcd_network_controller_free(controller);
        return code == WCD_E_NO_MEMORY ? code : wcd_error_wrap(err, CONTROLLER_ERROR);
    }
    *out = controller;
    return WCD_OK;
}

void wcd_network_controller_free(struct wcd_network_controller *controller)
{
    if (controller == NULL) {
        return;
    }
    wcd_networks_free(controller->first);
    wcd_net_driver_free(controller->driver);
    wcd_ipam_free(controller->ipam);
    free(controller);
}
