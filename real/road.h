/* The road from the seam through this machine's own bindings and vmcompute.dll, the emulator's, to a
 * platform that the program has: Windows programs only. The DLL has one place for such a platform, so a
 * program opens one road at a time. */
#ifndef REAL_ROAD_H
#define REAL_ROAD_H

#include "core/platform/platform.h"

struct road;

/* `dll` is a path; NULL: vmcompute.dll in the program's own folder. NULL when the road cannot be had; *why
 * says for what reason, for a person to read after a colon. */
struct road *road_create(const char *dll, const char **why);
/* It must be closed. NULL is fine. */
void road_destroy(struct road *road);

/* `ctx` is a struct road. *out is what the bindings are for a process that begins; `behind`, which is copied,
 * what the DLL stands before. */
plat_hr road_open(void *ctx, const struct platform *behind, struct platform *out, const char **why);
/* Waits until what went either way has arrived; *full when something waits for a stream's reader. */
plat_hr road_settle(void *ctx, bool *full);
/* The process has died: the DLL and the bindings forget it. */
void road_close(void *ctx);

#endif
