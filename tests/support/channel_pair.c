/* Two rings of bytes, one for each way, below one lock. */
#include "tests/support/channel_pair.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

struct way {
    unsigned char bytes[CHANNEL_PAIR_BYTES];
    size_t first;
    size_t count;
    uint64_t left; /* until it breaks */
    pthread_cond_t changed;
};

struct pair;

struct end {
    struct pair *pair;
    struct way *in;
    struct way *out;
};

struct pair {
    pthread_mutex_t lock;
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
    (void)pthread_mutex_lock(&pair->lock);
    while (size > 0 && !pair->closed) {
        if (way->count == CHANNEL_PAIR_BYTES) {
            (void)pthread_cond_wait(&way->changed, &pair->lock);
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
        (void)pthread_cond_broadcast(&way->changed);
    }
    bool good = size == 0 && !pair->closed;
    if (pair->closed) {
        (void)pthread_cond_broadcast(&pair->ways[0].changed);
        (void)pthread_cond_broadcast(&pair->ways[1].changed);
    }
    (void)pthread_mutex_unlock(&pair->lock);
    return good;
}

/* What was sent before the end is still given. */
static bool receive_bytes(void *ctx, void *data, size_t size, size_t *got)
{
    const struct end *end = ctx;
    struct pair *pair = end->pair;
    struct way *way = end->in;
    (void)pthread_mutex_lock(&pair->lock);
    while (way->count == 0 && !pair->closed) {
        (void)pthread_cond_wait(&way->changed, &pair->lock);
    }
    size_t some = CHANNEL_PAIR_BYTES - way->first;
    some = some < way->count ? some : way->count;
    some = some < size ? some : size;
    memcpy(data, way->bytes + way->first, some);
    way->first = (way->first + some) % CHANNEL_PAIR_BYTES;
    way->count -= some;
    if (some > 0 && way->count + some == CHANNEL_PAIR_BYTES) {
        (void)pthread_cond_broadcast(&way->changed);
    }
    (void)pthread_mutex_unlock(&pair->lock);
    *got = some;
    return some > 0;
}

static void close_end(void *ctx)
{
    const struct end *end = ctx;
    struct pair *pair = end->pair;
    (void)pthread_mutex_lock(&pair->lock);
    pair->closed = true;
    (void)pthread_cond_broadcast(&pair->ways[0].changed);
    (void)pthread_cond_broadcast(&pair->ways[1].changed);
    (void)pthread_mutex_unlock(&pair->lock);
}

static void release_end(void *ctx)
{
    const struct end *end = ctx;
    struct pair *pair = end->pair;
    (void)pthread_mutex_lock(&pair->lock);
    bool last = ++pair->released == 2;
    (void)pthread_mutex_unlock(&pair->lock);
    if (last) {
        (void)pthread_cond_destroy(&pair->ways[0].changed);
        (void)pthread_cond_destroy(&pair->ways[1].changed);
        (void)pthread_mutex_destroy(&pair->lock);
        free(pair);
    }
}

static const struct fake_channel_ops ops = {
    .send = send_bytes, .receive = receive_bytes, .close = close_end, .release = release_end};

/* Where threads come from a library that allocates, they may fail for want of memory. */
static bool make_locks(struct pair *pair)
{
    bool lock = pthread_mutex_init(&pair->lock, NULL) == 0;
    bool first = lock && pthread_cond_init(&pair->ways[0].changed, NULL) == 0;
    if (first && pthread_cond_init(&pair->ways[1].changed, NULL) == 0) {
        return true;
    }
    if (first) {
        (void)pthread_cond_destroy(&pair->ways[0].changed);
    }
    if (lock) {
        (void)pthread_mutex_destroy(&pair->lock);
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
    (void)pthread_mutex_lock(&pair->lock);
    end->out->left = bytes;
    pair->closed = pair->closed || bytes == 0;
    (void)pthread_mutex_unlock(&pair->lock);
}

bool channel_pair_is_closed(struct fake_channel channel)
{
    const struct end *end = channel.ctx;
    (void)pthread_mutex_lock(&end->pair->lock);
    bool closed = end->pair->closed;
    (void)pthread_mutex_unlock(&end->pair->lock);
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
