/* Callbacks: from another thread, held back until registered, once, none after unregister. */
#include "tests/dll/client.h"

#include <string.h>
#include <wchar.h>

static void a_completion_waits_for_its_callback(void **state)
{
    (void)state;
    const struct client *client = client_load();
    wchar_t document[CLIENT_DOCUMENT_MAX];
    wchar_t *result = CLIENT_POISON;
    struct client_container c = {.id = L"held"};
    client_prepare(c.id, document);
    assert_answer(client->HcsCreateComputeSystem(c.id, document, NULL, &c.system, &result),
                  CLIENT_PENDING);
    /* Until it is there for sure: start is refused before. */
    wchar_t *properties = NULL;
    while (client->HcsStartComputeSystem(c.system, L"", &result) != CLIENT_PENDING) {
        CoTaskMemFree(result);
        SwitchToThread();
    }
    client_watch_system(&c.watch, c.system);
    (void)client_meet(&c.watch, 2, 0);
    (void)client_meet(&c.watch, 3, 0);
    assert_done(client->HcsGetComputeSystemProperties(c.system, L"{}", &properties, &result));
    assert_non_null(wcsstr(properties, L"\"Owner\":\"docker\""));
    CoTaskMemFree(properties);
    client_end(&c);
}

static void callbacks_come_from_another_thread(void **state)
{
    (void)state;
    struct client_container c = {0};
    client_start(&c, L"thread");
    assert_true(c.watch.count > 0);
    for (size_t i = 0; i < c.watch.count; i++) {
        assert_int_not_equal(c.watch.notes[i].thread, GetCurrentThreadId());
    }
    client_end(&c);
}

static void the_first_context_may_be_null(void **state)
{
    (void)state;
    struct client_container c = {0};
    client_create(&c, L"null");
    /* The numbers of registrations begin with 0, and this program's first one has been told. */
    assert_true((uintptr_t)c.watch.ctx > 0);
    client_end(&c);
}

static void every_handle_gets_the_exit_once(void **state)
{
    (void)state;
    const struct client *client = client_load();
    struct client_container c = {0};
    struct client_watch second = {0};
    void *handle = CLIENT_POISON;
    wchar_t *result = CLIENT_POISON;
    client_start(&c, L"twice");
    assert_done(client->HcsOpenComputeSystem(L"TWICE", &handle, &result));
    client_watch_system(&second, handle);
    assert_accepted(client->HcsTerminateComputeSystem(handle, L"", &result));
    (void)client_meet(&second, 1, 0);
    (void)client_meet(&c.watch, 1, 0);
    fake_dll_answer again = client->HcsTerminateComputeSystem(handle, L"", &result);
    assert_true(again == CLIENT_ALREADY_STOPPED || again == CLIENT_NOT_FOUND);
    CoTaskMemFree(result);
    client_unwatch_system(&second);
    assert_done(client->HcsCloseComputeSystem(handle));
    assert_int_equal(client_told(&second, 1), 1);
    assert_int_equal(client_told(&c.watch, 1), 1);
    client_end(&c);
    assert_int_equal(client_told(&c.watch, 1), 1);
}

/* Whoever waits for a start takes the exit for its outcome: the completion comes before it, or not at all. */
static void an_exit_comes_behind_the_start_that_it_ends(void **state)
{
    (void)state;
    const struct client *client = client_load();
    for (unsigned turn = 0; turn < 10; turn++) {
        struct client_container c = {0};
        wchar_t *result = CLIENT_POISON;
        client_create(&c, L"ended");
        assert_answer(client->HcsStartComputeSystem(c.system, L"", &result), CLIENT_PENDING);
        assert_accepted(client->HcsTerminateComputeSystem(c.system, L"", &result));
        while (client_told(&c.watch, 1) == 0) {
            SwitchToThread();
        }
        assert_true(client_told(&c.watch, 3) <= 1);
        assert_int_equal(c.watch.notes[c.watch.count - 1].type, 1);
        client_unwatch_system(&c.watch);
        assert_int_equal(c.watch.notes[c.watch.count - 1].type, 1);
        assert_done(client->HcsCloseComputeSystem(c.system));
        client_clean(c.id);
    }
}

static void an_exited_system_cannot_be_opened(void **state)
{
    (void)state;
    struct client_container c = {0};
    void *handle = CLIENT_POISON;
    wchar_t *result = CLIENT_POISON;
    client_start(&c, L"gone");
    client_end(&c);
    assert_answer(client_load()->HcsOpenComputeSystem(L"gone", &handle, &result), CLIENT_NOT_FOUND);
    assert_null(handle);
    CoTaskMemFree(result);
}

/* An image that is newer than the host: the virtual machine does not start. */
static void a_failing_status_has_an_upper_half_of_zero(void **state)
{
    (void)state;
    const struct client *client = client_load();
    struct client_container c = {0};
    wchar_t document[CLIENT_DOCUMENT_MAX];
    wchar_t *result = CLIENT_POISON;
    client_prepare_machine(L"failing", L"new", document);
    fake_dll_answer answer =
        client->HcsCreateComputeSystem(L"failing", document, NULL, &c.system, &result);
    assert_accepted(answer);
    client_watch_system(&c.watch, c.system);
    client_complete(&c.watch, answer, 2);
    assert_answer(client->HcsStartComputeSystem(c.system, L"", &result), CLIENT_PENDING);
    const struct client_note note = client_meet(&c.watch, 3, CLIENT_UNEXPECTED_EXIT);
    assert_non_null(wcsstr(note.data, L"\"Error\":-1070137082"));
    (void)client_meet(&c.watch, 1, CLIENT_UNEXPECTED_EXIT);
    client_unwatch_system(&c.watch);
    assert_done(client->HcsCloseComputeSystem(c.system));
    client_clean_machine(L"failing");
}

/* ---- unregister ---- */

/* A callback that stays until it is let go. */
struct stay {
    HANDLE came;
    HANDLE leave;
    volatile LONG left;
};

static void stay_in(struct client_watch *watch, const struct client_note *note)
{
    struct stay *stay = watch->also_ctx;
    if (note->type == 1 || note->type == 0x10000) {
        (void)SetEvent(stay->came);
        (void)WaitForSingleObject(stay->leave, CLIENT_PATIENCE_MS);
        (void)InterlockedExchange(&stay->left, 1);
    }
}

static struct stay stay_make(struct client_watch *watch, struct stay *stay)
{
    *stay = (struct stay){.came = CreateEventW(NULL, TRUE, FALSE, NULL),
                          .leave = CreateEventW(NULL, TRUE, FALSE, NULL)};
    watch->also = stay_in;
    watch->also_ctx = stay;
    return *stay;
}

static void stay_drop(struct stay *stay)
{
    (void)CloseHandle(stay->came);
    (void)CloseHandle(stay->leave);
}

static DWORD WINAPI unregister_thread(void *arg)
{
    struct client_watch *watch = arg;
    struct stay *stay = watch->also_ctx;
    fake_dll_answer answer = client_load()->HcsUnregisterComputeSystemCallback(watch->callback);
    return answer == 0 && stay->left == 1 ? 0 : 1;
}

static void unregister_waits_for_a_callback_that_runs(void **state)
{
    (void)state;
    const struct client *client = client_load();
    struct client_container c = {0};
    struct stay stay;
    wchar_t *result = CLIENT_POISON;
    DWORD failed = 1;
    (void)stay_make(&c.watch, &stay);
    client_start(&c, L"waits");
    assert_accepted(client->HcsTerminateComputeSystem(c.system, L"", &result));
    client_wait(stay.came);
    HANDLE thread = CreateThread(NULL, 0, unregister_thread, &c.watch, 0, NULL);
    assert_non_null(thread);
    assert_true(client_waits(thread, 200));
    /* Nobody else is held up meanwhile. */
    wchar_t *systems = CLIENT_POISON;
    assert_done(client->HcsEnumerateComputeSystems(L"{}", &systems, &result));
    CoTaskMemFree(systems);
    assert_true(SetEvent(stay.leave));
    client_wait(thread);
    assert_true(GetExitCodeThread(thread, &failed));
    assert_int_equal(failed, 0);
    (void)CloseHandle(thread);
    assert_answer(client->HcsUnregisterComputeSystemCallback(c.watch.callback), 0x80070006u);
    assert_done(client->HcsCloseComputeSystem(c.system));
    client_clean(c.id);
    stay_drop(&stay);
}

static DWORD WINAPI unregister_closed_thread(void *arg)
{
    struct client_watch *watch = arg;
    struct stay *stay = watch->also_ctx;
    fake_dll_answer answer = client_load()->HcsUnregisterComputeSystemCallback(watch->callback);
    return answer == 0x80070006u && stay->left == 1 ? 0 : 1;
}

static void closing_waits_for_no_callback_but_unregister_does(void **state)
{
    (void)state;
    const struct client *client = client_load();
    struct client_container c = {0};
    struct stay stay;
    wchar_t *result = CLIENT_POISON;
    DWORD failed = 1;
    (void)stay_make(&c.watch, &stay);
    client_start(&c, L"closed");
    assert_accepted(client->HcsTerminateComputeSystem(c.system, L"", &result));
    client_wait(stay.came);
    assert_done(client->HcsCloseComputeSystem(c.system));
    assert_int_equal(stay.left, 0);
    HANDLE thread = CreateThread(NULL, 0, unregister_closed_thread, &c.watch, 0, NULL);
    assert_non_null(thread);
    assert_true(client_waits(thread, 200));
    assert_true(SetEvent(stay.leave));
    client_wait(thread);
    assert_true(GetExitCodeThread(thread, &failed));
    assert_int_equal(failed, 0);
    (void)CloseHandle(thread);
    client_clean(c.id);
    stay_drop(&stay);
}

/* Another container lives its whole life while a callback does not return. */
static void a_callback_that_blocks_holds_up_nobody_else(void **state)
{
    (void)state;
    struct client_container c = {0};
    struct client_container other = {0};
    struct stay stay;
    wchar_t *result = CLIENT_POISON;
    (void)stay_make(&c.watch, &stay);
    client_start(&c, L"blocks");
    assert_accepted(client_load()->HcsTerminateComputeSystem(c.system, L"", &result));
    client_wait(stay.came);
    client_start(&other, L"free");
    client_end(&other);
    assert_int_equal(stay.left, 0);
    assert_true(SetEvent(stay.leave));
    (void)client_meet(&c.watch, 1, 0);
    client_end(&c);
    stay_drop(&stay);
}

/* Nor does that of a process but for the exit of its own system. */
static void a_process_callback_that_blocks_holds_up_its_system_alone(void **state)
{
    (void)state;
    const struct client *client = client_load();
    struct client_container c = {0};
    struct client_container other = {0};
    struct client_container after = {0};
    struct client_process p = {0};
    struct client_watch second = {0};
    struct stay stay;
    void *handle = CLIENT_POISON;
    wchar_t *result = CLIENT_POISON;
    (void)stay_make(&p.watch, &stay);
    client_start(&c, L"full");
    assert_done(client->HcsOpenComputeSystem(L"FULL", &handle, &result));
    client_watch_system(&second, handle);
    client_run(&p, c.system, L"cmd /c exit 3");
    client_watch_process(&p.watch, p.process);
    client_wait(stay.came);
    client_start(&other, L"apart");
    client_end(&other);
    assert_accepted(client->HcsTerminateComputeSystem(c.system, L"", &result));
    client_start(&after, L"after");
    client_end(&after);
    assert_int_equal(stay.left, 0);
    assert_int_equal(client_told(&c.watch, 1), 0);
    assert_int_equal(client_told(&second, 1), 0);
    assert_true(SetEvent(stay.leave));
    (void)client_meet(&c.watch, 1, 0);
    (void)client_meet(&second, 1, 0);
    (void)client_meet(&p.watch, 0x10000, 0);
    client_unwatch_process(&p.watch);
    client_unwatch_system(&second);
    client_close(&p);
    assert_done(client->HcsCloseComputeSystem(handle));
    client_end(&c);
    stay_drop(&stay);
}

struct within {
    HANDLE done;
    void *system;
    fake_dll_answer answers[4];
};

/* All that a client might do in a callback. */
static void do_within(struct client_watch *watch, const struct client_note *note)
{
    struct within *within = watch->also_ctx;
    const struct client *client = client_load();
    wchar_t *text = NULL;
    wchar_t *result = NULL;
    if (note->type != 1) {
        return;
    }
    within->answers[0] = client->HcsEnumerateComputeSystems(L"{}", &text, &result);
    CoTaskMemFree(text);
    within->answers[1] = client->HNSCall(L"GET", L"/networks/", L"", &text);
    CoTaskMemFree(text);
    within->answers[2] = client->HcsUnregisterComputeSystemCallback(watch->callback);
    within->answers[3] = client->HcsCloseComputeSystem(within->system);
    (void)SetEvent(within->done);
}

static void a_callback_may_call_and_end_its_own_registration(void **state)
{
    (void)state;
    struct client_container c = {0};
    struct within within = {.done = CreateEventW(NULL, TRUE, FALSE, NULL), .answers = {1, 1, 1, 1}};
    wchar_t *result = CLIENT_POISON;
    c.watch.also = do_within;
    c.watch.also_ctx = &within;
    client_create(&c, L"within");
    within.system = c.system;
    client_complete(&c.watch, client_load()->HcsStartComputeSystem(c.system, L"", &result), 3);
    assert_accepted(client_load()->HcsTerminateComputeSystem(c.system, L"", &result));
    client_wait(within.done);
    for (size_t i = 0; i < 4; i++) {
        assert_done(within.answers[i]);
    }
    (void)client_meet(&c.watch, 1, 0);
    client_clean(c.id);
    (void)CloseHandle(within.done);
}

static void nothing_comes_after_unregister(void **state)
{
    (void)state;
    const struct client *client = client_load();
    for (unsigned i = 0; i < 50; i++) {
        struct client_container c = {0};
        wchar_t *result = CLIENT_POISON;
        client_start(&c, L"race");
        assert_accepted(client->HcsTerminateComputeSystem(c.system, L"", &result));
        /* Somewhere around the exit; a note that came later would abort this program. */
        for (unsigned turn = 0; turn < i * 20; turn++) {
            SwitchToThread();
        }
        client_unwatch_system(&c.watch);
        assert_done(client->HcsCloseComputeSystem(c.system));
        wchar_t *systems = NULL;
        do {
            CoTaskMemFree(systems);
            systems = NULL;
            (void)client->HcsEnumerateComputeSystems(L"{}", &systems, &result);
        } while (systems == NULL || wcsstr(systems, L"race") != NULL);
        CoTaskMemFree(systems);
        client_clean(c.id);
    }
}

/* ---- processes ---- */

static void an_exit_waits_for_its_callback(void **state)
{
    (void)state;
    struct client_container c = {0};
    struct client_process p = {0};
    char output[64];
    client_start(&c, L"early");
    client_run(&p, c.system, L"cmd /c exit 3");
    (void)client_read_all(p.info.std_output, output, sizeof(output));
    /* The end of its output is the end of the process, and nobody was there to be told. */
    client_watch_process(&p.watch, p.process);
    (void)client_meet(&p.watch, 0x10000, 0);
    assert_int_equal(client_exit_code(&p), 3);
    client_unwatch_process(&p.watch);
    client_close(&p);
    client_end(&c);
}

static volatile LONG order;

static void take_number(struct client_watch *watch, const struct client_note *note)
{
    if (note->type == 1 || note->type == 0x10000) {
        *(LONG *)watch->also_ctx = InterlockedIncrement(&order);
    }
}

static void processes_exit_before_their_system(void **state)
{
    (void)state;
    for (unsigned turn = 0; turn < 10; turn++) {
        struct client_container c = {0};
        struct client_process p[5] = {0};
        LONG of_system = 0;
        LONG of_process[5] = {0};
        wchar_t *result = CLIENT_POISON;
        order = 0;
        c.watch.also = take_number;
        c.watch.also_ctx = &of_system;
        client_start(&c, L"order");
        for (unsigned i = 0; i < 5; i++) {
            client_run(&p[i], c.system, L"ping -t localhost");
            p[i].watch.also = take_number;
            p[i].watch.also_ctx = &of_process[i];
            client_watch_process(&p[i].watch, p[i].process);
        }
        assert_accepted(client_load()->HcsTerminateComputeSystem(c.system, L"", &result));
        (void)client_meet(&c.watch, 1, 0);
        assert_int_equal(of_system, 6);
        for (unsigned i = 0; i < 5; i++) {
            (void)client_meet(&p[i].watch, 0x10000, 0);
            client_unwatch_process(&p[i].watch);
            client_close(&p[i]);
        }
        client_end(&c);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_completion_waits_for_its_callback),
        cmocka_unit_test(the_first_context_may_be_null),
        cmocka_unit_test(callbacks_come_from_another_thread),
        cmocka_unit_test(every_handle_gets_the_exit_once),
        cmocka_unit_test(an_exit_comes_behind_the_start_that_it_ends),
        cmocka_unit_test(an_exited_system_cannot_be_opened),
        cmocka_unit_test(a_failing_status_has_an_upper_half_of_zero),
        cmocka_unit_test(unregister_waits_for_a_callback_that_runs),
        cmocka_unit_test(closing_waits_for_no_callback_but_unregister_does),
        cmocka_unit_test(a_callback_that_blocks_holds_up_nobody_else),
        cmocka_unit_test(a_process_callback_that_blocks_holds_up_its_system_alone),
        cmocka_unit_test(a_callback_may_call_and_end_its_own_registration),
        cmocka_unit_test(nothing_comes_after_unregister),
        cmocka_unit_test(an_exit_waits_for_its_callback),
        cmocka_unit_test(processes_exit_before_their_system),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
