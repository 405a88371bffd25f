/* What will happen on a host: a heap of entries, ordered by due time and then by when they were
 * added. */
#ifndef FAKE_CLOCK_QUEUE_H
#define FAKE_CLOCK_QUEUE_H

#include "core/platform/event.h"

struct fake_host;
struct fake_due;

/* Runs when the virtual clock has reached the entry, which is out of the queue by then. */
typedef void fake_due_fn(struct fake_host *host, const struct fake_due *due);

struct fake_due {
    uint64_t due_us;
    uint64_t seq; /* filled by the queue: entries of one moment run in the order they were added */
    fake_due_fn *run;
    plat_handle id;              /* a timer's number, else PLAT_NO_HANDLE */
    struct plat_event_sink sink; /* for entries that post */
    uint64_t key;                /* the registration's key, or whatever `run` needs */
    uint64_t arg;
};

struct fake_queue {
    struct fake_due *heap;
    size_t count;
    size_t capacity;
    size_t reserved; /* places kept free for fake_queue_add_reserved() */
    uint64_t seq_last;
};

void fake_queue_release(struct fake_queue *queue);
bool fake_queue_add(struct fake_queue *queue, struct fake_due due); /* false without memory */
/* Keeps a place for an entry that must not fail for want of memory; false without it. */
bool fake_queue_reserve(struct fake_queue *queue);
void fake_queue_unreserve(struct fake_queue *queue);
void fake_queue_add_reserved(struct fake_queue *queue, struct fake_due due);
const struct fake_due *fake_queue_first(const struct fake_queue *queue); /* NULL when empty */
struct fake_due fake_queue_take(struct fake_queue *queue); /* the first; not when empty */
bool fake_queue_cancel(struct fake_queue *queue, plat_handle id);
/* Takes out all timers, or all entries. */
void fake_queue_drop(struct fake_queue *queue, bool timers_only);

#endif
