/* core/platform/scm.h on advapi32. */
#include "real/win32_internal.h"

#include <stdlib.h>

static plat_hr scm_open_manager(void *ctx, uint32_t access, plat_handle *out)
{
    (void)ctx;
    SC_HANDLE manager = OpenSCManagerW(NULL, NULL, access);
    *out = win32_handle_number(manager);
    return manager != NULL ? PLAT_S_OK : win32_last();
}

static plat_hr scm_open_service(void *ctx, plat_handle manager, const char *name, uint32_t access,
                                plat_handle *out)
{
    (void)ctx;
    wchar_t *wide = NULL;
    *out = PLAT_NO_HANDLE;
    plat_hr hr = win32_wide(name, &wide);
    if (plat_succeeded(hr)) {
        SC_HANDLE service = OpenServiceW(win32_handle(manager), wide, access);
        *out = win32_handle_number(service);
        hr = service != NULL ? PLAT_S_OK : win32_last();
    }
    free(wide);
    return hr;
}

static plat_hr scm_close(void *ctx, plat_handle handle)
{
    (void)ctx;
    return CloseServiceHandle(win32_handle(handle)) ? PLAT_S_OK : win32_last();
}

static plat_hr scm_query_status(void *ctx, plat_handle service, struct plat_service_status *out)
{
    (void)ctx;
    SERVICE_STATUS_PROCESS status = {0};
    DWORD needed = 0;
    *out = (struct plat_service_status){0};
    if (!QueryServiceStatusEx(win32_handle(service), SC_STATUS_PROCESS_INFO, (BYTE *)&status,
                              sizeof(status), &needed)) {
        return win32_last();
    }
    *out = (struct plat_service_status){.state = status.dwCurrentState,
                                        .controls_accepted = status.dwControlsAccepted,
                                        .exit_code = status.dwWin32ExitCode,
                                        .service_exit_code = status.dwServiceSpecificExitCode,
                                        .process_id = status.dwProcessId};
    return PLAT_S_OK;
}

static plat_hr scm_start(void *ctx, plat_handle service)
{
    (void)ctx;
    return StartServiceW(win32_handle(service), 0, NULL) ? PLAT_S_OK : win32_last();
}

static plat_hr scm_control(void *ctx, plat_handle service, uint32_t control,
                           struct plat_service_status *out)
{
    (void)ctx;
    SERVICE_STATUS status = {0};
    *out = (struct plat_service_status){0};
    if (!ControlService(win32_handle(service), control, &status)) {
        return win32_last();
    }
    /* This call knows no process. */
    *out = (struct plat_service_status){.state = status.dwCurrentState,
                                        .controls_accepted = status.dwControlsAccepted,
                                        .exit_code = status.dwWin32ExitCode,
                                        .service_exit_code = status.dwServiceSpecificExitCode};
    return PLAT_S_OK;
}

const struct plat_scm_ops win32_scm_ops = {
    .open_manager = scm_open_manager,
    .open_service = scm_open_service,
    .close = scm_close,
    .query_status = scm_query_status,
    .start = scm_start,
    .control = scm_control,
};
