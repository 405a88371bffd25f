/* Networks inside the daemon: the controller's life, who means which network, and containers that join and leave.
 *
 * Evidence: moby daemon/network.go, daemon/container_operations.go, runconfig (hostconfig.go, hostconfig_windows.go) of both
 * generations; hcsshim hnsendpoint.go (HotAttachEndpoint, HotDetachEndpoint). */
#ifndef WCD_DAEMON_NETWORK_H
#define WCD_DAEMON_NETWORK_H

#include "core/daemon/internal.h"
#include "core/network/controller.h"

/* The network of containers that name none. */
#define DAEMON_DEFAULT_NETWORK "nat"

/* ---- the controller ---- */

/* initNetworkController: behind the containers were looked at, in front of those that are started. */
enum wcd_errc daemon_start_networks(struct wcd_daemon *daemon, struct wcd_error *err);
/* As its process' end: nothing is asked of HNS. */
void daemon_close_networks(struct wcd_daemon *daemon);

/* ---- networks ---- */

/* FindNetwork: by id, name, or the beginning of an id: "network x not found". *out is NULL on failure. */
enum wcd_errc daemon_find_network(const struct wcd_daemon *daemon, const char *term,
                                  const struct wcd_network **out, struct wcd_error *err);
/* getNetworkID: by what a container's network is looked for: its id if it has been there, and nobody but a user made it. */
const char *daemon_network_term(const struct wcd_daemon *daemon, const char *name,
                                const struct wcd_endpoint_settings *settings);
/* The one that a container's settings mean; NULL when it is not there. */
const struct wcd_network *daemon_network_of(const struct wcd_daemon *daemon,
                                            const struct wcd_endpoint_settings *settings);
/* IsPreDefinedNetwork. */
bool daemon_network_is_predefined(const char *name);
/* An event of a network; `container` (an id) is an attribute of it, NULL: none. */
void daemon_network_event(struct wcd_daemon *daemon, const struct wcd_network *network,
                          const char *action, const char *container);

/* ---- what a new container asks for ---- */

/* What the API's decoder judges of the network mode, and the daemon of ports (validateNetMode; validatePortBindings). */
enum wcd_errc daemon_check_network_mode(const struct engine_rules *engine,
                                        const struct wcd_container_config *config,
                                        const struct wcd_host_config *host_config,
                                        struct wcd_error *err);
enum wcd_errc daemon_check_ports(const struct engine_rules *engine,
                                 const struct wcd_host_config *host_config, struct wcd_error *err);

/* Reads and judges a NetworkingConfig (NULL: none). *out is empty before, and the caller's. v25 moves the container's MAC address
 * to its network, and adds a warning. */
enum wcd_errc daemon_read_networking(const struct wcd_daemon *daemon, const struct wcd_json *json,
                                     struct wcd_container_config *config,
                                     const struct wcd_host_config *host_config,
                                     struct wcd_network_settings *out, struct wcd_strlist *warnings,
                                     struct wcd_error *err);
/* updateContainerNetworkSettings: the container's networks are those that were asked for (NULL: none were), or that of its mode. */
enum wcd_errc daemon_settle_networks(const struct wcd_daemon *daemon,
                                     struct wcd_container *container,
                                     const struct wcd_network_settings *asked,
                                     struct wcd_error *err);

/* ---- endpoints of containers ---- */

/* What an endpoint of the container is made with. To be released. */
struct daemon_endpoint_plan {
    struct wcd_port_bindings ports;
    struct wcd_strlist exposed;
    struct wcd_strlist dns;
    struct wcd_net_endpoint_options options; /* points to those above */
};
enum wcd_errc daemon_plan_endpoint(const struct wcd_daemon *daemon,
                                   const struct wcd_container *container,
                                   const struct wcd_network *network,
                                   const struct wcd_endpoint_settings *settings,
                                   struct daemon_endpoint_plan *out, struct wcd_error *err);
void daemon_release_plan(struct daemon_endpoint_plan *plan);

/* The container's endpoint in a network whose sandbox it has joined; NULL: none. */
const struct wcd_endpoint *daemon_endpoint_of(const struct wcd_container *container,
                                              const struct wcd_network *network);

/* HotAttachEndpoint, HotDetachEndpoint: nothing when HCS has no such container. */
enum wcd_errc daemon_modify_endpoint(struct wcd_daemon *daemon, const char *container_id,
                                     const struct wcd_endpoint *endpoint, bool attach,
                                     struct wcd_error *err);

/* updateNetworkConfig: names of the container in the network are added to the settings, which are judged; with `update` they are
 * kept among the container's networks. */
enum wcd_errc daemon_update_network_config(const struct wcd_daemon *daemon,
                                           struct wcd_container *container,
                                           const struct wcd_network *network,
                                           struct wcd_endpoint_settings *settings, bool update,
                                           struct wcd_error *err);
/* connectToNetwork: `settings` are copied into the container's. */
enum wcd_errc daemon_connect_network(struct wcd_daemon *daemon, struct wcd_container *container,
                                     const char *term, struct wcd_endpoint_settings *settings,
                                     bool update, struct wcd_error *err);
/* disconnectFromNetwork. */
enum wcd_errc daemon_disconnect_network(struct wcd_daemon *daemon, struct wcd_container *container,
                                        const struct wcd_network *network, struct wcd_error *err);

/* allocateNetwork at a start, and releaseNetwork behind the end; a failure of the latter is only logged. Both do nothing for a
 * container whose endpoints were given. */
enum wcd_errc daemon_allocate_network(struct wcd_daemon *daemon, struct wcd_container *container,
                                      struct wcd_error *err);
void daemon_release_network(struct wcd_daemon *daemon, struct wcd_container *container);

#endif
