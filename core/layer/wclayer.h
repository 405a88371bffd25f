/* The layer functions as the original calls them, through hcsshim: what a layer is called, how parents are
 * described, and the words of an error. Both generations of hcsshim, by the rules of the engine.
 *
 * An error reads "hcsshim::ActivateLayer failed in Win32: <Windows' words> (0x20)"; err->hresult has the
 * number. Ids are the names of folders in `home`. */
#ifndef WCD_LAYER_WCLAYER_H
#define WCD_LAYER_WCLAYER_H

#include "core/base/error.h"
#include "core/base/text.h"
#include "core/engine/engine.h"
#include "core/platform/platform.h"

/* Borrows all of it. */
struct wcd_wclayer {
    const struct platform *platform;
    const struct engine_rules *engine;
    const char *home;
};

/* `parent` is an id or "". */
enum wcd_errc wcd_wclayer_create(const struct wcd_wclayer *layers, const char *id,
                                 const char *parent, struct wcd_error *err);
/* `chain`: the folders of the parents, nearest first. */
enum wcd_errc wcd_wclayer_create_scratch(const struct wcd_wclayer *layers, const char *id,
                                         const struct wcd_strlist *chain, struct wcd_error *err);
enum wcd_errc wcd_wclayer_expand(const struct wcd_wclayer *layers, const char *id, uint64_t bytes,
                                 struct wcd_error *err);
enum wcd_errc wcd_wclayer_activate(const struct wcd_wclayer *layers, const char *id,
                                   struct wcd_error *err);
enum wcd_errc wcd_wclayer_prepare(const struct wcd_wclayer *layers, const char *id,
                                  const struct wcd_strlist *chain, struct wcd_error *err);
enum wcd_errc wcd_wclayer_unprepare(const struct wcd_wclayer *layers, const char *id,
                                    struct wcd_error *err);
enum wcd_errc wcd_wclayer_deactivate(const struct wcd_wclayer *layers, const char *id,
                                     struct wcd_error *err);
/* *path is the caller's. */
enum wcd_errc wcd_wclayer_mount_path(const struct wcd_wclayer *layers, const char *id, char **path,
                                     struct wcd_error *err);
enum wcd_errc wcd_wclayer_destroy(const struct wcd_wclayer *layers, const char *id,
                                  struct wcd_error *err);
enum wcd_errc wcd_wclayer_import(const struct wcd_wclayer *layers, const char *id,
                                 const char *folder, const struct wcd_strlist *chain,
                                 struct wcd_error *err);
enum wcd_errc wcd_wclayer_export(const struct wcd_wclayer *layers, const char *id,
                                 const char *folder, const struct wcd_strlist *chain,
                                 struct wcd_error *err);
/* "hcsshim::ProcessBaseLayer <path>: <Windows' words>". `path`: the layer, or its UtilityVM. */
enum wcd_errc wcd_wclayer_process_base(const struct wcd_wclayer *layers, const char *path,
                                       struct wcd_error *err);
enum wcd_errc wcd_wclayer_process_utility(const struct wcd_wclayer *layers, const char *path,
                                          struct wcd_error *err);

/* The GUID that Windows calls a layer by; `name` is the last part of its folder, "" too. *guid is the caller's.
 * Wants no `home`. */
enum wcd_errc wcd_wclayer_name_to_guid(const struct wcd_wclayer *layers, const char *name,
                                       char **guid, struct wcd_error *err);

#endif
