/* What a network gives its endpoints out of: IPv4 subnets and MAC address pools. However many are given out, giving
 * and taking back costs the same; memory goes with what is given out. */
#ifndef FAKE_HNS_POOL_H
#define FAKE_HNS_POOL_H

#include "core/platform/types.h"
#include "fakes/hns/numbers.h"

#define FAKE_IP4_BYTES        16u /* "255.255.255.255" with the NUL */
#define FAKE_IP4_PREFIX_BYTES 19u
#define FAKE_MAC_BYTES        18u /* "00-15-5D-00-00-00" */

struct fake_host;

/* ---- addresses as text; what is parsed has to be the whole text ---- */

/* Four decimal numbers without zeros before them. */
bool fake_ip4_parse(const char *text, uint32_t *out);
void fake_ip4_text(uint32_t address, char out[FAKE_IP4_BYTES]);

struct fake_ip4_prefix {
    uint32_t address; /* without bits of a host */
    uint8_t length;
};

/* "172.16.0.0/12". False also when bits behind the prefix are set. */
bool fake_ip4_prefix_parse(const char *text, struct fake_ip4_prefix *out);
void fake_ip4_prefix_text(struct fake_ip4_prefix prefix, char out[FAKE_IP4_PREFIX_BYTES]);
bool fake_ip4_prefix_has(struct fake_ip4_prefix prefix, uint32_t address);
bool fake_ip4_prefix_overlaps(struct fake_ip4_prefix a, struct fake_ip4_prefix b);
/* True when `inner` lies in `outer`, or is it. */
bool fake_ip4_prefix_within(struct fake_ip4_prefix inner, struct fake_ip4_prefix outer);

/* Six bytes with '-' between them, or ':' as docker's clients write it; in any case. Written in upper case. */
bool fake_mac_parse(const char *text, uint64_t *out);
void fake_mac_text(uint64_t mac, char out[FAKE_MAC_BYTES]);

/* ---- the addresses of a subnet ---- */

/* A subnet has addresses to give when hosts fit in: prefixes of 1 to 30 bits. */
#define FAKE_HNS_SUBNET_BITS_MIN 1u
#define FAKE_HNS_SUBNET_BITS_MAX 30u

struct fake_hns_pool {
    struct fake_ip4_prefix prefix;
    uint32_t gateway;
    struct fake_numbers taken; /* by what is left of an address behind the prefix */
};

/* gateway 0: the first address. PREFIX_INVALID, or GATEWAY_INVALID for the gateway, which may be the
 * first or last address of all only where the prefix is. Nothing to release after a failure. */
plat_hr fake_hns_pool_init(struct fake_host *host, struct fake_hns_pool *pool,
                           struct fake_ip4_prefix prefix, uint32_t gateway);
void fake_hns_pool_release(struct fake_hns_pool *pool);
/* Any that is free: by chance on builds with FAKE_FEATURE_HNS_RANDOM_ADDRESSES, else the lowest. */
plat_hr fake_hns_pool_take_any(struct fake_host *host, struct fake_hns_pool *pool, uint32_t *out);
plat_hr fake_hns_pool_take(struct fake_host *host, struct fake_hns_pool *pool, uint32_t address);
/* Takes back one that was given out; others are let pass. */
void fake_hns_pool_give_back(struct fake_hns_pool *pool, uint32_t address);

/* ---- MAC addresses ---- */

#define FAKE_HNS_MAC_POOLS_MAX 64u

struct fake_hns_mac_pool {
    uint64_t first;
    uint64_t last;
};

struct fake_hns_macs {
    struct fake_hns_mac_pool pools[FAKE_HNS_MAC_POOLS_MAX];
    size_t pool_count;
    struct fake_numbers taken;
};

void fake_hns_macs_init(struct fake_hns_macs *macs);
void fake_hns_macs_release(struct fake_hns_macs *macs);
/* MAC_POOL_INVALID when a text is no address, the last is before the first, the pool meets another, or there
 * are too many. */
plat_hr fake_hns_macs_add_pool(struct fake_host *host, struct fake_hns_macs *macs,
                               const char *first, const char *last);
/* The lowest free one of the first pool that has one. */
plat_hr fake_hns_macs_take_any(struct fake_host *host, struct fake_hns_macs *macs, uint64_t *out);
/* A given one, which may be outside the pools; zeros alone are MAC_INVALID. */
plat_hr fake_hns_macs_take(struct fake_host *host, struct fake_hns_macs *macs, uint64_t mac);
void fake_hns_macs_give_back(struct fake_hns_macs *macs, uint64_t mac);

#endif
