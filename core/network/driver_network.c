/* Networks of HNS' own types: nat, transparent, l2bridge, l2tunnel, ics, internal, private.
 *
 * Sources: libnetwork's drivers/windows/windows.go and labels.go of January 2017 and of early 2024. The labels
 * routingdomain and sourcemac are understood by neither: the first is read and not used, the second not read. */
#include "core/network/driver_internal.h"

#include "core/base/goquote.h"
#include "core/config/go_text.h"

#include <stdlib.h>
#include <string.h>

/* What the options say, where it is not a text to be sent as it is. */
struct network_config {
    struct wcd_strlist mac_pools; /* first and last addresses in turn */
    struct wcd_strlist nat_exceptions;
    uint32_t vlan;
    uint32_t vsid;
    bool gateway_dns_disabled;
    bool outbound_nat;
};

static void release_config(struct network_config *config)
{
    wcd_strlist_release(&config->mac_pools);
    wcd_strlist_release(&config->nat_exceptions);
}

/* ---- options ---- */

static enum wcd_errc refuse(const char *function, const char *value, const char *reason,
                            struct wcd_error *err)
{
    char *quoted = wcd_go_quote(value);
    if (quoted == NULL) {
        return wcd_error_no_memory(err);
    }
    enum wcd_errc code =
        wcd_error_set(err, WCD_E_PLAIN, "strconv.%s: parsing %s: %s", function, quoted, reason);
    free(quoted);
    return code;
}

/* strconv.ParseUint(value, 10, 32). */
static enum wcd_errc parse_number(const char *value, uint32_t *out, struct wcd_error *err)
{
    uint64_t number = 0;
    size_t len = strlen(value);
    if (len == 0 || strspn(value, "0123456789") != len) {
        return refuse("ParseUint", value, "invalid syntax", err);
    }
    for (size_t i = 0; i < len; i++) {
        number = number * 10 + (uint64_t)(value[i] - '0');
        if (number > UINT32_MAX) {
            return refuse("ParseUint", value, "value out of range", err);
        }
    }
    *out = (uint32_t)number;
    return WCD_OK;
}

static enum wcd_errc parse_flag(const char *value, bool *out, struct wcd_error *err)
{
    return go_parse_bool(value, out) ? WCD_OK : refuse("ParseBool", value, "invalid syntax", err);
}

/* Replaces the list; of two equal labels there is but one. */
static enum wcd_errc parse_list(const char *value, struct wcd_strlist *out, struct wcd_error *err)
{
    wcd_strlist_release(out);
    wcd_strlist_init(out);
    return net_split(out, value) ? WCD_OK : wcd_error_no_memory(err);
}

static enum wcd_errc parse_mac_pools(const char *value, struct wcd_strlist *out,
                                     struct wcd_error *err)
{
    enum wcd_errc code = parse_list(value, out, err);
    if (code == WCD_OK && out->count % 2 != 0) {
        code =
            wcd_error_set(err, WCD_E_INVALID_PARAMETER,
                          "Invalid mac pool. You must specify both a start range and an end range");
    }
    return code;
}

static enum wcd_errc parse_option(struct network_config *config,
                                  const struct net_generation *generation, const char *name,
                                  const char *value, struct wcd_error *err)
{
    if (strcmp(name, WCD_NET_OPTION_VLAN) == 0) {
        return parse_number(value, &config->vlan, err);
    }
    if (strcmp(name, WCD_NET_OPTION_VSID) == 0) {
        return parse_number(value, &config->vsid, err);
    }
    if (generation->has_mac_pools && strcmp(name, WCD_NET_OPTION_MAC_POOL) == 0) {
        return parse_mac_pools(value, &config->mac_pools, err);
    }
    if (!generation->has_nat_options) {
        return WCD_OK;
    }
    if (strcmp(name, WCD_NET_OPTION_DISABLE_GATEWAY_DNS) == 0) {
        return parse_flag(value, &config->gateway_dns_disabled, err);
    }
    if (strcmp(name, WCD_NET_OPTION_ENABLE_OUTBOUND_NAT) == 0) {
        return parse_flag(value, &config->outbound_nat, err);
    }
    if (strcmp(name, WCD_NET_OPTION_OUTBOUND_NAT_EXCEPTIONS) == 0) {
        return parse_list(value, &config->nat_exceptions, err);
    }
    return WCD_OK;
}

/* parseNetworkOptions: the original takes them in any order, Drydock in theirs. */
static enum wcd_errc parse_options(struct network_config *config,
                                   const struct net_generation *generation,
                                   const struct wcd_network *network, struct wcd_error *err)
{
    wcd_strlist_init(&config->mac_pools);
    wcd_strlist_init(&config->nat_exceptions);
    for (const struct wcd_json *at = wcd_json_first(network->options); at != NULL;
         at = wcd_json_next(at)) {
        if (!wcd_json_is(at, WCD_JSON_STRING)) {
            continue;
        }
        enum wcd_errc code =
            parse_option(config, generation, wcd_json_name(at), wcd_json_string(at), err);
        if (code != WCD_OK) {
            return code;
        }
    }
    return WCD_OK;
}

/* ---- the request ---- */

static void write_policy(struct wcd_gojson *out, const char *type, uint32_t value)
{
    if (value != 0) {
        wcd_gojson_begin_object(out, NULL);
        wcd_gojson_text(out, "Type", type);
        wcd_gojson_uint(out, type, value);
        wcd_gojson_end_object(out);
    }
}

static void write_mac_pools(struct wcd_gojson *out, const struct wcd_strlist *pools)
{
    if (pools->count == 0) {
        return;
    }
    wcd_gojson_begin_array(out, "MacPools");
    for (size_t i = 0; i + 1 < pools->count; i += 2) {
        wcd_gojson_begin_object(out, NULL);
        wcd_gojson_text_if(out, "StartMacAddress", pools->items[i]);
        wcd_gojson_text_if(out, "EndMacAddress", pools->items[i + 1]);
        wcd_gojson_end_object(out);
    }
    wcd_gojson_end_array(out);
}

static void write_network(struct wcd_gojson *out, const struct wcd_network *network,
                          const struct network_config *config)
{
    const char *name = wcd_text_or_empty(net_option(network, WCD_NET_OPTION_NAME));
    wcd_gojson_begin_object(out, NULL);
    wcd_gojson_text_if(out, "Name", name[0] == '\0' ? network->id : name);
    wcd_gojson_text_if(out, "Type", network->type);
    wcd_gojson_text_if(out, "NetworkAdapterName", net_option(network, WCD_NET_OPTION_INTERFACE));
    if (config->vlan != 0 || config->vsid != 0) {
        wcd_gojson_begin_array(out, "Policies");
        write_policy(out, "VLAN", config->vlan);
        write_policy(out, "VSID", config->vsid);
        wcd_gojson_end_array(out);
    }
    write_mac_pools(out, &config->mac_pools);
    wcd_gojson_begin_array(out, "Subnets");
    for (size_t i = 0; i < network->ipv4_pools.count; i++) {
        const struct wcd_ipam_config *pool = &network->ipv4_pools.items[i];
        wcd_gojson_begin_object(out, NULL);
        wcd_gojson_text_if(out, "AddressPrefix", pool->preferred_pool);
        wcd_gojson_text_if(out, "GatewayAddress", pool->gateway);
        wcd_gojson_end_object(out);
    }
    wcd_gojson_end_array(out);
    wcd_gojson_text_if(out, "DNSSuffix", net_option(network, WCD_NET_OPTION_DNS_SUFFIX));
    wcd_gojson_text_if(out, "DNSServerList", net_option(network, WCD_NET_OPTION_DNS_SERVERS));
    wcd_gojson_end_object(out);
}

/* ---- the answer ---- */

/* The subnet of an answer, masked as net.ParseCIDR masks it. */
static enum wcd_errc parse_subnet(struct wcd_ipam_configs *out, const struct wcd_json *subnet,
                                  struct wcd_error *err)
{
    struct wcd_cidr gateway;
    struct wcd_cidr pool;
    const struct wcd_json *address = wcd_json_get(subnet, "GatewayAddress");
    const struct wcd_json *prefix = wcd_json_get(subnet, "AddressPrefix");
    char *text = wcd_text_format(
        "%s/32", wcd_json_is(address, WCD_JSON_STRING) ? wcd_json_string(address) : "");
    if (text == NULL) {
        return wcd_error_no_memory(err);
    }
    enum wcd_errc code = wcd_cidr_parse(&gateway, text, err);
    free(text);
    if (code == WCD_OK) {
        code = wcd_cidr_parse(
            &pool, wcd_json_is(prefix, WCD_JSON_STRING) ? wcd_json_string(prefix) : "", err);
    }
    if (code != WCD_OK) {
        return code;
    }
    char *pool_text = wcd_cidr_text(&pool);
    char *gateway_text = wcd_ip_text(&gateway.ip);
    bool ok = pool_text != NULL && gateway_text != NULL &&
              wcd_ipam_configs_add(out, pool_text, gateway_text);
    free(pool_text);
    free(gateway_text);
    return ok ? WCD_OK : wcd_error_no_memory(err);
}

/* UpdateIpamConfig: what HNS chose takes the place of what was asked for. */
static enum wcd_errc take_subnets(struct wcd_network *network, const struct wcd_json *subnets,
                                  struct wcd_error *err)
{
    struct wcd_ipam_configs chosen = {0};
    for (const struct wcd_json *at = wcd_json_first(subnets); at != NULL; at = wcd_json_next(at)) {
        enum wcd_errc code = parse_subnet(&chosen, at, err);
        if (code != WCD_OK) {
            wcd_ipam_configs_release(&chosen);
            return code;
        }
    }
    wcd_ipam_configs_release(&network->ipv4);
    network->ipv4 = chosen;
    return WCD_OK;
}

/* Asks HNS for the network; when what it answers cannot be used, nothing is left of it. */
static enum wcd_errc make_network(struct wcd_net_driver *driver, struct wcd_network *network,
                                  struct net_network *known, const struct network_config *config,
                                  struct wcd_error *err)
{
    struct net_answer answer = {0};
    struct wcd_gojson body;
    wcd_gojson_init(&body);
    write_network(&body, network, config);
    enum wcd_errc code = net_post_network(driver, &body, &answer, err);
    if (code != WCD_OK) {
        net_answer_release(&answer);
        return code;
    }
    wcd_text_replace(&known->hns_id, wcd_text_copy(wcd_text_or_empty(answer.id)));
    code = known->hns_id == NULL ? wcd_error_no_memory(err)
                                 : net_set_hns_id(network, known->hns_id, err);
    if (code == WCD_OK && driver->generation->takes_subnets) {
        code = take_subnets(network, answer.subnets, err);
    }
    if (code != WCD_OK) {
        net_delete_quietly(driver, "networks", answer.id);
    }
    net_answer_release(&answer);
    return code;
}

/* ---- a network that HNS has ---- */

static enum wcd_errc drop_stale(const struct wcd_net_driver *driver, const char *hns_id,
                                const struct wcd_json *output, struct wcd_error *err)
{
    struct net_answer answer = {0};
    enum wcd_errc code = net_read_endpoint(&answer, output, err);
    if (code == WCD_OK && strcmp(wcd_text_or_empty(answer.virtual_network), hns_id) == 0) {
        const char *id = wcd_text_or_empty(answer.id);
        struct wcd_error why = WCD_ERROR_INIT;
        wcd_log(driver->hns.log, WCD_LOG_INFO, "Removing stale HNS endpoint %s", id);
        code = net_call_delete(driver, "endpoints", id, &why);
        if (code == WCD_E_NO_MEMORY) {
            (void)wcd_error_no_memory(err);
        } else if (code != WCD_OK) {
            wcd_log(driver->hns.log, WCD_LOG_WARN, "Error removing HNS endpoint %s", id);
            code = WCD_OK;
        }
        wcd_error_release(&why);
    }
    net_answer_release(&answer);
    return code;
}

/* One endpoint that cannot be understood spoils the whole list before anything is deleted. */
static enum wcd_errc judge_list(const struct wcd_json *list, struct wcd_error *err)
{
    if (list != NULL && !wcd_json_is(list, WCD_JSON_ARRAY)) {
        return wcd_error_set(err, WCD_E_PLAIN,
                             "json: cannot unmarshal %s into Go value of type []hns.HNSEndpoint",
                             wcd_json_type_name(wcd_json_type_of(list)));
    }
    enum wcd_errc code = WCD_OK;
    for (const struct wcd_json *at = wcd_json_first(list); code == WCD_OK && at != NULL;
         at = wcd_json_next(at)) {
        struct net_answer answer = {0};
        code = net_read_endpoint(&answer, at, err);
        net_answer_release(&answer);
    }
    return code;
}

static enum wcd_errc drop_all_stale(const struct wcd_net_driver *driver, const char *hns_id,
                                    struct wcd_error *err)
{
    struct wcd_json *list = NULL;
    struct wcd_error why = WCD_ERROR_INIT;
    enum wcd_errc code = net_call(driver, "GET", "endpoints", "", "", &list, &why);
    if (code == WCD_OK) {
        code = judge_list(list, &why);
    }
    if (code != WCD_OK && code != WCD_E_NO_MEMORY) {
        wcd_log(driver->hns.log, WCD_LOG_WARN, "Error listing HNS endpoints for network %s",
                hns_id);
        wcd_json_free(list);
        wcd_error_release(&why);
        return WCD_OK;
    }
    wcd_error_release(&why);
    if (code != WCD_OK) {
        (void)wcd_error_no_memory(err);
    }
    for (const struct wcd_json *at = wcd_json_first(list); code == WCD_OK && at != NULL;
         at = wcd_json_next(at)) {
        code = drop_stale(driver, hns_id, at, err);
    }
    wcd_json_free(list);
    return code;
}

static enum wcd_errc take_network(struct wcd_net_driver *driver, struct net_network *known,
                                  const char *hns_id, struct wcd_error *err)
{
    wcd_text_replace(&known->hns_id, wcd_text_copy(hns_id));
    if (known->hns_id == NULL) {
        return wcd_error_no_memory(err);
    }
    return driver->generation->drops_stale ? drop_all_stale(driver, known->hns_id, err) : WCD_OK;
}

/* ---- creating and deleting ---- */

static enum wcd_errc create(struct wcd_net_driver *driver, struct wcd_network *network,
                            struct network_config *config, struct wcd_error *err)
{
    struct net_network *known = net_add(driver, network->type, network->id);
    if (known == NULL) {
        return wcd_error_no_memory(err);
    }
    const char *hns_id = wcd_text_or_empty(net_option(network, WCD_NET_OPTION_HNSID));
    enum wcd_errc code = hns_id[0] == '\0' ? make_network(driver, network, known, config, err)
                                           : take_network(driver, known, hns_id, err);
    if (code != WCD_OK) {
        net_remove(driver, known);
        return code;
    }
    known->created = true;
    known->gateway_dns_disabled = config->gateway_dns_disabled;
    known->outbound_nat = config->outbound_nat;
    known->nat_exceptions = config->nat_exceptions;
    wcd_strlist_init(&config->nat_exceptions);
    return WCD_OK;
}

enum wcd_errc net_local_create(struct wcd_net_driver *driver, struct wcd_network *network,
                               struct wcd_error *err)
{
    struct network_config config = {0};
    if (net_find(driver, network->type, network->id) != NULL) {
        return wcd_error_set(err, WCD_E_FORBIDDEN, "network %s exists", network->id);
    }
    enum wcd_errc code = parse_options(&config, driver->generation, network, err);
    if (code == WCD_OK && network->ipv6_pools.count > 0) {
        code = wcd_error_set(err, WCD_E_FORBIDDEN, "windowsshim driver doesn't support v6 subnets");
    }
    if (code == WCD_OK && network->ipv4_pools.count == 0) {
        code = wcd_error_set(err, WCD_E_INVALID_PARAMETER, "network %s requires ipv4 configuration",
                             network->id);
    }
    if (code == WCD_OK) {
        code = create(driver, network, &config, err);
    }
    release_config(&config);
    return code;
}

enum wcd_errc net_local_delete(struct wcd_net_driver *driver, const struct wcd_network *network,
                               bool *masked, struct wcd_error *err)
{
    const struct net_generation *generation = driver->generation;
    struct net_network *known = net_find(driver, network->type, network->id);
    *masked = known == NULL;
    if (known == NULL) {
        return wcd_error_set(err, WCD_E_PLAIN, "network not found: %s", network->id);
    }
    if (generation->refuses_active && known->endpoints != NULL) {
        return wcd_error_set(err, WCD_E_PLAIN, "network %s has active endpoint", network->id);
    }
    enum wcd_errc code =
        known->created ? net_call_delete(driver, "networks", known->hns_id, err) : WCD_OK;
    if (code != WCD_OK && generation->forgives_missing && wcd_hns_is_not_found(err)) {
        wcd_error_release(err);
        code = WCD_OK;
    }
    if (code != WCD_OK) {
        if (code != WCD_E_NO_MEMORY && generation->delete_class != WCD_OK) {
            err->code = generation->delete_class;
        }
        return err->code;
    }
    net_remove(driver, known);
    return WCD_OK;
}
