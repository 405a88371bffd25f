/* Layers that are mounted: activate, prepare, mount path, unprepare, deactivate. */
#include "fakes/host/internal.h"
#include "fakes/host/name.h"

#include <stdlib.h>
#include <string.h>

/* May the call be, with what is open on the disk? */
static plat_hr mount_may(const struct fake_disk *disk, enum fake_scratch_call call)
{
    return fake_scratch_may(call, disk->attached, disk->prepared,
                            disk->attached && fake_node_in_use(disk->volume->root));
}

/* The disk of a layer; NULL for an image layer. */
static plat_hr mount_disk(struct fake_host *host, const struct fake_layer *layer,
                          struct fake_disk **disk)
{
    *disk = fake_disk_of(host, layer->place.node);
    bool file = fake_node_child(layer->place.node, FAKE_LAYER_SANDBOX) != NULL;
    return file && *disk == NULL ? FAKE_VHD_FORMAT_UNKNOWN : PLAT_S_OK;
}

plat_hr fake_storage_activate(void *ctx, const struct plat_layer_driver *driver, const char *id)
{
    struct fake_host *host = ctx;
    struct fake_disk *disk = NULL;
    struct fake_layer layer;
    plat_hr hr = fake_layer_find_existing(host, "ActivateLayer", driver, id, &layer);
    if (plat_succeeded(hr)) {
        hr = mount_disk(host, &layer, &disk);
    }
    if (plat_succeeded(hr) && disk != NULL) {
        hr = fake_disk_attach(host, disk, layer.place.node);
    }
    fake_layer_release(&layer);
    return hr;
}

plat_hr fake_storage_deactivate(void *ctx, const struct plat_layer_driver *driver, const char *id)
{
    struct fake_host *host = ctx;
    struct fake_disk *disk = NULL;
    struct fake_layer layer;
    plat_hr hr = fake_layer_find_existing(host, "DeactivateLayer", driver, id, &layer);
    if (plat_succeeded(hr)) {
        hr = mount_disk(host, &layer, &disk);
    }
    if (plat_succeeded(hr) && disk != NULL) {
        hr = mount_may(disk, FAKE_SCRATCH_DEACTIVATE);
        if (plat_succeeded(hr)) {
            fake_disk_detach(host, disk);
        }
    }
    fake_layer_release(&layer);
    return hr;
}

static plat_hr mount_prepare(struct fake_host *host, struct fake_disk *disk,
                             const struct plat_layer_descriptor *parents, size_t count)
{
    struct fake_node *files = NULL;
    if (disk == NULL || count == 0) {
        return plat_hr_win32(PLAT_ERROR_INVALID_PARAMETER);
    }
    bool done = disk->prepared && fake_disk_may_again(host, disk);
    plat_hr hr = done ? PLAT_S_OK : mount_may(disk, FAKE_SCRATCH_PREPARE);
    if (plat_succeeded(hr)) {
        hr = fake_parents_check(host, parents, count, &files);
    }
    if (plat_succeeded(hr) && !fake_parents_are(&disk->parents, parents, count)) {
        hr = plat_hr_win32(PLAT_ERROR_INVALID_PARAMETER);
    }
    return plat_failed(hr) || done ? hr : fake_disk_show(disk, files);
}

plat_hr fake_storage_prepare(void *ctx, const struct plat_layer_driver *driver, const char *id,
                             const struct plat_layer_descriptor *parents, size_t count)
{
    struct fake_host *host = ctx;
    struct fake_disk *disk = NULL;
    struct fake_layer layer;
    plat_hr hr = fake_layer_find_existing(host, "PrepareLayer", driver, id, &layer);
    if (plat_succeeded(hr)) {
        hr = mount_disk(host, &layer, &disk);
    }
    if (plat_succeeded(hr)) {
        hr = mount_prepare(host, disk, parents, count);
    }
    fake_layer_release(&layer);
    return hr;
}

plat_hr fake_storage_unprepare(void *ctx, const struct plat_layer_driver *driver, const char *id)
{
    struct fake_host *host = ctx;
    struct fake_disk *disk = NULL;
    struct fake_layer layer;
    plat_hr hr = fake_layer_find_existing(host, "UnprepareLayer", driver, id, &layer);
    if (plat_succeeded(hr)) {
        hr = mount_disk(host, &layer, &disk);
    }
    if (plat_succeeded(hr) && disk != NULL) {
        hr = mount_may(disk, FAKE_SCRATCH_UNPREPARE);
        if (plat_succeeded(hr)) {
            fake_disk_hide(disk);
        }
    }
    fake_layer_release(&layer);
    return hr;
}

plat_hr fake_storage_mount_path(void *ctx, const struct plat_layer_driver *driver, const char *id,
                                char **path)
{
    struct fake_host *host = ctx;
    struct fake_layer layer;
    *path = NULL;
    plat_hr hr = fake_layer_find_existing(host, "GetLayerMountPath", driver, id, &layer);
    if (plat_succeeded(hr)) {
        const struct fake_disk *disk = fake_disk_of(host, layer.place.node);
        bool attached = disk != NULL && disk->attached;
        *path = attached ? wcd_text_format("\\\\?\\Volume{%s}", disk->volume->guid)
                         : wcd_text_copy(layer.path);
        hr = *path == NULL ? FAKE_NO_MEMORY : PLAT_S_OK;
    }
    fake_layer_release(&layer);
    return hr;
}

static plat_hr mount_detach(struct fake_host *host, const struct fake_place *place)
{
    struct fake_disk *disk = place->folder == NULL ? NULL : fake_disk_of(host, place->folder);
    if (disk == NULL || !fake_name_equal(place->name, FAKE_LAYER_SANDBOX)) {
        return FAKE_VHD_FORMAT_UNKNOWN;
    }
    /* By force: only a service keeps it. */
    plat_hr hr = fake_scratch_may(FAKE_SCRATCH_DETACH, disk->attached, disk->prepared,
                                  disk->volume->root->pins > 0);
    if (plat_failed(hr)) {
        return hr;
    }
    fake_fs_dismount(host, disk->volume);
    if (disk->prepared) {
        fake_disk_hide(disk);
    }
    fake_disk_detach(host, disk);
    return PLAT_S_OK;
}

/* Not a call of vmcompute.dll: no service has a part in it. */
plat_hr fake_storage_detach_disk(void *ctx, const char *path)
{
    struct fake_host *host = ctx;
    struct fake_place place;
    plat_hr hr = fake_storage_begin_local(host, "DetachVirtualDisk", path);
    if (plat_failed(hr)) {
        return hr;
    }
    hr = fake_fs_find_existing(host, path, &place);
    if (plat_succeeded(hr)) {
        hr = mount_detach(host, &place);
    }
    fake_place_release(&place);
    return hr;
}
