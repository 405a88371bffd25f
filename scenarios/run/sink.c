/* What all sinks share. */
#include "scenarios/run/sink.h"

void scn_sink_begin(struct scn_sink *sink, const struct scn_plan_event *plan)
{
    sink->ops->begin(sink, plan);
}

void scn_sink_run(struct scn_sink *sink, const struct scn_run_result *result)
{
    sink->ops->run(sink, result);
}

void scn_sink_end(struct scn_sink *sink, const struct scn_summary *summary)
{
    sink->ops->end(sink, summary);
}

void scn_sink_destroy(struct scn_sink *sink)
{
    if (sink != NULL) {
        sink->ops->destroy(sink);
    }
}

void scn_sink_flush_buf(struct scn_sink *sink, struct wcd_buf *buf)
{
    if (buf->failed) {
        sink->no_memory = true;
    } else if (buf->len > 0) {
        (void)fwrite(buf->data, 1, buf->len, sink->out);
    }
    wcd_buf_clear(buf);
}
