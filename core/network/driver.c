/* The drivers of both generations: what they remember, and which of them is asked; see driver.h.
 *
 * Sources: libnetwork of January 2017 and of early 2024: drivers_windows.go, network_windows.go (startResolver),
 * drivers/null, drivers/windows; hcsshim 0.11, hnsendpoint.go (HotAttachEndpoint). */
#include "core/network/driver_internal.h"

#include "core/base/assert.h"
#include "core/base/goquote.h"

#include <stdlib.h>
#include <string.h>

static const struct net_generation generations[] = {
    [WCD_ENGINE_V17] =
        {
            .refuses_active = true,
            .nat_keeps_zeros = true,
            .no_subnet_end = "\n",
            .few_vnis_message = "insufficient vnis({}) passed to overlay",
            .delete_class = WCD_OK,
            .no_overlay_class = WCD_E_PLAIN,
        },
    [WCD_ENGINE_V25] =
        {
            .has_all_types = true,
            .asks_for_overlays = true,
            .keeps_endpoints = true,
            .has_mac_pools = true,
            .has_nat_options = true,
            .drops_stale = true,
            .takes_subnets = true,
            .forgives_missing = true,
            .allocates_ports = true,
            .any_address_is_none = true,
            .nat_reserves = true,
            .attaches_hot = true,
            .overlay_needs_vnis = true,
            .overlay_drops_stale = true,
            .overlay_is_automatic = true,
            .overlay_names_endpoints = true,
            .no_subnet_end = "",
            .few_vnis_message = "insufficient vnis({}) passed to overlay. Windows driver requires "
                                "VNIs to be prepopulated",
            .delete_class = WCD_E_FORBIDDEN,
            .no_overlay_class = WCD_E_FORBIDDEN,
        },
};

/* The types of both generations, and those that came later. */
static const char *const types[] = {NET_TYPE_NULL, "transparent", "l2bridge", "l2tunnel", "nat"};
static const char *const later_types[] = {"internal", "private", "ics"};

static bool is_one_of(const char *type, const char *const *list, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (strcmp(type, list[i]) == 0) {
            return true;
        }
    }
    return false;
}

const char *wcd_net_driver_scope(const struct engine_rules *engine, const char *type)
{
    const struct net_generation *generation = &generations[engine->engine];
    if (strcmp(type, NET_TYPE_OVERLAY) == 0) {
        return "global";
    }
    bool found = is_one_of(type, types, sizeof(types) / sizeof(types[0])) ||
                 (generation->has_all_types &&
                  is_one_of(type, later_types, sizeof(later_types) / sizeof(later_types[0])));
    return found ? "local" : NULL;
}

/* ---- memory ---- */

static void free_endpoint(struct net_endpoint *endpoint)
{
    free(endpoint->id);
    free(endpoint->hns_id);
    wcd_port_bindings_release(&endpoint->ports);
    free(endpoint);
}

static void free_network(struct net_network *network)
{
    struct net_endpoint *next = NULL;
    for (struct net_endpoint *at = network->endpoints; at != NULL; at = next) {
        next = at->next;
        free_endpoint(at);
    }
    for (size_t i = 0; i < network->subnet_count; i++) {
        free(network->subnets[i].gateway);
    }
    free(network->subnets);
    wcd_strlist_release(&network->nat_exceptions);
    free(network->provider_address);
    free(network->hns_id);
    free(network->type);
    free(network->id);
    free(network);
}

struct wcd_net_driver *wcd_net_driver_new(const struct wcd_hns *hns)
{
    struct wcd_net_driver *driver = calloc(1, sizeof(*driver));
    if (driver != NULL) {
        driver->hns = *hns;
        driver->generation = &generations[hns->engine->engine];
    }
    return driver;
}

void wcd_net_driver_free(struct wcd_net_driver *driver)
{
    struct net_network *next = NULL;
    if (driver == NULL) {
        return;
    }
    for (struct net_network *at = driver->networks; at != NULL; at = next) {
        next = at->next;
        free_network(at);
    }
    net_ports_release(&driver->ports);
    free(driver);
}

struct net_network *net_find(const struct wcd_net_driver *driver, const char *type, const char *id)
{
    struct net_network *network = driver->networks;
    while (network != NULL && (strcmp(network->type, type) != 0 || strcmp(network->id, id) != 0)) {
        network = network->next;
    }
    return network;
}

struct net_network *net_add(struct wcd_net_driver *driver, const char *type, const char *id)
{
    struct net_network *network = calloc(1, sizeof(*network));
    if (network == NULL) {
        return NULL;
    }
    wcd_strlist_init(&network->nat_exceptions);
    network->id = wcd_text_copy(id);
    network->type = wcd_text_copy(type);
    network->hns_id = wcd_text_copy("");
    if (network->id == NULL || network->type == NULL || network->hns_id == NULL) {
        free_network(network);
        return NULL;
    }
    network->next = driver->networks;
    driver->networks = network;
    return network;
}

void net_remove(struct wcd_net_driver *driver, struct net_network *network)
{
    struct net_network **at = &driver->networks;
    while (*at != network) {
        at = &(*at)->next;
    }
    *at = network->next;
    free_network(network);
}

struct net_endpoint *net_find_endpoint(const struct net_network *network, const char *id)
{
    struct net_endpoint *endpoint = network->endpoints;
    while (endpoint != NULL && strcmp(endpoint->id, id) != 0) {
        endpoint = endpoint->next;
    }
    return endpoint;
}

bool net_add_endpoint(struct net_network *network, const char *id, const char *hns_id,
                      struct wcd_port_bindings *ports)
{
    struct net_endpoint *endpoint = calloc(1, sizeof(*endpoint));
    if (endpoint == NULL) {
        wcd_port_bindings_release(ports);
        return false;
    }
    endpoint->ports = *ports;
    *ports = (struct wcd_port_bindings){0};
    endpoint->id = wcd_text_copy(id);
    endpoint->hns_id = wcd_text_copy(wcd_text_or_empty(hns_id));
    if (endpoint->id == NULL || endpoint->hns_id == NULL) {
        free_endpoint(endpoint);
        return false;
    }
    endpoint->next = network->endpoints;
    network->endpoints = endpoint;
    return true;
}

void net_remove_endpoint(struct net_network *network, struct net_endpoint *endpoint)
{
    struct net_endpoint **at = &network->endpoints;
    while (*at != endpoint) {
        at = &(*at)->next;
    }
    *at = endpoint->next;
    free_endpoint(endpoint);
}

/* ---- options ---- */

const char *net_option(const struct wcd_network *network, const char *name)
{
    const struct wcd_json *option = wcd_json_get(network->options, name);
    return wcd_json_is(option, WCD_JSON_STRING) ? wcd_json_string(option) : NULL;
}

/* A new object: the JSON layer replaces no members. */
enum wcd_errc net_set_hns_id(struct wcd_network *network, const char *hns_id, struct wcd_error *err)
{
    struct wcd_json *options = wcd_json_new_object();
    bool ok = options != NULL;
    for (const struct wcd_json *at = wcd_json_first(network->options); ok && at != NULL;
         at = wcd_json_next(at)) {
        if (strcmp(wcd_json_name(at), WCD_NET_OPTION_HNSID) != 0) {
            ok = wcd_json_set(options, wcd_json_name(at), wcd_json_copy(at));
        }
    }
    if (!ok || !wcd_json_set_string(options, WCD_NET_OPTION_HNSID, wcd_text_or_empty(hns_id))) {
        wcd_json_free(options);
        return wcd_error_no_memory(err);
    }
    wcd_json_free(network->options);
    network->options = options;
    return WCD_OK;
}

bool net_split(struct wcd_strlist *out, const char *text)
{
    for (;;) {
        size_t len = strcspn(text, ",");
        char *part = wcd_text_copy_n(text, len);
        if (part == NULL || !wcd_strlist_take(out, part)) {
            return false;
        }
        if (text[len] == '\0') {
            return true;
        }
        text += len + 1;
    }
}

/* ---- networks ---- */

static bool is_null(const char *type)
{
    return strcmp(type, NET_TYPE_NULL) == 0;
}

static bool is_overlay(const char *type)
{
    return strcmp(type, NET_TYPE_OVERLAY) == 0;
}

enum wcd_errc wcd_net_driver_start(struct wcd_net_driver *driver, struct wcd_error *err)
{
    return driver->generation->asks_for_overlays ? net_overlay_start(driver, err) : WCD_OK;
}

enum wcd_errc wcd_net_driver_restore(struct wcd_net_driver *driver,
                                     const struct wcd_network *network, struct wcd_error *err)
{
    if (!driver->generation->keeps_endpoints || is_overlay(network->type) ||
        is_null(network->type) || net_find(driver, network->type, network->id) != NULL) {
        return WCD_OK;
    }
    struct net_network *known = net_add(driver, network->type, network->id);
    if (known == NULL) {
        return wcd_error_no_memory(err);
    }
    bool ok = true;
    for (const struct wcd_endpoint *at = network->endpoints; ok && at != NULL; at = at->next) {
        struct wcd_port_bindings ports = {0};
        for (size_t i = 0; ok && i < at->ports.count; i++) {
            ok = wcd_port_bindings_add(&ports, &at->ports.items[i]);
        }
        ok = net_add_endpoint(known, at->id, at->hns_id, &ports) && ok;
    }
    const char *hns_id = net_option(network, WCD_NET_OPTION_HNSID);
    if (ok && hns_id != NULL) {
        wcd_text_replace(&known->hns_id, wcd_text_copy(hns_id));
        ok = known->hns_id != NULL;
    }
    if (!ok) {
        net_remove(driver, known);
        return wcd_error_no_memory(err);
    }
    return WCD_OK;
}

static enum wcd_errc null_create(struct wcd_net_driver *driver, const struct wcd_network *network,
                                 struct wcd_error *err)
{
    for (const struct net_network *at = driver->networks; at != NULL; at = at->next) {
        if (is_null(at->type)) {
            return wcd_error_set(err, WCD_E_FORBIDDEN,
                                 "only one instance of \"%s\" network is allowed", NET_TYPE_NULL);
        }
    }
    return net_add(driver, NET_TYPE_NULL, network->id) == NULL ? wcd_error_no_memory(err) : WCD_OK;
}

static enum wcd_errc delete_network(struct wcd_net_driver *driver,
                                    const struct wcd_network *network, bool *masked,
                                    struct wcd_error *err)
{
    *masked = false;
    if (is_null(network->type)) {
        return wcd_error_set(err, WCD_E_FORBIDDEN, "network of type \"%s\" cannot be deleted",
                             NET_TYPE_NULL);
    }
    return is_overlay(network->type) ? net_overlay_delete(driver, network->id, err)
                                     : net_local_delete(driver, network, masked, err);
}

/* startResolver: asks for the gateways, where the original then answers DNS queries. */
static enum wcd_errc ask_gateways(struct wcd_net_driver *driver, const struct wcd_network *network,
                                  struct wcd_error *err)
{
    const char *hns_id = net_option(network, WCD_NET_OPTION_HNSID);
    struct wcd_json *output = NULL;
    struct wcd_error why = WCD_ERROR_INIT;
    if (strcmp(network->type, "ics") == 0 || wcd_text_or_empty(hns_id)[0] == '\0') {
        return WCD_OK;
    }
    enum wcd_errc code = net_call(driver, "GET", "networks", hns_id, "", &output, &why);
    wcd_json_free(output);
    char *quoted = NULL;
    if (code != WCD_OK && code != WCD_E_NO_MEMORY) {
        quoted = wcd_go_quote(wcd_error_message(&why));
        code = quoted == NULL ? WCD_E_NO_MEMORY : WCD_OK;
    }
    if (quoted != NULL) {
        wcd_log(driver->hns.log, WCD_LOG_ERROR, "Resolver Setup/Start failed for container %s, %s",
                wcd_text_or_empty(network->name), quoted);
    }
    free(quoted);
    wcd_error_release(&why);
    return code == WCD_OK ? WCD_OK : wcd_error_no_memory(err);
}

enum wcd_errc wcd_net_driver_create(struct wcd_net_driver *driver, struct wcd_network *network,
                                    struct wcd_error *err)
{
    WCD_ASSERT(wcd_net_driver_scope(driver->hns.engine, network->type) != NULL);
    if (is_null(network->type)) {
        return null_create(driver, network, err);
    }
    bool is_taken = !is_overlay(network->type) &&
                    wcd_text_or_empty(net_option(network, WCD_NET_OPTION_HNSID))[0] != '\0';
    enum wcd_errc code = is_overlay(network->type) ? net_overlay_create(driver, network, err)
                                                   : net_local_create(driver, network, err);
    if (code != WCD_OK) {
        return code;
    }
    code = ask_gateways(driver, network, err);
    if (code != WCD_OK) {
        struct net_network *known = net_find(driver, network->type, network->id);
        if (!is_taken) {
            net_delete_quietly(driver, "networks", known->hns_id);
        }
        net_remove(driver, known);
    }
    return code;
}

enum wcd_errc wcd_net_driver_delete(struct wcd_net_driver *driver,
                                    const struct wcd_network *network, bool *masked,
                                    struct wcd_error *err)
{
    return delete_network(driver, network, masked, err);
}

/* ---- endpoints ---- */

enum wcd_errc wcd_net_driver_create_endpoint(struct wcd_net_driver *driver,
                                             struct wcd_endpoint *endpoint,
                                             const struct wcd_net_endpoint_options *options,
                                             struct wcd_error *err)
{
    const char *type = endpoint->network->type;
    if (is_null(type)) {
        return WCD_OK;
    }
    return is_overlay(type) ? net_overlay_create_endpoint(driver, endpoint, options, err)
                            : net_local_create_endpoint(driver, endpoint, options, err);
}

enum wcd_errc wcd_net_driver_delete_endpoint(struct wcd_net_driver *driver,
                                             const struct wcd_endpoint *endpoint,
                                             struct wcd_error *err)
{
    const char *type = endpoint->network->type;
    if (is_null(type)) {
        return WCD_OK;
    }
    return is_overlay(type) ? net_overlay_delete_endpoint(driver, endpoint, err)
                            : net_local_delete_endpoint(driver, endpoint, err);
}

/* ---- join and leave ---- */

static enum wcd_errc overlay_join(const struct net_network *network,
                                  const struct wcd_endpoint *endpoint, struct wcd_error *err)
{
    if (network == NULL) {
        return wcd_error_set(err, WCD_E_PLAIN, "could not find network with id %s",
                             endpoint->network->id);
    }
    return net_find_endpoint(network, endpoint->id) != NULL
               ? WCD_OK
               : wcd_error_set(err, WCD_E_PLAIN, "could not find endpoint with id %s",
                               endpoint->id);
}

static enum wcd_errc require_endpoint(const struct net_network *network,
                                      const struct wcd_endpoint *endpoint, struct wcd_error *err)
{
    return net_find_endpoint(network, endpoint->id) != NULL
               ? WCD_OK
               : wcd_error_set(err, WCD_E_NOT_FOUND, "Endpoint not found: %s", endpoint->id);
}

enum wcd_errc wcd_net_driver_join(struct wcd_net_driver *driver, struct wcd_endpoint *endpoint,
                                  struct wcd_error *err)
{
    const char *type = endpoint->network->type;
    const struct net_network *network = net_find(driver, type, endpoint->network->id);
    if (is_null(type)) {
        return WCD_OK;
    }
    if (is_overlay(type)) {
        return overlay_join(network, endpoint, err);
    }
    if (network == NULL) {
        return wcd_error_set(err, WCD_E_NOT_FOUND, "network not found: %s", endpoint->network->id);
    }
    return require_endpoint(network, endpoint, err);
}

enum wcd_errc wcd_net_driver_leave(struct wcd_net_driver *driver,
                                   const struct wcd_endpoint *endpoint, struct wcd_error *err)
{
    const char *type = endpoint->network->type;
    const struct net_network *network = net_find(driver, type, endpoint->network->id);
    if (is_null(type) || is_overlay(type) || network == NULL) {
        return WCD_OK;
    }
    return require_endpoint(network, endpoint, err);
}

/* Does the text hold the id, in any case of its letters? */
static bool holds_id(const char *text, const char *id)
{
    size_t len = strlen(id);
    for (; *text != '\0'; text++) {
        size_t i = 0;
        while (i < len && text[i] != '\0' && (text[i] | 0x20) == (id[i] | 0x20)) {
            i++;
        }
        if (i == len) {
            return true;
        }
    }
    return len == 0;
}

static enum wcd_errc read_attached(const struct wcd_json *output, const char *container_id,
                                   bool *attached, struct wcd_error *err)
{
    const struct wcd_json *shared = wcd_json_get(output, "SharedContainers");
    if (shared == NULL) {
        return WCD_OK;
    }
    char *text = wcd_json_print(shared);
    if (text == NULL) {
        return wcd_error_no_memory(err);
    }
    *attached = holds_id(text, container_id);
    free(text);
    return WCD_OK;
}

enum wcd_errc wcd_net_driver_is_attached(const struct wcd_net_driver *driver,
                                         const struct wcd_endpoint *endpoint,
                                         const char *container_id, enum wcd_net_attached *out,
                                         struct wcd_error *err)
{
    const char *type = endpoint->network->type;
    struct net_answer answer = {0};
    struct wcd_json *output = NULL;
    *out = WCD_NET_NEVER_ATTACHED;
    if (!driver->generation->attaches_hot || is_null(type) || is_overlay(type)) {
        return WCD_OK;
    }
    enum wcd_errc code =
        net_call(driver, "GET", "endpoints", wcd_text_or_empty(endpoint->hns_id), "", &output, err);
    if (code == WCD_OK) {
        code = net_read_endpoint(&answer, output, err);
    }
    wcd_json_free(output);
    output = NULL;
    bool attached = false;
    if (code == WCD_OK) {
        *out = WCD_NET_NOT_ATTACHED;
        code = net_call(driver, "GET", "endpoints", wcd_text_or_empty(answer.id), "", &output, err);
    }
    if (code == WCD_OK) {
        code = read_attached(output, container_id, &attached, err);
    }
    if (code == WCD_OK && attached) {
        *out = WCD_NET_ATTACHED;
    }
    wcd_json_free(output);
    net_answer_release(&answer);
    return code;
}
