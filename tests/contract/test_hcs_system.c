/* The contract of core/platform/hcs.h: documents, handles and lifetime of compute systems, enumeration,
 * properties. */
#include "tests/contract/layers.h"
#include "tests/contract/systems.h"

#include "core/base/text.h"
#include "tests/support/cmocka.h"

#include <stdlib.h>
#include <string.h>

#define BOTH                                                                                       \
    enum systems_isolation isolation = SYSTEMS_PROCESS;                                            \
    isolation <= SYSTEMS_HYPERV;                                                                   \
    isolation++

/* What creating answers in the end, in the call or in the completion. */
static plat_hr outcome_of(struct systems *s, const char *id, const char *document)
{
    plat_handle handle = PLAT_NO_HANDLE;
    plat_handle registration = PLAT_NO_HANDLE;
    plat_hr hr = systems_create(s, id, document, &handle);
    if (!plat_hcs_accepted(hr)) {
        return hr;
    }
    uint64_t key = systems_register(s, handle, &registration);
    if (hr == PLAT_HCS_OPERATION_PENDING) {
        struct plat_event event = {0};
        assert_true(systems_next(s, key, SYSTEMS_PATIENCE_US, &event));
        assert_int_equal(event.type, PLAT_HCS_SYSTEM_CREATE_COMPLETED);
        hr = event.status;
        free(event.data);
    }
    if (plat_failed(hr)) {
        /* The object is gone, no exit follows; terminate says so, unregister and close work. */
        systems_expect_none(s, key);
        plat_hr end = systems_call(s, s->hcs.ops->terminate_system, handle);
        assert_true(plat_hcs_same(end, PLAT_HCS_SYSTEM_NOT_FOUND) ||
                    plat_hcs_same(end, PLAT_HCS_SYSTEM_ALREADY_STOPPED));
        systems_unregister(s, registration);
        systems_close(s, handle);
        ASSERT_HR(systems_open(s, id, &handle), PLAT_HCS_SYSTEM_NOT_FOUND);
        return hr;
    }
    assert_true(plat_hcs_accepted(systems_call(s, s->hcs.ops->terminate_system, handle)));
    systems_drop(s, key);
    systems_unregister(s, registration);
    systems_close(s, handle);
    return hr;
}

/* ---- documents ---- */

static void what_is_no_document_is_refused(void **state)
{
    static const char *const bad[] = {
        "",
        "{",
        "[]",
        "null",
        "{}",
        "{\"SystemType\":\"Container\"} x",
        "{\"SystemType\":\"Castle\"}",
        "{\"SystemType\":3}",
        "{\"SystemType\":\"Container\",\"Layers\":{}}",
        "{\"SystemType\":\"Container\",\"HvPartition\":\"yes\"}",
    };
    struct systems s;
    systems_init(&s, state);
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        plat_handle handle = PLAT_NO_HANDLE;
        ASSERT_HR(systems_create(&s, "bad", bad[i], &handle), PLAT_HCS_INVALID_JSON);
    }
    systems_release(&s);
}

/* The document of a container with its part between `from` and the next `to` replaced. */
static char *replaced(const char *document, const char *from, const char *to, const char *with)
{
    const char *start = strstr(document, from);
    assert_non_null(start);
    start += strlen(from);
    const char *end = strstr(start, to);
    assert_non_null(end);
    char *text = wcd_text_format("%.*s%s%s", (int)(start - document), document, with, end);
    assert_non_null(text);
    return text;
}

static bool is_missing(plat_hr hr)
{
    return hr == plat_hr_win32(PLAT_ERROR_FILE_NOT_FOUND) ||
           hr == plat_hr_win32(PLAT_ERROR_PATH_NOT_FOUND);
}

static void layers_have_to_be_there(void **state)
{
    for (BOTH) {
        struct systems s;
        systems_init(&s, state);
        struct container c = container_make(&s, isolation);
        char *document = replaced(c.document, "\"Path\":\"", "\"", "C:\\\\none\\\\layer");
        assert_true(is_missing(outcome_of(&s, c.id, document)));
        free(document);
        ASSERT_OK(outcome_of(&s, c.id, c.document));
        container_end(&s, &c);
        systems_release(&s);
    }
}

static void a_scratch_has_to_be_mounted_for_process_isolation(void **state)
{
    struct systems s;
    systems_init(&s, state);
    struct container c = container_make(&s, SYSTEMS_PROCESS);
    layers_unmount(state, c.id);
    assert_true(plat_failed(outcome_of(&s, c.id, c.document)));
    ASSERT_OK(layers_activate(state, c.id));
    ASSERT_OK(layers_prepare(state, c.id));
    container_end(&s, &c);
    systems_release(&s);
}

static void mounts_have_to_be_there(void **state)
{
    for (BOTH) {
        struct systems s;
        systems_init(&s, state);
        struct container c =
            container_make_with(&s, isolation,
                                ",\"MappedDirectories\":[{\"HostPath\":\"C:\\\\none\\\\here\","
                                "\"ContainerPath\":\"C:\\\\data\",\"ReadOnly\":false}]");
        assert_true(is_missing(outcome_of(&s, c.id, c.document)));
        container_end(&s, &c);
        systems_release(&s);
    }
}

static void an_id_is_taken_whatever_its_case(void **state)
{
    struct systems s;
    systems_init(&s, state);
    struct container c = container_created(&s, SYSTEMS_HYPERV);
    plat_handle handle = PLAT_NO_HANDLE;
    assert_true(wcd_text_equal(c.id, "c1"));
    ASSERT_OK(systems_open(&s, "C1", &handle));
    systems_close(&s, handle);
    char *document = replaced(c.document, "\"Name\":\"", "\"", "C1");
    ASSERT_HR(systems_create(&s, "C1", document, &handle), PLAT_HCS_SYSTEM_ALREADY_EXISTS);
    free(document);
    container_end(&s, &c);
    systems_release(&s);
}

/* ---- lifetime ---- */

static void a_system_outlives_its_handles(void **state)
{
    for (BOTH) {
        struct systems s;
        systems_init(&s, state);
        struct container c = container_running(&s, isolation);
        struct program program = program_run(&s, c.handle, "ping -t localhost");
        uint32_t pid = program.info.process_id;
        program_close(&s, &program);
        systems_unregister(&s, c.registration);
        systems_close(&s, c.handle);
        contract_pass_us(state, SYSTEMS_PATIENCE_US);
        ASSERT_OK(systems_open(&s, c.id, &c.handle));
        c.key = systems_register(&s, c.handle, &c.registration);
        char *result = contract_poison();
        ASSERT_OK(s.hcs.ops->open_process(s.hcs.ctx, c.handle, pid, &program.handle, &result));
        free(result);
        program_register(&s, &program);
        container_terminate(&s, &c);
        systems_expect(&s, program.key, PLAT_HCS_PROCESS_EXITED, PLAT_S_OK);
        program_close(&s, &program);
        container_end(&s, &c);
        systems_release(&s);
    }
}

static void the_last_handle_ends_a_system_that_wants_it(void **state)
{
    for (BOTH) {
        struct systems s;
        systems_init(&s, state);
        struct container c =
            container_make_with(&s, isolation, ",\"TerminateOnLastHandleClosed\":true");
        plat_handle second = PLAT_NO_HANDLE;
        container_create(&s, &c);
        container_start(&s, &c);
        ASSERT_OK(systems_open(&s, c.id, &second));
        systems_unregister(&s, c.registration);
        systems_close(&s, c.handle);
        contract_pass_us(state, SYSTEMS_QUIET_US);
        ASSERT_OK(systems_open(&s, c.id, &c.handle));
        systems_close(&s, second);
        contract_pass_us(state, SYSTEMS_QUIET_US);
        ASSERT_OK(systems_open(&s, c.id, &second));
        systems_close(&s, second);
        systems_close(&s, c.handle);
        c.handle = PLAT_NO_HANDLE;
        contract_pass_us(state, SYSTEMS_QUIET_US);
        ASSERT_HR(systems_open(&s, c.id, &second), PLAT_HCS_SYSTEM_NOT_FOUND);
        container_end(&s, &c);
        systems_release(&s);
    }
}

static void a_handle_is_closed_once(void **state)
{
    struct systems s;
    systems_init(&s, state);
    struct container c = container_created(&s, SYSTEMS_PROCESS);
    plat_handle second = PLAT_NO_HANDLE;
    plat_handle registration = 12345;
    contract_expect_misuse(state, 5);
    ASSERT_OK(systems_open(&s, c.id, &second));
    systems_close(&s, second);
    ASSERT_WIN32(s.hcs.ops->close_system(s.hcs.ctx, second), PLAT_ERROR_INVALID_HANDLE);
    ASSERT_WIN32(systems_call(&s, s.hcs.ops->start_system, second), PLAT_ERROR_INVALID_HANDLE);
    ASSERT_WIN32(systems_call(&s, s.hcs.ops->start_system, 999999), PLAT_ERROR_INVALID_HANDLE);
    ASSERT_WIN32(systems_call(&s, s.hcs.ops->start_system, c.registration),
                 PLAT_ERROR_INVALID_HANDLE);
    ASSERT_WIN32(
        s.hcs.ops->register_system(s.hcs.ctx, second, wcd_queue_sink(s.queue), 1, &registration),
        PLAT_ERROR_INVALID_HANDLE);
    assert_int_equal(registration, PLAT_NO_HANDLE);
    container_end(&s, &c);
    systems_release(&s);
}

static void a_whole_life_leaves_nothing(void **state)
{
    for (BOTH) {
        struct systems s;
        systems_init(&s, state);
        for (int i = 0; i < 3; i++) {
            struct container c = container_running(&s, isolation);
            struct program program = program_run(&s, c.handle, "cmd /c echo hi & exit 5");
            program_close_input(&s, &program);
            assert_int_equal(program_exit_code(&s, &program), 5);
            char *output = program_output(&s, program.info.std_output, program.out);
            assert_string_equal(output, "hi \r\n");
            free(output);
            program_close(&s, &program);
            plat_hr hr = systems_call(&s, s.hcs.ops->shutdown_system, c.handle);
            assert_true(plat_hcs_accepted(hr));
            systems_expect(&s, c.key, PLAT_HCS_SYSTEM_EXITED, PLAT_S_OK);
            c.ended = true;
            ASSERT_HR(systems_call(&s, s.hcs.ops->terminate_system, c.handle),
                      PLAT_HCS_SYSTEM_ALREADY_STOPPED);
            container_end(&s, &c);
        }
        systems_release(&s);
    }
}

/* ---- enumeration ---- */

/* How many systems the query finds, tried again while a system is torn down, as docker does. */
static size_t enumerated(struct systems *s, const char *query)
{
    for (int tries = 0; tries < 500; tries++) {
        struct wcd_json *list = NULL;
        plat_hr hr = systems_enumerate(s, query, &list);
        if (plat_succeeded(hr)) {
            size_t count = wcd_json_size(list);
            wcd_json_free(list);
            return count;
        }
        assert_true(hr == plat_hr_win32(PLAT_ERROR_ACCESS_DENIED) ||
                    plat_hcs_same(hr, PLAT_HCS_INVALID_STATE));
        contract_pass_us(s->state, 10000);
    }
    fail_msg("enumeration never succeeds");
    return 0;
}

static void living_systems_are_enumerated(void **state)
{
    struct systems s;
    systems_init(&s, state);
    assert_int_equal(enumerated(&s, "{\"Owners\":[\"contract\"]}"), 0);
    struct container a = container_running(&s, SYSTEMS_PROCESS);
    struct container b = container_created(&s, SYSTEMS_HYPERV);
    static const struct {
        const char *query;
        size_t count;
    } cases[] = {
        {"{\"Owners\":[\"contract\"]}", 2},
        {"{\"Owners\":[\"contract\",\"other\"],\"Ids\":[\"c1\"]}", 1},
        {"{\"Names\":[\"c2\"]}", 1},
        {"{\"Ids\":[\"c3\"]}", 0},
        {"{\"Types\":[\"Container\"],\"Owners\":[\"contract\"]}", 2},
        {"{\"Types\":[\"VirtualMachine\"],\"Owners\":[\"contract\"]}", 0},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        assert_int_equal(enumerated(&s, cases[i].query), cases[i].count);
    }
    assert_true(enumerated(&s, "") >= 2);
    assert_int_equal(enumerated(&s, "{}"), enumerated(&s, ""));
    struct wcd_json *list = NULL;
    static const char *const bad[] = {"x", "[]", "{\"Types\":[\"Castle\"]}", "{\"Ids\":\"c1\"}"};
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        ASSERT_HR(systems_enumerate(&s, bad[i], &list), PLAT_HCS_INVALID_JSON);
    }
    container_terminate(&s, &a);
    assert_int_equal(enumerated(&s, "{\"Owners\":[\"contract\"]}"), 1);
    container_end(&s, &a);
    container_end(&s, &b);
    assert_int_equal(enumerated(&s, "{\"Owners\":[\"contract\"]}"), 0);
    systems_release(&s);
}

/* ---- properties ---- */

static const char *text_at(const struct wcd_json *json, const char *name)
{
    const struct wcd_json *value = wcd_json_get(json, name);
    return value == NULL ? "" : wcd_json_string(value);
}

static void expect_header(struct systems *s, const struct container *c, const char *query,
                          const char *const *states)
{
    struct wcd_json *json = NULL;
    bool known = false;
    ASSERT_OK(systems_properties(s, c->handle, query, &json));
    assert_string_equal(text_at(json, "Id"), c->id);
    assert_string_equal(text_at(json, "SystemType"), "Container");
    assert_string_equal(text_at(json, "Owner"), "contract");
    const char *os = text_at(json, "RuntimeOsType");
    assert_true(os[0] == '\0' || wcd_text_equal(os, "Windows"));
    for (size_t i = 0; states[i] != NULL; i++) {
        known = known || wcd_text_equal(text_at(json, "State"), states[i]);
    }
    assert_true(known);
    assert_null(wcd_json_get(json, "Statistics"));
    assert_null(wcd_json_get(json, "ProcessList"));
    wcd_json_free(json);
}

static void the_header_tells_the_state(void **state)
{
    static const char *const created[] = {"", "Created", NULL};
    static const char *const running[] = {"Running", NULL};
    static const char *const paused[] = {"Paused", NULL};
    for (BOTH) {
        struct systems s;
        systems_init(&s, state);
        struct container c = container_created(&s, isolation);
        expect_header(&s, &c, "{}", created);
        expect_header(&s, &c, "", created);
        container_start(&s, &c);
        expect_header(&s, &c, "{}", running);
        if (isolation == SYSTEMS_HYPERV) {
            systems_complete(&s, systems_call(&s, s.hcs.ops->pause_system, c.handle), c.key,
                             PLAT_HCS_SYSTEM_PAUSE_COMPLETED);
            expect_header(&s, &c, "", paused);
        }
        container_end(&s, &c);
        systems_release(&s);
    }
}

static uint64_t number_at(const struct wcd_json *json, const char *pointer)
{
    const struct wcd_json *value = wcd_json_at(json, pointer);
    uint64_t number = 0;
    if (value != NULL) {
        assert_true(wcd_json_uint64(value, &number));
    }
    return number;
}

static void statistics_have_their_sections(void **state)
{
    for (BOTH) {
        struct systems s;
        systems_init(&s, state);
        struct container c = container_running(&s, isolation);
        struct wcd_json *json = NULL;
        contract_pass_us(state, 1000000);
        ASSERT_OK(systems_properties(&s, c.handle, "{\"PropertyTypes\":[\"Statistics\"]}", &json));
        assert_non_null(wcd_json_at(json, "/Statistics/Timestamp"));
        assert_non_null(wcd_json_at(json, "/Statistics/ContainerStartTime"));
        assert_true(number_at(json, "/Statistics/Uptime100ns") >= 10000000);
        assert_true(number_at(json, "/Statistics/Processor/TotalRuntime100ns") > 0);
        assert_true(number_at(json, "/Statistics/Memory/MemoryUsageCommitBytes") > 0);
        assert_true(number_at(json, "/Statistics/Memory/MemoryUsageCommitPeakBytes") >=
                    number_at(json, "/Statistics/Memory/MemoryUsageCommitBytes"));
        assert_non_null(wcd_json_at(json, "/Statistics/Storage"));
        wcd_json_free(json);
        container_end(&s, &c);
        systems_release(&s);
    }
}

static void the_process_list_has_what_runs(void **state)
{
    for (BOTH) {
        struct systems s;
        systems_init(&s, state);
        struct container c = container_running(&s, isolation);
        struct program program = program_run(&s, c.handle, "ping -t localhost");
        struct wcd_json *json = NULL;
        bool found = false;
        ASSERT_OK(systems_properties(&s, c.handle, "{\"PropertyTypes\":[\"ProcessList\"]}", &json));
        const struct wcd_json *list = wcd_json_get(json, "ProcessList");
        assert_true(wcd_json_size(list) > 1);
        for (const struct wcd_json *row = wcd_json_first(list); row != NULL;
             row = wcd_json_next(row)) {
            assert_true(text_at(row, "ImageName")[0] != '\0');
            found = found || number_at(row, "/ProcessId") == program.info.process_id;
        }
        assert_true(found);
        wcd_json_free(json);
        ASSERT_OK(systems_properties(
            &s, c.handle, "{\"PropertyTypes\":[\"ProcessList\",\"Statistics\"]}", &json));
        assert_non_null(wcd_json_get(json, "ProcessList"));
        assert_non_null(wcd_json_get(json, "Statistics"));
        wcd_json_free(json);
        container_terminate(&s, &c);
        program_close(&s, &program);
        container_end(&s, &c);
        systems_release(&s);
    }
}

static void unknown_properties_are_refused(void **state)
{
    static const char *const bad[] = {"x", "[]", "{\"PropertyTypes\":\"Statistics\"}",
                                      "{\"PropertyTypes\":[\"Weather\"]}",
                                      "{\"PropertyTypes\":[3]}"};
    struct systems s;
    systems_init(&s, state);
    struct container c = container_running(&s, SYSTEMS_PROCESS);
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        struct wcd_json *json = NULL;
        plat_hr hr = systems_properties(&s, c.handle, bad[i], &json);
        assert_true(plat_hcs_same(hr, PLAT_HCS_INVALID_JSON) ||
                    hr == plat_hr_win32(PLAT_ERROR_NOT_SUPPORTED));
    }
    container_end(&s, &c);
    systems_release(&s);
}

/* ---- changes and the service ---- */

static bool is_not_supported(plat_hr hr)
{
    return hr == plat_hr_win32(PLAT_ERROR_NOT_SUPPORTED) ||
           hr == plat_hr_win32(PLAT_ERROR_INVALID_DATA) ||
           plat_hcs_same(hr, PLAT_HCS_INVALID_JSON) || plat_hcs_same(hr, PLAT_HCS_UNKNOWN_MESSAGE);
}

static void a_change_that_makes_no_sense_is_not_supported(void **state)
{
    static const char weather[] =
        "{\"ResourceType\":\"Weather\",\"RequestType\":\"Add\",\"Settings\":\"rain\"}";
    static const char dance[] = "{\"ResourceType\":\"Network\",\"RequestType\":\"Dance\","
                                "\"Settings\":\"11111111-2222-3333-4444-555555555555\"}";
    static const char *const bad[] = {"", "x", "[]", "{}", weather, dance};
    struct systems s;
    systems_init(&s, state);
    struct container c = container_running(&s, SYSTEMS_PROCESS);
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        assert_true(is_not_supported(systems_modify(&s, c.handle, bad[i])));
    }
    container_end(&s, &c);
    systems_release(&s);
}

static void the_service_says_which_schemas_it_takes(void **state)
{
    struct systems s;
    systems_init(&s, state);
    char *properties = contract_poison();
    char *result = contract_poison();
    plat_hr hr = s.hcs.ops->service_properties(s.hcs.ctx, "{\"PropertyTypes\":[\"Basic\"]}",
                                               &properties, &result);
    if (plat_succeeded(hr)) {
        struct wcd_json_fault fault = {0};
        struct wcd_json *json = wcd_json_parse(properties, strlen(properties), &fault);
        assert_true(number_at(json, "/Properties/0/SupportedSchemaVersions/0/Major") >= 1);
        wcd_json_free(json);
    } else {
        assert_null(properties);
        assert_true(hr == plat_hr_win32(PLAT_ERROR_PROC_NOT_FOUND));
    }
    free(properties);
    free(result);
    systems_release(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CONTRACT_HCS_TEST(what_is_no_document_is_refused),
        CONTRACT_HCS_TEST(layers_have_to_be_there),
        CONTRACT_HCS_TEST(a_scratch_has_to_be_mounted_for_process_isolation),
        CONTRACT_HCS_TEST(mounts_have_to_be_there),
        CONTRACT_HCS_TEST(an_id_is_taken_whatever_its_case),
        CONTRACT_HCS_TEST(a_system_outlives_its_handles),
        CONTRACT_HCS_TEST(the_last_handle_ends_a_system_that_wants_it),
        CONTRACT_HCS_TEST(a_handle_is_closed_once),
        CONTRACT_HCS_TEST(a_whole_life_leaves_nothing),
        CONTRACT_HCS_TEST(living_systems_are_enumerated),
        CONTRACT_HCS_TEST(the_header_tells_the_state),
        CONTRACT_HCS_TEST(statistics_have_their_sections),
        CONTRACT_HCS_TEST(the_process_list_has_what_runs),
        CONTRACT_HCS_TEST(unknown_properties_are_refused),
        CONTRACT_HCS_TEST(a_change_that_makes_no_sense_is_not_supported),
        CONTRACT_HCS_TEST(the_service_says_which_schemas_it_takes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
