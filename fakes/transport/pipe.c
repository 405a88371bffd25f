/* One direction of a pipe: its bytes, who waits for them and who waits for room. */
#include "core/base/assert.h"
#include "fakes/transport/internal.h"

#include <stdlib.h>

struct fake_pipe *fake_pipe_create(struct fake_host *host)
{
    struct fake_pipe *pipe = calloc(1, sizeof(*pipe));
    if (pipe != NULL) {
        pipe->host = host;
        pipe->references = 1;
    }
    return pipe;
}

void fake_pipe_hold(struct fake_pipe *pipe)
{
    pipe->references++;
}

void fake_pipe_release(struct fake_pipe *pipe)
{
    if (pipe == NULL || --pipe->references > 0) {
        return;
    }
    fake_bytes_release(&pipe->bytes);
    free(pipe);
}

bool fake_pipe_broken(const struct fake_pipe *pipe)
{
    return pipe->cut || pipe->readers == 0;
}

/* A write that waits is on its way in, so the end is behind it. */
bool fake_pipe_at_end(const struct fake_pipe *pipe)
{
    return pipe->bytes.count == 0 && pipe->writing == NULL && (pipe->cut || pipe->writers == 0);
}

static size_t pipe_room(const struct fake_pipe *pipe)
{
    return PLAT_STREAM_BYTES_MAX - pipe->bytes.count;
}

/* ---- what waits ---- */

static void pipe_written(struct fake_pipe *pipe, plat_hr status)
{
    struct fake_pipe_stream *stream = pipe->writing;
    pipe->writing = stream->next_writing;
    stream->next_writing = NULL;
    stream->writes = false;
    fake_bytes_release(&stream->unsent);
    fake_pipe_stream_post(stream, PLAT_STREAM_WRITTEN, status);
}

/* Moves bytes of the write that has waited longest into the pipe. False when nothing moved, which for
 * want of memory may be; the next read tries again, and an empty pipe needs none. */
static bool pipe_let_in(struct fake_pipe *pipe)
{
    struct fake_bytes *unsent = &pipe->writing->unsent;
    size_t size = unsent->count < pipe_room(pipe) ? unsent->count : pipe_room(pipe);
    if (size == 0) {
        return false;
    }
    if (pipe->bytes.count == 0) {
        struct fake_bytes kept = pipe->bytes;
        pipe->bytes = *unsent;
        *unsent = kept;
    } else if (fake_bytes_add(&pipe->bytes, unsent->data + unsent->first, size)) {
        unsent->first += size;
        unsent->count -= size;
    } else {
        return false;
    }
    if (unsent->count == 0) {
        pipe_written(pipe, PLAT_S_OK);
    }
    return true;
}

static void pipe_readable(struct fake_pipe *pipe, plat_hr status)
{
    struct fake_pipe_stream *stream = pipe->reading;
    pipe->reading = stream->next_reading;
    stream->next_reading = NULL;
    stream->reads = false;
    fake_pipe_stream_post(stream, PLAT_STREAM_READABLE, status);
}

/* All that is there goes to the read that has waited longest, as into its buffer. */
static bool pipe_let_out(struct fake_pipe *pipe)
{
    if (pipe->bytes.count > 0) {
        struct fake_bytes *ahead = &pipe->reading->ahead;
        WCD_ASSERT(ahead->count == 0);
        struct fake_bytes kept = *ahead;
        *ahead = pipe->bytes;
        pipe->bytes = kept;
        pipe_readable(pipe, PLAT_S_OK);
        return true;
    }
    if (fake_pipe_at_end(pipe)) {
        pipe_readable(pipe, plat_hr_win32(PLAT_ERROR_BROKEN_PIPE));
        return true;
    }
    return false;
}

static void pipe_tell(struct fake_pipe_waiter **waiters)
{
    struct fake_pipe_waiter *waiter = *waiters;
    *waiters = NULL;
    while (waiter != NULL) {
        struct fake_pipe_waiter *next = waiter->next;
        waiter->next = NULL;
        waiter->on = NULL;
        waiter->told(waiter->ctx);
        waiter = next;
    }
}

void fake_pipe_settle(struct fake_pipe *pipe)
{
    bool moved = true;
    while (moved) {
        moved = false;
        if (pipe->writing != NULL && fake_pipe_broken(pipe)) {
            pipe_written(pipe, plat_hr_win32(PLAT_ERROR_NO_DATA));
            moved = true;
        } else if (pipe->writing != NULL) {
            moved = pipe_let_in(pipe);
        }
        if (pipe->reading != NULL) {
            moved = pipe_let_out(pipe) || moved;
        }
    }
    if (fake_pipe_broken(pipe) || (pipe_room(pipe) > 0 && pipe->writing == NULL)) {
        pipe_tell(&pipe->wait_room);
    }
    if (pipe->bytes.count > 0 || fake_pipe_at_end(pipe)) {
        pipe_tell(&pipe->wait_bytes);
    }
}

/* ---- who is at the ends ---- */

void fake_pipe_open_writer(struct fake_pipe *pipe)
{
    pipe->writers++;
}

void fake_pipe_close_writer(struct fake_pipe *pipe)
{
    WCD_ASSERT(pipe->writers > 0);
    pipe->writers--;
    fake_pipe_settle(pipe);
}

void fake_pipe_open_reader(struct fake_pipe *pipe)
{
    pipe->readers++;
}

void fake_pipe_close_reader(struct fake_pipe *pipe)
{
    WCD_ASSERT(pipe->readers > 0);
    pipe->readers--;
    if (pipe->readers == 0) {
        fake_bytes_release(&pipe->bytes);
    }
    fake_pipe_settle(pipe);
}

void fake_pipe_cut(struct fake_pipe *pipe)
{
    pipe->cut = true;
    fake_pipe_settle(pipe);
}

/* ---- for those inside the emulator ---- */

plat_hr fake_pipe_write(struct fake_pipe *pipe, const void *data, size_t size, size_t *taken)
{
    *taken = 0;
    if (fake_pipe_broken(pipe)) {
        return plat_hr_win32(PLAT_ERROR_NO_DATA);
    }
    size_t room = pipe->writing != NULL ? 0 : pipe_room(pipe);
    size_t part = size < room ? size : room;
    if (!fake_bytes_add(&pipe->bytes, data, part)) {
        return FAKE_NO_MEMORY;
    }
    *taken = part;
    fake_pipe_settle(pipe);
    return PLAT_S_OK;
}

plat_hr fake_pipe_read(struct fake_pipe *pipe, void *data, size_t size, size_t *got)
{
    *got = fake_bytes_take(&pipe->bytes, data, size);
    if (*got > 0) {
        fake_pipe_settle(pipe);
        return PLAT_S_OK;
    }
    return fake_pipe_at_end(pipe) ? plat_hr_win32(PLAT_ERROR_BROKEN_PIPE) : PLAT_S_OK;
}

static void pipe_wait(struct fake_pipe *pipe, struct fake_pipe_waiter **waiters,
                      struct fake_pipe_waiter *waiter)
{
    WCD_ASSERT(waiter->on == NULL);
    waiter->on = pipe;
    waiter->next = NULL;
    while (*waiters != NULL) {
        waiters = &(*waiters)->next;
    }
    *waiters = waiter;
}

void fake_pipe_wait_room(struct fake_pipe *pipe, struct fake_pipe_waiter *waiter)
{
    pipe_wait(pipe, &pipe->wait_room, waiter);
}

void fake_pipe_wait_bytes(struct fake_pipe *pipe, struct fake_pipe_waiter *waiter)
{
    pipe_wait(pipe, &pipe->wait_bytes, waiter);
}

static void pipe_forget(struct fake_pipe_waiter **waiters, const struct fake_pipe_waiter *waiter)
{
    for (; *waiters != NULL; waiters = &(*waiters)->next) {
        if (*waiters == waiter) {
            *waiters = waiter->next;
            return;
        }
    }
}

void fake_pipe_wait_no_more(struct fake_pipe_waiter *waiter)
{
    if (waiter->on != NULL) {
        pipe_forget(&waiter->on->wait_room, waiter);
        pipe_forget(&waiter->on->wait_bytes, waiter);
        waiter->on = NULL;
        waiter->next = NULL;
    }
}
