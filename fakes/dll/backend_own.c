/* A host of this process's own, in real time: a lock around the emulator, and a thread that moves it on
 * when something falls due. */
#include "fakes/dll/backend.h"

#include "fakes/dll/description.h"
#include "fakes/dll/front.h"
#include "fakes/dll/text.h"
#include "fakes/wrap/gate.h"

#include <stdio.h>
#include <stdlib.h>

/* ERROR_BAD_CONFIGURATION: what every call answers when the description of the host is wrong. */
#define OWN_BAD_DESCRIPTION plat_hr_win32(1610)

#define OWN_VARIABLE_UNITS_MAX 32767u

struct own {
    CRITICAL_SECTION lock;
    CONDITION_VARIABLE due; /* something is due earlier than the clock thread waits for */
    struct fake_host *host;
    struct wrap_gate gate;
    uint64_t start_us;
    uint64_t armed_us; /* when the clock thread wakes; UINT64_MAX: when it is told to */
};

/* ---- the description ---- */

/* *out is NULL when the variable is not set. The caller frees. */
static bool read_variable(const wchar_t *name, char **out)
{
    *out = NULL;
    wchar_t *text = malloc(OWN_VARIABLE_UNITS_MAX * sizeof(*text));
    if (text == NULL) {
        return false;
    }
    DWORD units = GetEnvironmentVariableW(name, text, OWN_VARIABLE_UNITS_MAX);
    bool good = true;
    if (units > 0 && units < OWN_VARIABLE_UNITS_MAX) {
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
    wchar_t path[OWN_VARIABLE_UNITS_MAX / 8];
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

static void bring_up(struct own *own)
{
    uint64_t now = fake_dll_clock_us() - own->start_us;
    uint64_t then = fake_host_now_us(own->host);
    if (now > then) {
        fake_host_advance_us(own->host, now - then);
    }
}

/* When the clock thread has to look again, in milliseconds. */
static DWORD arm(struct own *own)
{
    uint64_t due = 0;
    if (!fake_host_next_due_us(own->host, &due)) {
        own->armed_us = UINT64_MAX;
        return INFINITE;
    }
    own->armed_us = due;
    uint64_t now = fake_host_now_us(own->host);
    uint64_t left = due > now ? (due - now + 999) / 1000 : 0;
    return left < INFINITE ? (DWORD)left : INFINITE - 1;
}

static DWORD WINAPI clock_thread(void *arg)
{
    struct own *own = arg;
    DWORD milliseconds = 0;
    EnterCriticalSection(&own->lock);
    do {
        bring_up(own);
        milliseconds = arm(own);
    } while (SleepConditionVariableCS(&own->due, &own->lock, milliseconds) ||
             GetLastError() == ERROR_TIMEOUT);
    LeaveCriticalSection(&own->lock);
    return 1; /* does not happen */
}

/* What was asked for may be due before anything that the clock thread knows of. */
static void hurry_clock(struct own *own)
{
    uint64_t due = 0;
    if (fake_host_next_due_us(own->host, &due) && due < own->armed_us) {
        WakeConditionVariable(&own->due);
    }
}

/* ---- the backend ---- */

static void own_enter(void *ctx)
{
    struct own *own = ctx;
    EnterCriticalSection(&own->lock);
    bring_up(own);
}

static void own_leave(void *ctx)
{
    struct own *own = ctx;
    hurry_clock(own);
    LeaveCriticalSection(&own->lock);
}

static plat_hr own_start(struct own *own)
{
    InitializeCriticalSection(&own->lock);
    InitializeConditionVariable(&own->due);
    own->gate = (struct wrap_gate){
        .below = fake_host_platform(own->host),
        .hooks = {.enter = own_enter, .leave = own_leave, .ctx = own},
    };
    own->start_us = fake_dll_clock_us();
    own->armed_us = UINT64_MAX;
    HANDLE thread = CreateThread(NULL, 0, clock_thread, own, 0, NULL);
    if (thread == NULL) {
        DeleteCriticalSection(&own->lock);
        return PLAT_E_OUTOFMEMORY;
    }
    (void)CloseHandle(thread);
    return PLAT_S_OK;
}

/* There is one in a process, and it lives as long as that does. */
plat_hr fake_dll_backend_own(struct fake_dll_backend *out)
{
    struct wcd_error err = WCD_ERROR_INIT;
    struct own *own = calloc(1, sizeof(*own));
    if (own == NULL) {
        return PLAT_E_OUTOFMEMORY;
    }
    plat_hr hr = PLAT_E_OUTOFMEMORY;
    if (describe(&own->host, &err)) {
        hr = own_start(own);
    } else {
        (void)fprintf(stderr, "drydock: %s\n", wcd_error_message(&err));
        (void)fflush(stderr);
        hr = err.code == WCD_E_NO_MEMORY ? PLAT_E_OUTOFMEMORY : OWN_BAD_DESCRIPTION;
        wcd_error_release(&err);
    }
    if (plat_failed(hr)) {
        fake_host_destroy(own->host);
        free(own);
        return hr;
    }
    *out = (struct fake_dll_backend){.platform = wrap_gate_platform(&own->gate)};
    return hr;
}
