/* Texts across the DLL's boundary; see text.h. */
#include "fakes/dll/text.h"

#include "fakes/host/name.h"

#include <objbase.h>
#include <stdlib.h>
#include <string.h>

plat_hr fake_dll_narrow(const wchar_t *text, char **out)
{
    *out = NULL;
    size_t units = wcsnlen(text, FAKE_DLL_TEXT_UNITS_MAX + 1);
    if (units > FAKE_DLL_TEXT_UNITS_MAX) {
        return FAKE_DLL_E_INVALIDARG;
    }
    bool valid = true;
    *out = fake_utf16_decode((const unsigned char *)text, units * sizeof(*text), &valid);
    if (*out != NULL) {
        return PLAT_S_OK;
    }
    return valid ? PLAT_E_OUTOFMEMORY : FAKE_DLL_E_INVALIDARG;
}

static wchar_t *widen_into(const char *text, void *(*allocate)(size_t size))
{
    size_t bytes = 0;
    unsigned char *encoded = fake_utf16_encode(text, &bytes);
    if (encoded == NULL) {
        return NULL;
    }
    wchar_t *wide = allocate(bytes + sizeof(*wide));
    if (wide != NULL) {
        memcpy(wide, encoded, bytes);
        wide[bytes / sizeof(*wide)] = L'\0';
    }
    free(encoded);
    return wide;
}

wchar_t *fake_dll_widen(const char *text)
{
    return widen_into(text, malloc);
}

static void *allocate_task(size_t size)
{
    return CoTaskMemAlloc(size);
}

wchar_t *fake_dll_give(const char *text)
{
    return widen_into(text, allocate_task);
}
