/* What the handles that clients hold are of, and whose they are.
 *
 * The exit of a system is told after those of its own processes, and the end of a process's input comes
 * after what was written to it, whichever handles these were asked for with. A handle keeps its side until
 * the client closes it: so a handle of a lost service is still known. */
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

struct fake_dll_origin {
    uint64_t system;
    uint32_t process_id; /* 0: a system, or unknown */
};

/* Whether both may be the same process: who is unknown may be any. */
bool fake_dll_may_be_same(const struct fake_dll_origin *one, const struct fake_dll_origin *other);

/* Handles as the platform has them. Without the lock. Without memory the handle's origin is unknown. */
void fake_dll_object_add(struct fake_dll_side *side, enum fake_dll_object kind, plat_handle handle,
                         const struct fake_dll_origin *origin);
void fake_dll_object_remove(const struct fake_dll_side *side, enum fake_dll_object kind,
                            plat_handle handle);
struct fake_dll_origin fake_dll_object_origin(const struct fake_dll_side *side,
                                              enum fake_dll_object kind, plat_handle handle);
/* The side that a handle, as the client has it, is of, held, also when it was lost; NULL for one that is none. */
struct fake_dll_side *fake_dll_object_side(enum fake_dll_object kind, plat_handle tagged);

/* With the lock held: those of a side. */
void fake_dll_objects_drop(struct fake_dll_side *side);

#endif
