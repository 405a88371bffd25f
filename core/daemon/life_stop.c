/* Stops of v25, and docker stop of both generations: a signal, time for the container to end, and force.
 *
 * Evidence: moby daemon/stop.go. */
#include "core/daemon/signals.h"
#include "core/daemon/stopping.h"

#include <stdio.h>
#include <stdlib.h>

#define DURATION_BYTES 40u
#define PATIENCE_S     2 /* for a container whose signal or kill failed */

/* A state with an error in it is taken for a wait that failed: so the original. */
static bool has_ended(const struct daemon_status *status)
{
    return !status->timed_out && status->error == NULL;
}

static const char *wait_error(const struct daemon_status *status)
{
    return status->timed_out ? "context deadline exceeded" : status->error;
}

static void waited_after_kill(void *ctx, const struct daemon_status *status)
{
    struct daemon_stopping *stop = ctx;
    if (has_ended(status)) {
        wcd_error_release(&stop->error);
        daemon_stopping_stopped(stop);
        return;
    }
    wcd_log(&stop->work.daemon->log, WCD_LOG_ERROR, "error killing container: %s: %s",
            wait_error(status), wcd_error_message(&stop->error));
    daemon_stopping_finish(stop);
}

static void killed(void *ctx, struct wcd_error *err)
{
    struct daemon_stopping *stop = ctx;
    if (err->code == WCD_OK) {
        daemon_stopping_stopped(stop);
        return;
    }
    wcd_error_move(&stop->error, err);
    daemon_stopping_wait_behind_kill(stop, PATIENCE_S * DAEMON_SECOND_US, waited_after_kill);
}

/* time.Duration.String() of whole seconds: "10s", "1m30s", "1h0m0s". */
static void print_seconds(int64_t seconds, char *out)
{
    long long total = (long long)seconds;
    if (total >= 3600) {
        (void)snprintf(out, DURATION_BYTES, "%lldh%lldm%llds", total / 3600, total / 60 % 60,
                       total % 60);
    } else if (total >= 60) {
        (void)snprintf(out, DURATION_BYTES, "%lldm%llds", total / 60, total % 60);
    } else {
        (void)snprintf(out, DURATION_BYTES, "%llds", total);
    }
}

static void use_force(struct daemon_stopping *stop)
{
    char patience[DURATION_BYTES];
    print_seconds(stop->patience_s, patience);
    wcd_log(&stop->work.daemon->log, WCD_LOG_INFO,
            "Container failed to exit within %s of signal %d - using the force", patience,
            stop->options.signal);
    daemon_kill_chain(stop->work.daemon, stop->work.container, killed, stop);
}

static void waited_after_signal(void *ctx, const struct daemon_status *status)
{
    struct daemon_stopping *stop = ctx;
    if (has_ended(status)) {
        daemon_stopping_stopped(stop);
        return;
    }
    if (stop->signal_error.code != WCD_OK) {
        wcd_log(&stop->work.daemon->log, WCD_LOG_ERROR,
                "Error sending stop (signal %d) to container: %s", stop->options.signal,
                wcd_error_message(&stop->signal_error));
    }
    if (stop->options.timeout_s >= 0) {
        use_force(stop);
    } else if (stop->signal_error.code == WCD_OK) {
        daemon_stopping_stopped(stop);
    } else {
        wcd_error_move(&stop->error, &stop->signal_error);
        daemon_stopping_finish(stop);
    }
}

static void signalled(void *ctx, struct wcd_error *err)
{
    struct daemon_stopping *stop = ctx;
    bool limited = stop->options.timeout_s >= 0;
    stop->patience_s = limited ? stop->options.timeout_s : 0;
    if (err->code == WCD_E_NO_MEMORY) {
        wcd_error_move(&stop->error, err);
        daemon_stopping_finish(stop);
        return;
    }
    if (err->code != WCD_OK) {
        wcd_error_move(&stop->signal_error, err);
        stop->patience_s = PATIENCE_S;
    }
    daemon_stopping_wait(stop, limited ? stop->patience_s * DAEMON_SECOND_US : DAEMON_NO_LIMIT,
                         waited_after_signal);
}

static void signal_it(void *ctx)
{
    struct daemon_stopping *stop = ctx;
    daemon_signal_chain(stop->work.daemon, stop->work.container, stop->options.signal, signalled,
                        stop);
}

void daemon_stop_v25(struct wcd_daemon *daemon, struct wcd_container *container,
                     const struct daemon_stop_options *options, daemon_done *done, void *ctx)
{
    daemon_stopping_begin(daemon, container, options, signal_it, done, ctx);
}

void daemon_stop_chain(struct wcd_daemon *daemon, struct wcd_container *container,
                       const struct daemon_stop_options *options, daemon_done *done, void *ctx)
{
    static void (*const stops[])(struct wcd_daemon * daemon, struct wcd_container * container,
                                 const struct daemon_stop_options *options, daemon_done *done,
                                 void *ctx) = {
        [WCD_ENGINE_V17] = daemon_stop_2017,
        [WCD_ENGINE_V25] = daemon_stop_v25,
    };
    stops[daemon->engine->engine](daemon, container, options, done, ctx);
}

/* ---- docker stop ---- */

struct stop_order {
    struct daemon_work work;
    struct daemon_turn turn;
    struct daemon_order *order;
    struct daemon_stop_options options;
};

static void drop_stop_order(struct daemon_work *work)
{
    struct stop_order *first = (struct stop_order *)work;
    daemon_unlock(work->daemon, work->container, &first->turn);
    daemon_work_end(work);
    free(first);
}

/* One that does not run is no failure: the client is told that nothing was changed. */
static void looked(void *ctx)
{
    struct stop_order *first = ctx;
    struct wcd_daemon *daemon = first->work.daemon;
    struct wcd_container *container = first->work.container;
    struct daemon_order *order = first->order;
    struct daemon_stop_options options = first->options;
    struct wcd_error err = WCD_ERROR_INIT;
    bool running = container->state.running;
    if (!running) {
        (void)wcd_error_fill(&err, WCD_E_NOT_MODIFIED, daemon->engine->stop_stopped_message,
                             order->name);
        order->context = NULL;
    }
    drop_stop_order(&first->work);
    if (running) {
        daemon_stop_chain(daemon, container, &options, daemon_order_done, order);
    } else {
        daemon_order_done(order, &err);
    }
    wcd_error_release(&err);
}

enum wcd_errc daemon_stop_options(struct daemon_stop_options *out, const struct wcd_daemon *daemon,
                                  const struct wcd_container *container, int32_t timeout_s,
                                  const char *signal, struct wcd_error *err)
{
    *out = (struct daemon_stop_options){
        .timeout_s = timeout_s == WCD_STOP_TIMEOUT_DEFAULT
                         ? wcd_container_stop_timeout_s(container, daemon->engine)
                         : timeout_s,
        .signal = wcd_container_stop_signal(container, daemon->engine),
    };
    bool given = wcd_text_or_empty(signal)[0] != '\0' && daemon->engine->stop_takes_signal;
    return given ? wcd_signal_parse(signal, daemon->engine, &out->signal, err) : WCD_OK;
}

static struct wcd_op *begin(struct wcd_daemon *daemon, struct wcd_container *container,
                            const char *name, const struct daemon_stop_options *options)
{
    const struct engine_rules *engine = daemon->engine;
    struct stop_order *first = calloc(1, sizeof(*first));
    struct daemon_order *order =
        first == NULL ? NULL
                      : daemon_order_begin(daemon, container, name, engine->stop_context,
                                           engine->stop_context_class);
    if (order == NULL) {
        free(first);
        return NULL;
    }
    struct wcd_op *op = order->op;
    first->order = order;
    first->options = *options;
    daemon_work_begin(daemon, &first->work, container, drop_stop_order);
    daemon_lock(daemon, container, &first->turn, looked, first);
    return op;
}

struct wcd_op *wcd_daemon_stop_container(struct wcd_daemon *daemon, const char *name,
                                         int32_t timeout_s, const char *signal)
{
    struct wcd_error err = WCD_ERROR_INIT;
    struct wcd_container *container = NULL;
    struct daemon_stop_options options = {0};
    if (daemon_get_container(daemon, name, &container, &err) != WCD_OK) {
        return daemon_op_failed(daemon, &err);
    }
    if (daemon_stop_options(&options, daemon, container, timeout_s, signal, &err) != WCD_OK) {
        (void)daemon_explain(&err, daemon->engine->stop_context, name,
                             daemon->engine->stop_context_class);
        return daemon_op_failed(daemon, &err);
    }
    return begin(daemon, container, name, &options);
}
