/* What a container has beside its data while the daemon runs (streams.h), for the parts that make it up: streams
 * and log (io.c), execs (exec.c), health (health.c). */
#ifndef WCD_DAEMON_IO_H
#define WCD_DAEMON_IO_H

#include "core/container/log.h"
#include "core/daemon/internal.h"
#include "core/daemon/streams.h"

struct daemon_exec;
struct daemon_health;

struct daemon_io {
    struct wcd_daemon *daemon;
    struct wcd_container *container;
    struct wcd_streams *streams;   /* of the first process, one after the other */
    struct wcd_container_log *log; /* while it runs; NULL: none */
    struct daemon_exec *execs;     /* the oldest first */
    struct daemon_health *health;  /* NULL: nothing was probed yet */
    struct wcd_json *stats;        /* the last answer of docker stats; NULL: none */
};

/* Where the log of a container is, as far as docker logs can read it. NULL in *out: it cannot. */
enum wcd_errc daemon_log_path(const struct wcd_daemon *daemon,
                              const struct wcd_container *container, char **out,
                              struct wcd_error *err);
/* "configured logging driver does not support reading". */
enum wcd_errc daemon_log_unreadable(const struct wcd_daemon *daemon, struct wcd_error *err);

/* getActiveContainer, GetRunningTask: errors of one that does not run, is paused or waits for its restart. */
enum wcd_errc daemon_active_container(const struct wcd_daemon *daemon, const char *name,
                                      struct wcd_container **out, struct wcd_error *err);
enum wcd_errc daemon_running_container(const struct wcd_daemon *daemon, const char *name,
                                       struct wcd_container **out, struct wcd_error *err);
enum wcd_errc daemon_no_running(const struct wcd_daemon *daemon,
                                const struct wcd_container *container, struct wcd_error *err);

/* Tells the process that its input has ended; exec_id NULL: the first process. */
void daemon_close_stdin(struct daemon_io *io, const char *exec_id);

/* An error where there is no local runtime to ask. */
enum wcd_errc daemon_need_runtime(const struct wcd_daemon *daemon, struct wcd_error *err);

/* ---- execs ---- */

/* Frees all execs of a container; those that run are as if they had ended. */
void daemon_execs_close(struct daemon_io *io);
/* Ids of those that run, for inspect: an array, or null. NULL without memory. */
struct wcd_json *daemon_exec_ids(const struct daemon_io *io);

/* ---- probes of the health check: an exec of the daemon's own ---- */

struct daemon_probe {
    const struct wcd_strlist *command;
    /* Bytes of either stream. */
    void (*output)(void *ctx, const char *data, size_t size);
    /* It has ended, with *exit_code (NULL: it never ran or was given up, and *err says why). The exec is the
     * daemon's again. */
    void (*done)(void *ctx, const int64_t *exit_code, const struct wcd_error *err);
    void *ctx;
};
/* Creates and starts it. On failure done is not called. *out may be given up until done was called. */
enum wcd_errc daemon_probe_start(struct daemon_io *io, const struct daemon_probe *probe,
                                 struct daemon_exec **out, struct wcd_error *err);
void daemon_exec_signal(struct daemon_exec *exec, int signal);
/* As ContainerExecStart when its context ends: nobody waits for it any more. done is not called. */
void daemon_probe_give_up(struct daemon_exec *exec);

/* ---- health ---- */

void daemon_health_free(struct daemon_health *health); /* NULL is fine */

#endif
