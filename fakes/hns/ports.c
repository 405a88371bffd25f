/* Which ports of the host are taken. */
#include "fakes/hns/ports.h"

#include "fakes/hns/hns.h"
#include "fakes/host/internal.h"
#include "fakes/host/name.h"

#include <stdlib.h>

void fake_hns_ports_init(struct fake_hns_ports *ports)
{
    for (size_t i = 0; i < FAKE_HNS_PROTOCOL_COUNT; i++) {
        struct fake_hns_port_table *table = &ports->tables[i];
        fake_numbers_init(&table->used, FAKE_HNS_PORTS_BOUND);
        fake_numbers_init(&table->barred, FAKE_HNS_PORTS_BOUND);
        fake_numbers_init(&table->published, FAKE_HNS_PORTS_BOUND);
        table->again = NULL;
    }
}

void fake_hns_ports_release(struct fake_hns_ports *ports)
{
    for (size_t i = 0; i < FAKE_HNS_PROTOCOL_COUNT; i++) {
        struct fake_hns_port_table *table = &ports->tables[i];
        fake_numbers_release(&table->used);
        fake_numbers_release(&table->barred);
        fake_numbers_release(&table->published);
        free(table->again);
        table->again = NULL;
    }
}

bool fake_hns_protocol_parse(const char *text, enum fake_hns_protocol *out)
{
    static const struct {
        const char *text;
        enum fake_hns_protocol protocol;
    } rows[] = {
        {"6", FAKE_HNS_TCP}, {"17", FAKE_HNS_UDP}, {"TCP", FAKE_HNS_TCP}, {"UDP", FAKE_HNS_UDP}};
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        if (fake_name_equal(rows[i].text, text)) {
            *out = rows[i].protocol;
            return true;
        }
    }
    return false;
}

/* Bars a port together with one of the two reasons, or not at all. */
static bool ports_bar(struct fake_hns_port_table *table, struct fake_numbers *reason, uint16_t port)
{
    if (!fake_numbers_put(reason, port)) {
        return false;
    }
    if (!fake_numbers_put(&table->barred, port)) {
        fake_numbers_remove(reason, port);
        return false;
    }
    return true;
}

static void ports_unbar(struct fake_hns_port_table *table, struct fake_numbers *reason,
                        uint16_t port)
{
    fake_numbers_remove(reason, port);
    if (!fake_numbers_has(&table->used, port) && !fake_numbers_has(&table->published, port)) {
        fake_numbers_remove(&table->barred, port);
    }
}

bool fake_hns_ports_set_used(struct fake_hns_ports *ports, enum fake_hns_protocol protocol,
                             uint16_t port, bool used)
{
    struct fake_hns_port_table *table = &ports->tables[protocol];
    if (!used) {
        ports_unbar(table, &table->used, port);
        return true;
    }
    return fake_numbers_has(&table->used, port) || ports_bar(table, &table->used, port);
}

/* The same port once more, on builds that do not mind. */
static plat_hr ports_publish_again(struct fake_hns_port_table *table, uint16_t port)
{
    if (table->again == NULL) {
        table->again = calloc(FAKE_HNS_PORTS_BOUND, sizeof(*table->again));
    }
    if (table->again == NULL) {
        return PLAT_E_OUTOFMEMORY;
    }
    table->again[port]++;
    return PLAT_S_OK;
}

plat_hr fake_hns_ports_put(struct fake_host *host, struct fake_hns_ports *ports,
                           enum fake_hns_protocol protocol, uint16_t port)
{
    struct fake_hns_port_table *table = &ports->tables[protocol];
    if (fake_numbers_has(&table->published, port)) {
        plat_hr hr = fake_hns_error(host, FAKE_HNS_E_PORT_TAKEN);
        return plat_failed(hr) ? hr : ports_publish_again(table, port);
    }
    return ports_bar(table, &table->published, port) ? PLAT_S_OK : PLAT_E_OUTOFMEMORY;
}

bool fake_hns_ports_copy_used(struct fake_hns_ports *to, const struct fake_hns_ports *from)
{
    bool done = true;
    for (size_t i = 0; i < FAKE_HNS_PROTOCOL_COUNT; i++) {
        const struct fake_numbers *used = &from->tables[i].used;
        for (uint32_t port = 0; used->count > 0 && port < FAKE_HNS_PORTS_BOUND && done; port++) {
            done = !fake_numbers_has(used, port) ||
                   fake_hns_ports_set_used(to, (enum fake_hns_protocol)i, (uint16_t)port, true);
        }
    }
    return done;
}

plat_hr fake_hns_ports_publish(struct fake_host *host, struct fake_hns_ports *ports,
                               enum fake_hns_protocol protocol, uint16_t *port)
{
    struct fake_hns_port_table *table = &ports->tables[protocol];
    uint64_t chosen = *port;
    if (chosen == 0 &&
        !fake_numbers_free_from(&table->barred, FAKE_HNS_PORT_DYNAMIC_FIRST, &chosen)) {
        return fake_hns_error(host, FAKE_HNS_E_PORTS_EXHAUSTED);
    }
    if (fake_numbers_has(&table->used, chosen)) {
        return fake_hns_error(host, FAKE_HNS_E_PORT_USED);
    }
    plat_hr hr = fake_hns_ports_put(host, ports, protocol, (uint16_t)chosen);
    if (plat_succeeded(hr)) {
        *port = (uint16_t)chosen;
    }
    return hr;
}

void fake_hns_ports_take_back(struct fake_hns_ports *ports, enum fake_hns_protocol protocol,
                              uint16_t port)
{
    struct fake_hns_port_table *table = &ports->tables[protocol];
    if (!fake_numbers_has(&table->published, port)) {
        return;
    }
    if (table->again != NULL && table->again[port] > 0) {
        table->again[port]--;
        return;
    }
    ports_unbar(table, &table->published, port);
}
