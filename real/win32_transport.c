/* core/platform/transport.h on overlapped named pipes: streams. Listeners are in win32_listener.c.
 *
 * A stream that was closed stays in memory until Windows has ended what was under way on it, because that
 * writes into it; its callbacks post nothing. */
#include "real/win32_streams.h"

#include "core/base/text.h"
#include "core/base/utf8.h"

#include <stdlib.h>
#include <string.h>

#define PIPE_PREFIX       "\\\\.\\pipe\\"
#define PIPE_PREFIX_BYTES (sizeof(PIPE_PREFIX) - 1)

/* How long Windows may take to end what was cut short. */
#define SETTLE_MS 10000u

/* ---- streams ---- */

struct win32_stream *win32_stream_find(const struct win32_streams *streams, plat_handle number)
{
    struct win32_stream *at = streams->all;
    while (at != NULL && at->number != number) {
        at = at->next;
    }
    return at;
}

void win32_stream_link(struct win32_streams *streams, struct win32_stream *stream)
{
    stream->owner = streams;
    stream->next = streams->all;
    streams->all = stream;
}

void win32_stream_unlink(struct win32_stream *stream)
{
    struct win32_stream **at = &stream->owner->all;
    while (*at != stream) {
        at = &(*at)->next;
    }
    *at = stream->next;
    stream->closed = true;
}

void win32_stream_post(const struct win32_stream *stream, enum plat_stream_event type,
                       plat_hr status)
{
    if (!stream->closed) {
        struct plat_event event = {
            .kind = PLAT_EVENT_STREAM, .key = stream->key, .type = type, .status = status};
        (void)stream->sink.post(stream->sink.ctx, &event);
    }
}

static void free_stream(struct win32_stream *stream)
{
    free(stream->ahead);
    free(stream->behind);
    free(stream);
}

plat_hr win32_pipe_name(const char *name, wchar_t **out)
{
    *out = NULL;
    if (_strnicmp(name, PIPE_PREFIX, PIPE_PREFIX_BYTES) != 0 || name[PIPE_PREFIX_BYTES] == '\0' ||
        strchr(name + PIPE_PREFIX_BYTES, '\\') != NULL ||
        wcd_utf8_utf16_units(name) > PLAT_PIPE_NAME_UNITS_MAX) {
        return plat_hr_win32(PLAT_ERROR_INVALID_NAME);
    }
    return win32_wide(name, out);
}

static plat_hr transport_connect(void *ctx, const char *name, plat_handle *out)
{
    (void)ctx;
    wchar_t *wide = NULL;
    *out = PLAT_NO_HANDLE;
    plat_hr hr = win32_pipe_name(name, &wide);
    if (plat_succeeded(hr)) {
        /* Whoever listens is not to act in this program's name. */
        const DWORD flags = FILE_FLAG_OVERLAPPED | SECURITY_SQOS_PRESENT | SECURITY_ANONYMOUS;
        HANDLE file =
            CreateFileW(wide, GENERIC_READ | GENERIC_WRITE, 0, NULL, OPEN_EXISTING, flags, NULL);
        if (file == INVALID_HANDLE_VALUE) {
            hr = win32_last();
        } else {
            *out = win32_handle_number(file);
        }
    }
    free(wide);
    return hr;
}

/* ---- what Windows calls back ---- */

static plat_hr start_read(struct win32_stream *stream, size_t size);

static void end_read(struct win32_stream *stream, DWORD error, DWORD bytes)
{
    stream->reading = false;
    stream->ahead_at = 0;
    stream->ahead_end = 0;
    plat_hr status = PLAT_S_OK;
    if (error == ERROR_SUCCESS || error == ERROR_MORE_DATA) {
        stream->ahead_end = bytes;
    } else {
        status = plat_hr_win32(error);
    }
    if (bytes == 0 && plat_succeeded(status) && !stream->closed) {
        /* Somebody wrote nothing: whoever reads is not told of it. */
        status = start_read(stream, PLAT_STREAM_BYTES_MAX);
        if (status == plat_hr_win32(PLAT_ERROR_IO_PENDING)) {
            return;
        }
    }
    stream->read_failure = plat_failed(status) ? status : stream->read_failure;
    win32_stream_post(stream, PLAT_STREAM_READABLE, status);
}

/* Cut short by settling: whoever settles goes on with it. */
static bool was_cut_short(struct win32_stream *stream, DWORD error)
{
    bool cut = stream->looking && error == ERROR_OPERATION_ABORTED && !stream->closed;
    stream->looking = false;
    stream->reading = stream->reading && !cut;
    stream->cut = cut;
    WakeAllConditionVariable(&stream->owner->ended);
    return cut;
}

/* With the lock held. */
static void operation_ended(struct win32_stream *stream)
{
    struct win32_streams *streams = stream->owner;
    stream->waits--;
    if (stream->closed && stream->waits == 0) {
        free_stream(stream);
        streams->waiting--;
        WakeAllConditionVariable(&streams->ended);
    }
}

static void CALLBACK io_ended(DWORD error, DWORD bytes, OVERLAPPED *overlapped)
{
    struct win32_operation *op = (struct win32_operation *)(void *)overlapped;
    struct win32_stream *stream = op->stream;
    struct win32_streams *streams = stream->owner;
    AcquireSRWLockExclusive(&streams->lock);
    if (op == &stream->read_op) {
        if (!was_cut_short(stream, error)) {
            end_read(stream, error, bytes);
        }
    } else {
        stream->writing = false;
        stream->write_failure = plat_hr_win32(error);
        win32_stream_post(stream, PLAT_STREAM_WRITTEN, stream->write_failure);
    }
    operation_ended(stream);
    ReleaseSRWLockExclusive(&streams->lock);
}

/* ---- attaching ---- */

static plat_hr bind_stream(struct win32_streams *streams, plat_handle number,
                           struct plat_event_sink sink, uint64_t key)
{
    struct win32_stream *stream = calloc(1, sizeof(*stream));
    if (stream == NULL) {
        return plat_hr_win32(PLAT_ERROR_NOT_ENOUGH_MEMORY);
    }
    stream->file = win32_handle(number);
    stream->number = number;
    stream->sink = sink;
    stream->key = key;
    stream->read_op.stream = stream;
    stream->write_op.stream = stream;
    /* What is done at once calls nobody back. */
    if (!BindIoCompletionCallback(stream->file, io_ended, 0) ||
        !SetFileCompletionNotificationModes(stream->file, FILE_SKIP_COMPLETION_PORT_ON_SUCCESS)) {
        plat_hr hr = win32_last();
        free(stream);
        return hr;
    }
    stream->attached = true;
    win32_stream_link(streams, stream);
    return PLAT_S_OK;
}

static plat_hr transport_attach(void *ctx, plat_handle number, struct plat_event_sink sink,
                                uint64_t key)
{
    struct win32_streams *streams = ctx;
    plat_hr hr = PLAT_S_OK;
    AcquireSRWLockExclusive(&streams->lock);
    struct win32_stream *known = win32_stream_find(streams, number);
    if (known == NULL) {
        hr = bind_stream(streams, number, sink, key);
    } else if (known->attached) {
        hr = plat_hr_win32(PLAT_ERROR_INVALID_PARAMETER);
    } else {
        known->sink = sink;
        known->key = key;
        known->attached = true;
    }
    ReleaseSRWLockExclusive(&streams->lock);
    return hr;
}

/* ---- reading ---- */

/* S_OK: there are bytes in `ahead`. */
static plat_hr start_read(struct win32_stream *stream, size_t size)
{
    DWORD got = 0;
    if (stream->ahead == NULL && (stream->ahead = malloc(PLAT_STREAM_BYTES_MAX)) == NULL) {
        return plat_hr_win32(PLAT_ERROR_NOT_ENOUGH_MEMORY);
    }
    stream->ahead_at = 0;
    stream->ahead_end = 0;
    while (got == 0) {
        stream->read_op.overlapped = (OVERLAPPED){0};
        if (!ReadFile(stream->file, stream->ahead, (DWORD)size, &got,
                      &stream->read_op.overlapped)) {
            plat_hr hr = win32_last();
            if (hr == plat_hr_win32(PLAT_ERROR_IO_PENDING)) {
                stream->reading = true;
                stream->waits++;
            }
            return hr;
        }
    }
    stream->ahead_end = got;
    return PLAT_S_OK;
}

static plat_hr read_stream(struct win32_stream *stream, void *data, size_t size, size_t *got)
{
    if (size == 0 || size > PLAT_STREAM_BYTES_MAX) {
        return plat_hr_win32(PLAT_ERROR_INVALID_PARAMETER);
    }
    if (stream->reading) {
        return plat_hr_win32(PLAT_ERROR_IO_PENDING);
    }
    plat_hr hr = PLAT_S_OK;
    if (stream->ahead_at == stream->ahead_end) {
        hr = plat_failed(stream->read_failure) ? stream->read_failure : start_read(stream, size);
    }
    if (plat_succeeded(hr)) {
        size_t there = stream->ahead_end - stream->ahead_at;
        size_t part = size < there ? size : there;
        memcpy(data, stream->ahead + stream->ahead_at, part);
        stream->ahead_at += (DWORD)part;
        *got = part;
    } else if (!stream->reading) {
        stream->read_failure = hr;
    }
    return hr;
}

/* The attached stream of a number, with the lock held. */
static struct win32_stream *attached_stream(const struct win32_streams *streams, plat_handle number)
{
    struct win32_stream *stream = win32_stream_find(streams, number);
    return stream != NULL && !stream->listener ? stream : NULL;
}

static plat_hr transport_read(void *ctx, plat_handle number, void *data, size_t size, size_t *got)
{
    struct win32_streams *streams = ctx;
    *got = 0;
    AcquireSRWLockExclusive(&streams->lock);
    struct win32_stream *stream = attached_stream(streams, number);
    plat_hr hr = stream != NULL ? read_stream(stream, data, size, got)
                                : plat_hr_win32(PLAT_ERROR_INVALID_HANDLE);
    ReleaseSRWLockExclusive(&streams->lock);
    return hr;
}

/* ---- writing ---- */

static plat_hr write_stream(struct win32_stream *stream, const void *data, size_t size)
{
    DWORD put = 0;
    if (size > PLAT_STREAM_BYTES_MAX) {
        return plat_hr_win32(PLAT_ERROR_INVALID_PARAMETER);
    }
    if (stream->writing) {
        return plat_hr_win32(PLAT_ERROR_BUSY);
    }
    if (plat_failed(stream->write_failure) || size == 0) {
        return stream->write_failure;
    }
    if (stream->behind == NULL && (stream->behind = malloc(PLAT_STREAM_BYTES_MAX)) == NULL) {
        return plat_hr_win32(PLAT_ERROR_NOT_ENOUGH_MEMORY);
    }
    memcpy(stream->behind, data, size);
    stream->write_op.overlapped = (OVERLAPPED){0};
    if (WriteFile(stream->file, stream->behind, (DWORD)size, &put, &stream->write_op.overlapped)) {
        return PLAT_S_OK;
    }
    plat_hr hr = win32_last();
    if (hr == plat_hr_win32(PLAT_ERROR_IO_PENDING)) {
        stream->writing = true;
        stream->waits++;
    } else {
        stream->write_failure = hr;
    }
    return hr;
}

static plat_hr transport_write(void *ctx, plat_handle number, const void *data, size_t size)
{
    struct win32_streams *streams = ctx;
    AcquireSRWLockExclusive(&streams->lock);
    struct win32_stream *stream = attached_stream(streams, number);
    plat_hr hr = stream != NULL ? write_stream(stream, data, size)
                                : plat_hr_win32(PLAT_ERROR_INVALID_HANDLE);
    ReleaseSRWLockExclusive(&streams->lock);
    return hr;
}

/* ---- settling ---- */

static bool anybody_looks(const struct win32_streams *streams)
{
    const struct win32_stream *at = streams->all;
    while (at != NULL && !at->looking) {
        at = at->next;
    }
    return at != NULL;
}

/* The read begins anew; what it finds at once is told as if it had come. */
static void look_again(struct win32_stream *stream)
{
    stream->cut = false;
    plat_hr hr = start_read(stream, PLAT_STREAM_BYTES_MAX);
    if (hr != plat_hr_win32(PLAT_ERROR_IO_PENDING)) {
        stream->read_failure = plat_failed(hr) ? hr : stream->read_failure;
        win32_stream_post(stream, PLAT_STREAM_READABLE, hr);
    }
}

bool win32_streams_settle(struct win32_streams *streams)
{
    bool answered = true;
    AcquireSRWLockExclusive(&streams->lock);
    for (struct win32_stream *at = streams->all; at != NULL; at = at->next) {
        at->looking = at->reading && !at->listener;
        if (at->looking) {
            /* An end that has come already is on its way to io_ended() in either case. */
            (void)CancelIoEx(at->file, &at->read_op.overlapped);
        }
    }
    while (answered && anybody_looks(streams)) {
        answered = SleepConditionVariableSRW(&streams->ended, &streams->lock, SETTLE_MS, 0) != 0;
    }
    for (struct win32_stream *at = streams->all; at != NULL; at = at->next) {
        at->looking = false;
        if (at->cut) {
            look_again(at);
        }
    }
    ReleaseSRWLockExclusive(&streams->lock);
    return answered;
}

/* ---- closing ---- */

/* Takes the stream off the list; with the lock held. */
static void close_stream(struct win32_stream *stream)
{
    struct win32_streams *streams = stream->owner;
    win32_stream_unlink(stream);
    if (stream->waits > 0) {
        streams->waiting++;
        (void)CancelIoEx(stream->file, NULL);
        (void)CloseHandle(stream->file);
    } else {
        (void)CloseHandle(stream->file);
        free_stream(stream);
    }
}

static plat_hr transport_close(void *ctx, plat_handle number)
{
    struct win32_streams *streams = ctx;
    struct win32_stream *listener = NULL;
    AcquireSRWLockExclusive(&streams->lock);
    struct win32_stream *stream = win32_stream_find(streams, number);
    bool known = stream != NULL;
    if (known && stream->listener) {
        listener = stream;
        win32_stream_unlink(listener);
    } else if (known) {
        close_stream(stream);
    }
    ReleaseSRWLockExclusive(&streams->lock);
    if (listener != NULL) {
        win32_listener_close(listener);
    }
    if (!known && !CloseHandle(win32_handle(number))) {
        return win32_last();
    }
    return PLAT_S_OK;
}

plat_hr win32_streams_create(struct win32_streams **out)
{
    struct win32_streams *streams = calloc(1, sizeof(*streams));
    *out = streams;
    if (streams == NULL) {
        return PLAT_E_OUTOFMEMORY;
    }
    InitializeSRWLock(&streams->lock);
    InitializeConditionVariable(&streams->ended);
    return PLAT_S_OK;
}

void win32_streams_destroy(struct win32_streams *streams)
{
    if (streams == NULL) {
        return;
    }
    while (streams->all != NULL) {
        (void)transport_close(streams, streams->all->number);
    }
    AcquireSRWLockExclusive(&streams->lock);
    while (streams->waiting > 0) {
        (void)SleepConditionVariableSRW(&streams->ended, &streams->lock, INFINITE, 0);
    }
    ReleaseSRWLockExclusive(&streams->lock);
    free(streams);
}

const struct plat_transport_ops win32_transport_ops = {
    .connect = transport_connect,
    .listen = win32_listen,
    .accept = win32_accept,
    .attach = transport_attach,
    .read = transport_read,
    .write = transport_write,
    .close = transport_close,
};
