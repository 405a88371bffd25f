/* Overlay networks and their endpoints on this host.
 *
 * Sources: libnetwork's drivers/windows/overlay of January 2017 (ov_network_windows.go, ov_network_local_windows.go,
 * ov_endpoint_windows.go) and of early 2024 (overlay_windows.go, ov_network_windows.go, ov_endpoint_windows.go). The
 * cluster store of 2017, which keeps networks for all hosts, is left out. */
#include "core/network/driver_internal.h"

#include "core/base/goquote.h"
#include "core/config/go_text.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define VXLAN_IDS "com.docker.network.driver.overlay.vxlanid_list"

/* The subnets of one network, and the VNIs that it is given. */
#define OVERLAY_SUBNETS_MAX 4096u

struct vnis {
    uint32_t *items;
    size_t count;
};

/* ---- what HNS has ---- */

static struct net_subnet *add_subnet(struct net_network *network)
{
    struct net_subnet *more =
        realloc(network->subnets, (network->subnet_count + 1) * sizeof(*more));
    if (more == NULL) {
        return NULL;
    }
    network->subnets = more;
    more += network->subnet_count;
    *more = (struct net_subnet){0};
    return more;
}

/* The number of a subnet's VSID policy; 0 without one. */
static uint32_t read_vni(const struct wcd_json *subnet)
{
    const struct wcd_json *policies = wcd_json_get(subnet, "Policies");
    for (const struct wcd_json *at = wcd_json_first(policies); at != NULL; at = wcd_json_next(at)) {
        const struct wcd_json *type = wcd_json_get(at, "Type");
        const struct wcd_json *vsid = wcd_json_get(at, "VSID");
        uint64_t number = 0;
        if (wcd_json_is(type, WCD_JSON_STRING) && strcmp(wcd_json_string(type), "VSID") == 0 &&
            wcd_json_is(vsid, WCD_JSON_NUMBER) && wcd_json_uint64(vsid, &number)) {
            return (uint32_t)number;
        }
    }
    return 0;
}

static enum wcd_errc restore_subnet(const struct wcd_net_driver *driver,
                                    struct net_network *network, const struct wcd_json *subnet,
                                    struct wcd_error *err)
{
    struct wcd_cidr pool;
    struct wcd_error why = WCD_ERROR_INIT;
    const struct wcd_json *prefix = wcd_json_get(subnet, "AddressPrefix");
    const struct wcd_json *gateway = wcd_json_get(subnet, "GatewayAddress");
    const char *text = wcd_json_is(prefix, WCD_JSON_STRING) ? wcd_json_string(prefix) : "";
    if (wcd_cidr_parse(&pool, text, &why) != WCD_OK) {
        enum wcd_errc code = why.code;
        wcd_error_release(&why);
        wcd_log(driver->hns.log, WCD_LOG_ERROR, "Error parsing subnet address %s ", text);
        return code == WCD_E_NO_MEMORY ? wcd_error_no_memory(err) : WCD_OK;
    }
    struct net_subnet *to = add_subnet(network);
    if (to == NULL) {
        return wcd_error_no_memory(err);
    }
    to->pool = pool;
    to->vni = read_vni(subnet);
    to->gateway =
        wcd_text_copy(wcd_json_is(gateway, WCD_JSON_STRING) ? wcd_json_string(gateway) : "");
    network->subnet_count++;
    return to->gateway == NULL ? wcd_error_no_memory(err) : WCD_OK;
}

static enum wcd_errc restore_network(struct wcd_net_driver *driver, const struct net_answer *answer,
                                     struct wcd_error *err)
{
    const char *id = wcd_text_or_empty(answer->name);
    if (strcmp(wcd_text_or_empty(answer->type), NET_TYPE_OVERLAY) != 0 ||
        net_find(driver, NET_TYPE_OVERLAY, id) != NULL) {
        return WCD_OK;
    }
    wcd_log(driver->hns.log, WCD_LOG_INFO, "Restoring overlay network: %s", id);
    struct net_network *network = net_add(driver, NET_TYPE_OVERLAY, id);
    if (network == NULL) {
        return wcd_error_no_memory(err);
    }
    wcd_text_replace(&network->hns_id, wcd_text_copy(wcd_text_or_empty(answer->id)));
    network->provider_address = wcd_text_copy(wcd_text_or_empty(answer->management_ip));
    if (network->hns_id == NULL || network->provider_address == NULL) {
        net_remove(driver, network);
        return wcd_error_no_memory(err);
    }
    for (const struct wcd_json *at = wcd_json_first(answer->subnets);
         at != NULL && network->subnet_count < OVERLAY_SUBNETS_MAX; at = wcd_json_next(at)) {
        enum wcd_errc code = restore_subnet(driver, network, at, err);
        if (code != WCD_OK) {
            net_remove(driver, network);
            return code;
        }
    }
    return WCD_OK;
}

enum wcd_errc net_overlay_start(struct wcd_net_driver *driver, struct wcd_error *err)
{
    struct wcd_json *list = NULL;
    struct wcd_error why = WCD_ERROR_INIT;
    wcd_log(driver->hns.log, WCD_LOG_INFO,
            "Restoring existing overlay networks from HNS into docker");
    enum wcd_errc code = wcd_hns_list_networks(&driver->hns, &list, &why);
    for (const struct wcd_json *at = wcd_json_first(list); code == WCD_OK && at != NULL;
         at = wcd_json_next(at)) {
        struct net_answer answer = {0};
        code = net_read_network(&answer, at, &why);
        if (code == WCD_OK) {
            code = restore_network(driver, &answer, &why);
        }
        net_answer_release(&answer);
    }
    wcd_json_free(list);
    wcd_error_release(&why);
    return code == WCD_E_NO_MEMORY ? wcd_error_no_memory(err) : WCD_OK;
}

/* ---- VNIs ---- */

static enum wcd_errc parse_vni(struct vnis *vnis, const char *text, struct wcd_error *err)
{
    int64_t number = 0;
    if (go_parse_decimal(text, &number) == GO_INT_OK) {
        vnis->items[vnis->count++] = (uint32_t)number;
        return WCD_OK;
    }
    char *quoted = wcd_go_quote(text);
    if (quoted == NULL) {
        return wcd_error_no_memory(err);
    }
    enum wcd_errc code =
        wcd_error_set(err, WCD_E_PLAIN, "invalid vxlan id value %s passed", quoted);
    free(quoted);
    return code;
}

/* *vnis is to be freed also after a failure. */
static enum wcd_errc parse_vnis(struct vnis *vnis, const char *text, struct wcd_error *err)
{
    struct wcd_strlist parts;
    enum wcd_errc code = WCD_OK;
    wcd_strlist_init(&parts);
    if (!net_split(&parts, text)) {
        code = wcd_error_no_memory(err);
    } else if (parts.count > OVERLAY_SUBNETS_MAX) {
        code =
            wcd_error_set(err, WCD_E_PLAIN, "more than %u vxlan ids passed", OVERLAY_SUBNETS_MAX);
    } else {
        vnis->items = calloc(parts.count, sizeof(*vnis->items));
        code = vnis->items == NULL ? wcd_error_no_memory(err) : WCD_OK;
    }
    for (size_t i = 0; code == WCD_OK && vnis->items != NULL && i < parts.count; i++) {
        code = parse_vni(vnis, parts.items[i], err);
    }
    wcd_strlist_release(&parts);
    return code;
}

/* Either all subnets get one or, where that is allowed, none. */
static enum wcd_errc require_vnis(const struct net_generation *generation, const struct vnis *vnis,
                                  size_t subnets, struct wcd_error *err)
{
    if (vnis->count >= subnets || (vnis->count == 0 && !generation->overlay_needs_vnis)) {
        return WCD_OK;
    }
    char *count = wcd_text_format("%zu", vnis->count);
    if (count == NULL) {
        return wcd_error_no_memory(err);
    }
    enum wcd_errc code = wcd_error_fill(err, WCD_E_PLAIN, generation->few_vnis_message, count);
    free(count);
    return code;
}

/* ---- networks ---- */

static enum wcd_errc take_pools(struct net_network *to, const struct wcd_network *network,
                                const struct vnis *vnis, struct wcd_error *err)
{
    for (size_t i = 0; i < network->ipv4_pools.count; i++) {
        const struct wcd_ipam_config *pool = &network->ipv4_pools.items[i];
        struct net_subnet *subnet = add_subnet(to);
        if (subnet == NULL) {
            return wcd_error_no_memory(err);
        }
        to->subnet_count++;
        subnet->vni = vnis->count == 0 ? 0 : vnis->items[i];
        subnet->gateway = wcd_text_copy(wcd_text_or_empty(pool->gateway));
        if (subnet->gateway == NULL) {
            return wcd_error_no_memory(err);
        }
        enum wcd_errc code =
            wcd_cidr_parse(&subnet->pool, wcd_text_or_empty(pool->preferred_pool), err);
        if (code != WCD_OK) {
            return code;
        }
    }
    return WCD_OK;
}

static bool shares_vni(const struct net_network *network, const struct vnis *vnis, size_t count)
{
    for (size_t i = 0; i < network->subnet_count; i++) {
        for (size_t j = 0; j < count && j < vnis->count; j++) {
            if (network->subnets[i].vni == vnis->items[j]) {
                return true;
            }
        }
    }
    return false;
}

/* Networks of the new one's id or VNIs are left over; what HNS says against their deletion does not matter. */
static enum wcd_errc drop_stale(struct wcd_net_driver *driver, const struct wcd_network *network,
                                const struct vnis *vnis, struct wcd_error *err)
{
    struct net_network *next = NULL;
    for (struct net_network *at = driver->networks; at != NULL; at = next) {
        struct wcd_error why = WCD_ERROR_INIT;
        next = at->next;
        bool is_same = strcmp(at->id, network->id) == 0;
        if (strcmp(at->type, NET_TYPE_OVERLAY) != 0 ||
            (!is_same && !shares_vni(at, vnis, network->ipv4_pools.count))) {
            continue;
        }
        enum wcd_errc code = net_overlay_delete(driver, at->id, &why);
        if (code != WCD_OK && is_same) {
            wcd_log(driver->hns.log, WCD_LOG_ERROR, "Error deleting stale network %s",
                    wcd_error_message(&why));
        }
        wcd_error_release(&why);
        if (code == WCD_E_NO_MEMORY) {
            return wcd_error_no_memory(err);
        }
    }
    return WCD_OK;
}

static void write_network(struct wcd_gojson *out, const struct net_generation *generation,
                          const struct wcd_network *network, const struct net_network *known)
{
    char *text = NULL;
    const char *name = wcd_text_or_empty(net_option(network, WCD_NET_OPTION_NAME));
    wcd_gojson_begin_object(out, NULL);
    wcd_gojson_text_if(out, "Name", name[0] == '\0' ? network->id : name);
    wcd_gojson_text_if(out, "Type", NET_TYPE_OVERLAY);
    wcd_gojson_text_if(out, "NetworkAdapterName", net_option(network, WCD_NET_OPTION_INTERFACE));
    wcd_gojson_begin_array(out, "Subnets");
    for (size_t i = 0; i < known->subnet_count; i++) {
        const struct net_subnet *subnet = &known->subnets[i];
        text = wcd_cidr_text(&subnet->pool);
        out->buf.failed = out->buf.failed || text == NULL;
        wcd_gojson_begin_object(out, NULL);
        wcd_gojson_text_if(out, "AddressPrefix", text);
        wcd_gojson_text_if(out, "GatewayAddress", subnet->gateway);
        wcd_gojson_begin_array(out, "Policies");
        wcd_gojson_begin_object(out, NULL);
        wcd_gojson_text(out, "Type", "VSID");
        wcd_gojson_uint(out, "VSID", subnet->vni);
        wcd_gojson_end_object(out);
        wcd_gojson_end_array(out);
        wcd_gojson_end_object(out);
        free(text);
    }
    wcd_gojson_end_array(out);
    wcd_gojson_bool_if(out, "AutomaticDNS", generation->overlay_is_automatic);
    wcd_gojson_end_object(out);
}

static enum wcd_errc make_network(struct wcd_net_driver *driver, struct wcd_network *network,
                                  struct net_network *known, struct wcd_error *err)
{
    struct net_answer answer = {0};
    struct wcd_gojson body;
    wcd_gojson_init(&body);
    write_network(&body, driver->generation, network, known);
    enum wcd_errc code = net_post_network(driver, &body, &answer, err);
    if (code == WCD_OK) {
        known->created = true;
        wcd_text_replace(&known->hns_id, wcd_text_copy(wcd_text_or_empty(answer.id)));
        wcd_text_replace(&known->provider_address,
                         wcd_text_copy(wcd_text_or_empty(answer.management_ip)));
        code = known->hns_id == NULL || known->provider_address == NULL
                   ? wcd_error_no_memory(err)
                   : net_set_hns_id(network, known->hns_id, err);
        if (code != WCD_OK) {
            net_delete_quietly(driver, "networks", answer.id);
        }
    }
    net_answer_release(&answer);
    return code;
}

static enum wcd_errc create(struct wcd_net_driver *driver, struct wcd_network *network,
                            const struct vnis *vnis, struct wcd_error *err)
{
    struct net_network *known = net_add(driver, NET_TYPE_OVERLAY, network->id);
    if (known == NULL) {
        return wcd_error_no_memory(err);
    }
    enum wcd_errc code = take_pools(known, network, vnis, err);
    if (code == WCD_OK) {
        code = make_network(driver, network, known, err);
    }
    if (code != WCD_OK) {
        net_remove(driver, known);
    }
    return code;
}

enum wcd_errc net_overlay_create(struct wcd_net_driver *driver, struct wcd_network *network,
                                 struct wcd_error *err)
{
    struct vnis vnis = {0};
    const struct wcd_ipam_configs *pools = &network->ipv4_pools;
    const char *list = net_option(network, VXLAN_IDS);
    if (pools->count == 0 ||
        strcmp(wcd_text_or_empty(pools->items[0].preferred_pool), "0.0.0.0/0") == 0) {
        return wcd_error_set(err, WCD_E_INVALID_PARAMETER, "ipv4 pool is empty");
    }
    if (pools->count > OVERLAY_SUBNETS_MAX) {
        return wcd_error_set(err, WCD_E_INVALID_PARAMETER, "more than %u subnets",
                             OVERLAY_SUBNETS_MAX);
    }
    enum wcd_errc code = list == NULL ? WCD_OK : parse_vnis(&vnis, list, err);
    if (code == WCD_OK) {
        code = require_vnis(driver->generation, &vnis, pools->count, err);
    }
    if (code == WCD_OK && driver->generation->overlay_drops_stale) {
        code = drop_stale(driver, network, &vnis, err);
    }
    if (code == WCD_OK) {
        code = create(driver, network, &vnis, err);
    }
    free(vnis.items);
    return code;
}

enum wcd_errc net_overlay_delete(struct wcd_net_driver *driver, const char *id,
                                 struct wcd_error *err)
{
    const struct net_generation *generation = driver->generation;
    struct net_network *known = net_find(driver, NET_TYPE_OVERLAY, id);
    if (known == NULL) {
        return wcd_error_set(err, generation->no_overlay_class, "could not find network with id %s",
                             id);
    }
    enum wcd_errc code = net_call_delete(driver, "networks", known->hns_id, err);
    if (code != WCD_OK) {
        if (code != WCD_E_NO_MEMORY && generation->delete_class != WCD_OK) {
            err->code = generation->delete_class;
        }
        return err->code;
    }
    net_remove(driver, known);
    return WCD_OK;
}

/* ---- endpoints ---- */

/* "<what> id "<id>" not found". */
static enum wcd_errc not_found(const char *what, const char *id, struct wcd_error *err)
{
    char *quoted = wcd_go_quote(id);
    if (quoted == NULL) {
        return wcd_error_no_memory(err);
    }
    enum wcd_errc code = wcd_error_set(err, WCD_E_PLAIN, "%s id %s not found", what, quoted);
    free(quoted);
    return code;
}

static enum wcd_errc no_subnet(const struct net_generation *generation, const char *address,
                               const char *network_id, struct wcd_error *err)
{
    char *ip = wcd_go_quote(address);
    char *id = wcd_go_quote(network_id);
    enum wcd_errc code =
        ip == NULL || id == NULL
            ? wcd_error_no_memory(err)
            : wcd_error_set(err, WCD_E_PLAIN, "no matching subnet for IP %s in network %s%s", ip,
                            id, generation->no_subnet_end);
    free(id);
    free(ip);
    return code;
}

/* An endpoint on its way to HNS. */
struct request {
    struct net_network *network;
    char *address;                  /* with its bits */
    char *bare;                     /* without them */
    char *mac;                      /* NULL: HNS chooses */
    const char *gateway;            /* of its subnet */
    struct wcd_port_bindings ports; /* of the host, chosen */
};

static void release_request(struct request *request)
{
    wcd_port_bindings_release(&request->ports);
    free(request->mac);
    free(request->bare);
    free(request->address);
}

/* getSubnetforIP: the bits must be the same too. */
static const struct net_subnet *find_subnet(const struct net_network *network, const char *address,
                                            const char *bare)
{
    struct go_ip ip;
    struct wcd_cidr cidr;
    struct wcd_error ignored = WCD_ERROR_INIT;
    bool ok = wcd_ip_parse(&ip, bare) && wcd_cidr_parse(&cidr, address, &ignored) == WCD_OK;
    wcd_error_release(&ignored);
    for (size_t i = 0; ok && i < network->subnet_count; i++) {
        const struct net_subnet *subnet = &network->subnets[i];
        if (subnet->pool.bits == cidr.bits && wcd_cidr_contains(&subnet->pool, &ip)) {
            return subnet;
        }
    }
    return NULL;
}

static enum wcd_errc place_endpoint(struct request *request,
                                    const struct net_generation *generation,
                                    const struct wcd_endpoint *endpoint,
                                    const struct wcd_net_endpoint_options *options,
                                    struct wcd_error *err)
{
    if (options->address == NULL) {
        return wcd_error_set(err, WCD_E_PLAIN,
                             "create endpoint was not passed interface IP address");
    }
    request->address = net_address_in_pool(endpoint->network, options->address);
    request->bare = wcd_text_copy_n(options->address, strcspn(options->address, "/"));
    if (request->address == NULL || request->bare == NULL) {
        return wcd_error_no_memory(err);
    }
    const struct net_subnet *subnet =
        find_subnet(request->network, request->address, request->bare);
    if (subnet == NULL) {
        return no_subnet(generation, request->address, endpoint->network->id, err);
    }
    request->gateway = subnet->gateway;
    return options->mac == NULL ? WCD_OK : net_mac_text(&request->mac, options->mac, ':', err);
}

static void write_provider(struct wcd_gojson *out, const char *type, const char *address)
{
    wcd_gojson_begin_object(out, NULL);
    wcd_gojson_text(out, "Type", type);
    wcd_gojson_text(out, "PA", address);
    wcd_gojson_end_object(out);
}

static void write_endpoint(struct wcd_gojson *out, const struct net_generation *generation,
                           const struct request *request, const char *id)
{
    bool is_named = generation->overlay_names_endpoints;
    wcd_gojson_begin_object(out, NULL);
    wcd_gojson_text_if(out, "Name", is_named ? id : NULL);
    wcd_gojson_text_if(out, "VirtualNetwork", request->network->hns_id);
    wcd_gojson_begin_array(out, "Policies");
    write_provider(out, "PA", request->network->provider_address);
    if (is_named) {
        write_provider(out, "OutBoundNAT", "");
        net_write_ports(out, generation, &request->ports);
    }
    wcd_gojson_end_array(out);
    wcd_gojson_text_if(out, "MacAddress", request->mac);
    wcd_gojson_text_if(out, "IPAddress", request->bare);
    wcd_gojson_text_if(out, "GatewayAddress", is_named ? request->gateway : NULL);
    wcd_gojson_bool_if(out, "EnableInternalDNS", true);
    wcd_gojson_end_object(out);
}

/* Remembers the endpoint and tells the caller of it. */
static enum wcd_errc keep(struct request *request, const struct net_generation *generation,
                          struct wcd_endpoint *endpoint, const struct net_answer *answer,
                          struct wcd_error *err)
{
    struct wcd_port_bindings ports = {0};
    struct wcd_port_bindings seen = {0};
    char *hns_id = wcd_text_copy(wcd_text_or_empty(answer->id));
    bool ok = hns_id != NULL;
    if (generation->overlay_names_endpoints) {
        ok = ok && net_read_ports(&ports, answer->policies) &&
             net_read_ports(&seen, answer->policies);
    }
    if (!ok || !net_add_endpoint(request->network, endpoint->id, hns_id, &ports)) {
        wcd_port_bindings_release(&ports);
        wcd_port_bindings_release(&seen);
        free(hns_id);
        return wcd_error_no_memory(err);
    }
    wcd_text_replace(&endpoint->hns_id, hns_id);
    wcd_text_replace(&endpoint->address, request->address);
    wcd_text_replace(&endpoint->mac, request->mac);
    wcd_text_replace(&endpoint->gateway, NULL);
    request->address = NULL;
    request->mac = NULL;
    endpoint->allow_unqualified_dns_query = true;
    wcd_port_bindings_release(&endpoint->ports);
    endpoint->ports = seen;
    return WCD_OK;
}

static enum wcd_errc make_endpoint(struct wcd_net_driver *driver, struct request *request,
                                   struct wcd_endpoint *endpoint, struct wcd_error *err)
{
    struct net_answer answer = {0};
    struct wcd_gojson body;
    enum wcd_errc code = net_check_ports(driver->generation, &request->ports, err);
    if (code != WCD_OK) {
        return code;
    }
    wcd_gojson_init(&body);
    write_endpoint(&body, driver->generation, request, endpoint->id);
    code = net_post_endpoint(driver, &body, &answer, err);
    if (code == WCD_OK) {
        if (request->mac == NULL) {
            code = net_mac_text(&request->mac, wcd_text_or_empty(answer.mac), ':', err);
        }
        if (code == WCD_OK) {
            code = keep(request, driver->generation, endpoint, &answer, err);
        }
        if (code == WCD_E_NO_MEMORY) {
            net_delete_quietly(driver, "endpoints", answer.id);
        }
    }
    net_answer_release(&answer);
    return code;
}

static enum wcd_errc drop_endpoint(struct wcd_net_driver *driver, struct net_network *network,
                                   const char *id, struct wcd_error *err)
{
    struct net_endpoint *known = net_find_endpoint(network, id);
    if (known == NULL) {
        return WCD_OK;
    }
    enum wcd_errc code = net_call_delete(driver, "endpoints", known->hns_id, err);
    if (code != WCD_E_NO_MEMORY) {
        net_remove_endpoint(network, known);
    }
    return code;
}

enum wcd_errc net_overlay_create_endpoint(struct wcd_net_driver *driver,
                                          struct wcd_endpoint *endpoint,
                                          const struct wcd_net_endpoint_options *options,
                                          struct wcd_error *err)
{
    const struct net_generation *generation = driver->generation;
    struct request request = {.network = net_find(driver, NET_TYPE_OVERLAY, endpoint->network->id)};
    if (request.network == NULL) {
        return not_found("network", endpoint->network->id, err);
    }
    enum wcd_errc code = generation->overlay_drops_stale
                             ? drop_endpoint(driver, request.network, endpoint->id, err)
                             : WCD_OK;
    if (code == WCD_OK) {
        code = place_endpoint(&request, generation, endpoint, options, err);
    }
    if (code == WCD_OK && generation->overlay_names_endpoints && options->ports != NULL) {
        code = net_ports_allocate(&driver->ports, driver->hns.log, options->ports, &request.ports,
                                  err);
    }
    if (code == WCD_OK) {
        code = make_endpoint(driver, &request, endpoint, err);
        if (code != WCD_OK) {
            net_ports_free(&driver->ports, &request.ports);
        }
    }
    release_request(&request);
    return code;
}

enum wcd_errc net_overlay_delete_endpoint(struct wcd_net_driver *driver,
                                          const struct wcd_endpoint *endpoint,
                                          struct wcd_error *err)
{
    struct net_network *network = net_find(driver, NET_TYPE_OVERLAY, endpoint->network->id);
    if (network == NULL) {
        return not_found("network", endpoint->network->id, err);
    }
    struct net_endpoint *known = net_find_endpoint(network, endpoint->id);
    if (known == NULL) {
        return not_found("endpoint", endpoint->id, err);
    }
    net_ports_free(&driver->ports, &known->ports);
    return drop_endpoint(driver, network, endpoint->id, err);
}
