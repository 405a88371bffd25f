/* Writing a container's log; see log.h. Reading is in log_read.c. */
#include "core/container/log.h"

#include "core/base/buf.h"
#include "core/base/gotime.h"
#include "core/base/limits.h"
#include "core/base/oserror.h"
#include "core/base/text.h"
#include "core/container/log_internal.h"
#include "core/files/content.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

struct stream {
    char *line; /* of an end that is still to come; NULL: nothing */
    size_t len;
    uint64_t partial_100ns; /* the time of the entries before of the same line; 0: none */
};

struct wcd_container_log {
    const struct platform *platform;
    const struct wcd_log_sink *log;
    char *path;
    int64_t bytes_max; /* of a file; 0: no limit */
    int64_t files_max;
    struct stream streams[2]; /* output and error output */
};

/* ---- sizes ---- */

enum wcd_errc wcd_size_parse(const char *text, int64_t *bytes, struct wcd_error *err)
{
    static const char units[] = "kmgtp";
    char *end = NULL;
    errno = 0;
    double number = strtod(text, &end);
    bool ok = end != text && errno == 0 && number >= 0 && isdigit((unsigned char)text[0]) != 0;
    end += ok && *end == ' ' ? 1 : 0;
    const char *unit = ok && *end != '\0' ? strchr(units, tolower((unsigned char)*end)) : NULL;
    if (ok && unit != NULL && *unit != '\0') {
        for (ptrdiff_t i = 0; i <= unit - units; i++) {
            number *= 1000;
        }
        end++;
    }
    if (ok && (*end == 'b' || *end == 'B')) {
        end++;
    }
    if (!ok || *end != '\0' || number > (double)(INT64_MAX / 2)) {
        return wcd_error_set(err, WCD_E_PLAIN, "invalid size: '%s'", text);
    }
    *bytes = (int64_t)number;
    return WCD_OK;
}

/* ---- opening ---- */

static const char *option_of(const struct wcd_json *options, const char *name)
{
    const struct wcd_json *value = wcd_json_get(options, name);
    return wcd_json_is(value, WCD_JSON_STRING) ? wcd_json_string(value) : NULL;
}

static enum wcd_errc read_options(struct wcd_container_log *log, const struct wcd_json *options,
                                  struct wcd_error *err)
{
    const char *size = option_of(options, "max-size");
    const char *files = option_of(options, "max-file");
    enum wcd_errc code = WCD_OK;
    log->files_max = 1;
    if (size != NULL) {
        code = wcd_size_parse(size, &log->bytes_max, err);
    }
    if (code != WCD_OK || files == NULL) {
        return code;
    }
    char *end = NULL;
    errno = 0;
    long number = strtol(files, &end, 10);
    if (errno != 0 || end == files || *end != '\0') {
        return wcd_error_set(err, WCD_E_PLAIN, "strconv.Atoi: parsing \"%s\": invalid syntax",
                             files);
    }
    if (number < 1 || number > LOG_FILES_MAX) {
        return number < 1 ? wcd_error_set(err, WCD_E_PLAIN, "max-file cannot be less than 1")
                          : wcd_error_set(err, WCD_E_PLAIN, "max-file cannot be more than %d",
                                          LOG_FILES_MAX);
    }
    log->files_max = number;
    return WCD_OK;
}

enum wcd_errc wcd_container_log_open(struct wcd_container_log **out,
                                     const struct platform *platform, const char *path,
                                     const struct wcd_json *options,
                                     const struct wcd_log_sink *sink, struct wcd_error *err)
{
    struct wcd_container_log *log = calloc(1, sizeof(*log));
    if (log == NULL) {
        return wcd_error_no_memory(err);
    }
    log->platform = platform;
    log->log = sink;
    enum wcd_errc code = read_options(log, options, err);
    if (code == WCD_OK) {
        log->path = wcd_text_copy(path);
        code = log->path == NULL ? wcd_error_no_memory(err) : WCD_OK;
    }
    if (code != WCD_OK) {
        free(log);
        return code;
    }
    *out = log;
    return WCD_OK;
}

/* ---- files ---- */

char *log_file_name(const char *path, int64_t number)
{
    return number == 0 ? wcd_text_copy(path) : wcd_text_format("%s.%lld", path, (long long)number);
}

static bool move(const struct wcd_container_log *log, int64_t from)
{
    const struct plat_fs *fs = &log->platform->fs;
    char *old = log_file_name(log->path, from);
    char *name = log_file_name(log->path, from + 1);
    plat_hr hr = old == NULL || name == NULL
                     ? PLAT_E_OUTOFMEMORY
                     : fs->ops->move(fs->ctx, old, name, PLAT_MOVE_REPLACE_EXISTING);
    free(old);
    free(name);
    return plat_succeeded(hr) || wcd_os_is_missing(hr);
}

/* The file becomes number 1, number 1 number 2, and so on; with one file it begins again. */
static bool turn_over(const struct wcd_container_log *log)
{
    const struct plat_fs *fs = &log->platform->fs;
    bool ok = true;
    if (log->files_max == 1) {
        return plat_succeeded(fs->ops->remove_file(fs->ctx, log->path));
    }
    for (int64_t i = log->files_max - 2; ok && i >= 0; i--) {
        ok = move(log, i);
    }
    return ok;
}

static void complain(const struct wcd_container_log *log, plat_hr hr)
{
    char *words = wcd_os_error_text(&log->platform->os, hr);
    wcd_log(log->log, WCD_LOG_ERROR, "Failed to log msg for logger json-file: write %s: %s",
            log->path, words == NULL ? "out of memory" : words);
    free(words);
}

/* Adds to the end of the file. */
static void append(const struct wcd_container_log *log, const char *text, size_t size)
{
    const struct plat_fs *fs = &log->platform->fs;
    struct plat_file_info info = {0};
    plat_handle file = PLAT_NO_HANDLE;
    plat_hr hr = fs->ops->info(fs->ctx, log->path, &info);
    info.size_bytes = plat_succeeded(hr) ? info.size_bytes : 0;
    if (log->bytes_max > 0 && info.size_bytes >= (uint64_t)log->bytes_max && turn_over(log)) {
        info.size_bytes = 0;
    }
    hr = fs->ops->open(fs->ctx, log->path, PLAT_GENERIC_WRITE, PLAT_OPEN_ALWAYS, &file);
    if (plat_succeeded(hr)) {
        hr = fs->ops->seek(fs->ctx, file, info.size_bytes);
        hr = plat_succeeded(hr) ? fs->ops->write(fs->ctx, file, text, size) : hr;
        (void)fs->ops->close(fs->ctx, file);
    }
    if (plat_failed(hr)) {
        complain(log, hr);
    }
}

/* ---- entries ---- */

/* The text of an entry as Go's encoder would have it; NULL without memory. */
static char *entry_text(const char *line, size_t size, bool partial, bool error_stream,
                        uint64_t time_100ns)
{
    char time[WCD_TIME_BYTES];
    char *text = wcd_files_as_text(line, size);
    char *ended = text == NULL ? NULL : wcd_text_format("%s%s", text, partial ? "" : "\n");
    struct wcd_json *entry = wcd_json_new_object();
    char *out = NULL;
    wcd_time_print(time_100ns, time);
    if (ended != NULL && entry != NULL && wcd_json_set_string(entry, "log", ended) &&
        wcd_json_set_string(entry, "stream", error_stream ? "stderr" : "stdout") &&
        wcd_json_set_string(entry, "time", time)) {
        out = wcd_json_print(entry);
    }
    wcd_json_free(entry);
    free(ended);
    free(text);
    return out;
}

static void add_entry(struct wcd_container_log *log, struct wcd_buf *buf, bool error_stream,
                      const char *line, size_t size, bool partial)
{
    const struct plat_clock *clock = &log->platform->clock;
    struct stream *stream = &log->streams[error_stream ? 1 : 0];
    uint64_t time = stream->partial_100ns;
    if (time == 0) {
        time = clock->ops->wall_100ns(clock->ctx);
    }
    stream->partial_100ns = partial ? time : 0;
    char *text = entry_text(line, size, partial, error_stream, time);
    if (text == NULL) {
        wcd_log(log->log, WCD_LOG_ERROR, "out of memory: a line of %s is lost", log->path);
        return;
    }
    wcd_buf_text(buf, text);
    wcd_buf_char(buf, '\n');
    free(text);
}

/* Keeps what has no end yet; false without memory. */
static bool keep(struct stream *stream, const char *data, size_t size)
{
    if (size == 0) {
        return true;
    }
    char *grown = realloc(stream->line, stream->len + size);
    if (grown == NULL) {
        return false;
    }
    memcpy(grown + stream->len, data, size);
    stream->line = grown;
    stream->len += size;
    return true;
}

static void forget(struct stream *stream)
{
    free(stream->line);
    stream->line = NULL;
    stream->len = 0;
}

/* Takes as much as belongs to one entry; how much that was. */
static size_t take(struct wcd_container_log *log, struct wcd_buf *buf, bool error_stream,
                   const char *data, size_t size)
{
    struct stream *stream = &log->streams[error_stream ? 1 : 0];
    size_t room = WCD_LOG_LINE_BYTES_MAX - stream->len;
    size_t looked_at = size < room ? size : room;
    const char *end = memchr(data, '\n', looked_at);
    size_t len = end == NULL ? looked_at : (size_t)(end - data);
    bool full = end == NULL && stream->len + len == WCD_LOG_LINE_BYTES_MAX;
    if (stream->len == 0 && (end != NULL || full)) {
        add_entry(log, buf, error_stream, data, len, end == NULL);
    } else if (!keep(stream, data, len)) {
        wcd_log(log->log, WCD_LOG_ERROR, "out of memory: a line of %s is lost", log->path);
        forget(stream);
    } else if (end != NULL || full) {
        add_entry(log, buf, error_stream, stream->line, stream->len, end == NULL);
        forget(stream);
    }
    return len + (end == NULL ? 0 : 1);
}

static void flush(const struct wcd_container_log *log, struct wcd_buf *buf)
{
    if (buf->failed) {
        wcd_log(log->log, WCD_LOG_ERROR, "out of memory: lines of %s are lost", log->path);
    } else if (buf->len > 0) {
        append(log, wcd_buf_str(buf), buf->len);
    }
    wcd_buf_release(buf);
}

void wcd_container_log_write(struct wcd_container_log *log, bool error_stream, const char *data,
                             size_t size)
{
    struct wcd_buf buf;
    wcd_buf_init(&buf, WCD_BUF_BYTES_MAX);
    while (size > 0) {
        size_t taken = take(log, &buf, error_stream, data, size);
        data += taken;
        size -= taken;
    }
    flush(log, &buf);
}

void wcd_container_log_end(struct wcd_container_log *log, bool error_stream)
{
    struct stream *stream = &log->streams[error_stream ? 1 : 0];
    struct wcd_buf buf;
    wcd_buf_init(&buf, WCD_BUF_BYTES_MAX);
    if (stream->len > 0) {
        add_entry(log, &buf, error_stream, stream->line, stream->len, true);
        forget(stream);
    }
    stream->partial_100ns = 0;
    flush(log, &buf);
}

void wcd_container_log_close(struct wcd_container_log *log)
{
    if (log == NULL) {
        return;
    }
    wcd_container_log_end(log, false);
    wcd_container_log_end(log, true);
    free(log->path);
    free(log);
}
