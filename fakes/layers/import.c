/* ImportLayer: from a folder in transport format to an image layer. */
#include "fakes/layers/internal.h"

#include <stdlib.h>
#include <string.h>

/* ---- files ---- */

/* A folder at that place, in the stead of what is none. */
static plat_hr import_make_folder(struct fake_layers *layers, const char *path)
{
    enum layers_kind kind = LAYERS_NOTHING;
    plat_hr hr = fake_layers_kind_of(layers, path, &kind);
    if (plat_failed(hr) || kind == LAYERS_FOLDER) {
        return hr;
    }
    hr = fake_layers_remove(layers, path);
    return plat_failed(hr) ? hr : layers->fs.ops->create_directory(layers->fs.ctx, path, NULL);
}

/* A folder that leads elsewhere holds nothing. */
static plat_hr import_check_empty(const struct fake_layers *layers, const char *from)
{
    struct plat_dir_list list;
    plat_hr hr = layers->fs.ops->list(layers->fs.ctx, from, &list);
    if (plat_succeeded(hr) && list.count > 0) {
        hr = FAKE_WIRE_BAD;
    }
    plat_dir_list_free(&list);
    return hr;
}

/* A folder of the transport, with the file beside it that describes it, if there is one. */
static plat_hr import_folder(struct layers_walk *walk, const char *from, const char *to)
{
    struct fake_layers *layers = walk->layers;
    enum layers_kind kind = LAYERS_NOTHING;
    bool linked = false;
    char *described = wcd_text_format("%s" FAKE_WIRE_FOLDER_SUFFIX, from);
    plat_hr hr = described == NULL ? FAKE_NO_MEMORY : import_make_folder(layers, to);
    if (plat_succeeded(hr)) {
        hr = fake_layers_kind_of(layers, described, &kind);
    }
    if (plat_succeeded(hr) && kind == LAYERS_FILE) {
        hr = fake_layers_unpack(layers, described, to, true, &linked);
    }
    if (plat_succeeded(hr) && linked) {
        hr = import_check_empty(layers, from);
        fake_layers_walk_skip(walk);
    }
    free(described);
    return hr;
}

/* What describes a folder that the transport has not: one that leads elsewhere may come so. */
static plat_hr import_described(struct fake_layers *layers, const char *from, const char *to)
{
    enum layers_kind kind = LAYERS_NOTHING;
    bool linked = false;
    size_t suffix = strlen(FAKE_WIRE_FOLDER_SUFFIX);
    char *from_folder = wcd_text_copy_n(from, strlen(from) - suffix);
    char *folder = wcd_text_copy_n(to, strlen(to) - suffix);
    plat_hr hr = FAKE_NO_MEMORY;
    if (from_folder != NULL && folder != NULL) {
        hr = fake_layers_kind_of(layers, from_folder, &kind);
    }
    if (plat_succeeded(hr) && kind != LAYERS_FOLDER) {
        hr = import_make_folder(layers, folder);
        if (plat_succeeded(hr)) {
            hr = fake_layers_unpack(layers, from, folder, true, &linked);
        }
    }
    free(folder);
    free(from_folder);
    return hr;
}

static plat_hr import_file(struct fake_layers *layers, const char *from, const char *to)
{
    const struct plat_fs *fs = &layers->fs;
    plat_handle file = PLAT_NO_HANDLE;
    bool linked = false;
    plat_hr hr = fake_layers_remove(layers, to);
    if (plat_succeeded(hr)) {
        hr = fs->ops->open(fs->ctx, to, PLAT_GENERIC_WRITE, PLAT_CREATE_NEW, &file);
    }
    if (plat_succeeded(hr)) {
        hr = fs->ops->close(fs->ctx, file);
    }
    return plat_failed(hr) ? hr : fake_layers_unpack(layers, from, to, false, &linked);
}

static plat_hr import_step(struct layers_walk *walk, const struct layers_step *step,
                           const char *files)
{
    char *to = wcd_text_format("%s%s", files, step->below);
    if (to == NULL) {
        return FAKE_NO_MEMORY;
    }
    plat_hr hr = PLAT_S_OK;
    if (step->folder) {
        hr = import_folder(walk, step->path, to);
    } else if (fake_layers_is_link(step->entry)) {
        hr = FAKE_WIRE_BAD;
    } else if (fake_wire_described(step->entry->name) > 0) {
        hr = import_described(walk->layers, step->path, to);
    } else {
        hr = import_file(walk->layers, step->path, to);
    }
    free(to);
    return hr;
}

static plat_hr import_files(struct fake_layers *layers, const char *from, const char *files)
{
    struct layers_walk walk;
    struct layers_step step = {.entry = NULL};
    plat_hr hr = fake_layers_walk_begin(&walk, layers, from, NULL);
    while (plat_succeeded(hr)) {
        hr = fake_layers_walk_next(&walk, &step);
        if (plat_failed(hr) || step.entry == NULL) {
            break;
        }
        if (!step.leaving) {
            hr = import_step(&walk, &step, files);
        }
    }
    fake_layers_walk_end(&walk);
    return hr;
}

/* ---- tombstones ---- */

struct import_graves {
    struct fake_layers *layers;
    const char *files;
};

/* Removes what "\folder\file" names, and nothing behind a link; what is not there is gone already. */
static plat_hr import_bury(void *ctx, const char *path)
{
    const struct import_graves *graves = ctx;
    struct wcd_strlist names;
    enum layers_kind kind = LAYERS_FOLDER;
    if (strchr(path, ':') != NULL) {
        return PLAT_S_OK; /* no name has one */
    }
    wcd_strlist_init(&names);
    bool done = fake_path_add_names(&names, path, 0);
    char *at = done ? wcd_text_copy(graves->files) : NULL;
    plat_hr hr = at == NULL ? FAKE_NO_MEMORY : PLAT_S_OK;
    for (size_t i = 0; i < names.count && plat_succeeded(hr) && kind == LAYERS_FOLDER; i++) {
        wcd_text_replace(&at, fake_layers_child(at, names.items[i]));
        hr = at == NULL ? FAKE_NO_MEMORY : fake_layers_kind_of(graves->layers, at, &kind);
        if (plat_succeeded(hr) && i + 1 == names.count && kind != LAYERS_NOTHING) {
            hr = fake_layers_remove(graves->layers, at);
        }
    }
    free(at);
    wcd_strlist_release(&names);
    bool no_name = hr == plat_hr_win32(PLAT_ERROR_INVALID_NAME) ||
                   hr == plat_hr_win32(PLAT_ERROR_FILENAME_EXCED_RANGE);
    return no_name ? PLAT_S_OK : hr;
}

static plat_hr import_read_tombstones(struct fake_layers *layers, const char *list,
                                      struct fake_tombs *tombs)
{
    const struct plat_fs *fs = &layers->fs;
    plat_handle in = PLAT_NO_HANDLE;
    size_t got = 1;
    plat_hr hr = fs->ops->open(fs->ctx, list, PLAT_GENERIC_READ, PLAT_OPEN_EXISTING, &in);
    if (plat_failed(hr)) {
        return hr;
    }
    while (plat_succeeded(hr) && got > 0) {
        hr = fs->ops->read(fs->ctx, in, layers->pieces[0], LAYERS_PIECE_BYTES, &got);
        if (plat_succeeded(hr)) {
            hr = fake_tombs_feed(tombs, (const char *)layers->pieces[0], got);
        }
    }
    (void)fs->ops->close(fs->ctx, in);
    return hr;
}

static plat_hr import_tombstones(struct fake_layers *layers, const char *from, const char *files)
{
    struct import_graves graves = {layers, files};
    enum layers_kind kind = LAYERS_NOTHING;
    char *list = fake_layers_child(from, FAKE_WIRE_TOMBSTONES);
    plat_hr hr = list == NULL ? FAKE_NO_MEMORY : fake_layers_kind_of(layers, list, &kind);
    if (plat_succeeded(hr) && kind == LAYERS_FILE) {
        struct fake_tombs tombs;
        fake_tombs_begin(&tombs, import_bury, &graves);
        hr = fake_tombs_end(&tombs, import_read_tombstones(layers, list, &tombs));
    } else if (plat_succeeded(hr) && kind != LAYERS_NOTHING) {
        hr = FAKE_WIRE_BAD;
    }
    free(list);
    return hr;
}

/* ---- the parts of a layer ---- */

/* Copies a part of the transport as it is. */
static plat_hr import_part(struct fake_layers *layers, const char *from, const char *stage,
                           const char *name)
{
    enum layers_kind kind = LAYERS_NOTHING;
    char *source = fake_layers_child(from, name);
    char *target = fake_layers_child(stage, name);
    plat_hr hr = FAKE_NO_MEMORY;
    if (source != NULL && target != NULL) {
        hr = fake_layers_kind_of(layers, source, &kind);
    }
    if (plat_succeeded(hr) && kind == LAYERS_FOLDER) {
        hr = fake_layers_copy_tree(layers, source, target);
    } else if (plat_succeeded(hr) && kind == LAYERS_FILE) {
        hr = fake_layers_copy_file(layers, source, target);
    }
    free(target);
    free(source);
    return hr;
}

/* The parents' files, or none, with those of the transport over them. */
static plat_hr import_merge(struct fake_layers *layers, const char *from, const char *parent_files,
                            const char *stage)
{
    char *source = fake_layers_child(from, FAKE_LAYER_FILES);
    char *files = fake_layers_child(stage, FAKE_LAYER_FILES);
    plat_hr hr = FAKE_NO_MEMORY;
    if (source != NULL && files != NULL) {
        hr = parent_files != NULL ? fake_layers_copy_tree(layers, parent_files, files)
                                  : fake_layers_make_folder(layers, files);
    }
    if (plat_succeeded(hr)) {
        hr = import_files(layers, source, files);
    }
    if (plat_succeeded(hr) && parent_files != NULL) {
        hr = import_tombstones(layers, from, files);
    }
    free(files);
    free(source);
    return hr;
}

static plat_hr import_into(struct fake_layers *layers, const char *from, const char *parent_files,
                           const char *stage)
{
    enum layers_kind kind = LAYERS_NOTHING;
    plat_hr hr = fake_layers_kind_in(layers, from, FAKE_LAYER_FILES, &kind);
    if (plat_succeeded(hr) && kind != LAYERS_FOLDER) {
        hr = plat_hr_win32(PLAT_ERROR_PATH_NOT_FOUND);
    }
    if (plat_succeeded(hr)) {
        hr = import_merge(layers, from, parent_files, stage);
    }
    if (plat_succeeded(hr) && parent_files != NULL) {
        hr = import_part(layers, from, stage, FAKE_LAYER_HIVES);
    }
    if (plat_succeeded(hr) && parent_files != NULL) {
        hr = import_part(layers, from, stage, FAKE_WIRE_TOMBSTONES);
    }
    return plat_succeeded(hr) ? import_part(layers, from, stage, FAKE_LAYER_UTILITY) : hr;
}

/* ---- to its place ---- */

/* Parts other than Files, which comes last and so tells that a layer is whole. */
static const char *const import_parts[] = {FAKE_LAYER_HIVES, FAKE_WIRE_TOMBSTONES,
                                           FAKE_LAYER_UTILITY};

/* What an import left behind that did not come to its end. */
static plat_hr import_clear(struct fake_layers *layers, const char *layer, const char *stage)
{
    enum layers_kind kind = LAYERS_NOTHING;
    plat_hr hr = fake_layers_kind_of(layers, stage, &kind);
    for (size_t i = 0; i < sizeof(import_parts) / sizeof(import_parts[0]); i++) {
        char *part = kind == LAYERS_NOTHING ? NULL : fake_layers_child(layer, import_parts[i]);
        if (plat_succeeded(hr) && kind != LAYERS_NOTHING) {
            hr = part == NULL ? FAKE_NO_MEMORY : fake_layers_remove(layers, part);
        }
        free(part);
    }
    return plat_succeeded(hr) ? fake_layers_remove(layers, stage) : hr;
}

/* Moves a part out of the stage, unless the layer has one. */
static plat_hr import_move_part(struct fake_layers *layers, const char *stage, const char *layer,
                                const char *name)
{
    enum layers_kind kinds[2] = {LAYERS_NOTHING, LAYERS_NOTHING};
    char *from = fake_layers_child(stage, name);
    char *to = fake_layers_child(layer, name);
    plat_hr hr = FAKE_NO_MEMORY;
    if (from != NULL && to != NULL) {
        hr = fake_layers_kind_of(layers, from, &kinds[0]);
    }
    if (plat_succeeded(hr)) {
        hr = fake_layers_kind_of(layers, to, &kinds[1]);
    }
    if (plat_succeeded(hr) && kinds[0] != LAYERS_NOTHING && kinds[1] == LAYERS_NOTHING) {
        hr = fake_layers_move(layers, from, to);
    }
    free(to);
    free(from);
    return hr;
}

static plat_hr import_move(struct fake_layers *layers, const char *stage, const char *layer)
{
    plat_hr hr = PLAT_S_OK;
    for (size_t i = 0; i < sizeof(import_parts) / sizeof(import_parts[0]); i++) {
        hr = plat_failed(hr) ? hr : import_move_part(layers, stage, layer, import_parts[i]);
    }
    return plat_failed(hr) ? hr : import_move_part(layers, stage, layer, FAKE_LAYER_FILES);
}

/* Into a folder that CreateLayer has made. */
static plat_hr import_to_folder(struct fake_layers *layers, const char *from,
                                const char *parent_files, const char *layer)
{
    char *stage = fake_layers_child(layer, LAYERS_IMPORTING);
    plat_hr hr = stage == NULL ? FAKE_NO_MEMORY : import_clear(layers, layer, stage);
    if (plat_succeeded(hr)) {
        hr = layers->fs.ops->create_directory(layers->fs.ctx, stage, NULL);
    }
    if (plat_succeeded(hr)) {
        hr = import_into(layers, from, parent_files, stage);
        if (plat_succeeded(hr)) {
            hr = import_move(layers, stage, layer);
        }
        plat_hr cleared = fake_layers_remove(layers, stage);
        hr = plat_failed(hr) ? hr : cleared;
    }
    free(stage);
    return hr;
}

static plat_hr import_layer(struct fake_layers *layers, const struct layers_place *place,
                            const char *from, const char *parent_files)
{
    enum layers_kind kinds[2] = {LAYERS_NOTHING, LAYERS_NOTHING};
    struct plat_volume_info info;
    char *aside = NULL;
    plat_hr hr = PLAT_S_OK;
    if (place->kind != LAYERS_NOTHING) {
        hr = fake_layers_need_folder(layers, place->full);
        if (plat_succeeded(hr)) {
            hr = fake_layers_kind_in(layers, place->full, FAKE_LAYER_FILES, &kinds[0]);
        }
        if (plat_succeeded(hr)) {
            hr = fake_layers_kind_in(layers, place->full, FAKE_LAYER_SANDBOX, &kinds[1]);
        }
        if (plat_succeeded(hr) && (kinds[0] != LAYERS_NOTHING || kinds[1] != LAYERS_NOTHING)) {
            hr = plat_hr_win32(PLAT_ERROR_ALREADY_EXISTS);
        }
    }
    if (plat_succeeded(hr)) {
        hr = fake_layers_check_drive(layers, place->full, &info);
    }
    if (plat_failed(hr)) {
        return hr;
    }
    if (place->kind != LAYERS_NOTHING) {
        return import_to_folder(layers, from, parent_files, place->full);
    }
    hr = fake_layers_aside(layers, place->full, &aside);
    if (plat_succeeded(hr)) {
        hr = import_into(layers, from, parent_files, aside);
    }
    return fake_layers_settle(layers, hr, aside, place->full);
}

plat_hr fake_layers_import(void *ctx, const struct plat_layer_driver *driver, const char *id,
                           const char *folder, const struct plat_layer_descriptor *parents,
                           size_t count)
{
    struct layers_place place;
    char *files = NULL;
    char *from = NULL;
    plat_hr hr = fake_layers_find(ctx, "ImportLayer", driver, id, &place);
    if (plat_succeeded(hr)) {
        hr = fake_layers_check_parents(ctx, parents, count, &files);
    }
    if (plat_succeeded(hr)) {
        hr = fake_layers_full(ctx, folder, &from);
    }
    if (plat_succeeded(hr)) {
        hr = fake_layers_need_folder(ctx, from);
    }
    if (plat_succeeded(hr) && (fake_layers_is_below(place.full, from) ||
                               (files != NULL && fake_layers_is_below(place.full, files)))) {
        hr = plat_hr_win32(PLAT_ERROR_INVALID_PARAMETER);
    }
    if (plat_succeeded(hr)) {
        hr = import_layer(ctx, &place, from, files);
    }
    free(from);
    free(files);
    fake_layers_place_release(&place);
    return hr;
}
