/* The machine that the program runs on as a platform, for programs that are built for more systems than it can be
 * had on. One file per operating system; the build chooses. */
#ifndef REAL_THIS_MACHINE_H
#define REAL_THIS_MACHINE_H

#include "core/platform/platform.h"

/* win32.h's functions. */
struct this_machine {
    plat_hr (*create)(void **out);
    struct platform (*platform)(void *machine);
    void (*wait_us)(void *machine, uint64_t us);
    void (*destroy)(void *machine);
    bool (*is_wine)(void);
};

/* NULL where there is no Windows. */
const struct this_machine *this_machine(void);

#endif
