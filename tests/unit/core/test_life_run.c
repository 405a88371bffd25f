/* core/daemon: containers that are started, run and end, over an emulated host. */
#include "tests/unit/core/life_fixture.h"

static const char *const isolations[] = {LIFE_PROCESS, LIFE_HYPERV};

static void a_container_runs_to_its_end(void **state)
{
    struct layer_fixture *f = *state;
    for (size_t i = 0; i < 4; i++) {
        struct life l;
        life_open(&l, f, (enum wcd_engine)(i / 2));
        const struct wcd_container *web = life_run(&l, "web", isolations[i % 2], "exit 3");
        life_assert_state(&l, "web", "running");
        assert_true(web->state.pid > 0);
        assert_true(web->has_been_started_before);
        struct wcd_op *wait = wcd_daemon_wait_container(l.daemon, "web", NULL);
        assert_false(wcd_op_done(wait));
        life_gives(&l, wait, "{\"StatusCode\":3}");
        life_assert_state(&l, "web", "exited 3");
        assert_int_equal(web->state.pid, 0);
        life_assert_events(&l, "create start die 3");
        assert_int_equal(fake_hcs_count(f->host), 0);
        assert_null(web->base_fs);
        life_gives(&l, wcd_daemon_wait_container(l.daemon, "web", "not-running"),
                   "{\"StatusCode\":3}");
        life_ok(&l, wcd_daemon_start_container(l.daemon, "web"));
        life_assert_state(&l, "web", "running");
        life_gives(&l, wcd_daemon_wait_container(l.daemon, "web", "next-exit"),
                   "{\"StatusCode\":3}");
        life_ok(&l, wcd_daemon_remove(l.daemon, "web", NULL));
        life_assert_events(&l, "create start die 3 start die 3 destroy");
        life_close(&l);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        layer_test(a_container_runs_to_its_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
