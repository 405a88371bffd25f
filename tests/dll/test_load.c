/* Many threads, each with containers of its own, all on one host. `dll_load 600` makes 600 lives in each of
 * its threads instead of a few, `dll_load 600 fast` shuts none down, and `dll_load 600 shared` makes them on the
 * host of a service. Handles are counted after the first few lives and after the others, of which there must be some. */
#include "tests/dll/client.h"
#include "tests/dll/service.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

#define THREADS  16u
#define LIVES    4u
#define LIMIT_MS 3600000u

static unsigned lives_of_each = 3u * LIVES;
static bool fast;
static bool shared;
static struct service service;

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

static void run_threads(void)
{
    HANDLE threads[THREADS];
    wchar_t *systems = CLIENT_POISON;
    wchar_t *result = CLIENT_POISON;
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

/* How many there may be more than after the first lives: threads of pools come and go. */
#define HANDLES_MORE 64u

static void print_handles(const char *when, size_t client, size_t served)
{
    (void)printf("handles %s: %zu of the client, %zu of the service\n", when, client, served);
    (void)fflush(stdout);
}

/* The counts after a few lives, which make what is made once, are those after many. */
static void threads_do_not_meet(void **state)
{
    (void)state;
    unsigned wanted = lives_of_each;
    if (shared) {
        service_start(&service, L"tests\\dll\\host.yaml", L"");
    }
    (void)client_load();
    lives_of_each = LIVES;
    run_threads();
    size_t client = process_handles(GetCurrentProcessId());
    size_t served = shared ? process_handles(service.id) : 0;
    print_handles("after the first lives", client, served);
    lives_of_each = wanted - lives_of_each;
    run_threads();
    print_handles("after all", process_handles(GetCurrentProcessId()),
                  shared ? process_handles(service.id) : 0);
    assert_true(process_handles(GetCurrentProcessId()) <= client + HANDLES_MORE);
    if (shared) {
        assert_true(process_handles(service.id) <= served + HANDLES_MORE);
        (void)service_report(&service);
        assert_true(service_has_none(&service, "misuse"));
        assert_true(service_has_none(&service, "open"));
        assert_true(service_has_none(&service, "systems"));
        assert_int_equal(service_stop(&service), 0);
    }
}

int main(int argc, char **argv)
{
    if (argc > 1) {
        lives_of_each = (unsigned)strtoul(argv[1], NULL, 10);
        fast = argc > 2 && strcmp(argv[2], "fast") == 0;
        shared = argc > 2 && strcmp(argv[2], "shared") == 0;
    }
    if (lives_of_each <= LIVES) {
        (void)fprintf(
            stderr, "dll_load: more than %u lives are needed to see what later ones leave behind\n",
            LIVES);
        return 2;
    }
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(threads_do_not_meet),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
