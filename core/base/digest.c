/* Digests, computed by libmd; see digest.h. */
#include "core/base/digest.h"

#include <sha1.h>
#include <sha2.h>

_Static_assert(WCD_SHA1_BYTES == SHA1_DIGEST_LENGTH, "out holds what the library writes");
_Static_assert(WCD_SHA256_BYTES == SHA256_DIGEST_LENGTH, "out holds what the library writes");

void wcd_sha1(const struct wcd_digest_part *parts, size_t count, unsigned char out[WCD_SHA1_BYTES])
{
    SHA1_CTX context;
    SHA1Init(&context);
    for (size_t i = 0; i < count; i++) {
        if (parts[i].size > 0) {
            SHA1Update(&context, parts[i].data, parts[i].size);
        }
    }
    SHA1Final(out, &context);
}

void wcd_sha256(const struct wcd_digest_part *parts, size_t count,
                unsigned char out[WCD_SHA256_BYTES])
{
    SHA2_CTX context;
    SHA256Init(&context);
    for (size_t i = 0; i < count; i++) {
        if (parts[i].size > 0) {
            SHA256Update(&context, parts[i].data, parts[i].size);
        }
    }
    SHA256Final(out, &context);
}

void wcd_sha256_hex(const void *data, size_t size, char out[2 * WCD_SHA256_BYTES + 1])
{
    static const char digits[] = "0123456789abcdef";
    unsigned char digest[WCD_SHA256_BYTES];
    wcd_sha256(&(struct wcd_digest_part){.data = data, .size = size}, 1, digest);
    for (size_t i = 0; i < WCD_SHA256_BYTES; i++) {
        out[2 * i] = digits[digest[i] >> 4];
        out[2 * i + 1] = digits[digest[i] & 0x0F];
    }
    out[(size_t)2 * WCD_SHA256_BYTES] = '\0';
}
