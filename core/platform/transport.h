/* Byte streams over named pipes (kernel32.dll): the ends of a process's stdio pipes, which hcs.h
 * hands out; connections to another daemon's pipe (containerd); pipes that this daemon listens on,
 * which its remote runtime does for a task's stdio (client code: moby, libcontainerd/remote).
 *
 * No memory is shared with the platform and nothing waits. A stream is bound to a sink and a key
 * once, with `attach`; then:
 *  - read answers what is there. When nothing is, ERROR_IO_PENDING; later one PLAT_STREAM_READABLE
 *    says that the next read will not answer that.
 *  - write copies its bytes. Done at once, or ERROR_IO_PENDING and later one PLAT_STREAM_WRITTEN.
 *  - accept is read's sister for a listener.
 * ERROR_IO_PENDING always promises exactly one event, unless the stream is closed first. Another
 * answer promises none. At most one read or accept, and beside it one write, waits per handle.
 *
 * Limits: PLAT_STREAM_BYTES_MAX for one call and for what the platform holds per direction and
 * stream, and it reads ahead only after a read answered pending. So a caller that stops reading
 * stops the writer at the other end: a full pipe blocks a process's output (recorded: hcsctl).
 *
 * End: a read answers ERROR_BROKEN_PIPE when the other end is closed and all its bytes were read
 * (documented: ReadFile); every later read too. The output of a process ends when the last holder
 * of the pipe in the container is gone, before or after the exit is told, and stays readable after
 * the process and its handles are gone (client code). There is no half-close: the input of a
 * process ends with hcs.h's modify_process. Failures are for ever: a stream that failed once only
 * takes close.
 *
 * Cancel: there is none but close, which ends what waits. No event of the stream is posted after
 * close returned; one posted before may be in the sink still. Bytes whose write
 * has not ended may be lost at close: who needs them delivered waits for PLAT_STREAM_WRITTEN. Bytes
 * that the pipe took stay readable at the other end.
 *
 * What is said of evidence in hcs.h holds here too. */
#ifndef PLAT_TRANSPORT_H
#define PLAT_TRANSPORT_H

#include "core/platform/event.h"
#include "core/platform/types.h"

/* The pipes' own buffer in hcsshim's and docker's use, 64 KiB. */
#define PLAT_STREAM_BYTES_MAX ((size_t)64 * 1024)

/* \\.\pipe\ with its name (documented: CreateNamedPipeW). */
#define PLAT_PIPE_NAME_UNITS_MAX 256u

/* `type` of a PLAT_EVENT_STREAM event; `data` is NULL. The key is that of the handle's attach. */
enum plat_stream_event {
    /* Read again. `status` is S_OK, or the failure that the next read answers. */
    PLAT_STREAM_READABLE = 1,
    /* The write has ended: S_OK, all bytes are in the pipe; or a failure, and some are not. */
    PLAT_STREAM_WRITTEN = 2,
    /* A client has come to the listener: accept again. `status` as for READABLE. */
    PLAT_STREAM_ACCEPTABLE = 3
};

struct plat_transport_ops {
    /* CreateFileW(\\.\pipe\name, read and write, overlapped): a client's end, in byte mode. Answers
     * at once: ERROR_FILE_NOT_FOUND (nobody listens), ERROR_PIPE_BUSY (all instances are taken: try
     * again after a while; go-winio does so every 10 ms; documented: "Named Pipe Client"),
     * ERROR_ACCESS_DENIED, ERROR_INVALID_NAME when the name is not of that form. */
    plat_hr (*connect)(void *ctx, const char *name, plat_handle *out);

    /* CreateNamedPipeW(first instance, duplex, byte mode, local clients only): a listener. `sddl`
     * is the pipe's security descriptor, NULL for the default one. ERROR_ACCESS_DENIED when the
     * name has a listener already (documented: FILE_FLAG_FIRST_PIPE_INSTANCE),
     * ERROR_INVALID_SECURITY_DESCR, ERROR_INVALID_NAME. Clients can connect from now on. */
    plat_hr (*listen)(void *ctx, const char *name, const char *sddl, plat_handle *out);

    /* ConnectNamedPipe: the stream of the client that has waited longest, to be attached like any
     * other; or pending, PLAT_STREAM_ACCEPTABLE. One that came and went is given all the same, with
     * its bytes and its end (assumed: Windows' ERROR_NO_DATA). Streams live on when the listener is
     * closed. */
    plat_hr (*accept)(void *ctx, plat_handle listener, plat_handle *out);

    /* BindIoCompletionCallback: names where the events of this stream or listener go; must come
     * before read, write and accept, which answer ERROR_INVALID_HANDLE otherwise. Posts nothing
     * itself. Once per handle: ERROR_INVALID_PARAMETER the second time, and for a handle that
     * cannot do overlapped I/O, such as an end of an anonymous pipe (documented:
     * CreateIoCompletionPort). */
    plat_hr (*attach)(void *ctx, plat_handle stream, struct plat_event_sink sink, uint64_t key);

    /* ReadFile: up to `size` bytes, 1 to PLAT_STREAM_BYTES_MAX, that have arrived; *got is at least
     * 1 on S_OK and 0 otherwise. ERROR_IO_PENDING when there are none yet, and again, without a
     * second event, while that one is owed. ERROR_BROKEN_PIPE at the end. ERROR_ACCESS_DENIED on a
     * process's input. */
    plat_hr (*read)(void *ctx, plat_handle stream, void *data, size_t size, size_t *got);

    /* WriteFile: all `size` bytes, at most PLAT_STREAM_BYTES_MAX, in order after those before; 0
     * bytes write nothing, and may tell that the other end is closed. The caller's memory is free when it returns. ERROR_BUSY, and nothing
     * taken, while the write before has not ended. ERROR_NO_DATA or ERROR_BROKEN_PIPE when the
     * other end is closed (documented: WriteFile), now or in the event. ERROR_ACCESS_DENIED on a
     * process's output. */
    plat_hr (*write)(void *ctx, plat_handle stream, const void *data, size_t size);

    /* CancelIoEx, CloseHandle: for streams, attached or not, and listeners; whoever got the handle
     * closes it once. A listener's waiting clients see the end. ERROR_INVALID_HANDLE when it is
     * closed already. */
    plat_hr (*close)(void *ctx, plat_handle stream);
};

struct plat_transport {
    const struct plat_transport_ops *ops;
    void *ctx;
};

#endif
