/* Texts across the DLL's boundary: UTF-16 outside, UTF-8 inside. */
#ifndef FAKE_DLL_TEXT_H
#define FAKE_DLL_TEXT_H

#include "core/platform/types.h"

#include <wchar.h>

/* The longest text that comes in; the longest documents are far below. */
#define FAKE_DLL_TEXT_UNITS_MAX ((size_t)16 * 1024 * 1024)

#define FAKE_DLL_E_POINTER    plat_hr_of(0x80004003u)
#define FAKE_DLL_E_INVALIDARG plat_hr_of(0x80070057u)

/* *out is the caller's. E_INVALIDARG for a text that is no UTF-16 or too long, E_OUTOFMEMORY. */
plat_hr fake_dll_narrow(const wchar_t *text, char **out);
/* In memory of malloc; NULL without memory. */
wchar_t *fake_dll_widen(const char *text);
/* In memory of CoTaskMemAlloc, as clients free it; NULL without memory. */
wchar_t *fake_dll_give(const char *text);

#endif
