/* No host to be had: every call says so, none falls over or waits for ever. */
#include "tests/dll/client.h"

#define BAD_CONFIGURATION 0x8007064Au
#define UNAVAILABLE       0x800706BAu

/* Somebody listens at the pipe, but never says a word. */
static void a_service_that_does_not_greet_is_none(void **state)
{
    (void)state;
    const struct client *client = client_load();
    const wchar_t *name = L"\\\\.\\pipe\\drydock-test-silent";
    wchar_t *systems = CLIENT_POISON;
    wchar_t *result = CLIENT_POISON;
    HANDLE pipe = CreateNamedPipeW(name, PIPE_ACCESS_DUPLEX, PIPE_TYPE_BYTE | PIPE_WAIT, 1, 4096,
                                   4096, 0, NULL);
    assert_true(pipe != INVALID_HANDLE_VALUE);
    assert_true(SetEnvironmentVariableW(L"DRYDOCK_PIPE", name));
    assert_answer(client->HcsEnumerateComputeSystems(L"{}", &systems, &result), UNAVAILABLE);
    assert_null(systems);
    assert_true(CloseHandle(pipe));
    assert_true(SetEnvironmentVariableW(L"DRYDOCK_PIPE", L"none"));
}

static void every_kind_of_call_is_refused(void **state)
{
    (void)state;
    assert_true(SetEnvironmentVariableW(L"DRYDOCK_OS", L"server-2012"));
    const struct client *client = client_load();
    const struct fake_dll_driver driver = {1, L""};
    struct fake_dll_process_information info;
    void *handle = CLIENT_POISON;
    wchar_t *text = CLIENT_POISON;
    wchar_t *result = CLIENT_POISON;
    size_t units = 0;
    assert_answer(client->HcsEnumerateComputeSystems(L"{}", &text, &result), BAD_CONFIGURATION);
    assert_null(text);
    assert_null(result);
    assert_answer(client->HcsOpenComputeSystem(L"a", &handle, &result), BAD_CONFIGURATION);
    assert_null(handle);
    handle = CLIENT_POISON;
    assert_answer(client->HcsCreateProcess(NULL, L"{}", &info, &handle, &result),
                  BAD_CONFIGURATION);
    assert_null(handle);
    assert_null(info.std_input);
    assert_answer(client->HcsUnregisterProcessCallback(NULL), BAD_CONFIGURATION);
    assert_answer(client->HNSCall(L"GET", L"/networks/", L"", &text), BAD_CONFIGURATION);
    assert_null(text);
    assert_answer(client->GetLayerMountPath(&driver, L"C:\\a", &units, NULL), BAD_CONFIGURATION);
    assert_answer(client->DestroyLayer(&driver, L"C:\\a"), BAD_CONFIGURATION);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_service_that_does_not_greet_is_none),
        cmocka_unit_test(every_kind_of_call_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
