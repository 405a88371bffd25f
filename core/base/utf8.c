/* UTF-8 and simple Unicode case mapping; see utf8.h. */
#include "core/base/utf8.h"

#include "core/base/buf.h"
#include "core/base/limits.h"
#include "core/base/text.h"

#include <string.h>

struct case_range {
    uint32_t first;
    uint32_t last;
    uint32_t stride;
    int32_t delta;
};

#include "core/base/unicode_case.inc"

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

static bool is_continuation(const char *text)
{
    return ((unsigned char)*text & 0xC0u) == 0x80u;
}

/* Length of the well-formed sequence at text, 0 when there is none. */
static size_t sequence_decode(const char *text, size_t len, uint32_t *code_point)
{
    static const uint32_t smallest[WCD_UTF8_BYTES_MAX + 1] = {0, 0, 0x80, 0x800, 0x10000};
    unsigned char lead = (unsigned char)text[0];
    size_t size = 0;
    if (lead < 0x80u) {
        *code_point = lead;
        return 1;
    }
    if ((lead & 0xE0u) == 0xC0u) {
        size = 2;
    } else if ((lead & 0xF0u) == 0xE0u) {
        size = 3;
    } else if ((lead & 0xF8u) == 0xF0u) {
        size = 4;
    }
    if (size == 0 || size > len) {
        return 0;
    }
    uint32_t value = lead & (0x7Fu >> size);
    for (size_t i = 1; i < size; i++) {
        if (!is_continuation(text + i)) {
            return 0;
        }
        value = (value << 6) | ((unsigned char)text[i] & 0x3Fu);
    }
    if (value < smallest[size] || value > 0x10FFFFu || (value >= 0xD800u && value <= 0xDFFFu)) {
        return 0;
    }
    *code_point = value;
    return size;
}

size_t wcd_utf8_ascii_bytes(const char *text, size_t len)
{
    const uint64_t top_bits = UINT64_MAX / UINT8_MAX * 0x80u;
    size_t at = 0;
    for (uint64_t word = 0; len - at >= sizeof(word); at += sizeof(word)) {
        memcpy(&word, text + at, sizeof(word));
        if ((word & top_bits) != 0) {
            break;
        }
    }
    while (at < len && (unsigned char)text[at] < 0x80u) {
        at++;
    }
    return at;
}

bool wcd_utf8_valid(const char *text, size_t len, size_t *bad_offset)
{
    size_t at = 0;
    while (at < len) {
        uint32_t code_point = 0;
        at += wcd_utf8_ascii_bytes(text + at, len - at);
        size_t size = at == len ? 0 : sequence_decode(text + at, len - at, &code_point);
        if (size == 0 && at < len) {
            if (bad_offset != NULL) {
                *bad_offset = at;
            }
            return false;
        }
        at += size;
    }
    return true;
}

size_t wcd_utf8_decode(const char *text, size_t len, uint32_t *code_point)
{
    size_t size = sequence_decode(text, len, code_point);
    if (size == 0) {
        *code_point = WCD_UTF8_REPLACEMENT;
        return 1;
    }
    return size;
}

size_t wcd_utf8_encode(uint32_t code_point, char out[WCD_UTF8_BYTES_MAX])
{
    if (code_point < 0x80u) {
        out[0] = (char)code_point;
        return 1;
    }
    if (code_point < 0x800u) {
        out[0] = (char)(0xC0u | (code_point >> 6));
        out[1] = (char)(0x80u | (code_point & 0x3Fu));
        return 2;
    }
    if (code_point < 0x10000u) {
        out[0] = (char)(0xE0u | (code_point >> 12));
        out[1] = (char)(0x80u | ((code_point >> 6) & 0x3Fu));
        out[2] = (char)(0x80u | (code_point & 0x3Fu));
        return 3;
    }
    out[0] = (char)(0xF0u | (code_point >> 18));
    out[1] = (char)(0x80u | ((code_point >> 12) & 0x3Fu));
    out[2] = (char)(0x80u | ((code_point >> 6) & 0x3Fu));
    out[3] = (char)(0x80u | (code_point & 0x3Fu));
    return 4;
}

static uint32_t case_map(const struct case_range *ranges, size_t count, uint32_t code_point)
{
    size_t low = 0;
    size_t high = count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        const struct case_range *range = &ranges[middle];
        if (code_point > range->last) {
            low = middle + 1;
        } else if (code_point < range->first) {
            high = middle;
        } else if ((code_point - range->first) % range->stride == 0) {
            return (uint32_t)((int32_t)code_point + range->delta);
        } else {
            return code_point;
        }
    }
    return code_point;
}

uint32_t wcd_unicode_lower(uint32_t code_point)
{
    if (code_point < 0x80u) {
        return code_point >= 'A' && code_point <= 'Z' ? code_point + ('a' - 'A') : code_point;
    }
    return case_map(lower_ranges, COUNT_OF(lower_ranges), code_point);
}

uint32_t wcd_unicode_upper(uint32_t code_point)
{
    if (code_point < 0x80u) {
        return code_point >= 'a' && code_point <= 'z' ? code_point - ('a' - 'A') : code_point;
    }
    return case_map(upper_ranges, COUNT_OF(upper_ranges), code_point);
}

bool wcd_unicode_is_space(uint32_t code_point)
{
    static const uint32_t spaces[] = {' ',    0x85,   0xA0,   0x1680, 0x2028,
                                      0x2029, 0x202F, 0x205F, 0x3000};
    if ((code_point >= '\t' && code_point <= '\r') ||
        (code_point >= 0x2000u && code_point <= 0x200Au)) {
        return true;
    }
    for (size_t i = 0; i < COUNT_OF(spaces); i++) {
        if (spaces[i] == code_point) {
            return true;
        }
    }
    return false;
}

static char *text_map(const char *text, uint32_t (*map)(uint32_t))
{
    struct wcd_buf buf;
    wcd_buf_init(&buf, WCD_BUF_BYTES_MAX);
    size_t len = strlen(text);
    size_t at = 0;
    while (at < len) {
        if (strncmp(text + at, WCD_TEXT_NUL, 2) == 0) {
            wcd_buf_add(&buf, text + at, 2);
            at += 2;
            continue;
        }
        uint32_t code_point = 0;
        char bytes[WCD_UTF8_BYTES_MAX];
        at += wcd_utf8_decode(text + at, len - at, &code_point);
        wcd_buf_add(&buf, bytes, wcd_utf8_encode(map(code_point), bytes));
    }
    return wcd_buf_take(&buf);
}

char *wcd_utf8_lower(const char *text)
{
    return text_map(text, wcd_unicode_lower);
}

char *wcd_utf8_upper(const char *text)
{
    return text_map(text, wcd_unicode_upper);
}

char *wcd_utf8_trim(const char *text)
{
    size_t len = strlen(text);
    size_t start = 0;
    size_t end = 0;
    bool seen = false;
    for (size_t at = 0; at < len;) {
        uint32_t code_point = 0;
        size_t size = wcd_utf8_decode(text + at, len - at, &code_point);
        if (!wcd_unicode_is_space(code_point)) {
            if (!seen) {
                start = at;
                seen = true;
            }
            end = at + size;
        }
        at += size;
    }
    return wcd_text_copy_n(text + start, end - start);
}

static bool equal_mapped(const char *a, const char *b, uint32_t (*map)(uint32_t))
{
    size_t a_len = strlen(a);
    size_t b_len = strlen(b);
    size_t a_at = 0;
    size_t b_at = 0;
    while (a_at < a_len && b_at < b_len) {
        uint32_t left = 0;
        uint32_t right = 0;
        a_at += wcd_utf8_decode(a + a_at, a_len - a_at, &left);
        b_at += wcd_utf8_decode(b + b_at, b_len - b_at, &right);
        if (map(left) != map(right)) {
            return false;
        }
    }
    return a_at == a_len && b_at == b_len;
}

bool wcd_utf8_equal_lower(const char *a, const char *b)
{
    return equal_mapped(a, b, wcd_unicode_lower);
}

/* One code point of those that fold to each other. The two Turkish letters fold to nothing else. */
static uint32_t fold(uint32_t code_point)
{
    if (code_point == 0x130u || code_point == 0x131u) {
        return code_point;
    }
    return wcd_unicode_lower(wcd_unicode_upper(code_point));
}

bool wcd_utf8_equal_fold(const char *a, const char *b)
{
    return equal_mapped(a, b, fold);
}

size_t wcd_utf8_utf16_units(const char *text)
{
    size_t len = strlen(text);
    size_t units = 0;
    for (size_t at = 0; at < len;) {
        uint32_t code_point = 0;
        at += wcd_utf8_decode(text + at, len - at, &code_point);
        units += code_point >= 0x10000u ? 2 : 1;
    }
    return units;
}
