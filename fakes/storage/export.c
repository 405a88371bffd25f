/* ExportLayer: what a layer changed, as a folder in transport format. */
#include "fakes/host/internal.h"
#include "fakes/host/name.h"
#include "fakes/storage/wire.h"

#include "core/base/buf.h"
#include "core/base/limits.h"

#include <stdlib.h>
#include <string.h>

/* What is exported: the tree of a layer, beside the parents' files. */
struct export
{
    struct fake_host *host;
    struct fake_node *tree;
    struct fake_node *below;
    const struct fake_node *hives; /* NULL: there are none */
    bool complete;                 /* what the tree has not has been deleted */
    struct fake_node *out;
};

static bool export_is_state(const struct export *job, const struct fake_node *node)
{
    while (node->parent != job->tree) {
        node = node->parent;
    }
    return fake_name_equal(node->name, FAKE_SCRATCH_STATE);
}

static plat_hr export_pack(const struct export *job, const struct fake_node *node,
                           struct fake_node *folder, const char *name)
{
    size_t size = 0;
    char *data = fake_transport_pack(node, &size);
    plat_hr hr = data == NULL ? FAKE_NO_MEMORY : fake_file_put(job->host, folder, name, data, size);
    free(data);
    struct fake_node *file = plat_succeeded(hr) ? fake_node_child(folder, name) : NULL;
    if (file != NULL) {
        file->created_100ns = node->created_100ns;
        file->written_100ns = node->written_100ns;
    }
    return hr;
}

static plat_hr export_folder(const struct export *job, const struct fake_node *node,
                             struct fake_node **folder)
{
    struct fake_node *made = fake_folder_in(*folder, node->name);
    if (made != NULL) {
        *folder = made;
        return PLAT_S_OK;
    }
    made = fake_fs_make(job->host, *folder, node->name, true);
    char *name = wcd_text_format("%s" FAKE_WIRE_FOLDER_SUFFIX, node->name);
    plat_hr hr =
        made == NULL || name == NULL ? FAKE_NO_MEMORY : export_pack(job, node, *folder, name);
    free(name);
    *folder = made;
    return hr;
}

/* The ancestor of a node that is `depth` names below the top. */
static const struct fake_node *export_ancestor(const struct fake_node *node,
                                               const struct fake_node *top, size_t depth)
{
    size_t own = 0;
    for (const struct fake_node *at = node; at != top; at = at->parent) {
        own++;
    }
    for (; own > depth; own--) {
        node = node->parent;
    }
    return node;
}

/* A changed node, and the folders on the way to it. */
static plat_hr export_node(const struct export *job, const struct fake_node *node,
                           struct fake_node *files)
{
    struct fake_node *folder = files;
    plat_hr hr = PLAT_S_OK;
    const struct fake_node *at = NULL;
    for (size_t depth = 1; at != node && plat_succeeded(hr); depth++) {
        at = export_ancestor(node, job->tree, depth);
        hr = at->directory ? export_folder(job, at, &folder)
                           : export_pack(job, at, folder, at->name);
    }
    return hr;
}

static plat_hr export_files(const struct export *job)
{
    struct fake_node *files = fake_folder_make(job->host, job->out, FAKE_LAYER_FILES);
    if (files == NULL) {
        return FAKE_NO_MEMORY;
    }
    plat_hr hr = PLAT_S_OK;
    struct fake_twins twins = fake_twins_first(job->tree, job->below);
    for (fake_twins_next(&twins); twins.node != NULL && plat_succeeded(hr);
         fake_twins_next(&twins)) {
        if (!export_is_state(job, twins.node) && !fake_twins_same(&twins)) {
            hr = export_node(job, twins.node, files);
        }
    }
    return hr;
}

static void export_add_path(struct wcd_buf *buf, const struct fake_node *node,
                            const struct fake_node *top)
{
    const struct fake_node *at = NULL;
    for (size_t depth = 1; at != node; depth++) {
        at = export_ancestor(node, top, depth);
        wcd_buf_char(buf, '\\');
        wcd_buf_text(buf, at->name);
    }
    wcd_buf_char(buf, '\n');
}

static plat_hr export_tombstones(const struct export *job)
{
    struct wcd_buf buf;
    wcd_buf_init(&buf, WCD_BUF_BYTES_MAX);
    wcd_buf_text(&buf, FAKE_WIRE_TOMB_HEADER "\n");
    struct fake_twins twins = fake_twins_first(job->below, job->tree);
    for (fake_twins_next(&twins); twins.node != NULL && job->complete; fake_twins_next(&twins)) {
        /* Of what is deleted the uppermost; under a file that took a folder's place there is
         * nothing to delete. */
        if (twins.missing == 1 && twins.deepest->directory && twins.deepest->link == NULL) {
            export_add_path(&buf, twins.node, job->below);
        }
    }
    size_t size = buf.len;
    char *text = wcd_buf_take(&buf);
    if (text == NULL) {
        return FAKE_NO_MEMORY;
    }
    plat_hr hr = fake_file_put(job->host, job->out, FAKE_WIRE_TOMBSTONES, text, size);
    free(text);
    return hr;
}

static plat_hr export_hives(const struct export *job)
{
    struct fake_node *hives = fake_folder_make(job->host, job->out, FAKE_LAYER_HIVES);
    if (hives == NULL) {
        return FAKE_NO_MEMORY;
    }
    plat_hr hr = PLAT_S_OK;
    for (size_t i = 0; i < FAKE_HIVES && plat_succeeded(hr); i++) {
        const struct fake_node *hive =
            job->hives == NULL ? NULL : fake_node_child(job->hives, fake_delta_hives[i]);
        const struct fake_stream *data = hive == NULL ? NULL : fake_node_stream(hive, "");
        bool empty = data == NULL || data->size == 0;
        hr = fake_file_put(job->host, hives, fake_delta_hives[i], empty ? "regf" : data->data,
                           empty ? 4 : data->size);
    }
    return hr;
}

/* Finds the tree of the layer. A scratch has to be activated, so that its volume is there, and not
 * prepared, so that what is its own can be told. */
static plat_hr export_source(struct export *job, const struct fake_node *layer)
{
    const struct fake_disk *disk = fake_disk_of(job->host, layer);
    if (disk == NULL) {
        job->tree = fake_folder_in(layer, FAKE_LAYER_FILES);
        job->hives = fake_folder_in(layer, FAKE_LAYER_HIVES);
        job->complete = true;
        return job->tree == NULL ? plat_hr_win32(PLAT_ERROR_PATH_NOT_FOUND) : PLAT_S_OK;
    }
    plat_hr hr = fake_scratch_may(FAKE_SCRATCH_EXPORT, disk->attached, disk->prepared, false);
    if (plat_failed(hr)) {
        return hr;
    }
    job->tree = disk->volume->root;
    const struct fake_node *state = fake_folder_in(job->tree, FAKE_SCRATCH_STATE);
    job->hives = state == NULL ? NULL : fake_folder_in(state, "Hives");
    job->complete = disk->filled;
    return PLAT_S_OK;
}

static plat_hr export_run(struct export *job, const struct fake_node *layer)
{
    plat_hr hr = export_source(job, layer);
    if (plat_succeeded(hr) && fake_node_is_below(job->out, job->tree)) {
        hr = plat_hr_win32(PLAT_ERROR_INVALID_PARAMETER);
    }
    if (plat_succeeded(hr)) {
        hr = export_files(job);
    }
    if (plat_succeeded(hr)) {
        hr = export_hives(job);
    }
    return plat_succeeded(hr) ? export_tombstones(job) : hr;
}

plat_hr fake_storage_export(void *ctx, const struct plat_layer_driver *driver, const char *id,
                            const char *folder, const struct plat_layer_descriptor *parents,
                            size_t count)
{
    struct export job = {.host = ctx};
    struct fake_place out = {0};
    struct fake_layer layer;
    plat_hr hr = fake_layer_find_existing(ctx, "ExportLayer", driver, id, &layer);
    if (plat_succeeded(hr) && count == 0) {
        hr = plat_hr_win32(PLAT_ERROR_INVALID_PARAMETER);
    }
    if (plat_succeeded(hr)) {
        hr = fake_parents_check(ctx, parents, count, &job.below);
    }
    if (plat_succeeded(hr)) {
        hr = fake_folder_find(ctx, folder, &out);
    }
    if (plat_succeeded(hr)) {
        job.out = out.node;
        hr = export_run(&job, layer.place.node);
    }
    fake_place_release(&out);
    fake_layer_release(&layer);
    return hr;
}
