/* The life of a layer, and the table of calls. */
#include "fakes/host/internal.h"

#include <stdlib.h>
#include <string.h>

/* May a layer's folder be made here? */
static plat_hr storage_may_make(const struct fake_place *place)
{
    if (place->path.stream_given) {
        return plat_hr_win32(PLAT_ERROR_INVALID_NAME);
    }
    if (place->node != NULL) {
        return plat_hr_win32(PLAT_ERROR_ALREADY_EXISTS);
    }
    bool ntfs = place->volume->kind == fake_fs_kind_find("NTFS");
    return ntfs ? PLAT_S_OK : plat_hr_win32(PLAT_ERROR_NOT_SUPPORTED);
}

static plat_hr storage_create(void *ctx, const struct plat_layer_driver *driver, const char *id,
                              const char *parent)
{
    struct fake_host *host = ctx;
    struct fake_layer layer;
    (void)parent;
    plat_hr hr = fake_layer_find(host, "CreateLayer", driver, id, &layer);
    if (plat_succeeded(hr)) {
        hr = storage_may_make(&layer.place);
    }
    if (plat_succeeded(hr)) {
        bool made = fake_fs_make(host, layer.place.folder, layer.place.name, true) != NULL;
        hr = made ? PLAT_S_OK : FAKE_NO_MEMORY;
    }
    fake_layer_release(&layer);
    return hr;
}

/* The template disk of the base layer, which is the last one, becomes the new scratch. */
static plat_hr storage_check_template(struct fake_host *host,
                                      const struct plat_layer_descriptor *base)
{
    struct fake_place place;
    plat_hr hr = fake_folder_find(host, base->path, &place);
    if (plat_succeeded(hr) && fake_node_child(place.node, FAKE_LAYER_BLANK) == NULL) {
        hr = plat_hr_win32(PLAT_ERROR_FILE_NOT_FOUND);
    }
    fake_place_release(&place);
    return hr;
}

static plat_hr storage_make_scratch(struct fake_host *host, const struct fake_place *place,
                                    const struct plat_layer_descriptor *parents, size_t count)
{
    if (place->volume->bytes_free < FAKE_SCRATCH_ROOM_BYTES) {
        return plat_hr_win32(PLAT_ERROR_DISK_FULL);
    }
    struct fake_node *folder = fake_fs_make(host, place->folder, place->name, true);
    if (folder == NULL) {
        return FAKE_NO_MEMORY;
    }
    plat_hr hr = fake_disk_create(host, folder, parents, count);
    if (plat_failed(hr)) {
        fake_node_remove(folder);
    }
    return hr;
}

static plat_hr storage_create_scratch(void *ctx, const struct plat_layer_driver *driver,
                                      const char *id, const char *parent,
                                      const struct plat_layer_descriptor *parents, size_t count)
{
    struct fake_host *host = ctx;
    struct fake_node *files = NULL;
    struct fake_layer layer;
    (void)parent;
    plat_hr hr = fake_layer_find(host, "CreateSandboxLayer", driver, id, &layer);
    if (plat_succeeded(hr)) {
        hr = storage_may_make(&layer.place);
    }
    if (plat_succeeded(hr) && count == 0) {
        hr = plat_hr_win32(PLAT_ERROR_INVALID_PARAMETER);
    }
    if (plat_succeeded(hr)) {
        hr = fake_parents_check(host, parents, count, &files);
    }
    if (plat_succeeded(hr)) {
        hr = storage_check_template(host, &parents[count - 1]);
    }
    if (plat_succeeded(hr)) {
        hr = storage_make_scratch(host, &layer.place, parents, count);
    }
    fake_layer_release(&layer);
    return hr;
}

static plat_hr storage_expand(void *ctx, const struct plat_layer_driver *driver, const char *id,
                              uint64_t bytes)
{
    struct fake_host *host = ctx;
    struct fake_layer layer;
    plat_hr hr = fake_layer_find_existing(host, "ExpandSandboxSize", driver, id, &layer);
    if (plat_succeeded(hr)) {
        struct fake_disk *disk = fake_disk_of(host, layer.place.node);
        hr = disk == NULL ? plat_hr_win32(PLAT_ERROR_FILE_NOT_FOUND)
                          : fake_disk_resize(host, disk, layer.place.node, bytes);
    }
    fake_layer_release(&layer);
    return hr;
}

static plat_hr storage_copy_folder(struct fake_host *host, const struct fake_layer *from,
                                   const struct fake_place *to)
{
    const struct fake_disk *disk = fake_disk_of(host, from->place.node);
    if (fake_node_in_use(from->place.node)) {
        return plat_hr_win32(PLAT_ERROR_SHARING_VIOLATION);
    }
    plat_hr hr = fake_node_copy(from->place.node, to->folder, to->name);
    if (plat_succeeded(hr) && disk != NULL) {
        struct fake_node *copy = fake_node_child(to->folder, to->name);
        hr = fake_disk_copy(host, disk, copy);
        if (plat_failed(hr)) {
            fake_node_remove(copy);
        }
    }
    return hr;
}

static plat_hr storage_copy(void *ctx, const struct plat_layer_driver *driver, const char *source,
                            const char *target, const struct plat_layer_descriptor *parents,
                            size_t count)
{
    struct fake_host *host = ctx;
    struct fake_node *files = NULL;
    struct fake_layer from;
    struct fake_layer to = {0};
    plat_hr hr = fake_layer_find_existing(host, "CopyLayer", driver, source, &from);
    if (plat_succeeded(hr)) {
        hr = fake_layer_find(host, "CopyLayer", driver, target, &to);
    }
    if (plat_succeeded(hr)) {
        hr = storage_may_make(&to.place);
    }
    if (plat_succeeded(hr)) {
        hr = fake_parents_check(host, parents, count, &files);
    }
    if (plat_succeeded(hr)) {
        hr = storage_copy_folder(host, &from, &to.place);
    }
    fake_layer_release(&from);
    fake_layer_release(&to);
    return hr;
}

static plat_hr storage_destroy_folder(struct fake_host *host, const struct fake_place *place)
{
    struct fake_disk *disk = fake_disk_of(host, place->node);
    if (place->folder == NULL) {
        return plat_hr_win32(PLAT_ERROR_ACCESS_DENIED);
    }
    if (fake_node_in_use(place->node)) {
        return plat_hr_win32(PLAT_ERROR_SHARING_VIOLATION);
    }
    if (disk != NULL && !disk->attached) {
        fake_disk_forget(host, disk);
    }
    place->folder->written_100ns = fake_host_wall_100ns(host);
    fake_node_remove(place->node);
    return PLAT_S_OK;
}

static plat_hr storage_destroy(void *ctx, const struct plat_layer_driver *driver, const char *id)
{
    struct fake_host *host = ctx;
    struct fake_layer layer;
    plat_hr hr = fake_layer_find_existing(host, "DestroyLayer", driver, id, &layer);
    if (plat_succeeded(hr) && !layer.lies) {
        hr = storage_destroy_folder(host, &layer.place);
    }
    fake_layer_release(&layer);
    return hr;
}

static plat_hr storage_exists(void *ctx, const struct plat_layer_driver *driver, const char *id,
                              bool *exists)
{
    struct fake_host *host = ctx;
    struct fake_layer layer;
    *exists = false;
    plat_hr hr = fake_layer_find_existing(host, "LayerExists", driver, id, &layer);
    *exists = plat_succeeded(hr);
    bool answer = layer.path != NULL && fake_layer_is_absent(hr);
    fake_layer_release(&layer);
    return answer ? PLAT_S_OK : hr;
}

static plat_hr storage_base_images(void *ctx, char **json)
{
    struct fake_host *host = ctx;
    *json = NULL;
    plat_hr hr = fake_storage_begin(host, "GetBaseImages", NULL);
    if (plat_succeeded(hr)) {
        *json = wcd_text_copy("{\"Images\":[]}");
        hr = *json == NULL ? FAKE_NO_MEMORY : PLAT_S_OK;
    }
    return hr;
}

const struct plat_storage_ops fake_storage_ops = {
    .create_layer = storage_create,
    .create_scratch_layer = storage_create_scratch,
    .expand_scratch_layer = storage_expand,
    .copy_layer = storage_copy,
    .destroy_layer = storage_destroy,
    .layer_exists = storage_exists,
    .activate_layer = fake_storage_activate,
    .deactivate_layer = fake_storage_deactivate,
    .prepare_layer = fake_storage_prepare,
    .unprepare_layer = fake_storage_unprepare,
    .layer_mount_path = fake_storage_mount_path,
    .import_layer = fake_storage_import,
    .export_layer = fake_storage_export,
    .process_base_image = fake_storage_process_base,
    .process_utility_image = fake_storage_process_utility,
    .base_images = storage_base_images,
    .name_to_guid = fake_storage_name_to_guid,
    .grant_vm_access = fake_storage_grant,
    .detach_disk = fake_storage_detach_disk,
    .revoke_vm_access = fake_storage_revoke,
};
