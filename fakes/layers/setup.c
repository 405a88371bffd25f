/* Images that tests and hosts begin with, on the file system behind the seam. */
#include "fakes/layers/internal.h"

#include <stdlib.h>
#include <string.h>

/* A layer that is being put somewhere. */
struct setup_image {
    struct fake_layers *layers;
    const char *folder;
};

/* The folders on the way to a path, and the path itself if `whole`. */
static plat_hr setup_make_way(const struct fake_layers *layers, const char *path, size_t from,
                              bool whole)
{
    char *at = wcd_text_copy(path);
    plat_hr hr = at == NULL ? FAKE_NO_MEMORY : PLAT_S_OK;
    for (size_t i = from + 1; plat_succeeded(hr) && i <= strlen(path); i++) {
        if (path[i] == '\\' || (whole && path[i] == '\0')) {
            char end = path[i];
            at[i] = '\0';
            hr = fake_layers_make_folder(layers, at);
            at[i] = end;
        }
    }
    free(at);
    return hr;
}

static bool setup_put(void *ctx, const char *path, const char *content)
{
    const struct setup_image *image = ctx;
    char *full = fake_layers_child(image->folder, path);
    plat_hr hr = full == NULL ? FAKE_NO_MEMORY
                              : setup_make_way(image->layers, full, strlen(image->folder), false);
    free(full);
    if (plat_succeeded(hr)) {
        hr = fake_layers_write(image->layers, image->folder, path, content, strlen(content));
    }
    return plat_succeeded(hr);
}

static plat_hr setup_copy_parent(struct fake_layers *layers, const char *parent, const char *folder)
{
    char *full = NULL;
    plat_hr hr = fake_layers_full(layers, parent, &full);
    char *from = plat_failed(hr) ? NULL : fake_layers_child(full, FAKE_LAYER_FILES);
    char *to = fake_layers_child(folder, FAKE_LAYER_FILES);
    if (plat_succeeded(hr)) {
        hr = from == NULL || to == NULL ? FAKE_NO_MEMORY : fake_layers_copy_tree(layers, from, to);
    }
    free(to);
    free(from);
    free(full);
    return hr;
}

/* Finishes the layer as the two Process... functions do. */
static plat_hr setup_process(struct fake_layers *layers, const struct fake_image_layer *layer,
                             const char *folder)
{
    plat_hr hr = layer->parent_count == 0 ? fake_layers_image_base(layers, folder) : PLAT_S_OK;
    if (plat_failed(hr) || !layer->utility_vm) {
        return hr;
    }
    char *utility = fake_layers_child(folder, FAKE_LAYER_UTILITY);
    hr = utility == NULL ? FAKE_NO_MEMORY : fake_layers_image_utility(layers, utility);
    free(utility);
    return hr;
}

static plat_hr setup_fill(struct fake_layers *layers, const struct fake_image_layer *layer,
                          const char *folder)
{
    struct setup_image image = {layers, folder};
    plat_hr hr = PLAT_S_OK;
    if (layer->parent_count > 0) {
        hr = setup_copy_parent(layers, layer->parents[0], folder);
    }
    if (plat_succeeded(hr) && !fake_image_put(layer, setup_put, &image)) {
        hr = plat_hr_win32(PLAT_ERROR_GEN_FAILURE);
    }
    return plat_failed(hr) ? hr : setup_process(layers, layer, folder);
}

bool fake_layers_put_image(void *ctx, const struct fake_image_layer *layer)
{
    struct fake_layers *layers = ctx;
    enum layers_kind kind = LAYERS_NOTHING;
    char *full = NULL;
    char *aside = NULL;
    plat_hr hr = fake_layers_full(layers, layer->folder, &full);
    char *parent = plat_failed(hr) ? NULL : fake_layers_parent(full);
    if (plat_succeeded(hr)) {
        size_t drive = (size_t)(fake_layers_shown(full) - full) + 2;
        hr = parent == NULL ? FAKE_NO_MEMORY : setup_make_way(layers, parent, drive, true);
    }
    if (plat_succeeded(hr)) {
        hr = fake_layers_kind_of(layers, full, &kind);
    }
    if (plat_succeeded(hr) && kind != LAYERS_NOTHING) {
        hr = plat_hr_win32(PLAT_ERROR_ALREADY_EXISTS);
    }
    if (plat_succeeded(hr)) {
        hr = fake_layers_aside(layers, full, &aside);
    }
    if (plat_succeeded(hr)) {
        hr = setup_fill(layers, layer, aside);
    }
    hr = fake_layers_settle(layers, hr, aside, full);
    free(parent);
    free(full);
    return plat_succeeded(hr);
}
