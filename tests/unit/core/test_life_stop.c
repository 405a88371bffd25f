/* core/daemon: containers that are stopped, killed, restarted and paused. */
#include "tests/unit/core/life_fixture.h"

static char *with_id(const char *format, const struct wcd_container *container)
{
    struct wcd_error text = WCD_ERROR_INIT;
    (void)wcd_error_fill(&text, WCD_E_PLAIN, format, container->id);
    char *out = wcd_text_copy(wcd_error_message(&text));
    wcd_error_release(&text);
    return out;
}

static void assert_logged(struct life *l, const char *line)
{
    if (!wcd_strlist_contains(&l->f->log, line)) {
        char *all = wcd_strlist_join(&l->f->log, "\n");
        print_message("%s\n", all);
        free(all);
    }
    assert_true(wcd_strlist_contains(&l->f->log, line));
}

/* ---- stop ---- */

static void a_stop_asks_and_waits(void **state)
{
    for (size_t i = 0; i < 4; i++) {
        struct life l;
        life_open(&l, *state, (enum wcd_engine)(i / 2));
        (void)life_run(&l, "web", i % 2 == 0 ? LIFE_PROCESS : LIFE_HYPERV, "serve");
        uint64_t before = life_seconds(&l);
        life_ok(&l, wcd_daemon_stop_container(l.daemon, "web", WCD_STOP_TIMEOUT_DEFAULT, NULL));
        assert_true(life_seconds(&l) - before < 9);
        life_assert_state(&l, "web", "exited 0");
        life_assert_events(&l, "create start kill 15 die 0 stop");
        assert_int_equal(fake_hcs_count(l.f->host), 0);
        life_fails(&l, wcd_daemon_stop_container(l.daemon, "web", 3, NULL), WCD_E_NOT_MODIFIED,
                   i / 2 == 0 ? "Container web is already stopped"
                              : "container is already stopped");
        life_fails(&l, wcd_daemon_stop_container(l.daemon, "nobody", 3, NULL), WCD_E_NOT_FOUND,
                   "No such container: nobody");
        life_close(&l);
    }
}

static void what_does_not_end_is_forced(void **state)
{
    for (size_t i = 0; i < 4; i++) {
        struct life l;
        life_open(&l, *state, (enum wcd_engine)(i / 2));
        const struct wcd_container *web =
            life_run(&l, "web", i % 2 == 0 ? LIFE_PROCESS : LIFE_HYPERV, "stubborn");
        uint64_t before = life_seconds(&l);
        life_ok(&l, wcd_daemon_stop_container(l.daemon, "web", 10, NULL));
        assert_in_range(life_seconds(&l) - before, 10, 15);
        life_assert_events(&l, "create start kill 15 kill 9 die 1073807364 stop");
        life_assert_state(&l, "web", "exited 1073807364");
        char *line = with_id("info: Container {} failed to exit within 10 seconds of signal 15 - "
                             "using the force",
                             web);
        assert_logged(&l, i / 2 == 0 ? line
                                     : "info: Container failed to exit within 10s of signal 15 - "
                                       "using the force");
        free(line);
        life_close(&l);
    }
}

static void a_stop_without_limit_waits(void **state)
{
    struct life l;
    life_open(&l, *state, WCD_ENGINE_V25);
    (void)life_run(&l, "web", LIFE_PROCESS, "stubborn");
    struct wcd_op *stop = wcd_daemon_stop_container(l.daemon, "web", -1, NULL);
    life_pass_us(&l, (uint64_t)600 * 1000000);
    assert_false(wcd_op_done(stop));
    life_ok(&l, wcd_daemon_kill_container(l.daemon, "web", NULL));
    life_ok(&l, stop);
    life_close(&l);
}

static void a_stop_takes_a_signal(void **state)
{
    struct life l;
    life_open(&l, *state, WCD_ENGINE_V25);
    (void)life_run(&l, "web", LIFE_PROCESS, "stubborn");
    life_fails(&l, wcd_daemon_stop_container(l.daemon, "web", 10, "HUP"), WCD_E_SYSTEM,
               "cannot stop container: web: invalid signal: HUP");
    life_ok(&l, wcd_daemon_stop_container(l.daemon, "web", 10, "KILL"));
    life_assert_events(&l, "create start kill 9 die 1073807364 stop");
    life_close(&l);
}

/* ---- kill ---- */

static void kills_by_name_and_number(void **state)
{
    static const char *const signals[] = {NULL, "", "KILL", "sigkill", "9"};
    for (size_t i = 0; i < 2; i++) {
        struct life l;
        life_open(&l, *state, (enum wcd_engine)i);
        const struct wcd_container *web = life_create(&l, "web", LIFE_PROCESS, "stubborn");
        for (size_t j = 0; j < COUNT_OF(signals); j++) {
            life_ok(&l, wcd_daemon_start_container(l.daemon, "web"));
            life_ok(&l, wcd_daemon_kill_container(l.daemon, "web", signals[j]));
            life_assert_state(&l, "web", "exited 1073807364");
        }
        char *not_running =
            with_id(i == 0 ? "Cannot kill container web: Container {} is not running"
                           : "Cannot kill container: web: container {} is not "
                             "running",
                    web);
        enum wcd_errc code = i == 0 ? WCD_E_PLAIN : WCD_E_CONFLICT;
        life_fails(&l, wcd_daemon_kill_container(l.daemon, "web", NULL), code, not_running);
        life_fails(&l, wcd_daemon_kill_container(l.daemon, "web", "TERM"), code, not_running);
        free(not_running);
        code = i == 0 ? WCD_E_PLAIN : WCD_E_INVALID_PARAMETER;
        life_fails(&l, wcd_daemon_kill_container(l.daemon, "web", "HUP"), code,
                   i == 0 ? "Invalid signal: HUP"
                          : "Cannot kill container: web: invalid signal: HUP");
        life_fails(&l, wcd_daemon_kill_container(l.daemon, "web", "0"), code,
                   i == 0 ? "Invalid signal: 0" : "Cannot kill container: web: invalid signal: 0");
        life_fails(&l, wcd_daemon_kill_container(l.daemon, "web", "2"), code,
                   i == 0
                       ? "Cannot kill container web: The windows daemon does not support signal 2"
                       : "Cannot kill container: web: the windows daemon does not support signal "
                         "2");
        life_fails(&l, wcd_daemon_kill_container(l.daemon, "nobody", NULL),
                   i == 0 ? WCD_E_PLAIN : WCD_E_NOT_FOUND,
                   i == 0 ? "Cannot kill container nobody: No such container: nobody"
                          : "Cannot kill container: nobody: No such container: nobody");
        life_close(&l);
    }
}

static void a_signal_does_not_wait(void **state)
{
    for (size_t i = 0; i < 2; i++) {
        struct life l;
        life_open(&l, *state, (enum wcd_engine)i);
        (void)life_run(&l, "web", LIFE_PROCESS, "serve");
        struct wcd_op *kill = wcd_daemon_kill_container(l.daemon, "web", "TERM");
        assert_true(wcd_op_done(kill));
        life_ok(&l, kill);
        life_assert_state(&l, "web", "running");
        life_gives(&l, wcd_daemon_wait_container(l.daemon, "web", NULL), "{\"StatusCode\":0}");
        life_close(&l);
    }
}

/* ---- restart ---- */

static void a_restart_stops_and_starts(void **state)
{
    for (size_t i = 0; i < 3; i++) {
        struct life l;
        life_open(&l, *state, i == 0 ? WCD_ENGINE_V17 : WCD_ENGINE_V25);
        const struct wcd_container *web =
            life_run(&l, "web", i == 2 ? LIFE_HYPERV : "{\"AutoRemove\":true}", "serve");
        life_ok(&l, wcd_daemon_restart_container(l.daemon, "web", 5, NULL));
        life_assert_state(&l, "web", "running");
        assert_int_equal(web->restart_count, 0);
        life_assert_events(&l, "create start kill 15 die 0 stop start restart");
        life_fails(&l, wcd_daemon_restart_container(l.daemon, "nobody", 5, NULL), WCD_E_NOT_FOUND,
                   "No such container: nobody");
        life_ok(&l, wcd_daemon_stop_container(l.daemon, "web", 5, NULL));
        life_pump(&l);
        if (i == 2) {
            life_ok(&l, wcd_daemon_restart_container(l.daemon, "web", 5, NULL));
            life_assert_state(&l, "web", "running");
            life_ok(&l, wcd_daemon_stop_container(l.daemon, "web", 5, NULL));
        } else {
            life_fails(&l, wcd_daemon_restart_container(l.daemon, "web", 5, NULL), WCD_E_NOT_FOUND,
                       "No such container: web");
        }
        life_close(&l);
    }
}

/* 2017 mounts the file system for the time of a restart, and HCS cannot have it (moby#35430). */
static void a_vm_of_2017_cannot_be_restarted(void **state)
{
    struct life l;
    life_open(&l, *state, WCD_ENGINE_V17);
    (void)life_run(&l, "web", LIFE_HYPERV, "exit 0");
    life_gives(&l, wcd_daemon_wait_container(l.daemon, "web", NULL), "{\"StatusCode\":0}");
    struct wcd_op *restart = wcd_daemon_restart_container(l.daemon, "web", 5, NULL);
    life_finish(&l, restart);
    assert_non_null(strstr(wcd_error_message(wcd_op_error(restart)),
                           "The process cannot access the file because it is being used by another "
                           "process. (0x20)"));
    wcd_op_free(restart);
    life_close(&l);
}

/* ---- pause ---- */

static void only_vms_pause(void **state)
{
    for (size_t i = 0; i < 2; i++) {
        struct life l;
        life_open(&l, *state, (enum wcd_engine)i);
        const struct wcd_container *vm = life_run(&l, "vm", LIFE_HYPERV, "serve");
        const struct wcd_container *silo = life_run(&l, "silo", LIFE_PROCESS, "serve");
        char *text = with_id(i == 0 ? "Cannot pause container {}: cannot pause Windows Server "
                                      "Containers"
                                    : "cannot pause container {}: not implemented",
                             silo);
        life_fails(&l, wcd_daemon_pause_container(l.daemon, "silo"), WCD_E_PLAIN, text);
        free(text);
        life_ok(&l, wcd_daemon_pause_container(l.daemon, "vm"));
        life_pump(&l);
        life_assert_state(&l, "vm", "paused");
        text = with_id("Container {} is already paused", vm);
        life_fails(&l, wcd_daemon_pause_container(l.daemon, "vm"),
                   i == 0 ? WCD_E_PLAIN : WCD_E_CONFLICT, text);
        free(text);
        life_fails(&l, wcd_daemon_start_container(l.daemon, "vm"),
                   i == 0 ? WCD_E_PLAIN : WCD_E_CONFLICT,
                   i == 0 ? "Cannot start a paused container, try unpause instead."
                          : "cannot start a paused container, try unpause instead");
        life_ok(&l, wcd_daemon_unpause_container(l.daemon, "vm"));
        life_pump(&l);
        life_assert_state(&l, "vm", "running");
        text = with_id("Container {} is not paused", vm);
        life_fails(&l, wcd_daemon_unpause_container(l.daemon, "vm"), WCD_E_PLAIN, text);
        free(text);
        life_assert_events(&l, "create start create start pause unpause");
        life_ok(&l, wcd_daemon_kill_container(l.daemon, "vm", NULL));
        text = with_id(i == 0 ? "Container {} is not running" : "container {} is not running", vm);
        life_fails(&l, wcd_daemon_pause_container(l.daemon, "vm"),
                   i == 0 ? WCD_E_PLAIN : WCD_E_CONFLICT, text);
        free(text);
        life_ok(&l, wcd_daemon_kill_container(l.daemon, "silo", NULL));
        life_close(&l);
    }
}

static void a_paused_container_is_ended_by_v25_only(void **state)
{
    for (size_t i = 0; i < 2; i++) {
        struct life l;
        life_open(&l, *state, (enum wcd_engine)i);
        const struct wcd_container *vm = life_run(&l, "vm", LIFE_HYPERV, "serve");
        life_ok(&l, wcd_daemon_pause_container(l.daemon, "vm"));
        life_pump(&l);
        if (i == 0) {
            char *text = with_id("Cannot kill container vm: Container {} is paused. Unpause the "
                                 "container before stopping or killing",
                                 vm);
            life_fails(&l, wcd_daemon_kill_container(l.daemon, "vm", NULL), WCD_E_PLAIN, text);
            free(text);
            life_ok(&l, wcd_daemon_unpause_container(l.daemon, "vm"));
        }
        life_ok(&l, wcd_daemon_kill_container(l.daemon, "vm", NULL));
        life_assert_state(&l, "vm", "exited 1073807364");
        life_close(&l);
    }
}

/* ---- several at once ---- */

static void operations_on_one_container_take_turns(void **state)
{
    for (size_t i = 0; i < 2; i++) {
        struct life l;
        life_open(&l, *state, (enum wcd_engine)i);
        (void)life_create(&l, "web", LIFE_PROCESS, "serve");
        struct wcd_op *start = wcd_daemon_start_container(l.daemon, "web");
        struct wcd_op *again = wcd_daemon_start_container(l.daemon, "web");
        struct wcd_op *stop = wcd_daemon_stop_container(l.daemon, "web", 10, NULL);
        struct wcd_op *wait = wcd_daemon_wait_container(l.daemon, "web", NULL);
        struct wcd_op *removal = wcd_daemon_remove(l.daemon, "web", NULL);
        assert_false(wcd_op_done(start) || wcd_op_done(again) || wcd_op_done(stop));
        life_ok(&l, start);
        life_fails(&l, again, WCD_E_NOT_MODIFIED,
                   i == 0 ? "Container already started" : "container is already running");
        life_finish(&l, removal);
        assert_int_equal(wcd_op_error(removal)->code, WCD_E_CONFLICT);
        wcd_op_free(removal);
        life_ok(&l, stop);
        life_gives(&l, wait, "{\"StatusCode\":0}");
        life_ok(&l, wcd_daemon_remove(l.daemon, "web", NULL));
        life_close(&l);
    }
}

static void an_operation_that_was_let_go_goes_on(void **state)
{
    struct life l;
    life_open(&l, *state, WCD_ENGINE_V25);
    (void)life_create(&l, "web", LIFE_PROCESS, "serve");
    wcd_op_free(wcd_daemon_start_container(l.daemon, "web"));
    wcd_op_free(wcd_daemon_wait_container(l.daemon, "web", NULL));
    life_pass_us(&l, 10000000);
    life_assert_state(&l, "web", "running");
    struct wcd_op *kept = wcd_daemon_wait_container(l.daemon, "web", NULL);
    life_kill_daemon(&l);
    assert_true(wcd_op_done(kept));
    assert_string_equal(wcd_error_message(wcd_op_error(kept)), "the daemon's process ended");
    wcd_op_free(kept);
    wcd_op_free(NULL);
    life_start_daemon(&l);
    life_assert_state(&l, "web", "exited 255");
    life_ok(&l, wcd_daemon_remove(l.daemon, "web", NULL));
    life_close(&l);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        layer_test(a_stop_asks_and_waits),
        layer_test(what_does_not_end_is_forced),
        layer_test(a_stop_without_limit_waits),
        layer_test(a_stop_takes_a_signal),
        layer_test(kills_by_name_and_number),
        layer_test(a_signal_does_not_wait),
        layer_test(a_restart_stops_and_starts),
        layer_test(a_vm_of_2017_cannot_be_restarted),
        layer_test(only_vms_pause),
        layer_test(a_paused_container_is_ended_by_v25_only),
        layer_test(operations_on_one_container_take_turns),
        layer_test(an_operation_that_was_let_go_goes_on),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
