/* Notifications: who is told, and what waits until somebody asks to be told. The rules are N1 to N9
 * of core/platform/hcs.h. */
#include "fakes/host/internal.h"

#include "core/base/assert.h"

#include <stdlib.h>
#include <string.h>

/* Posts one event. A text that finds no memory is left out: clients know it may be missing. */
static void notify_post(struct fake_host *host, const struct fake_hcs_registration *registration,
                        uint32_t type, plat_hr status, const char *data)
{
    struct plat_event event = {
        .kind = PLAT_EVENT_HCS,
        .key = registration->key,
        .type = type,
        .status = status,
        .data = data == NULL ? NULL : wcd_text_copy(data),
    };
    if (!registration->sink.post(registration->sink.ctx, &event)) {
        fake_misuse(host, "HCS: the sink refused notification 0x%08x of registration %llu", type,
                    (unsigned long long)registration->id);
    }
}

static void notify_forget(struct fake_hcs_handle *handle, uint32_t at)
{
    free(handle->kept[at].data);
    handle->kept_count--;
    size_t after = handle->kept_count - at;
    memmove(&handle->kept[at], &handle->kept[at + 1], after * sizeof(handle->kept[0]));
}

/* Keeps the newest of each type. */
static void notify_keep(struct fake_hcs_handle *handle, uint32_t type, plat_hr status,
                        const char *data)
{
    for (uint32_t i = 0; i < handle->kept_count; i++) {
        if (handle->kept[i].type == type) {
            notify_forget(handle, i);
            break;
        }
    }
    WCD_ASSERT(handle->kept_count < FAKE_HCS_NOTES_MAX);
    handle->kept[handle->kept_count++] = (struct fake_hcs_note){
        .type = type, .status = status, .data = data == NULL ? NULL : wcd_text_copy(data)};
}

void fake_hcs_handle_tell(struct fake_host *host, const struct fake_hcs_handle *handle,
                          uint32_t type, plat_hr status, const char *data)
{
    for (const struct fake_hcs_registration *at = handle->registrations; at != NULL;
         at = at->next) {
        notify_post(host, at, type, status, data);
    }
}

static void notify_handle(struct fake_host *host, struct fake_hcs_handle *handle, bool keep,
                          uint32_t type, plat_hr status, const char *data)
{
    if (handle->registrations == NULL && keep) {
        notify_keep(handle, type, status, data);
    }
    fake_hcs_handle_tell(host, handle, type, status, data);
}

/* Is it one of the types that wait for a registration? */
static bool notify_is_kept(const struct fake_system *system, const struct fake_hcs_handle *handle,
                           uint32_t type)
{
    switch (type) {
    case PLAT_HCS_SYSTEM_EXITED:
        return true;
    case PLAT_HCS_SYSTEM_CREATE_COMPLETED:
    case PLAT_HCS_SYSTEM_START_COMPLETED:
    case PLAT_HCS_SYSTEM_PAUSE_COMPLETED:
    case PLAT_HCS_SYSTEM_RESUME_COMPLETED:
    case PLAT_HCS_SYSTEM_SAVE_COMPLETED:
        return handle->id == system->asked_by;
    default:
        return false;
    }
}

void fake_system_tell(struct fake_system *system, uint32_t type, plat_hr status, const char *data)
{
    for (struct fake_hcs_handle *at = system->handles; at != NULL; at = at->next) {
        if (type != PLAT_HCS_SYSTEM_CREATE_COMPLETED || at->creator) {
            notify_handle(system->host, at, notify_is_kept(system, at, type), type, status, data);
        }
    }
}

void fake_hcs_process_tell(struct fake_host *host, struct fake_hcs_process *process, uint32_t type,
                           plat_hr status, const char *data)
{
    for (struct fake_hcs_handle *at = process->handles; at != NULL; at = at->next) {
        notify_handle(host, at, type == PLAT_HCS_PROCESS_EXITED, type, status, data);
    }
}

/* ---- registrations ---- */

static plat_hr notify_register(struct fake_host *host, enum fake_handle_kind kind,
                               struct fake_hcs_handle *handle, struct plat_event_sink sink,
                               uint64_t key, plat_handle *out)
{
    struct fake_hcs_registration *registration = calloc(1, sizeof(*registration));
    if (registration == NULL) {
        return PLAT_E_OUTOFMEMORY;
    }
    const struct fake_handle *registered = fake_handles_find(&host->handles, handle->id);
    const struct fake_handle *entry = fake_handles_open(
        &host->handles, kind, registration, 0, fake_hcs_label("callback of ", registered->label));
    if (entry == NULL) {
        free(registration);
        return PLAT_E_OUTOFMEMORY;
    }
    *registration =
        (struct fake_hcs_registration){.handle = handle, .id = entry->id, .sink = sink, .key = key};
    *out = entry->id;
    struct fake_hcs_registration **link = &handle->registrations;
    while (*link != NULL) {
        link = &(*link)->next;
    }
    *link = registration;
    while (handle->kept_count > 0) {
        const struct fake_hcs_note *note = &handle->kept[0];
        notify_post(host, registration, note->type, note->status, note->data);
        notify_forget(handle, 0);
    }
    return PLAT_S_OK;
}

/* The handle that is to be registered. One from before the service stopped is of no use. */
static plat_hr notify_begin(struct fake_host *host, enum fake_handle_kind kind, plat_handle id,
                            const char *function, struct fake_hcs_handle **out)
{
    *out = NULL;
    plat_hr hr = fake_hcs_begin(host);
    if (plat_failed(hr)) {
        return hr;
    }
    const struct fake_handle *entry = fake_handle_use(host, kind, id, function);
    if (entry == NULL) {
        return plat_hr_win32(PLAT_ERROR_INVALID_HANDLE);
    }
    struct fake_hcs_handle *handle = entry->object;
    if (handle->system == NULL && handle->process == NULL) {
        return plat_hr_win32(PLAT_ERROR_INVALID_HANDLE);
    }
    *out = handle;
    return PLAT_S_OK;
}

plat_hr fake_hcs_register_system(void *ctx, plat_handle id, struct plat_event_sink sink,
                                 uint64_t key, plat_handle *out)
{
    struct fake_host *host = ctx;
    struct fake_hcs_handle *handle = NULL;
    *out = PLAT_NO_HANDLE;
    plat_hr hr =
        notify_begin(host, FAKE_HANDLE_HCS_SYSTEM, id, "HcsRegisterComputeSystemCallback", &handle);
    if (plat_failed(hr)) {
        return hr;
    }
    struct fake_system *system = handle->system;
    if (system->registration_count == FAKE_HCS_REGISTRATIONS_MAX) {
        return PLAT_HCS_TOO_MANY_NOTIFICATIONS;
    }
    hr = notify_register(host, FAKE_HANDLE_HCS_SYSTEM_CALLBACK, handle, sink, key, out);
    system->registration_count += plat_succeeded(hr) ? 1 : 0;
    return hr;
}

plat_hr fake_hcs_register_process(void *ctx, plat_handle id, struct plat_event_sink sink,
                                  uint64_t key, plat_handle *out)
{
    struct fake_host *host = ctx;
    struct fake_hcs_handle *handle = NULL;
    *out = PLAT_NO_HANDLE;
    plat_hr hr =
        notify_begin(host, FAKE_HANDLE_HCS_PROCESS, id, "HcsRegisterProcessCallback", &handle);
    if (plat_succeeded(hr)) {
        hr = notify_register(host, FAKE_HANDLE_HCS_PROCESS_CALLBACK, handle, sink, key, out);
    }
    return hr;
}

/* The service has no part in it, so it works whatever became of it. */
static plat_hr notify_unregister(struct fake_host *host, enum fake_handle_kind kind, plat_handle id,
                                 const char *function)
{
    if (!fake_os_has_dll(host, FAKE_HCS_DLL)) {
        return plat_hr_win32(PLAT_ERROR_MOD_NOT_FOUND);
    }
    const struct fake_handle *entry = fake_handle_use(host, kind, id, function);
    if (entry == NULL) {
        return plat_hr_win32(PLAT_ERROR_INVALID_HANDLE);
    }
    struct fake_hcs_registration *registration = entry->object;
    struct fake_hcs_handle *handle = registration->handle;
    struct fake_hcs_registration **link = &handle->registrations;
    while (*link != registration) {
        link = &(*link)->next;
    }
    *link = registration->next;
    if (handle->system != NULL) {
        handle->system->registration_count--;
    }
    free(registration);
    fake_handles_close(&host->handles, id);
    return PLAT_S_OK;
}

plat_hr fake_hcs_unregister_system(void *ctx, plat_handle registration)
{
    return notify_unregister(ctx, FAKE_HANDLE_HCS_SYSTEM_CALLBACK, registration,
                             "HcsUnregisterComputeSystemCallback");
}

plat_hr fake_hcs_unregister_process(void *ctx, plat_handle registration)
{
    return notify_unregister(ctx, FAKE_HANDLE_HCS_PROCESS_CALLBACK, registration,
                             "HcsUnregisterProcessCallback");
}
