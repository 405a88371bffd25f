/* The daemon's end in good order: its containers are stopped, all at once, and it waits for them as long as they may
 * take. Behind that it ends all the same, and what still runs is left to the next daemon.
 *
 * Evidence: moby daemon/daemon.go (Shutdown, shutdownContainer, ShutdownTimeout), cmd/dockerd (shutdownDaemon);
 * moby#29392, moby#35184. */
#include "core/daemon/signals.h"
#include "core/daemon/steps.h"

#include <inttypes.h>
#include <stdlib.h>

#define GRACE_S 5 /* beyond the time that a container may take */

struct shutdown {
    struct daemon_work work;
    struct wcd_timer timer;
    size_t left; /* containers that are being stopped */
    bool begun;
    daemon_done *done;
    void *ctx;
};

static void drop_shutdown(struct daemon_work *work)
{
    struct shutdown *shutdown = (struct shutdown *)work;
    wcd_timer_cancel(&shutdown->timer);
    daemon_work_end(work);
    free(shutdown);
}

/* WCD_E_DEADLINE: it took too long. */
static void finish(struct shutdown *shutdown, enum wcd_errc code)
{
    daemon_done *done = shutdown->done;
    void *ctx = shutdown->ctx;
    struct wcd_daemon *daemon = shutdown->work.daemon;
    struct wcd_error err = WCD_ERROR_INIT;
    drop_shutdown(&shutdown->work);
    if (code == WCD_E_DEADLINE) {
        wcd_log(&daemon->log, WCD_LOG_ERROR, "Force shutdown daemon");
        (void)wcd_error_set(&err, code, "Force shutdown daemon");
    } else if (code != WCD_OK) {
        (void)wcd_error_no_memory(&err);
    }
    done(ctx, &err);
    wcd_error_release(&err);
}

/* ---- one container ---- */

struct shutdown_one {
    struct daemon_work work;
    struct daemon_turn turn;
    struct daemon_watch watch;
    struct shutdown *all;
    int64_t timeout_s;
    bool forced; /* 2017, paused: it did not end in time */
};

static void drop_one(struct daemon_work *work)
{
    struct shutdown_one *one = (struct shutdown_one *)work;
    daemon_unlock(work->daemon, work->container, &one->turn);
    daemon_watch_drop(&one->watch);
    daemon_work_end(work);
    free(one);
}

static void one_less(struct shutdown *all)
{
    all->left--;
    if (all->left == 0 && all->begun) {
        finish(all, WCD_OK);
    }
}

static void finish_one(struct shutdown_one *one, const char *failure)
{
    struct wcd_daemon *daemon = one->work.daemon;
    const struct engine_rules *engine = daemon->engine;
    struct shutdown *all = one->all;
    if (failure != NULL) {
        wcd_log(&daemon->log, WCD_LOG_ERROR, "%s: %s", engine->shutdown_failure_message, failure);
    } else {
        wcd_log(&daemon->log, WCD_LOG_DEBUG, "%s", engine->shutdown_done_message);
    }
    drop_one(&one->work);
    one_less(all);
}

static void ended(void *ctx, const struct daemon_status *status)
{
    struct shutdown_one *one = ctx;
    (void)status;
    finish_one(one, one->forced ? "context deadline exceeded" : NULL);
}

static void wait_for_end(struct shutdown_one *one, int64_t limit_us, daemon_watch_fn *fn)
{
    struct wcd_error failure = WCD_ERROR_INIT;
    if (daemon_watch(one->work.daemon, one->work.container, &one->watch, DAEMON_NOT_RUNNING,
                     limit_us, fn, one, &failure) != WCD_OK) {
        finish_one(one, wcd_error_message(&failure));
    }
    wcd_error_release(&failure);
}

static void stopped(void *ctx, struct wcd_error *err)
{
    struct shutdown_one *one = ctx;
    if (err->code != WCD_OK) {
        char *failure = wcd_text_format("Failed to stop container %s with error: %s",
                                        one->work.container->id, wcd_error_message(err));
        finish_one(one, failure == NULL ? "out of memory" : failure);
        free(failure);
        return;
    }
    wait_for_end(one, DAEMON_NO_LIMIT, ended);
}

static void stop(struct shutdown_one *one)
{
    struct wcd_daemon *daemon = one->work.daemon;
    struct wcd_container *container = one->work.container;
    const struct daemon_stop_options options = {
        .timeout_s = one->timeout_s,
        .signal = wcd_container_stop_signal(container, daemon->engine),
    };
    daemon_stop_chain(daemon, container, &options, stopped, one);
}

/* ---- 2017: one that is paused gets a signal, and runs on for it ---- */

static void waited_for_paused(void *ctx, const struct daemon_status *status)
{
    struct shutdown_one *one = ctx;
    struct wcd_daemon *daemon = one->work.daemon;
    const char *id = one->work.container->id;
    struct wcd_error failure = WCD_ERROR_INIT;
    if (!status->timed_out) {
        stop(one);
        return;
    }
    wcd_log(&daemon->log, WCD_LOG_DEBUG,
            "container %s failed to exit in %" PRId64
            " second of SIGTERM, sending SIGKILL to force",
            id, one->timeout_s);
    if (daemon->local->ops->signal(daemon->local, id, WCD_SIGKILL, &failure) != WCD_OK) {
        wcd_log(&daemon->log, WCD_LOG_ERROR, "Failed to SIGKILL container %s", id);
    }
    wcd_error_release(&failure);
    one->forced = true;
    wait_for_end(one, DAEMON_NO_LIMIT, ended);
}

static void resumed(void *ctx, const struct wcd_error *err)
{
    struct shutdown_one *one = ctx;
    daemon_unlock(one->work.daemon, one->work.container, &one->turn);
    if (err->code != WCD_OK) {
        char *failure = wcd_text_format(
            "Failed to unpause container %s with error: Cannot unpause container %s: %s",
            one->work.container->id, one->work.container->id, wcd_error_message(err));
        finish_one(one, failure == NULL ? "out of memory" : failure);
        free(failure);
        return;
    }
    wait_for_end(one, one->timeout_s < 0 ? DAEMON_NO_LIMIT : one->timeout_s * DAEMON_SECOND_US,
                 waited_for_paused);
}

static void end_paused(struct shutdown_one *one)
{
    struct wcd_daemon *daemon = one->work.daemon;
    struct wcd_container *container = one->work.container;
    struct wcd_error failure = WCD_ERROR_INIT;
    wcd_log(&daemon->log, WCD_LOG_DEBUG,
            "Found container %s is paused, sending SIGTERM before unpausing it", container->id);
    if (daemon->local->ops->signal(daemon->local, container->id, WCD_SIGTERM, &failure) != WCD_OK ||
        daemon->local->ops->resume(daemon->local, container->id, resumed, one, &failure) !=
            WCD_OK) {
        resumed(one, &failure);
    }
    wcd_error_release(&failure);
}

static void looked(void *ctx)
{
    struct shutdown_one *one = ctx;
    struct wcd_daemon *daemon = one->work.daemon;
    struct wcd_container *container = one->work.container;
    if (!container->state.running) {
        struct shutdown *all = one->all;
        drop_one(&one->work);
        one_less(all);
        return;
    }
    wcd_log(&daemon->log, WCD_LOG_DEBUG, "%s", daemon->engine->shutdown_begins_message);
    if (container->state.paused && !daemon->engine->unpauses_to_kill) {
        end_paused(one);
        return;
    }
    daemon_unlock(daemon, container, &one->turn);
    stop(one);
}

/* ---- all of them ---- */

/* ShutdownTimeout; below 0: no limit. */
static int64_t timeout_s(const struct wcd_daemon *daemon)
{
    int64_t timeout = wcd_config_int(daemon->config, "shutdown-timeout");
    for (size_t i = 0; timeout >= 0 && i < daemon->container_count; i++) {
        int64_t own = wcd_container_stop_timeout_s(daemon->containers[i], daemon->engine);
        if (own < 0) {
            timeout = -1;
        } else if (own + GRACE_S > timeout) {
            timeout = own + GRACE_S;
        }
    }
    return timeout < 0 ? -1 : timeout;
}

static void too_late(void *ctx)
{
    finish(ctx, WCD_E_DEADLINE);
}

static void say_begin(const struct wcd_daemon *daemon, int64_t timeout)
{
    int64_t configured = wcd_config_int(daemon->config, "shutdown-timeout");
    if (daemon->engine->shutdown_tells_minimum) {
        wcd_log(&daemon->log, WCD_LOG_DEBUG,
                "daemon configured with a %" PRId64 " seconds minimum shutdown timeout",
                configured);
        configured = timeout;
    }
    wcd_log(&daemon->log, WCD_LOG_DEBUG,
            "start clean shutdown of all containers with a %" PRId64 " seconds timeout...",
            configured);
}

static bool begin_one(struct shutdown *shutdown, struct wcd_container *container)
{
    struct wcd_daemon *daemon = shutdown->work.daemon;
    struct shutdown_one *one = calloc(1, sizeof(*one));
    if (one == NULL) {
        return false;
    }
    one->all = shutdown;
    one->timeout_s = wcd_container_stop_timeout_s(container, daemon->engine);
    shutdown->left++;
    daemon_work_begin(daemon, &one->work, container, drop_one);
    daemon_lock(daemon, container, &one->turn, looked, one);
    return true;
}

/* The list may shrink while containers that are removed behind their end go: a copy of it is walked. */
static bool begin_all(struct shutdown *shutdown)
{
    struct wcd_daemon *daemon = shutdown->work.daemon;
    size_t count = daemon->container_count;
    struct wcd_container **copy = calloc(count == 0 ? 1 : count, sizeof(*copy));
    bool ok = copy != NULL;
    for (size_t i = 0; ok && i < count; i++) {
        copy[i] = daemon->containers[i];
        daemon_hold(copy[i]);
    }
    for (size_t i = 0; copy != NULL && i < count; i++) {
        ok = begin_one(shutdown, copy[i]) && ok;
        daemon_drop(daemon, copy[i]);
    }
    free(copy);
    return ok;
}

void daemon_shutdown_chain(struct wcd_daemon *daemon, daemon_done *done, void *ctx)
{
    struct shutdown *shutdown = calloc(1, sizeof(*shutdown));
    struct wcd_error failure = WCD_ERROR_INIT;
    daemon->shutting_down = true;
    if (shutdown == NULL) {
        daemon_tell_no_memory(done, ctx);
        return;
    }
    int64_t timeout = timeout_s(daemon);
    shutdown->done = done;
    shutdown->ctx = ctx;
    daemon_work_begin(daemon, &shutdown->work, NULL, drop_shutdown);
    say_begin(daemon, timeout);
    bool ok = begin_all(shutdown);
    if (shutdown->left > 0 && timeout >= 0) {
        ok =
            wcd_timer_set(daemon->reactor, &shutdown->timer, (uint64_t)(timeout * DAEMON_SECOND_US),
                          too_late, shutdown, &failure) == WCD_OK &&
            ok;
        wcd_error_release(&failure);
    }
    shutdown->begun = true;
    if (!ok) {
        finish(shutdown, WCD_E_NO_MEMORY);
    } else if (shutdown->left == 0) {
        finish(shutdown, WCD_OK);
    }
}
