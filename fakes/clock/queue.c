/* A binary heap of what is due. */
#include "fakes/clock/queue.h"

#include "core/base/assert.h"

#include <stdlib.h>

void fake_queue_release(struct fake_queue *queue)
{
    free(queue->heap);
    *queue = (struct fake_queue){0};
}

static bool queue_before(const struct fake_due *a, const struct fake_due *b)
{
    return a->due_us != b->due_us ? a->due_us < b->due_us : a->seq < b->seq;
}

static void queue_swap(struct fake_queue *queue, size_t a, size_t b)
{
    struct fake_due kept = queue->heap[a];
    queue->heap[a] = queue->heap[b];
    queue->heap[b] = kept;
}

static void queue_up(struct fake_queue *queue, size_t at)
{
    while (at > 0) {
        size_t parent = (at - 1) / 2;
        if (!queue_before(&queue->heap[at], &queue->heap[parent])) {
            return;
        }
        queue_swap(queue, at, parent);
        at = parent;
    }
}

static void queue_down(struct fake_queue *queue, size_t at)
{
    for (;;) {
        size_t least = at;
        for (size_t child = 2 * at + 1; child <= 2 * at + 2; child++) {
            if (child < queue->count && queue_before(&queue->heap[child], &queue->heap[least])) {
                least = child;
            }
        }
        if (least == at) {
            return;
        }
        queue_swap(queue, at, least);
        at = least;
    }
}

/* Room for one more beside those that are reserved. */
static bool queue_grow(struct fake_queue *queue)
{
    if (queue->count + queue->reserved < queue->capacity) {
        return true;
    }
    size_t capacity = queue->capacity == 0 ? 16 : queue->capacity * 2;
    struct fake_due *heap = realloc(queue->heap, capacity * sizeof(*heap));
    if (heap == NULL) {
        return false;
    }
    queue->heap = heap;
    queue->capacity = capacity;
    return true;
}

static void queue_put(struct fake_queue *queue, struct fake_due due)
{
    due.seq = ++queue->seq_last;
    queue->heap[queue->count] = due;
    queue_up(queue, queue->count++);
}

bool fake_queue_add(struct fake_queue *queue, struct fake_due due)
{
    if (!queue_grow(queue)) {
        return false;
    }
    queue_put(queue, due);
    return true;
}

bool fake_queue_reserve(struct fake_queue *queue)
{
    if (!queue_grow(queue)) {
        return false;
    }
    queue->reserved++;
    return true;
}

void fake_queue_unreserve(struct fake_queue *queue)
{
    WCD_ASSERT(queue->reserved > 0);
    queue->reserved--;
}

void fake_queue_add_reserved(struct fake_queue *queue, struct fake_due due)
{
    fake_queue_unreserve(queue);
    queue_put(queue, due);
}

const struct fake_due *fake_queue_first(const struct fake_queue *queue)
{
    return queue->count == 0 ? NULL : &queue->heap[0];
}

static void queue_remove(struct fake_queue *queue, size_t at)
{
    queue->count--;
    if (at == queue->count) {
        return;
    }
    queue->heap[at] = queue->heap[queue->count];
    queue_up(queue, at);
    queue_down(queue, at);
}

struct fake_due fake_queue_take(struct fake_queue *queue)
{
    WCD_ASSERT(queue->count > 0);
    struct fake_due first = queue->heap[0];
    queue_remove(queue, 0);
    return first;
}

void fake_queue_drop(struct fake_queue *queue, bool timers_only)
{
    size_t count = queue->count;
    queue->count = 0;
    for (size_t i = 0; i < count; i++) {
        if (timers_only && queue->heap[i].id == PLAT_NO_HANDLE) {
            queue->heap[queue->count] = queue->heap[i];
            queue_up(queue, queue->count++);
        }
    }
}

bool fake_queue_cancel(struct fake_queue *queue, plat_handle id)
{
    for (size_t i = 0; i < queue->count && id != PLAT_NO_HANDLE; i++) {
        if (queue->heap[i].id == id) {
            queue_remove(queue, i);
            return true;
        }
    }
    return false;
}
