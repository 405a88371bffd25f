/* A host of 2016: functions that came later are there by name and answer as if they were not; HNS tells
 * its failures in the envelope. */
#include "tests/dll/client.h"

#include <wchar.h>

static int choose_host(void **state)
{
    (void)state;
    return SetEnvironmentVariableW(L"DRYDOCK_OS", L"server-2016") ? 0 : 1;
}

static void later_functions_answer_as_if_absent(void **state)
{
    (void)state;
    struct client_container c = {0};
    struct client_process p = {0};
    wchar_t *result = CLIENT_POISON;
    client_start(&c, L"old");
    client_run(&p, c.system, L"ping -t localhost");
    assert_answer(client_load()->HcsSignalProcess(p.process, L"{\"Signal\":\"CtrlC\"}", &result),
                  0x8007007Fu);
    CoTaskMemFree(result);
    client_close(&p);
    client_end(&c);
}

static void failures_of_hns_come_with_a_success(void **state)
{
    (void)state;
    wchar_t *response = CLIENT_POISON;
    assert_done(client_load()->HNSCall(L"GET", L"/networks/11111111-2222-3333-4444-555555555555",
                                       L"", &response));
    assert_non_null(response);
    assert_non_null(wcsstr(response, L"\"Success\" : false"));
    CoTaskMemFree(response);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(later_functions_answer_as_if_absent),
        cmocka_unit_test(failures_of_hns_come_with_a_success),
    };
    return cmocka_run_group_tests(tests, choose_host, NULL);
}
