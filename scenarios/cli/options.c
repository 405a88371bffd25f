/* The table-driven reader of options. */
#include "scenarios/cli/options.h"

#include "scenarios/lang/diag.h"
#include "scenarios/lang/value.h"

#include <stdlib.h>
#include <string.h>

#define OPTIONS_MAX 64u

struct cli_hint cli_hint(const char *word, const char *const *words, const char *prefix)
{
    struct cli_hint hint = {""};
    const char *near = scn_nearest(word, words);
    if (near != NULL) {
        (void)snprintf(hint.text, sizeof(hint.text), "; did you mean `%s%s`?", prefix, near);
    }
    return hint;
}

/* ---- help ---- */

/* "--junit FILE"; returns how many columns it takes. */
static size_t print_option(FILE *out, const struct cli_option *option)
{
    int columns = option->value == NULL ? fprintf(out, "  --%s", option->name)
                                        : fprintf(out, "  --%s %s", option->name, option->value);
    return columns < 0 ? 0 : (size_t)columns;
}

static size_t option_columns(const struct cli_option *option)
{
    size_t columns = strlen("  --") + strlen(option->name);
    return option->value == NULL ? columns : columns + 1 + strlen(option->value);
}

void cli_print_page(FILE *out, const struct cli_page *page)
{
    size_t widest = strlen("  --help");
    for (size_t i = 0; i < page->option_count; i++) {
        size_t columns = option_columns(&page->options[i]);
        widest = columns > widest ? columns : widest;
    }
    (void)fprintf(out, "usage: drydock %s%s%s\n\n%s\noptions:\n", page->command,
                  *page->usage == '\0' ? "" : " ", page->usage, page->about);
    for (size_t i = 0; i < page->option_count; i++) {
        size_t columns = print_option(out, &page->options[i]);
        (void)fprintf(out, "%*s", (int)(widest - columns) + 2, "");
        for (const char *at = page->options[i].help; *at != '\0'; at++) {
            (void)fputc(*at, out);
            if (*at == '\n') {
                (void)fprintf(out, "%*s", (int)widest + 2, "");
            }
        }
        (void)fputc('\n', out);
    }
    (void)fprintf(out, "  --help%*sprint this page\n", (int)(widest - strlen("  --help")) + 2, "");
    if (page->examples != NULL) {
        (void)fprintf(out, "\nexamples:\n%s", page->examples);
    }
}

/* ---- reading ---- */

static const struct cli_option *find_option(const struct cli_page *page, const char *name,
                                            size_t len)
{
    for (size_t i = 0; i < page->option_count; i++) {
        if (strlen(page->options[i].name) == len && memcmp(page->options[i].name, name, len) == 0) {
            return &page->options[i];
        }
    }
    return NULL;
}

static enum cli_parse unknown_option(struct cli *cli, const struct cli_page *page, const char *word)
{
    const char *names[OPTIONS_MAX + 2] = {NULL};
    size_t count = 0;
    for (; count < page->option_count && count < OPTIONS_MAX; count++) {
        names[count] = page->options[count].name;
    }
    names[count] = "help";
    struct cli_hint hint = cli_hint(word + strspn(word, "-"), names, "--");
    (void)fprintf(cli->err, "drydock %s: unknown option `%s`%s\n", page->command, word, hint.text);
    return CLI_PARSE_BAD;
}

static enum cli_parse take_value(struct cli *cli, const struct cli_page *page,
                                 const struct cli_option *option, const char *value)
{
    if (option->text != NULL) {
        *option->text = value;
        return CLI_PARSE_OK;
    }
    if (!scn_parse_uint(value, option->number)) {
        bool digits = *value != '\0' && value[strspn(value, "0123456789")] == '\0';
        (void)fprintf(cli->err,
                      digits ? "drydock %s: --%s: too large: `%s`\n"
                             : "drydock %s: --%s wants a number, not `%s`\n",
                      page->command, option->name, value);
        return CLI_PARSE_BAD;
    }
    return CLI_PARSE_OK;
}

/* One option at argv[*at], which may take the word after it. */
static enum cli_parse parse_option(struct cli *cli, const struct cli_page *page, int argc,
                                   char **argv, int *at)
{
    const char *word = argv[*at];
    if (strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0) {
        cli_print_page(cli->out, page);
        return CLI_PARSE_DONE;
    }
    const char *name = word + 2;
    size_t len = strcspn(name, "=");
    const struct cli_option *option = word[1] == '-' ? find_option(page, name, len) : NULL;
    if (option == NULL) {
        return unknown_option(cli, page, word);
    }
    const char *value = name[len] == '=' ? name + len + 1 : NULL;
    if (option->value == NULL) {
        if (value != NULL) {
            (void)fprintf(cli->err, "drydock %s: --%s takes no value\n", page->command,
                          option->name);
            return CLI_PARSE_BAD;
        }
        *option->flag = true;
        return CLI_PARSE_OK;
    }
    if (value == NULL && *at + 1 < argc) {
        value = argv[++*at];
    }
    if (value == NULL) {
        (void)fprintf(cli->err, "drydock %s: --%s wants a value: %s\n", page->command, option->name,
                      option->value);
        return CLI_PARSE_BAD;
    }
    return take_value(cli, page, option, value);
}

enum cli_parse cli_parse_options(struct cli *cli, const struct cli_page *page, int argc,
                                 char **argv, struct wcd_strlist *operands)
{
    bool only_operands = false;
    for (int at = 1; at < argc; at++) {
        const char *word = argv[at];
        if (!only_operands && strcmp(word, "--") == 0) {
            only_operands = true;
        } else if (!only_operands && word[0] == '-' && word[1] != '\0') {
            enum cli_parse parse = parse_option(cli, page, argc, argv, &at);
            if (parse != CLI_PARSE_OK) {
                return parse;
            }
        } else if (!page->operands) {
            (void)fprintf(cli->err, "drydock %s: unexpected word `%s`\n", page->command, word);
            return CLI_PARSE_BAD;
        } else if (!wcd_strlist_add(operands, word)) {
            return CLI_PARSE_NO_MEMORY;
        }
    }
    return CLI_PARSE_OK;
}

int cli_parse_exit(struct cli *cli, enum cli_parse parse)
{
    switch (parse) {
    case CLI_PARSE_OK:
    case CLI_PARSE_DONE:
        return CLI_PASSED;
    case CLI_PARSE_BAD:
        return CLI_USAGE;
    case CLI_PARSE_NO_MEMORY:
        return cli_no_memory(cli);
    }
    return CLI_BROKEN;
}
