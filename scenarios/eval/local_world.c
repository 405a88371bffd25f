/* The daemon around the local runtime of v25; see local_world.h. */
#include "scenarios/eval/local_world.h"

#include "scenarios/eval/internal.h"

#include <stdlib.h>
#include <string.h>

/* ---- what the daemon is told ---- */

static const char *event_of(enum wcd_runtime_event_type type)
{
    static const char *const names[] = {
        [WCD_RUNTIME_CREATED] = "create",        [WCD_RUNTIME_STARTED] = "start",
        [WCD_RUNTIME_EXEC_ADDED] = "exec-added", [WCD_RUNTIME_EXEC_STARTED] = "exec-started",
        [WCD_RUNTIME_EXITED] = "exit",           [WCD_RUNTIME_EXEC_EXITED] = "exit",
        [WCD_RUNTIME_PAUSED] = "paused",         [WCD_RUNTIME_RESUMED] = "resumed",
    };
    return names[type];
}

/* The first process is called as its container is; a creation is of no process. */
static const char *process_of(const struct wcd_runtime_event *event)
{
    if (event->process_id != NULL) {
        return event->process_id;
    }
    return event->type == WCD_RUNTIME_CREATED ? "" : event->container_id;
}

/* NULL without memory. */
static struct wcd_json *event_json(const struct local_world *world,
                                   const struct wcd_runtime_event *event)
{
    struct wcd_json *json = wcd_json_new_object();
    bool forgotten = event->error != NULL && strstr(event->error, "out of memory") != NULL;
    char *error =
        event->error == NULL || forgotten ? NULL : hcs_host_plain(&world->host, event->error);
    bool ok = json != NULL && (error != NULL || event->error == NULL) &&
              wcd_json_set_string(json, "container", event->container_id) &&
              wcd_json_set(json, "error",
                           error == NULL ? wcd_json_new_null() : wcd_json_new_string(error)) &&
              wcd_json_set_string(json, "event", event_of(event->type)) &&
              wcd_json_set_int64(json, "exit_code", event->exit_code) &&
              wcd_json_set_int64(json, "pid", event->pid) &&
              wcd_json_set_string(json, "process_id", process_of(event));
    free(error);
    if (!ok) {
        wcd_json_free(json);
        return NULL;
    }
    return json;
}

static enum wcd_errc on_event(void *ctx, const struct wcd_runtime_event *event,
                              struct wcd_error *err)
{
    struct local_world *world = ctx;
    (void)err;
    struct wcd_json *call = hcs_host_new_call("ProcessEvent");
    if (call != NULL && !wcd_json_set(call, "event", event_json(world, event))) {
        wcd_json_free(call);
        call = NULL;
    }
    hcs_host_record(&world->host, call);
    return WCD_OK;
}

enum wcd_errc local_world_attach(void *ctx, const char *container_id, const char *process_id,
                                 const struct wcd_stdio *stdio, struct wcd_error *err)
{
    const struct local_world *world = ctx;
    (void)container_id, (void)process_id, (void)stdio;
    if (world->stdio_error != NULL) {
        return wcd_error_platform(err, WCD_E_PLAIN, "transport.attach",
                                  plat_hr_win32(PLAT_ERROR_INVALID_PARAMETER), "%s",
                                  world->stdio_error);
    }
    return world->attach_error == NULL ? WCD_OK
                                       : wcd_error_set(err, WCD_E_PLAIN, "%s", world->attach_error);
}

void local_world_done(void *ctx, const struct wcd_error *err)
{
    struct local_world *world = ctx;
    (void)wcd_error_copy(&world->outcome, err);
}

/* ---- the whole ---- */

enum wcd_errc local_world_create(struct local_world *world, const struct engine_rules *engine,
                                 const char *rule, struct wcd_error *err)
{
    *world = (struct local_world){0};
    enum wcd_errc code = eval_wants(engine, WCD_ENGINE_V25, rule, err);
    if (code == WCD_OK) {
        code = hcs_host_create(&world->host, engine_rules_of(WCD_ENGINE_V17), err);
    }
    if (code != WCD_OK) {
        return code;
    }
    world->host.log.least = WCD_LOG_WARN;
    world->host.splits_errors = true;
    struct wcd_runtime_options options = {.platform = &world->host.platform,
                                          .engine = engine,
                                          .reactor = world->host.reactor,
                                          .hcs = world->host.hcs,
                                          .log = &world->host.log,
                                          .on_event = on_event,
                                          .event_ctx = world};
    world->runtime = wcd_local_runtime_v25(&options);
    return world->runtime == NULL ? wcd_error_no_memory(err) : WCD_OK;
}

void local_world_release(struct local_world *world)
{
    world->host.records = false;
    if (world->runtime != NULL) {
        world->runtime->ops->destroy(world->runtime);
    }
    hcs_host_release(&world->host);
    wcd_error_release(&world->outcome);
}

static bool fill_spec(struct wcd_spec *spec, const struct local_world_start *start)
{
    spec->windows.present = true;
    spec->windows.hyperv.present = start->hyperv;
    if (!start->hyperv) {
        spec->root.path = wcd_text_copy("V:\\");
    }
    if (start->process != NULL) {
        spec->process = *start->process;
    } else {
        spec->process.cwd = wcd_text_copy("C:\\");
    }
    return (spec->root.path != NULL || start->hyperv) &&
           (spec->process.cwd != NULL || start->process != NULL) &&
           (start->process != NULL || wcd_strlist_add(&spec->process.args, "cmd")) &&
           wcd_strlist_add(&spec->windows.layer_folders, "C:\\oraclehcs\\wf\\base") &&
           wcd_strlist_add(&spec->windows.layer_folders, "C:\\oraclehcs\\wf\\ctr");
}

static enum wcd_errc start_container(struct local_world *world, const struct wcd_spec *spec,
                                     bool running, struct wcd_error *err)
{
    struct wcd_runtime_request request = {.id = LOCAL_WORLD_ID, .spec = spec, .processors = 1};
    uint32_t pid = 0;
    enum wcd_errc code =
        world->runtime->ops->create(world->runtime, &request, local_world_done, world, err);
    hcs_host_run(&world->host);
    if (code == WCD_OK && world->outcome.code != WCD_OK) {
        wcd_error_move(err, &world->outcome);
        code = err->code;
    }
    if (code == WCD_OK && running) {
        code = world->runtime->ops->new_task(world->runtime, LOCAL_WORLD_ID, true,
                                             local_world_attach, world, &pid, err);
        hcs_host_run(&world->host);
    }
    return code;
}

enum wcd_errc local_world_set_up(struct local_world *world, const struct local_world_start *start,
                                 struct wcd_error *err)
{
    struct wcd_spec spec = {0};
    world->host.records = false;
    enum wcd_errc code = fill_spec(&spec, start)
                             ? start_container(world, &spec, start->running, err)
                             : wcd_error_no_memory(err);
    if (start->process != NULL) {
        spec.process = (struct wcd_spec_process){0}; /* not ours */
    }
    wcd_spec_release(&spec);
    world->host.records = true;
    return code;
}

/* ---- output ---- */

/* A time-out of hcsshim has no class in the original's own sense. */
static enum wcd_errc class_of(enum wcd_errc code)
{
    return code == WCD_E_DEADLINE ? WCD_E_PLAIN : code;
}

/* hcsshim's errors are taken as they are; one of the file system has the system's own words apart. */
static bool put_plain(const struct local_world *world, struct wcd_json *output,
                      const struct wcd_error *error)
{
    char *plain = hcs_host_plain(&world->host, wcd_error_message(error));
    bool of_files = error->op != NULL && wcd_text_has_prefix(error->op, "fs.");
    char *words = NULL;
    bool ok = plain != NULL;
    if (ok && of_files) {
        const struct plat_os *os = &world->host.platform.os;
        ok = plat_succeeded(os->ops->message(os->ctx, plat_error_number(error->hresult), &words));
    }
    if (ok) {
        struct wcd_error shown = {
            .code = class_of(error->code), .hresult = error->hresult, .message = plain};
        ok = eval_put_error(output, &shown, words);
    }
    free(words);
    free(plain);
    return ok;
}

bool local_world_put_error(const struct local_world *world, struct wcd_json *output,
                           const char *name, const struct wcd_error *error)
{
    struct wcd_json *holder = wcd_json_new_object();
    if (holder == NULL || error->code == WCD_E_NO_MEMORY) {
        wcd_json_free(holder);
        return false;
    }
    bool ok = error->code == WCD_OK ? wcd_json_set(holder, "error", wcd_json_new_null())
                                    : put_plain(world, holder, error);
    ok = ok && wcd_json_set(output, name, wcd_json_copy(wcd_json_get(holder, "error")));
    wcd_json_free(holder);
    return ok;
}

bool local_world_put_calls(const struct local_world *world, struct wcd_json *output)
{
    return !world->host.no_memory &&
           wcd_json_set(output, "calls", wcd_json_copy(world->host.calls));
}

bool local_world_put_logs(const struct local_world *world, struct wcd_json *output)
{
    return !world->host.no_memory && wcd_json_set(output, "logs", wcd_json_copy(world->host.logs));
}
