/* Overlapped I/O on a pipe; each operation waits for its own end or for that of the channel. real/pipes_win32.c
 * does the like for the service, and neither sees the other: the DLL stands for Windows, which real/ is written
 * against, and no layer that both see may call Windows. This end has a time limit for the greeting besides. */
#include "fakes/dll/pipe_channel.h"

#include "fakes/remote/wire.h"

#include <stdlib.h>

/* How long and how often a client tries while all instances of the pipe are taken: the service makes the next
 * one as soon as one is. */
#define PIPE_BUSY_MILLISECONDS 50u
#define PIPE_BUSY_TRIES        100u
/* The most that is handed to Windows at once. */
#define PIPE_PART_BYTES ((size_t)1024 * 1024)
/* How long the other side may take for each step of its greeting: who listens there may be no service, or
 * one that has stopped. Afterwards there is no limit: calls take as long as they take. */
#define PIPE_GREETING_MILLISECONDS 10000u

struct pipe_channel {
    HANDLE pipe;
    HANDLE sent; /* each way has an event of its own */
    HANDLE received;
    HANDLE closed;
    volatile LONG ended; /* the same without a call of the system, which every message would make */
    size_t
        greeted; /* bytes that have come, up to those of a greeting; only its reader changes it */
};

static void close_handle(HANDLE handle)
{
    if (handle != NULL && handle != INVALID_HANDLE_VALUE) {
        (void)CloseHandle(handle);
    }
}

/* What was begun has ended, by itself or because the channel was closed; false then, and when it failed. */
static bool finish(const struct pipe_channel *channel, OVERLAPPED *operation, bool begun,
                   DWORD *moved)
{
    if (!begun && GetLastError() != ERROR_IO_PENDING) {
        return false;
    }
    const HANDLE both[] = {operation->hEvent, channel->closed};
    DWORD limit = channel->greeted < REMOTE_GREETING_BYTES ? PIPE_GREETING_MILLISECONDS : INFINITE;
    if (!begun && WaitForMultipleObjects(2, both, FALSE, limit) != WAIT_OBJECT_0) {
        (void)CancelIoEx(channel->pipe, operation);
    }
    return GetOverlappedResult(channel->pipe, operation, moved, TRUE) != 0;
}

static bool is_closed(const struct pipe_channel *channel)
{
    return channel->ended != 0;
}

static bool pipe_send(void *ctx, const void *data, size_t size)
{
    const struct pipe_channel *channel = ctx;
    const char *at = data;
    while (size > 0) {
        OVERLAPPED operation = {.hEvent = channel->sent};
        DWORD moved = 0;
        if (is_closed(channel)) {
            return false;
        }
        DWORD part = (DWORD)(size < PIPE_PART_BYTES ? size : PIPE_PART_BYTES);
        bool begun = WriteFile(channel->pipe, at, part, NULL, &operation) != 0;
        if (!finish(channel, &operation, begun, &moved)) {
            return false;
        }
        at += moved;
        size -= moved;
    }
    return true;
}

static bool pipe_receive(void *ctx, void *data, size_t size, size_t *got)
{
    struct pipe_channel *channel = ctx;
    DWORD moved = 0;
    *got = 0;
    while (moved == 0) { /* a write of nothing gives nothing */
        OVERLAPPED operation = {.hEvent = channel->received};
        if (is_closed(channel)) {
            return false;
        }
        DWORD part = (DWORD)(size < PIPE_PART_BYTES ? size : PIPE_PART_BYTES);
        bool begun = ReadFile(channel->pipe, data, part, NULL, &operation) != 0;
        if (!finish(channel, &operation, begun, &moved)) {
            return false;
        }
    }
    *got = moved;
    if (channel->greeted < REMOTE_GREETING_BYTES) {
        channel->greeted += moved; /* before other threads know the channel */
    }
    return true;
}

static void pipe_close(void *ctx)
{
    struct pipe_channel *channel = ctx;
    (void)InterlockedExchange(&channel->ended, 1);
    (void)SetEvent(channel->closed);
}

static void pipe_release(void *ctx)
{
    struct pipe_channel *channel = ctx;
    close_handle(channel->pipe);
    close_handle(channel->sent);
    close_handle(channel->received);
    close_handle(channel->closed);
    free(channel);
}

static const struct fake_channel_ops pipe_ops = {
    .send = pipe_send, .receive = pipe_receive, .close = pipe_close, .release = pipe_release};

static HANDLE open_pipe(const wchar_t *name)
{
    HANDLE pipe = INVALID_HANDLE_VALUE;
    for (unsigned i = 0; i < PIPE_BUSY_TRIES; i++) {
        pipe = CreateFileW(name, GENERIC_READ | GENERIC_WRITE, 0, NULL, OPEN_EXISTING,
                           FILE_FLAG_OVERLAPPED | SECURITY_SQOS_PRESENT | SECURITY_ANONYMOUS, NULL);
        if (pipe != INVALID_HANDLE_VALUE || GetLastError() != ERROR_PIPE_BUSY) {
            break;
        }
        (void)WaitNamedPipeW(name, PIPE_BUSY_MILLISECONDS);
    }
    return pipe;
}

plat_hr fake_pipe_channel_open(struct fake_channel *out, const wchar_t *name)
{
    HANDLE pipe = open_pipe(name);
    if (pipe == INVALID_HANDLE_VALUE) {
        return plat_hr_win32(GetLastError());
    }
    struct pipe_channel *channel = calloc(1, sizeof(*channel));
    if (channel == NULL) {
        (void)CloseHandle(pipe);
        return PLAT_E_OUTOFMEMORY;
    }
    channel->pipe = pipe;
    channel->sent = CreateEventW(NULL, TRUE, FALSE, NULL);
    channel->received = CreateEventW(NULL, TRUE, FALSE, NULL);
    channel->closed = CreateEventW(NULL, TRUE, FALSE, NULL);
    if (channel->sent == NULL || channel->received == NULL || channel->closed == NULL) {
        pipe_release(channel);
        return PLAT_E_OUTOFMEMORY;
    }
    *out = (struct fake_channel){&pipe_ops, channel};
    return PLAT_S_OK;
}
