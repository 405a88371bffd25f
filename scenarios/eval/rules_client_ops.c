/* Rules of the runtime of 2017's commands, of the exit's path and of restore. */
#include "scenarios/eval/client_world.h"

#include <stdlib.h>
#include <string.h>

#define EXIT_PROCESSES_NONE (-1)

/* What an operation has at hand. */
struct ops_case {
    struct client_world *world;
    const struct wcd_json *input;
    const char *container; /* whom the command is for */
    const char *process;   /* NULL: the first one */
};

typedef enum wcd_errc (*operation)(struct ops_case *at, struct wcd_json *output,
                                   struct wcd_error *err);

static struct wcd_local_runtime *runtime_of(const struct ops_case *at)
{
    return at->world->runtime;
}

static enum wcd_errc put_error(const struct ops_case *at, struct wcd_json *output,
                               struct wcd_error *err)
{
    const struct client_world *world = at->world;
    bool ok = world->outcome.code != WCD_E_NO_MEMORY && !world->host.no_memory &&
              hcs_host_put_error(&world->host, output, &world->outcome);
    return ok ? WCD_OK : wcd_error_no_memory(err);
}

/* "error", and for a container that is there "calls" and, where they were recorded, "logs". */
static enum wcd_errc put_outcome(struct ops_case *at, struct wcd_json *output, bool logs,
                                 struct wcd_error *err)
{
    enum wcd_errc code = put_error(at, output, err);
    if (code != WCD_OK || strcmp(at->container, CLIENT_WORLD_ID) != 0) {
        return code;
    }
    return client_world_put(at->world, output, logs, err);
}

/* A whole number of any sign, as its low 32 bits. */
static uint32_t number_of(const struct wcd_json *input, const char *name)
{
    const struct wcd_json *json = wcd_json_get(input, name);
    int64_t number = 0;
    return wcd_json_is(json, WCD_JSON_NUMBER) && wcd_json_int64(json, &number) ? (uint32_t)number
                                                                               : 0;
}

static enum wcd_errc read_answer(const struct ops_case *at, const char *name,
                                 enum hcs_host_call call, struct wcd_error *err)
{
    return eval_text(at->input, name, NULL, &at->world->host.answers[call], err);
}

/* ---- signals, sizes ---- */

static enum wcd_errc signal_container(struct ops_case *at, struct wcd_json *output,
                                      struct wcd_error *err)
{
    enum wcd_errc code = read_answer(at, "hcs_error", HCS_HOST_SHUTDOWN, err);
    if (code == WCD_OK) {
        code = read_answer(at, "hcs_error", HCS_HOST_TERMINATE, err);
    }
    if (code != WCD_OK) {
        return code;
    }
    bool asked = runtime_of(at)->ops->signal(runtime_of(at), at->container,
                                             (int)number_of(at->input, "signal"),
                                             &at->world->outcome) == WCD_OK;
    hcs_host_run(&at->world->host);
    code = put_outcome(at, output, true, err);
    /* The original notes it and never asks. */
    if (code == WCD_OK && asked && !wcd_json_set_bool(output, "manual_stop_requested", true)) {
        return wcd_error_no_memory(err);
    }
    return code;
}

static enum wcd_errc signal_process(struct ops_case *at, struct wcd_json *output,
                                    struct wcd_error *err)
{
    enum wcd_errc code = read_answer(at, "hcs_error", HCS_HOST_KILL, err);
    const char *process = at->process == NULL ? "init" : at->process;
    if (code == WCD_OK) {
        (void)runtime_of(at)->ops->signal_exec(runtime_of(at), at->container, process,
                                               (int)number_of(at->input, "signal"),
                                               &at->world->outcome);
        code = put_outcome(at, output, false, err);
    }
    return code;
}

static enum wcd_errc resize(struct ops_case *at, struct wcd_json *output, struct wcd_error *err)
{
    (void)runtime_of(at)->ops->resize(runtime_of(at), at->container, at->process,
                                      number_of(at->input, "width"), number_of(at->input, "height"),
                                      &at->world->outcome);
    return put_outcome(at, output, false, err);
}

/* ---- pause and resume ---- */

static enum wcd_errc change(struct ops_case *at, bool pause, struct wcd_json *output,
                            struct wcd_error *err)
{
    struct wcd_local_runtime *runtime = runtime_of(at);
    enum wcd_errc code =
        read_answer(at, "hcs_error", pause ? HCS_HOST_PAUSE : HCS_HOST_RESUME, err);
    if (code == WCD_OK) {
        code = eval_text(at->input, "state_changed_error", NULL, &at->world->state_error, err);
    }
    if (code != WCD_OK) {
        return code;
    }
    (void)(pause ? runtime->ops->pause : runtime->ops->resume)(
        runtime, at->container, client_world_done, at->world, &at->world->outcome);
    hcs_host_run(&at->world->host);
    return put_outcome(at, output, false, err);
}

static enum wcd_errc pause_container(struct ops_case *at, struct wcd_json *output,
                                     struct wcd_error *err)
{
    return change(at, true, output, err);
}

static enum wcd_errc resume_container(struct ops_case *at, struct wcd_json *output,
                                      struct wcd_error *err)
{
    return change(at, false, output, err);
}

/* ---- properties ---- */

typedef enum wcd_errc (*question)(struct wcd_local_runtime *runtime, const char *id,
                                  struct wcd_json **out, struct wcd_error *err);

/* The input's member `given` is what HCS knows as `member`; the answer goes to the output's member `told`. */
static enum wcd_errc ask(struct ops_case *at, question ask_runtime, const char *given,
                         const char *member, const char *told, struct wcd_json *output,
                         struct wcd_error *err)
{
    struct hcs_host *host = &at->world->host;
    const struct wcd_json *value = wcd_json_get(at->input, given);
    struct wcd_json *answer = NULL;
    enum wcd_errc code = read_answer(at, "hcs_error", HCS_HOST_PROPERTIES, err);
    if (code != WCD_OK) {
        return code;
    }
    host->properties = wcd_json_new_object();
    if (host->properties == NULL ||
        (value != NULL && !wcd_json_set(host->properties, member, wcd_json_copy(value)))) {
        return wcd_error_no_memory(err);
    }
    bool told_something =
        ask_runtime(runtime_of(at), at->container, &answer, &at->world->outcome) == WCD_OK;
    code = put_error(at, output, err);
    if (code == WCD_OK && told_something) {
        if (answer == NULL) {
            answer = wcd_json_new_null();
        }
        code = wcd_json_set(output, told, answer) ? WCD_OK : wcd_error_no_memory(err);
    } else {
        wcd_json_free(answer);
    }
    return code;
}

static enum wcd_errc stats(struct ops_case *at, struct wcd_json *output, struct wcd_error *err)
{
    return ask(at, runtime_of(at)->ops->stats, "statistics", "Statistics", "stats", output, err);
}

static enum wcd_errc summary(struct ops_case *at, struct wcd_json *output, struct wcd_error *err)
{
    return ask(at, runtime_of(at)->ops->summary, "process_list", "ProcessList", "summary", output,
               err);
}

/* ---- what there is not ---- */

static enum wcd_errc pids(struct ops_case *at, struct wcd_json *output, struct wcd_error *err)
{
    (void)runtime_of(at)->ops->pids(runtime_of(at), at->container, &at->world->outcome);
    if (!wcd_json_set(output, "pids", wcd_json_new_null())) {
        return wcd_error_no_memory(err);
    }
    return put_error(at, output, err);
}

static enum wcd_errc update(struct ops_case *at, struct wcd_json *output, struct wcd_error *err)
{
    (void)runtime_of(at)->ops->update(runtime_of(at), at->container, &at->world->outcome);
    return put_error(at, output, err);
}

static enum wcd_errc checkpoint(struct ops_case *at, struct wcd_json *output, struct wcd_error *err)
{
    (void)runtime_of(at)->ops->checkpoint(runtime_of(at), at->container, &at->world->outcome);
    return put_error(at, output, err);
}

/* It has nothing to tell: there is no containerd. */
static enum wcd_errc server_version(struct ops_case *at, struct wcd_json *output,
                                    struct wcd_error *err)
{
    return put_error(at, output, err);
}

/* ---- restore ---- */

static enum wcd_errc restore(struct ops_case *at, struct wcd_json *output, struct wcd_error *err)
{
    struct client_world *world = at->world;
    const char *open = NULL;
    enum wcd_errc code = eval_text(at->input, "open", "ok", &open, err);
    if (code == WCD_OK) {
        code = read_answer(at, "terminate_error", HCS_HOST_TERMINATE, err);
    }
    if (code == WCD_OK) {
        code = read_answer(at, "wait_error", HCS_HOST_WAIT, err);
    }
    if (code == WCD_OK) {
        code = eval_text(at->input, "state_changed_error", NULL, &world->state_error, err);
    }
    if (code != WCD_OK) {
        return code;
    }
    world->host.answers[HCS_HOST_OPEN] = strcmp(open, "ok") == 0 ? NULL : "does-not-exist";
    (void)runtime_of(at)->ops->restore(runtime_of(at), CLIENT_WORLD_ID, client_world_done, world,
                                       &world->outcome);
    hcs_host_run(&world->host);
    return put_outcome(at, output, true, err);
}

/* ---- exits ---- */

/* The recorder's errors of a process were not the library's own: 2017's client logs those only, but for one that
 * says that a pipe broke. Words of these errors are told nowhere. */
static enum wcd_errc read_process_fault(const struct ops_case *at, const char *name,
                                        enum hcs_host_call call, struct wcd_error *err)
{
    const char *broken_pipe = "winapi error #2147942509"; /* 0x8007006D */
    const char *words = NULL;
    enum wcd_errc code = eval_text(at->input, name, NULL, &words, err);
    at->world->host.answers[call] = words == NULL ? NULL : broken_pipe;
    return code;
}

static enum wcd_errc read_exit(const struct ops_case *at, struct wcd_error *err)
{
    struct hcs_host *host = &at->world->host;
    static const struct fault {
        const char *name;
        enum hcs_host_call call;
    } faults[] = {
        {"close_error", HCS_HOST_CLOSE_PROCESS},        {"shutdown_error", HCS_HOST_SHUTDOWN},
        {"terminate_error", HCS_HOST_TERMINATE},        {"wait_timeout_error", HCS_HOST_WAIT},
        {"pending_updates_error", HCS_HOST_PROPERTIES},
    };
    bool pending = false;
    enum wcd_errc code = eval_bool(at->input, "pending_updates", false, &pending, err);
    for (size_t i = 0; code == WCD_OK && i < sizeof(faults) / sizeof(faults[0]); i++) {
        code = read_answer(at, faults[i].name, faults[i].call, err);
    }
    if (code == WCD_OK) {
        code = read_process_fault(at, "wait_error", HCS_HOST_PROCESS_WAIT, err);
    }
    if (code == WCD_OK) {
        code = read_process_fault(at, "exit_code_error", HCS_HOST_EXIT_CODE, err);
    }
    if (code != WCD_OK) {
        return code;
    }
    host->exit_code = number_of(at->input, "exit_code");
    host->records_closes = true;
    host->properties = wcd_json_new_object();
    bool ok = host->properties != NULL &&
              wcd_json_set_bool(host->properties, "AreUpdatesPending", pending);
    return ok ? WCD_OK : wcd_error_no_memory(err);
}

static enum wcd_errc process_exits(struct ops_case *at, struct wcd_json *output,
                                   struct wcd_error *err)
{
    struct client_world *world = at->world;
    bool exec = false;
    enum wcd_errc code = eval_bool(at->input, "exec", false, &exec, err);
    if (code == WCD_OK) {
        code = read_exit(at, err);
    }
    if (code == WCD_OK) {
        code = eval_text(at->input, "state_changed_error", NULL, &world->state_error, err);
    }
    if (code != WCD_OK) {
        return code;
    }
    hcs_host_end_process(&world->host, exec ? HCS_HOST_EXEC_PID : HCS_HOST_FIRST_PID);
    hcs_host_run(&world->host);
    world->host.records_closes = false;
    bool left = client_world_has(world, CLIENT_WORLD_ID);
    int64_t execs = left ? client_world_has_exec(world, CLIENT_WORLD_EXEC) : EXIT_PROCESSES_NONE;
    code = client_world_put(world, output, true, err);
    bool ok = wcd_json_set_bool(output, "container_registered", left) &&
              wcd_json_set_int64(output, "exec_processes", execs);
    return code != WCD_OK || ok ? code : wcd_error_no_memory(err);
}

/* ---- setupEnvironmentVariables: what an exec with these variables has ---- */

static const struct wcd_json *member_of_last_call(const struct hcs_host *host, const char *name)
{
    const struct wcd_json *last = NULL;
    for (const struct wcd_json *call = wcd_json_first(host->calls); call != NULL;
         call = wcd_json_next(call)) {
        last = call;
    }
    return wcd_json_get(last, name);
}

static enum wcd_errc put_map(const struct hcs_host *host, struct wcd_json *output,
                             struct wcd_error *err)
{
    const struct wcd_json *text = member_of_last_call(host, "config_json");
    struct wcd_json_fault fault;
    struct wcd_json *document =
        text == NULL ? NULL
                     : wcd_json_parse(wcd_json_string(text), strlen(wcd_json_string(text)), &fault);
    const struct wcd_json *map = wcd_json_get(document, "Environment");
    bool ok = document != NULL &&
              wcd_json_set(output, "map", map == NULL ? wcd_json_new_object() : wcd_json_copy(map));
    wcd_json_free(document);
    return ok ? WCD_OK : wcd_error_no_memory(err);
}

static enum wcd_errc environment(struct ops_case *at, struct wcd_json *output,
                                 struct wcd_error *err)
{
    struct client_world *world = at->world;
    struct wcd_spec_process process = {.present = true};
    struct wcd_runtime_exec exec = {
        .id = "env", .process = &process, .attach = client_world_attach, .attach_ctx = world};
    uint32_t pid = 0;
    enum wcd_errc code = eval_strings(at->input, "env", &process.env, err);
    if (code == WCD_OK) {
        code = runtime_of(at)->ops->exec(runtime_of(at), CLIENT_WORLD_ID, &exec, &pid, err);
    }
    if (code == WCD_OK) {
        code = put_map(&world->host, output, err);
    }
    wcd_strlist_release(&process.env);
    return code;
}

/* ---- the rule ---- */

static operation find_operation(const char *name)
{
    static const struct row {
        const char *name;
        operation run;
    } table[] = {
        {"Signal", signal_container},
        {"SignalProcess", signal_process},
        {"Resize", resize},
        {"Pause", pause_container},
        {"Resume", resume_container},
        {"Stats", stats},
        {"Summary", summary},
        {"GetPidsForContainer", pids},
        {"UpdateResources", update},
        {"CreateCheckpoint", checkpoint},
        {"DeleteCheckpoint", checkpoint},
        {"ListCheckpoints", checkpoint},
        {"GetServerVersion", server_version},
        {"Restore", restore},
        {"process exits", process_exits},
        {"setupEnvironmentVariables", environment},
    };
    for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
        if (strcmp(table[i].name, name) == 0) {
            return table[i].run;
        }
    }
    return NULL;
}

/* The container that the operation finds. */
static enum wcd_errc set_up(struct client_world *world, const struct wcd_json *input,
                            const char *op, struct wcd_error *err)
{
    struct client_world_container container = CLIENT_WORLD_CONTAINER_INIT;
    container.has_exec = true;
    enum wcd_errc code =
        eval_text(input, "isolation_options", container.isolation, &container.isolation, err);
    if (code == WCD_OK && strcmp(op, "process exits") == 0) {
        code = eval_bool(input, "exec", false, &container.has_exec, err);
    }
    return code == WCD_OK ? client_world_set_up(world, &container, err) : code;
}

static enum wcd_errc run_operation(struct client_world *world, const struct wcd_json *input,
                                   struct wcd_json *output, struct wcd_error *err)
{
    struct ops_case at = {.world = world, .input = input};
    const char *op = NULL;
    enum wcd_errc code = eval_text(input, "op", "", &op, err);
    if (code == WCD_OK) {
        code = eval_text(input, "container", CLIENT_WORLD_ID, &at.container, err);
    }
    if (code == WCD_OK) {
        code = eval_text(input, "process", NULL, &at.process, err);
    }
    operation run = code == WCD_OK ? find_operation(op) : NULL;
    if (code == WCD_OK && run == NULL) {
        code = wcd_error_set(err, WCD_E_INVALID_PARAMETER, "there is no operation \"%s\"", op);
    }
    if (code == WCD_OK && at.process != NULL && strcmp(at.process, "init") == 0) {
        at.process = NULL;
    }
    if (code == WCD_OK) {
        code = set_up(world, input, op, err);
    }
    return code == WCD_OK && run != NULL ? run(&at, output, err) : code;
}

enum wcd_errc eval_client_ops(const struct engine_rules *engine, const struct wcd_json *input,
                              struct wcd_json *output, struct wcd_error *err)
{
    struct client_world world;
    enum wcd_errc code = client_world_create(&world, engine, "client_ops", err);
    if (code == WCD_OK) {
        code = run_operation(&world, input, output, err);
    }
    client_world_release(&world);
    return code;
}
