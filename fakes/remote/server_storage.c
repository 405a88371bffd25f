/* Calls of storage.h. */
#include "fakes/remote/server.h"

#include <stdlib.h>

typedef plat_hr layer_op(void *ctx, const struct plat_layer_driver *driver, const char *id);
typedef plat_hr chain_op(void *ctx, const struct plat_layer_driver *driver, const char *a,
                         const char *b, const struct plat_layer_descriptor *parents, size_t count);
typedef plat_hr path_op(void *ctx, const char *path);
typedef plat_hr access_op(void *ctx, const char *vm_id, const char *path);

/* What comes first in each call on a layer; false for a flavour that there is not. */
static bool driver_of(struct remote_client *client, const struct remote_message *in,
                      struct plat_layer_driver *driver)
{
    bool known = in->numbers[0] <= PLAT_LAYER_FILTER_DRIVER;
    if (!known) {
        (void)remote_malformed(client);
    }
    *driver = (struct plat_layer_driver){.flavour = known ? (enum plat_layer_flavour)in->numbers[0]
                                                          : PLAT_LAYER_FILTER_DRIVER,
                                         .home = in->blobs[0].data};
    return known;
}

/* The parents in the request's last blob, to be freed; NULL with the reason. */
static struct plat_layer_descriptor *parents_of(struct remote_client *client,
                                                const struct remote_message *in, size_t *count,
                                                plat_hr *hr)
{
    const struct remote_blob *blob = &in->blobs[in->blob_count - 1];
    if (in->numbers[1] > REMOTE_LAYERS_MAX) {
        *hr = remote_malformed(client);
        return NULL;
    }
    *count = (size_t)in->numbers[1];
    struct plat_layer_descriptor *parents = calloc(*count + 1, sizeof(*parents));
    if (parents == NULL) {
        *hr = PLAT_E_OUTOFMEMORY;
        return NULL;
    }
    if (!remote_layers_read(blob, parents, *count)) {
        *hr = remote_malformed(client);
        free(parents);
        return NULL;
    }
    return parents;
}

static plat_hr serve_create(struct remote_client *client, const struct remote_message *in,
                            struct remote_message *out)
{
    const struct plat_storage *storage = &client->platform.storage;
    struct plat_layer_driver driver;
    (void)out;
    return driver_of(client, in, &driver)
               ? storage->ops->create_layer(storage->ctx, &driver, in->blobs[1].data,
                                            in->blobs[2].data)
               : REMOTE_NO_SUCH_HANDLE;
}

static plat_hr serve_expand(struct remote_client *client, const struct remote_message *in,
                            struct remote_message *out)
{
    const struct plat_storage *storage = &client->platform.storage;
    struct plat_layer_driver driver;
    (void)out;
    return driver_of(client, in, &driver)
               ? storage->ops->expand_scratch_layer(storage->ctx, &driver, in->blobs[1].data,
                                                    in->numbers[1])
               : REMOTE_NO_SUCH_HANDLE;
}

/* Two texts and a list of parents. */
static chain_op *chain_op_of(const struct plat_storage_ops *ops, unsigned kind)
{
    switch (kind) {
    case REMOTE_CREATE_SCRATCH_LAYER:
        return ops->create_scratch_layer;
    case REMOTE_COPY_LAYER:
        return ops->copy_layer;
    case REMOTE_IMPORT_LAYER:
        return ops->import_layer;
    default:
        return ops->export_layer;
    }
}

static plat_hr serve_chain(struct remote_client *client, const struct remote_message *in,
                           struct remote_message *out)
{
    const struct plat_storage *storage = &client->platform.storage;
    struct plat_layer_driver driver;
    size_t count = 0;
    plat_hr hr = REMOTE_NO_SUCH_HANDLE;
    (void)out;
    if (!driver_of(client, in, &driver)) {
        return hr;
    }
    struct plat_layer_descriptor *parents = parents_of(client, in, &count, &hr);
    if (parents == NULL) {
        return hr;
    }
    if (in->kind == REMOTE_PREPARE_LAYER) {
        hr = storage->ops->prepare_layer(storage->ctx, &driver, in->blobs[1].data, parents, count);
    } else {
        hr = chain_op_of(storage->ops, in->kind)(storage->ctx, &driver, in->blobs[1].data,
                                                 in->blobs[2].data, parents, count);
    }
    free(parents);
    return hr;
}

static layer_op *layer_op_of(const struct plat_storage_ops *ops, unsigned kind)
{
    switch (kind) {
    case REMOTE_DESTROY_LAYER:
        return ops->destroy_layer;
    case REMOTE_ACTIVATE_LAYER:
        return ops->activate_layer;
    case REMOTE_DEACTIVATE_LAYER:
        return ops->deactivate_layer;
    default:
        return ops->unprepare_layer;
    }
}

static plat_hr serve_layer(struct remote_client *client, const struct remote_message *in,
                           struct remote_message *out)
{
    const struct plat_storage *storage = &client->platform.storage;
    struct plat_layer_driver driver;
    (void)out;
    return driver_of(client, in, &driver)
               ? layer_op_of(storage->ops, in->kind)(storage->ctx, &driver, in->blobs[1].data)
               : REMOTE_NO_SUCH_HANDLE;
}

static plat_hr serve_exists(struct remote_client *client, const struct remote_message *in,
                            struct remote_message *out)
{
    const struct plat_storage *storage = &client->platform.storage;
    struct plat_layer_driver driver;
    bool exists = false;
    if (!driver_of(client, in, &driver)) {
        return REMOTE_NO_SUCH_HANDLE;
    }
    plat_hr hr = storage->ops->layer_exists(storage->ctx, &driver, in->blobs[1].data, &exists);
    out->numbers[1] = plat_succeeded(hr) && exists ? 1 : 0;
    return hr;
}

static plat_hr serve_mount_path(struct remote_client *client, const struct remote_message *in,
                                struct remote_message *out)
{
    const struct plat_storage *storage = &client->platform.storage;
    struct plat_layer_driver driver;
    char *path = NULL;
    if (!driver_of(client, in, &driver)) {
        return REMOTE_NO_SUCH_HANDLE;
    }
    plat_hr hr = storage->ops->layer_mount_path(storage->ctx, &driver, in->blobs[1].data, &path);
    remote_give(out, 0, path);
    return hr;
}

static plat_hr serve_path(struct remote_client *client, const struct remote_message *in,
                          struct remote_message *out)
{
    const struct plat_storage *storage = &client->platform.storage;
    path_op *run = in->kind == REMOTE_PROCESS_BASE_IMAGE      ? storage->ops->process_base_image
                   : in->kind == REMOTE_PROCESS_UTILITY_IMAGE ? storage->ops->process_utility_image
                                                              : storage->ops->detach_disk;
    (void)out;
    return run(storage->ctx, in->blobs[0].data);
}

static plat_hr serve_base_images(struct remote_client *client, const struct remote_message *in,
                                 struct remote_message *out)
{
    const struct plat_storage *storage = &client->platform.storage;
    char *json = NULL;
    (void)in;
    plat_hr hr = storage->ops->base_images(storage->ctx, &json);
    remote_give(out, 0, json);
    return hr;
}

static plat_hr serve_name_to_guid(struct remote_client *client, const struct remote_message *in,
                                  struct remote_message *out)
{
    const struct plat_storage *storage = &client->platform.storage;
    char *guid = NULL;
    plat_hr hr = storage->ops->name_to_guid(storage->ctx, in->blobs[0].data, &guid);
    remote_give(out, 0, guid);
    return hr;
}

static plat_hr serve_access(struct remote_client *client, const struct remote_message *in,
                            struct remote_message *out)
{
    const struct plat_storage *storage = &client->platform.storage;
    access_op *run = in->kind == REMOTE_GRANT_VM_ACCESS ? storage->ops->grant_vm_access
                                                        : storage->ops->revoke_vm_access;
    (void)out;
    return run(storage->ctx, in->blobs[0].data, in->blobs[1].data);
}

remote_serve_fn *const remote_serve_storage[REMOTE_KIND_END] = {
    [REMOTE_CREATE_LAYER] = serve_create,
    [REMOTE_CREATE_SCRATCH_LAYER] = serve_chain,
    [REMOTE_EXPAND_SCRATCH_LAYER] = serve_expand,
    [REMOTE_COPY_LAYER] = serve_chain,
    [REMOTE_DESTROY_LAYER] = serve_layer,
    [REMOTE_LAYER_EXISTS] = serve_exists,
    [REMOTE_ACTIVATE_LAYER] = serve_layer,
    [REMOTE_DEACTIVATE_LAYER] = serve_layer,
    [REMOTE_PREPARE_LAYER] = serve_chain,
    [REMOTE_UNPREPARE_LAYER] = serve_layer,
    [REMOTE_LAYER_MOUNT_PATH] = serve_mount_path,
    [REMOTE_IMPORT_LAYER] = serve_chain,
    [REMOTE_EXPORT_LAYER] = serve_chain,
    [REMOTE_PROCESS_BASE_IMAGE] = serve_path,
    [REMOTE_PROCESS_UTILITY_IMAGE] = serve_path,
    [REMOTE_BASE_IMAGES] = serve_base_images,
    [REMOTE_NAME_TO_GUID] = serve_name_to_guid,
    [REMOTE_GRANT_VM_ACCESS] = serve_access,
    [REMOTE_DETACH_DISK] = serve_path,
    [REMOTE_REVOKE_VM_ACCESS] = serve_access,
};
