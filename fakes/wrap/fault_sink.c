/* Notifications on their way to the daemon: passed on, lost, repeated, changed, or held back until a timer
 * of the clock below runs out. That timer is set from inside a post, which the emulator and Windows both
 * allow; the rule that a post never calls the platform is for the daemon's own sinks. */
#include "fakes/wrap/fault_internal.h"

#include "core/base/text.h"

#include <stdlib.h>

struct fault_sink {
    struct wrap_fault *fault;
    struct fault_sink *next;
    struct plat_event_sink sink; /* the daemon's */
    atomic_bool muted;
    uint64_t key;
    char *object;
    uint32_t process_id;
    enum wrap_handle_kind handle_kind; /* what it was registered with */
    plat_handle handle;
    enum wrap_handle_kind registration_kind;
    plat_handle registration; /* PLAT_NO_HANDLE until the register call has returned */
};

/* A notification that is held back. */
struct fault_held {
    const struct fault_sink *sink;
    struct plat_event_sink
        daemons; /* the sink's, which may end as soon as this is out of the list */
    struct plat_event event;
    uint64_t number; /* the key of its timer */
    uint64_t rule;
    plat_handle timer; /* PLAT_NO_HANDLE: held for ever */
    struct fault_held *next;
};

/* What is to become of an event. */
struct fault_verdict {
    enum wrap_fault_action action; /* ANSWER: passed on as it is */
    uint64_t rule;
    plat_hr status;
    const char *data; /* STATUS; the rule's */
    uint64_t delay_us;
    uint32_t copies;
};

/* ---- what is held back ---- */

/* Takes the first that fits out of the list: of a timer's number, of a rule or of a sink. The caller posts or
 * frees it. */
static struct fault_held *fault_held_take(struct wrap_fault *fault, uint64_t number, uint64_t rule,
                                          const struct fault_sink *sink)
{
    struct fault_held *taken = NULL;
    wrap_lock_take(&fault->lock);
    for (struct fault_held **at = &fault->held; *at != NULL && taken == NULL;) {
        struct fault_held *held = *at;
        if ((number != 0 && held->number == number) || (rule != 0 && held->rule == rule) ||
            (sink != NULL && held->sink == sink)) {
            *at = held->next;
            taken = held;
        } else {
            at = &held->next;
        }
    }
    wrap_lock_give(&fault->lock);
    return taken;
}

static void fault_held_cancel(struct wrap_fault *fault, const struct fault_held *held)
{
    const struct plat_clock *clock = &fault->below.clock;
    if (held->timer != PLAT_NO_HANDLE) {
        (void)clock->ops->cancel_timer(clock->ctx, held->timer);
    }
}

static void fault_held_drop(struct fault_held *held)
{
    free(held->event.data);
    free(held);
}

static void fault_held_post(struct fault_held *held)
{
    (void)held->daemons.post(held->daemons.ctx, &held->event);
    free(held);
}

/* A timer of a held notification ran out. */
static bool fault_due(void *ctx, struct plat_event *event)
{
    struct wrap_fault *fault = ctx;
    struct fault_held *held = fault_held_take(fault, event->key, 0, NULL);
    if (held != NULL) {
        fault_held_post(held);
    }
    return true;
}

static bool fault_lose(struct plat_event *event, bool kept)
{
    free(event->data);
    event->data = NULL;
    return kept;
}

/* Sets the timer of a held notification, which may run out before this returns. */
static void fault_held_set_timer(struct wrap_fault *fault, uint64_t number, uint64_t delay_us)
{
    const struct plat_clock *clock = &fault->below.clock;
    const struct plat_event_sink due = {.post = fault_due, .ctx = fault};
    uint64_t now = clock->ops->monotonic_us(clock->ctx);
    uint64_t at = delay_us > UINT64_MAX - now ? UINT64_MAX : now + delay_us;
    plat_handle timer = PLAT_NO_HANDLE;
    if (plat_failed(clock->ops->set_timer(clock->ctx, at, due, number, &timer))) {
        fault_failed(fault);
    }
    wrap_lock_take(&fault->lock);
    for (struct fault_held *held = fault->held; held != NULL; held = held->next) {
        if (held->number == number) {
            held->timer = timer;
        }
    }
    wrap_lock_give(&fault->lock);
}

static bool fault_hold(struct fault_sink *sink, struct plat_event *event,
                       const struct fault_verdict *verdict)
{
    struct wrap_fault *fault = sink->fault;
    struct fault_held *held = calloc(1, sizeof(*held));
    if (held == NULL) {
        fault_failed(fault);
        return fault_lose(event, false);
    }
    *held = (struct fault_held){
        .sink = sink, .daemons = sink->sink, .event = *event, .rule = verdict->rule};
    event->data = NULL;
    wrap_lock_take(&fault->lock);
    uint64_t number = ++fault->held_last;
    held->number = number;
    struct fault_held **end = &fault->held;
    while (*end != NULL) {
        end = &(*end)->next;
    }
    *end = held;
    wrap_lock_give(&fault->lock);
    if (verdict->delay_us != WRAP_FAULT_FOR_EVER) {
        fault_held_set_timer(fault, number, verdict->delay_us);
    }
    return true;
}

void wrap_fault_let_go(struct wrap_fault *fault, uint64_t rule)
{
    for (struct fault_held *held = fault_held_take(fault, 0, rule, NULL); held != NULL;
         held = fault_held_take(fault, 0, rule, NULL)) {
        fault_held_cancel(fault, held);
        fault_held_post(held);
    }
}

/* ---- events ---- */

static bool fault_rule_meant(const struct fault_rule *rule, const struct fault_sink *sink,
                             const struct plat_event *event)
{
    const struct wrap_fault_rule *wanted = &rule->wanted;
    return !rule->removed && wanted->action >= WRAP_FAULT_DROP && wanted->kind == event->kind &&
           wanted->notification == event->type &&
           fault_rule_fits(rule, sink->object, sink->process_id);
}

static void fault_judge_by_rules(struct fault_sink *sink, const struct plat_event *event,
                                 struct fault_verdict *verdict)
{
    struct wrap_fault *fault = sink->fault;
    for (size_t i = 0; i < fault->rule_count; i++) {
        struct fault_rule *rule = fault->rules[i];
        if (!fault_rule_meant(rule, sink, event) || !fault_rule_fires(rule) || verdict->rule != 0) {
            continue;
        }
        *verdict = (struct fault_verdict){
            .action = rule->wanted.action,
            .rule = rule->id,
            .status = rule->wanted.hr,
            .delay_us = rule->wanted.delay_us,
            .data = rule->wanted.result,
            .copies = rule->wanted.action == WRAP_FAULT_REPEAT ? rule->wanted.copies : 0,
        };
    }
}

/* Under the lock: rules count, and are changed by the daemon's thread. */
static struct fault_verdict fault_judge(struct fault_sink *sink, const struct plat_event *event)
{
    struct wrap_fault *fault = sink->fault;
    struct fault_verdict verdict = {.action = WRAP_FAULT_ANSWER};
    wrap_lock_take(&fault->lock);
    fault_judge_by_rules(sink, event, &verdict);
    for (const struct fault_withheld *withheld = fault->withheld;
         withheld != NULL && verdict.rule == 0 && event->kind == PLAT_EVENT_HCS;
         withheld = withheld->next) {
        if (withheld->notification == event->type &&
            fault_same_object(withheld->object, withheld->process_id, sink->object,
                              sink->process_id)) {
            verdict.action = WRAP_FAULT_DELAY;
            verdict.rule = withheld->rule;
            verdict.delay_us = withheld->delay_us;
        }
    }
    wrap_lock_give(&fault->lock);
    return verdict;
}

static bool fault_pass_on(struct fault_sink *sink, struct plat_event *event, uint32_t copies)
{
    bool kept = true;
    for (uint32_t i = 0; i < copies; i++) {
        struct plat_event copy = *event;
        copy.data = event->data == NULL ? NULL : wcd_text_copy(event->data);
        if (event->data != NULL && copy.data == NULL) {
            fault_failed(sink->fault);
        }
        kept = sink->sink.post(sink->sink.ctx, &copy) && kept;
    }
    return sink->sink.post(sink->sink.ctx, event) && kept;
}

static void fault_change(struct fault_sink *sink, struct plat_event *event,
                         const struct fault_verdict *verdict)
{
    char *data = verdict->data == NULL ? NULL : wcd_text_copy(verdict->data);
    if (verdict->data != NULL && data == NULL) {
        fault_failed(sink->fault);
    }
    event->status = verdict->status;
    wcd_text_replace(&event->data, data);
}

static bool fault_post(void *ctx, struct plat_event *event)
{
    struct fault_sink *sink = ctx;
    if (wrap_fault_dead(sink->fault)) {
        return fault_lose(event, false);
    }
    if (atomic_load(&sink->muted)) {
        return fault_lose(event, true);
    }
    struct fault_verdict verdict = fault_judge(sink, event);
    switch (verdict.action) {
    case WRAP_FAULT_DROP:
        return fault_lose(event, true);
    case WRAP_FAULT_DELAY:
        return fault_hold(sink, event, &verdict);
    case WRAP_FAULT_STATUS:
        fault_change(sink, event, &verdict);
        return fault_pass_on(sink, event, 0);
    default:
        return fault_pass_on(sink, event, verdict.copies);
    }
}

/* ---- sinks ---- */

struct fault_sink *fault_sink_create(struct fault_call *call, struct plat_event_sink daemons,
                                     uint64_t key)
{
    struct wrap_fault *fault = call->fault;
    struct fault_sink *sink = calloc(1, sizeof(*sink));
    char *object = call->view.object == NULL ? NULL : wcd_text_copy(call->view.object);
    if (sink == NULL || (call->view.object != NULL && object == NULL)) {
        free(sink);
        free(object);
        fault_failed(fault);
        return NULL;
    }
    *sink = (struct fault_sink){
        .fault = fault,
        .next = fault->sinks,
        .sink = daemons,
        .key = key,
        .object = object,
        .process_id = call->view.process_id,
        .handle_kind = call->kind,
        .handle = call->handle,
    };
    atomic_init(&sink->muted, false);
    fault->sinks = sink;
    return sink;
}

static void fault_sink_drop_held(const struct fault_sink *sink)
{
    struct wrap_fault *fault = sink->fault;
    for (struct fault_held *held = fault_held_take(fault, 0, 0, sink); held != NULL;
         held = fault_held_take(fault, 0, 0, sink)) {
        fault_held_cancel(fault, held);
        fault_held_drop(held);
    }
}

static struct fault_sink *fault_sink_take(struct fault_sink **at)
{
    struct fault_sink *sink = *at;
    *at = sink->next;
    fault_sink_drop_held(sink);
    return sink;
}

static void fault_sink_end(struct fault_sink *sink)
{
    free(sink->object);
    free(sink);
}

struct plat_event_sink fault_sink_of(struct fault_sink *sink)
{
    return (struct plat_event_sink){.post = fault_post, .ctx = sink};
}

void fault_sink_registered(struct fault_sink *sink, enum wrap_handle_kind kind,
                           plat_handle registration)
{
    if (sink == NULL) {
        return;
    }
    if (registration == PLAT_NO_HANDLE) {
        struct fault_sink **at = &sink->fault->sinks;
        while (*at != sink) {
            at = &(*at)->next;
        }
        fault_sink_end(fault_sink_take(at));
        return;
    }
    sink->registration_kind = kind;
    sink->registration = registration;
    fault_withhold_from(sink, sink->fault);
}

bool fault_sink_owe(struct fault_sink *sink, const struct fault_withheld *withheld)
{
    if (sink->registration == PLAT_NO_HANDLE || sink->registration_kind == WRAP_HANDLE_STREAM ||
        !fault_same_object(withheld->object, withheld->process_id, sink->object,
                           sink->process_id)) {
        return false;
    }
    const struct plat_clock *clock = &sink->fault->below.clock;
    uint64_t passed_us = clock->ops->monotonic_us(clock->ctx) - withheld->since_us;
    uint64_t delay_us = withheld->delay_us;
    if (delay_us != WRAP_FAULT_FOR_EVER) {
        delay_us = delay_us > passed_us ? delay_us - passed_us : 0;
    }
    struct plat_event event = {
        .kind = PLAT_EVENT_HCS, .key = sink->key, .type = withheld->notification};
    const struct fault_verdict verdict = {.rule = withheld->rule, .delay_us = delay_us};
    return fault_hold(sink, &event, &verdict);
}

bool fault_sinks_owe(struct wrap_fault *fault, const struct fault_withheld *withheld)
{
    bool some = false;
    for (struct fault_sink *sink = fault->sinks; sink != NULL; sink = sink->next) {
        some = fault_sink_owe(sink, withheld) || some;
    }
    return some;
}

static bool fault_sink_is_of(const struct fault_sink *sink, enum wrap_handle_kind kind,
                             plat_handle handle)
{
    return (sink->registration_kind == kind && sink->registration == handle) ||
           (sink->handle_kind == kind && sink->handle == handle);
}

/* The first that is of the handle; NULL: none. */
static struct fault_sink *fault_sink_take_of(struct wrap_fault *fault, enum wrap_handle_kind kind,
                                             plat_handle handle)
{
    struct fault_sink **at = &fault->sinks;
    while (*at != NULL && !fault_sink_is_of(*at, kind, handle)) {
        at = &(*at)->next;
    }
    return *at == NULL ? NULL : fault_sink_take(at);
}

void fault_sinks_ended(struct wrap_fault *fault, enum wrap_handle_kind kind, plat_handle handle)
{
    for (struct fault_sink *sink = fault_sink_take_of(fault, kind, handle); sink != NULL;
         sink = fault_sink_take_of(fault, kind, handle)) {
        fault_sink_end(sink);
    }
}

void fault_sinks_mute(struct wrap_fault *fault, enum wrap_handle_kind kind, plat_handle handle)
{
    for (struct fault_sink *sink = fault_sink_take_of(fault, kind, handle); sink != NULL;
         sink = fault_sink_take_of(fault, kind, handle)) {
        atomic_store(&sink->muted, true);
        sink->next = fault->sinks_muted;
        fault->sinks_muted = sink;
    }
}

void fault_held_release(struct wrap_fault *fault)
{
    for (struct fault_sink *sink = fault->sinks; sink != NULL; sink = sink->next) {
        fault_sink_drop_held(sink);
    }
}

static void fault_sinks_free(struct fault_sink *sink)
{
    while (sink != NULL) {
        struct fault_sink *next = sink->next;
        fault_sink_end(sink);
        sink = next;
    }
}

void fault_sinks_release(struct wrap_fault *fault)
{
    fault_sinks_free(fault->sinks);
    fault_sinks_free(fault->sinks_muted);
    fault->sinks = NULL;
    fault->sinks_muted = NULL;
}
