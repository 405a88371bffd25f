/* The daemon's root folder and what is made below it at the start. */
#include "core/base/oserror.h"
#include "core/base/winpath.h"
#include "core/daemon/internal.h"
#include "core/files/files.h"

#include <stdlib.h>

/* The root as configured when nothing is there yet, its real path otherwise (CreateDaemonRoot). */
static enum wcd_errc real_root(struct wcd_daemon *daemon, char **out, struct wcd_error *err)
{
    const struct platform *platform = daemon->platform;
    const char *configured = wcd_config_root(daemon->config);
    struct plat_file_info info;
    plat_hr hr = platform->fs.ops->info(platform->fs.ctx, configured, &info);
    uint32_t number = plat_error_number(hr);
    if (plat_failed(hr) &&
        (number == PLAT_ERROR_FILE_NOT_FOUND || number == PLAT_ERROR_PATH_NOT_FOUND)) {
        *out = wcd_text_copy(configured);
        return *out == NULL ? wcd_error_no_memory(err) : WCD_OK;
    }
    enum wcd_errc code = wcd_files_real_directory(platform, daemon->engine, configured, out, err);
    if (code == WCD_OK || code == WCD_E_NO_MEMORY) {
        return code;
    }
    return wcd_error_wrap(err, "Unable to get the full path to root (%s)", configured);
}

enum wcd_errc daemon_make_root(struct wcd_daemon *daemon, struct wcd_error *err)
{
    enum wcd_errc code = real_root(daemon, &daemon->root, err);
    if (code != WCD_OK) {
        return code;
    }
    return wcd_files_make_all_with_acl(daemon->platform, daemon->engine, daemon->root,
                                       WCD_SDDL_ADMINISTRATORS_LOCAL_SYSTEM, err);
}

enum wcd_errc daemon_make_folder(struct wcd_daemon *daemon, const char *name, struct wcd_error *err)
{
    char *path = wcd_path_join(daemon->root, name);
    if (path == NULL) {
        return wcd_error_no_memory(err);
    }
    enum wcd_errc code = wcd_files_make_all(daemon->platform, path, err);
    free(path);
    return code;
}

/* Moves an old folder aside, to be deleted once the start is through; what cannot be moved is deleted at
 * once. Failures are only logged. */
static enum wcd_errc retire_old_tmp(struct wcd_daemon *daemon, const char *tmp,
                                    struct wcd_error *err)
{
    const struct plat_fs *fs = &daemon->platform->fs;
    char *old = wcd_text_format("%s-old", tmp);
    if (old == NULL) {
        return wcd_error_no_memory(err);
    }
    plat_hr hr = fs->ops->move(fs->ctx, tmp, old, PLAT_MOVE_REPLACE_EXISTING);
    if (plat_succeeded(hr)) {
        daemon->old_tmp.path = old;
        return WCD_OK;
    }
    uint32_t number = plat_error_number(hr);
    enum wcd_errc code = WCD_OK;
    if (number != PLAT_ERROR_FILE_NOT_FOUND && number != PLAT_ERROR_PATH_NOT_FOUND) {
        struct wcd_error failure = WCD_ERROR_INIT;
        char *text = wcd_os_error_text(&daemon->platform->os, hr);
        wcd_log(&daemon->log, WCD_LOG_WARN,
                "failed to rename %s for background deletion: rename %s %s: %s. Deleting "
                "synchronously",
                tmp, tmp, old, text == NULL ? "" : text);
        free(text);
        code = wcd_files_remove_all(daemon->platform, tmp, &failure);
        if (code != WCD_OK && code != WCD_E_NO_MEMORY) {
            wcd_log(&daemon->log, WCD_LOG_WARN, "failed to delete old tmp directory: %s", tmp);
            code = WCD_OK;
        }
        wcd_error_release(&failure);
    }
    free(old);
    return code == WCD_OK ? WCD_OK : wcd_error_no_memory(err);
}

enum wcd_errc daemon_make_tmp(struct wcd_daemon *daemon, struct wcd_error *err)
{
    const struct plat_os *os = &daemon->platform->os;
    char *tmp = NULL;
    enum wcd_errc code = WCD_OK;
    plat_hr hr = os->ops->environment(os->ctx, "DOCKER_TMPDIR", &tmp);
    bool chosen = plat_succeeded(hr) && tmp[0] != '\0';
    if (!chosen) {
        wcd_text_replace(&tmp, wcd_path_join(daemon->root, "tmp"));
        if (tmp == NULL) {
            return wcd_error_no_memory(err);
        }
        if (daemon->engine->renames_old_tmp) {
            code = retire_old_tmp(daemon, tmp, err);
        }
    }
    if (code == WCD_OK) {
        code = wcd_files_make_all(daemon->platform, tmp, err);
        if (code != WCD_OK && code != WCD_E_NO_MEMORY) {
            code = wcd_error_wrap(err, "Unable to get the TempDir under %s", daemon->root);
        }
    }
    free(tmp);
    return code;
}

void daemon_remove_old_tmp(struct wcd_daemon *daemon)
{
    struct wcd_error err = WCD_ERROR_INIT;
    if (wcd_files_remove_all(daemon->platform, daemon->old_tmp.path, &err) != WCD_OK) {
        wcd_log(&daemon->log, WCD_LOG_WARN, "failed to delete old tmp directory: %s",
                daemon->old_tmp.path);
    }
    wcd_error_release(&err);
    wcd_text_replace(&daemon->old_tmp.path, NULL);
}
