/* docker pause and docker unpause. The runtime knows which isolation can do it.
 *
 * Evidence: moby daemon/pause.go, unpause.go; docker of 2017, whose runtime tells by an event that it is done. */
#include "core/daemon/steps.h"
#include "core/daemon/streams.h"

#include <stdlib.h>

struct pause {
    struct daemon_work work;
    struct daemon_turn turn;
    struct wcd_op *op;
    bool pauses; /* or resumes */
};

static void drop_pause(struct daemon_work *work)
{
    struct pause *pause = (struct pause *)work;
    daemon_unlock(work->daemon, work->container, &pause->turn);
    daemon_work_end(work);
    free(pause);
}

static void finish(struct pause *pause, struct wcd_error *err)
{
    struct wcd_op *op = pause->op;
    drop_pause(&pause->work);
    daemon_op_end(op, err);
}

static void fail(struct pause *pause, const struct wcd_error *why)
{
    const struct engine_rules *engine = pause->work.daemon->engine;
    struct wcd_error err = WCD_ERROR_INIT;
    (void)wcd_error_platform(&err, why->code, why->op, why->hresult, "%s", wcd_error_message(why));
    (void)daemon_explain(&err, pause->pauses ? engine->pause_context : engine->unpause_context,
                         pause->work.container->id, WCD_E_PLAIN);
    finish(pause, &err);
    wcd_error_release(&err);
}

static void done_by_runtime(void *ctx, const struct wcd_error *err)
{
    struct pause *pause = ctx;
    struct wcd_daemon *daemon = pause->work.daemon;
    struct wcd_container *container = pause->work.container;
    if (err->code != WCD_OK) {
        fail(pause, err);
        return;
    }
    if (!daemon->engine->runtime_creates_running) {
        container->state.paused = pause->pauses;
        daemon_health_update(daemon, container);
        daemon_event(daemon, container, pause->pauses ? "pause" : "unpause", NULL);
        daemon_checkpoint_or_log(daemon, container, WCD_LOG_WARN,
                                 "could not save container to disk");
    }
    finish(pause, NULL);
}

static enum wcd_errc check_pause(const struct pause *pause, struct wcd_error *err)
{
    const struct wcd_daemon *daemon = pause->work.daemon;
    const struct wcd_container *container = pause->work.container;
    if (!container->state.running) {
        return daemon_not_running(daemon, container, err);
    }
    if (container->state.paused) {
        return wcd_error_set(err, daemon->engine->state_conflict_class,
                             "Container %s is already paused", container->id);
    }
    if (container->state.restarting) {
        return wcd_error_set(err, WCD_E_CONFLICT,
                             "Container %s is restarting, wait until the container is running",
                             container->id);
    }
    return WCD_OK;
}

static enum wcd_errc check_unpause(const struct pause *pause, struct wcd_error *err)
{
    const struct wcd_daemon *daemon = pause->work.daemon;
    const struct wcd_container *container = pause->work.container;
    if (!container->state.paused) {
        return wcd_error_set(err, WCD_E_PLAIN, "Container %s is not paused", container->id);
    }
    if (!container->state.running && !daemon->engine->runtime_creates_running) {
        return daemon_not_running(daemon, container, err);
    }
    return WCD_OK;
}

static void locked(void *ctx)
{
    struct pause *pause = ctx;
    struct wcd_local_runtime *local = pause->work.daemon->local;
    const char *id = pause->work.container->id;
    struct wcd_error err = WCD_ERROR_INIT;
    enum wcd_errc code = pause->pauses ? check_pause(pause, &err) : check_unpause(pause, &err);
    if (code != WCD_OK) {
        finish(pause, &err);
        wcd_error_release(&err);
        return;
    }
    code = pause->pauses ? local->ops->pause(local, id, done_by_runtime, pause, &err)
                         : local->ops->resume(local, id, done_by_runtime, pause, &err);
    if (code != WCD_OK) {
        fail(pause, &err);
    }
    wcd_error_release(&err);
}

static struct wcd_op *begin(struct wcd_daemon *daemon, const char *name, bool pauses)
{
    struct wcd_error err = WCD_ERROR_INIT;
    struct wcd_container *container = NULL;
    if (daemon_get_container(daemon, name, &container, &err) != WCD_OK) {
        return daemon_op_failed(daemon, &err);
    }
    struct pause *pause = calloc(1, sizeof(*pause));
    struct wcd_op *op = pause == NULL ? NULL : daemon_op_begin(daemon);
    if (op == NULL) {
        free(pause);
        return NULL;
    }
    daemon_work_begin(daemon, &pause->work, container, drop_pause);
    pause->op = op;
    pause->pauses = pauses;
    daemon_lock(daemon, container, &pause->turn, locked, pause);
    return op;
}

struct wcd_op *wcd_daemon_pause_container(struct wcd_daemon *daemon, const char *name)
{
    return begin(daemon, name, true);
}

struct wcd_op *wcd_daemon_unpause_container(struct wcd_daemon *daemon, const char *name)
{
    return begin(daemon, name, false);
}
