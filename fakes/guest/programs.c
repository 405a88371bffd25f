/* Which program a command line means, and what else a test says about guests. */
#include "fakes/guest/internal.h"
#include "fakes/host/name.h"

#include <stdlib.h>
#include <string.h>

struct guest_program {
    char *command;
    char *file;                  /* the command without ".exe" */
    bool bare;                   /* no folder in it */
    struct guest_script *script; /* NULL when it is refused */
    plat_hr refused;
    struct guest_program *next;
};

/* ---- command lines ---- */

/* Blanks separate words, quotes keep them together; \" is a quote (documented: CommandLineToArgvW).
 * Two backslashes before a quote are one. Linux has single quotes too. `scratch` has room for the
 * whole line. */
static const char *next_word(const char *at, bool linux_guest, char *scratch, size_t *len)
{
    bool quoted = false;
    bool single = false;
    *len = 0;
    for (; *at != '\0' && (quoted || single || (*at != ' ' && *at != '\t')); at++) {
        if (linux_guest && !quoted && *at == '\'') {
            single = !single;
        } else if (single) {
            scratch[(*len)++] = *at;
        } else if (*at == '\\' && (at[1] == '"' || (at[1] == '\\' && at[2] == '"'))) {
            at++;
            scratch[(*len)++] = *at;
        } else if (*at == '"') {
            quoted = !quoted;
        } else {
            scratch[(*len)++] = *at;
        }
    }
    return at + strspn(at, " \t");
}

/* False without memory, with a part of it there. */
static bool split(struct guest_command *command, const char *line, bool linux_guest, char *scratch)
{
    const char *at = line + strspn(line, " \t");
    do {
        size_t len = 0;
        at = next_word(at, linux_guest, scratch, &len);
        if (!wcd_strlist_take(&command->args, wcd_text_copy_n(scratch, len))) {
            return false;
        }
        if (command->args.count == 1) {
            command->tail = wcd_text_copy(at);
        }
    } while (*at != '\0' && command->tail != NULL);
    return command->tail != NULL;
}

bool guest_command_of_line(struct guest_command *command, const char *line, bool linux_guest)
{
    *command = (struct guest_command){.line = wcd_text_copy(line)};
    wcd_strlist_init(&command->args);
    char *scratch = malloc(strlen(line) + 1);
    bool ok =
        command->line != NULL && scratch != NULL && split(command, line, linux_guest, scratch);
    free(scratch);
    if (!ok) {
        guest_command_release(command);
    }
    return ok;
}

bool guest_command_of_args(struct guest_command *command, const struct wcd_json *args)
{
    *command = (struct guest_command){0};
    wcd_strlist_init(&command->args);
    bool ok = true;
    for (const struct wcd_json *item = wcd_json_first(args); ok && item != NULL;
         item = wcd_json_next(item)) {
        ok = wcd_strlist_add(&command->args,
                             wcd_json_is(item, WCD_JSON_STRING) ? wcd_json_string(item) : "");
    }
    command->line = ok ? wcd_strlist_join(&command->args, " ") : NULL;
    if (command->line != NULL) {
        size_t first = strlen(command->args.items[0]);
        const char *behind = command->line + first;
        command->tail = wcd_text_copy(*behind == ' ' ? behind + 1 : behind);
    }
    if (command->tail == NULL) {
        guest_command_release(command);
        return false;
    }
    return true;
}

void guest_command_release(struct guest_command *command)
{
    free(command->line);
    free(command->tail);
    wcd_strlist_release(&command->args);
    *command = (struct guest_command){0};
}

/* ---- finding ---- */

const char *guest_program_name(const char *word, size_t *len)
{
    const char *name = word;
    for (const char *at = word; *at != '\0'; at++) {
        if (*at == '\\' || *at == '/') {
            name = at + 1;
        }
    }
    *len = strlen(name);
    if (*len > 4 && fake_name_equal(name + *len - 4, ".exe")) {
        *len -= 4;
    }
    return name;
}

/* Is `word` a name of the program's file? */
static bool names_file(const struct guest_program *program, const char *word)
{
    size_t len = 0;
    const char *name = guest_program_name(word, &len);
    const char *from = program->bare ? name : word;
    return program->file[0] != '\0' &&
           fake_name_equal_n(from, len + (size_t)(name - from), program->file);
}

static const struct guest_program *find_set(const struct fake_guest *guest,
                                            const struct guest_command *command)
{
    const struct guest_program *best = NULL;
    size_t best_len = 0;
    const char *line = command->line + strspn(command->line, " \t");
    for (const struct guest_program *p = guest->host->guests.programs; p != NULL; p = p->next) {
        size_t len = strlen(p->command);
        if (len > best_len &&
            (fake_name_equal(p->command, line) || names_file(p, command->args.items[0]))) {
            best = p;
            best_len = len;
        }
    }
    return best;
}

bool guest_program_exists(const struct fake_guest *guest, const struct guest_command *command)
{
    size_t len = 0;
    const char *name = guest_program_name(command->args.items[0], &len);
    return find_set(guest, command) != NULL || guest_is_built_in(guest, name, len);
}

struct guest_script *guest_find_program(const struct fake_guest *guest,
                                        const struct guest_context *context,
                                        const struct guest_command *command, plat_hr *hr)
{
    const struct guest_program *set = find_set(guest, command);
    if (set != NULL && set->script == NULL) {
        *hr = set->refused;
        return NULL;
    }
    if (set != NULL) {
        return guest_script_hold(set->script);
    }
    *hr = PLAT_S_OK;
    struct guest_script *script = guest_built_in(guest, context, command, hr);
    if (script == NULL && plat_succeeded(*hr)) {
        *hr = plat_hr_win32(PLAT_ERROR_FILE_NOT_FOUND);
    }
    return script;
}

struct fake_process *guest_spawn(struct fake_process *parent, const char *line, bool quiet)
{
    struct fake_guest *guest = parent->guest;
    struct guest_command command;
    struct fake_process *child = NULL;
    if (guest->living >= FAKE_GUEST_PROCESSES_MAX ||
        !guest_command_of_line(&command, line, guest->options.linux_guest)) {
        return NULL;
    }
    plat_hr hr = PLAT_S_OK;
    struct guest_script *script = guest_find_program(guest, parent->context, &command, &hr);
    if (script != NULL) {
        child = guest_process_create(guest, script, parent->context, command.args.items[0], parent,
                                     quiet);
    }
    if (child != NULL && guest_script_is_real(script) &&
        plat_failed(guest_real_start(child, line))) {
        guest_process_free(child);
        child = NULL;
    }
    guest_command_release(&command);
    return child;
}

/* ---- what a test sets up ---- */

static struct guest_script *script_of(const struct fake_program *program)
{
    struct guest_script *script = guest_script_create();
    if (script == NULL) {
        return NULL;
    }
    script->on_shutdown = program->on_shutdown;
    script->shutdown_us = program->shutdown_us;
    script->shutdown_code = program->shutdown_code;
    for (size_t i = 0; i < program->act_count; i++) {
        const struct fake_act *act = &program->acts[i];
        char *text = wcd_text_copy(wcd_text_or_empty(act->text));
        script->failed = script->failed || text == NULL;
        guest_script_add(script, (struct guest_act){.kind = (int)act->kind,
                                                    .text = text,
                                                    .us = act->us,
                                                    .bytes = act->bytes,
                                                    .percent = act->percent,
                                                    .count = act->count,
                                                    .code = act->code});
    }
    if (script->failed || script->count != program->act_count) {
        guest_script_release(script);
        return NULL;
    }
    return script;
}

static void program_free(struct guest_program *program)
{
    guest_script_release(program->script);
    free(program->command);
    free(program->file);
    free(program);
}

bool fake_guest_put_program(struct fake_host *host, const struct fake_program *program)
{
    struct guest_program *kept = calloc(1, sizeof(*kept));
    if (kept == NULL) {
        return false;
    }
    size_t len = 0;
    const char *name = guest_program_name(program->command, &len);
    kept->command = wcd_text_copy(program->command);
    kept->file = wcd_text_copy_n(program->command, len + (size_t)(name - program->command));
    kept->bare = name == program->command;
    kept->refused = program->refused;
    kept->script = program->refused == 0 ? script_of(program) : NULL;
    if (kept->command == NULL || kept->file == NULL ||
        (kept->script == NULL && program->refused == 0)) {
        program_free(kept);
        return false;
    }
    kept->next = host->guests.programs;
    host->guests.programs = kept;
    return true;
}

bool fake_guest_put_user(struct fake_host *host, const char *name)
{
    return wcd_strlist_add(&host->guests.users, name);
}

bool fake_guest_put_missing_folder(struct fake_host *host, const char *path)
{
    return wcd_strlist_add(&host->guests.missing_folders, path);
}

void fake_guest_programs_release(struct fake_host *host)
{
    struct fake_guests *guests = &host->guests;
    while (guests->programs != NULL) {
        struct guest_program *program = guests->programs;
        guests->programs = program->next;
        program_free(program);
    }
    wcd_strlist_release(&guests->users);
    wcd_strlist_release(&guests->missing_folders);
}

/* ---- users and folders ---- */

static bool in_list(const struct wcd_strlist *list, const char *text)
{
    for (size_t i = 0; i < list->count; i++) {
        if (fake_name_equal(list->items[i], text)) {
            return true;
        }
    }
    return false;
}

bool guest_knows_user(const struct fake_guest *guest, const char *user)
{
    static const char *const known[] = {
        "",
        "ContainerUser",
        "ContainerAdministrator",
        "User Manager\\ContainerUser",
        "User Manager\\ContainerAdministrator",
        "NT AUTHORITY\\SYSTEM",
        "NT AUTHORITY\\LOCAL SERVICE",
        "NT AUTHORITY\\NETWORK SERVICE",
        "LocalSystem",
        "LocalService",
        "NetworkService",
        "SYSTEM",
    };
    for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
        if (fake_name_equal(known[i], user)) {
            return true;
        }
    }
    return guest->options.linux_guest || in_list(&guest->host->guests.users, user);
}

bool guest_has_folder(const struct fake_guest *guest, const char *folder)
{
    return !in_list(&guest->host->guests.missing_folders, folder);
}
