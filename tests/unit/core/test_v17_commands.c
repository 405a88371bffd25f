/* core/runtime/v17: signals, sizes, pauses, properties, and what is not supported. */
#include "tests/unit/core/v17_fixture.h"

#include <stdlib.h>
#include <string.h>

#define IN(operation) "container c1 encountered an error during " operation ": "
#define ON(pid, operation)                                                                         \
    "process " #pid " in container c1 encountered an error during " operation ": "
#define DENIED "failure in a Windows system call: Access is denied. (0x5)"

static const struct wcd_local_runtime_ops *ops_of(const struct v17_bed *at)
{
    return at->runtime->ops;
}

static plat_hr denied(void)
{
    return plat_hr_win32(PLAT_ERROR_ACCESS_DENIED);
}

/* ---- signals ---- */

static void test_signals(void **state)
{
    (void)state;
    static const struct {
        int signal;
        uint32_t answer;
        const char *log;
    } cases[] = {
        {9, 0, ""},
        {9, 0xC0370103, ""},
        {9, 0xC0370110,
         "error: libcontainerd: failed to terminate c1 - \"" IN(
             "Terminate") "failure in a Windows system call: The virtual machine or container with "
                          "the specified identifier is not running. (0xc0370110)\""},
        {9, 0x80070005,
         "error: libcontainerd: failed to terminate c1 - \"" IN("Terminate") DENIED "\""},
        {15, 0, ""},
        {15, 0xC0370103, ""},
        {15, 0xC0370110, ""},
        {1, 0x80070490, ""},
        {64, 0x8007007F, ""},
        {2, 0x80070005,
         "warning: libcontainerd: failed to shutdown container c1: \"" IN("Shutdown") DENIED "\""},
    };
    struct v17_bed at;
    v17_bed_set_up(&at);
    v17_bed_start(&at);
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct wcd_error err = WCD_ERROR_INIT;
        const char *call = cases[i].signal == 9 ? "terminate" : "shutdown";
        hcs_bed_answer(&at.bed, call, plat_hr_of(cases[i].answer), NULL);
        assert_int_equal(ops_of(&at)->signal(at.runtime, "c1", cases[i].signal, &err), WCD_OK);
        assert_int_equal(err.code, WCD_OK);
        hcs_bed_assert_logs(&at.bed, cases[i].log);
        hcs_bed_assert_calls(&at.bed, cases[i].signal == 9 ? "terminate 1" : "shutdown 1");
    }
    v17_bed_tear_down(&at);
}

static void test_process_signals(void **state)
{
    (void)state;
    struct v17_bed at;
    struct wcd_error err = WCD_ERROR_INIT;
    v17_bed_set_up(&at);
    v17_bed_start_exec(&at);
    assert_int_equal(ops_of(&at)->signal_exec(at.runtime, "c1", "e1", 15, &err), WCD_OK);
    hcs_bed_assert_calls(&at.bed, "terminate process 8");
    hcs_bed_answer(&at.bed, "terminate process", denied(), NULL);
    v17_assert_refused(ops_of(&at)->signal_exec(at.runtime, "c1", "e1", 9, &err), &err,
                       ON(1008, "Kill") DENIED);
    v17_assert_refused(ops_of(&at)->signal_exec(at.runtime, "c1", "init", 9, &err), &err,
                       "SignalProcess could not find process init in c1");
    v17_bed_tear_down(&at);
}

static void test_resize(void **state)
{
    (void)state;
    struct v17_bed at;
    struct wcd_error err = WCD_ERROR_INIT;
    v17_bed_set_up(&at);
    v17_bed_start_exec(&at);
    assert_int_equal(ops_of(&at)->resize(at.runtime, "c1", NULL, 80, 24, &err), WCD_OK);
    assert_int_equal(ops_of(&at)->resize(at.runtime, "c1", "e1", UINT32_MAX, 131073, &err), WCD_OK);
    hcs_bed_assert_calls(
        &at.bed, "modify process 3 "
                 "{\"Operation\":\"ConsoleSize\",\"ConsoleSize\":{\"Height\":24,\"Width\":80}}\n"
                 "modify process 8 "
                 "{\"Operation\":\"ConsoleSize\",\"ConsoleSize\":{\"Height\":1,\"Width\":65535}}");
    hcs_bed_answer(&at.bed, "modify process", denied(), NULL);
    v17_assert_refused(ops_of(&at)->resize(at.runtime, "c1", NULL, 1, 1, &err), &err,
                       ON(1004, "ResizeConsole") DENIED);
    v17_assert_refused(ops_of(&at)->resize(at.runtime, "c1", "", 1, 1, &err), &err,
                       "Resize could not find containerID c1 to resize");
    v17_bed_tear_down(&at);
}

/* Only what is not a process's own end is an error. */
static void test_close_stdin(void **state)
{
    (void)state;
    static const uint32_t fine[] = {0, 0xC0370105, 0xC037010E, 0x80070490};
    struct v17_bed at;
    struct wcd_error err = WCD_ERROR_INIT;
    v17_bed_set_up(&at);
    v17_bed_start_exec(&at);
    for (size_t i = 0; i < sizeof(fine) / sizeof(fine[0]); i++) {
        hcs_bed_answer(&at.bed, "modify process", plat_hr_of(fine[i]), NULL);
        assert_int_equal(ops_of(&at)->close_stdin(at.runtime, "c1", "e1", &err), WCD_OK);
        assert_int_equal(err.code, WCD_OK);
        hcs_bed_assert_calls(&at.bed, "modify process 8 {\"Operation\":\"CloseHandle\","
                                      "\"CloseHandle\":{\"Handle\":\"StdIn\"}}");
    }
    hcs_bed_answer(&at.bed, "modify process", denied(), NULL);
    v17_assert_refused(ops_of(&at)->close_stdin(at.runtime, "c1", NULL, &err), &err,
                       ON(1004, "CloseStdin") DENIED);
    assert_int_equal(ops_of(&at)->close_stdin(at.runtime, "c1", "gone", &err), WCD_OK);
    assert_int_equal(ops_of(&at)->close_stdin(at.runtime, "gone", NULL, &err), WCD_OK);
    assert_int_equal(err.code, WCD_OK);
    v17_bed_tear_down(&at);
}

/* ---- pauses ---- */

static enum wcd_errc change(struct v17_bed *at, bool pause, struct wcd_error *err)
{
    enum wcd_errc code = (pause ? ops_of(at)->pause : ops_of(at)->resume)(
        at->runtime, "c1", hcs_bed_done, &at->bed, err);
    hcs_bed_assert_heard(&at->bed, "");
    hcs_bed_turn(&at->bed);
    return code;
}

static void test_pause_and_resume(void **state)
{
    (void)state;
    struct v17_bed at;
    struct wcd_error err = WCD_ERROR_INIT;
    v17_bed_set_up(&at);
    v17_bed_start_hyperv(&at);
    assert_int_equal(change(&at, true, &err), WCD_OK);
    hcs_bed_assert_heard(&at.bed, "paused c1 pid 0 code 0\nok");
    assert_int_equal(change(&at, false, &err), WCD_OK);
    hcs_bed_assert_heard(&at.bed, "resumed c1 pid 0 code 0\nok");
    hcs_bed_assert_calls(&at.bed, "pause 1\nresume 1");
    hcs_bed_answer(&at.bed, "pause", denied(), NULL);
    v17_assert_refused(change(&at, true, &err), &err, IN("Pause") DENIED);
    hcs_bed_answer(&at.bed, "resume", PLAT_HCS_OPERATION_PENDING, NULL);
    assert_int_equal(change(&at, false, &err), WCD_OK);
    hcs_bed_advance_s(&at.bed, 240);
    hcs_bed_assert_heard(&at.bed,
                         "Deadline: " IN("Resume") "hcsshim: timeout waiting for notification");
    at.event_error = "no disk";
    assert_int_equal(change(&at, true, &err), WCD_OK);
    hcs_bed_assert_heard(&at.bed, "paused c1 pid 0 code 0\nSystem: no disk");
    v17_bed_tear_down(&at);
}

/* The first option alone is looked at; none is as good as Hyper-V. */
static void test_who_can_be_paused(void **state)
{
    (void)state;
    static const struct {
        size_t count;
        bool hyperv[2];
        bool can;
    } cases[] = {
        {0, {false, false}, true},
        {1, {false, false}, false},
        {2, {false, true}, false},
        {2, {true, false}, true},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct v17_bed at;
        struct v17_container_request request;
        struct wcd_error err = WCD_ERROR_INIT;
        v17_bed_set_up(&at);
        assert_true(fake_fs_put_directory(at.bed.host, "C:\\layers\\base\\UtilityVM", NULL));
        v17_request_set_up(&request, &at);
        for (size_t n = 0; n < cases[i].count; n++) {
            v17_request_add(&request, (struct wcd_runtime_option){.kind = WCD_OPTION_HYPERV,
                                                                  .flag = cases[i].hyperv[n]});
        }
        assert_int_equal(v17_bed_create(&at, &request, &err), WCD_OK);
        v17_request_release(&request);
        hcs_bed_forget(&at.bed);
        enum wcd_errc code = change(&at, true, &err);
        if (cases[i].can) {
            assert_int_equal(code, WCD_OK);
            hcs_bed_assert_calls(&at.bed, "pause 1");
        } else {
            v17_assert_refused(code, &err, "cannot pause Windows Server Containers");
            v17_assert_refused(change(&at, false, &err), &err,
                               "cannot resume Windows Server Containers");
            hcs_bed_assert_calls(&at.bed, "");
        }
        v17_bed_tear_down(&at);
    }
}

/* ---- properties ---- */

static void assert_answer(struct wcd_json *json, const char *text)
{
    char *printed = json == NULL ? NULL : wcd_json_print(json);
    if (text == NULL) {
        assert_null(json);
    } else {
        assert_string_equal(printed, text);
    }
    free(printed);
    wcd_json_free(json);
}

static void test_stats(void **state)
{
    (void)state;
    struct v17_bed at;
    struct wcd_error err = WCD_ERROR_INIT;
    struct wcd_json *json = NULL;
    v17_bed_set_up(&at);
    v17_bed_start(&at);
    hcs_bed_answer(&at.bed, "properties", PLAT_S_OK, "{\"Id\":\"c1\",\"Statistics\":{\"a\":1}}");
    assert_int_equal(ops_of(&at)->stats(at.runtime, "c1", &json, &err), WCD_OK);
    assert_answer(json, "{\"a\":1}");
    hcs_bed_assert_calls(&at.bed, "properties 1 { \"PropertyTypes\" : [\"Statistics\"]}");
    assert_int_equal(ops_of(&at)->stats(at.runtime, "c1", &json, &err), WCD_OK);
    assert_answer(json, NULL);
    hcs_bed_answer(&at.bed, "properties", denied(), NULL);
    v17_assert_refused(ops_of(&at)->stats(at.runtime, "c1", &json, &err), &err,
                       IN("Statistics") DENIED);
    v17_bed_tear_down(&at);
}

static void test_summary(void **state)
{
    (void)state;
    static const char *const answers[][2] = {
        {"{\"ProcessList\":[{\"ProcessId\":4}]}", "[{\"ProcessId\":4}]"},
        {"{\"ProcessList\":null}", "[]"},
        {"{}", "[]"},
    };
    struct v17_bed at;
    struct wcd_error err = WCD_ERROR_INIT;
    struct wcd_json *json = NULL;
    v17_bed_set_up(&at);
    v17_bed_start(&at);
    for (size_t i = 0; i < sizeof(answers) / sizeof(answers[0]); i++) {
        hcs_bed_answer(&at.bed, "properties", PLAT_S_OK, answers[i][0]);
        assert_int_equal(ops_of(&at)->summary(at.runtime, "c1", &json, &err), WCD_OK);
        assert_answer(json, answers[i][1]);
        hcs_bed_assert_calls(&at.bed, "properties 1 { \"PropertyTypes\" : [\"ProcessList\"]}");
    }
    hcs_bed_answer(&at.bed, "properties", PLAT_S_OK, "not JSON");
    v17_assert_refused(ops_of(&at)->summary(at.runtime, "c1", &json, &err), &err,
                       IN("ProcessList") "unexpected value returned from hcs");
    v17_bed_tear_down(&at);
}

/* ---- nobody there, nothing to do ---- */

static void test_unknown_container(void **state)
{
    (void)state;
    const char *unknown = "invalid container: nope";
    struct v17_bed at;
    struct wcd_error err = WCD_ERROR_INIT;
    struct wcd_json *json = NULL;
    uint32_t pid = 0;
    v17_bed_set_up(&at);
    const struct wcd_local_runtime_ops *ops = ops_of(&at);
    struct wcd_local_runtime *runtime = at.runtime;
    v17_assert_refused(ops->signal(runtime, "nope", 9, &err), &err, unknown);
    v17_bed_start(&at);
    v17_assert_refused(ops->signal(runtime, "nope", 9, &err), &err, unknown);
    v17_assert_refused(ops->signal_exec(runtime, "nope", "e1", 9, &err), &err, unknown);
    v17_assert_refused(ops->resize(runtime, "nope", NULL, 1, 1, &err), &err, unknown);
    v17_assert_refused(ops->pause(runtime, "nope", hcs_bed_done, &at.bed, &err), &err, unknown);
    v17_assert_refused(ops->resume(runtime, "nope", hcs_bed_done, &at.bed, &err), &err, unknown);
    v17_assert_refused(ops->stats(runtime, "nope", &json, &err), &err, unknown);
    v17_assert_refused(ops->summary(runtime, "nope", &json, &err), &err, unknown);
    v17_assert_refused(ops->new_task(runtime, "nope", false, NULL, NULL, &pid, &err), &err,
                       unknown);
    assert_false(ops->knows(runtime, "nope"));
    hcs_bed_assert_calls(&at.bed, "");
    hcs_bed_assert_heard(&at.bed, "");
    v17_bed_tear_down(&at);
}

static void test_not_supported(void **state)
{
    (void)state;
    struct v17_bed at;
    struct wcd_error err = WCD_ERROR_INIT;
    uint32_t code = 0;
    v17_bed_set_up(&at);
    v17_bed_start(&at);
    const struct wcd_local_runtime_ops *ops = ops_of(&at);
    v17_assert_refused(ops->pids(at.runtime, "c1", &err), &err, "not implemented on Windows");
    v17_assert_refused(ops->checkpoint(at.runtime, "c1", &err), &err,
                       "Windows: Containers do not support checkpoints");
    v17_assert_refused(ops->delete_task(at.runtime, "c1", &code, &err), &err,
                       "not implemented on Windows");
    assert_int_equal(ops->update(at.runtime, "c1", &err), WCD_OK);
    assert_int_equal(ops->remove(at.runtime, "c1", hcs_bed_done, &at.bed, &err), WCD_OK);
    hcs_bed_assert_heard(&at.bed, "");
    hcs_bed_turn(&at.bed);
    hcs_bed_assert_heard(&at.bed, "ok");
    hcs_bed_assert_calls(&at.bed, "");
    assert_int_equal(ops->remove(at.runtime, "c1", hcs_bed_done, &at.bed, &err), WCD_OK);
    assert_int_equal(ops->remove(at.runtime, "c2", hcs_bed_done, &at.bed, &err), WCD_OK);
    hcs_bed_turn(&at.bed);
    hcs_bed_assert_heard(&at.bed, "ok\nok");
    assert_int_equal(ops->remove(at.runtime, "c1", hcs_bed_done, &at.bed, &err), WCD_OK);
    v17_bed_tear_down(&at);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_signals),
        cmocka_unit_test(test_process_signals),
        cmocka_unit_test(test_resize),
        cmocka_unit_test(test_close_stdin),
        cmocka_unit_test(test_pause_and_resume),
        cmocka_unit_test(test_who_can_be_paused),
        cmocka_unit_test(test_stats),
        cmocka_unit_test(test_summary),
        cmocka_unit_test(test_unknown_container),
        cmocka_unit_test(test_not_supported),
    };
    return cmocka_run_group_tests_name("v17_commands", tests, NULL, NULL);
}
