/* What the layer calls have in common: which folder is meant, are the parents what they should be, and
 * how something is built that is there at once. */
#include "fakes/layers/internal.h"

#include <stdlib.h>
#include <string.h>

plat_hr fake_layers_find(struct fake_layers *layers, const char *function,
                         const struct plat_layer_driver *driver, const char *id,
                         struct layers_place *place)
{
    *place = (struct layers_place){.path = NULL};
    plat_hr hr = fake_layer_path(driver, id, &place->path);
    if (plat_succeeded(hr)) {
        hr = fake_storage_begin(layers->host, function, place->path);
    }
    if (plat_succeeded(hr)) {
        place->lies = fake_storage_lies(layers->host, function, place->path);
        hr = fake_layers_full(layers, place->path, &place->full);
    }
    return plat_failed(hr) ? hr : fake_layers_kind_of(layers, place->full, &place->kind);
}

plat_hr fake_layers_find_existing(struct fake_layers *layers, const char *function,
                                  const struct plat_layer_driver *driver, const char *id,
                                  struct layers_place *place)
{
    plat_hr hr = fake_layers_find(layers, function, driver, id, place);
    return plat_failed(hr) ? hr : fake_layers_need_folder(layers, place->full);
}

void fake_layers_place_release(struct layers_place *place)
{
    free(place->path);
    free(place->full);
    *place = (struct layers_place){.path = NULL};
}

static plat_hr call_check_parent(struct fake_layers *layers,
                                 const struct plat_layer_descriptor *parent, bool last,
                                 char **files)
{
    enum layers_kind kinds[2] = {LAYERS_NOTHING, LAYERS_NOTHING};
    char *full = NULL;
    plat_hr hr = fake_parent_check(parent);
    if (plat_succeeded(hr)) {
        hr = fake_layers_full(layers, parent->path, &full);
    }
    if (plat_succeeded(hr)) {
        hr = fake_layers_need_folder(layers, full);
    }
    if (plat_succeeded(hr)) {
        hr = fake_layers_kind_in(layers, full, FAKE_LAYER_FILES, &kinds[0]);
    }
    if (plat_succeeded(hr)) {
        hr = fake_layers_kind_in(layers, full, FAKE_LAYER_BASE, &kinds[1]);
    }
    if (plat_succeeded(hr) && kinds[0] != LAYERS_FOLDER) {
        hr = plat_hr_win32(PLAT_ERROR_PATH_NOT_FOUND);
    } else if (plat_succeeded(hr) && (kinds[1] != LAYERS_NOTHING) != last) {
        hr = plat_hr_win32(PLAT_ERROR_INVALID_PARAMETER);
    }
    if (plat_succeeded(hr)) {
        *files = fake_layers_child(full, FAKE_LAYER_FILES);
        hr = *files == NULL ? FAKE_NO_MEMORY : PLAT_S_OK;
    }
    free(full);
    return hr;
}

plat_hr fake_layers_check_parents(struct fake_layers *layers,
                                  const struct plat_layer_descriptor *parents, size_t count,
                                  char **files)
{
    plat_hr hr = PLAT_S_OK;
    *files = NULL;
    for (size_t i = 0; i < count && plat_succeeded(hr); i++) {
        char *found = NULL;
        hr = call_check_parent(layers, &parents[i], i + 1 == count, &found);
        if (i == 0) {
            *files = found;
        } else {
            free(found);
        }
    }
    return hr;
}

plat_hr fake_layers_check_drive(const struct fake_layers *layers, const char *path,
                                struct plat_volume_info *info)
{
    char *folder = fake_layers_parent(path);
    plat_hr hr = PLAT_S_OK;
    if (folder == NULL) {
        return FAKE_NO_MEMORY;
    }
    if (strlen(fake_layers_shown(folder)) <= 2) {
        /* The root of a drive is named with its separator. */
        wcd_text_replace(&folder, wcd_text_format("%s\\", folder));
        hr = folder == NULL ? FAKE_NO_MEMORY : PLAT_S_OK;
    }
    if (plat_succeeded(hr)) {
        hr = layers->fs.ops->volume(layers->fs.ctx, folder, info);
    }
    free(folder);
    if (plat_succeeded(hr) && strcmp(info->file_system, "NTFS") != 0) {
        hr = plat_hr_win32(PLAT_ERROR_NOT_SUPPORTED);
    }
    return hr;
}

plat_hr fake_layers_aside(struct fake_layers *layers, const char *path, char **aside)
{
    *aside = wcd_text_format("%s" LAYERS_ASIDE, path);
    plat_hr hr = *aside == NULL ? FAKE_NO_MEMORY : fake_layers_remove(layers, *aside);
    if (plat_succeeded(hr)) {
        hr = layers->fs.ops->create_directory(layers->fs.ctx, *aside, NULL);
    }
    if (plat_failed(hr)) {
        free(*aside);
        *aside = NULL;
    }
    return hr;
}

plat_hr fake_layers_settle(struct fake_layers *layers, plat_hr hr, char *aside, const char *path)
{
    if (plat_succeeded(hr)) {
        hr = fake_layers_move(layers, aside, path);
    }
    if (plat_failed(hr) && aside != NULL) {
        (void)fake_layers_remove(layers, aside);
    }
    free(aside);
    return hr;
}
