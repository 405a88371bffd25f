/* Networks of the controller: NewNetwork and Delete. Source: libnetwork/controller.go, libnetwork/network.go. */
#include "core/network/controller_internal.h"

#include "core/base/goquote.h"
#include "core/base/utf8.h"
#include "core/layer/ids.h"
#include "core/network/plugins.h"
#include "core/network/store.h"

#include <stdlib.h>
#include <string.h>

#define SCOPE_LOCAL  "local"
#define SCOPE_GLOBAL "global"
#define SCOPE_SWARM  "swarm"
#define WORD_LETTERS "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_"

/* ---- names ---- */

/* ^[\w]+[\w-. ]*[\w]+$ */
static bool is_restricted(const char *name)
{
    size_t len = strlen(name);
    return len >= 2 && strchr(WORD_LETTERS, name[0]) != NULL &&
           strchr(WORD_LETTERS, name[len - 1]) != NULL &&
           name[strspn(name, WORD_LETTERS "-. ")] == '\0';
}

enum wcd_errc wcd_network_check_name(const struct engine_rules *engine, const char *name,
                                     struct wcd_error *err)
{
    char *trimmed = wcd_utf8_trim(name);
    if (trimmed == NULL) {
        return wcd_error_no_memory(err);
    }
    bool good = engine->network_names_are_restricted ? is_restricted(name) : trimmed[0] != '\0';
    free(trimmed);
    if (good) {
        return WCD_OK;
    }
    char *shown = engine->network_names_are_restricted ? wcd_go_quote(name) : wcd_text_copy(name);
    enum wcd_errc code = shown == NULL
                             ? wcd_error_no_memory(err)
                             : wcd_error_fill(err, WCD_E_INVALID_PARAMETER,
                                              engine->invalid_network_name_message, shown);
    free(shown);
    return code;
}

static enum wcd_errc name_in_use(const struct engine_rules *engine, const char *name,
                                 struct wcd_error *err)
{
    return wcd_error_set(err, engine->network_name_class, "network with name %s already exists",
                         name);
}

/* ---- making ---- */

static bool copy_object(struct wcd_json **to, const struct wcd_json *from)
{
    *to = from == NULL ? NULL : wcd_json_copy(from);
    return from == NULL || *to != NULL;
}

static bool copy_configs(struct wcd_ipam_configs *to, const struct wcd_ipam_configs *from)
{
    return from == NULL || wcd_ipam_configs_copy(to, from);
}

static bool fill(struct wcd_network *network, const struct wcd_network_request *request,
                 const struct engine_rules *engine)
{
    network->name = wcd_text_copy(request->name);
    network->type = wcd_text_copy(request->type);
    network->scope = wcd_text_copy(wcd_text_or_empty(request->scope));
    network->ipam_driver =
        wcd_text_copy(wcd_ipam_driver_of(engine, request->type, request->ipam_driver));
    network->options =
        request->options == NULL ? wcd_json_new_object() : wcd_json_copy(request->options);
    network->persist = !request->is_not_kept;
    network->enable_ipv6 = request->enable_ipv6;
    network->internal = request->internal;
    network->attachable = request->attachable;
    network->ingress = request->ingress;
    return network->name != NULL && network->type != NULL && network->scope != NULL &&
           network->ipam_driver != NULL && network->options != NULL &&
           copy_object(&network->ipam_options, request->ipam_options) &&
           copy_object(&network->labels, request->labels) &&
           copy_configs(&network->ipv4, request->ipv4) &&
           copy_configs(&network->ipv6, request->ipv6);
}

static enum wcd_errc check_identity(const struct wcd_network_controller *controller,
                                    const struct wcd_network_request *request,
                                    struct wcd_error *err)
{
    const struct engine_rules *engine = controller->options.engine;
    if (wcd_network_by_id(controller, request->id) != NULL) {
        return name_in_use(engine, request->id, err);
    }
    enum wcd_errc code = wcd_network_check_name(engine, request->name, err);
    if (code == WCD_OK && engine->network_names_are_unique &&
        wcd_network_by_name(controller, request->name) != NULL) {
        code = name_in_use(engine, request->name, err);
    }
    return code;
}

/* Swarm is not there, so that what only its managers may do is refused in the words for that. */
static enum wcd_errc check_scope(const struct engine_rules *engine,
                                 const struct wcd_network_request *request, const char *drivers,
                                 struct wcd_error *err)
{
    bool global = strcmp(drivers, SCOPE_GLOBAL) == 0;
    if (engine->scope_is_the_drivers) {
        return WCD_OK;
    }
    if (wcd_text_equal(request->scope, SCOPE_LOCAL) && global) {
        return wcd_error_set(err, WCD_E_FORBIDDEN, "cannot downgrade network scope for %s networks",
                             request->type);
    }
    if (request->ingress && !global) {
        return wcd_error_set(err, WCD_E_FORBIDDEN,
                             "Ingress network can only be global scope network");
    }
    if (wcd_text_equal(request->scope, SCOPE_SWARM)) {
        return wcd_error_set(err, WCD_E_FORBIDDEN,
                             "cannot create a swarm scoped network when swarm is not active");
    }
    return WCD_OK;
}

static enum wcd_errc find_scope(const struct wcd_network_controller *controller,
                                const struct wcd_network_request *request,
                                struct wcd_network *network, struct wcd_error *err)
{
    const struct engine_rules *engine = controller->options.engine;
    const char *drivers = wcd_net_driver_scope(engine, request->type);
    if (drivers == NULL) {
        return wcd_network_plugin_find(controller->options.log, request->type, err);
    }
    enum wcd_errc code = check_scope(engine, request, drivers, err);
    if (code != WCD_OK) {
        return code;
    }
    const char *scope =
        engine->scope_is_the_drivers || network->scope[0] == '\0' ? drivers : network->scope;
    char *copy = wcd_text_copy(request->dynamic ? SCOPE_SWARM : scope);
    if (copy == NULL) {
        return wcd_error_no_memory(err);
    }
    wcd_text_replace(&network->scope, copy);
    return WCD_OK;
}

static struct wcd_network **end_of(struct wcd_network_controller *controller, size_t *count)
{
    struct wcd_network **end = &controller->first;
    *count = 0;
    while (*end != NULL) {
        end = &(*end)->next;
        ++*count;
    }
    return end;
}

/* Puts the network behind the others, on disk as well. */
static enum wcd_errc keep(struct wcd_network_controller *controller, struct wcd_network *network,
                          struct wcd_error *err)
{
    size_t count = 0;
    struct wcd_network **end = end_of(controller, &count);
    if (count >= WCD_NETWORKS_MAX) {
        return wcd_error_set(err, WCD_E_UNAVAILABLE, "too many networks");
    }
    if (network->persist && !controller->options.engine->has_global_networks &&
        strcmp(network->scope, SCOPE_GLOBAL) == 0) {
        return wcd_error_set(err, WCD_E_PLAIN, "datastore for scope \"%s\" is not initialized",
                             network->scope);
    }
    *end = network;
    enum wcd_errc code =
        network->persist ? wcd_network_save(controller, "*libnetwork.endpointCnt", err) : WCD_OK;
    if (code != WCD_OK) {
        *end = NULL;
    }
    return code;
}

static void roll_back(struct wcd_network_controller *controller, const struct wcd_network *network)
{
    struct wcd_error ignored = WCD_ERROR_INIT;
    bool masked = false;
    if (wcd_net_driver_delete(controller->driver, network, &masked, &ignored) != WCD_OK &&
        !masked) {
        wcd_log(controller->options.log, WCD_LOG_WARN, "driver error deleting network %s : %s",
                network->name, wcd_error_message(&ignored));
    }
    wcd_error_release(&ignored);
}

static enum wcd_errc build(struct wcd_network_controller *controller, struct wcd_network *network,
                           const struct wcd_network_request *request, struct wcd_error *err)
{
    enum wcd_errc code = find_scope(controller, request, network, err);
    if (code == WCD_OK) {
        code = wcd_ipam_allocate(controller->ipam, network, err);
    }
    if (code != WCD_OK) {
        return code;
    }
    code = wcd_net_driver_create(controller->driver, network, err);
    if (code == WCD_OK) {
        code = keep(controller, network, err);
        if (code != WCD_OK) {
            roll_back(controller, network);
        }
    }
    if (code != WCD_OK) {
        wcd_ipam_release(controller->ipam, network);
    }
    return code;
}

static enum wcd_errc new_network(const struct wcd_network_controller *controller,
                                 const struct wcd_network_request *request,
                                 struct wcd_network **out, struct wcd_error *err)
{
    const struct plat_clock *clock = &controller->options.platform->clock;
    struct wcd_network *network = calloc(1, sizeof(*network));
    if (network == NULL) {
        return wcd_error_no_memory(err);
    }
    *out = network;
    network->created_100ns = clock->ops->wall_100ns(clock->ctx);
    if (!fill(network, request, controller->options.engine)) {
        return wcd_error_no_memory(err);
    }
    if (request->id == NULL || request->id[0] == '\0') {
        return wcd_random_id(controller->options.platform, &network->id, err);
    }
    network->id = wcd_text_copy(request->id);
    return network->id == NULL ? wcd_error_no_memory(err) : WCD_OK;
}

enum wcd_errc wcd_network_create(struct wcd_network_controller *controller,
                                 const struct wcd_network_request *request,
                                 const struct wcd_network **out, struct wcd_error *err)
{
    const struct wcd_network_observer *observer = &controller->options.observer;
    struct wcd_network *network = NULL;
    if (out != NULL) {
        *out = NULL;
    }
    if (observer->creating != NULL) {
        observer->creating(observer->ctx, request);
    }
    enum wcd_errc code = check_identity(controller, request, err);
    if (code == WCD_OK) {
        code = new_network(controller, request, &network, err);
    }
    if (code == WCD_OK) {
        code = build(controller, network, request, err);
    }
    if (code != WCD_OK) {
        wcd_network_free(network);
    } else if (out != NULL) {
        *out = network;
    }
    return code;
}

/* ---- deleting ---- */

static void release_pools(struct wcd_network_controller *controller, struct wcd_network *network)
{
    wcd_ipam_release(controller->ipam, network);
    wcd_ipam_configs_release(&network->ipv4_pools);
    wcd_ipam_configs_release(&network->ipv6_pools);
}

/* deleteNetwork: only an error that forbids it counts; the rest is a warning, or nothing at all. */
static enum wcd_errc delete_in_driver(struct wcd_network_controller *controller,
                                      const struct wcd_network *network, struct wcd_error *err)
{
    bool masked = false;
    if (wcd_net_driver_scope(controller->options.engine, network->type) == NULL) {
        (void)wcd_network_plugin_find(controller->options.log, network->type, err);
        return wcd_error_wrap(err, "failed deleting network");
    }
    enum wcd_errc code = wcd_net_driver_delete(controller->driver, network, &masked, err);
    if (code == WCD_OK || code == WCD_E_FORBIDDEN || code == WCD_E_NO_MEMORY) {
        return code;
    }
    if (!masked) {
        wcd_log(controller->options.log, WCD_LOG_WARN, "driver error deleting network %s : %s",
                network->name, wcd_error_message(err));
    }
    wcd_error_release(err);
    return WCD_OK;
}

/* Takes the network out of the list and off the disk; on failure it stays in both. */
static enum wcd_errc forget(struct wcd_network_controller *controller, struct wcd_network *network,
                            struct wcd_error *err)
{
    struct wcd_network **link = &controller->first;
    while (*link != network) {
        link = &(*link)->next;
    }
    *link = network->next;
    enum wcd_errc code = network->persist ? wcd_network_save(controller, NULL, err) : WCD_OK;
    if (code == WCD_OK) {
        wcd_network_free(network);
        return WCD_OK;
    }
    *link = network;
    return code == WCD_E_NO_MEMORY ? code
                                   : wcd_error_wrap(err, "error deleting network from store");
}

static enum wcd_errc delete_network(struct wcd_network_controller *controller,
                                    struct wcd_network *network, bool force, struct wcd_error *err)
{
    bool pools_first = controller->options.engine->ipam_is_released_first;
    if (pools_first) {
        release_pools(controller, network);
    }
    enum wcd_errc code = delete_in_driver(controller, network, err);
    if (code != WCD_OK && code != WCD_E_NO_MEMORY && force) {
        wcd_log(controller->options.log, WCD_LOG_DEBUG,
                "driver failed to delete stale network %s (%s): %s", network->name, network->id,
                wcd_error_message(err));
        wcd_error_release(err);
        code = WCD_OK;
    }
    if (code == WCD_OK && !pools_first) {
        release_pools(controller, network);
    }
    return code == WCD_OK ? forget(controller, network, err) : code;
}

enum wcd_errc wcd_network_delete_forced(struct wcd_network_controller *controller,
                                        struct wcd_network *network, struct wcd_error *err)
{
    return delete_network(controller, network, true, err);
}

enum wcd_errc wcd_network_delete(struct wcd_network_controller *controller,
                                 const struct wcd_network *network, struct wcd_error *err)
{
    const struct wcd_network_observer *observer = &controller->options.observer;
    struct wcd_network *own = wcd_network_own(controller, network);
    if (observer->deleting != NULL) {
        observer->deleting(observer->ctx, own);
    }
    if (own->endpoints != NULL || own->ingress) {
        return wcd_error_set(err, WCD_E_FORBIDDEN, "network %s id %s has active endpoints",
                             own->name, own->id);
    }
    bool was = own->in_delete;
    own->in_delete = true;
    if (own->persist) {
        enum wcd_errc code =
            wcd_network_save(controller, controller->options.engine->network_type_word, err);
        if (code != WCD_OK) {
            own->in_delete = was;
            return code == WCD_E_NO_MEMORY
                       ? code
                       : wcd_error_wrap(err, "error marking network %s (%s) for deletion",
                                        own->name, own->id);
        }
    }
    return delete_network(controller, own, false, err);
}
