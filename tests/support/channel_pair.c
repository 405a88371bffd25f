/* Two rings of bytes, one for each way, below one lock. */
#include "tests/support/channel_pair.h"

#include "core/base/lock.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

struct way {
    unsigned char bytes[CHANNEL_PAIR_BYTES];
    size_t first;
    size_t count;
    uint64_t left; /* until it breaks */
    struct wcd_condition changed;
};

struct pair;

struct end {
    struct pair *pair;
    struct way *in;
    struct way *out;
};

struct pair {
    struct wcd_lock lock;
    struct way ways[2];
    struct end ends[2];
    bool closed;
    unsigned released;
};

static bool send_bytes(void *ctx, const void *data, size_t size)
{
    const struct end *end = ctx;
    struct pair *pair = end->pair;
    struct way *way = end->out;
    const unsigned char *at = data;
    wcd_lock_acquire(&pair->lock);
    while (size > 0 && !pair->closed) {
        if (way->count == CHANNEL_PAIR_BYTES) {
            wcd_condition_wait(&way->changed, &pair->lock);
            continue;
        }
        size_t put = (way->first + way->count) % CHANNEL_PAIR_BYTES;
        size_t some = CHANNEL_PAIR_BYTES - (put >= way->first ? put : way->count);
        some = some < size ? some : size;
        some = some < way->left ? some : (size_t)way->left;
        memcpy(way->bytes + put, at, some);
        way->count += some;
        way->left -= some;
        at += some;
        size -= some;
        pair->closed = pair->closed || way->left == 0;
        wcd_condition_wake_all(&way->changed);
    }
    bool good = size == 0 && !pair->closed;
    if (pair->closed) {
        wcd_condition_wake_all(&pair->ways[0].changed);
        wcd_condition_wake_all(&pair->ways[1].changed);
    }
    wcd_lock_release(&pair->lock);
    return good;
}

/* What was sent before the end is still given. */
static bool receive_bytes(void *ctx, void *data, size_t size, size_t *got)
{
    const struct end *end = ctx;
    struct pair *pair = end->pair;
    struct way *way = end->in;
    wcd_lock_acquire(&pair->lock);
    while (way->count == 0 && !pair->closed) {
        wcd_condition_wait(&way->changed, &pair->lock);
    }
    size_t some = CHANNEL_PAIR_BYTES - way->first;
    some = some < way->count ? some : way->count;
    some = some < size ? some : size;
    memcpy(data, way->bytes + way->first, some);
    way->first = (way->first + some) % CHANNEL_PAIR_BYTES;
    way->count -= some;
    if (some > 0 && way->count + some == CHANNEL_PAIR_BYTES) {
        wcd_condition_wake_all(&way->changed);
    }
    wcd_lock_release(&pair->lock);
    *got = some;
    return some > 0;
}

static void close_end(void *ctx)
{
    const struct end *end = ctx;
    struct pair *pair = end->pair;
    wcd_lock_acquire(&pair->lock);
    pair->closed = true;
    wcd_condition_wake_all(&pair->ways[0].changed);
    wcd_condition_wake_all(&pair->ways[1].changed);
    wcd_lock_release(&pair->lock);
}

static void release_end(void *ctx)
{
    const struct end *end = ctx;
    struct pair *pair = end->pair;
    wcd_lock_acquire(&pair->lock);
    bool last = ++pair->released == 2;
    wcd_lock_release(&pair->lock);
    if (last) {
        wcd_condition_destroy(&pair->ways[0].changed);
        wcd_condition_destroy(&pair->ways[1].changed);
        wcd_lock_destroy(&pair->lock);
        free(pair);
    }
}

static const struct fake_channel_ops ops = {
    .send = send_bytes, .receive = receive_bytes, .close = close_end, .release = release_end};

/* Where threads come from a library that allocates, they may fail for want of memory. */
static bool make_locks(struct pair *pair)
{
    bool lock = wcd_lock_init(&pair->lock);
    bool first = lock && wcd_condition_init(&pair->ways[0].changed);
    if (first && wcd_condition_init(&pair->ways[1].changed)) {
        return true;
    }
    if (first) {
        wcd_condition_destroy(&pair->ways[0].changed);
    }
    if (lock) {
        wcd_lock_destroy(&pair->lock);
    }
    return false;
}

bool channel_pair_create(struct fake_channel ends[2])
{
    struct pair *pair = malloc(sizeof(*pair));
    if (pair == NULL || !make_locks(pair)) {
        free(pair);
        return false;
    }
    pair->closed = false;
    pair->released = 0;
    for (size_t i = 0; i < 2; i++) {
        struct way *way = &pair->ways[i];
        way->first = 0;
        way->count = 0;
        way->left = UINT64_MAX;
        pair->ends[i] = (struct end){pair, &pair->ways[i], &pair->ways[1 - i]};
        ends[i] = (struct fake_channel){&ops, &pair->ends[i]};
    }
    return true;
}

void channel_pair_cut_after(struct fake_channel channel, uint64_t bytes)
{
    const struct end *end = channel.ctx;
    struct pair *pair = end->pair;
    wcd_lock_acquire(&pair->lock);
    end->out->left = bytes;
    pair->closed = pair->closed || bytes == 0;
    wcd_lock_release(&pair->lock);
}

bool channel_pair_is_closed(struct fake_channel channel)
{
    const struct end *end = channel.ctx;
    wcd_lock_acquire(&end->pair->lock);
    bool closed = end->pair->closed;
    wcd_lock_release(&end->pair->lock);
    return closed;
}

/* ---- a service ---- */

struct channel_service {
    struct platform platform;
    struct fake_channel end;
    pthread_t thread;
};

/* The service has the channel's end, and this one its own word in it. */
static void nothing(void *ctx)
{
    (void)ctx;
}

static void *serve(void *arg)
{
    struct channel_service *service = arg;
    static const struct fake_channel_ops lent = {
        .send = send_bytes, .receive = receive_bytes, .close = close_end, .release = nothing};
    const struct fake_channel channel = {&lent, service->end.ctx};
    fake_remote_serve(&service->platform, channel);
    return NULL;
}

struct channel_service *channel_service_start(const struct platform *platform,
                                              struct fake_channel *client, uint64_t cut_after)
{
    struct fake_channel ends[2];
    struct channel_service *service = malloc(sizeof(*service));
    if (service == NULL || !channel_pair_create(ends)) {
        free(service);
        return NULL;
    }
    service->platform = *platform;
    service->end = ends[0];
    channel_pair_cut_after(ends[0], cut_after);
    *client = ends[1];
    if (pthread_create(&service->thread, NULL, serve, service) != 0) {
        for (size_t i = 0; i < 2; i++) {
            ends[i].ops->close(ends[i].ctx);
            ends[i].ops->release(ends[i].ctx);
        }
        free(service);
        return NULL;
    }
    return service;
}

struct fake_channel channel_service_end(struct channel_service *service)
{
    return service->end;
}

void channel_service_join(struct channel_service *service)
{
    if (service == NULL) {
        return;
    }
    (void)pthread_join(service->thread, NULL);
    service->end.ops->release(service->end.ctx);
    free(service);
}
