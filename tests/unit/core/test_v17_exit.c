/* core/runtime/v17: the exit of processes and the end of containers, with a pause in their way; restore. */
#include "tests/unit/core/v17_fixture.h"

#include <stdlib.h>
#include <string.h>

#define UPDATES       "properties 1 { \"PropertyTypes\" : [\"PendingUpdates\"]}"
#define CLOSED        "unregister 2\nclose 1\nunregister process 7\nclose process 3"
#define EXIT_CODE     "process properties 3\n"
#define IN(operation) "container c1 encountered an error during " operation ": "
#define DENIED        "failure in a Windows system call: Access is denied. (0x5)"
#define TIMED_OUT     IN("WaitTimeout") "hcsshim: timeout waiting for notification"

static plat_hr denied(void)
{
    return plat_hr_win32(PLAT_ERROR_ACCESS_DENIED);
}

/* The first process ends; the rest goes as far as it can. */
static void end_first(struct v17_bed *at, const char *properties)
{
    hcs_bed_answer(&at->bed, "process properties", PLAT_S_OK, properties);
    hcs_bed_notify(&at->bed, V17_PROCESS_REGISTRATION, PLAT_HCS_PROCESS_EXITED, PLAT_S_OK);
    hcs_bed_turn(&at->bed);
}

static bool is_known(const struct v17_bed *at)
{
    return at->runtime->ops->knows(at->runtime, "c1");
}

static bool is_reached(struct v17_bed *at)
{
    struct wcd_error err = WCD_ERROR_INIT;
    uint32_t pid = 0;
    enum wcd_errc code =
        at->runtime->ops->new_task(at->runtime, "c1", false, NULL, NULL, &pid, &err);
    wcd_error_release(&err);
    return code == WCD_OK;
}

static void assert_gone(struct v17_bed *at)
{
    assert_false(is_known(at));
    assert_false(is_reached(at));
    assert_int_equal(hcs_bed_open_handles(&at->bed), 0);
    v17_bed_tear_down(at);
}

/* ---- the end of a container ---- */

static void test_shutdown_at_once(void **state)
{
    (void)state;
    struct v17_bed at;
    v17_bed_set_up(&at);
    v17_bed_start(&at);
    end_first(&at, V17_EXITED(3221225786));
    hcs_bed_assert_calls(&at.bed, EXIT_CODE UPDATES "\nshutdown 1\n" CLOSED);
    hcs_bed_assert_heard(&at.bed, "exited c1 pid 1004 code 3221225786");
    hcs_bed_assert_logs(&at.bed, "");
    assert_gone(&at);
}

static void test_shutdown_takes_its_time(void **state)
{
    (void)state;
    struct v17_bed at;
    v17_bed_set_up(&at);
    v17_bed_start(&at);
    hcs_bed_answer(&at.bed, "properties", PLAT_S_OK, "{\"AreUpdatesPending\":true}");
    hcs_bed_answer(&at.bed, "shutdown", PLAT_HCS_OPERATION_PENDING, NULL);
    end_first(&at, V17_EXITED(0));
    assert_true(is_known(&at));
    assert_false(is_reached(&at));
    hcs_bed_assert_heard(&at.bed, "");
    hcs_bed_notify(&at.bed, V17_SYSTEM_REGISTRATION, PLAT_HCS_SYSTEM_EXITED, PLAT_S_OK);
    hcs_bed_turn(&at.bed);
    hcs_bed_assert_calls(&at.bed, EXIT_CODE UPDATES "\nshutdown 1\n" CLOSED);
    hcs_bed_assert_heard(&at.bed, "exited c1 pid 1004 code 0 updates");
    assert_gone(&at);
}

/* A shutdown that is not over in five minutes, then a termination that is not either. */
static void test_nothing_stops_it(void **state)
{
    (void)state;
    struct v17_bed at;
    v17_bed_set_up(&at);
    v17_bed_start(&at);
    at.bed.log.least = WCD_LOG_DEBUG;
    hcs_bed_answer(&at.bed, "shutdown", PLAT_HCS_OPERATION_PENDING, NULL);
    hcs_bed_answer(&at.bed, "terminate", PLAT_HCS_OPERATION_PENDING, NULL);
    end_first(&at, V17_EXITED(1));
    hcs_bed_advance_s(&at.bed, 299);
    hcs_bed_assert_calls(&at.bed, EXIT_CODE UPDATES "\nshutdown 1");
    hcs_bed_advance_s(&at.bed, 1);
    hcs_bed_assert_calls(&at.bed, "terminate 1");
    hcs_bed_advance_s(&at.bed, 299);
    hcs_bed_assert_heard(&at.bed, "");
    hcs_bed_advance_s(&at.bed, 1);
    hcs_bed_assert_heard(&at.bed, "exited c1 pid 1004 code 1");
    hcs_bed_assert_calls(&at.bed, CLOSED);
    hcs_bed_assert_logs(&at.bed, "debug: libcontainerd: shutting down container c1\n"
                                 "debug: libcontainerd: error shutting down container c1 " TIMED_OUT
                                 " calling terminate\n"
                                 "debug: libcontainerd: error terminating container c1 " TIMED_OUT
                                 "\ndebug: libcontainerd: failed to shutdown container c1");
    assert_gone(&at);
}

/* What shutdown and terminate answer, and what is said of it. */
static void test_stop_answers(void **state)
{
    (void)state;
    static const struct {
        uint32_t shutdown;
        uint32_t terminate; /* 0xFFFFFFFF: it is not asked */
        const char *log;    /* the last line */
    } cases[] = {
        {0, 0xFFFFFFFF, "completed shutting down container c1"},
        {0xC0370110, 0xFFFFFFFF, "completed shutting down container c1"},
        {0x80070490, 0xFFFFFFFF, "completed shutting down container c1"},
        {0x8007007F, 0xFFFFFFFF, "completed shutting down container c1"},
        {0x80070005, 0, "failed to shutdown container c1"},
        {0x80070005, 0xC0370110, "failed to shutdown container c1"},
        {0x80070005, 0x80070005, "failed to shutdown container c1"},
        {0xC037010E, 0xC037010E, "failed to shutdown container c1"},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct v17_bed at;
        bool terminates = cases[i].terminate != 0xFFFFFFFF;
        v17_bed_set_up(&at);
        v17_bed_start(&at);
        at.bed.log.least = WCD_LOG_DEBUG;
        hcs_bed_answer(&at.bed, "shutdown", plat_hr_of(cases[i].shutdown), NULL);
        hcs_bed_answer(&at.bed, "terminate", plat_hr_of(cases[i].terminate), NULL);
        end_first(&at, V17_EXITED(0));
        hcs_bed_assert_calls(&at.bed, terminates ? EXIT_CODE UPDATES
                                          "\nshutdown 1\nterminate 1\n" CLOSED
                                                 : EXIT_CODE UPDATES "\nshutdown 1\n" CLOSED);
        hcs_bed_assert_heard(&at.bed, "exited c1 pid 1004 code 0");
        at.bed.logs.data[at.bed.logs.len] = '\0';
        const char *last = strrchr(at.bed.logs.data, '\n');
        assert_non_null(last);
        assert_string_equal(last + strlen("\ndebug: libcontainerd: "), cases[i].log);
        assert_gone(&at);
    }
}

static void test_everything_else_fails(void **state)
{
    (void)state;
    struct v17_bed at;
    v17_bed_set_up(&at);
    v17_bed_start(&at);
    at.event_error = "no disk";
    hcs_bed_answer(&at.bed, "process properties", denied(), NULL);
    hcs_bed_answer(&at.bed, "properties", denied(), NULL);
    hcs_bed_answer(&at.bed, "close", denied(), NULL);
    hcs_bed_answer(&at.bed, "close process", denied(), NULL);
    hcs_bed_notify(&at.bed, V17_PROCESS_REGISTRATION, PLAT_HCS_PROCESS_EXITED, denied());
    hcs_bed_turn(&at.bed);
    hcs_bed_assert_heard(&at.bed, "exited c1 pid 1004 code 4294967295");
    hcs_bed_assert_logs(
        &at.bed,
        "warning: libcontainerd: Wait() failed (container may have been killed): process 1004 in "
        "container c1 encountered an error during Wait: " DENIED
        "\nwarning: libcontainerd: unable to get exit code from container c1\n"
        "warning: libcontainerd: HasPendingUpdates() failed (container may have been killed): " IN(
            "HasPendingUpdates") DENIED "\nerror: " IN("Close") DENIED
        "\nerror: libcontainerd: hcsProcess.Close(): process 1004 in container c1 encountered an "
        "error during Close: " DENIED "\nerror: no disk");
    assert_gone(&at);
}

/* A pipe that broke is not worth a warning; a system that is gone takes its processes with it. */
static void test_quiet_failures(void **state)
{
    (void)state;
    struct v17_bed at;
    plat_hr broken = plat_hr_win32(PLAT_ERROR_BROKEN_PIPE);
    v17_bed_set_up(&at);
    v17_bed_start(&at);
    hcs_bed_answer(&at.bed, "process properties", broken, NULL);
    hcs_bed_notify(&at.bed, V17_PROCESS_REGISTRATION, PLAT_HCS_PROCESS_EXITED, broken);
    hcs_bed_turn(&at.bed);
    hcs_bed_assert_heard(&at.bed, "exited c1 pid 1004 code 4294967295");
    hcs_bed_assert_logs(&at.bed, "");
    assert_gone(&at);
    v17_bed_set_up(&at);
    v17_bed_start(&at);
    hcs_bed_notify(&at.bed, V17_SYSTEM_REGISTRATION, PLAT_HCS_SERVICE_DISCONNECT, denied());
    hcs_bed_notify(&at.bed, V17_PROCESS_REGISTRATION, PLAT_HCS_SERVICE_DISCONNECT, denied());
    hcs_bed_answer(&at.bed, "shutdown", plat_hr_win32(PLAT_RPC_S_SERVER_UNAVAILABLE), NULL);
    hcs_bed_answer(&at.bed, "terminate", plat_hr_win32(PLAT_RPC_S_SERVER_UNAVAILABLE), NULL);
    hcs_bed_answer(&at.bed, "process properties", plat_hr_win32(PLAT_RPC_S_SERVER_UNAVAILABLE),
                   NULL);
    hcs_bed_turn(&at.bed);
    hcs_bed_assert_heard(&at.bed, "exited c1 pid 1004 code 4294967295");
    assert_gone(&at);
}

/* A Linux guest is not asked after Windows' updates. */
static void test_linux(void **state)
{
    (void)state;
    struct v17_bed at;
    struct v17_container_request request;
    struct wcd_error err = WCD_ERROR_INIT;
    v17_bed_set_up(&at);
    v17_request_set_up(&request, &at);
    request.request.os = "linux";
    v17_request_add(&request,
                    (struct wcd_runtime_option){.kind = WCD_OPTION_LCOW, .has_config = true});
    assert_int_equal(v17_bed_create(&at, &request, &err), WCD_OK);
    v17_request_release(&request);
    hcs_bed_forget(&at.bed);
    end_first(&at, V17_EXITED(0));
    hcs_bed_assert_calls(&at.bed, EXIT_CODE "shutdown 1\n" CLOSED);
    assert_gone(&at);
}

/* ---- execs ---- */

#define EXEC_EXITED "{\"ProcessId\":1008,\"Exited\":true,\"ExitCode\":5,\"LastWaitResult\":0}"

static void end_exec(struct v17_bed *at)
{
    hcs_bed_answer(&at->bed, "process properties", PLAT_S_OK, EXEC_EXITED);
    hcs_bed_notify(&at->bed, V17_EXEC_REGISTRATION, PLAT_HCS_PROCESS_EXITED, PLAT_S_OK);
    hcs_bed_turn(&at->bed);
}

static void test_exec_ends_first(void **state)
{
    (void)state;
    struct v17_bed at;
    v17_bed_set_up(&at);
    v17_bed_start_exec(&at);
    hcs_bed_answer(&at.bed, "close process", denied(), NULL);
    at.event_error = "no exec";
    end_exec(&at);
    hcs_bed_assert_calls(&at.bed, "process properties 8\nunregister process 12\nclose process 8");
    hcs_bed_assert_heard(&at.bed, "exec exited c1/e1 pid 1008 code 5");
    hcs_bed_assert_logs(&at.bed, "error: libcontainerd: hcsProcess.Close(): process 1008 in "
                                 "container c1 encountered an error during Close: " DENIED
                                 "\nerror: no exec");
    assert_true(is_reached(&at));
    at.event_error = NULL;
    end_first(&at, V17_EXITED(0));
    hcs_bed_assert_heard(&at.bed, "exited c1 pid 1004 code 0");
    assert_gone(&at);
}

/* The container may be told to be over before its exec is. */
static void test_exec_ends_last(void **state)
{
    (void)state;
    struct v17_bed at;
    v17_bed_set_up(&at);
    v17_bed_start_exec(&at);
    end_first(&at, V17_EXITED(0));
    hcs_bed_assert_heard(&at.bed, "exited c1 pid 1004 code 0");
    assert_false(is_known(&at));
    end_exec(&at);
    hcs_bed_assert_heard(&at.bed, "exec exited c1/e1 pid 1008 code 5");
    assert_gone(&at);
}

static void test_execs_end_in_any_order(void **state)
{
    (void)state;
    struct v17_bed at;
    struct wcd_spec_process process = {.present = true};
    struct wcd_error err = WCD_ERROR_INIT;
    v17_bed_set_up(&at);
    v17_bed_start_exec(&at);
    assert_int_equal(v17_bed_exec(&at, "c1", "e2", &process, &err), WCD_OK);
    hcs_bed_forget(&at.bed);
    end_exec(&at);
    hcs_bed_assert_heard(&at.bed, "exec exited c1/e1 pid 1008 code 5");
    assert_int_equal(at.runtime->ops->signal_exec(at.runtime, "c1", "e2", 9, &err), WCD_OK);
    v17_bed_tear_down(&at);
}

static void test_destroyed_while_it_ends(void **state)
{
    (void)state;
    struct v17_bed at;
    v17_bed_set_up(&at);
    v17_bed_start_exec(&at);
    hcs_bed_answer(&at.bed, "shutdown", PLAT_HCS_OPERATION_PENDING, NULL);
    end_first(&at, V17_EXITED(0));
    v17_bed_tear_down(&at);
}

/* ---- a pause in the way ---- */

static enum wcd_errc change(struct v17_bed *at, bool pause, struct wcd_error *err)
{
    const struct wcd_local_runtime_ops *ops = at->runtime->ops;
    return (pause ? ops->pause : ops->resume)(at->runtime, "c1", hcs_bed_done, &at->bed, err);
}

static void complete_pause(struct v17_bed *at, plat_hr status)
{
    hcs_bed_notify(&at->bed, V17_SYSTEM_REGISTRATION, PLAT_HCS_SYSTEM_PAUSE_COMPLETED, status);
    hcs_bed_turn(&at->bed);
}

static void start_pausing(struct v17_bed *at)
{
    struct wcd_error err = WCD_ERROR_INIT;
    v17_bed_set_up(at);
    v17_bed_start_hyperv(at);
    hcs_bed_answer(&at->bed, "pause", PLAT_HCS_OPERATION_PENDING, NULL);
    assert_int_equal(change(at, true, &err), WCD_OK);
    hcs_bed_turn(&at->bed);
    hcs_bed_assert_calls(&at->bed, "pause 1");
    hcs_bed_assert_heard(&at->bed, "");
}

static void test_exit_waits_for_a_pause(void **state)
{
    (void)state;
    struct v17_bed at;
    struct wcd_error err = WCD_ERROR_INIT;
    start_pausing(&at);
    end_first(&at, V17_EXITED(7));
    hcs_bed_assert_calls(&at.bed, "process properties 3");
    assert_true(is_reached(&at));
    /* A resume has to wait behind both and then finds nobody. */
    assert_int_equal(change(&at, false, &err), WCD_OK);
    hcs_bed_turn(&at.bed);
    hcs_bed_assert_calls(&at.bed, "");
    hcs_bed_answer(&at.bed, "shutdown", PLAT_HCS_OPERATION_PENDING, NULL);
    complete_pause(&at, PLAT_S_OK);
    hcs_bed_assert_heard(&at.bed, "paused c1 pid 0 code 0\nok\nnone: invalid container: c1");
    hcs_bed_assert_calls(&at.bed, UPDATES "\nshutdown 1");
    hcs_bed_notify(&at.bed, V17_SYSTEM_REGISTRATION, PLAT_HCS_SYSTEM_EXITED, PLAT_S_OK);
    hcs_bed_turn(&at.bed);
    hcs_bed_assert_heard(&at.bed, "exited c1 pid 1004 code 7");
    assert_gone(&at);
}

/* All at once: the exit is told before the resume that waits behind it is answered. */
static void test_turns_outlive_the_exit(void **state)
{
    (void)state;
    struct v17_bed at;
    struct wcd_error err = WCD_ERROR_INIT;
    start_pausing(&at);
    end_first(&at, V17_EXITED(7));
    assert_int_equal(change(&at, false, &err), WCD_OK);
    assert_int_equal(change(&at, true, &err), WCD_OK);
    complete_pause(&at, denied());
    hcs_bed_assert_heard(&at.bed, "none: " IN("Pause") DENIED
                         "\nexited c1 pid 1004 code 7\nnone: invalid container: c1\n"
                         "none: invalid container: c1");
    assert_gone(&at);
}

static void test_changes_come_one_by_one(void **state)
{
    (void)state;
    struct v17_bed at;
    struct wcd_error err = WCD_ERROR_INIT;
    start_pausing(&at);
    hcs_bed_answer(&at.bed, "resume", denied(), NULL);
    assert_int_equal(change(&at, false, &err), WCD_OK);
    assert_int_equal(change(&at, false, &err), WCD_OK);
    hcs_bed_turn(&at.bed);
    hcs_bed_assert_heard(&at.bed, "");
    complete_pause(&at, PLAT_S_OK);
    hcs_bed_assert_heard(&at.bed, "paused c1 pid 0 code 0\nok\nnone: " IN("Resume") DENIED
                         "\nresumed c1 pid 0 code 0\nok");
    hcs_bed_assert_calls(&at.bed, "resume 1\nresume 1");
    v17_bed_tear_down(&at);
}

static void test_pause_ends_with_the_system(void **state)
{
    (void)state;
    struct v17_bed at;
    start_pausing(&at);
    hcs_bed_answer(&at.bed, "process properties", PLAT_S_OK, V17_EXITED(1));
    hcs_bed_answer(&at.bed, "shutdown", PLAT_HCS_SYSTEM_ALREADY_STOPPED, NULL);
    hcs_bed_notify(&at.bed, V17_PROCESS_REGISTRATION, PLAT_HCS_PROCESS_EXITED, PLAT_S_OK);
    hcs_bed_notify(&at.bed, V17_SYSTEM_REGISTRATION, PLAT_HCS_SYSTEM_EXITED,
                   PLAT_HCS_UNEXPECTED_EXIT);
    hcs_bed_turn(&at.bed);
    hcs_bed_assert_heard(&at.bed, "none: " IN("Pause") "unexpected container exit\n"
                                                       "exited c1 pid 1004 code 1");
    assert_gone(&at);
}

static void test_destroyed_with_turns(void **state)
{
    (void)state;
    struct v17_bed at;
    struct wcd_error err = WCD_ERROR_INIT;
    start_pausing(&at);
    end_first(&at, V17_EXITED(7));
    assert_int_equal(change(&at, false, &err), WCD_OK);
    v17_bed_tear_down(&at);
}

/* ---- restore ---- */

static void restore(struct v17_bed *at)
{
    struct wcd_error err = WCD_ERROR_INIT;
    assert_int_equal(at->runtime->ops->restore(at->runtime, "c1", hcs_bed_done, &at->bed, &err),
                     WCD_OK);
    hcs_bed_assert_calls(&at->bed, "");
    hcs_bed_turn(&at->bed);
}

static void test_restore(void **state)
{
    (void)state;
    static const struct {
        uint32_t open;
        uint32_t terminate;
        const char *event_error;
        const char *calls;
        const char *heard;
        const char *logs;
    } cases[] = {
        {0xC037010E, 0, NULL, "open c1", "exited c1 pid 0 code 2147483648\nok", ""},
        {0x80070005, 0, "no disk", "open c1", "exited c1 pid 0 code 2147483648\nSystem: no disk",
         ""},
        {0, 0, NULL, "open c1\nregister 1\nterminate 1\nunregister 2\nclose 1",
         "exited c1 pid 0 code 2147483648\nok", ""},
        {0, 0xC0370110, NULL, "open c1\nregister 1\nterminate 1\nunregister 2\nclose 1",
         "exited c1 pid 0 code 2147483648\nok", ""},
        {0, 0x80070005, NULL, "open c1\nregister 1\nterminate 1\nunregister 2\nclose 1",
         "none: " IN("Terminate") DENIED,
         "warning: libcontainerd: failed to terminate c1 on restore - \"" IN("Terminate") DENIED
         "\""},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct v17_bed at;
        v17_bed_set_up(&at);
        at.event_error = cases[i].event_error;
        hcs_bed_answer(&at.bed, "open", plat_hr_of(cases[i].open), NULL);
        hcs_bed_answer(&at.bed, "terminate", plat_hr_of(cases[i].terminate), NULL);
        restore(&at);
        hcs_bed_assert_calls(&at.bed, cases[i].calls);
        hcs_bed_assert_heard(&at.bed, cases[i].heard);
        hcs_bed_assert_logs(&at.bed, cases[i].logs);
        v17_bed_tear_down(&at);
    }
}

static void test_restore_waits(void **state)
{
    (void)state;
    struct v17_bed at;
    v17_bed_set_up(&at);
    hcs_bed_answer(&at.bed, "terminate", PLAT_HCS_OPERATION_PENDING, NULL);
    restore(&at);
    hcs_bed_advance_s(&at.bed, 119);
    hcs_bed_assert_heard(&at.bed, "");
    hcs_bed_notify(&at.bed, V17_SYSTEM_REGISTRATION, PLAT_HCS_SYSTEM_EXITED, PLAT_S_OK);
    hcs_bed_turn(&at.bed);
    hcs_bed_assert_heard(&at.bed, "exited c1 pid 0 code 2147483648\nok");
    v17_bed_tear_down(&at);
    v17_bed_set_up(&at);
    hcs_bed_answer(&at.bed, "terminate", PLAT_HCS_OPERATION_PENDING, NULL);
    restore(&at);
    hcs_bed_advance_s(&at.bed, 120);
    hcs_bed_assert_heard(&at.bed, "Deadline: " TIMED_OUT);
    hcs_bed_assert_logs(
        &at.bed, "warning: libcontainerd: failed to terminate c1 on restore - \"" TIMED_OUT "\"");
    v17_bed_tear_down(&at);
    v17_bed_set_up(&at);
    hcs_bed_answer(&at.bed, "terminate", PLAT_HCS_OPERATION_PENDING, NULL);
    restore(&at);
    v17_bed_tear_down(&at);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_shutdown_at_once),
        cmocka_unit_test(test_shutdown_takes_its_time),
        cmocka_unit_test(test_nothing_stops_it),
        cmocka_unit_test(test_stop_answers),
        cmocka_unit_test(test_everything_else_fails),
        cmocka_unit_test(test_quiet_failures),
        cmocka_unit_test(test_linux),
        cmocka_unit_test(test_exec_ends_first),
        cmocka_unit_test(test_exec_ends_last),
        cmocka_unit_test(test_execs_end_in_any_order),
        cmocka_unit_test(test_destroyed_while_it_ends),
        cmocka_unit_test(test_exit_waits_for_a_pause),
        cmocka_unit_test(test_turns_outlive_the_exit),
        cmocka_unit_test(test_changes_come_one_by_one),
        cmocka_unit_test(test_pause_ends_with_the_system),
        cmocka_unit_test(test_destroyed_with_turns),
        cmocka_unit_test(test_restore),
        cmocka_unit_test(test_restore_waits),
    };
    return cmocka_run_group_tests_name("v17_exit", tests, NULL, NULL);
}
