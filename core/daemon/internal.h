/* What the parts of core/daemon share: the daemon itself. */
#ifndef WCD_DAEMON_INTERNAL_H
#define WCD_DAEMON_INTERNAL_H

#include "core/base/reactor.h"
#include "core/container/container.h"
#include "core/daemon/daemon.h"
#include "core/daemon/flow.h"
#include "core/daemon/hooks.h"
#include "core/daemon/life.h"
#include "core/hcs/client.h"
#include "core/image/store.h"
#include "core/layer/ids.h"
#include "core/layer/store.h"
#include "core/runtime/local.h"

/* A folder that is deleted in the background, while the start goes on. */
struct daemon_removal {
    char *path; /* NULL: nothing to delete, and then there is no timer */
    struct wcd_timer timer;
};

/* What daemon_guard_layer() is asked under, and what it found: see guard.c. */
struct daemon_guard {
    bool waits;                    /* who removes the layer can wait, and try again */
    bool busy;                     /* HCS could not tell: again in a moment */
    uint32_t tries;                /* so far */
    struct wcd_hcs_system *ending; /* a template VM that is ending; the waiter's to close */
};

struct wcd_daemon {
    const struct platform *platform;
    const struct engine_rules *engine;
    struct wcd_log_sink log;
    struct wcd_strlist flags;
    struct wcd_local_runtime *(*make_runtime)(const struct wcd_runtime_options *options);
    struct wcd_reactor *reactor;
    struct wcd_op *pending;    /* callers' operations that are not done */
    struct daemon_work *works; /* all that is under way */

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
    uint32_t os_build;
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
    struct daemon_guard guard;
    bool shutting_down;
    struct wcd_layer_store *layers;
    struct wcd_image_store *images;
    struct wcd_network_controller *networks; /* NULL before its place in the start */
    char *network_folder;                    /* of the controller's files */
    struct wcd_container **containers;       /* in the order of their creation */
    size_t container_count;
};

/* The steps of a start; each fills its part of the daemon. Ends after the configuration with --validate. */
enum wcd_errc daemon_run_start(struct wcd_daemon *daemon, struct wcd_error *err);
/* What comes behind the containers are restored. */
enum wcd_errc daemon_end_start(struct wcd_daemon *daemon, struct wcd_error *err);
/* Gives up all that is under way, and closes what the daemon has open of HCS. */
void daemon_let_go(struct wcd_daemon *daemon);
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

/* By name, id, or the beginning of an id: "No such container", or the generation's words for an id that is not the
 * beginning of one alone. The others are NULL when there is none. */
enum wcd_errc daemon_get_container(const struct wcd_daemon *daemon, const char *name,
                                   struct wcd_container **out, struct wcd_error *err);
struct wcd_container *daemon_named(const struct wcd_daemon *daemon, const char *name);
struct wcd_container *daemon_by_id(const struct wcd_daemon *daemon, const char *id);
/* Whether a container may have that name: its letters, and that nobody has it. NULL and "" may be. */
enum wcd_errc daemon_check_name(const struct wcd_daemon *daemon, const char *name,
                                struct wcd_error *err);
/* Room for one more, false without memory; and the place itself, which takes over the caller's hold. */
bool daemon_reserve_place(struct wcd_daemon *daemon);
void daemon_register(struct wcd_daemon *daemon, struct wcd_container *container);
bool daemon_is_hyperv(const struct wcd_daemon *daemon, const struct wcd_container *container);
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
