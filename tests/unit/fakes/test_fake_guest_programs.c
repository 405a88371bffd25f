/* Programs in a guest: what they read and write, what the built-in ones do, what is refused, what the
 * properties show of them. */
#include "tests/support/alloc_fail.h"
#include "tests/support/cmocka.h"
#include "tests/unit/fakes/guest_fixture.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SECOND ((uint64_t)1000000)

/* ---- streams ---- */

static void a_full_pipe_stops_the_program(void **state)
{
    (void)state;
    struct guest_fixture f;
    guest_fixture_init(&f, GUEST_PROCESS);
    GUEST_PUT(&f, "flood", {.kind = FAKE_ACT_FLOOD, .bytes = 200000});
    struct guest_run run = guest_fixture_run(&f, "flood");
    guest_fixture_pass_us(&f, 3600 * SECOND);
    assert_false(fake_process_has_exited(run.process));
    size_t total = 0;
    bool ended = false;
    while (!ended) {
        char *text = guest_fixture_read(&f, run.info.std_output, &ended);
        size_t len = strlen(text);
        /* A full pipe, and what a read that waited had got. */
        assert_true(len <= 2 * PLAT_STREAM_BYTES_MAX);
        total += len;
        free(text);
        guest_fixture_pass_us(&f, SECOND / 100);
    }
    assert_int_equal(total, 200000);
    assert_true(fake_process_has_exited(run.process));
    guest_fixture_close(&f, &run);
    guest_fixture_release(&f);
}

static void a_program_without_pipes_runs_all_the_same(void **state)
{
    (void)state;
    struct guest_fixture f;
    guest_fixture_init(&f, GUEST_PROCESS);
    GUEST_PUT(&f, "quiet", {.kind = FAKE_ACT_OUT, .text = "x"}, {.kind = FAKE_ACT_ERR, .text = "y"},
              {.kind = FAKE_ACT_FLOOD, .bytes = 1000000}, {.kind = FAKE_ACT_READ},
              {.kind = FAKE_ACT_ECHO}, {.kind = FAKE_ACT_CAT});
    struct fake_process *process = NULL;
    assert_int_equal(guest_fixture_try(&f, "{\"CommandLine\":\"quiet\"}", &process), PLAT_S_OK);
    struct plat_hcs_process_info info;
    assert_int_equal(fake_process_streams(process, &info), PLAT_S_OK);
    assert_int_equal(info.process_id, fake_process_pid(process));
    assert_int_equal(info.std_input, PLAT_NO_HANDLE);
    assert_int_equal(info.std_output, PLAT_NO_HANDLE);
    assert_int_equal(info.std_error, PLAT_NO_HANDLE);
    guest_fixture_pass_us(&f, SECOND);
    assert_true(fake_process_has_exited(process));
    guest_fixture_release(&f);
}

static void input_ends_with_close_handle_and_not_with_the_stream(void **state)
{
    (void)state;
    struct guest_fixture f;
    guest_fixture_init(&f, GUEST_LINUX);
    const struct plat_transport *t = &f.platform.transport;
    struct guest_run run = guest_fixture_run(&f, "cat");
    guest_fixture_write(&f, run.info.std_input, "some ");
    guest_fixture_pass_us(&f, SECOND);
    guest_fixture_check_read(&f, run.info.std_output, "some ", false);
    guest_fixture_write(&f, run.info.std_input, "more");
    assert_int_equal(t->ops->close(t->ctx, run.info.std_input), PLAT_S_OK);
    run.info.std_input = PLAT_NO_HANDLE;
    guest_fixture_pass_us(&f, 3600 * SECOND);
    assert_false(fake_process_has_exited(run.process));
    assert_true(fake_process_close_stream(run.process, "StdIn"));
    guest_fixture_pass_us(&f, SECOND);
    assert_true(fake_process_has_exited(run.process));
    guest_fixture_check_read(&f, run.info.std_output, "more", true);
    assert_false(fake_process_close_stream(run.process, "stdin"));
    guest_fixture_close(&f, &run);
    guest_fixture_release(&f);
}

static void a_program_reads_lines(void **state)
{
    (void)state;
    struct guest_fixture f;
    guest_fixture_init(&f, GUEST_PROCESS);
    GUEST_PUT(&f, "lines", {.kind = FAKE_ACT_READ}, {.kind = FAKE_ACT_OUT, .text = "<"},
              {.kind = FAKE_ACT_ECHO}, {.kind = FAKE_ACT_REPEAT},
              {.kind = FAKE_ACT_OUT, .text = "end"});
    struct guest_run run = guest_fixture_run(&f, "lines");
    guest_fixture_write(&f, run.info.std_input, "one\r\ntwo\nth");
    guest_fixture_pass_us(&f, SECOND);
    guest_fixture_check_read(&f, run.info.std_output, "<one\r\n<two\r\n", false);
    guest_fixture_write(&f, run.info.std_input, "ree");
    guest_fixture_pass_us(&f, SECOND);
    guest_fixture_check_read(&f, run.info.std_output, "", false);
    assert_true(fake_process_close_stream(run.process, "StdIn"));
    guest_fixture_pass_us(&f, SECOND);
    guest_fixture_check_read(&f, run.info.std_output, "<three\r\nend", true);
    guest_fixture_close(&f, &run);
    guest_fixture_release(&f);
}

static void a_long_line_is_read_in_pieces(void **state)
{
    (void)state;
    struct guest_fixture f;
    guest_fixture_init(&f, GUEST_LINUX);
    const struct plat_transport *t = &f.platform.transport;
    GUEST_PUT(&f, "lines", {.kind = FAKE_ACT_READ}, {.kind = FAKE_ACT_OUT, .text = "read"},
              {.kind = FAKE_ACT_STAY});
    struct guest_run run = guest_fixture_run(&f, "lines");
    static char data[PLAT_STREAM_BYTES_MAX];
    memset(data, 'x', sizeof(data));
    assert_int_equal(t->ops->write(t->ctx, run.info.std_input, data, sizeof(data)), PLAT_S_OK);
    guest_fixture_pass_us(&f, SECOND);
    guest_fixture_check_read(&f, run.info.std_output, "read", false);
    guest_fixture_close(&f, &run);
    guest_fixture_release(&f);
}

static void fresh_streams_share_the_pipe(void **state)
{
    (void)state;
    struct guest_fixture f;
    guest_fixture_init(&f, GUEST_LINUX);
    const struct plat_transport *t = &f.platform.transport;
    struct guest_run run = guest_fixture_run(&f, "cat");
    struct guest_run again = {.process = run.process};
    assert_int_equal(fake_process_streams(run.process, &again.info), PLAT_S_OK);
    assert_int_equal(again.info.process_id, run.info.process_id);
    const plat_handle fresh[] = {again.info.std_input, again.info.std_output};
    for (size_t i = 0; i < 2; i++) {
        assert_int_equal(t->ops->attach(t->ctx, fresh[i], wcd_queue_sink(f.queue), 1), PLAT_S_OK);
    }
    guest_fixture_write(&f, run.info.std_input, "a");
    guest_fixture_write(&f, again.info.std_input, "b");
    guest_fixture_pass_us(&f, SECOND);
    guest_fixture_check_read(&f, again.info.std_output, "ab", false);
    guest_fixture_check_read(&f, run.info.std_output, "", false);
    guest_fixture_close(&f, &run);
    guest_fixture_write(&f, again.info.std_input, "c");
    guest_fixture_pass_us(&f, SECOND);
    guest_fixture_check_read(&f, again.info.std_output, "c", false);
    guest_fixture_close(&f, &again);
    guest_fixture_release(&f);
}

static void output_outlives_the_guest(void **state)
{
    (void)state;
    struct guest_fixture f;
    guest_fixture_init(&f, GUEST_PROCESS);
    struct guest_run run = guest_fixture_run(&f, "cmd /c echo last words");
    guest_fixture_pass_us(&f, SECOND);
    fake_guest_destroy(f.guest);
    f.guest = NULL;
    guest_fixture_check_read(&f, run.info.std_output, "last words\r\n", true);
    guest_fixture_close(&f, &run);
    guest_fixture_release(&f);
}

static void a_console_has_one_output(void **state)
{
    (void)state;
    struct guest_fixture f;
    guest_fixture_init(&f, GUEST_PROCESS);
    const struct plat_transport *t = &f.platform.transport;
    GUEST_PUT(&f, "tui", {.kind = FAKE_ACT_ERR, .text = "err "},
              {.kind = FAKE_ACT_OUT, .text = "out "}, {.kind = FAKE_ACT_READ},
              {.kind = FAKE_ACT_ECHO}, {.kind = FAKE_ACT_READ});
    struct guest_run run = {0};
    assert_int_equal(guest_fixture_try(&f,
                                       "{\"CommandLine\":\"tui\",\"EmulateConsole\":true,"
                                       "\"CreateStdInPipe\":true,\"CreateStdOutPipe\":true,"
                                       "\"CreateStdErrPipe\":true,\"ConsoleSize\":[25,80]}",
                                       &run.process),
                     PLAT_S_OK);
    assert_int_equal(fake_process_streams(run.process, &run.info), PLAT_S_OK);
    assert_int_equal(run.info.std_error, PLAT_NO_HANDLE);
    assert_true(fake_process_has_console(run.process));
    uint16_t height = 0;
    uint16_t width = 0;
    fake_process_console_size(run.process, &height, &width);
    assert_int_equal(height, 25);
    assert_int_equal(width, 80);
    fake_process_resize(run.process, 40, 120);
    fake_process_console_size(run.process, &height, &width);
    assert_int_equal(height, 40);
    assert_int_equal(width, 120);
    struct plat_event_sink sink = wcd_queue_sink(f.queue);
    assert_int_equal(t->ops->attach(t->ctx, run.info.std_input, sink, 1), PLAT_S_OK);
    assert_int_equal(t->ops->attach(t->ctx, run.info.std_output, sink, 2), PLAT_S_OK);
    guest_fixture_write(&f, run.info.std_input, "typed\r");
    guest_fixture_pass_us(&f, SECOND);
    guest_fixture_check_read(&f, run.info.std_output, "err out typed\r\n", false);
    guest_fixture_write(&f, run.info.std_input, "\x03");
    guest_fixture_pass_us(&f, SECOND);
    assert_int_equal(fake_process_exit_code(run.process), 0xC000013A);
    guest_fixture_close(&f, &run);
    guest_fixture_release(&f);
}

/* ---- built-in programs ---- */

struct line_case {
    enum guest_kind kind;
    const char *line;
    const char *output;
    uint32_t code;
};

static void check_lines(const struct line_case *cases, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct guest_fixture f;
        uint32_t code = 0;
        guest_fixture_init(&f, cases[i].kind);
        GUEST_PUT(&f, "C:\\my tools\\tool.exe", {.kind = FAKE_ACT_OUT, .text = "tool"},
                  {.kind = FAKE_ACT_EXIT, .code = 4});
        char *output = guest_fixture_output(&f, cases[i].line, &code);
        if (strcmp(output, cases[i].output) != 0 || code != cases[i].code) {
            print_error("%s\n", cases[i].line);
        }
        assert_string_equal(output, cases[i].output);
        assert_int_equal(code, cases[i].code);
        free(output);
        guest_fixture_release(&f);
    }
}

#define PONG "Reply from 127.0.0.1: bytes=32 time<1ms TTL=128\r\n"

static void windows_programs_do_what_they_are_told(void **state)
{
    (void)state;
    static const struct line_case cases[] = {
        {GUEST_PROCESS, "cmd /c exit 3", "", 3},
        {GUEST_PROCESS, "cmd /c exit -1", "", 0xFFFFFFFF},
        {GUEST_PROCESS, "cmd /c exit /b 2", "", 2},
        {GUEST_PROCESS, "cmd /c \"exit 0\"", "", 0},
        {GUEST_PROCESS, "CMD.EXE /C exit", "", 0},
        {GUEST_PROCESS, "cmd /s/c\"exit 5\"", "", 5},
        {GUEST_PROCESS, "cmd /e:on /c exit 6", "", 6},
        {GUEST_PROCESS, "C:\\Windows\\System32\\cmd.exe /c echo a  b", "a  b\r\n", 0},
        {GUEST_PROCESS, "\"C:\\Windows\\System32\\cmd.exe\" /c echo x", "x\r\n", 0},
        {GUEST_PROCESS, "cmd /S /C \"echo \"quoted\" text\"", "\"quoted\" text\r\n", 0},
        {GUEST_PROCESS, "cmd /c \"echo par 9 & exit 9\"", "par 9 \r\n", 9},
        {GUEST_PROCESS, "cmd /c echo a^&b", "a&b\r\n", 0},
        {GUEST_PROCESS, "cmd /c echo", "ECHO is on.\r\n", 0},
        {GUEST_PROCESS, "cmd /c echo.", "\r\n", 0},
        {GUEST_PROCESS, "cmd /c @echo off & rem no & echo hi", "hi\r\n", 0},
        {GUEST_PROCESS, "cmd /c echo gone > out.txt && echo here", "here\r\n", 0},
        {GUEST_PROCESS, "cmd /c echo x 2>&1", "x \r\n", 0},
        {GUEST_PROCESS, "cmd /c nosuch 2>nul || echo none", "none\r\n", 0},
        {GUEST_PROCESS, "cmd /c nosuch && echo none", "", 1},
        {GUEST_PROCESS, "cmd /c exit 0 < nul", "", 0},
        {GUEST_PROCESS, "cmd /c cmd /c cmd /c exit 8", "", 8},
        {GUEST_PROCESS, "cmd /c \"C:\\my tools\\tool.exe\" arg", "tool", 4},
        {GUEST_PROCESS, "cmd /c \"\"C:\\my tools\\tool\" arg & exit 2\"", "tool", 2},
        {GUEST_PROCESS, "\"C:\\my tools\\TOOL\" arg", "tool", 4},
        {GUEST_PROCESS, "cmd /c cd", "C:\\\r\n", 0},
        {GUEST_PROCESS, "cmd /c ver", "Microsoft Windows [Version 10.0.17763]\r\n", 0},
        {GUEST_PROCESS, "cmd /c echo 100%% %NONE%", "100%% %NONE%\r\n", 0},
        {GUEST_PROCESS, "ping localhost", PONG PONG PONG PONG, 0},
        {GUEST_PROCESS, "ping -n 2 localhost", PONG PONG, 0},
        {GUEST_PROCESS, "ping -n 1 localhost", PONG, 0},
        {GUEST_PROCESS, "cmd /c ping -n 2 x > nul", "", 0},
        {GUEST_PROCESS, "ping", "", 1},
        {GUEST_PROCESS, "timeout /t 5 /nobreak", "", 0},
        {GUEST_PROCESS, "timeout", "", 1},
        {GUEST_PROCESS, "hostname", "CONTAINER\r\n", 0},
        {GUEST_PROCESS, "whoami", "user manager\\containeradministrator\r\n", 0},
        {GUEST_PROCESS, "powershell -NoProfile -Command Write-Output 'a b'; exit 3", "a b\r\n", 3},
        {GUEST_PROCESS, "powershell -ExecutionPolicy Bypass -c echo hi", "hi\r\n", 0},
        {GUEST_PROCESS, "powershell \"Start-Sleep -s 2; Start-Sleep -Milliseconds 5\"", "", 0},
        {GUEST_PROCESS, "powershell nosuch", "", 1},
        {GUEST_LINUX, "sh -c 'echo hi; exit 3'", "hi\n", 3},
        {GUEST_LINUX, "/bin/sh -c \"echo hi; exit 3\"", "hi\n", 3},
        {GUEST_LINUX, "sh -c \"exit 300\"", "", 44},
        {GUEST_LINUX, "sh -c \"false || echo 'no  way'\"", "no  way\n", 0},
        {GUEST_LINUX, "sh -c \"nosuch\"", "", 127},
        {GUEST_LINUX, "sh -c \"sleep 1 & echo at once\"", "at once\n", 0},
        {GUEST_LINUX, "echo a b", "a b\n", 0},
        {GUEST_LINUX, "sleep 3", "", 0},
        {GUEST_LINUX, "sleep", "", 1},
        {GUEST_LINUX, "true", "", 0},
        {GUEST_LINUX, "false", "", 1},
        {GUEST_LINUX, "ping -c 2 x",
         "64 bytes from 127.0.0.1: ttl=64 time=0.1 ms\n64 bytes from 127.0.0.1: ttl=64 time=0.1 "
         "ms\n",
         0},
        {GUEST_LINUX, "whoami", "root\n", 0},
    };
    check_lines(cases, sizeof(cases) / sizeof(cases[0]));
}

static void an_unknown_command_is_named_on_stderr(void **state)
{
    (void)state;
    struct guest_fixture f;
    guest_fixture_init(&f, GUEST_PROCESS);
    struct guest_run run = guest_fixture_run(&f, "cmd /c \"err to stderr & exit 7\"");
    guest_fixture_pass_us(&f, SECOND);
    assert_int_equal(fake_process_exit_code(run.process), 7);
    guest_fixture_check_read(&f, run.info.std_output, "", true);
    guest_fixture_check_read(&f, run.info.std_error,
                             "'err' is not recognized as an internal or external command,\r\n"
                             "operable program or batch file.\r\n",
                             true);
    guest_fixture_close(&f, &run);
    guest_fixture_release(&f);
}

static void a_shell_reads_until_its_input_ends(void **state)
{
    (void)state;
    struct guest_fixture f;
    guest_fixture_init(&f, GUEST_PROCESS);
    struct guest_run run = guest_fixture_run(&f, "c:\\windows\\system32\\cmd.exe");
    guest_fixture_pass_us(&f, SECOND);
    guest_fixture_check_read(&f, run.info.std_output,
                             "Microsoft Windows [Version 10.0.17763]\r\n\r\nC:\\>", false);
    guest_fixture_write(&f, run.info.std_input, "echo hi\r\nping -n 2 x\r\n");
    guest_fixture_pass_us(&f, 5 * SECOND);
    guest_fixture_check_read(&f, run.info.std_output,
                             "echo hi\r\nhi\r\n\r\nC:\\>ping -n 2 x\r\n" PONG PONG "\r\nC:\\>",
                             false);
    guest_fixture_write(&f, run.info.std_input, "nosuch\n");
    assert_true(fake_process_close_stream(run.process, "StdIn"));
    guest_fixture_pass_us(&f, SECOND);
    guest_fixture_check_read(&f, run.info.std_output, "nosuch\r\n\r\nC:\\>", true);
    assert_int_equal(fake_process_exit_code(run.process), 1);
    guest_fixture_close(&f, &run);
    guest_fixture_release(&f);
}

static void variables_come_from_the_document(void **state)
{
    (void)state;
    struct guest_fixture f;
    guest_fixture_init(&f, GUEST_PROCESS);
    const struct plat_transport *t = &f.platform.transport;
    struct guest_run run = {0};
    assert_int_equal(
        guest_fixture_try(&f,
                          "{\"CommandLine\":\"cmd /c echo %a%-%B% & set\",\"User\":\"\","
                          "\"Environment\":{\"Z\":\"26\",\"A\":\"1\",\"B\":\"\"},"
                          "\"CreateStdOutPipe\":true}",
                          &run.process),
        PLAT_S_OK);
    assert_int_equal(fake_process_streams(run.process, &run.info), PLAT_S_OK);
    assert_int_equal(t->ops->attach(t->ctx, run.info.std_output, wcd_queue_sink(f.queue), 1),
                     PLAT_S_OK);
    guest_fixture_pass_us(&f, SECOND);
    guest_fixture_check_read(&f, run.info.std_output, "1-%B% \r\nA=1\r\nZ=26\r\n", true);
    guest_fixture_close(&f, &run);
    guest_fixture_release(&f);
}

static void the_longest_command_counts_and_the_last(void **state)
{
    (void)state;
    struct guest_fixture f;
    uint32_t code = 0;
    guest_fixture_init(&f, GUEST_PROCESS);
    GUEST_PUT(&f, "ping", {.kind = FAKE_ACT_EXIT, .code = 1});
    GUEST_PUT(&f, "PING.EXE", {.kind = FAKE_ACT_EXIT, .code = 2});
    GUEST_PUT(&f, "ping -t special", {.kind = FAKE_ACT_EXIT, .code = 3});
    GUEST_PUT(&f, "c:\\own\\ping", {.kind = FAKE_ACT_EXIT, .code = 4});
    static const struct {
        const char *line;
        uint32_t code;
    } cases[] = {
        {"ping x", 2},          {"PING -T special", 3},      {"ping -t special x", 2},
        {"d:\\any\\ping x", 2}, {"C:\\OWN\\ping.exe -t", 4}, {"\"C:\\Own\\Ping\"", 4},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        free(guest_fixture_output(&f, cases[i].line, &code));
        assert_int_equal(code, cases[i].code);
    }
    GUEST_PUT(&f, "ping.exe", {.kind = FAKE_ACT_EXIT, .code = 5});
    free(guest_fixture_output(&f, "ping x", &code));
    assert_int_equal(code, 5);
    guest_fixture_release(&f);
}

static void linux_programs_come_as_words(void **state)
{
    (void)state;
    struct guest_fixture f;
    guest_fixture_init(&f, GUEST_LINUX);
    struct fake_process *process = NULL;
    assert_int_equal(
        guest_fixture_try(&f, "{\"CommandArgs\":[\"sh\",\"-c\",\"exit 4\"]}", &process), PLAT_S_OK);
    guest_fixture_pass_us(&f, SECOND);
    assert_int_equal(fake_process_exit_code(process), 4);
    assert_int_equal(
        guest_fixture_try(&f, "{\"OCISpecification\":{\"process\":{\"args\":[\"false\"]}}}",
                          &process),
        PLAT_S_OK);
    guest_fixture_pass_us(&f, SECOND);
    assert_int_equal(fake_process_exit_code(process), 1);
    assert_int_equal(guest_fixture_try(&f, "{\"CommandArgs\":[\"cmd\"]}", &process),
                     plat_hr_win32(PLAT_ERROR_FILE_NOT_FOUND));
    guest_fixture_release(&f);
}

static void linux_signals_are_numbers(void **state)
{
    (void)state;
    struct guest_fixture f;
    guest_fixture_init(&f, GUEST_LINUX);
    static const struct {
        const char *signal;
        uint32_t code;
    } cases[] = {{"15", 143}, {"9", 137}, {"2", 130}};
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct guest_run run = guest_fixture_run(&f, "sleep 1000");
        assert_false(fake_process_signal(run.process, "CtrlC"));
        assert_false(fake_process_signal(run.process, "0"));
        assert_false(fake_process_signal(run.process, "65"));
        assert_true(fake_process_signal(run.process, cases[i].signal));
        guest_fixture_pass_us(&f, SECOND);
        assert_int_equal(fake_process_exit_code(run.process), cases[i].code);
        guest_fixture_close(&f, &run);
    }
    guest_fixture_release(&f);
    guest_fixture_init(&f, GUEST_PROCESS);
    struct guest_run run = guest_fixture_run(&f, "cmd");
    assert_false(fake_process_signal(run.process, "15"));
    assert_true(fake_process_signal(run.process, "CtrlBreak"));
    guest_fixture_pass_us(&f, SECOND);
    assert_int_equal(fake_process_exit_code(run.process), 0xC000013A);
    assert_true(fake_process_signal(run.process, "CtrlC"));
    guest_fixture_close(&f, &run);
    guest_fixture_release(&f);
}

/* ---- refusals ---- */

static void what_windows_refuses_is_refused(void **state)
{
    (void)state;
    struct guest_fixture f;
    guest_fixture_init(&f, GUEST_PROCESS);
    struct fake_process *process = NULL;
    const struct fake_program wrong = {.command = "arm.exe",
                                       .refused = plat_hr_win32(PLAT_ERROR_BAD_EXE_FORMAT)};
    assert_true(fake_guest_put_program(f.host, &wrong));
    assert_true(fake_guest_put_missing_folder(f.host, "C:\\nope"));
    assert_true(fake_guest_put_user(f.host, "joe"));
    static const struct {
        const char *document;
        uint32_t error;
    } cases[] = {
        {"{\"CommandLine\":\"nosuch.exe\"}", PLAT_ERROR_FILE_NOT_FOUND},
        {"{\"CommandLine\":\"\"}", PLAT_ERROR_FILE_NOT_FOUND},
        {"{}", PLAT_ERROR_FILE_NOT_FOUND},
        {"{\"CommandLine\":\"sh\"}", PLAT_ERROR_FILE_NOT_FOUND},
        {"{\"CommandLine\":\"arm\"}", PLAT_ERROR_BAD_EXE_FORMAT},
        {"{\"CommandLine\":\"cmd\",\"WorkingDirectory\":\"c:\\\\NOPE\"}", PLAT_ERROR_DIRECTORY},
        {"{\"CommandLine\":\"cmd\",\"User\":\"nobody\"}", PLAT_ERROR_LOGON_FAILURE},
        {"{\"CommandLine\":\"nosuch\",\"User\":\"nobody\"}", PLAT_ERROR_LOGON_FAILURE},
        {"{\"CommandLine\":\"nosuch\",\"WorkingDirectory\":\"C:\\\\nope\"}",
         PLAT_ERROR_FILE_NOT_FOUND},
        {"{\"CommandLine\":\"cmd\",\"User\":\"JOE\"}", 0},
        {"{\"CommandLine\":\"cmd\",\"User\":\"containeruser\",\"WorkingDirectory\":\"C:\\\\app\"}",
         0},
        {"{\"ApplicationName\":\"C:\\\\Windows\\\\System32\\\\cmd.exe\"}", 0},
        {"{\"ApplicationName\":\"nosuch\",\"CommandLine\":\"cmd\"}", PLAT_ERROR_FILE_NOT_FOUND},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        plat_hr hr = guest_fixture_try(&f, cases[i].document, &process);
        if (hr != plat_hr_win32(cases[i].error)) {
            print_error("%s\n", cases[i].document);
        }
        assert_int_equal(hr, plat_hr_win32(cases[i].error));
    }
    guest_fixture_release(&f);
}

static void a_command_line_has_a_longest(void **state)
{
    (void)state;
    struct guest_fixture f;
    guest_fixture_init(&f, GUEST_PROCESS);
    static char document[40000];
    for (size_t units = FAKE_COMMAND_UNITS_MAX; units <= FAKE_COMMAND_UNITS_MAX + 1; units++) {
        static char line[33000];
        memset(line, 'x', units);
        memcpy(line, "cmd /c rem ", 11);
        line[units] = '\0';
        (void)snprintf(document, sizeof(document), "{\"CommandLine\":\"%s\"}", line);
        struct fake_process *process = NULL;
        assert_int_equal(guest_fixture_try(&f, document, &process),
                         units == FAKE_COMMAND_UNITS_MAX
                             ? PLAT_S_OK
                             : plat_hr_win32(PLAT_ERROR_FILENAME_EXCED_RANGE));
    }
    guest_fixture_release(&f);
}

/* ---- pause and properties ---- */

static void a_paused_guest_stands_still(void **state)
{
    (void)state;
    struct guest_fixture f;
    guest_fixture_init(&f, GUEST_HYPERV);
    GUEST_PUT(&f, "busy", {.kind = FAKE_ACT_LOAD, .percent = 100},
              {.kind = FAKE_ACT_WAIT, .us = 10 * SECOND}, {.kind = FAKE_ACT_OUT, .text = "done"},
              {.kind = FAKE_ACT_STAY});
    struct guest_run run = guest_fixture_run(&f, "busy");
    struct guest_run cat = guest_fixture_run(&f, "cmd");
    guest_fixture_pass_us(&f, 4 * SECOND);
    guest_fixture_check_read(&f, cat.info.std_output,
                             "Microsoft Windows [Version 10.0.17763]\r\n\r\nC:\\>", false);
    uint64_t before = fake_guest_use(f.guest).cpu_total_100ns;
    fake_guest_pause(f.guest);
    guest_fixture_write(&f, cat.info.std_input, "echo x\n");
    guest_fixture_pass_us(&f, 3600 * SECOND);
    assert_int_equal(fake_guest_use(f.guest).cpu_total_100ns, before);
    guest_fixture_check_read(&f, cat.info.std_output, "", false);
    fake_guest_resume(f.guest);
    guest_fixture_pass_us(&f, 5 * SECOND);
    guest_fixture_check_read(&f, run.info.std_output, "", false);
    guest_fixture_check_read(&f, cat.info.std_output, "echo x\r\nx\r\n\r\nC:\\>", false);
    assert_int_equal(fake_guest_use(f.guest).cpu_total_100ns, before + 5 * SECOND * 10);
    guest_fixture_pass_us(&f, 2 * SECOND);
    guest_fixture_check_read(&f, run.info.std_output, "done", false);
    assert_true(fake_guest_shut_down(f.guest));
    guest_fixture_pass_us(&f, SECOND);
    fake_guest_pause(f.guest);
    guest_fixture_pass_us(&f, 10 * SECOND);
    assert_int_equal(f.downs, 0);
    fake_guest_resume(f.guest);
    guest_fixture_pass_us(&f, SECOND);
    assert_int_equal(f.downs, 1);
    guest_fixture_close(&f, &run);
    guest_fixture_close(&f, &cat);
    guest_fixture_release(&f);
}

static void statistics_follow_the_scripts(void **state)
{
    (void)state;
    struct guest_fixture f;
    guest_fixture_init(&f, GUEST_PROCESS);
    GUEST_PUT(&f, "work", {.kind = FAKE_ACT_LOAD, .percent = 150, .bytes = 1000000},
              {.kind = FAKE_ACT_WAIT, .us = 2 * SECOND},
              {.kind = FAKE_ACT_DISK, .text = "read", .bytes = 8193},
              {.kind = FAKE_ACT_DISK, .text = "write", .bytes = 8192},
              {.kind = FAKE_ACT_LOAD, .percent = 0, .bytes = 10},
              {.kind = FAKE_ACT_WAIT, .us = SECOND});
    struct fake_guest_use idle = fake_guest_use(f.guest);
    struct guest_run run = guest_fixture_run(&f, "work");
    guest_fixture_pass_us(&f, SECOND + 1000);
    struct fake_guest_use use = fake_guest_use(f.guest);
    assert_int_equal(use.cpu_total_100ns - idle.cpu_total_100ns, 15000000);
    assert_int_equal(use.cpu_user_100ns + use.cpu_kernel_100ns, use.cpu_total_100ns);
    assert_int_equal(use.memory_commit_bytes - idle.memory_commit_bytes, 1000000);
    assert_int_equal(use.uptime_100ns, 10010000);
    assert_int_equal(use.start_100ns, idle.start_100ns);
    guest_fixture_pass_us(&f, 5 * SECOND);
    use = fake_guest_use(f.guest);
    assert_int_equal(use.cpu_total_100ns - idle.cpu_total_100ns, 30000000);
    assert_int_equal(use.memory_commit_bytes, idle.memory_commit_bytes);
    assert_int_equal(use.memory_commit_peak_bytes - idle.memory_commit_peak_bytes, 1000000);
    assert_int_equal(use.read_count - idle.read_count, 2);
    assert_int_equal(use.read_bytes - idle.read_bytes, 8193);
    assert_int_equal(use.write_count - idle.write_count, 1);
    assert_int_equal(use.write_bytes - idle.write_bytes, 8192);
    guest_fixture_close(&f, &run);
    guest_fixture_release(&f);
    guest_fixture_init(&f, GUEST_HYPERV);
    use = fake_guest_use(f.guest);
    assert_true(use.cpu_total_100ns > 0);
    assert_int_equal(use.cpu_user_100ns, 0);
    assert_int_equal(use.cpu_kernel_100ns, 0);
    guest_fixture_release(&f);
}

static void the_process_list_shows_windows_and_the_programs(void **state)
{
    (void)state;
    struct guest_fixture f;
    guest_fixture_init(&f, GUEST_HYPERV);
    struct guest_run run = guest_fixture_run(&f, "cmd /c ping -t x");
    guest_fixture_pass_us(&f, SECOND);
    struct wcd_json *list = fake_guest_process_list(f.guest);
    char *text = wcd_json_print(list);
    assert_int_equal(wcd_json_size(list), 19);
    static const char first[] =
        "[{\"CreateTimestamp\":\"2018-11-13T08:00:00.0000000Z\",\"ImageName\":\"smss.exe\","
        "\"MemoryCommitBytes\":540672,\"MemoryWorkingSetPrivateBytes\":360448,"
        "\"MemoryWorkingSetSharedBytes\":720896,\"ProcessId\":344},";
    assert_memory_equal(strstr(text, "ImageName"), strstr(first, "ImageName"),
                        strlen(strstr(first, "ImageName")));
    assert_string_equal(wcd_json_string(wcd_json_at(list, "/17/ImageName")), "cmd.exe");
    assert_string_equal(wcd_json_string(wcd_json_at(list, "/18/ImageName")), "ping.exe");
    assert_string_equal(wcd_json_literal(wcd_json_at(list, "/17/ProcessId")), "1404");
    assert_string_equal(wcd_json_literal(wcd_json_at(list, "/18/ProcessId")), "1408");
    free(text);
    wcd_json_free(list);
    guest_fixture_close(&f, &run);
    guest_fixture_release(&f);
}

/* ---- memory ---- */

static plat_hr run_once(struct guest_fixture *f, const char *document)
{
    struct fake_process *process = NULL;
    plat_hr hr = guest_fixture_try(f, document, &process);
    struct plat_hcs_process_info info = {0};
    if (plat_succeeded(hr)) {
        hr = fake_process_streams(process, &info);
    }
    const plat_handle given[] = {info.std_input, info.std_output, info.std_error};
    for (size_t i = 0; i < 3; i++) {
        if (given[i] != PLAT_NO_HANDLE) {
            (void)f->platform.transport.ops->close(f->platform.transport.ctx, given[i]);
        }
    }
    return hr;
}

static void want_of_memory_is_an_answer(void **state)
{
    (void)state;
    static const char document[] =
        "{\"CommandLine\":\"cmd /c \\\"echo %A% & ping -n 2 x && exit 3\\\"\","
        "\"Environment\":{\"A\":\"1\"},\"CreateStdInPipe\":true,\"CreateStdOutPipe\":true,"
        "\"CreateStdErrPipe\":true}";
    for (size_t n = 1;; n++) {
        struct guest_fixture f;
        guest_fixture_init(&f, GUEST_PROCESS);
        struct wcd_json_fault fault = {0};
        struct wcd_json *json = wcd_json_parse(document, strlen(document), &fault);
        struct fake_process *process = NULL;
        alloc_fail_after(n);
        plat_hr hr = fake_guest_run(f.guest, json, &process);
        bool failed = alloc_fail_off();
        wcd_json_free(json);
        assert_int_equal(hr, failed ? PLAT_E_OUTOFMEMORY : PLAT_S_OK);
        guest_fixture_release(&f);
        if (!failed) {
            break;
        }
    }
    for (size_t n = 1;; n++) {
        struct guest_fixture f;
        guest_fixture_init(&f, GUEST_PROCESS);
        assert_int_equal(run_once(&f, document), PLAT_S_OK);
        struct guest_run run = guest_fixture_run(&f, "cmd");
        guest_fixture_write(&f, run.info.std_input, "echo x\nset\nexit 9\n");
        alloc_fail_after(n);
        guest_fixture_pass_us(&f, 20 * SECOND);
        bool failed = alloc_fail_off();
        assert_int_equal(fake_guest_living(f.guest), 0);
        uint32_t code = fake_process_exit_code(run.process);
        assert_true(code == 9 || (failed && code == 0xC0000017));
        guest_fixture_close(&f, &run);
        guest_fixture_release(&f);
        if (!failed) {
            break;
        }
    }
}

static void a_program_is_kept_whole_or_not_at_all(void **state)
{
    (void)state;
    struct guest_fixture f;
    guest_fixture_init(&f, GUEST_PROCESS);
    const struct fake_act acts[] = {{.kind = FAKE_ACT_OUT, .text = "a"},
                                    {.kind = FAKE_ACT_EXIT, .code = 3}};
    const struct fake_program program = {.command = "p", .acts = acts, .act_count = 2};
    for (size_t n = 1;; n++) {
        alloc_fail_after(n);
        bool kept = fake_guest_put_program(f.host, &program);
        bool failed = alloc_fail_off();
        assert_int_equal(kept, !failed);
        if (!failed) {
            break;
        }
    }
    static struct fake_act many[FAKE_ACTS_MAX + 1];
    const struct fake_program large = {
        .command = "q", .acts = many, .act_count = FAKE_ACTS_MAX + 1};
    assert_false(fake_guest_put_program(f.host, &large));
    uint32_t code = 0;
    char *text = guest_fixture_output(&f, "p", &code);
    assert_string_equal(text, "a");
    assert_int_equal(code, 3);
    free(text);
    guest_fixture_release(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_full_pipe_stops_the_program),
        cmocka_unit_test(a_program_without_pipes_runs_all_the_same),
        cmocka_unit_test(input_ends_with_close_handle_and_not_with_the_stream),
        cmocka_unit_test(a_program_reads_lines),
        cmocka_unit_test(a_long_line_is_read_in_pieces),
        cmocka_unit_test(fresh_streams_share_the_pipe),
        cmocka_unit_test(output_outlives_the_guest),
        cmocka_unit_test(a_console_has_one_output),
        cmocka_unit_test(windows_programs_do_what_they_are_told),
        cmocka_unit_test(an_unknown_command_is_named_on_stderr),
        cmocka_unit_test(a_shell_reads_until_its_input_ends),
        cmocka_unit_test(variables_come_from_the_document),
        cmocka_unit_test(the_longest_command_counts_and_the_last),
        cmocka_unit_test(linux_programs_come_as_words),
        cmocka_unit_test(linux_signals_are_numbers),
        cmocka_unit_test(what_windows_refuses_is_refused),
        cmocka_unit_test(a_command_line_has_a_longest),
        cmocka_unit_test(a_paused_guest_stands_still),
        cmocka_unit_test(statistics_follow_the_scripts),
        cmocka_unit_test(the_process_list_shows_windows_and_the_programs),
        cmocka_unit_test(want_of_memory_is_an_answer),
        cmocka_unit_test(a_program_is_kept_whole_or_not_at_all),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
