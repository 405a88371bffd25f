/* Digests by FIPS 180-4. They name things and tell whether bytes are the same; SHA-1 only where a format
 * asks for it. The only place that touches the digest library. */
#ifndef WCD_BASE_DIGEST_H
#define WCD_BASE_DIGEST_H

#include <stddef.h>

#define WCD_SHA1_BYTES   20
#define WCD_SHA256_BYTES 32

struct wcd_digest_part {
    const void *data; /* may be NULL when size is 0 */
    size_t size;
};

/* The digest of the parts one behind the other; of the empty text when count is 0. */
void wcd_sha1(const struct wcd_digest_part *parts, size_t count, unsigned char out[WCD_SHA1_BYTES]);
void wcd_sha256(const struct wcd_digest_part *parts, size_t count,
                unsigned char out[WCD_SHA256_BYTES]);

/* 64 lower-case hex digits and a NUL. */
void wcd_sha256_hex(const void *data, size_t size, char out[2 * WCD_SHA256_BYTES + 1]);

#endif
