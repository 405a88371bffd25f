/* Networks as HNS writes them, member by member. */
#include "fakes/hns/network.h"
#include "fakes/host/internal.h"
#include "fakes/host/name.h"

#include <stdlib.h>
#include <string.h>

/* ---- texts and numbers that are left out when they say nothing ---- */

static bool write_text(struct wcd_json *out, const char *name, const char *text)
{
    return text[0] == '\0' || wcd_json_set_string(out, name, text);
}

static bool write_true(struct wcd_json *out, const char *name, bool value)
{
    return !value || wcd_json_set_bool(out, name, true);
}

#define WRITER(member)                                                                             \
    static bool write_##member(const struct fake_host *host, const void *object, const char *name, \
                               struct wcd_json *out)
#define NETWORK                                                                                    \
    const struct fake_hns_network *network = object;                                               \
    (void)host

WRITER(adapter_name)
{
    NETWORK;
    return write_text(out, name, network->adapter_name);
}

WRITER(automatic_dns)
{
    NETWORK;
    return write_true(out, name, network->automatic_dns);
}

WRITER(current)
{
    NETWORK;
    return wcd_json_set_int64(out, name, (int64_t)network->current_endpoints);
}

WRITER(dns_compartment)
{
    NETWORK;
    return network->dns_compartment == 0 || wcd_json_set_int64(out, name, network->dns_compartment);
}

WRITER(dns_server_list)
{
    NETWORK;
    return write_text(out, name, network->dns_server_list);
}

WRITER(dns_suffix)
{
    NETWORK;
    return write_text(out, name, network->dns_suffix);
}

WRITER(flags)
{
    NETWORK;
    return wcd_json_set_int64(out, name, network->flags);
}

WRITER(ipv6)
{
    NETWORK;
    (void)network;
    return wcd_json_set_bool(out, name, false);
}

WRITER(isolate_switch)
{
    NETWORK;
    return write_true(out, name, network->isolate_switch);
}

WRITER(layered_on)
{
    NETWORK;
    return fake_hns_set_id(host, out, name, network->layered_on);
}

WRITER(management_ip)
{
    NETWORK;
    return write_text(out, name, network->management_ip);
}

WRITER(max)
{
    NETWORK;
    return wcd_json_set_int64(out, name, (int64_t)network->max_endpoints);
}

WRITER(name)
{
    NETWORK;
    return wcd_json_set_string(out, name, network->name);
}

WRITER(params)
{
    NETWORK;
    return network->additional_params == NULL
               ? fake_hns_write_nothing(host, object, name, out)
               : wcd_json_set(out, name, wcd_json_copy(network->additional_params));
}

WRITER(policies)
{
    NETWORK;
    return wcd_json_set(out, name, wcd_json_copy(network->policies));
}

WRITER(source_mac)
{
    NETWORK;
    return write_text(out, name, network->source_mac);
}

WRITER(state)
{
    NETWORK;
    (void)network;
    return wcd_json_set_int64(out, name, 1);
}

WRITER(switch_id)
{
    NETWORK;
    return fake_hns_set_id(host, out, name, network->switch_id);
}

/* A switch bears the name of its network. */
WRITER(switch_name)
{
    NETWORK;
    return wcd_json_set_string(out, name, network->name);
}

WRITER(total)
{
    NETWORK;
    return wcd_json_set_int64(out, name, (int64_t)network->total_endpoints);
}

WRITER(type)
{
    NETWORK;
    return wcd_json_set_string(out, name, network->type_text);
}

/* ---- what is put together ---- */

/* An address that is the network's own, from its id. */
static bool write_own_mac(struct wcd_json *out, const char *name,
                          const struct fake_hns_network *network)
{
    unsigned char raw[FAKE_GUID_RAW];
    char text[FAKE_MAC_BYTES];
    fake_guid_raw(network->interface_id, raw);
    uint64_t tail = (uint64_t)raw[0] << 16 | (uint64_t)raw[1] << 8 | raw[2];
    fake_mac_text(UINT64_C(0x00155D000000) | tail, text);
    return wcd_json_set_string(out, name, text);
}

WRITER(dr_mac)
{
    NETWORK;
    return !fake_name_equal(network->type->id, "overlay") || write_own_mac(out, name, network);
}

WRITER(gateway_mac)
{
    NETWORK;
    return !fake_name_equal(network->type->id, "ics") || write_own_mac(out, name, network);
}

/* A word and an id; networks without a NAT have no such name. */
static bool write_named(const struct fake_host *host, struct wcd_json *out, const char *name,
                        const char *word, const char *id)
{
    char text[FAKE_GUID_BYTES];
    fake_hns_id_text(host, id, text);
    char *whole = wcd_text_format("%s%s", word, text);
    bool done = whole != NULL && wcd_json_set_string(out, name, whole);
    free(whole);
    return done;
}

WRITER(nat_name)
{
    NETWORK;
    bool nat = fake_hns_type_is_nat(network->type);
    bool ics = fake_name_equal(network->type->id, "ics");
    bool shared = ics || (nat && fake_build_is_client(host->build) &&
                          fake_build_has(host->build, FAKE_FEATURE_HNS_9));
    return (!nat && !ics) ||
           write_named(host, out, name, shared ? "ICS" : "NAT", network->interface_id);
}

WRITER(nat_name_old)
{
    NETWORK;
    return !fake_hns_type_is_nat(network->type) ||
           write_named(host, out, name, "H", network->object.id);
}

/* An object with two texts, added to an array. */
static bool write_pair(struct wcd_json *list, const char *first_name, const char *first,
                       const char *second_name, const char *second)
{
    struct wcd_json *item = wcd_json_new_object();
    if (item == NULL || !wcd_json_set_string(item, first_name, first) ||
        !wcd_json_set_string(item, second_name, second)) {
        wcd_json_free(item);
        return false;
    }
    return wcd_json_append(list, item);
}

WRITER(mac_pools)
{
    NETWORK;
    struct wcd_json *list = wcd_json_new_array();
    bool done = list != NULL;
    for (size_t i = 0; i < network->macs.pool_count && done; i++) {
        char texts[2][FAKE_MAC_BYTES];
        fake_mac_text(network->macs.pools[i].first, texts[0]);
        fake_mac_text(network->macs.pools[i].last, texts[1]);
        done = write_pair(list, "EndMacAddress", texts[1], "StartMacAddress", texts[0]);
    }
    return wcd_json_set(out, name, wcd_json_if(done, list));
}

/* ---- extensions ---- */

struct write_extension_row {
    const char *id;
    const char *newer_id; /* NULL: the same */
    uint32_t newer_build;
    const char *name;
};

static const struct write_extension_row write_extension_rows[FAKE_HNS_EXTENSIONS] = {
#define EXTENSION(id, guid, newer, build, title, evidence, source)                                 \
    {(guid), (newer), (build), (title)},
#include "fakes/hns/extensions.inc"
#undef EXTENSION
};

const char *fake_hns_extension_id(const struct fake_host *host, size_t extension)
{
    const struct write_extension_row *row = &write_extension_rows[extension];
    bool newer = row->newer_id != NULL && row->newer_build <= host->build->build;
    return newer ? row->newer_id : row->id;
}

static bool write_extension(const struct fake_host *host, const struct fake_hns_network *network,
                            size_t number, struct wcd_json *list)
{
    struct wcd_json *item = wcd_json_new_object();
    bool named = fake_build_has(host->build, FAKE_FEATURE_HNS_7);
    bool done = item != NULL &&
                fake_hns_set_id(host, item, "Id", fake_hns_extension_id(host, number)) &&
                wcd_json_set_bool(item, "IsEnabled", network->extensions[number]) &&
                (!named || wcd_json_set_string(item, "Name", write_extension_rows[number].name));
    if (!done) {
        wcd_json_free(item);
        return false;
    }
    return wcd_json_append(list, item);
}

WRITER(extensions)
{
    NETWORK;
    struct wcd_json *list = wcd_json_new_array();
    bool done = list != NULL;
    for (size_t i = 0; i < FAKE_HNS_EXTENSIONS && done; i++) {
        done = write_extension(host, network, i, list);
    }
    return wcd_json_set(out, name, wcd_json_if(done, list));
}

/* ---- subnets ---- */

#define WRITE_SUBNET_OBJECT_TYPE 5 /* a subnet (recorded in reports) */

/* What newer builds say of a subnet beside its addresses; before the gateway comes AdditionalParams. */
static bool write_subnet_more(const struct fake_host *host, const struct fake_hns_network *network,
                              const struct fake_hns_subnet *subnet, struct wcd_json *item)
{
    return fake_hns_write_health(host, &network->object, "Health", item) &&
           fake_hns_set_id(host, item, "ID", subnet->id) &&
           wcd_json_set_int64(item, "ObjectType", WRITE_SUBNET_OBJECT_TYPE) &&
           wcd_json_set(item, "Policies", wcd_json_copy(subnet->policies)) &&
           wcd_json_set_int64(item, "State", 0);
}

static bool write_subnet(const struct fake_host *host, const struct fake_hns_network *network,
                         const struct fake_hns_subnet *subnet, struct wcd_json *list)
{
    struct wcd_json *item = wcd_json_new_object();
    bool newer = fake_build_has(host->build, FAKE_FEATURE_HNS_9);
    bool policies = !newer && wcd_json_size(subnet->policies) > 0;
    bool done = item != NULL &&
                (!newer || fake_hns_write_nothing(host, network, "AdditionalParams", item)) &&
                wcd_json_set_string(item, "AddressPrefix", subnet->prefix) &&
                write_text(item, "GatewayAddress", subnet->gateway) &&
                (!policies || wcd_json_set(item, "Policies", wcd_json_copy(subnet->policies))) &&
                (!newer || write_subnet_more(host, network, subnet, item));
    if (!done) {
        wcd_json_free(item);
        return false;
    }
    return wcd_json_append(list, item);
}

/* The first builds do not speak of a subnet that they know nothing of. */
WRITER(subnets)
{
    NETWORK;
    bool all = fake_build_has(host->build, FAKE_FEATURE_HNS_5);
    struct wcd_json *list = wcd_json_new_array();
    bool done = list != NULL;
    for (size_t i = 0; i < network->subnet_count && done; i++) {
        const struct fake_hns_subnet *subnet = &network->subnets[i];
        done = (!all && !subnet->gives) || write_subnet(host, network, subnet, list);
    }
    if (!done) {
        wcd_json_free(list);
        return false;
    }
    if (!all && wcd_json_size(list) == 0) {
        wcd_json_free(list);
        return true;
    }
    return wcd_json_set(out, name, list);
}

/* ---- the whole ---- */

static const struct fake_hns_member network_members[] = {
#define MEMBER_OF_NETWORK
#define MEMBER(of, name, writer, first, last, evidence, source) {(name), (first), (last), (writer)},
#include "fakes/hns/members.inc"
#undef MEMBER
#undef MEMBER_OF_NETWORK
};

struct wcd_json *fake_hns_network_write(const struct fake_host *host,
                                        const struct fake_hns_network *network)
{
    return fake_hns_write(host, network_members,
                          sizeof(network_members) / sizeof(network_members[0]), network);
}
