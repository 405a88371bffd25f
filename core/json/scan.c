/* A strict pass over JSON text before the library reads it.
 *
 * cJSON accepts what RFC 8259 does not (01, "1.", a byte order mark, raw control characters, bytes that
 * are no UTF-8), turns every number into a double, and ends a string at \u0000. This pass refuses the
 * former with a place and a reason, keeps the numbers as they are written, and rewrites \u0000. */
#include "core/json/internal.h"

#include "core/base/buf.h"
#include "core/base/limits.h"
#include "core/base/text.h"
#include "core/base/utf8.h"

#include <stdlib.h>
#include <string.h>

#define UNICODE_ESCAPE_DIGITS 4

struct scanner {
    const char *text;
    size_t len;
    size_t at;
    unsigned int depth;
    const char *reason; /* set by the first mistake */
    size_t copied;      /* what lies between here and `at` goes to `out` as it is, in one piece */
    struct wcd_buf out;
    struct wcd_buf literals;
};

static bool scan_value(struct scanner *s);

static bool fail(struct scanner *s, const char *reason)
{
    if (s->reason == NULL) {
        s->reason = reason;
    }
    return false;
}

/* The byte at the scanner's place; 0 at the end (a NUL in the text is refused beforehand). */
static char peek(const struct scanner *s)
{
    return s->at < s->len ? s->text[s->at] : '\0';
}

static void copy_pending(struct scanner *s)
{
    wcd_buf_add(&s->out, s->text + s->copied, s->at - s->copied);
    s->copied = s->at;
}

/* Passes over `count` bytes, in whose place the other text is to stand. */
static void replace(struct scanner *s, size_t count, const char *text)
{
    copy_pending(s);
    wcd_buf_text(&s->out, text);
    s->at += count;
    s->copied = s->at;
}

static bool is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static void skip_space(struct scanner *s)
{
    while (s->at < s->len && is_space(s->text[s->at])) {
        s->at++;
    }
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static size_t count_digits(const struct scanner *s, size_t from)
{
    size_t count = 0;
    while (from + count < s->len && is_digit(s->text[from + count])) {
        count++;
    }
    return count;
}

static bool scan_number(struct scanner *s)
{
    size_t end = s->at;
    if (s->text[end] == '-') {
        end++;
    }
    size_t digits = count_digits(s, end);
    if (digits == 0) {
        return fail(s, "a number needs a digit");
    }
    if (digits > 1 && s->text[end] == '0') {
        return fail(s, "a number may not begin with 0");
    }
    end += digits;
    if (end < s->len && s->text[end] == '.') {
        digits = count_digits(s, end + 1);
        if (digits == 0) {
            return fail(s, "a number needs a digit behind the point");
        }
        end += 1 + digits;
    }
    if (end < s->len && (s->text[end] == 'e' || s->text[end] == 'E')) {
        end++;
        if (end < s->len && (s->text[end] == '+' || s->text[end] == '-')) {
            end++;
        }
        digits = count_digits(s, end);
        if (digits == 0) {
            return fail(s, "an exponent needs a digit");
        }
        end += digits;
    }
    wcd_buf_add(&s->literals, s->text + s->at, end - s->at);
    wcd_buf_char(&s->literals, '\0');
    s->at = end;
    return true;
}

static bool is_hex(char c)
{
    return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

/* The code unit of \uXXXX at offset `at` (the backslash), or UINT32_MAX when there is none. */
static uint32_t escape_unit(const struct scanner *s, size_t at)
{
    if (at + 2 + UNICODE_ESCAPE_DIGITS > s->len || s->text[at] != '\\' || s->text[at + 1] != 'u') {
        return UINT32_MAX;
    }
    char digits[UNICODE_ESCAPE_DIGITS + 1] = {0};
    for (size_t i = 0; i < UNICODE_ESCAPE_DIGITS; i++) {
        digits[i] = s->text[at + 2 + i];
        if (!is_hex(digits[i])) {
            return UINT32_MAX;
        }
    }
    return (uint32_t)strtoul(digits, NULL, 16);
}

/* A surrogate without its other half becomes U+FFFD, as Go's reader has it; cJSON would fail. */
static bool scan_unicode_escape(struct scanner *s)
{
    size_t escape_size = 2 + UNICODE_ESCAPE_DIGITS;
    uint32_t unit = escape_unit(s, s->at);
    if (unit == UINT32_MAX) {
        return fail(s, "\\u needs four hexadecimal digits");
    }
    if (unit == 0) {
        replace(s, escape_size, WCD_TEXT_NUL);
        return true;
    }
    if (unit >= 0xD800u && unit <= 0xDFFFu) {
        uint32_t low = unit < 0xDC00u ? escape_unit(s, s->at + escape_size) : UINT32_MAX;
        if (low >= 0xDC00u && low <= 0xDFFFu) {
            s->at += 2 * escape_size;
            return true;
        }
        replace(s, escape_size, "\\ufffd");
        return true;
    }
    s->at += escape_size;
    return true;
}

static bool scan_escape(struct scanner *s)
{
    char kind = s->at + 1 < s->len ? s->text[s->at + 1] : '\0';
    if (kind == 'u') {
        return scan_unicode_escape(s);
    }
    if (kind == '\0' || strchr("\"\\/bfnrt", kind) == NULL) {
        return fail(s, "unknown escape in a string");
    }
    s->at += 2;
    return true;
}

static bool scan_string(struct scanner *s)
{
    s->at++;
    while (s->at < s->len) {
        char c = s->text[s->at];
        if (c == '"') {
            s->at++;
            return true;
        }
        if ((unsigned char)c < 0x20u) {
            return fail(s, "control character in a string");
        }
        if (c == '\\') {
            if (!scan_escape(s)) {
                return false;
            }
        } else {
            s->at++;
        }
    }
    return fail(s, "the string does not end");
}

static bool scan_member(struct scanner *s)
{
    if (peek(s) != '"') {
        return fail(s, "a member needs a name in double quotes");
    }
    if (!scan_string(s)) {
        return false;
    }
    skip_space(s);
    if (peek(s) != ':') {
        return fail(s, "a colon is missing behind the member's name");
    }
    s->at++;
    return scan_value(s);
}

/* An object or an array: `open` was seen, `close` ends it. */
static bool scan_container(struct scanner *s, char close, bool (*scan_item)(struct scanner *))
{
    if (s->depth == WCD_JSON_DEPTH_MAX) {
        return fail(s, "nested too deep");
    }
    s->depth++;
    s->at++;
    skip_space(s);
    bool empty = peek(s) == close;
    while (!empty) {
        if (!scan_item(s)) {
            return false;
        }
        skip_space(s);
        if (peek(s) == close) {
            break;
        }
        if (peek(s) != ',') {
            return fail(s, s->at < s->len ? "a comma or the end of the list is missing"
                                          : "the text ends too early");
        }
        s->at++;
        skip_space(s);
    }
    s->at++;
    s->depth--;
    return true;
}

static bool scan_word(struct scanner *s)
{
    static const char *const words[] = {"true", "false", "null"};
    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
        size_t len = strlen(words[i]);
        if (s->len - s->at >= len && strncmp(s->text + s->at, words[i], len) == 0) {
            s->at += len;
            return true;
        }
    }
    return fail(s, s->at < s->len ? "a value is missing" : "the text ends too early");
}

static bool scan_value(struct scanner *s)
{
    skip_space(s);
    char c = peek(s);
    switch (c) {
    case '{':
        return scan_container(s, '}', scan_member);
    case '[':
        return scan_container(s, ']', scan_value);
    case '"':
        return scan_string(s);
    default:
        return c == '-' || is_digit(c) ? scan_number(s) : scan_word(s);
    }
}

static bool scan_document(struct scanner *s)
{
    if (s->len > WCD_JSON_BYTES_MAX) {
        return fail(s, "the text is too long");
    }
    size_t bad = 0;
    if (!wcd_utf8_valid(s->text, s->len, &bad)) {
        s->at = bad;
        return fail(s, "not UTF-8");
    }
    const char *nul = s->len == 0 ? NULL : memchr(s->text, '\0', s->len);
    if (nul != NULL) {
        s->at = (size_t)(nul - s->text);
        return fail(s, "NUL in the text");
    }
    if (!scan_value(s)) {
        return false;
    }
    skip_space(s);
    return s->at == s->len || fail(s, "something follows the value");
}

static void fault_fill(struct wcd_json_fault *fault, const struct scanner *s)
{
    *fault = (struct wcd_json_fault){.offset = s->at, .line = 1, .column = 1, .reason = s->reason};
    for (size_t i = 0; i < s->at && i < s->len; i++) {
        if (s->text[i] == '\n') {
            fault->line++;
            fault->column = 1;
        } else {
            fault->column++;
        }
    }
}

bool json_scan(struct json_scan *out, const char *text, size_t len, struct wcd_json_fault *fault)
{
    struct scanner s = {.text = text, .len = len};
    wcd_buf_init(&s.out, WCD_JSON_BYTES_MAX);
    wcd_buf_init(&s.literals, 2 * WCD_JSON_BYTES_MAX);
    bool ok = scan_document(&s);
    if (ok) {
        copy_pending(&s);
        out->literal_bytes = s.literals.len;
        out->text = wcd_buf_take(&s.out);
        out->literals = wcd_buf_take(&s.literals);
        ok = out->text != NULL && out->literals != NULL;
        if (!ok) {
            json_scan_release(out);
            s.reason = "out of memory";
        }
    }
    if (!ok) {
        fault_fill(fault, &s);
    }
    wcd_buf_release(&s.out);
    wcd_buf_release(&s.literals);
    return ok;
}

void json_scan_release(struct json_scan *scan)
{
    free(scan->text);
    free(scan->literals);
    *scan = (struct json_scan){0};
}
