/* Tracing of the clock: timers have entries, reading the time has none. */
#include "fakes/wrap/trace_internal.h"

static uint64_t trace_clock_monotonic_us(void *ctx)
{
    const struct wrap_trace *trace = ctx;
    return trace->below.clock.ops->monotonic_us(trace->below.clock.ctx);
}

static uint64_t trace_clock_wall_100ns(void *ctx)
{
    const struct wrap_trace *trace = ctx;
    return trace->below.clock.ops->wall_100ns(trace->below.clock.ctx);
}

static plat_hr trace_clock_set_timer(void *ctx, uint64_t due_us, struct plat_event_sink sink,
                                     uint64_t key, plat_handle *out)
{
    struct wrap_trace *trace = ctx;
    const struct plat_clock *clock = &trace->below.clock;
    struct wrap_call call = wrap_begin(trace, "kernel32.dll", "SetThreadpoolTimer");
    wrap_arg_number(&call, "due_us", due_us);
    wrap_arg_number(&call, "key", key);
    plat_hr hr = clock->ops->set_timer(clock->ctx, due_us, sink, key, out);
    if (plat_succeeded(hr)) {
        wrap_result_number(&call, "handle", *out);
    }
    return wrap_end(&call, hr);
}

/* Windows cancels by setting no time; the result tells whether there was something to cancel. */
static bool trace_clock_cancel_timer(void *ctx, plat_handle timer)
{
    struct wrap_trace *trace = ctx;
    const struct plat_clock *clock = &trace->below.clock;
    struct wrap_call call = wrap_begin(trace, "kernel32.dll", "CloseThreadpoolTimer");
    wrap_arg_number(&call, "pti", timer);
    bool cancelled = clock->ops->cancel_timer(clock->ctx, timer);
    wrap_result(&call, "cancelled", wcd_json_new_bool(cancelled));
    (void)wrap_end(&call, PLAT_S_OK);
    return cancelled;
}

const struct plat_clock_ops wrap_trace_clock_ops = {
    .monotonic_us = trace_clock_monotonic_us,
    .wall_100ns = trace_clock_wall_100ns,
    .set_timer = trace_clock_set_timer,
    .cancel_timer = trace_clock_cancel_timer,
};
