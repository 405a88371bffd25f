/* The difference of two texts, line by line. */
#ifndef SCN_RUN_DIFF_H
#define SCN_RUN_DIFF_H

#include "core/base/buf.h"

/* Texts with more lines are printed one after the other instead of being compared. */
#define SCN_DIFF_LINES_MAX 400u
/* Equal lines shown around a difference. */
#define SCN_DIFF_CONTEXT 3u

/* Appends `prefix` and one of "  same", "- only expected", "+ only got" for each line; runs of
 * equal lines are cut down to the context around differences. False without memory. */
bool scn_diff(struct wcd_buf *out, const char *prefix, const char *expected, const char *got);

#endif
