/* Subnets, MAC pools, and their texts. */
#include "fakes/hns/pool.h"

#include "fakes/hns/hns.h"
#include "fakes/host/internal.h"

#include <stdio.h>
#include <string.h>

/* ---- texts ---- */

/* A decimal number of up to `max`, as it is usually written. */
static bool pool_number(const char **text, unsigned max, unsigned *out)
{
    const char *at = *text;
    unsigned value = 0;
    while (*at >= '0' && *at <= '9' && value <= max) {
        value = value * 10u + (unsigned)(*at - '0');
        at++;
    }
    bool plain = at != *text && (**text != '0' || at == *text + 1);
    *text = at;
    *out = value;
    return plain && value <= max;
}

/* The four numbers at *text, which is moved behind them. */
static bool pool_address(const char **text, uint32_t *out)
{
    *out = 0;
    for (unsigned i = 0; i < 4; i++) {
        unsigned byte = 0;
        if (i > 0 && *(*text)++ != '.') {
            return false;
        }
        if (!pool_number(text, 255, &byte)) {
            return false;
        }
        *out = *out << 8 | byte;
    }
    return true;
}

bool fake_ip4_parse(const char *text, uint32_t *out)
{
    return pool_address(&text, out) && *text == '\0';
}

void fake_ip4_text(uint32_t address, char out[FAKE_IP4_BYTES])
{
    (void)snprintf(out, FAKE_IP4_BYTES, "%u.%u.%u.%u", (unsigned)(address >> 24),
                   (unsigned)(address >> 16 & 0xFFu), (unsigned)(address >> 8 & 0xFFu),
                   (unsigned)(address & 0xFFu));
}

/* The bits of a host. */
static uint32_t pool_host_mask(struct fake_ip4_prefix prefix)
{
    return prefix.length >= 32 ? 0 : UINT32_MAX >> prefix.length;
}

bool fake_ip4_prefix_parse(const char *text, struct fake_ip4_prefix *out)
{
    unsigned length = 0;
    *out = (struct fake_ip4_prefix){0};
    if (!pool_address(&text, &out->address) || *text != '/') {
        return false;
    }
    text++;
    if (!pool_number(&text, 32, &length) || *text != '\0') {
        return false;
    }
    out->length = (uint8_t)length;
    return (out->address & pool_host_mask(*out)) == 0;
}

void fake_ip4_prefix_text(struct fake_ip4_prefix prefix, char out[FAKE_IP4_PREFIX_BYTES])
{
    char address[FAKE_IP4_BYTES];
    fake_ip4_text(prefix.address, address);
    (void)snprintf(out, FAKE_IP4_PREFIX_BYTES, "%s/%u", address, prefix.length & 63u);
}

bool fake_ip4_prefix_has(struct fake_ip4_prefix prefix, uint32_t address)
{
    return (address & ~pool_host_mask(prefix)) == prefix.address;
}

bool fake_ip4_prefix_overlaps(struct fake_ip4_prefix a, struct fake_ip4_prefix b)
{
    return fake_ip4_prefix_has(a, b.address) || fake_ip4_prefix_has(b, a.address);
}

bool fake_ip4_prefix_within(struct fake_ip4_prefix inner, struct fake_ip4_prefix outer)
{
    return inner.length >= outer.length && fake_ip4_prefix_has(outer, inner.address);
}

static bool pool_hex(char c, unsigned *out)
{
    static const char digits[] = "0123456789ABCDEF0123456789abcdef";
    const char *at = c == '\0' ? NULL : strchr(digits, c);
    *out = at == NULL ? 0 : (unsigned)(at - digits) & 0xFu;
    return at != NULL;
}

bool fake_mac_parse(const char *text, uint64_t *out)
{
    *out = 0;
    if (strlen(text) != FAKE_MAC_BYTES - 1 || (text[2] != '-' && text[2] != ':')) {
        return false;
    }
    for (size_t i = 0; i < FAKE_MAC_BYTES - 1; i++) {
        unsigned digit = 0;
        if (i % 3 == 2) {
            if (text[i] != text[2]) {
                return false;
            }
        } else if (!pool_hex(text[i], &digit)) {
            return false;
        } else {
            *out = *out << 4 | digit;
        }
    }
    return true;
}

void fake_mac_text(uint64_t mac, char out[FAKE_MAC_BYTES])
{
    static const char digits[] = "0123456789ABCDEF";
    for (size_t i = FAKE_MAC_BYTES; i > 0; i -= 3) {
        out[i - 1] = i == FAKE_MAC_BYTES ? '\0' : '-';
        out[i - 2] = digits[mac & 0xFu];
        out[i - 3] = digits[mac >> 4 & 0xFu];
        mac >>= 8;
    }
}

/* ---- subnets ---- */

plat_hr fake_hns_pool_init(struct fake_host *host, struct fake_hns_pool *pool,
                           struct fake_ip4_prefix prefix, uint32_t gateway)
{
    if (prefix.length < FAKE_HNS_SUBNET_BITS_MIN || prefix.length > FAKE_HNS_SUBNET_BITS_MAX ||
        !fake_ip4_prefix_has(prefix, prefix.address)) {
        return fake_hns_error(host, FAKE_HNS_E_PREFIX_INVALID);
    }
    uint32_t last = prefix.address | pool_host_mask(prefix);
    /* The daemon of 2017 writes the pool's own address where a fixed range has no gateway, and that works. */
    if (gateway == 0 || gateway == prefix.address) {
        gateway = prefix.address + 1;
    }
    if (!fake_ip4_prefix_has(prefix, gateway) || gateway == last) {
        return fake_hns_error(host, FAKE_HNS_E_GATEWAY_INVALID);
    }
    *pool = (struct fake_hns_pool){.prefix = prefix, .gateway = gateway};
    fake_numbers_init(&pool->taken, (uint64_t)pool_host_mask(prefix) + 1);
    return PLAT_S_OK;
}

void fake_hns_pool_release(struct fake_hns_pool *pool)
{
    if (pool->taken.limit > 0) {
        fake_numbers_release(&pool->taken);
    }
}

/* The next free number from `from` on that may be given out. */
static bool pool_next(const struct fake_hns_pool *pool, uint64_t from, uint64_t *out)
{
    uint64_t gateway = pool->gateway - pool->prefix.address;
    uint64_t broadcast = pool->taken.limit - 1;
    bool found = fake_numbers_free_from(&pool->taken, from, out);
    if (found && *out == gateway) {
        found = fake_numbers_free_from(&pool->taken, gateway + 1, out);
    }
    return found && *out < broadcast;
}

plat_hr fake_hns_pool_take_any(struct fake_host *host, struct fake_hns_pool *pool, uint32_t *out)
{
    const uint64_t first = 1; /* behind the network's own */
    uint64_t from = first;
    uint64_t number = 0;
    if (fake_build_has(host->build, FAKE_FEATURE_HNS_RANDOM_ADDRESSES)) {
        from += fake_random_below(&host->hns.random, pool->taken.limit - 2);
    }
    if (!pool_next(pool, from, &number) && !pool_next(pool, first, &number)) {
        return fake_hns_error(host, FAKE_HNS_E_ADDRESSES_EXHAUSTED);
    }
    if (!fake_numbers_put(&pool->taken, number)) {
        return PLAT_E_OUTOFMEMORY;
    }
    *out = pool->prefix.address + (uint32_t)number;
    return PLAT_S_OK;
}

plat_hr fake_hns_pool_take(struct fake_host *host, struct fake_hns_pool *pool, uint32_t address)
{
    if (!fake_ip4_prefix_has(pool->prefix, address)) {
        return fake_hns_error(host, FAKE_HNS_E_ADDRESS_OUTSIDE);
    }
    uint64_t number = address - pool->prefix.address;
    if (number == 0 || number == pool->taken.limit - 1 || address == pool->gateway) {
        return fake_hns_error(host, FAKE_HNS_E_ADDRESS_RESERVED);
    }
    if (fake_numbers_has(&pool->taken, number)) {
        return fake_hns_error(host, FAKE_HNS_E_ADDRESS_TAKEN);
    }
    return fake_numbers_put(&pool->taken, number) ? PLAT_S_OK : PLAT_E_OUTOFMEMORY;
}

void fake_hns_pool_give_back(struct fake_hns_pool *pool, uint32_t address)
{
    if (fake_ip4_prefix_has(pool->prefix, address)) {
        fake_numbers_remove(&pool->taken, address - pool->prefix.address);
    }
}

/* ---- MAC addresses ---- */

void fake_hns_macs_init(struct fake_hns_macs *macs)
{
    macs->pool_count = 0;
    fake_numbers_init(&macs->taken, FAKE_NUMBERS_LIMIT_MAX);
}

void fake_hns_macs_release(struct fake_hns_macs *macs)
{
    if (macs->taken.limit > 0) {
        fake_numbers_release(&macs->taken);
    }
}

plat_hr fake_hns_macs_add_pool(struct fake_host *host, struct fake_hns_macs *macs,
                               const char *first, const char *last)
{
    struct fake_hns_mac_pool pool = {0};
    bool good = fake_mac_parse(first, &pool.first) && fake_mac_parse(last, &pool.last) &&
                pool.first <= pool.last && macs->pool_count < FAKE_HNS_MAC_POOLS_MAX;
    for (size_t i = 0; good && i < macs->pool_count; i++) {
        good = pool.last < macs->pools[i].first || pool.first > macs->pools[i].last;
    }
    if (!good) {
        return fake_hns_error(host, FAKE_HNS_E_MAC_POOL_INVALID);
    }
    macs->pools[macs->pool_count++] = pool;
    return PLAT_S_OK;
}

plat_hr fake_hns_macs_take_any(struct fake_host *host, struct fake_hns_macs *macs, uint64_t *out)
{
    for (size_t i = 0; i < macs->pool_count; i++) {
        uint64_t mac = 0;
        if (fake_numbers_free_from(&macs->taken, macs->pools[i].first, &mac) &&
            mac <= macs->pools[i].last) {
            *out = mac;
            return fake_numbers_put(&macs->taken, mac) ? PLAT_S_OK : PLAT_E_OUTOFMEMORY;
        }
    }
    return fake_hns_error(host, FAKE_HNS_E_MACS_EXHAUSTED);
}

plat_hr fake_hns_macs_take(struct fake_host *host, struct fake_hns_macs *macs, uint64_t mac)
{
    if (mac == 0) {
        return fake_hns_error(host, FAKE_HNS_E_MAC_INVALID);
    }
    if (fake_numbers_has(&macs->taken, mac)) {
        return fake_hns_error(host, FAKE_HNS_E_MAC_TAKEN);
    }
    return fake_numbers_put(&macs->taken, mac) ? PLAT_S_OK : PLAT_E_OUTOFMEMORY;
}

void fake_hns_macs_give_back(struct fake_hns_macs *macs, uint64_t mac)
{
    fake_numbers_remove(&macs->taken, mac);
}
