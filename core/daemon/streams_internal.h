/* What the pump and its clients share. */
#ifndef WCD_DAEMON_STREAMS_INTERNAL_H
#define WCD_DAEMON_STREAMS_INTERNAL_H

#include "core/daemon/streams.h"

/* Bytes on their way, in order. */
struct streams_bytes {
    char *data;
    size_t len;
    size_t capacity;
};
bool streams_bytes_add(struct streams_bytes *bytes, const char *data, size_t size);
void streams_bytes_consume(struct streams_bytes *bytes, size_t size);
void streams_bytes_release(struct streams_bytes *bytes);

struct streams_pump {
    struct wcd_streams *streams;
    bool is_error;
    plat_handle handle; /* PLAT_NO_HANDLE: not open */
    struct wcd_handler handler;
    struct wcd_task task;   /* reads on */
    struct wcd_timer later; /* the same, behind the events of others */
};

struct streams_input {
    plat_handle handle;
    struct wcd_handler handler;
    struct streams_bytes bytes; /* what no process has read yet, also before the start */
    bool writing;               /* the platform has a write that has not ended */
    bool closing;               /* no more comes: the pipe is closed behind the last byte */
    struct wcd_task task;       /* tells the owner that it was closed */
};

struct wcd_attachment {
    struct wcd_streams *streams; /* NULL: it was let go, or has left */
    struct wcd_attachment *next; /* among the clients of its streams */
    struct wcd_streams_client client;
    char keys[WCD_DETACH_KEYS_MAX];
    size_t key_position;             /* keys that were seen in a row */
    bool input_ended;                /* of this client */
    bool detached;                   /* by its keys */
    struct streams_bytes waiting[2]; /* output and error output */
    struct streams_bytes given;      /* what the last read gave */
};

struct wcd_streams {
    struct wcd_streams_options options;
    struct streams_pump pumps[2]; /* output and error output */
    struct streams_input input;
    struct wcd_attachment *clients; /* in the order of their coming */
    wcd_task_fn *wait_done;         /* NULL: nobody waits */
    void *wait_ctx;
    struct wcd_timer wait_limit;
    struct wcd_task wait_task;
};

/* Gives the clients what arrived. */
void streams_deliver(struct wcd_streams *streams, bool error_stream, const char *data, size_t size);
/* A client has so much of it unread that nothing more is read. */
bool streams_are_stopped(const struct wcd_streams *streams, bool error_stream);
/* Reads on, if it had to stop and need not any more. */
void streams_go_on(struct wcd_streams *streams, bool error_stream);
/* Writes what can be written of the input. */
void streams_write_on(struct wcd_streams *streams);
/* Behind the last byte. */
void streams_close_input(struct wcd_streams *streams);
/* All clients. */
void streams_let_go(struct wcd_streams *streams);

#endif
