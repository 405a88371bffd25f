/* docker network inspect and ls: the API's documents, and their filters.
 *
 * Evidence: moby daemon/network.go (buildNetworkResource), daemon/network/filter.go, api/server/router/network of both
 * generations, api/types (NetworkResource). */
#include "core/base/assert.h"
#include "core/base/gotime.h"
#include "core/daemon/filter_args.h"
#include "core/daemon/network.h"
#include "core/daemon/networks.h"

#include <stdlib.h>
#include <string.h>

/* ---- documents ---- */

static bool set_text(struct wcd_json *out, const char *name, const char *text)
{
    return wcd_text_or_empty(text)[0] == '\0' || wcd_json_set_string(out, name, text);
}

static struct wcd_json *pool_of(const struct wcd_ipam_config *config)
{
    struct wcd_json *out = wcd_json_new_object();
    if (out == NULL || !set_text(out, "Subnet", config->preferred_pool) ||
        !set_text(out, "IPRange", config->sub_pool) || !set_text(out, "Gateway", config->gateway) ||
        (wcd_json_size(config->aux_addresses) > 0 &&
         !wcd_json_set(out, "AuxiliaryAddresses", wcd_json_copy(config->aux_addresses)))) {
        return wcd_json_discard(out);
    }
    return out;
}

static bool add_pools(struct wcd_json *out, const struct wcd_ipam_configs *configs, bool *any)
{
    *any = false;
    for (size_t i = 0; i < configs->count; i++) {
        const struct wcd_ipam_config *config = &configs->items[i];
        if (wcd_text_or_empty(config->preferred_pool)[0] == '\0') {
            continue;
        }
        *any = true;
        if (!wcd_json_append(out, pool_of(config))) {
            return false;
        }
    }
    return true;
}

/* What was asked for of both versions; then what the IPAM driver gave, of those for which nothing was. */
static struct wcd_json *pools_of(const struct wcd_network *network)
{
    bool has_v4 = false;
    bool has_v6 = false;
    bool any = false;
    struct wcd_json *out = wcd_json_new_array();
    bool ok = out != NULL && add_pools(out, &network->ipv4, &has_v4) &&
              add_pools(out, &network->ipv6, &has_v6) &&
              (has_v4 || add_pools(out, &network->ipv4_pools, &any)) &&
              (has_v6 || add_pools(out, &network->ipv6_pools, &any));
    return wcd_json_if(ok, out);
}

static struct wcd_json *copy_or_null(const struct wcd_json *json)
{
    return json == NULL ? wcd_json_new_null() : wcd_json_copy_sorted(json);
}

static struct wcd_json *ipam_of(const struct wcd_network *network)
{
    struct wcd_json *out = wcd_json_new_object();
    if (out == NULL ||
        !wcd_json_set_string(out, "Driver", wcd_text_or_empty(network->ipam_driver)) ||
        !wcd_json_set(out, "Options", copy_or_null(network->ipam_options)) ||
        !wcd_json_set(out, "Config", pools_of(network))) {
        return wcd_json_discard(out);
    }
    return out;
}

static struct wcd_json *endpoint_of(const struct wcd_endpoint *endpoint)
{
    struct wcd_json *out = wcd_json_new_object();
    if (out == NULL || !wcd_json_set_string(out, "Name", endpoint->name) ||
        !wcd_json_set_string(out, "EndpointID", endpoint->id) ||
        !wcd_json_set_string(out, "MacAddress", wcd_text_or_empty(endpoint->mac)) ||
        !wcd_json_set_string(out, "IPv4Address", wcd_text_or_empty(endpoint->address)) ||
        !wcd_json_set_string(out, "IPv6Address", "")) {
        return wcd_json_discard(out);
    }
    return out;
}

static struct wcd_json *containers_of(const struct wcd_network *network)
{
    struct wcd_json *out = wcd_json_new_object();
    for (const struct wcd_endpoint *at = network->endpoints; out != NULL && at != NULL;
         at = at->next) {
        char *key = at->container_id == NULL ? wcd_text_format("ep-%s", at->id)
                                             : wcd_text_copy(at->container_id);
        bool ok = key != NULL && wcd_json_set(out, key, endpoint_of(at));
        free(key);
        if (!ok) {
            return wcd_json_discard(out);
        }
    }
    return out;
}

static struct wcd_json *config_from(void)
{
    struct wcd_json *out = wcd_json_new_object();
    return out != NULL && wcd_json_set_string(out, "Network", "") ? out : wcd_json_discard(out);
}

static struct wcd_json *empty_or(const struct wcd_json *json)
{
    return json == NULL ? wcd_json_new_object() : wcd_json_copy_sorted(json);
}

static struct wcd_json *document_of(const struct engine_rules *engine,
                                    const struct wcd_network *network, bool detailed)
{
    char created[WCD_TIME_BYTES];
    wcd_time_print(network->created_100ns, created);
    struct wcd_json *out = wcd_json_new_object();
    bool ok = out != NULL && wcd_json_set_string(out, "Name", network->name) &&
              wcd_json_set_string(out, "Id", network->id) &&
              wcd_json_set_string(out, "Created", created) &&
              wcd_json_set_string(out, "Scope", network->scope) &&
              wcd_json_set_string(out, "Driver", network->type) &&
              wcd_json_set_bool(out, "EnableIPv6", network->enable_ipv6) &&
              wcd_json_set(out, "IPAM", ipam_of(network)) &&
              wcd_json_set_bool(out, "Internal", network->internal) &&
              wcd_json_set_bool(out, "Attachable", network->attachable);
    if (ok && engine->networks_can_be_ingress) {
        ok = wcd_json_set_bool(out, "Ingress", network->ingress) &&
             wcd_json_set(out, "ConfigFrom", config_from()) &&
             wcd_json_set_bool(out, "ConfigOnly", false);
    }
    ok = ok &&
         wcd_json_set(out, "Containers",
                      detailed ? containers_of(network) : wcd_json_new_object()) &&
         wcd_json_set(out, "Options", empty_or(network->options)) &&
         wcd_json_set(out, "Labels", empty_or(network->labels));
    return wcd_json_if(ok, out);
}

enum wcd_errc wcd_daemon_inspect_network(const struct wcd_daemon *daemon, const char *name,
                                         struct wcd_json **out, struct wcd_error *err)
{
    const struct wcd_network *network = NULL;
    WCD_ASSERT(daemon->state == WCD_DAEMON_RUNNING);
    *out = NULL;
    enum wcd_errc code = daemon_find_network(daemon, name, &network, err);
    if (code != WCD_OK) {
        return code;
    }
    *out = document_of(daemon->engine, network, true);
    return *out == NULL ? wcd_error_no_memory(err) : WCD_OK;
}

/* ---- filters ---- */

static enum wcd_errc check_names(const struct engine_rules *engine, const struct wcd_json *filters,
                                 struct wcd_error *err)
{
    static const struct {
        const char *name;
        bool later;
    } known[] = {{"driver", false}, {"type", false},    {"name", false}, {"id", false},
                 {"label", false},  {"dangling", true}, {"scope", true}};
    for (const struct wcd_json *field = wcd_json_first(filters); field != NULL;
         field = wcd_json_next(field)) {
        bool found = false;
        for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
            found = found || (strcmp(known[i].name, wcd_json_name(field)) == 0 &&
                              (!known[i].later || engine->network_filters_have_use));
        }
        if (!found) {
            return wcd_error_fill(err, engine->filter_class, engine->invalid_filter_message,
                                  wcd_json_name(field));
        }
    }
    return WCD_OK;
}

/* What is asked of the use of networks: nothing, those that nobody uses, or the others. */
enum use {
    ANY_USE,
    UNUSED,
    USED
};

static enum wcd_errc read_use(const struct engine_rules *engine, const struct wcd_json *filters,
                              enum use *out, struct wcd_error *err)
{
    const struct wcd_json *field = filter_field(filters, "dangling");
    *out = ANY_USE;
    if (field == NULL) {
        return WCD_OK;
    }
    if (wcd_json_size(field) > 1) {
        return wcd_error_set(err, engine->filter_class,
                             "got more than one value for filter key \"dangling\"");
    }
    if (filter_has(field, "1") || filter_has(field, "true")) {
        *out = UNUSED;
    } else if (filter_has(field, "0") || filter_has(field, "false")) {
        *out = USED;
    } else {
        return wcd_error_set(err, engine->filter_class,
                             "invalid value for filter 'dangling', must be \"true\" (or \"1\"), or "
                             "\"false\" (or \"0\")");
    }
    return WCD_OK;
}

static enum wcd_errc check_types(const struct engine_rules *engine, const struct wcd_json *filters,
                                 struct wcd_error *err)
{
    const struct wcd_json *field = filter_field(filters, "type");
    for (const struct wcd_json *item = wcd_json_first(field); item != NULL;
         item = wcd_json_next(item)) {
        const char *value = filter_value(field, item);
        if (strcmp(value, "builtin") != 0 && strcmp(value, "custom") != 0) {
            return wcd_error_fill(err, WCD_E_PLAIN, engine->network_type_message, value);
        }
    }
    return WCD_OK;
}

static bool is_exactly(const struct wcd_json *filters, const char *name, const char *text)
{
    const struct wcd_json *field = filter_field(filters, name);
    return field == NULL || filter_has(field, text);
}

/* v25 looks at what its list shows of containers, which is nothing. */
static bool has_use(const struct wcd_network *network, enum use use, bool detailed)
{
    bool used =
        daemon_network_is_predefined(network->name) || (detailed && network->endpoints != NULL);
    return use == ANY_USE || used == (use == USED);
}

static bool is_wanted(const struct wcd_json *filters, const struct wcd_network *network,
                      enum use use, bool detailed)
{
    bool builtin = daemon_network_is_predefined(network->name);
    return !network->in_delete && is_exactly(filters, "driver", network->type) &&
           filter_matches(filters, "name", network->name) &&
           filter_matches(filters, "id", network->id) &&
           filter_labels(filters, "label", network->labels) &&
           is_exactly(filters, "scope", network->scope) && has_use(network, use, detailed) &&
           is_exactly(filters, "type", builtin ? "builtin" : "custom");
}

enum wcd_errc wcd_daemon_list_networks(const struct wcd_daemon *daemon,
                                       const struct wcd_json *filters, struct wcd_json **out,
                                       struct wcd_error *err)
{
    const struct engine_rules *engine = daemon->engine;
    bool detailed = !engine->network_lists_are_short;
    enum use use = ANY_USE;
    WCD_ASSERT(daemon->state == WCD_DAEMON_RUNNING);
    *out = NULL;
    enum wcd_errc code = check_names(engine, filters, err);
    if (code == WCD_OK) {
        code = read_use(engine, filters, &use, err);
    }
    if (code == WCD_OK) {
        code = check_types(engine, filters, err);
    }
    if (code != WCD_OK) {
        return code;
    }
    struct wcd_json *list = wcd_json_new_array();
    for (const struct wcd_network *at = wcd_networks(daemon->networks); list != NULL && at != NULL;
         at = at->next) {
        if (is_wanted(filters, at, use, detailed) &&
            !wcd_json_append(list, document_of(engine, at, detailed))) {
            list = wcd_json_discard(list);
        }
    }
    *out = list;
    return list == NULL ? wcd_error_no_memory(err) : WCD_OK;
}
