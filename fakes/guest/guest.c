/* Guests: their life, and what happens to all their processes at once. */
#include "core/base/assert.h"
#include "core/base/utf8.h"
#include "fakes/guest/internal.h"
#include "fakes/guest/own.h"

#include <stdlib.h>
#include <string.h>

/* What a guest needs to go down once no program lives any more, of which the host's share of the usual times is
 * taken: for who asked HCS, it is the time that a shutdown takes. */
#define GUEST_DOWN_PROCESS_US 1000000u
#define GUEST_DOWN_HYPERV_US  2000000u
#define GUEST_DOWN_LINUX_US   500000u

_Static_assert(sizeof(struct fake_guest) < 280, "a hundred thousand guests are to be small");

/* The host's pids begin here: those below belong to the host itself. */
#define GUEST_HOST_PID_FIRST 1000u

struct fake_guest *fake_guest_create(struct fake_host *host,
                                     const struct fake_guest_options *options)
{
    struct fake_guest *guest = calloc(1, sizeof(*guest));
    if (guest == NULL) {
        return NULL;
    }
    guest->host = host;
    guest->options = *options;
    guest->options.host_name = NULL;
    guest->start_us = host->now_us;
    if (options->host_name != NULL) {
        guest->host_name = wcd_text_copy(options->host_name);
        if (guest->host_name == NULL) {
            free(guest);
            return NULL;
        }
    }
    if (!options->hyperv) {
        struct fake_guests *guests = &host->guests;
        if (guests->pid_last < GUEST_HOST_PID_FIRST) {
            guests->pid_last = GUEST_HOST_PID_FIRST;
        }
        guest->own_pid = guests->pid_last + 4;
        guests->pid_last += 4 * GUEST_OWN_COUNT;
    }
    guest->pid_last = options->linux_guest ? GUEST_OWN_LINUX_PID_LAST : GUEST_OWN_PID_LAST;
    return guest;
}

static void guest_forget_down(struct fake_guest *guest)
{
    if (guest->going_down) {
        fake_queue_withdraw(&guest->host->queue, &guest->down_place);
        fake_queue_unreserve(&guest->host->queue);
        guest->going_down = false;
        guest->down_left_us = 0;
    }
}

void fake_guest_destroy(struct fake_guest *guest)
{
    if (guest == NULL) {
        return;
    }
    while (guest->first != NULL) {
        guest_process_free(guest->first);
    }
    guest_forget_down(guest);
    free(guest->used);
    free(guest->host_name);
    free(guest);
}

size_t fake_guest_living(const struct fake_guest *guest)
{
    return guest->living;
}

struct fake_process *fake_guest_find(const struct fake_guest *guest, uint32_t pid, bool living)
{
    for (struct fake_process *p = guest->first; p != NULL; p = p->next) {
        if (p->pid == pid && p->created && !(living && p->exited)) {
            p->forgotten = false;
            return p;
        }
    }
    return NULL;
}

/* ---- shutting down ---- */

static void guest_down(struct fake_host *host, const struct fake_due *due)
{
    (void)host;
    struct fake_guest *guest = due->object;
    guest_forget_down(guest);
    guest->options.down(guest->options.ctx);
}

static void guest_put_down(struct fake_guest *guest, uint64_t us)
{
    struct fake_host *host = guest->host;
    struct fake_due due = {.due_us = host->now_us + us, .run = guest_down, .object = guest};
    fake_queue_put(&host->queue, due, &guest->down_place);
}

void guest_check_down(struct fake_guest *guest)
{
    if (!guest->going_down || guest->living > 0 || guest->down_place != 0 ||
        guest->down_left_us != 0) {
        return;
    }
    uint64_t usual_us = guest->options.linux_guest ? GUEST_DOWN_LINUX_US
                        : guest->options.hyperv    ? GUEST_DOWN_HYPERV_US
                                                   : GUEST_DOWN_PROCESS_US;
    uint64_t us = usual_us * guest->host->hcs.latency_percent / 100u;
    if (guest->paused) {
        guest->down_left_us = us;
    } else {
        guest_put_down(guest, us);
    }
}

bool fake_guest_shut_down(struct fake_guest *guest)
{
    if (!guest->going_down) {
        if (!fake_queue_reserve(&guest->host->queue)) {
            return false;
        }
        guest->going_down = true;
    }
    for (struct fake_process *p = guest->first; p != NULL; p = p->next) {
        if (!p->exited) {
            guest_process_shut_down(p);
        }
    }
    guest_check_down(guest);
    return true;
}

void fake_guest_kill(struct fake_guest *guest, uint32_t exit_code, int32_t last_wait_result)
{
    guest_forget_down(guest);
    struct fake_process *next = NULL;
    for (struct fake_process *p = guest->first; p != NULL; p = next) {
        next = p->next;
        if (!p->exited) {
            guest_process_ended(p, exit_code, last_wait_result);
        }
    }
}

/* ---- standing still ---- */

void fake_guest_pause(struct fake_guest *guest)
{
    WCD_ASSERT(!guest->paused);
    for (struct fake_process *p = guest->first; p != NULL; p = p->next) {
        guest_process_pause(p);
    }
    guest->paused = true;
    struct fake_queue *queue = &guest->host->queue;
    if (guest->down_place != 0) {
        guest->down_left_us = queue->heap[guest->down_place - 1].due_us - guest->host->now_us;
        fake_queue_withdraw(queue, &guest->down_place);
    }
}

void fake_guest_resume(struct fake_guest *guest)
{
    WCD_ASSERT(guest->paused);
    guest->paused = false;
    for (struct fake_process *p = guest->first; p != NULL; p = p->next) {
        guest_process_resume(p);
    }
    if (guest->down_left_us != 0) {
        guest_put_down(guest, guest->down_left_us);
        guest->down_left_us = 0;
    }
}

/* ---- creating processes ---- */

static const char *string_of(const struct wcd_json *object, const char *name)
{
    const struct wcd_json *value = wcd_json_get(object, name);
    return wcd_json_is(value, WCD_JSON_STRING) ? wcd_json_string(value) : "";
}

static bool bool_of(const struct wcd_json *object, const char *name)
{
    const struct wcd_json *value = wcd_json_get(object, name);
    return wcd_json_is(value, WCD_JSON_BOOL) && wcd_json_bool(value);
}

/* The words of the program: CommandArgs, else the arguments of an OCI specification, else the command
 * line behind an application name. False without memory. */
static bool guest_command_of(struct guest_command *command, const struct wcd_json *parameters,
                             bool linux_guest)
{
    const struct wcd_json *args = wcd_json_get(parameters, "CommandArgs");
    if (wcd_json_size(args) == 0) {
        args = wcd_json_at(parameters, "/OCISpecification/process/args");
    }
    const char *line = string_of(parameters, "CommandLine");
    const char *application = string_of(parameters, "ApplicationName");
    if (wcd_json_is(args, WCD_JSON_ARRAY) && wcd_json_size(args) > 0 && line[0] == '\0') {
        return guest_command_of_args(command, args);
    }
    if (!guest_command_of_line(command, line[0] == '\0' ? application : line, linux_guest)) {
        return false;
    }
    if (application[0] != '\0' && command->args.count > 0) {
        char *name = wcd_text_copy(application);
        if (name == NULL) {
            guest_command_release(command);
            return false;
        }
        wcd_text_replace(&command->args.items[0], name);
    }
    return true;
}

static struct guest_context *guest_context_of(const struct wcd_json *parameters)
{
    struct guest_context *context = calloc(1, sizeof(*context));
    if (context == NULL) {
        return NULL;
    }
    context->references = 1;
    const struct wcd_json *environment = wcd_json_get(parameters, "Environment");
    bool some = wcd_json_is(environment, WCD_JSON_OBJECT) && wcd_json_size(environment) > 0;
    context->environment = some ? wcd_json_copy(environment) : NULL;
    context->user = wcd_text_copy(string_of(parameters, "User"));
    context->folder = wcd_text_copy(string_of(parameters, "WorkingDirectory"));
    if ((some && context->environment == NULL) || context->user == NULL ||
        context->folder == NULL) {
        guest_context_release(context);
        return NULL;
    }
    return context;
}

/* ConsoleSize: [height, width] in schema 1 and 2. */
static void guest_console_of(struct fake_process *process, const struct wcd_json *parameters)
{
    const struct wcd_json *height = wcd_json_at(parameters, "/ConsoleSize/0");
    const struct wcd_json *width = wcd_json_at(parameters, "/ConsoleSize/1");
    uint64_t h = 0;
    uint64_t w = 0;
    if (wcd_json_is(height, WCD_JSON_NUMBER) && wcd_json_uint64(height, &h) && h <= UINT16_MAX &&
        wcd_json_is(width, WCD_JSON_NUMBER) && wcd_json_uint64(width, &w) && w <= UINT16_MAX) {
        process->console_height = (uint16_t)h;
        process->console_width = (uint16_t)w;
    }
}

/* What the guest refuses, in this order: length, user, program, folder (the order is assumed). */
static plat_hr guest_check(const struct fake_guest *guest, const struct guest_context *context,
                           const struct guest_command *command, struct guest_script **script)
{
    if (wcd_utf8_utf16_units(command->line) > FAKE_COMMAND_UNITS_MAX) {
        return plat_hr_win32(PLAT_ERROR_FILENAME_EXCED_RANGE);
    }
    if (!guest_knows_user(guest, context->user)) {
        return plat_hr_win32(PLAT_ERROR_LOGON_FAILURE);
    }
    plat_hr hr = PLAT_S_OK;
    *script = guest_find_program(guest, context, command, &hr);
    if (*script != NULL && !guest_has_folder(guest, context->folder)) {
        guest_script_release(*script);
        *script = NULL;
        hr = plat_hr_win32(PLAT_ERROR_DIRECTORY);
    }
    return hr;
}

static plat_hr guest_launch(struct fake_guest *guest, const struct wcd_json *parameters,
                            struct guest_context *context, const struct guest_command *command,
                            struct fake_process **out)
{
    if (guest->living >= FAKE_GUEST_PROCESSES_MAX) {
        return plat_hr_win32(PLAT_ERROR_NO_SYSTEM_RESOURCES);
    }
    struct guest_script *script = NULL;
    plat_hr hr = guest_check(guest, context, command, &script);
    if (plat_failed(hr)) {
        return hr;
    }
    struct fake_process *process =
        guest_process_create(guest, script, context, command->args.items[0], NULL, false);
    if (process == NULL) {
        return PLAT_E_OUTOFMEMORY;
    }
    process->created = true;
    process->console = bool_of(parameters, "EmulateConsole");
    guest_console_of(process, parameters);
    if (!guest_process_make_pipes(process, bool_of(parameters, "CreateStdInPipe"),
                                  bool_of(parameters, "CreateStdOutPipe"),
                                  bool_of(parameters, "CreateStdErrPipe") && !process->console)) {
        guest_process_free(process);
        return PLAT_E_OUTOFMEMORY;
    }
    hr = guest_script_is_real(script) ? guest_real_start(process, command->line) : PLAT_S_OK;
    if (plat_failed(hr)) {
        guest_process_free(process);
        return hr;
    }
    *out = process;
    return PLAT_S_OK;
}

plat_hr fake_guest_run(struct fake_guest *guest, const struct wcd_json *parameters,
                       struct fake_process **out)
{
    *out = NULL;
    struct guest_command command;
    if (!guest_command_of(&command, parameters, guest->options.linux_guest)) {
        return PLAT_E_OUTOFMEMORY;
    }
    plat_hr hr = PLAT_E_OUTOFMEMORY;
    struct guest_context *context = guest_context_of(parameters);
    if (context != NULL) {
        hr = guest_launch(guest, parameters, context, &command, out);
        guest_context_release(context);
    }
    guest_command_release(&command);
    return hr;
}
