/* What the parts of the drivers share: what they remember of networks and endpoints, where the generations differ,
 * requests and answers. */
#ifndef WCD_NETWORK_DRIVER_INTERNAL_H
#define WCD_NETWORK_DRIVER_INTERNAL_H

#include "core/json/gowrite.h"
#include "core/json/members.h"
#include "core/network/cidr.h"
#include "core/network/driver.h"
#include "core/network/ports.h"

#define NET_TYPE_NULL    "null"
#define NET_TYPE_OVERLAY "overlay"

/* What the driver knows of an endpoint. */
struct net_endpoint {
    char *id;
    char *hns_id;
    struct wcd_port_bindings ports; /* as HNS answered them */
    struct net_endpoint *next;
};

struct net_subnet {
    struct wcd_cidr pool;
    char *gateway; /* as it is written in requests */
    uint32_t vni;
};

struct net_network {
    char *id;
    char *type;
    char *hns_id;
    bool created; /* by this process: only then a deletion reaches HNS */
    bool gateway_dns_disabled;
    bool outbound_nat;
    struct wcd_strlist nat_exceptions;
    struct net_subnet *subnets; /* of an overlay network; the others' are HNS' business */
    size_t subnet_count;
    char *provider_address; /* of an overlay network; NULL: "" */
    struct net_endpoint *endpoints;
    struct net_network *next;
};

/* Where the generations' libnetwork differ. Rows are in driver.c. */
struct net_generation {
    bool has_all_types;     /* ics, internal, private */
    bool asks_for_overlays; /* the overlay driver looks for its networks when it is registered */
    bool keeps_endpoints;   /* the drivers write down their networks and endpoints */
    bool has_mac_pools;     /* the option macpool */
    bool has_nat_options;   /* disable_gatewaydns, enable_outboundnat, outboundnat_exceptions */
    bool drops_stale;       /* endpoints of a network that is taken as it is */
    bool
        takes_subnets; /* what HNS chose is what the network has; else HNS' answer is not looked at */
    bool refuses_active;      /* to delete a network that has endpoints */
    bool forgives_missing;    /* what HNS does not have need not be deleted */
    bool allocates_ports;     /* of l2bridge, l2tunnel and overlay */
    bool any_address_is_none; /* of the host's addresses 0.0.0.0 and :: are taken */
    bool nat_keeps_zeros;     /* a port that is 0 is written */
    bool nat_reserves;        /* ExternalPortReserved */
    bool attaches_hot;        /* an endpoint can join a container that runs */
    bool overlay_needs_vnis;
    bool overlay_drops_stale;       /* networks that have one of the new one's VNIs */
    bool overlay_is_automatic;      /* AutomaticDNS */
    bool overlay_names_endpoints;   /* with name, gateway, outbound NAT and ports */
    const char *no_subnet_end;      /* behind the message of an address of no subnet */
    const char *few_vnis_message;   /* {}: how many there are */
    enum wcd_errc delete_class;     /* of what HNS says against a deletion; WCD_OK: as it was */
    enum wcd_errc no_overlay_class; /* of the deletion of an overlay network that there is not */
};

struct wcd_net_driver {
    struct wcd_hns hns;
    const struct net_generation *generation;
    struct net_network *networks; /* of all types, the newest first */
    struct net_ports ports;
};

/* ---- what is remembered (driver.c) ---- */

struct net_network *net_find(const struct wcd_net_driver *driver, const char *type, const char *id);
/* Adds an empty one. NULL without memory. */
struct net_network *net_add(struct wcd_net_driver *driver, const char *type, const char *id);
void net_remove(struct wcd_net_driver *driver, struct net_network *network);
struct net_endpoint *net_find_endpoint(const struct net_network *network, const char *id);
/* Owns `ports`, also when there is no memory (false). */
bool net_add_endpoint(struct net_network *network, const char *id, const char *hns_id,
                      struct wcd_port_bindings *ports);
void net_remove_endpoint(struct net_network *network, struct net_endpoint *endpoint);

/* An option of a network; NULL: it has none. */
const char *net_option(const struct wcd_network *network, const char *name);
enum wcd_errc net_set_hns_id(struct wcd_network *network, const char *hns_id,
                             struct wcd_error *err);
/* The parts of "a,b"; one empty part of "". False without memory. */
bool net_split(struct wcd_strlist *out, const char *text);

/* ---- requests and answers (driver_request.c) ---- */

/* <method> /<collection>/<id>. */
enum wcd_errc net_call(const struct wcd_net_driver *driver, const char *method,
                       const char *collection, const char *id, const char *body,
                       struct wcd_json **output, struct wcd_error *err);
/* DELETE. What HNS says against it is left to the caller. */
enum wcd_errc net_call_delete(const struct wcd_net_driver *driver, const char *collection,
                              const char *id, struct wcd_error *err);
/* The same where nobody wants to know. */
void net_delete_quietly(const struct wcd_net_driver *driver, const char *collection,
                        const char *id);

/* What hcsshim reads of HNS' networks and endpoints; texts may be NULL. */
struct net_answer {
    char *id;
    char *name;
    char *type;
    char *management_ip;
    struct wcd_json *subnets;
    char *virtual_network;
    struct wcd_json *policies;
    char *mac;
    char *address;
    char *gateway;
};
void net_answer_release(struct net_answer *answer);
/* `output` may be NULL: all is empty then. To be released also after a failure. */
enum wcd_errc net_read_network(struct net_answer *answer, const struct wcd_json *output,
                               struct wcd_error *err);
enum wcd_errc net_read_endpoint(struct net_answer *answer, const struct wcd_json *output,
                                struct wcd_error *err);
/* Posts the text that `body` holds, which is released, to the collection, and reads the answer. */
enum wcd_errc net_post_network(const struct wcd_net_driver *driver, struct wcd_gojson *body,
                               struct net_answer *answer, struct wcd_error *err);
enum wcd_errc net_post_endpoint(const struct wcd_net_driver *driver, struct wcd_gojson *body,
                                struct net_answer *answer, struct wcd_error *err);

/* ConvertPortBindings, its refusals and its policies. */
enum wcd_errc net_check_ports(const struct net_generation *generation,
                              const struct wcd_port_bindings *ports, struct wcd_error *err);
void net_write_ports(struct wcd_gojson *out, const struct net_generation *generation,
                     const struct wcd_port_bindings *ports);
/* ParsePortBindingPolicies. False without memory. */
bool net_read_ports(struct wcd_port_bindings *out, const struct wcd_json *policies);
/* A MAC address in lower case with the separator between its bytes. */
enum wcd_errc net_mac_text(char **out, const char *text, char separator, struct wcd_error *err);

/* ---- the drivers ---- */

/* driver_network.c, driver_endpoint.c: of HNS' own types. */
enum wcd_errc net_local_create(struct wcd_net_driver *driver, struct wcd_network *network,
                               struct wcd_error *err);
enum wcd_errc net_local_delete(struct wcd_net_driver *driver, const struct wcd_network *network,
                               bool *masked, struct wcd_error *err);
enum wcd_errc net_local_create_endpoint(struct wcd_net_driver *driver,
                                        struct wcd_endpoint *endpoint,
                                        const struct wcd_net_endpoint_options *options,
                                        struct wcd_error *err);
enum wcd_errc net_local_delete_endpoint(struct wcd_net_driver *driver,
                                        const struct wcd_endpoint *endpoint, struct wcd_error *err);

/* driver_overlay.c. */
enum wcd_errc net_overlay_start(struct wcd_net_driver *driver, struct wcd_error *err);
enum wcd_errc net_overlay_create(struct wcd_net_driver *driver, struct wcd_network *network,
                                 struct wcd_error *err);
enum wcd_errc net_overlay_delete(struct wcd_net_driver *driver, const char *id,
                                 struct wcd_error *err);
enum wcd_errc net_overlay_create_endpoint(struct wcd_net_driver *driver,
                                          struct wcd_endpoint *endpoint,
                                          const struct wcd_net_endpoint_options *options,
                                          struct wcd_error *err);
enum wcd_errc net_overlay_delete_endpoint(struct wcd_net_driver *driver,
                                          const struct wcd_endpoint *endpoint,
                                          struct wcd_error *err);
/* The address that IPAM gave, with the bits of the pool that it is of unless it has its own. NULL without memory. */
char *net_address_in_pool(const struct wcd_network *network, const char *address);

#endif
