/* All that HNS keeps, as a document, and back. What a machine has by itself (adapters, processes that listen, foreign NATs) is
 * whoever's who describes the host. */
#include "fakes/hns/endpoint.h"
#include "fakes/hns/network.h"
#include "fakes/hns/state.h"
#include "fakes/host/internal.h"

#include <string.h>

/* ---- written ---- */

static struct wcd_json *save_networks(const struct fake_host *host)
{
    struct wcd_json *list = wcd_json_new_array();
    bool done = list != NULL;
    for (const struct fake_hns_network *at = host->hns.first_network; at != NULL && done;
         at = at->after) {
        done = wcd_json_append(list, fake_hns_network_save(at));
    }
    return wcd_json_if(done, list);
}

static struct wcd_json *save_endpoints(const struct fake_host *host)
{
    struct wcd_json *list = wcd_json_new_array();
    bool done = list != NULL;
    for (const struct fake_hns_endpoint *at = host->hns.first_endpoint; at != NULL && done;
         at = at->after) {
        done = wcd_json_append(list, fake_hns_endpoint_save(at));
    }
    return wcd_json_if(done, list);
}

/* A compute system with its endpoints, which it gives back when the machine goes down. */
static struct wcd_json *save_system(const struct fake_system *system)
{
    struct wcd_json *out = wcd_json_new_object();
    struct wcd_json *ids = wcd_json_new_array();
    bool done = out != NULL && ids != NULL && wcd_json_set_string(out, "id", system->id) &&
                wcd_json_set_bool(out, "came_up", system->state != FAKE_HCS_CREATING);
    for (const struct fake_hcs_endpoint *at = system->endpoints; at != NULL && done;
         at = at->next) {
        char id[FAKE_GUID_BYTES];
        fake_guid_text(at->id, id);
        done = wcd_json_append(ids, wcd_json_new_string(id));
    }
    if (!done) {
        wcd_json_free(ids);
    }
    return wcd_json_if(done && wcd_json_set(out, "endpoints", ids), out);
}

static struct wcd_json *save_systems(const struct fake_host *host)
{
    struct wcd_json *list = wcd_json_new_array();
    bool done = list != NULL;
    for (const struct fake_system *at = host->hcs.first; at != NULL && done; at = at->after) {
        done = at->endpoints == NULL || wcd_json_append(list, save_system(at));
    }
    return wcd_json_if(done, list);
}

struct wcd_json *fake_hns_save(const struct fake_host *host)
{
    struct wcd_json *out = wcd_json_new_object();
    bool done = out != NULL &&
                wcd_json_set(out, "changed", wcd_json_new_uint64(host->hns.changed_100ns)) &&
                wcd_json_set(out, "chance", wcd_json_new_uint64(host->hns.random.state)) &&
                wcd_json_set(out, "networks", save_networks(host)) &&
                wcd_json_set(out, "endpoints", save_endpoints(host)) &&
                wcd_json_set(out, "lists", fake_hns_lists_save(host)) &&
                wcd_json_set(out, "namespaces", fake_hns_namespaces_save(host)) &&
                wcd_json_set(out, "systems", save_systems(host));
    return wcd_json_if(done, out);
}

/* ---- read ---- */

static const struct fake_state_row store_rows[] = {
    {"changed", FAKE_STATE_UINT64, true, offsetof(struct fake_hns, changed_100ns),
     FAKE_STATE_TIME_MAX},
    {"chance", FAKE_STATE_UINT64, true, offsetof(struct fake_hns, random.state), 0},
    {"networks", FAKE_STATE_HAND_LIST, true, 0, 0},
    {"endpoints", FAKE_STATE_HAND_LIST, true, 0, 0},
    {"lists", FAKE_STATE_HAND_LIST, true, 0, 0},
    {"namespaces", FAKE_STATE_HAND_LIST, true, 0, 0},
    {"systems", FAKE_STATE_HAND_LIST, true, 0, 0},
};
static const struct fake_state_table store_table = {store_rows,
                                                    sizeof(store_rows) / sizeof(store_rows[0])};

struct store_system {
    bool came_up;
};
static const struct fake_state_row system_rows[] = {
    {"id", FAKE_STATE_HAND_TEXT, true, 0, 0},
    {"came_up", FAKE_STATE_BOOL, true, offsetof(struct store_system, came_up), 0},
    {"endpoints", FAKE_STATE_HAND_LIST, true, 0, 0},
};
static const struct fake_state_table system_table = {system_rows,
                                                     sizeof(system_rows) / sizeof(system_rows[0])};

/* A system that is gone with the machine. One that has not what it is said to have loses nothing. */
static enum wcd_errc load_system(struct fake_host *host, const struct wcd_json *value,
                                 const struct fake_state_at *at)
{
    struct store_system system = {0};
    enum wcd_errc code = fake_state_read(&system_table, value, &system, at);
    code = code == WCD_OK ? fake_state_texts(value, "endpoints", at) : code;
    for (const struct wcd_json *item = wcd_json_first(wcd_json_get(value, "endpoints"));
         item != NULL && code == WCD_OK; item = wcd_json_next(item)) {
        fake_hns_detach(host, wcd_json_string(item), fake_hcs_text(value, "id"), system.came_up);
    }
    return code;
}

typedef enum wcd_errc store_restore(struct fake_host *host, const struct wcd_json *value,
                                    const struct fake_state_at *at);

static enum wcd_errc load_all(struct fake_host *host, const struct wcd_json *document,
                              const char *name, store_restore *restore,
                              const struct fake_state_at *at)
{
    size_t number = 0;
    enum wcd_errc code = WCD_OK;
    for (const struct wcd_json *item = wcd_json_first(wcd_json_get(document, name));
         item != NULL && code == WCD_OK; item = wcd_json_next(item)) {
        const struct fake_state_at place = fake_state_item(at, name, number++);
        code = restore(host, item, &place);
    }
    return code;
}

/* Endpoints are there by now. */
static enum wcd_errc load_check_counts(const struct fake_host *host, const struct fake_state_at *at)
{
    size_t number = 0;
    for (const struct fake_hns_network *network = host->hns.first_network; network != NULL;
         network = network->after) {
        const struct fake_state_at place = fake_state_item(at, "networks", number++);
        if (network->max_endpoints < network->current_endpoints) {
            return fake_state_bad(&place, "max_endpoints", "the network has more");
        }
        if (network->total_endpoints < network->max_endpoints) {
            return fake_state_bad(&place, "total_endpoints", "less than there were at once");
        }
    }
    return WCD_OK;
}

/* Time does not go back. */
static void load_forward(struct fake_host *host, uint64_t wall_100ns)
{
    uint64_t now = fake_host_wall_100ns(host);
    host->start_100ns += now < wall_100ns ? wall_100ns - now : 0;
}

/* The machine goes down with what is there, and up again. */
static enum wcd_errc load_boot(struct fake_host *host, const struct wcd_json *document,
                               const struct fake_state_at *at)
{
    uint64_t up_100ns = host->hns.changed_100ns + FAKE_BOOT_US * 10u;
    enum wcd_errc code = load_all(host, document, "systems", load_system, at);
    if (code != WCD_OK) {
        return code;
    }
    load_forward(host, up_100ns);
    return fake_hns_reboot(host) ? WCD_OK : wcd_error_no_memory(at->err);
}

static enum wcd_errc load_fill(struct fake_host *host, const struct wcd_json *document, bool boot,
                               const struct fake_state_at *at)
{
    enum wcd_errc code = fake_state_read(&store_table, document, &host->hns, at);
    code =
        code == WCD_OK ? load_all(host, document, "networks", fake_hns_network_restore, at) : code;
    code = code == WCD_OK ? load_all(host, document, "endpoints", fake_hns_endpoint_restore, at)
                          : code;
    code = code == WCD_OK ? load_check_counts(host, at) : code;
    code = code == WCD_OK ? load_all(host, document, "lists", fake_hns_list_restore, at) : code;
    code = code == WCD_OK ? load_all(host, document, "namespaces", fake_hns_namespace_restore, at)
                          : code;
    if (code != WCD_OK) {
        return code;
    }
    load_forward(host, host->hns.changed_100ns);
    return boot ? load_boot(host, document, at) : WCD_OK;
}

/* Makes `other` what the host has of HNS, and lets go of what it had. The adapters stay. */
static void load_take(struct fake_host *host, struct fake_hns *other)
{
    struct fake_hns_card *cards = host->hns.cards;
    char *nat_object = host->hns.nat_object;
    host->hns.cards = NULL;
    host->hns.nat_object = NULL;
    fake_hns_release(host);
    host->hns = *other;
    host->hns.cards = cards;
    host->hns.nat_object = nat_object;
    for (struct fake_hns_card *card = cards; card != NULL; card = card->next) {
        card->networks = 0;
    }
    for (struct fake_hns_network *at = host->hns.first_network; at != NULL; at = at->after) {
        if (at->card != NULL) {
            at->card->networks++;
        }
    }
}

enum wcd_errc fake_hns_load(struct fake_host *host, const struct wcd_json *document, bool boot,
                            const struct fake_state_at *at)
{
    struct fake_hns before = host->hns;
    uint64_t start_100ns = host->start_100ns;
    struct fake_hns fresh = {
        .cards = before.cards, .nat_object = before.nat_object, .changes = before.changes};
    fake_hns_ports_init(&fresh.ports);
    for (struct fake_hns_card *card = before.cards; card != NULL; card = card->next) {
        card->networks = 0;
    }
    host->hns = fresh;
    enum wcd_errc code = fake_hns_ports_copy_used(&host->hns.ports, &before.ports)
                             ? load_fill(host, document, boot, at)
                             : wcd_error_no_memory(at->err);
    if (code != WCD_OK) {
        load_take(host, &before);
        host->start_100ns = start_100ns;
        return code;
    }
    fresh = host->hns;
    fresh.stopped = before.stopped;
    fresh.just_stopped = before.just_stopped;
    host->hns = before;
    load_take(host, &fresh);
    host->hns.changes++;
    return WCD_OK;
}
