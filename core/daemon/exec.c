/* Execs: what docker exec, and a health check, run in a container beside its first process.
 *
 * Evidence: moby daemon/exec.go, daemon/exec_windows.go, container/exec.go, daemon/monitor.go (ProcessEvent),
 * daemon/errors.go (setExitCodeFromError) of both generations. */
#include "core/base/assert.h"
#include "core/base/buf.h"
#include "core/base/limits.h"
#include "core/base/utf8.h"
#include "core/daemon/events.h"
#include "core/daemon/execs.h"
#include "core/layer/ids.h"
#include "core/oci/command_line.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define EXIT_CODE_NO_ACCESS 126 /* also of a start that failed without saying why */
#define EXIT_CODE_NOT_FOUND 127
#define EXIT_CODE_UNKNOWN   128

#define NUMBER_BYTES 24u

/* ---- events ---- */

static void tell(struct daemon_exec *exec, const char *action, const char *exit_code)
{
    const char *with_id[] = {"execID", exec->id, exit_code == NULL ? NULL : "exitCode", exit_code,
                             NULL};
    daemon_event(exec->io->daemon, exec->io->container, action,
                 exec->io->daemon->engine->exec_events_have_id ? with_id : NULL);
}

/* "exec_start: cmd /c dir": the program, and its arguments, even if there are none. */
void daemon_exec_event_of(struct daemon_exec *exec, const char *action)
{
    struct wcd_buf buf;
    const struct wcd_strlist *command = &exec->config.command;
    wcd_buf_init(&buf, WCD_BUF_BYTES_MAX);
    wcd_buf_format(&buf, "%s: %s ", action, command->count == 0 ? "" : command->items[0]);
    for (size_t i = 1; i < command->count; i++) {
        wcd_buf_format(&buf, "%s%s", i == 1 ? "" : " ", command->items[i]);
    }
    if (buf.failed) {
        wcd_log(&exec->io->daemon->log, WCD_LOG_ERROR, "out of memory: event %s of %s is lost",
                action, exec->id);
    } else {
        tell(exec, wcd_buf_str(&buf), NULL);
    }
    wcd_buf_release(&buf);
}

static void tell_death(struct wcd_daemon *daemon, const struct wcd_container *container,
                       const char *exec_id, int64_t exit_code)
{
    char number[NUMBER_BYTES];
    (void)snprintf(number, sizeof(number), "%" PRId64, exit_code);
    const char *const attributes[] = {"execID", exec_id, "exitCode", number, NULL};
    if (daemon->engine->exec_end_is_told) {
        daemon_event(daemon, container, "exec_die", attributes);
    }
}

/* ---- the list ---- */

struct wcd_streams *daemon_exec_streams(const struct daemon_io *io, const char *id)
{
    for (struct daemon_exec *exec = io->execs; exec != NULL; exec = exec->next) {
        if (strcmp(exec->id, id) == 0 && exec->running) {
            return exec->streams;
        }
    }
    return NULL;
}

struct wcd_json *daemon_exec_ids(const struct daemon_io *io)
{
    struct wcd_json *out = wcd_json_new_array();
    bool any = false;
    for (const struct daemon_exec *exec = io->execs; out != NULL && exec != NULL;
         exec = exec->next) {
        any = any || exec->listed;
        if (exec->listed && !wcd_json_append(out, wcd_json_new_string(exec->id))) {
            wcd_json_free(out);
            return NULL;
        }
    }
    if (out != NULL && !any) {
        wcd_json_free(out);
        return wcd_json_new_null();
    }
    return out;
}

static void free_exec(struct daemon_exec *exec)
{
    daemon_exec_config_release(&exec->config);
    wcd_streams_free(exec->streams);
    free(exec->id);
    free(exec);
}

static void unlist(struct daemon_exec *exec)
{
    if (exec->listed) {
        exec->listed = false;
        exec->ended_us = wcd_reactor_now_us(exec->io->daemon->reactor);
    }
}

static void end_op(struct daemon_exec *exec)
{
    struct wcd_op *op = exec->op;
    exec->op = NULL;
    if (op != NULL) {
        daemon_op_end(op, NULL);
    }
}

void daemon_execs_close(struct daemon_io *io)
{
    while (io->execs != NULL) {
        struct daemon_exec *exec = io->execs;
        io->execs = exec->next;
        end_op(exec);
        free_exec(exec);
    }
}

/* The original looks every five minutes; what it saw ended twice it forgets. */
bool daemon_exec_is_forgotten(const struct daemon_exec *exec, bool *soon)
{
    uint64_t period = DAEMON_EXECS_PERIOD_US;
    uint64_t now = wcd_reactor_now_us(exec->io->daemon->reactor);
    uint64_t looks = exec->listed ? 0 : now / period - exec->ended_us / period;
    *soon = looks >= 1;
    return looks >= 2;
}

static void forget_old(struct daemon_io *io)
{
    bool soon = false;
    struct daemon_exec **link = &io->execs;
    while (*link != NULL) {
        struct daemon_exec *exec = *link;
        if (daemon_exec_is_forgotten(exec, &soon)) {
            *link = exec->next;
            end_op(exec);
            free_exec(exec);
        } else {
            link = &exec->next;
        }
    }
}

static size_t count_execs(const struct daemon_io *io)
{
    size_t count = 0;
    for (const struct daemon_exec *exec = io->execs; exec != NULL; exec = exec->next) {
        count++;
    }
    return count;
}

/* Forgets the one that ended first; false when all run. */
static bool forget_one(struct daemon_io *io)
{
    struct daemon_exec **link = &io->execs;
    while (*link != NULL && ((*link)->listed || wcd_streams_are_waited_for((*link)->streams))) {
        link = &(*link)->next;
    }
    struct daemon_exec *exec = *link;
    if (exec != NULL) {
        *link = exec->next;
        end_op(exec);
        free_exec(exec);
    }
    return exec != NULL;
}

/* ---- making ---- */

enum wcd_errc daemon_exec_new(struct daemon_io *io, struct daemon_exec_config *config,
                              struct daemon_exec **out, struct wcd_error *err)
{
    forget_old(io);
    bool room = count_execs(io) < WCD_EXECS_MAX || forget_one(io);
    struct daemon_exec **link = &io->execs;
    while (*link != NULL) {
        link = &(*link)->next;
    }
    struct daemon_exec *exec = room ? calloc(1, sizeof(*exec)) : NULL;
    enum wcd_errc code = WCD_OK;
    if (!room) {
        code = wcd_error_set(err, WCD_E_UNAVAILABLE, "more than %u execs of container %s",
                             WCD_EXECS_MAX, io->container->id);
    } else {
        code = exec == NULL ? wcd_error_no_memory(err)
                            : wcd_random_id(io->daemon->platform, &exec->id, err);
    }
    if (code != WCD_OK) {
        free(exec);
        daemon_exec_config_release(config);
        return code;
    }
    WCD_ASSERT(exec != NULL);
    exec->io = io;
    exec->listed = true;
    exec->config = *config;
    *config = (struct daemon_exec_config){0};
    *link = exec;
    *out = exec;
    daemon_exec_event_of(exec, "exec_create");
    return WCD_OK;
}

/* ---- the owner of its streams ---- */

static void on_output(void *ctx, bool error_stream, const char *data, size_t size)
{
    struct daemon_exec *exec = ctx;
    (void)error_stream;
    if (exec->probe.output != NULL) {
        exec->probe.output(exec->probe.ctx, data, size);
    }
}

static void on_close_stdin(void *ctx)
{
    struct daemon_exec *exec = ctx;
    daemon_close_stdin(exec->io, exec->id);
}

static void on_left(void *ctx, struct wcd_attachment *attachment, bool by_keys)
{
    struct daemon_exec *exec = ctx;
    (void)attachment;
    if (by_keys) {
        tell(exec, "exec_detach", NULL);
    }
    end_op(exec);
}

static enum wcd_errc make_streams(struct daemon_exec *exec, struct wcd_attachment **attachment,
                                  struct wcd_error *err)
{
    struct wcd_daemon *daemon = exec->io->daemon;
    struct wcd_streams_options options = {
        .platform = daemon->platform,
        .reactor = daemon->reactor,
        .log = &daemon->log,
        .owner = {.output = on_output, .close_stdin = on_close_stdin, .left = on_left, .ctx = exec},
        .open_stdin = exec->config.open_stdin,
        .tty = exec->config.tty,
    };
    exec->streams = wcd_streams_create(&options);
    if (exec->streams == NULL) {
        return wcd_error_no_memory(err);
    }
    if (attachment == NULL) {
        return WCD_OK;
    }
    const struct wcd_streams_client client = {.input = exec->config.open_stdin,
                                              .output = exec->config.open_stdout,
                                              .error = exec->config.open_stderr,
                                              .close_stdin = true,
                                              .tty = exec->config.tty,
                                              .detach_keys = exec->config.keys,
                                              .detach_size = exec->config.key_count};
    return wcd_streams_attach(exec->streams, &client, attachment, err);
}

/* ---- starting ---- */

static bool contains_lower(const char *text, const char *words, bool *found)
{
    char *lower = wcd_utf8_lower(text);
    *found = lower != NULL && strstr(lower, words) != NULL;
    free(lower);
    return lower != NULL;
}

/* What kept the process from starting, and the exit code that stands for it (v25). */
static enum wcd_errc explain(struct daemon_exec *exec, struct wcd_error *err)
{
    static const struct {
        const char *words;
        int64_t exit_code;
        const char *advice; /* {}: the message; NULL: as it is */
    } reasons[] = {
        {"permission denied", EXIT_CODE_NO_ACCESS, NULL},
        {"is a directory", EXIT_CODE_NO_ACCESS, NULL},
        {"not a directory", EXIT_CODE_NOT_FOUND,
         "{}: Are you trying to mount a directory onto a file (or vice-versa)? Check if the "
         "specified host path exists and is the expected type"},
        {"executable file not found", EXIT_CODE_NOT_FOUND, NULL},
        {"no such file or directory", EXIT_CODE_NOT_FOUND, NULL},
        {"system cannot find the file specified", EXIT_CODE_NOT_FOUND, NULL},
        {"failed to run runc create/exec call", EXIT_CODE_NOT_FOUND, NULL},
    };
    for (size_t i = 0; i < sizeof(reasons) / sizeof(reasons[0]); i++) {
        bool found = false;
        if (!contains_lower(wcd_error_message(err), reasons[i].words, &found)) {
            return wcd_error_no_memory(err);
        }
        if (found) {
            exec->exit_code = reasons[i].exit_code;
            err->code = WCD_E_INVALID_PARAMETER;
            return reasons[i].advice == NULL ? err->code
                                             : wcd_error_rephrase(err, reasons[i].advice);
        }
    }
    exec->exit_code = EXIT_CODE_UNKNOWN;
    err->code = WCD_E_UNKNOWN;
    return err->code;
}

static bool fill_args(struct wcd_strlist *out, const struct wcd_strlist *command, bool escaped)
{
    for (size_t i = 0; i < command->count; i++) {
        struct wcd_buf buf;
        wcd_buf_init(&buf, WCD_BUF_BYTES_MAX);
        if (escaped) {
            wcd_escape_arg(&buf, command->items[i]);
        } else {
            wcd_buf_text(&buf, command->items[i]);
        }
        bool ok = !buf.failed && wcd_strlist_add(out, wcd_buf_str(&buf));
        wcd_buf_release(&buf);
        if (!ok) {
            return false;
        }
    }
    return true;
}

/* The process that the runtime is asked for; false without memory. To be released by the caller. */
static bool fill_process(struct wcd_spec_process *out, const struct daemon_exec *exec)
{
    const struct engine_rules *engine = exec->io->daemon->engine;
    const struct daemon_exec_config *config = &exec->config;
    const char *folder = wcd_text_or_empty(config->working_dir);
    out->present = true;
    out->terminal = config->tty;
    if (engine->exec_has_folder) {
        out->cwd = wcd_text_copy(folder[0] == '\0' ? "/" : folder);
        out->user.username = wcd_text_copy(wcd_text_or_empty(config->user));
        if (config->tty) {
            out->console_size = config->console_size;
        }
        if (out->cwd == NULL || out->user.username == NULL) {
            return false;
        }
    }
    return fill_args(&out->args, &config->command, engine->exec_args_are_escaped) &&
           wcd_strlist_copy(&out->env, &config->env);
}

static void release_process(struct wcd_spec_process *process)
{
    wcd_strlist_release(&process->args);
    wcd_strlist_release(&process->env);
    free(process->cwd);
    free(process->user.username);
}

static enum wcd_errc ask_runtime(struct daemon_exec *exec, bool with_stdin, struct wcd_error *err)
{
    struct wcd_daemon *daemon = exec->io->daemon;
    struct wcd_spec_process process = {0};
    const struct wcd_runtime_exec request = {.id = exec->id,
                                             .process = &process,
                                             .with_stdin = with_stdin,
                                             .attach = daemon_io_attach,
                                             .attach_ctx = daemon};
    enum wcd_errc code = WCD_OK;
    if (daemon_need_runtime(daemon, err) != WCD_OK) {
        code = err->code;
    } else if (!fill_process(&process, exec)) {
        code = wcd_error_no_memory(err);
    } else {
        code = daemon->local->ops->exec(daemon->local, exec->io->container->id, &request,
                                        &exec->pid, err);
        exec->has_pid = code == WCD_OK;
        if (code != WCD_OK && code != WCD_E_NO_MEMORY && daemon->engine->exec_failures_are_sorted) {
            exec->has_exit_code = true;
            code = explain(exec, err);
        }
    }
    release_process(&process);
    return code;
}

/* A start that failed, or one that nobody waits for any more. */
static void give_up(struct daemon_exec *exec)
{
    exec->running = false;
    if (!exec->has_exit_code) {
        exec->has_exit_code = true;
        exec->exit_code = EXIT_CODE_NO_ACCESS;
    }
    if (exec->streams != NULL) {
        wcd_streams_reset(exec->streams);
    }
    unlist(exec);
}

enum wcd_errc daemon_exec_run(struct daemon_exec *exec, struct wcd_attachment **attachment,
                              struct wcd_error *err)
{
    exec->running = true;
    wcd_log(&exec->io->daemon->log, WCD_LOG_DEBUG, "starting exec command %s in container %s",
            exec->id, exec->io->container->id);
    daemon_exec_event_of(exec, "exec_start");
    enum wcd_errc code = make_streams(exec, attachment, err);
    if (code == WCD_OK) {
        code = ask_runtime(exec, attachment != NULL && exec->config.open_stdin, err);
    }
    if (code != WCD_OK) {
        give_up(exec);
        if (attachment != NULL) {
            wcd_attachment_free(*attachment);
            *attachment = NULL;
        }
    }
    return code;
}

/* ---- ending ---- */

/* Its output was read, or given up. */
static void on_output_read(void *ctx)
{
    struct daemon_exec *exec = ctx;
    struct daemon_probe probe = exec->probe;
    wcd_streams_reset(exec->streams);
    unlist(exec);
    tell_death(exec->io->daemon, exec->io->container, exec->id, exec->exit_code);
    end_op(exec);
    exec->probe = (struct daemon_probe){0};
    if (probe.done != NULL) {
        probe.done(probe.ctx, &exec->exit_code, NULL);
    }
}

static void on_exit_event(struct daemon_exec *exec, uint32_t exit_code)
{
    const struct engine_rules *engine = exec->io->daemon->engine;
    struct wcd_error err = WCD_ERROR_INIT;
    exec->has_exit_code = true;
    exec->exit_code = exit_code;
    exec->running = false;
    if (engine->exec_end_is_told) {
        unlist(exec);
    }
    if (wcd_streams_wait(exec->streams, engine->streams_wait_us, on_output_read, exec, &err) !=
        WCD_OK) {
        on_output_read(exec);
    }
    wcd_error_release(&err);
}

void daemon_exec_event(struct wcd_daemon *daemon, struct wcd_container *container,
                       const struct wcd_runtime_event *event)
{
    struct daemon_exec *exec = container->io == NULL ? NULL : container->io->execs;
    if (event->type != WCD_RUNTIME_EXEC_EXITED) {
        return;
    }
    while (exec != NULL && (!exec->running || strcmp(exec->id, event->process_id) != 0)) {
        exec = exec->next;
    }
    if (exec != NULL) {
        on_exit_event(exec, event->exit_code);
    } else if (daemon->engine->exec_end_is_told) {
        tell_death(daemon, container, event->process_id, EXIT_CODE_NOT_FOUND);
    } else {
        wcd_log(&daemon->log, WCD_LOG_WARN,
                "Ignoring StateExitProcess for %s but no exec command found", event->process_id);
    }
}

/* ---- probes ---- */

enum wcd_errc daemon_probe_start(struct daemon_io *io, const struct daemon_probe *probe,
                                 struct daemon_exec **out, struct wcd_error *err)
{
    static const struct wcd_strlist nothing = {0};
    struct daemon_exec_config config = {.open_stdout = true, .open_stderr = true};
    const struct wcd_container_config *own = &io->container->config;
    bool ok = wcd_strlist_copy(&config.command, probe->command) &&
              daemon_exec_env(&config.env, io->container, &nothing);
    if (ok) {
        config.user = wcd_text_copy(wcd_text_or_empty(own->user));
        config.working_dir = wcd_text_copy(wcd_text_or_empty(own->working_dir));
    }
    if (!ok || config.user == NULL || config.working_dir == NULL) {
        daemon_exec_config_release(&config);
        return wcd_error_no_memory(err);
    }
    struct daemon_exec *exec = NULL;
    enum wcd_errc code = daemon_exec_new(io, &config, &exec, err);
    if (code != WCD_OK) {
        return code;
    }
    WCD_ASSERT(exec != NULL);
    exec->probe = *probe;
    code = daemon_exec_run(exec, NULL, err);
    if (code != WCD_OK) {
        exec->probe = (struct daemon_probe){0};
        return code;
    }
    *out = exec;
    return WCD_OK;
}

void daemon_exec_signal(struct daemon_exec *exec, int signal)
{
    struct wcd_local_runtime *local = exec->io->daemon->local;
    struct wcd_error err = WCD_ERROR_INIT;
    if (local != NULL && exec->running &&
        local->ops->signal_exec(local, exec->io->container->id, exec->id, signal, &err) != WCD_OK) {
        wcd_log(&exec->io->daemon->log, WCD_LOG_ERROR,
                "Could not send KILL signal to container process: %s", wcd_error_message(&err));
    }
    wcd_error_release(&err);
}

void daemon_probe_give_up(struct daemon_exec *exec)
{
    exec->probe = (struct daemon_probe){0};
    if (exec->running) {
        give_up(exec);
    }
}
