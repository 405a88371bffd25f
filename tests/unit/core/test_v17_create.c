/* core/runtime/v17: a container's creation and start, a servicing container, execs. */
#include "tests/unit/core/v17_fixture.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DOCUMENT_OF(last)                                                                          \
    "{\"SystemType\":\"Container\",\"Name\":\"c1\",\"Owner\":\"docker\","                          \
    "\"VolumePath\":\"\\\\\\\\?\\\\Volume{1}\",\"LayerFolderPath\":\"C:\\\\layers\\\\c1\","        \
    "\"Layers\":[{\"ID\":\"" V17_BASE_GUID "\",\"Path\":\"C:\\\\layers\\\\base\"}],"               \
    "\"HostName\":\"host1\",\"HvPartition\":false" last "}"
#define DOCUMENT DOCUMENT_OF("")
#define PROCESS                                                                                    \
    "{\"CommandLine\":\"cmd /c ver\",\"WorkingDirectory\":\"C:\\\\\",\"CreateStdInPipe\":true,"    \
    "\"CreateStdOutPipe\":true,\"CreateStdErrPipe\":true,\"ConsoleSize\":[0,0]}"
#define SERVICING_PROCESS                                                                          \
    "{\"CommandLine\":\"cmd /c ver\",\"WorkingDirectory\":\"C:\\\\\",\"ConsoleSize\":[0,0]}"

#define CREATED        "create c1 " DOCUMENT "\nregister 1\n"
#define CREATE_PROCESS "create process 1 " PROCESS "\nregister process 3\n"
#define IN(operation)  "container c1 encountered an error during " operation ": "
#define DENIED         "failure in a Windows system call: Access is denied. (0x5)"
#define TIMED_OUT      IN("WaitTimeout") "hcsshim: timeout waiting for notification"

static void set_up(struct v17_bed *at, struct v17_container_request *request)
{
    v17_bed_set_up(at);
    v17_request_set_up(request, at);
}

/* Creates, and lets the caller answer for the rest. */
static void create(struct v17_bed *at, struct v17_container_request *request)
{
    struct wcd_error err = WCD_ERROR_INIT;
    assert_int_equal(v17_bed_create(at, request, &err), WCD_OK);
    v17_request_release(request);
}

static bool is_reached(struct v17_bed *at)
{
    struct wcd_error err = WCD_ERROR_INIT;
    uint32_t pid = 0;
    enum wcd_errc code =
        at->runtime->ops->new_task(at->runtime, "c1", false, NULL, NULL, &pid, &err);
    if (code != WCD_OK) {
        v17_assert_refused(code, &err, "invalid container: c1");
        return false;
    }
    assert_int_equal(pid, V17_PID);
    return true;
}

static bool is_known(const struct v17_bed *at)
{
    return at->runtime->ops->knows(at->runtime, "c1");
}

/* ---- starts ---- */

static void test_start(void **state)
{
    (void)state;
    struct v17_bed at;
    struct v17_container_request request;
    set_up(&at, &request);
    at.bed.log.least = WCD_LOG_DEBUG;
    assert_false(is_known(&at));
    hcs_bed_answer(&at.bed, "create", PLAT_HCS_OPERATION_PENDING, NULL);
    hcs_bed_answer(&at.bed, "start", PLAT_HCS_OPERATION_PENDING, NULL);
    create(&at, &request);
    assert_true(is_known(&at));
    assert_false(is_reached(&at));
    hcs_bed_assert_calls(&at.bed, "create c1 " DOCUMENT "\nregister 1");
    hcs_bed_notify(&at.bed, V17_SYSTEM_REGISTRATION, PLAT_HCS_SYSTEM_CREATE_COMPLETED, PLAT_S_OK);
    hcs_bed_turn(&at.bed);
    hcs_bed_assert_calls(&at.bed, "start 1");
    hcs_bed_assert_heard(&at.bed, "");
    hcs_bed_notify(&at.bed, V17_SYSTEM_REGISTRATION, PLAT_HCS_SYSTEM_START_COMPLETED, PLAT_S_OK);
    hcs_bed_turn(&at.bed);
    hcs_bed_assert_calls(&at.bed, "create process 1 " PROCESS "\nregister process 3\n"
                                  "close stream 4\nclose stream 5\nclose stream 6");
    hcs_bed_assert_heard(&at.bed, "attach c1 in out err\nstarted c1 pid 1004 code 0\nok");
    hcs_bed_assert_logs(&at.bed, "");
    assert_true(is_known(&at));
    assert_true(is_reached(&at));
    v17_bed_tear_down(&at);
}

static void test_many_containers(void **state)
{
    (void)state;
    enum {
        COUNT = 70
    };
    struct v17_bed at;
    struct v17_container_request request;
    struct wcd_error err = WCD_ERROR_INIT;
    char ids[COUNT][8];
    set_up(&at, &request);
    hcs_bed_answer(&at.bed, "create", plat_hr_win32(PLAT_ERROR_ACCESS_DENIED), NULL);
    for (size_t i = 0; i < COUNT; i++) {
        (void)snprintf(ids[i], sizeof(ids[i]), "c%zu", i);
        request.request.id = ids[i];
        hcs_bed_answer(&at.bed, "create", PLAT_HCS_OPERATION_PENDING, NULL);
        enum wcd_errc code = v17_bed_create(&at, &request, &err);
        assert_int_equal(code, i == 0 ? WCD_E_PLAIN : WCD_OK);
        hcs_bed_forget(&at.bed);
    }
    wcd_error_release(&err);
    for (size_t i = 0; i < COUNT; i++) {
        assert_int_equal(at.runtime->ops->knows(at.runtime, ids[i]), i > 0);
    }
    /* In the order of their creation, which is not that of a bucket. */
    for (size_t i = 1; i < COUNT; i++) {
        hcs_bed_notify(&at.bed, 2 * i, PLAT_HCS_SYSTEM_CREATE_COMPLETED, PLAT_HCS_INVALID_JSON);
        hcs_bed_turn(&at.bed);
        hcs_bed_forget(&at.bed);
        assert_false(at.runtime->ops->knows(at.runtime, ids[i]));
    }
    v17_request_release(&request);
    v17_bed_tear_down(&at);
}

/* ---- failures of the steps ---- */

static void test_create_fails(void **state)
{
    (void)state;
    struct v17_bed at;
    struct v17_container_request request;
    struct wcd_error err = WCD_ERROR_INIT;
    set_up(&at, &request);
    hcs_bed_answer(&at.bed, "create", plat_hr_win32(PLAT_ERROR_ACCESS_DENIED), NULL);
    v17_assert_refused(v17_bed_create(&at, &request, &err), &err,
                       IN("CreateContainer") DENIED " extra info: " DOCUMENT);
    hcs_bed_assert_heard(&at.bed, "");
    assert_false(is_known(&at));
    hcs_bed_answer(&at.bed, "create", PLAT_HCS_OPERATION_PENDING, NULL);
    hcs_bed_forget(&at.bed);
    create(&at, &request);
    hcs_bed_notify(&at.bed, 2, PLAT_HCS_SYSTEM_CREATE_COMPLETED,
                   plat_hr_win32(PLAT_ERROR_ACCESS_DENIED));
    hcs_bed_turn(&at.bed);
    hcs_bed_assert_heard(&at.bed, "none: " IN("CreateContainer") DENIED " extra info: " DOCUMENT);
    hcs_bed_assert_calls(&at.bed, CREATED "unregister 2\nclose 1");
    hcs_bed_assert_logs(&at.bed, "");
    assert_false(is_known(&at));
    v17_bed_tear_down(&at);
}

static void test_start_fails_at_once(void **state)
{
    (void)state;
    struct v17_bed at;
    struct v17_container_request request;
    set_up(&at, &request);
    hcs_bed_answer(&at.bed, "start", plat_hr_win32(PLAT_ERROR_ACCESS_DENIED), NULL);
    create(&at, &request);
    hcs_bed_assert_calls(&at.bed, CREATED "start 1\nterminate 1\nunregister 2\nclose 1");
    hcs_bed_assert_logs(&at.bed,
                        "error: libcontainerd: failed to start container: " IN("Start") DENIED);
    hcs_bed_assert_heard(&at.bed, "none: " IN("Start") DENIED);
    assert_false(is_known(&at));
    v17_bed_tear_down(&at);
}

/* A start that completes with a failure; the termination is pending and ends as asked for. */
static void start_fails_later(struct v17_bed *at, plat_hr exit_status, bool ends)
{
    struct v17_container_request request;
    set_up(at, &request);
    hcs_bed_answer(&at->bed, "start", PLAT_HCS_OPERATION_PENDING, NULL);
    hcs_bed_answer(&at->bed, "terminate", PLAT_HCS_OPERATION_PENDING, NULL);
    create(at, &request);
    hcs_bed_notify(&at->bed, 2, PLAT_HCS_SYSTEM_START_COMPLETED,
                   plat_hr_win32(PLAT_ERROR_ACCESS_DENIED));
    hcs_bed_turn(&at->bed);
    hcs_bed_assert_heard(&at->bed, "");
    assert_true(is_known(at));
    assert_false(is_reached(at));
    if (ends) {
        hcs_bed_notify(&at->bed, 2, PLAT_HCS_SYSTEM_EXITED, exit_status);
        hcs_bed_turn(&at->bed);
    } else {
        hcs_bed_advance_s(&at->bed, 299);
        hcs_bed_assert_heard(&at->bed, "");
        hcs_bed_advance_s(&at->bed, 1);
    }
    hcs_bed_assert_heard(&at->bed, "none: " IN("Start") DENIED);
    hcs_bed_assert_calls(&at->bed, CREATED "start 1\nterminate 1\nunregister 2\nclose 1");
    assert_false(is_known(at));
}

#define START_FAILED "error: libcontainerd: failed to start container: " IN("Start") DENIED
#define CLEANUP      "error: libcontainerd: failed to cleanup after a failed "

static void test_start_fails_later(void **state)
{
    (void)state;
    struct v17_bed at;
    start_fails_later(&at, PLAT_S_OK, true);
    hcs_bed_assert_logs(&at.bed, START_FAILED);
    v17_bed_tear_down(&at);
    start_fails_later(&at, PLAT_HCS_UNEXPECTED_EXIT, true);
    hcs_bed_assert_logs(
        &at.bed,
        START_FAILED "\n" CLEANUP "Start. " IN(
            "WaitTimeout") "failure in a Windows system call: The virtual machine or container exited "
                           "unexpectedly. (0xc0370106)");
    v17_bed_tear_down(&at);
    start_fails_later(&at, PLAT_S_OK, false);
    hcs_bed_assert_logs(&at.bed, START_FAILED "\n" CLEANUP "Start. " TIMED_OUT);
    v17_bed_tear_down(&at);
}

static void test_create_process_fails(void **state)
{
    (void)state;
    static const struct {
        uint32_t terminate;
        const char *log;
    } cases[] = {
        {0, ""},
        {0xC0370110, ""},
        {0x80070490, ""},
        {0x8007007F, ""},
        {0x80070005, "\n" CLEANUP "CreateProcess. " IN("Terminate") DENIED},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct v17_bed at;
        struct v17_container_request request;
        char log[512];
        set_up(&at, &request);
        hcs_bed_answer(&at.bed, "create process", plat_hr_win32(PLAT_ERROR_ACCESS_DENIED), NULL);
        hcs_bed_answer(&at.bed, "terminate", plat_hr_of(cases[i].terminate), NULL);
        create(&at, &request);
        (void)snprintf(log, sizeof(log), "error: libcontainerd: CreateProcess() failed %s%s",
                       IN("CreateProcess") DENIED " extra info: " PROCESS, cases[i].log);
        hcs_bed_assert_logs(&at.bed, log);
        hcs_bed_assert_calls(&at.bed, CREATED "start 1\ncreate process 1 " PROCESS
                                              "\nterminate 1\nunregister 2\nclose 1");
        hcs_bed_assert_heard(&at.bed, "none: " IN("CreateProcess") DENIED " extra info: " PROCESS);
        assert_false(is_known(&at));
        v17_bed_tear_down(&at);
    }
}

static void test_streams_cannot_be_used(void **state)
{
    (void)state;
    struct v17_bed at;
    struct v17_container_request request;
    set_up(&at, &request);
    at.attach_error = "no stream";
    at.attach_hr = plat_hr_win32(PLAT_ERROR_INVALID_PARAMETER);
    hcs_bed_answer(&at.bed, "terminate", plat_hr_win32(PLAT_ERROR_ACCESS_DENIED), NULL);
    create(&at, &request);
    hcs_bed_assert_logs(&at.bed,
                        "error: libcontainerd: failed to get stdio pipes: no stream\n" CLEANUP
                        "Stdio. " IN("Terminate") DENIED);
    hcs_bed_assert_calls(&at.bed, CREATED "start 1\n" CREATE_PROCESS
                                          "close stream 4\nclose stream 5\nclose stream 6\n"
                                          "terminate 1\nunregister process 7\nclose process 3\n"
                                          "unregister 2\nclose 1");
    hcs_bed_assert_heard(&at.bed, "attach c1 in out err\nnone: no stream");
    assert_false(is_known(&at));
    v17_bed_tear_down(&at);
}

/* What fails behind the start of the process leaves the container running, out of reach. */
static void assert_runs_out_of_reach(struct v17_bed *at)
{
    assert_false(is_reached(at));
    assert_true(is_known(at));
    hcs_bed_assert_logs(&at->bed, "");
    hcs_bed_forget(&at->bed);
    hcs_bed_answer(&at->bed, "process properties", PLAT_S_OK, V17_EXITED(3));
    hcs_bed_notify(&at->bed, V17_PROCESS_REGISTRATION, PLAT_HCS_PROCESS_EXITED, PLAT_S_OK);
    at->event_error = NULL;
    hcs_bed_turn(&at->bed);
    hcs_bed_assert_heard(&at->bed, "exited c1 pid 1004 code 3");
    assert_false(is_known(at));
    v17_bed_tear_down(at);
}

static void test_attach_fails(void **state)
{
    (void)state;
    struct v17_bed at;
    struct v17_container_request request;
    set_up(&at, &request);
    at.attach_error = "no logger";
    create(&at, &request);
    hcs_bed_assert_heard(&at.bed, "attach c1 in out err\nnone: no logger");
    assert_runs_out_of_reach(&at);
}

static void test_daemon_refuses_the_start(void **state)
{
    (void)state;
    struct v17_bed at;
    struct v17_container_request request;
    set_up(&at, &request);
    at.event_error = "no disk";
    create(&at, &request);
    hcs_bed_assert_heard(&at.bed,
                         "attach c1 in out err\nstarted c1 pid 1004 code 0\nSystem: no disk");
    assert_runs_out_of_reach(&at);
}

static void test_destroyed_while_it_starts(void **state)
{
    (void)state;
    static const char *const steps[] = {"create", "start"};
    for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
        struct v17_bed at;
        struct v17_container_request request;
        set_up(&at, &request);
        hcs_bed_answer(&at.bed, steps[i], PLAT_HCS_OPERATION_PENDING, NULL);
        create(&at, &request);
        v17_bed_tear_down(&at);
        at.bed.heard.data[at.bed.heard.len] = '\0';
        assert_string_equal(at.bed.heard.data, "");
    }
}

/* ---- servicing ---- */

static void start_servicing(struct v17_bed *at)
{
    struct v17_container_request request;
    set_up(at, &request);
    at->bed.stdio = "";
    v17_request_add(&request,
                    (struct wcd_runtime_option){.kind = WCD_OPTION_SERVICING, .flag = true});
    create(at, &request);
    hcs_bed_assert_calls(&at->bed, "create c1 " DOCUMENT_OF(
                                       ",\"Servicing\":true") "\nregister 1\nstart 1\n"
                                                              "create process 1 " SERVICING_PROCESS
                                                              "\nregister process 3");
    hcs_bed_assert_heard(&at->bed, "");
    assert_true(is_known(at));
    assert_false(is_reached(at));
}

static void end_process(struct v17_bed *at, plat_hr status, plat_hr hr, const char *properties)
{
    hcs_bed_answer(&at->bed, "process properties", hr, properties);
    hcs_bed_notify(&at->bed, 4, PLAT_HCS_PROCESS_EXITED, status);
    hcs_bed_turn(&at->bed);
}

static void test_servicing(void **state)
{
    (void)state;
    struct v17_bed at;
    start_servicing(&at);
    end_process(&at, PLAT_S_OK, PLAT_S_OK, V17_EXITED(0));
    hcs_bed_assert_heard(&at.bed, "");
    hcs_bed_notify(&at.bed, 2, PLAT_HCS_SYSTEM_EXITED, PLAT_S_OK);
    hcs_bed_turn(&at.bed);
    hcs_bed_assert_heard(&at.bed, "ok");
    hcs_bed_assert_calls(&at.bed, "process properties 3\nunregister process 4\nclose process 3\n"
                                  "unregister 2\nclose 1");
    assert_false(is_known(&at));
    v17_bed_tear_down(&at);
}

static void test_servicing_never_ends(void **state)
{
    (void)state;
    struct v17_bed at;
    start_servicing(&at);
    end_process(&at, PLAT_S_OK, PLAT_S_OK, V17_EXITED(0));
    hcs_bed_advance_s(&at.bed, 300);
    hcs_bed_assert_heard(&at.bed, "Deadline: " TIMED_OUT);
    hcs_bed_assert_logs(&at.bed, "");
    assert_false(is_known(&at));
    v17_bed_tear_down(&at);
}

static void test_servicing_fails(void **state)
{
    (void)state;
    struct v17_bed at;
    start_servicing(&at);
    end_process(&at, PLAT_S_OK, PLAT_S_OK, V17_EXITED(4294967295));
    hcs_bed_assert_heard(&at.bed, "none: libcontainerd: servicing container c1 returned non-zero "
                                  "exit code 4294967295");
    hcs_bed_assert_logs(&at.bed, "");
    v17_bed_tear_down(&at);
    start_servicing(&at);
    hcs_bed_answer(&at.bed, "terminate", plat_hr_win32(PLAT_ERROR_ACCESS_DENIED), NULL);
    end_process(&at, plat_hr_win32(PLAT_ERROR_ACCESS_DENIED), plat_hr_win32(PLAT_ERROR_NOT_FOUND),
                NULL);
    hcs_bed_assert_logs(&at.bed,
                        "warning: libcontainerd: Wait() failed (container may have been killed): "
                        "process 1004 in container c1 encountered an error during Wait: " DENIED
                        "\nwarning: libcontainerd: unable to get exit code from container c1\n"
                        "warning: libcontainerd: terminating servicing container c1 failed: " IN(
                            "Terminate") DENIED);
    hcs_bed_assert_heard(&at.bed, "none: libcontainerd: servicing container c1 returned non-zero "
                                  "exit code -1");
    v17_bed_tear_down(&at);
}

/* ---- execs ---- */

static void test_exec(void **state)
{
    (void)state;
    struct v17_bed at;
    struct wcd_spec_process process = {.present = true};
    struct wcd_error err = WCD_ERROR_INIT;
    v17_bed_set_up(&at);
    v17_bed_start_exec(&at);
    v17_assert_refused(v17_bed_exec(&at, "nope", "e2", &process, &err), &err,
                       "invalid container: nope");
    hcs_bed_answer(&at.bed, "create process", plat_hr_win32(PLAT_ERROR_ACCESS_DENIED), NULL);
    v17_assert_refused(v17_bed_exec(&at, "c1", "e2", &process, &err), &err,
                       IN("CreateProcess") DENIED
                       " extra info: {\"WorkingDirectory\":\"C:\\\\\",\"CreateStdInPipe\":true,"
                       "\"CreateStdOutPipe\":true,\"CreateStdErrPipe\":true,"
                       "\"ConsoleSize\":[0,0]}");
    at.bed.logs.len = strlen("error: libcontainerd: AddProcess(c1) CreateProcess() failed ") +
                      strlen(IN("CreateProcess") DENIED);
    hcs_bed_assert_logs(&at.bed, "error: libcontainerd: AddProcess(c1) CreateProcess() failed " IN(
                                     "CreateProcess") DENIED);
    at.attach_error = "no stream";
    at.attach_hr = plat_hr_win32(PLAT_ERROR_INVALID_PARAMETER);
    v17_assert_refused(v17_bed_exec(&at, "c1", "e2", &process, &err), &err, "no stream");
    hcs_bed_assert_logs(&at.bed, "error: libcontainerd: c1 getting std pipes failed no stream");
    v17_assert_refused(at.runtime->ops->signal_exec(at.runtime, "c1", "e2", 9, &err), &err,
                       "SignalProcess could not find process e2 in c1");
    v17_bed_tear_down(&at);
}

/* One whose attach failed can be reached and is never heard of again, and keeps nobody waiting. */
static void test_exec_attach_fails(void **state)
{
    (void)state;
    struct v17_bed at;
    struct wcd_spec_process process = {.present = true};
    struct wcd_error err = WCD_ERROR_INIT;
    v17_bed_set_up(&at);
    v17_bed_start(&at);
    at.attach_error = "no logger";
    v17_assert_refused(v17_bed_exec(&at, "c1", "e1", &process, &err), &err, "no logger");
    hcs_bed_assert_logs(&at.bed, "");
    hcs_bed_forget(&at.bed);
    assert_int_equal(at.runtime->ops->signal_exec(at.runtime, "c1", "e1", 9, &err), WCD_OK);
    hcs_bed_assert_calls(&at.bed, "terminate process 8");
    hcs_bed_notify(&at.bed, V17_EXEC_REGISTRATION, PLAT_HCS_PROCESS_EXITED, PLAT_S_OK);
    hcs_bed_turn(&at.bed);
    hcs_bed_assert_heard(&at.bed, "");
    assert_int_equal(at.runtime->ops->signal_exec(at.runtime, "c1", "e1", 9, &err), WCD_OK);
    hcs_bed_notify(&at.bed, V17_PROCESS_REGISTRATION, PLAT_HCS_PROCESS_EXITED, PLAT_S_OK);
    hcs_bed_answer(&at.bed, "process properties", PLAT_S_OK, V17_EXITED(0));
    hcs_bed_turn(&at.bed);
    hcs_bed_assert_heard(&at.bed, "exited c1 pid 1004 code 0");
    assert_int_equal(hcs_bed_open_handles(&at.bed), 0);
    v17_bed_tear_down(&at);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_start),
        cmocka_unit_test(test_many_containers),
        cmocka_unit_test(test_create_fails),
        cmocka_unit_test(test_start_fails_at_once),
        cmocka_unit_test(test_start_fails_later),
        cmocka_unit_test(test_create_process_fails),
        cmocka_unit_test(test_streams_cannot_be_used),
        cmocka_unit_test(test_attach_fails),
        cmocka_unit_test(test_daemon_refuses_the_start),
        cmocka_unit_test(test_destroyed_while_it_starts),
        cmocka_unit_test(test_servicing),
        cmocka_unit_test(test_servicing_never_ends),
        cmocka_unit_test(test_servicing_fails),
        cmocka_unit_test(test_exec),
        cmocka_unit_test(test_exec_attach_fails),
    };
    return cmocka_run_group_tests_name("v17_create", tests, NULL, NULL);
}
