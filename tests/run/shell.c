#include "tests/run/shell.h"

#include "core/base/text.h"
#include "tests/run/scratch.h"
#include "tests/support/cmocka.h"

#include <stdlib.h>
#include <string.h>

#define SHELL_WORDS_MAX 32u

static uint64_t no_time(void)
{
    return 0;
}

/* Cuts the line, which is changed, into words. */
static int split(char *line, char **words)
{
    int count = 0;
    while (*(line += strspn(line, " ")) != '\0') {
        char end = *line == '\'' ? '\'' : ' ';
        line += end == '\'';
        words[count++] = line;
        assert_true((size_t)count < SHELL_WORDS_MAX);
        char *stop = strchr(line, end);
        if (stop == NULL) {
            break;
        }
        *stop = '\0';
        line = stop + 1;
    }
    words[count] = NULL;
    return count;
}

static int run_program(void *ctx, int argc, char **argv, struct cli *cli)
{
    (void)ctx;
    return drydock_main(argc, argv, cli);
}

/* A file of the scratch folder with this text, opened for reading. */
static FILE *input_of(const char *input)
{
    FILE *file = scratch_open("in.txt");
    char *path = scratch_path("in.txt");
    assert_true(fputs(input, file) >= 0);
    assert_int_equal(fclose(file), 0);
    file = fopen(path, "rb");
    assert_non_null(file);
    free(path);
    return file;
}

typedef int (*program)(void *ctx, int argc, char **argv, struct cli *cli);

static void run_words(struct shell *shell, const char *line, const char *input, program run,
                      void *ctx)
{
    char *words[SHELL_WORDS_MAX + 1];
    char *copy = wcd_text_format("drydock %s", line);
    assert_non_null(copy);
    int count = split(copy, words);
    struct cli cli = {
        .in = input_of(input), .out = scratch_open("out.txt"), .err = scratch_open("err.txt")};
    cli_attach(&cli);
    cli.clock_us = no_time;
    cli.colour = false;
    cli.processors = TEST_JOBS;
    shell->code = run(ctx, count, words, &cli);
    assert_int_equal(fclose(cli.in), 0);
    assert_int_equal(fclose(cli.out), 0);
    assert_int_equal(fclose(cli.err), 0);
    shell->out = scratch_text("out.txt");
    shell->err = scratch_text("err.txt");
    free(copy);
}

void shell_run(struct shell *shell, const char *line)
{
    run_words(shell, line, "", run_program, NULL);
}

void shell_run_input(struct shell *shell, const char *line, const char *input)
{
    run_words(shell, line, input, run_program, NULL);
}

void shell_run_with(struct shell *shell, const char *line, program run, void *ctx)
{
    run_words(shell, line, "", run, ctx);
}

void shell_release(struct shell *shell)
{
    free(shell->out);
    free(shell->err);
    *shell = (struct shell){0};
}
