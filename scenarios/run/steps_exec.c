/* Execs: programs that are started in running containers. */
#include "core/daemon/life.h"
#include "scenarios/run/request.h"
#include "scenarios/run/tasks.h"

#include <stdlib.h>
#include <string.h>

static bool is_yes(const struct scn_node *node)
{
    return node != NULL && scn_read_yes(node->text);
}

static bool add_member(struct wcd_json *json, const char *member, struct wcd_json *value)
{
    return wcd_json_set(json, member, value);
}

static bool add_text(struct wcd_json *json, const char *member, const struct scn_node *node)
{
    return node == NULL || wcd_json_set_string(json, member, node->text);
}

/* The API's ExecConfig. NULL without memory. */
static struct wcd_json *config_json(const struct scn_node *args)
{
    const struct scn_node *env = scn_node_get(args, "env");
    const struct scn_node *size = scn_node_get(args, "console size");
    bool detach = is_yes(scn_node_get(args, "detach"));
    bool input = is_yes(scn_node_get(args, "interactive")) || scn_node_get(args, "stdin") != NULL;
    struct wcd_json *json = wcd_json_new_object();
    bool ok = json != NULL &&
              add_member(json, "Cmd", scn_words_json(scn_node_get(args, "command"))) &&
              wcd_json_set_bool(json, "Tty", is_yes(scn_node_get(args, "tty"))) &&
              wcd_json_set_bool(json, "Privileged", is_yes(scn_node_get(args, "privileged"))) &&
              wcd_json_set_bool(json, "Detach", detach) &&
              wcd_json_set_bool(json, "AttachStdin", input) &&
              wcd_json_set_bool(json, "AttachStdout", !detach) &&
              wcd_json_set_bool(json, "AttachStderr", !detach) &&
              (env == NULL || add_member(json, "Env", scn_words_json(env))) &&
              (size == NULL || add_member(json, "ConsoleSize", scn_json_of_node(size))) &&
              add_text(json, "User", scn_node_get(args, "user")) &&
              add_text(json, "WorkingDir", scn_node_get(args, "working dir")) &&
              add_text(json, "DetachKeys", scn_node_get(args, "detach keys"));
    if (!ok) {
        wcd_json_free(json);
        return NULL;
    }
    return json;
}

/* The whole input of an exec, which ends behind it. */
static void give_input(struct scn_client *client, const struct scn_node *text,
                       struct wcd_error *err)
{
    if (text != NULL &&
        wcd_attachment_write(client->attachment, text->text, strlen(text->text), err) == WCD_OK) {
        wcd_attachment_close_input(client->attachment);
    }
}

static void start(struct scn_world *world, const struct scn_node *args, struct scn_task *task,
                  struct scn_outcome *out)
{
    struct wcd_attachment *attachment = NULL;
    bool detach = is_yes(scn_node_get(args, "detach"));
    struct wcd_op *op =
        wcd_daemon_start_exec(world->daemon, task->exec_id, detach ? NULL : &attachment);
    scn_task_own(world, task, op);
    if (attachment != NULL) {
        task->client = scn_client_add(world, task->name, attachment);
    }
    if (task->client != NULL) {
        give_input(task->client, scn_node_get(args, "stdin"), &out->error);
    }
}

static void begin_exec(struct scn_world *world, const struct scn_node *args, struct scn_task *task,
                       struct scn_outcome *out)
{
    const char *container = scn_node_text(scn_node_get(args, "container"), "");
    struct wcd_json *config = scn_daemon_is_running(world, out) ? config_json(args) : NULL;
    if (config == NULL) {
        if (out->error.code == WCD_OK) {
            scn_no_memory(world);
        }
        return;
    }
    if (wcd_daemon_create_exec(world->daemon, container, config, &task->exec_id, &out->error) ==
        WCD_OK) {
        start(world, args, task, out);
    }
    wcd_json_free(config);
}

static bool add_stream(struct wcd_json *result, const char *member, const struct wcd_buf *stream)
{
    char *text = wcd_text_copy_n(stream->data == NULL ? "" : stream->data, stream->len);
    bool ok = text != NULL && wcd_json_set_string(result, member, text);
    free(text);
    return ok;
}

/* What the daemon knows of it, as long as there is one. */
static bool add_state(struct scn_world *world, const struct scn_task *task, struct wcd_json *result)
{
    struct wcd_json *json = NULL;
    struct wcd_error err = WCD_ERROR_INIT;
    bool ok = true;
    if (!task->lost && task->exec_id != NULL && world->daemon != NULL &&
        wcd_daemon_inspect_exec(world->daemon, task->exec_id, &json, &err) == WCD_OK) {
        const struct wcd_json *code = wcd_json_get(json, "ExitCode");
        const struct wcd_json *running = wcd_json_get(json, "Running");
        ok = (code == NULL || wcd_json_set(result, "exit code", wcd_json_copy(code))) &&
             (running == NULL || wcd_json_set(result, "running", wcd_json_copy(running)));
    }
    wcd_json_free(json);
    wcd_error_release(&err);
    return ok;
}

static void finish_exec(struct scn_world *world, struct scn_task *task, struct scn_outcome *out)
{
    scn_clients_read(world);
    wcd_json_free(out->result);
    out->result = wcd_json_new_object();
    bool ok =
        out->result != NULL &&
        (task->exec_id == NULL || wcd_json_set_string(out->result, "id", task->exec_id)) &&
        add_state(world, task, out->result) &&
        (task->client == NULL || (add_stream(out->result, "stdout", &task->client->streams[0]) &&
                                  add_stream(out->result, "stderr", &task->client->streams[1])));
    if (!ok) {
        scn_no_memory(world);
    }
}

const struct scn_lasting_verb scn_lasting_exec[] = {
    {"exec", begin_exec, finish_exec},
    {NULL, NULL, NULL},
};
