/* The end of a process: at which call it comes, what is closed, what is swallowed afterwards. */
#include "tests/unit/fakes/fault_fixture.h"

struct killer {
    struct wrap_fault *fault;
    size_t hooks;
    struct wrap_fault_call call;
    char object[64];
};

static void kill_at(void *ctx, const struct wrap_fault_call *call)
{
    struct killer *killer = ctx;
    killer->hooks++;
    killer->call = *call;
    const char *object = wcd_text_or_empty(call->object);
    assert_true(strlen(object) < sizeof(killer->object));
    memcpy(killer->object, object, strlen(object) + 1);
    wrap_fault_kill(killer->fault);
}

static void note_only(void *ctx, const struct wrap_fault_call *call)
{
    struct killer *killer = ctx;
    killer->hooks++;
    killer->call = *call;
}

static void a_hook_sees_each_call(void **state)
{
    (void)state;
    struct faulty f;
    faulty_make(&f);
    struct killer seen = {.fault = f.fault};
    (void)faulty_add(&f, (struct wrap_fault_rule){.action = WRAP_FAULT_HOOK_BEFORE,
                                                  .hook = note_only,
                                                  .hook_ctx = &seen});
    (void)faulty_add(&f, (struct wrap_fault_rule){.action = WRAP_FAULT_HOOK_AFTER,
                                                  .hook = note_only,
                                                  .hook_ctx = &seen});
    plat_handle system = faulty_create(&f, PLAT_S_OK);
    assert_int_equal(seen.hooks, 2);
    (void)faulty_start(&f, system);
    (void)faulty_start(&f, system);
    assert_int_equal(seen.hooks, 6);
    assert_string_equal(seen.call.function, "HcsStartComputeSystem");
    assert_string_equal(seen.call.object, "c1");
    assert_int_equal(seen.call.number, 3);
    assert_int_equal(seen.call.function_number, 2);
    faulty_release(&f);
}

static void killed_before_the_nth_call_of_all(void **state)
{
    (void)state;
    struct faulty f;
    faulty_make(&f);
    struct killer killer = {.fault = f.fault};
    (void)faulty_add(&f, (struct wrap_fault_rule){.action = WRAP_FAULT_HOOK_BEFORE,
                                                  .first = 3,
                                                  .times = 1,
                                                  .hook = kill_at,
                                                  .hook_ctx = &killer});
    plat_handle system = faulty_create(&f, PLAT_S_OK);
    (void)faulty_register(&f, system, 7);
    assert_int_equal(faulty_start(&f, system), WRAP_FAULT_DEAD);
    assert_true(wrap_fault_dead(f.fault));
    assert_string_equal(killer.object, "c1");
    assert_int_equal(wrap_fault_calls_of(f.fault, "HcsStartComputeSystem"), 1);
    assert_string_equal(f.stub.log, "unregister 2;close_system 1;");
    assert_int_equal(wrap_trace_count(f.trace), 4);
    faulty_release(&f);
}

static void killed_after_a_call_that_opened_something(void **state)
{
    (void)state;
    struct faulty f;
    faulty_make(&f);
    struct killer killer = {.fault = f.fault};
    (void)faulty_add(&f, (struct wrap_fault_rule){.action = WRAP_FAULT_HOOK_AFTER,
                                                  .function = "HcsCreateComputeSystem",
                                                  .hook = kill_at,
                                                  .hook_ctx = &killer});
    assert_int_equal(faulty_create(&f, WRAP_FAULT_DEAD), PLAT_NO_HANDLE);
    assert_int_equal(killer.hooks, 1);
    assert_string_equal(f.stub.log, "close_system 1;");
    assert_int_equal(f.stub.calls, 2);
    faulty_release(&f);
}

static void killed_after_a_close(void **state)
{
    (void)state;
    struct faulty f;
    faulty_make(&f);
    const struct plat_hcs *hcs = &f.platform.hcs;
    struct killer killer = {.fault = f.fault};
    (void)faulty_add(&f, (struct wrap_fault_rule){.action = WRAP_FAULT_HOOK_AFTER,
                                                  .function = "HcsCloseComputeSystem",
                                                  .hook = kill_at,
                                                  .hook_ctx = &killer});
    plat_handle system = faulty_create(&f, PLAT_S_OK);
    assert_int_equal(hcs->ops->close_system(hcs->ctx, system), PLAT_S_OK);
    assert_true(wrap_fault_dead(f.fault));
    assert_string_equal(killer.object, "c1");
    assert_string_equal(f.stub.log, "close_system 1;"); /* once */
    faulty_release(&f);
}

static void a_dead_process_holds_nothing(void **state)
{
    (void)state;
    struct faulty f;
    faulty_make(&f);
    const struct platform *p = &f.platform;
    plat_handle handle = PLAT_NO_HANDLE;
    plat_handle timer = PLAT_NO_HANDLE;
    bool created = false;
    struct plat_event_sink sink = wcd_queue_sink(f.queue);
    assert_int_equal(
        p->fs.ops->open(p->fs.ctx, "C:\\new.txt", PLAT_GENERIC_WRITE, PLAT_CREATE_NEW, &handle),
        PLAT_S_OK);
    assert_int_equal(p->registry.ops->create(p->registry.ctx, PLAT_HKEY_LOCAL_MACHINE,
                                             "SOFTWARE\\x", PLAT_KEY_ALL_ACCESS, &handle, &created),
                     PLAT_S_OK);
    assert_int_equal(p->scm.ops->open_manager(p->scm.ctx, PLAT_SC_MANAGER_ALL_ACCESS, &handle),
                     PLAT_S_OK);
    assert_int_equal(p->clock.ops->set_timer(p->clock.ctx, 100, sink, 1, &timer), PLAT_S_OK);
    assert_int_equal(p->clock.ops->set_timer(p->clock.ctx, 50, sink, 2, &handle), PLAT_S_OK);
    plat_handle system = faulty_create(&f, PLAT_S_OK);
    plat_handle process = faulty_process(&f, system);
    (void)faulty_register(&f, system, 7);
    (void)faulty_add(&f, (struct wrap_fault_rule){.action = WRAP_FAULT_DELAY,
                                                  .notification = PLAT_HCS_SYSTEM_EXITED,
                                                  .delay_us = 10});
    stub_hcs_tell(&f.stub, system, PLAT_HCS_SYSTEM_EXITED, PLAT_S_OK, "x");
    assert_int_not_equal(process, PLAT_NO_HANDLE);

    wrap_fault_kill(f.fault);
    struct wcd_strlist left;
    struct wcd_strlist misuse;
    wcd_strlist_init(&left);
    wcd_strlist_init(&misuse);
    assert_true(fake_host_leftovers(f.host, &left));
    assert_true(fake_host_misuse(f.host, &misuse));
    assert_int_equal(left.count, 0);
    assert_int_equal(misuse.count, 0);
    assert_string_equal(
        f.stub.log, "unregister 5;close_process 2;close_stream 4;close_stream 3;close_system 1;");
    uint64_t due = 0;
    assert_false(fake_host_next_due_us(f.host, &due));

    /* Unwinding touches nothing. */
    size_t calls = f.stub.calls;
    assert_false(p->clock.ops->cancel_timer(p->clock.ctx, timer));
    assert_int_equal(p->hcs.ops->close_system(p->hcs.ctx, system), PLAT_S_OK);
    assert_int_equal(faulty_start(&f, system), WRAP_FAULT_DEAD);
    assert_int_equal(f.stub.calls, calls);
    f.stub.registrations[0].ended = false; /* a platform that breaks its word */
    stub_hcs_tell(&f.stub, system, PLAT_HCS_SYSTEM_EXITED, PLAT_S_OK, "x");
    faulty_assert_no_event(&f);
    faulty_release(&f);
}

static void the_next_process_is_not_touched(void **state)
{
    (void)state;
    struct faulty f;
    faulty_make(&f);
    struct wrap_fault *next = wrap_fault_create(&f.below);
    assert_non_null(next);
    const struct platform platform = wrap_fault_platform(next);
    (void)faulty_create(&f, PLAT_S_OK);
    wrap_fault_kill(f.fault);
    wrap_fault_kill(f.fault);
    char *result = NULL;
    plat_handle system = PLAT_NO_HANDLE;
    assert_int_equal(platform.hcs.ops->open_system(platform.hcs.ctx, "c1", &system, &result),
                     PLAT_S_OK);
    assert_int_equal(platform.hcs.ops->close_system(platform.hcs.ctx, system), PLAT_S_OK);
    wrap_fault_destroy(next);
    faulty_release(&f);
}

struct witness {
    struct killer killer;
    struct wrap_trace *trace;
};

static void kill_and_mute(void *ctx, const struct wrap_fault_call *call)
{
    struct witness *witness = ctx;
    wrap_trace_mute(witness->trace);
    kill_at(&witness->killer, call);
}

static void one_trace_goes_through_several_processes(void **state)
{
    static const char *const seen[] = {"HcsCreateComputeSystem", "HcsRegisterComputeSystemCallback",
                                       "HcsOpenComputeSystem"};
    (void)state;
    struct faulty f;
    faulty_make(&f);
    struct wrap_trace *trace = wrap_trace_create(&f.platform);
    struct wrap_fault *next = wrap_fault_create(&f.below);
    assert_non_null(trace);
    assert_non_null(next);
    struct witness witness = {.killer = {.fault = f.fault}, .trace = trace};
    f.platform = wrap_trace_platform(trace);
    (void)faulty_add(&f, (struct wrap_fault_rule){.action = WRAP_FAULT_HOOK_BEFORE,
                                                  .function = "HcsStartComputeSystem",
                                                  .hook = kill_and_mute,
                                                  .hook_ctx = &witness});
    const struct plat_hcs *hcs = &f.platform.hcs;
    plat_handle system = faulty_create(&f, PLAT_S_OK);
    char *result = NULL;
    (void)faulty_register(&f, system, 7);
    assert_int_equal(faulty_start(&f, system), WRAP_FAULT_DEAD);
    assert_int_equal(hcs->ops->close_system(hcs->ctx, system), PLAT_S_OK);
    const struct platform below = wrap_fault_platform(next);
    wrap_trace_next_process(trace, &below);
    assert_int_equal(hcs->ops->open_system(hcs->ctx, "c1", &system, &result), PLAT_S_OK);
    assert_int_equal(wrap_trace_count(trace), sizeof(seen) / sizeof(seen[0]));
    for (size_t i = 0; i < sizeof(seen) / sizeof(seen[0]); i++) {
        assert_string_equal(wrap_trace_at(trace, i).fn, seen[i]);
    }
    assert_false(wrap_trace_failed(trace));
    wrap_fault_destroy(next);
    faulty_release(&f);
    wrap_trace_destroy(trace);
}

static void timers_end_when_they_fire_or_are_cancelled(void **state)
{
    (void)state;
    struct faulty f;
    faulty_make(&f);
    const struct plat_clock *clock = &f.platform.clock;
    struct plat_event_sink sink = wcd_queue_sink(f.queue);
    plat_handle first = PLAT_NO_HANDLE;
    plat_handle second = PLAT_NO_HANDLE;
    assert_int_equal(clock->ops->set_timer(clock->ctx, 10, sink, 1, &first), PLAT_S_OK);
    assert_int_equal(clock->ops->set_timer(clock->ctx, 20, sink, 2, &second), PLAT_S_OK);
    fake_host_advance_us(f.host, 10);
    struct plat_event event = faulty_take(&f);
    assert_int_equal(event.kind, PLAT_EVENT_TIMER);
    assert_int_equal(event.key, 1);
    assert_false(clock->ops->cancel_timer(clock->ctx, first));
    assert_true(clock->ops->cancel_timer(clock->ctx, second));
    fake_host_advance_us(f.host, 20);
    faulty_assert_no_event(&f);
    /* One that the daemon believes to be set, and one it believes not to be. */
    (void)faulty_add(&f, (struct wrap_fault_rule){.action = WRAP_FAULT_ANSWER, .times = 1});
    assert_int_equal(clock->ops->set_timer(clock->ctx, 40, sink, 3, &first), PLAT_S_OK);
    assert_int_not_equal(first, PLAT_NO_HANDLE);
    (void)faulty_add(&f, (struct wrap_fault_rule){
                             .action = WRAP_FAULT_REPLACE, .times = 1, .hr = PLAT_E_OUTOFMEMORY});
    assert_int_equal(clock->ops->set_timer(clock->ctx, 40, sink, 4, &second), PLAT_E_OUTOFMEMORY);
    assert_int_equal(second, PLAT_NO_HANDLE);
    uint64_t due = 0;
    assert_false(fake_host_next_due_us(f.host, &due));
    faulty_release(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_hook_sees_each_call),
        cmocka_unit_test(killed_before_the_nth_call_of_all),
        cmocka_unit_test(killed_after_a_call_that_opened_something),
        cmocka_unit_test(killed_after_a_close),
        cmocka_unit_test(a_dead_process_holds_nothing),
        cmocka_unit_test(the_next_process_is_not_touched),
        cmocka_unit_test(one_trace_goes_through_several_processes),
        cmocka_unit_test(timers_end_when_they_fire_or_are_cancelled),
    };
    return cmocka_run_group_tests_name("fault: the end of a process", tests, NULL, NULL);
}
