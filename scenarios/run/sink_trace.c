/* Every platform call of every run: a header object per run, then its calls, one line each. The run
 * has made the lines already (scn_run_result.trace). */
#include "scenarios/run/sink.h"

#include "core/base/limits.h"
#include "core/json/json.h"

#include <stdlib.h>

struct trace_sink {
    struct scn_sink sink;
    struct wcd_buf buf;
};

static void trace_begin(struct scn_sink *sink, const struct scn_plan_event *plan)
{
    (void)sink;
    (void)plan;
}

static void trace_run(struct scn_sink *sink, const struct scn_run_result *result)
{
    struct trace_sink *trace = (struct trace_sink *)sink;
    if (result->status == SCN_SKIP) {
        return;
    }
    struct wcd_json *header = wcd_json_new_object();
    bool ok = header != NULL && wcd_json_set_string(header, "event", "run") &&
              wcd_json_set_string(header, "scenario", result->path) &&
              wcd_json_set_string(header, "run", result->id) &&
              wcd_json_set(header, "seed", wcd_json_new_uint64(result->seed));
    char *text = ok ? wcd_json_print(header) : NULL;
    if (text == NULL) {
        sink->no_memory = true;
    } else {
        wcd_buf_text(&trace->buf, text);
        wcd_buf_char(&trace->buf, '\n');
    }
    if (result->trace != NULL) {
        wcd_buf_text(&trace->buf, result->trace);
    }
    free(text);
    wcd_json_free(header);
    scn_sink_flush_buf(sink, &trace->buf);
}

static void trace_end(struct scn_sink *sink, const struct scn_summary *summary)
{
    (void)sink;
    (void)summary;
}

static void trace_destroy(struct scn_sink *sink)
{
    struct trace_sink *trace = (struct trace_sink *)sink;
    wcd_buf_release(&trace->buf);
    free(trace);
}

struct scn_sink *scn_sink_trace(FILE *out)
{
    static const struct scn_sink_ops ops = {trace_begin, trace_run, trace_end, trace_destroy};
    struct trace_sink *trace = calloc(1, sizeof(*trace));
    if (trace == NULL) {
        return NULL;
    }
    trace->sink = (struct scn_sink){.ops = &ops, .out = out};
    wcd_buf_init(&trace->buf, WCD_BUF_BYTES_MAX);
    return &trace->sink;
}
