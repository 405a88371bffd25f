/* The choice of containerd's client, and the registry of runtimes. */
#include "core/runtime/choose.h"
#include "core/runtime/registry.h"
#include "tests/support/alloc_fail.h"
#include "tests/support/cmocka.h"

#include <stdlib.h>
#include <string.h>

#define PIPE "\\\\.\\pipe\\containerd-containerd"

struct choice_case {
    const char *default_runtime;
    const char *address;
    const char *name; /* or the message of the error */
    bool remote;
};

static void check_choice(const struct engine_rules *engine, const struct choice_case *c)
{
    struct wcd_error err = WCD_ERROR_INIT;
    struct wcd_runtime_choice choice = {0};
    struct wcd_runtime_input input = {.default_runtime = c->default_runtime,
                                      .containerd_address = c->address};
    if (wcd_runtime_choose(&choice, &input, engine, &err) == WCD_OK) {
        assert_string_equal(choice.name, c->name);
        assert_int_equal(choice.remote, c->remote);
    } else {
        assert_null(choice.name);
        assert_error(err, WCD_E_PLAIN, c->name);
    }
}

static void v25_chooses_by_name(void **state)
{
    static const struct choice_case cases[] = {
        {NULL, NULL, WCD_RUNTIME_LOCAL_NAME, false},
        {"", "", WCD_RUNTIME_LOCAL_NAME, false},
        {"", PIPE, WCD_RUNTIME_REMOTE_NAME, true},
        {"com.docker.hcsshim.v1", "", WCD_RUNTIME_LOCAL_NAME, false},
        {"com.docker.hcsshim.v1", PIPE, WCD_RUNTIME_LOCAL_NAME, false},
        {"io.containerd.runhcs.v1", PIPE, WCD_RUNTIME_REMOTE_NAME, true},
        {"io.containerd.runhcs.v1", NULL,
         "cannot use the specified runtime \"io.containerd.runhcs.v1\" without containerd", false},
        {"runc", "", "unknown windows runtime runc", false},
        {"COM.DOCKER.HCSSHIM.V1", PIPE, "unknown windows runtime COM.DOCKER.HCSSHIM.V1", false},
        {" ", "", "unknown windows runtime  ", false},
    };
    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        check_choice(engine_rules_of(WCD_ENGINE_V25), &cases[i]);
    }
}

static void v17_has_only_its_own_client(void **state)
{
    static const struct choice_case cases[] = {
        {NULL, NULL, WCD_RUNTIME_LOCAL_NAME, false},
        {"io.containerd.runhcs.v1", PIPE, WCD_RUNTIME_LOCAL_NAME, false},
        {"nonsense", "", WCD_RUNTIME_LOCAL_NAME, false},
    };
    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        check_choice(engine_rules_of(WCD_ENGINE_V17), &cases[i]);
    }
}

static void count_line(void *ctx, enum wcd_log_level level, const char *message)
{
    int *lines = ctx;
    *lines += 1;
    assert_int_equal(level, WCD_LOG_WARN);
    assert_string_equal(message, "Using ContainerD runtime. This feature is experimental");
}

static void the_opt_in_needs_all_three(void **state)
{
    (void)state;
    for (unsigned int bits = 0; bits < 8; bits++) {
        struct wcd_error err = WCD_ERROR_INIT;
        struct wcd_runtime_choice choice = {0};
        int lines = 0;
        struct wcd_log_sink log = {.write = count_line, .ctx = &lines};
        struct wcd_runtime_input input = {.experimental = (bits & 1u) != 0,
                                          .containerd_address = (bits & 2u) != 0 ? PIPE : "",
                                          .opt_in = (bits & 4u) != 0 ? "1" : NULL,
                                          .default_runtime = "unused"};
        assert_int_equal(wcd_runtime_choose_by(&choice, &input, WCD_RUNTIME_BY_OPT_IN, &log, &err),
                         WCD_OK);
        assert_int_equal(choice.remote, bits == 7);
        assert_int_equal(lines, bits == 7);
        assert_string_equal(choice.name,
                            bits == 7 ? WCD_RUNTIME_REMOTE_NAME : WCD_RUNTIME_LOCAL_NAME);
        assert_int_equal(wcd_runtime_choose_by(&choice, &input, WCD_RUNTIME_BY_OPT_IN, NULL, &err),
                         WCD_OK);
        assert_int_equal(choice.remote, bits == 7);
    }
}

/* ---- registry ---- */

static struct wcd_runtime_registry *make(bool cgroup_v2, bool ramdisk)
{
    struct wcd_error err = WCD_ERROR_INIT;
    struct wcd_runtime_registry *registry = NULL;
    const struct wcd_runtime_registry_options options = {.root = "/var/lib/docker",
                                                         .exec_root = "/var/run/docker",
                                                         .systemd_cgroup = true,
                                                         .ramdisk = ramdisk,
                                                         .cgroup_v2 = cgroup_v2};
    assert_int_equal(wcd_runtime_registry_create(&registry, &options, &err), WCD_OK);
    return registry;
}

static const struct wcd_runtime *find(const struct wcd_runtime_registry *registry, const char *name)
{
    struct wcd_error err = WCD_ERROR_INIT;
    const struct wcd_runtime *runtime = NULL;
    assert_int_equal(wcd_runtime_registry_find(registry, name, &runtime, &err), WCD_OK);
    return runtime;
}

static void three_runtimes_are_in_stock(void **state)
{
    struct wcd_runtime_registry *registry = make(false, true);
    (void)state;
    assert_int_equal(wcd_runtime_registry_count(registry), 3);
    assert_string_equal(wcd_runtime_registry_at(registry, 0)->name, "io.containerd.runc.v2");
    assert_string_equal(wcd_runtime_registry_at(registry, 1)->name,
                        "io.containerd.runtime.v1.linux");
    assert_string_equal(wcd_runtime_registry_at(registry, 2)->name, "runc");
    for (size_t i = 0; i < 3; i++) {
        const struct wcd_runtime *runtime = wcd_runtime_registry_at(registry, i);
        bool v2 = strcmp(runtime->name, "io.containerd.runc.v2") == 0;
        assert_true(runtime->stock);
        assert_string_equal(runtime->path, "runc");
        assert_string_equal(runtime->binary, "runc");
        assert_int_equal(runtime->args.count, 0);
        assert_string_equal(runtime->shim,
                            v2 ? "io.containerd.runc.v2" : "io.containerd.runtime.v1.linux");
        assert_string_equal(runtime->options.binary, "runc");
        assert_string_equal(runtime->options.root, "/var/run/docker/runtime-runc");
        assert_true(runtime->options.systemd_cgroup);
        assert_int_equal(runtime->options.no_pivot_root, v2);
    }
    wcd_runtime_registry_destroy(registry);
    registry = make(true, false);
    assert_string_equal(find(registry, "runc")->shim, "io.containerd.runc.v2");
    assert_string_equal(find(registry, "io.containerd.runtime.v1.linux")->shim,
                        "io.containerd.runtime.v1.linux");
    assert_false(find(registry, "runc")->options.no_pivot_root);
    wcd_runtime_registry_destroy(registry);
    wcd_runtime_registry_destroy(NULL);
}

static void custom_runtimes_take_the_default_shim(void **state)
{
    struct wcd_runtime_registry *registry = make(false, false);
    struct wcd_error err = WCD_ERROR_INIT;
    struct wcd_strlist args;
    (void)state;
    wcd_strlist_init(&args);
    assert_int_equal(wcd_runtime_registry_add(registry, "crun", "/usr/bin/crun", &args, &err),
                     WCD_OK);
    assert_true(wcd_strlist_add(&args, "--debug"));
    assert_true(wcd_strlist_add(&args, "--x=y"));
    assert_int_equal(wcd_runtime_registry_add(registry, "kata", "kata-runtime", &args, &err),
                     WCD_OK);
    const struct wcd_runtime *crun = find(registry, "crun");
    assert_string_equal(crun->shim, "io.containerd.runtime.v1.linux");
    assert_string_equal(crun->options.binary, "/usr/bin/crun");
    assert_false(crun->stock);
    const struct wcd_runtime *kata = find(registry, "kata");
    assert_string_equal(kata->path, "kata-runtime");
    assert_string_equal(kata->options.binary, "/var/lib/docker/runtimes/kata");
    assert_int_equal(kata->args.count, 2);
    char *script = wcd_runtime_script(kata);
    assert_string_equal(script, "#!/bin/sh\nkata-runtime --debug --x=y $@\n");
    free(script);
    wcd_strlist_release(&args);
    wcd_runtime_registry_destroy(registry);
}

static void names_are_taken_once(void **state)
{
    struct wcd_runtime_registry *registry = make(false, false);
    struct wcd_error err = WCD_ERROR_INIT;
    (void)state;
    assert_int_equal(wcd_runtime_registry_add(registry, "runc", "x", NULL, &err), WCD_E_PLAIN);
    assert_error(err, WCD_E_PLAIN, "runtime name 'runc' is reserved");
    assert_int_equal(wcd_runtime_registry_add(registry, "io.containerd.runc.v2", "x", NULL, &err),
                     WCD_OK);
    assert_string_equal(find(registry, "io.containerd.runc.v2")->path, "runc");
    assert_int_equal(wcd_runtime_registry_add_argument(registry, " CRun = /bin/crun ", &err),
                     WCD_OK);
    assert_string_equal(find(registry, "crun")->path, "/bin/crun");
    assert_int_equal(wcd_runtime_registry_add_argument(registry, "crun=x", &err), WCD_E_PLAIN);
    assert_error(err, WCD_E_PLAIN, "runtime 'crun' was already defined");
    static const char *const broken[] = {"crun", "", "=", " =x", "x= "};
    for (size_t i = 0; i < sizeof(broken) / sizeof(broken[0]); i++) {
        char message[64] = "invalid runtime argument: ";
        (void)strncat(message, broken[i], sizeof(message) - strlen(message) - 1);
        assert_int_equal(wcd_runtime_registry_add_argument(registry, broken[i], &err), WCD_E_PLAIN);
        assert_error(err, WCD_E_PLAIN, message);
    }
    wcd_runtime_registry_destroy(registry);
}

static void the_default_is_runc_or_chosen(void **state)
{
    struct wcd_runtime_registry *registry = make(false, false);
    struct wcd_error err = WCD_ERROR_INIT;
    const struct wcd_runtime *runtime = NULL;
    (void)state;
    assert_string_equal(wcd_runtime_registry_default(registry), "runc");
    assert_string_equal(find(registry, NULL)->name, "runc");
    assert_int_equal(wcd_runtime_registry_set_default(registry, "io.containerd.runc.v2", &err),
                     WCD_OK);
    assert_string_equal(find(registry, "")->name, "io.containerd.runc.v2");
    assert_int_equal(wcd_runtime_registry_set_default(registry, "nope", &err), WCD_E_PLAIN);
    assert_error(err, WCD_E_PLAIN, "specified default runtime 'nope' does not exist");
    assert_string_equal(wcd_runtime_registry_default(registry), "io.containerd.runc.v2");
    assert_int_equal(wcd_runtime_registry_set_default(registry, "", &err), WCD_OK);
    assert_string_equal(wcd_runtime_registry_default(registry), "runc");
    assert_int_equal(wcd_runtime_registry_set_default(registry, NULL, &err), WCD_OK);
    assert_int_equal(wcd_runtime_registry_find(registry, "nope", &runtime, &err),
                     WCD_E_INVALID_PARAMETER);
    assert_null(runtime);
    assert_error(err, WCD_E_INVALID_PARAMETER, "runtime not found in config: nope");
    wcd_runtime_registry_destroy(registry);
}

static enum wcd_errc use_registry(struct wcd_error *err, char **script)
{
    struct wcd_runtime_registry *registry = NULL;
    struct wcd_strlist args;
    const struct wcd_runtime_registry_options options = {.root = "/r", .exec_root = "/e"};
    wcd_strlist_init(&args);
    enum wcd_errc result = wcd_runtime_registry_create(&registry, &options, err);
    if (result == WCD_OK && !wcd_strlist_add(&args, "a")) {
        result = wcd_error_no_memory(err);
    }
    if (result == WCD_OK) {
        result = wcd_runtime_registry_add(registry, "x", "y", &args, err);
    }
    if (result == WCD_OK) {
        result = wcd_runtime_registry_add_argument(registry, "b=c", err);
    }
    if (result == WCD_OK) {
        result = wcd_runtime_registry_set_default(registry, "b", err);
    }
    if (result == WCD_OK) {
        *script = wcd_runtime_script(find(registry, "x"));
        result = *script == NULL ? wcd_error_no_memory(err) : WCD_OK;
    }
    wcd_strlist_release(&args);
    wcd_runtime_registry_destroy(registry);
    return result;
}

static enum wcd_errc refuse_remote(struct wcd_error *err)
{
    struct wcd_runtime_choice choice = {0};
    struct wcd_runtime_input input = {.default_runtime = WCD_RUNTIME_REMOTE_NAME};
    return wcd_runtime_choose(&choice, &input, engine_rules_of(WCD_ENGINE_V25), err);
}

static void failing_allocations_are_errors(void **state)
{
    struct wcd_error err = WCD_ERROR_INIT;
    (void)state;
    for (size_t n = 1;; n++) {
        char *script = NULL;
        alloc_fail_after(n);
        enum wcd_errc result = use_registry(&err, &script);
        bool failed = alloc_fail_off();
        assert_int_equal(result, failed ? WCD_E_NO_MEMORY : WCD_OK);
        assert_int_equal(script == NULL, failed);
        free(script);
        wcd_error_release(&err);
        if (!failed) {
            break;
        }
    }
    for (size_t n = 1;; n++) {
        alloc_fail_after(n);
        enum wcd_errc result = refuse_remote(&err);
        bool failed = alloc_fail_off();
        assert_int_equal(result, failed ? WCD_E_NO_MEMORY : WCD_E_PLAIN);
        wcd_error_release(&err);
        if (!failed) {
            break;
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(v25_chooses_by_name),
        cmocka_unit_test(v17_has_only_its_own_client),
        cmocka_unit_test(the_opt_in_needs_all_three),
        cmocka_unit_test(three_runtimes_are_in_stock),
        cmocka_unit_test(custom_runtimes_take_the_default_shim),
        cmocka_unit_test(names_are_taken_once),
        cmocka_unit_test(the_default_is_runc_or_chosen),
        cmocka_unit_test(failing_allocations_are_errors),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
