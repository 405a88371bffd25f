/* Files in transport format, written and read in pieces. */
#include "fakes/layers/internal.h"

#include "core/base/buf.h"
#include "core/base/limits.h"

#include <stdlib.h>
#include <string.h>

/* ---- writing ---- */

static plat_hr pack_write(const struct fake_layers *layers, plat_handle out, struct wcd_buf *buf)
{
    const struct plat_fs *fs = &layers->fs;
    plat_hr hr = buf->failed ? FAKE_NO_MEMORY : PLAT_S_OK;
    if (plat_succeeded(hr) && buf->len > 0) {
        hr = fs->ops->write(fs->ctx, out, buf->data, buf->len);
    }
    wcd_buf_clear(buf);
    return hr;
}

/* A stream with its header; exactly the bytes that the header tells, or ERROR_SHARING_VIOLATION. */
static plat_hr pack_stream(struct fake_layers *layers, const char *from,
                           const struct plat_stream_entry *stream, plat_handle out,
                           struct wcd_buf *buf)
{
    const struct plat_fs *fs = &layers->fs;
    plat_handle in = PLAT_NO_HANDLE;
    char *path = fake_layers_stream_path(from, stream->name);
    plat_hr hr = path == NULL
                     ? FAKE_NO_MEMORY
                     : fs->ops->open(fs->ctx, path, PLAT_GENERIC_READ, PLAT_OPEN_EXISTING, &in);
    free(path);
    if (plat_failed(hr)) {
        return hr;
    }
    fake_wire_put_stream(buf, stream->name, stream->size_bytes);
    hr = pack_write(layers, out, buf);
    uint64_t left = stream->size_bytes;
    while (plat_succeeded(hr) && left > 0) {
        size_t got = 0;
        size_t piece = left < LAYERS_PIECE_BYTES ? (size_t)left : LAYERS_PIECE_BYTES;
        hr = fs->ops->read(fs->ctx, in, layers->pieces[0], piece, &got);
        if (plat_succeeded(hr) && got == 0) {
            hr = plat_hr_win32(PLAT_ERROR_SHARING_VIOLATION);
        }
        if (plat_succeeded(hr)) {
            hr = fs->ops->write(fs->ctx, out, layers->pieces[0], got);
            left -= got;
        }
    }
    (void)fs->ops->close(fs->ctx, in);
    return hr;
}

static plat_hr pack_named_streams(struct fake_layers *layers, const char *from, plat_handle out,
                                  struct wcd_buf *buf)
{
    struct plat_stream_list list;
    plat_hr hr = fake_layers_list_streams(layers, from, &list);
    for (size_t i = 0; plat_succeeded(hr) && i < list.count; i++) {
        if (list.entries[i].name[0] != '\0') {
            hr = pack_stream(layers, from, &list.entries[i], out, buf);
        }
    }
    plat_stream_list_free(&list);
    return hr;
}

static plat_hr pack_link(const struct fake_layers *layers, const char *from, plat_handle out,
                         struct wcd_buf *buf)
{
    char *target = NULL;
    plat_hr hr = layers->fs.ops->read_symlink(layers->fs.ctx, from, &target);
    if (plat_succeeded(hr)) {
        fake_wire_put_link(buf, target);
        free(target);
        hr = pack_write(layers, out, buf);
    }
    return hr;
}

static plat_hr pack_all(struct fake_layers *layers, const char *from,
                        const struct plat_dir_entry *entry, plat_handle out, struct wcd_buf *buf)
{
    static const uint32_t told =
        FAKE_WIRE_ATTRIBUTES | PLAT_FILE_DIRECTORY | PLAT_FILE_REPARSE_POINT;
    char data[] = "";
    const struct plat_stream_entry unnamed = {.name = data, .size_bytes = entry->info.size_bytes};
    fake_wire_put_attributes(buf, entry->info.attributes & told);
    plat_hr hr = pack_write(layers, out, buf);
    if (plat_failed(hr)) {
        return hr;
    }
    if (fake_layers_is_link(entry)) {
        return pack_link(layers, from, out, buf);
    }
    if (!fake_layers_is_folder(entry)) {
        hr = pack_stream(layers, from, &unnamed, out, buf);
    }
    return plat_failed(hr) ? hr : pack_named_streams(layers, from, out, buf);
}

plat_hr fake_layers_pack(struct fake_layers *layers, const char *from,
                         const struct plat_dir_entry *entry, const char *to)
{
    const struct plat_fs *fs = &layers->fs;
    plat_handle out = PLAT_NO_HANDLE;
    struct wcd_buf buf;
    plat_hr hr = fs->ops->open(fs->ctx, to, PLAT_GENERIC_WRITE, PLAT_CREATE_ALWAYS, &out);
    if (plat_failed(hr)) {
        return hr;
    }
    wcd_buf_init(&buf, WCD_BUF_BYTES_MAX);
    hr = pack_all(layers, from, entry, out, &buf);
    wcd_buf_release(&buf);
    plat_hr closed = fs->ops->close(fs->ctx, out);
    return plat_failed(hr) ? hr : closed;
}

/* ---- reading ---- */

struct unpack_target {
    struct fake_layers *layers;
    const char *path;
    bool folder;
    bool linked;
    uint32_t attributes;
    plat_handle out; /* the stream that is being written */
    uint64_t at;
};

static plat_hr unpack_close(struct unpack_target *target)
{
    const struct plat_fs *fs = &target->layers->fs;
    plat_hr hr = PLAT_S_OK;
    if (target->out != PLAT_NO_HANDLE) {
        hr = fs->ops->close(fs->ctx, target->out);
        target->out = PLAT_NO_HANDLE;
    }
    return hr;
}

static plat_hr unpack_attributes(void *ctx, uint32_t attributes)
{
    struct unpack_target *target = ctx;
    target->attributes = attributes;
    return ((attributes & PLAT_FILE_DIRECTORY) != 0) == target->folder ? PLAT_S_OK : FAKE_WIRE_BAD;
}

static plat_hr unpack_stream(void *ctx, const char *name, bool block)
{
    struct unpack_target *target = ctx;
    const struct plat_fs *fs = &target->layers->fs;
    bool data = name[0] == '\0';
    plat_hr hr = unpack_close(target);
    if (plat_failed(hr) || (data && target->folder)) {
        return plat_failed(hr) ? hr : FAKE_WIRE_BAD;
    }
    /* Behind a link there is nothing to write to; some file systems have no streams. */
    if (target->linked || (!data && !fake_layers_has_streams(target->layers, target->path))) {
        return PLAT_S_OK;
    }
    char *path = fake_layers_stream_path(target->path, name);
    if (path == NULL) {
        return FAKE_NO_MEMORY;
    }
    /* The file is new and empty; to make it anew would take its other streams away. */
    bool there = data || block;
    hr = fs->ops->open(fs->ctx, path, PLAT_GENERIC_WRITE,
                       there ? PLAT_OPEN_EXISTING : PLAT_CREATE_ALWAYS, &target->out);
    target->at = 0;
    free(path);
    return hr;
}

static plat_hr unpack_bytes(void *ctx, uint64_t offset, const void *data, size_t size)
{
    struct unpack_target *target = ctx;
    const struct plat_fs *fs = &target->layers->fs;
    plat_hr hr = PLAT_S_OK;
    if (target->out == PLAT_NO_HANDLE) {
        return PLAT_S_OK;
    }
    if (offset != target->at) {
        hr = fs->ops->seek(fs->ctx, target->out, offset);
    }
    if (plat_succeeded(hr)) {
        hr = fs->ops->write(fs->ctx, target->out, data, size);
        target->at = offset + size;
    }
    return hr;
}

static plat_hr unpack_link(void *ctx, const char *text)
{
    struct unpack_target *target = ctx;
    const struct plat_fs *fs = &target->layers->fs;
    plat_hr hr = unpack_close(target);
    if (plat_succeeded(hr)) {
        hr = fake_layers_remove(target->layers, target->path);
    }
    if (plat_succeeded(hr)) {
        hr = fs->ops->create_symlink(fs->ctx, target->path, text, target->folder);
        target->linked = true;
    }
    return hr;
}

static const struct fake_wire_sink unpack_sink = {
    .attributes = unpack_attributes,
    .stream = unpack_stream,
    .bytes = unpack_bytes,
    .link = unpack_link,
};

static plat_hr unpack_read(struct fake_layers *layers, plat_handle in,
                           struct fake_wire_reader *reader)
{
    const struct plat_fs *fs = &layers->fs;
    size_t got = 1;
    plat_hr hr = PLAT_S_OK;
    while (plat_succeeded(hr) && got > 0) {
        hr = fs->ops->read(fs->ctx, in, layers->pieces[0], LAYERS_PIECE_BYTES, &got);
        if (plat_succeeded(hr)) {
            hr = fake_wire_feed(reader, layers->pieces[0], got);
        }
    }
    return plat_failed(hr) ? hr : fake_wire_end(reader);
}

plat_hr fake_layers_unpack(struct fake_layers *layers, const char *from, const char *to,
                           bool folder, bool *linked)
{
    const struct plat_fs *fs = &layers->fs;
    struct unpack_target target = {
        .layers = layers, .path = to, .folder = folder, .out = PLAT_NO_HANDLE};
    plat_handle in = PLAT_NO_HANDLE;
    struct fake_wire_reader *reader = malloc(sizeof(*reader));
    plat_hr hr = reader == NULL
                     ? FAKE_NO_MEMORY
                     : fs->ops->open(fs->ctx, from, PLAT_GENERIC_READ, PLAT_OPEN_EXISTING, &in);
    if (plat_succeeded(hr)) {
        fake_wire_begin(reader, &unpack_sink, &target);
        hr = unpack_read(layers, in, reader);
        (void)fs->ops->close(fs->ctx, in);
    }
    free(reader);
    plat_hr closed = unpack_close(&target);
    hr = plat_failed(hr) ? hr : closed;
    if (plat_succeeded(hr) && !target.linked) {
        hr = fake_layers_set_attributes(layers, to, target.attributes);
    }
    *linked = target.linked;
    return hr;
}
