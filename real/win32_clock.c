/* core/platform/clock.h on one timer of the thread pool, set to the earliest time: whatever the pool's threads are
 * late with is posted in the order of the times. */
#include "real/win32_internal.h"

#include <stdlib.h>

#define TICKS_PER_US 10u

struct timer {
    plat_handle number;
    uint64_t due_us;
    struct plat_event_sink sink;
    uint64_t key;
    struct timer *next; /* due later, or set later for the same time */
};

struct win32_clock {
    SRWLOCK lock; /* of the list, and held while posting */
    PTP_TIMER pool_timer;
    struct timer *timers;
    plat_handle last_number;
};

static uint64_t now_us(void)
{
    ULONGLONG ticks = 0;
    (void)QueryUnbiasedInterruptTime(&ticks);
    return ticks / TICKS_PER_US;
}

static uint64_t clock_monotonic_us(void *ctx)
{
    (void)ctx;
    return now_us();
}

static uint64_t clock_wall_100ns(void *ctx)
{
    (void)ctx;
    FILETIME now;
    GetSystemTimePreciseAsFileTime(&now);
    return ((uint64_t)now.dwHighDateTime << 32) | now.dwLowDateTime;
}

/* For the earliest timer; with the lock held. */
static void arm(const struct win32_clock *clock)
{
    if (clock->timers == NULL) {
        SetThreadpoolTimer(clock->pool_timer, NULL, 0, 0);
        return;
    }
    uint64_t due_us = clock->timers->due_us;
    uint64_t now = now_us();
    uint64_t wait_us = due_us > now ? due_us - now : 0;
    if (wait_us > INT64_MAX / TICKS_PER_US) {
        wait_us = INT64_MAX / TICKS_PER_US;
    }
    /* A negative time is one from now on. */
    LARGE_INTEGER due = {.QuadPart = -(LONGLONG)(wait_us * TICKS_PER_US)};
    FILETIME time = {.dwLowDateTime = due.LowPart, .dwHighDateTime = (DWORD)due.HighPart};
    SetThreadpoolTimer(clock->pool_timer, &time, 0, 0);
}

static void CALLBACK fire(PTP_CALLBACK_INSTANCE instance, void *ctx, PTP_TIMER pool_timer)
{
    struct win32_clock *clock = ctx;
    (void)instance, (void)pool_timer;
    AcquireSRWLockExclusive(&clock->lock);
    while (clock->timers != NULL && clock->timers->due_us <= now_us()) {
        struct timer *timer = clock->timers;
        struct plat_event event = {.kind = PLAT_EVENT_TIMER, .key = timer->key};
        clock->timers = timer->next;
        (void)timer->sink.post(timer->sink.ctx, &event);
        free(timer);
    }
    if (clock->timers != NULL) {
        arm(clock);
    }
    ReleaseSRWLockExclusive(&clock->lock);
}

static plat_hr clock_set_timer(void *ctx, uint64_t due_us, struct plat_event_sink sink,
                               uint64_t key, plat_handle *out)
{
    struct win32_clock *clock = ctx;
    *out = PLAT_NO_HANDLE;
    struct timer *timer = malloc(sizeof(*timer));
    if (timer == NULL) {
        return PLAT_E_OUTOFMEMORY;
    }
    AcquireSRWLockExclusive(&clock->lock);
    *timer =
        (struct timer){.number = ++clock->last_number, .due_us = due_us, .sink = sink, .key = key};
    struct timer **at = &clock->timers;
    while (*at != NULL && (*at)->due_us <= due_us) {
        at = &(*at)->next;
    }
    timer->next = *at;
    *at = timer;
    *out = timer->number;
    if (clock->timers == timer) {
        arm(clock);
    }
    ReleaseSRWLockExclusive(&clock->lock);
    return PLAT_S_OK;
}

static bool clock_cancel_timer(void *ctx, plat_handle number)
{
    struct win32_clock *clock = ctx;
    AcquireSRWLockExclusive(&clock->lock);
    struct timer **at = &clock->timers;
    while (*at != NULL && (*at)->number != number) {
        at = &(*at)->next;
    }
    struct timer *timer = *at;
    if (timer != NULL) {
        *at = timer->next;
        arm(clock);
    }
    ReleaseSRWLockExclusive(&clock->lock);
    free(timer);
    return timer != NULL;
}

plat_hr win32_clock_create(struct win32_clock **out)
{
    *out = NULL;
    struct win32_clock *clock = calloc(1, sizeof(*clock));
    if (clock == NULL) {
        return PLAT_E_OUTOFMEMORY;
    }
    InitializeSRWLock(&clock->lock);
    clock->pool_timer = CreateThreadpoolTimer(fire, clock, NULL);
    if (clock->pool_timer == NULL) {
        plat_hr hr = win32_last();
        free(clock);
        return hr;
    }
    *out = clock;
    return PLAT_S_OK;
}

void win32_clock_destroy(struct win32_clock *clock)
{
    if (clock == NULL) {
        return;
    }
    AcquireSRWLockExclusive(&clock->lock);
    struct timer *timers = clock->timers;
    clock->timers = NULL;
    arm(clock);
    ReleaseSRWLockExclusive(&clock->lock);
    WaitForThreadpoolTimerCallbacks(clock->pool_timer, TRUE);
    CloseThreadpoolTimer(clock->pool_timer);
    while (timers != NULL) {
        struct timer *next = timers->next;
        free(timers);
        timers = next;
    }
    free(clock);
}

const struct plat_clock_ops win32_clock_ops = {
    .monotonic_us = clock_monotonic_us,
    .wall_100ns = clock_wall_100ns,
    .set_timer = clock_set_timer,
    .cancel_timer = clock_cancel_timer,
};
