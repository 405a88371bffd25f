/* What the parts of core/daemon share: the daemon itself. */
#ifndef WCD_DAEMON_INTERNAL_H
#define WCD_DAEMON_INTERNAL_H

#include "core/base/queue.h"
#include "core/container/container.h"
#include "core/daemon/daemon.h"
#include "core/daemon/hooks.h"
#include "core/image/store.h"
#include "core/layer/ids.h"
#include "core/layer/store.h"

struct wcd_op {
    bool done;
    struct wcd_error error;
};

/* A folder that is deleted in the background, while the start goes on. */
struct daemon_removal {
    char *path; /* NULL: nothing to delete, and then there is no timer */
    plat_handle timer;
    uint64_t key; /* of its event; 0: none */
};

struct wcd_daemon {
    const struct platform *platform;
    const struct engine_rules *engine;
    struct wcd_log_sink log;
    struct wcd_strlist flags;
    struct wcd_queue *queue;
    uint64_t next_key; /* of events: never used twice, so an event of the past finds nobody */

    enum wcd_daemon_state state;
    int exit_code;
    struct wcd_op start;
    struct wcd_op stop;
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
void daemon_remove_old_tmp(struct wcd_daemon *daemon);
/* What is left for the background is done before the process ends in good order. (A process that is killed
 * leaves it.) */
void daemon_end_background(struct wcd_daemon *daemon);

/* Layers and images: read at the start; containers go with them. */
enum wcd_errc daemon_open_stores(struct wcd_daemon *daemon, struct wcd_error *err);
void daemon_close_stores(struct wcd_daemon *daemon);

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
