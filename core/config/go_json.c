/* A scanner in the manner of encoding/json: one function per state, one byte per step.
 *
 * Each state answers what the byte did to the text so far. The nesting is kept as one character per
 * open bracket in a buffer: ':' and ',' inside an object (a key is awaited or read; a value is),
 * ']' inside an array. End of text is played as a blank, as Go does; that is why a broken-off
 * literal complains about ' ' while a broken-off object is only "unexpected". */
#include "core/config/go_json.h"

#include "core/base/buf.h"
#include "core/base/utf8.h"
#include "core/config/go_text.h"

#include <stdlib.h>
#include <string.h>

enum step_result {
    STEP_GOES_ON,
    STEP_CLOSED_BRACKET,
    STEP_END,
    STEP_ERROR
};

#define IN_KEY   ':'
#define IN_VALUE ','
#define IN_ARRAY ']'

struct scan;
typedef enum step_result scan_step(struct scan *scan, unsigned char c);

struct scan {
    scan_step *step;
    struct wcd_buf open;
    const char *word; /* what is still missing of true, false or null */
    const char *word_name;
    unsigned int hex_digits; /* still awaited of a \u escape */
    bool at_top;             /* the value is complete */
    struct wcd_buf message;  /* of the first mistake; it may become known one byte late */
};

static scan_step begin_value;
static scan_step begin_value_or_empty;
static scan_step begin_key;
static scan_step begin_key_or_empty;
static scan_step end_value;
static scan_step end_top;
static scan_step in_string;
static scan_step number_zero;
static scan_step number_digits;

static bool is_space(unsigned char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static bool is_digit(unsigned char c)
{
    return c >= '0' && c <= '9';
}

static bool is_hex(unsigned char c)
{
    return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

static enum step_result after_error(struct scan *scan, unsigned char c)
{
    (void)scan;
    (void)c;
    return STEP_ERROR;
}

static enum step_result complain(struct scan *scan, unsigned char c, const char *context)
{
    wcd_buf_text(&scan->message, "invalid character ");
    /* encoding/json shows '"' without a backslash and '\'' with one: as %q of a byte does. */
    go_quote_byte(&scan->message, c);
    wcd_buf_format(&scan->message, " %s", context);
    scan->step = after_error;
    return STEP_ERROR;
}

static char innermost(const struct scan *scan)
{
    return scan->open.len == 0 ? '\0' : scan->open.data[scan->open.len - 1];
}

static enum step_result open_bracket(struct scan *scan, char kind, scan_step *next)
{
    wcd_buf_char(&scan->open, kind);
    scan->step = next;
    return STEP_GOES_ON;
}

static enum step_result close_bracket(struct scan *scan)
{
    if (scan->open.len > 0) { /* 0 only when there was no memory to open it */
        scan->open.len--;
    }
    if (scan->open.len == 0) {
        scan->step = end_top;
        scan->at_top = true;
    } else {
        scan->step = end_value;
    }
    return STEP_CLOSED_BRACKET;
}

static enum step_result in_word(struct scan *scan, unsigned char c)
{
    if (c != (unsigned char)*scan->word) {
        enum step_result result = complain(scan, c, "in literal");
        wcd_buf_format(&scan->message, " %s (expecting '%c')", scan->word_name, *scan->word);
        return result;
    }
    scan->word++;
    if (*scan->word == '\0') {
        scan->step = end_value;
    }
    return STEP_GOES_ON;
}

static enum step_result begin_word(struct scan *scan, const char *name)
{
    scan->word_name = name;
    scan->word = name + 1;
    scan->step = in_word;
    return STEP_GOES_ON;
}

static enum step_result number_sign(struct scan *scan, unsigned char c)
{
    if (!is_digit(c)) {
        return complain(scan, c, "in numeric literal");
    }
    scan->step = c == '0' ? number_zero : number_digits;
    return STEP_GOES_ON;
}

static enum step_result begin_value(struct scan *scan, unsigned char c)
{
    if (is_space(c)) {
        return STEP_GOES_ON;
    }
    switch (c) {
    case '{':
        return open_bracket(scan, IN_KEY, begin_key_or_empty);
    case '[':
        return open_bracket(scan, IN_ARRAY, begin_value_or_empty);
    case '"':
        scan->step = in_string;
        return STEP_GOES_ON;
    case '-':
        scan->step = number_sign;
        return STEP_GOES_ON;
    case 't':
        return begin_word(scan, "true");
    case 'f':
        return begin_word(scan, "false");
    case 'n':
        return begin_word(scan, "null");
    default:
        if (is_digit(c)) {
            return number_sign(scan, c);
        }
        return complain(scan, c, "looking for beginning of value");
    }
}

static enum step_result begin_value_or_empty(struct scan *scan, unsigned char c)
{
    if (c == ']') {
        return close_bracket(scan);
    }
    return begin_value(scan, c);
}

static enum step_result begin_key(struct scan *scan, unsigned char c)
{
    if (is_space(c)) {
        return STEP_GOES_ON;
    }
    if (c != '"') {
        return complain(scan, c, "looking for beginning of object key string");
    }
    scan->step = in_string;
    return STEP_GOES_ON;
}

static enum step_result begin_key_or_empty(struct scan *scan, unsigned char c)
{
    if (c == '}') {
        return close_bracket(scan);
    }
    return begin_key(scan, c);
}

static void replace_innermost(struct scan *scan, char kind)
{
    if (scan->open.len > 0) {
        scan->open.data[scan->open.len - 1] = kind;
    }
}

static enum step_result end_of_member(struct scan *scan, unsigned char c)
{
    if (c == ',') {
        replace_innermost(scan, IN_KEY);
        scan->step = begin_key;
        return STEP_GOES_ON;
    }
    if (c == '}') {
        return close_bracket(scan);
    }
    return complain(scan, c, "after object key:value pair");
}

static enum step_result end_value(struct scan *scan, unsigned char c)
{
    if (scan->open.len == 0) {
        scan->step = end_top;
        scan->at_top = true;
        return end_top(scan, c);
    }
    if (is_space(c)) {
        scan->step = end_value;
        return STEP_GOES_ON;
    }
    switch (innermost(scan)) {
    case IN_KEY:
        if (c != ':') {
            return complain(scan, c, "after object key");
        }
        replace_innermost(scan, IN_VALUE);
        scan->step = begin_value;
        return STEP_GOES_ON;
    case IN_VALUE:
        return end_of_member(scan, c);
    default:
        if (c == ']') {
            return close_bracket(scan);
        }
        if (c != ',') {
            return complain(scan, c, "after array element");
        }
        scan->step = begin_value;
        return STEP_GOES_ON;
    }
}

/* The complaint is kept for the next byte: a decoder that wanted one value never sees it. */
static enum step_result end_top(struct scan *scan, unsigned char c)
{
    if (!is_space(c)) {
        (void)complain(scan, c, "after top-level value");
    }
    return STEP_END;
}

static enum step_result string_hex(struct scan *scan, unsigned char c)
{
    if (!is_hex(c)) {
        return complain(scan, c, "in \\u hexadecimal character escape");
    }
    scan->hex_digits--;
    if (scan->hex_digits == 0) {
        scan->step = in_string;
    }
    return STEP_GOES_ON;
}

static enum step_result string_escape(struct scan *scan, unsigned char c)
{
    if (c == 'u') {
        scan->hex_digits = 4;
        scan->step = string_hex;
        return STEP_GOES_ON;
    }
    if (c == '\0' || strchr("bfnrt\\/\"", c) == NULL) {
        return complain(scan, c, "in string escape code");
    }
    scan->step = in_string;
    return STEP_GOES_ON;
}

static enum step_result in_string(struct scan *scan, unsigned char c)
{
    if (c == '"') {
        scan->step = end_value;
        return STEP_GOES_ON;
    }
    if (c == '\\') {
        scan->step = string_escape;
        return STEP_GOES_ON;
    }
    if (c < 0x20) {
        return complain(scan, c, "in string literal");
    }
    return STEP_GOES_ON;
}

static enum step_result exponent_digits(struct scan *scan, unsigned char c)
{
    return is_digit(c) ? STEP_GOES_ON : end_value(scan, c);
}

static enum step_result exponent_first(struct scan *scan, unsigned char c)
{
    if (!is_digit(c)) {
        return complain(scan, c, "in exponent of numeric literal");
    }
    scan->step = exponent_digits;
    return STEP_GOES_ON;
}

static enum step_result exponent_sign(struct scan *scan, unsigned char c)
{
    if (c == '+' || c == '-') {
        scan->step = exponent_first;
        return STEP_GOES_ON;
    }
    return exponent_first(scan, c);
}

static enum step_result fraction_digits(struct scan *scan, unsigned char c)
{
    if (is_digit(c)) {
        return STEP_GOES_ON;
    }
    if (c == 'e' || c == 'E') {
        scan->step = exponent_sign;
        return STEP_GOES_ON;
    }
    return end_value(scan, c);
}

static enum step_result fraction_first(struct scan *scan, unsigned char c)
{
    if (!is_digit(c)) {
        return complain(scan, c, "after decimal point in numeric literal");
    }
    scan->step = fraction_digits;
    return STEP_GOES_ON;
}

static enum step_result number_zero(struct scan *scan, unsigned char c)
{
    if (c == '.') {
        scan->step = fraction_first;
        return STEP_GOES_ON;
    }
    if (c == 'e' || c == 'E') {
        scan->step = exponent_sign;
        return STEP_GOES_ON;
    }
    return end_value(scan, c);
}

static enum step_result number_digits(struct scan *scan, unsigned char c)
{
    return is_digit(c) ? STEP_GOES_ON : number_zero(scan, c);
}

/* ---- the whole text ---- */

/* Feeds the text; *end is where the value ends. False when it is refused, with scan->message filled
 * or, for an end of text that no byte explains, empty. */
static bool scan_whole(struct scan *scan, const char *text, size_t len, size_t *end)
{
    *end = len;
    for (size_t i = 0; i < len; i++) {
        if (scan->step(scan, (unsigned char)text[i]) == STEP_ERROR) {
            return false;
        }
    }
    if (scan->message.len == 0 && !scan->at_top) {
        (void)scan->step(scan, ' ');
    }
    return scan->message.len == 0 && scan->at_top;
}

/* As json.Decoder: stops at the first value, and calls every early end of text the same. */
static bool scan_first(struct scan *scan, const char *text, size_t len, size_t *end)
{
    for (size_t i = 0; i < len; i++) {
        enum step_result result = scan->step(scan, (unsigned char)text[i]);
        if (result == STEP_ERROR) {
            return false;
        }
        if (result == STEP_END) {
            wcd_buf_clear(&scan->message); /* about the byte behind the value */
            *end = i;
            return true;
        }
        if (result == STEP_CLOSED_BRACKET && scan->at_top) {
            *end = i + 1;
            return true;
        }
    }
    *end = len;
    bool complete = scan->step(scan, ' ') == STEP_END;
    wcd_buf_clear(&scan->message);
    return complete;
}

static bool is_blank(const char *text, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        if (!is_space((unsigned char)text[i])) {
            return false;
        }
    }
    return true;
}

static const char *message_of_end(enum go_json_reader reader, const char *text, size_t len)
{
    if (reader == GO_JSON_UNMARSHAL) {
        return "unexpected end of JSON input";
    }
    return is_blank(text, len) ? "EOF" : "unexpected EOF";
}

/* ---- the clean copy ---- */

static uint32_t hex_value(const char *digits)
{
    uint32_t value = 0;
    for (size_t i = 0; i < 4; i++) {
        char c = digits[i];
        uint32_t digit = 0;
        if (c <= '9') {
            digit = (uint32_t)(c - '0');
        } else {
            digit = (uint32_t)((c | 0x20) - 'a') + 10;
        }
        value = value * 16 + digit;
    }
    return value;
}

static bool is_low_surrogate_escape(const char *text, size_t len)
{
    if (len < 6 || text[0] != '\\' || text[1] != 'u') {
        return false;
    }
    uint32_t unit = hex_value(text + 2);
    return unit >= 0xDC00 && unit <= 0xDFFF;
}

/* Copies the escape at text; answers its length. */
static size_t copy_escape(struct wcd_buf *out, const char *text, size_t len)
{
    if (text[1] != 'u') {
        wcd_buf_add(out, text, 2);
        return 2;
    }
    uint32_t unit = hex_value(text + 2);
    if (unit < 0xD800 || unit > 0xDFFF) {
        wcd_buf_add(out, text, 6);
        return 6;
    }
    if (unit < 0xDC00 && is_low_surrogate_escape(text + 6, len - 6)) {
        wcd_buf_add(out, text, 12);
        return 12;
    }
    wcd_buf_text(out, "\\ufffd");
    return 6;
}

static size_t copy_code_point(struct wcd_buf *out, const char *text, size_t len)
{
    uint32_t c = 0;
    char bytes[WCD_UTF8_BYTES_MAX];
    size_t count = wcd_utf8_decode(text, len, &c);
    size_t written = wcd_utf8_encode(c, bytes); /* U+FFFD for a byte that is no UTF-8 */
    wcd_buf_add(out, bytes, written);
    return count;
}

static char *clean_copy(const char *text, size_t len, size_t *clean_len)
{
    struct wcd_buf out;
    size_t at = 0;
    wcd_buf_init(&out, len * 3 + 1);
    while (at < len) {
        /* The text is known to be JSON: a backslash stands only in a string, before an escape. */
        if (text[at] == '\\') {
            at += copy_escape(&out, text + at, len - at);
        } else {
            at += copy_code_point(&out, text + at, len - at);
        }
    }
    *clean_len = out.len;
    return wcd_buf_take(&out);
}

enum wcd_errc go_json_check(const char *text, size_t len, enum go_json_reader reader, char **clean,
                            size_t *clean_len, struct wcd_error *err)
{
    struct scan scan = {.step = begin_value};
    size_t end = 0;
    *clean = NULL;
    *clean_len = 0;
    wcd_buf_init(&scan.open, len + 1);
    wcd_buf_init(&scan.message, 256);
    bool good = reader == GO_JSON_UNMARSHAL ? scan_whole(&scan, text, len, &end)
                                            : scan_first(&scan, text, len, &end);
    enum wcd_errc result = WCD_OK;
    if (scan.open.failed || scan.message.failed) {
        result = wcd_error_no_memory(err);
    } else if (!good) {
        result = wcd_error_set(err, WCD_E_PLAIN, "%s",
                               scan.message.len > 0 ? wcd_buf_str(&scan.message)
                                                    : message_of_end(reader, text, len));
    } else {
        *clean = clean_copy(text, end, clean_len);
        result = *clean == NULL ? wcd_error_no_memory(err) : WCD_OK;
    }
    wcd_buf_release(&scan.open);
    wcd_buf_release(&scan.message);
    return result;
}

static bool read_strictly(const char *text, size_t len, struct wcd_json **out,
                          struct wcd_json_fault *fault)
{
    *out = wcd_json_parse(text, len, fault);
    return *out != NULL || strcmp(fault->reason, "out of memory") != 0;
}

enum wcd_errc go_json_read(const char *text, size_t len, enum go_json_reader reader,
                           struct wcd_json **out, struct wcd_json_fault *fault,
                           struct wcd_error *err)
{
    /* What core/json takes is the same to Go; nearly every text is such a one, and needs no judge. */
    if (!read_strictly(text, len, out, fault)) {
        return wcd_error_no_memory(err);
    }
    if (*out != NULL) {
        return WCD_OK;
    }
    char *clean = NULL;
    size_t clean_len = 0;
    enum wcd_errc code = go_json_check(text, len, reader, &clean, &clean_len, err);
    if (code == WCD_OK && !read_strictly(clean, clean_len, out, fault)) {
        code = wcd_error_no_memory(err);
    }
    free(clean);
    return code;
}
