/* core/daemon: a daemon that finds the containers of one that died, or of a host that lost its power. */
#include "tests/unit/core/life_fixture.h"

static const char always[] = "{\"Isolation\":\"process\",\"RestartPolicy\":{\"Name\":\"always\"}}";
static const char unless_stopped[] =
    "{\"Isolation\":\"process\",\"RestartPolicy\":{\"Name\":\"unless-stopped\"}}";

#define IN_USE                                                                                     \
    "hcsshim::ActivateLayer failed in Win32: The process cannot access the file because it is "    \
    "being used by another process. (0x20)"

static void power_fails(struct life *l)
{
    life_kill_daemon(l);
    fake_host_reboot(l->f->host);
}

/* What a daemon that died had mounted only goes with the host. */
static void close_after_death(struct life *l)
{
    power_fails(l);
    life_close(l);
}

static void end_all(struct life *l, const char *const *names, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        life_ok(
            l, wcd_daemon_remove(l->daemon, names[i], &(struct wcd_remove_options){.force = true}));
    }
    life_pump(l);
    assert_int_equal(fake_hcs_count(l->f->host), 0);
    layer_assert_tree(l->f, DAEMON_ROOT "\\containers", "");
}

/* HCS knows them still: they are ended. Only 2017 tells it by an event. */
static void what_ran_is_ended(void **state)
{
    for (size_t i = 0; i < 2; i++) {
        struct life l;
        life_open(&l, *state, (enum wcd_engine)i);
        (void)life_run(&l, "web", LIFE_PROCESS, "serve");
        (void)life_run(&l, "vm", LIFE_HYPERV, "stubborn");
        (void)life_run(&l, "held", LIFE_HYPERV, "serve");
        (void)life_run(&l, "over", LIFE_PROCESS, "exit 3");
        (void)life_create(&l, "made", LIFE_PROCESS, "serve");
        life_gives(&l, wcd_daemon_wait_container(l.daemon, "over", NULL), "{\"StatusCode\":3}");
        life_ok(&l, wcd_daemon_pause_container(l.daemon, "held"));
        life_pump(&l);
        life_assert_state(&l, "held", "paused");
        assert_int_equal(fake_hcs_count(l.f->host), 3);
        life_kill_daemon(&l);
        assert_int_equal(fake_hcs_count(l.f->host), 3);
        life_start_daemon(&l);
        const char *gone = i == 0 ? "exited 2147483648" : "exited 255";
        life_assert_state(&l, "web", gone);
        life_assert_state(&l, "vm", gone);
        life_assert_state(&l, "held", gone);
        life_assert_state(&l, "over", "exited 3");
        life_assert_state(&l, "made", "created");
        life_assert_events(&l, i == 0 ? "die 2147483648 die 2147483648 die 2147483648" : "");
        assert_int_equal(fake_hcs_count(l.f->host), 0);
        close_after_death(&l);
    }
}

static void policies_after_a_power_failure(void **state)
{
    static const char *const names[] = {"web", "held", "stopped", "kept", "done", "made"};
    for (size_t i = 0; i < 2; i++) {
        struct life l;
        life_open(&l, *state, (enum wcd_engine)i);
        (void)life_run(&l, "web", always, "serve");
        (void)life_run(&l, "held", LIFE_HYPERV, "serve");
        (void)life_run(&l, "stopped", unless_stopped, "serve");
        (void)life_run(&l, "kept", unless_stopped, "serve");
        (void)life_run(&l, "done", always, "serve");
        (void)life_create(&l, "made", always, "serve");
        life_ok(&l, wcd_daemon_pause_container(l.daemon, "held"));
        life_ok(&l, wcd_daemon_stop_container(l.daemon, "stopped", 10, NULL));
        life_ok(&l, wcd_daemon_stop_container(l.daemon, "done", 10, NULL));
        power_fails(&l);
        life_start_daemon(&l);
        life_pump(&l);
        life_assert_state(&l, "web", "running");
        life_assert_state(&l, "kept", "running");
        life_assert_state(&l, "done", "running");
        life_assert_state(&l, "stopped", "exited 0");
        life_assert_state(&l, "held", i == 0 ? "exited 2147483648" : "exited 255");
        /* 2017 does not ask whether it ever ran. */
        life_assert_state(&l, "made", i == 0 ? "running" : "created");
        assert_int_equal(fake_hcs_count(l.f->host), i == 0 ? 4 : 3);
        end_all(&l, names, COUNT_OF(names));
        life_close(&l);
    }
}

/* The scratch of a container that ran is mounted still, and 2016 does not mount it again (moby#29392, moby#35208). */
static void what_died_with_the_daemon_cannot_be_started_on_2016(void **state)
{
    struct layer_fixture *f = *state;
    struct life l;
    f->build = "server-2016";
    life_open(&l, f, WCD_ENGINE_V17);
    (void)life_run(&l, "web", always, "serve");
    life_kill_daemon(&l);
    life_start_daemon(&l);
    const struct wcd_container *web = life_get(&l, "web");
    char *text = wcd_text_format("error: Failed to start container %s: " IN_USE " id=%s flavour=1",
                                 web->id, web->id);
    life_assert_logged(&l, text);
    free(text);
    assert_false(web->state.running);
    assert_int_equal(fake_hcs_count(l.f->host), 0);
    close_after_death(&l);
}

/* Later hosts take it for mounted, and the daemon takes it off: its policy starts the container again. */
static void what_died_with_the_daemon_can_be_started(void **state)
{
    static const char *const names[] = {"web", "other"};
    for (size_t i = 0; i < 2; i++) {
        struct life l;
        life_open(&l, *state, (enum wcd_engine)i);
        (void)life_run(&l, "web", always, "serve");
        (void)life_run(&l, "other", LIFE_PROCESS, "serve");
        life_kill_daemon(&l);
        life_start_daemon(&l);
        life_pump(&l);
        life_assert_state(&l, "web", "running");
        assert_int_equal(fake_hcs_count(l.f->host), 1);
        life_ok(&l, wcd_daemon_start_container(l.daemon, "other"));
        life_assert_state(&l, "other", "running");
        assert_int_equal(fake_hcs_count(l.f->host), 2);
        end_all(&l, names, COUNT_OF(names));
        life_close(&l);
    }
}

/* ---- removals ---- */

static void a_removal_that_was_cut_off(void **state)
{
    for (size_t i = 0; i < 2; i++) {
        struct life l;
        const struct wcd_container *web = NULL;
        life_open(&l, *state, (enum wcd_engine)i);
        web = life_create(&l, "web", LIFE_PROCESS, "serve");
        (void)life_create(&l, "db", "{\"AutoRemove\":true}", "serve");
        char *id = wcd_text_copy(web->id);
        uint64_t rule = life_break(&l, "HcsEnumerateComputeSystems", 1, 0, HR(ACCESS_DENIED));
        struct wcd_op *op = wcd_daemon_remove(l.daemon, "web", NULL);
        life_finish(&l, op);
        assert_int_not_equal(wcd_op_error(op)->code, WCD_OK);
        wcd_op_free(op);
        assert_true(wrap_fault_fired(l.fault, rule) > 0);
        life_kill_daemon(&l);
        life_start_daemon(&l);
        if (i == 1) {
            web = life_get(&l, id);
            assert_true(web->state.dead);
            assert_false(web->state.removal_in_progress);
            life_ok(&l, wcd_daemon_remove(l.daemon, "web", NULL));
        }
        /* One that never ran is removed at the start, too. */
        assert_int_equal(wcd_daemon_container(l.daemon, "db", &web, &l.f->err), WCD_E_NOT_FOUND);
        wcd_error_release(&l.f->err);
        (void)life_run(&l, "db", "{\"AutoRemove\":true}", "serve");
        power_fails(&l);
        life_start_daemon(&l);
        life_pump(&l);
        layer_assert_tree(l.f, DAEMON_ROOT "\\containers", "");
        life_assert_events(&l, i == 0 ? "die 2147483648 destroy" : "destroy");
        free(id);
        life_close(&l);
    }
}

/* ---- what cannot be read ---- */

static void broken_containers_are_passed_over(void **state)
{
    for (size_t i = 0; i < 2; i++) {
        struct life l;
        life_open(&l, *state, (enum wcd_engine)i);
        struct layer_fixture *f = l.f;
        const struct wcd_container *web = life_create(&l, "web", LIFE_PROCESS, "serve");
        const struct wcd_container *torn = life_create(&l, "torn", LIFE_PROCESS, "serve");
        char *id = wcd_text_copy(torn->id);
        char *path = wcd_text_format("%s\\config.v2.json", torn->root);
        (void)web;
        life_kill_daemon(&l);
        layer_put(f, path, "{\"ID\":");
        life_start_daemon(&l);
        char *text = wcd_text_format(i == 0 ? "error: Failed to load container %s: "
                                              "unexpected EOF"
                                            : "error: failed to load container: unexpected EOF",
                                     id);
        life_assert_logged(&l, text);
        const struct wcd_container *found = NULL;
        assert_int_equal(wcd_daemon_container(l.daemon, "torn", &found, &f->err), WCD_E_NOT_FOUND);
        wcd_error_release(&f->err);
        life_ok(&l, wcd_daemon_remove(l.daemon, "web", NULL));
        free(text);
        free(path);
        free(id);
        life_close(&l);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        layer_test(what_ran_is_ended),
        layer_test(policies_after_a_power_failure),
        layer_test(what_died_with_the_daemon_cannot_be_started_on_2016),
        layer_test(what_died_with_the_daemon_can_be_started),
        layer_test(a_removal_that_was_cut_off),
        layer_test(broken_containers_are_passed_over),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
