/* Tracing of the calls on compute systems and processes. Names are those of hcsshim's imports, in the
 * order in which recordings of the original daemon have them. */
#include "fakes/wrap/trace_internal.h"

#define HCS_DLL "vmcompute.dll"

typedef plat_hr (*trace_operation)(void *ctx, plat_handle object, const char *document,
                                   char **result);

/* ---- what calls share ---- */

/* Names a compute system by its handle and its id, as far as the handle is known. */
static void trace_system(struct wrap_call *call, const char *name, plat_handle system)
{
    const struct wrap_object *object =
        wrap_objects_find(&call->trace->objects, WRAP_HANDLE_SYSTEM, system);
    wrap_arg_number(call, name, system);
    if (object != NULL) {
        wrap_arg_text(call, "system", object->name);
    }
}

static void trace_process(struct wrap_call *call, plat_handle process)
{
    const struct wrap_object *object =
        wrap_objects_find(&call->trace->objects, WRAP_HANDLE_PROCESS, process);
    wrap_arg_number(call, "process", process);
    if (object != NULL) {
        wrap_arg_number(call, "pid", object->process_id);
    }
}

static plat_hr trace_hcs_end(struct wrap_call *call, plat_hr hr, const char *result)
{
    if (result != NULL) {
        wrap_result_text(call, "result", result);
    }
    return wrap_end(call, hr);
}

/* From now on the handle stands for an object. Without memory entries would lack its name. */
static void trace_opened(struct wrap_trace *trace, enum wrap_handle_kind kind, plat_handle handle,
                         const char *system, uint32_t process_id)
{
    if (handle != PLAT_NO_HANDLE &&
        !wrap_objects_add(&trace->objects, kind, handle, system, process_id)) {
        atomic_store(&trace->list->failed, true);
    }
}

static void trace_closed(struct wrap_trace *trace, enum wrap_handle_kind kind, plat_handle handle,
                         plat_hr hr)
{
    if (plat_succeeded(hr)) {
        wrap_objects_remove(&trace->objects, kind, handle);
    }
    wrap_watches_closed(trace, kind, handle, hr);
}

/* Most calls: a compute system and a document in, a result text out. */
static plat_hr trace_operate(struct wrap_trace *trace, const char *function, const char *document,
                             trace_operation run, plat_handle system, const char *text,
                             char **result)
{
    struct wrap_call call = wrap_begin(trace, HCS_DLL, function);
    trace_system(&call, "computeSystem", system);
    wrap_arg_text(&call, document, text);
    plat_hr hr = run(trace->below.hcs.ctx, system, text, result);
    return trace_hcs_end(&call, hr, *result);
}

/* The same for a process. */
static plat_hr trace_operate_process(struct wrap_trace *trace, const char *function,
                                     const char *document, trace_operation run, plat_handle process,
                                     const char *text, char **result)
{
    struct wrap_call call = wrap_begin(trace, HCS_DLL, function);
    trace_process(&call, process);
    wrap_arg_text(&call, document, text);
    plat_hr hr = run(trace->below.hcs.ctx, process, text, result);
    return trace_hcs_end(&call, hr, *result);
}

/* ---- systems ---- */

static plat_hr trace_enumerate(void *ctx, const char *query, char **systems, char **result)
{
    struct wrap_trace *trace = ctx;
    const struct plat_hcs *hcs = &trace->below.hcs;
    struct wrap_call call = wrap_begin(trace, HCS_DLL, "HcsEnumerateComputeSystems");
    wrap_arg_text(&call, "query", query);
    plat_hr hr = hcs->ops->enumerate_systems(hcs->ctx, query, systems, result);
    if (plat_succeeded(hr)) {
        wrap_result_text(&call, "computeSystems", *systems);
    }
    return trace_hcs_end(&call, hr, *result);
}

static plat_hr trace_create_system(void *ctx, const char *id, const char *configuration,
                                   plat_handle *system, char **result)
{
    struct wrap_trace *trace = ctx;
    const struct plat_hcs *hcs = &trace->below.hcs;
    struct wrap_call call = wrap_begin(trace, HCS_DLL, "HcsCreateComputeSystem");
    wrap_arg_text(&call, "id", id);
    wrap_arg_text(&call, "configuration", configuration);
    wrap_arg_number(&call, "identity", 0);
    plat_hr hr = hcs->ops->create_system(hcs->ctx, id, configuration, system, result);
    if (plat_hcs_accepted(hr)) {
        trace_opened(trace, WRAP_HANDLE_SYSTEM, *system, id, 0);
        wrap_result_number(&call, "computeSystem", *system);
    }
    return trace_hcs_end(&call, hr, *result);
}

static plat_hr trace_open_system(void *ctx, const char *id, plat_handle *system, char **result)
{
    struct wrap_trace *trace = ctx;
    const struct plat_hcs *hcs = &trace->below.hcs;
    struct wrap_call call = wrap_begin(trace, HCS_DLL, "HcsOpenComputeSystem");
    wrap_arg_text(&call, "id", id);
    plat_hr hr = hcs->ops->open_system(hcs->ctx, id, system, result);
    if (plat_succeeded(hr)) {
        trace_opened(trace, WRAP_HANDLE_SYSTEM, *system, id, 0);
        wrap_result_number(&call, "computeSystem", *system);
    }
    return trace_hcs_end(&call, hr, *result);
}

static plat_hr trace_close_system(void *ctx, plat_handle system)
{
    struct wrap_trace *trace = ctx;
    const struct plat_hcs *hcs = &trace->below.hcs;
    struct wrap_call call = wrap_begin(trace, HCS_DLL, "HcsCloseComputeSystem");
    wrap_arg_number(&call, "computeSystem", system);
    plat_hr hr = hcs->ops->close_system(hcs->ctx, system);
    trace_closed(trace, WRAP_HANDLE_SYSTEM, system, hr);
    return wrap_end(&call, hr);
}

static plat_hr trace_start(void *ctx, plat_handle system, const char *options, char **result)
{
    struct wrap_trace *trace = ctx;
    return trace_operate(trace, "HcsStartComputeSystem", "options",
                         trace->below.hcs.ops->start_system, system, options, result);
}

static plat_hr trace_shutdown(void *ctx, plat_handle system, const char *options, char **result)
{
    struct wrap_trace *trace = ctx;
    return trace_operate(trace, "HcsShutdownComputeSystem", "options",
                         trace->below.hcs.ops->shutdown_system, system, options, result);
}

static plat_hr trace_terminate(void *ctx, plat_handle system, const char *options, char **result)
{
    struct wrap_trace *trace = ctx;
    return trace_operate(trace, "HcsTerminateComputeSystem", "options",
                         trace->below.hcs.ops->terminate_system, system, options, result);
}

static plat_hr trace_pause(void *ctx, plat_handle system, const char *options, char **result)
{
    struct wrap_trace *trace = ctx;
    return trace_operate(trace, "HcsPauseComputeSystem", "options",
                         trace->below.hcs.ops->pause_system, system, options, result);
}

static plat_hr trace_resume(void *ctx, plat_handle system, const char *options, char **result)
{
    struct wrap_trace *trace = ctx;
    return trace_operate(trace, "HcsResumeComputeSystem", "options",
                         trace->below.hcs.ops->resume_system, system, options, result);
}

static plat_hr trace_save(void *ctx, plat_handle system, const char *options, char **result)
{
    struct wrap_trace *trace = ctx;
    return trace_operate(trace, "HcsSaveComputeSystem", "options",
                         trace->below.hcs.ops->save_system, system, options, result);
}

static plat_hr trace_modify(void *ctx, plat_handle system, const char *configuration, char **result)
{
    struct wrap_trace *trace = ctx;
    return trace_operate(trace, "HcsModifyComputeSystem", "configuration",
                         trace->below.hcs.ops->modify_system, system, configuration, result);
}

static plat_hr trace_properties(void *ctx, plat_handle system, const char *query, char **properties,
                                char **result)
{
    struct wrap_trace *trace = ctx;
    const struct plat_hcs *hcs = &trace->below.hcs;
    struct wrap_call call = wrap_begin(trace, HCS_DLL, "HcsGetComputeSystemProperties");
    trace_system(&call, "computeSystem", system);
    wrap_arg_text(&call, "propertyQuery", query);
    plat_hr hr = hcs->ops->system_properties(hcs->ctx, system, query, properties, result);
    if (plat_succeeded(hr)) {
        wrap_result_text(&call, "properties", *properties);
    }
    return trace_hcs_end(&call, hr, *result);
}

/* ---- the service ---- */

static plat_hr trace_service_properties(void *ctx, const char *query, char **properties,
                                        char **result)
{
    struct wrap_trace *trace = ctx;
    const struct plat_hcs *hcs = &trace->below.hcs;
    struct wrap_call call = wrap_begin(trace, HCS_DLL, "HcsGetServiceProperties");
    wrap_arg_text(&call, "propertyQuery", query);
    plat_hr hr = hcs->ops->service_properties(hcs->ctx, query, properties, result);
    if (plat_succeeded(hr)) {
        wrap_result_text(&call, "properties", *properties);
    }
    return trace_hcs_end(&call, hr, *result);
}

static plat_hr trace_modify_service(void *ctx, const char *settings, char **result)
{
    struct wrap_trace *trace = ctx;
    const struct plat_hcs *hcs = &trace->below.hcs;
    struct wrap_call call = wrap_begin(trace, HCS_DLL, "HcsModifyServiceSettings");
    wrap_arg_text(&call, "settings", settings);
    plat_hr hr = hcs->ops->modify_service(hcs->ctx, settings, result);
    return trace_hcs_end(&call, hr, *result);
}

/* ---- processes ---- */

static void trace_process_info(struct wrap_call *call, const struct plat_hcs_process_info *info)
{
    wrap_result_number(call, "ProcessId", info->process_id);
    wrap_result_number(call, "StdInput", info->std_input);
    wrap_result_number(call, "StdOutput", info->std_output);
    wrap_result_number(call, "StdError", info->std_error);
}

/* The id of the system that a handle is open on; NULL: not known. */
static const char *trace_system_id(const struct wrap_trace *trace, plat_handle system)
{
    const struct wrap_object *object =
        wrap_objects_find(&trace->objects, WRAP_HANDLE_SYSTEM, system);
    return object == NULL ? NULL : object->name;
}

static plat_hr trace_create_process(void *ctx, plat_handle system, const char *parameters,
                                    struct plat_hcs_process_info *info, plat_handle *process,
                                    char **result)
{
    struct wrap_trace *trace = ctx;
    const struct plat_hcs *hcs = &trace->below.hcs;
    struct wrap_call call = wrap_begin(trace, HCS_DLL, "HcsCreateProcess");
    trace_system(&call, "computeSystem", system);
    wrap_arg_text(&call, "processParameters", parameters);
    plat_hr hr = hcs->ops->create_process(hcs->ctx, system, parameters, info, process, result);
    if (plat_succeeded(hr)) {
        trace_opened(trace, WRAP_HANDLE_PROCESS, *process, trace_system_id(trace, system),
                     info->process_id);
        wrap_result_number(&call, "process", *process);
        trace_process_info(&call, info);
    }
    return trace_hcs_end(&call, hr, *result);
}

static plat_hr trace_open_process(void *ctx, plat_handle system, uint32_t process_id,
                                  plat_handle *process, char **result)
{
    struct wrap_trace *trace = ctx;
    const struct plat_hcs *hcs = &trace->below.hcs;
    struct wrap_call call = wrap_begin(trace, HCS_DLL, "HcsOpenProcess");
    trace_system(&call, "computeSystem", system);
    wrap_arg_number(&call, "pid", process_id);
    plat_hr hr = hcs->ops->open_process(hcs->ctx, system, process_id, process, result);
    if (plat_succeeded(hr)) {
        trace_opened(trace, WRAP_HANDLE_PROCESS, *process, trace_system_id(trace, system),
                     process_id);
        wrap_result_number(&call, "process", *process);
    }
    return trace_hcs_end(&call, hr, *result);
}

static plat_hr trace_close_process(void *ctx, plat_handle process)
{
    struct wrap_trace *trace = ctx;
    const struct plat_hcs *hcs = &trace->below.hcs;
    struct wrap_call call = wrap_begin(trace, HCS_DLL, "HcsCloseProcess");
    wrap_arg_number(&call, "process", process);
    plat_hr hr = hcs->ops->close_process(hcs->ctx, process);
    trace_closed(trace, WRAP_HANDLE_PROCESS, process, hr);
    return wrap_end(&call, hr);
}

static plat_hr trace_terminate_process(void *ctx, plat_handle process, char **result)
{
    struct wrap_trace *trace = ctx;
    const struct plat_hcs *hcs = &trace->below.hcs;
    struct wrap_call call = wrap_begin(trace, HCS_DLL, "HcsTerminateProcess");
    trace_process(&call, process);
    plat_hr hr = hcs->ops->terminate_process(hcs->ctx, process, result);
    return trace_hcs_end(&call, hr, *result);
}

static plat_hr trace_signal(void *ctx, plat_handle process, const char *options, char **result)
{
    struct wrap_trace *trace = ctx;
    return trace_operate_process(trace, "HcsSignalProcess", "options",
                                 trace->below.hcs.ops->signal_process, process, options, result);
}

static plat_hr trace_process_streams(void *ctx, plat_handle process,
                                     struct plat_hcs_process_info *info, char **result)
{
    struct wrap_trace *trace = ctx;
    const struct plat_hcs *hcs = &trace->below.hcs;
    struct wrap_call call = wrap_begin(trace, HCS_DLL, "HcsGetProcessInfo");
    trace_process(&call, process);
    plat_hr hr = hcs->ops->process_info(hcs->ctx, process, info, result);
    if (plat_succeeded(hr)) {
        trace_process_info(&call, info);
    }
    return trace_hcs_end(&call, hr, *result);
}

static plat_hr trace_process_properties(void *ctx, plat_handle process, char **properties,
                                        char **result)
{
    struct wrap_trace *trace = ctx;
    const struct plat_hcs *hcs = &trace->below.hcs;
    struct wrap_call call = wrap_begin(trace, HCS_DLL, "HcsGetProcessProperties");
    trace_process(&call, process);
    plat_hr hr = hcs->ops->process_properties(hcs->ctx, process, properties, result);
    if (plat_succeeded(hr)) {
        wrap_result_text(&call, "processProperties", *properties);
    }
    return trace_hcs_end(&call, hr, *result);
}

static plat_hr trace_modify_process(void *ctx, plat_handle process, const char *settings,
                                    char **result)
{
    struct wrap_trace *trace = ctx;
    return trace_operate_process(trace, "HcsModifyProcess", "settings",
                                 trace->below.hcs.ops->modify_process, process, settings, result);
}

/* ---- registrations ---- */

typedef plat_hr (*trace_register)(void *ctx, plat_handle object, struct plat_event_sink sink,
                                  uint64_t key, plat_handle *registration);

static plat_hr trace_register_object(struct wrap_trace *trace, struct wrap_call *call,
                                     trace_register run, enum wrap_handle_kind kind,
                                     plat_handle handle, struct plat_event_sink sink, uint64_t key,
                                     plat_handle *registration)
{
    const struct wrap_object *object = wrap_objects_find(&trace->objects, kind, handle);
    struct wrap_subject subject = {.dll = HCS_DLL, .kind = kind, .handle = handle};
    wrap_arg_number(call, "handle", handle);
    if (object != NULL) {
        subject.system = object->name;
        subject.process_id = object->process_id;
    }
    if (subject.system != NULL) {
        wrap_arg_text(call, "system", subject.system);
    }
    if (subject.process_id != 0) {
        wrap_arg_number(call, "pid", subject.process_id);
    }
    wrap_arg_number(call, "context", key);
    struct wrap_watch *watch = wrap_watch_create(trace, &subject, sink, key);
    struct plat_event_sink watched = watch == NULL ? sink : wrap_watch_sink(watch);
    plat_hr hr = run(trace->below.hcs.ctx, handle, watched, key, registration);
    if (plat_succeeded(hr)) {
        wrap_result_number(call, "callback", *registration);
    }
    hr = wrap_end(call, hr);
    wrap_watch_registered(watch, *registration);
    return hr;
}

static plat_hr trace_register_system(void *ctx, plat_handle system, struct plat_event_sink sink,
                                     uint64_t key, plat_handle *registration)
{
    struct wrap_trace *trace = ctx;
    struct wrap_call call = wrap_begin(trace, HCS_DLL, "HcsRegisterComputeSystemCallback");
    return trace_register_object(trace, &call, trace->below.hcs.ops->register_system,
                                 WRAP_HANDLE_SYSTEM, system, sink, key, registration);
}

static plat_hr trace_register_process(void *ctx, plat_handle process, struct plat_event_sink sink,
                                      uint64_t key, plat_handle *registration)
{
    struct wrap_trace *trace = ctx;
    struct wrap_call call = wrap_begin(trace, HCS_DLL, "HcsRegisterProcessCallback");
    return trace_register_object(trace, &call, trace->below.hcs.ops->register_process,
                                 WRAP_HANDLE_PROCESS, process, sink, key, registration);
}

static plat_hr trace_unregister_system(void *ctx, plat_handle registration)
{
    struct wrap_trace *trace = ctx;
    const struct plat_hcs *hcs = &trace->below.hcs;
    struct wrap_call call = wrap_begin(trace, HCS_DLL, "HcsUnregisterComputeSystemCallback");
    wrap_arg_number(&call, "callback", registration);
    plat_hr hr = wrap_end(&call, hcs->ops->unregister_system(hcs->ctx, registration));
    wrap_watch_unregistered(trace, registration, hr);
    return hr;
}

static plat_hr trace_unregister_process(void *ctx, plat_handle registration)
{
    struct wrap_trace *trace = ctx;
    const struct plat_hcs *hcs = &trace->below.hcs;
    struct wrap_call call = wrap_begin(trace, HCS_DLL, "HcsUnregisterProcessCallback");
    wrap_arg_number(&call, "callback", registration);
    plat_hr hr = wrap_end(&call, hcs->ops->unregister_process(hcs->ctx, registration));
    wrap_watch_unregistered(trace, registration, hr);
    return hr;
}

const struct plat_hcs_ops wrap_trace_hcs_ops = {
    .enumerate_systems = trace_enumerate,
    .create_system = trace_create_system,
    .open_system = trace_open_system,
    .close_system = trace_close_system,
    .start_system = trace_start,
    .shutdown_system = trace_shutdown,
    .terminate_system = trace_terminate,
    .pause_system = trace_pause,
    .resume_system = trace_resume,
    .save_system = trace_save,
    .system_properties = trace_properties,
    .modify_system = trace_modify,
    .register_system = trace_register_system,
    .unregister_system = trace_unregister_system,
    .service_properties = trace_service_properties,
    .modify_service = trace_modify_service,
    .create_process = trace_create_process,
    .open_process = trace_open_process,
    .close_process = trace_close_process,
    .terminate_process = trace_terminate_process,
    .signal_process = trace_signal,
    .process_info = trace_process_streams,
    .process_properties = trace_process_properties,
    .modify_process = trace_modify_process,
    .register_process = trace_register_process,
    .unregister_process = trace_unregister_process,
};
