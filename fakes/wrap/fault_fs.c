/* Faults of the file system. */
#include "fakes/wrap/fault_internal.h"

static void fault_free_list(void *at)
{
    plat_dir_list_free(at);
}

static void fault_free_streams(void *at)
{
    plat_stream_list_free(at);
}

static plat_hr fault_fs_full_path(void *ctx, const char *path, char **out)
{
    struct wrap_fault *fault = ctx;
    const struct plat_fs *fs = &fault->below.fs;
    struct fault_call call;
    fault_begin(&call, fault, "GetFullPathNameW", path);
    fault_out_text(&call, out);
    if (fault_enter(&call)) {
        call.hr = fs->ops->full_path(fs->ctx, path, out);
    }
    return fault_leave(&call);
}

static plat_hr fault_fs_info(void *ctx, const char *path, struct plat_file_info *out)
{
    struct wrap_fault *fault = ctx;
    const struct plat_fs *fs = &fault->below.fs;
    struct fault_call call;
    fault_begin(&call, fault, "GetFileAttributesExW", path);
    fault_out_data(&call, out, sizeof(*out));
    if (fault_enter(&call)) {
        call.hr = fs->ops->info(fs->ctx, path, out);
    }
    return fault_leave(&call);
}

static plat_hr fault_fs_create_directory(void *ctx, const char *path, const char *sddl)
{
    struct wrap_fault *fault = ctx;
    const struct plat_fs *fs = &fault->below.fs;
    struct fault_call call;
    fault_begin(&call, fault, "CreateDirectoryW", path);
    if (fault_enter(&call)) {
        call.hr = fs->ops->create_directory(fs->ctx, path, sddl);
    }
    return fault_leave(&call);
}

static plat_hr fault_fs_remove_directory(void *ctx, const char *path)
{
    struct wrap_fault *fault = ctx;
    const struct plat_fs *fs = &fault->below.fs;
    struct fault_call call;
    fault_begin(&call, fault, "RemoveDirectoryW", path);
    if (fault_enter(&call)) {
        call.hr = fs->ops->remove_directory(fs->ctx, path);
    }
    return fault_leave(&call);
}

static plat_hr fault_fs_remove_file(void *ctx, const char *path)
{
    struct wrap_fault *fault = ctx;
    const struct plat_fs *fs = &fault->below.fs;
    struct fault_call call;
    fault_begin(&call, fault, "DeleteFileW", path);
    if (fault_enter(&call)) {
        call.hr = fs->ops->remove_file(fs->ctx, path);
    }
    return fault_leave(&call);
}

static plat_hr fault_fs_move(void *ctx, const char *from, const char *to, uint32_t flags)
{
    struct wrap_fault *fault = ctx;
    const struct plat_fs *fs = &fault->below.fs;
    struct fault_call call;
    fault_begin(&call, fault, "MoveFileExW", to);
    call.view.source = from;
    if (fault_enter(&call)) {
        call.hr = fs->ops->move(fs->ctx, from, to, flags);
    }
    return fault_leave(&call);
}

static plat_hr fault_fs_create_symlink(void *ctx, const char *path, const char *target,
                                       bool directory)
{
    struct wrap_fault *fault = ctx;
    const struct plat_fs *fs = &fault->below.fs;
    struct fault_call call;
    fault_begin(&call, fault, "CreateSymbolicLinkW", path);
    if (fault_enter(&call)) {
        call.hr = fs->ops->create_symlink(fs->ctx, path, target, directory);
    }
    return fault_leave(&call);
}

static plat_hr fault_fs_read_symlink(void *ctx, const char *path, char **target)
{
    struct wrap_fault *fault = ctx;
    const struct plat_fs *fs = &fault->below.fs;
    struct fault_call call;
    fault_begin(&call, fault, "DeviceIoControl", path);
    fault_out_text(&call, target);
    if (fault_enter(&call)) {
        call.hr = fs->ops->read_symlink(fs->ctx, path, target);
    }
    return fault_leave(&call);
}

static plat_hr fault_fs_list(void *ctx, const char *path, struct plat_dir_list *out)
{
    struct wrap_fault *fault = ctx;
    const struct plat_fs *fs = &fault->below.fs;
    struct fault_call call;
    fault_begin(&call, fault, "FindFirstFileExW", path);
    fault_out_owner(&call, out, sizeof(*out), fault_free_list);
    if (fault_enter(&call)) {
        call.hr = fs->ops->list(fs->ctx, path, out);
    }
    return fault_leave(&call);
}

static plat_hr fault_fs_streams(void *ctx, const char *path, struct plat_stream_list *out)
{
    struct wrap_fault *fault = ctx;
    const struct plat_fs *fs = &fault->below.fs;
    struct fault_call call;
    fault_begin(&call, fault, "FindFirstStreamW", path);
    fault_out_owner(&call, out, sizeof(*out), fault_free_streams);
    if (fault_enter(&call)) {
        call.hr = fs->ops->streams(fs->ctx, path, out);
    }
    return fault_leave(&call);
}

static plat_hr fault_fs_open(void *ctx, const char *path, uint32_t access,
                             enum plat_file_disposition disposition, plat_handle *out)
{
    struct wrap_fault *fault = ctx;
    const struct plat_fs *fs = &fault->below.fs;
    struct fault_call call;
    fault_begin(&call, fault, "CreateFileW", path);
    (void)fault_out_handle(&call, WRAP_HANDLE_FILE, out);
    if (fault_enter(&call)) {
        call.hr = fs->ops->open(fs->ctx, path, access, disposition, out);
    }
    return fault_leave(&call);
}

static plat_hr fault_fs_read(void *ctx, plat_handle file, void *data, size_t size, size_t *got)
{
    struct wrap_fault *fault = ctx;
    const struct plat_fs *fs = &fault->below.fs;
    struct fault_call call;
    fault_begin_on(&call, fault, "ReadFile", WRAP_HANDLE_FILE, file);
    fault_out_data(&call, got, sizeof(*got));
    if (fault_enter(&call)) {
        call.hr = fs->ops->read(fs->ctx, file, data, size, got);
    }
    return fault_leave(&call);
}

static plat_hr fault_fs_write(void *ctx, plat_handle file, const void *data, size_t size)
{
    struct wrap_fault *fault = ctx;
    const struct plat_fs *fs = &fault->below.fs;
    struct fault_call call;
    fault_begin_on(&call, fault, "WriteFile", WRAP_HANDLE_FILE, file);
    if (fault_enter(&call)) {
        call.hr = fs->ops->write(fs->ctx, file, data, size);
    }
    return fault_leave(&call);
}

static plat_hr fault_fs_seek(void *ctx, plat_handle file, uint64_t offset)
{
    struct wrap_fault *fault = ctx;
    const struct plat_fs *fs = &fault->below.fs;
    struct fault_call call;
    fault_begin_on(&call, fault, "SetFilePointerEx", WRAP_HANDLE_FILE, file);
    if (fault_enter(&call)) {
        call.hr = fs->ops->seek(fs->ctx, file, offset);
    }
    return fault_leave(&call);
}

static plat_hr fault_fs_flush(void *ctx, plat_handle file)
{
    struct wrap_fault *fault = ctx;
    const struct plat_fs *fs = &fault->below.fs;
    struct fault_call call;
    fault_begin_on(&call, fault, "FlushFileBuffers", WRAP_HANDLE_FILE, file);
    if (fault_enter(&call)) {
        call.hr = fs->ops->flush(fs->ctx, file);
    }
    return fault_leave(&call);
}

static plat_hr fault_fs_close(void *ctx, plat_handle file)
{
    struct wrap_fault *fault = ctx;
    const struct plat_fs *fs = &fault->below.fs;
    struct fault_call call;
    fault_begin_close(&call, fault, "CloseHandle", WRAP_HANDLE_FILE, file);
    if (fault_enter(&call)) {
        call.hr = fs->ops->close(fs->ctx, file);
    }
    return fault_leave(&call);
}

static plat_hr fault_fs_set_attributes(void *ctx, const char *path, uint32_t attributes)
{
    struct wrap_fault *fault = ctx;
    const struct plat_fs *fs = &fault->below.fs;
    struct fault_call call;
    fault_begin(&call, fault, "SetFileAttributesW", path);
    if (fault_enter(&call)) {
        call.hr = fs->ops->set_attributes(fs->ctx, path, attributes);
    }
    return fault_leave(&call);
}

static plat_hr fault_fs_security(void *ctx, const char *path, char **sddl)
{
    struct wrap_fault *fault = ctx;
    const struct plat_fs *fs = &fault->below.fs;
    struct fault_call call;
    fault_begin(&call, fault, "GetNamedSecurityInfoW", path);
    fault_out_text(&call, sddl);
    if (fault_enter(&call)) {
        call.hr = fs->ops->security(fs->ctx, path, sddl);
    }
    return fault_leave(&call);
}

static plat_hr fault_fs_set_security(void *ctx, const char *path, const char *sddl)
{
    struct wrap_fault *fault = ctx;
    const struct plat_fs *fs = &fault->below.fs;
    struct fault_call call;
    fault_begin(&call, fault, "SetNamedSecurityInfoW", path);
    if (fault_enter(&call)) {
        call.hr = fs->ops->set_security(fs->ctx, path, sddl);
    }
    return fault_leave(&call);
}

static plat_hr fault_fs_volume(void *ctx, const char *path, struct plat_volume_info *out)
{
    struct wrap_fault *fault = ctx;
    const struct plat_fs *fs = &fault->below.fs;
    struct fault_call call;
    fault_begin(&call, fault, "GetVolumeInformationByHandleW", path);
    fault_out_data(&call, out, sizeof(*out));
    if (fault_enter(&call)) {
        call.hr = fs->ops->volume(fs->ctx, path, out);
    }
    return fault_leave(&call);
}

const struct plat_fs_ops wrap_fault_fs_ops = {
    .full_path = fault_fs_full_path,
    .info = fault_fs_info,
    .create_directory = fault_fs_create_directory,
    .remove_directory = fault_fs_remove_directory,
    .remove_file = fault_fs_remove_file,
    .move = fault_fs_move,
    .create_symlink = fault_fs_create_symlink,
    .read_symlink = fault_fs_read_symlink,
    .list = fault_fs_list,
    .streams = fault_fs_streams,
    .open = fault_fs_open,
    .read = fault_fs_read,
    .write = fault_fs_write,
    .seek = fault_fs_seek,
    .flush = fault_fs_flush,
    .close = fault_fs_close,
    .set_attributes = fault_fs_set_attributes,
    .security = fault_fs_security,
    .set_security = fault_fs_set_security,
    .volume = fault_fs_volume,
};
