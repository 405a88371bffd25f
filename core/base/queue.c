/* A bounded queue of events: many posters, one taker. A spin lock of C11 atomics guards a ring that is
 * as large as it may get from the start, so posting needs no memory and holds the lock for a copy of a
 * few words only. */
#include "core/base/queue.h"

#include "core/base/assert.h"
#include "core/base/limits.h"

#include <stdatomic.h>
#include <stdlib.h>

struct wcd_queue {
    atomic_flag lock;
    size_t first;
    size_t count;
    uint64_t lost;
    size_t capacity;
    struct plat_event ring[];
};

static void queue_lock(struct wcd_queue *queue)
{
    while (atomic_flag_test_and_set_explicit(&queue->lock, memory_order_acquire)) {
    }
}

static void queue_unlock(struct wcd_queue *queue)
{
    atomic_flag_clear_explicit(&queue->lock, memory_order_release);
}

struct wcd_queue *wcd_queue_create(size_t capacity)
{
    WCD_ASSERT(capacity > 0 && capacity <= WCD_EVENTS_MAX);
    /* The ring is not cleared: it is large, and nothing is taken that was not posted. */
    struct wcd_queue *queue = malloc(sizeof(*queue) + capacity * sizeof(queue->ring[0]));
    if (queue != NULL) {
        queue->first = 0;
        queue->count = 0;
        queue->lost = 0;
        queue->capacity = capacity;
        atomic_flag_clear(&queue->lock);
    }
    return queue;
}

void wcd_queue_destroy(struct wcd_queue *queue)
{
    if (queue == NULL) {
        return;
    }
    struct plat_event event;
    while (wcd_queue_take(queue, &event)) {
        free(event.data);
    }
    free(queue);
}

static bool queue_post(void *ctx, struct plat_event *event)
{
    struct wcd_queue *queue = ctx;
    queue_lock(queue);
    bool kept = queue->count < queue->capacity;
    if (kept) {
        queue->ring[(queue->first + queue->count) % queue->capacity] = *event;
        queue->count++;
    } else {
        queue->lost++;
    }
    queue_unlock(queue);
    if (!kept) {
        free(event->data);
    }
    event->data = NULL;
    return kept;
}

struct plat_event_sink wcd_queue_sink(struct wcd_queue *queue)
{
    return (struct plat_event_sink){.post = queue_post, .ctx = queue};
}

bool wcd_queue_take(struct wcd_queue *queue, struct plat_event *event)
{
    queue_lock(queue);
    bool some = queue->count > 0;
    if (some) {
        *event = queue->ring[queue->first];
        queue->first = (queue->first + 1) % queue->capacity;
        queue->count--;
    }
    queue_unlock(queue);
    return some;
}

uint64_t wcd_queue_lost(struct wcd_queue *queue)
{
    queue_lock(queue);
    uint64_t lost = queue->lost;
    queue_unlock(queue);
    return lost;
}
