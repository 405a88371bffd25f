/* storage.h over the channel. */
#include "fakes/remote/client.h"

#include <stdlib.h>

/* Calls that answer nothing but the HRESULT. */
static plat_hr order(struct fake_remote *remote, struct remote_message *in)
{
    struct remote_message out;
    return remote_ask(remote, in, &out);
}

static struct remote_message on_layer(unsigned kind, const struct plat_layer_driver *driver,
                                      const char *id)
{
    return (struct remote_message){.kind = kind,
                                   .numbers = {driver->flavour},
                                   .blobs = {remote_text(driver->home), remote_text(id)}};
}

/* The same with a list of parents as the blob `parents_at`, the last one. */
static plat_hr order_with_parents(struct fake_remote *remote, struct remote_message *in,
                                  unsigned parents_at, const struct plat_layer_descriptor *parents,
                                  size_t count)
{
    if (count > REMOTE_LAYERS_MAX) {
        return plat_hr_win32(PLAT_ERROR_INVALID_PARAMETER);
    }
    struct remote_blob *blob = &in->blobs[parents_at];
    blob->data = remote_layers_write(parents, count, &blob->size);
    if (blob->data == NULL) {
        return PLAT_E_OUTOFMEMORY;
    }
    in->numbers[1] = count;
    plat_hr hr = order(remote, in);
    free(blob->data);
    return hr;
}

static plat_hr remote_create_layer(void *ctx, const struct plat_layer_driver *driver,
                                   const char *id, const char *parent)
{
    struct remote_message in = on_layer(REMOTE_CREATE_LAYER, driver, id);
    in.blobs[2] = remote_text(parent);
    return order(ctx, &in);
}

static plat_hr remote_create_scratch_layer(void *ctx, const struct plat_layer_driver *driver,
                                           const char *id, const char *parent,
                                           const struct plat_layer_descriptor *parents,
                                           size_t count)
{
    struct remote_message in = on_layer(REMOTE_CREATE_SCRATCH_LAYER, driver, id);
    in.blobs[2] = remote_text(parent);
    return order_with_parents(ctx, &in, 3, parents, count);
}

static plat_hr remote_expand_scratch_layer(void *ctx, const struct plat_layer_driver *driver,
                                           const char *id, uint64_t bytes)
{
    struct remote_message in = on_layer(REMOTE_EXPAND_SCRATCH_LAYER, driver, id);
    in.numbers[1] = bytes;
    return order(ctx, &in);
}

static plat_hr remote_copy_layer(void *ctx, const struct plat_layer_driver *driver,
                                 const char *source, const char *target,
                                 const struct plat_layer_descriptor *parents, size_t count)
{
    struct remote_message in = on_layer(REMOTE_COPY_LAYER, driver, source);
    in.blobs[2] = remote_text(target);
    return order_with_parents(ctx, &in, 3, parents, count);
}

static plat_hr remote_destroy_layer(void *ctx, const struct plat_layer_driver *driver,
                                    const char *id)
{
    struct remote_message in = on_layer(REMOTE_DESTROY_LAYER, driver, id);
    return order(ctx, &in);
}

static plat_hr remote_layer_exists(void *ctx, const struct plat_layer_driver *driver,
                                   const char *id, bool *exists)
{
    struct remote_message in = on_layer(REMOTE_LAYER_EXISTS, driver, id);
    struct remote_message out;
    plat_hr hr = remote_ask(ctx, &in, &out);
    *exists = out.numbers[1] != 0;
    return hr;
}

static plat_hr remote_activate_layer(void *ctx, const struct plat_layer_driver *driver,
                                     const char *id)
{
    struct remote_message in = on_layer(REMOTE_ACTIVATE_LAYER, driver, id);
    return order(ctx, &in);
}

static plat_hr remote_deactivate_layer(void *ctx, const struct plat_layer_driver *driver,
                                       const char *id)
{
    struct remote_message in = on_layer(REMOTE_DEACTIVATE_LAYER, driver, id);
    return order(ctx, &in);
}

static plat_hr remote_prepare_layer(void *ctx, const struct plat_layer_driver *driver,
                                    const char *id, const struct plat_layer_descriptor *parents,
                                    size_t count)
{
    struct remote_message in = on_layer(REMOTE_PREPARE_LAYER, driver, id);
    return order_with_parents(ctx, &in, 2, parents, count);
}

static plat_hr remote_unprepare_layer(void *ctx, const struct plat_layer_driver *driver,
                                      const char *id)
{
    struct remote_message in = on_layer(REMOTE_UNPREPARE_LAYER, driver, id);
    return order(ctx, &in);
}

/* Calls that answer one text. */
static plat_hr ask_text(struct fake_remote *remote, struct remote_message *in, char **text)
{
    struct remote_message out;
    plat_hr hr = remote_ask(remote, in, &out);
    return remote_take_answer(&out, 0, hr, text);
}

static plat_hr remote_layer_mount_path(void *ctx, const struct plat_layer_driver *driver,
                                       const char *id, char **path)
{
    struct remote_message in = on_layer(REMOTE_LAYER_MOUNT_PATH, driver, id);
    return ask_text(ctx, &in, path);
}

static plat_hr remote_import_layer(void *ctx, const struct plat_layer_driver *driver,
                                   const char *id, const char *folder,
                                   const struct plat_layer_descriptor *parents, size_t count)
{
    struct remote_message in = on_layer(REMOTE_IMPORT_LAYER, driver, id);
    in.blobs[2] = remote_text(folder);
    return order_with_parents(ctx, &in, 3, parents, count);
}

static plat_hr remote_export_layer(void *ctx, const struct plat_layer_driver *driver,
                                   const char *id, const char *folder,
                                   const struct plat_layer_descriptor *parents, size_t count)
{
    struct remote_message in = on_layer(REMOTE_EXPORT_LAYER, driver, id);
    in.blobs[2] = remote_text(folder);
    return order_with_parents(ctx, &in, 3, parents, count);
}

static plat_hr remote_process_base_image(void *ctx, const char *path)
{
    struct remote_message in = {.kind = REMOTE_PROCESS_BASE_IMAGE, .blobs = {remote_text(path)}};
    return order(ctx, &in);
}

static plat_hr remote_process_utility_image(void *ctx, const char *path)
{
    struct remote_message in = {.kind = REMOTE_PROCESS_UTILITY_IMAGE, .blobs = {remote_text(path)}};
    return order(ctx, &in);
}

static plat_hr remote_base_images(void *ctx, char **json)
{
    struct remote_message in = {.kind = REMOTE_BASE_IMAGES};
    return ask_text(ctx, &in, json);
}

static plat_hr remote_name_to_guid(void *ctx, const char *name, char **guid)
{
    struct remote_message in = {.kind = REMOTE_NAME_TO_GUID, .blobs = {remote_text(name)}};
    return ask_text(ctx, &in, guid);
}

static plat_hr remote_grant_vm_access(void *ctx, const char *vm_id, const char *path)
{
    struct remote_message in = {.kind = REMOTE_GRANT_VM_ACCESS,
                                .blobs = {remote_text(vm_id), remote_text(path)}};
    return order(ctx, &in);
}

static plat_hr remote_detach_disk(void *ctx, const char *path)
{
    struct remote_message in = {.kind = REMOTE_DETACH_DISK, .blobs = {remote_text(path)}};
    return order(ctx, &in);
}

static plat_hr remote_revoke_vm_access(void *ctx, const char *vm_id, const char *path)
{
    struct remote_message in = {.kind = REMOTE_REVOKE_VM_ACCESS,
                                .blobs = {remote_text(vm_id), remote_text(path)}};
    return order(ctx, &in);
}

const struct plat_storage_ops remote_storage_ops = {
    .create_layer = remote_create_layer,
    .create_scratch_layer = remote_create_scratch_layer,
    .expand_scratch_layer = remote_expand_scratch_layer,
    .copy_layer = remote_copy_layer,
    .destroy_layer = remote_destroy_layer,
    .layer_exists = remote_layer_exists,
    .activate_layer = remote_activate_layer,
    .deactivate_layer = remote_deactivate_layer,
    .prepare_layer = remote_prepare_layer,
    .unprepare_layer = remote_unprepare_layer,
    .layer_mount_path = remote_layer_mount_path,
    .import_layer = remote_import_layer,
    .export_layer = remote_export_layer,
    .process_base_image = remote_process_base_image,
    .process_utility_image = remote_process_utility_image,
    .base_images = remote_base_images,
    .name_to_guid = remote_name_to_guid,
    .grant_vm_access = remote_grant_vm_access,
    .detach_disk = remote_detach_disk,
    .revoke_vm_access = remote_revoke_vm_access,
};
