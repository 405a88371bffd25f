/* Bytes on their way through a pipe; see bytes.h. */
#include "fakes/transport/bytes.h"

#include <stdlib.h>
#include <string.h>

/* What a new buffer has; an emptied one that is not larger than KEPT stays. */
#define BYTES_FIRST ((size_t)256)
#define BYTES_KEPT  ((size_t)1024)

void fake_bytes_release(struct fake_bytes *bytes)
{
    free(bytes->data);
    *bytes = (struct fake_bytes){0};
}

static bool bytes_room(struct fake_bytes *bytes, size_t size)
{
    if (bytes->first + bytes->count + size <= bytes->capacity) {
        return true;
    }
    if (bytes->count + size <= bytes->capacity) {
        memmove(bytes->data, bytes->data + bytes->first, bytes->count);
        bytes->first = 0;
        return true;
    }
    size_t capacity = bytes->capacity == 0 ? BYTES_FIRST : bytes->capacity;
    while (capacity < bytes->count + size) {
        capacity *= 2;
    }
    unsigned char *data = malloc(capacity);
    if (data == NULL) {
        return false;
    }
    if (bytes->count > 0) {
        memcpy(data, bytes->data + bytes->first, bytes->count);
    }
    free(bytes->data);
    bytes->data = data;
    bytes->first = 0;
    bytes->capacity = capacity;
    return true;
}

bool fake_bytes_add(struct fake_bytes *bytes, const void *data, size_t size)
{
    if (size == 0) {
        return true;
    }
    if (!bytes_room(bytes, size)) {
        return false;
    }
    memcpy(bytes->data + bytes->first + bytes->count, data, size);
    bytes->count += size;
    return true;
}

size_t fake_bytes_take(struct fake_bytes *bytes, void *out, size_t size)
{
    size_t taken = size < bytes->count ? size : bytes->count;
    if (taken == 0) {
        return 0;
    }
    memcpy(out, bytes->data + bytes->first, taken);
    bytes->first += taken;
    bytes->count -= taken;
    if (bytes->count == 0) {
        bytes->first = 0;
        if (bytes->capacity > BYTES_KEPT) {
            fake_bytes_release(bytes);
        }
    }
    return taken;
}
