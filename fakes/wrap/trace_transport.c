/* Tracing of the pipes' calls. The events of streams have no entries. */
#include "fakes/wrap/trace_internal.h"

#define TRANSPORT_DLL       "kernel32.dll"
#define PIPE_READ_AND_WRITE 0xC0000000u /* GENERIC_READ | GENERIC_WRITE */
#define PIPE_SHARE_NONE     0u
#define PIPE_OPEN_EXISTING  3u /* OPEN_EXISTING */

static plat_hr trace_transport_connect(void *ctx, const char *name, plat_handle *out)
{
    struct wrap_trace *trace = ctx;
    const struct plat_transport *transport = &trace->below.transport;
    struct wrap_call call = wrap_begin(trace, TRANSPORT_DLL, "CreateFileW");
    wrap_arg_text(&call, "lpFileName", name);
    wrap_arg_number(&call, "dwDesiredAccess", PIPE_READ_AND_WRITE);
    wrap_arg_number(&call, "dwShareMode", PIPE_SHARE_NONE);
    wrap_arg_number(&call, "dwCreationDisposition", PIPE_OPEN_EXISTING);
    plat_hr hr = transport->ops->connect(transport->ctx, name, out);
    if (plat_succeeded(hr)) {
        wrap_result_number(&call, "handle", *out);
    }
    return wrap_end(&call, hr);
}

static plat_hr trace_transport_listen(void *ctx, const char *name, const char *sddl,
                                      plat_handle *out)
{
    struct wrap_trace *trace = ctx;
    const struct plat_transport *transport = &trace->below.transport;
    struct wrap_call call = wrap_begin(trace, TRANSPORT_DLL, "CreateNamedPipeW");
    wrap_arg_text(&call, "lpName", name);
    wrap_arg_text(&call, "lpSecurityAttributes", sddl);
    plat_hr hr = transport->ops->listen(transport->ctx, name, sddl, out);
    if (plat_succeeded(hr)) {
        wrap_result_number(&call, "handle", *out);
    }
    return wrap_end(&call, hr);
}

static plat_hr trace_transport_accept(void *ctx, plat_handle listener, plat_handle *out)
{
    struct wrap_trace *trace = ctx;
    const struct plat_transport *transport = &trace->below.transport;
    struct wrap_call call = wrap_begin(trace, TRANSPORT_DLL, "ConnectNamedPipe");
    wrap_arg_number(&call, "hNamedPipe", listener);
    plat_hr hr = transport->ops->accept(transport->ctx, listener, out);
    if (plat_succeeded(hr)) {
        wrap_result_number(&call, "handle", *out);
    }
    return wrap_end(&call, hr);
}

static plat_hr trace_transport_attach(void *ctx, plat_handle stream, struct plat_event_sink sink,
                                      uint64_t key)
{
    struct wrap_trace *trace = ctx;
    const struct plat_transport *transport = &trace->below.transport;
    struct wrap_call call = wrap_begin(trace, TRANSPORT_DLL, "BindIoCompletionCallback");
    wrap_arg_number(&call, "FileHandle", stream);
    wrap_arg_number(&call, "key", key);
    return wrap_end(&call, transport->ops->attach(transport->ctx, stream, sink, key));
}

static plat_hr trace_transport_read(void *ctx, plat_handle stream, void *data, size_t size,
                                    size_t *got)
{
    struct wrap_trace *trace = ctx;
    const struct plat_transport *transport = &trace->below.transport;
    struct wrap_call call = wrap_begin(trace, TRANSPORT_DLL, "ReadFile");
    wrap_arg_number(&call, "hFile", stream);
    wrap_arg_number(&call, "nNumberOfBytesToRead", size);
    plat_hr hr = transport->ops->read(transport->ctx, stream, data, size, got);
    if (plat_succeeded(hr)) {
        wrap_result_number(&call, "nNumberOfBytesRead", *got);
    }
    return wrap_end(&call, hr);
}

static plat_hr trace_transport_write(void *ctx, plat_handle stream, const void *data, size_t size)
{
    struct wrap_trace *trace = ctx;
    const struct plat_transport *transport = &trace->below.transport;
    struct wrap_call call = wrap_begin(trace, TRANSPORT_DLL, "WriteFile");
    wrap_arg_number(&call, "hFile", stream);
    wrap_arg_number(&call, "nNumberOfBytesToWrite", size);
    return wrap_end(&call, transport->ops->write(transport->ctx, stream, data, size));
}

static plat_hr trace_transport_close(void *ctx, plat_handle stream)
{
    struct wrap_trace *trace = ctx;
    const struct plat_transport *transport = &trace->below.transport;
    struct wrap_call call = wrap_begin(trace, TRANSPORT_DLL, "CloseHandle");
    wrap_arg_number(&call, "hObject", stream);
    return wrap_end(&call, transport->ops->close(transport->ctx, stream));
}

const struct plat_transport_ops wrap_trace_transport_ops = {
    .connect = trace_transport_connect,
    .listen = trace_transport_listen,
    .accept = trace_transport_accept,
    .attach = trace_transport_attach,
    .read = trace_transport_read,
    .write = trace_transport_write,
    .close = trace_transport_close,
};
