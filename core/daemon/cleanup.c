/* What is done behind a container's run, or a start that failed: Daemon.Cleanup.
 *
 * Evidence: moby daemon/start.go; docker daemon/start.go of 2017. */
#include "core/daemon/network.h"
#include "core/daemon/steps.h"

#include <stdlib.h>

struct cleanup {
    struct daemon_work work;
    daemon_done *done;
    void *ctx;
};

static void drop_cleanup(struct daemon_work *work)
{
    daemon_work_end(work);
    free(work);
}

static void release(struct wcd_daemon *daemon, struct wcd_container *container)
{
    struct wcd_error failure = WCD_ERROR_INIT;
    daemon_release_network(daemon, container);
    if (container->life->mounted) {
        container->life->mounted = false;
        (void)daemon_unmount(daemon, container, &failure); /* which logs it */
    }
    wcd_error_release(&failure);
}

static void forgotten(void *ctx, const struct wcd_error *err)
{
    struct cleanup *cleanup = ctx;
    struct wcd_daemon *daemon = cleanup->work.daemon;
    struct wcd_container *container = cleanup->work.container;
    struct wcd_error none = WCD_ERROR_INIT;
    daemon_done *done = cleanup->done;
    void *done_ctx = cleanup->ctx;
    if (err->code != WCD_OK) {
        wcd_log(&daemon->log, WCD_LOG_ERROR,
                "%s cleanup: failed to delete container from containerd: %s", container->id,
                wcd_error_message(err));
    }
    release(daemon, container);
    drop_cleanup(&cleanup->work);
    done(done_ctx, &none);
}

static void release_at_once(struct wcd_daemon *daemon, struct wcd_container *container,
                            daemon_done *done, void *ctx)
{
    struct wcd_error none = WCD_ERROR_INIT;
    release(daemon, container);
    done(ctx, &none);
}

/* HCS gets into a bad state when what the host gives is taken away while the container still exists: the runtime
 * comes first. */
void daemon_cleanup_chain(struct wcd_daemon *daemon, struct wcd_container *container,
                          daemon_done *done, void *ctx)
{
    bool in_runtime = container->life->in_runtime && daemon->local != NULL;
    container->life->in_runtime = false;
    if (!in_runtime || daemon->engine->runtime_creates_running) {
        release_at_once(daemon, container, done, ctx);
        return;
    }
    struct cleanup *cleanup = calloc(1, sizeof(*cleanup));
    if (cleanup == NULL) {
        wcd_log(&daemon->log, WCD_LOG_ERROR,
                "%s cleanup: failed to delete container from containerd: out of memory",
                container->id);
        release_at_once(daemon, container, done, ctx);
        return;
    }
    cleanup->done = done;
    cleanup->ctx = ctx;
    daemon_work_begin(daemon, &cleanup->work, container, drop_cleanup);
    struct wcd_error failure = WCD_ERROR_INIT;
    if (daemon->local->ops->remove(daemon->local, container->id, forgotten, cleanup, &failure) !=
        WCD_OK) {
        forgotten(cleanup, &failure);
    }
    wcd_error_release(&failure);
}
