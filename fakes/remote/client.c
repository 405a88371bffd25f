/* The client's side: whoever calls sends by himself and waits; one thread reads, gives answers to those who
 * wait and events to those who hear them, in the order in which the service sent both. */
#include "fakes/remote/client.h"

#include "core/base/assert.h"
#include "fakes/absent/absent.h"

#include <stdlib.h>

/* ---- waiters ---- */

static struct remote_waiter *waiter_create(void)
{
    struct remote_waiter *waiter = calloc(1, sizeof(*waiter));
    if (waiter == NULL || !wcd_lock_init(&waiter->lock)) {
        free(waiter);
        return NULL;
    }
    if (!wcd_condition_init(&waiter->answered)) {
        wcd_lock_destroy(&waiter->lock);
        free(waiter);
        return NULL;
    }
    return waiter;
}

static void waiter_free(struct remote_waiter *waiter)
{
    wcd_condition_destroy(&waiter->answered);
    wcd_lock_destroy(&waiter->lock);
    free(waiter);
}

/* From now on an answer can come. NULL with the reason. */
static struct remote_waiter *waiter_begin(struct fake_remote *remote, struct remote_message *in,
                                          uint64_t subject, plat_hr *hr)
{
    wcd_lock_acquire(&remote->lock);
    *hr = remote->lost ? REMOTE_LOST : PLAT_E_OUTOFMEMORY;
    struct remote_waiter *waiter = NULL;
    if (!remote->lost) {
        waiter = remote->spare;
        remote->spare = waiter == NULL ? NULL : waiter->next;
        waiter = waiter == NULL ? waiter_create() : waiter;
    }
    if (waiter != NULL) {
        in->seq = ++remote->last_seq;
        waiter->kind = in->kind;
        waiter->seq = in->seq;
        waiter->subject = subject;
        waiter->done = false;
        waiter->answer = (struct remote_message){0};
        waiter->next = remote->waiting;
        remote->waiting = waiter;
    }
    wcd_lock_release(&remote->lock);
    return waiter;
}

static plat_hr waiter_end(struct fake_remote *remote, struct remote_waiter *waiter,
                          struct remote_message *out)
{
    wcd_lock_acquire(&waiter->lock);
    while (!waiter->done) {
        wcd_condition_wait(&waiter->answered, &waiter->lock);
    }
    plat_hr hr = waiter->hr;
    *out = waiter->answer;
    wcd_lock_release(&waiter->lock);
    wcd_lock_acquire(&remote->lock);
    waiter->next = remote->spare;
    remote->spare = waiter;
    wcd_lock_release(&remote->lock);
    return hr;
}

/* The one with that number, which waits for nothing else from now on; NULL for none. */
static struct remote_waiter *waiter_take(struct fake_remote *remote, uint64_t seq)
{
    wcd_lock_acquire(&remote->lock);
    struct remote_waiter **at = &remote->waiting;
    while (*at != NULL && (*at)->seq != seq) {
        at = &(*at)->next;
    }
    struct remote_waiter *waiter = *at;
    if (waiter != NULL) {
        *at = waiter->next;
    }
    wcd_lock_release(&remote->lock);
    return waiter;
}

/* It gets the end of the channel like the others. */
static void waiter_put_back(struct fake_remote *remote, struct remote_waiter *waiter)
{
    wcd_lock_acquire(&remote->lock);
    waiter->next = remote->waiting;
    remote->waiting = waiter;
    wcd_lock_release(&remote->lock);
}

/* The caller goes on; `answer` is NULL when there is none. Whoever is woken finds the lock free: the waiter may be
 * another call's by the time of the signal, which looks whether it is done. */
static void waiter_answer(struct remote_waiter *waiter, plat_hr hr,
                          const struct remote_message *answer)
{
    wcd_lock_acquire(&waiter->lock);
    waiter->hr = hr;
    if (answer != NULL) {
        waiter->answer = *answer;
    }
    waiter->done = true;
    wcd_lock_release(&waiter->lock);
    wcd_condition_wake_one(&waiter->answered);
}

static plat_hr ask_about(struct fake_remote *remote, struct remote_message *in, uint64_t subject,
                         struct remote_message *out)
{
    const struct remote_shape *shape = &remote_call_shape(in->kind)->request;
    plat_hr hr = PLAT_S_OK;
    *out = (struct remote_message){0};
    in->number_count = shape->numbers;
    in->blob_count = shape->blobs;
    if (remote_message_bytes(in) > FAKE_REMOTE_MESSAGE_BYTES_MAX) {
        return plat_hr_win32(PLAT_ERROR_INVALID_PARAMETER);
    }
    struct remote_waiter *waiter = waiter_begin(remote, in, subject, &hr);
    if (waiter == NULL) {
        return hr;
    }
    wcd_lock_acquire(&remote->send_lock);
    bool sent = remote_write(&remote->writer, in) && remote_flush(&remote->writer);
    wcd_lock_release(&remote->send_lock);
    if (!sent) {
        remote->channel.ops->close(remote->channel.ctx); /* the thread that reads sees it */
    }
    return waiter_end(remote, waiter, out);
}

plat_hr remote_ask(struct fake_remote *remote, struct remote_message *in,
                   struct remote_message *out)
{
    return ask_about(remote, in, in->numbers[0], out);
}

char *remote_take(struct remote_message *out, unsigned blob)
{
    char *text = out->blobs[blob].data;
    out->blobs[blob] = (struct remote_blob){0};
    return text;
}

plat_hr remote_take_answer(struct remote_message *out, unsigned blob, plat_hr hr, char **text)
{
    *text = remote_take(out, blob);
    return plat_succeeded(hr) && *text == NULL ? PLAT_E_OUTOFMEMORY : hr;
}

/* ---- who hears ---- */

static struct remote_ear *ear_find(const struct fake_remote *remote, unsigned type, uint64_t number)
{
    return (struct remote_ear *)(void *)remote_table_find(&remote->ears, type, number);
}

static bool ear_insert(struct fake_remote *remote, enum remote_ear_type type, uint64_t number,
                       const struct remote_ear *from)
{
    struct remote_ear *ear = malloc(sizeof(*ear));
    if (ear == NULL) {
        return false;
    }
    *ear = *from;
    remote_table_add(&remote->ears, &ear->entry, type, number);
    return true;
}

bool remote_ear_add(struct fake_remote *remote, enum remote_ear_type type, uint64_t number,
                    const struct remote_ear *ear)
{
    wcd_lock_acquire(&remote->ears_lock);
    bool added = ear_insert(remote, type, number, ear);
    wcd_lock_release(&remote->ears_lock);
    return added;
}

bool remote_ear_is_there(struct fake_remote *remote, enum remote_ear_type type, uint64_t number)
{
    wcd_lock_acquire(&remote->ears_lock);
    bool there = ear_find(remote, type, number) != NULL;
    wcd_lock_release(&remote->ears_lock);
    return there;
}

bool remote_ear_remove(struct fake_remote *remote, enum remote_ear_type type, uint64_t number)
{
    wcd_lock_acquire(&remote->ears_lock);
    struct remote_ear *ear = ear_find(remote, type, number);
    if (ear != NULL) {
        remote_table_remove(&remote->ears, &ear->entry);
    }
    wcd_lock_release(&remote->ears_lock);
    free(ear);
    return ear != NULL;
}

/* What is closed had registrations, which ended with it. */
static void ears_of_closed(struct fake_remote *remote, unsigned close, plat_handle object)
{
    wcd_lock_acquire(&remote->ears_lock);
    struct remote_walk walk = {0};
    struct remote_ear *ear = NULL;
    while ((ear = (struct remote_ear *)(void *)remote_table_next(&remote->ears, &walk)) != NULL) {
        if (ear->close == close && ear->object == object) {
            remote_table_remove(&remote->ears, &ear->entry);
            free(ear);
        }
    }
    wcd_lock_release(&remote->ears_lock);
}

plat_hr remote_register(struct fake_remote *remote, struct remote_message *in, unsigned number_at,
                        const struct remote_ear *ear, plat_handle *registration)
{
    enum remote_ear_type type = in->kind == REMOTE_HCN_REGISTER ? REMOTE_EAR_HCN : REMOTE_EAR_HCS;
    struct remote_message out;
    *registration = PLAT_NO_HANDLE;
    wcd_lock_acquire(&remote->ears_lock);
    uint64_t number = ++remote->last_number;
    bool added = ear_insert(remote, type, number, ear);
    wcd_lock_release(&remote->ears_lock);
    if (!added) {
        return PLAT_E_OUTOFMEMORY;
    }
    in->numbers[number_at] = number;
    plat_hr hr = ask_about(remote, in, number, &out);
    if (plat_succeeded(hr)) {
        *registration = number;
    } else {
        (void)remote_ear_remove(remote, type, number);
    }
    return hr;
}

plat_hr remote_unregister(struct fake_remote *remote, unsigned kind, enum remote_ear_type type,
                          plat_handle registration)
{
    struct remote_message in = {.kind = kind, .numbers = {registration}};
    struct remote_message out;
    plat_hr hr = remote_ask(remote, &in, &out);
    if (plat_succeeded(hr) || hr == plat_hr_win32(PLAT_ERROR_INVALID_HANDLE)) {
        (void)remote_ear_remove(remote, type, registration);
    } else if (fake_remote_is_lost(remote)) {
        hr = remote_ear_remove(remote, type, registration)
                 ? PLAT_S_OK
                 : plat_hr_win32(PLAT_ERROR_INVALID_HANDLE);
    }
    return hr;
}

plat_hr remote_close(struct fake_remote *remote, struct remote_message *in)
{
    struct remote_message out;
    plat_hr hr = remote_ask(remote, in, &out);
    bool lost = plat_failed(hr) && fake_remote_is_lost(remote);
    if (lost || out.numbers[1] > 0) {
        ears_of_closed(remote, in->kind, in->numbers[0]);
    }
    return lost ? PLAT_S_OK : hr;
}

/* ---- the thread that reads ---- */

static void ear_post(const struct remote_ear *ear, struct plat_event event)
{
    event.key = ear->key;
    (void)ear->sink.post(ear->sink.ctx, &event);
}

/* What an answer says about who hears; before the caller knows it, since events may follow at once. */
static void note_answer(struct fake_remote *remote, const struct remote_waiter *waiter, plat_hr hr)
{
    bool pending = hr == plat_hr_win32(PLAT_ERROR_IO_PENDING);
    struct remote_ear *ear = NULL;
    wcd_lock_acquire(&remote->ears_lock);
    switch (waiter->kind) {
    case REMOTE_REGISTER_SYSTEM:
    case REMOTE_REGISTER_PROCESS:
    case REMOTE_HCN_REGISTER:
        ear =
            ear_find(remote, waiter->kind == REMOTE_HCN_REGISTER ? REMOTE_EAR_HCN : REMOTE_EAR_HCS,
                     waiter->subject);
        if (ear != NULL && plat_succeeded(hr)) {
            ear->registered = true;
        }
        break;
    case REMOTE_STREAM_READ:
    case REMOTE_STREAM_WRITE:
        ear = ear_find(remote, REMOTE_EAR_STREAM, waiter->subject);
        if (ear != NULL && pending && waiter->kind == REMOTE_STREAM_READ) {
            ear->owed_read = true;
        } else if (ear != NULL && pending) {
            ear->owed_write = true;
        }
        break;
    default:
        break;
    }
    wcd_lock_release(&remote->ears_lock);
}

/* False for an answer to no question, or of the wrong shape. Takes the blobs. */
static bool take_answer(struct fake_remote *remote, struct remote_message *message)
{
    struct remote_waiter *waiter = waiter_take(remote, message->seq);
    if (waiter == NULL) {
        return false;
    }
    if (!remote_message_fits(message, &remote_call_shape(waiter->kind)->answer) ||
        message->numbers[0] > UINT32_MAX) {
        waiter_put_back(remote, waiter);
        return false;
    }
    plat_hr hr = plat_hr_of((uint32_t)message->numbers[0]);
    note_answer(remote, waiter, hr);
    waiter_answer(waiter, hr, message);
    for (size_t i = 0; i < REMOTE_BLOBS_MAX; i++) {
        message->blobs[i] = (struct remote_blob){0};
    }
    return true;
}

static bool ear_type_of(uint64_t kind, unsigned *type)
{
    switch (kind) {
    case PLAT_EVENT_HCS:
        *type = REMOTE_EAR_HCS;
        return true;
    case PLAT_EVENT_HCN:
        *type = REMOTE_EAR_HCN;
        return true;
    case PLAT_EVENT_STREAM:
        *type = REMOTE_EAR_STREAM;
        return true;
    default:
        return false;
    }
}

static void note_event(struct remote_ear *ear, const struct plat_event *event)
{
    if (event->kind == PLAT_EVENT_STREAM) {
        ear->owed_read = ear->owed_read && event->type != PLAT_STREAM_READABLE;
        ear->owed_write = ear->owed_write && event->type != PLAT_STREAM_WRITTEN;
    } else if (event->type == PLAT_HCS_SERVICE_DISCONNECT) {
        ear->told_end = true; /* HCN's has the same number */
    }
}

/* False for an event of no kind. One for nobody is dropped: who was to hear it may be gone by now. */
static bool take_event(struct fake_remote *remote, struct remote_message *message)
{
    unsigned type = 0;
    if (!remote_message_fits(message, &remote_event_shape) ||
        !ear_type_of(message->numbers[REMOTE_EVENT_KIND], &type) ||
        message->numbers[REMOTE_EVENT_TYPE] > UINT32_MAX ||
        message->numbers[REMOTE_EVENT_STATUS] > UINT32_MAX) {
        return false;
    }
    wcd_lock_acquire(&remote->ears_lock);
    struct remote_ear *ear = ear_find(remote, type, message->seq);
    if (ear != NULL && !remote->closing && !ear->told_end) {
        struct plat_event event = {
            .kind = (enum plat_event_kind)message->numbers[REMOTE_EVENT_KIND],
            .type = (uint32_t)message->numbers[REMOTE_EVENT_TYPE],
            .status = plat_hr_of((uint32_t)message->numbers[REMOTE_EVENT_STATUS]),
            .data = remote_take(message, 0)};
        note_event(ear, &event);
        ear_post(ear, event);
    }
    wcd_lock_release(&remote->ears_lock);
    return true;
}

/* The last that registrations hear, and those who wait for a stream. */
static void tell_end(struct remote_ear *ear)
{
    struct plat_event event = {.status = REMOTE_LOST};
    plat_hr broken = plat_hr_win32(PLAT_ERROR_BROKEN_PIPE);
    if (ear->entry.type == REMOTE_EAR_STREAM) {
        event = (struct plat_event){.kind = PLAT_EVENT_STREAM, .status = broken};
        if (ear->owed_read) {
            event.type = PLAT_STREAM_READABLE;
            ear_post(ear, event);
        }
        if (ear->owed_write) {
            event.type = PLAT_STREAM_WRITTEN;
            ear_post(ear, event);
        }
    } else if (ear->registered && !ear->told_end) {
        bool hcs = ear->entry.type == REMOTE_EAR_HCS;
        event.kind = hcs ? PLAT_EVENT_HCS : PLAT_EVENT_HCN;
        event.type =
            hcs ? (uint32_t)PLAT_HCS_SERVICE_DISCONNECT : (uint32_t)PLAT_HCN_SERVICE_DISCONNECT;
        ear_post(ear, event);
    }
    ear->told_end = true;
    ear->owed_read = false;
    ear->owed_write = false;
}

/* Whoever hears is told first: once a call has answered that the service is lost, all know it. */
static void lose(struct fake_remote *remote)
{
    remote->channel.ops->close(remote->channel.ctx);
    wcd_lock_acquire(&remote->ears_lock);
    struct remote_walk walk = {0};
    struct remote_ear *ear = NULL;
    while (!remote->closing &&
           (ear = (struct remote_ear *)(void *)remote_table_next(&remote->ears, &walk)) != NULL) {
        tell_end(ear);
    }
    wcd_lock_release(&remote->ears_lock);
    wcd_lock_acquire(&remote->lock);
    remote->lost = true;
    struct remote_waiter *waiting = remote->waiting;
    remote->waiting = NULL;
    wcd_lock_release(&remote->lock);
    while (waiting != NULL) {
        struct remote_waiter *next = waiting->next;
        waiter_answer(waiting, REMOTE_LOST, NULL);
        waiting = next;
    }
}

static void *read_thread(void *arg)
{
    struct fake_remote *remote = arg;
    struct remote_message message;
    bool good = true;
    while (good && remote_read(&remote->reader, &message)) {
        good = message.kind == REMOTE_ANSWER  ? take_answer(remote, &message)
               : message.kind == REMOTE_EVENT ? take_event(remote, &message)
                                              : false;
        remote_message_release(&message);
    }
    lose(remote);
    return NULL;
}

/* ---- connect and close ---- */

/* Numbers of registrations are told from the service's handles at a glance. */
#define FIRST_NUMBER ((uint64_t)1 << 32)

static bool make_locks(struct fake_remote *remote)
{
    bool send_lock = wcd_lock_init(&remote->send_lock);
    bool lock = send_lock && wcd_lock_init(&remote->lock);
    if (lock && wcd_lock_init(&remote->ears_lock)) {
        return true;
    }
    if (lock) {
        wcd_lock_destroy(&remote->lock);
    }
    if (send_lock) {
        wcd_lock_destroy(&remote->send_lock);
    }
    return false;
}

static void destroy(struct fake_remote *remote)
{
    while (remote->spare != NULL) {
        struct remote_waiter *next = remote->spare->next;
        waiter_free(remote->spare);
        remote->spare = next;
    }
    struct remote_walk walk = {0};
    struct remote_entry *entry = NULL;
    while ((entry = remote_table_next(&remote->ears, &walk)) != NULL) {
        free(entry);
    }
    remote_table_release(&remote->ears);
    wcd_lock_destroy(&remote->ears_lock);
    wcd_lock_destroy(&remote->lock);
    wcd_lock_destroy(&remote->send_lock);
    remote->channel.ops->release(remote->channel.ctx);
    free(remote);
}

static struct fake_remote *create(struct fake_channel channel)
{
    /* The buffers are not cleared: they are large, and nothing is read that was not written. */
    struct fake_remote *remote = malloc(sizeof(*remote));
    if (remote == NULL || !make_locks(remote)) {
        free(remote);
        return NULL;
    }
    remote->channel = channel;
    remote->reader.channel = channel;
    remote->reader.first = 0;
    remote->reader.end = 0;
    remote->writer.channel = channel;
    remote->writer.used = 0;
    remote->waiting = NULL;
    remote->spare = waiter_create(); /* so that one thread alone never lacks it */
    remote->last_seq = 0;
    remote->lost = false;
    remote->ears = (struct remote_table){0};
    remote->last_number = FIRST_NUMBER;
    remote->closing = false;
    return remote;
}

static enum wcd_errc greet(struct fake_remote *remote, struct wcd_error *err)
{
    uint32_t version = 0;
    if (!remote_write_greeting(&remote->writer) ||
        !remote_read_greeting(&remote->reader, &version)) {
        return wcd_error_set(err, WCD_E_UNAVAILABLE, "the other side is no drydock service");
    }
    if (version != FAKE_REMOTE_VERSION) {
        return wcd_error_set(err, WCD_E_UNAVAILABLE,
                             "the service speaks version %u of the protocol, not %u",
                             (unsigned)version, (unsigned)FAKE_REMOTE_VERSION);
    }
    return WCD_OK;
}

enum wcd_errc fake_remote_connect(struct fake_remote **out, struct fake_channel channel,
                                  struct wcd_error *err)
{
    *out = NULL;
    struct fake_remote *remote = create(channel);
    if (remote == NULL) {
        channel.ops->close(channel.ctx);
        channel.ops->release(channel.ctx);
        return wcd_error_no_memory(err);
    }
    enum wcd_errc code = remote->spare == NULL ? wcd_error_no_memory(err) : greet(remote, err);
    if (code == WCD_OK && pthread_create(&remote->thread, NULL, read_thread, remote) != 0) {
        code = wcd_error_set(err, WCD_E_SYSTEM, "the channel's thread could not be started");
    }
    if (code != WCD_OK) {
        channel.ops->close(channel.ctx);
        destroy(remote);
        return code;
    }
    *out = remote;
    return WCD_OK;
}

void fake_remote_close(struct fake_remote *remote)
{
    if (remote == NULL) {
        return;
    }
    wcd_lock_acquire(&remote->ears_lock);
    remote->closing = true;
    wcd_lock_release(&remote->ears_lock);
    remote->channel.ops->close(remote->channel.ctx);
    (void)pthread_join(remote->thread, NULL);
    WCD_ASSERT(remote->waiting == NULL);
    destroy(remote);
}

bool fake_remote_is_lost(struct fake_remote *remote)
{
    wcd_lock_acquire(&remote->lock);
    bool lost = remote->lost;
    wcd_lock_release(&remote->lock);
    return lost;
}

bool fake_remote_settle(struct fake_remote *remote)
{
    struct remote_message in = {.kind = REMOTE_SETTLE};
    struct remote_message out;
    return plat_succeeded(remote_ask(remote, &in, &out));
}

struct platform fake_remote_platform(struct fake_remote *remote)
{
    return (struct platform){
        .version = PLAT_VERSION,
        .os = fake_absent_os(),
        .scm = fake_absent_scm(),
        .registry = fake_absent_registry(),
        .fs = fake_absent_fs(),
        .clock = fake_absent_clock(),
        .hcs = {&remote_hcs_ops, remote},
        .hns = {&remote_hns_ops, remote},
        .hcn = {&remote_hcn_ops, remote},
        .storage = {&remote_storage_ops, remote},
        .transport = {&remote_transport_ops, remote},
    };
}
