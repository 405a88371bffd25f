/* Networks and connections as steps ask for them, as the API's bodies. Internal to scenarios/run. */
#ifndef SCN_RUN_NETWORK_REQUEST_H
#define SCN_RUN_NETWORK_REQUEST_H

#include "scenarios/run/world.h"

/* The API's NetworkCreate of `create network`: a name, or a mapping. NULL without memory. */
struct wcd_json *scn_network_request(const struct scn_node *args);

/* The API's EndpointSettings from the keys ip, mac, aliases, options, api; *out is NULL when there are none
 * of them. False without memory. */
bool scn_endpoint_settings(const struct scn_node *node, struct wcd_json **out);
/* The API's NetworkingConfig of a container; *out is NULL when it names no networks. False without memory. */
bool scn_networking_config(const struct scn_node *args, struct wcd_json **out);

/* What `ports` and `expose` mean: adds to the API's Config (ExposedPorts) or HostConfig (PortBindings). False
 * without memory. */
bool scn_add_ports(struct scn_world *world, struct wcd_json *json, const struct scn_node *args,
                   bool of_host);

/* Copies the members of `from` but those of the NULL-terminated list that `to` does not have. False
 * without memory. */
bool scn_add_members(struct wcd_json *to, const struct wcd_json *from, const char *const *left_out);
/* A mapping of texts: what stands there is text, whatever it looks like. NULL without memory. */
struct wcd_json *scn_texts_json(const struct scn_node *node);
/* The API's filters: a list of texts each. NULL without memory. */
struct wcd_json *scn_filters_json(const struct scn_node *filters);
/* The texts that the items of a list have as `member`. NULL without memory. */
struct wcd_json *scn_member_list(const struct wcd_json *list, const char *member);

#endif
