/* Events: how the platform tells the daemon that something happened.
 *
 * Windows calls back on threads of its own, at any moment; the core is one thread. So a
 * registration names a sink and a key, and all that a callback does is post an event with that key
 * to the sink. The core takes events from its queue at its own pace and looks the key up: a key
 * whose object is gone by then is simply unknown, where a pointer would be a bug.
 *
 * Order: events of one registration arrive in the order in which Windows (or the emulator)
 * delivered them. Between registrations there is no order except virtual time. */
#ifndef PLAT_EVENT_H
#define PLAT_EVENT_H

#include "core/platform/types.h"

enum plat_event_kind {
    PLAT_EVENT_TIMER,  /* clock.h: a timer ran out */
    PLAT_EVENT_HCS,    /* hcs.h: `type` is an HCS notification id */
    PLAT_EVENT_STREAM, /* transport.h: a stream wants its owner; `type` is a plat_stream_event */
    PLAT_EVENT_HCN     /* hns.h: a network changed; `type` is an HCN notification id */
};

struct plat_event {
    enum plat_event_kind kind;
    uint64_t key;  /* the key of the registration */
    uint32_t type; /* meaning depends on kind */
    plat_hr status;
    char *data; /* text that came with it, or NULL; owned by the event */
};

/* Where events go. `post` may be called from any thread, takes ownership of event->data in every
 * case, never blocks and never calls back into the platform. It answers false when the sink is full
 * or closed: the event is lost then, and the owner of the sink, who can ask how many were, has to look at
 * all its objects again. */
struct plat_event_sink {
    bool (*post)(void *ctx, struct plat_event *event);
    void *ctx;
};

#endif
