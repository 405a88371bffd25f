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
    if (wcd_os_is_missing(hr)) {
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

static void remove_old_tmp(struct wcd_daemon *daemon)
{
    struct wcd_error err = WCD_ERROR_INIT;
    if (wcd_files_remove_all(daemon->platform, daemon->old_tmp.path, &err) != WCD_OK) {
        wcd_log(&daemon->log, WCD_LOG_WARN, "failed to delete old tmp directory: %s",
                daemon->old_tmp.path);
    }
    wcd_error_release(&err);
    wcd_text_replace(&daemon->old_tmp.path, NULL);
}

static void its_time_has_come(void *ctx)
{
    remove_old_tmp(ctx);
}

/* Has the folder deleted once the daemon comes to its events. Takes path. */
static enum wcd_errc remove_in_background(struct wcd_daemon *daemon, char *path,
                                          struct wcd_error *err)
{
    enum wcd_errc code =
        wcd_timer_set(daemon->reactor, &daemon->old_tmp.timer, 0, its_time_has_come, daemon, err);
    if (code != WCD_OK) {
        free(path);
        return code;
    }
    daemon->old_tmp.path = path;
    return WCD_OK;
}

/* Deletes what could not be moved aside. That it fails is only logged. */
static enum wcd_errc remove_now(struct wcd_daemon *daemon, const char *tmp, struct wcd_error *err)
{
    struct wcd_error failure = WCD_ERROR_INIT;
    enum wcd_errc code = wcd_files_remove_all(daemon->platform, tmp, &failure);
    wcd_error_release(&failure);
    if (code == WCD_E_NO_MEMORY) {
        return wcd_error_no_memory(err);
    }
    if (code != WCD_OK) {
        wcd_log(&daemon->log, WCD_LOG_WARN, "failed to delete old tmp directory: %s", tmp);
    }
    return WCD_OK;
}

/* Moves an old folder aside, to be deleted in the background; what cannot be moved is deleted at once. */
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
        return remove_in_background(daemon, old, err);
    }
    enum wcd_errc code = WCD_OK;
    if (!wcd_os_is_missing(hr)) {
        char *text = wcd_os_error_text(&daemon->platform->os, hr);
        wcd_log(&daemon->log, WCD_LOG_WARN,
                "failed to rename %s for background deletion: rename %s %s: %s. Deleting "
                "synchronously",
                tmp, tmp, old, wcd_text_or_empty(text));
        free(text);
        code = remove_now(daemon, tmp, err);
    }
    free(old);
    return code;
}

/* The folder for temporary files: chosen by the administrator, or <root>\tmp. NULL without memory. */
static char *tmp_folder(const struct wcd_daemon *daemon, bool *chosen)
{
    const struct plat_os *os = &daemon->platform->os;
    char *tmp = NULL;
    plat_hr hr = os->ops->environment(os->ctx, "DOCKER_TMPDIR", &tmp);
    if (wcd_os_no_memory(hr)) {
        return NULL;
    }
    *chosen = plat_succeeded(hr) && tmp[0] != '\0';
    if (!*chosen) {
        wcd_text_replace(&tmp, wcd_path_join(daemon->root, "tmp"));
    }
    return tmp;
}

enum wcd_errc daemon_make_tmp(struct wcd_daemon *daemon, struct wcd_error *err)
{
    bool chosen = false;
    char *tmp = tmp_folder(daemon, &chosen);
    if (tmp == NULL) {
        return wcd_error_no_memory(err);
    }
    enum wcd_errc code = WCD_OK;
    if (!chosen && daemon->engine->renames_old_tmp) {
        code = retire_old_tmp(daemon, tmp, err);
    }
    if (code == WCD_OK) {
        code = wcd_files_make_all(daemon->platform, tmp, err);
        if (code != WCD_OK && code != WCD_E_NO_MEMORY) {
            code = wcd_error_wrap(err, "Unable to get the TempDir under %s", daemon->root);
        }
    }
    wcd_text_replace(&daemon->tmp, tmp);
    return code;
}

void daemon_end_background(struct wcd_daemon *daemon)
{
    wcd_timer_cancel(&daemon->old_tmp.timer);
    if (daemon->old_tmp.path != NULL) {
        remove_old_tmp(daemon);
    }
}
