/* The life of HNS with its host: what is there from the start, what a reboot and a stop of the service
 * leave, and what tests set up and ask. */
#include "fakes/hns/endpoint.h"
#include "fakes/hns/network.h"
#include "fakes/host/internal.h"

#include <stdlib.h>

/* The switch of the clients: a NAT of Internet Connection Sharing with DNS and DHCP that is not kept. */
#define CONTROL_SWITCH_ID    "c08cb7b8-9b3c-408e-8e30-5e16a3aeb444"
#define CONTROL_SWITCH_NAME  "Default Switch"
#define CONTROL_SWITCH_FLAGS 11u

#define CONTROL_ADAPTER         "Ethernet"
#define CONTROL_ADAPTER_ADDRESS "10.0.0.4/24"

/* Nobody's network: where endpoints are that somebody else has made. */
#define CONTROL_FOREIGN_ID   "0f0e1e14-0000-4000-8000-000000000001"
#define CONTROL_FOREIGN_NAME "foreign"

/* The chance of HNS begins elsewhere than that of the host. */
#define CONTROL_SEED UINT64_C(0x484E5300484E5300)

/* ---- boots ---- */

/* Only clients with Hyper-V have it. */
static bool control_bring_switch(struct fake_host *host)
{
    bool there = fake_build_is_client(host->build) && host->hyperv &&
                 fake_build_has(host->build, FAKE_FEATURE_HNS_5);
    return !there || fake_hns_network_bring(host, CONTROL_SWITCH_ID, CONTROL_SWITCH_NAME, "ICS",
                                            CONTROL_SWITCH_FLAGS) != NULL;
}

void fake_hns_changed(struct fake_host *host)
{
    host->hns.changes++;
    host->hns.changed_100ns = fake_host_wall_100ns(host);
}

bool fake_hns_init(struct fake_host *host, uint64_t seed)
{
    const struct fake_hns_adapter adapter = {
        .name = CONTROL_ADAPTER, .address = CONTROL_ADAPTER_ADDRESS, .connected = true};
    host->hns.random = fake_random_seed(seed ^ CONTROL_SEED);
    fake_hns_ports_init(&host->hns.ports);
    fake_hns_changed(host);
    return fake_hns_set_adapter(host, &adapter) && control_bring_switch(host);
}

void fake_hns_release(struct fake_host *host)
{
    struct fake_hns *hns = &host->hns;
    fake_hns_accelnet_release(host);
    fake_hns_lists_release(host);
    fake_hns_namespaces_release(host);
    while (hns->first_network != NULL) {
        fake_hns_network_free(host, hns->first_network);
    }
    fake_guid_map_release(&hns->networks);
    fake_guid_map_release(&hns->endpoints);
    fake_hns_ports_release(&hns->ports);
    fake_hns_cards_release(host);
    wcd_text_replace(&hns->nat_object, NULL);
}

static void control_forget_endpoints(struct fake_host *host, bool attached_only)
{
    struct fake_hns_endpoint *next = NULL;
    for (struct fake_hns_endpoint *at = host->hns.first_endpoint; at != NULL; at = next) {
        next = at->after;
        bool attached = at->state == FAKE_HNS_ATTACHED || at->state == FAKE_HNS_ATTACHED_SHARING;
        if (!at->network->foreign && (attached || !attached_only)) {
            fake_hns_endpoint_free(host, at);
        }
    }
}

bool fake_hns_reboot(struct fake_host *host)
{
    bool newer = fake_build_has(host->build, FAKE_FEATURE_HNS_9);
    struct fake_hns_network *next = NULL;
    control_forget_endpoints(host, !newer);
    fake_hns_accelnet_release(host);
    fake_hns_lists_release(host);
    fake_hns_namespaces_release(host);
    for (struct fake_hns_network *at = host->hns.first_network; at != NULL; at = next) {
        next = at->after;
        if (!at->foreign && !fake_hns_type_survives(host, at->type)) {
            fake_hns_network_free(host, at);
        }
    }
    fake_hns_service_started(host);
    fake_hns_changed(host);
    return control_bring_switch(host);
}

/* ---- the service ---- */

void fake_hns_service_stopped(struct fake_host *host)
{
    control_forget_endpoints(host, true);
    fake_hns_changed(host);
    host->hns.stopped = true;
    host->hns.just_stopped = true;
}

void fake_hns_service_started(struct fake_host *host)
{
    host->hns.stopped = false;
    host->hns.just_stopped = false;
}

void fake_hns_disconnect(struct fake_host *host)
{
    fake_scm_set_dead(host, FAKE_HNS_SERVICE, true);
    host->hns.stopped = true;
    host->hns.just_stopped = true;
}

void fake_hns_reconnect(struct fake_host *host)
{
    fake_scm_set_dead(host, FAKE_HNS_SERVICE, false);
    fake_hns_service_started(host);
}

/* ---- what a test sets up ---- */

bool fake_hns_set_port_used(struct fake_host *host, const char *protocol, uint16_t port, bool used)
{
    enum fake_hns_protocol which = FAKE_HNS_TCP;
    return fake_hns_protocol_parse(protocol, &which) &&
           fake_hns_ports_set_used(&host->hns.ports, which, port, used);
}

bool fake_hns_set_nat_object(struct fake_host *host, const char *prefix)
{
    bool given = prefix != NULL && prefix[0] != '\0';
    char *copy = given ? wcd_text_copy(prefix) : NULL;
    if (given && copy == NULL) {
        return false;
    }
    wcd_text_replace(&host->hns.nat_object, copy);
    return true;
}

static struct fake_hns_network *control_foreign_network(struct fake_host *host)
{
    struct fake_hns_network *network = fake_hns_network_find(host, CONTROL_FOREIGN_ID);
    if (network == NULL) {
        network =
            fake_hns_network_bring(host, CONTROL_FOREIGN_ID, CONTROL_FOREIGN_NAME, "private", 0);
    }
    if (network != NULL) {
        network->foreign = true;
    }
    return network;
}

bool fake_hns_put_endpoint(struct fake_host *host, const char *id)
{
    if (fake_hns_endpoint_find(host, id) != NULL) {
        return true;
    }
    struct fake_hns_network *network = fake_guid_valid(id) ? control_foreign_network(host) : NULL;
    struct wcd_json *body = wcd_json_new_object();
    struct fake_hns_endpoint *endpoint = fake_hns_endpoint_new();
    bool done = network != NULL && body != NULL && endpoint != NULL;
    if (done) {
        (void)fake_guid_lower(id, endpoint->object.id);
        fake_guid_random(&host->hns.random, endpoint->object.activity_id);
        endpoint->object.updated_100ns = fake_host_wall_100ns(host);
        done = plat_succeeded(fake_hns_endpoint_make(host, network, endpoint, body)) &&
               fake_hns_endpoint_enlist(host, endpoint);
    }
    wcd_json_free(body);
    if (!done && endpoint != NULL) {
        fake_hns_endpoint_drop(host, endpoint);
    }
    fake_hns_changed(host);
    return done;
}

/* ---- what a test asks ---- */

/* The answer of a list call, under a name; false without memory. */
static bool control_add(struct fake_host *host, struct wcd_json *state, const char *name,
                        fake_hns_handler *list)
{
    struct fake_hns_call call = {.method = FAKE_HNS_GET};
    return plat_succeeded(list(host, &call)) && wcd_json_set(state, name, call.output);
}

struct wcd_json *fake_hns_state(struct fake_host *host)
{
    struct wcd_json *state = wcd_json_new_object();
    bool done = state != NULL && control_add(host, state, "networks", fake_hns_networks_list) &&
                control_add(host, state, "endpoints", fake_hns_endpoints_list) &&
                control_add(host, state, "policylists", fake_hns_lists_list);
    return wcd_json_if(done, state);
}

bool fake_hns_endpoint_containers(const struct fake_host *host, const char *id,
                                  struct wcd_strlist *out)
{
    const struct fake_hns_endpoint *endpoint = fake_hns_endpoint_find(host, id);
    for (size_t i = 0; endpoint != NULL && i < endpoint->containers.count; i++) {
        if (!wcd_strlist_add(out, endpoint->containers.items[i])) {
            return false;
        }
    }
    return true;
}
