/* Moments as text. */
#ifndef FAKE_HOST_MOMENT_H
#define FAKE_HOST_MOMENT_H

#include <stdint.h>

/* A FILETIME by RFC 3339 with seven digits of a second, as HCS writes it (recorded: hcsctl). NULL
 * without memory; the caller frees. */
char *fake_moment_text(uint64_t filetime);

#endif
