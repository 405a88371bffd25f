/* Open files: sharing, reading, writing. Every open shares for reading only, so a stream has many
 * readers or one writer. */
#include "fakes/host/internal.h"

#include <stdlib.h>
#include <string.h>

static bool file_creates(enum plat_file_disposition disposition)
{
    return disposition != PLAT_OPEN_EXISTING;
}

/* What CreateFileW says about the file before it looks at the stream. */
static plat_hr file_check(const struct fake_place *place, uint32_t access,
                          enum plat_file_disposition disposition)
{
    const struct fake_node *node = place->node;
    if (node == NULL) {
        if (place->path.trailing_separator) {
            return plat_hr_win32(PLAT_ERROR_INVALID_NAME);
        }
        return file_creates(disposition) ? PLAT_S_OK : plat_hr_win32(PLAT_ERROR_FILE_NOT_FOUND);
    }
    bool new_only = disposition == PLAT_CREATE_NEW && place->path.stream == NULL;
    if (new_only) {
        return plat_hr_win32(PLAT_ERROR_FILE_EXISTS);
    }
    bool folder = node->directory && place->path.stream == NULL;
    bool writes = (access & PLAT_GENERIC_WRITE) != 0 || disposition == PLAT_CREATE_ALWAYS;
    bool guarded = writes && (node->attributes & PLAT_FILE_READONLY) != 0;
    /* Emptying a hidden or system file asks for the same attributes; the seam cannot give any. */
    bool special = disposition == PLAT_CREATE_ALWAYS && place->path.stream == NULL &&
                   (node->attributes & (PLAT_FILE_HIDDEN | PLAT_FILE_SYSTEM)) != 0;
    return folder || guarded || special ? plat_hr_win32(PLAT_ERROR_ACCESS_DENIED) : PLAT_S_OK;
}

/* Sharing is per stream; emptying a file touches all its streams. */
static bool file_shared(const struct fake_node *node, const struct fake_stream *stream,
                        uint32_t access, enum plat_file_disposition disposition)
{
    bool empties = disposition == PLAT_CREATE_ALWAYS;
    if (empties && stream == fake_node_stream(node, "")) {
        return !fake_node_in_use(node);
    }
    if ((access & PLAT_GENERIC_WRITE) != 0 || empties) {
        return stream->readers + stream->writers == 0;
    }
    return stream->writers == 0;
}

static plat_hr file_empty(struct fake_host *host, struct fake_node *node,
                          struct fake_stream *stream)
{
    if (stream == fake_node_stream(node, "")) {
        while (node->stream_count > 1) {
            fake_node_drop_stream(node, node->streams[node->stream_count - 1]);
        }
        node->attributes |= PLAT_FILE_ARCHIVE;
    }
    node->written_100ns = fake_host_wall_100ns(host);
    return fake_stream_resize(node->volume, stream, 0);
}

static plat_hr file_give_handle(struct fake_host *host, struct fake_node *node,
                                struct fake_stream *stream, uint32_t access, plat_handle *out)
{
    char *label = NULL;
    char *path = node == NULL ? wcd_text_copy("NUL") : fake_node_path(node);
    if (path != NULL) {
        bool named = stream != NULL && stream->name[0] != '\0';
        label =
            wcd_text_format("fs file %s%s%s", path, named ? ":" : "", named ? stream->name : "");
    }
    free(path);
    struct fake_handle *handle =
        fake_handles_open(&host->handles, FAKE_HANDLE_FILE, node, access, label);
    if (handle == NULL) {
        return FAKE_NO_MEMORY;
    }
    handle->part = stream;
    if (stream != NULL) {
        bool writes = (access & PLAT_GENERIC_WRITE) != 0;
        stream->writers += writes ? 1 : 0;
        stream->readers += writes ? 0 : 1;
    }
    *out = handle->id;
    return PLAT_S_OK;
}

/* Makes what is missing of a file and its stream. */
static plat_hr file_make(struct fake_host *host, struct fake_place *place,
                         struct fake_stream **stream)
{
    bool new_file = place->node == NULL;
    if (new_file) {
        place->node = fake_fs_make(host, place->folder, place->name, false);
        if (place->node == NULL) {
            return FAKE_NO_MEMORY;
        }
    }
    const char *name = place->path.stream == NULL ? "" : place->path.stream;
    *stream = fake_node_stream(place->node, name);
    if (*stream == NULL) {
        *stream = fake_node_add_stream(place->node, name);
    }
    if (*stream == NULL && new_file) {
        fake_node_remove(place->node);
        place->node = NULL;
    }
    return *stream == NULL ? FAKE_NO_MEMORY : PLAT_S_OK;
}

static plat_hr file_open(struct fake_host *host, struct fake_place *place, uint32_t access,
                         enum plat_file_disposition disposition, plat_handle *out)
{
    plat_hr hr = file_check(place, access, disposition);
    if (plat_failed(hr)) {
        return hr;
    }
    struct fake_stream *stream = NULL;
    if (place->node != NULL) {
        stream =
            fake_node_stream(place->node, place->path.stream == NULL ? "" : place->path.stream);
    }
    if (stream == NULL && !file_creates(disposition)) {
        return plat_hr_win32(PLAT_ERROR_FILE_NOT_FOUND);
    }
    if (stream == NULL) {
        hr = file_make(host, place, &stream);
        return plat_failed(hr) ? hr : file_give_handle(host, place->node, stream, access, out);
    }
    if (disposition == PLAT_CREATE_NEW) {
        return plat_hr_win32(PLAT_ERROR_FILE_EXISTS);
    }
    if (!file_shared(place->node, stream, access, disposition)) {
        return plat_hr_win32(PLAT_ERROR_SHARING_VIOLATION);
    }
    hr = file_give_handle(host, place->node, stream, access, out);
    if (plat_succeeded(hr) && disposition == PLAT_CREATE_ALWAYS) {
        hr = file_empty(host, place->node, stream);
    }
    return hr;
}

plat_hr fake_fs_open(void *ctx, const char *path, uint32_t access,
                     enum plat_file_disposition disposition, plat_handle *out)
{
    struct fake_host *host = ctx;
    *out = PLAT_NO_HANDLE;
    bool known = disposition >= PLAT_CREATE_NEW && disposition <= PLAT_OPEN_ALWAYS;
    if (!known || (access & ~(PLAT_GENERIC_READ | PLAT_GENERIC_WRITE)) != 0) {
        return plat_hr_win32(PLAT_ERROR_INVALID_PARAMETER);
    }
    struct fake_place place;
    plat_hr hr = fake_fs_find_target(host, path, FAKE_PATH_UNITS_FILE, &place);
    if (place.path.kind == FAKE_PATH_NULL) {
        hr = file_give_handle(host, NULL, NULL, access, out);
    } else if (plat_succeeded(hr)) {
        hr = file_open(host, &place, access, disposition, out);
    }
    fake_place_release(&place);
    return hr;
}

/* The open file of a handle that has the right; NULL with *hr set. */
static struct fake_handle *file_of(struct fake_host *host, plat_handle id, uint32_t right,
                                   const char *function, plat_hr *hr)
{
    struct fake_handle *handle = fake_handle_use(host, FAKE_HANDLE_FILE, id, function);
    if (handle == NULL) {
        *hr = plat_hr_win32(PLAT_ERROR_INVALID_HANDLE);
        return NULL;
    }
    if (handle->gone) {
        *hr = plat_hr_win32(PLAT_ERROR_DEVICE_NOT_CONNECTED);
        return NULL;
    }
    if ((handle->access & right) != right) {
        *hr = plat_hr_win32(PLAT_ERROR_ACCESS_DENIED);
        return NULL;
    }
    *hr = fake_fs_node_failure(host, handle->object);
    return plat_failed(*hr) ? NULL : handle;
}

plat_hr fake_fs_read(void *ctx, plat_handle file, void *data, size_t size, size_t *got)
{
    plat_hr hr = PLAT_S_OK;
    *got = 0;
    struct fake_handle *handle = file_of(ctx, file, PLAT_GENERIC_READ, "ReadFile", &hr);
    if (handle == NULL) {
        return hr;
    }
    const struct fake_stream *stream = handle->part;
    if (stream == NULL || handle->position >= stream->size || size == 0) {
        return PLAT_S_OK;
    }
    size_t left = stream->size - (size_t)handle->position;
    *got = size < left ? size : left;
    memcpy(data, stream->data + handle->position, *got);
    handle->position += *got;
    return PLAT_S_OK;
}

plat_hr fake_fs_write(void *ctx, plat_handle file, const void *data, size_t size)
{
    struct fake_host *host = ctx;
    plat_hr hr = PLAT_S_OK;
    struct fake_handle *handle = file_of(host, file, PLAT_GENERIC_WRITE, "WriteFile", &hr);
    if (handle == NULL) {
        return hr;
    }
    struct fake_stream *stream = handle->part;
    if (stream == NULL || size == 0) {
        return PLAT_S_OK;
    }
    struct fake_node *node = handle->object;
    if (size > UINT64_MAX - handle->position) {
        return plat_hr_win32(PLAT_ERROR_INVALID_PARAMETER);
    }
    uint64_t end = handle->position + size;
    if (end > stream->size) {
        hr = fake_stream_resize(node->volume, stream, end);
    }
    if (plat_failed(hr)) {
        return hr;
    }
    memcpy(stream->data + handle->position, data, size);
    handle->position = end;
    node->attributes |= PLAT_FILE_ARCHIVE;
    node->written_100ns = fake_host_wall_100ns(host);
    return PLAT_S_OK;
}

plat_hr fake_fs_seek(void *ctx, plat_handle file, uint64_t offset)
{
    plat_hr hr = PLAT_S_OK;
    struct fake_handle *handle = file_of(ctx, file, 0, "SetFilePointerEx", &hr);
    if (handle == NULL) {
        return hr;
    }
    if (offset > INT64_MAX) {
        return plat_hr_win32(PLAT_ERROR_INVALID_PARAMETER);
    }
    handle->position = offset;
    return PLAT_S_OK;
}

plat_hr fake_fs_flush(void *ctx, plat_handle file)
{
    plat_hr hr = PLAT_S_OK;
    (void)file_of(ctx, file, PLAT_GENERIC_WRITE, "FlushFileBuffers", &hr);
    return hr;
}

/* Takes a handle off the stream that it is open on. */
static void file_leave(struct fake_handle *handle)
{
    struct fake_stream *stream = handle->part;
    if (stream != NULL) {
        bool writes = (handle->access & PLAT_GENERIC_WRITE) != 0;
        stream->writers -= writes ? 1 : 0;
        stream->readers -= writes ? 0 : 1;
    }
    handle->part = NULL;
    handle->object = NULL;
}

void fake_fs_dismount(struct fake_host *host, const struct fake_volume *volume)
{
    for (struct fake_handle *handle = fake_handles_after(&host->handles, PLAT_NO_HANDLE);
         handle != NULL; handle = fake_handles_after(&host->handles, handle->id)) {
        const struct fake_node *node = handle->kind == FAKE_HANDLE_FILE ? handle->object : NULL;
        if (node != NULL && node->volume == volume) {
            file_leave(handle);
            handle->gone = true;
        }
    }
}

plat_hr fake_fs_close(void *ctx, plat_handle file)
{
    struct fake_host *host = ctx;
    struct fake_handle *handle = fake_handle_use(host, FAKE_HANDLE_FILE, file, "CloseHandle");
    if (handle == NULL) {
        return plat_hr_win32(PLAT_ERROR_INVALID_HANDLE);
    }
    file_leave(handle);
    fake_handles_close(&host->handles, file);
    return PLAT_S_OK;
}
