/* core/daemon: the pump of a process's streams and its clients, over named pipes of the emulator. The test holds the
 * process's ends. */
#include "core/base/limits.h"
#include "core/base/queue.h"
#include "core/daemon/streams.h"
#include "fakes/wrap/fault.h"
#include "tests/unit/core/layer_fixture.h"

#include <stdio.h>

enum {
    IN,
    OUT,
    ERR,
    PIPES
};

struct run {
    struct layer_fixture *f;
    struct wcd_reactor *reactor;
    struct wcd_queue *queue; /* of the process's ends */
    struct wcd_streams *streams;
    struct wcd_stdio stdio;     /* the daemon's ends */
    plat_handle process[PIPES]; /* the process's */
    char output[2][256];        /* what the owner was given */
    struct wcd_strlist told;    /* "end out", "close stdin", "left", "keys", "done" */
};

static const struct plat_transport *transport(const struct run *r)
{
    return &r->f->platform.transport;
}

/* ---- the owner ---- */

static void on_output(void *ctx, bool error_stream, const char *data, size_t size)
{
    struct run *r = ctx;
    char *to = r->output[error_stream ? 1 : 0];
    size_t len = strlen(to);
    if (len + size < sizeof(r->output[0])) {
        (void)snprintf(to + len, sizeof(r->output[0]) - len, "%.*s", (int)size, data);
    }
}

static void on_output_end(void *ctx, bool error_stream)
{
    struct run *r = ctx;
    assert_true(wcd_strlist_add(&r->told, error_stream ? "end err" : "end out"));
}

static void on_close_stdin(void *ctx)
{
    struct run *r = ctx;
    assert_true(wcd_strlist_add(&r->told, "close stdin"));
}

static void on_left(void *ctx, struct wcd_attachment *attachment, bool by_keys)
{
    struct run *r = ctx;
    assert_true(wcd_attachment_ended(attachment));
    assert_true(wcd_strlist_add(&r->told, by_keys ? "keys" : "left"));
}

static void on_done(void *ctx)
{
    struct run *r = ctx;
    assert_true(wcd_strlist_add(&r->told, "done"));
}

static void assert_told(struct run *r, const char *expected)
{
    layer_assert_lines(&r->told, expected);
    wcd_strlist_release(&r->told);
}

/* ---- pipes ---- */

static void turn(struct run *r)
{
    for (int i = 0; i < 200; i++) {
        while (wcd_reactor_turn(r->reactor)) {
        }
        if (!fake_host_step(r->f->host)) {
            break;
        }
    }
    while (wcd_reactor_turn(r->reactor)) {
    }
}

static void make_pipe(struct run *r, int which, plat_handle *daemons)
{
    static const char *const names[] = {"\\\\.\\pipe\\in", "\\\\.\\pipe\\out", "\\\\.\\pipe\\err"};
    const struct plat_transport *t = transport(r);
    plat_handle listener = PLAT_NO_HANDLE;
    assert_int_equal(t->ops->listen(t->ctx, names[which], NULL, &listener), PLAT_S_OK);
    assert_int_equal(t->ops->attach(t->ctx, listener, wcd_queue_sink(r->queue), 99), PLAT_S_OK);
    assert_int_equal(t->ops->connect(t->ctx, names[which], daemons), PLAT_S_OK);
    plat_hr hr = t->ops->accept(t->ctx, listener, &r->process[which]);
    for (int i = 0; i < 10 && hr == HR(IO_PENDING); i++) {
        (void)fake_host_step(r->f->host);
        hr = t->ops->accept(t->ctx, listener, &r->process[which]);
    }
    assert_int_equal(hr, PLAT_S_OK);
    assert_int_equal(t->ops->attach(t->ctx, r->process[which], wcd_queue_sink(r->queue), 100),
                     PLAT_S_OK);
    assert_int_equal(t->ops->close(t->ctx, listener), PLAT_S_OK);
}

static void open_run(struct run *r, struct layer_fixture *f, bool open_stdin, bool tty)
{
    *r = (struct run){.f = f};
    r->reactor = wcd_reactor_create(&f->platform, 64);
    r->queue = wcd_queue_create(64);
    const struct wcd_streams_options options = {.platform = &f->platform,
                                                .reactor = r->reactor,
                                                .log = &f->sink,
                                                .owner = {.output = on_output,
                                                          .output_end = on_output_end,
                                                          .close_stdin = on_close_stdin,
                                                          .left = on_left,
                                                          .ctx = r},
                                                .open_stdin = open_stdin,
                                                .tty = tty};
    r->streams = wcd_streams_create(&options);
    assert_non_null(r->streams);
}

static void start(struct run *r)
{
    make_pipe(r, IN, &r->stdio.input);
    make_pipe(r, OUT, &r->stdio.output);
    make_pipe(r, ERR, &r->stdio.error);
    assert_int_equal(wcd_streams_run(r->streams, &r->stdio, &r->f->err), WCD_OK);
    turn(r);
}

static void end_process(struct run *r, int which)
{
    const struct plat_transport *t = transport(r);
    if (r->process[which] != PLAT_NO_HANDLE) {
        assert_int_equal(t->ops->close(t->ctx, r->process[which]), PLAT_S_OK);
        r->process[which] = PLAT_NO_HANDLE;
    }
    turn(r);
}

static void close_run(struct run *r)
{
    wcd_streams_free(r->streams);
    for (int i = 0; i < PIPES; i++) {
        end_process(r, i);
    }
    wcd_strlist_release(&r->told);
    wcd_queue_destroy(r->queue);
    wcd_reactor_destroy(r->reactor);
}

/* The process writes. */
static void say(struct run *r, int which, const char *text)
{
    const struct plat_transport *t = transport(r);
    plat_hr hr = t->ops->write(t->ctx, r->process[which], text, strlen(text));
    assert_true(hr == PLAT_S_OK || hr == HR(IO_PENDING));
    turn(r);
}

/* The process writes blocks until its pipe takes no more; how many bytes it took. */
static size_t flood(struct run *r)
{
    const struct plat_transport *t = transport(r);
    char *block = calloc(1, PLAT_STREAM_BYTES_MAX);
    size_t written = 0;
    bool waits = false;
    assert_non_null(block);
    while (!waits) {
        struct plat_event event;
        plat_hr hr = t->ops->write(t->ctx, r->process[OUT], block, PLAT_STREAM_BYTES_MAX);
        waits = hr == HR(IO_PENDING);
        assert_true(waits || hr == PLAT_S_OK);
        written += PLAT_STREAM_BYTES_MAX;
        turn(r);
        while (wcd_queue_take(r->queue, &event)) {
            waits = waits && event.type != PLAT_STREAM_WRITTEN;
        }
    }
    free(block);
    return written;
}

/* What the process can read now; "<end>" at the end. */
static void assert_heard(struct run *r, const char *expected)
{
    const struct plat_transport *t = transport(r);
    char text[256];
    size_t len = 0;
    plat_hr hr = PLAT_S_OK;
    while (plat_succeeded(hr)) {
        size_t got = 0;
        turn(r);
        hr = t->ops->read(t->ctx, r->process[IN], text + len, sizeof(text) - 8 - len, &got);
        len += got;
    }
    (void)snprintf(text + len, sizeof(text) - len, "%s", hr == HR(BROKEN_PIPE) ? "<end>" : "");
    assert_string_equal(text, expected);
}

static struct wcd_attachment *attach(struct run *r, const struct wcd_streams_client *client)
{
    struct wcd_attachment *out = NULL;
    assert_int_equal(wcd_streams_attach(r->streams, client, &out, &r->f->err), WCD_OK);
    return out;
}

static void assert_read(struct wcd_attachment *attachment, bool error_stream, const char *expected)
{
    size_t size = 0;
    const char *data = wcd_attachment_read(attachment, error_stream, &size);
    char *text = wcd_text_copy_n(data, size);
    assert_string_equal(text, expected);
    free(text);
}

static enum wcd_errc type_in(struct run *r, struct wcd_attachment *attachment, const char *text)
{
    enum wcd_errc code = wcd_attachment_write(attachment, text, strlen(text), &r->f->err);
    turn(r);
    return code;
}

static const struct wcd_streams_client viewer = {.output = true, .error = true};
static const struct wcd_streams_client typist = {
    .input = true, .output = true, .error = true, .close_stdin = true};
static const struct wcd_streams_client terminal = {
    .input = true, .output = true, .error = true, .close_stdin = true, .tty = true};

/* ---- output ---- */

static void output_goes_to_the_owner_and_to_all_clients(void **state)
{
    struct run r;
    const struct wcd_streams_client half = {.error = true};
    open_run(&r, *state, false, false);
    struct wcd_attachment *early = attach(&r, &viewer);
    assert_false(wcd_streams_are_open(r.streams));
    start(&r);
    assert_true(wcd_streams_are_open(r.streams));
    say(&r, OUT, "one ");
    struct wcd_attachment *late = attach(&r, &half);
    say(&r, ERR, "two ");
    say(&r, OUT, "three");
    assert_string_equal(r.output[0], "one three");
    assert_string_equal(r.output[1], "two ");
    assert_read(early, false, "one three");
    assert_read(early, true, "two ");
    assert_read(early, false, "");
    assert_read(late, false, "");
    assert_read(late, true, "two ");
    end_process(&r, OUT);
    end_process(&r, ERR);
    assert_told(&r, "close stdin\nend out\nend err");
    /* Clients stay until the daemon has seen the exit. */
    assert_false(wcd_attachment_ended(early));
    wcd_streams_reset(r.streams);
    assert_true(wcd_attachment_ended(early));
    wcd_attachment_free(early);
    wcd_attachment_free(late);
    wcd_attachment_free(NULL);
    close_run(&r);
}

static void what_a_client_has_not_read_it_reads_behind_the_end(void **state)
{
    struct run r;
    open_run(&r, *state, false, false);
    struct wcd_attachment *client = attach(&r, &viewer);
    start(&r);
    say(&r, OUT, "last words");
    wcd_streams_free(r.streams);
    r.streams = NULL;
    assert_true(wcd_attachment_ended(client));
    assert_read(client, false, "last words");
    assert_int_equal(type_in(&r, client, "x"), WCD_OK);
    wcd_attachment_close_input(client);
    wcd_attachment_free(client);
    close_run(&r);
}

/* A megabyte is held for a client, and a pipe's worth in the pipe; then the process waits. */
static void a_client_that_does_not_read_stops_the_process(void **state)
{
    struct run r;
    open_run(&r, *state, false, false);
    struct wcd_attachment *client = attach(&r, &viewer);
    start(&r);
    size_t written = flood(&r);
    assert_true(written >= WCD_ATTACH_BYTES_MAX);
    assert_true(written <= WCD_ATTACH_BYTES_MAX + 4 * PLAT_STREAM_BYTES_MAX);
    /* The other stream goes on. */
    say(&r, ERR, "still here");
    assert_read(client, true, "still here");
    size_t size = 0;
    size_t received = 0;
    do {
        (void)wcd_attachment_read(client, false, &size);
        received += size;
        turn(&r);
    } while (size > 0);
    assert_int_equal(received, written);
    wcd_attachment_free(client);
    close_run(&r);
}

static void a_client_that_goes_lets_the_process_go_on(void **state)
{
    struct run r;
    open_run(&r, *state, false, false);
    struct wcd_attachment *client = attach(&r, &viewer);
    start(&r);
    struct plat_event event;
    assert_true(flood(&r) > WCD_ATTACH_BYTES_MAX);
    wcd_attachment_free(client);
    turn(&r);
    assert_true(wcd_queue_take(r.queue, &event));
    assert_int_equal(event.type, PLAT_STREAM_WRITTEN);
    close_run(&r);
}

/* ---- the end ---- */

static void a_wait_is_over_when_both_outputs_are(void **state)
{
    struct run r;
    open_run(&r, *state, false, false);
    start(&r);
    assert_told(&r, "close stdin");
    assert_int_equal(wcd_streams_wait(r.streams, WCD_STREAMS_NO_LIMIT, on_done, &r, &r.f->err),
                     WCD_OK);
    end_process(&r, ERR);
    assert_told(&r, "end err");
    end_process(&r, OUT);
    assert_told(&r, "end out\ndone");
    assert_int_equal(wcd_streams_wait(r.streams, 1000, on_done, &r, &r.f->err), WCD_OK);
    assert_told(&r, "");
    turn(&r);
    assert_told(&r, "done");
    close_run(&r);
}

static void a_wait_gives_up_what_was_not_read(void **state)
{
    struct run r;
    open_run(&r, *state, false, false);
    start(&r);
    assert_int_equal(wcd_streams_wait(r.streams, 2000000, on_done, &r, &r.f->err), WCD_OK);
    fake_host_advance_us(r.f->host, 1999999);
    while (wcd_reactor_turn(r.reactor)) {
    }
    assert_told(&r, "close stdin");
    fake_host_advance_us(r.f->host, 1);
    turn(&r);
    assert_told(&r, "end out\nend err\ndone");
    assert_false(wcd_streams_are_open(r.streams));
    close_run(&r);
}

static void a_reset_drops_the_wait_and_makes_all_new(void **state)
{
    struct run r;
    open_run(&r, *state, true, false);
    struct wcd_attachment *first = attach(&r, &typist);
    start(&r);
    wcd_attachment_close_input(first);
    turn(&r);
    assert_told(&r, "close stdin");
    assert_int_equal(wcd_streams_wait(r.streams, 5, on_done, &r, &r.f->err), WCD_OK);
    wcd_streams_reset(r.streams);
    turn(&r);
    assert_told(&r, "");
    for (int i = 0; i < PIPES; i++) {
        end_process(&r, i);
    }
    struct wcd_attachment *second = attach(&r, &typist);
    start(&r);
    assert_int_equal(type_in(&r, second, "again"), WCD_OK);
    assert_heard(&r, "again");
    wcd_attachment_free(first);
    wcd_attachment_free(second);
    close_run(&r);
}

/* ---- input ---- */

static void input_comes_from_the_clients(void **state)
{
    struct run r;
    open_run(&r, *state, true, false);
    struct wcd_attachment *client = attach(&r, &typist);
    struct wcd_attachment *watcher = attach(&r, &viewer);
    /* What is typed before the start waits. */
    assert_int_equal(type_in(&r, client, "early "), WCD_OK);
    assert_int_equal(type_in(&r, watcher, "nobody's"), WCD_OK);
    start(&r);
    assert_int_equal(type_in(&r, client, "bird"), WCD_OK);
    assert_heard(&r, "early bird");
    assert_told(&r, "");
    wcd_attachment_close_input(client);
    wcd_attachment_close_input(client);
    turn(&r);
    assert_told(&r, "close stdin");
    assert_heard(&r, "<end>");
    assert_int_equal(type_in(&r, client, "too late"), WCD_OK);
    assert_false(wcd_attachment_ended(client));
    wcd_attachment_free(client);
    wcd_attachment_free(watcher);
    close_run(&r);
}

static void a_typist_that_goes_ends_the_input(void **state)
{
    struct run r;
    open_run(&r, *state, true, false);
    struct wcd_attachment *client = attach(&r, &typist);
    start(&r);
    wcd_attachment_free(client);
    turn(&r);
    assert_told(&r, "close stdin");
    close_run(&r);
}

static void the_end_of_one_clients_input_is_not_the_processs(void **state)
{
    struct run r;
    struct wcd_streams_client guest = typist;
    guest.close_stdin = false;
    open_run(&r, *state, true, false);
    struct wcd_attachment *client = attach(&r, &guest);
    start(&r);
    wcd_attachment_close_input(client);
    turn(&r);
    assert_told(&r, "left");
    assert_true(wcd_attachment_ended(client));
    assert_false(wcd_attachment_was_detached(client));
    wcd_attachment_free(client);
    assert_heard(&r, "");
    close_run(&r);
}

static void without_an_input_the_pipe_is_closed_but_for_a_terminals(void **state)
{
    struct run r;
    open_run(&r, *state, false, true);
    struct wcd_attachment *client = attach(&r, &terminal);
    start(&r);
    assert_told(&r, "");
    assert_int_equal(type_in(&r, client, "x"), WCD_OK);
    wcd_attachment_close_input(client);
    assert_false(wcd_attachment_ended(client));
    assert_heard(&r, "");
    wcd_attachment_free(client);
    close_run(&r);
}

static void too_much_input_is_refused(void **state)
{
    struct run r;
    open_run(&r, *state, true, false);
    struct wcd_attachment *client = attach(&r, &typist);
    char *block = calloc(1, WCD_ATTACH_BYTES_MAX);
    assert_non_null(block);
    assert_int_equal(wcd_attachment_write(client, block, WCD_ATTACH_BYTES_MAX, &r.f->err), WCD_OK);
    assert_int_equal(type_in(&r, client, "x"), WCD_E_UNAVAILABLE);
    assert_string_equal(wcd_error_message(&r.f->err),
                        "more than 1048576 bytes of input wait for the process");
    wcd_error_release(&r.f->err);
    free(block);
    wcd_attachment_free(client);
    close_run(&r);
}

static void a_process_that_is_gone_takes_no_input(void **state)
{
    struct run r;
    open_run(&r, *state, true, false);
    struct wcd_attachment *client = attach(&r, &typist);
    start(&r);
    end_process(&r, IN);
    assert_int_equal(type_in(&r, client, "x"), WCD_OK);
    assert_int_equal(type_in(&r, client, "y"), WCD_OK);
    assert_told(&r, "close stdin");
    wcd_attachment_free(client);
    close_run(&r);
}

/* ---- detach keys ---- */

static void keys_detach(void **state)
{
    struct run r;
    open_run(&r, *state, true, true);
    struct wcd_attachment *client = attach(&r, &terminal);
    start(&r);
    assert_int_equal(type_in(&r, client, "a\x10"), WCD_OK);
    assert_heard(&r, "a");
    /* Half of the keys was a mistake. */
    assert_int_equal(type_in(&r, client, "b\x10\x10"), WCD_OK);
    assert_heard(&r, "\x10"
                     "b\x10\x10");
    assert_int_equal(type_in(&r, client, "c\x10"), WCD_OK);
    assert_int_equal(type_in(&r, client, "\x11 never"), WCD_OK);
    assert_heard(&r, "c");
    assert_told(&r, "keys");
    assert_true(wcd_attachment_was_detached(client));
    assert_true(wcd_attachment_ended(client));
    wcd_attachment_free(client);
    /* The process still runs. */
    assert_true(wcd_streams_are_open(r.streams));
    close_run(&r);
}

static void keys_of_ones_own(void **state)
{
    struct run r;
    struct wcd_streams_client own = terminal;
    char keys[WCD_DETACH_KEYS_MAX];
    assert_true(wcd_detach_keys_parse("ctrl-a,x,DEL", keys, &own.detach_size));
    own.detach_keys = keys;
    open_run(&r, *state, true, true);
    struct wcd_attachment *client = attach(&r, &own);
    start(&r);
    assert_int_equal(type_in(&r, client, "\x10\x11\x01x\x7F"), WCD_OK);
    assert_heard(&r, "\x10\x11");
    assert_true(wcd_attachment_was_detached(client));
    wcd_attachment_free(client);
    close_run(&r);
}

static void keys_as_they_are_written(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        const char *keys; /* NULL: none */
    } cases[] = {
        {"ctrl-p,ctrl-q", "\x10\x11"},
        {"a,B,1", "aB1"},
        {"ctrl-[", "\x1B"},
        {"ctrl-_", "\x1F"},
        {"ctrl-\\", "\x1C"},
        {"DEL", "\x7F"},
        {"ctrl-P", NULL},
        {"ctrl-pp", NULL},
        {"del", NULL},
        {"a,,b", NULL},
        {"a,", NULL},
        {"ab", NULL},
        {"", NULL},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        char keys[WCD_DETACH_KEYS_MAX];
        size_t count = 0;
        assert_int_equal(wcd_detach_keys_parse(cases[i].text, keys, &count), cases[i].keys != NULL);
        if (cases[i].keys != NULL) {
            assert_int_equal(count, strlen(cases[i].keys));
            assert_memory_equal(keys, cases[i].keys, count);
        }
    }
    char many[2 * WCD_DETACH_KEYS_MAX + 2];
    char keys[WCD_DETACH_KEYS_MAX];
    size_t count = 0;
    for (size_t i = 0; i < sizeof(many) - 1; i++) {
        many[i] = i % 2 == 0 ? 'a' : ',';
    }
    many[2 * WCD_DETACH_KEYS_MAX - 1] = '\0';
    assert_true(wcd_detach_keys_parse(many, keys, &count));
    many[2 * WCD_DETACH_KEYS_MAX - 1] = ',';
    many[2 * WCD_DETACH_KEYS_MAX + 1] = '\0';
    assert_false(wcd_detach_keys_parse(many, keys, &count));
}

/* ---- failures ---- */

static void streams_that_cannot_be_had(void **state)
{
    struct run r;
    open_run(&r, *state, true, false);
    struct layer_fixture *f = r.f;
    struct wrap_fault *fault = wrap_fault_create(&f->platform);
    const struct wrap_fault_rule rule = {.action = WRAP_FAULT_ANSWER,
                                         .function = "BindIoCompletionCallback",
                                         .first = 2,
                                         .times = 1,
                                         .hr = HR(INVALID_PARAMETER)};
    struct platform broken = wrap_fault_platform(fault);
    const struct wcd_streams_options options = {
        .platform = &broken, .reactor = r.reactor, .log = &f->sink};
    struct wcd_streams *streams = wcd_streams_create(&options);
    make_pipe(&r, IN, &r.stdio.input);
    make_pipe(&r, OUT, &r.stdio.output);
    make_pipe(&r, ERR, &r.stdio.error);
    assert_true(wrap_fault_add(fault, &rule) > 0);
    assert_int_not_equal(wcd_streams_run(streams, &r.stdio, &f->err), WCD_OK);
    assert_string_equal(wcd_error_message(&f->err), "The parameter is incorrect.");
    wcd_error_release(&f->err);
    assert_false(wcd_streams_are_open(streams));
    wcd_streams_free(streams);
    close_run(&r);
    wrap_fault_destroy(fault);
}

static void every_allocation_can_fail(void **state)
{
    struct layer_fixture *f = *state;
    for (size_t n = 1;; n++) {
        struct run r;
        struct wcd_attachment *client = NULL;
        open_run(&r, f, true, true);
        start(&r);
        alloc_fail_after(n);
        enum wcd_errc code = wcd_streams_attach(r.streams, &terminal, &client, &f->err);
        if (code == WCD_OK) {
            code = wcd_attachment_write(client, "typed", 5, &f->err);
        }
        if (code == WCD_OK) {
            code = wcd_streams_wait(r.streams, 1000000, on_done, &r, &f->err);
        }
        bool fired = alloc_fail_off();
        if (code == WCD_OK) {
            /* A pipe that has no memory of its own is broken for good. */
            assert_heard(&r, fired ? "<end>" : "typed");
            end_process(&r, OUT);
            end_process(&r, ERR);
            assert_told(&r,
                        fired ? "close stdin\nend out\nend err\ndone" : "end out\nend err\ndone");
        } else {
            assert_int_equal(code, WCD_E_NO_MEMORY);
        }
        wcd_error_release(&f->err);
        wcd_attachment_free(client);
        close_run(&r);
        if (!fired) {
            break;
        }
    }
}

static void output_is_lost_for_a_client_without_memory(void **state)
{
    struct run r;
    open_run(&r, *state, false, false);
    struct wcd_attachment *client = attach(&r, &viewer);
    start(&r);
    const struct plat_transport *t = transport(&r);
    assert_int_equal(t->ops->write(t->ctx, r.process[OUT], "gone", 4), PLAT_S_OK);
    while (fake_host_step(r.f->host)) {
    }
    alloc_fail_after(1);
    while (wcd_reactor_turn(r.reactor)) {
    }
    assert_true(alloc_fail_off());
    assert_string_equal(r.output[0], "gone");
    assert_read(client, false, "");
    layer_assert_log(r.f, "error: out of memory: 4 bytes of output are lost for a client");
    wcd_attachment_free(client);
    close_run(&r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        layer_test(output_goes_to_the_owner_and_to_all_clients),
        layer_test(what_a_client_has_not_read_it_reads_behind_the_end),
        layer_test(a_client_that_does_not_read_stops_the_process),
        layer_test(a_client_that_goes_lets_the_process_go_on),
        layer_test(a_wait_is_over_when_both_outputs_are),
        layer_test(a_wait_gives_up_what_was_not_read),
        layer_test(a_reset_drops_the_wait_and_makes_all_new),
        layer_test(input_comes_from_the_clients),
        layer_test(a_typist_that_goes_ends_the_input),
        layer_test(the_end_of_one_clients_input_is_not_the_processs),
        layer_test(without_an_input_the_pipe_is_closed_but_for_a_terminals),
        layer_test(too_much_input_is_refused),
        layer_test(a_process_that_is_gone_takes_no_input),
        layer_test(keys_detach),
        layer_test(keys_of_ones_own),
        layer_test(keys_as_they_are_written),
        layer_test(streams_that_cannot_be_had),
        layer_test(every_allocation_can_fail),
        layer_test(output_is_lost_for_a_client_without_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
