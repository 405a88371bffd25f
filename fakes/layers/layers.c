/* The life of a layer on a file system behind the seam, and the table of calls. */
#include "fakes/layers/internal.h"

#include "fakes/host/name.h"

#include <stdlib.h>
#include <string.h>

/* May a layer's folder be made here? */
static plat_hr layers_may_make(const struct fake_layers *layers, const struct layers_place *place,
                               struct plat_volume_info *info)
{
    if (place->kind != LAYERS_NOTHING) {
        return plat_hr_win32(PLAT_ERROR_ALREADY_EXISTS);
    }
    return fake_layers_check_drive(layers, place->full, info);
}

static plat_hr layers_create_one(void *ctx, const struct plat_layer_driver *driver, const char *id,
                                 const char *parent)
{
    struct fake_layers *layers = ctx;
    struct plat_volume_info info;
    struct layers_place place;
    (void)parent;
    plat_hr hr = fake_layers_find(layers, "CreateLayer", driver, id, &place);
    if (plat_succeeded(hr)) {
        hr = layers_may_make(layers, &place, &info);
    }
    if (plat_succeeded(hr)) {
        hr = layers->fs.ops->create_directory(layers->fs.ctx, place.full, NULL);
    }
    fake_layers_place_release(&place);
    return hr;
}

/* ---- scratches ---- */

/* The template disk of the base layer, which is the last one, becomes the new scratch. */
static plat_hr layers_check_template(struct fake_layers *layers,
                                     const struct plat_layer_descriptor *base)
{
    enum layers_kind kind = LAYERS_NOTHING;
    char *full = NULL;
    plat_hr hr = fake_layers_full(layers, base->path, &full);
    if (plat_succeeded(hr)) {
        hr = fake_layers_kind_in(layers, full, FAKE_LAYER_BLANK, &kind);
    }
    free(full);
    return plat_succeeded(hr) && kind == LAYERS_NOTHING ? plat_hr_win32(PLAT_ERROR_FILE_NOT_FOUND)
                                                        : hr;
}

static plat_hr layers_make_scratch(struct fake_layers *layers, const char *path,
                                   const struct plat_layer_descriptor *parents, size_t count)
{
    struct wcd_strlist ids;
    char *aside = NULL;
    wcd_strlist_init(&ids);
    plat_hr hr = PLAT_S_OK;
    for (size_t i = 0; i < count && plat_succeeded(hr); i++) {
        hr = wcd_strlist_add(&ids, parents[i].id) ? PLAT_S_OK : FAKE_NO_MEMORY;
    }
    if (plat_succeeded(hr)) {
        hr = fake_layers_aside(layers, path, &aside);
    }
    if (plat_succeeded(hr)) {
        hr = fake_layers_disk_create(layers, aside, FAKE_SCRATCH_BYTES_DEFAULT, &ids);
    }
    wcd_strlist_release(&ids);
    return fake_layers_settle(layers, hr, aside, path);
}

static plat_hr layers_create_scratch(void *ctx, const struct plat_layer_driver *driver,
                                     const char *id, const char *parent,
                                     const struct plat_layer_descriptor *parents, size_t count)
{
    struct fake_layers *layers = ctx;
    struct plat_volume_info info = {.bytes_free = 0};
    struct layers_place place;
    char *files = NULL;
    (void)parent;
    plat_hr hr = fake_layers_find(layers, "CreateSandboxLayer", driver, id, &place);
    if (plat_succeeded(hr)) {
        hr = layers_may_make(layers, &place, &info);
    }
    if (plat_succeeded(hr) && count == 0) {
        hr = plat_hr_win32(PLAT_ERROR_INVALID_PARAMETER);
    }
    if (plat_succeeded(hr)) {
        hr = fake_layers_check_parents(layers, parents, count, &files);
    }
    free(files);
    if (plat_succeeded(hr)) {
        hr = layers_check_template(layers, &parents[count - 1]);
    }
    if (plat_succeeded(hr) && info.bytes_free < FAKE_SCRATCH_ROOM_BYTES) {
        hr = plat_hr_win32(PLAT_ERROR_DISK_FULL);
    }
    if (plat_succeeded(hr)) {
        hr = layers_make_scratch(layers, place.full, parents, count);
    }
    fake_layers_place_release(&place);
    return hr;
}

static plat_hr layers_expand(void *ctx, const struct plat_layer_driver *driver, const char *id,
                             uint64_t bytes)
{
    struct fake_layers *layers = ctx;
    struct layers_disk *disk = NULL;
    struct layers_place place;
    bool file = false;
    plat_hr hr = fake_layers_find_existing(layers, "ExpandSandboxSize", driver, id, &place);
    if (plat_succeeded(hr)) {
        hr = fake_layers_disk_of(layers, place.full, &disk, &file);
    }
    if (plat_succeeded(hr)) {
        hr = disk == NULL ? plat_hr_win32(PLAT_ERROR_FILE_NOT_FOUND)
                          : fake_layers_disk_resize(layers, disk, bytes);
    }
    fake_layers_place_release(&place);
    return hr;
}

/* ---- copies ---- */

static bool layers_is_disk_part(const char *name)
{
    return fake_name_equal(name, FAKE_LAYER_SANDBOX) || fake_name_equal(name, LAYERS_TREE) ||
           fake_name_equal(name, LAYERS_VOLUME);
}

/* What a scratch has beside its disk; an image layer is nothing else. */
static plat_hr layers_copy_entries(struct fake_layers *layers, const char *from, const char *to,
                                   bool scratch)
{
    struct plat_dir_list list;
    plat_hr hr = layers->fs.ops->list(layers->fs.ctx, from, &list);
    for (size_t i = 0; plat_succeeded(hr) && i < list.count; i++) {
        const struct plat_dir_entry *entry = &list.entries[i];
        if (scratch && layers_is_disk_part(entry->name)) {
            continue;
        }
        char *from_path = fake_layers_child(from, entry->name);
        char *to_path = fake_layers_child(to, entry->name);
        hr = FAKE_NO_MEMORY;
        if (from_path != NULL && to_path != NULL) {
            bool folder = (entry->info.attributes & PLAT_FILE_DIRECTORY) != 0;
            hr = fake_layers_is_folder(entry) ? fake_layers_copy_tree(layers, from_path, to_path)
                 : fake_layers_is_link(entry)
                     ? fake_layers_copy_link(layers, from_path, to_path, folder)
                     : fake_layers_copy_file(layers, from_path, to_path);
        }
        free(to_path);
        free(from_path);
    }
    plat_dir_list_free(&list);
    return hr;
}

/* A disk of its own, with the same in it. */
static plat_hr layers_copy_disk(struct fake_layers *layers, const struct layers_disk *disk,
                                const char *to)
{
    enum layers_kind kind = LAYERS_NOTHING;
    plat_hr hr = fake_layers_disk_create(layers, to, disk->bytes, &disk->parents);
    if (plat_succeeded(hr)) {
        hr = fake_layers_kind_in(layers, disk->folder, LAYERS_TREE, &kind);
    }
    if (plat_failed(hr)) {
        return hr;
    }
    char *from_tree =
        fake_layers_child(disk->folder, kind == LAYERS_FOLDER ? LAYERS_TREE : LAYERS_VOLUME);
    char *tree = fake_layers_child(to, LAYERS_TREE);
    hr = FAKE_NO_MEMORY;
    if (from_tree != NULL && tree != NULL) {
        hr = fake_layers_copy_tree(layers, from_tree, tree);
    }
    free(tree);
    free(from_tree);
    return hr;
}

static plat_hr layers_copy_to(struct fake_layers *layers, const char *from, const char *to)
{
    struct layers_disk *disk = NULL;
    bool file = false;
    char *aside = NULL;
    if (fake_layers_in_use(layers, from)) {
        return plat_hr_win32(PLAT_ERROR_SHARING_VIOLATION);
    }
    plat_hr hr = fake_layers_disk_of(layers, from, &disk, &file);
    if (plat_succeeded(hr)) {
        hr = fake_layers_aside(layers, to, &aside);
    }
    if (plat_succeeded(hr)) {
        hr = layers_copy_entries(layers, from, aside, disk != NULL);
    }
    if (plat_succeeded(hr) && disk != NULL) {
        hr = layers_copy_disk(layers, disk, aside);
    }
    return fake_layers_settle(layers, hr, aside, to);
}

static plat_hr layers_copy(void *ctx, const struct plat_layer_driver *driver, const char *source,
                           const char *target, const struct plat_layer_descriptor *parents,
                           size_t count)
{
    struct fake_layers *layers = ctx;
    struct plat_volume_info info;
    struct layers_place to = {.path = NULL};
    struct layers_place from;
    char *files = NULL;
    plat_hr hr = fake_layers_find_existing(layers, "CopyLayer", driver, source, &from);
    if (plat_succeeded(hr)) {
        hr = fake_layers_find(layers, "CopyLayer", driver, target, &to);
    }
    if (plat_succeeded(hr)) {
        hr = layers_may_make(layers, &to, &info);
    }
    if (plat_succeeded(hr)) {
        hr = fake_layers_check_parents(layers, parents, count, &files);
    }
    free(files);
    if (plat_succeeded(hr) && fake_layers_is_below(to.full, from.full)) {
        hr = plat_hr_win32(PLAT_ERROR_INVALID_PARAMETER);
    }
    if (plat_succeeded(hr)) {
        hr = layers_copy_to(layers, from.full, to.full);
    }
    fake_layers_place_release(&from);
    fake_layers_place_release(&to);
    return hr;
}

/* ---- the end ---- */

static bool layers_is_aside(const char *path)
{
    size_t len = strlen(path);
    size_t suffix = strlen(LAYERS_ASIDE);
    return len > suffix && fake_name_equal(path + len - suffix, LAYERS_ASIDE);
}

/* Gives the folder the name of what is to be destroyed, if it has another; *aside is that name. */
static plat_hr layers_set_aside(struct fake_layers *layers, const char *path, char **aside)
{
    if (layers_is_aside(path)) {
        *aside = wcd_text_copy(path);
        return *aside == NULL ? FAKE_NO_MEMORY : PLAT_S_OK;
    }
    *aside = wcd_text_format("%s" LAYERS_ASIDE, path);
    plat_hr hr = *aside == NULL ? FAKE_NO_MEMORY : fake_layers_remove(layers, *aside);
    return plat_failed(hr) ? hr : fake_layers_move(layers, path, *aside);
}

static plat_hr layers_destroy_folder(struct fake_layers *layers, const char *path)
{
    char *aside = NULL;
    if (strlen(fake_layers_shown(path)) <= 2) {
        return plat_hr_win32(PLAT_ERROR_ACCESS_DENIED); /* a drive */
    }
    if (fake_layers_in_use(layers, path)) {
        return plat_hr_win32(PLAT_ERROR_SHARING_VIOLATION);
    }
    plat_hr hr = layers_set_aside(layers, path, &aside);
    if (plat_succeeded(hr)) {
        fake_layers_disks_forget(layers, path);
        /* What resists stays aside: it is no layer any more. */
        hr = fake_layers_remove(layers, aside);
    }
    free(aside);
    return fake_layers_is_busy(hr) ? plat_hr_win32(PLAT_ERROR_SHARING_VIOLATION) : hr;
}

/* One that is half destroyed has nothing at its place any more, and can be destroyed all the same. */
static plat_hr layers_destroy_rest(struct fake_layers *layers, const char *path, plat_hr absent)
{
    enum layers_kind kind = LAYERS_NOTHING;
    char *aside = wcd_text_format("%s" LAYERS_ASIDE, path);
    plat_hr hr = aside == NULL ? FAKE_NO_MEMORY : fake_layers_kind_of(layers, aside, &kind);
    if (plat_succeeded(hr)) {
        hr = kind == LAYERS_FOLDER ? fake_layers_remove(layers, aside) : absent;
    }
    free(aside);
    return fake_layers_is_busy(hr) ? plat_hr_win32(PLAT_ERROR_SHARING_VIOLATION) : hr;
}

static plat_hr layers_destroy(void *ctx, const struct plat_layer_driver *driver, const char *id)
{
    struct layers_place place;
    plat_hr hr = fake_layers_find_existing(ctx, "DestroyLayer", driver, id, &place);
    if (plat_succeeded(hr) && !place.lies) {
        hr = layers_destroy_folder(ctx, place.full);
    } else if (place.full != NULL && place.kind == LAYERS_NOTHING && fake_layer_is_absent(hr)) {
        hr = layers_destroy_rest(ctx, place.full, hr);
    }
    fake_layers_place_release(&place);
    return hr;
}

static plat_hr layers_exists(void *ctx, const struct plat_layer_driver *driver, const char *id,
                             bool *exists)
{
    struct layers_place place;
    plat_hr hr = fake_layers_find_existing(ctx, "LayerExists", driver, id, &place);
    *exists = plat_succeeded(hr);
    bool answer = place.full != NULL && fake_layer_is_absent(hr);
    fake_layers_place_release(&place);
    return answer ? PLAT_S_OK : hr;
}

/* ---- what needs no layer ---- */

static plat_hr layers_base_images(void *ctx, char **json)
{
    const struct fake_layers *layers = ctx;
    return fake_storage_ops.base_images(layers->host, json);
}

static plat_hr layers_name_to_guid(void *ctx, const char *name, char **guid)
{
    const struct fake_layers *layers = ctx;
    return fake_storage_name_to_guid(layers->host, name, guid);
}

static const struct plat_storage_ops layers_ops = {
    .create_layer = layers_create_one,
    .create_scratch_layer = layers_create_scratch,
    .expand_scratch_layer = layers_expand,
    .copy_layer = layers_copy,
    .destroy_layer = layers_destroy,
    .layer_exists = layers_exists,
    .activate_layer = fake_layers_activate,
    .deactivate_layer = fake_layers_deactivate,
    .prepare_layer = fake_layers_prepare,
    .unprepare_layer = fake_layers_unprepare,
    .layer_mount_path = fake_layers_mount_path,
    .import_layer = fake_layers_import,
    .export_layer = fake_layers_export,
    .process_base_image = fake_layers_process_base,
    .process_utility_image = fake_layers_process_utility,
    .base_images = layers_base_images,
    .name_to_guid = layers_name_to_guid,
    .grant_vm_access = fake_layers_grant,
    .detach_disk = fake_layers_detach_disk,
    .revoke_vm_access = fake_layers_revoke,
};

struct plat_storage fake_layers_storage(struct fake_layers *layers)
{
    return (struct plat_storage){.ops = &layers_ops, .ctx = layers};
}

enum wcd_errc fake_layers_create(struct fake_layers **out, struct fake_host *host,
                                 const struct plat_fs *fs, struct wcd_error *err)
{
    *out = NULL;
    struct fake_layers *layers = calloc(1, sizeof(*layers));
    unsigned char *pieces = malloc(2 * LAYERS_PIECE_BYTES);
    if (layers == NULL || pieces == NULL) {
        free(layers);
        free(pieces);
        return wcd_error_no_memory(err);
    }
    layers->host = host;
    layers->fs = *fs;
    layers->pieces[0] = pieces;
    layers->pieces[1] = pieces + LAYERS_PIECE_BYTES;
    wcd_strlist_init(&layers->granted);
    const struct plat_storage calls = fake_layers_storage(layers);
    const struct fake_ground ground = {.ops = &fake_layers_ground_ops, .ctx = layers};
    fake_storage_move(host, &calls, &ground);
    *out = layers;
    return WCD_OK;
}

void fake_layers_destroy(struct fake_layers *layers)
{
    if (layers == NULL) {
        return;
    }
    fake_storage_move_home(layers->host);
    fake_layers_holds_release(layers);
    fake_layers_disks_release(layers);
    wcd_strlist_release(&layers->granted);
    free(layers->pieces[0]);
    free(layers);
}
