/* Names as Windows compares them; see name.h for what the mapping covers. */
#include "fakes/host/name.h"

#include "core/base/utf8.h"

#include <stdlib.h>
#include <string.h>

/* How many bytes follow a lead byte, and the smallest code point such a sequence may hold. */
struct utf8_form {
    uint8_t mask;
    uint8_t lead;
    uint8_t more;
    uint32_t least;
};

static const struct utf8_form utf8_forms[] = {
    {0xE0u, 0xC0u, 1, 0x80u},
    {0xF0u, 0xE0u, 2, 0x800u},
    {0xF8u, 0xF0u, 3, 0x10000u},
};

bool fake_utf8_next(const char **text, uint32_t *point)
{
    const unsigned char *at = (const unsigned char *)*text;
    if (at[0] == 0) {
        return false;
    }
    if (at[0] < 0x80u) {
        *point = at[0];
        *text += 1;
        return true;
    }
    for (size_t i = 0; i < sizeof(utf8_forms) / sizeof(utf8_forms[0]); i++) {
        const struct utf8_form *form = &utf8_forms[i];
        if ((at[0] & form->mask) != form->lead) {
            continue;
        }
        uint32_t value = at[0] & (uint8_t)~form->mask;
        for (size_t k = 1; k <= form->more; k++) {
            if ((at[k] & 0xC0u) != 0x80u) {
                return false;
            }
            value = (value << 6) | (at[k] & 0x3Fu);
        }
        bool surrogate = value >= 0xD800u && value <= 0xDFFFu;
        if (value < form->least || value > 0x10FFFFu || surrogate) {
            return false;
        }
        *text += form->more + 1u;
        *point = value;
        return true;
    }
    return false;
}

bool fake_utf16_units(const char *text, size_t *units)
{
    size_t count = wcd_utf8_ascii_bytes(text, strlen(text));
    uint32_t point = 0;
    text += count;
    while (fake_utf8_next(&text, &point)) {
        count += point >= 0x10000u ? 2 : 1;
    }
    *units = count;
    return *text == '\0';
}

static void utf16_put(unsigned char *out, uint32_t unit)
{
    out[0] = (unsigned char)(unit & 0xFFu);
    out[1] = (unsigned char)(unit >> 8);
}

unsigned char *fake_utf16_encode(const char *text, size_t *bytes)
{
    size_t units = 0;
    size_t at = 0;
    uint32_t point = 0;
    (void)fake_utf16_units(text, &units);
    unsigned char *out = malloc(units * 2 + 1);
    while (out != NULL && fake_utf8_next(&text, &point)) {
        if (point >= 0x10000u) {
            point -= 0x10000u;
            utf16_put(out + at, 0xD800u + (point >> 10));
            at += 2;
            point = 0xDC00u + (point & 0x3FFu);
        }
        utf16_put(out + at, point);
        at += 2;
    }
    *bytes = at;
    return out;
}

/* The code point at data[*at], which is moved past it; 0 where there is none. */
static uint32_t utf16_next(const unsigned char *data, size_t bytes, size_t *at)
{
    uint32_t units[2] = {0, 0};
    for (size_t i = 0; i < 2 && *at + 2 <= bytes; i++) {
        units[i] = (uint32_t)data[*at] | (uint32_t)data[*at + 1] << 8;
        *at += 2;
        if (i == 0 && (units[0] < 0xD800u || units[0] > 0xDFFFu)) {
            return units[0];
        }
    }
    bool pair = units[0] < 0xDC00u && units[1] >= 0xDC00u && units[1] <= 0xDFFFu;
    return pair ? 0x10000u + ((units[0] - 0xD800u) << 10) + (units[1] - 0xDC00u) : 0;
}

char *fake_utf16_decode(const unsigned char *data, size_t bytes, bool *valid)
{
    /* A unit takes three bytes of UTF-8 at most. */
    char *out = malloc(bytes / 2 * 3 + 1);
    size_t len = 0;
    size_t at = 0;
    *valid = bytes % 2 == 0;
    while (out != NULL && *valid && at < bytes) {
        char point[WCD_UTF8_BYTES_MAX];
        uint32_t value = utf16_next(data, bytes, &at);
        *valid = value != 0;
        size_t size = wcd_utf8_encode(value, point);
        memcpy(out + len, point, size);
        len += size;
    }
    if (out != NULL && *valid) {
        out[len] = '\0';
        return out;
    }
    free(out);
    return NULL;
}

uint32_t fake_upcase(uint32_t point)
{
    if (point < 0x80u) {
        return wcd_unicode_upper(point);
    }
    /* Letters whose upper case Unicode knows and the table of NTFS does not: micro sign, dotless i,
     * long s. */
    static const uint32_t kept[] = {0x00B5, 0x0131, 0x017F};
    for (size_t i = 0; i < sizeof(kept) / sizeof(kept[0]); i++) {
        if (point == kept[i]) {
            return point;
        }
    }
    uint32_t upper = point <= 0xFFFFu ? wcd_unicode_upper(point) : point;
    return upper <= 0xFFFFu ? upper : point;
}

/* Code points over U+FFFF are surrogate pairs to Windows, and so come before U+E000. */
static uint32_t name_rank(uint32_t point)
{
    if (point >= 0x10000u) {
        return 0xD800u + ((point - 0x10000u) >> 10);
    }
    return point;
}

/* What is left of two names after their last letters: nothing, or bytes that are no UTF-8. Such a
 * text is no name of anything, but must not be taken for the part before them. */
static int name_rest_compare(const char *a, const char *b, size_t b_len)
{
    size_t a_len = strlen(a);
    int order = memcmp(a, b, a_len < b_len ? a_len : b_len);
    if (order != 0) {
        return order;
    }
    return a_len < b_len ? -1 : a_len > b_len;
}

static bool is_ascii(char c)
{
    return ((unsigned char)c & 0x80u) == 0;
}

static char ascii_upper(char c)
{
    return c >= 'a' && c <= 'z' ? (char)(c - ('a' - 'A')) : c;
}

/* How many bytes two names begin with that are ASCII and the same letters: nearly all of nearly
 * every name, and not worth decoding. */
static size_t ascii_prefix(const char *a, size_t a_len, const char *b, size_t b_len)
{
    size_t len = 0;
    size_t max = a_len < b_len ? a_len : b_len;
    while (len < max && a[len] != '\0' && is_ascii(a[len]) &&
           (a[len] == b[len] || (is_ascii(b[len]) && ascii_upper(a[len]) == ascii_upper(b[len])))) {
        len++;
    }
    return len;
}

int fake_name_compare_n(const char *a, const char *b, size_t b_len)
{
    const char *b_end = b + b_len;
    size_t same = ascii_prefix(a, SIZE_MAX, b, b_len);
    a += same;
    b += same;
    if (is_ascii(*a) && (b == b_end || (is_ascii(*b) && *b != '\0'))) {
        char end = b == b_end ? '\0' : ascii_upper(*b);
        return ascii_upper(*a) < end ? -1 : ascii_upper(*a) > end;
    }
    for (;;) {
        uint32_t left = 0;
        uint32_t right = 0;
        bool more_left = fake_utf8_next(&a, &left);
        bool more_right = b < b_end && fake_utf8_next(&b, &right);
        if (more_left != more_right) {
            return more_left ? 1 : -1;
        }
        if (!more_left) {
            return name_rest_compare(a, b, (size_t)(b_end - b));
        }
        left = fake_upcase(left);
        right = fake_upcase(right);
        if (left == right) {
            continue;
        }
        uint32_t rank_left = name_rank(left);
        uint32_t rank_right = name_rank(right);
        if (rank_left != rank_right) {
            return rank_left < rank_right ? -1 : 1;
        }
        return left < right ? -1 : 1;
    }
}

int fake_name_compare(const char *a, const char *b)
{
    return fake_name_compare_n(a, b, strlen(b));
}

bool fake_name_equal(const char *a, const char *b)
{
    return fake_name_compare(a, b) == 0;
}

bool fake_name_equal_n(const char *a, size_t len, const char *b)
{
    const char *end = a + len;
    size_t same = ascii_prefix(a, len, b, SIZE_MAX);
    a += same;
    b += same;
    while (a < end) {
        uint32_t left = 0;
        uint32_t right = 0;
        if (!fake_utf8_next(&a, &left) || !fake_utf8_next(&b, &right) ||
            fake_upcase(left) != fake_upcase(right)) {
            return false;
        }
    }
    return *b == '\0';
}
