/* Streams of processes, as clients of the DLL get them: ends of named pipes for overlapped I/O, which
 * belong to the client. The other end is ours; a thread for each carries the bytes to or from the
 * emulator's stream and ends with it. */
#ifndef FAKE_DLL_PUMP_H
#define FAKE_DLL_PUMP_H

#include "fakes/dll/host.h"

/* What a pipe and a pump hold. */
#define FAKE_DLL_PIPE_BYTES 65536u
/* How long the end of a process's input waits for bytes that the client has written before. */
#define FAKE_DLL_DRAIN_MS 1000u

/* Takes the emulator's stream in every case, with the lock held. PLAT_NO_HANDLE gives NULL. */
plat_hr fake_dll_pump_start(struct fake_dll *dll, plat_handle process, plat_handle stream,
                            bool output, HANDLE *end);

/* All that the client has written to the process's input so far is in the emulator when it returns, or
 * nobody took it for FAKE_DLL_DRAIN_MS. Lets go of the lock meanwhile. */
void fake_dll_pump_drain(struct fake_dll *dll, plat_handle process);

#endif
