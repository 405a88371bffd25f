/* What a served host has to say of itself: a document, and the same for people. */
#ifndef SCN_CLI_HOST_REPORT_H
#define SCN_CLI_HOST_REPORT_H

#include "core/json/json.h"
#include "fakes/host/host.h"
#include "scenarios/cli/cli.h"

/* Of the host: build, time, misuse, what is open or left behind, compute systems, networks and endpoints.
 * NULL without memory. */
struct wcd_json *host_report_make(struct fake_host *host);

/* Prints one that a service has sent, for people or as JSON. An enum cli_exit: CLI_FAILED when there was misuse. */
int host_report_show(struct cli *cli, const char *text, size_t size, bool as_json);

#endif
