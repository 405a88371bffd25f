/* The layer store: containers' layers. */
#include "core/layer/store_internal.h"

#include <stdlib.h>
#include <string.h>

void store_free_mount(struct mounted_layer *mounted)
{
    if (mounted == NULL) {
        return;
    }
    free(mounted->name);
    wcd_mount_record_release(&mounted->record);
    free(mounted);
}

static struct mounted_layer *find(const struct wcd_layer_store *store, const char *name)
{
    for (size_t i = 0; i < store->mount_count; i++) {
        if (strcmp(store->mounts[i]->name, name) == 0) {
            return store->mounts[i];
        }
    }
    return NULL;
}

/* Room for one more, so that nothing can fail once the layer is on disk. */
static bool reserve(struct wcd_layer_store *store)
{
    size_t bytes = (store->mount_count + 1) * sizeof(struct mounted_layer *);
    struct mounted_layer **grown = realloc(store->mounts, bytes);
    store->mounts = grown == NULL ? store->mounts : grown;
    return grown != NULL;
}

static void forget(struct wcd_layer_store *store, struct mounted_layer *mounted)
{
    for (size_t i = 0; i < store->mount_count; i++) {
        if (store->mounts[i] == mounted) {
            store->mounts[i] = store->mounts[--store->mount_count];
            break;
        }
    }
    store_free_mount(mounted);
}

static void add(struct wcd_layer_store *store, struct mounted_layer *mounted)
{
    if (mounted->parent != NULL) {
        mounted->parent->references++;
    }
    store->mounts[store->mount_count++] = mounted;
}

enum wcd_errc store_load_mount(struct wcd_layer_store *store, const char *name,
                               struct wcd_error *err)
{
    struct mounted_layer *mounted = calloc(1, sizeof(*mounted));
    if (mounted == NULL || !reserve(store) || (mounted->name = wcd_text_copy(name)) == NULL) {
        store_free_mount(mounted);
        return wcd_error_no_memory(err);
    }
    enum wcd_errc code = wcd_mount_record_read(&store->records, name, &mounted->record, err);
    if (code == WCD_OK && mounted->record.parent != NULL) {
        mounted->parent = store_layer(store, mounted->record.parent);
        code = mounted->parent == NULL ? store_no_layer(err) : WCD_OK;
    }
    if (code != WCD_OK) {
        store_free_mount(mounted);
        return code;
    }
    add(store, mounted);
    return WCD_OK;
}

/* Windows wants a container's layer to be called like the container. */
static struct mounted_layer *make(struct layer *parent, const char *name)
{
    struct mounted_layer *mounted = calloc(1, sizeof(*mounted));
    if (mounted == NULL) {
        return NULL;
    }
    mounted->parent = parent;
    mounted->name = wcd_text_copy(name);
    mounted->record.mount_id = wcd_text_copy(name);
    mounted->record.parent = parent == NULL ? NULL : wcd_text_copy(parent->chain_id);
    if (mounted->name == NULL || mounted->record.mount_id == NULL ||
        (parent != NULL && mounted->record.parent == NULL)) {
        store_free_mount(mounted);
        return NULL;
    }
    return mounted;
}

static enum wcd_errc create(struct wcd_layer_store *store, struct mounted_layer *mounted,
                            const struct wcd_strlist *storage_opt, struct wcd_error *err)
{
    const char *parent = mounted->parent == NULL ? "" : mounted->parent->record.cache_id;
    const char *id = mounted->record.mount_id;
    enum wcd_errc code =
        wcd_windowsfilter_create_scratch(store->driver, id, parent, storage_opt, err);
    if (code != WCD_OK) {
        return code;
    }
    code = wcd_mount_record_write(&store->records, mounted->name, &mounted->record, err);
    if (code != WCD_OK) {
        struct wcd_error failure = WCD_ERROR_INIT;
        (void)wcd_windowsfilter_remove(store->driver, id, &failure);
        wcd_error_release(&failure);
    }
    return code;
}

enum wcd_errc wcd_rw_layer_create(struct wcd_layer_store *store, const char *name,
                                  const char *parent, const struct wcd_strlist *storage_opt,
                                  struct wcd_error *err)
{
    struct layer *below = NULL;
    if (find(store, name) != NULL) {
        return wcd_error_set(err, WCD_E_PLAIN, "mount already exists with name");
    }
    if (parent != NULL) {
        below = store_layer(store, parent);
        if (below == NULL) {
            return store_no_layer(err);
        }
    }
    struct mounted_layer *mounted = reserve(store) ? make(below, name) : NULL;
    if (mounted == NULL) {
        return wcd_error_no_memory(err);
    }
    enum wcd_errc code = create(store, mounted, storage_opt, err);
    if (code != WCD_OK) {
        store_free_mount(mounted);
        return code;
    }
    add(store, mounted);
    return WCD_OK;
}

bool wcd_rw_layer_exists(const struct wcd_layer_store *store, const char *name)
{
    return find(store, name) != NULL;
}

static enum wcd_errc no_mount(struct wcd_error *err)
{
    return wcd_error_set(err, WCD_E_PLAIN, "mount does not exist");
}

enum wcd_errc wcd_rw_layer_mount(struct wcd_layer_store *store, const char *name, char **path,
                                 struct wcd_error *err)
{
    struct mounted_layer *mounted = find(store, name);
    if (mounted == NULL) {
        return no_mount(err);
    }
    enum wcd_errc code = wcd_windowsfilter_get(store->driver, mounted->record.mount_id, path, err);
    mounted->active += code == WCD_OK ? 1 : 0;
    return code;
}

enum wcd_errc wcd_rw_layer_unmount(struct wcd_layer_store *store, const char *name,
                                   struct wcd_error *err)
{
    struct mounted_layer *mounted = find(store, name);
    if (mounted == NULL) {
        return no_mount(err);
    }
    if (mounted->active == 0) {
        return wcd_error_set(err, WCD_E_PLAIN, "not mounted");
    }
    size_t before = wcd_windowsfilter_mounts(store->driver, mounted->record.mount_id);
    enum wcd_errc code = wcd_windowsfilter_put(store->driver, mounted->record.mount_id, err);
    bool tried = wcd_windowsfilter_mounts(store->driver, mounted->record.mount_id) < before;
    mounted->active -= code == WCD_OK || tried ? 1 : 0;
    return code;
}

size_t wcd_rw_layer_mounts(const struct wcd_layer_store *store, const char *name)
{
    const struct mounted_layer *mounted = find(store, name);
    return mounted == NULL ? 0 : mounted->active;
}

enum wcd_errc wcd_rw_layer_folder(const struct wcd_layer_store *store, const char *name, char **out,
                                  struct wcd_error *err)
{
    const struct mounted_layer *mounted = find(store, name);
    if (mounted == NULL) {
        return no_mount(err);
    }
    *out = wcd_windowsfilter_dir(store->driver, mounted->record.mount_id);
    return *out == NULL ? wcd_error_no_memory(err) : WCD_OK;
}

static enum wcd_errc remove_folders(struct wcd_layer_store *store,
                                    const struct mounted_layer *mounted, struct wcd_error *err)
{
    enum wcd_errc code = wcd_windowsfilter_remove(store->driver, mounted->record.mount_id, err);
    const char *what = "mounted layer";
    if (code == WCD_OK && mounted->record.init_id != NULL) {
        code = wcd_windowsfilter_remove(store->driver, mounted->record.init_id, err);
        what = "init layer";
    }
    if (code != WCD_OK) {
        wcd_log(store->log, WCD_LOG_ERROR, "Error removing %s %s: %s", what, mounted->name,
                wcd_error_message(err));
    }
    return code;
}

enum wcd_errc wcd_rw_layer_remove(struct wcd_layer_store *store, const char *name,
                                  struct wcd_strlist *removed, struct wcd_error *err)
{
    struct mounted_layer *mounted = find(store, name);
    if (mounted == NULL) {
        return WCD_OK;
    }
    if (mounted->active > 0 && store->engine->active_mounts_stay) {
        return wcd_error_set(err, WCD_E_PLAIN, "mount still active");
    }
    enum wcd_errc code = remove_folders(store, mounted, err);
    if (code != WCD_OK) {
        return code;
    }
    code = wcd_mount_record_remove(&store->records, name, err);
    if (code != WCD_OK) {
        wcd_log(store->log, WCD_LOG_ERROR, "Error removing mount metadata: %s: %s", name,
                wcd_error_message(err));
        return code;
    }
    struct layer *parent = mounted->parent;
    forget(store, mounted);
    return store_release(store, parent, removed, err);
}
