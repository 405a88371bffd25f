/* The default IPAM driver's books; see pools.h. */
#include "core/network/pools.h"

#include <stdlib.h>
#include <string.h>

#define V4_BITS       32u
#define RESERVED_BITS 30u /* pools of so many bits or fewer keep their first and last address */
#define LOCAL_B_FIRST 0xac110000u /* 172.17.0.0 */
#define LOCAL_B_COUNT 15u
#define LOCAL_B_BITS  16u
#define LOCAL_C_FIRST 0xc0a80000u /* 192.168.0.0 */
#define LOCAL_C_COUNT 16u
#define LOCAL_C_BITS  20u
#define GLOBAL_FIRST  0x0a000000u /* 10.0.0.0 */
#define GLOBAL_COUNT  65536u
#define GLOBAL_BITS   24u

struct pool {
    struct wcd_cidr cidr;
    struct wcd_cidr
        *parts; /* one for each time it was taken; the pool itself where there was no sub pool */
    size_t part_count;
    uint32_t *taken; /* addresses from the pool's first on, in order */
    size_t taken_count;
};

struct space {
    struct pool *pools;
    size_t count;
    size_t next; /* of the predefined ones */
};

struct wcd_pools {
    const struct engine_rules *engine;
    struct space spaces[WCD_POOL_SPACES];
};

struct wcd_pools *wcd_pools_new(const struct engine_rules *engine)
{
    struct wcd_pools *pools = calloc(1, sizeof(*pools));
    if (pools != NULL) {
        pools->engine = engine;
    }
    return pools;
}

static void free_pool(struct pool *pool)
{
    free(pool->parts);
    free(pool->taken);
}

void wcd_pools_free(struct wcd_pools *pools)
{
    if (pools == NULL) {
        return;
    }
    for (size_t i = 0; i < WCD_POOL_SPACES; i++) {
        for (size_t k = 0; k < pools->spaces[i].count; k++) {
            free_pool(&pools->spaces[i].pools[k]);
        }
        free(pools->spaces[i].pools);
    }
    free(pools);
}

static bool equal(const struct wcd_cidr *a, const struct wcd_cidr *b)
{
    return a->v4 == b->v4 && a->bits == b->bits &&
           memcmp(a->ip.bytes, b->ip.bytes, GO_IP_BYTES) == 0;
}

static struct pool *find_pool(struct space *space, const struct wcd_cidr *cidr)
{
    for (size_t i = 0; i < space->count; i++) {
        if (equal(&space->pools[i].cidr, cidr)) {
            return &space->pools[i];
        }
    }
    return NULL;
}

static bool has_part(const struct pool *pool, const struct wcd_cidr *part)
{
    for (size_t i = 0; i < pool->part_count; i++) {
        if (equal(&pool->parts[i], part)) {
            return true;
        }
    }
    return false;
}

static bool add_part(struct pool *pool, const struct wcd_cidr *part)
{
    struct wcd_cidr *parts = realloc(pool->parts, (pool->part_count + 1) * sizeof(*parts));
    if (parts == NULL) {
        return false;
    }
    pool->parts = parts;
    parts[pool->part_count++] = *part;
    return true;
}

static bool overlaps_any(const struct space *space, const struct wcd_cidr *cidr)
{
    for (size_t i = 0; i < space->count; i++) {
        if (wcd_cidr_overlaps(&space->pools[i].cidr, cidr)) {
            return true;
        }
    }
    return false;
}

static enum wcd_errc add_pool(struct space *space, const struct wcd_cidr *cidr,
                              const struct wcd_cidr *part, struct wcd_error *err)
{
    struct pool pool = {.cidr = *cidr};
    if (space->count >= WCD_POOLS_MAX) {
        return wcd_error_set(err, WCD_E_UNAVAILABLE, "too many address pools");
    }
    struct pool *pools = realloc(space->pools, (space->count + 1) * sizeof(*pools));
    if (pools == NULL) {
        return wcd_error_no_memory(err);
    }
    space->pools = pools;
    if (!add_part(&pool, part)) {
        return wcd_error_no_memory(err);
    }
    pools[space->count++] = pool;
    return WCD_OK;
}

static enum wcd_errc take_wanted(const struct wcd_pools *pools, struct space *space,
                                 const struct wcd_cidr *wanted, const struct wcd_cidr *part,
                                 struct wcd_error *err)
{
    const char *overlap = "Pool overlaps with other one on this address space";
    struct pool *pool = find_pool(space, wanted);
    if (pool == NULL) {
        return overlaps_any(space, wanted) ? wcd_error_set(err, WCD_E_FORBIDDEN, "%s", overlap)
                                           : add_pool(space, wanted, part, err);
    }
    if (!pools->engine->equal_pools_are_shared && (equal(part, wanted) || has_part(pool, part))) {
        return wcd_error_set(err, WCD_E_FORBIDDEN, "%s", overlap);
    }
    return add_part(pool, part) ? WCD_OK : wcd_error_no_memory(err);
}

static size_t predefined_count(enum wcd_pool_space space)
{
    return space == WCD_POOLS_GLOBAL ? GLOBAL_COUNT : LOCAL_B_COUNT + LOCAL_C_COUNT;
}

static struct wcd_cidr predefined(enum wcd_pool_space space, size_t index)
{
    uint32_t first = LOCAL_B_FIRST;
    unsigned bits = LOCAL_B_BITS;
    uint32_t at = (uint32_t)index;
    if (space == WCD_POOLS_GLOBAL) {
        first = GLOBAL_FIRST;
        bits = GLOBAL_BITS;
    } else if (index >= LOCAL_B_COUNT) {
        first = LOCAL_C_FIRST;
        bits = LOCAL_C_BITS;
        at -= LOCAL_B_COUNT;
    }
    return (struct wcd_cidr){
        .ip = wcd_ip_of_number(first + (at << (V4_BITS - bits))), .bits = bits, .v4 = true};
}

static enum wcd_errc take_predefined(const struct wcd_pools *pools, enum wcd_pool_space kind,
                                     struct space *space, struct wcd_cidr *out,
                                     struct wcd_error *err)
{
    size_t count = predefined_count(kind);
    for (size_t i = 0; i < count; i++) {
        size_t index = (space->next + i) % count;
        struct wcd_cidr cidr = predefined(kind, index);
        if (overlaps_any(space, &cidr)) {
            continue;
        }
        enum wcd_errc code = add_pool(space, &cidr, &cidr, err);
        if (code == WCD_OK) {
            *out = cidr;
            space->next = pools->engine->predefined_pools_rotate ? (index + 1) % count : 0;
        }
        return code;
    }
    return wcd_error_set(err, WCD_E_NOT_FOUND,
                         "could not find an available, non-overlapping IPv4 address pool among the "
                         "defaults to assign to the network");
}

enum wcd_errc wcd_pools_take(struct wcd_pools *pools, enum wcd_pool_space space,
                             const struct wcd_cidr *wanted, const struct wcd_cidr *part,
                             struct wcd_cidr *out, struct wcd_error *err)
{
    if (wanted == NULL) {
        return take_predefined(pools, space, &pools->spaces[space], out, err);
    }
    *out = *wanted;
    return take_wanted(pools, &pools->spaces[space], wanted, part == NULL ? wanted : part, err);
}

void wcd_pools_give_back(struct wcd_pools *pools, enum wcd_pool_space space,
                         const struct wcd_cidr *cidr, const struct wcd_cidr *part)
{
    struct space *in = &pools->spaces[space];
    struct pool *pool = find_pool(in, cidr);
    const struct wcd_cidr *wanted = part == NULL ? cidr : part;
    if (pool == NULL) {
        return;
    }
    for (size_t i = 0; i < pool->part_count; i++) {
        if (equal(&pool->parts[i], wanted)) {
            pool->parts[i] = pool->parts[--pool->part_count];
            break;
        }
    }
    if (pool->part_count == 0) {
        free_pool(pool);
        *pool = in->pools[--in->count];
    }
}

/* ---- addresses ---- */

/* Where `number` stands among the taken ones, or would stand. */
static size_t place_of(const struct pool *pool, uint32_t number)
{
    size_t low = 0;
    size_t high = pool->taken_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (pool->taken[middle] < number) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

static bool is_taken(const struct pool *pool, uint32_t number)
{
    size_t at = place_of(pool, number);
    return at < pool->taken_count && pool->taken[at] == number;
}

/* The last address of a network, from its first on. */
static uint32_t last_of(const struct wcd_cidr *cidr)
{
    return cidr->bits == 0 ? UINT32_MAX : (uint32_t)((UINT64_C(1) << (V4_BITS - cidr->bits)) - 1);
}

static bool is_reserved(const struct pool *pool, uint32_t number)
{
    return pool->cidr.bits <= RESERVED_BITS && (number == 0 || number == last_of(&pool->cidr));
}

static enum wcd_errc mark(struct pool *pool, uint32_t number, struct wcd_error *err)
{
    size_t at = place_of(pool, number);
    if (pool->taken_count >= WCD_POOL_ADDRESSES_MAX) {
        return wcd_error_set(err, WCD_E_UNAVAILABLE, "too many addresses of one pool");
    }
    uint32_t *taken = realloc(pool->taken, (pool->taken_count + 1) * sizeof(*taken));
    if (taken == NULL) {
        return wcd_error_no_memory(err);
    }
    pool->taken = taken;
    memmove(taken + at + 1, taken + at, (pool->taken_count - at) * sizeof(*taken));
    taken[at] = number;
    pool->taken_count++;
    return WCD_OK;
}

/* The lowest free one; each step passes a taken one by, so that there are few. */
static bool find_free(const struct pool *pool, const struct wcd_cidr *part, uint32_t *out)
{
    uint64_t number = wcd_ip_to_number(&part->ip) - wcd_ip_to_number(&pool->cidr.ip);
    uint64_t last = number + last_of(part);
    while (number <= last &&
           (is_taken(pool, (uint32_t)number) || is_reserved(pool, (uint32_t)number))) {
        number++;
    }
    *out = (uint32_t)number;
    return number <= last;
}

enum wcd_errc wcd_pools_take_address(struct wcd_pools *pools, enum wcd_pool_space space,
                                     const struct wcd_cidr *cidr, const struct wcd_cidr *part,
                                     const struct go_ip *wanted, struct go_ip *out,
                                     struct wcd_error *err)
{
    const struct engine_rules *engine = pools->engine;
    struct pool *pool = find_pool(&pools->spaces[space], cidr);
    uint32_t number = 0;
    if (pool == NULL) {
        return wcd_error_set(err, WCD_E_INVALID_PARAMETER, "%s", engine->bad_pool_message);
    }
    if (wanted == NULL) {
        if (!find_free(pool, part == NULL ? cidr : part, &number)) {
            return wcd_error_set(err, WCD_E_UNAVAILABLE, "%s", engine->no_address_message);
        }
    } else if (!wcd_cidr_contains(cidr, wanted)) {
        return wcd_error_set(err, WCD_E_INVALID_PARAMETER, "%s",
                             engine->address_out_of_range_message);
    } else {
        number = wcd_ip_to_number(wanted) - wcd_ip_to_number(&cidr->ip);
        if (is_taken(pool, number) || is_reserved(pool, number)) {
            return wcd_error_set(err, WCD_E_FORBIDDEN, "Address already in use");
        }
    }
    enum wcd_errc code = mark(pool, number, err);
    if (code == WCD_OK) {
        *out = wcd_ip_of_number(wcd_ip_to_number(&cidr->ip) + number);
    }
    return code;
}

void wcd_pools_give_address_back(struct wcd_pools *pools, enum wcd_pool_space space,
                                 const struct wcd_cidr *cidr, const struct go_ip *ip)
{
    struct pool *pool = find_pool(&pools->spaces[space], cidr);
    if (pool == NULL || !wcd_cidr_contains(cidr, ip)) {
        return;
    }
    uint32_t number = wcd_ip_to_number(ip) - wcd_ip_to_number(&cidr->ip);
    size_t at = place_of(pool, number);
    if (at < pool->taken_count && pool->taken[at] == number) {
        pool->taken_count--;
        memmove(pool->taken + at, pool->taken + at + 1,
                (pool->taken_count - at) * sizeof(*pool->taken));
    }
}
