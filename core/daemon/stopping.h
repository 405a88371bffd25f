/* What the stops of both generations are made of: the chain's memory, its begin, its waits and its end. The order
 * of signals and waits between them is each generation's own (life_stop.c, life_stop_2017.c). */
#ifndef WCD_DAEMON_STOPPING_H
#define WCD_DAEMON_STOPPING_H

#include "core/daemon/steps.h"

struct daemon_stopping {
    struct daemon_work work;
    struct daemon_turn turn;
    struct daemon_watch watch;
    struct daemon_stop_options options;
    wcd_task_fn *signal; /* the generation's first step behind the lock; its ctx is this */
    int64_t patience_s;  /* v25 */
    daemon_done *done;
    void *ctx;
    struct wcd_error signal_error; /* v25 */
    struct wcd_error error;        /* what `done` is told */
};

/* Takes the container's lock to look at it, and gives it back before `signal` is called. One that does not run has
 * been stopped. */
void daemon_stopping_begin(struct wcd_daemon *daemon, struct wcd_container *container,
                           const struct daemon_stop_options *options, wcd_task_fn *signal,
                           daemon_done *done, void *ctx);
/* Tells `done` of the error, or that there is none; `stop` is gone then. */
void daemon_stopping_finish(struct daemon_stopping *stop);
/* The same behind the event. */
void daemon_stopping_stopped(struct daemon_stopping *stop);
/* Waits for the container's end; a wait that cannot be had finishes the stop. */
void daemon_stopping_wait(struct daemon_stopping *stop, int64_t limit_us, daemon_watch_fn *fn);
/* The same behind a kill that failed: then the stop fails with what the kill did. */
void daemon_stopping_wait_behind_kill(struct daemon_stopping *stop, int64_t limit_us,
                                      daemon_watch_fn *fn);

#endif
