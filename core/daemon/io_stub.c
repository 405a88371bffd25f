/* Stands in for the streams, execs and health checks of a container until they are here: nothing is read. */
#include "core/daemon/internal.h"
#include "core/daemon/streams.h"
enum wcd_errc daemon_io_open(struct wcd_daemon *daemon, struct wcd_container *container,
                             struct wcd_error *err)
{
    (void)daemon;
    (void)container;
    (void)err;
    return WCD_OK;
}
void daemon_io_close(struct wcd_container *container)
{
    (void)container;
}
enum wcd_errc daemon_io_attach(void *ctx, const char *container_id, const char *process_id,
                               const struct wcd_stdio *stdio, struct wcd_error *err)
{
    struct wcd_daemon *d = ctx;
    const struct plat_transport *t = &d->platform->transport;
    (void)container_id;
    (void)process_id;
    (void)err;
    plat_handle h[3] = {stdio->input, stdio->output, stdio->error};
    for (int i = 0; i < 3; i++)
        if (h[i] != PLAT_NO_HANDLE)
            (void)t->ops->close(t->ctx, h[i]);
    return WCD_OK;
}
enum wcd_errc daemon_io_wait(struct wcd_daemon *daemon, struct wcd_container *container,
                             wcd_task_fn *done, void *ctx, struct wcd_error *err)
{
    (void)daemon;
    (void)container;
    (void)err;
    done(ctx);
    return WCD_OK;
}
void daemon_io_reset(struct wcd_container *container)
{
    (void)container;
}
void daemon_exec_event(struct wcd_daemon *daemon, struct wcd_container *container,
                       const struct wcd_runtime_event *event)
{
    (void)daemon;
    (void)container;
    (void)event;
}
void daemon_health_start(struct wcd_daemon *daemon, struct wcd_container *container)
{
    (void)daemon;
    (void)container;
}
void daemon_health_update(struct wcd_daemon *daemon, struct wcd_container *container)
{
    (void)daemon;
    (void)container;
}
void daemon_health_stop(struct wcd_daemon *daemon, struct wcd_container *container)
{
    (void)daemon;
    (void)container;
}
