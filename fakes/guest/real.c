/* Programs that are real: a runner of the machine has them; here their bytes go between its pipes and those
 * of the emulator, and their ends become ends of processes. Nobody is told of what they do: they are looked
 * at, as often as there is something, and more seldom the longer there is nothing. */
#include "fakes/guest/internal.h"
#include "fakes/guest/places.h"
#include "fakes/host/name.h"

#include <stdlib.h>
#include <string.h>

#define REAL_PIECE_BYTES ((size_t)4096)
#define REAL_BURST_BYTES PLAT_STREAM_BYTES_MAX
#define REAL_LOOK_US     1000u
#define REAL_LOOK_US_MAX 16000u

struct guest_real {
    void *program;
    struct fake_bytes output[2]; /* read, but not yet in the pipe: stdout, stderr */
    bool ended[2];
    bool input_closed;
    uint64_t look_us;
};

void fake_guest_set_runner(struct fake_host *host, const struct fake_runner_ops *ops, void *ctx)
{
    host->guests.runner = ops;
    host->guests.runner_ctx = ctx;
}

bool guest_script_is_real(const struct guest_script *script)
{
    return script->count > 0 && script->acts[0].kind == (int)FAKE_ACT_REAL;
}

/* ---- the beginning ---- */

static bool exists(void *ctx, const char *path)
{
    const struct fake_guests *guests = ctx;
    return guests->runner->exists(guests->runner_ctx, path);
}

/* The container's folders, with `root` in place of its tree where the program has one. */
static bool places_of(const struct fake_process *process, const char *root,
                      struct fake_places *places)
{
    struct fake_guests *guests = &process->guest->host->guests;
    const struct wcd_strlist *given = process->guest->options.places;
    bool ok = true;
    *places = (struct fake_places){.exists = exists, .ctx = guests};
    for (size_t i = 0; ok && given != NULL && i + 1 < given->count; i += 2) {
        bool tree = fake_name_equal(given->items[i], "C:\\");
        ok = (tree && *root != '\0') ||
             fake_places_add(&places->pairs, given->items[i], given->items[i + 1]);
    }
    return ok && (*root == '\0' || fake_places_add(&places->pairs, "C:\\", root));
}

/* Variables with the places in their values; PATH keeps the machine's C:\. */
static bool environment_of(const struct guest_context *context, const struct fake_places *places,
                           struct wcd_json **out)
{
    struct wcd_json *environment = wcd_json_new_object();
    bool ok = environment != NULL;
    for (const struct wcd_json *item =
             context->environment == NULL ? NULL : wcd_json_first(context->environment);
         ok && item != NULL; item = wcd_json_next(item)) {
        if (!wcd_json_is(item, WCD_JSON_STRING)) {
            continue;
        }
        char *value = fake_places_variable(places, wcd_json_string(item));
        ok = value != NULL && wcd_json_set_string(environment, wcd_json_name(item), value);
        free(value);
    }
    *out = wcd_json_if(ok, environment);
    return *out != NULL;
}

static plat_hr start_in(struct fake_process *process, const char *line,
                        const struct fake_places *places)
{
    const struct fake_guests *guests = &process->guest->host->guests;
    struct wcd_json *environment = NULL;
    char *command = fake_places_command(places, line);
    char *folder = fake_places_path(places, process->context->folder);
    plat_hr hr = PLAT_E_OUTOFMEMORY;
    if (command != NULL && folder != NULL &&
        environment_of(process->context, places, &environment)) {
        const struct fake_real_program program = {.command_line = command,
                                                  .folder = folder,
                                                  .environment = environment,
                                                  .in = process->in != NULL};
        hr = guests->runner->start(guests->runner_ctx, &program, &process->real->program);
    }
    wcd_json_free(environment);
    free(folder);
    free(command);
    return hr;
}

plat_hr guest_real_start(struct fake_process *process, const char *line)
{
    const char *root = process->script->acts[0].text;
    struct fake_places places;
    if (process->guest->host->guests.runner == NULL) {
        return plat_hr_win32(PLAT_ERROR_NOT_SUPPORTED);
    }
    process->real = calloc(1, sizeof(*process->real));
    if (process->real == NULL) {
        return PLAT_E_OUTOFMEMORY;
    }
    plat_hr hr =
        places_of(process, root, &places) ? start_in(process, line, &places) : PLAT_E_OUTOFMEMORY;
    wcd_strlist_release(&places.pairs);
    if (plat_failed(hr)) {
        free(process->real);
        process->real = NULL;
    }
    return hr;
}

/* ---- while it runs ---- */

/* True when something has moved. */
static bool move_output(struct fake_process *process, size_t which)
{
    const struct fake_runner_ops *runner = process->guest->host->guests.runner;
    struct guest_real *real = process->real;
    struct fake_bytes *bytes = &real->output[which];
    bool apart = which == 1 && !process->console;
    struct fake_pipe *pipe = apart ? process->err : process->out;
    size_t moved = 0;
    while (moved < REAL_BURST_BYTES) {
        unsigned char piece[REAL_PIECE_BYTES];
        size_t got = bytes->count > 0 || real->ended[which]
                         ? 0
                         : runner->read(real->program, which == 1, piece, sizeof(piece),
                                        &real->ended[which]);
        if (got > 0 && !fake_bytes_add(bytes, piece, got)) {
            real->ended[which] = true;
        }
        if (bytes->count == 0) {
            break;
        }
        size_t taken = 0;
        plat_hr hr = pipe == NULL
                         ? PLAT_S_OK
                         : fake_pipe_write(pipe, bytes->data + bytes->first, bytes->count, &taken);
        taken = pipe == NULL || plat_failed(hr) ? bytes->count : taken;
        if (taken == 0) {
            break;
        }
        bytes->first += taken;
        bytes->count -= taken;
        moved += taken;
    }
    return moved > 0;
}

static bool move_input(struct fake_process *process)
{
    const struct fake_runner_ops *runner = process->guest->host->guests.runner;
    struct guest_real *real = process->real;
    struct fake_bytes *input = &process->input;
    unsigned char piece[REAL_PIECE_BYTES];
    size_t got = 0;
    if (real->input_closed) {
        return false;
    }
    if (input->count == 0) {
        plat_hr hr = process->in == NULL ? plat_hr_win32(PLAT_ERROR_BROKEN_PIPE)
                                         : fake_pipe_read(process->in, piece, sizeof(piece), &got);
        if (plat_failed(hr) || (got > 0 && !fake_bytes_add(input, piece, got))) {
            runner->close_input(real->program);
            real->input_closed = true;
            return true;
        }
    }
    size_t taken = input->count == 0
                       ? 0
                       : runner->write(real->program, input->data + input->first, input->count);
    input->first += taken;
    input->count -= taken;
    return taken > 0;
}

bool guest_real_go_on(struct fake_process *process, uint32_t *code)
{
    const struct fake_runner_ops *runner = process->guest->host->guests.runner;
    struct guest_real *real = process->real;
    bool moved = move_input(process);
    bool over = runner->has_ended(real->program, code);
    moved = move_output(process, 0) || moved;
    moved = move_output(process, 1) || moved;
    bool drained = real->ended[0] && real->ended[1] && real->output[0].count == 0 &&
                   real->output[1].count == 0;
    if (over && drained) {
        return true;
    }
    uint64_t next = 2 * real->look_us;
    real->look_us = moved || next == 0        ? REAL_LOOK_US
                    : next < REAL_LOOK_US_MAX ? next
                                              : REAL_LOOK_US_MAX;
    guest_process_wake(process, real->look_us);
    return false;
}

void guest_real_end(struct fake_process *process)
{
    struct guest_real *real = process->real;
    if (real != NULL) {
        const struct fake_runner_ops *runner = process->guest->host->guests.runner;
        runner->terminate(real->program, process->exit_code);
        runner->release(real->program);
        fake_bytes_release(&real->output[0]);
        fake_bytes_release(&real->output[1]);
        free(real);
        process->real = NULL;
    }
}
