/* The driver's layers: removed, and what removals left behind. */
#include "core/layer/internal.h"

#include "core/base/oserror.h"
#include "core/base/winpath.h"
#include "core/files/content.h"

#include <stdlib.h>
#include <string.h>

#define REMOVE_SUFFIX  "-removing"
#define REMOVE_SCRATCH "sandbox.vhdx"

static bool is_access_denied(const struct wcd_error *err)
{
    return plat_error_number(err->hresult) == PLAT_ERROR_ACCESS_DENIED;
}

/* The scratch may still be mounted by a daemon that died: its disk is detached, and the layer renamed once
 * more. `err` is why the first attempt failed. */
static enum wcd_errc detach_and_rename(const struct wcd_windowsfilter *driver, const char *folder,
                                       const char *target, struct wcd_error *err)
{
    const struct platform *platform = driver->platform;
    struct plat_file_info info;
    char *disk = wcd_path_join(folder, REMOVE_SCRATCH);
    if (disk == NULL) {
        return wcd_error_no_memory(err);
    }
    plat_hr hr = platform->fs.ops->info(platform->fs.ctx, disk, &info);
    if (plat_failed(hr)) {
        free(disk);
        wcd_error_release(err);
        if (wcd_os_no_memory(hr)) {
            return wcd_error_no_memory(err);
        }
        return WCD_OK; /* as the original: the layer stays, and its removal is tried under the new name */
    }
    hr = platform->storage.ops->detach_disk(platform->storage.ctx, disk);
    free(disk);
    if (plat_failed(hr)) {
        char *text = wcd_os_no_memory(hr) ? NULL : wcd_os_error_text(&platform->os, hr);
        enum wcd_errc code = text == NULL ? wcd_error_no_memory(err)
                                          : wcd_error_wrap(err, "failed to detach VHD: %s", text);
        free(text);
        return code;
    }
    struct wcd_error second = WCD_ERROR_INIT;
    enum wcd_errc code = wcd_files_rename(platform, folder, target, &second);
    if (code == WCD_OK || wcd_os_is_missing(second.hresult)) {
        wcd_error_release(err);
        code = WCD_OK;
    } else if (code == WCD_E_NO_MEMORY) {
        wcd_error_move(err, &second);
    } else {
        code = wcd_error_wrap(err, "second rename attempt following detach failed: %s",
                              wcd_error_message(&second));
    }
    wcd_error_release(&second);
    return code;
}

static enum wcd_errc move_aside(const struct wcd_windowsfilter *driver, const char *folder,
                                const char *target, struct wcd_error *err)
{
    enum wcd_errc code = wcd_files_rename(driver->platform, folder, target, err);
    if (code == WCD_OK || code == WCD_E_NO_MEMORY) {
        return code;
    }
    if (wcd_os_is_missing(err->hresult)) {
        wcd_error_release(err);
        return WCD_OK;
    }
    if (!driver->engine->layers_are_detached || !is_access_denied(err)) {
        return code;
    }
    return detach_and_rename(driver, folder, target, err);
}

enum wcd_errc wcd_windowsfilter_remove(struct wcd_windowsfilter *driver, const char *id,
                                       struct wcd_error *err)
{
    struct wcd_wclayer layers = layer_functions(driver);
    char *layer_id = NULL;
    enum wcd_errc code = layer_resolve(driver, id, &layer_id, err);
    if (code == WCD_OK && driver->guard.ask != NULL) {
        code = driver->guard.ask(driver->guard.ctx, id, err);
    }
    if (code != WCD_OK) {
        free(layer_id);
        return code;
    }
    char *removing = wcd_text_format("%s" REMOVE_SUFFIX, layer_id);
    char *folder = wcd_path_join(driver->home, layer_id);
    char *target = removing == NULL ? NULL : wcd_path_join(driver->home, removing);
    if (folder == NULL || target == NULL) {
        code = wcd_error_no_memory(err);
    } else {
        code = move_aside(driver, folder, target, err);
    }
    if (code == WCD_OK) {
        struct wcd_error failure = WCD_ERROR_INIT;
        if (wcd_wclayer_destroy(&layers, removing, &failure) != WCD_OK) {
            wcd_log(driver->log, WCD_LOG_ERROR, "Failed to DestroyLayer %s: %s", id,
                    wcd_error_message(&failure));
        }
        wcd_error_release(&failure);
    }
    free(target);
    free(folder);
    free(removing);
    free(layer_id);
    return code;
}

static bool is_left_over(const struct plat_dir_entry *entry)
{
    size_t len = strlen(entry->name);
    size_t suffix = strlen(REMOVE_SUFFIX);
    return (entry->info.attributes & PLAT_FILE_DIRECTORY) != 0 && len >= suffix &&
           strcmp(entry->name + len - suffix, REMOVE_SUFFIX) == 0;
}

enum wcd_errc wcd_windowsfilter_cleanup(struct wcd_windowsfilter *driver, struct wcd_error *err)
{
    const struct platform *platform = driver->platform;
    struct wcd_wclayer layers = layer_functions(driver);
    struct plat_dir_list list = {0};
    plat_hr hr = platform->fs.ops->list(platform->fs.ctx, driver->home, &list);
    if (plat_failed(hr)) {
        return wcd_os_is_missing(hr)
                   ? WCD_OK
                   : wcd_os_path_error(err, &platform->os, "fs.list", hr, "open", driver->home);
    }
    for (size_t i = 0; i < list.count; i++) {
        struct wcd_error failure = WCD_ERROR_INIT;
        if (!is_left_over(&list.entries[i])) {
            continue;
        }
        if (wcd_wclayer_destroy(&layers, list.entries[i].name, &failure) != WCD_OK) {
            wcd_log(driver->log, WCD_LOG_WARN, "Failed to cleanup %s: %s", list.entries[i].name,
                    wcd_error_message(&failure));
        } else {
            wcd_log(driver->log, WCD_LOG_INFO, "Cleaned up %s", list.entries[i].name);
        }
        wcd_error_release(&failure);
    }
    plat_dir_list_free(&list);
    return WCD_OK;
}
