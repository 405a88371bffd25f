/* From the paths on the command line to loaded scenarios. */
#ifndef SCN_CLI_FILES_H
#define SCN_CLI_FILES_H

#include "scenarios/cli/cli.h"
#include "scenarios/run/plan.h"

/* How deep folders are searched. */
#define CLI_FOLDER_DEPTH_MAX 32u

/* Adds the scenario files that the paths name: a file as it is, a folder with every *.yaml below
 * it, sorted by bytes; each file once. Links to folders are followed only where a path itself is
 * one. CLI_PASSED, or the exit code with a message printed for everything that is in the way. */
int cli_find_files(struct cli *cli, const struct wcd_strlist *paths, struct wcd_strlist *files);

struct cli_loaded {
    size_t scenarios;
    size_t fragments;
    size_t hosts;
    size_t bad;        /* files with mistakes, which have been printed */
    size_t unreadable; /* the same */
};

/* Loads one file, prints its mistakes. CLI_PASSED with the scenario (NULL: a file of fragments), CLI_USAGE
 * when there are mistakes, or CLI_BROKEN. */
int cli_load_file(struct cli *cli, const char *path, struct scenario **out);

/* Loads the files, adds scenarios to the plan (NULL: only checks them), prints all mistakes.
 * CLI_PASSED, CLI_USAGE when there are mistakes, or CLI_BROKEN. */
int cli_load_files(struct cli *cli, const struct wcd_strlist *files, struct scn_plan *plan,
                   struct cli_loaded *loaded);

#endif
