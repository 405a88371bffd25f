/* What the parts of the runtime of 2017 share: its containers, processes and documents.
 *
 * Source: libcontainerd of August 2017 (client_windows.go, container_windows.go, process_windows.go) over
 * hcsshim of that time. Where the original's goroutine blocks, an object here waits for its next turn. */
#ifndef WCD_RUNTIME_V17_INTERNAL_H
#define WCD_RUNTIME_V17_INTERNAL_H

#include "core/runtime/local.h"

/* How long the end of a system is waited for: a shutdown, a terminate and a servicing container; a restore. */
#define V17_STOP_TIMEOUT_US    ((uint64_t)300 * 1000000)
#define V17_RESTORE_TIMEOUT_US ((uint64_t)120 * 1000000)

/* Of a process whose code cannot be read. */
#define V17_EXIT_CODE_UNKNOWN (-1)
/* Of a container that outlived its daemon. */
#define V17_EXIT_CODE_RESTORED 0x80000000u

struct v17_change;
struct v17_container;
struct v17_start;

/* What waits for the container's lock. */
struct v17_turn {
    struct v17_turn *next;
    wcd_task_fn *fn;
    void *ctx;
};

struct v17_process {
    struct v17_process *next;
    struct v17_container *container;
    char *id; /* of the exec; NULL: the first process */
    struct wcd_hcs_process *hcs;
    uint32_t pid;
    uint32_t exit_code;
    bool silent; /* its attach failed: nobody waits for its exit, commands reach it for good */
    struct v17_turn turn;
};

/* Called when a system has been stopped, or not. `err` is borrowed. */
typedef void v17_stopped(void *ctx, const struct wcd_error *err);

struct v17_container {
    struct v17_container *next; /* in its bucket */
    struct wcd_v17_runtime *runtime;
    char *id;
    char *cwd;           /* of the first process: that of an exec without one */
    bool windows;        /* the platform is exactly "windows" */
    bool says_isolation; /* there is an isolation option; the first one says ... */
    bool hyperv;         /* ... this */
    bool registered;     /* commands reach it */
    bool over;           /* the exit was told, or the start failed */
    bool locked;         /* by a change that is under way */
    bool update_pending; /* found at the exit */
    struct v17_start *start;
    struct wcd_hcs_system *system;
    struct v17_process first;
    struct v17_process *execs;
    struct v17_change *changes; /* pauses and resumes that are not answered yet */
    struct v17_turn *turns;     /* what waits for the lock, in its order */
    struct wcd_task task;       /* gives the lock to the next turn */
    /* The stop that is under way. */
    struct wcd_hcs_wait wait;
    v17_stopped *stopped;
    void *stopped_ctx;
};

/* A command that the runtime answers later, outside of containers. */
struct v17_errand {
    struct v17_errand *next;
    struct wcd_v17_runtime *runtime;
    char *id;
    wcd_runtime_done *done;
    void *ctx;
    struct wcd_task task;
    struct wcd_hcs_system *system;
    struct wcd_hcs_wait wait;
};

struct wcd_v17_runtime {
    struct wcd_local_runtime base;
    struct wcd_runtime_options options;
    struct v17_container **buckets; /* by id; their count is a power of two */
    size_t bucket_count;
    size_t container_count;
    struct v17_errand *errands;
};

/* ---- documents (v17_container_document.c, v17_process_document.c) ---- */

/* What CreateContainer sends; *out is the caller's. */
enum wcd_errc v17_container_document(struct wcd_v17_runtime *runtime,
                                     const struct wcd_runtime_request *request, char **out,
                                     struct wcd_error *err);

struct v17_parameters {
    const struct wcd_spec_process *process;
    const char *cwd;
    bool windows;
    bool sized;                           /* the console's size is sent */
    bool streams;                         /* it has pipes; a servicing container has none */
    const struct wcd_json *spec_document; /* or NULL */
};
/* What CreateProcess sends; the caller's; NULL without memory. */
char *v17_process_document(const struct v17_parameters *parameters);

/* Servicing: any option says so. */
bool v17_is_servicing(const struct wcd_runtime_request *request);

/* ---- containers (v17_container.c, v17_runtime.c) ---- */

static inline struct wcd_v17_runtime *v17_of(struct wcd_local_runtime *runtime)
{
    return (struct wcd_v17_runtime *)runtime;
}

/* One that is in the runtime's table; NULL without memory. */
struct v17_container *v17_container_new(struct wcd_v17_runtime *runtime, const char *id);
/* Frees it once nothing of it goes on. */
void v17_container_settle(struct v17_container *container);
/* Closes and frees it, whatever goes on. */
void v17_container_free(struct v17_container *container);
/* The one that commands reach; an error without one. */
enum wcd_errc v17_find(const struct wcd_v17_runtime *runtime, const char *id,
                       struct v17_container **out, struct wcd_error *err);
enum wcd_errc v17_unknown(const char *id, struct wcd_error *err);
/* Execs: commands reach those in the container's list; NULL for one that is not there. */
void v17_list_exec(struct v17_process *process);
void v17_unlist_exec(struct v17_process *process);
struct v17_process *v17_find_exec(const struct v17_container *container, const char *id);
/* Closes and frees an exec that is not listed. */
void v17_process_free(struct v17_process *process);

bool v17_knows(const struct wcd_local_runtime *base, const char *id);

/* The original's lock of a container, as far as somebody can hold it while time passes: who has it sets
 * `locked`, then gives it back. A turn runs when the lock is free and those in front have had theirs. */
bool v17_is_free(const struct v17_container *container);
void v17_wait_turn(struct v17_container *container, struct v17_turn *turn, wcd_task_fn *fn,
                   void *ctx);
void v17_unlock(struct v17_container *container);

/* "libcontainerd: <what> <id><between> "<error>"", the error as Go's %q has it. */
void v17_log_quoted(const struct wcd_v17_runtime *runtime, enum wcd_log_level level,
                    const char *what, const char *id, const char *between,
                    const struct wcd_error *err);
enum wcd_errc v17_tell(struct wcd_v17_runtime *runtime, const struct wcd_runtime_event *event,
                       struct wcd_error *err);

void v17_destroy(struct wcd_local_runtime *base);

/* ---- starts (v17_start.c) ---- */

enum wcd_errc v17_create(struct wcd_local_runtime *base, const struct wcd_runtime_request *request,
                         wcd_runtime_done *done, void *ctx, struct wcd_error *err);
enum wcd_errc v17_exec(struct wcd_local_runtime *base, const char *id,
                       const struct wcd_runtime_exec *exec, uint32_t *pid, struct wcd_error *err);
void v17_start_free(struct v17_start *start);

/* ---- ends (v17_exit.c, v17_errand.c) ---- */

/* Of a process whose wait ended with `err`; what went wrong is logged. */
int64_t v17_exit_code(const struct v17_process *process, const struct wcd_error *err);
/* The wait for a process that has commands and an exit to be told; ctx: the struct v17_process. */
void v17_process_ended(void *ctx, const struct wcd_error *err);
/* Terminates the system and waits for its end. */
void v17_terminate(struct v17_container *container, v17_stopped *stopped, void *ctx);

enum wcd_errc v17_restore(struct wcd_local_runtime *base, const char *id, wcd_runtime_done *done,
                          void *ctx, struct wcd_error *err);
enum wcd_errc v17_remove(struct wcd_local_runtime *base, const char *id, wcd_runtime_done *done,
                         void *ctx, struct wcd_error *err);
void v17_errand_free(struct v17_errand *errand);

/* ---- commands (v17_commands.c, v17_pause.c) ---- */

extern const struct wcd_local_runtime_ops v17_ops;

enum wcd_errc v17_pause(struct wcd_local_runtime *base, const char *id, wcd_runtime_done *done,
                        void *ctx, struct wcd_error *err);
enum wcd_errc v17_resume(struct wcd_local_runtime *base, const char *id, wcd_runtime_done *done,
                         void *ctx, struct wcd_error *err);
/* Those that are under way; nobody is told. */
void v17_changes_free(struct v17_container *container);

#endif
