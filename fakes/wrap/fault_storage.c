/* Faults of the layer calls. They have no handles: a call is about the layer whose id it names. */
#include "fakes/wrap/fault_internal.h"

static plat_hr fault_storage_create_layer(void *ctx, const struct plat_layer_driver *driver,
                                          const char *id, const char *parent)
{
    struct wrap_fault *fault = ctx;
    const struct plat_storage *storage = &fault->below.storage;
    struct fault_call call;
    fault_begin(&call, fault, "CreateLayer", id);
    if (fault_enter(&call)) {
        call.hr = storage->ops->create_layer(storage->ctx, driver, id, parent);
    }
    return fault_leave(&call);
}

static plat_hr fault_storage_create_scratch_layer(void *ctx, const struct plat_layer_driver *driver,
                                                  const char *id, const char *parent,
                                                  const struct plat_layer_descriptor *parents,
                                                  size_t count)
{
    struct wrap_fault *fault = ctx;
    const struct plat_storage *storage = &fault->below.storage;
    struct fault_call call;
    fault_begin(&call, fault, "CreateSandboxLayer", id);
    if (fault_enter(&call)) {
        call.hr =
            storage->ops->create_scratch_layer(storage->ctx, driver, id, parent, parents, count);
    }
    return fault_leave(&call);
}

static plat_hr fault_storage_expand_scratch_layer(void *ctx, const struct plat_layer_driver *driver,
                                                  const char *id, uint64_t bytes)
{
    struct wrap_fault *fault = ctx;
    const struct plat_storage *storage = &fault->below.storage;
    struct fault_call call;
    fault_begin(&call, fault, "ExpandSandboxSize", id);
    if (fault_enter(&call)) {
        call.hr = storage->ops->expand_scratch_layer(storage->ctx, driver, id, bytes);
    }
    return fault_leave(&call);
}

static plat_hr fault_storage_copy_layer(void *ctx, const struct plat_layer_driver *driver,
                                        const char *source, const char *target,
                                        const struct plat_layer_descriptor *parents, size_t count)
{
    struct wrap_fault *fault = ctx;
    const struct plat_storage *storage = &fault->below.storage;
    struct fault_call call;
    fault_begin(&call, fault, "CopyLayer", target);
    call.view.source = source;
    if (fault_enter(&call)) {
        call.hr = storage->ops->copy_layer(storage->ctx, driver, source, target, parents, count);
    }
    return fault_leave(&call);
}

static plat_hr fault_storage_destroy_layer(void *ctx, const struct plat_layer_driver *driver,
                                           const char *id)
{
    struct wrap_fault *fault = ctx;
    const struct plat_storage *storage = &fault->below.storage;
    struct fault_call call;
    fault_begin(&call, fault, "DestroyLayer", id);
    if (fault_enter(&call)) {
        call.hr = storage->ops->destroy_layer(storage->ctx, driver, id);
    }
    return fault_leave(&call);
}

static plat_hr fault_storage_layer_exists(void *ctx, const struct plat_layer_driver *driver,
                                          const char *id, bool *exists)
{
    struct wrap_fault *fault = ctx;
    const struct plat_storage *storage = &fault->below.storage;
    struct fault_call call;
    fault_begin(&call, fault, "LayerExists", id);
    fault_out_data(&call, exists, sizeof(*exists));
    if (fault_enter(&call)) {
        call.hr = storage->ops->layer_exists(storage->ctx, driver, id, exists);
    }
    return fault_leave(&call);
}

static plat_hr fault_storage_activate_layer(void *ctx, const struct plat_layer_driver *driver,
                                            const char *id)
{
    struct wrap_fault *fault = ctx;
    const struct plat_storage *storage = &fault->below.storage;
    struct fault_call call;
    fault_begin(&call, fault, "ActivateLayer", id);
    if (fault_enter(&call)) {
        call.hr = storage->ops->activate_layer(storage->ctx, driver, id);
    }
    return fault_leave(&call);
}

static plat_hr fault_storage_deactivate_layer(void *ctx, const struct plat_layer_driver *driver,
                                              const char *id)
{
    struct wrap_fault *fault = ctx;
    const struct plat_storage *storage = &fault->below.storage;
    struct fault_call call;
    fault_begin(&call, fault, "DeactivateLayer", id);
    if (fault_enter(&call)) {
        call.hr = storage->ops->deactivate_layer(storage->ctx, driver, id);
    }
    return fault_leave(&call);
}

static plat_hr fault_storage_prepare_layer(void *ctx, const struct plat_layer_driver *driver,
                                           const char *id,
                                           const struct plat_layer_descriptor *parents,
                                           size_t count)
{
    struct wrap_fault *fault = ctx;
    const struct plat_storage *storage = &fault->below.storage;
    struct fault_call call;
    fault_begin(&call, fault, "PrepareLayer", id);
    if (fault_enter(&call)) {
        call.hr = storage->ops->prepare_layer(storage->ctx, driver, id, parents, count);
    }
    return fault_leave(&call);
}

static plat_hr fault_storage_unprepare_layer(void *ctx, const struct plat_layer_driver *driver,
                                             const char *id)
{
    struct wrap_fault *fault = ctx;
    const struct plat_storage *storage = &fault->below.storage;
    struct fault_call call;
    fault_begin(&call, fault, "UnprepareLayer", id);
    if (fault_enter(&call)) {
        call.hr = storage->ops->unprepare_layer(storage->ctx, driver, id);
    }
    return fault_leave(&call);
}

static plat_hr fault_storage_layer_mount_path(void *ctx, const struct plat_layer_driver *driver,
                                              const char *id, char **path)
{
    struct wrap_fault *fault = ctx;
    const struct plat_storage *storage = &fault->below.storage;
    struct fault_call call;
    fault_begin(&call, fault, "GetLayerMountPath", id);
    fault_out_text(&call, path);
    if (fault_enter(&call)) {
        call.hr = storage->ops->layer_mount_path(storage->ctx, driver, id, path);
    }
    return fault_leave(&call);
}

static plat_hr fault_storage_import_layer(void *ctx, const struct plat_layer_driver *driver,
                                          const char *id, const char *folder,
                                          const struct plat_layer_descriptor *parents, size_t count)
{
    struct wrap_fault *fault = ctx;
    const struct plat_storage *storage = &fault->below.storage;
    struct fault_call call;
    fault_begin(&call, fault, "ImportLayer", id);
    call.view.source = folder;
    if (fault_enter(&call)) {
        call.hr = storage->ops->import_layer(storage->ctx, driver, id, folder, parents, count);
    }
    return fault_leave(&call);
}

static plat_hr fault_storage_export_layer(void *ctx, const struct plat_layer_driver *driver,
                                          const char *id, const char *folder,
                                          const struct plat_layer_descriptor *parents, size_t count)
{
    struct wrap_fault *fault = ctx;
    const struct plat_storage *storage = &fault->below.storage;
    struct fault_call call;
    fault_begin(&call, fault, "ExportLayer", id);
    call.view.source = folder;
    if (fault_enter(&call)) {
        call.hr = storage->ops->export_layer(storage->ctx, driver, id, folder, parents, count);
    }
    return fault_leave(&call);
}

static plat_hr fault_storage_process_base_image(void *ctx, const char *path)
{
    struct wrap_fault *fault = ctx;
    const struct plat_storage *storage = &fault->below.storage;
    struct fault_call call;
    fault_begin(&call, fault, "ProcessBaseImage", path);
    if (fault_enter(&call)) {
        call.hr = storage->ops->process_base_image(storage->ctx, path);
    }
    return fault_leave(&call);
}

static plat_hr fault_storage_process_utility_image(void *ctx, const char *path)
{
    struct wrap_fault *fault = ctx;
    const struct plat_storage *storage = &fault->below.storage;
    struct fault_call call;
    fault_begin(&call, fault, "ProcessUtilityImage", path);
    if (fault_enter(&call)) {
        call.hr = storage->ops->process_utility_image(storage->ctx, path);
    }
    return fault_leave(&call);
}

static plat_hr fault_storage_base_images(void *ctx, char **json)
{
    struct wrap_fault *fault = ctx;
    const struct plat_storage *storage = &fault->below.storage;
    struct fault_call call;
    fault_begin(&call, fault, "GetBaseImages", NULL);
    fault_out_text(&call, json);
    if (fault_enter(&call)) {
        call.hr = storage->ops->base_images(storage->ctx, json);
    }
    return fault_leave(&call);
}

static plat_hr fault_storage_name_to_guid(void *ctx, const char *name, char **guid)
{
    struct wrap_fault *fault = ctx;
    const struct plat_storage *storage = &fault->below.storage;
    struct fault_call call;
    fault_begin(&call, fault, "NameToGuid", name);
    fault_out_text(&call, guid);
    if (fault_enter(&call)) {
        call.hr = storage->ops->name_to_guid(storage->ctx, name, guid);
    }
    return fault_leave(&call);
}

static plat_hr fault_storage_grant_vm_access(void *ctx, const char *vm_id, const char *path)
{
    struct wrap_fault *fault = ctx;
    const struct plat_storage *storage = &fault->below.storage;
    struct fault_call call;
    fault_begin(&call, fault, "GrantVmAccess", path);
    if (fault_enter(&call)) {
        call.hr = storage->ops->grant_vm_access(storage->ctx, vm_id, path);
    }
    return fault_leave(&call);
}

static plat_hr fault_storage_detach_disk(void *ctx, const char *path)
{
    struct wrap_fault *fault = ctx;
    const struct plat_storage *storage = &fault->below.storage;
    struct fault_call call;
    fault_begin(&call, fault, "DetachVirtualDisk", path);
    if (fault_enter(&call)) {
        call.hr = storage->ops->detach_disk(storage->ctx, path);
    }
    return fault_leave(&call);
}

static plat_hr fault_storage_revoke_vm_access(void *ctx, const char *vm_id, const char *path)
{
    struct wrap_fault *fault = ctx;
    const struct plat_storage *storage = &fault->below.storage;
    struct fault_call call;
    fault_begin(&call, fault, "RevokeVmAccess", path);
    if (fault_enter(&call)) {
        call.hr = storage->ops->revoke_vm_access(storage->ctx, vm_id, path);
    }
    return fault_leave(&call);
}

const struct plat_storage_ops wrap_fault_storage_ops = {
    .create_layer = fault_storage_create_layer,
    .create_scratch_layer = fault_storage_create_scratch_layer,
    .expand_scratch_layer = fault_storage_expand_scratch_layer,
    .copy_layer = fault_storage_copy_layer,
    .destroy_layer = fault_storage_destroy_layer,
    .layer_exists = fault_storage_layer_exists,
    .activate_layer = fault_storage_activate_layer,
    .deactivate_layer = fault_storage_deactivate_layer,
    .prepare_layer = fault_storage_prepare_layer,
    .unprepare_layer = fault_storage_unprepare_layer,
    .layer_mount_path = fault_storage_layer_mount_path,
    .import_layer = fault_storage_import_layer,
    .export_layer = fault_storage_export_layer,
    .process_base_image = fault_storage_process_base_image,
    .process_utility_image = fault_storage_process_utility_image,
    .base_images = fault_storage_base_images,
    .name_to_guid = fault_storage_name_to_guid,
    .grant_vm_access = fault_storage_grant_vm_access,
    .detach_disk = fault_storage_detach_disk,
    .revoke_vm_access = fault_storage_revoke_vm_access,
};
