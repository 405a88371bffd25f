/* From a path to a place in the tree, with the errors that Windows gives on the way. */
#include "fakes/host/internal.h"
#include "fakes/host/name.h"

#include "core/base/limits.h"

#include <stdlib.h>
#include <string.h>

#define FIND_ERROR_BAD_NETPATH           53u
#define FIND_ERROR_CANT_RESOLVE_FILENAME 1921u
#define FIND_LINKS_MAX                   63u
#define FIND_JOINT_UNITS                 8u /* a full path may have so many units beside its two parts */
#define FIND_FILE_SYSTEM_KEY             "SYSTEM\\CurrentControlSet\\Control\\FileSystem"

size_t fake_fs_units_max(const struct fake_host *host, size_t classic)
{
    bool longer = fake_build_has(host->build, FAKE_FEATURE_LONG_PATHS) &&
                  fake_registry_dword(host, FIND_FILE_SYSTEM_KEY, "LongPathsEnabled", 0) != 0;
    return longer ? WCD_PATH_UNITS_MAX : classic;
}

void fake_place_release(struct fake_place *place)
{
    fake_path_release(&place->path);
    *place = (struct fake_place){0};
}

/* Is `failure` the path of these names, or above it? */
static bool find_covers(const char *failure, char drive, const struct wcd_strlist *names)
{
    if (!fake_name_equal_n(failure, 1, (const char[]){drive, '\0'})) {
        return false;
    }
    const char *at = failure + 2;
    for (size_t i = 0; *at == '\\' && at[1] != '\0'; i++) {
        size_t len = strcspn(++at, "\\");
        if (i == names->count || !fake_name_equal_n(at, len, names->items[i])) {
            return false;
        }
        at += len;
    }
    return true;
}

static plat_hr find_failure(const struct fake_fs *fs, char drive, const struct wcd_strlist *names)
{
    if (drive == 0) {
        return PLAT_S_OK;
    }
    for (size_t i = 0; i < fs->failure_count; i++) {
        if (find_covers(fs->failures[i].path, drive, names)) {
            return fs->failures[i].hr;
        }
    }
    return PLAT_S_OK;
}

plat_hr fake_fs_node_failure(const struct fake_host *host, const struct fake_node *node)
{
    if (node == NULL || node->volume->drive == 0 || host->fs.failure_count == 0) {
        return PLAT_S_OK;
    }
    char *full = fake_node_path(node);
    struct fake_path path;
    plat_hr hr = FAKE_NO_MEMORY;
    if (full != NULL) {
        char *verbatim = wcd_text_format("\\\\?\\%s", full);
        if (verbatim != NULL) {
            hr = fake_path_parse(host->fs.folder, WCD_PATH_UNITS_MAX, verbatim, &path);
            if (plat_succeeded(hr)) {
                hr = find_failure(&host->fs, path.drive, &path.names);
            }
            fake_path_release(&path);
        }
        free(verbatim);
    }
    free(full);
    return hr;
}

static plat_hr find_kind(enum fake_path_kind kind)
{
    switch (kind) {
    case FAKE_PATH_NETWORK:
        return plat_hr_win32(FIND_ERROR_BAD_NETPATH);
    case FAKE_PATH_NULL:
    case FAKE_PATH_DEVICE:
        return plat_hr_win32(PLAT_ERROR_FILE_NOT_FOUND);
    case FAKE_PATH_DRIVE:
    case FAKE_PATH_VOLUME:
        break;
    }
    return PLAT_S_OK;
}

/* Walks along the names of place->path. Stops at a link that has to be followed, whose name's index
 * is *link then; at `names->count` otherwise. */
static plat_hr find_walk(const struct fake_host *host, bool last, struct fake_place *place,
                         size_t *link)
{
    const struct wcd_strlist *names = &place->path.names;
    *link = names->count;
    plat_hr hr = find_failure(&host->fs, place->path.drive, names);
    if (hr != PLAT_S_OK) {
        return hr;
    }
    place->folder = NULL;
    place->name = "";
    place->volume = fake_fs_volume_of(&host->fs, &place->path);
    if (place->volume == NULL) {
        return plat_hr_win32(PLAT_ERROR_PATH_NOT_FOUND);
    }
    place->node = place->volume->root;
    for (size_t i = 0; i < names->count; i++) {
        if (place->node == NULL || !place->node->directory) {
            place->node = NULL;
            return plat_hr_win32(PLAT_ERROR_PATH_NOT_FOUND);
        }
        place->folder = place->node;
        place->name = names->items[i];
        place->node = fake_node_child(place->folder, place->name);
        bool follow = last || i + 1 < names->count;
        if (place->node != NULL && place->node->link != NULL && follow) {
            *link = i;
            return PLAT_S_OK;
        }
    }
    return PLAT_S_OK;
}

/* What Windows says of a name whose place is found. */
static plat_hr find_check(const struct fake_place *place)
{
    if (place->node != NULL && !place->node->directory && place->path.trailing_separator) {
        return plat_hr_win32(PLAT_ERROR_INVALID_NAME);
    }
    if (place->path.stream_given && !place->volume->kind->streams) {
        return plat_hr_win32(PLAT_ERROR_INVALID_NAME);
    }
    return PLAT_S_OK;
}

static plat_hr find_path(struct fake_host *host, const char *path, size_t units_max, bool last,
                         struct fake_place *place)
{
    *place = (struct fake_place){.name = ""};
    /* Whether long paths are allowed is asked for long paths only. */
    bool is_short = strlen(host->fs.folder) + strlen(path) + FIND_JOINT_UNITS < units_max;
    plat_hr hr =
        fake_path_parse(host->fs.folder, is_short ? units_max : fake_fs_units_max(host, units_max),
                        path, &place->path);
    for (size_t links = 0; plat_succeeded(hr); links++) {
        hr = find_kind(place->path.kind);
        size_t link = 0;
        if (plat_succeeded(hr)) {
            hr = find_walk(host, last, place, &link);
        }
        if (plat_failed(hr) || link == place->path.names.count) {
            break;
        }
        if (links == FIND_LINKS_MAX) {
            hr = plat_hr_win32(FIND_ERROR_CANT_RESOLVE_FILENAME);
        } else {
            hr = fake_link_follow(host, place->node, &place->path, link + 1);
        }
        place->node = NULL;
        place->name = "";
    }
    return plat_succeeded(hr) ? find_check(place) : hr;
}

plat_hr fake_fs_find(struct fake_host *host, const char *path, size_t units_max,
                     struct fake_place *place)
{
    return find_path(host, path, units_max, false, place);
}

plat_hr fake_fs_find_target(struct fake_host *host, const char *path, size_t units_max,
                            struct fake_place *place)
{
    return find_path(host, path, units_max, true, place);
}

plat_hr fake_fs_find_existing(struct fake_host *host, const char *path, struct fake_place *place)
{
    plat_hr hr = fake_fs_find(host, path, FAKE_PATH_UNITS_FILE, place);
    if (plat_failed(hr)) {
        return hr;
    }
    bool there = place->node != NULL;
    if (there && place->path.stream != NULL) {
        there = fake_node_stream(place->node, place->path.stream) != NULL;
    }
    return there ? PLAT_S_OK : plat_hr_win32(PLAT_ERROR_FILE_NOT_FOUND);
}
