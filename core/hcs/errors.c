/* The errors of both generations' hcsshim: their texts, and what they mean.
 *
 * Sources: hcsshim of August 2017 (errors.go, container.go, process.go), and 0.11 (errors.go; internal/hcs:
 * errors.go, system.go, process.go). */
#include "core/hcs/internal.h"

#include "core/base/assert.h"
#include "core/base/buf.h"
#include "core/base/limits.h"
#include "core/base/oserror.h"
#include "core/base/text.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

static const struct hcs_generation generations[] = {
    [WCD_ENGINE_V17] =
        {
            .ops = {[HCS_CREATE] = "CreateContainer",
                    [HCS_OPEN] = "OpenContainer",
                    [HCS_START] = "Start",
                    [HCS_SHUTDOWN] = "Shutdown",
                    [HCS_TERMINATE] = "Terminate",
                    [HCS_PAUSE] = "Pause",
                    [HCS_RESUME] = "Resume",
                    [HCS_WAIT] = "Wait",
                    [HCS_WAIT_LIMITED] = "WaitTimeout",
                    [HCS_PROPERTIES] = "Properties",
                    [HCS_FIRST_PROPERTIES] = "Properties",
                    [HCS_CLOSE] = "Close",
                    [HCS_MODIFY] = "Modify",
                    [HCS_ENUMERATE] = "",
                    [HCS_CREATE_PROCESS] = "CreateProcess",
                    [HCS_OPEN_PROCESS] = "OpenProcess",
                    [HCS_KILL] = "Kill",
                    [HCS_WAIT_PROCESS] = "Wait",
                    [HCS_EXIT_CODE] = "ExitCode",
                    [HCS_RESIZE] = "ResizeConsole",
                    [HCS_CLOSE_STDIN] = "CloseStdin",
                    [HCS_CLOSE_PROCESS] = "Close"},
            .shutdown_pending = "Shutdown",
            .terminate_pending = "Terminate",
            .wait_timeout = "WaitTimeout",
            .prints_documents = true,
            .names_queries = true,
            .missing_is_stopped = true,
        },
    [WCD_ENGINE_V25] =
        {
            .ops = {[HCS_CREATE] = "hcs::CreateComputeSystem",
                    [HCS_OPEN] = "hcs::OpenComputeSystem",
                    [HCS_START] = "hcs::System::Start",
                    [HCS_SHUTDOWN] = "hcs::System::Shutdown",
                    [HCS_TERMINATE] = "hcs::System::Terminate",
                    [HCS_PAUSE] = "hcs::System::Pause",
                    [HCS_RESUME] = "hcs::System::Resume",
                    [HCS_WAIT] = "hcs::System::waitBackground",
                    [HCS_WAIT_LIMITED] = "hcs::System::waitBackground",
                    [HCS_PROPERTIES] = "hcs::System::Properties",
                    [HCS_FIRST_PROPERTIES] = "hcs::System::Properties",
                    [HCS_CLOSE] = "hcs::System::Close",
                    [HCS_MODIFY] = "hcs::System::Modify",
                    [HCS_ENUMERATE] = "hcs::GetComputeSystems",
                    [HCS_CREATE_PROCESS] = "hcs::System::CreateProcess",
                    [HCS_OPEN_PROCESS] = "hcs::System::OpenProcess",
                    [HCS_KILL] = "hcs::Process::Kill",
                    [HCS_WAIT_PROCESS] = "hcs::Process::waitBackground",
                    [HCS_EXIT_CODE] = "hcs::Process::ExitCode",
                    [HCS_RESIZE] = "hcs::Process::ResizeConsole",
                    [HCS_CLOSE_STDIN] = "hcs::Process::CloseStdin",
                    [HCS_CLOSE_PROCESS] = "hcs::Process::Close"},
            .shutdown_pending = "hcsshim::ComputeSystem::Shutdown",
            .terminate_pending = "hcsshim::ComputeSystem::Terminate",
            .wait_timeout = "hcsshim::ComputeSystem::Wait",
            .bare_open_errors = true,
            .prints_events = true,
            .names_command = true,
            .asks_properties = true,
            .stop_means_pending = true,
            .kills_by_new_handles = true,
            .reads_exit_at_once = true,
            .knows_process_stopped = true,
        },
};

const struct hcs_generation *hcs_generation_of(const struct engine_rules *engine)
{
    return &generations[engine->engine];
}

static const char *const fault_texts[HCS_FAULT_COUNT] = {
    [HCS_FAULT_CLOSED] = "hcsshim: the handle has already been closed",
    [HCS_FAULT_TIMEOUT] = "hcsshim: timeout waiting for notification",
    [HCS_FAULT_UNEXPECTED_EXIT] = "unexpected container exit",
    [HCS_FAULT_LOST] = "lost communication with compute service",
    [HCS_FAULT_VALUE] = "unexpected value returned from hcs",
    [HCS_FAULT_PROCESS_STATE] = "the process is in an invalid state for the attempted operation",
};

/* Numbers that no HRESULT of Windows has (the customer bit without a failure), for the library's faults. */
static plat_hr fault_number(enum hcs_fault fault)
{
    return plat_hr_of(0x2000F000u + (uint32_t)fault);
}

/* ---- texts ---- */

/* The members of an event that hcsshim reads; false when one has a type that Go's reader refuses. */
struct event_texts {
    const char *message;
    const char *stack;
    const char *provider;
    const char *source;
    uint64_t id;
    uint64_t flags;
};

static bool read_text(const struct wcd_json *event, const char *name, const char **out)
{
    const struct wcd_json *member = wcd_json_get(event, name);
    *out = "";
    if (member == NULL || wcd_json_is(member, WCD_JSON_NULL)) {
        return true;
    }
    if (!wcd_json_is(member, WCD_JSON_STRING)) {
        return false;
    }
    *out = wcd_json_string(member);
    return true;
}

static bool read_number(const struct wcd_json *event, const char *name, uint64_t max, uint64_t *out)
{
    const struct wcd_json *member = wcd_json_get(event, name);
    *out = 0;
    if (member == NULL || wcd_json_is(member, WCD_JSON_NULL)) {
        return true;
    }
    return wcd_json_is(member, WCD_JSON_NUMBER) && wcd_json_uint64(member, out) && *out <= max;
}

static bool read_event(const struct wcd_json *event, struct event_texts *out)
{
    return wcd_json_is(event, WCD_JSON_OBJECT) && read_text(event, "Message", &out->message) &&
           read_text(event, "StackTrace", &out->stack) &&
           read_text(event, "Provider", &out->provider) &&
           read_text(event, "Source", &out->source) &&
           read_number(event, "EventId", UINT16_MAX, &out->id) &&
           read_number(event, "Flags", UINT32_MAX, &out->flags);
}

static void write_event(struct wcd_buf *buf, const struct event_texts *event)
{
    wcd_buf_format(buf, "\n[Event Detail: %s", event->message);
    if (event->stack[0] != '\0') {
        wcd_buf_format(buf, " Stack Trace: %s", event->stack);
    }
    if (event->provider[0] != '\0') {
        wcd_buf_format(buf, " Provider: %s", event->provider);
    }
    if (event->id != 0) {
        wcd_buf_format(buf, " EventID: %" PRIu64, event->id);
    }
    if (event->flags != 0) {
        wcd_buf_format(buf, " flags: %" PRIu64, event->flags);
    }
    if (event->source[0] != '\0') {
        wcd_buf_format(buf, " Source: %s", event->source);
    }
    wcd_buf_char(buf, ']');
}

/* hcsshim takes all events of a document or, when it cannot read it, none. */
static bool write_events(struct wcd_buf *buf, const struct wcd_json *document)
{
    const struct wcd_json *events = wcd_json_get(document, "ErrorEvents");
    struct event_texts texts;
    if (!wcd_json_is(document, WCD_JSON_OBJECT)) {
        return wcd_json_is(document, WCD_JSON_NULL);
    }
    if (events == NULL || wcd_json_is(events, WCD_JSON_NULL)) {
        return true;
    }
    if (!wcd_json_is(events, WCD_JSON_ARRAY)) {
        return false;
    }
    for (const struct wcd_json *at = wcd_json_first(events); at != NULL; at = wcd_json_next(at)) {
        if (!read_event(at, &texts)) {
            return false;
        }
    }
    for (const struct wcd_json *at = wcd_json_first(events); at != NULL; at = wcd_json_next(at)) {
        if (read_event(at, &texts)) {
            write_event(buf, &texts);
        }
    }
    return true;
}

static void write_result(struct wcd_buf *buf, const struct wcd_hcs *hcs, const char *result)
{
    struct wcd_json_fault fault;
    if (result == NULL || result[0] == '\0' || !hcs->generation->prints_events) {
        return;
    }
    struct wcd_json *document = wcd_json_parse(result, strlen(result), &fault);
    if (document == NULL || !write_events(buf, document)) {
        wcd_log(hcs->options.log, WCD_LOG_WARN, "Could not unmarshal HCS result");
    }
    wcd_json_free(document);
}

/* What went wrong, in the words of the system or the library; behind "failure in ..." when `wrapped`. */
static void write_reason(struct wcd_buf *buf, const struct wcd_hcs *hcs, const struct hcs_why *why,
                         bool wrapped)
{
    if (why->fault != HCS_NO_FAULT) {
        wcd_buf_text(buf, fault_texts[why->fault]);
        return;
    }
    char *text = wcd_os_error_text(&hcs->options.platform->os, why->hr);
    if (text == NULL) {
        buf->failed = true;
    } else if (wrapped) {
        wcd_buf_format(buf, "failure in a Windows system call: %s (0x%" PRIx32 ")", text,
                       plat_error_number(why->hr));
    } else {
        wcd_buf_text(buf, text);
    }
    free(text);
}

static enum wcd_errc finish(struct wcd_buf *buf, const char *id, const char *op,
                            const struct hcs_why *why, struct wcd_error *err)
{
    enum wcd_errc code = why->fault == HCS_FAULT_TIMEOUT ? WCD_E_DEADLINE : WCD_E_PLAIN;
    plat_hr hr = why->fault == HCS_NO_FAULT ? why->hr : fault_number(why->fault);
    code = buf->failed ? wcd_error_no_memory(err)
                       : wcd_error_platform(err, code, op, hr, "%s", wcd_buf_str(buf));
    wcd_buf_release(buf);
    size_t len = strnlen(id, WCD_OBJECT_ID_MAX);
    memcpy(err->id, id, len);
    err->id[len] = '\0';
    return code;
}

enum wcd_errc hcs_named_error(const struct wcd_hcs *hcs, const char *id, const char *op,
                              const struct hcs_why *why, struct wcd_error *err)
{
    struct wcd_buf buf;
    wcd_buf_init(&buf, WCD_BUF_BYTES_MAX);
    wcd_buf_format(&buf, "container %s encountered an error during %s: ", id, op);
    write_reason(&buf, hcs, why, true);
    write_result(&buf, hcs, why->result);
    if (why->document != NULL && hcs->generation->prints_documents) {
        wcd_buf_format(&buf, " extra info: %s", why->document);
    }
    return finish(&buf, id, NULL, why, err);
}

static enum wcd_errc bare_error(const struct wcd_hcs *hcs, const char *id, enum hcs_op op,
                                const struct hcs_why *why, struct wcd_error *err)
{
    const char *name = hcs->generation->ops[op];
    struct wcd_buf buf;
    wcd_buf_init(&buf, WCD_BUF_BYTES_MAX);
    if (name[0] != '\0') {
        wcd_buf_format(&buf, "%s%s%s: ", name, id[0] == '\0' ? "" : " ", id);
    }
    write_reason(&buf, hcs, why, false);
    write_result(&buf, hcs, why->result);
    return finish(&buf, id, name, why, err);
}

/* "<op>: <command line>". NULL without memory. */
static char *command_operation(const char *op, const char *document)
{
    struct wcd_json_fault fault;
    struct wcd_json *process = wcd_json_parse(document, strlen(document), &fault);
    const struct wcd_json *line = wcd_json_get(process, "CommandLine");
    char *named = wcd_text_format("%s: %s", op,
                                  wcd_json_is(line, WCD_JSON_STRING) ? wcd_json_string(line) : "");
    wcd_json_free(process);
    return named;
}

static bool is_bare(const struct wcd_hcs *hcs, enum hcs_op op)
{
    return op == HCS_ENUMERATE || op == HCS_OPEN_PROCESS ||
           (hcs->generation->bare_open_errors &&
            (op == HCS_CREATE || op == HCS_OPEN || op == HCS_FIRST_PROPERTIES));
}

enum wcd_errc hcs_system_error(const struct wcd_hcs *hcs, const char *id, enum hcs_op op,
                               const struct hcs_why *why, struct wcd_error *err)
{
    const char *name = hcs->generation->ops[op];
    if (is_bare(hcs, op)) {
        return bare_error(hcs, id, op, why, err);
    }
    if (op != HCS_CREATE_PROCESS || why->document == NULL || !hcs->generation->names_command) {
        enum wcd_errc code = hcs_named_error(hcs, id, name, why, err);
        err->op = name;
        return code;
    }
    char *named = command_operation(name, why->document);
    enum wcd_errc code =
        named == NULL ? wcd_error_no_memory(err) : hcs_named_error(hcs, id, named, why, err);
    err->op = name;
    free(named);
    return code;
}

static enum wcd_errc process_error(const struct wcd_hcs_process *process, const char *op,
                                   const struct hcs_why *why, struct wcd_error *err)
{
    struct wcd_buf buf;
    wcd_buf_init(&buf, WCD_BUF_BYTES_MAX);
    wcd_buf_format(&buf, "process %" PRIu32 " in container %s encountered an error during %s: ",
                   process->pid, process->system_id, op);
    write_reason(&buf, process->hcs, why, true);
    write_result(&buf, process->hcs, why->result);
    return finish(&buf, process->system_id, op, why, err);
}

enum wcd_errc hcs_process_error(const struct wcd_hcs_process *process, enum hcs_op op,
                                const struct hcs_why *why, struct wcd_error *err)
{
    return process_error(process, process->hcs->generation->ops[op], why, err);
}

enum wcd_errc hcs_not_killed(const struct wcd_hcs_process *process, struct wcd_error *err)
{
    struct hcs_why why = {.hr = plat_hr_win32(PLAT_ERROR_NOT_FOUND)};
    return process_error(process, "hcsshim::Process::Kill", &why, err);
}

/* ---- meanings ---- */

bool hcs_is_gone(plat_hr hr)
{
    return plat_hcs_same(hr, PLAT_HCS_SYSTEM_NOT_FOUND) ||
           plat_hcs_same(hr, PLAT_HCS_SYSTEM_ALREADY_STOPPED) ||
           hr == plat_hr_win32(PLAT_ERROR_NOT_FOUND);
}

bool hcs_is_service_down(plat_hr hr)
{
    switch (plat_error_number(hr)) {
    case PLAT_ERROR_INVALID_HANDLE:
    case PLAT_RPC_S_UNKNOWN_IF:
    case PLAT_RPC_S_SERVER_UNAVAILABLE:
    case PLAT_RPC_S_CALL_FAILED:
    case PLAT_RPC_S_CALL_FAILED_DNE:
    case PLAT_EPT_S_NOT_REGISTERED:
        return true;
    default:
        return false;
    }
}

static bool is_number(const struct wcd_error *err, uint32_t number)
{
    return err->code != WCD_OK && err->hresult == plat_hr_win32(number);
}

bool wcd_hcs_is_pending(const struct wcd_error *err)
{
    return err->code != WCD_OK && plat_hcs_same(err->hresult, PLAT_HCS_OPERATION_PENDING);
}

bool wcd_hcs_is_not_exist(const struct wcd_error *err)
{
    return err->code != WCD_OK && (plat_hcs_same(err->hresult, PLAT_HCS_SYSTEM_NOT_FOUND) ||
                                   is_number(err, PLAT_ERROR_NOT_FOUND));
}

bool wcd_hcs_is_already_stopped(const struct wcd_error *err, const struct engine_rules *engine)
{
    const struct hcs_generation *generation = hcs_generation_of(engine);
    if (err->code == WCD_OK) {
        return false;
    }
    return plat_hcs_same(err->hresult, PLAT_HCS_SYSTEM_ALREADY_STOPPED) ||
           is_number(err, PLAT_ERROR_NOT_FOUND) ||
           (generation->knows_process_stopped &&
            err->hresult == PLAT_HCS_PROCESS_ALREADY_STOPPED) ||
           (generation->missing_is_stopped && is_number(err, PLAT_ERROR_PROC_NOT_FOUND));
}

bool wcd_hcs_is_timeout(const struct wcd_error *err)
{
    return err->code == WCD_E_DEADLINE;
}

bool wcd_hcs_is_already_closed(const struct wcd_error *err)
{
    return err->code != WCD_OK && err->hresult == fault_number(HCS_FAULT_CLOSED);
}

bool wcd_hcs_is_not_supported(const struct wcd_error *err)
{
    return err->code != WCD_OK &&
           (plat_hcs_same(err->hresult, PLAT_HCS_INVALID_JSON) ||
            plat_hcs_same(err->hresult, PLAT_HCS_UNKNOWN_MESSAGE) ||
            is_number(err, PLAT_ERROR_INVALID_DATA) || is_number(err, PLAT_ERROR_NOT_SUPPORTED));
}

bool wcd_hcs_is_invalid_state(const struct wcd_error *err)
{
    return err->code != WCD_OK && plat_hcs_same(err->hresult, PLAT_HCS_INVALID_STATE);
}
