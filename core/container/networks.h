/* A container's networks: what it was asked to have in each, and what it has there while it runs.
 *
 * Evidence: moby daemon/network/settings.go, api/types/network (EndpointSettings) of both generations. */
#ifndef WCD_CONTAINER_NETWORKS_H
#define WCD_CONTAINER_NETWORKS_H

#include "core/base/error.h"
#include "core/base/text.h"
#include "core/engine/engine.h"
#include "core/json/json.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Networks of one container. */
#define WCD_CONTAINER_NETWORKS_MAX 256u

/* EndpointSettings. Texts may be NULL, which is "". */
struct wcd_endpoint_settings {
    char *
        network; /* under what it is kept: the network's name; before it is found, what was asked for */
    struct wcd_json *ipam_config; /* an object: IPv4Address, IPv6Address, LinkLocalIPs; NULL: nil */
    struct wcd_strlist links;
    struct wcd_strlist aliases;
    struct wcd_json *driver_opts; /* an object of texts; NULL: nil */
    char *desired_mac;            /* v25: what was asked for; mac_address is what it has */
    bool ipam_operational;
    /* Operational: empty while the container does not run. */
    char *mac_address;
    char *network_id;
    char *endpoint_id;
    char *gateway;
    char *ip_address;
    int64_t ip_prefix_len;
    char *ipv6_gateway;
    char *ipv6_address;
    int64_t ipv6_prefix_len;
    struct wcd_strlist dns_names; /* v25 */
};

/* network.Settings, as far as Windows uses it. */
struct wcd_network_settings {
    struct wcd_endpoint_settings **items; /* by name */
    size_t count;
    bool present; /* a map was made, even an empty one */
    char *sandbox_id;
    struct wcd_json *ports; /* {"80/tcp": [{"HostIp", "HostPort"}] or null}; NULL: nil */
};

void wcd_network_settings_release(struct wcd_network_settings *settings);

/* NULL when there is none of that name. */
struct wcd_endpoint_settings *wcd_network_settings_get(const struct wcd_network_settings *settings,
                                                       const char *network);
/* The one of that name, made now when there is none; NULL without memory, or with too many. */
struct wcd_endpoint_settings *wcd_network_settings_put(struct wcd_network_settings *settings,
                                                       const char *network);
void wcd_network_settings_remove(struct wcd_network_settings *settings, const char *network);
/* Keeps it under another name, in the place of the one that was there. False without memory. */
bool wcd_network_settings_rename(struct wcd_network_settings *settings, const char *from,
                                 const char *to);

/* Reads an API EndpointSettings into one that is empty but for its name; null leaves it. WCD_E_INVALID_PARAMETER with Go's
 * words for a wrong type. */
enum wcd_errc wcd_endpoint_settings_read(struct wcd_endpoint_settings *out,
                                         const struct wcd_json *json, struct wcd_error *err);
/* All members of *from but the name; false without memory. */
bool wcd_endpoint_settings_copy(struct wcd_endpoint_settings *to,
                                const struct wcd_endpoint_settings *from);
void wcd_endpoint_settings_free(struct wcd_endpoint_settings *settings);
/* The API's document; NULL without memory. */
struct wcd_json *wcd_endpoint_settings_to_json(const struct wcd_endpoint_settings *settings,
                                               const struct engine_rules *engine);
/* IPAMConfig's member of that name; "" when there is none. */
const char *wcd_endpoint_settings_address(const struct wcd_endpoint_settings *settings,
                                          const char *member);
/* cleanOperationalData. */
void wcd_endpoint_settings_clean(struct wcd_endpoint_settings *settings);

/* The member NetworkSettings of config.v2.json. */
struct wcd_json *wcd_network_settings_to_json(const struct wcd_network_settings *settings,
                                              const struct engine_rules *engine);
enum wcd_errc wcd_network_settings_read(struct wcd_network_settings *out,
                                        const struct wcd_json *json, struct wcd_error *err);

#endif
