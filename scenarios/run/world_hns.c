/* The network service of a run's host: what it has before the story, and what other programs do to it. */
#include "scenarios/run/hns.h"

#include "core/base/assert.h"
#include "scenarios/run/network_request.h"
#include "scenarios/run/stage.h"

#include <stdlib.h>
#include <string.h>

/* Where a host has its first adapter, and the address that it has there. */
#define ADAPTER_NAME    "Ethernet"
#define ADAPTER_ADDRESS "10.0.0.4/24"

/* ---- adapters, ports, NetNat ---- */

/* The address that the scenario's `host: hns` gives the adapter; NULL: none. */
static const char *address_of(const struct scn_world *world, const char *name)
{
    const struct scn_node *hns = scn_node_get(scn_node_get(&world->instance.root, "host"), "hns");
    const struct scn_node *adapters = scn_node_get(hns, "adapters");
    for (size_t i = 0; adapters != NULL && i < adapters->count; i++) {
        const struct scn_node *adapter = &adapters->children[i];
        if (strcmp(scn_node_text(scn_node_get(adapter, "name"), ""), name) == 0) {
            return scn_node_text(scn_node_get(adapter, "address"), NULL);
        }
    }
    return strcmp(name, ADAPTER_NAME) == 0 ? ADAPTER_ADDRESS : NULL;
}

bool scn_hns_set_adapter(struct scn_world *world, const struct scn_node *args, const char *address,
                         bool connected)
{
    const char *name =
        args->kind == SCN_SCALAR ? args->text : scn_node_text(scn_node_get(args, "name"), "");
    struct fake_hns_adapter adapter = {
        .name = name,
        .address = address == NULL ? address_of(world, name) : address,
        .connected = connected,
    };
    return fake_hns_set_adapter(world->host, &adapter) ||
           scn_host_refused(world, args->place, "adapter", name);
}

bool scn_hns_set_port(struct scn_world *world, const struct scn_node *port, bool used)
{
    struct scn_ports ports;
    if (!scn_parse_port(port->text, &ports)) {
        scn_fail(world, port->place, "value", "a port of the host", port->text);
        return false;
    }
    return fake_hns_set_port_used(world->host, ports.protocol, ports.first, used) ||
           scn_host_refused(world, port->place, "port", port->text);
}

bool scn_hns_set_nat_object(struct scn_world *world, const struct scn_node *prefix)
{
    const char *text = strcmp(prefix->text, "none") == 0 ? NULL : prefix->text;
    return fake_hns_set_nat_object(world->host, text) ||
           scn_host_refused(world, prefix->place, "nat object", prefix->text);
}

/* ---- calls ---- */

/* Endpoints that others made are theirs to clean up. */
static void note_endpoint(struct scn_world *world, const char *method, const char *path,
                          const struct wcd_json *response)
{
    const struct wcd_json *id = wcd_json_get(wcd_json_get(response, "Output"), "ID");
    bool made = strcmp(method, "POST") == 0 &&
                (strcmp(path, "/endpoints/") == 0 || strcmp(path, "/endpoints") == 0);
    if (made && wcd_json_is(id, WCD_JSON_STRING) &&
        !wcd_strlist_add(&world->foreign_endpoints, wcd_json_string(id))) {
        scn_no_memory(world);
    }
}

/* The envelope has the last word. */
static void judge(struct scn_world *world, plat_hr hr, const struct wcd_json *response,
                  struct wcd_error *err)
{
    const struct wcd_json *success = wcd_json_get(response, "Success");
    const char *text = scn_hns_text(response, "Error");
    bool refused = wcd_json_is(success, WCD_JSON_BOOL) && !wcd_json_bool(success);
    if (plat_failed(hr)) {
        char *said = NULL;
        plat_hr told =
            world->below.os.ops->message(world->below.os.ctx, plat_error_number(hr), &said);
        wcd_error_platform(err, WCD_E_PLAIN, "HNSCall", hr, "%s",
                           text[0] != '\0'        ? text
                           : plat_succeeded(told) ? said
                                                  : "HNSCall failed");
        free(said);
    } else if (refused) {
        (void)wcd_error_set(err, WCD_E_PLAIN, "%s", text);
    }
}

void scn_hns_call(struct scn_world *world, const char *method, const char *path,
                  const char *document, struct wcd_json **response, struct wcd_error *err)
{
    char *text = NULL;
    struct wcd_json_fault fault;
    plat_hr hr = world->stage->hns_call(world, method, path, document, &text);
    if (hr == PLAT_E_OUTOFMEMORY) {
        world->suspect = true;
    }
    *response = text == NULL ? NULL : wcd_json_parse(text, strlen(text), &fault);
    if (text != NULL && *response == NULL && (*response = wcd_json_new_string(text)) == NULL) {
        scn_no_memory(world);
    }
    judge(world, hr, *response, err);
    note_endpoint(world, method, path, *response);
    free(text);
}

/* ---- before the story ---- */

static bool set_text(struct wcd_json *json, const char *name, const struct scn_node *node)
{
    return node == NULL || wcd_json_set_string(json, name, node->text);
}

/* [{"AddressPrefix": ..., "GatewayAddress": ...}] */
static bool add_subnet(struct wcd_json *json, const struct scn_node *entry)
{
    const struct scn_node *prefix = scn_node_get(entry, "subnet");
    if (prefix == NULL) {
        return true;
    }
    struct wcd_json *subnets = wcd_json_new_array();
    struct wcd_json *subnet = wcd_json_new_object();
    if (subnets == NULL || subnet == NULL || !set_text(subnet, "AddressPrefix", prefix) ||
        !set_text(subnet, "GatewayAddress", scn_node_get(entry, "gateway"))) {
        wcd_json_free(subnet);
        wcd_json_free(subnets);
        return false;
    }
    if (!wcd_json_append(subnets, subnet)) {
        wcd_json_free(subnets);
        return false;
    }
    return wcd_json_set(json, "Subnets", subnets);
}

/* What both kinds of objects have: id, name, policies, and what `body` says. */
static bool add_common(struct wcd_json *json, const struct scn_node *entry)
{
    const struct scn_node *policies = scn_node_get(entry, "policies");
    const struct scn_node *rest = scn_node_get(entry, "body");
    struct wcd_json *body = rest == NULL ? NULL : scn_json_of_node(rest);
    bool ok = set_text(json, "ID", scn_node_get(entry, "id")) &&
              set_text(json, "Name", scn_node_get(entry, "name")) &&
              (policies == NULL || wcd_json_set(json, "Policies", scn_json_of_node(policies))) &&
              (rest == NULL || (body != NULL && scn_add_members(json, body, NULL)));
    wcd_json_free(body);
    return ok;
}

static struct wcd_json *network_json(const struct scn_node *entry)
{
    struct wcd_json *json = wcd_json_new_object();
    bool ok =
        json != NULL &&
        wcd_json_set_string(json, "Type", scn_node_text(scn_node_get(entry, "type"), "nat")) &&
        set_text(json, "NetworkAdapterName", scn_node_get(entry, "adapter")) &&
        add_subnet(json, entry) && add_common(json, entry);
    if (!ok) {
        wcd_json_free(json);
        return NULL;
    }
    return json;
}

static struct wcd_json *endpoint_json(const struct scn_node *entry, const char *network)
{
    struct wcd_json *json = wcd_json_new_object();
    bool ok = json != NULL && wcd_json_set_string(json, "VirtualNetwork", network) &&
              set_text(json, "IPAddress", scn_node_get(entry, "ip")) &&
              set_text(json, "MacAddress", scn_node_get(entry, "mac")) && add_common(json, entry);
    if (!ok) {
        wcd_json_free(json);
        return NULL;
    }
    return json;
}

/* Makes an object of HNS; a refusal is a failure. Takes `json` (NULL: no memory). */
static bool make(struct scn_world *world, const struct scn_node *entry, const char *path,
                 struct wcd_json *json)
{
    char *document = json == NULL ? NULL : wcd_json_print(json);
    struct wcd_json *response = NULL;
    struct wcd_error err = WCD_ERROR_INIT;
    wcd_json_free(json);
    if (document == NULL) {
        scn_no_memory(world);
        return false;
    }
    scn_hns_call(world, "POST", path, document, &response, &err);
    bool ok = err.code == WCD_OK && !world->no_memory;
    if (err.code != WCD_OK) {
        scn_fail(world, entry->place, "host: hns", "something that HNS takes",
                 wcd_error_message(&err));
    }
    wcd_error_release(&err);
    wcd_json_free(response);
    free(document);
    return ok;
}

static bool make_endpoint(struct scn_world *world, const struct scn_node *entry)
{
    const struct scn_node *network = scn_node_get(entry, "network");
    struct wcd_json *state = scn_hns_state(world);
    const struct wcd_json *found =
        state == NULL ? NULL : scn_hns_network(state, scn_node_text(network, ""));
    bool ok = false;
    if (found != NULL) {
        ok = make(world, entry, "/endpoints/", endpoint_json(entry, scn_hns_text(found, "ID")));
    } else if (state != NULL) {
        scn_fail(world, entry->place, "host: hns", "a network that HNS has",
                 scn_node_text(network, ""));
    }
    wcd_json_free(state);
    return ok;
}

static bool set_adapter(struct scn_world *world, const struct scn_node *entry)
{
    const struct scn_node *connected = scn_node_get(entry, "connected");
    bool plugged = connected == NULL || scn_read_yes(connected->text);
    return scn_hns_set_adapter(world, entry, NULL, plugged);
}

bool scn_host_hns(struct scn_world *world, const struct scn_node *hns)
{
    const struct scn_node *adapters = scn_node_get(hns, "adapters");
    const struct scn_node *ports = scn_node_get(hns, "used ports");
    const struct scn_node *nat = scn_node_get(hns, "nat object");
    const struct scn_node *networks = scn_node_get(hns, "networks");
    const struct scn_node *endpoints = scn_node_get(hns, "endpoints");
    bool ok = true;
    for (size_t i = 0; ok && adapters != NULL && i < adapters->count; i++) {
        ok = set_adapter(world, &adapters->children[i]);
    }
    for (size_t i = 0; ok && ports != NULL && i < ports->count; i++) {
        ok = scn_hns_set_port(world, &ports->children[i], true);
    }
    for (size_t i = 0; ok && networks != NULL && i < networks->count; i++) {
        const struct scn_node *network = &networks->children[i];
        ok = make(world, network, "/networks/", network_json(network));
    }
    for (size_t i = 0; ok && endpoints != NULL && i < endpoints->count; i++) {
        ok = make_endpoint(world, &endpoints->children[i]);
    }
    return ok && (nat == NULL || scn_hns_set_nat_object(world, nat));
}
