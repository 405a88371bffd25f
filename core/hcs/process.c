/* Processes in compute systems. */
#include "core/hcs/internal.h"

#include "core/base/assert.h"
#include "core/base/text.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

static const struct wcd_error no_error = WCD_ERROR_INIT;

#define NO_EXIT_CODE UINT32_MAX /* -1 */

/* ---- properties ---- */

struct process_status {
    bool exited;
    uint32_t exit_code;
    int32_t last_wait_result;
};

static bool read_status(const char *text, struct process_status *out)
{
    struct wcd_json_fault fault;
    int64_t wait_result = 0;
    uint64_t exit_code = 0;
    struct wcd_json *status = text == NULL ? NULL : wcd_json_parse(text, strlen(text), &fault);
    const struct wcd_json *exited = wcd_json_get(status, "Exited");
    const struct wcd_json *code = wcd_json_get(status, "ExitCode");
    const struct wcd_json *result = wcd_json_get(status, "LastWaitResult");
    bool read = wcd_json_is(status, WCD_JSON_OBJECT) &&
                (exited == NULL || wcd_json_is(exited, WCD_JSON_BOOL)) &&
                (code == NULL || (wcd_json_is(code, WCD_JSON_NUMBER) &&
                                  wcd_json_uint64(code, &exit_code) && exit_code <= UINT32_MAX)) &&
                (result == NULL ||
                 (wcd_json_is(result, WCD_JSON_NUMBER) && wcd_json_int64(result, &wait_result) &&
                  wait_result >= INT32_MIN && wait_result <= INT32_MAX));
    out->exited = exited != NULL && read && wcd_json_bool(exited);
    out->exit_code = (uint32_t)exit_code;
    out->last_wait_result = read ? (int32_t)wait_result : 0;
    wcd_json_free(status);
    return read;
}

static enum wcd_errc ask_status(const struct wcd_hcs_process *process, enum hcs_op op,
                                struct process_status *out, struct wcd_error *err)
{
    const struct plat_hcs *service = hcs_service(process->hcs);
    struct hcs_why why = {0};
    char *properties = NULL;
    char *result = NULL;
    enum wcd_errc code = WCD_OK;
    *out = (struct process_status){0};
    why.hr = service->ops->process_properties(service->ctx, process->handle, &properties, &result);
    why.result = result;
    if (plat_succeeded(why.hr) && !read_status(properties, out)) {
        why.fault = HCS_FAULT_VALUE;
    }
    if (plat_failed(why.hr) || why.fault != HCS_NO_FAULT) {
        code = hcs_process_error(process, op, &why, err);
    }
    free(properties);
    free(result);
    return code;
}

/* ---- the end ---- */

static void report(void *ctx)
{
    struct wcd_hcs_process *process = ctx;
    wcd_hcs_done *done = process->done;
    void *done_ctx = process->ctx;
    struct wcd_error err = WCD_ERROR_INIT;
    process->done = NULL;
    wcd_error_move(&err, &process->wait_error);
    done(done_ctx, err.code == WCD_OK ? &no_error : &err);
    wcd_error_release(&err);
}

/* The wait gets its own copy: 0.11's hcsshim answers the same error again when it is asked for the code. */
static void report_soon(struct wcd_hcs_process *process)
{
    const struct wcd_error *end = &process->end_error;
    if (process->done == NULL) {
        return;
    }
    if (end->code != WCD_OK) {
        (void)wcd_error_copy(&process->wait_error, end);
    }
    wcd_reactor_defer(process->hcs->options.reactor, &process->task, report, process);
}

static void take_status(struct wcd_hcs_process *process, const struct process_status *status)
{
    process->exit_code = status->exit_code;
    if (status->last_wait_result != 0) {
        wcd_log(process->hcs->options.log, WCD_LOG_WARN, "non-zero last wait result: %" PRId32,
                status->last_wait_result);
        process->exit_code = NO_EXIT_CODE;
    }
}

static void end_with(struct wcd_hcs_process *process, const struct hcs_why *why)
{
    process->ended = true;
    process->exit_code = NO_EXIT_CODE;
    (void)hcs_process_error(process, HCS_WAIT_PROCESS, why, &process->end_error);
    report_soon(process);
}

static void on_exited(struct wcd_hcs_process *process, plat_hr status)
{
    struct process_status properties;
    struct hcs_why why = {.hr = status};
    if (process->ended) {
        return;
    }
    if (plat_failed(status)) {
        end_with(process, &why);
        return;
    }
    process->ended = true;
    process->exit_code = NO_EXIT_CODE;
    if (process->hcs->generation->reads_exit_at_once &&
        ask_status(process, HCS_WAIT_PROCESS, &properties, &process->end_error) == WCD_OK) {
        take_status(process, &properties);
    }
    report_soon(process);
}

/* Its exit was not told: asks whether there was one. `why` says how the wait ends if there was not; NULL: it
 * goes on. */
static void look_again(struct wcd_hcs_process *process, const struct hcs_why *why)
{
    struct wcd_error err = WCD_ERROR_INIT;
    struct process_status status;
    struct hcs_why lost = {.fault = HCS_FAULT_LOST};
    if (process->ended) {
        return;
    }
    enum wcd_errc code = ask_status(process, HCS_WAIT_PROCESS, &status, &err);
    if (code == WCD_OK && status.exited) {
        process->ended = true;
        take_status(process, &status);
        report_soon(process);
    } else if (why != NULL) {
        end_with(process, why);
    } else if (code != WCD_OK &&
               (hcs_is_gone(err.hresult) || err.hresult == PLAT_HCS_PROCESS_ALREADY_STOPPED)) {
        process->ended = true;
        process->exit_code = NO_EXIT_CODE;
        wcd_error_move(&process->end_error, &err);
        report_soon(process);
    } else if (code != WCD_OK && hcs_is_service_down(err.hresult)) {
        end_with(process, &lost);
    }
    wcd_error_release(&err);
}

static void on_event(void *ctx, const struct plat_event *event)
{
    struct wcd_hcs_process *process = ctx;
    struct hcs_why lost = {.fault = HCS_FAULT_LOST};
    if (event == NULL) {
        look_again(process, NULL);
    } else if (event->type == PLAT_HCS_PROCESS_EXITED) {
        on_exited(process, event->status);
    } else if (event->type == PLAT_HCS_SERVICE_DISCONNECT && !process->ended) {
        end_with(process, &lost);
    }
}

void hcs_processes_end(struct wcd_hcs_system *system)
{
    struct hcs_why exited = {.fault = HCS_FAULT_UNEXPECTED_EXIT};
    struct hcs_why lost = {.fault = HCS_FAULT_LOST};
    for (struct wcd_hcs_process *at = system->processes; at != NULL; at = at->next) {
        if (system->end == HCS_EXITED) {
            look_again(at, &exited);
        } else if (!at->ended) {
            end_with(at, &lost);
        }
    }
}

enum wcd_errc wcd_hcs_wait_process(struct wcd_hcs_process *process, wcd_hcs_done *done, void *ctx,
                                   struct wcd_error *err)
{
    (void)err;
    WCD_ASSERT(process->done == NULL);
    process->done = done;
    process->ctx = ctx;
    if (process->ended) {
        report_soon(process);
    }
    return WCD_OK;
}

enum wcd_errc wcd_hcs_exit_code(struct wcd_hcs_process *process, uint32_t *out,
                                struct wcd_error *err)
{
    struct hcs_why why = {.fault = HCS_FAULT_PROCESS_STATE};
    struct process_status status;
    *out = NO_EXIT_CODE;
    if (process->hcs->generation->reads_exit_at_once) {
        if (!process->ended) {
            return hcs_process_error(process, HCS_EXIT_CODE, &why, err);
        }
        if (process->end_error.code != WCD_OK) {
            (void)wcd_error_copy(err, &process->end_error);
            return err->code;
        }
        *out = process->exit_code;
        return WCD_OK;
    }
    enum wcd_errc code = ask_status(process, HCS_EXIT_CODE, &status, err);
    if (code != WCD_OK) {
        return code;
    }
    if (status.exited && status.last_wait_result == 0) {
        *out = status.exit_code;
        return WCD_OK;
    }
    if (status.exited) {
        why = (struct hcs_why){.hr = status.last_wait_result};
    }
    return hcs_process_error(process, HCS_EXIT_CODE, &why, err);
}

/* ---- making and closing ---- */

static void link_to(struct wcd_hcs_process *process, struct wcd_hcs_process **list)
{
    process->next = *list;
    process->link = list;
    if (process->next != NULL) {
        process->next->link = &process->next;
    }
    *list = process;
}

static void unlink_process(struct wcd_hcs_process *process)
{
    *process->link = process->next;
    if (process->next != NULL) {
        process->next->link = process->link;
    }
}

void hcs_processes_forget(struct wcd_hcs_system *system)
{
    while (system->processes != NULL) {
        struct wcd_hcs_process *process = system->processes;
        unlink_process(process);
        process->system = NULL;
        link_to(process, &process->hcs->orphans);
    }
}

struct wcd_hcs_process *hcs_process_new(struct wcd_hcs_system *system)
{
    struct wcd_hcs_process *process = calloc(1, sizeof(*process));
    if (process == NULL || (process->system_id = wcd_text_copy(system->id)) == NULL) {
        free(process);
        return NULL;
    }
    process->hcs = system->hcs;
    process->system = system;
    link_to(process, &system->processes);
    return process;
}

plat_hr hcs_process_register(struct wcd_hcs_process *process)
{
    const struct plat_hcs *service = hcs_service(process->hcs);
    struct wcd_reactor *reactor = process->hcs->options.reactor;
    wcd_reactor_add(reactor, &process->handler, on_event, process);
    plat_hr hr =
        service->ops->register_process(service->ctx, process->handle, wcd_reactor_sink(reactor),
                                       process->handler.key, &process->registration);
    if (plat_failed(hr)) {
        process->registration = PLAT_NO_HANDLE;
        wcd_reactor_remove(reactor, &process->handler);
    }
    return hr;
}

static void close_stream(const struct wcd_hcs_process *process, plat_handle *stream)
{
    const struct plat_transport *transport = &process->hcs->options.platform->transport;
    if (*stream != PLAT_NO_HANDLE) {
        (void)transport->ops->close(transport->ctx, *stream);
        *stream = PLAT_NO_HANDLE;
    }
}

static plat_hr release(struct wcd_hcs_process *process)
{
    const struct plat_hcs *service = hcs_service(process->hcs);
    plat_hr hr = PLAT_S_OK;
    close_stream(process, &process->stdio.input);
    close_stream(process, &process->stdio.output);
    close_stream(process, &process->stdio.error);
    if (process->registration != PLAT_NO_HANDLE) {
        hr = service->ops->unregister_process(service->ctx, process->registration);
        wcd_reactor_remove(process->hcs->options.reactor, &process->handler);
    }
    if (process->handle != PLAT_NO_HANDLE) {
        plat_hr closed = service->ops->close_process(service->ctx, process->handle);
        hr = plat_failed(hr) ? hr : closed;
    }
    return hr;
}

enum wcd_errc wcd_hcs_close_process(struct wcd_hcs_process *process, struct wcd_error *err)
{
    struct hcs_why why = {.hr = release(process)};
    enum wcd_errc code = WCD_OK;
    if (plat_failed(why.hr)) {
        code = hcs_process_error(process, HCS_CLOSE_PROCESS, &why, err);
    }
    unlink_process(process);
    wcd_reactor_drop(process->hcs->options.reactor, &process->task);
    wcd_error_release(&process->end_error);
    wcd_error_release(&process->wait_error);
    free(process->system_id);
    free(process);
    return code;
}

void hcs_process_close(struct wcd_hcs_process *process)
{
    struct wcd_error err = WCD_ERROR_INIT;
    (void)wcd_hcs_close_process(process, &err);
    wcd_error_release(&err);
}

enum wcd_errc wcd_hcs_create_process(struct wcd_hcs_system *system, const char *document,
                                     struct wcd_hcs_process **out, struct wcd_error *err)
{
    struct wcd_hcs *hcs = system->hcs;
    const struct plat_hcs *service = hcs_service(hcs);
    struct wcd_hcs_process *process = hcs_process_new(system);
    struct plat_hcs_process_info info = {0};
    struct hcs_why why = {.document = document};
    char *result = NULL;
    enum wcd_errc code = WCD_OK;
    *out = NULL;
    if (process == NULL) {
        return wcd_error_no_memory(err);
    }
    why.hr = service->ops->create_process(service->ctx, system->handle, document, &info,
                                          &process->handle, &result);
    why.result = result;
    if (plat_succeeded(why.hr)) {
        process->pid = info.process_id;
        process->stdio = (struct wcd_stdio){
            .input = info.std_input, .output = info.std_output, .error = info.std_error};
        why = (struct hcs_why){.hr = hcs_process_register(process)};
    }
    if (plat_failed(why.hr)) {
        code = hcs_system_error(hcs, system->id, HCS_CREATE_PROCESS, &why, err);
        hcs_process_close(process);
    } else {
        *out = process;
    }
    free(result);
    return code;
}

uint32_t wcd_hcs_process_id(const struct wcd_hcs_process *process)
{
    return process->pid;
}

struct wcd_stdio wcd_hcs_take_stdio(struct wcd_hcs_process *process)
{
    struct wcd_stdio stdio = process->stdio;
    process->stdio = (struct wcd_stdio){0};
    return stdio;
}

/* ---- changing ---- */

static enum wcd_errc modify(struct wcd_hcs_process *process, enum hcs_op op, const char *settings,
                            struct wcd_error *err)
{
    const struct plat_hcs *service = hcs_service(process->hcs);
    struct hcs_why why = {0};
    char *result = NULL;
    enum wcd_errc code = WCD_OK;
    why.hr = service->ops->modify_process(service->ctx, process->handle, settings, &result);
    why.result = result;
    if (plat_failed(why.hr)) {
        code = hcs_process_error(process, op, &why, err);
    }
    free(result);
    return code;
}

enum wcd_errc wcd_hcs_resize(struct wcd_hcs_process *process, uint16_t width, uint16_t height,
                             struct wcd_error *err)
{
    char *settings =
        wcd_text_format("{\"Operation\":\"ConsoleSize\","
                        "\"ConsoleSize\":{\"Height\":%" PRIu16 ",\"Width\":%" PRIu16 "}}",
                        height, width);
    if (settings == NULL) {
        return wcd_error_no_memory(err);
    }
    enum wcd_errc code = modify(process, HCS_RESIZE, settings, err);
    free(settings);
    return code;
}

enum wcd_errc wcd_hcs_close_stdin(struct wcd_hcs_process *process, struct wcd_error *err)
{
    close_stream(process, &process->stdio.input);
    return modify(process, HCS_CLOSE_STDIN,
                  "{\"Operation\":\"CloseHandle\",\"CloseHandle\":{\"Handle\":\"StdIn\"}}", err);
}
