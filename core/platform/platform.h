/* A machine, as the daemon sees it: one table of functions and one context per service. It is
 * chosen at run time and passed by pointer; nothing here or above is global, so two daemons on two
 * hosts live in one process. Decorators (fakes/wrap) fill the same struct over another one. */
#ifndef PLAT_PLATFORM_H
#define PLAT_PLATFORM_H

#include "core/platform/clock.h"
#include "core/platform/fs.h"
#include "core/platform/hcs.h"
#include "core/platform/hns.h"
#include "core/platform/os.h"
#include "core/platform/registry.h"
#include "core/platform/scm.h"
#include "core/platform/storage.h"
#include "core/platform/transport.h"

/* Raised when a table changes shape; a platform built for another version is refused. */
#define PLAT_VERSION 2u

struct platform {
    uint32_t version; /* PLAT_VERSION */
    struct plat_os os;
    struct plat_scm scm;
    struct plat_registry registry;
    struct plat_fs fs;
    struct plat_clock clock;
    struct plat_hcs hcs;
    struct plat_hns hns;
    struct plat_hcn hcn;
    struct plat_storage storage;
    struct plat_transport transport;
};

#endif
