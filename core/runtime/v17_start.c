/* Starts of the runtime of 2017: a container with its first process, a servicing container, an exec. */
#include "core/runtime/v17_internal.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* The creation of one container, until it is answered. */
struct v17_start {
    struct v17_container *container;
    char *process_document;
    bool servicing;
    wcd_runtime_attach *attach;
    void *attach_ctx;
    wcd_runtime_done *done;
    void *ctx;
    const char *failed;     /* the step; the servicing process's end is NULL */
    struct wcd_error error; /* what it failed with, while the system is being ended */
};

void v17_start_free(struct v17_start *start)
{
    free(start->process_document);
    wcd_error_release(&start->error);
    free(start);
}

/* ---- the answer ---- */

/* Nothing of the container stays. */
static void give_up(struct v17_start *start, const struct wcd_error *err)
{
    struct v17_container *container = start->container;
    wcd_runtime_done *done = start->done;
    void *ctx = start->ctx;
    struct wcd_error outcome = WCD_ERROR_INIT;
    if (err != &start->error) {
        (void)wcd_error_copy(&outcome, err);
    } else {
        wcd_error_move(&outcome, &start->error);
    }
    v17_container_free(container);
    done(ctx, &outcome);
    wcd_error_release(&outcome);
}

/* The container runs; with an error it is forgotten all the same, but for its exit. */
static void answer(struct v17_start *start, const struct wcd_error *err)
{
    wcd_runtime_done *done = start->done;
    void *ctx = start->ctx;
    if (err->code != WCD_OK) {
        start->container->registered = false;
    }
    start->container->start = NULL;
    v17_start_free(start);
    done(ctx, err);
}

/* ---- failures ---- */

static void cleaned_up(void *ctx, const struct wcd_error *err)
{
    struct v17_start *start = ctx;
    const struct v17_container *container = start->container;
    const struct wcd_log_sink *log = container->runtime->options.log;
    if (err->code != WCD_OK && start->failed == NULL) {
        wcd_log(log, WCD_LOG_WARN, "libcontainerd: terminating servicing container %s failed: %s",
                container->id, wcd_error_message(err));
    } else if (err->code != WCD_OK) {
        wcd_log(log, WCD_LOG_ERROR, "libcontainerd: failed to cleanup after a failed %s. %s",
                start->failed, wcd_error_message(err));
    }
    give_up(start, &start->error);
}

/* Ends the system and fails with start->error. */
static void clean_up(struct v17_start *start, const char *failed)
{
    start->failed = failed;
    v17_terminate(start->container, cleaned_up, start);
}

/* ---- servicing ---- */

static void servicing_over(void *ctx, const struct wcd_error *err)
{
    give_up(ctx, err);
}

/* The system ends by itself once the process has done its work. */
static void servicing_process_ended(void *ctx, const struct wcd_error *err)
{
    struct v17_start *start = ctx;
    struct v17_container *container = start->container;
    int64_t code = v17_exit_code(&container->first, err);
    if (code != 0) {
        (void)wcd_error_set(&start->error, WCD_E_PLAIN,
                            "libcontainerd: servicing container %s returned non-zero exit code "
                            "%" PRId64,
                            container->id, code);
        clean_up(start, NULL);
        return;
    }
    if (wcd_hcs_wait_exit(container->system, &container->wait, V17_STOP_TIMEOUT_US, servicing_over,
                          start, &start->error) != WCD_OK) {
        give_up(start, &start->error);
    }
}

/* ---- the first process ---- */

/* The streams are handed over. False when the start has failed and is being cleaned up. */
static bool attach_first(struct v17_start *start, struct wcd_error *err)
{
    struct v17_container *container = start->container;
    struct wcd_stdio stdio = wcd_hcs_take_stdio(container->first.hcs);
    container->registered = true;
    if (start->attach(start->attach_ctx, container->id, NULL, &stdio, err) == WCD_OK ||
        err->hresult == 0) {
        return true;
    }
    container->registered = false;
    /* The original does not wait for it yet: what follows is the end of the system alone. */
    container->first.silent = true;
    wcd_log(container->runtime->options.log, WCD_LOG_ERROR,
            "libcontainerd: failed to get stdio pipes: %s", wcd_error_message(err));
    wcd_error_move(&start->error, err);
    clean_up(start, "Stdio");
    return false;
}

static void run(struct v17_start *start)
{
    struct v17_container *container = start->container;
    struct v17_process *first = &container->first;
    struct wcd_error err = WCD_ERROR_INIT;
    if (!attach_first(start, &err)) {
        return;
    }
    if (err.code == WCD_OK) {
        struct wcd_runtime_event event = {
            .type = WCD_RUNTIME_STARTED, .container_id = container->id, .pid = first->pid};
        (void)v17_tell(container->runtime, &event, &err);
    }
    answer(start, &err);
    wcd_error_release(&err);
}

static void process_failed(struct v17_start *start)
{
    wcd_log(start->container->runtime->options.log, WCD_LOG_ERROR,
            "libcontainerd: CreateProcess() failed %s", wcd_error_message(&start->error));
    clean_up(start, "CreateProcess");
}

static void started(void *ctx, const struct wcd_error *err)
{
    struct v17_start *start = ctx;
    struct v17_container *container = start->container;
    struct v17_process *first = &container->first;
    if (err->code != WCD_OK) {
        wcd_log(container->runtime->options.log, WCD_LOG_ERROR,
                "libcontainerd: failed to start container: %s", wcd_error_message(err));
        if (err != &start->error) {
            (void)wcd_error_copy(&start->error, err);
        }
        clean_up(start, "Start");
        return;
    }
    if (wcd_hcs_create_process(container->system, start->process_document, &first->hcs,
                               &start->error) != WCD_OK) {
        process_failed(start);
        return;
    }
    first->pid = wcd_hcs_process_id(first->hcs);
    enum wcd_errc code =
        start->servicing
            ? wcd_hcs_wait_process(first->hcs, servicing_process_ended, start, &start->error)
            : wcd_hcs_wait_process(first->hcs, v17_process_ended, first, &start->error);
    if (code != WCD_OK) {
        process_failed(start);
    } else if (!start->servicing) {
        run(start);
    }
}

static void created(void *ctx, struct wcd_hcs_system *system, const struct wcd_error *err)
{
    struct v17_start *start = ctx;
    start->container->system = system;
    if (err->code != WCD_OK) {
        give_up(start, err);
    } else if (wcd_hcs_start(system, started, start, &start->error) != WCD_OK) {
        started(start, &start->error);
    }
}

/* ---- create ---- */

static char *process_document(const struct wcd_runtime_request *request, bool servicing)
{
    const struct wcd_spec *spec = request->spec;
    struct wcd_json *made = NULL;
    struct v17_parameters parameters = {
        .process = &spec->process,
        .cwd = spec->process.cwd,
        .windows = strcmp(request->os, "windows") == 0,
        .sized = true,
        .streams = !servicing,
    };
    if (strcmp(request->os, "linux") == 0) {
        made = request->spec_document == NULL ? wcd_spec_to_json(spec) : NULL;
        parameters.spec_document = made == NULL ? request->spec_document : made;
        if (parameters.spec_document == NULL) {
            return NULL;
        }
    }
    char *document = v17_process_document(&parameters);
    wcd_json_free(made);
    return document;
}

static bool fill_container(struct v17_container *container,
                           const struct wcd_runtime_request *request)
{
    container->windows = strcmp(request->os, "windows") == 0;
    for (size_t i = 0; !container->says_isolation && i < request->option_count; i++) {
        container->says_isolation = request->options[i].kind == WCD_OPTION_HYPERV;
        container->hyperv = container->says_isolation && request->options[i].flag;
    }
    container->cwd = wcd_text_copy(wcd_text_or_empty(request->spec->process.cwd));
    return container->cwd != NULL;
}

/* The container with its start; NULL without memory. */
static struct v17_start *begin(struct wcd_v17_runtime *runtime,
                               const struct wcd_runtime_request *request, wcd_runtime_done *done,
                               void *ctx)
{
    struct v17_start *start = calloc(1, sizeof(*start));
    struct v17_container *container =
        start == NULL ? NULL : v17_container_new(runtime, request->id);
    if (container == NULL) {
        free(start);
        return NULL;
    }
    container->start = start;
    *start = (struct v17_start){
        .container = container,
        .servicing = v17_is_servicing(request),
        .attach = request->attach,
        .attach_ctx = request->attach_ctx,
        .done = done,
        .ctx = ctx,
    };
    start->process_document = process_document(request, start->servicing);
    if (start->process_document == NULL || !fill_container(container, request)) {
        v17_container_free(container);
        return NULL;
    }
    return start;
}

enum wcd_errc v17_create(struct wcd_local_runtime *base, const struct wcd_runtime_request *request,
                         wcd_runtime_done *done, void *ctx, struct wcd_error *err)
{
    struct wcd_v17_runtime *runtime = v17_of(base);
    char *document = NULL;
    enum wcd_errc code = v17_container_document(runtime, request, &document, err);
    if (code != WCD_OK) {
        return code;
    }
    struct v17_start *start = begin(runtime, request, done, ctx);
    if (start == NULL) {
        free(document);
        return wcd_error_no_memory(err);
    }
    code = wcd_hcs_create_system(runtime->options.hcs, request->id, document, created, start, err);
    if (code != WCD_OK) {
        v17_container_free(start->container);
    }
    free(document);
    return code;
}

/* ---- exec ---- */

static char *exec_document(const struct v17_container *container,
                           const struct wcd_spec_process *process)
{
    struct v17_parameters parameters = {
        .process = process,
        .cwd = wcd_text_or_empty(process->cwd)[0] == '\0' ? container->cwd : process->cwd,
        .windows = container->windows,
        .sized = process->terminal,
        .streams = true,
    };
    return v17_process_document(&parameters);
}

/* The process with its wait; NULL with an error. It is not listed yet. */
static struct v17_process *create_exec(struct v17_container *container,
                                       const struct wcd_runtime_exec *exec, struct wcd_error *err)
{
    struct v17_process *process = calloc(1, sizeof(*process));
    char *document = exec_document(container, exec->process);
    char *id = wcd_text_copy(exec->id);
    if (process == NULL || document == NULL || id == NULL) {
        free(process);
        free(document);
        free(id);
        (void)wcd_error_no_memory(err);
        return NULL;
    }
    *process = (struct v17_process){.container = container, .id = id};
    enum wcd_errc code = wcd_hcs_create_process(container->system, document, &process->hcs, err);
    if (code == WCD_OK) {
        code = wcd_hcs_wait_process(process->hcs, v17_process_ended, process, err);
    }
    free(document);
    if (code != WCD_OK) {
        wcd_log(container->runtime->options.log, WCD_LOG_ERROR,
                "libcontainerd: AddProcess(%s) CreateProcess() failed %s", container->id,
                wcd_error_message(err));
        v17_process_free(process);
        return NULL;
    }
    process->pid = wcd_hcs_process_id(process->hcs);
    return process;
}

enum wcd_errc v17_exec(struct wcd_local_runtime *base, const char *id,
                       const struct wcd_runtime_exec *exec, uint32_t *pid, struct wcd_error *err)
{
    struct v17_container *container = NULL;
    enum wcd_errc code = v17_find(v17_of(base), id, &container, err);
    if (code != WCD_OK) {
        return code;
    }
    struct v17_process *process = create_exec(container, exec, err);
    if (process == NULL) {
        return err->code;
    }
    struct wcd_stdio stdio = wcd_hcs_take_stdio(process->hcs);
    v17_list_exec(process);
    code = exec->attach(exec->attach_ctx, id, process->id, &stdio, err);
    if (code == WCD_OK) {
        *pid = process->pid;
    } else if (err->hresult == 0) {
        process->silent = true;
    } else {
        wcd_log(container->runtime->options.log, WCD_LOG_ERROR,
                "libcontainerd: %s getting std pipes failed %s", container->id,
                wcd_error_message(err));
        v17_unlist_exec(process);
        v17_process_free(process);
    }
    return code;
}
