/* The documents of schema 1 as vmcompute.dll takes them, member by member. Names and types are
 * those of hcsshim's legacy schema and of what docker sent in 2016 and 2017; see facts.inc for what
 * is not known. */
#include "fakes/hcs/check.h"

#define FIELDS(fields)                                                                             \
    {                                                                                              \
        (fields), sizeof(fields) / sizeof((fields)[0])                                             \
    }

#define BOOL(member)                                                                               \
    {                                                                                              \
        .name = (member), .type = FAKE_HCS_BOOL                                                    \
    }
#define UINT(member, highest)                                                                      \
    {                                                                                              \
        .name = (member), .type = FAKE_HCS_UINT, .max = (highest)                                  \
    }
#define TEXT(member)                                                                               \
    {                                                                                              \
        .name = (member), .type = FAKE_HCS_TEXT                                                    \
    }
#define TEXTS(member)                                                                              \
    {                                                                                              \
        .name = (member), .type = FAKE_HCS_TEXT, .many = FAKE_HCS_LIST                             \
    }
#define OBJECT(member, form)                                                                       \
    {                                                                                              \
        .name = (member), .type = FAKE_HCS_OBJECT, .shape = &(form)                                \
    }
#define OBJECTS(member, form)                                                                      \
    {                                                                                              \
        .name = (member), .type = FAKE_HCS_OBJECT, .many = FAKE_HCS_LIST, .shape = &(form)         \
    }
#define SINCE(member, form, feature)                                                               \
    {                                                                                              \
        .name = (member), .type = FAKE_HCS_OBJECT, .many = FAKE_HCS_LIST, .shape = &(form),        \
        .gated = true, .since = (feature)                                                          \
    }

/* ---- ContainerConfig ---- */

static const struct fake_hcs_field layer_fields[] = {
    {.name = "ID", .type = FAKE_HCS_GUID, .required = true},
    {.name = "Path", .type = FAKE_HCS_TEXT, .required = true},
};
static const struct fake_hcs_shape layer_shape = FIELDS(layer_fields);

static const struct fake_hcs_field directory_fields[] = {
    {.name = "HostPath", .type = FAKE_HCS_TEXT, .required = true},
    {.name = "ContainerPath", .type = FAKE_HCS_TEXT, .required = true},
    BOOL("ReadOnly"),
    UINT("BandwidthMaximum", 0),
    UINT("IOPSMaximum", 0),
    BOOL("CreateInUtilityVM"),
    BOOL("LinuxMetadata"),
};
static const struct fake_hcs_shape directory_shape = FIELDS(directory_fields);

static const struct fake_hcs_field pipe_fields[] = {
    {.name = "HostPath", .type = FAKE_HCS_TEXT, .required = true},
    {.name = "ContainerPipeName", .type = FAKE_HCS_TEXT, .required = true},
};
static const struct fake_hcs_shape pipe_shape = FIELDS(pipe_fields);

static const struct fake_hcs_field runtime_fields[] = {
    TEXT("ImagePath"),          BOOL("SkipTemplate"),        TEXT("LinuxInitrdFile"),
    TEXT("LinuxKernelFile"),    TEXT("LinuxBootParameters"), TEXT("BootSource"),
    BOOL("WritableBootSource"), BOOL("EnableConsole"),
};
static const struct fake_hcs_shape runtime_shape = FIELDS(runtime_fields);

static const char *const disk_caches[] = {
    "", "Disabled", "Enabled", "Private", "PrivateAllowSharing", NULL};
static const struct fake_hcs_field disk_fields[] = {
    TEXT("HostPath"),
    {.name = "ContainerPath", .type = FAKE_HCS_TEXT},
    BOOL("CreateInUtilityVM"),
    BOOL("ReadOnly"),
    {.name = "Cache", .type = FAKE_HCS_WORD, .words = disk_caches},
    BOOL("AttachOnly"),
};
const struct fake_hcs_shape fake_hcs_mapped_disk = FIELDS(disk_fields);

static const struct fake_hcs_field device_fields[] = {
    {.name = "InterfaceClassGuid", .type = FAKE_HCS_GUID, .required = true},
};
static const struct fake_hcs_shape device_shape = FIELDS(device_fields);

static const struct fake_hcs_field config_fields[] = {
    {.name = "SystemType", .type = FAKE_HCS_TEXT, .required = true},
    TEXT("Name"),
    TEXT("Owner"),
    BOOL("IsDummy"),
    TEXT("VolumePath"),
    BOOL("IgnoreFlushesDuringBoot"),
    TEXT("LayerFolderPath"),
    OBJECTS("Layers", layer_shape),
    TEXT("Credentials"),
    UINT("ProcessorCount", UINT32_MAX),
    UINT("ProcessorWeight", 0),
    {.name = "ProcessorMaximum", .type = FAKE_HCS_INT},
    UINT("StorageIOPSMaximum", 0),
    UINT("StorageBandwidthMaximum", 0),
    UINT("StorageSandboxSize", 0),
    {.name = "MemoryMaximumInMB", .type = FAKE_HCS_INT},
    TEXT("HostName"),
    OBJECTS("MappedDirectories", directory_shape),
    SINCE("MappedPipes", pipe_shape, FAKE_FEATURE_PIPE_MOUNTS),
    TEXT("SandboxPath"),
    BOOL("HvPartition"),
    TEXT("NetworkSharedContainerName"),
    TEXTS("EndpointList"),
    OBJECT("HvRuntime", runtime_shape),
    BOOL("Servicing"),
    BOOL("AllowUnqualifiedDNSQuery"),
    TEXT("DNSSearchList"),
    TEXT("ContainerType"),
    BOOL("TerminateOnLastHandleClosed"),
    OBJECTS("MappedVirtualDisks", fake_hcs_mapped_disk),
    SINCE("AssignedDevices", device_shape, FAKE_FEATURE_DEVICE_ASSIGNMENT),
};
const struct fake_hcs_shape fake_hcs_container_config = FIELDS(config_fields);

/* ---- ProcessConfig, with the members of schema 2's ProcessParameters: both are taken for systems
 *      of both schemas ---- */

static const struct fake_hcs_field process_fields[] = {
    TEXT("ApplicationName"),
    TEXT("CommandLine"),
    TEXTS("CommandArgs"),
    TEXT("User"),
    TEXT("WorkingDirectory"),
    {.name = "Environment", .type = FAKE_HCS_TEXT, .many = FAKE_HCS_MAP},
    BOOL("EmulateConsole"),
    BOOL("CreateStdInPipe"),
    BOOL("CreateStdOutPipe"),
    BOOL("CreateStdErrPipe"),
    {.name = "ConsoleSize", .type = FAKE_HCS_UINT, .many = FAKE_HCS_LIST, .max = UINT16_MAX},
    BOOL("CreateInUtilityVm"),
    {.name = "OCISpecification", .type = FAKE_HCS_WHATEVER},
    {.name = "OciProcess", .type = FAKE_HCS_WHATEVER},
    BOOL("RestrictedToken"),
    BOOL("UseExistingLogin"),
    BOOL("UseLegacyConsole"),
};
const struct fake_hcs_shape fake_hcs_process_config = FIELDS(process_fields);

static const struct fake_hcs_field size_fields[] = {
    {.name = "Height", .type = FAKE_HCS_UINT, .required = true, .max = UINT16_MAX},
    {.name = "Width", .type = FAKE_HCS_UINT, .required = true, .max = UINT16_MAX},
};
static const struct fake_hcs_shape size_shape = FIELDS(size_fields);

static const char *const stream_words[] = {"StdIn", "StdOut", "StdErr", "All", NULL};
static const struct fake_hcs_field close_fields[] = {
    {.name = "Handle", .type = FAKE_HCS_WORD, .required = true, .words = stream_words},
};
static const struct fake_hcs_shape close_shape = FIELDS(close_fields);

static const char *const modify_words[] = {"ConsoleSize", "CloseHandle", NULL};
static const struct fake_hcs_field modify_fields[] = {
    {.name = "Operation", .type = FAKE_HCS_WORD, .required = true, .words = modify_words},
    OBJECT("ConsoleSize", size_shape),
    OBJECT("CloseHandle", close_shape),
};
const struct fake_hcs_shape fake_hcs_process_modify = FIELDS(modify_fields);

static const char *const signal_words[] = {"CtrlC",      "CtrlBreak",    "CtrlClose",
                                           "CtrlLogOff", "CtrlShutdown", NULL};
static const struct fake_hcs_field signal_fields[] = {
    {.name = "Signal", .type = FAKE_HCS_WORD, .required = true, .words = signal_words},
};
const struct fake_hcs_shape fake_hcs_process_signal = FIELDS(signal_fields);

static const struct fake_hcs_field linux_signal_fields[] = {
    {.name = "Signal", .type = FAKE_HCS_UINT, .required = true, .max = 64},
};
const struct fake_hcs_shape fake_hcs_linux_signal = FIELDS(linux_signal_fields);

/* ---- queries and requests ---- */

static const char *const type_words[] = {"Container", "VirtualMachine", NULL};
static const struct fake_hcs_field query_fields[] = {
    TEXTS("Ids"),
    {.name = "Types", .type = FAKE_HCS_WORD, .many = FAKE_HCS_LIST, .words = type_words},
    TEXTS("Names"),
    TEXTS("Owners"),
};
const struct fake_hcs_shape fake_hcs_system_query = FIELDS(query_fields);

static const struct fake_hcs_field property_fields[] = {
    TEXTS("PropertyTypes"),
    {.name = "Queries", .type = FAKE_HCS_WHATEVER},
};
const struct fake_hcs_shape fake_hcs_property_query = FIELDS(property_fields);

static const struct fake_hcs_field request_fields[] = {
    {.name = "ResourceType", .type = FAKE_HCS_TEXT, .required = true},
    {.name = "Settings", .type = FAKE_HCS_WHATEVER},
    {.name = "RequestType", .type = FAKE_HCS_TEXT},
};
const struct fake_hcs_shape fake_hcs_modify_config = FIELDS(request_fields);
