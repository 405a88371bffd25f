/* core/runtime/v17: what it sends to create systems and processes, and what it refuses before. */
#include "tests/unit/core/v17_fixture.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define WINDOWS_FIRST "{\"SystemType\":\"Container\",\"Name\":\"c1\",\"Owner\":\"docker\","
#define LINUX_FIRST   "{\"SystemType\":\"container\",\"Name\":\"c1\",\"Owner\":\"docker\","
#define VOLUME        "\"VolumePath\":\"\\\\\\\\?\\\\Volume{1}\","
#define LAYERS                                                                                     \
    "\"LayerFolderPath\":\"C:\\\\layers\\\\c1\",\"Layers\":[{\"ID\":\"" V17_BASE_GUID              \
    "\",\"Path\":\"C:\\\\layers\\\\base\"}],"
#define LINUX_LAYERS                                                                               \
    "\"LayerFolderPath\":\"C:\\\\layers\\\\c1\",\"Layers\":[{\"ID\":\"" V17_BASE_GUID              \
    "\",\"Path\":\"C:\\\\layers\\\\base\\\\layer.vhd\"}],"
#define HOST       "\"HostName\":\"host1\","
#define LINUX_LAST "\"ContainerType\":\"linux\",\"TerminateOnLastHandleClosed\":true}"

/* The document that is sent; the rest of the start is left. */
static void assert_document(struct v17_bed *at, struct v17_container_request *request,
                            const char *document)
{
    char expected[4096];
    struct wcd_error err = WCD_ERROR_INIT;
    hcs_bed_answer(&at->bed, "create", PLAT_HCS_OPERATION_PENDING, NULL);
    assert_int_equal(v17_bed_create(at, request, &err), WCD_OK);
    assert_true(at->runtime->ops->knows(at->runtime, "c1"));
    (void)snprintf(expected, sizeof(expected), "create c1 %s\nregister 1", document);
    hcs_bed_assert_calls(&at->bed, expected);
    v17_request_release(request);
    v17_bed_tear_down(at);
}

static void set_up(struct v17_bed *at, struct v17_container_request *request)
{
    v17_bed_set_up(at);
    v17_request_set_up(request, at);
}

static void add_flag(struct v17_container_request *request, enum wcd_runtime_option_kind kind,
                     bool flag)
{
    v17_request_add(request, (struct wcd_runtime_option){.kind = kind, .flag = flag});
}

static void put_utility_vm(struct v17_bed *at)
{
    assert_true(fake_fs_put_directory(at->bed.host, "C:\\layers\\base\\UtilityVM", NULL));
}

/* ---- Windows ---- */

static void test_process_isolation(void **state)
{
    (void)state;
    struct v17_bed at;
    struct v17_container_request request;
    set_up(&at, &request);
    assert_document(&at, &request, WINDOWS_FIRST VOLUME LAYERS HOST "\"HvPartition\":false}");
}

static void test_hyperv_isolation(void **state)
{
    (void)state;
    struct v17_bed at;
    struct v17_container_request request;
    set_up(&at, &request);
    put_utility_vm(&at);
    /* The topmost layer, which has none, is passed over; the last option of a kind counts. */
    wcd_strlist_release(&request.layers);
    request.layers.present = true;
    assert_true(wcd_strlist_add(&request.layers, "C:\\layers\\none\\"));
    assert_true(wcd_strlist_add(&request.layers, "C:\\layers\\base"));
    add_flag(&request, WCD_OPTION_HYPERV, false);
    add_flag(&request, WCD_OPTION_HYPERV, true);
    add_flag(&request, WCD_OPTION_SERVICING, true);
    add_flag(&request, WCD_OPTION_SERVICING, false);
    add_flag(&request, WCD_OPTION_FLUSH, true);
    assert_document(&at, &request,
                    WINDOWS_FIRST
                    "\"IgnoreFlushesDuringBoot\":true,\"LayerFolderPath\":\"C:\\\\layers\\\\c1\","
                    "\"Layers\":[{\"ID\":\"" V17_EMPTY_GUID
                    "\",\"Path\":\"C:\\\\layers\\\\none\\\\\"},{\"ID\":\"" V17_BASE_GUID
                    "\",\"Path\":\"C:\\\\layers\\\\base\"}]," HOST
                    "\"HvPartition\":true,\"HvRuntime\":{\"ImagePath\":"
                    "\"C:\\\\layers\\\\base\\\\UtilityVM\"}}");
}

static void test_networks_and_credentials(void **state)
{
    (void)state;
    struct v17_bed at;
    struct v17_container_request request;
    struct wcd_strlist first = {0};
    struct wcd_strlist second = {0};
    struct wcd_strlist none = {.present = true};
    assert_true(wcd_strlist_add(&first, "e1"));
    assert_true(wcd_strlist_add(&second, "e2") && wcd_strlist_add(&second, "e3"));
    set_up(&at, &request);
    v17_request_add(&request, (struct wcd_runtime_option){.kind = WCD_OPTION_CREDENTIALS,
                                                          .credentials = "old"});
    v17_request_add(&request, (struct wcd_runtime_option){.kind = WCD_OPTION_CREDENTIALS,
                                                          .credentials = "{\"<&>\":1}"});
    v17_request_add(&request, (struct wcd_runtime_option){.kind = WCD_OPTION_NETWORK,
                                                          .endpoints = &first,
                                                          .dns_search = &second,
                                                          .shared_container = "other"});
    v17_request_add(&request, (struct wcd_runtime_option){
                                  .kind = WCD_OPTION_NETWORK, .endpoints = &second, .flag = true});
    assert_document(&at, &request,
                    WINDOWS_FIRST VOLUME LAYERS
                    "\"Credentials\":\"{\\\"\\u003c\\u0026\\u003e\\\":1}\"," HOST
                    "\"HvPartition\":false,\"EndpointList\":[\"e2\",\"e3\"],"
                    "\"AllowUnqualifiedDNSQuery\":true,\"DNSSearchList\":\"e2,e3\"}");
    set_up(&at, &request);
    v17_request_add(&request, (struct wcd_runtime_option){.kind = WCD_OPTION_NETWORK,
                                                          .endpoints = &none,
                                                          .dns_search = &first});
    v17_request_add(&request, (struct wcd_runtime_option){.kind = WCD_OPTION_NETWORK,
                                                          .endpoints = NULL,
                                                          .dns_search = &none,
                                                          .shared_container = "other"});
    assert_document(&at, &request,
                    WINDOWS_FIRST VOLUME LAYERS HOST
                    "\"HvPartition\":false,\"NetworkSharedContainerName\":\"other\"}");
    wcd_strlist_release(&first);
    wcd_strlist_release(&second);
}

static void test_resources(void **state)
{
    (void)state;
    struct v17_bed at;
    struct v17_container_request request;
    set_up(&at, &request);
    request.spec.windows.resources = (struct wcd_spec_resources){
        .present = true,
        .memory = {true, {true, (uint64_t)-3145728}},
        .cpu = {true, {true, 5}, {true, 7}, {true, 10000}},
        .storage = {true, {true, 11}, {true, UINT64_MAX}, {true, 9}},
    };
    assert_document(&at, &request,
                    WINDOWS_FIRST VOLUME LAYERS
                    "\"ProcessorCount\":4,\"ProcessorWeight\":7,\"ProcessorMaximum\":10000,"
                    "\"StorageIOPSMaximum\":11,\"StorageBandwidthMaximum\":18446744073709551615,"
                    "\"MemoryMaximumInMB\":-3," HOST "\"HvPartition\":false}");
    set_up(&at, &request);
    request.spec.windows.resources = (struct wcd_spec_resources){
        .present = true, .memory = {true, {true, UINT64_MAX}}, .cpu = {true, {true, 4}, {0}, {0}}};
    assert_document(&at, &request,
                    WINDOWS_FIRST VOLUME LAYERS "\"ProcessorCount\":4," HOST
                                                "\"HvPartition\":false}");
}

static void test_too_many_processors_are_told(void **state)
{
    (void)state;
    struct v17_bed at;
    struct v17_container_request request;
    struct wcd_error err = WCD_ERROR_INIT;
    set_up(&at, &request);
    request.spec.windows.resources.cpu.count = (struct wcd_spec_number){true, 4294967297u};
    request.request.option_count = 0;
    v17_assert_refused(v17_bed_create(&at, &request, &err), &err,
                       "no layer option or paths were supplied to the runtime");
    hcs_bed_assert_logs(&at.bed, "warning: Changing requested CPUCount of 4294967297 to current "
                                 "number of processors, 4");
    v17_request_release(&request);
    v17_bed_tear_down(&at);
}

static void add_mount(struct v17_container_request *request, const char *source,
                      const char *destination, const char *option)
{
    struct wcd_spec_mounts *mounts = &request->spec.mounts;
    struct wcd_spec_mount *items =
        realloc(mounts->items, (mounts->count + 1) * sizeof(*mounts->items));
    assert_non_null(items);
    mounts->items = items;
    struct wcd_spec_mount *mount = &items[mounts->count++];
    *mount = (struct wcd_spec_mount){.source = wcd_text_copy(source),
                                     .destination = wcd_text_copy(destination)};
    assert_true(wcd_strlist_add(&mount->options, "rbind"));
    assert_true(wcd_strlist_add(&mount->options, option));
}

static void test_mounts(void **state)
{
    (void)state;
    struct v17_bed at;
    struct v17_container_request request;
    set_up(&at, &request);
    add_mount(&request, "\\\\.\\pipe\\a", "\\\\.\\pipe\\b", "ro");
    add_mount(&request, "C:\\s", "C:\\d", "Ro");
    add_mount(&request, "C:\\s", "\\\\.\\pipe\\", "");
    add_mount(&request, "C:\\t", "\\\\.\\PIPE\\e", " ro");
    assert_document(
        &at, &request,
        WINDOWS_FIRST VOLUME LAYERS HOST
        "\"MappedDirectories\":[{\"HostPath\":\"C:\\\\s\",\"ContainerPath\":\"C:\\\\d\","
        "\"ReadOnly\":true,\"BandwidthMaximum\":0,\"IOPSMaximum\":0},"
        "{\"HostPath\":\"C:\\\\t\",\"ContainerPath\":\"\\\\\\\\.\\\\PIPE\\\\e\","
        "\"ReadOnly\":false,\"BandwidthMaximum\":0,\"IOPSMaximum\":0}],"
        "\"MappedPipes\":[{\"HostPath\":\"\\\\\\\\.\\\\pipe\\\\a\",\"ContainerPipeName\":\"b\"},"
        "{\"HostPath\":\"C:\\\\s\",\"ContainerPipeName\":\"\"}],\"HvPartition\":false}");
}

static plat_hr old_version(void *ctx, struct plat_os_version *out)
{
    (void)ctx;
    *out = (struct plat_os_version){.major = 10, .build = 16209};
    return PLAT_S_OK;
}

static void test_pipes_need_a_build(void **state)
{
    (void)state;
    static const struct plat_os_ops old = {.version = old_version};
    struct v17_bed at;
    struct v17_container_request request;
    struct wcd_error err = WCD_ERROR_INIT;
    set_up(&at, &request);
    at.bed.platform.os = (struct plat_os){&old, NULL};
    add_mount(&request, "\\\\.\\pipe\\a", "\\\\.\\pipe\\b", "");
    v17_assert_refused(v17_bed_create(&at, &request, &err), &err,
                       "named pipe mounts are not supported on this version of Windows");
    assert_false(at.runtime->ops->knows(at.runtime, "c1"));
    hcs_bed_assert_calls(&at.bed, "");
    v17_request_release(&request);
    v17_bed_tear_down(&at);
}

/* ---- Linux ---- */

static struct wcd_runtime_option lcow_option(bool vhdx)
{
    return (struct wcd_runtime_option){.kind = WCD_OPTION_LCOW,
                                       .has_config = true,
                                       .vhdx_mode = vhdx,
                                       .vhdx = "C:\\lcow\\uvm.vhdx",
                                       .image_path = "C:\\lcow",
                                       .kernel_file = "bootx64.efi",
                                       .initrd_file = "initrd.img",
                                       .boot_parameters = "quiet"};
}

static void test_linux(void **state)
{
    (void)state;
    struct v17_bed at;
    struct v17_container_request request;
    struct wcd_strlist first = {0};
    struct wcd_strlist second = {0};
    assert_true(wcd_strlist_add(&first, "e1") && wcd_strlist_add(&second, "e2"));
    set_up(&at, &request);
    request.request.os = "linux";
    v17_request_add(&request, lcow_option(true));
    v17_request_add(&request, (struct wcd_runtime_option){.kind = WCD_OPTION_CREDENTIALS,
                                                          .credentials = "not sent"});
    add_flag(&request, WCD_OPTION_FLUSH, true);
    v17_request_add(&request,
                    (struct wcd_runtime_option){.kind = WCD_OPTION_NETWORK, .endpoints = &first});
    v17_request_add(&request, (struct wcd_runtime_option){.kind = WCD_OPTION_NETWORK,
                                                          .endpoints = &second,
                                                          .dns_search = &second,
                                                          .flag = true,
                                                          .shared_container = "other"});
    assert_document(&at, &request,
                    LINUX_FIRST LINUX_LAYERS "\"HvPartition\":true,\"EndpointList\":[\"e1\"],"
                                             "\"HvRuntime\":{\"ImagePath\":"
                                             "\"C:\\\\lcow\\\\uvm.vhdx\"}," LINUX_LAST);
    set_up(&at, &request);
    request.request.os = "Windows";
    request.spec.windows.present = false;
    wcd_strlist_release(&request.layers);
    request.layers.present = true;
    v17_request_add(&request, lcow_option(false));
    assert_document(&at, &request,
                    LINUX_FIRST "\"LayerFolderPath\":\"C:\\\\layers\\\\c1\",\"Layers\":null,"
                                "\"HvPartition\":true,\"HvRuntime\":{\"ImagePath\":\"C:\\\\lcow\","
                                "\"LinuxInitrdFile\":\"initrd.img\",\"LinuxKernelFile\":"
                                "\"bootx64.efi\",\"LinuxBootParameters\":\"quiet\"}," LINUX_LAST);
    wcd_strlist_release(&first);
    wcd_strlist_release(&second);
}

/* ---- what is refused ---- */

static void assert_refused(struct v17_bed *at, struct v17_container_request *request,
                           const char *message)
{
    struct wcd_error err = WCD_ERROR_INIT;
    v17_assert_refused(v17_bed_create(at, request, &err), &err, message);
    assert_false(at->runtime->ops->knows(at->runtime, "c1"));
    hcs_bed_assert_calls(&at->bed, "");
    hcs_bed_assert_heard(&at->bed, "");
    v17_request_release(request);
    v17_bed_tear_down(at);
}

static plat_hr no_guid(void *ctx, const char *name, char **guid)
{
    (void)ctx, (void)name;
    *guid = NULL;
    return plat_hr_win32(PLAT_ERROR_ACCESS_DENIED);
}

static void test_refusals(void **state)
{
    (void)state;
    static const struct plat_storage_ops no_guids = {.name_to_guid = no_guid};
    struct v17_bed at;
    struct v17_container_request request;
    set_up(&at, &request);
    request.spec.windows.present = false;
    assert_refused(&at, &request, "the OCI spec has no part for Windows");
    set_up(&at, &request);
    request.options[0].layer_paths = NULL;
    assert_refused(&at, &request, "no layer option or paths were supplied to the runtime");
    set_up(&at, &request);
    add_flag(&request, WCD_OPTION_HYPERV, true);
    assert_refused(&at, &request, "utility VM image could not be found");
    set_up(&at, &request);
    add_flag(&request, WCD_OPTION_HYPERV, true);
    assert_true(fake_fs_set_failure(at.bed.host, "C:\\layers\\base\\UtilityVM",
                                    plat_hr_win32(PLAT_ERROR_ACCESS_DENIED)));
    assert_refused(&at, &request,
                   "GetFileAttributesEx C:\\layers\\base\\UtilityVM: Access is denied.");
    set_up(&at, &request);
    at.bed.platform.storage = (struct plat_storage){&no_guids, NULL};
    assert_refused(&at, &request,
                   "hcsshim::NameToGuid failed in Win32: Access is denied. (0x5) name=base");
    set_up(&at, &request);
    request.request.os = "linux";
    assert_refused(&at, &request, "lcow option must be supplied to the runtime");
    set_up(&at, &request);
    request.request.os = "linux";
    v17_request_add(&request, (struct wcd_runtime_option){.kind = WCD_OPTION_LCOW});
    assert_refused(&at, &request, "lcow option must be supplied to the runtime");
    set_up(&at, &request);
    request.request.os = "linux";
    request.request.option_count = 0;
    v17_request_add(&request, lcow_option(true));
    assert_refused(&at, &request, "no layer option or paths were supplied to the runtime");
}

/* ---- processes ---- */

/* The document of the process that is created last. */
static void assert_process(struct v17_bed *at, const char *document)
{
    at->bed.calls.data[at->bed.calls.len] = '\0';
    char *last = NULL;
    for (char *next = strstr(at->bed.calls.data, "create process 1 "); next != NULL;
         next = strstr(next + 1, "create process 1 ")) {
        last = next + strlen("create process 1 ");
    }
    char *end = last == NULL ? NULL : strchr(last, '\n');
    if (end == NULL) {
        fail_msg("no process was created");
        return;
    }
    *end = '\0';
    assert_string_equal(last, document);
    hcs_bed_forget(&at->bed);
}

static void assert_first_process(struct v17_bed *at, struct v17_container_request *request,
                                 const char *document)
{
    struct wcd_error err = WCD_ERROR_INIT;
    assert_int_equal(v17_bed_create(at, request, &err), WCD_OK);
    assert_process(at, document);
    v17_request_release(request);
    v17_bed_tear_down(at);
}

static void test_first_process(void **state)
{
    (void)state;
    struct v17_bed at;
    struct v17_container_request request;
    set_up(&at, &request);
    assert_first_process(&at, &request,
                         "{\"CommandLine\":\"cmd /c ver\",\"WorkingDirectory\":\"C:\\\\\","
                         "\"CreateStdInPipe\":true,\"CreateStdOutPipe\":true,"
                         "\"CreateStdErrPipe\":true,\"ConsoleSize\":[0,0]}");
    set_up(&at, &request);
    struct wcd_spec_process *process = &request.spec.process;
    process->terminal = true;
    process->console_size = (struct wcd_spec_box){true, 24, 80};
    process->user.username = wcd_text_copy("ContainerUser");
    wcd_strlist_release(&process->args);
    wcd_text_replace(&process->cwd, NULL);
    const char *const env[] = {"B=2", "no variable", "a=b=c", "B=3", "=x", "A=", ""};
    for (size_t i = 0; i < sizeof(env) / sizeof(env[0]); i++) {
        assert_true(wcd_strlist_add(&process->env, env[i]));
    }
    assert_first_process(&at, &request,
                         "{\"User\":\"ContainerUser\",\"Environment\":{\"\":\"x\",\"A\":\"\","
                         "\"B\":\"3\",\"a\":\"b=c\"},\"EmulateConsole\":true,"
                         "\"CreateStdInPipe\":true,\"CreateStdOutPipe\":true,"
                         "\"ConsoleSize\":[24,80]}");
    set_up(&at, &request);
    request.spec.process.console_size = (struct wcd_spec_box){true, 1, 2};
    assert_true(wcd_strlist_add(&request.spec.process.env, "none"));
    add_flag(&request, WCD_OPTION_SERVICING, true);
    assert_first_process(&at, &request,
                         "{\"CommandLine\":\"cmd /c ver\",\"WorkingDirectory\":\"C:\\\\\","
                         "\"ConsoleSize\":[1,2]}");
}

#define LINUX_PROCESS                                                                              \
    "{\"CommandArgs\":[\"cmd\",\"/c ver\"],\"WorkingDirectory\":\"C:\\\\\","                       \
    "\"CreateStdInPipe\":true,\"CreateStdOutPipe\":true,\"CreateStdErrPipe\":true,"                \
    "\"ConsoleSize\":[0,0]"

static void test_linux_process(void **state)
{
    (void)state;
    struct v17_bed at;
    struct v17_container_request request;
    struct wcd_json_fault fault;
    const char *text = "{\"platform\":{\"os\":\"linux\"},\"x\":[1.50,\"<\"]}";
    struct wcd_json *document = wcd_json_parse(text, strlen(text), &fault);
    set_up(&at, &request);
    request.request.os = "";
    v17_request_add(&request, lcow_option(true));
    assert_first_process(&at, &request, LINUX_PROCESS "}");
    set_up(&at, &request);
    request.request.os = "linux";
    request.request.spec_document = document;
    v17_request_add(&request, lcow_option(true));
    assert_first_process(&at, &request,
                         LINUX_PROCESS ",\"OCISpecification\":{\"platform\":{\"os\":\"linux\"},"
                                       "\"x\":[1.50,\"\\u003c\"]}}");
    wcd_json_free(document);
    set_up(&at, &request);
    request.request.os = "linux";
    v17_request_add(&request, lcow_option(true));
    assert_first_process(&at, &request,
                         LINUX_PROCESS ",\"OCISpecification\":{\"ociVersion\":\"\","
                                       "\"hostname\":\"host1\",\"windows\":"
                                       "{\"layerFolders\":null}}}");
}

static void test_exec(void **state)
{
    (void)state;
    struct v17_bed at;
    struct wcd_error err = WCD_ERROR_INIT;
    struct wcd_spec_process process = {.present = true, .console_size = {true, 1, 2}};
    assert_true(wcd_strlist_add(&process.args, "ping") && wcd_strlist_add(&process.args, "-t"));
    v17_bed_set_up(&at);
    v17_bed_start(&at);
    assert_int_equal(v17_bed_exec(&at, "c1", "e1", &process, &err), WCD_OK);
    assert_process(&at, "{\"CommandLine\":\"ping -t\",\"WorkingDirectory\":\"C:\\\\\","
                        "\"CreateStdInPipe\":true,\"CreateStdOutPipe\":true,"
                        "\"CreateStdErrPipe\":true,\"ConsoleSize\":[0,0]}");
    process.terminal = true;
    process.cwd = wcd_text_copy("C:\\temp");
    process.user.username = wcd_text_copy("u");
    assert_int_equal(v17_bed_exec(&at, "c1", "e2", &process, &err), WCD_OK);
    assert_process(&at, "{\"CommandLine\":\"ping -t\",\"User\":\"u\",\"WorkingDirectory\":"
                        "\"C:\\\\temp\",\"EmulateConsole\":true,\"CreateStdInPipe\":true,"
                        "\"CreateStdOutPipe\":true,\"ConsoleSize\":[1,2]}");
    wcd_strlist_release(&process.args);
    free(process.cwd);
    free(process.user.username);
    v17_bed_tear_down(&at);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_process_isolation),
        cmocka_unit_test(test_hyperv_isolation),
        cmocka_unit_test(test_networks_and_credentials),
        cmocka_unit_test(test_resources),
        cmocka_unit_test(test_too_many_processors_are_told),
        cmocka_unit_test(test_mounts),
        cmocka_unit_test(test_pipes_need_a_build),
        cmocka_unit_test(test_linux),
        cmocka_unit_test(test_refusals),
        cmocka_unit_test(test_first_process),
        cmocka_unit_test(test_linux_process),
        cmocka_unit_test(test_exec),
    };
    return cmocka_run_group_tests_name("v17_documents", tests, NULL, NULL);
}
