/* The machine that the program runs on, for runs that take place on it and not on an emulated host. */
#ifndef SCN_RUN_MACHINE_H
#define SCN_RUN_MACHINE_H

#include "core/platform/platform.h"

#include <stdbool.h>

/* How long a scenario may take on the emulated host to be played in real time, if not said otherwise. */
#define SCN_MACHINE_LIMIT_US ((uint64_t)10 * 1000 * 1000)
/* What is waited for longer than this never comes. */
#define SCN_MACHINE_PATIENCE_US ((uint64_t)20 * 1000 * 1000)

struct scn_machine {
    /* The machine's platform: one for each run. */
    plat_hr (*create)(void **out);
    struct platform (*platform)(void *machine);
    void (*wait_us)(void *machine, uint64_t us);
    void (*destroy)(void *machine);
    bool is_wine; /* whose words for errors are its own */

    const char *work;  /* a folder that is there: each run has one of its own in it */
    uint64_t limit_us; /* scenarios that take longer are skipped */
    /* An unpacked base layer of this Windows, for base layers of images; NULL: they are made up, which a Windows
     * need not take. Runs link to it and finish it as Windows does; they may destroy it. */
    const char *base_layer;
};

#endif
