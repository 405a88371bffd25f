/* The berth's layers: folders of its own. */
#include "fakes/wrap/berth_internal.h"

#include <stdlib.h>
#include <string.h>

/* What a call names, on the machine. */
struct layers {
    struct plat_layer_driver driver;
    char *home;
    char *id;
    char *more; /* another id, or a folder */
    struct plat_layer_descriptor *parents;
    size_t count;
    plat_hr hr; /* whether it may be called */
};

static void layers_release(struct layers *layers)
{
    for (size_t i = 0; layers->parents != NULL && i < layers->count; i++) {
        char *path = (char *)(uintptr_t)layers->parents[i].path; /* made below */
        free(path);
    }
    free(layers->parents);
    free(layers->more);
    free(layers->id);
    free(layers->home);
}

/* Ids are full paths where the driver has no home. */
static struct layers layers_of(const struct wrap_berth *berth,
                               const struct plat_layer_driver *driver, const char *id,
                               const char *more)
{
    struct layers layers = {.driver = *driver};
    layers.hr = berth_name(berth, wcd_text_or_empty(driver->home), &layers.home);
    layers.hr = plat_succeeded(layers.hr) ? berth_name(berth, id, &layers.id) : layers.hr;
    layers.hr = plat_succeeded(layers.hr) ? berth_name(berth, wcd_text_or_empty(more), &layers.more)
                                          : layers.hr;
    layers.driver.home = layers.home;
    return layers;
}

static void add_parents(struct layers *layers, const struct wrap_berth *berth,
                        const struct plat_layer_descriptor *parents, size_t count)
{
    layers->parents = calloc(count + 1, sizeof(*layers->parents));
    if (layers->parents == NULL) {
        layers->hr = PLAT_E_OUTOFMEMORY;
    }
    for (size_t i = 0; plat_succeeded(layers->hr) && i < count; i++) {
        char *path = NULL;
        layers->hr = berth_name(berth, parents[i].path, &path);
        layers->parents[i] = parents[i];
        layers->parents[i].path = path;
        layers->count = i + 1;
    }
}

static const struct plat_storage *storage_of(const struct wrap_berth *berth)
{
    return &berth->below.storage;
}

/* The folder of a layer, as paths have it; NULL without memory. */
static char *folder_of(const struct layers *layers)
{
    const char *home = wcd_text_or_empty(layers->home);
    return home[0] == '\0' ? wcd_text_copy(layers->id)
                           : wcd_text_format("%s\\%s", home, layers->id);
}

/* A layer may be a link to one that is there for several: what it leads to is not the berth's own. Refuses to write
 * through it. */
static void refuse_link(struct layers *layers, const struct wrap_berth *berth, bool *link)
{
    const struct plat_fs *fs = &berth->below.fs;
    struct plat_file_info info = {0};
    char *folder = plat_failed(layers->hr) ? NULL : folder_of(layers);
    *link = false;
    if (plat_failed(layers->hr)) {
        return;
    }
    plat_hr hr = folder == NULL ? PLAT_E_OUTOFMEMORY : fs->ops->info(fs->ctx, folder, &info);
    *link = plat_succeeded(hr) && (info.attributes & PLAT_FILE_REPARSE_POINT) != 0;
    if (*link) {
        layers->hr = plat_hr_win32(PLAT_ERROR_ACCESS_DENIED);
    } else if (plat_failed(hr) && hr != plat_hr_win32(PLAT_ERROR_FILE_NOT_FOUND) &&
               hr != plat_hr_win32(PLAT_ERROR_PATH_NOT_FOUND)) {
        layers->hr = hr; /* who knows */
    }
    free(folder);
}

static plat_hr remove_link(const struct layers *layers, const struct wrap_berth *berth)
{
    const struct plat_fs *fs = &berth->below.fs;
    char *folder = folder_of(layers);
    plat_hr hr = folder == NULL ? PLAT_E_OUTOFMEMORY : fs->ops->remove_directory(fs->ctx, folder);
    free(folder);
    return hr;
}

/* Becomes the berth's own before the call: a layer that was made half is to be found as well. */
static void note_layer(struct wrap_berth *berth, const char *folder)
{
    if (folder != NULL && !wcd_strlist_contains(&berth->layers, folder)) {
        berth->failed = !wcd_strlist_add(&berth->layers, folder) || berth->failed;
    }
}

/* ---- calls with a driver and an id ---- */

static plat_hr berth_create_layer(void *ctx, const struct plat_layer_driver *driver, const char *id,
                                  const char *parent)
{
    struct wrap_berth *berth = ctx;
    const struct plat_storage *storage = storage_of(berth);
    struct layers layers = layers_of(berth, driver, id, parent);

    note_layer(berth, layers.id);
    plat_hr hr = plat_failed(layers.hr) ? layers.hr
                                        : storage->ops->create_layer(storage->ctx, &layers.driver,
                                                                     layers.id, layers.more);
    layers_release(&layers);
    return hr;
}

static plat_hr berth_create_scratch_layer(void *ctx, const struct plat_layer_driver *driver,
                                          const char *id, const char *parent,
                                          const struct plat_layer_descriptor *parents, size_t count)
{
    struct wrap_berth *berth = ctx;
    const struct plat_storage *storage = storage_of(berth);
    struct layers layers = layers_of(berth, driver, id, parent);
    add_parents(&layers, berth, parents, count);

    note_layer(berth, layers.id);
    plat_hr hr =
        plat_failed(layers.hr)
            ? layers.hr
            : storage->ops->create_scratch_layer(storage->ctx, &layers.driver, layers.id,
                                                 layers.more, layers.parents, layers.count);
    layers_release(&layers);
    return hr;
}

static plat_hr berth_expand_scratch_layer(void *ctx, const struct plat_layer_driver *driver,
                                          const char *id, uint64_t bytes)
{
    const struct wrap_berth *berth = ctx;
    const struct plat_storage *storage = storage_of(berth);
    struct layers layers = layers_of(berth, driver, id, NULL);

    plat_hr hr =
        plat_failed(layers.hr)
            ? layers.hr
            : storage->ops->expand_scratch_layer(storage->ctx, &layers.driver, layers.id, bytes);
    layers_release(&layers);
    return hr;
}

static plat_hr berth_copy_layer(void *ctx, const struct plat_layer_driver *driver, const char *id,
                                const char *target, const struct plat_layer_descriptor *parents,
                                size_t count)
{
    struct wrap_berth *berth = ctx;
    const struct plat_storage *storage = storage_of(berth);
    struct layers layers = layers_of(berth, driver, id, target);
    add_parents(&layers, berth, parents, count);

    note_layer(berth, layers.more);
    plat_hr hr = plat_failed(layers.hr)
                     ? layers.hr
                     : storage->ops->copy_layer(storage->ctx, &layers.driver, layers.id,
                                                layers.more, layers.parents, layers.count);
    layers_release(&layers);
    return hr;
}

static plat_hr berth_destroy_layer(void *ctx, const struct plat_layer_driver *driver,
                                   const char *id)
{
    const struct wrap_berth *berth = ctx;
    const struct plat_storage *storage = storage_of(berth);
    struct layers layers = layers_of(berth, driver, id, NULL);
    bool link = false;

    refuse_link(&layers, berth, &link);
    plat_hr hr = layers.hr;
    if (link) {
        hr = remove_link(&layers, berth);
    } else if (plat_succeeded(hr)) {
        hr = storage->ops->destroy_layer(storage->ctx, &layers.driver, layers.id);
    }
    layers_release(&layers);
    return hr;
}

static plat_hr berth_layer_exists(void *ctx, const struct plat_layer_driver *driver, const char *id,
                                  bool *exists)
{
    const struct wrap_berth *berth = ctx;
    const struct plat_storage *storage = storage_of(berth);
    struct layers layers = layers_of(berth, driver, id, NULL);

    *exists = false;
    plat_hr hr = plat_failed(layers.hr)
                     ? layers.hr
                     : storage->ops->layer_exists(storage->ctx, &layers.driver, layers.id, exists);
    layers_release(&layers);
    return hr;
}

static plat_hr berth_activate_layer(void *ctx, const struct plat_layer_driver *driver,
                                    const char *id)
{
    const struct wrap_berth *berth = ctx;
    const struct plat_storage *storage = storage_of(berth);
    struct layers layers = layers_of(berth, driver, id, NULL);

    plat_hr hr = plat_failed(layers.hr)
                     ? layers.hr
                     : storage->ops->activate_layer(storage->ctx, &layers.driver, layers.id);
    layers_release(&layers);
    return hr;
}

static plat_hr berth_deactivate_layer(void *ctx, const struct plat_layer_driver *driver,
                                      const char *id)
{
    const struct wrap_berth *berth = ctx;
    const struct plat_storage *storage = storage_of(berth);
    struct layers layers = layers_of(berth, driver, id, NULL);

    plat_hr hr = plat_failed(layers.hr)
                     ? layers.hr
                     : storage->ops->deactivate_layer(storage->ctx, &layers.driver, layers.id);
    layers_release(&layers);
    return hr;
}

static plat_hr berth_prepare_layer(void *ctx, const struct plat_layer_driver *driver,
                                   const char *id, const struct plat_layer_descriptor *parents,
                                   size_t count)
{
    const struct wrap_berth *berth = ctx;
    const struct plat_storage *storage = storage_of(berth);
    struct layers layers = layers_of(berth, driver, id, NULL);
    add_parents(&layers, berth, parents, count);

    plat_hr hr = plat_failed(layers.hr)
                     ? layers.hr
                     : storage->ops->prepare_layer(storage->ctx, &layers.driver, layers.id,
                                                   layers.parents, layers.count);
    layers_release(&layers);
    return hr;
}

static plat_hr berth_unprepare_layer(void *ctx, const struct plat_layer_driver *driver,
                                     const char *id)
{
    const struct wrap_berth *berth = ctx;
    const struct plat_storage *storage = storage_of(berth);
    struct layers layers = layers_of(berth, driver, id, NULL);

    plat_hr hr = plat_failed(layers.hr)
                     ? layers.hr
                     : storage->ops->unprepare_layer(storage->ctx, &layers.driver, layers.id);
    layers_release(&layers);
    return hr;
}

static plat_hr berth_import_layer(void *ctx, const struct plat_layer_driver *driver, const char *id,
                                  const char *folder, const struct plat_layer_descriptor *parents,
                                  size_t count)
{
    struct wrap_berth *berth = ctx;
    const struct plat_storage *storage = storage_of(berth);
    struct layers layers = layers_of(berth, driver, id, folder);
    bool link = false;
    add_parents(&layers, berth, parents, count);
    refuse_link(&layers, berth, &link);

    note_layer(berth, link ? NULL : layers.id);
    plat_hr hr = plat_failed(layers.hr)
                     ? layers.hr
                     : storage->ops->import_layer(storage->ctx, &layers.driver, layers.id,
                                                  layers.more, layers.parents, layers.count);
    layers_release(&layers);
    return hr;
}

static plat_hr berth_export_layer(void *ctx, const struct plat_layer_driver *driver, const char *id,
                                  const char *folder, const struct plat_layer_descriptor *parents,
                                  size_t count)
{
    const struct wrap_berth *berth = ctx;
    const struct plat_storage *storage = storage_of(berth);
    struct layers layers = layers_of(berth, driver, id, folder);
    add_parents(&layers, berth, parents, count);

    plat_hr hr = plat_failed(layers.hr)
                     ? layers.hr
                     : storage->ops->export_layer(storage->ctx, &layers.driver, layers.id,
                                                  layers.more, layers.parents, layers.count);
    layers_release(&layers);
    return hr;
}

static plat_hr berth_layer_mount_path(void *ctx, const struct plat_layer_driver *driver,
                                      const char *id, char **path)
{
    struct wrap_berth *berth = ctx;
    const struct plat_storage *storage = storage_of(berth);
    struct layers layers = layers_of(berth, driver, id, NULL);
    char *outside = NULL;
    *path = NULL;
    plat_hr hr =
        plat_failed(layers.hr)
            ? layers.hr
            : storage->ops->layer_mount_path(storage->ctx, &layers.driver, layers.id, &outside);
    if (plat_succeeded(hr)) {
        berth_note_volume(berth, outside);
        *path = wrap_berth_inside(berth, outside);
        hr = *path == NULL ? PLAT_E_OUTOFMEMORY : hr;
    }
    free(outside);
    layers_release(&layers);
    return hr;
}

/* ---- calls with a path ---- */

static plat_hr berth_process_base_image(void *ctx, const char *path)
{
    struct wrap_berth *berth = ctx;
    char *outside = NULL;
    plat_hr hr = berth_file(berth, path, &outside);
    note_layer(berth, outside);
    if (plat_succeeded(hr)) {
        hr = storage_of(berth)->ops->process_base_image(storage_of(berth)->ctx, outside);
    }
    free(outside);
    return hr;
}

static plat_hr berth_process_utility_image(void *ctx, const char *path)
{
    const struct wrap_berth *berth = ctx;
    char *outside = NULL;
    plat_hr hr = berth_file(berth, path, &outside);
    if (plat_succeeded(hr)) {
        hr = storage_of(berth)->ops->process_utility_image(storage_of(berth)->ctx, outside);
    }
    free(outside);
    return hr;
}

static plat_hr berth_detach_disk(void *ctx, const char *path)
{
    const struct wrap_berth *berth = ctx;
    char *outside = NULL;
    plat_hr hr = berth_file(berth, path, &outside);
    if (plat_succeeded(hr)) {
        hr = storage_of(berth)->ops->detach_disk(storage_of(berth)->ctx, outside);
    }
    free(outside);
    return hr;
}

static plat_hr berth_grant_vm_access(void *ctx, const char *vm_id, const char *path)
{
    const struct wrap_berth *berth = ctx;
    char *outside = NULL;
    plat_hr hr = berth_file(berth, path, &outside);
    if (plat_succeeded(hr)) {
        hr = storage_of(berth)->ops->grant_vm_access(storage_of(berth)->ctx, vm_id, outside);
    }
    free(outside);
    return hr;
}

static plat_hr berth_revoke_vm_access(void *ctx, const char *vm_id, const char *path)
{
    const struct wrap_berth *berth = ctx;
    char *outside = NULL;
    plat_hr hr = berth_file(berth, path, &outside);
    if (plat_succeeded(hr)) {
        hr = storage_of(berth)->ops->revoke_vm_access(storage_of(berth)->ctx, vm_id, outside);
    }
    free(outside);
    return hr;
}

/* ---- calls that name nothing ---- */

static plat_hr berth_base_images(void *ctx, char **json)
{
    const struct plat_storage *storage = storage_of(ctx);
    return storage->ops->base_images(storage->ctx, json);
}

static plat_hr berth_name_to_guid(void *ctx, const char *name, char **guid)
{
    const struct plat_storage *storage = storage_of(ctx);
    return storage->ops->name_to_guid(storage->ctx, name, guid);
}

const struct plat_storage_ops wrap_berth_storage_ops = {
    .create_layer = berth_create_layer,
    .create_scratch_layer = berth_create_scratch_layer,
    .expand_scratch_layer = berth_expand_scratch_layer,
    .copy_layer = berth_copy_layer,
    .destroy_layer = berth_destroy_layer,
    .layer_exists = berth_layer_exists,
    .activate_layer = berth_activate_layer,
    .deactivate_layer = berth_deactivate_layer,
    .prepare_layer = berth_prepare_layer,
    .unprepare_layer = berth_unprepare_layer,
    .layer_mount_path = berth_layer_mount_path,
    .import_layer = berth_import_layer,
    .export_layer = berth_export_layer,
    .process_base_image = berth_process_base_image,
    .process_utility_image = berth_process_utility_image,
    .base_images = berth_base_images,
    .name_to_guid = berth_name_to_guid,
    .grant_vm_access = berth_grant_vm_access,
    .detach_disk = berth_detach_disk,
    .revoke_vm_access = berth_revoke_vm_access,
};
