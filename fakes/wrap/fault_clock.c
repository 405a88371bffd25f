/* Faults of timers. A timer of the daemon goes through a node of its own, so that the ones that are left are
 * known when the process dies. */
#include "fakes/wrap/fault_internal.h"

#include <stdlib.h>

struct fault_timer {
    struct wrap_fault *fault;
    struct fault_timer *previous;
    struct fault_timer *next;
    struct plat_event_sink sink; /* the daemon's */
    plat_handle handle;          /* PLAT_NO_HANDLE until set_timer has returned */
    bool fired;                  /* before that */
    bool muted;                  /* the daemon believes that it was cancelled */
};

static uint64_t fault_clock_monotonic_us(void *ctx)
{
    const struct wrap_fault *fault = ctx;
    return fault->below.clock.ops->monotonic_us(fault->below.clock.ctx);
}

static uint64_t fault_clock_wall_100ns(void *ctx)
{
    const struct wrap_fault *fault = ctx;
    return fault->below.clock.ops->wall_100ns(fault->below.clock.ctx);
}

static struct fault_timer *fault_timer_create(struct wrap_fault *fault, struct plat_event_sink sink)
{
    struct fault_timer *timer = calloc(1, sizeof(*timer));
    if (timer == NULL) {
        return NULL;
    }
    timer->fault = fault;
    timer->sink = sink;
    wrap_lock_take(&fault->lock);
    timer->next = fault->timers;
    if (timer->next != NULL) {
        timer->next->previous = timer;
    }
    fault->timers = timer;
    wrap_lock_give(&fault->lock);
    return timer;
}

/* Under the lock. */
static void fault_timer_unlink(struct fault_timer *timer)
{
    if (timer->previous != NULL) {
        timer->previous->next = timer->next;
    } else {
        timer->fault->timers = timer->next;
    }
    if (timer->next != NULL) {
        timer->next->previous = timer->previous;
    }
}

static void fault_timer_end(struct fault_timer *timer)
{
    struct wrap_fault *fault = timer->fault;
    wrap_lock_take(&fault->lock);
    fault_timer_unlink(timer);
    wrap_lock_give(&fault->lock);
    free(timer);
}

/* A timer posts once, and its node ends with that. */
static bool fault_timer_post(void *ctx, struct plat_event *event)
{
    struct fault_timer *timer = ctx;
    struct wrap_fault *fault = timer->fault;
    struct plat_event_sink sink = timer->sink;
    wrap_lock_take(&fault->lock);
    bool known = timer->handle != PLAT_NO_HANDLE;
    bool muted = timer->muted;
    timer->fired = true;
    if (known) {
        fault_timer_unlink(timer);
    }
    wrap_lock_give(&fault->lock);
    if (known) {
        free(timer);
    }
    return muted || (!wrap_fault_dead(fault) && sink.post(sink.ctx, event));
}

/* The timer has its handle; ends it when it fired meanwhile. */
static void fault_timer_is_set(struct fault_timer *timer, plat_handle handle)
{
    struct wrap_fault *fault = timer->fault;
    wrap_lock_take(&fault->lock);
    timer->handle = handle;
    bool fired = timer->fired;
    wrap_lock_give(&fault->lock);
    if (fired) {
        fault_timer_end(timer);
    }
}

static struct fault_timer *fault_timer_take(struct wrap_fault *fault, plat_handle handle)
{
    wrap_lock_take(&fault->lock);
    struct fault_timer *timer = fault->timers;
    while (timer != NULL && timer->handle != handle) {
        timer = timer->next;
    }
    if (timer != NULL) {
        fault_timer_unlink(timer);
    }
    wrap_lock_give(&fault->lock);
    return timer;
}

/* Of one that is still set below the daemon is not to hear any more. */
static void fault_timer_mute(struct wrap_fault *fault, plat_handle handle)
{
    wrap_lock_take(&fault->lock);
    for (struct fault_timer *timer = fault->timers; timer != NULL; timer = timer->next) {
        timer->muted = timer->muted || timer->handle == handle;
    }
    wrap_lock_give(&fault->lock);
}

/* Keeps what the daemon was told and what is set below in step. */
static plat_hr fault_clock_settle(struct fault_call *call, plat_handle set, plat_handle *out)
{
    struct wrap_fault *fault = call->fault;
    const struct plat_clock *clock = &fault->below.clock;
    plat_hr hr = fault_leave(call);
    if (plat_succeeded(hr) && *out == PLAT_NO_HANDLE) {
        *out = FAULT_PHANTOM_BIT | ++fault->phantom_last;
    }
    if (plat_failed(hr) && set != PLAT_NO_HANDLE && !wrap_fault_dead(fault) &&
        clock->ops->cancel_timer(clock->ctx, set)) {
        free(fault_timer_take(fault, set));
    }
    return hr;
}

static plat_hr fault_clock_set_timer(void *ctx, uint64_t due_us, struct plat_event_sink sink,
                                     uint64_t key, plat_handle *out)
{
    struct wrap_fault *fault = ctx;
    const struct plat_clock *clock = &fault->below.clock;
    struct fault_timer *timer = NULL;
    struct fault_call call;
    fault_begin(&call, fault, "SetThreadpoolTimer", NULL);
    fault_out_data(&call, out, sizeof(*out));
    if (fault_enter(&call)) {
        timer = fault_timer_create(fault, sink);
        const struct plat_event_sink post = {.post = fault_timer_post, .ctx = timer};
        call.hr = timer == NULL ? PLAT_E_OUTOFMEMORY
                                : clock->ops->set_timer(clock->ctx, due_us, post, key, out);
    }
    if (timer != NULL && plat_succeeded(call.hr)) {
        fault_timer_is_set(timer, *out);
    } else if (timer != NULL) {
        fault_timer_end(timer);
    }
    return fault_clock_settle(&call, *out, out);
}

/* What a rule answers here is whether there was something to cancel: a success says so. */
static bool fault_clock_cancel_timer(void *ctx, plat_handle handle)
{
    struct wrap_fault *fault = ctx;
    const struct plat_clock *clock = &fault->below.clock;
    struct fault_call call;
    fault_begin(&call, fault, "CloseThreadpoolTimer", NULL);
    if (fault_enter(&call)) {
        bool cancelled = clock->ops->cancel_timer(clock->ctx, handle);
        if (cancelled) {
            free(fault_timer_take(fault, handle));
        }
        call.hr = cancelled ? PLAT_S_OK : plat_hr_win32(PLAT_ERROR_NOT_FOUND);
    }
    bool told = plat_succeeded(fault_leave(&call));
    if (told) {
        fault_timer_mute(fault, handle);
    }
    return told;
}

const struct plat_clock_ops wrap_fault_clock_ops = {
    .monotonic_us = fault_clock_monotonic_us,
    .wall_100ns = fault_clock_wall_100ns,
    .set_timer = fault_clock_set_timer,
    .cancel_timer = fault_clock_cancel_timer,
};

/* The nodes stay until the end: one may be on its way already. */
void fault_timers_cancel(struct wrap_fault *fault)
{
    const struct plat_clock *clock = &fault->below.clock;
    for (const struct fault_timer *timer = fault->timers; timer != NULL; timer = timer->next) {
        (void)clock->ops->cancel_timer(clock->ctx, timer->handle);
    }
}

void fault_timers_release(struct wrap_fault *fault)
{
    while (fault->timers != NULL) {
        struct fault_timer *next = fault->timers->next;
        free(fault->timers);
        fault->timers = next;
    }
}
