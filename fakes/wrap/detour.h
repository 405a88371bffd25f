/* A decorator that sends the calls of the compute service, of HNS, of layers and of processes' streams on
 * a detour: over a road of the caller's (bindings of Windows' DLLs, and the emulator's DLL behind them)
 * back to the platform below. All other services are called directly.
 *
 * The road has threads of its own, and virtual time does not wait for threads. So events are kept in the
 * order in which the platform below posted them, and after each call, or when asked, delivered one by one,
 * waiting each time until the road has settled. The caller sees the same events in the same order as
 * without a detour, and the same numbers for handles.
 *
 * One thread calls the platform that is handed out, and all functions here. */
#ifndef FAKE_WRAP_DETOUR_H
#define FAKE_WRAP_DETOUR_H

#include "core/platform/platform.h"

struct wrap_detour;

struct wrap_detour_road {
    /* Opens the road to `far`, which may be called from any thread until close, for a process that begins.
     * *out is what the road offers: hcs, hns, storage, and read, write, attach and close for the streams
     * that its hcs gives out. What failed is told in `why`. */
    plat_hr (*open)(void *ctx, const struct platform *far, struct platform *out, const char **why);
    /* Waits until all that was posted to the road's sinks, and all that was written to its streams, has
     * arrived. *full is set when something waits for the reader of a stream. */
    plat_hr (*settle)(void *ctx, bool *full);
    /* The process has ended. */
    void (*close)(void *ctx);
    void *ctx;
};

/* NULL without memory. `below` is copied. */
struct wrap_detour *wrap_detour_create(const struct platform *below,
                                       const struct wrap_detour_road *road);
void wrap_detour_destroy(struct wrap_detour *detour);

/* The same one for all processes. Calls answer E_FAIL's like when the road could not be opened. */
struct platform wrap_detour_platform(struct wrap_detour *detour);

/* Delivers what was posted since: after time has passed below, or something has been done there. */
void wrap_detour_deliver(struct wrap_detour *detour);
/* The process has died, and the next one begins. Comes before the platform below hears of it. */
void wrap_detour_next_process(struct wrap_detour *detour);

/* What went wrong with the road itself; NULL: nothing. The run is then void. */
const char *wrap_detour_failure(const struct wrap_detour *detour);

#endif
