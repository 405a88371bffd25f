/* What the daemon's operations are made of: what a caller holds, the work behind it, the lock of a container,
 * and waits for what becomes of a container.
 *
 * Every operation is a chain of callbacks over one small structure, a struct daemon_work with what the
 * operation needs to remember. Completions come from the reactor's turn, or from inside the call that begins the
 * chain where nothing has to be waited for. */
#ifndef WCD_DAEMON_FLOW_H
#define WCD_DAEMON_FLOW_H

#include "core/base/reactor.h"
#include "core/container/container.h"
#include "core/json/json.h"

struct wcd_daemon;

/* Limits of waits are in microseconds. */
#define DAEMON_SECOND_US ((int64_t)1000000)

/* ---- operations ---- */

/* An operation is the caller's from begin on: it is freed when the caller has let go of it and it is done. The
 * daemon's own (start, stop, restored) are members, never held and never freed. */
struct wcd_op {
    bool done;
    bool held; /* by a caller */
    struct wcd_error error;
    struct wcd_json *result;
    struct wcd_op *next; /* among those that are not done */
    struct wcd_op **link;
};

/* An operation for a caller; NULL without memory. */
struct wcd_op *daemon_op_begin(struct wcd_daemon *daemon);
/* Ends it: with *err, which is moved, or well when err is NULL or WCD_OK. NULL is fine: *err is released. */
void daemon_op_end(struct wcd_op *op, struct wcd_error *err);
/* The same in one breath, for what fails before anything was begun. */
struct wcd_op *daemon_op_failed(struct wcd_daemon *daemon, struct wcd_error *err);
/* Ends all that are not done, as the clients of a process that dies see it. */
void daemon_ops_cut(struct wcd_daemon *daemon);

/* ---- work ---- */

/* How a chain tells the one that began it how it went. *err is the receiver's to move; it is released behind the
 * call. */
typedef void daemon_done(void *ctx, struct wcd_error *err);

struct daemon_work {
    struct wcd_daemon *daemon;
    struct wcd_container *container; /* held while the work goes on; NULL: of none */
    /* Gives up turns, timers and watches, ends the work and frees it, when the daemon's process dies. */
    void (*drop)(struct daemon_work *work);
    struct daemon_work *next;
    struct daemon_work **link;
};

void daemon_work_begin(struct wcd_daemon *daemon, struct daemon_work *work,
                       struct wcd_container *container, void (*drop)(struct daemon_work *work));
/* Takes it off the daemon's list and lets the container go. Freeing it is the caller's. */
void daemon_work_end(struct daemon_work *work);
void daemon_works_cut(struct wcd_daemon *daemon);

void daemon_tell_no_memory(daemon_done *done, void *ctx);

/* What a client asked for by name, where a failure says so: `context` with the name in it ({}) and ": " stand in
 * front then, and the class is `class` (WCD_OK: as it was). */
struct daemon_order {
    struct daemon_work work;
    struct wcd_op *op;
    const char *context;
    enum wcd_errc class;
    char *name;
};
/* Begins the operation too. NULL without memory. */
struct daemon_order *daemon_order_begin(struct wcd_daemon *daemon, struct wcd_container *container,
                                        const char *name, const char *context, enum wcd_errc class);
/* `ctx` is the order: ends both. */
daemon_done daemon_order_done;
/* Ends an operation; `ctx` is the operation. */
daemon_done daemon_end_op;
/* Puts the context in front of an error, if it is one. Want of memory stays what it is. */
enum wcd_errc daemon_explain(struct wcd_error *err, const char *context, const char *name,
                             enum wcd_errc class);

/* ---- the lock of a container ---- */

/* The original's container.Lock(): those who ask for it get it one by one, in order. */
struct daemon_turn {
    wcd_task_fn *fn;
    void *ctx;
    struct daemon_turn *next;
    bool in_line; /* waiting, or holding it */
};

struct daemon_lock {
    struct daemon_turn *holder;
    struct daemon_turn *first;
    struct daemon_turn *last;
    struct wcd_task task; /* calls the holder that waited */
};

/* Calls fn when the lock is the turn's: at once when it is free, else from the reactor. fn or whatever follows it
 * gives it back. */
void daemon_lock(struct wcd_daemon *daemon, struct wcd_container *container,
                 struct daemon_turn *turn, wcd_task_fn *fn, void *ctx);
/* Gives it back, or leaves the line. Fine for a turn that does neither hold it nor wait. */
void daemon_unlock(struct wcd_daemon *daemon, struct wcd_container *container,
                   struct daemon_turn *turn);
bool daemon_is_locked(const struct wcd_container *container);

/* ---- what the daemon keeps of a container in memory ---- */

struct daemon_watch;

struct daemon_life {
    struct wcd_container *container;
    size_t holders; /* its being registered is one; the last one frees the container */
    bool registered;
    bool removed;
    bool mounted;     /* for its run */
    bool in_runtime;  /* the runtime has a container of it: Delete is due behind its end */
    bool has_sandbox; /* of its networks: for its run */
    struct daemon_lock lock;
    struct daemon_watch *watches;
    void *exit; /* memory for the next end, which must not be missed */
};

/* A container that is freed when nobody holds it any more. */
enum wcd_errc daemon_life_new(struct wcd_container *container, struct wcd_error *err);
void daemon_hold(struct wcd_container *container);
void daemon_drop(struct wcd_daemon *daemon, struct wcd_container *container);

/* ---- waits ---- */

/* container.WaitCondition. */
enum daemon_condition {
    DAEMON_NOT_RUNNING,
    DAEMON_NEXT_EXIT,
    DAEMON_REMOVED
};

/* StateStatus. `error` is borrowed for the call; NULL: none. */
struct daemon_status {
    bool timed_out;
    int64_t exit_code;
    const char *error;
};
typedef void daemon_watch_fn(void *ctx, const struct daemon_status *status);

/* Zero-initialise; must stay where it is until fn was called or it was dropped. */
struct daemon_watch {
    struct wcd_daemon *daemon;
    struct wcd_container *container; /* held */
    enum daemon_condition condition;
    bool active;
    struct wcd_timer timer;
    struct wcd_task task;
    daemon_watch_fn *fn;
    void *ctx;
    int64_t exit_code;
    char *error;
    struct daemon_watch *next;
};

/* State.Wait: calls fn once, from the reactor; below 0 the wait has no limit. */
#define DAEMON_NO_LIMIT ((int64_t)-1)
enum wcd_errc daemon_watch(struct wcd_daemon *daemon, struct wcd_container *container,
                           struct daemon_watch *watch, enum daemon_condition condition,
                           int64_t limit_us, daemon_watch_fn *fn, void *ctx, struct wcd_error *err);
/* Fine for one that is not active. */
void daemon_watch_drop(struct daemon_watch *watch);

/* The transitions, with the time of day; those that wait for them are told. */
void daemon_set_stopped(struct wcd_daemon *daemon, struct wcd_container *container,
                        int64_t exit_code);
void daemon_set_restarting(struct wcd_daemon *daemon, struct wcd_container *container,
                           int64_t exit_code);
void daemon_set_removed(struct wcd_daemon *daemon, struct wcd_container *container);
/* SetRemovalError: the removal failed, and those who wait for it get to know. */
void daemon_set_removal_error(struct wcd_daemon *daemon, struct wcd_container *container,
                              const char *error);
uint64_t daemon_now_100ns(const struct wcd_daemon *daemon);

#endif
