/* core/platform/fs.h on kernel32: symbolic links. */
#include "real/win32_internal.h"

#include <stdlib.h>
#include <string.h>

#include <winioctl.h>

/* REPARSE_DATA_BUFFER stands in a header of the driver kit only. Both kinds begin alike; a symbolic link has
 * flags before its names. */
struct reparse_names {
    ULONG tag;
    USHORT size; /* of what follows these first 8 bytes */
    USHORT reserved;
    USHORT substitute_offset; /* in bytes, from the first name */
    USHORT substitute_size;
    USHORT print_offset;
    USHORT print_size;
};

union reparse_buffer {
    struct reparse_names head;
    unsigned char bytes[MAXIMUM_REPARSE_DATA_BUFFER_SIZE];
};

plat_hr win32_fs_create_symlink(void *ctx, const char *path, const char *target, bool directory)
{
    (void)ctx;
    wchar_t *wide_path = NULL;
    wchar_t *wide_target = NULL;
    if (target[0] == '\0') {
        return plat_hr_win32(PLAT_ERROR_INVALID_PARAMETER);
    }
    plat_hr hr = win32_wide(path, &wide_path);
    if (plat_succeeded(hr)) {
        hr = win32_wide(target, &wide_target);
    }
    if (plat_succeeded(hr) && !CreateSymbolicLinkW(wide_path, wide_target,
                                                   directory ? SYMBOLIC_LINK_FLAG_DIRECTORY : 0)) {
        hr = win32_last();
    }
    free(wide_target);
    free(wide_path);
    return hr;
}

/* The name of `size` bytes at `offset`, where it lies within what was read. */
static plat_hr name_at(const unsigned char *bytes, size_t room, size_t offset, size_t size,
                       char **out)
{
    wchar_t name[MAXIMUM_REPARSE_DATA_BUFFER_SIZE / sizeof(wchar_t)];
    if (offset > room || size > room - offset) {
        return plat_hr_win32(PLAT_ERROR_INVALID_DATA);
    }
    memcpy(name, bytes + offset, size - size % sizeof(*name));
    const wchar_t *first = name;
    size_t units = size / sizeof(*name);
    if (units >= 4 && wcsncmp(first, L"\\??\\", 4) == 0) {
        first += 4;
        units -= 4;
    }
    return win32_text(first, units, out);
}

static plat_hr target_of(const union reparse_buffer *buffer, DWORD got, char **target)
{
    size_t names = sizeof(buffer->head);
    if (got < names) {
        return plat_hr_win32(PLAT_ERROR_INVALID_DATA);
    }
    if (buffer->head.tag == IO_REPARSE_TAG_SYMLINK) {
        names += sizeof(ULONG);
    } else if (buffer->head.tag != IO_REPARSE_TAG_MOUNT_POINT) {
        return plat_hr_win32(ERROR_NOT_A_REPARSE_POINT);
    }
    size_t offset = buffer->head.print_offset;
    size_t size = buffer->head.print_size;
    if (size == 0) {
        offset = buffer->head.substitute_offset;
        size = buffer->head.substitute_size;
    }
    return name_at(buffer->bytes, got, names + offset, size, target);
}

plat_hr win32_fs_read_symlink(void *ctx, const char *path, char **target)
{
    (void)ctx;
    wchar_t *wide = NULL;
    *target = NULL;
    plat_hr hr = win32_wide(path, &wide);
    if (plat_failed(hr)) {
        return hr;
    }
    HANDLE file =
        CreateFileW(wide, 0, FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE, NULL,
                    OPEN_EXISTING, FILE_FLAG_BACKUP_SEMANTICS | FILE_FLAG_OPEN_REPARSE_POINT, NULL);
    free(wide);
    if (file == INVALID_HANDLE_VALUE) {
        return win32_last();
    }
    union reparse_buffer buffer = {.bytes = {0}};
    DWORD got = 0;
    if (DeviceIoControl(file, FSCTL_GET_REPARSE_POINT, NULL, 0, &buffer, sizeof(buffer), &got,
                        NULL)) {
        hr = target_of(&buffer, got, target);
    } else {
        hr = win32_last();
    }
    (void)CloseHandle(file);
    return hr;
}
