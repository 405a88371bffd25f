/* The local runtime of v25, beside what core/runtime/local.h has: the documents it sends to HCS, and what its
 * original knows of tasks.
 *
 * Evidence: moby v25 libcontainerd/local/local_windows.go; hcsshim 0.11 internal/hcs/schema1. */
#ifndef WCD_RUNTIME_V25_H
#define WCD_RUNTIME_V25_H

#include "core/runtime/local.h"

/* The compute system's document for a spec. The storage service is asked for the layers' GUIDs and the file
 * system for the utility VM's image; a warning goes to `log`. Errors are those of the spec, in the order in
 * which the original finds them. *out is the caller's. */
struct wcd_v25_document {
    const struct platform *platform;
    const struct engine_rules *engine;
    const struct wcd_log_sink *log;
    const char *id;
    const struct wcd_spec *spec;
    uint32_t processors; /* of the host: processor counts are cut to it */
};
enum wcd_errc wcd_v25_container_document(const struct wcd_v25_document *request, char **out,
                                         struct wcd_error *err);

/* A process's document. An exec has a console size only with a terminal, and the first process's folder
 * (`cwd`) when it has none of its own; NULL for the first process itself. The caller frees; NULL without
 * memory. */
char *wcd_v25_process_document(const struct wcd_spec_process *process, const char *cwd);
/* The command line of a process: its own, or its arguments made into one. The same. */
char *wcd_v25_command_line(const struct wcd_spec_process *process);

/* AttachTask: nobody can attach to what an earlier daemon left. */
enum wcd_errc wcd_v25_attach_task(struct wcd_error *err);

/* What containerd says of a task. */
enum wcd_v25_status {
    WCD_V25_NO_TASK,
    WCD_V25_RUNNING,
    WCD_V25_PAUSED,
    WCD_V25_STOPPED
};
enum wcd_v25_status wcd_v25_status_of(const struct wcd_local_runtime *base, const char *id);
bool wcd_v25_terminate_invoked(const struct wcd_local_runtime *base, const char *id);

#endif
