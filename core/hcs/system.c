/* A handle to a compute system: its registration, what is told through it, and the synchronous calls. */
#include "core/hcs/internal.h"

#include "core/base/text.h"

#include <stdlib.h>
#include <string.h>

struct wcd_hcs_system *hcs_system_new(struct wcd_hcs *hcs, const char *id)
{
    struct wcd_hcs_system *system = calloc(1, sizeof(*system));
    if (system == NULL || (system->id = wcd_text_copy(id)) == NULL) {
        free(system);
        return NULL;
    }
    system->hcs = hcs;
    system->next = hcs->systems;
    system->link = &hcs->systems;
    if (system->next != NULL) {
        system->next->link = &system->next;
    }
    hcs->systems = system;
    return system;
}

void hcs_system_free(struct wcd_hcs_system *system)
{
    if (system == NULL) {
        return;
    }
    *system->link = system->next;
    if (system->next != NULL) {
        system->next->link = system->link;
    }
    hcs_pending_drop_all(system);
    free(system->document);
    free(system->id);
    free(system);
}

const char *wcd_hcs_system_id(const struct wcd_hcs_system *system)
{
    return system->id;
}

/* ---- what is told ---- */

void hcs_system_ended(struct wcd_hcs_system *system, enum hcs_end end, plat_hr status)
{
    if (system->end != HCS_GOES_ON) {
        return;
    }
    system->end = end;
    system->exit_status = status;
    hcs_pending_fail_all(system, end == HCS_LOST ? HCS_FAULT_LOST : HCS_FAULT_UNEXPECTED_EXIT);
    hcs_waits_end(system);
    hcs_processes_end(system);
}

static const char *text_of(const struct wcd_json *object, const char *name)
{
    const struct wcd_json *member = wcd_json_get(object, name);
    return wcd_json_is(member, WCD_JSON_STRING) ? wcd_json_string(member) : "";
}

static bool is_stopped(const struct wcd_json *properties)
{
    const struct wcd_json *stopped = wcd_json_get(properties, "Stopped");
    return strcmp(text_of(properties, "State"), "Stopped") == 0 ||
           (wcd_json_is(stopped, WCD_JSON_BOOL) && wcd_json_bool(stopped));
}

/* Events were lost: the system's properties say what they would have said. How it ended may be past finding
 * out; then it ended well (assumed). */
static void look_again(struct wcd_hcs_system *system)
{
    struct wcd_error err = WCD_ERROR_INIT;
    struct wcd_json *properties = NULL;
    enum wcd_errc code = hcs_read_properties(system, "{}", true, &properties, &err);
    if (code == WCD_OK && is_stopped(properties)) {
        bool crashed = strcmp(text_of(properties, "ExitType"), "UnexpectedExit") == 0;
        hcs_system_ended(system, HCS_EXITED, crashed ? PLAT_HCS_UNEXPECTED_EXIT : PLAT_S_OK);
    } else if (code == WCD_OK) {
        hcs_pending_look_again(system, text_of(properties, "State"));
    } else if (hcs_is_gone(err.hresult)) {
        hcs_system_ended(system, HCS_EXITED, PLAT_S_OK);
    } else if (hcs_is_service_down(err.hresult)) {
        hcs_system_ended(system, HCS_LOST, PLAT_S_OK);
    }
    wcd_json_free(properties);
    wcd_error_release(&err);
}

static void on_event(void *ctx, const struct plat_event *event)
{
    struct wcd_hcs_system *system = ctx;
    if (event == NULL) {
        look_again(system);
    } else if (event->type == PLAT_HCS_SYSTEM_EXITED) {
        hcs_system_ended(system, HCS_EXITED, event->status);
    } else if (event->type == PLAT_HCS_SERVICE_DISCONNECT) {
        hcs_system_ended(system, HCS_LOST, event->status);
    } else {
        hcs_pending_event(system, event->type, event->status);
    }
}

plat_hr hcs_system_register(struct wcd_hcs_system *system)
{
    const struct plat_hcs *service = hcs_service(system->hcs);
    struct wcd_reactor *reactor = system->hcs->options.reactor;
    wcd_reactor_add(reactor, &system->handler, on_event, system);
    plat_hr hr =
        service->ops->register_system(service->ctx, system->handle, wcd_reactor_sink(reactor),
                                      system->handler.key, &system->registration);
    if (plat_failed(hr)) {
        system->registration = PLAT_NO_HANDLE;
        wcd_reactor_remove(reactor, &system->handler);
    }
    return hr;
}

/* ---- the end of the handle ---- */

static plat_hr release(struct wcd_hcs_system *system)
{
    const struct plat_hcs *service = hcs_service(system->hcs);
    plat_hr hr = PLAT_S_OK;
    if (system->registration != PLAT_NO_HANDLE) {
        hr = service->ops->unregister_system(service->ctx, system->registration);
        wcd_reactor_remove(system->hcs->options.reactor, &system->handler);
        system->registration = PLAT_NO_HANDLE;
    }
    if (system->handle != PLAT_NO_HANDLE) {
        plat_hr closed = service->ops->close_system(service->ctx, system->handle);
        hr = plat_failed(hr) ? hr : closed;
        system->handle = PLAT_NO_HANDLE;
    }
    return hr;
}

void hcs_system_release(struct wcd_hcs_system *system)
{
    (void)release(system);
}

enum wcd_errc wcd_hcs_finish_system(struct wcd_hcs_system *system, struct wcd_error *err)
{
    enum wcd_errc code = WCD_OK;
    hcs_waits_drop(system);
    hcs_processes_forget(system);
    struct hcs_why why = {.hr = release(system)};
    if (plat_failed(why.hr)) {
        code = hcs_system_error(system->hcs, system->id, HCS_CLOSE, &why, err);
    }
    hcs_system_free(system);
    return code;
}

void wcd_hcs_close_system(struct wcd_hcs_system *system)
{
    if (system == NULL) {
        return;
    }
    hcs_waits_drop(system);
    hcs_processes_forget(system);
    (void)release(system);
    hcs_system_free(system);
}

/* ---- calls ---- */

/* 0.11's Container.Shutdown and Terminate say "pending" for all that will have an exit, or had one. */
static enum wcd_errc stop(struct wcd_hcs_system *system, enum hcs_op op, plat_hr hr,
                          const char *result, const char *pending_op, struct wcd_error *err)
{
    const struct wcd_hcs *hcs = system->hcs;
    struct hcs_why why = {.hr = hr, .result = result};
    if (hcs->generation->stop_means_pending &&
        (plat_hcs_accepted(hr) || plat_hcs_same(hr, PLAT_HCS_SYSTEM_ALREADY_STOPPED) ||
         plat_hcs_same(hr, PLAT_HCS_SYSTEM_NOT_FOUND))) {
        struct hcs_why pending = {.hr = PLAT_HCS_OPERATION_PENDING};
        return hcs_named_error(hcs, system->id, pending_op, &pending, err);
    }
    return plat_succeeded(hr) ? WCD_OK : hcs_system_error(hcs, system->id, op, &why, err);
}

enum wcd_errc wcd_hcs_shutdown(struct wcd_hcs_system *system, struct wcd_error *err)
{
    const struct plat_hcs *service = hcs_service(system->hcs);
    char *result = NULL;
    plat_hr hr = service->ops->shutdown_system(service->ctx, system->handle, "", &result);
    enum wcd_errc code =
        stop(system, HCS_SHUTDOWN, hr, result, system->hcs->generation->shutdown_pending, err);
    free(result);
    return code;
}

enum wcd_errc wcd_hcs_terminate(struct wcd_hcs_system *system, struct wcd_error *err)
{
    const struct plat_hcs *service = hcs_service(system->hcs);
    char *result = NULL;
    plat_hr hr = service->ops->terminate_system(service->ctx, system->handle, "", &result);
    enum wcd_errc code =
        stop(system, HCS_TERMINATE, hr, result, system->hcs->generation->terminate_pending, err);
    free(result);
    return code;
}

/* 2017's hcsshim names what it asked for. */
static const char *properties_operation(const struct wcd_hcs *hcs, const char *query)
{
    static const struct query_name {
        const char *property;
        const char *op;
    } names[] = {
        {"\"PendingUpdates\"", "HasPendingUpdates"},
        {"\"Statistics\"", "Statistics"},
        {"\"ProcessList\"", "ProcessList"},
        {"\"MappedVirtualDisk\"", "MappedVirtualDisks"},
    };
    for (size_t i = 0; hcs->generation->names_queries && i < sizeof(names) / sizeof(names[0]);
         i++) {
        if (strstr(query, names[i].property) != NULL) {
            return names[i].op;
        }
    }
    return hcs->generation->ops[HCS_PROPERTIES];
}

enum wcd_errc hcs_read_properties(struct wcd_hcs_system *system, const char *query, bool bare,
                                  struct wcd_json **out, struct wcd_error *err)
{
    const struct wcd_hcs *hcs = system->hcs;
    const struct plat_hcs *service = hcs_service(hcs);
    struct wcd_json_fault fault;
    struct hcs_why why = {0};
    char *properties = NULL;
    char *result = NULL;
    enum wcd_errc code = WCD_OK;
    *out = NULL;
    why.hr =
        service->ops->system_properties(service->ctx, system->handle, query, &properties, &result);
    why.result = result;
    if (plat_succeeded(why.hr)) {
        *out = properties == NULL ? NULL : wcd_json_parse(properties, strlen(properties), &fault);
        why.fault = wcd_json_is(*out, WCD_JSON_OBJECT) ? HCS_NO_FAULT : HCS_FAULT_VALUE;
    }
    if (plat_failed(why.hr) || why.fault != HCS_NO_FAULT) {
        wcd_json_free(*out);
        *out = NULL;
        code = bare ? hcs_system_error(hcs, system->id, HCS_FIRST_PROPERTIES, &why, err)
                    : hcs_named_error(hcs, system->id, properties_operation(hcs, query), &why, err);
    }
    free(properties);
    free(result);
    return code;
}

enum wcd_errc wcd_hcs_properties(struct wcd_hcs_system *system, const char *query,
                                 struct wcd_json **out, struct wcd_error *err)
{
    return hcs_read_properties(system, query, false, out, err);
}

enum wcd_errc wcd_hcs_modify(struct wcd_hcs_system *system, const char *document,
                             struct wcd_error *err)
{
    const struct plat_hcs *service = hcs_service(system->hcs);
    struct hcs_why why = {0};
    char *result = NULL;
    enum wcd_errc code = WCD_OK;
    why.hr = service->ops->modify_system(service->ctx, system->handle, document, &result);
    why.result = result;
    if (!plat_hcs_accepted(why.hr)) {
        code = hcs_system_error(system->hcs, system->id, HCS_MODIFY, &why, err);
    }
    free(result);
    return code;
}
