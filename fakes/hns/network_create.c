/* How a network comes to be. */
#include "fakes/hns/network.h"
#include "fakes/host/internal.h"
#include "fakes/host/name.h"

#include <stdio.h>
#include <string.h>

/* ---- rules of the host ---- */

static bool create_name_is_taken(const struct fake_host *host, const char *name)
{
    for (const struct fake_hns_network *at = host->hns.first_network; at != NULL; at = at->after) {
        if (name[0] != '\0' && strcmp(at->name, name) == 0) {
            return true;
        }
    }
    return false;
}

static plat_hr create_type(struct fake_host *host, struct fake_hns_network *network,
                           const char *text)
{
    bool echoed = fake_build_has(host->build, FAKE_FEATURE_HNS_5);
    network->type = fake_hns_type_find(host, text);
    if (network->type == NULL) {
        return fake_hns_error(host, FAKE_HNS_E_NETWORK_TYPE);
    }
    if (fake_hns_type_is_nat(network->type) && host->hns.nat_object != NULL) {
        return fake_hns_error(host, FAKE_HNS_E_NAT_OBJECT);
    }
    return fake_hns_keep(&network->type_text, echoed ? text : network->type->name)
               ? PLAT_S_OK
               : PLAT_E_OUTOFMEMORY;
}

/* The adapter, and the address of the host on it. */
static plat_hr create_adapter(struct fake_host *host, struct fake_hns_network *network,
                              const char *name, const char *management_ip)
{
    const struct fake_hns_card *card = NULL;
    if (network->type->external) {
        plat_hr hr = fake_hns_card_choose(host, network->type, name, &network->card);
        if (plat_failed(hr)) {
            return hr;
        }
        card = network->card;
    }
    if (!fake_hns_keep(&network->adapter_name, card == NULL ? name : card->name) ||
        !fake_hns_keep(&network->management_ip, management_ip)) {
        return PLAT_E_OUTOFMEMORY;
    }
    if (card != NULL && management_ip[0] == '\0') {
        wcd_text_replace(&network->management_ip,
                         wcd_text_copy_n(card->address, strcspn(card->address, "/")));
    }
    return network->management_ip == NULL ? PLAT_E_OUTOFMEMORY : PLAT_S_OK;
}

/* ---- MAC addresses ---- */

/* Pools that HNS chooses: Microsoft's prefix, and 4096 addresses each. */
#define CREATE_MAC_PREFIX  UINT64_C(0x00155D000000)
#define CREATE_MAC_CHOICES 4096u
#define CREATE_MAC_SIZE    0x1000u

static bool create_macs_meet(const struct fake_host *host, uint64_t first)
{
    for (const struct fake_hns_network *at = host->hns.first_network; at != NULL; at = at->after) {
        for (size_t i = 0; i < at->macs.pool_count; i++) {
            const struct fake_hns_mac_pool *pool = &at->macs.pools[i];
            if (pool->first < first + CREATE_MAC_SIZE && first <= pool->last) {
                return true;
            }
        }
    }
    return false;
}

/* A pool of MAC addresses that no other network has. */
static plat_hr create_choose_macs(struct fake_host *host, struct fake_hns_network *network)
{
    uint64_t choice = fake_random_below(&host->hns.random, CREATE_MAC_CHOICES);
    char texts[2][FAKE_MAC_BYTES];
    for (uint64_t i = 0; i < CREATE_MAC_CHOICES; i++) {
        uint64_t number = (choice + i) % CREATE_MAC_CHOICES;
        uint64_t first = CREATE_MAC_PREFIX + number * CREATE_MAC_SIZE;
        if (!create_macs_meet(host, first)) {
            fake_mac_text(first, texts[0]);
            fake_mac_text(first + CREATE_MAC_SIZE - 1, texts[1]);
            return fake_hns_macs_add_pool(host, &network->macs, texts[0], texts[1]);
        }
    }
    return fake_hns_error(host, FAKE_HNS_E_MAC_POOL_INVALID);
}

static plat_hr create_macs(struct fake_host *host, struct fake_hns_network *network,
                           const struct wcd_json *pools)
{
    if (wcd_json_size(pools) == 0) {
        return create_choose_macs(host, network);
    }
    plat_hr hr = PLAT_S_OK;
    for (const struct wcd_json *at = wcd_json_first(pools); at != NULL && plat_succeeded(hr);
         at = wcd_json_next(at)) {
        hr = fake_hns_macs_add_pool(host, &network->macs, fake_hcs_text(at, "StartMacAddress"),
                                    fake_hcs_text(at, "EndMacAddress"));
    }
    return hr;
}

/* ---- the rest ---- */

static plat_hr create_texts(struct fake_hns_network *network, const struct wcd_json *body)
{
    bool done = fake_hns_keep(&network->name, fake_hcs_text(body, "Name")) &&
                fake_hns_keep(&network->source_mac, fake_hcs_text(body, "SourceMac")) &&
                fake_hns_keep(&network->dns_suffix, fake_hcs_text(body, "DNSSuffix")) &&
                fake_hns_keep(&network->dns_server_list, fake_hcs_text(body, "DNSServerList"));
    const struct wcd_json *params = fake_hcs_member(body, "AdditionalParams");
    if (done && params != NULL) {
        network->additional_params = wcd_json_copy(params);
        done = network->additional_params != NULL;
    }
    network->dns_compartment = (uint32_t)fake_hcs_uint(body, "DNSServerCompartment");
    network->automatic_dns = fake_hcs_bool(body, "AutomaticDNS");
    network->flags = (uint32_t)fake_hcs_uint(body, "Flags");
    network->isolate_switch = fake_hcs_bool(body, "IsolateSwitch");
    return done ? PLAT_S_OK : PLAT_E_OUTOFMEMORY;
}

static plat_hr create_subnets(struct fake_host *host, struct fake_hns_network *network,
                              const struct wcd_json *list)
{
    plat_hr hr = fake_hns_subnets_add(host, network, list);
    bool chosen = network->subnet_count == 0 && network->type->chooses;
    return plat_succeeded(hr) && chosen ? fake_hns_subnet_choose(host, network) : hr;
}

/* What only HNS knows of it. */
static void create_insides(struct fake_host *host, struct fake_hns_network *network)
{
    fake_guid_random(&host->hns.random, network->layered_on);
    fake_guid_random(&host->hns.random, network->interface_id);
    fake_guid_random(&host->hns.random, network->switch_id);
    network->extensions[FAKE_HNS_EXTENSIONS - 1] = fake_build_has(host->build, FAKE_FEATURE_HNS_9);
}

static plat_hr create_fill(struct fake_host *host, struct fake_hns_network *network,
                           const struct wcd_json *body)
{
    const struct wcd_json *policies = fake_hcs_member(body, "Policies");
    create_insides(host, network);
    plat_hr hr = create_type(host, network, fake_hcs_text(body, "Type"));
    if (plat_succeeded(hr) && create_name_is_taken(host, fake_hcs_text(body, "Name"))) {
        hr = fake_hns_error(host, FAKE_HNS_E_NAME_EXISTS);
    }
    if (plat_succeeded(hr)) {
        hr = create_texts(network, body);
    }
    if (plat_succeeded(hr)) {
        hr = fake_hns_policies_check(host, FAKE_HNS_AT_NETWORK, policies);
    }
    if (plat_succeeded(hr)) {
        hr = fake_hns_keep_list(&network->policies, policies) ? hr : PLAT_E_OUTOFMEMORY;
    }
    if (plat_succeeded(hr)) {
        hr = fake_hns_network_extend(host, network, fake_hcs_member(body, "Extensions"));
    }
    if (plat_succeeded(hr)) {
        hr = create_adapter(host, network, fake_hcs_text(body, "NetworkAdapterName"),
                            fake_hcs_text(body, "ManagementIP"));
    }
    if (plat_succeeded(hr)) {
        hr = create_macs(host, network, fake_hcs_member(body, "MacPools"));
    }
    return plat_failed(hr) ? hr : create_subnets(host, network, fake_hcs_member(body, "Subnets"));
}

plat_hr fake_hns_network_create(struct fake_host *host, struct fake_hns_call *call)
{
    plat_hr hr = fake_hns_check(host, call, &fake_hns_network_shape);
    if (plat_failed(hr)) {
        return hr;
    }
    struct fake_hns_network *network = fake_hns_network_new();
    if (network == NULL) {
        return PLAT_E_OUTOFMEMORY;
    }
    hr = fake_hns_object_begin(host, call, &host->hns.networks, &network->object);
    if (plat_succeeded(hr)) {
        hr = create_fill(host, network, call->body);
    }
    if (plat_succeeded(hr)) {
        call->output = fake_hns_network_write(host, network);
        hr = call->output == NULL ? PLAT_E_OUTOFMEMORY : fake_hns_respond(host, call);
    }
    if (plat_succeeded(hr) && !fake_hns_network_enlist(host, network)) {
        hr = PLAT_E_OUTOFMEMORY;
    }
    if (plat_failed(hr)) {
        fake_hns_network_drop(network);
    }
    return hr;
}

/* ---- networks that nobody asks HNS for ---- */

struct fake_hns_network *fake_hns_network_bring(struct fake_host *host, const char *id,
                                                const char *name, const char *type, uint32_t flags)
{
    struct fake_hns_network *network = fake_hns_network_new();
    if (network == NULL) {
        return NULL;
    }
    bool done =
        fake_guid_lower(id, network->object.id) && fake_hns_keep(&network->name, name) &&
        plat_succeeded(create_type(host, network, type)) &&
        fake_hns_keep(&network->adapter_name, "") && fake_hns_keep(&network->management_ip, "") &&
        fake_hns_keep(&network->source_mac, "") && fake_hns_keep(&network->dns_suffix, "") &&
        fake_hns_keep(&network->dns_server_list, "") &&
        fake_hns_keep_list(&network->policies, NULL);
    create_insides(host, network);
    fake_guid_random(&host->hns.random, network->object.activity_id);
    network->object.updated_100ns = fake_host_wall_100ns(host);
    network->flags = flags;
    network->own = true;
    done = done && plat_succeeded(create_choose_macs(host, network)) &&
           (!network->type->chooses || plat_succeeded(fake_hns_subnet_choose(host, network))) &&
           fake_hns_network_enlist(host, network);
    if (!done) {
        fake_hns_network_drop(network);
        return NULL;
    }
    return network;
}
