/* The pump of a process's streams, and the clients that are attached to them (container/stream of the
 * original).
 *
 * An object of struct wcd_streams belongs to a container, or to an exec, and outlives its processes: a client
 * that attaches before the start sees the first byte. Output goes to the owner (for the log) and to each
 * attached client in the order in which it came; input comes from the clients. Nothing waits: a client that does
 * not read stops the process at WCD_ATTACH_BYTES_MAX, as the original's pipe of a megabyte does.
 *
 * Evidence: moby container/stream/{streams,attach}.go, pkg/broadcaster, daemon/{attach,monitor}.go,
 * container/{container,monitor}.go of both generations. */
#ifndef WCD_DAEMON_STREAMS_H
#define WCD_DAEMON_STREAMS_H

#include "core/base/reactor.h"
#include "core/daemon/life.h"
#include "core/runtime/local.h"

struct wcd_streams;

/* What the owner is asked for and told. Each may be NULL. */
struct wcd_streams_owner {
    /* Bytes that arrived, size above 0. */
    void (*output)(void *ctx, bool error_stream, const char *data, size_t size);
    /* One stream has ended: no output of it comes any more until the next run. */
    void (*output_end)(void *ctx, bool error_stream);
    /* The input has ended: the pipe is closed, and the process is to be told (close_stdin of the runtime). */
    void (*close_stdin)(void *ctx);
    /* A client has left: by its detach keys, or because its input has ended where that does not end the
     * process's. Not told of those that are let go or freed. */
    void (*left)(void *ctx, struct wcd_attachment *attachment, bool by_keys);
    void *ctx;
};

struct wcd_streams_options {
    const struct platform *platform;
    struct wcd_reactor *reactor;
    const struct wcd_log_sink *log;
    struct wcd_streams_owner owner;
    bool open_stdin; /* there is an input that clients write to (OpenStdin) */
    bool tty;        /* without an input, a terminal's pipe stays open */
};

/* NULL without memory. */
struct wcd_streams *wcd_streams_create(const struct wcd_streams_options *options);
/* Closes the pipes; clients that are attached still see an end. NULL is fine. */
void wcd_streams_free(struct wcd_streams *streams);

/* CopyToPipe: takes over the pipes of a process that was just made, also when it fails. Without an input of the
 * owner the process's is closed at once, but for a terminal's. No process may be running. */
enum wcd_errc wcd_streams_run(struct wcd_streams *streams, const struct wcd_stdio *stdio,
                              struct wcd_error *err);
/* A process's pipes are read still. */
bool wcd_streams_are_open(const struct wcd_streams *streams);

/* StreamConfig.Wait: calls done once, soon, when both outputs are at their end; at the latest after `limit_us`
 * (WCD_STREAMS_NO_LIMIT: never), when what was not read yet is given up. One wait at a time. */
#define WCD_STREAMS_NO_LIMIT 0u
enum wcd_errc wcd_streams_wait(struct wcd_streams *streams, uint64_t limit_us, wcd_task_fn *done,
                               void *ctx, struct wcd_error *err);

/* Somebody waits for its end still. Fine for NULL. */
bool wcd_streams_are_waited_for(const struct wcd_streams *streams);

/* Container.Reset, CloseStreams: closes what is open of the process, lets all clients go, drops a wait. The object
 * is as new: clients that attach from now on see the next run. */
void wcd_streams_reset(struct wcd_streams *streams);

/* ---- clients ---- */

struct wcd_streams_client {
    bool input;
    bool output;
    bool error;
    bool
        close_stdin; /* the process's input ends with the client's, but for a terminal's (StdinOnce) */
    bool tty;        /* detach keys are looked for */
    const char *detach_keys; /* `detach_size` bytes, copied; 0: ctrl-p, ctrl-q */
    size_t detach_size;
};
/* *out is the caller's, see wcd_attachment_free(). */
enum wcd_errc wcd_streams_attach(struct wcd_streams *streams,
                                 const struct wcd_streams_client *client,
                                 struct wcd_attachment **out, struct wcd_error *err);
/* A client of nothing, which has ended: for output that comes from elsewhere. NULL without memory. */
struct wcd_attachment *wcd_attachment_new(void);
/* Gives the client bytes as if the process had written them; false without memory. */
bool wcd_attachment_feed(struct wcd_attachment *attachment, bool error_stream, const char *data,
                         size_t size);
/* Lets the client go. Fine for one that was. */
void wcd_attachment_end(struct wcd_attachment *attachment);
/* The client was let go by its detach keys. */
bool wcd_attachment_was_detached(const struct wcd_attachment *attachment);
/* The bytes of keys as the API writes them (term.ToBytes): "ctrl-p,ctrl-q", "a,b", "DEL". False when they are none,
 * or too many. `keys` takes WCD_DETACH_KEYS_MAX. */
#define WCD_DETACH_KEYS_MAX 64u
bool wcd_detach_keys_parse(const char *text, char *keys, size_t *count);

/* ---- what a container has beside its data while the daemon runs ---- */

struct wcd_daemon;
struct daemon_io; /* streams, log, execs, health: container->io */

/* Made with the container, or behind its reading from disk. */
enum wcd_errc daemon_io_open(struct wcd_daemon *daemon, struct wcd_container *container,
                             struct wcd_error *err);
/* Lets everybody go and frees it; before the container is freed. Fine without one. */
void daemon_io_close(struct wcd_container *container);

/* InitializeStdio, for the runtime's attach: `ctx` is the daemon. Opens the log of a container that starts
 * ("failed to initialize logging driver: ..."), or finds the exec. */
wcd_runtime_attach daemon_io_attach;
/* Calls done when the output of the container's first process was read (or given up: v25 waits 2 s, 2017 for
 * ever), as the original does behind each exit. */
enum wcd_errc daemon_io_wait(struct wcd_daemon *daemon, struct wcd_container *container,
                             wcd_task_fn *done, void *ctx, struct wcd_error *err);
/* Container.Reset behind it: lets clients go, closes the log. */
void daemon_io_reset(struct wcd_container *container);

/* An event of the runtime that concerns an exec: EXEC_ADDED, EXEC_STARTED, EXEC_EXITED. */
void daemon_exec_event(struct wcd_daemon *daemon, struct wcd_container *container,
                       const struct wcd_runtime_event *event);

/* initHealthMonitor (the container has just started), updateHealthMonitor (it was paused or resumed) and
 * stopHealthchecks (it ends). Nothing without a health check. */
void daemon_health_start(struct wcd_daemon *daemon, struct wcd_container *container);
void daemon_health_update(struct wcd_daemon *daemon, struct wcd_container *container);
void daemon_health_stop(struct wcd_daemon *daemon, struct wcd_container *container);

#endif
