/* The service's side. Threads take turns in reading requests: whoever has one makes its call and answers, while
 * the next one reads, so a call that takes long is waited for by nobody here; whether others can be made
 * meanwhile is the platform's affair, and those of fakes/live are made one by one. One thread more writes what
 * clients are told meanwhile. Whoever has something to write does it at once when nobody else is at it, but for
 * the platform's threads, which only queue: they may hold its lock. */
#include "fakes/remote/server.h"

#include "core/base/assert.h"

#include <stdlib.h>

/* ---- the way out ---- */

static void end(struct remote_client *client)
{
    client->ended = true;
    client->channel.ops->close(client->channel.ctx);
    wcd_condition_wake_one(&client->work);
    wcd_condition_wake_all(&client->idle);
}

static void append(struct remote_client *client, struct remote_note *note)
{
    note->next = NULL;
    *client->last = note;
    client->last = &note->next;
    client->queued_bytes += remote_message_bytes(&note->message);
}

/* Takes a note away that will not be sent. */
static void unlink_note(struct remote_client *client, struct remote_note *note)
{
    struct remote_note **at = &client->first;
    while (*at != note) {
        WCD_ASSERT(*at != NULL);
        at = &(*at)->next;
    }
    *at = note->next;
    if (client->last == &note->next) {
        client->last = at;
    }
}

/* Writes notes one after the other; those of threads that wait come back as a list. */
static bool write_notes(struct remote_client *client, struct remote_note *note,
                        struct remote_note **waited_for, size_t *bytes)
{
    bool good = true;
    while (note != NULL) {
        struct remote_note *next = note->next;
        *bytes += remote_message_bytes(&note->message);
        good = good && remote_write(&client->writer, &note->message);
        remote_message_release(&note->message);
        if (note->waited_for) {
            note->next = *waited_for;
            *waited_for = note;
        } else {
            free(note);
        }
        note = next;
    }
    return good && remote_flush(&client->writer);
}

/* Sends what is queued, and what is queued meanwhile; with the lock, which it gives away for the sending. */
static void send_queued(struct remote_client *client)
{
    client->sending = true;
    while (client->first != NULL && !client->ended) {
        struct remote_note *notes = client->first;
        struct remote_note *waited_for = NULL;
        size_t bytes = 0;
        client->first = NULL;
        client->last = &client->first;
        wcd_lock_release(&client->lock);
        bool good = write_notes(client, notes, &waited_for, &bytes);
        wcd_lock_acquire(&client->lock);
        client->queued_bytes -= bytes;
        while (waited_for != NULL) {
            struct remote_note *next = waited_for->next;
            waited_for->sent = true;
            waited_for = next;
        }
        if (!good) {
            end(client);
        }
        wcd_condition_wake_all(&client->idle);
    }
    client->sending = false;
    wcd_condition_wake_all(&client->idle);
}

static void *write_thread(void *arg)
{
    struct remote_client *client = arg;
    wcd_lock_acquire(&client->lock);
    while (!client->ended) {
        if (client->first == NULL || client->sending) {
            wcd_condition_wait(&client->work, &client->lock);
        } else {
            send_queued(client);
        }
    }
    wcd_lock_release(&client->lock);
    return NULL;
}

/* Until a note that was queued is sent or never will be, which it is not to outlive. */
static void await_sent(struct remote_client *client, struct remote_note *note)
{
    while (!note->sent) {
        if (client->sending) {
            wcd_condition_wait(&client->idle, &client->lock);
        } else if (client->ended) {
            unlink_note(client, note);
            remote_message_release(&note->message);
            note->sent = true;
        } else {
            send_queued(client);
        }
    }
}

/* Sends an answer behind all that was posted before it, or leaves it to who sends already; false when the channel
 * has ended. Takes the note, unless it is waited for. */
static bool send_answer(struct remote_client *client, struct remote_note *note)
{
    wcd_lock_acquire(&client->lock);
    append(client, note);
    if (note->waited_for) {
        await_sent(client, note);
    } else if (!client->sending) {
        send_queued(client);
    }
    while (client->sending && !client->ended && client->queued_bytes > REMOTE_ANSWERS_BYTES_MAX) {
        wcd_condition_wait(&client->idle, &client->lock);
    }
    bool good = !client->ended;
    wcd_lock_release(&client->lock);
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
    wcd_lock_acquire(&client->lock);
    bool room = note != NULL && bytes <= FAKE_REMOTE_MESSAGE_BYTES_MAX &&
                client->queued_bytes <= FAKE_REMOTE_QUEUE_BYTES_MAX - bytes;
    if (!room && !client->ended) {
        end(client);
    }
    if (room && !client->ended) {
        append(client, note);
        note = NULL;
        if (!client->sending) {
            wcd_condition_wake_one(&client->work);
        }
    }
    wcd_lock_release(&client->lock);
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

plat_hr remote_malformed(struct remote_client *client)
{
    atomic_store(&client->malformed, true);
    return plat_hr_win32(PLAT_ERROR_INVALID_DATA);
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
    const struct remote_shape *shape = &remote_call_shape(in->kind)->answer;
    struct remote_note lent = {.waited_for = true};
    struct remote_note *note = calloc(1, sizeof(*note));
    if (note == NULL) {
        note = &lent;
    }
    struct remote_message *out = &note->message;
    *out = (struct remote_message){.kind = REMOTE_ANSWER,
                                   .seq = in->seq,
                                   .number_count = shape->numbers,
                                   .blob_count = shape->blobs};
    plat_hr hr = make_call(client, in, out);
    if (remote_message_bytes(out) > FAKE_REMOTE_MESSAGE_BYTES_MAX) {
        remote_message_release(out);
        hr = plat_succeeded(hr) ? PLAT_E_OUTOFMEMORY : hr;
    }
    out->numbers[0] = plat_hr_bits(hr);
    if (atomic_load(&client->malformed)) {
        remote_message_release(out);
        free(note == &lent ? NULL : note);
        return false;
    }
    return send_answer(client, note);
}

/* ---- threads that take turns ---- */

static void *take_turns(void *arg);

/* Somebody is to wait for the next request while this thread makes its call. */
static void call_next(struct remote_client *client)
{
    if (atomic_load(&client->waiting) > 0) {
        return;
    }
    wcd_lock_acquire(&client->lock);
    if (!client->ended && client->thread_count < REMOTE_THREADS_MAX &&
        pthread_create(&client->threads[client->thread_count], NULL, take_turns, client) == 0) {
        client->thread_count++;
    }
    wcd_lock_release(&client->lock);
}

static bool read_request(struct remote_client *client, struct remote_message *in)
{
    (void)atomic_fetch_add(&client->waiting, 1);
    wcd_lock_acquire(&client->read_lock);
    (void)atomic_fetch_sub(&client->waiting, 1);
    bool good = !atomic_load(&client->ended) && remote_read(&client->reader, in);
    if (good) {
        call_next(client);
    }
    wcd_lock_release(&client->read_lock);
    return good;
}

static void *take_turns(void *arg)
{
    struct remote_client *client = arg;
    struct remote_message in;
    bool good = true;
    while (good && read_request(client, &in)) {
        good = serve_one(client, &in);
        remote_message_release(&in);
    }
    wcd_lock_acquire(&client->lock);
    end(client);
    wcd_lock_release(&client->lock);
    return NULL;
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
    if (!greet(client) || pthread_create(&client->write_thread, NULL, write_thread, client) != 0) {
        client->channel.ops->close(client->channel.ctx);
        return;
    }
    (void)take_turns(client);
    /* No thread begins any more: the channel has ended. */
    for (size_t i = 0; i < client->thread_count; i++) {
        (void)pthread_join(client->threads[i], NULL);
    }
    (void)pthread_join(client->write_thread, NULL);
}

static bool make_locks(struct remote_client *client)
{
    struct wcd_lock *const locks[] = {&client->read_lock, &client->handles_lock, &client->lock};
    struct wcd_condition *const conditions[] = {&client->work, &client->idle};
    size_t made = 0;
    size_t conditions_made = 0;
    while (made < 3 && wcd_lock_init(locks[made])) {
        made++;
    }
    while (made == 3 && conditions_made < 2 && wcd_condition_init(conditions[conditions_made])) {
        conditions_made++;
    }
    bool good = conditions_made == 2;
    for (size_t i = 0; i < conditions_made && !good; i++) {
        wcd_condition_destroy(conditions[i]);
    }
    for (size_t i = 0; i < made && !good; i++) {
        wcd_lock_destroy(locks[i]);
    }
    return good;
}

static struct remote_client *client_create(const struct platform *platform,
                                           struct fake_channel channel)
{
    /* The buffers are not cleared: they are large, and nothing is read that was not written. */
    struct remote_client *client = malloc(sizeof(*client));
    if (client == NULL || !make_locks(client)) {
        free(client);
        return NULL;
    }
    client->platform = *platform;
    client->channel = channel;
    atomic_init(&client->malformed, false);
    client->reader.channel = channel;
    client->reader.first = 0;
    client->reader.end = 0;
    client->handles = (struct remote_table){0};
    client->first = NULL;
    client->last = &client->first;
    client->queued_bytes = 0;
    client->sending = false;
    atomic_init(&client->ended, false);
    atomic_init(&client->waiting, 0);
    client->thread_count = 0;
    client->writer.channel = channel;
    client->writer.used = 0;
    return client;
}

static void client_destroy(struct remote_client *client)
{
    while (client->first != NULL) {
        struct remote_note *note = client->first;
        client->first = note->next;
        remote_message_release(&note->message);
        free(note);
    }
    wcd_condition_destroy(&client->idle);
    wcd_condition_destroy(&client->work);
    wcd_lock_destroy(&client->lock);
    wcd_lock_destroy(&client->handles_lock);
    wcd_lock_destroy(&client->read_lock);
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
