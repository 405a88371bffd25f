/* Guests: processes that move with the virtual clock, their ends, their streams. */
#include "tests/support/cmocka.h"
#include "tests/unit/fakes/guest_fixture.h"

#include <stdlib.h>
#include <string.h>

#define CONTROL_C_EXIT 0xC000013Au
#define SECOND         ((uint64_t)1000000)

static void a_script_moves_with_the_clock(void **state)
{
    (void)state;
    struct guest_fixture f;
    guest_fixture_init(&f, GUEST_PROCESS);
    GUEST_PUT(&f, "web.exe", {.kind = FAKE_ACT_OUT, .text = "one\n"},
              {.kind = FAKE_ACT_WAIT, .us = 1000000}, {.kind = FAKE_ACT_ERR, .text = "two\n"},
              {.kind = FAKE_ACT_EXIT, .code = 7});
    struct guest_run run = guest_fixture_run(&f, "web");
    assert_int_equal(run.info.process_id % 4, 0);
    assert_int_equal(fake_process_pid(run.process), run.info.process_id);
    assert_int_equal(fake_guest_living(f.guest), 1);
    guest_fixture_check_read(&f, run.info.std_output, "", false);
    guest_fixture_pass_us(&f, 500000);
    guest_fixture_check_read(&f, run.info.std_output, "one\n", false);
    guest_fixture_check_read(&f, run.info.std_error, "", false);
    assert_false(fake_process_has_exited(run.process));
    guest_fixture_pass_us(&f, 1000000);
    assert_true(fake_process_has_exited(run.process));
    assert_int_equal(fake_process_exit_code(run.process), 7);
    assert_int_equal(fake_process_last_wait_result(run.process), 0);
    guest_fixture_check_read(&f, run.info.std_output, "", true);
    guest_fixture_check_read(&f, run.info.std_error, "two\n", true);
    assert_int_equal(f.exited_count, 1);
    assert_int_equal(f.exited[0], run.info.process_id);
    assert_int_equal(fake_guest_living(f.guest), 0);
    assert_int_equal(f.downs, 0);
    guest_fixture_close(&f, &run);
    guest_fixture_release(&f);
}

static void a_shutdown_ends_all_and_then_the_guest(void **state)
{
    (void)state;
    struct guest_fixture f;
    guest_fixture_init(&f, GUEST_PROCESS);
    struct guest_run run = guest_fixture_run(&f, "ping -t localhost");
    guest_fixture_pass_us(&f, 2500000);
    assert_true(fake_guest_shut_down(f.guest));
    assert_int_equal(f.exited_count, 0);
    guest_fixture_pass_us(&f, 0);
    assert_int_equal(f.exited_count, 1);
    assert_int_equal(fake_process_exit_code(run.process), CONTROL_C_EXIT);
    assert_int_equal(f.downs, 0);
    guest_fixture_pass_us(&f, 10000000);
    assert_int_equal(f.downs, 1);
    bool ended = false;
    char *text = guest_fixture_read(&f, run.info.std_output, &ended);
    assert_true(ended);
    assert_int_equal(strlen(text),
                     3 * strlen("Reply from 127.0.0.1: bytes=32 time<1ms TTL=128\r\n"));
    free(text);
    guest_fixture_close(&f, &run);
    guest_fixture_release(&f);
}

static void a_kill_tells_from_inside(void **state)
{
    (void)state;
    struct guest_fixture f;
    guest_fixture_init(&f, GUEST_HYPERV);
    struct guest_run a = guest_fixture_run(&f, "ping -t a");
    struct guest_run b = guest_fixture_run(&f, "cmd");
    fake_guest_kill(f.guest, 0x40010004, -5);
    assert_int_equal(f.exited_count, 2);
    assert_int_equal(f.exited[0], a.info.process_id);
    assert_int_equal(f.exited[1], b.info.process_id);
    assert_int_equal(fake_process_exit_code(b.process), 0x40010004);
    assert_int_equal(fake_process_last_wait_result(b.process), -5);
    guest_fixture_close(&f, &a);
    guest_fixture_close(&f, &b);
    guest_fixture_release(&f);
}

/* ---- shutting down ---- */

static void a_program_may_take_its_time_or_stay(void **state)
{
    (void)state;
    struct guest_fixture f;
    guest_fixture_init(&f, GUEST_HYPERV);
    const struct fake_act stay = {.kind = FAKE_ACT_STAY};
    const struct fake_program slow = {.command = "slow",
                                      .acts = &stay,
                                      .act_count = 1,
                                      .on_shutdown = FAKE_SHUTDOWN_EXITS,
                                      .shutdown_us = 3 * SECOND,
                                      .shutdown_code = 5};
    const struct fake_program deaf = {
        .command = "deaf", .acts = &stay, .act_count = 1, .on_shutdown = FAKE_SHUTDOWN_IGNORES};
    assert_true(fake_guest_put_program(f.host, &slow));
    assert_true(fake_guest_put_program(f.host, &deaf));
    struct guest_run a = guest_fixture_run(&f, "slow");
    struct guest_run b = guest_fixture_run(&f, "deaf");
    guest_fixture_pass_us(&f, SECOND);
    assert_true(fake_guest_shut_down(f.guest));
    guest_fixture_pass_us(&f, 2 * SECOND);
    assert_true(fake_guest_shut_down(f.guest));
    guest_fixture_pass_us(&f, 2 * SECOND);
    assert_true(fake_process_has_exited(a.process));
    assert_int_equal(fake_process_exit_code(a.process), 5);
    guest_fixture_pass_us(&f, 3600 * SECOND);
    assert_false(fake_process_has_exited(b.process));
    assert_int_equal(f.downs, 0);
    fake_guest_kill(f.guest, 1, 0);
    guest_fixture_pass_us(&f, 3600 * SECOND);
    assert_int_equal(f.downs, 0);
    guest_fixture_close(&f, &a);
    guest_fixture_close(&f, &b);
    guest_fixture_release(&f);
}

static void an_idle_guest_goes_down_in_the_time_of_its_kind(void **state)
{
    (void)state;
    static const uint64_t times[] = {
        [GUEST_PROCESS] = 1000000, [GUEST_HYPERV] = 2000000, [GUEST_LINUX] = 500000};
    for (int kind = GUEST_PROCESS; kind <= GUEST_LINUX; kind++) {
        struct guest_fixture f;
        guest_fixture_init(&f, (enum guest_kind)kind);
        assert_true(fake_guest_shut_down(f.guest));
        guest_fixture_pass_us(&f, times[kind] - 1);
        assert_int_equal(f.downs, 0);
        guest_fixture_pass_us(&f, 1);
        assert_int_equal(f.downs, 1);
        guest_fixture_release(&f);
    }
}

static void a_guest_may_shut_itself_down(void **state)
{
    (void)state;
    struct guest_fixture f;
    guest_fixture_init(&f, GUEST_HYPERV);
    GUEST_PUT(&f, "off", {.kind = FAKE_ACT_SHUT_DOWN}, {.kind = FAKE_ACT_OUT, .text = "never"});
    struct guest_run run = guest_fixture_run(&f, "off");
    guest_fixture_pass_us(&f, 10 * SECOND);
    assert_int_equal(fake_process_exit_code(run.process), CONTROL_C_EXIT);
    assert_int_equal(f.downs, 1);
    guest_fixture_check_read(&f, run.info.std_output, "", true);
    guest_fixture_close(&f, &run);
    guest_fixture_release(&f);
}

static void a_guest_that_crashed_stands_still(void **state)
{
    (void)state;
    struct guest_fixture f;
    guest_fixture_init(&f, GUEST_PROCESS);
    GUEST_PUT(&f, "bug", {.kind = FAKE_ACT_WAIT, .us = 1500000}, {.kind = FAKE_ACT_CRASH_GUEST});
    struct guest_run ping = guest_fixture_run(&f, "ping -t x");
    struct guest_run bug = guest_fixture_run(&f, "bug");
    guest_fixture_pass_us(&f, 60 * SECOND);
    assert_int_equal(f.crashes, 1);
    assert_int_equal(f.exited_count, 0);
    fake_guest_kill(f.guest, 3, -1);
    assert_int_equal(f.exited_count, 2);
    bool ended = false;
    char *text = guest_fixture_read(&f, ping.info.std_output, &ended);
    assert_int_equal(strlen(text),
                     2 * strlen("Reply from 127.0.0.1: bytes=32 time<1ms TTL=128\r\n"));
    free(text);
    guest_fixture_close(&f, &ping);
    guest_fixture_close(&f, &bug);
    guest_fixture_release(&f);
}

/* ---- ends ---- */

static void ending_a_process_leaves_its_children_with_the_streams(void **state)
{
    (void)state;
    struct guest_fixture f;
    guest_fixture_init(&f, GUEST_PROCESS);
    struct guest_run run = guest_fixture_run(&f, "cmd /c ping -n 3 x");
    guest_fixture_pass_us(&f, SECOND / 2);
    assert_int_equal(fake_guest_living(f.guest), 2);
    fake_process_terminate(run.process, 1067);
    assert_int_equal(f.exited_count, 0);
    guest_fixture_pass_us(&f, 0);
    assert_int_equal(f.exited_count, 1);
    assert_int_equal(fake_process_exit_code(run.process), 1067);
    assert_int_equal(fake_guest_living(f.guest), 1);
    bool ended = true;
    free(guest_fixture_read(&f, run.info.std_output, &ended));
    assert_false(ended);
    guest_fixture_pass_us(&f, 5 * SECOND);
    free(guest_fixture_read(&f, run.info.std_output, &ended));
    assert_true(ended);
    /* The child was no process of HCS. */
    assert_int_equal(f.exited_count, 1);
    assert_int_equal(fake_guest_living(f.guest), 0);
    guest_fixture_close(&f, &run);
    guest_fixture_release(&f);
}

static void a_child_that_was_spawned_keeps_the_output_open(void **state)
{
    (void)state;
    struct guest_fixture f;
    guest_fixture_init(&f, GUEST_PROCESS);
    GUEST_PUT(&f, "service", {.kind = FAKE_ACT_WAIT, .us = 5000000},
              {.kind = FAKE_ACT_OUT, .text = "late"});
    GUEST_PUT(&f, "launcher", {.kind = FAKE_ACT_SPAWN, .text = "service"},
              {.kind = FAKE_ACT_SPAWN, .text = "nothing of that name"},
              {.kind = FAKE_ACT_RUN, .text = "nor of that"});
    struct guest_run run = guest_fixture_run(&f, "launcher");
    guest_fixture_pass_us(&f, SECOND);
    assert_true(fake_process_has_exited(run.process));
    guest_fixture_check_read(&f, run.info.std_output, "", false);
    guest_fixture_pass_us(&f, 5 * SECOND);
    guest_fixture_check_read(&f, run.info.std_output, "late", true);
    guest_fixture_close(&f, &run);
    guest_fixture_release(&f);
}

static void a_crash_is_an_exit_code(void **state)
{
    (void)state;
    struct guest_fixture f;
    guest_fixture_init(&f, GUEST_PROCESS);
    GUEST_PUT(&f, "bad", {.kind = FAKE_ACT_CRASH, .code = 0xC0000005});
    uint32_t code = 0;
    free(guest_fixture_output(&f, "bad", &code));
    assert_int_equal(code, 0xC0000005);
    guest_fixture_release(&f);
}

static void a_process_is_found_by_its_pid(void **state)
{
    (void)state;
    struct guest_fixture f;
    guest_fixture_init(&f, GUEST_HYPERV);
    struct guest_run run = guest_fixture_run(&f, "cmd /c ping -n 2 x");
    guest_fixture_pass_us(&f, SECOND / 2);
    uint32_t pid = run.info.process_id;
    assert_ptr_equal(fake_guest_find(f.guest, pid, true), run.process);
    assert_null(fake_guest_find(f.guest, pid + 4, true)); /* the child */
    assert_null(fake_guest_find(f.guest, 344, true));     /* smss.exe */
    guest_fixture_pass_us(&f, 5 * SECOND);
    assert_null(fake_guest_find(f.guest, pid, true));
    assert_ptr_equal(fake_guest_find(f.guest, pid, false), run.process);
    fake_process_forget(run.process);
    assert_null(fake_guest_find(f.guest, pid, false));
    guest_fixture_close(&f, &run);
    guest_fixture_release(&f);
}

static void a_forgotten_process_goes_without_a_word(void **state)
{
    (void)state;
    struct guest_fixture f;
    guest_fixture_init(&f, GUEST_HYPERV);
    struct guest_run a = guest_fixture_run(&f, "ping -n 2 x");
    struct guest_run b = guest_fixture_run(&f, "ping -n 2 x");
    fake_process_forget(a.process);
    fake_process_forget(b.process);
    assert_ptr_equal(fake_guest_find(f.guest, b.info.process_id, true), b.process);
    uint32_t pid = a.info.process_id;
    bool ended = false;
    guest_fixture_pass_us(&f, 5 * SECOND);
    free(guest_fixture_read(&f, a.info.std_output, &ended));
    assert_true(ended);
    assert_int_equal(f.exited_count, 1);
    assert_int_equal(f.exited[0], b.info.process_id);
    assert_null(fake_guest_find(f.guest, pid, false));
    guest_fixture_close(&f, &a);
    guest_fixture_close(&f, &b);
    guest_fixture_release(&f);
}

static void pids_are_the_hosts_or_the_guests_own(void **state)
{
    (void)state;
    struct guest_fixture f;
    guest_fixture_init(&f, GUEST_PROCESS);
    const struct fake_guest_options options = {.ctx = &f};
    struct fake_guest *other = fake_guest_create(f.host, &options);
    struct wcd_json *mine = fake_guest_process_list(f.guest);
    struct wcd_json *others = fake_guest_process_list(other);
    uint64_t first = 0;
    uint64_t last = 0;
    assert_true(wcd_json_uint64(wcd_json_at(mine, "/16/ProcessId"), &last));
    assert_true(wcd_json_uint64(wcd_json_at(others, "/0/ProcessId"), &first));
    assert_int_equal(first, last + 4);
    wcd_json_free(mine);
    wcd_json_free(others);
    fake_guest_destroy(other);
    struct guest_run run = guest_fixture_run(&f, "cmd");
    assert_int_equal(run.info.process_id, first + UINT64_C(4) * 17);
    guest_fixture_close(&f, &run);
    guest_fixture_release(&f);
    guest_fixture_init(&f, GUEST_LINUX);
    run = guest_fixture_run(&f, "cat");
    assert_int_equal(run.info.process_id, 101);
    guest_fixture_close(&f, &run);
    guest_fixture_release(&f);
}

static void a_guest_runs_only_so_many(void **state)
{
    (void)state;
    struct guest_fixture f;
    guest_fixture_init(&f, GUEST_PROCESS);
    GUEST_PUT(&f, "bomb", {.kind = FAKE_ACT_SPAWN, .text = "bomb"}, {.kind = FAKE_ACT_REPEAT});
    struct guest_run run = guest_fixture_run(&f, "bomb");
    guest_fixture_pass_us(&f, SECOND / 10);
    assert_int_equal(fake_guest_living(f.guest), FAKE_GUEST_PROCESSES_MAX);
    struct fake_process *process = NULL;
    assert_int_equal(guest_fixture_try(&f, "{\"CommandLine\":\"cmd\"}", &process),
                     plat_hr_win32(PLAT_ERROR_NO_SYSTEM_RESOURCES));
    fake_guest_kill(f.guest, 1, 0);
    assert_int_equal(fake_guest_living(f.guest), 0);
    assert_int_equal(f.exited_count, 1);
    guest_fixture_close(&f, &run);
    guest_fixture_release(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_script_moves_with_the_clock),
        cmocka_unit_test(a_shutdown_ends_all_and_then_the_guest),
        cmocka_unit_test(a_kill_tells_from_inside),
        cmocka_unit_test(a_program_may_take_its_time_or_stay),
        cmocka_unit_test(an_idle_guest_goes_down_in_the_time_of_its_kind),
        cmocka_unit_test(a_guest_may_shut_itself_down),
        cmocka_unit_test(a_guest_that_crashed_stands_still),
        cmocka_unit_test(ending_a_process_leaves_its_children_with_the_streams),
        cmocka_unit_test(a_child_that_was_spawned_keeps_the_output_open),
        cmocka_unit_test(a_crash_is_an_exit_code),
        cmocka_unit_test(a_process_is_found_by_its_pid),
        cmocka_unit_test(a_forgotten_process_goes_without_a_word),
        cmocka_unit_test(pids_are_the_hosts_or_the_guests_own),
        cmocka_unit_test(a_guest_runs_only_so_many),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
