/* The transport format of a file, read and written in pieces. */
#include "fakes/storage/wire.h"

#include "core/base/text.h"
#include "core/platform/fs.h"
#include "fakes/host/name.h"

#include <stdlib.h>
#include <string.h>

#define WIRE_HEADER_BYTES 20u
#define WIRE_NO_MEMORY    plat_hr_win32(PLAT_ERROR_NOT_ENOUGH_MEMORY)
#define WIRE_STREAM_TYPE  ":$DATA"

/* BACKUP_* of winbase.h. */
enum wire_id {
    WIRE_DATA = 1,
    WIRE_ALTERNATE_DATA = 4,
    WIRE_REPARSE_DATA = 8,
    WIRE_SPARSE_BLOCK = 9
};

/* REPARSE_DATA_BUFFER of ntifs.h: tag, length, four offsets and lengths, and for links flags. */
#define WIRE_TAG_LINK      0xA000000Cu
#define WIRE_TAG_JUNCTION  0xA0000003u
#define WIRE_NAMES_AT      8u
#define WIRE_LINK_TEXT_AT  20u
#define WIRE_JOINT_TEXT_AT 16u
#define WIRE_LINK_RELATIVE 1u

size_t fake_wire_described(const char *name)
{
    size_t len = strlen(name);
    size_t suffix = strlen(FAKE_WIRE_FOLDER_SUFFIX);
    bool described = len > suffix && fake_name_equal(name + len - suffix, FAKE_WIRE_FOLDER_SUFFIX);
    return described ? len - suffix : 0;
}

static uint64_t wire_number(const unsigned char *data, size_t bytes)
{
    uint64_t number = 0;
    for (size_t i = bytes; i > 0; i--) {
        number = number << 8 | data[i - 1];
    }
    return number;
}

/* ---- reading ---- */

static void wire_expect(struct fake_wire_reader *reader, enum fake_wire_state state, size_t bytes)
{
    reader->state = state;
    reader->wanted = bytes;
    reader->got = 0;
}

void fake_wire_begin(struct fake_wire_reader *reader, const struct fake_wire_sink *sink, void *ctx)
{
    reader->sink = sink;
    reader->ctx = ctx;
    wire_expect(reader, FAKE_WIRE_ATTRIBUTES_NEXT, 4);
}

static void wire_body(struct fake_wire_reader *reader, uint64_t offset, bool skipped)
{
    reader->offset = offset;
    reader->skipped = skipped;
    reader->state = FAKE_WIRE_BODY;
    if (reader->left == 0) {
        wire_expect(reader, FAKE_WIRE_HEADER_NEXT, WIRE_HEADER_BYTES);
    }
}

/* ":name:$DATA" */
static plat_hr wire_alternate(struct fake_wire_reader *reader)
{
    bool valid = true;
    char *name = fake_utf16_decode(reader->held, reader->got, &valid);
    if (name == NULL) {
        return valid ? WIRE_NO_MEMORY : FAKE_WIRE_BAD;
    }
    plat_hr hr = FAKE_WIRE_BAD;
    char *end = name[0] == ':' ? strchr(name + 1, ':') : NULL;
    if (end != NULL && end != name + 1 && fake_name_equal(end, WIRE_STREAM_TYPE)) {
        *end = '\0';
        hr = reader->sink->stream(reader->ctx, name + 1, false);
        wire_body(reader, 0, false);
    }
    free(name);
    return hr;
}

/* The header, and the name if there is one, have been read. */
static plat_hr wire_part(struct fake_wire_reader *reader)
{
    switch (reader->id) {
    case WIRE_DATA:
        wire_body(reader, 0, false);
        return reader->sink->stream(reader->ctx, "", false);
    case WIRE_ALTERNATE_DATA:
        return wire_alternate(reader);
    case WIRE_REPARSE_DATA:
        if (reader->left < WIRE_JOINT_TEXT_AT || reader->left > FAKE_WIRE_LINK_BYTES_MAX) {
            return FAKE_WIRE_BAD;
        }
        wire_expect(reader, FAKE_WIRE_LINK_NEXT, (size_t)reader->left);
        return PLAT_S_OK;
    case WIRE_SPARSE_BLOCK:
        wire_expect(reader, FAKE_WIRE_OFFSET_NEXT, 8);
        return reader->left < 8 ? FAKE_WIRE_BAD : PLAT_S_OK;
    default:
        wire_body(reader, 0, true);
        return PLAT_S_OK;
    }
}

static plat_hr wire_header(struct fake_wire_reader *reader)
{
    reader->id = (uint32_t)wire_number(reader->held, 4);
    reader->left = wire_number(reader->held + 8, 8);
    size_t name_bytes = (size_t)wire_number(reader->held + 16, 4);
    if (name_bytes > FAKE_WIRE_NAME_BYTES_MAX || reader->left > FAKE_WIRE_OFFSET_MAX) {
        return FAKE_WIRE_BAD;
    }
    wire_expect(reader, FAKE_WIRE_NAME_NEXT, name_bytes);
    return name_bytes == 0 ? wire_part(reader) : PLAT_S_OK;
}

/* A run of bytes of a sparse file, with its offset in front. */
static plat_hr wire_offset(struct fake_wire_reader *reader)
{
    uint64_t offset = wire_number(reader->held, 8);
    reader->left -= 8;
    if (offset > FAKE_WIRE_OFFSET_MAX) {
        return FAKE_WIRE_BAD;
    }
    wire_body(reader, offset, false);
    return reader->sink->stream(reader->ctx, "", true);
}

static plat_hr wire_link(struct fake_wire_reader *reader)
{
    size_t size = reader->got;
    wire_expect(reader, FAKE_WIRE_HEADER_NEXT, WIRE_HEADER_BYTES);
    uint32_t tag = (uint32_t)wire_number(reader->held, 4);
    if (tag != WIRE_TAG_LINK && tag != WIRE_TAG_JUNCTION) {
        return PLAT_S_OK;
    }
    size_t text = tag == WIRE_TAG_LINK ? WIRE_LINK_TEXT_AT : WIRE_JOINT_TEXT_AT;
    size_t at = text + (size_t)wire_number(reader->held + WIRE_NAMES_AT, 2);
    size_t bytes = (size_t)wire_number(reader->held + WIRE_NAMES_AT + 2, 2);
    bool valid = true;
    if (bytes == 0 || at > size || bytes > size - at) {
        return FAKE_WIRE_BAD;
    }
    char *target = fake_utf16_decode(reader->held + at, bytes, &valid);
    if (target == NULL) {
        return valid ? WIRE_NO_MEMORY : FAKE_WIRE_BAD;
    }
    /* The name that leads is one of the object manager: \??\C:\... */
    const char *name = target + (strncmp(target, "\\??\\", 4) == 0 ? 4 : 0);
    plat_hr hr = name[0] == '\0' ? FAKE_WIRE_BAD : reader->sink->link(reader->ctx, name);
    free(target);
    return hr;
}

static plat_hr wire_next(struct fake_wire_reader *reader)
{
    switch (reader->state) {
    case FAKE_WIRE_ATTRIBUTES_NEXT:
        wire_expect(reader, FAKE_WIRE_HEADER_NEXT, WIRE_HEADER_BYTES);
        return reader->sink->attributes(reader->ctx, (uint32_t)wire_number(reader->held, 4));
    case FAKE_WIRE_HEADER_NEXT:
        return wire_header(reader);
    case FAKE_WIRE_NAME_NEXT:
        return wire_part(reader);
    case FAKE_WIRE_OFFSET_NEXT:
        return wire_offset(reader);
    case FAKE_WIRE_LINK_NEXT:
        return wire_link(reader);
    case FAKE_WIRE_BODY:
    default:
        wire_body(reader, reader->offset, reader->skipped);
        return PLAT_S_OK;
    }
}

/* Takes some of the data; the rest is for the next state. */
static plat_hr wire_take(struct fake_wire_reader *reader, const unsigned char *data, size_t size,
                         size_t *taken)
{
    if (reader->state != FAKE_WIRE_BODY) {
        size_t missing = reader->wanted - reader->got;
        *taken = size < missing ? size : missing;
        memcpy(reader->held + reader->got, data, *taken);
        reader->got += *taken;
        return reader->got == reader->wanted ? wire_next(reader) : PLAT_S_OK;
    }
    *taken = size < reader->left ? size : (size_t)reader->left;
    plat_hr hr = PLAT_S_OK;
    if (!reader->skipped) {
        hr = reader->sink->bytes(reader->ctx, reader->offset, data, *taken);
    }
    reader->offset += *taken;
    reader->left -= *taken;
    return plat_succeeded(hr) && reader->left == 0 ? wire_next(reader) : hr;
}

plat_hr fake_wire_feed(struct fake_wire_reader *reader, const void *data, size_t size)
{
    const unsigned char *at = data;
    plat_hr hr = PLAT_S_OK;
    while (size > 0 && plat_succeeded(hr)) {
        size_t taken = 0;
        hr = wire_take(reader, at, size, &taken);
        at += taken;
        size -= taken;
    }
    return hr;
}

plat_hr fake_wire_end(const struct fake_wire_reader *reader)
{
    bool whole = reader->state == FAKE_WIRE_HEADER_NEXT && reader->got == 0;
    return whole ? PLAT_S_OK : FAKE_WIRE_BAD;
}

/* ---- writing ---- */

static void wire_put(struct wcd_buf *buf, uint64_t number, size_t bytes)
{
    for (size_t i = 0; i < bytes; i++) {
        wcd_buf_char(buf, (char)(unsigned char)(number >> (8 * i) & 0xFFu));
    }
}

static void wire_put_header(struct wcd_buf *buf, enum wire_id id, uint64_t size, size_t name_bytes)
{
    wire_put(buf, id, 4);
    wire_put(buf, 0, 4);
    wire_put(buf, size, 8);
    wire_put(buf, name_bytes, 4);
}

/* Text as UTF-16; NULL makes the buffer fail. */
static unsigned char *wire_wide(struct wcd_buf *buf, const char *text, size_t *bytes)
{
    unsigned char *wide = text == NULL ? NULL : fake_utf16_encode(text, bytes);
    if (wide == NULL) {
        wcd_buf_release(buf);
        buf->failed = true;
    }
    return wide;
}

void fake_wire_put_attributes(struct wcd_buf *buf, uint32_t attributes)
{
    wire_put(buf, attributes == 0 ? PLAT_FILE_NORMAL : attributes, 4);
}

void fake_wire_put_stream(struct wcd_buf *buf, const char *name, uint64_t size)
{
    if (name[0] == '\0') {
        wire_put_header(buf, WIRE_DATA, size, 0);
        return;
    }
    size_t bytes = 0;
    char *full = wcd_text_format(":%s" WIRE_STREAM_TYPE, name);
    unsigned char *wide = wire_wide(buf, full, &bytes);
    if (wide != NULL) {
        wire_put_header(buf, WIRE_ALTERNATE_DATA, size, bytes);
        wcd_buf_add(buf, (const char *)wide, bytes);
    }
    free(wide);
    free(full);
}

/* The target is both the name that leads and the one that is shown. */
void fake_wire_put_link(struct wcd_buf *buf, const char *target)
{
    size_t bytes = 0;
    unsigned char *wide = wire_wide(buf, target, &bytes);
    if (wide == NULL) {
        return;
    }
    bool relative = strchr(target, ':') == NULL && strncmp(target, "\\\\", 2) != 0;
    size_t size = WIRE_LINK_TEXT_AT + bytes;
    wire_put_header(buf, WIRE_REPARSE_DATA, size, 0);
    wire_put(buf, WIRE_TAG_LINK, 4);
    wire_put(buf, size - WIRE_NAMES_AT, 2);
    wire_put(buf, 0, 2);
    for (size_t i = 0; i < 2; i++) {
        wire_put(buf, 0, 2);
        wire_put(buf, bytes, 2);
    }
    wire_put(buf, relative ? WIRE_LINK_RELATIVE : 0, 4);
    wcd_buf_add(buf, (const char *)wide, bytes);
    free(wide);
}

/* ---- tombstones.txt ---- */

void fake_tombs_begin(struct fake_tombs *tombs, plat_hr (*path)(void *ctx, const char *path),
                      void *ctx)
{
    *tombs = (struct fake_tombs){.path = path, .ctx = ctx};
    wcd_buf_init(&tombs->line, FAKE_TOMB_LINE_BYTES_MAX);
}

static plat_hr tombs_line(struct fake_tombs *tombs)
{
    struct wcd_buf *buf = &tombs->line;
    bool headed = tombs->headed;
    tombs->headed = true;
    if (buf->failed) {
        return tombs->bytes > FAKE_TOMB_LINE_BYTES_MAX ? FAKE_WIRE_BAD : WIRE_NO_MEMORY;
    }
    if (buf->len > 0 && buf->data[buf->len - 1] == '\r') {
        buf->data[--buf->len] = '\0';
    }
    const char *line = wcd_buf_str(buf);
    plat_hr hr = PLAT_S_OK;
    if (!headed) {
        hr = strcmp(line, FAKE_WIRE_TOMB_HEADER) == 0 ? PLAT_S_OK : FAKE_WIRE_BAD;
    } else if (line[0] != '\0') {
        hr = line[0] == '\\' ? tombs->path(tombs->ctx, line) : FAKE_WIRE_BAD;
    }
    wcd_buf_clear(buf);
    tombs->bytes = 0;
    return hr;
}

plat_hr fake_tombs_feed(struct fake_tombs *tombs, const char *data, size_t size)
{
    plat_hr hr = PLAT_S_OK;
    while (size > 0 && plat_succeeded(hr)) {
        const char *end = memchr(data, '\n', size);
        size_t len = end == NULL ? size : (size_t)(end - data);
        wcd_buf_add(&tombs->line, data, len);
        tombs->bytes += len;
        if (end != NULL) {
            hr = tombs_line(tombs);
            len++;
        }
        data += len;
        size -= len;
    }
    return hr;
}

plat_hr fake_tombs_end(struct fake_tombs *tombs, plat_hr hr)
{
    if (plat_succeeded(hr) && (tombs->bytes > 0 || !tombs->headed)) {
        hr = tombs_line(tombs);
    }
    wcd_buf_release(&tombs->line);
    return hr;
}
