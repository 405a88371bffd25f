/* core/platform/fs.h on kernel32: paths, folders, moves, attributes. */
#include "real/win32_internal.h"

#include "core/base/text.h"

#include <stdlib.h>
#include <string.h>

static plat_hr full_path(const wchar_t *path, char **out)
{
    DWORD room = GetFullPathNameW(path, 0, NULL, NULL);
    while (room > 0) {
        wchar_t *full = malloc(room * sizeof(*full));
        if (full == NULL) {
            return plat_hr_win32(PLAT_ERROR_NOT_ENOUGH_MEMORY);
        }
        DWORD units = GetFullPathNameW(path, room, full, NULL);
        plat_hr hr = units > 0 ? PLAT_S_OK : win32_last();
        if (units > 0 && units < room) {
            hr = win32_text(full, units, out);
        }
        free(full);
        if (units < room) {
            return hr;
        }
        room = units; /* the current folder has changed in between */
    }
    return win32_last();
}

static plat_hr fs_full_path(void *ctx, const char *path, char **out)
{
    (void)ctx;
    wchar_t *wide = NULL;
    *out = NULL;
    if (path[0] == '\0') {
        return plat_hr_win32(PLAT_ERROR_INVALID_NAME);
    }
    plat_hr hr = win32_wide(path, &wide);
    if (plat_succeeded(hr) && wcd_text_has_prefix(path, "\\\\?\\")) {
        *out = wcd_text_copy(path); /* GetFullPathNameW takes dots out of these too */
        hr = *out != NULL ? PLAT_S_OK : plat_hr_win32(PLAT_ERROR_NOT_ENOUGH_MEMORY);
    } else if (plat_succeeded(hr)) {
        hr = full_path(wide, out);
    }
    free(wide);
    return hr;
}

static uint64_t number_of(DWORD high, DWORD low)
{
    return ((uint64_t)high << 32) | low;
}

void win32_file_info(const struct win32_path_info *from, struct plat_file_info *out)
{
    *out = (struct plat_file_info){
        .attributes = from->attributes,
        .size_bytes = number_of(from->size_high, from->size_low),
        .created_100ns = number_of(from->created.dwHighDateTime, from->created.dwLowDateTime),
        .written_100ns = number_of(from->written.dwHighDateTime, from->written.dwLowDateTime),
    };
}

static plat_hr fs_info(void *ctx, const char *path, struct plat_file_info *out)
{
    (void)ctx;
    wchar_t *wide = NULL;
    WIN32_FILE_ATTRIBUTE_DATA data;
    *out = (struct plat_file_info){0};
    plat_hr hr = win32_wide(path, &wide);
    if (plat_succeeded(hr) && !GetFileAttributesExW(wide, GetFileExInfoStandard, &data)) {
        hr = win32_last();
    }
    if (plat_succeeded(hr)) {
        const struct win32_path_info info = {.attributes = data.dwFileAttributes,
                                             .size_low = data.nFileSizeLow,
                                             .size_high = data.nFileSizeHigh,
                                             .created = data.ftCreationTime,
                                             .written = data.ftLastWriteTime};
        win32_file_info(&info, out);
    }
    free(wide);
    return hr;
}

static plat_hr fs_create_directory(void *ctx, const char *path, const char *sddl)
{
    (void)ctx;
    wchar_t *wide = NULL;
    SECURITY_ATTRIBUTES attributes = {.nLength = sizeof(attributes)};
    plat_hr hr = win32_wide(path, &wide);
    if (plat_succeeded(hr) && sddl != NULL) {
        hr = win32_descriptor(sddl, &attributes.lpSecurityDescriptor);
    }
    if (plat_succeeded(hr) && !CreateDirectoryW(wide, sddl != NULL ? &attributes : NULL)) {
        hr = win32_last();
    }
    (void)LocalFree(attributes.lpSecurityDescriptor);
    free(wide);
    return hr;
}

static plat_hr fs_remove_directory(void *ctx, const char *path)
{
    (void)ctx;
    wchar_t *wide = NULL;
    plat_hr hr = win32_wide(path, &wide);
    if (plat_succeeded(hr) && !RemoveDirectoryW(wide)) {
        hr = win32_last();
    }
    free(wide);
    return hr;
}

static plat_hr fs_remove_file(void *ctx, const char *path)
{
    (void)ctx;
    wchar_t *wide = NULL;
    plat_hr hr = win32_wide(path, &wide);
    if (plat_succeeded(hr) && !DeleteFileW(wide)) {
        hr = win32_last();
    }
    free(wide);
    return hr;
}

static plat_hr fs_move(void *ctx, const char *from, const char *to, uint32_t flags)
{
    (void)ctx;
    wchar_t *wide_from = NULL;
    wchar_t *wide_to = NULL;
    plat_hr hr = win32_wide(from, &wide_from);
    if (plat_succeeded(hr)) {
        hr = win32_wide(to, &wide_to);
    }
    if (plat_succeeded(hr) && !MoveFileExW(wide_from, wide_to, flags)) {
        hr = win32_last();
    }
    free(wide_to);
    free(wide_from);
    return hr;
}

static plat_hr fs_set_attributes(void *ctx, const char *path, uint32_t attributes)
{
    (void)ctx;
    wchar_t *wide = NULL;
    plat_hr hr = win32_wide(path, &wide);
    if (plat_succeeded(hr) && !SetFileAttributesW(wide, attributes)) {
        hr = win32_last();
    }
    free(wide);
    return hr;
}

const struct plat_fs_ops win32_fs_ops = {
    .full_path = fs_full_path,
    .info = fs_info,
    .create_directory = fs_create_directory,
    .remove_directory = fs_remove_directory,
    .remove_file = fs_remove_file,
    .move = fs_move,
    .create_symlink = win32_fs_create_symlink,
    .read_symlink = win32_fs_read_symlink,
    .list = win32_fs_list,
    .streams = win32_fs_streams,
    .open = win32_fs_open,
    .read = win32_fs_read,
    .write = win32_fs_write,
    .seek = win32_fs_seek,
    .flush = win32_fs_flush,
    .close = win32_fs_close,
    .set_attributes = fs_set_attributes,
    .security = win32_fs_security,
    .set_security = win32_fs_set_security,
    .volume = win32_fs_volume,
};
