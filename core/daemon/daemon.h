/* The Windows container daemon: one object per daemon, over one platform, of one engine generation.
 *
 * The core is an event-driven state machine on the caller's thread. It never blocks: an operation that
 * needs more than the calls it can make at once is an object that completes later, when wcd_daemon_pump()
 * has taken the events it waits for. */
#ifndef WCD_DAEMON_DAEMON_H
#define WCD_DAEMON_DAEMON_H

#include "core/base/error.h"
#include "core/base/log.h"
#include "core/base/text.h"
#include "core/config/config.h"
#include "core/engine/engine.h"
#include "core/hostconfig/hostconfig.h"
#include "core/platform/platform.h"

struct wcd_daemon;
struct wcd_local_runtime;
struct wcd_runtime_options;

struct wcd_daemon_options {
    const struct platform *platform; /* must outlive the daemon */
    const struct engine_rules *engine;
    const char *const *flags; /* dockerd's command line without the program's name; borrowed */
    size_t flag_count;
    struct wcd_log_sink log;
    /* Another local runtime than the generation's own (core/runtime/local.h), for tests; NULL without memory. */
    struct wcd_local_runtime *(*make_runtime)(const struct wcd_runtime_options *options);
};

/* Makes a daemon that is not started; touches nothing on the platform. */
enum wcd_errc wcd_daemon_create(struct wcd_daemon **out, const struct wcd_daemon_options *options,
                                struct wcd_error *err);

/* Frees the daemon as if its process died: nothing is stopped or cleaned up on the platform beyond what
 * the daemon itself holds in memory. NULL is fine. */
void wcd_daemon_destroy(struct wcd_daemon *daemon);

enum wcd_daemon_state {
    WCD_DAEMON_NOT_STARTED,
    WCD_DAEMON_STARTING,
    WCD_DAEMON_RUNNING,
    WCD_DAEMON_FAILED, /* the start ended with an error; the process would have exited with 1 */
    WCD_DAEMON_STOPPED
};

/* An operation: belongs to the daemon, valid until its next operation of the same kind begins. */
struct wcd_op;
bool wcd_op_done(const struct wcd_op *op);
const struct wcd_error *wcd_op_error(const struct wcd_op *op); /* WCD_OK when it succeeded */

/* Starts the daemon: configuration, system check, root folder, isolation, runtime, and the containers that are
 * there: what survived the last daemon is ended, and what restart policies want is started before the start is over
 * (wcd_daemon_restored()). Only from NOT_STARTED, FAILED or STOPPED. With --validate the configuration is all that is judged, and the daemon is STOPPED
 * with exit code 0 afterwards. Never NULL. */
const struct wcd_op *wcd_daemon_start(struct wcd_daemon *daemon);

/* Stops a running daemon in good order: its containers are stopped, for as long as they and the configuration allow;
 * then it ends whatever became of them. Operations that are under way are cut off. */
const struct wcd_op *wcd_daemon_stop(struct wcd_daemon *daemon);

/* Takes one waiting event; false when none was waiting. */
bool wcd_daemon_pump(struct wcd_daemon *daemon);

/* What `dockerd --validate` does: reads flags and file, judges them, starts nothing. */
enum wcd_errc wcd_daemon_check_configuration(struct wcd_daemon *daemon, struct wcd_error *err);

/* Judges a container's host configuration as `docker create` (update: `docker update`, which the checks of
 * the API's decoder do not see) would; each warning is also logged. Changes *host_config as the original does. NULL is allowed for
 * host_config where the original allows it. Only on a running daemon. */
enum wcd_errc wcd_daemon_verify(struct wcd_daemon *daemon, struct wcd_host_config *host_config,
                                bool update, struct wcd_strlist *warnings, struct wcd_error *err);

/* What the daemon knows of itself; texts are borrowed until the daemon changes. */
struct wcd_daemon_info {
    enum wcd_daemon_state state;
    int exit_code;                 /* of the process, once it ended: 0 or 1; -1 before */
    const char *default_isolation; /* "process", "hyperv", or "" before the start came there */
    const char *root;
    const char *exec_root;
    const char *plugin_exec_root;
    const char *runtime; /* the runtime that was chosen, "" before */
    bool remote_runtime; /* containerd, not HCS directly */
    bool bridge_disabled;
    uint32_t parallel_limit;
    uint32_t processors;
};
struct wcd_daemon_info wcd_daemon_info(const struct wcd_daemon *daemon);
const struct wcd_config *wcd_daemon_config(const struct wcd_daemon *daemon);

#endif
