/* The network service of the emulated host, from outside. Internal to scenarios/run. */
#ifndef SCN_RUN_HNS_H
#define SCN_RUN_HNS_H

#include "scenarios/run/world.h"

/* ---- world_hns.c ---- */

/* Sets the adapter of that name. `address` NULL: what `host: hns` says, else the host's own. */
bool scn_hns_set_adapter(struct scn_world *world, const struct scn_node *args, const char *address,
                         bool connected);
bool scn_hns_set_port(struct scn_world *world, const struct scn_node *port, bool used);
bool scn_hns_set_nat_object(struct scn_world *world, const struct scn_node *prefix);
/* What another program than the daemon asks. Fills *response (an object or text, the caller's; NULL: there was
 * none) and *err with what HNS said against it. */
void scn_hns_call(struct scn_world *world, const char *method, const char *path,
                  const char *document, struct wcd_json **response, struct wcd_error *err);

/* ---- hns_view.c: the state that fake_hns_state() shows ---- */

/* NULL without memory; the caller frees. */
struct wcd_json *scn_hns_state(struct scn_world *world);
/* The network of that name or id (in whatever letters); NULL when there is none. */
const struct wcd_json *scn_hns_network(const struct wcd_json *state, const char *name);
/* The text of a member; "" when there is none. */
const char *scn_hns_text(const struct wcd_json *object, const char *member);
/* A network or an endpoint in the words of `expect: hns`; networks that a daemon made are called as it calls them, where
 * HNS has its id for a name. NULL without memory. */
struct wcd_json *scn_hns_network_view(const struct scn_world *world,
                                      const struct wcd_json *network);
struct wcd_json *scn_hns_endpoint_view(struct scn_world *world, const struct wcd_json *state,
                                       const struct wcd_json *endpoint);
/* Endpoints of daemons that no container which lives has, a text each. False without memory. */
bool scn_hns_leftovers(struct scn_world *world, struct wcd_strlist *out);

/* Ports as `ports` of expectations have them: "8080:80/tcp", a text each, sorted. False without memory, or for a
 * text that is none. */
bool scn_ports_list(const struct scn_node *list, struct wcd_strlist *out);
/* "10.0.0.4:8080:80/tcp"; host 0: not published. NULL without memory. */
char *scn_port_text(const char *ip, const char *host, const char *port);

#endif
