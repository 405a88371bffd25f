/* Folders with a container's secrets and configs: setupContainerDirs and what it calls
 * (daemon/container_operations_windows.go, container/container_windows.go, container/archive.go). */
#include "core/oci/create.h"

#include "core/base/goquote.h"
#include "core/base/oserror.h"
#include "core/base/winpath.h"
#include "core/files/content.h"
#include "core/files/files.h"
#include "core/files/scope.h"
#include "core/oci/internal.h"

#include <stdlib.h>
#include <string.h>

/* Where the folders appear inside the container, and where secrets are looked for. */
#define SECRETS_IN_CONTAINER "C:\\ProgramData\\Docker\\internal\\secrets"
#define CONFIGS_IN_CONTAINER "C:\\ProgramData\\Docker\\internal\\configs"
#define SECRET_LINKS         "C:\\ProgramData\\Docker\\secrets"

/* Secrets and configs differ in folders and words. */
struct kind {
    const char *word;         /* "secret" */
    const char *folder;       /* below the container's root */
    const char *in_container; /* where it is mounted */
    const char *links; /* relative targets are below it; NULL: they are taken from the root */
    const char *make_failed;
    const char *log_folder;
    const char *log_cleanup_failed;
    const char *other_target; /* logged for a target that is no file; NULL: nothing */
};

static const struct kind secret_kind = {
    .word = "secret",
    .folder = "mounts\\secrets",
    .in_container = SECRETS_IN_CONTAINER,
    .links = SECRET_LINKS,
    .make_failed = "error creating secret local directory",
    .log_folder = "secrets: setting up secret dir",
    .log_cleanup_failed = "error cleaning up secret mount",
    .other_target = "secret target type is not a file target",
};
static const struct kind config_kind = {
    .word = "config",
    .folder = "configs",
    .in_container = CONFIGS_IN_CONTAINER,
    .make_failed = "error creating config dir",
    .log_folder = "configs: setting up config dir",
    .log_cleanup_failed = "error cleaning up config dir",
};

static enum wcd_errc wrap(struct wcd_error *err, const char *context)
{
    return err->code == WCD_E_NO_MEMORY ? err->code : wcd_error_wrap(err, "%s", context);
}

/* The folder on the host, links inside the container's root followed (GetRootResourcePath). */
static enum wcd_errc host_folder(const struct wcd_spec_host *host,
                                 const struct wcd_container *container, const struct kind *kind,
                                 char **out, struct wcd_error *err)
{
    const char *root = wcd_text_or_empty(container->root);
    char *path = wcd_path_join(root, kind->folder);
    enum wcd_errc code = path == NULL ? wcd_error_no_memory(err)
                                      : wcd_files_follow_in_scope(host->platform, host->engine,
                                                                  path, root, out, err);
    free(path);
    return code;
}

static enum wcd_errc write_reference(const struct wcd_spec_host *host, const struct kind *kind,
                                     const struct wcd_container_reference *reference,
                                     const char *folder, struct wcd_error *err)
{
    const char *id = wcd_text_or_empty(reference->id);
    if (!reference->is_file) {
        if (kind->other_target != NULL) {
            wcd_log(&host->log, WCD_LOG_ERROR, "%s", kind->other_target);
        }
        return WCD_OK;
    }
    wcd_log(&host->log, WCD_LOG_DEBUG, "injecting %s", kind->word);
    if (!reference->found) {
        return wcd_error_set(err, WCD_E_PLAIN, "unable to get %s from %s store: %s %s not found",
                             kind->word, kind->word, kind->word, id);
    }
    char *path = wcd_path_join(folder, id);
    if (path == NULL) {
        return wcd_error_no_memory(err);
    }
    enum wcd_errc code = wcd_files_write(host->platform, path, wcd_text_or_empty(reference->data),
                                         reference->size, reference->mode, err);
    free(path);
    if (code != WCD_OK && code != WCD_E_NO_MEMORY) {
        code = wcd_error_wrap(err, "error injecting %s", kind->word);
    }
    return code;
}

static enum wcd_errc write_references(const struct wcd_spec_host *host,
                                      const struct wcd_container *container,
                                      const struct kind *kind,
                                      const struct wcd_container_references *references,
                                      const char *folder, struct wcd_error *err)
{
    if (!container->has_dependency_store) {
        return wcd_error_set(err, WCD_E_PLAIN, "%s store is not initialized", kind->word);
    }
    enum wcd_errc code = WCD_OK;
    for (size_t i = 0; code == WCD_OK && i < references->count; i++) {
        code = write_reference(host, kind, &references->items[i], folder, err);
    }
    return code;
}

static void clean_up(const struct wcd_spec_host *host, const struct kind *kind, const char *folder)
{
    struct wcd_error error = WCD_ERROR_INIT;
    if (wcd_files_remove_all(host->platform, folder, &error) != WCD_OK) {
        wcd_log(&host->log, WCD_LOG_ERROR, "%s: %s", kind->log_cleanup_failed,
                wcd_error_message(&error));
    }
    wcd_error_release(&error);
}

static enum wcd_errc set_up_folder(const struct wcd_spec_host *host,
                                   const struct wcd_container *container, const struct kind *kind,
                                   const struct wcd_container_references *references,
                                   struct wcd_error *err)
{
    if (references->count == 0) {
        return WCD_OK;
    }
    char *folder = NULL;
    enum wcd_errc code = host_folder(host, container, kind, &folder, err);
    if (code != WCD_OK) {
        return code;
    }
    wcd_log(&host->log, WCD_LOG_DEBUG, "%s: %s", kind->log_folder, folder);
    code = wcd_files_make_all_with_acl(host->platform, host->engine, folder,
                                       WCD_SDDL_ADMINISTRATORS_LOCAL_SYSTEM, err);
    if (code != WCD_OK) {
        code = wrap(err, kind->make_failed);
    } else {
        code = write_references(host, container, kind, references, folder, err);
        if (code != WCD_OK) {
            clean_up(host, kind, folder);
        }
    }
    free(folder);
    return code;
}

/* ---- links in the container's file system ---- */

/* CheckSystemDriveAndRemoveDriveLetter: what is behind "C:"; any other drive is refused. */
static enum wcd_errc without_drive(const char *path, const char **out, struct wcd_error *err)
{
    if (strlen(path) == 2 && path[1] == ':') {
        char *quoted = wcd_go_quote(path);
        enum wcd_errc code =
            quoted == NULL
                ? wcd_error_no_memory(err)
                : wcd_error_set(err, WCD_E_PLAIN, "no relative path specified in %s", quoted);
        free(quoted);
        return code;
    }
    *out = path;
    if (!wcd_path_is_absolute(path)) {
        return WCD_OK;
    }
    if (path[1] == ':' && path[0] != 'c' && path[0] != 'C') {
        return wcd_error_set(err, WCD_E_PLAIN,
                             "the specified path is not on the system drive (C:)");
    }
    *out = path + 2;
    return WCD_OK;
}

/* The place of an absolute path of the container on the host: links on the way stay inside base_fs, the
 * last part is not followed. */
static enum wcd_errc resolve_in_base(const struct wcd_spec_host *host,
                                     const struct wcd_container *container, const char *path,
                                     char **out, struct wcd_error *err)
{
    const char *base_fs = container->base_fs;
    char *dir = wcd_path_dir(path);
    char *base = wcd_path_base(path);
    char *scoped = dir == NULL ? NULL : wcd_path_join(base_fs, dir);
    char *resolved = NULL;
    enum wcd_errc code = WCD_OK;
    if (base == NULL || scoped == NULL) {
        code = wcd_error_no_memory(err);
    } else {
        code = wcd_files_follow_in_scope(host->platform, host->engine, scoped, base_fs, &resolved,
                                         err);
        if (code != WCD_OK && code != WCD_E_NO_MEMORY) {
            wcd_log(&host->log, WCD_LOG_ERROR, "Failed to ResolveScopedPath BaseFS %s path %s %s\n",
                    base_fs, dir, wcd_error_message(err));
        }
    }
    if (code == WCD_OK) {
        *out = wcd_path_join(resolved, base);
        code = *out == NULL ? wcd_error_no_memory(err) : WCD_OK;
    }
    free(resolved);
    free(scoped);
    free(base);
    free(dir);
    return code;
}

/* ResolvePath of the container. */
static enum wcd_errc resolve_path(const struct wcd_spec_host *host,
                                  const struct wcd_container *container, const char *path,
                                  char **out, struct wcd_error *err)
{
    if (wcd_text_or_empty(container->base_fs)[0] == '\0') {
        return wcd_error_set(err, WCD_E_PLAIN,
                             "ResolvePath: BaseFS of container %s is unexpectedly empty",
                             wcd_text_or_empty(container->id));
    }
    const char *relative = NULL;
    enum wcd_errc code = without_drive(path, &relative, err);
    if (code != WCD_OK) {
        return code;
    }
    char *absolute = wcd_path_join("\\", relative);
    code = absolute == NULL ? wcd_error_no_memory(err)
                            : resolve_in_base(host, container, absolute, out, err);
    free(absolute);
    return code;
}

/* os.Symlink; the kind of the link is that of what it leads to, seen from the host. */
static enum wcd_errc make_link(const struct platform *platform, const char *target,
                               const char *path, struct wcd_error *err)
{
    struct plat_file_info info = {0};
    bool directory = plat_succeeded(platform->fs.ops->info(platform->fs.ctx, target, &info)) &&
                     (info.attributes & PLAT_FILE_DIRECTORY) != 0;
    plat_hr hr = platform->fs.ops->create_symlink(platform->fs.ctx, path, target, directory);
    if (plat_succeeded(hr)) {
        return WCD_OK;
    }
    char *what = wcd_text_format("symlink %s %s", target, path);
    enum wcd_errc code = what == NULL
                             ? wcd_error_no_memory(err)
                             : wcd_os_error(err, &platform->os, "fs.create_symlink", hr, what);
    free(what);
    return code;
}

static enum wcd_errc link_at(const struct wcd_spec_host *host, const char *target, const char *path,
                             struct wcd_error *err)
{
    char *parent = wcd_path_dir(path);
    enum wcd_errc code =
        parent == NULL ? wcd_error_no_memory(err) : wcd_files_make_all(host->platform, parent, err);
    free(parent);
    return code == WCD_OK ? make_link(host->platform, target, path, err) : code;
}

static enum wcd_errc create_link(const struct wcd_spec_host *host,
                                 const struct wcd_container *container, const struct kind *kind,
                                 const struct wcd_container_reference *reference,
                                 struct wcd_error *err)
{
    const char *name = wcd_text_or_empty(reference->file_name);
    bool relative = kind->links != NULL && !wcd_path_is_absolute(name);
    char *place = relative ? wcd_path_join(kind->links, name) : wcd_text_copy(name);
    char *target = wcd_path_join(kind->in_container, wcd_text_or_empty(reference->id));
    char *path = NULL;
    enum wcd_errc code = place == NULL || target == NULL
                             ? wcd_error_no_memory(err)
                             : resolve_path(host, container, place, &path, err);
    if (code == WCD_OK) {
        code = link_at(host, target, path, err);
    }
    free(path);
    free(target);
    free(place);
    return code;
}

static enum wcd_errc create_links(const struct wcd_spec_host *host,
                                  const struct wcd_container *container, const struct kind *kind,
                                  const struct wcd_container_references *references,
                                  struct wcd_error *err)
{
    enum wcd_errc code = WCD_OK;
    for (size_t i = 0; code == WCD_OK && i < references->count; i++) {
        if (references->items[i].is_file) {
            code = create_link(host, container, kind, &references->items[i], err);
        }
    }
    return code;
}

/* A Hyper-V container's file system is mounted for this alone, and only before its first start: later it may
 * hold what attacks the host. */
static enum wcd_errc create_all_links(const struct wcd_spec_host *host,
                                      struct wcd_container *container, struct wcd_error *err)
{
    bool hyperv = wcd_container_is_hyperv(host, container);
    if (container->has_been_started_before ||
        (container->secrets.count == 0 && container->configs.count == 0)) {
        return WCD_OK;
    }
    enum wcd_errc code = hyperv ? host->mount(host->ctx, container, err) : WCD_OK;
    if (code != WCD_OK) {
        return code;
    }
    code = create_links(host, container, &secret_kind, &container->secrets, err);
    if (code == WCD_OK) {
        code = create_links(host, container, &config_kind, &container->configs, err);
    }
    if (hyperv) {
        host->unmount(host->ctx, container);
    }
    return code;
}

static enum wcd_errc add_mount(const struct wcd_spec_host *host,
                               const struct wcd_container *container, const struct kind *kind,
                               const struct wcd_container_references *references,
                               struct wcd_container_mounts *out, struct wcd_error *err)
{
    char *folder = NULL;
    if (references->count == 0) {
        return WCD_OK;
    }
    enum wcd_errc code = host_folder(host, container, kind, &folder, err);
    if (code == WCD_OK) {
        code = oci_mounts_add(out, folder, kind->in_container, false, err);
    }
    free(folder);
    return code;
}

enum wcd_errc wcd_container_setup_dirs(const struct wcd_spec_host *host,
                                       struct wcd_container *container,
                                       struct wcd_container_mounts *out, struct wcd_error *err)
{
    enum wcd_errc code = set_up_folder(host, container, &secret_kind, &container->secrets, err);
    if (code == WCD_OK) {
        code = set_up_folder(host, container, &config_kind, &container->configs, err);
    }
    if (code == WCD_OK) {
        code = create_all_links(host, container, err);
    }
    if (code == WCD_OK) {
        code = add_mount(host, container, &secret_kind, &container->secrets, out, err);
    }
    if (code == WCD_OK) {
        code = add_mount(host, container, &config_kind, &container->configs, out, err);
    }
    if (code != WCD_OK) {
        wcd_container_mounts_release(out);
    }
    return code;
}
