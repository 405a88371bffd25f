/* What the parts of core/daemon share: the daemon itself. */
#ifndef WCD_DAEMON_INTERNAL_H
#define WCD_DAEMON_INTERNAL_H

#include "core/base/reactor.h"
#include "core/container/container.h"
#include "core/daemon/daemon.h"
#include "core/daemon/hooks.h"
#include "core/daemon/life.h"
#include "core/hcs/client.h"
#include "core/image/store.h"
#include "core/layer/ids.h"
#include "core/layer/store.h"
#include "core/runtime/local.h"

/* ---- operations ---- */

/* An operation is the caller's from begin on: it is freed when the caller has let go of it and it is done. The
 * daemon's own (start, stop, restored) are members, never held and never freed. */
struct wcd_op {
    bool done;
    bool held; /* by a caller */
    struct wcd_error error;
    struct wcd_json *result;
    struct wcd_op *next; /* among those that are not done */
    struct wcd_op **link;
};

/* An operation for a caller; NULL without memory. */
struct wcd_op *daemon_op_begin(struct wcd_daemon *daemon);
/* Ends it: with *err, which is moved, or well when err is NULL or WCD_OK. NULL is fine. */
void daemon_op_end(struct wcd_op *op, struct wcd_error *err);
/* Ends all that are not done, as the clients of a process that dies see it. */
void daemon_ops_cut(struct wcd_daemon *daemon);

/* ---- containers ---- */

/* The lock of a container (the original's container.Lock): those who ask for it get it one by one, in order. */
struct daemon_turn {
    wcd_task_fn *fn;
    void *ctx;
    struct daemon_turn *next;
    bool in_line; /* waiting, or holding it */
};

struct daemon_lock {
    struct daemon_turn *holder;
    struct daemon_turn *first;
    struct daemon_turn *last;
    struct wcd_task task; /* calls the holder that waited */
};

/* What the daemon keeps of a container in memory beside what it is (wcd_container.life). */
struct daemon_life {
    struct wcd_container *container;
    size_t holders; /* its being registered is one; the last one frees the container */
    bool registered;
    struct daemon_lock lock;
    /* Each belongs to the part of its name and is made and freed by it. */
    struct daemon_streams *streams; /* of the first process */
    struct daemon_execs *execs;
    struct daemon_health *health; /* NULL: nothing is probed */
};

/* A container that is freed when nobody holds it any more. */
enum wcd_errc daemon_life_new(struct wcd_container *container, struct wcd_error *err);
void daemon_hold(struct wcd_container *container);
void daemon_drop(struct wcd_daemon *daemon, struct wcd_container *container);

/* Calls fn when the lock is the turn's: at once when it is free, else from the reactor. fn or whatever follows it
 * gives it back. */
void daemon_lock(struct wcd_daemon *daemon, struct wcd_container *container,
                 struct daemon_turn *turn, wcd_task_fn *fn, void *ctx);
/* Gives it back, or leaves the line. Fine for a turn that does neither hold it nor wait. */
void daemon_unlock(struct wcd_daemon *daemon, struct wcd_container *container,
                   struct daemon_turn *turn);

/* A folder that is deleted in the background, while the start goes on. */
struct daemon_removal {
    char *path; /* NULL: nothing to delete, and then there is no timer */
    struct wcd_timer timer;
};

struct wcd_daemon {
    const struct platform *platform;
    const struct engine_rules *engine;
    struct wcd_log_sink log;
    struct wcd_strlist flags;
    struct wcd_reactor *reactor;
    struct wcd_op *pending; /* callers' operations that are not done */

    enum wcd_daemon_state state;
    int exit_code;
    struct wcd_op start;
    struct wcd_op stop;
    struct wcd_op restored;
    struct wcd_strlist hooks_run;

    /* Set by a start, in this order; cleared by the next one. */
    struct wcd_config *config;
    uint32_t processors;
    uint32_t parallel_limit;
    char *root;
    char *exec_root;
    char *plugin_exec_root;
    bool bridge_disabled;
    bool windows_client;
    const char *default_isolation; /* a literal; NULL before it was chosen */
    const char *runtime;           /* borrowed from config or a literal; NULL before */
    bool remote_runtime;
    struct daemon_removal old_tmp;
    char *tmp; /* the folder for temporary files */
    struct wcd_hcs *hcs;
    struct wcd_local_runtime *local; /* NULL: the runtime is remote */
    struct daemon_events *events;
    struct wcd_layer_store *layers;
    struct wcd_image_store *images;
    struct wcd_container **containers; /* in the order of their creation */
    size_t container_count;
};

/* The steps of a start; each fills its part of the daemon. Ends after the configuration with --validate. */
enum wcd_errc daemon_run_start(struct wcd_daemon *daemon, struct wcd_error *err);
void daemon_clear_start(struct wcd_daemon *daemon);

/* CreateDaemonRoot and the folders below it. */
enum wcd_errc daemon_make_root(struct wcd_daemon *daemon, struct wcd_error *err);
enum wcd_errc daemon_make_tmp(struct wcd_daemon *daemon, struct wcd_error *err);
enum wcd_errc daemon_make_folder(struct wcd_daemon *daemon, const char *name,
                                 struct wcd_error *err);
/* What is left for the background is done before the process ends in good order. (A process that is killed
 * leaves it.) */
void daemon_end_background(struct wcd_daemon *daemon);

/* Layers and images: read at the start; containers go with them. */
enum wcd_errc daemon_open_stores(struct wcd_daemon *daemon, struct wcd_error *err);
void daemon_close_stores(struct wcd_daemon *daemon);

/* What a name has to be, and that no other container has it. "" is fine. */
enum wcd_errc daemon_check_name(const struct wcd_daemon *daemon, const char *name,
                                struct wcd_error *err);

/* NULL when there is none; get: "No such container". */
struct wcd_container *daemon_find_container(const struct wcd_daemon *daemon, const char *name);
enum wcd_errc daemon_get_container(const struct wcd_daemon *daemon, const char *name,
                                   struct wcd_container **out, struct wcd_error *err);
/* Daemon.Mount and Unmount: base_fs is set while somebody has it mounted. */
enum wcd_errc daemon_mount(struct wcd_daemon *daemon, struct wcd_container *container,
                           struct wcd_error *err);
enum wcd_errc daemon_unmount(struct wcd_daemon *daemon, struct wcd_container *container,
                             struct wcd_error *err);
/* Unmounts all containers and cleans the layers up. Failures are only logged, but for want of memory. */
enum wcd_errc daemon_stop_containers(struct wcd_daemon *daemon, struct wcd_error *err);

/* Runs a hook of this generation; one that it does not have is passed over. */
enum wcd_errc daemon_hook(struct wcd_daemon *daemon, const char *name, struct wcd_error *err);

#endif
