/* Which compute system the handles that clients hold are of: the exit of a system is told after those of
 * its own processes, whichever handles these were asked for with. */
#ifndef FAKE_DLL_OBJECT_H
#define FAKE_DLL_OBJECT_H

#include "fakes/dll/front.h"

enum fake_dll_object {
    FAKE_DLL_SYSTEM,
    FAKE_DLL_PROCESS
};

/* What a system is told from others by; systems that happen to share it only keep more order than they
 * have to. */
#define FAKE_DLL_SYSTEM_UNKNOWN ((uint64_t)0)
uint64_t fake_dll_system_of_id(const char *id);

/* Handles as the platform has them. Without the lock. Without memory the handle's system is unknown. */
void fake_dll_object_add(const struct fake_dll_side *side, enum fake_dll_object kind,
                         plat_handle handle, uint64_t system);
void fake_dll_object_remove(const struct fake_dll_side *side, enum fake_dll_object kind,
                            plat_handle handle);
uint64_t fake_dll_object_system(const struct fake_dll_side *side, enum fake_dll_object kind,
                                plat_handle handle);

/* With the lock held: those of a side. */
void fake_dll_objects_drop(const struct fake_dll_side *side);

#endif
