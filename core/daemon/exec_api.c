/* docker exec, as the API has it. Evidence: see exec.c. */
#include "core/base/assert.h"
#include "core/daemon/execs.h"

#include <stdlib.h>
#include <string.h>

/* ---- finding ---- */

static struct daemon_exec *find(const struct wcd_daemon *daemon, const char *exec_id)
{
    bool soon = false;
    for (size_t i = 0; i < daemon->container_count; i++) {
        const struct daemon_io *io = daemon->containers[i]->io;
        for (struct daemon_exec *exec = io == NULL ? NULL : io->execs; exec != NULL;
             exec = exec->next) {
            if (strcmp(exec->id, exec_id) == 0) {
                return daemon_exec_is_forgotten(exec, &soon) ? NULL : exec;
            }
        }
    }
    return NULL;
}

static enum wcd_errc no_such_exec(const struct wcd_daemon *daemon, const char *exec_id,
                                  struct wcd_error *err)
{
    return wcd_error_fill(err, WCD_E_NOT_FOUND, daemon->engine->no_exec_message, exec_id);
}

/* 2017 says beside it how the container is. */
static enum wcd_errc not_running(const struct wcd_daemon *daemon,
                                 const struct wcd_container *container, struct wcd_error *err)
{
    const struct plat_clock *clock = &daemon->platform->clock;
    enum wcd_errc code = daemon_no_running(daemon, container, err);
    if (!daemon->engine->stopped_exec_names_state || code == WCD_E_NO_MEMORY) {
        return code;
    }
    char *state = wcd_container_state_text(&container->state, daemon->engine,
                                           clock->ops->wall_100ns(clock->ctx));
    if (state == NULL) {
        return wcd_error_no_memory(err);
    }
    code = wcd_error_set(err, WCD_E_PLAIN, "Container %s is not running: %s", container->id, state);
    free(state);
    return code;
}

/* getExecConfig. */
static enum wcd_errc get_exec(const struct wcd_daemon *daemon, const char *exec_id,
                              struct daemon_exec **out, struct wcd_error *err)
{
    struct daemon_exec *exec = find(daemon, exec_id);
    if (exec == NULL) {
        return no_such_exec(daemon, exec_id, err);
    }
    const struct wcd_container *container = exec->io->container;
    if (!container->state.running) {
        return not_running(daemon, container, err);
    }
    if (container->state.paused) {
        return wcd_error_fill(err, WCD_E_CONFLICT, daemon->engine->exec_paused_message,
                              container->id);
    }
    if (container->state.restarting) {
        return wcd_error_fill(err, WCD_E_CONFLICT, daemon->engine->restarting_message,
                              container->id);
    }
    *out = exec;
    return WCD_OK;
}

/* ---- create and start ---- */

enum wcd_errc wcd_daemon_create_exec(struct wcd_daemon *daemon, const char *name,
                                     const struct wcd_json *config, char **id,
                                     struct wcd_error *err)
{
    struct wcd_container *container = NULL;
    struct daemon_exec_config wanted;
    struct daemon_exec *exec = NULL;
    WCD_ASSERT(daemon->state == WCD_DAEMON_RUNNING);
    if (wcd_json_size(wcd_json_get(config, "Cmd")) == 0) {
        return wcd_error_set(err, daemon->engine->verify_error_class, "No exec command specified");
    }
    enum wcd_errc code = daemon_active_container(daemon, name, &container, err);
    if (code == WCD_OK) {
        code = daemon_exec_config_read(&wanted, container, config, daemon->engine, err);
    }
    if (code != WCD_OK) {
        return code;
    }
    code = daemon_exec_new(container->io, &wanted, &exec, err);
    if (code == WCD_OK) {
        *id = wcd_text_copy(exec->id);
        code = *id == NULL ? wcd_error_no_memory(err) : WCD_OK;
    }
    return code;
}

static enum wcd_errc check_start(const struct wcd_daemon *daemon, const struct daemon_exec *exec,
                                 struct wcd_error *err)
{
    if (exec->has_exit_code) {
        return wcd_error_set(err, WCD_E_CONFLICT, "Error: Exec command %s has already run",
                             exec->id);
    }
    if (exec->running) {
        return wcd_error_set(err, daemon->engine->running_exec_class,
                             "Error: Exec command %s is already running", exec->id);
    }
    return WCD_OK;
}

struct wcd_op *wcd_daemon_start_exec(struct wcd_daemon *daemon, const char *exec_id,
                                     struct wcd_attachment **attachment)
{
    struct wcd_error err = WCD_ERROR_INIT;
    struct daemon_exec *exec = NULL;
    WCD_ASSERT(daemon->state == WCD_DAEMON_RUNNING);
    if (attachment != NULL) {
        *attachment = NULL;
    }
    struct wcd_op *op = daemon_op_begin(daemon);
    if (op == NULL) {
        return NULL;
    }
    enum wcd_errc code = get_exec(daemon, exec_id, &exec, &err);
    if (code == WCD_OK) {
        WCD_ASSERT(exec != NULL);
        code = check_start(daemon, exec, &err);
    }
    if (code == WCD_OK) {
        code = daemon_exec_run(exec, attachment, &err);
    }
    if (code == WCD_OK && attachment != NULL) {
        exec->op = op;
    } else {
        daemon_op_end(op, &err);
    }
    wcd_error_release(&err);
    return op;
}

enum wcd_errc wcd_daemon_resize_exec(struct wcd_daemon *daemon, const char *exec_id, uint32_t width,
                                     uint32_t height, struct wcd_error *err)
{
    struct daemon_exec *exec = NULL;
    WCD_ASSERT(daemon->state == WCD_DAEMON_RUNNING);
    enum wcd_errc code = get_exec(daemon, exec_id, &exec, err);
    if (code != WCD_OK) {
        return code;
    }
    WCD_ASSERT(exec != NULL);
    if (!exec->has_pid && daemon->engine->resize_waits_for_exec) {
        return exec->has_exit_code
                   ? wcd_error_set(err, WCD_E_INVALID_PARAMETER, "exec process is not started")
                   : wcd_error_set(err, WCD_E_PLAIN, "timeout waiting for exec session ready");
    }
    return daemon->local->ops->resize(daemon->local, exec->io->container->id, exec->id, width,
                                      height, err);
}

/* ---- inspect ---- */

/* The program, and its arguments, as Windows' daemon shows a process. */
static struct wcd_json *process_of(const struct daemon_exec *exec)
{
    const struct wcd_strlist *command = &exec->config.command;
    struct wcd_json *arguments = wcd_json_new_array();
    for (size_t i = 1; arguments != NULL && i < command->count; i++) {
        if (!wcd_json_append(arguments, wcd_json_new_string(command->items[i]))) {
            arguments = wcd_json_discard(arguments);
        }
    }
    struct wcd_json *out = wcd_json_new_object();
    if (out == NULL || !wcd_json_set_bool(out, "tty", exec->config.tty) ||
        !wcd_json_set_string(out, "entrypoint", command->count == 0 ? "" : command->items[0])) {
        wcd_json_free(arguments);
        return wcd_json_discard(out);
    }
    return wcd_json_set(out, "arguments", arguments) ? out : wcd_json_discard(out);
}

/* Bytes, as Go's encoder writes them. */
static struct wcd_json *base64_of(const char *data, size_t size)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    char out[(WCD_DETACH_KEYS_MAX + 2) / 3 * 4 + 1];
    size_t len = 0;
    for (size_t i = 0; i < size; i += 3) {
        uint32_t bits = (uint32_t)(unsigned char)data[i] << 16;
        bits |= i + 1 < size ? (uint32_t)(unsigned char)data[i + 1] << 8 : 0;
        bits |= i + 2 < size ? (uint32_t)(unsigned char)data[i + 2] : 0;
        out[len++] = digits[bits >> 18 & 63];
        out[len++] = digits[bits >> 12 & 63];
        out[len++] = i + 1 < size ? digits[bits >> 6 & 63] : '=';
        out[len++] = i + 2 < size ? digits[bits & 63] : '=';
    }
    out[len] = '\0';
    return wcd_json_new_string(out);
}

static struct wcd_json *inspect(const struct daemon_exec *exec, bool can_remove)
{
    const struct daemon_exec_config *config = &exec->config;
    struct wcd_json *out = wcd_json_new_object();
    if (out == NULL || !wcd_json_set_string(out, "ID", exec->id) ||
        !wcd_json_set_bool(out, "Running", exec->running) ||
        !wcd_json_set(out, "ExitCode",
                      exec->has_exit_code ? wcd_json_new_int64(exec->exit_code)
                                          : wcd_json_new_null()) ||
        !wcd_json_set(out, "ProcessConfig", process_of(exec)) ||
        !wcd_json_set_bool(out, "OpenStdin", config->open_stdin) ||
        !wcd_json_set_bool(out, "OpenStderr", config->open_stderr) ||
        !wcd_json_set_bool(out, "OpenStdout", config->open_stdout) ||
        !wcd_json_set_bool(out, "CanRemove", can_remove) ||
        !wcd_json_set_string(out, "ContainerID", exec->io->container->id) ||
        !wcd_json_set(out, "DetachKeys", base64_of(config->keys, config->key_count)) ||
        !wcd_json_set_int64(out, "Pid", exec->pid)) {
        return wcd_json_discard(out);
    }
    return out;
}

enum wcd_errc wcd_daemon_inspect_exec(struct wcd_daemon *daemon, const char *exec_id,
                                      struct wcd_json **out, struct wcd_error *err)
{
    struct daemon_exec *exec = find(daemon, exec_id);
    bool can_remove = false;
    WCD_ASSERT(daemon->state == WCD_DAEMON_RUNNING);
    if (daemon->engine->stopped_exec_names_state) {
        enum wcd_errc code = get_exec(daemon, exec_id, &exec, err);
        if (code != WCD_OK) {
            return code;
        }
    }
    if (exec == NULL) {
        return no_such_exec(daemon, exec_id, err);
    }
    (void)daemon_exec_is_forgotten(exec, &can_remove);
    *out = inspect(exec, can_remove);
    return *out == NULL ? wcd_error_no_memory(err) : WCD_OK;
}
