/* Address management of networks and endpoints, as the IPAM drivers of the original do it: "default" keeps books of pools
 * and addresses, "windows" leaves the choice to HNS and writes down what was asked for, "null" has nothing to
 * give.
 *
 * Source: libnetwork/network.go (ipamAllocate), libnetwork/endpoint.go (assignAddress), libnetwork/ipams. */
#ifndef WCD_NETWORK_IPAM_H
#define WCD_NETWORK_IPAM_H

#include "core/base/log.h"
#include "core/engine/engine.h"
#include "core/network/types.h"

struct wcd_ipam;

/* NULL without memory. */
struct wcd_ipam *wcd_ipam_new(const struct engine_rules *engine, const struct wcd_log_sink *log);
void wcd_ipam_free(struct wcd_ipam *ipam);

/* The driver of a network of that type. `named` is what was asked for ("", NULL: nothing); "default" is the type's own. A
 * literal, or `named`. */
const char *wcd_ipam_driver_of(const struct engine_rules *engine, const char *type,
                               const char *named);

/* Takes the network's pools and gateways: fills ipv4_pools and ipv6_pools. A network without any configuration gets an
 * empty one. Nothing is taken on failure. */
enum wcd_errc wcd_ipam_allocate(struct wcd_ipam *ipam, struct wcd_network *network,
                                struct wcd_error *err);
void wcd_ipam_release(struct wcd_ipam *ipam, const struct wcd_network *network);

/* Takes again what a network that was kept holds (reservePools); a failure is logged. */
enum wcd_errc wcd_ipam_reserve(struct wcd_ipam *ipam, const struct wcd_network *network,
                               struct wcd_error *err);

/* An endpoint's address ("10.77.0.50", *out is the caller's). `preferred` may be NULL. *out is NULL where HNS is to
 * choose. */
enum wcd_errc wcd_ipam_take_address(struct wcd_ipam *ipam, const struct wcd_network *network,
                                    const char *preferred, char **out, struct wcd_error *err);
/* `address` may have the network's bits behind it. NULL: nothing to do. */
void wcd_ipam_give_address_back(struct wcd_ipam *ipam, const struct wcd_network *network,
                                const char *address);

#endif
