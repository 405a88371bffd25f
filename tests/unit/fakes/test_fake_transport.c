/* The emulated pipes: what tests set up, what reports name, what happens without memory and when the
 * client dies. The contract of transport.h is in tests/contract. */
#include "core/base/queue.h"
#include "fakes/host/host.h"
#include "tests/support/alloc_fail.h"
#include "tests/support/cmocka.h"
#include "tests/unit/fakes/guest_fixture.h"

#include <stdlib.h>
#include <string.h>

#define PIPE "\\\\.\\pipe\\x"

struct ends {
    struct guest_fixture f;
    const struct plat_transport *t;
    plat_handle listener;
    plat_handle client;
    plat_handle server;
};

static void ends_init(struct ends *e)
{
    guest_fixture_init(&e->f, GUEST_PROCESS);
    e->t = &e->f.platform.transport;
    struct plat_event_sink sink = wcd_queue_sink(e->f.queue);
    assert_int_equal(e->t->ops->listen(e->t->ctx, PIPE, NULL, &e->listener), PLAT_S_OK);
    assert_int_equal(e->t->ops->attach(e->t->ctx, e->listener, sink, 1), PLAT_S_OK);
    assert_int_equal(e->t->ops->connect(e->t->ctx, PIPE, &e->client), PLAT_S_OK);
    assert_int_equal(e->t->ops->attach(e->t->ctx, e->client, sink, 2), PLAT_S_OK);
    assert_int_equal(e->t->ops->accept(e->t->ctx, e->listener, &e->server), PLAT_S_OK);
    assert_int_equal(e->t->ops->attach(e->t->ctx, e->server, sink, 3), PLAT_S_OK);
}

static void ends_release(struct ends *e)
{
    assert_int_equal(e->t->ops->close(e->t->ctx, e->client), PLAT_S_OK);
    assert_int_equal(e->t->ops->close(e->t->ctx, e->server), PLAT_S_OK);
    assert_int_equal(e->t->ops->close(e->t->ctx, e->listener), PLAT_S_OK);
    guest_fixture_release(&e->f);
}

static void a_test_may_make_a_pipe_fail(void **state)
{
    (void)state;
    struct ends e;
    plat_handle handle = PLAT_NO_HANDLE;
    plat_hr denied = plat_hr_win32(PLAT_ERROR_ACCESS_DENIED);
    ends_init(&e);
    assert_true(fake_transport_set_failure(e.f.host, "\\\\.\\PIPE\\X", denied));
    assert_int_equal(e.t->ops->connect(e.t->ctx, PIPE, &handle), denied);
    assert_int_equal(e.t->ops->listen(e.t->ctx, PIPE, NULL, &handle), denied);
    assert_true(fake_transport_set_failure(e.f.host, PIPE, 0));
    assert_int_equal(e.t->ops->connect(e.t->ctx, PIPE, &handle), PLAT_S_OK);
    assert_int_equal(e.t->ops->close(e.t->ctx, handle), PLAT_S_OK);
    ends_release(&e);
}

static void streams_may_be_anonymous(void **state)
{
    (void)state;
    struct guest_fixture f;
    struct fake_process *process = NULL;
    struct plat_hcs_process_info info;
    guest_fixture_init(&f, GUEST_PROCESS);
    const struct plat_transport *t = &f.platform.transport;
    fake_transport_set_anonymous(f.host, true);
    assert_int_equal(
        guest_fixture_try(&f, "{\"CommandLine\":\"cmd\",\"CreateStdOutPipe\":true}", &process),
        PLAT_S_OK);
    assert_int_equal(fake_process_streams(process, &info), PLAT_S_OK);
    assert_int_equal(t->ops->attach(t->ctx, info.std_output, wcd_queue_sink(f.queue), 1),
                     plat_hr_win32(PLAT_ERROR_INVALID_PARAMETER));
    assert_int_equal(t->ops->close(t->ctx, info.std_output), PLAT_S_OK);
    guest_fixture_release(&f);
}

static void expect_lines(const struct wcd_strlist *list, const char *const *lines, size_t count)
{
    for (size_t i = 0; i < count && i < list->count; i++) {
        assert_string_equal(list->items[i], lines[i]);
    }
    assert_int_equal(list->count, count);
}

static void what_is_left_and_misused_is_named(void **state)
{
    (void)state;
    struct ends e;
    char data[4];
    size_t got = 0;
    ends_init(&e);
    struct guest_run run = guest_fixture_run(&e.f, "cmd");
    struct wcd_strlist list;
    wcd_strlist_init(&list);
    assert_true(fake_host_leftovers(e.f.host, &list));
    const char *const left[] = {"pipe listener \\\\.\\pipe\\x (handle 1)",
                                "pipe \\\\.\\pipe\\x (handle 2)",
                                "pipe \\\\.\\pipe\\x, the server's end (handle 3)",
                                "stdin of process 1072 (handle 4)",
                                "stdout of process 1072 (handle 5)",
                                "stderr of process 1072 (handle 6)"};
    expect_lines(&list, left, 6);
    wcd_strlist_release(&list);
    assert_int_equal(e.t->ops->read(e.t->ctx, run.info.std_input, data, 4, &got),
                     plat_hr_win32(PLAT_ERROR_ACCESS_DENIED));
    assert_int_equal(e.t->ops->write(e.t->ctx, run.info.std_output, "x", 1),
                     plat_hr_win32(PLAT_ERROR_ACCESS_DENIED));
    assert_int_equal(e.t->ops->read(e.t->ctx, e.client, data, 0, &got),
                     plat_hr_win32(PLAT_ERROR_INVALID_PARAMETER));
    guest_fixture_close(&e.f, &run);
    assert_int_equal(e.t->ops->close(e.t->ctx, 4), plat_hr_win32(PLAT_ERROR_INVALID_HANDLE));
    wcd_strlist_init(&list);
    assert_true(fake_host_misuse(e.f.host, &list));
    const char *const misused[] = {
        "ReadFile: handle 4 is for writing", "WriteFile: handle 5 is for reading",
        "ReadFile: 0 bytes are not 1 to 65536",
        "CloseHandle: handle 4 (stdin of process 1072) is closed already"};
    expect_lines(&list, misused, 4);
    wcd_strlist_release(&list);
    fake_guest_destroy(e.f.guest);
    fake_host_destroy(e.f.host);
    wcd_queue_destroy(e.f.queue);
}

static void a_client_that_dies_hears_nothing(void **state)
{
    (void)state;
    struct ends e;
    char data[4];
    size_t got = 0;
    struct plat_event event;
    plat_handle none = PLAT_NO_HANDLE;
    ends_init(&e);
    plat_hr pending = plat_hr_win32(PLAT_ERROR_IO_PENDING);
    struct guest_run run = guest_fixture_run(&e.f, "ping -t x");
    assert_int_equal(e.t->ops->read(e.t->ctx, e.client, data, 4, &got), pending);
    assert_int_equal(e.t->ops->read(e.t->ctx, e.server, data, 4, &got), pending);
    assert_int_equal(e.t->ops->read(e.t->ctx, run.info.std_output, data, 4, &got), pending);
    assert_int_equal(e.t->ops->accept(e.t->ctx, e.listener, &none), pending);
    fake_host_process_ended(e.f.host);
    guest_fixture_pass_us(&e.f, 10000000);
    assert_false(wcd_queue_take(e.f.queue, &event));
    assert_false(fake_process_has_exited(run.process));
    /* Whoever comes next gets fresh streams, and hears again. */
    assert_int_equal(fake_process_streams(run.process, &run.info), PLAT_S_OK);
    assert_int_equal(e.t->ops->attach(e.t->ctx, run.info.std_output, wcd_queue_sink(e.f.queue), 9),
                     PLAT_S_OK);
    bool ended = true;
    free(guest_fixture_read(&e.f, run.info.std_output, &ended));
    assert_false(ended);
    guest_fixture_pass_us(&e.f, 2000000);
    assert_true(wcd_queue_take(e.f.queue, &event));
    assert_int_equal(event.key, 9);
    guest_fixture_close(&e.f, &run);
    guest_fixture_release(&e.f);
}

static void want_of_memory_is_an_answer(void **state)
{
    (void)state;
    struct ends e;
    ends_init(&e);
    plat_hr no_memory = plat_hr_win32(PLAT_ERROR_NOT_ENOUGH_MEMORY);
    for (size_t n = 1;; n++) {
        plat_handle client = PLAT_NO_HANDLE;
        plat_handle listener = PLAT_NO_HANDLE;
        plat_handle server = PLAT_NO_HANDLE;
        alloc_fail_after(n);
        plat_hr listened = e.t->ops->listen(e.t->ctx, PIPE "2", NULL, &listener);
        plat_hr connected = e.t->ops->connect(e.t->ctx, PIPE, &client);
        plat_hr accepted = e.t->ops->accept(e.t->ctx, e.listener, &server);
        plat_hr written = e.t->ops->write(e.t->ctx, e.client, "x", 1);
        bool failed = alloc_fail_off();
        const plat_hr answers[] = {listened, connected, accepted, written};
        const plat_handle opened[] = {listener, client, server};
        size_t failures = 0;
        for (size_t i = 0; i < 4; i++) {
            failures += answers[i] == no_memory ? 1 : 0;
            assert_true(i == 3 || (answers[i] == PLAT_S_OK) == (opened[i] != PLAT_NO_HANDLE));
        }
        assert_int_equal(failures, failed ? 1 : 0);
        /* A client that could not be accepted for want of memory waits still. */
        if (accepted == no_memory) {
            assert_int_equal(e.t->ops->accept(e.t->ctx, e.listener, &server), PLAT_S_OK);
        }
        const plat_handle close[] = {listener, client, server};
        for (size_t i = 0; i < 3; i++) {
            assert_true(close[i] == PLAT_NO_HANDLE ||
                        e.t->ops->close(e.t->ctx, close[i]) == PLAT_S_OK);
        }
        if (!failed) {
            break;
        }
    }
    ends_release(&e);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_test_may_make_a_pipe_fail),
        cmocka_unit_test(streams_may_be_anonymous),
        cmocka_unit_test(what_is_left_and_misused_is_named),
        cmocka_unit_test(a_client_that_dies_hears_nothing),
        cmocka_unit_test(want_of_memory_is_an_answer),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
