/* initNetworkController: what was kept, what HNS has and what must be there are made one. Source: daemon_windows.go of
 * both generations.
 *
 * Both go the same way: what HNS lost is deleted; `none` is made; all that HNS has is made anew, with the names of
 * those that were known; the default network is made when there is none. What fails in between is logged.
 *
 * The original writes each of these steps down, and a crash between a network's deletion and its return loses what was
 * known of it. Here the disk sees both at once. */
#include "core/network/controller_internal.h"

#include "core/base/utf8.h"

#include <stdlib.h>
#include <string.h>

#define NONE_TYPE          "null"
#define NONE_NAME          "none"
#define DEFAULT_NETWORK    "nat" /* its name and its type */
#define SCOPE_GLOBAL       "global"
#define IPAM_DEFAULT       "default"
#define SUBNET_OF_OLD_NATS "172.16.0.0/12"

struct reconciliation {
    struct wcd_network_controller *controller;
    const struct engine_rules *engine;
    const struct wcd_network_start *start;
    struct wcd_json *hns; /* the networks of HNS; NULL: none */
    bool default_exists;
};

/* ---- what HNS says ---- */

static const char *member_text(const struct wcd_json *object, const char *name)
{
    const struct wcd_json *member = wcd_json_get(object, name);
    return wcd_json_is(member, WCD_JSON_STRING) ? wcd_json_string(member) : "";
}

/* Go reads members without regard to case; HNS writes it one way or the other. */
static const char *hns_id_of(const struct wcd_json *network)
{
    const char *id = member_text(network, "ID");
    return id[0] != '\0' ? id : member_text(network, "Id");
}

static bool hns_has(const struct reconciliation *r, const char *hns_id)
{
    for (const struct wcd_json *item = wcd_json_first(r->hns); item != NULL;
         item = wcd_json_next(item)) {
        if (strcmp(hns_id_of(item), hns_id) == 0) {
            return true;
        }
    }
    return false;
}

static bool read_subnets(const struct wcd_json *network, struct wcd_ipam_configs *out)
{
    bool ok = true;
    for (const struct wcd_json *item = wcd_json_first(wcd_json_get(network, "Subnets"));
         ok && item != NULL; item = wcd_json_next(item)) {
        ok = wcd_ipam_configs_add(out, member_text(item, "AddressPrefix"),
                                  member_text(item, "GatewayAddress"));
    }
    return ok;
}

/* ---- steps ---- */

/* A step that fails is told and passed over, unless there is no memory. */
static enum wcd_errc told(const struct reconciliation *r, enum wcd_errc code, const char *doing,
                          struct wcd_error *err)
{
    if (code == WCD_OK || code == WCD_E_NO_MEMORY) {
        return code;
    }
    wcd_log(r->controller->options.log, WCD_LOG_ERROR, "Error occurred when %s network %s", doing,
            wcd_error_message(err));
    wcd_error_release(err);
    return WCD_OK;
}

/* The options that are the user's own, not the daemon's. */
static bool add_other_options(struct wcd_json *to, const struct wcd_json *from)
{
    bool ok = true;
    for (const struct wcd_json *item = wcd_json_first(from); ok && item != NULL;
         item = wcd_json_next(item)) {
        const char *name = wcd_json_name(item);
        ok = strcmp(name, WCD_NET_OPTION_NAME) == 0 || strcmp(name, WCD_NET_OPTION_HNSID) == 0 ||
             wcd_json_set(to, name, wcd_json_copy(item));
    }
    return ok;
}

/* What a network that is made again takes over of the one before; texts may be NULL. */
struct identity {
    char *id;
    char *name;
    struct wcd_json *options;
    struct wcd_ipam_configs ipv4;
    struct wcd_ipam_configs ipv6;
};

static void release_identity(struct identity *identity)
{
    free(identity->id);
    free(identity->name);
    wcd_json_free(identity->options);
    wcd_ipam_configs_release(&identity->ipv4);
    wcd_ipam_configs_release(&identity->ipv6);
}

/* Deletes what is about to be made again. */
static enum wcd_errc delete_for_now(const struct reconciliation *r,
                                    const struct wcd_network *network, struct wcd_error *err)
{
    r->controller->holds_writes = true;
    enum wcd_errc code = wcd_network_delete(r->controller, network, err);
    r->controller->holds_writes = false;
    return code;
}

/* Makes a network, perhaps again: what is new is written down with what went, which goes alone when nothing comes. */
static enum wcd_errc make_again(const struct reconciliation *r,
                                const struct wcd_network_request *request, struct wcd_error *err)
{
    enum wcd_errc code =
        told(r, wcd_network_create(r->controller, request, NULL, err), "creating", err);
    if (code != WCD_OK || !r->controller->is_unsaved) {
        return code;
    }
    code = wcd_network_save(r->controller, r->engine->network_type_word, err);
    return told(r, code, "removing", err);
}

/* A user's nat network that HNS lost, with what was asked for, under the same id. */
static enum wcd_errc remake(struct reconciliation *r, const struct wcd_network *network,
                            struct wcd_error *err)
{
    struct identity old = {.id = wcd_text_copy(network->id),
                           .name = wcd_text_copy(network->name),
                           .options = wcd_json_new_object()};
    enum wcd_errc code = WCD_OK;
    if (old.id == NULL || old.name == NULL || old.options == NULL ||
        !add_other_options(old.options, network->options) ||
        !wcd_ipam_configs_copy(&old.ipv4, &network->ipv4) ||
        !wcd_ipam_configs_copy(&old.ipv6, &network->ipv6)) {
        code = wcd_error_no_memory(err);
    }
    if (code == WCD_OK) {
        code = told(r, delete_for_now(r, network, err), "removing", err);
    }
    if (code == WCD_OK) {
        const struct wcd_network_request request = {.type = DEFAULT_NETWORK,
                                                    .name = old.name,
                                                    .id = old.id,
                                                    .options = old.options,
                                                    .ipam_driver = IPAM_DEFAULT,
                                                    .ipv4 = &old.ipv4,
                                                    .ipv6 = &old.ipv6};
        code = make_again(r, &request, err);
    }
    release_identity(&old);
    return code;
}

static enum wcd_errc judge_kept(struct reconciliation *r, const struct wcd_network *network,
                                struct wcd_error *err)
{
    if (hns_has(r, wcd_network_option(network, WCD_NET_OPTION_HNSID))) {
        return WCD_OK;
    }
    if (r->engine->user_nats_are_remade && strcmp(network->type, DEFAULT_NETWORK) == 0 &&
        strcmp(network->name, DEFAULT_NETWORK) != 0) {
        return remake(r, network, err);
    }
    if (strcmp(network->scope, SCOPE_GLOBAL) == 0) {
        return WCD_OK;
    }
    return told(r, wcd_network_delete(r->controller, network, err), "removing", err);
}

/* Those that are there when the step begins; it deletes and makes some. */
static enum wcd_errc judge_all_kept(struct reconciliation *r, struct wcd_error *err)
{
    const struct wcd_network **all = NULL;
    size_t count = 0;
    enum wcd_errc code = WCD_OK;
    for (const struct wcd_network *network = wcd_networks(r->controller); network != NULL;
         network = network->next) {
        count++;
    }
    if (count == 0) {
        return WCD_OK;
    }
    all = calloc(count, sizeof(const struct wcd_network *));
    if (all == NULL) {
        return wcd_error_no_memory(err);
    }
    count = 0;
    for (const struct wcd_network *network = wcd_networks(r->controller); network != NULL;
         network = network->next) {
        if (!network->in_delete) {
            all[count++] = network;
        }
    }
    for (size_t i = 0; code == WCD_OK && i < count; i++) {
        code = judge_kept(r, all[i], err);
    }
    free((void *)all);
    return code;
}

static const struct wcd_network *find_by_hns_id(const struct reconciliation *r, const char *hns_id)
{
    const struct wcd_network *network = wcd_networks(r->controller);
    while (network != NULL &&
           (network->in_delete ||
            strcmp(wcd_network_option(network, WCD_NET_OPTION_HNSID), hns_id) != 0)) {
        network = network->next;
    }
    return network;
}

/* Takes over what the generation keeps of a known network, and deletes it: that does not reach HNS, since the driver
 * does not know it yet. */
static enum wcd_errc replace_known(struct reconciliation *r, const struct wcd_network *known,
                                   struct identity *out, struct wcd_error *err)
{
    out->name = wcd_text_copy(known->name);
    bool ok = out->name != NULL;
    if (ok && r->engine->hns_networks_keep_identity) {
        out->id = wcd_text_copy(known->id);
        ok = out->id != NULL && add_other_options(out->options, known->options);
    }
    enum wcd_errc code = ok ? delete_for_now(r, known, err) : wcd_error_no_memory(err);
    if (code != WCD_OK && code != WCD_E_NO_MEMORY) {
        wcd_error_release(err); /* not looked at */
        return WCD_OK;
    }
    return code;
}

static enum wcd_errc make_of_hns(struct reconciliation *r, const struct wcd_json *network,
                                 const char *type, bool was_known, struct identity *identity,
                                 struct wcd_error *err)
{
    const char *name = identity->name;
    if (!wcd_json_set_string(identity->options, WCD_NET_OPTION_NAME, name) ||
        !wcd_json_set_string(identity->options, WCD_NET_OPTION_HNSID, hns_id_of(network)) ||
        !read_subnets(network, &identity->ipv4)) {
        return wcd_error_no_memory(err);
    }
    if (!r->default_exists && strcmp(type, DEFAULT_NETWORK) == 0 &&
        !(was_known && r->engine->hns_networks_keep_identity)) {
        name = DEFAULT_NETWORK;
        r->default_exists = true;
    }
    const struct wcd_network_request request = {.type = type,
                                                .name = name,
                                                .id = identity->id,
                                                .options = identity->options,
                                                .ipam_driver = IPAM_DEFAULT,
                                                .ipv4 = &identity->ipv4,
                                                .ipv6 = &identity->ipv6};
    return make_again(r, &request, err);
}

static enum wcd_errc adopt_as(struct reconciliation *r, const struct wcd_json *network,
                              const char *type, struct wcd_error *err)
{
    const struct wcd_network *known = find_by_hns_id(r, hns_id_of(network));
    struct identity identity = {0};
    enum wcd_errc code = WCD_OK;
    if (known != NULL && strcmp(known->scope, SCOPE_GLOBAL) == 0) {
        return WCD_OK;
    }
    identity.options = wcd_json_new_object();
    if (identity.options == NULL) {
        return wcd_error_no_memory(err);
    }
    if (known != NULL) {
        code = replace_known(r, known, &identity, err);
    } else {
        identity.name = wcd_text_copy(member_text(network, "Name"));
        code = identity.name == NULL ? wcd_error_no_memory(err) : WCD_OK;
    }
    if (code == WCD_OK) {
        code = make_of_hns(r, network, type, known != NULL, &identity, err);
    }
    release_identity(&identity);
    return code;
}

static enum wcd_errc adopt(struct reconciliation *r, const struct wcd_json *network,
                           struct wcd_error *err)
{
    char *type = wcd_utf8_lower(member_text(network, "Type"));
    if (type == NULL) {
        return wcd_error_no_memory(err);
    }
    /* HNS tells of networks that the drivers of v25 know and its daemon does not want. */
    bool skipped = r->engine->has_internal_drivers &&
                   (strcmp(type, "private") == 0 || strcmp(type, "internal") == 0);
    enum wcd_errc code = skipped ? WCD_OK : adopt_as(r, network, type, err);
    free(type);
    return code;
}

/* initBridgeDriver. */
static enum wcd_errc make_default(struct reconciliation *r, struct wcd_error *err)
{
    struct wcd_ipam_configs ipv4 = {0};
    const struct wcd_ipam_configs ipv6 = {0};
    struct wcd_network_request request = {.type = DEFAULT_NETWORK, .name = DEFAULT_NETWORK};
    const char *subnet = wcd_text_or_empty(r->start->fixed_cidr);
    if (wcd_network_by_name(r->controller, DEFAULT_NETWORK) != NULL) {
        return WCD_OK;
    }
    if (subnet[0] == '\0' && r->start->os_build < r->engine->default_subnet_below_build) {
        subnet = SUBNET_OF_OLD_NATS;
    }
    struct wcd_json *options = wcd_json_new_object();
    bool ok = options != NULL && wcd_json_set_string(options, WCD_NET_OPTION_NAME, DEFAULT_NETWORK);
    if (ok && subnet[0] != '\0') {
        ok = wcd_ipam_configs_add(&ipv4, subnet, NULL);
        request.ipam_driver = IPAM_DEFAULT;
        request.ipv4 = &ipv4;
        request.ipv6 = &ipv6;
    }
    request.options = options;
    enum wcd_errc code =
        ok ? wcd_network_create(r->controller, &request, NULL, err) : wcd_error_no_memory(err);
    if (code != WCD_OK && code != WCD_E_NO_MEMORY) {
        code = wcd_error_wrap(err, "%s", r->engine->default_network_message);
    }
    wcd_ipam_configs_release(&ipv4);
    wcd_json_free(options);
    return code;
}

static enum wcd_errc reconcile(struct reconciliation *r, struct wcd_error *err)
{
    const struct wcd_network_request none = {
        .type = NONE_TYPE, .name = NONE_NAME, .is_not_kept = true};
    enum wcd_errc code = judge_all_kept(r, err);
    if (code == WCD_OK) {
        code = wcd_network_create(r->controller, &none, NULL, err);
    }
    const struct wcd_network *network = wcd_network_by_name(r->controller, DEFAULT_NETWORK);
    r->default_exists =
        network != NULL && hns_has(r, wcd_network_option(network, WCD_NET_OPTION_HNSID));
    for (const struct wcd_json *item = wcd_json_first(r->hns); code == WCD_OK && item != NULL;
         item = wcd_json_next(item)) {
        code = adopt(r, item, err);
    }
    return code == WCD_OK && !r->start->bridge_disabled ? make_default(r, err) : code;
}

enum wcd_errc wcd_network_controller_start(struct wcd_network_controller *controller,
                                           const struct wcd_network_start *start,
                                           struct wcd_error *err)
{
    struct reconciliation r = {
        .controller = controller, .engine = controller->options.engine, .start = start};
    enum wcd_errc code = wcd_hns_list_networks(&controller->hns, &r.hns, err);
    if (code == WCD_OK) {
        code = reconcile(&r, err);
    }
    wcd_json_free(r.hns);
    return code;
}
