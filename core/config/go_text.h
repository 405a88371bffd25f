/* How the original's language writes and reads small values: its messages show them to the letter.
 *
 * Evidence: the documentation of Go's strconv and fmt packages; encoding/json's scanner for the
 * quoting of a single byte. */
#ifndef WCD_CONFIG_GO_TEXT_H
#define WCD_CONFIG_GO_TEXT_H

#include "core/base/buf.h"
#include "core/json/json.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* %q of a string. */
void go_quote(struct wcd_buf *out, const char *text);
/* %q of a byte taken as a code point: 'x', '\'', '\x00', 0xEF as 'ï'. */
void go_quote_byte(struct wcd_buf *out, unsigned char byte);
/* %v of a float64: shortest digits, an exponent from 1e+06 on and below 0.0001. */
void go_float(struct wcd_buf *out, double value);
/* %v of what encoding/json makes of a value that has no type of its own: [a b], map[k:v] (sorted),
 * <nil>. */
void go_value(struct wcd_buf *out, const struct wcd_json *value);

/* strconv.ParseBool. False when the text is none of its twelve words. */
bool go_parse_bool(const char *text, bool *out);

enum go_int_result {
    GO_INT_OK,
    GO_INT_SYNTAX,
    GO_INT_RANGE
};

/* strconv.ParseInt(text, 0, 64): 0x and leading-0 octal; with modern_prefixes (Go 1.13) also 0b, 0o
 * and underscores between digits. */
enum go_int_result go_parse_int(const char *text, bool modern_prefixes, int64_t *out);
/* The same in base 10, without prefixes or underscores (strconv.Atoi). */
enum go_int_result go_parse_decimal(const char *text, int64_t *out);

/* True when the number's value is finite as a float64. */
bool go_float_fits(const char *literal, double *out);

#endif
