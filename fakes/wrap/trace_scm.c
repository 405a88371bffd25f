/* Tracing of the service control manager's calls. */
#include "fakes/wrap/trace_internal.h"

#define SCM_DLL "advapi32.dll"

static plat_hr trace_scm_open_manager(void *ctx, uint32_t access, plat_handle *out)
{
    struct wrap_trace *trace = ctx;
    const struct plat_scm *scm = &trace->below.scm;
    struct wrap_call call = wrap_begin(trace, SCM_DLL, "OpenSCManagerW");
    wrap_arg_number(&call, "dwDesiredAccess", access);
    plat_hr hr = scm->ops->open_manager(scm->ctx, access, out);
    if (plat_succeeded(hr)) {
        wrap_result_number(&call, "handle", *out);
    }
    return wrap_end(&call, hr);
}

static plat_hr trace_scm_open_service(void *ctx, plat_handle manager, const char *name,
                                      uint32_t access, plat_handle *out)
{
    struct wrap_trace *trace = ctx;
    const struct plat_scm *scm = &trace->below.scm;
    struct wrap_call call = wrap_begin(trace, SCM_DLL, "OpenServiceW");
    wrap_arg_number(&call, "hSCManager", manager);
    wrap_arg_text(&call, "lpServiceName", name);
    wrap_arg_number(&call, "dwDesiredAccess", access);
    plat_hr hr = scm->ops->open_service(scm->ctx, manager, name, access, out);
    if (plat_succeeded(hr)) {
        wrap_result_number(&call, "handle", *out);
    }
    return wrap_end(&call, hr);
}

static plat_hr trace_scm_close(void *ctx, plat_handle handle)
{
    struct wrap_trace *trace = ctx;
    const struct plat_scm *scm = &trace->below.scm;
    struct wrap_call call = wrap_begin(trace, SCM_DLL, "CloseServiceHandle");
    wrap_arg_number(&call, "hSCObject", handle);
    return wrap_end(&call, scm->ops->close(scm->ctx, handle));
}

static void trace_scm_status(struct wrap_call *call, const struct plat_service_status *status)
{
    wrap_result_number(call, "dwCurrentState", status->state);
    wrap_result_number(call, "dwControlsAccepted", status->controls_accepted);
    wrap_result_number(call, "dwWin32ExitCode", status->exit_code);
    wrap_result_number(call, "dwServiceSpecificExitCode", status->service_exit_code);
    wrap_result_number(call, "dwProcessId", status->process_id);
}

static plat_hr trace_scm_query_status(void *ctx, plat_handle service,
                                      struct plat_service_status *out)
{
    struct wrap_trace *trace = ctx;
    const struct plat_scm *scm = &trace->below.scm;
    struct wrap_call call = wrap_begin(trace, SCM_DLL, "QueryServiceStatusEx");
    wrap_arg_number(&call, "hService", service);
    plat_hr hr = scm->ops->query_status(scm->ctx, service, out);
    if (plat_succeeded(hr)) {
        trace_scm_status(&call, out);
    }
    return wrap_end(&call, hr);
}

static plat_hr trace_scm_start(void *ctx, plat_handle service)
{
    struct wrap_trace *trace = ctx;
    const struct plat_scm *scm = &trace->below.scm;
    struct wrap_call call = wrap_begin(trace, SCM_DLL, "StartServiceW");
    wrap_arg_number(&call, "hService", service);
    return wrap_end(&call, scm->ops->start(scm->ctx, service));
}

static plat_hr trace_scm_control(void *ctx, plat_handle service, uint32_t control,
                                 struct plat_service_status *out)
{
    struct wrap_trace *trace = ctx;
    const struct plat_scm *scm = &trace->below.scm;
    struct wrap_call call = wrap_begin(trace, SCM_DLL, "ControlService");
    wrap_arg_number(&call, "hService", service);
    wrap_arg_number(&call, "dwControl", control);
    plat_hr hr = scm->ops->control(scm->ctx, service, control, out);
    if (plat_succeeded(hr)) {
        trace_scm_status(&call, out);
    }
    return wrap_end(&call, hr);
}

const struct plat_scm_ops wrap_trace_scm_ops = {
    .open_manager = trace_scm_open_manager,
    .open_service = trace_scm_open_service,
    .close = trace_scm_close,
    .query_status = trace_scm_query_status,
    .start = trace_scm_start,
    .control = trace_scm_control,
};
