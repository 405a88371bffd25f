/* The file system (kernel32.dll, advapi32.dll), by Windows path rules: both separators, drive
 * letters, UNC and \\?\ paths, names compared without case, alternate data streams as
 * `file:stream`. Every call answers HRESULT_FROM_WIN32 of the last error. */
#ifndef PLAT_FS_H
#define PLAT_FS_H

#include "core/platform/types.h"

#include <stdlib.h>

/* FILE_ATTRIBUTE_*. */
#define PLAT_FILE_READONLY      0x00000001u
#define PLAT_FILE_HIDDEN        0x00000002u
#define PLAT_FILE_SYSTEM        0x00000004u
#define PLAT_FILE_DIRECTORY     0x00000010u
#define PLAT_FILE_ARCHIVE       0x00000020u
#define PLAT_FILE_NORMAL        0x00000080u
#define PLAT_FILE_REPARSE_POINT 0x00000400u

struct plat_file_info {
    uint32_t attributes;
    uint64_t size_bytes;
    uint64_t created_100ns; /* FILETIME */
    uint64_t written_100ns;
};

struct plat_dir_entry {
    char *name; /* the last component, as it was created */
    struct plat_file_info info;
};

/* Sorted by name as NTFS lists them (without case); without "." and "..". */
struct plat_dir_list {
    struct plat_dir_entry *entries;
    size_t count;
};

struct plat_stream_entry {
    char *name; /* "" for the unnamed data stream */
    uint64_t size_bytes;
};

struct plat_stream_list {
    struct plat_stream_entry *entries;
    size_t count;
};

struct plat_volume_info {
    char file_system[16]; /* "NTFS", "ReFS", "FAT32" */
    uint32_t serial;
    uint32_t flags; /* FILE_NAMED_STREAMS 0x40000, FILE_PERSISTENT_ACLS 8, ... */
    uint64_t bytes_total;
    uint64_t bytes_free;
};

/* dwDesiredAccess. */
#define PLAT_GENERIC_READ  0x80000000u
#define PLAT_GENERIC_WRITE 0x40000000u

/* dwCreationDisposition. */
enum plat_file_disposition {
    PLAT_CREATE_NEW = 1,    /* ERROR_FILE_EXISTS when it exists */
    PLAT_CREATE_ALWAYS = 2, /* empties an existing file */
    PLAT_OPEN_EXISTING = 3, /* ERROR_FILE_NOT_FOUND when it does not */
    PLAT_OPEN_ALWAYS = 4
};

/* MoveFileExW flags. */
#define PLAT_MOVE_REPLACE_EXISTING 1u
#define PLAT_MOVE_WRITE_THROUGH    8u

struct plat_fs_ops {
    /* GetFullPathNameW: makes a path absolute (against the current folder of its drive), without
     * "." and ".." in it; the file need not exist. Keeps \\?\ paths as they are. An empty path is
     * ERROR_INVALID_NAME. */
    plat_hr (*full_path)(void *ctx, const char *path, char **out);

    /* GetFileAttributesExW. ERROR_FILE_NOT_FOUND when only the last component is missing,
     * ERROR_PATH_NOT_FOUND when a folder before it is, ERROR_INVALID_NAME for characters that no
     * name may hold, ERROR_FILENAME_EXCED_RANGE over the length limit. */
    plat_hr (*info)(void *ctx, const char *path, struct plat_file_info *out);

    /* CreateDirectoryW with the security descriptor of `sddl`
     * (ConvertStringSecurityDescriptorToSecurityDescriptorW), or the inherited one when sddl is
     * NULL. One level. ERROR_ALREADY_EXISTS (a folder or a file has the name),
     * ERROR_PATH_NOT_FOUND, ERROR_INVALID_SECURITY_DESCR. */
    plat_hr (*create_directory)(void *ctx, const char *path, const char *sddl);

    /* RemoveDirectoryW. ERROR_DIR_NOT_EMPTY, ERROR_DIRECTORY (not a folder),
     * ERROR_SHARING_VIOLATION. */
    plat_hr (*remove_directory)(void *ctx, const char *path);

    /* DeleteFileW. ERROR_ACCESS_DENIED for a folder or a read-only file; ERROR_SHARING_VIOLATION
     * while it is open. */
    plat_hr (*remove_file)(void *ctx, const char *path);

    /* MoveFileExW: files and folders, within one volume. Without PLAT_MOVE_REPLACE_EXISTING an
     * existing target is ERROR_ALREADY_EXISTS; a folder never replaces. The change is atomic; with
     * PLAT_MOVE_WRITE_THROUGH it is on disk when the call returns. */
    plat_hr (*move)(void *ctx, const char *from, const char *to, uint32_t flags);

    /* CreateSymbolicLinkW: a link that leads to `target`, which is kept as it is written and need not
     * exist; `directory` (SYMBOLIC_LINK_FLAG_DIRECTORY) tells what it leads to. ERROR_ALREADY_EXISTS,
     * ERROR_PATH_NOT_FOUND, ERROR_INVALID_PARAMETER (an empty target: assumed). Every other call on
     * the link's own path means the link (FILE_FLAG_OPEN_REPARSE_POINT), except open(), list() and
     * paths that go on behind it: those follow it, at most 63 links in all, then
     * ERROR_CANT_RESOLVE_FILENAME (1921). */
    plat_hr (*create_symlink)(void *ctx, const char *path, const char *target, bool directory);

    /* DeviceIoControl(FSCTL_GET_REPARSE_POINT): where a link leads. ERROR_NOT_A_REPARSE_POINT (4390)
     * when the path is none. */
    plat_hr (*read_symlink)(void *ctx, const char *path, char **target);

    /* FindFirstFileExW, FindNextFileW, FindClose: what a folder holds. ERROR_PATH_NOT_FOUND when there
     * is no such folder, ERROR_DIRECTORY for a file. Free with plat_dir_list_free. */
    plat_hr (*list)(void *ctx, const char *path, struct plat_dir_list *out);

    /* FindFirstStreamW, FindNextStreamW; a folder without streams is an empty list. Free with
     * plat_stream_list_free. */
    plat_hr (*streams)(void *ctx, const char *path, struct plat_stream_list *out);

    /* CreateFileW, shared for reading (FILE_SHARE_READ alone). `file:stream` opens an alternate data
     * stream. Folders answer ERROR_ACCESS_DENIED. A stream has many handles that read or one that
     * writes; another one is ERROR_SHARING_VIOLATION. */
    plat_hr (*open)(void *ctx, const char *path, uint32_t access,
                    enum plat_file_disposition disposition, plat_handle *out);

    /* ReadFile at the handle's position. At the end of the file: PLAT_S_OK with *got = 0. */
    plat_hr (*read)(void *ctx, plat_handle file, void *data, size_t size, size_t *got);

    /* WriteFile at the handle's position: all of it, or ERROR_DISK_FULL and nothing. */
    plat_hr (*write)(void *ctx, plat_handle file, const void *data, size_t size);

    /* SetFilePointerEx(FILE_BEGIN). */
    plat_hr (*seek)(void *ctx, plat_handle file, uint64_t offset);

    /* FlushFileBuffers: what was written survives a power cut once this returned. */
    plat_hr (*flush)(void *ctx, plat_handle file);

    /* CloseHandle. ERROR_INVALID_HANDLE when it is closed already. */
    plat_hr (*close)(void *ctx, plat_handle file);

    /* SetFileAttributesW. */
    plat_hr (*set_attributes)(void *ctx, const char *path, uint32_t attributes);

    /* GetNamedSecurityInfoW + ConvertSecurityDescriptorToStringSecurityDescriptorW: the DACL as
     * SDDL. */
    plat_hr (*security)(void *ctx, const char *path, char **sddl);

    /* SetNamedSecurityInfoW. */
    plat_hr (*set_security)(void *ctx, const char *path, const char *sddl);

    /* GetVolumeInformationByHandleW + GetDiskFreeSpaceExW of the volume that `path` is on. */
    plat_hr (*volume)(void *ctx, const char *path, struct plat_volume_info *out);
};

static inline void plat_dir_list_free(struct plat_dir_list *list)
{
    for (size_t i = 0; i < list->count; i++) {
        free(list->entries[i].name);
    }
    free(list->entries);
    list->entries = NULL;
    list->count = 0;
}

static inline void plat_stream_list_free(struct plat_stream_list *list)
{
    for (size_t i = 0; i < list->count; i++) {
        free(list->entries[i].name);
    }
    free(list->entries);
    list->entries = NULL;
    list->count = 0;
}

struct plat_fs {
    const struct plat_fs_ops *ops;
    void *ctx;
};

#endif
