/* The inside of fakes/transport: what pipes, streams and listeners know of each other. */
#ifndef FAKE_TRANSPORT_INTERNAL_H
#define FAKE_TRANSPORT_INTERNAL_H

#include "fakes/host/internal.h"

/* One direction. */
struct fake_pipe {
    struct fake_host *host;
    uint32_t references;
    uint32_t writers;
    uint32_t readers;
    bool cut;
    struct fake_bytes bytes;
    /* Streams whose read or write waits, and waiters inside the emulator: who came first is first. */
    struct fake_pipe_stream *reading;
    struct fake_pipe_stream *writing;
    struct fake_pipe_waiter *wait_bytes;
    struct fake_pipe_waiter *wait_room;
};

/* One handle, or the server's end of a client that nobody has accepted yet. */
struct fake_pipe_stream {
    struct fake_host *host;
    struct fake_pipe *in;  /* NULL: not for reading */
    struct fake_pipe *out; /* NULL: not for writing */
    bool anonymous;
    bool attached;
    bool reads;  /* is among in->reading: owes a READABLE */
    bool writes; /* is among out->writing: owes a WRITTEN */
    struct plat_event_sink sink;
    uint64_t key;
    struct fake_bytes ahead;  /* what a read that waited has got */
    struct fake_bytes unsent; /* what a write that waits has left */
    struct fake_pipe_stream *next_reading;
    struct fake_pipe_stream *next_writing;
    struct fake_pipe_stream *next_client; /* among a listener's */
    struct fake_pipe_stream *previous;    /* among the host's */
    struct fake_pipe_stream *next;
};

struct fake_listener {
    struct fake_host *host;
    char *name;
    bool attached;
    bool accepts; /* owes an ACCEPTABLE */
    struct plat_event_sink sink;
    uint64_t key;
    struct fake_pipe_stream *clients; /* the one that has waited longest first */
    size_t client_count;
    struct fake_listener *next;
};

/* What a test wants connect and listen to answer for a pipe. */
struct fake_pipe_failure {
    char *name;
    plat_hr hr;
};

/* Lets everything happen that can: waiting writes go in, waiting reads get what is there, and who is
 * done is told. */
void fake_pipe_settle(struct fake_pipe *pipe);
bool fake_pipe_at_end(const struct fake_pipe *pipe); /* nothing is there and nothing will come */
bool fake_pipe_broken(const struct fake_pipe *pipe); /* nothing gets in any more */

/* Without a handle; NULL without memory. */
struct fake_pipe_stream *fake_pipe_stream_create(struct fake_host *host, struct fake_pipe *in,
                                                 struct fake_pipe *out);
void fake_pipe_stream_destroy(struct fake_pipe_stream *stream);
void fake_pipe_stream_post(const struct fake_pipe_stream *stream, enum plat_stream_event type,
                           plat_hr status);

/* The ops of named pipes; those of streams are in stream.c. */
plat_hr fake_named_connect(void *ctx, const char *name, plat_handle *out);
plat_hr fake_named_listen(void *ctx, const char *name, const char *sddl, plat_handle *out);
plat_hr fake_named_accept(void *ctx, plat_handle handle, plat_handle *out);
plat_hr fake_named_attach(struct fake_host *host, struct fake_listener *listener,
                          struct plat_event_sink sink, uint64_t key);
void fake_listener_destroy(struct fake_listener *listener);

#endif
