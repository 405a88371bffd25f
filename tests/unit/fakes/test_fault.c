/* Faults at calls: which call a rule means, what it answers, what reaches the platform below. */
#include "tests/support/alloc_fail.h"
#include "tests/unit/fakes/every_call.h"
#include "tests/unit/fakes/fault_fixture.h"

#define DENIED  plat_hr_win32(PLAT_ERROR_ACCESS_DENIED)
#define TIMEOUT PLAT_HCS_TIMEOUT

/* ---- all functions ---- */

/* A decorator over the plain host, with its trace below. */
struct plain {
    struct fake_host *host;
    struct wrap_trace *trace;
    struct wrap_fault *fault;
    struct platform platform;
};

static void plain_make(struct plain *p)
{
    struct wcd_error err = WCD_ERROR_INIT;
    struct fake_host_options options = fake_host_defaults(fake_build_find("server-2019"));
    assert_int_equal(fake_host_create(&p->host, &options, &err), WCD_OK);
    const struct platform machine = fake_host_platform(p->host);
    p->trace = wrap_trace_create(&machine);
    assert_non_null(p->trace);
    const struct platform below = wrap_trace_platform(p->trace);
    p->fault = wrap_fault_create(&below);
    assert_non_null(p->fault);
    p->platform = wrap_fault_platform(p->fault);
}

static void plain_release(struct plain *p)
{
    assert_false(wrap_fault_failed(p->fault));
    wrap_fault_destroy(p->fault);
    wrap_trace_destroy(p->trace);
    fake_host_destroy(p->host);
}

static void without_rules_every_call_is_passed_on(void **state)
{
    (void)state;
    struct plain p;
    plain_make(&p);
    size_t count = 0;
    const struct every_call *calls = every_calls(&count);
    for (size_t i = 0; i < count; i++) {
        struct every_bag bag;
        every_bag_fill(&bag);
        plat_hr hr = calls[i].make(&p.platform, &bag);
        assert_int_equal(wrap_trace_count(p.trace), i + 1);
        struct wrap_trace_entry entry = wrap_trace_at(p.trace, i);
        assert_string_equal(entry.fn, calls[i].function);
        if (strcmp(entry.fn, "CloseThreadpoolTimer") != 0) {
            assert_int_equal(entry.hr, hr);
        }
        assert_int_equal(wrap_fault_calls(p.fault), i + 1);
        assert_true(wrap_fault_calls_of(p.fault, calls[i].function) >= 1);
        every_bag_release(&bag);
    }
    plain_release(&p);
}

static void every_call_can_be_answered_instead(void **state)
{
    (void)state;
    struct plain p;
    plain_make(&p);
    size_t count = 0;
    const struct every_call *calls = every_calls(&count);
    for (size_t i = 0; i < count; i++) {
        struct every_bag bag;
        const struct wrap_fault_rule rule = {.action = WRAP_FAULT_ANSWER,
                                             .function = calls[i].function,
                                             .hr = plat_hr_win32(PLAT_ERROR_NOT_FOUND)};
        uint64_t id = wrap_fault_add(p.fault, &rule);
        every_bag_fill(&bag);
        assert_int_equal(calls[i].make(&p.platform, &bag), rule.hr);
        assert_int_equal(wrap_trace_count(p.trace), 0);
        assert_true(every_bag_zero(&bag));
        assert_int_equal(wrap_fault_fired(p.fault, id), 1);
        wrap_fault_remove(p.fault, id);
    }
    plain_release(&p);
}

static void every_answer_can_be_replaced(void **state)
{
    (void)state;
    struct plain p;
    plain_make(&p);
    struct wcd_strlist left;
    const struct wrap_fault_rule rule = {.action = WRAP_FAULT_REPLACE,
                                         .hr = plat_hr_win32(PLAT_ERROR_NOT_FOUND)};
    assert_int_equal(wrap_fault_add(p.fault, &rule), 1);
    size_t count = 0;
    const struct every_call *calls = every_calls(&count);
    size_t before = 0;
    for (size_t i = 0; i < count; i++) {
        struct every_bag bag;
        every_bag_fill(&bag);
        assert_int_equal(calls[i].make(&p.platform, &bag), rule.hr);
        /* The call, and the close of what it opened. */
        assert_true(wrap_trace_count(p.trace) > before);
        assert_string_equal(wrap_trace_at(p.trace, before).fn, calls[i].function);
        assert_true(every_bag_zero(&bag));
        before = wrap_trace_count(p.trace);
    }
    wcd_strlist_init(&left);
    assert_true(fake_host_leftovers(p.host, &left));
    assert_int_equal(left.count, 0);
    uint64_t due = 0;
    assert_false(fake_host_next_due_us(p.host, &due));
    plain_release(&p);
}

static void no_call_of_the_dead_is_passed_on(void **state)
{
    (void)state;
    struct plain p;
    plain_make(&p);
    wrap_fault_kill(p.fault);
    size_t count = 0;
    const struct every_call *calls = every_calls(&count);
    for (size_t i = 0; i < count; i++) {
        struct every_bag bag;
        every_bag_fill(&bag);
        plat_hr hr = calls[i].make(&p.platform, &bag);
        bool timer = strcmp(calls[i].function, "CloseThreadpoolTimer") == 0;
        assert_int_equal(hr, timer             ? plat_hr_win32(PLAT_ERROR_NOT_FOUND)
                             : calls[i].closes ? PLAT_S_OK
                                               : WRAP_FAULT_DEAD);
        assert_true(every_bag_zero(&bag));
    }
    assert_int_equal(wrap_trace_count(p.trace), 0);
    assert_int_equal(wrap_fault_calls(p.fault), 0);
    assert_int_equal(p.platform.clock.ops->monotonic_us(p.platform.clock.ctx), 0);
    assert_int_not_equal(p.platform.clock.ops->wall_100ns(p.platform.clock.ctx), 0);
    plain_release(&p);
}

/* ---- which call ---- */

static void a_rule_means_the_nth_call(void **state)
{
    static const struct {
        uint64_t first;
        uint64_t times;
        bool fires[6];
    } cases[] = {
        {0, 0, {true, true, true, true, true, true}},
        {1, 1, {true, false, false, false, false, false}},
        {3, 1, {false, false, true, false, false, false}},
        {2, 3, {false, true, true, true, false, false}},
        {4, 0, {false, false, false, true, true, true}},
        {7, 0, {false, false, false, false, false, false}},
    };
    (void)state;
    struct faulty f;
    faulty_make(&f);
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        uint64_t id = faulty_add(&f, (struct wrap_fault_rule){.action = WRAP_FAULT_ANSWER,
                                                              .function = "HcsStartComputeSystem",
                                                              .first = cases[i].first,
                                                              .times = cases[i].times,
                                                              .hr = TIMEOUT});
        uint64_t fired = 0;
        for (size_t n = 0; n < 6; n++) {
            (void)faulty_create(&f, PLAT_S_OK); /* another function does not count */
            assert_int_equal(faulty_start(&f, 1), cases[i].fires[n] ? TIMEOUT : PLAT_S_OK);
            fired += cases[i].fires[n] ? 1 : 0;
        }
        assert_int_equal(wrap_fault_fired(f.fault, id), fired);
        wrap_fault_remove(f.fault, id);
    }
    assert_int_equal(wrap_fault_calls_of(f.fault, "HcsStartComputeSystem"), 36);
    assert_int_equal(wrap_fault_calls(f.fault), 72);
    faulty_release(&f);
}

static void objects_are_told_by_whole_parts(void **state)
{
    static const struct {
        const char *rule;
        const char *path;
        bool fits;
    } cases[] = {
        {"C:\\a\\b", "C:\\a\\b", true},   {"c:\\A\\B", "C:\\a\\b", true},
        {"C:\\a", "C:\\a\\b", true},      {"b", "C:\\a\\b", true},
        {"a\\b", "C:\\a\\b\\c", true},    {"C:\\a\\b", "C:\\a", false},
        {"C:\\a\\b", "C:\\a\\bb", false}, {"b", "C:\\a\\bb", false},
        {"b", "C:\\a\\bb\\b", true},      {"b", "C:/a/b/c", true},
        {"x", "C:\\a\\b", false},
    };
    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct faulty f;
        faulty_make(&f);
        const struct plat_fs *fs = &f.platform.fs;
        (void)faulty_add(&f, (struct wrap_fault_rule){.action = WRAP_FAULT_ANSWER,
                                                      .object = cases[i].rule,
                                                      .hr = DENIED});
        plat_hr hr = fs->ops->remove_file(fs->ctx, cases[i].path);
        assert_int_equal(hr == DENIED, cases[i].fits);
        faulty_release(&f);
    }
}

static void handles_lead_to_their_objects(void **state)
{
    (void)state;
    struct faulty f;
    faulty_make(&f);
    const struct platform *p = &f.platform;
    plat_handle key = PLAT_NO_HANDLE;
    plat_handle manager = PLAT_NO_HANDLE;
    plat_handle service = PLAT_NO_HANDLE;
    plat_handle file = PLAT_NO_HANDLE;
    char *name = NULL;
    const char *const objects[] = {"HKEY_LOCAL_MACHINE\\software", "HNS", "C:\\new.txt"};
    struct plat_service_status status;
    assert_int_equal(p->registry.ops->open(p->registry.ctx, PLAT_HKEY_LOCAL_MACHINE, "SOFTWARE",
                                           PLAT_KEY_READ, &key),
                     PLAT_S_OK);
    assert_int_equal(p->scm.ops->open_manager(p->scm.ctx, PLAT_SC_MANAGER_ALL_ACCESS, &manager),
                     PLAT_S_OK);
    assert_int_equal(
        p->scm.ops->open_service(p->scm.ctx, manager, "hns", PLAT_SERVICE_ALL_ACCESS, &service),
        PLAT_S_OK);
    assert_int_equal(
        p->fs.ops->open(p->fs.ctx, "C:\\new.txt", PLAT_GENERIC_WRITE, PLAT_CREATE_NEW, &file),
        PLAT_S_OK);
    for (size_t i = 0; i < 3; i++) {
        (void)faulty_add(
            &f, (struct wrap_fault_rule){
                    .action = WRAP_FAULT_ANSWER, .object = objects[i], .times = 1, .hr = DENIED});
    }
    assert_int_equal(p->registry.ops->key_name(p->registry.ctx, key, 0, &name), DENIED);
    assert_int_equal(p->scm.ops->query_status(p->scm.ctx, service, &status), DENIED);
    assert_int_equal(p->fs.ops->flush(p->fs.ctx, file), DENIED);
    assert_int_equal(p->fs.ops->flush(p->fs.ctx, file), PLAT_S_OK);
    assert_int_equal(p->fs.ops->close(p->fs.ctx, file), PLAT_S_OK);
    /* The handle stands for nothing any more. */
    (void)faulty_add(&f, (struct wrap_fault_rule){
                             .action = WRAP_FAULT_ANSWER, .object = "C:\\new.txt", .hr = DENIED});
    assert_int_equal(p->fs.ops->flush(p->fs.ctx, file), plat_hr_win32(PLAT_ERROR_INVALID_HANDLE));
    faulty_release(&f);
}

static void processes_are_told_by_system_and_number(void **state)
{
    (void)state;
    struct faulty f;
    faulty_make(&f);
    const struct plat_hcs *hcs = &f.platform.hcs;
    plat_handle system = faulty_create(&f, PLAT_S_OK);
    plat_handle process = faulty_process(&f, system);
    char *result = NULL;
    (void)faulty_add(
        &f, (struct wrap_fault_rule){
                .action = WRAP_FAULT_ANSWER, .object = "C1", .process_id = 1004, .hr = DENIED});
    assert_int_equal(faulty_start(&f, system), PLAT_S_OK);
    assert_int_equal(hcs->ops->modify_process(hcs->ctx, process, "{}", &result), DENIED);
    assert_int_equal(hcs->ops->open_process(hcs->ctx, system, 1008, &process, &result), PLAT_S_OK);
    assert_int_equal(hcs->ops->open_process(hcs->ctx, system, 1004, &process, &result), DENIED);
    faulty_release(&f);
}

static bool is_the_second(void *ctx, const char *object, uint32_t process_id)
{
    assert_int_equal(process_id, 0);
    return object != NULL && strcmp(object, ctx) == 0;
}

static void a_rule_can_ask_which_object_is_meant(void **state)
{
    (void)state;
    struct faulty f;
    faulty_make(&f);
    const struct plat_hcs *hcs = &f.platform.hcs;
    static char id[] = "later";
    plat_handle system = PLAT_NO_HANDLE;
    char *result = NULL;
    (void)faulty_add(
        &f, (struct wrap_fault_rule){
                .action = WRAP_FAULT_ANSWER, .fits = is_the_second, .fits_ctx = id, .hr = DENIED});
    (void)faulty_create(&f, PLAT_S_OK);
    assert_int_equal(hcs->ops->create_system(hcs->ctx, id, "{}", &system, &result), DENIED);
    faulty_release(&f);
}

static void both_paths_of_a_move_count(void **state)
{
    (void)state;
    struct faulty f;
    faulty_make(&f);
    const struct plat_fs *fs = &f.platform.fs;
    (void)faulty_add(
        &f, (struct wrap_fault_rule){.action = WRAP_FAULT_ANSWER, .object = "a.tmp", .hr = DENIED});
    assert_int_equal(fs->ops->move(fs->ctx, "C:\\a.tmp", "C:\\a", 0), DENIED);
    assert_int_equal(fs->ops->move(fs->ctx, "C:\\a", "C:\\a.tmp", 0), DENIED);
    assert_int_not_equal(fs->ops->move(fs->ctx, "C:\\a", "C:\\b", 0), DENIED);
    faulty_release(&f);
}

/* ---- what it answers ---- */

static void the_result_text_is_the_rules(void **state)
{
    static const char *const texts[] = {
        "{\"Error\":-1070137079,\"ErrorMessage\":\"\"}", NULL, "no JSON at all", "",
        "{\"Error\":-2147024891,\"ErrorMessage\":\"Acceso denegado.\"}"};
    static const enum wrap_fault_action actions[] = {WRAP_FAULT_ANSWER, WRAP_FAULT_REPLACE};
    (void)state;
    struct faulty f;
    faulty_make(&f);
    f.stub.result = "of the platform";
    const struct plat_hcs *hcs = &f.platform.hcs;
    for (size_t i = 0; i < 2 * sizeof(texts) / sizeof(texts[0]); i++) {
        char *result = NULL;
        uint64_t id = faulty_add(&f, (struct wrap_fault_rule){.action = actions[i % 2],
                                                              .function = "HcsStartComputeSystem",
                                                              .hr = TIMEOUT,
                                                              .result = texts[i / 2]});
        assert_int_equal(hcs->ops->start_system(hcs->ctx, 1, "", &result), TIMEOUT);
        assert_true(wcd_text_equal(result, texts[i / 2]));
        free(result);
        wrap_fault_remove(f.fault, id);
    }
    assert_int_equal(f.stub.calls, sizeof(texts) / sizeof(texts[0]));
    faulty_release(&f);
}

static void a_document_can_be_replaced(void **state)
{
    (void)state;
    struct faulty f;
    faulty_make(&f);
    const struct plat_hcs *hcs = &f.platform.hcs;
    static const struct {
        enum wrap_fault_action action;
        const char *output;
        const char *expected;
    } cases[] = {
        {WRAP_FAULT_REPLACE, NULL, "{\"State\":\"Running\"}"},
        {WRAP_FAULT_REPLACE, "null", "null"},
        {WRAP_FAULT_ANSWER, NULL, ""},
        {WRAP_FAULT_ANSWER, "[", "["},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        char *properties = NULL;
        char *result = NULL;
        uint64_t id = faulty_add(
            &f, (struct wrap_fault_rule){.action = cases[i].action, .output = cases[i].output});
        assert_int_equal(hcs->ops->system_properties(hcs->ctx, 1, "", &properties, &result),
                         PLAT_S_OK);
        assert_string_equal(properties, cases[i].expected);
        assert_null(result);
        free(properties);
        wrap_fault_remove(f.fault, id);
    }
    faulty_release(&f);
}

static void a_lost_answer_leaves_no_handle(void **state)
{
    (void)state;
    struct faulty f;
    faulty_make(&f);
    const struct plat_hcs *hcs = &f.platform.hcs;
    (void)faulty_add(&f, (struct wrap_fault_rule){.action = WRAP_FAULT_REPLACE, .hr = TIMEOUT});
    (void)faulty_create(&f, TIMEOUT);
    struct plat_hcs_process_info info;
    plat_handle process = PLAT_NO_HANDLE;
    char *result = NULL;
    assert_int_equal(hcs->ops->create_process(hcs->ctx, 9, "{}", &info, &process, &result),
                     TIMEOUT);
    assert_int_equal(info.process_id, 0);
    assert_int_equal(info.std_input, PLAT_NO_HANDLE);
    assert_string_equal(f.stub.log,
                        "close_system 1;close_stream 3;close_stream 4;close_process 2;");
    faulty_release(&f);
}

static void an_invented_success_gives_handles_that_lead_nowhere(void **state)
{
    (void)state;
    struct faulty f;
    faulty_make(&f);
    const struct plat_hcs *hcs = &f.platform.hcs;
    const struct plat_transport *transport = &f.platform.transport;
    char *result = NULL;
    char byte = 0;
    size_t got = 1;
    uint64_t id = faulty_add(&f, (struct wrap_fault_rule){.action = WRAP_FAULT_ANSWER,
                                                          .hr = PLAT_HCS_OPERATION_PENDING});
    plat_handle system = faulty_create(&f, PLAT_HCS_OPERATION_PENDING);
    wrap_fault_remove(f.fault, id);
    plat_handle registration = faulty_register(&f, system, 1);
    assert_int_equal(faulty_start(&f, system), plat_hr_win32(PLAT_ERROR_INVALID_HANDLE));
    assert_int_equal(hcs->ops->terminate_system(hcs->ctx, system, "", &result),
                     PLAT_HCS_SYSTEM_NOT_FOUND);
    assert_int_equal(hcs->ops->unregister_system(hcs->ctx, registration), PLAT_S_OK);
    assert_int_equal(hcs->ops->close_system(hcs->ctx, system), PLAT_S_OK);

    struct plat_hcs_process_info info;
    plat_handle process = PLAT_NO_HANDLE;
    id = faulty_add(&f, (struct wrap_fault_rule){.action = WRAP_FAULT_ANSWER, .hr = PLAT_S_OK});
    assert_int_equal(hcs->ops->create_process(hcs->ctx, 9, "{}", &info, &process, &result),
                     PLAT_S_OK);
    wrap_fault_remove(f.fault, id);
    assert_int_equal(info.process_id, 4);
    assert_int_equal(
        transport->ops->attach(transport->ctx, info.std_output, wcd_queue_sink(f.queue), 1),
        PLAT_S_OK);
    assert_int_equal(transport->ops->read(transport->ctx, info.std_output, &byte, 1, &got),
                     plat_hr_win32(PLAT_ERROR_IO_PENDING));
    assert_int_equal(got, 0);
    assert_int_equal(transport->ops->close(transport->ctx, info.std_output), PLAT_S_OK);
    assert_int_equal(f.stub.calls, 0);
    faulty_release(&f);
}

static void hns_always_responds_to_a_success(void **state)
{
    (void)state;
    struct faulty f;
    faulty_make(&f);
    const struct plat_hns *hns = &f.platform.hns;
    char *response = NULL;
    uint64_t id = faulty_add(&f, (struct wrap_fault_rule){.action = WRAP_FAULT_ANSWER});
    assert_int_equal(hns->ops->call(hns->ctx, "GET", "/networks/", "", &response), PLAT_S_OK);
    assert_string_equal(response, "{\"Success\":true}");
    free(response);
    wrap_fault_remove(f.fault, id);
    (void)faulty_add(&f,
                     (struct wrap_fault_rule){.action = WRAP_FAULT_ANSWER,
                                              .object = "networks",
                                              .result = "{\"Success\":false,\"Error\":\"x \"}"});
    assert_int_equal(hns->ops->call(hns->ctx, "GET", "/networks/", "", &response), PLAT_S_OK);
    assert_string_equal(response, "{\"Success\":false,\"Error\":\"x \"}");
    free(response);
    faulty_release(&f);
}

static void calls_of_hns_are_told_by_their_method(void **state)
{
    (void)state;
    struct faulty f;
    faulty_make(&f);
    const struct plat_hns *hns = &f.platform.hns;
    char *response = NULL;
    uint64_t id =
        faulty_add(&f, (struct wrap_fault_rule){.action = WRAP_FAULT_ANSWER,
                                                .object = "networks",
                                                .method = "DELETE",
                                                .hr = plat_hr_win32(PLAT_ERROR_INVALID_PARAMETER)});
    (void)hns->ops->call(hns->ctx, "GET", "/networks/x", "", &response);
    free(response);
    assert_int_equal(wrap_fault_seen(f.fault, id), 0);
    assert_int_equal(hns->ops->call(hns->ctx, "DELETE", "/networks/x", "", &response),
                     plat_hr_win32(PLAT_ERROR_INVALID_PARAMETER));
    free(response);
    assert_int_equal(wrap_fault_fired(f.fault, id), 1);
    /* What is no call of HNS has no method. */
    uint64_t other =
        faulty_add(&f, (struct wrap_fault_rule){.action = WRAP_FAULT_ANSWER, .method = "DELETE"});
    (void)f.platform.fs.ops->remove_file(f.platform.fs.ctx, "C:\\new.txt");
    assert_int_equal(wrap_fault_seen(f.fault, other), 0);
    faulty_release(&f);
}

static void the_first_rule_that_fires_answers(void **state)
{
    (void)state;
    struct faulty f;
    faulty_make(&f);
    uint64_t first = faulty_add(
        &f, (struct wrap_fault_rule){.action = WRAP_FAULT_ANSWER, .times = 1, .hr = TIMEOUT});
    uint64_t second =
        faulty_add(&f, (struct wrap_fault_rule){.action = WRAP_FAULT_ANSWER, .hr = DENIED});
    assert_int_equal(faulty_start(&f, 1), TIMEOUT);
    assert_int_equal(faulty_start(&f, 1), DENIED);
    assert_int_equal(wrap_fault_fired(f.fault, first), 1);
    assert_int_equal(wrap_fault_fired(f.fault, second), 2);
    faulty_release(&f);
}

static void advance_host(void *ctx, uint64_t us)
{
    fake_host_advance_us(ctx, us);
}

static void a_call_can_hang(void **state)
{
    (void)state;
    struct faulty f;
    faulty_make(&f);
    const struct plat_storage *storage = &f.platform.storage;
    const struct plat_layer_driver driver = {.home = ""};
    wrap_fault_on_advance(f.fault, advance_host, f.host);
    (void)faulty_add(&f, (struct wrap_fault_rule){.action = WRAP_FAULT_HANG,
                                                  .function = "PrepareLayer",
                                                  .object = "1",
                                                  .delay_us = 90000000});
    (void)storage->ops->prepare_layer(storage->ctx, &driver, "C:\\layers\\1", NULL, 0);
    (void)storage->ops->prepare_layer(storage->ctx, &driver, "C:\\layers\\2", NULL, 0);
    assert_int_equal(fake_host_now_us(f.host), 90000000);
    assert_int_equal(wrap_trace_count(f.trace), 2);
    assert_int_equal(wrap_trace_at(f.trace, 0).t_us, 90000000);
    faulty_release(&f);
}

/* ---- memory ---- */

static bool run_without_memory(size_t n)
{
    struct faulty f;
    faulty_make(&f);
    alloc_fail_after(n);
    const struct plat_hcs *hcs = &f.platform.hcs;
    plat_handle system = PLAT_NO_HANDLE;
    char *properties = NULL;
    char *result = NULL;
    const struct wrap_fault_rule rule = {.action = WRAP_FAULT_REPLACE,
                                         .function = "HcsGetComputeSystemProperties",
                                         .object = "c1",
                                         .result = "r",
                                         .output = "o"};
    uint64_t id = wrap_fault_add(f.fault, &rule);
    (void)hcs->ops->create_system(hcs->ctx, "c1", "{}", &system, &result);
    plat_hr hr = hcs->ops->system_properties(hcs->ctx, system, "", &properties, &result);
    bool failed = alloc_fail_off();
    if (hr == PLAT_E_OUTOFMEMORY) {
        assert_null(properties);
        assert_null(result);
    }
    if (!failed) {
        assert_string_equal(properties, "o");
        assert_string_equal(result, "r");
    } else {
        assert_true(id == 0 || wrap_fault_failed(f.fault) || wrap_trace_failed(f.trace) ||
                    properties == NULL || wcd_text_equal(result, "r"));
    }
    free(properties);
    free(result);
    wrap_fault_destroy(f.fault);
    wrap_trace_destroy(f.trace);
    wcd_queue_destroy(f.queue);
    fake_host_destroy(f.host);
    return failed;
}

static void want_of_memory_is_told(void **state)
{
    (void)state;
    for (size_t n = 1; run_without_memory(n); n++) {
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(without_rules_every_call_is_passed_on),
        cmocka_unit_test(every_call_can_be_answered_instead),
        cmocka_unit_test(every_answer_can_be_replaced),
        cmocka_unit_test(no_call_of_the_dead_is_passed_on),
        cmocka_unit_test(a_rule_means_the_nth_call),
        cmocka_unit_test(objects_are_told_by_whole_parts),
        cmocka_unit_test(handles_lead_to_their_objects),
        cmocka_unit_test(processes_are_told_by_system_and_number),
        cmocka_unit_test(a_rule_can_ask_which_object_is_meant),
        cmocka_unit_test(both_paths_of_a_move_count),
        cmocka_unit_test(the_result_text_is_the_rules),
        cmocka_unit_test(a_document_can_be_replaced),
        cmocka_unit_test(a_lost_answer_leaves_no_handle),
        cmocka_unit_test(an_invented_success_gives_handles_that_lead_nowhere),
        cmocka_unit_test(hns_always_responds_to_a_success),
        cmocka_unit_test(calls_of_hns_are_told_by_their_method),
        cmocka_unit_test(the_first_rule_that_fires_answers),
        cmocka_unit_test(a_call_can_hang),
        cmocka_unit_test(want_of_memory_is_told),
    };
    return cmocka_run_group_tests_name("fault", tests, NULL, NULL);
}
