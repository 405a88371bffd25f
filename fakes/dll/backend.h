/* What stands behind the DLL: a platform that any thread may call, from one of three places.
 *
 *  - The process gives one (a scenario runner that has the emulator itself, with its virtual clock).
 *  - A service of the machine, `drydock host`, that all processes share: \\.\pipe\drydock, or the pipe
 *    that DRYDOCK_PIPE names ("none": no service).
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
    /* True once the service is gone for ever: all calls answer RPC_S_SERVER_UNAVAILABLE, and the next
     * one of the front's goes to a new backend. Called with no lock held. NULL: never. */
    bool (*is_lost)(void *ctx);
    void (*release)(void *ctx); /* NULL: nothing to do */
    void *ctx;
};

/* A host of this process's own, as the environment describes it. ERROR_BAD_CONFIGURATION when that is
 * wrong, which is told on stderr. */
plat_hr fake_dll_backend_own(struct fake_dll_backend *out);
/* The service at that pipe; ERROR_FILE_NOT_FOUND when nobody listens there. */
plat_hr fake_dll_backend_remote(struct fake_dll_backend *out, const wchar_t *pipe);

/* ---- for the program that gives the platform; exported beside Windows' functions ---- */

/* From now on the DLL stands before this platform, whose functions may be called from any thread; NULL:
 * before none, and what it held for the one before is let go without a word to it (its process has
 * died). No client call may be under way, and the one before posts nothing any more. The platform is
 * borrowed. */
uint64_t WINAPI DrydockGivePlatform(const struct platform *platform);
/* Returns when all that was posted so far has reached the clients, and all that they wrote the platform:
 * callbacks have returned, bytes of outputs are in the clients' pipes, those of inputs are out of them,
 * pipes that a client closed are closed. What waits for the other side to read does not count; the answer
 * is S_FALSE when it is a client that something waits for. ERROR_TIMEOUT after `milliseconds`. */
uint64_t WINAPI DrydockSettle(uint32_t milliseconds);

#endif
