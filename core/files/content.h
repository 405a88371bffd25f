/* Whole files: read at once, and replaced so that a crash leaves the old content or the new one. Errors
 * read as Go's: "open <path>: <Windows' words>"; err->hresult tells which it was. */
#ifndef WCD_FILES_CONTENT_H
#define WCD_FILES_CONTENT_H

#include "core/base/buf.h"
#include "core/base/error.h"
#include "core/platform/platform.h"

/* Appends the content to `out`, whose own maximum is the limit: a larger file is an error (WCD_E_PLAIN). A
 * file that is not there is an error too; see wcd_os_is_missing(). */
enum wcd_errc wcd_files_read(const struct platform *platform, const char *path, struct wcd_buf *out,
                             struct wcd_error *err);

/* Writes <path>.tmp, flushes it, and moves it over `path`. On failure what stood there is untouched. */
enum wcd_errc wcd_files_replace(const struct platform *platform, const char *path, const void *data,
                                size_t size, struct wcd_error *err);

/* Writes a file that nobody else looks at yet: no temporary name, but flushed all the same. */
enum wcd_errc wcd_files_write(const struct platform *platform, const char *path, const void *data,
                              size_t size, struct wcd_error *err);

/* os.Rename: "rename <from> <to>: <Windows' words>". Written through. */
enum wcd_errc wcd_files_rename(const struct platform *platform, const char *from, const char *to,
                               struct wcd_error *err);

#endif
