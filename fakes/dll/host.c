/* The one host of a process, its lock and its clock; see host.h. */
#include "fakes/dll/host.h"

#include "fakes/dll/description.h"
#include "fakes/dll/text.h"

#include <stdio.h>
#include <stdlib.h>

/* ERROR_BAD_CONFIGURATION: what every call answers when the description of the host is wrong. */
#define HOST_BAD_DESCRIPTION plat_hr_win32(1610)

#define HOST_VARIABLE_UNITS_MAX 32767u

static INIT_ONCE host_once = INIT_ONCE_STATIC_INIT;
static struct fake_dll *host_of_process;
static plat_hr host_failure;

uint64_t fake_dll_clock_us(void)
{
    LARGE_INTEGER now;
    LARGE_INTEGER per_second;
    (void)QueryPerformanceCounter(&now);
    (void)QueryPerformanceFrequency(&per_second);
    uint64_t seconds = (uint64_t)(now.QuadPart / per_second.QuadPart);
    uint64_t rest = (uint64_t)(now.QuadPart % per_second.QuadPart);
    return seconds * 1000000u + rest * 1000000u / (uint64_t)per_second.QuadPart;
}

/* ---- the description ---- */

/* *out is NULL when the variable is not set. The caller frees. */
static bool read_variable(const wchar_t *name, char **out)
{
    *out = NULL;
    wchar_t *text = malloc(HOST_VARIABLE_UNITS_MAX * sizeof(*text));
    if (text == NULL) {
        return false;
    }
    DWORD units = GetEnvironmentVariableW(name, text, HOST_VARIABLE_UNITS_MAX);
    bool good = true;
    if (units > 0 && units < HOST_VARIABLE_UNITS_MAX) {
        good = plat_succeeded(fake_dll_narrow(text, out));
    }
    free(text);
    return good;
}

static char *read_all(HANDLE file)
{
    size_t size = 0;
    char *text = malloc(FAKE_DLL_DESCRIPTION_BYTES_MAX + 1);
    DWORD got = 0;
    while (
        text != NULL && size < FAKE_DLL_DESCRIPTION_BYTES_MAX &&
        ReadFile(file, text + size, (DWORD)(FAKE_DLL_DESCRIPTION_BYTES_MAX - size), &got, NULL) &&
        got > 0) {
        size += got;
    }
    if (text != NULL) {
        text[size] = '\0';
    }
    return text;
}

/* The file that DRYDOCK_HOST names; *out is NULL when the variable is not set. */
static bool read_document(char **out, struct wcd_error *err)
{
    wchar_t path[HOST_VARIABLE_UNITS_MAX / 8];
    *out = NULL;
    DWORD units = GetEnvironmentVariableW(L"DRYDOCK_HOST", path, sizeof(path) / sizeof(path[0]));
    if (units == 0) {
        return true;
    }
    HANDLE file = INVALID_HANDLE_VALUE;
    if (units < sizeof(path) / sizeof(path[0])) {
        file = CreateFileW(path, GENERIC_READ, FILE_SHARE_READ | FILE_SHARE_WRITE, NULL,
                           OPEN_EXISTING, 0, NULL);
    }
    if (file == INVALID_HANDLE_VALUE) {
        (void)wcd_error_set(err, WCD_E_INVALID_PARAMETER,
                            "the file that DRYDOCK_HOST names cannot be opened (error %lu)",
                            (unsigned long)GetLastError());
        return false;
    }
    *out = read_all(file);
    (void)CloseHandle(file);
    if (*out == NULL) {
        wcd_error_fill_no_memory(err);
    }
    return *out != NULL;
}

static uint64_t wall_100ns(void)
{
    FILETIME now;
    GetSystemTimePreciseAsFileTime(&now);
    return ((uint64_t)now.dwHighDateTime << 32) | now.dwLowDateTime;
}

static bool describe(struct fake_host **out, struct wcd_error *err)
{
    char *document = NULL;
    char *os = NULL;
    char *seed = NULL;
    char *latency = NULL;
    bool good = read_document(&document, err);
    if (good && !(read_variable(L"DRYDOCK_OS", &os) && read_variable(L"DRYDOCK_SEED", &seed) &&
                  read_variable(L"DRYDOCK_LATENCY_PERCENT", &latency))) {
        wcd_error_fill_no_memory(err);
        good = false;
    }
    if (good) {
        const struct fake_dll_description description = {.document = document,
                                                         .os = os,
                                                         .seed = seed,
                                                         .latency_percent = latency,
                                                         .start_100ns = wall_100ns()};
        good = fake_dll_describe(&description, out, err) == WCD_OK;
    }
    free(latency);
    free(seed);
    free(os);
    free(document);
    return good;
}

/* ---- the clock ---- */

static void bring_up(struct fake_dll *dll)
{
    uint64_t now = fake_dll_clock_us() - dll->start_us;
    uint64_t then = fake_host_now_us(dll->host);
    if (now > then) {
        fake_host_advance_us(dll->host, now - then);
    }
}

/* When the clock thread has to look again, in milliseconds. */
static DWORD arm(struct fake_dll *dll)
{
    uint64_t due = 0;
    if (!fake_host_next_due_us(dll->host, &due)) {
        dll->armed_us = UINT64_MAX;
        return INFINITE;
    }
    dll->armed_us = due;
    uint64_t now = fake_host_now_us(dll->host);
    uint64_t left = due > now ? (due - now + 999) / 1000 : 0;
    return left < INFINITE ? (DWORD)left : INFINITE - 1;
}

static DWORD WINAPI clock_thread(void *arg)
{
    struct fake_dll *dll = arg;
    DWORD milliseconds = 0;
    EnterCriticalSection(&dll->lock);
    do {
        bring_up(dll);
        milliseconds = arm(dll);
    } while (SleepConditionVariableCS(&dll->due, &dll->lock, milliseconds) ||
             GetLastError() == ERROR_TIMEOUT);
    LeaveCriticalSection(&dll->lock);
    return 1; /* does not happen */
}

/* ---- the host ---- */

static bool start_clock(struct fake_dll *dll)
{
    /* Threads of this DLL run from now on, so it must never be unloaded under them. */
    HMODULE self = NULL;
    HANDLE thread = NULL;
    if (GetModuleHandleExW(GET_MODULE_HANDLE_EX_FLAG_PIN | GET_MODULE_HANDLE_EX_FLAG_FROM_ADDRESS,
                           (const wchar_t *)(const void *)&host_once, &self)) {
        thread = CreateThread(NULL, 0, clock_thread, dll, 0, NULL);
    }
    if (thread == NULL) {
        return false;
    }
    (void)CloseHandle(thread);
    return true;
}

static BOOL CALLBACK make_host(PINIT_ONCE once, void *parameter, void **context)
{
    (void)once;
    (void)parameter;
    (void)context;
    struct wcd_error err = WCD_ERROR_INIT;
    struct fake_dll *dll = calloc(1, sizeof(*dll));
    host_failure = PLAT_E_OUTOFMEMORY;
    if (dll == NULL) {
        return TRUE;
    }
    if (!describe(&dll->host, &err)) {
        (void)fprintf(stderr, "drydock: %s\n", wcd_error_message(&err));
        (void)fflush(stderr);
        if (err.code != WCD_E_NO_MEMORY) {
            host_failure = HOST_BAD_DESCRIPTION;
        }
        wcd_error_release(&err);
        free(dll);
        return TRUE;
    }
    InitializeCriticalSection(&dll->lock);
    InitializeConditionVariable(&dll->due);
    InitializeConditionVariable(&dll->quiet);
    dll->platform = fake_host_platform(dll->host);
    dll->start_us = fake_dll_clock_us();
    dll->armed_us = UINT64_MAX;
    if (!start_clock(dll)) {
        fake_host_destroy(dll->host);
        DeleteCriticalSection(&dll->lock);
        free(dll);
        return TRUE;
    }
    host_of_process = dll;
    return TRUE;
}

struct fake_dll *fake_dll_enter(plat_hr *hr)
{
    (void)InitOnceExecuteOnce(&host_once, make_host, NULL, NULL);
    if (host_of_process == NULL) {
        *hr = host_failure;
        return NULL;
    }
    fake_dll_lock(host_of_process);
    return host_of_process;
}

void fake_dll_lock(struct fake_dll *dll)
{
    EnterCriticalSection(&dll->lock);
    bring_up(dll);
}

/* What was asked for may be due before anything that the clock thread knows of. */
static void hurry_clock(struct fake_dll *dll)
{
    uint64_t due = 0;
    if (fake_host_next_due_us(dll->host, &due) && due < dll->armed_us) {
        WakeConditionVariable(&dll->due);
    }
}

void fake_dll_unlock(struct fake_dll *dll)
{
    hurry_clock(dll);
    LeaveCriticalSection(&dll->lock);
}

bool fake_dll_wait(struct fake_dll *dll, CONDITION_VARIABLE *condition, DWORD milliseconds)
{
    hurry_clock(dll);
    bool signalled = SleepConditionVariableCS(condition, &dll->lock, milliseconds) != 0;
    bring_up(dll);
    return signalled;
}
