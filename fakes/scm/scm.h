/* The emulated service control manager. */
#ifndef FAKE_SCM_SCM_H
#define FAKE_SCM_SCM_H

#include "core/platform/scm.h"
#include "fakes/host/facts.h"

/* SERVICE_START types of winnt.h. */
enum fake_scm_start {
    FAKE_SCM_BOOT = 0,
    FAKE_SCM_SYSTEM = 1,
    FAKE_SCM_AUTO = 2,
    FAKE_SCM_DEMAND = 3,
    FAKE_SCM_DISABLED = 4
};

/* When a service is there. */
enum fake_scm_needs {
    FAKE_SCM_ALWAYS,
    FAKE_SCM_COMPUTE,
    FAKE_SCM_HYPERV
};

/* A service that Windows brings. */
struct fake_scm_row {
    const char *name;
    const char *display_name;
    const char *image;
    uint32_t type; /* 0x1 kernel driver, 0x10 own process, 0x20 shared process */
    enum fake_scm_start start;
    enum fake_scm_needs needs;
    bool running;
    uint32_t accepts; /* SERVICE_ACCEPT_* while it runs */
    enum fake_evidence evidence;
    const char *source;
};

const struct fake_scm_row *fake_scm_rows(size_t *count);

struct fake_service {
    char *name;
    const struct fake_scm_row *row; /* NULL for one that a test added */
    bool missing;
    bool access_denied;
    bool disabled;
    bool dead; /* it crashed, and calls do not start it */
    uint32_t accepts;
    struct plat_service_status status;
    uint64_t change; /* counts changes of state, so that a pending one knows when it is overtaken */
};

struct fake_scm {
    struct fake_service **services; /* never taken out: handles point to them */
    size_t count;
    size_t capacity;
    struct fake_service *found; /* the one that was looked for last */
    plat_hr failure;
    uint32_t pid_last;
};

struct fake_host;

/* A call over RPC to a service: one that is stopped is started by it, and has started when the call
 * comes back. RPC_S_SERVER_UNAVAILABLE. */
plat_hr fake_scm_reach(struct fake_host *host, const char *name);
/* The process of a service is gone, and calls do not bring it back; or it is there again. */
void fake_scm_set_dead(struct fake_host *host, const char *name, bool dead);
/* Every service as it is after a boot. */
void fake_scm_reboot(struct fake_host *host);

#endif
