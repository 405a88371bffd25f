/* The windowsfilter driver: layers as folders in one home, each with layerchain.json, which names its
 * parents. Read-only layers are imported; a scratch is made for each container, mounted while somebody
 * needs its files, and counted: mounted by the first, unmounted by the last.
 *
 * Source: daemon/graphdriver/windows/windows.go of both generations. What differs on purpose: files are
 * replaced, so that a crash leaves no half-written layerchain.json; a scratch that cannot be finished is
 * destroyed. */
#ifndef WCD_LAYER_WINDOWSFILTER_H
#define WCD_LAYER_WINDOWSFILTER_H

#include "core/base/error.h"
#include "core/base/log.h"
#include "core/base/text.h"
#include "core/engine/engine.h"
#include "core/layer/content.h"
#include "core/platform/platform.h"

struct wcd_windowsfilter;

/* Asked before the driver removes a layer of any kind; an error keeps it, and is the removal's. A NULL `ask` lets
 * all go. (The original asks HCS here for systems that hold the layer.) */
struct wcd_layer_guard {
    enum wcd_errc (*ask)(void *ctx, const char *id, struct wcd_error *err);
    void *ctx;
};

struct wcd_windowsfilter_options {
    const struct platform *platform; /* must outlive the driver, as must log and engine */
    const struct engine_rules *engine;
    const struct wcd_log_sink *log;
    const char *home;                       /* <root>\windowsfilter */
    const struct wcd_strlist *storage_opts; /* "name=value", of the daemon; NULL: none */
    struct wcd_layer_guard guard;
};

/* Makes the home. Volumes with ReFS are refused. */
enum wcd_errc wcd_windowsfilter_open(struct wcd_windowsfilter **out,
                                     const struct wcd_windowsfilter_options *options,
                                     struct wcd_error *err);
/* Frees the driver; what is mounted stays mounted. NULL is fine. */
void wcd_windowsfilter_close(struct wcd_windowsfilter *driver);

/* The folder of a layer; the caller frees; NULL without memory. */
char *wcd_windowsfilter_dir(const struct wcd_windowsfilter *driver, const char *id);

/* An empty read-only layer (Create), and what it holds (ApplyDiff): the files of `content`, laid over the
 * parent's. `parent` is "" for a base layer. *size_bytes (may be NULL) is that of the files. */
enum wcd_errc wcd_windowsfilter_create(struct wcd_windowsfilter *driver, const char *id,
                                       const char *parent, struct wcd_error *err);
enum wcd_errc wcd_windowsfilter_apply(struct wcd_windowsfilter *driver, const char *id,
                                      const char *parent, const struct wcd_layer_content *content,
                                      const char *tmp, uint64_t *size_bytes, struct wcd_error *err);

/* A scratch over `parent` (CreateReadWrite). `storage_opt`: "name=value" of the container. */
enum wcd_errc wcd_windowsfilter_create_scratch(struct wcd_windowsfilter *driver, const char *id,
                                               const char *parent,
                                               const struct wcd_strlist *storage_opt,
                                               struct wcd_error *err);

/* Mounts the layer if nobody did yet, and counts (Get): *path is where its files are. */
enum wcd_errc wcd_windowsfilter_get(struct wcd_windowsfilter *driver, const char *id, char **path,
                                    struct wcd_error *err);
/* Gives it back (Put); the last one unmounts. It stays counted where that could not be tried. */
enum wcd_errc wcd_windowsfilter_put(struct wcd_windowsfilter *driver, const char *id,
                                    struct wcd_error *err);
/* How many hold it mounted. */
size_t wcd_windowsfilter_mounts(const struct wcd_windowsfilter *driver, const char *id);

/* Renames the layer to <id>-removing and destroys it. That Windows cannot destroy it is only logged: the
 * next clean-up tries again. A layer that is not there is a success. */
enum wcd_errc wcd_windowsfilter_remove(struct wcd_windowsfilter *driver, const char *id,
                                       struct wcd_error *err);
/* Destroys what earlier removals left. */
enum wcd_errc wcd_windowsfilter_cleanup(struct wcd_windowsfilter *driver, struct wcd_error *err);

#endif
