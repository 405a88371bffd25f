/* Waits for what becomes of a container: State.Wait, and the transitions that end it.
 *
 * Evidence: moby container/state.go of both generations. */
#include "core/daemon/internal.h"

#include "core/base/assert.h"

#include <stdlib.h>

uint64_t daemon_now_100ns(const struct wcd_daemon *daemon)
{
    const struct plat_clock *clock = &daemon->platform->clock;
    return clock->ops->wall_100ns(clock->ctx);
}

static void leave(struct daemon_watch *watch)
{
    struct daemon_watch **at = &watch->container->life->watches;
    while (*at != NULL && *at != watch) {
        at = &(*at)->next;
    }
    if (*at == watch) {
        *at = watch->next;
    }
    watch->next = NULL;
}

void daemon_watch_drop(struct daemon_watch *watch)
{
    if (!watch->active) {
        return;
    }
    leave(watch);
    wcd_timer_cancel(&watch->timer);
    wcd_reactor_drop(watch->daemon->reactor, &watch->task);
    wcd_text_replace(&watch->error, NULL);
    watch->active = false;
    daemon_drop(watch->daemon, watch->container);
}

static void tell(struct daemon_watch *watch, bool timed_out)
{
    struct wcd_daemon *daemon = watch->daemon;
    struct wcd_container *container = watch->container;
    char *error = watch->error;
    struct daemon_status status = {
        .timed_out = timed_out,
        .exit_code = timed_out ? -1 : watch->exit_code,
        .error = error,
    };
    watch->error = NULL;
    daemon_hold(container);
    daemon_watch_drop(watch);
    watch->fn(watch->ctx, &status);
    free(error);
    daemon_drop(daemon, container);
}

static void its_time_is_up(void *ctx)
{
    tell(ctx, true);
}

static void it_has_come(void *ctx)
{
    tell(ctx, false);
}

/* Takes the state as it is now: by the time the watch is told it may be another one. */
static void end_watch(struct daemon_watch *watch)
{
    const struct wcd_container_state *state = &watch->container->state;
    watch->exit_code = state->exit_code;
    /* Without memory for the words the wait ends all the same. */
    if (wcd_text_or_empty(state->error)[0] != '\0') {
        wcd_text_replace(&watch->error, wcd_text_copy(state->error));
    }
    wcd_timer_cancel(&watch->timer);
    wcd_reactor_defer(watch->daemon->reactor, &watch->task, it_has_come, watch);
}

static bool is_met(const struct wcd_container *container, enum daemon_condition condition)
{
    return (condition == DAEMON_NOT_RUNNING && !container->state.running) ||
           (condition == DAEMON_REMOVED && container->life->removed);
}

enum wcd_errc daemon_watch(struct wcd_daemon *daemon, struct wcd_container *container,
                           struct daemon_watch *watch, enum daemon_condition condition,
                           int64_t limit_us, daemon_watch_fn *fn, void *ctx, struct wcd_error *err)
{
    WCD_ASSERT(!watch->active);
    *watch = (struct daemon_watch){
        .daemon = daemon, .container = container, .condition = condition, .fn = fn, .ctx = ctx};
    if (limit_us >= 0) {
        enum wcd_errc code = wcd_timer_set(daemon->reactor, &watch->timer, (uint64_t)limit_us,
                                           its_time_is_up, watch, err);
        if (code != WCD_OK) {
            return code;
        }
    }
    watch->active = true;
    daemon_hold(container);
    if (is_met(container, condition)) {
        end_watch(watch);
        return WCD_OK;
    }
    struct daemon_watch **at = &container->life->watches;
    while (*at != NULL) {
        at = &(*at)->next;
    }
    *at = watch;
    return WCD_OK;
}

/* Ends the waits for a stop, or all of them. */
static void end_watches(struct wcd_container *container, bool removal)
{
    struct daemon_watch *next = NULL;
    for (struct daemon_watch *watch = container->life->watches; watch != NULL; watch = next) {
        next = watch->next;
        if (removal || watch->condition != DAEMON_REMOVED) {
            leave(watch);
            end_watch(watch);
        }
    }
}

void daemon_set_stopped(struct wcd_daemon *daemon, struct wcd_container *container,
                        int64_t exit_code)
{
    wcd_container_state_set_stopped(&container->state, exit_code, daemon_now_100ns(daemon));
    end_watches(container, false);
}

void daemon_set_restarting(struct wcd_daemon *daemon, struct wcd_container *container,
                           int64_t exit_code)
{
    wcd_container_state_set_restarting(&container->state, exit_code, daemon_now_100ns(daemon));
    end_watches(container, false);
}

void daemon_set_removed(struct wcd_daemon *daemon, struct wcd_container *container)
{
    (void)daemon;
    container->life->removed = true;
    (void)wcd_container_state_set_error(&container->state, NULL);
    end_watches(container, true);
}

void daemon_set_removal_error(struct wcd_daemon *daemon, struct wcd_container *container,
                              const char *error)
{
    (void)daemon;
    (void)wcd_container_state_set_error(&container->state, error);
    end_watches(container, true);
}
