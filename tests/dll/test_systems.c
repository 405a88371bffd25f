/* Compute systems beyond start and end: pause, save, resume, modify; and the service. */
#include "tests/dll/client.h"

#include <wchar.h>

/* One of the calls that take a handle and options. */
typedef fake_dll_answer WINAPI control(void *system, const wchar_t *options, wchar_t **result);

static void do_and_meet(struct client_container *c, control *call, DWORD type)
{
    wchar_t *result = CLIENT_POISON;
    fake_dll_answer answer = call(c->system, L"", &result);
    if (result != NULL) {
        print_error("%ls\n", result);
    }
    client_complete(&c->watch, answer, type);
    assert_null(result);
}

static void a_machine_is_paused_saved_and_resumed(void **state)
{
    (void)state;
    const struct client *client = client_load();
    struct client_container c = {0};
    wchar_t document[CLIENT_DOCUMENT_MAX];
    wchar_t *result = CLIENT_POISON;
    client_prepare_machine(L"machine", L"base", document);
    fake_dll_answer answer =
        client->HcsCreateComputeSystem(L"machine", document, NULL, &c.system, &result);
    assert_accepted(answer);
    client_watch_system(&c.watch, c.system);
    client_complete(&c.watch, answer, 2);
    do_and_meet(&c, client->HcsStartComputeSystem, 3);
    do_and_meet(&c, client->HcsPauseComputeSystem, 4);
    do_and_meet(&c, client->HcsSaveComputeSystem, 8);
    do_and_meet(&c, client->HcsResumeComputeSystem, 5);
    assert_answer(client->HcsResumeComputeSystem(c.system, NULL, &result), 0xC0370105u);
    CoTaskMemFree(result);
    do_and_meet(&c, client->HcsTerminateComputeSystem, 1);
    client_unwatch_system(&c.watch);
    assert_done(client->HcsCloseComputeSystem(c.system));
    client_clean_machine(L"machine");
}

static wchar_t *properties_of(void *system)
{
    wchar_t *properties = CLIENT_POISON;
    wchar_t *result = CLIENT_POISON;
    assert_done(client_load()->HcsGetComputeSystemProperties(system, L"{}", &properties, &result));
    assert_null(result);
    assert_non_null(properties);
    return properties;
}

/* hcsshim asks for these behind every create and open. */
static void a_system_says_what_it_is(void **state)
{
    (void)state;
    static const wchar_t *const members[] = {L"\"Id\":\"told\"", L"\"SystemType\":\"Container\"",
                                             L"\"RuntimeOsType\":\"Windows\"",
                                             L"\"Owner\":\"docker\""};
    struct client_container c = {0};
    wchar_t *result = CLIENT_POISON;
    client_create(&c, L"told");
    for (unsigned turn = 0; turn < 2; turn++) {
        wchar_t *properties = properties_of(c.system);
        for (size_t i = 0; i < sizeof(members) / sizeof(members[0]); i++) {
            assert_non_null(wcsstr(properties, members[i]));
        }
        assert_true((wcsstr(properties, L"\"State\":\"Running\"") != NULL) == (turn == 1));
        CoTaskMemFree(properties);
        if (turn == 0) {
            client_complete(&c.watch, client_load()->HcsStartComputeSystem(c.system, L"", &result),
                            3);
        }
    }
    client_end(&c);
}

/* ---- threads ---- */

static DWORD WINAPI start_thread(void *arg)
{
    client_start(arg, L"wanderer");
    return 0;
}

static DWORD WINAPI end_thread(void *arg)
{
    client_end(arg);
    return 0;
}

static void on_thread(LPTHREAD_START_ROUTINE routine, void *arg)
{
    HANDLE thread = CreateThread(NULL, 0, routine, arg, 0, NULL);
    assert_non_null(thread);
    client_wait(thread);
    (void)CloseHandle(thread);
}

/* Go's run-time moves a caller from thread to thread; the one that made the handles is over. */
static void a_handle_belongs_to_no_thread(void **state)
{
    (void)state;
    struct client_container c = {0};
    struct client_process p = {0};
    char output[64];
    on_thread(start_thread, &c);
    client_run(&p, c.system, L"cmd /c echo here");
    client_watch_process(&p.watch, p.process);
    assert_int_equal(client_read_all(p.info.std_output, output, sizeof(output)), 6);
    (void)client_meet(&p.watch, 0x10000, 0);
    client_unwatch_process(&p.watch);
    client_close(&p);
    on_thread(end_thread, &c);
}

static void a_container_is_modified(void **state)
{
    (void)state;
    const struct client *client = client_load();
    struct client_container c = {0};
    wchar_t *result = CLIENT_POISON;
    client_start(&c, L"modified");
    assert_answer(
        client->HcsModifyComputeSystem(c.system,
                                       L"{\"ResourceType\":\"Network\",\"RequestType\":\"Add\","
                                       L"\"Settings\":\"11111111-2222-3333-4444-555555555555\"}",
                                       &result),
        0x80070490u);
    assert_non_null(result);
    CoTaskMemFree(result);
    client_end(&c);
}

static void the_service_is_asked(void **state)
{
    (void)state;
    const struct client *client = client_load();
    wchar_t *properties = CLIENT_POISON;
    wchar_t *result = CLIENT_POISON;
    assert_done(
        client->HcsGetServiceProperties(L"{\"PropertyTypes\":[\"Basic\"]}", &properties, &result));
    assert_non_null(wcsstr(properties, L"\"SupportedSchemaVersions\""));
    CoTaskMemFree(properties);
    assert_answer(client->HcsModifyServiceSettings(L"{", &result), 0xC037010Du);
    assert_non_null(result);
    CoTaskMemFree(result);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_machine_is_paused_saved_and_resumed),
        cmocka_unit_test(a_system_says_what_it_is),
        cmocka_unit_test(a_handle_belongs_to_no_thread),
        cmocka_unit_test(a_container_is_modified),
        cmocka_unit_test(the_service_is_asked),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
