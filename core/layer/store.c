/* The layer store: opening it, and read-only layers. */
#include "core/layer/store.h"

#include "core/base/assert.h"
#include "core/base/limits.h"
#include "core/base/winpath.h"
#include "core/layer/ids.h"
#include "core/layer/store_internal.h"

#include <stdlib.h>
#include <string.h>

/* ---- tables ---- */

struct layer *store_layer(const struct wcd_layer_store *store, const char *chain_id)
{
    for (size_t i = 0; i < store->layer_count; i++) {
        if (strcmp(store->layers[i]->chain_id, chain_id) == 0) {
            return store->layers[i];
        }
    }
    return NULL;
}

static void free_layer(struct layer *layer)
{
    free(layer->chain_id);
    wcd_layer_record_release(&layer->record);
    free(layer);
}

/* Room for one more, so that nothing can fail once the layer is on disk. */
static bool reserve_layer(struct wcd_layer_store *store)
{
    size_t bytes = (store->layer_count + 1) * sizeof(struct layer *);
    struct layer **grown = realloc(store->layers, bytes);
    store->layers = grown == NULL ? store->layers : grown;
    return grown != NULL;
}

static void forget_layer(struct wcd_layer_store *store, struct layer *layer)
{
    for (size_t i = 0; i < store->layer_count; i++) {
        if (store->layers[i] == layer) {
            store->layers[i] = store->layers[--store->layer_count];
            return;
        }
    }
}

static size_t depth_of(const struct layer *layer)
{
    size_t depth = 0;
    for (; layer != NULL; layer = layer->parent) {
        depth++;
    }
    return depth;
}

/* ---- opening ---- */

/* loadLayer: the parents first. The depth is bounded, as a circle of parents would have no end. */
static enum wcd_errc load_layer(struct wcd_layer_store *store, const char *chain_id,
                                struct wcd_error *err)
{
    struct layer *loaded[WCD_LAYERS_MAX] = {NULL};
    size_t count = 0;
    enum wcd_errc code = WCD_OK;
    struct layer *below = store_layer(store, chain_id);
    for (const char *next = chain_id; code == WCD_OK && below == NULL && next != NULL;) {
        struct layer *layer = calloc(1, sizeof(*layer));
        if (count == WCD_LAYERS_MAX) {
            code = wcd_error_set(err, WCD_E_PLAIN, "max depth exceeded");
        } else if (layer == NULL || (layer->chain_id = wcd_text_copy(next)) == NULL) {
            code = wcd_error_no_memory(err);
        } else {
            code = wcd_layer_record_read(&store->records, next, &layer->record, err);
        }
        if (code != WCD_OK) {
            if (layer != NULL) {
                free_layer(layer);
            }
            break;
        }
        WCD_ASSERT(layer != NULL);
        loaded[count++] = layer;
        next = layer->record.parent;
        below = next == NULL ? NULL : store_layer(store, next);
    }
    while (count > 0) {
        struct layer *layer = loaded[--count];
        if (code == WCD_OK && !reserve_layer(store)) {
            code = wcd_error_no_memory(err);
        }
        if (code != WCD_OK) {
            free_layer(layer);
            continue;
        }
        layer->parent = below;
        store->layers[store->layer_count++] = layer;
        below = layer;
    }
    return code;
}

/* A record that cannot be read is passed over; only want of memory ends the start. */
static enum wcd_errc pass_over(const struct wcd_layer_store *store, enum wcd_errc code,
                               const char *what, const char *name, struct wcd_error *err)
{
    if (code != WCD_OK && code != WCD_E_NO_MEMORY) {
        wcd_log(store->log, WCD_LOG_DEBUG, "Failed to load %s %s: %s", what, name,
                wcd_error_message(err));
        wcd_error_release(err);
        return WCD_OK;
    }
    return code;
}

static enum wcd_errc load_all(struct wcd_layer_store *store, const struct wcd_layer_names *names,
                              struct wcd_error *err)
{
    enum wcd_errc code = WCD_OK;
    for (size_t i = 0; code == WCD_OK && i < names->chain_ids.count; i++) {
        code = load_layer(store, names->chain_ids.items[i], err);
        code = pass_over(store, code, "layer", names->chain_ids.items[i], err);
    }
    for (size_t i = 0; code == WCD_OK && i < store->layer_count; i++) {
        if (store->layers[i]->parent != NULL) {
            store->layers[i]->parent->references++;
        }
    }
    for (size_t i = 0; code == WCD_OK && i < names->mounts.count; i++) {
        code = store_load_mount(store, names->mounts.items[i], err);
        code = pass_over(store, code, "mount", names->mounts.items[i], err);
    }
    return code;
}

static enum wcd_errc read_records(struct wcd_layer_store *store, struct wcd_error *err)
{
    struct wcd_layer_names names;
    enum wcd_errc code = wcd_layer_records_list(&store->records, &names, err);
    if (code != WCD_OK) {
        return code;
    }
    for (size_t i = 0; i < names.ignored.count; i++) {
        wcd_log(store->log, WCD_LOG_DEBUG, "Ignoring invalid digest %s", names.ignored.items[i]);
    }
    code = load_all(store, &names, err);
    wcd_layer_names_release(&names);
    return code;
}

static enum wcd_errc open_driver(struct wcd_layer_store *store,
                                 const struct wcd_layer_store_options *options,
                                 struct wcd_error *err)
{
    char *home = wcd_path_join(options->root, STORE_DRIVER);
    if (home == NULL) {
        return wcd_error_no_memory(err);
    }
    struct wcd_windowsfilter_options driver = {.platform = options->platform,
                                               .engine = options->engine,
                                               .log = options->log,
                                               .home = home,
                                               .storage_opts = options->storage_opts,
                                               .guard = options->guard};
    enum wcd_errc code = wcd_windowsfilter_open(&store->driver, &driver, err);
    free(home);
    if (code != WCD_OK) {
        return code == WCD_E_NO_MEMORY ? code
                                       : wcd_error_wrap(err, "error initializing graphdriver");
    }
    wcd_log(store->log, WCD_LOG_DEBUG, "Initialized graph driver " STORE_DRIVER);
    return WCD_OK;
}

static enum wcd_errc open_records(struct wcd_layer_store *store, const char *root,
                                  struct wcd_error *err)
{
    char *folder = wcd_path_join(root, "image\\" STORE_DRIVER "\\layerdb");
    if (folder == NULL) {
        return wcd_error_no_memory(err);
    }
    enum wcd_errc code = wcd_layer_records_open(&store->records, store->platform, folder, err);
    free(folder);
    return code == WCD_OK ? read_records(store, err) : code;
}

enum wcd_errc wcd_layer_store_open(struct wcd_layer_store **out,
                                   const struct wcd_layer_store_options *options,
                                   struct wcd_error *err)
{
    struct wcd_layer_store *store = calloc(1, sizeof(*store));
    *out = NULL;
    if (store == NULL) {
        return wcd_error_no_memory(err);
    }
    store->platform = options->platform;
    store->engine = options->engine;
    store->log = options->log;
    store->tmp = wcd_text_copy(options->tmp);
    enum wcd_errc code =
        store->tmp == NULL ? wcd_error_no_memory(err) : open_driver(store, options, err);
    if (code == WCD_OK) {
        code = open_records(store, options->root, err);
    }
    if (code != WCD_OK) {
        wcd_layer_store_close(store);
        return code;
    }
    *out = store;
    return WCD_OK;
}

void wcd_layer_store_close(struct wcd_layer_store *store)
{
    if (store == NULL) {
        return;
    }
    for (size_t i = 0; i < store->layer_count; i++) {
        free_layer(store->layers[i]);
    }
    for (size_t i = 0; i < store->mount_count; i++) {
        store_free_mount(store->mounts[i]);
    }
    free(store->layers);
    free(store->mounts);
    wcd_layer_records_close(&store->records);
    wcd_windowsfilter_close(store->driver);
    free(store->tmp);
    free(store);
}

/* ---- references ---- */

enum wcd_errc store_no_layer(struct wcd_error *err)
{
    return wcd_error_set(err, WCD_E_PLAIN, "layer does not exist");
}

enum wcd_errc wcd_layer_acquire(struct wcd_layer_store *store, const char *chain_id,
                                struct wcd_error *err)
{
    struct layer *layer = store_layer(store, chain_id);
    if (layer == NULL) {
        return store_no_layer(err);
    }
    layer->references++;
    return WCD_OK;
}

size_t wcd_layer_references(const struct wcd_layer_store *store, const char *chain_id)
{
    const struct layer *layer = store_layer(store, chain_id);
    return layer == NULL ? 0 : layer->references;
}

enum wcd_errc wcd_layer_folder(const struct wcd_layer_store *store, const char *chain_id,
                               char **out, struct wcd_error *err)
{
    const struct layer *layer = store_layer(store, chain_id);
    if (layer == NULL) {
        return store_no_layer(err);
    }
    *out = wcd_windowsfilter_dir(store->driver, layer->record.cache_id);
    return *out == NULL ? wcd_error_no_memory(err) : WCD_OK;
}

/* deleteLayer. The record goes aside first where the generation does so: a layer that is half removed is then
 * found again by the next clean-up. A layer whose record stays in its place `stays`. */
static enum wcd_errc delete_layer(struct wcd_layer_store *store, const struct layer *layer,
                                  bool *stays, struct wcd_error *err)
{
    char *orphan = NULL;
    if (store->engine->layer_records_go_first) {
        struct wcd_error failure = WCD_ERROR_INIT;
        (void)wcd_layer_record_move_aside(&store->records, layer->chain_id, &orphan, &failure);
        wcd_error_release(&failure);
    }
    enum wcd_errc code = wcd_windowsfilter_remove(store->driver, layer->record.cache_id, err);
    if (code == WCD_OK) {
        code = orphan == NULL ? wcd_layer_record_remove(&store->records, layer->chain_id, err)
                              : wcd_layer_orphan_remove(&store->records, orphan, err);
    }
    *stays = code != WCD_OK && orphan == NULL;
    free(orphan);
    return code;
}

enum wcd_errc store_release(struct wcd_layer_store *store, struct layer *layer,
                            struct wcd_strlist *removed, struct wcd_error *err)
{
    enum wcd_errc told = WCD_OK;
    while (layer != NULL) {
        WCD_ASSERT(layer->references > 0);
        if (--layer->references > 0) {
            return told;
        }
        bool stays = false;
        struct layer *parent = layer->parent;
        enum wcd_errc code = delete_layer(store, layer, &stays, err);
        if (stays) {
            return code; /* held by nobody, and there for the next who wants it */
        }
        forget_layer(store, layer);
        if (code == WCD_OK && removed != NULL && !wcd_strlist_add(removed, layer->chain_id)) {
            told = wcd_error_no_memory(err);
        }
        free_layer(layer);
        if (code != WCD_OK) {
            if (parent != NULL) {
                WCD_ASSERT(parent->references > 0);
                parent->references--; /* stays until the next start, held by one less */
            }
            return code;
        }
        layer = parent;
    }
    return told;
}

enum wcd_errc wcd_layer_release(struct wcd_layer_store *store, const char *chain_id,
                                struct wcd_strlist *removed, struct wcd_error *err)
{
    struct layer *layer = store_layer(store, chain_id);
    if (layer != NULL && layer->references == 0) {
        return wcd_error_set(err, WCD_E_PLAIN, "layer not retained");
    }
    return store_release(store, layer, removed, err);
}

/* ---- registering ---- */

static void clean_up_cache(struct wcd_layer_store *store, const char *cache_id,
                           const struct wcd_error *why)
{
    struct wcd_error failure = WCD_ERROR_INIT;
    wcd_log(store->log, WCD_LOG_DEBUG, "Cleaning up layer %s: %s", cache_id,
            wcd_error_message(why));
    if (wcd_windowsfilter_remove(store->driver, cache_id, &failure) != WCD_OK) {
        wcd_log(store->log, WCD_LOG_ERROR, "Error cleaning up cache layer %s: %s", cache_id,
                wcd_error_message(&failure));
    }
    wcd_error_release(&failure);
}

/* Creates the layer's folder, fills it, and writes its record. */
static enum wcd_errc import_layer(struct wcd_layer_store *store, struct layer *layer,
                                  const struct wcd_layer_content *content, struct wcd_error *err)
{
    const char *parent = layer->parent == NULL ? "" : layer->parent->record.cache_id;
    const char *id = layer->record.cache_id;
    enum wcd_errc code = wcd_windowsfilter_create(store->driver, id, parent, err);
    if (code != WCD_OK) {
        return code;
    }
    code = wcd_windowsfilter_apply(store->driver, id, parent, content, store->tmp,
                                   &layer->record.size_bytes, err);
    if (code == WCD_OK) {
        wcd_log(store->log, WCD_LOG_DEBUG, "Applied tar %s to %s, size: %llu",
                layer->record.diff_id, id, (unsigned long long)layer->record.size_bytes);
        code = wcd_layer_record_write(&store->records, layer->chain_id, &layer->record, err);
    }
    if (code != WCD_OK) {
        clean_up_cache(store, id, err);
    }
    return code;
}

static enum wcd_errc make_layer(struct wcd_layer_store *store, struct layer *parent,
                                const char *diff_id, struct layer **out, struct wcd_error *err)
{
    struct layer *layer = calloc(1, sizeof(*layer));
    if (layer == NULL) {
        return wcd_error_no_memory(err);
    }
    layer->parent = parent;
    layer->references = 1;
    layer->chain_id = wcd_chain_id(parent == NULL ? NULL : parent->chain_id, diff_id);
    layer->record.diff_id = wcd_text_copy(diff_id);
    enum wcd_errc code = wcd_random_id(store->platform, &layer->record.cache_id, err);
    if (code == WCD_OK && parent != NULL) {
        layer->record.parent = wcd_text_copy(parent->chain_id);
    }
    if (code == WCD_OK && (layer->chain_id == NULL || layer->record.diff_id == NULL ||
                           (parent != NULL && layer->record.parent == NULL))) {
        code = wcd_error_no_memory(err);
    }
    if (code != WCD_OK) {
        free_layer(layer);
        return code;
    }
    *out = layer;
    return WCD_OK;
}

/* The parent is held for as long as the new layer is there. */
static enum wcd_errc register_over(struct wcd_layer_store *store, struct layer *parent,
                                   const char *diff_id, const struct wcd_layer_content *content,
                                   char **chain_id, struct wcd_error *err)
{
    struct layer *layer = NULL;
    enum wcd_errc code = make_layer(store, parent, diff_id, &layer, err);
    if (code != WCD_OK) {
        return code;
    }
    WCD_ASSERT(layer != NULL);
    *chain_id = wcd_text_copy(layer->chain_id);
    struct layer *same = store_layer(store, layer->chain_id);
    if (*chain_id == NULL || (same == NULL && !reserve_layer(store))) {
        code = wcd_error_no_memory(err);
    } else if (same != NULL) {
        same->references++;
    } else {
        code = import_layer(store, layer, content, err);
    }
    if (code != WCD_OK || same != NULL) {
        free_layer(layer);
        if (code != WCD_OK) {
            wcd_text_replace(chain_id, NULL);
        }
        return code;
    }
    if (parent != NULL) {
        parent->references++;
    }
    store->layers[store->layer_count++] = layer;
    return WCD_OK;
}

enum wcd_errc wcd_layer_register(struct wcd_layer_store *store, const char *parent,
                                 const char *diff_id, const struct wcd_layer_content *content,
                                 char **chain_id, struct wcd_error *err)
{
    struct layer *below = NULL;
    if (parent != NULL) {
        below = store_layer(store, parent);
        if (below == NULL) {
            return store_no_layer(err);
        }
    }
    if (depth_of(below) >= WCD_LAYERS_MAX) {
        return wcd_error_set(err, WCD_E_PLAIN, "max depth exceeded");
    }
    return register_over(store, below, diff_id, content, chain_id, err);
}

/* ---- clean-up ---- */

/* A layer whose removal a crash cut short: its folder, then its record. */
static enum wcd_errc clean_orphan(struct wcd_layer_store *store, const char *orphan,
                                  struct wcd_error *err)
{
    char *cache_id = NULL;
    enum wcd_errc code = wcd_layer_orphan_cache_id(&store->records, orphan, &cache_id, err);
    if (code == WCD_OK && cache_id != NULL) {
        code = wcd_windowsfilter_remove(store->driver, cache_id, err);
    }
    if (code == WCD_OK) {
        code = wcd_layer_orphan_remove(&store->records, orphan, err);
    }
    free(cache_id);
    if (code != WCD_OK && code != WCD_E_NO_MEMORY) {
        wcd_log(store->log, WCD_LOG_ERROR, "Failed to remove orphan layer %s: %s", orphan,
                wcd_error_message(err));
        wcd_error_release(err);
        return WCD_OK;
    }
    return code;
}

static enum wcd_errc clean_orphans(struct wcd_layer_store *store, struct wcd_error *err)
{
    struct wcd_layer_names names;
    enum wcd_errc code = wcd_layer_records_list(&store->records, &names, err);
    if (code != WCD_OK) {
        return code;
    }
    for (size_t i = 0; code == WCD_OK && i < names.orphans.count; i++) {
        code = clean_orphan(store, names.orphans.items[i], err);
    }
    wcd_layer_names_release(&names);
    return code;
}

enum wcd_errc wcd_layer_store_cleanup(struct wcd_layer_store *store, struct wcd_error *err)
{
    enum wcd_errc code = store->engine->layer_records_go_first ? clean_orphans(store, err) : WCD_OK;
    return code == WCD_OK ? wcd_windowsfilter_cleanup(store->driver, err) : code;
}
