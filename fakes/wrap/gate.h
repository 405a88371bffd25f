/* A decorator that does something before and after every call of the services that have events, and of
 * layers and networks beside them: takes a lock, brings a clock up to date, sees to what the call has
 * set off. All other services are those below.
 *
 * It may be called from any thread if its hooks may. Events pass it by, unless `sink` puts something
 * between. */
#ifndef FAKE_WRAP_GATE_H
#define FAKE_WRAP_GATE_H

#include "core/platform/platform.h"

struct wrap_gate_hooks {
    void (*enter)(void *ctx);
    void (*leave)(void *ctx);
    /* Between enter and leave: what goes below instead of the sink that the caller names. NULL: that
     * one. */
    struct plat_event_sink (*sink)(void *ctx, struct plat_event_sink sink);
    void *ctx;
};

/* The caller's, and nothing in it is to be released. Outlives the platform that is handed out. */
struct wrap_gate {
    struct platform below;
    struct wrap_gate_hooks hooks;
};

struct platform wrap_gate_platform(struct wrap_gate *gate);

#endif
