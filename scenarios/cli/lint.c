/* `drydock lint`: checks files, runs nothing. */
#include "scenarios/cli/cli.h"
#include "scenarios/cli/files.h"
#include "scenarios/cli/options.h"

static const char *plural(size_t count)
{
    return count == 1 ? "" : "s";
}

static void print_count(FILE *out, const struct wcd_strlist *files, const struct cli_loaded *loaded)
{
    (void)fprintf(out, "%zu file%s: %zu scenario%s, %zu fragment file%s, ", files->count,
                  plural(files->count), loaded->scenarios, plural(loaded->scenarios),
                  loaded->fragments, plural(loaded->fragments));
    if (loaded->hosts > 0) {
        (void)fprintf(out, "%zu host file%s, ", loaded->hosts, plural(loaded->hosts));
    }
    (void)fprintf(out, "%zu bad\n", loaded->bad);
}

int cli_lint(int argc, char **argv, struct cli *cli)
{
    const struct cli_page page = {
        .command = "lint",
        .usage = "PATH...",
        .about = "Reads scenario, fragment and host files and prints every mistake with its line.\n"
                 "Runs nothing.\n",
        .examples = "  drydock lint scenarios\n"
                    "  drydock lint scenarios/start/bare.yaml\n",
        .operands = true};
    struct wcd_strlist paths;
    struct wcd_strlist files;
    struct cli_loaded loaded = {0};
    wcd_strlist_init(&paths);
    wcd_strlist_init(&files);
    enum cli_parse parsed = cli_parse_options(cli, &page, argc, argv, &paths);
    int result = cli_parse_exit(cli, parsed);
    if (parsed == CLI_PARSE_OK && paths.count == 0) {
        (void)fputs("drydock lint: which files? Name files or folders, or see --help\n", cli->err);
        result = CLI_USAGE;
    } else if (parsed == CLI_PARSE_OK) {
        result = cli_find_files(cli, &paths, &files);
        if (result == CLI_PASSED) {
            result = cli_load_files(cli, &files, NULL, &loaded);
            print_count(cli->out, &files, &loaded);
        }
        if (result == CLI_PASSED && files.count == 0) {
            (void)fputs("drydock lint: no file found\n", cli->err);
            result = CLI_USAGE;
        }
    }
    wcd_strlist_release(&files);
    wcd_strlist_release(&paths);
    return result;
}
