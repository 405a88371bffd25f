/* The commands of the runtime of 2017 that are answered at once, and the errors of those it does not have. One
 * that comes while a pause is under way does not wait for it, as the original's would. */
#include "core/runtime/v17_internal.h"

#include "core/base/goquote.h"

#include <inttypes.h>
#include <stdlib.h>

#define SIGKILL_NUMBER 9

/* hcsshim's queries, with their blanks. */
#define STATISTICS_QUERY   "{ \"PropertyTypes\" : [\"Statistics\"]}"
#define PROCESS_LIST_QUERY "{ \"PropertyTypes\" : [\"ProcessList\"]}"

void v17_log_quoted(const struct wcd_v17_runtime *runtime, enum wcd_log_level level,
                    const char *what, const char *id, const char *between,
                    const struct wcd_error *err)
{
    char *quoted = wcd_go_quote(wcd_error_message(err));
    wcd_log(runtime->options.log, level, "libcontainerd: %s %s%s %s", what, id, between,
            quoted == NULL ? "out of memory" : quoted);
    free(quoted);
}

/* ---- signals ---- */

/* Whatever HCS answers, the command succeeds; an answer that is not expected is logged. */
static enum wcd_errc v17_signal(struct wcd_local_runtime *base, const char *id, int signal,
                                struct wcd_error *err)
{
    struct wcd_v17_runtime *runtime = v17_of(base);
    struct v17_container *container = NULL;
    struct wcd_error failed = WCD_ERROR_INIT;
    enum wcd_errc code = v17_find(runtime, id, &container, err);
    if (code != WCD_OK) {
        return code;
    }
    wcd_log(runtime->options.log, WCD_LOG_DEBUG,
            "libcontainerd: Signal() containerID=%s sig=%d pid=%" PRIu32, id, signal,
            container->first.pid);
    if (signal == SIGKILL_NUMBER) {
        if (wcd_hcs_terminate(container->system, &failed) != WCD_OK &&
            !wcd_hcs_is_pending(&failed)) {
            v17_log_quoted(runtime, WCD_LOG_ERROR, "failed to terminate", id, " -", &failed);
        }
    } else if (wcd_hcs_shutdown(container->system, &failed) != WCD_OK &&
               !wcd_hcs_is_pending(&failed) &&
               !wcd_hcs_is_already_stopped(&failed, runtime->options.engine)) {
        v17_log_quoted(runtime, WCD_LOG_WARN, "failed to shutdown container", id, ":", &failed);
    }
    wcd_error_release(&failed);
    return WCD_OK;
}

/* ---- processes ---- */

/* exec_id NULL: the first process. *out is NULL, without an error, when the container has no such process. */
static enum wcd_errc find_process(struct wcd_local_runtime *base, const char *id,
                                  const char *exec_id, struct v17_process **out,
                                  struct wcd_error *err)
{
    struct v17_container *container = NULL;
    enum wcd_errc code = v17_find(v17_of(base), id, &container, err);
    *out = NULL;
    if (code == WCD_OK) {
        *out = exec_id == NULL ? &container->first : v17_find_exec(container, exec_id);
    }
    return code;
}

/* Whatever the signal. */
static enum wcd_errc v17_signal_exec(struct wcd_local_runtime *base, const char *id,
                                     const char *exec_id, int signal, struct wcd_error *err)
{
    struct v17_process *process = NULL;
    enum wcd_errc code = find_process(base, id, exec_id, &process, err);
    (void)signal;
    if (code != WCD_OK) {
        return code;
    }
    if (process == NULL) {
        return wcd_error_set(err, WCD_E_PLAIN, "SignalProcess could not find process %s in %s",
                             exec_id, id);
    }
    return wcd_hcs_kill_process(process->hcs, err);
}

static enum wcd_errc v17_resize(struct wcd_local_runtime *base, const char *id, const char *exec_id,
                                uint32_t width, uint32_t height, struct wcd_error *err)
{
    struct v17_process *process = NULL;
    enum wcd_errc code = find_process(base, id, exec_id, &process, err);
    if (code != WCD_OK) {
        return code;
    }
    if (process == NULL) {
        return wcd_error_set(err, WCD_E_PLAIN, "Resize could not find containerID %s to resize",
                             id);
    }
    return wcd_hcs_resize(process->hcs, (uint16_t)width, (uint16_t)height, err);
}

/* What the writer that the original hands out does when it is closed: a process that is gone, or going, needs no
 * end of its input. */
static enum wcd_errc v17_close_stdin(struct wcd_local_runtime *base, const char *id,
                                     const char *exec_id, struct wcd_error *err)
{
    struct v17_process *process = NULL;
    enum wcd_errc code = find_process(base, id, exec_id, &process, err);
    if (code != WCD_OK) {
        wcd_error_release(err);
        return WCD_OK;
    }
    code = process == NULL ? WCD_OK : wcd_hcs_close_stdin(process->hcs, err);
    if (code != WCD_OK && (wcd_hcs_is_not_exist(err) || wcd_hcs_is_already_closed(err) ||
                           wcd_hcs_is_invalid_state(err))) {
        wcd_error_release(err);
        return WCD_OK;
    }
    return code;
}

/* ---- properties ---- */

/* A member of the system's properties; *out is NULL when it is not there. */
static enum wcd_errc ask(struct wcd_local_runtime *base, const char *id, const char *query,
                         const char *name, struct wcd_json **out, struct wcd_error *err)
{
    struct v17_container *container = NULL;
    struct wcd_json *properties = NULL;
    *out = NULL;
    enum wcd_errc code = v17_find(v17_of(base), id, &container, err);
    if (code == WCD_OK) {
        code = wcd_hcs_properties(container->system, query, &properties, err);
    }
    const struct wcd_json *member = code == WCD_OK ? wcd_json_get(properties, name) : NULL;
    if (member != NULL && !wcd_json_is(member, WCD_JSON_NULL)) {
        *out = wcd_json_copy(member);
        code = *out == NULL ? wcd_error_no_memory(err) : WCD_OK;
    }
    wcd_json_free(properties);
    return code;
}

static enum wcd_errc v17_stats(struct wcd_local_runtime *base, const char *id,
                               struct wcd_json **out, struct wcd_error *err)
{
    return ask(base, id, STATISTICS_QUERY, "Statistics", out, err);
}

static enum wcd_errc v17_summary(struct wcd_local_runtime *base, const char *id,
                                 struct wcd_json **out, struct wcd_error *err)
{
    enum wcd_errc code = ask(base, id, PROCESS_LIST_QUERY, "ProcessList", out, err);
    if (code == WCD_OK && *out == NULL) {
        *out = wcd_json_new_array();
        code = *out == NULL ? wcd_error_no_memory(err) : WCD_OK;
    }
    return code;
}

/* ---- what there is nothing to do for ---- */

static enum wcd_errc v17_new_task(struct wcd_local_runtime *base, const char *id, bool with_stdin,
                                  wcd_runtime_attach *attach, void *attach_ctx, uint32_t *pid,
                                  struct wcd_error *err)
{
    struct v17_container *container = NULL;
    enum wcd_errc code = v17_find(v17_of(base), id, &container, err);
    (void)with_stdin, (void)attach, (void)attach_ctx;
    if (code == WCD_OK) {
        *pid = container->first.pid;
    }
    return code;
}

static enum wcd_errc v17_delete_task(struct wcd_local_runtime *base, const char *id,
                                     uint32_t *exit_code, struct wcd_error *err)
{
    (void)base, (void)id, (void)exit_code;
    return wcd_error_set(err, WCD_E_PLAIN, "not implemented on Windows");
}

static enum wcd_errc v17_pids(struct wcd_local_runtime *base, const char *id, struct wcd_error *err)
{
    (void)base, (void)id;
    return wcd_error_set(err, WCD_E_PLAIN, "not implemented on Windows");
}

static enum wcd_errc v17_update(struct wcd_local_runtime *base, const char *id,
                                struct wcd_error *err)
{
    (void)base, (void)id, (void)err;
    return WCD_OK;
}

static enum wcd_errc v17_checkpoint(struct wcd_local_runtime *base, const char *id,
                                    struct wcd_error *err)
{
    (void)base, (void)id;
    return wcd_error_set(err, WCD_E_PLAIN, "Windows: Containers do not support checkpoints");
}

const struct wcd_local_runtime_ops v17_ops = {
    .create = v17_create,
    .new_task = v17_new_task,
    .delete_task = v17_delete_task,
    .remove = v17_remove,
    .signal = v17_signal,
    .pause = v17_pause,
    .resume = v17_resume,
    .exec = v17_exec,
    .signal_exec = v17_signal_exec,
    .resize = v17_resize,
    .close_stdin = v17_close_stdin,
    .stats = v17_stats,
    .summary = v17_summary,
    .pids = v17_pids,
    .update = v17_update,
    .checkpoint = v17_checkpoint,
    .restore = v17_restore,
    .knows = v17_knows,
    .destroy = v17_destroy,
};
