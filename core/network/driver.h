/* The Windows network drivers: nat, transparent, l2bridge, l2tunnel, ics, internal, private (one code, as in the
 * original), overlay, and null. They turn networks and endpoints into requests to HNS and remember what came
 * back. Evidence: libnetwork/drivers/windows of the generation's time.
 *
 * The driver's memory does not survive the daemon's process but for what it writes below `folder` (v25's
 * driver keeps its endpoints there; see store.h). All calls are synchronous. */
#ifndef WCD_NETWORK_DRIVER_H
#define WCD_NETWORK_DRIVER_H

#include "core/network/hns.h"
#include "core/network/types.h"

struct wcd_net_driver;

/* NULL without memory. The client is borrowed. */
struct wcd_net_driver *wcd_net_driver_new(const struct wcd_hns *hns);
void wcd_net_driver_free(struct wcd_net_driver *driver);

/* What the drivers ask HNS for when they are registered: v25's overlay driver lists all networks to find its own. An
 * answer that is a failure ends nothing. Called once, by wcd_network_controller_new. */
enum wcd_errc wcd_net_driver_start(struct wcd_net_driver *driver, struct wcd_error *err);

/* Is there a driver of that type in this generation, and which scope do its networks have ("local", "global")?
 * NULL: there is none. */
const char *wcd_net_driver_scope(const struct engine_rules *engine, const char *type);

/* CreateNetwork. `network` has id, type, options and the pools that IPAM gave (`ipv4_pools`; a gateway may be NULL). Without the option
 * hnsid HNS makes a network, and the option is set; with it the network is taken as it is, and stale endpoints of
 * it are deleted. What HNS answered for subnets replaces network->ipv4, not the pools (UpdateIpamConfig), where the type's addresses are HNS' own. On failure nothing
 * is left in HNS, as far as the original sees to that. */
enum wcd_errc wcd_net_driver_create(struct wcd_net_driver *driver, struct wcd_network *network,
                                    struct wcd_error *err);
/* DeleteNetwork. A network that the driver does not know is no error that ends a deletion (*masked). */
enum wcd_errc wcd_net_driver_delete(struct wcd_net_driver *driver,
                                    const struct wcd_network *network, bool *masked,
                                    struct wcd_error *err);

/* What an endpoint is made with. Borrowed. */
struct wcd_net_endpoint_options {
    const char *address; /* "10.77.0.50", NULL: HNS chooses */
    const char *mac;     /* "00:15:5d:01:02:03", NULL: HNS chooses */
    const struct wcd_port_bindings *ports;
    const struct wcd_strlist *exposed; /* "80/tcp" */
    const struct wcd_strlist *dns_servers;
    uint64_t max_egress_bandwidth; /* bytes a second; 0: no policy */
    bool disable_dns;
    bool disable_gateway_dns;
    bool disable_icc;
};

/* CreateEndpoint: fills hns_id, address, gateway, mac, ports of *endpoint. Nothing is left in HNS on failure. */
enum wcd_errc wcd_net_driver_create_endpoint(struct wcd_net_driver *driver,
                                             struct wcd_endpoint *endpoint,
                                             const struct wcd_net_endpoint_options *options,
                                             struct wcd_error *err);
enum wcd_errc wcd_net_driver_delete_endpoint(struct wcd_net_driver *driver,
                                             const struct wcd_endpoint *endpoint,
                                             struct wcd_error *err);

/* Join and Leave, as far as they do not concern HCS: gives the id that HCS attaches (NULL: none). Attaching it to a container that
 * runs is the daemon's (core/daemon/network_attach.c). */
enum wcd_errc wcd_net_driver_join(struct wcd_net_driver *driver, struct wcd_endpoint *endpoint,
                                  struct wcd_error *err);
enum wcd_errc wcd_net_driver_leave(struct wcd_net_driver *driver,
                                   const struct wcd_endpoint *endpoint, struct wcd_error *err);

#endif
