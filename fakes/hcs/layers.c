/* What a container stands on: image layers, the scratch, files that a virtual machine opens. */
#include "fakes/hcs/create.h"

#include "core/base/limits.h"
#include "core/base/winpath.h"
#include "fakes/host/internal.h"
#include "fakes/host/name.h"

#include <stdlib.h>
#include <string.h>

#define LAYERS_BARE_VOLUME "\\\\?\\Volume{"

static plat_hr layers_hold(struct fake_creation *creation, const char *path)
{
    plat_hr hr = fake_system_hold(creation->system, path);
    return hr == FAKE_NO_MEMORY ? PLAT_E_OUTOFMEMORY : hr;
}

plat_hr fake_creation_folder(struct fake_creation *creation, const char *path, bool hold)
{
    const struct fake_ground *ground = &creation->host->storage.ground;
    struct fake_ground_look look;
    if (!wcd_path_is_absolute(path)) {
        return fake_hcs_blame(&creation->check, plat_hr_win32(PLAT_ERROR_INVALID_PARAMETER),
                              "%s is no full path", path);
    }
    plat_hr hr = ground->ops->look(ground->ctx, path, &look);
    if (plat_succeeded(hr) && look.kind != FAKE_GROUND_FOLDER) {
        bool file = look.kind == FAKE_GROUND_FILE;
        hr = plat_hr_win32(file ? PLAT_ERROR_DIRECTORY : PLAT_ERROR_FILE_NOT_FOUND);
    }
    return plat_succeeded(hr) && hold ? layers_hold(creation, path) : hr;
}

plat_hr fake_creation_file(struct fake_creation *creation, const char *path)
{
    const struct fake_ground *ground = &creation->host->storage.ground;
    struct fake_ground_look look;
    plat_hr hr = ground->ops->look(ground->ctx, path, &look);
    if (plat_succeeded(hr) && look.kind != FAKE_GROUND_FILE) {
        hr = plat_hr_win32(PLAT_ERROR_FILE_NOT_FOUND);
    }
    return plat_succeeded(hr) ? layers_hold(creation, path) : hr;
}

plat_hr fake_creation_look(struct fake_creation *creation, const char *folder, const char *name,
                           enum fake_ground_kind *kind)
{
    const struct fake_ground *ground = &creation->host->storage.ground;
    struct fake_ground_look look = {FAKE_GROUND_NOTHING, false};
    char *path = wcd_path_join(folder, name);
    plat_hr hr = path == NULL ? PLAT_E_OUTOFMEMORY : ground->ops->look(ground->ctx, path, &look);
    free(path);
    *kind = look.kind;
    return hr;
}

/* ---- layers ---- */

/* The id has to be the one by which the filter driver finds the layer. */
static plat_hr layers_check_id(struct fake_creation *creation, const char *id, const char *path)
{
    char given[FAKE_GUID_BYTES];
    char expected[FAKE_GUID_BYTES];
    char *name = wcd_path_base(path);
    if (name == NULL) {
        return PLAT_E_OUTOFMEMORY;
    }
    plat_hr hr = fake_guid_of_name(name, expected);
    free(name);
    (void)fake_guid_lower(id, given);
    if (plat_succeeded(hr) && strcmp(given, expected) != 0) {
        hr = fake_hcs_blame(&creation->check, plat_hr_win32(PLAT_ERROR_INVALID_PARAMETER),
                            "the id of the layer %s is not %s", path, given);
    }
    return hr;
}

/* One layer. Keeps the path of its Files, if it is the nearest. */
static plat_hr layers_check(struct fake_creation *creation, const struct wcd_json *layer,
                            char **files)
{
    const char *path = fake_hcs_text(layer, "Path");
    enum fake_ground_kind kinds[2] = {FAKE_GROUND_NOTHING, FAKE_GROUND_NOTHING};
    plat_hr hr = fake_creation_folder(creation, path, false);
    if (hr == plat_hr_win32(PLAT_ERROR_FILE_NOT_FOUND)) {
        hr = plat_hr_win32(PLAT_ERROR_PATH_NOT_FOUND);
    }
    if (plat_succeeded(hr)) {
        hr = fake_creation_look(creation, path, FAKE_LAYER_FILES, &kinds[0]);
    }
    if (plat_succeeded(hr)) {
        hr = fake_creation_look(creation, path, FAKE_LAYER_HIVES, &kinds[1]);
    }
    if (plat_failed(hr)) {
        return hr;
    }
    if (kinds[0] != FAKE_GROUND_FOLDER || kinds[1] != FAKE_GROUND_FOLDER) {
        return fake_hcs_blame(&creation->check, PLAT_HCS_INVALID_LAYER,
                              "%s has no Files, or no Hives", path);
    }
    hr = layers_check_id(creation, fake_hcs_text(layer, creation->layer_id), path);
    if (plat_succeeded(hr)) {
        *files = wcd_path_join(path, FAKE_LAYER_FILES);
        hr = *files == NULL ? PLAT_E_OUTOFMEMORY : layers_hold(creation, *files);
    }
    return hr;
}

/* Does the Windows of an image run here? */
static plat_hr layers_check_version(struct fake_creation *creation, uint32_t build,
                                    uint32_t revision)
{
    bool process = creation->system->kind == FAKE_HCS_PROCESS;
    enum fake_image_fit fit = fake_image_fits(creation->host->build, build, revision, !process);
    if (fit == FAKE_IMAGE_FITS) {
        return PLAT_S_OK;
    }
    if (!process && fit == FAKE_IMAGE_TOO_NEW) {
        creation->system->start_failure = PLAT_HCS_UNEXPECTED_EXIT;
        return PLAT_S_OK;
    }
    return PLAT_HCS_IMAGE_MISMATCH;
}

plat_hr fake_creation_layers(struct fake_creation *creation)
{
    const struct fake_ground *ground = &creation->host->storage.ground;
    uint32_t build = 0;
    uint32_t revision = 0;
    bool told = false;
    plat_hr hr = PLAT_S_OK;
    if (wcd_json_size(creation->layers) == 0) {
        return fake_hcs_blame(&creation->check, PLAT_HCS_INVALID_JSON, "no layers");
    }
    for (const struct wcd_json *at = wcd_json_first(creation->layers);
         at != NULL && plat_succeeded(hr); at = wcd_json_next(at)) {
        char *files = NULL;
        hr = layers_check(creation, at, &files);
        told =
            told || (files != NULL && ground->ops->version(ground->ctx, files, &build, &revision));
        if (creation->files == NULL) {
            creation->files = files;
        } else {
            free(files);
        }
    }
    /* The nearest layer that tells counts; an image that tells nothing runs. */
    return plat_failed(hr) || !told ? hr : layers_check_version(creation, build, revision);
}

/* Was the scratch made for these layers? */
static bool layers_are_parents(const struct fake_creation *creation,
                               const struct fake_scratch *scratch)
{
    size_t at = 0;
    for (const struct wcd_json *layer = wcd_json_first(creation->layers); layer != NULL;
         layer = wcd_json_next(layer), at++) {
        const char *id = fake_hcs_text(layer, creation->layer_id);
        if (at >= scratch->parents->count || !fake_name_equal(scratch->parents->items[at], id)) {
            return false;
        }
    }
    return at == scratch->parents->count;
}

/* ---- the scratch ---- */

plat_hr fake_creation_volume(struct fake_creation *creation, const char *path)
{
    const struct fake_ground *ground = &creation->host->storage.ground;
    struct fake_scratch scratch;
    plat_hr hr = ground->ops->volume(ground->ctx, path, &scratch);
    if (plat_failed(hr)) {
        return hr;
    }
    if (scratch.disk == NULL || !scratch.prepared) {
        return fake_hcs_blame(&creation->check, plat_hr_win32(PLAT_ERROR_PATH_NOT_FOUND),
                              "%s is not the volume of a prepared layer", path);
    }
    if (!layers_are_parents(creation, &scratch)) {
        return fake_hcs_blame(&creation->check, plat_hr_win32(PLAT_ERROR_INVALID_PARAMETER),
                              "%s is prepared over other layers", path);
    }
    if (scratch.held) {
        return fake_hcs_blame(&creation->check, plat_hr_win32(PLAT_ERROR_SHARING_VIOLATION),
                              "%s belongs to another system", path);
    }
    creation->disk = scratch.disk;
    /* A volume without a folder has no files that the machine knows. */
    plat_hr noted = wcd_text_has_prefix(path, LAYERS_BARE_VOLUME)
                        ? PLAT_S_OK
                        : fake_creation_place(creation, "C:\\", path);
    return plat_failed(noted) ? noted : layers_hold(creation, path);
}

static plat_hr layers_check_scratch(struct fake_creation *creation, const char *path,
                                    const char *file)
{
    const struct fake_ground *ground = &creation->host->storage.ground;
    struct fake_scratch scratch;
    bool may = false;
    plat_hr hr = ground->ops->scratch(ground->ctx, path, &scratch);
    if (plat_failed(hr) || scratch.disk == NULL) {
        return plat_failed(hr) ? hr : plat_hr_win32(PLAT_ERROR_FILE_NOT_FOUND);
    }
    if (scratch.attached || scratch.held) {
        return fake_hcs_blame(&creation->check, plat_hr_win32(PLAT_ERROR_SHARING_VIOLATION),
                              "the disk in %s is in use", path);
    }
    creation->disk = scratch.disk;
    bool parents = layers_are_parents(creation, &scratch);
    hr = ground->ops->machines_may(ground->ctx, file, &may);
    if (plat_succeeded(hr) && !may) {
        hr = fake_hcs_blame(&creation->check, plat_hr_win32(PLAT_ERROR_ACCESS_DENIED),
                            "virtual machines have no access to the disk in %s", path);
    }
    if (plat_succeeded(hr) && !parents) {
        hr = fake_hcs_blame(&creation->check, plat_hr_win32(PLAT_ERROR_INVALID_PARAMETER),
                            "the disk in %s was made for other layers", path);
    }
    return hr;
}

plat_hr fake_creation_scratch(struct fake_creation *creation, const char *path, uint64_t bytes)
{
    const struct fake_ground *ground = &creation->host->storage.ground;
    plat_hr hr = fake_creation_folder(creation, path, false);
    if (plat_failed(hr)) {
        return hr;
    }
    char *file = wcd_path_join(path, FAKE_LAYER_SANDBOX);
    hr = file == NULL ? PLAT_E_OUTOFMEMORY : layers_check_scratch(creation, path, file);
    if (plat_succeeded(hr)) {
        hr = ground->ops->grow(ground->ctx, path, bytes);
    }
    if (plat_succeeded(hr)) {
        hr = layers_hold(creation, file);
    }
    free(file);
    return hr;
}
