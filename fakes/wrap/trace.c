/* The list of entries, and the lines they become. The services are in files of their own. */
#include "fakes/wrap/trace.h"

#include "core/base/assert.h"
#include "core/base/buf.h"
#include "core/base/limits.h"
#include "core/base/utf8.h"
#include "fakes/wrap/functions.h"
#include "fakes/wrap/trace_internal.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

struct wrap_trace *wrap_trace_create(const struct platform *below)
{
    struct wrap_trace *trace = calloc(1, sizeof(*trace));
    if (trace != NULL) {
        trace->below = *below;
    }
    return trace;
}

void wrap_trace_destroy(struct wrap_trace *trace)
{
    if (trace == NULL) {
        return;
    }
    for (size_t i = 0; i < trace->count; i++) {
        wcd_json_free(trace->records[i].args);
        wcd_json_free(trace->records[i].result);
    }
    free(trace->records);
    free(trace);
}

struct platform wrap_trace_platform(struct wrap_trace *trace)
{
    struct platform platform = trace->below;
    platform.os = (struct plat_os){.ops = &wrap_trace_os_ops, .ctx = trace};
    platform.scm = (struct plat_scm){.ops = &wrap_trace_scm_ops, .ctx = trace};
    platform.registry = (struct plat_registry){.ops = &wrap_trace_registry_ops, .ctx = trace};
    platform.fs = (struct plat_fs){.ops = &wrap_trace_fs_ops, .ctx = trace};
    platform.clock = (struct plat_clock){.ops = &wrap_trace_clock_ops, .ctx = trace};
    platform.storage = (struct plat_storage){.ops = &wrap_trace_storage_ops, .ctx = trace};
    return platform;
}

size_t wrap_trace_count(const struct wrap_trace *trace)
{
    return trace->count;
}

struct wrap_trace_entry wrap_trace_at(const struct wrap_trace *trace, size_t index)
{
    WCD_ASSERT(index < trace->count);
    const struct wrap_record *record = &trace->records[index];
    return (struct wrap_trace_entry){
        .seq = (uint64_t)index + 1,
        .t_us = record->t_us,
        .dll = record->dll,
        .fn = record->fn,
        .args = record->args,
        .hr = record->hr,
        .result = record->result,
    };
}

bool wrap_trace_failed(const struct wrap_trace *trace)
{
    return trace->failed;
}

char *wrap_trace_line(const struct wrap_trace_entry *entry)
{
    char *args = wcd_json_print(entry->args);
    char *result = wcd_json_print(entry->result);
    struct wcd_buf buf;
    wcd_buf_init(&buf, WCD_BUF_BYTES_MAX);
    wcd_buf_format(&buf, "{\"seq\":%" PRIu64 ",\"t_us\":%" PRIu64 ",\"dll\":\"%s\",\"fn\":\"%s\"",
                   entry->seq, entry->t_us, entry->dll, entry->fn);
    wcd_buf_text(&buf, ",\"args\":");
    wcd_buf_text(&buf, args == NULL ? "" : args);
    wcd_buf_format(&buf, ",\"hr\":\"0x%08" PRIX32 "\",\"result\":", plat_hr_bits(entry->hr));
    wcd_buf_text(&buf, result == NULL ? "" : result);
    wcd_buf_char(&buf, '}');
    char *line = wcd_buf_take(&buf);
    if (args == NULL || result == NULL) {
        free(line);
        line = NULL;
    }
    free(args);
    free(result);
    return line;
}

struct wrap_call wrap_begin(struct wrap_trace *trace, const char *dll, const char *fn)
{
    const struct plat_clock *clock = &trace->below.clock;
    WCD_ASSERT(wrap_function_known(fn));
    struct wrap_call call = {
        .trace = trace,
        .record = {.t_us = clock->ops->monotonic_us(clock->ctx), .dll = dll, .fn = fn},
    };
    call.record.args = wcd_json_new_object();
    call.record.result = wcd_json_new_object();
    return call;
}

static bool trace_reserve(struct wrap_trace *trace)
{
    if (trace->count < trace->capacity) {
        return true;
    }
    size_t capacity = trace->capacity == 0 ? 64 : trace->capacity * 2;
    struct wrap_record *records = realloc(trace->records, capacity * sizeof(*records));
    if (records == NULL) {
        return false;
    }
    trace->records = records;
    trace->capacity = capacity;
    return true;
}

plat_hr wrap_end(struct wrap_call *call, plat_hr hr)
{
    struct wrap_trace *trace = call->trace;
    struct wrap_record *record = &call->record;
    record->hr = hr;
    if (record->args == NULL || record->result == NULL || !trace_reserve(trace)) {
        wcd_json_free(record->args);
        wcd_json_free(record->result);
        trace->failed = true;
        return hr;
    }
    trace->records[trace->count++] = *record;
    return hr;
}

static void trace_set(struct wrap_call *call, struct wcd_json *object, const char *name,
                      struct wcd_json *value)
{
    if (object == NULL) {
        wcd_json_free(value);
        return;
    }
    if (!wcd_json_set(object, name, value)) {
        call->trace->failed = true;
    }
}

struct wcd_json *wrap_text(const char *text)
{
    if (text == NULL) {
        return wcd_json_new_null();
    }
    size_t len = strlen(text);
    if (wcd_utf8_valid(text, len, NULL)) {
        return wcd_json_new_string(text);
    }
    struct wcd_buf buf;
    wcd_buf_init(&buf, WCD_BUF_BYTES_MAX);
    while (len > 0) {
        uint32_t point = 0;
        char bytes[WCD_UTF8_BYTES_MAX];
        size_t taken = wcd_utf8_decode(text, len, &point);
        wcd_buf_add(&buf, bytes, wcd_utf8_encode(point, bytes));
        text += taken;
        len -= taken;
    }
    char *clean = wcd_buf_take(&buf);
    struct wcd_json *value = clean == NULL ? NULL : wcd_json_new_string(clean);
    free(clean);
    return value;
}

void wrap_arg(struct wrap_call *call, const char *name, struct wcd_json *value)
{
    WCD_ASSERT(wrap_names_have(wrap_function_find(call->record.fn)->args, name));
    trace_set(call, call->record.args, name, value);
}

void wrap_arg_number(struct wrap_call *call, const char *name, uint64_t number)
{
    wrap_arg(call, name, wcd_json_new_uint64(number));
}

void wrap_arg_text(struct wrap_call *call, const char *name, const char *text)
{
    wrap_arg(call, name, wrap_text(text));
}

void wrap_result(struct wrap_call *call, const char *name, struct wcd_json *value)
{
    WCD_ASSERT(wrap_names_have(wrap_function_find(call->record.fn)->results, name));
    trace_set(call, call->record.result, name, value);
}

void wrap_result_number(struct wrap_call *call, const char *name, uint64_t number)
{
    wrap_result(call, name, wcd_json_new_uint64(number));
}

void wrap_result_text(struct wrap_call *call, const char *name, const char *text)
{
    wrap_result(call, name, wrap_text(text));
}

struct wcd_json *wrap_content(const void *data, size_t size)
{
    char text[WRAP_TRACE_CONTENT_BYTES_MAX + 1];
    if (size > WRAP_TRACE_CONTENT_BYTES_MAX) {
        return NULL;
    }
    if (size > 0) {
        memcpy(text, data, size);
    }
    for (size_t i = 0; i < size; i++) {
        /* Plain ASCII only: the rest may be half of a character that another call completes. */
        unsigned char c = (unsigned char)text[i];
        if (c >= 0x7F || (c < 0x20 && c != '\n' && c != '\r' && c != '\t')) {
            return NULL;
        }
    }
    text[size] = '\0';
    return wcd_json_new_string(text);
}
