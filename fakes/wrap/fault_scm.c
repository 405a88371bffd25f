/* Faults of the service control manager. */
#include "fakes/wrap/fault_internal.h"

static plat_hr fault_scm_open_manager(void *ctx, uint32_t access, plat_handle *out)
{
    struct wrap_fault *fault = ctx;
    const struct plat_scm *scm = &fault->below.scm;
    struct fault_call call;
    fault_begin(&call, fault, "OpenSCManagerW", NULL);
    (void)fault_out_handle(&call, WRAP_HANDLE_SCM, out);
    if (fault_enter(&call)) {
        call.hr = scm->ops->open_manager(scm->ctx, access, out);
    }
    return fault_leave(&call);
}

static plat_hr fault_scm_open_service(void *ctx, plat_handle manager, const char *name,
                                      uint32_t access, plat_handle *out)
{
    struct wrap_fault *fault = ctx;
    const struct plat_scm *scm = &fault->below.scm;
    struct fault_call call;
    fault_begin_on(&call, fault, "OpenServiceW", WRAP_HANDLE_SCM, manager);
    call.view.object = name;
    (void)fault_out_handle(&call, WRAP_HANDLE_SCM, out);
    if (fault_enter(&call)) {
        call.hr = scm->ops->open_service(scm->ctx, manager, name, access, out);
    }
    return fault_leave(&call);
}

static plat_hr fault_scm_close(void *ctx, plat_handle handle)
{
    struct wrap_fault *fault = ctx;
    const struct plat_scm *scm = &fault->below.scm;
    struct fault_call call;
    fault_begin_close(&call, fault, "CloseServiceHandle", WRAP_HANDLE_SCM, handle);
    if (fault_enter(&call)) {
        call.hr = scm->ops->close(scm->ctx, handle);
    }
    return fault_leave(&call);
}

static plat_hr fault_scm_query_status(void *ctx, plat_handle service,
                                      struct plat_service_status *out)
{
    struct wrap_fault *fault = ctx;
    const struct plat_scm *scm = &fault->below.scm;
    struct fault_call call;
    fault_begin_on(&call, fault, "QueryServiceStatusEx", WRAP_HANDLE_SCM, service);
    fault_out_data(&call, out, sizeof(*out));
    if (fault_enter(&call)) {
        call.hr = scm->ops->query_status(scm->ctx, service, out);
    }
    return fault_leave(&call);
}

static plat_hr fault_scm_start(void *ctx, plat_handle service)
{
    struct wrap_fault *fault = ctx;
    const struct plat_scm *scm = &fault->below.scm;
    struct fault_call call;
    fault_begin_on(&call, fault, "StartServiceW", WRAP_HANDLE_SCM, service);
    if (fault_enter(&call)) {
        call.hr = scm->ops->start(scm->ctx, service);
    }
    return fault_leave(&call);
}

static plat_hr fault_scm_control(void *ctx, plat_handle service, uint32_t control,
                                 struct plat_service_status *out)
{
    struct wrap_fault *fault = ctx;
    const struct plat_scm *scm = &fault->below.scm;
    struct fault_call call;
    fault_begin_on(&call, fault, "ControlService", WRAP_HANDLE_SCM, service);
    fault_out_data(&call, out, sizeof(*out));
    if (fault_enter(&call)) {
        call.hr = scm->ops->control(scm->ctx, service, control, out);
    }
    return fault_leave(&call);
}

const struct plat_scm_ops wrap_fault_scm_ops = {
    .open_manager = fault_scm_open_manager,
    .open_service = fault_scm_open_service,
    .close = fault_scm_close,
    .query_status = fault_scm_query_status,
    .start = fault_scm_start,
    .control = fault_scm_control,
};
