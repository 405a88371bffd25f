/* Ports of the host that are published to endpoints, and those on which processes of the host listen. */
#ifndef FAKE_HNS_PORTS_H
#define FAKE_HNS_PORTS_H

#include "core/platform/types.h"
#include "fakes/hns/numbers.h"

#define FAKE_HNS_PORTS_BOUND 65536u /* ports are below */

/* What HNS chooses from when no port is asked for (Windows' dynamic range). */
#define FAKE_HNS_PORT_DYNAMIC_FIRST 49152u

enum fake_hns_protocol {
    FAKE_HNS_TCP,
    FAKE_HNS_UDP,
    FAKE_HNS_PROTOCOL_COUNT
};

struct fake_host;

struct fake_hns_port_table {
    struct fake_numbers used;   /* by processes of the host */
    struct fake_numbers barred; /* used or published: what HNS cannot choose */
    struct fake_numbers published;
    uint32_t *again; /* how often a port is published beyond the first time; NULL while none is */
};

struct fake_hns_ports {
    struct fake_hns_port_table tables[FAKE_HNS_PROTOCOL_COUNT];
};

void fake_hns_ports_init(struct fake_hns_ports *ports);
void fake_hns_ports_release(struct fake_hns_ports *ports);

/* "tcp" or "udp" in any case, or their numbers "6" and "17". */
bool fake_hns_protocol_parse(const char *text, enum fake_hns_protocol *out);

/* A process of the host listens there, or not any more; false without memory. */
bool fake_hns_ports_set_used(struct fake_hns_ports *ports, enum fake_hns_protocol protocol,
                             uint16_t port, bool used);
/* Publishes *port, or, if that is 0, the lowest dynamic one that is free, and writes it there: PORT_USED, PORT_TAKEN,
 * PORTS_EXHAUSTED. Where the build takes a port twice it has to be taken back as often. */
plat_hr fake_hns_ports_publish(struct fake_host *host, struct fake_hns_ports *ports,
                               enum fake_hns_protocol protocol, uint16_t *port);
/* Publishes a port whoever else uses it: PORT_TAKEN. */
plat_hr fake_hns_ports_put(struct fake_host *host, struct fake_hns_ports *ports,
                           enum fake_hns_protocol protocol, uint16_t port);
/* Makes those that processes of the host use in `from` used in `to`, too; false without memory. */
bool fake_hns_ports_copy_used(struct fake_hns_ports *to, const struct fake_hns_ports *from);
/* Takes back one that was published; others are let pass. */
void fake_hns_ports_take_back(struct fake_hns_ports *ports, enum fake_hns_protocol protocol,
                              uint16_t port);

#endif
