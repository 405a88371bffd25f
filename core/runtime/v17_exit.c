/* How containers of the runtime of 2017 end: the exit of a process, and what follows the first one's: Windows
 * updates are asked after, the system is shut down, or terminated where that fails, and the daemon is told. */
#include "core/runtime/v17_internal.h"

/* hcsshim's query, with its blanks. */
#define PENDING_UPDATES_QUERY "{ \"PropertyTypes\" : [\"PendingUpdates\"]}"

static const struct wcd_log_sink *log_of(const struct v17_container *container)
{
    return container->runtime->options.log;
}

/* ---- stopping a system ---- */

static void terminated(void *ctx, const struct wcd_error *err)
{
    struct v17_container *container = ctx;
    if (err->code != WCD_OK) {
        wcd_log(log_of(container), WCD_LOG_DEBUG,
                "libcontainerd: error terminating container %s %s", container->id,
                wcd_error_message(err));
    }
    container->stopped(container->stopped_ctx, err);
}

/* What a request to stop answered: pending is waited for, a stopped system is as good. Takes err. */
static void wait_for_end(struct v17_container *container, wcd_hcs_done *done, struct wcd_error *err)
{
    if (wcd_hcs_is_pending(err)) {
        wcd_error_release(err);
        if (wcd_hcs_wait_exit(container->system, &container->wait, V17_STOP_TIMEOUT_US, done,
                              container, err) == WCD_OK) {
            return;
        }
    } else if (wcd_hcs_is_already_stopped(err, container->runtime->options.engine)) {
        wcd_error_release(err);
    }
    done(container, err);
    wcd_error_release(err);
}

void v17_terminate(struct v17_container *container, v17_stopped *stopped, void *ctx)
{
    struct wcd_error err = WCD_ERROR_INIT;
    container->stopped = stopped;
    container->stopped_ctx = ctx;
    (void)wcd_hcs_terminate(container->system, &err);
    wait_for_end(container, terminated, &err);
}

/* ---- the exit of a process ---- */

/* An error of hcsshim is told; a pipe that broke with the container is not. */
static bool is_worth_a_warning(const struct wcd_error *err)
{
    return err->code != WCD_OK && plat_error_number(err->hresult) != PLAT_ERROR_BROKEN_PIPE;
}

int64_t v17_exit_code(const struct v17_process *process, const struct wcd_error *err)
{
    const struct v17_container *container = process->container;
    struct wcd_error failed = WCD_ERROR_INIT;
    uint32_t code = 0;
    if (is_worth_a_warning(err)) {
        wcd_log(log_of(container), WCD_LOG_WARN,
                "libcontainerd: Wait() failed (container may have been killed): %s",
                wcd_error_message(err));
    }
    if (wcd_hcs_exit_code(process->hcs, &code, &failed) == WCD_OK) {
        return code;
    }
    if (is_worth_a_warning(&failed)) {
        wcd_log(log_of(container), WCD_LOG_WARN,
                "libcontainerd: unable to get exit code from container %s", container->id);
    }
    wcd_error_release(&failed);
    return V17_EXIT_CODE_UNKNOWN;
}

static void close_process(struct v17_process *process)
{
    const struct v17_container *container = process->container;
    struct wcd_error err = WCD_ERROR_INIT;
    if (wcd_hcs_close_process(process->hcs, &err) != WCD_OK) {
        wcd_log(log_of(container), WCD_LOG_ERROR, "libcontainerd: hcsProcess.Close(): %s",
                wcd_error_message(&err));
    }
    process->hcs = NULL;
    wcd_error_release(&err);
}

static void tell(struct v17_container *container, const struct wcd_runtime_event *event)
{
    struct wcd_error err = WCD_ERROR_INIT;
    if (v17_tell(container->runtime, event, &err) != WCD_OK) {
        wcd_log(log_of(container), WCD_LOG_ERROR, "%s", wcd_error_message(&err));
    }
    wcd_error_release(&err);
}

static void exec_ended(void *ctx)
{
    struct v17_process *process = ctx;
    struct v17_container *container = process->container;
    struct wcd_runtime_event event = {
        .type = WCD_RUNTIME_EXEC_EXITED,
        .container_id = container->id,
        .process_id = process->id,
        .pid = process->pid,
        .exit_code = process->exit_code,
    };
    v17_unlist_exec(process);
    close_process(process);
    tell(container, &event);
    v17_process_free(process);
    v17_container_settle(container);
}

/* ---- the end of a container ---- */

/* The system is over as far as it ever will be: everything is closed and the daemon told. */
static void finish(struct v17_container *container, bool was_shut_down)
{
    struct wcd_error failed = WCD_ERROR_INIT;
    struct wcd_runtime_event event = {
        .type = WCD_RUNTIME_EXITED,
        .container_id = container->id,
        .pid = container->first.pid,
        .exit_code = container->first.exit_code,
        .update_pending = container->update_pending,
    };
    wcd_log(log_of(container), WCD_LOG_DEBUG, "libcontainerd: %s container %s",
            was_shut_down ? "completed shutting down" : "failed to shutdown", container->id);
    if (wcd_hcs_finish_system(container->system, &failed) != WCD_OK) {
        wcd_log(log_of(container), WCD_LOG_ERROR, "%s", wcd_error_message(&failed));
    }
    container->system = NULL;
    wcd_error_release(&failed);
    close_process(&container->first);
    container->over = true;
    tell(container, &event);
    v17_container_settle(container);
}

/* Behind a shutdown that failed, which it stays, whatever came of this. */
static void stopped_by_force(void *ctx, const struct wcd_error *err)
{
    (void)err;
    finish(ctx, false);
}

static void shut_down(void *ctx, const struct wcd_error *err)
{
    struct v17_container *container = ctx;
    if (err->code == WCD_OK) {
        finish(container, true);
        return;
    }
    wcd_log(log_of(container), WCD_LOG_DEBUG,
            "libcontainerd: error shutting down container %s %s calling terminate", container->id,
            wcd_error_message(err));
    v17_terminate(container, stopped_by_force, container);
}

static bool has_pending_updates(const struct v17_container *container)
{
    struct wcd_error err = WCD_ERROR_INIT;
    struct wcd_json *properties = NULL;
    bool pending = false;
    if (wcd_hcs_properties(container->system, PENDING_UPDATES_QUERY, &properties, &err) == WCD_OK) {
        const struct wcd_json *member = wcd_json_get(properties, "AreUpdatesPending");
        pending = wcd_json_is(member, WCD_JSON_BOOL) && wcd_json_bool(member);
    } else {
        wcd_log(log_of(container), WCD_LOG_WARN,
                "libcontainerd: HasPendingUpdates() failed (container may have been killed): %s",
                wcd_error_message(&err));
    }
    wcd_json_free(properties);
    wcd_error_release(&err);
    return pending;
}

static void first_ended(void *ctx)
{
    struct v17_process *first = ctx;
    struct v17_container *container = first->container;
    struct wcd_error err = WCD_ERROR_INIT;
    container->registered = false;
    container->update_pending = container->windows && has_pending_updates(container);
    wcd_log(log_of(container), WCD_LOG_DEBUG, "libcontainerd: shutting down container %s",
            container->id);
    (void)wcd_hcs_shutdown(container->system, &err);
    wait_for_end(container, shut_down, &err);
}

void v17_process_ended(void *ctx, const struct wcd_error *err)
{
    struct v17_process *process = ctx;
    struct v17_container *container = process->container;
    if (process->silent) {
        return;
    }
    process->exit_code = (uint32_t)v17_exit_code(process, err);
    wcd_task_fn *next = process->id == NULL ? first_ended : exec_ended;
    if (v17_is_free(container)) {
        next(process);
    } else {
        v17_wait_turn(container, &process->turn, next, process);
    }
}
