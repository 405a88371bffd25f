/* Containers as steps ask for them. Internal to scenarios/run. */
#ifndef SCN_RUN_REQUEST_H
#define SCN_RUN_REQUEST_H

#include "scenarios/run/steps.h"

struct wcd_container;

/* Creates the container of `create container` or `run` (a name, or a mapping), and attaches the client
 * that it asks for. Fills *out; NULL when it failed or without memory. Borrowed. */
const struct wcd_container *scn_create_container(struct scn_world *world,
                                                 const struct scn_node *args,
                                                 struct scn_outcome *out);

/* A list of texts, or a text that is cut at its blanks. NULL without memory. */
struct wcd_json *scn_words_json(const struct scn_node *node);
/* The API's RestartPolicy. NULL without memory. */
struct wcd_json *scn_restart_policy_json(const struct scn_node *policy);

#endif
