/* The daemon object: its life, its operations, its event pump. */
#include "core/daemon/daemon.h"

#include "core/base/assert.h"
#include "core/base/limits.h"
#include "core/daemon/events.h"
#include "core/daemon/internal.h"

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

const struct wcd_op *wcd_daemon_start(struct wcd_daemon *daemon)
{
    WCD_ASSERT(daemon->state != WCD_DAEMON_RUNNING && daemon->state != WCD_DAEMON_STARTING);
    struct wcd_op *op = &daemon->start;
    wcd_error_release(&op->error);
    op->done = false;
    daemon_clear_start(daemon);
    daemon->exit_code = EXIT_CODE_NONE;
    daemon->state = WCD_DAEMON_STARTING;
    if (daemon_run_start(daemon, &op->error) != WCD_OK) {
        daemon_end_background(daemon);
        daemon->state = WCD_DAEMON_FAILED;
        daemon->exit_code = EXIT_CODE_FAILURE;
    } else if (wcd_config_only_validate(daemon->config)) {
        daemon->state = WCD_DAEMON_STOPPED;
        daemon->exit_code = 0;
    } else {
        daemon->state = WCD_DAEMON_RUNNING;
    }
    op->done = true;
    return op;
}

const struct wcd_op *wcd_daemon_stop(struct wcd_daemon *daemon)
{
    WCD_ASSERT(daemon->state == WCD_DAEMON_RUNNING);
    struct wcd_op *op = &daemon->stop;
    wcd_error_release(&op->error);
    enum wcd_errc code = daemon_stop_containers(daemon, &op->error);
    daemon_end_background(daemon);
    if (code == WCD_OK) {
        code = daemon_hook(daemon, "cleanupMounts", &op->error);
    }
    daemon->exit_code = code == WCD_OK ? 0 : EXIT_CODE_FAILURE;
    daemon->state = WCD_DAEMON_STOPPED;
    op->done = true;
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
