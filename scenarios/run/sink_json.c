/* One JSON object per event and line. Wall times only when they are asked for: without them the
 * same runs give the same bytes. */
#include "scenarios/run/sink.h"

#include "core/base/limits.h"
#include "core/json/json.h"
#include "scenarios/run/report.h"

#include <stdlib.h>

struct json_sink {
    struct scn_sink sink;
    struct wcd_buf buf;
    bool timings;
};

/* Writes the object and frees it; `ok` tells whether everything got into it. */
static void put_line(struct json_sink *json, struct wcd_json *object, bool ok)
{
    char *text = ok && object != NULL ? wcd_json_print(object) : NULL;
    if (text == NULL) {
        json->sink.no_memory = true;
    } else {
        wcd_buf_text(&json->buf, text);
        wcd_buf_char(&json->buf, '\n');
        scn_sink_flush_buf(&json->sink, &json->buf);
    }
    free(text);
    wcd_json_free(object);
}

static bool set_count(struct wcd_json *object, const char *name, uint64_t count)
{
    return wcd_json_set(object, name, wcd_json_new_uint64(count));
}

static struct wcd_json *event(const char *name)
{
    struct wcd_json *object = wcd_json_new_object();
    if (object != NULL && !wcd_json_set_string(object, "event", name)) {
        wcd_json_free(object);
        return NULL;
    }
    return object;
}

static void json_begin(struct scn_sink *sink, const struct scn_plan_event *plan)
{
    struct wcd_json *object = event("plan");
    bool ok = object != NULL && set_count(object, "files", plan->files) &&
              set_count(object, "runs", plan->runs) && set_count(object, "seed", plan->seed);
    put_line((struct json_sink *)sink, object, ok);
}

/* JSON is UTF-8, which files of the emulated host need not be: those bytes appear as \xNN. */
static bool set_printable(struct wcd_json *object, const char *name, const char *text)
{
    char *printable = scn_printable(text);
    bool ok = printable != NULL && wcd_json_set_string(object, name, printable);
    free(printable);
    return ok;
}

static struct wcd_json *failure_json(const struct scn_failure *failure)
{
    struct wcd_json *object = wcd_json_new_object();
    struct wcd_json *calls = wcd_json_new_array();
    bool ok =
        object != NULL && calls != NULL && wcd_json_set_string(object, "file", failure->file) &&
        set_count(object, "line", failure->line) && set_count(object, "column", failure->column) &&
        set_printable(object, "what", failure->what) &&
        set_printable(object, "expected", failure->expected) &&
        set_printable(object, "got", failure->got);
    for (size_t i = 0; ok && i < failure->calls.count; i++) {
        ok = wcd_json_append(calls, wcd_json_new_string(failure->calls.items[i]));
    }
    if (!ok) {
        wcd_json_free(calls);
        wcd_json_free(object);
        return NULL;
    }
    if (!wcd_json_set(object, "calls", calls)) {
        wcd_json_free(object);
        return NULL;
    }
    return object;
}

static bool set_failures(struct wcd_json *object, const struct scn_run_result *result)
{
    struct wcd_json *failures = wcd_json_new_array();
    for (size_t i = 0; failures != NULL && i < result->failure_count; i++) {
        if (!wcd_json_append(failures, failure_json(&result->failures[i]))) {
            wcd_json_free(failures);
            return false;
        }
    }
    return failures != NULL && wcd_json_set(object, "failures", failures);
}

static bool set_command(struct wcd_json *object, const struct scn_run_result *result)
{
    struct wcd_buf command;
    wcd_buf_init(&command, WCD_BUF_BYTES_MAX);
    scn_report_command(&command, result);
    bool ok = !command.failed && set_printable(object, "repeat", wcd_buf_str(&command));
    wcd_buf_release(&command);
    return ok;
}

static bool set_difference(struct wcd_json *object, const struct scn_run_result *result)
{
    return result->difference == NULL ||
           (set_count(object, "differing_calls", result->differing_calls) &&
            set_count(object, "moved_objects", result->moved_objects) &&
            set_printable(object, "difference", result->difference));
}

static void json_run(struct scn_sink *sink, const struct scn_run_result *result)
{
    struct json_sink *json = (struct json_sink *)sink;
    struct wcd_json *object = event("run");
    bool ok = object != NULL && wcd_json_set_string(object, "scenario", result->path) &&
              wcd_json_set_string(object, "title", result->title) &&
              wcd_json_set_string(object, "run", result->id) &&
              wcd_json_set_string(object, "status", scn_status_name(result->status)) &&
              (result->reason == NULL || wcd_json_set_string(object, "reason", result->reason)) &&
              set_difference(object, result) &&
              set_count(object, "virtual_us", result->virtual_us) &&
              set_count(object, "calls", result->calls) &&
              (!json->timings || set_count(object, "wall_us", result->wall_us)) &&
              (result->failure_count == 0 ||
               (set_failures(object, result) && set_command(object, result)));
    put_line(json, object, ok);
}

static void json_end(struct scn_sink *sink, const struct scn_summary *summary)
{
    struct json_sink *json = (struct json_sink *)sink;
    struct wcd_json *object = event("summary");
    bool ok = object != NULL && set_count(object, "files", summary->files) &&
              set_count(object, "runs", summary->runs) &&
              set_count(object, "passed", summary->passed) &&
              set_count(object, "failed", summary->failed) &&
              set_count(object, "skipped", summary->skipped) &&
              set_count(object, "gaps", summary->gaps) &&
              set_count(object, "not_run", summary->not_run) &&
              set_count(object, "virtual_us", summary->virtual_us) &&
              set_count(object, "calls", summary->calls) &&
              (!json->timings || set_count(object, "wall_us", summary->wall_us));
    put_line(json, object, ok);
}

static void json_destroy(struct scn_sink *sink)
{
    struct json_sink *json = (struct json_sink *)sink;
    wcd_buf_release(&json->buf);
    free(json);
}

struct scn_sink *scn_sink_json(FILE *out, bool timings)
{
    static const struct scn_sink_ops ops = {json_begin, json_run, json_end, json_destroy};
    struct json_sink *json = calloc(1, sizeof(*json));
    if (json == NULL) {
        return NULL;
    }
    json->sink = (struct scn_sink){.ops = &ops, .out = out};
    json->timings = timings;
    wcd_buf_init(&json->buf, WCD_BUF_BYTES_MAX);
    return &json->sink;
}
