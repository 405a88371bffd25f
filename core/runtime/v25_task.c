/* Processes of v25's local runtime: the first one, execs, and what happens when they end. */
#include "core/runtime/v25_internal.h"

#include "core/base/text.h"

#include <stdlib.h>

#define NO_EXIT_CODE UINT32_MAX /* -1 */

/* ---- objects ---- */

static struct v25_process *process_new(struct v25_container *container, const char *id)
{
    struct v25_process *process = calloc(1, sizeof(*process));
    if (process == NULL || (id != NULL && (process->id = wcd_text_copy(id)) == NULL)) {
        free(process);
        return NULL;
    }
    process->container = container;
    process->next = container->processes;
    process->link = &container->processes;
    if (process->next != NULL) {
        process->next->link = &process->next;
    }
    container->processes = process;
    return process;
}

void v25_process_free(struct v25_process *process)
{
    struct wcd_error err = WCD_ERROR_INIT;
    if (process->hcs != NULL) {
        (void)wcd_hcs_close_process(process->hcs, &err);
        wcd_error_release(&err);
    }
    *process->link = process->next;
    if (process->next != NULL) {
        process->next->link = process->link;
    }
    wcd_error_release(&process->close_error);
    free(process->id);
    free(process);
}

struct v25_process *v25_find_process(struct v25_runtime *runtime, const char *id,
                                     const char *exec_id, struct wcd_error *err)
{
    struct v25_container *container = v25_find(runtime, id, err);
    if (container == NULL) {
        return NULL;
    }
    struct v25_process *process = container->task;
    if (exec_id != NULL) {
        process = container->processes;
        while (process != NULL && (process->hcs == NULL || !process->attached ||
                                   !wcd_text_equal(process->id, exec_id))) {
            process = process->next;
        }
    }
    if (process == NULL || process->hcs == NULL) {
        (void)wcd_error_set(err, WCD_E_NOT_FOUND, "process not found");
        return NULL;
    }
    return process;
}

/* ---- the end ---- */

static bool is_broken_pipe(const struct wcd_error *err)
{
    return err->hresult == plat_hr_win32(PLAT_ERROR_BROKEN_PIPE);
}

/* One that was killed because nobody could be attached to it. */
static void bury(struct v25_process *process, const struct wcd_error *wait_error)
{
    struct v25_container *container = process->container;
    struct wcd_error err = WCD_ERROR_INIT;
    if (wait_error->code != WCD_OK) {
        v25_log_error(container->runtime, WCD_LOG_ERROR, "failed to wait for process", wait_error);
    }
    if (wcd_hcs_close_process(process->hcs, &err) != WCD_OK) {
        v25_log_error(container->runtime, WCD_LOG_ERROR, "failed to clean process resources", &err);
    }
    wcd_error_release(&err);
    process->hcs = NULL;
    v25_process_free(process);
    v25_container_put(container);
}

static void read_exit_code(struct v25_process *process)
{
    struct wcd_error err = WCD_ERROR_INIT;
    if (wcd_hcs_exit_code(process->hcs, &process->exit_code, &err) != WCD_OK) {
        if (!is_broken_pipe(&err)) {
            v25_log_error(process->container->runtime, WCD_LOG_WARN,
                          "unable to get exit code for process", &err);
        }
        process->exit_code = NO_EXIT_CODE;
    }
    wcd_error_release(&err);
}

static void close_hcs_process(struct v25_process *process)
{
    struct wcd_error err = WCD_ERROR_INIT;
    struct wcd_hcs_process *hcs = process->hcs;
    process->hcs = NULL;
    if (wcd_hcs_close_process(hcs, &err) != WCD_OK) {
        v25_log_error(process->container->runtime, WCD_LOG_WARN,
                      "failed to cleanup hcs process resources", &err);
        process->exit_code = NO_EXIT_CODE;
        (void)wcd_error_set(&process->close_error, WCD_E_PLAIN, "hcsProcess.Close() failed %s",
                            wcd_error_message(&err));
    }
    wcd_error_release(&err);
}

static void on_ended(void *ctx, const struct wcd_error *err)
{
    struct v25_process *process = ctx;
    if (!process->attached) {
        bury(process, err);
        return;
    }
    if (err->code != WCD_OK && !is_broken_pipe(err)) {
        v25_log_error(process->container->runtime, WCD_LOG_WARN,
                      "Wait() failed (container may have been killed)", err);
    }
    read_exit_code(process);
    close_hcs_process(process);
    v25_tell(&process->exited, process->id == NULL ? WCD_RUNTIME_EXITED : WCD_RUNTIME_EXEC_EXITED,
             process->container, process);
}

/* ---- the start ---- */

/* What differs between the first process and an exec. */
struct launch {
    const char *exec_id; /* NULL: the first process */
    const char *document;
    bool with_stdin;
    wcd_runtime_attach *attach;
    void *attach_ctx;
};

/* hcsshim's and docker's closers: a process that is going is no reason to complain. */
static void close_unwanted_stdin(struct v25_process *process, plat_handle input)
{
    const struct v25_runtime *runtime = process->container->runtime;
    const struct plat_transport *transport = &runtime->options.platform->transport;
    struct wcd_error err = WCD_ERROR_INIT;
    if (input == PLAT_NO_HANDLE) {
        return;
    }
    (void)transport->ops->close(transport->ctx, input);
    if (wcd_hcs_close_stdin(process->hcs, &err) != WCD_OK && !wcd_hcs_is_not_exist(&err) &&
        !wcd_hcs_is_already_closed(&err) && !wcd_hcs_is_invalid_state(&err)) {
        v25_log_error(runtime, process->id == NULL ? WCD_LOG_WARN : WCD_LOG_ERROR,
                      process->id == NULL ? "error closing stdin" : "error closing exec stdin",
                      &err);
    }
    wcd_error_release(&err);
}

static enum wcd_errc attach(struct v25_process *process, const struct launch *launch,
                            struct wcd_error *err)
{
    const struct plat_transport *transport =
        &process->container->runtime->options.platform->transport;
    struct wcd_stdio stdio = wcd_hcs_take_stdio(process->hcs);
    plat_handle unwanted = launch->with_stdin ? PLAT_NO_HANDLE : stdio.input;
    stdio.input = launch->with_stdin ? stdio.input : PLAT_NO_HANDLE;
    enum wcd_errc code =
        launch->attach(launch->attach_ctx, process->container->id, launch->exec_id, &stdio, err);
    if (code == WCD_OK) {
        close_unwanted_stdin(process, unwanted);
    } else if (unwanted != PLAT_NO_HANDLE) {
        (void)transport->ops->close(transport->ctx, unwanted);
    }
    return code;
}

static void log_attach_failure(const struct v25_runtime *runtime, const struct launch *launch,
                               const struct wcd_error *err)
{
    if (err->hresult != 0) {
        v25_log_error(runtime, WCD_LOG_ERROR, "failed to get stdio pipes", err);
    } else if (launch->exec_id == NULL) {
        v25_log_error(runtime, WCD_LOG_ERROR, "failed to attach stdio", err);
    }
}

/* Nobody can talk to it: it is killed, and closed once it is dead. */
static void kill_unattached(struct v25_process *process)
{
    struct wcd_error err = WCD_ERROR_INIT;
    process->attached = false;
    if (wcd_hcs_kill_process(process->hcs, &err) != WCD_OK) {
        v25_log_error(process->container->runtime, WCD_LOG_ERROR, "failed to kill process", &err);
    }
    wcd_error_release(&err);
}

/* Makes the process and hands its streams over. On success *out is in the container's list and waited for. */
static enum wcd_errc launch_process(struct v25_container *container, const struct launch *launch,
                                    struct v25_process **out, struct wcd_error *err)
{
    struct v25_process *process = process_new(container, launch->exec_id);
    if (process == NULL) {
        return wcd_error_no_memory(err);
    }
    enum wcd_errc code =
        wcd_hcs_create_process(container->system, launch->document, &process->hcs, err);
    if (code != WCD_OK) {
        v25_log_error(container->runtime, WCD_LOG_ERROR,
                      launch->exec_id == NULL ? "CreateProcess() failed"
                                              : "exec's CreateProcess() failed",
                      err);
        v25_process_free(process);
        return code;
    }
    process->pid = wcd_hcs_process_id(process->hcs);
    process->attached = true;
    *out = process;
    /* The daemon may close its input while it attaches, so the process is to be found then. */
    if (launch->exec_id == NULL) {
        container->task = process;
        wcd_log(container->runtime->options.log, WCD_LOG_DEBUG, "init process started");
    }
    code = attach(process, launch, err);
    if (code != WCD_OK) {
        log_attach_failure(container->runtime, launch, err);
        container->task = container->task == process ? NULL : container->task;
        kill_unattached(process);
    }
    (void)wcd_hcs_wait_process(process->hcs, on_ended, process, err);
    return code;
}

enum wcd_errc v25_new_task(struct wcd_local_runtime *base, const char *id, bool with_stdin,
                           wcd_runtime_attach *attach_fn, void *attach_ctx, uint32_t *pid,
                           struct wcd_error *err)
{
    struct v25_runtime *runtime = v25_of(base);
    struct v25_container *container = v25_find(runtime, id, err);
    struct v25_process *process = NULL;
    if (container == NULL) {
        return err->code;
    }
    if (container->restored) {
        return wcd_error_set(err, WCD_E_NOT_IMPLEMENTED, "a restored container cannot be started");
    }
    if (container->task != NULL) {
        return wcd_error_set(err, WCD_E_NOT_MODIFIED, "already exists");
    }
    if (container->work != V25_IDLE) {
        return v25_busy(container, err);
    }
    struct launch launch = {.document = container->process_document,
                            .with_stdin = with_stdin,
                            .attach = attach_fn,
                            .attach_ctx = attach_ctx};
    wcd_log(runtime->options.log, WCD_LOG_DEBUG, "start commandLine: %s", container->command_line);
    enum wcd_errc code = launch_process(container, &launch, &process, err);
    if (code != WCD_OK) {
        return code;
    }
    *pid = process->pid;
    v25_tell(&process->started, WCD_RUNTIME_STARTED, container, process);
    v25_log(runtime, WCD_LOG_DEBUG, "start() completed");
    return WCD_OK;
}

static enum wcd_errc run_exec(struct v25_container *container, const struct wcd_runtime_exec *exec,
                              const char *document, uint32_t *pid, struct wcd_error *err)
{
    struct v25_process *process = NULL;
    struct launch launch = {.exec_id = exec->id,
                            .document = document,
                            .with_stdin = exec->with_stdin,
                            .attach = exec->attach,
                            .attach_ctx = exec->attach_ctx};
    enum wcd_errc code = launch_process(container, &launch, &process, err);
    if (code != WCD_OK) {
        return code;
    }
    *pid = process->pid;
    v25_tell(&process->exec_added, WCD_RUNTIME_EXEC_ADDED, container, process);
    v25_tell(&process->started, WCD_RUNTIME_EXEC_STARTED, container, process);
    return WCD_OK;
}

enum wcd_errc v25_exec(struct wcd_local_runtime *base, const char *id,
                       const struct wcd_runtime_exec *exec, uint32_t *pid, struct wcd_error *err)
{
    struct v25_runtime *runtime = v25_of(base);
    struct v25_container *container = v25_find_task(runtime, id, err);
    if (container == NULL) {
        return err->code;
    }
    if (container->work != V25_IDLE) {
        return v25_busy(container, err);
    }
    char *line = wcd_v25_command_line(exec->process);
    char *document = wcd_v25_process_document(exec->process, container->cwd);
    enum wcd_errc code = WCD_OK;
    if (line == NULL || document == NULL) {
        code = wcd_error_no_memory(err);
    } else {
        wcd_log(runtime->options.log, WCD_LOG_DEBUG, "exec commandLine: %s", line);
        code = run_exec(container, exec, document, pid, err);
    }
    free(line);
    free(document);
    return code;
}

/* ---- the task's end ---- */

enum wcd_errc v25_delete_task(struct wcd_local_runtime *base, const char *id, uint32_t *exit_code,
                              struct wcd_error *err)
{
    struct v25_container *container = v25_find_task(v25_of(base), id, err);
    if (container == NULL) {
        return err->code;
    }
    struct v25_process *task = container->task;
    if (task->hcs != NULL) {
        return wcd_error_set(err, WCD_E_CONFLICT, "container is not stopped");
    }
    *exit_code = task->exit_code;
    container->task = NULL;
    if (task->exited.container == NULL) {
        v25_process_free(task);
    }
    return WCD_OK;
}
