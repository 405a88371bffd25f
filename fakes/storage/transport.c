/* The transport format of a file in the emulator's own tree. */
#include "fakes/host/internal.h"
#include "fakes/storage/wire.h"

#include "core/base/buf.h"
#include "core/base/limits.h"

#include <stdlib.h>
#include <string.h>

char *fake_transport_pack(const struct fake_node *node, size_t *size)
{
    struct wcd_buf buf;
    wcd_buf_init(&buf, WCD_BUF_BYTES_MAX);
    fake_wire_put_attributes(&buf, node->attributes | (node->directory ? PLAT_FILE_DIRECTORY : 0) |
                                       (node->link != NULL ? PLAT_FILE_REPARSE_POINT : 0));
    for (size_t i = 0; i < node->stream_count; i++) {
        const struct fake_stream *stream = node->streams[i];
        if (stream->name[0] == '\0' && node->link != NULL) {
            continue;
        }
        fake_wire_put_stream(&buf, stream->name, stream->size);
        if (stream->size > 0) {
            wcd_buf_add(&buf, stream->data, stream->size);
        }
    }
    if (node->link != NULL) {
        fake_wire_put_link(&buf, node->link);
    }
    *size = buf.len;
    return wcd_buf_take(&buf);
}

/* ---- what a new node is filled with ---- */

struct transport_target {
    struct fake_node *node;
    struct fake_stream *stream; /* that is being written */
};

static plat_hr transport_attributes(void *ctx, uint32_t attributes)
{
    const struct transport_target *target = ctx;
    if (((attributes & PLAT_FILE_DIRECTORY) != 0) != target->node->directory) {
        return FAKE_WIRE_BAD;
    }
    target->node->attributes = attributes & FAKE_WIRE_ATTRIBUTES;
    return PLAT_S_OK;
}

static plat_hr transport_stream(void *ctx, const char *name, bool block)
{
    struct transport_target *target = ctx;
    struct fake_node *node = target->node;
    target->stream = fake_node_stream(node, name);
    if (target->stream == NULL && name[0] == '\0') {
        return FAKE_WIRE_BAD;
    }
    if (target->stream == NULL) {
        target->stream = fake_node_add_stream(node, name);
    }
    if (target->stream == NULL) {
        return FAKE_NO_MEMORY;
    }
    return block ? PLAT_S_OK : fake_stream_resize(node->volume, target->stream, 0);
}

static plat_hr transport_bytes(void *ctx, uint64_t offset, const void *data, size_t size)
{
    const struct transport_target *target = ctx;
    struct fake_stream *stream = target->stream;
    plat_hr hr = PLAT_S_OK;
    if (offset > FAKE_FS_FILE_BYTES_MAX) {
        return FAKE_WIRE_BAD;
    }
    if (offset + size > stream->size) {
        hr = fake_stream_resize(target->node->volume, stream, offset + size);
    }
    if (plat_succeeded(hr)) {
        memcpy(stream->data + offset, data, size);
    }
    return hr;
}

static plat_hr transport_link(void *ctx, const char *text)
{
    const struct transport_target *target = ctx;
    wcd_text_replace(&target->node->link, wcd_text_copy(text));
    return target->node->link == NULL ? FAKE_NO_MEMORY : PLAT_S_OK;
}

plat_hr fake_transport_unpack(struct fake_node *node, const char *data, size_t size)
{
    static const struct fake_wire_sink sink = {
        .attributes = transport_attributes,
        .stream = transport_stream,
        .bytes = transport_bytes,
        .link = transport_link,
    };
    struct transport_target target = {.node = node};
    struct fake_wire_reader *reader = malloc(sizeof(*reader));
    if (reader == NULL) {
        return FAKE_NO_MEMORY;
    }
    fake_wire_begin(reader, &sink, &target);
    plat_hr hr = fake_wire_feed(reader, data, size);
    if (plat_succeeded(hr)) {
        hr = fake_wire_end(reader);
    }
    free(reader);
    return hr;
}
