/* Copies of files and trees, and whether two are the same: in pieces, however large the files are. */
#include "fakes/layers/internal.h"

#include "core/base/text.h"

#include <stdlib.h>
#include <string.h>

/* ---- files ---- */

static plat_hr copy_bytes(struct fake_layers *layers, plat_handle from, plat_handle to)
{
    const struct plat_fs *fs = &layers->fs;
    size_t got = 1;
    plat_hr hr = PLAT_S_OK;
    while (plat_succeeded(hr) && got > 0) {
        hr = fs->ops->read(fs->ctx, from, layers->pieces[0], LAYERS_PIECE_BYTES, &got);
        if (plat_succeeded(hr) && got > 0) {
            hr = fs->ops->write(fs->ctx, to, layers->pieces[0], got);
        }
    }
    return hr;
}

/* One stream of a file, by the full names of both. */
static plat_hr copy_stream(struct fake_layers *layers, const char *from, const char *to)
{
    const struct plat_fs *fs = &layers->fs;
    plat_handle in = PLAT_NO_HANDLE;
    plat_handle out = PLAT_NO_HANDLE;
    plat_hr hr = fs->ops->open(fs->ctx, from, PLAT_GENERIC_READ, PLAT_OPEN_EXISTING, &in);
    if (plat_failed(hr)) {
        return hr;
    }
    hr = fs->ops->open(fs->ctx, to, PLAT_GENERIC_WRITE, PLAT_CREATE_ALWAYS, &out);
    if (plat_succeeded(hr)) {
        hr = copy_bytes(layers, in, out);
        plat_hr closed = fs->ops->close(fs->ctx, out);
        hr = plat_failed(hr) ? hr : closed;
    }
    (void)fs->ops->close(fs->ctx, in);
    return hr;
}

/* All streams but the unnamed one. */
static plat_hr copy_streams(struct fake_layers *layers, const char *from, const char *to)
{
    struct plat_stream_list list;
    plat_hr hr = fake_layers_list_streams(layers, from, &list);
    for (size_t i = 0; plat_succeeded(hr) && i < list.count; i++) {
        if (list.entries[i].name[0] == '\0') {
            continue;
        }
        char *from_path = fake_layers_stream_path(from, list.entries[i].name);
        char *to_path = fake_layers_stream_path(to, list.entries[i].name);
        hr = FAKE_NO_MEMORY;
        if (from_path != NULL && to_path != NULL) {
            hr = copy_stream(layers, from_path, to_path);
        }
        free(to_path);
        free(from_path);
    }
    plat_stream_list_free(&list);
    return hr;
}

/* What a file or folder has beside its data. A new one has its usual attributes already. */
static plat_hr copy_rest(struct fake_layers *layers, const char *from, const char *to,
                         uint32_t attributes)
{
    uint32_t usual = (attributes & PLAT_FILE_DIRECTORY) != 0 ? 0 : PLAT_FILE_ARCHIVE;
    plat_hr hr = copy_streams(layers, from, to);
    if (plat_failed(hr) || (attributes & FAKE_WIRE_ATTRIBUTES) == usual) {
        return hr;
    }
    return fake_layers_set_attributes(layers, to, attributes);
}

static plat_hr copy_known_file(struct fake_layers *layers, const char *from, const char *to,
                               uint32_t attributes)
{
    plat_hr hr = copy_stream(layers, from, to);
    return plat_failed(hr) ? hr : copy_rest(layers, from, to, attributes);
}

plat_hr fake_layers_copy_file(struct fake_layers *layers, const char *from, const char *to)
{
    struct plat_file_info info;
    plat_hr hr = layers->fs.ops->info(layers->fs.ctx, from, &info);
    return plat_failed(hr) ? hr : copy_known_file(layers, from, to, info.attributes);
}

plat_hr fake_layers_copy_link(struct fake_layers *layers, const char *from, const char *to,
                              bool directory)
{
    const struct plat_fs *fs = &layers->fs;
    char *target = NULL;
    plat_hr hr = fs->ops->read_symlink(fs->ctx, from, &target);
    if (plat_succeeded(hr)) {
        hr = fs->ops->create_symlink(fs->ctx, to, target, directory);
        free(target);
    }
    return hr;
}

/* ---- trees ---- */

static plat_hr copy_step(struct fake_layers *layers, const struct layers_step *step, const char *to)
{
    uint32_t attributes = step->entry->info.attributes;
    if (step->leaving) {
        return copy_rest(layers, step->path, to, attributes);
    }
    if (step->folder) {
        return fake_layers_make_folder(layers, to);
    }
    bool folder = (attributes & PLAT_FILE_DIRECTORY) != 0;
    return fake_layers_is_link(step->entry) ? fake_layers_copy_link(layers, step->path, to, folder)
                                            : copy_known_file(layers, step->path, to, attributes);
}

plat_hr fake_layers_copy_tree(struct fake_layers *layers, const char *from, const char *to)
{
    struct layers_walk walk;
    struct layers_step step = {.entry = NULL};
    struct plat_file_info info = {0};
    plat_hr hr = layers->fs.ops->info(layers->fs.ctx, from, &info);
    if (plat_succeeded(hr)) {
        hr = fake_layers_make_folder(layers, to);
    }
    if (plat_failed(hr)) {
        return hr;
    }
    hr = fake_layers_walk_begin(&walk, layers, from, NULL);
    while (plat_succeeded(hr)) {
        hr = fake_layers_walk_next(&walk, &step);
        if (plat_failed(hr) || step.entry == NULL) {
            break;
        }
        char *path = wcd_text_format("%s%s", to, step.below);
        hr = path == NULL ? FAKE_NO_MEMORY : copy_step(layers, &step, path);
        free(path);
    }
    fake_layers_walk_end(&walk);
    return plat_failed(hr) ? hr : copy_rest(layers, from, to, info.attributes);
}

/* ---- what is missing ---- */

/* One entry that the tree has not, with all that is in it: built beside the tree, so that it is there at once. */
static plat_hr fill_step(struct fake_layers *layers, const struct layers_step *step,
                         const char *part, const char *to)
{
    plat_hr hr = fake_layers_remove(layers, part);
    if (plat_succeeded(hr)) {
        hr = step->folder ? fake_layers_copy_tree(layers, step->path, part)
                          : copy_step(layers, step, part);
    }
    return plat_failed(hr) ? hr : fake_layers_move(layers, part, to);
}

static plat_hr fill_run(struct layers_walk *walk, const char *part, const char *tree)
{
    struct layers_step step = {.entry = NULL};
    plat_hr hr = PLAT_S_OK;
    while (plat_succeeded(hr)) {
        hr = fake_layers_walk_next(walk, &step);
        if (plat_failed(hr) || step.entry == NULL) {
            break;
        }
        if (!step.leaving && step.twin == NULL) {
            char *to = wcd_text_format("%s%s", tree, step.below);
            hr = to == NULL ? FAKE_NO_MEMORY : fill_step(walk->layers, &step, part, to);
            free(to);
        }
        if (step.twin == NULL || !fake_layers_is_folder(step.twin)) {
            fake_layers_walk_skip(walk);
        }
    }
    return hr;
}

plat_hr fake_layers_fill(struct fake_layers *layers, const char *folder, const char *files,
                         const char *tree)
{
    struct layers_walk walk;
    char *part = fake_layers_child(folder, LAYERS_PART);
    if (part == NULL) {
        return FAKE_NO_MEMORY;
    }
    plat_hr hr = fake_layers_walk_begin(&walk, layers, files, tree);
    if (plat_succeeded(hr)) {
        hr = fill_run(&walk, part, tree);
    }
    fake_layers_walk_end(&walk);
    free(part);
    return hr;
}

/* ---- are two the same? ---- */

static plat_hr same_bytes(struct fake_layers *layers, plat_handle a, plat_handle b, bool *same)
{
    const struct plat_fs *fs = &layers->fs;
    size_t got[2] = {1, 1};
    plat_hr hr = PLAT_S_OK;
    *same = true;
    while (plat_succeeded(hr) && *same && got[0] > 0) {
        hr = fs->ops->read(fs->ctx, a, layers->pieces[0], LAYERS_PIECE_BYTES, &got[0]);
        if (plat_succeeded(hr)) {
            hr = fs->ops->read(fs->ctx, b, layers->pieces[1], LAYERS_PIECE_BYTES, &got[1]);
        }
        *same = plat_succeeded(hr) && got[0] == got[1] &&
                memcmp(layers->pieces[0], layers->pieces[1], got[0]) == 0;
    }
    return hr;
}

static plat_hr same_stream(struct fake_layers *layers, const char *a, const char *b, bool *same)
{
    const struct plat_fs *fs = &layers->fs;
    plat_handle files[2] = {PLAT_NO_HANDLE, PLAT_NO_HANDLE};
    *same = false;
    plat_hr hr = fs->ops->open(fs->ctx, a, PLAT_GENERIC_READ, PLAT_OPEN_EXISTING, &files[0]);
    if (plat_failed(hr)) {
        return hr;
    }
    hr = fs->ops->open(fs->ctx, b, PLAT_GENERIC_READ, PLAT_OPEN_EXISTING, &files[1]);
    if (plat_succeeded(hr)) {
        hr = same_bytes(layers, files[0], files[1], same);
        (void)fs->ops->close(fs->ctx, files[1]);
    }
    (void)fs->ops->close(fs->ctx, files[0]);
    return hr;
}

/* The stream of that name, with that size, in a list? */
static bool same_in_list(const struct plat_stream_list *list, const struct plat_stream_entry *entry)
{
    for (size_t i = 0; i < list->count; i++) {
        if (strcmp(list->entries[i].name, entry->name) == 0) {
            return list->entries[i].size_bytes == entry->size_bytes;
        }
    }
    return false;
}

static plat_hr same_named_streams(struct fake_layers *layers, const char *a, const char *b,
                                  bool *same)
{
    struct plat_stream_list lists[2];
    lists[1] = (struct plat_stream_list){.entries = NULL};
    plat_hr hr = fake_layers_list_streams(layers, a, &lists[0]);
    if (plat_succeeded(hr)) {
        hr = fake_layers_list_streams(layers, b, &lists[1]);
    }
    *same = plat_succeeded(hr) && lists[0].count == lists[1].count;
    for (size_t i = 0; plat_succeeded(hr) && *same && i < lists[0].count; i++) {
        const struct plat_stream_entry *entry = &lists[0].entries[i];
        *same = same_in_list(&lists[1], entry);
        if (!*same || entry->name[0] == '\0') {
            continue;
        }
        char *paths[2] = {fake_layers_stream_path(a, entry->name),
                          fake_layers_stream_path(b, entry->name)};
        hr = FAKE_NO_MEMORY;
        if (paths[0] != NULL && paths[1] != NULL) {
            hr = same_stream(layers, paths[0], paths[1], same);
        }
        free(paths[0]);
        free(paths[1]);
    }
    plat_stream_list_free(&lists[0]);
    plat_stream_list_free(&lists[1]);
    return hr;
}

static plat_hr same_links(const struct fake_layers *layers, const char *a, const char *b,
                          bool *same)
{
    const struct plat_fs *fs = &layers->fs;
    char *targets[2] = {NULL, NULL};
    plat_hr hr = fs->ops->read_symlink(fs->ctx, a, &targets[0]);
    if (plat_succeeded(hr)) {
        hr = fs->ops->read_symlink(fs->ctx, b, &targets[1]);
    }
    *same = plat_succeeded(hr) && strcmp(targets[0], targets[1]) == 0;
    free(targets[0]);
    free(targets[1]);
    return hr;
}

plat_hr fake_layers_same(struct fake_layers *layers, const struct layers_step *step,
                         const char *twin_path, bool *same)
{
    static const uint32_t told =
        FAKE_WIRE_ATTRIBUTES | PLAT_FILE_DIRECTORY | PLAT_FILE_REPARSE_POINT;
    const struct plat_file_info *a = &step->entry->info;
    const struct plat_file_info *b = step->twin == NULL ? NULL : &step->twin->info;
    *same = b != NULL && (a->attributes & told) == (b->attributes & told) &&
            strcmp(step->entry->name, step->twin->name) == 0;
    if (!*same || fake_layers_is_link(step->entry)) {
        return *same ? same_links(layers, step->path, twin_path, same) : PLAT_S_OK;
    }
    bool file = !step->folder;
    if (file && a->size_bytes != b->size_bytes) {
        *same = false;
        return PLAT_S_OK;
    }
    plat_hr hr = same_named_streams(layers, step->path, twin_path, same);
    if (plat_succeeded(hr) && *same && file && a->size_bytes > 0) {
        hr = same_stream(layers, step->path, twin_path, same);
    }
    return hr;
}
