/* The program: finds the command. */
#include "scenarios/cli/cli.h"

#include "scenarios/cli/options.h"

#include <stdlib.h>
#include <string.h>

struct command {
    const char *name;
    const char *about;
    int (*run)(int argc, char **argv, struct cli *cli);
};

static const struct command commands[] = {
    {"run", "run scenarios", cli_run},
    {"lint", "check scenario files without running them", cli_lint},
    {"schema", "print the JSON Schema of scenario files", cli_schema},
    {"spec", "print the OCI spec that a container gets on a host", cli_spec},
    {"host", "serve an emulated host to Windows programs", cli_host},
    {"hosts", "list the Windows versions that can be emulated", cli_hosts},
    {"facts", "list what the emulator claims about Windows, with evidence", cli_facts},
    {"eval", "judge one question by the daemon's rules", cli_eval},
};
#define COMMAND_COUNT (sizeof(commands) / sizeof(commands[0]))

int cli_no_memory(struct cli *cli)
{
    (void)fputs("drydock: out of memory\n", cli->err);
    return CLI_BROKEN;
}

bool cli_print_json(FILE *out, struct wcd_json *object, bool whole)
{
    char *text = whole ? wcd_json_print(object) : NULL;
    wcd_json_free(object);
    if (text == NULL) {
        return false;
    }
    (void)fprintf(out, "%s\n", text);
    free(text);
    return true;
}

static void print_help(FILE *out)
{
    (void)fputs("usage: drydock COMMAND [WORD...]\n\n"
                "A Windows container daemon in a dry dock: its core, driven by scenario files\n"
                "over an emulated Windows host.\n\n"
                "commands:\n",
                out);
    for (size_t i = 0; i < COMMAND_COUNT; i++) {
        (void)fprintf(out, "  %-8s %s\n", commands[i].name, commands[i].about);
    }
    (void)fputs("\n"
                "  drydock COMMAND --help   what a command takes, with examples\n"
                "  drydock --version        the version\n\n"
                "exit codes: 0 passed, 1 failed, 2 bad usage or a bad scenario,\n"
                "            3 broken environment\n",
                out);
}

static const struct command *find_command(const char *name)
{
    for (size_t i = 0; i < COMMAND_COUNT; i++) {
        if (strcmp(commands[i].name, name) == 0) {
            return &commands[i];
        }
    }
    return NULL;
}

static int unknown_command(struct cli *cli, const char *word)
{
    const char *names[COMMAND_COUNT + 1] = {NULL};
    for (size_t i = 0; i < COMMAND_COUNT; i++) {
        names[i] = commands[i].name;
    }
    struct cli_hint hint = cli_hint(word + strspn(word, "-"), names, "");
    (void)fprintf(cli->err, "drydock: unknown command `%s`%s\n", word, hint.text);
    (void)fputs("drydock --help lists the commands\n", cli->err);
    return CLI_USAGE;
}

/* `drydock help run` is `drydock run --help`. */
static int help(int argc, char **argv, struct cli *cli)
{
    if (argc < 2) {
        print_help(cli->out);
        return CLI_PASSED;
    }
    const struct command *command = find_command(argv[1]);
    if (command == NULL) {
        return unknown_command(cli, argv[1]);
    }
    char flag[] = "--help";
    char *words[] = {argv[1], flag, NULL};
    return command->run(2, words, cli);
}

int drydock_main(int argc, char **argv, struct cli *cli)
{
    if (argc < 2) {
        print_help(cli->err);
        return CLI_USAGE;
    }
    const char *word = argv[1];
    if (strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0 || strcmp(word, "help") == 0) {
        return help(argc - 1, argv + 1, cli);
    }
    if (strcmp(word, "--version") == 0 || strcmp(word, "version") == 0) {
        (void)fputs("drydock " CLI_VERSION "\n", cli->out);
        return CLI_PASSED;
    }
    const struct command *command = find_command(word);
    return command == NULL ? unknown_command(cli, word) : command->run(argc - 1, argv + 1, cli);
}
