/* What networks and endpoints are made of: address configuration, ports, and what the daemon keeps of each.
 *
 * The words are libnetwork's: a network has a driver ("type") and options for it, an IPAM driver that hands out
 * addresses, and endpoints; an endpoint joins a container's sandbox. */
#ifndef WCD_NETWORK_TYPES_H
#define WCD_NETWORK_TYPES_H

#include "core/base/error.h"
#include "core/base/text.h"
#include "core/json/json.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Options of a network that its driver understands (libnetwork's labels of the Windows drivers). */
#define WCD_NET_OPTION_NAME                "com.docker.network.windowsshim.networkname"
#define WCD_NET_OPTION_HNSID               "com.docker.network.windowsshim.hnsid"
#define WCD_NET_OPTION_ROUTING_DOMAIN      "com.docker.network.windowsshim.routingdomain"
#define WCD_NET_OPTION_INTERFACE           "com.docker.network.windowsshim.interface"
#define WCD_NET_OPTION_MAC_POOL            "com.docker.network.windowsshim.macpool"
#define WCD_NET_OPTION_VLAN                "com.docker.network.windowsshim.vlanid"
#define WCD_NET_OPTION_VSID                "com.docker.network.windowsshim.vsid"
#define WCD_NET_OPTION_DNS_SUFFIX          "com.docker.network.windowsshim.dnssuffix"
#define WCD_NET_OPTION_DNS_SERVERS         "com.docker.network.windowsshim.dnsservers"
#define WCD_NET_OPTION_SOURCE_MAC          "com.docker.network.windowsshim.sourcemac"
#define WCD_NET_OPTION_DISABLE_ICC         "com.docker.network.windowsshim.disableicc"
#define WCD_NET_OPTION_DISABLE_DNS         "com.docker.network.windowsshim.disable_dns"
#define WCD_NET_OPTION_DISABLE_GATEWAY_DNS "com.docker.network.windowsshim.disable_gatewaydns"
#define WCD_NET_OPTION_ENABLE_OUTBOUND_NAT "com.docker.network.windowsshim.enable_outboundnat"
#define WCD_NET_OPTION_OUTBOUND_NAT_EXCEPTIONS                                                     \
    "com.docker.network.windowsshim.outboundnat_exceptions"

/* IpamConf: what was asked for, or what is in effect. Texts may be NULL, which is "". */
struct wcd_ipam_config {
    char *
        preferred_pool; /* "172.20.0.0/16", as it was given: it is judged when the network is made */
    char *sub_pool;
    char *gateway;
    struct wcd_json *aux_addresses; /* an object of texts; NULL: nil */
};

struct wcd_ipam_configs {
    struct wcd_ipam_config *items;
    size_t count;
};

enum wcd_protocol {
    WCD_PROTOCOL_TCP,
    WCD_PROTOCOL_UDP,
    WCD_PROTOCOL_SCTP
};

/* A port of the container that the host publishes (PortBinding). */
struct wcd_port_binding {
    enum wcd_protocol protocol;
    uint16_t port;          /* in the container */
    uint16_t host_port;     /* 0: to be chosen */
    uint16_t host_port_end; /* the last of a range; host_port for a single one */
    char *host_ip;          /* NULL or "": any */
};

struct wcd_port_bindings {
    struct wcd_port_binding *items;
    size_t count;
};

/* A network of the controller. Read-only outside core/network; valid until it is deleted. */
struct wcd_network {
    char *id;
    char *name;
    char *type;                    /* "nat", "null", "transparent", ...: always lower case */
    char *scope;                   /* "local", "global", "swarm" */
    char *ipam_driver;             /* "default", "windows", "null" */
    struct wcd_json *ipam_options; /* an object of texts; NULL: nil */
    struct wcd_ipam_configs ipv4;  /* as it was asked for; what HNS chose takes its place */
    struct wcd_ipam_configs ipv6;
    /* What the IPAM driver gave for each of them (IPAMData): a pool as "10.5.0.0/16", a gateway without its mask (NULL:
     * none), auxiliary addresses with it. */
    struct wcd_ipam_configs ipv4_pools;
    struct wcd_ipam_configs ipv6_pools;
    struct wcd_json *options; /* an object of texts: what the driver was given, and its hnsid */
    struct wcd_json *labels;  /* an object of texts; NULL: none */
    bool enable_ipv6;
    bool internal;
    bool attachable;
    bool ingress;
    bool persist;
    bool in_delete; /* its deletion began and failed: it is not listed any more */
    uint64_t created_100ns;
    struct wcd_endpoint *endpoints; /* in the order of their creation */
    struct wcd_network *next;       /* in the controller, in the order of creation */
};

/* One container's way into one network. The same rules. */
struct wcd_endpoint {
    char *id;
    char *name; /* the container's */
    struct wcd_network *network;
    char *container_id; /* whose sandbox it has joined; NULL: none */
    char *hns_id;
    char *address; /* "172.20.0.2/16", NULL: none */
    char *gateway; /* "172.20.0.1", NULL: none */
    char *mac;     /* "00:15:5d:..", lower case with colons */
    bool allow_unqualified_dns_query;
    struct wcd_port_bindings ports; /* as they are published */
    struct wcd_strlist exposed;     /* "80/tcp" */
    struct wcd_endpoint *next;
};

/* Each frees what it holds and leaves it empty. */
void wcd_ipam_configs_release(struct wcd_ipam_configs *configs);
void wcd_port_bindings_release(struct wcd_port_bindings *bindings);
/* Adds a copy; NULL texts stay NULL. False without memory: nothing was added. */
bool wcd_ipam_configs_add(struct wcd_ipam_configs *configs, const char *pool, const char *gateway);
/* The same of whole configurations, one by one. */
bool wcd_ipam_configs_append(struct wcd_ipam_configs *configs, const struct wcd_ipam_configs *more);
/* *to, which is released first, becomes a copy; without memory (false) it stays as it was. */
bool wcd_ipam_configs_copy(struct wcd_ipam_configs *to, const struct wcd_ipam_configs *from);
bool wcd_port_bindings_add(struct wcd_port_bindings *bindings, const struct wcd_port_binding *from);

#endif
