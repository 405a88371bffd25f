/* Go's %q: a text in double quotes with Go's escapes. */
#ifndef WCD_BASE_GOQUOTE_H
#define WCD_BASE_GOQUOTE_H

/* NULL without memory. Printable characters stay (what Go's strconv.IsPrint calls printable is taken as
 * everything but control characters, surrogates, private use, unassigned planes and white space other
 * than the blank); others become \a \b \f \n \r \t \v, \x7f, \u00a0 or \U0001f000. */
char *wcd_go_quote(const char *text);

#endif
