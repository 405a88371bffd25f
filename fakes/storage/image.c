/* ProcessBaseImage and ProcessUtilityImage: the last step for a base layer whose files are there. */
#include "fakes/host/internal.h"
#include "fakes/host/name.h"

#include <stdlib.h>
#include <string.h>

const struct fake_base_hive fake_base_hives[FAKE_HIVES] = {
    {"DEFAULT", "DEFAULTUSER_BASE"}, {"SAM", "SAM_BASE"},       {"SECURITY", "SECURITY_BASE"},
    {"SOFTWARE", "SOFTWARE_BASE"},   {"SYSTEM", "SYSTEM_BASE"},
};

/* The node of names below a folder; NULL with what Windows says of it. */
static struct fake_node *image_find(struct fake_node *folder, const char *const *names, plat_hr *hr)
{
    struct fake_node *node = folder;
    *hr = PLAT_S_OK;
    for (size_t i = 0; names[i] != NULL; i++) {
        node = node->directory ? fake_node_child(node, names[i]) : NULL;
        if (node == NULL) {
            bool last = names[i + 1] == NULL;
            *hr = plat_hr_win32(last ? PLAT_ERROR_FILE_NOT_FOUND : PLAT_ERROR_PATH_NOT_FOUND);
            return NULL;
        }
    }
    return node;
}

char *fake_empty_hive(void)
{
    static const char magic[] = {'r', 'e', 'g', 'f'};
    char *empty = calloc(1, FAKE_EMPTY_HIVE_BYTES);
    if (empty != NULL) {
        memcpy(empty, magic, sizeof(magic));
    }
    return empty;
}

static plat_hr image_put_hive(struct fake_host *host, struct fake_node *hives, const char *name,
                              const struct fake_node *source)
{
    const struct fake_stream *stream = fake_node_stream(source, "");
    if (stream != NULL && stream->size > 0) {
        return fake_file_put(host, hives, name, stream->data, stream->size);
    }
    char *empty = fake_empty_hive();
    if (empty == NULL) {
        return FAKE_NO_MEMORY;
    }
    plat_hr hr = fake_file_put(host, hives, name, empty, FAKE_EMPTY_HIVE_BYTES);
    free(empty);
    return hr;
}

/* A template disk: only a text here, so its size says nothing. */
static plat_hr image_put_disk(struct fake_host *host, struct fake_node *folder, const char *name)
{
    char *text = wcd_text_format(FAKE_TEMPLATE_FORMAT, name);
    plat_hr hr =
        text == NULL ? FAKE_NO_MEMORY : fake_file_put(host, folder, name, text, strlen(text));
    free(text);
    return hr;
}

/* Are all source hives there? */
static plat_hr image_check_hives(struct fake_node *layer)
{
    plat_hr hr = PLAT_S_OK;
    for (size_t i = 0; i < FAKE_HIVES && plat_succeeded(hr); i++) {
        const char *const names[] = {
            "Files", "Windows", "System32", "config", fake_base_hives[i].source, NULL};
        const struct fake_node *source = image_find(layer, names, &hr);
        if (source != NULL && source->directory) {
            hr = plat_hr_win32(PLAT_ERROR_INVALID_PARAMETER);
        }
    }
    return hr;
}

plat_hr fake_image_process_base(struct fake_host *host, struct fake_node *layer)
{
    static const char *const config[] = {"Files", "Windows", "System32", "config", NULL};
    plat_hr hr = image_check_hives(layer);
    if (plat_succeeded(hr) && fake_node_child(layer, FAKE_LAYER_BASE) != NULL) {
        hr = plat_hr_win32(PLAT_ERROR_ALREADY_EXISTS);
    }
    if (plat_failed(hr)) {
        return hr;
    }
    const struct fake_node *sources = image_find(layer, config, &hr);
    struct fake_node *hives = fake_folder_make(host, layer, FAKE_LAYER_HIVES);
    if (hives == NULL) {
        return FAKE_NO_MEMORY;
    }
    for (size_t i = 0; i < FAKE_HIVES && plat_succeeded(hr); i++) {
        hr = image_put_hive(host, hives, fake_base_hives[i].hive,
                            fake_node_child(sources, fake_base_hives[i].source));
    }
    if (plat_succeeded(hr)) {
        hr = image_put_disk(host, layer, FAKE_LAYER_BLANK);
    }
    return plat_succeeded(hr) ? image_put_disk(host, layer, FAKE_LAYER_BASE) : hr;
}

plat_hr fake_image_process_utility(struct fake_host *host, struct fake_node *utility)
{
    static const char *const store[] = {"Files", "EFI", "Microsoft", "Boot", "BCD", NULL};
    plat_hr hr = PLAT_S_OK;
    (void)image_find(utility, store, &hr);
    if (plat_succeeded(hr)) {
        hr = image_put_disk(host, utility, FAKE_UTILITY_TEMPLATE);
    }
    return plat_succeeded(hr) ? image_put_disk(host, utility, FAKE_UTILITY_SCRATCH) : hr;
}

static plat_hr image_process(struct fake_host *host, const char *function, const char *path,
                             plat_hr (*process)(struct fake_host *, struct fake_node *))
{
    plat_hr hr = path[0] == '\0' ? plat_hr_win32(PLAT_ERROR_INVALID_PARAMETER)
                                 : fake_storage_begin(host, function, path);
    if (plat_failed(hr)) {
        return hr;
    }
    struct fake_place place;
    hr = fake_folder_find(host, path, &place);
    if (hr == plat_hr_win32(PLAT_ERROR_FILE_NOT_FOUND)) {
        /* What is looked for is in the folder. */
        hr = plat_hr_win32(PLAT_ERROR_PATH_NOT_FOUND);
    }
    if (plat_succeeded(hr)) {
        hr = process(host, place.node);
    }
    fake_place_release(&place);
    return hr;
}

plat_hr fake_storage_process_base(void *ctx, const char *path)
{
    return image_process(ctx, "ProcessBaseImage", path, fake_image_process_base);
}

plat_hr fake_storage_process_utility(void *ctx, const char *path)
{
    return image_process(ctx, "ProcessUtilityImage", path, fake_image_process_utility);
}
