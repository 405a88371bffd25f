/* What a host knows of the programs in its guests; see guest.h. */
#ifndef FAKE_GUEST_PROGRAMS_H
#define FAKE_GUEST_PROGRAMS_H

#include "core/base/text.h"

#include <stdint.h>

struct fake_host;
struct guest_program;
struct fake_runner_ops;

struct fake_guests {
    struct guest_program *programs; /* the one set last first */
    struct wcd_strlist users;
    struct wcd_strlist missing_folders;
    const struct fake_runner_ops *runner; /* of real programs; NULL: none */
    void *runner_ctx;
    uint32_t pid_last; /* the host's pids, for process isolation */
};

void fake_guest_programs_release(struct fake_host *host);

#endif
