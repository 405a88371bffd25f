/* Streams: the handles of pipes, and what may be done with them. */
#include "fakes/transport/internal.h"

#include <stdlib.h>

void fake_pipe_stream_post(const struct fake_pipe_stream *stream, enum plat_stream_event type,
                           plat_hr status)
{
    if (stream->host->transport.silent) {
        return;
    }
    struct plat_event event = {
        .kind = PLAT_EVENT_STREAM,
        .key = stream->key,
        .type = type,
        .status = status,
    };
    if (!stream->sink.post(stream->sink.ctx, &event)) {
        fake_misuse(stream->host, "%s: the sink refused the event of a stream with key %llu",
                    type == PLAT_STREAM_WRITTEN ? "WriteFile" : "ReadFile",
                    (unsigned long long)stream->key);
    }
}

struct fake_pipe_stream *fake_pipe_stream_create(struct fake_host *host, struct fake_pipe *in,
                                                 struct fake_pipe *out)
{
    struct fake_pipe_stream *stream = calloc(1, sizeof(*stream));
    if (stream == NULL) {
        return NULL;
    }
    stream->host = host;
    stream->in = in;
    stream->out = out;
    if (in != NULL) {
        fake_pipe_hold(in);
        fake_pipe_open_reader(in);
    }
    if (out != NULL) {
        fake_pipe_hold(out);
        fake_pipe_open_writer(out);
    }
    stream->next = host->transport.streams;
    if (stream->next != NULL) {
        stream->next->previous = stream;
    }
    host->transport.streams = stream;
    return stream;
}

static void stream_unlink(struct fake_pipe_stream *stream)
{
    if (stream->previous != NULL) {
        stream->previous->next = stream->next;
    } else {
        stream->host->transport.streams = stream->next;
    }
    if (stream->next != NULL) {
        stream->next->previous = stream->previous;
    }
    if (stream->reads) {
        struct fake_pipe_stream **at = &stream->in->reading;
        while (*at != stream) {
            at = &(*at)->next_reading;
        }
        *at = stream->next_reading;
    }
    if (stream->writes) {
        struct fake_pipe_stream **at = &stream->out->writing;
        while (*at != stream) {
            at = &(*at)->next_writing;
        }
        *at = stream->next_writing;
    }
}

void fake_pipe_stream_destroy(struct fake_pipe_stream *stream)
{
    stream_unlink(stream);
    if (stream->in != NULL) {
        fake_pipe_close_reader(stream->in);
        fake_pipe_release(stream->in);
    }
    if (stream->out != NULL) {
        fake_pipe_close_writer(stream->out);
        fake_pipe_release(stream->out);
    }
    fake_bytes_release(&stream->ahead);
    fake_bytes_release(&stream->unsent);
    free(stream);
}

plat_hr fake_transport_give(struct fake_host *host, struct fake_pipe *in, struct fake_pipe *out,
                            bool anonymous, char *label, plat_handle *handle)
{
    *handle = PLAT_NO_HANDLE;
    struct fake_pipe_stream *stream = fake_pipe_stream_create(host, in, out);
    if (stream == NULL) {
        free(label);
        return FAKE_NO_MEMORY;
    }
    stream->anonymous = anonymous;
    struct fake_handle *opened =
        fake_handles_open(&host->handles, FAKE_HANDLE_STREAM, stream, 0, label);
    if (opened == NULL) {
        fake_pipe_stream_destroy(stream);
        return FAKE_NO_MEMORY;
    }
    *handle = opened->id;
    return PLAT_S_OK;
}

/* ---- ops ---- */

/* The stream of a handle that may be read from or written to. */
static plat_hr stream_use(struct fake_host *host, plat_handle handle, const char *function,
                          struct fake_pipe_stream **out)
{
    const struct fake_handle *opened = fake_handle_use(host, FAKE_HANDLE_STREAM, handle, function);
    if (opened == NULL) {
        return plat_hr_win32(PLAT_ERROR_INVALID_HANDLE);
    }
    *out = opened->object;
    if (!(*out)->attached) {
        fake_misuse(host, "%s: %s (handle %llu) is not attached", function, opened->label,
                    (unsigned long long)handle);
        return plat_hr_win32(PLAT_ERROR_INVALID_HANDLE);
    }
    return PLAT_S_OK;
}

static plat_hr stream_attach(void *ctx, plat_handle handle, struct plat_event_sink sink,
                             uint64_t key)
{
    struct fake_host *host = ctx;
    struct fake_handle *opened = fake_handles_find(&host->handles, handle);
    if (opened != NULL && opened->kind == FAKE_HANDLE_PIPE_LISTENER) {
        return fake_named_attach(host, opened->object, sink, key);
    }
    opened = fake_handle_use(host, FAKE_HANDLE_STREAM, handle, "BindIoCompletionCallback");
    if (opened == NULL) {
        return plat_hr_win32(PLAT_ERROR_INVALID_HANDLE);
    }
    struct fake_pipe_stream *stream = opened->object;
    if (stream->attached) {
        fake_misuse(host, "BindIoCompletionCallback: %s (handle %llu) is attached already",
                    opened->label, (unsigned long long)handle);
    }
    if (stream->attached || stream->anonymous) {
        return plat_hr_win32(PLAT_ERROR_INVALID_PARAMETER);
    }
    stream->attached = true;
    stream->sink = sink;
    stream->key = key;
    return PLAT_S_OK;
}

static plat_hr stream_check_read(struct fake_host *host, const struct fake_pipe_stream *stream,
                                 plat_handle handle, size_t size)
{
    if (stream->in == NULL) {
        fake_misuse(host, "ReadFile: handle %llu is for writing", (unsigned long long)handle);
        return plat_hr_win32(PLAT_ERROR_ACCESS_DENIED);
    }
    if (size == 0 || size > PLAT_STREAM_BYTES_MAX) {
        fake_misuse(host, "ReadFile: %zu bytes are not 1 to %zu", size, PLAT_STREAM_BYTES_MAX);
        return plat_hr_win32(PLAT_ERROR_INVALID_PARAMETER);
    }
    return PLAT_S_OK;
}

static void stream_wait_to_read(struct fake_pipe_stream *stream)
{
    struct fake_pipe_stream **at = &stream->in->reading;
    while (*at != NULL) {
        at = &(*at)->next_reading;
    }
    *at = stream;
    stream->reads = true;
}

static plat_hr stream_read(void *ctx, plat_handle handle, void *data, size_t size, size_t *got)
{
    struct fake_host *host = ctx;
    struct fake_pipe_stream *stream = NULL;
    *got = 0;
    plat_hr hr = stream_use(host, handle, "ReadFile", &stream);
    if (plat_succeeded(hr)) {
        hr = stream_check_read(host, stream, handle, size);
    }
    if (plat_failed(hr)) {
        return hr;
    }
    if (stream->reads) {
        return plat_hr_win32(PLAT_ERROR_IO_PENDING);
    }
    if (stream->ahead.count > 0) {
        *got = fake_bytes_take(&stream->ahead, data, size);
        return PLAT_S_OK;
    }
    hr = fake_pipe_read(stream->in, data, size, got);
    if (plat_succeeded(hr) && *got == 0) {
        stream_wait_to_read(stream);
        hr = plat_hr_win32(PLAT_ERROR_IO_PENDING);
    }
    return hr;
}

static plat_hr stream_check_write(struct fake_host *host, const struct fake_pipe_stream *stream,
                                  plat_handle handle, size_t size)
{
    if (stream->out == NULL) {
        fake_misuse(host, "WriteFile: handle %llu is for reading", (unsigned long long)handle);
        return plat_hr_win32(PLAT_ERROR_ACCESS_DENIED);
    }
    if (size > PLAT_STREAM_BYTES_MAX) {
        fake_misuse(host, "WriteFile: %zu bytes are more than %zu", size, PLAT_STREAM_BYTES_MAX);
        return plat_hr_win32(PLAT_ERROR_INVALID_PARAMETER);
    }
    if (stream->writes) {
        fake_misuse(host, "WriteFile: the write before on handle %llu has not ended",
                    (unsigned long long)handle);
        return plat_hr_win32(PLAT_ERROR_BUSY);
    }
    return PLAT_S_OK;
}

static void stream_wait_to_write(struct fake_pipe_stream *stream)
{
    struct fake_pipe_stream **at = &stream->out->writing;
    while (*at != NULL) {
        at = &(*at)->next_writing;
    }
    *at = stream;
    stream->writes = true;
}

/* All in the pipe at once, or all behind it in `unsent`, of which settling lets in what there is
 * room for. */
static plat_hr stream_write(void *ctx, plat_handle handle, const void *data, size_t size)
{
    struct fake_host *host = ctx;
    struct fake_pipe_stream *stream = NULL;
    plat_hr hr = stream_use(host, handle, "WriteFile", &stream);
    if (plat_succeeded(hr)) {
        hr = stream_check_write(host, stream, handle, size);
    }
    if (plat_failed(hr)) {
        return hr;
    }
    struct fake_pipe *pipe = stream->out;
    if (fake_pipe_broken(pipe)) {
        return plat_hr_win32(PLAT_ERROR_NO_DATA);
    }
    if (size == 0) {
        return hr;
    }
    if (pipe->writing == NULL && size <= PLAT_STREAM_BYTES_MAX - pipe->bytes.count) {
        size_t taken = 0;
        return fake_pipe_write(pipe, data, size, &taken);
    }
    if (!fake_bytes_add(&stream->unsent, data, size)) {
        return FAKE_NO_MEMORY;
    }
    stream_wait_to_write(stream);
    fake_pipe_settle(pipe);
    return plat_hr_win32(PLAT_ERROR_IO_PENDING);
}

static plat_hr stream_close(void *ctx, plat_handle handle)
{
    struct fake_host *host = ctx;
    struct fake_handle *opened = fake_handles_find(&host->handles, handle);
    bool listener = opened != NULL && opened->kind == FAKE_HANDLE_PIPE_LISTENER;
    if (!listener) {
        opened = fake_handle_use(host, FAKE_HANDLE_STREAM, handle, "CloseHandle");
    }
    if (opened == NULL) {
        return plat_hr_win32(PLAT_ERROR_INVALID_HANDLE);
    }
    if (listener) {
        fake_listener_destroy(opened->object);
    } else {
        fake_pipe_stream_destroy(opened->object);
    }
    fake_handles_close(&host->handles, handle);
    return PLAT_S_OK;
}

const struct plat_transport_ops fake_transport_ops = {
    .connect = fake_named_connect,
    .listen = fake_named_listen,
    .accept = fake_named_accept,
    .attach = stream_attach,
    .read = stream_read,
    .write = stream_write,
    .close = stream_close,
};
