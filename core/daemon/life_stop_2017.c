/* Stops of 2017, which wait for ever once force was used.
 *
 * Evidence: docker daemon/stop.go of 2017. */
#include "core/daemon/signals.h"
#include "core/daemon/steps.h"
#include "core/daemon/streams.h"

#include <inttypes.h>
#include <stdlib.h>

#define SECOND_US ((int64_t)1000000)

struct stop {
    struct daemon_work work;
    struct daemon_turn turn;
    struct daemon_watch watch;
    struct daemon_stop_options options;
    daemon_done *done;
    void *ctx;
    struct wcd_error error;
};

static void drop_stop(struct daemon_work *work)
{
    struct stop *stop = (struct stop *)work;
    daemon_unlock(work->daemon, work->container, &stop->turn);
    daemon_watch_drop(&stop->watch);
    wcd_error_release(&stop->error);
    daemon_work_end(work);
    free(stop);
}

static void finish(struct stop *stop)
{
    daemon_done *done = stop->done;
    void *ctx = stop->ctx;
    struct wcd_error error = WCD_ERROR_INIT;
    wcd_error_move(&error, &stop->error);
    drop_stop(&stop->work);
    done(ctx, &error);
    wcd_error_release(&error);
}

static void stopped(struct stop *stop)
{
    daemon_event(stop->work.daemon, stop->work.container, "stop", NULL);
    finish(stop);
}

static void wait_for_end(struct stop *stop, int64_t limit_us, daemon_watch_fn *fn)
{
    if (daemon_watch(stop->work.daemon, stop->work.container, &stop->watch, DAEMON_NOT_RUNNING,
                     limit_us, fn, stop, &stop->error) != WCD_OK) {
        finish(stop);
    }
}

/* It counts that the container has stopped, not what stopped it. */
static void ended_at_last(void *ctx, const struct daemon_status *status)
{
    struct stop *stop = ctx;
    (void)status;
    wcd_log(&stop->work.daemon->log, WCD_LOG_WARN, "%s", wcd_error_message(&stop->error));
    wcd_error_release(&stop->error);
    stopped(stop);
}

static void killed(void *ctx, struct wcd_error *err)
{
    struct stop *stop = ctx;
    struct wcd_error failure = WCD_ERROR_INIT;
    if (err->code == WCD_OK) {
        stopped(stop);
        return;
    }
    wcd_error_move(&stop->error, err);
    if (stop->error.code == WCD_E_NO_MEMORY ||
        daemon_watch(stop->work.daemon, stop->work.container, &stop->watch, DAEMON_NOT_RUNNING,
                     DAEMON_NO_LIMIT, ended_at_last, stop, &failure) != WCD_OK) {
        finish(stop);
    }
    wcd_error_release(&failure);
}

static void waited(void *ctx, const struct daemon_status *status)
{
    struct stop *stop = ctx;
    if (!status->timed_out) {
        stopped(stop);
        return;
    }
    wcd_log(&stop->work.daemon->log, WCD_LOG_INFO,
            "Container %s failed to exit within %" PRId64 " seconds of signal %d - using the force",
            stop->work.container->id, stop->options.timeout_s, stop->options.signal);
    daemon_kill_chain(stop->work.daemon, stop->work.container, killed, stop);
}

static void wait_as_asked(struct stop *stop)
{
    int64_t seconds = stop->options.timeout_s;
    wait_for_end(stop, seconds < 0 ? DAEMON_NO_LIMIT : seconds * SECOND_US, waited);
}

static void forced(void *ctx, struct wcd_error *err)
{
    struct stop *stop = ctx;
    if (err->code != WCD_OK) {
        wcd_error_move(&stop->error, err);
        finish(stop);
        return;
    }
    wait_as_asked(stop);
}

static void waited_in_doubt(void *ctx, const struct daemon_status *status)
{
    struct stop *stop = ctx;
    if (!status->timed_out) {
        wait_as_asked(stop);
        return;
    }
    wcd_log(&stop->work.daemon->log, WCD_LOG_INFO,
            "Container failed to stop after sending signal %d to the process, force killing",
            stop->options.signal);
    daemon_signal_chain(stop->work.daemon, stop->work.container, WCD_SIGKILL, forced, stop);
}

static void signalled(void *ctx, struct wcd_error *err)
{
    struct stop *stop = ctx;
    if (err->code == WCD_E_NO_MEMORY) {
        wcd_error_move(&stop->error, err);
        finish(stop);
    } else if (err->code != WCD_OK) {
        wait_for_end(stop, 2 * SECOND_US, waited_in_doubt);
    } else {
        wait_as_asked(stop);
    }
}

static void locked(void *ctx)
{
    struct stop *stop = ctx;
    struct wcd_daemon *daemon = stop->work.daemon;
    struct wcd_container *container = stop->work.container;
    daemon_unlock(daemon, container, &stop->turn);
    if (!container->state.running) {
        finish(stop);
        return;
    }
    daemon_health_stop(daemon, container);
    daemon_signal_chain(daemon, container, stop->options.signal, signalled, stop);
}

void daemon_stop_2017(struct wcd_daemon *daemon, struct wcd_container *container,
                      const struct daemon_stop_options *options, daemon_done *done, void *ctx)
{
    struct stop *stop = calloc(1, sizeof(*stop));
    if (stop == NULL) {
        daemon_tell_no_memory(done, ctx);
        return;
    }
    stop->options = *options;
    stop->done = done;
    stop->ctx = ctx;
    daemon_work_begin(daemon, &stop->work, container, drop_stop);
    daemon_lock(daemon, container, &stop->turn, locked, stop);
}
