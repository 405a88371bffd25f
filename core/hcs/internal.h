/* What the parts of core/hcs share: the client's objects, and how its errors are made. */
#ifndef WCD_HCS_INTERNAL_H
#define WCD_HCS_INTERNAL_H

#include "core/hcs/client.h"

/* ---- errors (errors.c) ---- */

enum hcs_op {
    HCS_CREATE,
    HCS_OPEN,
    HCS_START,
    HCS_SHUTDOWN,
    HCS_TERMINATE,
    HCS_PAUSE,
    HCS_RESUME,
    HCS_WAIT,         /* for the end, without a time-out */
    HCS_WAIT_LIMITED, /* the same with one */
    HCS_PROPERTIES,
    HCS_FIRST_PROPERTIES, /* behind create and open */
    HCS_CLOSE,
    HCS_MODIFY,
    HCS_ENUMERATE,
    HCS_CREATE_PROCESS,
    HCS_OPEN_PROCESS,
    HCS_KILL,
    HCS_WAIT_PROCESS,
    HCS_EXIT_CODE,
    HCS_RESIZE,
    HCS_CLOSE_STDIN,
    HCS_CLOSE_PROCESS,
    HCS_OP_COUNT
};

/* What the library itself finds wrong, where HCS gave no code. */
enum hcs_fault {
    HCS_NO_FAULT,
    HCS_FAULT_CLOSED,
    HCS_FAULT_TIMEOUT,
    HCS_FAULT_UNEXPECTED_EXIT, /* the system ended while something else was waited for */
    HCS_FAULT_LOST,            /* the service is gone */
    HCS_FAULT_VALUE,           /* no JSON, or not of the right kind */
    HCS_FAULT_PROCESS_STATE,
    HCS_FAULT_COUNT
};

/* Where the generations' hcsshim differ. Rows are in errors.c. */
struct hcs_generation {
    const char *ops[HCS_OP_COUNT]; /* the operations as error texts name them */
    const char *shutdown_pending;  /* the same in the "pending" of a stop that was accepted */
    const char *terminate_pending;
    const char *wait_timeout; /* and in the time-out of a wait */
    bool bare_open_errors;    /* create and open: "<op> <id>: <text>" */
    bool prints_events;       /* ErrorEvents of the error document */
    bool prints_documents;    /* " extra info: <document>" behind create's and exec's errors */
    bool names_command;       /* "<op>: <command line>" for a process that cannot be made */
    bool asks_properties;     /* after create and open */
    bool names_queries;       /* errors of properties say which were asked for */
    bool stop_means_pending;  /* shutdown and terminate: done, stopped and gone are "pending" too */
    bool kills_by_new_handles;  /* a kill is not queued behind other calls on the old ones */
    bool reads_exit_at_once;    /* the exit code is asked for when the exit is told */
    bool knows_process_stopped; /* 0x8037011F means "stopped" */
    bool missing_is_stopped;    /* ERROR_PROC_NOT_FOUND means "stopped" and "does not exist" */
};
const struct hcs_generation *hcs_generation_of(const struct engine_rules *engine);

/* Why something failed; all texts are borrowed. */
struct hcs_why {
    plat_hr hr; /* unless there is a fault */
    enum hcs_fault fault;
    const char *result;   /* HCS's error document, or NULL */
    const char *document; /* what was sent, or NULL */
};

/* Each fills err and returns its code. */
enum wcd_errc hcs_system_error(const struct wcd_hcs *hcs, const char *id, enum hcs_op op,
                               const struct hcs_why *why, struct wcd_error *err);
enum wcd_errc hcs_process_error(const struct wcd_hcs_process *process, enum hcs_op op,
                                const struct hcs_why *why, struct wcd_error *err);
/* With words of its own in the operation's place. */
enum wcd_errc hcs_named_error(const struct wcd_hcs *hcs, const char *id, const char *op,
                              const struct hcs_why *why, struct wcd_error *err);
/* What a kill that found no process answers. */
enum wcd_errc hcs_not_killed(const struct wcd_hcs_process *process, struct wcd_error *err);
/* HCS's words for "it is gone", in both coats and generations. */
bool hcs_is_gone(plat_hr hr);
/* ... and for a service that does not answer. */
bool hcs_is_service_down(plat_hr hr);

/* ---- objects ---- */

struct wcd_hcs {
    struct wcd_hcs_options options;
    const struct hcs_generation *generation;
    struct wcd_hcs_system *systems;
    struct wcd_hcs_process *orphans; /* processes whose system's handle is closed */
};

/* An operation that was accepted and has not been answered for yet. */
struct hcs_pending {
    struct wcd_hcs_system *system;
    enum hcs_op op;
    bool waiting; /* for its notification */
    bool active;  /* ... or for its turn to be reported */
    wcd_hcs_done *done;
    void *ctx;
    struct wcd_timer timer;
    struct wcd_task task;
    struct wcd_error error;
};

/* In the order of hcs_pending_kinds (pending.c). */
enum hcs_pending_kind {
    HCS_PENDING_CREATE,
    HCS_PENDING_START,
    HCS_PENDING_PAUSE,
    HCS_PENDING_RESUME,
    HCS_PENDING_COUNT
};

enum hcs_end {
    HCS_GOES_ON,
    HCS_EXITED, /* with exit_status */
    HCS_LOST    /* the service is gone: nothing more is told */
};

struct wcd_hcs_system {
    struct wcd_hcs *hcs;
    struct wcd_hcs_system *next;  /* of the client's */
    struct wcd_hcs_system **link; /* what points to this one */
    char *id;
    char *document; /* while it is being created */
    plat_handle handle;
    plat_handle registration;
    struct wcd_handler handler;
    struct hcs_pending pending[HCS_PENDING_COUNT];
    wcd_hcs_created *created;
    enum hcs_end end;
    plat_hr exit_status;
    struct wcd_hcs_wait *waits;
    struct wcd_hcs_process *processes;
};

struct wcd_hcs_process {
    struct wcd_hcs *hcs;
    struct wcd_hcs_process *next; /* of the system's, or of the orphans */
    struct wcd_hcs_process **link;
    struct wcd_hcs_system *system; /* NULL once that is closed */
    char *system_id;
    plat_handle handle;
    plat_handle registration;
    struct wcd_handler handler;
    uint32_t pid;
    struct wcd_stdio stdio;
    bool killed;
    bool ended;
    uint32_t exit_code;          /* read at the exit */
    struct wcd_error end_error;  /* what the wait ends with */
    struct wcd_error wait_error; /* its copy, on the way */
    wcd_hcs_done *done;          /* of the wait; NULL: nobody waits */
    void *ctx;
    struct wcd_task task;
};

static inline const struct plat_hcs *hcs_service(const struct wcd_hcs *hcs)
{
    return &hcs->options.platform->hcs;
}

/* ---- systems (system.c, open.c, pending.c, wait.c) ---- */

/* NULL without memory. It is in the client's list from then on. */
struct wcd_hcs_system *hcs_system_new(struct wcd_hcs *hcs, const char *id);
plat_hr hcs_system_register(struct wcd_hcs_system *system);
/* Gives the handle back; the object stays. */
void hcs_system_release(struct wcd_hcs_system *system);
void hcs_system_free(struct wcd_hcs_system *system);
/* The properties as hcsshim reads them; errors as `bare` says. */
enum wcd_errc hcs_read_properties(struct wcd_hcs_system *system, const char *query, bool bare,
                                  struct wcd_json **out, struct wcd_error *err);

void hcs_pending_event(struct wcd_hcs_system *system, uint32_t type, plat_hr status);
void hcs_pending_fail_all(struct wcd_hcs_system *system, enum hcs_fault fault);
void hcs_pending_drop_all(struct wcd_hcs_system *system);
/* Events were lost: what `state` shows to be done is done. */
void hcs_pending_look_again(struct wcd_hcs_system *system, const char *state);
/* The creation has ended, well or not. */
void hcs_create_ended(struct wcd_hcs_system *system, const struct hcs_why *why);

void hcs_system_ended(struct wcd_hcs_system *system, enum hcs_end end, plat_hr status);
void hcs_waits_end(struct wcd_hcs_system *system);
void hcs_waits_drop(struct wcd_hcs_system *system);

/* ---- processes (process.c) ---- */

/* NULL without memory. It is in its system's list from then on. */
struct wcd_hcs_process *hcs_process_new(struct wcd_hcs_system *system);
plat_hr hcs_process_register(struct wcd_hcs_process *process);
void hcs_process_close(struct wcd_hcs_process *process);

void hcs_processes_end(struct wcd_hcs_system *system);
void hcs_processes_forget(struct wcd_hcs_system *system);

#endif
