/* Expectations on the platform calls of the run. */
#include "scenarios/run/expect.h"

#include "core/base/limits.h"
#include "fakes/wrap/functions.h"
#include "scenarios/run/clients.h"
#include "scenarios/run/process.h"
#include "scenarios/run/report.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Arguments and results of a call are cut to this in reports; the trace has them whole. */
#define CALL_JSON_BYTES_MAX 160u

static void add_cut(struct wcd_buf *buf, const char *text)
{
    size_t take = scn_cut(text, CALL_JSON_BYTES_MAX);
    wcd_buf_add(buf, text, take);
    if (text[take] != '\0') {
        wcd_buf_text(buf, "...");
    }
}

char *scn_call_line(const struct wrap_trace_entry *entry)
{
    struct wcd_buf buf;
    wcd_buf_init(&buf, WCD_BUF_BYTES_MAX);
    char *args = wcd_json_print(entry->args);
    char *result = wcd_json_print(entry->result);
    char *line = NULL;
    if (args != NULL && result != NULL) {
        wcd_buf_format(&buf, "%6" PRIu64 ".%03" PRIu64 " ms  %s ", entry->t_us / 1000,
                       entry->t_us % 1000, entry->fn);
        add_cut(&buf, args);
        wcd_buf_format(&buf, " -> 0x%08" PRIX32, plat_hr_bits(entry->hr));
        if (wcd_json_size(entry->result) > 0) {
            wcd_buf_char(&buf, ' ');
            add_cut(&buf, result);
        }
        if (!buf.failed) {
            line = scn_printable(wcd_buf_str(&buf));
        }
        wcd_buf_release(&buf);
    }
    free(args);
    free(result);
    return line;
}

static bool is_text(const struct wcd_json *value, const char *text)
{
    return wcd_json_is(value, WCD_JSON_STRING) && strcmp(wcd_json_string(value), text) == 0;
}

/* The compute system of a call is its argument, or what its handle is open on. */
static bool is_of_container(const struct scn_world *world, const struct scn_node *name,
                            const struct wrap_trace_entry *call)
{
    const char *id = name == NULL ? NULL : scn_world_object(world, name->text);
    return name == NULL || is_text(wcd_json_get(call->args, "system"), id) ||
           is_text(wcd_json_get(call->args, "id"), id);
}

static bool is_notification(const struct scn_node *name, const struct wrap_trace_entry *call)
{
    char type[16];
    if (name == NULL) {
        return true;
    }
    (void)snprintf(type, sizeof(type), "0x%08" PRIx32, scn_notification_type(name->text));
    return strcmp(call->fn, SCN_CALLBACK) == 0 &&
           is_text(wcd_json_get(call->args, "notificationType"), type);
}

static bool call_matches(const void *ctx, size_t index, const struct scn_node *entry)
{
    const struct scn_world *world = ctx;
    struct wrap_trace_entry call = scn_world_call(world, index);
    if (entry->kind == SCN_SCALAR) {
        return strcmp(entry->text, call.fn) == 0;
    }
    const struct scn_node *fn = scn_node_get(entry, "fn");
    const struct scn_node *args = scn_node_get(entry, "args");
    const struct scn_node *hr = scn_node_get(entry, "hr");
    const struct scn_node *result = scn_node_get(entry, "result");
    return (fn == NULL || strcmp(fn->text, call.fn) == 0) &&
           is_notification(scn_node_get(entry, "notification"), &call) &&
           is_of_container(world, scn_node_get(entry, "container"), &call) &&
           (hr == NULL || scn_hr_is(hr->text, call.hr)) &&
           (args == NULL || scn_value_matches(args, call.args)) &&
           (result == NULL || scn_value_matches(result, call.result));
}

static char *describe_call(const void *ctx, size_t index)
{
    const struct scn_world *world = ctx;
    struct wrap_trace_entry call = scn_world_call(world, index);
    char *line = scn_call_line(&call);
    if (line != NULL) {
        size_t blanks = strspn(line, " "); /* there for columns, which a list of its own has not */
        memmove(line, line + blanks, strlen(line + blanks) + 1);
    }
    return line;
}

/* Calls of the same DLL. */
static bool is_related(const void *ctx, size_t index, const struct scn_node *entry)
{
    const struct scn_world *world = ctx;
    const struct scn_node *fn = entry->kind == SCN_SCALAR ? entry : scn_node_get(entry, "fn");
    const struct wrap_function *function = wrap_function_find(fn == NULL ? SCN_CALLBACK : fn->text);
    return function == NULL || strcmp(function->dll, scn_world_call(world, index).dll) == 0;
}

void scn_expect_calls(struct scn_world *world, const struct scn_node *rules)
{
    struct scn_sequence sequence = {
        "calls", scn_world_calls(world), call_matches, describe_call, world, is_related};
    scn_expect_sequence(world, &sequence, rules);
}
