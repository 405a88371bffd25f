/* v25's local runtime: who is there, and the table of its operations. */
#include "core/runtime/v25_internal.h"

#include "core/base/assert.h"
#include "core/base/goquote.h"
#include "core/base/text.h"

#include <stdlib.h>

static const struct wcd_error no_error = WCD_ERROR_INIT;

/* ---- containers ---- */

struct v25_container *v25_container_new(struct v25_runtime *runtime, const char *id)
{
    struct v25_container *container = calloc(1, sizeof(*container));
    if (container == NULL || (container->id = wcd_text_copy(id)) == NULL) {
        free(container);
        return NULL;
    }
    container->runtime = runtime;
    container->next = runtime->containers;
    container->link = &runtime->containers;
    if (container->next != NULL) {
        container->next->link = &container->next;
    }
    runtime->containers = container;
    wcd_idmap_add(&runtime->by_id, &container->entry, container->id, container);
    container->listed = true;
    return container;
}

void v25_container_unlist(struct v25_container *container)
{
    if (container->listed) {
        wcd_idmap_remove(&container->runtime->by_id, &container->entry);
        container->listed = false;
    }
}

/* Closes what is open of it and drops what waits for it. */
static void container_free(struct v25_container *container)
{
    struct v25_runtime *runtime = container->runtime;
    v25_container_unlist(container);
    if (container->work == V25_CREATING && container->system == NULL) {
        wcd_hcs_abandon(runtime->options.hcs, container);
    }
    wcd_hcs_wait_drop(&container->wait);
    wcd_reactor_drop(runtime->options.reactor, &container->task_report);
    while (container->processes != NULL) {
        v25_process_free(container->processes);
    }
    wcd_hcs_close_system(container->system);
    free(container->change);
    wcd_error_release(&container->error);
    wcd_error_release(&container->shutdown_error);
    *container->link = container->next;
    if (container->next != NULL) {
        container->next->link = container->link;
    }
    free(container->process_document);
    free(container->command_line);
    free(container->cwd);
    free(container->id);
    free(container);
}

void v25_container_put(struct v25_container *container)
{
    if (!container->listed && container->work == V25_IDLE && container->event_count == 0 &&
        container->processes == NULL) {
        container_free(container);
    }
}

/* "container %q not found", "task %q not found" */
static enum wcd_errc not_found(const char *what, const char *id, struct wcd_error *err)
{
    char *quoted = wcd_go_quote(id);
    if (quoted == NULL) {
        return wcd_error_no_memory(err);
    }
    enum wcd_errc code = wcd_error_set(err, WCD_E_NOT_FOUND, "%s %s not found", what, quoted);
    free(quoted);
    return code;
}

struct v25_container *v25_find(struct v25_runtime *runtime, const char *id, struct wcd_error *err)
{
    struct v25_container *container = wcd_idmap_find(&runtime->by_id, id);
    if (container == NULL) {
        (void)not_found("container", id, err);
    }
    return container;
}

struct v25_container *v25_find_task(struct v25_runtime *runtime, const char *id,
                                    struct wcd_error *err)
{
    struct v25_container *container = v25_find(runtime, id, err);
    if (container == NULL) {
        return NULL;
    }
    if (container->task == NULL) {
        (void)not_found("task", id, err);
        return NULL;
    }
    return container;
}

enum wcd_errc v25_busy(const struct v25_container *container, struct wcd_error *err)
{
    return wcd_error_set(err, WCD_E_CONFLICT, "container %s is busy", container->id);
}

static void report(void *ctx)
{
    struct v25_container *container = ctx;
    wcd_runtime_done *done = container->done;
    void *done_ctx = container->ctx;
    struct wcd_error err = WCD_ERROR_INIT;
    wcd_error_move(&err, &container->error);
    container->work = V25_IDLE;
    v25_container_put(container);
    done(done_ctx, err.code == WCD_OK ? &no_error : &err);
    wcd_error_release(&err);
}

void v25_report_soon(struct v25_container *container)
{
    wcd_reactor_defer(container->runtime->options.reactor, &container->task_report, report,
                      container);
}

/* ---- lines of the log ---- */

void v25_log(const struct v25_runtime *runtime, enum wcd_log_level level, const char *message)
{
    wcd_log(runtime->options.log, level, "%s", message);
}

void v25_log_error(const struct v25_runtime *runtime, enum wcd_log_level level, const char *message,
                   const struct wcd_error *err)
{
    wcd_log(runtime->options.log, level, "%s: %s", message, wcd_error_message(err));
}

/* ---- the runtime ---- */

static bool knows(const struct wcd_local_runtime *base, const char *id)
{
    const struct v25_runtime *runtime = (const struct v25_runtime *)base;
    return wcd_idmap_find(&runtime->by_id, id) != NULL;
}

static void destroy(struct wcd_local_runtime *base)
{
    struct v25_runtime *runtime = v25_of(base);
    v25_events_release(runtime);
    while (runtime->containers != NULL) {
        const struct v25_container *next = runtime->containers->next;
        container_free(runtime->containers);
        WCD_ASSERT(runtime->containers == next);
    }
    wcd_idmap_release(&runtime->by_id);
    free(runtime);
}

static const struct wcd_local_runtime_ops ops = {
    .create = v25_create,
    .new_task = v25_new_task,
    .delete_task = v25_delete_task,
    .remove = v25_remove,
    .signal = v25_signal,
    .pause = v25_pause,
    .resume = v25_resume,
    .exec = v25_exec,
    .signal_exec = v25_signal_exec,
    .resize = v25_resize,
    .close_stdin = v25_close_stdin,
    .stats = v25_stats,
    .summary = v25_summary,
    .pids = v25_pids,
    .update = v25_update,
    .checkpoint = v25_checkpoint,
    .restore = v25_restore,
    .knows = knows,
    .destroy = destroy,
};

struct wcd_local_runtime *wcd_local_runtime_v25(const struct wcd_runtime_options *options)
{
    struct v25_runtime *runtime = calloc(1, sizeof(*runtime));
    if (runtime == NULL) {
        return NULL;
    }
    runtime->base.ops = &ops;
    runtime->options = *options;
    return &runtime->base;
}

enum wcd_v25_status wcd_v25_status_of(const struct wcd_local_runtime *base, const char *id)
{
    const struct v25_runtime *runtime = (const struct v25_runtime *)base;
    const struct v25_container *container = wcd_idmap_find(&runtime->by_id, id);
    if (container == NULL || container->task == NULL) {
        return WCD_V25_NO_TASK;
    }
    if (container->task->hcs == NULL) {
        return WCD_V25_STOPPED;
    }
    return container->paused ? WCD_V25_PAUSED : WCD_V25_RUNNING;
}

bool wcd_v25_terminate_invoked(const struct wcd_local_runtime *base, const char *id)
{
    const struct v25_runtime *runtime = (const struct v25_runtime *)base;
    const struct v25_container *container = wcd_idmap_find(&runtime->by_id, id);
    return container != NULL && container->terminate_invoked;
}
