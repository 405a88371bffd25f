/* core/platform/os.h on kernel32, ntdll and advapi32. */
#include "real/win32_internal.h"

#include <stdlib.h>
#include <string.h>

#include <ntsecapi.h>

/* The longest value of an environment variable, with its NUL (documented: SetEnvironmentVariableW). */
#define ENVIRONMENT_UNITS_MAX 32768u

static plat_hr true_version(OSVERSIONINFOEXW *info)
{
    typedef LONG(WINAPI * rtl_get_version)(OSVERSIONINFOEXW *);
    rtl_get_version get = (rtl_get_version)win32_system_function(L"ntdll.dll", "RtlGetVersion");
    *info = (OSVERSIONINFOEXW){.dwOSVersionInfoSize = sizeof(*info)};
    if (get == NULL) {
        return plat_hr_win32(PLAT_ERROR_PROC_NOT_FOUND);
    }
    return get(info) == 0 ? PLAT_S_OK : plat_hr_win32(ERROR_GEN_FAILURE);
}

static plat_hr os_version(void *ctx, struct plat_os_version *out)
{
    (void)ctx;
    OSVERSIONINFOEXW info;
    plat_hr hr = true_version(&info);
    *out = (struct plat_os_version){.major = info.dwMajorVersion,
                                    .minor = info.dwMinorVersion,
                                    .build = info.dwBuildNumber,
                                    .service_pack_major = info.wServicePackMajor,
                                    .service_pack_minor = info.wServicePackMinor,
                                    .suite_mask = info.wSuiteMask,
                                    .product_type = info.wProductType};
    return hr;
}

static plat_hr os_product_info(void *ctx, uint32_t *out)
{
    (void)ctx;
    OSVERSIONINFOEXW info;
    DWORD product = 0;
    *out = 0;
    plat_hr hr = true_version(&info);
    if (plat_failed(hr)) {
        return hr;
    }
    if (!GetProductInfo(info.dwMajorVersion, info.dwMinorVersion, info.wServicePackMajor,
                        info.wServicePackMinor, &product)) {
        return plat_hr_win32(PLAT_ERROR_INVALID_PARAMETER);
    }
    *out = product;
    return PLAT_S_OK;
}

static plat_hr os_processor_count(void *ctx, uint32_t *out)
{
    (void)ctx;
    *out = GetActiveProcessorCount(ALL_PROCESSOR_GROUPS);
    return *out > 0 ? PLAT_S_OK : win32_last();
}

static plat_hr os_memory(void *ctx, struct plat_memory_status *out)
{
    (void)ctx;
    MEMORYSTATUSEX status = {.dwLength = sizeof(status)};
    *out = (struct plat_memory_status){0};
    if (!GlobalMemoryStatusEx(&status)) {
        return win32_last();
    }
    out->physical_bytes_total = status.ullTotalPhys;
    out->physical_bytes_free = status.ullAvailPhys;
    out->commit_bytes_limit = status.ullTotalPageFile;
    out->commit_bytes_free = status.ullAvailPageFile;
    return PLAT_S_OK;
}

static plat_hr os_host_name(void *ctx, char **out)
{
    (void)ctx;
    wchar_t name[256]; /* a DNS label has at most 63 */
    DWORD units = sizeof(name) / sizeof(name[0]);
    *out = NULL;
    if (!GetComputerNameExW(ComputerNameDnsHostname, name, &units)) {
        return win32_last();
    }
    return win32_text(name, units, out);
}

static plat_hr read_variable(const wchar_t *name, char **out)
{
    wchar_t *value = malloc(ENVIRONMENT_UNITS_MAX * sizeof(*value));
    if (value == NULL) {
        return plat_hr_win32(PLAT_ERROR_NOT_ENOUGH_MEMORY);
    }
    SetLastError(ERROR_SUCCESS);
    DWORD units = GetEnvironmentVariableW(name, value, ENVIRONMENT_UNITS_MAX);
    plat_hr hr = PLAT_S_OK;
    if (units == 0 && GetLastError() != ERROR_SUCCESS) {
        hr = win32_last();
    } else if (units >= ENVIRONMENT_UNITS_MAX) {
        hr = plat_hr_win32(PLAT_ERROR_INSUFFICIENT_BUFFER);
    } else {
        hr = win32_text(value, units, out);
    }
    free(value);
    return hr;
}

static plat_hr os_environment(void *ctx, const char *name, char **out)
{
    (void)ctx;
    wchar_t *wide = NULL;
    *out = NULL;
    plat_hr hr = win32_wide(name, &wide);
    if (plat_succeeded(hr)) {
        hr = read_variable(wide, out);
    }
    free(wide);
    return hr;
}

static plat_hr os_random(void *ctx, void *data, size_t size)
{
    (void)ctx;
    unsigned char *at = data;
    while (size > 0) {
        ULONG part = size < 0x10000u ? (ULONG)size : 0x10000u;
        if (!RtlGenRandom(at, part)) {
            return win32_last();
        }
        at += part;
        size -= part;
    }
    return PLAT_S_OK;
}

static plat_hr os_load_library(void *ctx, const char *name)
{
    (void)ctx;
    wchar_t *wide = NULL;
    plat_hr hr = win32_wide(name, &wide);
    if (plat_succeeded(hr) && LoadLibraryExW(wide, NULL, LOAD_LIBRARY_SEARCH_SYSTEM32) == NULL) {
        hr = win32_last();
    }
    free(wide);
    return hr;
}

static plat_hr os_message(void *ctx, uint32_t error, char **out)
{
    (void)ctx;
    const DWORD flags =
        FORMAT_MESSAGE_ALLOCATE_BUFFER | FORMAT_MESSAGE_FROM_SYSTEM | FORMAT_MESSAGE_IGNORE_INSERTS;
    wchar_t *text = NULL;
    *out = NULL;
    /* With ALLOCATE_BUFFER the place for the text is the place for a pointer to it. */
    DWORD units = FormatMessageW(flags, NULL, error, 0, (LPWSTR)(void *)&text, 0, NULL);
    if (units == 0) {
        return win32_last();
    }
    while (units > 0 && (text[units - 1] == L'\r' || text[units - 1] == L'\n')) {
        units--;
    }
    plat_hr hr = win32_text(text, units, out);
    (void)LocalFree(text);
    return hr;
}

const struct plat_os_ops win32_os_ops = {
    .version = os_version,
    .product_info = os_product_info,
    .processor_count = os_processor_count,
    .memory = os_memory,
    .host_name = os_host_name,
    .environment = os_environment,
    .random = os_random,
    .load_library = os_load_library,
    .message = os_message,
};
