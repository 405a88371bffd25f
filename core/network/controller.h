/* The network controller: the daemon's networks, their endpoints, and the file that keeps them. What libnetwork is to the
 * original. */
#ifndef WCD_NETWORK_CONTROLLER_H
#define WCD_NETWORK_CONTROLLER_H

#include "core/network/driver.h"
#include "core/network/types.h"

struct wcd_network_controller;

#define WCD_NETWORKS_MAX          4096u
#define WCD_NETWORK_ENDPOINTS_MAX 65536u

struct wcd_network_request;

/* Is told of each NewNetwork and Delete before it is done, whatever becomes of it. All zero: nobody is. */
struct wcd_network_observer {
    void (*creating)(void *ctx, const struct wcd_network_request *request);
    void (*deleting)(void *ctx, const struct wcd_network *network);
    void *ctx;
};

struct wcd_network_controller_options {
    const struct platform *platform; /* all borrowed, and live as long as the controller */
    const struct engine_rules *engine;
    const struct wcd_log_sink *log;
    const char *folder; /* <daemon root>\network\files; made when something is written */
    struct wcd_network_observer observer;
};

/* libnetwork.New: reads what was kept, and drops of it the endpoints, which all belong to containers that are gone,
 * and the networks whose deletion was cut off. *out is NULL on failure: "error obtaining controller instance: ...". */
enum wcd_errc wcd_network_controller_new(struct wcd_network_controller **out,
                                         const struct wcd_network_controller_options *options,
                                         struct wcd_error *err);
void wcd_network_controller_free(struct wcd_network_controller *controller);

/* For what is asked of the drivers past the controller (wcd_net_driver_is_attached). */
const struct wcd_net_driver *wcd_network_controller_driver(
    const struct wcd_network_controller *controller);

/* What a network is to be. Borrowed; texts may be NULL. */
struct wcd_network_request {
    const char *type;
    const char *name;
    const char *id;                 /* NULL or "": made up */
    const struct wcd_json *options; /* an object of texts (generic data); NULL: none were given */
    const char *ipam_driver;        /* NULL or "": none was named */
    const struct wcd_json *ipam_options;
    const struct wcd_ipam_configs *ipv4; /* NULL: nil */
    const struct wcd_ipam_configs *ipv6;
    const struct wcd_json *labels;
    bool is_not_kept; /* NetworkOptionPersist(false) */
    bool enable_ipv6;
    bool internal;
    bool attachable;
    bool ingress;
    bool dynamic;      /* of a swarm: its scope is wider than its driver's */
    const char *scope; /* NULL: the driver's */
};

/* NewNetwork. *out (may be NULL) is borrowed. Nothing is left of a network that cannot be made. */
enum wcd_errc wcd_network_create(struct wcd_network_controller *controller,
                                 const struct wcd_network_request *request,
                                 const struct wcd_network **out, struct wcd_error *err);
/* Delete: "network x id y has active endpoints" while it has some. A network whose driver forbids it stays, in_delete. */
enum wcd_errc wcd_network_delete(struct wcd_network_controller *controller,
                                 const struct wcd_network *network, struct wcd_error *err);

/* The first in the order of creation; `next` leads on. NULL: none. Networks that are in_delete are to be passed over. */
const struct wcd_network *wcd_networks(const struct wcd_network_controller *controller);
const struct wcd_network *wcd_network_by_name(const struct wcd_network_controller *controller,
                                              const char *name);
/* Also one that is in_delete, as in the original. */
const struct wcd_network *wcd_network_by_id(const struct wcd_network_controller *controller,
                                            const char *id);

/* What an endpoint is to be. Borrowed. */
struct wcd_endpoint_request {
    const char *name; /* of the container, without the slash */
    struct wcd_net_endpoint_options options;
};

/* CreateEndpoint, written down. *out is borrowed until it is deleted. */
enum wcd_errc wcd_endpoint_create(struct wcd_network_controller *controller,
                                  const struct wcd_network *network,
                                  const struct wcd_endpoint_request *request,
                                  const struct wcd_endpoint **out, struct wcd_error *err);
/* Delete. With `force` it goes whatever the driver says. */
enum wcd_errc wcd_endpoint_delete(struct wcd_network_controller *controller,
                                  const struct wcd_endpoint *endpoint, bool force,
                                  struct wcd_error *err);
/* Join and Leave of a container's sandbox. */
enum wcd_errc wcd_endpoint_join(struct wcd_network_controller *controller,
                                const struct wcd_endpoint *endpoint, const char *container_id,
                                struct wcd_error *err);
enum wcd_errc wcd_endpoint_leave(struct wcd_network_controller *controller,
                                 const struct wcd_endpoint *endpoint, struct wcd_error *err);
/* The endpoint gets another name, written down. */
enum wcd_errc wcd_endpoint_rename(struct wcd_network_controller *controller,
                                  const struct wcd_endpoint *endpoint, const char *name,
                                  struct wcd_error *err);
/* Of a container, by network and name; NULL: none. */
const struct wcd_endpoint *wcd_endpoint_by_name(const struct wcd_network *network,
                                                const char *name);

/* initNetworkController: the networks that are kept and those that HNS has are made one, `none` and the default network
 * are made where they are missing (core/network/reconcile.c). */
struct wcd_network_start {
    bool bridge_disabled;
    const char *fixed_cidr; /* NULL or "": none */
    uint32_t os_build;
};
enum wcd_errc wcd_network_controller_start(struct wcd_network_controller *controller,
                                           const struct wcd_network_start *start,
                                           struct wcd_error *err);

#endif
