/* The sink for people. On a terminal one line with a bar is drawn again and again and failures are
 * printed above it; elsewhere each scenario file gets one line when its last run is done. */
#include "scenarios/run/sink.h"

#include "core/base/limits.h"
#include "scenarios/run/report.h"

#include <stdlib.h>
#include <string.h>

#define HUMAN_BAR_COLUMNS   30u
#define HUMAN_WIDTH_DEFAULT 80u
#define HUMAN_WIDTH_MIN     20u
#define HUMAN_NUMBER_BYTES  32u

struct counts {
    size_t runs;
    size_t failed;
    size_t skipped;
    size_t gaps;
    struct wcd_strlist reasons; /* of its skips and gaps, each once */
};

struct human {
    struct scn_sink sink;
    struct scn_human_options options;
    struct scn_paint paint;
    struct wcd_buf buf;
    size_t planned;
    size_t done;
    size_t failed;
    size_t bar_drawn; /* columns of the bar on the screen */
    bool line_drawn;
    char *path; /* of the file whose runs are arriving; NULL before the first */
    struct counts file;
    struct wcd_strlist reported; /* the failures of this file that were printed, as one text each */
    size_t alike;                /* its runs that failed as one of those */
};

/* 1204 as "1,204". */
static const char *grouped(char text[HUMAN_NUMBER_BYTES], size_t number)
{
    char digits[HUMAN_NUMBER_BYTES];
    int len = snprintf(digits, sizeof(digits), "%zu", number);
    size_t out = 0;
    for (int i = 0; i < len && out + 2 < HUMAN_NUMBER_BYTES; i++) {
        if (i > 0 && (len - i) % 3 == 0) {
            text[out++] = ',';
        }
        text[out++] = digits[i];
    }
    text[out] = '\0';
    return text;
}

static void flush(struct human *human)
{
    scn_sink_flush_buf(&human->sink, &human->buf);
    if (human->options.progress) {
        (void)fflush(human->sink.out);
    }
}

static void erase_bar(struct human *human)
{
    if (human->line_drawn) {
        wcd_buf_text(&human->buf, "\r\x1b[K");
        human->line_drawn = false;
    }
}

/* Adds as much of `text` as fits into the columns that are left. A byte counts as a column: paths
 * with other characters make the line shorter than it could be, never longer. */
static void add_cut(struct wcd_buf *buf, const char *text, size_t *left)
{
    size_t take = scn_cut(text, *left);
    wcd_buf_add(buf, text, take);
    *left -= take;
}

static void draw_bar(struct human *human)
{
    size_t columns =
        human->planned == 0 ? HUMAN_BAR_COLUMNS : human->done * HUMAN_BAR_COLUMNS / human->planned;
    char text[2 * HUMAN_BAR_COLUMNS + 3 * HUMAN_NUMBER_BYTES];
    char bar[HUMAN_BAR_COLUMNS + 1];
    memset(bar, '.', HUMAN_BAR_COLUMNS);
    memset(bar, '#', columns);
    bar[HUMAN_BAR_COLUMNS] = '\0';
    char done[HUMAN_NUMBER_BYTES];
    char planned[HUMAN_NUMBER_BYTES];
    (void)snprintf(text, sizeof(text), "[%s] %s of %s", bar, grouped(done, human->done),
                   grouped(planned, human->planned));

    size_t width = human->options.width == 0 ? HUMAN_WIDTH_DEFAULT : human->options.width;
    size_t left = (width < HUMAN_WIDTH_MIN ? HUMAN_WIDTH_MIN : width) - 1;
    erase_bar(human);
    add_cut(&human->buf, text, &left);
    if (human->failed > 0) {
        (void)snprintf(text, sizeof(text), ", %s failed", grouped(done, human->failed));
        add_cut(&human->buf, text, &left);
    }
    if (human->path != NULL) {
        add_cut(&human->buf, "  ", &left);
        add_cut(&human->buf, human->path, &left);
    }
    human->line_drawn = true;
    human->bar_drawn = columns;
}

/* What makes two failed runs alike: the same failures at the same places. NULL without memory. */
static char *failures_text(const struct scn_run_result *result)
{
    struct wcd_buf buf;
    wcd_buf_init(&buf, WCD_BUF_BYTES_MAX);
    for (size_t i = 0; i < result->failure_count; i++) {
        const struct scn_failure *failure = &result->failures[i];
        wcd_buf_format(&buf, "%s:%zu:%zu:", failure->file, failure->line, failure->column);
        wcd_buf_text(&buf, failure->what);
        wcd_buf_char(&buf, '\n');
        wcd_buf_text(&buf, failure->expected);
        wcd_buf_char(&buf, '\n');
        wcd_buf_text(&buf, failure->got);
        wcd_buf_char(&buf, '\n');
    }
    return wcd_buf_take(&buf);
}

/* Prints a failed run, unless one of its file that failed alike was printed before: a mistake in a file
 * with many runs is shown once. */
static void report_failure(struct human *human, const struct scn_run_result *result)
{
    char *text = failures_text(result);
    if (text != NULL && wcd_strlist_contains(&human->reported, text)) {
        human->alike++;
        free(text);
        return;
    }
    bool ok = wcd_strlist_take(&human->reported, text) &&
              scn_report_run(&human->buf, result, &human->paint);
    human->sink.no_memory = human->sink.no_memory || !ok;
}

/* Ends the account of a file's failures. */
static void end_alike(struct human *human)
{
    char number[HUMAN_NUMBER_BYTES];
    if (human->alike > 0) {
        wcd_buf_format(&human->buf, "%s more run%s of %s failed in the same way\n\n",
                       grouped(number, human->alike), human->alike == 1 ? "" : "s", human->path);
    }
    human->alike = 0;
    wcd_strlist_release(&human->reported);
}

static void forget_file(struct human *human)
{
    wcd_strlist_release(&human->file.reasons);
    human->file = (struct counts){0};
    wcd_strlist_init(&human->file.reasons);
}

/* The line of the file whose runs have arrived. */
static void file_line(struct human *human)
{
    if (human->path == NULL || human->file.runs == 0) {
        return;
    }
    const struct counts *file = &human->file;
    const struct scn_paint *paint = &human->paint;
    const char *word = "ok  ";
    const char *colour = paint->good;
    if (file->failed > 0) {
        word = "FAIL";
        colour = paint->bad;
    } else if (file->skipped == file->runs) {
        word = "skip";
        colour = paint->dim;
    }
    char number[HUMAN_NUMBER_BYTES];
    wcd_buf_format(&human->buf, "%s%s%s  %s  %s run%s", colour, word, paint->off, human->path,
                   grouped(number, file->runs), file->runs == 1 ? "" : "s");
    if (file->failed > 0) {
        wcd_buf_format(&human->buf, ", %s failed", grouped(number, file->failed));
    }
    if (file->skipped > 0) {
        wcd_buf_format(&human->buf, ", %s skipped", grouped(number, file->skipped));
    }
    if (file->gaps > 0) {
        wcd_buf_format(&human->buf, ", %s known gap%s", grouped(number, file->gaps),
                       file->gaps == 1 ? "" : "s");
    }
    for (size_t i = 0; i < file->reasons.count; i++) {
        wcd_buf_text(&human->buf, i == 0 ? ": " : "; ");
        wcd_buf_text(&human->buf, file->reasons.items[i]);
    }
    wcd_buf_char(&human->buf, '\n');
    forget_file(human);
}

static void human_begin(struct scn_sink *sink, const struct scn_plan_event *plan)
{
    struct human *human = (struct human *)sink;
    human->planned = plan->runs;
    if (human->options.progress) {
        draw_bar(human);
        flush(human);
    }
}

static void count(struct human *human, const struct scn_run_result *result)
{
    human->done++;
    human->file.runs++;
    human->failed += result->status == SCN_FAIL;
    human->file.failed += result->status == SCN_FAIL;
    human->file.skipped += result->status == SCN_SKIP;
    human->file.gaps += result->status == SCN_GAP;
    if (result->reason == NULL) {
        return;
    }
    char *reason = scn_printable_line(result->reason);
    if (reason != NULL && wcd_strlist_contains(&human->file.reasons, reason)) {
        free(reason);
    } else if (!wcd_strlist_take(&human->file.reasons, reason)) {
        human->sink.no_memory = true;
    }
}

/* After the last run of a file. Lines of files that passed would bury the rest on a terminal. */
static void end_file(struct human *human)
{
    end_alike(human);
    if (!human->options.progress) {
        file_line(human);
    } else if (human->file.reasons.count > 0) {
        erase_bar(human);
        file_line(human);
    } else {
        forget_file(human);
    }
}

static void human_run(struct scn_sink *sink, const struct scn_run_result *result)
{
    struct human *human = (struct human *)sink;
    bool new_file = result->run_of_file == 0 || human->path == NULL;
    if (new_file) {
        erase_bar(human);
        end_file(human); /* unless its last run ended it */
        char *path = scn_printable_line(result->path);
        sink->no_memory = sink->no_memory || path == NULL;
        wcd_text_replace(&human->path, path);
    }
    count(human, result);
    if (result->status == SCN_FAIL) {
        erase_bar(human);
        report_failure(human, result);
    }
    bool last = result->run_of_file + 1 == result->runs_of_file;
    if (last && (!human->options.progress || human->file.reasons.count > 0)) {
        end_file(human);
    }
    if (human->options.progress) {
        size_t columns = human->planned == 0 ? 0 : human->done * HUMAN_BAR_COLUMNS / human->planned;
        if (new_file || !human->line_drawn || columns != human->bar_drawn) {
            draw_bar(human);
        }
    }
    flush(human);
}

static void human_end(struct scn_sink *sink, const struct scn_summary *summary)
{
    struct human *human = (struct human *)sink;
    struct wcd_buf *buf = &human->buf;
    char number[HUMAN_NUMBER_BYTES];
    erase_bar(human);
    end_file(human); /* the last file, when a failure ended everything before its last run */
    wcd_buf_format(buf, "%s%s run%s", human->paint.bold, grouped(number, summary->runs),
                   summary->runs == 1 ? "" : "s");
    wcd_buf_format(buf, " of %s scenario%s: ", grouped(number, summary->files),
                   summary->files == 1 ? "" : "s");
    wcd_buf_format(buf, "%s passed", grouped(number, summary->passed));
    if (summary->gaps > 0) {
        wcd_buf_format(buf, ", %s known gap%s", grouped(number, summary->gaps),
                       summary->gaps == 1 ? "" : "s");
    }
    if (summary->skipped > 0) {
        wcd_buf_format(buf, ", %s skipped", grouped(number, summary->skipped));
    }
    if (summary->failed > 0) {
        wcd_buf_format(buf, ", %s%s failed%s%s", human->paint.bad, grouped(number, summary->failed),
                       human->paint.off, human->paint.bold);
    }
    if (summary->differing > 0) {
        wcd_buf_format(buf, ", %s with other calls than on the emulated host",
                       grouped(number, summary->differing));
    }
    if (summary->moved > 0) {
        wcd_buf_format(buf, ", %s with the same calls in another order",
                       grouped(number, summary->moved));
    }
    if (summary->not_run > 0) {
        wcd_buf_format(buf, ", %s not run", grouped(number, summary->not_run));
    }
    wcd_buf_format(buf, " in %.2f s%s\n", (double)summary->wall_us / 1e6, human->paint.off);
    flush(human);
}

static void human_destroy(struct scn_sink *sink)
{
    struct human *human = (struct human *)sink;
    wcd_buf_release(&human->buf);
    wcd_strlist_release(&human->reported);
    wcd_strlist_release(&human->file.reasons);
    free(human->path);
    free(human);
}

struct scn_sink *scn_sink_human(FILE *out, struct scn_human_options options)
{
    static const struct scn_sink_ops ops = {human_begin, human_run, human_end, human_destroy};
    struct human *human = calloc(1, sizeof(*human));
    if (human == NULL) {
        return NULL;
    }
    human->sink = (struct scn_sink){.ops = &ops, .out = out};
    human->options = options;
    human->paint = scn_paint_of(options.colour);
    wcd_buf_init(&human->buf, WCD_BUF_BYTES_MAX);
    return &human->sink;
}
