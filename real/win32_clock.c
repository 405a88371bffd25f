/* core/platform/clock.h on a thread pool with one thread: timers that are due together fire in the order of
 * their times. */
#include "real/win32_internal.h"

#include <stdlib.h>

#define TICKS_PER_US 10u

struct timer {
    struct win32_clock *clock;
    plat_handle number;
    uint64_t due_us;
    struct plat_event_sink sink;
    uint64_t key;
    PTP_TIMER timer;
    struct timer *next;
};

struct win32_clock {
    SRWLOCK lock; /* of the list, and held while posting */
    PTP_POOL pool;
    TP_CALLBACK_ENVIRON environment;
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

static void arm(const struct timer *timer)
{
    uint64_t now = now_us();
    uint64_t wait_us = timer->due_us > now ? timer->due_us - now : 0;
    if (wait_us > INT64_MAX / TICKS_PER_US) {
        wait_us = INT64_MAX / TICKS_PER_US;
    }
    /* A negative time is one from now on. */
    LARGE_INTEGER due = {.QuadPart = -(LONGLONG)(wait_us * TICKS_PER_US)};
    FILETIME time = {.dwLowDateTime = due.LowPart, .dwHighDateTime = (DWORD)due.HighPart};
    SetThreadpoolTimer(timer->timer, &time, 0, 0);
}

/* Takes the timer off the list; false when it is not there any more. */
static bool unlink_timer(struct win32_clock *clock, const struct timer *timer)
{
    for (struct timer **at = &clock->timers; *at != NULL; at = &(*at)->next) {
        if (*at == timer) {
            *at = timer->next;
            return true;
        }
    }
    return false;
}

static void CALLBACK fire(PTP_CALLBACK_INSTANCE instance, void *ctx, PTP_TIMER pool_timer)
{
    struct timer *timer = ctx;
    struct win32_clock *clock = timer->clock;
    (void)instance;
    /* Whoever cancels waits for this call, so the timer is still there. */
    AcquireSRWLockExclusive(&clock->lock);
    if (now_us() < timer->due_us) {
        arm(timer);
        ReleaseSRWLockExclusive(&clock->lock);
        return;
    }
    bool fired = unlink_timer(clock, timer);
    if (fired) {
        struct plat_event event = {.kind = PLAT_EVENT_TIMER, .key = timer->key};
        (void)timer->sink.post(timer->sink.ctx, &event);
    }
    ReleaseSRWLockExclusive(&clock->lock);
    if (fired) {
        CloseThreadpoolTimer(pool_timer);
        free(timer);
    }
}

static plat_hr clock_set_timer(void *ctx, uint64_t due_us, struct plat_event_sink sink,
                               uint64_t key, plat_handle *out)
{
    struct win32_clock *clock = ctx;
    *out = PLAT_NO_HANDLE;
    struct timer *timer = calloc(1, sizeof(*timer));
    if (timer == NULL) {
        return PLAT_E_OUTOFMEMORY;
    }
    *timer = (struct timer){.clock = clock, .due_us = due_us, .sink = sink, .key = key};
    timer->timer = CreateThreadpoolTimer(fire, timer, &clock->environment);
    if (timer->timer == NULL) {
        free(timer);
        return PLAT_E_OUTOFMEMORY;
    }
    AcquireSRWLockExclusive(&clock->lock);
    timer->number = ++clock->last_number;
    timer->next = clock->timers;
    clock->timers = timer;
    *out = timer->number;
    arm(timer);
    ReleaseSRWLockExclusive(&clock->lock);
    return PLAT_S_OK;
}

/* For a timer that is off the list. */
static void end_timer(struct timer *timer)
{
    SetThreadpoolTimer(timer->timer, NULL, 0, 0);
    WaitForThreadpoolTimerCallbacks(timer->timer, TRUE);
    CloseThreadpoolTimer(timer->timer);
    free(timer);
}

static struct timer *take_timer(struct win32_clock *clock, plat_handle number)
{
    struct timer *found = NULL;
    AcquireSRWLockExclusive(&clock->lock);
    for (struct timer *at = clock->timers; at != NULL; at = at->next) {
        if (number == PLAT_NO_HANDLE || at->number == number) {
            found = at;
            break;
        }
    }
    if (found != NULL) {
        (void)unlink_timer(clock, found);
    }
    ReleaseSRWLockExclusive(&clock->lock);
    return found;
}

static bool clock_cancel_timer(void *ctx, plat_handle number)
{
    struct timer *timer = number != PLAT_NO_HANDLE ? take_timer(ctx, number) : NULL;
    if (timer == NULL) {
        return false;
    }
    end_timer(timer);
    return true;
}

plat_hr win32_clock_create(struct win32_clock **out)
{
    *out = NULL;
    struct win32_clock *clock = calloc(1, sizeof(*clock));
    if (clock == NULL) {
        return PLAT_E_OUTOFMEMORY;
    }
    InitializeSRWLock(&clock->lock);
    clock->pool = CreateThreadpool(NULL);
    if (clock->pool == NULL) {
        plat_hr hr = win32_last();
        free(clock);
        return hr;
    }
    SetThreadpoolThreadMaximum(clock->pool, 1);
    TpInitializeCallbackEnviron(&clock->environment);
    TpSetCallbackThreadpool(&clock->environment, clock->pool);
    *out = clock;
    return PLAT_S_OK;
}

void win32_clock_destroy(struct win32_clock *clock)
{
    if (clock == NULL) {
        return;
    }
    struct timer *timer = NULL;
    while ((timer = take_timer(clock, PLAT_NO_HANDLE)) != NULL) {
        end_timer(timer);
    }
    CloseThreadpool(clock->pool);
    free(clock);
}

const struct plat_clock_ops win32_clock_ops = {
    .monotonic_us = clock_monotonic_us,
    .wall_100ns = clock_wall_100ns,
    .set_timer = clock_set_timer,
    .cancel_timer = clock_cancel_timer,
};
