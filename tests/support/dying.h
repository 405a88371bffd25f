/* A process that dies: a platform that answers a number of calls and refuses all that follow, so that nothing
 * is changed or cleaned up any more. What was opened is closed, as Windows does for a dead process.
 *
 *     for (size_t calls = 0;; calls++) {
 *         struct dying dying;
 *         struct platform platform = dying_platform(&dying, &plain, calls);
 *         ... the operation over `platform`, then a look at what it left, over `plain`
 *         if (!dying.dead) { break; }
 *     }
 *
 * Counts the calls of storage and files; the others pass. */
#ifndef TEST_SUPPORT_DYING_H
#define TEST_SUPPORT_DYING_H

#include "core/platform/platform.h"

/* What the refused calls answer. */
#define DYING_HR plat_hr_win32(PLAT_ERROR_GEN_FAILURE)

struct dying {
    const struct platform *below;
    size_t left;
    bool dead; /* a call was refused */
};

/* `dying` and `below` must outlive the platform. */
struct platform dying_platform(struct dying *dying, const struct platform *below, size_t calls);

#endif
