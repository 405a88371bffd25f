/* Reading a container's log; see log.h. */
#include "core/base/gotime.h"
#include "core/base/limits.h"
#include "core/base/oserror.h"
#include "core/base/text.h"
#include "core/container/log.h"
#include "core/container/log_internal.h"
#include "core/files/content.h"

#include <stdlib.h>
#include <string.h>

/* ---- entries ---- */

static const char *text_of(const struct wcd_json *entry, const char *name)
{
    const struct wcd_json *value = wcd_json_get(entry, name);
    return wcd_json_is(value, WCD_JSON_STRING) ? wcd_json_string(value) : "";
}

static bool is_wanted(const struct wcd_log_query *query, const struct wcd_json *entry,
                      uint64_t time_100ns)
{
    bool error_stream = strcmp(text_of(entry, "stream"), "stderr") == 0;
    return (error_stream ? query->error : query->output) && time_100ns >= query->since_100ns &&
           (query->until_100ns == 0 || time_100ns <= query->until_100ns);
}

/* NULL without memory. */
static struct wcd_json *answer_of(const struct wcd_log_query *query, const struct wcd_json *entry,
                                  uint64_t time_100ns)
{
    char time[WCD_TIME_BYTES];
    const char *text = text_of(entry, "log");
    size_t len = strlen(text);
    bool ended = len > 0 && text[len - 1] == '\n';
    wcd_time_print_fixed(time_100ns, time);
    char *line = wcd_text_format("%s%s%.*s", query->timestamps ? time : "",
                                 query->timestamps ? " " : "", (int)(ended ? len - 1 : len), text);
    struct wcd_json *out = wcd_json_new_object();
    bool ok = line != NULL && out != NULL &&
              wcd_json_set_string(out, "stream", text_of(entry, "stream")) &&
              wcd_json_set_string(out, "time", text_of(entry, "time")) &&
              wcd_json_set_string(out, "line", line) &&
              (ended || wcd_json_set_bool(out, "partial", true));
    free(line);
    if (!ok) {
        wcd_json_free(out);
        return NULL;
    }
    return out;
}

static enum wcd_errc read_line(const struct wcd_log_query *query, const char *line, size_t len,
                               struct wcd_json *out, struct wcd_error *err)
{
    struct wcd_json_fault fault = {0};
    uint64_t time = 0;
    struct wcd_json *entry = wcd_json_parse(line, len, &fault);
    if (entry == NULL) {
        return strcmp(fault.reason, "out of memory") == 0 ? wcd_error_no_memory(err) : WCD_OK;
    }
    (void)wcd_time_parse(text_of(entry, "time"), &time);
    enum wcd_errc code = WCD_OK;
    if (is_wanted(query, entry, time) && !wcd_json_append(out, answer_of(query, entry, time))) {
        code = wcd_error_no_memory(err);
    }
    wcd_json_free(entry);
    return code;
}

/* ---- files ---- */

/* A file of the log in memory. */
struct part {
    char *data;
    size_t size;
};

struct parts {
    struct part items[LOG_FILES_MAX];
    size_t count; /* the newest first */
};

static void release(struct parts *parts)
{
    for (size_t i = 0; i < parts->count; i++) {
        free(parts->items[i].data);
    }
    free(parts);
}

static enum wcd_errc read_parts(const struct platform *platform, const char *path,
                                struct parts *parts, struct wcd_error *err)
{
    size_t room = WCD_LOG_FILE_BYTES_MAX;
    for (int64_t i = 0; i < LOG_FILES_MAX; i++) {
        struct part *part = &parts->items[parts->count];
        char *name = log_file_name(path, i);
        enum wcd_errc code = name == NULL ? wcd_error_no_memory(err)
                                          : wcd_files_read_if_there(platform, name, room,
                                                                    &part->data, &part->size, err);
        free(name);
        if (code != WCD_OK || (part->data == NULL && i > 0)) {
            return code;
        }
        room -= part->size;
        parts->count++;
    }
    return WCD_OK;
}

static size_t line_count(const struct part *part)
{
    size_t lines = 0;
    for (size_t i = 0; i < part->size; i++) {
        lines += part->data[i] == '\n' ? 1 : 0;
    }
    return lines;
}

/* Lines that stand before the tail. */
static size_t lines_to_skip(const struct parts *parts, int64_t tail)
{
    size_t lines = 0;
    for (size_t i = 0; i < parts->count; i++) {
        lines += line_count(&parts->items[i]);
    }
    return tail < 0 || (uint64_t)tail >= lines ? 0 : lines - (size_t)tail;
}

static enum wcd_errc read_part(const struct wcd_log_query *query, const struct part *part,
                               size_t *skip, struct wcd_json *out, struct wcd_error *err)
{
    const char *at = part->data;
    size_t left = part->size;
    enum wcd_errc code = WCD_OK;
    while (code == WCD_OK && left > 0) {
        const char *end = memchr(at, '\n', left);
        size_t len = end == NULL ? left : (size_t)(end - at);
        if (*skip > 0) {
            (*skip)--;
        } else {
            code = read_line(query, at, len, out, err);
        }
        at += len + (end == NULL ? 0 : 1);
        left -= len + (end == NULL ? 0 : 1);
    }
    return code;
}

enum wcd_errc wcd_container_log_read(const struct platform *platform, const char *path,
                                     const struct wcd_log_query *query, struct wcd_json **out,
                                     struct wcd_error *err)
{
    struct parts *parts = calloc(1, sizeof(*parts));
    struct wcd_json *list = wcd_json_new_array();
    enum wcd_errc code = WCD_OK;
    if (parts == NULL || list == NULL) {
        free(parts);
        wcd_json_free(list);
        return wcd_error_no_memory(err);
    }
    code = read_parts(platform, path, parts, err);
    size_t skip = lines_to_skip(parts, query->tail);
    for (size_t i = parts->count; code == WCD_OK && i > 0; i--) {
        code = read_part(query, &parts->items[i - 1], &skip, list, err);
    }
    release(parts);
    if (code != WCD_OK) {
        wcd_json_free(list);
        return code;
    }
    *out = list;
    return WCD_OK;
}
