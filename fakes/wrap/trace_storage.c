/* Tracing of the layer calls. GetLayerMountPath is two calls on Windows, for the length and for the
 * text, and one entry here. */
#include "fakes/wrap/trace_internal.h"

#include "core/base/utf8.h"

#define STORAGE_DLL "vmcompute.dll"

static struct wrap_call trace_storage_begin(struct wrap_trace *trace, const char *function,
                                            const struct plat_layer_driver *driver)
{
    struct wrap_call call = wrap_begin(trace, STORAGE_DLL, function);
    wrap_arg_number(&call, "info.Flavour", (uint64_t)driver->flavour);
    wrap_arg_text(&call, "info.HomeDir", driver->home);
    return call;
}

static struct wcd_json *trace_storage_descriptor(const struct plat_layer_descriptor *parent)
{
    struct wcd_json *object = wcd_json_new_object();
    bool done = object != NULL && wcd_json_set(object, "LayerId", wrap_text(parent->id)) &&
                wcd_json_set(object, "Flags", wcd_json_new_uint64(parent->flags)) &&
                wcd_json_set(object, "Path", wrap_text(parent->path));
    if (!done) {
        wcd_json_free(object);
        return NULL;
    }
    return object;
}

static void trace_storage_descriptors(struct wrap_call *call,
                                      const struct plat_layer_descriptor *parents, size_t count)
{
    struct wcd_json *list = wcd_json_new_array();
    for (size_t i = 0; i < count && list != NULL; i++) {
        if (!wcd_json_append(list, trace_storage_descriptor(&parents[i]))) {
            wcd_json_free(list);
            list = NULL;
        }
    }
    wrap_arg(call, "descriptors", list);
    wrap_arg_number(call, "count", count);
}

static plat_hr trace_storage_create_layer(void *ctx, const struct plat_layer_driver *driver,
                                          const char *id, const char *parent)
{
    struct wrap_trace *trace = ctx;
    const struct plat_storage *storage = &trace->below.storage;
    struct wrap_call call = trace_storage_begin(trace, "CreateLayer", driver);
    wrap_arg_text(&call, "id", id);
    wrap_arg_text(&call, "parent", parent);
    return wrap_end(&call, storage->ops->create_layer(storage->ctx, driver, id, parent));
}

static plat_hr trace_storage_create_scratch(void *ctx, const struct plat_layer_driver *driver,
                                            const char *id, const char *parent,
                                            const struct plat_layer_descriptor *parents,
                                            size_t count)
{
    struct wrap_trace *trace = ctx;
    const struct plat_storage *storage = &trace->below.storage;
    struct wrap_call call = trace_storage_begin(trace, "CreateSandboxLayer", driver);
    wrap_arg_text(&call, "id", id);
    if (parent[0] == '\0') {
        wrap_arg_number(&call, "parent", 0);
    } else {
        wrap_arg_text(&call, "parent", parent);
    }
    trace_storage_descriptors(&call, parents, count);
    return wrap_end(&call, storage->ops->create_scratch_layer(storage->ctx, driver, id, parent,
                                                              parents, count));
}

static plat_hr trace_storage_expand(void *ctx, const struct plat_layer_driver *driver,
                                    const char *id, uint64_t bytes)
{
    struct wrap_trace *trace = ctx;
    const struct plat_storage *storage = &trace->below.storage;
    struct wrap_call call = trace_storage_begin(trace, "ExpandSandboxSize", driver);
    wrap_arg_text(&call, "id", id);
    wrap_arg_number(&call, "size", bytes);
    return wrap_end(&call, storage->ops->expand_scratch_layer(storage->ctx, driver, id, bytes));
}

static plat_hr trace_storage_copy(void *ctx, const struct plat_layer_driver *driver,
                                  const char *source, const char *target,
                                  const struct plat_layer_descriptor *parents, size_t count)
{
    struct wrap_trace *trace = ctx;
    const struct plat_storage *storage = &trace->below.storage;
    struct wrap_call call = trace_storage_begin(trace, "CopyLayer", driver);
    wrap_arg_text(&call, "srcId", source);
    wrap_arg_text(&call, "dstId", target);
    trace_storage_descriptors(&call, parents, count);
    return wrap_end(&call,
                    storage->ops->copy_layer(storage->ctx, driver, source, target, parents, count));
}

static plat_hr trace_storage_destroy(void *ctx, const struct plat_layer_driver *driver,
                                     const char *id)
{
    struct wrap_trace *trace = ctx;
    const struct plat_storage *storage = &trace->below.storage;
    struct wrap_call call = trace_storage_begin(trace, "DestroyLayer", driver);
    wrap_arg_text(&call, "id", id);
    return wrap_end(&call, storage->ops->destroy_layer(storage->ctx, driver, id));
}

static plat_hr trace_storage_exists(void *ctx, const struct plat_layer_driver *driver,
                                    const char *id, bool *exists)
{
    struct wrap_trace *trace = ctx;
    const struct plat_storage *storage = &trace->below.storage;
    struct wrap_call call = trace_storage_begin(trace, "LayerExists", driver);
    wrap_arg_text(&call, "id", id);
    plat_hr hr = storage->ops->layer_exists(storage->ctx, driver, id, exists);
    if (plat_succeeded(hr)) {
        wrap_result_number(&call, "exists", *exists ? 1 : 0);
    }
    return wrap_end(&call, hr);
}

static plat_hr trace_storage_activate(void *ctx, const struct plat_layer_driver *driver,
                                      const char *id)
{
    struct wrap_trace *trace = ctx;
    const struct plat_storage *storage = &trace->below.storage;
    struct wrap_call call = trace_storage_begin(trace, "ActivateLayer", driver);
    wrap_arg_text(&call, "id", id);
    return wrap_end(&call, storage->ops->activate_layer(storage->ctx, driver, id));
}

static plat_hr trace_storage_deactivate(void *ctx, const struct plat_layer_driver *driver,
                                        const char *id)
{
    struct wrap_trace *trace = ctx;
    const struct plat_storage *storage = &trace->below.storage;
    struct wrap_call call = trace_storage_begin(trace, "DeactivateLayer", driver);
    wrap_arg_text(&call, "id", id);
    return wrap_end(&call, storage->ops->deactivate_layer(storage->ctx, driver, id));
}

static plat_hr trace_storage_prepare(void *ctx, const struct plat_layer_driver *driver,
                                     const char *id, const struct plat_layer_descriptor *parents,
                                     size_t count)
{
    struct wrap_trace *trace = ctx;
    const struct plat_storage *storage = &trace->below.storage;
    struct wrap_call call = trace_storage_begin(trace, "PrepareLayer", driver);
    wrap_arg_text(&call, "id", id);
    trace_storage_descriptors(&call, parents, count);
    return wrap_end(&call, storage->ops->prepare_layer(storage->ctx, driver, id, parents, count));
}

static plat_hr trace_storage_unprepare(void *ctx, const struct plat_layer_driver *driver,
                                       const char *id)
{
    struct wrap_trace *trace = ctx;
    const struct plat_storage *storage = &trace->below.storage;
    struct wrap_call call = trace_storage_begin(trace, "UnprepareLayer", driver);
    wrap_arg_text(&call, "id", id);
    return wrap_end(&call, storage->ops->unprepare_layer(storage->ctx, driver, id));
}

static plat_hr trace_storage_mount_path(void *ctx, const struct plat_layer_driver *driver,
                                        const char *id, char **path)
{
    struct wrap_trace *trace = ctx;
    const struct plat_storage *storage = &trace->below.storage;
    struct wrap_call call = trace_storage_begin(trace, "GetLayerMountPath", driver);
    wrap_arg_text(&call, "id", id);
    plat_hr hr = storage->ops->layer_mount_path(storage->ctx, driver, id, path);
    if (plat_succeeded(hr)) {
        wrap_result_text(&call, "path", *path);
        wrap_result_number(&call, "length", wcd_utf8_utf16_units(*path) + 1);
    }
    return wrap_end(&call, hr);
}

static plat_hr trace_storage_import(void *ctx, const struct plat_layer_driver *driver,
                                    const char *id, const char *folder,
                                    const struct plat_layer_descriptor *parents, size_t count)
{
    struct wrap_trace *trace = ctx;
    const struct plat_storage *storage = &trace->below.storage;
    struct wrap_call call = trace_storage_begin(trace, "ImportLayer", driver);
    wrap_arg_text(&call, "id", id);
    wrap_arg_text(&call, "path", folder);
    trace_storage_descriptors(&call, parents, count);
    return wrap_end(&call,
                    storage->ops->import_layer(storage->ctx, driver, id, folder, parents, count));
}

static plat_hr trace_storage_export(void *ctx, const struct plat_layer_driver *driver,
                                    const char *id, const char *folder,
                                    const struct plat_layer_descriptor *parents, size_t count)
{
    struct wrap_trace *trace = ctx;
    const struct plat_storage *storage = &trace->below.storage;
    struct wrap_call call = trace_storage_begin(trace, "ExportLayer", driver);
    wrap_arg_text(&call, "id", id);
    wrap_arg_text(&call, "path", folder);
    trace_storage_descriptors(&call, parents, count);
    return wrap_end(&call,
                    storage->ops->export_layer(storage->ctx, driver, id, folder, parents, count));
}

static plat_hr trace_storage_process_base(void *ctx, const char *path)
{
    struct wrap_trace *trace = ctx;
    const struct plat_storage *storage = &trace->below.storage;
    struct wrap_call call = wrap_begin(trace, STORAGE_DLL, "ProcessBaseImage");
    wrap_arg_text(&call, "path", path);
    return wrap_end(&call, storage->ops->process_base_image(storage->ctx, path));
}

static plat_hr trace_storage_process_utility(void *ctx, const char *path)
{
    struct wrap_trace *trace = ctx;
    const struct plat_storage *storage = &trace->below.storage;
    struct wrap_call call = wrap_begin(trace, STORAGE_DLL, "ProcessUtilityImage");
    wrap_arg_text(&call, "path", path);
    return wrap_end(&call, storage->ops->process_utility_image(storage->ctx, path));
}

static plat_hr trace_storage_base_images(void *ctx, char **json)
{
    struct wrap_trace *trace = ctx;
    const struct plat_storage *storage = &trace->below.storage;
    struct wrap_call call = wrap_begin(trace, STORAGE_DLL, "GetBaseImages");
    plat_hr hr = storage->ops->base_images(storage->ctx, json);
    if (plat_succeeded(hr)) {
        wrap_result_text(&call, "images", *json);
    }
    return wrap_end(&call, hr);
}

static plat_hr trace_storage_name_to_guid(void *ctx, const char *name, char **guid)
{
    struct wrap_trace *trace = ctx;
    const struct plat_storage *storage = &trace->below.storage;
    struct wrap_call call = wrap_begin(trace, STORAGE_DLL, "NameToGuid");
    wrap_arg_text(&call, "name", name);
    plat_hr hr = storage->ops->name_to_guid(storage->ctx, name, guid);
    if (plat_succeeded(hr)) {
        wrap_result_text(&call, "guid", *guid);
    }
    return wrap_end(&call, hr);
}

static plat_hr trace_storage_grant(void *ctx, const char *vm_id, const char *path)
{
    struct wrap_trace *trace = ctx;
    const struct plat_storage *storage = &trace->below.storage;
    struct wrap_call call = wrap_begin(trace, STORAGE_DLL, "GrantVmAccess");
    wrap_arg_text(&call, "vmid", vm_id);
    wrap_arg_text(&call, "filepath", path);
    return wrap_end(&call, storage->ops->grant_vm_access(storage->ctx, vm_id, path));
}

static plat_hr trace_storage_revoke(void *ctx, const char *vm_id, const char *path)
{
    struct wrap_trace *trace = ctx;
    const struct plat_storage *storage = &trace->below.storage;
    struct wrap_call call = wrap_begin(trace, STORAGE_DLL, "RevokeVmAccess");
    wrap_arg_text(&call, "vmid", vm_id);
    wrap_arg_text(&call, "filepath", path);
    return wrap_end(&call, storage->ops->revoke_vm_access(storage->ctx, vm_id, path));
}

const struct plat_storage_ops wrap_trace_storage_ops = {
    .create_layer = trace_storage_create_layer,
    .create_scratch_layer = trace_storage_create_scratch,
    .expand_scratch_layer = trace_storage_expand,
    .copy_layer = trace_storage_copy,
    .destroy_layer = trace_storage_destroy,
    .layer_exists = trace_storage_exists,
    .activate_layer = trace_storage_activate,
    .deactivate_layer = trace_storage_deactivate,
    .prepare_layer = trace_storage_prepare,
    .unprepare_layer = trace_storage_unprepare,
    .layer_mount_path = trace_storage_mount_path,
    .import_layer = trace_storage_import,
    .export_layer = trace_storage_export,
    .process_base_image = trace_storage_process_base,
    .process_utility_image = trace_storage_process_utility,
    .base_images = trace_storage_base_images,
    .name_to_guid = trace_storage_name_to_guid,
    .grant_vm_access = trace_storage_grant,
    .revoke_vm_access = trace_storage_revoke,
};
