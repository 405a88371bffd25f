/* Layers that are mounted: activate, prepare, mount path, unprepare, deactivate. */
#include "fakes/layers/internal.h"

#include "core/base/winpath.h"
#include "fakes/host/name.h"

#include <stdlib.h>
#include <string.h>

/* Finds a layer and its disk, NULL for an image layer. */
static plat_hr mount_begin(struct fake_layers *layers, const char *function,
                           const struct plat_layer_driver *driver, const char *id,
                           struct layers_place *place, struct layers_disk **disk)
{
    bool file = false;
    *disk = NULL;
    plat_hr hr = fake_layers_find_existing(layers, function, driver, id, place);
    if (plat_succeeded(hr)) {
        hr = fake_layers_disk_of(layers, place->full, disk, &file);
    }
    return plat_succeeded(hr) && file && *disk == NULL ? FAKE_VHD_FORMAT_UNKNOWN : hr;
}

plat_hr fake_layers_activate(void *ctx, const struct plat_layer_driver *driver, const char *id)
{
    struct layers_disk *disk = NULL;
    struct layers_place place;
    plat_hr hr = mount_begin(ctx, "ActivateLayer", driver, id, &place, &disk);
    if (plat_succeeded(hr) && disk != NULL) {
        hr = fake_layers_disk_attach(ctx, disk);
    }
    fake_layers_place_release(&place);
    return hr;
}

plat_hr fake_layers_deactivate(void *ctx, const struct plat_layer_driver *driver, const char *id)
{
    struct layers_disk *disk = NULL;
    struct layers_place place;
    plat_hr hr = mount_begin(ctx, "DeactivateLayer", driver, id, &place, &disk);
    if (plat_succeeded(hr) && disk != NULL) {
        bool busy = false;
        hr = disk->attached && !disk->prepared ? fake_layers_disk_look(ctx, disk, &busy) : hr;
        if (plat_succeeded(hr)) {
            hr = fake_scratch_may(FAKE_SCRATCH_DEACTIVATE, disk->attached, disk->prepared, busy);
        }
        if (plat_succeeded(hr)) {
            hr = fake_layers_disk_detach(ctx, disk, false);
        }
    }
    fake_layers_place_release(&place);
    return hr;
}

/* Copies the parents' files under those of the scratch, once: what is missing later has been deleted. */
static plat_hr mount_fill(struct fake_layers *layers, const struct layers_disk *disk,
                          const char *files)
{
    enum layers_kind kind = LAYERS_NOTHING;
    plat_hr hr = fake_layers_kind_in(layers, disk->folder, LAYERS_FILLED, &kind);
    if (plat_failed(hr) || kind != LAYERS_NOTHING) {
        return hr;
    }
    char *volume = fake_layers_volume_path(disk);
    hr = volume == NULL ? FAKE_NO_MEMORY : fake_layers_fill(layers, disk->folder, files, volume);
    free(volume);
    return plat_failed(hr) ? hr : fake_layers_put(layers, disk->folder, LAYERS_FILLED, "", 0);
}

static plat_hr mount_prepare(struct fake_layers *layers, struct layers_disk *disk,
                             const struct plat_layer_descriptor *parents, size_t count)
{
    char *files = NULL;
    if (disk == NULL || count == 0) {
        return plat_hr_win32(PLAT_ERROR_INVALID_PARAMETER);
    }
    bool done = disk->prepared && fake_layers_disk_may_again(layers, disk);
    plat_hr hr =
        done ? PLAT_S_OK
             : fake_scratch_may(FAKE_SCRATCH_PREPARE, disk->attached, disk->prepared, false);
    if (plat_succeeded(hr)) {
        hr = fake_layers_check_parents(layers, parents, count, &files);
    }
    if (plat_succeeded(hr) && !fake_parents_are(&disk->parents, parents, count)) {
        hr = plat_hr_win32(PLAT_ERROR_INVALID_PARAMETER);
    }
    if (plat_succeeded(hr) && !done) {
        hr = mount_fill(layers, disk, files);
    }
    if (plat_succeeded(hr) && !done) {
        wcd_text_replace(&disk->below, fake_layers_parent(files));
        disk->prepared = disk->below != NULL;
        hr = disk->prepared ? PLAT_S_OK : FAKE_NO_MEMORY;
    }
    free(files);
    return hr;
}

plat_hr fake_layers_prepare(void *ctx, const struct plat_layer_driver *driver, const char *id,
                            const struct plat_layer_descriptor *parents, size_t count)
{
    struct layers_disk *disk = NULL;
    struct layers_place place;
    plat_hr hr = mount_begin(ctx, "PrepareLayer", driver, id, &place, &disk);
    if (plat_succeeded(hr)) {
        hr = mount_prepare(ctx, disk, parents, count);
    }
    fake_layers_place_release(&place);
    return hr;
}

plat_hr fake_layers_unprepare(void *ctx, const struct plat_layer_driver *driver, const char *id)
{
    struct layers_disk *disk = NULL;
    struct layers_place place;
    plat_hr hr = mount_begin(ctx, "UnprepareLayer", driver, id, &place, &disk);
    if (plat_succeeded(hr) && disk != NULL) {
        bool busy = false;
        hr = disk->prepared ? fake_layers_disk_look(ctx, disk, &busy) : hr;
        if (plat_succeeded(hr)) {
            hr = fake_scratch_may(FAKE_SCRATCH_UNPREPARE, disk->attached, disk->prepared, busy);
        }
        if (plat_succeeded(hr)) {
            disk->prepared = false;
            wcd_text_replace(&disk->below, NULL);
        }
    }
    fake_layers_place_release(&place);
    return hr;
}

plat_hr fake_layers_mount_path(void *ctx, const struct plat_layer_driver *driver, const char *id,
                               char **path)
{
    struct layers_disk *disk = NULL;
    struct layers_place place;
    bool file = false;
    *path = NULL;
    plat_hr hr = fake_layers_find_existing(ctx, "GetLayerMountPath", driver, id, &place);
    if (plat_succeeded(hr)) {
        hr = fake_layers_disk_of(ctx, place.full, &disk, &file);
    }
    if (plat_succeeded(hr)) {
        bool attached = disk != NULL && disk->attached;
        *path = attached ? wcd_path_join(place.path, LAYERS_VOLUME) : wcd_text_copy(place.path);
        hr = *path == NULL ? FAKE_NO_MEMORY : PLAT_S_OK;
    }
    fake_layers_place_release(&place);
    return hr;
}

static plat_hr mount_detach(struct fake_layers *layers, const char *file)
{
    struct layers_disk *disk = NULL;
    bool there = false;
    char *folder = fake_layers_parent(file);
    plat_hr hr = folder == NULL ? FAKE_NO_MEMORY : PLAT_S_OK;
    bool named = folder != NULL && fake_name_equal(strrchr(file, '\\') + 1, FAKE_LAYER_SANDBOX);
    if (named) {
        hr = fake_layers_disk_of(layers, folder, &disk, &there);
    }
    free(folder);
    if (plat_failed(hr) || disk == NULL) {
        return plat_failed(hr) ? hr : FAKE_VHD_FORMAT_UNKNOWN;
    }
    /* By force: only a service keeps it. */
    hr = fake_scratch_may(FAKE_SCRATCH_DETACH, disk->attached, disk->prepared,
                          fake_layers_is_held_in(layers, disk->folder, LAYERS_VOLUME));
    return plat_failed(hr) ? hr : fake_layers_disk_detach(layers, disk, true);
}

/* Not a call of vmcompute.dll: no service has a part in it. */
plat_hr fake_layers_detach_disk(void *ctx, const char *path)
{
    struct fake_layers *layers = ctx;
    struct plat_file_info info;
    char *full = NULL;
    plat_hr hr = fake_storage_begin_local(layers->host, "DetachVirtualDisk", path);
    if (plat_succeeded(hr)) {
        hr = fake_layers_full(layers, path, &full);
    }
    if (plat_succeeded(hr)) {
        hr = layers->fs.ops->info(layers->fs.ctx, full, &info);
    }
    if (plat_succeeded(hr)) {
        hr = mount_detach(layers, full);
    }
    free(full);
    return hr;
}
