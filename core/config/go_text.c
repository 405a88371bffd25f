/* Go's quoting, %v and number syntax. */
#include "core/config/go_text.h"

#include "core/base/assert.h"
#include "core/base/goquote.h"
#include "core/base/text.h"
#include "core/base/utf8.h"

#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FLOAT_DIGITS_MAX  17
#define FLOAT_TEXT_MAX    40
#define FLOAT_EXPONENT_LO (-4)
#define FLOAT_EXPONENT_HI 6

void go_quote(struct wcd_buf *out, const char *text)
{
    char *quoted = wcd_go_quote(text);
    if (quoted == NULL) {
        wcd_buf_release(out);
        out->failed = true;
        return;
    }
    wcd_buf_text(out, quoted);
    free(quoted);
}

void go_quote_byte(struct wcd_buf *out, unsigned char byte)
{
    char text[WCD_UTF8_BYTES_MAX + 1] = WCD_TEXT_NUL;
    if (byte == '\'' || byte == '"') {
        wcd_buf_text(out, byte == '"' ? "'\"'" : "'\\''");
        return;
    }
    if (byte != 0) {
        text[wcd_utf8_encode(byte, text)] = '\0';
    }
    char *quoted = wcd_go_quote(text);
    if (quoted == NULL) {
        wcd_buf_release(out);
        out->failed = true;
        return;
    }
    wcd_buf_char(out, '\'');
    wcd_buf_add(out, quoted + 1, strlen(quoted) - 2);
    wcd_buf_char(out, '\'');
    free(quoted);
}

/* isfinite() is a macro that warns of a narrowing in some C libraries. */
static bool is_finite(double value)
{
    return value >= -DBL_MAX && value <= DBL_MAX;
}

/* The fewest significant digits that read back as the same value, and the exponent of the first. */
static size_t shortest_digits(double value, char digits[FLOAT_DIGITS_MAX], int *exponent)
{
    char text[FLOAT_TEXT_MAX];
    for (int count = 1; count <= FLOAT_DIGITS_MAX; count++) {
        (void)snprintf(text, sizeof(text), "%.*e", count - 1, value);
        if (count == FLOAT_DIGITS_MAX || strtod(text, NULL) == value) {
            break;
        }
    }
    size_t kept = 0;
    const char *at = text;
    for (; *at != 'e'; at++) {
        if (*at != '.') {
            digits[kept++] = *at;
        }
    }
    *exponent = (int)strtol(at + 1, NULL, 10);
    return kept;
}

static void float_with_exponent(struct wcd_buf *out, const char *digits, size_t count, int exponent)
{
    wcd_buf_char(out, digits[0]);
    if (count > 1) {
        wcd_buf_char(out, '.');
        wcd_buf_add(out, digits + 1, count - 1);
    }
    wcd_buf_format(out, "e%c%02d", exponent < 0 ? '-' : '+', abs(exponent));
}

static void float_plain(struct wcd_buf *out, const char *digits, size_t count, int exponent)
{
    if (exponent < 0) {
        wcd_buf_text(out, "0.");
        for (int i = -1; i > exponent; i--) {
            wcd_buf_char(out, '0');
        }
        wcd_buf_add(out, digits, count);
        return;
    }
    size_t whole = (size_t)exponent + 1;
    for (size_t i = 0; i < whole; i++) {
        wcd_buf_char(out, i < count ? digits[i] : '0');
    }
    if (count > whole) {
        wcd_buf_char(out, '.');
        wcd_buf_add(out, digits + whole, count - whole);
    }
}

void go_float(struct wcd_buf *out, double value)
{
    char digits[FLOAT_DIGITS_MAX] = {0};
    int exponent = 0;
    WCD_ASSERT(is_finite(value));
    if (copysign(1.0, value) < 0) { /* -0 as well */
        wcd_buf_char(out, '-');
        value = -value;
    }
    size_t count = shortest_digits(value, digits, &exponent);
    if (exponent < FLOAT_EXPONENT_LO || exponent >= FLOAT_EXPONENT_HI) {
        float_with_exponent(out, digits, count, exponent);
    } else {
        float_plain(out, digits, count, exponent);
    }
}

/* ---- %v of a value of no type ---- */

static void list_value(struct wcd_buf *out, const struct wcd_json *array)
{
    const char *separator = "";
    wcd_buf_char(out, '[');
    for (const struct wcd_json *item = wcd_json_first(array); item != NULL;
         item = wcd_json_next(item)) {
        wcd_buf_text(out, separator);
        go_value(out, item);
        separator = " ";
    }
    wcd_buf_char(out, ']');
}

/* The member with the next name after `name` (NULL: the first), in the order of bytes. */
static const struct wcd_json *member_after(const struct wcd_json *object, const char *name)
{
    const struct wcd_json *best = NULL;
    for (const struct wcd_json *member = wcd_json_first(object); member != NULL;
         member = wcd_json_next(member)) {
        if (name != NULL && strcmp(wcd_json_name(member), name) <= 0) {
            continue;
        }
        /* <= : of members with one name Go keeps the last. */
        if (best == NULL || strcmp(wcd_json_name(member), wcd_json_name(best)) <= 0) {
            best = member;
        }
    }
    return best;
}

static void map_value(struct wcd_buf *out, const struct wcd_json *object)
{
    const char *separator = "";
    wcd_buf_text(out, "map[");
    for (const struct wcd_json *member = member_after(object, NULL); member != NULL;
         member = member_after(object, wcd_json_name(member))) {
        wcd_buf_format(out, "%s%s:", separator, wcd_json_name(member));
        go_value(out, member);
        separator = " ";
    }
    wcd_buf_char(out, ']');
}

void go_value(struct wcd_buf *out, const struct wcd_json *value)
{
    double number = 0;
    switch (wcd_json_type_of(value)) {
    case WCD_JSON_NULL:
        wcd_buf_text(out, "<nil>");
        return;
    case WCD_JSON_BOOL:
        wcd_buf_text(out, wcd_json_bool(value) ? "true" : "false");
        return;
    case WCD_JSON_NUMBER:
        /* A number out of range never gets here: decoding refuses it first. */
        (void)go_float_fits(wcd_json_literal(value), &number);
        go_float(out, number);
        return;
    case WCD_JSON_STRING:
        wcd_buf_text(out, wcd_json_string(value));
        return;
    case WCD_JSON_ARRAY:
        list_value(out, value);
        return;
    case WCD_JSON_OBJECT:
    default:
        map_value(out, value);
        return;
    }
}

/* ---- reading ---- */

bool go_parse_bool(const char *text, bool *out)
{
    static const char *const words[2][6] = {{"0", "f", "F", "FALSE", "false", "False"},
                                            {"1", "t", "T", "TRUE", "true", "True"}};
    for (size_t value = 0; value < 2; value++) {
        for (size_t i = 0; i < sizeof(words[0]) / sizeof(words[0][0]); i++) {
            if (strcmp(text, words[value][i]) == 0) {
                *out = value == 1;
                return true;
            }
        }
    }
    return false;
}

bool go_float_fits(const char *literal, double *out)
{
    *out = strtod(literal, NULL);
    if (is_finite(*out)) {
        return true;
    }
    *out = 0;
    return false;
}

static unsigned int digit_value(char c)
{
    if (c >= '0' && c <= '9') {
        return (unsigned int)(c - '0');
    }
    if (c >= 'a' && c <= 'z') {
        return (unsigned int)(c - 'a') + 10;
    }
    if (c >= 'A' && c <= 'Z') {
        return (unsigned int)(c - 'A') + 10;
    }
    return UINT32_MAX;
}

/* Takes a prefix off *text and answers the base. */
static unsigned int take_base(const char **text, bool modern_prefixes)
{
    const char *at = *text;
    if (at[0] != '0') {
        return 10;
    }
    char kind = at[1];
    if ((kind == 'x' || kind == 'X') && at[2] != '\0') {
        *text += 2;
        return 16;
    }
    if (modern_prefixes && (kind == 'b' || kind == 'B') && at[2] != '\0') {
        *text += 2;
        return 2;
    }
    if (modern_prefixes && (kind == 'o' || kind == 'O') && at[2] != '\0') {
        *text += 2;
        return 8;
    }
    if (kind != '\0') {
        *text += 1;
        return 8;
    }
    return 10;
}

/* Underscores may stand between digits and behind a prefix (which counts as a digit here). */
static bool underscores_placed(const char *digits, bool after_prefix)
{
    bool digit_before = after_prefix;
    for (const char *at = digits; *at != '\0'; at++) {
        if (*at == '_') {
            if (!digit_before || at[1] == '_' || at[1] == '\0') {
                return false;
            }
            digit_before = false;
        } else {
            digit_before = true;
        }
    }
    return true;
}

static enum go_int_result parse_magnitude(const char *digits, unsigned int base, bool underscores,
                                          uint64_t *out)
{
    uint64_t value = 0;
    bool overflow = false;
    if (*digits == '\0') {
        return GO_INT_SYNTAX;
    }
    for (const char *at = digits; *at != '\0'; at++) {
        if (*at == '_' && underscores) {
            continue;
        }
        unsigned int digit = digit_value(*at);
        if (digit >= base) {
            return GO_INT_SYNTAX;
        }
        if (value > (UINT64_MAX - digit) / base) {
            overflow = true;
        } else {
            value = value * base + digit;
        }
    }
    *out = value;
    return overflow ? GO_INT_RANGE : GO_INT_OK;
}

static enum go_int_result apply_sign(uint64_t magnitude, bool negative, int64_t *out)
{
    uint64_t limit = (uint64_t)INT64_MAX + (negative ? 1u : 0u);
    if (magnitude > limit) {
        return GO_INT_RANGE;
    }
    if (negative && magnitude == limit) {
        *out = INT64_MIN;
    } else {
        *out = negative ? -(int64_t)magnitude : (int64_t)magnitude;
    }
    return GO_INT_OK;
}

static bool take_sign(const char **text)
{
    bool negative = **text == '-';
    if (**text == '-' || **text == '+') {
        *text += 1;
    }
    return negative;
}

enum go_int_result go_parse_int(const char *text, bool modern_prefixes, int64_t *out)
{
    uint64_t magnitude = 0;
    bool negative = take_sign(&text);
    const char *digits = text;
    unsigned int base = take_base(&digits, modern_prefixes);
    if (modern_prefixes && !underscores_placed(digits, digits != text)) {
        return GO_INT_SYNTAX;
    }
    enum go_int_result result = parse_magnitude(digits, base, modern_prefixes, &magnitude);
    return result == GO_INT_OK ? apply_sign(magnitude, negative, out) : result;
}

enum go_int_result go_parse_decimal(const char *text, int64_t *out)
{
    uint64_t magnitude = 0;
    bool negative = take_sign(&text);
    enum go_int_result result = parse_magnitude(text, 10, false, &magnitude);
    return result == GO_INT_OK ? apply_sign(magnitude, negative, out) : result;
}
