/* The Windows network drivers: nat, transparent, l2bridge, l2tunnel, ics, internal, private (one code, as in the
 * original), overlay, and null. They turn networks and endpoints into requests to HNS and remember what came
 * back. Evidence: libnetwork/drivers/windows of the generation's time.
 *
 * The driver's memory does not survive the daemon's process: v25's drivers write down their networks and endpoints, which here
 * the controller keeps and gives back (wcd_net_driver_restore). All calls are synchronous. */
#ifndef WCD_NETWORK_DRIVER_H
#define WCD_NETWORK_DRIVER_H

#include "core/network/hns.h"
#include "core/network/types.h"

struct wcd_net_driver;

/* Left out: peers of overlay networks on other hosts, load balancing of services (policy lists): they belong to swarms; the
 * DNS server that the original runs on each network's gateway. */

/* NULL without memory. The client is borrowed. */
struct wcd_net_driver *wcd_net_driver_new(const struct wcd_hns *hns);
void wcd_net_driver_free(struct wcd_net_driver *driver);

/* What the drivers ask HNS for when they are registered: v25's overlay driver lists all networks to find its own. An
 * answer that is a failure ends nothing. Called once, by wcd_network_controller_new. */
enum wcd_errc wcd_net_driver_start(struct wcd_net_driver *driver, struct wcd_error *err);

/* Is there a driver of that type in this generation, and which scope do its networks have ("local", "global")?
 * NULL: there is none. */
const char *wcd_net_driver_scope(const struct engine_rules *engine, const char *type);

/* A network that was kept, with its endpoints, becomes known again: its endpoints can be deleted in HNS, its own deletion
 * does not reach HNS. Nothing happens in 2017, with overlay networks (HNS is asked for those), and with those of type null, which
 * their driver forgets. */
enum wcd_errc wcd_net_driver_restore(struct wcd_net_driver *driver,
                                     const struct wcd_network *network, struct wcd_error *err);

/* CreateNetwork, and what is asked of HNS right after it (startResolver). `network` has id, type, options and the pools that IPAM gave (`ipv4_pools`; a gateway may be NULL). Without the option
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
    const struct wcd_json
        *texts; /* what the user names for the driver, an object of texts; NULL: nothing */
};

/* CreateEndpoint: fills hns_id, address, gateway, mac, ports, exposed and allow_unqualified_dns_query of *endpoint, which has id
 * and network. The address is that of the options with the bits of its pool (of ipv4_pools), or what HNS chose with the bits of
 * its class. A failure leaves *endpoint as it was; HNS keeps an endpoint whose MAC address cannot be understood, as with the
 * original. */
enum wcd_errc wcd_net_driver_create_endpoint(struct wcd_net_driver *driver,
                                             struct wcd_endpoint *endpoint,
                                             const struct wcd_net_endpoint_options *options,
                                             struct wcd_error *err);
/* DeleteEndpoint. An endpoint of a network that the driver does not know is no error (the original masks it). */
enum wcd_errc wcd_net_driver_delete_endpoint(struct wcd_net_driver *driver,
                                             const struct wcd_endpoint *endpoint,
                                             struct wcd_error *err);

/* Join and Leave, as far as they do not concern HCS. Attaching the endpoint to a container that runs is the daemon's
 * (core/daemon/network_attach.c). */
enum wcd_errc wcd_net_driver_join(struct wcd_net_driver *driver, struct wcd_endpoint *endpoint,
                                  struct wcd_error *err);
enum wcd_errc wcd_net_driver_leave(struct wcd_net_driver *driver,
                                   const struct wcd_endpoint *endpoint, struct wcd_error *err);

enum wcd_net_attached {
    WCD_NET_NEVER_ATTACHED, /* the type or the generation attaches nothing to what runs: HCS is not asked */
    WCD_NET_NOT_ATTACHED,
    WCD_NET_ATTACHED
};

/* What HotAttachEndpoint and HotDetachEndpoint ask HNS before they go to HCS. When HNS fails, *out says how far it came:
 * WCD_NET_NEVER_ATTACHED ends both with the error; WCD_NET_NOT_ATTACHED ends only the detaching with it, the attaching
 * goes on. Without a failure WCD_NET_ATTACHED is nothing to attach, WCD_NET_NOT_ATTACHED nothing to detach. */
enum wcd_errc wcd_net_driver_is_attached(const struct wcd_net_driver *driver,
                                         const struct wcd_endpoint *endpoint,
                                         const char *container_id, enum wcd_net_attached *out,
                                         struct wcd_error *err);

#endif
