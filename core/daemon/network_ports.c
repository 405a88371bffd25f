/* What an endpoint of a container is made with: the ports that the container exposes and the host publishes, its addresses and
 * name servers.
 *
 * Evidence: moby daemon/network.go (buildCreateEndpointOptions), daemon/container.go (validatePortBindings) of both generations;
 * docker/go-connections nat (ParsePort, NewPort, SortPortMap). */
#include "core/daemon/network.h"

#include "core/base/goquote.h"
#include "core/config/go_net.h"
#include "core/network/cidr.h"
#include "core/network/mode.h"

#include <stdlib.h>
#include <string.h>

#define PORT_MAX  65535u
#define PORTS_MAX 65536u

/* ---- texts ---- */

/* nat.ParsePort: "" is 0. */
static bool parse_port(const char *text, size_t len, uint16_t *out)
{
    unsigned long number = 0;
    for (size_t i = 0; i < len; i++) {
        if (text[i] < '0' || text[i] > '9') {
            return false;
        }
        number = number * 10 + (unsigned long)(text[i] - '0');
        if (number > PORT_MAX) {
            return false;
        }
    }
    *out = (uint16_t)number;
    return true;
}

/* nat.NewPort of "8080", "8000-8010" or "", each with "/tcp" behind it or not. */
static bool parse_range(const char *text, uint16_t *first, uint16_t *last)
{
    size_t len = strcspn(text, "/");
    const char *dash = memchr(text, '-', len);
    if (dash == NULL) {
        bool ok = parse_port(text, len, first);
        *last = *first;
        return ok;
    }
    size_t left = (size_t)(dash - text);
    size_t right = len - left - 1;
    return left > 0 && right > 0 && parse_port(text, left, first) &&
           parse_port(dash + 1, right, last) && *last >= *first;
}

static enum wcd_protocol protocol_of(const char *port)
{
    const char *slash = strchr(port, '/');
    const char *text = slash == NULL ? "tcp" : slash + 1;
    if (strcmp(text, "udp") == 0) {
        return WCD_PROTOCOL_UDP;
    }
    return strcmp(text, "sctp") == 0 ? WCD_PROTOCOL_SCTP : WCD_PROTOCOL_TCP;
}

static const char *text_of(const struct wcd_json *object, const char *name)
{
    const struct wcd_json *value = wcd_json_get(object, name);
    return wcd_json_is(value, WCD_JSON_STRING) ? wcd_json_string(value) : "";
}

/* ---- judging ---- */

static enum wcd_errc bad_port(const struct engine_rules *engine, const char *text,
                              struct wcd_error *err)
{
    char *quoted = wcd_go_quote(text);
    enum wcd_errc code = quoted == NULL ? wcd_error_no_memory(err)
                                        : wcd_error_set(err, engine->verify_error_class,
                                                        "invalid port specification: %s", quoted);
    free(quoted);
    return code;
}

static enum wcd_errc check_binding(const struct engine_rules *engine, const struct wcd_json *port,
                                   struct wcd_error *err)
{
    uint16_t first = 0;
    uint16_t last = 0;
    const char *name = wcd_json_name(port);
    size_t len = strcspn(name, "/");
    if (len == 0 || !parse_port(name, len, &first)) {
        char *text = wcd_text_copy_n(name, len);
        enum wcd_errc code = text == NULL ? wcd_error_no_memory(err) : bad_port(engine, text, err);
        free(text);
        return code;
    }
    for (const struct wcd_json *item = wcd_json_first(port); item != NULL;
         item = wcd_json_next(item)) {
        const char *host = text_of(item, "HostPort");
        if (!parse_range(host, &first, &last)) {
            return bad_port(engine, host, err);
        }
    }
    return WCD_OK;
}

enum wcd_errc daemon_check_ports(const struct engine_rules *engine,
                                 const struct wcd_host_config *host_config, struct wcd_error *err)
{
    const struct wcd_json *bindings = wcd_json_get(host_config->others, "PortBindings");
    enum wcd_errc code = WCD_OK;
    for (const struct wcd_json *port = wcd_json_first(bindings); code == WCD_OK && port != NULL;
         port = wcd_json_next(port)) {
        code = check_binding(engine, port, err);
    }
    return code;
}

/* ---- the order in which ports are published ---- */

/* An exposed port, with one binding of it or none. */
struct entry {
    const char *port;
    const struct wcd_json *binding;
    uint16_t number;
    uint16_t host_number;
    bool tcp;
};

/* portMapSorter.Less. It is no order in the strict sense, so the way of sorting counts too. */
static bool is_less(const struct entry *a, const struct entry *b)
{
    return a->host_number > b->host_number || a->number > b->number ||
           (a->number == b->number && a->tcp);
}

static void sort_entries(struct entry *entries, size_t count)
{
    for (size_t i = 1; i < count; i++) {
        for (size_t j = i; j > 0 && is_less(&entries[j], &entries[j - 1]); j--) {
            struct entry other = entries[j];
            entries[j] = entries[j - 1];
            entries[j - 1] = other;
        }
    }
}

static void fill_entry(struct entry *entry, const char *port, const struct wcd_json *binding)
{
    const char *host = text_of(binding, "HostPort");
    uint16_t number = 0;
    entry->port = port;
    entry->binding = binding;
    entry->number = parse_port(port, strcspn(port, "/"), &number) ? number : 0;
    entry->host_number = parse_port(host, strlen(host), &number) ? number : 0;
    entry->tcp = protocol_of(port) == WCD_PROTOCOL_TCP;
}

/* False without memory, or with too many. */
static bool list_entries(const struct wcd_container *container, struct entry **out, size_t *count)
{
    const struct wcd_json *exposed = container->config.exposed_ports;
    const struct wcd_json *bindings = wcd_json_get(container->host_config.others, "PortBindings");
    size_t room = 0;
    for (const struct wcd_json *at = wcd_json_first(exposed); at != NULL; at = wcd_json_next(at)) {
        size_t own = wcd_json_size(wcd_json_get(bindings, wcd_json_name(at)));
        room += own == 0 ? 1 : own;
    }
    if (room > PORTS_MAX) {
        return false;
    }
    *count = 0;
    *out = calloc(room + 1, sizeof(**out));
    for (const struct wcd_json *at = wcd_json_first(exposed); *out != NULL && at != NULL;
         at = wcd_json_next(at)) {
        const char *port = wcd_json_name(at);
        const struct wcd_json *own = wcd_json_get(bindings, port);
        if (wcd_json_first(own) == NULL) {
            fill_entry(&(*out)[(*count)++], port, NULL);
        }
        for (const struct wcd_json *item = wcd_json_first(own); item != NULL;
             item = wcd_json_next(item)) {
            fill_entry(&(*out)[(*count)++], port, item);
        }
    }
    return *out != NULL;
}

/* ---- the plan ---- */

static bool add_binding(struct daemon_endpoint_plan *plan, const struct entry *entry)
{
    const char *ip = text_of(entry->binding, "HostIp");
    struct go_ip parsed;
    struct wcd_port_binding binding = {.protocol = protocol_of(entry->port), .port = entry->number};
    if (!parse_range(text_of(entry->binding, "HostPort"), &binding.host_port,
                     &binding.host_port_end)) {
        return true; /* it was judged when the container was made */
    }
    binding.host_ip = wcd_ip_parse(&parsed, ip) ? wcd_text_copy(ip) : NULL;
    bool ok = wcd_port_bindings_add(&plan->ports, &binding);
    free(binding.host_ip);
    return ok;
}

/* Ports stand in the order of the sorted entries; all bindings of one together. */
static bool add_port(struct daemon_endpoint_plan *plan, const struct entry *entries, size_t count,
                     size_t index, bool publish_all)
{
    const char *port = entries[index].port;
    for (size_t i = 0; i < index; i++) {
        if (strcmp(entries[i].port, port) == 0) {
            return true;
        }
    }
    bool bound = false;
    bool ok = wcd_strlist_addf(&plan->exposed, "%u/%s", (unsigned int)entries[index].number,
                               strchr(port, '/') == NULL ? "tcp" : strchr(port, '/') + 1);
    for (size_t i = index; ok && i < count; i++) {
        if (entries[i].binding != NULL && strcmp(entries[i].port, port) == 0) {
            bound = true;
            ok = add_binding(plan, &entries[i]);
        }
    }
    if (ok && !bound && publish_all) {
        const struct wcd_port_binding binding = {.protocol = protocol_of(port),
                                                 .port = entries[index].number};
        ok = wcd_port_bindings_add(&plan->ports, &binding);
    }
    return ok;
}

static bool add_ports(struct daemon_endpoint_plan *plan, const struct wcd_container *container)
{
    const struct wcd_json *all = wcd_json_get(container->host_config.others, "PublishAllPorts");
    bool publish_all = wcd_json_is(all, WCD_JSON_BOOL) && wcd_json_bool(all);
    struct entry *entries = NULL;
    size_t count = 0;
    bool ok = list_entries(container, &entries, &count);
    if (ok) {
        sort_entries(entries, count);
    }
    for (size_t i = 0; ok && i < count; i++) {
        ok = add_port(plan, entries, count, i, publish_all);
    }
    free(entries);
    return ok;
}

static bool add_dns(struct daemon_endpoint_plan *plan, const struct wcd_daemon *daemon,
                    const struct wcd_container *container)
{
    const struct wcd_json *own = wcd_json_get(container->host_config.others, "Dns");
    bool ok = true;
    if (wcd_json_first(own) == NULL) {
        return wcd_strlist_copy(&plan->dns, wcd_config_list(daemon->config, "dns"));
    }
    for (const struct wcd_json *item = wcd_json_first(own); ok && item != NULL;
         item = wcd_json_next(item)) {
        ok = !wcd_json_is(item, WCD_JSON_STRING) ||
             wcd_strlist_add(&plan->dns, wcd_json_string(item));
    }
    return ok;
}

/* Only one network of a container has its ports: the first that got some. */
static bool has_ports(const struct wcd_daemon *daemon, const struct wcd_container *container)
{
    for (size_t i = 0; i < container->networks.count; i++) {
        const struct wcd_network *network = daemon_network_of(daemon, container->networks.items[i]);
        const struct wcd_endpoint *endpoint =
            network == NULL ? NULL : daemon_endpoint_of(container, network);
        if (endpoint != NULL && (endpoint->ports.count > 0 || endpoint->exposed.count > 0)) {
            return true;
        }
    }
    return false;
}

/* 2017: the container's address is for the network of its mode. */
static const char *mac_of(const struct engine_rules *engine, const struct wcd_container *container,
                          const struct wcd_network *network,
                          const struct wcd_endpoint_settings *settings)
{
    const char *mode = wcd_text_or_empty(container->host_config.network_mode);
    if (engine->mac_is_of_endpoint) {
        return wcd_text_or_empty(settings->desired_mac);
    }
    bool own =
        strcmp(network->name, wcd_network_mode_name(mode)) == 0 ||
        (strcmp(network->name, DAEMON_DEFAULT_NETWORK) == 0 && wcd_network_mode_is_default(mode));
    return own ? wcd_text_or_empty(container->config.mac_address) : "";
}

static enum wcd_errc check_addresses(const struct engine_rules *engine,
                                     const struct wcd_endpoint_settings *settings, const char *mac,
                                     struct wcd_error *err)
{
    const char *ipv4 = wcd_endpoint_settings_address(settings, "IPv4Address");
    const char *ipv6 = wcd_endpoint_settings_address(settings, "IPv6Address");
    unsigned char parsed[GO_MAC_BYTES_MAX];
    struct go_ip ip;
    if (ipv4[0] != '\0' && !wcd_ip_parse(&ip, ipv4)) {
        return wcd_error_fill(err, engine->verify_error_class, engine->ipv4_address_message, ipv4);
    }
    if (ipv6[0] != '\0' && !wcd_ip_parse(&ip, ipv6)) {
        return wcd_error_fill(err, engine->verify_error_class, engine->ipv6_address_message, ipv6);
    }
    if (mac[0] != '\0' && go_mac_parse(mac, parsed) == 0) {
        return wcd_error_set(err, WCD_E_PLAIN, "address %s: invalid MAC address", mac);
    }
    return WCD_OK;
}

enum wcd_errc daemon_plan_endpoint(const struct wcd_daemon *daemon,
                                   const struct wcd_container *container,
                                   const struct wcd_network *network,
                                   const struct wcd_endpoint_settings *settings,
                                   struct daemon_endpoint_plan *out, struct wcd_error *err)
{
    const char *mac = mac_of(daemon->engine, container, network, settings);
    const char *ipv4 = wcd_endpoint_settings_address(settings, "IPv4Address");
    enum wcd_errc code = check_addresses(daemon->engine, settings, mac, err);
    if (code != WCD_OK) {
        return code;
    }
    out->options.mac = mac[0] == '\0' ? NULL : mac;
    out->options.address = ipv4[0] == '\0' ? NULL : ipv4;
    out->options.texts = settings->driver_opts;
    if (network->internal || has_ports(daemon, container)) {
        return WCD_OK;
    }
    if (!add_ports(out, container) || !add_dns(out, daemon, container)) {
        return wcd_error_no_memory(err);
    }
    out->options.ports = &out->ports;
    out->options.exposed = &out->exposed;
    out->options.dns_servers = out->dns.count == 0 ? NULL : &out->dns;
    return WCD_OK;
}

void daemon_release_plan(struct daemon_endpoint_plan *plan)
{
    wcd_port_bindings_release(&plan->ports);
    wcd_strlist_release(&plan->exposed);
    wcd_strlist_release(&plan->dns);
    plan->options = (struct wcd_net_endpoint_options){0};
}
