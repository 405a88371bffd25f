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

/* Every entry that moves goes through here: whoever has a place learns where it is. */
static void queue_set(struct fake_queue *queue, size_t at, const struct fake_due *due)
{
    queue->heap[at] = *due;
    if (due->place != NULL) {
        *due->place = at + 1;
    }
}

static void queue_swap(struct fake_queue *queue, size_t a, size_t b)
{
    struct fake_due kept = queue->heap[a];
    queue_set(queue, a, &queue->heap[b]);
    queue_set(queue, b, &kept);
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

/* Room for one more entry of those that have none reserved. */
static bool queue_room(struct fake_queue *queue)
{
    if (queue->count - queue->placed + queue->reserved < queue->capacity) {
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

static void queue_insert(struct fake_queue *queue, struct fake_due due)
{
    due.seq = ++queue->seq_last;
    queue_set(queue, queue->count, &due);
    queue_up(queue, queue->count++);
}

bool fake_queue_add(struct fake_queue *queue, struct fake_due due)
{
    if (!queue_room(queue)) {
        return false;
    }
    due.place = NULL;
    queue_insert(queue, due);
    return true;
}

const struct fake_due *fake_queue_first(const struct fake_queue *queue)
{
    return queue->count == 0 ? NULL : &queue->heap[0];
}

static void queue_remove(struct fake_queue *queue, size_t at)
{
    if (queue->heap[at].place != NULL) {
        *queue->heap[at].place = 0;
        queue->placed--;
    }
    queue->count--;
    if (at == queue->count) {
        return;
    }
    queue_set(queue, at, &queue->heap[queue->count]);
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
        struct fake_due due = queue->heap[i];
        if (timers_only && due.id == PLAT_NO_HANDLE) {
            queue_set(queue, queue->count, &due);
            queue_up(queue, queue->count++);
        } else if (due.place != NULL) {
            *due.place = 0;
            queue->placed--;
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

bool fake_queue_reserve(struct fake_queue *queue)
{
    if (!queue_room(queue)) {
        return false;
    }
    queue->reserved++;
    return true;
}

void fake_queue_unreserve(struct fake_queue *queue)
{
    WCD_ASSERT(queue->reserved > queue->placed);
    queue->reserved--;
}

void fake_queue_put(struct fake_queue *queue, struct fake_due due, size_t *place)
{
    WCD_ASSERT(*place == 0 && queue->placed < queue->reserved);
    due.place = place;
    queue->placed++;
    queue_insert(queue, due);
}

void fake_queue_withdraw(struct fake_queue *queue, size_t *place)
{
    if (*place != 0) {
        queue_remove(queue, *place - 1);
    }
}
