/* Which ports of the host the daemon has given away itself: where HNS does not choose them (l2bridge, l2tunnel, overlay).
 * What libnetwork's portmapper and portallocator are to the original; that it also listens on each port for a
 * moment is left out, the platform has no sockets. */
#ifndef WCD_NETWORK_PORTS_H
#define WCD_NETWORK_PORTS_H

#include "core/base/log.h"
#include "core/network/types.h"

struct net_port_map;

/* All zero is none given away. One for all networks. */
struct net_ports {
    struct net_port_map *first;
};

/* Ports that are chosen freely; the original's on Windows. */
#define NET_PORT_FIRST 60000u
#define NET_PORT_LAST  65000u

/* Ranges that were asked for of one address and protocol: each keeps where its last search ended. */
#define NET_PORT_RANGES_MAX 1024u

void net_ports_release(struct net_ports *ports);

/* AllocatePorts: *out (empty) gets the bindings with one port of the host each. Nothing is kept of bindings that cannot all
 * be had. */
enum wcd_errc net_ports_allocate(struct net_ports *ports, const struct wcd_log_sink *log,
                                 const struct wcd_port_bindings *wanted,
                                 struct wcd_port_bindings *out, struct wcd_error *err);
/* ReleasePorts: what was not given away is passed over. */
void net_ports_free(struct net_ports *ports, const struct wcd_port_bindings *bindings);

#endif
