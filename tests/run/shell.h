/* Runs the program in the test's own process and keeps what it wrote. */
#ifndef TEST_RUN_SHELL_H
#define TEST_RUN_SHELL_H

#include "scenarios/cli/cli.h"

struct shell {
    int code;
    char *out;
    char *err;
};

/* Runs a command line such as "run tests/run/cases/pass.yaml --seed 2": words between blanks, '...'
 * around words with blanks. Clocks stand still and nothing is a terminal, so the output is the same
 * every time. */
void shell_run(struct shell *shell, const char *line);
/* The same with a text on standard input. */
void shell_run_input(struct shell *shell, const char *line, const char *input);
/* The same through a main function of the test's own, called with ctx. */
void shell_run_with(struct shell *shell, const char *line,
                    int (*run)(void *ctx, int argc, char **argv, struct cli *cli), void *ctx);
void shell_release(struct shell *shell);

#endif
