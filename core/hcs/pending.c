/* Operations of a compute system that answer "pending" and complete with a notification, or with their
 * time-out, or with the system's end. */
#include "core/hcs/internal.h"

#include "core/base/assert.h"

#include <stdlib.h>
#include <string.h>

static const struct wcd_error no_error = WCD_ERROR_INIT;

/* The notification that completes each, and the state that shows that it is complete. */
static const struct hcs_pending_kinds {
    enum hcs_op op;
    uint32_t notification;
    const char *state;
} kinds[HCS_PENDING_COUNT] = {
    [HCS_PENDING_CREATE] = {HCS_CREATE, PLAT_HCS_SYSTEM_CREATE_COMPLETED, "Created"},
    [HCS_PENDING_START] = {HCS_START, PLAT_HCS_SYSTEM_START_COMPLETED, "Running"},
    [HCS_PENDING_PAUSE] = {HCS_PAUSE, PLAT_HCS_SYSTEM_PAUSE_COMPLETED, "Paused"},
    [HCS_PENDING_RESUME] = {HCS_RESUME, PLAT_HCS_SYSTEM_RESUME_COMPLETED, "Running"},
};

static void report(void *ctx)
{
    struct hcs_pending *pending = ctx;
    wcd_hcs_done *done = pending->done;
    void *done_ctx = pending->ctx;
    struct wcd_error err = WCD_ERROR_INIT;
    pending->active = false;
    wcd_error_move(&err, &pending->error);
    done(done_ctx, err.code == WCD_OK ? &no_error : &err);
    wcd_error_release(&err);
}

/* `why` NULL: it went well. */
static void settle(struct wcd_hcs_system *system, enum hcs_pending_kind kind,
                   const struct hcs_why *why)
{
    struct hcs_pending *pending = &system->pending[kind];
    if (kind == HCS_PENDING_CREATE) {
        hcs_create_ended(system, why);
        return;
    }
    pending->waiting = false;
    wcd_timer_cancel(&pending->timer);
    if (why != NULL) {
        (void)hcs_system_error(system->hcs, system->id, kinds[kind].op, why, &pending->error);
    }
    wcd_reactor_defer(system->hcs->options.reactor, &pending->task, report, pending);
}

void hcs_pending_event(struct wcd_hcs_system *system, uint32_t type, plat_hr status)
{
    struct hcs_why why = {.hr = status};
    for (enum hcs_pending_kind kind = 0; kind < HCS_PENDING_COUNT; kind++) {
        if (kinds[kind].notification == type && system->pending[kind].waiting) {
            settle(system, kind, plat_failed(status) ? &why : NULL);
        }
    }
}

void hcs_pending_fail_all(struct wcd_hcs_system *system, enum hcs_fault fault)
{
    struct hcs_why why = {.fault = fault};
    for (enum hcs_pending_kind kind = 0; kind < HCS_PENDING_COUNT; kind++) {
        if (system->pending[kind].waiting) {
            settle(system, kind, &why);
        }
    }
}

void hcs_pending_look_again(struct wcd_hcs_system *system, const char *state)
{
    const char *seen = state[0] == '\0' ? kinds[HCS_PENDING_CREATE].state : state;
    for (enum hcs_pending_kind kind = 0; kind < HCS_PENDING_COUNT; kind++) {
        if (system->pending[kind].waiting && strcmp(kinds[kind].state, seen) == 0) {
            settle(system, kind, NULL);
        }
    }
}

void hcs_pending_drop_all(struct wcd_hcs_system *system)
{
    for (enum hcs_pending_kind kind = 0; kind < HCS_PENDING_COUNT; kind++) {
        struct hcs_pending *pending = &system->pending[kind];
        pending->waiting = false;
        pending->active = false;
        wcd_timer_cancel(&pending->timer);
        wcd_reactor_drop(system->hcs->options.reactor, &pending->task);
        wcd_error_release(&pending->error);
    }
}

static void timed_out(void *ctx)
{
    struct hcs_pending *pending = ctx;
    struct wcd_hcs_system *system = pending->system;
    struct hcs_why why = {.fault = HCS_FAULT_TIMEOUT};
    settle(system, (enum hcs_pending_kind)(pending - system->pending), &why);
}

typedef plat_hr hcs_call(void *ctx, plat_handle system, const char *options, char **result);

static enum wcd_errc begin(struct wcd_hcs_system *system, enum hcs_pending_kind kind,
                           hcs_call *call, wcd_hcs_done *done, void *ctx, struct wcd_error *err)
{
    const struct plat_hcs *service = hcs_service(system->hcs);
    struct hcs_pending *pending = &system->pending[kind];
    struct hcs_why why = {0};
    char *result = NULL;
    enum wcd_errc code = WCD_OK;
    WCD_ASSERT(!pending->active);
    why.hr = call(service->ctx, system->handle, "", &result);
    why.result = result;
    if (!plat_hcs_accepted(why.hr)) {
        code = hcs_system_error(system->hcs, system->id, kinds[kind].op, &why, err);
    } else if (why.hr == PLAT_HCS_OPERATION_PENDING) {
        code = wcd_timer_set(system->hcs->options.reactor, &pending->timer, WCD_HCS_TIMEOUT_US,
                             timed_out, pending, err);
    }
    free(result);
    if (code != WCD_OK) {
        return code;
    }
    pending->system = system;
    pending->done = done;
    pending->ctx = ctx;
    pending->active = true;
    pending->waiting = why.hr == PLAT_HCS_OPERATION_PENDING;
    if (!pending->waiting) {
        settle(system, kind, NULL);
    } else if (system->end != HCS_GOES_ON) {
        /* Its end was told before this was asked for: no completion comes any more. */
        hcs_pending_fail_all(system,
                             system->end == HCS_LOST ? HCS_FAULT_LOST : HCS_FAULT_UNEXPECTED_EXIT);
    }
    return WCD_OK;
}

enum wcd_errc wcd_hcs_start(struct wcd_hcs_system *system, wcd_hcs_done *done, void *ctx,
                            struct wcd_error *err)
{
    return begin(system, HCS_PENDING_START, hcs_service(system->hcs)->ops->start_system, done, ctx,
                 err);
}

enum wcd_errc wcd_hcs_pause(struct wcd_hcs_system *system, wcd_hcs_done *done, void *ctx,
                            struct wcd_error *err)
{
    return begin(system, HCS_PENDING_PAUSE, hcs_service(system->hcs)->ops->pause_system, done, ctx,
                 err);
}

enum wcd_errc wcd_hcs_resume(struct wcd_hcs_system *system, wcd_hcs_done *done, void *ctx,
                             struct wcd_error *err)
{
    return begin(system, HCS_PENDING_RESUME, hcs_service(system->hcs)->ops->resume_system, done,
                 ctx, err);
}
