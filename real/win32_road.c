/* The bindings before the emulator's DLL; see road.h. */
#include "real/road.h"

#include "real/win32_internal.h"

#include <stdlib.h>

#define ROAD_DLL       L"vmcompute.dll"
#define ROAD_PATH_MAX  32768u
#define ROAD_SETTLE_MS 20000u

typedef uint64_t(WINAPI *give_function)(const struct platform *platform);
typedef uint64_t(WINAPI *settle_function)(uint32_t milliseconds);

struct road {
    char *dll;
    give_function give;
    settle_function settle;
    struct platform behind;
    struct win32_machine *machine; /* of the process that lives */
};

/* ---- the DLL ---- */

/* In the program's own folder. NULL without memory. */
static wchar_t *beside_program(void)
{
    wchar_t *path = malloc(ROAD_PATH_MAX * sizeof(*path));
    DWORD units = path == NULL ? 0 : GetModuleFileNameW(NULL, path, ROAD_PATH_MAX);
    if (units == 0 || units >= ROAD_PATH_MAX - sizeof(ROAD_DLL) / sizeof(wchar_t)) {
        free(path);
        return NULL;
    }
    wchar_t *separator = wcsrchr(path, L'\\');
    wcscpy(separator == NULL ? path : separator + 1, ROAD_DLL);
    return path;
}

static wchar_t *full_path(const char *dll)
{
    wchar_t *given = NULL;
    wchar_t *path = malloc(ROAD_PATH_MAX * sizeof(*path));
    if (path != NULL && plat_succeeded(win32_wide(dll, &given))) {
        DWORD units = GetFullPathNameW(given, ROAD_PATH_MAX, path, NULL);
        if (units > 0 && units < ROAD_PATH_MAX) {
            free(given);
            return path;
        }
    }
    free(given);
    free(path);
    return NULL;
}

static const char *find_dll(struct road *road, const char *dll)
{
    wchar_t *path = dll != NULL ? full_path(dll) : beside_program();
    if (path == NULL || plat_failed(win32_text(path, wcslen(path), &road->dll))) {
        free(path);
        return "the DLL's path cannot be had";
    }
    HMODULE module = LoadLibraryExW(path, NULL, LOAD_WITH_ALTERED_SEARCH_PATH);
    free(path);
    if (module == NULL) {
        return dll != NULL ? "the DLL cannot be loaded"
                           : "vmcompute.dll is not in the program's folder";
    }
    road->give = (give_function)(win32_function)GetProcAddress(module, "DrydockGivePlatform");
    road->settle = (settle_function)(win32_function)GetProcAddress(module, "DrydockSettle");
    return road->give != NULL && road->settle != NULL ? NULL : "the DLL is not the emulator's own";
}

struct road *road_create(const char *dll, const char **why)
{
    struct road *road = calloc(1, sizeof(*road));
    *why = road == NULL ? "out of memory" : find_dll(road, dll);
    if (*why != NULL) {
        road_destroy(road);
        return NULL;
    }
    return road;
}

void road_destroy(struct road *road)
{
    if (road != NULL) {
        free(road->dll);
        free(road);
    }
}

/* ---- processes ---- */

plat_hr road_open(void *ctx, const struct platform *behind, struct platform *out, const char **why)
{
    struct road *road = ctx;
    const struct win32_dlls dlls = {.vmcompute = road->dll};
    road->behind = *behind;
    plat_hr hr = win32_machine_create(&road->machine, &dlls);
    if (plat_failed(hr)) {
        *why = "the bindings cannot be made";
        return hr;
    }
    hr = plat_hr_of((uint32_t)road->give(&road->behind));
    if (plat_failed(hr)) {
        *why = "the DLL does not take the platform: it is of another version";
        win32_machine_destroy(road->machine);
        road->machine = NULL;
        return hr;
    }
    *out = win32_machine_platform(road->machine);
    return hr;
}

plat_hr road_settle(void *ctx, bool *full)
{
    struct road *road = ctx;
    plat_hr hr = plat_hr_of((uint32_t)road->settle(ROAD_SETTLE_MS));
    *full = hr == PLAT_S_FALSE;
    if (plat_succeeded(hr) && !win32_machine_settle(road->machine)) {
        hr = plat_hr_win32(PLAT_ERROR_TIMEOUT);
    }
    return hr;
}

void road_close(void *ctx)
{
    struct road *road = ctx;
    (void)road->give(NULL);
    win32_machine_destroy(road->machine);
    road->machine = NULL;
}
