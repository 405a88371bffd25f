/* The daemon around the runtime of 2017; see client_world.h. */
#include "scenarios/eval/client_world.h"

#include "scenarios/eval/internal.h"

#include <string.h>

/* ---- what the daemon is told ---- */

static const char *state_of(enum wcd_runtime_event_type type)
{
    switch (type) {
    case WCD_RUNTIME_STARTED:
        return "start-container";
    case WCD_RUNTIME_EXITED:
        return "exit";
    case WCD_RUNTIME_EXEC_EXITED:
        return "exit-process";
    case WCD_RUNTIME_PAUSED:
        return "pause";
    case WCD_RUNTIME_RESUMED:
        return "resume";
    default:
        return "";
    }
}

/* The first process is called so where its own exit is told, and not where a container's end is made known. */
static const char *process_of(const struct wcd_runtime_event *event)
{
    if (event->process_id != NULL) {
        return event->process_id;
    }
    return event->type == WCD_RUNTIME_EXITED && event->pid != 0 ? "init" : "";
}

static struct wcd_json *state_call(const struct wcd_runtime_event *event)
{
    struct wcd_json *call = hcs_host_new_call("StateChanged");
    bool ok = call != NULL && wcd_json_set_string(call, "container", event->container_id) &&
              wcd_json_set_string(call, "state", state_of(event->type)) &&
              wcd_json_set_string(call, "process_id", process_of(event)) &&
              wcd_json_set_int64(call, "pid", event->pid) &&
              wcd_json_set_int64(call, "exit_code", event->exit_code) &&
              wcd_json_set_bool(call, "update_pending", event->update_pending);
    if (!ok) {
        wcd_json_free(call);
        return NULL;
    }
    return call;
}

static enum wcd_errc on_event(void *ctx, const struct wcd_runtime_event *event,
                              struct wcd_error *err)
{
    struct client_world *world = ctx;
    hcs_host_record(&world->host, state_call(event));
    return world->state_error == NULL ? WCD_OK
                                      : wcd_error_set(err, WCD_E_PLAIN, "%s", world->state_error);
}

enum wcd_errc client_world_attach(void *ctx, const char *container_id, const char *process_id,
                                  const struct wcd_stdio *stdio, struct wcd_error *err)
{
    const struct client_world *world = ctx;
    (void)container_id, (void)process_id, (void)stdio;
    if (world->stdio_error != NULL) {
        return wcd_error_platform(err, WCD_E_PLAIN, "transport.attach",
                                  plat_hr_win32(PLAT_ERROR_INVALID_PARAMETER), "%s",
                                  world->stdio_error);
    }
    return world->attach_error == NULL ? WCD_OK
                                       : wcd_error_set(err, WCD_E_PLAIN, "%s", world->attach_error);
}

void client_world_done(void *ctx, const struct wcd_error *err)
{
    struct client_world *world = ctx;
    (void)wcd_error_copy(&world->outcome, err);
    world->answered = true;
}

/* ---- the whole ---- */

enum wcd_errc client_world_create(struct client_world *world, const struct engine_rules *engine,
                                  const char *rule, struct wcd_error *err)
{
    *world = (struct client_world){0};
    enum wcd_errc code = eval_wants(engine, WCD_ENGINE_V17, rule, err);
    if (code == WCD_OK) {
        code = hcs_host_create(&world->host, engine, err);
    }
    if (code != WCD_OK) {
        return code;
    }
    struct wcd_runtime_options options = {.platform = &world->host.platform,
                                          .engine = engine,
                                          .reactor = world->host.reactor,
                                          .hcs = world->host.hcs,
                                          .log = &world->host.log,
                                          .on_event = on_event,
                                          .event_ctx = world};
    world->runtime = wcd_local_runtime_v17(&options);
    return world->runtime == NULL ? wcd_error_no_memory(err) : WCD_OK;
}

void client_world_release(struct client_world *world)
{
    world->host.records = false;
    if (world->runtime != NULL) {
        world->runtime->ops->destroy(world->runtime);
    }
    hcs_host_release(&world->host);
    wcd_error_release(&world->outcome);
}

void client_world_start(struct client_world *world, const struct wcd_runtime_request *request)
{
    (void)world->runtime->ops->create(world->runtime, request, client_world_done, world,
                                      &world->outcome);
    hcs_host_run(&world->host);
}

/* The isolation options in words; answers how many. */
static size_t isolation_options(struct wcd_runtime_option *out, const char *words)
{
    static const struct isolation {
        const char *words;
        size_t count;
        bool hyperv[2];
    } table[] = {
        {"process", 1, {false}},
        {"hyperv", 1, {true}},
        {"process then hyperv", 2, {false, true}},
        {"hyperv then process", 2, {true, false}},
    };
    for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
        if (strcmp(table[i].words, words) == 0) {
            for (size_t n = 0; n < table[i].count; n++) {
                out[n] = (struct wcd_runtime_option){.kind = WCD_OPTION_HYPERV,
                                                     .flag = table[i].hyperv[n]};
            }
            return table[i].count;
        }
    }
    return 0;
}

static enum wcd_errc start_exec(struct client_world *world, struct wcd_error *err)
{
    struct wcd_spec_process process = {.present = true};
    struct wcd_runtime_exec exec = {.id = CLIENT_WORLD_EXEC,
                                    .process = &process,
                                    .attach = client_world_attach,
                                    .attach_ctx = world};
    uint32_t pid = 0;
    return world->runtime->ops->exec(world->runtime, CLIENT_WORLD_ID, &exec, &pid, err);
}

/* Takes no notice of what the record says of calls. */
static enum wcd_errc start_container(struct client_world *world,
                                     const struct client_world_container *container,
                                     struct wcd_error *err)
{
    struct wcd_strlist layers = {.present = true};
    struct wcd_runtime_option options[4] = {
        {.kind = WCD_OPTION_LAYER, .layer_paths = &layers},
        {.kind = WCD_OPTION_LCOW, .has_config = true},
    };
    struct wcd_spec spec = {.windows.present = true};
    struct wcd_runtime_request request = {
        .id = CLIENT_WORLD_ID,
        .spec = &spec,
        .os = container->os,
        .options = options,
        .option_count = 2 + isolation_options(options + 2, container->isolation),
        .attach = client_world_attach,
        .attach_ctx = world,
    };
    enum wcd_errc code = WCD_OK;
    spec.process.cwd = wcd_text_copy(container->cwd);
    if (spec.process.cwd == NULL || !wcd_strlist_add(&layers, "C:\\oraclehcs\\wf\\base")) {
        code = wcd_error_no_memory(err);
    } else {
        client_world_start(world, &request);
    }
    wcd_strlist_release(&layers);
    wcd_spec_release(&spec);
    return code;
}

enum wcd_errc client_world_set_up(struct client_world *world,
                                  const struct client_world_container *container,
                                  struct wcd_error *err)
{
    world->host.records = false;
    enum wcd_errc code = start_container(world, container, err);
    if (code == WCD_OK && world->outcome.code != WCD_OK) {
        wcd_error_move(err, &world->outcome);
        code = err->code;
    }
    if (code == WCD_OK && container->has_exec) {
        code = start_exec(world, err);
    }
    world->host.records = true;
    world->answered = false;
    return code;
}

bool client_world_has(struct client_world *world, const char *id)
{
    struct wcd_error err = WCD_ERROR_INIT;
    uint32_t pid = 0;
    enum wcd_errc code = world->runtime->ops->new_task(world->runtime, id, false,
                                                       client_world_attach, world, &pid, &err);
    wcd_error_release(&err);
    return code == WCD_OK;
}

bool client_world_has_exec(struct client_world *world, const char *id)
{
    struct wcd_error err = WCD_ERROR_INIT;
    world->host.records = false;
    enum wcd_errc code =
        world->runtime->ops->resize(world->runtime, CLIENT_WORLD_ID, id, 1, 1, &err);
    world->host.records = true;
    wcd_error_release(&err);
    return code == WCD_OK;
}

enum wcd_errc client_world_put(struct client_world *world, struct wcd_json *output, bool logs,
                               struct wcd_error *err)
{
    const struct hcs_host *host = &world->host;
    bool ok = !host->no_memory && world->outcome.code != WCD_E_NO_MEMORY &&
              wcd_json_set(output, "calls", wcd_json_copy(host->calls));
    if (logs) {
        ok = ok && wcd_json_set(output, "logs", wcd_json_copy(host->logs));
    }
    return ok ? WCD_OK : wcd_error_no_memory(err);
}
