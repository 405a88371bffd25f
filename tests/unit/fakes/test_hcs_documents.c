/* Documents of schema 1: what is refused, with which code and which words. */
#include "tests/unit/fakes/hcs_fixture.h"

#include "tests/support/cmocka.h"

#include <stdlib.h>
#include <string.h>

#define JSON       0xC037010Du
#define PENDING    0xC0370103u
#define LAYER      0xC0370112u
#define WIN(error) (0x80070000u | PLAT_ERROR_##error)
#define PARAMETER  WIN(INVALID_PARAMETER)

struct document_case {
    const char *patch;
    uint32_t hr;
    const char *detail; /* NULL: not looked at; of a success there is none */
};

static void check_cases(struct hcs_fixture *f, enum hcs_isolation isolation,
                        const struct document_case *cases, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        uint32_t hr = plat_hr_bits(hcs_try(f, isolation, cases[i].patch));
        if (hr != cases[i].hr) {
            fail_msg("%s: 0x%08x %s", cases[i].patch, hr, f->detail == NULL ? "" : f->detail);
        }
        if (cases[i].detail != NULL) {
            assert_non_null(f->detail);
            assert_string_equal(f->detail, cases[i].detail);
        }
    }
}

#define CHECK(f, isolation, cases)                                                                 \
    check_cases((f), (isolation), (cases), sizeof(cases) / sizeof((cases)[0]))

static void members_are_checked_one_by_one(void **state)
{
    static const struct document_case cases[] = {
        {"{}", PENDING, NULL},
        {"{\"Layerz\":[]}", JSON, "/Layerz: a member that is not known"},
        {"{\"layers\":[]}", JSON, "/layers: a member that is not known"},
        {"{\"SystemType\":null}", JSON, "the document: SystemType is missing"},
        {"{\"SystemType\":7}", JSON, "/SystemType: number where string is expected"},
        {"{\"SystemType\":\"VirtualMachine\"}", JSON,
         "the document: SystemType: only containers are emulated in schema 1"},
        {"{\"SystemType\":\"container\"}", PENDING, NULL},
        {"{\"Name\":\"other\"}", JSON, "the document: Name is not the id"},
        {"{\"Name\":\"C1\"}", PENDING, NULL},
        {"{\"Name\":\"\"}", PENDING, NULL},
        {"{\"IsDummy\":false,\"IgnoreFlushesDuringBoot\":true,\"Servicing\":false}", PENDING, NULL},
        {"{\"IsDummy\":0}", JSON, "/IsDummy: number where bool is expected"},
        {"{\"Layers\":{}}", JSON, "/Layers: object where array is expected"},
        {"{\"Layers\":[{\"ID\":\"x\",\"Path\":\"C:\\\\layers\\\\top\"}]}", JSON,
         "/Layers/0/ID: no GUID"},
        {"{\"Layers\":[{\"Path\":\"C:\\\\layers\\\\top\"}]}", JSON, "/Layers/0: ID is missing"},
        {"{\"Layers\":[]}", JSON, "the document: no layers"},
        {"{\"HostName\":\"a\\u0000b\"}", JSON, "/HostName: a NUL in a text"},
        {"{\"EndpointList\":[\"136c9e80-1d6b-41c6-baac-8512d39e5547\"]}", PENDING, NULL},
        {"{\"EndpointList\":[7]}", JSON, "/EndpointList/0: number where string is expected"},
        {"{\"EndpointList\":[\"x\"]}", WIN(NOT_FOUND), NULL},
        {"{\"MappedDirectories\":[],\"Credentials\":\"{}\",\"DNSSearchList\":\"a.b,c.d\"}", PENDING,
         NULL},
        {"{\"Credentials\":\"[]\"}", JSON, "the document: Credentials is no JSON object"},
        {"{\"ContainerType\":\"Solaris\"}", JSON,
         "the document: ContainerType is neither Windows nor Linux"},
        {"{\"NetworkSharedContainerName\":\"nobody\"}", WIN(NOT_FOUND),
         "the document: NetworkSharedContainerName: there is no nobody"},
        {"{\"MappedPipes\":[{\"HostPath\":\"\\\\\\\\.\\\\pipe\\\\a\",\"ContainerPipeName\":\"b\"}]}",
         PENDING, NULL},
        {"{\"MappedPipes\":[{\"HostPath\":\"C:\\\\a\",\"ContainerPipeName\":\"b\"}]}", PARAMETER,
         "the document: no pipe: C:\\a, b"},
        {"{\"MappedVirtualDisks\":[{\"HostPath\":\"C:\\\\a\",\"ContainerPath\":\"/a\"}]}", JSON,
         "the document: MappedVirtualDisks in a Windows container"},
    };
    struct hcs_fixture f;
    (void)state;
    hcs_fixture_init(&f, "server-2019");
    CHECK(&f, HCS_PROCESS, cases);
    CHECK(&f, HCS_HYPERV, cases);
    hcs_fixture_release(&f);
}

static void resources_have_their_ranges(void **state)
{
    static const struct document_case both[] = {
        {"{\"ProcessorCount\":4}", PENDING, NULL},
        {"{\"ProcessorCount\":5}", PARAMETER, "the document: ProcessorCount: the host has fewer"},
        {"{\"ProcessorCount\":-1}", JSON, "/ProcessorCount: -1 is out of range"},
        {"{\"ProcessorCount\":4294967296}", JSON, "/ProcessorCount: 4294967296 is out of range"},
        {"{\"ProcessorCount\":1.5}", JSON, "/ProcessorCount: 1.5 is out of range"},
        {"{\"ProcessorWeight\":10000}", PENDING, NULL},
        {"{\"ProcessorWeight\":10001}", PARAMETER,
         "the document: ProcessorWeight is not 1 to 10000"},
        {"{\"ProcessorMaximum\":10000}", PENDING, NULL},
        {"{\"ProcessorMaximum\":-1}", PARAMETER,
         "the document: ProcessorMaximum is not 1 to 10000"},
        {"{\"MemoryMaximumInMB\":512}", PENDING, NULL},
        {"{\"MemoryMaximumInMB\":-1}", PARAMETER, "the document: MemoryMaximumInMB is below zero"},
        {"{\"StorageIOPSMaximum\":500,\"StorageBandwidthMaximum\":10485760}", PENDING, NULL},
    };
    static const struct document_case process[] = {
        {"{\"ProcessorCount\":1,\"ProcessorWeight\":500}", PARAMETER,
         "the document: more than one of ProcessorCount, ProcessorWeight and ProcessorMaximum"},
        {"{\"MemoryMaximumInMB\":99999999}", PENDING, NULL},
    };
    static const struct document_case hyperv[] = {
        {"{\"ProcessorCount\":1,\"ProcessorMaximum\":5000}", PENDING, NULL},
        {"{\"MemoryMaximumInMB\":16385}", WIN(COMMITMENT_LIMIT),
         "Failed to create the virtual machine for Hyper-V container 'c1': The paging file is too "
         "small for this operation to complete. (0x800705AF)"},
        {"{\"AssignedDevices\":[{\"InterfaceClassGuid\":\"5B45201D-F2F2-4F3B-85BB-30FF1F953599\"}]}",
         JSON, "the document: AssignedDevices with HvPartition"},
        {"{\"StorageSandboxSize\":32212254720}", PENDING, NULL},
    };
    struct hcs_fixture f;
    (void)state;
    hcs_fixture_init(&f, "server-2019");
    CHECK(&f, HCS_PROCESS, both);
    CHECK(&f, HCS_HYPERV, both);
    CHECK(&f, HCS_PROCESS, process);
    CHECK(&f, HCS_HYPERV, hyperv);
    hcs_fixture_release(&f);
}

static void mounts_are_looked_at(void **state)
{
#define MOUNT(host, container)                                                                     \
    "{\"HostPath\":\"" host "\",\"ContainerPath\":\"" container "\",\"ReadOnly\":false,"           \
    "\"BandwidthMaximum\":0,\"IOPSMaximum\":0,\"CreateInUtilityVM\":false}"
    static const struct document_case cases[] = {
        {"{\"MappedDirectories\":[" MOUNT("C:\\\\data", "c:\\\\x") "]}", PENDING, NULL},
        {"{\"MappedDirectories\":[" MOUNT("C:\\\\data", "d:\\\\x") "]}", PENDING, NULL},
        {"{\"MappedDirectories\":[" MOUNT("C:\\\\none", "c:\\\\x") "]}", WIN(FILE_NOT_FOUND), NULL},
        {"{\"MappedDirectories\":[" MOUNT("C:\\\\none\\\\at", "c:\\\\x") "]}", WIN(PATH_NOT_FOUND),
         NULL},
        {"{\"MappedDirectories\":[" MOUNT("data", "c:\\\\x") "]}", PARAMETER,
         "the document: data is no full path"},
        {"{\"MappedDirectories\":[" MOUNT("C:\\\\data", "x") "]}", PARAMETER,
         "the document: x is no full path"},
        {"{\"MappedDirectories\":[" MOUNT("C:\\\\data", "c:\\\\a*") "]}", WIN(INVALID_NAME), NULL},
        {"{\"MappedDirectories\":[" MOUNT("E:\\\\data", "c:\\\\x") "]}", WIN(NOT_SUPPORTED), NULL},
        {"{\"MappedDirectories\":[" MOUNT("C:\\\\data", "c:\\\\x") "," MOUNT("C:\\\\more",
                                                                             "C:\\\\X") "]}",
         WIN(ALREADY_EXISTS), "the document: C:\\X is mapped twice"},
        {"{\"MappedDirectories\":[" MOUNT("C:\\\\data\\\\file", "c:\\\\x") "]}", PENDING, NULL},
    };
    static const struct document_case before[] = {
        {"{\"MappedDirectories\":[" MOUNT("C:\\\\data\\\\file", "c:\\\\x") "]}", WIN(ACCESS_DENIED),
         NULL},
        {"{\"MappedPipes\":[]}", JSON,
         "The JSON document is invalid. (/MappedPipes: a member that is not known)"},
    };
    static const char *const builds[] = {"server-2019", "server-2016"};
    (void)state;
    for (size_t i = 0; i < 2; i++) {
        struct hcs_fixture f;
        hcs_fixture_init(&f, builds[i]);
        assert_true(fake_fs_put_file(f.host, "C:\\data\\file", "x", 1));
        assert_true(fake_fs_put_directory(f.host, "C:\\more", NULL));
        assert_true(fake_fs_set_volume(f.host, "E:", "FAT32", 1 << 30, 1 << 30));
        assert_true(fake_fs_put_directory(f.host, "E:\\data", NULL));
        if (i == 0) {
            CHECK(&f, HCS_PROCESS, cases);
            CHECK(&f, HCS_HYPERV, cases);
        } else {
            CHECK(&f, HCS_PROCESS, before);
        }
        hcs_fixture_release(&f);
    }
#undef MOUNT
}

static void what_a_container_stands_on_is_looked_at(void **state)
{
    static const struct document_case process[] = {
        {"{\"VolumePath\":null}", JSON, "the document: VolumePath is missing"},
        {"{\"VolumePath\":\"C:\\\\layers\\\\c1\"}", WIN(PATH_NOT_FOUND),
         "the document: C:\\layers\\c1 is not the volume of a prepared layer"},
        {"{\"VolumePath\":\"\\\\\\\\?\\\\Volume{136c9e80-1d6b-41c6-baac-8512d39e5547}\"}",
         WIN(PATH_NOT_FOUND), NULL},
        {"{\"VolumePath\":\"C:\\\\\"}", PARAMETER, "the document: VolumePath ends in a separator"},
        {"{\"LayerFolderPath\":null}", PENDING, NULL},
        {"{\"LayerFolderPath\":\"C:\\\\layers\\\\top\"}", PARAMETER,
         "the document: LayerFolderPath is not where the volume's disk lies"},
        {"{\"LayerFolderPath\":\"C:\\\\none\"}", WIN(FILE_NOT_FOUND), NULL},
        {"{\"Layers\":[{\"ID\":\"136c9e80-1d6b-41c6-baac-8512d39e5547\","
         "\"Path\":\"C:\\\\layers\\\\gone\"}]}",
         WIN(PATH_NOT_FOUND), NULL},
        {"{\"Layers\":[{\"ID\":\"136c9e80-1d6b-41c6-baac-8512d39e5547\","
         "\"Path\":\"C:\\\\layers\\\\top\"}]}",
         PARAMETER,
         "the document: the id of the layer C:\\layers\\top is not "
         "136c9e80-1d6b-41c6-baac-8512d39e5547"},
        {"{\"Layers\":[{\"ID\":\"136c9e80-1d6b-41c6-baac-8512d39e5547\","
         "\"Path\":\"C:\\\\Windows\"}]}",
         LAYER, "the document: C:\\Windows has no Files, or no Hives"},
        {"{\"HvPartition\":true}", JSON, "the document: VolumePath beside HvPartition"},
    };
    static const struct document_case hyperv[] = {
        {"{\"HvRuntime\":null}", JSON, "the document: HvPartition without HvRuntime"},
        {"{\"HvRuntime\":{}}", JSON, "the document: HvRuntime.ImagePath is missing"},
        {"{\"HvRuntime\":{\"ImagePath\":\"C:\\\\layers\\\\top\\\\UtilityVM\"}}",
         WIN(FILE_NOT_FOUND), NULL},
        {"{\"HvRuntime\":{\"ImagePath\":\"C:\\\\layers\\\\top\"}}", WIN(FILE_NOT_FOUND),
         "the document: C:\\layers\\top has no SystemTemplateBase.vhdx"},
        {"{\"LayerFolderPath\":null}", JSON, "the document: LayerFolderPath is missing"},
        {"{\"LayerFolderPath\":\"C:\\\\layers\\\\top\"}", WIN(FILE_NOT_FOUND), NULL},
        {"{\"SandboxPath\":\"C:\\\\layers\"}", PENDING, NULL},
        {"{\"SandboxPath\":\"C:\\\\layers\\\\\"}", PENDING, NULL},
        {"{\"SandboxPath\":\"\"}", PENDING, NULL},
        {"{\"SandboxPath\":\"C:\\\\other\"}", PARAMETER,
         "the document: LayerFolderPath does not lie in SandboxPath"},
        {"{\"HvPartition\":false}", JSON, "the document: VolumePath is missing"},
    };
    struct hcs_fixture f;
    (void)state;
    hcs_fixture_init(&f, "server-2019");
    CHECK(&f, HCS_PROCESS, process);
    CHECK(&f, HCS_HYPERV, hyperv);
    hcs_fixture_release(&f);
}

static void what_is_no_document_is_refused(void **state)
{
    static const struct {
        const char *text;
        uint32_t hr;
        const char *detail;
    } cases[] = {
        {"", JSON, "the document: line 1, column 1: the text is empty"},
        {"[]", JSON, "the document: array where object is expected"},
        {"{\"a\":}", JSON, NULL},
        {"null", JSON, "the document: null where object is expected"},
    };
    struct hcs_fixture f;
    char long_id[300];
    (void)state;
    memset(long_id, 'a', sizeof(long_id));
    long_id[256] = '\0';
    hcs_fixture_init(&f, "server-2019");
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        assert_int_equal(plat_hr_bits(hcs_try_document(&f, "c1", cases[i].text)), cases[i].hr);
        if (cases[i].detail != NULL && i > 0) {
            assert_string_equal(f.detail, cases[i].detail);
        }
    }
    assert_int_equal(plat_hr_bits(hcs_try_document(&f, "", "{}")), PARAMETER);
    assert_int_equal(plat_hr_bits(hcs_try_document(&f, long_id, "{}")), PARAMETER);
    assert_int_equal(plat_hr_bits(hcs_try_document(&f, "a\xFF", "{}")), PARAMETER);
    hcs_fixture_release(&f);
}

static void hosts_cannot_run_everything(void **state)
{
    struct hcs_fixture f;
    (void)state;
    struct fake_host_options options = fake_host_defaults(fake_build_find("server-2019"));
    options.hyperv = false;
    hcs_fixture_init_with(&f, &options);
    assert_int_equal(hcs_try(&f, HCS_HYPERV, "{}"), PLAT_HCS_HYPERV_NOT_INSTALLED);
    assert_string_equal(f.detail,
                        "Cannot create system 'c1' since Hyper-V is not installed on the host.");
    assert_int_equal(plat_hr_bits(hcs_try(&f, HCS_PROCESS, "{}")), PENDING);
    hcs_fixture_release(&f);
    hcs_fixture_init(&f, "windows-10-1703");
    assert_int_equal(plat_hr_bits(hcs_try(&f, HCS_PROCESS, "{}")), WIN(NOT_SUPPORTED));
    assert_string_equal(f.detail, "The request is not supported.");
    assert_int_equal(hcs_try(&f, HCS_HYPERV, "{\"MemoryMaximumInMB\":99999999}"),
                     PLAT_HCS_CONNECT_FAILED);
    hcs_fixture_release(&f);
}

static void error_documents_have_the_shape_of_their_build(void **state)
{
    static const struct {
        const char *build;
        const char *text;
    } cases[] = {
        {"server-2016", "{\"Error\":-1070137086,\"ErrorMessage\":\"The Hyper-V component is not "
                        "installed. (Cannot create system 'c1' since Hyper-V is not installed on "
                        "the host.)\"}"},
        {"server-2022",
         "{\"Error\":-1070137086,\"ErrorMessage\":\"The virtual machine could not be started "
         "because a required feature is not installed.\",\"ErrorEvents\":[{\"Message\":\"Cannot "
         "create system 'c1' since Hyper-V is not installed on the host.\",\"Provider\":"
         "\"17103e3f-3c6e-4677-bb17-3b267eb5be57\",\"EventId\":11008,\"Data\":[{\"Type\":"
         "\"String\",\"Value\":\"c1\"},{\"Type\":\"String\",\"Value\":\"%%3224830210\"},{\"Type\":"
         "\"String\",\"Value\":\"0xC0370102\"}]}]}"},
    };
    (void)state;
    for (size_t i = 0; i < 2; i++) {
        struct hcs_fixture f;
        plat_handle handle = PLAT_NO_HANDLE;
        char *result = NULL;
        struct fake_host_options options = fake_host_defaults(fake_build_find(cases[i].build));
        options.hyperv = false;
        hcs_fixture_init_with(&f, &options);
        (void)hcs_scratch(&f, "c1", HCS_HYPERV);
        char *document = hcs_document(&f, "c1", HCS_HYPERV, NULL, "{}");
        assert_int_equal(f.ops->create_system(f.ctx, "c1", document, &handle, &result),
                         PLAT_HCS_HYPERV_NOT_INSTALLED);
        assert_string_equal(result, cases[i].text);
        free(result);
        free(document);
        hcs_scratch_drop(&f, "c1", HCS_HYPERV);
        hcs_fixture_release(&f);
    }
}

static void documents_of_clients_are_taken(void **state)
{
    /* What docker of January 2017 sends beside the names, and docker 24 of the public traces. */
    static const struct document_case process[] = {
        {"{\"IsDummy\":false,\"IgnoreFlushesDuringBoot\":true,\"HostName\":\"c1\","
         "\"MappedDirectories\":null,\"HvPartition\":false,\"EndpointList\":null,"
         "\"HvRuntime\":null,\"SandboxPath\":\"\",\"Servicing\":false,"
         "\"AllowUnqualifiedDNSQuery\":true}",
         PENDING, NULL},
        {"{\"ProcessorMaximum\":2500,\"StorageIOPSMaximum\":500,"
         "\"StorageBandwidthMaximum\":10485760,\"MemoryMaximumInMB\":512,\"HvPartition\":false,"
         "\"HostName\":\"myhost\",\"Credentials\":\"{\\\"CmsPlugins\\\":[\\\"ActiveDirectory\\\"]}\","
         "\"EndpointList\":[\"136C9E80-1D6B-41C6-BAAC-8512D39E5547\"],"
         "\"MappedPipes\":[{\"HostPath\":\"\\\\\\\\.\\\\pipe\\\\foo\",\"ContainerPipeName\":\"foo\"}],"
         "\"AssignedDevices\":[{\"InterfaceClassGuid\":\"5B45201D-F2F2-4F3B-85BB-30FF1F953599\"}],"
         "\"AllowUnqualifiedDNSQuery\":true,\"DNSSearchList\":\"corp.example\"}",
         PENDING, NULL},
    };
    static const struct document_case hyperv[] = {
        {"{\"IsDummy\":false,\"IgnoreFlushesDuringBoot\":true,\"HostName\":\"c1\","
         "\"MappedDirectories\":[],\"SandboxPath\":\"C:\\\\layers\",\"EndpointList\":[],"
         "\"Servicing\":false,\"AllowUnqualifiedDNSQuery\":true}",
         PENDING, NULL},
        {"{\"ProcessorCount\":2,\"MemoryMaximumInMB\":1024,"
         "\"EndpointList\":[\"662460BB-4A75-43B1-8B4D-AD36DDC24E65\"],"
         "\"AllowUnqualifiedDNSQuery\":true}",
         PENDING, NULL},
    };
    struct hcs_fixture f;
    (void)state;
    hcs_fixture_init(&f, "server-2019");
    CHECK(&f, HCS_PROCESS, process);
    CHECK(&f, HCS_HYPERV, hyperv);
    hcs_fixture_release(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(members_are_checked_one_by_one),
        cmocka_unit_test(resources_have_their_ranges),
        cmocka_unit_test(mounts_are_looked_at),
        cmocka_unit_test(what_a_container_stands_on_is_looked_at),
        cmocka_unit_test(what_is_no_document_is_refused),
        cmocka_unit_test(hosts_cannot_run_everything),
        cmocka_unit_test(error_documents_have_the_shape_of_their_build),
        cmocka_unit_test(documents_of_clients_are_taken),
    };
    return cmocka_run_group_tests_name("hcs documents", tests, NULL, NULL);
}
