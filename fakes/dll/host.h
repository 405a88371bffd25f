/* The emulated host of a process that loads the DLL, in real time.
 *
 * The emulator is a state machine that does nothing by itself. Here it gets what the clients of a DLL
 * expect: calls from many threads, which one lock lets in one by one; a clock that goes by itself; and
 * a thread that moves the emulator on when something falls due. What clients are told goes through
 * callback.h, never from inside this lock.
 *
 * There is one host in a process: a DLL has no other place to keep it, so this is the project's only
 * global state. It is made at the first call, never at load time, and lives as long as the process. */
#ifndef FAKE_DLL_HOST_H
#define FAKE_DLL_HOST_H

#include "fakes/host/host.h"

#include <windows.h>

struct fake_dll_callback;
struct fake_dll_pump;

struct fake_dll {
    CRITICAL_SECTION lock;
    CONDITION_VARIABLE due;   /* something is due earlier than the clock thread waits for */
    CONDITION_VARIABLE quiet; /* a callback has returned, a pump has drained */
    struct fake_host *host;
    struct platform platform;
    uint64_t start_us;
    uint64_t armed_us; /* when the clock thread wakes; UINT64_MAX: when it is told to */
    uint64_t notes;    /* that callbacks were given so far */
    struct fake_dll_callback *callbacks;
    struct fake_dll_pump *pumps;
};

/* Takes the lock and brings the emulator up to now. NULL, without the lock, when there is no host; *hr
 * says why. */
struct fake_dll *fake_dll_enter(plat_hr *hr);
/* The same for who has a host already. */
void fake_dll_lock(struct fake_dll *dll);
void fake_dll_unlock(struct fake_dll *dll);

/* Waits, without the lock, until the condition is signalled; brings the emulator up to now. False when
 * `milliseconds` (INFINITE: for ever) have passed. */
bool fake_dll_wait(struct fake_dll *dll, CONDITION_VARIABLE *condition, DWORD milliseconds);

uint64_t fake_dll_clock_us(void);

#endif
