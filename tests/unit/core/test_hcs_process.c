/* core/hcs: processes of compute systems, in both generations. */
#include "tests/unit/core/hcs_fixture.h"

#include <stdlib.h>
#include <string.h>

#define DOC "{\"CommandLine\":\"cmd /c x\"}"

/* Handles in a bed with one system (1, 2) and one process. */
#define PROCESS      3u
#define REGISTRATION 7u /* behind three streams */

#define IN_PROCESS    "process 1004 in container c1 encountered an error during "
#define SYSTEM_FAILED ": failure in a Windows system call: "
#define DENIED        "Access is denied."

struct pair {
    struct hcs_bed bed;
    struct wcd_hcs_system *system;
    struct wcd_hcs_process *process;
};

static void set_up(struct pair *pair, enum wcd_engine engine)
{
    struct wcd_error err = WCD_ERROR_INIT;
    hcs_bed_set_up(&pair->bed, engine);
    assert_int_equal(wcd_hcs_open_system(pair->bed.hcs, "c1", &pair->system, &err), WCD_OK);
    assert_int_equal(wcd_hcs_create_process(pair->system, DOC, &pair->process, &err), WCD_OK);
    assert_int_equal(wcd_hcs_wait_process(pair->process, hcs_bed_done, &pair->bed, &err), WCD_OK);
    hcs_bed_forget(&pair->bed);
}

static void close_process(struct pair *pair)
{
    struct wcd_error err = WCD_ERROR_INIT;
    assert_int_equal(wcd_hcs_close_process(pair->process, &err), WCD_OK);
}

static void tear_down(struct pair *pair)
{
    wcd_hcs_close_system(pair->system);
    hcs_bed_tear_down(&pair->bed);
}

static void assert_exit_code(struct pair *pair, uint32_t expected)
{
    struct wcd_error err = WCD_ERROR_INIT;
    uint32_t code = 0;
    assert_int_equal(wcd_hcs_exit_code(pair->process, &code, &err), WCD_OK);
    assert_int_equal(code, expected);
}

static void assert_no_exit_code(struct pair *pair, const char *message)
{
    struct wcd_error err = WCD_ERROR_INIT;
    uint32_t code = 0;
    assert_int_equal(wcd_hcs_exit_code(pair->process, &code, &err), WCD_E_PLAIN);
    assert_int_equal(code, UINT32_MAX);
    assert_error(err, WCD_E_PLAIN, message);
}

/* ---- making ---- */

static void test_create(void **state)
{
    (void)state;
    struct pair pair;
    hcs_bed_set_up(&pair.bed, WCD_ENGINE_V25);
    struct wcd_error err = WCD_ERROR_INIT;
    assert_int_equal(wcd_hcs_open_system(pair.bed.hcs, "c1", &pair.system, &err), WCD_OK);
    hcs_bed_forget(&pair.bed);
    assert_int_equal(wcd_hcs_create_process(pair.system, DOC, &pair.process, &err), WCD_OK);
    hcs_bed_assert_calls(&pair.bed, "create process 1 " DOC "\nregister process 3");
    assert_int_equal(wcd_hcs_process_id(pair.process), 1004);
    struct wcd_stdio stdio = wcd_hcs_take_stdio(pair.process);
    assert_int_equal(stdio.input, 4);
    assert_int_equal(stdio.output, 5);
    assert_int_equal(stdio.error, 6);
    stdio = wcd_hcs_take_stdio(pair.process);
    assert_int_equal(stdio.input, PLAT_NO_HANDLE);
    pair.bed.handles[4].open = pair.bed.handles[5].open = pair.bed.handles[6].open = false;
    close_process(&pair);
    hcs_bed_assert_calls(&pair.bed, "unregister process 7\nclose process 3");
    tear_down(&pair);
}

static void check_create_failure(enum wcd_engine engine, const char *call, uint32_t hr,
                                 const char *document, const char *message, const char *calls)
{
    struct pair pair;
    struct wcd_error err = WCD_ERROR_INIT;
    hcs_bed_set_up(&pair.bed, engine);
    assert_int_equal(wcd_hcs_open_system(pair.bed.hcs, "c1", &pair.system, &err), WCD_OK);
    hcs_bed_forget(&pair.bed);
    hcs_bed_answer(&pair.bed, call, plat_hr_of(hr), "{\"ErrorEvents\":[{\"Message\":\"m\"}]}");
    assert_int_equal(wcd_hcs_create_process(pair.system, document, &pair.process, &err),
                     WCD_E_PLAIN);
    assert_null(pair.process);
    assert_error(err, WCD_E_PLAIN, message);
    hcs_bed_assert_calls(&pair.bed, calls);
    tear_down(&pair);
}

static void test_create_failures(void **state)
{
    (void)state;
    const char *not_found = "The system cannot find the file specified. (0x2)";
    char *text = wcd_text_format(
        "container c1 encountered an error during hcs::System::CreateProcess: cmd /c "
        "x" SYSTEM_FAILED "%s\n[Event Detail: m]",
        not_found);
    check_create_failure(WCD_ENGINE_V25, "create process", 0x80070002, DOC, text,
                         "create process 1 " DOC);
    free(text);
    text = wcd_text_format(
        "container c1 encountered an error during hcs::System::CreateProcess: " SYSTEM_FAILED
        "%s\n[Event Detail: m]",
        not_found);
    check_create_failure(WCD_ENGINE_V25, "create process", 0x80070002, "{}", text,
                         "create process 1 {}");
    free(text);
    text = wcd_text_format("container c1 encountered an error during CreateProcess" SYSTEM_FAILED
                           "%s extra info: " DOC,
                           not_found);
    check_create_failure(WCD_ENGINE_V17, "create process", 0x80070002, DOC, text,
                         "create process 1 " DOC);
    free(text);
    check_create_failure(
        WCD_ENGINE_V25, "register process", 0x80070005, DOC,
        "container c1 encountered an error during hcs::System::CreateProcess" SYSTEM_FAILED DENIED
        " (0x5)",
        "create process 1 " DOC
        "\nregister process 3\nclose stream 4\nclose stream 5\nclose stream 6\n"
        "close process 3");
    check_create_failure(
        WCD_ENGINE_V17, "register process", 0x80070005, DOC,
        "container c1 encountered an error during CreateProcess" SYSTEM_FAILED DENIED " (0x5)",
        "create process 1 " DOC
        "\nregister process 3\nclose stream 4\nclose stream 5\nclose stream 6\n"
        "close process 3");
}

static void test_close_failures(void **state)
{
    (void)state;
    struct pair pair;
    struct wcd_error err = WCD_ERROR_INIT;
    set_up(&pair, WCD_ENGINE_V25);
    hcs_bed_answer(&pair.bed, "unregister process", plat_hr_win32(PLAT_ERROR_INVALID_HANDLE), NULL);
    assert_int_equal(wcd_hcs_close_process(pair.process, &err), WCD_E_PLAIN);
    assert_error(err, WCD_E_PLAIN,
                 IN_PROCESS "hcs::Process::Close" SYSTEM_FAILED "The handle is invalid. (0x6)");
    tear_down(&pair);
    set_up(&pair, WCD_ENGINE_V17);
    hcs_bed_answer(&pair.bed, "close process", plat_hr_win32(PLAT_ERROR_ACCESS_DENIED), NULL);
    assert_int_equal(wcd_hcs_close_process(pair.process, &err), WCD_E_PLAIN);
    assert_error(err, WCD_E_PLAIN, IN_PROCESS "Close" SYSTEM_FAILED DENIED " (0x5)");
    tear_down(&pair);
}

/* ---- the end ---- */

#define EXITED(code)                                                                               \
    "{\"ProcessId\":1004,\"Exited\":true,\"ExitCode\":" code ",\"LastWaitResult\":0}"

static void test_exit(void **state)
{
    (void)state;
    struct pair pair;
    set_up(&pair, WCD_ENGINE_V25);
    assert_no_exit_code(
        &pair, IN_PROCESS
        "hcs::Process::ExitCode: the process is in an invalid state for the attempted operation");
    hcs_bed_answer(&pair.bed, "process properties", PLAT_S_OK, EXITED("3221225786"));
    hcs_bed_notify(&pair.bed, REGISTRATION, PLAT_HCS_PROCESS_EXITED, PLAT_S_OK);
    hcs_bed_notify(&pair.bed, REGISTRATION, PLAT_HCS_PROCESS_EXITED, PLAT_S_OK);
    hcs_bed_notify(&pair.bed, REGISTRATION, PLAT_HCS_SERVICE_DISCONNECT, PLAT_S_OK);
    hcs_bed_turn(&pair.bed);
    hcs_bed_assert_heard(&pair.bed, "ok");
    assert_exit_code(&pair, 3221225786u);
    hcs_bed_assert_calls(&pair.bed, "process properties 3");
    close_process(&pair);
    tear_down(&pair);

    set_up(&pair, WCD_ENGINE_V17);
    hcs_bed_answer(&pair.bed, "process properties", PLAT_S_OK, "{\"Exited\":false}");
    assert_no_exit_code(&pair, IN_PROCESS
                        "ExitCode: the process is in an invalid state for the attempted operation");
    hcs_bed_notify(&pair.bed, REGISTRATION, PLAT_HCS_PROCESS_EXITED, PLAT_S_OK);
    hcs_bed_turn(&pair.bed);
    hcs_bed_assert_heard(&pair.bed, "ok");
    hcs_bed_assert_calls(&pair.bed, "process properties 3");
    hcs_bed_answer(&pair.bed, "process properties", PLAT_S_OK, EXITED("7"));
    assert_exit_code(&pair, 7);
    close_process(&pair);
    tear_down(&pair);
}

/* A wait that begins after the end. */
static void test_late_wait(void **state)
{
    (void)state;
    struct pair pair;
    struct wcd_error err = WCD_ERROR_INIT;
    set_up(&pair, WCD_ENGINE_V25);
    hcs_bed_answer(&pair.bed, "process properties", PLAT_S_OK, EXITED("1"));
    hcs_bed_notify(&pair.bed, REGISTRATION, PLAT_HCS_PROCESS_EXITED, PLAT_S_OK);
    hcs_bed_turn(&pair.bed);
    hcs_bed_assert_heard(&pair.bed, "ok");
    assert_int_equal(wcd_hcs_wait_process(pair.process, hcs_bed_done, &pair.bed, &err), WCD_OK);
    hcs_bed_assert_heard(&pair.bed, "");
    hcs_bed_turn(&pair.bed);
    hcs_bed_assert_heard(&pair.bed, "ok");
    assert_int_equal(wcd_hcs_wait_process(pair.process, hcs_bed_done, &pair.bed, &err), WCD_OK);
    close_process(&pair);
    hcs_bed_turn(&pair.bed);
    hcs_bed_assert_heard(&pair.bed, "");
    tear_down(&pair);
}

struct bad_end {
    enum wcd_engine engine;
    uint32_t status; /* of the notification */
    uint32_t hr;     /* of the properties */
    const char *properties;
    const char *heard;
    const char *code_error; /* NULL: the code is -1 */
    const char *logs;
};

#define V25_WAIT IN_PROCESS "hcs::Process::waitBackground"
#define STOPPED                                                                                    \
    "The virtual machine or container with the specified identifier is not running. (0xc0370110)"

static const struct bad_end bad_ends[] = {
    {WCD_ENGINE_V25, 0xC0370106, 0, NULL,
     "none: " V25_WAIT SYSTEM_FAILED
     "The virtual machine or container exited unexpectedly. (0xc0370106)",
     V25_WAIT SYSTEM_FAILED "The virtual machine or container exited unexpectedly. (0xc0370106)",
     ""},
    {WCD_ENGINE_V25, 0, 0xC0370110, NULL, "none: " V25_WAIT SYSTEM_FAILED STOPPED,
     V25_WAIT SYSTEM_FAILED STOPPED, ""},
    {WCD_ENGINE_V25, 0, 0, "nothing", "none: " V25_WAIT ": unexpected value returned from hcs",
     V25_WAIT ": unexpected value returned from hcs", ""},
    {WCD_ENGINE_V25, 0, 0, "{\"ExitCode\":-1}",
     "none: " V25_WAIT ": unexpected value returned from hcs",
     V25_WAIT ": unexpected value returned from hcs", ""},
    {WCD_ENGINE_V25, 0, 0, "{\"Exited\":1}",
     "none: " V25_WAIT ": unexpected value returned from hcs",
     V25_WAIT ": unexpected value returned from hcs", ""},
    {WCD_ENGINE_V25, 0, 0, "{\"Exited\":true,\"ExitCode\":5,\"LastWaitResult\":-1070137082}", "ok",
     NULL, "warning: non-zero last wait result: -1070137082"},
    {WCD_ENGINE_V17, 0xC0370106, 0xC0370110, NULL,
     "none: " IN_PROCESS "Wait" SYSTEM_FAILED
     "The virtual machine or container exited unexpectedly. (0xc0370106)",
     IN_PROCESS "ExitCode" SYSTEM_FAILED STOPPED, ""},
    {WCD_ENGINE_V17, 0, 0, "{\"Exited\":true,\"ExitCode\":5,\"LastWaitResult\":-1070137082}", "ok",
     IN_PROCESS "ExitCode" SYSTEM_FAILED
                "The virtual machine or container exited unexpectedly. (0xc0370106)",
     ""},
    {WCD_ENGINE_V17, 0, 0, "{\"LastWaitResult\":4294967296}", "ok",
     IN_PROCESS "ExitCode: unexpected value returned from hcs", ""},
};

static void test_bad_ends(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(bad_ends) / sizeof(bad_ends[0]); i++) {
        const struct bad_end *bad = &bad_ends[i];
        struct pair pair;
        set_up(&pair, bad->engine);
        hcs_bed_answer(&pair.bed, "process properties", plat_hr_of(bad->hr), bad->properties);
        hcs_bed_notify(&pair.bed, REGISTRATION, PLAT_HCS_PROCESS_EXITED, plat_hr_of(bad->status));
        hcs_bed_turn(&pair.bed);
        hcs_bed_assert_heard(&pair.bed, bad->heard);
        if (bad->code_error == NULL) {
            assert_exit_code(&pair, UINT32_MAX);
        } else {
            assert_no_exit_code(&pair, bad->code_error);
        }
        hcs_bed_assert_logs(&pair.bed, bad->logs);
        close_process(&pair);
        tear_down(&pair);
    }
}

/* The system's end comes without the process's: its properties decide. */
static void check_system_end(uint32_t type, uint32_t hr, const char *properties, const char *heard,
                             const char *calls)
{
    struct pair pair;
    set_up(&pair, WCD_ENGINE_V25);
    hcs_bed_answer(&pair.bed, "process properties", plat_hr_of(hr), properties);
    hcs_bed_notify(&pair.bed, 2, type, PLAT_S_OK);
    hcs_bed_turn(&pair.bed);
    hcs_bed_assert_heard(&pair.bed, heard);
    hcs_bed_assert_calls(&pair.bed, calls);
    close_process(&pair);
    tear_down(&pair);
}

static void test_system_ends(void **state)
{
    (void)state;
    check_system_end(PLAT_HCS_SYSTEM_EXITED, 0, EXITED("3"), "ok", "process properties 3");
    check_system_end(PLAT_HCS_SYSTEM_EXITED, 0xC0370110, NULL,
                     "none: " V25_WAIT ": unexpected container exit", "process properties 3");
    check_system_end(PLAT_HCS_SYSTEM_EXITED, 0, "{\"Exited\":false}",
                     "none: " V25_WAIT ": unexpected container exit", "process properties 3");
    check_system_end(PLAT_HCS_SERVICE_DISCONNECT, 0, NULL,
                     "none: " V25_WAIT ": lost communication with compute service", "");
}

static void test_disconnect(void **state)
{
    (void)state;
    struct pair pair;
    set_up(&pair, WCD_ENGINE_V17);
    hcs_bed_notify(&pair.bed, REGISTRATION, PLAT_HCS_SERVICE_DISCONNECT,
                   PLAT_HCS_CONNECTION_CLOSED);
    hcs_bed_notify(&pair.bed, 2, PLAT_HCS_SERVICE_DISCONNECT, PLAT_HCS_CONNECTION_CLOSED);
    hcs_bed_turn(&pair.bed);
    hcs_bed_assert_heard(&pair.bed,
                         "none: " IN_PROCESS "Wait: lost communication with compute service");
    close_process(&pair);
    tear_down(&pair);
}

/* A system's handle may go before those of its processes. */
static void test_orphan(void **state)
{
    (void)state;
    struct pair pair;
    set_up(&pair, WCD_ENGINE_V25);
    wcd_hcs_close_system(pair.system);
    pair.system = NULL;
    hcs_bed_answer(&pair.bed, "process properties", PLAT_S_OK, EXITED("2"));
    hcs_bed_notify(&pair.bed, REGISTRATION, PLAT_HCS_PROCESS_EXITED, PLAT_S_OK);
    hcs_bed_turn(&pair.bed);
    hcs_bed_assert_heard(&pair.bed, "ok");
    assert_exit_code(&pair, 2);
    tear_down(&pair); /* the client closes it */
}

static void check_lost(uint32_t hr, const char *properties, const char *heard)
{
    struct pair pair;
    set_up(&pair, WCD_ENGINE_V25);
    hcs_bed_answer(&pair.bed, "process properties", plat_hr_of(hr), properties);
    hcs_bed_lose_events(&pair.bed);
    hcs_bed_assert_calls(&pair.bed, "properties 1 {}\nprocess properties 3");
    hcs_bed_assert_heard(&pair.bed, heard);
    close_process(&pair);
    tear_down(&pair);
}

static void test_lost_events(void **state)
{
    (void)state;
    check_lost(0, EXITED("9"), "ok");
    check_lost(0, "{}", "");
    check_lost(0x80070005, NULL, "");
    check_lost(0x8037011F, NULL,
               "none: " V25_WAIT SYSTEM_FAILED "The process has already exited. (0x8037011f)");
    check_lost(0xC0370110, NULL, "none: " V25_WAIT SYSTEM_FAILED STOPPED);
    check_lost(0x800706BA, NULL, "none: " V25_WAIT ": lost communication with compute service");
}

/* ---- changes ---- */

static void test_changes(void **state)
{
    (void)state;
    struct pair pair;
    struct wcd_error err = WCD_ERROR_INIT;
    set_up(&pair, WCD_ENGINE_V25);
    assert_int_equal(wcd_hcs_resize(pair.process, 80, 25, &err), WCD_OK);
    assert_int_equal(wcd_hcs_close_stdin(pair.process, &err), WCD_OK);
    hcs_bed_assert_calls(
        &pair.bed,
        "modify process 3 {\"Operation\":\"ConsoleSize\",\"ConsoleSize\":{\"Height\":25,\"Width\":80}}\n"
        "close stream 4\n"
        "modify process 3 {\"Operation\":\"CloseHandle\",\"CloseHandle\":{\"Handle\":\"StdIn\"}}");
    hcs_bed_answer(&pair.bed, "modify process", PLAT_HCS_INVALID_STATE, NULL);
    assert_int_equal(wcd_hcs_close_stdin(pair.process, &err), WCD_E_PLAIN);
    assert_true(wcd_hcs_is_invalid_state(&err));
    wcd_error_release(&err);
    hcs_bed_answer(&pair.bed, "modify process", plat_hr_win32(PLAT_ERROR_NOT_FOUND), NULL);
    assert_int_equal(wcd_hcs_resize(pair.process, 65535, 0, &err), WCD_E_PLAIN);
    assert_error(err, WCD_E_PLAIN,
                 IN_PROCESS "hcs::Process::ResizeConsole" SYSTEM_FAILED
                            "Element not found. (0x490)");
    close_process(&pair);
    tear_down(&pair);
}

/* ---- killing ---- */

static void test_kill_2017(void **state)
{
    (void)state;
    struct pair pair;
    struct wcd_error err = WCD_ERROR_INIT;
    set_up(&pair, WCD_ENGINE_V17);
    assert_int_equal(wcd_hcs_kill_process(pair.process, &err), WCD_OK);
    hcs_bed_answer(&pair.bed, "terminate process", PLAT_HCS_OPERATION_PENDING, NULL);
    assert_int_equal(wcd_hcs_kill_process(pair.process, &err), WCD_OK);
    hcs_bed_answer(&pair.bed, "terminate process", plat_hr_win32(PLAT_ERROR_ACCESS_DENIED), NULL);
    assert_int_equal(wcd_hcs_kill_process(pair.process, &err), WCD_E_PLAIN);
    assert_error(err, WCD_E_PLAIN, IN_PROCESS "Kill" SYSTEM_FAILED DENIED " (0x5)");
    hcs_bed_assert_calls(&pair.bed,
                         "terminate process 3\nterminate process 3\nterminate process 3");
    close_process(&pair);
    tear_down(&pair);
}

#define KILL_OPENED "open c1\nregister 8\nproperties 8 {}\nopen process 8 1004\n"
#define KILL_CALLS                                                                                 \
    KILL_OPENED "register process 10\nterminate process 10\nunregister process 11\n"               \
                "close process 10\nunregister 9\nclose 8"

static void test_kill(void **state)
{
    (void)state;
    struct pair pair;
    struct wcd_error err = WCD_ERROR_INIT;
    set_up(&pair, WCD_ENGINE_V25);
    assert_int_equal(wcd_hcs_kill_process(pair.process, &err), WCD_OK);
    hcs_bed_assert_calls(&pair.bed, KILL_CALLS);
    /* Once is enough. */
    assert_int_equal(wcd_hcs_kill_process(pair.process, &err), WCD_OK);
    hcs_bed_assert_calls(&pair.bed, "");
    close_process(&pair);
    tear_down(&pair);
}

static const struct kill_answer {
    const char *call;
    uint32_t hr;
    const char *message; /* NULL: it went well */
    const char *calls;
} kill_answers[] = {
    {"terminate process", 0x80070005, NULL, KILL_CALLS},
    {"terminate process", 0x8037011F, NULL, KILL_CALLS},
    {"terminate process", 0xC0370110, NULL, KILL_CALLS},
    {"terminate process", 0x80070490, NULL, KILL_CALLS},
    {"terminate process", 0xC0370103, NULL, KILL_CALLS},
    {"terminate process", 0xC0370105,
     IN_PROCESS "hcsshim::Process::Kill" SYSTEM_FAILED "Element not found. (0x490)", KILL_CALLS},
    {"terminate process", 0xC037010E,
     IN_PROCESS "hcsshim::Process::Kill" SYSTEM_FAILED "Element not found. (0x490)", KILL_CALLS},
    {"terminate process", 0x80070057,
     IN_PROCESS "hcs::Process::Kill" SYSTEM_FAILED "The parameter is incorrect. (0x57)",
     KILL_CALLS},
    {"open process", 0x80070490, NULL, KILL_OPENED "unregister 9\nclose 8"},
    {"open process", 0xC0370105,
     "hcs::System::OpenProcess c1: The requested virtual machine or container operation is not valid in the "
     "current state.",
     KILL_OPENED "unregister 9\nclose 8"},
    {"register process", 0x80070005, "hcs::System::OpenProcess c1: " DENIED,
     KILL_OPENED "register process 10\nclose process 10\nunregister 9\nclose 8"},
    {"open", 0xC037010E, NULL, "open c1\nterminate 1"},
};

static void test_kill_answers(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(kill_answers) / sizeof(kill_answers[0]); i++) {
        const struct kill_answer *answer = &kill_answers[i];
        struct pair pair;
        struct wcd_error err = WCD_ERROR_INIT;
        set_up(&pair, WCD_ENGINE_V25);
        hcs_bed_answer(&pair.bed, answer->call, plat_hr_of(answer->hr), NULL);
        enum wcd_errc code = wcd_hcs_kill_process(pair.process, &err);
        if (answer->message == NULL) {
            assert_int_equal(code, WCD_OK);
            assert_null(err.message);
        } else {
            assert_int_equal(code, WCD_E_PLAIN);
            assert_error(err, WCD_E_PLAIN, answer->message);
        }
        hcs_bed_assert_calls(&pair.bed, answer->calls);
        close_process(&pair);
        tear_down(&pair);
    }
}

static void test_kill_without_handles(void **state)
{
    (void)state;
    struct pair pair;
    struct wcd_error err = WCD_ERROR_INIT;
    set_up(&pair, WCD_ENGINE_V25);
    hcs_bed_answer(&pair.bed, "open", plat_hr_win32(PLAT_ERROR_ACCESS_DENIED), NULL);
    hcs_bed_answer(&pair.bed, "terminate", plat_hr_win32(PLAT_ERROR_INVALID_PARAMETER), NULL);
    assert_int_equal(wcd_hcs_kill_process(pair.process, &err), WCD_E_PLAIN);
    hcs_bed_assert_logs(
        &pair.bed, "error: OpenComputeSystem() call failed: hcs::OpenComputeSystem c1: " DENIED "\n"
                   "error: Terminate() call failed: container c1 encountered an error during "
                   "hcs::System::Terminate" SYSTEM_FAILED "The parameter is incorrect. (0x57)");
    wcd_error_release(&err);
    wcd_hcs_close_system(pair.system);
    pair.system = NULL;
    hcs_bed_answer(&pair.bed, "open", plat_hr_win32(PLAT_ERROR_ACCESS_DENIED), NULL);
    assert_int_equal(wcd_hcs_kill_process(pair.process, &err), WCD_E_PLAIN);
    assert_error(err, WCD_E_PLAIN, "hcs::OpenComputeSystem c1: " DENIED);
    close_process(&pair);
    tear_down(&pair);
}

/* ---- without memory ---- */

static enum wcd_errc live(struct pair *pair)
{
    struct wcd_error err = WCD_ERROR_INIT;
    uint32_t exit_code = 0;
    pair->process = NULL;
    enum wcd_errc code = wcd_hcs_create_process(pair->system, DOC, &pair->process, &err);
    if (code == WCD_OK) {
        code = wcd_hcs_wait_process(pair->process, hcs_bed_done, &pair->bed, &err);
    }
    if (code == WCD_OK) {
        code = wcd_hcs_resize(pair->process, 1, 1, &err);
    }
    if (code == WCD_OK) {
        code = wcd_hcs_kill_process(pair->process, &err);
    }
    if (code == WCD_OK) {
        hcs_bed_answer(&pair->bed, "process properties", PLAT_HCS_SYSTEM_ALREADY_STOPPED, NULL);
        hcs_bed_notify(&pair->bed, REGISTRATION, PLAT_HCS_PROCESS_EXITED, PLAT_S_OK);
        hcs_bed_turn(&pair->bed);
        assert_true(pair->bed.heard.len > 0);
        code = wcd_hcs_exit_code(pair->process, &exit_code, &err);
        assert_int_not_equal(code, WCD_OK);
        code = code == WCD_E_PLAIN ? WCD_OK : code;
    }
    wcd_error_release(&err);
    if (pair->process != NULL) {
        (void)wcd_hcs_close_process(pair->process, &err);
    }
    return code;
}

static void test_without_memory(void **state)
{
    (void)state;
    for (size_t n = 1;; n++) {
        struct pair pair = {0};
        struct wcd_error err = WCD_ERROR_INIT;
        hcs_bed_set_up(&pair.bed, WCD_ENGINE_V25);
        assert_int_equal(wcd_hcs_open_system(pair.bed.hcs, "c1", &pair.system, &err), WCD_OK);
        alloc_fail_after(n);
        enum wcd_errc code = live(&pair);
        bool failed = alloc_fail_off();
        tear_down(&pair);
        if (!failed) {
            assert_int_equal(code, WCD_OK);
            break;
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_create),
        cmocka_unit_test(test_create_failures),
        cmocka_unit_test(test_close_failures),
        cmocka_unit_test(test_exit),
        cmocka_unit_test(test_late_wait),
        cmocka_unit_test(test_bad_ends),
        cmocka_unit_test(test_system_ends),
        cmocka_unit_test(test_disconnect),
        cmocka_unit_test(test_orphan),
        cmocka_unit_test(test_lost_events),
        cmocka_unit_test(test_changes),
        cmocka_unit_test(test_kill_2017),
        cmocka_unit_test(test_kill),
        cmocka_unit_test(test_kill_answers),
        cmocka_unit_test(test_kill_without_handles),
        cmocka_unit_test(test_without_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
