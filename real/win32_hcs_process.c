/* core/platform/hcs.h on vmcompute.dll: processes. */
#include "real/win32_hcs.h"

#include <stdlib.h>

/* HCS_PROCESS_INFORMATION; mingw's header has it in a newer shape's company. */
struct process_information {
    DWORD process_id;
    DWORD reserved;
    HANDLE std_input;
    HANDLE std_output;
    HANDLE std_error;
};

static plat_handle stream_of(HANDLE handle)
{
    return handle == INVALID_HANDLE_VALUE ? PLAT_NO_HANDLE : win32_handle_number(handle);
}

static void give_info(plat_hr hr, const struct process_information *from,
                      struct plat_hcs_process_info *out)
{
    *out = (struct plat_hcs_process_info){.process_id = 0};
    if (plat_hcs_accepted(hr)) {
        out->process_id = from->process_id;
        out->std_input = stream_of(from->std_input);
        out->std_output = stream_of(from->std_output);
        out->std_error = stream_of(from->std_error);
    }
}

plat_hr win32_hcs_create_process(void *ctx, plat_handle system, const char *parameters,
                                 struct plat_hcs_process_info *info, plat_handle *process,
                                 char **result)
{
    typedef HRESULT(WINAPI * call)(void *system, PCWSTR parameters,
                                   struct process_information *info, void **process, PWSTR *result);
    struct win32_machine *machine = ctx;
    win32_function found = NULL;
    wchar_t *wide = NULL;
    wchar_t *detail = NULL;
    void *handle = NULL;
    struct process_information raw = {0};
    plat_hr hr = win32_dll_find(&machine->vmcompute, "HcsCreateProcess", &found);
    if (plat_succeeded(hr)) {
        hr = win32_wide(parameters, &wide);
    }
    if (plat_succeeded(hr)) {
        hr = ((call)found)(win32_handle(system), wide, &raw, &handle, &detail);
    }
    give_info(hr, &raw, info);
    *process = plat_hcs_accepted(hr) ? win32_handle_number(handle) : PLAT_NO_HANDLE;
    win32_take_detail(detail, result);
    free(wide);
    return hr;
}

plat_hr win32_hcs_open_process(void *ctx, plat_handle system, uint32_t process_id,
                               plat_handle *process, char **result)
{
    typedef HRESULT(WINAPI * call)(void *system, DWORD process_id, void **process, PWSTR *result);
    struct win32_machine *machine = ctx;
    win32_function found = NULL;
    wchar_t *detail = NULL;
    void *handle = NULL;
    plat_hr hr = win32_dll_find(&machine->vmcompute, "HcsOpenProcess", &found);
    if (plat_succeeded(hr)) {
        hr = ((call)found)(win32_handle(system), process_id, &handle, &detail);
    }
    *process = plat_hcs_accepted(hr) ? win32_handle_number(handle) : PLAT_NO_HANDLE;
    win32_take_detail(detail, result);
    return hr;
}

plat_hr win32_hcs_close_process(void *ctx, plat_handle process)
{
    return win32_hcs_close(ctx, WIN32_OF_PROCESS, "HcsCloseProcess", process);
}

plat_hr win32_hcs_terminate_process(void *ctx, plat_handle process, char **result)
{
    typedef HRESULT(WINAPI * call)(void *process, PWSTR *result);
    struct win32_machine *machine = ctx;
    win32_function found = NULL;
    wchar_t *detail = NULL;
    plat_hr hr = win32_dll_find(&machine->vmcompute, "HcsTerminateProcess", &found);
    if (plat_succeeded(hr)) {
        hr = ((call)found)(win32_handle(process), &detail);
    }
    win32_take_detail(detail, result);
    return hr;
}

plat_hr win32_hcs_signal_process(void *ctx, plat_handle process, const char *options, char **result)
{
    return win32_hcs_with_options(ctx, "HcsSignalProcess", process, options, result);
}

plat_hr win32_hcs_process_info(void *ctx, plat_handle process, struct plat_hcs_process_info *info,
                               char **result)
{
    typedef HRESULT(WINAPI * call)(void *process, struct process_information *info, PWSTR *result);
    struct win32_machine *machine = ctx;
    win32_function found = NULL;
    wchar_t *detail = NULL;
    struct process_information raw = {0};
    plat_hr hr = win32_dll_find(&machine->vmcompute, "HcsGetProcessInfo", &found);
    if (plat_succeeded(hr)) {
        hr = ((call)found)(win32_handle(process), &raw, &detail);
    }
    give_info(hr, &raw, info);
    win32_take_detail(detail, result);
    return hr;
}

plat_hr win32_hcs_process_properties(void *ctx, plat_handle process, char **properties,
                                     char **result)
{
    typedef HRESULT(WINAPI * call)(void *process, PWSTR *properties, PWSTR *result);
    struct win32_machine *machine = ctx;
    win32_function found = NULL;
    wchar_t *answer = NULL;
    wchar_t *detail = NULL;
    plat_hr hr = win32_dll_find(&machine->vmcompute, "HcsGetProcessProperties", &found);
    if (plat_succeeded(hr)) {
        hr = ((call)found)(win32_handle(process), &answer, &detail);
    }
    win32_take_detail(detail, result);
    return win32_take_text(hr, answer, properties);
}

plat_hr win32_hcs_modify_process(void *ctx, plat_handle process, const char *settings,
                                 char **result)
{
    return win32_hcs_with_options(ctx, "HcsModifyProcess", process, settings, result);
}

plat_hr win32_hcs_register_process(void *ctx, plat_handle process, struct plat_event_sink sink,
                                   uint64_t key, plat_handle *registration)
{
    return win32_hcs_register(ctx, WIN32_OF_PROCESS, "HcsRegisterProcessCallback", process, sink,
                              key, registration);
}

plat_hr win32_hcs_unregister_process(void *ctx, plat_handle registration)
{
    return win32_hcs_unregister(ctx, WIN32_OF_PROCESS, "HcsUnregisterProcessCallback",
                                registration);
}
