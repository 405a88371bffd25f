/* Where the command line meets the machine. */
#include "real/console.h"

#include "real/folder.h"
#include "real/road.h"
#include "real/this_machine.h"
#include "real/threads.h"
#include "scenarios/cli/cli.h"
#include "scenarios/cli/host_machine.h"

#include <stdlib.h>

static struct cli_path path_of(struct folder_answer answer)
{
    static const enum cli_path_kind kinds[] = {
        [FOLDER_IS_FOLDER] = CLI_PATH_FOLDER,      [FOLDER_IS_FILE] = CLI_PATH_FILE,
        [FOLDER_IS_OTHER] = CLI_PATH_OTHER,        [FOLDER_MISSING] = CLI_PATH_MISSING,
        [FOLDER_UNREADABLE] = CLI_PATH_UNREADABLE, [FOLDER_NO_MEMORY] = CLI_PATH_NO_MEMORY};
    return (struct cli_path){kinds[answer.kind], answer.link, answer.reason};
}

static struct cli_path look(const char *path)
{
    return path_of(folder_look(path));
}

static struct cli_path list_folder(const char *path, struct wcd_strlist *names)
{
    return path_of(folder_list(path, names));
}

static bool open_road(const char *dll, struct wrap_detour_road *out, const char **why)
{
    struct road *road = road_create(dll, why);
    *out = (struct wrap_detour_road){
        .open = road_open, .settle = road_settle, .close = road_close, .ctx = road};
    return road != NULL;
}

static void close_road(struct wrap_detour_road *road)
{
    road_destroy(road->ctx);
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
    const struct this_machine *machine = this_machine();
    if (machine != NULL) {
        cli->real_machine = (struct scn_machine){.create = machine->create,
                                                 .platform = machine->platform,
                                                 .wait_us = machine->wait_us,
                                                 .destroy = machine->destroy,
                                                 .is_wine = machine->is_wine()};
    }
    cli->temp_folder = getenv("TEMP");
    cli->threads = (struct scn_threads){threads_run, NULL};
    cli->open_road = open_road;
    cli->close_road = close_road;
    cli->look = look;
    cli->list_folder = list_folder;
    cli->host_machine = console_host_machine();
}
