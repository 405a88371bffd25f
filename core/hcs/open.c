/* How a compute system comes into the client's hands: created, or opened. */
#include "core/hcs/internal.h"

#include "core/base/text.h"

#include <stdlib.h>

static const struct wcd_error no_error = WCD_ERROR_INIT;

/* hcsshim asks for the properties of each system it got, and gives up the handle when it gets none. */
static enum wcd_errc check_properties(struct wcd_hcs_system *system, struct wcd_error *err)
{
    struct wcd_json *properties = NULL;
    if (!system->hcs->generation->asks_properties) {
        return WCD_OK;
    }
    enum wcd_errc code = hcs_read_properties(system, "{}", true, &properties, err);
    wcd_json_free(properties);
    return code;
}

enum wcd_errc wcd_hcs_open_system(struct wcd_hcs *hcs, const char *id, struct wcd_hcs_system **out,
                                  struct wcd_error *err)
{
    const struct plat_hcs *service = hcs_service(hcs);
    struct wcd_hcs_system *system = hcs_system_new(hcs, id);
    struct hcs_why why = {0};
    char *result = NULL;
    enum wcd_errc code = WCD_OK;
    *out = NULL;
    if (system == NULL) {
        return wcd_error_no_memory(err);
    }
    why.hr = service->ops->open_system(service->ctx, id, &system->handle, &result);
    why.result = result;
    if (plat_succeeded(why.hr)) {
        why.result = NULL;
        why.hr = hcs_system_register(system);
    }
    code = plat_failed(why.hr) ? hcs_system_error(hcs, id, HCS_OPEN, &why, err)
                               : check_properties(system, err);
    free(result);
    if (code != WCD_OK) {
        wcd_hcs_close_system(system);
        return code;
    }
    *out = system;
    return WCD_OK;
}

static void terminate_quietly(const struct wcd_hcs_system *system)
{
    const struct plat_hcs *service = hcs_service(system->hcs);
    char *result = NULL;
    (void)service->ops->terminate_system(service->ctx, system->handle, "", &result);
    free(result);
}

/* Reports a creation's end, and hands the system over when it went well. */
static void report_created(void *ctx)
{
    struct wcd_hcs_system *system = ctx;
    struct hcs_pending *create = &system->pending[HCS_PENDING_CREATE];
    wcd_hcs_created *created = system->created;
    void *created_ctx = create->ctx;
    struct wcd_error err = WCD_ERROR_INIT;
    create->active = false;
    wcd_text_replace(&system->document, NULL);
    if (create->error.code == WCD_OK) {
        created(created_ctx, system, &no_error);
        return;
    }
    wcd_error_move(&err, &create->error);
    hcs_system_free(system);
    created(created_ctx, NULL, &err);
    wcd_error_release(&err);
}

void hcs_create_ended(struct wcd_hcs_system *system, const struct hcs_why *why)
{
    struct hcs_pending *create = &system->pending[HCS_PENDING_CREATE];
    struct hcs_why whole;
    create->waiting = false;
    wcd_timer_cancel(&create->timer);
    if (why != NULL) {
        whole = *why;
        whole.document = system->document;
        (void)hcs_system_error(system->hcs, system->id, HCS_CREATE, &whole, &create->error);
        if (why->fault == HCS_FAULT_TIMEOUT) {
            terminate_quietly(system);
        }
    } else {
        (void)check_properties(system, &create->error);
    }
    if (create->error.code != WCD_OK) {
        hcs_system_release(system);
    }
    wcd_reactor_defer(system->hcs->options.reactor, &create->task, report_created, system);
}

static void create_timeout(void *ctx)
{
    struct hcs_why why = {.fault = HCS_FAULT_TIMEOUT};
    hcs_create_ended(ctx, &why);
}

/* The service took the request: from here on the completion is waited for. */
static enum wcd_errc watch_creation(struct wcd_hcs_system *system, bool is_pending,
                                    struct wcd_error *err)
{
    struct hcs_pending *create = &system->pending[HCS_PENDING_CREATE];
    struct hcs_why why = {.hr = hcs_system_register(system)};
    enum wcd_errc code = WCD_OK;
    if (plat_failed(why.hr)) {
        code = hcs_system_error(system->hcs, system->id, HCS_CREATE, &why, err);
    } else if (is_pending) {
        create->waiting = true;
        code = wcd_timer_set(system->hcs->options.reactor, &create->timer, WCD_HCS_TIMEOUT_US,
                             create_timeout, system, err);
    }
    if (code != WCD_OK) {
        terminate_quietly(system);
    } else if (!is_pending) {
        hcs_create_ended(system, NULL);
    }
    return code;
}

enum wcd_errc wcd_hcs_create_system(struct wcd_hcs *hcs, const char *id, const char *document,
                                    wcd_hcs_created *done, void *ctx, struct wcd_error *err)
{
    const struct plat_hcs *service = hcs_service(hcs);
    struct wcd_hcs_system *system = hcs_system_new(hcs, id);
    char *result = NULL;
    enum wcd_errc code = WCD_OK;
    if (system == NULL || (system->document = wcd_text_copy(document)) == NULL) {
        hcs_system_free(system);
        return wcd_error_no_memory(err);
    }
    system->created = done;
    system->pending[HCS_PENDING_CREATE].ctx = ctx;
    system->pending[HCS_PENDING_CREATE].active = true;
    struct hcs_why why = {.document = document};
    why.hr = service->ops->create_system(service->ctx, id, document, &system->handle, &result);
    why.result = result;
    code = plat_hcs_accepted(why.hr)
               ? watch_creation(system, why.hr == PLAT_HCS_OPERATION_PENDING, err)
               : hcs_system_error(hcs, id, HCS_CREATE, &why, err);
    free(result);
    if (code != WCD_OK) {
        wcd_hcs_close_system(system);
    }
    return code;
}
