/* What the parts of v25's local runtime share. */
#ifndef WCD_RUNTIME_V25_INTERNAL_H
#define WCD_RUNTIME_V25_INTERNAL_H

#include "core/base/idmap.h"
#include "core/runtime/v25.h"

struct v25_container;
struct v25_process;

/* Something that the daemon is to be told, in its place in the queue. */
struct v25_event {
    struct v25_event *next;
    enum wcd_runtime_event_type type;
    struct v25_container *container; /* NULL: it is not in the queue */
    struct v25_process *process;     /* NULL: the container itself */
    bool owned; /* is freed once it was told; otherwise it is part of an object */
};

struct v25_runtime {
    struct wcd_local_runtime base;
    struct wcd_runtime_options options;
    struct wcd_idmap by_id;
    struct v25_container *containers; /* those too that were removed and are still needed */
    struct v25_event *first_event;
    struct v25_event *last_event;
    struct wcd_task event_task;
};

/* What is being done to a container. The original's container has a lock for it. */
enum v25_work {
    V25_IDLE,
    V25_CREATING,
    V25_REMOVING,
    V25_RESTORING
};

typedef void v25_stopped(struct v25_container *container, const struct wcd_error *err);

struct v25_container {
    struct v25_runtime *runtime;
    struct wcd_idmap_entry entry;
    struct v25_container *next; /* of the runtime's */
    struct v25_container **link;
    char *id;
    struct wcd_hcs_system *system; /* NULL: not there yet, or deleted */

    /* Of the spec; a container that was restored has none. */
    bool restored;
    bool hyperv;
    bool terminal;
    char *command_line;
    char *cwd;
    char *process_document;

    bool listed; /* in by_id */
    bool paused;
    bool terminate_invoked;
    struct v25_process *task;      /* the current one */
    struct v25_process *processes; /* all, with those that failed to start and have not ended yet */
    size_t event_count;            /* in the queue */
    struct v25_event created;

    /* The work, and whom to tell how it went. */
    enum v25_work work;
    wcd_runtime_done *done;
    void *ctx;
    struct wcd_error error;
    struct wcd_task task_report;

    /* A shutdown or terminate that is waited for. */
    struct wcd_hcs_wait wait;
    v25_stopped *after_shutdown;
    v25_stopped *after_terminate;
    struct wcd_error shutdown_error;

    /* A pause or resume. */
    struct v25_event *change; /* NULL: none is under way */
    wcd_runtime_done *change_done;
    void *change_ctx;
};

struct v25_process {
    struct v25_container *container;
    struct v25_process *next; /* of the container's */
    struct v25_process **link;
    char *id;                    /* of the exec; NULL: the first process */
    struct wcd_hcs_process *hcs; /* NULL: it has ended */
    bool attached;               /* it started as it should */
    uint32_t pid;
    uint32_t exit_code;
    struct wcd_error close_error; /* what could not be cleaned up */
    struct v25_event started;
    struct v25_event exec_added;
    struct v25_event exited;
};

static inline struct v25_runtime *v25_of(struct wcd_local_runtime *runtime)
{
    return (struct v25_runtime *)runtime;
}

/* ---- containers (v25.c) ---- */

/* NULL without memory. It is in by_id from then on. */
struct v25_container *v25_container_new(struct v25_runtime *runtime, const char *id);
void v25_container_unlist(struct v25_container *container);
/* Frees it when nobody needs it any more. */
void v25_container_put(struct v25_container *container);
/* NULL, and WCD_E_NOT_FOUND, when there is none. */
struct v25_container *v25_find(struct v25_runtime *runtime, const char *id, struct wcd_error *err);
/* The same with a current task and a compute system (getHCSContainer). */
struct v25_container *v25_find_task(struct v25_runtime *runtime, const char *id,
                                    struct wcd_error *err);
/* The work is done: tells so soon. `error` is what went wrong. */
void v25_report_soon(struct v25_container *container);
enum wcd_errc v25_busy(const struct v25_container *container, struct wcd_error *err);

void v25_log(const struct v25_runtime *runtime, enum wcd_log_level level, const char *message);
/* "<message>: <error>" */
void v25_log_error(const struct v25_runtime *runtime, enum wcd_log_level level, const char *message,
                   const struct wcd_error *err);

/* ---- events (v25_events.c) ---- */

void v25_tell(struct v25_event *event, enum wcd_runtime_event_type type,
              struct v25_container *container, struct v25_process *process);
void v25_events_release(struct v25_runtime *runtime);

/* ---- stopping (v25_stop.c) ---- */

/* Each asks the compute system to end and calls `after`, maybe at once. */
void v25_terminate(struct v25_container *container, v25_stopped *after);
void v25_shutdown(struct v25_container *container, v25_stopped *after);

/* ---- processes (v25_task.c) ---- */

void v25_process_free(struct v25_process *process);
/* The one that runs; WCD_E_NOT_FOUND. */
struct v25_process *v25_find_process(struct v25_runtime *runtime, const char *id,
                                     const char *exec_id, struct wcd_error *err);

/* ---- the operations of local.h ---- */

enum wcd_errc v25_create(struct wcd_local_runtime *base, const struct wcd_runtime_request *request,
                         wcd_runtime_done *done, void *ctx, struct wcd_error *err);
enum wcd_errc v25_restore(struct wcd_local_runtime *base, const char *id, wcd_runtime_done *done,
                          void *ctx, struct wcd_error *err);
enum wcd_errc v25_new_task(struct wcd_local_runtime *base, const char *id, bool with_stdin,
                           wcd_runtime_attach *attach, void *attach_ctx, uint32_t *pid,
                           struct wcd_error *err);
enum wcd_errc v25_exec(struct wcd_local_runtime *base, const char *id,
                       const struct wcd_runtime_exec *exec, uint32_t *pid, struct wcd_error *err);
enum wcd_errc v25_delete_task(struct wcd_local_runtime *base, const char *id, uint32_t *exit_code,
                              struct wcd_error *err);
enum wcd_errc v25_remove(struct wcd_local_runtime *base, const char *id, wcd_runtime_done *done,
                         void *ctx, struct wcd_error *err);
enum wcd_errc v25_signal(struct wcd_local_runtime *base, const char *id, int signal,
                         struct wcd_error *err);
enum wcd_errc v25_signal_exec(struct wcd_local_runtime *base, const char *id, const char *exec_id,
                              int signal, struct wcd_error *err);
enum wcd_errc v25_pause(struct wcd_local_runtime *base, const char *id, wcd_runtime_done *done,
                        void *ctx, struct wcd_error *err);
enum wcd_errc v25_resume(struct wcd_local_runtime *base, const char *id, wcd_runtime_done *done,
                         void *ctx, struct wcd_error *err);
enum wcd_errc v25_resize(struct wcd_local_runtime *base, const char *id, const char *exec_id,
                         uint32_t width, uint32_t height, struct wcd_error *err);
enum wcd_errc v25_close_stdin(struct wcd_local_runtime *base, const char *id, const char *exec_id,
                              struct wcd_error *err);
enum wcd_errc v25_stats(struct wcd_local_runtime *base, const char *id, struct wcd_json **out,
                        struct wcd_error *err);
enum wcd_errc v25_summary(struct wcd_local_runtime *base, const char *id, struct wcd_json **out,
                          struct wcd_error *err);
enum wcd_errc v25_pids(struct wcd_local_runtime *base, const char *id, struct wcd_error *err);
enum wcd_errc v25_update(struct wcd_local_runtime *base, const char *id, struct wcd_error *err);
enum wcd_errc v25_checkpoint(struct wcd_local_runtime *base, const char *id, struct wcd_error *err);

#endif
