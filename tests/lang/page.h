/* The key tables of the reference page: between `<!-- table: NAME -->` and `<!-- end -->` stands
 * what the schema tables say, so that the page cannot go stale. */
#ifndef TEST_LANG_PAGE_H
#define TEST_LANG_PAGE_H

#include "core/base/buf.h"

/* Appends the page with its tables made anew. False when it cannot be read or names a table that is
 * not there. */
bool lang_page_renew(const char *path, struct wcd_buf *out);

#endif
