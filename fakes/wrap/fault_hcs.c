/* Faults of compute systems and processes. */
#include "fakes/wrap/fault_internal.h"

#define FAULT_PROCESS_ID                                                                           \
    4u /* of a process that is nowhere: not 0, and a multiple of 4 as all are */

typedef plat_hr (*fault_operation)(void *ctx, plat_handle object, const char *document,
                                   char **result);
typedef plat_hr (*fault_register)(void *ctx, plat_handle object, struct plat_event_sink sink,
                                  uint64_t key, plat_handle *registration);
typedef plat_hr (*fault_close)(void *ctx, plat_handle handle);
typedef plat_hr (*fault_query)(void *ctx, const char *query, char **out, char **result);

/* ---- shapes that many functions have ---- */

static plat_hr fault_operate(struct fault_call *call, fault_operation run, plat_handle object,
                             const char *document, char **result)
{
    fault_out_result(call, result);
    if (fault_enter(call)) {
        call->hr = run(call->fault->below.hcs.ctx, object, document, result);
    }
    return fault_leave(call);
}

static plat_hr fault_operate_system(struct wrap_fault *fault, const char *function,
                                    fault_operation run, plat_handle system, const char *document,
                                    char **result)
{
    struct fault_call call;
    fault_begin_on(&call, fault, function, WRAP_HANDLE_SYSTEM, system);
    return fault_operate(&call, run, system, document, result);
}

static plat_hr fault_operate_process(struct wrap_fault *fault, const char *function,
                                     fault_operation run, plat_handle process, const char *document,
                                     char **result)
{
    struct fault_call call;
    fault_begin_on(&call, fault, function, WRAP_HANDLE_PROCESS, process);
    return fault_operate(&call, run, process, document, result);
}

static plat_hr fault_ask(struct wrap_fault *fault, const char *function, fault_query run,
                         const char *query, char **out, char **result)
{
    struct fault_call call;
    fault_begin(&call, fault, function, NULL);
    fault_out_text(&call, out);
    fault_out_result(&call, result);
    if (fault_enter(&call)) {
        call.hr = run(fault->below.hcs.ctx, query, out, result);
    }
    return fault_leave(&call);
}

static plat_hr fault_end(struct wrap_fault *fault, const char *function, fault_close run,
                         enum wrap_handle_kind kind, plat_handle handle)
{
    struct fault_call call;
    fault_begin_close(&call, fault, function, kind, handle);
    if (fault_enter(&call)) {
        call.hr = run(fault->below.hcs.ctx, handle);
    }
    return fault_leave(&call);
}

static plat_hr fault_register_object(struct fault_call *call, fault_register run,
                                     enum wrap_handle_kind kind, plat_handle object,
                                     struct plat_event_sink sink, uint64_t key,
                                     plat_handle *registration)
{
    struct fault_sink *faulty = NULL;
    call->phantom_hr = PLAT_S_OK;
    (void)fault_out_handle(call, kind, registration);
    if (fault_enter(call)) {
        faulty = fault_sink_create(call, sink, key);
        call->hr = faulty == NULL ? PLAT_E_OUTOFMEMORY
                                  : run(call->fault->below.hcs.ctx, object, fault_sink_of(faulty),
                                        key, registration);
    }
    fault_sink_registered(faulty, kind, plat_succeeded(call->hr) ? *registration : PLAT_NO_HANDLE);
    return fault_leave(call);
}

/* ---- systems ---- */

static plat_hr fault_enumerate(void *ctx, const char *query, char **systems, char **result)
{
    struct wrap_fault *fault = ctx;
    return fault_ask(fault, "HcsEnumerateComputeSystems", fault->below.hcs.ops->enumerate_systems,
                     query, systems, result);
}

static plat_hr fault_create_system(void *ctx, const char *id, const char *configuration,
                                   plat_handle *system, char **result)
{
    struct wrap_fault *fault = ctx;
    const struct plat_hcs *hcs = &fault->below.hcs;
    struct fault_call call;
    fault_begin(&call, fault, "HcsCreateComputeSystem", id);
    (void)fault_out_handle(&call, WRAP_HANDLE_SYSTEM, system);
    fault_out_result(&call, result);
    if (fault_enter(&call)) {
        call.hr = hcs->ops->create_system(hcs->ctx, id, configuration, system, result);
    }
    return fault_leave(&call);
}

static plat_hr fault_open_system(void *ctx, const char *id, plat_handle *system, char **result)
{
    struct wrap_fault *fault = ctx;
    const struct plat_hcs *hcs = &fault->below.hcs;
    struct fault_call call;
    fault_begin(&call, fault, "HcsOpenComputeSystem", id);
    (void)fault_out_handle(&call, WRAP_HANDLE_SYSTEM, system);
    fault_out_result(&call, result);
    if (fault_enter(&call)) {
        call.hr = hcs->ops->open_system(hcs->ctx, id, system, result);
    }
    return fault_leave(&call);
}

static plat_hr fault_close_system(void *ctx, plat_handle system)
{
    struct wrap_fault *fault = ctx;
    return fault_end(fault, "HcsCloseComputeSystem", fault->below.hcs.ops->close_system,
                     WRAP_HANDLE_SYSTEM, system);
}

static plat_hr fault_start(void *ctx, plat_handle system, const char *options, char **result)
{
    struct wrap_fault *fault = ctx;
    return fault_operate_system(fault, "HcsStartComputeSystem", fault->below.hcs.ops->start_system,
                                system, options, result);
}

static plat_hr fault_shutdown(void *ctx, plat_handle system, const char *options, char **result)
{
    struct wrap_fault *fault = ctx;
    return fault_operate_system(fault, "HcsShutdownComputeSystem",
                                fault->below.hcs.ops->shutdown_system, system, options, result);
}

static plat_hr fault_terminate(void *ctx, plat_handle system, const char *options, char **result)
{
    struct wrap_fault *fault = ctx;
    struct fault_call call;
    fault_begin_on(&call, fault, "HcsTerminateComputeSystem", WRAP_HANDLE_SYSTEM, system);
    call.phantom_hr = PLAT_HCS_SYSTEM_NOT_FOUND;
    return fault_operate(&call, fault->below.hcs.ops->terminate_system, system, options, result);
}

static plat_hr fault_pause(void *ctx, plat_handle system, const char *options, char **result)
{
    struct wrap_fault *fault = ctx;
    return fault_operate_system(fault, "HcsPauseComputeSystem", fault->below.hcs.ops->pause_system,
                                system, options, result);
}

static plat_hr fault_resume(void *ctx, plat_handle system, const char *options, char **result)
{
    struct wrap_fault *fault = ctx;
    return fault_operate_system(fault, "HcsResumeComputeSystem",
                                fault->below.hcs.ops->resume_system, system, options, result);
}

static plat_hr fault_save(void *ctx, plat_handle system, const char *options, char **result)
{
    struct wrap_fault *fault = ctx;
    return fault_operate_system(fault, "HcsSaveComputeSystem", fault->below.hcs.ops->save_system,
                                system, options, result);
}

static plat_hr fault_properties(void *ctx, plat_handle system, const char *query, char **properties,
                                char **result)
{
    struct wrap_fault *fault = ctx;
    const struct plat_hcs *hcs = &fault->below.hcs;
    struct fault_call call;
    fault_begin_on(&call, fault, "HcsGetComputeSystemProperties", WRAP_HANDLE_SYSTEM, system);
    fault_out_text(&call, properties);
    fault_out_result(&call, result);
    if (fault_enter(&call)) {
        call.hr = hcs->ops->system_properties(hcs->ctx, system, query, properties, result);
    }
    return fault_leave(&call);
}

static plat_hr fault_modify(void *ctx, plat_handle system, const char *configuration, char **result)
{
    struct wrap_fault *fault = ctx;
    return fault_operate_system(fault, "HcsModifyComputeSystem",
                                fault->below.hcs.ops->modify_system, system, configuration, result);
}

static plat_hr fault_register_system(void *ctx, plat_handle system, struct plat_event_sink sink,
                                     uint64_t key, plat_handle *registration)
{
    struct wrap_fault *fault = ctx;
    struct fault_call call;
    fault_begin_on(&call, fault, "HcsRegisterComputeSystemCallback", WRAP_HANDLE_SYSTEM, system);
    return fault_register_object(&call, fault->below.hcs.ops->register_system,
                                 WRAP_HANDLE_SYSTEM_REGISTRATION, system, sink, key, registration);
}

static plat_hr fault_unregister_system(void *ctx, plat_handle registration)
{
    struct wrap_fault *fault = ctx;
    return fault_end(fault, "HcsUnregisterComputeSystemCallback",
                     fault->below.hcs.ops->unregister_system, WRAP_HANDLE_SYSTEM_REGISTRATION,
                     registration);
}

/* ---- the service ---- */

static plat_hr fault_service_properties(void *ctx, const char *query, char **properties,
                                        char **result)
{
    struct wrap_fault *fault = ctx;
    return fault_ask(fault, "HcsGetServiceProperties", fault->below.hcs.ops->service_properties,
                     query, properties, result);
}

static plat_hr fault_modify_service(void *ctx, const char *settings, char **result)
{
    struct wrap_fault *fault = ctx;
    const struct plat_hcs *hcs = &fault->below.hcs;
    struct fault_call call;
    fault_begin(&call, fault, "HcsModifyServiceSettings", NULL);
    fault_out_result(&call, result);
    if (fault_enter(&call)) {
        call.hr = hcs->ops->modify_service(hcs->ctx, settings, result);
    }
    return fault_leave(&call);
}

/* ---- processes ---- */

struct fault_streams {
    struct fault_out *outs[3];
};

/* The outs of a process's number and streams. */
static struct fault_streams fault_out_info(struct fault_call *call,
                                           struct plat_hcs_process_info *info)
{
    fault_out_data(call, &info->process_id, sizeof(info->process_id));
    return (struct fault_streams){{
        fault_out_handle(call, WRAP_HANDLE_STREAM, &info->std_input),
        fault_out_handle(call, WRAP_HANDLE_STREAM, &info->std_output),
        fault_out_handle(call, WRAP_HANDLE_STREAM, &info->std_error),
    }};
}

static plat_hr fault_leave_info(struct fault_call *call, struct plat_hcs_process_info *info)
{
    plat_hr hr = fault_leave(call);
    if (plat_hcs_accepted(hr) && info->process_id == 0) {
        info->process_id = FAULT_PROCESS_ID;
    }
    return hr;
}

static plat_hr fault_create_process(void *ctx, plat_handle system, const char *parameters,
                                    struct plat_hcs_process_info *info, plat_handle *process,
                                    char **result)
{
    struct wrap_fault *fault = ctx;
    const struct plat_hcs *hcs = &fault->below.hcs;
    struct fault_call call;
    fault_begin_on(&call, fault, "HcsCreateProcess", WRAP_HANDLE_SYSTEM, system);
    struct fault_streams streams = fault_out_info(&call, info);
    struct fault_out *out = fault_out_handle(&call, WRAP_HANDLE_PROCESS, process);
    fault_out_result(&call, result);
    if (fault_enter(&call)) {
        call.hr = hcs->ops->create_process(hcs->ctx, system, parameters, info, process, result);
        out->process_id = info->process_id;
        for (size_t i = 0; i < sizeof(streams.outs) / sizeof(streams.outs[0]); i++) {
            streams.outs[i]->process_id = info->process_id;
        }
    }
    return fault_leave_info(&call, info);
}

static plat_hr fault_open_process(void *ctx, plat_handle system, uint32_t process_id,
                                  plat_handle *process, char **result)
{
    struct wrap_fault *fault = ctx;
    const struct plat_hcs *hcs = &fault->below.hcs;
    struct fault_call call;
    fault_begin_on(&call, fault, "HcsOpenProcess", WRAP_HANDLE_SYSTEM, system);
    call.view.process_id = process_id;
    (void)fault_out_handle(&call, WRAP_HANDLE_PROCESS, process);
    fault_out_result(&call, result);
    if (fault_enter(&call)) {
        call.hr = hcs->ops->open_process(hcs->ctx, system, process_id, process, result);
    }
    return fault_leave(&call);
}

static plat_hr fault_close_process(void *ctx, plat_handle process)
{
    struct wrap_fault *fault = ctx;
    return fault_end(fault, "HcsCloseProcess", fault->below.hcs.ops->close_process,
                     WRAP_HANDLE_PROCESS, process);
}

static plat_hr fault_terminate_process(void *ctx, plat_handle process, char **result)
{
    struct wrap_fault *fault = ctx;
    const struct plat_hcs *hcs = &fault->below.hcs;
    struct fault_call call;
    fault_begin_on(&call, fault, "HcsTerminateProcess", WRAP_HANDLE_PROCESS, process);
    fault_out_result(&call, result);
    if (fault_enter(&call)) {
        call.hr = hcs->ops->terminate_process(hcs->ctx, process, result);
    }
    return fault_leave(&call);
}

static plat_hr fault_signal(void *ctx, plat_handle process, const char *options, char **result)
{
    struct wrap_fault *fault = ctx;
    return fault_operate_process(fault, "HcsSignalProcess", fault->below.hcs.ops->signal_process,
                                 process, options, result);
}

static plat_hr fault_process_info(void *ctx, plat_handle process,
                                  struct plat_hcs_process_info *info, char **result)
{
    struct wrap_fault *fault = ctx;
    const struct plat_hcs *hcs = &fault->below.hcs;
    struct fault_call call;
    fault_begin_on(&call, fault, "HcsGetProcessInfo", WRAP_HANDLE_PROCESS, process);
    (void)fault_out_info(&call, info);
    fault_out_result(&call, result);
    if (fault_enter(&call)) {
        call.hr = hcs->ops->process_info(hcs->ctx, process, info, result);
    }
    return fault_leave_info(&call, info);
}

static plat_hr fault_process_properties(void *ctx, plat_handle process, char **properties,
                                        char **result)
{
    struct wrap_fault *fault = ctx;
    const struct plat_hcs *hcs = &fault->below.hcs;
    struct fault_call call;
    fault_begin_on(&call, fault, "HcsGetProcessProperties", WRAP_HANDLE_PROCESS, process);
    fault_out_text(&call, properties);
    fault_out_result(&call, result);
    if (fault_enter(&call)) {
        call.hr = hcs->ops->process_properties(hcs->ctx, process, properties, result);
    }
    return fault_leave(&call);
}

static plat_hr fault_modify_process(void *ctx, plat_handle process, const char *settings,
                                    char **result)
{
    struct wrap_fault *fault = ctx;
    return fault_operate_process(fault, "HcsModifyProcess", fault->below.hcs.ops->modify_process,
                                 process, settings, result);
}

static plat_hr fault_register_process(void *ctx, plat_handle process, struct plat_event_sink sink,
                                      uint64_t key, plat_handle *registration)
{
    struct wrap_fault *fault = ctx;
    struct fault_call call;
    fault_begin_on(&call, fault, "HcsRegisterProcessCallback", WRAP_HANDLE_PROCESS, process);
    return fault_register_object(&call, fault->below.hcs.ops->register_process,
                                 WRAP_HANDLE_PROCESS_REGISTRATION, process, sink, key,
                                 registration);
}

static plat_hr fault_unregister_process(void *ctx, plat_handle registration)
{
    struct wrap_fault *fault = ctx;
    return fault_end(fault, "HcsUnregisterProcessCallback",
                     fault->below.hcs.ops->unregister_process, WRAP_HANDLE_PROCESS_REGISTRATION,
                     registration);
}

const struct plat_hcs_ops wrap_fault_hcs_ops = {
    .enumerate_systems = fault_enumerate,
    .create_system = fault_create_system,
    .open_system = fault_open_system,
    .close_system = fault_close_system,
    .start_system = fault_start,
    .shutdown_system = fault_shutdown,
    .terminate_system = fault_terminate,
    .pause_system = fault_pause,
    .resume_system = fault_resume,
    .save_system = fault_save,
    .system_properties = fault_properties,
    .modify_system = fault_modify,
    .register_system = fault_register_system,
    .unregister_system = fault_unregister_system,
    .service_properties = fault_service_properties,
    .modify_service = fault_modify_service,
    .create_process = fault_create_process,
    .open_process = fault_open_process,
    .close_process = fault_close_process,
    .terminate_process = fault_terminate_process,
    .signal_process = fault_signal,
    .process_info = fault_process_info,
    .process_properties = fault_process_properties,
    .modify_process = fault_modify_process,
    .register_process = fault_register_process,
    .unregister_process = fault_unregister_process,
};
