/* UTF-8 and UTF-16, error numbers. */
#include "real/win32_internal.h"

#include <limits.h>
#include <objbase.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

plat_hr win32_last(void)
{
    DWORD error = GetLastError();
    return plat_hr_win32(error != ERROR_SUCCESS ? error : ERROR_GEN_FAILURE);
}

plat_hr win32_wide_n(const char *text, size_t len, wchar_t **out, size_t *units)
{
    *out = NULL;
    *units = 0;
    if (len > INT_MAX - 1) {
        return plat_hr_win32(ERROR_NOT_ENOUGH_MEMORY);
    }
    int count = 0;
    if (len > 0) {
        count = MultiByteToWideChar(CP_UTF8, MB_ERR_INVALID_CHARS, text, (int)len, NULL, 0);
        if (count <= 0) {
            return win32_last();
        }
    }
    wchar_t *wide = malloc(((size_t)count + 1) * sizeof(*wide));
    if (wide == NULL) {
        return plat_hr_win32(ERROR_NOT_ENOUGH_MEMORY);
    }
    if (count > 0) {
        (void)MultiByteToWideChar(CP_UTF8, MB_ERR_INVALID_CHARS, text, (int)len, wide, count);
    }
    wide[count] = L'\0';
    *out = wide;
    *units = (size_t)count;
    return PLAT_S_OK;
}

plat_hr win32_wide(const char *text, wchar_t **out)
{
    size_t units = 0;
    return win32_wide_n(text, strlen(text), out, &units);
}

static plat_hr to_utf8(const wchar_t *wide, size_t units, DWORD flags, char **out, size_t *len)
{
    *out = NULL;
    *len = 0;
    if (units > INT_MAX / 3 - 1) {
        return plat_hr_win32(ERROR_NOT_ENOUGH_MEMORY);
    }
    int count = 0;
    if (units > 0) {
        count = WideCharToMultiByte(CP_UTF8, flags, wide, (int)units, NULL, 0, NULL, NULL);
        if (count <= 0) {
            return win32_last();
        }
    }
    char *text = malloc((size_t)count + 1);
    if (text == NULL) {
        return plat_hr_win32(ERROR_NOT_ENOUGH_MEMORY);
    }
    if (count > 0) {
        (void)WideCharToMultiByte(CP_UTF8, flags, wide, (int)units, text, count, NULL, NULL);
    }
    text[count] = '\0';
    *out = text;
    *len = (size_t)count;
    return PLAT_S_OK;
}

plat_hr win32_text_n(const wchar_t *wide, size_t units, char **out, size_t *len)
{
    return to_utf8(wide, units, WC_ERR_INVALID_CHARS, out, len);
}

plat_hr win32_text(const wchar_t *wide, size_t units, char **out)
{
    size_t len = 0;
    return win32_text_n(wide, units, out, &len);
}

char *win32_text_lossy(const wchar_t *wide)
{
    char *text = NULL;
    size_t len = 0;
    if (wide != NULL) {
        (void)to_utf8(wide, wcslen(wide), 0, &text, &len);
    }
    return text;
}

plat_hr win32_take_text(plat_hr hr, wchar_t *wide, char **out)
{
    *out = NULL;
    if (wide != NULL && plat_succeeded(hr)) {
        *out = win32_text_lossy(wide);
        hr = *out != NULL ? hr : PLAT_E_OUTOFMEMORY;
    }
    CoTaskMemFree(wide);
    return hr;
}

void win32_take_detail(wchar_t *wide, char **out)
{
    *out = win32_text_lossy(wide);
    CoTaskMemFree(wide);
}

plat_hr win32_guid(const char *text, GUID *out)
{
    wchar_t braced[WIN32_GUID_BYTES + 2] = L"{";
    size_t len = strlen(text);
    *out = (GUID){0};
    if (len != WIN32_GUID_BYTES - 1) {
        return plat_hr_win32(PLAT_ERROR_INVALID_PARAMETER);
    }
    for (size_t i = 0; i < len; i++) {
        braced[i + 1] = (wchar_t)(unsigned char)text[i];
    }
    braced[len + 1] = L'}';
    return plat_succeeded(CLSIDFromString(braced, out))
               ? PLAT_S_OK
               : plat_hr_win32(PLAT_ERROR_INVALID_PARAMETER);
}

void win32_guid_text(const GUID *guid, char out[WIN32_GUID_BYTES])
{
    const unsigned char *d = guid->Data4;
    (void)snprintf(out, WIN32_GUID_BYTES, "%08lx-%04x-%04x-%02x%02x-%02x%02x%02x%02x%02x%02x",
                   (unsigned long)guid->Data1, (unsigned)guid->Data2, (unsigned)guid->Data3,
                   (unsigned)d[0], (unsigned)d[1], (unsigned)d[2], (unsigned)d[3], (unsigned)d[4],
                   (unsigned)d[5], (unsigned)d[6], (unsigned)d[7]);
}
