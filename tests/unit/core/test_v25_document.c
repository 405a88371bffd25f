/* The documents of v25's local runtime. The recorded answers (tests/vectors) have hundreds of specs; here is what
 * they have not, and want of memory. */
#include "tests/unit/core/v25_fixture.h"

#include <stdlib.h>
#include <string.h>

static enum wcd_errc make(struct v25_bed *v, char **out, struct wcd_error *err)
{
    struct wcd_v25_document request = {.platform = &v->bed.platform,
                                       .engine = v->bed.engine,
                                       .log = &v->bed.log,
                                       .id = "c1",
                                       .spec = &v->spec,
                                       .processors = 4};
    return wcd_v25_container_document(&request, out, err);
}

static void assert_document(struct v25_bed *v, const char *expected)
{
    char *document = NULL;
    struct wcd_error err = WCD_ERROR_INIT;
    assert_int_equal(make(v, &document, &err), WCD_OK);
    assert_string_equal(document, expected);
    free(document);
}

static void assert_refused(struct v25_bed *v, const char *message)
{
    char *document = NULL;
    struct wcd_error err = WCD_ERROR_INIT;
    assert_int_not_equal(make(v, &document, &err), WCD_OK);
    assert_null(document);
    assert_error(err, WCD_E_PLAIN, message);
}

static void test_plain(void **state)
{
    (void)state;
    struct v25_bed v;
    v25_set_up(&v);
    assert_document(&v, V25_CONTAINER_DOC);
    v25_make_hyperv(&v);
    assert_document(&v, V25_HYPERV_DOC);
    v25_tear_down(&v);
}

static void fill(struct wcd_spec *spec)
{
    static struct wcd_spec_number one = {.present = true, .value = 9};
    struct wcd_spec_windows *windows = &spec->windows;
    spec->hostname = wcd_text_copy("<h>");
    spec->mounts.items = calloc(2, sizeof(*spec->mounts.items));
    assert_non_null(spec->mounts.items);
    spec->mounts.count = 2;
    spec->mounts.items[0].source = wcd_text_copy("C:\\a");
    spec->mounts.items[0].destination = wcd_text_copy("c:\\b");
    assert_true(wcd_strlist_add(&spec->mounts.items[0].options, "Ro"));
    spec->mounts.items[1].source = wcd_text_copy("\\\\.\\pipe\\x");
    spec->mounts.items[1].destination = wcd_text_copy("\\\\.\\pipe\\y");
    windows->devices.items = calloc(1, sizeof(*windows->devices.items));
    assert_non_null(windows->devices.items);
    windows->devices.count = 1;
    windows->devices.items[0].id_type = wcd_text_copy("vpci-class-guid");
    windows->resources.cpu.count = one;
    windows->resources.cpu.shares = one;
    windows->resources.cpu.maximum = one;
    windows->resources.storage.bps = one;
    windows->resources.storage.iops = one;
    windows->resources.memory.limit =
        (struct wcd_spec_number){.present = true, .value = (uint64_t)-3145729};
    windows->credential_spec = wcd_json_new_string("{}");
    windows->ignore_flushes_during_boot = true;
    windows->network.allow_unqualified_dns_query = true;
    windows->network.shared_container_name = wcd_text_copy("other");
    assert_true(wcd_strlist_add(&windows->network.endpoints, "ep"));
    assert_true(wcd_strlist_add(&windows->network.dns_search, "a.com"));
    assert_true(wcd_strlist_add(&windows->network.dns_search, "b.com"));
}

static void test_all_members(void **state)
{
    (void)state;
    struct v25_bed v;
    v25_set_up(&v);
    fill(&v.spec);
    assert_document(
        &v,
        "{\"SystemType\":\"Container\",\"Name\":\"c1\",\"Owner\":\"docker\",\"VolumePath\":\"V:\","
        "\"IgnoreFlushesDuringBoot\":true,\"LayerFolderPath\":\"C:\\\\wf\\\\c1\",\"Layers\":[{\"ID\":"
        "\"guid-base\",\"Path\":\"C:\\\\wf\\\\base\"}],\"Credentials\":\"{}\",\"ProcessorCount\":4,"
        "\"ProcessorWeight\":9,\"ProcessorMaximum\":9,\"StorageIOPSMaximum\":9,"
        "\"StorageBandwidthMaximum\":9,\"MemoryMaximumInMB\":-3,\"HostName\":\"\\u003ch\\u003e\","
        "\"MappedDirectories\":[{\"HostPath\":\"C:\\\\a\",\"ContainerPath\":\"c:\\\\b\",\"ReadOnly\":true,"
        "\"BandwidthMaximum\":0,\"IOPSMaximum\":0,\"CreateInUtilityVM\":false}],\"MappedPipes\":[{"
        "\"HostPath\":\"\\\\\\\\.\\\\pipe\\\\x\",\"ContainerPipeName\":\"y\"}],\"HvPartition\":false,"
        "\"NetworkSharedContainerName\":\"other\",\"EndpointList\":[\"ep\"],"
        "\"AllowUnqualifiedDNSQuery\":true,\"DNSSearchList\":\"a.com,b.com\",\"AssignedDevices\":[{}]}");
    hcs_bed_assert_logs(
        &v.bed, "warning: Changing requested CPUCount of 9 to current number of processors, 4");
    v25_tear_down(&v);
}

static void test_paths(void **state)
{
    (void)state;
    struct v25_bed v;
    v25_set_up(&v);
    wcd_text_replace(&v.spec.root.path, NULL);
    assert_refused(&v,
                   "OCI spec is invalid - Root.Path '' must be a volume GUID path in the format "
                   "'\\\\?\\Volume{GUID}\\'");
    wcd_text_replace(&v.spec.root.path, wcd_text_copy("V:" WCD_TEXT_NUL));
    assert_document(&v, V25_CONTAINER_DOC);
    wcd_text_replace(&v.spec.windows.layer_folders.items[0], wcd_text_copy("C:\\wf\\bad"));
    assert_refused(&v, "hcsshim::NameToGuid failed in Win32: The parameter is incorrect. (0x57)");
    v.spec.windows.layer_folders.count = 1;
    assert_refused(
        &v, "OCI spec is invalid - at least two LayerFolders must be supplied to the runtime");
    v.spec.windows.layer_folders.count = 2;
    v25_tear_down(&v);
}

static void test_utility_vm(void **state)
{
    (void)state;
    struct v25_bed v;
    v25_set_up(&v);
    v25_make_hyperv(&v);
    assert_true(
        fake_fs_set_failure(v.bed.host, "C:\\wf\\base", plat_hr_win32(PLAT_ERROR_ACCESS_DENIED)));
    assert_refused(&v, "CreateFile C:\\wf\\base\\UtilityVM: Access is denied.");
    assert_true(fake_fs_set_failure(v.bed.host, "C:\\wf\\base", PLAT_S_OK));
    wcd_text_replace(&v.spec.windows.layer_folders.items[0], wcd_text_copy("C:\\wf" WCD_TEXT_NUL));
    assert_refused(&v, "CreateFile C:\\wf" WCD_TEXT_NUL "\\UtilityVM: invalid argument");
    wcd_text_replace(&v.spec.windows.layer_folders.items[0], wcd_text_copy("C:\\elsewhere"));
    assert_refused(&v, "utility VM image could not be found");
    v.spec.windows.hyperv.utility_vm_path = wcd_text_copy("C:\\vm");
    assert_refused(&v,
                   "runtime does not support an explicit utility VM path for Hyper-V containers");
    v25_tear_down(&v);
}

static void test_without_memory(void **state)
{
    (void)state;
    struct v25_bed v;
    struct wcd_error err = WCD_ERROR_INIT;
    v25_set_up(&v);
    fill(&v.spec);
    v.bed.log.least = WCD_LOG_ERROR; /* a warning that cannot be written is no failure */
    for (size_t n = 1;; n++) {
        char *document = NULL;
        alloc_fail_after(n);
        enum wcd_errc code = make(&v, &document, &err);
        bool failed = alloc_fail_off();
        free(document);
        wcd_error_release(&err);
        if (!failed) {
            assert_int_equal(code, WCD_OK);
            break;
        }
        assert_int_equal(code, WCD_E_NO_MEMORY);
    }
    v25_make_hyperv(&v);
    v.spec.windows.devices.count = 0;
    for (size_t n = 1;; n++) {
        char *document = NULL;
        alloc_fail_after(n);
        enum wcd_errc code = make(&v, &document, &err);
        bool failed = alloc_fail_off();
        free(document);
        wcd_error_release(&err);
        if (!failed) {
            assert_int_equal(code, WCD_OK);
            break;
        }
        assert_int_not_equal(code, WCD_OK);
    }
    v.spec.windows.devices.count = 1;
    v25_tear_down(&v);
}

/* ---- processes ---- */

static void test_process(void **state)
{
    (void)state;
    struct wcd_spec_process process = {.present = true, .terminal = true};
    process.console_size = (struct wcd_spec_box){.present = true, .height = 25, .width = 80};
    process.user.username = wcd_text_copy("ContainerUser");
    assert_true(wcd_strlist_add(&process.args, "a b"));
    assert_true(wcd_strlist_add(&process.env, "B=2"));
    assert_true(wcd_strlist_add(&process.env, "A=1"));
    assert_true(wcd_strlist_add(&process.env, "B=3"));
    assert_true(wcd_strlist_add(&process.env, "BB=4"));
    assert_true(wcd_strlist_add(&process.env, "none"));
    for (size_t n = 1;; n++) {
        alloc_fail_after(n);
        char *document = wcd_v25_process_document(&process, "C:\\own");
        if (!alloc_fail_off()) {
            assert_string_equal(
                document,
                "{\"CommandLine\":\"\\\"a b\\\"\",\"User\":\"ContainerUser\",\"WorkingDirectory\":"
                "\"C:\\\\own\",\"Environment\":{\"A\":\"1\",\"B\":\"3\",\"BB\":\"4\"},\"EmulateConsole\":true,"
                "\"CreateStdInPipe\":true,\"CreateStdOutPipe\":true,\"ConsoleSize\":[25,80]}");
            free(document);
            break;
        }
        assert_null(document);
    }
    /* Without a terminal an exec has no size; the first process has. */
    process.terminal = false;
    process.env.count = 0;
    process.command_line = wcd_text_copy("x");
    char *document = wcd_v25_process_document(&process, "");
    assert_string_equal(
        document, "{\"CommandLine\":\"x\",\"User\":\"ContainerUser\",\"CreateStdInPipe\":true,"
                  "\"CreateStdOutPipe\":true,\"CreateStdErrPipe\":true,\"ConsoleSize\":[0,0]}");
    free(document);
    document = wcd_v25_process_document(&process, NULL);
    assert_string_equal(
        document, "{\"CommandLine\":\"x\",\"User\":\"ContainerUser\",\"CreateStdInPipe\":true,"
                  "\"CreateStdOutPipe\":true,\"CreateStdErrPipe\":true,\"ConsoleSize\":[25,80]}");
    free(document);
    process.env.count = 5;
    struct wcd_spec spec = {.process = process};
    wcd_spec_release(&spec);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_plain),          cmocka_unit_test(test_all_members),
        cmocka_unit_test(test_paths),          cmocka_unit_test(test_utility_vm),
        cmocka_unit_test(test_without_memory), cmocka_unit_test(test_process),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
