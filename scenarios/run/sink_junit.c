/* JUnit's XML, as CI systems read it: a suite per scenario file, a case per run. Counts stand in
 * front of what they count, so the cases of a file are kept until the next file begins, and the
 * suites until the end. Runs that a failure kept from being run are not in it. */
#include "scenarios/run/sink.h"

#include "core/base/limits.h"
#include "core/base/utf8.h"
#include "scenarios/run/report.h"

#include <stdlib.h>
#include <string.h>

/* Of the whole report. */
#define JUNIT_BYTES_MAX ((size_t)1024 * 1024 * 1024)

struct junit_counts {
    size_t tests;
    size_t failures;
    size_t skipped;
    uint64_t wall_us;
};

struct junit {
    struct scn_sink sink;
    bool timings;
    char *path; /* of the open suite; NULL when none is open */
    char *title;
    struct wcd_buf cases;
    struct wcd_buf suites;
    struct junit_counts all;
    struct wcd_buf buf;
    struct junit_counts file;
};

/* Adds a text for an attribute or an element. XML 1.0 has no way to write most control characters,
 * so those, and bytes that are no UTF-8, appear as \xNN. */
static void xml_text(struct wcd_buf *buf, const char *text)
{
    size_t len = strlen(text);
    for (size_t at = 0; at < len;) {
        uint32_t point = 0;
        size_t size = wcd_utf8_decode(text + at, len - at, &point);
        if (size == 1 && point == WCD_UTF8_REPLACEMENT) {
            wcd_buf_format(buf, "\\x%02x", (unsigned)(unsigned char)text[at]);
            at++;
            continue;
        }
        if (point == '<') {
            wcd_buf_text(buf, "&lt;");
        } else if (point == '>') {
            wcd_buf_text(buf, "&gt;");
        } else if (point == '&') {
            wcd_buf_text(buf, "&amp;");
        } else if (point == '"') {
            wcd_buf_text(buf, "&quot;");
        } else if (point == '\n') {
            wcd_buf_text(buf, "&#10;");
        } else if (point == '\t') {
            wcd_buf_text(buf, "&#9;");
        } else if (point < 0x20 || point == 0x7F || (point & 0xFFFEu) == 0xFFFEu) {
            wcd_buf_format(buf, "\\x%02x", (unsigned)point);
        } else {
            wcd_buf_add(buf, text + at, size);
        }
        at += size;
    }
}

static void attribute(struct wcd_buf *buf, const char *name, const char *text)
{
    wcd_buf_format(buf, " %s=\"", name);
    xml_text(buf, text);
    wcd_buf_char(buf, '"');
}

static void time_attribute(const struct junit *junit, struct wcd_buf *buf, uint64_t us)
{
    if (junit->timings) {
        wcd_buf_format(buf, " time=\"%.6f\"", (double)us / 1e6);
    }
}

static void count_attributes(const struct junit *junit, struct wcd_buf *buf,
                             const struct junit_counts *counts)
{
    wcd_buf_format(buf, " tests=\"%zu\" failures=\"%zu\" errors=\"0\" skipped=\"%zu\"",
                   counts->tests, counts->failures, counts->skipped);
    time_attribute(junit, buf, counts->wall_us);
}

static void close_suite(struct junit *junit)
{
    if (junit->path == NULL) {
        return;
    }
    struct wcd_buf *buf = &junit->suites;
    wcd_buf_text(buf, "  <testsuite");
    attribute(buf, "name", junit->path);
    count_attributes(junit, buf, &junit->file);
    wcd_buf_text(buf, ">\n    <properties><property name=\"scenario\"");
    attribute(buf, "value", junit->title);
    wcd_buf_text(buf, "/></properties>\n");
    wcd_buf_text(buf, wcd_buf_str(&junit->cases));
    buf->failed = buf->failed || junit->cases.failed;
    wcd_buf_clear(&junit->cases);
    wcd_buf_text(buf, "  </testsuite>\n");
    junit->all.tests += junit->file.tests;
    junit->all.failures += junit->file.failures;
    junit->all.skipped += junit->file.skipped;
    wcd_text_replace(&junit->path, NULL);
    wcd_text_replace(&junit->title, NULL);
}

static void open_suite(struct junit *junit, const struct scn_run_result *result)
{
    close_suite(junit);
    junit->path = wcd_text_copy(result->path);
    junit->title = wcd_text_copy(result->title);
    if (junit->path == NULL || junit->title == NULL) {
        junit->sink.no_memory = true;
        wcd_text_replace(&junit->path, NULL);
    }
    junit->file = (struct junit_counts){0};
}

static void junit_begin(struct scn_sink *sink, const struct scn_plan_event *plan)
{
    (void)sink;
    (void)plan;
}

static void failure_element(struct junit *junit, const struct scn_run_result *result)
{
    struct wcd_buf report;
    struct scn_paint paint = scn_paint_of(false);
    wcd_buf_init(&report, WCD_BUF_BYTES_MAX);
    if (!scn_report_run(&report, result, &paint)) {
        junit->sink.no_memory = true;
    }
    wcd_buf_text(&junit->cases, "      <failure");
    attribute(&junit->cases, "message",
              result->failure_count > 0 ? result->failures[0].what : "failed");
    wcd_buf_char(&junit->cases, '>');
    /* Line ends inside an element stay what they are. */
    for (const char *at = wcd_buf_str(&report); *at != '\0';) {
        size_t len = strcspn(at, "\n");
        char *line = wcd_text_copy_n(at, len);
        if (line == NULL) {
            junit->sink.no_memory = true;
            break;
        }
        xml_text(&junit->cases, line);
        free(line);
        at += len;
        if (*at == '\n') {
            wcd_buf_char(&junit->cases, '\n');
            at++;
        }
    }
    wcd_buf_text(&junit->cases, "</failure>\n");
    wcd_buf_release(&report);
}

static void junit_run(struct scn_sink *sink, const struct scn_run_result *result)
{
    struct junit *junit = (struct junit *)sink;
    if (!wcd_text_equal(junit->path, result->path)) {
        open_suite(junit, result);
    }
    struct wcd_buf *cases = &junit->cases;
    wcd_buf_text(cases, "    <testcase");
    attribute(cases, "classname", result->path);
    attribute(cases, "name", *result->id == '\0' ? result->title : result->id);
    time_attribute(junit, cases, result->wall_us);
    junit->file.tests++;
    junit->file.wall_us += result->wall_us;
    if (result->status == SCN_PASS) {
        wcd_buf_text(cases, "/>\n");
        return;
    }
    wcd_buf_text(cases, ">\n");
    if (result->status == SCN_FAIL) {
        junit->file.failures++;
        failure_element(junit, result);
    } else {
        junit->file.skipped++;
        wcd_buf_format(cases, "      <skipped message=\"%s",
                       result->status == SCN_GAP ? "known gap: " : "");
        xml_text(cases, result->reason);
        wcd_buf_text(cases, "\"/>\n");
    }
    wcd_buf_text(cases, "    </testcase>\n");
}

static void junit_end(struct scn_sink *sink, const struct scn_summary *summary)
{
    struct junit *junit = (struct junit *)sink;
    struct wcd_buf *buf = &junit->buf;
    close_suite(junit);
    junit->all.wall_us = summary->wall_us;
    wcd_buf_text(buf, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"drydock\"");
    count_attributes(junit, buf, &junit->all);
    wcd_buf_text(buf, ">\n");
    scn_sink_flush_buf(sink, buf);
    scn_sink_flush_buf(sink, &junit->suites);
    wcd_buf_text(buf, "</testsuites>\n");
    scn_sink_flush_buf(sink, buf);
}

static void junit_destroy(struct scn_sink *sink)
{
    struct junit *junit = (struct junit *)sink;
    wcd_buf_release(&junit->cases);
    wcd_buf_release(&junit->suites);
    wcd_buf_release(&junit->buf);
    free(junit->path);
    free(junit->title);
    free(junit);
}

struct scn_sink *scn_sink_junit(FILE *out, bool timings)
{
    static const struct scn_sink_ops ops = {junit_begin, junit_run, junit_end, junit_destroy};
    struct junit *junit = calloc(1, sizeof(*junit));
    if (junit == NULL) {
        return NULL;
    }
    junit->sink = (struct scn_sink){.ops = &ops, .out = out};
    junit->timings = timings;
    wcd_buf_init(&junit->cases, WCD_BUF_BYTES_MAX);
    wcd_buf_init(&junit->suites, JUNIT_BYTES_MAX);
    wcd_buf_init(&junit->buf, WCD_BUF_BYTES_MAX);
    return &junit->sink;
}
