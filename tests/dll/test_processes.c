/* Processes and their pipes: overlapped, the client's, to the last byte. */
#include "tests/dll/client.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

static struct client_container container;

static int setup(void **state)
{
    (void)state;
    client_start(&container, L"programs");
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    client_end(&container);
    return 0;
}

static void meet_exit(struct client_process *p, uint32_t code)
{
    client_watch_process(&p->watch, p->process);
    (void)client_meet(&p->watch, 0x10000, 0);
    client_unwatch_process(&p->watch);
    assert_int_equal(client_exit_code(p), code);
}

static void output_can_be_read_after_the_exit_and_then_ends(void **state)
{
    (void)state;
    struct client_process p = {0};
    char output[256] = "";
    client_run(&p, container.system, L"cmd /c echo last words");
    meet_exit(&p, 0);
    size_t size = client_read_all(p.info.std_output, output, sizeof(output));
    assert_int_equal(size, strlen("last words\r\n"));
    assert_memory_equal(output, "last words\r\n", size);
    assert_int_equal(client_read_all(p.info.std_error, output, sizeof(output)), 0);
    client_close(&p);
}

static void pipes_go_with_a_completion_port(void **state)
{
    (void)state;
    struct client_process p = {0};
    char output[64] = "";
    OVERLAPPED io = {0};
    OVERLAPPED *done = NULL;
    ULONG_PTR key = 0;
    DWORD count = 0;
    client_run(&p, container.system, L"cmd /c echo port");
    HANDLE port = CreateIoCompletionPort(p.info.std_output, NULL, 77, 0);
    assert_non_null(port);
    assert_non_null(CreateIoCompletionPort(p.info.std_input, port, 78, 0));
    if (!ReadFile(p.info.std_output, output, sizeof(output), NULL, &io)) {
        const DWORD pending = ERROR_IO_PENDING;
        assert_int_equal(GetLastError(), pending);
    }
    assert_true(GetQueuedCompletionStatus(port, &count, &key, &done, CLIENT_PATIENCE_MS));
    assert_int_equal(key, 77);
    assert_ptr_equal(done, &io);
    assert_int_equal(count, 6);
    assert_memory_equal(output, "port\r\n", 6);
    (void)CloseHandle(port);
    client_close(&p);
}

/* The input that came before CloseHandle StdIn is all there, though the pipe was closed at once. */
static void input_arrives_before_its_end(void **state)
{
    (void)state;
    for (unsigned turn = 0; turn < 20; turn++) {
        struct client_process p = {0};
        char output[512] = "";
        client_run(&p, container.system, L"cmd");
        client_write(p.info.std_input, "rem first\r\n", 11);
        client_write(p.info.std_input, "echo fed\r\n", 10);
        client_write(p.info.std_input, "exit 9\r\n", 8);
        client_close_input(&p);
        size_t size = client_read_all(p.info.std_output, output, sizeof(output) - 1);
        output[size] = '\0';
        assert_non_null(strstr(output, "fed\r\n"));
        meet_exit(&p, 9);
        client_close(&p);
    }
}

/* So it is when another handle of the process asks for the end than the one that came with the pipe. */
static void input_arrives_before_its_end_whoever_asks(void **state)
{
    (void)state;
    const struct client *client = client_load();
    for (unsigned turn = 0; turn < 20; turn++) {
        struct client_process p = {0};
        struct client_process second = {0};
        void *system = CLIENT_POISON;
        wchar_t *result = CLIENT_POISON;
        char output[512] = "";
        client_run(&p, container.system, L"cmd");
        assert_done(client->HcsOpenComputeSystem(L"PROGRAMS", &system, &result));
        assert_done(client->HcsOpenProcess(system, p.info.process_id, &second.process, &result));
        client_write(p.info.std_input, "rem first\r\n", 11);
        client_write(p.info.std_input, "echo fed\r\n", 10);
        client_write(p.info.std_input, "exit 9\r\n", 8);
        second.info.std_input = p.info.std_input;
        client_close_input(&second);
        p.info.std_input = NULL;
        size_t size = client_read_all(p.info.std_output, output, sizeof(output) - 1);
        output[size] = '\0';
        assert_non_null(strstr(output, "fed\r\n"));
        meet_exit(&p, 9);
        client_close(&second);
        assert_done(client->HcsCloseComputeSystem(system));
        client_close(&p);
    }
}

/* ping reads nothing: the bytes are more than the emulator takes, and the end of the input does not wait
 * for ever. */
static void input_that_nobody_takes_is_given_up(void **state)
{
    (void)state;
    struct client_process p = {0};
    wchar_t *result = CLIENT_POISON;
    static const char bytes[100000];
    client_run(&p, container.system, L"ping -t localhost");
    client_write(p.info.std_input, bytes, sizeof(bytes));
    client_close_input(&p);
    assert_accepted(client_load()->HcsTerminateProcess(p.process, &result));
    meet_exit(&p, 1067);
    client_close(&p);
}

/* Who writes to the input of a process that has ended hears of it, at the second try at the latest. */
static void input_of_an_ended_process_is_refused(void **state)
{
    (void)state;
    struct client_process p = {0};
    client_run(&p, container.system, L"cmd /c exit 0");
    meet_exit(&p, 0);
    OVERLAPPED io = {.hEvent = CreateEventW(NULL, TRUE, FALSE, NULL)};
    DWORD count = 0;
    bool good = true;
    for (unsigned i = 0; i < 100000 && good; i++) {
        good = WriteFile(p.info.std_input, "x", 1, NULL, &io) ||
               (GetLastError() == ERROR_IO_PENDING &&
                GetOverlappedResult(p.info.std_input, &io, &count, TRUE));
    }
    /* The latter ends a write that waited when the pipe was closed. */
    DWORD refusal = GetLastError();
    bool closed = refusal == ERROR_NO_DATA || refusal == ERROR_BROKEN_PIPE;
    assert_false(good);
    assert_true(closed);
    (void)CloseHandle(io.hEvent);
    client_close(&p);
}

/* More than all pipes on the way hold, both ways. */
#define LINES      4000u
#define LINE_BYTES 100u

static DWORD WINAPI write_lines(void *arg)
{
    struct client_process *p = arg;
    char line[LINE_BYTES + 1];
    char letters[LINE_BYTES - 6];
    memset(letters, 'x', sizeof(letters) - 1);
    letters[sizeof(letters) - 1] = '\0';
    assert_int_equal(snprintf(line, sizeof(line), "echo %s\r\n", letters), LINE_BYTES);
    for (unsigned i = 0; i < LINES; i++) {
        client_write(p->info.std_input, line, LINE_BYTES);
    }
    client_close_input(p);
    return 0;
}

static size_t count_of(const char *text, const char *part)
{
    size_t count = 0;
    for (text = strstr(text, part); text != NULL; text = strstr(text + 1, part)) {
        count++;
    }
    return count;
}

static void a_stream_is_longer_than_a_pipe(void **state)
{
    (void)state;
    struct client_process p = {0};
    const size_t room = (size_t)4 * 1024 * 1024;
    char *output = malloc(room + 1);
    if (output == NULL) {
        fail_msg("no memory for %zu bytes", room + 1);
        return;
    }
    client_run(&p, container.system, L"cmd");
    HANDLE thread = CreateThread(NULL, 0, write_lines, &p, 0, NULL);
    assert_non_null(thread);
    size_t size = client_read_all(p.info.std_output, output, room);
    output[size] = '\0';
    client_wait(thread);
    (void)CloseHandle(thread);
    /* Each line is shown behind the prompt, and then said. */
    assert_int_equal(count_of(output, "xxx\r\n"), 2 * LINES);
    meet_exit(&p, 0);
    client_close(&p);
    free(output);
}

static void unread_output_does_not_stop_a_kill(void **state)
{
    (void)state;
    struct client_process p = {0};
    struct client_process idle = {0};
    wchar_t *result = CLIENT_POISON;
    client_run(&p, container.system, L"ping -t localhost");
    client_run(&idle, container.system, L"cmd");
    assert_accepted(client_load()->HcsTerminateProcess(p.process, &result));
    assert_accepted(client_load()->HcsTerminateProcess(idle.process, &result));
    meet_exit(&p, 1067);
    meet_exit(&idle, 1067);
    client_close(&p);
    client_close(&idle);
}

static void pipes_are_given_as_asked_for(void **state)
{
    (void)state;
    const struct client *client = client_load();
    struct fake_dll_process_information info;
    void *process = CLIENT_POISON;
    wchar_t *result = CLIENT_POISON;
    memset(&info, 0xEE, sizeof(info));
    assert_done(client->HcsCreateProcess(
        container.system,
        L"{\"CommandLine\":\"cmd /c exit 0\",\"WorkingDirectory\":\"C:\\\\\",\"CreateStdOutPipe\":true}",
        &info, &process, &result));
    assert_null(info.std_input);
    assert_non_null(info.std_output);
    assert_null(info.std_error);
    assert_int_equal(info.reserved, 0);
    assert_true(CloseHandle(info.std_output));
    assert_done(client->HcsCloseProcess(process));
}

static void a_failure_leaves_nothing_behind(void **state)
{
    (void)state;
    struct fake_dll_process_information info;
    void *process = CLIENT_POISON;
    wchar_t *result = CLIENT_POISON;
    memset(&info, 0xEE, sizeof(info));
    assert_answer(client_load()->HcsCreateProcess(
                      container.system,
                      L"{\"CommandLine\":\"nosuch.exe\",\"CreateStdOutPipe\":true}", &info,
                      &process, &result),
                  0x80070002u);
    assert_null(process);
    assert_int_equal(info.process_id, 0);
    assert_null(info.std_input);
    assert_null(info.std_output);
    assert_null(info.std_error);
    assert_non_null(result);
    CoTaskMemFree(result);
}

static void closing_the_process_leaves_its_pipes_open(void **state)
{
    (void)state;
    struct client_process p = {0};
    char output[64] = "";
    client_run(&p, container.system, L"cmd /c echo after");
    assert_done(client_load()->HcsCloseProcess(p.process));
    assert_int_equal(client_read_all(p.info.std_output, output, sizeof(output)), 7);
    assert_memory_equal(output, "after\r\n", 7);
    assert_true(CloseHandle(p.info.std_input));
    assert_true(CloseHandle(p.info.std_output));
    assert_true(CloseHandle(p.info.std_error));
}

/* As hcsshim kills: through handles of its own. */
static void a_second_handle_ends_the_process(void **state)
{
    (void)state;
    const struct client *client = client_load();
    struct client_process p = {0};
    struct client_watch second = {0};
    void *system = CLIENT_POISON;
    void *process = CLIENT_POISON;
    wchar_t *result = CLIENT_POISON;
    client_run(&p, container.system, L"ping -t localhost");
    client_watch_process(&p.watch, p.process);
    assert_done(client->HcsOpenComputeSystem(L"programs", &system, &result));
    assert_done(client->HcsOpenProcess(system, p.info.process_id, &process, &result));
    client_watch_process(&second, process);
    assert_accepted(client->HcsTerminateProcess(process, &result));
    client_unwatch_process(&second);
    assert_done(client->HcsCloseProcess(process));
    assert_done(client->HcsCloseComputeSystem(system));
    (void)client_meet(&p.watch, 0x10000, 0);
    client_unwatch_process(&p.watch);
    client_close(&p);
}

/* Every handle is told, once each, and the process is known to be over. */
static void every_handle_gets_the_exit_of_a_process(void **state)
{
    (void)state;
    const struct client *client = client_load();
    struct client_process p = {0};
    struct client_watch second = {0};
    void *process = CLIENT_POISON;
    wchar_t *result = CLIENT_POISON;
    client_run(&p, container.system, L"ping -t localhost");
    client_watch_process(&p.watch, p.process);
    assert_done(client->HcsOpenProcess(container.system, p.info.process_id, &process, &result));
    client_watch_process(&second, process);
    assert_accepted(client->HcsTerminateProcess(process, &result));
    (void)client_meet(&second, 0x10000, 0);
    (void)client_meet(&p.watch, 0x10000, 0);
    assert_answer(client->HcsTerminateProcess(p.process, &result), CLIENT_PROCESS_STOPPED);
    CoTaskMemFree(result);
    client_unwatch_process(&second);
    assert_done(client->HcsCloseProcess(process));
    client_unwatch_process(&p.watch);
    assert_int_equal(client_told(&second, 0x10000), 1);
    assert_int_equal(client_told(&p.watch, 0x10000), 1);
    client_close(&p);
}

/* What the client starts meanwhile would keep a copy, and the reader of the other end would wait for ever. */
static void pipes_are_not_inherited(void **state)
{
    (void)state;
    struct client_process p = {0};
    DWORD flags = HANDLE_FLAG_INHERIT;
    client_run(&p, container.system, L"cmd /c exit 0");
    HANDLE pipes[] = {p.info.std_input, p.info.std_output, p.info.std_error};
    for (size_t i = 0; i < 3; i++) {
        assert_true(GetHandleInformation(pipes[i], &flags));
        assert_int_equal(flags & HANDLE_FLAG_INHERIT, 0);
    }
    meet_exit(&p, 0);
    client_close(&p);
}

static void process_info_gives_fresh_pipes(void **state)
{
    (void)state;
    const struct client *client = client_load();
    struct client_process p = {0};
    struct fake_dll_process_information fresh = {0};
    wchar_t *result = CLIENT_POISON;
    client_run(&p, container.system, L"cmd");
    assert_done(client->HcsGetProcessInfo(p.process, &fresh, &result));
    assert_int_equal(fresh.process_id, p.info.process_id);
    assert_ptr_not_equal(fresh.std_output, p.info.std_output);
    client_write(fresh.std_input, "exit 5\r\n", 8);
    meet_exit(&p, 5);
    assert_true(CloseHandle(fresh.std_input));
    assert_true(CloseHandle(fresh.std_output));
    assert_true(CloseHandle(fresh.std_error));
    client_close(&p);
}

static DWORD handles_open(void)
{
    DWORD count = 0;
    assert_true(GetProcessHandleCount(GetCurrentProcess(), &count));
    return count;
}

static void a_process_costs_no_handle_for_ever(void **state)
{
    (void)state;
    DWORD before = 0;
    for (unsigned i = 0; i < 60; i++) {
        struct client_process p = {0};
        char output[64];
        client_run(&p, container.system, L"cmd /c exit 0");
        (void)client_read_all(p.info.std_output, output, sizeof(output));
        (void)client_read_all(p.info.std_error, output, sizeof(output));
        meet_exit(&p, 0);
        client_close(&p);
        if (i == 9) {
            before = handles_open();
        }
    }
    /* The last pumps may not have ended yet. */
    DWORD turns = 0;
    while (before != 0 && handles_open() > before + 4 && turns++ < 100000) {
        SwitchToThread();
    }
    assert_true(handles_open() <= before + 4);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(output_can_be_read_after_the_exit_and_then_ends),
        cmocka_unit_test(pipes_go_with_a_completion_port),
        cmocka_unit_test(input_arrives_before_its_end),
        cmocka_unit_test(input_arrives_before_its_end_whoever_asks),
        cmocka_unit_test(input_that_nobody_takes_is_given_up),
        cmocka_unit_test(input_of_an_ended_process_is_refused),
        cmocka_unit_test(a_stream_is_longer_than_a_pipe),
        cmocka_unit_test(unread_output_does_not_stop_a_kill),
        cmocka_unit_test(pipes_are_given_as_asked_for),
        cmocka_unit_test(a_failure_leaves_nothing_behind),
        cmocka_unit_test(closing_the_process_leaves_its_pipes_open),
        cmocka_unit_test(a_second_handle_ends_the_process),
        cmocka_unit_test(every_handle_gets_the_exit_of_a_process),
        cmocka_unit_test(pipes_are_not_inherited),
        cmocka_unit_test(process_info_gives_fresh_pipes),
        cmocka_unit_test(a_process_costs_no_handle_for_ever),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
