/* All that HNS keeps, as a document, and back. What a machine has by itself (adapters, processes that listen, foreign NATs) is
 * whoever's who describes the host. */
#include "fakes/hns/endpoint.h"
#include "fakes/hns/network.h"
#include "fakes/hns/state.h"
#include "fakes/host/internal.h"

#include <string.h>

/* ---- written ---- */

/* A compute system with its endpoints, which it gives back when the machine goes down. */
static void save_system(const struct fake_system *system, struct wcd_buf *out)
{
    fake_state_open(out, "", '{');
    fake_state_put_text(out, "id", system->id);
    fake_state_put_bool(out, "came_up", system->state != FAKE_HCS_CREATING);
    fake_state_open(out, "endpoints", '[');
    for (const struct fake_hcs_endpoint *at = system->endpoints; at != NULL; at = at->next) {
        char id[FAKE_GUID_BYTES];
        fake_guid_text(at->id, id);
        fake_state_put_text(out, "", id);
    }
    fake_state_close(out, ']');
    fake_state_close(out, '}');
}

static void save_systems(const struct fake_host *host, struct wcd_buf *out)
{
    for (const struct fake_system *at = host->hcs.first; at != NULL; at = at->after) {
        if (at->endpoints != NULL) {
            save_system(at, out);
        }
    }
}

static const struct fake_state_row accelnet_rows[] = {
    {FAKE_STATE_MANAGEMENT_MACS, FAKE_STATE_LIST, false, offsetof(struct fake_hns, management_macs),
     0},
};
static const struct fake_state_table accelnet_table = {accelnet_rows, sizeof(accelnet_rows) /
                                                                          sizeof(accelnet_rows[0])};

void fake_hns_save(const struct fake_host *host, const char *name, struct wcd_buf *out)
{
    const struct fake_hns *hns = &host->hns;
    fake_state_open(out, name, '{');
    fake_state_put_number(out, "changed", hns->changed_100ns);
    fake_state_put_number(out, "chance", hns->random.state);
    fake_state_write(&accelnet_table, hns, out);
    fake_state_open(out, "networks", '[');
    for (const struct fake_hns_network *at = hns->first_network; at != NULL; at = at->after) {
        fake_hns_network_save(at, out);
    }
    fake_state_close(out, ']');
    fake_state_open(out, "endpoints", '[');
    for (const struct fake_hns_endpoint *at = hns->first_endpoint; at != NULL; at = at->after) {
        fake_hns_endpoint_save(at, out);
    }
    fake_state_close(out, ']');
    fake_state_open(out, "lists", '[');
    fake_hns_lists_save(host, out);
    fake_state_close(out, ']');
    fake_state_open(out, "namespaces", '[');
    fake_hns_namespaces_save(host, out);
    fake_state_close(out, ']');
    fake_state_open(out, "systems", '[');
    save_systems(host, out);
    fake_state_close(out, ']');
    fake_state_close(out, '}');
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
    {FAKE_STATE_MANAGEMENT_MACS, FAKE_STATE_LIST, false, offsetof(struct fake_hns, management_macs),
     0},
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
    code = code == WCD_OK ? fake_hns_accelnet_restored(host, at) : code;
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
