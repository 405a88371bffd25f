/* Endpoints of the controller's networks. Source: libnetwork/network.go (CreateEndpoint), libnetwork/endpoint.go. */
#include "core/network/controller_internal.h"

#include "core/base/assert.h"
#include "core/layer/ids.h"
#include "core/network/store.h"

#include <stdlib.h>
#include <string.h>

void wcd_endpoint_drop(struct wcd_endpoint *endpoint)
{
    struct wcd_endpoint **link = &endpoint->network->endpoints;
    while (*link != endpoint) {
        link = &(*link)->next;
    }
    *link = endpoint->next;
    wcd_endpoint_free(endpoint);
}

/* The endpoint that the caller knows read-only. */
static struct wcd_endpoint *own_endpoint(const struct wcd_endpoint *endpoint)
{
    struct wcd_endpoint *own = endpoint->network->endpoints;
    while (own != NULL && own != endpoint) {
        own = own->next;
    }
    WCD_ASSERT(own != NULL);
    return own;
}

/* Where a new one goes, and how many there are. */
static struct wcd_endpoint **end_of(struct wcd_network *network, size_t *count)
{
    struct wcd_endpoint **end = &network->endpoints;
    *count = 0;
    while (*end != NULL) {
        end = &(*end)->next;
        ++*count;
    }
    return end;
}

static enum wcd_errc save(struct wcd_network_controller *controller,
                          const struct wcd_network *network, struct wcd_error *err)
{
    return network->persist
               ? wcd_network_save(controller, controller->options.engine->endpoint_type_word, err)
               : WCD_OK;
}

static enum wcd_errc check_request(const struct wcd_network_controller *controller,
                                   const struct wcd_network *network, const char *name,
                                   struct wcd_error *err)
{
    const struct engine_rules *engine = controller->options.engine;
    enum wcd_errc code = wcd_network_check_name(engine, name, err);
    if (code != WCD_OK || wcd_endpoint_by_name(network, name) == NULL) {
        return code;
    }
    code = wcd_error_fill(err, WCD_E_FORBIDDEN, engine->duplicate_endpoint_message, name);
    if (code == WCD_E_FORBIDDEN && engine->duplicate_endpoint_names_network) {
        char *message = wcd_text_format("%s in network %s", wcd_error_message(err), network->name);
        if (message == NULL) {
            return wcd_error_no_memory(err);
        }
        code = wcd_error_set(err, WCD_E_FORBIDDEN, "%s", message);
        free(message);
    }
    return code;
}

static enum wcd_errc create_in_driver(const struct wcd_network_controller *controller,
                                      struct wcd_endpoint *endpoint,
                                      const struct wcd_net_endpoint_options *options,
                                      struct wcd_error *err)
{
    enum wcd_errc code = wcd_net_driver_create_endpoint(controller->driver, endpoint, options, err);
    if (code == WCD_OK || code == WCD_E_NO_MEMORY) {
        return code;
    }
    code = wcd_error_wrap(err, "failed to create endpoint %s on network %s", endpoint->name,
                          endpoint->network->name);
    if (code != WCD_E_NO_MEMORY) {
        err->code = WCD_E_PLAIN; /* the original makes an internal error of whatever it was */
    }
    return err->code;
}

static void roll_back(const struct wcd_network_controller *controller,
                      const struct wcd_endpoint *endpoint)
{
    struct wcd_error ignored = WCD_ERROR_INIT;
    if (wcd_net_driver_delete_endpoint(controller->driver, endpoint, &ignored) != WCD_OK) {
        wcd_log(controller->options.log, WCD_LOG_WARN, "cleaning up endpoint failed %s : %s",
                endpoint->name, wcd_error_message(&ignored));
    }
    wcd_error_release(&ignored);
}

/* Address, driver, disk; each undone when the next fails. */
static enum wcd_errc build(struct wcd_network_controller *controller, struct wcd_network *network,
                           struct wcd_endpoint *endpoint,
                           const struct wcd_net_endpoint_options *wanted, struct wcd_error *err)
{
    struct wcd_net_endpoint_options options = *wanted;
    size_t count = 0;
    struct wcd_endpoint **end = end_of(network, &count);
    char *address = NULL;
    if (count >= WCD_NETWORK_ENDPOINTS_MAX) {
        return wcd_error_set(err, WCD_E_UNAVAILABLE, "too many endpoints");
    }
    enum wcd_errc code =
        wcd_ipam_take_address(controller->ipam, network, wanted->address, &address, err);
    if (code != WCD_OK) {
        return code;
    }
    options.address = address;
    code = create_in_driver(controller, endpoint, &options, err);
    if (code == WCD_OK) {
        *end = endpoint;
        code = save(controller, network, err);
        if (code != WCD_OK) {
            *end = NULL;
            roll_back(controller, endpoint);
        }
    }
    if (code != WCD_OK) {
        wcd_ipam_give_address_back(controller->ipam, network, address);
    }
    free(address);
    return code;
}

enum wcd_errc wcd_endpoint_create(struct wcd_network_controller *controller,
                                  const struct wcd_network *network,
                                  const struct wcd_endpoint_request *request,
                                  const struct wcd_endpoint **out, struct wcd_error *err)
{
    struct wcd_network *own = wcd_network_own(controller, network);
    *out = NULL;
    enum wcd_errc code = check_request(controller, own, request->name, err);
    if (code != WCD_OK) {
        return code;
    }
    struct wcd_endpoint *endpoint = calloc(1, sizeof(*endpoint));
    if (endpoint == NULL) {
        return wcd_error_no_memory(err);
    }
    endpoint->network = own;
    endpoint->name = wcd_text_copy(request->name);
    code = endpoint->name == NULL ? wcd_error_no_memory(err)
                                  : wcd_random_id(controller->options.platform, &endpoint->id, err);
    if (code == WCD_OK) {
        code = build(controller, own, endpoint, &request->options, err);
    }
    if (code != WCD_OK) {
        wcd_endpoint_free(endpoint);
        return code;
    }
    *out = endpoint;
    return WCD_OK;
}

/* deleteEndpoint: as with networks, only what forbids it counts. */
enum wcd_errc wcd_endpoint_delete_in_driver(const struct wcd_network_controller *controller,
                                            const struct wcd_endpoint *endpoint,
                                            struct wcd_error *err)
{
    enum wcd_errc code = wcd_net_driver_delete_endpoint(controller->driver, endpoint, err);
    if (code == WCD_OK || code == WCD_E_FORBIDDEN || code == WCD_E_NO_MEMORY) {
        return code;
    }
    if (code != WCD_E_NOT_FOUND) {
        wcd_log(controller->options.log, WCD_LOG_WARN, "driver error deleting endpoint %s : %s",
                endpoint->name, wcd_error_message(err));
    }
    wcd_error_release(err);
    return WCD_OK;
}

enum wcd_errc wcd_endpoint_delete(struct wcd_network_controller *controller,
                                  const struct wcd_endpoint *endpoint, bool force,
                                  struct wcd_error *err)
{
    struct wcd_endpoint *own = own_endpoint(endpoint);
    struct wcd_network *network = own->network;
    struct wcd_endpoint **link = &network->endpoints;
    if (own->container_id != NULL && !force) {
        return wcd_error_set(err, WCD_E_FORBIDDEN,
                             "endpoint with name %s id %s has active containers", own->name,
                             own->id);
    }
    while (*link != own) {
        link = &(*link)->next;
    }
    /* Off the disk first, as in the original: what is left in HNS after a crash is found there at the next
     * start. */
    *link = own->next;
    enum wcd_errc code = save(controller, network, err);
    if (code == WCD_OK) {
        code = wcd_endpoint_delete_in_driver(controller, own, err);
        if (code != WCD_OK && force) {
            wcd_error_release(err);
            code = WCD_OK;
        }
        if (code != WCD_OK) {
            struct wcd_error second = WCD_ERROR_INIT;
            *link = own;
            if (save(controller, network, &second) != WCD_OK) {
                wcd_log(controller->options.log, WCD_LOG_WARN,
                        "failed to recreate endpoint in store %s : %s", own->name,
                        wcd_error_message(&second));
            }
            wcd_error_release(&second);
            return code;
        }
        wcd_ipam_give_address_back(controller->ipam, network, own->address);
        wcd_endpoint_free(own);
        return WCD_OK;
    }
    *link = own;
    return code;
}

enum wcd_errc wcd_endpoint_join(struct wcd_network_controller *controller,
                                const struct wcd_endpoint *endpoint, const char *container_id,
                                struct wcd_error *err)
{
    struct wcd_endpoint *own = own_endpoint(endpoint);
    struct wcd_error ignored = WCD_ERROR_INIT;
    if (own->container_id != NULL) {
        return wcd_error_set(err, WCD_E_FORBIDDEN,
                             "another container is attached to the same network endpoint");
    }
    own->container_id = wcd_text_copy(container_id);
    if (own->container_id == NULL) {
        return wcd_error_no_memory(err);
    }
    enum wcd_errc code = wcd_net_driver_join(controller->driver, own, err);
    if (code == WCD_OK) {
        code = save(controller, own->network, err);
        if (code != WCD_OK) {
            (void)wcd_net_driver_leave(controller->driver, own, &ignored);
            wcd_error_release(&ignored);
        }
    }
    if (code != WCD_OK) {
        wcd_text_replace(&own->container_id, NULL);
    }
    return code;
}

enum wcd_errc wcd_endpoint_leave(struct wcd_network_controller *controller,
                                 const struct wcd_endpoint *endpoint, struct wcd_error *err)
{
    struct wcd_endpoint *own = own_endpoint(endpoint);
    if (own->container_id == NULL) {
        return wcd_error_set(err, WCD_E_FORBIDDEN,
                             "cannot leave endpoint with no attached sandbox");
    }
    enum wcd_errc code = wcd_net_driver_leave(controller->driver, own, err);
    if (code == WCD_E_NO_MEMORY) {
        return code;
    }
    if (code != WCD_OK) {
        wcd_log(controller->options.log, WCD_LOG_ERROR,
                "driver error disconnecting container %s : %s", own->name, wcd_error_message(err));
        wcd_error_release(err);
    }
    wcd_text_replace(&own->container_id, NULL);
    return save(controller, own->network, err);
}

enum wcd_errc wcd_endpoint_rename(struct wcd_network_controller *controller,
                                  const struct wcd_endpoint *endpoint, const char *name,
                                  struct wcd_error *err)
{
    struct wcd_endpoint *own = own_endpoint(endpoint);
    char *old = own->name;
    own->name = wcd_text_copy(name);
    enum wcd_errc code =
        own->name == NULL ? wcd_error_no_memory(err) : save(controller, own->network, err);
    if (code != WCD_OK) {
        free(own->name);
        own->name = old;
        return code;
    }
    free(old);
    return WCD_OK;
}
