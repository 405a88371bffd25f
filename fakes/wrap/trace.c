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
    struct wrap_list *list = calloc(1, sizeof(*list));
    if (trace == NULL || list == NULL) {
        free(trace);
        free(list);
        return NULL;
    }
    wrap_lock_init(&list->lock);
    atomic_init(&list->failed, false);
    atomic_init(&trace->muted, false);
    trace->below = *below;
    trace->list = list;
    return trace;
}

void wrap_trace_destroy(struct wrap_trace *trace)
{
    if (trace == NULL) {
        return;
    }
    wrap_watches_release(trace);
    wrap_objects_release(&trace->objects);
    struct wrap_list *list = trace->list;
    for (size_t i = 0; list->records != NULL && i < list->kept; i++) {
        wcd_json_free(list->records[i].args);
        wcd_json_free(list->records[i].result);
    }
    free(list->records);
    free(list);
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
    platform.hcs = (struct plat_hcs){.ops = &wrap_trace_hcs_ops, .ctx = trace};
    platform.hns = (struct plat_hns){.ops = &wrap_trace_hns_ops, .ctx = trace};
    platform.hcn = (struct plat_hcn){.ops = &wrap_trace_hcn_ops, .ctx = trace};
    platform.storage = (struct plat_storage){.ops = &wrap_trace_storage_ops, .ctx = trace};
    platform.transport = (struct plat_transport){.ops = &wrap_trace_transport_ops, .ctx = trace};
    return platform;
}

void wrap_trace_next_process(struct wrap_trace *trace, const struct platform *below)
{
    trace->below = *below;
    atomic_store(&trace->muted, false);
    wrap_objects_release(&trace->objects);
}

void wrap_trace_mute(struct wrap_trace *trace)
{
    atomic_store(&trace->muted, true);
}

size_t wrap_trace_count(const struct wrap_trace *trace)
{
    wrap_lock_take(&trace->list->lock);
    size_t count = trace->list->count;
    wrap_lock_give(&trace->list->lock);
    return count;
}

static struct wrap_trace_entry entry_of(const struct wrap_record *record, uint64_t seq)
{
    return (struct wrap_trace_entry){
        .seq = seq,
        .t_us = record->t_us,
        .dll = record->dll,
        .fn = record->fn,
        .args = record->args,
        .hr = record->hr,
        .result = record->result,
    };
}

struct wrap_trace_entry wrap_trace_at(const struct wrap_trace *trace, size_t index)
{
    wrap_lock_take(&trace->list->lock);
    WCD_ASSERT(index < trace->list->kept);
    struct wrap_record record = trace->list->records[index];
    wrap_lock_give(&trace->list->lock);
    return entry_of(&record, (uint64_t)index + 1);
}

void wrap_trace_hand_over(struct wrap_trace *trace,
                          void (*entry)(void *ctx, const struct wrap_trace_entry *entry), void *ctx)
{
    trace->list->entry = entry;
    trace->list->entry_ctx = ctx;
}

bool wrap_trace_failed(const struct wrap_trace *trace)
{
    return atomic_load(&trace->list->failed);
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
    const struct wrap_function *function = wrap_function_find(fn);
    WCD_ASSERT(function != NULL);
    struct wrap_call call = {
        .trace = trace,
        .function = function,
        .record = {.t_us = clock->ops->monotonic_us(clock->ctx), .dll = dll, .fn = fn},
    };
    call.record.args = wcd_json_new_object();
    call.record.result = wcd_json_new_object();
    return call;
}

static bool list_reserve(struct wrap_list *list)
{
    if (list->kept < list->capacity) {
        return true;
    }
    size_t capacity = list->capacity == 0 ? 64 : list->capacity * 2;
    struct wrap_record *records = realloc(list->records, capacity * sizeof(*records));
    if (records == NULL) {
        return false;
    }
    list->records = records;
    list->capacity = capacity;
    return true;
}

void wrap_list_add(struct wrap_list *list, struct wrap_record *record)
{
    bool whole = record->args != NULL && record->result != NULL;
    bool given = list->entry != NULL;
    wrap_lock_take(&list->lock);
    bool added = whole && !given && list_reserve(list);
    if (added) {
        list->records[list->kept++] = *record;
    }
    uint64_t seq = list->count + (whole && (added || given) ? 1 : 0);
    list->count = (size_t)seq;
    wrap_lock_give(&list->lock);
    if (given && whole) {
        const struct wrap_trace_entry entry = entry_of(record, seq);
        list->entry(list->entry_ctx, &entry);
    }
    if (!added) {
        wcd_json_free(record->args);
        wcd_json_free(record->result);
    }
    if (!added && !(given && whole)) {
        atomic_store(&list->failed, true);
    }
}

plat_hr wrap_end(struct wrap_call *call, plat_hr hr)
{
    call->record.hr = hr;
    if (atomic_load(&call->trace->muted)) {
        wcd_json_free(call->record.args);
        wcd_json_free(call->record.result);
    } else {
        wrap_list_add(call->trace->list, &call->record);
    }
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
        atomic_store(&call->trace->list->failed, true);
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
    WCD_ASSERT(wrap_names_have(call->function->args, name));
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
    WCD_ASSERT(wrap_names_have(call->function->results, name));
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
