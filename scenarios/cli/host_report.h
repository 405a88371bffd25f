/* What a served host has to say of itself: a document, and the same for people. */
#ifndef SCN_CLI_HOST_REPORT_H
#define SCN_CLI_HOST_REPORT_H

#include "core/json/json.h"
#include "fakes/host/host.h"

#include <stdio.h>

/* Of the host: build, time, misuse, what is open or left behind, compute systems, networks and endpoints.
 * NULL without memory. */
struct wcd_json *host_report_make(struct fake_host *host);

/* For people. A report that is none prints what there is. */
void host_report_print(FILE *out, const struct wcd_json *report);

#endif
