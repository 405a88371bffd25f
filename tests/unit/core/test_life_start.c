/* core/daemon: starts that fail, restart policies, removals. */
#include <stdio.h>

#include "tests/unit/core/life_fixture.h"

static const enum wcd_errc plain_or_conflict[] = {WCD_E_PLAIN, WCD_E_CONFLICT};

static void finish_with(struct life *l, struct wcd_op *op, enum wcd_errc code, const char *part)
{
    life_finish(l, op);
    const struct wcd_error *err = wcd_op_error(op);
    if (strstr(wcd_error_message(err), part) == NULL) {
        fail_msg("\"%s\" is not in \"%s\"", part, wcd_error_message(err));
    }
    assert_string_equal(wcd_errc_name(err->code), wcd_errc_name(code));
    wcd_op_free(op);
}

static void assert_nothing_runs(struct life *l, const struct wcd_container *container)
{
    assert_int_equal(fake_hcs_count(l->f->host), 0);
    assert_null(container->base_fs);
    assert_false(container->state.running);
}

/* ---- starts that fail ---- */

static void a_program_that_is_not_there(void **state)
{
    for (size_t i = 0; i < 4; i++) {
        struct life l;
        life_open(&l, *state, (enum wcd_engine)(i / 2));
        const struct wcd_container *web =
            life_create(&l, "web", i % 2 == 0 ? LIFE_PROCESS : LIFE_HYPERV, "nosuch.exe");
        finish_with(&l, wcd_daemon_start_container(l.daemon, "web"),
                    i / 2 == 0 ? WCD_E_PLAIN : WCD_E_INVALID_PARAMETER,
                    "The system cannot find the file specified.");
        assert_int_equal(web->state.exit_code, 127);
        assert_non_null(strstr(web->state.error, "cannot find the file"));
        assert_nothing_runs(&l, web);
        assert_string_equal(wcd_container_state_name(&web->state), "created");
        life_assert_events(&l, "create");
        life_close(&l);
    }
}

/* 2017 looks for the name as it was given in a text that it has put into lower case. */
static void capital_letters_hide_the_exit_code_from_2017(void **state)
{
    for (size_t i = 0; i < 2; i++) {
        struct life l;
        life_open(&l, *state, (enum wcd_engine)i);
        const struct wcd_container *web = life_create(&l, "web", LIFE_PROCESS, "NoSuch.exe");
        finish_with(&l, wcd_daemon_start_container(l.daemon, "web"),
                    i == 0 ? WCD_E_PLAIN : WCD_E_INVALID_PARAMETER, "cannot find the file");
        assert_int_equal(web->state.exit_code, i == 0 ? 128 : 127);
        life_close(&l);
    }
}

static void what_hcs_refuses_is_cleaned_up(void **state)
{
    const struct {
        const char *function;
        plat_hr hr;
        const char *part;
    } faults[] = {
        {"HcsCreateComputeSystem", HR(ACCESS_DENIED), "Access is denied."},
        {"HcsStartComputeSystem", PLAT_HCS_INVALID_STATE, "is not valid in the current state"},
        {"HcsCreateProcess", HR(ACCESS_DENIED), "Access is denied."},
        {"ActivateLayer", HR(NOT_READY), "The device is not ready. (0x15)"},
    };
    for (size_t i = 0; i < 2 * COUNT_OF(faults); i++) {
        struct life l;
        size_t fault = i / 2;
        life_open(&l, *state, (enum wcd_engine)(i % 2));
        const struct wcd_container *web = life_create(&l, "web", LIFE_PROCESS, "serve");
        (void)life_break(&l, faults[fault].function, 1, 1, faults[fault].hr);
        bool from_runtime = fault < 3;
        finish_with(&l, wcd_daemon_start_container(l.daemon, "web"),
                    i % 2 == 1 && from_runtime ? WCD_E_UNKNOWN : WCD_E_PLAIN, faults[fault].part);
        assert_int_equal(web->state.exit_code, 128);
        assert_nothing_runs(&l, web);
        life_ok(&l, wcd_daemon_start_container(l.daemon, "web"));
        life_assert_state(&l, "web", "running");
        assert_null(web->state.error);
        life_ok(&l, wcd_daemon_kill_container(l.daemon, "web", NULL));
        life_close(&l);
    }
}

static void a_failed_start_may_remove_the_container(void **state)
{
    for (size_t i = 0; i < 2; i++) {
        struct life l;
        const struct wcd_container *gone = NULL;
        life_open(&l, *state, (enum wcd_engine)i);
        (void)life_create(&l, "web", "{\"AutoRemove\":true}", "nosuch.exe");
        finish_with(&l, wcd_daemon_start_container(l.daemon, "web"),
                    i == 0 ? WCD_E_PLAIN : WCD_E_INVALID_PARAMETER, "cannot find the file");
        assert_int_equal(wcd_daemon_container(l.daemon, "web", &gone, &l.f->err), WCD_E_NOT_FOUND);
        wcd_error_release(&l.f->err);
        life_assert_events(&l, "create destroy");
        life_close(&l);
    }
}

static void a_network_is_shared_with_one_that_runs(void **state)
{
    for (size_t i = 0; i < 2; i++) {
        struct life l;
        life_open(&l, *state, (enum wcd_engine)i);
        (void)life_create(&l, "db", LIFE_PROCESS, "serve");
        const struct wcd_container *web =
            life_create(&l, "web", "{\"NetworkMode\":\"container:db\"}", "exit 0");
        life_fails(&l, wcd_daemon_start_container(l.daemon, "web"), WCD_E_CONFLICT,
                   "cannot join network of a non running container: db");
        assert_nothing_runs(&l, web);
        life_assert_state(&l, "web",
                          "created 128: cannot join network of a non running container: db");
        life_ok(&l, wcd_daemon_start_container(l.daemon, "db"));
        life_ok(&l, wcd_daemon_start_container(l.daemon, "web"));
        life_gives(&l, wcd_daemon_wait_container(l.daemon, "web", NULL), "{\"StatusCode\":0}");
        life_ok(&l, wcd_daemon_kill_container(l.daemon, "db", NULL));
        life_close(&l);
    }
}

/* ---- ends ---- */

static void a_guest_that_crashes_ends_its_container(void **state)
{
    for (size_t i = 0; i < 2; i++) {
        struct life l;
        life_open(&l, *state, (enum wcd_engine)i);
        const struct wcd_container *web = life_run(&l, "web", LIFE_HYPERV, "serve");
        assert_true(fake_hcs_crash(l.f->host, web->id));
        struct wcd_op *wait = wcd_daemon_wait_container(l.daemon, "web", NULL);
        life_finish(&l, wait);
        wcd_op_free(wait);
        assert_nothing_runs(&l, web);
        life_ok(&l, wcd_daemon_start_container(l.daemon, "web"));
        life_ok(&l, wcd_daemon_kill_container(l.daemon, "web", NULL));
        life_close(&l);
    }
}

static void a_container_is_removed_at_its_end(void **state)
{
    for (size_t i = 0; i < 2; i++) {
        struct life l;
        life_open(&l, *state, (enum wcd_engine)i);
        (void)life_run(&l, "web", "{\"AutoRemove\":true}", "exit 0");
        life_gives(&l, wcd_daemon_wait_container(l.daemon, "web", "removed"), "{\"StatusCode\":0}");
        life_assert_events(&l, "create start die 0 destroy");
        layer_assert_tree(l.f, DAEMON_ROOT "\\containers", "");
        life_close(&l);
    }
}

/* ---- restart policies ---- */

static void a_policy_starts_it_again_after_longer_and_longer_pauses(void **state)
{
    for (size_t i = 0; i < 2; i++) {
        struct life l;
        life_open(&l, *state, (enum wcd_engine)i);
        const struct wcd_container *web = life_run(
            &l, "web", "{\"RestartPolicy\":{\"Name\":\"on-failure\",\"MaximumRetryCount\":3}}",
            "again");
        life_gives(&l, wcd_daemon_wait_container(l.daemon, "web", NULL), "{\"StatusCode\":1}");
        life_assert_state(&l, "web", "restarting 1");
        life_pass_us(&l, (uint64_t)120 * 1000000);
        life_assert_state(&l, "web", "exited 1");
        assert_int_equal(web->restart_count, 3);
        assert_int_equal(web->restart.delay_us, 800000);
        life_assert_events(&l, "create start die 1 start die 1 start die 1 start die 1");
        life_close(&l);
    }
}

static void a_stop_ends_the_restarts(void **state)
{
    for (size_t i = 0; i < 2; i++) {
        struct life l;
        life_open(&l, *state, (enum wcd_engine)i);
        (void)life_run(&l, "web", "{\"RestartPolicy\":{\"Name\":\"always\"}}", "again");
        life_gives(&l, wcd_daemon_wait_container(l.daemon, "web", NULL), "{\"StatusCode\":1}");
        life_assert_state(&l, "web", "restarting 1");
        life_ok(&l, wcd_daemon_stop_container(l.daemon, "web", 10, NULL));
        assert_string_equal(wcd_container_state_name(&life_get(&l, "web")->state), "exited");
        life_pass_us(&l, (uint64_t)120 * 1000000);
        assert_string_equal(wcd_container_state_name(&life_get(&l, "web")->state), "exited");
        life_assert_events(&l, "create start die 1 stop");
        life_ok(&l, wcd_daemon_remove(l.daemon, "web", NULL));
        life_close(&l);
    }
}

/* ---- removing ---- */

static void one_that_runs_is_removed_by_force(void **state)
{
    static const struct wcd_remove_options force = {.force = true};
    for (size_t i = 0; i < 2; i++) {
        struct life l;
        life_open(&l, *state, (enum wcd_engine)i);
        const struct wcd_container *web = life_run(&l, "web", LIFE_HYPERV, "stubborn");
        char *text = wcd_text_format(i == 0 ? "You cannot remove a running container %s. Stop the "
                                              "container before attempting removal or force remove"
                                            : "cannot remove container \"/web\": container is "
                                              "running: stop the container before removing or "
                                              "force remove%.0s",
                                     web->id);
        life_fails(&l, wcd_daemon_remove(l.daemon, "web", NULL), WCD_E_CONFLICT, text);
        free(text);
        life_ok(&l, wcd_daemon_pause_container(l.daemon, "web"));
        life_pump(&l);
        text = wcd_text_format(i == 0 ? "You cannot remove a paused container %s. Unpause and then "
                                        "stop the container before attempting removal or force "
                                        "remove"
                                      : "cannot remove container \"/web\": container is paused and "
                                        "must be unpaused first%.0s",
                               web->id);
        life_fails(&l, wcd_daemon_remove(l.daemon, "web", NULL), WCD_E_CONFLICT, text);
        free(text);
        life_ok(&l, wcd_daemon_unpause_container(l.daemon, "web"));
        struct wcd_op *wait = wcd_daemon_wait_container(l.daemon, "web", "removed");
        struct wcd_op *removal = wcd_daemon_remove(l.daemon, "web", &force);
        life_fails(&l, wcd_daemon_remove(l.daemon, "web", &force),
                   i == 0 ? WCD_E_INVALID_PARAMETER : WCD_E_CONFLICT,
                   "removal of container web is already in progress");
        life_ok(&l, removal);
        life_gives(&l, wait, "{\"StatusCode\":1073807364}");
        life_fails(&l, wcd_daemon_remove(l.daemon, "web", NULL), WCD_E_NOT_FOUND,
                   "No such container: web");
        layer_assert_tree(l.f, DAEMON_ROOT "\\containers", "");
        life_close(&l);
    }
}

static void a_removal_that_fails_leaves_a_dead_container(void **state)
{
    static const struct wcd_remove_options force = {.force = true};
    for (size_t i = 0; i < 2; i++) {
        struct life l;
        const struct wcd_container *found = NULL;
        life_open(&l, *state, (enum wcd_engine)i);
        const struct wcd_container *web = life_create(&l, "web", LIFE_PROCESS, "serve");
        char *id = wcd_text_copy(web->id);
        uint64_t rule = life_break(&l, "HcsEnumerateComputeSystems", 1, 0, HR(ACCESS_DENIED));
        char *text = wcd_text_format(
            i == 0 ? "Driver windowsfilter failed to remove root filesystem %s: "
                   : "container %s: driver \"windowsfilter\" failed to remove root filesystem: ",
            id);
        finish_with(&l, wcd_daemon_remove(l.daemon, "web", NULL), WCD_E_PLAIN, text);
        assert_true(web->state.dead);
        assert_string_equal(wcd_container_state_name(&web->state), "dead");
        life_fails(&l, wcd_daemon_start_container(l.daemon, "web"), plain_or_conflict[i],
                   i == 0 ? "Container is marked for removal and cannot be started."
                          : "container is marked for removal and cannot be started");
        if (i == 0) {
            finish_with(&l, wcd_daemon_remove(l.daemon, "web", &force), WCD_E_PLAIN, text);
            assert_int_equal(wcd_daemon_container(l.daemon, "web", &found, &l.f->err),
                             WCD_E_NOT_FOUND);
            wcd_error_release(&l.f->err);
        }
        wrap_fault_remove(l.fault, rule);
        if (i == 1) {
            life_ok(&l, wcd_daemon_remove(l.daemon, "web", NULL));
        }
        free(text);
        free(id);
        life_close(&l);
    }
}

/* Before build 16299 HCS cannot list systems while one is torn down: five seconds of tries. */
static void an_old_host_is_asked_again(void **state)
{
    struct life l;
    struct layer_fixture *f = *state;
    f->build = "server-2016";
    life_open(&l, f, WCD_ENGINE_V17);
    (void)life_create(&l, "web", LIFE_PROCESS, "serve");
    uint64_t rule = life_break(&l, "HcsEnumerateComputeSystems", 1, 20, PLAT_HCS_INVALID_STATE);
    life_ok(&l, wcd_daemon_remove(l.daemon, "web", NULL));
    assert_int_equal(wrap_fault_fired(l.fault, rule), 20);
    /* It gives up asking, and removes the layer. */
    (void)life_create(&l, "web", LIFE_PROCESS, "serve");
    rule = life_break(&l, "HcsEnumerateComputeSystems", 1, 0, HR(ACCESS_DENIED));
    uint64_t before = life_seconds(&l);
    life_ok(&l, wcd_daemon_remove(l.daemon, "web", NULL));
    assert_int_equal(wrap_fault_fired(l.fault, rule), 501);
    assert_in_range(life_seconds(&l) - before, 4, 6);
    life_close(&l);
    f->build = NULL;
}

/* ---- names ---- */

static void names_and_ids(void **state)
{
    for (size_t i = 0; i < 2; i++) {
        struct life l;
        char name[8];
        life_open(&l, *state, (enum wcd_engine)i);
        for (size_t j = 0; j < 17; j++) {
            (void)snprintf(name, sizeof(name), "zz%zu", j);
            (void)life_create(&l, name, LIFE_PROCESS, "serve");
        }
        const struct wcd_container *first = NULL;
        enum wcd_errc code = WCD_OK;
        char prefix[2] = "0";
        for (; prefix[0] <= '9'; prefix[0]++) {
            code = wcd_daemon_container(l.daemon, prefix, &first, &l.f->err);
            if (code != WCD_OK && code != WCD_E_NOT_FOUND) {
                break;
            }
            wcd_error_release(&l.f->err);
        }
        if (prefix[0] <=
            '9') { /* of 17 ids two begin with one digit, but it need not be a number */
            char *text = wcd_text_format(i == 0 ? "Multiple IDs found with provided prefix: %s"
                                                : "multiple IDs found with provided prefix: %s",
                                         prefix);
            assert_error(l.f->err, i == 0 ? WCD_E_PLAIN : WCD_E_INVALID_PARAMETER, text);
            free(text);
        }
        life_fails(&l, wcd_daemon_start_container(l.daemon, ""), WCD_E_INVALID_PARAMETER,
                   i == 0 ? "No container name or ID supplied"
                          : "invalid name or ID supplied: \"\"");
        life_close(&l);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        layer_test(a_program_that_is_not_there),
        layer_test(capital_letters_hide_the_exit_code_from_2017),
        layer_test(what_hcs_refuses_is_cleaned_up),
        layer_test(a_failed_start_may_remove_the_container),
        layer_test(a_network_is_shared_with_one_that_runs),
        layer_test(a_guest_that_crashes_ends_its_container),
        layer_test(a_container_is_removed_at_its_end),
        layer_test(a_policy_starts_it_again_after_longer_and_longer_pauses),
        layer_test(a_stop_ends_the_restarts),
        layer_test(one_that_runs_is_removed_by_force),
        layer_test(a_removal_that_fails_leaves_a_dead_container),
        layer_test(an_old_host_is_asked_again),
        layer_test(names_and_ids),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
