/* ExportLayer: what a layer changed, as a folder in transport format. tombstones.txt comes last: without it an
 * export has not come to its end. */
#include "fakes/layers/internal.h"

#include "fakes/host/name.h"

#include <stdlib.h>
#include <string.h>

#define EXPORT_PART "tombstones.new"

/* What is exported: the tree of a layer, beside the parents' files. */
struct export_job {
    struct fake_layers *layers;
    char *tree;
    char *below;
    char *hives;   /* may not be there */
    bool complete; /* what the tree has not has been deleted */
    char *out;
    char *files; /* in `out` */
    char *made;  /* the folder in `files` that was made last: "\folder" */
};

static void export_release(struct export_job *job)
{
    free(job->tree);
    free(job->below);
    free(job->hives);
    free(job->out);
    free(job->files);
    free(job->made);
}

/* ---- files ---- */

static plat_hr export_entry(struct export_job *job, const char *below, const char *name)
{
    const struct plat_fs *fs = &job->layers->fs;
    char *from = wcd_text_format("%s%s", job->tree, below);
    char *to = wcd_text_format("%s%s" FAKE_WIRE_FOLDER_SUFFIX, job->files, below);
    char *own_name = wcd_text_copy(name);
    struct plat_dir_entry entry = {.name = own_name};
    plat_hr hr = FAKE_NO_MEMORY;
    if (from != NULL && to != NULL && own_name != NULL) {
        hr = fs->ops->info(fs->ctx, from, &entry.info);
    }
    if (plat_succeeded(hr)) {
        hr = fake_layers_pack(job->layers, from, &entry, to);
    }
    free(own_name);
    free(to);
    free(from);
    return hr;
}

/* One folder of the export, with the file beside it that describes it. */
static plat_hr export_folder(struct export_job *job, const char *below)
{
    const struct plat_fs *fs = &job->layers->fs;
    char *path = wcd_text_format("%s%s", job->files, below);
    plat_hr hr = path == NULL ? FAKE_NO_MEMORY : fs->ops->create_directory(fs->ctx, path, NULL);
    free(path);
    if (hr == plat_hr_win32(PLAT_ERROR_ALREADY_EXISTS)) {
        return PLAT_S_OK;
    }
    return plat_failed(hr) ? hr : export_entry(job, below, strrchr(below, '\\') + 1);
}

/* The folders on the way to the entry of that path, which begins with a separator. */
static plat_hr export_way(struct export_job *job, const char *below)
{
    size_t len = (size_t)(strrchr(below, '\\') - below);
    char *folder = wcd_text_copy_n(below, len);
    if (folder == NULL) {
        return FAKE_NO_MEMORY;
    }
    plat_hr hr = PLAT_S_OK;
    bool known = len == 0 || (job->made != NULL && fake_layers_is_below(job->made, folder));
    for (size_t at = 1; !known && at <= len && plat_succeeded(hr); at++) {
        if (below[at] == '\\') {
            char end = folder[at];
            folder[at] = '\0';
            hr = export_folder(job, folder);
            folder[at] = end;
        }
    }
    if (known || plat_failed(hr)) {
        free(folder);
        return hr;
    }
    wcd_text_replace(&job->made, folder);
    return PLAT_S_OK;
}

static plat_hr export_changed(struct export_job *job, const struct layers_step *step)
{
    plat_hr hr = export_way(job, step->below);
    if (plat_failed(hr)) {
        return hr;
    }
    if (step->folder) {
        return export_folder(job, step->below);
    }
    bool folder = (step->entry->info.attributes & PLAT_FILE_DIRECTORY) != 0;
    char *to =
        wcd_text_format("%s%s%s", job->files, step->below, folder ? FAKE_WIRE_FOLDER_SUFFIX : "");
    hr = to == NULL ? FAKE_NO_MEMORY : fake_layers_pack(job->layers, step->path, step->entry, to);
    free(to);
    return hr;
}

static bool export_is_state(const struct layers_step *step)
{
    return step->below[0] == '\\' && fake_name_equal(step->below + 1, FAKE_SCRATCH_STATE);
}

static plat_hr export_step(struct export_job *job, const struct layers_step *step)
{
    bool same = false;
    char *twin = wcd_text_format("%s%s", job->below, step->below);
    plat_hr hr = twin == NULL ? FAKE_NO_MEMORY : fake_layers_same(job->layers, step, twin, &same);
    free(twin);
    return plat_failed(hr) || same ? hr : export_changed(job, step);
}

static plat_hr export_files(struct export_job *job)
{
    struct layers_walk walk;
    struct layers_step step = {.entry = NULL};
    plat_hr hr = fake_layers_make_folder(job->layers, job->files);
    if (plat_failed(hr)) {
        return hr;
    }
    hr = fake_layers_walk_begin(&walk, job->layers, job->tree, job->below);
    while (plat_succeeded(hr)) {
        hr = fake_layers_walk_next(&walk, &step);
        if (plat_failed(hr) || step.entry == NULL) {
            break;
        }
        if (export_is_state(&step)) {
            fake_layers_walk_skip(&walk);
        } else if (!step.leaving) {
            hr = export_step(job, &step);
        }
    }
    fake_layers_walk_end(&walk);
    return hr;
}

/* ---- tombstones ---- */

/* Adds text to the list, which is written in pieces. */
static plat_hr export_add(struct export_job *job, plat_handle out, size_t *used, const char *text)
{
    const struct plat_fs *fs = &job->layers->fs;
    unsigned char *piece = job->layers->pieces[0];
    plat_hr hr = PLAT_S_OK;
    for (size_t left = strlen(text); left > 0 && plat_succeeded(hr);) {
        size_t room = LAYERS_PIECE_BYTES - *used;
        size_t part = left < room ? left : room;
        memcpy(piece + *used, text, part);
        *used += part;
        text += part;
        left -= part;
        if (*used == LAYERS_PIECE_BYTES) {
            hr = fs->ops->write(fs->ctx, out, piece, *used);
            *used = 0;
        }
    }
    return hr;
}

/* Of what is deleted the uppermost; under a file that took a folder's place there is nothing to delete. */
static plat_hr export_list_deleted(struct export_job *job, plat_handle out, size_t *used)
{
    struct layers_walk walk;
    struct layers_step step = {.entry = NULL};
    plat_hr hr = fake_layers_walk_begin(&walk, job->layers, job->below, job->tree);
    while (plat_succeeded(hr)) {
        hr = fake_layers_walk_next(&walk, &step);
        if (plat_failed(hr) || step.entry == NULL) {
            break;
        }
        if (step.leaving) {
            continue;
        }
        if (step.twin == NULL) {
            hr = export_add(job, out, used, step.below);
            hr = plat_failed(hr) ? hr : export_add(job, out, used, "\n");
        }
        if (step.twin == NULL || !fake_layers_is_folder(step.twin)) {
            fake_layers_walk_skip(&walk);
        }
    }
    fake_layers_walk_end(&walk);
    return hr;
}

/* Under another name, so that it is whole when it has its own. */
static plat_hr export_tombstones(struct export_job *job, const char *path)
{
    const struct plat_fs *fs = &job->layers->fs;
    plat_handle out = PLAT_NO_HANDLE;
    size_t used = 0;
    plat_hr hr = fs->ops->open(fs->ctx, path, PLAT_GENERIC_WRITE, PLAT_CREATE_ALWAYS, &out);
    if (plat_failed(hr)) {
        return hr;
    }
    hr = export_add(job, out, &used, FAKE_WIRE_TOMB_HEADER "\n");
    if (plat_succeeded(hr) && job->complete) {
        hr = export_list_deleted(job, out, &used);
    }
    if (plat_succeeded(hr) && used > 0) {
        hr = fs->ops->write(fs->ctx, out, job->layers->pieces[0], used);
    }
    plat_hr closed = fs->ops->close(fs->ctx, out);
    return plat_failed(hr) ? hr : closed;
}

static plat_hr export_put_tombstones(struct export_job *job)
{
    const struct plat_fs *fs = &job->layers->fs;
    char *path = fake_layers_child(job->out, FAKE_WIRE_TOMBSTONES);
    char *part = fake_layers_child(job->out, EXPORT_PART);
    plat_hr hr = FAKE_NO_MEMORY;
    if (path != NULL && part != NULL) {
        hr = export_tombstones(job, part);
    }
    if (plat_succeeded(hr)) {
        hr = fs->ops->move(fs->ctx, part, path, PLAT_MOVE_REPLACE_EXISTING);
    }
    free(part);
    free(path);
    return hr;
}

/* ---- the registry ---- */

static plat_hr export_hive(struct export_job *job, const char *hives, const char *name)
{
    struct plat_file_info info = {0};
    char *from = fake_layers_child(job->hives, name);
    char *to = fake_layers_child(hives, name);
    plat_hr hr = FAKE_NO_MEMORY;
    if (from != NULL && to != NULL) {
        hr = job->layers->fs.ops->info(job->layers->fs.ctx, from, &info);
        bool none = hr == plat_hr_win32(PLAT_ERROR_FILE_NOT_FOUND) ||
                    hr == plat_hr_win32(PLAT_ERROR_PATH_NOT_FOUND);
        if (none || (plat_succeeded(hr) && info.size_bytes == 0)) {
            hr = fake_layers_write(job->layers, hives, name, "regf", 4);
        } else if (plat_succeeded(hr)) {
            hr = fake_layers_copy_file(job->layers, from, to);
        }
    }
    free(to);
    free(from);
    return hr;
}

static plat_hr export_hives(struct export_job *job)
{
    char *hives = fake_layers_child(job->out, FAKE_LAYER_HIVES);
    plat_hr hr = hives == NULL ? FAKE_NO_MEMORY : fake_layers_make_folder(job->layers, hives);
    for (size_t i = 0; i < FAKE_HIVES && plat_succeeded(hr); i++) {
        hr = export_hive(job, hives, fake_delta_hives[i]);
    }
    free(hives);
    return hr;
}

/* ---- all of it ---- */

/* The tree of a scratch: it has to be activated, and not prepared, so that the client has done its part. */
static plat_hr export_scratch(struct export_job *job, const struct layers_disk *disk)
{
    enum layers_kind kind = LAYERS_NOTHING;
    plat_hr hr = fake_scratch_may(FAKE_SCRATCH_EXPORT, disk->attached, disk->prepared, false);
    if (plat_succeeded(hr)) {
        hr = fake_layers_kind_in(job->layers, disk->folder, LAYERS_FILLED, &kind);
    }
    if (plat_failed(hr)) {
        return hr;
    }
    job->tree = fake_layers_volume_path(disk);
    job->hives = job->tree == NULL
                     ? NULL
                     : fake_layers_child(job->tree, FAKE_SCRATCH_STATE "\\" FAKE_LAYER_HIVES);
    job->complete = kind != LAYERS_NOTHING;
    return job->hives == NULL ? FAKE_NO_MEMORY : PLAT_S_OK;
}

static plat_hr export_source(struct export_job *job, const char *layer)
{
    struct layers_disk *disk = NULL;
    enum layers_kind kind = LAYERS_NOTHING;
    bool file = false;
    plat_hr hr = fake_layers_disk_of(job->layers, layer, &disk, &file);
    if (plat_failed(hr) || disk != NULL) {
        return plat_failed(hr) ? hr : export_scratch(job, disk);
    }
    job->tree = fake_layers_child(layer, FAKE_LAYER_FILES);
    job->hives = fake_layers_child(layer, FAKE_LAYER_HIVES);
    job->complete = true;
    if (job->tree == NULL || job->hives == NULL) {
        return FAKE_NO_MEMORY;
    }
    hr = fake_layers_kind_of(job->layers, job->tree, &kind);
    return plat_succeeded(hr) && kind != LAYERS_FOLDER ? plat_hr_win32(PLAT_ERROR_PATH_NOT_FOUND)
                                                       : hr;
}

/* Is the folder for the files of the export one that they are read from, or one with such a one in it? */
static bool export_into_itself(const struct export_job *job)
{
    return fake_layers_is_below(job->out, job->tree) ||
           fake_layers_is_below(job->out, job->below) ||
           fake_layers_is_below(job->tree, job->files) ||
           fake_layers_is_below(job->below, job->files);
}

static plat_hr export_is_there(const struct export_job *job, const char *name, bool *there)
{
    enum layers_kind kind = LAYERS_NOTHING;
    plat_hr hr = fake_layers_kind_in(job->layers, job->out, name, &kind);
    *there = kind != LAYERS_NOTHING;
    return hr;
}

/* Only what an export has left goes. One that came to its end has its tombstones, and one that did not the file they begin
 * as: nobody's own folder of that name is taken for one. */
static plat_hr export_may_clear(const struct export_job *job)
{
    bool files = false;
    bool whole = false;
    bool part = false;
    plat_hr hr = export_is_there(job, FAKE_LAYER_FILES, &files);
    hr = plat_failed(hr) ? hr : export_is_there(job, FAKE_WIRE_TOMBSTONES, &whole);
    hr = plat_failed(hr) ? hr : export_is_there(job, EXPORT_PART, &part);
    return plat_succeeded(hr) && files && !whole && !part ? plat_hr_win32(PLAT_ERROR_ALREADY_EXISTS)
                                                          : hr;
}

/* Makes room for the export, which has begun then: what says that one is whole goes first. */
static plat_hr export_clear(const struct export_job *job)
{
    char *tombstones = fake_layers_child(job->out, FAKE_WIRE_TOMBSTONES);
    plat_hr hr = tombstones == NULL ? FAKE_NO_MEMORY : export_may_clear(job);
    if (plat_succeeded(hr)) {
        hr = fake_layers_write(job->layers, job->out, EXPORT_PART, "", 0);
    }
    if (plat_succeeded(hr)) {
        hr = fake_layers_remove(job->layers, tombstones);
    }
    free(tombstones);
    return plat_failed(hr) ? hr : fake_layers_remove(job->layers, job->files);
}

static plat_hr export_run(struct export_job *job, const char *layer)
{
    plat_hr hr = export_source(job, layer);
    if (plat_succeeded(hr)) {
        job->files = fake_layers_child(job->out, FAKE_LAYER_FILES);
        hr = job->files == NULL ? FAKE_NO_MEMORY : PLAT_S_OK;
    }
    if (plat_succeeded(hr) &&
        (export_into_itself(job) || fake_layers_in_use(job->layers, job->files))) {
        hr = plat_hr_win32(PLAT_ERROR_INVALID_PARAMETER);
    }
    if (plat_succeeded(hr)) {
        hr = export_clear(job);
    }
    if (plat_succeeded(hr)) {
        hr = export_files(job);
    }
    if (plat_succeeded(hr)) {
        hr = export_hives(job);
    }
    return plat_succeeded(hr) ? export_put_tombstones(job) : hr;
}

plat_hr fake_layers_export(void *ctx, const struct plat_layer_driver *driver, const char *id,
                           const char *folder, const struct plat_layer_descriptor *parents,
                           size_t count)
{
    struct export_job job = {.layers = ctx};
    struct layers_place place;
    plat_hr hr = fake_layers_find_existing(ctx, "ExportLayer", driver, id, &place);
    if (plat_succeeded(hr) && count == 0) {
        hr = plat_hr_win32(PLAT_ERROR_INVALID_PARAMETER);
    }
    if (plat_succeeded(hr)) {
        hr = fake_layers_check_parents(ctx, parents, count, &job.below);
    }
    if (plat_succeeded(hr)) {
        hr = fake_layers_full(ctx, folder, &job.out);
    }
    if (plat_succeeded(hr)) {
        hr = fake_layers_need_folder(ctx, job.out);
    }
    if (plat_succeeded(hr)) {
        hr = export_run(&job, place.full);
    }
    export_release(&job);
    fake_layers_place_release(&place);
    return hr;
}
