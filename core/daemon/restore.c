/* What a daemon finds at its start: the containers on disk, and what became of those that ran when the last one ended.
 * They are read first; then each is compared with what HCS knows of it; then those are started whose restart policy
 * wants it, and those removed that were to go at their end. The start is not over before all that is.
 *
 * Evidence: moby daemon/daemon.go (restore); docker daemon/daemon.go of 2017; moby#39623, moby#45800. */
#include "core/base/assert.h"
#include "core/daemon/network.h"
#include "core/daemon/steps.h"
#include "core/daemon/streams.h"

#include "core/base/oserror.h"
#include "core/base/winpath.h"
#include "core/container/disk.h"

#include <stdlib.h>
#include <string.h>

#define EXIT_CODE_UNKNOWN 255 /* of a container that ended while nobody looked */
#define DRIVER            "windowsfilter"

/* What is to be done with a container once all were looked at. */
enum fate {
    LEAVE,
    START,
    REMOVE,
    FATE_COUNT
};

struct restore {
    struct daemon_work work;
    struct wcd_container **containers; /* held */
    enum fate *fates;
    size_t count;
    enum fate phase; /* LEAVE: they are looked at; then START, REMOVE */
    size_t next;
    size_t running; /* chains that are under way */
    bool stepping;
    daemon_done *done;
    void *ctx;
};

static void drop_restore(struct daemon_work *work)
{
    struct restore *restore = (struct restore *)work;
    for (size_t i = 0; i < restore->count; i++) {
        daemon_drop(work->daemon, restore->containers[i]);
    }
    free(restore->containers);
    free(restore->fates);
    daemon_work_end(work);
    free(restore);
}

static void finish(struct restore *restore, struct wcd_error *err)
{
    daemon_done *done = restore->done;
    void *ctx = restore->ctx;
    drop_restore(&restore->work);
    done(ctx, err);
}

/* ---- reading ---- */

static void log_error(const struct wcd_daemon *daemon, const char *message, const char *value,
                      const struct wcd_error *why)
{
    struct wcd_error words = WCD_ERROR_INIT;
    (void)wcd_error_fill(&words, WCD_E_PLAIN, message, value);
    wcd_log(&daemon->log, WCD_LOG_ERROR, "%s: %s", wcd_error_message(&words),
            wcd_error_message(why));
    wcd_error_release(&words);
}

static bool has_layer(const struct wcd_daemon *daemon, const struct wcd_container *container)
{
    const struct engine_rules *engine = daemon->engine;
    if (strcmp(wcd_text_or_empty(container->driver), DRIVER) != 0) {
        struct wcd_error words = WCD_ERROR_INIT;
        (void)wcd_error_fill(&words, WCD_E_PLAIN, engine->other_driver_message,
                             engine->container_has_os ? wcd_text_or_empty(container->driver)
                                                      : container->id);
        wcd_log(&daemon->log, WCD_LOG_DEBUG, "%s", wcd_error_message(&words));
        wcd_error_release(&words);
        return false;
    }
    if (!wcd_rw_layer_exists(daemon->layers, container->id)) {
        struct wcd_error none = WCD_ERROR_INIT;
        (void)wcd_error_set(&none, WCD_E_PLAIN, "mount does not exist");
        log_error(daemon, engine->restore_mount_message, container->id, &none);
        wcd_error_release(&none);
        return false;
    }
    return true;
}

/* registerName. Takes the container. */
static enum wcd_errc register_container(struct wcd_daemon *daemon, struct wcd_container *container,
                                        struct wcd_error *err)
{
    struct wcd_error reserved = WCD_ERROR_INIT;
    enum wcd_errc code = WCD_OK;
    if (daemon_named(daemon, container->name) != NULL) {
        (void)wcd_error_set(&reserved, WCD_E_PLAIN, "name is reserved");
        log_error(daemon, daemon->engine->restore_name_message,
                  daemon->engine->container_has_os ? container->name : container->id, &reserved);
        wcd_error_release(&reserved);
        wcd_container_free(container);
        return WCD_OK;
    }
    code = daemon_life_new(container, err);
    if (code != WCD_OK) {
        wcd_container_free(container);
        return code;
    }
    code = daemon_io_open(daemon, container, err);
    if (code == WCD_OK && !daemon_reserve_place(daemon)) {
        code = wcd_error_no_memory(err);
    }
    if (code != WCD_OK) {
        daemon_drop(daemon, container);
        return code;
    }
    daemon_register(daemon, container);
    return WCD_OK;
}

/* Want of memory is the daemon's own failure; what is wrong with one container is told and passed over. */
static enum wcd_errc load_one(struct wcd_daemon *daemon, const char *folder, const char *id,
                              struct wcd_error *err)
{
    struct wcd_container *container = NULL;
    enum wcd_errc code =
        wcd_container_load(&container, folder, id, daemon->platform, daemon->engine, err);
    if (code == WCD_E_NO_MEMORY) {
        return code;
    }
    if (code != WCD_OK) {
        log_error(daemon, daemon->engine->container_load_message, id, err);
        wcd_error_release(err);
        return WCD_OK;
    }
    if (!has_layer(daemon, container)) {
        wcd_container_free(container);
        return WCD_OK;
    }
    if (daemon->engine->container_has_os) {
        wcd_log(&daemon->log, WCD_LOG_DEBUG, "loaded container");
    } else {
        wcd_log(&daemon->log, WCD_LOG_DEBUG, "Loaded container %s", container->id);
    }
    return register_container(daemon, container, err);
}

/* Those that were made first come first. */
static int by_age(const void *a, const void *b)
{
    const struct wcd_container *left = *(struct wcd_container *const *)a;
    const struct wcd_container *right = *(struct wcd_container *const *)b;
    if (left->created_100ns != right->created_100ns) {
        return left->created_100ns < right->created_100ns ? -1 : 1;
    }
    return strcmp(left->id, right->id);
}

static enum wcd_errc load_all(struct wcd_daemon *daemon, struct wcd_error *err)
{
    const struct plat_fs *fs = &daemon->platform->fs;
    struct plat_dir_list list = {0};
    char *folder = wcd_path_join(daemon->root, "containers");
    if (folder == NULL) {
        return wcd_error_no_memory(err);
    }
    plat_hr hr = fs->ops->list(fs->ctx, folder, &list);
    enum wcd_errc code = WCD_OK;
    if (plat_failed(hr)) {
        code = wcd_os_path_error(err, &daemon->platform->os, "fs.list", hr, "open", folder);
    }
    for (size_t i = 0; code == WCD_OK && i < list.count; i++) {
        code = load_one(daemon, folder, list.entries[i].name, err);
    }
    plat_dir_list_free(&list);
    free(folder);
    if (daemon->container_count > 1) {
        qsort(daemon->containers, daemon->container_count, sizeof(*daemon->containers), by_age);
    }
    return code;
}

/* ---- looking at each ---- */

static void step(struct restore *restore);

struct look {
    struct daemon_work work;
    struct daemon_turn turn;
    struct restore *all;
    size_t index;
    bool ran; /* when the last daemon ended */
};

static void drop_look(struct daemon_work *work)
{
    struct look *look = (struct look *)work;
    daemon_unlock(work->daemon, work->container, &look->turn);
    daemon_work_end(work);
    free(look);
}

static void one_done(struct restore *restore)
{
    restore->running--;
    step(restore);
}

static void leave(struct look *look)
{
    struct restore *all = look->all;
    drop_look(&look->work);
    one_done(all);
}

/* What the policy says of a container that is there and does not run. */
static void decide(struct look *look)
{
    struct wcd_daemon *daemon = look->work.daemon;
    struct wcd_container *container = look->work.container;
    const struct engine_rules *engine = daemon->engine;
    struct wcd_error failure = WCD_ERROR_INIT;
    bool restart = false;
    uint64_t delay_us = 0;
    if (container->state.running || container->state.paused) {
        return;
    }
    if (wcd_container_should_restart(container, engine, &restart, &delay_us, &failure) != WCD_OK) {
        restart = false;
    }
    wcd_error_release(&failure);
    if (restart && (container->has_been_started_before || !engine->restores_started_only)) {
        look->all->fates[look->index] = START;
    } else if (container->host_config.auto_remove &&
               !(look->ran && engine->runtime_creates_running)) { /* its exit event removes it */
        look->all->fates[look->index] = REMOVE;
    }
}

/* The last daemon died while it removed the container. How far it came nobody knows: the rest is the client's. */
static void end_removal(struct wcd_daemon *daemon, struct wcd_container *container)
{
    if (!container->state.removal_in_progress) {
        return;
    }
    if (!daemon->engine->container_has_os) {
        wcd_log(&daemon->log, WCD_LOG_DEBUG, "Resetting RemovalInProgress flag from %s",
                container->id);
    }
    container->state.removal_in_progress = false;
    container->state.dead = true;
    daemon_checkpoint_or_log(daemon, container, WCD_LOG_ERROR,
                             "failed to update RemovalInProgress container state");
}

static void looked(struct look *look)
{
    decide(look);
    end_removal(look->work.daemon, look->work.container);
    leave(look);
}

/* Where the file system is; and what a daemon that died had mounted is given back. */
static void mount_and_unmount(struct wcd_daemon *daemon, struct wcd_container *container)
{
    const struct engine_rules *engine = daemon->engine;
    struct wcd_error failure = WCD_ERROR_INIT;
    if (daemon_mount(daemon, container, &failure) != WCD_OK) {
        wcd_log(&daemon->log, WCD_LOG_WARN, "%s: %s", engine->restore_get_base_message,
                wcd_error_message(&failure));
    } else if (daemon_unmount(daemon, container, &failure) != WCD_OK) {
        wcd_log(&daemon->log, WCD_LOG_WARN, "%s: %s", engine->restore_put_base_message,
                wcd_error_message(&failure));
    }
    wcd_error_release(&failure);
}

static void ended(void *ctx, struct wcd_error *err)
{
    struct look *look = ctx;
    struct wcd_daemon *daemon = look->work.daemon;
    struct wcd_container *container = look->work.container;
    (void)err;
    if (!daemon->engine->runtime_creates_running) {
        daemon_checkpoint_or_log(daemon, container, WCD_LOG_ERROR,
                                 "failed to update stopped container state");
    }
    mount_and_unmount(daemon, container);
    wcd_container_reset_restart(container, false);
    looked(look);
}

/* 2017: the end was told by an event, which had the lock before. */
static void ended_by_event(void *ctx)
{
    struct wcd_error none = WCD_ERROR_INIT;
    ended(ctx, &none);
}

static void compared(void *ctx, const struct wcd_error *err)
{
    struct look *look = ctx;
    struct wcd_daemon *daemon = look->work.daemon;
    struct wcd_container *container = look->work.container;
    if (err->code != WCD_OK &&
        (err->code != WCD_E_NOT_FOUND || daemon->engine->runtime_creates_running)) {
        log_error(daemon, daemon->engine->restore_runtime_message, container->id, err);
        leave(look);
    } else if (daemon->engine->runtime_creates_running) {
        daemon_lock(daemon, container, &look->turn, ended_by_event, look);
    } else if (look->ran) {
        container->life->in_runtime = daemon->local->ops->knows(daemon->local, container->id);
        wcd_restart_cancel(&container->restart);
        daemon_set_stopped(daemon, container, EXIT_CODE_UNKNOWN);
        daemon_cleanup_chain(daemon, container, ended, look);
    } else {
        looked(look);
    }
}

static void migrate(struct wcd_daemon *daemon, struct wcd_container *container)
{
    if (!daemon->engine->restore_saves_all) {
        return;
    }
    struct wcd_host_config *config = &container->host_config;
    if (wcd_text_or_empty(config->restart_policy)[0] == '\0') {
        char *no = wcd_text_copy("no");
        if (no != NULL) {
            wcd_log(&daemon->log, WCD_LOG_DEBUG, "migrated restart-policy");
            wcd_text_replace(&config->restart_policy, no);
            config->restart_retries_max = 0;
        }
    }
    daemon_checkpoint_or_log(daemon, container, WCD_LOG_ERROR,
                             "failed to save migrated container config to disk");
}

static void begin_look(struct restore *restore, size_t index)
{
    struct wcd_daemon *daemon = restore->work.daemon;
    struct wcd_container *container = restore->containers[index];
    struct look *look = calloc(1, sizeof(*look));
    struct wcd_error failure = WCD_ERROR_INIT;
    WCD_ASSERT(container != NULL);
    if (look == NULL) {
        wcd_log(&daemon->log, WCD_LOG_ERROR, "container %s is not restored: out of memory",
                container->id);
        restore->running--;
        return;
    }
    look->all = restore;
    look->index = index;
    daemon_work_begin(daemon, &look->work, container, drop_look);
    migrate(daemon, container);
    look->ran = container->state.running || container->state.paused;
    if (look->ran && daemon_exit_prepare(container, &failure) != WCD_OK) {
        wcd_error_release(&failure); /* its end may find memory */
    }
    /* 2017 asks only for those that ran, and hears of their end by an event. */
    if (daemon->local == NULL || (!look->ran && daemon->engine->runtime_creates_running)) {
        looked(look);
        return;
    }
    if (daemon->engine->runtime_creates_running) {
        wcd_restart_cancel(&container->restart);
    }
    if (daemon->local->ops->restore(daemon->local, container->id, compared, look, &failure) !=
        WCD_OK) {
        compared(look, &failure);
    }
    wcd_error_release(&failure);
}

/* ---- starting and removing ---- */

struct follow_up {
    struct daemon_work work;
    struct restore *all;
    const char *message; /* of a failure; {}: the container */
};

static void drop_follow_up(struct daemon_work *work)
{
    daemon_work_end(work);
    free(work);
}

static void followed_up(void *ctx, struct wcd_error *err)
{
    struct follow_up *follow = ctx;
    struct restore *all = follow->all;
    if (err->code != WCD_OK) {
        log_error(follow->work.daemon, follow->message, follow->work.container->id, err);
    }
    drop_follow_up(&follow->work);
    one_done(all);
}

static void begin_follow_up(struct restore *restore, size_t index)
{
    struct wcd_daemon *daemon = restore->work.daemon;
    struct wcd_container *container = restore->containers[index];
    struct follow_up *follow = calloc(1, sizeof(*follow));
    bool starts = restore->phase == START;
    if (follow == NULL) {
        wcd_log(&daemon->log, WCD_LOG_ERROR, "container %s is not restored: out of memory",
                container->id);
        restore->running--;
        return;
    }
    follow->all = restore;
    follow->message =
        starts ? daemon->engine->restore_start_message : daemon->engine->restore_remove_message;
    daemon_work_begin(daemon, &follow->work, container, drop_follow_up);
    if (!starts) {
        daemon_remove_chain(daemon, container, container->id, true, followed_up, follow);
        return;
    }
    if (daemon->engine->container_has_os) {
        wcd_log(&daemon->log, WCD_LOG_DEBUG, "starting container");
    } else {
        wcd_log(&daemon->log, WCD_LOG_DEBUG, "Starting container %s", container->id);
    }
    daemon_start_chain(daemon, container, DAEMON_START_ANEW, followed_up, follow);
}

/* ---- one after the other, and some at once ---- */

static bool wants_more(const struct restore *restore)
{
    const struct wcd_daemon *daemon = restore->work.daemon;
    bool limited = daemon->engine->has_parallel_limit && daemon->parallel_limit > 0;
    return restore->next < restore->count &&
           (!limited || restore->running < daemon->parallel_limit);
}

static void begin_next(struct restore *restore)
{
    size_t index = restore->next++;
    if (restore->phase == LEAVE) {
        restore->running++;
        begin_look(restore, index);
    } else if (restore->fates[index] == restore->phase) {
        restore->running++;
        begin_follow_up(restore, index);
    }
}

/* Chains that are over at once come back to it while it is at work still. */
static void step(struct restore *restore)
{
    struct wcd_error err = WCD_ERROR_INIT;
    if (restore->stepping) {
        return;
    }
    restore->stepping = true;
    while (restore->phase != FATE_COUNT) {
        while (wants_more(restore)) {
            begin_next(restore);
        }
        if (restore->running > 0 || restore->next < restore->count) {
            restore->stepping = false;
            return;
        }
        /* Networks come behind what the last daemon left, and before what is started. */
        if (restore->phase == LEAVE &&
            daemon_start_networks(restore->work.daemon, &err) != WCD_OK) {
            finish(restore, &err);
            wcd_error_release(&err);
            return;
        }
        restore->phase++;
        restore->next = 0;
    }
    finish(restore, &err);
}

static bool take_containers(struct restore *restore)
{
    struct wcd_daemon *daemon = restore->work.daemon;
    size_t count = daemon->container_count;
    restore->containers = calloc(count + 1, sizeof(struct wcd_container *));
    restore->fates = calloc(count + 1, sizeof(enum fate));
    if (restore->containers == NULL || restore->fates == NULL) {
        return false;
    }
    for (size_t i = 0; i < count; i++) {
        restore->containers[restore->count++] = daemon->containers[i];
        daemon_hold(daemon->containers[i]);
    }
    return true;
}

void daemon_restore_chain(struct wcd_daemon *daemon, daemon_done *done, void *ctx)
{
    struct wcd_error err = WCD_ERROR_INIT;
    struct restore *restore = calloc(1, sizeof(*restore));
    if (restore == NULL) {
        daemon_tell_no_memory(done, ctx);
        return;
    }
    restore->done = done;
    restore->ctx = ctx;
    daemon_work_begin(daemon, &restore->work, NULL, drop_restore);
    enum wcd_errc code = load_all(daemon, &err);
    if (code == WCD_OK && !take_containers(restore)) {
        code = wcd_error_no_memory(&err);
    }
    if (code == WCD_OK) {
        step(restore);
    } else {
        finish(restore, &err);
    }
    wcd_error_release(&err);
}
