/* The subnets of a network: given by the client, or chosen by HNS. */
#include "fakes/hns/network.h"
#include "fakes/host/internal.h"

#include <stdlib.h>
#include <string.h>

/* What HNS chooses from: 172.16.0.0/12 in parts of 4096 addresses; the switch of the clients once had parts of 16. */
#define SUBNET_CHOICE_FIRST  0xAC100000u
#define SUBNET_CHOICE_BITS   12u
#define SUBNET_CHOICE_LENGTH 20u
#define SUBNET_SMALL_LENGTH  28u
/* How often chance is asked before the choices are tried in their order. */
#define SUBNET_TRIES 16u

#define SUBNET_ANY         FAKE_HNS_SUBNET_ANY
#define SUBNET_ANY_GATEWAY "0.0.0.0"

static void subnet_release(struct fake_hns_subnet *subnet)
{
    if (subnet->gives) {
        fake_hns_pool_release(&subnet->pool);
    }
    wcd_json_free(subnet->policies);
    *subnet = (struct fake_hns_subnet){0};
}

void fake_hns_subnets_cut(struct fake_hns_network *network, size_t count)
{
    while (network->subnet_count > count) {
        network->subnet_count--;
        subnet_release(&network->subnets[network->subnet_count]);
    }
}

void fake_hns_subnets_release(struct fake_hns_network *network)
{
    fake_hns_subnets_cut(network, 0);
    free(network->subnets);
    network->subnets = NULL;
}

/* ---- rules ---- */

/* Is a part of the prefix another network's? Only those that the host is a part of can be in each other's
 * way. */
static bool subnet_overlaps(const struct fake_host *host, const struct fake_hns_network *network,
                            struct fake_ip4_prefix prefix)
{
    for (const struct fake_hns_network *at = host->hns.first_network; at != NULL; at = at->after) {
        for (size_t i = 0; i < at->subnet_count; i++) {
            const struct fake_hns_subnet *other = &at->subnets[i];
            bool counts = at != network && at->type->gateway && other->gives;
            if (counts && fake_ip4_prefix_overlaps(prefix, other->pool.prefix)) {
                return true;
            }
        }
    }
    return false;
}

/* The first subnet of the nat network that was there first: where a build has one prefix for all. */
static const struct fake_hns_subnet *subnet_of_first_nat(const struct fake_host *host,
                                                         const struct fake_hns_network *network)
{
    for (const struct fake_hns_network *at = host->hns.first_network; at != NULL; at = at->after) {
        if (at != network && fake_hns_type_is_nat(at->type) && at->subnet_count > 0) {
            return &at->subnets[0];
        }
    }
    return NULL;
}

/* Beside a nat network another one is a part of it, where the build minds. */
static plat_hr subnet_in_nat(const struct fake_hns_subnet *whole, struct fake_hns_subnet *subnet,
                             const char *gateway, plat_hr why)
{
    if (!fake_ip4_prefix_within(subnet->pool.prefix, whole->pool.prefix) ||
        (gateway[0] != '\0' && strcmp(gateway, whole->gateway) != 0)) {
        return why;
    }
    memcpy(subnet->gateway, whole->gateway, sizeof(subnet->gateway));
    return PLAT_S_OK;
}

/* Fills the pool and what is written of it. */
static plat_hr subnet_open(struct fake_host *host, const struct fake_hns_network *network,
                           struct fake_hns_subnet *subnet, struct fake_ip4_prefix prefix,
                           const char *gateway)
{
    plat_hr second = fake_hns_error(host, FAKE_HNS_E_NAT_SECOND);
    bool nat = fake_hns_type_is_nat(network->type) && plat_failed(second);
    const struct fake_hns_subnet *whole = nat ? subnet_of_first_nat(host, network) : NULL;
    uint32_t address = 0;
    if (gateway[0] != '\0' && !fake_ip4_parse(gateway, &address)) {
        return fake_hns_error(host, FAKE_HNS_E_GATEWAY_INVALID);
    }
    plat_hr hr = fake_hns_pool_init(host, &subnet->pool, prefix, whole == NULL ? address : 0);
    if (plat_failed(hr)) {
        return hr;
    }
    subnet->gives = true;
    fake_ip4_prefix_text(prefix, subnet->prefix);
    if (whole != NULL) {
        return subnet_in_nat(whole, subnet, gateway, second);
    }
    if (network->type->gateway || gateway[0] != '\0' || network->type->external) {
        fake_ip4_text(subnet->pool.gateway, subnet->gateway);
    }
    bool taken = network->type->gateway && subnet_overlaps(host, network, prefix);
    return taken ? fake_hns_error(host, FAKE_HNS_E_PREFIX_OVERLAPS) : PLAT_S_OK;
}

/* ---- chosen ---- */

static struct fake_ip4_prefix subnet_choice(uint64_t number, uint8_t length)
{
    return (struct fake_ip4_prefix){
        .address = SUBNET_CHOICE_FIRST + ((uint32_t)number << (32u - length)), .length = length};
}

/* A free prefix of that length, by chance while that is not asking too often. */
static bool subnet_pick(struct fake_host *host, const struct fake_hns_network *network,
                        uint8_t length, struct fake_ip4_prefix *out)
{
    uint64_t choices = (uint64_t)1 << (length - SUBNET_CHOICE_BITS);
    for (unsigned i = 0; i < SUBNET_TRIES; i++) {
        *out = subnet_choice(fake_random_below(&host->hns.random, choices), length);
        if (!subnet_overlaps(host, network, *out)) {
            return true;
        }
    }
    for (uint64_t i = 0; i < choices; i++) {
        *out = subnet_choice(i, length);
        if (!subnet_overlaps(host, network, *out)) {
            return true;
        }
    }
    return false;
}

static plat_hr subnet_fill_chosen(struct fake_host *host, const struct fake_hns_network *network,
                                  struct fake_hns_subnet *subnet)
{
    bool small = network->own && !fake_build_has(host->build, FAKE_FEATURE_HNS_9);
    struct fake_ip4_prefix prefix;
    if (!subnet_pick(host, network, small ? SUBNET_SMALL_LENGTH : SUBNET_CHOICE_LENGTH, &prefix)) {
        return fake_hns_error(host, FAKE_HNS_E_PREFIX_OVERLAPS);
    }
    return subnet_open(host, network, subnet, prefix, "");
}

/* ---- given ---- */

static plat_hr subnet_fill(struct fake_host *host, const struct fake_hns_network *network,
                           struct fake_hns_subnet *subnet, const struct wcd_json *given)
{
    const char *text = fake_hcs_text(given, "AddressPrefix");
    const char *gateway = fake_hcs_text(given, "GatewayAddress");
    const struct wcd_json *policies = fake_hcs_member(given, "Policies");
    struct fake_ip4_prefix prefix;
    plat_hr hr = fake_hns_policies_check(host, FAKE_HNS_AT_SUBNET, policies);
    if (plat_failed(hr)) {
        return hr;
    }
    fake_guid_random(&host->hns.random, subnet->id);
    if (!fake_hns_keep_list(&subnet->policies, policies)) {
        return PLAT_E_OUTOFMEMORY;
    }
    if (strcmp(text, SUBNET_ANY) == 0 && network->type->chooses) {
        return subnet_fill_chosen(host, network, subnet);
    }
    if (strcmp(text, SUBNET_ANY) == 0) {
        memcpy(subnet->prefix, SUBNET_ANY, sizeof(SUBNET_ANY));
        memcpy(subnet->gateway, SUBNET_ANY_GATEWAY, sizeof(SUBNET_ANY_GATEWAY));
        return PLAT_S_OK;
    }
    if (!fake_ip4_prefix_parse(text, &prefix)) {
        return fake_hns_error(host, FAKE_HNS_E_PREFIX_INVALID);
    }
    return subnet_open(host, network, subnet, prefix, gateway);
}

static bool subnet_is_there(const struct fake_hns_network *network, const struct wcd_json *given)
{
    const char *text = fake_hcs_text(given, "AddressPrefix");
    for (size_t i = 0; i < network->subnet_count; i++) {
        if (strcmp(network->subnets[i].prefix, text) == 0) {
            return true;
        }
    }
    return false;
}

/* A place behind the last one; NULL without memory. */
static struct fake_hns_subnet *subnet_place(struct fake_hns_network *network)
{
    size_t size = (network->subnet_count + 1) * sizeof(*network->subnets);
    struct fake_hns_subnet *subnets = realloc(network->subnets, size);
    if (subnets == NULL) {
        return NULL;
    }
    network->subnets = subnets;
    subnets[network->subnet_count] = (struct fake_hns_subnet){0};
    return &subnets[network->subnet_count];
}

static plat_hr subnet_add(struct fake_host *host, struct fake_hns_network *network,
                          const struct wcd_json *given)
{
    struct fake_hns_subnet *subnet = subnet_place(network);
    if (subnet == NULL) {
        return PLAT_E_OUTOFMEMORY;
    }
    plat_hr hr = given != NULL ? subnet_fill(host, network, subnet, given) : PLAT_S_OK;
    if (given == NULL) {
        fake_guid_random(&host->hns.random, subnet->id);
        hr = fake_hns_keep_list(&subnet->policies, NULL) ? subnet_fill_chosen(host, network, subnet)
                                                         : PLAT_E_OUTOFMEMORY;
    }
    if (plat_failed(hr)) {
        subnet_release(subnet);
        return hr;
    }
    network->subnet_count++;
    return PLAT_S_OK;
}

plat_hr fake_hns_subnet_choose(struct fake_host *host, struct fake_hns_network *network)
{
    return subnet_add(host, network, NULL);
}

/* Two subnets of one network must not overlap either. */
static bool subnet_meets_own(const struct fake_hns_network *network)
{
    const struct fake_hns_subnet *last = &network->subnets[network->subnet_count - 1];
    for (size_t i = 0; i + 1 < network->subnet_count; i++) {
        const struct fake_hns_subnet *other = &network->subnets[i];
        if (last->gives && other->gives &&
            fake_ip4_prefix_overlaps(last->pool.prefix, other->pool.prefix)) {
            return true;
        }
    }
    return false;
}

plat_hr fake_hns_subnets_add(struct fake_host *host, struct fake_hns_network *network,
                             const struct wcd_json *list)
{
    size_t before = network->subnet_count;
    plat_hr hr = PLAT_S_OK;
    for (const struct wcd_json *at = wcd_json_first(list); at != NULL && plat_succeeded(hr);
         at = wcd_json_next(at)) {
        if (subnet_is_there(network, at)) {
            continue;
        }
        if (network->subnet_count == FAKE_HNS_SUBNETS_MAX) {
            hr = fake_hns_error(host, FAKE_HNS_E_NETWORK_INVALID);
        } else {
            hr = subnet_add(host, network, at);
        }
        if (plat_succeeded(hr) && subnet_meets_own(network)) {
            hr = fake_hns_error(host, FAKE_HNS_E_PREFIX_OVERLAPS);
        }
    }
    if (plat_failed(hr)) {
        fake_hns_subnets_cut(network, before);
    }
    return hr;
}
