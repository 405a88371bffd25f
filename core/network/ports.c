/* Ports of the host; see ports.h.
 *
 * Sources: libnetwork of early 2024, drivers/windows/port_mapping.go, portmapper/mapper.go,
 * portallocator/portallocator.go and portallocator_windows.go. */
#include "core/network/ports.h"

#include "core/config/go_net.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define PORT_COUNT     65536u
#define BYTE_BITS      8u
#define PORT_ATTEMPTS  10u
#define ANY_ADDRESS    "0.0.0.0"
#define ADDRESS_LENGTH 64u

struct net_port_range {
    uint16_t begin;
    uint16_t end;
    uint16_t last; /* what was given away last; the next search begins behind it */
    struct net_port_range *next;
};

/* The ports of one address and protocol. */
struct net_port_map {
    char *address;
    enum wcd_protocol protocol;
    size_t used_count;
    unsigned char used[PORT_COUNT / BYTE_BITS];
    struct net_port_range *ranges;
    size_t range_count;
    struct net_port_map *next;
};

static void free_map(struct net_port_map *map)
{
    struct net_port_range *next = NULL;
    for (struct net_port_range *range = map->ranges; range != NULL; range = next) {
        next = range->next;
        free(range);
    }
    free(map->address);
    free(map);
}

void net_ports_release(struct net_ports *ports)
{
    struct net_port_map *next = NULL;
    for (struct net_port_map *map = ports->first; map != NULL; map = next) {
        next = map->next;
        free_map(map);
    }
    ports->first = NULL;
}

/* ---- one address ---- */

/* "0.0.0.0" for none, or as Go writes it. NULL without memory. */
static char *address_key(const char *host_ip)
{
    struct go_ip ip;
    struct wcd_buf text;
    if (host_ip == NULL || host_ip[0] == '\0' || !go_ip_parse(host_ip, false, &ip)) {
        return wcd_text_copy(ANY_ADDRESS);
    }
    wcd_buf_init(&text, ADDRESS_LENGTH);
    go_ip_text(&text, &ip);
    return wcd_buf_take(&text);
}

static struct net_port_map *find_map(const struct net_ports *ports, const char *address,
                                     enum wcd_protocol protocol)
{
    struct net_port_map *map = ports->first;
    while (map != NULL && (map->protocol != protocol || strcmp(map->address, address) != 0)) {
        map = map->next;
    }
    return map;
}

/* Finds it or makes it; owns `address`. NULL without memory. */
static struct net_port_map *obtain_map(struct net_ports *ports, char *address,
                                       enum wcd_protocol protocol)
{
    struct net_port_map *map = find_map(ports, address, protocol);
    if (map == NULL) {
        map = calloc(1, sizeof(*map));
        if (map != NULL) {
            map->address = address;
            map->protocol = protocol;
            map->next = ports->first;
            ports->first = map;
            return map;
        }
    }
    free(address);
    return map;
}

/* Windows takes no address of the host but "any": another one's map need not outlive the refusal. */
static void drop_if_empty(struct net_ports *ports, struct net_port_map *map)
{
    struct go_ip ip;
    struct net_port_map **at = &ports->first;
    if (map->used_count > 0 ||
        (go_ip_parse(map->address, false, &ip) && go_ip_is_unspecified(&ip))) {
        return;
    }
    while (*at != map) {
        at = &(*at)->next;
    }
    *at = map->next;
    free_map(map);
}

static bool is_used(const struct net_port_map *map, uint32_t port)
{
    return (map->used[port / BYTE_BITS] & (1u << port % BYTE_BITS)) != 0;
}

static void set_used(struct net_port_map *map, uint32_t port, bool used)
{
    unsigned int bit = 1u << port % BYTE_BITS;
    unsigned int byte = map->used[port / BYTE_BITS];
    if (is_used(map, port) != used) {
        map->used[port / BYTE_BITS] = (unsigned char)(used ? byte | bit : byte & ~bit);
        map->used_count += used ? 1 : (size_t)-1;
    }
}

/* ---- searching ---- */

static enum wcd_errc obtain_range(struct net_port_map *map, uint16_t begin, uint16_t end,
                                  struct net_port_range **out, struct wcd_error *err)
{
    bool is_default = begin == 0 && end == 0;
    if (!is_default && (begin == 0 || end <= begin)) {
        return wcd_error_set(err, WCD_E_PLAIN, "invalid port range: %" PRIu16 "-%" PRIu16, begin,
                             end);
    }
    uint16_t first = is_default ? NET_PORT_FIRST : begin;
    uint16_t last = is_default ? NET_PORT_LAST : end;
    for (*out = map->ranges; *out != NULL; *out = (*out)->next) {
        if ((*out)->begin == first && (*out)->end == last) {
            return WCD_OK;
        }
    }
    if (map->range_count >= NET_PORT_RANGES_MAX) {
        return wcd_error_set(err, WCD_E_PLAIN, "more than %u port ranges of address %s",
                             NET_PORT_RANGES_MAX, map->address);
    }
    struct net_port_range *range = malloc(sizeof(*range));
    if (range == NULL) {
        return wcd_error_no_memory(err);
    }
    *range = (struct net_port_range){first, last, last, map->ranges};
    map->ranges = range;
    map->range_count++;
    *out = range;
    return WCD_OK;
}

static enum wcd_errc search_range(struct net_port_map *map, struct net_port_range *range,
                                  uint16_t *out, struct wcd_error *err)
{
    uint32_t port = range->last;
    for (uint32_t i = range->begin; i <= range->end; i++) {
        port = port >= range->end ? range->begin : port + 1;
        if (!is_used(map, port)) {
            *out = (uint16_t)port;
            range->last = *out;
            return WCD_OK;
        }
    }
    return wcd_error_set(err, WCD_E_PLAIN, "all ports are allocated");
}

/* RequestPortInRange. */
static enum wcd_errc choose_port(struct net_port_map *map, uint16_t begin, uint16_t end,
                                 uint16_t *out, struct wcd_error *err)
{
    if (begin > 0 && begin == end) {
        if (is_used(map, begin)) {
            return wcd_error_set(err, WCD_E_PLAIN,
                                 "Bind for %s:%" PRIu16 " failed: port is already allocated",
                                 map->address, begin);
        }
        *out = begin;
    } else {
        struct net_port_range *range = NULL;
        enum wcd_errc code = obtain_range(map, begin, end, &range, err);
        if (range != NULL) {
            code = search_range(map, range, out, err);
        }
        if (code != WCD_OK) {
            return code;
        }
    }
    set_used(map, *out, true);
    return WCD_OK;
}

/* A port that was named is tried once, one that may be any ten times. */
static enum wcd_errc try_ports(struct net_port_map *map, const struct wcd_log_sink *log,
                               const struct wcd_port_binding *wanted, uint16_t *out,
                               struct wcd_error *err)
{
    uint16_t end = wanted->host_port_end == 0 ? wanted->host_port : wanted->host_port_end;
    for (unsigned int i = 0;; i++) {
        enum wcd_errc code = choose_port(map, wanted->host_port, end, out, err);
        if (code == WCD_OK || code == WCD_E_NO_MEMORY) {
            return code;
        }
        if (wanted->host_port != 0) {
            wcd_log(log, WCD_LOG_WARN,
                    "Failed to allocate and map port %" PRIu16 "-%" PRIu16 ": %s",
                    wanted->host_port, end, wcd_error_message(err));
            return code;
        }
        wcd_log(log, WCD_LOG_WARN, "Failed to allocate and map port: %s, retry: %u",
                wcd_error_message(err), i + 1);
        if (i + 1 == PORT_ATTEMPTS) {
            return code;
        }
    }
}

static enum wcd_errc allocate_one(struct net_ports *ports, const struct wcd_log_sink *log,
                                  const struct wcd_port_binding *wanted,
                                  struct wcd_port_bindings *out, struct wcd_error *err)
{
    struct wcd_port_binding binding = *wanted;
    char *address = address_key(wanted->host_ip);
    struct net_port_map *map =
        address == NULL ? NULL : obtain_map(ports, address, wanted->protocol);
    if (map == NULL) {
        return wcd_error_no_memory(err);
    }
    enum wcd_errc code = try_ports(map, log, wanted, &binding.host_port, err);
    if (code == WCD_OK) {
        binding.host_port_end = binding.host_port;
        binding.host_ip = map->address;
        if (!wcd_port_bindings_add(out, &binding)) {
            set_used(map, binding.host_port, false);
            code = wcd_error_no_memory(err);
        }
    }
    drop_if_empty(ports, map);
    return code;
}

enum wcd_errc net_ports_allocate(struct net_ports *ports, const struct wcd_log_sink *log,
                                 const struct wcd_port_bindings *wanted,
                                 struct wcd_port_bindings *out, struct wcd_error *err)
{
    for (size_t i = 0; i < wanted->count; i++) {
        enum wcd_errc code = allocate_one(ports, log, &wanted->items[i], out, err);
        if (code != WCD_OK) {
            net_ports_free(ports, out);
            wcd_port_bindings_release(out);
            return code;
        }
    }
    return WCD_OK;
}

void net_ports_free(struct net_ports *ports, const struct wcd_port_bindings *bindings)
{
    for (size_t i = 0; i < bindings->count; i++) {
        const struct wcd_port_binding *binding = &bindings->items[i];
        const char *address = binding->host_ip == NULL ? ANY_ADDRESS : binding->host_ip;
        struct net_port_map *map = find_map(ports, address, binding->protocol);
        if (map != NULL) {
            set_used(map, binding->host_port, false);
            drop_if_empty(ports, map);
        }
    }
}
