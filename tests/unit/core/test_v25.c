/* v25's local runtime: a container's life, and each way in which it can go wrong. */
#include "tests/unit/core/v25_fixture.h"

#include <stdlib.h>
#include <string.h>

#define EXITED(code)                                                                               \
    "{\"ProcessId\":1004,\"Exited\":true,\"ExitCode\":" code ",\"LastWaitResult\":0}"
#define IN_C1  "container c1 encountered an error during "
#define FAILED ": failure in a Windows system call: "
#define DENIED "Access is denied. (0x5)"

static const struct wcd_local_runtime_ops *ops_of(const struct v25_bed *v)
{
    return v->runtime->ops;
}

/* ---- the whole ---- */

/* As in the traces 11-start and 21-stop of the original. */
static void test_life(void **state)
{
    (void)state;
    struct v25_bed v;
    struct wcd_error err = WCD_ERROR_INIT;
    uint32_t number = 0;
    v25_set_up(&v);
    assert_false(ops_of(&v)->knows(v.runtime, "c1"));
    hcs_bed_answer(&v.bed, "create", PLAT_HCS_OPERATION_PENDING, NULL);
    hcs_bed_answer(&v.bed, "start", PLAT_HCS_OPERATION_PENDING, NULL);
    assert_int_equal(ops_of(&v)->create(v.runtime, &v.request, v25_done, &v, &err), WCD_OK);
    assert_true(ops_of(&v)->knows(v.runtime, "c1"));
    assert_int_equal(wcd_v25_status_of(v.runtime, "c1"), WCD_V25_NO_TASK);
    hcs_bed_notify(&v.bed, V25_REGISTRATION, PLAT_HCS_SYSTEM_CREATE_COMPLETED, PLAT_S_OK);
    hcs_bed_turn(&v.bed);
    hcs_bed_assert_heard(&v.bed, "");
    hcs_bed_notify(&v.bed, V25_REGISTRATION, PLAT_HCS_SYSTEM_START_COMPLETED, PLAT_S_OK);
    hcs_bed_turn(&v.bed);
    hcs_bed_assert_heard(&v.bed, "done\ncreated c1 pid 0 code 0");

    assert_int_equal(ops_of(&v)->new_task(v.runtime, "c1", false, v25_attach, &v, &number, &err),
                     WCD_OK);
    assert_int_equal(number, 1004);
    hcs_bed_assert_heard(&v.bed, "attach c1 in 0 out 5 err 6");
    hcs_bed_turn(&v.bed);
    hcs_bed_assert_heard(&v.bed, "started c1 pid 1004 code 0");
    hcs_bed_assert_calls(&v.bed,
                         "create c1 " V25_CONTAINER_DOC "\nregister 1\nproperties 1 {}\nstart 1\n"
                         "create process 1 " V25_PROCESS_DOC "\nregister process 3\n"
                         "close stream 4\nmodify process 3 " V25_CLOSE_STDIN);
    assert_int_equal(wcd_v25_status_of(v.runtime, "c1"), WCD_V25_RUNNING);

    hcs_bed_answer(&v.bed, "shutdown", PLAT_HCS_OPERATION_PENDING, NULL);
    assert_int_equal(ops_of(&v)->signal(v.runtime, "c1", 15, &err), WCD_OK);
    hcs_bed_answer(&v.bed, "process properties", PLAT_S_OK, EXITED("3221225786"));
    hcs_bed_notify(&v.bed, V25_PROCESS_REG, PLAT_HCS_PROCESS_EXITED, PLAT_S_OK);
    hcs_bed_turn(&v.bed);
    hcs_bed_assert_heard(&v.bed, "exited c1 pid 1004 code 3221225786");
    assert_int_equal(wcd_v25_status_of(v.runtime, "c1"), WCD_V25_STOPPED);
    assert_int_equal(ops_of(&v)->delete_task(v.runtime, "c1", &number, &err), WCD_OK);
    assert_int_equal(number, 3221225786u);
    hcs_bed_answer(&v.bed, "shutdown", PLAT_HCS_OPERATION_PENDING, NULL);
    assert_int_equal(ops_of(&v)->remove(v.runtime, "c1", v25_done, &v, &err), WCD_OK);
    hcs_bed_notify(&v.bed, V25_REGISTRATION, PLAT_HCS_SYSTEM_EXITED, PLAT_S_OK);
    hcs_bed_turn(&v.bed);
    hcs_bed_assert_heard(&v.bed, "done");
    hcs_bed_assert_calls(&v.bed, "shutdown 1\nprocess properties 3\nunregister process 7\n"
                                 "close process 3\nshutdown 1\nunregister 2\nclose 1");
    assert_false(ops_of(&v)->knows(v.runtime, "c1"));
    hcs_bed_assert_logs(&v.bed, "debug: starting container\n"
                                "debug: createWindows() completed successfully\n"
                                "info: sending event\n"
                                "debug: start commandLine: cmd\n"
                                "debug: init process started\n"
                                "debug: start() completed\n"
                                "info: sending event\n"
                                "debug: Signal()\n"
                                "info: sending event\n"
                                "debug: completed container shutdown");
    v25_tear_down(&v);
}

/* ---- creation ---- */

static void test_create_refused(void **state)
{
    (void)state;
    struct v25_bed v;
    v25_set_up(&v);
    v.request.os = "linux";
    V25_ASSERT_REFUSED(ops_of(&v)->create(v.runtime, &v.request, v25_done, &v, &v.refused),
                       WCD_E_PLAIN, "linux containers are not supported on this platform");
    v.request.os = "windows";
    v.spec.root.readonly = true;
    V25_ASSERT_REFUSED(ops_of(&v)->create(v.runtime, &v.request, v25_done, &v, &v.refused),
                       WCD_E_PLAIN,
                       "OCI spec is invalid - Root.Readonly must not be set on Windows");
    v.spec.root.readonly = false;
    hcs_bed_answer(&v.bed, "create", PLAT_HCS_INVALID_JSON, NULL);
    V25_ASSERT_REFUSED(
        ops_of(&v)->create(v.runtime, &v.request, v25_done, &v, &v.refused), WCD_E_PLAIN,
        "hcs::CreateComputeSystem c1: The virtual machine or container JSON document is invalid.");
    assert_false(ops_of(&v)->knows(v.runtime, "c1"));
    v25_create_container(&v);
    V25_ASSERT_REFUSED(ops_of(&v)->create(v.runtime, &v.request, v25_done, &v, &v.refused),
                       WCD_E_CONFLICT, "id already in use");
    V25_ASSERT_REFUSED(ops_of(&v)->restore(v.runtime, "c1", v25_done, &v, &v.refused),
                       WCD_E_CONFLICT, "id already in use");
    hcs_bed_turn(&v.bed);
    hcs_bed_assert_heard(&v.bed, "");
    v25_tear_down(&v);
}

static void test_create_fails_later(void **state)
{
    (void)state;
    struct v25_bed v;
    struct wcd_error err = WCD_ERROR_INIT;
    v25_set_up(&v);
    hcs_bed_answer(&v.bed, "create", PLAT_HCS_OPERATION_PENDING, NULL);
    assert_int_equal(ops_of(&v)->create(v.runtime, &v.request, v25_done, &v, &err), WCD_OK);
    V25_ASSERT_REFUSED(ops_of(&v)->remove(v.runtime, "c1", v25_done, &v, &v.refused),
                       WCD_E_CONFLICT, "container c1 is busy");
    V25_ASSERT_REFUSED(
        ops_of(&v)->new_task(v.runtime, "c1", true, v25_attach, &v, NULL, &v.refused),
        WCD_E_CONFLICT, "container c1 is busy");
    hcs_bed_notify(&v.bed, V25_REGISTRATION, PLAT_HCS_SYSTEM_CREATE_COMPLETED,
                   plat_hr_win32(PLAT_ERROR_INVALID_PARAMETER));
    hcs_bed_turn(&v.bed);
    hcs_bed_assert_heard(&v.bed,
                         "done none: hcs::CreateComputeSystem c1: The parameter is incorrect.");
    assert_false(ops_of(&v)->knows(v.runtime, "c1"));
    hcs_bed_assert_calls(&v.bed,
                         "create c1 " V25_CONTAINER_DOC "\nregister 1\nunregister 2\nclose 1");
    v25_tear_down(&v);
}

#define STARTED_CALLS "create c1 " V25_CONTAINER_DOC "\nregister 1\nproperties 1 {}\nstart 1\n"
#define START_ERROR   IN_C1 "hcs::System::Start" FAILED
#define EXIT_TEXT     "The virtual machine or container exited unexpectedly. (0xc0370106)"

/* A start that fails is cleaned up behind. */
struct start_failure {
    uint32_t start_hr; /* pending: the completion has start_status */
    uint32_t start_status;
    uint32_t terminate_hr;
    uint32_t exit_after_s; /* the system's end behind a terminate that works; 0: at once */
    bool never_exits;
    const char *heard;
    const char *logs;
};

static const struct start_failure start_failures[] = {
    {0x80070005, 0, 0xC0370103, 0, false, "done none: " START_ERROR DENIED,
     "debug: starting container\nerror: failed to start container: " START_ERROR DENIED
     "\ndebug: cleaned up after failed Start by calling Terminate"},
    {0xC0370103, 0xC0370106, 0xC0370103, 5, false, "done none: " START_ERROR EXIT_TEXT,
     "debug: starting container\nerror: failed to start container: " START_ERROR EXIT_TEXT
     "\ndebug: cleaned up after failed Start by calling Terminate"},
    {0xC0370103, 0xC0370106, 0x80070005, 0, false, "done none: " START_ERROR EXIT_TEXT,
     "debug: starting container\nerror: failed to start container: " START_ERROR EXIT_TEXT
     "\ndebug: failed to terminate container: " IN_C1 "hcs::System::Terminate" FAILED DENIED
     "\nerror: failed to cleanup after a failed Start: " IN_C1
     "hcs::System::Terminate" FAILED DENIED},
    {0xC0370103, 0xC0370106, 0x80070490, 0, false, "done none: " START_ERROR EXIT_TEXT,
     "debug: starting container\nerror: failed to start container: " START_ERROR EXIT_TEXT
     "\ndebug: cleaned up after failed Start by calling Terminate"},
    {0xC0370103, 0xC0370106, 0xC0370103, 0, true, "done none: " START_ERROR EXIT_TEXT,
     "debug: starting container\nerror: failed to start container: " START_ERROR EXIT_TEXT
     "\ndebug: failed to terminate container: " IN_C1
     "hcsshim::ComputeSystem::Wait: hcsshim: timeout waiting for notification"
     "\nerror: failed to cleanup after a failed Start: " IN_C1
     "hcsshim::ComputeSystem::Wait: hcsshim: timeout waiting for notification"},
};

static void check_start_failure(const struct start_failure *f)
{
    struct v25_bed v;
    struct wcd_error err = WCD_ERROR_INIT;
    v25_set_up(&v);
    hcs_bed_answer(&v.bed, "start", plat_hr_of(f->start_hr), NULL);
    hcs_bed_answer(&v.bed, "terminate", plat_hr_of(f->terminate_hr), NULL);
    assert_int_equal(ops_of(&v)->create(v.runtime, &v.request, v25_done, &v, &err), WCD_OK);
    hcs_bed_turn(&v.bed);
    if (f->start_status != 0) {
        hcs_bed_notify(&v.bed, V25_REGISTRATION, PLAT_HCS_SYSTEM_START_COMPLETED,
                       plat_hr_of(f->start_status));
        hcs_bed_turn(&v.bed);
    }
    if (f->never_exits) {
        hcs_bed_advance_s(&v.bed, 299);
        hcs_bed_assert_heard(&v.bed, "");
        hcs_bed_advance_s(&v.bed, 1);
    } else if (f->terminate_hr == 0xC0370103) {
        hcs_bed_advance_s(&v.bed, f->exit_after_s);
        hcs_bed_assert_heard(&v.bed, "");
        hcs_bed_notify(&v.bed, V25_REGISTRATION, PLAT_HCS_SYSTEM_EXITED, PLAT_S_OK);
        hcs_bed_turn(&v.bed);
    }
    hcs_bed_assert_heard(&v.bed, f->heard);
    hcs_bed_assert_logs(&v.bed, f->logs);
    hcs_bed_assert_calls(&v.bed, STARTED_CALLS "terminate 1\nunregister 2\nclose 1");
    assert_false(ops_of(&v)->knows(v.runtime, "c1"));
    v25_tear_down(&v);
}

static void test_start_failures(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(start_failures) / sizeof(start_failures[0]); i++) {
        check_start_failure(&start_failures[i]);
    }
}

/* ---- the first process ---- */

static void test_new_task_refused(void **state)
{
    (void)state;
    struct v25_bed v;
    uint32_t pid = 0;
    v25_set_up(&v);
    V25_ASSERT_REFUSED(
        ops_of(&v)->new_task(v.runtime, "c\"1", true, v25_attach, &v, &pid, &v.refused),
        WCD_E_NOT_FOUND, "container \"c\\\"1\" not found");
    v25_create_container(&v);
    hcs_bed_answer(&v.bed, "create process", plat_hr_win32(PLAT_ERROR_FILE_NOT_FOUND), NULL);
    V25_ASSERT_REFUSED(
        ops_of(&v)->new_task(v.runtime, "c1", true, v25_attach, &v, &pid, &v.refused), WCD_E_PLAIN,
        IN_C1 "hcs::System::CreateProcess: cmd" FAILED
              "The system cannot find the file specified. (0x2)");
    hcs_bed_assert_logs(&v.bed, "debug: start commandLine: cmd\n"
                                "error: CreateProcess() failed: " IN_C1
                                "hcs::System::CreateProcess: cmd" FAILED
                                "The system cannot find the file specified. (0x2)");
    v25_start_task(&v);
    V25_ASSERT_REFUSED(
        ops_of(&v)->new_task(v.runtime, "c1", true, v25_attach, &v, &pid, &v.refused),
        WCD_E_NOT_MODIFIED, "already exists");
    v25_tear_down(&v);
}

static void test_attach_fails(void **state)
{
    (void)state;
    struct v25_bed v;
    uint32_t pid = 0;
    v25_set_up(&v);
    v25_create_container(&v);
    v.attach_error = "no logger";
    hcs_bed_answer(&v.bed, "open", PLAT_HCS_SYSTEM_NOT_FOUND, NULL);
    hcs_bed_answer(&v.bed, "terminate", plat_hr_win32(PLAT_ERROR_ACCESS_DENIED), NULL);
    V25_ASSERT_REFUSED(
        ops_of(&v)->new_task(v.runtime, "c1", false, v25_attach, &v, &pid, &v.refused), WCD_E_PLAIN,
        "no logger");
    hcs_bed_assert_logs(
        &v.bed,
        "debug: start commandLine: cmd\n"
        "debug: init process started\n"
        "error: failed to attach stdio: no logger\n"
        "error: OpenComputeSystem() call failed: hcs::OpenComputeSystem c1: A virtual machine or "
        "container with the specified identifier does not exist.\n"
        "error: Terminate() call failed: " IN_C1 "hcs::System::Terminate" FAILED DENIED
        "\nerror: failed to kill process: " IN_C1 "hcs::System::Terminate" FAILED DENIED);
    hcs_bed_turn(&v.bed);
    hcs_bed_assert_heard(&v.bed, "attach c1 in 0 out 5 err 6");
    assert_int_equal(wcd_v25_status_of(v.runtime, "c1"), WCD_V25_NO_TASK);
    /* It dies later, and is closed then. */
    hcs_bed_forget(&v.bed);
    hcs_bed_answer(&v.bed, "close process", plat_hr_win32(PLAT_ERROR_ACCESS_DENIED), NULL);
    hcs_bed_notify(&v.bed, V25_PROCESS_REG, PLAT_HCS_PROCESS_EXITED, PLAT_HCS_UNEXPECTED_EXIT);
    hcs_bed_turn(&v.bed);
    hcs_bed_assert_heard(&v.bed, "");
    hcs_bed_assert_calls(&v.bed, "unregister process 7\nclose process 3");
    hcs_bed_assert_logs(
        &v.bed,
        "error: failed to wait for process: process 1004 in container c1 encountered an error "
        "during hcs::Process::waitBackground" FAILED EXIT_TEXT
        "\nerror: failed to clean process resources: process 1004 in container c1 encountered an "
        "error during hcs::Process::Close" FAILED DENIED);
    /* Streams that cannot be used are another line. */
    v.attach_error = "pipe";
    v.attach_hr = plat_hr_win32(PLAT_ERROR_ACCESS_DENIED);
    V25_ASSERT_REFUSED(
        ops_of(&v)->new_task(v.runtime, "c1", true, v25_attach, &v, &pid, &v.refused), WCD_E_PLAIN,
        "pipe: Access is denied.");
    hcs_bed_assert_logs(&v.bed, "debug: start commandLine: cmd\ndebug: init process started\n"
                                "error: failed to get stdio pipes: pipe: Access is denied.");
    v25_tear_down(&v);
}

/* A container that is removed while a process that nobody attached to is dying. */
static void test_remove_over_dying(void **state)
{
    (void)state;
    struct v25_bed v;
    struct wcd_error err = WCD_ERROR_INIT;
    uint32_t pid = 0;
    v25_set_up(&v);
    v25_create_container(&v);
    v.attach_error = "no";
    V25_ASSERT_REFUSED(
        ops_of(&v)->new_task(v.runtime, "c1", true, v25_attach, &v, &pid, &v.refused), WCD_E_PLAIN,
        "no");
    assert_int_equal(ops_of(&v)->remove(v.runtime, "c1", v25_done, &v, &err), WCD_OK);
    hcs_bed_advance_s(&v.bed, 300);
    hcs_bed_assert_heard(&v.bed, "attach c1 in 4 out 5 err 6");
    hcs_bed_advance_s(&v.bed, 300);
    hcs_bed_assert_heard(
        &v.bed,
        "done none: failed to shutdown container: " IN_C1
        "hcsshim::ComputeSystem::Wait: hcsshim: timeout waiting for notification: subsequent terminate "
        "failed " IN_C1 "hcsshim::ComputeSystem::Wait: hcsshim: timeout waiting for notification");
    assert_false(ops_of(&v)->knows(v.runtime, "c1"));
    assert_int_equal(hcs_bed_open_handles(&v.bed), 2); /* the process and its registration */
    hcs_bed_notify(&v.bed, V25_PROCESS_REG, PLAT_HCS_PROCESS_EXITED, PLAT_S_OK);
    hcs_bed_turn(&v.bed);
    assert_int_equal(hcs_bed_open_handles(&v.bed), 0);
    v25_tear_down(&v);
}

/* The daemon may close a process's input while it attaches. */
static void test_stdin_in_attach(void **state)
{
    (void)state;
    struct v25_bed v;
    v25_set_up(&v);
    v25_create_container(&v);
    v.close_stdin_in_attach = true;
    v25_start_task(&v);
    v25_tear_down(&v);
}

struct stdin_answer {
    uint32_t hr;
    const char *log; /* what is said; NULL: nothing */
};

static void test_unwanted_stdin(void **state)
{
    (void)state;
    static const struct stdin_answer answers[] = {
        {0xC037010E, NULL},
        {0x80070490, NULL},
        {0xC0370105, NULL},
        {0x80070005, "process 1004 in container c1 encountered an error during "
                     "hcs::Process::CloseStdin" FAILED DENIED},
    };
    for (size_t i = 0; i < sizeof(answers) / sizeof(answers[0]); i++) {
        struct v25_bed v;
        struct wcd_error err = WCD_ERROR_INIT;
        uint32_t pid = 0;
        v25_set_up(&v);
        v25_create_container(&v);
        v.bed.log.least = WCD_LOG_WARN;
        hcs_bed_answer(&v.bed, "modify process", plat_hr_of(answers[i].hr), NULL);
        assert_int_equal(ops_of(&v)->new_task(v.runtime, "c1", false, v25_attach, &v, &pid, &err),
                         WCD_OK);
        char *line =
            wcd_text_format("warning: error closing stdin: %s", wcd_text_or_empty(answers[i].log));
        hcs_bed_assert_logs(&v.bed, answers[i].log == NULL ? "" : line);
        free(line);
        v25_tear_down(&v);
    }
}

/* ---- the exit ---- */

struct bad_exit {
    uint32_t status;        /* of the notification */
    const char *properties; /* NULL: they are refused */
    const char *close_call; /* that fails; NULL: none */
    const char *heard;
    const char *logs;
};

#define PROCESS_ERROR "process 1004 in container c1 encountered an error during "

static const struct bad_exit bad_exits[] = {
    {0xC0370106, NULL, NULL, "exited c1 pid 1004 code 4294967295",
     "warning: Wait() failed (container may have been killed): " PROCESS_ERROR
     "hcs::Process::waitBackground" FAILED EXIT_TEXT
     "\nwarning: unable to get exit code for process: " PROCESS_ERROR
     "hcs::Process::waitBackground" FAILED EXIT_TEXT},
    {0x8007006D, NULL, NULL, "exited c1 pid 1004 code 4294967295", ""},
    {0, EXITED("3"), "close process",
     "exited c1 pid 1004 code 4294967295 hcsProcess.Close() failed " PROCESS_ERROR
     "hcs::Process::Close" FAILED DENIED,
     "warning: failed to cleanup hcs process resources: " PROCESS_ERROR
     "hcs::Process::Close" FAILED DENIED},
    {0, "{\"Exited\":true,\"ExitCode\":3,\"LastWaitResult\":-1}", NULL,
     "exited c1 pid 1004 code 4294967295", "warning: non-zero last wait result: -1"},
};

static void test_bad_exits(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(bad_exits) / sizeof(bad_exits[0]); i++) {
        const struct bad_exit *bad = &bad_exits[i];
        struct v25_bed v;
        v25_set_up(&v);
        v25_create_container(&v);
        v25_start_task(&v);
        v.bed.log.least = WCD_LOG_WARN;
        if (bad->properties != NULL) {
            hcs_bed_answer(&v.bed, "process properties", PLAT_S_OK, bad->properties);
        }
        if (bad->close_call != NULL) {
            hcs_bed_answer(&v.bed, bad->close_call, plat_hr_win32(PLAT_ERROR_ACCESS_DENIED), NULL);
        }
        hcs_bed_notify(&v.bed, V25_PROCESS_REG, PLAT_HCS_PROCESS_EXITED, plat_hr_of(bad->status));
        hcs_bed_turn(&v.bed);
        hcs_bed_assert_heard(&v.bed, bad->heard);
        hcs_bed_assert_logs(&v.bed, bad->logs);
        v25_tear_down(&v);
    }
}

static void test_delete_task(void **state)
{
    (void)state;
    struct v25_bed v;
    struct wcd_error err = WCD_ERROR_INIT;
    uint32_t code = 0;
    v25_set_up(&v);
    V25_ASSERT_REFUSED(ops_of(&v)->delete_task(v.runtime, "c1", &code, &v.refused), WCD_E_NOT_FOUND,
                       "container \"c1\" not found");
    v25_create_container(&v);
    V25_ASSERT_REFUSED(ops_of(&v)->delete_task(v.runtime, "c1", &code, &v.refused), WCD_E_NOT_FOUND,
                       "task \"c1\" not found");
    v25_start_task(&v);
    V25_ASSERT_REFUSED(ops_of(&v)->delete_task(v.runtime, "c1", &code, &v.refused), WCD_E_CONFLICT,
                       "container is not stopped");
    V25_ASSERT_REFUSED(ops_of(&v)->remove(v.runtime, "c1", v25_done, &v, &v.refused),
                       WCD_E_CONFLICT, "container is not stopped");
    /* Before its exit was told. */
    hcs_bed_answer(&v.bed, "process properties", PLAT_S_OK, EXITED("5"));
    hcs_bed_notify(&v.bed, V25_PROCESS_REG, PLAT_HCS_PROCESS_EXITED, PLAT_S_OK);
    assert_true(wcd_reactor_turn(v.bed.reactor));
    assert_true(wcd_reactor_turn(v.bed.reactor));
    hcs_bed_assert_heard(&v.bed, "");
    assert_int_equal(ops_of(&v)->delete_task(v.runtime, "c1", &code, &err), WCD_OK);
    assert_int_equal(code, 5);
    hcs_bed_turn(&v.bed);
    hcs_bed_assert_heard(&v.bed, "exited c1 pid 1004 code 5");
    /* Another task may follow. */
    assert_int_equal(ops_of(&v)->new_task(v.runtime, "c1", true, v25_attach, &v, &code, &err),
                     WCD_OK);
    v25_tear_down(&v);
}

/* ---- removal ---- */

struct removal {
    uint32_t shutdown_hr;
    uint32_t exit_status;
    uint32_t terminate_hr;
    const char *heard; /* behind "done" */
    const char *logs;
    const char *calls;
};

#define SHUTDOWN_ERROR  IN_C1 "hcs::System::Shutdown" FAILED DENIED
#define TERMINATE_ERROR IN_C1 "hcs::System::Terminate" FAILED DENIED
#define EXIT_ERROR      IN_C1 "hcs::System::waitBackground" FAILED EXIT_TEXT
#define CLOSE_CALLS     "\nunregister 2\nclose 1"

static const struct removal removals[] = {
    {0x80070490, 0, 0, "", "debug: completed container shutdown", "shutdown 1" CLOSE_CALLS},
    {0xC0370103, 0, 0, "", "debug: completed container shutdown", "shutdown 1" CLOSE_CALLS},
    {0xC0370110, 0, 0, "", "debug: completed container shutdown", "shutdown 1" CLOSE_CALLS},
    {0x80070005, 0, 0xC0370103, " none: failed to shutdown container: " SHUTDOWN_ERROR,
     "debug: failed to shutdown container, terminating it: " SHUTDOWN_ERROR
     "\nwarning: failed to shutdown container: " SHUTDOWN_ERROR,
     "shutdown 1\nterminate 1" CLOSE_CALLS},
    {0x80070005, 0, 0x80070005,
     " none: failed to shutdown container: " SHUTDOWN_ERROR
     ": subsequent terminate failed " TERMINATE_ERROR,
     "debug: failed to shutdown container, terminating it: " SHUTDOWN_ERROR
     "\ndebug: failed to terminate container: " TERMINATE_ERROR
     "\nerror: failed to shutdown container, and subsequent terminate also failed: " TERMINATE_ERROR
     "\nwarning: failed to shutdown container: " SHUTDOWN_ERROR
     ": subsequent terminate failed " TERMINATE_ERROR,
     "shutdown 1\nterminate 1" CLOSE_CALLS},
    /* Trace a4: an end that nobody asked for. */
    {0xC0370103, 0xC0370106, 0xC0370110,
     " none: failed to shutdown container: " EXIT_ERROR ": subsequent terminate failed " EXIT_ERROR,
     "debug: failed to shutdown container, terminating it: " EXIT_ERROR
     "\ndebug: failed to terminate container: " EXIT_ERROR
     "\nerror: failed to shutdown container, and subsequent terminate also failed: " EXIT_ERROR
     "\nwarning: failed to shutdown container: " EXIT_ERROR
     ": subsequent terminate failed " EXIT_ERROR,
     "shutdown 1\nterminate 1" CLOSE_CALLS},
};

static void test_removals(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(removals) / sizeof(removals[0]); i++) {
        const struct removal *r = &removals[i];
        struct v25_bed v;
        struct wcd_error err = WCD_ERROR_INIT;
        v25_set_up(&v);
        v25_create_container(&v);
        hcs_bed_answer(&v.bed, "shutdown", plat_hr_of(r->shutdown_hr), NULL);
        hcs_bed_answer(&v.bed, "terminate", plat_hr_of(r->terminate_hr), NULL);
        assert_int_equal(ops_of(&v)->remove(v.runtime, "c1", v25_done, &v, &err), WCD_OK);
        hcs_bed_assert_heard(&v.bed, "");
        if (v.bed.handles[V25_REGISTRATION].registered) {
            hcs_bed_notify(&v.bed, V25_REGISTRATION, PLAT_HCS_SYSTEM_EXITED,
                           plat_hr_of(r->exit_status));
        }
        hcs_bed_turn(&v.bed);
        char *heard = wcd_text_format("done%s", r->heard);
        hcs_bed_assert_heard(&v.bed, heard);
        free(heard);
        hcs_bed_assert_logs(&v.bed, r->logs);
        hcs_bed_assert_calls(&v.bed, r->calls);
        V25_ASSERT_REFUSED(ops_of(&v)->remove(v.runtime, "c1", v25_done, &v, &v.refused),
                           WCD_E_NOT_FOUND, "container \"c1\" not found");
        v25_tear_down(&v);
    }
}

/* Five minutes for the shutdown, five more for the terminate. */
static void test_slow_removal(void **state)
{
    (void)state;
    struct v25_bed v;
    struct wcd_error err = WCD_ERROR_INIT;
    const char *timeout =
        IN_C1 "hcsshim::ComputeSystem::Wait: hcsshim: timeout waiting for notification";
    v25_set_up(&v);
    v25_create_container(&v);
    assert_int_equal(ops_of(&v)->remove(v.runtime, "c1", v25_done, &v, &err), WCD_OK);
    hcs_bed_advance_s(&v.bed, 299);
    hcs_bed_assert_calls(&v.bed, "shutdown 1");
    hcs_bed_advance_s(&v.bed, 1);
    hcs_bed_assert_calls(&v.bed, "terminate 1");
    hcs_bed_advance_s(&v.bed, 299);
    hcs_bed_assert_heard(&v.bed, "");
    hcs_bed_notify(&v.bed, V25_REGISTRATION, PLAT_HCS_SYSTEM_EXITED, PLAT_S_OK);
    hcs_bed_turn(&v.bed);
    char *heard = wcd_text_format("done Deadline: failed to shutdown container: %s", timeout);
    hcs_bed_assert_heard(&v.bed, heard);
    free(heard);
    hcs_bed_assert_calls(&v.bed, "unregister 2\nclose 1");
    v25_tear_down(&v);
}

/* A handle that cannot be closed is what the removal says last. */
static void test_remove_and_close_fails(void **state)
{
    (void)state;
    struct v25_bed v;
    struct wcd_error err = WCD_ERROR_INIT;
    v25_set_up(&v);
    v25_create_container(&v);
    hcs_bed_answer(&v.bed, "shutdown", plat_hr_win32(PLAT_ERROR_NOT_FOUND), NULL);
    hcs_bed_answer(&v.bed, "close", plat_hr_win32(PLAT_ERROR_ACCESS_DENIED), NULL);
    assert_int_equal(ops_of(&v)->remove(v.runtime, "c1", v25_done, &v, &err), WCD_OK);
    V25_ASSERT_REFUSED(ops_of(&v)->remove(v.runtime, "c1", v25_done, &v, &v.refused),
                       WCD_E_NOT_FOUND, "container \"c1\" not found");
    hcs_bed_turn(&v.bed);
    hcs_bed_assert_heard(&v.bed, "done none: failed to terminate container: " IN_C1
                                 "hcs::System::Close" FAILED DENIED);
    hcs_bed_assert_logs(&v.bed, "debug: completed container shutdown\n"
                                "error: failed to clean hcs container resources: " IN_C1
                                "hcs::System::Close" FAILED DENIED);
    v25_tear_down(&v);
}

/* Behind a SIGKILL there is no shutdown: only the wait. */
static void test_remove_killed(void **state)
{
    (void)state;
    struct v25_bed v;
    struct wcd_error err = WCD_ERROR_INIT;
    v25_set_up(&v);
    v25_create_container(&v);
    v25_start_task(&v);
    assert_false(wcd_v25_terminate_invoked(v.runtime, "c1"));
    hcs_bed_answer(&v.bed, "terminate", PLAT_HCS_OPERATION_PENDING, NULL);
    assert_int_equal(ops_of(&v)->signal(v.runtime, "c1", 9, &err), WCD_OK);
    assert_true(wcd_v25_terminate_invoked(v.runtime, "c1"));
    assert_false(wcd_v25_terminate_invoked(v.runtime, "c2"));
    hcs_bed_assert_calls(&v.bed, "terminate 1");
    v25_end_task(&v, EXITED("1067"));
    assert_int_equal(ops_of(&v)->remove(v.runtime, "c1", v25_done, &v, &err), WCD_OK);
    hcs_bed_turn(&v.bed);
    hcs_bed_assert_calls(&v.bed, "");
    hcs_bed_notify(&v.bed, V25_REGISTRATION, PLAT_HCS_SYSTEM_EXITED, PLAT_S_OK);
    hcs_bed_turn(&v.bed);
    hcs_bed_assert_heard(&v.bed, "done");
    hcs_bed_assert_calls(&v.bed, "unregister 2\nclose 1");
    v25_tear_down(&v);
}

/* ---- restoring ---- */

struct restoration {
    uint32_t open_hr;
    uint32_t terminate_hr;
    bool exits;
    uint32_t exit_status;
    const char *heard;
    const char *calls;
    bool known;
};

#define OPEN_CALLS "open c1\nregister 1\nproperties 1 {}\nterminate 1"

static const struct restoration restorations[] = {
    {0, 0xC0370103, true, 0, "done", OPEN_CALLS, true},
    {0, 0xC0370110, true, 0, "done", OPEN_CALLS, true},
    {0, 0x80070490, false, 0, "done", OPEN_CALLS, true},
    {0, 0x80070005, false, 0, "done none: " TERMINATE_ERROR, OPEN_CALLS CLOSE_CALLS, false},
    {0, 0xC0370103, true, 0xC0370106, "done none: " EXIT_ERROR, OPEN_CALLS CLOSE_CALLS, false},
    {0, 0xC0370103, false, 0,
     "done Deadline: " IN_C1
     "hcsshim::ComputeSystem::Wait: hcsshim: timeout waiting for notification",
     OPEN_CALLS CLOSE_CALLS, false},
};

static void check_restoration(const struct restoration *r)
{
    struct v25_bed v;
    struct wcd_error err = WCD_ERROR_INIT;
    v25_set_up(&v);
    hcs_bed_answer(&v.bed, "terminate", plat_hr_of(r->terminate_hr), NULL);
    assert_int_equal(ops_of(&v)->restore(v.runtime, "c1", v25_done, &v, &err), WCD_OK);
    hcs_bed_assert_heard(&v.bed, "");
    if (r->exits) {
        hcs_bed_notify(&v.bed, V25_REGISTRATION, PLAT_HCS_SYSTEM_EXITED,
                       plat_hr_of(r->exit_status));
    }
    hcs_bed_turn(&v.bed);
    hcs_bed_advance_s(&v.bed, 120);
    hcs_bed_assert_heard(&v.bed, r->heard);
    hcs_bed_assert_calls(&v.bed, r->calls);
    assert_int_equal(ops_of(&v)->knows(v.runtime, "c1"), r->known);
    v25_tear_down(&v);
}

static void test_restorations(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(restorations) / sizeof(restorations[0]); i++) {
        check_restoration(&restorations[i]);
    }
}

/* Trace a0: the survivor is ended, and removed later. */
static void test_restore_and_remove(void **state)
{
    (void)state;
    struct v25_bed v;
    struct wcd_error err = WCD_ERROR_INIT;
    uint32_t pid = 0;
    v25_set_up(&v);
    hcs_bed_answer(&v.bed, "open", PLAT_HCS_SYSTEM_NOT_FOUND, NULL);
    V25_ASSERT_REFUSED(ops_of(&v)->restore(v.runtime, "c1", v25_done, &v, &v.refused),
                       WCD_E_NOT_FOUND, "container not found");
    assert_false(ops_of(&v)->knows(v.runtime, "c1"));
    hcs_bed_forget(&v.bed);
    hcs_bed_answer(&v.bed, "terminate", PLAT_HCS_OPERATION_PENDING, NULL);
    hcs_bed_answer(&v.bed, "shutdown", PLAT_HCS_SYSTEM_ALREADY_STOPPED, NULL);
    assert_int_equal(ops_of(&v)->restore(v.runtime, "c1", v25_done, &v, &err), WCD_OK);
    hcs_bed_notify(&v.bed, V25_REGISTRATION, PLAT_HCS_SYSTEM_EXITED, PLAT_S_OK);
    hcs_bed_turn(&v.bed);
    V25_ASSERT_REFUSED(
        ops_of(&v)->new_task(v.runtime, "c1", true, v25_attach, &v, &pid, &v.refused),
        WCD_E_NOT_IMPLEMENTED, "a restored container cannot be started");
    assert_int_equal(ops_of(&v)->remove(v.runtime, "c1", v25_done, &v, &err), WCD_OK);
    hcs_bed_turn(&v.bed);
    hcs_bed_assert_heard(&v.bed, "done\ndone");
    hcs_bed_assert_calls(&v.bed, OPEN_CALLS "\nshutdown 1" CLOSE_CALLS);
    v25_tear_down(&v);
}

/* ---- want of memory, and an end amid things ---- */

static bool step(struct v25_bed *v, enum wcd_errc code, struct wcd_error *err)
{
    hcs_bed_turn(&v->bed);
    wcd_error_release(err);
    return code == WCD_OK;
}

/* A life with an exec and a restoration; false when a part of it failed. */
static bool live(struct v25_bed *v)
{
    struct wcd_error err = WCD_ERROR_INIT;
    uint32_t pid = 0;
    struct wcd_runtime_exec exec = {.id = "e1",
                                    .process = &v->spec.process,
                                    .with_stdin = false,
                                    .attach = v25_attach,
                                    .attach_ctx = v};
    hcs_bed_answer(&v->bed, "shutdown", plat_hr_win32(PLAT_ERROR_ACCESS_DENIED), NULL);
    hcs_bed_answer(&v->bed, "close process", plat_hr_win32(PLAT_ERROR_ACCESS_DENIED), NULL);
    bool ok =
        step(v, ops_of(v)->create(v->runtime, &v->request, v25_done, v, &err), &err) &&
        step(v, ops_of(v)->new_task(v->runtime, "c1", false, v25_attach, v, &pid, &err), &err) &&
        step(v, ops_of(v)->exec(v->runtime, "c1", &exec, &pid, &err), &err) &&
        step(v, ops_of(v)->signal_exec(v->runtime, "c1", "e1", 9, &err), &err) &&
        step(v, ops_of(v)->pause(v->runtime, "c1", v25_done, v, &err), &err) &&
        step(v, ops_of(v)->signal(v->runtime, "c1", 9, &err), &err);
    if (ok) {
        hcs_bed_notify(&v->bed, V25_REGISTRATION, PLAT_HCS_SYSTEM_EXITED, PLAT_HCS_UNEXPECTED_EXIT);
        ok = step(v, WCD_OK, &err) &&
             step(v, ops_of(v)->remove(v->runtime, "c1", v25_done, v, &err), &err);
    }
    return ok && step(v, ops_of(v)->restore(v->runtime, "c1", v25_done, v, &err), &err);
}

static void test_without_memory(void **state)
{
    (void)state;
    for (size_t n = 1;; n++) {
        struct v25_bed v;
        v25_set_up(&v);
        v25_make_hyperv(&v);
        alloc_fail_after(n);
        bool lived = live(&v);
        bool failed = alloc_fail_off();
        v25_tear_down(&v);
        if (!failed) {
            assert_true(lived);
            break;
        }
    }
}

static void test_runtime_without_memory(void **state)
{
    (void)state;
    struct wcd_runtime_options options = {0};
    alloc_fail_after(1);
    assert_null(wcd_local_runtime_v25(&options));
    assert_true(alloc_fail_off());
}

/* The runtime goes at any moment, and leaves nothing open. */
static void test_destroy_amid(void **state)
{
    (void)state;
    for (size_t turns = 0; turns < 40; turns++) {
        struct v25_bed v;
        struct wcd_error err = WCD_ERROR_INIT;
        v25_set_up(&v);
        v25_make_hyperv(&v);
        hcs_bed_answer(&v.bed, "create", PLAT_HCS_OPERATION_PENDING, NULL);
        assert_int_equal(ops_of(&v)->create(v.runtime, &v.request, v25_done, &v, &err), WCD_OK);
        if (turns > 0) {
            hcs_bed_notify(&v.bed, V25_REGISTRATION, PLAT_HCS_SYSTEM_CREATE_COMPLETED, PLAT_S_OK);
        }
        for (size_t i = 1; i < turns; i++) {
            uint32_t pid = 0;
            (void)wcd_reactor_turn(v.bed.reactor);
            (void)ops_of(&v)->new_task(v.runtime, "c1", true, v25_attach, &v, &pid, &err);
            (void)ops_of(&v)->pause(v.runtime, "c1", v25_done, &v, &err);
            if (i % 10 == 0 && v.bed.handles[V25_PROCESS_REG].registered) {
                hcs_bed_notify(&v.bed, V25_PROCESS_REG, PLAT_HCS_PROCESS_EXITED, PLAT_S_OK);
            }
            if (i > 20) {
                (void)ops_of(&v)->remove(v.runtime, "c1", v25_done, &v, &err);
            }
        }
        wcd_error_release(&err);
        v25_tear_down(&v);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_life),
        cmocka_unit_test(test_create_refused),
        cmocka_unit_test(test_create_fails_later),
        cmocka_unit_test(test_start_failures),
        cmocka_unit_test(test_new_task_refused),
        cmocka_unit_test(test_attach_fails),
        cmocka_unit_test(test_remove_over_dying),
        cmocka_unit_test(test_stdin_in_attach),
        cmocka_unit_test(test_unwanted_stdin),
        cmocka_unit_test(test_bad_exits),
        cmocka_unit_test(test_delete_task),
        cmocka_unit_test(test_removals),
        cmocka_unit_test(test_slow_removal),
        cmocka_unit_test(test_remove_and_close_fails),
        cmocka_unit_test(test_remove_killed),
        cmocka_unit_test(test_restorations),
        cmocka_unit_test(test_restore_and_remove),
        cmocka_unit_test(test_without_memory),
        cmocka_unit_test(test_runtime_without_memory),
        cmocka_unit_test(test_destroy_amid),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
