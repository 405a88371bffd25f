/* What the DLL holds for its clients: callbacks and pipes, and the backend that they are of.
 *
 * There is one front in a process: a DLL has no other place to keep it, so this is the project's only
 * global state. Its lock is never held over a call of a platform: sinks take it to queue what they are
 * told, with whatever locks the platform holds then.
 *
 * The backend is chosen at the first call, never at load time. A service that is lost is sought anew at
 * the next call; what clients hold of the lost one is told from what the new one gives by a tag in the
 * handles. */
#ifndef FAKE_DLL_FRONT_H
#define FAKE_DLL_FRONT_H

#include "fakes/dll/backend.h"

struct fake_dll_callback;
struct fake_dll_handle;
struct fake_dll_pump;

/* A backend as long as anybody uses it. */
struct fake_dll_side {
    struct fake_dll_backend backend;
    plat_handle tag; /* in all handles that go out */
    unsigned references;
    bool dropped;               /* was given, and taken back: nothing is asked of it any more */
    struct fake_dll_side *next; /* of those that nobody uses */
};

struct fake_dll {
    SRWLOCK lock;
    CONDITION_VARIABLE quiet;   /* a callback has returned, a pipe is carried, a side is let go */
    struct fake_dll_side *side; /* the one that calls go to; NULL: none yet */
    struct fake_dll_side *unused;
    uint64_t notes; /* that callbacks were given so far */
    struct fake_dll_callback *callbacks;
    struct fake_dll_handle *handles;
    struct fake_dll_pump *pumps;
    struct fake_dll_pump *refused; /* have ended, but the platform did not close their streams */
};

extern struct fake_dll fake_dll;

void fake_dll_lock(void);
void fake_dll_unlock(void);
/* Waits, without the lock, until somebody says that it has become quieter. False when `milliseconds`
 * (INFINITE: for ever) have passed. */
bool fake_dll_wait(DWORD milliseconds);
void fake_dll_quieter(void);

/* The side that a call goes to, held. NULL when there is none; *hr says why. Without the lock. */
struct fake_dll_side *fake_dll_enter(plat_hr *hr);
void fake_dll_leave(struct fake_dll_side *side);

/* With the lock held. */
void fake_dll_side_hold(struct fake_dll_side *side);
void fake_dll_side_release(struct fake_dll_side *side);

/* Handles go out with the side's tag. One that came from another side is false. */
plat_handle fake_dll_tagged(const struct fake_dll_side *side, plat_handle handle);
bool fake_dll_untagged(const struct fake_dll_side *side, plat_handle tagged, plat_handle *handle);

uint64_t fake_dll_clock_us(void);

#endif
