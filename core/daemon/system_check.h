/* The system check at the daemon's start: is this a Windows that can run containers? */
#ifndef WCD_DAEMON_SYSTEM_CHECK_H
#define WCD_DAEMON_SYSTEM_CHECK_H

#include "core/base/error.h"
#include "core/engine/engine.h"
#include "core/platform/platform.h"

/* checkSystem: the version, vmcompute.dll, and (v25) the services hns and vmcompute. */
enum wcd_errc wcd_check_system(const struct platform *platform, const struct engine_rules *engine,
                               struct wcd_error *err);

/* ensureServicesInstalled: each can be opened; whether it runs does not matter. */
enum wcd_errc wcd_ensure_services_installed(const struct platform *platform,
                                            const char *const *services, size_t count,
                                            struct wcd_error *err);

/* adjustParallelLimit: how many containers are started or stopped at once. */
uint32_t wcd_parallel_limit(uint32_t processors);

#endif
