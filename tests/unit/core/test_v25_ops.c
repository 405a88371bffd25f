/* v25's local runtime: execs, signals, pauses, sizes and questions. */
#include "tests/unit/core/v25_fixture.h"

#include <stdlib.h>
#include <string.h>

#define EXITED(code)                                                                               \
    "{\"ProcessId\":1004,\"Exited\":true,\"ExitCode\":" code ",\"LastWaitResult\":0}"
#define IN_C1  "container c1 encountered an error during "
#define FAILED ": failure in a Windows system call: "
#define DENIED "Access is denied. (0x5)"

/* The exec's handles behind those of the first process. */
#define EXEC_PROCESS 8u
#define EXEC_REG     12u

static const struct wcd_local_runtime_ops *ops_of(const struct v25_bed *v)
{
    return v->runtime->ops;
}

static struct wcd_runtime_exec exec_of(struct v25_bed *v, struct wcd_spec_process *process)
{
    *process = (struct wcd_spec_process){.present = true};
    return (struct wcd_runtime_exec){
        .id = "e1", .process = process, .with_stdin = true, .attach = v25_attach, .attach_ctx = v};
}

static void start(struct v25_bed *v)
{
    v25_set_up(v);
    v25_create_container(v);
    v25_start_task(v);
}

/* ---- execs ---- */

/* As in the trace 13-exec; the folder is the container's. */
static void test_exec(void **state)
{
    (void)state;
    struct v25_bed v;
    struct wcd_error err = WCD_ERROR_INIT;
    struct wcd_spec_process process;
    uint32_t pid = 0;
    start(&v);
    struct wcd_runtime_exec exec = exec_of(&v, &process);
    exec.with_stdin = false;
    process.command_line = wcd_text_copy("dir");
    assert_int_equal(ops_of(&v)->exec(v.runtime, "c1", &exec, &pid, &err), WCD_OK);
    assert_int_equal(pid, 1008);
    hcs_bed_assert_heard(&v.bed, "attach c1/e1 in 0 out 10 err 11");
    hcs_bed_turn(&v.bed);
    hcs_bed_assert_heard(&v.bed,
                         "exec-added c1/e1 pid 1008 code 0\nexec-started c1/e1 pid 1008 code 0");
    hcs_bed_assert_calls(
        &v.bed, "create process 1 {\"CommandLine\":\"dir\",\"WorkingDirectory\":\"C:\\\\\","
                "\"CreateStdInPipe\":true,\"CreateStdOutPipe\":true,\"CreateStdErrPipe\":true,"
                "\"ConsoleSize\":[0,0]}\nregister process 8\nclose stream 9\n"
                "modify process 8 " V25_CLOSE_STDIN);
    hcs_bed_answer(&v.bed, "process properties", PLAT_S_OK, EXITED("7"));
    hcs_bed_notify(&v.bed, EXEC_REG, PLAT_HCS_PROCESS_EXITED, PLAT_S_OK);
    hcs_bed_turn(&v.bed);
    hcs_bed_assert_heard(&v.bed, "exec-exited c1/e1 pid 1008 code 7");
    hcs_bed_assert_calls(&v.bed, "process properties 8\nunregister process 12\nclose process 8");
    hcs_bed_assert_logs(&v.bed, "debug: exec commandLine: dir\ninfo: sending event\n"
                                "info: sending event");
    V25_ASSERT_REFUSED(ops_of(&v)->signal_exec(v.runtime, "c1", "e1", 9, &v.refused),
                       WCD_E_NOT_FOUND, "process not found");
    assert_int_equal(wcd_v25_status_of(v.runtime, "c1"), WCD_V25_RUNNING);
    free(process.command_line);
    v25_tear_down(&v);
}

static void test_exec_refused(void **state)
{
    (void)state;
    struct v25_bed v;
    struct wcd_spec_process process;
    uint32_t pid = 0;
    v25_set_up(&v);
    struct wcd_runtime_exec exec = exec_of(&v, &process);
    V25_ASSERT_REFUSED(ops_of(&v)->exec(v.runtime, "c1", &exec, &pid, &v.refused), WCD_E_NOT_FOUND,
                       "container \"c1\" not found");
    v25_create_container(&v);
    V25_ASSERT_REFUSED(ops_of(&v)->exec(v.runtime, "c1", &exec, &pid, &v.refused), WCD_E_NOT_FOUND,
                       "task \"c1\" not found");
    v25_start_task(&v);
    hcs_bed_answer(&v.bed, "create process", plat_hr_win32(PLAT_ERROR_ACCESS_DENIED), NULL);
    V25_ASSERT_REFUSED(ops_of(&v)->exec(v.runtime, "c1", &exec, &pid, &v.refused), WCD_E_PLAIN,
                       IN_C1 "hcs::System::CreateProcess: " FAILED DENIED);
    hcs_bed_assert_logs(&v.bed,
                        "debug: exec commandLine: \nerror: exec's CreateProcess() failed: " IN_C1
                        "hcs::System::CreateProcess: " FAILED DENIED);
    v.attach_error = "no";
    V25_ASSERT_REFUSED(ops_of(&v)->exec(v.runtime, "c1", &exec, &pid, &v.refused), WCD_E_PLAIN,
                       "no");
    hcs_bed_assert_logs(&v.bed, "debug: exec commandLine: ");
    hcs_bed_notify(&v.bed, EXEC_REG, PLAT_HCS_PROCESS_EXITED, PLAT_S_OK);
    hcs_bed_turn(&v.bed);
    hcs_bed_assert_heard(&v.bed, "attach c1/e1 in 9 out 10 err 11");
    /* The first process ended; its task is still there, and is being removed. */
    v25_end_task(&v, EXITED("0"));
    assert_int_equal(ops_of(&v)->remove(v.runtime, "c1", v25_done, &v, &v.refused), WCD_OK);
    V25_ASSERT_REFUSED(ops_of(&v)->exec(v.runtime, "c1", &exec, &pid, &v.refused), WCD_E_CONFLICT,
                       "container c1 is busy");
    V25_ASSERT_REFUSED(ops_of(&v)->remove(v.runtime, "c1", v25_done, &v, &v.refused),
                       WCD_E_CONFLICT, "container c1 is busy");
    v25_tear_down(&v);
}

static void test_exec_stdin(void **state)
{
    (void)state;
    struct v25_bed v;
    struct wcd_error err = WCD_ERROR_INIT;
    struct wcd_spec_process process;
    uint32_t pid = 0;
    start(&v);
    struct wcd_runtime_exec exec = exec_of(&v, &process);
    exec.with_stdin = false;
    v.bed.log.least = WCD_LOG_WARN;
    hcs_bed_answer(&v.bed, "modify process", plat_hr_win32(PLAT_ERROR_ACCESS_DENIED), NULL);
    assert_int_equal(ops_of(&v)->exec(v.runtime, "c1", &exec, &pid, &err), WCD_OK);
    hcs_bed_assert_logs(
        &v.bed, "error: error closing exec stdin: process 1008 in container c1 encountered an "
                "error during hcs::Process::CloseStdin" FAILED DENIED);
    exec.with_stdin = true;
    exec.id = "e2";
    v.close_stdin_in_attach = true;
    assert_int_equal(ops_of(&v)->exec(v.runtime, "c1", &exec, &pid, &err), WCD_OK);
    v25_tear_down(&v);
}

/* An exec that outlives the removal of its container still tells its end. */
static void test_exec_outlives(void **state)
{
    (void)state;
    struct v25_bed v;
    struct wcd_error err = WCD_ERROR_INIT;
    struct wcd_spec_process process;
    uint32_t pid = 0;
    start(&v);
    struct wcd_runtime_exec exec = exec_of(&v, &process);
    assert_int_equal(ops_of(&v)->exec(v.runtime, "c1", &exec, &pid, &err), WCD_OK);
    hcs_bed_turn(&v.bed);
    v25_end_task(&v, EXITED("0"));
    hcs_bed_answer(&v.bed, "shutdown", plat_hr_win32(PLAT_ERROR_NOT_FOUND), NULL);
    assert_int_equal(ops_of(&v)->remove(v.runtime, "c1", v25_done, &v, &err), WCD_OK);
    hcs_bed_turn(&v.bed);
    hcs_bed_assert_heard(&v.bed, "done");
    assert_false(ops_of(&v)->knows(v.runtime, "c1"));
    hcs_bed_answer(&v.bed, "process properties", PLAT_S_OK, EXITED("9"));
    hcs_bed_notify(&v.bed, EXEC_REG, PLAT_HCS_PROCESS_EXITED, PLAT_S_OK);
    hcs_bed_turn(&v.bed);
    hcs_bed_assert_heard(&v.bed, "exec-exited c1/e1 pid 1008 code 9");
    assert_int_equal(hcs_bed_open_handles(&v.bed), 0);
    v25_tear_down(&v);
}

/* ---- signals ---- */

static void test_signals(void **state)
{
    (void)state;
    struct v25_bed v;
    struct wcd_error err = WCD_ERROR_INIT;
    v25_set_up(&v);
    V25_ASSERT_REFUSED(ops_of(&v)->signal(v.runtime, "c1", 9, &v.refused), WCD_E_NOT_FOUND,
                       "container \"c1\" not found");
    v25_create_container(&v);
    V25_ASSERT_REFUSED(ops_of(&v)->signal(v.runtime, "c1", 9, &v.refused), WCD_E_NOT_FOUND,
                       "task \"c1\" not found");
    v25_start_task(&v);
    v.bed.log.least = WCD_LOG_WARN;
    hcs_bed_answer(&v.bed, "shutdown", plat_hr_win32(PLAT_ERROR_ACCESS_DENIED), NULL);
    hcs_bed_answer(&v.bed, "shutdown", plat_hr_win32(PLAT_ERROR_NOT_FOUND), NULL);
    hcs_bed_answer(&v.bed, "terminate", plat_hr_win32(PLAT_ERROR_ACCESS_DENIED), NULL);
    assert_int_equal(ops_of(&v)->signal(v.runtime, "c1", 2, &err), WCD_OK);
    assert_int_equal(ops_of(&v)->signal(v.runtime, "c1", 15, &err), WCD_OK);
    assert_false(wcd_v25_terminate_invoked(v.runtime, "c1"));
    assert_int_equal(ops_of(&v)->signal(v.runtime, "c1", 9, &err), WCD_OK);
    assert_true(wcd_v25_terminate_invoked(v.runtime, "c1"));
    hcs_bed_assert_calls(&v.bed, "shutdown 1\nshutdown 1\nterminate 1");
    hcs_bed_assert_logs(&v.bed, "error: failed to shutdown hccshim container: " IN_C1
                                "hcs::System::Shutdown" FAILED DENIED
                                "\nerror: failed to terminate hccshim container: " IN_C1
                                "hcs::System::Terminate" FAILED DENIED);
    v25_tear_down(&v);
}

static void test_process_calls(void **state)
{
    (void)state;
    struct v25_bed v;
    struct wcd_error err = WCD_ERROR_INIT;
    v25_set_up(&v);
    V25_ASSERT_REFUSED(ops_of(&v)->resize(v.runtime, "c1", NULL, 1, 1, &v.refused), WCD_E_NOT_FOUND,
                       "container \"c1\" not found");
    v25_create_container(&v);
    V25_ASSERT_REFUSED(ops_of(&v)->resize(v.runtime, "c1", NULL, 1, 1, &v.refused), WCD_E_NOT_FOUND,
                       "process not found");
    v25_start_task(&v);
    assert_int_equal(ops_of(&v)->resize(v.runtime, "c1", NULL, 4294967295u, 131072, &err), WCD_OK);
    assert_int_equal(ops_of(&v)->close_stdin(v.runtime, "c1", NULL, &err), WCD_OK);
    assert_int_equal(ops_of(&v)->signal_exec(v.runtime, "c1", NULL, 15, &err), WCD_OK);
    hcs_bed_assert_calls(
        &v.bed,
        "modify process 3 {\"Operation\":\"ConsoleSize\",\"ConsoleSize\":{\"Height\":0,\"Width\":65535}}\n"
        "modify process 3 " V25_CLOSE_STDIN "\n"
        "open c1\nregister 8\nproperties 8 {}\nopen process 8 1004\nregister process 10\n"
        "terminate process 10\nunregister process 11\nclose process 10\nunregister 9\nclose 8");
    hcs_bed_assert_logs(&v.bed, "debug: resizing");
    v25_end_task(&v, EXITED("0"));
    V25_ASSERT_REFUSED(ops_of(&v)->close_stdin(v.runtime, "c1", NULL, &v.refused), WCD_E_NOT_FOUND,
                       "process not found");
    V25_ASSERT_REFUSED(ops_of(&v)->close_stdin(v.runtime, "c1", "none", &v.refused),
                       WCD_E_NOT_FOUND, "process not found");
    v25_tear_down(&v);
}

/* ---- pauses ---- */

static void test_pause_refused(void **state)
{
    (void)state;
    struct v25_bed v;
    v25_set_up(&v);
    V25_ASSERT_REFUSED(ops_of(&v)->pause(v.runtime, "c1", v25_done, &v, &v.refused),
                       WCD_E_NOT_FOUND, "container \"c1\" not found");
    v25_create_container(&v);
    V25_ASSERT_REFUSED(ops_of(&v)->pause(v.runtime, "c1", v25_done, &v, &v.refused), WCD_E_PLAIN,
                       "not implemented");
    V25_ASSERT_REFUSED(ops_of(&v)->resume(v.runtime, "c1", v25_done, &v, &v.refused), WCD_E_PLAIN,
                       "cannot resume Windows Server Containers");
    v25_tear_down(&v);
    v25_set_up(&v);
    v25_make_hyperv(&v);
    v25_create_container(&v);
    V25_ASSERT_REFUSED(ops_of(&v)->pause(v.runtime, "c1", v25_done, &v, &v.refused),
                       WCD_E_NOT_FOUND, "task \"c1\" not found");
    v25_start_task(&v);
    hcs_bed_answer(&v.bed, "pause", PLAT_HCS_INVALID_STATE, NULL);
    V25_ASSERT_REFUSED(
        ops_of(&v)->pause(v.runtime, "c1", v25_done, &v, &v.refused), WCD_E_PLAIN,
        IN_C1 "hcs::System::Pause" FAILED
              "The requested virtual machine or container operation is not valid in the current "
              "state. (0xc0370105)");
    v25_tear_down(&v);
}

static void test_pause(void **state)
{
    (void)state;
    struct v25_bed v;
    struct wcd_error err = WCD_ERROR_INIT;
    v25_set_up(&v);
    v25_make_hyperv(&v);
    v25_create_container(&v);
    v25_start_task(&v);
    hcs_bed_answer(&v.bed, "pause", PLAT_HCS_OPERATION_PENDING, NULL);
    assert_int_equal(ops_of(&v)->pause(v.runtime, "c1", v25_done, &v, &err), WCD_OK);
    V25_ASSERT_REFUSED(ops_of(&v)->resume(v.runtime, "c1", v25_done, &v, &v.refused),
                       WCD_E_CONFLICT, "container c1 is busy");
    hcs_bed_notify(&v.bed, V25_REGISTRATION, PLAT_HCS_SYSTEM_PAUSE_COMPLETED, PLAT_S_OK);
    hcs_bed_turn(&v.bed);
    hcs_bed_assert_heard(&v.bed, "done\npaused c1 pid 0 code 0");
    hcs_bed_assert_logs(&v.bed, "info: sending event");
    assert_int_equal(wcd_v25_status_of(v.runtime, "c1"), WCD_V25_PAUSED);
    hcs_bed_answer(&v.bed, "resume", PLAT_HCS_OPERATION_PENDING, NULL);
    assert_int_equal(ops_of(&v)->resume(v.runtime, "c1", v25_done, &v, &err), WCD_OK);
    hcs_bed_notify(&v.bed, V25_REGISTRATION, PLAT_HCS_SYSTEM_RESUME_COMPLETED, PLAT_HCS_TERMINATED);
    hcs_bed_turn(&v.bed);
    hcs_bed_assert_heard(&v.bed,
                         "done none: " IN_C1 "hcs::System::Resume" FAILED
                         "The virtual machine or container was forcefully exited. (0xc0370107)");
    assert_int_equal(wcd_v25_status_of(v.runtime, "c1"), WCD_V25_PAUSED);
    assert_int_equal(ops_of(&v)->resume(v.runtime, "c1", v25_done, &v, &err), WCD_OK);
    hcs_bed_turn(&v.bed);
    hcs_bed_assert_heard(&v.bed, "done\nresumed c1 pid 0 code 0");
    assert_int_equal(wcd_v25_status_of(v.runtime, "c1"), WCD_V25_RUNNING);
    /* A pause that goes on keeps the container from being removed. */
    v25_end_task(&v, EXITED("0"));
    hcs_bed_answer(&v.bed, "pause", PLAT_HCS_OPERATION_PENDING, NULL);
    assert_int_equal(ops_of(&v)->pause(v.runtime, "c1", v25_done, &v, &err), WCD_OK);
    V25_ASSERT_REFUSED(ops_of(&v)->remove(v.runtime, "c1", v25_done, &v, &v.refused),
                       WCD_E_CONFLICT, "container c1 is busy");
    v25_tear_down(&v);
}

/* ---- questions ---- */

typedef enum wcd_errc ask_fn(struct wcd_local_runtime *runtime, const char *id,
                             struct wcd_json **out, struct wcd_error *err);

static void check_answer(ask_fn *ask, const char *properties, const char *expected)
{
    struct v25_bed v;
    struct wcd_json *found = NULL;
    struct wcd_error err = WCD_ERROR_INIT;
    start(&v);
    hcs_bed_answer(&v.bed, "properties", PLAT_S_OK, properties);
    assert_int_equal(ask(v.runtime, "c1", &found, &err), WCD_OK);
    char *printed = found == NULL ? NULL : wcd_json_print(found);
    if (expected == NULL) {
        assert_null(found);
    } else {
        assert_string_equal(printed, expected);
    }
    free(printed);
    wcd_json_free(found);
    v25_tear_down(&v);
}

static void test_questions(void **state)
{
    (void)state;
    struct v25_bed v;
    struct wcd_json *found = NULL;
    v25_set_up(&v);
    const struct wcd_local_runtime_ops *ops = ops_of(&v);
    check_answer(ops->stats, "{\"Statistics\":{\"Uptime100ns\":5}}", "{\"Uptime100ns\":5}");
    check_answer(ops->stats, "{\"Id\":\"c1\"}", NULL);
    check_answer(ops->stats, "{\"Statistics\":null}", NULL);
    check_answer(ops->summary, "{\"ProcessList\":[{\"ProcessId\":4}]}", "[{\"ProcessId\":4}]");
    check_answer(ops->summary, "{}", "[]");
    V25_ASSERT_REFUSED(ops->stats(v.runtime, "c1", &found, &v.refused), WCD_E_NOT_FOUND,
                       "container \"c1\" not found");
    v25_create_container(&v);
    v25_start_task(&v);
    hcs_bed_answer(&v.bed, "properties", plat_hr_win32(PLAT_ERROR_ACCESS_DENIED), NULL);
    V25_ASSERT_REFUSED(ops->summary(v.runtime, "c1", &found, &v.refused), WCD_E_PLAIN,
                       IN_C1 "hcs::System::Properties" FAILED DENIED);
    assert_null(found);
    assert_int_equal(ops->stats(v.runtime, "c1", &found, &v.refused), WCD_OK);
    hcs_bed_assert_calls(&v.bed, "properties 1 {\"PropertyTypes\":[\"ProcessList\"]}\n"
                                 "properties 1 {\"PropertyTypes\":[\"Statistics\"]}");
    v25_tear_down(&v);
}

static void test_what_windows_has_not(void **state)
{
    (void)state;
    struct v25_bed v;
    struct wcd_error err = WCD_ERROR_INIT;
    v25_set_up(&v);
    assert_int_equal(ops_of(&v)->update(v.runtime, "c1", &err), WCD_OK);
    V25_ASSERT_REFUSED(ops_of(&v)->checkpoint(v.runtime, "c1", &v.refused), WCD_E_PLAIN,
                       "Windows: Containers do not support checkpoints");
    V25_ASSERT_REFUSED(ops_of(&v)->pids(v.runtime, "c1", &v.refused), WCD_E_PLAIN,
                       "not implemented on Windows");
    v25_tear_down(&v);
}

/* ---- the daemon's answers ---- */

static void test_events_refused(void **state)
{
    (void)state;
    struct v25_bed v;
    struct wcd_error err = WCD_ERROR_INIT;
    uint32_t pid = 0;
    v25_set_up(&v);
    v.event_error = "not now";
    v.bed.log.least = WCD_LOG_WARN;
    assert_int_equal(ops_of(&v)->create(v.runtime, &v.request, v25_done, &v, &err), WCD_OK);
    hcs_bed_turn(&v.bed);
    assert_int_equal(ops_of(&v)->new_task(v.runtime, "c1", true, v25_attach, &v, &pid, &err),
                     WCD_OK);
    hcs_bed_turn(&v.bed);
    hcs_bed_assert_heard(&v.bed, "done\ncreated c1 pid 0 code 0\n"
                                 "attach c1 in 4 out 5 err 6\nstarted c1 pid 1004 code 0");
    hcs_bed_assert_logs(&v.bed, "error: failed to process event: not now\n"
                                "error: failed to process event: not now");
    v25_tear_down(&v);
}

/* Many containers: none is lost among the others. */
static void test_many(void **state)
{
    (void)state;
    struct v25_bed v;
    struct wcd_error err = WCD_ERROR_INIT;
    char ids[100][8];
    v25_set_up(&v);
    for (size_t i = 0; i < 100; i++) {
        char *id = wcd_text_format("c%zu", i);
        memcpy(ids[i], id, strlen(id) + 1);
        free(id);
        v.request.id = ids[i];
        assert_int_equal(ops_of(&v)->create(v.runtime, &v.request, v25_done, &v, &err), WCD_OK);
        hcs_bed_turn(&v.bed);
        hcs_bed_forget(&v.bed);
    }
    for (size_t i = 0; i < 100; i += 2) {
        hcs_bed_answer(&v.bed, "shutdown", plat_hr_win32(PLAT_ERROR_NOT_FOUND), NULL);
        assert_int_equal(ops_of(&v)->remove(v.runtime, ids[i], v25_done, &v, &err), WCD_OK);
    }
    hcs_bed_turn(&v.bed);
    for (size_t i = 0; i < 100; i++) {
        assert_int_equal(ops_of(&v)->knows(v.runtime, ids[i]), i % 2 == 1);
    }
    assert_int_equal(hcs_bed_open_handles(&v.bed), 100);
    v25_tear_down(&v);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_exec),           cmocka_unit_test(test_exec_refused),
        cmocka_unit_test(test_exec_stdin),     cmocka_unit_test(test_exec_outlives),
        cmocka_unit_test(test_signals),        cmocka_unit_test(test_process_calls),
        cmocka_unit_test(test_pause_refused),  cmocka_unit_test(test_pause),
        cmocka_unit_test(test_questions),      cmocka_unit_test(test_what_windows_has_not),
        cmocka_unit_test(test_events_refused), cmocka_unit_test(test_many),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
