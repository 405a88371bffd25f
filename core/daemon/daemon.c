/* The daemon object: its life, its operations, its event pump. */
#include "core/daemon/daemon.h"

#include "core/base/assert.h"
#include "core/base/limits.h"
#include "core/daemon/network.h"
#include "core/daemon/steps.h"
#include "core/daemon/streams.h"

#include <stdlib.h>

#define EXIT_CODE_NONE    (-1)
#define EXIT_CODE_FAILURE 1

enum wcd_errc wcd_daemon_create(struct wcd_daemon **out, const struct wcd_daemon_options *options,
                                struct wcd_error *err)
{
    WCD_ASSERT(options->platform->version == PLAT_VERSION);
    if (options->flag_count > WCD_FLAGS_MAX) {
        return wcd_error_set(err, WCD_E_INVALID_PARAMETER, "more than %u words on the command line",
                             WCD_FLAGS_MAX);
    }
    struct wcd_daemon *daemon = calloc(1, sizeof(*daemon));
    if (daemon == NULL) {
        return wcd_error_no_memory(err);
    }
    daemon->platform = options->platform;
    daemon->engine = options->engine;
    daemon->log = options->log;
    daemon->make_runtime = options->make_runtime;
    daemon->exit_code = EXIT_CODE_NONE;
    daemon->reactor = wcd_reactor_create(daemon->platform, WCD_DAEMON_QUEUE_MAX);
    daemon->events = daemon_events_new();
    bool ok = daemon->reactor != NULL && daemon->events != NULL;
    for (size_t i = 0; ok && i < options->flag_count; i++) {
        ok = wcd_strlist_add(&daemon->flags, options->flags[i]);
    }
    if (!ok) {
        wcd_daemon_destroy(daemon);
        return wcd_error_no_memory(err);
    }
    *out = daemon;
    return WCD_OK;
}

void daemon_let_go(struct wcd_daemon *daemon)
{
    daemon_works_cut(daemon);
    for (size_t i = 0; i < daemon->container_count; i++) {
        daemon_io_close(daemon->containers[i]);
    }
    if (daemon->local != NULL) {
        daemon->local->ops->destroy(daemon->local);
        daemon->local = NULL;
    }
    wcd_hcs_free(daemon->hcs);
    daemon->hcs = NULL;
    daemon_ops_cut(daemon);
}

void wcd_daemon_destroy(struct wcd_daemon *daemon)
{
    if (daemon == NULL) {
        return;
    }
    daemon_clear_start(daemon);
    daemon_ops_cut(daemon);
    wcd_strlist_release(&daemon->flags);
    wcd_strlist_release(&daemon->hooks_run);
    wcd_error_release(&daemon->start.error);
    wcd_error_release(&daemon->stop.error);
    wcd_error_release(&daemon->restored.error);
    daemon_events_free(daemon->events);
    wcd_reactor_destroy(daemon->reactor);
    free(daemon);
}

/* ---- start ---- */

static void end_start(struct wcd_daemon *daemon, enum wcd_errc code)
{
    if (code != WCD_OK) {
        daemon_let_go(daemon);
        daemon_close_networks(daemon);
        daemon_end_background(daemon);
        daemon->state = WCD_DAEMON_FAILED;
        daemon->exit_code = EXIT_CODE_FAILURE;
    } else if (wcd_config_only_validate(daemon->config)) {
        daemon->state = WCD_DAEMON_STOPPED;
        daemon->exit_code = 0;
    } else {
        daemon->state = WCD_DAEMON_RUNNING;
    }
    daemon->restored.done = true;
    daemon->start.done = true;
}

static void containers_restored(void *ctx, struct wcd_error *err)
{
    struct wcd_daemon *daemon = ctx;
    struct wcd_error *failure = &daemon->start.error;
    if (err->code == WCD_OK) {
        end_start(daemon, daemon_end_start(daemon, failure));
        return;
    }
    (void)daemon_explain(err, daemon->engine->start_error_prefix, "", WCD_OK);
    wcd_error_move(failure, err);
    end_start(daemon, failure->code);
}

const struct wcd_op *wcd_daemon_start(struct wcd_daemon *daemon)
{
    WCD_ASSERT(daemon->state != WCD_DAEMON_RUNNING && daemon->state != WCD_DAEMON_STARTING);
    struct wcd_op *op = &daemon->start;
    wcd_error_release(&op->error);
    op->done = false;
    daemon->restored.done = false;
    daemon_clear_start(daemon);
    daemon->exit_code = EXIT_CODE_NONE;
    daemon->state = WCD_DAEMON_STARTING;
    enum wcd_errc code = daemon_run_start(daemon, &op->error);
    if (code != WCD_OK || wcd_config_only_validate(daemon->config)) {
        end_start(daemon, code);
    } else {
        daemon_restore_chain(daemon, containers_restored, daemon);
    }
    return op;
}

const struct wcd_op *wcd_daemon_restored(const struct wcd_daemon *daemon)
{
    return &daemon->restored;
}

/* ---- stop ---- */

static void end_stop(struct wcd_daemon *daemon, enum wcd_errc code)
{
    daemon_let_go(daemon);
    daemon_close_networks(daemon);
    daemon_end_background(daemon);
    daemon->exit_code = code == WCD_OK ? 0 : EXIT_CODE_FAILURE;
    daemon->state = WCD_DAEMON_STOPPED;
    daemon->stop.done = true;
}

/* A shutdown that took too long ends the process where it stands. */
static void containers_stopped(void *ctx, struct wcd_error *err)
{
    struct wcd_daemon *daemon = ctx;
    struct wcd_error *failure = &daemon->stop.error;
    enum wcd_errc code = WCD_OK;
    if (err->code == WCD_OK) {
        code = daemon_stop_containers(daemon, failure);
        if (code == WCD_OK) {
            code = daemon_hook(daemon, "cleanupMounts", failure);
        }
        if (code == WCD_OK) {
            wcd_log(&daemon->log, WCD_LOG_DEBUG, "Clean shutdown succeeded");
        }
    } else if (err->code != WCD_E_DEADLINE) {
        code = err->code;
        wcd_error_move(failure, err);
    }
    end_stop(daemon, code);
}

const struct wcd_op *wcd_daemon_stop(struct wcd_daemon *daemon)
{
    WCD_ASSERT(daemon->state == WCD_DAEMON_RUNNING);
    struct wcd_op *op = &daemon->stop;
    wcd_error_release(&op->error);
    op->done = false;
    daemon_shutdown_chain(daemon, containers_stopped, daemon);
    return op;
}

bool wcd_daemon_pump(struct wcd_daemon *daemon)
{
    return wcd_reactor_turn(daemon->reactor);
}

enum wcd_errc wcd_daemon_check_configuration(struct wcd_daemon *daemon, struct wcd_error *err)
{
    struct wcd_config *config = NULL;
    enum wcd_errc code = wcd_config_load(&config, daemon->engine, daemon->platform,
                                         (const char *const *)daemon->flags.items,
                                         daemon->flags.count, &daemon->log, err);
    wcd_config_free(config);
    return code;
}

enum wcd_errc wcd_daemon_verify(struct wcd_daemon *daemon, struct wcd_host_config *host_config,
                                bool update, struct wcd_strlist *warnings, struct wcd_error *err)
{
    WCD_ASSERT(daemon->state == WCD_DAEMON_RUNNING);
    const struct engine_rules *engine = daemon->engine;
    enum wcd_errc code = WCD_OK;
    if (host_config != NULL && !update) {
        code = wcd_verify_decoded(host_config, engine, err);
    }
    if (host_config != NULL && code == WCD_OK) {
        code = wcd_verify_common(host_config, engine, err);
    }
    if (code != WCD_OK) {
        return code;
    }
    struct wcd_settings_host host = {.default_isolation = daemon->default_isolation,
                                     .windows_client = daemon->windows_client,
                                     .processors = daemon->processors};
    size_t first = warnings->count;
    code = wcd_verify_settings(host_config, &host, engine, warnings, err);
    for (size_t i = first; i < warnings->count; i++) {
        wcd_log(&daemon->log, WCD_LOG_WARN, "%s", warnings->items[i]);
    }
    if (code == WCD_E_PLAIN) {
        err->code = engine->verify_error_class;
        code = err->code;
    }
    return code;
}

struct wcd_daemon_info wcd_daemon_info(const struct wcd_daemon *daemon)
{
    return (struct wcd_daemon_info){
        .state = daemon->state,
        .exit_code = daemon->exit_code,
        .default_isolation = wcd_text_or_empty(daemon->default_isolation),
        .root = wcd_text_or_empty(daemon->root),
        .exec_root = wcd_text_or_empty(daemon->exec_root),
        .plugin_exec_root = wcd_text_or_empty(daemon->plugin_exec_root),
        .runtime = wcd_text_or_empty(daemon->runtime),
        .remote_runtime = daemon->remote_runtime,
        .bridge_disabled = daemon->bridge_disabled,
        .parallel_limit = daemon->parallel_limit,
        .processors = daemon->processors,
    };
}

const struct wcd_config *wcd_daemon_config(const struct wcd_daemon *daemon)
{
    return daemon->config;
}
