/* Streams and log of a container's first process; see streams.h.
 *
 * Evidence: moby container/container.go (InitializeStdio, startLogging, StartLogger), container/monitor.go and
 * daemon/monitor.go (Reset, StreamConfig.Wait), daemon/errors.go. */
#include "core/daemon/io.h"

#include "core/base/assert.h"
#include "core/base/winpath.h"
#include "core/daemon/events.h"
#include "core/daemon/execs.h"
#include "core/files/files.h"

#include <stdlib.h>
#include <string.h>

/* ---- finding ---- */

enum wcd_errc daemon_no_running(const struct wcd_daemon *daemon,
                                const struct wcd_container *container, struct wcd_error *err)
{
    return wcd_error_fill(err, WCD_E_CONFLICT, daemon->engine->not_running_message, container->id);
}

enum wcd_errc daemon_running_container(const struct wcd_daemon *daemon, const char *name,
                                       struct wcd_container **out, struct wcd_error *err)
{
    enum wcd_errc code = daemon_get_container(daemon, name, out, err);
    if (code == WCD_OK && !(*out)->state.running) {
        code = daemon_no_running(daemon, *out, err);
    }
    return code;
}

enum wcd_errc daemon_active_container(const struct wcd_daemon *daemon, const char *name,
                                      struct wcd_container **out, struct wcd_error *err)
{
    enum wcd_errc code = daemon_running_container(daemon, name, out, err);
    if (code == WCD_OK && (*out)->state.paused) {
        /* The original names it as the client did. */
        code = wcd_error_fill(err, WCD_E_CONFLICT, daemon->engine->exec_paused_message, name);
    }
    if (code == WCD_OK && (*out)->state.restarting) {
        code = wcd_error_fill(err, WCD_E_CONFLICT, daemon->engine->restarting_message, (*out)->id);
    }
    return code;
}

enum wcd_errc daemon_need_runtime(const struct wcd_daemon *daemon, struct wcd_error *err)
{
    return daemon->local != NULL
               ? WCD_OK
               : wcd_error_set(err, WCD_E_NOT_IMPLEMENTED, "the runtime is remote");
}

/* ---- logs ---- */

/* A log that the daemon keeps beside a driver that cannot be read. */
#define CACHED_LOG "container-cached.log"
#define LOCAL_LOG  "local-logs\\container.log"

static bool is_driver(const struct wcd_container *container, const char *name)
{
    return strcmp(wcd_text_or_empty(container->host_config.log_driver), name) == 0;
}

static bool is_json_file(const struct wcd_container *container)
{
    return is_driver(container, "json-file") || is_driver(container, "");
}

enum wcd_errc daemon_log_path(const struct wcd_daemon *daemon,
                              const struct wcd_container *container, char **out,
                              struct wcd_error *err)
{
    *out = NULL;
    if (is_driver(container, "none") ||
        (!is_json_file(container) && !daemon->engine->logs_are_cached)) {
        return WCD_OK;
    }
    char *name = is_json_file(container)
                     ? wcd_text_format("%s-json.log", container->id)
                     : wcd_text_copy(is_driver(container, "local") ? LOCAL_LOG : CACHED_LOG);
    *out = name == NULL ? NULL : wcd_path_join(container->root, name);
    free(name);
    return *out == NULL ? wcd_error_no_memory(err) : WCD_OK;
}

enum wcd_errc daemon_log_unreadable(const struct wcd_daemon *daemon, struct wcd_error *err)
{
    return wcd_error_set(err, daemon->engine->unreadable_log_class, "%s",
                         daemon->engine->unreadable_log_message);
}

static enum wcd_errc make_local_folder(const struct daemon_io *io, const char *path,
                                       struct wcd_error *err)
{
    if (!is_driver(io->container, "local")) {
        return WCD_OK;
    }
    char *folder = wcd_path_dir(path);
    enum wcd_errc code = folder == NULL ? wcd_error_no_memory(err)
                                        : wcd_files_make_all(io->daemon->platform, folder, err);
    free(folder);
    return code;
}

/* StartLogger. The path shows in inspect for json-file alone. */
static enum wcd_errc open_log(struct daemon_io *io, struct wcd_error *err)
{
    struct wcd_container *container = io->container;
    bool json_file = is_json_file(container);
    char *path = NULL;
    enum wcd_errc code = daemon_log_path(io->daemon, container, &path, err);
    if (code != WCD_OK || path == NULL) {
        return code;
    }
    code = make_local_folder(io, path, err);
    if (code == WCD_OK) {
        code = wcd_container_log_open(&io->log, io->daemon->platform, path,
                                      json_file ? container->host_config.log_options : NULL,
                                      &io->daemon->log, err);
    }
    if (code == WCD_OK && json_file) {
        wcd_text_replace(&container->log_path, path);
        return WCD_OK;
    }
    free(path);
    return code;
}

static void close_log(struct daemon_io *io)
{
    wcd_container_log_close(io->log);
    io->log = NULL;
}

/* ---- the owner of the streams ---- */

static void on_output(void *ctx, bool error_stream, const char *data, size_t size)
{
    struct daemon_io *io = ctx;
    if (io->log != NULL) {
        wcd_container_log_write(io->log, error_stream, data, size);
    }
}

static void on_output_end(void *ctx, bool error_stream)
{
    struct daemon_io *io = ctx;
    if (io->log != NULL) {
        wcd_container_log_end(io->log, error_stream);
    }
}

void daemon_close_stdin(struct daemon_io *io, const char *exec_id)
{
    struct wcd_local_runtime *local = io->daemon->local;
    struct wcd_error err = WCD_ERROR_INIT;
    if (local == NULL) {
        return;
    }
    enum wcd_errc code = local->ops->close_stdin(local, io->container->id, exec_id, &err);
    /* A process that is going, or gone, is no reason to complain. */
    if (code != WCD_OK && code != WCD_E_NOT_FOUND && !wcd_hcs_is_not_exist(&err) &&
        !wcd_hcs_is_already_closed(&err) && !wcd_hcs_is_invalid_state(&err)) {
        wcd_log(&io->daemon->log, WCD_LOG_WARN, "failed to close stdin: %s",
                wcd_error_message(&err));
    }
    wcd_error_release(&err);
}

static void on_close_stdin(void *ctx)
{
    daemon_close_stdin(ctx, NULL);
}

static void on_left(void *ctx, struct wcd_attachment *attachment, bool by_keys)
{
    struct daemon_io *io = ctx;
    (void)attachment;
    if (by_keys) {
        daemon_event(io->daemon, io->container, "detach", NULL);
    }
}

/* ---- opening and closing ---- */

enum wcd_errc daemon_io_open(struct wcd_daemon *daemon, struct wcd_container *container,
                             struct wcd_error *err)
{
    WCD_ASSERT(container->io == NULL);
    struct daemon_io *io = calloc(1, sizeof(*io));
    if (io == NULL) {
        return wcd_error_no_memory(err);
    }
    io->daemon = daemon;
    io->container = container;
    struct wcd_streams_options options = {.platform = daemon->platform,
                                          .reactor = daemon->reactor,
                                          .log = &daemon->log,
                                          .owner = {.output = on_output,
                                                    .output_end = on_output_end,
                                                    .close_stdin = on_close_stdin,
                                                    .left = on_left,
                                                    .ctx = io},
                                          .open_stdin = container->config.open_stdin,
                                          .tty = container->config.tty};
    io->streams = wcd_streams_create(&options);
    if (io->streams == NULL) {
        free(io);
        return wcd_error_no_memory(err);
    }
    container->io = io;
    return WCD_OK;
}

void daemon_io_close(struct wcd_container *container)
{
    struct daemon_io *io = container->io;
    if (io == NULL) {
        return;
    }
    container->io = NULL;
    daemon_health_free(io->health);
    daemon_execs_close(io);
    wcd_streams_free(io->streams);
    close_log(io);
    wcd_json_free(io->stats);
    free(io);
}

/* ---- a run ---- */

static void close_stdio(const struct wcd_daemon *daemon, const struct wcd_stdio *stdio)
{
    const struct plat_transport *transport = &daemon->platform->transport;
    const plat_handle handles[] = {stdio->input, stdio->output, stdio->error};
    for (size_t i = 0; i < sizeof(handles) / sizeof(handles[0]); i++) {
        if (handles[i] != PLAT_NO_HANDLE) {
            (void)transport->ops->close(transport->ctx, handles[i]);
        }
    }
}

static enum wcd_errc run(struct daemon_io *io, const struct wcd_stdio *stdio, struct wcd_error *err)
{
    enum wcd_errc code = open_log(io, err);
    if (code != WCD_OK) {
        close_stdio(io->daemon, stdio);
        daemon_io_reset(io->container);
        return code == WCD_E_NO_MEMORY
                   ? code
                   : wcd_error_wrap(err, "%s", io->daemon->engine->log_failure_message);
    }
    return wcd_streams_run(io->streams, stdio, err);
}

enum wcd_errc daemon_io_attach(void *ctx, const char *container_id, const char *process_id,
                               const struct wcd_stdio *stdio, struct wcd_error *err)
{
    struct wcd_daemon *daemon = ctx;
    struct wcd_container *container = daemon_by_id(daemon, container_id);
    if (container == NULL || container->io == NULL) {
        /* A servicing container's: nobody looks at it. */
        close_stdio(daemon, stdio);
        return WCD_OK;
    }
    if (process_id == NULL) {
        return run(container->io, stdio, err);
    }
    struct wcd_streams *streams = daemon_exec_streams(container->io, process_id);
    if (streams == NULL) {
        close_stdio(daemon, stdio);
        return WCD_OK;
    }
    return wcd_streams_run(streams, stdio, err);
}

enum wcd_errc daemon_io_wait(struct wcd_daemon *daemon, struct wcd_container *container,
                             wcd_task_fn *done, void *ctx, struct wcd_error *err)
{
    return wcd_streams_wait(container->io->streams, daemon->engine->streams_wait_us, done, ctx,
                            err);
}

void daemon_io_reset(struct wcd_container *container)
{
    struct daemon_io *io = container->io;
    wcd_streams_reset(io->streams);
    close_log(io);
}
