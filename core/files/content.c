/* Whole files; see content.h. */
#include "core/files/content.h"

#include "core/base/oserror.h"
#include "core/base/text.h"

#include <stdlib.h>

#define READ_BYTES ((size_t)4096)

static enum wcd_errc read_blocks(const struct platform *platform, plat_handle file,
                                 const char *path, struct wcd_buf *out, struct wcd_error *err)
{
    char block[READ_BYTES];
    for (;;) {
        size_t got = 0;
        plat_hr hr = platform->fs.ops->read(platform->fs.ctx, file, block, sizeof(block), &got);
        if (plat_failed(hr)) {
            return wcd_os_path_error(err, &platform->os, "fs.read", hr, "read", path);
        }
        if (got == 0) {
            return WCD_OK;
        }
        if (got > out->bytes_max - out->len) {
            return wcd_error_set(err, WCD_E_PLAIN, "read %s: larger than %zu bytes", path,
                                 out->bytes_max);
        }
        wcd_buf_add(out, block, got);
        if (out->failed) {
            return wcd_error_no_memory(err);
        }
    }
}

enum wcd_errc wcd_files_read(const struct platform *platform, const char *path, struct wcd_buf *out,
                             struct wcd_error *err)
{
    plat_handle file = PLAT_NO_HANDLE;
    plat_hr hr = platform->fs.ops->open(platform->fs.ctx, path, PLAT_GENERIC_READ,
                                        PLAT_OPEN_EXISTING, &file);
    if (plat_failed(hr)) {
        return wcd_os_path_error(err, &platform->os, "fs.open", hr, "open", path);
    }
    enum wcd_errc code = read_blocks(platform, file, path, out, err);
    /* Nothing was written: a handle that does not close cleanly takes no data with it. */
    (void)platform->fs.ops->close(platform->fs.ctx, file);
    return code;
}

enum wcd_errc wcd_files_write(const struct platform *platform, const char *path, const void *data,
                              size_t size, struct wcd_error *err)
{
    const struct plat_fs *fs = &platform->fs;
    plat_handle file = PLAT_NO_HANDLE;
    plat_hr hr = fs->ops->open(fs->ctx, path, PLAT_GENERIC_WRITE, PLAT_CREATE_ALWAYS, &file);
    if (plat_failed(hr)) {
        return wcd_os_path_error(err, &platform->os, "fs.open", hr, "open", path);
    }
    hr = size == 0 ? PLAT_S_OK : fs->ops->write(fs->ctx, file, data, size);
    if (plat_succeeded(hr)) {
        hr = fs->ops->flush(fs->ctx, file);
    }
    plat_hr closed = fs->ops->close(fs->ctx, file);
    hr = plat_succeeded(hr) ? closed : hr;
    if (plat_succeeded(hr)) {
        return WCD_OK;
    }
    (void)fs->ops->remove_file(fs->ctx, path);
    return wcd_os_path_error(err, &platform->os, "fs.write", hr, "write", path);
}

static enum wcd_errc move(const struct platform *platform, const char *from, const char *to,
                          uint32_t flags, struct wcd_error *err)
{
    plat_hr hr = platform->fs.ops->move(platform->fs.ctx, from, to, flags);
    if (plat_succeeded(hr)) {
        return WCD_OK;
    }
    char *what = wcd_text_format("rename %s %s", from, to);
    if (what == NULL) {
        return wcd_error_no_memory(err);
    }
    enum wcd_errc code = wcd_os_error(err, &platform->os, "fs.move", hr, what);
    free(what);
    return code;
}

enum wcd_errc wcd_files_rename(const struct platform *platform, const char *from, const char *to,
                               struct wcd_error *err)
{
    return move(platform, from, to, PLAT_MOVE_WRITE_THROUGH, err);
}

enum wcd_errc wcd_files_replace(const struct platform *platform, const char *path, const void *data,
                                size_t size, struct wcd_error *err)
{
    char *temporary = wcd_text_format("%s.tmp", path);
    if (temporary == NULL) {
        return wcd_error_no_memory(err);
    }
    enum wcd_errc code = wcd_files_write(platform, temporary, data, size, err);
    if (code == WCD_OK) {
        code = move(platform, temporary, path,
                    PLAT_MOVE_REPLACE_EXISTING | PLAT_MOVE_WRITE_THROUGH, err);
        if (code != WCD_OK) {
            (void)platform->fs.ops->remove_file(platform->fs.ctx, temporary);
        }
    }
    free(temporary);
    return code;
}
