/* A program that gives the DLL a platform: the emulator, in virtual time, behind a lock. */
#include "tests/dll/client.h"

#include "fakes/host/host.h"
#include "fakes/wrap/gate.h"

#include <string.h>

#define PATIENCE_MS 180000u /* so long, and it hangs */

#define UNAVAILABLE    0x800706BAu
#define TIMED_OUT      0x800705B4u
#define INVALID_HANDLE 0x80070006u

struct given {
    struct fake_host *host;
    CRITICAL_SECTION lock;
    struct wrap_gate gate;
    struct platform platform;
    /* The platform's, to be changed by tests. */
    struct plat_hcs_ops hcs;
    struct plat_transport_ops transport;
};

static void enter(void *ctx)
{
    EnterCriticalSection(ctx);
}

static void leave(void *ctx)
{
    LeaveCriticalSection(ctx);
}

static void give(struct given *given)
{
    struct wcd_error err = WCD_ERROR_INIT;
    const struct client *client = client_load();
    struct fake_host_options options = fake_host_defaults(fake_build_find("server-2022"));
    options.hcs_completion = FAKE_HCS_SYNCHRONOUS;
    assert_int_equal(fake_host_create(&given->host, &options, &err), WCD_OK);
    const struct fake_image_layer base = {
        .folder = "C:\\layers\\base", .os_build = 20348, .os_revision = 169};
    const char *const parents[] = {"C:\\layers\\base"};
    const struct fake_image_layer top = {
        .folder = "C:\\layers\\top", .parents = parents, .parent_count = 1};
    assert_true(fake_storage_put_layer(given->host, &base));
    assert_true(fake_storage_put_layer(given->host, &top));
    InitializeCriticalSection(&given->lock);
    given->gate = (struct wrap_gate){
        .below = fake_host_platform(given->host),
        .hooks = {.enter = enter, .leave = leave, .ctx = &given->lock},
    };
    given->platform = wrap_gate_platform(&given->gate);
    given->hcs = *given->platform.hcs.ops;
    given->transport = *given->platform.transport.ops;
    given->platform.hcs.ops = &given->hcs;
    given->platform.transport.ops = &given->transport;
    assert_done(client->DrydockGivePlatform(&given->platform));
}

static void take_back(struct given *given)
{
    assert_done(client_load()->DrydockGivePlatform(NULL));
    fake_host_process_ended(given->host); /* tells nobody any more */
    fake_host_destroy(given->host);
    DeleteCriticalSection(&given->lock);
}

static void pass_us(struct given *given, uint64_t us)
{
    EnterCriticalSection(&given->lock);
    fake_host_advance_us(given->host, us);
    LeaveCriticalSection(&given->lock);
    assert_done(client_load()->DrydockSettle(PATIENCE_MS));
}

static bool is_open(struct given *given, const char *what)
{
    struct wcd_strlist list;
    bool found = false;
    wcd_strlist_init(&list);
    EnterCriticalSection(&given->lock);
    assert_true(fake_host_leftovers(given->host, &list));
    LeaveCriticalSection(&given->lock);
    for (size_t i = 0; i < list.count; i++) {
        found = found || strstr(list.items[i], what) != NULL;
    }
    wcd_strlist_release(&list);
    return found;
}

static void notifications_are_there_when_all_is_settled(void **state)
{
    (void)state;
    struct given given;
    struct client_container c = {0};
    struct client_process p = {0};
    char output[64] = "";
    give(&given);
    client_start(&c, L"given");
    client_run(&p, c.system, L"cmd /c echo soon");
    client_watch_process(&p.watch, p.process);
    assert_done(client_load()->DrydockSettle(PATIENCE_MS));
    assert_int_equal(client_told(&p.watch, 0x10000), 0); /* no time has passed */
    pass_us(&given, 60000000);
    assert_int_equal(client_told(&p.watch, 0x10000), 1);
    assert_int_equal(client_read_all(p.info.std_output, output, sizeof(output)), 6);
    client_unwatch_process(&p.watch);
    client_close(&p);
    wchar_t *result = CLIENT_POISON;
    assert_accepted(client_load()->HcsTerminateComputeSystem(c.system, L"", &result));
    pass_us(&given, 60000000);
    client_end(&c);
    take_back(&given);
}

static void an_end_that_a_client_closes_is_closed(void **state)
{
    (void)state;
    struct given given;
    struct client_container c = {0};
    struct client_process p = {0};
    give(&given);
    client_start(&c, L"ends");
    client_run(&p, c.system, L"ping -t localhost");
    assert_done(client_load()->DrydockSettle(PATIENCE_MS));
    assert_true(is_open(&given, "stdout"));
    assert_true(CloseHandle(p.info.std_output));
    assert_true(CloseHandle(p.info.std_input));
    assert_done(client_load()->DrydockSettle(PATIENCE_MS));
    assert_false(is_open(&given, "stdout"));
    assert_false(is_open(&given, "stdin"));
    assert_true(is_open(&given, "stderr"));
    p.info.std_output = NULL;
    p.info.std_input = NULL;
    client_close(&p);
    take_back(&given);
}

/* What the dead program had is let go of, and not asked of the platform any more. */
static void a_program_that_dies_is_forgotten(void **state)
{
    (void)state;
    const struct client *client = client_load();
    struct given given;
    struct given next;
    struct client_container c = {0};
    struct client_process p = {0};
    wchar_t *systems = CLIENT_POISON;
    wchar_t *result = CLIENT_POISON;
    give(&given);
    client_start(&c, L"dead");
    client_run(&p, c.system, L"ping -t localhost");
    client_watch_process(&p.watch, p.process);
    assert_done(client->DrydockGivePlatform(NULL));
    assert_true(is_open(&given, "stdout"));
    fake_host_process_ended(given.host); /* tells nobody */
    assert_answer(client->HcsEnumerateComputeSystems(L"{}", &systems, &result), UNAVAILABLE);
    assert_null(systems);
    give(&next);
    assert_done(client->HcsEnumerateComputeSystems(L"{}", &systems, &result));
    assert_null(wcsstr(systems, L"dead"));
    CoTaskMemFree(systems);
    take_back(&next);
    fake_host_destroy(given.host);
    DeleteCriticalSection(&given.lock);
}

static void a_handle_takes_its_registrations_with_it(void **state)
{
    (void)state;
    const struct client *client = client_load();
    struct given given;
    struct client_container c = {0};
    struct client_process p = {0};
    wchar_t *result = CLIENT_POISON;
    give(&given);
    client_start(&c, L"taken");
    client_run(&p, c.system, L"cmd /c echo soon");
    client_watch_process(&p.watch, p.process);
    client_close(&p);
    pass_us(&given, 60000000);
    assert_int_equal(client_told(&p.watch, 0x10000), 0);
    assert_answer(client->HcsUnregisterProcessCallback(p.watch.callback), INVALID_HANDLE);
    assert_accepted(client->HcsTerminateComputeSystem(c.system, L"", &result));
    pass_us(&given, 60000000);
    client_end(&c);
    take_back(&given);
}

/* ---- a platform that takes its time ---- */

static plat_hr create_pending(void *ctx, plat_handle system, const char *parameters,
                              struct plat_hcs_process_info *info, plat_handle *process,
                              char **result)
{
    const struct plat_hcs hcs = wrap_gate_platform(ctx).hcs;
    plat_hr hr = hcs.ops->create_process(hcs.ctx, system, parameters, info, process, result);
    return plat_succeeded(hr) ? PLAT_HCS_OPERATION_PENDING : hr;
}

static void a_pending_process_has_its_streams(void **state)
{
    (void)state;
    const struct client *client = client_load();
    struct given given;
    struct client_container c = {0};
    struct client_process p = {.process = CLIENT_POISON};
    wchar_t *result = CLIENT_POISON;
    char output[64] = "";
    give(&given);
    client_start(&c, L"pending");
    given.hcs.create_process = create_pending;
    assert_answer(client->HcsCreateProcess(
                      c.system,
                      L"{\"CommandLine\":\"cmd /c echo soon\",\"WorkingDirectory\":\"C:\\\\\","
                      L"\"CreateStdOutPipe\":true}",
                      &p.info, &p.process, &result),
                  CLIENT_PENDING);
    assert_non_null(p.process);
    assert_int_not_equal(p.info.process_id, 0);
    assert_non_null(p.info.std_output);
    pass_us(&given, 60000000);
    assert_int_equal(client_read_all(p.info.std_output, output, sizeof(output)), 6);
    client_close(&p);
    assert_done(client->DrydockSettle(PATIENCE_MS));
    assert_false(is_open(&given, "stdout"));
    assert_accepted(client->HcsTerminateComputeSystem(c.system, L"", &result));
    pass_us(&given, 60000000);
    client_end(&c);
    take_back(&given);
}

/* ---- a platform that refuses to end things ---- */

static plat_hr refuse(void *ctx, plat_handle handle)
{
    (void)ctx, (void)handle;
    return plat_hr_win32(PLAT_ERROR_TIMEOUT);
}

/* What was registered stays so below: it is told nothing, and the client may ask again. */
static void a_registration_that_is_not_ended_is_silent(void **state)
{
    (void)state;
    const struct client *client = client_load();
    struct given given;
    struct client_container c = {0};
    struct client_process p = {0};
    wchar_t *result = CLIENT_POISON;
    give(&given);
    client_start(&c, L"silent");
    client_run(&p, c.system, L"cmd /c echo soon");
    client_watch_process(&p.watch, p.process);
    plat_hr (*unregister)(void *, plat_handle) = given.hcs.unregister_process;
    given.hcs.unregister_process = refuse;
    assert_answer(client->HcsUnregisterProcessCallback(p.watch.callback), TIMED_OUT);
    pass_us(&given, 60000000);
    assert_int_equal(client_told(&p.watch, 0x10000), 0);
    assert_answer(client->HcsUnregisterProcessCallback(p.watch.callback), TIMED_OUT);
    given.hcs.unregister_process = unregister;
    client_unwatch_process(&p.watch);
    assert_answer(client->HcsUnregisterProcessCallback(p.watch.callback), INVALID_HANDLE);
    client_close(&p);
    assert_accepted(client->HcsTerminateComputeSystem(c.system, L"", &result));
    pass_us(&given, 60000000);
    client_end(&c);
    take_back(&given);
}

/* A container whose streams and registrations nobody can end goes with the side. */
static void streams_that_are_not_closed_may_still_tell(void **state)
{
    (void)state;
    struct given given;
    struct client_container c = {0};
    struct client_process p = {0};
    wchar_t *result = CLIENT_POISON;
    give(&given);
    client_start(&c, L"open");
    client_run(&p, c.system, L"ping -t localhost");
    assert_done(client_load()->DrydockSettle(PATIENCE_MS));
    given.transport.close = refuse;
    given.hcs.unregister_system = refuse;
    client_close(&p);
    assert_done(client_load()->DrydockSettle(PATIENCE_MS));
    assert_true(is_open(&given, "stdout"));
    assert_answer(client_load()->HcsUnregisterComputeSystemCallback(c.watch.callback), TIMED_OUT);
    pass_us(&given, 60000000);
    assert_accepted(client_load()->HcsTerminateComputeSystem(c.system, L"", &result));
    pass_us(&given, 60000000);
    assert_int_equal(client_told(&c.watch, 1), 0);
    take_back(&given);
}

static void a_platform_of_another_version_is_refused(void **state)
{
    (void)state;
    const struct platform other = {.version = PLAT_VERSION + 1};
    assert_answer(client_load()->DrydockGivePlatform(&other), 0x80070057u);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(notifications_are_there_when_all_is_settled),
        cmocka_unit_test(an_end_that_a_client_closes_is_closed),
        cmocka_unit_test(a_program_that_dies_is_forgotten),
        cmocka_unit_test(a_handle_takes_its_registrations_with_it),
        cmocka_unit_test(a_pending_process_has_its_streams),
        cmocka_unit_test(a_registration_that_is_not_ended_is_silent),
        cmocka_unit_test(streams_that_are_not_closed_may_still_tell),
        cmocka_unit_test(a_platform_of_another_version_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
