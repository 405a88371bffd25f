/* Waits for the end of a compute system. */
#include "core/hcs/internal.h"

#include "core/base/assert.h"

#include <string.h>

static const struct wcd_error no_error = WCD_ERROR_INIT;

static void unlink_wait(struct wcd_hcs_wait *wait)
{
    struct wcd_hcs_wait **at = &wait->system->waits;
    while (*at != wait) {
        WCD_ASSERT(*at != NULL);
        at = &(*at)->next;
    }
    *at = wait->next;
    wait->next = NULL;
    wait->active = false;
}

static void report(void *ctx)
{
    struct wcd_hcs_wait *wait = ctx;
    wcd_hcs_done *done = wait->done;
    void *done_ctx = wait->ctx;
    struct wcd_error err = WCD_ERROR_INIT;
    unlink_wait(wait);
    wcd_error_move(&err, &wait->error);
    done(done_ctx, err.code == WCD_OK ? &no_error : &err);
    wcd_error_release(&err);
}

/* The end is known: tells it at the next turn. */
static void end_wait(struct wcd_hcs_wait *wait)
{
    struct wcd_hcs_system *system = wait->system;
    enum hcs_op op = wait->limited ? HCS_WAIT_LIMITED : HCS_WAIT;
    struct hcs_why why = {.hr = system->exit_status};
    wcd_timer_cancel(&wait->timer);
    if (system->end == HCS_LOST) {
        why.fault = HCS_FAULT_LOST;
    }
    if (why.fault != HCS_NO_FAULT || plat_failed(why.hr)) {
        (void)hcs_system_error(system->hcs, system->id, op, &why, &wait->error);
    }
    wcd_reactor_defer(system->hcs->options.reactor, &wait->task, report, wait);
}

static void timed_out(void *ctx)
{
    struct wcd_hcs_wait *wait = ctx;
    struct wcd_hcs_system *system = wait->system;
    const char *op = system->hcs->generation->wait_timeout;
    struct hcs_why why = {.fault = HCS_FAULT_TIMEOUT};
    (void)hcs_named_error(system->hcs, system->id, op, &why, &wait->error);
    report(wait);
}

enum wcd_errc wcd_hcs_wait_exit(struct wcd_hcs_system *system, struct wcd_hcs_wait *wait,
                                uint64_t timeout_us, wcd_hcs_done *done, void *ctx,
                                struct wcd_error *err)
{
    struct wcd_hcs_wait **last = &system->waits;
    WCD_ASSERT(!wait->active);
    *wait = (struct wcd_hcs_wait){
        .system = system,
        .done = done,
        .ctx = ctx,
        .active = true,
        .limited = timeout_us != WCD_HCS_NO_TIMEOUT,
    };
    if (wait->limited && system->end == HCS_GOES_ON) {
        enum wcd_errc code = wcd_timer_set(system->hcs->options.reactor, &wait->timer, timeout_us,
                                           timed_out, wait, err);
        if (code != WCD_OK) {
            wait->active = false;
            return code;
        }
    }
    while (*last != NULL) {
        last = &(*last)->next;
    }
    *last = wait;
    if (system->end != HCS_GOES_ON) {
        end_wait(wait);
    }
    return WCD_OK;
}

void wcd_hcs_wait_drop(struct wcd_hcs_wait *wait)
{
    if (!wait->active) {
        return;
    }
    wcd_timer_cancel(&wait->timer);
    wcd_reactor_drop(wait->system->hcs->options.reactor, &wait->task);
    unlink_wait(wait);
    wcd_error_release(&wait->error);
}

bool wcd_hcs_has_exited(const struct wcd_hcs_system *system)
{
    return system->end == HCS_EXITED;
}

void hcs_waits_end(struct wcd_hcs_system *system)
{
    for (struct wcd_hcs_wait *wait = system->waits; wait != NULL; wait = wait->next) {
        end_wait(wait);
    }
}

void hcs_waits_drop(struct wcd_hcs_system *system)
{
    while (system->waits != NULL) {
        wcd_hcs_wait_drop(system->waits);
    }
}
