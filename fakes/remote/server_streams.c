/* Calls of transport.h on the streams of processes. */
#include "fakes/remote/server.h"

#include <stdlib.h>

static bool stream_of(struct remote_client *client, const struct remote_message *in,
                      plat_handle *stream)
{
    return remote_find(client, REMOTE_STREAM, in->numbers[0], stream);
}

static plat_hr serve_attach(struct remote_client *client, const struct remote_message *in,
                            struct remote_message *out)
{
    const struct plat_transport *transport = &client->platform.transport;
    plat_handle stream = PLAT_NO_HANDLE;
    (void)out;
    return stream_of(client, in, &stream)
               ? transport->ops->attach(transport->ctx, stream, remote_client_sink(client),
                                        in->numbers[0])
               : REMOTE_NO_SUCH_HANDLE;
}

static plat_hr serve_read(struct remote_client *client, const struct remote_message *in,
                          struct remote_message *out)
{
    const struct plat_transport *transport = &client->platform.transport;
    plat_handle stream = PLAT_NO_HANDLE;
    size_t got = 0;
    if (!stream_of(client, in, &stream)) {
        return REMOTE_NO_SUCH_HANDLE;
    }
    if (in->numbers[1] == 0 || in->numbers[1] > PLAT_STREAM_BYTES_MAX) {
        return plat_hr_win32(PLAT_ERROR_INVALID_PARAMETER);
    }
    char *data = malloc((size_t)in->numbers[1]);
    if (data == NULL) {
        return PLAT_E_OUTOFMEMORY;
    }
    plat_hr hr = transport->ops->read(transport->ctx, stream, data, (size_t)in->numbers[1], &got);
    out->blobs[0] = (struct remote_blob){data, plat_succeeded(hr) ? got : 0};
    return hr;
}

static plat_hr serve_write(struct remote_client *client, const struct remote_message *in,
                           struct remote_message *out)
{
    const struct plat_transport *transport = &client->platform.transport;
    plat_handle stream = PLAT_NO_HANDLE;
    (void)out;
    if (!stream_of(client, in, &stream)) {
        return REMOTE_NO_SUCH_HANDLE;
    }
    return transport->ops->write(transport->ctx, stream, in->blobs[0].data, in->blobs[0].size);
}

static plat_hr serve_close(struct remote_client *client, const struct remote_message *in,
                           struct remote_message *out)
{
    const struct plat_transport *transport = &client->platform.transport;
    struct remote_handle *stream = remote_claim(client, REMOTE_STREAM, in->numbers[0]);
    (void)out;
    if (stream == NULL) {
        return REMOTE_NO_SUCH_HANDLE;
    }
    plat_hr hr = transport->ops->close(transport->ctx, stream->real);
    (void)remote_closed(client, stream, plat_succeeded(hr));
    return hr;
}

remote_serve_fn *const remote_serve_streams[REMOTE_KIND_END] = {
    [REMOTE_STREAM_ATTACH] = serve_attach,
    [REMOTE_STREAM_READ] = serve_read,
    [REMOTE_STREAM_WRITE] = serve_write,
    [REMOTE_STREAM_CLOSE] = serve_close,
};
