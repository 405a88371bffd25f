/* docker stats --no-stream. The original reads twice, a second apart, and the first reading is precpu_stats of its
 * answer; here that is the reading of the call before.
 *
 * Evidence: moby daemon/stats.go, daemon/daemon_windows.go (stats) of both generations. */
#include "core/container/stats.h"

#include "core/base/assert.h"
#include "core/daemon/io.h"

static enum wcd_errc read_stats(struct wcd_daemon *daemon, struct wcd_container *container,
                                const struct wcd_stats_reading *reading, struct wcd_json **out,
                                struct wcd_error *err)
{
    struct wcd_json *statistics = NULL;
    enum wcd_errc code = daemon_need_runtime(daemon, err);
    if (code == WCD_OK) {
        code = daemon->local->ops->stats(daemon->local, container->id, &statistics, err);
        if (code != WCD_OK && code != WCD_E_NO_MEMORY) {
            code = wcd_stats_runtime_error(container->id, daemon->engine, err);
        }
    }
    if (code == WCD_OK) {
        *out = wcd_stats_of(statistics, reading, daemon->engine);
        code = *out == NULL ? wcd_error_no_memory(err) : WCD_OK;
    }
    wcd_json_free(statistics);
    return code;
}

enum wcd_errc wcd_daemon_stats(struct wcd_daemon *daemon, const char *name, struct wcd_json **out,
                               struct wcd_error *err)
{
    const struct plat_clock *clock = &daemon->platform->clock;
    struct wcd_container *container = NULL;
    WCD_ASSERT(daemon->state == WCD_DAEMON_RUNNING);
    enum wcd_errc code = daemon_get_container(daemon, name, &container, err);
    if (code != WCD_OK) {
        return code;
    }
    struct daemon_io *io = container->io;
    struct wcd_stats_reading reading = {.read_100ns = clock->ops->wall_100ns(clock->ctx),
                                        .processors = daemon->processors,
                                        .name = container->name,
                                        .id = container->id,
                                        .previous = io->stats};
    if (!container->state.running || container->state.restarting) {
        *out = wcd_stats_of_stopped(&reading, daemon->engine);
        return *out == NULL ? wcd_error_no_memory(err) : WCD_OK;
    }
    code = read_stats(daemon, container, &reading, out, err);
    if (code != WCD_OK) {
        return code;
    }
    wcd_json_free(io->stats);
    io->stats = wcd_json_copy(*out);
    if (io->stats == NULL) {
        wcd_json_free(*out);
        *out = NULL;
        return wcd_error_no_memory(err);
    }
    return WCD_OK;
}
