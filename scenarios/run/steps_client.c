/* Steps of clients that are attached, and what is done to terminals. */
#include "core/base/limits.h"
#include "core/daemon/life.h"
#include "scenarios/run/tasks.h"

#include <stdlib.h>
#include <string.h>

/* False, with the step failed, when no client is called so. */
static struct scn_client *client_of(struct scn_world *world, const char *name,
                                    struct scn_outcome *out)
{
    struct scn_client *client = scn_client_find(world, name);
    if (client == NULL) {
        (void)wcd_error_set(&out->error, WCD_E_NOT_FOUND, "no client is called %s", name);
    }
    return client;
}

/* The same, and it has not gone away. */
static struct scn_client *attached_client(struct scn_world *world, const char *name,
                                          struct scn_outcome *out)
{
    struct scn_client *client = client_of(world, name, out);
    if (client != NULL && client->attachment == NULL) {
        (void)wcd_error_set(&out->error, WCD_E_CONFLICT, "the client %s has gone away", name);
        return NULL;
    }
    return client;
}

static bool read_or(struct scn_world *world, const struct scn_node *args, const char *key,
                    bool otherwise, bool *out)
{
    const struct scn_node *node = scn_node_get(args, key);
    *out = otherwise;
    return node == NULL || scn_world_yes(world, node, out);
}

static void attach(struct scn_world *world, const struct scn_node *args, struct scn_outcome *out)
{
    const char *container =
        args->kind == SCN_SCALAR ? args->text : scn_node_text(scn_node_get(args, "container"), "");
    struct wcd_attach_options options = {
        .detach_keys = scn_node_text(scn_node_get(args, "detach keys"), NULL)};
    struct wcd_attachment *attachment = NULL;
    if (scn_daemon_is_running(world, out) && read_or(world, args, "input", true, &options.input) &&
        read_or(world, args, "output", true, &options.output) &&
        read_or(world, args, "error", true, &options.error) &&
        read_or(world, args, "logs", false, &options.logs) &&
        wcd_daemon_attach(world->daemon, container, &options, &attachment, &out->error) == WCD_OK) {
        (void)scn_client_add(world, scn_node_text(scn_node_get(args, "client"), container),
                             attachment);
    }
}

static void write_input(struct scn_world *world, const struct scn_node *args,
                        struct scn_outcome *out)
{
    const char *to = scn_node_text(scn_node_get(args, "to"), "");
    const struct scn_node *line = scn_node_get(args, "line");
    const struct scn_client *client = attached_client(world, to, out);
    char *text = line == NULL ? wcd_text_copy(scn_node_text(scn_node_get(args, "text"), ""))
                              : wcd_text_format("%s\r\n", line->text);
    if (text == NULL) {
        scn_no_memory(world);
    } else if (client != NULL) {
        (void)wcd_attachment_write(client->attachment, text, strlen(text), &out->error);
    }
    free(text);
}

static void close_input(struct scn_world *world, const struct scn_node *args,
                        struct scn_outcome *out)
{
    const struct scn_client *client = attached_client(world, args->text, out);
    if (client != NULL) {
        wcd_attachment_close_input(client->attachment);
    }
}

static void detach(struct scn_world *world, const struct scn_node *args, struct scn_outcome *out)
{
    struct scn_client *client = attached_client(world, args->text, out);
    if (client != NULL) {
        scn_clients_read(world);
        scn_client_detach(client);
    }
}

static bool give_stream(struct wcd_json *result, const char *member, struct wcd_buf *stream)
{
    char *text = wcd_text_copy_n(stream->data == NULL ? "" : stream->data, stream->len);
    bool ok = text != NULL && wcd_json_set_string(result, member, text);
    free(text);
    wcd_buf_clear(stream);
    return ok;
}

static void read_output(struct scn_world *world, const struct scn_node *args,
                        struct scn_outcome *out)
{
    struct scn_client *client = client_of(world, args->text, out);
    if (client == NULL) {
        return;
    }
    scn_clients_read(world);
    out->result = wcd_json_new_object();
    if (out->result == NULL || !give_stream(out->result, "stdout", &client->streams[0]) ||
        !give_stream(out->result, "stderr", &client->streams[1]) ||
        !wcd_json_set_bool(out->result, "ended", client->ended)) {
        scn_no_memory(world);
    }
}

/* ---- sizes ---- */

/* False: a failure. */
static bool read_size(struct scn_world *world, const struct scn_node *args, uint32_t *height,
                      uint32_t *width)
{
    uint64_t h = 0;
    uint64_t w = 0;
    bool ok = scn_world_uint(world, scn_node_get(args, "height"), &h) &&
              scn_world_uint(world, scn_node_get(args, "width"), &w);
    *height = (uint32_t)h;
    *width = (uint32_t)w;
    return ok;
}

static void resize_container(struct scn_world *world, const struct scn_node *args,
                             struct scn_outcome *out)
{
    uint32_t height = 0;
    uint32_t width = 0;
    if (scn_daemon_is_running(world, out) && read_size(world, args, &height, &width)) {
        const char *name = scn_node_text(scn_node_get(args, "name"), "");
        (void)wcd_daemon_resize_container(world->daemon, name, width, height, &out->error);
    }
}

/* The exec's id, or that of the one in the background. */
static const char *exec_of(const struct scn_world *world, const char *name)
{
    const struct scn_task *task = scn_task_find(world, name);
    return task == NULL || task->exec_id == NULL ? name : task->exec_id;
}

static void resize_exec(struct scn_world *world, const struct scn_node *args,
                        struct scn_outcome *out)
{
    uint32_t height = 0;
    uint32_t width = 0;
    if (scn_daemon_is_running(world, out) && read_size(world, args, &height, &width)) {
        const char *id = exec_of(world, scn_node_text(scn_node_get(args, "exec"), ""));
        (void)wcd_daemon_resize_exec(world->daemon, id, width, height, &out->error);
    }
}

static void inspect_exec(struct scn_world *world, const struct scn_node *args,
                         struct scn_outcome *out)
{
    if (scn_daemon_is_running(world, out)) {
        (void)wcd_daemon_inspect_exec(world->daemon, exec_of(world, args->text), &out->result,
                                      &out->error);
    }
}

const struct scn_step_verb scn_steps_client[] = {
    {"attach", attach},
    {"write input", write_input},
    {"close input", close_input},
    {"detach", detach},
    {"read output", read_output},
    {"resize container", resize_container},
    {"resize exec", resize_exec},
    {"inspect exec", inspect_exec},
    {NULL, NULL},
};
