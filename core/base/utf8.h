/* UTF-8 and the text functions of Go's library that the original's behaviour shows: simple case mapping
 * (strings.ToLower), Unicode white space (strings.TrimSpace). */
#ifndef WCD_BASE_UTF8_H
#define WCD_BASE_UTF8_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define WCD_UTF8_REPLACEMENT 0xFFFDu
#define WCD_UTF8_BYTES_MAX   4

/* How many bytes of ASCII stand at the front. */
size_t wcd_utf8_ascii_bytes(const char *text, size_t len);

/* True for well-formed UTF-8: no overlong forms, no surrogates, nothing above U+10FFFF. *bad_offset (may
 * be NULL) tells where it is not. */
bool wcd_utf8_valid(const char *text, size_t len, size_t *bad_offset);

/* The first code point of text (len > 0) and how many bytes it takes; U+FFFD and 1 where it is not
 * well-formed, as Go does. */
size_t wcd_utf8_decode(const char *text, size_t len, uint32_t *code_point);
/* Writes 1 to 4 bytes. */
size_t wcd_utf8_encode(uint32_t code_point, char out[WCD_UTF8_BYTES_MAX]);

/* Simple mappings: one code point to one. U+0130 lowers to 'i', U+212A to 'k', U+017F stays. */
uint32_t wcd_unicode_lower(uint32_t code_point);
uint32_t wcd_unicode_upper(uint32_t code_point);
bool wcd_unicode_is_space(uint32_t code_point);

/* New texts; NULL without memory. */
char *wcd_utf8_lower(const char *text);
char *wcd_utf8_upper(const char *text);
char *wcd_utf8_trim(const char *text);

/* Equal once both are lowered. */
bool wcd_utf8_equal_lower(const char *a, const char *b);
/* Equal under simple case folding (strings.EqualFold): U+017F is an 's' and U+212A a 'k', U+0130 and
 * U+0131 are no 'i'. */
bool wcd_utf8_equal_fold(const char *a, const char *b);

/* UTF-16 units the text takes, without a terminator: what Windows counts its limits in. */
size_t wcd_utf8_utf16_units(const char *text);

#endif
