/* Stops of 2017, which wait for ever once force was used.
 *
 * Evidence: docker daemon/stop.go of 2017. */
#include "core/daemon/signals.h"
#include "core/daemon/stopping.h"
#include "core/daemon/streams.h"

#include <inttypes.h>

/* It counts that the container has stopped, not what stopped it. */
static void ended_at_last(void *ctx, const struct daemon_status *status)
{
    struct daemon_stopping *stop = ctx;
    (void)status;
    wcd_log(&stop->work.daemon->log, WCD_LOG_WARN, "%s", wcd_error_message(&stop->error));
    wcd_error_release(&stop->error);
    daemon_stopping_stopped(stop);
}

static void killed(void *ctx, struct wcd_error *err)
{
    struct daemon_stopping *stop = ctx;
    if (err->code == WCD_OK) {
        daemon_stopping_stopped(stop);
        return;
    }
    wcd_error_move(&stop->error, err);
    if (stop->error.code == WCD_E_NO_MEMORY) {
        daemon_stopping_finish(stop);
    } else {
        daemon_stopping_wait_behind_kill(stop, DAEMON_NO_LIMIT, ended_at_last);
    }
}

static void waited(void *ctx, const struct daemon_status *status)
{
    struct daemon_stopping *stop = ctx;
    if (!status->timed_out) {
        daemon_stopping_stopped(stop);
        return;
    }
    wcd_log(&stop->work.daemon->log, WCD_LOG_INFO,
            "Container %s failed to exit within %" PRId64 " seconds of signal %d - using the force",
            stop->work.container->id, stop->options.timeout_s, stop->options.signal);
    daemon_kill_chain(stop->work.daemon, stop->work.container, killed, stop);
}

static void wait_as_asked(struct daemon_stopping *stop)
{
    int64_t seconds = stop->options.timeout_s;
    daemon_stopping_wait(stop, seconds < 0 ? DAEMON_NO_LIMIT : seconds * DAEMON_SECOND_US, waited);
}

static void forced(void *ctx, struct wcd_error *err)
{
    struct daemon_stopping *stop = ctx;
    if (err->code != WCD_OK) {
        wcd_error_move(&stop->error, err);
        daemon_stopping_finish(stop);
        return;
    }
    wait_as_asked(stop);
}

static void waited_in_doubt(void *ctx, const struct daemon_status *status)
{
    struct daemon_stopping *stop = ctx;
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
    struct daemon_stopping *stop = ctx;
    if (err->code == WCD_E_NO_MEMORY) {
        wcd_error_move(&stop->error, err);
        daemon_stopping_finish(stop);
    } else if (err->code != WCD_OK) {
        daemon_stopping_wait(stop, 2 * DAEMON_SECOND_US, waited_in_doubt);
    } else {
        wait_as_asked(stop);
    }
}

static void signal_it(void *ctx)
{
    struct daemon_stopping *stop = ctx;
    daemon_health_stop(stop->work.daemon, stop->work.container);
    daemon_signal_chain(stop->work.daemon, stop->work.container, stop->options.signal, signalled,
                        stop);
}

void daemon_stop_2017(struct wcd_daemon *daemon, struct wcd_container *container,
                      const struct daemon_stop_options *options, daemon_done *done, void *ctx)
{
    daemon_stopping_begin(daemon, container, options, signal_it, done, ctx);
}
