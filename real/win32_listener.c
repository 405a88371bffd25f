/* core/platform/transport.h on overlapped named pipes: listeners.
 *
 * One instance of the pipe always waits for a client, so that the name is there as long as the listener is; it
 * becomes the client's stream once the next one stands. */
#include "real/win32_streams.h"

#include <stdlib.h>

static HANDLE make_instance(const wchar_t *name, PSECURITY_DESCRIPTOR descriptor, DWORD more)
{
    SECURITY_ATTRIBUTES attributes = {.nLength = sizeof(attributes),
                                      .lpSecurityDescriptor = descriptor};
    return CreateNamedPipeW(
        name, PIPE_ACCESS_DUPLEX | FILE_FLAG_OVERLAPPED | more,
        PIPE_TYPE_BYTE | PIPE_READMODE_BYTE | PIPE_WAIT | PIPE_REJECT_REMOTE_CLIENTS,
        PIPE_UNLIMITED_INSTANCES, (DWORD)PLAT_STREAM_BYTES_MAX, (DWORD)PLAT_STREAM_BYTES_MAX, 0,
        descriptor != NULL ? &attributes : NULL);
}

static void free_listener(struct win32_stream *listener)
{
    if (listener->file != INVALID_HANDLE_VALUE) {
        (void)CloseHandle(listener->file);
    }
    if (listener->event != NULL) {
        (void)CloseHandle(listener->event);
    }
    (void)LocalFree(listener->descriptor);
    free(listener->name);
    free(listener);
}

static plat_hr fill_listener(struct win32_stream *listener, const char *name, const char *sddl)
{
    plat_hr hr = win32_pipe_name(name, &listener->name);
    if (plat_succeeded(hr) && sddl != NULL) {
        hr = win32_descriptor(sddl, &listener->descriptor);
    }
    if (plat_failed(hr)) {
        return hr;
    }
    listener->event = CreateEventW(NULL, TRUE, FALSE, NULL);
    if (listener->event == NULL) {
        return win32_last();
    }
    listener->number = win32_handle_number(listener->event);
    listener->file =
        make_instance(listener->name, listener->descriptor, FILE_FLAG_FIRST_PIPE_INSTANCE);
    return listener->file != INVALID_HANDLE_VALUE ? PLAT_S_OK : win32_last();
}

plat_hr win32_listen(void *ctx, const char *name, const char *sddl, plat_handle *out)
{
    struct win32_streams *streams = ctx;
    *out = PLAT_NO_HANDLE;
    struct win32_stream *listener = calloc(1, sizeof(*listener));
    if (listener == NULL) {
        return plat_hr_win32(PLAT_ERROR_NOT_ENOUGH_MEMORY);
    }
    listener->listener = true;
    listener->file = INVALID_HANDLE_VALUE;
    plat_hr hr = fill_listener(listener, name, sddl);
    if (plat_failed(hr)) {
        free_listener(listener);
        return hr;
    }
    AcquireSRWLockExclusive(&streams->lock);
    win32_stream_link(streams, listener);
    ReleaseSRWLockExclusive(&streams->lock);
    *out = listener->number;
    return PLAT_S_OK;
}

/* A client has come, or waiting for one has failed. */
static void CALLBACK client_came(void *ctx, BOOLEAN timed_out)
{
    struct win32_stream *listener = ctx;
    struct win32_streams *streams = listener->owner;
    DWORD unused = 0;
    (void)timed_out;
    AcquireSRWLockExclusive(&streams->lock);
    if (!listener->closed) {
        plat_hr hr = PLAT_S_OK;
        if (!GetOverlappedResult(listener->file, &listener->read_op.overlapped, &unused, FALSE)) {
            hr = win32_last();
        }
        listener->reading = false;
        listener->ready = plat_succeeded(hr);
        listener->read_failure = hr;
        win32_stream_post(listener, PLAT_STREAM_ACCEPTABLE, hr);
    }
    ReleaseSRWLockExclusive(&streams->lock);
}

/* The wait of before is over: its callback has posted, and is about to return if it has not yet. */
static void forget_wait(struct win32_stream *listener)
{
    if (listener->wait != NULL) {
        (void)UnregisterWaitEx(listener->wait, INVALID_HANDLE_VALUE);
        listener->wait = NULL;
    }
}

static plat_hr wait_for_client(struct win32_stream *listener)
{
    forget_wait(listener);
    listener->read_op.overlapped = (OVERLAPPED){.hEvent = listener->event};
    if (ConnectNamedPipe(listener->file, &listener->read_op.overlapped)) {
        listener->ready = true;
        return PLAT_S_OK;
    }
    DWORD error = GetLastError();
    if (error == ERROR_PIPE_CONNECTED || error == ERROR_NO_DATA) {
        listener->ready = true; /* it was here before, and may have gone again */
        return PLAT_S_OK;
    }
    if (error != ERROR_IO_PENDING) {
        return plat_hr_win32(error);
    }
    listener->reading = true;
    if (!RegisterWaitForSingleObject(&listener->wait, listener->event, client_came, listener,
                                     INFINITE, WT_EXECUTEONLYONCE)) {
        plat_hr hr = win32_last();
        (void)CancelIoEx(listener->file, &listener->read_op.overlapped);
        (void)GetOverlappedResult(listener->file, &listener->read_op.overlapped, &error, TRUE);
        listener->reading = false;
        listener->wait = NULL;
        return hr;
    }
    return plat_hr_win32(PLAT_ERROR_IO_PENDING);
}

/* Gives the client's instance away once there is another for the next one. */
static plat_hr hand_over(struct win32_stream *listener, plat_handle *out)
{
    HANDLE next = make_instance(listener->name, listener->descriptor, 0);
    if (next == INVALID_HANDLE_VALUE) {
        return win32_last();
    }
    *out = win32_handle_number(listener->file);
    listener->file = next;
    listener->ready = false;
    return PLAT_S_OK;
}

static plat_hr accept_client(struct win32_stream *listener, plat_handle *out)
{
    if (listener->reading) {
        return plat_hr_win32(PLAT_ERROR_IO_PENDING);
    }
    if (plat_failed(listener->read_failure)) {
        return listener->read_failure;
    }
    plat_hr hr = listener->ready ? PLAT_S_OK : wait_for_client(listener);
    return plat_succeeded(hr) ? hand_over(listener, out) : hr;
}

plat_hr win32_accept(void *ctx, plat_handle number, plat_handle *out)
{
    struct win32_streams *streams = ctx;
    *out = PLAT_NO_HANDLE;
    AcquireSRWLockExclusive(&streams->lock);
    struct win32_stream *listener = win32_stream_find(streams, number);
    plat_hr hr = listener != NULL && listener->listener && listener->attached
                     ? accept_client(listener, out)
                     : plat_hr_win32(PLAT_ERROR_INVALID_HANDLE);
    ReleaseSRWLockExclusive(&streams->lock);
    return hr;
}

void win32_listener_close(struct win32_stream *listener)
{
    DWORD unused = 0;
    forget_wait(listener);
    if (listener->reading) {
        (void)CancelIoEx(listener->file, &listener->read_op.overlapped);
        (void)GetOverlappedResult(listener->file, &listener->read_op.overlapped, &unused, TRUE);
    }
    free_listener(listener);
}
