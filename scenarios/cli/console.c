/* Where the command line meets the machine. */
#include "real/console.h"

#include "real/folder.h"
#include "real/threads.h"
#include "scenarios/cli/cli.h"

#include <stdlib.h>

static enum cli_path_kind list_folder(const char *path, struct wcd_strlist *names)
{
    switch (folder_list(path, names)) {
    case FOLDER_LISTED:
        return CLI_PATH_FOLDER;
    case FOLDER_IS_FILE:
        return CLI_PATH_FILE;
    case FOLDER_MISSING:
        return CLI_PATH_MISSING;
    case FOLDER_NO_MEMORY:
        return CLI_PATH_NO_MEMORY;
    }
    return CLI_PATH_MISSING;
}

void cli_attach(struct cli *cli)
{
    const char *no_colour = getenv("NO_COLOR");
    if (cli->in != NULL) {
        console_prepare(cli->in);
    }
    console_prepare(cli->out);
    console_prepare(cli->err);
    cli->out_is_terminal = console_is_terminal(cli->out);
    cli->err_is_terminal = console_is_terminal(cli->err);
    cli->colour = no_colour == NULL || *no_colour == '\0';
    cli->width = console_width(cli->out_is_terminal ? cli->out : cli->err);
    cli->processors = console_processors();
    cli->clock_us = console_clock_us;
    cli->threads = (struct scn_threads){threads_run, NULL};
    cli->list_folder = list_folder;
}
