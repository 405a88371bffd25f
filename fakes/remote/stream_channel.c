/* Waiting for what a stream promised; never with the lock that its events need. */
#include "fakes/remote/stream_channel.h"

#include <pthread.h>
#include <stdlib.h>

struct stream_channel {
    struct plat_transport transport;
    plat_handle stream;
    pthread_mutex_t lock;
    pthread_cond_t told;
    bool readable;
    bool written;
    plat_hr write_status;
    bool closed;
};

/* The only key: a channel has one stream. */
#define STREAM_KEY 1u

static bool stream_post(void *ctx, struct plat_event *event)
{
    struct stream_channel *channel = ctx;
    (void)pthread_mutex_lock(&channel->lock);
    if (event->type == PLAT_STREAM_WRITTEN) {
        channel->written = true;
        channel->write_status = event->status;
    } else {
        channel->readable = true;
    }
    (void)pthread_cond_broadcast(&channel->told);
    (void)pthread_mutex_unlock(&channel->lock);
    free(event->data);
    event->data = NULL;
    return true;
}

/* Waits for an event that is owed, and takes note of it; false once the channel is closed. */
static bool wait_for(struct stream_channel *channel, bool *told)
{
    (void)pthread_mutex_lock(&channel->lock);
    while (!*told && !channel->closed) {
        (void)pthread_cond_wait(&channel->told, &channel->lock);
    }
    bool good = !channel->closed;
    *told = false;
    (void)pthread_mutex_unlock(&channel->lock);
    return good;
}

static bool is_closed(struct stream_channel *channel)
{
    (void)pthread_mutex_lock(&channel->lock);
    bool closed = channel->closed;
    (void)pthread_mutex_unlock(&channel->lock);
    return closed;
}

static bool write_some(struct stream_channel *channel, const void *data, size_t size)
{
    const struct plat_transport *transport = &channel->transport;
    plat_hr hr = transport->ops->write(transport->ctx, channel->stream, data, size);
    if (hr != plat_hr_win32(PLAT_ERROR_IO_PENDING)) {
        return plat_succeeded(hr);
    }
    /* write_status is this write's: there is no other before it has ended. */
    return wait_for(channel, &channel->written) && plat_succeeded(channel->write_status);
}

static bool stream_send(void *ctx, const void *data, size_t size)
{
    struct stream_channel *channel = ctx;
    const char *at = data;
    bool good = true;
    while (size > 0 && good) {
        size_t part = size < PLAT_STREAM_BYTES_MAX ? size : PLAT_STREAM_BYTES_MAX;
        good = !is_closed(channel) && write_some(channel, at, part);
        at += part;
        size -= part;
    }
    return good;
}

static bool stream_receive(void *ctx, void *data, size_t size, size_t *got)
{
    struct stream_channel *channel = ctx;
    const struct plat_transport *transport = &channel->transport;
    size_t part = size < PLAT_STREAM_BYTES_MAX ? size : PLAT_STREAM_BYTES_MAX;
    *got = 0;
    while (!is_closed(channel)) {
        plat_hr hr = transport->ops->read(transport->ctx, channel->stream, data, part, got);
        if (hr != plat_hr_win32(PLAT_ERROR_IO_PENDING)) {
            return plat_succeeded(hr);
        }
        if (!wait_for(channel, &channel->readable)) {
            return false;
        }
    }
    return false;
}

static void stream_close(void *ctx)
{
    struct stream_channel *channel = ctx;
    (void)pthread_mutex_lock(&channel->lock);
    channel->closed = true;
    (void)pthread_cond_broadcast(&channel->told);
    (void)pthread_mutex_unlock(&channel->lock);
}

static void stream_release(void *ctx)
{
    struct stream_channel *channel = ctx;
    const struct plat_transport *transport = &channel->transport;
    (void)transport->ops->close(transport->ctx, channel->stream);
    (void)pthread_cond_destroy(&channel->told);
    (void)pthread_mutex_destroy(&channel->lock);
    free(channel);
}

static const struct fake_channel_ops stream_ops = {.send = stream_send,
                                                   .receive = stream_receive,
                                                   .close = stream_close,
                                                   .release = stream_release};

/* NULL without memory. */
static struct stream_channel *create(const struct plat_transport *transport, plat_handle stream)
{
    struct stream_channel *channel = calloc(1, sizeof(*channel));
    if (channel == NULL || pthread_mutex_init(&channel->lock, NULL) != 0) {
        free(channel);
        return NULL;
    }
    if (pthread_cond_init(&channel->told, NULL) != 0) {
        (void)pthread_mutex_destroy(&channel->lock);
        free(channel);
        return NULL;
    }
    channel->transport = *transport;
    channel->stream = stream;
    return channel;
}

plat_hr fake_stream_channel_open(struct fake_channel *out, const struct plat_transport *transport,
                                 plat_handle stream)
{
    struct stream_channel *channel = create(transport, stream);
    if (channel == NULL) {
        (void)transport->ops->close(transport->ctx, stream);
        return PLAT_E_OUTOFMEMORY;
    }
    const struct plat_event_sink sink = {.post = stream_post, .ctx = channel};
    plat_hr hr = transport->ops->attach(transport->ctx, stream, sink, STREAM_KEY);
    if (plat_failed(hr)) {
        stream_release(channel);
        return hr;
    }
    *out = (struct fake_channel){&stream_ops, channel};
    return PLAT_S_OK;
}
