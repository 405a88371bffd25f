/* What is written down of a container: its files on disk. */
#include "core/daemon/steps.h"

#include "core/container/disk.h"

enum wcd_errc daemon_checkpoint(struct wcd_daemon *daemon, struct wcd_container *container,
                                struct wcd_error *err)
{
    return wcd_container_save(container, daemon->platform, daemon->engine, err);
}

void daemon_checkpoint_or_log(struct wcd_daemon *daemon, struct wcd_container *container,
                              enum wcd_log_level level, const char *message)
{
    struct wcd_error failure = WCD_ERROR_INIT;
    if (daemon_checkpoint(daemon, container, &failure) != WCD_OK && message != NULL) {
        wcd_log(&daemon->log, level, "%s%s%s", message, message[0] == '\0' ? "" : ": ",
                wcd_error_message(&failure));
    }
    wcd_error_release(&failure);
}
