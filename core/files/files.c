/* Folders; see files.h. */
#include "core/files/files.h"

#include "core/base/limits.h"
#include "core/base/oserror.h"
#include "core/base/text.h"
#include "core/base/winpath.h"

#include <stdlib.h>
#include <string.h>

#define OP_MKDIR "fs.create_directory"

/* What stands at a path. Anything that cannot be seen counts as nothing, as os.Stat's callers have it;
 * only want of memory is told apart. */
enum standing {
    STANDING_NOTHING,
    STANDING_FILE,
    STANDING_FOLDER,
    STANDING_UNKNOWN
};

static enum standing standing_at(const struct platform *platform, const char *path)
{
    struct plat_file_info info;
    plat_hr hr = platform->fs.ops->info(platform->fs.ctx, path, &info);
    if (plat_failed(hr)) {
        return wcd_os_no_memory(hr) ? STANDING_UNKNOWN : STANDING_NOTHING;
    }
    return (info.attributes & PLAT_FILE_DIRECTORY) != 0 ? STANDING_FOLDER : STANDING_FILE;
}

static bool is_volume_digit(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
}

/* \\?\Volume{...}, lower case inside the braces, as the original's pattern has it. */
static bool is_volume_path(const struct engine_rules *engine, const char *path)
{
    const char *prefix = "\\\\?\\Volume{";
    if (!wcd_text_has_prefix(path, prefix)) {
        return false;
    }
    const char *at = path + strlen(prefix);
    const char *first = at;
    while (is_volume_digit(*at)) {
        at++;
    }
    if (at == first || *at != '}') {
        return false;
    }
    at++;
    if (*at == '\\' && engine->volume_path_may_end_in_slash) {
        at++;
    }
    return *at == '\0';
}

/* Where the parent of path ends: 0 when there is none to make. */
static size_t parent_len(const char *path)
{
    size_t end = strlen(path);
    while (end > 0 && wcd_path_is_separator(path[end - 1])) {
        end--;
    }
    while (end > 0 && !wcd_path_is_separator(path[end - 1])) {
        end--;
    }
    return end > 1 ? end - 1 : 0;
}

/* Which ACL a folder gets: its own, and the one that its missing parents get. */
struct acl_plan {
    const char *own;
    const char *parents;
};

static enum wcd_errc make_all(const struct platform *platform, const char *path,
                              struct acl_plan plan, struct wcd_error *err);

static enum wcd_errc make_parent(const struct platform *platform, const char *path,
                                 struct acl_plan plan, struct wcd_error *err)
{
    size_t len = parent_len(path);
    if (len <= wcd_path_volume_len(path)) {
        return WCD_OK; /* a drive's root or a share is there or cannot be made */
    }
    char *parent = wcd_text_copy_n(path, len);
    if (parent == NULL) {
        return wcd_error_no_memory(err);
    }
    struct acl_plan above = {.own = plan.parents, .parents = plan.parents};
    enum wcd_errc code = make_all(platform, parent, above, err);
    free(parent);
    return code;
}

static enum wcd_errc make_all(const struct platform *platform, const char *path,
                              struct acl_plan plan, struct wcd_error *err)
{
    switch (standing_at(platform, path)) {
    case STANDING_FOLDER:
        return WCD_OK;
    case STANDING_FILE:
        return wcd_os_path_error(err, &platform->os, OP_MKDIR,
                                 plat_hr_win32(PLAT_ERROR_PATH_NOT_FOUND), "mkdir", path);
    case STANDING_UNKNOWN:
        return wcd_error_no_memory(err);
    default:
        break;
    }
    enum wcd_errc code = make_parent(platform, path, plan, err);
    if (code != WCD_OK) {
        return code;
    }
    plat_hr hr = platform->fs.ops->create_directory(platform->fs.ctx, path, plan.own);
    if (plat_succeeded(hr) || standing_at(platform, path) == STANDING_FOLDER) {
        return WCD_OK;
    }
    return wcd_os_path_error(err, &platform->os, OP_MKDIR, hr, "mkdir", path);
}

enum wcd_errc wcd_files_make_all(const struct platform *platform, const char *path,
                                 struct wcd_error *err)
{
    return make_all(platform, path, (struct acl_plan){0}, err);
}

enum wcd_errc wcd_files_make_all_with_acl(const struct platform *platform,
                                          const struct engine_rules *engine, const char *path,
                                          const char *sddl, struct wcd_error *err)
{
    if (is_volume_path(engine, path)) {
        return WCD_OK;
    }
    struct acl_plan plan = {.own = sddl, .parents = engine->root_acl_on_every_level ? sddl : NULL};
    return make_all(platform, path, plan, err);
}

static plat_hr remove_tree(const struct platform *platform, const char *path, unsigned int depth);

static plat_hr remove_content(const struct platform *platform, const char *path, unsigned int depth)
{
    struct plat_dir_list list = {0};
    plat_hr hr = platform->fs.ops->list(platform->fs.ctx, path, &list);
    for (size_t i = 0; plat_succeeded(hr) && i < list.count; i++) {
        char *child = wcd_path_join(path, list.entries[i].name);
        hr = child == NULL ? PLAT_E_OUTOFMEMORY : remove_tree(platform, child, depth + 1);
        free(child);
    }
    plat_dir_list_free(&list);
    return hr;
}

/* Go's os.Remove: a read-only file loses the attribute first. */
static plat_hr remove_file(const struct platform *platform, const char *path, uint32_t attributes)
{
    const struct plat_fs *fs = &platform->fs;
    if ((attributes & PLAT_FILE_READONLY) != 0) {
        plat_hr hr = fs->ops->set_attributes(fs->ctx, path, attributes & ~PLAT_FILE_READONLY);
        if (plat_failed(hr)) {
            return hr;
        }
    }
    return fs->ops->remove_file(fs->ctx, path);
}

/* A reparse point is removed, and what it leads to is left alone. */
static plat_hr remove_tree(const struct platform *platform, const char *path, unsigned int depth)
{
    const struct plat_fs *fs = &platform->fs;
    struct plat_file_info info = {0};
    plat_hr hr = fs->ops->info(fs->ctx, path, &info);
    if (plat_failed(hr)) {
        return wcd_os_is_missing(hr) ? PLAT_S_OK : hr;
    }
    if ((info.attributes & PLAT_FILE_DIRECTORY) == 0) {
        return remove_file(platform, path, info.attributes);
    }
    if ((info.attributes & PLAT_FILE_REPARSE_POINT) == 0) {
        if (depth == WCD_FOLDER_DEPTH_MAX) {
            return plat_hr_win32(PLAT_ERROR_FILENAME_EXCED_RANGE);
        }
        hr = remove_content(platform, path, depth);
    }
    return plat_succeeded(hr) ? fs->ops->remove_directory(fs->ctx, path) : hr;
}

enum wcd_errc wcd_files_remove_all(const struct platform *platform, const char *path,
                                   struct wcd_error *err)
{
    plat_hr hr = remove_tree(platform, path, 0);
    if (plat_succeeded(hr)) {
        return WCD_OK;
    }
    return wcd_os_path_error(err, &platform->os, "fs.remove", hr, "remove", path);
}

enum wcd_errc wcd_files_real_directory(const struct platform *platform,
                                       const struct engine_rules *engine, const char *path,
                                       char **out, struct wcd_error *err)
{
    char *full = NULL;
    plat_hr hr = platform->fs.ops->full_path(platform->fs.ctx, path, &full);
    if (plat_failed(hr)) {
        enum wcd_errc code =
            wcd_os_path_error(err, &platform->os, "fs.full_path", hr, "GetFullPathName", path);
        return code == WCD_E_NO_MEMORY
                   ? code
                   : wcd_error_wrap(err, "unable to get absolute path for %s", path);
    }
    struct plat_file_info info;
    hr = platform->fs.ops->info(platform->fs.ctx, full, &info);
    enum wcd_errc code = WCD_OK;
    if (plat_failed(hr)) {
        code = wcd_os_path_error(err, &platform->os, "fs.info", hr, engine->stat_operation, full);
        if (code != WCD_E_NO_MEMORY) {
            code = wcd_error_wrap(err, "failed to canonicalise path for %s", path);
        }
    } else if ((info.attributes & PLAT_FILE_DIRECTORY) == 0) {
        code = wcd_error_set(err, WCD_E_PLAIN, "canonical path points to a file '%s'", full);
    }
    if (code != WCD_OK) {
        free(full);
        return code;
    }
    *out = full;
    return WCD_OK;
}
