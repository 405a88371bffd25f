/* Processes in a compute system: who may ask what of them. What they do is the guest's matter. */
#include "fakes/hcs/check.h"
#include "fakes/host/internal.h"

#include <stdlib.h>

/* What a process ends with that HcsTerminateProcess ended: ERROR_PROCESS_ABORTED. */
#define PROCESS_CODE_TERMINATED 1067u

char *fake_hcs_process_status(const struct fake_process *process)
{
    return wcd_text_format("{\"ProcessId\":%u,\"Exited\":%s,\"ExitCode\":%u,\"LastWaitResult\":%d}",
                           fake_process_pid(process),
                           fake_process_has_exited(process) ? "true" : "false",
                           fake_process_exit_code(process), fake_process_last_wait_result(process));
}

/* A handle on a process of the guest; without memory NULL. */
static struct fake_hcs_handle *process_open(struct fake_system *system, struct fake_process *guest)
{
    struct fake_hcs_process *process = fake_system_process(system, fake_process_pid(guest));
    if (process == NULL) {
        process = fake_hcs_process_new(system);
    }
    if (process == NULL) {
        return NULL;
    }
    process->guest = guest;
    process->pid = fake_process_pid(guest);
    struct fake_hcs_handle *handle = fake_hcs_process_open(process);
    if (handle == NULL && process->handles == NULL) {
        fake_hcs_process_free(process);
    }
    return handle;
}

/* Runs the program of a checked document. */
static plat_hr process_run(struct fake_system *system, const struct wcd_json *parameters,
                           struct plat_hcs_process_info *info, plat_handle *out)
{
    struct fake_process *guest = NULL;
    plat_hr hr = fake_guest_run(system->guest, parameters, &guest);
    if (plat_failed(hr)) {
        return hr;
    }
    struct fake_hcs_handle *handle = process_open(system, guest);
    hr = handle == NULL ? PLAT_E_OUTOFMEMORY : fake_process_streams(guest, info);
    if (plat_failed(hr)) {
        fake_process_terminate(guest, PROCESS_CODE_TERMINATED);
        if (handle != NULL) {
            fake_hcs_handle_close(system->host, handle);
        } else {
            fake_process_forget(guest);
        }
        *info = (struct plat_hcs_process_info){0};
        return hr;
    }
    info->process_id = fake_process_pid(guest);
    *out = handle->id;
    return PLAT_S_OK;
}

/* What the table cannot say. */
static plat_hr process_check(const struct fake_system *system, const struct wcd_json *parameters,
                             struct fake_hcs_check *check)
{
    const struct wcd_json *size = fake_hcs_member(parameters, "ConsoleSize");
    const struct wcd_json *arguments = fake_hcs_member(parameters, "CommandArgs");
    bool line = fake_hcs_text(parameters, "CommandLine")[0] != '\0' ||
                fake_hcs_text(parameters, "ApplicationName")[0] != '\0';
    bool linux_process = fake_hcs_member(parameters, "OCISpecification") != NULL ||
                         fake_hcs_member(parameters, "OciProcess") != NULL;
    if (size != NULL && wcd_json_size(size) != 2) {
        return fake_hcs_blame(check, PLAT_HCS_INVALID_JSON, "ConsoleSize is not two numbers");
    }
    if (linux_process && !system->linux_guest) {
        return fake_hcs_blame(check, PLAT_HCS_INVALID_JSON,
                              "an OCI specification for a Windows container");
    }
    if (!line && wcd_json_size(arguments) == 0 && !linux_process) {
        return fake_hcs_blame(check, plat_hr_win32(PLAT_ERROR_INVALID_PARAMETER),
                              "no command line");
    }
    return PLAT_S_OK;
}

/* The document that the call is about, when the system takes it. */
static plat_hr process_parameters(struct fake_host *host, plat_handle id, const char *text,
                                  struct fake_hcs_check *check, struct fake_system **system,
                                  struct wcd_json **document)
{
    struct fake_hcs_handle *handle = NULL;
    *document = NULL;
    *system = NULL;
    plat_hr hr = fake_hcs_begin_system(host, FAKE_HCS_CREATE_PROCESS, id, &handle);
    if (plat_failed(hr)) {
        return hr;
    }
    *system = handle->system;
    if (!handle->system->guest_connection) {
        return plat_hr_win32(PLAT_ERROR_NOT_SUPPORTED);
    }
    hr = fake_hcs_read(check, host->build, &fake_hcs_process_config, text, document);
    return plat_failed(hr) ? hr : process_check(*system, *document, check);
}

plat_hr fake_hcs_create_process(void *ctx, plat_handle id, const char *parameters,
                                struct plat_hcs_process_info *info, plat_handle *out, char **result)
{
    struct fake_host *host = ctx;
    struct fake_system *system = NULL;
    struct wcd_json *document = NULL;
    struct fake_hcs_check check = {0};
    *info = (struct plat_hcs_process_info){0};
    *out = PLAT_NO_HANDLE;
    *result = NULL;
    plat_hr hr = process_parameters(host, id, parameters, &check, &system, &document);
    bool guest = plat_succeeded(hr);
    if (guest) {
        hr = process_run(system, document, info, out);
    }
    wcd_json_free(document);
    if (guest && plat_failed(hr) && system->kind == FAKE_HCS_HYPERV) {
        return fake_hcs_answer_guest(host, hr, result);
    }
    return fake_hcs_answer(host, hr, fake_hcs_check_text(&check), result);
}

plat_hr fake_hcs_open_process(void *ctx, plat_handle id, uint32_t pid, plat_handle *out,
                              char **result)
{
    struct fake_host *host = ctx;
    struct fake_hcs_handle *handle = NULL;
    *out = PLAT_NO_HANDLE;
    *result = NULL;
    plat_hr hr = fake_hcs_begin_system(host, FAKE_HCS_OPEN_PROCESS, id, &handle);
    if (plat_succeeded(hr)) {
        struct fake_system *system = handle->system;
        struct fake_process *guest = fake_guest_find(system->guest, pid, false);
        const struct fake_hcs_handle *opened = NULL;
        hr = plat_hr_win32(PLAT_ERROR_NOT_FOUND);
        if (guest != NULL) {
            opened = process_open(system, guest);
            hr = opened == NULL ? PLAT_E_OUTOFMEMORY : PLAT_S_OK;
        }
        *out = opened == NULL ? PLAT_NO_HANDLE : opened->id;
    }
    return fake_hcs_answer(host, hr, NULL, result);
}

/* What is asked of a process that is over. */
static plat_hr process_over(const struct fake_host *host, plat_hr before)
{
    bool newer = fake_build_has(host->build, FAKE_FEATURE_HCS_PROCESS_STOPPED);
    return newer ? PLAT_HCS_PROCESS_ALREADY_STOPPED : before;
}

plat_hr fake_hcs_terminate_process(void *ctx, plat_handle id, char **result)
{
    struct fake_host *host = ctx;
    struct fake_hcs_process *process = NULL;
    *result = NULL;
    plat_hr hr = fake_hcs_begin_process(host, FAKE_HCS_TERMINATE_PROCESS, id, &process);
    if (plat_succeeded(hr) && fake_process_has_exited(process->guest)) {
        hr = process_over(host, plat_hr_win32(PLAT_ERROR_NOT_FOUND));
    } else if (plat_succeeded(hr) && process->terminating) {
        hr = plat_hr_win32(PLAT_ERROR_ACCESS_DENIED);
    } else if (plat_succeeded(hr)) {
        process->terminating = true;
        fake_process_terminate(process->guest, PROCESS_CODE_TERMINATED);
    }
    return fake_hcs_answer(host, hr, NULL, result);
}

/* Windows has words, Linux numbers. */
static plat_hr process_signal(struct fake_hcs_process *process, const char *options,
                              struct fake_hcs_check *check)
{
    const struct fake_system *system = process->system;
    const struct fake_host *host = system->host;
    struct wcd_json *document = NULL;
    const struct fake_hcs_shape *shape =
        system->linux_guest ? &fake_hcs_linux_signal : &fake_hcs_process_signal;
    plat_hr hr = fake_hcs_read(check, host->build, shape, options, &document);
    if (plat_succeeded(hr) && fake_process_has_exited(process->guest)) {
        hr = process_over(host, plat_hr_win32(PLAT_ERROR_NOT_FOUND));
    } else if (plat_succeeded(hr)) {
        const struct wcd_json *signal = wcd_json_get(document, "Signal");
        bool done =
            fake_process_signal(process->guest, system->linux_guest ? wcd_json_literal(signal)
                                                                    : wcd_json_string(signal));
        hr = done ? PLAT_S_OK : plat_hr_win32(PLAT_ERROR_NOT_SUPPORTED);
    }
    wcd_json_free(document);
    return hr;
}

plat_hr fake_hcs_signal_process(void *ctx, plat_handle id, const char *options, char **result)
{
    struct fake_host *host = ctx;
    struct fake_hcs_process *process = NULL;
    struct fake_hcs_check check = {0};
    *result = NULL;
    if (fake_os_has_dll(host, FAKE_HCS_DLL) &&
        !fake_build_has(host->build, FAKE_FEATURE_HCS_SIGNAL_PROCESS)) {
        return plat_hr_win32(PLAT_ERROR_PROC_NOT_FOUND);
    }
    plat_hr hr = fake_hcs_begin_process(host, FAKE_HCS_SIGNAL_PROCESS, id, &process);
    if (plat_succeeded(hr)) {
        hr = process_signal(process, options, &check);
    }
    return fake_hcs_answer(host, hr, fake_hcs_check_text(&check), result);
}

plat_hr fake_hcs_process_info(void *ctx, plat_handle id, struct plat_hcs_process_info *info,
                              char **result)
{
    struct fake_host *host = ctx;
    struct fake_hcs_process *process = NULL;
    *info = (struct plat_hcs_process_info){0};
    *result = NULL;
    plat_hr hr = fake_hcs_begin_process(host, FAKE_HCS_PROCESS_INFO, id, &process);
    if (plat_succeeded(hr)) {
        hr = fake_process_streams(process->guest, info);
    }
    if (plat_succeeded(hr)) {
        info->process_id = process->pid;
    }
    return fake_hcs_answer(host, hr, NULL, result);
}

plat_hr fake_hcs_process_properties(void *ctx, plat_handle id, char **properties, char **result)
{
    struct fake_host *host = ctx;
    struct fake_hcs_process *process = NULL;
    *properties = NULL;
    *result = NULL;
    plat_hr hr = fake_hcs_begin_process(host, FAKE_HCS_PROCESS_PROPERTIES, id, &process);
    if (plat_succeeded(hr)) {
        *properties = fake_hcs_process_status(process->guest);
        hr = *properties == NULL ? PLAT_E_OUTOFMEMORY : PLAT_S_OK;
    }
    return fake_hcs_answer(host, hr, NULL, result);
}

static plat_hr process_resize(struct fake_process *guest, const struct wcd_json *size)
{
    uint64_t height = 0;
    uint64_t width = 0;
    if (!fake_process_has_console(guest)) {
        return plat_hr_win32(PLAT_ERROR_NOT_SUPPORTED);
    }
    (void)wcd_json_uint64(wcd_json_get(size, "Height"), &height);
    (void)wcd_json_uint64(wcd_json_get(size, "Width"), &width);
    fake_process_resize(guest, (uint16_t)height, (uint16_t)width);
    return PLAT_S_OK;
}

static plat_hr process_modify(struct fake_process *guest, const struct wcd_json *document)
{
    const char *operation = wcd_json_string(wcd_json_get(document, "Operation"));
    const struct wcd_json *size = wcd_json_get(document, "ConsoleSize");
    const struct wcd_json *close = wcd_json_get(document, "CloseHandle");
    if (wcd_text_equal(operation, "ConsoleSize")) {
        return size == NULL ? PLAT_HCS_INVALID_JSON : process_resize(guest, size);
    }
    if (close == NULL) {
        return PLAT_HCS_INVALID_JSON;
    }
    bool done = fake_process_close_stream(guest, wcd_json_string(wcd_json_get(close, "Handle")));
    return done ? PLAT_S_OK : plat_hr_win32(PLAT_ERROR_INVALID_PARAMETER);
}

plat_hr fake_hcs_modify_process(void *ctx, plat_handle id, const char *settings, char **result)
{
    struct fake_host *host = ctx;
    struct fake_hcs_process *process = NULL;
    struct wcd_json *document = NULL;
    struct fake_hcs_check check = {0};
    *result = NULL;
    plat_hr hr = fake_hcs_begin_process(host, FAKE_HCS_MODIFY_PROCESS, id, &process);
    if (plat_succeeded(hr)) {
        hr = fake_hcs_read(&check, host->build, &fake_hcs_process_modify, settings, &document);
    }
    if (plat_succeeded(hr) && fake_process_has_exited(process->guest)) {
        hr = process_over(host, PLAT_HCS_INVALID_STATE);
    } else if (plat_succeeded(hr)) {
        hr = process_modify(process->guest, document);
    }
    wcd_json_free(document);
    return fake_hcs_answer(host, hr, fake_hcs_check_text(&check), result);
}
