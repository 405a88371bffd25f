/* The event loop: a chained hash of handlers over the event queue, and a list of tasks. */
#include "core/base/reactor.h"

#include "core/base/assert.h"
#include "core/base/queue.h"

#include <stdlib.h>

#define BUCKETS_FIRST 64u

struct wcd_reactor {
    const struct platform *platform;
    struct wcd_queue *queue;
    uint64_t last_key;
    uint64_t lost_told;
    struct wcd_handler **buckets; /* by key modulo their count, a power of two */
    size_t bucket_count;
    size_t handler_count;
    struct wcd_task *first_task;
    struct wcd_task *last_task;
    /* While all handlers are told that events were lost. */
    uint64_t sweep_key; /* those up to this key are told already; 0: no sweep */
    uint64_t sweep_end;
};

struct wcd_reactor *wcd_reactor_create(const struct platform *platform, size_t capacity)
{
    struct wcd_reactor *reactor = calloc(1, sizeof(*reactor));
    if (reactor == NULL) {
        return NULL;
    }
    reactor->platform = platform;
    reactor->queue = wcd_queue_create(capacity);
    reactor->bucket_count = BUCKETS_FIRST;
    reactor->buckets = calloc(BUCKETS_FIRST, sizeof(struct wcd_handler *));
    if (reactor->queue == NULL || reactor->buckets == NULL) {
        wcd_reactor_destroy(reactor);
        return NULL;
    }
    return reactor;
}

void wcd_reactor_destroy(struct wcd_reactor *reactor)
{
    if (reactor == NULL) {
        return;
    }
    wcd_queue_destroy(reactor->queue);
    free(reactor->buckets);
    free(reactor);
}

struct plat_event_sink wcd_reactor_sink(const struct wcd_reactor *reactor)
{
    return wcd_queue_sink(reactor->queue);
}

uint64_t wcd_reactor_now_us(const struct wcd_reactor *reactor)
{
    const struct plat_clock *clock = &reactor->platform->clock;
    return clock->ops->monotonic_us(clock->ctx);
}

/* ---- handlers ---- */

static struct wcd_handler **bucket_of(const struct wcd_reactor *reactor, uint64_t key)
{
    return &reactor->buckets[key & (reactor->bucket_count - 1)];
}

/* Without memory for more buckets the chains only get longer. */
static void grow(struct wcd_reactor *reactor)
{
    size_t old_count = reactor->bucket_count;
    struct wcd_handler **old = reactor->buckets;
    struct wcd_handler **buckets = calloc(old_count * 2, sizeof(struct wcd_handler *));
    if (buckets == NULL) {
        return;
    }
    reactor->buckets = buckets;
    reactor->bucket_count = old_count * 2;
    for (size_t i = 0; i < old_count; i++) {
        struct wcd_handler *next = NULL;
        for (struct wcd_handler *handler = old[i]; handler != NULL; handler = next) {
            next = handler->next;
            struct wcd_handler **bucket = bucket_of(reactor, handler->key);
            handler->next = *bucket;
            *bucket = handler;
        }
    }
    free(old);
}

void wcd_reactor_add(struct wcd_reactor *reactor, struct wcd_handler *handler, wcd_event_fn *fn,
                     void *ctx)
{
    WCD_ASSERT(handler->key == 0);
    if (reactor->handler_count == reactor->bucket_count) {
        grow(reactor);
    }
    *handler = (struct wcd_handler){.key = ++reactor->last_key, .fn = fn, .ctx = ctx};
    struct wcd_handler **bucket = bucket_of(reactor, handler->key);
    handler->next = *bucket;
    *bucket = handler;
    reactor->handler_count++;
}

static struct wcd_handler **find(const struct wcd_reactor *reactor, uint64_t key)
{
    struct wcd_handler **at = bucket_of(reactor, key);
    while (*at != NULL && (*at)->key != key) {
        at = &(*at)->next;
    }
    return at;
}

void wcd_reactor_remove(struct wcd_reactor *reactor, struct wcd_handler *handler)
{
    if (handler->key == 0) {
        return;
    }
    struct wcd_handler **at = find(reactor, handler->key);
    WCD_ASSERT(*at == handler);
    *at = handler->next;
    *handler = (struct wcd_handler){0};
    reactor->handler_count--;
}

/* ---- timers ---- */

static void timer_event(void *ctx, const struct plat_event *event)
{
    struct wcd_timer *timer = ctx;
    struct wcd_reactor *reactor = timer->reactor;
    if (event == NULL && wcd_reactor_now_us(reactor) < timer->due_us) {
        return;
    }
    wcd_timer_cancel(timer);
    timer->fn(timer->ctx);
}

enum wcd_errc wcd_timer_set(struct wcd_reactor *reactor, struct wcd_timer *timer, uint64_t delay_us,
                            wcd_task_fn *fn, void *ctx, struct wcd_error *err)
{
    const struct plat_clock *clock = &reactor->platform->clock;
    wcd_timer_cancel(timer);
    timer->reactor = reactor;
    timer->fn = fn;
    timer->ctx = ctx;
    timer->due_us = wcd_reactor_now_us(reactor) + delay_us;
    wcd_reactor_add(reactor, &timer->handler, timer_event, timer);
    plat_hr hr = clock->ops->set_timer(clock->ctx, timer->due_us, wcd_reactor_sink(reactor),
                                       timer->handler.key, &timer->handle);
    if (plat_succeeded(hr)) {
        return WCD_OK;
    }
    wcd_reactor_remove(reactor, &timer->handler);
    return wcd_error_no_memory(err);
}

bool wcd_timer_is_set(const struct wcd_timer *timer)
{
    return timer->handler.key != 0;
}

void wcd_timer_cancel(struct wcd_timer *timer)
{
    if (!wcd_timer_is_set(timer)) {
        return;
    }
    const struct plat_clock *clock = &timer->reactor->platform->clock;
    wcd_reactor_remove(timer->reactor, &timer->handler);
    (void)clock->ops->cancel_timer(clock->ctx, timer->handle);
}

/* ---- tasks ---- */

void wcd_reactor_defer(struct wcd_reactor *reactor, struct wcd_task *task, wcd_task_fn *fn,
                       void *ctx)
{
    task->fn = fn;
    task->ctx = ctx;
    if (task->queued) {
        return;
    }
    task->queued = true;
    task->next = NULL;
    if (reactor->last_task == NULL) {
        reactor->first_task = task;
    } else {
        reactor->last_task->next = task;
    }
    reactor->last_task = task;
}

void wcd_reactor_drop(struct wcd_reactor *reactor, struct wcd_task *task)
{
    if (!task->queued) {
        return;
    }
    struct wcd_task *before = NULL;
    struct wcd_task **at = &reactor->first_task;
    while (*at != task) {
        WCD_ASSERT(*at != NULL);
        before = *at;
        at = &before->next;
    }
    *at = task->next;
    if (reactor->last_task == task) {
        reactor->last_task = before;
    }
    task->queued = false;
}

/* ---- turns ---- */

/* The handler with the least key above `above`: keys ascend, so one that is added meanwhile is not told. */
static struct wcd_handler *next_above(const struct wcd_reactor *reactor, uint64_t above)
{
    struct wcd_handler *least = NULL;
    for (size_t i = 0; i < reactor->bucket_count; i++) {
        for (struct wcd_handler *at = reactor->buckets[i]; at != NULL; at = at->next) {
            if (at->key > above && (least == NULL || at->key < least->key)) {
                least = at;
            }
        }
    }
    return least;
}

/* Tells one handler that events were lost; false when all are told. */
static bool sweep(struct wcd_reactor *reactor)
{
    uint64_t lost = wcd_queue_lost(reactor->queue);
    if (lost != reactor->lost_told) {
        reactor->lost_told = lost;
        reactor->sweep_key = 0;
        reactor->sweep_end = reactor->last_key;
    }
    struct wcd_handler *handler =
        reactor->sweep_end == 0 ? NULL : next_above(reactor, reactor->sweep_key);
    if (handler == NULL || handler->key > reactor->sweep_end) {
        reactor->sweep_end = 0;
        return false;
    }
    reactor->sweep_key = handler->key;
    handler->fn(handler->ctx, NULL);
    return true;
}

bool wcd_reactor_turn(struct wcd_reactor *reactor)
{
    struct wcd_task *task = reactor->first_task;
    if (task != NULL) {
        wcd_reactor_drop(reactor, task);
        task->fn(task->ctx);
        return true;
    }
    struct plat_event event;
    if (!wcd_queue_take(reactor->queue, &event)) {
        return sweep(reactor);
    }
    struct wcd_handler *handler = *find(reactor, event.key);
    if (handler != NULL) {
        handler->fn(handler->ctx, &event);
    }
    free(event.data);
    return true;
}

uint64_t wcd_reactor_lost(const struct wcd_reactor *reactor)
{
    return wcd_queue_lost(reactor->queue);
}
