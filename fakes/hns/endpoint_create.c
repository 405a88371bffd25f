/* How an endpoint comes to be: addresses, ports, names. */
#include "fakes/hns/endpoint.h"
#include "fakes/hns/fields.h"
#include "fakes/hns/network.h"
#include "fakes/host/internal.h"

#include <stdlib.h>
#include <string.h>

/* ---- the document ---- */

#define CREATE_ENCAP_MAX  UINT16_MAX
#define CREATE_PREFIX_MAX 32u

/* First what clients send of their own, then what they can only have from HNS. */
static const struct fake_hcs_field create_fields[] = {
    TEXT("ID"),
    TEXT("Id"),
    TEXT("Name"),
    TEXT("VirtualNetwork"),
    TEXT("VirtualNetworkName"),
    {.name = "Policies", .type = FAKE_HCS_WHATEVER, .many = FAKE_HCS_LIST},
    TEXT("MacAddress"),
    TEXT("IPAddress"),
    TEXT("IPv6Address"),
    TEXT("DNSSuffix"),
    TEXT("DNSServerList"),
    TEXT("DNSDomain"),
    TEXT("GatewayAddress"),
    TEXT("GatewayAddressV6"),
    BOOL("EnableInternalDNS"),
    BOOL("DisableICC"),
    {.name = "PrefixLength", .type = FAKE_HCS_UINT, .max = CREATE_PREFIX_MAX},
    {.name = "IPv6PrefixLength", .type = FAKE_HCS_UINT, .max = UINT8_MAX},
    BOOL("IsRemoteEndpoint"),
    BOOL("EnableLowMetric"),
    ANY("Namespace"),
    {.name = "EncapOverhead", .type = FAKE_HCS_UINT, .max = CREATE_ENCAP_MAX},
    {.name = "SharedContainers", .type = FAKE_HCS_TEXT, .many = FAKE_HCS_LIST},
    ANY("AdditionalParams"),
    UINT("Flags", UINT32_MAX),
    ANY("InterfaceConstraint"),
    TEXT("ActivityId"),
    ANY("CreateProcessingStartTime"),
    BOOL("EnableLowInterfaceMetric"),
    ANY("Health"),
    TEXT("IPSubnetId"),
    ANY("Resources"),
    ANY("StartTime"),
    ANY("State"),
    TEXT("Type"),
    ANY("Version"),
};
const struct fake_hcs_shape fake_hns_endpoint_shape = SHAPE(create_fields);

/* ---- addresses ---- */

static struct fake_hns_subnet *create_subnet_of(struct fake_hns_network *network, uint32_t address,
                                                size_t *number)
{
    for (size_t i = 0; i < network->subnet_count; i++) {
        struct fake_hns_subnet *subnet = &network->subnets[i];
        if (subnet->gives && fake_ip4_prefix_has(subnet->pool.prefix, address)) {
            *number = i;
            return subnet;
        }
    }
    return NULL;
}

static bool create_gives(const struct fake_hns_network *network)
{
    bool gives = false;
    for (size_t i = 0; i < network->subnet_count; i++) {
        gives = gives || network->subnets[i].gives;
    }
    return gives;
}

/* One that is asked for. A network without subnets of its own takes any. */
static plat_hr create_take(struct fake_host *host, struct fake_hns_endpoint *endpoint,
                           const char *text)
{
    struct fake_hns_network *network = endpoint->network;
    uint32_t address = 0;
    size_t number = FAKE_HNS_NO_SUBNET;
    if (!fake_ip4_parse(text, &address) || address == 0) {
        return fake_hns_error(host, FAKE_HNS_E_ADDRESS_OUTSIDE);
    }
    struct fake_hns_subnet *subnet = create_subnet_of(network, address, &number);
    if (subnet == NULL && create_gives(network)) {
        return fake_hns_error(host, FAKE_HNS_E_ADDRESS_OUTSIDE);
    }
    plat_hr hr = subnet == NULL ? PLAT_S_OK : fake_hns_pool_take(host, &subnet->pool, address);
    if (plat_succeeded(hr)) {
        endpoint->address = address;
        endpoint->subnet = number;
    }
    return hr;
}

/* Any, of the first subnet that has one left. Without subnets the address comes by DHCP, later. */
static plat_hr create_take_any(struct fake_host *host, struct fake_hns_endpoint *endpoint)
{
    struct fake_hns_network *network = endpoint->network;
    const plat_hr exhausted = fake_hns_error(host, FAKE_HNS_E_ADDRESSES_EXHAUSTED);
    plat_hr hr = PLAT_S_OK;
    for (size_t i = 0; i < network->subnet_count; i++) {
        struct fake_hns_subnet *subnet = &network->subnets[i];
        if (!subnet->gives) {
            continue;
        }
        hr = fake_hns_pool_take_any(host, &subnet->pool, &endpoint->address);
        if (plat_succeeded(hr)) {
            endpoint->subnet = i;
        }
        if (hr != exhausted) {
            break;
        }
    }
    return hr;
}

static plat_hr create_address(struct fake_host *host, struct fake_hns_endpoint *endpoint,
                              const struct wcd_json *body)
{
    const char *text = fake_hcs_text(body, "IPAddress");
    plat_hr hr =
        text[0] == '\0' ? create_take_any(host, endpoint) : create_take(host, endpoint, text);
    if (plat_failed(hr)) {
        return hr;
    }
    const struct fake_hns_subnet *subnet = endpoint->subnet == FAKE_HNS_NO_SUBNET
                                               ? NULL
                                               : &endpoint->network->subnets[endpoint->subnet];
    const char *gateway = fake_hcs_text(body, "GatewayAddress");
    uint32_t address = 0;
    if (gateway[0] != '\0' && !fake_ip4_parse(gateway, &address)) {
        return fake_hns_error(host, FAKE_HNS_E_GATEWAY_INVALID);
    }
    if (gateway[0] == '\0' && subnet != NULL) {
        gateway = subnet->gateway;
    }
    endpoint->prefix_length = (uint32_t)fake_hcs_uint(body, "PrefixLength");
    if (endpoint->prefix_length == 0 && subnet != NULL) {
        endpoint->prefix_length = subnet->pool.prefix.length;
    }
    return fake_hns_keep_some(&endpoint->gateway, gateway) ? PLAT_S_OK : PLAT_E_OUTOFMEMORY;
}

static plat_hr create_mac(struct fake_host *host, struct fake_hns_endpoint *endpoint,
                          const char *text)
{
    struct fake_hns_macs *macs = &endpoint->network->macs;
    uint64_t mac = 0;
    if (text[0] != '\0' && !fake_mac_parse(text, &mac)) {
        return fake_hns_error(host, FAKE_HNS_E_MAC_INVALID);
    }
    plat_hr hr = text[0] == '\0' ? fake_hns_macs_take_any(host, macs, &mac)
                                 : fake_hns_macs_take(host, macs, mac);
    if (plat_failed(hr)) {
        return hr;
    }
    endpoint->mac = mac;
    if (text[0] == '\0') {
        fake_mac_text(mac, endpoint->mac_text);
    } else {
        memcpy(endpoint->mac_text, text, sizeof(endpoint->mac_text));
    }
    return PLAT_S_OK;
}

/* ---- the rest ---- */

#define CREATE_NAME "Ethernet"

static plat_hr create_texts(struct fake_hns_endpoint *endpoint, const struct wcd_json *body)
{
    const struct fake_hns_network *network = endpoint->network;
    const char *name = fake_hcs_text(body, "Name");
    const char *servers = fake_hcs_text(body, "DNSServerList");
    const char *suffix = fake_hcs_text(body, "DNSSuffix");
    const struct wcd_json *params = fake_hcs_member(body, "AdditionalParams");
    endpoint->internal_dns = fake_hcs_bool(body, "EnableInternalDNS");
    endpoint->disable_icc = fake_hcs_bool(body, "DisableICC");
    endpoint->remote = fake_hcs_bool(body, "IsRemoteEndpoint");
    endpoint->low_metric = fake_hcs_bool(body, "EnableLowMetric");
    endpoint->encap_overhead = (uint32_t)fake_hcs_uint(body, "EncapOverhead");
    servers = servers[0] == '\0' ? network->dns_server_list : servers;
    if (servers[0] == '\0' && endpoint->internal_dns) {
        servers = wcd_text_or_empty(endpoint->gateway);
    }
    suffix = suffix[0] == '\0' ? network->dns_suffix : suffix;
    bool done = fake_hns_keep(&endpoint->name, name[0] == '\0' ? CREATE_NAME : name) &&
                fake_hns_keep_some(&endpoint->dns_server_list, servers) &&
                fake_hns_keep_some(&endpoint->dns_suffix, suffix) &&
                fake_hns_keep_some(&endpoint->dns_domain, fake_hcs_text(body, "DNSDomain"));
    if (done && params != NULL) {
        endpoint->additional_params = wcd_json_copy(params);
        done = endpoint->additional_params != NULL;
    }
    return done ? PLAT_S_OK : PLAT_E_OUTOFMEMORY;
}

plat_hr fake_hns_endpoint_make(struct fake_host *host, struct fake_hns_network *network,
                               struct fake_hns_endpoint *endpoint, const struct wcd_json *body)
{
    const struct wcd_json *policies = fake_hcs_member(body, "Policies");
    endpoint->network = network;
    endpoint->created_100ns = fake_host_wall_100ns(host);
    plat_hr hr = fake_hns_policies_check(host, FAKE_HNS_AT_ENDPOINT, policies);
    if (plat_succeeded(hr)) {
        hr = create_address(host, endpoint, body);
    }
    if (plat_succeeded(hr)) {
        hr = create_mac(host, endpoint, fake_hcs_text(body, "MacAddress"));
    }
    if (plat_succeeded(hr)) {
        hr = create_texts(endpoint, body);
    }
    if (plat_succeeded(hr)) {
        hr = fake_hns_policies_publish(host, &host->hns.ports, policies, &endpoint->published,
                                       &endpoint->policies);
    }
    return hr;
}

/* The network of a document, by its id or its name. */
static struct fake_hns_network *create_network(const struct fake_host *host,
                                               const struct wcd_json *body)
{
    const char *id = fake_hcs_text(body, "VirtualNetwork");
    const char *name = fake_hcs_text(body, "VirtualNetworkName");
    if (id[0] != '\0' || name[0] == '\0') {
        return fake_hns_network_find(host, id);
    }
    struct fake_hns_network *at = host->hns.first_network;
    while (at != NULL && strcmp(at->name, name) != 0) {
        at = at->after;
    }
    return at;
}

plat_hr fake_hns_endpoint_create(struct fake_host *host, struct fake_hns_call *call)
{
    plat_hr hr = fake_hns_check(host, call, &fake_hns_endpoint_shape);
    if (plat_failed(hr)) {
        return hr;
    }
    struct fake_hns_network *network = create_network(host, call->body);
    if (network == NULL) {
        return fake_hns_error(host, FAKE_HNS_E_NETWORK_UNKNOWN);
    }
    struct fake_hns_endpoint *endpoint = fake_hns_endpoint_new();
    if (endpoint == NULL) {
        return PLAT_E_OUTOFMEMORY;
    }
    hr = fake_hns_object_begin(host, call, &host->hns.endpoints, &endpoint->object);
    if (plat_succeeded(hr)) {
        hr = fake_hns_endpoint_make(host, network, endpoint, call->body);
    }
    if (plat_succeeded(hr)) {
        hr = fake_hns_endpoint_answer(host, endpoint, call);
    }
    if (plat_succeeded(hr) && !fake_hns_endpoint_enlist(host, endpoint)) {
        hr = PLAT_E_OUTOFMEMORY;
    }
    if (plat_failed(hr)) {
        fake_hns_endpoint_drop(host, endpoint);
    }
    return hr;
}
