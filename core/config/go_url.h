/* The part of Go's net/url that listening addresses, mirrors and proxies go through.
 *
 * Evidence: the documentation and the errors of url.Parse; the port behind a host is judged since
 * Go 1.12 (v25), not by the compilers of 2017 (v17), and the address in an error stands in quotes
 * since Go 1.14. */
#ifndef WCD_CONFIG_GO_URL_H
#define WCD_CONFIG_GO_URL_H

#include "core/base/error.h"

#include <stdbool.h>

/* All texts are owned, none is NULL. */
struct go_url {
    char *scheme; /* lower case */
    char *opaque; /* scheme:opaque, for an address without "/" behind the scheme */
    bool has_user;
    char *user; /* user and password as written */
    char *host; /* with the port, escapes undone */
    char *path; /* as written */
    char *query;
    char *fragment;
};

/* url.Parse. On failure nothing is to be released, and the message is Go's, with "parse <url>: " in
 * front. */
enum wcd_errc go_url_parse(const char *text, bool modern, struct go_url *out,
                           struct wcd_error *err);
void go_url_release(struct go_url *url);

/* URL.String with `credentials` in place of user and password; NULL leaves them out. NULL without
 * memory. */
char *go_url_text(const struct go_url *url, const char *credentials);

#endif
