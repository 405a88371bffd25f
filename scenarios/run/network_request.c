/* Networks and connections as the API's bodies. */
#include "scenarios/run/network_request.h"

#include "scenarios/run/request.h"

#include <stdlib.h>
#include <string.h>

/* ---- shared ---- */

static bool is_named(const char *const *names, const char *name)
{
    for (size_t i = 0; names != NULL && names[i] != NULL; i++) {
        if (strcmp(names[i], name) == 0) {
            return true;
        }
    }
    return false;
}

bool scn_add_members(struct wcd_json *to, const struct wcd_json *from, const char *const *left_out)
{
    if (!wcd_json_is(from, WCD_JSON_OBJECT)) {
        return true;
    }
    for (const struct wcd_json *item = wcd_json_first(from); item != NULL;
         item = wcd_json_next(item)) {
        const char *name = wcd_json_name(item);
        bool skip = is_named(left_out, name) || wcd_json_get(to, name) != NULL;
        if (!skip && !wcd_json_set(to, name, wcd_json_copy(item))) {
            return false;
        }
    }
    return true;
}

/* The members of a key `api`. */
static bool add_api(struct wcd_json *to, const struct scn_node *api)
{
    struct wcd_json *body = api == NULL ? NULL : scn_json_of_node(api);
    bool ok = api == NULL || (body != NULL && scn_add_members(to, body, NULL));
    wcd_json_free(body);
    return ok;
}

struct wcd_json *scn_texts_json(const struct scn_node *node)
{
    struct wcd_json *map = wcd_json_new_object();
    for (size_t i = 0; map != NULL && i < node->count; i++) {
        if (!wcd_json_set_string(map, node->children[i].key, node->children[i].text)) {
            wcd_json_free(map);
            map = NULL;
        }
    }
    return map;
}

struct wcd_json *scn_filters_json(const struct scn_node *filters)
{
    struct wcd_json *json = wcd_json_new_object();
    for (size_t i = 0; json != NULL && i < filters->count; i++) {
        const struct scn_node *filter = &filters->children[i];
        struct wcd_json *values = wcd_json_new_array();
        size_t count = filter->kind == SCN_LIST ? filter->count : 1;
        bool ok = values != NULL;
        for (size_t j = 0; ok && j < count; j++) {
            const struct scn_node *value = filter->kind == SCN_LIST ? &filter->children[j] : filter;
            ok = wcd_json_append(values, wcd_json_new_string(value->text));
        }
        if (!ok) {
            wcd_json_free(values);
            values = NULL;
        }
        if (!wcd_json_set(json, filter->key, values)) {
            wcd_json_free(json);
            json = NULL;
        }
    }
    return json;
}

struct wcd_json *scn_member_list(const struct wcd_json *list, const char *member)
{
    struct wcd_json *texts = wcd_json_new_array();
    for (const struct wcd_json *item = wcd_json_first(list); texts != NULL && item != NULL;
         item = wcd_json_next(item)) {
        const struct wcd_json *text = wcd_json_get(item, member);
        const char *value = wcd_json_is(text, WCD_JSON_STRING) ? wcd_json_string(text) : "";
        if (!wcd_json_append(texts, wcd_json_new_string(value))) {
            wcd_json_free(texts);
            texts = NULL;
        }
    }
    return texts;
}

/* A member that is sent only when the key is there. */
static bool set_text(struct wcd_json *json, const char *name, const struct scn_node *node)
{
    return node == NULL || wcd_json_set_string(json, name, node->text);
}

static bool set_yes(struct wcd_json *json, const char *name, const struct scn_node *node)
{
    bool yes = false;
    return node == NULL || (scn_parse_yes(node->text, &yes) && wcd_json_set_bool(json, name, yes));
}

static bool set_texts(struct wcd_json *json, const char *name, const struct scn_node *node)
{
    return node == NULL || wcd_json_set(json, name, scn_texts_json(node));
}

/* ---- networks ---- */

/* The one subnet that the keys tell of; *out is NULL when they tell of none. */
static bool subnet_json(const struct scn_node *args, struct wcd_json **out)
{
    const struct scn_node *subnet = scn_node_get(args, "subnet");
    const struct scn_node *range = scn_node_get(args, "ip range");
    const struct scn_node *gateway = scn_node_get(args, "gateway");
    const struct scn_node *aux = scn_node_get(args, "aux addresses");
    *out = NULL;
    if (subnet == NULL && range == NULL && gateway == NULL && aux == NULL) {
        return true;
    }
    *out = wcd_json_new_object();
    bool ok = *out != NULL && set_text(*out, "Subnet", subnet) &&
              set_text(*out, "IPRange", range) && set_text(*out, "Gateway", gateway) &&
              set_texts(*out, "AuxiliaryAddresses", aux);
    if (!ok) {
        wcd_json_free(*out);
        *out = NULL;
    }
    return ok;
}

/* A list with the one item, which it takes. NULL without memory. */
static struct wcd_json *list_of(struct wcd_json *item)
{
    struct wcd_json *list = wcd_json_new_array();
    if (list == NULL) {
        wcd_json_free(item);
    } else if (!wcd_json_append(list, item)) {
        wcd_json_free(list);
        list = NULL;
    }
    return list;
}

static bool add_ipam(struct wcd_json *request, const struct scn_node *args)
{
    const struct scn_node *driver = scn_node_get(args, "ipam driver");
    const struct scn_node *options = scn_node_get(args, "ipam options");
    struct wcd_json *subnet = NULL;
    if (!subnet_json(args, &subnet)) {
        return false;
    }
    if (subnet == NULL && driver == NULL && options == NULL) {
        return true;
    }
    struct wcd_json *ipam = wcd_json_new_object();
    bool ok = subnet == NULL || wcd_json_set(ipam, "Config", list_of(subnet));
    if (!ok || ipam == NULL || !set_text(ipam, "Driver", driver) ||
        !set_texts(ipam, "Options", options)) {
        wcd_json_free(ipam);
        return false;
    }
    return wcd_json_set(request, "IPAM", ipam);
}

static bool add_network(struct wcd_json *request, const struct scn_node *args)
{
    static const struct {
        const char *key;
        const char *member;
        bool (*set)(struct wcd_json *json, const char *name, const struct scn_node *node);
    } members[] = {
        {"name", "Name", set_text},
        {"driver", "Driver", set_text},
        {"scope", "Scope", set_text},
        {"internal", "Internal", set_yes},
        {"attachable", "Attachable", set_yes},
        {"ingress", "Ingress", set_yes},
        {"ipv6", "EnableIPv6", set_yes},
        {"options", "Options", set_texts},
        {"labels", "Labels", set_texts},
    };
    for (size_t i = 0; i < sizeof(members) / sizeof(members[0]); i++) {
        const struct scn_node *node = scn_node_get(args, members[i].key);
        if (!members[i].set(request, members[i].member, node)) {
            return false;
        }
    }
    return add_ipam(request, args);
}

struct wcd_json *scn_network_request(const struct scn_node *args)
{
    const struct scn_node *api = scn_node_get(args, "api");
    bool plain = args->kind == SCN_SCALAR;
    struct wcd_json *request = wcd_json_new_object();
    bool ok = request != NULL && (plain ? wcd_json_set_string(request, "Name", args->text)
                                        : add_network(request, args) && add_api(request, api));
    if (ok && api == NULL && wcd_json_get(request, "Driver") == NULL) {
        ok = wcd_json_set_string(request, "Driver", "nat");
    }
    if (!ok) {
        wcd_json_free(request);
        return NULL;
    }
    return request;
}

/* ---- containers in networks ---- */

/* {"IPv4Address": ...} */
static bool add_address(struct wcd_json *settings, const struct scn_node *ip)
{
    struct wcd_json *ipam = ip == NULL ? NULL : wcd_json_new_object();
    if (ip == NULL) {
        return true;
    }
    if (ipam == NULL || !wcd_json_set_string(ipam, "IPv4Address", ip->text)) {
        wcd_json_free(ipam);
        return false;
    }
    return wcd_json_set(settings, "IPAMConfig", ipam);
}

static struct wcd_json *settings_json(const struct scn_node *node)
{
    const struct scn_node *aliases = scn_node_get(node, "aliases");
    struct wcd_json *settings = wcd_json_new_object();
    bool ok = settings != NULL && add_address(settings, scn_node_get(node, "ip")) &&
              set_text(settings, "MacAddress", scn_node_get(node, "mac")) &&
              (aliases == NULL || wcd_json_set(settings, "Aliases", scn_words_json(aliases))) &&
              set_texts(settings, "DriverOpts", scn_node_get(node, "options")) &&
              add_api(settings, scn_node_get(node, "api"));
    if (!ok) {
        wcd_json_free(settings);
        return NULL;
    }
    return settings;
}

bool scn_endpoint_settings(const struct scn_node *node, struct wcd_json **out)
{
    static const char *const keys[] = {"ip", "mac", "aliases", "options", "api"};
    bool any = false;
    for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
        any = any || scn_node_get(node, keys[i]) != NULL;
    }
    *out = any ? settings_json(node) : NULL;
    return !any || *out != NULL;
}

/* {name: settings, ...} of `networks`. */
static struct wcd_json *endpoints_json(const struct scn_node *networks)
{
    struct wcd_json *json = wcd_json_new_object();
    for (size_t i = 0; json != NULL && i < networks->count; i++) {
        const struct scn_node *network = &networks->children[i];
        if (!wcd_json_set(json, network->key, settings_json(network))) {
            wcd_json_free(json);
            json = NULL;
        }
    }
    return json;
}

bool scn_networking_config(const struct scn_node *args, struct wcd_json **out)
{
    const struct scn_node *networks = scn_node_get(args, "networks");
    const struct scn_node *raw = scn_node_get(scn_node_get(args, "api"), "NetworkingConfig");
    *out = NULL;
    if (raw != NULL && networks == NULL) {
        *out = scn_json_of_node(raw); /* whatever it is: for the daemon to judge */
        return *out != NULL;
    }
    if (networks == NULL) {
        return true;
    }
    *out = wcd_json_new_object();
    bool ok = *out != NULL && wcd_json_set(*out, "EndpointsConfig", endpoints_json(networks)) &&
              add_api(*out, raw);
    if (!ok) {
        wcd_json_free(*out);
        *out = NULL;
    }
    return ok;
}

/* ---- ports ---- */

/* The port of the host for the nth port of the container: none, one, or a range to choose from. */
static char *host_port_text(const struct scn_ports *ports, unsigned nth)
{
    if (ports->host_first == 0) {
        return wcd_text_copy("");
    }
    bool choice = ports->first == ports->last && ports->host_first != ports->host_last;
    return choice
               ? wcd_text_format("%u-%u", (unsigned)ports->host_first, (unsigned)ports->host_last)
               : wcd_text_format("%u", ports->host_first + nth);
}

/* {"HostIp": ..., "HostPort": ...}; NULL without memory. */
static struct wcd_json *binding_json(const struct scn_ports *ports, unsigned nth)
{
    char *port = host_port_text(ports, nth);
    struct wcd_json *binding = port == NULL ? NULL : wcd_json_new_object();
    if (binding != NULL && (!wcd_json_set_string(binding, "HostIp", ports->ip) ||
                            !wcd_json_set_string(binding, "HostPort", port))) {
        wcd_json_free(binding);
        binding = NULL;
    }
    free(port);
    return binding;
}

/* Everything that the list publishes one port of the container as. */
static struct wcd_json *bindings_of(const struct scn_node *list, unsigned port,
                                    const char *protocol)
{
    struct wcd_json *bindings = wcd_json_new_array();
    for (size_t i = 0; bindings != NULL && i < list->count; i++) {
        struct scn_ports ports;
        bool meant = scn_parse_publish(list->children[i].text, &ports) && port >= ports.first &&
                     port <= ports.last && strcmp(ports.protocol, protocol) == 0;
        if (meant && !wcd_json_append(bindings, binding_json(&ports, port - ports.first))) {
            wcd_json_free(bindings);
            bindings = NULL;
        }
    }
    return bindings;
}

/* Ports that stand there already are done. */
static bool add_ports_of(struct wcd_json *to, const struct scn_node *list,
                         const struct scn_ports *ports, bool of_host)
{
    bool ok = true;
    for (unsigned port = ports->first; ok && port <= ports->last; port++) {
        char *name = wcd_text_format("%u/%s", port, ports->protocol);
        ok = name != NULL;
        if (ok && wcd_json_get(to, name) == NULL) {
            ok = wcd_json_set(to, name,
                              of_host ? bindings_of(list, port, ports->protocol)
                                      : wcd_json_new_object());
        }
        free(name);
    }
    return ok;
}

/* A text that a capture has brought may be no port. */
static bool add_list(struct scn_world *world, struct wcd_json *to, const struct scn_node *list,
                     bool of_host)
{
    bool ok = true;
    for (size_t i = 0; ok && list != NULL && i < list->count; i++) {
        const struct scn_node *item = &list->children[i];
        struct scn_ports ports;
        if (scn_parse_publish(item->text, &ports)) {
            ok = add_ports_of(to, list, &ports, of_host);
        } else {
            scn_fail(world, item->place, "value", "a port", item->text);
        }
    }
    return ok;
}

bool scn_add_ports(struct scn_world *world, struct wcd_json *json, const struct scn_node *args,
                   bool of_host)
{
    const struct scn_node *published = scn_node_get(args, "ports");
    const struct scn_node *exposed = of_host ? NULL : scn_node_get(args, "expose");
    if (published == NULL && exposed == NULL) {
        return true;
    }
    struct wcd_json *ports = wcd_json_new_object();
    if (ports == NULL || !add_list(world, ports, published, of_host) ||
        !add_list(world, ports, exposed, of_host)) {
        wcd_json_free(ports);
        return false;
    }
    return wcd_json_set(json, of_host ? "PortBindings" : "ExposedPorts", ports);
}
