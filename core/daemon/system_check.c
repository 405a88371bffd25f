/* The system check at the daemon's start (checkSystem, ensureServicesInstalled). */
#include "core/daemon/system_check.h"
#include "core/base/oserror.h"

static enum wcd_errc check_version(const struct platform *platform,
                                   const struct engine_rules *engine, struct wcd_error *err)
{
    const struct plat_os *os = &platform->os;
    struct plat_os_version version = {0};
    plat_hr hr = os->ops->version(os->ctx, &version);
    if (plat_failed(hr)) {
        return wcd_os_error(err, os, "os.version", hr, NULL);
    }
    if (version.major < engine->os_major_min) {
        return wcd_error_set(err, WCD_E_PLAIN, "%s", engine->os_major_message);
    }
    if (version.build < engine->os_build_min) {
        return wcd_error_set(err, WCD_E_PLAIN, "%s", engine->os_build_message);
    }
    return WCD_OK;
}

static enum wcd_errc check_service(const struct platform *platform, plat_handle manager,
                                   const char *name, struct wcd_error *err)
{
    const struct plat_scm *scm = &platform->scm;
    plat_handle service = PLAT_NO_HANDLE;
    plat_hr hr = scm->ops->open_service(scm->ctx, manager, name, PLAT_SERVICE_ALL_ACCESS, &service);
    if (plat_succeeded(hr)) {
        (void)scm->ops->close(scm->ctx, service);
        return WCD_OK;
    }
    enum wcd_errc code = wcd_os_error(err, &platform->os, "scm.open_service", hr, NULL);
    return code == WCD_E_NO_MEMORY ? code : wcd_error_wrap(err, "failed to open service %s", name);
}

enum wcd_errc wcd_ensure_services_installed(const struct platform *platform,
                                            const char *const *services, size_t count,
                                            struct wcd_error *err)
{
    const struct plat_scm *scm = &platform->scm;
    plat_handle manager = PLAT_NO_HANDLE;
    plat_hr hr = scm->ops->open_manager(scm->ctx, PLAT_SC_MANAGER_ALL_ACCESS, &manager);
    if (plat_failed(hr)) {
        return wcd_os_error(err, &platform->os, "scm.open_manager", hr, NULL);
    }
    enum wcd_errc code = WCD_OK;
    for (size_t i = 0; code == WCD_OK && i < count; i++) {
        code = check_service(platform, manager, services[i], err);
    }
    (void)scm->ops->close(scm->ctx, manager);
    return code;
}

enum wcd_errc wcd_check_system(const struct platform *platform, const struct engine_rules *engine,
                               struct wcd_error *err)
{
    static const char *const required[] = {"hns", "vmcompute"};
    const struct plat_os *os = &platform->os;
    enum wcd_errc code = check_version(platform, engine, err);
    if (code != WCD_OK) {
        return code;
    }
    plat_hr hr = os->ops->load_library(os->ctx, "vmcompute.dll");
    if (wcd_os_no_memory(hr)) {
        return wcd_error_no_memory(err);
    }
    if (plat_failed(hr)) {
        /* The original drops the loader's own error; its number is kept beside the message. */
        return wcd_error_platform(err, WCD_E_PLAIN, "os.load_library", hr, "%s",
                                  engine->vmcompute_message);
    }
    if (!engine->services_required) {
        return WCD_OK;
    }
    code = wcd_ensure_services_installed(platform, required, sizeof(required) / sizeof(required[0]),
                                         err);
    if (code == WCD_OK || code == WCD_E_NO_MEMORY) {
        return code;
    }
    return wcd_error_wrap(
        err, "a required service is not installed, ensure the Containers feature is installed");
}

uint32_t wcd_parallel_limit(uint32_t processors)
{
    /* 80 % of the processors, cut to a whole number, at least 1. */
    uint32_t limit = (uint32_t)((uint64_t)processors * 8 / 10);
    return limit == 0 ? 1 : limit;
}
