/* Clients that are attached to a process's streams; see streams.h.
 *
 * Evidence: moby container/stream/attach.go (CopyStreams), moby/term proxy.go and ascii.go. */
#include "core/base/assert.h"
#include "core/base/limits.h"
#include "core/daemon/streams_internal.h"

#include <stdlib.h>
#include <string.h>

#define CTRL_P 16
#define CTRL_Q 17
#define DEL    127

/* ---- bytes ---- */

#define BYTES_FIRST 256u

bool streams_bytes_add(struct streams_bytes *bytes, const char *data, size_t size)
{
    if (size == 0) {
        return true;
    }
    size_t needed = bytes->len + size;
    if (needed > bytes->capacity) {
        size_t capacity = bytes->capacity == 0 ? BYTES_FIRST : bytes->capacity;
        while (capacity < needed) {
            capacity *= 2;
        }
        char *grown = realloc(bytes->data, capacity);
        if (grown == NULL) {
            return false;
        }
        bytes->data = grown;
        bytes->capacity = capacity;
    }
    memcpy(bytes->data + bytes->len, data, size);
    bytes->len = needed;
    return true;
}

void streams_bytes_consume(struct streams_bytes *bytes, size_t size)
{
    WCD_ASSERT(size <= bytes->len);
    bytes->len -= size;
    if (bytes->len == 0) {
        streams_bytes_release(bytes);
    } else {
        memmove(bytes->data, bytes->data + size, bytes->len);
    }
}

void streams_bytes_release(struct streams_bytes *bytes)
{
    free(bytes->data);
    *bytes = (struct streams_bytes){0};
}

/* ---- detach keys ---- */

/* The code of one key, as term.ASCII has them; -1 for what is none. */
static int key_code(const char *text, size_t len)
{
    static const char prefix[] = "ctrl-";
    static const char names[] = "@abcdefghijklmnopqrstuvwxyz[\\]^_";
    size_t prefix_len = sizeof(prefix) - 1;
    if (len == 1) {
        return (unsigned char)text[0];
    }
    if (len == 3 && strncmp(text, "DEL", len) == 0) {
        return DEL;
    }
    if (len != prefix_len + 1 || strncmp(text, prefix, prefix_len) != 0) {
        return -1;
    }
    const char *name = strchr(names, text[prefix_len]);
    return name == NULL ? -1 : (int)(name - names);
}

bool wcd_detach_keys_parse(const char *text, char *keys, size_t *count)
{
    *count = 0;
    for (;;) {
        size_t len = strcspn(text, ",");
        int code = key_code(text, len);
        if (code < 0 || *count == WCD_DETACH_KEYS_MAX) {
            return false;
        }
        keys[(*count)++] = (char)code;
        if (text[len] == '\0') {
            return true;
        }
        text += len + 1;
    }
}

/* ---- coming and going ---- */

struct wcd_attachment *wcd_attachment_new(void)
{
    return calloc(1, sizeof(struct wcd_attachment));
}

enum wcd_errc wcd_streams_attach(struct wcd_streams *streams,
                                 const struct wcd_streams_client *client,
                                 struct wcd_attachment **out, struct wcd_error *err)
{
    WCD_ASSERT(client->detach_size <= WCD_DETACH_KEYS_MAX);
    struct wcd_attachment *attachment = wcd_attachment_new();
    if (attachment == NULL) {
        return wcd_error_no_memory(err);
    }
    attachment->streams = streams;
    attachment->client = *client;
    if (client->detach_size > 0) {
        memcpy(attachment->keys, client->detach_keys, client->detach_size);
    } else {
        attachment->keys[0] = CTRL_P;
        attachment->keys[1] = CTRL_Q;
        attachment->client.detach_size = 2;
    }
    attachment->client.detach_keys = NULL;
    struct wcd_attachment **link = &streams->clients;
    while (*link != NULL) {
        link = &(*link)->next;
    }
    *link = attachment;
    *out = attachment;
    return WCD_OK;
}

/* Takes it off the list; what it has not read yet it may still read. */
static struct wcd_streams *leave(struct wcd_attachment *attachment)
{
    struct wcd_streams *streams = attachment->streams;
    if (streams == NULL) {
        return NULL;
    }
    struct wcd_attachment **link = &streams->clients;
    while (*link != attachment) {
        WCD_ASSERT(*link != NULL);
        link = &(*link)->next;
    }
    *link = attachment->next;
    attachment->next = NULL;
    attachment->streams = NULL;
    streams_go_on(streams, false);
    streams_go_on(streams, true);
    return streams;
}

static void leave_by_itself(struct wcd_attachment *attachment)
{
    struct wcd_streams *streams = leave(attachment);
    const struct wcd_streams_owner *owner = &streams->options.owner;
    if (owner->left != NULL) {
        owner->left(owner->ctx, attachment, attachment->detached);
    }
}

void streams_let_go(struct wcd_streams *streams)
{
    while (streams->clients != NULL) {
        struct wcd_attachment *attachment = streams->clients;
        streams->clients = attachment->next;
        attachment->next = NULL;
        attachment->streams = NULL;
    }
}

void wcd_attachment_end(struct wcd_attachment *attachment)
{
    (void)leave(attachment);
}

/* Whether the client's end is the process's, too. */
static bool ends_input(const struct wcd_attachment *attachment)
{
    return attachment->client.close_stdin && !attachment->client.tty;
}

void wcd_attachment_free(struct wcd_attachment *attachment)
{
    if (attachment == NULL) {
        return;
    }
    struct wcd_streams *streams = leave(attachment);
    bool reads_input = attachment->client.input && !attachment->input_ended;
    if (streams != NULL && reads_input && ends_input(attachment)) {
        streams_close_input(streams);
    }
    streams_bytes_release(&attachment->waiting[0]);
    streams_bytes_release(&attachment->waiting[1]);
    streams_bytes_release(&attachment->given);
    free(attachment);
}

bool wcd_attachment_ended(const struct wcd_attachment *attachment)
{
    return attachment->streams == NULL;
}

bool wcd_attachment_was_detached(const struct wcd_attachment *attachment)
{
    return attachment->detached;
}

/* ---- output ---- */

static bool wants(const struct wcd_attachment *attachment, bool error_stream)
{
    return error_stream ? attachment->client.error : attachment->client.output;
}

bool streams_are_stopped(const struct wcd_streams *streams, bool error_stream)
{
    for (const struct wcd_attachment *at = streams->clients; at != NULL; at = at->next) {
        if (at->waiting[error_stream ? 1 : 0].len >= WCD_ATTACH_BYTES_MAX) {
            return true;
        }
    }
    return false;
}

bool wcd_attachment_feed(struct wcd_attachment *attachment, bool error_stream, const char *data,
                         size_t size)
{
    return streams_bytes_add(&attachment->waiting[error_stream ? 1 : 0], data, size);
}

void streams_deliver(struct wcd_streams *streams, bool error_stream, const char *data, size_t size)
{
    for (struct wcd_attachment *at = streams->clients; at != NULL; at = at->next) {
        if (wants(at, error_stream) && !wcd_attachment_feed(at, error_stream, data, size)) {
            wcd_log(streams->options.log, WCD_LOG_ERROR,
                    "out of memory: %zu bytes of output are lost for a client", size);
        }
    }
}

const char *wcd_attachment_read(struct wcd_attachment *attachment, bool error_stream, size_t *size)
{
    streams_bytes_release(&attachment->given);
    attachment->given = attachment->waiting[error_stream ? 1 : 0];
    attachment->waiting[error_stream ? 1 : 0] = (struct streams_bytes){0};
    *size = attachment->given.len;
    if (attachment->streams != NULL && *size > 0) {
        streams_go_on(attachment->streams, error_stream);
    }
    return *size == 0 ? "" : attachment->given.data;
}

/* ---- input ---- */

/* What of the bytes goes to the process, in `out`, which takes `size` and what was held back. True when the keys
 * were typed. As the original, a byte that breaks a row is not looked at again. */
static bool find_keys(struct wcd_attachment *attachment, const char *data, size_t size, char *out,
                      size_t *out_size)
{
    size_t count = attachment->client.detach_size;
    *out_size = 0;
    for (size_t i = 0; i < size; i++) {
        if (data[i] == attachment->keys[attachment->key_position]) {
            if (++attachment->key_position == count) {
                return true;
            }
            continue;
        }
        memcpy(out + *out_size, attachment->keys, attachment->key_position);
        *out_size += attachment->key_position;
        attachment->key_position = 0;
        out[(*out_size)++] = data[i];
    }
    return false;
}

static enum wcd_errc write_keys(struct wcd_attachment *attachment, const char *data, size_t size,
                                struct wcd_error *err)
{
    struct streams_bytes *bytes = &attachment->streams->input.bytes;
    char *out = malloc(size + WCD_DETACH_KEYS_MAX);
    size_t out_size = 0;
    if (out == NULL) {
        return wcd_error_no_memory(err);
    }
    size_t position = attachment->key_position;
    bool detached = find_keys(attachment, data, size, out, &out_size);
    bool ok = streams_bytes_add(bytes, out, out_size);
    free(out);
    if (!ok) {
        attachment->key_position = position;
        return wcd_error_no_memory(err);
    }
    streams_write_on(attachment->streams);
    if (detached) {
        attachment->detached = true;
        leave_by_itself(attachment);
    }
    return WCD_OK;
}

enum wcd_errc wcd_attachment_write(struct wcd_attachment *attachment, const void *data, size_t size,
                                   struct wcd_error *err)
{
    struct wcd_streams *streams = attachment->streams;
    if (streams == NULL || !attachment->client.input || attachment->input_ended ||
        !streams->options.open_stdin || streams->input.closing || size == 0) {
        return WCD_OK;
    }
    if (size > WCD_ATTACH_BYTES_MAX || streams->input.bytes.len > WCD_ATTACH_BYTES_MAX - size) {
        return wcd_error_set(err, WCD_E_UNAVAILABLE,
                             "more than %zu bytes of input wait for the process",
                             WCD_ATTACH_BYTES_MAX);
    }
    if (attachment->client.tty) {
        return write_keys(attachment, data, size, err);
    }
    if (!streams_bytes_add(&streams->input.bytes, data, size)) {
        return wcd_error_no_memory(err);
    }
    streams_write_on(streams);
    return WCD_OK;
}

void wcd_attachment_close_input(struct wcd_attachment *attachment)
{
    struct wcd_streams *streams = attachment->streams;
    if (streams == NULL || !attachment->client.input || attachment->input_ended) {
        return;
    }
    attachment->input_ended = true;
    if (!streams->options.open_stdin) {
        return;
    }
    if (ends_input(attachment)) {
        streams_close_input(streams);
    } else {
        leave_by_itself(attachment);
    }
}
