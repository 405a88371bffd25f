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
    struct fake_dll_callback *next; /* of the front's */
    struct fake_dll_side *side;
    enum fake_dll_object kind;
    plat_handle object;       /* as the platform has it */
    uint64_t system;          /* that the object is, or is in */
    plat_handle registration; /* as the client has it; none before the platform has answered */
    fake_dll_notify notify;
    void *ctx;
    PTP_WORK work;
    unsigned references; /* the front's list, the work that is submitted, who registers */
    bool submitted;
    bool running;
    bool ended;
    bool closed;     /* with its object, while it was running: goes when it has returned */
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

static void drop_notes(struct fake_dll_callback *callback)
{
    for (struct note *note = take_note(callback); note != NULL; note = take_note(callback)) {
        note_free(note);
    }
}

static void release(struct fake_dll_callback *callback)
{
    if (--callback->references > 0) {
        return;
    }
    drop_notes(callback);
    CloseThreadpoolWork(callback->work);
    fake_dll_side_release(callback->side);
    free(callback);
}

/* Nothing is told from now on, though the platform may know of it still. */
static void end(struct fake_dll_callback *callback)
{
    callback->ended = true;
    drop_notes(callback);
    fake_dll_quieter();
}

/* Takes it from the list and ends it; the list's reference goes to the caller. */
static void unlist(struct fake_dll_callback **at)
{
    struct fake_dll_callback *callback = *at;
    *at = callback->next;
    end(callback);
}

static struct fake_dll_callback **find(const struct fake_dll_callback *callback)
{
    struct fake_dll_callback **at = &fake_dll.callbacks;
    while (*at != NULL && *at != callback) {
        at = &(*at)->next;
    }
    return at;
}

/* Tells one notification, with the lock let go. */
static void tell(struct fake_dll_callback *callback, struct note *note)
{
    callback->running = true;
    callback->thread = GetCurrentThreadId();
    callback->number = note->number;
    fake_dll_unlock();
    wchar_t *data = note->data == NULL ? NULL : fake_dll_widen(note->data);
    callback->notify(note->type, callback->ctx, plat_hr_bits(note->status), data);
    free(data);
    note_free(note);
    fake_dll_lock();
    callback->running = false;
    fake_dll_quieter();
}

static bool may_share_system(const struct fake_dll_callback *one,
                             const struct fake_dll_callback *other)
{
    return one->side == other->side &&
           (one->system == other->system || one->system == FAKE_DLL_SYSTEM_UNKNOWN ||
            other->system == FAKE_DLL_SYSTEM_UNKNOWN);
}

/* Is what came before from a process of this system, its exit at the end, still on its way? */
static bool process_exit_before(const struct fake_dll_callback *callback, uint64_t number)
{
    for (const struct fake_dll_callback *at = fake_dll.callbacks; at != NULL; at = at->next) {
        if (at->kind == FAKE_DLL_PROCESS && may_share_system(at, callback) &&
            ((at->running && at->number < number) ||
             (at->first != NULL && at->first->number < number))) {
            return true;
        }
    }
    return false;
}

/* The next note to tell. The exit of a system waits for those of its processes before it, because clients
 * take it for the end of everything; between all other registrations there is no order. */
static struct note *next_note(struct fake_dll_callback *callback)
{
    while (!callback->ended && callback->first != NULL &&
           callback->first->type == PLAT_HCS_SYSTEM_EXITED &&
           process_exit_before(callback, callback->first->number)) {
        (void)fake_dll_wait(INFINITE);
    }
    return callback->ended ? NULL : take_note(callback);
}

static void CALLBACK work_off(PTP_CALLBACK_INSTANCE instance, void *ctx, PTP_WORK work)
{
    (void)instance;
    (void)work;
    struct fake_dll_callback *callback = ctx;
    fake_dll_lock();
    struct note *note = NULL;
    while ((note = next_note(callback)) != NULL) {
        tell(callback, note);
    }
    callback->submitted = false;
    struct fake_dll_callback **at = find(callback);
    if (callback->closed && *at != NULL) {
        unlist(at);
        callback->references--; /* the list's; the work's is left */
    }
    release(callback);
    fake_dll_quieter();
    fake_dll_unlock();
}

static void queue_note(struct fake_dll_callback *callback, struct note *note)
{
    note->number = ++fake_dll.notes;
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
}

/* The platform's sink. */
static bool post(void *ctx, struct plat_event *event)
{
    struct fake_dll_callback *callback = ctx;
    struct note *note = calloc(1, sizeof(*note));
    fake_dll_lock();
    bool taken = note != NULL && !callback->ended;
    if (taken) {
        note->type = event->type;
        note->status = event->status;
        note->data = event->data;
        event->data = NULL;
        queue_note(callback, note);
    }
    fake_dll_unlock();
    if (!taken) {
        free(note);
    }
    free(event->data);
    event->data = NULL;
    return taken;
}

/* ---- registering ---- */

static struct fake_dll_callback *make_callback(struct fake_dll_side *side,
                                               enum fake_dll_object kind, plat_handle object,
                                               fake_dll_notify notify, void *ctx)
{
    struct fake_dll_callback *callback = calloc(1, sizeof(*callback));
    if (callback == NULL) {
        return NULL;
    }
    callback->work = CreateThreadpoolWork(work_off, callback, NULL);
    if (callback->work == NULL) {
        free(callback);
        return NULL;
    }
    callback->side = side;
    callback->kind = kind;
    callback->object = object;
    callback->system = fake_dll_object_origin(side, kind, object).system;
    callback->notify = notify;
    callback->ctx = ctx;
    callback->references = 2;
    fake_dll_lock();
    fake_dll_side_hold(side);
    callback->next = fake_dll.callbacks;
    fake_dll.callbacks = callback;
    fake_dll_unlock();
    return callback;
}

plat_hr fake_dll_callback_register(struct fake_dll_side *side, enum fake_dll_object kind,
                                   plat_handle object, fake_dll_notify notify, void *ctx,
                                   plat_handle *out)
{
    const struct plat_hcs *hcs = &side->backend.platform.hcs;
    *out = PLAT_NO_HANDLE;
    /* On the list before the platform knows of it: what it tells may come before its answer. */
    struct fake_dll_callback *callback = make_callback(side, kind, object, notify, ctx);
    if (callback == NULL) {
        return PLAT_E_OUTOFMEMORY;
    }
    struct plat_event_sink sink = {.post = post, .ctx = callback};
    plat_hr hr = kind == FAKE_DLL_SYSTEM
                     ? hcs->ops->register_system(hcs->ctx, object, sink, 0, out)
                     : hcs->ops->register_process(hcs->ctx, object, sink, 0, out);
    *out = fake_dll_tagged(side, *out);
    fake_dll_lock();
    callback->registration = *out;
    struct fake_dll_callback **at = find(callback);
    if (plat_failed(hr) && *at != NULL) {
        unlist(at);
        callback->references--; /* the list's; ours is the last one or that of the work is */
    }
    release(callback);
    fake_dll_unlock();
    return hr;
}

static void wait_until_it_returned(const struct fake_dll_callback *callback)
{
    while (callback->running && callback->thread != GetCurrentThreadId()) {
        (void)fake_dll_wait(INFINITE);
    }
}

static struct fake_dll_callback **find_registered(enum fake_dll_object kind,
                                                  plat_handle registration)
{
    struct fake_dll_callback **at = &fake_dll.callbacks;
    while (*at != NULL && (registration == PLAT_NO_HANDLE || (*at)->kind != kind ||
                           (*at)->registration != registration)) {
        at = &(*at)->next;
    }
    return at;
}

struct fake_dll_side *fake_dll_callback_side(enum fake_dll_object kind, plat_handle registration)
{
    fake_dll_lock();
    struct fake_dll_callback *callback = *find_registered(kind, registration);
    struct fake_dll_side *side = callback == NULL ? NULL : callback->side;
    if (side != NULL) {
        fake_dll_side_hold(side);
    }
    fake_dll_unlock();
    return side;
}

/* A platform that refused may go on posting to it, so it stays on the list then, until it is asked again
 * or its side is dropped. */
static void end_callback(enum fake_dll_object kind, plat_handle registration, bool refused)
{
    fake_dll_lock();
    struct fake_dll_callback **at = find_registered(kind, registration);
    struct fake_dll_callback *callback = *at;
    if (callback != NULL) {
        if (refused) {
            callback->references++;
            end(callback);
        } else {
            unlist(at);
        }
        wait_until_it_returned(callback);
        release(callback);
    }
    fake_dll_unlock();
}

plat_hr fake_dll_callback_unregister(struct fake_dll_side *side, enum fake_dll_object kind,
                                     plat_handle registration)
{
    const struct plat_hcs *hcs = &side->backend.platform.hcs;
    plat_handle number = PLAT_NO_HANDLE;
    plat_hr hr = plat_hr_win32(PLAT_RPC_S_SERVER_UNAVAILABLE);
    if (fake_dll_untagged(side, registration, &number)) {
        hr = kind == FAKE_DLL_SYSTEM ? hcs->ops->unregister_system(hcs->ctx, number)
                                     : hcs->ops->unregister_process(hcs->ctx, number);
    }
    end_callback(kind, registration, plat_failed(hr));
    return hr;
}

/* Waits for none: a callback may wait for who closes. Who unregisters yet finds one that is running. */
void fake_dll_callbacks_closed(const struct fake_dll_side *side, enum fake_dll_object kind,
                               plat_handle object)
{
    fake_dll_lock();
    struct fake_dll_callback **at = &fake_dll.callbacks;
    while (*at != NULL) {
        struct fake_dll_callback *callback = *at;
        if (callback->side != side || callback->kind != kind || callback->object != object) {
            at = &callback->next;
        } else if (callback->running) {
            end(callback);
            callback->closed = true;
            at = &callback->next;
        } else {
            unlist(at);
            release(callback);
        }
    }
    fake_dll_unlock();
}

/* ---- all of them ---- */

bool fake_dll_callbacks_quiet(void)
{
    const struct fake_dll_callback *at = fake_dll.callbacks;
    while (at != NULL && !at->running && at->first == NULL) {
        at = at->next;
    }
    return at == NULL;
}

void fake_dll_callbacks_drop(struct fake_dll_side *side)
{
    struct fake_dll_callback **at = &fake_dll.callbacks;
    while (*at != NULL) {
        struct fake_dll_callback *callback = *at;
        if (callback->side != side) {
            at = &callback->next;
            continue;
        }
        unlist(at);
        wait_until_it_returned(callback);
        release(callback);
        at = &fake_dll.callbacks; /* it may have changed meanwhile */
    }
}
