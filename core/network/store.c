/* The file of networks; see store.h. */
#include "core/network/store.h"

#include "core/base/winpath.h"
#include "core/files/content.h"
#include "core/files/files.h"
#include "core/json/members.h"
#include "core/network/controller.h"

#include <stdlib.h>
#include <string.h>

#define WORDS_MAX 65536u

static const struct wcd_member network_items[] = {
    {"id", WCD_MEMBER_TEXT, offsetof(struct wcd_network, id), false},
    {"name", WCD_MEMBER_TEXT, offsetof(struct wcd_network, name), false},
    {"type", WCD_MEMBER_TEXT, offsetof(struct wcd_network, type), false},
    {"scope", WCD_MEMBER_TEXT, offsetof(struct wcd_network, scope), false},
    {"created", WCD_MEMBER_TIME, offsetof(struct wcd_network, created_100ns), false},
    {"ipamDriver", WCD_MEMBER_TEXT, offsetof(struct wcd_network, ipam_driver), false},
    {"ipamOptions", WCD_MEMBER_MAP, offsetof(struct wcd_network, ipam_options), true},
    {"options", WCD_MEMBER_MAP, offsetof(struct wcd_network, options), true},
    {"labels", WCD_MEMBER_MAP, offsetof(struct wcd_network, labels), true},
    {"enableIPv6", WCD_MEMBER_BOOL, offsetof(struct wcd_network, enable_ipv6), true},
    {"internal", WCD_MEMBER_BOOL, offsetof(struct wcd_network, internal), true},
    {"attachable", WCD_MEMBER_BOOL, offsetof(struct wcd_network, attachable), true},
    {"ingress", WCD_MEMBER_BOOL, offsetof(struct wcd_network, ingress), true},
    {"inDelete", WCD_MEMBER_BOOL, offsetof(struct wcd_network, in_delete), true},
};
static const struct wcd_members network_members = {
    "network", network_items, sizeof(network_items) / sizeof(network_items[0]), WORDS_MAX};

static const struct wcd_member endpoint_items[] = {
    {"id", WCD_MEMBER_TEXT, offsetof(struct wcd_endpoint, id), false},
    {"name", WCD_MEMBER_TEXT, offsetof(struct wcd_endpoint, name), false},
    {"container", WCD_MEMBER_TEXT, offsetof(struct wcd_endpoint, container_id), true},
    {"hnsID", WCD_MEMBER_TEXT, offsetof(struct wcd_endpoint, hns_id), true},
    {"address", WCD_MEMBER_TEXT, offsetof(struct wcd_endpoint, address), true},
    {"gateway", WCD_MEMBER_TEXT, offsetof(struct wcd_endpoint, gateway), true},
    {"mac", WCD_MEMBER_TEXT, offsetof(struct wcd_endpoint, mac), true},
    {"allowUnqualifiedDNSQuery", WCD_MEMBER_BOOL,
     offsetof(struct wcd_endpoint, allow_unqualified_dns_query), true},
    {"exposed", WCD_MEMBER_LIST, offsetof(struct wcd_endpoint, exposed), true},
};
static const struct wcd_members endpoint_members = {
    "endpoint", endpoint_items, sizeof(endpoint_items) / sizeof(endpoint_items[0]), WORDS_MAX};

static const struct wcd_member config_items[] = {
    {"pool", WCD_MEMBER_TEXT, offsetof(struct wcd_ipam_config, preferred_pool), true},
    {"subPool", WCD_MEMBER_TEXT, offsetof(struct wcd_ipam_config, sub_pool), true},
    {"gateway", WCD_MEMBER_TEXT, offsetof(struct wcd_ipam_config, gateway), true},
    {"auxAddresses", WCD_MEMBER_MAP, offsetof(struct wcd_ipam_config, aux_addresses), true},
};
static const struct wcd_members config_members = {
    "pool", config_items, sizeof(config_items) / sizeof(config_items[0]), WORDS_MAX};

/* A port as it is written. */
struct port_record {
    char *protocol;
    uint32_t port;
    uint32_t host_port;
    uint32_t host_port_end;
    char *host_ip;
};
static const struct wcd_member port_items[] = {
    {"protocol", WCD_MEMBER_TEXT, offsetof(struct port_record, protocol), false},
    {"port", WCD_MEMBER_UINT32, offsetof(struct port_record, port), false},
    {"hostPort", WCD_MEMBER_UINT32, offsetof(struct port_record, host_port), false},
    {"hostPortEnd", WCD_MEMBER_UINT32, offsetof(struct port_record, host_port_end), false},
    {"hostIP", WCD_MEMBER_TEXT, offsetof(struct port_record, host_ip), true},
};
static const struct wcd_members port_members = {
    "port", port_items, sizeof(port_items) / sizeof(port_items[0]), WORDS_MAX};

/* By enum wcd_protocol. */
static const char *const protocols[] = {"tcp", "udp", "sctp"};
#define PROTOCOL_COUNT (sizeof(protocols) / sizeof(protocols[0]))

/* The lists of pools of a network. */
static const struct pool_list {
    const char *name;
    size_t offset;
} pool_lists[] = {
    {"ipv4", offsetof(struct wcd_network, ipv4)},
    {"ipv6", offsetof(struct wcd_network, ipv6)},
    {"ipv4Pools", offsetof(struct wcd_network, ipv4_pools)},
    {"ipv6Pools", offsetof(struct wcd_network, ipv6_pools)},
};
#define POOL_LIST_COUNT (sizeof(pool_lists) / sizeof(pool_lists[0]))

/* ---- freeing ---- */

void wcd_endpoint_free(struct wcd_endpoint *endpoint)
{
    if (endpoint != NULL) {
        wcd_members_release(endpoint, &endpoint_members);
        wcd_port_bindings_release(&endpoint->ports);
        free(endpoint);
    }
}

void wcd_network_free(struct wcd_network *network)
{
    if (network == NULL) {
        return;
    }
    while (network->endpoints != NULL) {
        struct wcd_endpoint *next = network->endpoints->next;
        wcd_endpoint_free(network->endpoints);
        network->endpoints = next;
    }
    wcd_ipam_configs_release(&network->ipv4);
    wcd_ipam_configs_release(&network->ipv6);
    wcd_ipam_configs_release(&network->ipv4_pools);
    wcd_ipam_configs_release(&network->ipv6_pools);
    wcd_members_release(network, &network_members);
    free(network);
}

void wcd_networks_free(struct wcd_network *first)
{
    while (first != NULL) {
        struct wcd_network *next = first->next;
        wcd_network_free(first);
        first = next;
    }
}

/* ---- reading ---- */

static enum wcd_errc wants_list(const struct wcd_json *json, const char *name,
                                struct wcd_error *err)
{
    return json == NULL || wcd_json_is(json, WCD_JSON_ARRAY)
               ? WCD_OK
               : wcd_error_set(err, WCD_E_INVALID_PARAMETER, "\"%s\" is no list", name);
}

static enum wcd_errc read_configs(struct wcd_ipam_configs *configs, const struct wcd_json *object,
                                  const char *name, struct wcd_error *err)
{
    const struct wcd_json *list = wcd_json_get(object, name);
    enum wcd_errc code = wants_list(list, name, err);
    for (const struct wcd_json *item = wcd_json_first(list); code == WCD_OK && item != NULL;
         item = wcd_json_next(item)) {
        if (!wcd_ipam_configs_add(configs, NULL, NULL)) {
            return wcd_error_no_memory(err);
        }
        code = wcd_members_read(&configs->items[configs->count - 1], &config_members, item, err);
    }
    return code;
}

static enum wcd_errc read_port(struct wcd_port_bindings *ports, const struct wcd_json *item,
                               struct wcd_error *err)
{
    struct port_record record = {0};
    enum wcd_errc code = wcd_members_read(&record, &port_members, item, err);
    size_t protocol = 0;
    while (protocol < PROTOCOL_COUNT && !wcd_text_equal(protocols[protocol], record.protocol)) {
        protocol++;
    }
    if (code == WCD_OK && (protocol == PROTOCOL_COUNT || record.port > UINT16_MAX ||
                           record.host_port > UINT16_MAX || record.host_port_end > UINT16_MAX)) {
        code = wcd_error_set(err, WCD_E_INVALID_PARAMETER, "invalid port");
    }
    if (code == WCD_OK) {
        struct wcd_port_binding binding = {.protocol = (enum wcd_protocol)protocol,
                                           .port = (uint16_t)record.port,
                                           .host_port = (uint16_t)record.host_port,
                                           .host_port_end = (uint16_t)record.host_port_end,
                                           .host_ip = record.host_ip};
        code = wcd_port_bindings_add(ports, &binding) ? WCD_OK : wcd_error_no_memory(err);
    }
    wcd_members_release(&record, &port_members);
    return code;
}

static enum wcd_errc read_endpoint(struct wcd_network *network, const struct wcd_json *json,
                                   struct wcd_endpoint **out, struct wcd_error *err)
{
    struct wcd_endpoint *endpoint = calloc(1, sizeof(*endpoint));
    const struct wcd_json *ports = wcd_json_get(json, "ports");
    if (endpoint == NULL) {
        return wcd_error_no_memory(err);
    }
    endpoint->network = network;
    *out = endpoint;
    enum wcd_errc code = wcd_members_read(endpoint, &endpoint_members, json, err);
    if (code == WCD_OK) {
        code = wants_list(ports, "ports", err);
    }
    for (const struct wcd_json *item = wcd_json_first(ports); code == WCD_OK && item != NULL;
         item = wcd_json_next(item)) {
        code = read_port(&endpoint->ports, item, err);
    }
    if (code == WCD_OK && (endpoint->id == NULL || endpoint->name == NULL)) {
        code = wcd_error_set(err, WCD_E_INVALID_PARAMETER, "an endpoint has no id or name");
    }
    return code;
}

static enum wcd_errc read_network(const struct wcd_json *json, struct wcd_network *network,
                                  struct wcd_error *err)
{
    const struct wcd_json *endpoints = wcd_json_get(json, "endpoints");
    struct wcd_endpoint **end = &network->endpoints;
    size_t count = 0;
    network->persist = true;
    enum wcd_errc code = wcd_members_read(network, &network_members, json, err);
    if (code == WCD_OK && (network->id == NULL || network->name == NULL || network->type == NULL ||
                           network->scope == NULL || network->ipam_driver == NULL)) {
        code = wcd_error_set(err, WCD_E_INVALID_PARAMETER, "a network is not complete");
    }
    for (size_t i = 0; code == WCD_OK && i < POOL_LIST_COUNT; i++) {
        char *at = (char *)network + pool_lists[i].offset;
        code = read_configs((struct wcd_ipam_configs *)(void *)at, json, pool_lists[i].name, err);
    }
    if (code == WCD_OK) {
        code = wants_list(endpoints, "endpoints", err);
    }
    for (const struct wcd_json *item = wcd_json_first(endpoints); code == WCD_OK && item != NULL;
         item = wcd_json_next(item)) {
        if (count++ == WCD_NETWORK_ENDPOINTS_MAX) {
            return wcd_error_set(err, WCD_E_INVALID_PARAMETER, "too many endpoints");
        }
        code = read_endpoint(network, item, end, err);
        end = *end == NULL ? end : &(*end)->next;
    }
    return code;
}

static enum wcd_errc read_networks(const struct wcd_json *root, struct wcd_network **out,
                                   struct wcd_error *err)
{
    const struct wcd_json *list = wcd_json_get(root, "networks");
    const struct wcd_json *version = wcd_json_get(root, "version");
    int64_t number = 0;
    size_t count = 0;
    if (!wcd_json_is(list, WCD_JSON_ARRAY) || !wcd_json_is(version, WCD_JSON_NUMBER) ||
        !wcd_json_int64(version, &number) || number != WCD_NETWORK_STORE_VERSION) {
        return wcd_error_set(err, WCD_E_INVALID_PARAMETER, "no list of networks of version %d",
                             WCD_NETWORK_STORE_VERSION);
    }
    enum wcd_errc code = WCD_OK;
    for (const struct wcd_json *item = wcd_json_first(list); code == WCD_OK && item != NULL;
         item = wcd_json_next(item)) {
        if (count++ == WCD_NETWORKS_MAX) {
            return wcd_error_set(err, WCD_E_INVALID_PARAMETER, "too many networks");
        }
        *out = calloc(1, sizeof(**out));
        if (*out == NULL) {
            return wcd_error_no_memory(err);
        }
        code = read_network(item, *out, err);
        out = &(*out)->next;
    }
    return code;
}

static enum wcd_errc read_text(const char *text, size_t size, struct wcd_network **out,
                               struct wcd_error *err)
{
    struct wcd_json_fault fault = {0};
    struct wcd_json *root = wcd_json_parse(text, size, &fault);
    if (root == NULL) {
        return strcmp(fault.reason, "out of memory") == 0
                   ? wcd_error_no_memory(err)
                   : wcd_error_set(err, WCD_E_INVALID_PARAMETER, "line %zu, column %zu: %s",
                                   fault.line, fault.column, fault.reason);
    }
    enum wcd_errc code = read_networks(root, out, err);
    wcd_json_free(root);
    if (code != WCD_OK) {
        wcd_networks_free(*out);
        *out = NULL;
    }
    return code;
}

enum wcd_errc wcd_network_store_read(const struct platform *platform, const char *folder,
                                     struct wcd_network **out, struct wcd_error *err)
{
    char *text = NULL;
    size_t size = 0;
    char *path = wcd_path_join(folder, WCD_NETWORK_STORE_FILE);
    *out = NULL;
    if (path == NULL) {
        return wcd_error_no_memory(err);
    }
    enum wcd_errc code =
        wcd_files_read_if_there(platform, path, WCD_NETWORK_STORE_BYTES_MAX, &text, &size, err);
    if (code == WCD_OK && text != NULL) {
        code = read_text(text, size, out, err);
        if (code != WCD_OK) {
            (void)wcd_error_wrap(err, "%s", path);
            code = err->code;
        }
    }
    free(text);
    free(path);
    return code;
}

/* ---- writing ---- */

static struct wcd_json *write_configs(const struct wcd_ipam_configs *configs)
{
    struct wcd_json *list = wcd_json_new_array();
    bool ok = list != NULL;
    for (size_t i = 0; ok && i < configs->count; i++) {
        struct wcd_json *item = wcd_json_new_object();
        ok = item != NULL && wcd_members_write(&configs->items[i], &config_members, item);
        ok = wcd_json_append(list, wcd_json_if(ok, item));
    }
    return wcd_json_if(ok, list);
}

static struct wcd_json *write_ports(const struct wcd_port_bindings *ports)
{
    struct wcd_json *list = wcd_json_new_array();
    bool ok = list != NULL;
    for (size_t i = 0; ok && i < ports->count; i++) {
        const struct wcd_port_binding *port = &ports->items[i];
        struct wcd_json *item = wcd_json_new_object();
        ok = item != NULL && wcd_json_set_string(item, "protocol", protocols[port->protocol]) &&
             wcd_json_set_int64(item, "port", port->port) &&
             wcd_json_set_int64(item, "hostPort", port->host_port) &&
             wcd_json_set_int64(item, "hostPortEnd", port->host_port_end) &&
             (port->host_ip == NULL || wcd_json_set_string(item, "hostIP", port->host_ip));
        ok = wcd_json_append(list, wcd_json_if(ok, item));
    }
    return wcd_json_if(ok, list);
}

static struct wcd_json *write_endpoints(const struct wcd_network *network)
{
    struct wcd_json *list = wcd_json_new_array();
    bool ok = list != NULL;
    for (const struct wcd_endpoint *endpoint = network->endpoints; ok && endpoint != NULL;
         endpoint = endpoint->next) {
        struct wcd_json *item = wcd_json_new_object();
        ok = item != NULL && wcd_members_write(endpoint, &endpoint_members, item) &&
             wcd_json_set(item, "ports", write_ports(&endpoint->ports));
        ok = wcd_json_append(list, wcd_json_if(ok, item));
    }
    return wcd_json_if(ok, list);
}

static struct wcd_json *write_network(const struct wcd_network *network)
{
    struct wcd_json *object = wcd_json_new_object();
    bool ok = object != NULL && wcd_members_write(network, &network_members, object);
    for (size_t i = 0; ok && i < POOL_LIST_COUNT; i++) {
        const char *at = (const char *)network + pool_lists[i].offset;
        ok = wcd_json_set(object, pool_lists[i].name,
                          write_configs((const struct wcd_ipam_configs *)(const void *)at));
    }
    if (!ok || !wcd_json_set(object, "endpoints", write_endpoints(network))) {
        wcd_json_free(object);
        return NULL;
    }
    return object;
}

static char *write_text(const struct wcd_network *first)
{
    struct wcd_json *root = wcd_json_new_object();
    struct wcd_json *list = wcd_json_new_array();
    bool ok = root != NULL && list != NULL;
    for (const struct wcd_network *network = first; ok && network != NULL;
         network = network->next) {
        ok = !network->persist || wcd_json_append(list, write_network(network));
    }
    if (!ok || !wcd_json_set_int64(root, "version", WCD_NETWORK_STORE_VERSION)) {
        wcd_json_free(list);
        wcd_json_free(root);
        return NULL;
    }
    char *text = wcd_json_set(root, "networks", list) ? wcd_json_print(root) : NULL;
    wcd_json_free(root);
    return text;
}

enum wcd_errc wcd_network_store_write(const struct platform *platform, const char *folder,
                                      const struct wcd_network *first, struct wcd_error *err)
{
    char *path = wcd_path_join(folder, WCD_NETWORK_STORE_FILE);
    char *text = path == NULL ? NULL : write_text(first);
    enum wcd_errc code = WCD_OK;
    if (text == NULL) {
        code = wcd_error_no_memory(err);
    } else if (strlen(text) > WCD_NETWORK_STORE_BYTES_MAX) {
        code = wcd_error_set(err, WCD_E_PLAIN, "write %s: the networks need too much room", path);
    } else {
        code = wcd_files_make_all(platform, folder, err);
    }
    if (code == WCD_OK) {
        code = wcd_files_replace(platform, path, text, strlen(text), err);
    }
    free(text);
    free(path);
    return code;
}
