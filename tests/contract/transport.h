/* Files in transport format, for suites and for those that set them up. */
#ifndef TEST_CONTRACT_TRANSPORT_H
#define TEST_CONTRACT_TRANSPORT_H

#include <stddef.h>
#include <string.h>

#define TRANSPORT_HEADER_BYTES 20
/* Room for one with a short text. */
#define TRANSPORT_PACKED_BYTES 256

/* Attributes, and one data stream unless the text is NULL; the size. */
static inline size_t transport_pack(unsigned char *out, unsigned attributes, const char *text)
{
    size_t size = text == NULL ? 0 : strlen(text);
    memset(out, 0, 4 + TRANSPORT_HEADER_BYTES);
    out[0] = (unsigned char)attributes;
    if (text == NULL) {
        return 4;
    }
    out[4] = 1;
    out[12] = (unsigned char)size;
    for (size_t i = 0; i < size; i++) {
        out[4 + TRANSPORT_HEADER_BYTES + i] = (unsigned char)text[i];
    }
    return 4 + TRANSPORT_HEADER_BYTES + size;
}

#endif
