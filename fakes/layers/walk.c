/* Trees of folders, gone through without recursion; and their removal. */
#include "fakes/layers/internal.h"

#include "fakes/host/name.h"

#include <stdlib.h>
#include <string.h>

#define WALK_FIRST_FRAMES 16u
#define WALK_FIRST_BYTES  512u

bool fake_layers_is_link(const struct plat_dir_entry *entry)
{
    return (entry->info.attributes & PLAT_FILE_REPARSE_POINT) != 0;
}

bool fake_layers_is_folder(const struct plat_dir_entry *entry)
{
    return (entry->info.attributes & PLAT_FILE_DIRECTORY) != 0 && !fake_layers_is_link(entry);
}

static int walk_by_name(const void *a, const void *b)
{
    const struct plat_dir_entry *left = a;
    const struct plat_dir_entry *right = b;
    return fake_name_compare(left->name, right->name);
}

/* What a folder holds, in an order in which names can be looked for. */
static plat_hr walk_list(struct layers_walk *walk, const char *path, struct plat_dir_list *list)
{
    const struct plat_fs *fs = &walk->layers->fs;
    plat_hr hr = fs->ops->list(fs->ctx, path, list);
    bool sorted = true;
    for (size_t i = 1; plat_succeeded(hr) && i < list->count && sorted; i++) {
        sorted = walk_by_name(&list->entries[i - 1], &list->entries[i]) <= 0;
    }
    if (!sorted) {
        qsort(list->entries, list->count, sizeof(*list->entries), walk_by_name);
    }
    return hr;
}

/* Sets the path to the first `len` bytes of it and a name. */
static bool walk_name(struct layers_walk *walk, size_t len, const char *name)
{
    size_t more = strlen(name);
    size_t needed = len + 1 + more + 1;
    if (needed > LAYERS_PATH_BYTES_MAX) {
        return false;
    }
    if (needed > walk->path_room) {
        size_t room = walk->path_room == 0 ? WALK_FIRST_BYTES : walk->path_room;
        while (room < needed) {
            room *= 2;
        }
        char *path = realloc(walk->path, room);
        if (path == NULL) {
            return false;
        }
        walk->path = path;
        walk->path_room = room;
    }
    walk->path[len] = '\\';
    memcpy(walk->path + len + 1, name, more + 1);
    return true;
}

static plat_hr walk_twins(struct layers_walk *walk, struct plat_dir_list *list)
{
    char *path = wcd_text_format("%s%s", walk->twin_top, walk->path + walk->top_len);
    plat_hr hr = path == NULL ? FAKE_NO_MEMORY : walk_list(walk, path, list);
    free(path);
    return hr;
}

/* Into the folder that walk->path is. */
static plat_hr walk_enter(struct layers_walk *walk, bool twin)
{
    if (walk->depth == walk->capacity) {
        size_t capacity = walk->capacity == 0 ? WALK_FIRST_FRAMES : walk->capacity * 2;
        struct layers_frame *frames = realloc(walk->frames, capacity * sizeof(*frames));
        if (frames == NULL) {
            return FAKE_NO_MEMORY;
        }
        walk->frames = frames;
        walk->capacity = capacity;
    }
    struct layers_frame *frame = &walk->frames[walk->depth];
    *frame = (struct layers_frame){.path_len = strlen(walk->path)};
    plat_hr hr = walk_list(walk, walk->path, &frame->list);
    if (plat_succeeded(hr) && twin) {
        hr = walk_twins(walk, &frame->twins);
    }
    if (plat_failed(hr)) {
        plat_dir_list_free(&frame->list);
        return hr;
    }
    walk->depth++;
    return PLAT_S_OK;
}

plat_hr fake_layers_walk_begin(struct layers_walk *walk, struct fake_layers *layers,
                               const char *top, const char *twin_top)
{
    *walk = (struct layers_walk){.layers = layers, .twin_top = twin_top, .top_len = strlen(top)};
    walk->path = wcd_text_copy(top);
    walk->path_room = walk->top_len + 1;
    return walk->path == NULL ? FAKE_NO_MEMORY : walk_enter(walk, twin_top != NULL);
}

void fake_layers_walk_end(struct layers_walk *walk)
{
    while (walk->depth > 0) {
        struct layers_frame *frame = &walk->frames[--walk->depth];
        plat_dir_list_free(&frame->list);
        plat_dir_list_free(&frame->twins);
    }
    free(walk->frames);
    free(walk->path);
    walk->frames = NULL;
    walk->path = NULL;
}

void fake_layers_walk_skip(struct layers_walk *walk)
{
    walk->entering = false;
}

static const struct plat_dir_entry *walk_twin(const struct layers_frame *frame,
                                              const struct plat_dir_entry *entry)
{
    return frame->twins.count == 0 ? NULL
                                   : bsearch(entry, frame->twins.entries, frame->twins.count,
                                             sizeof(*entry), walk_by_name);
}

/* The folder of the last frame is through: tells it, which is an entry of the frame before. */
static void walk_leave(struct layers_walk *walk, struct layers_step *step)
{
    struct layers_frame *frame = &walk->frames[--walk->depth];
    plat_dir_list_free(&frame->list);
    plat_dir_list_free(&frame->twins);
    if (walk->depth == 0) {
        return;
    }
    walk->path[frame->path_len] = '\0';
    const struct layers_frame *above = &walk->frames[walk->depth - 1];
    step->entry = &above->list.entries[above->at - 1];
    step->twin = walk_twin(above, step->entry);
    step->folder = true;
    step->leaving = true;
}

plat_hr fake_layers_walk_next(struct layers_walk *walk, struct layers_step *step)
{
    *step = (struct layers_step){.entry = NULL};
    if (walk->entering) {
        walk->entering = false;
        plat_hr hr = walk_enter(walk, walk->twin_entering);
        if (plat_failed(hr)) {
            return hr;
        }
    }
    if (walk->depth == 0) {
        return PLAT_S_OK;
    }
    struct layers_frame *frame = &walk->frames[walk->depth - 1];
    if (frame->at == frame->list.count) {
        walk_leave(walk, step);
    } else {
        step->entry = &frame->list.entries[frame->at++];
        step->twin = walk_twin(frame, step->entry);
        step->folder = fake_layers_is_folder(step->entry);
        if (!walk_name(walk, frame->path_len, step->entry->name)) {
            return FAKE_NO_MEMORY;
        }
        walk->entering = step->folder;
        walk->twin_entering = step->twin != NULL && fake_layers_is_folder(step->twin);
    }
    step->path = walk->path;
    step->below = walk->path + walk->top_len;
    return PLAT_S_OK;
}

/* ---- removal ---- */

static plat_hr walk_remove_one(const struct fake_layers *layers, const char *path,
                               uint32_t attributes)
{
    const struct plat_fs *fs = &layers->fs;
    if ((attributes & PLAT_FILE_READONLY) != 0) {
        plat_hr hr = fs->ops->set_attributes(fs->ctx, path, PLAT_FILE_NORMAL);
        if (plat_failed(hr)) {
            return hr;
        }
    }
    return (attributes & PLAT_FILE_DIRECTORY) != 0 ? fs->ops->remove_directory(fs->ctx, path)
                                                   : fs->ops->remove_file(fs->ctx, path);
}

static plat_hr walk_empty(struct fake_layers *layers, const char *path)
{
    struct layers_walk walk;
    struct layers_step step = {.entry = NULL};
    plat_hr hr = fake_layers_walk_begin(&walk, layers, path, NULL);
    while (plat_succeeded(hr)) {
        hr = fake_layers_walk_next(&walk, &step);
        if (plat_failed(hr) || step.entry == NULL) {
            break;
        }
        if (!step.folder || step.leaving) {
            hr = walk_remove_one(layers, step.path, step.entry->info.attributes);
        }
    }
    fake_layers_walk_end(&walk);
    return hr;
}

plat_hr fake_layers_remove(struct fake_layers *layers, const char *path)
{
    struct plat_file_info info;
    plat_hr hr = layers->fs.ops->info(layers->fs.ctx, path, &info);
    if (hr == plat_hr_win32(PLAT_ERROR_FILE_NOT_FOUND)) {
        return PLAT_S_OK;
    }
    bool folder = (info.attributes & PLAT_FILE_DIRECTORY) != 0 &&
                  (info.attributes & PLAT_FILE_REPARSE_POINT) == 0;
    if (plat_succeeded(hr) && folder) {
        hr = walk_empty(layers, path);
    }
    return plat_failed(hr) ? hr : walk_remove_one(layers, path, info.attributes);
}
