/* Paths and files on the file system behind the seam. */
#include "fakes/layers/internal.h"

#include "core/base/limits.h"
#include "fakes/host/name.h"

#include <stdlib.h>
#include <string.h>

#define FILE_VERBATIM "\\\\?\\"
/* FILE_NAMED_STREAMS of winnt.h. */
#define FILE_STREAMS_FLAG 0x00040000u

/* A file on its way to its place. */
#define FILE_NEW_SUFFIX ".new"

/* ---- paths ---- */

plat_hr fake_layers_full(const struct fake_layers *layers, const char *path, char **full)
{
    char *given = NULL;
    *full = NULL;
    plat_hr hr = layers->fs.ops->full_path(layers->fs.ctx, path, &given);
    if (plat_failed(hr)) {
        return hr;
    }
    size_t len = strlen(given);
    while (len > 0 && given[len - 1] == '\\') {
        given[--len] = '\0';
    }
    if (wcd_text_has_prefix(given, FILE_VERBATIM)) {
        *full = given;
        return PLAT_S_OK;
    }
    bool network = wcd_text_has_prefix(given, "\\\\");
    *full = wcd_text_format(FILE_VERBATIM "%s%s", network ? "UNC" : "", given + (network ? 1 : 0));
    free(given);
    return *full == NULL ? FAKE_NO_MEMORY : PLAT_S_OK;
}

const char *fake_layers_shown(const char *full)
{
    size_t prefix = strlen(FILE_VERBATIM);
    bool drive =
        wcd_text_has_prefix(full, FILE_VERBATIM) && full[prefix] != '\0' && full[prefix + 1] == ':';
    return drive ? full + prefix : full;
}

char *fake_layers_child(const char *folder, const char *name)
{
    return wcd_text_format("%s\\%s", folder, name);
}

char *fake_layers_parent(const char *path)
{
    const char *last = strrchr(path, '\\');
    bool root = last == NULL || last < path + strlen(FILE_VERBATIM);
    return root ? wcd_text_copy("") : wcd_text_copy_n(path, (size_t)(last - path));
}

bool fake_layers_is_below(const char *path, const char *folder)
{
    size_t len = strlen(folder);
    return strlen(path) >= len && (path[len] == '\0' || path[len] == '\\') &&
           fake_name_equal_n(path, len, folder);
}

bool fake_layers_is_in(const char *path, const char *folder, const char *name)
{
    size_t len = strlen(folder);
    return fake_layers_is_below(path, folder) && path[len] == '\\' &&
           fake_layers_is_below(path + len + 1, name);
}

char *fake_layers_stream_path(const char *path, const char *stream)
{
    return stream[0] == '\0' ? wcd_text_copy(path) : wcd_text_format("%s:%s", path, stream);
}

/* ---- what is there ---- */

plat_hr fake_layers_kind_of(const struct fake_layers *layers, const char *path,
                            enum layers_kind *kind)
{
    struct plat_file_info info;
    *kind = LAYERS_NOTHING;
    plat_hr hr = layers->fs.ops->info(layers->fs.ctx, path, &info);
    if (hr == plat_hr_win32(PLAT_ERROR_FILE_NOT_FOUND)) {
        return PLAT_S_OK;
    }
    if (plat_succeeded(hr)) {
        bool folder = (info.attributes & PLAT_FILE_DIRECTORY) != 0;
        bool link = (info.attributes & PLAT_FILE_REPARSE_POINT) != 0;
        *kind = folder ? LAYERS_FOLDER : LAYERS_FILE;
        *kind = link ? LAYERS_LINK : *kind;
    }
    return hr;
}

plat_hr fake_layers_kind_in(const struct fake_layers *layers, const char *folder, const char *name,
                            enum layers_kind *kind)
{
    char *path = fake_layers_child(folder, name);
    *kind = LAYERS_NOTHING;
    plat_hr hr = path == NULL ? FAKE_NO_MEMORY : fake_layers_kind_of(layers, path, kind);
    free(path);
    if (hr == plat_hr_win32(PLAT_ERROR_PATH_NOT_FOUND)) {
        hr = PLAT_S_OK; /* of a name with folders in it */
    }
    return hr;
}

plat_hr fake_layers_need_folder(const struct fake_layers *layers, const char *path)
{
    struct plat_file_info info;
    plat_hr hr = layers->fs.ops->info(layers->fs.ctx, path, &info);
    if (plat_succeeded(hr) && (info.attributes & PLAT_FILE_DIRECTORY) == 0) {
        hr = plat_hr_win32(PLAT_ERROR_DIRECTORY);
    }
    return hr;
}

bool fake_layers_has_streams(struct fake_layers *layers, const char *path)
{
    struct plat_volume_info info;
    const char *shown = fake_layers_shown(path);
    bool drive = shown != path;
    if (drive && fake_name_equal_n(shown, 2, layers->drive)) {
        return layers->streams;
    }
    bool streams = plat_succeeded(layers->fs.ops->volume(layers->fs.ctx, path, &info)) &&
                   (info.flags & FILE_STREAMS_FLAG) != 0;
    if (drive) {
        memcpy(layers->drive, shown, 2);
        layers->streams = streams;
    }
    return streams;
}

plat_hr fake_layers_list_streams(struct fake_layers *layers, const char *path,
                                 struct plat_stream_list *list)
{
    *list = (struct plat_stream_list){.entries = NULL};
    return fake_layers_has_streams(layers, path)
               ? layers->fs.ops->streams(layers->fs.ctx, path, list)
               : PLAT_S_OK;
}

/* ---- changes ---- */

plat_hr fake_layers_make_folder(const struct fake_layers *layers, const char *path)
{
    plat_hr hr = layers->fs.ops->create_directory(layers->fs.ctx, path, NULL);
    if (hr != plat_hr_win32(PLAT_ERROR_ALREADY_EXISTS)) {
        return hr;
    }
    return fake_layers_need_folder(layers, path);
}

plat_hr fake_layers_move(const struct fake_layers *layers, const char *from, const char *to)
{
    return layers->fs.ops->move(layers->fs.ctx, from, to, PLAT_MOVE_WRITE_THROUGH);
}

plat_hr fake_layers_rename(const struct fake_layers *layers, const char *folder, const char *from,
                           const char *to)
{
    char *from_path = fake_layers_child(folder, from);
    char *to_path = fake_layers_child(folder, to);
    plat_hr hr = FAKE_NO_MEMORY;
    if (from_path != NULL && to_path != NULL) {
        hr = fake_layers_move(layers, from_path, to_path);
    }
    free(to_path);
    free(from_path);
    return hr;
}

bool fake_layers_is_busy(plat_hr hr)
{
    return hr == plat_hr_win32(PLAT_ERROR_ACCESS_DENIED) ||
           hr == plat_hr_win32(PLAT_ERROR_SHARING_VIOLATION);
}

plat_hr fake_layers_set_attributes(const struct fake_layers *layers, const char *path,
                                   uint32_t attributes)
{
    uint32_t kept = attributes & FAKE_WIRE_ATTRIBUTES;
    return layers->fs.ops->set_attributes(layers->fs.ctx, path,
                                          kept == 0 ? PLAT_FILE_NORMAL : kept);
}

static plat_hr file_write(const struct fake_layers *layers, const char *path, const void *data,
                          size_t size, bool flushed)
{
    const struct plat_fs *fs = &layers->fs;
    plat_handle file = PLAT_NO_HANDLE;
    plat_hr hr = fs->ops->open(fs->ctx, path, PLAT_GENERIC_WRITE, PLAT_CREATE_ALWAYS, &file);
    if (plat_failed(hr)) {
        return hr;
    }
    hr = size > 0 ? fs->ops->write(fs->ctx, file, data, size) : PLAT_S_OK;
    if (plat_succeeded(hr) && flushed) {
        hr = fs->ops->flush(fs->ctx, file);
    }
    plat_hr closed = fs->ops->close(fs->ctx, file);
    return plat_failed(hr) ? hr : closed;
}

plat_hr fake_layers_write(const struct fake_layers *layers, const char *folder, const char *name,
                          const void *data, size_t size)
{
    char *path = fake_layers_child(folder, name);
    plat_hr hr = path == NULL ? FAKE_NO_MEMORY : file_write(layers, path, data, size, false);
    free(path);
    return hr;
}

plat_hr fake_layers_put(const struct fake_layers *layers, const char *folder, const char *name,
                        const void *data, size_t size)
{
    return fake_layers_put_secured(layers, folder, name, data, size, NULL);
}

plat_hr fake_layers_put_secured(const struct fake_layers *layers, const char *folder,
                                const char *name, const void *data, size_t size, const char *sddl)
{
    const struct plat_fs *fs = &layers->fs;
    char *path = fake_layers_child(folder, name);
    char *new_path = wcd_text_format("%s\\%s" FILE_NEW_SUFFIX, folder, name);
    plat_hr hr = FAKE_NO_MEMORY;
    if (path != NULL && new_path != NULL) {
        hr = file_write(layers, new_path, data, size, true);
    }
    if (plat_succeeded(hr) && sddl != NULL) {
        hr = fs->ops->set_security(fs->ctx, new_path, sddl);
    }
    if (plat_succeeded(hr)) {
        hr = fs->ops->move(fs->ctx, new_path, path,
                           PLAT_MOVE_REPLACE_EXISTING | PLAT_MOVE_WRITE_THROUGH);
        if (plat_failed(hr)) {
            (void)fs->ops->remove_file(fs->ctx, new_path);
        }
    }
    free(new_path);
    free(path);
    return hr;
}

plat_hr fake_layers_read(const struct fake_layers *layers, const char *path, size_t bytes_max,
                         char **data, size_t *size)
{
    const struct plat_fs *fs = &layers->fs;
    plat_handle file = PLAT_NO_HANDLE;
    *data = NULL;
    *size = 0;
    plat_hr hr = fs->ops->open(fs->ctx, path, PLAT_GENERIC_READ, PLAT_OPEN_EXISTING, &file);
    if (plat_failed(hr)) {
        return hr;
    }
    char *text = malloc(bytes_max + 1);
    hr = text == NULL ? FAKE_NO_MEMORY : PLAT_S_OK;
    size_t got = 1;
    while (plat_succeeded(hr) && got > 0 && *size < bytes_max) {
        hr = fs->ops->read(fs->ctx, file, text + *size, bytes_max - *size, &got);
        *size += plat_succeeded(hr) ? got : 0;
    }
    (void)fs->ops->close(fs->ctx, file);
    if (plat_failed(hr)) {
        free(text);
        return hr;
    }
    text[*size] = '\0';
    *data = text;
    return PLAT_S_OK;
}
