/* What HNS has, in the language's words. */
#include "scenarios/run/hns.h"

#include "core/base/utf8.h"
#include "scenarios/run/clients.h"
#include "scenarios/run/stage.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct wcd_json *scn_hns_state(struct scn_world *world)
{
    struct wcd_json *state = world->stage->hns_state(world);
    return state == NULL ? scn_no_memory(world) : state;
}

const char *scn_hns_text(const struct wcd_json *object, const char *member)
{
    const struct wcd_json *text = wcd_json_get(object, member);
    return wcd_json_is(text, WCD_JSON_STRING) ? wcd_json_string(text) : "";
}

const struct wcd_json *scn_hns_network(const struct wcd_json *state, const char *name)
{
    for (const struct wcd_json *item = wcd_json_first(wcd_json_get(state, "networks"));
         item != NULL; item = wcd_json_next(item)) {
        if (strcmp(scn_hns_text(item, "Name"), name) == 0 ||
            wcd_utf8_equal_fold(scn_hns_text(item, "ID"), name)) {
            return item;
        }
    }
    return NULL;
}

/* ---- ports ---- */

char *scn_port_text(const char *ip, const char *host, const char *port)
{
    bool any = *ip == '\0' || strcmp(ip, "0.0.0.0") == 0;
    if (*host == '\0' || strcmp(host, "0") == 0) {
        return wcd_text_copy(port);
    }
    bool wide = strchr(ip, ':') != NULL;
    return any ? wcd_text_format("%s:%s", host, port)
               : wcd_text_format(wide ? "[%s]:%s:%s" : "%s:%s:%s", ip, host, port);
}

static bool add_port(const struct scn_ports *ports, unsigned nth, struct wcd_strlist *out)
{
    char host[8] = "";
    char port[16];
    if (ports->host_first != 0) {
        (void)snprintf(host, sizeof(host), "%u", ports->host_first + nth);
    }
    (void)snprintf(port, sizeof(port), "%u/%s", ports->first + nth, ports->protocol);
    return wcd_strlist_take(out, scn_port_text(ports->ip, host, port));
}

bool scn_ports_list(const struct scn_node *list, struct wcd_strlist *out)
{
    bool ok = true;
    for (size_t i = 0; ok && i < list->count; i++) {
        struct scn_ports ports;
        ok = scn_parse_publish(list->children[i].text, &ports);
        for (unsigned nth = 0; ok && nth <= (unsigned)(ports.last - ports.first); nth++) {
            ok = add_port(&ports, nth, out);
        }
    }
    wcd_strlist_sort(out);
    return ok;
}

/* ---- networks ---- */

/* The daemon's name of a network whose name in HNS is the daemon's id of it. */
static const char *daemons_name(const struct scn_world *world, const char *name)
{
    for (size_t i = world->network_names.count; i-- > 0;) {
        if (strcmp(world->network_ids.items[i], name) == 0) {
            return world->network_names.items[i];
        }
    }
    return name;
}

struct wcd_json *scn_hns_network_view(const struct scn_world *world, const struct wcd_json *network)
{
    const char *name = daemons_name(world, scn_hns_text(network, "Name"));
    const struct wcd_json *subnet = wcd_json_first(wcd_json_get(network, "Subnets"));
    struct wcd_json *view = wcd_json_new_object();
    bool ok = view != NULL && wcd_json_set_string(view, "name", name) &&
              scn_copy_member(view, "id", network, "ID") &&
              scn_copy_member(view, "type", network, "Type") &&
              scn_copy_member(view, "adapter", network, "NetworkAdapterName") &&
              scn_copy_member(view, "subnet", subnet, "AddressPrefix") &&
              scn_copy_member(view, "gateway", subnet, "GatewayAddress") &&
              wcd_json_set(view, "document", wcd_json_copy(network));
    if (!ok) {
        wcd_json_free(view);
        return NULL;
    }
    return view;
}

/* ---- endpoints ---- */

/* Documents of old builds have no state. */
static const char *state_word(const struct wcd_json *endpoint, const struct wcd_strlist *containers)
{
    static const char *const words[] = {"uninitialized", "created",  "attached", "shared",
                                        "detached",      "degraded", "destroyed"};
    const struct wcd_json *state = wcd_json_get(endpoint, "State");
    uint64_t number = 0;
    if (state == NULL) {
        return containers->count > 0 ? "attached" : "created";
    }
    bool known = wcd_json_is(state, WCD_JSON_NUMBER) && wcd_json_uint64(state, &number) &&
                 number < sizeof(words) / sizeof(words[0]);
    return known ? words[number] : "";
}

/* The name of the container that it is attached to, else its id; "" when there is none. */
static const char *container_of(const struct scn_world *world, const struct wcd_strlist *containers)
{
    const char *id = containers->count == 0 ? "" : containers->items[0];
    for (size_t i = world->container_ids.count; i-- > 0;) {
        if (wcd_utf8_equal_fold(world->container_ids.items[i], id)) {
            return world->container_names.items[i];
        }
    }
    return id;
}

/* A port as a text, whether the document has it as number or text. */
static char *port_number(const struct wcd_json *port)
{
    return wcd_json_is(port, WCD_JSON_STRING)   ? wcd_text_copy(wcd_json_string(port))
           : wcd_json_is(port, WCD_JSON_NUMBER) ? wcd_text_copy(wcd_json_literal(port))
                                                : wcd_text_copy("");
}

/* A name in whatever letters, or the number of IP. */
static const char *protocol_of(const struct wcd_json *protocol)
{
    uint64_t number = 0;
    bool known = wcd_json_is(protocol, WCD_JSON_NUMBER) && wcd_json_uint64(protocol, &number);
    bool text = wcd_json_is(protocol, WCD_JSON_STRING);
    bool udp = text && wcd_utf8_equal_fold(wcd_json_string(protocol), "udp");
    return udp || (known && number == 17) ? "udp" : "tcp";
}

/* "8080:80/tcp" of a NAT policy. NULL without memory. */
static char *policy_text(const struct wcd_json *policy)
{
    char *inner = port_number(wcd_json_get(policy, "InternalPort"));
    char *outer = port_number(wcd_json_get(policy, "ExternalPort"));
    char *port = inner == NULL ? NULL
                               : wcd_text_format("%s/%s", inner,
                                                 protocol_of(wcd_json_get(policy, "Protocol")));
    char *text = port == NULL || outer == NULL ? NULL : scn_port_text("", outer, port);
    free(inner);
    free(outer);
    free(port);
    return text;
}

static struct wcd_json *ports_json(const struct wcd_json *endpoint)
{
    struct wcd_json *ports = wcd_json_new_array();
    for (const struct wcd_json *policy = wcd_json_first(wcd_json_get(endpoint, "Policies"));
         ports != NULL && policy != NULL; policy = wcd_json_next(policy)) {
        if (!wcd_utf8_equal_fold(scn_hns_text(policy, "Type"), "NAT")) {
            continue;
        }
        char *text = policy_text(policy);
        if (text == NULL || !wcd_json_append(ports, wcd_json_new_string(text))) {
            wcd_json_free(ports);
            ports = NULL;
        }
        free(text);
    }
    return ports;
}

/* The name of its network, by the id where the document has no name. */
static const char *network_of(const struct scn_world *world, const struct wcd_json *state,
                              const struct wcd_json *endpoint)
{
    const struct wcd_json *network =
        scn_hns_network(state, scn_hns_text(endpoint, "VirtualNetwork"));
    return network == NULL ? scn_hns_text(endpoint, "VirtualNetworkName")
                           : daemons_name(world, scn_hns_text(network, "Name"));
}

struct wcd_json *scn_hns_endpoint_view(struct scn_world *world, const struct wcd_json *state,
                                       const struct wcd_json *endpoint)
{
    static const char *const members[][2] = {
        {"id", "ID"},
        {"name", "Name"},
        {"ip", "IPAddress"},
        {"mac", "MacAddress"},
        {"dns", "DNSServerList"},
        {"gateway", "GatewayAddress"},
        {"dns suffix", "DNSSuffix"},
    };
    struct wcd_strlist containers;
    wcd_strlist_init(&containers);
    struct wcd_json *view = wcd_json_new_object();
    bool ok = view != NULL &&
              world->stage->endpoint_containers(world, scn_hns_text(endpoint, "ID"), &containers) &&
              wcd_json_set_string(view, "network", network_of(world, state, endpoint)) &&
              wcd_json_set_string(view, "container", container_of(world, &containers)) &&
              wcd_json_set_string(view, "state", state_word(endpoint, &containers)) &&
              wcd_json_set(view, "ports", ports_json(endpoint)) &&
              wcd_json_set(view, "document", wcd_json_copy(endpoint));
    for (size_t i = 0; ok && i < sizeof(members) / sizeof(members[0]); i++) {
        ok = scn_copy_member(view, members[i][0], endpoint, members[i][1]);
    }
    wcd_strlist_release(&containers);
    if (!ok) {
        wcd_json_free(view);
        return NULL;
    }
    return view;
}

/* ---- what is left ---- */

static bool is_foreign(const struct scn_world *world, const char *id)
{
    for (size_t i = 0; i < world->foreign_endpoints.count; i++) {
        if (wcd_utf8_equal_fold(world->foreign_endpoints.items[i], id)) {
            return true;
        }
    }
    return false;
}

/* What a compute system that lives has is told of with the compute system. *ok becomes false without memory. */
static bool is_used(struct scn_world *world, const struct wcd_json *endpoint, bool *ok)
{
    struct wcd_strlist containers;
    wcd_strlist_init(&containers);
    *ok = world->stage->endpoint_containers(world, scn_hns_text(endpoint, "ID"), &containers);
    bool used = false;
    for (size_t i = 0; *ok && i < containers.count; i++) {
        struct fake_hcs_view view;
        used = used || (world->stage->system(world, containers.items[i], &view) &&
                        strcmp(view.state, "stopped") != 0);
    }
    wcd_strlist_release(&containers);
    return used;
}

bool scn_hns_leftovers(struct scn_world *world, struct wcd_strlist *out)
{
    struct wcd_json *state = scn_hns_state(world);
    bool ok = state != NULL;
    for (const struct wcd_json *item = wcd_json_first(wcd_json_get(state, "endpoints"));
         ok && item != NULL; item = wcd_json_next(item)) {
        bool foreign = is_foreign(world, scn_hns_text(item, "ID"));
        if (!foreign && !is_used(world, item, &ok) && ok) {
            ok = wcd_strlist_take(
                out, wcd_text_format("hns endpoint of %s", network_of(world, state, item)));
        }
    }
    wcd_json_free(state);
    return ok;
}
