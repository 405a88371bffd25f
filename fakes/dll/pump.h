/* Streams of processes, as clients of the DLL get them: ends of named pipes for overlapped I/O, which
 * belong to the client. The other end is ours; a thread for each carries the bytes to or from the
 * platform's stream and ends with it, or when the client closes its end. */
#ifndef FAKE_DLL_PUMP_H
#define FAKE_DLL_PUMP_H

#include "fakes/dll/object.h"

/* What a pipe and a pump hold. */
#define FAKE_DLL_PIPE_BYTES 65536u
/* How long the end of a process's input waits for somebody to take bytes that the client has written before. */
#define FAKE_DLL_DRAIN_MS 1000u
/* And how long it waits at all, in case the client goes on writing meanwhile. */
#define FAKE_DLL_DRAIN_MS_MAX 60000u

/* Takes the platform's stream in every case. PLAT_NO_HANDLE gives NULL. Without the lock. */
plat_hr fake_dll_pump_start(struct fake_dll_side *side, const struct fake_dll_origin *process,
                            plat_handle stream, bool output, HANDLE *end);

/* All that the client has written to the process's input so far is with the platform when it returns, or
 * nobody took it for FAKE_DLL_DRAIN_MS, or it took FAKE_DLL_DRAIN_MS_MAX. Without the lock. */
void fake_dll_pump_drain(const struct fake_dll_side *side, const struct fake_dll_origin *process);

/* ---- with the lock held ---- */

enum fake_dll_quiet {
    FAKE_DLL_QUIET, /* nothing is on its way */
    FAKE_DLL_FULL,  /* something is, to a pipe that is full */
    FAKE_DLL_BUSY
};

/* Has every pump look at its client's end. */
void fake_dll_pumps_ask(void);
/* Whether all have looked and have nothing to carry. */
enum fake_dll_quiet fake_dll_pumps_quiet(void);
/* Those of a side end, and ask nothing of its platform any more. */
void fake_dll_pumps_drop(const struct fake_dll_side *side);

#endif
