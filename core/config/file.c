/* daemon.json: bytes to a document.
 *
 * Evidence: moby daemon/config/config.go getConflictFreeConfiguration of 2023 (byte order marks,
 * empty files) and of January 2017 (a json.Decoder over the bytes as they are);
 * golang.org/x/text/encoding unicode.BOMOverride and encoding.UTF8Validator. */
#include "core/config/internal.h"

#include "core/base/limits.h"
#include "core/base/oserror.h"
#include "core/base/utf8.h"
#include "core/config/go_json.h"

#include <stdlib.h>
#include <string.h>

#define READ_BYTES       ((size_t)4096)
#define DECODER_BYTES    ((size_t)4096) /* the buffer between the two decoders of x/text */
#define UTF16_UNIT_BYTES 2u

static const char utf8_mark[] = "\xEF\xBB\xBF";

static enum wcd_errc refuse_call(struct wcd_config *config, const struct platform *platform,
                                 plat_hr hr, bool opening, struct wcd_error *err)
{
    return wcd_os_path_error(err, &platform->os, opening ? "fs.open" : "fs.read", hr,
                             opening ? "open" : "read", config->file_path);
}

static enum wcd_errc read_handle(struct wcd_config *config, const struct platform *platform,
                                 plat_handle file, struct wcd_buf *out, struct wcd_error *err)
{
    char block[READ_BYTES];
    for (;;) {
        size_t got = 0;
        plat_hr hr = platform->fs.ops->read(platform->fs.ctx, file, block, sizeof(block), &got);
        if (plat_failed(hr)) {
            return refuse_call(config, platform, hr, false, err);
        }
        if (got == 0) {
            return WCD_OK;
        }
        if (got > WCD_CONFIG_BYTES_MAX - out->len) {
            return wcd_error_set(err, WCD_E_PLAIN, "larger than %zu bytes", WCD_CONFIG_BYTES_MAX);
        }
        wcd_buf_add(out, block, got);
        if (out->failed) {
            return wcd_error_no_memory(err);
        }
    }
}

static enum wcd_errc read_bytes(struct wcd_config *config, const struct platform *platform,
                                struct wcd_buf *out, bool *missing, struct wcd_error *err)
{
    plat_handle file = PLAT_NO_HANDLE;
    plat_hr hr = platform->fs.ops->open(platform->fs.ctx, config->file_path, PLAT_GENERIC_READ,
                                        PLAT_OPEN_EXISTING, &file);
    if (wcd_os_is_missing(hr) && !config->file_given) {
        *missing = true;
        return WCD_OK;
    }
    if (plat_failed(hr)) {
        return refuse_call(config, platform, hr, true, err);
    }
    enum wcd_errc result = read_handle(config, platform, file, out, err);
    /* Nothing was written: a handle that does not close cleanly takes no data with it. */
    (void)platform->fs.ops->close(platform->fs.ctx, file);
    return result;
}

/* ---- encodings ---- */

struct bytes {
    const char *at;
    size_t len;
};

static unsigned int utf16_unit(struct bytes text, size_t at, bool big_endian)
{
    unsigned int first = (unsigned char)text.at[at];
    unsigned int second = (unsigned char)text.at[at + 1];
    return big_endian ? first << 8 | second : second << 8 | first;
}

/* Takes the code point at *at: a lone half of a pair, and a lone last byte, are U+FFFD. */
static uint32_t utf16_take(struct bytes text, size_t *at, bool big_endian)
{
    if (text.len - *at < UTF16_UNIT_BYTES) {
        *at = text.len;
        return WCD_UTF8_REPLACEMENT;
    }
    unsigned int unit = utf16_unit(text, *at, big_endian);
    *at += UTF16_UNIT_BYTES;
    if (unit < 0xD800 || unit > 0xDFFF) {
        return unit;
    }
    if (unit < 0xDC00 && text.len - *at >= UTF16_UNIT_BYTES) {
        unsigned int low = utf16_unit(text, *at, big_endian);
        if (low >= 0xDC00 && low <= 0xDFFF) {
            *at += UTF16_UNIT_BYTES;
            return 0x10000u + ((unit - 0xD800u) << 10) + (low - 0xDC00u);
        }
    }
    return WCD_UTF8_REPLACEMENT;
}

static void utf16_to_utf8(struct wcd_buf *buf, bool big_endian)
{
    struct wcd_buf out;
    struct bytes text = {buf->data, buf->len};
    size_t at = UTF16_UNIT_BYTES; /* behind the mark */
    wcd_buf_init(&out, buf->bytes_max * 2);
    while (at < text.len && !out.failed) {
        char utf8[WCD_UTF8_BYTES_MAX];
        size_t count = wcd_utf8_encode(utf16_take(text, &at, big_endian), utf8);
        wcd_buf_add(&out, utf8, count);
    }
    wcd_buf_release(buf);
    *buf = out;
}

/* The offset in the message is not the bad byte's: it is what the first of two decoders had taken
 * when the second stumbled, a whole buffer. */
static enum wcd_errc refuse_encoding(size_t mark, size_t bad, size_t len, struct wcd_error *err)
{
    size_t taken = mark + (bad / DECODER_BYTES + 1) * DECODER_BYTES;
    return wcd_error_set(err, WCD_E_PLAIN,
                         "failed to decode configuration JSON at offset %zu: "
                         "encoding: invalid UTF-8",
                         taken < len ? taken : len);
}

/* Turns what buf holds into UTF-8 without a mark. */
static enum wcd_errc decode_bytes(struct wcd_buf *buf, size_t *mark, struct wcd_error *err)
{
    const char *data = wcd_buf_str(buf);
    *mark = 0;
    if (buf->len >= UTF16_UNIT_BYTES && (memcmp(data, "\xFF\xFE", UTF16_UNIT_BYTES) == 0 ||
                                         memcmp(data, "\xFE\xFF", UTF16_UNIT_BYTES) == 0)) {
        utf16_to_utf8(buf, (unsigned char)data[0] == 0xFE);
        return buf->failed ? wcd_error_no_memory(err) : WCD_OK;
    }
    if (buf->len >= strlen(utf8_mark) && memcmp(data, utf8_mark, strlen(utf8_mark)) == 0) {
        *mark = strlen(utf8_mark);
    }
    size_t bad = 0;
    if (!wcd_utf8_valid(data + *mark, buf->len - *mark, &bad)) {
        return refuse_encoding(*mark, bad, buf->len, err);
    }
    return WCD_OK;
}

/* bytes.TrimSpace. */
static struct bytes trim(struct bytes text)
{
    uint32_t c = 0;
    while (text.len > 0) {
        size_t count = wcd_utf8_decode(text.at, text.len, &c);
        if (!wcd_unicode_is_space(c)) {
            break;
        }
        text.at += count;
        text.len -= count;
    }
    while (text.len > 0) {
        size_t start = text.len - 1;
        while (start > 0 && ((unsigned char)text.at[start] & 0xC0u) == 0x80u) {
            start--;
        }
        (void)wcd_utf8_decode(text.at + start, text.len - start, &c);
        if (!wcd_unicode_is_space(c)) {
            break;
        }
        text.len = start;
    }
    return text;
}

static enum wcd_errc parse(struct bytes text, enum go_json_reader reader, struct wcd_json **out,
                           struct wcd_error *err)
{
    struct wcd_json_fault fault = {0};
    enum wcd_errc result = go_json_read(text.at, text.len, reader, out, &fault, err);
    return result != WCD_OK || *out != NULL
               ? result
               : wcd_error_set(err, WCD_E_PLAIN, "line %zu, column %zu: %s", fault.line,
                               fault.column, fault.reason);
}

enum wcd_errc config_read_file(struct wcd_config *config, const struct platform *platform,
                               struct wcd_json **out, bool *missing, struct wcd_error *err)
{
    struct wcd_buf buf;
    struct bytes text = {"", 0};
    size_t mark = 0;
    *out = NULL;
    *missing = false;
    wcd_buf_init(&buf, WCD_CONFIG_BYTES_MAX);
    enum wcd_errc result = read_bytes(config, platform, &buf, missing, err);
    if (result == WCD_OK && config->rules->file_has_byte_order_mark) {
        result = decode_bytes(&buf, &mark, err);
    }
    if (result == WCD_OK && !*missing) {
        text.at = wcd_buf_str(&buf) + mark;
        text.len = buf.len - mark;
        bool whole = config->rules->file_is_one_value;
        text = whole ? trim(text) : text;
        if (!whole || text.len > 0) {
            result = parse(text, whole ? GO_JSON_UNMARSHAL : GO_JSON_DECODER, out, err);
        }
    }
    wcd_buf_release(&buf);
    return result;
}
