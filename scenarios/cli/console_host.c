/* Where `drydock host` meets the machine: pipes, files, and the wish that it ends. */
#include "real/pipes.h"
#include "real/programs.h"
#include "real/service.h"
#include "scenarios/cli/host_machine.h"

#include <assert.h>
#include <string.h>

#define HOST_PATIENCE_MS 10000u

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

static bool files(void *ctx, struct plat_fs *out)
{
    (void)ctx;
    return service_files(out);
}

/* ---- real programs ---- */

static plat_hr program_start(void *ctx, const struct fake_real_program *program, void **out)
{
    struct programs_one *one = NULL;
    (void)ctx;
    plat_hr hr = programs_start(program->command_line, program->folder, program->environment,
                                program->in, &one);
    *out = one;
    return hr;
}

static bool program_exists(void *ctx, const char *path)
{
    (void)ctx;
    return programs_exists(path);
}

static size_t program_read(void *program, bool error, void *data, size_t room, bool *ended)
{
    return programs_read(program, error, data, room, ended);
}

static size_t program_write(void *program, const void *data, size_t size)
{
    return programs_write(program, data, size);
}

static void program_close_input(void *program)
{
    programs_close_input(program);
}

static bool program_has_ended(void *program, uint32_t *exit_code)
{
    return programs_has_ended(program, exit_code);
}

static void program_terminate(void *program, uint32_t exit_code)
{
    programs_terminate(program, exit_code);
}

static void program_release(void *program)
{
    programs_free(program);
}

static const struct fake_runner_ops programs = {.start = program_start,
                                                .exists = program_exists,
                                                .read = program_read,
                                                .write = program_write,
                                                .close_input = program_close_input,
                                                .has_ended = program_has_ended,
                                                .terminate = program_terminate,
                                                .release = program_release};

const struct host_machine *console_host_machine(void)
{
    static const struct host_machine machine = {.listen = listen,
                                                .accept = accept,
                                                .stop = stop,
                                                .free_listener = free_listener,
                                                .connect = connect,
                                                .on_end = on_end,
                                                .wall_100ns = service_wall_100ns,
                                                .files = files,
                                                .programs = &programs,
                                                .patience_ms = HOST_PATIENCE_MS};
    return &machine;
}
