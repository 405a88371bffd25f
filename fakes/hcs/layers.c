/* What a container stands on: image layers, the scratch, files that a virtual machine opens. */
#include "fakes/hcs/create.h"

#include "core/base/limits.h"
#include "core/base/winpath.h"
#include "fakes/host/internal.h"
#include "fakes/host/name.h"

#include <stdlib.h>
#include <string.h>

plat_hr fake_creation_folder(struct fake_creation *creation, const char *path, bool hold,
                             struct fake_node **node)
{
    struct fake_place place;
    *node = NULL;
    if (!wcd_path_is_absolute(path)) {
        return fake_hcs_blame(&creation->check, plat_hr_win32(PLAT_ERROR_INVALID_PARAMETER),
                              "%s is no full path", path);
    }
    plat_hr hr = fake_folder_find(creation->host, path, &place);
    *node = plat_succeeded(hr) ? place.node : NULL;
    fake_place_release(&place);
    if (plat_succeeded(hr) && hold && !fake_system_hold(creation->system, *node)) {
        hr = PLAT_E_OUTOFMEMORY;
    }
    return hr;
}

plat_hr fake_creation_file(struct fake_creation *creation, const char *path,
                           struct fake_node **node)
{
    struct fake_place place;
    *node = NULL;
    plat_hr hr = fake_fs_find_target(creation->host, path, WCD_PATH_UNITS_MAX, &place);
    if (plat_succeeded(hr)) {
        *node = place.node;
        hr = place.node == NULL || place.node->directory ? plat_hr_win32(PLAT_ERROR_FILE_NOT_FOUND)
                                                         : PLAT_S_OK;
    }
    fake_place_release(&place);
    if (plat_succeeded(hr) && !fake_system_hold(creation->system, *node)) {
        hr = PLAT_E_OUTOFMEMORY;
    }
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

static plat_hr layers_check(struct fake_creation *creation, const struct wcd_json *layer,
                            struct fake_node **files)
{
    const char *path = fake_hcs_text(layer, "Path");
    struct fake_node *folder = NULL;
    *files = NULL;
    plat_hr hr = fake_creation_folder(creation, path, false, &folder);
    if (hr == plat_hr_win32(PLAT_ERROR_FILE_NOT_FOUND)) {
        hr = plat_hr_win32(PLAT_ERROR_PATH_NOT_FOUND);
    }
    if (plat_failed(hr)) {
        return hr;
    }
    *files = fake_folder_in(folder, FAKE_LAYER_FILES);
    if (*files == NULL || fake_folder_in(folder, FAKE_LAYER_HIVES) == NULL) {
        return fake_hcs_blame(&creation->check, PLAT_HCS_INVALID_LAYER,
                              "%s has no Files, or no Hives", path);
    }
    hr = layers_check_id(creation, fake_hcs_text(layer, creation->layer_id), path);
    if (plat_succeeded(hr) && !fake_system_hold(creation->system, *files)) {
        hr = PLAT_E_OUTOFMEMORY;
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
    uint32_t build = 0;
    uint32_t revision = 0;
    bool told = false;
    plat_hr hr = PLAT_S_OK;
    if (wcd_json_size(creation->layers) == 0) {
        return fake_hcs_blame(&creation->check, PLAT_HCS_INVALID_JSON, "no layers");
    }
    for (const struct wcd_json *at = wcd_json_first(creation->layers);
         at != NULL && plat_succeeded(hr); at = wcd_json_next(at)) {
        struct fake_node *files = NULL;
        hr = layers_check(creation, at, &files);
        creation->files = creation->files == NULL ? files : creation->files;
        told = told || (files != NULL && fake_image_version(files, &build, &revision));
    }
    /* The nearest layer that tells counts; an image that tells nothing runs. */
    return plat_failed(hr) || !told ? hr : layers_check_version(creation, build, revision);
}

/* Was the scratch made for these layers? */
static bool layers_are_parents(const struct fake_creation *creation, const struct fake_disk *disk)
{
    size_t at = 0;
    for (const struct wcd_json *layer = wcd_json_first(creation->layers); layer != NULL;
         layer = wcd_json_next(layer), at++) {
        const char *id = fake_hcs_text(layer, creation->layer_id);
        if (at >= disk->parents.count || !fake_name_equal(disk->parents.items[at], id)) {
            return false;
        }
    }
    return at == disk->parents.count;
}

/* ---- the scratch ---- */

plat_hr fake_creation_volume(struct fake_creation *creation, const char *path)
{
    struct fake_host *host = creation->host;
    struct fake_disk *disk = NULL;
    plat_hr hr = fake_disk_of_volume(host, path, &disk);
    if (plat_failed(hr)) {
        return hr;
    }
    if (disk == NULL || !disk->prepared) {
        return fake_hcs_blame(&creation->check, plat_hr_win32(PLAT_ERROR_PATH_NOT_FOUND),
                              "%s is not the volume of a prepared layer", path);
    }
    if (!layers_are_parents(creation, disk)) {
        return fake_hcs_blame(&creation->check, plat_hr_win32(PLAT_ERROR_INVALID_PARAMETER),
                              "%s is prepared over other layers", path);
    }
    if (disk->volume->root->pins > 0) {
        return fake_hcs_blame(&creation->check, plat_hr_win32(PLAT_ERROR_SHARING_VIOLATION),
                              "%s belongs to another system", path);
    }
    creation->disk = disk;
    return fake_system_hold(creation->system, disk->volume->root) ? PLAT_S_OK : PLAT_E_OUTOFMEMORY;
}

plat_hr fake_creation_scratch(struct fake_creation *creation, const char *path, uint64_t bytes)
{
    struct fake_node *folder = NULL;
    plat_hr hr = fake_creation_folder(creation, path, false, &folder);
    if (plat_failed(hr)) {
        return hr;
    }
    struct fake_disk *disk = fake_disk_of(creation->host, folder);
    struct fake_node *file = fake_node_child(folder, FAKE_LAYER_SANDBOX);
    if (disk == NULL) {
        return plat_hr_win32(PLAT_ERROR_FILE_NOT_FOUND);
    }
    if (disk->attached || fake_node_in_use(file)) {
        return fake_hcs_blame(&creation->check, plat_hr_win32(PLAT_ERROR_SHARING_VIOLATION),
                              "the disk in %s is in use", path);
    }
    if (!fake_access_for_machines(file)) {
        return fake_hcs_blame(&creation->check, plat_hr_win32(PLAT_ERROR_ACCESS_DENIED),
                              "virtual machines have no access to the disk in %s", path);
    }
    if (!layers_are_parents(creation, disk)) {
        return fake_hcs_blame(&creation->check, plat_hr_win32(PLAT_ERROR_INVALID_PARAMETER),
                              "the disk in %s was made for other layers", path);
    }
    creation->disk = disk;
    hr = fake_disk_resize(creation->host, disk, folder, bytes);
    if (plat_succeeded(hr) && !fake_system_hold(creation->system, file)) {
        hr = PLAT_E_OUTOFMEMORY;
    }
    return hr;
}
