/* The DLLs of the system folder that a container daemon or its tests ask for. */
#include "fakes/os/os.h"

#define DLL(name)                                                                                  \
    {                                                                                              \
        (name), FAKE_OS_ALWAYS, false, FAKE_FEATURE_COUNT, FAKE_EVIDENCE_DOC,                      \
            "Microsoft Learn: requirements section of the functions it exports"                    \
    }

static const struct fake_os_dll os_dlls[] = {
    DLL("advapi32.dll"),
    DLL("iphlpapi.dll"),
    DLL("kernel32.dll"),
    DLL("ntdll.dll"),
    DLL("ole32.dll"),
    DLL("rpcrt4.dll"),
    DLL("virtdisk.dll"),
    DLL("ws2_32.dll"),
    {"vmcompute.dll", FAKE_OS_COMPUTE, false, FAKE_FEATURE_COUNT, FAKE_EVIDENCE_CODE,
     "moby daemon/daemon_windows.go: vmcompute.dll missing means the Containers feature is off"},
    {"computenetwork.dll", FAKE_OS_COMPUTE, true, FAKE_FEATURE_COMPUTENETWORK_DLL,
     FAKE_EVIDENCE_DOC, "Microsoft Learn: HCN API, available from version 1803"},
    {"computecore.dll", FAKE_OS_COMPUTE, true, FAKE_FEATURE_COMPUTECORE_DLL, FAKE_EVIDENCE_DOC,
     "Microsoft Learn: HCS API, requirements"},
    {"computestorage.dll", FAKE_OS_COMPUTE, true, FAKE_FEATURE_COMPUTECORE_DLL, FAKE_EVIDENCE_DOC,
     "Microsoft Learn: HCS storage API, requirements"},
};

const struct fake_os_dll *fake_os_dlls(size_t *count)
{
    *count = sizeof(os_dlls) / sizeof(os_dlls[0]);
    return os_dlls;
}
