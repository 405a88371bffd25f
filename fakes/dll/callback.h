/* Registered callbacks: what the emulator tells, told to the client.
 *
 * Each registration has a queue of its own that the platform posts to and that a thread of the process's
 * pool works off with no lock held, one notification after the other. Registrations do not wait for each
 * other, with one exception: the exit of a system waits for those of its own processes. So a callback may
 * call any function of the DLL, and one that blocks holds up nobody but itself and, when it is a process's,
 * the exit of that process's system. */
#ifndef FAKE_DLL_CALLBACK_H
#define FAKE_DLL_CALLBACK_H

#include "fakes/dll/object.h"

/* HCS_NOTIFICATION_CALLBACK. The status goes out in 64 bits, the upper half zero, as answers do. */
typedef void(CALLBACK *fake_dll_notify)(DWORD type, void *ctx, uint64_t status,
                                        const wchar_t *data);

/* All without the lock. */
plat_hr fake_dll_callback_register(struct fake_dll_side *side, enum fake_dll_object kind,
                                   plat_handle object, fake_dll_notify notify, void *ctx,
                                   plat_handle *out);
/* The side that a registration is of, held, also when it was lost; NULL when there is no such registration. */
struct fake_dll_side *fake_dll_callback_side(enum fake_dll_object kind, plat_handle registration);
/* Waits for a callback that is running, unless that is who asks. None runs after it has returned, also
 * when the platform has refused; it can be asked again then. The registration is as the client has it; it
 * may be one of a side before. */
plat_hr fake_dll_callback_unregister(struct fake_dll_side *side, enum fake_dll_object kind,
                                     plat_handle registration);
/* The platform has closed the handle, and with it ended the registrations: none of theirs begins any more. */
void fake_dll_callbacks_closed(const struct fake_dll_side *side, enum fake_dll_object kind,
                               plat_handle object);

/* ---- with the lock held ---- */

/* Nothing waits to be told. */
bool fake_dll_callbacks_quiet(void);
/* Ends those of a side; lets go of the lock while one runs. */
void fake_dll_callbacks_drop(struct fake_dll_side *side);

#endif
