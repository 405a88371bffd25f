/* Callbacks of Windows' services: all that one does is post an event.
 *
 * The address of a registration is the context of its callback, so it stays valid as long as the machine does;
 * one that Windows has forgotten is used again for the next. A callback that comes although it was unregistered
 * finds it closed. */
#include "real/win32_internal.h"

#include <stdlib.h>

enum registration_state {
    FREE,  /* may be used again */
    OPEN,  /* posts */
    CLOSED /* silent, Windows may still call */
};

struct win32_registration {
    struct win32_registrations *owner;
    struct win32_registration *next;
    enum registration_state state;
    enum win32_registration_kind kind;
    plat_handle object;
    plat_handle number;
    void *handle; /* Windows' own */
    struct plat_event_sink sink;
    uint64_t key;
};

void win32_registrations_init(struct win32_registrations *registrations)
{
    *registrations = (struct win32_registrations){.all = NULL};
    InitializeSRWLock(&registrations->lock);
}

void win32_registrations_release(struct win32_registrations *registrations)
{
    while (registrations->all != NULL) {
        struct win32_registration *next = registrations->all->next;
        free(registrations->all);
        registrations->all = next;
    }
}

static struct win32_registration *find_free(const struct win32_registrations *registrations)
{
    struct win32_registration *at = registrations->all;
    while (at != NULL && at->state != FREE) {
        at = at->next;
    }
    return at;
}

plat_hr win32_registration_open(struct win32_registrations *registrations,
                                enum win32_registration_kind kind, plat_handle object,
                                struct plat_event_sink sink, uint64_t key,
                                struct win32_registration **out)
{
    AcquireSRWLockExclusive(&registrations->lock);
    struct win32_registration *place = find_free(registrations);
    if (place == NULL) {
        place = calloc(1, sizeof(*place));
        if (place != NULL) {
            place->owner = registrations;
            place->next = registrations->all;
            registrations->all = place;
        }
    }
    if (place != NULL) {
        place->state = OPEN;
        place->kind = kind;
        place->object = object;
        place->number = ++registrations->last_number;
        place->handle = NULL;
        place->sink = sink;
        place->key = key;
    }
    ReleaseSRWLockExclusive(&registrations->lock);
    *out = place;
    return place != NULL ? PLAT_S_OK : PLAT_E_OUTOFMEMORY;
}

plat_handle win32_registration_keep(struct win32_registration *registration, void *handle)
{
    AcquireSRWLockExclusive(&registration->owner->lock);
    registration->handle = handle;
    plat_handle number = registration->number;
    ReleaseSRWLockExclusive(&registration->owner->lock);
    return number;
}

plat_hr win32_registration_close(struct win32_registrations *registrations,
                                 enum win32_registration_kind kind, plat_handle number,
                                 struct win32_registration **out, void **handle)
{
    *out = NULL;
    *handle = NULL;
    AcquireSRWLockExclusive(&registrations->lock);
    for (struct win32_registration *at = registrations->all; at != NULL; at = at->next) {
        if (at->state == OPEN && at->kind == kind && at->number == number) {
            at->state = CLOSED;
            *out = at;
            *handle = at->handle;
            break;
        }
    }
    ReleaseSRWLockExclusive(&registrations->lock);
    return *out != NULL ? PLAT_S_OK : plat_hr_win32(PLAT_ERROR_INVALID_HANDLE);
}

void win32_registrations_closed(struct win32_registrations *registrations,
                                enum win32_registration_kind kind, plat_handle object)
{
    AcquireSRWLockExclusive(&registrations->lock);
    for (struct win32_registration *at = registrations->all; at != NULL; at = at->next) {
        if (at->state == OPEN && at->kind == kind && at->object == object) {
            at->state = CLOSED;
        }
    }
    ReleaseSRWLockExclusive(&registrations->lock);
}

void win32_registration_forget(struct win32_registration *registration)
{
    AcquireSRWLockExclusive(&registration->owner->lock);
    registration->state = FREE;
    ReleaseSRWLockExclusive(&registration->owner->lock);
}

void CALLBACK win32_notified(DWORD type, void *ctx, HRESULT status, PCWSTR data)
{
    struct win32_registration *registration = ctx;
    char *text = win32_text_lossy(data);
    AcquireSRWLockExclusive(&registration->owner->lock);
    if (registration->state == OPEN) {
        struct plat_event event = {.kind = registration->kind == WIN32_OF_HCN ? PLAT_EVENT_HCN
                                                                              : PLAT_EVENT_HCS,
                                   .key = registration->key,
                                   .type = type,
                                   .status = status,
                                   .data = text};
        text = NULL;
        (void)registration->sink.post(registration->sink.ctx, &event);
    }
    ReleaseSRWLockExclusive(&registration->owner->lock);
    free(text);
}
