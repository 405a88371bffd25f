/* vmcompute.dll: processes in compute systems. */
#include "core/json/json.h"
#include "fakes/dll/pump.h"
#include "fakes/dll/text.h"
#include "fakes/dll/vmcompute.h"

#include <stdlib.h>
#include <string.h>

static const struct plat_hcs *hcs_of(const struct fake_dll_call *call)
{
    return &call->side->backend.platform.hcs;
}

static struct fake_dll_origin origin_in(const struct fake_dll_call *call, plat_handle system,
                                        uint32_t process_id)
{
    struct fake_dll_origin origin = fake_dll_object_origin(call->side, FAKE_DLL_SYSTEM, system);
    origin.process_id = process_id;
    return origin;
}

static void drop_ends(struct fake_dll_process_information *info)
{
    HANDLE ends[] = {info->std_input, info->std_output, info->std_error};
    for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++) {
        if (ends[i] != NULL) {
            (void)CloseHandle(ends[i]);
        }
    }
    *info = (struct fake_dll_process_information){0};
}

/* Gives the client ends of pipes for the emulator's streams; takes those in every case. */
static plat_hr give_streams(struct fake_dll_side *side, const struct fake_dll_origin *origin,
                            const struct plat_hcs_process_info *from,
                            struct fake_dll_process_information *to)
{
    to->process_id = from->process_id;
    plat_hr in = fake_dll_pump_start(side, origin, from->std_input, false, &to->std_input);
    plat_hr out = fake_dll_pump_start(side, origin, from->std_output, true, &to->std_output);
    plat_hr err = fake_dll_pump_start(side, origin, from->std_error, true, &to->std_error);
    if (plat_failed(in) || plat_failed(out) || plat_failed(err)) {
        drop_ends(to);
        return PLAT_E_OUTOFMEMORY;
    }
    return PLAT_S_OK;
}

/* Without pipes nobody could use it: as if it had never been. */
static void undo_create(const struct plat_hcs *hcs, plat_handle process)
{
    char *document = NULL;
    (void)hcs->ops->terminate_process(hcs->ctx, process, &document);
    free(document);
    (void)hcs->ops->close_process(hcs->ctx, process);
}

FAKE_DLL_EXPORT HcsCreateProcess(void *system, const wchar_t *parameters,
                                 struct fake_dll_process_information *info, void **process,
                                 wchar_t **result)
{
    struct fake_dll_call call = {0};
    plat_handle number = PLAT_NO_HANDLE;
    struct plat_hcs_process_info given = {0};
    struct fake_dll_process_information ends = {0};
    plat_handle handle = PLAT_NO_HANDLE;
    const char *asked = fake_dll_text(&call, parameters, NULL);
    char **document = fake_dll_result(&call, result);
    fake_dll_place(&call, info);
    fake_dll_place(&call, (const void *)process);
    if (fake_dll_begin_on(&call, system, &number)) {
        const struct plat_hcs *hcs = hcs_of(&call);
        call.hr = hcs->ops->create_process(hcs->ctx, number, asked, &given, &handle, document);
        if (plat_hcs_accepted(call.hr)) {
            const struct fake_dll_origin origin = origin_in(&call, number, given.process_id);
            plat_hr streams = give_streams(call.side, &origin, &given, &ends);
            if (plat_failed(streams)) {
                undo_create(hcs, handle);
                call.hr = streams;
                handle = PLAT_NO_HANDLE;
            }
            fake_dll_object_add(call.side, FAKE_DLL_PROCESS, handle, &origin);
        }
    }
    if (info != NULL) {
        *info = ends;
    }
    if (process != NULL) {
        *process = fake_dll_handle_out(&call, handle);
    }
    return fake_dll_end(&call);
}

FAKE_DLL_EXPORT HcsOpenProcess(void *system, DWORD process_id, void **process, wchar_t **result)
{
    struct fake_dll_call call = {0};
    plat_handle number = PLAT_NO_HANDLE;
    plat_handle handle = PLAT_NO_HANDLE;
    char **document = fake_dll_result(&call, result);
    fake_dll_place(&call, (const void *)process);
    if (fake_dll_begin_on(&call, system, &number)) {
        const struct plat_hcs *hcs = hcs_of(&call);
        call.hr = hcs->ops->open_process(hcs->ctx, number, process_id, &handle, document);
        const struct fake_dll_origin origin = origin_in(&call, number, process_id);
        fake_dll_object_add(call.side, FAKE_DLL_PROCESS, handle, &origin);
    }
    if (process != NULL) {
        *process = fake_dll_handle_out(&call, handle);
    }
    return fake_dll_end(&call);
}

FAKE_DLL_EXPORT HcsCloseProcess(void *process)
{
    struct fake_dll_call call = {0};
    plat_handle number = PLAT_NO_HANDLE;
    if (fake_dll_begin_close(&call, FAKE_DLL_PROCESS, process, &number)) {
        const struct plat_hcs *hcs = hcs_of(&call);
        call.hr = hcs->ops->close_process(hcs->ctx, number);
        if (plat_succeeded(call.hr)) {
            fake_dll_callbacks_closed(call.side, FAKE_DLL_PROCESS, number);
            fake_dll_object_remove(call.side, FAKE_DLL_PROCESS, number);
        }
    }
    return fake_dll_end(&call);
}

FAKE_DLL_EXPORT HcsTerminateProcess(void *process, wchar_t **result)
{
    struct fake_dll_call call = {0};
    plat_handle number = PLAT_NO_HANDLE;
    char **document = fake_dll_result(&call, result);
    if (fake_dll_begin_on(&call, process, &number)) {
        const struct plat_hcs *hcs = hcs_of(&call);
        call.hr = hcs->ops->terminate_process(hcs->ctx, number, document);
    }
    return fake_dll_end(&call);
}

FAKE_DLL_EXPORT HcsSignalProcess(void *process, const wchar_t *options, wchar_t **result)
{
    struct fake_dll_call call = {0};
    plat_handle number = PLAT_NO_HANDLE;
    const char *asked = fake_dll_text(&call, options, "");
    char **document = fake_dll_result(&call, result);
    if (fake_dll_begin_on(&call, process, &number)) {
        const struct plat_hcs *hcs = hcs_of(&call);
        call.hr = hcs->ops->signal_process(hcs->ctx, number, asked, document);
    }
    return fake_dll_end(&call);
}

FAKE_DLL_EXPORT HcsGetProcessInfo(void *process, struct fake_dll_process_information *info,
                                  wchar_t **result)
{
    struct fake_dll_call call = {0};
    plat_handle number = PLAT_NO_HANDLE;
    struct plat_hcs_process_info given = {0};
    struct fake_dll_process_information ends = {0};
    char **document = fake_dll_result(&call, result);
    fake_dll_place(&call, info);
    if (fake_dll_begin_on(&call, process, &number)) {
        const struct plat_hcs *hcs = hcs_of(&call);
        call.hr = hcs->ops->process_info(hcs->ctx, number, &given, document);
        if (plat_hcs_accepted(call.hr)) {
            const struct fake_dll_origin origin =
                fake_dll_object_origin(call.side, FAKE_DLL_PROCESS, number);
            plat_hr streams = give_streams(call.side, &origin, &given, &ends);
            call.hr = plat_failed(streams) ? streams : call.hr;
        }
    }
    if (info != NULL) {
        *info = ends;
    }
    return fake_dll_end(&call);
}

FAKE_DLL_EXPORT HcsGetProcessProperties(void *process, wchar_t **properties, wchar_t **result)
{
    struct fake_dll_call call = {0};
    plat_handle number = PLAT_NO_HANDLE;
    char **answer = fake_dll_wanted(&call, properties);
    char **document = fake_dll_result(&call, result);
    if (fake_dll_begin_on(&call, process, &number)) {
        const struct plat_hcs *hcs = hcs_of(&call);
        call.hr = hcs->ops->process_properties(hcs->ctx, number, answer, document);
    }
    return fake_dll_end(&call);
}

static bool closes_stream(const char *settings)
{
    struct wcd_json_fault fault = {0};
    struct wcd_json *document = wcd_json_parse(settings, strlen(settings), &fault);
    const struct wcd_json *operation = wcd_json_get(document, "Operation");
    bool closes = wcd_json_is(operation, WCD_JSON_STRING) &&
                  strcmp(wcd_json_string(operation), "CloseHandle") == 0;
    wcd_json_free(document);
    return closes;
}

FAKE_DLL_EXPORT HcsModifyProcess(void *process, const wchar_t *settings, wchar_t **result)
{
    struct fake_dll_call call = {0};
    plat_handle number = PLAT_NO_HANDLE;
    const char *asked = fake_dll_text(&call, settings, NULL);
    char **document = fake_dll_result(&call, result);
    if (fake_dll_begin_on(&call, process, &number)) {
        const struct plat_hcs *hcs = hcs_of(&call);
        if (closes_stream(asked)) {
            /* What was written before the input's end comes before it. */
            const struct fake_dll_origin origin =
                fake_dll_object_origin(call.side, FAKE_DLL_PROCESS, number);
            fake_dll_pump_drain(call.side, &origin);
        }
        call.hr = hcs->ops->modify_process(hcs->ctx, number, asked, document);
    }
    return fake_dll_end(&call);
}

FAKE_DLL_EXPORT HcsRegisterProcessCallback(void *process, fake_dll_notify notify, void *ctx,
                                           void **callback)
{
    struct fake_dll_call call = {0};
    plat_handle number = PLAT_NO_HANDLE;
    plat_handle handle = PLAT_NO_HANDLE;
    fake_dll_place(&call, (const void *)callback);
    if (notify == NULL) {
        fake_dll_fail(&call, FAKE_DLL_E_INVALIDARG);
    }
    if (fake_dll_begin_on(&call, process, &number)) {
        call.hr =
            fake_dll_callback_register(call.side, FAKE_DLL_PROCESS, number, notify, ctx, &handle);
    }
    if (callback != NULL) {
        *callback = fake_dll_handle_out(&call, handle);
    }
    return fake_dll_end(&call);
}

FAKE_DLL_EXPORT HcsUnregisterProcessCallback(void *callback)
{
    struct fake_dll_call call = {0};
    plat_handle registration = fake_dll_handle_in(callback);
    call.side = fake_dll_callback_side(FAKE_DLL_PROCESS, registration);
    if (call.side != NULL || fake_dll_begin(&call)) {
        call.hr = fake_dll_callback_unregister(call.side, FAKE_DLL_PROCESS, registration);
    }
    return fake_dll_end(&call);
}
