/* The daemon's event queue: the one object that the platform's threads touch. Posting never blocks for
 * longer than a copy; the daemon takes events at its own pace, in the order they came. */
#ifndef WCD_BASE_QUEUE_H
#define WCD_BASE_QUEUE_H

#include "core/platform/event.h"

struct wcd_queue;

/* A queue for at most `capacity` waiting events, 1 to WCD_EVENTS_MAX. NULL without memory. */
struct wcd_queue *wcd_queue_create(size_t capacity);
/* Frees the queue and the events in it; nobody may post any more. NULL is fine. */
void wcd_queue_destroy(struct wcd_queue *queue);

/* The sink to hand to the platform. */
struct plat_event_sink wcd_queue_sink(struct wcd_queue *queue);

/* Takes the oldest event; the caller owns event->data. False when there is none. */
bool wcd_queue_take(struct wcd_queue *queue, struct plat_event *event);
/* Events that could not be kept, since the queue was made. */
uint64_t wcd_queue_lost(struct wcd_queue *queue);

#endif
