/* hcsshim's layer functions.
 *
 * Evidence: microsoft/hcsshim activatelayer.go, createsandboxlayer.go and the like of early 2017;
 * internal/wclayer and internal/hcserror of v0.11. */
#include "core/layer/wclayer.h"

#include "core/base/oserror.h"
#include "core/base/winpath.h"

#include <inttypes.h>
#include <stdlib.h>

/* What a call is named in errors. */
struct function {
    const char *op;
    const char *title;      /* v0.11 */
    const char *title_2017; /* NULL: the same */
};

static const struct function create_layer = {"storage.create_layer", "hcsshim::CreateLayer", NULL};
static const struct function create_scratch = {
    "storage.create_scratch_layer", "hcsshim::CreateScratchLayer", "hcsshim::CreateSandboxLayer"};
static const struct function expand_scratch = {
    "storage.expand_scratch_layer", "hcsshim::ExpandScratchSize", "hcsshim::ExpandSandboxSize"};
static const struct function activate = {"storage.activate_layer", "hcsshim::ActivateLayer", NULL};
static const struct function prepare = {"storage.prepare_layer", "hcsshim::PrepareLayer", NULL};
static const struct function unprepare = {"storage.unprepare_layer", "hcsshim::UnprepareLayer",
                                          NULL};
static const struct function deactivate = {"storage.deactivate_layer", "hcsshim::DeactivateLayer",
                                           NULL};
static const struct function mount_path = {"storage.layer_mount_path", "hcsshim::GetLayerMountPath",
                                           NULL};
static const struct function destroy = {"storage.destroy_layer", "hcsshim::DestroyLayer", NULL};
static const struct function import = {"storage.import_layer", "hcsshim::ImportLayer", NULL};
static const struct function export = {"storage.export_layer", "hcsshim::ExportLayer", NULL};
static const struct function name_to_guid = {"storage.name_to_guid", "hcsshim::NameToGuid", NULL};

/* HcsError.Error(). Takes `rest`, which says what the call was for and is told by 2017 only (NULL: want of
 * memory). */
static enum wcd_errc judge(const struct wcd_wclayer *layers, const struct function *function,
                           plat_hr hr, char *rest, struct wcd_error *err)
{
    if (plat_succeeded(hr)) {
        free(rest);
        return WCD_OK;
    }
    char *text =
        rest == NULL || wcd_os_no_memory(hr) ? NULL : wcd_os_error_text(&layers->platform->os, hr);
    if (text == NULL) {
        free(rest);
        return wcd_error_no_memory(err);
    }
    bool named = layers->engine->layer_errors_name_layers;
    const char *title =
        named && function->title_2017 != NULL ? function->title_2017 : function->title;
    enum wcd_errc code = wcd_error_platform(
        err, WCD_E_PLAIN, function->op, hr, "%s failed in Win32: %s (0x%" PRIx32 ")%s%s", title,
        text, plat_error_number(hr), named ? " " : "", named ? rest : "");
    free(text);
    free(rest);
    return code;
}

static char *rest_of_id(const char *name, const char *id)
{
    return wcd_text_format("%s=%s flavour=%d", name, id, PLAT_LAYER_FILTER_DRIVER);
}

/* ---- names ---- */

/* A layer as this generation's hcsshim names it. */
struct named_layer {
    struct plat_layer_driver driver;
    char *id; /* NULL: no memory */
};

static struct named_layer name_layer(const struct wcd_wclayer *layers, const char *id)
{
    bool full = layers->engine->layers_by_full_path;
    return (struct named_layer){
        .driver = {.flavour = PLAT_LAYER_FILTER_DRIVER, .home = full ? "" : layers->home},
        .id = full ? wcd_path_join(layers->home, id) : wcd_text_copy(id),
    };
}

struct descriptors {
    struct plat_layer_descriptor *items;
    char **ids;
    size_t count;
};

static void release_descriptors(struct descriptors *descriptors)
{
    for (size_t i = 0; i < descriptors->count; i++) {
        free(descriptors->ids[i]);
    }
    free(descriptors->items);
    free(descriptors->ids);
}

enum wcd_errc wcd_wclayer_name_to_guid(const struct wcd_wclayer *layers, const char *name,
                                       char **guid, struct wcd_error *err)
{
    const struct plat_storage *storage = &layers->platform->storage;
    plat_hr hr = storage->ops->name_to_guid(storage->ctx, name, guid);
    char *rest = plat_succeeded(hr) ? NULL : wcd_text_format("name=%s", name);
    return judge(layers, &name_to_guid, hr, rest, err);
}

static enum wcd_errc describe(const struct wcd_wclayer *layers, const char *folder, char **id,
                              struct wcd_error *err)
{
    char *name = wcd_path_base(folder);
    if (name == NULL) {
        return wcd_error_no_memory(err);
    }
    enum wcd_errc code = wcd_wclayer_name_to_guid(layers, name, id, err);
    free(name);
    return code;
}

/* layerPathsToDescriptors: a layer's id is the GUID of its folder's name. */
static enum wcd_errc describe_chain(const struct wcd_wclayer *layers,
                                    const struct wcd_strlist *chain, struct descriptors *out,
                                    struct wcd_error *err)
{
    *out = (struct descriptors){0};
    if (chain->count == 0) {
        return WCD_OK;
    }
    out->items = calloc(chain->count, sizeof(*out->items));
    out->ids = calloc(chain->count, sizeof(*out->ids));
    enum wcd_errc code = out->items == NULL || out->ids == NULL ? wcd_error_no_memory(err) : WCD_OK;
    while (code == WCD_OK && out->count < chain->count) {
        const char *folder = chain->items[out->count];
        code = describe(layers, folder, &out->ids[out->count], err);
        if (code == WCD_OK) {
            out->items[out->count] =
                (struct plat_layer_descriptor){.id = out->ids[out->count], .path = folder};
            out->count++;
        }
    }
    if (code != WCD_OK) {
        release_descriptors(out);
    }
    return code;
}

/* ---- calls of one layer ---- */

typedef plat_hr (*plain_call)(void *ctx, const struct plat_layer_driver *driver, const char *id);

static enum wcd_errc call(const struct wcd_wclayer *layers, const struct function *function,
                          plain_call op, const char *id, const char *id_name, struct wcd_error *err)
{
    struct named_layer layer = name_layer(layers, id);
    if (layer.id == NULL) {
        return wcd_error_no_memory(err);
    }
    plat_hr hr = op(layers->platform->storage.ctx, &layer.driver, layer.id);
    free(layer.id);
    return judge(layers, function, hr, rest_of_id(id_name, id), err);
}

enum wcd_errc wcd_wclayer_activate(const struct wcd_wclayer *layers, const char *id,
                                   struct wcd_error *err)
{
    return call(layers, &activate, layers->platform->storage.ops->activate_layer, id, "id", err);
}

enum wcd_errc wcd_wclayer_unprepare(const struct wcd_wclayer *layers, const char *id,
                                    struct wcd_error *err)
{
    return call(layers, &unprepare, layers->platform->storage.ops->unprepare_layer, id, "layerId",
                err);
}

enum wcd_errc wcd_wclayer_deactivate(const struct wcd_wclayer *layers, const char *id,
                                     struct wcd_error *err)
{
    return call(layers, &deactivate, layers->platform->storage.ops->deactivate_layer, id, "id",
                err);
}

enum wcd_errc wcd_wclayer_destroy(const struct wcd_wclayer *layers, const char *id,
                                  struct wcd_error *err)
{
    return call(layers, &destroy, layers->platform->storage.ops->destroy_layer, id, "id", err);
}

enum wcd_errc wcd_wclayer_create(const struct wcd_wclayer *layers, const char *id,
                                 const char *parent, struct wcd_error *err)
{
    const struct plat_storage *storage = &layers->platform->storage;
    struct named_layer layer = name_layer(layers, id);
    if (layer.id == NULL) {
        return wcd_error_no_memory(err);
    }
    plat_hr hr = storage->ops->create_layer(storage->ctx, &layer.driver, layer.id, parent);
    free(layer.id);
    return judge(
        layers, &create_layer, hr,
        wcd_text_format("id=%s parent=%s flavour=%d", id, parent, PLAT_LAYER_FILTER_DRIVER), err);
}

enum wcd_errc wcd_wclayer_expand(const struct wcd_wclayer *layers, const char *id, uint64_t bytes,
                                 struct wcd_error *err)
{
    const struct plat_storage *storage = &layers->platform->storage;
    struct named_layer layer = name_layer(layers, id);
    if (layer.id == NULL) {
        return wcd_error_no_memory(err);
    }
    plat_hr hr = storage->ops->expand_scratch_layer(storage->ctx, &layer.driver, layer.id, bytes);
    free(layer.id);
    return judge(layers, &expand_scratch, hr,
                 wcd_text_format("layerId=%s  size=%" PRIu64, id, bytes), err);
}

enum wcd_errc wcd_wclayer_mount_path(const struct wcd_wclayer *layers, const char *id, char **path,
                                     struct wcd_error *err)
{
    const struct plat_storage *storage = &layers->platform->storage;
    struct named_layer layer = name_layer(layers, id);
    if (layer.id == NULL) {
        return wcd_error_no_memory(err);
    }
    plat_hr hr = storage->ops->layer_mount_path(storage->ctx, &layer.driver, layer.id, path);
    free(layer.id);
    enum wcd_errc code = judge(layers, &mount_path, hr, rest_of_id("(first call) id", id), err);
    if (code != WCD_OK && code != WCD_E_NO_MEMORY && !layers->engine->layer_errors_name_layers) {
        code = wcd_error_rephrase(err, "{} (first call)");
    }
    return code;
}

/* ---- calls with parents ---- */

enum wcd_errc wcd_wclayer_create_scratch(const struct wcd_wclayer *layers, const char *id,
                                         const struct wcd_strlist *chain, struct wcd_error *err)
{
    const struct plat_storage *storage = &layers->platform->storage;
    const char *parent = chain->count == 0 ? "" : chain->items[0];
    struct descriptors parents;
    enum wcd_errc code = describe_chain(layers, chain, &parents, err);
    if (code != WCD_OK) {
        return code;
    }
    struct named_layer layer = name_layer(layers, id);
    if (layer.id == NULL) {
        code = wcd_error_no_memory(err);
    } else {
        plat_hr hr = storage->ops->create_scratch_layer(
            storage->ctx, &layer.driver, layer.id,
            layers->engine->layers_by_full_path ? "" : parent, parents.items, parents.count);
        code = judge(layers, &create_scratch, hr,
                     wcd_text_format("layerId=%s parentId=%s", id, parent), err);
    }
    free(layer.id);
    release_descriptors(&parents);
    return code;
}

enum wcd_errc wcd_wclayer_prepare(const struct wcd_wclayer *layers, const char *id,
                                  const struct wcd_strlist *chain, struct wcd_error *err)
{
    const struct plat_storage *storage = &layers->platform->storage;
    struct descriptors parents;
    enum wcd_errc code = describe_chain(layers, chain, &parents, err);
    if (code != WCD_OK) {
        return code;
    }
    struct named_layer layer = name_layer(layers, id);
    if (layer.id == NULL) {
        code = wcd_error_no_memory(err);
    } else {
        plat_hr hr = storage->ops->prepare_layer(storage->ctx, &layer.driver, layer.id,
                                                 parents.items, parents.count);
        code = judge(layers, &prepare, hr, rest_of_id("layerId", id), err);
    }
    free(layer.id);
    release_descriptors(&parents);
    return code;
}

typedef plat_hr (*transfer_call)(void *ctx, const struct plat_layer_driver *driver, const char *id,
                                 const char *folder, const struct plat_layer_descriptor *parents,
                                 size_t count);

static enum wcd_errc transfer(const struct wcd_wclayer *layers, const struct function *function,
                              transfer_call op, const char *id, const char *folder,
                              const struct wcd_strlist *chain, struct wcd_error *err)
{
    struct descriptors parents;
    enum wcd_errc code = describe_chain(layers, chain, &parents, err);
    if (code != WCD_OK) {
        return code;
    }
    struct named_layer layer = name_layer(layers, id);
    if (layer.id == NULL) {
        code = wcd_error_no_memory(err);
    } else {
        plat_hr hr = op(layers->platform->storage.ctx, &layer.driver, layer.id, folder,
                        parents.items, parents.count);
        code = judge(layers, function, hr,
                     wcd_text_format("layerId=%s flavour=%d folder=%s", id,
                                     PLAT_LAYER_FILTER_DRIVER, folder),
                     err);
    }
    free(layer.id);
    release_descriptors(&parents);
    return code;
}

enum wcd_errc wcd_wclayer_import(const struct wcd_wclayer *layers, const char *id,
                                 const char *folder, const struct wcd_strlist *chain,
                                 struct wcd_error *err)
{
    return transfer(layers, &import, layers->platform->storage.ops->import_layer, id, folder, chain,
                    err);
}

enum wcd_errc wcd_wclayer_export(const struct wcd_wclayer *layers, const char *id,
                                 const char *folder, const struct wcd_strlist *chain,
                                 struct wcd_error *err)
{
    return transfer(layers, &export, layers->platform->storage.ops->export_layer, id, folder, chain,
                    err);
}

/* ---- finishing a base layer ---- */

static enum wcd_errc judge_path(const struct wcd_wclayer *layers, const char *op,
                                const char *function, plat_hr hr, const char *path,
                                struct wcd_error *err)
{
    if (plat_succeeded(hr)) {
        return WCD_OK;
    }
    char *verb =
        wcd_text_format("%s%s", layers->engine->layers_by_full_path ? "hcsshim::" : "", function);
    if (verb == NULL) {
        return wcd_error_no_memory(err);
    }
    enum wcd_errc code = wcd_os_path_error(err, &layers->platform->os, op, hr, verb, path);
    free(verb);
    return code;
}

enum wcd_errc wcd_wclayer_process_base(const struct wcd_wclayer *layers, const char *path,
                                       struct wcd_error *err)
{
    const struct plat_storage *storage = &layers->platform->storage;
    return judge_path(layers, "storage.process_base_image", "ProcessBaseLayer",
                      storage->ops->process_base_image(storage->ctx, path), path, err);
}

enum wcd_errc wcd_wclayer_process_utility(const struct wcd_wclayer *layers, const char *path,
                                          struct wcd_error *err)
{
    const struct plat_storage *storage = &layers->platform->storage;
    return judge_path(layers, "storage.process_utility_image", "ProcessUtilityVMImage",
                      storage->ops->process_utility_image(storage->ctx, path), path, err);
}
