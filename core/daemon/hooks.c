/* The hooks of both generations: functions of the Windows daemon that have nothing to do. */
#include "core/daemon/hooks.h"

#include "core/daemon/internal.h"

#include <string.h>

#define BOTH (WCD_HOOK_V17 | WCD_HOOK_V25)

/* Sorted by name. Source: daemon_windows.go of both generations. */
static const struct wcd_hook hooks[] = {
    {"adaptContainerSettings", BOTH, "no error", "create"},
    {"checkKernel", WCD_HOOK_V17, "no error", "start"},
    {"cleanupMounts", BOTH, "no error", "clean-up"},
    {"cleanupMountsByID", BOTH, "no error", "clean-up"},
    {"configureKernelSecuritySupport", BOTH, "no error", "start"},
    {"configureMaxThreads", BOTH, "no error", "start"},
    {"driverOptions", WCD_HOOK_V17, "an empty list", "start"},
    {"driverOptions", WCD_HOOK_V25, "nothing", "start"},
    {"getBlkioReadBpsDevices", WCD_HOOK_V17, "nothing", "create"},
    {"getBlkioReadIOpsDevices", WCD_HOOK_V17, "nothing", "create"},
    {"getBlkioWeightDevices", WCD_HOOK_V17, "nothing", "create"},
    {"getBlkioWriteBpsDevices", WCD_HOOK_V17, "nothing", "create"},
    {"getBlkioWriteIOpsDevices", WCD_HOOK_V17, "nothing", "create"},
    {"getCgroupDriver", WCD_HOOK_V17, "an empty text", "info"},
    {"getLayerInit", WCD_HOOK_V17, "nothing", "create"},
    {"parseSecurityOpt", BOTH, "no error", "create"},
    {"platformReload", WCD_HOOK_V17, "an empty map", "reload"},
    {"recursiveUnmount", WCD_HOOK_V25, "no error", "clean-up"},
    {"registerLinks", BOTH, "no error", "create"},
    {"setMayDetachMounts", WCD_HOOK_V25, "no error", "start"},
    {"setupDaemonProcess", WCD_HOOK_V17, "no error", "start"},
    {"setupInitLayer", WCD_HOOK_V25, "nothing", "create"},
    {"setupRemappedRoot", WCD_HOOK_V17, "nothing", "start"},
    {"setupRemappedRoot", WCD_HOOK_V25, "an empty mapping", "start"},
    {"setupResolvConf", WCD_HOOK_V25, "nothing", "start"},
    {"setupSeccompProfile", BOTH, "no error", "start"},
    {"verifyDaemonSettings", BOTH, "no error", "start"},
    {"verifyVolumesInfo", WCD_HOOK_V17, "no error", "start"},
};

static unsigned int engine_bit(const struct engine_rules *engine)
{
    static const unsigned int bits[] = {
        [WCD_ENGINE_V17] = WCD_HOOK_V17,
        [WCD_ENGINE_V25] = WCD_HOOK_V25,
    };
    return bits[engine->engine];
}

const struct wcd_hook *wcd_hooks(size_t *count)
{
    *count = sizeof(hooks) / sizeof(hooks[0]);
    return hooks;
}

const struct wcd_hook *wcd_hook_find(const struct engine_rules *engine, const char *name)
{
    for (size_t i = 0; i < sizeof(hooks) / sizeof(hooks[0]); i++) {
        if (strcmp(hooks[i].name, name) == 0 && (hooks[i].engines & engine_bit(engine)) != 0) {
            return &hooks[i];
        }
    }
    return NULL;
}

enum wcd_errc wcd_daemon_run_hook(struct wcd_daemon *daemon, const char *name, const char **answer,
                                  struct wcd_error *err)
{
    const struct wcd_hook *hook = wcd_hook_find(daemon->engine, name);
    if (hook == NULL) {
        return wcd_error_set(err, WCD_E_NOT_FOUND, "engine %s has no hook \"%s\"",
                             daemon->engine->name, name);
    }
    if (!wcd_strlist_add(&daemon->hooks_run, name)) {
        return wcd_error_no_memory(err);
    }
    *answer = hook->answer;
    return WCD_OK;
}

enum wcd_errc daemon_hook(struct wcd_daemon *daemon, const char *name, struct wcd_error *err)
{
    const char *answer = NULL;
    if (wcd_hook_find(daemon->engine, name) == NULL) {
        return WCD_OK;
    }
    return wcd_daemon_run_hook(daemon, name, &answer, err);
}

const struct wcd_strlist *wcd_daemon_hooks_run(const struct wcd_daemon *daemon)
{
    return &daemon->hooks_run;
}
