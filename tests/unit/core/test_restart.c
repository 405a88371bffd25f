/* core/container: when a container is started again. */
#include "core/container/container.h"
#include "tests/support/cmocka.h"

#include <stdlib.h>
#include <string.h>

#define SECOND ((uint64_t)10000000)

struct decision {
    bool restart;
    uint64_t delay_us;
};

static struct decision decide(struct wcd_restart_manager *manager, const char *policy,
                              int64_t retries, uint32_t exit_code, bool stopped, uint64_t ran)
{
    struct wcd_error err = WCD_ERROR_INIT;
    struct decision out = {0};
    const struct wcd_restart_policy wanted = {.name = policy, .retries_max = retries};
    const struct wcd_restart_end end = {
        .exit_code = exit_code, .manually_stopped = stopped, .ran_100ns = ran};
    assert_int_equal(wcd_restart_decide(manager, &wanted, &end, engine_rules_find("v25"),
                                        &out.restart, &out.delay_us, &err),
                     WCD_OK);
    return out;
}

static void policies_decide(void **state)
{
    (void)state;
    static const struct {
        const char *policy;
        int64_t retries;
        uint32_t exit_code;
        bool stopped;
        bool restart;
    } cases[] = {
        {NULL, 0, 1, false, false},
        {"", 0, 1, false, false},
        {"no", 0, 1, false, false},
        {"always", 0, 0, false, true},
        {"always", 0, 0, true, true},
        {"unless-stopped", 0, 0, false, true},
        {"unless-stopped", 0, 1, true, false},
        {"on-failure", 0, 0, false, false},
        {"on-failure", 0, 1, false, true},
        {"on-failure", 0, 1, true, true},
        {"on-failure", 1, 1, false, true},
        {"sometimes", 0, 1, false, false},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct wcd_restart_manager manager = {0};
        struct decision got = decide(&manager, cases[i].policy, cases[i].retries,
                                     cases[i].exit_code, cases[i].stopped, 0);
        assert_int_equal(got.restart, cases[i].restart);
        assert_int_equal(got.delay_us, cases[i].restart ? WCD_RESTART_DELAY_FIRST_US : 0);
        assert_int_equal(manager.active, cases[i].restart);
    }
}

static void failures_are_counted(void **state)
{
    (void)state;
    struct wcd_restart_manager manager = {.count = 1};
    assert_true(decide(&manager, "on-failure", 3, 1, false, 0).restart);
    wcd_restart_waited(&manager);
    assert_true(decide(&manager, "on-failure", 3, 1, false, 0).restart);
    wcd_restart_waited(&manager);
    assert_false(decide(&manager, "on-failure", 3, 1, false, 0).restart);
    assert_int_equal(manager.count, 3);
}

static void pauses_double_up_to_a_minute(void **state)
{
    (void)state;
    struct wcd_restart_manager manager = {0};
    uint64_t longest = engine_rules_of(WCD_ENGINE_V25)->restart_delay_max_us;
    uint64_t expected = WCD_RESTART_DELAY_FIRST_US;
    assert_int_equal(longest, 60 * 1000000u);
    for (int i = 0; i < 15; i++) {
        assert_int_equal(decide(&manager, "always", 0, 0, false, 10 * SECOND - 1).delay_us,
                         expected);
        wcd_restart_waited(&manager);
        expected = expected * 2 > longest ? longest : expected * 2;
    }
    assert_int_equal(manager.delay_us, longest);
    assert_int_equal(decide(&manager, "always", 0, 0, false, 10 * SECOND).delay_us,
                     WCD_RESTART_DELAY_FIRST_US);
}

static void count_call(void *ctx)
{
    ++*(int *)ctx;
}

static void a_cancelled_manager_restarts_nothing(void **state)
{
    (void)state;
    struct wcd_error err = WCD_ERROR_INIT;
    struct wcd_restart_manager manager = {0};
    const struct wcd_restart_policy always = {.name = "always"};
    const struct wcd_restart_end end = {0};
    bool restart = true;
    uint64_t delay = 1;
    int calls = 0;
    assert_true(decide(&manager, "always", 0, 0, false, 0).restart);
    wcd_restart_on_cancel(&manager, count_call, &calls);
    wcd_restart_cancel(&manager);
    wcd_restart_cancel(&manager);
    assert_int_equal(calls, 1);
    assert_int_equal(wcd_restart_decide(&manager, &always, &end, engine_rules_find("v17"), &restart,
                                        &delay, &err),
                     WCD_E_CANCELLED);
    assert_string_equal(wcd_error_message(&err), "restart canceled");
    assert_false(restart);
    assert_int_equal(delay, 0);
    wcd_error_release(&err);
    /* Without a policy nobody asks. */
    assert_false(decide(&manager, "no", 0, 0, false, 0).restart);
}

static void an_active_manager_is_not_asked(void **state)
{
    (void)state;
    static const struct {
        const char *engine;
        const char *message;
    } cases[] = {{"v17", "invalid call on active restartmanager"},
                 {"v25", "invalid call on an active restart manager"}};
    for (size_t i = 0; i < 2; i++) {
        struct wcd_error err = WCD_ERROR_INIT;
        struct wcd_restart_manager manager = {.active = true};
        const struct wcd_restart_policy always = {.name = "always"};
        const struct wcd_restart_end end = {0};
        bool restart = false;
        uint64_t delay = 0;
        assert_int_equal(wcd_restart_decide(&manager, &always, &end,
                                            engine_rules_find(cases[i].engine), &restart, &delay,
                                            &err),
                         WCD_E_PLAIN);
        assert_string_equal(wcd_error_message(&err), cases[i].message);
        wcd_error_release(&err);
    }
}

static void a_waiter_that_is_done_is_not_called(void **state)
{
    (void)state;
    struct wcd_restart_manager manager = {0};
    int calls = 0;
    assert_true(decide(&manager, "always", 0, 0, false, 0).restart);
    wcd_restart_on_cancel(&manager, count_call, &calls);
    wcd_restart_waited(&manager);
    wcd_restart_cancel(&manager);
    assert_int_equal(calls, 0);
}

static void a_container_decides_by_its_state(void **state)
{
    (void)state;
    struct wcd_error err = WCD_ERROR_INIT;
    char policy[] = "on-failure";
    struct wcd_container container = {.restart_count = 4};
    container.host_config.restart_policy = policy;
    container.host_config.restart_retries_max = 5;
    container.state.exit_code = 3;
    container.state.started_100ns = SECOND;
    container.state.finished_100ns = 2 * SECOND;
    bool restart = false;
    uint64_t delay = 0;
    const struct engine_rules *engine = engine_rules_find("v25");
    assert_int_equal(wcd_container_should_restart(&container, engine, &restart, &delay, &err),
                     WCD_OK);
    assert_true(restart);
    assert_int_equal(container.restart.count, 5);
    wcd_restart_waited(&container.restart);
    assert_int_equal(wcd_container_should_restart(&container, engine, &restart, &delay, &err),
                     WCD_OK);
    assert_false(restart);
    wcd_container_reset_restart(&container, false);
    assert_false(container.restart.made);
    assert_int_equal(container.restart_count, 4);
    wcd_container_reset_restart(&container, true);
    assert_int_equal(container.restart_count, 0);
    assert_int_equal(wcd_container_restart_manager(&container)->count, 0);
}

static void the_time_to_stop_is_the_containers_or_the_generations(void **state)
{
    (void)state;
    struct wcd_container container = {0};
    assert_int_equal(wcd_container_stop_timeout_s(&container, engine_rules_find("v17")), 10);
    assert_int_equal(wcd_container_stop_timeout_s(&container, engine_rules_find("v25")), 30);
    container.config.stop_timeout_s = (struct wcd_optional_int){.present = true, .value = -1};
    assert_int_equal(wcd_container_stop_timeout_s(&container, engine_rules_find("v25")), -1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(policies_decide),
        cmocka_unit_test(failures_are_counted),
        cmocka_unit_test(pauses_double_up_to_a_minute),
        cmocka_unit_test(a_cancelled_manager_restarts_nothing),
        cmocka_unit_test(an_active_manager_is_not_asked),
        cmocka_unit_test(a_waiter_that_is_done_is_not_called),
        cmocka_unit_test(a_container_decides_by_its_state),
        cmocka_unit_test(the_time_to_stop_is_the_containers_or_the_generations),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
