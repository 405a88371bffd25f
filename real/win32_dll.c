/* DLLs and their functions, by name. */
#include "real/win32_internal.h"

#include <stdlib.h>
#include <string.h>

plat_hr win32_dll_init(struct win32_dll *dll, const char *name, const char *standard)
{
    *dll = (struct win32_dll){.name = NULL};
    InitializeSRWLock(&dll->lock);
    return win32_wide(name != NULL ? name : standard, &dll->name);
}

void win32_dll_release(struct win32_dll *dll)
{
    /* Windows' services may have threads of theirs in it: it stays loaded, as hcsshim leaves it. */
    free(dll->name);
    dll->name = NULL;
}

static plat_hr load(struct win32_dll *dll)
{
    if (dll->module == NULL) {
        bool bare = wcschr(dll->name, L'\\') == NULL;
        DWORD flags = bare ? LOAD_LIBRARY_SEARCH_SYSTEM32 : LOAD_WITH_ALTERED_SEARCH_PATH;
        dll->module = LoadLibraryExW(dll->name, NULL, flags);
    }
    return dll->module != NULL ? PLAT_S_OK : win32_last();
}

plat_hr win32_dll_find(struct win32_dll *dll, const char *function, win32_function *out)
{
    *out = NULL;
    AcquireSRWLockExclusive(&dll->lock);
    plat_hr hr = load(dll);
    ReleaseSRWLockExclusive(&dll->lock);
    if (plat_succeeded(hr)) {
        *out = (win32_function)GetProcAddress(dll->module, function);
        hr = *out != NULL ? PLAT_S_OK : plat_hr_win32(PLAT_ERROR_PROC_NOT_FOUND);
    }
    return hr;
}

win32_function win32_system_function(const wchar_t *dll, const char *name)
{
    HMODULE module = GetModuleHandleW(dll);
    return module != NULL ? (win32_function)GetProcAddress(module, name) : NULL;
}

bool win32_is_wine(void)
{
    return win32_system_function(L"ntdll.dll", "wine_get_version") != NULL;
}
