/* What a client of the service has open. */
#include "fakes/remote/server.h"

#include <stdlib.h>

bool remote_reserve(struct remote_client *client, struct remote_room *room)
{
    room->count = 0;
    wcd_lock_acquire(&client->handles_lock);
    bool good = client->handles.count < REMOTE_HANDLES_MAX;
    wcd_lock_release(&client->handles_lock);
    while (good && room->count < REMOTE_OPENED_MAX) {
        struct remote_handle *handle = calloc(1, sizeof(*handle));
        good = handle != NULL;
        if (good) {
            room->handles[room->count] = handle;
            room->count++;
        }
    }
    if (!good) {
        remote_unreserve(room);
    }
    return good;
}

void remote_unreserve(struct remote_room *room)
{
    while (room->count > 0) {
        room->count--;
        free(room->handles[room->count]);
    }
}

static struct remote_handle *find(const struct remote_client *client, unsigned type,
                                  uint64_t number)
{
    return (struct remote_handle *)(void *)remote_table_find(&client->handles, type, number);
}

void remote_registered(struct remote_client *client, struct remote_room *room, unsigned type,
                       uint64_t number, plat_handle real, unsigned object_type, uint64_t object)
{
    if (real == PLAT_NO_HANDLE) {
        return;
    }
    room->count--;
    struct remote_handle *handle = room->handles[room->count];
    *handle = (struct remote_handle){.real = real, .object_type = object_type, .object = object};
    wcd_lock_acquire(&client->handles_lock);
    remote_table_add(&client->handles, &handle->entry, type, number);
    struct remote_handle *of = find(client, object_type, object);
    if (of != NULL) {
        of->registrations++;
    }
    wcd_lock_release(&client->handles_lock);
}

void remote_opened(struct remote_client *client, struct remote_room *room, unsigned type,
                   uint64_t number, plat_handle real)
{
    remote_registered(client, room, type, number, real, REMOTE_CLASS_END, 0);
}

bool remote_find(struct remote_client *client, unsigned type, uint64_t number, plat_handle *real)
{
    wcd_lock_acquire(&client->handles_lock);
    const struct remote_handle *handle = find(client, type, number);
    *real = handle == NULL ? PLAT_NO_HANDLE : handle->real;
    wcd_lock_release(&client->handles_lock);
    return handle != NULL;
}

struct remote_handle *remote_claim(struct remote_client *client, unsigned type, uint64_t number)
{
    wcd_lock_acquire(&client->handles_lock);
    struct remote_handle *handle = find(client, type, number);
    if (handle != NULL) {
        remote_table_remove(&client->handles, &handle->entry);
    }
    wcd_lock_release(&client->handles_lock);
    return handle;
}

/* The registrations of an object that was closed are no more. */
static size_t end_registrations(struct remote_client *client, const struct remote_handle *object)
{
    size_t count = 0;
    struct remote_walk walk = {0};
    struct remote_entry *entry = NULL;
    while (count < object->registrations &&
           (entry = remote_table_next(&client->handles, &walk)) != NULL) {
        struct remote_handle *at = (struct remote_handle *)(void *)entry;
        if (at->object_type == object->entry.type && at->object == object->entry.number) {
            remote_table_remove(&client->handles, entry);
            free(at);
            count++;
        }
    }
    return count;
}

size_t remote_closed(struct remote_client *client, struct remote_handle *handle, bool closed)
{
    size_t count = 0;
    wcd_lock_acquire(&client->handles_lock);
    if (closed) {
        count = end_registrations(client, handle);
        struct remote_handle *of = find(client, handle->object_type, handle->object);
        if (of != NULL) {
            of->registrations--;
        }
    } else {
        remote_table_add(&client->handles, &handle->entry, handle->entry.type,
                         handle->entry.number);
    }
    wcd_lock_release(&client->handles_lock);
    if (closed) {
        free(handle);
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
                remote_table_remove(&client->handles, at);
                free(handle);
            }
        }
    }
    remote_table_release(&client->handles);
}
