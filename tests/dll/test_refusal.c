/* No host to be had: every call says so, none falls over or waits for ever. */
#include "tests/dll/client.h"
#include "tests/dll/service.h"

#define BAD_CONFIGURATION 0x8007064Au
#define UNAVAILABLE       0x800706BAu

/* Less than any limit on a greeting, and more than a call takes that waits for none. */
#define SLOW_MS        1000u
#define SILENT_THREADS 4u
#define STEP_MS        50u

static struct service service;

static fake_dll_answer enumerate(void)
{
    wchar_t *systems = CLIENT_POISON;
    wchar_t *result = CLIENT_POISON;
    fake_dll_answer answer = client_load()->HcsEnumerateComputeSystems(L"{}", &systems, &result);
    CoTaskMemFree(systems);
    CoTaskMemFree(result);
    return answer;
}

static DWORD WINAPI enumerate_thread(void *arg)
{
    (void)arg;
    assert_answer(enumerate(), UNAVAILABLE);
    return 0;
}

/* Somebody listens at the pipe, but never says a word. The first call waits for it; the others wait no longer
 * than that, those that come meanwhile and those that come soon after. */
static void a_service_that_does_not_greet_is_none(void **state)
{
    (void)state;
    HANDLE threads[SILENT_THREADS];
    const wchar_t *name = L"\\\\.\\pipe\\drydock-test-silent";
    HANDLE pipe = CreateNamedPipeW(name, PIPE_ACCESS_DUPLEX, PIPE_TYPE_BYTE | PIPE_WAIT, 1, 4096,
                                   4096, 0, NULL);
    assert_true(pipe != INVALID_HANDLE_VALUE);
    (void)client_load();
    assert_true(SetEnvironmentVariableW(L"DRYDOCK_PIPE", name));
    ULONGLONG began = GetTickCount64();
    for (size_t i = 0; i < SILENT_THREADS; i++) {
        threads[i] = CreateThread(NULL, 0, enumerate_thread, NULL, 0, NULL);
        assert_non_null(threads[i]);
    }
    for (size_t i = 0; i < SILENT_THREADS; i++) {
        client_wait(threads[i]);
        (void)CloseHandle(threads[i]);
    }
    assert_true(GetTickCount64() - began >= SLOW_MS);
    began = GetTickCount64();
    assert_answer(enumerate(), UNAVAILABLE);
    assert_true(GetTickCount64() - began < SLOW_MS);
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

/* After the one that did not greet. */
static void a_service_that_comes_later_is_found(void **state)
{
    (void)state;
    service_start(&service, L"tests\\dll\\host.yaml", L"");
    assert_true(SetEnvironmentVariableW(L"DRYDOCK_PIPE", service.pipe));
    ULONGLONG until = GetTickCount64() + CLIENT_PATIENCE_MS;
    fake_dll_answer answer = enumerate();
    while (answer != 0) {
        assert_answer(answer, UNAVAILABLE);
        assert_true(GetTickCount64() < until);
        assert_true(client_waits(service.process, STEP_MS));
        answer = enumerate();
    }
    assert_int_equal(service_stop(&service), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_service_that_does_not_greet_is_none),
        cmocka_unit_test(every_kind_of_call_is_refused),
        cmocka_unit_test(a_service_that_comes_later_is_found),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
