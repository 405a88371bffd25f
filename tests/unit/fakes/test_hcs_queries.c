/* What the compute service answers: properties, enumerations, requests, its own settings. */
#include "tests/unit/fakes/hcs_fixture.h"

#include "core/base/text.h"
#include "tests/support/cmocka.h"

#include <stdlib.h>
#include <string.h>

#define WIN(error) plat_hr_win32(PLAT_ERROR_##error)

static void expect_properties(struct hcs_fixture *f, plat_handle system, const char *query,
                              const char *expected)
{
    char *text = NULL;
    assert_int_equal(hcs_properties(f, system, query, &text), PLAT_S_OK);
    assert_string_equal(text, expected);
    free(text);
}

static void the_header_follows_the_state(void **state)
{
    struct hcs_fixture f;
    (void)state;
    hcs_fixture_init(&f, "server-2019");
    struct hcs_container c = hcs_created(&f, "c1", HCS_HYPERV, 1);
    char *text = NULL;
    assert_int_equal(hcs_properties(&f, c.handle, "", &text), PLAT_S_OK);
    assert_null(strstr(text, "State"));
    struct wcd_json_fault fault;
    struct wcd_json *header = wcd_json_parse(text, strlen(text), &fault);
    static const char *const members[] = {"Id",    "SystemType", "RuntimeOsType",   "Name",
                                          "Owner", "RuntimeId",  "RuntimeImagePath"};
    assert_int_equal(wcd_json_size(header), 7);
    const struct wcd_json *at = wcd_json_first(header);
    for (size_t i = 0; i < 7; i++, at = wcd_json_next(at)) {
        assert_string_equal(wcd_json_name(at), members[i]);
    }
    wcd_json_free(header);
    char *running = wcd_text_copy_n(text, strlen(text) - 1);
    char *expected = wcd_text_format("%s,\"State\":\"Running\"}", running);
    assert_true(plat_hcs_accepted(hcs_call(&f, f.ops->start_system, c.handle, "")));
    expect_properties(&f, c.handle, "{}", text);
    hcs_pass_us(&f, 60000000);
    expect_properties(&f, c.handle, "{}", expected);
    expect_properties(&f, c.handle, "{\"PropertyTypes\":[]}", expected);
    expect_properties(&f, c.handle, "{\"PropertyTypes\":null}", expected);
    assert_true(plat_hcs_accepted(hcs_call(&f, f.ops->pause_system, c.handle, "")));
    expect_properties(&f, c.handle, "", expected);
    hcs_pass_us(&f, 60000000);
    free(expected);
    expected = wcd_text_format("%s,\"State\":\"Paused\"}", running);
    expect_properties(&f, c.handle, "", expected);
    assert_true(plat_hcs_accepted(hcs_call(&f, f.ops->terminate_system, c.handle, "")));
    hcs_pass_us(&f, 60000000);
    free(expected);
    expected = wcd_text_format(
        "%s,\"State\":\"Stopped\",\"Stopped\":true,\"ExitType\":\"ForcedExit\"}", running);
    expect_properties(&f, c.handle, "", expected);
    free(expected);
    free(running);
    free(text);
    hcs_end(&f, &c);
    hcs_fixture_release(&f);
}

static void queries_are_checked(void **state)
{
    static const struct {
        const char *query;
        uint32_t hr;
        const char *detail;
    } cases[] = {
        {"x", 0xC037010Du, NULL},
        {"[]", 0xC037010Du, "the document: array where object is expected"},
        {"{\"PropertyType\":[]}", 0xC037010Du, "/PropertyType: a member that is not known"},
        {"{\"PropertyTypes\":\"Statistics\"}", 0xC037010Du,
         "/PropertyTypes: string where array is expected"},
        {"{\"PropertyTypes\":[\"Statistic\"]}", 0xC037010Du,
         "the document: no such property type: Statistic"},
        {"{\"PropertyTypes\":[\"ProcessorTopology\"]}", 0x80070032u, NULL},
        {"{\"PropertyTypes\":[\"Memory\"]}", 0xC037010Du, NULL},
        {"{\"Queries\":{\"Basic\":{}}}", 0x80070032u, NULL},
    };
    struct hcs_fixture f;
    (void)state;
    hcs_fixture_init(&f, "server-2019");
    struct hcs_container c = hcs_running(&f, "c1", HCS_PROCESS, 1);
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        char *text = NULL;
        assert_int_equal(plat_hr_bits(hcs_properties(&f, c.handle, cases[i].query, &text)),
                         cases[i].hr);
        assert_null(text);
        if (cases[i].detail != NULL) {
            assert_string_equal(f.detail, cases[i].detail);
        }
    }
    hcs_end(&f, &c);
    hcs_fixture_release(&f);
}

static const char *text_at(const struct wcd_json *document, const char *pointer)
{
    const struct wcd_json *value = wcd_json_at(document, pointer);
    assert_non_null(value);
    return wcd_json_is(value, WCD_JSON_STRING) ? wcd_json_string(value) : wcd_json_literal(value);
}

static void statistics_show_what_runs(void **state)
{
    struct hcs_fixture f;
    char *text = NULL;
    struct wcd_json_fault fault;
    (void)state;
    hcs_fixture_init(&f, "server-2019");
    struct hcs_container c = hcs_running(&f, "c1", HCS_PROCESS, 1);
    assert_int_equal(hcs_modify(&f, c.handle,
                                "{\"ResourceType\":\"Network\",\"RequestType\":\"Add\","
                                "\"Settings\":\"136c9e80-1d6b-41c6-baac-8512d39e5547\"}"),
                     PLAT_S_OK);
    assert_int_equal(
        hcs_properties(&f, c.handle, "{\"PropertyTypes\":[\"Statistics\",\"ProcessList\"]}", &text),
        PLAT_S_OK);
    struct wcd_json *document = wcd_json_parse(text, strlen(text), &fault);
    assert_non_null(document);
    const char *stamp = text_at(document, "/Statistics/Timestamp");
    assert_int_equal(strlen(stamp), strlen("2026-08-25T23:32:19.0685861Z"));
    assert_int_equal(stamp[27], 'Z');
    assert_string_equal(text_at(document, "/Statistics/Network/0/EndpointId"),
                        "136C9E80-1D6B-41C6-BAAC-8512D39E5547");
    assert_non_null(wcd_json_at(document, "/Statistics/Processor/RuntimeKernel100ns"));
    assert_non_null(wcd_json_at(document, "/Statistics/Memory/MemoryUsageCommitBytes"));
    assert_null(wcd_json_at(document, "/Statistics/Network/0/BytesReceived"));
    assert_true(wcd_json_size(wcd_json_at(document, "/ProcessList")) > 10);
    wcd_json_free(document);
    free(text);
    hcs_end(&f, &c);
    hcs_fixture_release(&f);
}

static void other_sections_are_there(void **state)
{
    struct hcs_fixture f;
    char *text = NULL;
    (void)state;
    hcs_fixture_init(&f, "server-2019");
    struct hcs_container c = hcs_running(&f, "c1", HCS_HYPERV, 1);
    assert_int_equal(
        hcs_properties(&f, c.handle,
                       "{\"PropertyTypes\":[\"GuestConnection\",\"TerminateOnLastHandleClosed\","
                       "\"PendingUpdates\",\"MappedVirtualDisk\"]}",
                       &text),
        PLAT_S_OK);
    assert_non_null(
        strstr(text, "\"State\":\"Running\",\"GuestConnectionInfo\":{\"SupportedSchemaVersions\":[{"
                     "\"Major\":2,\"Minor\":1}],\"ProtocolVersion\":4,"));
    assert_non_null(strstr(text, "}},\"TerminateOnLastHandleClosed\":false,"
                                 "\"MappedVirtualDiskControllers\":{\"0\":{\"MappedVirtualDisks\":"
                                 "{}}}}"));
    free(text);
    /* Docker of 2017 asks after the exit. */
    assert_true(fake_hcs_set_updates_pending(f.host, "c1", true));
    assert_false(fake_hcs_set_updates_pending(f.host, "c2", true));
    assert_true(plat_hcs_accepted(hcs_call(&f, f.ops->terminate_system, c.handle, "")));
    hcs_pass_us(&f, 1000000);
    assert_int_equal(
        hcs_properties(&f, c.handle, "{\"PropertyTypes\":[\"PendingUpdates\"]}", &text), PLAT_S_OK);
    assert_non_null(strstr(text, "\"AreUpdatesPending\":true}"));
    free(text);
    hcs_end(&f, &c);
    hcs_fixture_release(&f);
}

/* The ids of an enumeration, separated by blanks. */
static char *ids_of(struct hcs_fixture *f, const char *query)
{
    char *text = NULL;
    struct wcd_json_fault fault;
    struct wcd_strlist ids;
    wcd_strlist_init(&ids);
    assert_int_equal(hcs_enumerate(f, query, &text), PLAT_S_OK);
    struct wcd_json *list = wcd_json_parse(text, strlen(text), &fault);
    assert_true(wcd_json_is(list, WCD_JSON_ARRAY));
    for (const struct wcd_json *at = wcd_json_first(list); at != NULL; at = wcd_json_next(at)) {
        assert_true(wcd_strlist_add(&ids, wcd_json_string(wcd_json_get(at, "Id"))));
    }
    char *joined = wcd_strlist_join(&ids, " ");
    wcd_strlist_release(&ids);
    wcd_json_free(list);
    free(text);
    return joined;
}

static void enumerations_take_queries(void **state)
{
    static const struct {
        const char *query;
        const char *ids;
    } cases[] = {
        {"", "b a vm"},
        {"{}", "b a vm"},
        {"{\"Ids\":[\"A\",\"vm\",\"x\"]}", "a vm"},
        {"{\"Ids\":[]}", ""},
        {"{\"Ids\":null}", "b a vm"},
        {"{\"Names\":[\"b\"]}", "b"},
        {"{\"Owners\":[\"docker\"]}", "b a"},
        {"{\"Owners\":[\"WSL\",\"docker\"],\"Types\":[\"VirtualMachine\"]}", "vm"},
        {"{\"Types\":[\"Container\"]}", "b a"},
    };
    struct hcs_fixture f;
    char *text = NULL;
    plat_handle machine = PLAT_NO_HANDLE;
    (void)state;
    hcs_fixture_init(&f, "server-2019");
    struct hcs_container b = hcs_running(&f, "b", HCS_PROCESS, 1);
    struct hcs_container a = hcs_created(&f, "a", HCS_HYPERV, 2);
    assert_true(plat_hcs_accepted(
        hcs_create(&f, "vm",
                   "{\"Owner\":\"WSL\",\"SchemaVersion\":{\"Major\":2,\"Minor\":1},"
                   "\"VirtualMachine\":{\"ComputeTopology\":{\"Memory\":{\"SizeInMB\":64}}}}",
                   &machine)));
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        char *ids = ids_of(&f, cases[i].query);
        assert_string_equal(ids, cases[i].ids);
        free(ids);
    }
    assert_int_equal(hcs_enumerate(&f, "{\"Types\":[\"Job\"]}", &text), PLAT_HCS_INVALID_JSON);
    assert_string_equal(f.detail, "/Types/0: the word is not known");
    assert_true(plat_hcs_accepted(hcs_call(&f, f.ops->terminate_system, machine, "")));
    char *ids = ids_of(&f, "");
    assert_string_equal(ids, "b a vm");
    free(ids);
    hcs_pass_us(&f, 1000000);
    ids = ids_of(&f, "");
    assert_string_equal(ids, "b a");
    free(ids);
    assert_int_equal(f.ops->close_system(f.ctx, machine), PLAT_S_OK);
    hcs_end(&f, &a);
    hcs_end(&f, &b);
    hcs_fixture_release(&f);
}

static void old_builds_do_not_enumerate_while_a_system_stops(void **state)
{
    struct hcs_fixture f;
    bool denied = false;
    bool invalid = false;
    (void)state;
    hcs_fixture_init(&f, "server-2016");
    struct hcs_container c = hcs_created(&f, "c1", HCS_HYPERV, 1);
    assert_true(plat_hcs_accepted(hcs_call(&f, f.ops->terminate_system, c.handle, "")));
    for (int i = 0; i < 100; i++) {
        char *text = NULL;
        plat_hr hr = hcs_enumerate(&f, "{}", &text);
        denied = denied || hr == WIN(ACCESS_DENIED);
        invalid = invalid || hr == PLAT_HCS_INVALID_STATE;
        assert_null(text);
    }
    assert_true(denied && invalid);
    hcs_pass_us(&f, 1000000);
    char *text = NULL;
    assert_int_equal(hcs_enumerate(&f, "{}", &text), PLAT_S_OK);
    free(text);
    hcs_end(&f, &c);
    /* The template. */
    hcs_fixture_drop(&f);
}

static void requests_change_a_container(void **state)
{
    static const struct {
        const char *request;
        uint32_t hr;
        const char *detail;
    } cases[] = {
        {"{\"ResourceType\":\"Network\",\"RequestType\":\"Add\","
         "\"Settings\":\"136C9E80-1D6B-41C6-BAAC-8512D39E5547\"}",
         0, NULL},
        {"{\"ResourceType\":\"Network\",\"RequestType\":\"Add\","
         "\"Settings\":\"136c9e80-1d6b-41c6-baac-8512d39e5547\"}",
         0x800700B7u, NULL},
        {"{\"ResourceType\":\"Network\",\"RequestType\":\"Remove\","
         "\"Settings\":\"136C9E80-1D6B-41C6-BAAC-8512D39E5547\"}",
         0, NULL},
        {"{\"ResourceType\":\"Network\",\"RequestType\":\"Remove\","
         "\"Settings\":\"136C9E80-1D6B-41C6-BAAC-8512D39E5547\"}",
         0x80070490u, NULL},
        {"{\"ResourceType\":\"Network\",\"Settings\":\"x\"}", 0x80070490u, NULL},
        {"{\"ResourceType\":\"Network\",\"Settings\":{}}", 0xC037010Du,
         "the document: Settings is no endpoint"},
        {"{\"ResourceType\":\"Network\",\"RequestType\":\"Move\",\"Settings\":\"x\"}", 0xC037010Du,
         "the document: RequestType is not Add or Remove"},
        {"{\"ResourceType\":\"MappedVirtualDisk\",\"Settings\":{}}", 0x80070032u, NULL},
        {"{\"ResourceType\":\"Memory\",\"Settings\":1}", 0x80070032u,
         "the document: ResourceType Memory is not emulated"},
        {"{\"ResourceType\":\"Network\",\"Setting\":1}", 0xC037010Du,
         "/Setting: a member that is not known"},
        {"{}", 0xC037010Du, "the document: neither ResourcePath nor GuestRequest"},
        {"x", 0xC037010Du, NULL},
    };
    struct hcs_fixture f;
    (void)state;
    hcs_fixture_init(&f, "server-2019");
    struct hcs_container c = hcs_running(&f, "c1", HCS_PROCESS, 1);
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        assert_int_equal(plat_hr_bits(hcs_modify(&f, c.handle, cases[i].request)), cases[i].hr);
        if (cases[i].detail != NULL) {
            assert_string_equal(f.detail, cases[i].detail);
        }
    }
    hcs_end(&f, &c);
    hcs_fixture_release(&f);
}

static void processes_have_documents_too(void **state)
{
    static const struct {
        const char *document;
        uint32_t hr;
        const char *detail;
    } cases[] = {
        {"{}", 0x80070057u, "the document: no command line"},
        {"{\"CommandLine\":\"cmd\",\"Tty\":true}", 0xC037010Du, "/Tty: a member that is not known"},
        {"{\"CommandLine\":\"cmd\",\"ConsoleSize\":[1]}", 0xC037010Du,
         "the document: ConsoleSize is not two numbers"},
        {"{\"CommandLine\":\"cmd\",\"ConsoleSize\":[0,70000]}", 0xC037010Du,
         "/ConsoleSize/1: 70000 is out of range"},
        {"{\"CommandLine\":\"cmd\",\"Environment\":{\"A\":1}}", 0xC037010Du,
         "/Environment/A: number where string is expected"},
        {"{\"CommandLine\":\"cmd\",\"OCISpecification\":{}}", 0xC037010Du,
         "the document: an OCI specification for a Windows container"},
        {"{\"CommandLine\":\"nowhere\"}", 0x80070002u,
         "The system cannot find the file specified."},
        {"{\"CommandLine\":\"cmd\",\"User\":\"nobody\"}", 0x8007052Eu, NULL},
    };
    struct hcs_fixture f;
    plat_handle process = PLAT_NO_HANDLE;
    (void)state;
    hcs_fixture_init(&f, "server-2019");
    struct hcs_container c = hcs_running(&f, "c1", HCS_PROCESS, 1);
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        assert_int_equal(plat_hr_bits(hcs_run(&f, c.handle, cases[i].document, &process)),
                         cases[i].hr);
        if (cases[i].detail != NULL) {
            assert_string_equal(f.detail, cases[i].detail);
        }
    }
    /* All that docker of January 2017 sends. */
    assert_int_equal(hcs_run(&f, c.handle,
                             "{\"ApplicationName\":\"\",\"CommandLine\":\"cmd /c exit 3\","
                             "\"User\":\"\",\"WorkingDirectory\":\"C:\\\\\",\"Environment\":null,"
                             "\"EmulateConsole\":false,\"CreateStdInPipe\":false,"
                             "\"CreateStdOutPipe\":false,\"CreateStdErrPipe\":false,"
                             "\"ConsoleSize\":[0,0]}",
                             &process),
                     PLAT_S_OK);
    hcs_pass_us(&f, 1000000);
    assert_int_equal(f.ops->close_process(f.ctx, process), PLAT_S_OK);
    hcs_end(&f, &c);
    hcs_fixture_release(&f);
}

static void a_guest_behind_a_machine_tells_with_traces(void **state)
{
    struct hcs_fixture f;
    char *result = NULL;
    plat_handle process = PLAT_NO_HANDLE;
    struct plat_hcs_process_info info;
    (void)state;
    hcs_fixture_init(&f, "server-2019");
    struct hcs_container c = hcs_running(&f, "c1", HCS_HYPERV, 1);
    assert_int_equal(f.ops->create_process(f.ctx, c.handle, "{\"CommandLine\":\"nowhere\"}", &info,
                                           &process, &result),
                     WIN(FILE_NOT_FOUND));
    static const char head[] =
        "{\"Error\":-2147024894,\"ErrorMessage\":\"The system cannot find the file specified.\","
        "\"ErrorEvents\":[{\"Provider\":\"00000000-0000-0000-0000-000000000000\"},"
        "{\"Provider\":\"00000000-0000-0000-0000-000000000000\"},{\"StackTrace\":\"onecore\\\\vm";
    assert_memory_equal(result, head, sizeof(head) - 1);
    assert_non_null(strstr(result, "80070002 The system cannot find the file specified."));
    free(result);
    hcs_end(&f, &c);
    hcs_fixture_release(&f);
}

static void the_service_tells_of_itself(void **state)
{
    static const struct {
        const char *build;
        const char *query;
        uint32_t hr;
        const char *text; /* the detail of a failure */
    } cases[] = {
        {"server-2019", "{\"PropertyTypes\":[\"Basic\"]}", 0,
         "{\"Properties\":[{\"SupportedSchemaVersions\":[{\"Major\":1,\"Minor\":0},"
         "{\"Major\":2,\"Minor\":1}]}]}"},
        {"server-2022", "{\"PropertyTypes\":[\"Basic\"]}", 0,
         "{\"Properties\":[{\"SupportedSchemaVersions\":[{\"Major\":1,\"Minor\":0},"
         "{\"Major\":2,\"Minor\":5}]}]}"},
        {"server-2019", "", 0, "{\"Properties\":[]}"},
        {"server-2019", "{\"PropertyTypes\":[\"CpuGroup\",\"ContainerCredentialGuard\"]}", 0,
         "{\"Properties\":[{\"CpuGroups\":[]},{\"Instances\":[]}]}"},
        {"server-2019", "{\"PropertyTypes\":[\"ProcessorTopology\"]}", 0,
         "{\"Properties\":[{\"LogicalProcessorCount\":2,\"LogicalProcessors\":["
         "{\"LpIndex\":0,\"NodeNumber\":0,\"PackageId\":0,\"CoreId\":0,\"RootVpIndex\":0},"
         "{\"LpIndex\":1,\"NodeNumber\":0,\"PackageId\":0,\"CoreId\":1,\"RootVpIndex\":1}]}]}"},
        {"server-2022", "{\"PropertyQueries\":{\"Basic\":{},\"Moon\":{}}}", 0,
         "{\"PropertyResponses\":{\"Basic\":{\"Response\":{\"SupportedSchemaVersions\":["
         "{\"Major\":1,\"Minor\":0},{\"Major\":2,\"Minor\":5}]}},\"Moon\":{\"Error\":{\"Error\":"
         "-2147024846,\"ErrorMessage\":\"The request is not supported.\"}}}}"},
        {"server-2019", "{\"PropertyTypes\":[\"Moon\"]}", 0xC037010Du,
         "the document: no such property type: Moon"},
        {"server-2016", "", 0x8007007Fu, NULL},
    };
    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct hcs_fixture f;
        char *text = NULL;
        hcs_fixture_init(&f, cases[i].build);
        fake_os_set_processors(f.host, 2);
        assert_int_equal(plat_hr_bits(hcs_service(&f, cases[i].query, &text)), cases[i].hr);
        if (cases[i].text != NULL) {
            assert_string_equal(cases[i].hr == 0 ? text : f.detail, cases[i].text);
        }
        free(text);
        hcs_fixture_release(&f);
    }
}

static plat_hr change_service(struct hcs_fixture *f, const char *settings)
{
    char *result = NULL;
    plat_hr hr = f->ops->modify_service(f->ctx, settings, &result);
    free(result);
    return hr;
}

static void credential_guards_come_and_go(void **state)
{
    struct hcs_fixture f;
    char *text = NULL;
    (void)state;
    static const char add[] =
        "{\"PropertyType\":\"ContainerCredentialGuard\",\"Settings\":{\"Operation\":\"AddInstance\","
        "\"OperationDetails\":{\"Id\":\"c1\",\"CredentialSpec\":\"{}\",\"Transport\":\"LRPC\"}}}";
    static const char drop[] =
        "{\"PropertyType\":\"ContainerCredentialGuard\",\"Settings\":{\"Operation\":"
        "\"RemoveInstance\",\"OperationDetails\":{\"Id\":\"c1\"}}}";
    hcs_fixture_init(&f, "server-2019");
    assert_int_equal(change_service(&f, drop), WIN(NOT_FOUND));
    assert_int_equal(change_service(&f, add), PLAT_S_OK);
    assert_int_equal(change_service(&f, add), WIN(ALREADY_EXISTS));
    assert_int_equal(hcs_service(&f, "{\"PropertyTypes\":[\"ContainerCredentialGuard\"]}", &text),
                     PLAT_S_OK);
    assert_non_null(strstr(text, "{\"Properties\":[{\"Instances\":[{\"Id\":\"c1\","
                                 "\"CredentialGuard\":{\"Cookie\":\""));
    assert_non_null(strstr(text, "\"Transport\":\"LRPC\",\"CredentialSpec\":\"{}\"}}]}]}"));
    free(text);
    assert_int_equal(change_service(&f, drop), PLAT_S_OK);
    assert_int_equal(change_service(&f, "{\"PropertyType\":\"CpuGroup\",\"Settings\":{}}"),
                     WIN(NOT_SUPPORTED));
    assert_int_equal(change_service(&f, "{\"PropertyType\":\"Moon\",\"Settings\":{}}"),
                     PLAT_HCS_INVALID_JSON);
    assert_int_equal(
        change_service(&f, "{\"PropertyType\":\"ContainerCredentialGuard\",\"Settings\":{}}"),
        PLAT_HCS_INVALID_JSON);
    assert_int_equal(change_service(&f, ""), PLAT_HCS_INVALID_JSON);
    hcs_fixture_release(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_header_follows_the_state),
        cmocka_unit_test(queries_are_checked),
        cmocka_unit_test(statistics_show_what_runs),
        cmocka_unit_test(other_sections_are_there),
        cmocka_unit_test(enumerations_take_queries),
        cmocka_unit_test(old_builds_do_not_enumerate_while_a_system_stops),
        cmocka_unit_test(requests_change_a_container),
        cmocka_unit_test(processes_have_documents_too),
        cmocka_unit_test(a_guest_behind_a_machine_tells_with_traces),
        cmocka_unit_test(the_service_tells_of_itself),
        cmocka_unit_test(credential_guards_come_and_go),
    };
    return cmocka_run_group_tests_name("hcs queries", tests, NULL, NULL);
}
