/* The processes that Windows itself has in a guest. */
#ifndef FAKE_GUEST_OWN_H
#define FAKE_GUEST_OWN_H

#include <stdint.h>

struct guest_own {
    const char *image;
    uint32_t pid; /* in a guest with a kernel of its own */
    uint32_t working_set_kib;
};

#define GUEST_OWN_COUNT          17u
#define GUEST_OWN_PID_LAST       1400u /* the programs' pids come behind */
#define GUEST_OWN_LINUX_PID_LAST 100u

extern const struct guest_own guest_own[GUEST_OWN_COUNT];

#endif
