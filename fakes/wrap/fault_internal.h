/* What the services of the fault decorator share: a call on its way through the rules, and events. */
#ifndef FAKE_WRAP_FAULT_INTERNAL_H
#define FAKE_WRAP_FAULT_INTERNAL_H

#include "fakes/wrap/fault.h"
#include "fakes/wrap/lock.h"
#include "fakes/wrap/objects.h"

#include <stdatomic.h>

/* Handles that lead nowhere have this bit. Windows' own are below it, so are the emulator's. */
#define FAULT_PHANTOM_BIT ((plat_handle)1 << 63)

struct fault_rule {
    struct wrap_fault_rule wanted; /* its texts are those of `texts` */
    char *texts[5];
    uint64_t id;
    uint64_t seen; /* calls and notifications that fitted */
    uint64_t fired;
    bool removed; /* kept for its figures and for what it holds back */
};

/* An operation whose completion is held back. */
struct fault_withheld {
    const char *function;
    char *object;
    uint32_t process_id;
    uint32_t notification;
    uint64_t delay_us;
    uint64_t rule;
    bool owed; /* the platform was done at once, so that it tells nothing */
    uint64_t since_us;
    struct fault_withheld *next;
};

struct fault_held;
struct fault_sink;
struct fault_timer;

struct wrap_fault {
    struct platform below;
    struct wrap_objects objects;
    plat_handle phantom_last;
    void (*advance)(void *ctx, uint64_t us);
    void *advance_ctx;
    uint64_t calls;
    uint64_t *function_calls; /* by index of wrap_functions() */
    atomic_bool dead;
    atomic_bool failed;
    bool (*spared)(void *ctx);
    void *spared_ctx;
    struct fault_sink *sinks;
    struct fault_sink *sinks_muted; /* the platform below may post to them yet */
    struct wrap_lock lock;          /* for what follows: events come on other threads */
    struct fault_rule **rules;
    size_t rule_count;
    size_t rule_capacity;
    struct fault_withheld *withheld;
    struct fault_held *held; /* the oldest first */
    uint64_t held_last;
    struct fault_timer *timers;
};

void fault_failed(struct wrap_fault *fault);

/* ---- rules ---- */

/* True when the rule is about the object. */
bool fault_rule_fits(const struct fault_rule *rule, const char *object, uint32_t process_id);
/* Counts one more that fits; true when the rule fires on it. */
bool fault_rule_fires(struct fault_rule *rule);

/* ---- calls ---- */

enum fault_out_type {
    FAULT_OUT_DATA,
    FAULT_OUT_TEXT,   /* a document: there when the call succeeded */
    FAULT_OUT_RESULT, /* a result text: may be there in any case */
    FAULT_OUT_HANDLE
};

struct fault_out {
    enum fault_out_type type;
    void *at;
    size_t size;               /* of DATA */
    void (*release)(void *at); /* frees what DATA holds; NULL: nothing */
    enum wrap_handle_kind kind;
    uint32_t process_id; /* HANDLE: what it will be open on, beside the call's object */
};

#define FAULT_OUTS_MAX 6u

/* How a function of a service works, from top to bottom:
 *
 *     struct fault_call call;
 *     fault_begin(&call, fault, "OpenServiceW", name);       what it is and is about
 *     fault_out_handle(&call, WRAP_HANDLE_SCM, out);         what it gives back, zeroed here
 *     if (fault_enter(&call)) {                              rules, hooks, death
 *         call.hr = scm->ops->open_service(...);
 *     }
 *     return fault_leave(&call);                             rules, hooks, death again */
struct fault_call {
    struct wrap_fault *fault;
    struct wrap_fault_call view;
    struct fault_out outs[FAULT_OUTS_MAX];
    size_t out_count;
    enum wrap_handle_kind kind; /* of the handle that it is about */
    plat_handle handle;         /* PLAT_NO_HANDLE: none */
    plat_hr phantom_hr;         /* what it answers on a handle that leads nowhere */
    bool closes;                /* ends the handle; cannot fail for the dead */
    char *closed_object;        /* the object's name when the table has it no more */
    char *hung_object;          /* likewise, of a call that hung */
    bool passed;
    plat_hr hr;
    /* What the rules that fired ask for: */
    const struct fault_rule *answer;   /* NULL: the platform's own */
    const struct fault_rule *withhold; /* NULL: its completion is not held back */
    const struct fault_rule **after;   /* hooks that come after */
    size_t after_count;
    bool hangs;
    uint64_t hang_us;
    struct fault_withheld *withheld; /* NULL: none */
};

void fault_begin(struct fault_call *call, struct wrap_fault *fault, const char *function,
                 const char *object);
/* About what the handle is open on. */
void fault_begin_on(struct fault_call *call, struct wrap_fault *fault, const char *function,
                    enum wrap_handle_kind kind, plat_handle handle);
/* The same for a function that closes or unregisters it. */
void fault_begin_close(struct fault_call *call, struct wrap_fault *fault, const char *function,
                       enum wrap_handle_kind kind, plat_handle handle);
void fault_out_text(struct fault_call *call, char **text);
void fault_out_result(struct fault_call *call, char **result);
struct fault_out *fault_out_handle(struct fault_call *call, enum wrap_handle_kind kind,
                                   plat_handle *handle);
void fault_out_data(struct fault_call *call, void *data, size_t size);
void fault_out_owner(struct fault_call *call, void *data, size_t size, void (*release)(void *at));
bool fault_enter(struct fault_call *call);
plat_hr fault_leave(struct fault_call *call);

/* Closes a handle below, whatever its kind. */
void fault_close_below(struct wrap_fault *fault, enum wrap_handle_kind kind, plat_handle handle);

/* ---- events ---- */

/* The same object, with ids compared as HCS does. */
bool fault_same_object(const char *a, uint32_t a_process, const char *b, uint32_t b_process);

/* Holds the completion of the call back from now on. Nothing but the call below may come between this and
 * fault_withhold_answer(): another call of the function on the object ends it. */
void fault_withhold(struct fault_call *call, const struct fault_rule *rule);
/* Ends what an earlier call of the same function on the same object held back. */
void fault_withhold_end(struct fault_call *call);
void fault_withheld_release(struct wrap_fault *fault);
/* Turns an operation that was done at once into one that is pending, and owes its completion. */
void fault_withhold_answer(struct fault_call *call);
/* Gives a new sink the completions that its object is owed. */
void fault_withhold_from(struct fault_sink *sink, struct wrap_fault *fault);
/* Has the decorator tell a completion when its time has come. False when the sink, or all sinks, are not
 * about the object; the first one that is pays the debt. */
bool fault_sink_owe(struct fault_sink *sink, const struct fault_withheld *withheld);
bool fault_sinks_owe(struct wrap_fault *fault, const struct fault_withheld *withheld);

/* A sink between the platform and the daemon's own, for the object of the call. NULL without memory, and
 * then the decorator is marked. */
struct fault_sink *fault_sink_create(struct fault_call *call, struct plat_event_sink daemons,
                                     uint64_t key);
struct plat_event_sink fault_sink_of(struct fault_sink *sink);
/* Under which registration its events come; PLAT_NO_HANDLE: there is none, and the sink is no more. */
void fault_sink_registered(struct fault_sink *sink, enum wrap_handle_kind kind,
                           plat_handle registration);
/* A registration, or those of an object's handle, have ended below, where nothing posts to their sinks any
 * more: they are no more, nor is what was held back for them. */
void fault_sinks_ended(struct wrap_fault *fault, enum wrap_handle_kind kind, plat_handle handle);
/* The daemon only believes so: it hears no more, but the platform below may go on to post, so the sinks are
 * kept until the end. */
void fault_sinks_mute(struct wrap_fault *fault, enum wrap_handle_kind kind, plat_handle handle);
void fault_held_release(struct wrap_fault *fault);
void fault_sinks_release(struct wrap_fault *fault);

/* ---- timers ---- */

void fault_timers_cancel(struct wrap_fault *fault);
void fault_timers_release(struct wrap_fault *fault);

extern const struct plat_os_ops wrap_fault_os_ops;
extern const struct plat_scm_ops wrap_fault_scm_ops;
extern const struct plat_registry_ops wrap_fault_registry_ops;
extern const struct plat_fs_ops wrap_fault_fs_ops;
extern const struct plat_clock_ops wrap_fault_clock_ops;
extern const struct plat_hcs_ops wrap_fault_hcs_ops;
extern const struct plat_hns_ops wrap_fault_hns_ops;
extern const struct plat_hcn_ops wrap_fault_hcn_ops;
extern const struct plat_storage_ops wrap_fault_storage_ops;
extern const struct plat_transport_ops wrap_fault_transport_ops;

#endif
