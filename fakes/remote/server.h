/* One client of the service: what it has open, and what it is to be told. */
#ifndef FAKE_REMOTE_SERVER_H
#define FAKE_REMOTE_SERVER_H

#include "fakes/remote/table.h"
#include "fakes/remote/wire.h"

#include <pthread.h>

/* Handles and registrations that one client may have open. */
#define REMOTE_HANDLES_MAX ((size_t)1024 * 1024)
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
    struct remote_entry entry;    /* first */
    plat_handle real;             /* the platform's number */
    struct remote_handle *object; /* registrations of HCS: what they are of */
    size_t registrations;         /* of an object */
    struct remote_handle *next_spare;
};

/* A message that waits. */
struct remote_note {
    struct remote_note *next;
    struct remote_message message; /* with its blobs */
    bool answer;                   /* part of the client; others are freed once they are sent */
};

struct remote_client {
    struct platform platform;
    struct fake_channel channel;
    struct remote_reader reader;

    /* Of the thread that serves. */
    struct remote_table handles;
    struct remote_handle *spare; /* so that what a call has opened is surely kept */
    size_t spare_count;
    bool malformed; /* it sent what no client sends */
    struct remote_note answer;

    /* Below the lock. */
    pthread_mutex_t lock;
    pthread_cond_t work; /* for the thread that writes */
    pthread_cond_t idle; /* nobody sends now */
    struct remote_note *first;
    struct remote_note **last;
    size_t queued_bytes; /* what is being sent, too */
    bool serving;        /* a call is under way, and its thread will send */
    bool sending;        /* somebody has the writer */
    bool answered;
    bool ended;
    pthread_t thread;
    struct remote_writer writer; /* of whoever set `sending` */
};

/* ---- what is open ---- */

/* There is room for what one call opens. */
bool remote_reserve(struct remote_client *client);
/* After remote_reserve(); NULL for PLAT_NO_HANDLE. */
struct remote_handle *remote_opened(struct remote_client *client, unsigned type, uint64_t number,
                                    plat_handle real);
struct remote_handle *remote_find(const struct remote_client *client, unsigned type,
                                  uint64_t number);
void remote_closed(struct remote_client *client, struct remote_handle *handle);
/* The registrations of an object that was closed are no more; how many there were. */
size_t remote_end_registrations(struct remote_client *client, struct remote_handle *object);
void remote_close_all(struct remote_client *client);

/* Where the platform posts what a client's registration is told. */
struct plat_event_sink remote_client_sink(struct remote_client *client);

/* ---- calls ---- */

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
/* A number of the client's own that is not in use; otherwise it is malformed. */
bool remote_is_new(struct remote_client *client, unsigned type, uint64_t number);

#endif
