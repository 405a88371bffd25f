/* The daemon's start, step by step in the original's order (cmd/dockerd start(), NewDaemon). */
#include "core/base/oserror.h"
#include "core/base/winpath.h"
#include "core/daemon/events.h"
#include "core/daemon/network.h"
#include "core/daemon/steps.h"
#include "core/daemon/system_check.h"
#include "core/files/files.h"
#include "core/isolation/isolation.h"
#include "core/runtime/choose.h"

#include <stdlib.h>
#include <string.h>

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

typedef enum wcd_errc (*start_step)(struct wcd_daemon *daemon, struct wcd_error *err);

static enum wcd_errc run_steps(struct wcd_daemon *daemon, const start_step *steps, size_t count,
                               struct wcd_error *err)
{
    enum wcd_errc code = WCD_OK;
    for (size_t i = 0; code == WCD_OK && i < count; i++) {
        code = steps[i](daemon, err);
    }
    return code;
}

static enum wcd_errc load_configuration(struct wcd_daemon *daemon, struct wcd_error *err)
{
    return wcd_config_load(&daemon->config, daemon->engine, daemon->platform,
                           (const char *const *)daemon->flags.items, daemon->flags.count,
                           &daemon->log, err);
}

static enum wcd_errc announce(struct wcd_daemon *daemon, struct wcd_error *err)
{
    (void)err;
    if (daemon->engine->starting_message != NULL) {
        wcd_log(&daemon->log, WCD_LOG_INFO, "%s", daemon->engine->starting_message);
    }
    if (wcd_config_bool(daemon->config, "experimental")) {
        wcd_log(&daemon->log, WCD_LOG_WARN, "Running experimental build");
    }
    return WCD_OK;
}

static enum wcd_errc make_exec_root(struct wcd_daemon *daemon, struct wcd_error *err)
{
    daemon->exec_root = wcd_text_copy(wcd_config_exec_root(daemon->config));
    daemon->plugin_exec_root = wcd_path_join(daemon->root, "plugins");
    if (daemon->exec_root == NULL || daemon->plugin_exec_root == NULL) {
        return wcd_error_no_memory(err);
    }
    if (!daemon->engine->has_exec_root) {
        return WCD_OK;
    }
    return wcd_files_make_all(daemon->platform, daemon->exec_root, err);
}

static enum wcd_errc parse_listen_addresses(struct wcd_daemon *daemon, struct wcd_error *err)
{
    return wcd_config_listen_addresses(daemon->config, err);
}

/* ---- NewDaemon ---- */

static enum wcd_errc check_registries(struct wcd_daemon *daemon, struct wcd_error *err)
{
    return wcd_config_check_registries(daemon->config, &daemon->log, err);
}

static enum wcd_errc verify_daemon_settings(struct wcd_daemon *daemon, struct wcd_error *err)
{
    return daemon_hook(daemon, "verifyDaemonSettings", err);
}

static enum wcd_errc run_start_hooks(struct wcd_daemon *daemon, struct wcd_error *err)
{
    static const char *const names[] = {
        "setupResolvConf",    "checkKernel",         "setupRemappedRoot",   "setMayDetachMounts",
        "setupDaemonProcess", "setupSeccompProfile", "configureMaxThreads",
    };
    enum wcd_errc code = WCD_OK;
    for (size_t i = 0; code == WCD_OK && i < COUNT_OF(names); i++) {
        code = daemon_hook(daemon, names[i], err);
    }
    return code;
}

static enum wcd_errc check_system(struct wcd_daemon *daemon, struct wcd_error *err)
{
    return wcd_check_system(daemon->platform, daemon->engine, err);
}

static enum wcd_errc read_machine(struct wcd_daemon *daemon, struct wcd_error *err)
{
    const struct plat_os *os = &daemon->platform->os;
    struct plat_os_version version = {0};
    plat_hr hr = os->ops->version(os->ctx, &version);
    if (plat_failed(hr)) {
        return wcd_os_error(err, os, "os.version", hr, NULL);
    }
    hr = os->ops->processor_count(os->ctx, &daemon->processors);
    if (plat_failed(hr)) {
        return wcd_os_error(err, os, "os.processor_count", hr, NULL);
    }
    daemon->os_build = version.build;
    daemon->windows_client = version.product_type == PLAT_PRODUCT_WORKSTATION;
    daemon->bridge_disabled = wcd_config_bridge_disabled(daemon->config);
    if (daemon->engine->has_parallel_limit) {
        daemon->parallel_limit = wcd_parallel_limit(daemon->processors);
    }
    return WCD_OK;
}

static enum wcd_errc choose_isolation(struct wcd_daemon *daemon, struct wcd_error *err)
{
    enum wcd_errc code = wcd_set_default_isolation(
        &daemon->default_isolation, wcd_config_list(daemon->config, "exec-opts"),
        daemon->windows_client, daemon->engine, &daemon->log, err);
    if (code == WCD_OK || code == WCD_E_NO_MEMORY) {
        return code;
    }
    return wcd_error_wrap(err, "error setting default isolation mode");
}

static enum wcd_errc make_folders(struct wcd_daemon *daemon, struct wcd_error *err)
{
    static const char *const names[] = {"containers", "credentialspecs", "plugins"};
    enum wcd_errc code = WCD_OK;
    for (size_t i = 0; code == WCD_OK && i < COUNT_OF(names); i++) {
        code = daemon_make_folder(daemon, names[i], err);
    }
    return code;
}

static enum wcd_errc check_cluster(struct wcd_daemon *daemon, struct wcd_error *err)
{
    return wcd_config_check_cluster(daemon->config, err);
}

static enum wcd_errc choose_runtime(struct wcd_daemon *daemon, struct wcd_error *err)
{
    struct wcd_runtime_input input = {
        .default_runtime = wcd_config_text(daemon->config, "default-runtime"),
        .containerd_address = wcd_config_text(daemon->config, "containerd"),
    };
    struct wcd_runtime_choice choice = {0};
    enum wcd_errc code = wcd_runtime_choose(&choice, &input, daemon->engine, err);
    if (code == WCD_OK) {
        daemon->runtime = choice.name;
        daemon->remote_runtime = choice.remote;
    }
    return code;
}

/* Of this start: those of the last one went with its process. */
static enum wcd_errc renew_events(struct wcd_daemon *daemon, struct wcd_error *err)
{
    struct daemon_events *events = daemon_events_new();
    if (events == NULL) {
        return wcd_error_no_memory(err);
    }
    daemon_events_free(daemon->events);
    daemon->events = events;
    return WCD_OK;
}

/* The client of HCS is there with a remote runtime too: layers are looked after with it. */
static enum wcd_errc make_runtime(struct wcd_daemon *daemon, struct wcd_error *err)
{
    static struct wcd_local_runtime *(*const makers[])(
        const struct wcd_runtime_options *options) = {
        [WCD_ENGINE_V17] = wcd_local_runtime_v17,
        [WCD_ENGINE_V25] = wcd_local_runtime_v25,
    };
    const struct wcd_hcs_options client = {.platform = daemon->platform,
                                           .engine = daemon->engine,
                                           .reactor = daemon->reactor,
                                           .log = &daemon->log};
    daemon->hcs = wcd_hcs_new(&client);
    if (daemon->hcs == NULL) {
        return wcd_error_no_memory(err);
    }
    if (daemon->remote_runtime) {
        return WCD_OK;
    }
    const struct wcd_runtime_options options = {.platform = daemon->platform,
                                                .engine = daemon->engine,
                                                .reactor = daemon->reactor,
                                                .hcs = daemon->hcs,
                                                .log = &daemon->log,
                                                .on_event = daemon_runtime_event,
                                                .event_ctx = daemon};
    daemon->local = daemon->make_runtime != NULL ? daemon->make_runtime(&options)
                                                 : makers[daemon->engine->engine](&options);
    return daemon->local == NULL ? wcd_error_no_memory(err) : WCD_OK;
}

static enum wcd_errc begin_loading(struct wcd_daemon *daemon, struct wcd_error *err)
{
    (void)err;
    wcd_log(&daemon->log, WCD_LOG_INFO, "Loading containers: start.");
    return WCD_OK;
}

static enum wcd_errc new_daemon(struct wcd_daemon *daemon, struct wcd_error *err)
{
    static const start_step settings_first[] = {verify_daemon_settings, check_system};
    static const start_step system_first[] = {check_system, check_registries,
                                              verify_daemon_settings};
    static const start_step rest[] = {
        run_start_hooks, read_machine,       daemon_make_tmp, choose_isolation,
        make_folders,    daemon_open_stores, check_cluster,   choose_runtime,
        renew_events,    make_runtime,       begin_loading,
    };
    enum wcd_errc code = daemon->engine->settings_before_system_check
                             ? run_steps(daemon, settings_first, COUNT_OF(settings_first), err)
                             : run_steps(daemon, system_first, COUNT_OF(system_first), err);
    if (code == WCD_OK) {
        code = run_steps(daemon, rest, COUNT_OF(rest), err);
    }
    if (code == WCD_OK || code == WCD_E_NO_MEMORY) {
        return code;
    }
    return wcd_error_wrap(err, "%s", daemon->engine->start_error_prefix);
}

/* A listener's address as Go prints it: without the protocol. */
static const char *listener_address(const char *host)
{
    const char *colon = strstr(host, "://");
    return colon == NULL ? host : colon + strlen("://");
}

static enum wcd_errc report_ready(struct wcd_daemon *daemon, struct wcd_error *err)
{
    (void)err;
    const struct wcd_strlist *hosts = wcd_config_list(daemon->config, "hosts");
    wcd_log(&daemon->log, WCD_LOG_INFO, "Daemon has completed initialization");
    for (size_t i = 0; i < hosts->count; i++) {
        wcd_log(&daemon->log, WCD_LOG_INFO, "API listen on %s", listener_address(hosts->items[i]));
    }
    return WCD_OK;
}

enum wcd_errc daemon_run_start(struct wcd_daemon *daemon, struct wcd_error *err)
{
    static const start_step steps[] = {
        announce, daemon_make_root, make_exec_root, parse_listen_addresses, new_daemon,
    };
    daemon->log.least = WCD_LOG_INFO;
    enum wcd_errc code = load_configuration(daemon, err);
    if (code != WCD_OK || wcd_config_only_validate(daemon->config)) {
        return code;
    }
    daemon->log.least = wcd_config_log_level(daemon->config);
    return run_steps(daemon, steps, COUNT_OF(steps), err);
}

enum wcd_errc daemon_end_start(struct wcd_daemon *daemon, struct wcd_error *err)
{
    enum wcd_errc code = daemon_hook(daemon, "driverOptions", err);
    if (code != WCD_OK) {
        return code;
    }
    wcd_log(&daemon->log, WCD_LOG_INFO, "Loading containers: done.");
    return report_ready(daemon, err);
}

void daemon_clear_start(struct wcd_daemon *daemon)
{
    wcd_timer_cancel(&daemon->old_tmp.timer);
    wcd_text_replace(&daemon->old_tmp.path, NULL);
    daemon_let_go(daemon);
    daemon_close_networks(daemon);
    daemon_close_stores(daemon);
    daemon->shutting_down = false;
    wcd_text_replace(&daemon->tmp, NULL);
    wcd_text_replace(&daemon->root, NULL);
    wcd_text_replace(&daemon->exec_root, NULL);
    wcd_text_replace(&daemon->plugin_exec_root, NULL);
    daemon->processors = 0;
    daemon->os_build = 0;
    daemon->parallel_limit = 0;
    daemon->bridge_disabled = false;
    daemon->windows_client = false;
    daemon->default_isolation = NULL;
    daemon->runtime = NULL;
    daemon->remote_runtime = false;
    wcd_config_free(daemon->config);
    daemon->config = NULL;
}
