/* What a container asks of its networks: judged, completed, and kept with it.
 *
 * Evidence: moby daemon/container_operations.go (updateContainerNetworkSettings, updateNetworkConfig, validateEndpointSettings),
 * daemon/container.go (validateNetworkingConfig), runconfig (hostconfig.go, errors.go),
 * api/server/router/container (handleMACAddressBC) of both generations. */
#include "core/daemon/network.h"

#include "core/config/go_net.h"
#include "core/network/checks.h"
#include "core/network/cidr.h"
#include "core/network/mode.h"

#include <stdlib.h>
#include <string.h>

#define SHORT_ID_DIGITS 12
#define NETWORK_NONE    "none"

/* ---- the network mode ---- */

static bool has_items(const struct wcd_host_config *host_config, const char *name)
{
    return wcd_json_first(wcd_json_get(host_config->others, name)) != NULL;
}

static bool is_true(const struct wcd_host_config *host_config, const char *name)
{
    const struct wcd_json *value = wcd_json_get(host_config->others, name);
    return wcd_json_is(value, WCD_JSON_BOOL) && wcd_json_bool(value);
}

/* What a container that has another's network cannot have of its own. */
static const char *conflict_of(const struct engine_rules *engine,
                               const struct wcd_container_config *config,
                               const struct wcd_host_config *host_config)
{
    const struct {
        bool given;
        const char *message;
    } conflicts[] = {
        {wcd_text_or_empty(config->hostname)[0] != '\0', engine->hostname_mode_message},
        {has_items(host_config, "Links"), engine->links_mode_message},
        {has_items(host_config, "Dns"), engine->dns_mode_message},
        {has_items(host_config, "ExtraHosts"), engine->hosts_mode_message},
        {wcd_text_or_empty(config->mac_address)[0] != '\0', engine->mac_mode_message},
        {has_items(host_config, "PortBindings") || is_true(host_config, "PublishAllPorts"),
         engine->publish_mode_message},
        {wcd_json_first(config->exposed_ports) != NULL, engine->expose_mode_message},
    };
    for (size_t i = 0; i < sizeof(conflicts) / sizeof(conflicts[0]); i++) {
        if (conflicts[i].given) {
            return conflicts[i].message;
        }
    }
    return NULL;
}

enum wcd_errc daemon_check_network_mode(const struct engine_rules *engine,
                                        const struct wcd_container_config *config,
                                        const struct wcd_host_config *host_config,
                                        struct wcd_error *err)
{
    const char *mode = wcd_text_or_empty(host_config->network_mode);
    const char *message = NULL;
    if (strcmp(mode, "container") == 0 || strcmp(mode, "container:") == 0) {
        message = engine->container_mode_message;
    } else if (wcd_network_mode_is_container(mode)) {
        message = conflict_of(engine, config, host_config);
    }
    return message == NULL ? WCD_OK : wcd_error_set(err, engine->verify_error_class, "%s", message);
}

/* ---- an endpoint's settings ---- */

/* 2017: a network whose pools HNS chose takes no addresses. */
static enum wcd_errc check_pools(const struct engine_rules *engine,
                                 const struct wcd_network *network,
                                 const struct wcd_endpoint_settings *settings,
                                 struct wcd_error *err)
{
    const struct {
        const char *address;
        const struct wcd_ipam_configs *pools;
    } sides[] = {{"IPv4Address", &network->ipv4}, {"IPv6Address", &network->ipv6}};
    for (size_t i = 0; i < sizeof(sides) / sizeof(sides[0]); i++) {
        bool found = wcd_endpoint_settings_address(settings, sides[i].address)[0] == '\0';
        for (size_t j = 0; !found && j < sides[i].pools->count; j++) {
            found = wcd_text_or_empty(sides[i].pools->items[j].preferred_pool)[0] != '\0';
        }
        if (!found) {
            return wcd_error_set(err, engine->verify_error_class, "%s",
                                 engine->address_without_pool_message);
        }
    }
    return WCD_OK;
}

static bool is_mac(const char *text)
{
    unsigned char mac[GO_MAC_BYTES_MAX];
    return go_mac_parse(text, mac) != 0;
}

/* v25: all that is wrong with them, but a MAC address alone. */
static enum wcd_errc check_together(const struct engine_rules *engine,
                                    const struct wcd_network *network,
                                    const struct wcd_endpoint_settings *settings,
                                    struct wcd_error *err)
{
    struct wcd_strlist wrong = {0};
    const char *mac = wcd_text_or_empty(settings->mac_address);
    bool ok =
        wcd_check_endpoint_address(wcd_endpoint_settings_address(settings, "IPv4Address"), false,
                                   network, engine->address_without_pool_message, &wrong) &&
        wcd_check_endpoint_address(wcd_endpoint_settings_address(settings, "IPv6Address"), true,
                                   network, engine->address_without_pool_message, &wrong);
    enum wcd_errc code = ok ? WCD_OK : wcd_error_no_memory(err);
    if (code == WCD_OK && mac[0] != '\0' && !is_mac(mac)) {
        code = wcd_error_set(err, WCD_E_INVALID_PARAMETER, "invalid MAC address %s", mac);
    }
    if (code == WCD_OK) {
        code = wcd_join_errors(&wrong, "invalid endpoint settings:", err);
    }
    wcd_strlist_release(&wrong);
    return code;
}

/* validateEndpointSettings: judges settings for a network (NULL: one that is not there yet). */
static enum wcd_errc check_settings(const struct engine_rules *engine,
                                    const struct wcd_network *network,
                                    const struct wcd_endpoint_settings *settings,
                                    struct wcd_error *err)
{
    if (engine->endpoint_settings_are_judged_together) {
        return check_together(engine, network, settings, err);
    }
    return network == NULL ? WCD_OK : check_pools(engine, network, settings, err);
}

/* ---- what docker create asks for ---- */

static enum wcd_errc wrong_type(const struct wcd_json *json, const char *member, const char *type,
                                struct wcd_error *err)
{
    return wcd_error_set(err, WCD_E_INVALID_PARAMETER,
                         "json: cannot unmarshal %s into Go struct field NetworkingConfig.%s of "
                         "type %s",
                         wcd_json_type_name(wcd_json_type_of(json)), member, type);
}

static enum wcd_errc read_endpoints(const struct wcd_json *map, struct wcd_network_settings *out,
                                    struct wcd_error *err)
{
    enum wcd_errc code = WCD_OK;
    if (map == NULL || wcd_json_is(map, WCD_JSON_NULL)) {
        return WCD_OK;
    }
    if (!wcd_json_is(map, WCD_JSON_OBJECT)) {
        return wrong_type(map, "EndpointsConfig", "map[string]*network.EndpointSettings", err);
    }
    if (wcd_json_size(map) > WCD_CONTAINER_NETWORKS_MAX) {
        return wcd_error_set(err, WCD_E_INVALID_PARAMETER, "more than %u networks",
                             WCD_CONTAINER_NETWORKS_MAX);
    }
    for (const struct wcd_json *item = wcd_json_first(map); code == WCD_OK && item != NULL;
         item = wcd_json_next(item)) {
        struct wcd_endpoint_settings *one = wcd_network_settings_put(out, wcd_json_name(item));
        code = one == NULL ? wcd_error_no_memory(err) : wcd_endpoint_settings_read(one, item, err);
    }
    return code;
}

/* 2017: one network alone, with addresses that are some. */
static enum wcd_errc check_single(const struct engine_rules *engine,
                                  const struct wcd_network_settings *asked, struct wcd_error *err)
{
    struct go_ip ip;
    if (asked->count > 1) {
        struct wcd_strlist names = {0};
        bool ok = true;
        for (size_t i = 0; ok && i < asked->count; i++) {
            ok = wcd_strlist_add(&names, asked->items[i]->network);
        }
        char *text = ok ? wcd_strlist_join(&names, ", ") : NULL;
        enum wcd_errc code = text == NULL ? wcd_error_no_memory(err)
                                          : wcd_error_fill(err, WCD_E_INVALID_PARAMETER,
                                                           engine->many_endpoints_message, text);
        free(text);
        wcd_strlist_release(&names);
        return code;
    }
    for (size_t i = 0; i < asked->count; i++) {
        const char *v4 = wcd_endpoint_settings_address(asked->items[i], "IPv4Address");
        const char *v6 = wcd_endpoint_settings_address(asked->items[i], "IPv6Address");
        if (v4[0] != '\0' && (!wcd_ip_parse(&ip, v4) || !wcd_ip_is_v4(&ip))) {
            return wcd_error_set(err, WCD_E_INVALID_PARAMETER, "invalid IPv4 address: %s", v4);
        }
        if (v6[0] != '\0' && (!wcd_ip_parse(&ip, v6) || wcd_ip_is_v4(&ip))) {
            return wcd_error_set(err, WCD_E_INVALID_PARAMETER, "invalid IPv6 address: %s", v6);
        }
    }
    return WCD_OK;
}

/* v25: each with the network that is there by now. */
static enum wcd_errc check_each(const struct wcd_daemon *daemon, const struct wcd_json *map,
                                const struct wcd_network_settings *asked, struct wcd_error *err)
{
    struct wcd_strlist wrong = {0};
    bool ok = true;
    for (size_t i = 0; ok && i < asked->count; i++) {
        const struct wcd_endpoint_settings *item = asked->items[i];
        const struct wcd_network *network = NULL;
        struct wcd_error failure = WCD_ERROR_INIT;
        if (wcd_json_is(wcd_json_get(map, item->network), WCD_JSON_NULL)) {
            ok = wcd_strlist_addf(&wrong, "invalid config for network %s: EndpointsConfig is nil",
                                  item->network);
            continue;
        }
        (void)daemon_find_network(daemon, item->network, &network, &failure);
        wcd_error_release(&failure);
        if (check_settings(daemon->engine, network, item, &failure) != WCD_OK) {
            ok = failure.code != WCD_E_NO_MEMORY &&
                 wcd_strlist_addf(&wrong, "invalid config for network %s: %s", item->network,
                                  wcd_error_message(&failure));
        }
        wcd_error_release(&failure);
    }
    enum wcd_errc code = ok ? wcd_join_errors(&wrong, NULL, err) : wcd_error_no_memory(err);
    wcd_strlist_release(&wrong);
    return code;
}

/* handleMACAddressBC: the container's own address belongs to its main network. */
static enum wcd_errc move_mac(struct wcd_container_config *config,
                              const struct wcd_host_config *host_config,
                              struct wcd_network_settings *asked, struct wcd_strlist *warnings,
                              struct wcd_error *err)
{
    const char *mac = wcd_text_or_empty(config->mac_address);
    const char *mode = wcd_text_or_empty(host_config->network_mode);
    const char *name = mode[0] == '\0' ? "default" : wcd_network_mode_name(mode);
    if (mac[0] == '\0') {
        return WCD_OK;
    }
    if (!wcd_network_mode_is_none(mode) && !wcd_network_mode_is_container(mode)) {
        struct wcd_endpoint_settings *item = wcd_network_settings_put(asked, name);
        if (item == NULL) {
            return wcd_error_no_memory(err);
        }
        const char *own = wcd_text_or_empty(item->mac_address);
        if (own[0] != '\0' && strcmp(own, mac) != 0) {
            return wcd_error_set(err, WCD_E_INVALID_PARAMETER,
                                 "the container-wide MAC address must match the endpoint-specific "
                                 "MAC address for the main network, or be left empty");
        }
        wcd_text_replace(&item->mac_address, wcd_text_copy(mac));
        if (item->mac_address == NULL) {
            return wcd_error_no_memory(err);
        }
    }
    wcd_text_replace(&config->mac_address, NULL);
    return wcd_strlist_add(warnings, "The container-wide MacAddress field is now deprecated. It "
                                     "should be specified in EndpointsConfig instead.")
               ? WCD_OK
               : wcd_error_no_memory(err);
}

enum wcd_errc daemon_read_networking(const struct wcd_daemon *daemon, const struct wcd_json *json,
                                     struct wcd_container_config *config,
                                     const struct wcd_host_config *host_config,
                                     struct wcd_network_settings *out, struct wcd_strlist *warnings,
                                     struct wcd_error *err)
{
    const struct engine_rules *engine = daemon->engine;
    const struct wcd_json *map = wcd_json_get(json, "EndpointsConfig");
    if (json != NULL && !wcd_json_is(json, WCD_JSON_OBJECT) && !wcd_json_is(json, WCD_JSON_NULL)) {
        return wcd_error_set(err, WCD_E_INVALID_PARAMETER,
                             "json: cannot unmarshal %s into Go value of type "
                             "network.NetworkingConfig",
                             wcd_json_type_name(wcd_json_type_of(json)));
    }
    enum wcd_errc code = read_endpoints(map, out, err);
    if (code == WCD_OK && engine->mac_is_of_endpoint) {
        code = move_mac(config, host_config, out, warnings, err);
    }
    if (code != WCD_OK) {
        return code;
    }
    return engine->many_endpoints_message != NULL ? check_single(engine, out, err)
                                                  : check_each(daemon, map, out, err);
}

/* ---- what the container keeps ---- */

static bool take_asked(struct wcd_network_settings *to, const struct wcd_network_settings *asked)
{
    bool ok = true;
    for (size_t i = 0; ok && i < asked->count; i++) {
        const struct wcd_endpoint_settings *from = asked->items[i];
        struct wcd_endpoint_settings *item = wcd_network_settings_put(to, from->network);
        ok = item != NULL && wcd_endpoint_settings_copy(item, from);
        if (ok && from->mac_address != NULL) {
            wcd_text_replace(&item->desired_mac, wcd_text_copy(from->mac_address));
            ok = item->desired_mac != NULL;
        }
    }
    return ok;
}

/* The network of the container's mode: *found is NULL when it is not there yet. */
static const char *network_of_mode(const struct wcd_daemon *daemon, const char *mode,
                                   const struct wcd_network **found)
{
    struct wcd_error failure = WCD_ERROR_INIT;
    *found = NULL;
    if (wcd_network_mode_is_default(mode)) {
        return DAEMON_DEFAULT_NETWORK;
    }
    if (wcd_network_mode_is_user_defined(mode)) {
        (void)daemon_find_network(daemon, mode, found, &failure);
        wcd_error_release(&failure);
    }
    return *found == NULL ? wcd_network_mode_name(mode) : (*found)->name;
}

enum wcd_errc daemon_settle_networks(const struct wcd_daemon *daemon,
                                     struct wcd_container *container,
                                     const struct wcd_network_settings *asked,
                                     struct wcd_error *err)
{
    struct wcd_network_settings *networks = &container->networks;
    const char *mode = wcd_text_or_empty(container->host_config.network_mode);
    const struct wcd_network *network = NULL;
    if (container->config.network_disabled || container->endpoints_given ||
        wcd_network_mode_is_container(mode)) {
        return WCD_OK;
    }
    const char *name = network_of_mode(daemon, mode, &network);
    bool ok = asked == NULL || take_asked(networks, asked);
    if (ok && networks->count == 0) {
        ok = wcd_network_settings_put(networks, name) != NULL;
    }
    if (ok && wcd_network_mode_is_default(mode)) {
        ok = wcd_network_settings_rename(networks, mode, name);
    }
    if (ok && network != NULL && wcd_network_settings_get(networks, name) == NULL) {
        ok = wcd_network_settings_rename(networks, network->id, name);
    }
    return ok ? WCD_OK : wcd_error_no_memory(err);
}

/* ---- joining ---- */

static bool add_once(struct wcd_strlist *list, const char *text)
{
    return text[0] == '\0' || wcd_strlist_contains(list, text) || wcd_strlist_add(list, text);
}

/* buildEndpointDNSNames. */
static bool set_names(struct wcd_endpoint_settings *settings, const struct wcd_container *container,
                      const char *short_id)
{
    wcd_strlist_release(&settings->dns_names);
    bool ok = add_once(&settings->dns_names, container->name + strspn(container->name, "/"));
    for (size_t i = 0; ok && i < settings->aliases.count; i++) {
        ok = add_once(&settings->dns_names, settings->aliases.items[i]);
    }
    return ok && add_once(&settings->dns_names, short_id) &&
           add_once(&settings->dns_names, wcd_text_or_empty(container->config.hostname));
}

static bool add_names(const struct engine_rules *engine, const struct wcd_container *container,
                      const struct wcd_network *network, struct wcd_endpoint_settings *settings)
{
    bool own = wcd_network_mode_is_user_defined(network->name);
    char *short_id = wcd_text_copy_n(container->id, SHORT_ID_DIGITS);
    bool ok = short_id != NULL;
    if (ok && own && engine->aliases_have_id) {
        ok = add_once(&settings->aliases, short_id);
    }
    if (ok && engine->endpoints_have_names && (own || wcd_network_mode_is_bridge(network->name))) {
        ok = set_names(settings, container, short_id);
    }
    free(short_id);
    return ok;
}

/* updateNetworkSettings. A network that the container has already stays as it is. */
static enum wcd_errc add_network(const struct wcd_daemon *daemon, struct wcd_container *container,
                                 const struct wcd_network *network,
                                 const struct wcd_endpoint_settings *settings,
                                 struct wcd_error *err)
{
    struct wcd_network_settings *networks = &container->networks;
    for (size_t i = 0; i < networks->count; i++) {
        const struct wcd_network *other = daemon_network_of(daemon, networks->items[i]);
        if (other == NULL) {
            continue;
        }
        if (strcmp(other->name, network->name) == 0) {
            return WCD_OK;
        }
        if (strcmp(other->name, NETWORK_NONE) == 0 || strcmp(network->name, NETWORK_NONE) == 0) {
            return wcd_error_set(err, daemon->engine->verify_error_class, "%s",
                                 daemon->engine->none_network_message);
        }
    }
    struct wcd_endpoint_settings *item = wcd_network_settings_put(networks, network->name);
    return item != NULL && (item == settings || wcd_endpoint_settings_copy(item, settings))
               ? WCD_OK
               : wcd_error_no_memory(err);
}

enum wcd_errc daemon_update_network_config(const struct wcd_daemon *daemon,
                                           struct wcd_container *container,
                                           const struct wcd_network *network,
                                           struct wcd_endpoint_settings *settings, bool update,
                                           struct wcd_error *err)
{
    if (!add_names(daemon->engine, container, network, settings)) {
        return wcd_error_no_memory(err);
    }
    enum wcd_errc code = check_settings(daemon->engine, network, settings, err);
    return code == WCD_OK && update ? add_network(daemon, container, network, settings, err) : code;
}
