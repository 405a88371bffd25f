/* Networks of a running daemon, as its API offers them: made, looked at, listed, pruned, removed; containers
 * connected to them and disconnected. All functions assert that the daemon runs. */
#ifndef WCD_DAEMON_NETWORKS_H
#define WCD_DAEMON_NETWORKS_H

#include "core/daemon/daemon.h"
#include "core/json/json.h"

/* docker network create: the body of the API's request (NetworkCreate): Name, Driver, Internal, Attachable, Ingress, Scope, ConfigOnly,
 * ConfigFrom, EnableIPv6, IPAM {Driver, Config [{Subnet, IPRange, Gateway, AuxiliaryAddresses}], Options}, Options, Labels. *id is the caller's. */
enum wcd_errc wcd_daemon_create_network(struct wcd_daemon *daemon, const struct wcd_json *request,
                                        char **id, struct wcd_strlist *warnings,
                                        struct wcd_error *err);

/* What the agent of a swarm makes on this host for its manager (CreateManagedNetwork): it is not written down, and overlay networks
 * are made so alone. */
enum wcd_errc wcd_daemon_create_managed_network(struct wcd_daemon *daemon,
                                                const struct wcd_json *request, char **id,
                                                struct wcd_strlist *warnings,
                                                struct wcd_error *err);

/* docker network inspect: by name, id or the beginning of an id; the API's document, the caller's. */
enum wcd_errc wcd_daemon_inspect_network(const struct wcd_daemon *daemon, const char *name,
                                         struct wcd_json **out, struct wcd_error *err);

/* docker network ls: an array of the API's documents. Filters are an object of arrays of texts (driver, id, label, name, scope,
 * type, dangling); NULL: none. */
enum wcd_errc wcd_daemon_list_networks(const struct wcd_daemon *daemon,
                                       const struct wcd_json *filters, struct wcd_json **out,
                                       struct wcd_error *err);

/* docker network rm. */
enum wcd_errc wcd_daemon_remove_network(struct wcd_daemon *daemon, const char *name,
                                        struct wcd_error *err);

/* docker network prune: the names of those that went, in their order, are added to `removed`. Filters: label, until. */
enum wcd_errc wcd_daemon_prune_networks(struct wcd_daemon *daemon, const struct wcd_json *filters,
                                        struct wcd_strlist *removed, struct wcd_error *err);

/* docker network connect: `settings` is the API's EndpointConfig (IPAMConfig {IPv4Address}, Aliases, MacAddress, DriverOpts);
 * NULL: none. The operation completes when a container that runs has the endpoint. */
struct wcd_op *wcd_daemon_connect(struct wcd_daemon *daemon, const char *network,
                                  const char *container, const struct wcd_json *settings);
struct wcd_op *wcd_daemon_disconnect(struct wcd_daemon *daemon, const char *network,
                                     const char *container, bool force);

#endif
