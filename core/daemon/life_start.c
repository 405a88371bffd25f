/* A container's start: containerStart of both generations.
 *
 * Evidence: moby daemon/start.go, errors.go, libcontainerd/replace.go; docker daemon/start.go of 2017. */
#include "core/daemon/launch.h"
#include "core/daemon/network.h"
#include "core/daemon/steps.h"
#include "core/daemon/streams.h"

#include "core/base/utf8.h"

#include <stdlib.h>
#include <string.h>

#define EXIT_CODE_UNKNOWN   128
#define EXIT_CODE_NO_ACCESS 126
#define EXIT_CODE_NOT_FOUND 127

struct start {
    struct daemon_work work;
    struct daemon_turn turn;
    enum daemon_start_kind kind;
    daemon_done *done;
    void *ctx;
    struct daemon_launch launch;
    uint64_t started_100ns;
    bool replaced; /* what the runtime had of an earlier run was removed, once */
    struct wcd_error error;
};

static void drop_start(struct daemon_work *work)
{
    struct start *start = (struct start *)work;
    daemon_unlock(work->daemon, work->container, &start->turn);
    daemon_launch_release(&start->launch);
    wcd_error_release(&start->error);
    daemon_work_end(work);
    free(start);
}

/* The lock is given back before anybody hears of it. */
static void finish(struct start *start)
{
    daemon_done *done = start->done;
    void *ctx = start->ctx;
    struct wcd_error error = WCD_ERROR_INIT;
    wcd_error_move(&error, &start->error);
    drop_start(&start->work);
    done(ctx, &error);
    wcd_error_release(&error);
}

/* ---- failing ---- */

static void removed(void *ctx, struct wcd_error *err)
{
    (void)err;
    finish(ctx);
}

static void cleaned_up(void *ctx, struct wcd_error *err)
{
    struct start *start = ctx;
    struct wcd_daemon *daemon = start->work.daemon;
    struct wcd_container *container = start->work.container;
    (void)err;
    daemon_unlock(daemon, container, &start->turn);
    daemon_auto_remove(daemon, container, "can't remove container", removed, start);
}

static void fail(struct start *start)
{
    struct wcd_daemon *daemon = start->work.daemon;
    struct wcd_container *container = start->work.container;
    struct wcd_container_state *state = &container->state;
    (void)wcd_container_state_set_error(state, wcd_error_message(&start->error));
    state->exit_code = state->exit_code == 0 ? EXIT_CODE_UNKNOWN : state->exit_code;
    daemon_checkpoint_or_log(daemon, container, WCD_LOG_ERROR,
                             "failed saving state on start failure");
    daemon_io_reset(container);
    daemon_cleanup_chain(daemon, container, cleaned_up, start);
}

/* setExitCodeFromError, translateContainerdStartErr: the words of the runtime tell what went wrong. */
static void translate(struct start *start)
{
    static const struct {
        const char *words;
        int64_t exit_code;
        const char *advice; /* appended to the message */
    } reasons[] = {
        {"permission denied", EXIT_CODE_NO_ACCESS, NULL},
        {"not a directory", EXIT_CODE_NOT_FOUND,
         "Are you trying to mount a directory onto a file (or vice-versa)? Check if the specified "
         "host path exists and is the expected type"},
        {"executable file not found", EXIT_CODE_NOT_FOUND, NULL},
        {"no such file or directory", EXIT_CODE_NOT_FOUND, NULL},
        {"system cannot find the file specified", EXIT_CODE_NOT_FOUND, NULL},
    };
    const struct engine_rules *engine = start->work.daemon->engine;
    struct wcd_container *container = start->work.container;
    char *lower = wcd_utf8_lower(wcd_error_message(&start->error));
    if (lower == NULL || start->error.code == WCD_E_NO_MEMORY) {
        free(lower);
        (void)wcd_error_no_memory(&start->error);
        return;
    }
    start->error.code = engine->start_failure_class;
    for (size_t i = 0; i < sizeof(reasons) / sizeof(reasons[0]); i++) {
        if (strstr(lower, reasons[i].words) == NULL) {
            continue;
        }
        /* 2017 wants to see the program's name beside what was not found, and compares it with a text in lower
         * case. */
        if (engine->not_found_names_program && reasons[i].exit_code == EXIT_CODE_NOT_FOUND &&
            reasons[i].advice == NULL &&
            strstr(lower, wcd_text_or_empty(container->path)) == NULL) {
            continue;
        }
        container->state.exit_code = reasons[i].exit_code;
        start->error.code = engine->start_config_class;
        if (reasons[i].advice != NULL) {
            char *message = wcd_text_format("{}: %s", reasons[i].advice);
            (void)(message == NULL ? wcd_error_no_memory(&start->error)
                                   : wcd_error_rephrase(&start->error, message));
            free(message);
        }
        break;
    }
    free(lower);
}

static void fail_in_runtime(struct start *start)
{
    struct wcd_daemon *daemon = start->work.daemon;
    if (daemon->engine->create_failure_message != NULL) {
        wcd_log(&daemon->log, WCD_LOG_ERROR, "%s: %s", daemon->engine->create_failure_message,
                wcd_error_message(&start->error));
    }
    translate(start);
    fail(start);
}

/* ---- running ---- */

static void runs(struct start *start, uint32_t pid)
{
    struct wcd_daemon *daemon = start->work.daemon;
    struct wcd_container *container = start->work.container;
    container->life->in_runtime = true;
    if (!daemon->engine->runtime_creates_running) {
        container->has_been_manually_restarted = false;
        wcd_container_state_set_running(&container->state, pid, start->started_100ns);
        container->has_been_started_before = true;
        daemon_health_start(daemon, container);
        daemon_checkpoint_or_log(daemon, container, WCD_LOG_ERROR, "failed to store container");
        daemon_event(daemon, container, "start", NULL);
    }
    finish(start);
}

static void task_removed(void *ctx, const struct wcd_error *err)
{
    struct start *start = ctx;
    if (err->code != WCD_OK) {
        wcd_log(&start->work.daemon->log, WCD_LOG_ERROR,
                "failed to delete failed start container: %s", wcd_error_message(err));
    }
    fail_in_runtime(start);
}

/* The container is there, its first process is not: the runtime shall forget it. */
static void remove_half_started(struct start *start)
{
    struct wcd_local_runtime *local = start->work.daemon->local;
    struct wcd_error failure = WCD_ERROR_INIT;
    if (start->work.daemon->engine->runtime_creates_running) {
        fail_in_runtime(start);
        return;
    }
    if (local->ops->remove(local, start->work.container->id, task_removed, start, &failure) !=
        WCD_OK) {
        task_removed(start, &failure);
    }
    wcd_error_release(&failure);
}

static void created(void *ctx, const struct wcd_error *err);

static enum wcd_errc ask_for_container(struct start *start, struct wcd_error *err)
{
    struct wcd_daemon *daemon = start->work.daemon;
    const struct wcd_runtime_request request = {
        .id = start->work.container->id,
        .spec = &start->launch.spec,
        .os = start->launch.os,
        .options = start->launch.options,
        .option_count = start->launch.option_count,
        .processors = daemon->processors,
        .attach = daemon_io_attach,
        .attach_ctx = daemon,
    };
    return daemon->local->ops->create(daemon->local, &request, created, start, err);
}

static void old_one_removed(void *ctx, const struct wcd_error *err)
{
    struct start *start = ctx;
    if (err->code != WCD_OK && err->code != WCD_E_NOT_FOUND) {
        (void)wcd_error_set(&start->error, err->code,
                            "could not delete stale containerd container object: %s",
                            wcd_error_message(err));
        fail_in_runtime(start);
        return;
    }
    if (ask_for_container(start, &start->error) != WCD_OK) {
        fail_in_runtime(start);
    }
}

/* ReplaceContainer: the runtime knows a container of this name from an earlier run. */
static void replace(struct start *start)
{
    struct wcd_daemon *daemon = start->work.daemon;
    struct wcd_local_runtime *local = daemon->local;
    struct wcd_error failure = WCD_ERROR_INIT;
    wcd_log(&daemon->log, WCD_LOG_DEBUG,
            "A container already exists with the same ID. Attempting to clean up the old "
            "container.");
    wcd_error_release(&start->error);
    start->replaced = true;
    if (local->ops->remove(local, start->work.container->id, old_one_removed, start, &failure) !=
        WCD_OK) {
        old_one_removed(start, &failure);
    }
    wcd_error_release(&failure);
}

static void create_failed(struct start *start)
{
    if (start->error.code == WCD_E_CONFLICT && !start->replaced &&
        !start->work.daemon->engine->runtime_creates_running) {
        replace(start);
    } else {
        fail_in_runtime(start);
    }
}

static enum wcd_errc copy_error(struct wcd_error *to, const struct wcd_error *from)
{
    return wcd_error_platform(to, from->code, from->op, from->hresult, "%s",
                              wcd_error_message(from));
}

static void created(void *ctx, const struct wcd_error *err)
{
    struct start *start = ctx;
    struct wcd_daemon *daemon = start->work.daemon;
    struct wcd_container *container = start->work.container;
    uint32_t pid = 0;
    if (err->code != WCD_OK) {
        (void)copy_error(&start->error, err);
        create_failed(start);
        return;
    }
    start->started_100ns = daemon_now_100ns(daemon);
    bool with_stdin = container->config.open_stdin || container->config.tty;
    if (daemon->local->ops->new_task(daemon->local, container->id, with_stdin, daemon_io_attach,
                                     daemon, &pid, &start->error) != WCD_OK) {
        remove_half_started(start);
        return;
    }
    runs(start, pid);
}

/* ---- preparing ---- */

static enum wcd_errc prepare(struct start *start)
{
    struct wcd_daemon *daemon = start->work.daemon;
    struct wcd_container *container = start->work.container;
    struct wcd_error *err = &start->error;
    enum wcd_errc code = daemon_exit_prepare(container, err);
    if (code == WCD_OK && !daemon_is_hyperv(daemon, container)) {
        code = daemon_mount(daemon, container, err);
        container->life->mounted = code == WCD_OK;
    }
    if (code == WCD_OK) {
        code = daemon_join_network(daemon, container, true, err);
    }
    if (code == WCD_OK) {
        code = daemon_allocate_network(daemon, container, err);
    }
    if (code == WCD_OK) {
        code = daemon_launch_make(daemon, container, &start->launch, err);
    }
    if (code == WCD_OK && start->kind != DAEMON_START_BY_POLICY) {
        wcd_container_reset_restart(container, true);
        if (!daemon->engine->runtime_creates_running) {
            container->has_been_manually_stopped = false;
        }
    }
    if (code == WCD_OK && daemon->local == NULL) {
        code = wcd_error_set(err, WCD_E_NOT_IMPLEMENTED,
                             "containers of a remote runtime are not run here");
    }
    return code;
}

static enum wcd_errc check_state(const struct start *start, struct wcd_error *err)
{
    const struct engine_rules *engine = start->work.daemon->engine;
    const struct wcd_container_state *state = &start->work.container->state;
    if (start->kind == DAEMON_START_ASKED && state->paused) {
        return wcd_error_set(err, engine->state_conflict_class, "%s", engine->start_paused_message);
    }
    if (start->kind == DAEMON_START_ASKED && state->running) {
        return wcd_error_set(err, WCD_E_NOT_MODIFIED, "%s", engine->start_running_message);
    }
    if (state->removal_in_progress || state->dead) {
        return wcd_error_set(err, engine->state_conflict_class, "%s",
                             engine->start_removal_message);
    }
    return WCD_OK;
}

/* What docker create has judged is judged again: the daemon may have changed since. */
static enum wcd_errc verify(struct start *start, struct wcd_error *err)
{
    struct wcd_strlist warnings = {0};
    struct wcd_container *container = start->work.container;
    if (start->kind != DAEMON_START_ASKED) {
        return WCD_OK;
    }
    enum wcd_errc code =
        wcd_daemon_verify(start->work.daemon, &container->host_config, true, &warnings, err);
    wcd_strlist_release(&warnings);
    return code;
}

static void locked(void *ctx)
{
    struct start *start = ctx;
    bool runs_already = start->kind == DAEMON_START_ANEW && start->work.container->state.running;
    if (runs_already || check_state(start, &start->error) != WCD_OK ||
        verify(start, &start->error) != WCD_OK) {
        finish(start);
        return;
    }
    if (prepare(start) != WCD_OK) {
        fail(start);
        return;
    }
    if (ask_for_container(start, &start->error) != WCD_OK) {
        create_failed(start);
    }
}

void daemon_start_chain(struct wcd_daemon *daemon, struct wcd_container *container,
                        enum daemon_start_kind kind, daemon_done *done, void *ctx)
{
    struct start *start = calloc(1, sizeof(*start));
    if (start == NULL) {
        daemon_tell_no_memory(done, ctx);
        return;
    }
    start->kind = kind;
    start->done = done;
    start->ctx = ctx;
    daemon_work_begin(daemon, &start->work, container, drop_start);
    daemon_lock(daemon, container, &start->turn, locked, start);
}

struct wcd_op *wcd_daemon_start_container(struct wcd_daemon *daemon, const char *name)
{
    struct wcd_error err = WCD_ERROR_INIT;
    struct wcd_container *container = NULL;
    if (daemon_get_container(daemon, name, &container, &err) != WCD_OK) {
        return daemon_op_failed(daemon, &err);
    }
    struct wcd_op *op = daemon_op_begin(daemon);
    if (op != NULL) {
        daemon_start_chain(daemon, container, DAEMON_START_ASKED, daemon_end_op, op);
    }
    return op;
}
