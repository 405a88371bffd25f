/* ProcessBaseImage and ProcessUtilityImage: the last step for a base layer whose files are there. */
#include "fakes/layers/internal.h"

#include <stdlib.h>
#include <string.h>

#define IMAGE_CONFIG FAKE_LAYER_FILES "\\Windows\\System32\\config"
#define IMAGE_STORE  FAKE_LAYER_FILES "\\EFI\\Microsoft\\Boot\\BCD"
#define IMAGE_NEW    "new" /* a hive on its way to its place */

static plat_hr image_put_empty(struct fake_layers *layers, const char *hives, const char *name)
{
    char *empty = fake_empty_hive();
    plat_hr hr = FAKE_NO_MEMORY;
    if (empty != NULL) {
        hr = fake_layers_put(layers, hives, name, empty, FAKE_EMPTY_HIVE_BYTES);
    }
    free(empty);
    return hr;
}

static plat_hr image_put_hive(struct fake_layers *layers, const char *layer, const char *hives,
                              const struct fake_base_hive *hive)
{
    struct plat_file_info info = {0};
    char *source = wcd_text_format("%s\\" IMAGE_CONFIG "\\%s", layer, hive->source);
    char *part = fake_layers_child(hives, IMAGE_NEW);
    char *target = fake_layers_child(hives, hive->hive);
    plat_hr hr = FAKE_NO_MEMORY;
    if (source != NULL && part != NULL && target != NULL) {
        hr = layers->fs.ops->info(layers->fs.ctx, source, &info);
    }
    if (plat_succeeded(hr) && info.size_bytes == 0) {
        hr = image_put_empty(layers, hives, hive->hive);
    } else if (plat_succeeded(hr)) {
        hr = fake_layers_copy_file(layers, source, part);
        if (plat_succeeded(hr)) {
            hr = fake_layers_remove(layers, target);
        }
        if (plat_succeeded(hr)) {
            hr = fake_layers_move(layers, part, target);
        }
    }
    free(target);
    free(part);
    free(source);
    return hr;
}

/* A template disk: only a text here, so its size says nothing. */
static plat_hr image_put_disk(struct fake_layers *layers, const char *folder, const char *name)
{
    char *text = wcd_text_format(FAKE_TEMPLATE_FORMAT, name);
    plat_hr hr =
        text == NULL ? FAKE_NO_MEMORY : fake_layers_put(layers, folder, name, text, strlen(text));
    free(text);
    return hr;
}

/* Are all source hives there? */
static plat_hr image_check_hives(struct fake_layers *layers, const char *layer)
{
    plat_hr hr = PLAT_S_OK;
    for (size_t i = 0; i < FAKE_HIVES && plat_succeeded(hr); i++) {
        struct plat_file_info info = {0};
        char *source =
            wcd_text_format("%s\\" IMAGE_CONFIG "\\%s", layer, fake_base_hives[i].source);
        hr = source == NULL ? FAKE_NO_MEMORY : layers->fs.ops->info(layers->fs.ctx, source, &info);
        if (plat_succeeded(hr) && (info.attributes & PLAT_FILE_DIRECTORY) != 0) {
            hr = plat_hr_win32(PLAT_ERROR_INVALID_PARAMETER);
        }
        free(source);
    }
    return hr;
}

/* The file blank-base.vhdx, which tells a base layer, comes last. */
plat_hr fake_layers_image_base(struct fake_layers *layers, const char *layer)
{
    enum layers_kind kind = LAYERS_NOTHING;
    plat_hr hr = image_check_hives(layers, layer);
    if (plat_succeeded(hr)) {
        hr = fake_layers_kind_in(layers, layer, FAKE_LAYER_BASE, &kind);
    }
    if (plat_succeeded(hr) && kind != LAYERS_NOTHING) {
        hr = plat_hr_win32(PLAT_ERROR_ALREADY_EXISTS);
    }
    if (plat_failed(hr)) {
        return hr;
    }
    char *hives = fake_layers_child(layer, FAKE_LAYER_HIVES);
    hr = hives == NULL ? FAKE_NO_MEMORY : fake_layers_make_folder(layers, hives);
    for (size_t i = 0; i < FAKE_HIVES && plat_succeeded(hr); i++) {
        hr = image_put_hive(layers, layer, hives, &fake_base_hives[i]);
    }
    free(hives);
    if (plat_succeeded(hr)) {
        hr = image_put_disk(layers, layer, FAKE_LAYER_BLANK);
    }
    return plat_succeeded(hr) ? image_put_disk(layers, layer, FAKE_LAYER_BASE) : hr;
}

plat_hr fake_layers_image_utility(struct fake_layers *layers, const char *utility)
{
    struct plat_file_info info;
    char *store = fake_layers_child(utility, IMAGE_STORE);
    plat_hr hr =
        store == NULL ? FAKE_NO_MEMORY : layers->fs.ops->info(layers->fs.ctx, store, &info);
    free(store);
    if (plat_succeeded(hr)) {
        hr = image_put_disk(layers, utility, FAKE_UTILITY_SCRATCH);
    }
    return plat_succeeded(hr) ? image_put_disk(layers, utility, FAKE_UTILITY_TEMPLATE) : hr;
}

static plat_hr image_process(struct fake_layers *layers, const char *function, const char *path,
                             plat_hr (*process)(struct fake_layers *, const char *))
{
    char *full = NULL;
    plat_hr hr = path[0] == '\0' ? plat_hr_win32(PLAT_ERROR_INVALID_PARAMETER)
                                 : fake_storage_begin(layers->host, function, path);
    if (plat_succeeded(hr)) {
        hr = fake_layers_full(layers, path, &full);
    }
    if (plat_succeeded(hr)) {
        hr = fake_layers_need_folder(layers, full);
        if (hr == plat_hr_win32(PLAT_ERROR_FILE_NOT_FOUND)) {
            /* What is looked for is in the folder. */
            hr = plat_hr_win32(PLAT_ERROR_PATH_NOT_FOUND);
        }
    }
    if (plat_succeeded(hr)) {
        hr = process(layers, full);
    }
    free(full);
    return hr;
}

plat_hr fake_layers_process_base(void *ctx, const char *path)
{
    return image_process(ctx, "ProcessBaseImage", path, fake_layers_image_base);
}

plat_hr fake_layers_process_utility(void *ctx, const char *path)
{
    return image_process(ctx, "ProcessUtilityImage", path, fake_layers_image_utility);
}
