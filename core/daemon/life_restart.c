/* docker restart: a stop and a start, with the file system mounted all the while.
 *
 * Evidence: moby daemon/restart.go; docker daemon/restart.go of 2017, which mounts the file system of a Hyper-V
 * container too, so that HCS cannot have it (moby#35430). */
#include "core/daemon/steps.h"

#include <stdlib.h>

struct restart {
    struct daemon_work work;
    struct daemon_turn turn;
    struct daemon_order *order;
    struct daemon_stop_options options;
    bool mounted;
    bool auto_remove; /* 2017: what was put aside while it stops */
};

static void drop_restart(struct daemon_work *work)
{
    struct restart *restart = (struct restart *)work;
    daemon_unlock(work->daemon, work->container, &restart->turn);
    daemon_work_end(work);
    free(restart);
}

static void finish(struct restart *restart, struct wcd_error *err)
{
    struct daemon_order *order = restart->order;
    struct wcd_error failure = WCD_ERROR_INIT;
    if (restart->mounted) {
        (void)daemon_unmount(restart->work.daemon, restart->work.container, &failure);
        wcd_error_release(&failure);
    }
    drop_restart(&restart->work);
    daemon_order_done(order, err);
}

static void started(void *ctx, struct wcd_error *err)
{
    struct restart *restart = ctx;
    if (err->code == WCD_OK) {
        daemon_event(restart->work.daemon, restart->work.container, "restart", NULL);
    }
    finish(restart, err);
}

static void start(struct restart *restart)
{
    daemon_start_chain(restart->work.daemon, restart->work.container, DAEMON_START_ANEW, started,
                       restart);
}

static void stopped(void *ctx, struct wcd_error *err)
{
    struct restart *restart = ctx;
    struct wcd_daemon *daemon = restart->work.daemon;
    struct wcd_container *container = restart->work.container;
    if (daemon->engine->restart_hides_auto_remove) {
        container->host_config.auto_remove = restart->auto_remove;
        daemon_checkpoint_or_log(daemon, container, WCD_LOG_ERROR, "Write container to disk error");
    }
    if (err->code == WCD_OK) {
        start(restart);
    } else {
        finish(restart, err);
    }
}

/* A container that is to be removed behind its end must not be so now. */
static void looked(void *ctx)
{
    struct restart *restart = ctx;
    struct wcd_daemon *daemon = restart->work.daemon;
    struct wcd_container *container = restart->work.container;
    bool running = container->state.running;
    if (running && daemon->engine->restart_hides_auto_remove) {
        restart->auto_remove = container->host_config.auto_remove;
        container->host_config.auto_remove = false;
    } else if (running) {
        container->has_been_manually_restarted = true;
    }
    daemon_unlock(daemon, container, &restart->turn);
    if (running) {
        daemon_stop_chain(daemon, container, &restart->options, stopped, restart);
    } else {
        start(restart);
    }
}

static void begin(struct restart *restart)
{
    struct wcd_daemon *daemon = restart->work.daemon;
    struct wcd_container *container = restart->work.container;
    struct wcd_error failure = WCD_ERROR_INIT;
    if (daemon->engine->restart_mounts_hyperv || !daemon_is_hyperv(daemon, container)) {
        restart->mounted = daemon_mount(daemon, container, &failure) == WCD_OK;
        wcd_error_release(&failure);
    }
    daemon_lock(daemon, container, &restart->turn, looked, restart);
}

struct wcd_op *wcd_daemon_restart_container(struct wcd_daemon *daemon, const char *name,
                                            int32_t timeout_s, const char *signal)
{
    struct wcd_error err = WCD_ERROR_INIT;
    struct wcd_container *container = NULL;
    struct daemon_stop_options options = {0};
    static const char context[] = "Cannot restart container {}";
    if (daemon_get_container(daemon, name, &container, &err) != WCD_OK) {
        return daemon_op_failed(daemon, &err);
    }
    if (daemon_stop_options(&options, daemon, container, timeout_s, signal, &err) != WCD_OK) {
        (void)daemon_explain(&err, context, name, WCD_E_PLAIN);
        return daemon_op_failed(daemon, &err);
    }
    struct restart *restart = calloc(1, sizeof(*restart));
    struct daemon_order *order =
        restart == NULL ? NULL : daemon_order_begin(daemon, container, name, context, WCD_E_PLAIN);
    if (order == NULL) {
        free(restart);
        return NULL;
    }
    struct wcd_op *op = order->op;
    daemon_work_begin(daemon, &restart->work, container, drop_restart);
    restart->order = order;
    restart->options = options;
    begin(restart);
    return op;
}
