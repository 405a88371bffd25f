/* The client's side: calls that wait for their answers, and who hears what. */
#ifndef FAKE_REMOTE_CLIENT_H
#define FAKE_REMOTE_CLIENT_H

#include "core/base/lock.h"
#include "fakes/remote/table.h"
#include "fakes/remote/wire.h"

#include <pthread.h>

/* What every call answers once the channel has ended. */
#define REMOTE_LOST plat_hr_win32(PLAT_RPC_S_SERVER_UNAVAILABLE)

/* A call that waits: with a lock of its own, so that a thread that is woken does not queue up for one that all
 * threads want. */
struct remote_waiter {
    struct remote_waiter *next;
    struct wcd_lock lock; /* of done, hr and answer */
    struct wcd_condition answered;
    unsigned kind;
    uint64_t seq;
    uint64_t subject; /* the registration or the stream that the call is about */
    bool done;
    plat_hr hr;
    struct remote_message answer;
};

/* Registrations are known by numbers that the client gives them, so that events find their way before the
 * register call has returned; streams by their handles. */
enum remote_ear_type {
    REMOTE_EAR_HCS,
    REMOTE_EAR_HCN,
    REMOTE_EAR_STREAM
};

/* Somebody who hears events. */
struct remote_ear {
    struct remote_entry entry; /* first */
    struct plat_event_sink sink;
    uint64_t key;
    unsigned close;     /* registrations of HCS: the call that closes what they are of, */
    plat_handle object; /* and its number */
    bool registered;    /* the service has said so */
    bool told_end;      /* of the service */
    bool owed_read;     /* streams: a read, a write answered pending, and its event has not come */
    bool owed_write;
};

struct fake_remote {
    struct fake_channel channel;
    pthread_t thread;
    struct remote_reader reader; /* of the thread that reads */

    struct wcd_lock send_lock;
    struct remote_writer writer;

    struct wcd_lock lock;
    struct remote_waiter *waiting; /* those that no answer has come for */
    struct remote_waiter *spare;
    uint64_t last_seq;
    bool lost;

    struct wcd_lock ears_lock; /* held while a sink is posted to */
    struct remote_table ears;
    uint64_t last_number;
    bool closing; /* nobody is told anything any more */
};

/* Sends the request and waits for its answer, whose blobs are the caller's. Counts and number of the request
 * are filled in. Without an answer *out is zero. */
plat_hr remote_ask(struct fake_remote *remote, struct remote_message *in,
                   struct remote_message *out);
/* The blob as a text, which is the caller's now. */
char *remote_take(struct remote_message *out, unsigned blob);
/* The same for an answer that must have it: without it a success is none. */
plat_hr remote_take_answer(struct remote_message *out, unsigned blob, plat_hr hr, char **text);

/* A registration: `in` is the request, with the number of the registration still to come as number
 * `number_at`. */
plat_hr remote_register(struct fake_remote *remote, struct remote_message *in, unsigned number_at,
                        const struct remote_ear *ear, plat_handle *registration);
plat_hr remote_unregister(struct fake_remote *remote, unsigned kind, enum remote_ear_type type,
                          plat_handle registration);
/* Closes a handle: succeeds where the service is lost, too. */
plat_hr remote_close(struct fake_remote *remote, struct remote_message *in);

/* Adds a copy; false without memory. */
bool remote_ear_add(struct fake_remote *remote, enum remote_ear_type type, uint64_t number,
                    const struct remote_ear *ear);
bool remote_ear_is_there(struct fake_remote *remote, enum remote_ear_type type, uint64_t number);
/* Fine for one that is not there; false then. */
bool remote_ear_remove(struct fake_remote *remote, enum remote_ear_type type, uint64_t number);

extern const struct plat_hcs_ops remote_hcs_ops;
extern const struct plat_hns_ops remote_hns_ops;
extern const struct plat_hcn_ops remote_hcn_ops;
extern const struct plat_storage_ops remote_storage_ops;
extern const struct plat_transport_ops remote_transport_ops;

#endif
