/* JSON as Go's encoder writes it, straight into a text: for documents whose members, order and escapes are
 * those of the original.
 *
 * Source: encoding/json of Go up to 1.21: no blanks; <, >, &, U+2028 and U+2029 escaped; \n, \r and \t by
 * letters and other control characters as \u00xx; what is no UTF-8 as \ufffd, byte by byte. */
#ifndef WCD_JSON_GOWRITE_H
#define WCD_JSON_GOWRITE_H

#include "core/base/buf.h"
#include "core/json/json.h"

/* A failure (no memory, over WCD_BUF_BYTES_MAX) sticks; it shows in take. */
struct wcd_gojson {
    struct wcd_buf buf;
    bool comma; /* something stands in front of what comes next */
};

void wcd_gojson_init(struct wcd_gojson *out);
void wcd_gojson_release(struct wcd_gojson *out);
/* The text, the caller's; NULL without memory. */
char *wcd_gojson_take(struct wcd_gojson *out);

/* `name` is NULL for an item of an array and for the outermost value. */
void wcd_gojson_begin_object(struct wcd_gojson *out, const char *name);
void wcd_gojson_end_object(struct wcd_gojson *out);
void wcd_gojson_begin_array(struct wcd_gojson *out, const char *name);
void wcd_gojson_end_array(struct wcd_gojson *out);
void wcd_gojson_null(struct wcd_gojson *out, const char *name);
void wcd_gojson_bool(struct wcd_gojson *out, const char *name, bool value);
void wcd_gojson_int(struct wcd_gojson *out, const char *name, int64_t value);
void wcd_gojson_uint(struct wcd_gojson *out, const char *name, uint64_t value);
void wcd_gojson_text(struct wcd_gojson *out, const char *name, const char *text); /* NULL: "" */
void wcd_gojson_value(struct wcd_gojson *out, const char *name, const struct wcd_json *value);

/* "omitempty": nothing for false, 0, "" and NULL. */
void wcd_gojson_bool_if(struct wcd_gojson *out, const char *name, bool value);
void wcd_gojson_int_if(struct wcd_gojson *out, const char *name, int64_t value);
void wcd_gojson_uint_if(struct wcd_gojson *out, const char *name, uint64_t value);
void wcd_gojson_text_if(struct wcd_gojson *out, const char *name, const char *text);

#endif
