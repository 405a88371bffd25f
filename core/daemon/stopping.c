/* What the stops of both generations are made of; see stopping.h. */
#include "core/daemon/stopping.h"

#include <stdlib.h>

static void drop(struct daemon_work *work)
{
    struct daemon_stopping *stop = (struct daemon_stopping *)work;
    daemon_unlock(work->daemon, work->container, &stop->turn);
    daemon_watch_drop(&stop->watch);
    wcd_error_release(&stop->signal_error);
    wcd_error_release(&stop->error);
    daemon_work_end(work);
    free(stop);
}

void daemon_stopping_finish(struct daemon_stopping *stop)
{
    daemon_done *done = stop->done;
    void *ctx = stop->ctx;
    struct wcd_error error = WCD_ERROR_INIT;
    wcd_error_move(&error, &stop->error);
    drop(&stop->work);
    done(ctx, &error);
    wcd_error_release(&error);
}

void daemon_stopping_stopped(struct daemon_stopping *stop)
{
    daemon_event(stop->work.daemon, stop->work.container, "stop", NULL);
    daemon_stopping_finish(stop);
}

void daemon_stopping_wait(struct daemon_stopping *stop, int64_t limit_us, daemon_watch_fn *fn)
{
    struct wcd_error failure = WCD_ERROR_INIT;
    if (daemon_watch(stop->work.daemon, stop->work.container, &stop->watch, DAEMON_NOT_RUNNING,
                     limit_us, fn, stop, &failure) != WCD_OK) {
        wcd_error_move(&stop->error, &failure);
        daemon_stopping_finish(stop);
    }
}

void daemon_stopping_wait_behind_kill(struct daemon_stopping *stop, int64_t limit_us,
                                      daemon_watch_fn *fn)
{
    struct wcd_error failure = WCD_ERROR_INIT;
    if (daemon_watch(stop->work.daemon, stop->work.container, &stop->watch, DAEMON_NOT_RUNNING,
                     limit_us, fn, stop, &failure) != WCD_OK) {
        daemon_stopping_finish(stop);
    }
    wcd_error_release(&failure);
}

static void locked(void *ctx)
{
    struct daemon_stopping *stop = ctx;
    struct wcd_container *container = stop->work.container;
    daemon_unlock(stop->work.daemon, container, &stop->turn);
    if (!container->state.running) {
        daemon_stopping_finish(stop);
        return;
    }
    stop->signal(stop);
}

void daemon_stopping_begin(struct wcd_daemon *daemon, struct wcd_container *container,
                           const struct daemon_stop_options *options, wcd_task_fn *signal,
                           daemon_done *done, void *ctx)
{
    struct daemon_stopping *stop = calloc(1, sizeof(*stop));
    if (stop == NULL) {
        daemon_tell_no_memory(done, ctx);
        return;
    }
    stop->options = *options;
    stop->signal = signal;
    stop->done = done;
    stop->ctx = ctx;
    daemon_work_begin(daemon, &stop->work, container, drop);
    daemon_lock(daemon, container, &stop->turn, locked, stop);
}
