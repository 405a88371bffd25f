/* Tracing of notifications: a sink between the platform and the daemon's own. The entry is written
 * before the event is passed on, so it stands before whatever the daemon does about it. */
#include "fakes/wrap/trace_internal.h"

#include "core/base/text.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

/* An event that came while its register call was under way. */
struct watch_early {
    uint64_t t_us;
    uint32_t type;
    plat_hr status;
    char *data;
    struct watch_early *next;
};

struct wrap_watch {
    struct wrap_trace *trace;
    struct wrap_watch *next;
    struct plat_event_sink sink; /* the daemon's */
    uint64_t context;
    const char *dll;
    char *system;
    uint32_t process_id;
    enum wrap_handle_kind kind; /* of what it is registered with */
    plat_handle handle;
    /* Under the lock of the list: */
    bool registered;
    plat_handle registration;
    struct watch_early *early; /* the oldest first */
};

static struct wcd_json *watch_code(uint32_t code)
{
    char text[sizeof("0x00000000")];
    (void)snprintf(text, sizeof(text), "0x%08" PRIX32, code);
    return wcd_json_new_string(text);
}

static void watch_write(struct wrap_watch *watch, uint64_t t_us, uint32_t type, plat_hr status,
                        const char *data)
{
    struct wrap_call call = wrap_begin(watch->trace, watch->dll, "CALLBACK");
    call.record.t_us = t_us;
    wrap_arg_number(&call, "callback", watch->registration);
    wrap_arg_number(&call, "context", watch->context);
    wrap_arg(&call, "notificationType", watch_code(type));
    wrap_arg(&call, "status", watch_code(plat_hr_bits(status)));
    if (watch->system != NULL) {
        wrap_arg_text(&call, "system", watch->system);
    }
    if (watch->process_id != 0) {
        wrap_arg_number(&call, "pid", watch->process_id);
    }
    if (data != NULL) {
        wrap_result_text(&call, "notificationData", data);
    }
    (void)wrap_end(&call, PLAT_S_OK);
}

/* Keeps the event when its register call is under way. False when that has ended. */
static bool watch_keep(struct wrap_watch *watch, const struct plat_event *event, uint64_t t_us)
{
    struct wrap_list *list = watch->trace->list;
    struct watch_early *early = calloc(1, sizeof(*early));
    char *data = event->data == NULL ? NULL : wcd_text_copy(event->data);
    bool whole = early != NULL && (event->data == NULL || data != NULL);
    wrap_lock_take(&list->lock);
    bool kept = !watch->registered;
    if (kept && whole) {
        *early = (struct watch_early){
            .t_us = t_us, .type = event->type, .status = event->status, .data = data};
        struct watch_early **end = &watch->early;
        while (*end != NULL) {
            end = &(*end)->next;
        }
        *end = early;
    }
    wrap_lock_give(&list->lock);
    if (!kept || !whole) {
        free(early);
        free(data);
    }
    if (kept && !whole) {
        atomic_store(&list->failed, true);
    }
    return kept;
}

static bool watch_post(void *ctx, struct plat_event *event)
{
    struct wrap_watch *watch = ctx;
    const struct plat_clock *clock = &watch->trace->below.clock;
    uint64_t t_us = clock->ops->monotonic_us(clock->ctx);
    wrap_lock_take(&watch->trace->list->lock);
    bool registered = watch->registered;
    wrap_lock_give(&watch->trace->list->lock);
    if (registered || !watch_keep(watch, event, t_us)) {
        watch_write(watch, t_us, event->type, event->status, event->data);
    }
    return watch->sink.post(watch->sink.ctx, event);
}

struct wrap_watch *wrap_watch_create(struct wrap_trace *trace, const struct wrap_subject *subject,
                                     struct plat_event_sink sink, uint64_t context)
{
    struct wrap_watch *watch = calloc(1, sizeof(*watch));
    char *system = subject->system == NULL ? NULL : wcd_text_copy(subject->system);
    if (watch == NULL || (subject->system != NULL && system == NULL)) {
        free(watch);
        free(system);
        atomic_store(&trace->list->failed, true);
        return NULL;
    }
    *watch = (struct wrap_watch){
        .trace = trace,
        .next = trace->watches,
        .sink = sink,
        .context = context,
        .dll = subject->dll,
        .system = system,
        .process_id = subject->process_id,
        .kind = subject->kind,
        .handle = subject->handle,
    };
    trace->watches = watch;
    return watch;
}

struct plat_event_sink wrap_watch_sink(struct wrap_watch *watch)
{
    return (struct plat_event_sink){.post = watch_post, .ctx = watch};
}

/* The oldest event that was kept. From the call that finds none, none is kept any more. */
static struct watch_early *watch_take(struct wrap_watch *watch)
{
    struct wrap_list *list = watch->trace->list;
    wrap_lock_take(&list->lock);
    struct watch_early *early = watch->early;
    if (early != NULL) {
        watch->early = early->next;
    } else {
        watch->registered = true;
    }
    wrap_lock_give(&list->lock);
    return early;
}

static void watch_end(struct wrap_watch **at)
{
    struct wrap_watch *watch = *at;
    *at = watch->next;
    free(watch->system);
    free(watch);
}

void wrap_watch_registered(struct wrap_watch *watch, plat_handle registration)
{
    if (watch == NULL) {
        return;
    }
    struct wrap_trace *trace = watch->trace;
    watch->registration = registration;
    for (struct watch_early *early = watch_take(watch); early != NULL; early = watch_take(watch)) {
        watch_write(watch, early->t_us, early->type, early->status, early->data);
        free(early->data);
        free(early);
    }
    if (registration == PLAT_NO_HANDLE && trace->list->entry != NULL) {
        struct wrap_watch **at = &trace->watches;
        while (*at != watch) {
            at = &(*at)->next;
        }
        watch_end(at);
    }
}

void wrap_watch_unregistered(struct wrap_trace *trace, plat_handle registration, plat_hr hr)
{
    struct wrap_watch **at = &trace->watches;
    while (*at != NULL && (*at)->registration != registration) {
        at = &(*at)->next;
    }
    if (*at != NULL && plat_succeeded(hr) && trace->list->entry != NULL) {
        watch_end(at);
    }
}

/* One whose register call is under way is left: it may have hung while the object was closed. */
void wrap_watches_closed(struct wrap_trace *trace, enum wrap_handle_kind kind, plat_handle handle,
                         plat_hr hr)
{
    bool goes = plat_succeeded(hr) && trace->list->entry != NULL;
    struct wrap_watch **at = &trace->watches;
    while (goes && *at != NULL) {
        const struct wrap_watch *watch = *at;
        if (watch->registration != PLAT_NO_HANDLE && watch->kind == kind &&
            watch->handle == handle) {
            watch_end(at);
        } else {
            at = &(*at)->next;
        }
    }
}

void wrap_watches_release(struct wrap_trace *trace)
{
    while (trace->watches != NULL) {
        watch_end(&trace->watches);
    }
}
