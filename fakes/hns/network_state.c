/* Networks as the store keeps them. */
#include "fakes/hns/network.h"
#include "fakes/hns/state.h"
#include "fakes/host/internal.h"

#include <stdlib.h>
#include <string.h>

#define FIELD(member) offsetof(struct fake_hns_network, member)

static const struct fake_state_row network_rows[] = {
    FAKE_STATE_OBJECT_ROWS,
    {"type", FAKE_STATE_HAND_TEXT, true, 0, 0},
    {"type_text", FAKE_STATE_TEXT, true, FIELD(type_text), 0},
    {"name", FAKE_STATE_TEXT, false, FIELD(name), 0},
    {"adapter_name", FAKE_STATE_TEXT, false, FIELD(adapter_name), 0},
    {"management_ip", FAKE_STATE_TEXT, false, FIELD(management_ip), 0},
    {"source_mac", FAKE_STATE_TEXT, false, FIELD(source_mac), 0},
    {"dns_suffix", FAKE_STATE_TEXT, false, FIELD(dns_suffix), 0},
    {"dns_server_list", FAKE_STATE_TEXT, false, FIELD(dns_server_list), 0},
    {"dns_compartment", FAKE_STATE_UINT32, false, FIELD(dns_compartment), 0},
    {"flags", FAKE_STATE_UINT32, false, FIELD(flags), 0},
    {"automatic_dns", FAKE_STATE_BOOL, false, FIELD(automatic_dns), 0},
    {"foreign", FAKE_STATE_BOOL, false, FIELD(foreign), 0},
    {"own", FAKE_STATE_BOOL, false, FIELD(own), 0},
    {"isolate_switch", FAKE_STATE_BOOL, false, FIELD(isolate_switch), 0},
    {"policies", FAKE_STATE_LIST, false, FIELD(policies), 0},
    {"additional_params", FAKE_STATE_OBJECT, false, FIELD(additional_params), 0},
    {"layered_on", FAKE_STATE_ID, true, FIELD(layered_on), 0},
    {"interface_id", FAKE_STATE_ID, true, FIELD(interface_id), 0},
    {"switch_id", FAKE_STATE_ID, true, FIELD(switch_id), 0},
    {"max_endpoints", FAKE_STATE_UINT64, false, FIELD(max_endpoints), INT64_MAX},
    {"total_endpoints", FAKE_STATE_UINT64, false, FIELD(total_endpoints), INT64_MAX},
    {"adapter", FAKE_STATE_HAND_TEXT, false, 0, 0},
    {"subnets", FAKE_STATE_HAND_LIST, false, 0, 0},
    {"mac_pools", FAKE_STATE_HAND_LIST, false, 0, 0},
    {"extensions", FAKE_STATE_HAND_LIST, true, 0, 0},
};
static const struct fake_state_table network_table = {network_rows, sizeof(network_rows) /
                                                                        sizeof(network_rows[0])};

static const struct fake_state_row subnet_rows[] = {
    {"id", FAKE_STATE_ID, true, offsetof(struct fake_hns_subnet, id), 0},
    {"policies", FAKE_STATE_LIST, false, offsetof(struct fake_hns_subnet, policies), 0},
    {"prefix", FAKE_STATE_HAND_TEXT, true, 0, 0},
    {"gateway", FAKE_STATE_HAND_TEXT, false, 0, 0},
    {"router", FAKE_STATE_HAND_TEXT, false, 0, 0}, /* the address that the pool never gives */
};
static const struct fake_state_table subnet_table = {subnet_rows,
                                                     sizeof(subnet_rows) / sizeof(subnet_rows[0])};

static const struct fake_state_row mac_pool_rows[] = {
    {"first", FAKE_STATE_HAND_TEXT, true, 0, 0},
    {"last", FAKE_STATE_HAND_TEXT, true, 0, 0},
};
static const struct fake_state_table mac_pool_table = {mac_pool_rows, 2};

/* ---- written ---- */

static struct wcd_json *save_subnet(const struct fake_hns_subnet *subnet)
{
    struct wcd_json *out = wcd_json_new_object();
    char router[FAKE_IP4_BYTES];
    fake_ip4_text(subnet->gives ? subnet->pool.gateway : 0, router);
    bool done = out != NULL && fake_state_write(&subnet_table, subnet, out) &&
                wcd_json_set_string(out, "prefix", subnet->prefix) &&
                wcd_json_set_string(out, "gateway", subnet->gateway) &&
                (!subnet->gives || wcd_json_set_string(out, "router", router));
    return wcd_json_if(done, out);
}

static struct wcd_json *save_subnets(const struct fake_hns_network *network)
{
    struct wcd_json *list = wcd_json_new_array();
    bool done = list != NULL;
    for (size_t i = 0; i < network->subnet_count && done; i++) {
        done = wcd_json_append(list, save_subnet(&network->subnets[i]));
    }
    return wcd_json_if(done, list);
}

static struct wcd_json *save_mac_pool(const struct fake_hns_mac_pool *pool)
{
    struct wcd_json *out = wcd_json_new_object();
    char texts[2][FAKE_MAC_BYTES];
    fake_mac_text(pool->first, texts[0]);
    fake_mac_text(pool->last, texts[1]);
    bool done = out != NULL && wcd_json_set_string(out, "first", texts[0]) &&
                wcd_json_set_string(out, "last", texts[1]);
    return wcd_json_if(done, out);
}

static struct wcd_json *save_mac_pools(const struct fake_hns_network *network)
{
    struct wcd_json *list = wcd_json_new_array();
    bool done = list != NULL;
    for (size_t i = 0; i < network->macs.pool_count && done; i++) {
        done = wcd_json_append(list, save_mac_pool(&network->macs.pools[i]));
    }
    return wcd_json_if(done, list);
}

static struct wcd_json *save_extensions(const struct fake_hns_network *network)
{
    struct wcd_json *list = wcd_json_new_array();
    bool done = list != NULL;
    for (size_t i = 0; i < FAKE_HNS_EXTENSIONS && done; i++) {
        done = wcd_json_append(list, wcd_json_new_bool(network->extensions[i]));
    }
    return wcd_json_if(done, list);
}

struct wcd_json *fake_hns_network_save(const struct fake_hns_network *network)
{
    struct wcd_json *out = wcd_json_new_object();
    bool done =
        out != NULL && fake_state_write(&network_table, network, out) &&
        wcd_json_set_string(out, "type", network->type->id) &&
        (network->card == NULL || wcd_json_set_string(out, "adapter", network->card->name)) &&
        wcd_json_set(out, "subnets", save_subnets(network)) &&
        wcd_json_set(out, "mac_pools", save_mac_pools(network)) &&
        wcd_json_set(out, "extensions", save_extensions(network));
    return wcd_json_if(done, out);
}

/* ---- read ---- */

static bool restore_meets_own(const struct fake_hns_network *network,
                              const struct fake_hns_subnet *subnet)
{
    for (size_t i = 0; i < network->subnet_count; i++) {
        const struct fake_hns_subnet *other = &network->subnets[i];
        if (other != subnet && other->gives &&
            fake_ip4_prefix_overlaps(subnet->pool.prefix, other->pool.prefix)) {
            return true;
        }
    }
    return false;
}

static enum wcd_errc restore_pool(struct fake_host *host, const struct fake_hns_network *network,
                                  struct fake_hns_subnet *subnet, const struct wcd_json *value,
                                  const struct fake_state_at *at)
{
    struct fake_ip4_prefix prefix;
    uint32_t router = 0;
    if (!fake_ip4_prefix_parse(fake_hcs_text(value, "prefix"), &prefix)) {
        return fake_state_bad(at, "prefix", "no IPv4 prefix");
    }
    if (!fake_ip4_parse(fake_hcs_text(value, "router"), &router) ||
        plat_failed(fake_hns_pool_init(host, &subnet->pool, prefix, router)) ||
        subnet->pool.gateway != router) {
        return fake_state_bad(at, "router", "no address of the prefix that can be a gateway's");
    }
    subnet->gives = true;
    fake_ip4_prefix_text(prefix, subnet->prefix);
    return restore_meets_own(network, subnet)
               ? fake_state_bad(at, "prefix", "overlaps with another subnet of the network")
               : WCD_OK;
}

static enum wcd_errc restore_subnet(struct fake_host *host, const struct fake_hns_network *network,
                                    struct fake_hns_subnet *subnet, const struct wcd_json *value,
                                    const struct fake_state_at *at)
{
    uint32_t gateway = 0;
    enum wcd_errc code = fake_state_read(&subnet_table, value, subnet, at);
    if (code != WCD_OK) {
        return code;
    }
    if (fake_hns_policies_check(host, FAKE_HNS_AT_SUBNET, subnet->policies) != PLAT_S_OK) {
        return fake_state_bad(at, "policies", "no policies of a subnet");
    }
    const char *text = fake_hcs_text(value, "gateway");
    if (text[0] != '\0' && !fake_ip4_parse(text, &gateway)) {
        return fake_state_bad(at, "gateway", "no IPv4 address");
    }
    if (text[0] != '\0') {
        fake_ip4_text(gateway, subnet->gateway);
    }
    if (strcmp(fake_hcs_text(value, "prefix"), FAKE_HNS_SUBNET_ANY) != 0) {
        return restore_pool(host, network, subnet, value, at);
    }
    memcpy(subnet->prefix, FAKE_HNS_SUBNET_ANY, sizeof(FAKE_HNS_SUBNET_ANY));
    return WCD_OK;
}

static enum wcd_errc restore_subnets(struct fake_host *host, struct fake_hns_network *network,
                                     const struct wcd_json *list, const struct fake_state_at *at)
{
    size_t count = wcd_json_size(list);
    enum wcd_errc code = WCD_OK;
    if (count == 0) {
        return WCD_OK;
    }
    if (count > FAKE_HNS_SUBNETS_MAX) {
        return fake_state_bad(at, "subnets", "too many subnets");
    }
    network->subnets = calloc(count, sizeof(*network->subnets));
    if (network->subnets == NULL) {
        return wcd_error_no_memory(at->err);
    }
    for (const struct wcd_json *item = wcd_json_first(list); item != NULL && code == WCD_OK;
         item = wcd_json_next(item)) {
        size_t number = network->subnet_count++;
        const struct fake_state_at place = fake_state_item(at, "subnets", number);
        code = restore_subnet(host, network, &network->subnets[number], item, &place);
    }
    return code;
}

static enum wcd_errc restore_mac_pools(struct fake_host *host, struct fake_hns_network *network,
                                       const struct wcd_json *list, const struct fake_state_at *at)
{
    for (const struct wcd_json *item = wcd_json_first(list); item != NULL;
         item = wcd_json_next(item)) {
        const struct fake_state_at place =
            fake_state_item(at, "mac_pools", network->macs.pool_count);
        struct fake_hns_mac_pool by_hand = {0};
        enum wcd_errc code = fake_state_read(&mac_pool_table, item, &by_hand, &place);
        if (code != WCD_OK) {
            return code;
        }
        if (fake_hns_macs_add_pool(host, &network->macs, fake_hcs_text(item, "first"),
                                   fake_hcs_text(item, "last")) != PLAT_S_OK) {
            return fake_state_bad(&place, "", "no range of MAC addresses beside the others");
        }
    }
    return WCD_OK;
}

static enum wcd_errc restore_extensions(struct fake_hns_network *network,
                                        const struct wcd_json *list, const struct fake_state_at *at)
{
    size_t number = 0;
    bool good = wcd_json_size(list) == FAKE_HNS_EXTENSIONS;
    for (const struct wcd_json *item = wcd_json_first(list); item != NULL && good;
         item = wcd_json_next(item)) {
        good = wcd_json_is(item, WCD_JSON_BOOL);
        if (good) {
            network->extensions[number++] = wcd_json_bool(item);
        }
    }
    return good ? WCD_OK : fake_state_bad(at, "extensions", "not a bool for each extension");
}

/* An adapter that the machine has no more leaves the network without one. */
static enum wcd_errc restore_card(struct fake_host *host, struct fake_hns_network *network,
                                  const char *name, const struct fake_state_at *at)
{
    if (name[0] == '\0' || fake_hns_card_find(host, name) == NULL) {
        return WCD_OK;
    }
    bool good = network->type->external &&
                fake_hns_card_choose(host, network->type, name, &network->card) == PLAT_S_OK;
    return good ? WCD_OK
                : fake_state_bad(at, "adapter", "no adapter that the network can stand on");
}

static enum wcd_errc restore_network(struct fake_host *host, struct fake_hns_network *network,
                                     const struct wcd_json *value, const struct fake_state_at *at)
{
    enum wcd_errc code = fake_state_read(&network_table, value, network, at);
    if (code != WCD_OK) {
        return code;
    }
    network->type = fake_hns_type_find(host, fake_hcs_text(value, "type"));
    if (network->type == NULL) {
        return fake_state_bad(at, "type", "the build has no networks of that type");
    }
    if (fake_guid_map_get(&host->hns.networks, network->object.id) != NULL) {
        return fake_state_bad(at, "id", "there is a network of that id already");
    }
    if (fake_hns_policies_check(host, FAKE_HNS_AT_NETWORK, network->policies) != PLAT_S_OK) {
        return fake_state_bad(at, "policies", "no policies of a network");
    }
    code = restore_card(host, network, fake_hcs_text(value, "adapter"), at);
    if (code == WCD_OK) {
        code = restore_mac_pools(host, network, wcd_json_get(value, "mac_pools"), at);
    }
    if (code == WCD_OK) {
        code = restore_extensions(network, wcd_json_get(value, "extensions"), at);
    }
    return code == WCD_OK ? restore_subnets(host, network, wcd_json_get(value, "subnets"), at)
                          : code;
}

enum wcd_errc fake_hns_network_restore(struct fake_host *host, const struct wcd_json *value,
                                       const struct fake_state_at *at)
{
    struct fake_hns_network *network = fake_hns_network_new();
    if (network == NULL) {
        return wcd_error_no_memory(at->err);
    }
    enum wcd_errc code = restore_network(host, network, value, at);
    if (code == WCD_OK && !fake_hns_network_enlist(host, network)) {
        code = wcd_error_no_memory(at->err);
    }
    if (code != WCD_OK) {
        fake_hns_network_drop(network);
    }
    return code;
}
