/* The contract of core/platform/transport.h: named pipes, streams, back-pressure, ends. The streams of
 * processes are in test_hcs_stdio.c. */
#include "tests/contract/contract.h"

#include "core/base/queue.h"
#include "core/base/text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define PIPE  "\\\\.\\pipe\\drydock-contract"
#define KIB64 PLAT_STREAM_BYTES_MAX

/* Longer than any event takes that was promised. */
#define SOON_US ((uint64_t)1000000)

/* A listener with a queue, and a client's and the server's end of one connection. */
struct pair {
    struct plat_transport t;
    struct wcd_queue *queue;
    plat_handle listener;
    plat_handle client;
    plat_handle server;
};

enum {
    KEY_LISTENER = 1,
    KEY_CLIENT = 2,
    KEY_SERVER = 3
};

static struct plat_transport transport_of(void **state)
{
    return contract_machine(state)->platform.transport;
}

static void attach(const struct pair *p, plat_handle handle, uint64_t key)
{
    ASSERT_OK(p->t.ops->attach(p->t.ctx, handle, wcd_queue_sink(p->queue), key));
}

static struct pair listener_of(void **state)
{
    struct pair p = {.t = transport_of(state), .queue = wcd_queue_create(64)};
    assert_non_null(p.queue);
    ASSERT_OK(p.t.ops->listen(p.t.ctx, PIPE, NULL, &p.listener));
    attach(&p, p.listener, KEY_LISTENER);
    return p;
}

/* The next event within a while; false when there is none. */
static bool next_event(void **state, const struct pair *p, struct plat_event *event)
{
    if (wcd_queue_take(p->queue, event)) {
        return true;
    }
    contract_pass_us(state, SOON_US);
    return wcd_queue_take(p->queue, event);
}

/* An event that has to come; a machine with other work may be late with it. */
static bool wait_event(void **state, const struct pair *p, struct plat_event *event)
{
    for (int i = 0; i < 400; i++) {
        if (next_event(state, p, event)) {
            return true;
        }
    }
    return false;
}

static void expect_event(void **state, const struct pair *p, uint64_t key,
                         enum plat_stream_event type, plat_hr status)
{
    struct plat_event event = {0};
    assert_true(wait_event(state, p, &event));
    assert_int_equal(event.kind, PLAT_EVENT_STREAM);
    assert_int_equal(event.key, key);
    assert_int_equal(event.type, type);
    ASSERT_HR(event.status, status);
    assert_null(event.data);
}

static void expect_no_event(void **state, const struct pair *p)
{
    struct plat_event event = {0};
    assert_false(next_event(state, p, &event));
}

static plat_handle accept_one(void **state, const struct pair *p, uint64_t key)
{
    plat_handle server = PLAT_NO_HANDLE;
    plat_hr hr = p->t.ops->accept(p->t.ctx, p->listener, &server);
    if (hr == plat_hr_win32(PLAT_ERROR_IO_PENDING)) {
        assert_int_equal(server, PLAT_NO_HANDLE);
        expect_event(state, p, KEY_LISTENER, PLAT_STREAM_ACCEPTABLE, PLAT_S_OK);
        hr = p->t.ops->accept(p->t.ctx, p->listener, &server);
    }
    ASSERT_OK(hr);
    attach(p, server, key);
    return server;
}

static struct pair pair_of(void **state)
{
    struct pair p = listener_of(state);
    ASSERT_OK(p.t.ops->connect(p.t.ctx, PIPE, &p.client));
    attach(&p, p.client, KEY_CLIENT);
    p.server = accept_one(state, &p, KEY_SERVER);
    return p;
}

static void close_one(const struct pair *p, plat_handle *handle)
{
    if (*handle != PLAT_NO_HANDLE) {
        ASSERT_OK(p->t.ops->close(p->t.ctx, *handle));
        *handle = PLAT_NO_HANDLE;
    }
}

static void release(void **state, struct pair *p)
{
    close_one(p, &p->client);
    close_one(p, &p->server);
    close_one(p, &p->listener);
    expect_no_event(state, p);
    wcd_queue_destroy(p->queue);
}

static plat_hr write_text(const struct pair *p, plat_handle handle, const char *text)
{
    return p->t.ops->write(p->t.ctx, handle, text, strlen(text));
}

/* Reads once; waits where it has to. */
static plat_hr read_some(void **state, const struct pair *p, plat_handle handle, uint64_t key,
                         void *data, size_t size, size_t *got)
{
    *got = 77;
    plat_hr hr = p->t.ops->read(p->t.ctx, handle, data, size, got);
    if (hr == plat_hr_win32(PLAT_ERROR_IO_PENDING)) {
        assert_int_equal(*got, 0);
        struct plat_event event = {0};
        assert_true(wait_event(state, p, &event));
        assert_int_equal(event.key, key);
        assert_int_equal(event.type, PLAT_STREAM_READABLE);
        hr = p->t.ops->read(p->t.ctx, handle, data, size, got);
        assert_true(hr != plat_hr_win32(PLAT_ERROR_IO_PENDING));
        ASSERT_HR(hr, event.status);
    }
    assert_true(plat_succeeded(hr) ? *got > 0 && *got <= size : *got == 0);
    return hr;
}

static void expect_text(void **state, const struct pair *p, plat_handle handle, uint64_t key,
                        const char *expected)
{
    char text[256];
    size_t len = 0;
    while (len < strlen(expected)) {
        size_t got = 0;
        ASSERT_OK(read_some(state, p, handle, key, text + len, strlen(expected) - len, &got));
        len += got;
    }
    assert_memory_equal(text, expected, len);
}

static void expect_end(void **state, const struct pair *p, plat_handle handle, uint64_t key)
{
    char data[8];
    size_t got = 0;
    for (int i = 0; i < 2; i++) {
        ASSERT_WIN32(read_some(state, p, handle, key, data, sizeof(data), &got),
                     PLAT_ERROR_BROKEN_PIPE);
    }
}

static bool is_broken(plat_hr hr)
{
    return hr == plat_hr_win32(PLAT_ERROR_NO_DATA) || hr == plat_hr_win32(PLAT_ERROR_BROKEN_PIPE);
}

/* ---- names ---- */

static void names_have_a_form(void **state)
{
    struct plat_transport t = transport_of(state);
    static const char *const bad[] = {
        "",           "pipe",          "\\\\.\\pipe\\",       "\\\\.\\pipe\\a\\b",
        "C:\\a\\b.x", "\\\\.\\pip\\a", "\\\\server\\pipe\\a",
    };
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        plat_handle handle = 5;
        ASSERT_WIN32(t.ops->connect(t.ctx, bad[i], &handle), PLAT_ERROR_INVALID_NAME);
        assert_int_equal(handle, PLAT_NO_HANDLE);
        handle = 5;
        ASSERT_WIN32(t.ops->listen(t.ctx, bad[i], NULL, &handle), PLAT_ERROR_INVALID_NAME);
        assert_int_equal(handle, PLAT_NO_HANDLE);
    }
    char longest[PLAT_PIPE_NAME_UNITS_MAX + 2];
    memset(longest, 'x', sizeof(longest));
    memcpy(longest, "\\\\.\\pipe\\", 9);
    longest[PLAT_PIPE_NAME_UNITS_MAX + 1] = '\0';
    plat_handle handle = PLAT_NO_HANDLE;
    ASSERT_WIN32(t.ops->connect(t.ctx, longest, &handle), PLAT_ERROR_INVALID_NAME);
    longest[PLAT_PIPE_NAME_UNITS_MAX] = '\0';
    ASSERT_WIN32(t.ops->connect(t.ctx, longest, &handle), PLAT_ERROR_FILE_NOT_FOUND);
}

static void a_name_has_one_listener(void **state)
{
    struct plat_transport t = transport_of(state);
    plat_handle first = PLAT_NO_HANDLE;
    plat_handle second = 5;
    ASSERT_OK(t.ops->listen(t.ctx, PIPE, "D:P(A;;GA;;;BA)(A;;GA;;;SY)", &first));
    if (!contract_deviates(state, "a listener's name is taken")) {
        ASSERT_WIN32(t.ops->listen(t.ctx, PIPE, NULL, &second), PLAT_ERROR_ACCESS_DENIED);
        assert_int_equal(second, PLAT_NO_HANDLE);
        ASSERT_WIN32(t.ops->listen(t.ctx, "\\\\.\\PIPE\\DRYDOCK-contract", NULL, &second),
                     PLAT_ERROR_ACCESS_DENIED);
        assert_int_equal(second, PLAT_NO_HANDLE);
    }
    ASSERT_OK(t.ops->close(t.ctx, first));
    ASSERT_OK(t.ops->listen(t.ctx, PIPE, NULL, &first));
    ASSERT_OK(t.ops->close(t.ctx, first));
    ASSERT_WIN32(t.ops->listen(t.ctx, PIPE, "no descriptor", &first),
                 PLAT_ERROR_INVALID_SECURITY_DESCR);
    ASSERT_WIN32(t.ops->connect(t.ctx, PIPE, &first), PLAT_ERROR_FILE_NOT_FOUND);
}

/* ---- connecting ---- */

static void clients_are_accepted_in_the_order_they_came(void **state)
{
    struct pair p = listener_of(state);
    plat_handle first = PLAT_NO_HANDLE;
    plat_handle second = PLAT_NO_HANDLE;
    plat_handle none = 5;
    ASSERT_WIN32(p.t.ops->accept(p.t.ctx, p.listener, &none), PLAT_ERROR_IO_PENDING);
    assert_int_equal(none, PLAT_NO_HANDLE);
    ASSERT_WIN32(p.t.ops->accept(p.t.ctx, p.listener, &none), PLAT_ERROR_IO_PENDING);
    ASSERT_OK(p.t.ops->connect(p.t.ctx, PIPE, &first));
    expect_event(state, &p, KEY_LISTENER, PLAT_STREAM_ACCEPTABLE, PLAT_S_OK);
    p.server = accept_one(state, &p, KEY_SERVER);
    ASSERT_OK(p.t.ops->connect(p.t.ctx, PIPE, &second));
    plat_handle other = accept_one(state, &p, 9);
    attach(&p, first, KEY_CLIENT);
    attach(&p, second, 8);
    ASSERT_OK(write_text(&p, first, "first"));
    ASSERT_OK(write_text(&p, second, "second"));
    expect_text(state, &p, p.server, KEY_SERVER, "first");
    expect_text(state, &p, other, 9, "second");
    close_one(&p, &first);
    close_one(&p, &second);
    close_one(&p, &other);
    release(state, &p);
}

static void a_client_that_came_and_went_is_given(void **state)
{
    struct pair p = listener_of(state);
    ASSERT_OK(p.t.ops->connect(p.t.ctx, PIPE, &p.client));
    attach(&p, p.client, KEY_CLIENT);
    ASSERT_OK(write_text(&p, p.client, "hello"));
    close_one(&p, &p.client);
    p.server = accept_one(state, &p, KEY_SERVER);
    expect_text(state, &p, p.server, KEY_SERVER, "hello");
    expect_end(state, &p, p.server, KEY_SERVER);
    release(state, &p);
}

static void streams_live_on_without_their_listener(void **state)
{
    struct pair p = pair_of(state);
    plat_handle waiting = PLAT_NO_HANDLE;
    plat_hr hr = p.t.ops->connect(p.t.ctx, PIPE, &waiting);
    assert_true(hr == PLAT_S_OK || hr == plat_hr_win32(PLAT_ERROR_PIPE_BUSY));
    close_one(&p, &p.listener);
    ASSERT_OK(write_text(&p, p.client, "still"));
    expect_text(state, &p, p.server, KEY_SERVER, "still");
    if (waiting != PLAT_NO_HANDLE) {
        attach(&p, waiting, 9);
        expect_end(state, &p, waiting, 9);
        close_one(&p, &waiting);
    }
    release(state, &p);
}

static void a_busy_listener_says_so(void **state)
{
    struct pair p = listener_of(state);
    plat_handle clients[256];
    size_t count = 0;
    plat_hr hr = PLAT_S_OK;
    while (count < sizeof(clients) / sizeof(clients[0])) {
        hr = p.t.ops->connect(p.t.ctx, PIPE, &clients[count]);
        if (plat_failed(hr)) {
            assert_int_equal(clients[count], PLAT_NO_HANDLE);
            break;
        }
        count++;
    }
    ASSERT_WIN32(hr, PLAT_ERROR_PIPE_BUSY);
    assert_true(count > 0);
    p.server = accept_one(state, &p, KEY_SERVER);
    ASSERT_OK(p.t.ops->connect(p.t.ctx, PIPE, &clients[count]));
    for (size_t i = 0; i <= count; i++) {
        close_one(&p, &clients[i]);
    }
    release(state, &p);
}

/* ---- reading and writing ---- */

static void both_ends_read_and_write(void **state)
{
    struct pair p = pair_of(state);
    ASSERT_OK(write_text(&p, p.client, "question"));
    expect_text(state, &p, p.server, KEY_SERVER, "question");
    ASSERT_OK(write_text(&p, p.server, "answer"));
    expect_text(state, &p, p.client, KEY_CLIENT, "answer");
    ASSERT_OK(p.t.ops->write(p.t.ctx, p.client, "", 0));
    ASSERT_OK(write_text(&p, p.client, "more"));
    expect_text(state, &p, p.server, KEY_SERVER, "more");
    release(state, &p);
}

static void a_read_that_waits_is_told_once(void **state)
{
    struct pair p = pair_of(state);
    char data[16];
    size_t got = 5;
    for (int i = 0; i < 3; i++) {
        ASSERT_WIN32(p.t.ops->read(p.t.ctx, p.client, data, sizeof(data), &got),
                     PLAT_ERROR_IO_PENDING);
        assert_int_equal(got, 0);
    }
    expect_no_event(state, &p);
    ASSERT_OK(write_text(&p, p.server, "abc"));
    expect_event(state, &p, KEY_CLIENT, PLAT_STREAM_READABLE, PLAT_S_OK);
    expect_no_event(state, &p);
    ASSERT_OK(p.t.ops->read(p.t.ctx, p.client, data, 2, &got));
    assert_int_equal(got, 2);
    assert_memory_equal(data, "ab", 2);
    ASSERT_OK(p.t.ops->read(p.t.ctx, p.client, data, sizeof(data), &got));
    assert_int_equal(got, 1);
    assert_int_equal(data[0], 'c');
    expect_no_event(state, &p);
    release(state, &p);
}

static void both_directions_wait_beside_each_other(void **state)
{
    struct pair p = pair_of(state);
    char *block = malloc(KIB64);
    assert_non_null(block);
    memset(block, 'x', KIB64);
    char data[16];
    size_t got = 0;
    ASSERT_WIN32(p.t.ops->read(p.t.ctx, p.client, data, sizeof(data), &got), PLAT_ERROR_IO_PENDING);
    plat_hr hr = PLAT_S_OK;
    for (int i = 0; i < 3 && plat_succeeded(hr); i++) {
        hr = p.t.ops->write(p.t.ctx, p.client, block, KIB64);
    }
    ASSERT_WIN32(hr, PLAT_ERROR_IO_PENDING);
    ASSERT_OK(write_text(&p, p.server, "in"));
    expect_event(state, &p, KEY_CLIENT, PLAT_STREAM_READABLE, PLAT_S_OK);
    expect_text(state, &p, p.client, KEY_CLIENT, "in");
    expect_no_event(state, &p);
    free(block);
    release(state, &p);
}

static unsigned char pattern(size_t at)
{
    return (unsigned char)((at * 7 + at / 251) & 0xFF);
}

/* Writes blocks until one waits; how many bytes were written in all, the waiting block included. */
static size_t fill(const struct pair *p, plat_handle handle)
{
    unsigned char *block = malloc(KIB64);
    assert_non_null(block);
    size_t total = 0;
    plat_hr hr = PLAT_S_OK;
    while (plat_succeeded(hr)) {
        for (size_t i = 0; i < KIB64; i++) {
            block[i] = pattern(total + i);
        }
        hr = p->t.ops->write(p->t.ctx, handle, block, KIB64);
        total += KIB64;
        assert_true(total <= 8 * KIB64); /* the platform holds no more */
    }
    ASSERT_WIN32(hr, PLAT_ERROR_IO_PENDING);
    memset(block, 0, KIB64); /* it is the caller's again */
    free(block);
    return total;
}

static void a_full_pipe_makes_the_writer_wait(void **state)
{
    struct pair p = pair_of(state);
    size_t total = fill(&p, p.client);
    expect_no_event(state, &p);
    contract_expect_misuse(state, 1);
    ASSERT_WIN32(write_text(&p, p.client, "too early"), PLAT_ERROR_BUSY);
    unsigned char *data = malloc(KIB64);
    assert_non_null(data);
    bool written = false;
    for (size_t at = 0; at < total;) {
        size_t got = 0;
        plat_hr hr = p.t.ops->read(p.t.ctx, p.server, data, KIB64, &got);
        struct plat_event event = {0};
        while (next_event(state, &p, &event)) {
            if (event.type == PLAT_STREAM_WRITTEN) {
                assert_false(written);
                assert_int_equal(event.key, KEY_CLIENT);
                ASSERT_OK(event.status);
                written = true;
            }
        }
        assert_true(hr == PLAT_S_OK || hr == plat_hr_win32(PLAT_ERROR_IO_PENDING));
        for (size_t i = 0; i < got; i++) {
            assert_int_equal(data[i], pattern(at + i));
        }
        at += got;
    }
    if (!written) {
        expect_event(state, &p, KEY_CLIENT, PLAT_STREAM_WRITTEN, PLAT_S_OK);
    }
    ASSERT_OK(write_text(&p, p.client, "tail"));
    expect_text(state, &p, p.server, KEY_SERVER, "tail");
    free(data);
    release(state, &p);
}

/* ---- ends ---- */

static void the_end_comes_after_the_bytes(void **state)
{
    struct pair p = pair_of(state);
    ASSERT_OK(write_text(&p, p.server, "last words"));
    close_one(&p, &p.server);
    expect_text(state, &p, p.client, KEY_CLIENT, "last words");
    expect_end(state, &p, p.client, KEY_CLIENT);
    release(state, &p);
}

static void a_read_that_waits_is_told_of_the_end(void **state)
{
    struct pair p = pair_of(state);
    char data[16];
    size_t got = 0;
    ASSERT_WIN32(p.t.ops->read(p.t.ctx, p.client, data, sizeof(data), &got), PLAT_ERROR_IO_PENDING);
    close_one(&p, &p.server);
    expect_event(state, &p, KEY_CLIENT, PLAT_STREAM_READABLE,
                 plat_hr_win32(PLAT_ERROR_BROKEN_PIPE));
    expect_end(state, &p, p.client, KEY_CLIENT);
    release(state, &p);
}

static void writing_to_nobody_fails(void **state)
{
    struct pair p = pair_of(state);
    close_one(&p, &p.server);
    plat_hr hr = write_text(&p, p.client, "x");
    if (hr == plat_hr_win32(PLAT_ERROR_IO_PENDING)) {
        struct plat_event event = {0};
        assert_true(wait_event(state, &p, &event));
        assert_int_equal(event.type, PLAT_STREAM_WRITTEN);
        hr = event.status;
    }
    assert_true(is_broken(hr));
    release(state, &p);
}

static void a_write_that_waits_fails_with_the_reader(void **state)
{
    struct pair p = pair_of(state);
    (void)fill(&p, p.client);
    close_one(&p, &p.server);
    struct plat_event event = {0};
    assert_true(wait_event(state, &p, &event));
    assert_int_equal(event.key, KEY_CLIENT);
    assert_int_equal(event.type, PLAT_STREAM_WRITTEN);
    assert_true(is_broken(event.status));
    release(state, &p);
}

static void what_is_in_the_pipe_survives_the_writer(void **state)
{
    struct pair p = pair_of(state);
    size_t total = fill(&p, p.client);
    close_one(&p, &p.client);
    unsigned char *data = malloc(KIB64);
    assert_non_null(data);
    size_t at = 0;
    size_t got = 0;
    while (plat_succeeded(read_some(state, &p, p.server, KEY_SERVER, data, KIB64, &got))) {
        for (size_t i = 0; i < got; i++) {
            assert_int_equal(data[i], pattern(at + i));
        }
        at += got;
    }
    /* The block that waited may be lost. */
    assert_true(at >= total - KIB64 && at <= total);
    free(data);
    expect_end(state, &p, p.server, KEY_SERVER);
    release(state, &p);
}

static void a_closed_stream_posts_nothing(void **state)
{
    struct pair p = pair_of(state);
    char data[16];
    size_t got = 0;
    ASSERT_WIN32(p.t.ops->read(p.t.ctx, p.client, data, sizeof(data), &got), PLAT_ERROR_IO_PENDING);
    (void)fill(&p, p.client);
    close_one(&p, &p.client);
    expect_no_event(state, &p);
    plat_handle none = PLAT_NO_HANDLE;
    ASSERT_WIN32(p.t.ops->accept(p.t.ctx, p.listener, &none), PLAT_ERROR_IO_PENDING);
    close_one(&p, &p.listener);
    release(state, &p);
}

/* ---- handles ---- */

static void a_stream_is_attached_once_and_first(void **state)
{
    struct pair p = listener_of(state);
    char data[4];
    size_t got = 0;
    plat_handle none = PLAT_NO_HANDLE;
    contract_expect_misuse(state, 6);
    ASSERT_OK(p.t.ops->connect(p.t.ctx, PIPE, &p.client));
    ASSERT_WIN32(p.t.ops->read(p.t.ctx, p.client, data, sizeof(data), &got),
                 PLAT_ERROR_INVALID_HANDLE);
    ASSERT_WIN32(write_text(&p, p.client, "x"), PLAT_ERROR_INVALID_HANDLE);
    attach(&p, p.client, KEY_CLIENT);
    struct plat_event_sink sink = wcd_queue_sink(p.queue);
    ASSERT_WIN32(p.t.ops->attach(p.t.ctx, p.client, sink, 8), PLAT_ERROR_INVALID_PARAMETER);
    ASSERT_WIN32(p.t.ops->attach(p.t.ctx, p.listener, sink, 8), PLAT_ERROR_INVALID_PARAMETER);
    plat_handle other = PLAT_NO_HANDLE;
    ASSERT_OK(p.t.ops->listen(p.t.ctx, PIPE "2", NULL, &other));
    ASSERT_WIN32(p.t.ops->accept(p.t.ctx, other, &none), PLAT_ERROR_INVALID_HANDLE);
    ASSERT_OK(p.t.ops->close(p.t.ctx, other));
    ASSERT_WIN32(p.t.ops->accept(p.t.ctx, p.client, &none), PLAT_ERROR_INVALID_HANDLE);
    release(state, &p);
}

static void a_handle_is_closed_once(void **state)
{
    struct pair p = pair_of(state);
    plat_handle client = p.client;
    char data[4];
    size_t got = 9;
    contract_expect_misuse(state, 4);
    close_one(&p, &p.client);
    ASSERT_WIN32(p.t.ops->close(p.t.ctx, client), PLAT_ERROR_INVALID_HANDLE);
    ASSERT_WIN32(p.t.ops->read(p.t.ctx, client, data, sizeof(data), &got),
                 PLAT_ERROR_INVALID_HANDLE);
    assert_int_equal(got, 0);
    ASSERT_WIN32(write_text(&p, client, "x"), PLAT_ERROR_INVALID_HANDLE);
    ASSERT_WIN32(p.t.ops->attach(p.t.ctx, client, wcd_queue_sink(p.queue), 1),
                 PLAT_ERROR_INVALID_HANDLE);
    release(state, &p);
}

static void a_stream_need_not_be_attached_to_be_closed(void **state)
{
    struct pair p = listener_of(state);
    ASSERT_OK(p.t.ops->connect(p.t.ctx, PIPE, &p.client));
    close_one(&p, &p.client);
    release(state, &p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CONTRACT_TEST(names_have_a_form),
        CONTRACT_TEST(a_name_has_one_listener),
        CONTRACT_TEST(clients_are_accepted_in_the_order_they_came),
        CONTRACT_TEST(a_client_that_came_and_went_is_given),
        CONTRACT_TEST(streams_live_on_without_their_listener),
        CONTRACT_TEST(a_busy_listener_says_so),
        CONTRACT_TEST(both_ends_read_and_write),
        CONTRACT_TEST(a_read_that_waits_is_told_once),
        CONTRACT_TEST(both_directions_wait_beside_each_other),
        CONTRACT_TEST(a_full_pipe_makes_the_writer_wait),
        CONTRACT_TEST(the_end_comes_after_the_bytes),
        CONTRACT_TEST(a_read_that_waits_is_told_of_the_end),
        CONTRACT_TEST(writing_to_nobody_fails),
        CONTRACT_TEST(a_write_that_waits_fails_with_the_reader),
        CONTRACT_TEST(what_is_in_the_pipe_survives_the_writer),
        CONTRACT_TEST(a_closed_stream_posts_nothing),
        CONTRACT_TEST(a_stream_is_attached_once_and_first),
        CONTRACT_TEST(a_handle_is_closed_once),
        CONTRACT_TEST(a_stream_need_not_be_attached_to_be_closed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
