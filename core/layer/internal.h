/* What the parts of core/layer share: the driver itself. */
#ifndef WCD_LAYER_INTERNAL_H
#define WCD_LAYER_INTERNAL_H

#include "core/layer/chain.h"
#include "core/layer/wclayer.h"
#include "core/layer/windowsfilter.h"

/* A layer that is mounted, and for how many. */
struct layer_mount {
    char *id;
    char *path;
    size_t count;
};

struct wcd_windowsfilter {
    const struct platform *platform;
    const struct engine_rules *engine;
    const struct wcd_log_sink *log;
    char *home;
    uint64_t scratch_bytes; /* what a scratch is enlarged to; 0: not at all */
    struct layer_mount *mounts;
    size_t mount_count;
    struct wcd_layer_guard guard;
};

/* hcsshim's functions over the driver's home. */
struct wcd_wclayer layer_functions(const struct wcd_windowsfilter *driver);

/* resolveID: a file layerID may give a layer another name. The caller frees *out. */
enum wcd_errc layer_resolve(const struct wcd_windowsfilter *driver, const char *id, char **out,
                            struct wcd_error *err);

/* layerchain.json of a layer; one that is not there is an empty list. *out is empty on failure. */
enum wcd_errc layer_read_chain(const struct wcd_windowsfilter *driver, const char *id,
                               struct wcd_strlist *out, struct wcd_error *err);
enum wcd_errc layer_write_chain(const struct wcd_windowsfilter *driver, const char *id,
                                const struct wcd_strlist *chain, struct wcd_error *err);
/* The chain of a layer on top of `parent` ("" for none): the parent's folder, then its parents. With
 * only_with_files a parent without a folder Files, such as an empty "-init" layer, is left out. */
enum wcd_errc layer_chain_over(const struct wcd_windowsfilter *driver, const char *parent,
                               bool only_with_files, struct wcd_strlist *out,
                               struct wcd_error *err);

#endif
