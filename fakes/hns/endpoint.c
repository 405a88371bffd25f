/* Endpoints: where they are kept, and the calls about them but for creation and attaching. */
#include "fakes/hns/endpoint.h"

#include "fakes/hns/network.h"
#include "fakes/host/internal.h"

#include <stdlib.h>

/* ---- where they are ---- */

struct fake_hns_endpoint *fake_hns_endpoint_find(const struct fake_host *host, const char *id)
{
    char lower[FAKE_GUID_BYTES];
    if (!fake_guid_valid(id) || !fake_guid_lower(id, lower)) {
        return NULL;
    }
    return fake_guid_map_get(&host->hns.endpoints, lower);
}

struct fake_hns_endpoint *fake_hns_endpoint_new(void)
{
    struct fake_hns_endpoint *endpoint = calloc(1, sizeof(*endpoint));
    if (endpoint != NULL) {
        endpoint->subnet = FAKE_HNS_NO_SUBNET;
        endpoint->state = FAKE_HNS_CREATED;
    }
    return endpoint;
}

void fake_hns_endpoint_drop(struct fake_host *host, struct fake_hns_endpoint *endpoint)
{
    struct fake_hns_network *network = endpoint->network;
    fake_hns_published_release(&host->hns.ports, &endpoint->published);
    if (network != NULL && endpoint->subnet != FAKE_HNS_NO_SUBNET) {
        fake_hns_pool_give_back(&network->subnets[endpoint->subnet].pool, endpoint->address);
    }
    if (network != NULL && endpoint->mac != 0) {
        fake_hns_macs_give_back(&network->macs, endpoint->mac);
    }
    free(endpoint->name);
    free(endpoint->gateway);
    free(endpoint->dns_suffix);
    free(endpoint->dns_server_list);
    free(endpoint->dns_domain);
    wcd_json_free(endpoint->policies);
    wcd_json_free(endpoint->additional_params);
    wcd_strlist_release(&endpoint->containers);
    free(endpoint);
}

bool fake_hns_endpoint_link(struct fake_host *host, struct fake_hns_endpoint *endpoint)
{
    struct fake_hns *hns = &host->hns;
    struct fake_hns_network *network = endpoint->network;
    if (!fake_guid_map_put(&hns->endpoints, endpoint->object.id, endpoint)) {
        return false;
    }
    endpoint->before = hns->last_endpoint;
    if (hns->last_endpoint == NULL) {
        hns->first_endpoint = endpoint;
    } else {
        hns->last_endpoint->after = endpoint;
    }
    hns->last_endpoint = endpoint;
    endpoint->network_before = network->last;
    if (network->last == NULL) {
        network->first = endpoint;
    } else {
        network->last->network_after = endpoint;
    }
    network->last = endpoint;
    network->current_endpoints++;
    return true;
}

bool fake_hns_endpoint_enlist(struct fake_host *host, struct fake_hns_endpoint *endpoint)
{
    struct fake_hns_network *network = endpoint->network;
    if (!fake_hns_endpoint_link(host, endpoint)) {
        return false;
    }
    network->total_endpoints++;
    if (network->current_endpoints > network->max_endpoints) {
        network->max_endpoints = network->current_endpoints;
    }
    return true;
}

static void endpoint_delist(struct fake_hns *hns, struct fake_hns_endpoint *endpoint)
{
    struct fake_hns_network *network = endpoint->network;
    if (endpoint->before == NULL) {
        hns->first_endpoint = endpoint->after;
    } else {
        endpoint->before->after = endpoint->after;
    }
    if (endpoint->after == NULL) {
        hns->last_endpoint = endpoint->before;
    } else {
        endpoint->after->before = endpoint->before;
    }
    if (endpoint->network_before == NULL) {
        network->first = endpoint->network_after;
    } else {
        endpoint->network_before->network_after = endpoint->network_after;
    }
    if (endpoint->network_after == NULL) {
        network->last = endpoint->network_before;
    } else {
        endpoint->network_after->network_before = endpoint->network_before;
    }
    network->current_endpoints--;
    fake_guid_map_remove(&hns->endpoints, endpoint->object.id);
}

void fake_hns_endpoint_free(struct fake_host *host, struct fake_hns_endpoint *endpoint)
{
    fake_hns_lists_endpoint_gone(host, endpoint);
    fake_hns_namespaces_endpoint_gone(host, endpoint);
    endpoint_delist(&host->hns, endpoint);
    fake_hns_endpoint_drop(host, endpoint);
}

/* ---- calls ---- */

plat_hr fake_hns_endpoints_list(struct fake_host *host, struct fake_hns_call *call)
{
    struct wcd_json *list = wcd_json_new_array();
    bool done = list != NULL;
    for (const struct fake_hns_endpoint *at = host->hns.first_endpoint; at != NULL && done;
         at = at->after) {
        done = wcd_json_append(list, fake_hns_endpoint_write(host, at));
    }
    if (!done) {
        wcd_json_free(list);
        return PLAT_E_OUTOFMEMORY;
    }
    call->output = list;
    return PLAT_S_OK;
}

struct fake_hns_endpoint *fake_hns_endpoint_of(struct fake_host *host,
                                               const struct fake_hns_call *call, plat_hr *hr)
{
    struct fake_hns_endpoint *endpoint = fake_guid_map_get(&host->hns.endpoints, call->id);
    *hr = endpoint == NULL ? fake_hns_error(host, FAKE_HNS_E_ID_UNKNOWN) : PLAT_S_OK;
    return endpoint;
}

plat_hr fake_hns_endpoint_answer(struct fake_host *host, const struct fake_hns_endpoint *endpoint,
                                 struct fake_hns_call *call)
{
    call->output = fake_hns_endpoint_write(host, endpoint);
    return call->output == NULL ? PLAT_E_OUTOFMEMORY : fake_hns_respond(host, call);
}

plat_hr fake_hns_endpoint_get(struct fake_host *host, struct fake_hns_call *call)
{
    plat_hr hr = PLAT_S_OK;
    const struct fake_hns_endpoint *endpoint = fake_hns_endpoint_of(host, call, &hr);
    return endpoint == NULL ? hr : fake_hns_endpoint_answer(host, endpoint, call);
}

plat_hr fake_hns_endpoint_refresh(struct fake_host *host, struct fake_hns_call *call)
{
    return fake_hns_endpoint_get(host, call);
}

plat_hr fake_hns_endpoint_delete(struct fake_host *host, struct fake_hns_call *call)
{
    plat_hr hr = PLAT_S_OK;
    struct fake_hns_endpoint *endpoint = fake_hns_endpoint_of(host, call, &hr);
    if (endpoint != NULL) {
        hr = fake_hns_respond(host, call);
    }
    if (endpoint != NULL && plat_succeeded(hr)) {
        fake_hns_endpoint_free(host, endpoint);
    }
    return hr;
}

/* New policies are kept in place of the old ones; ports are published at the creation only. */
plat_hr fake_hns_endpoint_update(struct fake_host *host, struct fake_hns_call *call)
{
    plat_hr hr = PLAT_S_OK;
    struct fake_hns_endpoint *endpoint = fake_hns_endpoint_of(host, call, &hr);
    if (endpoint == NULL) {
        return hr;
    }
    hr = fake_hns_check(host, call, &fake_hns_endpoint_shape);
    const struct wcd_json *policies =
        plat_failed(hr) ? NULL : fake_hcs_member(call->body, "Policies");
    if (plat_succeeded(hr)) {
        hr = fake_hns_policies_check(host, FAKE_HNS_AT_ENDPOINT, policies);
    }
    if (plat_failed(hr)) {
        return hr;
    }
    struct wcd_json *before = endpoint->policies;
    if (policies != NULL) {
        endpoint->policies = wcd_json_copy(policies);
    }
    hr = endpoint->policies == NULL ? PLAT_E_OUTOFMEMORY
                                    : fake_hns_endpoint_answer(host, endpoint, call);
    if (endpoint->policies != before) {
        wcd_json_free(plat_failed(hr) ? endpoint->policies : before);
        endpoint->policies = plat_failed(hr) ? before : endpoint->policies;
    }
    if (plat_succeeded(hr)) {
        endpoint->object.updated_100ns = fake_host_wall_100ns(host);
    }
    return hr;
}

/* No traffic is emulated. */
plat_hr fake_hns_endpoint_stats(struct fake_host *host, struct fake_hns_call *call)
{
    static const char *const before[] = {"BytesReceived", "BytesSent", "DroppedPacketsIncoming",
                                         "DroppedPacketsOutgoing"};
    static const char *const behind[] = {"PacketsReceived", "PacketsSent"};
    plat_hr hr = PLAT_S_OK;
    const struct fake_hns_endpoint *endpoint = fake_hns_endpoint_of(host, call, &hr);
    if (endpoint == NULL) {
        return hr;
    }
    struct wcd_json *out = wcd_json_new_object();
    bool done = out != NULL;
    for (size_t i = 0; i < sizeof(before) / sizeof(before[0]) && done; i++) {
        done = wcd_json_set_int64(out, before[i], 0);
    }
    done = done && fake_hns_set_id(host, out, "EndpointId", endpoint->object.id) &&
           fake_hns_set_id(host, out, "InstanceId", endpoint->object.activity_id);
    for (size_t i = 0; i < sizeof(behind) / sizeof(behind[0]) && done; i++) {
        done = wcd_json_set_int64(out, behind[i], 0);
    }
    if (!done) {
        wcd_json_free(out);
        return PLAT_E_OUTOFMEMORY;
    }
    call->output = out;
    return PLAT_S_OK;
}
