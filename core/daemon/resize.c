/* docker resize of a container. Evidence: moby daemon/resize.go of both generations. */
#include "core/base/assert.h"
#include "core/daemon/events.h"
#include "core/daemon/io.h"

#include <stdio.h>

#define NUMBER_BYTES 16u

enum wcd_errc wcd_daemon_resize_container(struct wcd_daemon *daemon, const char *name,
                                          uint32_t width, uint32_t height, struct wcd_error *err)
{
    struct wcd_container *container = NULL;
    char width_text[NUMBER_BYTES];
    char height_text[NUMBER_BYTES];
    WCD_ASSERT(daemon->state == WCD_DAEMON_RUNNING);
    enum wcd_errc code = daemon_running_container(daemon, name, &container, err);
    if (code == WCD_OK) {
        code = daemon_need_runtime(daemon, err);
    }
    if (code == WCD_OK) {
        code = daemon->local->ops->resize(daemon->local, container->id, NULL, width, height, err);
    }
    if (code != WCD_OK) {
        return code;
    }
    (void)snprintf(width_text, sizeof(width_text), "%u", (unsigned)width);
    (void)snprintf(height_text, sizeof(height_text), "%u", (unsigned)height);
    const char *const attributes[] = {"height", height_text, "width", width_text, NULL};
    daemon_event(daemon, container, "resize", attributes);
    return WCD_OK;
}
