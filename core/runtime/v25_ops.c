/* What else v25's local runtime does with a task: pause, resume, sizes, questions, and what it does not do. */
#include "core/runtime/v25_internal.h"

#include <stdlib.h>

/* ---- pause and resume ---- */

static void changed(struct v25_container *container, const struct wcd_error *err, bool paused)
{
    struct v25_event *event = container->change;
    container->change = NULL;
    if (err->code == WCD_OK) {
        container->paused = paused;
        v25_tell(event, paused ? WCD_RUNTIME_PAUSED : WCD_RUNTIME_RESUMED, container, NULL);
    } else {
        free(event);
    }
    container->change_done(container->change_ctx, err);
}

static void on_paused(void *ctx, const struct wcd_error *err)
{
    changed(ctx, err, true);
}

static void on_resumed(void *ctx, const struct wcd_error *err)
{
    changed(ctx, err, false);
}

typedef enum wcd_errc change_fn(struct wcd_hcs_system *system, wcd_hcs_done *done, void *ctx,
                                struct wcd_error *err);

static enum wcd_errc change(struct v25_runtime *runtime, const char *id, change_fn *fn,
                            wcd_hcs_done *on_changed, const char *refusal, wcd_runtime_done *done,
                            void *ctx, struct wcd_error *err)
{
    struct v25_container *container = v25_find(runtime, id, err);
    if (container == NULL) {
        return err->code;
    }
    if (!container->hyperv) {
        return wcd_error_set(err, WCD_E_PLAIN, "%s", refusal);
    }
    if (v25_find_task(runtime, id, err) == NULL) {
        return err->code;
    }
    if (container->change != NULL || container->work != V25_IDLE) {
        return v25_busy(container, err);
    }
    container->change = calloc(1, sizeof(*container->change));
    if (container->change == NULL) {
        return wcd_error_no_memory(err);
    }
    container->change->owned = true;
    container->change_done = done;
    container->change_ctx = ctx;
    enum wcd_errc code = fn(container->system, on_changed, container, err);
    if (code != WCD_OK) {
        free(container->change);
        container->change = NULL;
    }
    return code;
}

enum wcd_errc v25_pause(struct wcd_local_runtime *base, const char *id, wcd_runtime_done *done,
                        void *ctx, struct wcd_error *err)
{
    return change(v25_of(base), id, wcd_hcs_pause, on_paused, "not implemented", done, ctx, err);
}

enum wcd_errc v25_resume(struct wcd_local_runtime *base, const char *id, wcd_runtime_done *done,
                         void *ctx, struct wcd_error *err)
{
    return change(v25_of(base), id, wcd_hcs_resume, on_resumed,
                  "cannot resume Windows Server Containers", done, ctx, err);
}

/* ---- a process ---- */

enum wcd_errc v25_signal_exec(struct wcd_local_runtime *base, const char *id, const char *exec_id,
                              int signal, struct wcd_error *err)
{
    (void)signal; /* there is but one */
    struct v25_process *process = v25_find_process(v25_of(base), id, exec_id, err);
    return process == NULL ? err->code : wcd_hcs_kill_process(process->hcs, err);
}

enum wcd_errc v25_resize(struct wcd_local_runtime *base, const char *id, const char *exec_id,
                         uint32_t width, uint32_t height, struct wcd_error *err)
{
    struct v25_process *process = v25_find_process(v25_of(base), id, exec_id, err);
    if (process == NULL) {
        return err->code;
    }
    v25_log(v25_of(base), WCD_LOG_DEBUG, "resizing");
    return wcd_hcs_resize(process->hcs, (uint16_t)(width & UINT16_MAX),
                          (uint16_t)(height & UINT16_MAX), err);
}

enum wcd_errc v25_close_stdin(struct wcd_local_runtime *base, const char *id, const char *exec_id,
                              struct wcd_error *err)
{
    struct v25_process *process = v25_find_process(v25_of(base), id, exec_id, err);
    return process == NULL ? err->code : wcd_hcs_close_stdin(process->hcs, err);
}

/* ---- questions ---- */

/* A member of the properties; *out is NULL when there is none. */
static enum wcd_errc ask(struct v25_runtime *runtime, const char *id, const char *query,
                         const char *member, struct wcd_json **out, struct wcd_error *err)
{
    struct v25_container *container = v25_find_task(runtime, id, err);
    struct wcd_json *properties = NULL;
    *out = NULL;
    if (container == NULL) {
        return err->code;
    }
    enum wcd_errc code = wcd_hcs_properties(container->system, query, &properties, err);
    const struct wcd_json *found = wcd_json_get(properties, member);
    if (code == WCD_OK && found != NULL && !wcd_json_is(found, WCD_JSON_NULL)) {
        *out = wcd_json_copy(found);
        code = *out == NULL ? wcd_error_no_memory(err) : WCD_OK;
    }
    wcd_json_free(properties);
    return code;
}

enum wcd_errc v25_stats(struct wcd_local_runtime *base, const char *id, struct wcd_json **out,
                        struct wcd_error *err)
{
    return ask(v25_of(base), id, "{\"PropertyTypes\":[\"Statistics\"]}", "Statistics", out, err);
}

enum wcd_errc v25_summary(struct wcd_local_runtime *base, const char *id, struct wcd_json **out,
                          struct wcd_error *err)
{
    enum wcd_errc code =
        ask(v25_of(base), id, "{\"PropertyTypes\":[\"ProcessList\"]}", "ProcessList", out, err);
    if (code == WCD_OK && *out == NULL) {
        *out = wcd_json_new_array();
        code = *out == NULL ? wcd_error_no_memory(err) : WCD_OK;
    }
    return code;
}

/* ---- what Windows has not ---- */

enum wcd_errc v25_pids(struct wcd_local_runtime *base, const char *id, struct wcd_error *err)
{
    (void)base, (void)id;
    return wcd_error_set(err, WCD_E_PLAIN, "not implemented on Windows");
}

/* Says that it went well, so that the daemon can change a container's own document. */
enum wcd_errc v25_update(struct wcd_local_runtime *base, const char *id, struct wcd_error *err)
{
    (void)base, (void)id, (void)err;
    return WCD_OK;
}

enum wcd_errc v25_checkpoint(struct wcd_local_runtime *base, const char *id, struct wcd_error *err)
{
    (void)base, (void)id;
    return wcd_error_set(err, WCD_E_PLAIN, "Windows: Containers do not support checkpoints");
}

enum wcd_errc wcd_v25_attach_task(struct wcd_error *err)
{
    return wcd_error_set(err, WCD_E_NOT_FOUND, "not implemented");
}
