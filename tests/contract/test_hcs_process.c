/* The contract of core/platform/hcs.h: processes, their streams, their exit codes. */
#include "tests/contract/systems.h"

#include "core/base/text.h"
#include "tests/support/cmocka.h"

#include <stdlib.h>
#include <string.h>

#define BOTH                                                                                       \
    enum systems_isolation isolation = SYSTEMS_PROCESS;                                            \
    isolation <= SYSTEMS_HYPERV;                                                                   \
    isolation++

/* A running container; each test runs once for each isolation. */
struct running {
    struct systems s;
    struct container c;
};

static struct running *running_of(struct running *r, void **state, enum systems_isolation isolation)
{
    systems_init(&r->s, state);
    r->c = container_running(&r->s, isolation);
    return r;
}

static void running_end(struct running *r)
{
    container_end(&r->s, &r->c);
    systems_release(&r->s);
}

static plat_hr kill_process(struct systems *s, plat_handle process)
{
    char *result = contract_poison();
    plat_hr hr = s->hcs.ops->terminate_process(s->hcs.ctx, process, &result);
    free(result);
    return hr;
}

static plat_hr signal_process(struct systems *s, plat_handle process, const char *options)
{
    char *result = contract_poison();
    plat_hr hr = s->hcs.ops->signal_process(s->hcs.ctx, process, options, &result);
    free(result);
    return hr;
}

static plat_hr open_process(struct systems *s, plat_handle system, uint32_t pid, plat_handle *out)
{
    char *result = contract_poison();
    *out = 12345;
    plat_hr hr = s->hcs.ops->open_process(s->hcs.ctx, system, pid, out, &result);
    free(result);
    assert_true(plat_succeeded(hr) == (*out != PLAT_NO_HANDLE));
    return hr;
}

/* ---- exit codes ---- */

static void a_program_runs_and_exits(void **state)
{
    for (BOTH) {
        struct running r;
        struct systems *s = &running_of(&r, state, isolation)->s;
        struct program program = program_run(s, r.c.handle, "cmd /c exit 3");
        assert_int_equal(program.info.process_id % 4, 0);
        assert_int_equal(program_exit_code(s, &program), 3);
        systems_expect_none(s, program.key);
        program_close(s, &program);
        program = program_run(s, r.c.handle, "cmd /c exit -1");
        assert_int_equal(program_exit_code(s, &program), 0xFFFFFFFF);
        program_close(s, &program);
        running_end(&r);
    }
}

static void properties_have_all_four_members(void **state)
{
    for (BOTH) {
        struct running r;
        struct systems *s = &running_of(&r, state, isolation)->s;
        struct program program = program_run(s, r.c.handle, "ping -t localhost");
        for (int i = 0; i < 2; i++) {
            struct wcd_json *json = NULL;
            uint64_t pid = 0;
            uint64_t code = 99;
            int64_t wait = 99;
            ASSERT_OK(program_properties(s, program.handle, &json));
            assert_true(wcd_json_uint64(wcd_json_get(json, "ProcessId"), &pid));
            assert_true(wcd_json_uint64(wcd_json_get(json, "ExitCode"), &code));
            assert_true(wcd_json_int64(wcd_json_get(json, "LastWaitResult"), &wait));
            assert_int_equal(pid, program.info.process_id);
            assert_int_equal(wcd_json_bool(wcd_json_get(json, "Exited")), i);
            assert_int_equal(code, i == 0 ? 0 : 1067);
            assert_int_equal(wait, 0);
            wcd_json_free(json);
            if (i == 0) {
                assert_true(plat_hcs_accepted(kill_process(s, program.handle)));
                systems_expect(s, program.key, PLAT_HCS_PROCESS_EXITED, PLAT_S_OK);
            }
        }
        program_close(s, &program);
        running_end(&r);
    }
}

static bool is_over(plat_hr hr)
{
    return hr == plat_hr_win32(PLAT_ERROR_ACCESS_DENIED) ||
           hr == plat_hr_win32(PLAT_ERROR_NOT_FOUND) || hr == PLAT_HCS_PROCESS_ALREADY_STOPPED ||
           plat_hcs_same(hr, PLAT_HCS_INVALID_STATE);
}

static void a_process_is_ended_once_and_alone(void **state)
{
    for (BOTH) {
        struct running r;
        struct systems *s = &running_of(&r, state, isolation)->s;
        struct program program = program_run(s, r.c.handle, "cmd /c ping -n 5 localhost");
        contract_pass_us(state, 1500000);
        assert_true(plat_hcs_accepted(kill_process(s, program.handle)));
        plat_hr again = kill_process(s, program.handle);
        assert_true(plat_hcs_accepted(again) || is_over(again));
        assert_int_equal(program_exit_code(s, &program), 1067);
        assert_true(is_over(kill_process(s, program.handle)));
        /* Its child goes on, and holds the stream to the end. */
        char *output = program_output(s, program.info.std_output, program.out);
        size_t lines = 0;
        for (const char *at = output; (at = strchr(at, '\n')) != NULL; at++) {
            lines++;
        }
        assert_true(lines >= 5);
        free(output);
        program_close(s, &program);
        running_end(&r);
    }
}

static void a_signal_ends_a_program(void **state)
{
    for (BOTH) {
        struct running r;
        struct systems *s = &running_of(&r, state, isolation)->s;
        struct program program = program_run(s, r.c.handle, "ping -t localhost");
        plat_hr hr = signal_process(s, program.handle, "{\"Signal\":\"CtrlC\"}");
        if (plat_hcs_accepted(hr)) {
            assert_int_equal(program_exit_code(s, &program), 0xC000013A);
            assert_true(is_over(signal_process(s, program.handle, "{\"Signal\":\"CtrlC\"}")));
        } else {
            /* Before build 17763 there is no such function; an older guest knows no signals. */
            assert_true(hr == plat_hr_win32(PLAT_ERROR_PROC_NOT_FOUND) ||
                        hr == plat_hr_win32(PLAT_ERROR_NOT_SUPPORTED) ||
                        plat_hcs_same(hr, PLAT_HCS_UNKNOWN_MESSAGE) ||
                        plat_hcs_same(hr, PLAT_HCS_INVALID_JSON));
        }
        if (hr != plat_hr_win32(PLAT_ERROR_PROC_NOT_FOUND)) {
            ASSERT_HR(signal_process(s, program.handle, "{\"Signal\":\"No\"}"),
                      PLAT_HCS_INVALID_JSON);
        }
        program_close(s, &program);
        running_end(&r);
    }
}

/* ---- handles ---- */

static void a_process_is_opened_by_its_number(void **state)
{
    for (BOTH) {
        struct running r;
        struct systems *s = &running_of(&r, state, isolation)->s;
        struct program program = program_run(s, r.c.handle, "cmd");
        struct program other = {0};
        ASSERT_WIN32(open_process(s, r.c.handle, 4000000000u, &other.handle), PLAT_ERROR_NOT_FOUND);
        ASSERT_OK(open_process(s, r.c.handle, program.info.process_id, &other.handle));
        program_register(s, &other);
        assert_true(plat_hcs_accepted(kill_process(s, other.handle)));
        assert_int_equal(program_exit_code(s, &program), 1067);
        assert_int_equal(program_exit_code(s, &other), 1067);
        program_close(s, &other);
        program_close(s, &program);
        running_end(&r);
    }
}

static void closing_ends_no_process(void **state)
{
    for (BOTH) {
        struct running r;
        struct systems *s = &running_of(&r, state, isolation)->s;
        struct program program = program_run(s, r.c.handle, "cmd");
        uint32_t pid = program.info.process_id;
        program_expect_output(s, program.info.std_output, program.out, "Microsoft Windows");
        struct program streams = program;
        streams.handle = PLAT_NO_HANDLE;
        streams.registration = PLAT_NO_HANDLE;
        program.info = (struct plat_hcs_process_info){0};
        program_close(s, &program);
        /* Neither the process nor its streams ended. */
        ASSERT_OK(open_process(s, r.c.handle, pid, &program.handle));
        program_register(s, &program);
        ASSERT_OK(
            s->transport.ops->write(s->transport.ctx, streams.info.std_input, "exit 6\r\n", 8));
        assert_int_equal(program_exit_code(s, &program), 6);
        free(program_output(s, streams.info.std_output, streams.out));
        program_close(s, &streams);
        program_close(s, &program);
        running_end(&r);
    }
}

static void a_process_outlives_the_handle_of_its_system(void **state)
{
    struct running r;
    struct systems *s = &running_of(&r, state, SYSTEMS_PROCESS)->s;
    struct program program = program_run(s, r.c.handle, "ping -n 3 localhost");
    systems_unregister(s, r.c.registration);
    systems_close(s, r.c.handle);
    assert_int_equal(program_exit_code(s, &program), 0);
    program_close(s, &program);
    ASSERT_OK(systems_open(s, r.c.id, &r.c.handle));
    r.c.key = systems_register(s, r.c.handle, &r.c.registration);
    running_end(&r);
}

static void handles_of_processes_are_closed_once(void **state)
{
    struct running r;
    struct systems *s = &running_of(&r, state, SYSTEMS_PROCESS)->s;
    struct program program = program_run(s, r.c.handle, "cmd");
    plat_handle handle = program.handle;
    contract_expect_misuse(state, 4);
    ASSERT_WIN32(kill_process(s, r.c.handle), PLAT_ERROR_INVALID_HANDLE);
    program_close(s, &program);
    ASSERT_WIN32(s->hcs.ops->close_process(s->hcs.ctx, handle), PLAT_ERROR_INVALID_HANDLE);
    ASSERT_WIN32(kill_process(s, handle), PLAT_ERROR_INVALID_HANDLE);
    struct wcd_json *json = NULL;
    ASSERT_WIN32(program_properties(s, handle, &json), PLAT_ERROR_INVALID_HANDLE);
    running_end(&r);
}

/* ---- streams ---- */

static void output_and_errors_are_read_to_their_end(void **state)
{
    for (BOTH) {
        struct running r;
        struct systems *s = &running_of(&r, state, isolation)->s;
        struct program program =
            program_run(s, r.c.handle, "cmd /c \"echo said & nosuchprogram & exit 4\"");
        char *output = program_output(s, program.info.std_output, program.out);
        char *errors = program_output(s, program.info.std_error, program.err);
        assert_string_equal(output, "said \r\n");
        assert_true(wcd_text_has_prefix(errors, "'nosuchprogram' is not recognized"));
        assert_int_equal(program_exit_code(s, &program), 4);
        free(output);
        free(errors);
        program_close(s, &program);
        running_end(&r);
    }
}

static void output_outlives_process_and_system(void **state)
{
    for (BOTH) {
        struct running r;
        struct systems *s = &running_of(&r, state, isolation)->s;
        struct program program = program_run(s, r.c.handle, "cmd /c echo last words");
        assert_int_equal(program_exit_code(s, &program), 0);
        struct program streams = program;
        streams.handle = PLAT_NO_HANDLE;
        streams.registration = PLAT_NO_HANDLE;
        streams.key = 0;
        program.info = (struct plat_hcs_process_info){0};
        program.in = program.out = program.err = 0;
        program_close(s, &program);
        container_end(s, &r.c);
        char *output = program_output(s, streams.info.std_output, streams.out);
        assert_string_equal(output, "last words\r\n");
        free(output);
        program_close(s, &streams);
        systems_release(s);
    }
}

static void input_ends_when_it_is_closed_by_name(void **state)
{
    for (BOTH) {
        struct running r;
        struct systems *s = &running_of(&r, state, isolation)->s;
        const struct plat_transport *t = &s->transport;
        struct program program = program_run(s, r.c.handle, "cmd");
        ASSERT_OK(t->ops->write(t->ctx, program.info.std_input, "echo one\r\n", 10));
        ASSERT_OK(t->ops->close(t->ctx, program.info.std_input));
        program.info.std_input = PLAT_NO_HANDLE;
        systems_expect_none(s, program.key);
        program_close_input(s, &program);
        char *output = program_output(s, program.info.std_output, program.out);
        assert_non_null(strstr(output, "\r\none\r\n"));
        free(output);
        assert_int_equal(program_exit_code(s, &program), 0);
        program_close(s, &program);
        running_end(&r);
    }
}

static void the_ends_of_streams_have_a_direction(void **state)
{
    struct running r;
    struct systems *s = &running_of(&r, state, SYSTEMS_PROCESS)->s;
    const struct plat_transport *t = &s->transport;
    struct program program = program_run(s, r.c.handle, "cmd");
    char data[4];
    size_t got = 0;
    contract_expect_misuse(state, 2);
    ASSERT_WIN32(t->ops->read(t->ctx, program.info.std_input, data, sizeof(data), &got),
                 PLAT_ERROR_ACCESS_DENIED);
    ASSERT_WIN32(t->ops->write(t->ctx, program.info.std_output, "x", 1), PLAT_ERROR_ACCESS_DENIED);
    program_close(s, &program);
    running_end(&r);
}

static void only_streams_that_were_asked_for_are_given(void **state)
{
    for (BOTH) {
        struct running r;
        struct systems *s = &running_of(&r, state, isolation)->s;
        static const struct {
            const char *document;
            bool in;
            bool out;
            bool err;
        } cases[] = {
            {"{\"CommandLine\":\"cmd /c exit 0\"}", false, false, false},
            {"{\"CommandLine\":\"cmd /c exit 0\",\"CreateStdInPipe\":true}", true, false, false},
            {"{\"CommandLine\":\"cmd /c exit 0\",\"CreateStdOutPipe\":true}", false, true, false},
            {"{\"CommandLine\":\"cmd /c exit 0\",\"CreateStdErrPipe\":true}", false, false, true},
            {"{\"CommandLine\":\"cmd /c exit 0\",\"CreateStdInPipe\":true,"
             "\"CreateStdOutPipe\":true,\"CreateStdErrPipe\":true,\"EmulateConsole\":true}",
             true, true, false},
        };
        for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
            struct program program;
            ASSERT_OK(program_try(s, r.c.handle, cases[i].document, &program));
            assert_int_equal(program.info.std_input != PLAT_NO_HANDLE, cases[i].in);
            assert_int_equal(program.info.std_output != PLAT_NO_HANDLE, cases[i].out);
            assert_int_equal(program.info.std_error != PLAT_NO_HANDLE, cases[i].err);
            program_close(s, &program);
        }
        running_end(&r);
    }
}

static void each_question_gives_fresh_streams(void **state)
{
    for (BOTH) {
        struct running r;
        struct systems *s = &running_of(&r, state, isolation)->s;
        const struct plat_transport *t = &s->transport;
        struct program program = program_run(s, r.c.handle, "cmd");
        struct program again = {0};
        char *result = contract_poison();
        program_expect_output(s, program.info.std_output, program.out, "Microsoft Windows");
        ASSERT_OK(s->hcs.ops->process_info(s->hcs.ctx, program.handle, &again.info, &result));
        free(result);
        assert_int_equal(again.info.process_id, program.info.process_id);
        assert_int_not_equal(again.info.std_input, program.info.std_input);
        assert_int_not_equal(again.info.std_output, program.info.std_output);
        program_attach(s, &again);
        program_close_streams(s, &program);
        ASSERT_OK(t->ops->write(t->ctx, again.info.std_input, "echo again\r\nexit 2\r\n", 20));
        char *output = program_output(s, again.info.std_output, again.out);
        assert_non_null(strstr(output, "\r\nagain\r\n"));
        free(output);
        assert_int_equal(program_exit_code(s, &program), 2);
        program_close(s, &again);
        program_close(s, &program);
        running_end(&r);
    }
}

/* ---- changes ---- */

#define RESIZE "{\"Operation\":\"ConsoleSize\",\"ConsoleSize\":{\"Height\":40,\"Width\":120}}"
#define CLOSE  "{\"Operation\":\"CloseHandle\",\"CloseHandle\":{\"Handle\":\"StdIn\"}}"

static void a_console_is_resized(void **state)
{
    for (BOTH) {
        struct running r;
        struct systems *s = &running_of(&r, state, isolation)->s;
        struct program with = {0};
        ASSERT_OK(program_try(s, r.c.handle,
                              "{\"CommandLine\":\"cmd\",\"EmulateConsole\":true,"
                              "\"CreateStdInPipe\":true,\"CreateStdOutPipe\":true,"
                              "\"ConsoleSize\":[0,0]}",
                              &with));
        struct program without = program_run(s, r.c.handle, "cmd");
        ASSERT_OK(program_modify(s, with.handle, RESIZE));
        plat_hr hr = program_modify(s, without.handle, RESIZE);
        assert_true(hr == plat_hr_win32(PLAT_ERROR_NOT_SUPPORTED) ||
                    hr == plat_hr_win32(PLAT_ERROR_INVALID_PARAMETER));
        program_close(s, &with);
        program_close(s, &without);
        running_end(&r);
    }
}

static void bad_changes_are_refused(void **state)
{
    struct running r;
    struct systems *s = &running_of(&r, state, SYSTEMS_PROCESS)->s;
    struct program program = program_run(s, r.c.handle, "cmd");
    static const char *const bad[] = {
        "",
        "[]",
        "{}",
        "{\"Operation\":\"Dance\"}",
        "{\"Operation\":\"ConsoleSize\"}",
        "{\"Operation\":\"CloseHandle\"}",
        "{\"Operation\":\"CloseHandle\",\"CloseHandle\":{\"Handle\":\"stdin\"}}",
        "{\"Operation\":\"ConsoleSize\",\"ConsoleSize\":{\"Height\":70000,\"Width\":1}}",
    };
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        ASSERT_HR(program_modify(s, program.handle, bad[i]), PLAT_HCS_INVALID_JSON);
    }
    program_close(s, &program);
    running_end(&r);
}

static void a_process_that_is_over_takes_no_change(void **state)
{
    for (BOTH) {
        struct running r;
        struct systems *s = &running_of(&r, state, isolation)->s;
        struct program program = program_run(s, r.c.handle, "cmd /c exit 0");
        assert_int_equal(program_exit_code(s, &program), 0);
        plat_hr hr = program_modify(s, program.handle, CLOSE);
        assert_true(is_over(hr) && hr != plat_hr_win32(PLAT_ERROR_ACCESS_DENIED));
        program_close(s, &program);
        running_end(&r);
    }
}

/* ---- refusals ---- */

static void what_cannot_run_is_refused(void **state)
{
    for (BOTH) {
        struct running r;
        struct systems *s = &running_of(&r, state, isolation)->s;
        static const struct {
            const char *document;
            uint32_t error; /* 0: PLAT_HCS_INVALID_JSON */
        } cases[] = {
            {"{\"CommandLine\":\"nosuchprogram.exe\"}", PLAT_ERROR_FILE_NOT_FOUND},
            {"{\"CommandLine\":\"cmd\",\"User\":\"nosuchuser\"}", PLAT_ERROR_LOGON_FAILURE},
            {"", 0},
            {"{", 0},
            {"[]", 0},
            {"{\"CommandLine\":3}", 0},
            {"{\"CommandLine\":\"cmd\",\"Environment\":[]}", 0},
            {"{\"CommandLine\":\"cmd\",\"CreateStdInPipe\":\"yes\"}", 0},
        };
        for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
            struct program program;
            plat_hr hr = program_try(s, r.c.handle, cases[i].document, &program);
            ASSERT_HR(hr,
                      cases[i].error == 0 ? PLAT_HCS_INVALID_JSON : plat_hr_win32(cases[i].error));
        }
        running_end(&r);
    }
}

static void many_processes_live_beside_each_other(void **state)
{
    struct running r;
    struct systems *s = &running_of(&r, state, SYSTEMS_HYPERV)->s;
    struct program programs[20];
    for (size_t i = 0; i < 20; i++) {
        programs[i] = program_run(s, r.c.handle, i % 2 == 0 ? "ping -t localhost" : "cmd");
        for (size_t j = 0; j < i; j++) {
            assert_int_not_equal(programs[i].info.process_id, programs[j].info.process_id);
        }
    }
    container_terminate(s, &r.c);
    for (size_t i = 0; i < 20; i++) {
        systems_expect(s, programs[i].key, PLAT_HCS_PROCESS_EXITED, PLAT_S_OK);
        program_close(s, &programs[i]);
    }
    running_end(&r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CONTRACT_HCS_TEST(a_program_runs_and_exits),
        CONTRACT_HCS_TEST(properties_have_all_four_members),
        CONTRACT_HCS_TEST(a_process_is_ended_once_and_alone),
        CONTRACT_HCS_TEST(a_signal_ends_a_program),
        CONTRACT_HCS_TEST(a_process_is_opened_by_its_number),
        CONTRACT_HCS_TEST(closing_ends_no_process),
        CONTRACT_HCS_TEST(a_process_outlives_the_handle_of_its_system),
        CONTRACT_HCS_TEST(handles_of_processes_are_closed_once),
        CONTRACT_HCS_TEST(output_and_errors_are_read_to_their_end),
        CONTRACT_HCS_TEST(output_outlives_process_and_system),
        CONTRACT_HCS_TEST(input_ends_when_it_is_closed_by_name),
        CONTRACT_HCS_TEST(the_ends_of_streams_have_a_direction),
        CONTRACT_HCS_TEST(only_streams_that_were_asked_for_are_given),
        CONTRACT_HCS_TEST(each_question_gives_fresh_streams),
        CONTRACT_HCS_TEST(a_console_is_resized),
        CONTRACT_HCS_TEST(bad_changes_are_refused),
        CONTRACT_HCS_TEST(a_process_that_is_over_takes_no_change),
        CONTRACT_HCS_TEST(what_cannot_run_is_refused),
        CONTRACT_HCS_TEST(many_processes_live_beside_each_other),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
