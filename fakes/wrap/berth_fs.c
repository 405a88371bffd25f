/* The berth's file system: every path is one of the folder. */
#include "fakes/wrap/berth_internal.h"

#include <stdlib.h>

/* Computes only: no file is looked at, and a path that is relative has the machine's current folder. */
static plat_hr berth_full_path(void *ctx, const char *path, char **out)
{
    const struct plat_fs *fs = &((struct wrap_berth *)ctx)->below.fs;
    return fs->ops->full_path(fs->ctx, path, out);
}

static plat_hr berth_info(void *ctx, const char *path, struct plat_file_info *out)
{
    const struct wrap_berth *berth = ctx;
    const struct plat_fs *fs = &berth->below.fs;
    char *outside = NULL;
    plat_hr hr = berth_file(berth, path, &outside);
    if (plat_succeeded(hr)) {
        hr = fs->ops->info(fs->ctx, outside, out);
    }
    free(outside);
    return hr;
}

static plat_hr berth_create_directory(void *ctx, const char *path, const char *sddl)
{
    const struct wrap_berth *berth = ctx;
    const struct plat_fs *fs = &berth->below.fs;
    char *outside = NULL;
    plat_hr hr = berth_file(berth, path, &outside);
    if (plat_succeeded(hr)) {
        hr = fs->ops->create_directory(fs->ctx, outside, sddl);
    }
    free(outside);
    return hr;
}

static plat_hr berth_remove_directory(void *ctx, const char *path)
{
    const struct wrap_berth *berth = ctx;
    const struct plat_fs *fs = &berth->below.fs;
    char *outside = NULL;
    plat_hr hr = berth_file(berth, path, &outside);
    if (plat_succeeded(hr)) {
        hr = fs->ops->remove_directory(fs->ctx, outside);
    }
    free(outside);
    return hr;
}

static plat_hr berth_remove_file(void *ctx, const char *path)
{
    const struct wrap_berth *berth = ctx;
    const struct plat_fs *fs = &berth->below.fs;
    char *outside = NULL;
    plat_hr hr = berth_file(berth, path, &outside);
    if (plat_succeeded(hr)) {
        hr = fs->ops->remove_file(fs->ctx, outside);
    }
    free(outside);
    return hr;
}

static plat_hr berth_list(void *ctx, const char *path, struct plat_dir_list *out)
{
    const struct wrap_berth *berth = ctx;
    const struct plat_fs *fs = &berth->below.fs;
    char *outside = NULL;
    plat_hr hr = berth_file(berth, path, &outside);
    *out = (struct plat_dir_list){0};
    if (plat_succeeded(hr)) {
        hr = fs->ops->list(fs->ctx, outside, out);
    }
    free(outside);
    return hr;
}

static plat_hr berth_streams(void *ctx, const char *path, struct plat_stream_list *out)
{
    const struct wrap_berth *berth = ctx;
    const struct plat_fs *fs = &berth->below.fs;
    char *outside = NULL;
    plat_hr hr = berth_file(berth, path, &outside);
    *out = (struct plat_stream_list){0};
    if (plat_succeeded(hr)) {
        hr = fs->ops->streams(fs->ctx, outside, out);
    }
    free(outside);
    return hr;
}

static plat_hr berth_set_attributes(void *ctx, const char *path, uint32_t attributes)
{
    const struct wrap_berth *berth = ctx;
    const struct plat_fs *fs = &berth->below.fs;
    char *outside = NULL;
    plat_hr hr = berth_file(berth, path, &outside);
    if (plat_succeeded(hr)) {
        hr = fs->ops->set_attributes(fs->ctx, outside, attributes);
    }
    free(outside);
    return hr;
}

static plat_hr berth_security(void *ctx, const char *path, char **sddl)
{
    const struct wrap_berth *berth = ctx;
    const struct plat_fs *fs = &berth->below.fs;
    char *outside = NULL;
    plat_hr hr = berth_file(berth, path, &outside);
    *sddl = NULL;
    if (plat_succeeded(hr)) {
        hr = fs->ops->security(fs->ctx, outside, sddl);
    }
    free(outside);
    return hr;
}

static plat_hr berth_set_security(void *ctx, const char *path, const char *sddl)
{
    const struct wrap_berth *berth = ctx;
    const struct plat_fs *fs = &berth->below.fs;
    char *outside = NULL;
    plat_hr hr = berth_file(berth, path, &outside);
    if (plat_succeeded(hr)) {
        hr = fs->ops->set_security(fs->ctx, outside, sddl);
    }
    free(outside);
    return hr;
}

static plat_hr berth_volume(void *ctx, const char *path, struct plat_volume_info *out)
{
    const struct wrap_berth *berth = ctx;
    const struct plat_fs *fs = &berth->below.fs;
    char *outside = NULL;
    plat_hr hr = berth_file(berth, path, &outside);
    if (plat_succeeded(hr)) {
        hr = fs->ops->volume(fs->ctx, outside, out);
    }
    free(outside);
    return hr;
}

static plat_hr berth_move(void *ctx, const char *from, const char *to, uint32_t flags)
{
    const struct wrap_berth *berth = ctx;
    const struct plat_fs *fs = &berth->below.fs;
    char *source = NULL;
    char *target = NULL;
    plat_hr hr = berth_file(berth, from, &source);
    hr = plat_succeeded(hr) ? berth_file(berth, to, &target) : hr;
    hr = plat_succeeded(hr) ? fs->ops->move(fs->ctx, source, target, flags) : hr;
    free(target);
    free(source);
    return hr;
}

static plat_hr berth_create_symlink(void *ctx, const char *path, const char *target, bool directory)
{
    const struct wrap_berth *berth = ctx;
    const struct plat_fs *fs = &berth->below.fs;
    char *outside = NULL;
    char *leads = NULL;
    plat_hr hr = berth_file(berth, path, &outside);
    hr = plat_succeeded(hr) ? berth_name(berth, target, &leads) : hr;
    hr = plat_succeeded(hr) ? fs->ops->create_symlink(fs->ctx, outside, leads, directory) : hr;
    free(leads);
    free(outside);
    return hr;
}

static plat_hr berth_read_symlink(void *ctx, const char *path, char **target)
{
    const struct wrap_berth *berth = ctx;
    const struct plat_fs *fs = &berth->below.fs;
    char *outside = NULL;
    plat_hr hr = berth_file(berth, path, &outside);
    char *leads = NULL;
    *target = NULL;
    if (plat_succeeded(hr)) {
        hr = fs->ops->read_symlink(fs->ctx, outside, &leads);
    }
    if (plat_succeeded(hr)) {
        *target = wrap_berth_inside(berth, leads);
        hr = *target == NULL ? PLAT_E_OUTOFMEMORY : hr;
    }
    free(leads);
    free(outside);
    return hr;
}

static plat_hr berth_open(void *ctx, const char *path, uint32_t access,
                          enum plat_file_disposition disposition, plat_handle *out)
{
    const struct wrap_berth *berth = ctx;
    const struct plat_fs *fs = &berth->below.fs;
    char *outside = NULL;
    plat_hr hr = berth_file(berth, path, &outside);
    *out = PLAT_NO_HANDLE;
    if (plat_succeeded(hr)) {
        hr = fs->ops->open(fs->ctx, outside, access, disposition, out);
    }
    free(outside);
    return hr;
}

static plat_hr berth_read(void *ctx, plat_handle file, void *data, size_t size, size_t *got)
{
    const struct plat_fs *fs = &((struct wrap_berth *)ctx)->below.fs;
    return fs->ops->read(fs->ctx, file, data, size, got);
}

static plat_hr berth_write(void *ctx, plat_handle file, const void *data, size_t size)
{
    const struct plat_fs *fs = &((struct wrap_berth *)ctx)->below.fs;
    return fs->ops->write(fs->ctx, file, data, size);
}

static plat_hr berth_seek(void *ctx, plat_handle file, uint64_t offset)
{
    const struct plat_fs *fs = &((struct wrap_berth *)ctx)->below.fs;
    return fs->ops->seek(fs->ctx, file, offset);
}

static plat_hr berth_flush(void *ctx, plat_handle file)
{
    const struct plat_fs *fs = &((struct wrap_berth *)ctx)->below.fs;
    return fs->ops->flush(fs->ctx, file);
}

static plat_hr berth_close(void *ctx, plat_handle file)
{
    const struct plat_fs *fs = &((struct wrap_berth *)ctx)->below.fs;
    return fs->ops->close(fs->ctx, file);
}

const struct plat_fs_ops wrap_berth_fs_ops = {
    .full_path = berth_full_path,
    .info = berth_info,
    .create_directory = berth_create_directory,
    .remove_directory = berth_remove_directory,
    .remove_file = berth_remove_file,
    .move = berth_move,
    .create_symlink = berth_create_symlink,
    .read_symlink = berth_read_symlink,
    .list = berth_list,
    .streams = berth_streams,
    .open = berth_open,
    .read = berth_read,
    .write = berth_write,
    .seek = berth_seek,
    .flush = berth_flush,
    .close = berth_close,
    .set_attributes = berth_set_attributes,
    .security = berth_security,
    .set_security = berth_set_security,
    .volume = berth_volume,
};
