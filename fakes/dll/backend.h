/* What stands behind the DLL: a platform that any thread may call, from one of three places.
 *
 *  - The process gives one (a scenario runner that has the emulator itself, with its virtual clock).
 *  - A service of the machine, `drydock host`, that all processes share: \\.\pipe\drydock, or the pipe
 *    that DRYDOCK_PIPE names.
 *  - Neither: a host of the process's own, in real time (fakes/live).
 *
 * The front, which is the rest of this folder, calls the platform with no lock of its own held, and its
 * sinks take that lock: so whoever posts may hold any lock of the platform's. */
#ifndef FAKE_DLL_BACKEND_H
#define FAKE_DLL_BACKEND_H

#include "core/platform/platform.h"

#include <windows.h>

struct fake_dll_backend {
    struct platform platform;
    void (*release)(void *ctx); /* NULL: nothing to do */
    void *ctx;
};

/* A host of this process's own, as the environment describes it. */
plat_hr fake_dll_backend_own(struct fake_dll_backend *out);
/* The service at that pipe; ERROR_FILE_NOT_FOUND when nobody listens there. */
plat_hr fake_dll_backend_remote(struct fake_dll_backend *out, const wchar_t *pipe);

/* ---- for the program that gives the platform; exported beside Windows' functions ---- */

/* From now on the DLL stands before this platform, whose functions may be called from any thread; NULL:
 * before none, and what it held for the one before is let go without a word to it (its process has
 * died). No client call may be under way. The platform is borrowed. */
__declspec(dllexport) uint64_t WINAPI DrydockGivePlatform(const struct platform *platform);
/* Returns when all that was posted so far has reached the clients: callbacks have returned, bytes of
 * processes' outputs are read. ERROR_TIMEOUT after `milliseconds`. */
__declspec(dllexport) uint64_t WINAPI DrydockSettle(uint32_t milliseconds);

#endif
