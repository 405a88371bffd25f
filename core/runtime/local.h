/* The daemon's local runtime: what libcontainerd is to the original, without a containerd. It turns the
 * daemon's containers, tasks and execs into compute systems and processes, and tells the daemon what becomes of
 * them by events.
 *
 * There are two, v17 (client_windows.go of August 2017) and v25 (libcontainerd/local/local_windows.go). One
 * table of functions serves both: where 2017 creates, starts and runs at once, its `create` does all and
 * `new_task` has nothing left to do (engine rule runtime_creates_running).
 *
 * Completions and events come from the reactor's turn, never from inside a call; events of one container come
 * in the order of their causes, and one is not told before the one before was taken. */
#ifndef WCD_RUNTIME_LOCAL_H
#define WCD_RUNTIME_LOCAL_H

#include "core/hcs/client.h"
#include "core/oci/spec.h"

/* The process id of a container's first process in events and calls: "init" in 2017, the container's id in
 * v25; the daemon passes NULL for it. */

enum wcd_runtime_event_type {
    WCD_RUNTIME_CREATED, /* v25 only; the daemon does nothing about it */
    WCD_RUNTIME_STARTED,
    WCD_RUNTIME_EXEC_ADDED,   /* v25 only */
    WCD_RUNTIME_EXEC_STARTED, /* v25 only */
    WCD_RUNTIME_EXITED,       /* the first process, and with it the container */
    WCD_RUNTIME_EXEC_EXITED,
    WCD_RUNTIME_PAUSED,
    WCD_RUNTIME_RESUMED
};

/* Borrowed for the call. */
struct wcd_runtime_event {
    enum wcd_runtime_event_type type;
    const char *container_id;
    const char *process_id; /* an exec's id; NULL for the first process */
    uint32_t pid;
    uint32_t exit_code;
    bool update_pending; /* 2017: Windows updates wait; the daemon starts a servicing container */
    const char *error;   /* what could not be cleaned up behind the exit; NULL: nothing */
};
/* The daemon's answer to an event is seen as in the original: v17's start, pause, resume and restore fail with
 * an error of it; elsewhere an error is logged. */
typedef enum wcd_errc wcd_runtime_on_event(void *ctx, const struct wcd_runtime_event *event,
                                           struct wcd_error *err);

/* The streams of a new process. Whoever takes them closes them, also when it fails. `process_id` NULL: the
 * first process. An error stops the start: one with a number of Windows (hresult) says that a stream cannot
 * be used, as the original's Stdio() does, and v17 ends the container; any other is the original's failing
 * attach, behind which v17's container runs on. */
typedef enum wcd_errc wcd_runtime_attach(void *ctx, const char *container_id,
                                         const char *process_id, const struct wcd_stdio *stdio,
                                         struct wcd_error *err);

typedef void wcd_runtime_done(void *ctx, const struct wcd_error *err);

/* Options of 2017's client, beside the spec: what its daemon gives where v25 has members of the spec. The order
 * of the list matters, see vectors' README (client). All texts are borrowed for the call of create. */
enum wcd_runtime_option_kind {
    WCD_OPTION_SERVICING,
    WCD_OPTION_FLUSH,
    WCD_OPTION_HYPERV,
    WCD_OPTION_LAYER,
    WCD_OPTION_NETWORK,
    WCD_OPTION_CREDENTIALS,
    WCD_OPTION_LCOW
};
struct wcd_runtime_option {
    enum wcd_runtime_option_kind kind;
    bool flag; /* servicing; ignore flushes; Hyper-V; network: unqualified DNS queries */
    const char *layer_folder;
    const struct wcd_strlist *layer_paths; /* NULL: nil */
    const struct wcd_strlist *endpoints;   /* NULL: nil */
    const struct wcd_strlist *dns_search;  /* NULL: nil */
    const char *shared_container;          /* NULL: "" */
    const char *credentials;
    /* LCOW */
    bool has_config;
    bool vhdx_mode; /* boots from a VHD, not kernel and initrd */
    const char *vhdx;
    const char *image_path; /* KirdPath */
    const char *kernel_file;
    const char *initrd_file;
    const char *boot_parameters;
};

struct wcd_runtime_request {
    const char *id;
    const struct wcd_spec *spec;
    const char *os; /* of the spec's platform; 2017 takes all but "windows" for Linux */
    /* v17 for Linux: the spec as its guest reads it; NULL: made from `spec`. */
    const struct wcd_json *spec_document;
    const struct wcd_runtime_option *options; /* v17 */
    size_t option_count;
    uint32_t processors; /* of the host: processor counts are cut to it */
    /* v17, whose create runs the first process. */
    wcd_runtime_attach *attach;
    void *attach_ctx;
};

/* What docker exec asks for. Borrowed. */
struct wcd_runtime_exec {
    const char *id; /* of the exec */
    const struct wcd_spec_process *process;
    bool with_stdin;
    wcd_runtime_attach *attach;
    void *attach_ctx;
};

struct wcd_local_runtime;

struct wcd_local_runtime_ops {
    /* Where it says `done`, an error that is returned at once means that done is not called. */

    /* v25: NewContainer (compute system created and started). v17: Create (the first process runs; with
     * WCD_OPTION_SERVICING it has ended, and its system with it, when `done` says so: no event tells of it). */
    enum wcd_errc (*create)(struct wcd_local_runtime *runtime,
                            const struct wcd_runtime_request *request, wcd_runtime_done *done,
                            void *ctx, struct wcd_error *err);
    /* v25: NewTask and Start. *pid on success. v17: gives the pid that create found. */
    enum wcd_errc (*new_task)(struct wcd_local_runtime *runtime, const char *id, bool with_stdin,
                              wcd_runtime_attach *attach, void *attach_ctx, uint32_t *pid,
                              struct wcd_error *err);
    /* v25: task.Delete: the first process has ended and its task is forgotten, so signals and the like find no
     * task any more. WCD_E_CONFLICT while it runs; `remove` does it too. v17: an error, there are no tasks. */
    enum wcd_errc (*delete_task)(struct wcd_local_runtime *runtime, const char *id,
                                 uint32_t *exit_code, struct wcd_error *err);
    /* v25: container.Delete, behind a failed start or a task's end: shuts down what still runs. v17: nothing to
     * do, the exit forgot the container. */
    enum wcd_errc (*remove)(struct wcd_local_runtime *runtime, const char *id,
                            wcd_runtime_done *done, void *ctx, struct wcd_error *err);
    /* Signal number 9 ends the system by force, any other asks it to shut down. */
    enum wcd_errc (*signal)(struct wcd_local_runtime *runtime, const char *id, int signal,
                            struct wcd_error *err);
    enum wcd_errc (*pause)(struct wcd_local_runtime *runtime, const char *id,
                           wcd_runtime_done *done, void *ctx, struct wcd_error *err);
    enum wcd_errc (*resume)(struct wcd_local_runtime *runtime, const char *id,
                            wcd_runtime_done *done, void *ctx, struct wcd_error *err);
    enum wcd_errc (*exec)(struct wcd_local_runtime *runtime, const char *id,
                          const struct wcd_runtime_exec *exec, uint32_t *pid,
                          struct wcd_error *err);
    enum wcd_errc (*signal_exec)(struct wcd_local_runtime *runtime, const char *id,
                                 const char *exec_id, int signal, struct wcd_error *err);
    /* exec_id NULL: the first process. */
    enum wcd_errc (*resize)(struct wcd_local_runtime *runtime, const char *id, const char *exec_id,
                            uint32_t width, uint32_t height, struct wcd_error *err);
    enum wcd_errc (*close_stdin)(struct wcd_local_runtime *runtime, const char *id,
                                 const char *exec_id, struct wcd_error *err);
    /* The member Statistics of the properties, or NULL when there is none; the caller's. */
    enum wcd_errc (*stats)(struct wcd_local_runtime *runtime, const char *id, struct wcd_json **out,
                           struct wcd_error *err);
    /* The array ProcessList; the caller's. */
    enum wcd_errc (*summary)(struct wcd_local_runtime *runtime, const char *id,
                             struct wcd_json **out, struct wcd_error *err);
    /* Process ids as the first generations knew them: an error in both, `summary` is in their place. */
    enum wcd_errc (*pids)(struct wcd_local_runtime *runtime, const char *id, struct wcd_error *err);
    /* Nothing on Windows, without an error, in both. */
    enum wcd_errc (*update)(struct wcd_local_runtime *runtime, const char *id,
                            struct wcd_error *err);
    enum wcd_errc (*checkpoint)(struct wcd_local_runtime *runtime, const char *id,
                                struct wcd_error *err);
    /* At the daemon's start, for a container that was running when the last one ended: ends what HCS still has.
     * v17 tells EXITED with 2147483648 when that worked. v25's done says how it went, or WCD_E_NOT_FOUND at once
     * that HCS does not know it; the daemon itself reports the exit, and removes the container then. */
    enum wcd_errc (*restore)(struct wcd_local_runtime *runtime, const char *id,
                             wcd_runtime_done *done, void *ctx, struct wcd_error *err);
    /* True from the moment create is asked for until it failed, the exit was told or the container removed. */
    bool (*knows)(const struct wcd_local_runtime *runtime, const char *id);
    /* Closes all handles; systems go on. No `done` is called any more. Not from inside a callback. */
    void (*destroy)(struct wcd_local_runtime *runtime);
};

struct wcd_local_runtime {
    const struct wcd_local_runtime_ops *ops;
};

struct wcd_runtime_options {
    const struct platform *platform;
    const struct engine_rules *engine;
    struct wcd_reactor *reactor;
    struct wcd_hcs *hcs;
    const struct wcd_log_sink *log;
    wcd_runtime_on_event *on_event;
    void *event_ctx;
};

/* NULL without memory. */
struct wcd_local_runtime *wcd_local_runtime_v17(const struct wcd_runtime_options *options);
struct wcd_local_runtime *wcd_local_runtime_v25(const struct wcd_runtime_options *options);

#endif
