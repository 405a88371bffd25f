/* Guests: processes that move with the virtual clock, their ends, their streams. */
#include "tests/support/cmocka.h"
#include "tests/unit/fakes/guest_fixture.h"

#include <stdlib.h>
#include <string.h>

#define CONTROL_C_EXIT 0xC000013Au

static bool put(struct guest_fixture *f, const char *command, const struct fake_act *acts,
                size_t count)
{
    const struct fake_program program = {.command = command, .acts = acts, .act_count = count};
    return fake_guest_put_program(f->host, &program);
}

#define PUT(f, command, ...)                                                                       \
    do {                                                                                           \
        const struct fake_act acts_of_it[] = {__VA_ARGS__};                                        \
        assert_true(put(f, command, acts_of_it, sizeof(acts_of_it) / sizeof(acts_of_it[0])));      \
    } while (0)

static void check_read(struct guest_fixture *f, plat_handle stream, const char *expected,
                       bool at_end)
{
    bool ended = false;
    char *text = guest_fixture_read(f, stream, &ended);
    assert_string_equal(text, expected);
    assert_int_equal(ended, at_end);
    free(text);
}

static void a_script_moves_with_the_clock(void **state)
{
    (void)state;
    struct guest_fixture f;
    guest_fixture_init(&f, GUEST_PROCESS);
    PUT(&f, "web.exe", {.kind = FAKE_ACT_OUT, .text = "one\n"},
        {.kind = FAKE_ACT_WAIT, .us = 1000000}, {.kind = FAKE_ACT_ERR, .text = "two\n"},
        {.kind = FAKE_ACT_EXIT, .code = 7});
    struct guest_run run = guest_fixture_run(&f, "web");
    assert_int_equal(run.info.process_id % 4, 0);
    assert_int_equal(fake_process_pid(run.process), run.info.process_id);
    assert_int_equal(fake_guest_living(f.guest), 1);
    check_read(&f, run.info.std_output, "", false);
    guest_fixture_pass_us(&f, 500000);
    check_read(&f, run.info.std_output, "one\n", false);
    check_read(&f, run.info.std_error, "", false);
    assert_false(fake_process_has_exited(run.process));
    guest_fixture_pass_us(&f, 1000000);
    assert_true(fake_process_has_exited(run.process));
    assert_int_equal(fake_process_exit_code(run.process), 7);
    assert_int_equal(fake_process_last_wait_result(run.process), 0);
    check_read(&f, run.info.std_output, "", true);
    check_read(&f, run.info.std_error, "two\n", true);
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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_script_moves_with_the_clock),
        cmocka_unit_test(a_shutdown_ends_all_and_then_the_guest),
        cmocka_unit_test(a_kill_tells_from_inside),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
