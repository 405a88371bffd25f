/* Endpoints of networks of HNS' own types.
 *
 * Sources: libnetwork's drivers/windows/windows.go of January 2017 and of early 2024. */
#include "core/network/driver_internal.h"

#include <stdlib.h>
#include <string.h>

#define ENDPOINT_MAC_ADDRESS  "com.docker.network.endpoint.macaddress"
#define ENDPOINT_QOS_POLICIES "com.docker.endpoint.windowsshim.qospolicies"

/* What an endpoint gets when all has gone well. */
struct outcome {
    char *address;
    char *gateway;
    char *mac;
    struct wcd_port_bindings ports;
    struct wcd_strlist exposed;
};

static void release_outcome(struct outcome *outcome)
{
    free(outcome->address);
    free(outcome->gateway);
    free(outcome->mac);
    wcd_port_bindings_release(&outcome->ports);
    wcd_strlist_release(&outcome->exposed);
}

static bool chooses_ports(const struct wcd_net_driver *driver, const char *type)
{
    return driver->generation->allocates_ports &&
           (strcmp(type, "l2bridge") == 0 || strcmp(type, "l2tunnel") == 0);
}

/* ---- the request ---- */

static void write_policies(struct wcd_gojson *out, const struct wcd_net_driver *driver,
                           const struct net_network *network,
                           const struct wcd_net_endpoint_options *options,
                           const struct wcd_port_bindings *ports)
{
    if (ports->count == 0 && options->max_egress_bandwidth == 0 && !network->outbound_nat) {
        return;
    }
    wcd_gojson_begin_array(out, "Policies");
    net_write_ports(out, driver->generation, ports);
    if (options->max_egress_bandwidth != 0) {
        wcd_gojson_begin_object(out, NULL);
        wcd_gojson_text(out, "Type", "QOS");
        wcd_gojson_uint(out, "MaximumOutgoingBandwidthInBytes", options->max_egress_bandwidth);
        wcd_gojson_end_object(out);
    }
    if (network->outbound_nat) {
        wcd_gojson_begin_object(out, NULL);
        wcd_gojson_text(out, "Type", "OutBoundNAT");
        if (network->nat_exceptions.count > 0) {
            wcd_gojson_begin_array(out, "ExceptionList");
            for (size_t i = 0; i < network->nat_exceptions.count; i++) {
                wcd_gojson_text(out, NULL, network->nat_exceptions.items[i]);
            }
            wcd_gojson_end_array(out);
        }
        wcd_gojson_end_object(out);
    }
    wcd_gojson_end_array(out);
}

/* The address without its bits. NULL without memory. */
static char *bare_address(const char *address)
{
    return wcd_text_copy_n(address, strcspn(address, "/"));
}

static enum wcd_errc write_endpoint(struct wcd_gojson *out, const struct wcd_net_driver *driver,
                                    const struct net_network *network,
                                    const struct wcd_net_endpoint_options *options,
                                    const struct wcd_port_bindings *ports, struct wcd_error *err)
{
    char *mac = NULL;
    enum wcd_errc code = options->mac == NULL ? WCD_OK : net_mac_text(&mac, options->mac, '-', err);
    if (code != WCD_OK) {
        return code;
    }
    char *address = bare_address(wcd_text_or_empty(options->address));
    char *servers =
        options->dns_servers == NULL ? NULL : wcd_strlist_join(options->dns_servers, ",");
    bool ok = address != NULL && (options->dns_servers == NULL || servers != NULL);
    bool is_named = strcmp(network->type, "nat") == 0 && !options->disable_dns &&
                    !options->disable_gateway_dns && !network->gateway_dns_disabled;
    wcd_gojson_begin_object(out, NULL);
    wcd_gojson_text_if(out, "VirtualNetwork", network->hns_id);
    write_policies(out, driver, network, options, ports);
    wcd_gojson_text_if(out, "MacAddress", mac);
    wcd_gojson_text_if(out, "IPAddress", address);
    wcd_gojson_text_if(out, "DNSServerList", servers);
    wcd_gojson_bool_if(out, "EnableInternalDNS", is_named);
    wcd_gojson_bool_if(out, "DisableICC", options->disable_icc);
    wcd_gojson_end_object(out);
    free(servers);
    free(address);
    free(mac);
    return ok ? WCD_OK : wcd_error_no_memory(err);
}

/* ---- the answer ---- */

/* What HNS chose, with the bits of its class (net.IP.DefaultMask); NULL and true where it chose no IPv4 address. */
static bool class_address(char **out, const char *text)
{
    struct go_ip ip;
    *out = NULL;
    if (text == NULL || text[0] == '\0' || !wcd_ip_parse(&ip, text) || !wcd_ip_is_v4(&ip)) {
        return true;
    }
    uint32_t first = wcd_ip_to_number(&ip) >> 24;
    unsigned int bits = first < 0x80 ? 8 : 16;
    *out = wcd_text_format("%s/%u", text, first < 0xC0 ? bits : 24);
    return *out != NULL;
}

/* net.ParseIP: NULL and true for what is none. */
static bool parse_gateway(char **out, const char *text)
{
    struct go_ip ip;
    *out = NULL;
    if (text == NULL || !wcd_ip_parse(&ip, text)) {
        return true;
    }
    *out = wcd_ip_text(&ip);
    return *out != NULL;
}

static enum wcd_errc read_outcome(struct outcome *out, const struct wcd_endpoint *endpoint,
                                  const struct wcd_net_endpoint_options *options,
                                  const struct net_answer *answer, struct wcd_error *err)
{
    enum wcd_errc code = net_mac_text(&out->mac, wcd_text_or_empty(answer->mac), ':', err);
    if (code != WCD_OK) {
        return code;
    }
    if (options->mac != NULL) {
        free(out->mac);
        code = net_mac_text(&out->mac, options->mac, ':', err);
        if (code != WCD_OK) {
            return code;
        }
    }
    bool ok = true;
    if (options->address != NULL) {
        out->address = net_address_in_pool(endpoint->network, options->address);
        ok = out->address != NULL;
    } else {
        ok = class_address(&out->address, answer->address);
    }
    ok = ok && parse_gateway(&out->gateway, answer->gateway) &&
         net_read_ports(&out->ports, answer->policies) &&
         (options->exposed == NULL || wcd_strlist_copy(&out->exposed, options->exposed));
    return ok ? WCD_OK : wcd_error_no_memory(err);
}

/* Remembers the endpoint, then changes what the caller sees: nothing can fail any more. */
static enum wcd_errc keep(struct net_network *network, struct wcd_endpoint *endpoint,
                          struct outcome *outcome, const struct net_answer *answer,
                          struct wcd_error *err)
{
    struct wcd_port_bindings ports = {0};
    char *hns_id = wcd_text_copy(wcd_text_or_empty(answer->id));
    bool ok = hns_id != NULL;
    for (size_t i = 0; ok && i < outcome->ports.count; i++) {
        ok = wcd_port_bindings_add(&ports, &outcome->ports.items[i]);
    }
    if (!ok || !net_add_endpoint(network, endpoint->id, hns_id, &ports)) {
        wcd_port_bindings_release(&ports);
        free(hns_id);
        return wcd_error_no_memory(err);
    }
    wcd_text_replace(&endpoint->hns_id, hns_id);
    wcd_text_replace(&endpoint->address, outcome->address);
    wcd_text_replace(&endpoint->gateway, outcome->gateway);
    wcd_text_replace(&endpoint->mac, outcome->mac);
    endpoint->allow_unqualified_dns_query = strcmp(network->type, "nat") == 0;
    wcd_port_bindings_release(&endpoint->ports);
    endpoint->ports = outcome->ports;
    wcd_strlist_release(&endpoint->exposed);
    endpoint->exposed = outcome->exposed;
    *outcome = (struct outcome){0};
    return WCD_OK;
}

/* ---- creating and deleting ---- */

/* What users give is text, and the driver wants anything but text of these (parseEndpointOptions). */
static enum wcd_errc check_texts(const struct wcd_net_endpoint_options *options,
                                 struct wcd_error *err)
{
    static const char *const typed[] = {ENDPOINT_QOS_POLICIES, WCD_NET_OPTION_DISABLE_ICC,
                                        WCD_NET_OPTION_DISABLE_DNS};
    bool bad = options->mac == NULL && wcd_json_get(options->texts, ENDPOINT_MAC_ADDRESS) != NULL;
    for (size_t i = 0; i < sizeof(typed) / sizeof(typed[0]); i++) {
        bad = bad || wcd_json_get(options->texts, typed[i]) != NULL;
    }
    return bad ? wcd_error_set(err, WCD_E_PLAIN, "Invalid endpoint configuration") : WCD_OK;
}

static enum wcd_errc create(struct wcd_net_driver *driver, struct net_network *network,
                            struct wcd_endpoint *endpoint,
                            const struct wcd_net_endpoint_options *options,
                            const struct wcd_port_bindings *ports, struct wcd_error *err)
{
    struct net_answer answer = {0};
    struct outcome outcome = {0};
    struct wcd_gojson body;
    wcd_gojson_init(&body);
    enum wcd_errc code = net_check_ports(driver->generation, ports, err);
    if (code == WCD_OK) {
        code = write_endpoint(&body, driver, network, options, ports, err);
    }
    if (code != WCD_OK) {
        wcd_gojson_release(&body);
        return code;
    }
    code = net_post_endpoint(driver, &body, &answer, err);
    if (code == WCD_OK) {
        code = read_outcome(&outcome, endpoint, options, &answer, err);
        if (code == WCD_OK) {
            code = keep(network, endpoint, &outcome, &answer, err);
        }
        if (code == WCD_E_NO_MEMORY) {
            net_delete_quietly(driver, "endpoints", answer.id);
        }
    }
    release_outcome(&outcome);
    net_answer_release(&answer);
    return code;
}

enum wcd_errc net_local_create_endpoint(struct wcd_net_driver *driver,
                                        struct wcd_endpoint *endpoint,
                                        const struct wcd_net_endpoint_options *options,
                                        struct wcd_error *err)
{
    static const struct wcd_port_bindings none = {0};
    const struct wcd_port_bindings *wanted = options->ports == NULL ? &none : options->ports;
    const char *type = endpoint->network->type;
    struct net_network *network = net_find(driver, type, endpoint->network->id);
    if (network == NULL) {
        return wcd_error_set(err, WCD_E_NOT_FOUND, "network not found: %s", endpoint->network->id);
    }
    if (net_find_endpoint(network, endpoint->id) != NULL) {
        return wcd_error_set(err, WCD_E_FORBIDDEN,
                             "Endpoint (%s) already exists (Only one endpoint allowed)",
                             endpoint->id);
    }
    enum wcd_errc code = check_texts(options, err);
    if (code != WCD_OK || !chooses_ports(driver, type)) {
        return code != WCD_OK ? code : create(driver, network, endpoint, options, wanted, err);
    }
    struct wcd_port_bindings ports = {0};
    code = net_ports_allocate(&driver->ports, driver->hns.log, wanted, &ports, err);
    if (code == WCD_OK) {
        code = create(driver, network, endpoint, options, &ports, err);
    }
    if (code != WCD_OK) {
        net_ports_free(&driver->ports, &ports);
    }
    wcd_port_bindings_release(&ports);
    return code;
}

enum wcd_errc net_local_delete_endpoint(struct wcd_net_driver *driver,
                                        const struct wcd_endpoint *endpoint, struct wcd_error *err)
{
    const char *type = endpoint->network->type;
    struct net_network *network = net_find(driver, type, endpoint->network->id);
    if (network == NULL) {
        return WCD_OK;
    }
    struct net_endpoint *known = net_find_endpoint(network, endpoint->id);
    if (known == NULL) {
        return wcd_error_set(err, WCD_E_NOT_FOUND, "Endpoint not found: %s", endpoint->id);
    }
    enum wcd_errc code = net_call_delete(driver, "endpoints", known->hns_id, err);
    if (code == WCD_E_NO_MEMORY) {
        return code; /* to be tried again */
    }
    if (code != WCD_OK && driver->generation->forgives_missing && wcd_hns_is_not_found(err)) {
        wcd_error_release(err);
        code = WCD_OK;
    }
    if (chooses_ports(driver, type)) {
        net_ports_free(&driver->ports, &known->ports);
    }
    net_remove_endpoint(network, known);
    return code;
}
