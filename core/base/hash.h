/* FNV-1a in 64 bits, for tables of names. Not for what somebody must not guess. */
#ifndef WCD_BASE_HASH_H
#define WCD_BASE_HASH_H

#include <stddef.h>
#include <stdint.h>

#define WCD_HASH_START ((uint64_t)0xCBF29CE484222325)

/* One more byte, or code point. */
static inline uint64_t wcd_hash_add(uint64_t hash, uint32_t part)
{
    return (hash ^ part) * (uint64_t)0x100000001B3;
}

static inline uint64_t wcd_hash_bytes(uint64_t hash, const char *bytes, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        hash = wcd_hash_add(hash, (unsigned char)bytes[i]);
    }
    return hash;
}

#endif
