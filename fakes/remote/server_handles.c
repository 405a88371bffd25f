/* What a client of the service has open. */
#include "fakes/remote/server.h"

#include <stdlib.h>

bool remote_reserve(struct remote_client *client)
{
    while (client->spare_count < REMOTE_OPENED_MAX) {
        struct remote_handle *handle = malloc(sizeof(*handle));
        if (handle == NULL) {
            return false;
        }
        handle->next_spare = client->spare;
        client->spare = handle;
        client->spare_count++;
    }
    return client->handles.count + REMOTE_OPENED_MAX <= REMOTE_HANDLES_MAX;
}

struct remote_handle *remote_opened(struct remote_client *client, unsigned type, uint64_t number,
                                    plat_handle real)
{
    if (real == PLAT_NO_HANDLE) {
        return NULL;
    }
    struct remote_handle *handle = client->spare;
    client->spare = handle->next_spare;
    client->spare_count--;
    *handle = (struct remote_handle){.real = real};
    remote_table_add(&client->handles, &handle->entry, type, number);
    return handle;
}

struct remote_handle *remote_find(const struct remote_client *client, unsigned type,
                                  uint64_t number)
{
    return (struct remote_handle *)(void *)remote_table_find(&client->handles, type, number);
}

void remote_closed(struct remote_client *client, struct remote_handle *handle)
{
    if (handle->object != NULL) {
        handle->object->registrations--;
    }
    remote_table_remove(&client->handles, &handle->entry);
    free(handle);
}

size_t remote_end_registrations(struct remote_client *client, struct remote_handle *object)
{
    size_t count = object->registrations;
    struct remote_walk walk = {0};
    while (object->registrations > 0) {
        struct remote_handle *at =
            (struct remote_handle *)(void *)remote_table_next(&client->handles, &walk);
        if (at->object == object) {
            remote_closed(client, at);
        }
    }
    return count;
}

static void close_one(const struct platform *platform, unsigned type, plat_handle real)
{
    const struct plat_hcs *hcs = &platform->hcs;
    const struct plat_hcn *hcn = &platform->hcn;
    switch (type) {
    case REMOTE_SYSTEM_REGISTRATION:
        (void)hcs->ops->unregister_system(hcs->ctx, real);
        break;
    case REMOTE_PROCESS_REGISTRATION:
        (void)hcs->ops->unregister_process(hcs->ctx, real);
        break;
    case REMOTE_HCN_REGISTRATION:
        (void)hcn->ops->unregister_service(hcn->ctx, real);
        break;
    case REMOTE_STREAM:
        (void)platform->transport.ops->close(platform->transport.ctx, real);
        break;
    case REMOTE_PROCESS:
        (void)hcs->ops->close_process(hcs->ctx, real);
        break;
    case REMOTE_SYSTEM:
        (void)hcs->ops->close_system(hcs->ctx, real);
        break;
    default:
        (void)hcn->ops->close(hcn->ctx, (enum plat_hcn_kind)(type - REMOTE_HCN), real);
        break;
    }
}

void remote_close_all(struct remote_client *client)
{
    for (unsigned type = 0; type < REMOTE_CLASS_END; type++) {
        struct remote_walk walk = {0};
        struct remote_entry *at = NULL;
        while ((at = remote_table_next(&client->handles, &walk)) != NULL) {
            if (at->type == type) {
                struct remote_handle *handle = (struct remote_handle *)(void *)at;
                close_one(&client->platform, type, handle->real);
                remote_closed(client, handle);
            }
        }
    }
    remote_table_release(&client->handles);
    while (client->spare != NULL) {
        struct remote_handle *next = client->spare->next_spare;
        free(client->spare);
        client->spare = next;
    }
}
