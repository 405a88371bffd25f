/* Registered callbacks; see callback.h. */
#include "fakes/dll/callback.h"

#include "fakes/dll/text.h"

#include <stdlib.h>

struct note {
    struct note *next;
    uint64_t number; /* ascending, in the order of the causes */
    uint32_t type;
    plat_hr status;
    char *data;
};

struct fake_dll_callback {
    struct fake_dll_callback *next; /* of the DLL's */
    struct fake_dll *dll;
    enum fake_dll_object kind;
    plat_handle registration;
    fake_dll_notify notify;
    void *ctx;
    PTP_WORK work;
    unsigned references; /* the DLL's list, the work that is submitted, who unregisters */
    bool submitted;
    bool running;
    bool ended;
    DWORD thread;    /* that it runs on */
    uint64_t number; /* of the note that it runs with */
    struct note *first;
    struct note *last;
};

static void note_free(struct note *note)
{
    free(note->data);
    free(note);
}

static struct note *take_note(struct fake_dll_callback *callback)
{
    struct note *note = callback->first;
    if (note != NULL) {
        callback->first = note->next;
        if (callback->first == NULL) {
            callback->last = NULL;
        }
    }
    return note;
}

static void release(struct fake_dll_callback *callback)
{
    if (--callback->references > 0) {
        return;
    }
    for (struct note *note = take_note(callback); note != NULL; note = take_note(callback)) {
        note_free(note);
    }
    CloseThreadpoolWork(callback->work);
    free(callback);
}

/* Tells one notification, with the lock let go. */
static void tell(struct fake_dll_callback *callback, struct note *note)
{
    struct fake_dll *dll = callback->dll;
    callback->running = true;
    callback->thread = GetCurrentThreadId();
    callback->number = note->number;
    fake_dll_unlock(dll);
    wchar_t *data = note->data == NULL ? NULL : fake_dll_widen(note->data);
    callback->notify(note->type, callback->ctx, plat_hr_bits(note->status), data);
    free(data);
    note_free(note);
    fake_dll_lock(dll);
    callback->running = false;
    WakeAllConditionVariable(&dll->quiet);
}

/* Is the exit of a process on its way that came before? */
static bool process_exit_before(const struct fake_dll *dll, uint64_t number)
{
    for (const struct fake_dll_callback *at = dll->callbacks; at != NULL; at = at->next) {
        if (at->kind == FAKE_DLL_PROCESS && ((at->running && at->number < number) ||
                                             (at->first != NULL && at->first->number < number))) {
            return true;
        }
    }
    return false;
}

/* The next note to tell. The exit of a system waits for those of processes before it, because clients
 * take it for the end of everything; between all other registrations there is no order. */
static struct note *next_note(struct fake_dll_callback *callback)
{
    while (!callback->ended && callback->first != NULL &&
           callback->first->type == PLAT_HCS_SYSTEM_EXITED &&
           process_exit_before(callback->dll, callback->first->number)) {
        (void)fake_dll_wait(callback->dll, &callback->dll->quiet, INFINITE);
    }
    return callback->ended ? NULL : take_note(callback);
}

static void CALLBACK work_off(PTP_CALLBACK_INSTANCE instance, void *ctx, PTP_WORK work)
{
    (void)instance;
    (void)work;
    struct fake_dll_callback *callback = ctx;
    struct fake_dll *dll = callback->dll;
    fake_dll_lock(dll);
    struct note *note = NULL;
    while ((note = next_note(callback)) != NULL) {
        tell(callback, note);
    }
    callback->submitted = false;
    release(callback);
    fake_dll_unlock(dll);
}

/* The emulator's sink; the lock is held. */
static bool post(void *ctx, struct plat_event *event)
{
    struct fake_dll_callback *callback = ctx;
    struct note *note = callback->ended ? NULL : calloc(1, sizeof(*note));
    if (note == NULL) {
        free(event->data);
        event->data = NULL;
        return false;
    }
    note->number = ++callback->dll->notes;
    note->type = event->type;
    note->status = event->status;
    note->data = event->data;
    event->data = NULL;
    if (callback->last != NULL) {
        callback->last->next = note;
    } else {
        callback->first = note;
    }
    callback->last = note;
    if (!callback->submitted) {
        callback->submitted = true;
        callback->references++;
        SubmitThreadpoolWork(callback->work);
    }
    return true;
}

plat_hr fake_dll_callback_register(struct fake_dll *dll, enum fake_dll_object kind,
                                   plat_handle object, fake_dll_notify notify, void *ctx,
                                   plat_handle *out)
{
    const struct plat_hcs *hcs = &dll->platform.hcs;
    *out = PLAT_NO_HANDLE;
    struct fake_dll_callback *callback = calloc(1, sizeof(*callback));
    if (callback == NULL) {
        return PLAT_E_OUTOFMEMORY;
    }
    callback->work = CreateThreadpoolWork(work_off, callback, NULL);
    if (callback->work == NULL) {
        free(callback);
        return PLAT_E_OUTOFMEMORY;
    }
    callback->dll = dll;
    callback->kind = kind;
    callback->notify = notify;
    callback->ctx = ctx;
    callback->references = 1;
    struct plat_event_sink sink = {.post = post, .ctx = callback};
    plat_hr hr = kind == FAKE_DLL_SYSTEM
                     ? hcs->ops->register_system(hcs->ctx, object, sink, 0, out)
                     : hcs->ops->register_process(hcs->ctx, object, sink, 0, out);
    if (plat_failed(hr)) {
        callback->ended = true;
        release(callback);
        return hr;
    }
    callback->registration = *out;
    callback->next = dll->callbacks;
    dll->callbacks = callback;
    return hr;
}

/* Takes it from the list; the list's reference goes to the caller. */
static struct fake_dll_callback *unlist(struct fake_dll *dll, enum fake_dll_object kind,
                                        plat_handle registration)
{
    for (struct fake_dll_callback **at = &dll->callbacks; *at != NULL; at = &(*at)->next) {
        struct fake_dll_callback *callback = *at;
        if (callback->registration == registration && callback->kind == kind) {
            *at = callback->next;
            return callback;
        }
    }
    return NULL;
}

plat_hr fake_dll_callback_unregister(struct fake_dll *dll, enum fake_dll_object kind,
                                     plat_handle registration)
{
    const struct plat_hcs *hcs = &dll->platform.hcs;
    plat_hr hr = kind == FAKE_DLL_SYSTEM ? hcs->ops->unregister_system(hcs->ctx, registration)
                                         : hcs->ops->unregister_process(hcs->ctx, registration);
    /* Whatever the answer: the emulator has no such registration any more, when its handle was closed
     * before, but a callback may be running still. */
    struct fake_dll_callback *callback = unlist(dll, kind, registration);
    if (callback == NULL) {
        return hr;
    }
    callback->ended = true;
    WakeAllConditionVariable(&dll->quiet);
    while (callback->running && callback->thread != GetCurrentThreadId()) {
        (void)fake_dll_wait(dll, &dll->quiet, INFINITE);
    }
    release(callback);
    return hr;
}
