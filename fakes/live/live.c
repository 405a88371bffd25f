/* The lock of a host in real time, and the thread that follows the clock. */
#include "fakes/live/live.h"

#include "core/base/assert.h"
#include "core/base/lock.h"
#include "fakes/wrap/gate.h"

#include <pthread.h>
#include <stdlib.h>
#include <time.h>

#define LIVE_US_PER_SECOND ((uint64_t)1000000)
/* The clock's thread is not woken more often than that: systems do not wait for less. */
#define LIVE_WAIT_STEP_US ((uint64_t)1000)
/* Nor later: a machine's clock that jumps must not make it sleep through what is due. */
#define LIVE_WAIT_US_MAX (5 * LIVE_US_PER_SECOND)

struct fake_live {
    struct wcd_lock lock;
    struct wcd_condition
        due; /* something is due earlier than the clock's thread waits for, or it is to end */
    pthread_t thread;
    bool has_thread;
    bool stopping;
    uint64_t
        armed_us; /* the host's time at which the thread looks again; UINT64_MAX: when told to */
    struct fake_host *host;
    struct platform below;
    uint64_t (*clock_us)(void *clock_ctx);
    void *clock_ctx;
    uint64_t clock_start_us;
    uint64_t host_start_us;
    void (*changed)(void *ctx);
    void *ctx;
    struct fake_live_caller nobody;
    const void *who;           /* whose call is under way */
    struct wcd_condition rest; /* pauses are to end */
    bool hurried;
};

uint64_t fake_live_machine_us(void *unused)
{
    struct timespec now = {0};
    (void)unused;
    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * LIVE_US_PER_SECOND + (uint64_t)now.tv_nsec / 1000u;
}

/* ---- the clock ---- */

static void tell_changed(const struct fake_live *live)
{
    if (live->changed != NULL) {
        live->changed(live->ctx);
    }
}

static void bring_up(const struct fake_live *live)
{
    uint64_t now = live->clock_us(live->clock_ctx) - live->clock_start_us + live->host_start_us;
    uint64_t then = fake_host_now_us(live->host);
    uint64_t due = 0;
    bool falls_due = fake_host_next_due_us(live->host, &due) && due <= now;
    if (now > then) {
        fake_host_advance_us(live->host, now - then);
        if (falls_due) {
            tell_changed(live);
        }
    }
}

/* Waits, without the lock, for the condition or that time. */
static void wait_on(struct fake_live *live, struct wcd_condition *condition, uint64_t us)
{
    us = us < LIVE_WAIT_US_MAX ? us : LIVE_WAIT_US_MAX;
    us = (us + LIVE_WAIT_STEP_US - 1) / LIVE_WAIT_STEP_US * LIVE_WAIT_STEP_US;
    if (us > 0) {
        wcd_condition_wait_us(condition, &live->lock, us);
    }
}

/* Waits, without the lock, until the host's time is `due_us` or somebody says that something is due earlier. */
static void wait_until(struct fake_live *live, uint64_t due_us)
{
    uint64_t now = fake_host_now_us(live->host);
    wait_on(live, &live->due, due_us > now ? due_us - now : 0);
}

static void *clock_thread(void *arg)
{
    struct fake_live *live = arg;
    wcd_lock_acquire(&live->lock);
    while (!live->stopping) {
        bring_up(live);
        uint64_t due = 0;
        if (fake_host_next_due_us(live->host, &due)) {
            live->armed_us = due;
            wait_until(live, due);
        } else {
            live->armed_us = UINT64_MAX;
            wcd_condition_wait(&live->due, &live->lock);
        }
    }
    wcd_lock_release(&live->lock);
    return NULL;
}

/* ---- the lock ---- */

struct fake_host *fake_live_lock(struct fake_live *live)
{
    wcd_lock_acquire(&live->lock);
    bring_up(live);
    return live->host;
}

/* What was asked for may be due before anything that the clock's thread knows of, which is to be told then. */
static bool is_due_earlier(struct fake_live *live)
{
    uint64_t due = 0;
    bool earlier =
        live->has_thread && fake_host_next_due_us(live->host, &due) && due < live->armed_us;
    if (earlier) {
        live->armed_us = due;
    }
    return earlier;
}

/* The clock's thread is told when it can have the lock. */
void fake_live_unlock(struct fake_live *live)
{
    bool earlier = is_due_earlier(live);
    wcd_lock_release(&live->lock);
    if (earlier) {
        wcd_condition_wake_one(&live->due);
    }
}

static void live_enter(void *ctx)
{
    struct fake_live_caller *caller = ctx;
    (void)fake_live_lock(caller->live);
    caller->live->who = caller->who;
}

static void live_leave(void *ctx)
{
    struct fake_live_caller *caller = ctx;
    tell_changed(caller->live);
    caller->live->who = NULL;
    fake_live_unlock(caller->live);
}

const void *fake_live_who(const struct fake_live *live)
{
    return live->who;
}

void fake_live_pause(struct fake_live *live, uint64_t us)
{
    const void *who = live->who;
    uint64_t until = live->clock_us(live->clock_ctx) + us;
    uint64_t now = 0;
    while (!live->hurried && (now = live->clock_us(live->clock_ctx)) < until) {
        live->who = NULL;
        if (is_due_earlier(live)) {
            wcd_condition_wake_one(&live->due);
        }
        wait_on(live, &live->rest, until - now);
    }
    bring_up(live);
    live->who = who;
}

void fake_live_hurry(struct fake_live *live)
{
    (void)fake_live_lock(live);
    live->hurried = true;
    wcd_condition_wake_all(&live->rest);
    fake_live_unlock(live);
}

/* ---- start and stop ---- */

static bool make_lock(struct fake_live *live)
{
    if (!wcd_lock_init(&live->lock)) {
        return false;
    }
    bool due = wcd_condition_init(&live->due);
    if (due && wcd_condition_init(&live->rest)) {
        return true;
    }
    if (due) {
        wcd_condition_destroy(&live->due);
    }
    wcd_lock_destroy(&live->lock);
    return false;
}

enum wcd_errc fake_live_start(struct fake_live **out, const struct fake_live_options *options,
                              struct wcd_error *err)
{
    *out = NULL;
    WCD_ASSERT(options->host != NULL);
    struct fake_live *live = calloc(1, sizeof(*live));
    if (live == NULL) {
        return wcd_error_no_memory(err);
    }
    live->host = options->host;
    live->below = options->over != NULL ? *options->over : fake_host_platform(options->host);
    live->changed = options->changed;
    live->ctx = options->ctx;
    live->clock_us = options->clock_us != NULL ? options->clock_us : fake_live_machine_us;
    live->clock_ctx = options->clock_ctx;
    live->clock_start_us = live->clock_us(live->clock_ctx);
    live->host_start_us = fake_host_now_us(live->host);
    live->armed_us = UINT64_MAX;
    live->nobody.live = live;
    if (!make_lock(live)) {
        free(live);
        return wcd_error_no_memory(err);
    }
    if (options->clock_us == NULL) {
        live->has_thread = true;
        if (pthread_create(&live->thread, NULL, clock_thread, live) != 0) {
            live->has_thread = false;
            fake_live_stop(live);
            return wcd_error_set(err, WCD_E_SYSTEM, "the clock's thread could not be started");
        }
    }
    *out = live;
    return WCD_OK;
}

void fake_live_stop(struct fake_live *live)
{
    if (live == NULL) {
        return;
    }
    if (live->has_thread) {
        wcd_lock_acquire(&live->lock);
        live->stopping = true;
        wcd_condition_wake_one(&live->due);
        wcd_lock_release(&live->lock);
        (void)pthread_join(live->thread, NULL);
    }
    wcd_condition_destroy(&live->rest);
    wcd_condition_destroy(&live->due);
    wcd_lock_destroy(&live->lock);
    free(live);
}

struct platform fake_live_platform_of(struct fake_live_caller *caller)
{
    caller->gate =
        (struct wrap_gate){.below = caller->live->below,
                           .hooks = {.enter = live_enter, .leave = live_leave, .ctx = caller}};
    return wrap_gate_platform(&caller->gate);
}

struct platform fake_live_platform(struct fake_live *live)
{
    return fake_live_platform_of(&live->nobody);
}
