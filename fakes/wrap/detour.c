/* There and back: numbers of handles, events in order; see detour.h. */
#include "fakes/wrap/detour.h"

#include "fakes/wrap/gate.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

/* Streams of one call: input, output, errors. */
#define DETOUR_STREAMS_MAX 3u

/* A sink that the platform below has instead of somebody's. Lives as long as the detour: what has ended is
 * only marked, because events may be on their way. */
struct detour_sink {
    struct wrap_detour *detour;
    struct plat_event_sink target;
    bool far; /* the road's */
    bool ended;
    enum wrap_handle_kind kind; /* of the registration or stream it is of */
    plat_handle handle;         /* PLAT_NO_HANDLE: of a timer */
    struct detour_sink *next;
};

struct detour_event {
    struct detour_event *next;
    struct detour_sink *sink;
    struct plat_event event;
};

/* A number that the road gave out, and that of the platform below for the same thing. */
struct detour_number {
    enum wrap_handle_kind kind;
    plat_handle below;
    plat_handle road;
};

struct wrap_detour {
    struct wrap_detour_road road;
    struct platform offered; /* by the road */
    bool open;
    bool unsettled; /* bytes may be on their way, or threads about to begin */
    bool full;
    const char *failure;

    pthread_t thread;           /* the caller's */
    pthread_mutex_t lock;       /* around every call below; of all sinks and events */
    struct wrap_gate near_gate; /* direct calls */
    struct wrap_gate far_gate;  /* the road's */
    struct wrap_gate top_gate;  /* the caller's */
    struct platform near;
    struct detour_sink *sinks;
    struct detour_event *first;
    struct detour_event *last;

    /* What the call under way was given below. */
    plat_handle registration;
    plat_handle streams[DETOUR_STREAMS_MAX];
    size_t stream_count;
    size_t stream_next;

    struct detour_number *numbers;
    size_t number_count;
    size_t number_capacity;
};

static void fail(struct wrap_detour *detour, const char *why)
{
    if (detour->failure == NULL) {
        detour->failure = why;
    }
}

/* ---- events on their way ---- */

/* Called by the platform below, within a call of a gate or while time passes. */
static bool keep_event(void *ctx, struct plat_event *event)
{
    struct detour_sink *sink = ctx;
    struct wrap_detour *detour = sink->detour;
    struct detour_event *kept = calloc(1, sizeof(*kept));
    if (kept == NULL) {
        free(event->data);
        event->data = NULL;
        fail(detour, "no memory for an event");
        return false;
    }
    kept->sink = sink;
    kept->event = *event;
    event->data = NULL;
    if (detour->last != NULL) {
        detour->last->next = kept;
    } else {
        detour->first = kept;
    }
    detour->last = kept;
    return true;
}

static struct detour_event *take_event(struct wrap_detour *detour)
{
    struct detour_event *kept = detour->first;
    if (kept != NULL) {
        detour->first = kept->next;
        if (detour->first == NULL) {
            detour->last = NULL;
        }
    }
    return kept;
}

static void settle(struct wrap_detour *detour)
{
    detour->unsettled = false;
    if (detour->open && plat_failed(detour->road.settle(detour->road.ctx, &detour->full))) {
        fail(detour, "the road does not settle");
    }
}

/* One event goes on, with the lock held: so its sink cannot end meanwhile. */
static bool deliver_one(struct wrap_detour *detour)
{
    (void)pthread_mutex_lock(&detour->lock);
    struct detour_event *kept = take_event(detour);
    bool some = kept != NULL;
    if (some && !kept->sink->ended) {
        const struct plat_event_sink *target = &kept->sink->target;
        (void)target->post(target->ctx, &kept->event);
        detour->unsettled = detour->unsettled || kept->sink->far;
    } else if (some) {
        free(kept->event.data);
    }
    (void)pthread_mutex_unlock(&detour->lock);
    free(kept);
    return some;
}

void wrap_detour_deliver(struct wrap_detour *detour)
{
    do {
        if (detour->unsettled) {
            settle(detour);
        }
    } while (deliver_one(detour));
}

/* ---- the gates to the platform below ---- */

static void take_lock(void *ctx)
{
    struct wrap_detour *detour = ctx;
    (void)pthread_mutex_lock(&detour->lock);
}

static void give_lock(void *ctx)
{
    struct wrap_detour *detour = ctx;
    (void)pthread_mutex_unlock(&detour->lock);
}

static bool refuse_event(void *ctx, struct plat_event *event)
{
    (void)ctx;
    free(event->data);
    event->data = NULL;
    return false;
}

static struct plat_event_sink put_sink(struct wrap_detour *detour, struct plat_event_sink target,
                                       bool far)
{
    struct detour_sink *sink = calloc(1, sizeof(*sink));
    if (sink == NULL) {
        fail(detour, "no memory for a sink");
        return (struct plat_event_sink){.post = refuse_event, .ctx = detour};
    }
    sink->detour = detour;
    sink->target = target;
    sink->far = far;
    sink->next = detour->sinks;
    detour->sinks = sink;
    return (struct plat_event_sink){.post = keep_event, .ctx = sink};
}

static struct plat_event_sink near_sink(void *ctx, struct plat_event_sink target)
{
    return put_sink(ctx, target, false);
}

static struct plat_event_sink far_sink(void *ctx, struct plat_event_sink target)
{
    return put_sink(ctx, target, true);
}

/* The sink that was put last is of this. */
static void name_sink(struct wrap_detour *detour, enum wrap_handle_kind kind, plat_handle handle)
{
    if (detour->sinks != NULL) {
        detour->sinks->kind = kind;
        detour->sinks->handle = handle;
    }
}

static plat_handle below_given(void *ctx, enum wrap_handle_kind kind, plat_handle handle)
{
    struct wrap_detour *detour = ctx;
    if (kind != WRAP_HANDLE_STREAM) {
        name_sink(detour, kind, handle);
        detour->registration = handle;
    } else if (detour->stream_count < DETOUR_STREAMS_MAX) {
        detour->streams[detour->stream_count++] = handle;
    }
    return handle;
}

static void below_attached(void *ctx, plat_handle stream)
{
    name_sink(ctx, WRAP_HANDLE_STREAM, stream);
}

static plat_handle below_taken(void *ctx, enum wrap_handle_kind kind, plat_handle handle)
{
    struct wrap_detour *detour = ctx;
    for (struct detour_sink *sink = detour->sinks; sink != NULL; sink = sink->next) {
        if (sink->kind == kind && sink->handle == handle) {
            sink->ended = true;
        }
    }
    return handle;
}

/* ---- the caller's gate: numbers of the platform below outside, of the road inside ---- */

static struct detour_number *find_number(const struct wrap_detour *detour,
                                         enum wrap_handle_kind kind, plat_handle below)
{
    for (size_t i = 0; i < detour->number_count; i++) {
        if (detour->numbers[i].kind == kind && detour->numbers[i].below == below) {
            return &detour->numbers[i];
        }
    }
    return NULL;
}

static bool add_number(struct wrap_detour *detour, enum wrap_handle_kind kind, plat_handle below,
                       plat_handle road)
{
    if (detour->number_count == detour->number_capacity) {
        size_t capacity = detour->number_capacity == 0 ? 16 : 2 * detour->number_capacity;
        struct detour_number *grown = realloc(detour->numbers, capacity * sizeof(*grown));
        if (grown == NULL) {
            fail(detour, "no memory for a handle");
            return false;
        }
        detour->numbers = grown;
        detour->number_capacity = capacity;
    }
    detour->numbers[detour->number_count++] =
        (struct detour_number){.kind = kind, .below = below, .road = road};
    return true;
}

/* The road's number for it, which is known no more. */
static plat_handle take_number(struct wrap_detour *detour, enum wrap_handle_kind kind,
                               plat_handle below)
{
    struct detour_number *number = find_number(detour, kind, below);
    if (number == NULL) {
        return below;
    }
    plat_handle road = number->road;
    *number = detour->numbers[--detour->number_count];
    return road;
}

/* Who is told something on a thread of the road's may set a timer there. */
static bool is_own_thread(const struct wrap_detour *detour)
{
    return pthread_equal(detour->thread, pthread_self()) != 0;
}

static void top_enter(void *ctx)
{
    struct wrap_detour *detour = ctx;
    if (!is_own_thread(detour)) {
        return;
    }
    detour->registration = PLAT_NO_HANDLE;
    detour->stream_count = 0;
    detour->stream_next = 0;
}

static void top_leave(void *ctx)
{
    if (is_own_thread(ctx)) {
        wrap_detour_deliver(ctx);
    }
}

static plat_handle top_given(void *ctx, enum wrap_handle_kind kind, plat_handle road)
{
    struct wrap_detour *detour = ctx;
    plat_handle below = PLAT_NO_HANDLE;
    if (kind == WRAP_HANDLE_HCN_REGISTRATION) {
        return road;
    }
    if (kind != WRAP_HANDLE_STREAM) {
        below = detour->registration;
    } else if (detour->stream_next < detour->stream_count) {
        detour->unsettled = true;
        below = detour->streams[detour->stream_next++];
    }
    if (below == PLAT_NO_HANDLE) {
        fail(detour, "the road gave out what it was not given");
        return road;
    }
    return add_number(detour, kind, below, road) ? below : road;
}

static plat_handle top_taken(void *ctx, enum wrap_handle_kind kind, plat_handle below)
{
    /* Streams: see stream_close(). */
    return kind == WRAP_HANDLE_STREAM ? below : take_number(ctx, kind, below);
}

/* ---- streams: those of processes over the road, all others directly ---- */

static const struct plat_transport *way_of(const struct wrap_detour *detour, plat_handle stream,
                                           plat_handle *number)
{
    const struct detour_number *known = find_number(detour, WRAP_HANDLE_STREAM, stream);
    *number = known != NULL ? known->road : stream;
    return known != NULL ? &detour->offered.transport : &detour->near.transport;
}

static plat_hr stream_connect(void *ctx, const char *name, plat_handle *out)
{
    const struct wrap_detour *detour = ctx;
    const struct plat_transport *near = &detour->near.transport;
    return near->ops->connect(near->ctx, name, out);
}

static plat_hr stream_listen(void *ctx, const char *name, const char *sddl, plat_handle *out)
{
    const struct wrap_detour *detour = ctx;
    const struct plat_transport *near = &detour->near.transport;
    return near->ops->listen(near->ctx, name, sddl, out);
}

static plat_hr stream_accept(void *ctx, plat_handle listener, plat_handle *out)
{
    const struct wrap_detour *detour = ctx;
    const struct plat_transport *near = &detour->near.transport;
    return near->ops->accept(near->ctx, listener, out);
}

static plat_hr stream_attach(void *ctx, plat_handle stream, struct plat_event_sink sink,
                             uint64_t key)
{
    const struct wrap_detour *detour = ctx;
    plat_handle number = PLAT_NO_HANDLE;
    const struct plat_transport *way = way_of(detour, stream, &number);
    return way->ops->attach(way->ctx, number, sink, key);
}

static plat_hr stream_read(void *ctx, plat_handle stream, void *data, size_t size, size_t *got)
{
    struct wrap_detour *detour = ctx;
    plat_handle number = PLAT_NO_HANDLE;
    const struct plat_transport *way = way_of(detour, stream, &number);
    /* Where something waits for room, there is some now. */
    detour->unsettled = detour->unsettled || detour->full;
    return way->ops->read(way->ctx, number, data, size, got);
}

static plat_hr stream_write(void *ctx, plat_handle stream, const void *data, size_t size)
{
    struct wrap_detour *detour = ctx;
    plat_handle number = PLAT_NO_HANDLE;
    const struct plat_transport *way = way_of(detour, stream, &number);
    detour->unsettled = detour->unsettled || number != stream;
    return way->ops->write(way->ctx, number, data, size);
}

static plat_hr stream_close(void *ctx, plat_handle stream)
{
    struct wrap_detour *detour = ctx;
    plat_handle number = PLAT_NO_HANDLE;
    const struct plat_transport *way = way_of(detour, stream, &number);
    bool far = way == &detour->offered.transport;
    if (far) {
        detour->unsettled = true;
        (void)take_number(detour, WRAP_HANDLE_STREAM, stream);
    }
    return way->ops->close(way->ctx, number);
}

static const struct plat_transport_ops detour_transport_ops = {
    .connect = stream_connect,
    .listen = stream_listen,
    .accept = stream_accept,
    .attach = stream_attach,
    .read = stream_read,
    .write = stream_write,
    .close = stream_close,
};

/* ---- the decorator ---- */

static void open_road(struct wrap_detour *detour)
{
    const char *why = "the road cannot be opened";
    const struct platform far = wrap_gate_platform(&detour->far_gate);
    struct platform *top = &detour->top_gate.below;
    plat_hr hr = detour->road.open(detour->road.ctx, &far, &detour->offered, &why);
    detour->open = plat_succeeded(hr);
    if (!detour->open) {
        fail(detour, why);
        detour->offered = detour->near; /* the run is void, but not to fall over */
    }
    top->hcs = detour->offered.hcs;
    top->hns = detour->offered.hns;
    top->storage = detour->offered.storage;
}

static void close_road(struct wrap_detour *detour)
{
    if (detour->open) {
        detour->open = false;
        detour->road.close(detour->road.ctx);
    }
    for (struct detour_sink *sink = detour->sinks; sink != NULL; sink = sink->next) {
        sink->ended = true;
    }
    for (struct detour_event *kept = take_event(detour); kept != NULL; kept = take_event(detour)) {
        free(kept->event.data);
        free(kept);
    }
    detour->number_count = 0;
    detour->unsettled = false;
    detour->full = false;
}

/* Whoever is told something may set a timer. */
static bool make_lock(pthread_mutex_t *lock)
{
    pthread_mutexattr_t attributes;
    if (pthread_mutexattr_init(&attributes) != 0) {
        return false;
    }
    bool made = pthread_mutexattr_settype(&attributes, PTHREAD_MUTEX_RECURSIVE) == 0 &&
                pthread_mutex_init(lock, &attributes) == 0;
    (void)pthread_mutexattr_destroy(&attributes);
    return made;
}

struct wrap_detour *wrap_detour_create(const struct platform *below,
                                       const struct wrap_detour_road *road)
{
    struct wrap_detour *detour = calloc(1, sizeof(*detour));
    if (detour == NULL || !make_lock(&detour->lock)) {
        free(detour);
        return NULL;
    }
    detour->thread = pthread_self();
    detour->road = *road;
    struct wrap_gate_hooks hooks = {.enter = take_lock,
                                    .leave = give_lock,
                                    .sink = near_sink,
                                    .given = below_given,
                                    .attached = below_attached,
                                    .taken = below_taken,
                                    .ctx = detour};
    detour->near_gate = (struct wrap_gate){.below = *below, .hooks = hooks};
    hooks.sink = far_sink;
    detour->far_gate = (struct wrap_gate){.below = *below, .hooks = hooks};
    detour->near = wrap_gate_platform(&detour->near_gate);
    detour->top_gate = (struct wrap_gate){
        .below = detour->near,
        .disks = &detour->near.storage,
        .hooks = {.enter = top_enter,
                  .leave = top_leave,
                  .given = top_given,
                  .taken = top_taken,
                  .ctx = detour},
    };
    detour->top_gate.below.transport =
        (struct plat_transport){.ops = &detour_transport_ops, .ctx = detour};
    open_road(detour);
    return detour;
}

void wrap_detour_destroy(struct wrap_detour *detour)
{
    if (detour == NULL) {
        return;
    }
    close_road(detour);
    while (detour->sinks != NULL) {
        struct detour_sink *next = detour->sinks->next;
        free(detour->sinks);
        detour->sinks = next;
    }
    free(detour->numbers);
    (void)pthread_mutex_destroy(&detour->lock);
    free(detour);
}

struct platform wrap_detour_platform(struct wrap_detour *detour)
{
    return wrap_gate_platform(&detour->top_gate);
}

void wrap_detour_next_process(struct wrap_detour *detour)
{
    close_road(detour);
    open_road(detour);
}

const char *wrap_detour_failure(const struct wrap_detour *detour)
{
    return detour->failure;
}
