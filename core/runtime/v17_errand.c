/* What the runtime of 2017 does for containers that it does not have: the end of one that outlived its daemon,
 * and removals, where nothing is left to do. */
#include "core/runtime/v17_internal.h"

#include "core/base/assert.h"

#include <stdlib.h>

static const struct wcd_error no_error = WCD_ERROR_INIT;

static struct v17_errand *errand_new(struct wcd_v17_runtime *runtime, const char *id,
                                     wcd_runtime_done *done, void *ctx)
{
    struct v17_errand *errand = calloc(1, sizeof(*errand));
    char *own = wcd_text_copy(id);
    if (errand == NULL || own == NULL) {
        free(errand);
        free(own);
        return NULL;
    }
    *errand = (struct v17_errand){
        .next = runtime->errands, .runtime = runtime, .id = own, .done = done, .ctx = ctx};
    runtime->errands = errand;
    return errand;
}

void v17_errand_free(struct v17_errand *errand)
{
    struct wcd_v17_runtime *runtime = errand->runtime;
    struct v17_errand **at = &runtime->errands;
    while (*at != errand) {
        WCD_ASSERT(*at != NULL);
        at = &(*at)->next;
    }
    *at = errand->next;
    wcd_reactor_drop(runtime->options.reactor, &errand->task);
    wcd_hcs_wait_drop(&errand->wait);
    wcd_hcs_close_system(errand->system);
    free(errand->id);
    free(errand);
}

/* `err` is not the errand's. */
static void answer(struct v17_errand *errand, const struct wcd_error *err)
{
    wcd_runtime_done *done = errand->done;
    void *ctx = errand->ctx;
    v17_errand_free(errand);
    done(ctx, err);
}

/* ---- restore ---- */

/* The container is over; the daemon hears it. */
static void ended(struct v17_errand *errand)
{
    struct wcd_error err = WCD_ERROR_INIT;
    struct wcd_runtime_event event = {.type = WCD_RUNTIME_EXITED,
                                      .container_id = errand->id,
                                      .exit_code = V17_EXIT_CODE_RESTORED};
    wcd_hcs_close_system(errand->system);
    errand->system = NULL;
    (void)v17_tell(errand->runtime, &event, &err);
    answer(errand, &err);
    wcd_error_release(&err);
}

/* Nobody hears of one that could not be ended: the original warns and leaves it. */
static void terminated(void *ctx, const struct wcd_error *err)
{
    struct v17_errand *errand = ctx;
    if (err->code == WCD_OK) {
        ended(errand);
        return;
    }
    v17_log_quoted(errand->runtime, WCD_LOG_WARN, "failed to terminate", errand->id,
                   " on restore -", err);
    answer(errand, err);
}

static void restore(void *ctx)
{
    struct v17_errand *errand = ctx;
    const struct wcd_runtime_options *options = &errand->runtime->options;
    struct wcd_error err = WCD_ERROR_INIT;
    enum wcd_errc code = wcd_hcs_open_system(options->hcs, errand->id, &errand->system, &err);
    if (code == WCD_E_NO_MEMORY) { /* it may well be there */
        answer(errand, &err);
        return;
    }
    if (code != WCD_OK) {
        wcd_error_release(&err);
        ended(errand);
        return;
    }
    (void)wcd_hcs_terminate(errand->system, &err);
    if (wcd_hcs_is_pending(&err)) {
        wcd_error_release(&err);
        if (wcd_hcs_wait_exit(errand->system, &errand->wait, V17_RESTORE_TIMEOUT_US, terminated,
                              errand, &err) == WCD_OK) {
            return;
        }
    } else if (wcd_hcs_is_already_stopped(&err, options->engine)) {
        wcd_error_release(&err);
    }
    terminated(errand, &err);
    wcd_error_release(&err);
}

static enum wcd_errc run(struct wcd_local_runtime *base, const char *id, wcd_task_fn *fn,
                         wcd_runtime_done *done, void *ctx, struct wcd_error *err)
{
    struct wcd_v17_runtime *runtime = v17_of(base);
    struct v17_errand *errand = errand_new(runtime, id, done, ctx);
    if (errand == NULL) {
        return wcd_error_no_memory(err);
    }
    wcd_reactor_defer(runtime->options.reactor, &errand->task, fn, errand);
    return WCD_OK;
}

enum wcd_errc v17_restore(struct wcd_local_runtime *base, const char *id, wcd_runtime_done *done,
                          void *ctx, struct wcd_error *err)
{
    wcd_log(v17_of(base)->options.log, WCD_LOG_DEBUG, "libcontainerd: Restore(%s)", id);
    return run(base, id, restore, done, ctx, err);
}

/* ---- remove ---- */

static void removed(void *ctx)
{
    answer(ctx, &no_error);
}

enum wcd_errc v17_remove(struct wcd_local_runtime *base, const char *id, wcd_runtime_done *done,
                         void *ctx, struct wcd_error *err)
{
    return run(base, id, removed, done, ctx, err);
}
