/* go-units' RAMInBytes (v0.5), and the part of Go's ParseFloat that it can be given. */
#include "core/layer/size.h"

#include "core/base/goquote.h"
#include "core/base/text.h"
#include "core/base/utf8.h"

#include <float.h>
#include <stdlib.h>
#include <string.h>

#define SIZE_SUFFIX_BYTES_MAX 3u
#define SIZE_EXPONENT_STEP    1024.0

static enum wcd_errc refuse(struct wcd_error *err, const char *what, const char *text)
{
    return wcd_error_set(err, WCD_E_PLAIN, "invalid %s: '%s'", what, text);
}

static enum wcd_errc refuse_number(struct wcd_error *err, const char *number, const char *why)
{
    char *quoted = wcd_go_quote(number);
    if (quoted == NULL) {
        return wcd_error_no_memory(err);
    }
    enum wcd_errc code =
        wcd_error_set(err, WCD_E_PLAIN, "strconv.ParseFloat: parsing %s: %s", quoted, why);
    free(quoted);
    return code;
}

/* A number ends in a digit or a dot here; words, hexadecimal numbers and underscores, which Go takes, are
 * not offered: no size is written like that. */
static bool is_number(const char *text)
{
    const char *at = text;
    at += *at == '+' || *at == '-';
    size_t digits = strspn(at, "0123456789");
    at += digits;
    if (*at == '.') {
        size_t more = strspn(at + 1, "0123456789");
        at += 1 + more;
        digits += more;
    }
    if (digits > 0 && (*at == 'e' || *at == 'E')) {
        at += 1 + (at[1] == '+' || at[1] == '-');
        size_t exponent = strspn(at, "0123456789");
        at += exponent;
        digits = exponent;
    }
    return digits > 0 && *at == '\0';
}

static bool scale(double *size, const char *suffix)
{
    static const char units[] = "kmgtp";
    size_t len = strlen(suffix);
    if (len > SIZE_SUFFIX_BYTES_MAX) {
        return false;
    }
    if (suffix[0] == 'b') {
        return len == 1;
    }
    const char *unit = strchr(units, suffix[0]);
    if (unit == NULL || (len == 2 && suffix[1] != 'b') ||
        (len == SIZE_SUFFIX_BYTES_MAX && strcmp(suffix + 1, "ib") != 0)) {
        return false;
    }
    for (const char *at = units; at <= unit; at++) {
        *size *= SIZE_EXPONENT_STEP;
    }
    return true;
}

/* Go's conversion of a float that is too large for an integer depends on the machine; here it is refused. */
static enum wcd_errc to_integer(const char *text, double size, int64_t *out, struct wcd_error *err)
{
    if (!(size < (double)INT64_MAX)) {
        return refuse(err, "size", text);
    }
    *out = (int64_t)size;
    return WCD_OK;
}

static enum wcd_errc parse_parts(const char *text, const char *number, const char *suffix,
                                 int64_t *out, struct wcd_error *err)
{
    if (!is_number(number)) {
        return refuse_number(err, number, "invalid syntax");
    }
    double size = strtod(number, NULL);
    if (size > DBL_MAX) { /* an infinity */
        return refuse_number(err, number, "value out of range");
    }
    if (size < 0) {
        return refuse(err, "size", text);
    }
    if (suffix[0] == '\0') {
        return to_integer(text, size, out, err);
    }
    bool long_suffix = strlen(suffix) > SIZE_SUFFIX_BYTES_MAX;
    char *lower = long_suffix ? wcd_text_copy(suffix) : wcd_utf8_lower(suffix);
    if (lower == NULL) {
        return wcd_error_no_memory(err);
    }
    enum wcd_errc code =
        scale(&size, lower) ? to_integer(text, size, out, err) : refuse(err, "suffix", lower);
    free(lower);
    return code;
}

enum wcd_errc wcd_ram_in_bytes(const char *text, int64_t *out, struct wcd_error *err)
{
    size_t end = strlen(text);
    while (end > 0 && strchr("0123456789. ", text[end - 1]) == NULL) {
        end--;
    }
    if (end == 0) {
        return refuse(err, "size", text);
    }
    size_t digits = text[end - 1] == ' ' ? end - 1 : end;
    char *number = wcd_text_copy_n(text, digits);
    if (number == NULL) {
        return wcd_error_no_memory(err);
    }
    enum wcd_errc code = parse_parts(text, number, text + end, out, err);
    free(number);
    return code;
}
