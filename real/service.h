/* What a program that serves others wants of the machine, beside pipes: its files, the time of day, and to be
 * told when it is to end. */
#ifndef REAL_SERVICE_H
#define REAL_SERVICE_H

#include "core/platform/fs.h"

/* The machine's own files behind the seam; false where the seam has none. */
bool service_files(struct plat_fs *out);

/* UTC as FILETIME. */
uint64_t service_wall_100ns(void);

/* From now on Ctrl-C, and the end of the console, of the session or of the machine, call `told` instead of
 * ending the process, on a thread of its own; the process has to end soon then. NULL ends this. False where
 * that cannot be had. There is one such wish in a process. */
bool service_on_end(void (*told)(void *ctx), void *ctx);

#endif
