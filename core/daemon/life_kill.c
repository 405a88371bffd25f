/* Signals and the end by force: killWithSignal and Kill of both generations.
 *
 * Evidence: moby daemon/kill.go; docker daemon/kill.go of 2017, api/server/router/container. */
#include "core/daemon/signals.h"
#include "core/daemon/steps.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NUMBER_BYTES 16u

enum wcd_errc daemon_not_running(const struct wcd_daemon *daemon,
                                 const struct wcd_container *container, struct wcd_error *err)
{
    return wcd_error_fill(err, daemon->engine->state_conflict_class,
                          daemon->engine->not_running_message, container->id);
}

/* ---- v25: a signal that the runtime had nobody for ---- */

/* The exit event may be on its way; where it does not come the daemon calls it an end. */
struct straggler {
    struct daemon_work work;
    struct daemon_watch watch;
};

static void drop_straggler(struct daemon_work *work)
{
    struct straggler *straggler = (struct straggler *)work;
    daemon_watch_drop(&straggler->watch);
    daemon_work_end(work);
    free(straggler);
}

static void waited_for_event(void *ctx, const struct daemon_status *status)
{
    struct straggler *straggler = ctx;
    if (status->timed_out) {
        daemon_exit_lost(straggler->work.daemon, straggler->work.container);
    }
    drop_straggler(&straggler->work);
}

static void expect_exit_event(struct wcd_daemon *daemon, struct wcd_container *container)
{
    struct straggler *straggler = calloc(1, sizeof(*straggler));
    struct wcd_error failure = WCD_ERROR_INIT;
    if (straggler == NULL) {
        return;
    }
    daemon_work_begin(daemon, &straggler->work, container, drop_straggler);
    int64_t limit_us = wcd_container_stop_timeout_s(container, daemon->engine) * DAEMON_SECOND_US;
    if (daemon_watch(daemon, container, &straggler->watch, DAEMON_NOT_RUNNING, limit_us,
                     waited_for_event, straggler, &failure) != WCD_OK) {
        drop_straggler(&straggler->work);
    }
    wcd_error_release(&failure);
}

/* ---- killWithSignal ---- */

struct signalling {
    struct daemon_work work;
    struct daemon_turn turn;
    int signal;
    daemon_done *done;
    void *ctx;
    struct wcd_error error;
};

static void drop_signalling(struct daemon_work *work)
{
    struct signalling *signalling = (struct signalling *)work;
    daemon_unlock(work->daemon, work->container, &signalling->turn);
    wcd_error_release(&signalling->error);
    daemon_work_end(work);
    free(signalling);
}

static void finish_signalling(struct signalling *signalling)
{
    daemon_done *done = signalling->done;
    void *ctx = signalling->ctx;
    struct wcd_error error = WCD_ERROR_INIT;
    wcd_error_move(&error, &signalling->error);
    drop_signalling(&signalling->work);
    done(ctx, &error);
    wcd_error_release(&error);
}

static void say_kill(struct signalling *signalling)
{
    char number[NUMBER_BYTES];
    (void)snprintf(number, sizeof(number), "%d", signalling->signal);
    const char *const attributes[] = {"signal", number, NULL};
    daemon_event(signalling->work.daemon, signalling->work.container, "kill", attributes);
    finish_signalling(signalling);
}

/* ExitOnNext: the signal that ends it ends its restarts as well. *unpause: so it has to run on for it. */
static enum wcd_errc stop_restarts(struct signalling *signalling, bool *ends, struct wcd_error *err)
{
    const struct engine_rules *engine = signalling->work.daemon->engine;
    struct wcd_container *container = signalling->work.container;
    const char *own = wcd_text_or_empty(container->config.stop_signal);
    int signal = signalling->signal;
    bool asks =
        own[0] != '\0' && !(engine->kill_ends_restarts && signalling->signal == WCD_SIGKILL);
    enum wcd_errc code = asks ? wcd_signal_parse(own, engine, &signal, err) : WCD_OK;
    *ends = code == WCD_OK && signal == signalling->signal;
    if (*ends) {
        wcd_restart_cancel(&container->restart);
    }
    return code;
}

static void log_signal(const struct signalling *signalling)
{
    const struct wcd_daemon *daemon = signalling->work.daemon;
    char said[WCD_SIGNAL_BYTES];
    if (!daemon->engine->unpauses_to_kill) {
        wcd_log(&daemon->log, WCD_LOG_DEBUG, "Sending kill signal %d to container %s",
                signalling->signal, signalling->work.container->id);
        return;
    }
    wcd_signal_print(signalling->signal, said);
    wcd_log(&daemon->log, WCD_LOG_DEBUG, "sending signal %d (%s) to container", signalling->signal,
            said);
}

static void resumed(void *ctx, const struct wcd_error *err)
{
    struct signalling *signalling = ctx;
    if (err->code != WCD_OK) {
        wcd_log(&signalling->work.daemon->log, WCD_LOG_WARN, "cannot unpause container: %s",
                wcd_error_message(err));
    }
    say_kill(signalling);
}

static void resume(struct signalling *signalling)
{
    struct wcd_local_runtime *local = signalling->work.daemon->local;
    struct wcd_error failure = WCD_ERROR_INIT;
    if (local->ops->resume(local, signalling->work.container->id, resumed, signalling, &failure) !=
        WCD_OK) {
        resumed(signalling, &failure);
    }
    wcd_error_release(&failure);
}

/* The runtime refused. A container that is not there needs no signal. */
static bool tolerate(struct signalling *signalling)
{
    struct wcd_daemon *daemon = signalling->work.daemon;
    struct wcd_container *container = signalling->work.container;
    const struct engine_rules *engine = daemon->engine;
    struct wcd_error *err = &signalling->error;
    if (engine->unpauses_to_kill && err->code == WCD_E_NOT_FOUND) {
        wcd_log(&daemon->log, WCD_LOG_DEBUG,
                "container kill failed because of 'container not found' or 'no such process': %s",
                wcd_error_message(err));
        expect_exit_event(daemon, container);
        wcd_error_release(err);
        return true;
    }
    if (err->code == WCD_E_NO_MEMORY ||
        wcd_error_wrap(err, "Cannot kill container %s", container->id) == WCD_E_NO_MEMORY) {
        return false;
    }
    const char *message = wcd_error_message(err);
    if (!engine->unpauses_to_kill && (strstr(message, "container not found") != NULL ||
                                      strstr(message, "no such process") != NULL)) {
        wcd_log(&daemon->log, WCD_LOG_WARN,
                "container kill failed because of 'container not found' or 'no such process': %s",
                message);
        wcd_error_release(err);
        return true;
    }
    return false;
}

static void send(struct signalling *signalling, bool ends)
{
    struct wcd_daemon *daemon = signalling->work.daemon;
    struct wcd_container *container = signalling->work.container;
    bool unpause = ends && container->state.paused && daemon->engine->unpauses_to_kill;
    if (daemon->local->ops->signal(daemon->local, container->id, signalling->signal,
                                   &signalling->error) != WCD_OK) {
        unpause = false;
        if (!tolerate(signalling)) {
            finish_signalling(signalling);
            return;
        }
    }
    if (unpause) {
        resume(signalling);
    } else {
        say_kill(signalling);
    }
}

static void locked_to_signal(void *ctx)
{
    struct signalling *signalling = ctx;
    struct wcd_daemon *daemon = signalling->work.daemon;
    struct wcd_container *container = signalling->work.container;
    const struct engine_rules *engine = daemon->engine;
    struct wcd_error *err = &signalling->error;
    bool ends = false;
    enum wcd_errc code = WCD_OK;
    if (container->state.paused && !engine->unpauses_to_kill) {
        code = wcd_error_set(err, WCD_E_PLAIN,
                             "Container %s is paused. Unpause the container before stopping or "
                             "killing",
                             container->id);
    } else if (!container->state.running) {
        code = daemon_not_running(daemon, container, err);
    } else {
        code = stop_restarts(signalling, &ends, err);
    }
    if (code != WCD_OK) {
        finish_signalling(signalling);
        return;
    }
    if (!daemon->shutting_down) {
        container->has_been_manually_stopped = true;
        if (engine->unpauses_to_kill) {
            daemon_checkpoint_or_log(daemon, container, WCD_LOG_WARN,
                                     "error checkpointing container state");
        }
    }
    /* One that waits for its restart has no process; it has heard already. */
    if (container->state.restarting) {
        finish_signalling(signalling);
        return;
    }
    send(signalling, ends);
}

void daemon_signal_chain(struct wcd_daemon *daemon, struct wcd_container *container, int signal,
                         daemon_done *done, void *ctx)
{
    struct signalling *signalling = calloc(1, sizeof(*signalling));
    if (signalling == NULL) {
        daemon_tell_no_memory(done, ctx);
        return;
    }
    signalling->signal = signal;
    signalling->done = done;
    signalling->ctx = ctx;
    daemon_work_begin(daemon, &signalling->work, container, drop_signalling);
    log_signal(signalling);
    daemon_lock(daemon, container, &signalling->turn, locked_to_signal, signalling);
}

/* ---- Kill ---- */

struct killing {
    struct daemon_work work;
    struct daemon_turn turn;
    struct daemon_watch watch;
    daemon_done *done;
    void *ctx;
    struct wcd_error error;
};

static void drop_killing(struct daemon_work *work)
{
    struct killing *killing = (struct killing *)work;
    daemon_unlock(work->daemon, work->container, &killing->turn);
    daemon_watch_drop(&killing->watch);
    wcd_error_release(&killing->error);
    daemon_work_end(work);
    free(killing);
}

static void finish_killing(struct killing *killing)
{
    daemon_done *done = killing->done;
    void *ctx = killing->ctx;
    struct wcd_error error = WCD_ERROR_INIT;
    wcd_error_move(&error, &killing->error);
    drop_killing(&killing->work);
    done(ctx, &error);
    wcd_error_release(&error);
}

static void wait_for_end(struct killing *killing, int64_t limit_us, daemon_watch_fn *fn)
{
    if (daemon_watch(killing->work.daemon, killing->work.container, &killing->watch,
                     DAEMON_NOT_RUNNING, limit_us, fn, killing, &killing->error) != WCD_OK) {
        finish_killing(killing);
    }
}

/* v25 takes a state with an error in it for a wait that failed. */
static bool has_ended(const struct daemon_status *status)
{
    return !status->timed_out && status->error == NULL;
}

static void waited_a_last_time(void *ctx, const struct daemon_status *status)
{
    struct killing *killing = ctx;
    if (!has_ended(status)) {
        (void)wcd_error_set(&killing->error, WCD_E_PLAIN,
                            "tried to kill container, but did not receive an exit event");
    }
    finish_killing(killing);
}

static void waited_after_kill(void *ctx, const struct daemon_status *status)
{
    struct killing *killing = ctx;
    if (has_ended(status)) {
        finish_killing(killing);
        return;
    }
    wcd_log(&killing->work.daemon->log, WCD_LOG_WARN,
            "Container failed to exit within 1m15s of kill - trying direct SIGKILL: %s",
            status->timed_out ? "context deadline exceeded" : status->error);
    wait_for_end(killing, 2 * DAEMON_SECOND_US, waited_a_last_time);
}

static void it_is_dead(void *ctx, const struct daemon_status *status)
{
    (void)status;
    finish_killing(ctx);
}

/* 2017: what the signal failed with counts if the container does not end all the same. */
static void waited_in_doubt(void *ctx, const struct daemon_status *status)
{
    struct killing *killing = ctx;
    if (!status->timed_out) {
        wcd_error_release(&killing->error);
    }
    finish_killing(killing);
}

static void killed_2017(struct killing *killing, struct wcd_error *err)
{
    if (err->code == WCD_OK) {
        wait_for_end(killing, DAEMON_NO_LIMIT, it_is_dead);
        return;
    }
    struct wcd_error failure = WCD_ERROR_INIT;
    wcd_error_move(&killing->error, err);
    if (daemon_watch(killing->work.daemon, killing->work.container, &killing->watch,
                     DAEMON_NOT_RUNNING, 2 * DAEMON_SECOND_US, waited_in_doubt, killing,
                     &failure) != WCD_OK) {
        finish_killing(killing);
    }
    wcd_error_release(&failure);
}

static void killed(void *ctx, struct wcd_error *err)
{
    struct killing *killing = ctx;
    if (!killing->work.daemon->engine->unpauses_to_kill) {
        killed_2017(killing, err);
    } else if (err->code == WCD_E_NO_MEMORY) {
        wcd_error_move(&killing->error, err);
        finish_killing(killing);
    } else {
        /* Whatever it was: if the container ends, it was right. */
        wait_for_end(killing, 75 * DAEMON_SECOND_US, waited_after_kill);
    }
}

static void locked_to_look(void *ctx)
{
    struct killing *killing = ctx;
    struct wcd_daemon *daemon = killing->work.daemon;
    struct wcd_container *container = killing->work.container;
    daemon_unlock(daemon, container, &killing->turn);
    if (!container->state.running) {
        (void)daemon_not_running(daemon, container, &killing->error);
        finish_killing(killing);
        return;
    }
    daemon_signal_chain(daemon, container, WCD_SIGKILL, killed, killing);
}

void daemon_kill_chain(struct wcd_daemon *daemon, struct wcd_container *container,
                       daemon_done *done, void *ctx)
{
    struct killing *killing = calloc(1, sizeof(*killing));
    if (killing == NULL) {
        daemon_tell_no_memory(done, ctx);
        return;
    }
    killing->done = done;
    killing->ctx = ctx;
    daemon_work_begin(daemon, &killing->work, container, drop_killing);
    daemon_lock(daemon, container, &killing->turn, locked_to_look, killing);
}

/* ---- docker kill ---- */

/* 2017's router reads the signal itself, and what it cannot read it says without the container:
 * *unsupported tells the one from the other. */
static enum wcd_errc read_signal(const struct engine_rules *engine, const char *text, int *out,
                                 bool *unsupported, struct wcd_error *err)
{
    char number[NUMBER_BYTES];
    *out = WCD_SIGKILL;
    *unsupported = false;
    if (wcd_text_or_empty(text)[0] == '\0') {
        return WCD_OK;
    }
    enum wcd_errc code = wcd_signal_parse(text, engine, out, err);
    if (code != WCD_OK || wcd_signal_is_valid(*out)) {
        return code;
    }
    *unsupported = true;
    (void)snprintf(number, sizeof(number), "%d", *out);
    return wcd_error_fill(err, engine->signal_class, engine->unsupported_signal_message, number);
}

static struct wcd_op *refuse(struct wcd_daemon *daemon, const char *name, bool in_context,
                             struct wcd_error *err)
{
    if (in_context) {
        (void)daemon_explain(err, daemon->engine->kill_context, name,
                             daemon->engine->context_class);
    }
    return daemon_op_failed(daemon, err);
}

struct wcd_op *wcd_daemon_kill_container(struct wcd_daemon *daemon, const char *name,
                                         const char *signal)
{
    const struct engine_rules *engine = daemon->engine;
    struct wcd_error err = WCD_ERROR_INIT;
    struct wcd_container *container = NULL;
    int number = WCD_SIGKILL;
    bool unsupported = false;
    if (read_signal(engine, signal, &number, &unsupported, &err) != WCD_OK) {
        return refuse(daemon, name, engine->unpauses_to_kill || unsupported, &err);
    }
    if (daemon_get_container(daemon, name, &container, &err) != WCD_OK) {
        return refuse(daemon, name, true, &err);
    }
    struct daemon_order *order =
        daemon_order_begin(daemon, container, name, engine->kill_context, engine->context_class);
    struct wcd_op *op = order == NULL ? NULL : order->op;
    if (order != NULL && number == WCD_SIGKILL) {
        daemon_kill_chain(daemon, container, daemon_order_done, order);
    } else if (order != NULL) {
        daemon_signal_chain(daemon, container, number, daemon_order_done, order);
    }
    return op;
}
