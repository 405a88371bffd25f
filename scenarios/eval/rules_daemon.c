/* Rules of the daemon at large; the input's "func" names the original's function. */
#include "core/base/winpath.h"
#include "core/daemon/system_check.h"
#include "core/isolation/isolation.h"
#include "core/network/mode.h"
#include "core/runtime/choose.h"
#include "fakes/host/host.h"
#include "scenarios/eval/internal.h"

#include <stdlib.h>
#include <string.h>

typedef enum wcd_errc (*misc_function)(const struct engine_rules *engine,
                                       const struct wcd_json *input, struct wcd_json *output,
                                       struct wcd_error *err);

static enum wcd_errc done(bool ok, struct wcd_error *err)
{
    return ok ? WCD_OK : wcd_error_no_memory(err);
}

static enum wcd_errc adjust_parallel_limit(const struct engine_rules *engine,
                                           const struct wcd_json *input, struct wcd_json *output,
                                           struct wcd_error *err)
{
    (void)engine;
    uint32_t processors = 0;
    enum wcd_errc code = eval_uint32(input, "runtime_num_cpu", 1, &processors, err);
    if (code != WCD_OK) {
        return code;
    }
    return done(wcd_json_set_int64(output, "value", wcd_parallel_limit(processors)), err);
}

static enum wcd_errc plugin_exec_root(const struct engine_rules *engine,
                                      const struct wcd_json *input, struct wcd_json *output,
                                      struct wcd_error *err)
{
    (void)engine;
    const char *root = NULL;
    enum wcd_errc code = eval_text(input, "root", "", &root, err);
    if (code != WCD_OK) {
        return code;
    }
    char *path = wcd_path_join(root, "plugins");
    bool ok = path != NULL && wcd_json_set_string(output, "value", path);
    free(path);
    return done(ok, err);
}

static enum wcd_errc isolation_methods(const struct engine_rules *engine,
                                       const struct wcd_json *input, struct wcd_json *output,
                                       struct wcd_error *err)
{
    (void)engine;
    const char *isolation = NULL;
    enum wcd_errc code = eval_text(input, "isolation", "", &isolation, err);
    if (code != WCD_OK) {
        return code;
    }
    return done(wcd_json_set_bool(output, "is_default", wcd_isolation_is_default(isolation)) &&
                    wcd_json_set_bool(output, "is_hyperv", wcd_isolation_is_hyperv(isolation)) &&
                    wcd_json_set_bool(output, "is_process", wcd_isolation_is_process(isolation)) &&
                    wcd_json_set_bool(output, "is_valid", wcd_isolation_is_valid(isolation)),
                err);
}

static enum wcd_errc runs_as_hyperv(const struct engine_rules *engine, const struct wcd_json *input,
                                    struct wcd_json *output, struct wcd_error *err)
{
    (void)engine;
    const char *daemon_default = NULL;
    const char *isolation = NULL;
    enum wcd_errc code = eval_text(input, "default_isolation", "", &daemon_default, err);
    if (code == WCD_OK) {
        code = eval_text(input, "isolation", "", &isolation, err);
    }
    if (code != WCD_OK) {
        return code;
    }
    return done(wcd_json_set_bool(output, "value", wcd_runs_as_hyperv(daemon_default, isolation)),
                err);
}

static enum wcd_errc network_mode_methods(const struct engine_rules *engine,
                                          const struct wcd_json *input, struct wcd_json *output,
                                          struct wcd_error *err)
{
    (void)engine;
    const char *mode = NULL;
    enum wcd_errc code = eval_text(input, "mode", "", &mode, err);
    if (code != WCD_OK) {
        return code;
    }
    return done(
        wcd_json_set_string(output, "connected_container",
                            wcd_network_mode_connected_container(mode)) &&
            wcd_json_set_bool(output, "is_bridge", wcd_network_mode_is_bridge(mode)) &&
            wcd_json_set_bool(output, "is_container", wcd_network_mode_is_container(mode)) &&
            wcd_json_set_bool(output, "is_default", wcd_network_mode_is_default(mode)) &&
            wcd_json_set_bool(output, "is_host", wcd_network_mode_is_host(mode)) &&
            wcd_json_set_bool(output, "is_none", wcd_network_mode_is_none(mode)) &&
            wcd_json_set_bool(output, "is_user_defined", wcd_network_mode_is_user_defined(mode)) &&
            wcd_json_set_string(output, "network_name", wcd_network_mode_name(mode)) &&
            wcd_json_set_string(output, "user_defined", wcd_network_mode_user_defined(mode)),
        err);
}

static enum wcd_errc init_libcontainerd(const struct engine_rules *engine,
                                        const struct wcd_json *input, struct wcd_json *output,
                                        struct wcd_error *err)
{
    struct wcd_runtime_input runtime = {0};
    struct wcd_runtime_choice choice = {0};
    struct wcd_error outcome = WCD_ERROR_INIT;
    enum wcd_errc code = eval_text(input, "default_runtime", "", &runtime.default_runtime, err);
    if (code == WCD_OK) {
        code = eval_text(input, "containerd_addr", "", &runtime.containerd_address, err);
    }
    if (code != WCD_OK) {
        return code;
    }
    const char *type = "<nil>"; /* as Go prints the type of the client that was made */
    if (wcd_runtime_choose(&choice, &runtime, engine, &outcome) == WCD_OK) {
        type = choice.remote ? "*remote.client" : "*local.client";
    }
    bool ok = outcome.code != WCD_E_NO_MEMORY && wcd_json_set_string(output, "client_type", type) &&
              eval_put_error(output, &outcome, NULL);
    wcd_error_release(&outcome);
    return done(ok, err);
}

/* The opt-in of 2019 (package system, init_windows.go): is a containerd used instead of HCS itself? */
static enum wcd_errc init_containerd_runtime(const struct engine_rules *engine,
                                             const struct wcd_json *input, struct wcd_json *output,
                                             struct wcd_error *err)
{
    (void)engine;
    struct wcd_runtime_input runtime = {0};
    struct wcd_runtime_choice choice = {0};
    enum wcd_errc code = eval_bool(input, "experimental", false, &runtime.experimental, err);
    if (code == WCD_OK) {
        code = eval_text(input, "path", "", &runtime.containerd_address, err);
    }
    if (code == WCD_OK) {
        code = eval_text(input, "variable", "", &runtime.opt_in, err);
    }
    if (code == WCD_OK) {
        code = wcd_runtime_choose_by(&choice, &runtime, WCD_RUNTIME_BY_OPT_IN, NULL, err);
    }
    return code == WCD_OK ? done(wcd_json_set_bool(output, "value", choice.remote), err) : code;
}

/* The words of the emulated Windows in an error, NULL when it has none. */
static enum wcd_errc put_os_error(const struct platform *platform, struct wcd_json *output,
                                  const struct wcd_error *outcome, bool with_os_text,
                                  struct wcd_error *err)
{
    char *text = NULL;
    if (with_os_text && outcome->hresult != 0 &&
        plat_failed(platform->os.ops->message(platform->os.ctx, plat_error_number(outcome->hresult),
                                              &text))) {
        text = NULL;
    }
    bool ok = outcome->code != WCD_E_NO_MEMORY && eval_put_error(output, outcome, text);
    free(text);
    return done(ok, err);
}

static enum wcd_errc check_system(const struct engine_rules *engine, const struct wcd_json *input,
                                  struct wcd_json *output, struct wcd_error *err)
{
    uint32_t major = 0;
    uint32_t build = 0;
    bool dll = true;
    enum wcd_errc code = eval_uint32(input, "major", 10, &major, err);
    if (code == WCD_OK) {
        code = eval_uint32(input, "build", 0, &build, err);
    }
    if (code == WCD_OK) {
        code = eval_bool(input, "vmcompute_dll", true, &dll, err);
    }
    if (code != WCD_OK) {
        return code;
    }
    struct fake_host_options options = fake_host_defaults(fake_build_find("server-2022"));
    struct fake_host *host = NULL;
    code = fake_host_create(&host, &options, err);
    if (code != WCD_OK) {
        return code;
    }
    struct platform platform = fake_host_platform(host);
    struct wcd_error outcome = WCD_ERROR_INIT;
    fake_os_set_version(host, major, 0, build);
    if (!fake_os_set_dll(host, "vmcompute.dll", dll)) {
        code = wcd_error_no_memory(err);
    } else {
        (void)wcd_check_system(&platform, engine, &outcome);
        code = put_os_error(&platform, output, &outcome, false, err);
    }
    wcd_error_release(&outcome);
    fake_host_destroy(host);
    return code;
}

static enum wcd_errc ensure_installed(const struct wcd_strlist *services,
                                      const struct wcd_strlist *present, struct wcd_json *output,
                                      struct wcd_error *err)
{
    struct fake_host_options options = fake_host_defaults(fake_build_find("server-2022"));
    struct fake_host *host = NULL;
    options.containers_feature = false;
    enum wcd_errc code = fake_host_create(&host, &options, err);
    if (code != WCD_OK) {
        return code;
    }
    struct platform platform = fake_host_platform(host);
    struct wcd_error outcome = WCD_ERROR_INIT;
    for (size_t i = 0; code == WCD_OK && i < present->count; i++) {
        code = done(fake_scm_set_service(host, present->items[i], FAKE_SERVICE_RUNNING), err);
    }
    if (code == WCD_OK) {
        (void)wcd_ensure_services_installed(&platform, (const char *const *)services->items,
                                            services->count, &outcome);
        code = put_os_error(&platform, output, &outcome, true, err);
    }
    wcd_error_release(&outcome);
    fake_host_destroy(host);
    return code;
}

static enum wcd_errc ensure_services(const struct engine_rules *engine,
                                     const struct wcd_json *input, struct wcd_json *output,
                                     struct wcd_error *err)
{
    (void)engine;
    struct wcd_strlist services = {0};
    struct wcd_strlist present = {0};
    enum wcd_errc code = eval_strings(input, "services", &services, err);
    if (code == WCD_OK) {
        code = eval_strings(input, "present", &present, err);
    }
    if (code == WCD_OK) {
        code = ensure_installed(&services, &present, output, err);
    }
    wcd_strlist_release(&services);
    wcd_strlist_release(&present);
    return code;
}

enum wcd_errc eval_daemon_misc(const struct engine_rules *engine, const struct wcd_json *input,
                               struct wcd_json *output, struct wcd_error *err)
{
    static const struct {
        const char *name;
        misc_function function;
    } functions[] = {
        {"adjustParallelLimit", adjust_parallel_limit},
        {"getPluginExecRoot", plugin_exec_root},
        {"Isolation methods", isolation_methods},
        {"runAsHyperVContainer", runs_as_hyperv},
        {"NetworkMode methods", network_mode_methods},
        {"initLibcontainerd", init_libcontainerd},
        {"InitContainerdRuntime", init_containerd_runtime},
        {"checkSystem", check_system},
        {"ensureServicesInstalled", ensure_services},
    };
    const char *name = NULL;
    enum wcd_errc code = eval_text(input, "func", "", &name, err);
    if (code != WCD_OK) {
        return code;
    }
    for (size_t i = 0; i < sizeof(functions) / sizeof(functions[0]); i++) {
        if (strcmp(functions[i].name, name) == 0) {
            return functions[i].function(engine, input, output, err);
        }
    }
    return wcd_error_set(err, WCD_E_INVALID_PARAMETER, "no function \"%s\" in this rule", name);
}
