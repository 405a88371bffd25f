/* core/platform/hcs.h on vmcompute.dll: the service and compute systems. Processes are in win32_hcs_process.c.
 *
 * An HRESULT is 32 bits wide here, so what a DLL leaves in the upper half of the register is not looked at. */
#include "real/win32_hcs.h"

#include <stdlib.h>

plat_hr win32_hcs_with_options(struct win32_machine *machine, const char *function,
                               plat_handle object, const char *options, char **result)
{
    typedef HRESULT(WINAPI * call)(void *object, PCWSTR options, PWSTR *result);
    win32_function found = NULL;
    wchar_t *wide = NULL;
    wchar_t *detail = NULL;
    *result = NULL;
    plat_hr hr = win32_dll_find(&machine->vmcompute, function, &found);
    if (plat_succeeded(hr)) {
        hr = win32_wide(options, &wide);
    }
    if (plat_succeeded(hr)) {
        hr = ((call)found)(win32_handle(object), wide, &detail);
    }
    win32_take_detail(detail, result);
    free(wide);
    return hr;
}

plat_hr win32_hcs_close(struct win32_machine *machine, enum win32_registration_kind kind,
                        const char *function, plat_handle object)
{
    typedef HRESULT(WINAPI * call)(void *object);
    win32_function found = NULL;
    plat_hr hr = win32_dll_find(&machine->vmcompute, function, &found);
    if (plat_succeeded(hr)) {
        hr = ((call)found)(win32_handle(object));
    }
    if (plat_succeeded(hr)) {
        win32_registrations_closed(&machine->registrations, kind, object);
    }
    return hr;
}

plat_hr win32_hcs_register(struct win32_machine *machine, enum win32_registration_kind kind,
                           const char *function, plat_handle object, struct plat_event_sink sink,
                           uint64_t key, plat_handle *out)
{
    typedef HRESULT(WINAPI * call)(void *object, win32_notification callback, void *ctx,
                                   void **registration);
    win32_function found = NULL;
    struct win32_registration *registration = NULL;
    void *handle = NULL;
    *out = PLAT_NO_HANDLE;
    plat_hr hr = win32_dll_find(&machine->vmcompute, function, &found);
    if (plat_succeeded(hr)) {
        hr = win32_registration_open(&machine->registrations, kind, object, sink, key,
                                     &registration);
    }
    if (plat_failed(hr)) {
        return hr;
    }
    hr = ((call)found)(win32_handle(object), win32_notified, registration, &handle);
    if (plat_failed(hr)) {
        win32_registration_forget(registration);
    } else {
        *out = win32_registration_keep(registration, handle);
    }
    return hr;
}

plat_hr win32_hcs_unregister(struct win32_machine *machine, enum win32_registration_kind kind,
                             const char *function, plat_handle number)
{
    typedef HRESULT(WINAPI * call)(void *registration);
    win32_function found = NULL;
    struct win32_registration *registration = NULL;
    void *handle = NULL;
    plat_hr hr = win32_dll_find(&machine->vmcompute, function, &found);
    if (plat_succeeded(hr)) {
        hr =
            win32_registration_close(&machine->registrations, kind, number, &registration, &handle);
    }
    if (plat_succeeded(hr)) {
        hr = ((call)found)(handle);
    }
    if (plat_succeeded(hr)) {
        win32_registration_forget(registration);
    }
    return hr;
}

/* A question to the service itself. */
static plat_hr ask_service(struct win32_machine *machine, const char *function, const char *query,
                           char **out, char **result)
{
    typedef HRESULT(WINAPI * call)(PCWSTR query, PWSTR * out, PWSTR * result);
    win32_function found = NULL;
    wchar_t *wide = NULL;
    wchar_t *answer = NULL;
    wchar_t *detail = NULL;
    plat_hr hr = win32_dll_find(&machine->vmcompute, function, &found);
    if (plat_succeeded(hr)) {
        hr = win32_wide(query, &wide);
    }
    if (plat_succeeded(hr)) {
        hr = ((call)found)(wide, &answer, &detail);
    }
    free(wide);
    win32_take_detail(detail, result);
    return win32_take_text(hr, answer, out);
}

static plat_hr enumerate_systems(void *ctx, const char *query, char **systems, char **result)
{
    return ask_service(ctx, "HcsEnumerateComputeSystems", query, systems, result);
}

static plat_hr service_properties(void *ctx, const char *query, char **properties, char **result)
{
    return ask_service(ctx, "HcsGetServiceProperties", query, properties, result);
}

static plat_hr modify_service(void *ctx, const char *settings, char **result)
{
    typedef HRESULT(WINAPI * call)(PCWSTR settings, PWSTR * result);
    struct win32_machine *machine = ctx;
    win32_function found = NULL;
    wchar_t *wide = NULL;
    wchar_t *detail = NULL;
    plat_hr hr = win32_dll_find(&machine->vmcompute, "HcsModifyServiceSettings", &found);
    if (plat_succeeded(hr)) {
        hr = win32_wide(settings, &wide);
    }
    if (plat_succeeded(hr)) {
        hr = ((call)found)(wide, &detail);
    }
    win32_take_detail(detail, result);
    free(wide);
    return hr;
}

static plat_hr create_system(void *ctx, const char *id, const char *configuration,
                             plat_handle *system, char **result)
{
    typedef HRESULT(WINAPI * call)(PCWSTR id, PCWSTR configuration, HANDLE identity, void **system,
                                   PWSTR *result);
    struct win32_machine *machine = ctx;
    win32_function found = NULL;
    wchar_t *wide_id = NULL;
    wchar_t *wide = NULL;
    wchar_t *detail = NULL;
    void *handle = NULL;
    plat_hr hr = win32_dll_find(&machine->vmcompute, "HcsCreateComputeSystem", &found);
    if (plat_succeeded(hr)) {
        hr = win32_wide(id, &wide_id);
    }
    if (plat_succeeded(hr)) {
        hr = win32_wide(configuration, &wide);
    }
    if (plat_succeeded(hr)) {
        hr = ((call)found)(wide_id, wide, NULL, &handle, &detail);
    }
    *system = plat_hcs_accepted(hr) ? win32_handle_number(handle) : PLAT_NO_HANDLE;
    win32_take_detail(detail, result);
    free(wide);
    free(wide_id);
    return hr;
}

static plat_hr open_system(void *ctx, const char *id, plat_handle *system, char **result)
{
    typedef HRESULT(WINAPI * call)(PCWSTR id, void **system, PWSTR *result);
    struct win32_machine *machine = ctx;
    win32_function found = NULL;
    wchar_t *wide = NULL;
    wchar_t *detail = NULL;
    void *handle = NULL;
    plat_hr hr = win32_dll_find(&machine->vmcompute, "HcsOpenComputeSystem", &found);
    if (plat_succeeded(hr)) {
        hr = win32_wide(id, &wide);
    }
    if (plat_succeeded(hr)) {
        hr = ((call)found)(wide, &handle, &detail);
    }
    *system = plat_hcs_accepted(hr) ? win32_handle_number(handle) : PLAT_NO_HANDLE;
    win32_take_detail(detail, result);
    free(wide);
    return hr;
}

static plat_hr close_system(void *ctx, plat_handle system)
{
    return win32_hcs_close(ctx, WIN32_OF_SYSTEM, "HcsCloseComputeSystem", system);
}

static plat_hr start_system(void *ctx, plat_handle system, const char *options, char **result)
{
    return win32_hcs_with_options(ctx, "HcsStartComputeSystem", system, options, result);
}

static plat_hr shutdown_system(void *ctx, plat_handle system, const char *options, char **result)
{
    return win32_hcs_with_options(ctx, "HcsShutdownComputeSystem", system, options, result);
}

static plat_hr terminate_system(void *ctx, plat_handle system, const char *options, char **result)
{
    return win32_hcs_with_options(ctx, "HcsTerminateComputeSystem", system, options, result);
}

static plat_hr pause_system(void *ctx, plat_handle system, const char *options, char **result)
{
    return win32_hcs_with_options(ctx, "HcsPauseComputeSystem", system, options, result);
}

static plat_hr resume_system(void *ctx, plat_handle system, const char *options, char **result)
{
    return win32_hcs_with_options(ctx, "HcsResumeComputeSystem", system, options, result);
}

static plat_hr save_system(void *ctx, plat_handle system, const char *options, char **result)
{
    return win32_hcs_with_options(ctx, "HcsSaveComputeSystem", system, options, result);
}

static plat_hr modify_system(void *ctx, plat_handle system, const char *configuration,
                             char **result)
{
    return win32_hcs_with_options(ctx, "HcsModifyComputeSystem", system, configuration, result);
}

static plat_hr system_properties(void *ctx, plat_handle system, const char *query,
                                 char **properties, char **result)
{
    typedef HRESULT(WINAPI * call)(void *system, PCWSTR query, PWSTR *properties, PWSTR *result);
    struct win32_machine *machine = ctx;
    win32_function found = NULL;
    wchar_t *wide = NULL;
    wchar_t *answer = NULL;
    wchar_t *detail = NULL;
    plat_hr hr = win32_dll_find(&machine->vmcompute, "HcsGetComputeSystemProperties", &found);
    if (plat_succeeded(hr)) {
        hr = win32_wide(query, &wide);
    }
    if (plat_succeeded(hr)) {
        hr = ((call)found)(win32_handle(system), wide, &answer, &detail);
    }
    free(wide);
    win32_take_detail(detail, result);
    return win32_take_text(hr, answer, properties);
}

static plat_hr register_system(void *ctx, plat_handle system, struct plat_event_sink sink,
                               uint64_t key, plat_handle *registration)
{
    return win32_hcs_register(ctx, WIN32_OF_SYSTEM, "HcsRegisterComputeSystemCallback", system,
                              sink, key, registration);
}

static plat_hr unregister_system(void *ctx, plat_handle registration)
{
    return win32_hcs_unregister(ctx, WIN32_OF_SYSTEM, "HcsUnregisterComputeSystemCallback",
                                registration);
}

const struct plat_hcs_ops win32_hcs_ops = {
    .enumerate_systems = enumerate_systems,
    .create_system = create_system,
    .open_system = open_system,
    .close_system = close_system,
    .start_system = start_system,
    .shutdown_system = shutdown_system,
    .terminate_system = terminate_system,
    .pause_system = pause_system,
    .resume_system = resume_system,
    .save_system = save_system,
    .system_properties = system_properties,
    .modify_system = modify_system,
    .register_system = register_system,
    .unregister_system = unregister_system,
    .service_properties = service_properties,
    .modify_service = modify_service,
    .create_process = win32_hcs_create_process,
    .open_process = win32_hcs_open_process,
    .close_process = win32_hcs_close_process,
    .terminate_process = win32_hcs_terminate_process,
    .signal_process = win32_hcs_signal_process,
    .process_info = win32_hcs_process_info,
    .process_properties = win32_hcs_process_properties,
    .modify_process = win32_hcs_modify_process,
    .register_process = win32_hcs_register_process,
    .unregister_process = win32_hcs_unregister_process,
};
