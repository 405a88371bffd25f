/* The programs that every guest has: enough of them for ordinary scenarios to need no script. Each
 * makes a script of its command line. */
#include "core/base/utf8.h"
#include "fakes/guest/internal.h"
#include "fakes/host/name.h"

#include <stdlib.h>
#include <string.h>

/* What a built-in program gets to make its script of. */
struct making {
    struct guest_script *script;
    const struct fake_guest *guest;
    const struct guest_context *context;
    const struct guest_command *command;
    const char *end; /* of a line */
};

static void add_line(const struct making *making, int kind, const char *text)
{
    char *line = wcd_text_format("%s%s", text, making->end);
    making->script->failed = making->script->failed || line == NULL;
    guest_script_add(making->script, (struct guest_act){.kind = kind, .text = line});
}

static const char *argument(const struct making *making, size_t index)
{
    const struct wcd_strlist *args = &making->command->args;
    return index < args->count ? args->items[index] : "";
}

/* A count of seconds or packets; false for anything else. */
static bool number_of(const char *text, uint32_t *number)
{
    size_t digits = strspn(text, "0123456789");
    *number = 0;
    for (size_t i = 0; i < digits && digits <= 9; i++) {
        *number = *number * 10 + (uint32_t)(text[i] - '0');
    }
    return digits > 0 && digits <= 9 && text[digits] == '\0';
}

static bool is_switch(const char *text, const char *letter)
{
    return (text[0] == '/' || text[0] == '-') && fake_name_equal(text + 1, letter);
}

/* ---- programs of both systems ---- */

/* A line for each answer, a second apart; nothing before and behind them (a simplification). */
static void make_ping(const struct making *making)
{
    bool linux_guest = making->guest->options.linux_guest;
    bool for_ever = linux_guest;
    uint32_t count = 4;
    const char *target = "";
    for (size_t i = 1; i < making->command->args.count; i++) {
        const char *word = argument(making, i);
        if (is_switch(word, "t")) {
            for_ever = true;
        } else if (is_switch(word, linux_guest ? "c" : "n") &&
                   number_of(argument(making, i + 1), &count) && count > 0) {
            for_ever = false;
            i++;
        } else if (word[0] != '-' && word[0] != '/') {
            target = word;
        }
    }
    if (target[0] == '\0') {
        add_line(making, FAKE_ACT_ERR, "ping: a target is missing");
        guest_script_code(making->script, FAKE_ACT_EXIT, 1);
        return;
    }
    add_line(making, FAKE_ACT_OUT,
             linux_guest ? "64 bytes from 127.0.0.1: ttl=64 time=0.1 ms"
                         : "Reply from 127.0.0.1: bytes=32 time<1ms TTL=128");
    if (for_ever || count > 1) {
        guest_script_add(making->script, (struct guest_act){.kind = FAKE_ACT_WAIT, .us = 1000000});
        guest_script_add(making->script, (struct guest_act){.kind = FAKE_ACT_REPEAT,
                                                            .count = for_ever ? 0 : count});
    }
}

static void make_hostname(const struct making *making)
{
    const char *name = making->guest->host_name;
    add_line(making, FAKE_ACT_OUT, name == NULL ? "CONTAINER" : name);
}

static void make_whoami(const struct making *making)
{
    const char *user = making->context->user;
    bool linux_guest = making->guest->options.linux_guest;
    bool bare = user[0] != '\0' && strchr(user, '\\') == NULL && !linux_guest;
    const char *known = linux_guest ? "root" : "user manager\\containeradministrator";
    char *text =
        wcd_text_format("%s%s", bare ? "user manager\\" : "", user[0] == '\0' ? known : user);
    char *lower = text == NULL ? NULL : wcd_utf8_lower(text);
    free(text);
    if (lower == NULL) {
        making->script->failed = true;
        return;
    }
    add_line(making, FAKE_ACT_OUT, lower);
    free(lower);
}

/* ---- Windows ---- */

static void make_timeout(const struct making *making)
{
    uint32_t seconds = 0;
    bool given = false;
    for (size_t i = 1; i < making->command->args.count; i++) {
        given = number_of(argument(making, i), &seconds) || given;
        if (given) {
            break;
        }
    }
    if (!given) {
        add_line(making, FAKE_ACT_ERR, "timeout: a number of seconds is missing");
        guest_script_code(making->script, FAKE_ACT_EXIT, 1);
        return;
    }
    guest_script_add(making->script,
                     (struct guest_act){.kind = FAKE_ACT_WAIT, .us = (uint64_t)seconds * 1000000u});
}

/* A shell that reads from its stdin. */
static void make_interactive(const struct making *making, enum guest_shell shell,
                             const char *banner, const char *prompt)
{
    guest_script_text(making->script, FAKE_ACT_OUT, banner);
    guest_script_text(making->script, FAKE_ACT_OUT, prompt);
    guest_script_code(making->script, GUEST_ACT_PROMPT, shell);
}

static const char *folder_of(const struct making *making)
{
    return making->context->folder[0] == '\0' ? "C:\\" : making->context->folder;
}

static void make_cmd_interactive(const struct making *making)
{
    char *banner = wcd_text_format("Microsoft Windows [Version 10.0.%lu]\r\n",
                                   (unsigned long)making->guest->host->build->build);
    char *prompt = wcd_text_format("\r\n%s>", folder_of(making));
    if (banner == NULL || prompt == NULL) {
        making->script->failed = true;
    } else {
        make_interactive(making, GUEST_SHELL_CMD, banner, prompt);
    }
    free(banner);
    free(prompt);
}

/* Two quotes around a program's name that has a blank in it are kept without /S (documented: cmd /?). */
static bool keeps_quotes(const struct making *making, const char *line)
{
    const char *close = strchr(line + 1, '"');
    if (close == NULL || strchr(close + 1, '"') != NULL) {
        return false;
    }
    size_t len = (size_t)(close - line) - 1;
    if (strcspn(line + 1, "&<>()@^|") < len || strcspn(line + 1, " ") >= len) {
        return false;
    }
    struct guest_command command;
    if (!guest_command_of_line(&command, line, false)) {
        making->script->failed = true;
        return false;
    }
    bool exists = guest_program_exists(making->guest, &command);
    guest_command_release(&command);
    return exists;
}

/* The line behind /c or /k without the quotes around it. NULL without memory. */
static char *cmd_line(const struct making *making, const char *line, bool strip)
{
    line += strspn(line, " \t");
    if (line[0] != '"' || (!strip && keeps_quotes(making, line))) {
        return wcd_text_copy(line);
    }
    char *copy = wcd_text_copy(line + 1);
    char *last = copy == NULL ? NULL : strrchr(copy, '"');
    if (last != NULL) {
        memmove(last, last + 1, strlen(last));
    }
    return copy;
}

/* Switches may stand without blanks: cmd /s/c"exit 3". */
static void make_cmd(const struct making *making)
{
    const char *at = making->command->tail;
    bool strip = false;
    char letter = '\0';
    while (letter != 'c' && letter != 'k') {
        at += strspn(at, " \t");
        if (at[0] != '/' || at[1] == '\0') {
            make_cmd_interactive(making);
            return;
        }
        letter = (char)(at[1] | 0x20);
        strip = strip || letter == 's';
        at += 2;
        while (letter != 'c' && letter != 'k' && strchr(" \t/", *at) == NULL) {
            at++; /* /e:on */
        }
    }
    char *line = cmd_line(making, at, strip);
    if (line == NULL) {
        making->script->failed = true;
        return;
    }
    guest_shell_compile(making->script, making->guest, making->context, line, GUEST_SHELL_CMD);
    free(line);
    if (letter == 'k') {
        make_cmd_interactive(making);
    } else {
        guest_script_code(making->script, GUEST_ACT_EXIT_LEVEL, 0);
    }
}

/* The rest of the words, joined, from `first` on. NULL without memory. */
static char *words_from(const struct making *making, size_t first)
{
    const struct wcd_strlist *args = &making->command->args;
    struct wcd_strlist rest = *args;
    rest.items += first < args->count ? first : args->count;
    rest.count -= first < args->count ? first : args->count;
    return wcd_strlist_join(&rest, " ");
}

static void make_line(const struct making *making, size_t first, enum guest_shell shell)
{
    char *line = words_from(making, first);
    if (line == NULL) {
        making->script->failed = true;
        return;
    }
    guest_shell_compile(making->script, making->guest, making->context, line, shell);
    free(line);
    guest_script_code(making->script, GUEST_ACT_EXIT_LEVEL, 0);
}

static bool takes_value(const char *name)
{
    static const char *const names[] = {"executionpolicy", "ex",     "ep",
                                        "version",         "format", "windowstyle"};
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        if (is_switch(name, names[i])) {
            return true;
        }
    }
    return false;
}

static void make_powershell(const struct making *making)
{
    size_t at = 1;
    for (; argument(making, at)[0] == '-'; at++) {
        const char *word = argument(making, at);
        if (is_switch(word, "command") || is_switch(word, "c")) {
            make_line(making, at + 1, GUEST_SHELL_POWERSHELL);
            return;
        }
        at += takes_value(word) ? 1 : 0;
    }
    if (at < making->command->args.count) {
        make_line(making, at, GUEST_SHELL_POWERSHELL);
        return;
    }
    char *prompt = wcd_text_format("PS %s> ", folder_of(making));
    if (prompt == NULL) {
        making->script->failed = true;
        return;
    }
    make_interactive(making, GUEST_SHELL_POWERSHELL, "Windows PowerShell\r\n", prompt);
    free(prompt);
}

/* ---- Linux ---- */

static void make_sh(const struct making *making)
{
    size_t at = 1;
    while (argument(making, at)[0] == '-') {
        if (strchr(argument(making, at), 'c') != NULL) {
            char *line = wcd_text_copy(argument(making, at + 1));
            if (line == NULL) {
                making->script->failed = true;
                return;
            }
            guest_shell_compile(making->script, making->guest, making->context, line,
                                GUEST_SHELL_SH);
            free(line);
            guest_script_code(making->script, GUEST_ACT_EXIT_LEVEL, 0);
            return;
        }
        at++;
    }
    make_interactive(making, GUEST_SHELL_SH, "", "");
}

static void make_sleep(const struct making *making)
{
    uint32_t seconds = 0;
    if (strcmp(argument(making, 1), "infinity") == 0) {
        guest_script_code(making->script, FAKE_ACT_STAY, 0);
    } else if (number_of(argument(making, 1), &seconds)) {
        guest_script_add(making->script, (struct guest_act){.kind = FAKE_ACT_WAIT,
                                                            .us = (uint64_t)seconds * 1000000u});
    } else {
        add_line(making, FAKE_ACT_ERR, "sleep: a number of seconds is missing");
        guest_script_code(making->script, FAKE_ACT_EXIT, 1);
    }
}

static void make_cat(const struct making *making)
{
    guest_script_code(making->script, FAKE_ACT_CAT, 0);
}

static void make_echo(const struct making *making)
{
    char *text = words_from(making, 1);
    if (text == NULL) {
        making->script->failed = true;
        return;
    }
    add_line(making, FAKE_ACT_OUT, text);
    free(text);
}

static void make_true(const struct making *making)
{
    guest_script_code(making->script, FAKE_ACT_EXIT, 0);
}

static void make_false(const struct making *making)
{
    guest_script_code(making->script, FAKE_ACT_EXIT, 1);
}

static void make_env(const struct making *making)
{
    guest_script_code(making->script, GUEST_ACT_ENVIRONMENT, 0);
}

/* ---- the table ---- */

enum {
    IN_WINDOWS = 1,
    IN_LINUX = 2
};

static const struct built_in {
    const char *name;
    unsigned where;
    void (*make)(const struct making *making);
} built_ins[] = {
    {"ash", IN_LINUX, make_sh},
    {"bash", IN_LINUX, make_sh},
    {"cat", IN_LINUX, make_cat},
    {"cmd", IN_WINDOWS, make_cmd},
    {"echo", IN_LINUX, make_echo},
    {"env", IN_LINUX, make_env},
    {"false", IN_LINUX, make_false},
    {"hostname", IN_WINDOWS | IN_LINUX, make_hostname},
    {"ping", IN_WINDOWS | IN_LINUX, make_ping},
    {"powershell", IN_WINDOWS, make_powershell},
    {"pwsh", IN_WINDOWS, make_powershell},
    {"sh", IN_LINUX, make_sh},
    {"sleep", IN_LINUX, make_sleep},
    {"timeout", IN_WINDOWS, make_timeout},
    {"true", IN_LINUX, make_true},
    {"whoami", IN_WINDOWS | IN_LINUX, make_whoami},
};

static const struct built_in *built_in_of(const struct fake_guest *guest, const char *name,
                                          size_t len)
{
    unsigned where = guest->options.linux_guest ? IN_LINUX : IN_WINDOWS;
    for (size_t i = 0; i < sizeof(built_ins) / sizeof(built_ins[0]); i++) {
        if ((built_ins[i].where & where) != 0 && fake_name_equal_n(name, len, built_ins[i].name)) {
            return &built_ins[i];
        }
    }
    return NULL;
}

bool guest_is_built_in(const struct fake_guest *guest, const char *name, size_t len)
{
    return built_in_of(guest, name, len) != NULL;
}

struct guest_script *guest_built_in(const struct fake_guest *guest,
                                    const struct guest_context *context,
                                    const struct guest_command *command, plat_hr *hr)
{
    size_t len = 0;
    const char *name = guest_program_name(command->args.items[0], &len);
    const struct built_in *built_in = built_in_of(guest, name, len);
    if (built_in == NULL) {
        *hr = PLAT_S_OK;
        return NULL;
    }
    struct making making = {.script = guest_script_create(),
                            .guest = guest,
                            .context = context,
                            .command = command,
                            .end = guest->options.linux_guest ? "\n" : "\r\n"};
    if (making.script != NULL) {
        built_in->make(&making);
    }
    if (making.script == NULL || making.script->failed) {
        guest_script_release(making.script);
        *hr = PLAT_E_OUTOFMEMORY;
        return NULL;
    }
    return making.script;
}
