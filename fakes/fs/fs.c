/* The calls that only look: full path, attributes, listings, streams, security, volume. */
#include "fakes/host/internal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static plat_hr fs_full_path(void *ctx, const char *path, char **out)
{
    const struct fake_host *host = ctx;
    return fake_path_full(host->fs.folder, path, out);
}

static uint32_t fs_attributes(const struct fake_node *node)
{
    uint32_t attributes = node->attributes;
    attributes |= node->directory ? PLAT_FILE_DIRECTORY : 0;
    attributes |= node->link != NULL ? PLAT_FILE_REPARSE_POINT : 0;
    return attributes == 0 ? PLAT_FILE_NORMAL : attributes;
}

static struct plat_file_info fs_info_of(const struct fake_node *node, const char *stream)
{
    const struct fake_stream *data = fake_node_stream(node, stream);
    return (struct plat_file_info){
        .attributes = fs_attributes(node),
        .size_bytes = data == NULL ? 0 : data->size,
        .created_100ns = node->created_100ns,
        .written_100ns = node->written_100ns,
    };
}

static plat_hr fs_info(void *ctx, const char *path, struct plat_file_info *out)
{
    struct fake_place place;
    plat_hr hr = fake_fs_find_existing(ctx, path, &place);
    if (plat_succeeded(hr)) {
        *out = fs_info_of(place.node, place.path.stream == NULL ? "" : place.path.stream);
    }
    fake_place_release(&place);
    return hr;
}

static plat_hr fs_fill_list(const struct fake_node *folder, struct plat_dir_list *out)
{
    size_t count = fake_node_child_count(folder);
    if (count == 0) {
        return PLAT_S_OK;
    }
    out->entries = calloc(count, sizeof(*out->entries));
    if (out->entries == NULL) {
        return FAKE_NO_MEMORY;
    }
    for (size_t i = 0; i < folder->children.count; i++) {
        const struct fake_node *node = folder->children.items[i];
        if (node->hidden) {
            continue;
        }
        struct plat_dir_entry *entry = &out->entries[out->count];
        entry->name = wcd_text_copy(node->name);
        if (entry->name == NULL) {
            plat_dir_list_free(out);
            return FAKE_NO_MEMORY;
        }
        entry->info = fs_info_of(node, "");
        out->count++;
    }
    return PLAT_S_OK;
}

static plat_hr fs_list(void *ctx, const char *path, struct plat_dir_list *out)
{
    struct fake_place place;
    *out = (struct plat_dir_list){0};
    plat_hr hr = fake_fs_find_target(ctx, path, FAKE_PATH_UNITS_FILE, &place);
    if (plat_succeeded(hr) && place.node == NULL) {
        /* FindFirstFileExW looks for folder\*, so a missing folder is part of the path. */
        hr = plat_hr_win32(PLAT_ERROR_PATH_NOT_FOUND);
    }
    if (plat_succeeded(hr) && (!place.node->directory || place.path.stream_given)) {
        hr = plat_hr_win32(PLAT_ERROR_DIRECTORY);
    }
    if (plat_succeeded(hr)) {
        hr = fs_fill_list(place.node, out);
    }
    fake_place_release(&place);
    return hr;
}

static plat_hr fs_fill_streams(const struct fake_node *node, struct plat_stream_list *out)
{
    if (node->stream_count == 0) {
        return PLAT_S_OK;
    }
    out->entries = calloc(node->stream_count, sizeof(*out->entries));
    if (out->entries == NULL) {
        return FAKE_NO_MEMORY;
    }
    for (size_t i = 0; i < node->stream_count; i++) {
        out->entries[i].name = wcd_text_copy(node->streams[i]->name);
        if (out->entries[i].name == NULL) {
            plat_stream_list_free(out);
            return FAKE_NO_MEMORY;
        }
        out->entries[i].size_bytes = node->streams[i]->size;
        out->count++;
    }
    return PLAT_S_OK;
}

static plat_hr fs_streams(void *ctx, const char *path, struct plat_stream_list *out)
{
    struct fake_place place;
    *out = (struct plat_stream_list){0};
    plat_hr hr = fake_fs_find_existing(ctx, path, &place);
    if (plat_succeeded(hr) && place.path.stream_given) {
        hr = plat_hr_win32(PLAT_ERROR_INVALID_NAME);
    }
    if (plat_succeeded(hr) && !place.volume->kind->streams) {
        hr = plat_hr_win32(PLAT_ERROR_INVALID_PARAMETER);
    }
    if (plat_succeeded(hr)) {
        hr = fs_fill_streams(place.node, out);
    }
    fake_place_release(&place);
    return hr;
}

static plat_hr fs_security(void *ctx, const char *path, char **sddl)
{
    struct fake_place place;
    *sddl = NULL;
    plat_hr hr = fake_fs_find_existing(ctx, path, &place);
    if (plat_succeeded(hr)) {
        bool kept = place.volume->kind->security;
        *sddl = wcd_text_copy(kept ? place.node->dacl : "D:NO_ACCESS_CONTROL");
        hr = *sddl == NULL ? FAKE_NO_MEMORY : PLAT_S_OK;
    }
    fake_place_release(&place);
    return hr;
}

static plat_hr fs_volume(void *ctx, const char *path, struct plat_volume_info *out)
{
    struct fake_place place;
    plat_hr hr = fake_fs_find_existing(ctx, path, &place);
    if (plat_succeeded(hr)) {
        const struct fake_volume *volume = place.volume;
        *out = (struct plat_volume_info){
            .serial = volume->serial,
            .flags = volume->kind->flags,
            .bytes_total = volume->bytes_total,
            .bytes_free = volume->bytes_free,
        };
        (void)snprintf(out->file_system, sizeof(out->file_system), "%s", volume->kind->name);
    }
    fake_place_release(&place);
    return hr;
}

const struct plat_fs_ops fake_fs_ops = {
    .full_path = fs_full_path,
    .info = fs_info,
    .create_directory = fake_fs_create_directory,
    .remove_directory = fake_fs_remove_directory,
    .remove_file = fake_fs_remove_file,
    .move = fake_fs_move,
    .create_symlink = fake_fs_create_symlink,
    .read_symlink = fake_fs_read_symlink,
    .list = fs_list,
    .streams = fs_streams,
    .open = fake_fs_open,
    .read = fake_fs_read,
    .write = fake_fs_write,
    .seek = fake_fs_seek,
    .flush = fake_fs_flush,
    .close = fake_fs_close,
    .set_attributes = fake_fs_set_attributes,
    .security = fs_security,
    .set_security = fake_fs_set_security,
    .volume = fs_volume,
};
