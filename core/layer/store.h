/* The layer store: read-only layers by what they hold, with a count of who needs each, and containers'
 * layers by name. What it knows is on disk (records.h) and read back when it is opened.
 *
 * Source: layer/layer_store.go, ro_layer.go, mounted_layer.go of both generations. */
#ifndef WCD_LAYER_STORE_H
#define WCD_LAYER_STORE_H

#include "core/base/error.h"
#include "core/base/log.h"
#include "core/base/text.h"
#include "core/engine/engine.h"
#include "core/layer/content.h"
#include "core/layer/windowsfilter.h"
#include "core/platform/platform.h"

struct wcd_layer_store;

struct wcd_layer_store_options {
    const struct platform *platform; /* must outlive the store, as must engine and log */
    const struct engine_rules *engine;
    const struct wcd_log_sink *log;
    const char *root;                       /* the daemon's root folder */
    const char *tmp;                        /* its folder for temporary files */
    const struct wcd_strlist *storage_opts; /* of the daemon; NULL: none */
    struct wcd_layer_guard guard;
};

/* Opens the driver and reads the records. A layer whose record cannot be read is passed over with a debug
 * line, as are all on top of it. */
enum wcd_errc wcd_layer_store_open(struct wcd_layer_store **out,
                                   const struct wcd_layer_store_options *options,
                                   struct wcd_error *err);
/* Frees the store; nothing is unmounted or removed. NULL is fine. */
void wcd_layer_store_close(struct wcd_layer_store *store);

/* ---- read-only layers ---- */

/* Imports a layer over `parent` (a chain id; NULL for a base layer) and holds it once for the caller.
 * *chain_id is the caller's. A layer of the same content is not imported twice. */
enum wcd_errc wcd_layer_register(struct wcd_layer_store *store, const char *parent,
                                 const char *diff_id, const struct wcd_layer_content *content,
                                 char **chain_id, struct wcd_error *err);
/* Holds a layer: "layer does not exist". */
enum wcd_errc wcd_layer_acquire(struct wcd_layer_store *store, const char *chain_id,
                                struct wcd_error *err);
/* Gives it back; what nobody holds is removed, with its parents. Names of removed layers are added to
 * `removed` (may be NULL). */
enum wcd_errc wcd_layer_release(struct wcd_layer_store *store, const char *chain_id,
                                struct wcd_strlist *removed, struct wcd_error *err);
/* How many hold it: 0 for a layer that is not there. */
size_t wcd_layer_references(const struct wcd_layer_store *store, const char *chain_id);
/* The folder of a layer (GetLayerPath); the caller frees. */
enum wcd_errc wcd_layer_folder(const struct wcd_layer_store *store, const char *chain_id,
                               char **out, struct wcd_error *err);

/* ---- containers' layers ---- */

/* Makes a scratch over `parent` (a chain id; NULL: over nothing), which it holds. */
enum wcd_errc wcd_rw_layer_create(struct wcd_layer_store *store, const char *name,
                                  const char *parent, const struct wcd_strlist *storage_opt,
                                  struct wcd_error *err);
bool wcd_rw_layer_exists(const struct wcd_layer_store *store, const char *name);
/* *path is where its files are; the caller frees. Mounts are counted; an unmount that could not be tried can be
 * repeated. "mount does not exist" for a name that is none. */
enum wcd_errc wcd_rw_layer_mount(struct wcd_layer_store *store, const char *name, char **path,
                                 struct wcd_error *err);
enum wcd_errc wcd_rw_layer_unmount(struct wcd_layer_store *store, const char *name,
                                   struct wcd_error *err);
size_t wcd_rw_layer_mounts(const struct wcd_layer_store *store, const char *name);
enum wcd_errc wcd_rw_layer_folder(const struct wcd_layer_store *store, const char *name, char **out,
                                  struct wcd_error *err);
/* Removes it and gives its parent back. A name that is none is a success. */
enum wcd_errc wcd_rw_layer_remove(struct wcd_layer_store *store, const char *name,
                                  struct wcd_strlist *removed, struct wcd_error *err);

/* What is done when the daemon stops: destroys what earlier removals left. */
enum wcd_errc wcd_layer_store_cleanup(struct wcd_layer_store *store, struct wcd_error *err);

#endif
