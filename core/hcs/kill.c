/* How a process in a compute system is killed. HCS takes the calls of one handle one by one, so hcsshim 0.11
 * opens new handles for a kill: it is not to wait behind another that hangs. */
#include "core/hcs/internal.h"

#include <stdlib.h>

static enum wcd_errc kill_plainly(struct wcd_hcs_process *process, struct wcd_error *err)
{
    const struct plat_hcs *service = hcs_service(process->hcs);
    struct hcs_why why = {0};
    char *result = NULL;
    enum wcd_errc code = WCD_OK;
    why.hr = service->ops->terminate_process(service->ctx, process->handle, &result);
    why.result = result;
    if (!plat_hcs_accepted(why.hr)) {
        code = hcs_process_error(process, HCS_KILL, &why, err);
    }
    free(result);
    return code;
}

/* What the answer to a kill means: it went well, the process is ending anyway, nobody is there, or it failed. */
static enum wcd_errc judge_kill(struct wcd_hcs_process *process, const struct hcs_why *why,
                                struct wcd_error *err)
{
    if (plat_hcs_accepted(why->hr)) {
        process->killed = true;
        return WCD_OK;
    }
    if (why->hr == plat_hr_win32(PLAT_ERROR_ACCESS_DENIED) ||
        why->hr == plat_hr_win32(PLAT_ERROR_NOT_FOUND) ||
        why->hr == PLAT_HCS_PROCESS_ALREADY_STOPPED ||
        plat_hcs_same(why->hr, PLAT_HCS_SYSTEM_ALREADY_STOPPED)) {
        return WCD_OK;
    }
    if (plat_hcs_same(why->hr, PLAT_HCS_INVALID_STATE) ||
        plat_hcs_same(why->hr, PLAT_HCS_SYSTEM_NOT_FOUND)) {
        return hcs_not_killed(process, err);
    }
    return hcs_process_error(process, HCS_KILL, why, err);
}

static enum wcd_errc kill_opened(struct wcd_hcs_process *process, struct wcd_hcs_process *opened,
                                 struct wcd_error *err)
{
    const struct plat_hcs *service = hcs_service(process->hcs);
    struct hcs_why why = {0};
    char *result = NULL;
    why.hr = service->ops->terminate_process(service->ctx, opened->handle, &result);
    why.result = result;
    enum wcd_errc code = judge_kill(process, &why, err);
    free(result);
    return code;
}

static enum wcd_errc kill_in(struct wcd_hcs_process *process, struct wcd_hcs_system *system,
                             struct wcd_error *err)
{
    const struct plat_hcs *service = hcs_service(process->hcs);
    struct wcd_hcs_process *opened = hcs_process_new(system);
    struct hcs_why why = {0};
    char *result = NULL;
    enum wcd_errc code = WCD_OK;
    if (opened == NULL) {
        return wcd_error_no_memory(err);
    }
    opened->pid = process->pid;
    why.hr = service->ops->open_process(service->ctx, system->handle, process->pid, &opened->handle,
                                        &result);
    why.result = result;
    if (plat_succeeded(why.hr)) {
        why = (struct hcs_why){.hr = hcs_process_register(opened)};
    }
    if (plat_succeeded(why.hr)) {
        code = kill_opened(process, opened, err);
    } else if (why.hr != plat_hr_win32(PLAT_ERROR_NOT_FOUND) &&
               why.hr != PLAT_HCS_PROCESS_ALREADY_STOPPED &&
               !plat_hcs_same(why.hr, PLAT_HCS_SYSTEM_ALREADY_STOPPED)) {
        code = hcs_system_error(process->hcs, process->system_id, HCS_OPEN_PROCESS, &why, err);
    }
    free(result);
    hcs_process_close(opened);
    return code;
}

/* Without new handles the whole system goes. (The original closes its handle then, under its owner's feet.) */
static enum wcd_errc kill_system(struct wcd_hcs_process *process, struct wcd_error *open_error,
                                 struct wcd_error *err)
{
    wcd_log(process->hcs->options.log, WCD_LOG_ERROR, "OpenComputeSystem() call failed: %s",
            wcd_error_message(open_error));
    if (process->system == NULL) {
        wcd_error_move(err, open_error);
        return err->code;
    }
    enum wcd_errc code = wcd_hcs_terminate(process->system, err);
    if (code == WCD_OK || wcd_hcs_is_pending(err)) {
        wcd_error_release(err);
        return WCD_OK;
    }
    wcd_log(process->hcs->options.log, WCD_LOG_ERROR, "Terminate() call failed: %s",
            wcd_error_message(err));
    return code;
}

static enum wcd_errc kill_by_new_handles(struct wcd_hcs_process *process, struct wcd_error *err)
{
    struct wcd_error open_error = WCD_ERROR_INIT;
    struct wcd_hcs_system *system = NULL;
    enum wcd_errc code = WCD_OK;
    if (process->killed) {
        return WCD_OK;
    }
    if (wcd_hcs_open_system(process->hcs, process->system_id, &system, &open_error) != WCD_OK) {
        code = kill_system(process, &open_error, err);
        wcd_error_release(&open_error);
        return code;
    }
    code = kill_in(process, system, err);
    wcd_hcs_close_system(system);
    return code;
}

enum wcd_errc wcd_hcs_kill_process(struct wcd_hcs_process *process, struct wcd_error *err)
{
    return process->hcs->generation->kills_by_new_handles ? kill_by_new_handles(process, err)
                                                          : kill_plainly(process, err);
}
