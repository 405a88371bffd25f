/* The state of a container: what the original keeps in container.State, and its JSON in config.v2.json and
 * in docker inspect.
 *
 * Evidence: moby container/state.go, container/container.go, daemon/health.go of both generations. */
#ifndef WCD_CONTAINER_STATE_H
#define WCD_CONTAINER_STATE_H

#include "core/base/error.h"
#include "core/base/gotime.h"
#include "core/engine/engine.h"
#include "core/json/json.h"

#include <stdbool.h>
#include <stdint.h>

/* Health as the API has it. */
#define WCD_HEALTH_NONE      "none"
#define WCD_HEALTH_STARTING  "starting"
#define WCD_HEALTH_HEALTHY   "healthy"
#define WCD_HEALTH_UNHEALTHY "unhealthy"

/* The results of the last probes that are kept. */
#define WCD_HEALTH_LOG_MAX    5u
#define WCD_HEALTH_OUTPUT_MAX 4096u /* bytes of a probe's output */

struct wcd_health_result {
    uint64_t start_100ns;
    uint64_t end_100ns;
    int64_t exit_code;
    char *output;
};

struct wcd_health {
    bool present; /* the container has a health check and was started */
    const char *
        status; /* one of the above; NULL before the monitor was set up, or for a word that is none */
    uint32_t failing_streak;
    struct wcd_health_result log[WCD_HEALTH_LOG_MAX]; /* the oldest first */
    size_t log_count;
};

/* Times are FILETIMEs; 0 is Go's zero time, "0001-01-01T00:00:00Z". */
struct wcd_container_state {
    bool running; /* also while paused, or restarting */
    bool paused;
    bool restarting;
    bool oom_killed; /* never on Windows; read and written */
    bool removal_in_progress;
    bool dead;
    uint32_t pid;
    int64_t exit_code;
    char *error; /* of the last start; NULL: "" */
    uint64_t started_100ns;
    uint64_t finished_100ns;
    struct wcd_health health;
};

void wcd_container_state_release(struct wcd_container_state *state);
void wcd_health_release(struct wcd_health *health);
/* Takes over the result; the oldest one goes when there are too many. */
void wcd_health_add_result(struct wcd_health *health, struct wcd_health_result *result);
/* "none" without a health check, "unhealthy" before the monitor was set up. */
const char *wcd_health_status(const struct wcd_health *health);
bool wcd_health_status_is_valid(const char *text);

/* State.StateString: "paused", "restarting", "running", "removing", "dead", "created", "exited". */
const char *wcd_container_state_name(const struct wcd_container_state *state);
/* State.String, docker ps' column: "Up 5 minutes (healthy)", "Exited (0) 2 hours ago", "Created", ... */
char *wcd_container_state_text(const struct wcd_container_state *state,
                               const struct engine_rules *engine, uint64_t now_100ns);
bool wcd_container_state_name_is_valid(const char *text);

/* The transitions of the original, which clear what they clear there. `now` is a FILETIME. */
void wcd_container_state_set_running(struct wcd_container_state *state, uint32_t pid, uint64_t now);
void wcd_container_state_set_stopped(struct wcd_container_state *state, int64_t exit_code,
                                     uint64_t now);
void wcd_container_state_set_restarting(struct wcd_container_state *state, int64_t exit_code,
                                        uint64_t now);
/* False without memory; the state is changed all the same. */
bool wcd_container_state_set_error(struct wcd_container_state *state, const char *error);

/* The object State of config.v2.json, and of inspect (types.ContainerState: with the state's name, and a health
 * only where there is one). NULL without memory. */
struct wcd_json *wcd_container_state_to_json(const struct wcd_container_state *state);
struct wcd_json *wcd_container_state_inspect(const struct wcd_container_state *state);
/* Reads it; members of a wrong type are an error. */
enum wcd_errc wcd_container_state_from_json(struct wcd_container_state *state,
                                            const struct wcd_json *json, struct wcd_error *err);

#endif
