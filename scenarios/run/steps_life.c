/* Steps of a container's life whose work takes time. */
#include "core/daemon/life.h"
#include "scenarios/run/request.h"
#include "scenarios/run/tasks.h"

#include <stdlib.h>
#include <string.h>

/* The container that the step is about: `verb: name` or `verb: { name: ... }`. */
static const char *name_of(const struct scn_node *args)
{
    return args->kind == SCN_SCALAR ? args->text : scn_node_text(scn_node_get(args, "name"), "");
}

static void begin_run(struct scn_world *world, const struct scn_node *args, struct scn_task *task,
                      struct scn_outcome *out)
{
    if (!scn_daemon_is_running(world, out)) {
        return;
    }
    const struct wcd_container *container = scn_create_container(world, args, out);
    if (container != NULL && out->error.code == WCD_OK) {
        scn_task_own(world, task, wcd_daemon_start_container(world->daemon, container->id));
    }
}

static void begin_start(struct scn_world *world, const struct scn_node *args, struct scn_task *task,
                        struct scn_outcome *out)
{
    if (scn_daemon_is_running(world, out)) {
        scn_task_own(world, task, wcd_daemon_start_container(world->daemon, args->text));
    }
}

/* False: a failure. */
static bool read_timeout(struct scn_world *world, const struct scn_node *args, int32_t *timeout)
{
    const struct scn_node *node = scn_node_get(args, "timeout");
    *timeout = WCD_STOP_TIMEOUT_DEFAULT;
    return node == NULL || scn_world_seconds(world, node, timeout);
}

static void begin_stop(struct scn_world *world, const struct scn_node *args, struct scn_task *task,
                       struct scn_outcome *out)
{
    int32_t timeout = 0;
    if (scn_daemon_is_running(world, out) && read_timeout(world, args, &timeout)) {
        const char *signal = scn_node_text(scn_node_get(args, "signal"), NULL);
        scn_task_own(world, task,
                     wcd_daemon_stop_container(world->daemon, name_of(args), timeout, signal));
    }
}

static void begin_restart(struct scn_world *world, const struct scn_node *args,
                          struct scn_task *task, struct scn_outcome *out)
{
    int32_t timeout = 0;
    if (scn_daemon_is_running(world, out) && read_timeout(world, args, &timeout)) {
        const char *signal = scn_node_text(scn_node_get(args, "signal"), NULL);
        scn_task_own(world, task,
                     wcd_daemon_restart_container(world->daemon, name_of(args), timeout, signal));
    }
}

static void begin_kill(struct scn_world *world, const struct scn_node *args, struct scn_task *task,
                       struct scn_outcome *out)
{
    if (scn_daemon_is_running(world, out)) {
        const char *signal = scn_node_text(scn_node_get(args, "signal"), NULL);
        scn_task_own(world, task, wcd_daemon_kill_container(world->daemon, name_of(args), signal));
    }
}

static void begin_pause(struct scn_world *world, const struct scn_node *args, struct scn_task *task,
                        struct scn_outcome *out)
{
    if (scn_daemon_is_running(world, out)) {
        scn_task_own(world, task, wcd_daemon_pause_container(world->daemon, args->text));
    }
}

static void begin_unpause(struct scn_world *world, const struct scn_node *args,
                          struct scn_task *task, struct scn_outcome *out)
{
    if (scn_daemon_is_running(world, out)) {
        scn_task_own(world, task, wcd_daemon_unpause_container(world->daemon, args->text));
    }
}

static void begin_wait(struct scn_world *world, const struct scn_node *args, struct scn_task *task,
                       struct scn_outcome *out)
{
    if (scn_daemon_is_running(world, out)) {
        const char *condition = scn_node_text(scn_node_get(args, "condition"), NULL);
        scn_task_own(world, task,
                     wcd_daemon_wait_container(world->daemon, name_of(args), condition));
    }
}

/* {"StatusCode": n, "Error": {"Message": ...}} as {exit code, error}. */
static void finish_wait(struct scn_world *world, struct scn_task *task, struct scn_outcome *out)
{
    const struct wcd_json *answer = scn_task_answer(task);
    const struct wcd_json *code = wcd_json_get(answer, "StatusCode");
    const struct wcd_json *error = wcd_json_get(wcd_json_get(answer, "Error"), "Message");
    if (code == NULL) {
        return;
    }
    wcd_json_free(out->result);
    out->result = wcd_json_new_object();
    if (out->result == NULL || !wcd_json_set(out->result, "exit code", wcd_json_copy(code)) ||
        !wcd_json_set(out->result, "error",
                      error == NULL ? wcd_json_new_null() : wcd_json_copy(error))) {
        scn_no_memory(world);
    }
}

static void begin_remove(struct scn_world *world, const struct scn_node *args,
                         struct scn_task *task, struct scn_outcome *out)
{
    struct wcd_remove_options options = {0};
    if (scn_daemon_is_running(world, out) &&
        scn_world_yes(world, scn_node_get(args, "force"), &options.force) &&
        scn_world_yes(world, scn_node_get(args, "volumes"), &options.volumes)) {
        scn_task_own(world, task, wcd_daemon_remove(world->daemon, name_of(args), &options));
    }
}

/* The layers that went: none where the operation tells of none. */
static void finish_remove(struct scn_world *world, struct scn_task *task, struct scn_outcome *out)
{
    const struct wcd_json *removed = wcd_json_get(scn_task_answer(task), "removed");
    wcd_json_free(out->result);
    out->result = wcd_json_new_object();
    if (out->result == NULL ||
        !wcd_json_set(out->result, "removed",
                      removed == NULL ? wcd_json_new_array() : wcd_json_copy(removed))) {
        scn_no_memory(world);
    }
}

const struct scn_lasting_verb scn_lasting_life[] = {
    {"run", begin_run, NULL},
    {"start container", begin_start, NULL},
    {"stop container", begin_stop, NULL},
    {"restart container", begin_restart, NULL},
    {"kill container", begin_kill, NULL},
    {"pause container", begin_pause, NULL},
    {"unpause container", begin_unpause, NULL},
    {"wait container", begin_wait, finish_wait},
    {"remove container", begin_remove, finish_remove},
    {NULL, NULL, NULL},
};
