/* Pipes inside the emulator: the far ends of what core/platform/transport.h hands out.
 *
 * A pipe is one direction with 64 KiB of room. Who writes to it or reads from it is either a stream,
 * which has a handle and belongs to the daemon, or somebody inside the emulator (fakes/guest), who
 * calls the functions below and waits with a waiter. Both may be on one end at once: a program and
 * its children write to one stdout, several handles read from it, and each byte goes to one of them.
 *
 * The functions post to sinks and tell waiters from inside the call; neither may call back. */
#ifndef FAKE_TRANSPORT_TRANSPORT_H
#define FAKE_TRANSPORT_TRANSPORT_H

#include "core/platform/transport.h"
#include "fakes/transport/bytes.h"

struct fake_host;
struct fake_pipe;
struct fake_pipe_stream;
struct fake_listener;

/* Clients of one listener that nobody has accepted yet. */
#define FAKE_PIPE_CLIENTS_MAX 64u

/* What a host keeps. */
struct fake_transport {
    struct fake_pipe_stream *streams; /* all there are, with and without a handle */
    struct fake_listener *listeners;
    struct fake_pipe_failure *failures;
    size_t failure_count;
    bool anonymous; /* processes get anonymous pipes, which cannot be attached */
    bool silent;    /* the host is going away: no event is posted any more */
};

void fake_transport_release(struct fake_host *host);

/* ---- pipes ---- */

/* One reference, nobody at either end; NULL without memory. */
struct fake_pipe *fake_pipe_create(struct fake_host *host);
void fake_pipe_hold(struct fake_pipe *pipe);
void fake_pipe_release(struct fake_pipe *pipe); /* NULL is fine */

/* The end of the bytes comes when the last writer has closed, and writing fails once the last reader
 * has. Whoever opens closes once. */
void fake_pipe_open_writer(struct fake_pipe *pipe);
void fake_pipe_close_writer(struct fake_pipe *pipe);
void fake_pipe_open_reader(struct fake_pipe *pipe);
void fake_pipe_close_reader(struct fake_pipe *pipe);
/* Nothing more gets in, whoever holds it; what is in can still be read. */
void fake_pipe_cut(struct fake_pipe *pipe);

/* As much as there is room for. S_OK; ERROR_NO_DATA when nobody reads or the pipe is cut;
 * ERROR_NOT_ENOUGH_MEMORY. */
plat_hr fake_pipe_write(struct fake_pipe *pipe, const void *data, size_t size, size_t *taken);
/* What is there. S_OK with *got 0 when nothing is, ERROR_BROKEN_PIPE at the end. */
plat_hr fake_pipe_read(struct fake_pipe *pipe, void *data, size_t size, size_t *got);

/* Told once, then it waits no longer. */
struct fake_pipe_waiter {
    void (*told)(void *ctx);
    void *ctx;
    struct fake_pipe *on; /* NULL: waits for nothing */
    struct fake_pipe_waiter *next;
};
/* Until the next write gets on, or fails; the next read gets something, or the end. That must not be
 * so already. */
void fake_pipe_wait_room(struct fake_pipe *pipe, struct fake_pipe_waiter *waiter);
void fake_pipe_wait_bytes(struct fake_pipe *pipe, struct fake_pipe_waiter *waiter);
void fake_pipe_wait_no_more(struct fake_pipe_waiter *waiter);

/* ---- streams ---- */

/* A new handle that reads from `in` and writes to `out` (one may be NULL). Takes `label`, which names
 * it in reports, in every case. ERROR_NOT_ENOUGH_MEMORY. */
plat_hr fake_transport_give(struct fake_host *host, struct fake_pipe *in, struct fake_pipe *out,
                            bool anonymous, char *label, plat_handle *handle);

#endif
