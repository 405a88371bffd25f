/* Names as Windows compares them: without case, by upper-casing one UTF-16 unit at a time, so
 * letters outside the basic plane have no case.
 *
 * The mapping is Unicode's simple upper case less three letters that the NTFS upcase table leaves
 * alone. The true table is written on every volume and differs a little by the version that
 * formatted it. */
#ifndef FAKE_HOST_NAME_H
#define FAKE_HOST_NAME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The code point at *text, which is moved past it. False at the end and where the text is not UTF-8
 * (overlong forms, surrogates and values over U+10FFFF are not). */
bool fake_utf8_next(const char **text, uint32_t *point);

/* How many UTF-16 units the text has as Windows sees it. False when it is not UTF-8. */
bool fake_utf16_units(const char *text, size_t *units);

/* The text as UTF-16LE, without a terminator; the caller frees. NULL without memory; stops where the
 * text is not UTF-8. */
unsigned char *fake_utf16_encode(const char *text, size_t *bytes);
/* The text of UTF-16LE; NULL without memory, and with *valid false where it is none (an odd number
 * of bytes, half a pair, a NUL). */
char *fake_utf16_decode(const unsigned char *data, size_t bytes, bool *valid);

uint32_t fake_upcase(uint32_t point);

/* Order of the names: by upper-case UTF-16 units. 0 when Windows takes them for the same name. */
int fake_name_compare(const char *a, const char *b);
int fake_name_compare_n(const char *a, const char *b, size_t b_len); /* b's first bytes */
bool fake_name_equal(const char *a, const char *b);
/* Compares the first `len` bytes of a with the whole of b. */
bool fake_name_equal_n(const char *a, size_t len, const char *b);

#endif
