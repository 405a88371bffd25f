/* Go's %q. */
#include "core/base/goquote.h"

#include "core/base/buf.h"
#include "core/base/limits.h"
#include "core/base/text.h"
#include "core/base/utf8.h"

#include <inttypes.h>
#include <string.h>

struct code_range {
    uint32_t first;
    uint32_t last;
};

/* Format characters, separators, surrogates, private use and non-characters. */
static const struct code_range not_printable[] = {
    {0x0000, 0x001F}, {0x007F, 0x00A0}, {0x00AD, 0x00AD},   {0x0600, 0x0605},    {0x061C, 0x061C},
    {0x06DD, 0x06DD}, {0x070F, 0x070F}, {0x1680, 0x1680},   {0x180E, 0x180E},    {0x2000, 0x200F},
    {0x2028, 0x202F}, {0x205F, 0x206F}, {0x3000, 0x3000},   {0xD800, 0xF8FF},    {0xFEFF, 0xFEFF},
    {0xFFF0, 0xFFFB}, {0xFFFE, 0xFFFF}, {0xE0000, 0xE007F}, {0xF0000, 0x10FFFF},
};

static bool is_printable(uint32_t code_point)
{
    for (size_t i = 0; i < sizeof(not_printable) / sizeof(not_printable[0]); i++) {
        if (code_point >= not_printable[i].first && code_point <= not_printable[i].last) {
            return false;
        }
    }
    return true;
}

static void quote_code_point(struct wcd_buf *buf, uint32_t code_point)
{
    static const char letters[] = "abtnvfr"; /* 7 to 13 */
    char bytes[WCD_UTF8_BYTES_MAX];
    if (code_point == '"' || code_point == '\\') {
        wcd_buf_char(buf, '\\');
        wcd_buf_char(buf, (char)code_point);
    } else if (is_printable(code_point)) {
        wcd_buf_add(buf, bytes, wcd_utf8_encode(code_point, bytes));
    } else if (code_point >= '\a' && code_point <= '\r') {
        wcd_buf_char(buf, '\\');
        wcd_buf_char(buf, letters[code_point - '\a']);
    } else if (code_point < ' ' || code_point == 0x7Fu) {
        wcd_buf_format(buf, "\\x%02" PRIx32, code_point);
    } else if (code_point < 0x10000u) {
        wcd_buf_format(buf, "\\u%04" PRIx32, code_point);
    } else {
        wcd_buf_format(buf, "\\U%08" PRIx32, code_point);
    }
}

char *wcd_go_quote(const char *text)
{
    struct wcd_buf buf;
    wcd_buf_init(&buf, WCD_BUF_BYTES_MAX);
    size_t len = strlen(text);
    wcd_buf_char(&buf, '"');
    for (size_t at = 0; at < len;) {
        if (strncmp(text + at, WCD_TEXT_NUL, 2) == 0) {
            wcd_buf_text(&buf, "\\x00");
            at += 2;
            continue;
        }
        uint32_t code_point = 0;
        size_t size = wcd_utf8_decode(text + at, len - at, &code_point);
        if (code_point == WCD_UTF8_REPLACEMENT && size == 1) {
            wcd_buf_format(&buf, "\\x%02x", (unsigned int)(unsigned char)text[at]);
        } else {
            quote_code_point(&buf, code_point);
        }
        at += size;
    }
    wcd_buf_char(&buf, '"');
    return wcd_buf_take(&buf);
}
