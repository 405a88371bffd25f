/* Registered callbacks: what the emulator tells, told to the client.
 *
 * The emulator posts while the lock is held. Each registration has a queue of its own that a thread of
 * the process's pool works off without the lock, one notification after the other; different
 * registrations do not wait for each other. So a callback may call any function of the DLL, and one
 * that blocks holds up nobody but itself. */
#ifndef FAKE_DLL_CALLBACK_H
#define FAKE_DLL_CALLBACK_H

#include "fakes/dll/host.h"

/* HCS_NOTIFICATION_CALLBACK. The status goes out in 64 bits, the upper half zero, as answers do. */
typedef void(CALLBACK *fake_dll_notify)(DWORD type, void *ctx, uint64_t status,
                                        const wchar_t *data);

enum fake_dll_object {
    FAKE_DLL_SYSTEM,
    FAKE_DLL_PROCESS
};

/* Both with the lock held. */
plat_hr fake_dll_callback_register(struct fake_dll *dll, enum fake_dll_object kind,
                                   plat_handle object, fake_dll_notify notify, void *ctx,
                                   plat_handle *out);
/* Waits, with the lock let go, for a callback that is running, unless that is who asks. None runs
 * after it has returned. */
plat_hr fake_dll_callback_unregister(struct fake_dll *dll, enum fake_dll_object kind,
                                     plat_handle registration);

#endif
