/* What the layer calls have in common: is the service there, which folder is meant, are the parents
 * what they should be. */
#include "fakes/host/internal.h"
#include "fakes/host/name.h"

#include "core/base/limits.h"
#include "core/base/winpath.h"

#include <stdlib.h>
#include <string.h>

#define CALL_DLL           "vmcompute.dll"
#define CALL_SERVICE       "vmcompute"
#define CALL_DISK_DLL      "virtdisk.dll"
#define CALL_DISK_FUNCTION "DetachVirtualDisk"

/* Does a failure that a test set mean the layer of this path? */
static bool call_is_meant(const struct fake_storage_failure *failure, const char *path)
{
    if (failure->id == NULL) {
        return true;
    }
    if (path == NULL) {
        return false;
    }
    const char *last = strrchr(path, '\\');
    return fake_name_equal(failure->id, path) ||
           (last != NULL && fake_name_equal(failure->id, last + 1));
}

static const struct fake_storage_failure *call_failure(const struct fake_host *host,
                                                       const char *function, const char *path)
{
    for (size_t i = 0; i < host->storage.failure_count; i++) {
        const struct fake_storage_failure *failure = &host->storage.failures[i];
        if (strcmp(failure->function, function) == 0 && call_is_meant(failure, path)) {
            return failure;
        }
    }
    return NULL;
}

bool fake_storage_lies(const struct fake_host *host, const char *function, const char *path)
{
    const struct fake_storage_failure *failure = call_failure(host, function, path);
    return failure != NULL && failure->lies;
}

plat_hr fake_storage_begin_local(struct fake_host *host, const char *function, const char *path)
{
    bool disk = strcmp(function, CALL_DISK_FUNCTION) == 0;
    if (!fake_os_has_dll(host, disk ? CALL_DISK_DLL : CALL_DLL)) {
        return plat_hr_win32(PLAT_ERROR_MOD_NOT_FOUND);
    }
    const struct fake_storage_failure *failure = call_failure(host, function, path);
    return failure != NULL && !failure->lies ? failure->hr : PLAT_S_OK;
}

plat_hr fake_storage_begin(struct fake_host *host, const char *function, const char *path)
{
    plat_hr hr = fake_storage_begin_local(host, function, path);
    return plat_failed(hr) ? hr : fake_scm_reach(host, CALL_SERVICE);
}

plat_hr fake_layer_path(const struct plat_layer_driver *driver, const char *id, char **path)
{
    bool known =
        driver->flavour == PLAT_LAYER_DIFF_DRIVER || driver->flavour == PLAT_LAYER_FILTER_DRIVER;
    bool whole = wcd_path_is_absolute(id);
    if (!known || id[0] == '\0' || (!whole && !wcd_path_is_absolute(driver->home))) {
        return plat_hr_win32(PLAT_ERROR_INVALID_PARAMETER);
    }
    *path = whole ? wcd_text_copy(id) : wcd_path_join(driver->home, id);
    return *path == NULL ? FAKE_NO_MEMORY : PLAT_S_OK;
}

plat_hr fake_layer_find(struct fake_host *host, const char *function,
                        const struct plat_layer_driver *driver, const char *id,
                        struct fake_layer *layer)
{
    *layer = (struct fake_layer){0};
    plat_hr hr = fake_layer_path(driver, id, &layer->path);
    if (plat_succeeded(hr)) {
        hr = fake_storage_begin(host, function, layer->path);
    }
    if (plat_succeeded(hr)) {
        hr = fake_fs_find(host, layer->path, WCD_PATH_UNITS_MAX, &layer->place);
        layer->lies = fake_storage_lies(host, function, layer->path);
    }
    return hr;
}

static plat_hr call_is_folder(const struct fake_place *place)
{
    if (place->node == NULL) {
        return plat_hr_win32(PLAT_ERROR_FILE_NOT_FOUND);
    }
    bool folder = place->node->directory && !place->path.stream_given;
    return folder ? PLAT_S_OK : plat_hr_win32(PLAT_ERROR_DIRECTORY);
}

plat_hr fake_layer_find_existing(struct fake_host *host, const char *function,
                                 const struct plat_layer_driver *driver, const char *id,
                                 struct fake_layer *layer)
{
    plat_hr hr = fake_layer_find(host, function, driver, id, layer);
    return plat_failed(hr) ? hr : call_is_folder(&layer->place);
}

void fake_layer_release(struct fake_layer *layer)
{
    fake_place_release(&layer->place);
    free(layer->path);
    *layer = (struct fake_layer){0};
}

plat_hr fake_folder_find(struct fake_host *host, const char *path, struct fake_place *place)
{
    plat_hr hr = fake_fs_find_target(host, path, WCD_PATH_UNITS_MAX, place);
    return plat_failed(hr) ? hr : call_is_folder(place);
}

struct fake_node *fake_folder_in(const struct fake_node *node, const char *name)
{
    struct fake_node *child = fake_node_child(node, name);
    return child != NULL && child->directory && child->link == NULL ? child : NULL;
}

static plat_hr call_check_parent(struct fake_host *host, const struct plat_layer_descriptor *parent,
                                 bool last, struct fake_node **files)
{
    plat_hr hr = fake_parent_check(parent);
    if (plat_failed(hr)) {
        return hr;
    }
    struct fake_place place;
    hr = fake_folder_find(host, parent->path, &place);
    if (plat_succeeded(hr)) {
        *files = fake_folder_in(place.node, FAKE_LAYER_FILES);
        bool base = fake_node_child(place.node, FAKE_LAYER_BASE) != NULL;
        if (*files == NULL) {
            hr = plat_hr_win32(PLAT_ERROR_PATH_NOT_FOUND);
        } else if (base != last) {
            hr = plat_hr_win32(PLAT_ERROR_INVALID_PARAMETER);
        }
    }
    fake_place_release(&place);
    return hr;
}

plat_hr fake_parents_check(struct fake_host *host, const struct plat_layer_descriptor *parents,
                           size_t count, struct fake_node **files)
{
    plat_hr hr = PLAT_S_OK;
    *files = NULL;
    for (size_t i = 0; i < count && plat_succeeded(hr); i++) {
        struct fake_node *found = NULL;
        hr = call_check_parent(host, &parents[i], i + 1 == count, &found);
        *files = i == 0 ? found : *files;
    }
    return hr;
}

struct fake_node *fake_folder_make(struct fake_host *host, struct fake_node *parent,
                                   const char *name)
{
    struct fake_node *folder = fake_folder_in(parent, name);
    return folder != NULL ? folder : fake_fs_make(host, parent, name, true);
}

plat_hr fake_file_put(struct fake_host *host, struct fake_node *folder, const char *name,
                      const void *data, size_t size)
{
    struct fake_node *file = fake_node_child(folder, name);
    if (file == NULL) {
        file = fake_fs_make(host, folder, name, false);
    }
    if (file == NULL) {
        return FAKE_NO_MEMORY;
    }
    if (file->directory) {
        return plat_hr_win32(PLAT_ERROR_ACCESS_DENIED);
    }
    struct fake_stream *stream = fake_node_stream(file, "");
    plat_hr hr = fake_stream_resize(file->volume, stream, size);
    if (plat_succeeded(hr) && size > 0) {
        memcpy(stream->data, data, size);
    }
    return hr;
}
