/* See trace.h. */
#include "tests/traces/trace.h"

#include "core/base/limits.h"
#include "tests/support/cmocka.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool is_recorded_kind(const struct wcd_json *line)
{
    const struct wcd_json *dll = wcd_json_get(line, "dll");
    return dll == NULL || strcmp(wcd_json_string(dll), "vmcompute.dll") == 0;
}

static void add_line(struct trace *trace, const char *text, size_t len)
{
    struct wcd_json_fault fault;
    struct wcd_json *line = wcd_json_parse(text, len, &fault);
    if (line == NULL) {
        fail_msg("not JSON (%s, column %zu): %.*s", fault.reason, fault.column, (int)len, text);
    }
    if (!is_recorded_kind(line)) {
        wcd_json_free(line);
        return;
    }
    const struct wcd_json *fn = wcd_json_get(line, "fn");
    const struct wcd_json *hr = wcd_json_get(line, "hr");
    assert_non_null(fn);
    struct trace_entry *entries =
        realloc(trace->entries, (trace->count + 1) * sizeof(trace->entries[0]));
    assert_non_null(entries);
    trace->entries = entries;
    struct trace_entry *entry = &entries[trace->count++];
    *entry = (struct trace_entry){
        .fn = wcd_json_string(fn),
        .args = wcd_json_get(line, "args"),
        .result = wcd_json_get(line, "result"),
        .hr = hr == NULL ? "0x00000000" : wcd_json_string(hr),
        .line = line,
    };
    assert_true(trace_number(line, "seq", &entry->seq));
    assert_true(wcd_json_is(entry->args, WCD_JSON_OBJECT));
}

void trace_read(struct trace *out, const char *text, size_t from, size_t to)
{
    *out = (struct trace){0};
    for (size_t line = 0; *text != '\0' && line < to; line++) {
        const char *end = strchr(text, '\n');
        size_t len = end == NULL ? strlen(text) : (size_t)(end - text);
        if (line >= from && len > 0) {
            add_line(out, text, len);
        }
        text += end == NULL ? len : len + 1;
    }
}

char *trace_file_text(const char *path)
{
    FILE *file = fopen(path, "rb");
    if (file == NULL) {
        fail_msg("cannot open %s", path);
    }
    assert_int_equal(fseek(file, 0, SEEK_END), 0);
    long size = ftell(file);
    assert_true(size >= 0 && (size_t)size < WCD_BUF_BYTES_MAX);
    rewind(file);
    char *text = calloc((size_t)size + 1, 1);
    assert_non_null(text);
    assert_int_equal(fread(text, 1, (size_t)size, file), (size_t)size);
    (void)fclose(file);
    return text;
}

void trace_release(struct trace *trace)
{
    for (size_t i = 0; i < trace->count; i++) {
        wcd_json_free(trace->entries[i].line);
    }
    free(trace->entries);
    *trace = (struct trace){0};
}

const char *trace_text(const struct trace_entry *entry, const char *name)
{
    const struct wcd_json *value = wcd_json_get(entry->args, name);
    return wcd_json_is(value, WCD_JSON_STRING) ? wcd_json_string(value) : NULL;
}

bool trace_number(const struct wcd_json *object, const char *name, uint64_t *out)
{
    const struct wcd_json *value = wcd_json_get(object, name);
    return wcd_json_is(value, WCD_JSON_NUMBER) && wcd_json_uint64(value, out);
}
