/* What a running daemon does with its containers: the API's operations, as docker's client calls them.
 *
 * Operations that can take time are objects (struct wcd_op, daemon.h): done when the original would answer its
 * client. Many are in flight at once. Those on one container wait for each other where the original holds the
 * container's lock, in the order in which they were asked for, and are refused where the original refuses.
 * Answers are the API's JSON documents.
 *
 * All functions assert that the daemon runs; `name` is a name, an id, or the beginning of an id.
 *
 * Evidence: moby daemon/{start,stop,kill,restart,pause,unpause,rename,update,wait,delete,exec,attach,resize,
 * logs,top_windows,stats,stats_windows,health,inspect,list,events,monitor,restart}.go of both generations. */
#ifndef WCD_DAEMON_LIFE_H
#define WCD_DAEMON_LIFE_H

#include "core/daemon/containers.h"
#include "core/daemon/daemon.h"
#include "core/json/json.h"

/* ---- operations in flight ---- */

/* These belong to the caller. The result is the API's answer, NULL when it has none; borrowed. */
const struct wcd_json *wcd_op_result(const struct wcd_op *op);
/* Frees it; one that is not done goes on unseen. NULL is fine. */
void wcd_op_free(struct wcd_op *op);

/* No time-out was given: the container's own, or 10 seconds. */
#define WCD_STOP_TIMEOUT_DEFAULT INT32_MIN

struct wcd_op *wcd_daemon_start_container(struct wcd_daemon *daemon, const char *name);
/* timeout_s below 0 (but for the default) waits for ever; `signal` NULL: the container's. */
struct wcd_op *wcd_daemon_stop_container(struct wcd_daemon *daemon, const char *name,
                                         int32_t timeout_s, const char *signal);
struct wcd_op *wcd_daemon_restart_container(struct wcd_daemon *daemon, const char *name,
                                            int32_t timeout_s, const char *signal);
/* `signal` as the API takes it: "KILL", "SIGTERM", "9"; NULL or "": KILL. */
struct wcd_op *wcd_daemon_kill_container(struct wcd_daemon *daemon, const char *name,
                                         const char *signal);
struct wcd_op *wcd_daemon_pause_container(struct wcd_daemon *daemon, const char *name);
struct wcd_op *wcd_daemon_unpause_container(struct wcd_daemon *daemon, const char *name);
/* `condition`: "not-running" (NULL), "next-exit", "removed". Gives {"StatusCode": n}, with "Error" as the API. */
struct wcd_op *wcd_daemon_wait_container(struct wcd_daemon *daemon, const char *name,
                                         const char *condition);

struct wcd_remove_options {
    bool force;
    bool volumes;
};
struct wcd_op *wcd_daemon_remove(struct wcd_daemon *daemon, const char *name,
                                 const struct wcd_remove_options *options);

/* Done when the daemon has started all containers that its restart policies want started (the original does so
 * behind its answer to the service manager). */
const struct wcd_op *wcd_daemon_restored(const struct wcd_daemon *daemon);

/* ---- at once ---- */

enum wcd_errc wcd_daemon_rename_container(struct wcd_daemon *daemon, const char *name,
                                          const char *new_name, struct wcd_error *err);
/* `resources`: the API's UpdateConfig (members of Resources, RestartPolicy). *warnings as the answer has them. */
enum wcd_errc wcd_daemon_update_container(struct wcd_daemon *daemon, const char *name,
                                          const struct wcd_json *resources,
                                          struct wcd_strlist *warnings, struct wcd_error *err);
enum wcd_errc wcd_daemon_inspect_container(struct wcd_daemon *daemon, const char *name,
                                           struct wcd_json **out, struct wcd_error *err);
/* `options`: {"All": bool, "Limit": n, "Filters": {"status": ["running"], ...}}; NULL: none. */
enum wcd_errc wcd_daemon_list_containers(struct wcd_daemon *daemon, const struct wcd_json *options,
                                         struct wcd_json **out, struct wcd_error *err);
/* {"Titles": [...], "Processes": [[...], ...]}; `arguments` are ps' and refused on Windows when given. */
enum wcd_errc wcd_daemon_top(struct wcd_daemon *daemon, const char *name, const char *arguments,
                             struct wcd_json **out, struct wcd_error *err);
/* One answer of docker stats --no-stream. */
enum wcd_errc wcd_daemon_stats(struct wcd_daemon *daemon, const char *name, struct wcd_json **out,
                               struct wcd_error *err);
enum wcd_errc wcd_daemon_resize_container(struct wcd_daemon *daemon, const char *name,
                                          uint32_t width, uint32_t height, struct wcd_error *err);
/* `options`: {"stdout": bool, "stderr": bool, "timestamps": bool, "tail": "all" or a number, "since", "until"}.
 * An array of {"stream", "time", "line"} in the order in which they were written. */
enum wcd_errc wcd_daemon_logs(struct wcd_daemon *daemon, const char *name,
                              const struct wcd_json *options, struct wcd_json **out,
                              struct wcd_error *err);

/* ---- exec ---- */

/* `config`: the API's ExecConfig (Cmd, Env, WorkingDir, User, Tty, AttachStdin, AttachStdout, AttachStderr,
 * Detach, DetachKeys, ConsoleSize). *id is the caller's. */
enum wcd_errc wcd_daemon_create_exec(struct wcd_daemon *daemon, const char *name,
                                     const struct wcd_json *config, char **id,
                                     struct wcd_error *err);
struct wcd_attachment;
/* Starts it. Detached, it is done when the process runs; attached, when it has ended and its output was read.
 * *attachment (may be NULL for "detached") is the caller's end of the streams, to be freed. */
struct wcd_op *wcd_daemon_start_exec(struct wcd_daemon *daemon, const char *exec_id,
                                     struct wcd_attachment **attachment);
enum wcd_errc wcd_daemon_inspect_exec(struct wcd_daemon *daemon, const char *exec_id,
                                      struct wcd_json **out, struct wcd_error *err);
enum wcd_errc wcd_daemon_resize_exec(struct wcd_daemon *daemon, const char *exec_id, uint32_t width,
                                     uint32_t height, struct wcd_error *err);

/* ---- attached clients ---- */

struct wcd_attach_options {
    bool input;
    bool output;
    bool error;
    bool logs; /* what was written before comes first */
    const char *detach_keys;
};
/* *out is the caller's to free. */
enum wcd_errc wcd_daemon_attach(struct wcd_daemon *daemon, const char *name,
                                const struct wcd_attach_options *options,
                                struct wcd_attachment **out, struct wcd_error *err);
/* What arrived since the last call, of one stream; *size 0: nothing. Valid until the next call. */
const char *wcd_attachment_read(struct wcd_attachment *attachment, bool error_stream, size_t *size);
/* Bytes that cannot be written yet wait, up to WCD_ATTACH_BYTES_MAX: WCD_E_UNAVAILABLE beyond. */
enum wcd_errc wcd_attachment_write(struct wcd_attachment *attachment, const void *data, size_t size,
                                   struct wcd_error *err);
void wcd_attachment_close_input(struct wcd_attachment *attachment);
/* The streams have ended, or the client was detached by its keys. */
bool wcd_attachment_ended(const struct wcd_attachment *attachment);
/* Detaches. NULL is fine. */
void wcd_attachment_free(struct wcd_attachment *attachment);

/* ---- events ---- */

/* The API's events since the daemon started, oldest first: {"Type": "container", "Action": "start",
 * "Actor": {"ID": ..., "Attributes": {...}}, "time": seconds, "timeNano": n, ...}. Borrowed; at most the last
 * WCD_DAEMON_EVENTS_MAX of them. */
const struct wcd_json *wcd_daemon_events(const struct wcd_daemon *daemon);

#endif
