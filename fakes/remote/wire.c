/* Messages from and to bytes. */
#include "fakes/remote/wire.h"

#include "core/base/assert.h"

#include <stdlib.h>
#include <string.h>

#define SIZE_BYTES   4u
#define HEAD_BYTES   12u /* kind, counts, number of the request */
#define NUMBER_BYTES 8u
#define FIXED_MAX    (HEAD_BYTES + REMOTE_NUMBERS_MAX * NUMBER_BYTES + REMOTE_BLOBS_MAX * SIZE_BYTES)
#define NO_BLOB      UINT32_MAX

static const char greeting_letters[8] = {'D', 'R', 'Y', 'D', 'O', 'C', 'K', '!'};

static const struct remote_call_shape shapes[] = {
#define REMOTE_CALL(name, numbers_in, blobs_in, numbers_out, blobs_out, bytes_in, bytes_out)       \
    {{numbers_in, blobs_in, bytes_in}, {(numbers_out) + 1, blobs_out, bytes_out}},
#include "fakes/remote/ops.inc"
#undef REMOTE_CALL
};

const struct remote_shape remote_event_shape = {REMOTE_EVENT_NUMBERS, 1, 0};

const struct remote_call_shape *remote_call_shape(unsigned kind)
{
    WCD_ASSERT(kind >= REMOTE_CALL_FIRST && kind < REMOTE_KIND_END);
    return &shapes[kind - REMOTE_CALL_FIRST];
}

/* ---- numbers ---- */

static void put_number(unsigned char *at, uint64_t value, size_t bytes)
{
    for (size_t i = 0; i < bytes; i++) {
        at[i] = (unsigned char)(value >> (8 * i) & 0xFFu);
    }
}

static uint64_t get_number(const unsigned char *at, size_t bytes)
{
    uint64_t value = 0;
    for (size_t i = 0; i < bytes; i++) {
        value |= (uint64_t)at[i] << (8 * i);
    }
    return value;
}

/* ---- messages ---- */

void remote_message_release(struct remote_message *message)
{
    for (size_t i = 0; i < REMOTE_BLOBS_MAX; i++) {
        free(message->blobs[i].data);
        message->blobs[i] = (struct remote_blob){0};
    }
}

struct remote_blob remote_text(const char *text)
{
    /* Only read from: what is sent is not changed. */
    return text == NULL ? (struct remote_blob){0}
                        : (struct remote_blob){(char *)(uintptr_t)text, strlen(text)};
}

bool remote_message_fits(const struct remote_message *message, const struct remote_shape *shape)
{
    if (message->number_count != shape->numbers || message->blob_count != shape->blobs) {
        return false;
    }
    for (unsigned i = 0; i < message->blob_count; i++) {
        const struct remote_blob *blob = &message->blobs[i];
        if ((shape->bytes & 1u << i) == 0 && blob->data != NULL &&
            memchr(blob->data, '\0', blob->size) != NULL) {
            return false;
        }
    }
    return true;
}

static size_t fixed_bytes(const struct remote_message *message)
{
    return HEAD_BYTES + (size_t)message->number_count * NUMBER_BYTES +
           (size_t)message->blob_count * SIZE_BYTES;
}

size_t remote_message_bytes(const struct remote_message *message)
{
    size_t bytes = SIZE_BYTES + fixed_bytes(message);
    for (unsigned i = 0; i < message->blob_count; i++) {
        size_t size = message->blobs[i].size;
        bytes = size > SIZE_MAX - bytes ? SIZE_MAX : bytes + size;
    }
    return bytes;
}

/* ---- the way out ---- */

bool remote_flush(struct remote_writer *writer)
{
    size_t used = writer->used;
    writer->used = 0;
    return used == 0 || writer->channel.ops->send(writer->channel.ctx, writer->buffer, used);
}

static bool write_bytes(struct remote_writer *writer, const void *data, size_t size)
{
    if (size == 0) {
        return true;
    }
    WCD_ASSERT(data != NULL);
    if (size > REMOTE_BUFFER_BYTES - writer->used && !remote_flush(writer)) {
        return false;
    }
    if (size > REMOTE_BUFFER_BYTES) {
        return writer->channel.ops->send(writer->channel.ctx, data, size);
    }
    memcpy(writer->buffer + writer->used, data, size);
    writer->used += size;
    return true;
}

bool remote_write(struct remote_writer *writer, const struct remote_message *message)
{
    unsigned char fixed[SIZE_BYTES + FIXED_MAX];
    unsigned char *at = fixed + SIZE_BYTES;
    size_t bytes = remote_message_bytes(message);
    WCD_ASSERT(bytes <= FAKE_REMOTE_MESSAGE_BYTES_MAX);
    put_number(fixed, bytes - SIZE_BYTES, SIZE_BYTES);
    put_number(at, message->kind, 2);
    put_number(at + 2, message->number_count, 1);
    put_number(at + 3, message->blob_count, 1);
    put_number(at + 4, message->seq, NUMBER_BYTES);
    at += HEAD_BYTES;
    for (unsigned i = 0; i < message->number_count; i++, at += NUMBER_BYTES) {
        put_number(at, message->numbers[i], NUMBER_BYTES);
    }
    for (unsigned i = 0; i < message->blob_count; i++, at += SIZE_BYTES) {
        const struct remote_blob *blob = &message->blobs[i];
        put_number(at, blob->data == NULL ? NO_BLOB : blob->size, SIZE_BYTES);
    }
    bool good = write_bytes(writer, fixed, (size_t)(at - fixed));
    for (unsigned i = 0; i < message->blob_count && good; i++) {
        good = write_bytes(writer, message->blobs[i].data, message->blobs[i].size);
    }
    return good;
}

bool remote_write_greeting(struct remote_writer *writer)
{
    unsigned char bytes[REMOTE_GREETING_BYTES] = {0};
    memcpy(bytes, greeting_letters, sizeof(greeting_letters));
    put_number(bytes + sizeof(greeting_letters), FAKE_REMOTE_VERSION, 4);
    return write_bytes(writer, bytes, sizeof(bytes)) && remote_flush(writer);
}

/* ---- the way in ---- */

static bool receive(struct remote_reader *reader, void *data, size_t size, size_t *got)
{
    *got = 0;
    return reader->channel.ops->receive(reader->channel.ctx, data, size, got) && *got > 0 &&
           *got <= size;
}

/* Exactly `size` bytes; NULL takes them off the channel and drops them. */
static bool read_bytes(struct remote_reader *reader, unsigned char *data, size_t size)
{
    while (size > 0) {
        size_t got = reader->end - reader->first;
        if (got == 0 && data != NULL && size >= REMOTE_BUFFER_BYTES) {
            if (!receive(reader, data, size, &got)) {
                return false;
            }
        } else if (got == 0) {
            reader->first = 0;
            reader->end = 0;
            if (!receive(reader, reader->buffer, REMOTE_BUFFER_BYTES, &reader->end)) {
                return false;
            }
            continue;
        } else {
            got = got < size ? got : size;
            if (data != NULL) {
                memcpy(data, reader->buffer + reader->first, got);
            }
            reader->first += got;
        }
        data = data == NULL ? NULL : data + got;
        size -= got;
    }
    return true;
}

bool remote_read_greeting(struct remote_reader *reader, uint32_t *version)
{
    unsigned char bytes[REMOTE_GREETING_BYTES];
    *version = 0;
    if (!read_bytes(reader, bytes, sizeof(bytes)) ||
        memcmp(bytes, greeting_letters, sizeof(greeting_letters)) != 0) {
        return false;
    }
    *version = (uint32_t)get_number(bytes + sizeof(greeting_letters), 4);
    return true;
}

/* Numbers, and the sizes of blobs: these must be all that is left of the message. */
static bool read_fixed(struct remote_reader *reader, struct remote_message *message, size_t left,
                       uint32_t sizes[REMOTE_BLOBS_MAX])
{
    unsigned char bytes[FIXED_MAX];
    const unsigned char *at = bytes;
    size_t fixed = fixed_bytes(message) - HEAD_BYTES;
    if (fixed > left || !read_bytes(reader, bytes, fixed)) {
        return false;
    }
    left -= fixed;
    for (unsigned i = 0; i < message->number_count; i++, at += NUMBER_BYTES) {
        message->numbers[i] = get_number(at, NUMBER_BYTES);
    }
    for (unsigned i = 0; i < message->blob_count; i++, at += SIZE_BYTES) {
        sizes[i] = (uint32_t)get_number(at, SIZE_BYTES);
        size_t size = sizes[i] == NO_BLOB ? 0 : sizes[i];
        if (size > left) {
            return false;
        }
        left -= size;
    }
    return left == 0;
}

static bool read_blobs(struct remote_reader *reader, struct remote_message *message,
                       const uint32_t sizes[REMOTE_BLOBS_MAX])
{
    for (unsigned i = 0; i < message->blob_count; i++) {
        struct remote_blob *blob = &message->blobs[i];
        if (sizes[i] == NO_BLOB) {
            continue;
        }
        blob->data = malloc((size_t)sizes[i] + 1);
        message->no_memory = message->no_memory || blob->data == NULL;
        if (!read_bytes(reader, (unsigned char *)blob->data, sizes[i])) {
            return false;
        }
        if (blob->data != NULL) {
            blob->size = sizes[i];
            blob->data[blob->size] = '\0';
        }
    }
    return true;
}

bool remote_read(struct remote_reader *reader, struct remote_message *message)
{
    unsigned char head[SIZE_BYTES + HEAD_BYTES];
    uint32_t sizes[REMOTE_BLOBS_MAX] = {0};
    *message = (struct remote_message){0};
    if (!read_bytes(reader, head, sizeof(head))) {
        return false;
    }
    size_t size = (size_t)get_number(head, SIZE_BYTES);
    if (size < HEAD_BYTES || size > FAKE_REMOTE_MESSAGE_BYTES_MAX - SIZE_BYTES) {
        return false;
    }
    message->kind = (unsigned)get_number(head + SIZE_BYTES, 2);
    message->number_count = head[SIZE_BYTES + 2];
    message->blob_count = head[SIZE_BYTES + 3];
    message->seq = get_number(head + SIZE_BYTES + 4, NUMBER_BYTES);
    if (message->number_count > REMOTE_NUMBERS_MAX || message->blob_count > REMOTE_BLOBS_MAX) {
        return false;
    }
    bool good =
        read_fixed(reader, message, size - HEAD_BYTES, sizes) && read_blobs(reader, message, sizes);
    if (!good) {
        remote_message_release(message);
    }
    return good;
}

/* ---- lists of layers: flags and the sizes of both texts, 4 bytes each; the texts, each with its NUL ---- */

#define LAYER_BYTES 12u

char *remote_layers_write(const struct plat_layer_descriptor *layers, size_t count, size_t *size)
{
    *size = 0;
    for (size_t i = 0; i < count; i++) {
        *size += LAYER_BYTES + strlen(layers[i].id) + strlen(layers[i].path) + 2;
    }
    char *data = malloc(*size > 0 ? *size : 1);
    char *at = data;
    for (size_t i = 0; i < count && data != NULL; i++) {
        size_t id_size = strlen(layers[i].id) + 1;
        size_t path_size = strlen(layers[i].path) + 1;
        put_number((unsigned char *)at, layers[i].flags, 4);
        put_number((unsigned char *)at + 4, id_size, 4);
        put_number((unsigned char *)at + 8, path_size, 4);
        memcpy(at + LAYER_BYTES, layers[i].id, id_size);
        memcpy(at + LAYER_BYTES + id_size, layers[i].path, path_size);
        at += LAYER_BYTES + id_size + path_size;
    }
    return data;
}

/* A text of exactly `size` bytes with its NUL. */
static const char *layer_text(const char **at, size_t *left, size_t size)
{
    const char *text = *at;
    if (size == 0 || size > *left || memchr(text, '\0', size) != text + size - 1) {
        return NULL;
    }
    *at += size;
    *left -= size;
    return text;
}

bool remote_layers_read(const struct remote_blob *blob, struct plat_layer_descriptor *layers,
                        size_t count)
{
    const char *at = blob->data;
    size_t left = blob->size;
    for (size_t i = 0; i < count; i++) {
        if (left < LAYER_BYTES) {
            return false;
        }
        const unsigned char *head = (const unsigned char *)at;
        at += LAYER_BYTES;
        left -= LAYER_BYTES;
        layers[i].flags = (uint32_t)get_number(head, 4);
        layers[i].id = layer_text(&at, &left, (size_t)get_number(head + 4, 4));
        layers[i].path =
            layers[i].id == NULL ? NULL : layer_text(&at, &left, (size_t)get_number(head + 8, 4));
        if (layers[i].path == NULL) {
            return false;
        }
    }
    return left == 0;
}
