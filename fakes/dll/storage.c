/* vmcompute.dll: container storage. */
#include "core/base/utf8.h"
#include "fakes/dll/text.h"
#include "fakes/dll/vmcompute.h"
#include "fakes/host/guid.h"

#include <stdlib.h>
#include <string.h>

/* Parents that one call may name; docker stops at 125. */
#define LAYERS_MAX 4096u

/* What most calls begin with. */
struct layer_call {
    struct fake_dll_call call;
    struct plat_layer_driver driver;
    const char *id;
    struct plat_layer_descriptor *parents; /* owned, with the texts in it */
    char (*ids)[FAKE_GUID_BYTES];
    size_t count;
};

static const struct plat_storage *storage_of(const struct fake_dll_call *call)
{
    return &call->side->backend.platform.storage;
}

static void begin_layer(struct layer_call *layer, const struct fake_dll_driver *driver,
                        const wchar_t *id)
{
    layer->driver.home = "";
    if (driver == NULL) {
        fake_dll_fail(&layer->call, FAKE_DLL_E_INVALIDARG);
    } else if (driver->flavour != PLAT_LAYER_DIFF_DRIVER &&
               driver->flavour != PLAT_LAYER_FILTER_DRIVER) {
        fake_dll_fail(&layer->call, FAKE_DLL_E_INVALIDARG);
    } else {
        layer->driver.flavour = (enum plat_layer_flavour)driver->flavour;
        layer->driver.home = fake_dll_text(&layer->call, driver->home, "");
    }
    layer->id = fake_dll_text(&layer->call, id, NULL);
}

/* A GUID's first three parts are numbers of this machine, the text has them with the high byte first. */
static void guid_out(const GUID *id, char out[FAKE_GUID_BYTES])
{
    unsigned char raw[FAKE_GUID_RAW] = {
        (unsigned char)(id->Data1 >> 24), (unsigned char)(id->Data1 >> 16),
        (unsigned char)(id->Data1 >> 8),  (unsigned char)id->Data1,
        (unsigned char)(id->Data2 >> 8),  (unsigned char)id->Data2,
        (unsigned char)(id->Data3 >> 8),  (unsigned char)id->Data3};
    memcpy(raw + 8, id->Data4, sizeof(id->Data4));
    fake_guid_text(raw, out);
}

static GUID guid_in(const char *text)
{
    unsigned char raw[FAKE_GUID_RAW];
    GUID id = {0};
    fake_guid_raw(text, raw);
    id.Data1 = (unsigned long)raw[0] << 24 | (unsigned long)raw[1] << 16 |
               (unsigned long)raw[2] << 8 | raw[3];
    id.Data2 = (unsigned short)(raw[4] << 8 | raw[5]);
    id.Data3 = (unsigned short)(raw[6] << 8 | raw[7]);
    memcpy(id.Data4, raw + 8, sizeof(id.Data4));
    return id;
}

static plat_hr read_parent(struct layer_call *layer, const struct fake_dll_layer *from)
{
    char *path = NULL;
    if (from->path == NULL) {
        return FAKE_DLL_E_INVALIDARG;
    }
    plat_hr hr = fake_dll_narrow(from->path, &path);
    if (plat_succeeded(hr)) {
        guid_out(&from->id, layer->ids[layer->count]);
        layer->parents[layer->count] = (struct plat_layer_descriptor){
            .id = layer->ids[layer->count], .flags = from->flags, .path = path};
        layer->count++;
    }
    return hr;
}

static void read_parents(struct layer_call *layer, const struct fake_dll_layer *parents,
                         uint32_t count)
{
    if (count > LAYERS_MAX || (count > 0 && parents == NULL)) {
        fake_dll_fail(&layer->call, FAKE_DLL_E_INVALIDARG);
        return;
    }
    layer->parents = calloc(count + 1, sizeof(*layer->parents));
    layer->ids = calloc(count + 1, sizeof(*layer->ids));
    if (layer->parents == NULL || layer->ids == NULL) {
        fake_dll_fail(&layer->call, PLAT_E_OUTOFMEMORY);
        return;
    }
    for (size_t i = 0; i < count && plat_succeeded(layer->call.hr); i++) {
        fake_dll_fail(&layer->call, read_parent(layer, &parents[i]));
    }
}

static fake_dll_answer end_layer(struct layer_call *layer)
{
    for (size_t i = 0; i < layer->count; i++) {
        char *path = (char *)(uintptr_t)layer->parents[i].path; /* made by read_parent() */
        free(path);
    }
    free(layer->parents);
    free(layer->ids);
    return fake_dll_end(&layer->call);
}

/* ---- life of a layer ---- */

#define SIMPLE(function, op)                                                                       \
    FAKE_DLL_EXPORT function(const struct fake_dll_driver *driver, const wchar_t *id)              \
    {                                                                                              \
        struct layer_call layer = {0};                                                             \
        begin_layer(&layer, driver, id);                                                           \
        if (fake_dll_begin(&layer.call)) {                                                         \
            const struct plat_storage *storage = storage_of(&layer.call);                          \
            layer.call.hr = storage->ops->op(storage->ctx, &layer.driver, layer.id);               \
        }                                                                                          \
        return end_layer(&layer);                                                                  \
    }

SIMPLE(ActivateLayer, activate_layer)
SIMPLE(DeactivateLayer, deactivate_layer)
SIMPLE(UnprepareLayer, unprepare_layer)
SIMPLE(DestroyLayer, destroy_layer)

FAKE_DLL_EXPORT PrepareLayer(const struct fake_dll_driver *driver, const wchar_t *id,
                             const struct fake_dll_layer *parents, uint32_t count)
{
    struct layer_call layer = {0};
    begin_layer(&layer, driver, id);
    read_parents(&layer, parents, count);
    if (fake_dll_begin(&layer.call)) {
        const struct plat_storage *storage = storage_of(&layer.call);
        layer.call.hr = storage->ops->prepare_layer(storage->ctx, &layer.driver, layer.id,
                                                    layer.parents, layer.count);
    }
    return end_layer(&layer);
}

FAKE_DLL_EXPORT CreateLayer(const struct fake_dll_driver *driver, const wchar_t *id,
                            const wchar_t *parent)
{
    struct layer_call layer = {0};
    begin_layer(&layer, driver, id);
    const char *below = fake_dll_text(&layer.call, parent, "");
    if (fake_dll_begin(&layer.call)) {
        const struct plat_storage *storage = storage_of(&layer.call);
        layer.call.hr = storage->ops->create_layer(storage->ctx, &layer.driver, layer.id, below);
    }
    return end_layer(&layer);
}

FAKE_DLL_EXPORT CreateSandboxLayer(const struct fake_dll_driver *driver, const wchar_t *id,
                                   const wchar_t *parent, const struct fake_dll_layer *parents,
                                   uint32_t count)
{
    struct layer_call layer = {0};
    begin_layer(&layer, driver, id);
    const char *below = fake_dll_text(&layer.call, parent, "");
    read_parents(&layer, parents, count);
    if (fake_dll_begin(&layer.call)) {
        const struct plat_storage *storage = storage_of(&layer.call);
        layer.call.hr = storage->ops->create_scratch_layer(storage->ctx, &layer.driver, layer.id,
                                                           below, layer.parents, layer.count);
    }
    return end_layer(&layer);
}

FAKE_DLL_EXPORT ExpandSandboxSize(const struct fake_dll_driver *driver, const wchar_t *id,
                                  uint64_t bytes)
{
    struct layer_call layer = {0};
    begin_layer(&layer, driver, id);
    if (fake_dll_begin(&layer.call)) {
        const struct plat_storage *storage = storage_of(&layer.call);
        layer.call.hr =
            storage->ops->expand_scratch_layer(storage->ctx, &layer.driver, layer.id, bytes);
    }
    return end_layer(&layer);
}

/* Copy, import and export: two places and the parents. */
#define MOVING(function, op)                                                                       \
    FAKE_DLL_EXPORT function(const struct fake_dll_driver *driver, const wchar_t *id,              \
                             const wchar_t *other, const struct fake_dll_layer *parents,           \
                             uint32_t count)                                                       \
    {                                                                                              \
        struct layer_call layer = {0};                                                             \
        begin_layer(&layer, driver, id);                                                           \
        const char *place = fake_dll_text(&layer.call, other, NULL);                               \
        read_parents(&layer, parents, count);                                                      \
        if (fake_dll_begin(&layer.call)) {                                                         \
            const struct plat_storage *storage = storage_of(&layer.call);                          \
            layer.call.hr = storage->ops->op(storage->ctx, &layer.driver, layer.id, place,         \
                                             layer.parents, layer.count);                          \
        }                                                                                          \
        return end_layer(&layer);                                                                  \
    }

MOVING(CopyLayer, copy_layer)
MOVING(ImportLayer, import_layer)
MOVING(ExportLayer, export_layer)

FAKE_DLL_EXPORT LayerExists(const struct fake_dll_driver *driver, const wchar_t *id,
                            uint32_t *exists)
{
    struct layer_call layer = {0};
    bool there = false;
    begin_layer(&layer, driver, id);
    fake_dll_place(&layer.call, exists);
    if (fake_dll_begin(&layer.call)) {
        const struct plat_storage *storage = storage_of(&layer.call);
        layer.call.hr = storage->ops->layer_exists(storage->ctx, &layer.driver, layer.id, &there);
    }
    if (exists != NULL) {
        *exists = there ? 1 : 0;
    }
    return end_layer(&layer);
}

/* ---- mounting ---- */

static plat_hr put_path(const char *text, size_t *units, wchar_t *path)
{
    size_t room = path == NULL ? 0 : *units;
    *units = wcd_utf8_utf16_units(text) + 1;
    if (path == NULL) {
        return PLAT_S_OK;
    }
    if (room < *units) {
        return plat_hr_win32(PLAT_ERROR_INSUFFICIENT_BUFFER);
    }
    wchar_t *wide = fake_dll_widen(text);
    if (wide == NULL) {
        return PLAT_E_OUTOFMEMORY;
    }
    memcpy(path, wide, *units * sizeof(*path));
    free(wide);
    return PLAT_S_OK;
}

FAKE_DLL_EXPORT GetLayerMountPath(const struct fake_dll_driver *driver, const wchar_t *id,
                                  size_t *units, wchar_t *path)
{
    struct layer_call layer = {0};
    char *text = NULL;
    begin_layer(&layer, driver, id);
    fake_dll_place(&layer.call, units);
    if (fake_dll_begin(&layer.call)) {
        const struct plat_storage *storage = storage_of(&layer.call);
        layer.call.hr =
            storage->ops->layer_mount_path(storage->ctx, &layer.driver, layer.id, &text);
        if (plat_succeeded(layer.call.hr)) {
            layer.call.hr = put_path(text, units, path);
        }
    }
    free(text);
    return end_layer(&layer);
}

/* ---- images and names ---- */

FAKE_DLL_EXPORT GetBaseImages(wchar_t **json)
{
    struct fake_dll_call call = {0};
    char **answer = fake_dll_wanted(&call, json);
    if (fake_dll_begin(&call)) {
        const struct plat_storage *storage = storage_of(&call);
        call.hr = storage->ops->base_images(storage->ctx, answer);
    }
    return fake_dll_end(&call);
}

FAKE_DLL_EXPORT ProcessBaseImage(const wchar_t *path)
{
    struct fake_dll_call call = {0};
    const char *folder = fake_dll_text(&call, path, NULL);
    if (fake_dll_begin(&call)) {
        const struct plat_storage *storage = storage_of(&call);
        call.hr = storage->ops->process_base_image(storage->ctx, folder);
    }
    return fake_dll_end(&call);
}

FAKE_DLL_EXPORT ProcessUtilityImage(const wchar_t *path)
{
    struct fake_dll_call call = {0};
    const char *folder = fake_dll_text(&call, path, NULL);
    if (fake_dll_begin(&call)) {
        const struct plat_storage *storage = storage_of(&call);
        call.hr = storage->ops->process_utility_image(storage->ctx, folder);
    }
    return fake_dll_end(&call);
}

FAKE_DLL_EXPORT NameToGuid(const wchar_t *name, GUID *id)
{
    struct fake_dll_call call = {0};
    char *text = NULL;
    GUID made = {0};
    const char *of = fake_dll_text(&call, name, NULL);
    fake_dll_place(&call, id);
    if (fake_dll_begin(&call)) {
        const struct plat_storage *storage = storage_of(&call);
        call.hr = storage->ops->name_to_guid(storage->ctx, of, &text);
        if (plat_succeeded(call.hr)) {
            made = guid_in(text);
        }
    }
    if (id != NULL) {
        *id = made;
    }
    free(text);
    return fake_dll_end(&call);
}

FAKE_DLL_EXPORT GrantVmAccess(const wchar_t *vm_id, const wchar_t *path)
{
    struct fake_dll_call call = {0};
    const char *id = fake_dll_text(&call, vm_id, NULL);
    const char *file = fake_dll_text(&call, path, NULL);
    if (fake_dll_begin(&call)) {
        const struct plat_storage *storage = storage_of(&call);
        call.hr = storage->ops->grant_vm_access(storage->ctx, id, file);
    }
    return fake_dll_end(&call);
}

FAKE_DLL_EXPORT RevokeVmAccess(const wchar_t *vm_id, const wchar_t *path)
{
    struct fake_dll_call call = {0};
    const char *id = fake_dll_text(&call, vm_id, NULL);
    const char *file = fake_dll_text(&call, path, NULL);
    if (fake_dll_begin(&call)) {
        const struct plat_storage *storage = storage_of(&call);
        call.hr = storage->ops->revoke_vm_access(storage->ctx, id, file);
    }
    return fake_dll_end(&call);
}
