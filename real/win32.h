/* The machine the program runs on, bound to the seam (core/platform): Win32 below, UTF-8 and HRESULTs above.
 *
 * Translation only: what a call does is Windows' matter, and so is the code it answers. Handles are those of
 * Windows, passed through; what Windows knows no handle for (timers, registrations, listeners) has a number
 * of its own. DLLs are loaded by name from the system folder at the first call that needs them; one that is
 * missing answers ERROR_MOD_NOT_FOUND and an export that is missing ERROR_PROC_NOT_FOUND, each time anew.
 *
 * Windows' threads only post events. All functions of the platform may be called from one thread at a time. */
#ifndef REAL_WIN32_H
#define REAL_WIN32_H

#include "core/platform/platform.h"

struct win32_machine;

/* The DLLs of the services. A bare name is searched for in the system folder alone, as hcsshim does; a full
 * path is loaded from there. NULL members stand for Windows' own names. */
struct win32_dlls {
    const char *vmcompute;
    const char *computenetwork;
    const char *virtdisk;
};

/* E_OUTOFMEMORY, or what a thread pool could not be had for. `dlls` may be NULL; its texts are copied. */
plat_hr win32_machine_create(struct win32_machine **out, const struct win32_dlls *dlls);
/* Ends timers, closes what streams are still bound. Registrations have to be gone. NULL is fine. */
void win32_machine_destroy(struct win32_machine *machine);

struct platform win32_machine_platform(struct win32_machine *machine);

/* Lets this time go by, by the machine's own clock: for programs that have nothing else to do. */
void win32_machine_wait_us(struct win32_machine *machine, uint64_t us);

/* Looks at every stream whose read waits, once, and returns when what had come for it is posted: for
 * programs whose time does not go by itself. Nothing may be called meanwhile. False when Windows does not
 * answer. */
bool win32_machine_settle(struct win32_machine *machine);

/* True when Windows is Wine. */
bool win32_is_wine(void);

#endif
