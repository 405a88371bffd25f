/* The entries of calls on compute systems, to the letter as recordings of the original daemon have them,
 * and those of notifications. */
#include "core/base/queue.h"
#include "fakes/host/host.h"
#include "fakes/wrap/trace.h"
#include "tests/support/alloc_fail.h"
#include "tests/unit/fakes/every_call.h"
#include "tests/unit/fakes/stub_hcs.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

struct traced {
    struct fake_host *host;
    struct stub_hcs stub;
    struct platform below;
    struct wrap_trace *trace;
    struct platform platform;
    struct wcd_queue *queue;
};

static void traced_make(struct traced *f)
{
    struct wcd_error err = WCD_ERROR_INIT;
    struct fake_host_options options = fake_host_defaults(fake_build_find("server-2019"));
    *f = (struct traced){0};
    assert_int_equal(fake_host_create(&f->host, &options, &err), WCD_OK);
    f->below = fake_host_platform(f->host);
    stub_hcs_install(&f->stub, &f->below);
    f->trace = wrap_trace_create(&f->below);
    f->queue = wcd_queue_create(16);
    assert_non_null(f->trace);
    assert_non_null(f->queue);
    f->platform = wrap_trace_platform(f->trace);
}

static void traced_release(struct traced *f)
{
    wrap_trace_destroy(f->trace);
    wcd_queue_destroy(f->queue);
    fake_host_destroy(f->host);
}

static void assert_line(const struct traced *f, size_t index, const char *expected)
{
    struct wrap_trace_entry entry = wrap_trace_at(f->trace, index);
    char *line = wrap_trace_line(&entry);
    assert_non_null(line);
    const char *args = strstr(line, "\"fn\"");
    assert_non_null(args);
    assert_string_equal(args, expected);
    free(line);
}

static plat_handle make_system(const struct traced *f)
{
    const struct plat_hcs *hcs = &f->platform.hcs;
    plat_handle system = PLAT_NO_HANDLE;
    char *result = NULL;
    assert_true(plat_hcs_accepted(hcs->ops->create_system(hcs->ctx, "c1", "{}", &system, &result)));
    free(result);
    return system;
}

static void a_life_is_written(void **state)
{
    static const char *const expected[] = {
        "\"fn\":\"HcsCreateComputeSystem\",\"args\":{\"id\":\"c1\",\"configuration\":\"{}\","
        "\"identity\":0},\"hr\":\"0xC0370103\",\"result\":{\"computeSystem\":1,\"result\":\"r\"}}",
        "\"fn\":\"HcsRegisterComputeSystemCallback\",\"args\":{\"handle\":1,\"system\":\"c1\","
        "\"context\":7},\"hr\":\"0x00000000\",\"result\":{\"callback\":2}}",
        "\"fn\":\"CALLBACK\",\"args\":{\"callback\":2,\"context\":7,"
        "\"notificationType\":\"0x00000002\",\"status\":\"0x00000000\",\"system\":\"c1\"},"
        "\"hr\":\"0x00000000\",\"result\":{}}",
        "\"fn\":\"HcsStartComputeSystem\",\"args\":{\"computeSystem\":1,\"system\":\"c1\","
        "\"options\":\"\"},\"hr\":\"0xC0370103\",\"result\":{\"result\":\"r\"}}",
        "\"fn\":\"HcsCreateProcess\",\"args\":{\"computeSystem\":1,\"system\":\"c1\","
        "\"processParameters\":\"{}\"},\"hr\":\"0x00000000\",\"result\":{\"process\":3,"
        "\"ProcessId\":1004,\"StdInput\":4,\"StdOutput\":5,\"StdError\":0,\"result\":\"r\"}}",
        "\"fn\":\"HcsRegisterProcessCallback\",\"args\":{\"handle\":3,\"system\":\"c1\","
        "\"pid\":1004,\"context\":8},\"hr\":\"0x00000000\",\"result\":{\"callback\":6}}",
        "\"fn\":\"HcsModifyProcess\",\"args\":{\"process\":3,\"pid\":1004,\"settings\":\"{}\"},"
        "\"hr\":\"0x00000000\",\"result\":{\"result\":\"r\"}}",
        "\"fn\":\"CALLBACK\",\"args\":{\"callback\":6,\"context\":8,"
        "\"notificationType\":\"0x00010000\",\"status\":\"0xC0370106\",\"system\":\"c1\","
        "\"pid\":1004},\"hr\":\"0x00000000\",\"result\":{\"notificationData\":\"{\\\"a\\\":1}\"}}",
        "\"fn\":\"HcsUnregisterProcessCallback\",\"args\":{\"callback\":6},\"hr\":\"0x00000000\","
        "\"result\":{}}",
        "\"fn\":\"HcsCloseProcess\",\"args\":{\"process\":3},\"hr\":\"0x00000000\",\"result\":{}}",
        "\"fn\":\"HcsCloseComputeSystem\",\"args\":{\"computeSystem\":1},\"hr\":\"0x00000000\","
        "\"result\":{}}",
        "\"fn\":\"HcsShutdownComputeSystem\",\"args\":{\"computeSystem\":1,\"options\":\"\"},"
        "\"hr\":\"0x00000000\",\"result\":{\"result\":\"r\"}}",
    };
    (void)state;
    struct traced f;
    traced_make(&f);
    f.stub.result = "r";
    f.stub.hr = PLAT_HCS_OPERATION_PENDING;
    const struct plat_hcs *hcs = &f.platform.hcs;
    char *result = NULL;
    plat_handle callback = PLAT_NO_HANDLE;
    plat_handle process = PLAT_NO_HANDLE;
    struct plat_hcs_process_info info;
    struct plat_event_sink sink = wcd_queue_sink(f.queue);
    plat_handle system = make_system(&f);
    (void)hcs->ops->register_system(hcs->ctx, system, sink, 7, &callback);
    stub_hcs_tell(&f.stub, system, PLAT_HCS_SYSTEM_CREATE_COMPLETED, PLAT_S_OK, NULL);
    (void)hcs->ops->start_system(hcs->ctx, system, "", &result);
    free(result);
    f.stub.hr = PLAT_S_OK;
    (void)hcs->ops->create_process(hcs->ctx, system, "{}", &info, &process, &result);
    free(result);
    (void)hcs->ops->register_process(hcs->ctx, process, sink, 8, &callback);
    (void)hcs->ops->modify_process(hcs->ctx, process, "{}", &result);
    free(result);
    stub_hcs_tell(&f.stub, process, PLAT_HCS_PROCESS_EXITED, PLAT_HCS_UNEXPECTED_EXIT, "{\"a\":1}");
    (void)hcs->ops->unregister_process(hcs->ctx, callback);
    (void)hcs->ops->close_process(hcs->ctx, process);
    (void)hcs->ops->close_system(hcs->ctx, system);
    (void)hcs->ops->shutdown_system(hcs->ctx, system, "", &result);
    free(result);
    size_t count = sizeof(expected) / sizeof(expected[0]);
    assert_int_equal(wrap_trace_count(f.trace), count);
    for (size_t i = 0; i < count; i++) {
        assert_line(&f, i, expected[i]);
    }
    struct plat_event event;
    assert_true(wcd_queue_take(f.queue, &event));
    assert_int_equal(event.key, 7);
    assert_true(wcd_queue_take(f.queue, &event));
    assert_string_equal(event.data, "{\"a\":1}");
    free(event.data);
    assert_false(wrap_trace_failed(f.trace));
    traced_release(&f);
}

static void an_early_notification_stands_behind_its_registration(void **state)
{
    (void)state;
    struct traced f;
    traced_make(&f);
    f.stub.tell_at_register = true;
    const struct plat_hcs *hcs = &f.platform.hcs;
    plat_handle callback = PLAT_NO_HANDLE;
    plat_handle system = make_system(&f);
    assert_int_equal(
        hcs->ops->register_system(hcs->ctx, system, wcd_queue_sink(f.queue), 7, &callback), 0);
    assert_int_equal(wrap_trace_count(f.trace), 3);
    assert_string_equal(wrap_trace_at(f.trace, 1).fn, "HcsRegisterComputeSystemCallback");
    assert_line(&f, 2,
                "\"fn\":\"CALLBACK\",\"args\":{\"callback\":2,\"context\":7,"
                "\"notificationType\":\"0x00000002\",\"status\":\"0x00000000\",\"system\":\"c1\"},"
                "\"hr\":\"0x00000000\",\"result\":{\"notificationData\":\"early\"}}");
    struct plat_event event;
    assert_true(wcd_queue_take(f.queue, &event));
    free(event.data);
    traced_release(&f);
}

static void every_call_has_an_entry_of_its_name(void **state)
{
    (void)state;
    struct traced f;
    traced_make(&f);
    const struct platform plain = fake_host_platform(f.host);
    struct wrap_trace *trace = wrap_trace_create(&plain);
    assert_non_null(trace);
    const struct platform platform = wrap_trace_platform(trace);
    size_t count = 0;
    const struct every_call *calls = every_calls(&count);
    for (size_t i = 0; i < count; i++) {
        struct every_bag bag;
        every_bag_fill(&bag);
        plat_hr hr = calls[i].make(&platform, &bag);
        assert_true(wrap_trace_count(trace) > i);
        struct wrap_trace_entry entry = wrap_trace_at(trace, i);
        assert_string_equal(entry.fn, calls[i].function);
        if (strcmp(entry.fn, "CloseThreadpoolTimer") != 0) {
            assert_int_equal(entry.hr, hr);
        }
        every_bag_release(&bag);
    }
    assert_int_equal(wrap_trace_count(trace), count);
    assert_false(wrap_trace_failed(trace));
    wrap_trace_destroy(trace);
    traced_release(&f);
}

static bool run_without_memory(size_t n)
{
    struct traced f;
    traced_make(&f);
    f.stub.tell_at_register = true;
    const struct plat_hcs *hcs = &f.platform.hcs;
    plat_handle callback = PLAT_NO_HANDLE;
    alloc_fail_after(n);
    plat_handle system = make_system(&f);
    (void)hcs->ops->register_system(hcs->ctx, system, wcd_queue_sink(f.queue), 7, &callback);
    stub_hcs_tell(&f.stub, system, PLAT_HCS_SYSTEM_EXITED, PLAT_S_OK, NULL);
    bool failed = alloc_fail_off();
    assert_int_not_equal(callback, PLAT_NO_HANDLE);
    /* The daemon loses nothing: only the trace is void. */
    struct plat_event event;
    assert_true(wcd_queue_take(f.queue, &event));
    free(event.data);
    assert_true(wcd_queue_take(f.queue, &event));
    assert_int_equal(event.type, PLAT_HCS_SYSTEM_EXITED);
    assert_true(!failed || wrap_trace_failed(f.trace) || f.stub.result == NULL);
    traced_release(&f);
    return failed;
}

static void want_of_memory_costs_entries_only(void **state)
{
    (void)state;
    for (size_t n = 1; run_without_memory(n); n++) {
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_life_is_written),
        cmocka_unit_test(an_early_notification_stands_behind_its_registration),
        cmocka_unit_test(every_call_has_an_entry_of_its_name),
        cmocka_unit_test(want_of_memory_costs_entries_only),
    };
    return cmocka_run_group_tests_name("trace of HCS", tests, NULL, NULL);
}
