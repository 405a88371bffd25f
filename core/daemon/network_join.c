/* Containers join networks and leave them: at their start and end, and while they run.
 *
 * Evidence: moby daemon/container_operations.go of both generations; libnetwork sandbox.go, endpoint.go. */
#include "core/daemon/network.h"

#include "core/daemon/flow.h"
#include "core/network/mode.h"

#include <stdlib.h>
#include <string.h>

static const char *name_of(const struct wcd_container *container)
{
    return container->name + (container->name[0] == '/' ? 1 : 0);
}

/* ---- what the container has ---- */

const struct wcd_endpoint *daemon_endpoint_of(const struct wcd_container *container,
                                              const struct wcd_network *network)
{
    for (const struct wcd_endpoint *at = network->endpoints; at != NULL; at = at->next) {
        if (wcd_text_equal(at->container_id, container->id)) {
            return at;
        }
    }
    return NULL;
}

static bool add_port(struct wcd_json *ports, const char *name, struct wcd_json *list)
{
    if (wcd_json_get(ports, name) != NULL) {
        wcd_json_free(list);
        return true;
    }
    return wcd_json_set(ports, name, list);
}

static struct wcd_json *binding_of(const struct wcd_port_binding *binding)
{
    char *port = wcd_text_format("%u", (unsigned int)binding->host_port);
    struct wcd_json *out = port == NULL ? NULL : wcd_json_new_object();
    const char *ip = binding->host_ip == NULL ? "0.0.0.0" : binding->host_ip;
    if (out != NULL &&
        (!wcd_json_set_string(out, "HostIp", ip) || !wcd_json_set_string(out, "HostPort", port))) {
        out = wcd_json_discard(out);
    }
    free(port);
    return out;
}

static char *port_name(const struct wcd_port_binding *binding)
{
    static const char *const protocols[] = {
        [WCD_PROTOCOL_TCP] = "tcp", [WCD_PROTOCOL_UDP] = "udp", [WCD_PROTOCOL_SCTP] = "sctp"};
    return wcd_text_format("%u/%s", (unsigned int)binding->port, protocols[binding->protocol]);
}

/* All bindings of one port. */
static struct wcd_json *bindings_of(const struct wcd_port_bindings *all,
                                    const struct wcd_port_binding *port)
{
    struct wcd_json *out = wcd_json_new_array();
    for (size_t i = 0; out != NULL && i < all->count; i++) {
        const struct wcd_port_binding *item = &all->items[i];
        bool meant = item->port == port->port && item->protocol == port->protocol;
        if (meant && !wcd_json_append(out, binding_of(item))) {
            return wcd_json_discard(out);
        }
    }
    return out;
}

/* getEndpointPortMapInfo: published ports first, then those that are only exposed. */
static struct wcd_json *ports_of(const struct wcd_endpoint *endpoint)
{
    struct wcd_json *out = wcd_json_new_object();
    for (size_t i = 0; out != NULL && i < endpoint->ports.count; i++) {
        const struct wcd_port_binding *item = &endpoint->ports.items[i];
        char *name = port_name(item);
        bool ok = name != NULL && (wcd_json_get(out, name) != NULL ||
                                   wcd_json_set(out, name, bindings_of(&endpoint->ports, item)));
        free(name);
        if (!ok) {
            return wcd_json_discard(out);
        }
    }
    for (size_t i = 0; out != NULL && i < endpoint->exposed.count; i++) {
        if (!add_port(out, endpoint->exposed.items[i], wcd_json_new_null())) {
            return wcd_json_discard(out);
        }
    }
    return out;
}

/* What launch and docker inspect look at: made anew from the container's networks. */
struct gathered {
    struct wcd_container_endpoints endpoints;
    struct wcd_json *ports;
};

static bool gather_one(struct gathered *out, const struct wcd_network *network,
                       const struct wcd_endpoint *endpoint)
{
    struct wcd_container_endpoint *item = &out->endpoints.items[out->endpoints.count++];
    item->allow_unqualified_dns_query = endpoint->allow_unqualified_dns_query;
    item->network = wcd_text_copy(network->name);
    item->hns_id = endpoint->hns_id == NULL ? NULL : wcd_text_copy(endpoint->hns_id);
    if (item->network == NULL || (endpoint->hns_id != NULL && item->hns_id == NULL)) {
        return false;
    }
    if (wcd_json_size(out->ports) == 0) {
        wcd_json_free(out->ports);
        out->ports = ports_of(endpoint);
    }
    return out->ports != NULL;
}

static bool gather(const struct wcd_daemon *daemon, const struct wcd_container *container,
                   struct gathered *out)
{
    bool ok = true;
    out->ports = wcd_json_new_object();
    out->endpoints.items = calloc(container->networks.count + 1, sizeof(*out->endpoints.items));
    ok = out->ports != NULL && out->endpoints.items != NULL;
    for (size_t i = 0; ok && i < container->networks.count; i++) {
        const struct wcd_network *network = daemon_network_of(daemon, container->networks.items[i]);
        const struct wcd_endpoint *endpoint =
            network == NULL ? NULL : daemon_endpoint_of(container, network);
        ok = endpoint == NULL || gather_one(out, network, endpoint);
    }
    return ok;
}

/* Ports and endpoints of the container are those of its networks now. */
static enum wcd_errc refresh_endpoints(const struct wcd_daemon *daemon,
                                       struct wcd_container *container, struct wcd_error *err)
{
    struct gathered found = {{0}, NULL};
    if (!gather(daemon, container, &found)) {
        wcd_container_endpoints_release(&found.endpoints);
        wcd_json_free(found.ports);
        return wcd_error_no_memory(err);
    }
    wcd_container_endpoints_release(&container->endpoints);
    container->endpoints = found.endpoints;
    wcd_json_free(container->networks.ports);
    container->networks.ports = found.ports;
    return WCD_OK;
}

/* ---- joining ---- */

/* buildEndpointInfo and updateJoinInfo. */
static bool fill_settings(struct wcd_endpoint_settings *settings, const struct wcd_network *network,
                          const struct wcd_endpoint *endpoint)
{
    const char *address = wcd_text_or_empty(endpoint->address);
    size_t len = strcspn(address, "/");
    wcd_endpoint_settings_clean(settings);
    wcd_text_replace(&settings->network_id, wcd_text_copy(network->id));
    wcd_text_replace(&settings->endpoint_id, wcd_text_copy(endpoint->id));
    wcd_text_replace(&settings->mac_address, wcd_text_copy(wcd_text_or_empty(endpoint->mac)));
    wcd_text_replace(&settings->gateway, wcd_text_copy(wcd_text_or_empty(endpoint->gateway)));
    wcd_text_replace(&settings->ip_address, wcd_text_copy_n(address, len));
    settings->ip_prefix_len = address[len] == '/' ? strtol(address + len + 1, NULL, 10) : 0;
    return settings->network_id != NULL && settings->endpoint_id != NULL &&
           settings->mac_address != NULL && settings->gateway != NULL &&
           settings->ip_address != NULL;
}

static enum wcd_errc create_endpoint(struct wcd_daemon *daemon,
                                     const struct wcd_container *container,
                                     const struct wcd_network *network,
                                     const struct wcd_endpoint_settings *settings,
                                     const struct wcd_endpoint **out, struct wcd_error *err)
{
    struct daemon_endpoint_plan plan = {0};
    enum wcd_errc code = daemon_plan_endpoint(daemon, container, network, settings, &plan, err);
    if (code == WCD_OK) {
        const struct wcd_endpoint_request request = {.name = name_of(container),
                                                     .options = plan.options};
        code = wcd_endpoint_create(daemon->networks, network, &request, out, err);
    }
    daemon_release_plan(&plan);
    return code;
}

static enum wcd_errc join(struct wcd_daemon *daemon, struct wcd_container *container,
                          const struct wcd_endpoint *endpoint, struct wcd_error *err)
{
    container->life->has_sandbox = true;
    wcd_text_replace(&container->networks.sandbox_id, wcd_text_copy(container->id));
    if (container->networks.sandbox_id == NULL) {
        return wcd_error_no_memory(err);
    }
    enum wcd_errc code = wcd_endpoint_join(daemon->networks, endpoint, container->id, err);
    return code == WCD_OK ? daemon_modify_endpoint(daemon, container->id, endpoint, true, err)
                          : code;
}

/* What was made for a container that cannot join is taken back. */
static void roll_back(struct wcd_daemon *daemon, const struct wcd_endpoint *endpoint,
                      const char *term)
{
    struct wcd_error failure = WCD_ERROR_INIT;
    if (wcd_endpoint_delete(daemon->networks, endpoint, true, &failure) != WCD_OK) {
        wcd_log(&daemon->log, WCD_LOG_WARN, "Could not rollback container connection to network %s",
                term);
    }
    wcd_error_release(&failure);
}

/* The settings as the container keeps them: under the network's name, with what it got there. */
static enum wcd_errc keep_settings(struct wcd_container *container,
                                   const struct wcd_network *network,
                                   const struct wcd_endpoint *endpoint, const char *term,
                                   const struct wcd_endpoint_settings *settings,
                                   struct wcd_error *err)
{
    struct wcd_network_settings *networks = &container->networks;
    struct wcd_endpoint_settings *kept = wcd_network_settings_get(networks, term);
    bool ok = true;
    if (kept == settings) {
        ok = wcd_network_settings_rename(networks, term, network->name);
    } else {
        kept = wcd_network_settings_put(networks, network->name);
        ok = kept != NULL && (kept == settings || wcd_endpoint_settings_copy(kept, settings));
    }
    return ok && fill_settings(kept, network, endpoint) ? WCD_OK : wcd_error_no_memory(err);
}

static enum wcd_errc connect_to(struct wcd_daemon *daemon, struct wcd_container *container,
                                const struct wcd_network *network, const char *term,
                                struct wcd_endpoint_settings *settings, struct wcd_error *err)
{
    const struct wcd_endpoint *endpoint = NULL;
    enum wcd_errc code = create_endpoint(daemon, container, network, settings, &endpoint, err);
    if (code != WCD_OK) {
        return code;
    }
    code = keep_settings(container, network, endpoint, term, settings, err);
    if (code == WCD_OK) {
        code = join(daemon, container, endpoint, err);
    }
    if (code == WCD_OK) {
        code = refresh_endpoints(daemon, container, err);
    }
    if (code != WCD_OK) {
        roll_back(daemon, endpoint, term);
        return code;
    }
    daemon_network_event(daemon, network, "connect", container->id);
    return WCD_OK;
}

/* normalizeNetMode: a mode that is the beginning of an id becomes the whole id. What is looked for is the mode's network, which
 * need not be the one that is connected. */
static enum wcd_errc normalize_mode(const struct wcd_daemon *daemon,
                                    struct wcd_container *container, const char *term,
                                    struct wcd_error *err)
{
    const char *context = daemon->engine->lost_mode_message;
    char **mode = &container->host_config.network_mode;
    const char *name = wcd_network_mode_user_defined(*mode);
    const struct wcd_network *network = NULL;
    if (context == NULL || name[0] == '\0' || strcmp(term, name) == 0) {
        return WCD_OK;
    }
    if (daemon_find_network(daemon, name, &network, err) != WCD_OK) {
        return daemon_explain(err, context, name, WCD_E_PLAIN);
    }
    if (strcmp(name, network->id) == 0 || strcmp(name, network->name) == 0) {
        return WCD_OK;
    }
    char *id = wcd_text_copy(network->id);
    if (id == NULL) {
        return wcd_error_no_memory(err);
    }
    wcd_text_replace(mode, id);
    return WCD_OK;
}

enum wcd_errc daemon_connect_network(struct wcd_daemon *daemon, struct wcd_container *container,
                                     const char *term, struct wcd_endpoint_settings *settings,
                                     bool update, struct wcd_error *err)
{
    const struct engine_rules *engine = daemon->engine;
    const struct wcd_network *network = NULL;
    if (wcd_network_mode_is_container(container->host_config.network_mode)) {
        return wcd_error_set(err, engine->verify_error_class, "%s", engine->shared_network_message);
    }
    if (daemon->bridge_disabled && wcd_network_mode_is_bridge(term)) {
        container->config.network_disabled = true;
        return WCD_OK;
    }
    enum wcd_errc code =
        daemon_find_network(daemon, daemon_network_term(daemon, term, settings), &network, err);
    if (code == WCD_OK) {
        code = normalize_mode(daemon, container, term, err);
    }
    if (code != WCD_OK) {
        return code;
    }
    bool known = wcd_network_settings_get(&container->networks, network->name) != NULL ||
                 wcd_network_settings_get(&container->networks, term) == settings;
    code = daemon_update_network_config(daemon, container, network, settings, update, err);
    if (code == WCD_OK) {
        code = connect_to(daemon, container, network, term, settings, err);
    }
    if (code != WCD_OK && !known) {
        wcd_network_settings_remove(&container->networks, network->name);
    }
    return code;
}

/* ---- leaving ---- */

/* Endpoint.Leave: what the driver or HCS makes of it is only logged. */
static void leave(struct wcd_daemon *daemon, const struct wcd_container *container,
                  const struct wcd_endpoint *endpoint)
{
    struct wcd_error failure = WCD_ERROR_INIT;
    if (daemon_modify_endpoint(daemon, container->id, endpoint, false, &failure) != WCD_OK) {
        wcd_log(&daemon->log, WCD_LOG_ERROR, "driver error disconnecting container %s : %s",
                endpoint->name, wcd_error_message(&failure));
    }
    wcd_error_release(&failure);
    if (wcd_endpoint_leave(daemon->networks, endpoint, &failure) != WCD_OK) {
        wcd_log(&daemon->log, WCD_LOG_ERROR, "driver error disconnecting container %s : %s",
                endpoint->name, wcd_error_message(&failure));
    }
    wcd_error_release(&failure);
}

enum wcd_errc daemon_disconnect_network(struct wcd_daemon *daemon, struct wcd_container *container,
                                        const struct wcd_network *network, struct wcd_error *err)
{
    const struct wcd_endpoint *endpoint = daemon_endpoint_of(container, network);
    struct wcd_error failure = WCD_ERROR_INIT;
    if (endpoint == NULL) {
        return wcd_error_set(err, WCD_E_PLAIN, "container %s is not connected to network %s",
                             container->id, network->name);
    }
    leave(daemon, container, endpoint);
    if (wcd_endpoint_delete(daemon->networks, endpoint, false, err) != WCD_OK) {
        if (err->code == WCD_E_NO_MEMORY) {
            return err->code;
        }
        err->code = WCD_E_PLAIN;
        return wcd_error_wrap(err, "endpoint delete failed for container %s on network %s",
                              container->id, network->name);
    }
    wcd_network_settings_remove(&container->networks, network->name);
    if (refresh_endpoints(daemon, container, &failure) != WCD_OK) {
        wcd_container_endpoints_release(&container->endpoints); /* rather none than wrong ones */
    }
    wcd_error_release(&failure);
    if (daemon->engine->disconnect_is_told_twice) {
        daemon_network_event(daemon, network, "disconnect", container->id);
    }
    return WCD_OK;
}

/* ---- a run's begin and end ---- */

/* Sandbox.Delete: every endpoint leaves and is deleted. */
static void delete_sandbox(struct wcd_daemon *daemon, struct wcd_container *container)
{
    for (size_t i = 0; i < container->networks.count; i++) {
        const struct wcd_network *network = daemon_network_of(daemon, container->networks.items[i]);
        const struct wcd_endpoint *endpoint =
            network == NULL ? NULL : daemon_endpoint_of(container, network);
        struct wcd_error failure = WCD_ERROR_INIT;
        if (endpoint == NULL) {
            continue;
        }
        char *id = wcd_text_copy(endpoint->id);
        leave(daemon, container, endpoint);
        if (wcd_endpoint_delete(daemon->networks, endpoint, false, &failure) != WCD_OK) {
            wcd_log(&daemon->log, WCD_LOG_WARN, "Failed deleting endpoint %s: %s\n",
                    wcd_text_or_empty(id), wcd_error_message(&failure));
        }
        wcd_error_release(&failure);
        free(id);
    }
    container->life->has_sandbox = false;
}

static enum wcd_errc connect_kept(struct wcd_daemon *daemon, struct wcd_container *container,
                                  const char *name, bool update, struct wcd_error *err)
{
    struct wcd_endpoint_settings *settings = wcd_network_settings_get(&container->networks, name);
    char *term = settings == NULL ? NULL : wcd_text_copy(name);
    if (settings == NULL) {
        return WCD_OK;
    }
    if (term == NULL) {
        return wcd_error_no_memory(err);
    }
    wcd_endpoint_settings_clean(settings);
    enum wcd_errc code = daemon_connect_network(daemon, container, term, settings, update, err);
    free(term);
    return code;
}

/* The default network first, then the others. */
static enum wcd_errc connect_all(struct wcd_daemon *daemon, struct wcd_container *container,
                                 bool update, struct wcd_error *err)
{
    struct wcd_strlist names = {0};
    enum wcd_errc code =
        wcd_strlist_add(&names, DAEMON_DEFAULT_NETWORK) ? WCD_OK : wcd_error_no_memory(err);
    for (size_t i = 0; code == WCD_OK && i < container->networks.count; i++) {
        const char *name = container->networks.items[i]->network;
        if (strcmp(name, DAEMON_DEFAULT_NETWORK) != 0 && !wcd_strlist_add(&names, name)) {
            code = wcd_error_no_memory(err);
        }
    }
    for (size_t i = 0; code == WCD_OK && i < names.count; i++) {
        code = connect_kept(daemon, container, names.items[i], update, err);
    }
    wcd_strlist_release(&names);
    return code;
}

enum wcd_errc daemon_allocate_network(struct wcd_daemon *daemon, struct wcd_container *container,
                                      struct wcd_error *err)
{
    bool update = false;
    enum wcd_errc code = WCD_OK;
    if (daemon->networks == NULL || container->endpoints_given) {
        return WCD_OK;
    }
    if (container->life->has_sandbox) {
        delete_sandbox(daemon, container);
    }
    if (container->config.network_disabled ||
        wcd_network_mode_is_container(container->host_config.network_mode)) {
        return WCD_OK;
    }
    if (container->networks.count == 0) {
        update = true;
        code = daemon_settle_networks(daemon, container, NULL, err);
    }
    if (code == WCD_OK) {
        code = connect_all(daemon, container, update, err);
    }
    if (code == WCD_OK && !container->life->has_sandbox) {
        container->life->has_sandbox = true;
        wcd_text_replace(&container->networks.sandbox_id, wcd_text_copy(container->id));
        code = container->networks.sandbox_id == NULL ? wcd_error_no_memory(err) : WCD_OK;
    }
    return code;
}

/* What each of the networks is told, once the endpoints are gone. */
static void tell_disconnected(struct wcd_daemon *daemon, const struct wcd_container *container)
{
    for (size_t i = 0; i < container->networks.count; i++) {
        const struct wcd_network *network = daemon_network_of(daemon, container->networks.items[i]);
        if (network != NULL) {
            daemon_network_event(daemon, network, "disconnect", container->id);
        }
    }
}

void daemon_release_network(struct wcd_daemon *daemon, struct wcd_container *container)
{
    struct wcd_network_settings *networks = &container->networks;
    const char *sandbox = wcd_text_or_empty(networks->sandbox_id);
    if (daemon->networks == NULL || container->endpoints_given ||
        container->config.network_disabled ||
        wcd_network_mode_is_container(container->host_config.network_mode)) {
        return;
    }
    wcd_json_free(networks->ports);
    networks->ports = NULL;
    wcd_container_endpoints_release(&container->endpoints);
    if (sandbox[0] == '\0') {
        return;
    }
    bool there = container->life->has_sandbox;
    if (there) {
        delete_sandbox(daemon, container);
    } else {
        wcd_log(&daemon->log, WCD_LOG_WARN, "error locating sandbox id %s: sandbox %s not found",
                sandbox, sandbox);
    }
    for (size_t i = 0; i < networks->count; i++) {
        wcd_endpoint_settings_clean(networks->items[i]);
    }
    if (there) {
        tell_disconnected(daemon, container);
    }
}
