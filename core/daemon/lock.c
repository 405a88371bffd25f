/* The lock of a container, and how long a container stays in memory.
 *
 * The original's container.Lock() is Go's mutex, which hands itself to who waits longest once waiting gets long;
 * here it is always so. */
#include "core/daemon/internal.h"
#include "core/daemon/streams.h"

#include "core/base/assert.h"

#include <stdlib.h>

enum wcd_errc daemon_life_new(struct wcd_container *container, struct wcd_error *err)
{
    struct daemon_life *life = calloc(1, sizeof(*life));
    if (life == NULL) {
        return wcd_error_no_memory(err);
    }
    life->container = container;
    life->holders = 1;
    container->life = life;
    return WCD_OK;
}

void daemon_hold(struct wcd_container *container)
{
    container->life->holders++;
}

void daemon_drop(struct wcd_daemon *daemon, struct wcd_container *container)
{
    struct daemon_life *life = container->life;
    if (--life->holders > 0) {
        return;
    }
    daemon_io_close(container);
    wcd_reactor_drop(daemon->reactor, &life->lock.task);
    free(life->exit);
    free(life);
    container->life = NULL;
    wcd_container_free(container);
}

static void call_holder(void *ctx)
{
    struct daemon_lock *lock = ctx;
    lock->holder->fn(lock->holder->ctx);
}

void daemon_lock(struct wcd_daemon *daemon, struct wcd_container *container,
                 struct daemon_turn *turn, wcd_task_fn *fn, void *ctx)
{
    struct daemon_lock *lock = &container->life->lock;
    WCD_ASSERT(!turn->in_line);
    (void)daemon;
    *turn = (struct daemon_turn){.fn = fn, .ctx = ctx, .in_line = true};
    if (lock->holder == NULL) {
        lock->holder = turn;
        fn(ctx);
        return;
    }
    if (lock->last == NULL) {
        lock->first = turn;
    } else {
        lock->last->next = turn;
    }
    lock->last = turn;
}

/* Who waits longest has it from now on, before anybody else can ask. */
static void pass_on(struct wcd_daemon *daemon, struct daemon_lock *lock)
{
    wcd_reactor_drop(daemon->reactor, &lock->task);
    lock->holder = lock->first;
    if (lock->first == NULL) {
        return;
    }
    lock->first = lock->first->next;
    if (lock->first == NULL) {
        lock->last = NULL;
    }
    lock->holder->next = NULL;
    wcd_reactor_defer(daemon->reactor, &lock->task, call_holder, lock);
}

static void leave_line(struct daemon_lock *lock, struct daemon_turn *turn)
{
    struct daemon_turn *before = NULL;
    struct daemon_turn **at = &lock->first;
    while (*at != turn) {
        WCD_ASSERT(*at != NULL);
        before = *at;
        at = &before->next;
    }
    *at = turn->next;
    if (lock->last == turn) {
        lock->last = before;
    }
}

void daemon_unlock(struct wcd_daemon *daemon, struct wcd_container *container,
                   struct daemon_turn *turn)
{
    struct daemon_lock *lock = &container->life->lock;
    if (!turn->in_line) {
        return;
    }
    turn->in_line = false;
    if (lock->holder == turn) {
        pass_on(daemon, lock);
    } else {
        leave_line(lock, turn);
    }
    turn->next = NULL;
}

bool daemon_is_locked(const struct wcd_container *container)
{
    return container->life->lock.holder != NULL;
}
