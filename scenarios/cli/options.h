/* Reads a command's words by a table, which also makes its help page. */
#ifndef SCN_CLI_OPTIONS_H
#define SCN_CLI_OPTIONS_H

#include "scenarios/cli/cli.h"

/* Exactly one of the targets is set. */
struct cli_option {
    const char *name;  /* without the dashes */
    const char *value; /* what stands behind it, in the help: "FILE"; NULL for a flag */
    const char *help;
    bool *flag;
    const char **text;
    uint64_t *number;
};

struct cli_page {
    const char *command;  /* "run" */
    const char *usage;    /* "PATH... [OPTION...]" */
    const char *about;    /* paragraphs before the options; ends with a line end */
    const char *examples; /* after the options; NULL: none */
    const struct cli_option *options;
    size_t option_count;
    bool operands; /* words that are no options are taken */
};

enum cli_parse {
    CLI_PARSE_OK,
    CLI_PARSE_DONE,
    CLI_PARSE_BAD,
    CLI_PARSE_NO_MEMORY
};

/* Fills the targets, whose texts stay argv's, and adds other words to operands (NULL when the page
 * takes none). Options may stand anywhere; what follows `--` is no option. DONE: the help was
 * printed. */
enum cli_parse cli_parse_options(struct cli *cli, const struct cli_page *page, int argc,
                                 char **argv, struct wcd_strlist *operands);

/* The exit code of anything but CLI_PARSE_OK. */
int cli_parse_exit(struct cli *cli, enum cli_parse parse);

void cli_print_page(FILE *out, const struct cli_page *page);

/* The end of a message about an unknown word: "; did you mean `--seed`?", or "" when none of the
 * words (NULL-terminated) is near. */
struct cli_hint {
    char text[96];
};
struct cli_hint cli_hint(const char *word, const char *const *words, const char *prefix);

#endif
