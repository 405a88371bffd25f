/* Programs of the machine as processes of containers. This program is one of them, as `dll_real guest ROLE`. */
#include "tests/dll/client.h"
#include "tests/dll/service.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

#define LINE_UNITS 1024u

static struct service service;

/* ---- what runs in the container ---- */

static int copy(void)
{
    int c = 0;
    while ((c = getchar()) != EOF) {
        (void)putchar(c);
    }
    return 7;
}

/* Starts itself once more, tells that process's number, and stays. */
static int grow(void)
{
    wchar_t program[MAX_PATH];
    wchar_t line[LINE_UNITS];
    STARTUPINFOW startup = {.cb = sizeof(startup)};
    PROCESS_INFORMATION made = {0};
    (void)GetModuleFileNameW(NULL, program, MAX_PATH);
    (void)swprintf(line, LINE_UNITS, L"\"%ls\" guest stay", program);
    if (!CreateProcessW(NULL, line, NULL, NULL, FALSE, 0, NULL, NULL, &startup, &made)) {
        return 1;
    }
    (void)printf("%lu\n", (unsigned long)made.dwProcessId);
    (void)fflush(stdout);
    (void)WaitForSingleObject(GetCurrentProcess(), INFINITE);
    return 1;
}

static int be_guest(const char *role)
{
    if (strcmp(role, "copy") == 0) {
        return copy();
    }
    if (strcmp(role, "grow") == 0) {
        return grow();
    }
    if (strcmp(role, "both") == 0) {
        (void)fputs("out", stdout);
        (void)fputs("err", stderr);
        return 3;
    }
    (void)WaitForSingleObject(GetCurrentProcess(), INFINITE);
    return 1;
}

/* ---- who asks ---- */

static void guest_line(const wchar_t *role, wchar_t line[LINE_UNITS])
{
    wchar_t program[MAX_PATH];
    assert_true(GetModuleFileNameW(NULL, program, MAX_PATH) > 0);
    assert_true(swprintf(line, LINE_UNITS, L"%ls guest %ls", program, role) > 0);
}

/* client_run with its line as JSON has it. */
static void run(struct client_process *p, void *system, const wchar_t *line)
{
    wchar_t escaped[2 * LINE_UNITS];
    size_t units = 0;
    for (; *line != L'\0'; line++) {
        if (*line == L'\\') {
            escaped[units++] = L'\\';
        }
        escaped[units++] = *line;
    }
    escaped[units] = L'\0';
    client_run(p, system, escaped);
    client_watch_process(&p->watch, p->process);
}

static void finish(struct client_process *p, uint32_t code)
{
    (void)client_meet(&p->watch, 0x10000, 0);
    assert_int_equal(client_exit_code(p), code);
    client_unwatch_process(&p->watch);
    client_close(p);
}

static void streams_and_exit_codes_are_its_own(void **state)
{
    struct client_container *c = *state;
    struct client_process p = {0};
    wchar_t line[LINE_UNITS];
    char output[64] = "";
    guest_line(L"both", line);
    run(&p, c->system, line);
    assert_int_equal(client_read_all(p.info.std_output, output, sizeof(output)), 3);
    assert_true(memcmp(output, "out", 3) == 0);
    assert_int_equal(client_read_all(p.info.std_error, output, sizeof(output)), 3);
    assert_true(memcmp(output, "err", 3) == 0);
    finish(&p, 3);
}

static void it_reads_what_is_written(void **state)
{
    struct client_container *c = *state;
    struct client_process p = {0};
    char output[64] = "";
    wchar_t line[LINE_UNITS];
    guest_line(L"copy", line);
    run(&p, c->system, line);
    client_write(p.info.std_input, "some", 4);
    client_close_input(&p);
    assert_int_equal(client_read_all(p.info.std_output, output, sizeof(output)), 4);
    assert_true(memcmp(output, "some", 4) == 0);
    finish(&p, 7);
}

static void the_shell_of_the_machine_runs(void **state)
{
    struct client_container *c = *state;
    struct client_process p = {0};
    char output[64] = "";
    run(&p, c->system, L"cmd /c exit 5");
    (void)client_read_all(p.info.std_output, output, sizeof(output));
    finish(&p, 5);
}

static void a_program_that_is_not_there_is_refused(void **state)
{
    struct client_container *c = *state;
    wchar_t *result = CLIENT_POISON;
    struct fake_dll_process_information info;
    void *process = CLIENT_POISON;
    assert_answer(client_load()->HcsCreateProcess(
                      c->system, L"{\"CommandLine\":\"C:\\\\nowhere\\\\dll_real.exe\"}", &info,
                      &process, &result),
                  0x80070002u);
    CoTaskMemFree(result);
}

/* Ending it ends what it has started. */
static void the_whole_tree_ends(void **state)
{
    struct client_container *c = *state;
    struct client_process p = {0};
    wchar_t line[LINE_UNITS];
    wchar_t *result = CLIENT_POISON;
    char output[64] = "";
    DWORD got = 0;
    guest_line(L"grow", line);
    run(&p, c->system, line);
    OVERLAPPED operation = {.hEvent = CreateEventW(NULL, TRUE, FALSE, NULL)};
    (void)ReadFile(p.info.std_output, output, sizeof(output) - 1, NULL, &operation);
    client_wait(operation.hEvent);
    assert_true(GetOverlappedResult(p.info.std_output, &operation, &got, FALSE));
    (void)CloseHandle(operation.hEvent);
    HANDLE child = OpenProcess(SYNCHRONIZE, FALSE, (DWORD)strtoul(output, NULL, 10));
    assert_non_null(child);
    assert_accepted(client_load()->HcsTerminateProcess(p.process, &result));
    client_wait(child);
    (void)CloseHandle(child);
    (void)client_meet(&p.watch, 0x10000, 0);
    client_unwatch_process(&p.watch);
    client_close(&p);
}

static int set_up(void **state)
{
    static struct client_container c;
    service_start(&service, L"tests\\dll\\real.yaml", L"");
    (void)client_load();
    client_start(&c, L"real");
    *state = &c;
    return 0;
}

static int tear_down(void **state)
{
    client_end(*state);
    (void)service_report(&service);
    bool clean = service_has_none(&service, "misuse") && service_has_none(&service, "open");
    return service_stop(&service) == 0 && clean ? 0 : -1;
}

int main(int argc, char **argv)
{
    if (argc == 3 && strcmp(argv[1], "guest") == 0) {
        return be_guest(argv[2]);
    }
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(streams_and_exit_codes_are_its_own),
        cmocka_unit_test(it_reads_what_is_written),
        cmocka_unit_test(the_shell_of_the_machine_runs),
        cmocka_unit_test(a_program_that_is_not_there_is_refused),
        cmocka_unit_test(the_whole_tree_ends),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
