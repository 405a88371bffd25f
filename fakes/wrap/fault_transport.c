/* Faults of pipes. Streams of a process are about that process. Events pass untouched, but none of a stream
 * that the daemon believes to have closed, nor any to a process that died. */
#include "fakes/wrap/fault_internal.h"

static plat_hr fault_transport_connect(void *ctx, const char *name, plat_handle *out)
{
    struct wrap_fault *fault = ctx;
    const struct plat_transport *transport = &fault->below.transport;
    struct fault_call call;
    fault_begin(&call, fault, "CreateFileW", name);
    (void)fault_out_handle(&call, WRAP_HANDLE_STREAM, out);
    if (fault_enter(&call)) {
        call.hr = transport->ops->connect(transport->ctx, name, out);
    }
    return fault_leave(&call);
}

static plat_hr fault_transport_listen(void *ctx, const char *name, const char *sddl,
                                      plat_handle *out)
{
    struct wrap_fault *fault = ctx;
    const struct plat_transport *transport = &fault->below.transport;
    struct fault_call call;
    fault_begin(&call, fault, "CreateNamedPipeW", name);
    (void)fault_out_handle(&call, WRAP_HANDLE_STREAM, out);
    if (fault_enter(&call)) {
        call.hr = transport->ops->listen(transport->ctx, name, sddl, out);
    }
    return fault_leave(&call);
}

static plat_hr fault_transport_accept(void *ctx, plat_handle listener, plat_handle *out)
{
    struct wrap_fault *fault = ctx;
    const struct plat_transport *transport = &fault->below.transport;
    struct fault_call call;
    fault_begin_on(&call, fault, "ConnectNamedPipe", WRAP_HANDLE_STREAM, listener);
    call.phantom_hr = plat_hr_win32(PLAT_ERROR_IO_PENDING);
    (void)fault_out_handle(&call, WRAP_HANDLE_STREAM, out);
    if (fault_enter(&call)) {
        call.hr = transport->ops->accept(transport->ctx, listener, out);
    }
    return fault_leave(&call);
}

static plat_hr fault_transport_attach(void *ctx, plat_handle stream, struct plat_event_sink sink,
                                      uint64_t key)
{
    struct wrap_fault *fault = ctx;
    const struct plat_transport *transport = &fault->below.transport;
    struct fault_sink *faulty = NULL;
    struct fault_call call;
    fault_begin_on(&call, fault, "BindIoCompletionCallback", WRAP_HANDLE_STREAM, stream);
    call.phantom_hr = PLAT_S_OK;
    if (fault_enter(&call)) {
        faulty = fault_sink_create(&call, sink, key);
        call.hr = faulty == NULL
                      ? PLAT_E_OUTOFMEMORY
                      : transport->ops->attach(transport->ctx, stream, fault_sink_of(faulty), key);
    }
    fault_sink_registered(faulty, WRAP_HANDLE_STREAM,
                          plat_succeeded(call.hr) ? stream : PLAT_NO_HANDLE);
    return fault_leave(&call);
}

static plat_hr fault_transport_read(void *ctx, plat_handle stream, void *data, size_t size,
                                    size_t *got)
{
    struct wrap_fault *fault = ctx;
    const struct plat_transport *transport = &fault->below.transport;
    struct fault_call call;
    fault_begin_on(&call, fault, "ReadFile", WRAP_HANDLE_STREAM, stream);
    call.phantom_hr = plat_hr_win32(PLAT_ERROR_IO_PENDING);
    fault_out_data(&call, got, sizeof(*got));
    if (fault_enter(&call)) {
        call.hr = transport->ops->read(transport->ctx, stream, data, size, got);
    }
    return fault_leave(&call);
}

static plat_hr fault_transport_write(void *ctx, plat_handle stream, const void *data, size_t size)
{
    struct wrap_fault *fault = ctx;
    const struct plat_transport *transport = &fault->below.transport;
    struct fault_call call;
    fault_begin_on(&call, fault, "WriteFile", WRAP_HANDLE_STREAM, stream);
    call.phantom_hr = plat_hr_win32(PLAT_ERROR_IO_PENDING);
    if (fault_enter(&call)) {
        call.hr = transport->ops->write(transport->ctx, stream, data, size);
    }
    return fault_leave(&call);
}

static plat_hr fault_transport_close(void *ctx, plat_handle stream)
{
    struct wrap_fault *fault = ctx;
    const struct plat_transport *transport = &fault->below.transport;
    struct fault_call call;
    fault_begin_close(&call, fault, "CloseHandle", WRAP_HANDLE_STREAM, stream);
    if (fault_enter(&call)) {
        call.hr = transport->ops->close(transport->ctx, stream);
    }
    return fault_leave(&call);
}

const struct plat_transport_ops wrap_fault_transport_ops = {
    .connect = fault_transport_connect,
    .listen = fault_transport_listen,
    .accept = fault_transport_accept,
    .attach = fault_transport_attach,
    .read = fault_transport_read,
    .write = fault_transport_write,
    .close = fault_transport_close,
};
