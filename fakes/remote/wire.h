/* Messages as they go through a channel, and the buffers on both ways.
 *
 * A greeting comes first, from each side: eight letters, the version, a zero. Then messages, least significant
 * byte first: the size of what follows it, the kind, how many numbers and blobs, the number of the
 * request; the numbers, 8 bytes each; the sizes of the blobs, 4 bytes each, all ones for none; the blobs. */
#ifndef FAKE_REMOTE_WIRE_H
#define FAKE_REMOTE_WIRE_H

#include "fakes/remote/remote.h"

#define REMOTE_GREETING_BYTES 16u

#define REMOTE_NUMBERS_MAX 8u
#define REMOTE_BLOBS_MAX   4u
/* Each side's buffers: most messages are some hundred bytes. */
#define REMOTE_BUFFER_BYTES ((size_t)64 * 1024)
/* Layers in one list of parents: more than WCD_LAYERS_MAX, so that the service says what is too much. */
#define REMOTE_LAYERS_MAX 1024u

enum remote_kind {
    REMOTE_ANSWER = 1, /* to the request of that number; its first number is the HRESULT */
    REMOTE_EVENT,      /* to the registration of that number: kind, type, status; its data */
    REMOTE_CALL_FIRST,
    REMOTE_CALL_BEFORE_FIRST = REMOTE_CALL_FIRST - 1,
#define REMOTE_CALL(name, numbers_in, blobs_in, numbers_out, blobs_out, bytes_in, bytes_out)       \
    REMOTE_##name,
#include "fakes/remote/ops.inc"
#undef REMOTE_CALL
    REMOTE_KIND_END
};

/* The numbers of an event. */
enum remote_event_number {
    REMOTE_EVENT_KIND,
    REMOTE_EVENT_TYPE,
    REMOTE_EVENT_STATUS,
    REMOTE_EVENT_NUMBERS
};

/* How many numbers and blobs a message has, and which blobs are bytes. */
struct remote_shape {
    uint8_t numbers;
    uint8_t blobs;
    uint8_t bytes;
};

struct remote_call_shape {
    struct remote_shape request;
    struct remote_shape answer; /* with the HRESULT */
};

/* `kind` is a call's. */
const struct remote_call_shape *remote_call_shape(unsigned kind);
extern const struct remote_shape remote_event_shape;

struct remote_blob {
    char *data; /* followed by a NUL when it was read; NULL: none */
    size_t size;
};

struct remote_message {
    unsigned kind;
    uint64_t seq;
    unsigned number_count;
    unsigned blob_count;
    uint64_t numbers[REMOTE_NUMBERS_MAX];
    struct remote_blob blobs[REMOTE_BLOBS_MAX];
    bool no_memory; /* a blob was there and is not here, for want of memory */
};

/* Frees the blobs. */
void remote_message_release(struct remote_message *message);
/* A blob that lends a text; NULL is none. */
struct remote_blob remote_text(const char *text);
/* The message has that many numbers and blobs, and no text has a NUL inside. */
bool remote_message_fits(const struct remote_message *message, const struct remote_shape *shape);
/* What it takes on the wire; more than FAKE_REMOTE_MESSAGE_BYTES_MAX cannot be sent. */
size_t remote_message_bytes(const struct remote_message *message);

/* ---- the way out ---- */

struct remote_writer {
    struct fake_channel channel;
    size_t used;
    unsigned char buffer[REMOTE_BUFFER_BYTES];
};

/* False when the channel has ended. What was written is sent by the flush at the latest. */
bool remote_write(struct remote_writer *writer, const struct remote_message *message);
bool remote_write_greeting(struct remote_writer *writer);
bool remote_flush(struct remote_writer *writer);

/* ---- the way in ---- */

struct remote_reader {
    struct fake_channel channel;
    size_t first; /* of what was received and not yet read */
    size_t end;
    unsigned char buffer[REMOTE_BUFFER_BYTES];
};

/* False at the end of the channel, and for what is no message. The blobs are the caller's. */
bool remote_read(struct remote_reader *reader, struct remote_message *message);
/* False also when it is no greeting; *version is the other side's. */
bool remote_read_greeting(struct remote_reader *reader, uint32_t *version);

/* ---- lists of layers ---- */

/* The list as bytes, to be freed; NULL without memory, for an empty list too. */
char *remote_layers_write(const struct plat_layer_descriptor *layers, size_t count, size_t *size);
/* Layers whose texts are those of `data`; false for bytes that are no list of `count`. */
bool remote_layers_read(const struct remote_blob *blob, struct plat_layer_descriptor *layers,
                        size_t count);

#endif
