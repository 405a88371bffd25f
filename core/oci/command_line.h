/* Command lines of Windows out of arguments (moby pkg/system, EscapeArgs). */
#ifndef WCD_OCI_COMMAND_LINE_H
#define WCD_OCI_COMMAND_LINE_H

#include "core/base/buf.h"
#include "core/base/text.h"

/* Appends one argument as Go's syscall.EscapeArg writes it: "" for an empty one; in quotes when it holds a
 * blank or a tab; quotes escaped, and the backslashes before a quote doubled. CommandLineToArgvW gives
 * it back as it was, unless it holds a line end or another control character that programs split at. */
void wcd_escape_arg(struct wcd_buf *buf, const char *argument);

/* All arguments, with one blank between them. The caller frees; NULL without memory. */
char *wcd_escape_args(const struct wcd_strlist *arguments);

#endif
