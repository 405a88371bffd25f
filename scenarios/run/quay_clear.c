/* What a run made on a real machine goes with it: compute systems, networks, layers, files, in this order. Only what
 * was made through the run's berth is touched. */
#include "scenarios/run/hns.h"
#include "scenarios/run/quay.h"

#include "core/base/utf8.h"
#include "core/files/files.h"

#include <stdlib.h>
#include <string.h>

/* How often it is looked whether a compute system is gone, and how long between. */
#define CLEAR_TRIES   500
#define CLEAR_WAIT_US ((uint64_t)10 * 1000)

static bool note(struct wcd_strlist *left, const char *what, const char *name, plat_hr hr)
{
    return wcd_strlist_take(left, wcd_text_format("%s %s (0x%08x)", what, name, plat_hr_bits(hr)));
}

/* ---- compute systems ---- */

/* Who does not tell which systems there are may have it still. */
static bool may_live(const struct plat_hcs *hcs, const char *id)
{
    struct wcd_json *list = scn_quay_system_list(hcs);
    const struct wcd_json *item = wcd_json_is(list, WCD_JSON_ARRAY) ? wcd_json_first(list) : NULL;
    while (item != NULL && strcmp(scn_hns_text(item, "Id"), id) != 0) {
        item = wcd_json_next(item);
    }
    bool may = item != NULL || !wcd_json_is(list, WCD_JSON_ARRAY);
    wcd_json_free(list);
    return may;
}

static bool end_system(struct scn_quay *quay, const char *id, struct wcd_strlist *left)
{
    const struct plat_hcs *hcs = &quay->whole.hcs;
    plat_handle system = PLAT_NO_HANDLE;
    char *result = NULL;
    plat_hr hr = hcs->ops->open_system(hcs->ctx, id, &system, &result);
    free(result);
    if (plat_failed(hr)) {
        bool ended = plat_hcs_same(hr, PLAT_HCS_SYSTEM_NOT_FOUND);
        return ended || note(left, "compute system", id, hr);
    }
    result = NULL;
    hr = hcs->ops->terminate_system(hcs->ctx, system, "", &result);
    free(result);
    (void)hcs->ops->close_system(hcs->ctx, system);
    int tries = 0;
    while (may_live(hcs, id) && tries++ < CLEAR_TRIES) {
        quay->machine->wait_us(quay->instance, CLEAR_WAIT_US);
    }
    return tries <= CLEAR_TRIES || note(left, "compute system", id, hr);
}

/* ---- networks ---- */

enum presence {
    OBJECT_GONE,
    OBJECT_THERE,
    OBJECT_UNKNOWN
};

/* Asks for all of the kind: what HNS says of one that is not there, each Windows says in its own words. */
static enum presence presence_of(const struct plat_hns *hns, const char *path)
{
    const char *kind = path + 1;
    const char *slash = strchr(kind, '/');
    char *name = slash == NULL ? NULL : wcd_text_copy_n(kind, (size_t)(slash - kind));
    struct wcd_json *list = name == NULL ? NULL : scn_quay_hns_list(hns, name);
    enum presence presence = list == NULL ? OBJECT_UNKNOWN : OBJECT_GONE;
    for (const struct wcd_json *item = list == NULL ? NULL : wcd_json_first(list); item != NULL;
         item = wcd_json_next(item)) {
        if (wcd_utf8_equal_fold(scn_hns_text(item, "ID"), slash + 1)) {
            presence = OBJECT_THERE;
        }
    }
    wcd_json_free(list);
    free(name);
    return presence;
}

/* Endpoints were made after their networks, and so go before them. */
static bool remove_object(const struct scn_quay *quay, const char *path, struct wcd_strlist *left)
{
    const struct plat_hns *hns = &quay->whole.hns;
    if (presence_of(hns, path) == OBJECT_GONE) {
        return true;
    }
    char *response = NULL;
    plat_hr hr = hns->ops->call(hns->ctx, "DELETE", path, "", &response);
    free(response);
    return presence_of(hns, path) == OBJECT_GONE || note(left, "hns", path, hr);
}

/* ---- layers and files ---- */

/* A mounted one is unmounted first. The failures of that are its business. */
static void remove_layer(const struct scn_quay *quay, const char *folder)
{
    const struct plat_storage *storage = &quay->whole.storage;
    const struct plat_layer_driver driver = {PLAT_LAYER_FILTER_DRIVER, ""};
    const struct plat_fs *fs = &quay->whole.fs;
    struct plat_file_info info = {0};
    if (plat_failed(fs->ops->info(fs->ctx, folder, &info))) {
        return;
    }
    (void)storage->ops->unprepare_layer(storage->ctx, &driver, folder);
    (void)storage->ops->deactivate_layer(storage->ctx, &driver, folder);
    (void)storage->ops->destroy_layer(storage->ctx, &driver, folder);
}

static bool remove_folder(const struct scn_quay *quay, struct wcd_strlist *left)
{
    struct wcd_error err = WCD_ERROR_INIT;
    enum wcd_errc code = wcd_files_remove_all(&quay->whole, quay->folder, &err);
    bool ok = code == WCD_OK || note(left, "folder", quay->folder, err.hresult);
    wcd_error_release(&err);
    return ok;
}

bool scn_quay_clear(struct scn_quay *quay, struct wcd_strlist *left)
{
    bool ok = true;
    if (quay->berth == NULL) {
        return remove_folder(quay, left);
    }
    const struct wcd_strlist *systems = wrap_berth_systems(quay->berth);
    const struct wcd_strlist *objects = wrap_berth_hns_objects(quay->berth);
    const struct wcd_strlist *layers = wrap_berth_layers(quay->berth);
    for (size_t i = systems->count; ok && i > 0; i--) {
        ok = end_system(quay, systems->items[i - 1], left);
    }
    for (size_t i = objects->count; ok && i > 0; i--) {
        ok = remove_object(quay, objects->items[i - 1], left);
    }
    for (size_t i = layers->count; ok && i > 0; i--) {
        remove_layer(quay, layers->items[i - 1]);
    }
    return ok && remove_folder(quay, left) && !wrap_berth_failed(quay->berth);
}
