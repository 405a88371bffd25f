/* How v25's local runtime ends compute systems: signals, and the way out behind a task's end. */
#include "core/runtime/v25_internal.h"

#include "core/base/text.h"

#define SIGKILL_NUMBER 9

#define STOP_LIMIT_US ((uint64_t)5 * 60 * 1000000)

static const struct wcd_error no_error = WCD_ERROR_INIT;

/* ---- terminate ---- */

static void terminated(void *ctx, const struct wcd_error *err)
{
    struct v25_container *container = ctx;
    if (err->code != WCD_OK) {
        v25_log_error(container->runtime, WCD_LOG_DEBUG, "failed to terminate container", err);
    }
    container->after_terminate(container, err);
}

void v25_terminate(struct v25_container *container, v25_stopped *after)
{
    const struct engine_rules *engine = container->runtime->options.engine;
    struct wcd_error err = WCD_ERROR_INIT;
    container->after_terminate = after;
    container->terminate_invoked = true;
    enum wcd_errc code = wcd_hcs_terminate(container->system, &err);
    if (code != WCD_OK && wcd_hcs_is_pending(&err)) {
        wcd_error_release(&err);
        code = wcd_hcs_wait_exit(container->system, &container->wait, STOP_LIMIT_US, terminated,
                                 container, &err);
        if (code == WCD_OK) {
            return;
        }
    } else if (code != WCD_OK && wcd_hcs_is_already_stopped(&err, engine)) {
        wcd_error_release(&err);
    }
    terminated(container, &err);
    wcd_error_release(&err);
}

/* ---- shutdown, and terminate when that does not work ---- */

static void terminated_instead(struct v25_container *container, const struct wcd_error *err)
{
    struct v25_runtime *runtime = container->runtime;
    struct wcd_error first = WCD_ERROR_INIT;
    wcd_error_move(&first, &container->shutdown_error);
    if (err->code != WCD_OK) {
        struct wcd_error both = WCD_ERROR_INIT;
        bool memory = first.code != WCD_E_NO_MEMORY && err->code != WCD_E_NO_MEMORY;
        v25_log_error(runtime, WCD_LOG_ERROR,
                      "failed to shutdown container, and subsequent terminate also failed", err);
        (void)wcd_error_set(&both, memory ? WCD_E_PLAIN : WCD_E_NO_MEMORY,
                            "%s: subsequent terminate failed %s", wcd_error_message(&first),
                            wcd_error_message(err));
        wcd_error_move(&first, &both);
    }
    container->after_shutdown(container, &first);
    wcd_error_release(&first);
}

static void shut_down(void *ctx, const struct wcd_error *err)
{
    struct v25_container *container = ctx;
    if (err->code == WCD_OK) {
        container->after_shutdown(container, &no_error);
        return;
    }
    v25_log_error(container->runtime, WCD_LOG_DEBUG, "failed to shutdown container, terminating it",
                  err);
    (void)wcd_error_copy(&container->shutdown_error, err);
    v25_terminate(container, terminated_instead);
}

void v25_shutdown(struct v25_container *container, v25_stopped *after)
{
    const struct engine_rules *engine = container->runtime->options.engine;
    struct wcd_error err = WCD_ERROR_INIT;
    enum wcd_errc code = WCD_OK;
    container->after_shutdown = after;
    if (!container->terminate_invoked) {
        code = wcd_hcs_shutdown(container->system, &err);
    }
    if (container->terminate_invoked || (code != WCD_OK && wcd_hcs_is_pending(&err))) {
        wcd_error_release(&err);
        code = wcd_hcs_wait_exit(container->system, &container->wait, STOP_LIMIT_US, shut_down,
                                 container, &err);
        if (code == WCD_OK) {
            return;
        }
    } else if (code != WCD_OK && wcd_hcs_is_already_stopped(&err, engine)) {
        wcd_error_release(&err);
    }
    shut_down(container, &err);
    wcd_error_release(&err);
}

/* ---- container.Delete ---- */

static void removed(struct v25_container *container, const struct wcd_error *err)
{
    struct v25_runtime *runtime = container->runtime;
    struct wcd_error close_error = WCD_ERROR_INIT;
    if (err->code != WCD_OK) {
        v25_log_error(runtime, WCD_LOG_WARN, "failed to shutdown container", err);
        (void)wcd_error_copy(&container->error, err);
        (void)wcd_error_wrap(&container->error, "failed to shutdown container");
    } else {
        v25_log(runtime, WCD_LOG_DEBUG, "completed container shutdown");
    }
    struct wcd_hcs_system *system = container->system;
    container->system = NULL;
    if (wcd_hcs_finish_system(system, &close_error) != WCD_OK) {
        v25_log_error(runtime, WCD_LOG_ERROR, "failed to clean hcs container resources",
                      &close_error);
        (void)wcd_error_wrap(&close_error, "failed to terminate container");
        wcd_error_move(&container->error, &close_error);
    }
    if (container->task != NULL && container->task->hcs == NULL &&
        container->task->exited.container == NULL) {
        v25_process_free(container->task);
    }
    container->task = NULL;
    v25_container_unlist(container);
    v25_report_soon(container);
}

enum wcd_errc v25_remove(struct wcd_local_runtime *base, const char *id, wcd_runtime_done *done,
                         void *ctx, struct wcd_error *err)
{
    struct v25_container *container = v25_find(v25_of(base), id, err);
    if (container == NULL) {
        return err->code;
    }
    if (container->task != NULL && container->task->hcs != NULL) {
        return wcd_error_set(err, WCD_E_CONFLICT, "container is not stopped");
    }
    if (container->work != V25_IDLE || container->change != NULL) {
        return v25_busy(container, err);
    }
    container->work = V25_REMOVING;
    container->done = done;
    container->ctx = ctx;
    v25_shutdown(container, removed);
    return WCD_OK;
}

/* ---- signals ---- */

enum wcd_errc v25_signal(struct wcd_local_runtime *base, const char *id, int signal,
                         struct wcd_error *err)
{
    struct v25_runtime *runtime = v25_of(base);
    struct wcd_error failure = WCD_ERROR_INIT;
    struct v25_container *container = v25_find_task(runtime, id, err);
    enum wcd_errc code = WCD_OK;
    if (container == NULL) {
        return err->code;
    }
    v25_log(runtime, WCD_LOG_DEBUG, "Signal()");
    if (signal == SIGKILL_NUMBER) {
        container->terminate_invoked = true;
        code = wcd_hcs_terminate(container->system, &failure);
    } else {
        code = wcd_hcs_shutdown(container->system, &failure);
    }
    if (code != WCD_OK && !wcd_hcs_is_pending(&failure) &&
        !wcd_hcs_is_already_stopped(&failure, runtime->options.engine)) {
        v25_log_error(runtime, WCD_LOG_ERROR,
                      signal == SIGKILL_NUMBER ? "failed to terminate hccshim container"
                                               : "failed to shutdown hccshim container",
                      &failure);
    }
    wcd_error_release(&failure);
    return WCD_OK;
}
