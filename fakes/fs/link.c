/* Symbolic links: where they lead, and the two calls that make and read them. */
#include "fakes/host/internal.h"

#include "core/base/limits.h"

#include <stdlib.h>
#include <string.h>

#define LINK_ERROR_NOT_A_REPARSE_POINT 4390u
#define LINK_SUPPORTS_REPARSE          0x00000080u /* FILE_SUPPORTS_REPARSE_POINTS */

static bool link_is_separator(char c)
{
    return c == '\\' || c == '/';
}

/* Does the target begin at a drive, a volume or a share? Otherwise it begins at the link. */
static bool link_is_absolute(const char *target)
{
    bool letter = (target[0] >= 'A' && target[0] <= 'Z') || (target[0] >= 'a' && target[0] <= 'z');
    return (letter && target[1] == ':') ||
           (link_is_separator(target[0]) && link_is_separator(target[1]));
}

/* The names from a volume's root to a folder. */
static bool link_names_of(const struct fake_node *folder, struct wcd_strlist *names)
{
    size_t depth = 0;
    for (const struct fake_node *at = folder; at->parent != NULL; at = at->parent) {
        depth++;
    }
    for (; depth > 0; depth--) {
        const struct fake_node *at = folder;
        for (size_t i = 1; i < depth; i++) {
            at = at->parent;
        }
        if (!wcd_strlist_add(names, at->name)) {
            return false;
        }
    }
    return true;
}

static plat_hr link_resolve(const struct fake_host *host, const struct fake_node *link,
                            struct fake_path *out)
{
    if (link_is_absolute(link->link)) {
        return fake_path_parse(host->fs.folder, WCD_PATH_UNITS_MAX, link->link, out);
    }
    const struct fake_volume *volume = link->volume;
    *out = (struct fake_path){.kind = volume->drive == 0 ? FAKE_PATH_VOLUME : FAKE_PATH_DRIVE,
                              .drive = volume->drive};
    memcpy(out->volume, volume->guid, sizeof(out->volume));
    bool rooted = link_is_separator(link->link[0]);
    bool done = (rooted || link_names_of(link->parent, &out->names)) &&
                fake_path_add_names(&out->names, link->link, 0);
    return done ? PLAT_S_OK : FAKE_NO_MEMORY;
}

plat_hr fake_link_follow(const struct fake_host *host, const struct fake_node *link,
                         struct fake_path *path, size_t at)
{
    struct fake_path to;
    plat_hr hr = link_resolve(host, link, &to);
    for (size_t i = at; i < path->names.count && plat_succeeded(hr); i++) {
        if (!wcd_strlist_add(&to.names, path->names.items[i])) {
            hr = FAKE_NO_MEMORY;
        }
    }
    if (plat_failed(hr)) {
        fake_path_release(&to);
        return hr;
    }
    to.trailing_separator = path->trailing_separator;
    to.stream_given = path->stream_given;
    free(to.stream);
    to.stream = path->stream;
    path->stream = NULL;
    fake_path_release(path);
    *path = to;
    return PLAT_S_OK;
}

static plat_hr link_make(struct fake_host *host, const struct fake_place *place, const char *target,
                         bool directory)
{
    if (place->path.stream_given || place->path.trailing_separator) {
        return plat_hr_win32(PLAT_ERROR_INVALID_NAME);
    }
    if (place->node != NULL) {
        return plat_hr_win32(PLAT_ERROR_ALREADY_EXISTS);
    }
    if ((place->volume->kind->flags & LINK_SUPPORTS_REPARSE) == 0) {
        return plat_hr_win32(PLAT_ERROR_INVALID_FUNCTION);
    }
    char *copy = wcd_text_copy(target);
    if (copy == NULL) {
        return FAKE_NO_MEMORY;
    }
    struct fake_node *node = fake_fs_make(host, place->folder, place->name, directory);
    if (node == NULL) {
        free(copy);
        return FAKE_NO_MEMORY;
    }
    node->link = copy;
    return PLAT_S_OK;
}

plat_hr fake_fs_create_symlink(void *ctx, const char *path, const char *target, bool directory)
{
    struct fake_host *host = ctx;
    if (target[0] == '\0') {
        return plat_hr_win32(PLAT_ERROR_INVALID_PARAMETER);
    }
    struct fake_place place;
    plat_hr hr = fake_fs_find(host, path, FAKE_PATH_UNITS_FILE, &place);
    if (plat_succeeded(hr)) {
        hr = link_make(host, &place, target, directory);
    }
    fake_place_release(&place);
    return hr;
}

plat_hr fake_fs_read_symlink(void *ctx, const char *path, char **target)
{
    struct fake_place place;
    *target = NULL;
    plat_hr hr = fake_fs_find_existing(ctx, path, &place);
    if (plat_succeeded(hr) && (place.node->link == NULL || place.path.stream_given)) {
        hr = plat_hr_win32(LINK_ERROR_NOT_A_REPARSE_POINT);
    }
    if (plat_succeeded(hr)) {
        *target = wcd_text_copy(place.node->link);
        hr = *target == NULL ? FAKE_NO_MEMORY : PLAT_S_OK;
    }
    fake_place_release(&place);
    return hr;
}
