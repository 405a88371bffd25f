/* Rules of what v25's local runtime sends to HCS: a container's document, and those of processes. */
#include "scenarios/eval/local_world.h"

#include <stdlib.h>
#include <string.h>

#define PROCESSORS_DEFAULT 4u
#define TASK_PID           1234u
#define FAILED_PID         5u

/* ---- local_create_windows ---- */

static enum wcd_errc read_spec(struct wcd_spec *spec, const struct wcd_json *input, const char **os,
                               struct wcd_error *err)
{
    const char *text = NULL;
    struct wcd_json_fault fault = {0};
    enum wcd_errc code = eval_text(input, "spec_json", "{}", &text, err);
    if (code != WCD_OK) {
        return code;
    }
    struct wcd_json *json = wcd_json_parse(text, strlen(text), &fault);
    if (json == NULL && strcmp(fault.reason, "out of memory") == 0) {
        return wcd_error_no_memory(err);
    }
    if (json == NULL) {
        return wcd_error_set(err, WCD_E_INVALID_PARAMETER,
                             "input member \"spec_json\" is no JSON: %s", fault.reason);
    }
    code = wcd_spec_from_json(spec, json, err);
    *os = wcd_json_is(wcd_json_get(json, "linux"), WCD_JSON_OBJECT) ? "linux" : "windows";
    wcd_json_free(json);
    return code;
}

static enum wcd_errc read_creation(struct local_world *world, struct wcd_runtime_request *request,
                                   const struct wcd_json *input, struct wcd_error *err)
{
    const char **answers = world->host.answers;
    const struct text {
        const char *name;
        const char *otherwise;
        const char **out;
    } texts[] = {
        {"id", "", &request->id},
        {"create_error", NULL, &answers[HCS_HOST_CREATE]},
        {"start_error", NULL, &answers[HCS_HOST_START]},
        {"terminate_error", NULL, &answers[HCS_HOST_TERMINATE]},
        {"wait_error", NULL, &answers[HCS_HOST_WAIT]},
    };
    enum wcd_errc code =
        eval_uint32(input, "num_cpu", PROCESSORS_DEFAULT, &request->processors, err);
    for (size_t i = 0; code == WCD_OK && i < sizeof(texts) / sizeof(texts[0]); i++) {
        code = eval_text(input, texts[i].name, texts[i].otherwise, texts[i].out, err);
    }
    return code;
}

static bool put_creation(const struct local_world *world, struct wcd_json *output)
{
    const struct hcs_host *host = &world->host;
    return local_world_put_calls(world, output) &&
           wcd_json_set(output, "container_config_json",
                        host->container_document == NULL
                            ? wcd_json_new_null()
                            : wcd_json_new_string(host->container_document)) &&
           local_world_put_error(world, output, "error", &world->outcome) &&
           local_world_put_logs(world, output) &&
           wcd_json_set(output, "name_to_guid", wcd_json_copy(host->guids));
}

enum wcd_errc eval_local_create_windows(const struct engine_rules *engine,
                                        const struct wcd_json *input, struct wcd_json *output,
                                        struct wcd_error *err)
{
    struct local_world world;
    struct wcd_spec spec = {0};
    struct wcd_runtime_request request = {.spec = &spec};
    enum wcd_errc code = local_world_create(&world, engine, "local_create_windows", err);
    if (code == WCD_OK) {
        code = read_spec(&spec, input, &request.os, err);
    }
    if (code == WCD_OK) {
        code = read_creation(&world, &request, input, err);
    }
    if (code == WCD_OK) {
        (void)world.runtime->ops->create(world.runtime, &request, local_world_done, &world,
                                         &world.outcome);
        hcs_host_run(&world.host);
        code = put_creation(&world, output) ? WCD_OK : wcd_error_no_memory(err);
    }
    wcd_spec_release(&spec);
    local_world_release(&world);
    return code;
}

/* ---- local_process_config ---- */

/* A copy of an object in which texts of digits are numbers: large ones are written so in records. */
static struct wcd_json *with_numbers(const struct wcd_json *object)
{
    struct wcd_json *copy = wcd_json_new_object();
    bool ok = copy != NULL;
    for (const struct wcd_json *member = wcd_json_first(object); ok && member != NULL;
         member = wcd_json_next(member)) {
        const char *text = wcd_json_is(member, WCD_JSON_STRING) ? wcd_json_string(member) : "";
        bool digits = text[0] != '\0' && text[strspn(text, "0123456789")] == '\0';
        ok = wcd_json_set(copy, wcd_json_name(member),
                          digits ? wcd_json_new_uint64(strtoull(text, NULL, 10))
                                 : wcd_json_copy(member));
    }
    if (!ok) {
        wcd_json_free(copy);
        return NULL;
    }
    return copy;
}

/* {"process": the input's, or one that runs cmd}; NULL without memory. */
static struct wcd_json *process_spec(const struct wcd_json *input)
{
    const char *plain = "{\"process\":{\"args\":[\"cmd\"],\"cwd\":\"C:\\\\\"}}";
    const struct wcd_json *given = wcd_json_get(input, "process");
    struct wcd_json_fault fault;
    if (given == NULL) {
        return wcd_json_parse(plain, strlen(plain), &fault);
    }
    struct wcd_json *spec = wcd_json_new_object();
    struct wcd_json *process = wcd_json_copy(given);
    const struct wcd_json *size = wcd_json_get(given, "consoleSize");
    bool ok = spec != NULL && process != NULL;
    if (ok && wcd_json_is(size, WCD_JSON_OBJECT)) {
        ok = wcd_json_set(process, "consoleSize", with_numbers(size));
    }
    if (!ok) {
        wcd_json_free(process);
        wcd_json_free(spec);
        return NULL;
    }
    if (!wcd_json_set(spec, "process", process)) {
        wcd_json_free(spec);
        return NULL;
    }
    return spec;
}

static enum wcd_errc read_process(struct wcd_spec *spec, const struct wcd_json *input,
                                  struct wcd_error *err)
{
    struct wcd_json *json = process_spec(input);
    enum wcd_errc code =
        json == NULL ? wcd_error_no_memory(err) : wcd_spec_from_json(spec, json, err);
    wcd_json_free(json);
    return code;
}

/* The record's "case": what goes wrong, in words. */
static void set_case(struct local_world *world, const char *name)
{
    struct hcs_host *host = &world->host;
    if (strstr(name, "attach") != NULL) {
        world->attach_error = "attach boom";
    } else if (strstr(name, "stdio") != NULL) {
        world->stdio_error = "stdio boom";
    } else if (strstr(name, "create") != NULL) {
        host->answers[HCS_HOST_CREATE_PROCESS] = "create boom";
    }
    if (strstr(name, "kill") != NULL) {
        host->answers[HCS_HOST_KILL] = "kill boom";
    }
    host->records_closes = name[0] != '\0';
}

static enum wcd_errc put_launch(struct local_world *world, bool launched, uint32_t pid,
                                struct wcd_json *output, struct wcd_error *err)
{
    bool ok = local_world_put_calls(world, output) &&
              local_world_put_error(world, output, "error", &world->outcome) &&
              local_world_put_logs(world, output) &&
              (!launched || wcd_json_set_int64(output, "pid", pid));
    return ok ? WCD_OK : wcd_error_no_memory(err);
}

/* One that nobody could be attached to was killed: it ends. */
static void end_failed(struct local_world *world, bool launched, uint32_t pid)
{
    hcs_host_run(&world->host);
    if (!launched && world->host.answers[HCS_HOST_CREATE_PROCESS] == NULL) {
        hcs_host_end_process(&world->host, pid);
        hcs_host_run(&world->host);
    }
}

static enum wcd_errc new_task(struct local_world *world, const struct wcd_spec *spec,
                              const char *name, struct wcd_json *output, struct wcd_error *err)
{
    struct local_world_start start = {.process = &spec->process};
    uint32_t pid = 0;
    world->host.first_pid = name[0] == '\0' ? TASK_PID : FAILED_PID;
    enum wcd_errc code = local_world_set_up(world, &start, err);
    if (code != WCD_OK) {
        return code;
    }
    set_case(world, name);
    bool launched =
        world->runtime->ops->new_task(world->runtime, LOCAL_WORLD_ID, true, local_world_attach,
                                      world, &pid, &world->outcome) == WCD_OK;
    end_failed(world, launched, world->host.first_pid);
    return put_launch(world, launched, pid, output, err);
}

static enum wcd_errc exec(struct local_world *world, const struct wcd_spec *spec, const char *name,
                          const struct wcd_json *input, struct wcd_json *output,
                          struct wcd_error *err)
{
    struct wcd_spec_process first = {.present = true};
    struct local_world_start start = {.process = &first, .running = true};
    struct wcd_runtime_exec exec = {.id = LOCAL_WORLD_EXEC,
                                    .process = &spec->process,
                                    .with_stdin = true,
                                    .attach = local_world_attach,
                                    .attach_ctx = world};
    const char *cwd = NULL;
    uint32_t pid = 0;
    enum wcd_errc code = eval_text(input, "container_cwd", "C:\\", &cwd, err);
    if (code == WCD_OK) {
        first.cwd = wcd_text_copy(cwd);
        code =
            first.cwd == NULL ? wcd_error_no_memory(err) : local_world_set_up(world, &start, err);
        free(first.cwd);
    }
    if (code != WCD_OK) {
        return code;
    }
    set_case(world, name);
    bool launched = world->runtime->ops->exec(world->runtime, LOCAL_WORLD_ID, &exec, &pid,
                                              &world->outcome) == WCD_OK;
    end_failed(world, launched, HCS_HOST_EXEC_PID);
    return put_launch(world, launched, pid, output, err);
}

static enum wcd_errc run_process_rule(struct local_world *world, const struct wcd_json *input,
                                      struct wcd_json *output, struct wcd_error *err)
{
    struct wcd_spec spec = {0};
    const char *op = NULL;
    const char *name = NULL;
    enum wcd_errc code = eval_text(input, "op", "", &op, err);
    if (code == WCD_OK) {
        code = eval_text(input, "case", "", &name, err);
    }
    if (code == WCD_OK) {
        code = read_process(&spec, input, err);
    }
    if (code != WCD_OK) {
        wcd_spec_release(&spec);
        return code;
    }
    if (strcmp(op, "NewTask") == 0) {
        code = new_task(world, &spec, name, output, err);
    } else if (strcmp(op, "Exec") == 0) {
        code = exec(world, &spec, name, input, output, err);
    } else if (strcmp(op, "AttachTask") == 0) {
        (void)wcd_v25_attach_task(&world->outcome);
        code = local_world_put_error(world, output, "error", &world->outcome)
                   ? WCD_OK
                   : wcd_error_no_memory(err);
    } else {
        code = wcd_error_set(err, WCD_E_INVALID_PARAMETER, "there is no operation \"%s\"", op);
    }
    wcd_spec_release(&spec);
    return code;
}

enum wcd_errc eval_local_process_config(const struct engine_rules *engine,
                                        const struct wcd_json *input, struct wcd_json *output,
                                        struct wcd_error *err)
{
    struct local_world world;
    enum wcd_errc code = local_world_create(&world, engine, "local_process_config", err);
    if (code == WCD_OK) {
        code = run_process_rule(&world, input, output, err);
    }
    local_world_release(&world);
    return code;
}
