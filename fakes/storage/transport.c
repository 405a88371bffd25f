/* The transport format of a file: its attributes, then its backup stream as BackupRead gives it
 * (Microsoft Learn, WIN32_STREAM_ID): parts with a header each. Data, alternate streams and links
 * are kept; security and extended attributes are skipped over. */
#include "fakes/host/internal.h"
#include "fakes/host/name.h"

#include "core/base/buf.h"
#include "core/base/limits.h"

#include <stdlib.h>
#include <string.h>

#define TRANSPORT_HEADER_BYTES 20u
#define TRANSPORT_ATTRIBUTES                                                                       \
    (PLAT_FILE_READONLY | PLAT_FILE_HIDDEN | PLAT_FILE_SYSTEM | PLAT_FILE_ARCHIVE)
#define TRANSPORT_BAD plat_hr_win32(PLAT_ERROR_INVALID_DATA)

/* BACKUP_* of winbase.h. */
enum transport_id {
    TRANSPORT_DATA = 1,
    TRANSPORT_ALTERNATE_DATA = 4,
    TRANSPORT_REPARSE_DATA = 8,
    TRANSPORT_SPARSE_BLOCK = 9
};

/* REPARSE_DATA_BUFFER of ntifs.h: tag, length, four offsets and lengths, and for links flags. */
#define TRANSPORT_TAG_LINK      0xA000000Cu
#define TRANSPORT_TAG_JUNCTION  0xA0000003u
#define TRANSPORT_NAMES_AT      8u
#define TRANSPORT_LINK_TEXT_AT  20u
#define TRANSPORT_JOINT_TEXT_AT 16u
#define TRANSPORT_LINK_RELATIVE 1u

static void transport_put(struct wcd_buf *buf, uint64_t number, size_t bytes)
{
    for (size_t i = 0; i < bytes; i++) {
        wcd_buf_char(buf, (char)(unsigned char)(number >> (8 * i) & 0xFFu));
    }
}

static uint64_t transport_number(const unsigned char *data, size_t bytes)
{
    uint64_t number = 0;
    for (size_t i = bytes; i > 0; i--) {
        number = number << 8 | data[i - 1];
    }
    return number;
}

static void transport_put_header(struct wcd_buf *buf, enum transport_id id, uint64_t size,
                                 size_t name_bytes)
{
    transport_put(buf, id, 4);
    transport_put(buf, 0, 4);
    transport_put(buf, size, 8);
    transport_put(buf, name_bytes, 4);
}

static void transport_put_stream(struct wcd_buf *buf, const struct fake_stream *stream)
{
    if (stream->name[0] == '\0') {
        transport_put_header(buf, TRANSPORT_DATA, stream->size, 0);
    } else {
        size_t bytes = 0;
        char *name = wcd_text_format(":%s:$DATA", stream->name);
        unsigned char *wide = name == NULL ? NULL : fake_utf16_encode(name, &bytes);
        transport_put_header(buf, TRANSPORT_ALTERNATE_DATA, stream->size, bytes);
        if (wide != NULL) {
            wcd_buf_add(buf, (const char *)wide, bytes);
        }
        buf->failed = buf->failed || wide == NULL;
        free(wide);
        free(name);
    }
    if (stream->size > 0) {
        wcd_buf_add(buf, stream->data, stream->size);
    }
}

/* The target is both the name that leads and the one that is shown. */
static void transport_put_link(struct wcd_buf *buf, const char *target)
{
    size_t bytes = 0;
    unsigned char *wide = fake_utf16_encode(target, &bytes);
    if (wide == NULL) {
        buf->failed = true;
        return;
    }
    bool relative = strchr(target, ':') == NULL && strncmp(target, "\\\\", 2) != 0;
    size_t size = TRANSPORT_LINK_TEXT_AT + bytes;
    transport_put_header(buf, TRANSPORT_REPARSE_DATA, size, 0);
    transport_put(buf, TRANSPORT_TAG_LINK, 4);
    transport_put(buf, size - TRANSPORT_NAMES_AT, 2);
    transport_put(buf, 0, 2);
    for (size_t i = 0; i < 2; i++) {
        transport_put(buf, 0, 2);
        transport_put(buf, bytes, 2);
    }
    transport_put(buf, relative ? TRANSPORT_LINK_RELATIVE : 0, 4);
    wcd_buf_add(buf, (const char *)wide, bytes);
    free(wide);
}

char *fake_transport_pack(const struct fake_node *node, size_t *size)
{
    struct wcd_buf buf;
    wcd_buf_init(&buf, WCD_BUF_BYTES_MAX);
    uint32_t attributes = node->attributes | (node->directory ? PLAT_FILE_DIRECTORY : 0) |
                          (node->link != NULL ? PLAT_FILE_REPARSE_POINT : 0);
    transport_put(&buf, attributes == 0 ? PLAT_FILE_NORMAL : attributes, 4);
    for (size_t i = 0; i < node->stream_count; i++) {
        bool unnamed = node->streams[i]->name[0] == '\0';
        if (!unnamed || node->link == NULL) {
            transport_put_stream(&buf, node->streams[i]);
        }
    }
    if (node->link != NULL) {
        transport_put_link(&buf, node->link);
    }
    *size = buf.len;
    return wcd_buf_take(&buf);
}

/* One part of a backup stream. */
struct transport_part {
    uint32_t id;
    const unsigned char *name;
    size_t name_bytes;
    const unsigned char *data;
    size_t size;
};

static plat_hr transport_fill(struct fake_node *node, struct fake_stream *stream,
                              const struct transport_part *part)
{
    plat_hr hr = fake_stream_resize(node->volume, stream, part->size);
    if (plat_succeeded(hr) && part->size > 0) {
        memcpy(stream->data, part->data, part->size);
    }
    return hr;
}

static plat_hr transport_take_data(struct fake_node *node, const struct transport_part *part)
{
    struct fake_stream *stream = fake_node_stream(node, "");
    return stream == NULL ? TRANSPORT_BAD : transport_fill(node, stream, part);
}

/* ":name:$DATA" */
static plat_hr transport_take_stream(struct fake_node *node, const struct transport_part *part)
{
    bool valid = true;
    char *name = fake_utf16_decode(part->name, part->name_bytes, &valid);
    if (name == NULL) {
        return valid ? FAKE_NO_MEMORY : TRANSPORT_BAD;
    }
    plat_hr hr = TRANSPORT_BAD;
    char *end = name[0] == ':' ? strchr(name + 1, ':') : NULL;
    if (end != NULL && end != name + 1 && fake_name_equal(end, ":$DATA")) {
        *end = '\0';
        struct fake_stream *stream = fake_node_stream(node, name + 1);
        if (stream == NULL) {
            stream = fake_node_add_stream(node, name + 1);
        }
        hr = stream == NULL ? FAKE_NO_MEMORY : transport_fill(node, stream, part);
    }
    free(name);
    return hr;
}

static plat_hr transport_take_link(struct fake_node *node, const struct transport_part *part)
{
    if (part->size < TRANSPORT_JOINT_TEXT_AT) {
        return TRANSPORT_BAD;
    }
    uint32_t tag = (uint32_t)transport_number(part->data, 4);
    if (tag != TRANSPORT_TAG_LINK && tag != TRANSPORT_TAG_JUNCTION) {
        return PLAT_S_OK;
    }
    size_t text = tag == TRANSPORT_TAG_LINK ? TRANSPORT_LINK_TEXT_AT : TRANSPORT_JOINT_TEXT_AT;
    size_t at = text + (size_t)transport_number(part->data + TRANSPORT_NAMES_AT, 2);
    size_t bytes = (size_t)transport_number(part->data + TRANSPORT_NAMES_AT + 2, 2);
    bool valid = true;
    if (bytes == 0 || at > part->size || bytes > part->size - at) {
        return TRANSPORT_BAD;
    }
    char *target = fake_utf16_decode(part->data + at, bytes, &valid);
    if (target == NULL) {
        return valid ? FAKE_NO_MEMORY : TRANSPORT_BAD;
    }
    /* The name that leads is one of the object manager: \??\C:\... */
    if (strncmp(target, "\\??\\", 4) == 0) {
        memmove(target, target + 4, strlen(target + 4) + 1);
    }
    wcd_text_replace(&node->link, target);
    return PLAT_S_OK;
}

/* A run of bytes of a sparse file, with its offset in front. */
static plat_hr transport_take_block(struct fake_node *node, const struct transport_part *part)
{
    struct fake_stream *stream = fake_node_stream(node, "");
    if (stream == NULL || part->size < 8) {
        return TRANSPORT_BAD;
    }
    uint64_t offset = transport_number(part->data, 8);
    uint64_t size = part->size - 8;
    if (offset > FAKE_FS_FILE_BYTES_MAX) {
        return TRANSPORT_BAD;
    }
    plat_hr hr = PLAT_S_OK;
    if (offset + size > stream->size) {
        hr = fake_stream_resize(node->volume, stream, offset + size);
    }
    if (plat_succeeded(hr) && size > 0) {
        memcpy(stream->data + offset, part->data + 8, (size_t)size);
    }
    return hr;
}

static plat_hr transport_take(struct fake_node *node, const struct transport_part *part)
{
    switch (part->id) {
    case TRANSPORT_DATA:
        return transport_take_data(node, part);
    case TRANSPORT_ALTERNATE_DATA:
        return transport_take_stream(node, part);
    case TRANSPORT_REPARSE_DATA:
        return transport_take_link(node, part);
    case TRANSPORT_SPARSE_BLOCK:
        return transport_take_block(node, part);
    default:
        return PLAT_S_OK;
    }
}

plat_hr fake_transport_unpack(struct fake_node *node, const char *data, size_t size)
{
    const unsigned char *at = (const unsigned char *)data;
    const unsigned char *end = at + size;
    if (size < 4) {
        return TRANSPORT_BAD;
    }
    uint32_t attributes = (uint32_t)transport_number(at, 4);
    if (((attributes & PLAT_FILE_DIRECTORY) != 0) != node->directory) {
        return TRANSPORT_BAD;
    }
    node->attributes = attributes & TRANSPORT_ATTRIBUTES;
    plat_hr hr = PLAT_S_OK;
    for (at += 4; at < end && plat_succeeded(hr);) {
        if ((size_t)(end - at) < TRANSPORT_HEADER_BYTES) {
            return TRANSPORT_BAD;
        }
        uint64_t bytes = transport_number(at + 8, 8);
        struct transport_part part = {
            .id = (uint32_t)transport_number(at, 4),
            .name_bytes = (size_t)transport_number(at + 16, 4),
            .name = at + TRANSPORT_HEADER_BYTES,
        };
        size_t left = (size_t)(end - part.name);
        if (part.name_bytes > left || bytes > left - part.name_bytes) {
            return TRANSPORT_BAD;
        }
        part.data = part.name + part.name_bytes;
        part.size = (size_t)bytes;
        at = part.data + part.size;
        hr = transport_take(node, &part);
    }
    return hr;
}
