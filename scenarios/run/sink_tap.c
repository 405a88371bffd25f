/* The Test Anything Protocol, version 14 (which readers of version 13 take as well: nothing newer
 * than diagnostics blocks and directives is used). */
#include "scenarios/run/sink.h"

#include "core/base/limits.h"
#include "scenarios/run/report.h"

#include <stdlib.h>

struct tap {
    struct scn_sink sink;
    struct wcd_buf buf;
    size_t number;
};

static void tap_begin(struct scn_sink *sink, const struct scn_plan_event *plan)
{
    struct tap *tap = (struct tap *)sink;
    wcd_buf_format(&tap->buf, "TAP version 14\n1..%zu\n# seed %llu\n", plan->runs,
                   (unsigned long long)plan->seed);
    scn_sink_flush_buf(sink, &tap->buf);
}

/* A description or a reason: one line, in which # and \ would mean something. */
static void tap_text(struct wcd_buf *buf, const char *text)
{
    char *line = scn_printable_line(text);
    buf->failed = buf->failed || line == NULL;
    for (const char *at = line; at != NULL && *at != '\0'; at++) {
        if (*at == '#' || *at == '\\') {
            wcd_buf_char(buf, '\\');
        }
        wcd_buf_char(buf, *at);
    }
    free(line);
}

/* The report as a literal block of YAML. Tabs and other control characters may not stand in one. */
static void tap_diagnostics(struct tap *tap, const struct scn_run_result *result)
{
    struct wcd_buf report;
    struct scn_paint paint = scn_paint_of(false);
    wcd_buf_init(&report, WCD_BUF_BYTES_MAX);
    if (!scn_report_run(&report, result, &paint)) {
        tap->sink.no_memory = true;
        wcd_buf_release(&report);
        return;
    }
    while (report.len > 0 && report.data[report.len - 1] == '\n') {
        report.data[--report.len] = '\0';
    }
    wcd_buf_text(&tap->buf, "  ---\n  report: |\n    ");
    for (const char *at = wcd_buf_str(&report); *at != '\0'; at++) {
        unsigned char byte = (unsigned char)*at;
        if (byte == '\n') {
            wcd_buf_text(&tap->buf, "\n    ");
        } else if (byte < 0x20 || byte == 0x7F) {
            wcd_buf_format(&tap->buf, "\\x%02x", (unsigned)byte);
        } else {
            wcd_buf_char(&tap->buf, *at);
        }
    }
    wcd_buf_text(&tap->buf, "\n  ...\n");
    wcd_buf_release(&report);
}

static void tap_run(struct scn_sink *sink, const struct scn_run_result *result)
{
    struct tap *tap = (struct tap *)sink;
    struct wcd_buf name;
    wcd_buf_init(&name, WCD_BUF_BYTES_MAX);
    scn_report_name(&name, result);

    bool ok = result->status == SCN_PASS || result->status == SCN_SKIP;
    wcd_buf_format(&tap->buf, "%s %zu - ", ok ? "ok" : "not ok", ++tap->number);
    tap_text(&tap->buf, wcd_buf_str(&name));
    wcd_buf_text(&tap->buf, ": ");
    tap_text(&tap->buf, result->title);
    if (result->status == SCN_SKIP || result->status == SCN_GAP) {
        wcd_buf_text(&tap->buf, result->status == SCN_SKIP ? " # SKIP " : " # TODO ");
        tap_text(&tap->buf, result->reason);
    }
    wcd_buf_char(&tap->buf, '\n');
    if (result->status == SCN_FAIL) {
        tap_diagnostics(tap, result);
    }
    sink->no_memory = sink->no_memory || name.failed;
    wcd_buf_release(&name);
    scn_sink_flush_buf(sink, &tap->buf);
}

static void tap_end(struct scn_sink *sink, const struct scn_summary *summary)
{
    struct tap *tap = (struct tap *)sink;
    if (summary->not_run > 0) {
        wcd_buf_format(&tap->buf, "Bail out! stopped after the first failure, %zu not run\n",
                       summary->not_run);
    }
    scn_sink_flush_buf(sink, &tap->buf);
}

static void tap_destroy(struct scn_sink *sink)
{
    struct tap *tap = (struct tap *)sink;
    wcd_buf_release(&tap->buf);
    free(tap);
}

struct scn_sink *scn_sink_tap(FILE *out)
{
    static const struct scn_sink_ops ops = {tap_begin, tap_run, tap_end, tap_destroy};
    struct tap *tap = calloc(1, sizeof(*tap));
    if (tap == NULL) {
        return NULL;
    }
    tap->sink = (struct scn_sink){.ops = &ops, .out = out};
    wcd_buf_init(&tap->buf, WCD_BUF_BYTES_MAX);
    return &tap->sink;
}
