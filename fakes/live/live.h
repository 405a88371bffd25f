/* An emulated host in real time, for many threads.
 *
 * The emulator is a state machine that does nothing by itself. Here it gets what programs expect of a
 * machine: calls from any thread, which one lock lets in one by one; a clock that goes by itself; a
 * thread that moves the emulator on when something falls due.
 *
 * There is no other lock: while a call copies layers on a real disk, which can take minutes with large images, or
 * starts a real program, all other callers wait, and so does what falls due; time goes on meanwhile, and what fell
 * due is done afterwards.
 *
 * Events are posted to sinks with that lock held, from whatever thread: a sink only queues, and calls
 * nothing of the platform. */
#ifndef FAKE_LIVE_LIVE_H
#define FAKE_LIVE_LIVE_H

#include "core/base/error.h"
#include "fakes/host/host.h"
#include "fakes/wrap/gate.h"

struct fake_live;

struct fake_live_options {
    struct fake_host
        *host; /* required; not to be touched until fake_live_stop but under the lock */
    const struct platform *over; /* decorators over the host's platform; NULL: the host's own */
    /* Called with the lock held after every call, before its answer goes to the caller, and after what fell
     * due: for those who keep the state, and look whether it has changed. NULL: nobody. */
    void (*changed)(void *ctx);
    void *ctx;
    /* Microseconds since some moment; never goes back. NULL: those of the machine, and a thread that does what
     * falls due. With a clock of one's own there is no thread: what is due is done by whoever takes the
     * lock next. */
    uint64_t (*clock_us)(void *clock_ctx);
    void *clock_ctx;
};

enum wcd_errc fake_live_start(struct fake_live **out, const struct fake_live_options *options,
                              struct wcd_error *err);
/* Ends the clock's thread. No call may be under way or come. NULL is fine. */
void fake_live_stop(struct fake_live *live);

/* hcs, hns, hcn, storage and transport for any thread; the other services are those of the host, for
 * whoever holds the lock. */
struct platform fake_live_platform(struct fake_live *live);

/* One of several who call, for decorators that want to know. */
struct fake_live_caller {
    struct fake_live *live;
    const void *who;
    struct wrap_gate gate; /* for fake_live_platform_of alone */
};
/* The platform above, for one caller, which must outlive its calls. */
struct platform fake_live_platform_of(struct fake_live_caller *caller);
/* Whose call is under way, for who holds the lock; NULL: nobody's with a name, or what falls due. */
const void *fake_live_who(const struct fake_live *live);

/* For decorators in the middle of a call, such as a fault that lets one hang: lets others in for that time. */
void fake_live_pause(struct fake_live *live, uint64_t us);
/* From now on no pause lasts. */
void fake_live_hurry(struct fake_live *live);

/* For what is done to the host beside its calls; brings the emulator up to now first. */
struct fake_host *fake_live_lock(struct fake_live *live);
void fake_live_unlock(struct fake_live *live);

/* The machine's own clock, as above. */
uint64_t fake_live_machine_us(void *unused);

#endif
