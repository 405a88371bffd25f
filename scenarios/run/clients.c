/* Attached clients, and what containers are called. */
#include "scenarios/run/clients.h"

#include "core/base/limits.h"

#include <stdlib.h>
#include <string.h>

/* ---- clients ---- */

static void read_stream(struct scn_world *world, struct scn_client *client, bool error_stream)
{
    size_t size = 0;
    struct wcd_buf *buf = &client->streams[error_stream ? 1 : 0];
    const char *data = NULL;
    while ((data = wcd_attachment_read(client->attachment, error_stream, &size)) != NULL &&
           size > 0) {
        wcd_buf_add(buf, data, size);
    }
    if (buf->failed) {
        scn_no_memory(world);
    }
}

static void read_client(struct scn_world *world, struct scn_client *client)
{
    if (client->attachment != NULL) {
        read_stream(world, client, false);
        read_stream(world, client, true);
        client->ended = client->ended || wcd_attachment_ended(client->attachment);
    }
}

void scn_clients_read(struct scn_world *world)
{
    for (struct scn_client *client = world->clients; client != NULL; client = client->next) {
        read_client(world, client);
    }
}

struct scn_client *scn_client_add(struct scn_world *world, const char *name,
                                  struct wcd_attachment *attachment)
{
    struct scn_client *client = calloc(1, sizeof(*client));
    char *copy = name == NULL ? NULL : wcd_text_copy(name);
    if (client == NULL || (name != NULL && copy == NULL)) {
        free(client);
        free(copy);
        wcd_attachment_free(attachment);
        return scn_no_memory(world);
    }
    if (name != NULL) {
        scn_client_remove(world, scn_client_find(world, name));
    }
    client->name = copy;
    client->attachment = attachment;
    client->ended = attachment == NULL;
    wcd_buf_init(&client->streams[0], WCD_BUF_BYTES_MAX);
    wcd_buf_init(&client->streams[1], WCD_BUF_BYTES_MAX);
    client->next = world->clients;
    world->clients = client;
    return client;
}

struct scn_client *scn_client_find(const struct scn_world *world, const char *name)
{
    struct scn_client *client = world->clients;
    while (client != NULL && !wcd_text_equal(client->name, name)) {
        client = client->next;
    }
    return client;
}

void scn_client_detach(struct scn_client *client)
{
    wcd_attachment_free(client->attachment);
    client->attachment = NULL;
    client->ended = true;
}

void scn_client_remove(struct scn_world *world, struct scn_client *client)
{
    struct scn_client **at = &world->clients;
    while (*at != NULL && *at != client) {
        at = &(*at)->next;
    }
    if (client != NULL && *at == client) {
        *at = client->next;
        scn_client_detach(client);
        wcd_buf_release(&client->streams[0]);
        wcd_buf_release(&client->streams[1]);
        free(client->name);
        free(client);
    }
}

void scn_clients_lose(struct scn_world *world)
{
    for (struct scn_client *client = world->clients; client != NULL; client = client->next) {
        scn_client_detach(client);
    }
}

void scn_clients_release(struct scn_world *world)
{
    while (world->clients != NULL) {
        scn_client_remove(world, world->clients);
    }
}

/* ---- names ---- */

void scn_world_name_container(struct scn_world *world, const char *name, const char *id)
{
    name += *name == '/' ? 1 : 0;
    if (!wcd_strlist_add(&world->container_ids, id) ||
        !wcd_strlist_add(&world->container_names, name)) {
        scn_no_memory(world);
    }
}

const char *scn_world_container_id(const struct scn_world *world, const char *name)
{
    for (size_t i = world->container_names.count; name != NULL && i-- > 0;) {
        if (strcmp(world->container_names.items[i], name) == 0) {
            return world->container_ids.items[i];
        }
    }
    return NULL;
}

const char *scn_world_object(const struct scn_world *world, const char *name)
{
    const char *id = scn_world_container_id(world, name);
    return id == NULL ? name : id;
}
