/* A container's removal: ended where that is asked for, then its layer, its folder, its name.
 *
 * Evidence: moby daemon/delete.go; docker daemon/delete.go of 2017, which removes the folder before the layer, and
 * forgets a container that it was forced to remove whatever came of it. */
#include "core/daemon/signals.h"
#include "core/daemon/steps.h"

#include "core/base/goquote.h"
#include "core/base/oserror.h"
#include "core/files/files.h"

#include <stdlib.h>
#include <string.h>

#define STOP_TIMEOUT_S 3

struct removal {
    struct daemon_work work;
    struct daemon_turn turn;
    bool force;
    char *name;       /* as it was asked for */
    bool in_progress; /* the flag is set by this removal */
    daemon_done *done;
    void *ctx;
    struct wcd_error error;
};

static void drop_removal(struct daemon_work *work)
{
    struct removal *removal = (struct removal *)work;
    daemon_unlock(work->daemon, work->container, &removal->turn);
    wcd_error_release(&removal->error);
    free(removal->name);
    daemon_work_end(work);
    free(removal);
}

static void finish(struct removal *removal)
{
    daemon_done *done = removal->done;
    void *ctx = removal->ctx;
    struct wcd_error error = WCD_ERROR_INIT;
    wcd_error_move(&error, &removal->error);
    if (removal->in_progress) {
        removal->work.container->state.removal_in_progress = false;
    }
    drop_removal(&removal->work);
    done(ctx, &error);
    wcd_error_release(&error);
}

/* ---- forgetting ---- */

void daemon_forget(struct wcd_daemon *daemon, struct wcd_container *container)
{
    for (size_t i = 0; i < daemon->container_count; i++) {
        if (daemon->containers[i] == container) {
            memmove(&daemon->containers[i], &daemon->containers[i + 1],
                    (--daemon->container_count - i) * sizeof(struct wcd_container *));
            container->life->registered = false;
            daemon_drop(daemon, container);
            return;
        }
    }
}

static void forget(struct removal *removal)
{
    struct wcd_daemon *daemon = removal->work.daemon;
    struct wcd_container *container = removal->work.container;
    daemon_forget(daemon, container);
    if (removal->error.code == WCD_OK) {
        daemon_set_removed(daemon, container);
    }
    daemon_event(daemon, container, "destroy", NULL);
}

static void removed_or_not(struct removal *removal)
{
    struct wcd_daemon *daemon = removal->work.daemon;
    bool failed = removal->error.code != WCD_OK;
    if (failed) {
        daemon_set_removal_error(daemon, removal->work.container,
                                 wcd_error_message(&removal->error));
    }
    if (!failed || (removal->force && daemon->engine->force_forgets_container)) {
        forget(removal);
    }
    finish(removal);
}

/* ---- layer and folder ---- */

static enum wcd_errc remove_folder(struct removal *removal)
{
    struct wcd_daemon *daemon = removal->work.daemon;
    struct wcd_container *container = removal->work.container;
    enum wcd_errc code = wcd_files_remove_all(daemon->platform, container->root, &removal->error);
    return code == WCD_OK ? WCD_OK
                          : daemon_explain(&removal->error, daemon->engine->folder_removal_message,
                                           container->id, WCD_OK);
}

static void layer_released(void *ctx, struct wcd_error *err)
{
    struct removal *removal = ctx;
    struct wcd_daemon *daemon = removal->work.daemon;
    if (err->code != WCD_OK) {
        (void)daemon_explain(err, daemon->engine->layer_removal_message,
                             removal->work.container->id, WCD_OK);
        wcd_error_move(&removal->error, err);
    } else if (!daemon->engine->container_folder_goes_first) {
        (void)remove_folder(removal);
    }
    removed_or_not(removal);
}

static void release_layer(struct removal *removal)
{
    daemon_release_layer_chain(removal->work.daemon, removal->work.container, layer_released,
                               removal);
}

static void mark_dead(void *ctx)
{
    struct removal *removal = ctx;
    struct wcd_daemon *daemon = removal->work.daemon;
    struct wcd_container *container = removal->work.container;
    struct wcd_error failure = WCD_ERROR_INIT;
    container->state.dead = true;
    if (daemon_checkpoint(daemon, container, &failure) != WCD_OK &&
        !wcd_os_is_missing(failure.hresult)) {
        wcd_log(&daemon->log, WCD_LOG_ERROR, "Error saving dying container to disk: %s",
                wcd_error_message(&failure));
    }
    wcd_error_release(&failure);
    daemon_unlock(daemon, container, &removal->turn);
    if (daemon->engine->container_folder_goes_first && remove_folder(removal) != WCD_OK) {
        removed_or_not(removal);
        return;
    }
    release_layer(removal);
}

/* ---- ending it first ---- */

static void stopped(void *ctx, struct wcd_error *err)
{
    struct removal *removal = ctx;
    if (err->code != WCD_OK) {
        wcd_error_move(&removal->error, err);
        finish(removal);
        return;
    }
    daemon_lock(removal->work.daemon, removal->work.container, &removal->turn, mark_dead, removal);
}

static void stop(struct removal *removal)
{
    struct wcd_daemon *daemon = removal->work.daemon;
    struct wcd_container *container = removal->work.container;
    const struct daemon_stop_options options = {
        .timeout_s = STOP_TIMEOUT_S,
        .signal = wcd_container_stop_signal(container, daemon->engine),
    };
    daemon_stop_chain(daemon, container, &options, stopped, removal);
}

/* The name as v25 writes it: Go's %q. */
static enum wcd_errc with_name(struct removal *removal, const char *format, struct wcd_error *err)
{
    const struct engine_rules *engine = removal->work.daemon->engine;
    const struct wcd_container *container = removal->work.container;
    char *quoted = wcd_go_quote(container->name);
    if (quoted == NULL) {
        return wcd_error_no_memory(err);
    }
    enum wcd_errc code = wcd_error_fill(err, WCD_E_CONFLICT, format,
                                        engine->removal_names_container ? quoted : container->id);
    free(quoted);
    return code;
}

static void killed(void *ctx, struct wcd_error *err)
{
    struct removal *removal = ctx;
    const struct engine_rules *engine = removal->work.daemon->engine;
    /* v25 minds no container that has ended meanwhile. */
    bool ended = engine->removal_names_container && err->code == engine->state_conflict_class &&
                 !removal->work.container->state.running;
    if (err->code == WCD_OK || ended) {
        stop(removal);
        return;
    }
    if (err->code != WCD_E_NO_MEMORY) {
        /* The container first, then why. */
        struct wcd_error format = WCD_ERROR_INIT;
        enum wcd_errc class = engine->removal_names_container ? err->code : WCD_E_PLAIN;
        (void)with_name(removal, engine->removal_kill_message, &format);
        (void)(format.code == WCD_E_NO_MEMORY
                   ? wcd_error_no_memory(err)
                   : wcd_error_rephrase(err, wcd_error_message(&format)));
        err->code = err->code == WCD_E_NO_MEMORY ? err->code : class;
        wcd_error_release(&format);
    }
    wcd_error_move(&removal->error, err);
    finish(removal);
}

/* One that runs has to be stopped, or the removal forced. */
static enum wcd_errc refuse(struct removal *removal, struct wcd_error *err)
{
    const struct engine_rules *engine = removal->work.daemon->engine;
    const struct wcd_container_state *state = &removal->work.container->state;
    char *format = NULL;
    if (engine->removal_names_container) {
        format = wcd_text_format(
            "cannot remove container {}: container is %s%s", wcd_container_state_name(state),
            state->paused ? " and must be unpaused first"
                          : ": stop the container before removing or force remove");
    } else {
        format = wcd_text_format(
            "You cannot remove a %s container {}. %s", wcd_container_state_name(state),
            state->paused
                ? "Unpause and then stop the container before attempting removal or force remove"
                : "Stop the container before attempting removal or force remove");
    }
    enum wcd_errc code =
        format == NULL ? wcd_error_no_memory(err) : with_name(removal, format, err);
    free(format);
    return code;
}

static void looked(void *ctx)
{
    struct removal *removal = ctx;
    struct wcd_daemon *daemon = removal->work.daemon;
    struct wcd_container *container = removal->work.container;
    if (container->state.removal_in_progress) {
        (void)wcd_error_fill(&removal->error, daemon->engine->removal_in_progress_class,
                             "removal of container {} is already in progress", removal->name);
        finish(removal);
        return;
    }
    if (!container->life->registered) {
        finish(removal); /* somebody else was faster */
        return;
    }
    container->state.removal_in_progress = true;
    removal->in_progress = true;
    daemon_unlock(daemon, container, &removal->turn);
    if (!container->state.running) {
        stop(removal);
    } else if (removal->force) {
        daemon_kill_chain(daemon, container, killed, removal);
    } else {
        (void)refuse(removal, &removal->error);
        finish(removal);
    }
}

void daemon_remove_chain(struct wcd_daemon *daemon, struct wcd_container *container,
                         const char *name, bool force, daemon_done *done, void *ctx)
{
    struct removal *removal = calloc(1, sizeof(*removal));
    char *copy = removal == NULL ? NULL : wcd_text_copy(name);
    if (copy == NULL) {
        free(removal);
        daemon_tell_no_memory(done, ctx);
        return;
    }
    removal->name = copy;
    removal->force = force;
    removal->done = done;
    removal->ctx = ctx;
    daemon_work_begin(daemon, &removal->work, container, drop_removal);
    daemon_lock(daemon, container, &removal->turn, looked, removal);
}

/* ---- autoRemove ---- */

struct auto_removal {
    struct daemon_work work;
    const char *message;
    daemon_done *done;
    void *ctx;
};

static void drop_auto_removal(struct daemon_work *work)
{
    daemon_work_end(work);
    free(work);
}

static void auto_removed(void *ctx, struct wcd_error *err)
{
    struct auto_removal *removal = ctx;
    struct wcd_daemon *daemon = removal->work.daemon;
    struct wcd_container *container = removal->work.container;
    daemon_done *done = removal->done;
    void *done_ctx = removal->ctx;
    struct wcd_error none = WCD_ERROR_INIT;
    if (err->code != WCD_OK && container->life->registered) {
        wcd_log(&daemon->log, WCD_LOG_ERROR, "%s %s: %s", removal->message, container->id,
                wcd_error_message(err));
    }
    drop_auto_removal(&removal->work);
    if (done != NULL) {
        done(done_ctx, &none);
    }
}

void daemon_auto_remove(struct wcd_daemon *daemon, struct wcd_container *container,
                        const char *message, daemon_done *done, void *ctx)
{
    struct wcd_error none = WCD_ERROR_INIT;
    struct auto_removal *removal =
        container->host_config.auto_remove ? calloc(1, sizeof(*removal)) : NULL;
    if (removal == NULL) {
        if (container->host_config.auto_remove) {
            wcd_log(&daemon->log, WCD_LOG_ERROR, "%s %s: out of memory", message, container->id);
        }
        if (done != NULL) {
            done(ctx, &none);
        }
        return;
    }
    removal->message = message;
    removal->done = done;
    removal->ctx = ctx;
    daemon_work_begin(daemon, &removal->work, container, drop_auto_removal);
    daemon_remove_chain(daemon, container, container->id, true, auto_removed, removal);
}

struct wcd_op *wcd_daemon_remove(struct wcd_daemon *daemon, const char *name,
                                 const struct wcd_remove_options *options)
{
    struct wcd_error err = WCD_ERROR_INIT;
    struct wcd_container *container = NULL;
    if (daemon_get_container(daemon, name, &container, &err) != WCD_OK) {
        return daemon_op_failed(daemon, &err);
    }
    struct wcd_op *op = daemon_op_begin(daemon);
    if (op != NULL) {
        daemon_remove_chain(daemon, container, name, options != NULL && options->force,
                            daemon_end_op, op);
    }
    return op;
}
