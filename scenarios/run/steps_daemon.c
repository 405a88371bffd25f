/* Steps about the daemon's life. Their result is the daemon as `expect: daemon` sees it. */
#include "core/daemon/hooks.h"
#include "core/runtime/registry.h"
#include "scenarios/run/tasks.h"

#include <string.h>

static bool is_running(const struct scn_world *world)
{
    if (world->daemon == NULL) {
        return false;
    }
    enum wcd_daemon_state state = wcd_daemon_info(world->daemon).state;
    return state == WCD_DAEMON_RUNNING || state == WCD_DAEMON_STARTING;
}

/* Keeps a copy of a failed start's or stop's error for `expect: daemon: {error: ...}`. */
static void keep_error(struct scn_world *world, const struct wcd_error *error)
{
    wcd_error_release(&world->daemon_error);
    if (error->code != WCD_OK) {
        wcd_error_platform(&world->daemon_error, error->code, error->op, error->hresult, "%s",
                           wcd_error_message(error));
    }
}

static void begin_start(struct scn_world *world, const struct scn_node *args, struct scn_task *task,
                        struct scn_outcome *out)
{
    if (is_running(world)) {
        wcd_error_set(&out->error, WCD_E_CONFLICT, "the daemon is running already");
    } else if (scn_world_new_daemon(world, scn_node_get(args, "flags"), &out->error)) {
        task->op = wcd_daemon_start(world->daemon);
    }
}

static void begin_stop(struct scn_world *world, const struct scn_node *args, struct scn_task *task,
                       struct scn_outcome *out)
{
    (void)args;
    if (is_running(world)) {
        task->op = wcd_daemon_stop(world->daemon);
    } else {
        wcd_error_set(&out->error, WCD_E_CONFLICT, "no daemon is running");
    }
}

static void finish_either(struct scn_world *world, struct scn_task *task, struct scn_outcome *out)
{
    (void)task;
    keep_error(world, &out->error);
    wcd_json_free(out->result);
    out->result = scn_world_daemon_json(world);
}

static void kill_daemon(struct scn_world *world, const struct scn_node *args,
                        struct scn_outcome *out)
{
    (void)args;
    if (!is_running(world)) {
        wcd_error_set(&out->error, WCD_E_CONFLICT, "no daemon is running");
        return;
    }
    scn_world_kill_daemon(world);
    out->result = scn_world_daemon_json(world);
}

/* `dockerd --validate` is a process of its own, beside a daemon that may be running. */
static void check_configuration(struct scn_world *world, const struct scn_node *args,
                                struct scn_outcome *out)
{
    struct wcd_strlist flags;
    struct wcd_daemon *daemon = NULL;
    if (!scn_world_flags(world, scn_node_get(args, "flags"), &flags)) {
        wcd_error_no_memory(&out->error);
    } else if (scn_world_make_daemon(world, &flags, &daemon, &out->error) == WCD_OK) {
        (void)wcd_daemon_check_configuration(daemon, &out->error);
    }
    wcd_daemon_destroy(daemon);
    wcd_strlist_release(&flags);
}

static void run_hook(struct scn_world *world, const struct scn_node *args, struct scn_outcome *out)
{
    const char *answer = NULL;
    if (world->daemon == NULL && !scn_world_new_daemon(world, NULL, &out->error)) {
        return;
    }
    if (wcd_daemon_run_hook(world->daemon, args->text, &answer, &out->error) != WCD_OK) {
        return;
    }
    out->result = wcd_json_new_object();
    if (out->result == NULL || !wcd_json_set_string(out->result, "answer", answer)) {
        scn_no_memory(world);
    }
}

/* The registry of runtimes is not part of either Windows daemon: asked about with its folders. */
static void resolve_runtime(struct scn_world *world, const struct scn_node *args,
                            struct scn_outcome *out)
{
    if (!is_running(world)) {
        wcd_error_set(&out->error, WCD_E_CONFLICT, "no daemon is running");
        return;
    }
    struct wcd_daemon_info info = wcd_daemon_info(world->daemon);
    struct wcd_runtime_registry_options options = {.root = info.root, .exec_root = info.exec_root};
    struct wcd_runtime_registry *registry = NULL;
    const struct wcd_runtime *runtime = NULL;
    if (wcd_runtime_registry_create(&registry, &options, &out->error) != WCD_OK ||
        wcd_runtime_registry_find(registry, args->text, &runtime, &out->error) != WCD_OK) {
        wcd_runtime_registry_destroy(registry);
        return;
    }
    struct wcd_json *json = out->result = wcd_json_new_object();
    if (json == NULL || !wcd_json_set_string(json, "name", runtime->name) ||
        !wcd_json_set_string(json, "path", runtime->path) ||
        !wcd_json_set_string(json, "shim", runtime->shim) ||
        !wcd_json_set_bool(json, "stock", runtime->stock)) {
        scn_no_memory(world);
    }
    wcd_runtime_registry_destroy(registry);
}

const struct scn_lasting_verb scn_lasting_daemon[] = {
    {"start daemon", begin_start, finish_either},
    {"stop daemon", begin_stop, finish_either},
    {NULL, NULL, NULL},
};

const struct scn_step_verb scn_steps_daemon[] = {
    {"kill daemon", kill_daemon},
    {"check configuration", check_configuration},
    {"run hook", run_hook},
    {"resolve runtime", resolve_runtime},
    {NULL, NULL},
};
