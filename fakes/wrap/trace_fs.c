/* Tracing of the file system's calls. */
#include "fakes/wrap/trace_internal.h"

#define FS_KERNEL            "kernel32.dll"
#define FS_SECURITY          "advapi32.dll"
#define FS_SHARE_READ        1u
#define FS_FILE_BEGIN        0u
#define FS_LINK_TO_DIRECTORY 1u          /* SYMBOLIC_LINK_FLAG_DIRECTORY */
#define FS_GET_REPARSE_POINT 0x000900A8u /* FSCTL_GET_REPARSE_POINT */

static plat_hr trace_fs_full_path(void *ctx, const char *path, char **out)
{
    struct wrap_trace *trace = ctx;
    const struct plat_fs *fs = &trace->below.fs;
    struct wrap_call call = wrap_begin(trace, FS_KERNEL, "GetFullPathNameW");
    wrap_arg_text(&call, "lpFileName", path);
    plat_hr hr = fs->ops->full_path(fs->ctx, path, out);
    if (plat_succeeded(hr)) {
        wrap_result_text(&call, "lpBuffer", *out);
    }
    return wrap_end(&call, hr);
}

static plat_hr trace_fs_info(void *ctx, const char *path, struct plat_file_info *out)
{
    struct wrap_trace *trace = ctx;
    const struct plat_fs *fs = &trace->below.fs;
    struct wrap_call call = wrap_begin(trace, FS_KERNEL, "GetFileAttributesExW");
    wrap_arg_text(&call, "lpFileName", path);
    plat_hr hr = fs->ops->info(fs->ctx, path, out);
    if (plat_succeeded(hr)) {
        wrap_result_number(&call, "dwFileAttributes", out->attributes);
        wrap_result_number(&call, "nFileSize", out->size_bytes);
        wrap_result_number(&call, "ftCreationTime", out->created_100ns);
        wrap_result_number(&call, "ftLastWriteTime", out->written_100ns);
    }
    return wrap_end(&call, hr);
}

static plat_hr trace_fs_create_directory(void *ctx, const char *path, const char *sddl)
{
    struct wrap_trace *trace = ctx;
    const struct plat_fs *fs = &trace->below.fs;
    struct wrap_call call = wrap_begin(trace, FS_KERNEL, "CreateDirectoryW");
    wrap_arg_text(&call, "lpPathName", path);
    wrap_arg_text(&call, "lpSecurityAttributes", sddl);
    return wrap_end(&call, fs->ops->create_directory(fs->ctx, path, sddl));
}

static plat_hr trace_fs_remove_directory(void *ctx, const char *path)
{
    struct wrap_trace *trace = ctx;
    const struct plat_fs *fs = &trace->below.fs;
    struct wrap_call call = wrap_begin(trace, FS_KERNEL, "RemoveDirectoryW");
    wrap_arg_text(&call, "lpPathName", path);
    return wrap_end(&call, fs->ops->remove_directory(fs->ctx, path));
}

static plat_hr trace_fs_remove_file(void *ctx, const char *path)
{
    struct wrap_trace *trace = ctx;
    const struct plat_fs *fs = &trace->below.fs;
    struct wrap_call call = wrap_begin(trace, FS_KERNEL, "DeleteFileW");
    wrap_arg_text(&call, "lpFileName", path);
    return wrap_end(&call, fs->ops->remove_file(fs->ctx, path));
}

static plat_hr trace_fs_move(void *ctx, const char *from, const char *to, uint32_t flags)
{
    struct wrap_trace *trace = ctx;
    const struct plat_fs *fs = &trace->below.fs;
    struct wrap_call call = wrap_begin(trace, FS_KERNEL, "MoveFileExW");
    wrap_arg_text(&call, "lpExistingFileName", from);
    wrap_arg_text(&call, "lpNewFileName", to);
    wrap_arg_number(&call, "dwFlags", flags);
    return wrap_end(&call, fs->ops->move(fs->ctx, from, to, flags));
}

static plat_hr trace_fs_create_symlink(void *ctx, const char *path, const char *target,
                                       bool directory)
{
    struct wrap_trace *trace = ctx;
    const struct plat_fs *fs = &trace->below.fs;
    struct wrap_call call = wrap_begin(trace, FS_KERNEL, "CreateSymbolicLinkW");
    wrap_arg_text(&call, "lpSymlinkFileName", path);
    wrap_arg_text(&call, "lpTargetFileName", target);
    wrap_arg_number(&call, "dwFlags", directory ? FS_LINK_TO_DIRECTORY : 0);
    return wrap_end(&call, fs->ops->create_symlink(fs->ctx, path, target, directory));
}

static plat_hr trace_fs_read_symlink(void *ctx, const char *path, char **target)
{
    struct wrap_trace *trace = ctx;
    const struct plat_fs *fs = &trace->below.fs;
    struct wrap_call call = wrap_begin(trace, FS_KERNEL, "DeviceIoControl");
    wrap_arg_text(&call, "hDevice", path);
    wrap_arg_number(&call, "dwIoControlCode", FS_GET_REPARSE_POINT);
    plat_hr hr = fs->ops->read_symlink(fs->ctx, path, target);
    if (plat_succeeded(hr)) {
        wrap_result_text(&call, "target", *target);
    }
    return wrap_end(&call, hr);
}

static struct wcd_json *trace_fs_names(const struct plat_dir_list *list)
{
    struct wcd_json *names = wcd_json_new_array();
    for (size_t i = 0; i < list->count && names != NULL; i++) {
        if (!wcd_json_append(names, wcd_json_new_string(list->entries[i].name))) {
            wcd_json_free(names);
            names = NULL;
        }
    }
    return names;
}

static plat_hr trace_fs_list(void *ctx, const char *path, struct plat_dir_list *out)
{
    struct wrap_trace *trace = ctx;
    const struct plat_fs *fs = &trace->below.fs;
    struct wrap_call call = wrap_begin(trace, FS_KERNEL, "FindFirstFileExW");
    wrap_arg_text(&call, "lpFileName", path);
    plat_hr hr = fs->ops->list(fs->ctx, path, out);
    if (plat_succeeded(hr)) {
        wrap_result(&call, "names", trace_fs_names(out));
    }
    return wrap_end(&call, hr);
}

static struct wcd_json *trace_fs_stream_list(const struct plat_stream_list *list)
{
    struct wcd_json *streams = wcd_json_new_array();
    for (size_t i = 0; i < list->count && streams != NULL; i++) {
        struct wcd_json *stream = wcd_json_new_object();
        bool done = stream != NULL && wcd_json_set_string(stream, "name", list->entries[i].name) &&
                    wcd_json_set(stream, "size", wcd_json_new_uint64(list->entries[i].size_bytes));
        if (!done) {
            wcd_json_free(stream);
            stream = NULL;
        }
        if (!wcd_json_append(streams, stream)) {
            wcd_json_free(streams);
            streams = NULL;
        }
    }
    return streams;
}

static plat_hr trace_fs_streams(void *ctx, const char *path, struct plat_stream_list *out)
{
    struct wrap_trace *trace = ctx;
    const struct plat_fs *fs = &trace->below.fs;
    struct wrap_call call = wrap_begin(trace, FS_KERNEL, "FindFirstStreamW");
    wrap_arg_text(&call, "lpFileName", path);
    plat_hr hr = fs->ops->streams(fs->ctx, path, out);
    if (plat_succeeded(hr)) {
        wrap_result(&call, "streams", trace_fs_stream_list(out));
    }
    return wrap_end(&call, hr);
}

static plat_hr trace_fs_open(void *ctx, const char *path, uint32_t access,
                             enum plat_file_disposition disposition, plat_handle *out)
{
    struct wrap_trace *trace = ctx;
    const struct plat_fs *fs = &trace->below.fs;
    struct wrap_call call = wrap_begin(trace, FS_KERNEL, "CreateFileW");
    wrap_arg_text(&call, "lpFileName", path);
    wrap_arg_number(&call, "dwDesiredAccess", access);
    wrap_arg_number(&call, "dwShareMode", FS_SHARE_READ);
    wrap_arg_number(&call, "dwCreationDisposition", (uint64_t)disposition);
    plat_hr hr = fs->ops->open(fs->ctx, path, access, disposition, out);
    if (plat_succeeded(hr)) {
        wrap_result_number(&call, "handle", *out);
    }
    return wrap_end(&call, hr);
}

static plat_hr trace_fs_read(void *ctx, plat_handle file, void *data, size_t size, size_t *got)
{
    struct wrap_trace *trace = ctx;
    const struct plat_fs *fs = &trace->below.fs;
    struct wrap_call call = wrap_begin(trace, FS_KERNEL, "ReadFile");
    wrap_arg_number(&call, "hFile", file);
    wrap_arg_number(&call, "nNumberOfBytesToRead", size);
    plat_hr hr = fs->ops->read(fs->ctx, file, data, size, got);
    if (plat_succeeded(hr)) {
        wrap_result_number(&call, "nNumberOfBytesRead", *got);
        struct wcd_json *content = wrap_content(data, *got);
        if (content != NULL) {
            wrap_result(&call, "lpBuffer", content);
        }
    }
    return wrap_end(&call, hr);
}

static plat_hr trace_fs_write(void *ctx, plat_handle file, const void *data, size_t size)
{
    struct wrap_trace *trace = ctx;
    const struct plat_fs *fs = &trace->below.fs;
    struct wrap_call call = wrap_begin(trace, FS_KERNEL, "WriteFile");
    wrap_arg_number(&call, "hFile", file);
    wrap_arg_number(&call, "nNumberOfBytesToWrite", size);
    struct wcd_json *content = wrap_content(data, size);
    if (content != NULL) {
        wrap_arg(&call, "lpBuffer", content);
    }
    return wrap_end(&call, fs->ops->write(fs->ctx, file, data, size));
}

static plat_hr trace_fs_seek(void *ctx, plat_handle file, uint64_t offset)
{
    struct wrap_trace *trace = ctx;
    const struct plat_fs *fs = &trace->below.fs;
    struct wrap_call call = wrap_begin(trace, FS_KERNEL, "SetFilePointerEx");
    wrap_arg_number(&call, "hFile", file);
    wrap_arg_number(&call, "liDistanceToMove", offset);
    wrap_arg_number(&call, "dwMoveMethod", FS_FILE_BEGIN);
    return wrap_end(&call, fs->ops->seek(fs->ctx, file, offset));
}

static plat_hr trace_fs_flush(void *ctx, plat_handle file)
{
    struct wrap_trace *trace = ctx;
    const struct plat_fs *fs = &trace->below.fs;
    struct wrap_call call = wrap_begin(trace, FS_KERNEL, "FlushFileBuffers");
    wrap_arg_number(&call, "hFile", file);
    return wrap_end(&call, fs->ops->flush(fs->ctx, file));
}

static plat_hr trace_fs_close(void *ctx, plat_handle file)
{
    struct wrap_trace *trace = ctx;
    const struct plat_fs *fs = &trace->below.fs;
    struct wrap_call call = wrap_begin(trace, FS_KERNEL, "CloseHandle");
    wrap_arg_number(&call, "hObject", file);
    return wrap_end(&call, fs->ops->close(fs->ctx, file));
}

static plat_hr trace_fs_set_attributes(void *ctx, const char *path, uint32_t attributes)
{
    struct wrap_trace *trace = ctx;
    const struct plat_fs *fs = &trace->below.fs;
    struct wrap_call call = wrap_begin(trace, FS_KERNEL, "SetFileAttributesW");
    wrap_arg_text(&call, "lpFileName", path);
    wrap_arg_number(&call, "dwFileAttributes", attributes);
    return wrap_end(&call, fs->ops->set_attributes(fs->ctx, path, attributes));
}

static plat_hr trace_fs_security(void *ctx, const char *path, char **sddl)
{
    struct wrap_trace *trace = ctx;
    const struct plat_fs *fs = &trace->below.fs;
    struct wrap_call call = wrap_begin(trace, FS_SECURITY, "GetNamedSecurityInfoW");
    wrap_arg_text(&call, "pObjectName", path);
    plat_hr hr = fs->ops->security(fs->ctx, path, sddl);
    if (plat_succeeded(hr)) {
        wrap_result_text(&call, "sddl", *sddl);
    }
    return wrap_end(&call, hr);
}

static plat_hr trace_fs_set_security(void *ctx, const char *path, const char *sddl)
{
    struct wrap_trace *trace = ctx;
    const struct plat_fs *fs = &trace->below.fs;
    struct wrap_call call = wrap_begin(trace, FS_SECURITY, "SetNamedSecurityInfoW");
    wrap_arg_text(&call, "pObjectName", path);
    wrap_arg_text(&call, "sddl", sddl);
    return wrap_end(&call, fs->ops->set_security(fs->ctx, path, sddl));
}

static plat_hr trace_fs_volume(void *ctx, const char *path, struct plat_volume_info *out)
{
    struct wrap_trace *trace = ctx;
    const struct plat_fs *fs = &trace->below.fs;
    struct wrap_call call = wrap_begin(trace, FS_KERNEL, "GetVolumeInformationByHandleW");
    wrap_arg_text(&call, "path", path);
    plat_hr hr = fs->ops->volume(fs->ctx, path, out);
    if (plat_succeeded(hr)) {
        wrap_result_text(&call, "lpFileSystemNameBuffer", out->file_system);
        wrap_result_number(&call, "dwVolumeSerialNumber", out->serial);
        wrap_result_number(&call, "dwFileSystemFlags", out->flags);
        wrap_result_number(&call, "ullTotalNumberOfBytes", out->bytes_total);
        wrap_result_number(&call, "ullTotalNumberOfFreeBytes", out->bytes_free);
    }
    return wrap_end(&call, hr);
}

const struct plat_fs_ops wrap_trace_fs_ops = {
    .full_path = trace_fs_full_path,
    .info = trace_fs_info,
    .create_directory = trace_fs_create_directory,
    .remove_directory = trace_fs_remove_directory,
    .remove_file = trace_fs_remove_file,
    .move = trace_fs_move,
    .create_symlink = trace_fs_create_symlink,
    .read_symlink = trace_fs_read_symlink,
    .list = trace_fs_list,
    .streams = trace_fs_streams,
    .open = trace_fs_open,
    .read = trace_fs_read,
    .write = trace_fs_write,
    .seek = trace_fs_seek,
    .flush = trace_fs_flush,
    .close = trace_fs_close,
    .set_attributes = trace_fs_set_attributes,
    .security = trace_fs_security,
    .set_security = trace_fs_set_security,
    .volume = trace_fs_volume,
};
