/* A decorator that breaks things, over any platform: calls that fail, hang or answer late,
 * notifications that are lost, repeated or late, a process that dies at a given call.
 *
 *     struct wrap_fault *fault = wrap_fault_create(&below);
 *     struct wrap_fault_rule rule = {.action = WRAP_FAULT_ANSWER,
 *                                    .function = "HcsStartComputeSystem",
 *                                    .first = 2, .times = 1,
 *                                    .hr = PLAT_HCS_TIMEOUT};
 *     uint64_t id = wrap_fault_add(fault, &rule);
 *     struct platform platform = wrap_fault_platform(fault);
 *     ... a daemon over `platform`; its second start of a compute system answers "timeout"
 *     if (wrap_fault_fired(fault, id) == 0) { ... the rule was never needed }
 *
 * Without rules it changes nothing. Rules come and go at run time, also from hooks. One decorator is one
 * process: wrap_fault_kill() ends it, the next daemon gets a fresh one over the same platform. To see what
 * the daemon saw, trace above it.
 *
 * A sweep first runs a scenario without rules, asks how many calls it made, and then once for each n of
 * them with a rule on the nth.
 *
 * The daemon calls from one thread; notifications may come from any. All functions here are for the
 * daemon's thread. */
#ifndef FAKE_WRAP_FAULT_H
#define FAKE_WRAP_FAULT_H

#include "core/base/text.h"
#include "core/platform/platform.h"

struct wrap_fault;

/* A call on its way. */
struct wrap_fault_call {
    const char *function; /* the name that traces show: "HcsStartComputeSystem" */
    const char *object;   /* what it is about, see wrap_fault_rule; NULL: nothing that has a name */
    const char *method;   /* of an HNSCall; NULL: any other call */
    const char *source;   /* the other path of a move, a copy, an import or export; NULL: none */
    uint32_t process_id;  /* of a process in the compute system `object`; 0: none */
    uint64_t number;      /* of all calls: 1, 2, ... */
    uint64_t function_number; /* of the calls of this function */
};

enum wrap_fault_action {
    /* ---- at calls ---- */

    /* Answers `hr` instead of the call, which is not passed on. With a code that says "accepted"
     * (S_OK, PLAT_HCS_OPERATION_PENDING) handles are given out that lead nowhere: no event ever comes,
     * they can be registered, terminated (PLAT_HCS_SYSTEM_NOT_FOUND) and closed; other calls on them
     * are ERROR_INVALID_HANDLE, on streams ERROR_IO_PENDING. What is closed or unregistered so stays open
     * below until the process ends, but tells the daemon nothing more: it may have let go of its sink. */
    WRAP_FAULT_ANSWER,
    /* Passes the call on, then answers `hr`: the answer is lost, what was done stays. Handles that the
     * daemon never sees are closed. */
    WRAP_FAULT_REPLACE,
    /* Passes an operation of HCS on and, when it was accepted, answers that it is pending and holds its
     * completion back for delay_us: the notification that PENDING in hcs.h names, for all registrations
     * of the object, until the function is called on it again. A platform that was done at once tells
     * nothing; the completion is then the decorator's own, S_OK without data. */
    WRAP_FAULT_WITHHOLD,
    /* Lets delay_us pass, then passes the call on: what a synchronous call that hangs looks like. Needs
     * wrap_fault_on_advance(). */
    WRAP_FAULT_HANG,
    /* Calls `hook`, before or after the platform below. */
    WRAP_FAULT_HOOK_BEFORE,
    WRAP_FAULT_HOOK_AFTER,

    /* ---- at notifications ---- */

    WRAP_FAULT_DROP,
    WRAP_FAULT_REPEAT, /* `copies` more, at once */
    WRAP_FAULT_DELAY,  /* by delay_us; those behind it overtake */
    WRAP_FAULT_STATUS  /* becomes `hr`; the data becomes `result` */
};

#define WRAP_FAULT_FOR_EVER UINT64_MAX

/* What is to go wrong, and where. Texts are copied. Of several rules for one call each counts it; the
 * first that fires decides the answer, and hooks and hangs all take place, hooks first. Of several rules for one
 * notification each counts it, and the first that fires decides. */
struct wrap_fault_rule {
    enum wrap_fault_action action;

    /* At calls: the function, as fakes/wrap/functions.h has it; NULL: any. Reads of the clock are no
     * calls. At notifications: their type, and HCS or HCN. */
    const char *function;
    uint32_t notification;
    enum plat_event_kind kind; /* PLAT_EVENT_HCS or PLAT_EVENT_HCN; 0: HCS */

    /* The object; NULL: any. It is the id of a compute system (for its processes too), the path of a file
     * or a folder, of a layer (which may end in its id), of a registry key ("HKEY_LOCAL_MACHINE\..."), of
     * a pipe, the name of a service, the path of an HNSCall, the id of an HCN object. A text fits the
     * object that it is, and any path in which it stands as whole parts: a layer's id fits the layer's
     * folder and all that is in it. Capital and small letters of ASCII are the same. */
    const char *object;
    const char *method;  /* of an HNSCall, "POST"; NULL: any, and any other call */
    uint32_t process_id; /* 0: any */
    /* For objects whose name is not known beforehand; NULL: as above. Is asked on the thread that posts
     * when the rule is about notifications; must not call back. */
    bool (*fits)(void *ctx, const char *object, uint32_t process_id);
    void *fits_ctx;

    uint64_t first; /* from the nth on of those that fit since the rule was added; 0 is as 1 */
    uint64_t times; /* so many; 0: all */

    /* ANSWER, REPLACE, STATUS. */
    plat_hr hr;
    const char
        *result; /* the result text, error record, HNS response; NULL: none. Need not be JSON */
    const char
        *output; /* the document, when hr is a success: NULL: as it came, "" when none came */

    uint64_t delay_us; /* WITHHOLD, HANG, DELAY; WRAP_FAULT_FOR_EVER but for HANG */
    uint32_t copies;   /* REPEAT */

    /* May add and remove rules and kill; must not call the daemon or the platform. */
    void (*hook)(void *ctx, const struct wrap_fault_call *call);
    void *hook_ctx;
};

/* A decorator over `below`, which must outlive it. NULL without memory. */
struct wrap_fault *wrap_fault_create(const struct platform *below);
/* Ends the process if it is not dead, and frees. No thread of the platform may be in a call of it. */
void wrap_fault_destroy(struct wrap_fault *fault);

/* The platform to hand to the daemon. */
struct platform wrap_fault_platform(struct wrap_fault *fault);

/* How virtual time passes within a call: moves the clock of the platform below by us. */
void wrap_fault_on_advance(struct wrap_fault *fault, void (*advance)(void *ctx, uint64_t us),
                           void *ctx);

/* For those who make calls that no program makes, such as a service that closes what a client had open when
 * the client died: a call that is made while `spared` answers true meets no rule, and none counts it. */
void wrap_fault_spare(struct wrap_fault *fault, bool (*spared)(void *ctx), void *ctx);

/* Answers the rule's number, 1, 2, ...; 0 without memory. */
uint64_t wrap_fault_add(struct wrap_fault *fault, const struct wrap_fault_rule *wanted);
/* From now on the rule fires no more. What it holds back stays held. */
void wrap_fault_remove(struct wrap_fault *fault, uint64_t id);
/* Posts the notifications that a rule holds back, oldest first; the next ones it holds again. */
void wrap_fault_let_go(struct wrap_fault *fault, uint64_t rule);
/* How often the rule fired, also once it was removed: a rule that never fired tested nothing. */
uint64_t wrap_fault_fired(struct wrap_fault *fault, uint64_t id);
/* How many calls or notifications fitted it, which is what its `first` counts: a process that comes
 * after this one goes on with what is left. */
uint64_t wrap_fault_seen(struct wrap_fault *fault, uint64_t id);

/* The process dies here: handles are closed, registrations and timers end, as Windows sees to when a
 * process ends. From now on no call reaches the platform below: it answers WRAP_FAULT_DEAD with its outs
 * zeroed (S_OK when it closes or unregisters something), and no event reaches the daemon, which can so
 * be unwound and destroyed. Clock reads still work. Comes before fake_host_process_ended() and
 * fake_host_reboot(), which close what is left: closing it twice is misuse. */
#define WRAP_FAULT_DEAD plat_hr_win32(PLAT_ERROR_GEN_FAILURE)
void wrap_fault_kill(struct wrap_fault *fault);
bool wrap_fault_dead(const struct wrap_fault *fault);

/* Adds what the process has open, a text each: "file C:\\x". False without memory. */
bool wrap_fault_open_handles(const struct wrap_fault *fault, struct wcd_strlist *out);

/* Calls that the daemon made while it lived, in all and of one function. */
uint64_t wrap_fault_calls(const struct wrap_fault *fault);
uint64_t wrap_fault_calls_of(const struct wrap_fault *fault, const char *function);

/* True once something was lost for want of memory; the run is then void. */
bool wrap_fault_failed(const struct wrap_fault *fault);

#endif
