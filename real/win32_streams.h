/* What the files on transport.h share. */
#ifndef REAL_WIN32_STREAMS_H
#define REAL_WIN32_STREAMS_H

#include "real/win32_internal.h"

struct win32_stream;

/* What Windows writes into while it works. */
struct win32_operation {
    OVERLAPPED overlapped; /* the first member: Windows gives its address back */
    struct win32_stream *stream;
};

/* An attached stream, or a listener. Only Windows knows a stream that is not attached. */
struct win32_stream {
    struct win32_streams *owner;
    struct win32_stream *next;
    plat_handle number;
    bool listener;
    bool attached;  /* a stream always is */
    bool closed;    /* off the list: nothing is posted any more */
    unsigned waits; /* operations that Windows has not ended */
    struct plat_event_sink sink;
    uint64_t key;
    HANDLE file; /* of a listener: the instance that the next client gets */

    /* Reading, and accepting. */
    struct win32_operation read_op;
    unsigned char *ahead; /* what a read that waited was given, PLAT_STREAM_BYTES_MAX */
    DWORD ahead_at;
    DWORD ahead_end;
    bool reading;
    bool looking; /* somebody who settles cuts the read short */
    bool cut;     /* it was, and is to begin anew */
    plat_hr read_failure;

    /* Writing. */
    struct win32_operation write_op;
    unsigned char *behind; /* what is being written */
    bool writing;
    plat_hr write_failure;

    /* A listener's own. Its number is that of the event, which lives as long as it does. */
    wchar_t *name;
    PSECURITY_DESCRIPTOR descriptor;
    HANDLE event;
    HANDLE wait;
    bool ready; /* a client is at `file` */
};

struct win32_streams {
    SRWLOCK lock; /* of all streams, and held while posting */
    CONDITION_VARIABLE ended;
    struct win32_stream *all;
    size_t waiting; /* closed streams that Windows has not ended */
};

/* With the lock held; NULL when there is none. */
struct win32_stream *win32_stream_find(const struct win32_streams *streams, plat_handle number);
/* With the lock held. */
void win32_stream_link(struct win32_streams *streams, struct win32_stream *stream);
void win32_stream_unlink(struct win32_stream *stream);
void win32_stream_post(const struct win32_stream *stream, enum plat_stream_event type,
                       plat_hr status);

/* The UTF-16 of a pipe's name. ERROR_INVALID_NAME when it has not the form of one. */
plat_hr win32_pipe_name(const char *name, wchar_t **out);

/* What waits is looked at; see win32_machine_settle(). */
bool win32_streams_settle(struct win32_streams *streams);

/* win32_listener.c; close takes a listener that is off the list, without the lock. */
plat_hr win32_listen(void *ctx, const char *name, const char *sddl, plat_handle *out);
plat_hr win32_accept(void *ctx, plat_handle number, plat_handle *out);
void win32_listener_close(struct win32_stream *listener);

#endif
