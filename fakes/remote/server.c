/* The service's side: one thread reads requests and makes the calls, another one writes what clients are
 * told meanwhile. Whoever has something to write does it at once when nobody else is at it, but for the
 * platform's threads, which only queue: they may hold its lock. */
#include "fakes/remote/server.h"

#include <stdlib.h>

/* ---- the way out ---- */

static void end(struct remote_client *client)
{
    client->ended = true;
    client->channel.ops->close(client->channel.ctx);
    (void)pthread_cond_signal(&client->work);
    (void)pthread_cond_broadcast(&client->idle);
}

static void append(struct remote_client *client, struct remote_note *note)
{
    note->next = NULL;
    *client->last = note;
    client->last = &note->next;
    client->queued_bytes += remote_message_bytes(&note->message);
}

/* Sends what is queued, and what is queued meanwhile; with the lock, which it gives away for the sending. */
static void send_queued(struct remote_client *client)
{
    client->sending = true;
    while (client->first != NULL && !client->ended) {
        struct remote_note *note = client->first;
        client->first = NULL;
        client->last = &client->first;
        (void)pthread_mutex_unlock(&client->lock);
        size_t bytes = 0;
        bool answered = false;
        bool good = true;
        while (note != NULL) {
            struct remote_note *next = note->next;
            good = good && remote_write(&client->writer, &note->message);
            bytes += remote_message_bytes(&note->message);
            answered = answered || note->answer;
            remote_message_release(&note->message);
            if (!note->answer) {
                free(note);
            }
            note = next;
        }
        good = good && remote_flush(&client->writer);
        (void)pthread_mutex_lock(&client->lock);
        client->queued_bytes -= bytes;
        client->answered = client->answered || answered;
        if (!good) {
            end(client);
        }
    }
    client->sending = false;
    (void)pthread_cond_broadcast(&client->idle);
}

static void *write_thread(void *arg)
{
    struct remote_client *client = arg;
    (void)pthread_mutex_lock(&client->lock);
    while (!client->ended) {
        if (client->first == NULL || client->sending || client->serving) {
            (void)pthread_cond_wait(&client->work, &client->lock);
        } else {
            send_queued(client);
        }
    }
    (void)pthread_mutex_unlock(&client->lock);
    return NULL;
}

/* Sends the answer behind all that was posted before it; false when the channel has ended. */
static bool send_answer(struct remote_client *client)
{
    (void)pthread_mutex_lock(&client->lock);
    client->serving = false;
    client->answered = false;
    append(client, &client->answer);
    while (!client->answered && !client->ended) {
        if (client->sending) {
            (void)pthread_cond_wait(&client->idle, &client->lock);
        } else {
            send_queued(client);
        }
    }
    bool good = !client->ended;
    (void)pthread_mutex_unlock(&client->lock);
    return good;
}

/* The event is lost only together with its client, to whom the end of the channel tells it. */
static bool post(void *ctx, struct plat_event *event)
{
    struct remote_client *client = ctx;
    struct remote_note *note = calloc(1, sizeof(*note));
    if (note != NULL) {
        note->message = (struct remote_message){.kind = REMOTE_EVENT,
                                                .seq = event->key,
                                                .number_count = REMOTE_EVENT_NUMBERS,
                                                .blob_count = 1,
                                                .blobs = {remote_text(event->data)}};
        note->message.numbers[REMOTE_EVENT_KIND] = (uint64_t)event->kind;
        note->message.numbers[REMOTE_EVENT_TYPE] = event->type;
        note->message.numbers[REMOTE_EVENT_STATUS] = plat_hr_bits(event->status);
        event->data = NULL;
    }
    size_t bytes = note == NULL ? 0 : remote_message_bytes(&note->message);
    (void)pthread_mutex_lock(&client->lock);
    bool room = note != NULL && bytes <= FAKE_REMOTE_MESSAGE_BYTES_MAX &&
                client->queued_bytes <= FAKE_REMOTE_QUEUE_BYTES_MAX - bytes;
    if (!room && !client->ended) {
        end(client);
    }
    if (!client->ended) {
        append(client, note);
        note = NULL;
        if (!client->serving && !client->sending) {
            (void)pthread_cond_signal(&client->work);
        }
    }
    (void)pthread_mutex_unlock(&client->lock);
    if (note != NULL) {
        remote_message_release(&note->message);
        free(note);
    }
    free(event->data);
    event->data = NULL;
    return true;
}

struct plat_event_sink remote_client_sink(struct remote_client *client)
{
    return (struct plat_event_sink){.post = post, .ctx = client};
}

/* ---- requests ---- */

void remote_give(struct remote_message *out, unsigned blob, char *text)
{
    out->blobs[blob] = remote_text(text);
}

bool remote_is_new(struct remote_client *client, unsigned type, uint64_t number)
{
    client->malformed = client->malformed || remote_find(client, type, number) != NULL;
    return !client->malformed;
}

static remote_serve_fn *handler_of(unsigned kind)
{
    remote_serve_fn *const *const tables[] = {remote_serve_hcs, remote_serve_hns,
                                              remote_serve_storage, remote_serve_streams};
    for (size_t i = 0; i < sizeof(tables) / sizeof(tables[0]); i++) {
        if (tables[i][kind] != NULL) {
            return tables[i][kind];
        }
    }
    return NULL;
}

static bool is_request(const struct remote_message *in)
{
    if (in->kind < REMOTE_CALL_FIRST || in->kind >= REMOTE_KIND_END ||
        !remote_message_fits(in, &remote_call_shape(in->kind)->request)) {
        return false;
    }
    for (unsigned i = 0; i < in->blob_count; i++) {
        if (in->blobs[i].data == NULL && !in->no_memory) {
            return false;
        }
    }
    return true;
}

static plat_hr make_call(struct remote_client *client, const struct remote_message *in,
                         struct remote_message *out)
{
    remote_serve_fn *handler = handler_of(in->kind);
    if (in->no_memory) {
        return PLAT_E_OUTOFMEMORY;
    }
    return handler == NULL ? PLAT_S_OK : handler(client, in, out);
}

/* False when it is no request, or its answer went nowhere. */
static bool serve_one(struct remote_client *client, const struct remote_message *in)
{
    if (!is_request(in)) {
        return false;
    }
    struct remote_message *out = &client->answer.message;
    const struct remote_shape *shape = &remote_call_shape(in->kind)->answer;
    *out = (struct remote_message){.kind = REMOTE_ANSWER,
                                   .seq = in->seq,
                                   .number_count = shape->numbers,
                                   .blob_count = shape->blobs};
    (void)pthread_mutex_lock(&client->lock);
    client->serving = true;
    (void)pthread_mutex_unlock(&client->lock);
    plat_hr hr = make_call(client, in, out);
    if (remote_message_bytes(out) > FAKE_REMOTE_MESSAGE_BYTES_MAX) {
        remote_message_release(out);
        hr = plat_succeeded(hr) ? PLAT_E_OUTOFMEMORY : hr;
    }
    out->numbers[0] = plat_hr_bits(hr);
    if (client->malformed) {
        remote_message_release(out);
        return false;
    }
    return send_answer(client);
}

/* ---- a client ---- */

static bool greet(struct remote_client *client)
{
    uint32_t version = 0;
    return remote_read_greeting(&client->reader, &version) &&
           remote_write_greeting(&client->writer) && version == FAKE_REMOTE_VERSION;
}

static void serve(struct remote_client *client)
{
    struct remote_message in;
    bool good = greet(client) && pthread_create(&client->thread, NULL, write_thread, client) == 0;
    if (!good) {
        client->channel.ops->close(client->channel.ctx);
        return;
    }
    while (good && remote_read(&client->reader, &in)) {
        good = serve_one(client, &in);
        remote_message_release(&in);
    }
    (void)pthread_mutex_lock(&client->lock);
    end(client);
    (void)pthread_mutex_unlock(&client->lock);
    (void)pthread_join(client->thread, NULL);
}

static struct remote_client *client_create(const struct platform *platform,
                                           struct fake_channel channel)
{
    /* The buffers are not cleared: they are large, and nothing is read that was not written. */
    struct remote_client *client = malloc(sizeof(*client));
    if (client == NULL) {
        return NULL;
    }
    client->platform = *platform;
    client->channel = channel;
    client->reader.channel = channel;
    client->reader.first = 0;
    client->reader.end = 0;
    client->handles = (struct remote_table){0};
    client->spare = NULL;
    client->spare_count = 0;
    client->malformed = false;
    client->answer = (struct remote_note){.answer = true};
    client->first = NULL;
    client->last = &client->first;
    client->queued_bytes = 0;
    client->serving = false;
    client->sending = false;
    client->answered = false;
    client->ended = false;
    client->writer.channel = channel;
    client->writer.used = 0;
    bool locks = pthread_mutex_init(&client->lock, NULL) == 0;
    bool work = locks && pthread_cond_init(&client->work, NULL) == 0;
    if (work && pthread_cond_init(&client->idle, NULL) == 0) {
        return client;
    }
    if (work) {
        (void)pthread_cond_destroy(&client->work);
    }
    if (locks) {
        (void)pthread_mutex_destroy(&client->lock);
    }
    free(client);
    return NULL;
}

static void client_destroy(struct remote_client *client)
{
    while (client->first != NULL) {
        struct remote_note *note = client->first;
        client->first = note->next;
        remote_message_release(&note->message);
        if (!note->answer) {
            free(note);
        }
    }
    (void)pthread_cond_destroy(&client->idle);
    (void)pthread_cond_destroy(&client->work);
    (void)pthread_mutex_destroy(&client->lock);
    free(client);
}

void fake_remote_serve(const struct platform *platform, struct fake_channel channel)
{
    struct remote_client *client = client_create(platform, channel);
    if (client == NULL) {
        channel.ops->close(channel.ctx);
        channel.ops->release(channel.ctx);
        return;
    }
    serve(client);
    remote_close_all(client);
    client_destroy(client);
    channel.ops->release(channel.ctx);
}
