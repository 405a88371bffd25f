/* Bytes on their way through a pipe: first in, first out, at most 64 KiB of them. */
#ifndef FAKE_TRANSPORT_BYTES_H
#define FAKE_TRANSPORT_BYTES_H

#include <stdbool.h>
#include <stddef.h>

/* Zero-initialise. */
struct fake_bytes {
    unsigned char *data;
    size_t first;
    size_t count;
    size_t capacity;
};

void fake_bytes_release(struct fake_bytes *bytes);
/* Adds all of them; false without memory, and nothing was added. */
bool fake_bytes_add(struct fake_bytes *bytes, const void *data, size_t size);
/* Moves up to `size` of the oldest bytes to `out`; how many. */
size_t fake_bytes_take(struct fake_bytes *bytes, void *out, size_t size);

#endif
