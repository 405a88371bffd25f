/* What the drivers ask HNS, and what they read of its answers.
 *
 * Sources: hcsshim of January 2017 (hnsfuncs.go) and 0.11 (internal/hns: hnsnetwork.go, hnsendpoint.go, hnspolicy.go);
 * libnetwork's drivers/windows/windows.go of both times. */
#include "core/network/driver_internal.h"

#include <stdlib.h>
#include <string.h>

#define PORT_MAX 65535u

enum wcd_errc net_call(const struct wcd_net_driver *driver, const char *method,
                       const char *collection, const char *id, const char *body,
                       struct wcd_json **output, struct wcd_error *err)
{
    char *path = wcd_text_format("/%s/%s", collection, id);
    *output = NULL;
    if (path == NULL) {
        return wcd_error_no_memory(err);
    }
    enum wcd_errc code = wcd_hns_call(&driver->hns, method, path, body, output, err);
    free(path);
    return code;
}

enum wcd_errc net_call_delete(const struct wcd_net_driver *driver, const char *collection,
                              const char *id, struct wcd_error *err)
{
    struct wcd_json *output = NULL;
    enum wcd_errc code = net_call(driver, "DELETE", collection, id, "", &output, err);
    wcd_json_free(output);
    return code;
}

void net_delete_quietly(const struct wcd_net_driver *driver, const char *collection, const char *id)
{
    struct wcd_error ignored = WCD_ERROR_INIT;
    (void)net_call_delete(driver, collection, wcd_text_or_empty(id), &ignored);
    wcd_error_release(&ignored);
}

/* ---- answers ---- */

#define ANSWER_TEXT(name, field)                                                                   \
    {                                                                                              \
        name, WCD_MEMBER_TEXT, offsetof(struct net_answer, field), false                           \
    }
#define ANSWER_JSON(name, field)                                                                   \
    {                                                                                              \
        name, WCD_MEMBER_JSON, offsetof(struct net_answer, field), false                           \
    }

static const struct wcd_member network_items[] = {
    ANSWER_TEXT("ID", id),           ANSWER_TEXT("Name", name),
    ANSWER_TEXT("Type", type),       ANSWER_TEXT("ManagementIP", management_ip),
    ANSWER_JSON("Subnets", subnets),
};

static const struct wcd_member endpoint_items[] = {
    ANSWER_TEXT("ID", id),
    ANSWER_TEXT("VirtualNetwork", virtual_network),
    ANSWER_JSON("Policies", policies),
    ANSWER_TEXT("MacAddress", mac),
    ANSWER_TEXT("IPAddress", address),
    ANSWER_TEXT("GatewayAddress", gateway),
};

static const struct wcd_members network_members = {
    "HNSNetwork", network_items, sizeof(network_items) / sizeof(network_items[0]), 0};
static const struct wcd_members endpoint_members = {
    "HNSEndpoint", endpoint_items, sizeof(endpoint_items) / sizeof(endpoint_items[0]), 0};

void net_answer_release(struct net_answer *answer)
{
    wcd_members_release(answer, &network_members);
    wcd_members_release(answer, &endpoint_members);
}

/* What cannot be understood has no class: it is no parameter of the API's. null is an object without members. */
static enum wcd_errc read_answer(struct net_answer *answer, const struct wcd_members *members,
                                 const struct wcd_json *output, struct wcd_error *err)
{
    bool empty = output == NULL || wcd_json_is(output, WCD_JSON_NULL);
    enum wcd_errc code = empty ? WCD_OK : wcd_members_read(answer, members, output, err);
    if (code != WCD_OK && code != WCD_E_NO_MEMORY) {
        err->code = WCD_E_PLAIN;
        code = WCD_E_PLAIN;
    }
    return code;
}

static enum wcd_errc require_list(const struct wcd_json *list, const char *type, const char *member,
                                  const char *go_type, struct wcd_error *err)
{
    if (list == NULL || wcd_json_is(list, WCD_JSON_ARRAY)) {
        return WCD_OK;
    }
    (void)wcd_members_wrong_type(err, list, type, member, go_type);
    if (err->code != WCD_E_NO_MEMORY) {
        err->code = WCD_E_PLAIN;
    }
    return err->code;
}

enum wcd_errc net_read_network(struct net_answer *answer, const struct wcd_json *output,
                               struct wcd_error *err)
{
    enum wcd_errc code = read_answer(answer, &network_members, output, err);
    return code == WCD_OK
               ? require_list(answer->subnets, "HNSNetwork", "Subnets", "[]hns.Subnet", err)
               : code;
}

enum wcd_errc net_read_endpoint(struct net_answer *answer, const struct wcd_json *output,
                                struct wcd_error *err)
{
    struct go_ip ip;
    enum wcd_errc code = read_answer(answer, &endpoint_members, output, err);
    if (code == WCD_OK) {
        code = require_list(answer->policies, "HNSEndpoint", "Policies", "[]json.RawMessage", err);
    }
    const char *address = wcd_text_or_empty(answer->address);
    if (code == WCD_OK && address[0] != '\0' && !wcd_ip_parse(&ip, address)) {
        code = wcd_error_set(err, WCD_E_PLAIN, "invalid IP address: %s", address);
    }
    return code;
}

static enum wcd_errc post(const struct wcd_net_driver *driver, const char *collection,
                          struct wcd_gojson *body, struct wcd_json **output, struct wcd_error *err)
{
    char *text = wcd_gojson_take(body);
    wcd_gojson_release(body);
    *output = NULL;
    if (text == NULL) {
        return wcd_error_no_memory(err);
    }
    enum wcd_errc code = net_call(driver, "POST", collection, "", text, output, err);
    free(text);
    return code;
}

/* Deletes what was made when there is no memory for its answer. */
static enum wcd_errc keep_or_delete(const struct wcd_net_driver *driver, enum wcd_errc code,
                                    const char *collection, const struct wcd_json *output)
{
    const struct wcd_json *id = wcd_json_get(output, "ID");
    if (code == WCD_E_NO_MEMORY && wcd_json_is(id, WCD_JSON_STRING)) {
        net_delete_quietly(driver, collection, wcd_json_string(id));
    }
    return code;
}

enum wcd_errc net_post_network(const struct wcd_net_driver *driver, struct wcd_gojson *body,
                               struct net_answer *answer, struct wcd_error *err)
{
    struct wcd_json *output = NULL;
    enum wcd_errc code = post(driver, "networks", body, &output, err);
    if (code == WCD_OK) {
        code = keep_or_delete(driver, net_read_network(answer, output, err), "networks", output);
    }
    wcd_json_free(output);
    return code;
}

enum wcd_errc net_post_endpoint(const struct wcd_net_driver *driver, struct wcd_gojson *body,
                                struct net_answer *answer, struct wcd_error *err)
{
    struct wcd_json *output = NULL;
    enum wcd_errc code = post(driver, "endpoints", body, &output, err);
    if (code == WCD_OK) {
        code = keep_or_delete(driver, net_read_endpoint(answer, output, err), "endpoints", output);
    }
    wcd_json_free(output);
    return code;
}

/* ---- ports ---- */

static const char *const protocols[] = {
    [WCD_PROTOCOL_TCP] = "tcp", [WCD_PROTOCOL_UDP] = "udp", [WCD_PROTOCOL_SCTP] = "sctp"};
#define PROTOCOL_COUNT (sizeof(protocols) / sizeof(protocols[0]))

static bool is_host_address(const struct net_generation *generation, const char *text)
{
    struct go_ip ip;
    if (wcd_text_or_empty(text)[0] == '\0') {
        return false;
    }
    return !generation->any_address_is_none || !wcd_ip_parse(&ip, text) ||
           !go_ip_is_unspecified(&ip);
}

enum wcd_errc net_check_ports(const struct net_generation *generation,
                              const struct wcd_port_bindings *ports, struct wcd_error *err)
{
    for (size_t i = 0; i < ports->count; i++) {
        const struct wcd_port_binding *port = &ports->items[i];
        if (port->protocol == WCD_PROTOCOL_SCTP) {
            return wcd_error_set(err, WCD_E_PLAIN, "invalid protocol %s",
                                 protocols[port->protocol]);
        }
        if (port->host_port != port->host_port_end) {
            return wcd_error_set(
                err, WCD_E_PLAIN,
                "Windows does not support more than one host port in NAT settings");
        }
        if (is_host_address(generation, port->host_ip)) {
            return wcd_error_set(err, WCD_E_PLAIN,
                                 "Windows does not support host IP addresses in NAT settings");
        }
    }
    return WCD_OK;
}

static void write_port(struct wcd_gojson *out, const struct net_generation *generation,
                       const char *name, uint16_t port)
{
    if (generation->nat_keeps_zeros) {
        wcd_gojson_uint(out, name, port);
    } else {
        wcd_gojson_uint_if(out, name, port);
    }
}

void net_write_ports(struct wcd_gojson *out, const struct net_generation *generation,
                     const struct wcd_port_bindings *ports)
{
    for (size_t i = 0; i < ports->count; i++) {
        const struct wcd_port_binding *port = &ports->items[i];
        wcd_gojson_begin_object(out, NULL);
        wcd_gojson_text(out, "Type", "NAT");
        wcd_gojson_text(out, "Protocol", protocols[port->protocol]);
        write_port(out, generation, "InternalPort", port->port);
        write_port(out, generation, "ExternalPort", port->host_port);
        wcd_gojson_bool_if(out, "ExternalPortReserved", generation->nat_reserves);
        wcd_gojson_end_object(out);
    }
}

/* One NatPolicy, which the original reads all policies into: what a policy lacks is that of the one before. (null it does
 * not survive; here that is no policy.) */
struct nat_policy {
    bool is_nat;
    size_t protocol; /* PROTOCOL_COUNT: none that is known */
    uint16_t internal;
    uint16_t external;
};

static size_t protocol_of(const char *name)
{
    for (size_t i = 0; i < PROTOCOL_COUNT; i++) {
        size_t len = strlen(protocols[i]);
        size_t at = 0;
        while (at < len && (name[at] | 0x20) == protocols[i][at]) {
            at++;
        }
        if (at == len && name[len] == '\0') {
            return i;
        }
    }
    return PROTOCOL_COUNT;
}

static bool read_port(const struct wcd_json *policy, const char *name, uint16_t *out)
{
    const struct wcd_json *member = wcd_json_get(policy, name);
    uint64_t port = 0;
    if (member == NULL || wcd_json_is(member, WCD_JSON_NULL)) {
        return true;
    }
    if (!wcd_json_is(member, WCD_JSON_NUMBER) || !wcd_json_uint64(member, &port) ||
        port > PORT_MAX) {
        return false;
    }
    *out = (uint16_t)port;
    return true;
}

/* A text of the policy; NULL: none. False when it is no text. */
static bool read_word(const struct wcd_json *policy, const char *name, const char **out)
{
    const struct wcd_json *member = wcd_json_get(policy, name);
    *out = NULL;
    if (member == NULL || wcd_json_is(member, WCD_JSON_NULL)) {
        return true;
    }
    *out = wcd_json_is(member, WCD_JSON_STRING) ? wcd_json_string(member) : NULL;
    return *out != NULL;
}

static bool read_policy(struct nat_policy *nat, const struct wcd_json *policy)
{
    const char *type = NULL;
    const char *protocol = NULL;
    bool ok = wcd_json_is(policy, WCD_JSON_OBJECT) && read_word(policy, "Type", &type);
    if (type != NULL) {
        nat->is_nat = strcmp(type, "NAT") == 0;
    }
    ok = read_word(policy, "Protocol", &protocol) && ok;
    if (protocol != NULL) {
        nat->protocol = protocol_of(protocol);
    }
    ok = read_port(policy, "InternalPort", &nat->internal) && ok;
    return read_port(policy, "ExternalPort", &nat->external) && ok;
}

bool net_read_ports(struct wcd_port_bindings *out, const struct wcd_json *policies)
{
    char any[] = "0.0.0.0";
    struct nat_policy nat = {.protocol = PROTOCOL_COUNT};
    for (const struct wcd_json *at = wcd_json_first(policies); at != NULL; at = wcd_json_next(at)) {
        if (!read_policy(&nat, at) || !nat.is_nat || nat.protocol == PROTOCOL_COUNT) {
            continue;
        }
        struct wcd_port_binding binding = {.protocol = (enum wcd_protocol)nat.protocol,
                                           .port = nat.internal,
                                           .host_port = nat.external,
                                           .host_port_end = nat.external,
                                           .host_ip = any};
        if (!wcd_port_bindings_add(out, &binding)) {
            wcd_port_bindings_release(out);
            return false;
        }
    }
    return true;
}

/* ---- addresses ---- */

enum wcd_errc net_mac_text(char **out, const char *text, char separator, struct wcd_error *err)
{
    unsigned char mac[GO_MAC_BYTES_MAX];
    struct wcd_buf buf;
    size_t len = go_mac_parse(text, mac);
    *out = NULL;
    if (len == 0) {
        return text[0] == '\0'
                   ? wcd_error_set(err, WCD_E_PLAIN, "invalid MAC address")
                   : wcd_error_set(err, WCD_E_PLAIN, "address %s: invalid MAC address", text);
    }
    wcd_buf_init(&buf, (size_t)GO_MAC_BYTES_MAX * 3);
    go_mac_text(&buf, mac, len, separator);
    *out = wcd_buf_take(&buf);
    return *out == NULL ? wcd_error_no_memory(err) : WCD_OK;
}

char *net_address_in_pool(const struct wcd_network *network, const char *address)
{
    struct go_ip ip;
    struct wcd_cidr pool;
    struct wcd_error ignored = WCD_ERROR_INIT;
    if (strchr(address, '/') != NULL || !wcd_ip_parse(&ip, address)) {
        return wcd_text_copy(address);
    }
    for (size_t i = 0; i < network->ipv4_pools.count; i++) {
        const char *text = wcd_text_or_empty(network->ipv4_pools.items[i].preferred_pool);
        bool found =
            wcd_cidr_parse(&pool, text, &ignored) == WCD_OK && wcd_cidr_contains(&pool, &ip);
        wcd_error_release(&ignored);
        if (found) {
            return wcd_ip_text_in(&ip, &pool);
        }
    }
    return wcd_text_copy(address);
}
