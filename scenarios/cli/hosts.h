/* What `drydock hosts` prints beside its tables. */
#ifndef SCN_CLI_HOSTS_H
#define SCN_CLI_HOSTS_H

#include "fakes/host/builds.h"

#include <stdio.h>

/* The values and services of a Windows version, as a registry file for a Wine prefix. */
void cli_print_registry(FILE *out, const struct fake_build *build);

#endif
