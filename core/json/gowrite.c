/* Go's encoder; see gowrite.h. */
#include "core/json/gowrite.h"

#include "core/base/limits.h"
#include "core/base/text.h"
#include "core/base/utf8.h"

#include <inttypes.h>
#include <string.h>

#define LINE_SEPARATOR      0x2028u
#define PARAGRAPH_SEPARATOR 0x2029u

void wcd_gojson_init(struct wcd_gojson *out)
{
    wcd_buf_init(&out->buf, WCD_BUF_BYTES_MAX);
    out->comma = false;
}

void wcd_gojson_release(struct wcd_gojson *out)
{
    wcd_buf_release(&out->buf);
}

char *wcd_gojson_take(struct wcd_gojson *out)
{
    return wcd_buf_take(&out->buf);
}

/* ---- texts ---- */

static bool is_plain(unsigned char byte)
{
    return byte >= 0x20 && byte < 0x80 && byte != '"' && byte != '\\' && byte != '<' &&
           byte != '>' && byte != '&';
}

static void write_ascii(struct wcd_buf *buf, unsigned char byte)
{
    switch (byte) {
    case '"':
    case '\\':
        wcd_buf_char(buf, '\\');
        wcd_buf_char(buf, (char)byte);
        break;
    case '\n':
        wcd_buf_text(buf, "\\n");
        break;
    case '\r':
        wcd_buf_text(buf, "\\r");
        break;
    case '\t':
        wcd_buf_text(buf, "\\t");
        break;
    default:
        wcd_buf_format(buf, "\\u%04x", (unsigned int)byte);
    }
}

/* Writes one character that is not ASCII; answers its bytes. */
static size_t write_wide(struct wcd_buf *buf, const char *text, size_t len)
{
    uint32_t code_point = 0;
    if (wcd_text_has_prefix(text, WCD_TEXT_NUL)) {
        wcd_buf_text(buf, "\\u0000");
        return strlen(WCD_TEXT_NUL);
    }
    size_t size = wcd_utf8_decode(text, len, &code_point);
    bool bad = code_point == WCD_UTF8_REPLACEMENT && size == 1;
    if (bad || code_point == LINE_SEPARATOR || code_point == PARAGRAPH_SEPARATOR) {
        wcd_buf_format(buf, "\\u%04" PRIx32, code_point);
    } else {
        wcd_buf_add(buf, text, size);
    }
    return size;
}

static void write_text(struct wcd_buf *buf, const char *text)
{
    size_t len = strlen(text);
    wcd_buf_char(buf, '"');
    for (size_t at = 0; at < len;) {
        size_t plain = 0;
        while (is_plain((unsigned char)text[at + plain])) {
            plain++;
        }
        wcd_buf_add(buf, text + at, plain);
        at += plain;
        if (at < len && (unsigned char)text[at] < 0x80) {
            write_ascii(buf, (unsigned char)text[at++]);
        } else if (at < len) {
            at += write_wide(buf, text + at, len - at);
        }
    }
    wcd_buf_char(buf, '"');
}

/* ---- values ---- */

static void begin(struct wcd_gojson *out, const char *name)
{
    if (out->comma) {
        wcd_buf_char(&out->buf, ',');
    }
    out->comma = true;
    if (name != NULL) {
        write_text(&out->buf, name);
        wcd_buf_char(&out->buf, ':');
    }
}

static void open_bracket(struct wcd_gojson *out, const char *name, char bracket)
{
    begin(out, name);
    wcd_buf_char(&out->buf, bracket);
    out->comma = false;
}

static void close_bracket(struct wcd_gojson *out, char bracket)
{
    wcd_buf_char(&out->buf, bracket);
    out->comma = true;
}

void wcd_gojson_begin_object(struct wcd_gojson *out, const char *name)
{
    open_bracket(out, name, '{');
}

void wcd_gojson_end_object(struct wcd_gojson *out)
{
    close_bracket(out, '}');
}

void wcd_gojson_begin_array(struct wcd_gojson *out, const char *name)
{
    open_bracket(out, name, '[');
}

void wcd_gojson_end_array(struct wcd_gojson *out)
{
    close_bracket(out, ']');
}

void wcd_gojson_null(struct wcd_gojson *out, const char *name)
{
    begin(out, name);
    wcd_buf_text(&out->buf, "null");
}

void wcd_gojson_bool(struct wcd_gojson *out, const char *name, bool value)
{
    begin(out, name);
    wcd_buf_text(&out->buf, value ? "true" : "false");
}

void wcd_gojson_int(struct wcd_gojson *out, const char *name, int64_t value)
{
    begin(out, name);
    wcd_buf_format(&out->buf, "%" PRId64, value);
}

void wcd_gojson_uint(struct wcd_gojson *out, const char *name, uint64_t value)
{
    begin(out, name);
    wcd_buf_format(&out->buf, "%" PRIu64, value);
}

void wcd_gojson_text(struct wcd_gojson *out, const char *name, const char *text)
{
    begin(out, name);
    write_text(&out->buf, wcd_text_or_empty(text));
}

static void write_container(struct wcd_gojson *out, const char *name, const struct wcd_json *value)
{
    bool object = wcd_json_is(value, WCD_JSON_OBJECT);
    open_bracket(out, name, object ? '{' : '[');
    for (const struct wcd_json *item = wcd_json_first(value); item != NULL;
         item = wcd_json_next(item)) {
        wcd_gojson_value(out, object ? wcd_json_name(item) : NULL, item);
    }
    close_bracket(out, object ? '}' : ']');
}

void wcd_gojson_value(struct wcd_gojson *out, const char *name, const struct wcd_json *value)
{
    switch (wcd_json_type_of(value)) {
    case WCD_JSON_NULL:
        wcd_gojson_null(out, name);
        break;
    case WCD_JSON_BOOL:
        wcd_gojson_bool(out, name, wcd_json_bool(value));
        break;
    case WCD_JSON_NUMBER:
        begin(out, name);
        wcd_buf_text(&out->buf, wcd_json_literal(value));
        break;
    case WCD_JSON_STRING:
        wcd_gojson_text(out, name, wcd_json_string(value));
        break;
    default:
        write_container(out, name, value);
    }
}

void wcd_gojson_bool_if(struct wcd_gojson *out, const char *name, bool value)
{
    if (value) {
        wcd_gojson_bool(out, name, value);
    }
}

void wcd_gojson_int_if(struct wcd_gojson *out, const char *name, int64_t value)
{
    if (value != 0) {
        wcd_gojson_int(out, name, value);
    }
}

void wcd_gojson_uint_if(struct wcd_gojson *out, const char *name, uint64_t value)
{
    if (value != 0) {
        wcd_gojson_uint(out, name, value);
    }
}

void wcd_gojson_text_if(struct wcd_gojson *out, const char *name, const char *text)
{
    if (text != NULL && text[0] != '\0') {
        wcd_gojson_text(out, name, text);
    }
}
