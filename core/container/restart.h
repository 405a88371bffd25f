/* When a container that ended is started again, and after which pause: the original's restart manager.
 *
 * A manager counts the restarts of one series: it is made anew by each start that a client asks for. The owner
 * waits itself; while it does the manager is active, and a cancellation is told to it.
 *
 * Evidence: moby restartmanager/restartmanager.go, container/container.go (RestartManager,
 * ResetRestartManager). */
#ifndef WCD_CONTAINER_RESTART_H
#define WCD_CONTAINER_RESTART_H

#include "core/base/error.h"
#include "core/engine/engine.h"

#include <stdbool.h>
#include <stdint.h>

#define WCD_RESTART_DELAY_FIRST_US ((uint64_t)100 * 1000)
/* A run of this length makes the next pause the first one again. */
#define WCD_RESTART_RESET_100NS ((uint64_t)10 * 10000000)

/* Zero-initialise. */
struct wcd_restart_manager {
    bool made;
    int64_t count;     /* restarts so far */
    uint64_t delay_us; /* the last pause; 0: none yet */
    bool active;       /* somebody waits for the pause's end */
    bool cancelled;
    void (*on_cancel)(void *ctx); /* of whoever waits; cleared by the call */
    void *ctx;
};

struct wcd_restart_policy {
    const char *name; /* "", "no", "always", "on-failure", "unless-stopped" */
    int64_t retries_max;
};
bool wcd_restart_policy_is_none(const struct wcd_restart_policy *policy);

/* How a run ended. */
struct wcd_restart_end {
    uint32_t exit_code;
    bool manually_stopped;
    uint64_t ran_100ns;
};

/* ShouldRestart. *restart: yes, after *delay_us; the manager is active then. Errors: "restart canceled"
 * (WCD_E_CANCELLED), and a call on an active manager. A policy of none never fails. */
enum wcd_errc wcd_restart_decide(struct wcd_restart_manager *manager,
                                 const struct wcd_restart_policy *policy,
                                 const struct wcd_restart_end *end,
                                 const struct engine_rules *engine, bool *restart,
                                 uint64_t *delay_us, struct wcd_error *err);
/* While active: called once when the pause is cancelled; from inside wcd_restart_cancel(). */
void wcd_restart_on_cancel(struct wcd_restart_manager *manager, void (*fn)(void *ctx), void *ctx);
/* The pause is over. */
void wcd_restart_waited(struct wcd_restart_manager *manager);
/* For good. */
void wcd_restart_cancel(struct wcd_restart_manager *manager);

#endif
