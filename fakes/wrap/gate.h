/* A decorator that does something before and after every call of the services that have events, and of
 * layers and networks beside them: takes a lock, brings a clock up to date, sees to what the call has
 * set off. All other services are those below, and so are the times that clocks tell.
 *
 * It may be called from any thread if its hooks may. Events pass it by, unless `sink` puts something
 * between; handles of registrations and of processes' streams go through as they are, unless hooks give
 * them other numbers. */
#ifndef FAKE_WRAP_GATE_H
#define FAKE_WRAP_GATE_H

#include "core/platform/platform.h"
#include "fakes/wrap/objects.h"

struct wrap_gate_hooks {
    void (*enter)(void *ctx);
    void (*leave)(void *ctx);

    /* Each may be NULL, and is called between enter and leave. */

    /* What goes below instead of the sink that the caller names. */
    struct plat_event_sink (*sink)(void *ctx, struct plat_event_sink sink);
    /* What the caller gets for the registration, or the stream of a process, that comes from below. */
    plat_handle (*given)(void *ctx, enum wrap_handle_kind kind, plat_handle handle);
    /* The stream has been attached to the last sink. */
    void (*attached)(void *ctx, plat_handle stream);
    /* What goes below for the registration that the caller ends, or the stream that it closes. */
    plat_handle (*taken)(void *ctx, enum wrap_handle_kind kind, plat_handle handle);

    void *ctx;
};

/* The caller's, and nothing in it is to be released. Outlives the platform that is handed out. */
struct wrap_gate {
    struct platform below;
    const struct plat_storage *disks; /* where detach_disk goes; NULL: where the rest goes */
    struct wrap_gate_hooks hooks;
};

struct platform wrap_gate_platform(struct wrap_gate *gate);

#endif
