/* The steps of a container's life that operations are put together from. Each is a chain (flow.h) that tells
 * `done` when it is over, which may be from inside the call that begins it. Where it says so the caller holds the
 * container's lock, and holds it still when done is called. */
#ifndef WCD_DAEMON_STEPS_H
#define WCD_DAEMON_STEPS_H

#include "core/daemon/events.h"
#include "core/daemon/internal.h"

/* ---- starting and ending ---- */

enum daemon_start_kind {
    DAEMON_START_ASKED,    /* docker start: refused while it runs */
    DAEMON_START_ANEW,     /* of a restart, or at the daemon's start: nothing to do while it runs */
    DAEMON_START_BY_POLICY /* goes on with the series of its restart policy */
};
/* containerStart. */
void daemon_start_chain(struct wcd_daemon *daemon, struct wcd_container *container,
                        enum daemon_start_kind kind, daemon_done *done, void *ctx);

/* Daemon.Cleanup: the runtime forgets the container, its file system is unmounted. The caller holds the lock.
 * Failures are only logged. */
void daemon_cleanup_chain(struct wcd_daemon *daemon, struct wcd_container *container,
                          daemon_done *done, void *ctx);

/* The runtime's events, for its on_event: `ctx` is the daemon. */
wcd_runtime_on_event daemon_runtime_event;
/* Before a run: takes the memory that its end will need. */
enum wcd_errc daemon_exit_prepare(struct wcd_container *container, struct wcd_error *err);
/* handleContainerExit without an event: the runtime has lost the container. */
void daemon_exit_lost(struct wcd_daemon *daemon, struct wcd_container *container);

/* ---- stopping ---- */

struct daemon_stop_options {
    int64_t timeout_s; /* below 0: no limit */
    int signal;
};
/* What a client asks for, or else what the container has. */
enum wcd_errc daemon_stop_options(struct daemon_stop_options *out, const struct wcd_daemon *daemon,
                                  const struct wcd_container *container, int32_t timeout_s,
                                  const char *signal, struct wcd_error *err);
/* containerStop: nothing for a container that does not run. */
void daemon_stop_chain(struct wcd_daemon *daemon, struct wcd_container *container,
                       const struct daemon_stop_options *options, daemon_done *done, void *ctx);
/* The same, each in one generation's way. */
void daemon_stop_v25(struct wcd_daemon *daemon, struct wcd_container *container,
                     const struct daemon_stop_options *options, daemon_done *done, void *ctx);
void daemon_stop_2017(struct wcd_daemon *daemon, struct wcd_container *container,
                      const struct daemon_stop_options *options, daemon_done *done, void *ctx);
/* Daemon.Kill: SIGKILL, and the wait for the end. */
void daemon_kill_chain(struct wcd_daemon *daemon, struct wcd_container *container,
                       daemon_done *done, void *ctx);
/* killWithSignal. */
void daemon_signal_chain(struct wcd_daemon *daemon, struct wcd_container *container, int signal,
                         daemon_done *done, void *ctx);

enum wcd_errc daemon_not_running(const struct wcd_daemon *daemon,
                                 const struct wcd_container *container, struct wcd_error *err);

/* ---- removing ---- */

/* ContainerRm of a container that was found by `name`. */
void daemon_remove_chain(struct wcd_daemon *daemon, struct wcd_container *container,
                         const char *name, bool force, daemon_done *done, void *ctx);
/* autoRemove: nothing for a container that is not to be removed. A failure is only logged, behind `message`. `done`
 * may be NULL. */
void daemon_auto_remove(struct wcd_daemon *daemon, struct wcd_container *container,
                        const char *message, daemon_done *done, void *ctx);
/* ReleaseRWLayer: asks for systems that hold the layer, and tries again as long as the original does. Layers that
 * went are added to `removed` (may be NULL), which stays until done. */
void daemon_release_layer_chain(struct wcd_daemon *daemon, struct wcd_container *container,
                                daemon_done *done, void *ctx);
/* What the driver asks before it removes a layer: `ctx` is the daemon. */
enum wcd_errc daemon_guard_layer(void *ctx, const char *id, struct wcd_error *err);
/* Takes it off the list, and lets go of it. */
void daemon_forget(struct wcd_daemon *daemon, struct wcd_container *container);

/* ---- the daemon's own ---- */

/* restore(): reads the containers and ends what survived; then restarts and removes. done when all is over. */
void daemon_restore_chain(struct wcd_daemon *daemon, daemon_done *done, void *ctx);
/* Shutdown(), as far as the containers go. */
void daemon_shutdown_chain(struct wcd_daemon *daemon, daemon_done *done, void *ctx);

/* ---- what is written down ---- */

/* config.v2.json and hostconfig.json (CheckpointTo, ToDisk). */
enum wcd_errc daemon_checkpoint(struct wcd_daemon *daemon, struct wcd_container *container,
                                struct wcd_error *err);
/* The same where a failure is only logged, behind `message`. */
void daemon_checkpoint_or_log(struct wcd_daemon *daemon, struct wcd_container *container,
                              enum wcd_log_level level, const char *message);

#endif
