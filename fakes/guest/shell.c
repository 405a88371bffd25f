/* Command lines of shells as scripts: commands one after the other, && and ||, the few commands that
 * a shell has itself, variables, redirections (which only silence). No pipes, no blocks, no loops:
 * who needs more scripts a program. */
#include "core/base/buf.h"
#include "fakes/guest/internal.h"
#include "fakes/host/name.h"

#include <stdlib.h>
#include <string.h>

/* A line with its variables replaced. */
#define LINE_BYTES_MAX ((size_t)1024 * 1024)

struct compile;

/* A command of the shell's own; `rest` is what stands behind its name and a blank. */
struct shell_command {
    const char *name;
    void (*add)(struct compile *compile, const char *rest);
};

struct shell {
    const char *quotes;
    char escape;
    const char *end; /* of a line */
    bool echoes;     /* what it reads, though it is not typed */
    bool semicolons;
    uint32_t unknown_code;
    const char *unknown; /* with the command's name for %s */
    const struct shell_command *commands;
};

/* One line on its way into a script. */
struct compile {
    struct guest_script *script;
    const struct fake_guest *guest;
    const struct guest_context *context;
    const struct shell *shell;
    enum guest_when when;
    bool quiet;      /* its stdout goes elsewhere */
    bool background; /* nobody waits for it */
};

static void add(struct compile *compile, int kind, char *text, uint32_t code)
{
    compile->script->failed = compile->script->failed || text == NULL;
    guest_script_add(compile->script, (struct guest_act){.kind = kind,
                                                         .when = compile->when,
                                                         .quiet = compile->quiet,
                                                         .text = text,
                                                         .code = code});
}

static void add_code(struct compile *compile, int kind, uint32_t code)
{
    guest_script_add(compile->script,
                     (struct guest_act){.kind = kind, .when = compile->when, .code = code});
}

static void add_out(struct compile *compile, const char *text)
{
    if (!compile->quiet) {
        add(compile, FAKE_ACT_OUT, wcd_text_format("%s%s", text, compile->shell->end), 0);
    }
    add_code(compile, GUEST_ACT_LEVEL, 0);
}

/* ---- commands of the shells' own ---- */

static void command_nothing(struct compile *compile, const char *rest)
{
    (void)rest;
    add_code(compile, GUEST_ACT_LEVEL, 0);
}

/* A number as cmd takes it: digits with a sign, modulo 2^32. */
static bool exit_code_of(const char *text, uint32_t *code)
{
    bool minus = text[0] == '-';
    text += minus || text[0] == '+' ? 1 : 0;
    if (text[0] < '0' || text[0] > '9') {
        return false;
    }
    *code = 0;
    for (; *text >= '0' && *text <= '9'; text++) {
        *code = *code * 10 + (uint32_t)(*text - '0');
    }
    *code = minus ? 0 - *code : *code;
    return true;
}

static void command_exit(struct compile *compile, const char *rest)
{
    uint32_t code = 0;
    rest += strspn(rest, " \t");
    if (rest[0] == '/' && (rest[1] | 0x20) == 'b') {
        rest += 2;
        rest += strspn(rest, " \t");
    }
    bool given = exit_code_of(rest, &code);
    if (given && compile->guest->options.linux_guest) {
        code &= 0xFF;
    }
    add_code(compile, given ? FAKE_ACT_EXIT : GUEST_ACT_EXIT_LEVEL, code);
}

static void command_cmd_echo(struct compile *compile, const char *rest)
{
    size_t len = strcspn(rest, " ");
    bool alone = rest[len + strspn(rest + len, " ")] == '\0';
    bool toggles =
        alone && (fake_name_equal_n(rest, len, "off") || fake_name_equal_n(rest, len, "on"));
    if (toggles) {
        add_code(compile, GUEST_ACT_LEVEL, 0);
    } else {
        add_out(compile, rest[0] == '\0' ? "ECHO is on." : rest);
    }
}

/* The words without their quotes, a blank between them. */
static void command_words(struct compile *compile, const char *rest)
{
    struct wcd_buf text;
    wcd_buf_init(&text, LINE_BYTES_MAX);
    char quote = '\0';
    for (rest += strspn(rest, " \t"); *rest != '\0'; rest++) {
        bool blank = quote == '\0' && (*rest == ' ' || *rest == '\t');
        if (blank) {
            rest += strspn(rest, " \t") - 1;
            if (rest[1] != '\0') {
                wcd_buf_char(&text, ' ');
            }
        } else if (quote == '\0' && strchr(compile->shell->quotes, *rest) != NULL) {
            quote = *rest;
        } else if (*rest == quote) {
            quote = '\0';
        } else {
            wcd_buf_char(&text, *rest);
        }
    }
    char *line = wcd_buf_take(&text);
    if (line == NULL) {
        compile->script->failed = true;
        return;
    }
    add_out(compile, line);
    free(line);
}

static void command_set(struct compile *compile, const char *rest)
{
    if (strchr(rest, '=') == NULL && !compile->quiet) {
        add_code(compile, GUEST_ACT_ENVIRONMENT, 0);
    }
    add_code(compile, GUEST_ACT_LEVEL, 0);
}

static void command_folder(struct compile *compile, const char *rest)
{
    if (rest[strspn(rest, " \t")] != '\0') {
        add_code(compile, GUEST_ACT_LEVEL, 0);
        return;
    }
    const char *folder = compile->context->folder;
    const char *root = compile->guest->options.linux_guest ? "/" : "C:\\";
    add_out(compile, folder[0] == '\0' ? root : folder);
}

static void command_version(struct compile *compile, const char *rest)
{
    (void)rest;
    char *text = wcd_text_format("Microsoft Windows [Version 10.0.%lu]",
                                 (unsigned long)compile->guest->host->build->build);
    if (text == NULL) {
        compile->script->failed = true;
        return;
    }
    add_out(compile, text);
    free(text);
}

/* Start-Sleep 3, -s 3, -Seconds 3, -Milliseconds 300. */
static void command_start_sleep(struct compile *compile, const char *rest)
{
    bool milliseconds = strstr(rest, "-m") != NULL || strstr(rest, "-M") != NULL;
    size_t at = strcspn(rest, "0123456789");
    uint32_t number = 0;
    (void)exit_code_of(rest + at, &number);
    guest_script_add(compile->script, (struct guest_act){.kind = FAKE_ACT_WAIT,
                                                         .when = compile->when,
                                                         .us = (uint64_t)number *
                                                               (milliseconds ? 1000u : 1000000u)});
    add_code(compile, GUEST_ACT_LEVEL, 0);
}

static const struct shell_command cmd_commands[] = {
    {"cd", command_folder},   {"chdir", command_folder},
    {"cls", command_nothing}, {"echo", command_cmd_echo},
    {"exit", command_exit},   {"rem", command_nothing},
    {"set", command_set},     {"title", command_nothing},
    {"ver", command_version}, {NULL, NULL},
};

static const struct shell_command powershell_commands[] = {
    {"cd", command_nothing},
    {"echo", command_words},
    {"exit", command_exit},
    {"sleep", command_start_sleep},
    {"start-sleep", command_start_sleep},
    {"write-host", command_words},
    {"write-output", command_words},
    {NULL, NULL},
};

static const struct shell_command sh_commands[] = {
    {":", command_nothing},      {"cd", command_nothing},
    {"echo", command_words},     {"exit", command_exit},
    {"export", command_nothing}, {"pwd", command_folder},
    {"set", command_nothing},    {NULL, NULL},
};

static const struct shell shells[GUEST_SHELL_COUNT] = {
    [GUEST_SHELL_CMD] = {.quotes = "\"",
                         .escape = '^',
                         .end = "\r\n",
                         .echoes = true,
                         .unknown_code = 1,
                         .unknown = "'%s' is not recognized as an internal or external command,\r\n"
                                    "operable program or batch file.\r\n",
                         .commands = cmd_commands},
    [GUEST_SHELL_POWERSHELL] = {.quotes = "\"'",
                                .escape = '`',
                                .end = "\r\n",
                                .semicolons = true,
                                .unknown_code = 1,
                                .unknown = "%s : The term is not recognized\r\n",
                                .commands = powershell_commands},
    [GUEST_SHELL_SH] = {.quotes = "\"'",
                        .escape = '\\',
                        .end = "\n",
                        .semicolons = true,
                        .unknown_code = 127,
                        .unknown = "sh: %s: not found\n",
                        .commands = sh_commands},
};

/* ---- variables ---- */

const char *guest_variable(const struct fake_guest *guest, const struct guest_context *context,
                           const char *name, size_t len)
{
    const struct wcd_json *item = wcd_json_first(context->environment);
    for (; item != NULL; item = wcd_json_next(item)) {
        const char *known = wcd_json_name(item);
        bool same = guest->options.linux_guest
                        ? strlen(known) == len && strncmp(known, name, len) == 0
                        : fake_name_equal_n(name, len, known);
        if (same && wcd_json_is(item, WCD_JSON_STRING) && wcd_json_string(item)[0] != '\0') {
            return wcd_json_string(item);
        }
    }
    return NULL;
}

/* %NAME%; what is not set stays as it is written. */
static const char *replace_percent(const struct compile *compile, const char *at,
                                   struct wcd_buf *out)
{
    const char *close = at[0] == '%' ? strchr(at + 1, '%') : NULL;
    if (close == NULL) {
        return at;
    }
    size_t len = (size_t)(close - at) - 1;
    const char *value = guest_variable(compile->guest, compile->context, at + 1, len);
    if (value == NULL) {
        return at;
    }
    wcd_buf_text(out, value);
    return close + 1;
}

/* $NAME and ${NAME}; what is not set is nothing. */
static const char *replace_dollar(const struct compile *compile, const char *at,
                                  struct wcd_buf *out)
{
    static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_";
    if (at[0] != '$') {
        return at;
    }
    bool braces = at[1] == '{';
    const char *name = at + (braces ? 2 : 1);
    size_t len = strspn(name, letters);
    if (len == 0 || (braces && name[len] != '}')) {
        return at;
    }
    const char *value = guest_variable(compile->guest, compile->context, name, len);
    wcd_buf_text(out, wcd_text_or_empty(value));
    return name + len + (braces ? 1 : 0);
}

/* NULL without memory. */
static char *replace_variables(const struct compile *compile, const char *line)
{
    bool percent = compile->shell == &shells[GUEST_SHELL_CMD];
    bool single = false;
    struct wcd_buf out;
    wcd_buf_init(&out, LINE_BYTES_MAX);
    while (*line != '\0' && !out.failed) {
        single = !percent && *line == '\'' ? !single : single;
        const char *behind = line;
        if (!single) {
            behind = percent ? replace_percent(compile, line, &out)
                             : replace_dollar(compile, line, &out);
        }
        if (behind == line) {
            wcd_buf_char(&out, *line++);
        } else {
            line = behind;
        }
    }
    return wcd_buf_take(&out);
}

/* ---- one command ---- */

static void add_program(struct compile *compile, const char *text)
{
    struct guest_command command;
    if (!guest_command_of_line(&command, text, compile->guest->options.linux_guest)) {
        compile->script->failed = true;
        return;
    }
    const char *name = command.args.items[0];
    if (guest_program_exists(compile->guest, &command)) {
        add(compile, compile->background ? FAKE_ACT_SPAWN : FAKE_ACT_RUN, wcd_text_copy(text), 0);
    } else {
        struct wcd_buf message;
        const char *unknown = compile->shell->unknown;
        const char *place = strstr(unknown, "%s");
        wcd_buf_init(&message, LINE_BYTES_MAX);
        wcd_buf_add(&message, unknown, (size_t)(place - unknown));
        wcd_buf_text(&message, name);
        wcd_buf_text(&message, place + 2);
        add(compile, FAKE_ACT_ERR, wcd_buf_take(&message), 0);
        add_code(compile, GUEST_ACT_LEVEL, compile->shell->unknown_code);
    }
    guest_command_release(&command);
}

static void add_command(struct compile *compile, const char *text)
{
    text += strspn(text, " \t@");
    if (text[0] == '\0') {
        return;
    }
    size_t len = strcspn(text, " \t");
    /* echo.text is echo with another separator: so an empty line is written. */
    if (strncmp(text, "echo.", 5) == 0 && compile->shell == &shells[GUEST_SHELL_CMD]) {
        add_out(compile, text + 5);
        return;
    }
    for (const struct shell_command *c = compile->shell->commands; c->name != NULL; c++) {
        if (fake_name_equal_n(text, len, c->name)) {
            c->add(compile, text[len] == '\0' ? "" : text + len + 1);
            return;
        }
    }
    add_program(compile, text);
}

/* ---- a line ---- */

/* "> file", "2>&1", "< file": *at is at the sign. What it means for stdout goes into `compile`; a
 * digit before it is taken out of `out` again. */
static const char *skip_redirection(struct compile *compile, const char *at, struct wcd_buf *out)
{
    bool input = *at == '<';
    char digit = '1';
    if (out->len > 0 && (out->data[out->len - 1] == '1' || out->data[out->len - 1] == '2') &&
        (out->len == 1 || out->data[out->len - 2] == ' ')) {
        digit = out->data[--out->len];
        out->data[out->len] = '\0';
    }
    at += strspn(at, "<>");
    if (*at == '&') {
        return at + (at[1] == '\0' ? 1 : 2);
    }
    at += strspn(at, " \t");
    at += strcspn(at, " \t&|;");
    compile->quiet = compile->quiet || (!input && digit == '1');
    return at;
}

/* Takes one command off the line into `out`, and says how it is joined to the next one. */
static const char *take_command(struct compile *compile, const char *at, struct wcd_buf *out,
                                enum guest_when *next)
{
    const struct shell *shell = compile->shell;
    char quote = '\0';
    *next = GUEST_ALWAYS;
    for (; *at != '\0'; at++) {
        if (quote == '\0' && *at == shell->escape && at[1] != '\0') {
            at++;
            wcd_buf_char(out, *at);
        } else if (quote != '\0' || strchr(shell->quotes, *at) != NULL) {
            quote = quote == '\0' ? *at : *at == quote ? '\0' : quote;
            wcd_buf_char(out, *at);
        } else if (*at == '<' || *at == '>') {
            at = skip_redirection(compile, at, out) - 1;
        } else if (at[0] == '&' && at[1] == '&') {
            *next = GUEST_AFTER_SUCCESS;
            return at + 2;
        } else if (at[0] == '|' && at[1] == '|') {
            *next = GUEST_AFTER_FAILURE;
            return at + 2;
        } else if (*at == '&' || *at == '\n' || (*at == ';' && shell->semicolons)) {
            compile->background = *at == '&' && shell->semicolons;
            return at + 1;
        } else {
            wcd_buf_char(out, *at);
        }
    }
    return at;
}

void guest_shell_compile(struct guest_script *script, const struct fake_guest *guest,
                         const struct guest_context *context, const char *line,
                         enum guest_shell shell)
{
    struct compile compile = {
        .script = script, .guest = guest, .context = context, .shell = &shells[shell]};
    char *replaced = replace_variables(&compile, line);
    struct wcd_buf command;
    wcd_buf_init(&command, LINE_BYTES_MAX);
    const char *at = wcd_text_or_empty(replaced);
    script->failed = script->failed || replaced == NULL;
    while (*at != '\0' && !script->failed) {
        enum guest_when next = GUEST_ALWAYS;
        compile.quiet = false;
        compile.background = false;
        wcd_buf_clear(&command);
        at = take_command(&compile, at, &command, &next);
        script->failed = script->failed || command.failed;
        add_command(&compile, wcd_buf_str(&command));
        compile.when = next;
    }
    wcd_buf_release(&command);
    free(replaced);
}

struct guest_script *guest_shell_line(const struct fake_guest *guest,
                                      const struct guest_context *context, const char *line,
                                      enum guest_shell shell, bool console)
{
    struct guest_script *script = guest_script_create();
    if (script == NULL) {
        return NULL;
    }
    if (shells[shell].echoes || console) {
        char *text = wcd_text_format("%s%s", line, shells[shell].end);
        script->failed = text == NULL;
        guest_script_add(script, (struct guest_act){.kind = FAKE_ACT_OUT, .text = text});
    }
    guest_shell_compile(script, guest, context, line, shell);
    if (script->failed) {
        guest_script_release(script);
        return NULL;
    }
    return script;
}
