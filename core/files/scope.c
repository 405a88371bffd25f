/* Links followed inside a folder; see scope.h. */
#include "core/files/scope.h"

#include "core/base/buf.h"
#include "core/base/limits.h"
#include "core/base/oserror.h"
#include "core/base/text.h"
#include "core/base/winpath.h"

#include <stdlib.h>
#include <string.h>

#define ERROR_NOT_A_REPARSE_POINT 4390u

/* The walk: `done` is the way from the root that has no links, each part with a separator behind it;
 * `rest` is what is still to be walked. */
struct walk {
    const struct platform *platform;
    const struct engine_rules *engine;
    const char *root;
    struct wcd_buf done;
    char *rest;
};

/* The path made absolute and cleaned, without a separator at its end; NULL with *err filled. */
static char *full_path(const struct platform *platform, const char *path, struct wcd_error *err)
{
    char *full = NULL;
    plat_hr hr = platform->fs.ops->full_path(platform->fs.ctx, path, &full);
    if (plat_failed(hr)) {
        (void)wcd_os_error(err, &platform->os, "fs.full_path", hr, NULL);
        return NULL;
    }
    char *clean = wcd_path_clean(full);
    free(full);
    if (clean == NULL) {
        (void)wcd_error_no_memory(err);
        return NULL;
    }
    size_t len = strlen(clean);
    if (len > 1 && clean[len - 1] == '\\') {
        clean[len - 1] = '\0';
    }
    return clean;
}

static bool is_drive_or_root(const char *path)
{
    size_t len = strlen(path);
    if (strcmp(path, "\\") == 0) {
        return true;
    }
    char letter = len < 2 ? '\0' : path[len - 2];
    return len >= 2 && path[len - 1] == ':' &&
           ((letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z'));
}

/* The front part of rest is cut off and returned; NULL without memory. */
static char *next_part(struct walk *walk)
{
    const char *separator = strchr(walk->rest, '\\');
    size_t len = separator == NULL ? strlen(walk->rest) : (size_t)(separator - walk->rest);
    char *part = wcd_text_copy_n(walk->rest, len);
    if (part != NULL) {
        size_t cut = separator == NULL ? len : len + 1;
        memmove(walk->rest, walk->rest + cut, strlen(walk->rest + cut) + 1);
    }
    return part;
}

/* "\<done><part>", cleaned. */
static char *place_in_root(const struct walk *walk, const char *part)
{
    char *path = wcd_text_format("\\%s%s", wcd_buf_str(&walk->done), part);
    char *clean = path == NULL ? NULL : wcd_path_clean(path);
    free(path);
    return clean;
}

/* Where the link at `path` leads; *target stays NULL when there is none. */
static enum wcd_errc link_target(const struct walk *walk, const char *path, char **target,
                                 struct wcd_error *err)
{
    const struct platform *platform = walk->platform;
    struct plat_file_info info = {0};
    plat_hr hr = platform->fs.ops->info(platform->fs.ctx, path, &info);
    if (plat_failed(hr)) {
        return wcd_os_is_missing(hr) ? WCD_OK
                                     : wcd_os_path_error(err, &platform->os, "fs.info", hr,
                                                         walk->engine->stat_operation, path);
    }
    if ((info.attributes & PLAT_FILE_REPARSE_POINT) == 0) {
        return WCD_OK;
    }
    hr = platform->fs.ops->read_symlink(platform->fs.ctx, path, target);
    if (plat_succeeded(hr) || hr == plat_hr_win32(ERROR_NOT_A_REPARSE_POINT)) {
        return WCD_OK;
    }
    return wcd_os_path_error(err, &platform->os, "fs.read_symlink", hr, "readlink", path);
}

/* Puts the link's target in front of what is left to walk; an absolute one begins at the root again. */
static bool go_to_target(struct walk *walk, const char *target)
{
    if (target[0] == '\\' || wcd_path_is_absolute(target)) {
        wcd_buf_clear(&walk->done);
    }
    char *rest = wcd_text_format("%s\\%s", target, walk->rest);
    wcd_text_replace(&walk->rest, rest);
    return rest != NULL;
}

static enum wcd_errc step_to(struct walk *walk, const char *part, const char *place,
                             struct wcd_error *err)
{
    char *joined = wcd_text_format("%s%s", walk->root, place);
    char *full = joined == NULL ? NULL : wcd_path_clean(joined);
    char *target = NULL;
    enum wcd_errc code = full == NULL ? wcd_error_no_memory(err) : WCD_OK;
    if (code == WCD_OK) {
        code = link_target(walk, full, &target, err);
    }
    if (code == WCD_OK && target != NULL) {
        code = go_to_target(walk, target) ? WCD_OK : wcd_error_no_memory(err);
    } else if (code == WCD_OK) {
        wcd_buf_text(&walk->done, part);
        wcd_buf_char(&walk->done, '\\');
    }
    free(target);
    free(full);
    free(joined);
    return code;
}

static enum wcd_errc step(struct walk *walk, struct wcd_error *err)
{
    char *part = next_part(walk);
    if (part == NULL) {
        return wcd_error_no_memory(err);
    }
    enum wcd_errc code = WCD_OK;
    if (part[0] != '\0') {
        char *place = place_in_root(walk, part);
        if (place == NULL) {
            code = wcd_error_no_memory(err);
        } else if (is_drive_or_root(place)) {
            wcd_buf_clear(&walk->done);
        } else {
            code = step_to(walk, part, place, err);
        }
        free(place);
    }
    free(part);
    return code == WCD_OK && walk->done.failed ? wcd_error_no_memory(err) : code;
}

static enum wcd_errc finish(const struct walk *walk, char **out, struct wcd_error *err)
{
    char *place = place_in_root(walk, "");
    char *joined = place == NULL ? NULL : wcd_text_format("%s%s", walk->root, place);
    *out = joined == NULL ? NULL : wcd_path_clean(joined);
    free(place);
    free(joined);
    return *out == NULL ? wcd_error_no_memory(err) : WCD_OK;
}

static enum wcd_errc walk_all(struct walk *walk, const char *path, char **out,
                              struct wcd_error *err)
{
    size_t root_len = strlen(walk->root);
    if (strncmp(path, walk->root, root_len) != 0 || path[root_len] != '\\') {
        return wcd_error_set(err, WCD_E_PLAIN, "evalSymlinksInScope: %s is not in %s", path,
                             walk->root);
    }
    walk->rest = wcd_path_clean(path + root_len);
    if (walk->rest == NULL) {
        return wcd_error_no_memory(err);
    }
    enum wcd_errc code = WCD_OK;
    for (unsigned int n = 0; code == WCD_OK && walk->rest[0] != '\0'; n++) {
        if (n > WCD_LINKS_MAX) {
            return wcd_error_set(err, WCD_E_PLAIN, "evalSymlinksInScope: too many links in %s",
                                 path);
        }
        code = step(walk, err);
    }
    return code == WCD_OK ? finish(walk, out, err) : code;
}

static enum wcd_errc follow(const struct platform *platform, const struct engine_rules *engine,
                            const char *path, const char *root, char **out, struct wcd_error *err)
{
    struct walk walk = {.platform = platform, .engine = engine, .root = root};
    wcd_buf_init(&walk.done, WCD_BUF_BYTES_MAX);
    enum wcd_errc code = walk_all(&walk, path, out, err);
    wcd_buf_release(&walk.done);
    free(walk.rest);
    return code;
}

enum wcd_errc wcd_files_follow_in_scope(const struct platform *platform,
                                        const struct engine_rules *engine, const char *path,
                                        const char *root, char **out, struct wcd_error *err)
{
    char *full = full_path(platform, path, err);
    char *full_root = full == NULL ? NULL : full_path(platform, root, err);
    enum wcd_errc code = WCD_OK;
    if (full_root == NULL) {
        code = err->code;
    } else if (strcmp(full, full_root) == 0) {
        *out = full;
        full = NULL;
    } else {
        code = follow(platform, engine, full, full_root, out, err);
    }
    free(full_root);
    free(full);
    return code;
}
