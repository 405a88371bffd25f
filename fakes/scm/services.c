/* The services that a Windows host brings, as far as a container daemon can meet them. */
#include "fakes/scm/scm.h"

#define SVCHOST "%SystemRoot%\\System32\\svchost.exe -k netsvcs -p"

#define GUIDANCE                                                                                   \
    FAKE_EVIDENCE_ASSUMED,                                                                         \
        "name and start type: Microsoft Learn, guidance on disabling system services; "            \
        "the image, the state and the controls are assumed"

/* SERVICE_ACCEPT_STOP 1, SERVICE_ACCEPT_SHUTDOWN 4. */
static const struct fake_scm_row scm_rows[] = {
    {"BFE", "Base Filtering Engine", "%SystemRoot%\\System32\\svchost.exe -k LocalServiceNoNetwork",
     0x20, FAKE_SCM_AUTO, FAKE_SCM_ALWAYS, true, 0x1, GUIDANCE},
    {"Dnscache", "DNS Client", "%SystemRoot%\\System32\\svchost.exe -k NetworkService", 0x20,
     FAKE_SCM_AUTO, FAKE_SCM_ALWAYS, true, 0x0, GUIDANCE},
    {"EventLog", "Windows Event Log",
     "%SystemRoot%\\System32\\svchost.exe -k LocalServiceNetworkRestricted", 0x20, FAKE_SCM_AUTO,
     FAKE_SCM_ALWAYS, true, 0x5, GUIDANCE},
    {"hns", "Host Network Service", SVCHOST, 0x20, FAKE_SCM_DEMAND, FAKE_SCM_COMPUTE, false, 0x5,
     FAKE_EVIDENCE_CODE,
     "name: moby daemon/daemon_windows.go opens it; everything else is assumed"},
    {"hvhost", "HV Host Service",
     "%SystemRoot%\\System32\\svchost.exe -k LocalSystemNetworkRestricted", 0x20, FAKE_SCM_DEMAND,
     FAKE_SCM_HYPERV, true, 0x1, GUIDANCE},
    {"iphlpsvc", "IP Helper", "%SystemRoot%\\System32\\svchost.exe -k NetSvcs", 0x20, FAKE_SCM_AUTO,
     FAKE_SCM_ALWAYS, true, 0x1, GUIDANCE},
    {"LanmanServer", "Server", "%SystemRoot%\\System32\\svchost.exe -k netsvcs", 0x20,
     FAKE_SCM_AUTO, FAKE_SCM_ALWAYS, true, 0x1, GUIDANCE},
    {"LanmanWorkstation", "Workstation", "%SystemRoot%\\System32\\svchost.exe -k NetworkService",
     0x20, FAKE_SCM_AUTO, FAKE_SCM_ALWAYS, true, 0x1, GUIDANCE},
    {"mpssvc", "Windows Defender Firewall",
     "%SystemRoot%\\System32\\svchost.exe -k LocalServiceNoNetwork", 0x20, FAKE_SCM_AUTO,
     FAKE_SCM_ALWAYS, true, 0x0, GUIDANCE},
    {"nvagent", "Network Virtualization Service", "%SystemRoot%\\System32\\svchost.exe -k NvAgent",
     0x20, FAKE_SCM_DEMAND, FAKE_SCM_COMPUTE, false, 0x5, FAKE_EVIDENCE_ASSUMED,
     "name: Microsoft Learn, SDN host agent services; everything else is assumed"},
    {"RpcSs", "Remote Procedure Call (RPC)", "%SystemRoot%\\System32\\svchost.exe -k rpcss", 0x20,
     FAKE_SCM_AUTO, FAKE_SCM_ALWAYS, true, 0x0, GUIDANCE},
    {"SharedAccess", "Internet Connection Sharing (ICS)", SVCHOST, 0x20, FAKE_SCM_DEMAND,
     FAKE_SCM_ALWAYS, false, 0x5, GUIDANCE},
    {"vfpext", "Microsoft Azure VFP Switch Extension", "System32\\drivers\\vfpext.sys", 0x1,
     FAKE_SCM_DEMAND, FAKE_SCM_COMPUTE, false, 0x1, FAKE_EVIDENCE_ASSUMED,
     "name: Microsoft Learn, virtual filtering platform; everything else is assumed"},
    {"vmcompute", "Hyper-V Host Compute Service", "%SystemRoot%\\System32\\vmcompute.exe", 0x10,
     FAKE_SCM_DEMAND, FAKE_SCM_COMPUTE, false, 0x5, FAKE_EVIDENCE_CODE,
     "name: moby daemon/daemon_windows.go opens it; everything else is assumed"},
    {"vmms", "Hyper-V Virtual Machine Management", "%SystemRoot%\\System32\\vmms.exe", 0x10,
     FAKE_SCM_AUTO, FAKE_SCM_HYPERV, true, 0x5, FAKE_EVIDENCE_ASSUMED,
     "name: Microsoft Learn, Hyper-V services; the other columns are assumed"},
    {"WinNat", "Windows NAT Driver", "System32\\drivers\\winnat.sys", 0x1, FAKE_SCM_DEMAND,
     FAKE_SCM_ALWAYS, false, 0x1, FAKE_EVIDENCE_ASSUMED,
     "that there is such a driver: Microsoft Learn, NetNat cmdlets; the columns are assumed"},
};

const struct fake_scm_row *fake_scm_rows(size_t *count)
{
    *count = sizeof(scm_rows) / sizeof(scm_rows[0]);
    return scm_rows;
}
