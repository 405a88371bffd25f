/* The daemon's event loop: gives each event to whoever registered for its key, on the daemon's one thread.
 *
 * Handlers, timers and tasks are parts of the objects that use them, so adding one needs no memory and
 * cannot fail. A handler may remove itself or any other from inside a call. */
#ifndef WCD_BASE_REACTOR_H
#define WCD_BASE_REACTOR_H

#include "core/base/error.h"
#include "core/platform/platform.h"

struct wcd_reactor;

/* `event` is NULL when events were lost: the object has to ask the platform how things stand. */
typedef void wcd_event_fn(void *ctx, const struct plat_event *event);
typedef void wcd_task_fn(void *ctx);

/* Zero-initialise all three. */
struct wcd_handler {
    uint64_t key; /* 0 while it is not added; no key is used twice */
    wcd_event_fn *fn;
    void *ctx;
    struct wcd_handler *next;
};

struct wcd_timer {
    struct wcd_handler handler;
    plat_handle handle;
    uint64_t due_us;
    wcd_task_fn *fn;
    void *ctx;
    struct wcd_reactor *reactor;
};

struct wcd_task {
    wcd_task_fn *fn;
    void *ctx;
    struct wcd_task *next;
    bool queued;
};

/* A reactor with a queue for `capacity` waiting events. NULL without memory. */
struct wcd_reactor *wcd_reactor_create(const struct platform *platform, size_t capacity);
/* Nothing may be registered with the platform any more. What is still added is forgotten. */
void wcd_reactor_destroy(struct wcd_reactor *reactor);

/* Where the platform posts what handlers of this reactor wait for. */
struct plat_event_sink wcd_reactor_sink(const struct wcd_reactor *reactor);
uint64_t wcd_reactor_now_us(const struct wcd_reactor *reactor);

/* Gives the handler a key of its own. It must not be added already. */
void wcd_reactor_add(struct wcd_reactor *reactor, struct wcd_handler *handler, wcd_event_fn *fn,
                     void *ctx);
/* Fine for one that is not added. */
void wcd_reactor_remove(struct wcd_reactor *reactor, struct wcd_handler *handler);

/* Calls fn once, `delay_us` from now; a timer that runs is set anew. Only for want of memory on the
 * platform's side it fails. */
enum wcd_errc wcd_timer_set(struct wcd_reactor *reactor, struct wcd_timer *timer, uint64_t delay_us,
                            wcd_task_fn *fn, void *ctx, struct wcd_error *err);
bool wcd_timer_is_set(const struct wcd_timer *timer);
/* Fine for one that is not set. */
void wcd_timer_cancel(struct wcd_timer *timer);

/* Calls fn soon, from wcd_reactor_turn() and not from inside this call. Queued twice it runs once. */
void wcd_reactor_defer(struct wcd_reactor *reactor, struct wcd_task *task, wcd_task_fn *fn,
                       void *ctx);
/* Fine for one that is not queued. */
void wcd_reactor_drop(struct wcd_reactor *reactor, struct wcd_task *task);

/* Runs one task, or else hands out one event; false when there was neither. */
bool wcd_reactor_turn(struct wcd_reactor *reactor);
/* Events that were lost so far. */
uint64_t wcd_reactor_lost(const struct wcd_reactor *reactor);

#endif
