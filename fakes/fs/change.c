/* The calls that change the tree: folders made and removed, files removed and moved, attributes,
 * security. */
#include "fakes/fs/sddl.h"
#include "fakes/host/internal.h"
#include "fakes/host/name.h"

#include <stdlib.h>
#include <string.h>

#define CHANGE_ERROR_NOT_SAME_DEVICE 17u
#define CHANGE_ATTRIBUTES                                                                          \
    (PLAT_FILE_READONLY | PLAT_FILE_HIDDEN | PLAT_FILE_SYSTEM | PLAT_FILE_ARCHIVE)

/* Makes a node in a folder with the DACL that it gets there; NULL without memory. */
static struct fake_node *change_make(struct fake_host *host, struct fake_node *folder,
                                     const char *name, bool directory, const char *own_dacl)
{
    struct fake_node *node = fake_node_new(name, directory, fake_host_wall_100ns(host));
    if (node == NULL) {
        return NULL;
    }
    node->dacl = fake_sddl_child(folder->dacl, own_dacl, directory);
    if (node->dacl == NULL || !fake_node_attach(folder, node)) {
        fake_node_free(node);
        return NULL;
    }
    folder->written_100ns = fake_host_wall_100ns(host);
    return node;
}

struct fake_node *fake_fs_make(struct fake_host *host, struct fake_node *folder, const char *name,
                               bool directory)
{
    return change_make(host, folder, name, directory, NULL);
}

static plat_hr change_create_directory(struct fake_host *host, const struct fake_place *place,
                                       const char *sddl)
{
    if (place->path.stream_given) {
        return plat_hr_win32(PLAT_ERROR_DIRECTORY);
    }
    if (place->node != NULL) {
        /* The root of a drive is refused before the file system is asked for its name. */
        bool root = place->folder == NULL;
        return plat_hr_win32(root ? PLAT_ERROR_ACCESS_DENIED : PLAT_ERROR_ALREADY_EXISTS);
    }
    char *own = NULL;
    if (sddl != NULL) {
        bool present = false;
        own = fake_sddl_dacl(sddl, &present);
        if (own == NULL) {
            return FAKE_NO_MEMORY;
        }
        if (!present) {
            wcd_text_replace(&own, NULL);
        }
    }
    const struct fake_node *node = change_make(host, place->folder, place->name, true, own);
    free(own);
    return node == NULL ? FAKE_NO_MEMORY : PLAT_S_OK;
}

plat_hr fake_fs_create_directory(void *ctx, const char *path, const char *sddl)
{
    struct fake_host *host = ctx;
    if (sddl != NULL && !fake_sddl_valid(sddl)) {
        return plat_hr_win32(PLAT_ERROR_INVALID_SECURITY_DESCR);
    }
    struct fake_place place;
    plat_hr hr = fake_fs_find(host, path, FAKE_PATH_UNITS_DIRECTORY, &place);
    if (place.path.kind == FAKE_PATH_NULL || place.path.kind == FAKE_PATH_DEVICE) {
        hr = plat_hr_win32(PLAT_ERROR_DIRECTORY);
    }
    if (plat_succeeded(hr)) {
        hr = change_create_directory(host, &place, sddl);
    }
    fake_place_release(&place);
    return hr;
}

static plat_hr change_remove_directory(struct fake_host *host, const struct fake_place *place)
{
    const struct fake_node *node = place->node;
    if (!node->directory || place->path.stream_given) {
        return plat_hr_win32(PLAT_ERROR_DIRECTORY);
    }
    if (place->folder == NULL || (node->attributes & PLAT_FILE_READONLY) != 0) {
        return plat_hr_win32(PLAT_ERROR_ACCESS_DENIED);
    }
    if (fake_node_child_count(node) > 0) {
        return plat_hr_win32(PLAT_ERROR_DIR_NOT_EMPTY);
    }
    char *path = fake_node_path(node);
    if (path == NULL) {
        return FAKE_NO_MEMORY;
    }
    /* A process keeps a handle on its current folder. */
    bool current = fake_name_equal(path, host->fs.folder);
    free(path);
    if (current || fake_node_in_use(node)) {
        return plat_hr_win32(PLAT_ERROR_SHARING_VIOLATION);
    }
    place->folder->written_100ns = fake_host_wall_100ns(host);
    fake_node_remove(place->node);
    return PLAT_S_OK;
}

plat_hr fake_fs_remove_directory(void *ctx, const char *path)
{
    struct fake_host *host = ctx;
    struct fake_place place;
    plat_hr hr = fake_fs_find_existing(host, path, &place);
    if (plat_succeeded(hr)) {
        hr = change_remove_directory(host, &place);
    }
    fake_place_release(&place);
    return hr;
}

static plat_hr change_remove_file(struct fake_host *host, const struct fake_place *place)
{
    struct fake_node *node = place->node;
    struct fake_stream *stream = NULL;
    if (place->path.stream != NULL) {
        stream = fake_node_stream(node, place->path.stream);
    }
    if ((node->directory && stream == NULL) || (node->attributes & PLAT_FILE_READONLY) != 0) {
        return plat_hr_win32(PLAT_ERROR_ACCESS_DENIED);
    }
    if (stream != NULL) {
        if (stream->readers + stream->writers > 0) {
            return plat_hr_win32(PLAT_ERROR_SHARING_VIOLATION);
        }
        fake_node_drop_stream(node, stream);
        return PLAT_S_OK;
    }
    if (fake_node_in_use(node)) {
        return plat_hr_win32(PLAT_ERROR_SHARING_VIOLATION);
    }
    place->folder->written_100ns = fake_host_wall_100ns(host);
    fake_node_remove(node);
    return PLAT_S_OK;
}

plat_hr fake_fs_remove_file(void *ctx, const char *path)
{
    struct fake_host *host = ctx;
    struct fake_place place;
    plat_hr hr = fake_fs_find_existing(host, path, &place);
    if (plat_succeeded(hr)) {
        hr = change_remove_file(host, &place);
    }
    fake_place_release(&place);
    return hr;
}

static bool change_is_below(const struct fake_node *node, const struct fake_node *top)
{
    while (node != NULL && node != top) {
        node = node->parent;
    }
    return node == top;
}

/* May the target be where it is to be? Another node in the way is only replaced on request. */
static plat_hr change_move_target(const struct fake_place *from, const struct fake_place *to,
                                  uint32_t flags)
{
    const struct fake_node *old = to->node;
    if (from->volume != to->volume) {
        return plat_hr_win32(CHANGE_ERROR_NOT_SAME_DEVICE);
    }
    if (to->folder == NULL) {
        return plat_hr_win32(PLAT_ERROR_ACCESS_DENIED);
    }
    if (old == NULL || old == from->node) {
        return PLAT_S_OK;
    }
    if ((flags & PLAT_MOVE_REPLACE_EXISTING) == 0) {
        return plat_hr_win32(PLAT_ERROR_ALREADY_EXISTS);
    }
    bool guarded = (old->attributes & PLAT_FILE_READONLY) != 0 || fake_node_in_use(old);
    if (old->directory || from->node->directory || guarded) {
        return plat_hr_win32(PLAT_ERROR_ACCESS_DENIED);
    }
    return PLAT_S_OK;
}

static plat_hr change_move_source(const struct fake_place *from, const struct fake_place *to)
{
    if (from->path.stream_given || to->path.stream_given) {
        return plat_hr_win32(PLAT_ERROR_INVALID_NAME);
    }
    if (from->folder == NULL) {
        return plat_hr_win32(PLAT_ERROR_ACCESS_DENIED);
    }
    bool into_itself = to->folder != NULL && change_is_below(to->folder, from->node);
    if (into_itself) {
        return plat_hr_win32(PLAT_ERROR_SHARING_VIOLATION);
    }
    if (fake_node_in_use(from->node)) {
        /* For a folder, something below it is open. */
        return plat_hr_win32(from->node->directory ? PLAT_ERROR_ACCESS_DENIED
                                                   : PLAT_ERROR_SHARING_VIOLATION);
    }
    return PLAT_S_OK;
}

/* The DACL moves along: within a volume nothing is inherited anew. */
static plat_hr change_move(struct fake_host *host, const struct fake_place *from,
                           const struct fake_place *to)
{
    struct fake_node *node = from->node;
    char *name = wcd_text_copy(to->name);
    if (name == NULL) {
        return FAKE_NO_MEMORY;
    }
    struct fake_node *folder = from->folder;
    char *old_name = node->name;
    fake_node_detach(node);
    node->name = name;
    struct fake_node *old = to->node == node ? NULL : to->node;
    if (old != NULL) {
        fake_node_detach(old);
    }
    if (!fake_node_attach(to->folder, node)) {
        /* Both fit where they were a moment ago: nothing has taken the room. */
        node->name = old_name;
        free(name);
        (void)fake_node_attach(folder, node);
        if (old != NULL) {
            (void)fake_node_attach(to->folder, old);
        }
        return FAKE_NO_MEMORY;
    }
    free(old_name);
    if (old != NULL) {
        fake_node_free(old);
    }
    folder->written_100ns = fake_host_wall_100ns(host);
    to->folder->written_100ns = fake_host_wall_100ns(host);
    return PLAT_S_OK;
}

plat_hr fake_fs_move(void *ctx, const char *from_path, const char *to_path, uint32_t flags)
{
    struct fake_host *host = ctx;
    if ((flags & ~(PLAT_MOVE_REPLACE_EXISTING | PLAT_MOVE_WRITE_THROUGH)) != 0) {
        return plat_hr_win32(PLAT_ERROR_INVALID_PARAMETER);
    }
    struct fake_place from;
    struct fake_place to = {0};
    plat_hr hr = fake_fs_find_existing(host, from_path, &from);
    if (plat_succeeded(hr)) {
        hr = fake_fs_find(host, to_path, FAKE_PATH_UNITS_FILE, &to);
    }
    if (plat_succeeded(hr)) {
        hr = change_move_source(&from, &to);
    }
    if (plat_succeeded(hr)) {
        hr = change_move_target(&from, &to, flags);
    }
    if (plat_succeeded(hr)) {
        hr = change_move(host, &from, &to);
    }
    fake_place_release(&from);
    fake_place_release(&to);
    return hr;
}

plat_hr fake_fs_set_attributes(void *ctx, const char *path, uint32_t attributes)
{
    struct fake_place place;
    plat_hr hr = fake_fs_find_existing(ctx, path, &place);
    if (plat_succeeded(hr) && place.path.stream_given) {
        hr = plat_hr_win32(PLAT_ERROR_INVALID_NAME);
    }
    if (plat_succeeded(hr)) {
        /* What a file is (a folder, a reparse point) is not an attribute that can be set. */
        place.node->attributes = attributes & CHANGE_ATTRIBUTES;
    }
    fake_place_release(&place);
    return hr;
}

/* Gives a node and all below it the DACLs that follow from its new own entries. */
static plat_hr change_apply_dacl(struct fake_node *top, const char *own)
{
    struct fake_node *node = top;
    while (node != NULL) {
        const char *parent = node->parent == NULL ? "D:" : node->parent->dacl;
        char *dacl = fake_sddl_child(parent, node == top ? own : node->dacl, node->directory);
        if (dacl == NULL) {
            return FAKE_NO_MEMORY;
        }
        wcd_text_replace(&node->dacl, dacl);
        node = fake_node_next(node, top);
    }
    return PLAT_S_OK;
}

plat_hr fake_fs_set_security(void *ctx, const char *path, const char *sddl)
{
    struct fake_host *host = ctx;
    bool present = false;
    char *own = fake_sddl_dacl(sddl, &present);
    if (own == NULL) {
        return FAKE_NO_MEMORY;
    }
    struct fake_place place = {0};
    plat_hr hr = plat_hr_win32(PLAT_ERROR_INVALID_SECURITY_DESCR);
    if (present) {
        hr = fake_fs_find_existing(host, path, &place);
    }
    if (plat_succeeded(hr) && !place.volume->kind->security) {
        hr = plat_hr_win32(PLAT_ERROR_NOT_SUPPORTED);
    }
    if (plat_succeeded(hr)) {
        hr = change_apply_dacl(place.node, own);
    }
    fake_place_release(&place);
    free(own);
    return hr;
}
