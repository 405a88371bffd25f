/* One process: its streams, its place in the queue, its end. */
#include "core/base/assert.h"
#include "fakes/guest/internal.h"

#include <stdlib.h>
#include <string.h>

void guest_context_release(struct guest_context *context)
{
    if (context == NULL || --context->references > 0) {
        return;
    }
    wcd_json_free(context->environment);
    free(context->user);
    free(context->folder);
    free(context);
}

/* ---- pids ---- */

static bool pid_in_use(const struct fake_guest *guest, uint32_t pid)
{
    for (const struct fake_process *p = guest->last; p != NULL && p->pid >= pid; p = p->previous) {
        if (p->pid == pid) {
            return true;
        }
    }
    return false;
}

/* Windows counts in fours (documented); a guest that has used up the numbers begins anew. */
static uint32_t pid_next(struct fake_guest *guest)
{
    bool linux_guest = guest->options.linux_guest;
    uint32_t step = linux_guest ? 1 : 4;
    uint32_t *last =
        guest->options.hyperv || linux_guest ? &guest->pid_last : &guest->host->guests.pid_last;
    do {
        *last = *last > INT32_MAX ? GUEST_PID_AGAIN : *last + step;
    } while (pid_in_use(guest, *last));
    return *last;
}

static void process_link(struct fake_process *process)
{
    struct fake_guest *guest = process->guest;
    struct fake_process *before = guest->last;
    while (before != NULL && before->pid > process->pid) {
        before = before->previous;
    }
    process->previous = before;
    process->next = before == NULL ? guest->first : before->next;
    *(process->previous == NULL ? &guest->first : &process->previous->next) = process;
    *(process->next == NULL ? &guest->last : &process->next->previous) = process;
}

static void process_unlink(struct fake_process *process)
{
    struct fake_guest *guest = process->guest;
    *(process->previous == NULL ? &guest->first : &process->previous->next) = process->next;
    *(process->next == NULL ? &guest->last : &process->next->previous) = process->previous;
}

/* ---- the queue ---- */

static void process_due(struct fake_host *host, const struct fake_due *due)
{
    (void)host;
    struct fake_process *process = due->object;
    if (process->ending) {
        guest_process_ended(process, process->exit_code, 0);
    } else {
        guest_process_go_on(process);
    }
}

void guest_process_wake(struct fake_process *process, uint64_t us)
{
    struct fake_host *host = process->guest->host;
    if (process->guest->paused) {
        process->paused = true;
        process->left_us = us;
        return;
    }
    uint64_t due_us = us > UINT64_MAX - host->now_us ? UINT64_MAX : host->now_us + us;
    struct fake_due due = {.due_us = due_us, .run = process_due, .object = process};
    fake_queue_put(&host->queue, due, &process->place);
}

static void process_told(void *ctx)
{
    struct fake_process *process = ctx;
    guest_process_wake(process, GUEST_WAKE_US);
}

void guest_process_pause(struct fake_process *process)
{
    struct fake_host *host = process->guest->host;
    guest_process_settle(process);
    if (process->place != 0) {
        process->paused = true;
        process->left_us = host->queue.heap[process->place - 1].due_us - host->now_us;
        fake_queue_withdraw(&host->queue, &process->place);
    }
}

void guest_process_resume(struct fake_process *process)
{
    process->load_since_us = process->guest->host->now_us;
    if (process->paused) {
        process->paused = false;
        guest_process_wake(process, process->left_us);
    }
}

/* Whatever it waits for, it waits no longer. */
static void process_stop_waiting(struct fake_process *process)
{
    fake_queue_withdraw(&process->guest->host->queue, &process->place);
    fake_pipe_wait_no_more(&process->waiter);
    process->paused = false;
    if (process->child != NULL) {
        process->child->parent = NULL;
        process->child = NULL;
    }
}

void guest_process_end_in(struct fake_process *process, uint64_t us, uint32_t code)
{
    process_stop_waiting(process);
    process->ending = true;
    process->exit_code = code;
    guest_process_wake(process, us);
}

/* ---- beginning ---- */

static char *image_of(const char *word, bool linux_guest)
{
    size_t len = 0;
    const char *name = guest_program_name(word, &len);
    char *bare = wcd_text_copy_n(name, len);
    char *image = bare == NULL ? NULL : wcd_text_format(linux_guest ? "%s" : "%s.exe", bare);
    free(bare);
    return image;
}

/* A program's child writes where its parent does, and shares its input. */
static void process_inherit(struct fake_process *process, const struct fake_process *parent,
                            bool quiet)
{
    process->console = parent->console;
    process->in = parent->in;
    process->out = quiet ? NULL : parent->out;
    process->err = parent->err;
    if (process->in != NULL) {
        fake_pipe_hold(process->in);
        fake_pipe_open_reader(process->in);
    }
    if (process->out != NULL) {
        fake_pipe_hold(process->out);
        fake_pipe_open_writer(process->out);
    }
    if (process->err != NULL) {
        fake_pipe_hold(process->err);
        fake_pipe_open_writer(process->err);
    }
}

struct fake_process *guest_process_create(struct fake_guest *guest, struct guest_script *script,
                                          struct guest_context *context, const char *image,
                                          const struct fake_process *parent, bool quiet)
{
    struct fake_host *host = guest->host;
    struct fake_process *process = calloc(1, sizeof(*process));
    char *image_name = image_of(image, guest->options.linux_guest);
    if (process == NULL || image_name == NULL || !fake_queue_reserve(&host->queue)) {
        guest_script_release(script);
        free(image_name);
        free(process);
        return NULL;
    }
    *process = (struct fake_process){
        .guest = guest,
        .pid = pid_next(guest),
        .image = image_name,
        .start_us = host->now_us,
        .turn_us = host->now_us,
        .load_since_us = host->now_us,
        .script = script,
        .context = context,
        .waiter = {.told = process_told, .ctx = process},
    };
    context->references++;
    process_link(process);
    guest->living++;
    if (parent != NULL) {
        process_inherit(process, parent, quiet);
    }
    guest_process_wake(process, GUEST_LAUNCH_US);
    return process;
}

bool guest_process_make_pipes(struct fake_process *process, bool in, bool out, bool err)
{
    struct fake_host *host = process->guest->host;
    if (in) {
        process->in = fake_pipe_create(host);
        if (process->in == NULL) {
            return false;
        }
        fake_pipe_open_reader(process->in);
        fake_pipe_open_writer(process->in);
    }
    struct fake_pipe **const outputs[] = {out ? &process->out : NULL, err ? &process->err : NULL};
    for (size_t i = 0; i < sizeof(outputs) / sizeof(outputs[0]); i++) {
        if (outputs[i] == NULL) {
            continue;
        }
        *outputs[i] = fake_pipe_create(host);
        if (*outputs[i] == NULL) {
            return false;
        }
        fake_pipe_open_writer(*outputs[i]);
        fake_pipe_open_reader(*outputs[i]);
    }
    return true;
}

/* ---- the end ---- */

static void process_close_pipes(struct fake_process *process)
{
    if (process->in != NULL) {
        fake_pipe_close_reader(process->in);
    }
    if (process->out != NULL) {
        fake_pipe_close_writer(process->out);
    }
    if (process->err != NULL) {
        fake_pipe_close_writer(process->err);
    }
}

/* All that only a living process needs. */
static void process_die(struct fake_process *process)
{
    struct fake_guest *guest = process->guest;
    guest_process_settle(process);
    struct guest_used *used = process->cpu_100ns == 0 ? NULL : guest_used(guest);
    if (used != NULL) {
        used->cpu_100ns += process->cpu_100ns;
    }
    process_stop_waiting(process);
    guest_real_end(process);
    fake_queue_unreserve(&guest->host->queue);
    process_close_pipes(process);
    process->exited = true;
    process->percent = 0;
    process->memory_bytes = 0;
    guest->living--;
    guest_script_release(process->script);
    guest_script_release(process->line);
    guest_context_release(process->context);
    fake_bytes_release(&process->input);
    free(process->text);
    process->script = NULL;
    process->line = NULL;
    process->context = NULL;
    process->text = NULL;
}

void guest_process_free(struct fake_process *process)
{
    if (!process->exited) {
        struct fake_process *parent = process->parent;
        if (parent != NULL) {
            parent->child = NULL;
        }
        process_die(process);
    }
    /* The hand that its owner has at the other ends. */
    if (process->created && process->in != NULL) {
        fake_pipe_close_writer(process->in);
    }
    if (process->created && process->out != NULL) {
        fake_pipe_close_reader(process->out);
    }
    if (process->created && process->err != NULL) {
        fake_pipe_close_reader(process->err);
    }
    fake_pipe_release(process->in);
    fake_pipe_release(process->out);
    fake_pipe_release(process->err);
    process_unlink(process);
    free(process->image);
    free(process);
}

void guest_process_ended(struct fake_process *process, uint32_t code, int32_t last_wait_result)
{
    struct fake_guest *guest = process->guest;
    struct fake_process *parent = process->parent;
    process->exit_code = code;
    process_die(process);
    process->last_wait_result = last_wait_result;
    if (parent != NULL) {
        parent->child = NULL;
        parent->level = code;
        guest_process_wake(parent, GUEST_WAKE_US);
    }
    guest_check_down(guest);
    if (!process->created || process->forgotten) {
        guest_process_free(process);
    } else {
        guest->options.exited(guest->options.ctx, process);
    }
}

void guest_process_shut_down(struct fake_process *process)
{
    if (process->ending) {
        return;
    }
    bool linux_guest = process->guest->options.linux_guest;
    switch (process->script->on_shutdown) {
    case FAKE_SHUTDOWN_DIES:
        guest_process_end_in(process, 0, linux_guest ? GUEST_CODE_SIGTERM : GUEST_CODE_CONTROL_C);
        break;
    case FAKE_SHUTDOWN_EXITS:
        guest_process_end_in(process, process->script->shutdown_us, process->script->shutdown_code);
        break;
    case FAKE_SHUTDOWN_IGNORES:
        break;
    }
}

/* ---- what the owner of a created one asks and does ---- */

uint32_t fake_process_pid(const struct fake_process *process)
{
    return process->pid;
}

bool fake_process_has_exited(const struct fake_process *process)
{
    return process->exited;
}

uint32_t fake_process_exit_code(const struct fake_process *process)
{
    return process->exited ? process->exit_code : 0;
}

int32_t fake_process_last_wait_result(const struct fake_process *process)
{
    return process->last_wait_result;
}

void fake_process_forget(struct fake_process *process)
{
    if (process->exited) {
        guest_process_free(process);
    } else {
        process->forgotten = true;
    }
}

void fake_process_terminate(struct fake_process *process, uint32_t exit_code)
{
    if (!process->exited) {
        guest_process_end_in(process, 0, exit_code);
    }
}

static bool signal_number(const char *signal, uint32_t *number)
{
    size_t digits = strspn(signal, "0123456789");
    if (digits == 0 || digits > 2 || signal[digits] != '\0') {
        return false;
    }
    *number = 0;
    for (size_t i = 0; i < digits; i++) {
        *number = *number * 10 + (uint32_t)(signal[i] - '0');
    }
    return *number > 0 && *number <= 64;
}

bool fake_process_signal(struct fake_process *process, const char *signal)
{
    static const char *const names[] = {"CtrlC", "CtrlBreak", "CtrlClose", "CtrlLogOff",
                                        "CtrlShutdown"};
    uint32_t number = 0;
    if (process->guest->options.linux_guest) {
        if (!signal_number(signal, &number)) {
            return false;
        }
        if (process->exited || process->ending) {
            return true;
        }
        if (number == GUEST_SIGKILL || process->script->on_shutdown == FAKE_SHUTDOWN_DIES) {
            guest_process_end_in(process, 0, 128 + number);
        } else {
            guest_process_shut_down(process);
        }
        return true;
    }
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        if (strcmp(signal, names[i]) == 0) {
            if (!process->exited) {
                guest_process_shut_down(process);
            }
            return true;
        }
    }
    return false;
}

bool fake_process_has_console(const struct fake_process *process)
{
    return process->console;
}

void fake_process_resize(struct fake_process *process, uint16_t height, uint16_t width)
{
    process->console_height = height;
    process->console_width = width;
}

void fake_process_console_size(const struct fake_process *process, uint16_t *height,
                               uint16_t *width)
{
    *height = process->console_height;
    *width = process->console_width;
}

bool fake_process_close_stream(struct fake_process *process, const char *name)
{
    bool all = strcmp(name, "All") == 0;
    bool in = all || strcmp(name, "StdIn") == 0;
    bool out = all || strcmp(name, "StdOut") == 0;
    bool err = all || strcmp(name, "StdErr") == 0;
    if (in && process->in != NULL) {
        fake_pipe_cut(process->in);
    }
    if (out && process->out != NULL) {
        fake_pipe_cut(process->out);
    }
    if (err && process->err != NULL) {
        fake_pipe_cut(process->err);
    }
    return in || out || err;
}

static plat_hr process_give(const struct fake_process *process, struct fake_pipe *from,
                            struct fake_pipe *to, const char *name, plat_handle *out)
{
    struct fake_host *host = process->guest->host;
    if (from == NULL && to == NULL) {
        return PLAT_S_OK;
    }
    char *label = wcd_text_format("%s of process %lu", name, (unsigned long)process->pid);
    return fake_transport_give(host, from, to, host->transport.anonymous, label, out);
}

plat_hr fake_process_streams(struct fake_process *process, struct plat_hcs_process_info *info)
{
    const struct plat_transport_ops *transport = &fake_transport_ops;
    struct fake_host *host = process->guest->host;
    *info = (struct plat_hcs_process_info){.process_id = process->pid};
    plat_hr hr = process_give(process, NULL, process->in, "stdin", &info->std_input);
    if (plat_succeeded(hr)) {
        hr = process_give(process, process->out, NULL, "stdout", &info->std_output);
    }
    if (plat_succeeded(hr)) {
        hr = process_give(process, process->err, NULL, "stderr", &info->std_error);
    }
    if (plat_failed(hr)) {
        const plat_handle given[] = {info->std_input, info->std_output, info->std_error};
        for (size_t i = 0; i < sizeof(given) / sizeof(given[0]); i++) {
            if (given[i] != PLAT_NO_HANDLE) {
                (void)transport->close(host, given[i]);
            }
        }
        *info = (struct plat_hcs_process_info){0};
    }
    return hr;
}
