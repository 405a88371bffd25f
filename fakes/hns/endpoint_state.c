/* Endpoints as the store keeps them. */
#include "fakes/hns/endpoint.h"
#include "fakes/hns/state.h"
#include "fakes/host/internal.h"

#include <stdlib.h>
#include <string.h>

#define FIELD(member) offsetof(struct fake_hns_endpoint, member)

static const struct fake_state_row endpoint_rows[] = {
    FAKE_STATE_OBJECT_ROWS,
    {"created", FAKE_STATE_UINT64, false, FIELD(created_100ns), FAKE_STATE_TIME_MAX},
    {"name", FAKE_STATE_TEXT, false, FIELD(name), 0},
    {"gateway", FAKE_STATE_SOME, false, FIELD(gateway), 0},
    {"dns_suffix", FAKE_STATE_SOME, false, FIELD(dns_suffix), 0},
    {"dns_server_list", FAKE_STATE_SOME, false, FIELD(dns_server_list), 0},
    {"dns_domain", FAKE_STATE_SOME, false, FIELD(dns_domain), 0},
    {"prefix_length", FAKE_STATE_UINT32, false, FIELD(prefix_length), 32},
    {"encap_overhead", FAKE_STATE_UINT32, false, FIELD(encap_overhead), UINT16_MAX},
    {"internal_dns", FAKE_STATE_BOOL, false, FIELD(internal_dns), 0},
    {"disable_icc", FAKE_STATE_BOOL, false, FIELD(disable_icc), 0},
    {"remote", FAKE_STATE_BOOL, false, FIELD(remote), 0},
    {"low_metric", FAKE_STATE_BOOL, false, FIELD(low_metric), 0},
    {"on_host", FAKE_STATE_BOOL, false, FIELD(on_host), 0},
    {"used", FAKE_STATE_BOOL, false, FIELD(used), 0},
    {"policies", FAKE_STATE_LIST, false, FIELD(policies), 0},
    {"additional_params", FAKE_STATE_OBJECT, false, FIELD(additional_params), 0},
    {"network", FAKE_STATE_HAND_TEXT, true, 0, 0},
    {"address", FAKE_STATE_HAND_TEXT, false, 0, 0},
    {"subnet", FAKE_STATE_HAND_UINT, false, 0, FAKE_HNS_SUBNETS_MAX},
    {"mac", FAKE_STATE_HAND_TEXT, true, 0, 0},
    {"state", FAKE_STATE_HAND_UINT, true, 0, FAKE_HNS_DESTROYED},
    {"containers", FAKE_STATE_HAND_LIST, false, 0, 0},
    {"tcp", FAKE_STATE_HAND_LIST, false, 0, 0},
    {"udp", FAKE_STATE_HAND_LIST, false, 0, 0},
};
static const struct fake_state_table endpoint_table = {endpoint_rows, sizeof(endpoint_rows) /
                                                                          sizeof(endpoint_rows[0])};

static const char *const endpoint_protocols[FAKE_HNS_PROTOCOL_COUNT] = {
    [FAKE_HNS_TCP] = "tcp", [FAKE_HNS_UDP] = "udp"};

/* ---- written ---- */

static bool save_where(const struct fake_hns_endpoint *endpoint, struct wcd_json *out)
{
    char address[FAKE_IP4_BYTES];
    fake_ip4_text(endpoint->address, address);
    return wcd_json_set_string(out, "network", endpoint->network->object.id) &&
           (endpoint->address == 0 || wcd_json_set_string(out, "address", address)) &&
           (endpoint->subnet == FAKE_HNS_NO_SUBNET ||
            wcd_json_set_int64(out, "subnet", (int64_t)endpoint->subnet)) &&
           wcd_json_set_string(out, "mac", endpoint->mac_text) &&
           wcd_json_set_int64(out, "state", endpoint->state);
}

static bool save_containers(const struct fake_hns_endpoint *endpoint, struct wcd_json *out)
{
    const struct wcd_strlist *containers = &endpoint->containers;
    struct wcd_json *list = containers->count > 0 ? wcd_json_new_array() : NULL;
    bool done = list != NULL;
    for (size_t i = 0; i < containers->count && done; i++) {
        done = wcd_json_append(list, wcd_json_new_string(containers->items[i]));
    }
    return containers->count == 0 || wcd_json_set(out, "containers", wcd_json_if(done, list));
}

static bool save_ports(const struct fake_hns_published *published, enum fake_hns_protocol protocol,
                       struct wcd_json *out)
{
    struct wcd_json *list = NULL;
    bool done = true;
    for (size_t i = 0; i < published->count && done; i++) {
        if (published->items[i].protocol == protocol) {
            list = list == NULL ? wcd_json_new_array() : list;
            done =
                list != NULL && wcd_json_append(list, wcd_json_new_int64(published->items[i].port));
        }
    }
    return done && list == NULL
               ? true
               : wcd_json_set(out, endpoint_protocols[protocol], wcd_json_if(done, list));
}

struct wcd_json *fake_hns_endpoint_save(const struct fake_hns_endpoint *endpoint)
{
    struct wcd_json *out = wcd_json_new_object();
    bool done = out != NULL && fake_state_write(&endpoint_table, endpoint, out) &&
                save_where(endpoint, out) && save_containers(endpoint, out) &&
                save_ports(&endpoint->published, FAKE_HNS_TCP, out) &&
                save_ports(&endpoint->published, FAKE_HNS_UDP, out);
    return wcd_json_if(done, out);
}

/* ---- read ---- */

/* What an answer of a pool means here: want of memory, or a document that is wrong. */
static enum wcd_errc restore_verdict(plat_hr hr, const struct fake_state_at *at, const char *member,
                                     const char *why)
{
    if (hr == PLAT_E_OUTOFMEMORY) {
        return wcd_error_no_memory(at->err);
    }
    return hr == PLAT_S_OK ? WCD_OK : fake_state_bad(at, member, why);
}

static enum wcd_errc restore_address(struct fake_host *host, struct fake_hns_endpoint *endpoint,
                                     const struct wcd_json *value, const struct fake_state_at *at)
{
    struct fake_hns_network *network = endpoint->network;
    const char *text = fake_hcs_text(value, "address");
    const struct wcd_json *subnet = wcd_json_get(value, "subnet");
    size_t number = (size_t)fake_hcs_uint(value, "subnet");
    uint32_t address = 0;
    if (text[0] != '\0' && !fake_ip4_parse(text, &address)) {
        return fake_state_bad(at, "address", "no IPv4 address");
    }
    if (subnet == NULL) {
        endpoint->address = address;
        return WCD_OK;
    }
    if (number >= network->subnet_count || !network->subnets[number].gives) {
        return fake_state_bad(at, "subnet", "no subnet of the network that gives addresses");
    }
    plat_hr hr = fake_hns_pool_take(host, &network->subnets[number].pool, address);
    if (plat_succeeded(hr)) {
        endpoint->address = address;
        endpoint->subnet = number;
    }
    return restore_verdict(hr, at, "address", "not free in the subnet");
}

static enum wcd_errc restore_mac(struct fake_host *host, struct fake_hns_endpoint *endpoint,
                                 const char *text, const struct fake_state_at *at)
{
    uint64_t mac = 0;
    if (!fake_mac_parse(text, &mac)) {
        return fake_state_bad(at, "mac", "no MAC address");
    }
    plat_hr hr = fake_hns_macs_take(host, &endpoint->network->macs, mac);
    if (plat_succeeded(hr)) {
        endpoint->mac = mac;
        memcpy(endpoint->mac_text, text, sizeof(endpoint->mac_text));
    }
    return restore_verdict(hr, at, "mac", "not free in the network");
}

/* Those of one protocol, behind those that are there. */
static enum wcd_errc restore_ports(struct fake_host *host, struct fake_hns_published *published,
                                   enum fake_hns_protocol protocol, const struct wcd_json *list,
                                   const struct fake_state_at *at)
{
    const char *name = endpoint_protocols[protocol];
    size_t number = 0;
    enum wcd_errc code = WCD_OK;
    for (const struct wcd_json *item = wcd_json_first(list); item != NULL && code == WCD_OK;
         item = wcd_json_next(item)) {
        const struct fake_state_at place = fake_state_item(at, name, number++);
        uint64_t port = 0;
        bool good = wcd_json_is(item, WCD_JSON_NUMBER) && wcd_json_uint64(item, &port) &&
                    port > 0 && port < FAKE_HNS_PORTS_BOUND;
        if (!good) {
            return fake_state_bad(&place, "", "no port");
        }
        plat_hr hr = fake_hns_ports_put(host, &host->hns.ports, protocol, (uint16_t)port);
        if (plat_succeeded(hr)) {
            published->items[published->count++] =
                (struct fake_hns_published_port){protocol, (uint16_t)port};
        }
        code = restore_verdict(hr, &place, "", "another endpoint has published the port");
    }
    return code;
}

static enum wcd_errc restore_published(struct fake_host *host, struct fake_hns_endpoint *endpoint,
                                       const struct wcd_json *value, const struct fake_state_at *at)
{
    const struct wcd_json *tcp = wcd_json_get(value, "tcp");
    const struct wcd_json *udp = wcd_json_get(value, "udp");
    size_t count = wcd_json_size(tcp) + wcd_json_size(udp);
    if (count == 0) {
        return WCD_OK;
    }
    if (count > FAKE_HNS_POLICIES_MAX) {
        return fake_state_bad(at, "", "too many ports");
    }
    endpoint->published.items = calloc(count, sizeof(*endpoint->published.items));
    if (endpoint->published.items == NULL) {
        return wcd_error_no_memory(at->err);
    }
    enum wcd_errc code = restore_ports(host, &endpoint->published, FAKE_HNS_TCP, tcp, at);
    return code == WCD_OK ? restore_ports(host, &endpoint->published, FAKE_HNS_UDP, udp, at) : code;
}

/* The state has to be one that what it is attached to allows. */
static enum wcd_errc restore_state(struct fake_hns_endpoint *endpoint, const struct wcd_json *value,
                                   const struct fake_state_at *at)
{
    enum wcd_errc code = fake_state_texts(value, "containers", at);
    for (const struct wcd_json *item = wcd_json_first(wcd_json_get(value, "containers"));
         item != NULL && code == WCD_OK; item = wcd_json_next(item)) {
        if (!wcd_strlist_add(&endpoint->containers, wcd_json_string(item))) {
            code = wcd_error_no_memory(at->err);
        }
    }
    if (code != WCD_OK) {
        return code;
    }
    uint64_t state = fake_hcs_uint(value, "state");
    size_t count = endpoint->containers.count;
    bool idle = state == FAKE_HNS_CREATED || state == FAKE_HNS_DETACHED;
    bool good = count > 1 ? state == FAKE_HNS_ATTACHED_SHARING && !endpoint->on_host : idle;
    if (count == 1 || (count == 0 && endpoint->on_host)) {
        good = state == FAKE_HNS_ATTACHED && (count == 0 || !endpoint->on_host);
    }
    endpoint->state = (enum fake_hns_endpoint_state)state;
    return good ? WCD_OK : fake_state_bad(at, "state", "not that of what it is attached to");
}

static enum wcd_errc restore_endpoint(struct fake_host *host, struct fake_hns_endpoint *endpoint,
                                      const struct wcd_json *value, const struct fake_state_at *at)
{
    enum wcd_errc code = fake_state_read(&endpoint_table, value, endpoint, at);
    if (code != WCD_OK) {
        return code;
    }
    endpoint->network = fake_hns_network_find(host, fake_hcs_text(value, "network"));
    if (endpoint->network == NULL) {
        return fake_state_bad(at, "network", "there is no such network");
    }
    if (fake_guid_map_get(&host->hns.endpoints, endpoint->object.id) != NULL) {
        return fake_state_bad(at, "id", "there is an endpoint of that id already");
    }
    if (fake_hns_policies_check(host, FAKE_HNS_AT_ENDPOINT, endpoint->policies) != PLAT_S_OK) {
        return fake_state_bad(at, "policies", "no policies of an endpoint");
    }
    code = restore_address(host, endpoint, value, at);
    if (code == WCD_OK) {
        code = restore_mac(host, endpoint, fake_hcs_text(value, "mac"), at);
    }
    if (code == WCD_OK) {
        code = restore_published(host, endpoint, value, at);
    }
    return code == WCD_OK ? restore_state(endpoint, value, at) : code;
}

enum wcd_errc fake_hns_endpoint_restore(struct fake_host *host, const struct wcd_json *value,
                                        const struct fake_state_at *at)
{
    struct fake_hns_endpoint *endpoint = fake_hns_endpoint_new();
    if (endpoint == NULL) {
        return wcd_error_no_memory(at->err);
    }
    enum wcd_errc code = restore_endpoint(host, endpoint, value, at);
    if (code == WCD_OK && !fake_hns_endpoint_link(host, endpoint)) {
        code = wcd_error_no_memory(at->err);
    }
    if (code != WCD_OK) {
        fake_hns_endpoint_drop(host, endpoint);
    }
    return code;
}
