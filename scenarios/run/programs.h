/* The programs of a host's guests, from the `host` mapping. Internal to scenarios/run. */
#ifndef SCN_RUN_PROGRAMS_H
#define SCN_RUN_PROGRAMS_H

#include "scenarios/run/world.h"

/* False: failure or no memory. */
bool scn_host_programs(struct scn_world *world, const struct scn_node *programs);
/* `container users` and `container lacks`. */
bool scn_host_guests(struct scn_world *world, const struct scn_node *host);

#endif
