/* How v25's local runtime makes containers, and how it ends those that an earlier daemon left. */
#include "core/runtime/v25_internal.h"

#include "core/base/text.h"

#include <stdlib.h>
#include <string.h>

#define RESTORE_LIMIT_US ((uint64_t)2 * 60 * 1000000)

/* ---- creating ---- */

/* Nothing came of it: what is left is closed. (The original keeps the handle for ever.) */
static void give_up(struct v25_container *container)
{
    wcd_hcs_close_system(container->system);
    container->system = NULL;
    v25_container_unlist(container);
    v25_report_soon(container);
}

static void cleaned_up(struct v25_container *container, const struct wcd_error *err)
{
    if (err->code != WCD_OK) {
        v25_log_error(container->runtime, WCD_LOG_ERROR, "failed to cleanup after a failed Start",
                      err);
    } else {
        v25_log(container->runtime, WCD_LOG_DEBUG,
                "cleaned up after failed Start by calling Terminate");
    }
    give_up(container);
}

static void on_started(void *ctx, const struct wcd_error *err)
{
    struct v25_container *container = ctx;
    if (err->code != WCD_OK) {
        v25_log_error(container->runtime, WCD_LOG_ERROR, "failed to start container", err);
        (void)wcd_error_copy(&container->error, err);
        v25_terminate(container, cleaned_up);
        return;
    }
    v25_log(container->runtime, WCD_LOG_DEBUG, "createWindows() completed successfully");
    v25_report_soon(container);
    v25_tell(&container->created, WCD_RUNTIME_CREATED, container, NULL);
}

static void on_created(void *ctx, struct wcd_hcs_system *system, const struct wcd_error *err)
{
    struct v25_container *container = ctx;
    struct wcd_error start_error = WCD_ERROR_INIT;
    if (err->code != WCD_OK) {
        (void)wcd_error_copy(&container->error, err);
        give_up(container);
        return;
    }
    container->system = system;
    v25_log(container->runtime, WCD_LOG_DEBUG, "starting container");
    if (wcd_hcs_start(system, on_started, container, &start_error) != WCD_OK) {
        on_started(container, &start_error);
    }
    wcd_error_release(&start_error);
}

/* What a task is made of later. False without memory. */
static bool keep_process(struct v25_container *container, const struct wcd_spec *spec)
{
    container->hyperv = spec->windows.hyperv.present;
    container->terminal = spec->process.terminal;
    container->command_line = wcd_v25_command_line(&spec->process);
    container->cwd = wcd_text_copy(wcd_text_or_empty(spec->process.cwd));
    container->process_document = wcd_v25_process_document(&spec->process, NULL);
    return container->command_line != NULL && container->cwd != NULL &&
           container->process_document != NULL;
}

static enum wcd_errc start_creation(struct v25_container *container,
                                    const struct wcd_runtime_request *request, const char *document,
                                    struct wcd_error *err)
{
    if (!keep_process(container, request->spec)) {
        return wcd_error_no_memory(err);
    }
    return wcd_hcs_create_system(container->runtime->options.hcs, request->id, document, on_created,
                                 container, err);
}

static enum wcd_errc check_request(const struct v25_runtime *runtime,
                                   const struct wcd_runtime_request *request, struct wcd_error *err)
{
    const char *os = wcd_text_or_empty(request->os);
    if (os[0] != '\0' && strcmp(os, "windows") != 0) {
        return wcd_error_set(err, WCD_E_PLAIN,
                             "linux containers are not supported on this platform");
    }
    if (wcd_idmap_find(&runtime->by_id, request->id) != NULL) {
        return wcd_error_set(err, WCD_E_CONFLICT, "id already in use");
    }
    return WCD_OK;
}

enum wcd_errc v25_create(struct wcd_local_runtime *base, const struct wcd_runtime_request *request,
                         wcd_runtime_done *done, void *ctx, struct wcd_error *err)
{
    struct v25_runtime *runtime = v25_of(base);
    struct wcd_v25_document wanted = {.platform = runtime->options.platform,
                                      .engine = runtime->options.engine,
                                      .log = runtime->options.log,
                                      .id = request->id,
                                      .spec = request->spec,
                                      .processors = request->processors};
    char *document = NULL;
    enum wcd_errc code = check_request(runtime, request, err);
    if (code == WCD_OK) {
        code = wcd_v25_container_document(&wanted, &document, err);
    }
    if (code != WCD_OK) {
        return code;
    }
    struct v25_container *container = v25_container_new(runtime, request->id);
    if (container == NULL) {
        free(document);
        return wcd_error_no_memory(err);
    }
    container->work = V25_CREATING;
    container->done = done;
    container->ctx = ctx;
    code = start_creation(container, request, document, err);
    free(document);
    if (code != WCD_OK) {
        container->work = V25_IDLE;
        v25_container_unlist(container);
        v25_container_put(container);
    }
    return code;
}

/* ---- restoring ---- */

static void ended_at_restore(void *ctx, const struct wcd_error *err)
{
    struct v25_container *container = ctx;
    if (err->code == WCD_OK) {
        v25_report_soon(container);
        return;
    }
    v25_log_error(container->runtime, WCD_LOG_DEBUG, "terminate failed on restore", err);
    (void)wcd_error_copy(&container->error, err);
    give_up(container);
}

/* LoadContainer: nobody can attach to what runs still, so it is ended. */
static void end_survivor(struct v25_container *container)
{
    const struct engine_rules *engine = container->runtime->options.engine;
    struct wcd_error err = WCD_ERROR_INIT;
    enum wcd_errc code = wcd_hcs_terminate(container->system, &err);
    if (code != WCD_OK && wcd_hcs_is_pending(&err)) {
        wcd_error_release(&err);
        code = wcd_hcs_wait_exit(container->system, &container->wait, RESTORE_LIMIT_US,
                                 ended_at_restore, container, &err);
        if (code == WCD_OK) {
            return;
        }
    } else if (code != WCD_OK && wcd_hcs_is_already_stopped(&err, engine)) {
        wcd_error_release(&err);
    }
    ended_at_restore(container, &err);
    wcd_error_release(&err);
}

enum wcd_errc v25_restore(struct wcd_local_runtime *base, const char *id, wcd_runtime_done *done,
                          void *ctx, struct wcd_error *err)
{
    struct v25_runtime *runtime = v25_of(base);
    struct wcd_error open_error = WCD_ERROR_INIT;
    v25_log(runtime, WCD_LOG_DEBUG, "LoadContainer()");
    if (wcd_idmap_find(&runtime->by_id, id) != NULL) {
        return wcd_error_set(err, WCD_E_CONFLICT, "id already in use");
    }
    struct v25_container *container = v25_container_new(runtime, id);
    if (container == NULL) {
        return wcd_error_no_memory(err);
    }
    enum wcd_errc code =
        wcd_hcs_open_system(runtime->options.hcs, id, &container->system, &open_error);
    if (code != WCD_OK) {
        v25_container_unlist(container);
        v25_container_put(container);
        wcd_error_release(&open_error);
        return code == WCD_E_NO_MEMORY ? wcd_error_no_memory(err)
                                       : wcd_error_set(err, WCD_E_NOT_FOUND, "container not found");
    }
    container->restored = true;
    container->work = V25_RESTORING;
    container->done = done;
    container->ctx = ctx;
    end_survivor(container);
    return WCD_OK;
}
