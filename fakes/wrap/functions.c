/* The names of the functions; see functions.h. Those of vmcompute.dll are in its export table on
 * every emulated build; the ones without argument names belong to services that the emulator does
 * not have yet. Arguments of the layer functions have the names that hcsshim gives them. */
#include "fakes/wrap/functions.h"

#include <string.h>

#define NONE       ((const char *const[]){NULL})
#define NAMES(...) ((const char *const[]){__VA_ARGS__, NULL})

/* DriverInfo, the first argument of the layer functions. */
#define INFO "info.Flavour", "info.HomeDir"

static const struct wrap_function functions[] = {
    {"ActivateLayer", "vmcompute.dll", NAMES(INFO, "id"), NONE},
    {"CloseHandle", "kernel32.dll", NAMES("hObject"), NONE},
    {"CloseServiceHandle", "advapi32.dll", NAMES("hSCObject"), NONE},
    {"CloseThreadpoolTimer", "kernel32.dll", NAMES("pti"), NAMES("cancelled")},
    {"ControlService", "advapi32.dll", NAMES("hService", "dwControl"),
     NAMES("dwCurrentState", "dwControlsAccepted", "dwWin32ExitCode", "dwServiceSpecificExitCode",
           "dwProcessId")},
    {"CopyLayer", "vmcompute.dll", NAMES(INFO, "srcId", "dstId", "descriptors", "count"), NONE},
    {"CreateDirectoryW", "kernel32.dll", NAMES("lpPathName", "lpSecurityAttributes"), NONE},
    {"CreateFileW", "kernel32.dll",
     NAMES("lpFileName", "dwDesiredAccess", "dwShareMode", "dwCreationDisposition"),
     NAMES("handle")},
    {"CreateLayer", "vmcompute.dll", NAMES(INFO, "id", "parent"), NONE},
    {"CreateSandboxLayer", "vmcompute.dll", NAMES(INFO, "id", "parent", "descriptors", "count"),
     NONE},
    {"CreateSymbolicLinkW", "kernel32.dll",
     NAMES("lpSymlinkFileName", "lpTargetFileName", "dwFlags"), NONE},
    {"DeactivateLayer", "vmcompute.dll", NAMES(INFO, "id"), NONE},
    {"DeleteFileW", "kernel32.dll", NAMES("lpFileName"), NONE},
    {"DestroyLayer", "vmcompute.dll", NAMES(INFO, "id"), NONE},
    {"DeviceIoControl", "kernel32.dll", NAMES("hDevice", "dwIoControlCode"), NAMES("target")},
    {"ExpandSandboxSize", "vmcompute.dll", NAMES(INFO, "id", "size"), NONE},
    {"ExportLayer", "vmcompute.dll", NAMES(INFO, "id", "path", "descriptors", "count"), NONE},
    {"FindFirstFileExW", "kernel32.dll", NAMES("lpFileName"), NAMES("names")},
    {"FindFirstStreamW", "kernel32.dll", NAMES("lpFileName"), NAMES("streams")},
    {"FlushFileBuffers", "kernel32.dll", NAMES("hFile"), NONE},
    {"FormatMessageW", "kernel32.dll", NAMES("dwFlags", "dwMessageId"), NAMES("message")},
    {"GetActiveProcessorCount", "kernel32.dll", NAMES("GroupNumber"), NAMES("count")},
    {"GetBaseImages", "vmcompute.dll", NONE, NAMES("images")},
    {"GetComputerNameExW", "kernel32.dll", NAMES("NameType"), NAMES("lpBuffer")},
    {"GetEnvironmentVariableW", "kernel32.dll", NAMES("lpName"), NAMES("lpBuffer")},
    {"GetFileAttributesExW", "kernel32.dll", NAMES("lpFileName"),
     NAMES("dwFileAttributes", "nFileSize", "ftCreationTime", "ftLastWriteTime")},
    {"GetFullPathNameW", "kernel32.dll", NAMES("lpFileName"), NAMES("lpBuffer")},
    {"GetLayerMountPath", "vmcompute.dll", NAMES(INFO, "id"), NAMES("path", "length")},
    {"GetNamedSecurityInfoW", "advapi32.dll", NAMES("pObjectName"), NAMES("sddl")},
    {"GetProductInfo", "kernel32.dll", NONE, NAMES("dwReturnedProductType")},
    {"GetVolumeInformationByHandleW", "kernel32.dll", NAMES("path"),
     NAMES("lpFileSystemNameBuffer", "dwVolumeSerialNumber", "dwFileSystemFlags",
           "ullTotalNumberOfBytes", "ullTotalNumberOfFreeBytes")},
    {"GlobalMemoryStatusEx", "kernel32.dll", NONE,
     NAMES("ullTotalPhys", "ullAvailPhys", "ullTotalPageFile", "ullAvailPageFile")},
    {"GrantVmAccess", "vmcompute.dll", NAMES("vmid", "filepath"), NONE},
    {"HNSCall", "vmcompute.dll", NULL, NULL},
    {"HcsCloseComputeSystem", "vmcompute.dll", NULL, NULL},
    {"HcsCloseProcess", "vmcompute.dll", NULL, NULL},
    {"HcsCreateComputeSystem", "vmcompute.dll", NULL, NULL},
    {"HcsCreateProcess", "vmcompute.dll", NULL, NULL},
    {"HcsEnumerateComputeSystems", "vmcompute.dll", NULL, NULL},
    {"HcsGetComputeSystemProperties", "vmcompute.dll", NULL, NULL},
    {"HcsGetProcessInfo", "vmcompute.dll", NULL, NULL},
    {"HcsGetProcessProperties", "vmcompute.dll", NULL, NULL},
    {"HcsGetServiceProperties", "vmcompute.dll", NULL, NULL},
    {"HcsModifyComputeSystem", "vmcompute.dll", NULL, NULL},
    {"HcsModifyProcess", "vmcompute.dll", NULL, NULL},
    {"HcsModifyServiceSettings", "vmcompute.dll", NULL, NULL},
    {"HcsOpenComputeSystem", "vmcompute.dll", NULL, NULL},
    {"HcsOpenProcess", "vmcompute.dll", NULL, NULL},
    {"HcsPauseComputeSystem", "vmcompute.dll", NULL, NULL},
    {"HcsRegisterComputeSystemCallback", "vmcompute.dll", NULL, NULL},
    {"HcsRegisterProcessCallback", "vmcompute.dll", NULL, NULL},
    {"HcsResumeComputeSystem", "vmcompute.dll", NULL, NULL},
    {"HcsSaveComputeSystem", "vmcompute.dll", NULL, NULL},
    {"HcsShutdownComputeSystem", "vmcompute.dll", NULL, NULL},
    {"HcsSignalProcess", "vmcompute.dll", NULL, NULL},
    {"HcsStartComputeSystem", "vmcompute.dll", NULL, NULL},
    {"HcsTerminateComputeSystem", "vmcompute.dll", NULL, NULL},
    {"HcsTerminateProcess", "vmcompute.dll", NULL, NULL},
    {"HcsUnregisterComputeSystemCallback", "vmcompute.dll", NULL, NULL},
    {"HcsUnregisterProcessCallback", "vmcompute.dll", NULL, NULL},
    {"ImportLayer", "vmcompute.dll", NAMES(INFO, "id", "path", "descriptors", "count"), NONE},
    {"LayerExists", "vmcompute.dll", NAMES(INFO, "id"), NAMES("exists")},
    {"LoadLibraryExW", "kernel32.dll", NAMES("lpLibFileName", "dwFlags"), NONE},
    {"MoveFileExW", "kernel32.dll", NAMES("lpExistingFileName", "lpNewFileName", "dwFlags"), NONE},
    {"NameToGuid", "vmcompute.dll", NAMES("name"), NAMES("guid")},
    {"OpenSCManagerW", "advapi32.dll", NAMES("dwDesiredAccess"), NAMES("handle")},
    {"OpenServiceW", "advapi32.dll", NAMES("hSCManager", "lpServiceName", "dwDesiredAccess"),
     NAMES("handle")},
    {"PrepareLayer", "vmcompute.dll", NAMES(INFO, "id", "descriptors", "count"), NONE},
    {"ProcessBaseImage", "vmcompute.dll", NAMES("path"), NONE},
    {"ProcessUtilityImage", "vmcompute.dll", NAMES("path"), NONE},
    {"QueryServiceStatusEx", "advapi32.dll", NAMES("hService"),
     NAMES("dwCurrentState", "dwControlsAccepted", "dwWin32ExitCode", "dwServiceSpecificExitCode",
           "dwProcessId")},
    {"ReadFile", "kernel32.dll", NAMES("hFile", "nNumberOfBytesToRead"),
     NAMES("nNumberOfBytesRead", "lpBuffer")},
    {"RegCloseKey", "advapi32.dll", NAMES("hKey"), NONE},
    {"RegCreateKeyExW", "advapi32.dll", NAMES("hKey", "lpSubKey", "samDesired"),
     NAMES("handle", "dwDisposition")},
    {"RegDeleteTreeW", "advapi32.dll", NAMES("hKey", "lpSubKey"), NONE},
    {"RegDeleteValueW", "advapi32.dll", NAMES("hKey", "lpValueName"), NONE},
    {"RegEnumKeyExW", "advapi32.dll", NAMES("hKey", "dwIndex"), NAMES("lpName")},
    {"RegEnumValueW", "advapi32.dll", NAMES("hKey", "dwIndex"), NAMES("lpValueName")},
    {"RegOpenKeyExW", "advapi32.dll", NAMES("hKey", "lpSubKey", "samDesired"), NAMES("handle")},
    {"RegQueryValueExW", "advapi32.dll", NAMES("hKey", "lpValueName"),
     NAMES("dwType", "cbData", "data")},
    {"RegSetValueExW", "advapi32.dll", NAMES("hKey", "lpValueName", "dwType", "cbData", "data"),
     NONE},
    {"RemoveDirectoryW", "kernel32.dll", NAMES("lpPathName"), NONE},
    {"RevokeVmAccess", "vmcompute.dll", NAMES("vmid", "filepath"), NONE},
    {"RtlGetVersion", "ntdll.dll", NONE,
     NAMES("dwMajorVersion", "dwMinorVersion", "dwBuildNumber", "wServicePackMajor",
           "wServicePackMinor", "wSuiteMask", "wProductType")},
    {"SetFileAttributesW", "kernel32.dll", NAMES("lpFileName", "dwFileAttributes"), NONE},
    {"SetFilePointerEx", "kernel32.dll", NAMES("hFile", "liDistanceToMove", "dwMoveMethod"), NONE},
    {"SetNamedSecurityInfoW", "advapi32.dll", NAMES("pObjectName", "sddl"), NONE},
    {"SetThreadpoolTimer", "kernel32.dll", NAMES("due_us", "key"), NAMES("handle")},
    {"StartServiceW", "advapi32.dll", NAMES("hService"), NONE},
    {"UnprepareLayer", "vmcompute.dll", NAMES(INFO, "id"), NONE},
    {"WriteFile", "kernel32.dll", NAMES("hFile", "nNumberOfBytesToWrite", "lpBuffer"), NONE},
};

#define FUNCTION_COUNT (sizeof(functions) / sizeof(functions[0]))

const struct wrap_function *wrap_functions(size_t *count)
{
    *count = FUNCTION_COUNT;
    return functions;
}

const struct wrap_function *wrap_function_find(const char *name)
{
    size_t low = 0;
    size_t high = FUNCTION_COUNT;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = strcmp(functions[middle].name, name);
        if (order == 0) {
            return &functions[middle];
        }
        if (order < 0) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return NULL;
}

bool wrap_function_known(const char *name)
{
    return wrap_function_find(name) != NULL;
}

bool wrap_names_have(const char *const *names, const char *name)
{
    for (size_t i = 0; names != NULL && names[i] != NULL; i++) {
        if (strcmp(names[i], name) == 0) {
            return true;
        }
    }
    return names == NULL;
}
