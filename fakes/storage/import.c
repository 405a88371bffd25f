/* ImportLayer: from a folder in transport format to an image layer. */
#include "fakes/host/internal.h"
#include "fakes/host/name.h"
#include "fakes/storage/wire.h"

#include <stdlib.h>
#include <string.h>

static plat_hr import_content(struct fake_node *to, const struct fake_node *from)
{
    const struct fake_stream *stream = fake_node_stream(from, "");
    plat_hr hr = fake_transport_unpack(to, stream->data == NULL ? "" : stream->data, stream->size);
    while (to->link != NULL && to->children.count > 0) {
        fake_node_remove(to->children.items[0]);
    }
    to->created_100ns = from->created_100ns;
    to->written_100ns = from->written_100ns;
    return hr;
}

/* Makes the node `name` in a folder of the layer, in place of what has the name there. A folder
 * that is there already is kept. */
static plat_hr import_node(struct fake_host *host, struct fake_node *folder, const char *name,
                           bool directory, struct fake_node **out)
{
    struct fake_node *old = fake_node_child(folder, name);
    if (old != NULL && directory && old->directory && old->link == NULL) {
        *out = old;
        return PLAT_S_OK;
    }
    if (old != NULL) {
        fake_node_remove(old);
    }
    *out = fake_fs_make(host, folder, name, directory);
    return *out == NULL ? FAKE_NO_MEMORY : PLAT_S_OK;
}

/* A folder of the transport, with the file beside it that describes it, if there is one. */
static plat_hr import_folder(struct fake_host *host, const struct fake_node *from,
                             struct fake_node *folder, const char *name, struct fake_node **out)
{
    plat_hr hr = import_node(host, folder, name, true, out);
    char *described = wcd_text_format("%s" FAKE_WIRE_FOLDER_SUFFIX, name);
    if (plat_succeeded(hr) && described == NULL) {
        hr = FAKE_NO_MEMORY;
    }
    const struct fake_node *file =
        described == NULL ? NULL : fake_node_child(from->parent, described);
    free(described);
    if (plat_succeeded(hr) && file != NULL && !file->directory) {
        hr = import_content(*out, file);
    }
    return hr;
}

static plat_hr import_file(struct fake_host *host, const struct fake_node *from,
                           struct fake_node *folder, struct fake_node **out)
{
    size_t len = fake_wire_described(from->name);
    if (len == 0) {
        plat_hr hr = import_node(host, folder, from->name, false, out);
        return plat_failed(hr) ? hr : import_content(*out, from);
    }
    /* A folder that leads elsewhere may come without a folder in the transport. */
    char *name = wcd_text_copy_n(from->name, len);
    plat_hr hr = name == NULL ? FAKE_NO_MEMORY : PLAT_S_OK;
    if (name != NULL && fake_folder_in(from->parent, name) == NULL) {
        hr = import_folder(host, from, folder, name, out);
    }
    free(name);
    return hr;
}

/* Brings the node that the walk is at into the layer, and tells the walk what is there now. */
static plat_hr import_one(struct fake_host *host, struct fake_twins *at)
{
    struct fake_node *folder = at->missing == 0 ? at->twin->parent : at->deepest;
    struct fake_node *made = NULL;
    if (at->missing > 1 || !folder->directory || folder->link != NULL) {
        return FAKE_WIRE_BAD;
    }
    plat_hr hr = at->node->directory ? import_folder(host, at->node, folder, at->node->name, &made)
                                     : import_file(host, at->node, folder, &made);
    bool below = plat_succeeded(hr) && at->node->directory;
    at->twin = below ? made : NULL;
    at->deepest = below ? made : folder;
    at->missing = below ? 0 : 1;
    return hr;
}

static plat_hr import_files(struct fake_host *host, struct fake_node *from, struct fake_node *files)
{
    plat_hr hr = PLAT_S_OK;
    struct fake_twins twins = fake_twins_first(from, files);
    while (plat_succeeded(hr)) {
        fake_twins_next(&twins);
        if (twins.node == NULL) {
            break;
        }
        hr = import_one(host, &twins);
    }
    return hr;
}

/* Removes what "\folder\file" names; what is not there is gone already. */
static plat_hr import_bury(void *ctx, const char *path)
{
    struct fake_node *files = ctx;
    struct wcd_strlist names;
    wcd_strlist_init(&names);
    bool done = fake_path_add_names(&names, path, 0);
    struct fake_node *node = files;
    for (size_t i = 0; done && i < names.count && node != NULL; i++) {
        node = node->directory ? fake_node_child(node, names.items[i]) : NULL;
    }
    if (done && node != NULL && node != files) {
        fake_node_remove(node);
    }
    wcd_strlist_release(&names);
    return done ? PLAT_S_OK : FAKE_NO_MEMORY;
}

static plat_hr import_tombstones(struct fake_node *files, const struct fake_node *list)
{
    const struct fake_stream *stream = fake_node_stream(list, "");
    struct fake_tombs tombs;
    fake_tombs_begin(&tombs, import_bury, files);
    return fake_tombs_end(&tombs, fake_tombs_feed(&tombs, stream->data, stream->size));
}

/* Copies a part of the transport as it is. */
static plat_hr import_part(const struct fake_node *from, struct fake_node *layer, const char *name)
{
    const struct fake_node *part = fake_node_child(from, name);
    if (part == NULL || fake_node_child(layer, name) != NULL) {
        return PLAT_S_OK;
    }
    return fake_node_copy(part, layer, name);
}

static plat_hr import_into(struct fake_host *host, const struct fake_node *from,
                           const struct fake_node *parent_files, struct fake_node *layer)
{
    struct fake_node *source = fake_folder_in(from, FAKE_LAYER_FILES);
    if (source == NULL) {
        return plat_hr_win32(PLAT_ERROR_PATH_NOT_FOUND);
    }
    plat_hr hr = PLAT_S_OK;
    if (parent_files != NULL) {
        hr = fake_node_copy(parent_files, layer, FAKE_LAYER_FILES);
    } else if (fake_fs_make(host, layer, FAKE_LAYER_FILES, true) == NULL) {
        hr = FAKE_NO_MEMORY;
    }
    struct fake_node *files = fake_node_child(layer, FAKE_LAYER_FILES);
    if (plat_succeeded(hr)) {
        hr = import_files(host, source, files);
    }
    const struct fake_node *tombstones = fake_node_child(from, FAKE_WIRE_TOMBSTONES);
    if (plat_succeeded(hr) && parent_files != NULL && tombstones != NULL) {
        hr = tombstones->directory ? FAKE_WIRE_BAD : import_tombstones(files, tombstones);
    }
    if (plat_succeeded(hr) && parent_files != NULL) {
        hr = import_part(from, layer, FAKE_LAYER_HIVES);
    }
    if (plat_succeeded(hr) && parent_files != NULL) {
        hr = import_part(from, layer, FAKE_WIRE_TOMBSTONES);
    }
    if (plat_succeeded(hr)) {
        hr = import_part(from, layer, FAKE_LAYER_UTILITY);
    }
    return hr;
}

/* Takes back what a failed import has made. */
static void import_undo(struct fake_node *layer, bool new_layer)
{
    if (new_layer) {
        fake_node_remove(layer);
        return;
    }
    struct fake_node *files = fake_node_child(layer, FAKE_LAYER_FILES);
    if (files != NULL) {
        fake_node_remove(files);
    }
}

static plat_hr import_layer(struct fake_host *host, const struct fake_place *place,
                            const struct fake_node *from, const struct fake_node *parent_files)
{
    struct fake_node *layer = place->node;
    bool new_layer = layer == NULL;
    if (layer != NULL && !layer->directory) {
        return plat_hr_win32(PLAT_ERROR_DIRECTORY);
    }
    if (layer != NULL && (fake_node_child(layer, FAKE_LAYER_FILES) != NULL ||
                          fake_node_child(layer, FAKE_LAYER_SANDBOX) != NULL)) {
        return plat_hr_win32(PLAT_ERROR_ALREADY_EXISTS);
    }
    if (place->volume->kind != fake_fs_kind_find("NTFS")) {
        return plat_hr_win32(PLAT_ERROR_NOT_SUPPORTED);
    }
    if (layer == NULL) {
        layer = fake_fs_make(host, place->folder, place->name, true);
    }
    if (layer == NULL) {
        return FAKE_NO_MEMORY;
    }
    plat_hr hr = import_into(host, from, parent_files, layer);
    if (plat_failed(hr)) {
        import_undo(layer, new_layer);
    }
    return hr;
}

plat_hr fake_storage_import(void *ctx, const struct plat_layer_driver *driver, const char *id,
                            const char *folder, const struct plat_layer_descriptor *parents,
                            size_t count)
{
    struct fake_host *host = ctx;
    struct fake_node *files = NULL;
    struct fake_place from = {0};
    struct fake_layer layer;
    plat_hr hr = fake_layer_find(host, "ImportLayer", driver, id, &layer);
    if (plat_succeeded(hr)) {
        hr = fake_parents_check(host, parents, count, &files);
    }
    if (plat_succeeded(hr)) {
        hr = fake_folder_find(host, folder, &from);
    }
    if (plat_succeeded(hr)) {
        const struct fake_node *at =
            layer.place.node != NULL ? layer.place.node : layer.place.folder;
        hr = fake_node_is_below(at, from.node) ? plat_hr_win32(PLAT_ERROR_INVALID_PARAMETER)
                                               : import_layer(host, &layer.place, from.node, files);
    }
    fake_place_release(&from);
    fake_layer_release(&layer);
    return hr;
}
