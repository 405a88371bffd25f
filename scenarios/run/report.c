/* A failed run as people read it. */
#include "scenarios/run/report.h"

#include "core/base/limits.h"
#include "core/base/utf8.h"
#include "scenarios/run/diff.h"

#include <stdlib.h>
#include <string.h>

struct scn_paint scn_paint_of(bool colour)
{
    if (!colour) {
        return (struct scn_paint){"", "", "", "", ""};
    }
    return (struct scn_paint){"\x1b[31m", "\x1b[32m", "\x1b[2m", "\x1b[1m", "\x1b[0m"};
}

char *scn_printable(const char *text)
{
    struct wcd_buf buf;
    wcd_buf_init(&buf, WCD_BUF_BYTES_MAX);
    size_t len = strlen(text);
    for (size_t at = 0; at < len;) {
        uint32_t point = 0;
        size_t size = wcd_utf8_decode(text + at, len - at, &point);
        bool bad = size == 1 && point == WCD_UTF8_REPLACEMENT;
        bool control =
            (point < 0x20 && point != '\n' && point != '\t') || (point >= 0x7F && point < 0xA0);
        if (bad || control) {
            wcd_buf_format(&buf, "\\x%02x", bad ? (unsigned)(unsigned char)text[at] : point);
        } else {
            wcd_buf_add(&buf, text + at, size);
        }
        at += size;
    }
    return wcd_buf_take(&buf);
}

size_t scn_cut(const char *text, size_t bytes)
{
    size_t len = strlen(text);
    size_t take = len < bytes ? len : bytes;
    while (take > 0 && take < len && ((unsigned char)text[take] & 0xC0u) == 0x80u) {
        take--;
    }
    return take;
}

char *scn_printable_line(const char *text)
{
    char *line = scn_printable(text);
    for (char *at = line; at != NULL && *at != '\0'; at++) {
        *at = *at == '\n' || *at == '\t' ? ' ' : *at;
    }
    return line;
}

void scn_add_printable(struct wcd_buf *out, const char *text)
{
    char *line = scn_printable_line(text);
    if (line == NULL) {
        out->failed = true;
    } else {
        wcd_buf_text(out, line);
    }
    free(line);
}

/* "    expected: text", or the label alone and the lines of the text below it. */
static void labelled(struct wcd_buf *out, const char *label, const char *text)
{
    if (strchr(text, '\n') == NULL) {
        wcd_buf_format(out, "    %-9s %s\n", label, *text == '\0' ? "(nothing)" : text);
        return;
    }
    wcd_buf_format(out, "    %s\n", label);
    while (*text != '\0') {
        size_t len = strcspn(text, "\n");
        wcd_buf_text(out, "      ");
        wcd_buf_add(out, text, len);
        wcd_buf_char(out, '\n');
        text += len + (text[len] == '\n');
    }
}

static bool difference(struct wcd_buf *out, const char *expected, const char *got, bool by_line)
{
    if (by_line && (strchr(expected, '\n') != NULL || strchr(got, '\n') != NULL)) {
        wcd_buf_text(out, "    - expected, + got:\n");
        return scn_diff(out, "      ", expected, got);
    }
    labelled(out, "expected:", expected);
    labelled(out, "got:", got);
    return true;
}

static void place(struct wcd_buf *out, const struct scn_failure *failure,
                  const struct scn_paint *paint, const char *what)
{
    wcd_buf_format(out, "  %s", paint->bold);
    scn_add_printable(out, failure->file);
    if (failure->line > 0) {
        wcd_buf_format(out, ":%zu", failure->line);
    }
    wcd_buf_format(out, "%s: %s%s%s\n", paint->off, paint->bad, what, paint->off);
}

static void last_calls(struct wcd_buf *out, const struct scn_failure *failure,
                       const struct scn_paint *paint)
{
    if (failure->calls.count > 0) {
        wcd_buf_format(out, "    last calls before it:\n%s", paint->dim);
        for (size_t i = 0; i < failure->calls.count; i++) {
            wcd_buf_format(out, "      %s\n", failure->calls.items[i]);
        }
        wcd_buf_text(out, paint->off);
    }
}

bool scn_report_failure(struct wcd_buf *out, const struct scn_failure *failure,
                        const struct scn_paint *paint)
{
    char *what = scn_printable(failure->what);
    char *expected = scn_printable(failure->expected);
    char *got = scn_printable(failure->got);
    bool ok = what != NULL && expected != NULL && got != NULL;
    if (ok) {
        place(out, failure, paint, what);
        if (failure->source_line != NULL) {
            wcd_buf_format(out, "%s%6zu |%s ", paint->dim, failure->line, paint->off);
            scn_add_printable(out, failure->source_line);
            wcd_buf_char(out, '\n');
        }
        if (failure->kind == SCN_FAILURE_SKIP) {
            wcd_buf_format(out, "    %s\n", got); /* there is nothing to compare */
        } else {
            ok = difference(out, expected, got, failure->by_line);
        }
    }
    free(what);
    free(expected);
    free(got);
    return ok && !out->failed;
}

/* As one word of a POSIX shell. */
static void shell_word(struct wcd_buf *out, const char *text)
{
    static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
                                "_-./=,:@%+";
    if (*text != '\0' && text[strspn(text, plain)] == '\0') {
        wcd_buf_text(out, text);
        return;
    }
    wcd_buf_char(out, '\'');
    for (; *text != '\0'; text++) {
        if (*text == '\'') {
            wcd_buf_text(out, "'\\''");
        } else {
            wcd_buf_char(out, *text);
        }
    }
    wcd_buf_char(out, '\'');
}

void scn_report_command(struct wcd_buf *out, const struct scn_run_result *result)
{
    wcd_buf_text(out, "drydock run ");
    shell_word(out, result->path);
    if (*result->id != '\0') {
        wcd_buf_text(out, " --filter ");
        shell_word(out, result->id);
    }
    wcd_buf_format(out, " --seed %llu", (unsigned long long)result->seed);
    for (size_t i = 0; i < result->failure_count; i++) {
        if (result->failures[i].kind == SCN_FAILURE_SKIP) {
            wcd_buf_text(out, " --strict");
            break;
        }
    }
}

void scn_report_name(struct wcd_buf *out, const struct scn_run_result *result)
{
    scn_add_printable(out, result->path);
    if (*result->id != '\0') {
        wcd_buf_text(out, " [");
        scn_add_printable(out, result->id);
        wcd_buf_char(out, ']');
    }
}

static bool same_calls(const struct scn_failure *a, const struct scn_failure *b)
{
    bool same = a->calls.count == b->calls.count;
    for (size_t i = 0; same && i < a->calls.count; i++) {
        same = strcmp(a->calls.items[i], b->calls.items[i]) == 0;
    }
    return same;
}

bool scn_report_run(struct wcd_buf *out, const struct scn_run_result *result,
                    const struct scn_paint *paint)
{
    wcd_buf_format(out, "%sFAILED%s ", paint->bad, paint->off);
    scn_add_printable(out, result->title);
    wcd_buf_char(out, '\n');
    if (*result->id != '\0') {
        wcd_buf_text(out, "  ");
        scn_add_printable(out, result->id);
        wcd_buf_char(out, '\n');
    }
    bool ok = true;
    for (size_t i = 0; i < result->failure_count && ok; i++) {
        ok = scn_report_failure(out, &result->failures[i], paint);
        /* What is found out at the end of a run has the same calls before it. */
        if (i + 1 == result->failure_count ||
            !same_calls(&result->failures[i], &result->failures[i + 1])) {
            last_calls(out, &result->failures[i], paint);
        }
    }
    wcd_buf_text(out, "  repeat it with:\n    ");
    struct wcd_buf command;
    wcd_buf_init(&command, WCD_BUF_BYTES_MAX);
    scn_report_command(&command, result);
    scn_add_printable(out, wcd_buf_str(&command));
    out->failed = out->failed || command.failed;
    wcd_buf_release(&command);
    wcd_buf_text(out, "\n\n");
    return ok && !out->failed;
}
