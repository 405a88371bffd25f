/* The report of a failed run, as text: the scenario's own line, the difference, the last calls
 * before it, and the one command that repeats it. */
#ifndef SCN_RUN_REPORT_H
#define SCN_RUN_REPORT_H

#include "core/base/buf.h"
#include "scenarios/run/event.h"

/* How the parts of a report are set off on a terminal; all "" elsewhere. */
struct scn_paint {
    const char *bad;
    const char *good;
    const char *dim;
    const char *bold;
    const char *off;
};
struct scn_paint scn_paint_of(bool colour);

/* The text with bytes and characters that a terminal should not see written as \xNN; line ends and
 * tabs stay. The caller frees; NULL without memory. */
char *scn_printable(const char *text);

/* The same on one line: line ends and tabs become blanks. */
char *scn_printable_line(const char *text);
/* Adds that line to the buffer; no memory makes the buffer fail. */
void scn_add_printable(struct wcd_buf *out, const char *text);

/* As many of the first `bytes` bytes of a UTF-8 text as end between two characters. */
size_t scn_cut(const char *text, size_t bytes);

/* The failure alone: place, source line, what, expected, got. False without memory. */
bool scn_report_failure(struct wcd_buf *out, const struct scn_failure *failure,
                        const struct scn_paint *paint);

/* The command that repeats exactly this run, without a line end. */
void scn_report_command(struct wcd_buf *out, const struct scn_run_result *result);

/* "path [id]", or only the path. */
void scn_report_name(struct wcd_buf *out, const struct scn_run_result *result);

/* All of a failed run. False without memory. */
bool scn_report_run(struct wcd_buf *out, const struct scn_run_result *result,
                    const struct scn_paint *paint);

#endif
