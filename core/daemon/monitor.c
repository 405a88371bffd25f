/* What the runtime tells of containers: that they run, pause, and end. An end goes through their restart policy.
 *
 * The runtime of 2017 calls back into the daemon while the operation that caused the event holds the container's
 * lock; v25's events wait for it.
 *
 * Evidence: moby daemon/monitor.go; docker daemon/monitor.go, monitor_windows.go of 2017. */
#include "core/daemon/launch.h"
#include "core/daemon/steps.h"
#include "core/daemon/streams.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NUMBER_BYTES     24u
#define TICKS_PER_SECOND ((uint64_t)10000000)

/* An end, from the event to the last word about a restart. */
struct exit_work {
    struct daemon_work work;
    struct daemon_turn turn;
    bool
        told; /* by an event, whose exit code it has; otherwise the runtime has lost the container */
    uint32_t exit_code;
    bool update_pending;
    char *cause;   /* what the event says went wrong; NULL: nothing */
    char *base_fs; /* where the files were: 2017's servicing container wants to know */
    uint64_t ran_100ns;
    bool restart;
    uint64_t delay_us;
    struct wcd_timer timer;
    struct wcd_task task;
    struct daemon_launch servicing;
    struct wcd_error error; /* of the restart */
};

static void drop_exit(struct daemon_work *work)
{
    struct exit_work *exit = (struct exit_work *)work;
    daemon_unlock(work->daemon, work->container, &exit->turn);
    wcd_timer_cancel(&exit->timer);
    wcd_reactor_drop(work->daemon->reactor, &exit->task);
    daemon_launch_release(&exit->servicing);
    wcd_error_release(&exit->error);
    free(exit->cause);
    free(exit->base_fs);
    daemon_work_end(work);
    free(exit);
}

/* ---- the restart ---- */

static void gave_up(void *ctx)
{
    struct exit_work *exit = ctx;
    struct wcd_daemon *daemon = exit->work.daemon;
    struct wcd_container *container = exit->work.container;
    daemon_set_stopped(daemon, container, exit->exit_code);
    if (!daemon->engine->runtime_creates_running) {
        daemon_checkpoint_or_log(daemon, container, WCD_LOG_DEBUG, NULL);
    }
    daemon_unlock(daemon, container, &exit->turn);
    if (exit->error.code != WCD_E_CANCELLED) {
        wcd_log(&daemon->log, WCD_LOG_ERROR, "restartmanger wait error: %s",
                wcd_error_message(&exit->error));
    }
    daemon_auto_remove(daemon, container, daemon->engine->auto_remove_message, NULL, NULL);
    drop_exit(&exit->work);
}

static void give_up(struct exit_work *exit)
{
    daemon_lock(exit->work.daemon, exit->work.container, &exit->turn, gave_up, exit);
}

static void started_again(void *ctx, struct wcd_error *err)
{
    struct exit_work *exit = ctx;
    if (err->code == WCD_OK) {
        drop_exit(&exit->work);
        return;
    }
    wcd_log(&exit->work.daemon->log, WCD_LOG_DEBUG, "failed to restart container: %s",
            wcd_error_message(err));
    wcd_error_move(&exit->error, err);
    give_up(exit);
}

static void pause_is_over(void *ctx)
{
    struct exit_work *exit = ctx;
    wcd_restart_waited(&exit->work.container->restart);
    daemon_start_chain(exit->work.daemon, exit->work.container, DAEMON_START_BY_POLICY,
                       started_again, exit);
}

static void cancelled_soon(void *ctx)
{
    struct exit_work *exit = ctx;
    (void)wcd_error_set(&exit->error, WCD_E_CANCELLED, "restart canceled");
    give_up(exit);
}

/* From inside whatever cancels it, which holds the lock. */
static void cancelled(void *ctx)
{
    struct exit_work *exit = ctx;
    wcd_timer_cancel(&exit->timer);
    wcd_reactor_defer(exit->work.daemon->reactor, &exit->task, cancelled_soon, exit);
}

static void wait_for_restart(struct exit_work *exit)
{
    struct wcd_daemon *daemon = exit->work.daemon;
    struct wcd_restart_manager *manager = &exit->work.container->restart;
    daemon_unlock(daemon, exit->work.container, &exit->turn);
    wcd_restart_on_cancel(manager, cancelled, exit);
    if (wcd_timer_set(daemon->reactor, &exit->timer, exit->delay_us, pause_is_over, exit,
                      &exit->error) != WCD_OK) {
        wcd_restart_waited(manager);
        give_up(exit);
    }
}

/* ---- 2017: the container that installs updates ---- */

static void over(struct exit_work *exit)
{
    struct wcd_daemon *daemon = exit->work.daemon;
    struct wcd_container *container = exit->work.container;
    daemon_unlock(daemon, container, &exit->turn);
    bool manual =
        container->has_been_manually_restarted && !daemon->engine->runtime_creates_running;
    if (!manual) {
        daemon_auto_remove(daemon, container, daemon->engine->auto_remove_message, NULL, NULL);
    }
    drop_exit(&exit->work);
}

static void end_or_restart(struct exit_work *exit)
{
    if (exit->restart) {
        wait_for_restart(exit);
    } else {
        over(exit);
    }
}

static void serviced(void *ctx, const struct wcd_error *err)
{
    struct exit_work *exit = ctx;
    if (err->code != WCD_OK) {
        exit->work.container->state.exit_code = -1;
        wcd_log(&exit->work.daemon->log, WCD_LOG_ERROR, "Post-run update servicing failed: %s",
                wcd_error_message(err));
    }
    end_or_restart(exit);
}

static enum wcd_errc ask_for_servicing(struct exit_work *exit, struct wcd_error *err)
{
    struct wcd_daemon *daemon = exit->work.daemon;
    struct wcd_container *container = exit->work.container;
    struct daemon_launch *launch = &exit->servicing;
    char *id = wcd_text_format("%s_servicing", container->id);
    enum wcd_errc code =
        id == NULL ? wcd_error_no_memory(err) : daemon_launch_make(daemon, container, launch, err);
    if (code == WCD_OK && exit->base_fs != NULL) {
        wcd_text_replace(&launch->spec.root.path, exit->base_fs);
        exit->base_fs = NULL;
    }
    if (code == WCD_OK) {
        code = daemon_launch_add_servicing(launch, err);
    }
    if (code == WCD_OK) {
        const struct wcd_runtime_request request = {.id = id,
                                                    .spec = &launch->spec,
                                                    .os = launch->os,
                                                    .options = launch->options,
                                                    .option_count = launch->option_count,
                                                    .processors = daemon->processors,
                                                    .attach = daemon_io_attach,
                                                    .attach_ctx = daemon};
        code = daemon->local->ops->create(daemon->local, &request, serviced, exit, err);
    }
    free(id);
    return code;
}

/* postRunProcessing. */
static void service(struct exit_work *exit)
{
    struct wcd_error failure = WCD_ERROR_INIT;
    if (exit->exit_code != 0 || !exit->update_pending) {
        end_or_restart(exit);
    } else if (ask_for_servicing(exit, &failure) != WCD_OK) {
        serviced(exit, &failure);
    }
    wcd_error_release(&failure);
}

/* ---- the end ---- */

static void decide(struct exit_work *exit)
{
    struct wcd_daemon *daemon = exit->work.daemon;
    struct wcd_container *container = exit->work.container;
    const struct engine_rules *engine = daemon->engine;
    struct wcd_error failure = WCD_ERROR_INIT;
    uint64_t now = daemon_now_100ns(daemon);
    uint64_t started = container->state.started_100ns;
    exit->ran_100ns = now > started ? now - started : 0;
    const struct wcd_restart_policy policy = {.name = container->host_config.restart_policy,
                                              .retries_max =
                                                  container->host_config.restart_retries_max};
    const struct wcd_restart_end end = {
        .exit_code = exit->exit_code,
        .manually_stopped = container->has_been_manually_stopped ||
                            (engine->shutdown_stops_restarts && daemon->shutting_down),
        .ran_100ns = exit->ran_100ns,
    };
    if (wcd_restart_decide(&container->restart, &policy, &end, engine, &exit->restart,
                           &exit->delay_us, &failure) != WCD_OK) {
        exit->restart = false;
        if (engine->restart_refused_message != NULL) {
            wcd_log(&daemon->log, WCD_LOG_WARN, "%s: %s", engine->restart_refused_message,
                    wcd_error_message(&failure));
        }
    }
    wcd_error_release(&failure);
}

static void enter_state(struct exit_work *exit)
{
    struct wcd_daemon *daemon = exit->work.daemon;
    struct wcd_container *container = exit->work.container;
    if (!exit->restart) {
        daemon_set_stopped(daemon, container, exit->exit_code);
        return;
    }
    container->restart_count++;
    if (!daemon->engine->runtime_creates_running) {
        wcd_log(&daemon->log, WCD_LOG_DEBUG, "Restarting container");
    }
    daemon_set_restarting(daemon, container, exit->exit_code);
}

static void say_die(const struct exit_work *exit)
{
    char code[NUMBER_BYTES];
    char duration[NUMBER_BYTES];
    const struct wcd_daemon *daemon = exit->work.daemon;
    (void)snprintf(code, sizeof(code), "%" PRIu32, exit->exit_code);
    (void)snprintf(duration, sizeof(duration), "%" PRIu64, exit->ran_100ns / TICKS_PER_SECOND);
    const char *const attributes[] = {"exitCode", code,
                                      daemon->engine->die_tells_duration ? "execDuration" : NULL,
                                      duration, NULL};
    daemon_event(exit->work.daemon, exit->work.container, "die", attributes);
}

static void cleaned_up(void *ctx, struct wcd_error *err)
{
    struct exit_work *exit = ctx;
    struct wcd_daemon *daemon = exit->work.daemon;
    struct wcd_container *container = exit->work.container;
    (void)err;
    if (daemon->engine->runtime_creates_running) {
        daemon_checkpoint_or_log(daemon, container, WCD_LOG_ERROR, "");
        service(exit);
        return;
    }
    enter_state(exit);
    daemon_checkpoint_or_log(daemon, container, WCD_LOG_ERROR, "failed to process event");
    say_die(exit);
    end_or_restart(exit);
}

static void output_was_read(void *ctx)
{
    struct exit_work *exit = ctx;
    struct wcd_daemon *daemon = exit->work.daemon;
    struct wcd_container *container = exit->work.container;
    daemon_io_reset(container);
    if (exit->cause != NULL) {
        (void)wcd_container_state_set_error(&container->state, exit->cause);
    }
    decide(exit);
    if (daemon->engine->runtime_creates_running) {
        enter_state(exit);
        daemon_health_stop(daemon, container);
        say_die(exit);
    }
    if (container->base_fs != NULL) {
        wcd_text_replace(&exit->base_fs, wcd_text_copy(container->base_fs));
    }
    daemon_cleanup_chain(daemon, container, cleaned_up, exit);
}

/* Task.Delete: from now on nothing finds the first process any more. */
static void delete_task(struct exit_work *exit)
{
    struct wcd_daemon *daemon = exit->work.daemon;
    struct wcd_container *container = exit->work.container;
    struct wcd_error failure = WCD_ERROR_INIT;
    uint32_t exit_code = 0;
    if (!container->life->in_runtime || daemon->local == NULL) {
        return;
    }
    if (daemon->local->ops->delete_task(daemon->local, container->id, &exit_code, &failure) !=
        WCD_OK) {
        wcd_log(&daemon->log, WCD_LOG_WARN, "failed to delete container from containerd: %s",
                wcd_error_message(&failure));
    } else if (!exit->told) {
        exit->exit_code = exit_code;
    }
    wcd_error_release(&failure);
}

static void locked(void *ctx)
{
    struct exit_work *exit = ctx;
    struct wcd_daemon *daemon = exit->work.daemon;
    struct wcd_error failure = WCD_ERROR_INIT;
    if (!exit->told && !exit->work.container->state.running) {
        drop_exit(&exit->work); /* the event came after all */
        return;
    }
    if (!daemon->engine->runtime_creates_running) {
        daemon_health_stop(daemon, exit->work.container);
        delete_task(exit);
    }
    if (daemon_io_wait(daemon, exit->work.container, output_was_read, exit, &failure) != WCD_OK) {
        output_was_read(exit);
    }
    wcd_error_release(&failure);
}

enum wcd_errc daemon_exit_prepare(struct wcd_container *container, struct wcd_error *err)
{
    struct daemon_life *life = container->life;
    if (life->exit == NULL) {
        life->exit = calloc(1, sizeof(struct exit_work));
    }
    return life->exit == NULL ? wcd_error_no_memory(err) : WCD_OK;
}

static struct exit_work *new_exit(struct wcd_daemon *daemon, struct wcd_container *container)
{
    struct exit_work *exit = container->life->exit;
    container->life->exit = NULL;
    if (exit == NULL) {
        exit = calloc(1, sizeof(*exit));
    }
    if (exit != NULL) {
        daemon_work_begin(daemon, &exit->work, container, drop_exit);
    }
    return exit;
}

static enum wcd_errc container_exits(struct wcd_daemon *daemon, struct wcd_container *container,
                                     const struct wcd_runtime_event *event, struct wcd_error *err)
{
    struct exit_work *exit = new_exit(daemon, container);
    if (exit == NULL) {
        return wcd_error_no_memory(err);
    }
    exit->told = true;
    exit->exit_code = event->exit_code;
    exit->update_pending = event->update_pending;
    if (event->error != NULL && daemon->engine->exit_tells_error) {
        exit->cause = wcd_text_copy(event->error);
    }
    daemon_lock(daemon, container, &exit->turn, locked, exit);
    return WCD_OK;
}

void daemon_exit_lost(struct wcd_daemon *daemon, struct wcd_container *container)
{
    struct exit_work *exit = new_exit(daemon, container);
    if (exit != NULL) {
        daemon_lock(daemon, container, &exit->turn, locked, exit);
    }
}

/* ---- other events ---- */

/* 2017 learns from the event that its container runs. */
static enum wcd_errc container_starts(struct wcd_daemon *daemon, struct wcd_container *container,
                                      uint32_t pid, struct wcd_error *err)
{
    wcd_container_state_set_running(&container->state, pid, daemon_now_100ns(daemon));
    container->has_been_manually_stopped = false;
    container->has_been_started_before = true;
    enum wcd_errc code = daemon_checkpoint(daemon, container, err);
    if (code != WCD_OK) {
        daemon_io_reset(container);
        return code;
    }
    daemon_health_start(daemon, container);
    daemon_event(daemon, container, "start", NULL);
    return WCD_OK;
}

static enum wcd_errc container_pauses(struct wcd_daemon *daemon, struct wcd_container *container,
                                      bool paused, struct wcd_error *err)
{
    if (container->state.paused == paused) {
        return WCD_OK;
    }
    container->state.paused = paused;
    enum wcd_errc code = daemon_checkpoint(daemon, container, err);
    if (code != WCD_OK) {
        return code;
    }
    daemon_health_update(daemon, container);
    daemon_event(daemon, container, paused ? "pause" : "unpause", NULL);
    return WCD_OK;
}

/* An event that waits for the lock. */
struct pause_event {
    struct daemon_work work;
    struct daemon_turn turn;
    bool paused;
};

static void drop_pause_event(struct daemon_work *work)
{
    struct pause_event *event = (struct pause_event *)work;
    daemon_unlock(work->daemon, work->container, &event->turn);
    daemon_work_end(work);
    free(event);
}

static void pause_locked(void *ctx)
{
    struct pause_event *event = ctx;
    struct wcd_daemon *daemon = event->work.daemon;
    struct wcd_error failure = WCD_ERROR_INIT;
    if (container_pauses(daemon, event->work.container, event->paused, &failure) != WCD_OK) {
        wcd_log(&daemon->log, WCD_LOG_ERROR, "failed to process event: %s",
                wcd_error_message(&failure));
    }
    wcd_error_release(&failure);
    drop_pause_event(&event->work);
}

static enum wcd_errc pauses_when_unlocked(struct wcd_daemon *daemon,
                                          struct wcd_container *container, bool paused,
                                          struct wcd_error *err)
{
    struct pause_event *event = calloc(1, sizeof(*event));
    if (event == NULL) {
        return wcd_error_no_memory(err);
    }
    event->paused = paused;
    daemon_work_begin(daemon, &event->work, container, drop_pause_event);
    daemon_lock(daemon, container, &event->turn, pause_locked, event);
    return WCD_OK;
}

static enum wcd_errc pause_told(struct wcd_daemon *daemon, struct wcd_container *container,
                                bool paused, struct wcd_error *err)
{
    return daemon->engine->runtime_creates_running
               ? container_pauses(daemon, container, paused, err)
               : pauses_when_unlocked(daemon, container, paused, err);
}

enum wcd_errc daemon_runtime_event(void *ctx, const struct wcd_runtime_event *event,
                                   struct wcd_error *err)
{
    struct wcd_daemon *daemon = ctx;
    struct wcd_container *container = daemon_by_id(daemon, event->container_id);
    if (container == NULL) {
        return wcd_error_fill(err, WCD_E_NOT_FOUND, daemon->engine->event_of_nobody_message,
                              event->container_id);
    }
    switch (event->type) {
    case WCD_RUNTIME_STARTED:
        return daemon->engine->runtime_creates_running
                   ? container_starts(daemon, container, event->pid, err)
                   : WCD_OK;
    case WCD_RUNTIME_EXITED:
        return container_exits(daemon, container, event, err);
    case WCD_RUNTIME_PAUSED:
    case WCD_RUNTIME_RESUMED:
        return pause_told(daemon, container, event->type == WCD_RUNTIME_PAUSED, err);
    case WCD_RUNTIME_EXEC_ADDED:
    case WCD_RUNTIME_EXEC_STARTED:
    case WCD_RUNTIME_EXEC_EXITED:
        daemon_exec_event(daemon, container, event);
        return WCD_OK;
    case WCD_RUNTIME_CREATED:
        break;
    }
    return WCD_OK;
}
