/* The seam over a stream of bytes: programs in several processes use one emulated host.
 *
 * A service has the host; each client has a channel to it, through which it calls the compute service,
 * HNS, HCN, storage and the streams of processes, and gets its events. The client's platform can be
 * called from any thread; each call waits for its own answer only.
 *
 * When a client's channel ends, for whatever reason, the service closes what the client had open:
 * registrations, streams, processes' and systems' handles. Compute systems live on unless they were to
 * end with their last handle, as on Windows. When the service ends, every call of a client answers
 * RPC_S_SERVER_UNAVAILABLE (but closes and unregistrations, which succeed, and streams, whose pipes are
 * broken), and every registration gets ServiceDisconnect, once.
 *
 * What comes in is not trusted, on either side: lengths, counts and handles are checked, and a message
 * that is none ends the channel. Handles of other clients are ERROR_INVALID_HANDLE. */
#ifndef FAKE_REMOTE_REMOTE_H
#define FAKE_REMOTE_REMOTE_H

#include "core/base/error.h"
#include "core/platform/platform.h"

/* Of one message: a document of the largest size with its result (core/base/limits.h has those). */
#define FAKE_REMOTE_MESSAGE_BYTES_MAX ((size_t)48 * 1024 * 1024)
/* What a client that does not read may have waiting before its channel is ended. */
#define FAKE_REMOTE_QUEUE_BYTES_MAX ((size_t)128 * 1024 * 1024)
/* Raised when messages change; client and service of different versions part at the greeting. */
#define FAKE_REMOTE_VERSION 1u

/* A stream of bytes to the other side. send and receive are each called by one thread at a time, both at
 * once. close may be called by any thread, more than once and with any lock held: it ends a send and a
 * receive that wait, and those to come, and does not wait itself, nor call a platform. */
struct fake_channel_ops {
    bool (*send)(void *ctx, const void *data, size_t size);
    /* At least one byte; false at the end. */
    bool (*receive)(void *ctx, void *data, size_t size, size_t *got);
    void (*close)(void *ctx);
    /* After close and when nothing waits any more. */
    void (*release)(void *ctx);
};

struct fake_channel {
    const struct fake_channel_ops *ops;
    void *ctx;
};

/* ---- the client's side ---- */

struct fake_remote;

/* Takes the channel in every case. WCD_E_UNAVAILABLE when the other side is no service of this version. */
enum wcd_errc fake_remote_connect(struct fake_remote **out, struct fake_channel channel,
                                  struct wcd_error *err);
/* hcs, hns, hcn, storage and transport (read, write, attach, close of processes' streams); the rest answers
 * E_NOTIMPL. */
struct platform fake_remote_platform(struct fake_remote *remote);
bool fake_remote_is_lost(struct fake_remote *remote);
/* When it has returned, all that the service posted before is in the sinks: so it is after every call, too,
 * since answers and events come in one order. False when the service is lost. For who lets time pass and makes no
 * call, and must not sleep: tests. */
bool fake_remote_settle(struct fake_remote *remote);
/* Ends the channel. No call may be under way or come. NULL is fine. */
void fake_remote_close(struct fake_remote *remote);

/* ---- the service's side ---- */

/* Serves one client until its channel ends, which it takes in every case, and its calls have. `platform` is for
 * any thread (fakes/live): a client's calls are made at the same time if they come so. Several clients may be
 * served, each on a thread of its own.
 *
 * What is closed at the end has to end, since it posts to a client that is no more: a platform with faults
 * spares those calls (wrap_fault_spare), which the channel's close comes before. */
void fake_remote_serve(const struct platform *platform, struct fake_channel channel);

#endif
