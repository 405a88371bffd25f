/* Networks: where they are kept, and the calls about them but for creation. */
#include "fakes/hns/network.h"
#include "fakes/hns/fields.h"
#include "fakes/host/internal.h"
#include "fakes/host/name.h"

#include <stdlib.h>
#include <string.h>

/* ---- the document ---- */

static const struct fake_hcs_field network_mac_pool_fields[] = {
    {.name = "StartMacAddress", .type = FAKE_HCS_TEXT, .required = true},
    {.name = "EndMacAddress", .type = FAKE_HCS_TEXT, .required = true},
};
static const struct fake_hcs_shape network_mac_pool = SHAPE(network_mac_pool_fields);

static const struct fake_hcs_field network_subnet_fields[] = {
    {.name = "AddressPrefix", .type = FAKE_HCS_TEXT, .required = true},
    TEXT("GatewayAddress"),
    {.name = "Policies", .type = FAKE_HCS_WHATEVER, .many = FAKE_HCS_LIST},
    ANY("AdditionalParams"),
    UINT("Flags", UINT32_MAX),
    ANY("Health"),
    TEXT("ID"),
    ANY("IpSubnets"),
    UINT("ObjectType", UINT32_MAX),
    UINT("State", UINT32_MAX),
};
static const struct fake_hcs_shape network_subnet = SHAPE(network_subnet_fields);

static const struct fake_hcs_field network_extension_fields[] = {
    {.name = "Id", .type = FAKE_HCS_GUID, .required = true},
    BOOL("IsEnabled"),
    TEXT("Name"),
};
static const struct fake_hcs_shape network_extension = SHAPE(network_extension_fields);

/* First what clients send of their own, then what they can only have from HNS. */
static const struct fake_hcs_field network_fields[] = {
    TEXT("ID"),
    TEXT("Id"),
    TEXT("Name"),
    TEXT("Type"),
    {.name = "Subnets", .type = FAKE_HCS_OBJECT, .many = FAKE_HCS_LIST, .shape = &network_subnet},
    TEXT("NetworkAdapterName"),
    TEXT("SourceMac"),
    {.name = "Policies", .type = FAKE_HCS_WHATEVER, .many = FAKE_HCS_LIST},
    {.name = "MacPools",
     .type = FAKE_HCS_OBJECT,
     .many = FAKE_HCS_LIST,
     .shape = &network_mac_pool},
    TEXT("DNSSuffix"),
    TEXT("DNSServerList"),
    UINT("DNSServerCompartment", UINT32_MAX),
    TEXT("ManagementIP"),
    BOOL("AutomaticDNS"),
    UINT("Flags", UINT32_MAX),
    BOOL("IsolateSwitch"),
    TEXT("LayeredOn"),
    ANY("InterfaceConstraint"),
    ANY("AdditionalParams"),
    ANY("VSwitchExtensions"),
    {.name = "Extensions",
     .type = FAKE_HCS_OBJECT,
     .many = FAKE_HCS_LIST,
     .shape = &network_extension},
    TEXT("ActivityId"),
    ANY("ComputedPolicies"),
    ANY("CurrentEndpointCount"),
    TEXT("DrMacAddress"),
    TEXT("ExternalInterfaceAddress"),
    ANY("ExternalInterfaceIndex"),
    TEXT("GatewayMac"),
    ANY("Health"),
    BOOL("IPv6"),
    ANY("MaxConcurrentEndpoints"),
    TEXT("NATName"),
    TEXT("NatName"),
    ANY("Resources"),
    ANY("State"),
    TEXT("SwitchGuid"),
    TEXT("SwitchName"),
    ANY("TotalEndpoints"),
    ANY("Version"),
};
const struct fake_hcs_shape fake_hns_network_shape = SHAPE(network_fields);

/* ---- where they are ---- */

struct fake_hns_network *fake_hns_network_find(const struct fake_host *host, const char *id)
{
    char lower[FAKE_GUID_BYTES];
    if (!fake_guid_valid(id) || !fake_guid_lower(id, lower)) {
        return NULL;
    }
    return fake_guid_map_get(&host->hns.networks, lower);
}

struct fake_hns_network *fake_hns_network_new(void)
{
    struct fake_hns_network *network = calloc(1, sizeof(*network));
    if (network != NULL) {
        fake_hns_macs_init(&network->macs);
    }
    return network;
}

void fake_hns_network_drop(struct fake_hns_network *network)
{
    fake_hns_subnets_release(network);
    fake_hns_macs_release(&network->macs);
    free(network->type_text);
    free(network->name);
    free(network->adapter_name);
    free(network->management_ip);
    free(network->source_mac);
    free(network->dns_suffix);
    free(network->dns_server_list);
    wcd_json_free(network->policies);
    wcd_json_free(network->additional_params);
    free(network);
}

bool fake_hns_network_enlist(struct fake_host *host, struct fake_hns_network *network)
{
    struct fake_hns *hns = &host->hns;
    if (!fake_guid_map_put(&hns->networks, network->object.id, network)) {
        return false;
    }
    network->before = hns->last_network;
    if (hns->last_network == NULL) {
        hns->first_network = network;
    } else {
        hns->last_network->after = network;
    }
    hns->last_network = network;
    if (network->card != NULL) {
        network->card->networks++;
    }
    return true;
}

void fake_hns_network_free(struct fake_host *host, struct fake_hns_network *network)
{
    struct fake_hns *hns = &host->hns;
    while (network->first != NULL) {
        fake_hns_endpoint_free(host, network->first);
    }
    if (network->card != NULL) {
        network->card->networks--;
    }
    if (network->before == NULL) {
        hns->first_network = network->after;
    } else {
        network->before->after = network->after;
    }
    if (network->after == NULL) {
        hns->last_network = network->before;
    } else {
        network->after->before = network->before;
    }
    fake_guid_map_remove(&hns->networks, network->object.id);
    fake_hns_network_drop(network);
}

/* ---- parts of documents ---- */

bool fake_hns_keep(char **slot, const char *text)
{
    char *copy = wcd_text_copy(text);
    if (copy == NULL) {
        return false;
    }
    wcd_text_replace(slot, copy);
    return true;
}

bool fake_hns_keep_some(char **slot, const char *text)
{
    return text[0] == '\0' || fake_hns_keep(slot, text);
}

bool fake_hns_keep_list(struct wcd_json **slot, const struct wcd_json *list)
{
    struct wcd_json *copy = list == NULL ? wcd_json_new_array() : wcd_json_copy(list);
    if (copy == NULL) {
        return false;
    }
    wcd_json_free(*slot);
    *slot = copy;
    return true;
}

plat_hr fake_hns_network_extend(struct fake_host *host, struct fake_hns_network *network,
                                const struct wcd_json *list)
{
    bool enabled[FAKE_HNS_EXTENSIONS];
    memcpy(enabled, network->extensions, sizeof(enabled));
    for (const struct wcd_json *at = wcd_json_first(list); at != NULL; at = wcd_json_next(at)) {
        const char *id = fake_hcs_text(at, "Id");
        size_t found = 0;
        while (found < FAKE_HNS_EXTENSIONS &&
               !fake_name_equal(fake_hns_extension_id(host, found), id)) {
            found++;
        }
        if (found == FAKE_HNS_EXTENSIONS) {
            return fake_hns_error(host, FAKE_HNS_E_EXTENSION_UNKNOWN);
        }
        enabled[found] = fake_hcs_bool(at, "IsEnabled");
    }
    memcpy(network->extensions, enabled, sizeof(enabled));
    return PLAT_S_OK;
}

/* ---- calls ---- */

plat_hr fake_hns_networks_list(struct fake_host *host, struct fake_hns_call *call)
{
    struct wcd_json *list = wcd_json_new_array();
    bool done = list != NULL;
    for (const struct fake_hns_network *at = host->hns.first_network; at != NULL && done;
         at = at->after) {
        done = wcd_json_append(list, fake_hns_network_write(host, at));
    }
    if (!done) {
        wcd_json_free(list);
        return PLAT_E_OUTOFMEMORY;
    }
    call->output = list;
    return PLAT_S_OK;
}

/* The network of the path; NULL and the code. */
static struct fake_hns_network *network_of(struct fake_host *host, const struct fake_hns_call *call,
                                           plat_hr *hr)
{
    struct fake_hns_network *network = fake_guid_map_get(&host->hns.networks, call->id);
    *hr = network == NULL ? fake_hns_error(host, FAKE_HNS_E_ID_UNKNOWN) : PLAT_S_OK;
    return network;
}

static plat_hr network_answer(struct fake_host *host, const struct fake_hns_network *network,
                              struct fake_hns_call *call)
{
    call->output = fake_hns_network_write(host, network);
    return call->output == NULL ? PLAT_E_OUTOFMEMORY : fake_hns_respond(host, call);
}

plat_hr fake_hns_network_get(struct fake_host *host, struct fake_hns_call *call)
{
    plat_hr hr = PLAT_S_OK;
    const struct fake_hns_network *network = network_of(host, call, &hr);
    return network == NULL ? hr : network_answer(host, network, call);
}

plat_hr fake_hns_network_delete(struct fake_host *host, struct fake_hns_call *call)
{
    plat_hr hr = PLAT_S_OK;
    struct fake_hns_network *network = network_of(host, call, &hr);
    if (network != NULL) {
        hr = fake_hns_respond(host, call);
    }
    if (network != NULL && plat_succeeded(hr)) {
        fake_hns_network_free(host, network);
    }
    return hr;
}

/* What an update changes, so that a failure on the way can take it back. */
struct network_before {
    struct wcd_json *policies;
    size_t subnet_count;
    bool extensions[FAKE_HNS_EXTENSIONS];
};

static plat_hr network_change(struct fake_host *host, struct fake_hns_network *network,
                              const struct wcd_json *body)
{
    const struct wcd_json *policies = fake_hcs_member(body, "Policies");
    plat_hr hr = fake_hns_policies_check(host, FAKE_HNS_AT_NETWORK, policies);
    if (plat_succeeded(hr)) {
        hr = fake_hns_network_extend(host, network, fake_hcs_member(body, "Extensions"));
    }
    if (plat_succeeded(hr)) {
        hr = fake_hns_subnets_add(host, network, fake_hcs_member(body, "Subnets"));
    }
    if (plat_succeeded(hr) && policies != NULL) {
        hr = fake_hns_keep_list(&network->policies, policies) ? hr : PLAT_E_OUTOFMEMORY;
    }
    return hr;
}

plat_hr fake_hns_network_update(struct fake_host *host, struct fake_hns_call *call)
{
    plat_hr hr = PLAT_S_OK;
    struct fake_hns_network *network = network_of(host, call, &hr);
    if (network == NULL) {
        return hr;
    }
    hr = fake_hns_check(host, call, &fake_hns_network_shape);
    if (plat_failed(hr)) {
        return hr;
    }
    struct network_before before = {.policies = network->policies,
                                    .subnet_count = network->subnet_count};
    memcpy(before.extensions, network->extensions, sizeof(before.extensions));
    network->policies = NULL;
    hr = network_change(host, network, call->body);
    if (plat_succeeded(hr) && network->policies == NULL) {
        network->policies = before.policies;
        before.policies = NULL;
    }
    if (plat_succeeded(hr)) {
        hr = network_answer(host, network, call);
    }
    if (plat_failed(hr)) {
        fake_hns_subnets_cut(network, before.subnet_count);
        memcpy(network->extensions, before.extensions, sizeof(before.extensions));
        if (before.policies != NULL) {
            wcd_json_free(network->policies);
            network->policies = before.policies;
        }
        return hr;
    }
    network->object.updated_100ns = fake_host_wall_100ns(host);
    wcd_json_free(before.policies);
    return PLAT_S_OK;
}
