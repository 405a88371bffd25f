/* Rules of what v25's local runtime does with tasks: signals, pauses, exits, removals, restoring. */
#include "core/base/gotime.h"
#include "scenarios/eval/local_world.h"

#include <stdlib.h>
#include <string.h>

/* Go's zero time, in seconds since 1970. */
#define ZERO_TIME_SECONDS ((int64_t)-62135596800)
#define NANOSECONDS       ((int64_t)1000000000)

/* 0x8007006D: an error that the original does not log. The recorder's errors of a process were not the library's
 * own, which are the only ones that it does. */
#define UNLOGGED_ERROR "winapi error #2147942509"

struct ops_case {
    struct local_world *world;
    const struct wcd_json *input;
    struct wcd_json *output;
};

typedef enum wcd_errc operation(struct ops_case *at, struct wcd_error *err);

static const struct wcd_local_runtime_ops *ops_of(const struct ops_case *at)
{
    return at->world->runtime->ops;
}

static struct wcd_local_runtime *runtime_of(const struct ops_case *at)
{
    return at->world->runtime;
}

static enum wcd_errc set_up(const struct ops_case *at, bool hyperv, struct wcd_error *err)
{
    struct local_world_start start = {.hyperv = hyperv, .running = true};
    return local_world_set_up(at->world, &start, err);
}

static enum wcd_errc read_answer(const struct ops_case *at, const char *name,
                                 enum hcs_host_call call, struct wcd_error *err)
{
    return eval_text(at->input, name, NULL, &at->world->host.answers[call], err);
}

/* A whole number of any sign, as its low 32 bits. */
static uint32_t number_of(const struct ops_case *at, const char *name)
{
    const struct wcd_json *json = wcd_json_get(at->input, name);
    int64_t number = 0;
    return wcd_json_is(json, WCD_JSON_NUMBER) && wcd_json_int64(json, &number) ? (uint32_t)number
                                                                               : 0;
}

static enum wcd_errc settled(bool ok, struct wcd_error *err)
{
    return ok ? WCD_OK : wcd_error_no_memory(err);
}

static bool put_error(const struct ops_case *at)
{
    return local_world_put_error(at->world, at->output, "error", &at->world->outcome);
}

static const char *status_of(const struct ops_case *at)
{
    static const char *const names[] = {[WCD_V25_NO_TASK] = "",
                                        [WCD_V25_RUNNING] = "running",
                                        [WCD_V25_PAUSED] = "paused",
                                        [WCD_V25_STOPPED] = "stopped"};
    return names[wcd_v25_status_of(runtime_of(at), LOCAL_WORLD_ID)];
}

/* ---- signals, sizes ---- */

static enum wcd_errc kill_task(struct ops_case *at, struct wcd_error *err)
{
    enum wcd_errc code = set_up(at, false, err);
    if (code == WCD_OK) {
        code = read_answer(at, "hcs_error", HCS_HOST_SHUTDOWN, err);
    }
    if (code == WCD_OK) {
        code = read_answer(at, "hcs_error", HCS_HOST_TERMINATE, err);
    }
    if (code != WCD_OK) {
        return code;
    }
    (void)ops_of(at)->signal(runtime_of(at), LOCAL_WORLD_ID, (int)number_of(at, "signal"),
                             &at->world->outcome);
    return settled(local_world_put_calls(at->world, at->output) && put_error(at) &&
                       local_world_put_logs(at->world, at->output) &&
                       wcd_json_set_bool(at->output, "terminate_invoked",
                                         wcd_v25_terminate_invoked(runtime_of(at), LOCAL_WORLD_ID)),
                   err);
}

static enum wcd_errc resize(struct ops_case *at, struct wcd_error *err)
{
    enum wcd_errc code = set_up(at, false, err);
    if (code != WCD_OK) {
        return code;
    }
    (void)ops_of(at)->resize(runtime_of(at), LOCAL_WORLD_ID, NULL, number_of(at, "width"),
                             number_of(at, "height"), &at->world->outcome);
    return settled(local_world_put_calls(at->world, at->output) && put_error(at), err);
}

/* ---- pause and resume ---- */

static enum wcd_errc put_change(struct ops_case *at, struct wcd_error *err)
{
    bool paused = wcd_v25_status_of(runtime_of(at), LOCAL_WORLD_ID) == WCD_V25_PAUSED;
    return settled(local_world_put_calls(at->world, at->output) && put_error(at) &&
                       wcd_json_set_bool(at->output, "is_paused", paused) &&
                       wcd_json_set_string(at->output, "status", status_of(at)),
                   err);
}

static enum wcd_errc set_up_change(const struct ops_case *at, struct wcd_error *err)
{
    bool hyperv = false;
    enum wcd_errc code = eval_bool(at->input, "hyperv", false, &hyperv, err);
    if (code == WCD_OK) {
        code = set_up(at, hyperv, err);
    }
    if (code == WCD_OK) {
        code = read_answer(at, "hcs_error", HCS_HOST_PAUSE, err);
    }
    return code == WCD_OK ? read_answer(at, "hcs_error", HCS_HOST_RESUME, err) : code;
}

static enum wcd_errc pause_task(struct ops_case *at, struct wcd_error *err)
{
    enum wcd_errc code = set_up_change(at, err);
    if (code != WCD_OK) {
        return code;
    }
    (void)ops_of(at)->pause(runtime_of(at), LOCAL_WORLD_ID, local_world_done, at->world,
                            &at->world->outcome);
    hcs_host_run(&at->world->host);
    return put_change(at, err);
}

/* The pause before fails as the resume does; it is no part of the record. */
static enum wcd_errc resume_task(struct ops_case *at, struct wcd_error *err)
{
    enum wcd_errc code = set_up_change(at, err);
    if (code != WCD_OK) {
        return code;
    }
    at->world->host.records = false;
    (void)ops_of(at)->pause(runtime_of(at), LOCAL_WORLD_ID, local_world_done, at->world,
                            &at->world->outcome);
    hcs_host_run(&at->world->host);
    at->world->host.records = true;
    bool had_memory = at->world->outcome.code != WCD_E_NO_MEMORY;
    wcd_error_release(&at->world->outcome);
    (void)ops_of(at)->resume(runtime_of(at), LOCAL_WORLD_ID, local_world_done, at->world,
                             &at->world->outcome);
    hcs_host_run(&at->world->host);
    return had_memory ? put_change(at, err) : wcd_error_no_memory(err);
}

/* ---- exits ---- */

static enum wcd_errc read_unlogged(const struct ops_case *at, const char *name,
                                   enum hcs_host_call call, struct wcd_error *err)
{
    const char *words = NULL;
    enum wcd_errc code = eval_text(at->input, name, NULL, &words, err);
    at->world->host.answers[call] = words == NULL ? NULL : UNLOGGED_ERROR;
    return code;
}

static enum wcd_errc process_exits(struct ops_case *at, struct wcd_error *err)
{
    struct hcs_host *host = &at->world->host;
    uint32_t exit_code = 0;
    enum wcd_errc code = set_up(at, false, err);
    if (code == WCD_OK) {
        code = read_unlogged(at, "wait_error", HCS_HOST_PROCESS_WAIT, err);
    }
    if (code == WCD_OK) {
        code = read_unlogged(at, "exit_code_error", HCS_HOST_EXIT_CODE, err);
    }
    if (code == WCD_OK) {
        code = read_answer(at, "close_error", HCS_HOST_CLOSE_PROCESS, err);
    }
    if (code != WCD_OK) {
        return code;
    }
    host->exit_code = number_of(at, "exit_code");
    host->records_closes = true;
    hcs_host_end_process(host, host->first_pid);
    hcs_host_run(host);
    const char *status = status_of(at);
    bool ok = ops_of(at)->delete_task(runtime_of(at), LOCAL_WORLD_ID, &exit_code,
                                      &at->world->outcome) == WCD_OK;
    return settled(ok && local_world_put_calls(at->world, at->output) &&
                       wcd_json_set_int64(at->output, "exit_status", exit_code) &&
                       local_world_put_logs(at->world, at->output) &&
                       wcd_json_set_string(at->output, "status", status),
                   err);
}

/* The exits that records know by name. */
static enum wcd_errc end_by_name(const struct ops_case *at, struct wcd_error *err)
{
    static const struct known_exit {
        const char *name;
        uint32_t code;
        enum hcs_host_call fails; /* HCS_HOST_CALL_COUNT: nothing */
    } exits[] = {
        {"zero", 0, HCS_HOST_CALL_COUNT},           {"one", 1, HCS_HOST_CALL_COUNT},
        {"neg", UINT32_MAX, HCS_HOST_CALL_COUNT},   {"big", 3221225786u, HCS_HOST_CALL_COUNT},
        {"wait-error", 3, HCS_HOST_PROCESS_WAIT},   {"code-error", 3, HCS_HOST_EXIT_CODE},
        {"close-error", 3, HCS_HOST_CLOSE_PROCESS},
    };
    struct hcs_host *host = &at->world->host;
    const char *name = NULL;
    enum wcd_errc code = eval_text(at->input, "exit", "zero", &name, err);
    for (size_t i = 0; code == WCD_OK && i < sizeof(exits) / sizeof(exits[0]); i++) {
        if (strcmp(exits[i].name, name) == 0) {
            host->exit_code = exits[i].code;
            if (exits[i].fails != HCS_HOST_CALL_COUNT) {
                host->answers[exits[i].fails] = UNLOGGED_ERROR;
            }
        }
    }
    if (code == WCD_OK) {
        host->records = false;
        hcs_host_end_process(host, host->first_pid);
        hcs_host_run(host);
        host->records = true;
    }
    return code;
}

static enum wcd_errc calls_after_exit(struct ops_case *at, struct wcd_error *err)
{
    struct wcd_error resize_error = WCD_ERROR_INIT;
    struct wcd_error stdin_error = WCD_ERROR_INIT;
    enum wcd_errc code = set_up(at, false, err);
    if (code == WCD_OK) {
        code = end_by_name(at, err);
    }
    if (code != WCD_OK) {
        return code;
    }
    (void)ops_of(at)->resize(runtime_of(at), LOCAL_WORLD_ID, NULL, 1, 1, &resize_error);
    (void)ops_of(at)->close_stdin(runtime_of(at), LOCAL_WORLD_ID, NULL, &stdin_error);
    bool ended = wcd_v25_status_of(runtime_of(at), LOCAL_WORLD_ID) == WCD_V25_STOPPED;
    bool ok = local_world_put_error(at->world, at->output, "closestdin", &stdin_error) &&
              wcd_json_set_int64(at->output, "pid", ended ? 0 : HCS_HOST_FIRST_PID) &&
              local_world_put_error(at->world, at->output, "resize", &resize_error);
    wcd_error_release(&resize_error);
    wcd_error_release(&stdin_error);
    return settled(ok, err);
}

/* ---- task.Delete ---- */

static enum wcd_errc delete_task(struct ops_case *at, struct wcd_error *err)
{
    uint32_t exit_code = 0;
    bool deleted = ops_of(at)->delete_task(runtime_of(at), LOCAL_WORLD_ID, &exit_code,
                                           &at->world->outcome) == WCD_OK;
    return settled(
        put_error(at) && (!deleted || wcd_json_set_int64(at->output, "exit_code", exit_code)), err);
}

static enum wcd_errc delete_running_task(struct ops_case *at, struct wcd_error *err)
{
    enum wcd_errc code = set_up(at, false, err);
    return code == WCD_OK ? delete_task(at, err) : code;
}

static enum wcd_errc delete_ended_task(struct ops_case *at, struct wcd_error *err)
{
    enum wcd_errc code = set_up(at, false, err);
    if (code == WCD_OK) {
        code = end_by_name(at, err);
    }
    return code == WCD_OK ? delete_task(at, err) : code;
}

/* A task that has ended and is deleted: what comes is done to that. */
static enum wcd_errc set_up_deleted(struct ops_case *at, struct wcd_error *err)
{
    uint32_t exit_code = 0;
    enum wcd_errc code = set_up(at, false, err);
    if (code == WCD_OK) {
        code = end_by_name(at, err);
    }
    return code == WCD_OK ? ops_of(at)->delete_task(runtime_of(at), LOCAL_WORLD_ID, &exit_code, err)
                          : code;
}

static enum wcd_errc delete_task_twice(struct ops_case *at, struct wcd_error *err)
{
    enum wcd_errc code = set_up_deleted(at, err);
    return code == WCD_OK ? delete_task(at, err) : code;
}

static enum wcd_errc kill_deleted(struct ops_case *at, struct wcd_error *err)
{
    enum wcd_errc code = set_up_deleted(at, err);
    if (code == WCD_OK) {
        (void)ops_of(at)->signal(runtime_of(at), LOCAL_WORLD_ID, 15, &at->world->outcome);
        code = settled(put_error(at), err);
    }
    return code;
}

/* ---- container.Delete ---- */

static void remove_container(struct ops_case *at)
{
    (void)ops_of(at)->remove(runtime_of(at), LOCAL_WORLD_ID, local_world_done, at->world,
                             &at->world->outcome);
    hcs_host_run(&at->world->host);
}

static enum wcd_errc delete_running_container(struct ops_case *at, struct wcd_error *err)
{
    enum wcd_errc code = set_up(at, false, err);
    if (code == WCD_OK) {
        remove_container(at);
        code = settled(put_error(at), err);
    }
    return code;
}

/* With words for what HCS answers, or for how the first process ended: a stop is pending then. */
static enum wcd_errc delete_container(struct ops_case *at, struct wcd_error *err)
{
    struct hcs_host *host = &at->world->host;
    bool scripted = wcd_json_get(at->input, "shutdown_error") != NULL;
    enum wcd_errc code = set_up_deleted(at, err);
    if (code == WCD_OK) {
        code = read_answer(at, "shutdown_error", HCS_HOST_SHUTDOWN, err);
    }
    if (code == WCD_OK) {
        code = read_answer(at, "terminate_error", HCS_HOST_TERMINATE, err);
    }
    if (code == WCD_OK) {
        code = read_answer(at, "wait_error", HCS_HOST_WAIT, err);
    }
    if (code != WCD_OK) {
        return code;
    }
    if (!scripted) {
        host->answers[HCS_HOST_SHUTDOWN] = "pending";
    }
    host->records_closes = true;
    remove_container(at);
    return settled(local_world_put_calls(at->world, at->output) && put_error(at) &&
                       (!scripted || local_world_put_logs(at->world, at->output)),
                   err);
}

static enum wcd_errc delete_container_twice(struct ops_case *at, struct wcd_error *err)
{
    enum wcd_errc code = set_up_deleted(at, err);
    if (code != WCD_OK) {
        return code;
    }
    at->world->host.records = false;
    remove_container(at);
    at->world->host.records = true;
    bool had_memory = at->world->outcome.code != WCD_E_NO_MEMORY;
    wcd_error_release(&at->world->outcome);
    remove_container(at);
    return settled(had_memory && local_world_put_calls(at->world, at->output) && put_error(at),
                   err);
}

/* ---- LoadContainer ---- */

static enum wcd_errc load_container(struct ops_case *at, struct wcd_error *err)
{
    struct hcs_host *host = &at->world->host;
    const char *open = NULL;
    enum wcd_errc code = eval_text(at->input, "open", "ok", &open, err);
    if (code == WCD_OK) {
        code = read_answer(at, "terminate_error", HCS_HOST_TERMINATE, err);
    }
    if (code == WCD_OK) {
        code = read_answer(at, "wait_error", HCS_HOST_WAIT, err);
    }
    if (code != WCD_OK) {
        return code;
    }
    host->answers[HCS_HOST_OPEN] = strcmp(open, "ok") == 0 ? NULL : "does-not-exist";
    (void)ops_of(at)->restore(runtime_of(at), LOCAL_WORLD_ID, local_world_done, at->world,
                              &at->world->outcome);
    hcs_host_run(host);
    return settled(local_world_put_calls(at->world, at->output) && put_error(at), err);
}

/* ---- Summary ---- */

static const struct summary_member {
    const char *given; /* by HCS */
    const char *told;  /* runhcs' ProcessDetails */
} summary_members[] = {
    {"ImageName", "image_name"},
    {"KernelTime100ns", "kernel_time_100_ns"},
    {"MemoryCommitBytes", "memory_commit_bytes"},
    {"MemoryWorkingSetPrivateBytes", "memory_working_set_private_bytes"},
    {"MemoryWorkingSetSharedBytes", "memory_working_set_shared_bytes"},
    {"ProcessId", "process_id"},
    {"UserTime100ns", "user_time_100_ns"},
};

static bool is_default(const struct wcd_json *value)
{
    int64_t number = 1;
    return value == NULL || wcd_json_is(value, WCD_JSON_NULL) ||
           (wcd_json_is(value, WCD_JSON_STRING) && wcd_json_string(value)[0] == '\0') ||
           (wcd_json_is(value, WCD_JSON_NUMBER) && wcd_json_int64(value, &number) && number == 0);
}

static bool put_created(struct wcd_json *out, const struct wcd_json *process)
{
    const struct wcd_json *created = wcd_json_get(process, "CreateTimestamp");
    uint64_t time = 0;
    int64_t seconds = ZERO_TIME_SECONDS;
    int64_t fraction = 0;
    if (wcd_json_is(created, WCD_JSON_STRING) && wcd_time_parse(wcd_json_string(created), &time) &&
        time != 0) {
        seconds = wcd_time_unix_s(time);
        fraction = wcd_time_unix_ns(time) - seconds * NANOSECONDS;
    }
    struct wcd_json *at = wcd_json_new_object();
    bool ok = at != NULL && wcd_json_set_int64(at, "seconds", seconds) &&
              (fraction == 0 || wcd_json_set_int64(at, "nanos", fraction));
    if (!ok) {
        wcd_json_free(at);
        return false;
    }
    return wcd_json_set(out, "created_at", at);
}

/* NULL without memory. */
static struct wcd_json *details_of(const struct wcd_json *process)
{
    struct wcd_json *out = wcd_json_new_object();
    bool ok = out != NULL && put_created(out, process);
    for (size_t i = 0; ok && i < sizeof(summary_members) / sizeof(summary_members[0]); i++) {
        const struct wcd_json *value = wcd_json_get(process, summary_members[i].given);
        ok = is_default(value) || wcd_json_set(out, summary_members[i].told, wcd_json_copy(value));
    }
    if (!ok) {
        wcd_json_free(out);
        return NULL;
    }
    return out;
}

static bool put_summary(const struct ops_case *at, const struct wcd_json *list)
{
    struct wcd_json *out = wcd_json_new_array();
    bool ok = out != NULL;
    for (const struct wcd_json *process = wcd_json_first(list); ok && process != NULL;
         process = wcd_json_next(process)) {
        ok = wcd_json_append(out, details_of(process));
    }
    if (!ok) {
        wcd_json_free(out);
        return false;
    }
    return wcd_json_set(at->output, "summary", out);
}

static enum wcd_errc summary(struct ops_case *at, struct wcd_error *err)
{
    struct hcs_host *host = &at->world->host;
    const struct wcd_json *given = wcd_json_get(at->input, "process_list");
    struct wcd_json *list = NULL;
    enum wcd_errc code = set_up(at, false, err);
    if (code == WCD_OK) {
        code = read_answer(at, "error", HCS_HOST_PROPERTIES, err);
    }
    if (code != WCD_OK) {
        return code;
    }
    host->properties = wcd_json_new_object();
    if (host->properties == NULL ||
        (given != NULL && !wcd_json_set(host->properties, "ProcessList", wcd_json_copy(given)))) {
        return wcd_error_no_memory(err);
    }
    bool told =
        ops_of(at)->summary(runtime_of(at), LOCAL_WORLD_ID, &list, &at->world->outcome) == WCD_OK;
    bool ok = put_error(at) && (!told || put_summary(at, list));
    wcd_json_free(list);
    return settled(ok, err);
}

/* ---- what there is not ---- */

static enum wcd_errc pids(struct ops_case *at, struct wcd_error *err)
{
    (void)ops_of(at)->pids(runtime_of(at), LOCAL_WORLD_ID, &at->world->outcome);
    return settled(put_error(at), err);
}

static enum wcd_errc update(struct ops_case *at, struct wcd_error *err)
{
    (void)ops_of(at)->update(runtime_of(at), LOCAL_WORLD_ID, &at->world->outcome);
    return settled(put_error(at), err);
}

static enum wcd_errc checkpoint(struct ops_case *at, struct wcd_error *err)
{
    (void)ops_of(at)->checkpoint(runtime_of(at), LOCAL_WORLD_ID, &at->world->outcome);
    return settled(put_error(at), err);
}

/* ---- the rule ---- */

static operation *find_operation(const char *name)
{
    static const struct row {
        const char *name;
        operation *run;
    } table[] = {
        {"task.Kill", kill_task},
        {"Resize", resize},
        {"task.Pause", pause_task},
        {"task.Resume (after Pause)", resume_task},
        {"process exits", process_exits},
        {"process calls after exit", calls_after_exit},
        {"task.Delete while running", delete_running_task},
        {"task.Delete after exit", delete_ended_task},
        {"task.Delete twice", delete_task_twice},
        {"task.Kill after Delete", kill_deleted},
        {"container.Delete while running", delete_running_container},
        {"container.Delete", delete_container},
        {"container.Delete twice", delete_container_twice},
        {"LoadContainer", load_container},
        {"Summary", summary},
        {"Pids", pids},
        {"UpdateResources", update},
        {"CreateCheckpoint", checkpoint},
    };
    for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
        if (strcmp(table[i].name, name) == 0) {
            return table[i].run;
        }
    }
    return NULL;
}

enum wcd_errc eval_local_task_ops(const struct engine_rules *engine, const struct wcd_json *input,
                                  struct wcd_json *output, struct wcd_error *err)
{
    struct local_world world;
    struct ops_case at = {.world = &world, .input = input, .output = output};
    const char *op = NULL;
    enum wcd_errc code = local_world_create(&world, engine, "local_task_ops", err);
    if (code == WCD_OK) {
        code = eval_text(input, "op", "", &op, err);
    }
    operation *run = code == WCD_OK ? find_operation(op) : NULL;
    if (run != NULL) {
        code = run(&at, err);
    } else if (code == WCD_OK) {
        code = wcd_error_set(err, WCD_E_INVALID_PARAMETER, "there is no operation \"%s\"", op);
    }
    local_world_release(&world);
    return code;
}
