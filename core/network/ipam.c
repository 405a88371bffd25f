/* The IPAM drivers; see ipam.h. */
#include "core/network/ipam.h"

#include "core/base/goquote.h"
#include "core/network/plugins.h"
#include "core/network/pools.h"

#include <stdlib.h>
#include <string.h>

#define IPAM_DEFAULT "default"
#define IPAM_WINDOWS "windows"
#define IPAM_NULL    "null"
#define NO_POOL      "0.0.0.0/0" /* HNS chooses */

struct wcd_ipam {
    const struct engine_rules *engine;
    const struct wcd_log_sink *log;
    struct wcd_pools *pools;
};

struct wcd_ipam *wcd_ipam_new(const struct engine_rules *engine, const struct wcd_log_sink *log)
{
    struct wcd_ipam *ipam = calloc(1, sizeof(*ipam));
    if (ipam == NULL) {
        return NULL;
    }
    ipam->engine = engine;
    ipam->log = log;
    ipam->pools = wcd_pools_new(engine);
    if (ipam->pools == NULL) {
        free(ipam);
        return NULL;
    }
    return ipam;
}

void wcd_ipam_free(struct wcd_ipam *ipam)
{
    if (ipam != NULL) {
        wcd_pools_free(ipam->pools);
        free(ipam);
    }
}

static bool is_one_of(const char *text, const char *const *words)
{
    while (*words != NULL && strcmp(*words, text) != 0) {
        words++;
    }
    return *words != NULL;
}

const char *wcd_ipam_driver_of(const struct engine_rules *engine, const char *type,
                               const char *named)
{
    static const char *const local[] = {"l2bridge", "l2tunnel", "nat", "ics", "transparent", NULL};
    static const char *const internal[] = {"internal", "private", NULL};
    if (named != NULL && named[0] != '\0' && strcmp(named, IPAM_DEFAULT) != 0) {
        return named;
    }
    return is_one_of(type, local) || (engine->has_internal_drivers && is_one_of(type, internal))
               ? IPAM_WINDOWS
               : IPAM_DEFAULT;
}

/* ---- pools ---- */

/* One pool that is being taken, or was. */
struct request {
    struct wcd_ipam *ipam;
    const struct wcd_network *network;
    const struct wcd_ipam_config *config;
    bool v6;
};

static bool is_driver(const struct wcd_network *network, const char *name)
{
    return strcmp(network->ipam_driver, name) == 0;
}

static enum wcd_pool_space space_of(const struct wcd_network *network)
{
    return wcd_text_equal(network->scope, "global") ? WCD_POOLS_GLOBAL : WCD_POOLS_LOCAL;
}

static bool has_text(const char *text)
{
    return text != NULL && text[0] != '\0';
}

static enum wcd_errc parse_pool(const struct wcd_ipam *ipam, const struct wcd_ipam_config *config,
                                struct wcd_cidr *pool, struct wcd_cidr *part, struct wcd_error *err)
{
    struct wcd_error ignored = WCD_ERROR_INIT;
    bool good = wcd_cidr_parse(pool, config->preferred_pool, &ignored) == WCD_OK && pool->v4;
    const char *message = good ? NULL : ipam->engine->invalid_pool_message;
    if (good && has_text(config->sub_pool)) {
        good = wcd_cidr_parse(part, config->sub_pool, &ignored) == WCD_OK && part->v4 &&
               part->bits >= pool->bits && wcd_cidr_contains(pool, &part->ip);
        message = ipam->engine->invalid_sub_pool_message;
    }
    wcd_error_release(&ignored);
    return good ? WCD_OK : wcd_error_set(err, WCD_E_INVALID_PARAMETER, "%s", message);
}

static enum wcd_errc take_default(const struct request *request, struct wcd_cidr *pool,
                                  struct wcd_error *err)
{
    struct wcd_ipam *ipam = request->ipam;
    const struct wcd_ipam_config *config = request->config;
    enum wcd_pool_space space = space_of(request->network);
    struct wcd_cidr wanted;
    struct wcd_cidr part;
    if (space == WCD_POOLS_GLOBAL && !ipam->engine->has_global_networks) {
        return wcd_error_set(err, WCD_E_INVALID_PARAMETER,
                             "cannot find address space GlobalDefault (most likely the backing "
                             "datastore is not configured)");
    }
    if (request->v6) {
        return wcd_error_set(err, WCD_E_NOT_IMPLEMENTED,
                             "the default ipam driver has no IPv6 address pools");
    }
    if (!has_text(config->preferred_pool)) {
        return has_text(config->sub_pool)
                   ? wcd_error_set(err, WCD_E_INVALID_PARAMETER, "%s",
                                   ipam->engine->invalid_sub_pool_message)
                   : wcd_pools_take(ipam->pools, space, NULL, NULL, pool, err);
    }
    enum wcd_errc code = parse_pool(ipam, config, &wanted, &part, err);
    return code == WCD_OK ? wcd_pools_take(ipam->pools, space, &wanted,
                                           has_text(config->sub_pool) ? &part : NULL, pool, err)
                          : code;
}

static enum wcd_errc take_windows(const struct request *request, struct wcd_cidr *pool,
                                  struct wcd_error *err)
{
    const struct wcd_ipam_config *config = request->config;
    if (has_text(config->sub_pool) || request->v6) {
        return wcd_error_set(err, WCD_E_PLAIN, "This request is not supported by null ipam driver");
    }
    return wcd_cidr_parse(pool, has_text(config->preferred_pool) ? config->preferred_pool : NO_POOL,
                          err);
}

static enum wcd_errc take_null(const struct request *request, struct wcd_cidr *pool,
                               struct wcd_error *err)
{
    const char *what = has_text(request->config->preferred_pool) ? "specific address pool requests"
                       : has_text(request->config->sub_pool) ? "specific address subpool requests"
                       : request->v6                         ? "IPv6 address pool pool requests"
                                                             : NULL;
    return what == NULL ? wcd_cidr_parse(pool, NO_POOL, err)
                        : wcd_error_set(err, WCD_E_INVALID_PARAMETER,
                                        "null ipam driver does not handle %s", what);
}

static enum wcd_errc take_pool(const struct request *request, struct wcd_cidr *pool,
                               struct wcd_error *err)
{
    if (is_driver(request->network, IPAM_WINDOWS)) {
        return take_windows(request, pool, err);
    }
    return is_driver(request->network, IPAM_NULL) ? take_null(request, pool, err)
                                                  : take_default(request, pool, err);
}

/* An address of a pool. *out is false where HNS is to choose. */
static enum wcd_errc take_ip(struct wcd_ipam *ipam, const struct wcd_network *network,
                             const struct wcd_ipam_config *config, const struct wcd_cidr *pool,
                             const struct go_ip *wanted, struct go_ip *ip, bool *out,
                             struct wcd_error *err)
{
    struct wcd_cidr part;
    bool has_part = has_text(config->sub_pool);
    *out = wanted != NULL && !is_driver(network, IPAM_NULL);
    if (!is_driver(network, IPAM_DEFAULT)) {
        *ip = wanted != NULL ? *wanted : pool->ip;
        return WCD_OK;
    }
    if (has_part && wcd_cidr_parse(&part, config->sub_pool, err) != WCD_OK) {
        return err->code;
    }
    *out = true;
    return wcd_pools_take_address(ipam->pools, space_of(network), pool, has_part ? &part : NULL,
                                  wanted, ip, err);
}

/* Keeps the words of *err under a class of its own: the original makes a new error of them. */
static enum wcd_errc fail_as(enum wcd_errc code, const char *what, const char *detail,
                             struct wcd_error *err)
{
    if (err->code != WCD_E_NO_MEMORY &&
        wcd_error_wrap(err, "%s (%s)", what, detail) != WCD_E_NO_MEMORY) {
        err->code = code;
    }
    return err->code;
}

static enum wcd_errc take_gateway(const struct request *request, const struct wcd_cidr *pool,
                                  struct wcd_ipam_config *out, struct wcd_error *err)
{
    const char *text = wcd_text_or_empty(request->config->gateway);
    struct go_ip wanted;
    struct go_ip ip;
    bool has_ip = false;
    bool given = text[0] != '\0' && wcd_ip_parse(&wanted, text);
    if (take_ip(request->ipam, request->network, request->config, pool, given ? &wanted : NULL, &ip,
                &has_ip, err) != WCD_OK) {
        return fail_as(WCD_E_PLAIN, "failed to allocate gateway", text, err);
    }
    if (!has_ip && is_driver(request->network, IPAM_WINDOWS) &&
        request->ipam->engine->pool_is_its_gateway) {
        ip = pool->ip;
        has_ip = true;
    }
    if (!has_ip) {
        return WCD_OK;
    }
    out->gateway = wcd_ip_text(&ip);
    return out->gateway == NULL ? wcd_error_no_memory(err) : WCD_OK;
}

static enum wcd_errc take_auxiliary(const struct request *request, const struct wcd_cidr *pool,
                                    const char *name, const char *text, struct wcd_json *out,
                                    struct wcd_error *err)
{
    struct go_ip wanted;
    struct go_ip ip;
    bool has_ip = false;
    if (!wcd_ip_parse(&wanted, text)) {
        return wcd_error_set(err, WCD_E_INVALID_PARAMETER,
                             "non parsable secondary ip address (%s:%s) passed for network %s",
                             name, text, request->network->name);
    }
    if (!wcd_cidr_contains(pool, &wanted)) {
        char *pool_text = wcd_cidr_text(pool);
        enum wcd_errc code =
            pool_text == NULL
                ? wcd_error_no_memory(err)
                : wcd_error_set(err, WCD_E_FORBIDDEN,
                                "auxilairy address: (%s:%s) must belong to the master pool: %s",
                                name, text, pool_text);
        free(pool_text);
        return code;
    }
    if (take_ip(request->ipam, request->network, request->config, pool, &wanted, &ip, &has_ip,
                err) != WCD_OK) {
        char *detail = wcd_text_format("%s:%s", name, text);
        enum wcd_errc code =
            detail == NULL
                ? wcd_error_no_memory(err)
                : fail_as(WCD_E_PLAIN, "failed to allocate secondary ip address", detail, err);
        free(detail);
        return code;
    }
    char *address = wcd_ip_text_in(&wanted, pool);
    bool ok = address != NULL && wcd_json_set_string(out, name, address);
    free(address);
    return ok ? WCD_OK : wcd_error_no_memory(err);
}

static enum wcd_errc take_auxiliaries(const struct request *request, const struct wcd_cidr *pool,
                                      struct wcd_ipam_config *out, struct wcd_error *err)
{
    enum wcd_errc code = WCD_OK;
    if (request->config->aux_addresses == NULL) {
        return WCD_OK;
    }
    out->aux_addresses = wcd_json_new_object();
    if (out->aux_addresses == NULL) {
        return wcd_error_no_memory(err);
    }
    for (const struct wcd_json *item = wcd_json_first(request->config->aux_addresses);
         code == WCD_OK && item != NULL; item = wcd_json_next(item)) {
        const char *text = wcd_json_is(item, WCD_JSON_STRING) ? wcd_json_string(item) : "";
        code = take_auxiliary(request, pool, wcd_json_name(item), text, out->aux_addresses, err);
    }
    return code;
}

/* IpamConf.Validate, RequestPool and what the original asks for of each pool. */
static enum wcd_errc take_one(const struct request *request, struct wcd_ipam_configs *taken,
                              struct wcd_error *err)
{
    struct wcd_cidr pool;
    struct go_ip gateway;
    const char *text = wcd_text_or_empty(request->config->gateway);
    if (text[0] != '\0' && !wcd_ip_parse(&gateway, text)) {
        return wcd_error_set(err, WCD_E_INVALID_PARAMETER,
                             "invalid gateway address %s in Ipam configuration", text);
    }
    enum wcd_errc code = take_pool(request, &pool, err);
    if (code != WCD_OK) {
        return code;
    }
    struct wcd_ipam_config one = {.preferred_pool = wcd_cidr_text(&pool),
                                  .sub_pool = request->config->sub_pool};
    struct wcd_ipam_configs list = {.items = &one, .count = 1};
    bool ok = one.preferred_pool != NULL && wcd_ipam_configs_append(taken, &list);
    free(one.preferred_pool);
    if (!ok) {
        struct wcd_cidr part;
        bool has_part = has_text(request->config->sub_pool) &&
                        wcd_cidr_parse(&part, request->config->sub_pool, err) == WCD_OK;
        if (is_driver(request->network, IPAM_DEFAULT)) {
            wcd_pools_give_back(request->ipam->pools, space_of(request->network), &pool,
                                has_part ? &part : NULL);
        }
        return wcd_error_no_memory(err);
    }
    struct wcd_ipam_config *out = &taken->items[taken->count - 1];
    code = take_gateway(request, &pool, out, err);
    return code == WCD_OK ? take_auxiliaries(request, &pool, out, err) : code;
}

static enum wcd_errc take_version(struct wcd_ipam *ipam, struct wcd_network *network, bool v6,
                                  struct wcd_error *err)
{
    struct wcd_ipam_configs *configs = v6 ? &network->ipv6 : &network->ipv4;
    struct wcd_ipam_configs *taken = v6 ? &network->ipv6_pools : &network->ipv4_pools;
    enum wcd_errc code = WCD_OK;
    wcd_ipam_configs_release(taken);
    if (configs->count == 0 && !v6 && !wcd_ipam_configs_add(configs, NULL, NULL)) {
        return wcd_error_no_memory(err);
    }
    for (size_t i = 0; code == WCD_OK && i < configs->count; i++) {
        struct request request = {
            .ipam = ipam, .network = network, .config = &configs->items[i], .v6 = v6};
        code = take_one(&request, taken, err);
    }
    return code;
}

enum wcd_errc wcd_ipam_allocate(struct wcd_ipam *ipam, struct wcd_network *network,
                                struct wcd_error *err)
{
    static const char *const known[] = {IPAM_DEFAULT, IPAM_WINDOWS, IPAM_NULL, NULL};
    if (strcmp(network->type, "null") == 0) {
        return WCD_OK;
    }
    if (!is_one_of(network->ipam_driver, known)) {
        return wcd_network_plugin_find(ipam->log, network->ipam_driver, err);
    }
    enum wcd_errc code = take_version(ipam, network, false, err);
    if (code == WCD_OK && network->enable_ipv6) {
        code = take_version(ipam, network, true, err);
    }
    if (code != WCD_OK) {
        wcd_ipam_release(ipam, network);
        wcd_ipam_configs_release(&network->ipv4_pools);
        wcd_ipam_configs_release(&network->ipv6_pools);
    }
    return code;
}

static void give_address_back(struct wcd_ipam *ipam, const struct wcd_network *network,
                              const struct wcd_cidr *pool, const char *text)
{
    struct go_ip ip;
    const char *slash = strchr(text, '/');
    char *address =
        slash == NULL ? wcd_text_copy(text) : wcd_text_copy_n(text, (size_t)(slash - text));
    if (address != NULL && wcd_ip_parse(&ip, address)) {
        wcd_pools_give_address_back(ipam->pools, space_of(network), pool, &ip);
    }
    free(address);
}

static void give_pool_back(struct wcd_ipam *ipam, const struct wcd_network *network,
                           const struct wcd_ipam_config *taken)
{
    struct wcd_error ignored = WCD_ERROR_INIT;
    struct wcd_cidr pool;
    struct wcd_cidr part;
    if (wcd_cidr_parse(&pool, wcd_text_or_empty(taken->preferred_pool), &ignored) == WCD_OK) {
        bool has_part =
            has_text(taken->sub_pool) && wcd_cidr_parse(&part, taken->sub_pool, &ignored) == WCD_OK;
        if (taken->gateway != NULL) {
            give_address_back(ipam, network, &pool, taken->gateway);
        }
        for (const struct wcd_json *item = wcd_json_first(taken->aux_addresses); item != NULL;
             item = wcd_json_next(item)) {
            if (wcd_json_is(item, WCD_JSON_STRING)) {
                give_address_back(ipam, network, &pool, wcd_json_string(item));
            }
        }
        wcd_pools_give_back(ipam->pools, space_of(network), &pool, has_part ? &part : NULL);
    }
    wcd_error_release(&ignored);
}

void wcd_ipam_release(struct wcd_ipam *ipam, const struct wcd_network *network)
{
    if (!is_driver(network, IPAM_DEFAULT)) {
        return;
    }
    for (size_t i = 0; i < network->ipv4_pools.count; i++) {
        give_pool_back(ipam, network, &network->ipv4_pools.items[i]);
    }
}

/* What the network has been given becomes what it asks for. */
static bool fill_in(struct wcd_ipam_configs *configs, const struct wcd_network *network)
{
    const struct wcd_ipam_configs *taken = &network->ipv4_pools;
    if (!wcd_ipam_configs_copy(configs, &network->ipv4)) {
        return false;
    }
    for (size_t i = 0; i < configs->count && i < taken->count; i++) {
        struct wcd_ipam_config *config = &configs->items[i];
        if (!has_text(config->preferred_pool)) {
            wcd_text_replace(&config->preferred_pool,
                             wcd_text_copy(wcd_text_or_empty(taken->items[i].preferred_pool)));
        }
        if (!has_text(config->gateway) && taken->items[i].gateway != NULL) {
            wcd_text_replace(&config->gateway, wcd_text_copy(taken->items[i].gateway));
        }
        if (config->preferred_pool == NULL ||
            (config->gateway == NULL && taken->items[i].gateway != NULL)) {
            return false;
        }
    }
    return true;
}

enum wcd_errc wcd_ipam_reserve(struct wcd_ipam *ipam, const struct wcd_network *network,
                               struct wcd_error *err)
{
    struct wcd_network again = *network;
    again.ipv4 = (struct wcd_ipam_configs){0};
    again.ipv4_pools = (struct wcd_ipam_configs){0};
    again.ipv6_pools = (struct wcd_ipam_configs){0};
    again.enable_ipv6 = false;
    if (!is_driver(network, IPAM_DEFAULT)) {
        return WCD_OK;
    }
    enum wcd_errc code = fill_in(&again.ipv4, network) ? wcd_ipam_allocate(ipam, &again, err)
                                                       : wcd_error_no_memory(err);
    if (code != WCD_OK && code != WCD_E_NO_MEMORY) {
        char *name = wcd_go_quote(network->name);
        if (name == NULL) {
            code = wcd_error_no_memory(err);
        } else {
            wcd_log(ipam->log, WCD_LOG_WARN,
                    "Failed to allocate ipam pool(s) for network %s (%s): %s", name, network->id,
                    wcd_error_message(err));
            wcd_error_release(err);
            code = WCD_OK;
        }
        free(name);
    }
    wcd_ipam_configs_release(&again.ipv4);
    wcd_ipam_configs_release(&again.ipv4_pools);
    return code;
}

/* ---- addresses of endpoints ---- */

static enum wcd_errc take_of_pool(struct wcd_ipam *ipam, const struct wcd_network *network,
                                  const struct wcd_ipam_config *taken, const struct go_ip *wanted,
                                  bool *done, char **out, struct wcd_error *err)
{
    struct wcd_cidr pool;
    struct go_ip ip;
    bool has_ip = false;
    enum wcd_errc code = wcd_cidr_parse(&pool, wcd_text_or_empty(taken->preferred_pool), err);
    if (code != WCD_OK || (wanted != NULL && !wcd_cidr_contains(&pool, wanted))) {
        return code;
    }
    code = take_ip(ipam, network, taken, &pool, wanted, &ip, &has_ip, err);
    if (code == WCD_E_UNAVAILABLE && wanted == NULL) {
        wcd_error_release(err);
        return WCD_OK; /* the next pool may have one */
    }
    *done = code == WCD_OK;
    if (code == WCD_OK && has_ip) {
        *out = wcd_ip_text(&ip);
        code = *out == NULL ? wcd_error_no_memory(err) : WCD_OK;
    }
    return code;
}

enum wcd_errc wcd_ipam_take_address(struct wcd_ipam *ipam, const struct wcd_network *network,
                                    const char *preferred, char **out, struct wcd_error *err)
{
    struct go_ip wanted;
    bool has_wanted = has_text(preferred);
    bool done = network->ipv4_pools.count == 0 || strcmp(network->type, "null") == 0;
    enum wcd_errc code = WCD_OK;
    *out = NULL;
    if (has_wanted && !wcd_ip_parse(&wanted, preferred)) {
        return wcd_error_fill(err, WCD_E_INVALID_PARAMETER, ipam->engine->preferred_address_message,
                              preferred);
    }
    for (size_t i = 0; code == WCD_OK && !done && i < network->ipv4_pools.count; i++) {
        code = take_of_pool(ipam, network, &network->ipv4_pools.items[i],
                            has_wanted ? &wanted : NULL, &done, out, err);
    }
    if (code != WCD_OK || done) {
        return code;
    }
    return has_wanted
               ? wcd_error_fill(err, WCD_E_INVALID_PARAMETER,
                                ipam->engine->preferred_address_message, preferred)
               : wcd_error_set(err, WCD_E_PLAIN,
                               "no available IPv4 addresses on this network's address pools: %s "
                               "(%s)",
                               network->name, network->id);
}

void wcd_ipam_give_address_back(struct wcd_ipam *ipam, const struct wcd_network *network,
                                const char *address)
{
    struct wcd_error ignored = WCD_ERROR_INIT;
    struct wcd_cidr pool;
    for (size_t i = 0;
         address != NULL && is_driver(network, IPAM_DEFAULT) && i < network->ipv4_pools.count;
         i++) {
        if (wcd_cidr_parse(&pool, wcd_text_or_empty(network->ipv4_pools.items[i].preferred_pool),
                           &ignored) == WCD_OK) {
            give_address_back(ipam, network, &pool, address);
        }
    }
    wcd_error_release(&ignored);
}
