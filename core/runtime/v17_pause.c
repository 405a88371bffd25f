/* Pause and resume of the runtime of 2017. They hold the container's lock until HCS has answered: an exit that
 * happens meanwhile is dealt with behind them. */
#include "core/runtime/v17_internal.h"

#include "core/base/assert.h"

#include <stdlib.h>

struct v17_change {
    struct v17_change *next;
    struct v17_container *container;
    bool pause;
    wcd_runtime_done *done;
    void *ctx;
    struct v17_turn turn;
};

void v17_changes_free(struct v17_container *container)
{
    while (container->changes != NULL) {
        struct v17_change *change = container->changes;
        container->changes = change->next;
        free(change);
    }
}

static void change_free(struct v17_change *change)
{
    struct v17_change **at = &change->container->changes;
    while (*at != change) {
        WCD_ASSERT(*at != NULL);
        at = &(*at)->next;
    }
    *at = change->next;
    free(change);
}

/* Lets the next one at the container and says how it went. */
static void answer(struct v17_change *change, const struct wcd_error *err)
{
    struct v17_container *container = change->container;
    wcd_runtime_done *done = change->done;
    void *ctx = change->ctx;
    change_free(change);
    v17_container_settle(container);
    done(ctx, err);
}

static void changed(void *ctx, const struct wcd_error *err)
{
    struct v17_change *change = ctx;
    struct v17_container *container = change->container;
    struct wcd_error failed = WCD_ERROR_INIT;
    if (err->code == WCD_OK) {
        struct wcd_runtime_event event = {.type = change->pause ? WCD_RUNTIME_PAUSED
                                                                : WCD_RUNTIME_RESUMED,
                                          .container_id = container->id};
        (void)v17_tell(container->runtime, &event, &failed);
    }
    v17_unlock(container);
    answer(change, failed.code == WCD_OK ? err : &failed);
    wcd_error_release(&failed);
}

static enum wcd_errc ask(struct v17_change *change, struct wcd_error *err)
{
    struct v17_container *container = change->container;
    if (!container->registered) {
        return v17_unknown(container->id, err);
    }
    enum wcd_errc code = change->pause ? wcd_hcs_pause(container->system, changed, change, err)
                                       : wcd_hcs_resume(container->system, changed, change, err);
    container->locked = code == WCD_OK;
    return code;
}

static void take_turn(void *ctx)
{
    struct v17_change *change = ctx;
    struct wcd_error err = WCD_ERROR_INIT;
    if (ask(change, &err) != WCD_OK) {
        answer(change, &err);
    }
    wcd_error_release(&err);
}

static enum wcd_errc begin(struct wcd_local_runtime *base, const char *id, bool pause,
                           wcd_runtime_done *done, void *ctx, struct wcd_error *err)
{
    struct v17_container *container = NULL;
    enum wcd_errc code = v17_find(v17_of(base), id, &container, err);
    if (code == WCD_OK && container->says_isolation && !container->hyperv) {
        code = wcd_error_set(err, WCD_E_PLAIN, "cannot %s Windows Server Containers",
                             pause ? "pause" : "resume");
    }
    if (code != WCD_OK) {
        return code;
    }
    struct v17_change *change = calloc(1, sizeof(*change));
    if (change == NULL) {
        return wcd_error_no_memory(err);
    }
    *change = (struct v17_change){.next = container->changes,
                                  .container = container,
                                  .pause = pause,
                                  .done = done,
                                  .ctx = ctx};
    container->changes = change;
    if (!v17_is_free(container)) {
        v17_wait_turn(container, &change->turn, take_turn, change);
        return WCD_OK;
    }
    code = ask(change, err);
    if (code != WCD_OK) {
        change_free(change);
    }
    return code;
}

enum wcd_errc v17_pause(struct wcd_local_runtime *base, const char *id, wcd_runtime_done *done,
                        void *ctx, struct wcd_error *err)
{
    return begin(base, id, true, done, ctx, err);
}

enum wcd_errc v17_resume(struct wcd_local_runtime *base, const char *id, wcd_runtime_done *done,
                         void *ctx, struct wcd_error *err)
{
    return begin(base, id, false, done, ctx, err);
}
