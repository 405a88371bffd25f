/* core/platform/fs.h on kernel32: open files, and volumes. */
#include "real/win32_internal.h"

#include <stdlib.h>

/* One call of ReadFile or WriteFile. */
#define PART_BYTES_MAX ((size_t)16 * 1024 * 1024)

/* The root of a volume, with its NUL: it may be a folder that the volume is mounted in. */
#define PATH_UNITS 32768u

plat_hr win32_fs_open(void *ctx, const char *path, uint32_t access,
                      enum plat_file_disposition disposition, plat_handle *out)
{
    (void)ctx;
    wchar_t *wide = NULL;
    *out = PLAT_NO_HANDLE;
    plat_hr hr = win32_wide(path, &wide);
    if (plat_succeeded(hr)) {
        HANDLE file = CreateFileW(wide, access, FILE_SHARE_READ, NULL, (DWORD)disposition,
                                  FILE_ATTRIBUTE_NORMAL, NULL);
        if (file == INVALID_HANDLE_VALUE) {
            hr = win32_last();
        } else {
            *out = win32_handle_number(file);
        }
    }
    free(wide);
    return hr;
}

plat_hr win32_fs_read(void *ctx, plat_handle file, void *data, size_t size, size_t *got)
{
    (void)ctx;
    DWORD part = (DWORD)(size < PART_BYTES_MAX ? size : PART_BYTES_MAX);
    DWORD count = 0;
    *got = 0;
    if (!ReadFile(win32_handle(file), data, part, &count, NULL)) {
        plat_hr hr = win32_last();
        return hr == plat_hr_win32(PLAT_ERROR_HANDLE_EOF) ? PLAT_S_OK : hr;
    }
    *got = count;
    return PLAT_S_OK;
}

plat_hr win32_fs_write(void *ctx, plat_handle file, const void *data, size_t size)
{
    (void)ctx;
    const unsigned char *at = data;
    do {
        DWORD part = (DWORD)(size < PART_BYTES_MAX ? size : PART_BYTES_MAX);
        DWORD count = 0;
        if (!WriteFile(win32_handle(file), at, part, &count, NULL)) {
            return win32_last();
        }
        if (count != part) {
            return plat_hr_win32(PLAT_ERROR_DISK_FULL);
        }
        at += part;
        size -= part;
    } while (size > 0);
    return PLAT_S_OK;
}

plat_hr win32_fs_seek(void *ctx, plat_handle file, uint64_t offset)
{
    (void)ctx;
    if (offset > INT64_MAX) {
        return plat_hr_win32(PLAT_ERROR_INVALID_PARAMETER);
    }
    LARGE_INTEGER to = {.QuadPart = (LONGLONG)offset};
    return SetFilePointerEx(win32_handle(file), to, NULL, FILE_BEGIN) ? PLAT_S_OK : win32_last();
}

plat_hr win32_fs_flush(void *ctx, plat_handle file)
{
    (void)ctx;
    return FlushFileBuffers(win32_handle(file)) ? PLAT_S_OK : win32_last();
}

plat_hr win32_fs_close(void *ctx, plat_handle file)
{
    (void)ctx;
    return CloseHandle(win32_handle(file)) ? PLAT_S_OK : win32_last();
}

static plat_hr volume_space(const wchar_t *path, struct plat_volume_info *out)
{
    wchar_t *root = malloc(PATH_UNITS * sizeof(*root));
    if (root == NULL) {
        return plat_hr_win32(PLAT_ERROR_NOT_ENOUGH_MEMORY);
    }
    ULARGE_INTEGER available = {.QuadPart = 0};
    ULARGE_INTEGER total = {.QuadPart = 0};
    ULARGE_INTEGER unused = {.QuadPart = 0};
    plat_hr hr = PLAT_S_OK;
    if (!GetVolumePathNameW(path, root, PATH_UNITS) ||
        !GetDiskFreeSpaceExW(root, &available, &total, &unused)) {
        hr = win32_last();
    }
    free(root);
    out->bytes_total = total.QuadPart;
    out->bytes_free = available.QuadPart;
    return hr;
}

static plat_hr volume_names(const wchar_t *path, struct plat_volume_info *out)
{
    wchar_t name[MAX_PATH + 1] = L"";
    DWORD serial = 0;
    DWORD flags = 0;
    HANDLE file = CreateFileW(path, 0, FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE, NULL,
                              OPEN_EXISTING, FILE_FLAG_BACKUP_SEMANTICS, NULL);
    if (file == INVALID_HANDLE_VALUE) {
        return win32_last();
    }
    plat_hr hr = PLAT_S_OK;
    if (!GetVolumeInformationByHandleW(file, NULL, 0, &serial, NULL, &flags, name, MAX_PATH + 1)) {
        hr = win32_last();
    }
    (void)CloseHandle(file);
    for (size_t i = 0; i + 1 < sizeof(out->file_system) && name[i] != L'\0'; i++) {
        out->file_system[i] = name[i] < 0x80 ? (char)name[i] : '?';
    }
    out->serial = serial;
    out->flags = flags;
    return hr;
}

plat_hr win32_fs_volume(void *ctx, const char *path, struct plat_volume_info *out)
{
    (void)ctx;
    wchar_t *wide = NULL;
    *out = (struct plat_volume_info){.serial = 0};
    plat_hr hr = win32_wide(path, &wide);
    if (plat_succeeded(hr)) {
        hr = volume_names(wide, out);
    }
    if (plat_succeeded(hr)) {
        hr = volume_space(wide, out);
    }
    free(wide);
    return hr;
}
