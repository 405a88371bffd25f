/* What will happen on a host: a heap of entries, ordered by due time and then by when they were
 * added.
 *
 * Who has promised that something will happen must be able to add its entry whatever the memory is
 * like. It reserves room for one entry beforehand and then puts it in with a place of its own, by
 * which it can also be taken out again. */
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
    void *object;  /* whatever `run` needs */
    size_t *place; /* filled by the queue */
};

struct fake_queue {
    struct fake_due *heap;
    size_t count;
    size_t capacity;
    size_t reserved; /* entries that can always be put in */
    size_t placed;   /* of them those that are in */
    uint64_t seq_last;
};

void fake_queue_release(struct fake_queue *queue);
bool fake_queue_add(struct fake_queue *queue, struct fake_due due);      /* false without memory */
const struct fake_due *fake_queue_first(const struct fake_queue *queue); /* NULL when empty */
struct fake_due fake_queue_take(struct fake_queue *queue); /* the first; not when empty */
bool fake_queue_cancel(struct fake_queue *queue, plat_handle id);
/* Takes out all timers, or all entries. */
void fake_queue_drop(struct fake_queue *queue, bool timers_only);

/* Room for one entry, for as long as its owner wants it. False without memory. */
bool fake_queue_reserve(struct fake_queue *queue);
void fake_queue_unreserve(struct fake_queue *queue); /* its entry is not in */
/* Puts in an entry that has room. *place is 0 before; the queue keeps it up to date, and 0 again once
 * the entry is out. It must not move meanwhile. */
void fake_queue_put(struct fake_queue *queue, struct fake_due due, size_t *place);
/* Takes out the entry at *place, if there is one. */
void fake_queue_withdraw(struct fake_queue *queue, size_t *place);

#endif
