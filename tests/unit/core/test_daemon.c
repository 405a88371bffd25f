/* core/daemon: the object itself; what a start does on all kinds of hosts is told by the scenarios. */
#include "core/daemon/daemon.h"
#include "core/daemon/hooks.h"
#include "core/daemon/system_check.h"
#include "fakes/host/host.h"
#include "tests/support/alloc_fail.h"
#include "tests/support/cmocka.h"

#include <stdlib.h>
#include <string.h>

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

struct fixture {
    struct fake_host *host;
    struct platform platform;
    struct wcd_strlist log;
};

static void keep_line(void *ctx, enum wcd_log_level level, const char *message)
{
    struct fixture *fixture = ctx;
    (void)wcd_strlist_addf(&fixture->log, "%s: %s", wcd_log_level_name(level), message);
}

static void open_host(struct fixture *fixture)
{
    struct wcd_error err = WCD_ERROR_INIT;
    struct fake_host_options options = fake_host_defaults(fake_build_find("server-2022"));
    assert_int_equal(fake_host_create(&fixture->host, &options, &err), WCD_OK);
    fixture->platform = fake_host_platform(fixture->host);
}

static int set_up(void **state)
{
    struct fixture *fixture = calloc(1, sizeof(*fixture));
    if (fixture == NULL) {
        return -1;
    }
    open_host(fixture);
    *state = fixture;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *fixture = *state;
    wcd_strlist_release(&fixture->log);
    fake_host_destroy(fixture->host);
    free(fixture);
    return 0;
}

static struct wcd_daemon *make(struct fixture *fixture, enum wcd_engine engine,
                               const char *const *flags, size_t flag_count)
{
    struct wcd_error err = WCD_ERROR_INIT;
    struct wcd_daemon *daemon = NULL;
    struct wcd_daemon_options options = {.platform = &fixture->platform,
                                         .engine = engine_rules_of(engine),
                                         .flags = flags,
                                         .flag_count = flag_count,
                                         .log = {.write = keep_line, .ctx = fixture}};
    assert_int_equal(wcd_daemon_create(&daemon, &options, &err), WCD_OK);
    return daemon;
}

static void a_daemon_starts_stops_and_starts_again(void **state)
{
    struct fixture *fixture = *state;
    static const char *const flags[] = {"--data-root", "D:\\docker"};
    assert_true(fake_fs_set_volume(fixture->host, "D:", "NTFS", 1u << 30, 1u << 29));
    struct wcd_daemon *daemon = make(fixture, WCD_ENGINE_V25, flags, COUNT_OF(flags));
    struct wcd_daemon_info info = wcd_daemon_info(daemon);
    assert_int_equal(info.state, WCD_DAEMON_NOT_STARTED);
    assert_int_equal(info.exit_code, -1);
    assert_string_equal(info.root, "");
    for (int i = 0; i < 2; i++) {
        const struct wcd_op *op = wcd_daemon_start(daemon);
        assert_true(wcd_op_done(op));
        assert_string_equal(wcd_error_message(wcd_op_error(op)), "");
        info = wcd_daemon_info(daemon);
        assert_int_equal(info.state, WCD_DAEMON_RUNNING);
        assert_string_equal(info.root, "D:\\docker");
        assert_string_equal(info.plugin_exec_root, "D:\\docker\\plugins");
        assert_string_equal(info.default_isolation, "process");
        assert_string_equal(info.runtime, "com.docker.hcsshim.v1");
        assert_false(info.remote_runtime);
        assert_int_equal(info.processors, 4);
        assert_int_equal(info.parallel_limit, 3);
        op = wcd_daemon_stop(daemon);
        assert_true(wcd_op_done(op));
        assert_int_equal(wcd_daemon_info(daemon).state, WCD_DAEMON_STOPPED);
        assert_int_equal(wcd_daemon_info(daemon).exit_code, 0);
    }
    wcd_daemon_destroy(daemon);
    wcd_daemon_destroy(NULL);
}

static void the_old_tmp_folder_goes_in_the_background(void **state)
{
    struct fixture *fixture = *state;
    const char *old = "C:\\ProgramData\\docker\\tmp-old\\left\\over.txt";
    assert_true(
        fake_fs_put_file(fixture->host, "C:\\ProgramData\\docker\\tmp\\left\\over.txt", "x", 1));
    struct wcd_daemon *daemon = make(fixture, WCD_ENGINE_V25, NULL, 0);
    (void)wcd_daemon_start(daemon);
    assert_int_equal(wcd_daemon_info(daemon).state, WCD_DAEMON_RUNNING);
    assert_int_equal(fake_fs_kind_of(fixture->host, old), FAKE_FS_FILE);
    assert_false(wcd_daemon_pump(daemon));
    assert_true(fake_host_step(fixture->host));
    assert_true(wcd_daemon_pump(daemon));
    assert_int_equal(fake_fs_kind_of(fixture->host, "C:\\ProgramData\\docker\\tmp-old"),
                     FAKE_FS_NOTHING);
    assert_int_equal(fake_fs_kind_of(fixture->host, "C:\\ProgramData\\docker\\tmp"),
                     FAKE_FS_DIRECTORY);
    wcd_daemon_destroy(daemon);
}

/* A timer of one start that nobody took must not be taken for the next one's. */
static void an_event_of_the_past_finds_nobody(void **state)
{
    struct fixture *fixture = *state;
    const char *file = "C:\\ProgramData\\docker\\tmp\\x";
    struct wcd_daemon *daemon = make(fixture, WCD_ENGINE_V25, NULL, 0);
    for (int i = 0; i < 2; i++) {
        assert_true(fake_fs_put_file(fixture->host, file, "x", 1));
        (void)wcd_daemon_start(daemon);
        assert_int_equal(wcd_daemon_info(daemon).state, WCD_DAEMON_RUNNING);
        fake_host_advance_us(fixture->host, 1);
        if (i == 0) {
            (void)wcd_daemon_stop(daemon);
            assert_int_equal(fake_fs_kind_of(fixture->host, "C:\\ProgramData\\docker\\tmp-old"),
                             FAKE_FS_NOTHING);
        }
    }
    assert_true(wcd_daemon_pump(daemon));
    assert_int_equal(fake_fs_kind_of(fixture->host, "C:\\ProgramData\\docker\\tmp-old"),
                     FAKE_FS_DIRECTORY);
    assert_true(wcd_daemon_pump(daemon));
    assert_int_equal(fake_fs_kind_of(fixture->host, "C:\\ProgramData\\docker\\tmp-old"),
                     FAKE_FS_NOTHING);
    wcd_daemon_destroy(daemon);
    assert_false(fake_host_step(fixture->host));
}

static void a_daemon_that_dies_takes_its_timer_along(void **state)
{
    struct fixture *fixture = *state;
    assert_true(fake_fs_put_file(fixture->host, "C:\\ProgramData\\docker\\tmp\\x", "x", 1));
    struct wcd_daemon *daemon = make(fixture, WCD_ENGINE_V25, NULL, 0);
    (void)wcd_daemon_start(daemon);
    wcd_daemon_destroy(daemon);
    assert_false(fake_host_step(fixture->host));
}

static void a_failed_start_can_be_repeated(void **state)
{
    struct fixture *fixture = *state;
    assert_true(fake_scm_set_service(fixture->host, "vmcompute", FAKE_SERVICE_MISSING));
    struct wcd_daemon *daemon = make(fixture, WCD_ENGINE_V25, NULL, 0);
    const struct wcd_op *op = wcd_daemon_start(daemon);
    assert_string_equal(
        wcd_error_message(wcd_op_error(op)),
        "failed to start daemon: a required service is not installed, ensure the Containers feature "
        "is installed: failed to open service vmcompute: The specified service does not exist as an "
        "installed service.");
    assert_int_equal(wcd_op_error(op)->hresult, plat_hr_win32(PLAT_ERROR_SERVICE_DOES_NOT_EXIST));
    assert_string_equal(wcd_op_error(op)->op, "scm.open_service");
    assert_int_equal(wcd_daemon_info(daemon).state, WCD_DAEMON_FAILED);
    assert_int_equal(wcd_daemon_info(daemon).exit_code, 1);
    assert_true(fake_scm_set_service(fixture->host, "vmcompute", FAKE_SERVICE_STOPPED));
    op = wcd_daemon_start(daemon);
    assert_int_equal(wcd_op_error(op)->code, WCD_OK);
    assert_int_equal(wcd_daemon_info(daemon).state, WCD_DAEMON_RUNNING);
    wcd_daemon_destroy(daemon);
}

static void hooks_are_listed_found_and_run(void **state)
{
    struct fixture *fixture = *state;
    struct wcd_error err = WCD_ERROR_INIT;
    const char *answer = NULL;
    size_t count = 0;
    const struct wcd_hook *hooks = wcd_hooks(&count);
    for (size_t i = 1; i < count; i++) {
        assert_true(strcmp(hooks[i - 1].name, hooks[i].name) <= 0);
    }
    struct wcd_daemon *daemon = make(fixture, WCD_ENGINE_V17, NULL, 0);
    assert_int_equal(wcd_daemon_run_hook(daemon, "driverOptions", &answer, &err), WCD_OK);
    assert_string_equal(answer, "an empty list");
    (void)wcd_daemon_run_hook(daemon, "setMayDetachMounts", &answer, &err);
    assert_error(err, WCD_E_NOT_FOUND, "engine v17 has no hook \"setMayDetachMounts\"");
    assert_int_equal(wcd_daemon_hooks_run(daemon)->count, 1);
    wcd_daemon_destroy(daemon);
    daemon = make(fixture, WCD_ENGINE_V25, NULL, 0);
    assert_int_equal(wcd_daemon_run_hook(daemon, "driverOptions", &answer, &err), WCD_OK);
    assert_string_equal(answer, "nothing");
    alloc_fail_after(1);
    assert_int_equal(wcd_daemon_run_hook(daemon, "registerLinks", &answer, &err), WCD_E_NO_MEMORY);
    (void)alloc_fail_off();
    wcd_error_release(&err);
    wcd_daemon_destroy(daemon);
}

static void the_command_line_has_a_limit(void **state)
{
    struct fixture *fixture = *state;
    struct wcd_error err = WCD_ERROR_INIT;
    struct wcd_daemon *daemon = NULL;
    struct wcd_daemon_options options = {.platform = &fixture->platform,
                                         .engine = engine_rules_of(WCD_ENGINE_V25),
                                         .flag_count = 1025};
    (void)wcd_daemon_create(&daemon, &options, &err);
    assert_error(err, WCD_E_INVALID_PARAMETER, "more than 1024 words on the command line");
}

static void the_parallel_limit_is_four_fifths(void **state)
{
    (void)state;
    static const uint32_t limits[][2] = {{1, 1}, {2, 1},   {3, 2},      {4, 3},
                                         {5, 4}, {64, 51}, {2048, 1638}};
    for (size_t i = 0; i < COUNT_OF(limits); i++) {
        assert_int_equal(wcd_parallel_limit(limits[i][0]), limits[i][1]);
    }
}

static void a_verification_changes_what_it_was_given(void **state)
{
    struct fixture *fixture = *state;
    struct wcd_error err = WCD_ERROR_INIT;
    struct wcd_strlist warnings = {0};
    struct wcd_host_config config = {.resources = {.cpu_count = 2, .cpu_percent = 20}};
    struct wcd_daemon *daemon = make(fixture, WCD_ENGINE_V17, NULL, 0);
    (void)wcd_daemon_start(daemon);
    wcd_strlist_release(&fixture->log);
    assert_int_equal(wcd_daemon_verify(daemon, &config, false, &warnings, &err), WCD_OK);
    assert_int_equal(config.resources.cpu_percent, 0);
    assert_int_equal(warnings.count, 1);
    assert_int_equal(fixture->log.count, 1);
    assert_string_equal(fixture->log.items[0] + strlen("warning: "), warnings.items[0]);
    config.privileged = true;
    assert_int_equal(wcd_daemon_verify(daemon, &config, true, &warnings, &err), WCD_OK);
    (void)wcd_daemon_verify(daemon, &config, false, &warnings, &err);
    assert_error(err, WCD_E_PLAIN, "invalid --privileged: Windows does not support this feature");
    config.privileged = false;
    config.resources.cpu_shares = -1;
    (void)wcd_daemon_verify(daemon, &config, true, &warnings, &err);
    assert_error(err, WCD_E_PLAIN, "range of CPUShares is from 1 to 10000");
    wcd_strlist_release(&warnings);
    wcd_daemon_destroy(daemon);
    daemon = make(fixture, WCD_ENGINE_V25, NULL, 0);
    (void)wcd_daemon_start(daemon);
    (void)wcd_daemon_verify(daemon, &config, true, &warnings, &err);
    assert_error(err, WCD_E_INVALID_PARAMETER, "range of CPUShares is from 1 to 10000");
    assert_int_equal(wcd_daemon_verify(daemon, NULL, false, &warnings, &err), WCD_OK);
    assert_false(warnings.present);
    wcd_daemon_destroy(daemon);
}

static void checking_the_configuration_starts_nothing(void **state)
{
    struct fixture *fixture = *state;
    struct wcd_error err = WCD_ERROR_INIT;
    struct wcd_daemon *daemon = make(fixture, WCD_ENGINE_V25, NULL, 0);
    assert_int_equal(wcd_daemon_check_configuration(daemon, &err), WCD_OK);
    assert_int_equal(wcd_daemon_info(daemon).state, WCD_DAEMON_NOT_STARTED);
    assert_int_equal(fake_fs_kind_of(fixture->host, "C:\\ProgramData\\docker"), FAKE_FS_NOTHING);
    wcd_daemon_destroy(daemon);
    static const char *const validate[] = {"--validate"};
    daemon = make(fixture, WCD_ENGINE_V25, validate, COUNT_OF(validate));
    assert_int_equal(wcd_op_error(wcd_daemon_start(daemon))->code, WCD_OK);
    assert_int_equal(wcd_daemon_info(daemon).state, WCD_DAEMON_STOPPED);
    assert_int_equal(wcd_daemon_info(daemon).exit_code, 0);
    assert_int_equal(fake_fs_kind_of(fixture->host, "C:\\ProgramData\\docker"), FAKE_FS_NOTHING);
    wcd_daemon_destroy(daemon);
    static const char *const flags[] = {"--log-level", "loud"};
    daemon = make(fixture, WCD_ENGINE_V25, flags, COUNT_OF(flags));
    (void)wcd_daemon_check_configuration(daemon, &err);
    assert_error(err, WCD_E_PLAIN, "invalid logging level: loud");
    wcd_daemon_destroy(daemon);
}

/* Two daemons of two generations on two hosts, side by side. */
static void nothing_is_shared_between_daemons(void **state)
{
    struct fixture *first = *state;
    struct fixture second = {0};
    open_host(&second);
    static const char *const flags[] = {"--exec-opt", "isolation=hyperv"};
    struct wcd_daemon *one = make(first, WCD_ENGINE_V25, flags, COUNT_OF(flags));
    struct wcd_daemon *two = make(&second, WCD_ENGINE_V17, NULL, 0);
    (void)wcd_daemon_start(one);
    (void)wcd_daemon_start(two);
    assert_string_equal(wcd_daemon_info(one).default_isolation, "hyperv");
    assert_string_equal(wcd_daemon_info(two).default_isolation, "process");
    wcd_daemon_destroy(one);
    assert_int_equal(wcd_daemon_info(two).state, WCD_DAEMON_RUNNING);
    wcd_daemon_destroy(two);
    wcd_strlist_release(&second.log);
    fake_host_destroy(second.host);
}

/* Every allocation of a whole start fails once; each time the daemon fails cleanly or starts. */
static void want_of_memory_fails_a_start_cleanly(void **state)
{
    (void)state;
    static const char *const flags[] = {"--exec-opt", "isolation=process", "--experimental"};
    for (size_t n = 1;; n++) {
        struct fixture fixture = {0};
        open_host(&fixture);
        assert_true(fake_fs_put_file(fixture.host, "C:\\ProgramData\\docker\\tmp\\x", "x", 1));
        struct wcd_daemon *daemon = make(&fixture, WCD_ENGINE_V25, flags, COUNT_OF(flags));
        alloc_fail_after(n);
        const struct wcd_op *op = wcd_daemon_start(daemon);
        bool fired = alloc_fail_off();
        enum wcd_errc code = wcd_op_error(op)->code;
        if (code != WCD_OK && code != WCD_E_NO_MEMORY) {
            print_message("allocation %zu: %s\n", n, wcd_error_message(wcd_op_error(op)));
        }
        assert_true(code == WCD_OK || (fired && code == WCD_E_NO_MEMORY));
        wcd_daemon_destroy(daemon);
        struct wcd_strlist left = {0};
        assert_true(fake_host_leftovers(fixture.host, &left));
        assert_int_equal(left.count, 0);
        wcd_strlist_release(&left);
        wcd_strlist_release(&fixture.log);
        fake_host_destroy(fixture.host);
        if (!fired) {
            break;
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_daemon_starts_stops_and_starts_again, set_up, tear_down),
        cmocka_unit_test_setup_teardown(the_old_tmp_folder_goes_in_the_background, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(an_event_of_the_past_finds_nobody, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_daemon_that_dies_takes_its_timer_along, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(a_failed_start_can_be_repeated, set_up, tear_down),
        cmocka_unit_test_setup_teardown(hooks_are_listed_found_and_run, set_up, tear_down),
        cmocka_unit_test_setup_teardown(the_command_line_has_a_limit, set_up, tear_down),
        cmocka_unit_test(the_parallel_limit_is_four_fifths),
        cmocka_unit_test_setup_teardown(a_verification_changes_what_it_was_given, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(checking_the_configuration_starts_nothing, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(nothing_is_shared_between_daemons, set_up, tear_down),
        cmocka_unit_test(want_of_memory_fails_a_start_cleanly),
    };
    return cmocka_run_group_tests_name("daemon", tests, NULL, NULL);
}
