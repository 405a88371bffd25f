/* Whole files; see content.h. */
#include "core/files/content.h"

#include "core/base/buf.h"
#include "core/base/limits.h"
#include "core/base/oserror.h"
#include "core/base/text.h"
#include "core/base/utf8.h"

#include <stdlib.h>
#include <string.h>

#define OP_OPEN       "fs.open"
#define OP_READ       "fs.read"
#define OP_WRITE      "fs.write"
#define MODE_WRITABLE 0200u
#define CHUNK_BYTES   4096u

static enum wcd_errc path_error(const struct platform *platform, const char *op, plat_hr hr,
                                const char *verb, const char *path, struct wcd_error *err)
{
    return wcd_os_path_error(err, &platform->os, op, hr, verb, path);
}

static bool is_folder(const struct platform *platform, const char *path)
{
    struct plat_file_info info = {0};
    plat_hr hr = platform->fs.ops->info(platform->fs.ctx, path, &info);
    return plat_succeeded(hr) && (info.attributes & PLAT_FILE_DIRECTORY) != 0;
}

/* `missing` (NULL: that is an error) tells of a file that is not there; *out is no handle then. */
static enum wcd_errc open_file(const struct platform *platform, const char *path, bool write,
                               bool *missing, plat_handle *out, struct wcd_error *err)
{
    if (strstr(path, WCD_TEXT_NUL) != NULL) {
        return path_error(platform, OP_OPEN, WCD_GO_EINVAL, "open", path, err);
    }
    plat_hr hr = platform->fs.ops->open(platform->fs.ctx, path,
                                        write ? PLAT_GENERIC_WRITE : PLAT_GENERIC_READ,
                                        write ? PLAT_CREATE_ALWAYS : PLAT_OPEN_EXISTING, out);
    if (plat_succeeded(hr)) {
        return WCD_OK;
    }
    if (missing != NULL && wcd_os_is_missing(hr)) {
        *missing = true;
        return WCD_OK;
    }
    if (!write && hr == plat_hr_win32(PLAT_ERROR_ACCESS_DENIED) && is_folder(platform, path)) {
        return path_error(platform, OP_READ, plat_hr_win32(PLAT_ERROR_INVALID_FUNCTION), "read",
                          path, err);
    }
    return path_error(platform, OP_OPEN, hr, "open", path, err);
}

static enum wcd_errc read_all(const struct platform *platform, plat_handle file, const char *path,
                              size_t bytes_max, struct wcd_buf *buf, struct wcd_error *err)
{
    char chunk[CHUNK_BYTES];
    for (;;) {
        size_t got = 0;
        plat_hr hr = platform->fs.ops->read(platform->fs.ctx, file, chunk, sizeof(chunk), &got);
        if (plat_failed(hr)) {
            return path_error(platform, OP_READ, hr, "read", path, err);
        }
        if (got == 0) {
            return WCD_OK;
        }
        if (buf->len + got > bytes_max) {
            return wcd_error_set(err, WCD_E_PLAIN, "read %s: larger than %zu bytes", path,
                                 bytes_max);
        }
        wcd_buf_add(buf, chunk, got);
        if (buf->failed) {
            return wcd_error_no_memory(err);
        }
    }
}

/* Reads and closes an open file. */
static enum wcd_errc read_open(const struct platform *platform, plat_handle file, const char *path,
                               size_t bytes_max, char **data, size_t *size, struct wcd_error *err)
{
    struct wcd_buf buf;
    wcd_buf_init(&buf, WCD_BUF_BYTES_MAX);
    enum wcd_errc code = read_all(platform, file, path, bytes_max, &buf, err);
    /* Nothing was written: a handle that does not close cleanly takes no data with it. */
    (void)platform->fs.ops->close(platform->fs.ctx, file);
    size_t len = buf.len;
    char *text = code == WCD_OK ? wcd_buf_take(&buf) : NULL;
    wcd_buf_release(&buf);
    if (code == WCD_OK && text == NULL) {
        return wcd_error_no_memory(err);
    }
    *data = text;
    *size = code == WCD_OK ? len : 0;
    return code;
}

enum wcd_errc wcd_files_read(const struct platform *platform, const char *path, size_t bytes_max,
                             char **data, size_t *size, struct wcd_error *err)
{
    plat_handle file = PLAT_NO_HANDLE;
    enum wcd_errc code = open_file(platform, path, false, NULL, &file, err);
    return code == WCD_OK ? read_open(platform, file, path, bytes_max, data, size, err) : code;
}

enum wcd_errc wcd_files_read_if_there(const struct platform *platform, const char *path,
                                      size_t bytes_max, char **data, size_t *size,
                                      struct wcd_error *err)
{
    plat_handle file = PLAT_NO_HANDLE;
    bool missing = false;
    *data = NULL;
    *size = 0;
    enum wcd_errc code = open_file(platform, path, false, &missing, &file, err);
    return code == WCD_OK && !missing ? read_open(platform, file, path, bytes_max, data, size, err)
                                      : code;
}

enum wcd_errc wcd_files_write(const struct platform *platform, const char *path, const void *data,
                              size_t size, uint32_t mode, struct wcd_error *err)
{
    const struct plat_fs *fs = &platform->fs;
    plat_handle file = PLAT_NO_HANDLE;
    enum wcd_errc code = open_file(platform, path, true, NULL, &file, err);
    if (code != WCD_OK) {
        return code;
    }
    plat_hr hr = size == 0 ? PLAT_S_OK : fs->ops->write(fs->ctx, file, data, size);
    hr = plat_succeeded(hr) ? fs->ops->flush(fs->ctx, file) : hr;
    plat_hr closed = fs->ops->close(fs->ctx, file);
    hr = plat_failed(hr) ? hr : closed;
    if (plat_succeeded(hr) && (mode & MODE_WRITABLE) == 0) {
        hr = fs->ops->set_attributes(fs->ctx, path, PLAT_FILE_READONLY);
    }
    return plat_failed(hr) ? path_error(platform, OP_WRITE, hr, "write", path, err) : WCD_OK;
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
    enum wcd_errc code = wcd_files_write(platform, temporary, data, size, WCD_FILES_MODE, err);
    if (code == WCD_OK) {
        code = move(platform, temporary, path, PLAT_MOVE_REPLACE_EXISTING | PLAT_MOVE_WRITE_THROUGH,
                    err);
    }
    if (code != WCD_OK) {
        (void)platform->fs.ops->remove_file(platform->fs.ctx, temporary);
    }
    free(temporary);
    return code;
}

char *wcd_files_as_text(const char *data, size_t size)
{
    struct wcd_buf buf;
    wcd_buf_init(&buf, WCD_BUF_BYTES_MAX);
    for (size_t at = 0; at < size;) {
        uint32_t code_point = 0;
        char bytes[WCD_UTF8_BYTES_MAX];
        at += wcd_utf8_decode(data + at, size - at, &code_point);
        if (code_point == 0) {
            wcd_buf_text(&buf, WCD_TEXT_NUL);
        } else {
            wcd_buf_add(&buf, bytes, wcd_utf8_encode(code_point, bytes));
        }
    }
    return wcd_buf_take(&buf);
}
