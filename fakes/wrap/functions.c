/* The names of the functions; see functions.h. Those of vmcompute.dll are in its export table on every
 * emulated build; no call reaches them before the emulator has the services. */
#include "fakes/wrap/functions.h"

#include <string.h>

static const struct wrap_function functions[] = {
    {"ActivateLayer", "vmcompute.dll"},
    {"CloseHandle", "kernel32.dll"},
    {"CloseServiceHandle", "advapi32.dll"},
    {"CloseThreadpoolTimer", "kernel32.dll"},
    {"ControlService", "advapi32.dll"},
    {"CopyLayer", "vmcompute.dll"},
    {"CreateDirectoryW", "kernel32.dll"},
    {"CreateFileW", "kernel32.dll"},
    {"CreateLayer", "vmcompute.dll"},
    {"CreateSandboxLayer", "vmcompute.dll"},
    {"DeactivateLayer", "vmcompute.dll"},
    {"DeleteFileW", "kernel32.dll"},
    {"DestroyLayer", "vmcompute.dll"},
    {"ExpandSandboxSize", "vmcompute.dll"},
    {"ExportLayer", "vmcompute.dll"},
    {"FindFirstFileExW", "kernel32.dll"},
    {"FindFirstStreamW", "kernel32.dll"},
    {"FlushFileBuffers", "kernel32.dll"},
    {"FormatMessageW", "kernel32.dll"},
    {"GetActiveProcessorCount", "kernel32.dll"},
    {"GetBaseImages", "vmcompute.dll"},
    {"GetComputerNameExW", "kernel32.dll"},
    {"GetEnvironmentVariableW", "kernel32.dll"},
    {"GetFileAttributesExW", "kernel32.dll"},
    {"GetFullPathNameW", "kernel32.dll"},
    {"GetLayerMountPath", "vmcompute.dll"},
    {"GetNamedSecurityInfoW", "advapi32.dll"},
    {"GetProductInfo", "kernel32.dll"},
    {"GetVolumeInformationByHandleW", "kernel32.dll"},
    {"GlobalMemoryStatusEx", "kernel32.dll"},
    {"GrantVmAccess", "vmcompute.dll"},
    {"HNSCall", "vmcompute.dll"},
    {"HcsCloseComputeSystem", "vmcompute.dll"},
    {"HcsCloseProcess", "vmcompute.dll"},
    {"HcsCreateComputeSystem", "vmcompute.dll"},
    {"HcsCreateProcess", "vmcompute.dll"},
    {"HcsEnumerateComputeSystems", "vmcompute.dll"},
    {"HcsGetComputeSystemProperties", "vmcompute.dll"},
    {"HcsGetProcessInfo", "vmcompute.dll"},
    {"HcsGetProcessProperties", "vmcompute.dll"},
    {"HcsGetServiceProperties", "vmcompute.dll"},
    {"HcsModifyComputeSystem", "vmcompute.dll"},
    {"HcsModifyProcess", "vmcompute.dll"},
    {"HcsModifyServiceSettings", "vmcompute.dll"},
    {"HcsOpenComputeSystem", "vmcompute.dll"},
    {"HcsOpenProcess", "vmcompute.dll"},
    {"HcsPauseComputeSystem", "vmcompute.dll"},
    {"HcsRegisterComputeSystemCallback", "vmcompute.dll"},
    {"HcsRegisterProcessCallback", "vmcompute.dll"},
    {"HcsResumeComputeSystem", "vmcompute.dll"},
    {"HcsSaveComputeSystem", "vmcompute.dll"},
    {"HcsShutdownComputeSystem", "vmcompute.dll"},
    {"HcsSignalProcess", "vmcompute.dll"},
    {"HcsStartComputeSystem", "vmcompute.dll"},
    {"HcsTerminateComputeSystem", "vmcompute.dll"},
    {"HcsTerminateProcess", "vmcompute.dll"},
    {"HcsUnregisterComputeSystemCallback", "vmcompute.dll"},
    {"HcsUnregisterProcessCallback", "vmcompute.dll"},
    {"ImportLayer", "vmcompute.dll"},
    {"LayerExists", "vmcompute.dll"},
    {"LoadLibraryExW", "kernel32.dll"},
    {"MoveFileExW", "kernel32.dll"},
    {"NameToGuid", "vmcompute.dll"},
    {"OpenSCManagerW", "advapi32.dll"},
    {"OpenServiceW", "advapi32.dll"},
    {"PrepareLayer", "vmcompute.dll"},
    {"ProcessBaseImage", "vmcompute.dll"},
    {"ProcessUtilityImage", "vmcompute.dll"},
    {"QueryServiceStatusEx", "advapi32.dll"},
    {"ReadFile", "kernel32.dll"},
    {"RegCloseKey", "advapi32.dll"},
    {"RegCreateKeyExW", "advapi32.dll"},
    {"RegDeleteTreeW", "advapi32.dll"},
    {"RegDeleteValueW", "advapi32.dll"},
    {"RegEnumKeyExW", "advapi32.dll"},
    {"RegEnumValueW", "advapi32.dll"},
    {"RegOpenKeyExW", "advapi32.dll"},
    {"RegQueryValueExW", "advapi32.dll"},
    {"RegSetValueExW", "advapi32.dll"},
    {"RemoveDirectoryW", "kernel32.dll"},
    {"RevokeVmAccess", "vmcompute.dll"},
    {"RtlGetVersion", "ntdll.dll"},
    {"SetFileAttributesW", "kernel32.dll"},
    {"SetFilePointerEx", "kernel32.dll"},
    {"SetNamedSecurityInfoW", "advapi32.dll"},
    {"SetThreadpoolTimer", "kernel32.dll"},
    {"StartServiceW", "advapi32.dll"},
    {"UnprepareLayer", "vmcompute.dll"},
    {"WriteFile", "kernel32.dll"},
};

#define FUNCTION_COUNT (sizeof(functions) / sizeof(functions[0]))

const struct wrap_function *wrap_functions(size_t *count)
{
    *count = FUNCTION_COUNT;
    return functions;
}

bool wrap_function_known(const char *name)
{
    size_t low = 0;
    size_t high = FUNCTION_COUNT;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = strcmp(functions[middle].name, name);
        if (order == 0) {
            return true;
        }
        if (order < 0) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return false;
}
