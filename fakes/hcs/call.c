/* What every call of vmcompute.dll begins with: the DLL, the service, the handle, the state. */
#include "fakes/host/internal.h"

plat_hr fake_hcs_begin(struct fake_host *host)
{
    if (!fake_os_has_dll(host, FAKE_HCS_DLL)) {
        return plat_hr_win32(PLAT_ERROR_MOD_NOT_FOUND);
    }
    return fake_scm_reach(host, FAKE_HCS_SERVICE);
}

plat_hr fake_hcs_begin_system(struct fake_host *host, enum fake_hcs_operation operation,
                              plat_handle id, struct fake_hcs_handle **out)
{
    *out = NULL;
    plat_hr hr = fake_hcs_begin(host);
    if (plat_failed(hr)) {
        return hr;
    }
    const struct fake_handle *entry =
        fake_handle_use(host, FAKE_HANDLE_HCS_SYSTEM, id, fake_hcs_function(operation));
    if (entry == NULL) {
        return plat_hr_win32(PLAT_ERROR_INVALID_HANDLE);
    }
    struct fake_hcs_handle *handle = entry->object;
    const struct fake_system *system = handle->system;
    if (system == NULL) {
        return plat_hr_win32(PLAT_ERROR_INVALID_HANDLE);
    }
    hr = fake_hcs_answer_hr(fake_hcs_may(operation, system->kind, system->state));
    *out = plat_succeeded(hr) ? handle : NULL;
    return hr;
}

plat_hr fake_hcs_begin_process(struct fake_host *host, enum fake_hcs_operation operation,
                               plat_handle id, struct fake_hcs_process **out)
{
    *out = NULL;
    plat_hr hr = fake_hcs_begin(host);
    if (plat_failed(hr)) {
        return hr;
    }
    const struct fake_handle *entry =
        fake_handle_use(host, FAKE_HANDLE_HCS_PROCESS, id, fake_hcs_function(operation));
    if (entry == NULL) {
        return plat_hr_win32(PLAT_ERROR_INVALID_HANDLE);
    }
    const struct fake_hcs_handle *handle = entry->object;
    struct fake_hcs_process *process = handle->process;
    if (process == NULL) {
        return plat_hr_win32(PLAT_ERROR_INVALID_HANDLE);
    }
    const struct fake_system *system = process->system;
    enum fake_hcs_kind kind = system == NULL ? FAKE_HCS_PROCESS : system->kind;
    enum fake_hcs_state state = system == NULL ? FAKE_HCS_HELD : system->state;
    hr = fake_hcs_answer_hr(fake_hcs_may(operation, kind, state));
    *out = plat_succeeded(hr) ? process : NULL;
    return hr;
}
