/* Statistics of HCS as the API has them (types.StatsJSON on Windows).
 *
 * Times stay in 100 ns; there is no system CPU usage. 2017 copies the kernel's time into the user's, and takes the
 * time of the reading from HCS.
 *
 * Evidence: moby daemon/daemon_windows.go (stats) of both generations; recorded: vectors daemon_stats. */
#ifndef WCD_CONTAINER_STATS_H
#define WCD_CONTAINER_STATS_H

#include "core/base/error.h"
#include "core/engine/engine.h"
#include "core/json/json.h"

#include <stdint.h>

struct wcd_stats_reading {
    uint64_t read_100ns; /* now; 2017 takes HCS' own time */
    uint32_t processors; /* of the host */
    /* What the daemon adds; each may be NULL. */
    const char *name; /* with its slash */
    const char *id;
    const struct wcd_json *previous; /* the answer before, for precpu_stats */
};

/* `statistics`: the member Statistics of a compute system's properties; NULL: it has none. Numbers that are missing
 * are 0. NULL without memory. */
struct wcd_json *wcd_stats_of(const struct wcd_json *statistics,
                              const struct wcd_stats_reading *reading,
                              const struct engine_rules *engine);

/* What is answered for a container that does not run: nothing is known, and 2017 leaves out whose that is. */
struct wcd_json *wcd_stats_of_stopped(const struct wcd_stats_reading *reading,
                                      const struct engine_rules *engine);

/* "container x is not running" (WCD_E_CONFLICT). */
enum wcd_errc wcd_stats_not_running(const char *id, const struct engine_rules *engine,
                                    struct wcd_error *err);
/* What the daemon makes of the runtime's error. v25: one that is not found is "No such container: x". */
enum wcd_errc wcd_stats_runtime_error(const char *id, const struct engine_rules *engine,
                                      struct wcd_error *err);

#endif
