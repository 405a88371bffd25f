/* The documents of schema 2 as tables: compute systems, and the settings that a request can change. */
#include "fakes/hcs/schema2.h"

#define FIELD(since_minor, member, kind, number)                                                   \
    {                                                                                              \
        .name = (member), .type = FAKE_HCS_##kind, .many = FAKE_HCS_##number,                      \
        .minor = (since_minor)                                                                     \
    }
#define FIELD_OF(since_minor, member, form, number)                                                \
    {                                                                                              \
        .name = (member), .type = FAKE_HCS_OBJECT, .many = FAKE_HCS_##number,                      \
        .minor = (since_minor), .shape = &form##_shape                                             \
    }

#define BOOL(minor, name)             FIELD(minor, name, BOOL, ONE)
#define INT(minor, name)              FIELD(minor, name, INT, ONE)
#define TEXT(minor, name)             FIELD(minor, name, TEXT, ONE)
#define TEXTS(minor, name)            FIELD(minor, name, TEXT, LIST)
#define TEXT_MAP(minor, name)         FIELD(minor, name, TEXT, MAP)
#define GUID(minor, name)             FIELD(minor, name, GUID, ONE)
#define GUIDS(minor, name)            FIELD(minor, name, GUID, LIST)
#define BYTES(minor, name)            FIELD(minor, name, BYTES, ONE)
#define ANY(minor, name)              FIELD(minor, name, WHATEVER, ONE)
#define OBJECT(minor, name, form)     FIELD_OF(minor, name, form, ONE)
#define OBJECTS(minor, name, form)    FIELD_OF(minor, name, form, LIST)
#define OBJECT_MAP(minor, name, form) FIELD_OF(minor, name, form, MAP)
#define UINT(since_minor, member, highest)                                                         \
    {                                                                                              \
        .name = (member), .type = FAKE_HCS_UINT, .minor = (since_minor), .max = (highest)          \
    }
#define WORD(since_minor, member, list)                                                            \
    {                                                                                              \
        .name = (member), .type = FAKE_HCS_WORD, .minor = (since_minor), .words = list##_words     \
    }

#define WORDS(name, ...) static const char *const name##_words[] = {__VA_ARGS__, NULL};
#define EMPTY(name)      static const struct fake_hcs_shape name##_shape = {NULL, 0};
#define SHAPE(name, ...)                                                                           \
    static const struct fake_hcs_field name##_fields[] = {__VA_ARGS__};                            \
    static const struct fake_hcs_shape name##_shape = {                                            \
        name##_fields, sizeof(name##_fields) / sizeof(name##_fields[0])};

#include "fakes/hcs/schema2.inc"

SHAPE(HostedSystem, OBJECT(0, "SchemaVersion", Version), OBJECT(0, "Container", Container))

static const struct fake_hcs_field system_fields[] = {
    TEXT(0, "Owner"),
    OBJECT(0, "SchemaVersion", Version),
    TEXT(0, "HostingSystemId"),
    OBJECT(0, "HostedSystem", HostedSystem),
    OBJECT(0, "Container", Container),
    OBJECT(0, "VirtualMachine", VirtualMachine),
    BOOL(0, "ShouldTerminateOnLastHandleClosed"),
};
const struct fake_hcs_shape fake_hcs_compute_system = {system_fields, sizeof(system_fields) /
                                                                          sizeof(system_fields[0])};

/* ---- requests ---- */

WORDS(request_types, "Add", "Remove", "Update")
static const struct fake_hcs_field request_fields[] = {
    TEXT(0, "ResourcePath"),
    WORD(0, "RequestType", request_types),
    ANY(0, "Settings"),
    ANY(0, "GuestRequest"),
};
const struct fake_hcs_shape fake_hcs_modify_request = {
    request_fields, sizeof(request_fields) / sizeof(request_fields[0])};

#define ADD    FAKE_HCS_REQUEST_ADD
#define REMOVE FAKE_HCS_REQUEST_REMOVE
#define UPDATE FAKE_HCS_REQUEST_UPDATE
#define ALL    (ADD | REMOVE | UPDATE)
#define VM     "VirtualMachine/"
#define TOPO   VM "ComputeTopology/"
#define DEVICE VM "Devices/"

SHAPE(GpuConfiguration, TEXT(0, "AssignmentMode"), ANY(0, "AssignmentRequest"),
      BOOL(0, "AllowVendorExtension"))
SHAPE(IdleProcessorsRequest, UINT(3, "IdleProcessorCount", UINT32_MAX))
SHAPE(ProcessorLimits, UINT(4, "Limit", 0), UINT(4, "Weight", 0), UINT(4, "Reservation", 0),
      UINT(4, "MaximumFrequencyMHz", UINT32_MAX))
SHAPE(RegistryFlushState, BOOL(0, "Enabled"))

static const struct fake_hcs_resource_row resource_rows[] = {
    {TOPO "Processor/CpuGroup", NULL, ALL, &CpuGroup_shape},
    {TOPO "Processor/IdledProcessors", NULL, UPDATE, &IdleProcessorsRequest_shape},
    {TOPO "Processor/CpuFrequencyPowerCap", NULL, ALL, NULL},
    {TOPO "Processor/Limits", NULL, UPDATE, &ProcessorLimits_shape},
    {TOPO "Memory/SizeInMB", NULL, UPDATE, NULL},
    {TOPO "Gpu", NULL, UPDATE, &GpuConfiguration_shape},
    {DEVICE "ComPorts/*", NULL, ALL, &ComPort_shape},
    {DEVICE "FlexibleIov/*", NULL, ADD, &FlexibleIoDevice_shape},
    {DEVICE "MappedPipes/*", NULL, ADD | REMOVE, NULL},
    {DEVICE "NetworkAdapters/*", NULL, ALL, &NetworkAdapter_shape},
    {DEVICE "Plan9/Shares", "Name", ALL, &Plan9Share_shape},
    {DEVICE "Scsi/*/Attachments/*", NULL, ALL, &Attachment_shape},
    {DEVICE "SharedMemory/Regions", "SectionName", ALL, &SharedMemoryRegion_shape},
    {DEVICE "VirtualPMem/Devices/*", NULL, ADD | REMOVE, &VirtualPMemDevice_shape},
    {DEVICE "VirtualPMem/Devices/*/Mappings/*", NULL, ADD | REMOVE, &VirtualPMemMapping_shape},
    {DEVICE "VirtualPci/*", NULL, ADD | REMOVE, &VirtualPciDevice_shape},
    {DEVICE "VirtualSmb/Shares", "Name", ALL, &VirtualSmbShare_shape},
    {DEVICE "HvSocket/HvSocketConfig/ServiceTable/*", NULL, UPDATE | REMOVE,
     &HvSocketServiceConfig_shape},
    {DEVICE "Licensing", NULL, ALL, NULL},
    {"Container/Memory/SizeInMB", NULL, UPDATE, NULL},
    {"Container/Processor", NULL, UPDATE, &Container_Processor_shape},
    {"Container/MappedDirectories", "ContainerPath", ADD | REMOVE, &MappedDirectory_shape},
    {"Container/MappedPipes", "ContainerPipeName", ADD | REMOVE, &MappedPipe_shape},
    {"Container/Devices/Generic", NULL, ADD | REMOVE, &Device_shape},
    {"Container/RegistryFlushState", NULL, UPDATE, &RegistryFlushState_shape},
};

const struct fake_hcs_resource_row *fake_hcs_resource_rows(size_t *count)
{
    *count = sizeof(resource_rows) / sizeof(resource_rows[0]);
    return resource_rows;
}
