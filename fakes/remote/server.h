/* One client of the service: what it has open, and what it is to be told. */
#ifndef FAKE_REMOTE_SERVER_H
#define FAKE_REMOTE_SERVER_H

#include "core/base/lock.h"
#include "fakes/remote/table.h"
#include "fakes/remote/wire.h"

#include <pthread.h>
#include <stdatomic.h>

/* Handles and registrations that one client may have open. */
#define REMOTE_HANDLES_MAX ((size_t)1024 * 1024)
/* Calls of one client that are under way at once; more wait. Clients' threads are Windows', where calls
 * may take minutes. */
#define REMOTE_THREADS_MAX 64u
/* Answers that may wait while somebody sends before those who have more wait, too. */
#define REMOTE_ANSWERS_BYTES_MAX ((size_t)1024 * 1024)
/* The most that one call opens: a process and its three streams. */
#define REMOTE_OPENED_MAX 4u

/* What a client may have open, in the order in which it is closed at its end. */
enum remote_class {
    REMOTE_SYSTEM_REGISTRATION, /* of the number that the client chose; it gets its events by it */
    REMOTE_PROCESS_REGISTRATION,
    REMOTE_HCN_REGISTRATION,
    REMOTE_STREAM,
    REMOTE_PROCESS,
    REMOTE_SYSTEM,
    REMOTE_HCN, /* and the kind */
    REMOTE_CLASS_END = REMOTE_HCN + PLAT_HCN_SDN_ROUTE + 1
};

struct remote_handle {
    struct remote_entry entry; /* first */
    plat_handle real;          /* the platform's number */
    unsigned object_type;      /* registrations of HCS: what they are of */
    uint64_t object;
    size_t registrations; /* of an object */
};

/* Room for what a call opens, so that it is surely kept. */
struct remote_room {
    struct remote_handle *handles[REMOTE_OPENED_MAX];
    size_t count;
};

/* A message that waits. */
struct remote_note {
    struct remote_note *next;
    struct remote_message message; /* with its blobs */
    bool waited_for; /* by the thread that it is of; others are freed once they are sent */
    bool sent;
};

struct remote_client {
    struct platform platform;
    struct fake_channel channel;
    atomic_bool malformed; /* it sent what no client sends */

    struct wcd_lock read_lock;
    struct remote_reader reader;

    struct wcd_lock handles_lock; /* never held over a call */
    struct remote_table handles;

    atomic_bool ended;     /* set with the lock held */
    atomic_size_t waiting; /* threads that wait for their turn to read */

    struct wcd_lock lock;      /* of all below */
    struct wcd_condition work; /* for the thread that writes */
    struct wcd_condition idle; /* nobody sends now */
    struct remote_note *first;
    struct remote_note **last;
    size_t queued_bytes; /* what is being sent, too */
    bool sending;        /* somebody has the writer */
    size_t thread_count;
    pthread_t threads[REMOTE_THREADS_MAX]; /* beside the one that was given */
    pthread_t write_thread;
    struct remote_writer writer; /* of whoever set `sending` */
};

/* ---- what is open ---- */

/* False without memory, and for a client that has too much open. */
bool remote_reserve(struct remote_client *client, struct remote_room *room);
void remote_unreserve(struct remote_room *room);
/* The object is the client's from now on; nothing for PLAT_NO_HANDLE. */
void remote_opened(struct remote_client *client, struct remote_room *room, unsigned type,
                   uint64_t number, plat_handle real);
/* The same for a registration of an object. */
void remote_registered(struct remote_client *client, struct remote_room *room, unsigned type,
                       uint64_t number, plat_handle real, unsigned object_type, uint64_t object);
/* The platform's number; false when the client has no such thing. */
bool remote_find(struct remote_client *client, unsigned type, uint64_t number, plat_handle *real);

/* Takes a thing away that is to be closed, so that nobody closes it twice; NULL when there is none. */
struct remote_handle *remote_claim(struct remote_client *client, unsigned type, uint64_t number);
/* It is closed, or it was not and is the client's again. How many registrations ended with it. */
size_t remote_closed(struct remote_client *client, struct remote_handle *handle, bool closed);

/* When no call is under way any more. */
void remote_close_all(struct remote_client *client);

/* Where the platform posts what a client's registration is told. */
struct plat_event_sink remote_client_sink(struct remote_client *client);

/* ---- calls; many threads make them ---- */

/* Numbers of the answer begin at out->numbers[1], the first is the HRESULT. */
typedef plat_hr remote_serve_fn(struct remote_client *client, const struct remote_message *in,
                                struct remote_message *out);

/* Indexed by kind; NULL for calls of the other tables. */
extern remote_serve_fn *const remote_serve_hcs[REMOTE_KIND_END];
extern remote_serve_fn *const remote_serve_hns[REMOTE_KIND_END];
extern remote_serve_fn *const remote_serve_storage[REMOTE_KIND_END];
extern remote_serve_fn *const remote_serve_streams[REMOTE_KIND_END];

#define REMOTE_NO_SUCH_HANDLE plat_hr_win32(PLAT_ERROR_INVALID_HANDLE)

/* Gives a text to the answer; NULL is none. */
void remote_give(struct remote_message *out, unsigned blob, char *text);
/* What was sent is no request; the client will be ended. */
plat_hr remote_malformed(struct remote_client *client);

#endif
