/* Compute systems of schema 2, and Linux containers of schema 1. */
#include "tests/unit/fakes/hcs_fixture.h"

#include "core/base/text.h"
#include "tests/support/cmocka.h"

#include <stdlib.h>
#include <string.h>

#define PENDING   0xC0370103u
#define JSON      0xC037010Du
#define PARAMETER 0x80070057u

#define VERSION "\"SchemaVersion\":{\"Major\":2,\"Minor\":1}"
#define MEMORY  "\"ComputeTopology\":{\"Memory\":{\"SizeInMB\":1024}}"

struct schema_case {
    const char *document;
    uint32_t hr;
    const char *detail;
};

static void check_cases(struct hcs_fixture *f, const struct schema_case *cases, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        uint32_t hr = plat_hr_bits(hcs_try_document(f, "vm", cases[i].document));
        if (hr != cases[i].hr) {
            fail_msg("%s: 0x%08x %s", cases[i].document, hr, wcd_text_or_empty(f->detail));
        }
        if (cases[i].detail != NULL) {
            assert_string_equal(f->detail, cases[i].detail);
        }
    }
}

#define CHECK(f, cases) check_cases((f), (cases), sizeof(cases) / sizeof((cases)[0]))

static void put_files(struct hcs_fixture *f)
{
    assert_true(fake_fs_put_file(f->host, "C:\\vm\\disk.vhdx", "x", 1));
    assert_true(fake_fs_put_file(f->host, "C:\\vm\\closed.vhdx", "x", 1));
    assert_true(fake_fs_put_file(f->host, "C:\\vm\\kernel", "x", 1));
    assert_true(fake_fs_put_file(f->host, "C:\\vm\\initrd.img", "x", 1));
    assert_true(fake_fs_put_directory(f->host, "C:\\vm\\share", NULL));
    const struct plat_storage *storage = &f->platform.storage;
    assert_int_equal(storage->ops->grant_vm_access(
                         storage->ctx, "136c9e80-1d6b-41c6-baac-8512d39e5547", "C:\\vm\\disk.vhdx"),
                     PLAT_S_OK);
}

static void the_top_of_a_document_is_checked(void **state)
{
    static const struct schema_case cases[] = {
        {"{" VERSION "}", JSON, "the document: one of Container, VirtualMachine and HostedSystem"},
        {"{\"VirtualMachine\":{" MEMORY "}}", JSON, "the document: SchemaVersion is missing"},
        {"{\"SchemaVersion\":{\"Major\":1,\"Minor\":0},\"VirtualMachine\":{" MEMORY "}}", JSON,
         "the document: the build does not know this SchemaVersion"},
        {"{\"SchemaVersion\":{\"Major\":2,\"Minor\":2},\"VirtualMachine\":{" MEMORY "}}", JSON,
         "the document: the build does not know this SchemaVersion"},
        {"{\"SchemaVersion\":{\"Major\":\"2\"},\"VirtualMachine\":{" MEMORY "}}", JSON,
         "the document: SchemaVersion is none"},
        {"{" VERSION ",\"VirtualMachine\":{" MEMORY "},\"Container\":{}}", JSON,
         "the document: one of Container, VirtualMachine and HostedSystem"},
        {"{" VERSION ",\"VirtualMachine\":{" MEMORY "}}", PENDING, NULL},
        {"{" VERSION ",\"Owner\":\"x\",\"ShouldTerminateOnLastHandleClosed\":true,"
         "\"VirtualMachine\":{\"StopOnReset\":true," MEMORY "}}",
         PENDING, NULL},
        {"{" VERSION ",\"Name\":\"x\",\"VirtualMachine\":{" MEMORY "}}", JSON,
         "/Name: a member that is not known"},
        /* A member of schema 2.5 under 2.1 is not looked at. */
        {"{" VERSION ",\"VirtualMachine\":{\"Services\":7," MEMORY "}}", PENDING, NULL},
        {"{" VERSION ",\"VirtualMachine\":{\"RestoreState\":{}," MEMORY "}}", JSON,
         "the document: VirtualMachine.RestoreState is not emulated"},
        {"{" VERSION ",\"HostingSystemId\":\"none\",\"HostedSystem\":{\"Container\":{}}}",
         0xC037010Eu, NULL},
        {"{" VERSION ",\"HostingSystemId\":\"none\"}", JSON,
         "the document: HostingSystemId without HostedSystem.Container"},
    };
    struct hcs_fixture f;
    (void)state;
    hcs_fixture_init(&f, "server-2019");
    CHECK(&f, cases);
    hcs_fixture_release(&f);
    static const struct schema_case old[] = {
        {"{" VERSION ",\"VirtualMachine\":{" MEMORY "}}", JSON,
         "The JSON document is invalid. (the document: the build does not know this "
         "SchemaVersion)"},
    };
    hcs_fixture_init(&f, "server-2016");
    CHECK(&f, old);
    hcs_fixture_release(&f);
}

static void machines_name_what_is_there(void **state)
{
#define DEVICES(text) "{" VERSION ",\"VirtualMachine\":{" MEMORY ",\"Devices\":{" text "}}}"
#define DISK(path, type)                                                                           \
    "\"Scsi\":{\"0\":{\"Attachments\":{\"0\":{\"Path\":\"" path "\",\"Type\":\"" type "\"}}}}"
    static const struct schema_case cases[] = {
        {"{" VERSION ",\"VirtualMachine\":{}}", JSON,
         "the document: ComputeTopology.Memory.SizeInMB is missing"},
        {"{" VERSION ",\"VirtualMachine\":{\"ComputeTopology\":{\"Memory\":{\"SizeInMB\":1025}}}}",
         PARAMETER, "the document: ComputeTopology.Memory.SizeInMB is odd"},
        {"{" VERSION ",\"VirtualMachine\":{\"ComputeTopology\":{\"Memory\":{\"SizeInMB\":16386}}}}",
         0x800705AFu, NULL},
        {"{" VERSION ",\"VirtualMachine\":{\"ComputeTopology\":{\"Memory\":{\"SizeInMB\":64},"
         "\"Processor\":{\"Count\":9}}}}",
         PARAMETER, "the document: ComputeTopology.Processor.Count: the host has fewer"},
        {DEVICES(DISK("C:\\\\vm\\\\disk.vhdx", "VirtualDisk")), PENDING, NULL},
        {DEVICES(DISK("C:\\\\vm\\\\closed.vhdx", "VirtualDisk")), 0x80070005u,
         "the document: virtual machines have no access to C:\\vm\\closed.vhdx"},
        {DEVICES(DISK("C:\\\\vm\\\\none.vhdx", "VirtualDisk")), 0x80070002u, NULL},
        {DEVICES(DISK("C:\\\\vm\\\\disk.vhdx", "Floppy")), JSON,
         "/VirtualMachine/Devices/Scsi/0/Attachments/0/Type: the word is not known"},
        {DEVICES(DISK("\\\\\\\\.\\\\PHYSICALDRIVE1", "PassThru")), JSON,
         "the document: attachments of the type PassThru are not emulated"},
        {DEVICES("\"VirtualSmb\":{\"DirectFileMappingInMB\":1024,\"Shares\":[{\"Name\":\"os\","
                 "\"Path\":\"C:\\\\vm\\\\share\",\"Options\":{\"ReadOnly\":true}}]}"),
         PENDING, NULL},
        {DEVICES("\"VirtualSmb\":{\"Shares\":[{\"Name\":\"os\",\"Path\":\"C:\\\\vm\\\\none\"}]}"),
         0x80070002u, NULL},
        {DEVICES("\"VirtualSmb\":{\"Shares\":[{\"Name\":\"os\",\"Path\":\"C:\\\\vm\\\\share\"},"
                 "{\"Name\":\"OS\",\"Path\":\"C:\\\\vm\\\\share\"}]}"),
         0x800700B7u, NULL},
        {DEVICES("\"Plan9\":{}"), PENDING, NULL},
        {DEVICES(
             "\"VirtualPMem\":{\"MaximumCount\":64,\"Backing\":\"Virtual\",\"Devices\":{\"0\":{"
             "\"HostPath\":\"C:\\\\vm\\\\kernel\",\"ReadOnly\":true,\"ImageFormat\":\"Vhd1\"}}}"),
         PENDING, NULL},
        {DEVICES("\"NetworkAdapters\":{\"n\":{\"EndpointId\":"
                 "\"136c9e80-1d6b-41c6-baac-8512d39e5547\"}}"),
         PENDING, NULL},
        {DEVICES("\"NetworkAdapters\":{\"n\":{\"EndpointId\":\"x\"}}"), JSON,
         "/VirtualMachine/Devices/NetworkAdapters/n/EndpointId: no GUID"},
        {DEVICES("\"ComPorts\":{\"0\":{\"NamedPipe\":7}}"), JSON,
         "/VirtualMachine/Devices/ComPorts/0/NamedPipe: number where string is expected"},
    };
    struct hcs_fixture f;
    (void)state;
    hcs_fixture_init(&f, "server-2019");
    put_files(&f);
    CHECK(&f, cases);
    hcs_fixture_release(&f);
#undef DEVICES
#undef DISK
}

/* A container with process isolation over the scratch c1. */
static char *container_document(struct hcs_fixture *f, const char *volume, const char *more)
{
    char *escaped = wcd_text_format("\\\\\\\\?\\\\%s", volume + strlen("\\\\?\\"));
    assert_non_null(escaped);
    char *document = wcd_text_format(
        "{\"Owner\":\"containerd-shim-runhcs-v1.exe\"," VERSION
        ",\"ShouldTerminateOnLastHandleClosed\":true,\"Container\":{\"GuestOs\":{\"HostName\":"
        "\"c1\"},\"Storage\":{\"Path\":\"%s\\\\\",\"Layers\":[{\"Id\":\"%s\",\"Path\":"
        "\"C:\\\\layers\\\\top\"},{\"Id\":\"%s\",\"Path\":\"C:\\\\layers\\\\base\"}]}%s}}",
        escaped, f->ids[0], f->ids[1], more);
    assert_non_null(document);
    free(escaped);
    return document;
}

static void containers_of_schema_2_are_run(void **state)
{
    static const char more[] =
        ",\"Memory\":{\"SizeInMB\":512},\"Processor\":{\"Count\":2},\"Networking\":{"
        "\"AllowUnqualifiedDnsQuery\":true,\"DnsSearchList\":\"a.local,b.local\","
        "\"Namespace\":\"136c9e80-1d6b-41c6-baac-8512d39e5547\"},\"RegistryChanges\":{"
        "\"AddValues\":[{\"Key\":{\"Hive\":\"System\",\"Name\":\"ControlSet001\\\\Control\"},"
        "\"Name\":\"WaitToKillServiceTimeout\",\"Type\":\"String\",\"StringValue\":"
        "\"2147483647\"}]},\"MappedDirectories\":[{\"HostPath\":\"C:\\\\vm\\\\share\","
        "\"ContainerPath\":\"C:\\\\x\",\"ReadOnly\":true}]";
    struct hcs_fixture f;
    plat_handle handle = PLAT_NO_HANDLE;
    char *text = NULL;
    (void)state;
    hcs_fixture_init(&f, "server-2019");
    put_files(&f);
    char *volume = hcs_scratch(&f, "c1", HCS_PROCESS);
    char *document = container_document(&f, volume, more);
    assert_int_equal(plat_hr_bits(hcs_create(&f, "c1", document, &handle)), PENDING);
    plat_handle registration = hcs_register(&f, handle, 1);
    hcs_pass_us(&f, 10000000);
    assert_int_equal(plat_hr_bits(hcs_call(&f, f.ops->start_system, handle, "")), PENDING);
    hcs_pass_us(&f, 10000000);
    free(hcs_events(&f));
    assert_int_equal(hcs_properties(&f, handle, "{\"PropertyTypes\":[\"Statistics\"]}", &text),
                     PLAT_S_OK);
    assert_null(strstr(text, "Network"));
    free(text);
    assert_int_equal(hcs_properties(&f, handle, "{\"PropertyTypes\":[\"PendingUpdates\"]}", &text),
                     PLAT_HCS_INVALID_JSON);
    assert_int_equal(plat_hr_bits(hcs_call(&f, f.ops->terminate_system, handle, "{}")), PENDING);
    hcs_pass_us(&f, 1000000);
    hcs_expect_events(&f, "1: 0x1 0x00000000 {\"Status\":0,\"ExitType\":\"ForcedExit\"}");
    assert_int_equal(f.ops->unregister_system(f.ctx, registration), PLAT_S_OK);
    assert_int_equal(f.ops->close_system(f.ctx, handle), PLAT_S_OK);
    free(document);
    free(volume);
    hcs_scratch_drop(&f, "c1", HCS_PROCESS);
    hcs_fixture_release(&f);
}

static void containers_of_schema_2_are_checked(void **state)
{
    static const struct schema_case cases[] = {
        {",\"Processor\":{\"Count\":2,\"Weight\":500}", PARAMETER,
         "the document: more than one limit in Container.Processor"},
        {",\"Processor\":{\"Maximum\":10001}", PARAMETER,
         "the document: Container.Processor is out of range"},
        {",\"Networking\":{\"Namespace\":\"x\"}", JSON,
         "the document: Container.Networking.Namespace is no GUID"},
        {",\"MappedDirectories\":[{\"HostPath\":\"C:\\\\none\",\"ContainerPath\":\"C:\\\\x\"}]",
         0x80070002u, NULL},
    };
    struct hcs_fixture f;
    (void)state;
    hcs_fixture_init(&f, "server-2019");
    char *volume = hcs_scratch(&f, "c1", HCS_PROCESS);
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        char *document = container_document(&f, volume, cases[i].document);
        assert_int_equal(plat_hr_bits(hcs_try_document(&f, "c1", document)), cases[i].hr);
        if (cases[i].detail != NULL) {
            assert_string_equal(f.detail, cases[i].detail);
        }
        free(document);
    }
    free(volume);
    hcs_scratch_drop(&f, "c1", HCS_PROCESS);
    hcs_fixture_release(&f);
}

/* A machine with a disk that runs. */
static plat_handle running_machine(struct hcs_fixture *f)
{
    plat_handle handle = PLAT_NO_HANDLE;
    hcs_fixture_init(f, "server-2019");
    put_files(f);
    assert_int_equal(
        plat_hr_bits(hcs_create(f, "vm",
                                "{" VERSION ",\"VirtualMachine\":{\"GuestConnection\":{}," MEMORY
                                ",\"Devices\":{\"Scsi\":{\"0\":{\"Attachments\":{\"0\":{\"Path\":"
                                "\"C:\\\\vm\\\\disk.vhdx\",\"Type\":\"VirtualDisk\"}}}}}}}",
                                &handle)),
        PENDING);
    hcs_pass_us(f, 60000000);
    assert_int_equal(plat_hr_bits(hcs_call(f, f->ops->start_system, handle, "")), PENDING);
    hcs_pass_us(f, 60000000);
    return handle;
}

static void requests_find_resources_by_their_path(void **state)
{
#define DEVICE "\"ResourcePath\":\"VirtualMachine/Devices/"
    static const struct schema_case cases[] = {
        {"{" DEVICE "Scsi/0/Attachments/1\",\"RequestType\":\"Add\",\"Settings\":{\"Path\":\"x\","
         "\"Type\":\"VirtualDisk\"}}",
         0, NULL},
        {"{" DEVICE "Scsi/0/Attachments/1\",\"Settings\":{}}", 0x800700B7u, NULL},
        {"{" DEVICE "Scsi/0/Attachments/1\",\"RequestType\":\"Remove\"}", 0, NULL},
        {"{" DEVICE "Scsi/0/Attachments/1\",\"RequestType\":\"Remove\"}", 0x80070490u, NULL},
        {"{" DEVICE "Scsi/0/Attachments/0\",\"RequestType\":\"Remove\"}", 0, NULL},
        {"{" DEVICE "Scsi/0\",\"RequestType\":\"Remove\"}", JSON,
         "the document: VirtualMachine/Devices/Scsi/0 is no resource of this system"},
        {"{" DEVICE "Scsi/0/Attachments/1\",\"Settings\":{\"Type\":\"Tape\"}}", JSON,
         "/Type: the word is not known"},
        {"{" DEVICE "VirtualSmb/Shares\",\"RequestType\":\"Add\",\"Settings\":{\"Name\":\"a\"}}", 0,
         NULL},
        {"{" DEVICE "VirtualSmb/Shares\",\"RequestType\":\"Add\",\"Settings\":{}}", JSON,
         "the document: Settings.Name is missing"},
        {"{" DEVICE "VirtualSmb/Shares\",\"RequestType\":\"Update\",\"Settings\":{\"Name\":\"a\"}}",
         0, NULL},
        {"{" DEVICE "FlexibleIov/a\",\"RequestType\":\"Remove\"}", 0x80070032u,
         "the document: VirtualMachine/Devices/FlexibleIov/a does not take that request"},
        {"{\"ResourcePath\":\"Container/Processor\",\"RequestType\":\"Update\"}", JSON,
         "the document: Container/Processor is no resource of this system"},
        {"{\"ResourcePath\":\"VirtualMachine/ComputeTopology/Memory/SizeInMB\",\"RequestType\":"
         "\"Update\",\"Settings\":2048}",
         0, NULL},
        {"{\"GuestRequest\":{\"ResourceType\":\"CombinedLayers\"}}", 0, NULL},
    };
    struct hcs_fixture f;
    (void)state;
    plat_handle handle = running_machine(&f);
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        uint32_t hr = plat_hr_bits(hcs_modify(&f, handle, cases[i].document));
        if (hr != cases[i].hr) {
            fail_msg("%s: 0x%08x %s", cases[i].document, hr, wcd_text_or_empty(f.detail));
        }
        if (cases[i].detail != NULL) {
            assert_string_equal(f.detail, cases[i].detail);
        }
    }
    hcs_fixture_drop(&f);
#undef DEVICE
}

static void machines_host_containers(void **state)
{
    struct hcs_fixture f;
    (void)state;
    plat_handle handle = running_machine(&f);
    plat_handle hosted = PLAT_NO_HANDLE;
    assert_int_equal(plat_hr_bits(hcs_create(&f, "in",
                                             "{" VERSION ",\"HostingSystemId\":\"VM\","
                                             "\"HostedSystem\":{" VERSION ",\"Container\":{}}}",
                                             &hosted)),
                     PENDING);
    char *text = NULL;
    hcs_pass_us(&f, 60000000);
    assert_int_equal(hcs_properties(&f, hosted, "", &text), PLAT_S_OK);
    assert_non_null(strstr(text, "\"HostingSystemId\":\"VM\""));
    free(text);
    assert_int_equal(hcs_call(&f, f.ops->pause_system, hosted, ""),
                     plat_hr_win32(PLAT_ERROR_NOT_SUPPORTED));
    assert_int_equal(hcs_properties(&f, handle,
                                    "{\"PropertyTypes\":[\"Memory\","
                                    "\"SharedMemoryRegion\"]}",
                                    &text),
                     PLAT_S_OK);
    assert_non_null(strstr(text, "\"Memory\":{\"VirtualMachineMemory\":{\"AssignedMemory\":262144},"
                                 "\"VirtualNodeCount\":1},\"SharedMemoryRegionInfo\":[]}"));
    free(text);
    hcs_fixture_drop(&f);
}

static void machines_without_a_guest_agent_cannot_be_asked(void **state)
{
    struct hcs_fixture f;
    plat_handle handle = PLAT_NO_HANDLE;
    plat_handle process = PLAT_NO_HANDLE;
    (void)state;
    const plat_hr refused = plat_hr_win32(PLAT_ERROR_NOT_SUPPORTED);
    hcs_fixture_init(&f, "server-2022");
    assert_int_equal(
        plat_hr_bits(hcs_create(&f, "vm",
                                "{\"SchemaVersion\":{\"Major\":2,\"Minor\":5},\"VirtualMachine\":{"
                                "\"Services\":{\"Shutdown\":{}}," MEMORY "}}",
                                &handle)),
        PENDING);
    hcs_pass_us(&f, 60000000);
    assert_int_equal(plat_hr_bits(hcs_call(&f, f.ops->start_system, handle, "")), PENDING);
    hcs_pass_us(&f, 60000000);
    assert_int_equal(hcs_call(&f, f.ops->shutdown_system, handle, ""), refused);
    assert_int_equal(hcs_run(&f, handle, "{\"CommandLine\":\"cmd\"}", &process), refused);
    assert_int_equal(hcs_modify(&f, handle, "{\"GuestRequest\":{}}"), refused);
    assert_int_equal(hcs_call(&f, f.ops->shutdown_system, handle,
                              "{\"Mechanism\":\"IntegrationService\",\"Type\":\"Hibernate\"}"),
                     refused);
    assert_string_equal(f.detail, "the document: Type Hibernate is not emulated");
    assert_int_equal(hcs_call(&f, f.ops->shutdown_system, handle, "{\"Mechanism\":\"Mail\"}"),
                     PLAT_HCS_INVALID_JSON);
    assert_int_equal(plat_hr_bits(hcs_call(&f, f.ops->pause_system, handle,
                                           "{\"SuspensionLevel\":\"Suspend\"}")),
                     PENDING);
    hcs_pass_us(&f, 60000000);
    assert_int_equal(
        plat_hr_bits(hcs_call(&f, f.ops->save_system, handle,
                              "{\"SaveType\":\"ToFile\",\"SaveStateFilePath\":\"C:\\\\s\\\\a\"}")),
        PENDING);
    hcs_pass_us(&f, 60000000);
    assert_int_equal(fake_fs_kind_of(f.host, "C:\\s\\a"), FAKE_FS_FILE);
    assert_int_equal(plat_hr_bits(hcs_call(&f, f.ops->resume_system, handle, "")), PENDING);
    hcs_pass_us(&f, 60000000);
    assert_int_equal(plat_hr_bits(hcs_call(&f, f.ops->pause_system, handle, "")), PENDING);
    hcs_pass_us(&f, 60000000);
    assert_int_equal(
        plat_hr_bits(hcs_call(&f, f.ops->save_system, handle, "{\"SaveType\":\"AsTemplate\"}")),
        PENDING);
    hcs_pass_us(&f, 60000000);
    struct fake_hcs_view view;
    assert_true(fake_hcs_system(f.host, "vm", &view));
    assert_string_equal(view.state, "template");
    assert_int_equal(hcs_call(&f, f.ops->resume_system, handle, ""), PLAT_HCS_INVALID_STATE);
    hcs_fixture_drop(&f);
}

/* ---- Linux ---- */

#define LINUX(runtime)                                                                             \
    "{\"SystemType\":\"Container\",\"ContainerType\":\"Linux\",\"Name\":\"vm\",\"HvPartition\":"   \
    "true,\"TerminateOnLastHandleClosed\":true,\"HvRuntime\":{" runtime "}}"
#define LINUX_FILES                                                                                 \
    "\"ImagePath\":\"C:\\\\vm\",\"LinuxKernelFile\":\"kernel\",\"LinuxInitrdFile\":\"initrd.img\"," \
    "\"LinuxBootParameters\":\"quiet\""

static void linux_containers_need_their_files(void **state)
{
    static const struct schema_case cases[] = {
        {LINUX(LINUX_FILES), PENDING, NULL},
        {LINUX("\"ImagePath\":\"C:\\\\vm\\\\disk.vhdx\",\"BootSource\":\"Vhd\","
               "\"WritableBootSource\":false"),
         PENDING, NULL},
        {LINUX(""), JSON, "the document: HvRuntime.ImagePath is missing"},
        {LINUX("\"ImagePath\":\"C:\\\\none\""), 0x80070002u, NULL},
        {LINUX("\"ImagePath\":\"C:\\\\vm\""), JSON,
         "the document: a Linux kernel or initrd is missing in HvRuntime"},
        {LINUX("\"ImagePath\":\"C:\\\\vm\",\"LinuxKernelFile\":\"none\","
               "\"LinuxInitrdFile\":\"initrd.img\""),
         0x80070002u, NULL},
        {LINUX("\"ImagePath\":\"C:\\\\vm\\\\none\",\"BootSource\":\"Vhd\""), 0x80070002u, NULL},
        {"{\"SystemType\":\"Container\",\"ContainerType\":\"Linux\",\"Name\":\"vm\"}", JSON,
         "the document: a Linux container without HvPartition"},
    };
    static const struct schema_case early[] = {{LINUX(LINUX_FILES), 0x80070032u, NULL}};
    struct hcs_fixture f;
    (void)state;
    hcs_fixture_init(&f, "server-1709");
    put_files(&f);
    CHECK(&f, cases);
    hcs_fixture_release(&f);
    hcs_fixture_init(&f, "windows-10-1703");
    put_files(&f);
    CHECK(&f, early);
    hcs_fixture_release(&f);
}

static void linux_containers_map_disks(void **state)
{
#define DISK(host, container)                                                                      \
    "{\"HostPath\":\"C:\\\\vm\\\\" host "\",\"ContainerPath\":\"" container                        \
    "\",\"CreateInUtilityVM\":true,\"ReadOnly\":true}"
    static const struct schema_case cases[] = {
        {"{\"ResourceType\":\"MappedVirtualDisk\",\"Settings\":" DISK("none", "/b") "}",
         0x80070002u, NULL},
        {"{\"ResourceType\":\"MappedVirtualDisk\",\"RequestType\":\"Add\",\"Settings\":" DISK(
             "closed.vhdx", "/b") "}",
         0, NULL},
        {"{\"ResourceType\":\"MappedVirtualDisk\",\"RequestType\":\"Add\",\"Settings\":" DISK(
             "kernel", "/b") "}",
         0x800700B7u, "the document: C:\\vm\\kernel is mapped already"},
        {"{\"ResourceType\":\"MappedVirtualDisk\",\"RequestType\":\"Remove\",\"Settings\":" DISK(
             "disk.vhdx", "/a") "}",
         0, NULL},
        {"{\"ResourceType\":\"MappedVirtualDisk\",\"RequestType\":\"Remove\",\"Settings\":" DISK(
             "disk.vhdx", "/a") "}",
         0x80070490u, NULL},
        {"{\"ResourceType\":\"MappedVirtualDisk\",\"RequestType\":\"Add\",\"Settings\":" DISK(
             "initrd.img", "") "}",
         0, NULL},
    };
    struct hcs_fixture f;
    plat_handle handle = PLAT_NO_HANDLE;
    plat_handle process = PLAT_NO_HANDLE;
    char *text = NULL;
    char *result = NULL;
    (void)state;
    hcs_fixture_init(&f, "server-2019");
    put_files(&f);
    assert_int_equal(
        plat_hr_bits(
            hcs_create(&f, "vm",
                       "{\"SystemType\":\"Container\",\"ContainerType\":\"Linux\",\"Name\":\"vm\","
                       "\"HvPartition\":true,\"HvRuntime\":{" LINUX_FILES
                       "},\"MappedVirtualDisks\":[" DISK("disk.vhdx", "/a") "]}",
                       &handle)),
        PENDING);
    hcs_pass_us(&f, 60000000);
    assert_int_equal(plat_hr_bits(hcs_call(&f, f.ops->start_system, handle, "")), PENDING);
    hcs_pass_us(&f, 60000000);
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        assert_int_equal(plat_hr_bits(hcs_modify(&f, handle, cases[i].document)), cases[i].hr);
        if (cases[i].detail != NULL) {
            assert_string_equal(f.detail, cases[i].detail);
        }
    }
    assert_int_equal(
        hcs_properties(&f, handle, "{\"PropertyTypes\":[\"MappedVirtualDisk\"]}", &text),
        PLAT_S_OK);
    assert_non_null(strstr(
        text,
        "\"MappedVirtualDiskControllers\":{\"0\":{\"MappedVirtualDisks\":{\"0\":{\"HostPath\":"
        "\"C:\\\\vm\\\\initrd.img\",\"ContainerPath\":\"\",\"Lun\":0,"
        "\"CreateInUtilityVM\":true,\"ReadOnly\":true},\"1\":{\"HostPath\":"
        "\"C:\\\\vm\\\\closed.vhdx\""));
    assert_non_null(strstr(text, "\"RuntimeOsType\":\"Linux\""));
    free(text);
    assert_int_equal(hcs_run(&f, handle, "{\"CommandArgs\":[\"sleep\",\"600\"]}", &process),
                     PLAT_S_OK);
    assert_int_equal(f.ops->signal_process(f.ctx, process, "{\"Signal\":\"CtrlC\"}", &result),
                     PLAT_HCS_INVALID_JSON);
    free(result);
    assert_int_equal(f.ops->signal_process(f.ctx, process, "{\"Signal\":15}", &result), PLAT_S_OK);
    const struct plat_fs *fs = &f.platform.fs;
    assert_int_equal(fs->ops->remove_file(fs->ctx, "C:\\vm\\closed.vhdx"),
                     plat_hr_win32(PLAT_ERROR_SHARING_VIOLATION));
    hcs_fixture_drop(&f);
#undef DISK
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_top_of_a_document_is_checked),
        cmocka_unit_test(machines_name_what_is_there),
        cmocka_unit_test(containers_of_schema_2_are_run),
        cmocka_unit_test(containers_of_schema_2_are_checked),
        cmocka_unit_test(requests_find_resources_by_their_path),
        cmocka_unit_test(machines_host_containers),
        cmocka_unit_test(machines_without_a_guest_agent_cannot_be_asked),
        cmocka_unit_test(linux_containers_need_their_files),
        cmocka_unit_test(linux_containers_map_disks),
    };
    return cmocka_run_group_tests_name("hcs schema 2", tests, NULL, NULL);
}
