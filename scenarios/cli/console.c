/* Where the command line meets the machine. */
#include "real/console.h"

#include "real/folder.h"
#include "real/pipes.h"
#include "real/service.h"
#include "real/threads.h"
#include "scenarios/cli/cli.h"
#include "scenarios/cli/host_machine.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

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

/* ---- what `drydock host` wants ---- */

static bool end_send(void *ctx, const void *data, size_t size)
{
    return pipes_send(ctx, data, size);
}

static bool end_receive(void *ctx, void *data, size_t size, size_t *got)
{
    return pipes_receive(ctx, data, size, got);
}

static void end_close(void *ctx)
{
    pipes_close(ctx);
}

static void end_release(void *ctx)
{
    pipes_free(ctx);
}

static struct fake_channel channel_of(struct pipes_end *end)
{
    static const struct fake_channel_ops ops = {
        .send = end_send, .receive = end_receive, .close = end_close, .release = end_release};
    return (struct fake_channel){&ops, end};
}

static enum wcd_errc listen(void *ctx, const char *pipe, void **listener, struct wcd_error *err)
{
    struct pipes_listener *made = NULL;
    (void)ctx;
    enum wcd_errc code = pipes_listen(pipe, &made, err);
    *listener = made;
    return code;
}

static bool accept(void *listener, struct fake_channel *out, struct host_peer *peer)
{
    struct pipes_end *end = NULL;
    struct pipes_peer who;
    if (!pipes_accept(listener, &end, &who)) {
        return false;
    }
    *out = channel_of(end);
    peer->process = who.process;
    static_assert(sizeof(peer->program) == sizeof(who.program), "one is copied to the other");
    (void)memcpy(peer->program, who.program, sizeof(peer->program));
    return true;
}

static void stop(void *listener)
{
    pipes_stop(listener);
}

static void free_listener(void *listener)
{
    pipes_listener_free(listener);
}

static enum wcd_errc connect(void *ctx, const char *pipe, struct fake_channel *out,
                             struct wcd_error *err)
{
    struct pipes_end *end = NULL;
    (void)ctx;
    enum wcd_errc code = pipes_connect(pipe, &end, err);
    *out = channel_of(end);
    return code;
}

static void on_end(void *ctx, void (*told)(void *told_ctx), void *told_ctx)
{
    (void)ctx;
    (void)service_on_end(told, told_ctx);
}

static const struct host_machine *machine(void)
{
    static const struct host_machine machine = {.listen = listen,
                                                .accept = accept,
                                                .stop = stop,
                                                .free_listener = free_listener,
                                                .connect = connect,
                                                .on_end = on_end,
                                                .wall_100ns = service_wall_100ns,
                                                .files = service_files};
    return &machine;
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
    cli->look = look;
    cli->list_folder = list_folder;
    cli->machine = machine();
}
