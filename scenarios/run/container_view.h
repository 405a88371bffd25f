/* A container as `container NAME` and `wait until` see it. Internal to scenarios/run. */
#ifndef SCN_RUN_CONTAINER_VIEW_H
#define SCN_RUN_CONTAINER_VIEW_H

#include "scenarios/run/world.h"

/* {"state", "exit code", "health", ...}. NULL without memory, or with *err: WCD_E_NOT_FOUND when there
 * is no such container. */
struct wcd_json *scn_container_view(struct scn_world *world, const char *name,
                                    struct wcd_error *err);

/* The lines of the daemon's logs (entries {"stream", "line"}), of one stream or, with NULL, of both,
 * without line ends. NULL without memory. */
struct wcd_json *scn_log_lines(const struct wcd_json *entries, const char *stream);
/* What a container wrote by its logs, as such entries. NULL without memory, or with *err. */
struct wcd_json *scn_container_output(struct scn_world *world, const char *name,
                                      struct wcd_error *err);
/* True when the container has written the text, on whatever stream, by its logs. */
bool scn_container_wrote(struct scn_world *world, const char *name, const char *text);

#endif
