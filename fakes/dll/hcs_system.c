/* vmcompute.dll: compute systems and the service. */
#include "fakes/dll/text.h"
#include "fakes/dll/vmcompute.h"

static const struct plat_hcs *hcs_of(const struct fake_dll_call *call)
{
    return &call->side->backend.platform.hcs;
}

static void add_system(const struct fake_dll_call *call, plat_handle handle, const char *id)
{
    const struct fake_dll_origin origin = {.system = fake_dll_system_of_id(id)};
    fake_dll_object_add(call->side, FAKE_DLL_SYSTEM, handle, &origin);
}

FAKE_DLL_EXPORT HcsEnumerateComputeSystems(const wchar_t *query, wchar_t **systems,
                                           wchar_t **result)
{
    struct fake_dll_call call = {0};
    const char *asked = fake_dll_text(&call, query, "");
    char **answer = fake_dll_wanted(&call, systems);
    char **document = fake_dll_result(&call, result);
    if (fake_dll_begin(&call)) {
        const struct plat_hcs *hcs = hcs_of(&call);
        call.hr = hcs->ops->enumerate_systems(hcs->ctx, asked, answer, document);
    }
    return fake_dll_end(&call);
}

FAKE_DLL_EXPORT HcsCreateComputeSystem(const wchar_t *id, const wchar_t *configuration,
                                       HANDLE identity, void **system, wchar_t **result)
{
    (void)identity; /* no client passes one */
    struct fake_dll_call call = {0};
    const char *name = fake_dll_text(&call, id, NULL);
    const char *asked = fake_dll_text(&call, configuration, NULL);
    char **document = fake_dll_result(&call, result);
    plat_handle handle = PLAT_NO_HANDLE;
    fake_dll_place(&call, (const void *)system);
    if (fake_dll_begin(&call)) {
        const struct plat_hcs *hcs = hcs_of(&call);
        call.hr = hcs->ops->create_system(hcs->ctx, name, asked, &handle, document);
        add_system(&call, handle, name);
    }
    if (system != NULL) {
        *system = fake_dll_handle_out(&call, handle);
    }
    return fake_dll_end(&call);
}

FAKE_DLL_EXPORT HcsOpenComputeSystem(const wchar_t *id, void **system, wchar_t **result)
{
    struct fake_dll_call call = {0};
    const char *name = fake_dll_text(&call, id, NULL);
    char **document = fake_dll_result(&call, result);
    plat_handle handle = PLAT_NO_HANDLE;
    fake_dll_place(&call, (const void *)system);
    if (fake_dll_begin(&call)) {
        const struct plat_hcs *hcs = hcs_of(&call);
        call.hr = hcs->ops->open_system(hcs->ctx, name, &handle, document);
        add_system(&call, handle, name);
    }
    if (system != NULL) {
        *system = fake_dll_handle_out(&call, handle);
    }
    return fake_dll_end(&call);
}

FAKE_DLL_EXPORT HcsCloseComputeSystem(void *system)
{
    struct fake_dll_call call = {0};
    plat_handle number = PLAT_NO_HANDLE;
    if (fake_dll_begin_close(&call, FAKE_DLL_SYSTEM, system, &number)) {
        const struct plat_hcs *hcs = hcs_of(&call);
        call.hr = hcs->ops->close_system(hcs->ctx, number);
        if (plat_succeeded(call.hr)) {
            fake_dll_callbacks_closed(call.side, FAKE_DLL_SYSTEM, number);
            fake_dll_object_remove(call.side, FAKE_DLL_SYSTEM, number);
        }
    }
    return fake_dll_end(&call);
}

/* Start, shutdown and so on: a handle, options, a result document. */
#define CONTROL(function, op)                                                                      \
    FAKE_DLL_EXPORT function(void *system, const wchar_t *options, wchar_t **result)               \
    {                                                                                              \
        struct fake_dll_call call = {0};                                                           \
        plat_handle number = PLAT_NO_HANDLE;                                                       \
        const char *asked = fake_dll_text(&call, options, "");                                     \
        char **document = fake_dll_result(&call, result);                                          \
        if (fake_dll_begin_on(&call, system, &number)) {                                           \
            const struct plat_hcs *hcs = hcs_of(&call);                                            \
            call.hr = hcs->ops->op(hcs->ctx, number, asked, document);                             \
        }                                                                                          \
        return fake_dll_end(&call);                                                                \
    }

CONTROL(HcsStartComputeSystem, start_system)
CONTROL(HcsShutdownComputeSystem, shutdown_system)
CONTROL(HcsTerminateComputeSystem, terminate_system)
CONTROL(HcsPauseComputeSystem, pause_system)
CONTROL(HcsResumeComputeSystem, resume_system)
CONTROL(HcsSaveComputeSystem, save_system)
CONTROL(HcsModifyComputeSystem, modify_system)

FAKE_DLL_EXPORT HcsGetComputeSystemProperties(void *system, const wchar_t *query,
                                              wchar_t **properties, wchar_t **result)
{
    struct fake_dll_call call = {0};
    plat_handle number = PLAT_NO_HANDLE;
    const char *asked = fake_dll_text(&call, query, "");
    char **answer = fake_dll_wanted(&call, properties);
    char **document = fake_dll_result(&call, result);
    if (fake_dll_begin_on(&call, system, &number)) {
        const struct plat_hcs *hcs = hcs_of(&call);
        call.hr = hcs->ops->system_properties(hcs->ctx, number, asked, answer, document);
    }
    return fake_dll_end(&call);
}

FAKE_DLL_EXPORT HcsRegisterComputeSystemCallback(void *system, fake_dll_notify notify, void *ctx,
                                                 void **callback)
{
    struct fake_dll_call call = {0};
    plat_handle number = PLAT_NO_HANDLE;
    plat_handle handle = PLAT_NO_HANDLE;
    fake_dll_place(&call, (const void *)callback);
    if (notify == NULL) {
        fake_dll_fail(&call, FAKE_DLL_E_INVALIDARG);
    }
    if (fake_dll_begin_on(&call, system, &number)) {
        call.hr =
            fake_dll_callback_register(call.side, FAKE_DLL_SYSTEM, number, notify, ctx, &handle);
    }
    if (callback != NULL) {
        *callback = fake_dll_handle_out(&call, handle);
    }
    return fake_dll_end(&call);
}

FAKE_DLL_EXPORT HcsUnregisterComputeSystemCallback(void *callback)
{
    struct fake_dll_call call = {0};
    plat_handle registration = fake_dll_handle_in(callback);
    call.side = fake_dll_callback_side(FAKE_DLL_SYSTEM, registration);
    if (call.side != NULL || fake_dll_begin(&call)) {
        call.hr = fake_dll_callback_unregister(call.side, FAKE_DLL_SYSTEM, registration);
    }
    return fake_dll_end(&call);
}

FAKE_DLL_EXPORT HcsGetServiceProperties(const wchar_t *query, wchar_t **properties,
                                        wchar_t **result)
{
    struct fake_dll_call call = {0};
    const char *asked = fake_dll_text(&call, query, "");
    char **answer = fake_dll_wanted(&call, properties);
    char **document = fake_dll_result(&call, result);
    if (fake_dll_begin(&call)) {
        const struct plat_hcs *hcs = hcs_of(&call);
        call.hr = hcs->ops->service_properties(hcs->ctx, asked, answer, document);
    }
    return fake_dll_end(&call);
}

FAKE_DLL_EXPORT HcsModifyServiceSettings(const wchar_t *settings, wchar_t **result)
{
    struct fake_dll_call call = {0};
    const char *asked = fake_dll_text(&call, settings, NULL);
    char **document = fake_dll_result(&call, result);
    if (fake_dll_begin(&call)) {
        const struct plat_hcs *hcs = hcs_of(&call);
        call.hr = hcs->ops->modify_service(hcs->ctx, asked, document);
    }
    return fake_dll_end(&call);
}
