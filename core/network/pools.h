/* The default IPAM driver's books: which IPv4 pools of an address space are taken, and which addresses of
 * them. In memory only: what the networks that were kept hold is booked again at the start.
 *
 * Source: libnetwork/ipam, libnetwork/ipamutils of both generations. */
#ifndef WCD_NETWORK_POOLS_H
#define WCD_NETWORK_POOLS_H

#include "core/engine/engine.h"
#include "core/network/cidr.h"

struct wcd_pools;

/* The address spaces LocalDefault and GlobalDefault. */
enum wcd_pool_space {
    WCD_POOLS_LOCAL,
    WCD_POOLS_GLOBAL,
    WCD_POOL_SPACES
};

#define WCD_POOLS_MAX          65536u
#define WCD_POOL_ADDRESSES_MAX 65536u

/* NULL without memory. */
struct wcd_pools *wcd_pools_new(const struct engine_rules *engine);
void wcd_pools_free(struct wcd_pools *pools);

/* RequestPool. `wanted` is NULL for one of the predefined pools. `part` is the sub pool that addresses are to
 * come from, NULL: all of it. *out is the pool. */
enum wcd_errc wcd_pools_take(struct wcd_pools *pools, enum wcd_pool_space space,
                             const struct wcd_cidr *wanted, const struct wcd_cidr *part,
                             struct wcd_cidr *out, struct wcd_error *err);
/* Of what wcd_pools_take gave. */
void wcd_pools_give_back(struct wcd_pools *pools, enum wcd_pool_space space,
                         const struct wcd_cidr *cidr, const struct wcd_cidr *part);

/* RequestAddress: `wanted`, or the lowest that is free. WCD_E_UNAVAILABLE when all are taken. */
enum wcd_errc wcd_pools_take_address(struct wcd_pools *pools, enum wcd_pool_space space,
                                     const struct wcd_cidr *cidr, const struct wcd_cidr *part,
                                     const struct go_ip *wanted, struct go_ip *out,
                                     struct wcd_error *err);
void wcd_pools_give_address_back(struct wcd_pools *pools, enum wcd_pool_space space,
                                 const struct wcd_cidr *cidr, const struct go_ip *ip);

#endif
