/* A host of this process's own, in real time. */
#include "fakes/dll/backend.h"

#include "fakes/dll/description.h"
#include "fakes/dll/text.h"
#include "fakes/live/live.h"

#include <stdio.h>
#include <stdlib.h>

/* ERROR_BAD_CONFIGURATION: what every call answers when the description of the host is wrong. */
#define OWN_BAD_DESCRIPTION plat_hr_win32(1610)

#define OWN_VARIABLE_UNITS_MAX 32767u

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

/* ---- the backend ---- */

static plat_hr tell_failure(struct wcd_error *err)
{
    plat_hr hr = err->code == WCD_E_NO_MEMORY ? PLAT_E_OUTOFMEMORY : OWN_BAD_DESCRIPTION;
    (void)fprintf(stderr, "drydock: %s\n", wcd_error_message(err));
    (void)fflush(stderr);
    wcd_error_release(err);
    return hr;
}

/* There is one in a process, and it lives as long as that does. */
plat_hr fake_dll_backend_own(struct fake_dll_backend *out)
{
    struct wcd_error err = WCD_ERROR_INIT;
    struct fake_host *host = NULL;
    struct fake_live *live = NULL;
    if (!describe(&host, &err)) {
        return tell_failure(&err);
    }
    const struct fake_live_options options = {.host = host};
    if (fake_live_start(&live, &options, &err) != WCD_OK) {
        fake_host_destroy(host);
        return tell_failure(&err);
    }
    *out = (struct fake_dll_backend){.platform = fake_live_platform(live)};
    return PLAT_S_OK;
}
