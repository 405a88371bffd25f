/* docker network create, rm and prune.
 *
 * Evidence: moby daemon/network.go, daemon/prune.go, api/server/router/network of both generations. */
#include "core/daemon/networks.h"

#include "core/base/assert.h"
#include "core/base/gotime.h"
#include "core/daemon/events.h"
#include "core/daemon/filter_args.h"
#include "core/daemon/network.h"
#include "core/json/members.h"
#include "core/network/checks.h"
#include "core/network/cidr.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#define LENGTH_OF(array) (sizeof(array) / sizeof((array)[0]))
#define TICKS_PER_S      10000000u

/* NetworkCreateRequest. */
struct create_request {
    char *name;
    char *driver;
    char *scope;
    bool check_duplicate;
    bool internal;
    bool attachable;
    bool ingress;
    bool enable_ipv6;
    struct wcd_json *ipam;
    struct wcd_json *options;
    struct wcd_json *labels;
    /* Of ipam: */
    char *ipam_driver;
    struct wcd_json *ipam_options;
    struct wcd_json *ipam_config;
    struct wcd_ipam_configs ipv4;
    struct wcd_ipam_configs ipv6;
    bool agent; /* a swarm's agent asks for it, not the API */
};

#define FIELD(field) offsetof(struct create_request, field)
static const struct wcd_member request_items[] = {
    {"Name", WCD_MEMBER_TEXT, FIELD(name), false},
    {"Driver", WCD_MEMBER_TEXT, FIELD(driver), false},
    {"Scope", WCD_MEMBER_TEXT, FIELD(scope), false},
    {"CheckDuplicate", WCD_MEMBER_BOOL, FIELD(check_duplicate), false},
    {"Internal", WCD_MEMBER_BOOL, FIELD(internal), false},
    {"Attachable", WCD_MEMBER_BOOL, FIELD(attachable), false},
    {"Ingress", WCD_MEMBER_BOOL, FIELD(ingress), false},
    {"EnableIPv6", WCD_MEMBER_BOOL, FIELD(enable_ipv6), false},
    {"IPAM", WCD_MEMBER_MAP, FIELD(ipam), false},
    {"Options", WCD_MEMBER_MAP, FIELD(options), false},
    {"Labels", WCD_MEMBER_MAP, FIELD(labels), false},
};
static const struct wcd_member ipam_items[] = {
    {"Driver", WCD_MEMBER_TEXT, FIELD(ipam_driver), false},
    {"Options", WCD_MEMBER_MAP, FIELD(ipam_options), false},
    {"Config", WCD_MEMBER_JSON, FIELD(ipam_config), false},
};
static const struct wcd_members request_members = {"NetworkCreateRequest", request_items,
                                                   LENGTH_OF(request_items), 0};
static const struct wcd_members ipam_members = {"IPAM", ipam_items, LENGTH_OF(ipam_items), 0};

static void release_request(struct create_request *request)
{
    wcd_members_release(request, &request_members);
    wcd_members_release(request, &ipam_members);
    wcd_ipam_configs_release(&request->ipv4);
    wcd_ipam_configs_release(&request->ipv6);
}

/* ---- reading ---- */

static enum wcd_errc check_texts(const struct wcd_json *map, const char *member,
                                 struct wcd_error *err)
{
    for (const struct wcd_json *item = wcd_json_first(map); item != NULL;
         item = wcd_json_next(item)) {
        if (!wcd_json_is(item, WCD_JSON_STRING)) {
            return wcd_members_wrong_type(err, item, "NetworkCreateRequest", member, "string");
        }
    }
    return WCD_OK;
}

static enum wcd_errc check_configs(const struct wcd_json *configs, struct wcd_error *err)
{
    static const char *const texts[] = {"Subnet", "IPRange", "Gateway"};
    enum wcd_errc code = WCD_OK;
    if (configs == NULL || wcd_json_is(configs, WCD_JSON_NULL)) {
        return WCD_OK;
    }
    if (!wcd_json_is(configs, WCD_JSON_ARRAY)) {
        return wcd_members_wrong_type(err, configs, "IPAM", "Config", "[]network.IPAMConfig");
    }
    for (const struct wcd_json *item = wcd_json_first(configs); code == WCD_OK && item != NULL;
         item = wcd_json_next(item)) {
        if (!wcd_json_is(item, WCD_JSON_OBJECT)) {
            return wcd_members_wrong_type(err, item, "IPAM", "Config", "network.IPAMConfig");
        }
        for (size_t i = 0; i < LENGTH_OF(texts); i++) {
            const struct wcd_json *text = wcd_json_get(item, texts[i]);
            if (text != NULL && !wcd_json_is(text, WCD_JSON_STRING) &&
                !wcd_json_is(text, WCD_JSON_NULL)) {
                return wcd_members_wrong_type(err, text, "IPAMConfig", texts[i], "string");
            }
        }
        code = check_texts(wcd_json_get(item, "AuxiliaryAddresses"), "AuxiliaryAddresses", err);
    }
    return code;
}

static enum wcd_errc read_request(struct create_request *out, const struct wcd_json *json,
                                  struct wcd_error *err)
{
    enum wcd_errc code = wcd_members_read(out, &request_members, json, err);
    if (code == WCD_OK) {
        code = check_texts(out->options, "Options", err);
    }
    if (code == WCD_OK) {
        code = check_texts(out->labels, "Labels", err);
    }
    if (code == WCD_OK && out->ipam != NULL) {
        code = wcd_members_read(out, &ipam_members, out->ipam, err);
    }
    if (code == WCD_OK) {
        code = check_texts(out->ipam_options, "Options", err);
    }
    return code == WCD_OK ? check_configs(out->ipam_config, err) : code;
}

static bool copy_text(char **to, const struct wcd_json *config, const char *name)
{
    const struct wcd_json *value = wcd_json_get(config, name);
    if (!wcd_json_is(value, WCD_JSON_STRING) || wcd_json_string(value)[0] == '\0') {
        return true;
    }
    *to = wcd_text_copy(wcd_json_string(value));
    return *to != NULL;
}

static bool add_config(struct wcd_ipam_configs *to, const struct wcd_json *config,
                       const char *subnet)
{
    const struct wcd_json *aux = wcd_json_get(config, "AuxiliaryAddresses");
    if (!wcd_ipam_configs_add(to, subnet, NULL)) {
        return false;
    }
    struct wcd_ipam_config *item = &to->items[to->count - 1];
    bool ok = copy_text(&item->gateway, config, "Gateway") &&
              copy_text(&item->sub_pool, config, "IPRange");
    if (ok && wcd_json_is(aux, WCD_JSON_OBJECT)) {
        item->aux_addresses = wcd_json_copy(aux);
        ok = item->aux_addresses != NULL;
    }
    return ok;
}

/* getIpamConfig. */
static enum wcd_errc sort_configs(struct create_request *request, struct wcd_error *err)
{
    for (const struct wcd_json *item = wcd_json_first(request->ipam_config); item != NULL;
         item = wcd_json_next(item)) {
        const struct wcd_json *value = wcd_json_get(item, "Subnet");
        const char *subnet = wcd_json_is(value, WCD_JSON_STRING) ? wcd_json_string(value) : "";
        struct wcd_error failure = WCD_ERROR_INIT;
        struct wcd_cidr cidr;
        if (wcd_cidr_parse(&cidr, subnet, &failure) != WCD_OK) {
            enum wcd_errc code = failure.code == WCD_E_NO_MEMORY
                                     ? wcd_error_no_memory(err)
                                     : wcd_error_set(err, WCD_E_PLAIN, "Invalid subnet %s : %s",
                                                     subnet, wcd_error_message(&failure));
            wcd_error_release(&failure);
            return code;
        }
        if (!add_config(cidr.v4 ? &request->ipv4 : &request->ipv6, item, subnet)) {
            return wcd_error_no_memory(err);
        }
    }
    return WCD_OK;
}

/* ---- creating ---- */

/* 2017 takes a second network of one name, and only says so. */
static enum wcd_errc check_double(const struct wcd_daemon *daemon,
                                  const struct create_request *request,
                                  struct wcd_strlist *warnings, struct wcd_error *err)
{
    const char *name = wcd_text_or_empty(request->name);
    const struct wcd_network *other = NULL;
    if (!daemon->engine->network_names_may_double) {
        return WCD_OK;
    }
    other = wcd_network_by_name(daemon->networks, name[0] == '\0' ? DAEMON_DEFAULT_NETWORK : name);
    if (other == NULL) {
        return WCD_OK;
    }
    if (request->check_duplicate) {
        return wcd_error_set(err, WCD_E_FORBIDDEN, "network with name %s already exists", name);
    }
    return wcd_strlist_addf(warnings, "Network with name %s (id : %s) already exists", other->name,
                            other->id)
               ? WCD_OK
               : wcd_error_no_memory(err);
}

/* What a manager has judged already is only warned of. */
static enum wcd_errc check_pools(const struct wcd_daemon *daemon,
                                 const struct create_request *request, struct wcd_error *err)
{
    enum wcd_errc code = wcd_check_ipam(request->ipam_config, request->enable_ipv6, err);
    if (code == WCD_OK || code == WCD_E_NO_MEMORY || !request->agent) {
        return code;
    }
    wcd_log(&daemon->log, WCD_LOG_WARN, "Continuing with validation errors in agent IPAM");
    wcd_error_release(err);
    return WCD_OK;
}

static enum wcd_errc check_request(const struct wcd_daemon *daemon,
                                   const struct create_request *request,
                                   struct wcd_strlist *warnings, struct wcd_error *err)
{
    const struct engine_rules *engine = daemon->engine;
    const char *name = wcd_text_or_empty(request->name);
    if (daemon_network_is_predefined(name)) {
        return wcd_error_fill(err, WCD_E_FORBIDDEN, engine->predefined_network_message, name);
    }
    enum wcd_errc code = check_double(daemon, request, warnings, err);
    if (code == WCD_OK && engine->overlay_message != NULL && !request->agent &&
        wcd_text_equal(request->driver, "overlay")) {
        code = wcd_error_set(err, WCD_E_FORBIDDEN, "%s", engine->overlay_message);
    }
    if (code == WCD_OK && engine->pools_are_checked) {
        code = check_pools(daemon, request, err);
    }
    return code;
}

static enum wcd_errc create_network(struct wcd_daemon *daemon, const struct create_request *request,
                                    char **id, struct wcd_error *err)
{
    const struct wcd_network *made = NULL;
    const char *driver = wcd_text_or_empty(request->driver);
    const struct wcd_network_request wanted = {
        .type = driver[0] == '\0' ? DAEMON_DEFAULT_NETWORK : driver,
        .name = wcd_text_or_empty(request->name),
        .options = request->options,
        .ipam_driver = request->ipam_driver,
        .ipam_options = request->ipam_options,
        .ipv4 = request->ipam == NULL ? NULL : &request->ipv4,
        .ipv6 = request->ipam == NULL ? NULL : &request->ipv6,
        .labels = request->labels,
        .enable_ipv6 = request->enable_ipv6,
        .internal = request->internal,
        .attachable = request->attachable,
        .ingress = request->ingress,
        .dynamic = request->agent,
        .is_not_kept = request->agent,
        .scope = wcd_text_or_empty(request->scope)[0] == '\0' ? NULL : request->scope,
    };
    enum wcd_errc code = wcd_network_create(daemon->networks, &wanted, &made, err);
    if (code != WCD_OK) {
        return code;
    }
    daemon_network_event(daemon, made, "create", NULL);
    *id = wcd_text_copy(made->id);
    return *id == NULL ? wcd_error_no_memory(err) : WCD_OK;
}

static enum wcd_errc create_as(struct wcd_daemon *daemon, const struct wcd_json *request,
                               bool agent, char **id, struct wcd_strlist *warnings,
                               struct wcd_error *err)
{
    struct create_request read = {.agent = agent};
    WCD_ASSERT(daemon->state == WCD_DAEMON_RUNNING);
    *id = NULL;
    enum wcd_errc code = read_request(&read, request, err);
    if (code == WCD_OK) {
        code = check_request(daemon, &read, warnings, err);
    }
    if (code == WCD_OK) {
        code = sort_configs(&read, err);
    }
    if (code == WCD_OK) {
        code = create_network(daemon, &read, id, err);
    }
    release_request(&read);
    return code;
}

enum wcd_errc wcd_daemon_create_network(struct wcd_daemon *daemon, const struct wcd_json *request,
                                        char **id, struct wcd_strlist *warnings,
                                        struct wcd_error *err)
{
    return create_as(daemon, request, false, id, warnings, err);
}

enum wcd_errc wcd_daemon_create_managed_network(struct wcd_daemon *daemon,
                                                const struct wcd_json *request, char **id,
                                                struct wcd_strlist *warnings, struct wcd_error *err)
{
    return create_as(daemon, request, true, id, warnings, err);
}

/* ---- removing ---- */

static enum wcd_errc remove_network(struct wcd_daemon *daemon, const struct wcd_network *network,
                                    struct wcd_error *err)
{
    if (daemon_network_is_predefined(network->name)) {
        return wcd_error_set(err, WCD_E_FORBIDDEN,
                             "%s is a pre-defined network and cannot be removed", network->name);
    }
    /* What the event says is gone with the network. */
    struct wcd_network copy = {.id = wcd_text_copy(network->id),
                               .name = wcd_text_copy(network->name),
                               .type = wcd_text_copy(network->type)};
    enum wcd_errc code = copy.id == NULL || copy.name == NULL || copy.type == NULL
                             ? wcd_error_no_memory(err)
                             : wcd_network_delete(daemon->networks, network, err);
    if (code == WCD_OK) {
        daemon_network_event(daemon, &copy, "destroy", NULL);
    } else if (code != WCD_E_NO_MEMORY && daemon->engine->network_removal_context != NULL) {
        code = wcd_error_wrap(err, "%s", daemon->engine->network_removal_context);
    }
    free(copy.id);
    free(copy.name);
    free(copy.type);
    return code;
}

enum wcd_errc wcd_daemon_remove_network(struct wcd_daemon *daemon, const char *name,
                                        struct wcd_error *err)
{
    const struct wcd_network *network = NULL;
    WCD_ASSERT(daemon->state == WCD_DAEMON_RUNNING);
    enum wcd_errc code = daemon_find_network(daemon, name, &network, err);
    return code == WCD_OK ? remove_network(daemon, network, err) : code;
}

/* ---- pruning ---- */

/* A time: seconds since 1970, RFC 3339, or so long ago ("10m", "1h30m"). */
static bool read_until(const struct wcd_daemon *daemon, const char *text, uint64_t *out)
{
    static const struct {
        char unit;
        uint64_t seconds;
    } units[] = {{'h', 3600}, {'m', 60}, {'s', 1}};
    uint64_t now = daemon_now_100ns(daemon);
    uint64_t total = 0;
    char *end = NULL;
    if (wcd_time_parse(text, out)) {
        return true;
    }
    for (const char *at = text; *at != '\0'; at = end + 1) {
        uint64_t seconds = 0;
        unsigned long long number = strtoull(at, &end, 10);
        if (end == at || *at < '0' || *at > '9' || number > UINT32_MAX) {
            return false;
        }
        if (*end == '\0' && at == text) {
            *out = wcd_time_from_unix_ns((int64_t)number, 0);
            return true;
        }
        for (size_t i = 0; i < LENGTH_OF(units); i++) {
            seconds = units[i].unit == *end ? units[i].seconds : seconds;
        }
        if (seconds == 0) {
            return false;
        }
        total += (uint64_t)number * seconds * TICKS_PER_S;
    }
    *out = total < now ? now - total : 0;
    return text[0] != '\0';
}

struct prune {
    const struct wcd_json *filters;
    bool limited;
    uint64_t until_100ns;
};

static enum wcd_errc read_filters(const struct wcd_daemon *daemon, const struct wcd_json *filters,
                                  struct prune *out, struct wcd_error *err)
{
    const struct engine_rules *engine = daemon->engine;
    const struct wcd_json *until = filter_field(filters, "until");
    if (!engine->prunes_by_filters) {
        return WCD_OK;
    }
    for (const struct wcd_json *field = wcd_json_first(filters); field != NULL;
         field = wcd_json_next(field)) {
        const char *name = wcd_json_name(field);
        if (strcmp(name, "label") != 0 && strcmp(name, "label!") != 0 &&
            strcmp(name, "until") != 0) {
            return wcd_error_fill(err, engine->filter_class, engine->invalid_filter_message, name);
        }
    }
    out->filters = filters;
    out->limited = until != NULL;
    if (until == NULL) {
        return WCD_OK;
    }
    if (wcd_json_size(until) > 1) {
        return wcd_error_set(err, WCD_E_PLAIN, "more than one until filter specified");
    }
    const char *text = filter_value(until, wcd_json_first(until));
    return read_until(daemon, text, &out->until_100ns)
               ? WCD_OK
               : wcd_error_set(err, WCD_E_PLAIN, "failed to parse value \"%s\" as time", text);
}

static bool is_prunable(const struct prune *prune, const struct wcd_network *network)
{
    bool unwanted = filter_field(prune->filters, "label!") != NULL &&
                    filter_labels(prune->filters, "label!", network->labels);
    return !network->in_delete && !daemon_network_is_predefined(network->name) &&
           network->endpoints == NULL && !unwanted &&
           filter_labels(prune->filters, "label", network->labels) &&
           (!prune->limited || network->created_100ns <= prune->until_100ns);
}

static enum wcd_errc prune_one(struct wcd_daemon *daemon, const struct wcd_network *network,
                               struct wcd_strlist *removed, struct wcd_error *err)
{
    struct wcd_error failure = WCD_ERROR_INIT;
    char *name = wcd_text_copy(network->name);
    if (name == NULL) {
        return wcd_error_no_memory(err);
    }
    if (remove_network(daemon, network, &failure) != WCD_OK) {
        wcd_log(&daemon->log, WCD_LOG_WARN, "%s %s: %s",
                daemon->engine->prunes_by_filters ? "could not remove local network"
                                                  : "could not remove network",
                name, wcd_error_message(&failure));
        free(name);
        wcd_error_release(&failure);
        return WCD_OK;
    }
    return wcd_strlist_take(removed, name) ? WCD_OK : wcd_error_no_memory(err);
}

/* v25 tells that something was pruned, whatever it was. */
static void tell_pruned(struct wcd_daemon *daemon)
{
    struct wcd_json *attributes = wcd_json_new_object();
    if (attributes != NULL && !wcd_json_set_string(attributes, "reclaimed", "0")) {
        wcd_json_free(attributes);
        attributes = NULL;
    }
    daemon_log_event(daemon, "network", "prune", "", attributes);
}

enum wcd_errc wcd_daemon_prune_networks(struct wcd_daemon *daemon, const struct wcd_json *filters,
                                        struct wcd_strlist *removed, struct wcd_error *err)
{
    struct prune prune = {0};
    const struct wcd_network *next = NULL;
    WCD_ASSERT(daemon->state == WCD_DAEMON_RUNNING);
    enum wcd_errc code = read_filters(daemon, filters, &prune, err);
    for (const struct wcd_network *at = wcd_networks(daemon->networks);
         code == WCD_OK && at != NULL; at = next) {
        next = at->next;
        if (is_prunable(&prune, at)) {
            code = prune_one(daemon, at, removed, err);
        }
    }
    if (code == WCD_OK && daemon->engine->prunes_by_filters) {
        tell_pruned(daemon);
    }
    return code;
}
