/* core/daemon: the daemon's end in good order, and what its runtime loses or forgets. */
#include "tests/unit/core/life_fixture.h"

static const char always[] = "{\"Isolation\":\"process\",\"RestartPolicy\":{\"Name\":\"always\"}}";
static const char unless_stopped[] =
    "{\"Isolation\":\"process\",\"RestartPolicy\":{\"Name\":\"unless-stopped\"}}";

static void stop_daemon(struct life *l)
{
    const struct wcd_op *op = wcd_daemon_stop(l->daemon);
    life_finish(l, op);
    assert_string_equal(wcd_error_message(wcd_op_error(op)), "");
    assert_int_equal(wcd_daemon_info(l->daemon).state, WCD_DAEMON_STOPPED);
    assert_int_equal(wcd_daemon_info(l->daemon).exit_code, 0);
}

static void start_again(struct life *l)
{
    const struct wcd_op *op = wcd_daemon_start(l->daemon);
    life_finish(l, op);
    assert_string_equal(wcd_error_message(wcd_op_error(op)), "");
}

static void remove_all(struct life *l, const char *const *names, size_t count)
{
    static const struct wcd_remove_options force = {.force = true};
    for (size_t i = 0; i < count; i++) {
        life_ok(l, wcd_daemon_remove(l->daemon, names[i], &force));
    }
    life_pump(l);
    assert_int_equal(fake_hcs_count(l->f->host), 0);
    layer_assert_tree(l->f, DAEMON_ROOT "\\containers", "");
}

/* All at once: as long as the slowest. Policies are not asked for ends that the daemon's own end caused. */
static void containers_are_stopped_at_once(void **state)
{
    static const char *const names[] = {"web", "vm", "kept", "held"};
    for (size_t i = 0; i < 2; i++) {
        struct life l;
        life_open(&l, *state, (enum wcd_engine)i);
        (void)life_run(&l, "web", always, "serve");
        (void)life_run(&l, "vm", LIFE_HYPERV, "serve");
        (void)life_run(&l, "kept", unless_stopped, "serve");
        (void)life_run(&l, "held", LIFE_HYPERV, "serve");
        life_ok(&l, wcd_daemon_pause_container(l.daemon, "held"));
        life_pump(&l);
        uint64_t before = life_seconds(&l);
        stop_daemon(&l);
        /* One that is paused is asked before it goes on, when HCS does not listen: its time, and then by force. */
        assert_in_range(life_seconds(&l) - before, i == 0 ? 10 : 30, i == 0 ? 12 : 32);
        assert_int_equal(fake_hcs_count(l.f->host), 0);
        start_again(&l);
        life_pump(&l);
        life_assert_state(&l, "web", "running");
        life_assert_state(&l, "kept", "running");
        assert_false(life_get(&l, "vm")->state.running);
        assert_false(life_get(&l, "held")->state.running);
        assert_int_equal(fake_hcs_count(l.f->host), 2);
        remove_all(&l, names, COUNT_OF(names));
        life_close(&l);
    }
}

/* HCS never ends it: the daemon goes all the same, and leaves everything as it is. */
static void what_never_ends_is_left(void **state)
{
    for (size_t i = 0; i < 2; i++) {
        struct life l;
        life_open(&l, *state, (enum wcd_engine)i);
        (void)life_run(&l, "web", LIFE_HYPERV, "stubborn");
        const struct wrap_fault_rule rule = {.action = WRAP_FAULT_ANSWER,
                                             .function = "HcsTerminateComputeSystem",
                                             .hr = PLAT_HCS_OPERATION_PENDING};
        assert_true(wrap_fault_add(l.fault, &rule) > 0);
        uint64_t before = life_seconds(&l);
        const struct wcd_op *op = wcd_daemon_stop(l.daemon);
        life_finish(&l, op);
        assert_int_equal(wcd_daemon_info(l.daemon).state, WCD_DAEMON_STOPPED);
        assert_in_range(life_seconds(&l) - before, i == 0 ? 14 : 34, i == 0 ? 16 : 36);
        life_assert_logged(&l, "error: Force shutdown daemon");
        assert_int_equal(fake_hcs_count(l.f->host), 1);
        life_kill_daemon(&l);
        life_start_daemon(&l);
        life_assert_state(&l, "web", i == 0 ? "exited 2147483648" : "exited 255");
        assert_int_equal(fake_hcs_count(l.f->host), 0);
        life_ok(&l, wcd_daemon_remove(l.daemon, "web", NULL));
        life_close(&l);
    }
}

/* ---- 2017's servicing container ---- */

static void updates_are_installed_behind_the_end(void **state)
{
    struct life l;
    life_open(&l, *state, WCD_ENGINE_V17);
    const struct wcd_container *web = life_run(&l, "web", LIFE_PROCESS, "exit 0");
    assert_true(fake_hcs_set_updates_pending(l.f->host, web->id, true));
    uint64_t created = wrap_fault_calls_of(l.fault, "HcsCreateComputeSystem");
    life_gives(&l, wcd_daemon_wait_container(l.daemon, "web", NULL), "{\"StatusCode\":0}");
    life_pass_us(&l, (uint64_t)600 * 1000000);
    assert_int_equal(wrap_fault_calls_of(l.fault, "HcsCreateComputeSystem"), created + 1);
    assert_int_equal(fake_hcs_count(l.f->host), 0);
    life_assert_state(&l, "web", "exited 0");
    life_ok(&l, wcd_daemon_remove(l.daemon, "web", NULL));
    life_close(&l);
}

/* ---- what is lost ---- */

/* Nobody hears that the system has ended: it is waited for as long as the original waits. */
static void ends_that_nobody_hears_of(void **state)
{
    for (size_t i = 0; i < 4; i++) {
        struct life l;
        life_open(&l, *state, (enum wcd_engine)(i / 2));
        (void)life_run(&l, "web", i % 2 == 0 ? LIFE_PROCESS : LIFE_HYPERV, "exit 3");
        const struct wrap_fault_rule rule = {.action = WRAP_FAULT_DROP,
                                             .notification = PLAT_HCS_SYSTEM_EXITED};
        uint64_t id = wrap_fault_add(l.fault, &rule);
        struct wcd_op *wait = wcd_daemon_wait_container(l.daemon, "web", NULL);
        uint64_t before = life_seconds(&l);
        life_gives(&l, wait, "{\"StatusCode\":3}");
        assert_true(wrap_fault_fired(l.fault, id) > 0);
        uint64_t limits = i / 2 == 0 ? 300 : 600; /* of a shutdown, and of a terminate */
        assert_in_range(life_seconds(&l) - before, limits, limits + 2);
        life_assert_state(&l, "web", "exited 3");
        assert_int_equal(fake_hcs_count(l.f->host), 0);
        wrap_fault_remove(l.fault, id);
        life_ok(&l, wcd_daemon_start_container(l.daemon, "web"));
        life_gives(&l, wcd_daemon_wait_container(l.daemon, "web", NULL), "{\"StatusCode\":3}");
        life_close(&l);
    }
}

/* ---- many at once ---- */

static void operations_on_one_container_wait_for_each_other(void **state)
{
    for (size_t i = 0; i < 2; i++) {
        struct life l;
        struct wcd_op *ops[6];
        life_open(&l, *state, (enum wcd_engine)i);
        (void)life_create(&l, "web", LIFE_PROCESS, "serve");
        ops[0] = wcd_daemon_start_container(l.daemon, "web");
        ops[1] = wcd_daemon_start_container(l.daemon, "web");
        ops[2] = wcd_daemon_restart_container(l.daemon, "web", 10, NULL);
        ops[3] = wcd_daemon_wait_container(l.daemon, "web", "removed");
        for (size_t j = 0; j < 3; j++) {
            life_finish(&l, ops[j]);
        }
        assert_int_equal(wcd_op_error(ops[0])->code, WCD_OK);
        assert_int_equal(wcd_op_error(ops[1])->code, WCD_E_NOT_MODIFIED);
        ops[4] = wcd_daemon_stop_container(l.daemon, "web", 10, NULL);
        ops[5] = wcd_daemon_stop_container(l.daemon, "web", 10, NULL);
        life_finish(&l, ops[4]);
        life_finish(&l, ops[5]);
        assert_int_equal(wcd_op_error(ops[4])->code, WCD_OK);
        life_assert_state(&l, "web", "exited 0");
        wcd_op_free(wcd_daemon_remove(l.daemon, "web", NULL)); /* goes on unseen */
        life_finish(&l, ops[3]);
        assert_int_equal(wcd_op_error(ops[3])->code, WCD_OK);
        for (size_t j = 0; j < COUNT_OF(ops); j++) {
            wcd_op_free(ops[j]);
        }
        layer_assert_tree(l.f, DAEMON_ROOT "\\containers", "");
        life_close(&l);
    }
}

static void operations_end_with_the_process(void **state)
{
    for (size_t i = 0; i < 2; i++) {
        struct life l;
        life_open(&l, *state, (enum wcd_engine)i);
        (void)life_create(&l, "web", LIFE_PROCESS, "serve");
        struct wcd_op *start = wcd_daemon_start_container(l.daemon, "web");
        struct wcd_op *wait = wcd_daemon_wait_container(l.daemon, "web", "removed");
        assert_false(wcd_op_done(start));
        life_kill_daemon(&l);
        fake_host_reboot(l.f->host);
        assert_true(wcd_op_done(start));
        assert_string_equal(wcd_error_message(wcd_op_error(wait)), "the daemon's process ended");
        assert_int_equal(wcd_op_error(start)->code, WCD_E_UNAVAILABLE);
        wcd_op_free(start);
        wcd_op_free(wait);
        life_close(&l);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        layer_test(containers_are_stopped_at_once),
        layer_test(what_never_ends_is_left),
        layer_test(updates_are_installed_behind_the_end),
        layer_test(ends_that_nobody_hears_of),
        layer_test(operations_on_one_container_wait_for_each_other),
        layer_test(operations_end_with_the_process),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
