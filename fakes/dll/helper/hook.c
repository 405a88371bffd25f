/* How the functions get to their callers: the slot of the program's import table that holds GetProcAddress
 * holds ours instead. */
#include "fakes/dll/helper/helper.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

/* The type that all functions may be turned into. */
typedef void (*any_function)(void);

/* What names are answered with. Where Wine lacks the function, ours is only for want of its own. */
static const struct {
    const wchar_t *dll;
    const char *name;
    any_function function;
    bool if_missing;
} substitutes[] = {
    {L"iphlpapi.dll", "GetCurrentThreadCompartmentId", (any_function)helper_get_compartment, true},
    {L"iphlpapi.dll", "SetCurrentThreadCompartmentId", (any_function)helper_set_compartment, true},
    {L"kernel32.dll", "BackupRead", (any_function)helper_backup_read, false},
    {L"kernel32.dll", "BackupWrite", (any_function)helper_backup_write, false},
    {L"ntdll.dll", "NtCreateNamedPipeFile", (any_function)helper_create_pipe, false},
    {L"ntdll.dll", "NtSetInformationFile", (any_function)helper_set_information, false},
};

static any_function WINAPI look_up(HMODULE dll, const char *name)
{
    any_function found = (any_function)GetProcAddress(dll, name);
    if ((uintptr_t)name <= UINT16_MAX) {
        return found; /* by number */
    }
    for (size_t i = 0; i < sizeof(substitutes) / sizeof(substitutes[0]); i++) {
        if (strcmp(substitutes[i].name, name) == 0 && GetModuleHandleW(substitutes[i].dll) == dll &&
            (found == NULL || !substitutes[i].if_missing)) {
            SetLastError(ERROR_SUCCESS);
            return substitutes[i].function;
        }
    }
    return found;
}

/* The program's imports, up to the entry without a name; NULL: it has none. */
static const IMAGE_IMPORT_DESCRIPTOR *imports_of(const unsigned char *image)
{
    const IMAGE_DOS_HEADER *dos = (const void *)image;
    const IMAGE_NT_HEADERS *nt = (const void *)(image + dos->e_lfanew);
    const IMAGE_DATA_DIRECTORY *directory =
        &nt->OptionalHeader.DataDirectory[IMAGE_DIRECTORY_ENTRY_IMPORT];
    if (nt->OptionalHeader.NumberOfRvaAndSizes <= IMAGE_DIRECTORY_ENTRY_IMPORT ||
        directory->VirtualAddress == 0) {
        return NULL;
    }
    return (const void *)(image + directory->VirtualAddress);
}

/* Puts our function wherever the program has Windows' own. */
static void take_over(unsigned char *image, any_function theirs, any_function ours)
{
    const IMAGE_IMPORT_DESCRIPTOR *import = imports_of(image);
    for (; import != NULL && import->Name != 0; import++) {
        for (any_function *slot = (any_function *)(void *)(image + import->FirstThunk);
             *slot != NULL; slot++) {
            DWORD protection = 0;
            if (*slot == theirs &&
                VirtualProtect(slot, sizeof(*slot), PAGE_READWRITE, &protection)) {
                *slot = ours;
                (void)VirtualProtect(slot, sizeof(*slot), protection, &protection);
            }
        }
    }
}

BOOL WINAPI DllMain(HINSTANCE dll, DWORD reason, void *reserved);

BOOL WINAPI DllMain(HINSTANCE dll, DWORD reason, void *reserved)
{
    (void)reserved;
    if (reason == DLL_PROCESS_ATTACH) {
        HMODULE pinned = NULL;
        /* Whoever got a function keeps it. */
        if (!GetModuleHandleExW(GET_MODULE_HANDLE_EX_FLAG_PIN |
                                    GET_MODULE_HANDLE_EX_FLAG_FROM_ADDRESS,
                                (const wchar_t *)(const void *)dll, &pinned)) {
            return FALSE;
        }
        take_over((unsigned char *)GetModuleHandleW(NULL), (any_function)GetProcAddress,
                  (any_function)look_up);
    }
    return TRUE;
}
