/* A service for tests; see service.h. */
#include "tests/dll/service.h"

#include "tests/dll/client.h"

#include <psapi.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

#define SERVICE_WORDS_MAX 2048u
#define SERVICE_STEP_MS   20u

/* Beside this program. */
static void program_path(const wchar_t *name, wchar_t path[MAX_PATH])
{
    DWORD units = GetModuleFileNameW(NULL, path, MAX_PATH);
    assert_true(units > 0 && units < MAX_PATH);
    wchar_t *last = wcsrchr(path, L'\\');
    assert_non_null(last);
    assert_true(wcslen(name) + 1 < (size_t)(path + MAX_PATH - last));
    wcscpy(last + 1, name);
}

static void file_path(const wchar_t *name, wchar_t path[MAX_PATH])
{
    wchar_t folder[MAX_PATH];
    DWORD units = GetTempPathW(MAX_PATH, folder);
    assert_true(units > 0 && units < MAX_PATH);
    assert_true(swprintf(path, MAX_PATH, L"%lsdrydock-%lu-%ls", folder,
                         (unsigned long)GetCurrentProcessId(), name) > 0);
}

static HANDLE open_output(const wchar_t *path)
{
    SECURITY_ATTRIBUTES inherited = {.nLength = sizeof(inherited), .bInheritHandle = TRUE};
    HANDLE file = CreateFileW(path, GENERIC_WRITE, FILE_SHARE_READ | FILE_SHARE_WRITE, &inherited,
                              CREATE_ALWAYS, 0, NULL);
    assert_true(file != INVALID_HANDLE_VALUE);
    return file;
}

/* Its streams are the file, so that nobody waits for pipes of this process. */
static HANDLE start(HANDLE job, wchar_t *words, const wchar_t *output, DWORD *id)
{
    HANDLE file = open_output(output);
    STARTUPINFOW startup = {.cb = sizeof(startup),
                            .dwFlags = STARTF_USESTDHANDLES,
                            .hStdInput = INVALID_HANDLE_VALUE,
                            .hStdOutput = file,
                            .hStdError = file};
    PROCESS_INFORMATION made = {0};
    assert_true(CreateProcessW(NULL, words, NULL, NULL, TRUE, CREATE_SUSPENDED, NULL, NULL,
                               &startup, &made));
    assert_true(AssignProcessToJobObject(job, made.hProcess));
    assert_true(ResumeThread(made.hThread) != (DWORD)-1);
    (void)CloseHandle(made.hThread);
    (void)CloseHandle(file);
    *id = made.dwProcessId;
    return made.hProcess;
}

static void read_output(const wchar_t *path, char *text, size_t room)
{
    HANDLE file = CreateFileW(path, GENERIC_READ, FILE_SHARE_READ | FILE_SHARE_WRITE, NULL,
                              OPEN_EXISTING, 0, NULL);
    DWORD got = 0;
    assert_true(file != INVALID_HANDLE_VALUE);
    assert_true(ReadFile(file, text, (DWORD)(room - 1), &got, NULL));
    text[got] = '\0';
    (void)CloseHandle(file);
}

static HANDLE make_job(void)
{
    HANDLE job = CreateJobObjectW(NULL, NULL);
    JOBOBJECT_EXTENDED_LIMIT_INFORMATION limits = {
        .BasicLimitInformation = {.LimitFlags = JOB_OBJECT_LIMIT_KILL_ON_JOB_CLOSE}};
    assert_non_null(job);
    assert_true(
        SetInformationJobObject(job, JobObjectExtendedLimitInformation, &limits, sizeof(limits)));
    return job;
}

void service_start(struct service *service, const wchar_t *file, const wchar_t *more)
{
    wchar_t program[MAX_PATH];
    wchar_t words[SERVICE_WORDS_MAX];
    DWORD waited = 0;
    *service = (struct service){.job = make_job()};
    program_path(L"drydock.exe", program);
    file_path(L"ready", service->ready);
    file_path(L"service", service->output);
    (void)DeleteFileW(service->ready);
    assert_true(swprintf(service->pipe, 64, L"\\\\.\\pipe\\drydock-test-%lu",
                         (unsigned long)GetCurrentProcessId()) > 0);
    assert_true(swprintf(words, SERVICE_WORDS_MAX,
                         L"\"%ls\" host %ls --pipe %ls --ready-file \"%ls\" %ls", program, file,
                         service->pipe, service->ready, more) > 0);
    service->process = start(service->job, words, service->output, &service->id);
    while (GetFileAttributesW(service->ready) == INVALID_FILE_ATTRIBUTES) {
        /* Until it is there, or has ended without. */
        bool ended = WaitForSingleObject(service->process, SERVICE_STEP_MS) == WAIT_OBJECT_0;
        waited += SERVICE_STEP_MS;
        if (ended || waited > CLIENT_PATIENCE_MS) {
            read_output(service->output, service->report, sizeof(service->report));
            (void)fprintf(stderr, "the service is not ready: %s\n", service->report);
            assert_true(false);
        }
    }
    assert_true(SetEnvironmentVariableW(L"DRYDOCK_TEST_PIPE", service->pipe));
}

static void close_all(struct service *service)
{
    (void)CloseHandle(service->process);
    (void)CloseHandle(service->job);
    (void)DeleteFileW(service->ready);
    (void)DeleteFileW(service->output);
    service->process = NULL;
}

void service_kill(struct service *service)
{
    assert_true(TerminateProcess(service->process, 1));
    client_wait(service->process);
    close_all(service);
}

/* What `drydock host` with these words prints. */
static void ask(struct service *service, const wchar_t *wish)
{
    wchar_t program[MAX_PATH];
    wchar_t output[MAX_PATH];
    wchar_t words[SERVICE_WORDS_MAX];
    DWORD code = 1;
    DWORD id = 0;
    program_path(L"drydock.exe", program);
    file_path(L"report", output);
    assert_true(swprintf(words, SERVICE_WORDS_MAX, L"\"%ls\" host --pipe %ls %ls --json", program,
                         service->pipe, wish) > 0);
    HANDLE process = start(service->job, words, output, &id);
    client_wait(process);
    assert_true(GetExitCodeProcess(process, &code));
    (void)CloseHandle(process);
    read_output(output, service->report, sizeof(service->report));
    (void)DeleteFileW(output);
    if (code != 0) {
        (void)fprintf(stderr, "%ls: %s\n", wish, service->report);
    }
    assert_int_equal(code, 0);
}

DWORD service_stop(struct service *service)
{
    DWORD code = 0;
    ask(service, L"--stop");
    client_wait(service->process);
    assert_true(GetExitCodeProcess(service->process, &code));
    if (code != 0) {
        char text[1024];
        read_output(service->output, text, sizeof(text));
        (void)fprintf(stderr, "the service ended with %lu: %s\n", (unsigned long)code, text);
    }
    close_all(service);
    return code;
}

const char *service_report(struct service *service)
{
    ask(service, L"--report");
    return service->report;
}

static size_t count_clients(const char *report)
{
    size_t count = 0;
    for (const char *at = strstr(report, "\"client\":"); at != NULL;
         at = strstr(at + 1, "\"client\":")) {
        count++;
    }
    return count;
}

void service_await_clients(struct service *service, size_t count)
{
    ULONGLONG until = GetTickCount64() + CLIENT_PATIENCE_MS;
    while (count_clients(service_report(service)) != count) {
        assert_true(GetTickCount64() < until);
    }
}

bool service_has_none(const struct service *service, const char *list)
{
    char none[64];
    assert_true(snprintf(none, sizeof(none), "\"%s\":[]", list) < (int)sizeof(none));
    bool well = strstr(service->report, none) != NULL;
    if (!well) {
        (void)fprintf(stderr, "%s: %s\n", list, service->report);
    }
    return well;
}

HANDLE service_start_client(const struct service *service, const wchar_t *words)
{
    wchar_t program[MAX_PATH];
    wchar_t output[MAX_PATH];
    wchar_t line[SERVICE_WORDS_MAX];
    DWORD id = 0;
    assert_true(GetModuleFileNameW(NULL, program, MAX_PATH) > 0);
    file_path(L"client", output);
    assert_true(swprintf(line, SERVICE_WORDS_MAX, L"\"%ls\" %ls", program, words) > 0);
    return start(service->job, line, output, &id);
}

/* ---- handles ---- */

#define HANDLES_BYTES_FIRST ((size_t)1024 * 1024)
#define HANDLES_BYTES_MAX   ((size_t)256 * 1024 * 1024)
#define HANDLES_EXTENDED    64 /* SystemExtendedHandleInformation */

typedef long(WINAPI *query_system)(int what, void *to, ULONG room, ULONG *size);

struct handle_row {
    void *object;
    ULONG_PTR process;
    ULONG_PTR handle;
    ULONG access;
    USHORT trace;
    USHORT type;
    ULONG attributes;
    ULONG reserved;
};

struct handle_list {
    ULONG_PTR count;
    ULONG_PTR reserved;
    struct handle_row rows[];
};

size_t process_handles(DWORD process)
{
    struct handle_list *list = NULL;
    long status = -1;
    query_system query = NULL;
    FARPROC found = GetProcAddress(GetModuleHandleW(L"ntdll.dll"), "NtQuerySystemInformation");
    assert_non_null(found);
    memcpy(&query, &found, sizeof(query));
    for (size_t room = HANDLES_BYTES_FIRST; status != 0 && room <= HANDLES_BYTES_MAX; room *= 2) {
        free(list);
        list = malloc(room);
        assert_non_null(list);
        status = query(HANDLES_EXTENDED, list, (ULONG)room, NULL);
    }
    assert_int_equal(status, 0);
    size_t count = 0;
    for (ULONG_PTR i = 0; list != NULL && i < list->count; i++) {
        count += list->rows[i].process == process ? 1 : 0;
    }
    free(list);
    return count;
}

size_t process_memory(DWORD process)
{
    PROCESS_MEMORY_COUNTERS_EX counters = {.cb = sizeof(counters)};
    HANDLE handle = OpenProcess(PROCESS_QUERY_INFORMATION | PROCESS_VM_READ, FALSE, process);
    assert_non_null(handle);
    assert_true(
        GetProcessMemoryInfo(handle, (PROCESS_MEMORY_COUNTERS *)&counters, sizeof(counters)));
    (void)CloseHandle(handle);
    return counters.PrivateUsage != 0 ? counters.PrivateUsage : counters.WorkingSetSize;
}
