/* Many threads, each with containers of its own, all on one host. `dll_load 600` makes 600 lives in each of
 * its threads instead of a few, `dll_load 600 fast` shuts none down. */
#include "tests/dll/client.h"

#include <stdio.h>
#include <stdlib.h>
#include <wchar.h>

#define THREADS  16u
#define LIVES    4u
#define LIMIT_MS 3600000u

static unsigned lives_of_each = LIVES;
static bool fast;

/* Every second one is shut down, which the guest takes a second for; the others are terminated. */
static void live(const wchar_t *id, bool shut_down)
{
    struct client_container c = {0};
    struct client_process p = {0};
    char output[64] = "";
    wchar_t *response = CLIENT_POISON;
    client_start(&c, id);
    client_run(&p, c.system, L"cmd /c echo alive");
    client_watch_process(&p.watch, p.process);
    assert_done(client_load()->HNSCall(L"GET", L"/networks/", L"", &response));
    CoTaskMemFree(response);
    assert_int_equal(client_read_all(p.info.std_output, output, sizeof(output)), 7);
    (void)client_meet(&p.watch, 0x10000, 0);
    assert_int_equal(client_exit_code(&p), 0);
    client_unwatch_process(&p.watch);
    client_close(&p);
    if (shut_down) {
        wchar_t *result = CLIENT_POISON;
        assert_accepted(client_load()->HcsShutdownComputeSystem(c.system, L"", &result));
        (void)client_meet(&c.watch, 1, 0);
    }
    assert_int_equal(client_told(&p.watch, 0x10000), 1);
    client_end(&c);
    assert_int_equal(client_told(&c.watch, 1), 1);
}

static DWORD WINAPI lives(void *arg)
{
    for (unsigned i = 0; i < lives_of_each; i++) {
        wchar_t id[32];
        (void)swprintf(id, 32, L"load-%u-%u", (unsigned)(uintptr_t)arg, i);
        live(id, i % 2 == 0 && !fast);
    }
    return 0;
}

static void threads_do_not_meet(void **state)
{
    (void)state;
    HANDLE threads[THREADS];
    wchar_t *systems = CLIENT_POISON;
    wchar_t *result = CLIENT_POISON;
    (void)client_load();
    for (size_t i = 0; i < THREADS; i++) {
        threads[i] = CreateThread(NULL, 0, lives, (void *)(uintptr_t)i, 0, NULL);
        assert_non_null(threads[i]);
    }
    assert_int_equal(WaitForMultipleObjects(THREADS, threads, TRUE, LIMIT_MS), WAIT_OBJECT_0);
    for (size_t i = 0; i < THREADS; i++) {
        (void)CloseHandle(threads[i]);
    }
    assert_done(client_load()->HcsEnumerateComputeSystems(L"{}", &systems, &result));
    assert_true(wcscmp(systems, L"[]") == 0 || wcscmp(systems, L"null") == 0);
    CoTaskMemFree(systems);
}

int main(int argc, char **argv)
{
    if (argc > 1) {
        lives_of_each = (unsigned)strtoul(argv[1], NULL, 10);
        fast = argc > 2;
    }
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(threads_do_not_meet),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
