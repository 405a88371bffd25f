/* What the parts of the layer store share. */
#ifndef WCD_LAYER_STORE_INTERNAL_H
#define WCD_LAYER_STORE_INTERNAL_H

#include "core/layer/records.h"
#include "core/layer/store.h"
#include "core/layer/windowsfilter.h"

#define STORE_DRIVER "windowsfilter"

/* A read-only layer. It is held by its children, by images and by containers' layers. */
struct layer {
    char *chain_id;
    struct wcd_layer_record record;
    struct layer *parent;
    size_t references;
};

/* A container's layer. */
struct mounted_layer {
    char *name;
    struct wcd_mount_record record;
    struct layer *parent;
    size_t active; /* mounts that were not given back */
};

struct wcd_layer_store {
    const struct platform *platform;
    const struct engine_rules *engine;
    const struct wcd_log_sink *log;
    char *tmp;
    struct wcd_windowsfilter *driver;
    struct wcd_layer_records records;
    struct layer **layers;
    size_t layer_count;
    struct mounted_layer **mounts;
    size_t mount_count;
};

struct layer *store_layer(const struct wcd_layer_store *store, const char *chain_id);
enum wcd_errc store_no_layer(struct wcd_error *err);
/* Gives a layer back that the caller held; NULL is fine. */
enum wcd_errc store_release(struct wcd_layer_store *store, struct layer *layer,
                            struct wcd_strlist *removed, struct wcd_error *err);

enum wcd_errc store_load_mount(struct wcd_layer_store *store, const char *name,
                               struct wcd_error *err);
void store_free_mount(struct mounted_layer *mounted);

#endif
