/* The streams of processes over the channel. A service that is gone is a broken pipe to them. */
#include "fakes/remote/client.h"

#include <string.h>

static plat_hr ask_stream(struct fake_remote *remote, struct remote_message *in,
                          struct remote_message *out)
{
    plat_hr hr = remote_ask(remote, in, out);
    return hr == REMOTE_LOST && fake_remote_is_lost(remote) ? plat_hr_win32(PLAT_ERROR_BROKEN_PIPE)
                                                            : hr;
}

static plat_hr remote_connect(void *ctx, const char *name, plat_handle *out)
{
    (void)ctx, (void)name;
    *out = PLAT_NO_HANDLE;
    return PLAT_E_NOTIMPL;
}

static plat_hr remote_listen(void *ctx, const char *name, const char *sddl, plat_handle *out)
{
    (void)ctx, (void)name, (void)sddl;
    *out = PLAT_NO_HANDLE;
    return PLAT_E_NOTIMPL;
}

static plat_hr remote_accept(void *ctx, plat_handle listener, plat_handle *out)
{
    (void)ctx, (void)listener;
    *out = PLAT_NO_HANDLE;
    return PLAT_E_NOTIMPL;
}

static plat_hr remote_attach(void *ctx, plat_handle stream, struct plat_event_sink sink,
                             uint64_t key)
{
    struct remote_message in = {.kind = REMOTE_STREAM_ATTACH, .numbers = {stream}};
    struct remote_message out;
    const struct remote_ear ear = {.sink = sink, .key = key};
    bool added = false;
    if (!remote_ear_is_there(ctx, REMOTE_EAR_STREAM, stream)) {
        added = remote_ear_add(ctx, REMOTE_EAR_STREAM, stream, &ear);
        if (!added) {
            return PLAT_E_OUTOFMEMORY;
        }
    }
    plat_hr hr = ask_stream(ctx, &in, &out);
    if (plat_failed(hr) && added) {
        (void)remote_ear_remove(ctx, REMOTE_EAR_STREAM, stream);
    }
    return hr;
}

static plat_hr remote_stream_read(void *ctx, plat_handle stream, void *data, size_t size,
                                  size_t *got)
{
    struct remote_message in = {.kind = REMOTE_STREAM_READ, .numbers = {stream, size}};
    struct remote_message out;
    *got = 0;
    plat_hr hr = ask_stream(ctx, &in, &out);
    const struct remote_blob *blob = &out.blobs[0];
    if (plat_succeeded(hr) && blob->data == NULL) {
        hr = PLAT_E_OUTOFMEMORY;
    } else if (plat_succeeded(hr) && (blob->size == 0 || blob->size > size)) {
        hr = plat_hr_win32(PLAT_ERROR_INVALID_DATA);
    } else if (plat_succeeded(hr)) {
        memcpy(data, blob->data, blob->size);
        *got = blob->size;
    }
    remote_message_release(&out);
    return hr;
}

static plat_hr remote_stream_write(void *ctx, plat_handle stream, const void *data, size_t size)
{
    /* Only read from: what is sent is not changed. */
    struct remote_message in = {.kind = REMOTE_STREAM_WRITE,
                                .numbers = {stream},
                                .blobs = {{(char *)(uintptr_t)data, size}}};
    struct remote_message out;
    if (size == 0) {
        in.blobs[0].data = (char *)(uintptr_t) "";
    }
    return ask_stream(ctx, &in, &out);
}

static plat_hr remote_stream_close(void *ctx, plat_handle stream)
{
    struct remote_message in = {.kind = REMOTE_STREAM_CLOSE, .numbers = {stream}};
    plat_hr hr = remote_close(ctx, &in);
    if (plat_succeeded(hr)) {
        (void)remote_ear_remove(ctx, REMOTE_EAR_STREAM, stream);
    }
    return hr;
}

const struct plat_transport_ops remote_transport_ops = {
    .connect = remote_connect,
    .listen = remote_listen,
    .accept = remote_accept,
    .attach = remote_attach,
    .read = remote_stream_read,
    .write = remote_stream_write,
    .close = remote_stream_close,
};
