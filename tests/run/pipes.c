#include "tests/run/pipes.h"

#include "core/base/text.h"
#include "tests/support/cmocka.h"

#include <stdlib.h>
#include <string.h>

#define PIPE_BYTES_MAX ((size_t)64 * 1024)

/* Two queues of bytes; end 0 writes into queue 0 and reads from queue 1. */
struct test_stream {
    struct wcd_lock lock;
    struct wcd_condition changed;
    char bytes[2][PIPE_BYTES_MAX];
    size_t count[2];
    bool closed[2]; /* by the end of that number */
    unsigned ends;
};

struct test_end {
    struct test_stream *stream;
    unsigned side;
    struct host_peer peer;
};

static bool end_send(void *ctx, const void *data, size_t size)
{
    const struct test_end *end = ctx;
    struct test_stream *stream = end->stream;
    const char *at = data;
    unsigned side = end->side;
    wcd_lock_acquire(&stream->lock);
    while (size > 0 && !stream->closed[0] && !stream->closed[1]) {
        size_t room = PIPE_BYTES_MAX - stream->count[side];
        size_t part = size < room ? size : room;
        memcpy(stream->bytes[side] + stream->count[side], at, part);
        stream->count[side] += part;
        at += part;
        size -= part;
        wcd_condition_wake_all(&stream->changed);
        if (size > 0) {
            wcd_condition_wait(&stream->changed, &stream->lock);
        }
    }
    wcd_lock_release(&stream->lock);
    return size == 0;
}

static bool end_receive(void *ctx, void *data, size_t size, size_t *got)
{
    const struct test_end *end = ctx;
    struct test_stream *stream = end->stream;
    unsigned other = 1 - end->side;
    wcd_lock_acquire(&stream->lock);
    while (stream->count[other] == 0 && !stream->closed[0] && !stream->closed[1]) {
        wcd_condition_wait(&stream->changed, &stream->lock);
    }
    size_t there = stream->closed[end->side] ? 0 : stream->count[other];
    *got = there < size ? there : size;
    memcpy(data, stream->bytes[other], *got);
    memmove(stream->bytes[other], stream->bytes[other] + *got, stream->count[other] - *got);
    stream->count[other] -= *got;
    wcd_condition_wake_all(&stream->changed);
    wcd_lock_release(&stream->lock);
    return *got > 0;
}

static void end_close(void *ctx)
{
    const struct test_end *end = ctx;
    wcd_lock_acquire(&end->stream->lock);
    end->stream->closed[end->side] = true;
    wcd_condition_wake_all(&end->stream->changed);
    wcd_lock_release(&end->stream->lock);
}

static void end_release(void *ctx)
{
    struct test_end *end = ctx;
    struct test_stream *stream = end->stream;
    wcd_lock_acquire(&stream->lock);
    bool last = --stream->ends == 0;
    wcd_lock_release(&stream->lock);
    if (last) {
        wcd_condition_destroy(&stream->changed);
        wcd_lock_destroy(&stream->lock);
        free(stream);
    }
    free(end);
}

static const struct fake_channel_ops end_ops = {
    .send = end_send, .receive = end_receive, .close = end_close, .release = end_release};

static void make_ends(struct test_end *ends[2], uint32_t process)
{
    struct test_stream *stream = calloc(1, sizeof(*stream));
    assert_non_null(stream);
    (void)wcd_lock_init(&stream->lock);
    (void)wcd_condition_init(&stream->changed);
    stream->ends = 2;
    for (unsigned side = 0; side < 2; side++) {
        ends[side] = calloc(1, sizeof(*ends[side]));
        assert_non_null(ends[side]);
        *ends[side] = (struct test_end){
            .stream = stream, .side = side, .peer = {.process = process, .program = "client.exe"}};
    }
}

/* ---- the machine ---- */

static struct test_listener *find(struct test_pipes *pipes, const char *name)
{
    for (size_t i = 0; i < TEST_LISTENERS_MAX; i++) {
        if (wcd_text_equal(pipes->listeners[i].name, name)) {
            return &pipes->listeners[i];
        }
    }
    return NULL;
}

static enum wcd_errc machine_listen(void *ctx, const char *pipe, void **listener,
                                    struct wcd_error *err)
{
    struct test_pipes *pipes = ctx;
    *listener = NULL;
    wcd_lock_acquire(&pipes->lock);
    bool taken = find(pipes, pipe) != NULL;
    struct test_listener *made = taken ? NULL : find(pipes, NULL);
    if (made != NULL) {
        *made = (struct test_listener){.pipes = pipes, .name = wcd_text_copy(pipe)};
        wcd_condition_wake_all(&pipes->changed);
    }
    wcd_lock_release(&pipes->lock);
    *listener = made;
    return made != NULL ? WCD_OK
                        : wcd_error_set(err, WCD_E_CONFLICT,
                                        "process 7 (other.exe) listens on %s already", pipe);
}

static bool machine_accept(void *listener, struct fake_channel *out, struct host_peer *peer)
{
    struct test_listener *door = listener;
    wcd_lock_acquire(&door->pipes->lock);
    while (door->count == 0 && !door->stopped) {
        wcd_condition_wait(&door->pipes->changed, &door->pipes->lock);
    }
    struct test_end *end = NULL;
    if (!door->stopped) {
        end = door->waiting[0];
        memmove(door->waiting, door->waiting + 1, --door->count * sizeof(door->waiting[0]));
    }
    wcd_lock_release(&door->pipes->lock);
    if (end == NULL) {
        return false;
    }
    *peer = end->peer;
    *out = (struct fake_channel){&end_ops, end};
    return true;
}

static void machine_stop(void *listener)
{
    struct test_listener *door = listener;
    wcd_lock_acquire(&door->pipes->lock);
    door->stopped = true;
    wcd_condition_wake_all(&door->pipes->changed);
    wcd_lock_release(&door->pipes->lock);
}

static void machine_free_listener(void *listener)
{
    struct test_listener *door = listener;
    struct test_pipes *pipes = door->pipes;
    wcd_lock_acquire(&pipes->lock);
    for (size_t i = 0; i < door->count; i++) {
        end_close(door->waiting[i]);
        end_release(door->waiting[i]);
    }
    free(door->name);
    *door = (struct test_listener){0};
    wcd_lock_release(&pipes->lock);
}

static enum wcd_errc machine_connect(void *ctx, const char *pipe, struct fake_channel *out,
                                     struct wcd_error *err)
{
    struct test_pipes *pipes = ctx;
    struct test_end *ends[2] = {NULL, NULL};
    wcd_lock_acquire(&pipes->lock);
    struct test_listener *door = find(pipes, pipe);
    if (door != NULL && door->count < TEST_WAITING_MAX) {
        make_ends(ends, pipes->process);
        door->waiting[door->count++] = ends[0];
        wcd_condition_wake_all(&pipes->changed);
    }
    wcd_lock_release(&pipes->lock);
    *out = (struct fake_channel){&end_ops, ends[1]};
    return ends[1] != NULL ? WCD_OK
                           : wcd_error_set(err, WCD_E_NOT_FOUND, "nobody listens on %s", pipe);
}

static void machine_on_end(void *ctx, void (*told)(void *told_ctx), void *told_ctx)
{
    struct test_pipes *pipes = ctx;
    wcd_lock_acquire(&pipes->lock);
    pipes->told = told;
    pipes->told_ctx = told_ctx;
    wcd_condition_wake_all(&pipes->changed);
    wcd_lock_release(&pipes->lock);
}

static uint64_t machine_wall(void)
{
    return UINT64_C(132000000000000000);
}

static bool machine_files(void *ctx, struct plat_fs *out)
{
    const struct test_pipes *pipes = ctx;
    *out = pipes->files;
    return out->ops != NULL;
}

void test_pipes_init(struct test_pipes *pipes)
{
    *pipes = (struct test_pipes){.process = 100,
                                 .machine = {.listen = machine_listen,
                                             .accept = machine_accept,
                                             .stop = machine_stop,
                                             .free_listener = machine_free_listener,
                                             .connect = machine_connect,
                                             .on_end = machine_on_end,
                                             .wall_100ns = machine_wall,
                                             .files = machine_files,
                                             .patience_ms = TEST_PATIENCE_MS,
                                             .ctx = pipes}};
    (void)wcd_lock_init(&pipes->lock);
    (void)wcd_condition_init(&pipes->changed);
}

void test_pipes_release(struct test_pipes *pipes)
{
    wcd_condition_destroy(&pipes->changed);
    wcd_lock_destroy(&pipes->lock);
}

void test_pipes_await(struct test_pipes *pipes, const char *name)
{
    wcd_lock_acquire(&pipes->lock);
    while (find(pipes, name) == NULL) {
        wcd_condition_wait(&pipes->changed, &pipes->lock);
    }
    wcd_lock_release(&pipes->lock);
}

void test_pipes_await_service(struct test_pipes *pipes)
{
    wcd_lock_acquire(&pipes->lock);
    while (pipes->told == NULL) {
        wcd_condition_wait(&pipes->changed, &pipes->lock);
    }
    wcd_lock_release(&pipes->lock);
}

void test_pipes_break(struct test_pipes *pipes, const char *name)
{
    test_pipes_await(pipes, name);
    wcd_lock_acquire(&pipes->lock);
    find(pipes, name)->stopped = true;
    wcd_condition_wake_all(&pipes->changed);
    wcd_lock_release(&pipes->lock);
}

void test_pipes_interrupt(struct test_pipes *pipes)
{
    wcd_lock_acquire(&pipes->lock);
    while (pipes->told == NULL) {
        wcd_condition_wait(&pipes->changed, &pipes->lock);
    }
    pipes->told(pipes->told_ctx);
    wcd_lock_release(&pipes->lock);
}

struct fake_channel test_pipes_connect(struct test_pipes *pipes, const char *name)
{
    struct fake_channel channel;
    struct wcd_error err = WCD_ERROR_INIT;
    test_pipes_await(pipes, name);
    assert_int_equal(machine_connect(pipes, name, &channel, &err), WCD_OK);
    return channel;
}
