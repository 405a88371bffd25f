/* Faults at notifications: lost, repeated, late, changed; completions that are held back. */
#include "tests/support/alloc_fail.h"
#include "tests/unit/fakes/fault_fixture.h"

#define PENDING PLAT_HCS_OPERATION_PENDING
#define STARTED PLAT_HCS_SYSTEM_START_COMPLETED
#define EXITED  PLAT_HCS_SYSTEM_EXITED

static void assert_event(const struct faulty *f, uint64_t key, uint32_t type, plat_hr status,
                         const char *data)
{
    struct plat_event event = faulty_take(f);
    assert_int_equal(event.kind, PLAT_EVENT_HCS);
    assert_int_equal(event.key, key);
    assert_int_equal(event.type, type);
    assert_int_equal(event.status, status);
    assert_true(wcd_text_equal(event.data, data));
    free(event.data);
}

static void the_nth_notification_of_a_type_is_dropped(void **state)
{
    (void)state;
    struct faulty f;
    faulty_make(&f);
    plat_handle system = faulty_create(&f, PLAT_S_OK);
    (void)faulty_register(&f, system, 7);
    uint64_t id = faulty_add(&f, (struct wrap_fault_rule){.action = WRAP_FAULT_DROP,
                                                          .notification = EXITED,
                                                          .object = "c1",
                                                          .first = 2,
                                                          .times = 1});
    (void)faulty_add(&f, (struct wrap_fault_rule){
                             .action = WRAP_FAULT_DROP, .notification = EXITED, .object = "c2"});
    stub_hcs_tell(&f.stub, system, EXITED, PLAT_S_OK, "1");
    stub_hcs_tell(&f.stub, system, STARTED, PLAT_S_OK, NULL);
    stub_hcs_tell(&f.stub, system, EXITED, PLAT_S_OK, "2");
    stub_hcs_tell(&f.stub, system, EXITED, PLAT_S_OK, "3");
    assert_event(&f, 7, EXITED, PLAT_S_OK, "1");
    assert_event(&f, 7, STARTED, PLAT_S_OK, NULL);
    assert_event(&f, 7, EXITED, PLAT_S_OK, "3");
    faulty_assert_no_event(&f);
    assert_int_equal(wrap_fault_fired(f.fault, id), 1);
    faulty_release(&f);
}

static void a_notification_is_repeated(void **state)
{
    (void)state;
    struct faulty f;
    faulty_make(&f);
    plat_handle system = faulty_create(&f, PLAT_S_OK);
    (void)faulty_register(&f, system, 7);
    (void)faulty_add(&f, (struct wrap_fault_rule){
                             .action = WRAP_FAULT_REPEAT, .notification = EXITED, .copies = 2});
    stub_hcs_tell(&f.stub, system, EXITED, PLAT_S_OK, "x");
    stub_hcs_tell(&f.stub, system, STARTED, PLAT_S_OK, NULL);
    for (int i = 0; i < 3; i++) {
        assert_event(&f, 7, EXITED, PLAT_S_OK, "x");
    }
    assert_event(&f, 7, STARTED, PLAT_S_OK, NULL);
    faulty_assert_no_event(&f);
    faulty_release(&f);
}

static void a_late_notification_is_overtaken(void **state)
{
    (void)state;
    struct faulty f;
    faulty_make(&f);
    plat_handle system = faulty_create(&f, PLAT_S_OK);
    (void)faulty_register(&f, system, 7);
    (void)faulty_add(&f, (struct wrap_fault_rule){.action = WRAP_FAULT_DELAY,
                                                  .notification = STARTED,
                                                  .delay_us = 5000000});
    stub_hcs_tell(&f.stub, system, STARTED, PLAT_S_OK, "late");
    stub_hcs_tell(&f.stub, system, EXITED, PLAT_S_OK, NULL);
    assert_event(&f, 7, EXITED, PLAT_S_OK, NULL);
    fake_host_advance_us(f.host, 4999999);
    faulty_assert_no_event(&f);
    assert_true(fake_host_step(f.host));
    assert_int_equal(fake_host_now_us(f.host), 5000000);
    assert_event(&f, 7, STARTED, PLAT_S_OK, "late");
    faulty_release(&f);
}

static void a_status_is_changed(void **state)
{
    (void)state;
    struct faulty f;
    faulty_make(&f);
    plat_handle system = faulty_create(&f, PLAT_S_OK);
    (void)faulty_register(&f, system, 7);
    (void)faulty_add(&f, (struct wrap_fault_rule){.action = WRAP_FAULT_STATUS,
                                                  .notification = STARTED,
                                                  .times = 1,
                                                  .hr = PLAT_HCS_UNEXPECTED_EXIT});
    (void)faulty_add(&f, (struct wrap_fault_rule){.action = WRAP_FAULT_STATUS,
                                                  .notification = EXITED,
                                                  .hr = PLAT_HCS_TIMEOUT,
                                                  .result = "{\"Error\":1}"});
    stub_hcs_tell(&f.stub, system, STARTED, PLAT_S_OK, "was");
    stub_hcs_tell(&f.stub, system, EXITED, PLAT_S_OK, NULL);
    stub_hcs_tell(&f.stub, system, STARTED, PLAT_S_OK, "is");
    assert_event(&f, 7, STARTED, PLAT_HCS_UNEXPECTED_EXIT, NULL);
    assert_event(&f, 7, EXITED, PLAT_HCS_TIMEOUT, "{\"Error\":1}");
    assert_event(&f, 7, STARTED, PLAT_S_OK, "is");
    faulty_release(&f);
}

static void processes_have_notifications_of_their_own(void **state)
{
    (void)state;
    struct faulty f;
    faulty_make(&f);
    const struct plat_hcs *hcs = &f.platform.hcs;
    plat_handle process = faulty_process(&f, faulty_create(&f, PLAT_S_OK));
    plat_handle registration = PLAT_NO_HANDLE;
    assert_int_equal(
        hcs->ops->register_process(hcs->ctx, process, wcd_queue_sink(f.queue), 8, &registration),
        PLAT_S_OK);
    (void)faulty_add(&f, (struct wrap_fault_rule){.action = WRAP_FAULT_DROP,
                                                  .notification = PLAT_HCS_PROCESS_EXITED,
                                                  .object = "c1",
                                                  .process_id = 1004,
                                                  .times = 1});
    stub_hcs_tell(&f.stub, process, PLAT_HCS_PROCESS_EXITED, PLAT_S_OK, "1");
    stub_hcs_tell(&f.stub, process, PLAT_HCS_PROCESS_EXITED, PLAT_S_OK, "2");
    assert_event(&f, 8, PLAT_HCS_PROCESS_EXITED, PLAT_S_OK, "2");
    faulty_assert_no_event(&f);
    faulty_release(&f);
}

/* ---- completions ---- */

static plat_handle make_withheld(struct faulty *f, uint64_t delay_us, uint64_t *rule)
{
    f->stub.hr = PENDING;
    plat_handle system = faulty_create(f, PENDING);
    (void)faulty_register(f, system, 7);
    *rule = faulty_add(f, (struct wrap_fault_rule){.action = WRAP_FAULT_WITHHOLD,
                                                   .function = "HcsStartComputeSystem",
                                                   .times = 1,
                                                   .delay_us = delay_us});
    return system;
}

static void a_completion_comes_late(void **state)
{
    (void)state;
    struct faulty f;
    uint64_t rule = 0;
    faulty_make(&f);
    plat_handle system = make_withheld(&f, 60000000, &rule);
    assert_int_equal(faulty_start(&f, system), PENDING);
    stub_hcs_tell(&f.stub, system, STARTED, PLAT_S_OK, NULL);
    stub_hcs_tell(&f.stub, system, PLAT_HCS_SYSTEM_SILO_JOB_CREATED, PLAT_S_OK, NULL);
    assert_event(&f, 7, PLAT_HCS_SYSTEM_SILO_JOB_CREATED, PLAT_S_OK, NULL);
    faulty_assert_no_event(&f);
    fake_host_advance_us(f.host, 60000000);
    assert_event(&f, 7, STARTED, PLAT_S_OK, NULL);
    faulty_release(&f);
}

static void a_completion_never_comes_or_is_let_go(void **state)
{
    (void)state;
    struct faulty f;
    uint64_t rule = 0;
    uint64_t due = 0;
    faulty_make(&f);
    plat_handle system = make_withheld(&f, WRAP_FAULT_FOR_EVER, &rule);
    (void)faulty_register(&f, system, 9); /* every registration waits */
    assert_int_equal(faulty_start(&f, system), PENDING);
    stub_hcs_tell(&f.stub, system, STARTED, PLAT_S_OK, "x");
    assert_false(fake_host_next_due_us(f.host, &due));
    faulty_assert_no_event(&f);
    wrap_fault_let_go(f.fault, rule);
    assert_event(&f, 7, STARTED, PLAT_S_OK, "x");
    assert_event(&f, 9, STARTED, PLAT_S_OK, "x");
    faulty_assert_no_event(&f);
    faulty_release(&f);
}

static void the_next_operation_is_not_held_back(void **state)
{
    (void)state;
    struct faulty f;
    uint64_t rule = 0;
    faulty_make(&f);
    plat_handle system = make_withheld(&f, WRAP_FAULT_FOR_EVER, &rule);
    assert_int_equal(faulty_start(&f, system), PENDING);
    assert_int_equal(faulty_start(&f, system), PENDING);
    stub_hcs_tell(&f.stub, system, STARTED, PLAT_S_OK, NULL);
    assert_event(&f, 7, STARTED, PLAT_S_OK, NULL);
    faulty_release(&f);
}

static void a_refused_operation_has_nothing_to_hold_back(void **state)
{
    (void)state;
    struct faulty f;
    uint64_t rule = 0;
    faulty_make(&f);
    plat_handle system = make_withheld(&f, WRAP_FAULT_FOR_EVER, &rule);
    f.stub.hr = PLAT_HCS_INVALID_STATE;
    assert_int_equal(faulty_start(&f, system), PLAT_HCS_INVALID_STATE);
    stub_hcs_tell(&f.stub, system, STARTED, PLAT_S_OK, NULL);
    assert_event(&f, 7, STARTED, PLAT_S_OK, NULL);
    faulty_release(&f);
}

static void what_is_done_at_once_can_be_made_pending(void **state)
{
    (void)state;
    struct faulty f;
    faulty_make(&f);
    (void)faulty_add(&f, (struct wrap_fault_rule){.action = WRAP_FAULT_WITHHOLD,
                                                  .function = "HcsCreateComputeSystem",
                                                  .delay_us = 1000});
    (void)faulty_add(&f, (struct wrap_fault_rule){.action = WRAP_FAULT_WITHHOLD,
                                                  .function = "HcsStartComputeSystem",
                                                  .delay_us = 500});
    f.stub.hr = PLAT_S_OK;
    plat_handle system = faulty_create(&f, PENDING);
    fake_host_advance_us(f.host, 400);
    (void)faulty_register(&f, system, 7); /* the completion waits for a registration */
    fake_host_advance_us(f.host, 599);
    faulty_assert_no_event(&f);
    fake_host_advance_us(f.host, 1);
    assert_event(&f, 7, PLAT_HCS_SYSTEM_CREATE_COMPLETED, PLAT_S_OK, NULL);
    assert_int_equal(faulty_start(&f, system), PENDING);
    fake_host_advance_us(f.host, 500);
    assert_event(&f, 7, STARTED, PLAT_S_OK, NULL);
    faulty_assert_no_event(&f);
    faulty_release(&f);
}

static void an_exit_is_what_completes_a_shutdown(void **state)
{
    (void)state;
    struct faulty f;
    faulty_make(&f);
    const struct plat_hcs *hcs = &f.platform.hcs;
    char *result = NULL;
    f.stub.hr = PENDING;
    plat_handle system = faulty_create(&f, PENDING);
    (void)faulty_register(&f, system, 7);
    (void)faulty_add(&f, (struct wrap_fault_rule){.action = WRAP_FAULT_WITHHOLD,
                                                  .function = "HcsShutdownComputeSystem",
                                                  .delay_us = 1000});
    assert_int_equal(hcs->ops->shutdown_system(hcs->ctx, system, "", &result), PENDING);
    stub_hcs_tell(&f.stub, system, EXITED, PLAT_S_OK, NULL);
    faulty_assert_no_event(&f);
    fake_host_advance_us(f.host, 1000);
    assert_event(&f, 7, EXITED, PLAT_S_OK, NULL);
    faulty_release(&f);
}

static void nothing_comes_after_an_unregistration_or_a_close(void **state)
{
    (void)state;
    struct faulty f;
    faulty_make(&f);
    const struct plat_hcs *hcs = &f.platform.hcs;
    plat_handle system = faulty_create(&f, PLAT_S_OK);
    plat_handle other = faulty_create(&f, PLAT_S_OK);
    plat_handle registration = faulty_register(&f, system, 7);
    (void)faulty_register(&f, other, 8);
    (void)faulty_add(&f, (struct wrap_fault_rule){
                             .action = WRAP_FAULT_DELAY, .notification = EXITED, .delay_us = 10});
    stub_hcs_tell(&f.stub, system, EXITED, PLAT_S_OK, "x");
    stub_hcs_tell(&f.stub, other, EXITED, PLAT_S_OK, "y");
    assert_int_equal(hcs->ops->unregister_system(hcs->ctx, registration), PLAT_S_OK);
    assert_int_equal(hcs->ops->close_system(hcs->ctx, other), PLAT_S_OK);
    fake_host_advance_us(f.host, 20);
    faulty_assert_no_event(&f);
    faulty_release(&f);
}

static void a_trace_above_shows_what_the_daemon_saw(void **state)
{
    static const char *const seen[] = {"HcsCreateComputeSystem", "HcsRegisterComputeSystemCallback",
                                       "HcsStartComputeSystem", "CALLBACK", "CALLBACK"};
    (void)state;
    struct faulty f;
    faulty_make(&f);
    struct wrap_trace *above = wrap_trace_create(&f.platform);
    assert_non_null(above);
    f.platform = wrap_trace_platform(above);
    plat_handle system = faulty_create(&f, PLAT_S_OK);
    (void)faulty_register(&f, system, 7);
    (void)faulty_add(&f, (struct wrap_fault_rule){.action = WRAP_FAULT_ANSWER,
                                                  .function = "HcsStartComputeSystem",
                                                  .hr = PLAT_HCS_TIMEOUT});
    (void)faulty_add(&f, (struct wrap_fault_rule){
                             .action = WRAP_FAULT_REPEAT, .notification = EXITED, .copies = 1});
    assert_int_equal(faulty_start(&f, system), PLAT_HCS_TIMEOUT);
    stub_hcs_tell(&f.stub, system, EXITED, PLAT_S_OK, NULL);
    assert_int_equal(wrap_trace_count(above), 5);
    for (size_t i = 0; i < 5; i++) {
        assert_string_equal(wrap_trace_at(above, i).fn, seen[i]);
    }
    assert_int_equal(wrap_trace_at(above, 2).hr, PLAT_HCS_TIMEOUT);
    assert_int_equal(wrap_trace_count(f.trace), 3); /* below: no start, one notification */
    assert_event(&f, 7, EXITED, PLAT_S_OK, NULL);
    assert_event(&f, 7, EXITED, PLAT_S_OK, NULL);
    wrap_trace_destroy(above);
    faulty_release(&f);
}

/* ---- memory ---- */

static bool run_without_memory(size_t n, enum wrap_fault_action action)
{
    struct faulty f;
    faulty_make(&f);
    plat_handle system = faulty_create(&f, PLAT_S_OK);
    (void)faulty_register(&f, system, 7);
    (void)faulty_add(
        &f,
        (struct wrap_fault_rule){
            .action = action, .notification = EXITED, .copies = 1, .delay_us = 5, .result = "r"});
    alloc_fail_after(n);
    struct plat_event event = {
        .kind = PLAT_EVENT_HCS, .key = 7, .type = EXITED, .data = wcd_text_copy("x")};
    bool given = event.data != NULL;
    const struct stub_registration *registration = &f.stub.registrations[0];
    (void)registration->sink.post(registration->sink.ctx, &event);
    bool failed = alloc_fail_off();
    assert_true(!failed || !given || wrap_fault_failed(f.fault) || wrap_trace_failed(f.trace));
    fake_host_advance_us(f.host, 5);
    while (wcd_queue_take(f.queue, &event)) {
        free(event.data);
    }
    wrap_fault_destroy(f.fault);
    wrap_trace_destroy(f.trace);
    wcd_queue_destroy(f.queue);
    fake_host_destroy(f.host);
    return failed;
}

static void want_of_memory_is_told(void **state)
{
    static const enum wrap_fault_action actions[] = {WRAP_FAULT_REPEAT, WRAP_FAULT_DELAY,
                                                     WRAP_FAULT_STATUS};
    (void)state;
    for (size_t i = 0; i < sizeof(actions) / sizeof(actions[0]); i++) {
        for (size_t n = 1; run_without_memory(n, actions[i]); n++) {
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_nth_notification_of_a_type_is_dropped),
        cmocka_unit_test(a_notification_is_repeated),
        cmocka_unit_test(a_late_notification_is_overtaken),
        cmocka_unit_test(a_status_is_changed),
        cmocka_unit_test(processes_have_notifications_of_their_own),
        cmocka_unit_test(a_completion_comes_late),
        cmocka_unit_test(a_completion_never_comes_or_is_let_go),
        cmocka_unit_test(the_next_operation_is_not_held_back),
        cmocka_unit_test(a_refused_operation_has_nothing_to_hold_back),
        cmocka_unit_test(what_is_done_at_once_can_be_made_pending),
        cmocka_unit_test(an_exit_is_what_completes_a_shutdown),
        cmocka_unit_test(nothing_comes_after_an_unregistration_or_a_close),
        cmocka_unit_test(a_trace_above_shows_what_the_daemon_saw),
        cmocka_unit_test(want_of_memory_is_told),
    };
    return cmocka_run_group_tests_name("fault: events", tests, NULL, NULL);
}
