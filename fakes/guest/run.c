/* What a process does: act by act, until one takes time. */
#include "core/base/buf.h"
#include "fakes/guest/internal.h"

#include <stdlib.h>
#include <string.h>

/* What a flood writes, again and again. */
static const char flood_line[] =
    "0123456789abcdefghijklmnopqrstuvwxyz0123456789abcdefghijklmnopq\n";

#define FLOOD_LINE_BYTES  (sizeof(flood_line) - 1)
#define FLOOD_BURST_BYTES PLAT_STREAM_BYTES_MAX
#define READ_BYTES        ((size_t)4096)

/* The key, as a terminal sends it. */
#define CONTROL_C 0x03

enum step {
    STEP_NEXT,  /* the act is done */
    STEP_AGAIN, /* the next act is another one; nothing waits */
    STEP_WAITS, /* an event, a pipe or a child will wake the process, or nothing will */
    STEP_GONE   /* the process has ended */
};

static enum step end(struct fake_process *process, uint32_t code)
{
    guest_process_ended(process, code, 0);
    return STEP_GONE;
}

static const char *line_end(const struct fake_process *process)
{
    return process->guest->options.linux_guest ? "\n" : "\r\n";
}

/* ---- output ---- */

/* Writes what is left of `text`; `done` counts. Without a pipe, and into a broken one, it is gone. */
static enum step write_text(struct fake_process *process, struct fake_pipe *pipe, const char *text,
                            size_t size)
{
    if (pipe == NULL) {
        return STEP_NEXT;
    }
    while (process->done < size) {
        size_t taken = 0;
        plat_hr hr =
            fake_pipe_write(pipe, text + process->done, size - (size_t)process->done, &taken);
        if (hr == FAKE_NO_MEMORY) {
            return end(process, GUEST_CODE_NO_MEMORY);
        }
        if (plat_failed(hr)) {
            return STEP_NEXT;
        }
        if (taken == 0) {
            fake_pipe_wait_room(pipe, &process->waiter);
            return STEP_WAITS;
        }
        process->done += taken;
    }
    return STEP_NEXT;
}

static enum step do_echo(struct fake_process *process)
{
    if (process->text == NULL) {
        return STEP_NEXT;
    }
    if (!process->phase) {
        char *line = wcd_text_format("%s%s", process->text, line_end(process));
        if (line == NULL) {
            return end(process, GUEST_CODE_NO_MEMORY);
        }
        wcd_text_replace(&process->text, line);
        process->phase = true;
    }
    enum step step = write_text(process, process->out, process->text, strlen(process->text));
    if (step == STEP_NEXT) {
        process->text[strlen(process->text) - strlen(line_end(process))] = '\0';
    }
    return step;
}

/* A burst a millisecond, so that a reader who is always there does not stop the clock. */
static enum step do_flood(struct fake_process *process, uint64_t bytes)
{
    if (process->out == NULL) {
        return bytes == 0 ? STEP_WAITS : STEP_NEXT;
    }
    uint64_t burst = 0;
    while ((bytes == 0 || process->done < bytes) && burst < FLOOD_BURST_BYTES) {
        size_t first = (size_t)(process->done % FLOOD_LINE_BYTES);
        size_t size = FLOOD_LINE_BYTES - first;
        if (bytes != 0 && size > bytes - process->done) {
            size = (size_t)(bytes - process->done);
        }
        size_t taken = 0;
        plat_hr hr = fake_pipe_write(process->out, flood_line + first, size, &taken);
        if (hr == FAKE_NO_MEMORY) {
            return end(process, GUEST_CODE_NO_MEMORY);
        }
        if (plat_failed(hr)) {
            return bytes == 0 ? STEP_WAITS : STEP_NEXT;
        }
        if (taken == 0) {
            fake_pipe_wait_room(process->out, &process->waiter);
            return STEP_WAITS;
        }
        process->done += taken;
        burst += taken;
    }
    if (bytes != 0 && process->done == bytes) {
        return STEP_NEXT;
    }
    guest_process_wake(process, GUEST_TURN_US);
    return STEP_WAITS;
}

/* ---- input ---- */

/* Gets more of stdin. NEXT: there is more, or the end, as input_ended tells. */
static enum step fill_input(struct fake_process *process)
{
    unsigned char data[READ_BYTES];
    size_t got = 0;
    plat_hr hr = process->in == NULL ? plat_hr_win32(PLAT_ERROR_BROKEN_PIPE)
                                     : fake_pipe_read(process->in, data, sizeof(data), &got);
    if (plat_failed(hr)) {
        process->input_ended = true;
        return STEP_NEXT;
    }
    if (got == 0) {
        fake_pipe_wait_bytes(process->in, &process->waiter);
        return STEP_WAITS;
    }
    if (!fake_bytes_add(&process->input, data, got)) {
        return end(process, GUEST_CODE_NO_MEMORY);
    }
    if (process->console && memchr(data, CONTROL_C, got) != NULL) {
        guest_process_shut_down(process);
        return process->ending ? STEP_WAITS : STEP_NEXT;
    }
    return STEP_NEXT;
}

/* Bytes of the first line in `input` with its end; 0 when there is no whole line yet. On a console the
 * Enter key sends a carriage return alone. */
static size_t line_in_input(const struct fake_process *process, size_t *text)
{
    const unsigned char *data = process->input.data + process->input.first;
    size_t count = process->input.count;
    for (size_t i = 0; i < count; i++) {
        bool enter = process->console && data[i] == '\r';
        if (data[i] == '\n' || enter) {
            *text = i > 0 && data[i] == '\n' && data[i - 1] == '\r' ? i - 1 : i;
            return i + 1;
        }
    }
    *text = count;
    return count >= FAKE_LINE_BYTES_MAX || process->input_ended ? count : 0;
}

/* Takes a line into `text`; NULL there at the end. */
static enum step read_line(struct fake_process *process)
{
    for (;;) {
        size_t text = 0;
        size_t size = process->input.count == 0 ? 0 : line_in_input(process, &text);
        if (size > 0) {
            char *line = malloc(size + 1);
            if (line == NULL) {
                return end(process, GUEST_CODE_NO_MEMORY);
            }
            (void)fake_bytes_take(&process->input, line, size);
            line[text] = '\0';
            wcd_text_replace(&process->text, line);
            return STEP_NEXT;
        }
        if (process->input_ended) {
            wcd_text_replace(&process->text, NULL);
            return STEP_NEXT;
        }
        enum step step = fill_input(process);
        if (step != STEP_NEXT) {
            return step;
        }
    }
}

static enum step do_cat(struct fake_process *process)
{
    for (;;) {
        while (process->input.count > 0 && process->out != NULL) {
            size_t taken = 0;
            plat_hr hr = fake_pipe_write(process->out, process->input.data + process->input.first,
                                         process->input.count, &taken);
            if (hr == FAKE_NO_MEMORY) {
                return end(process, GUEST_CODE_NO_MEMORY);
            }
            if (plat_failed(hr)) {
                return STEP_NEXT;
            }
            if (taken == 0) {
                fake_pipe_wait_room(process->out, &process->waiter);
                return STEP_WAITS;
            }
            process->input.first += taken;
            process->input.count -= taken;
        }
        fake_bytes_release(&process->input);
        if (process->input_ended) {
            return STEP_NEXT;
        }
        enum step step = fill_input(process);
        if (step != STEP_NEXT) {
            return step;
        }
    }
}

/* ---- the rest ---- */

static enum step do_wait(struct fake_process *process, uint64_t us)
{
    if (process->phase) {
        return STEP_NEXT;
    }
    process->phase = true;
    guest_process_wake(process, us);
    return STEP_WAITS;
}

static enum step do_load(struct fake_process *process, const struct guest_act *act)
{
    guest_process_settle(process);
    process->percent = act->percent;
    process->memory_bytes = act->bytes;
    struct guest_used *used = guest_used(process->guest);
    if (used == NULL) {
        return end(process, GUEST_CODE_NO_MEMORY);
    }
    uint64_t memory = 0;
    for (const struct fake_process *p = process->guest->first; p != NULL; p = p->next) {
        memory += p->memory_bytes;
    }
    used->memory_peak_bytes = memory > used->memory_peak_bytes ? memory : used->memory_peak_bytes;
    return STEP_NEXT;
}

static enum step do_disk(struct fake_process *process, const struct guest_act *act)
{
    struct guest_used *used = guest_used(process->guest);
    if (used == NULL) {
        return end(process, GUEST_CODE_NO_MEMORY);
    }
    uint64_t count = act->bytes / 8192 + (act->bytes % 8192 != 0);
    if (strcmp(act->text, "write") == 0) {
        used->write_count += count;
        used->write_bytes += act->bytes;
    } else {
        used->read_count += count;
        used->read_bytes += act->bytes;
    }
    return STEP_NEXT;
}

static enum step do_run(struct fake_process *process, const struct guest_act *act)
{
    if (process->phase) {
        return STEP_NEXT;
    }
    struct fake_process *child = guest_spawn(process, act->text, act->quiet);
    if (child == NULL) {
        process->level = 1;
        return STEP_NEXT;
    }
    process->phase = true;
    process->child = child;
    child->parent = process;
    return STEP_WAITS;
}

static enum step do_environment(struct fake_process *process)
{
    if (!process->phase) {
        struct wcd_buf text;
        wcd_buf_init(&text, FAKE_LINE_BYTES_MAX);
        char *sorted = process->context->environment == NULL
                           ? NULL
                           : wcd_json_print_sorted(process->context->environment);
        struct wcd_json_fault fault = {0};
        struct wcd_json *variables =
            sorted == NULL ? NULL : wcd_json_parse(sorted, strlen(sorted), &fault);
        free(sorted);
        const struct wcd_json *item = wcd_json_first(variables);
        for (; item != NULL; item = wcd_json_next(item)) {
            /* An empty value means that the variable is not set (recorded: hcsctl). */
            if (wcd_json_is(item, WCD_JSON_STRING) && wcd_json_string(item)[0] != '\0') {
                wcd_buf_format(&text, "%s=%s%s", wcd_json_name(item), wcd_json_string(item),
                               line_end(process));
            }
        }
        wcd_json_free(variables);
        wcd_text_replace(&process->text, wcd_buf_take(&text));
        process->phase = true;
    }
    if (process->text == NULL) {
        return end(process, GUEST_CODE_NO_MEMORY);
    }
    return write_text(process, process->out, process->text, strlen(process->text));
}

static enum step do_prompt(struct fake_process *process, uint32_t shell)
{
    enum step step = read_line(process);
    if (step != STEP_NEXT) {
        return step;
    }
    if (process->text == NULL) {
        return end(process, process->level);
    }
    process->line =
        guest_shell_line(process->guest, process->context, process->text, shell, process->console);
    process->line_at = 0;
    if (process->line == NULL) {
        return end(process, GUEST_CODE_NO_MEMORY);
    }
    /* Then the prompt again, which is the act before this one. */
    process->at--;
    return STEP_AGAIN;
}

static enum step do_repeat(struct fake_process *process, uint32_t count)
{
    uint64_t now_us = process->guest->host->now_us;
    bool dry = process->input_ended && process->input.count == 0;
    if ((count != 0 && process->turns + 1 >= count) || (count == 0 && dry)) {
        process->turns = 0;
        return STEP_NEXT;
    }
    if (process->turn_us == now_us) {
        guest_process_wake(process, GUEST_TURN_US);
        return STEP_WAITS;
    }
    process->turns = count == 0 ? 0 : process->turns + 1;
    process->turn_us = now_us;
    process->at = 0;
    return STEP_AGAIN;
}

/* The guest may be gone afterwards. */
static enum step do_crash_guest(struct fake_process *process)
{
    struct fake_guest *guest = process->guest;
    if (guest->crashed || guest->options.crashed == NULL) {
        return STEP_WAITS;
    }
    guest->crashed = true;
    fake_guest_pause(guest);
    guest->options.crashed(guest->options.ctx);
    return STEP_GONE;
}

static enum step do_shut_down(struct fake_process *process)
{
    (void)fake_guest_shut_down(process->guest);
    return process->ending ? STEP_WAITS : STEP_NEXT;
}

static enum step do_real(struct fake_process *process)
{
    uint32_t code = 0;
    if (process->real == NULL) {
        return end(process, 1);
    }
    return guest_real_go_on(process, &code) ? end(process, code) : STEP_WAITS;
}

static enum step do_act(struct fake_process *process, const struct guest_act *act)
{
    switch (act->kind) {
    case FAKE_ACT_OUT:
        return write_text(process, process->out, act->text, strlen(act->text));
    case FAKE_ACT_ERR:
        return write_text(process, process->console ? process->out : process->err, act->text,
                          strlen(act->text));
    case FAKE_ACT_WAIT:
        return do_wait(process, act->us);
    case FAKE_ACT_READ:
        return read_line(process);
    case FAKE_ACT_ECHO:
        return do_echo(process);
    case FAKE_ACT_CAT:
        return do_cat(process);
    case FAKE_ACT_FLOOD:
        return do_flood(process, act->bytes);
    case FAKE_ACT_SPAWN:
        (void)guest_spawn(process, act->text, act->quiet);
        return STEP_NEXT;
    case FAKE_ACT_RUN:
        return do_run(process, act);
    case FAKE_ACT_LOAD:
        return do_load(process, act);
    case FAKE_ACT_DISK:
        return do_disk(process, act);
    case FAKE_ACT_REPEAT:
        return do_repeat(process, act->count);
    case FAKE_ACT_STAY:
        return STEP_WAITS;
    case FAKE_ACT_EXIT:
    case FAKE_ACT_CRASH:
        return end(process, act->code);
    case FAKE_ACT_SHUT_DOWN:
        return do_shut_down(process);
    case FAKE_ACT_CRASH_GUEST:
        return do_crash_guest(process);
    case FAKE_ACT_REAL:
        return do_real(process);
    case GUEST_ACT_PROMPT:
        return do_prompt(process, act->code);
    case GUEST_ACT_LEVEL:
        process->level = act->code;
        return STEP_NEXT;
    case GUEST_ACT_ENVIRONMENT:
        return do_environment(process);
    default:
        return end(process, process->level);
    }
}

/* The act that comes next, and its counter; NULL when there is none. */
static const struct guest_act *next_act(struct fake_process *process, size_t **at)
{
    if (process->line != NULL && process->line_at >= process->line->count) {
        guest_script_release(process->line);
        process->line = NULL;
    }
    const struct guest_script *script = process->line != NULL ? process->line : process->script;
    *at = process->line != NULL ? &process->line_at : &process->at;
    return **at < script->count ? &script->acts[**at] : NULL;
}

static bool is_due(const struct fake_process *process, const struct guest_act *act)
{
    return act->when == GUEST_ALWAYS || (act->when == GUEST_AFTER_SUCCESS) == (process->level == 0);
}

void guest_process_go_on(struct fake_process *process)
{
    for (;;) {
        size_t *at = NULL;
        const struct guest_act *act = next_act(process, &at);
        if (act == NULL) {
            (void)end(process, 0);
            return;
        }
        enum step step = is_due(process, act) ? do_act(process, act) : STEP_NEXT;
        if (step == STEP_WAITS || step == STEP_GONE) {
            return;
        }
        process->phase = false;
        process->done = 0;
        if (step == STEP_NEXT) {
            ++*at;
        }
    }
}
