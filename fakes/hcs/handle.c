/* Handles on systems and processes: opened, closed, and what they were open on. */
#include "fakes/host/internal.h"

#include <stdlib.h>
#include <string.h>

static void handle_append(struct fake_hcs_handle **list, struct fake_hcs_handle *handle)
{
    while (*list != NULL) {
        list = &(*list)->next;
    }
    *list = handle;
}

static void handle_remove(struct fake_hcs_handle **list, const struct fake_hcs_handle *handle)
{
    while (*list != handle) {
        list = &(*list)->next;
    }
    *list = handle->next;
}

static struct fake_hcs_handle *handle_new(struct fake_host *host, enum fake_handle_kind kind,
                                          char *label)
{
    struct fake_hcs_handle *handle = calloc(1, sizeof(*handle));
    if (handle == NULL) {
        free(label);
        return NULL;
    }
    const struct fake_handle *entry = fake_handles_open(&host->handles, kind, handle, 0, label);
    if (entry == NULL) {
        free(handle);
        return NULL;
    }
    handle->id = entry->id;
    return handle;
}

char *fake_hcs_label(const char *prefix, const char *id)
{
    return wcd_text_format("%s%s", prefix, id);
}

struct fake_hcs_handle *fake_system_open(struct fake_system *system)
{
    struct fake_hcs_handle *handle =
        handle_new(system->host, FAKE_HANDLE_HCS_SYSTEM, fake_hcs_label("hcs system ", system->id));
    if (handle != NULL) {
        handle->system = system;
        handle_append(&system->handles, handle);
    }
    return handle;
}

struct fake_hcs_handle *fake_hcs_process_open(struct fake_hcs_process *process)
{
    const struct fake_system *system = process->system;
    struct fake_hcs_handle *handle =
        handle_new(system->host, FAKE_HANDLE_HCS_PROCESS,
                   wcd_text_format("hcs process %u of %s", process->pid, system->id));
    if (handle != NULL) {
        handle->process = process;
        handle_append(&process->handles, handle);
    }
    return handle;
}

struct fake_hcs_process *fake_system_process(const struct fake_system *system, uint32_t pid)
{
    struct fake_hcs_process *at = system->processes;
    while (at != NULL && at->pid != pid) {
        at = at->next;
    }
    return at;
}

struct fake_hcs_process *fake_hcs_process_new(struct fake_system *system)
{
    struct fake_hcs_process *process = calloc(1, sizeof(*process));
    if (process != NULL) {
        process->system = system;
        process->next = system->processes;
        system->processes = process;
    }
    return process;
}

void fake_hcs_process_free(struct fake_hcs_process *process)
{
    if (process->guest != NULL) {
        fake_process_forget(process->guest);
    }
    if (process->system != NULL) {
        struct fake_hcs_process **link = &process->system->processes;
        while (*link != process) {
            link = &(*link)->next;
        }
        *link = process->next;
    }
    free(process);
}

void fake_hcs_handle_detach(struct fake_hcs_handle *handle)
{
    struct fake_hcs_process *process = handle->process;
    if (handle->system != NULL) {
        handle_remove(&handle->system->handles, handle);
    }
    if (process != NULL) {
        handle_remove(&process->handles, handle);
        if (process->handles == NULL) {
            fake_hcs_process_free(process);
        }
    }
    handle->system = NULL;
    handle->process = NULL;
}

void fake_hcs_handle_close(struct fake_host *host, struct fake_hcs_handle *handle)
{
    while (handle->registrations != NULL) {
        struct fake_hcs_registration *registration = handle->registrations;
        handle->registrations = registration->next;
        fake_handles_close(&host->handles, registration->id);
        if (handle->system != NULL) {
            handle->system->registration_count--;
        }
        free(registration);
    }
    for (uint32_t i = 0; i < handle->kept_count; i++) {
        free(handle->kept[i].data);
    }
    fake_hcs_handle_detach(handle);
    fake_handles_close(&host->handles, handle->id);
    free(handle);
}

/* The handle of a call that closes it; the service has no part in it. */
static struct fake_hcs_handle *handle_to_close(struct fake_host *host, enum fake_handle_kind kind,
                                               plat_handle id, const char *function, plat_hr *hr)
{
    *hr = PLAT_S_OK;
    if (!fake_os_has_dll(host, FAKE_HCS_DLL)) {
        *hr = plat_hr_win32(PLAT_ERROR_MOD_NOT_FOUND);
        return NULL;
    }
    const struct fake_handle *entry = fake_handle_use(host, kind, id, function);
    if (entry == NULL) {
        *hr = plat_hr_win32(PLAT_ERROR_INVALID_HANDLE);
        return NULL;
    }
    struct fake_hcs_handle *handle = entry->object;
    if (handle->registrations != NULL) {
        fake_misuse(host, "%s: %s (handle %llu) still has a registration", function, entry->label,
                    (unsigned long long)id);
    }
    return handle;
}

plat_hr fake_hcs_open(void *ctx, const char *id, plat_handle *out, char **result)
{
    struct fake_host *host = ctx;
    *out = PLAT_NO_HANDLE;
    *result = NULL;
    plat_hr hr = fake_hcs_begin(host);
    if (plat_failed(hr)) {
        return hr;
    }
    struct fake_system *system = fake_hcs_find(host, id);
    enum fake_hcs_answer answer = FAKE_HCS_NOT_FOUND;
    if (system != NULL) {
        answer = fake_hcs_may(FAKE_HCS_OPEN, system->kind, system->state);
    }
    hr = fake_hcs_answer_hr(answer);
    if (system != NULL && plat_succeeded(hr)) {
        const struct fake_hcs_handle *handle = fake_system_open(system);
        hr = handle == NULL ? PLAT_E_OUTOFMEMORY : PLAT_S_OK;
        *out = handle == NULL ? PLAT_NO_HANDLE : handle->id;
    }
    return fake_hcs_answer(host, hr, NULL, result);
}

plat_hr fake_hcs_close(void *ctx, plat_handle id)
{
    struct fake_host *host = ctx;
    plat_hr hr = PLAT_S_OK;
    struct fake_hcs_handle *handle =
        handle_to_close(host, FAKE_HANDLE_HCS_SYSTEM, id, "HcsCloseComputeSystem", &hr);
    if (handle == NULL) {
        return hr;
    }
    struct fake_system *system = handle->system;
    fake_hcs_handle_close(host, handle);
    if (system != NULL && system->handles == NULL) {
        fake_system_let_go(system);
    }
    return PLAT_S_OK;
}

plat_hr fake_hcs_close_process(void *ctx, plat_handle id)
{
    plat_hr hr = PLAT_S_OK;
    struct fake_hcs_handle *handle =
        handle_to_close(ctx, FAKE_HANDLE_HCS_PROCESS, id, "HcsCloseProcess", &hr);
    if (handle != NULL) {
        fake_hcs_handle_close(ctx, handle);
    }
    return hr;
}
