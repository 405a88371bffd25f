/* Whole files: read and written as Go's os.ReadFile and os.WriteFile do, or replaced so that a crash leaves
 * the old content or the new one. Errors read "open <path>: <Windows' words>", "read <path>: ..." or
 * "write <path>: ..."; a path with a NUL in it is Go's "invalid argument". err->hresult tells which error
 * it was. */
#ifndef WCD_FILES_CONTENT_H
#define WCD_FILES_CONTENT_H

#include "core/base/error.h"
#include "core/platform/platform.h"

/* The caller frees *data, which holds *size bytes and a NUL behind them. A file of more than bytes_max bytes
 * is an error. A folder opens and cannot be read: ERROR_INVALID_FUNCTION, as on Windows. */
enum wcd_errc wcd_files_read(const struct platform *platform, const char *path, size_t bytes_max,
                             char **data, size_t *size, struct wcd_error *err);

/* Of a file that its owner may write. */
#define WCD_FILES_MODE 0600u

/* Makes or empties the file, and has it on disk before it answers. `mode` are UNIX permissions: a file without
 * 0200 becomes read-only. */
enum wcd_errc wcd_files_write(const struct platform *platform, const char *path, const void *data,
                              size_t size, uint32_t mode, struct wcd_error *err);

/* Writes <path>.tmp and moves it over `path`. On failure what stood there is untouched. */
enum wcd_errc wcd_files_replace(const struct platform *platform, const char *path, const void *data,
                                size_t size, struct wcd_error *err);

/* os.Rename: "rename <from> <to>: <Windows' words>". Written through. */
enum wcd_errc wcd_files_rename(const struct platform *platform, const char *from, const char *to,
                               struct wcd_error *err);

/* Bytes as text of the core: a NUL becomes WCD_TEXT_NUL, and each byte that is no UTF-8 becomes U+FFFD, as
 * Go's JSON encoder would write it. NULL without memory. */
char *wcd_files_as_text(const char *data, size_t size);

#endif
