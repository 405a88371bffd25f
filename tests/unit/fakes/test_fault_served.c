/* The fault decorator over an emulated host that lives long and has many clients: what it keeps of them, and that
 * nothing is posted to those who believe that they have let go. */
#include "core/base/text.h"
#include "fakes/live/live.h"
#include "fakes/wrap/fault_internal.h"
#include "fakes/wrap/trace_internal.h"
#include "tests/support/cmocka.h"
#include "tests/unit/fakes/hcs_fixture.h"

#include <pthread.h>
#include <stdlib.h>

#define MINUTE_US ((uint64_t)60 * 1000000)
#define ROUNDS    20u

/* As a service has it: the host, faults, a trace that is handed over, a lock. */
struct served {
    struct hcs_fixture f;
    struct wrap_fault *fault;
    struct platform faulty;
    struct wrap_trace *trace;
    struct platform traced;
    struct fake_live *live;
    struct platform platform;
    size_t entries;
};

static uint64_t no_time(void *ctx)
{
    (void)ctx;
    return 0;
}

static void hang(void *ctx, uint64_t us)
{
    struct served *served = ctx;
    fake_live_pause(served->live, us);
}

static void on_entry(void *ctx, const struct wrap_trace_entry *entry)
{
    struct served *served = ctx;
    served->entries += entry->seq > 0;
}

static void served_init_with(struct served *served, enum fake_hcs_completion completion)
{
    struct fake_host_options host = fake_host_defaults(fake_build_find("server-2019"));
    struct wcd_error err = WCD_ERROR_INIT;
    *served = (struct served){0};
    host.hyperv = true;
    host.hcs_completion = completion;
    hcs_fixture_init_with(&served->f, &host);
    served->fault = wrap_fault_create(&served->f.platform);
    assert_non_null(served->fault);
    wrap_fault_on_advance(served->fault, hang, served);
    served->faulty = wrap_fault_platform(served->fault);
    served->trace = wrap_trace_create(&served->faulty);
    assert_non_null(served->trace);
    wrap_trace_hand_over(served->trace, on_entry, served);
    served->traced = wrap_trace_platform(served->trace);
    const struct fake_live_options options = {
        .host = served->f.host, .over = &served->traced, .clock_us = no_time};
    assert_int_equal(fake_live_start(&served->live, &options, &err), WCD_OK);
    served->platform = fake_live_platform(served->live);
}

static void served_init(struct served *served)
{
    served_init_with(served, FAKE_HCS_COMPLETES_LATER);
}

static void served_end(struct served *served)
{
    fake_live_stop(served->live);
    assert_false(wrap_trace_failed(served->trace));
    assert_false(wrap_fault_failed(served->fault));
    wrap_trace_destroy(served->trace);
    wrap_fault_destroy(served->fault); /* closes what a fault has left open */
}

static void served_release(struct served *served)
{
    served_end(served);
    hcs_fixture_release(&served->f);
}

static uint64_t add(struct served *served, struct wrap_fault_rule rule)
{
    uint64_t id = wrap_fault_add(served->fault, &rule);
    assert_int_not_equal(id, 0);
    return id;
}

/* ---- sinks that end ---- */

static bool heard(void *ctx, struct plat_event *event)
{
    size_t *count = ctx;
    (*count)++;
    free(event->data);
    event->data = NULL;
    return true;
}

/* One of its own for each registration, that is gone with it: what posts to it later is found by the sanitizers. */
static struct plat_event_sink sink_make(void)
{
    size_t *count = calloc(1, sizeof(*count));
    assert_non_null(count);
    return (struct plat_event_sink){.post = heard, .ctx = count};
}

static plat_handle open_system(const struct served *served, const char *id)
{
    const struct plat_hcs *hcs = &served->platform.hcs;
    plat_handle system = PLAT_NO_HANDLE;
    char *result = NULL;
    assert_int_equal(hcs->ops->open_system(hcs->ctx, id, &system, &result), PLAT_S_OK);
    return system;
}

static plat_hr register_system(const struct served *served, plat_handle system,
                               struct plat_event_sink sink, plat_handle *registration)
{
    const struct plat_hcs *hcs = &served->platform.hcs;
    return hcs->ops->register_system(hcs->ctx, system, sink, 7, registration);
}

static plat_hr terminate(const struct served *served, plat_handle system)
{
    const struct plat_hcs *hcs = &served->platform.hcs;
    char *result = NULL;
    plat_hr hr = hcs->ops->terminate_system(hcs->ctx, system, "", &result);
    free(result);
    return hr;
}

/* What the host tells meanwhile has come. */
static void pass(const struct served *served)
{
    fake_host_advance_us(fake_live_lock(served->live), MINUTE_US);
    fake_live_unlock(served->live);
}

/* ---- what is kept ---- */

static void assert_nothing_kept(const struct served *served)
{
    assert_null(served->fault->sinks);
    assert_null(served->fault->sinks_muted);
    assert_null(served->trace->watches);
}

static void what_has_ended_is_not_kept(void **state)
{
    (void)state;
    struct served served;
    served_init(&served);
    struct hcs_container c = hcs_running(&served.f, "c1", HCS_HYPERV, 1);
    const struct plat_hcs *hcs = &served.platform.hcs;
    struct plat_event_sink sink = sink_make();
    plat_handle registration = PLAT_NO_HANDLE;
    for (unsigned i = 0; i < ROUNDS; i++) {
        plat_handle system = open_system(&served, "c1");
        assert_int_equal(register_system(&served, system, sink, &registration), PLAT_S_OK);
        assert_int_equal(hcs->ops->unregister_system(hcs->ctx, registration), PLAT_S_OK);
        assert_nothing_kept(&served);
        assert_int_equal(hcs->ops->close_system(hcs->ctx, system), PLAT_S_OK);
    }
    assert_int_equal(served.entries, (size_t)4 * ROUNDS);
    hcs_end(&served.f, &c);
    free(sink.ctx);
    served_release(&served);
}

static void what_never_began_is_not_kept(void **state)
{
    (void)state;
    struct served served;
    served_init(&served);
    struct hcs_container c = hcs_running(&served.f, "c1", HCS_HYPERV, 1);
    const struct plat_hcs *hcs = &served.platform.hcs;
    const struct plat_transport *transport = &served.platform.transport;
    struct plat_event_sink sink = sink_make();
    plat_handle registration = PLAT_NO_HANDLE;
    plat_handle system = open_system(&served, "c1");
    /* One that is done, and its answer lost. */
    uint64_t lost =
        add(&served, (struct wrap_fault_rule){.action = WRAP_FAULT_REPLACE,
                                              .function = "HcsRegisterComputeSystemCallback",
                                              .hr = PLAT_HCS_TIMEOUT});
    assert_int_equal(register_system(&served, system, sink, &registration), PLAT_HCS_TIMEOUT);
    assert_int_equal(registration, PLAT_NO_HANDLE);
    wrap_fault_remove(served.fault, lost);
    assert_nothing_kept(&served);
    assert_int_equal(hcs->ops->close_system(hcs->ctx, system), PLAT_S_OK);
    assert_int_equal(register_system(&served, system, sink, &registration),
                     plat_hr_win32(PLAT_ERROR_INVALID_HANDLE));
    assert_int_equal(transport->ops->attach(transport->ctx, 4711, sink, 1),
                     plat_hr_win32(PLAT_ERROR_INVALID_HANDLE));
    assert_nothing_kept(&served);
    hcs_end(&served.f, &c);
    free(sink.ctx);
    served_end(&served);
    hcs_fixture_drop(&served.f); /* both were misuse */
}

/* A registration ends with the handle that it is of. */
static void what_was_closed_over_a_registration_is_not_kept(void **state)
{
    (void)state;
    struct served served;
    served_init(&served);
    struct hcs_container c = hcs_running(&served.f, "c1", HCS_HYPERV, 1);
    const struct plat_hcs *hcs = &served.platform.hcs;
    struct plat_event_sink sink = sink_make();
    plat_handle registration = PLAT_NO_HANDLE;
    plat_handle system = open_system(&served, "c1");
    assert_int_equal(register_system(&served, system, sink, &registration), PLAT_S_OK);
    assert_int_equal(register_system(&served, system, sink, &registration), PLAT_S_OK);
    assert_int_equal(hcs->ops->close_system(hcs->ctx, system), PLAT_S_OK);
    assert_nothing_kept(&served);
    hcs_end(&served.f, &c);
    free(sink.ctx);
    served_end(&served);
    hcs_fixture_drop(&served.f); /* it was misuse */
}

/* ---- closed, as far as the client knows ---- */

static void answer_well(struct served *served, const char *function)
{
    (void)add(served, (struct wrap_fault_rule){
                          .action = WRAP_FAULT_ANSWER, .function = function, .hr = PLAT_S_OK});
}

static void nobody_hears_who_believes_to_have_unregistered(void **state)
{
    (void)state;
    struct served served;
    served_init(&served);
    struct hcs_container c = hcs_running(&served.f, "c1", HCS_HYPERV, 1);
    const struct plat_hcs *hcs = &served.platform.hcs;
    struct plat_event_sink sink = sink_make();
    plat_handle registration = PLAT_NO_HANDLE;
    plat_handle system = open_system(&served, "c1");
    answer_well(&served, "HcsUnregisterComputeSystemCallback");
    /* What is late already is not told either. */
    (void)add(&served, (struct wrap_fault_rule){.action = WRAP_FAULT_DELAY,
                                                .notification = PLAT_HCS_SYSTEM_PAUSE_COMPLETED,
                                                .delay_us = MINUTE_US / 2});
    assert_int_equal(register_system(&served, system, sink, &registration), PLAT_S_OK);
    assert_true(plat_hcs_accepted(hcs_call(&served.f, served.f.ops->pause_system, c.handle, "")));
    fake_host_advance_us(served.f.host, MINUTE_US / 2 - 1);
    assert_int_equal(hcs->ops->unregister_system(hcs->ctx, registration), PLAT_S_OK);
    free(sink.ctx);
    pass(&served);
    assert_true(plat_hcs_accepted(terminate(&served, system)));
    pass(&served);
    assert_null(served.trace->watches);
    wrap_fault_kill(served.fault);
    hcs_end(&served.f, &c);
    served_end(&served);
    hcs_fixture_drop(&served.f);
}

static void nobody_hears_who_believes_to_have_closed(void **state)
{
    (void)state;
    struct served served;
    served_init(&served);
    struct hcs_container c = hcs_running(&served.f, "c1", HCS_HYPERV, 1);
    const struct plat_hcs *hcs = &served.platform.hcs;
    struct plat_event_sink sink = sink_make();
    plat_handle registration = PLAT_NO_HANDLE;
    plat_handle system = open_system(&served, "c1");
    answer_well(&served, "HcsCloseComputeSystem");
    assert_int_equal(register_system(&served, system, sink, &registration), PLAT_S_OK);
    assert_int_equal(hcs->ops->close_system(hcs->ctx, system), PLAT_S_OK);
    free(sink.ctx);
    assert_null(served.trace->watches);
    assert_true(
        plat_hcs_accepted(hcs_call(&served.f, served.f.ops->terminate_system, c.handle, "")));
    pass(&served);
    hcs_end(&served.f, &c);
    served_release(&served); /* the process's end unregisters before it closes */
}

/* The same of a stream, which a program writes to. */
static void nobody_hears_of_a_stream_who_believes_to_have_closed_it(void **state)
{
    (void)state;
    static const char parameters[] = "{\"CommandLine\":\"cmd\",\"CreateStdOutPipe\":true,"
                                     "\"CreateStdInPipe\":true}";
    struct served served;
    served_init(&served);
    struct hcs_container c = hcs_running(&served.f, "c1", HCS_HYPERV, 1);
    const struct plat_hcs *hcs = &served.platform.hcs;
    const struct plat_transport *transport = &served.platform.transport;
    struct plat_event_sink sink = sink_make();
    struct plat_hcs_process_info info;
    plat_handle process = PLAT_NO_HANDLE;
    plat_handle system = open_system(&served, "c1");
    char byte = 0;
    char *result = NULL;
    size_t got = 0;
    assert_int_equal(
        hcs->ops->create_process(hcs->ctx, system, parameters, &info, &process, &result),
        PLAT_S_OK);
    assert_int_equal(transport->ops->attach(transport->ctx, info.std_output, sink, 3), PLAT_S_OK);
    while (plat_succeeded(transport->ops->read(transport->ctx, info.std_output, &byte, 1, &got))) {
    }
    answer_well(&served, "CloseHandle");
    assert_int_equal(transport->ops->close(transport->ctx, info.std_output), PLAT_S_OK);
    assert_int_equal(transport->ops->close(transport->ctx, info.std_input), PLAT_S_OK);
    free(sink.ctx);
    assert_int_equal(hcs->ops->close_process(hcs->ctx, process), PLAT_S_OK);
    assert_true(plat_hcs_accepted(terminate(&served, system))); /* the pipe breaks */
    pass(&served);
    assert_int_equal(hcs->ops->close_system(hcs->ctx, system), PLAT_S_OK);
    hcs_end(&served.f, &c);
    served_release(&served);
}

static void a_timer_is_silent_that_is_believed_to_be_cancelled(void **state)
{
    (void)state;
    struct served served;
    served_init(&served);
    const struct plat_clock *clock = &served.faulty.clock;
    struct plat_event_sink sink = sink_make();
    plat_handle timer = PLAT_NO_HANDLE;
    answer_well(&served, "CloseThreadpoolTimer");
    assert_int_equal(clock->ops->set_timer(clock->ctx, MINUTE_US / 2, sink, 1, &timer), PLAT_S_OK);
    assert_true(clock->ops->cancel_timer(clock->ctx, timer));
    free(sink.ctx);
    pass(&served);
    assert_null(served.fault->timers);
    served_release(&served);
}

/* ---- calls that hang while others come ---- */

struct starter {
    struct served *served;
    plat_handle system;
    plat_hr hr;
};

static plat_hr start(const struct served *served, plat_handle system)
{
    const struct plat_hcs *hcs = &served->platform.hcs;
    char *result = NULL;
    plat_hr hr = hcs->ops->start_system(hcs->ctx, system, "", &result);
    free(result);
    return hr;
}

static void *start_thread(void *arg)
{
    struct starter *starter = arg;
    starter->hr = start(starter->served, starter->system);
    return NULL;
}

static void await_fired(struct served *served, uint64_t rule)
{
    uint64_t fired = 0;
    while (fired == 0) {
        (void)fake_live_lock(served->live);
        fired = wrap_fault_fired(served->fault, rule);
        fake_live_unlock(served->live);
    }
}

static void count_call(void *ctx, const struct wrap_fault_call *call)
{
    uint64_t *numbers = ctx;
    numbers[0]++;
    numbers[numbers[0] % 3] = call->number;
}

/* What the one holds back is its own, whatever becomes of the other; all rules count them as they come. */
static void a_call_that_hangs_is_overtaken_by_its_like(void **state)
{
    (void)state;
    uint64_t numbers[3] = {0};
    struct served served;
    served_init_with(&served, FAKE_HCS_SYNCHRONOUS);
    struct hcs_container c = hcs_created(&served.f, "c1", HCS_HYPERV, 1);
    const struct plat_hcs *hcs = &served.platform.hcs;
    plat_handle system = open_system(&served, "c1");
    plat_handle registration = PLAT_NO_HANDLE;
    size_t told = 0;
    const struct plat_event_sink sink = {.post = heard, .ctx = &told};
    assert_int_equal(register_system(&served, system, sink, &registration), PLAT_S_OK);
    const struct wrap_fault_rule rules[] = {
        {.action = WRAP_FAULT_WITHHOLD, .delay_us = WRAP_FAULT_FOR_EVER},
        {.action = WRAP_FAULT_HOOK_AFTER, .hook = count_call, .hook_ctx = numbers},
        {.action = WRAP_FAULT_ANSWER, .first = 2, .times = 1, .hr = PLAT_HCS_TIMEOUT},
        {.action = WRAP_FAULT_HANG, .times = 1, .delay_us = 60 * MINUTE_US},
    };
    uint64_t ids[4];
    for (size_t i = 0; i < 4; i++) {
        struct wrap_fault_rule rule = rules[i];
        rule.function = "HcsStartComputeSystem";
        ids[i] = add(&served, rule);
    }
    struct starter starter = {.served = &served, .system = system};
    pthread_t thread;
    assert_int_equal(pthread_create(&thread, NULL, start_thread, &starter), 0);
    await_fired(&served, ids[3]);
    assert_int_equal(start(&served, system), PLAT_HCS_TIMEOUT);
    fake_live_hurry(served.live);
    assert_int_equal(pthread_join(thread, NULL), 0);
    assert_int_equal(starter.hr, PLAT_HCS_OPERATION_PENDING);
    assert_int_equal(numbers[0], 2);
    assert_true(numbers[1] > numbers[2]);
    told = 0;
    pass(&served);
    assert_int_equal(told, 0);
    wrap_fault_let_go(served.fault, ids[0]);
    assert_int_equal(told, 1);
    assert_true(plat_hcs_accepted(terminate(&served, system)));
    pass(&served);
    assert_int_equal(told, 2);
    assert_int_equal(hcs->ops->unregister_system(hcs->ctx, registration), PLAT_S_OK);
    assert_int_equal(hcs->ops->close_system(hcs->ctx, system), PLAT_S_OK);
    hcs_end(&served.f, &c);
    served_release(&served);
}

/* A registration that hangs finds its handle closed, and leaves nothing. */
struct registrar {
    struct served *served;
    plat_handle system;
    struct plat_event_sink sink;
    plat_hr hr;
};

static void *register_thread(void *arg)
{
    struct registrar *registrar = arg;
    plat_handle registration = PLAT_NO_HANDLE;
    registrar->hr =
        register_system(registrar->served, registrar->system, registrar->sink, &registration);
    return NULL;
}

static void a_registration_that_hangs_finds_its_handle_closed(void **state)
{
    (void)state;
    struct served served;
    served_init(&served);
    struct hcs_container c = hcs_running(&served.f, "c1", HCS_HYPERV, 1);
    const struct plat_hcs *hcs = &served.platform.hcs;
    uint64_t hangs =
        add(&served, (struct wrap_fault_rule){.action = WRAP_FAULT_HANG,
                                              .function = "HcsRegisterComputeSystemCallback",
                                              .delay_us = 60 * MINUTE_US});
    struct registrar registrar = {
        .served = &served, .system = open_system(&served, "c1"), .sink = sink_make()};
    pthread_t thread;
    assert_int_equal(pthread_create(&thread, NULL, register_thread, &registrar), 0);
    await_fired(&served, hangs);
    assert_int_equal(hcs->ops->close_system(hcs->ctx, registrar.system), PLAT_S_OK);
    fake_live_hurry(served.live);
    assert_int_equal(pthread_join(thread, NULL), 0);
    assert_int_equal(registrar.hr, plat_hr_win32(PLAT_ERROR_INVALID_HANDLE));
    assert_nothing_kept(&served);
    hcs_end(&served.f, &c);
    free(registrar.sink.ctx);
    served_end(&served);
    hcs_fixture_drop(&served.f); /* it was misuse */
}

/* ---- calls that no client makes ---- */

static bool is_spared(void *ctx)
{
    const bool *spared = ctx;
    return *spared;
}

static void who_is_spared_meets_no_rule(void **state)
{
    (void)state;
    bool spared = true;
    struct served served;
    served_init(&served);
    const struct plat_hcs *hcs = &served.platform.hcs;
    struct hcs_container c = hcs_running(&served.f, "c1", HCS_HYPERV, 1);
    plat_handle system = open_system(&served, "c1");
    uint64_t id = add(&served, (struct wrap_fault_rule){.action = WRAP_FAULT_ANSWER,
                                                        .function = "HcsCloseComputeSystem",
                                                        .hr = PLAT_HCS_TIMEOUT});
    wrap_fault_spare(served.fault, is_spared, &spared);
    assert_int_equal(hcs->ops->close_system(hcs->ctx, system), PLAT_S_OK);
    assert_int_equal(wrap_fault_seen(served.fault, id), 0);
    system = open_system(&served, "c1");
    spared = false;
    assert_int_equal(hcs->ops->close_system(hcs->ctx, system), PLAT_HCS_TIMEOUT);
    assert_int_equal(wrap_fault_seen(served.fault, id), 1);
    hcs_end(&served.f, &c);
    served_release(&served);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_has_ended_is_not_kept),
        cmocka_unit_test(what_never_began_is_not_kept),
        cmocka_unit_test(what_was_closed_over_a_registration_is_not_kept),
        cmocka_unit_test(nobody_hears_who_believes_to_have_unregistered),
        cmocka_unit_test(nobody_hears_who_believes_to_have_closed),
        cmocka_unit_test(nobody_hears_of_a_stream_who_believes_to_have_closed_it),
        cmocka_unit_test(a_timer_is_silent_that_is_believed_to_be_cancelled),
        cmocka_unit_test(a_call_that_hangs_is_overtaken_by_its_like),
        cmocka_unit_test(a_registration_that_hangs_finds_its_handle_closed),
        cmocka_unit_test(who_is_spared_meets_no_rule),
    };
    return cmocka_run_group_tests_name("fault: a host that is served", tests, NULL, NULL);
}
