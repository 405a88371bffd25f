/* The queue of what v25's local runtime tells the daemon: in the order of the causes, one at a turn. */
#include "core/runtime/v25_internal.h"

#include <stdlib.h>

/* The original writes a line for each but the second of an exec's two: before it tells the daemon, but for a
 * pause and a resume. */
static bool is_announced(enum wcd_runtime_event_type type)
{
    return type != WCD_RUNTIME_EXEC_STARTED;
}

static bool is_told_first(enum wcd_runtime_event_type type)
{
    return type == WCD_RUNTIME_PAUSED || type == WCD_RUNTIME_RESUMED;
}

static void announce(const struct v25_runtime *runtime, enum wcd_runtime_event_type type)
{
    if (is_announced(type)) {
        v25_log(runtime, WCD_LOG_INFO, "sending event");
    }
}

static void hand_over(struct v25_runtime *runtime, const struct v25_event *event)
{
    const struct v25_process *process = event->process;
    enum wcd_runtime_event_type type = event->type;
    bool exited = type == WCD_RUNTIME_EXITED || type == WCD_RUNTIME_EXEC_EXITED;
    struct wcd_error err = WCD_ERROR_INIT;
    struct wcd_runtime_event told = {.type = type, .container_id = event->container->id};
    if (process != NULL) {
        told.process_id = process->id;
        told.pid = process->pid;
    }
    if (process != NULL && exited) {
        told.exit_code = process->exit_code;
        told.error =
            process->close_error.code == WCD_OK ? NULL : wcd_error_message(&process->close_error);
    }
    if (!is_told_first(type)) {
        announce(runtime, type);
    }
    enum wcd_errc code = runtime->options.on_event(runtime->options.event_ctx, &told, &err);
    if (is_told_first(type)) {
        announce(runtime, type);
    }
    if (code != WCD_OK) {
        v25_log_error(runtime, WCD_LOG_ERROR, "failed to process event", &err);
    }
    wcd_error_release(&err);
}

/* Behind an exec's exit nobody asks for it any more. The first process stays as the container's task. */
static void tidy_up(struct v25_container *container, struct v25_process *process,
                    enum wcd_runtime_event_type type)
{
    if (type == WCD_RUNTIME_EXEC_EXITED ||
        (type == WCD_RUNTIME_EXITED && container->task != process)) {
        v25_process_free(process);
    }
    v25_container_put(container);
}

static void tell_first(void *ctx)
{
    struct v25_runtime *runtime = ctx;
    struct v25_event *event = runtime->first_event;
    struct v25_container *container = event->container;
    struct v25_process *process = event->process;
    enum wcd_runtime_event_type type = event->type;
    runtime->first_event = event->next;
    if (runtime->first_event == NULL) {
        runtime->last_event = NULL;
    } else {
        wcd_reactor_defer(runtime->options.reactor, &runtime->event_task, tell_first, runtime);
    }
    hand_over(runtime, event);
    if (event->owned) {
        free(event);
    } else {
        event->container = NULL;
    }
    container->event_count--;
    tidy_up(container, process, type);
}

void v25_tell(struct v25_event *event, enum wcd_runtime_event_type type,
              struct v25_container *container, struct v25_process *process)
{
    struct v25_runtime *runtime = container->runtime;
    event->next = NULL;
    event->type = type;
    event->container = container;
    event->process = process;
    container->event_count++;
    if (runtime->last_event == NULL) {
        runtime->first_event = event;
    } else {
        runtime->last_event->next = event;
    }
    runtime->last_event = event;
    wcd_reactor_defer(runtime->options.reactor, &runtime->event_task, tell_first, runtime);
}

void v25_events_release(struct v25_runtime *runtime)
{
    wcd_reactor_drop(runtime->options.reactor, &runtime->event_task);
    while (runtime->first_event != NULL) {
        struct v25_event *event = runtime->first_event;
        runtime->first_event = event->next;
        if (event->owned) {
            free(event);
        }
    }
    runtime->last_event = NULL;
}
