/* Time (kernel32.dll). There is no sleep: what waits sets a timer and goes on with other work. */
#ifndef PLAT_CLOCK_H
#define PLAT_CLOCK_H

#include "core/platform/event.h"
#include "core/platform/types.h"

/* 100 ns ticks between 1601-01-01 (FILETIME's zero) and 1970-01-01. */
#define PLAT_FILETIME_UNIX_EPOCH ((uint64_t)116444736000000000)

struct plat_clock_ops {
    /* QueryUnbiasedInterruptTime: microseconds since an unknown start; never goes back. */
    uint64_t (*monotonic_us)(void *ctx);

    /* GetSystemTimePreciseAsFileTime: 100 ns ticks since 1601-01-01 UTC; may jump. */
    uint64_t (*wall_100ns)(void *ctx);

    /* SetThreadpoolTimer: posts one PLAT_EVENT_TIMER with `key` to `sink` once monotonic_us() has
     * reached due_us; at once (but never from inside this call) when that is past. *out names the
     * timer until it fired or was cancelled; the number is not used again. E_OUTOFMEMORY. */
    plat_hr (*set_timer)(void *ctx, uint64_t due_us, struct plat_event_sink sink, uint64_t key,
                         plat_handle *out);

    /* After it returned the timer posts nothing any more. An event that was posted before stays in
     * the sink. False when the timer had fired or was unknown. */
    bool (*cancel_timer)(void *ctx, plat_handle timer);
};

struct plat_clock {
    const struct plat_clock_ops *ops;
    void *ctx;
};

#endif
