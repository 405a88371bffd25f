/* The names of the functions; see functions.h. Arguments of vmcompute.dll's functions have the names that
 * hcsshim gives them and that recordings of the original daemon show, those of computenetwork.dll the
 * names of its header. "CALLBACK" is no function: it is a notification on its way to the daemon. */
#include "fakes/wrap/functions.h"

#include <string.h>

#define NONE       ((const char *const[]){NULL})
#define NAMES(...) ((const char *const[]){__VA_ARGS__, NULL})

/* DriverInfo, the first argument of the layer functions. */
#define INFO "info.Flavour", "info.HomeDir"

static const struct wrap_function functions[] = {
    {"ActivateLayer", "vmcompute.dll", NAMES(INFO, "id"), NONE},
    {"BindIoCompletionCallback", "kernel32.dll", NAMES("FileHandle", "key"), NONE},
    {"CALLBACK", "vmcompute.dll",
     NAMES("callback", "context", "notificationType", "status", "system", "pid"),
     NAMES("notificationData")},
    {"CloseHandle", "kernel32.dll", NAMES("hObject"), NONE},
    {"CloseServiceHandle", "advapi32.dll", NAMES("hSCObject"), NONE},
    {"CloseThreadpoolTimer", "kernel32.dll", NAMES("pti"), NAMES("cancelled")},
    {"ConnectNamedPipe", "kernel32.dll", NAMES("hNamedPipe"), NAMES("handle")},
    {"ControlService", "advapi32.dll", NAMES("hService", "dwControl"),
     NAMES("dwCurrentState", "dwControlsAccepted", "dwWin32ExitCode", "dwServiceSpecificExitCode",
           "dwProcessId")},
    {"CopyLayer", "vmcompute.dll", NAMES(INFO, "srcId", "dstId", "descriptors", "count"), NONE},
    {"CreateDirectoryW", "kernel32.dll", NAMES("lpPathName", "lpSecurityAttributes"), NONE},
    {"CreateFileW", "kernel32.dll",
     NAMES("lpFileName", "dwDesiredAccess", "dwShareMode", "dwCreationDisposition"),
     NAMES("handle")},
    {"CreateLayer", "vmcompute.dll", NAMES(INFO, "id", "parent"), NONE},
    {"CreateNamedPipeW", "kernel32.dll", NAMES("lpName", "lpSecurityAttributes"), NAMES("handle")},
    {"CreateSandboxLayer", "vmcompute.dll", NAMES(INFO, "id", "parent", "descriptors", "count"),
     NONE},
    {"CreateSymbolicLinkW", "kernel32.dll",
     NAMES("lpSymlinkFileName", "lpTargetFileName", "dwFlags"), NONE},
    {"DeactivateLayer", "vmcompute.dll", NAMES(INFO, "id"), NONE},
    {"DeleteFileW", "kernel32.dll", NAMES("lpFileName"), NONE},
    {"DestroyLayer", "vmcompute.dll", NAMES(INFO, "id"), NONE},
    {"DetachVirtualDisk", "virtdisk.dll", NAMES("path"), NONE},
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
    {"HNSCall", "vmcompute.dll", NAMES("method", "path", "object"), NAMES("response")},
    {"HcnCloseEndpoint", "computenetwork.dll", NAMES("Endpoint"), NONE},
    {"HcnCloseLoadBalancer", "computenetwork.dll", NAMES("LoadBalancer"), NONE},
    {"HcnCloseNamespace", "computenetwork.dll", NAMES("Namespace"), NONE},
    {"HcnCloseNetwork", "computenetwork.dll", NAMES("Network"), NONE},
    {"HcnCloseSdnRoute", "computenetwork.dll", NAMES("SdnRoute"), NONE},
    {"HcnCreateEndpoint", "computenetwork.dll", NAMES("Network", "Id", "Settings"),
     NAMES("Endpoint", "ErrorRecord")},
    {"HcnCreateLoadBalancer", "computenetwork.dll", NAMES("Id", "Settings"),
     NAMES("LoadBalancer", "ErrorRecord")},
    {"HcnCreateNamespace", "computenetwork.dll", NAMES("Id", "Settings"),
     NAMES("Namespace", "ErrorRecord")},
    {"HcnCreateNetwork", "computenetwork.dll", NAMES("Id", "Settings"),
     NAMES("Network", "ErrorRecord")},
    {"HcnCreateSdnRoute", "computenetwork.dll", NAMES("Id", "Settings"),
     NAMES("SdnRoute", "ErrorRecord")},
    {"HcnDeleteEndpoint", "computenetwork.dll", NAMES("Id"), NAMES("ErrorRecord")},
    {"HcnDeleteLoadBalancer", "computenetwork.dll", NAMES("Id"), NAMES("ErrorRecord")},
    {"HcnDeleteNamespace", "computenetwork.dll", NAMES("Id"), NAMES("ErrorRecord")},
    {"HcnDeleteNetwork", "computenetwork.dll", NAMES("Id"), NAMES("ErrorRecord")},
    {"HcnDeleteSdnRoute", "computenetwork.dll", NAMES("Id"), NAMES("ErrorRecord")},
    {"HcnEnumerateEndpoints", "computenetwork.dll", NAMES("Query"),
     NAMES("Endpoints", "ErrorRecord")},
    {"HcnEnumerateLoadBalancers", "computenetwork.dll", NAMES("Query"),
     NAMES("LoadBalancers", "ErrorRecord")},
    {"HcnEnumerateNamespaces", "computenetwork.dll", NAMES("Query"),
     NAMES("Namespaces", "ErrorRecord")},
    {"HcnEnumerateNetworks", "computenetwork.dll", NAMES("Query"),
     NAMES("Networks", "ErrorRecord")},
    {"HcnEnumerateSdnRoutes", "computenetwork.dll", NAMES("Query"),
     NAMES("SdnRoutes", "ErrorRecord")},
    {"HcnModifyEndpoint", "computenetwork.dll", NAMES("Endpoint", "Settings"),
     NAMES("ErrorRecord")},
    {"HcnModifyLoadBalancer", "computenetwork.dll", NAMES("LoadBalancer", "Settings"),
     NAMES("ErrorRecord")},
    {"HcnModifyNamespace", "computenetwork.dll", NAMES("Namespace", "Settings"),
     NAMES("ErrorRecord")},
    {"HcnModifyNetwork", "computenetwork.dll", NAMES("Network", "Settings"), NAMES("ErrorRecord")},
    {"HcnModifySdnRoute", "computenetwork.dll", NAMES("SdnRoute", "Settings"),
     NAMES("ErrorRecord")},
    {"HcnOpenEndpoint", "computenetwork.dll", NAMES("Id"), NAMES("Endpoint", "ErrorRecord")},
    {"HcnOpenLoadBalancer", "computenetwork.dll", NAMES("Id"),
     NAMES("LoadBalancer", "ErrorRecord")},
    {"HcnOpenNamespace", "computenetwork.dll", NAMES("Id"), NAMES("Namespace", "ErrorRecord")},
    {"HcnOpenNetwork", "computenetwork.dll", NAMES("Id"), NAMES("Network", "ErrorRecord")},
    {"HcnOpenSdnRoute", "computenetwork.dll", NAMES("Id"), NAMES("SdnRoute", "ErrorRecord")},
    {"HcnQueryEndpointProperties", "computenetwork.dll", NAMES("Endpoint", "Query"),
     NAMES("Properties", "ErrorRecord")},
    {"HcnQueryLoadBalancerProperties", "computenetwork.dll", NAMES("LoadBalancer", "Query"),
     NAMES("Properties", "ErrorRecord")},
    {"HcnQueryNamespaceProperties", "computenetwork.dll", NAMES("Namespace", "Query"),
     NAMES("Properties", "ErrorRecord")},
    {"HcnQueryNetworkProperties", "computenetwork.dll", NAMES("Network", "Query"),
     NAMES("Properties", "ErrorRecord")},
    {"HcnQuerySdnRouteProperties", "computenetwork.dll", NAMES("SdnRoute", "Query"),
     NAMES("Properties", "ErrorRecord")},
    {"HcnRegisterServiceCallback", "computenetwork.dll", NAMES("Context"), NAMES("CallbackHandle")},
    {"HcnUnregisterServiceCallback", "computenetwork.dll", NAMES("CallbackHandle"), NONE},
    {"HcsCloseComputeSystem", "vmcompute.dll", NAMES("computeSystem"), NONE},
    {"HcsCloseProcess", "vmcompute.dll", NAMES("process"), NONE},
    {"HcsCreateComputeSystem", "vmcompute.dll", NAMES("id", "configuration", "identity"),
     NAMES("computeSystem", "result")},
    {"HcsCreateProcess", "vmcompute.dll", NAMES("computeSystem", "system", "processParameters"),
     NAMES("process", "ProcessId", "StdInput", "StdOutput", "StdError", "result")},
    {"HcsEnumerateComputeSystems", "vmcompute.dll", NAMES("query"),
     NAMES("computeSystems", "result")},
    {"HcsGetComputeSystemProperties", "vmcompute.dll",
     NAMES("computeSystem", "system", "propertyQuery"), NAMES("properties", "result")},
    {"HcsGetProcessInfo", "vmcompute.dll", NAMES("process", "pid"),
     NAMES("ProcessId", "StdInput", "StdOutput", "StdError", "result")},
    {"HcsGetProcessProperties", "vmcompute.dll", NAMES("process", "pid"),
     NAMES("processProperties", "result")},
    {"HcsGetServiceProperties", "vmcompute.dll", NAMES("propertyQuery"),
     NAMES("properties", "result")},
    {"HcsModifyComputeSystem", "vmcompute.dll", NAMES("computeSystem", "system", "configuration"),
     NAMES("result")},
    {"HcsModifyProcess", "vmcompute.dll", NAMES("process", "pid", "settings"), NAMES("result")},
    {"HcsModifyServiceSettings", "vmcompute.dll", NAMES("settings"), NAMES("result")},
    {"HcsOpenComputeSystem", "vmcompute.dll", NAMES("id"), NAMES("computeSystem", "result")},
    {"HcsOpenProcess", "vmcompute.dll", NAMES("computeSystem", "system", "pid"),
     NAMES("process", "result")},
    {"HcsPauseComputeSystem", "vmcompute.dll", NAMES("computeSystem", "system", "options"),
     NAMES("result")},
    {"HcsRegisterComputeSystemCallback", "vmcompute.dll", NAMES("handle", "system", "context"),
     NAMES("callback")},
    {"HcsRegisterProcessCallback", "vmcompute.dll", NAMES("handle", "system", "pid", "context"),
     NAMES("callback")},
    {"HcsResumeComputeSystem", "vmcompute.dll", NAMES("computeSystem", "system", "options"),
     NAMES("result")},
    {"HcsSaveComputeSystem", "vmcompute.dll", NAMES("computeSystem", "system", "options"),
     NAMES("result")},
    {"HcsShutdownComputeSystem", "vmcompute.dll", NAMES("computeSystem", "system", "options"),
     NAMES("result")},
    {"HcsSignalProcess", "vmcompute.dll", NAMES("process", "pid", "options"), NAMES("result")},
    {"HcsStartComputeSystem", "vmcompute.dll", NAMES("computeSystem", "system", "options"),
     NAMES("result")},
    {"HcsTerminateComputeSystem", "vmcompute.dll", NAMES("computeSystem", "system", "options"),
     NAMES("result")},
    {"HcsTerminateProcess", "vmcompute.dll", NAMES("process", "pid"), NAMES("result")},
    {"HcsUnregisterComputeSystemCallback", "vmcompute.dll", NAMES("callback"), NONE},
    {"HcsUnregisterProcessCallback", "vmcompute.dll", NAMES("callback"), NONE},
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
    {"SystemFunction036", "advapi32.dll", NAMES("RandomBufferLength"), NONE},
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
