/* Serving a host: who comes, what they call, and the end; see host_service.h.
 *
 * Each connection has a thread of its own. Two locks: the emulator's (fakes/live), and inside it, never
 * around it, the service's own over the list of connections. */
#include "scenarios/cli/host_service.h"

#include "scenarios/cli/host_report.h"
#include "scenarios/cli/host_state.h"

#include "core/base/assert.h"
#include "core/base/lock.h"
#include "fakes/live/live.h"

#include <errno.h>
#include <inttypes.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#define SERVICE_WISH_BYTES_MAX ((size_t)32)

struct host_service;

/* A connection: a client of the host, or somebody who wants to know or to end something. */
struct host_client {
    struct host_service *service;
    struct host_client *next;
    pthread_t thread;
    struct fake_channel channel;
    struct host_peer peer;
    uint64_t number;
    struct fake_live_caller caller;
    bool control;
    /* Under the lock of the service: */
    bool closed;    /* the channel was told to end */
    bool released;  /* and is no more */
    bool answering; /* a control that will end by itself */
    bool done;      /* the thread has nothing more to do */
};

/* Where connections come in. */
struct host_door {
    struct host_service *service;
    void *listener;
    pthread_t thread;
    bool control;
    bool open; /* the thread runs */
};

struct host_service {
    struct cli *cli;
    const struct host_machine *machine;
    const struct host_words *words;
    char *control_pipe;
    FILE *trace;
    struct scn_service *emulated;
    struct plat_fs files; /* of the machine; ops NULL: none */
    struct host_state state;
    struct fake_live *live;
    struct host_door clients_door;
    struct host_door control_door;
    struct wcd_lock lock;
    struct wcd_condition changed; /* anything below */
    struct host_client *clients;
    size_t client_count;
    uint64_t served;
    bool ending;
    bool ended; /* `final` is there */
    char *final;
    char *trouble; /* the first that is worth telling; owned */
};

static void lock(struct host_service *service)
{
    wcd_lock_acquire(&service->lock);
}

static void unlock(struct host_service *service)
{
    wcd_lock_release(&service->lock);
}

static void wait_for_change(struct host_service *service)
{
    wcd_condition_wait(&service->changed, &service->lock);
}

/* The same, but not for ever. False when it is that time by the machine's clock. */
static bool wait_until_us(struct host_service *service, uint64_t until_us)
{
    uint64_t now_us = fake_live_machine_us(NULL);
    if (now_us < until_us) {
        wcd_condition_wait_us(&service->changed, &service->lock, until_us - now_us);
    }
    return now_us < until_us;
}

static void tell_change(struct host_service *service)
{
    wcd_condition_wake_all(&service->changed);
}

/* Something of the service itself went wrong; it goes on, and says so at the end. */
static void note_trouble(struct host_service *service, const char *what)
{
    lock(service);
    bool first = service->trouble == NULL;
    if (first) {
        service->trouble = wcd_text_copy(what);
    }
    unlock(service);
    if (first) {
        (void)fprintf(service->cli->err, "drydock host: %s\n", what);
        (void)fflush(service->cli->err);
    }
}

static void end(void *ctx)
{
    struct host_service *service = ctx;
    lock(service);
    service->ending = true;
    tell_change(service);
    unlock(service);
}

/* ---- the trace, under the emulator's lock ---- */

static void write_line(struct host_service *service, const char *line)
{
    bool well =
        line != NULL && fprintf(service->trace, "%s\n", line) >= 0 && fflush(service->trace) == 0;
    if (!well) {
        note_trouble(service, "the trace could not be written to the end");
    }
}

/* {"client":1,"process":52,"program":"x.exe", and the rest of the line. */
static char *with_client(const struct host_client *client, const char *rest)
{
    struct wcd_json *program = wcd_json_new_string(client->peer.program);
    char *quoted = program == NULL ? NULL : wcd_json_print(program);
    char *line =
        quoted == NULL
            ? NULL
            : wcd_text_format("{\"client\":%" PRIu64 ",\"process\":%" PRIu32 ",\"program\":%s,%s",
                              client->number, client->peer.process, quoted, rest);
    free(quoted);
    wcd_json_free(program);
    return line;
}

static void on_call(void *ctx, const struct wrap_trace_entry *call)
{
    struct host_service *service = ctx;
    char *line = wrap_trace_line(call);
    /* A notification comes while somebody's call is under way, but is not theirs. */
    const struct host_client *client =
        strcmp(call->fn, "CALLBACK") == 0 ? NULL : fake_live_who(service->live);
    char *whole = line == NULL || client == NULL ? NULL : with_client(client, line + 1);
    write_line(service, client == NULL ? line : whole);
    free(whole);
    free(line);
}

/* After every call, before its answer goes out. */
static void on_change(void *ctx)
{
    struct host_service *service = ctx;
    struct wcd_error err = WCD_ERROR_INIT;
    if (host_state_keep(&service->state, scn_service_host(service->emulated), &err) != WCD_OK) {
        note_trouble(service, wcd_error_message(&err));
        wcd_error_release(&err);
    }
}

static void trace_client(const struct host_client *client, const char *event)
{
    struct host_service *service = client->service;
    if (service->trace == NULL || client->control) {
        return;
    }
    const struct fake_host *host = fake_live_lock(service->live);
    char *rest =
        wcd_text_format("\"t_us\":%" PRIu64 ",\"event\":\"%s\"}", fake_host_now_us(host), event);
    char *line = rest == NULL ? NULL : with_client(client, rest);
    write_line(service, line);
    fake_live_unlock(service->live);
    free(line);
    free(rest);
}

/* ---- the report ---- */

static struct wcd_json *clients_json(struct host_service *service)
{
    struct wcd_json *list = wcd_json_new_array();
    bool ok = list != NULL;
    for (const struct host_client *client = service->clients; ok && client != NULL;
         client = client->next) {
        if (client->control || client->done) {
            continue;
        }
        struct wcd_json *item = wcd_json_new_object();
        bool made = item != NULL &&
                    wcd_json_set(item, "client", wcd_json_new_uint64(client->number)) &&
                    wcd_json_set(item, "process", wcd_json_new_uint64(client->peer.process)) &&
                    wcd_json_set_string(item, "program", client->peer.program);
        ok = wcd_json_append(list, wcd_json_if(made, item));
    }
    return wcd_json_if(ok, list);
}

/* Of all, as JSON text; NULL without memory. */
static char *make_report(struct host_service *service)
{
    struct wcd_json *report = host_report_make(fake_live_lock(service->live));
    fake_live_unlock(service->live);
    lock(service);
    bool ok =
        report != NULL && wcd_json_set_string(report, "pipe", service->words->pipe) &&
        wcd_json_set(report, "served", wcd_json_new_uint64(service->served)) &&
        wcd_json_set(report, "clients", clients_json(service)) &&
        (service->trouble == NULL || wcd_json_set_string(report, "trouble", service->trouble));
    unlock(service);
    char *text = ok ? wcd_json_print(report) : NULL;
    wcd_json_free(report);
    return text;
}

/* ---- a connection's channel, which may be ended from outside ---- */

static bool client_send(void *ctx, const void *data, size_t size)
{
    const struct host_client *client = ctx;
    return client->channel.ops->send(client->channel.ctx, data, size);
}

static bool client_receive(void *ctx, void *data, size_t size, size_t *got)
{
    const struct host_client *client = ctx;
    return client->channel.ops->receive(client->channel.ctx, data, size, got);
}

/* Under the lock. */
static void close_channel(struct host_client *client)
{
    if (!client->closed && !client->released) {
        client->closed = true;
        client->channel.ops->close(client->channel.ctx);
    }
}

static void client_close(void *ctx)
{
    struct host_client *client = ctx;
    lock(client->service);
    close_channel(client);
    unlock(client->service);
}

static void client_release(void *ctx)
{
    struct host_client *client = ctx;
    lock(client->service);
    close_channel(client);
    client->released = true;
    unlock(client->service);
    client->channel.ops->release(client->channel.ctx);
}

static const struct fake_channel_ops client_ops = {
    .send = client_send,
    .receive = client_receive,
    .close = client_close,
    .release = client_release,
};

/* ---- those who want to know ---- */

/* The word up to the line's end. False when none comes. */
static bool receive_wish(struct host_client *client, char wish[SERVICE_WISH_BYTES_MAX])
{
    for (size_t len = 0; len < SERVICE_WISH_BYTES_MAX; len++) {
        size_t got = 0;
        if (!client_receive(client, &wish[len], 1, &got)) {
            return false;
        }
        if (wish[len] == '\n') {
            wish[len] = '\0';
            return true;
        }
    }
    return false;
}

static char *answer_to(struct host_client *client, const char *wish)
{
    struct host_service *service = client->service;
    bool stop = strcmp(wish, "stop") == 0;
    lock(service);
    client->answering = true;
    if (stop) {
        service->ending = true;
        tell_change(service);
    }
    while (stop && !service->ended) {
        wait_for_change(service);
    }
    char *final = stop && service->final != NULL ? wcd_text_copy(service->final) : NULL;
    unlock(service);
    return stop ? final : strcmp(wish, "report") == 0 ? make_report(service) : NULL;
}

static void serve_control(struct host_client *client)
{
    char wish[SERVICE_WISH_BYTES_MAX];
    char *answer = receive_wish(client, wish) ? answer_to(client, wish) : NULL;
    if (answer != NULL) {
        (void)client_send(client, answer, strlen(answer));
    }
    free(answer);
    client_release(client);
}

/* ---- connections ---- */

static void *client_thread(void *arg)
{
    struct host_client *client = arg;
    struct host_service *service = client->service;
    if (client->control) {
        serve_control(client);
    } else {
        const struct platform platform = fake_live_platform_of(&client->caller);
        trace_client(client, "comes");
        fake_remote_serve(&platform, (struct fake_channel){&client_ops, client});
        trace_client(client, "leaves");
    }
    lock(service);
    client->done = true;
    tell_change(service);
    unlock(service);
    return NULL;
}

/* Takes out one whose thread is done; NULL: there is none. Under the lock. */
static struct host_client *take_done(struct host_service *service)
{
    for (struct host_client **at = &service->clients; *at != NULL; at = &(*at)->next) {
        struct host_client *client = *at;
        if (client->done) {
            *at = client->next;
            service->client_count--;
            return client;
        }
    }
    return NULL;
}

/* Lets go of all whose threads are done. Under the lock, which it gives for a while. */
static void reap(struct host_service *service)
{
    for (struct host_client *client = take_done(service); client != NULL;
         client = take_done(service)) {
        unlock(service);
        (void)pthread_join(client->thread, NULL);
        free(client);
        lock(service);
    }
}

static void turn_away(struct fake_channel channel)
{
    channel.ops->close(channel.ctx);
    channel.ops->release(channel.ctx);
}

static void admit(struct host_door *door, struct fake_channel channel, const struct host_peer *peer)
{
    struct host_service *service = door->service;
    struct host_client *client = calloc(1, sizeof(*client));
    if (client == NULL) {
        turn_away(channel);
        return;
    }
    *client = (struct host_client){
        .service = service, .channel = channel, .peer = *peer, .control = door->control};
    client->caller = (struct fake_live_caller){.live = service->live, .who = client};
    lock(service);
    reap(service);
    bool welcome = !service->ending && service->client_count < HOST_CLIENTS_MAX;
    if (welcome) {
        client->number = door->control ? 0 : ++service->served;
        welcome = pthread_create(&client->thread, NULL, client_thread, client) == 0;
    }
    if (welcome) {
        client->next = service->clients;
        service->clients = client;
        service->client_count++;
    }
    unlock(service);
    if (!welcome) {
        free(client);
        turn_away(channel);
    }
}

/* A service that nobody can come to any more does not go on as if it served. */
static void closed_by_itself(struct host_service *service)
{
    lock(service);
    bool wanted = service->ending;
    unlock(service);
    if (!wanted) {
        note_trouble(service, "no more clients can be taken in: the pipe has failed");
        end(service);
    }
}

static void *door_thread(void *arg)
{
    struct host_door *door = arg;
    const struct host_machine *machine = door->service->machine;
    struct fake_channel channel;
    struct host_peer peer;
    while (machine->accept(door->listener, &channel, &peer)) {
        admit(door, channel, &peer);
    }
    closed_by_itself(door->service);
    return NULL;
}

static bool open_door(struct host_service *service, struct host_door *door, bool control)
{
    door->service = service;
    door->control = control;
    door->open = pthread_create(&door->thread, NULL, door_thread, door) == 0;
    return door->open;
}

static void close_door(const struct host_service *service, struct host_door *door)
{
    if (door->listener != NULL) {
        service->machine->stop(door->listener);
    }
    if (door->open) {
        (void)pthread_join(door->thread, NULL);
    }
    if (door->listener != NULL) {
        service->machine->free_listener(door->listener);
    }
    door->listener = NULL;
    door->open = false;
}

/* ---- the end ---- */

/* True when a connection of the kind is there. Under the lock. */
static bool are_there(struct host_service *service, bool controls)
{
    reap(service);
    for (const struct host_client *client = service->clients; client != NULL;
         client = client->next) {
        if (controls || !client->control) {
            return true;
        }
    }
    return false;
}

/* Ends what those wait for who would not end by themselves. Under the lock. */
static void close_channels(struct host_service *service, bool answering_too)
{
    for (struct host_client *client = service->clients; client != NULL; client = client->next) {
        if (answering_too || !client->answering) {
            close_channel(client);
        }
    }
}

static void end_connections(struct host_service *service)
{
    close_door(service, &service->clients_door);
    fake_live_hurry(service->live);
    lock(service);
    close_channels(service, false);
    while (are_there(service, false)) {
        wait_for_change(service);
    }
    unlock(service);
}

/* The report is there for those who wait for it; who does not read it holds up the end for a while only. */
static void end_controls(struct host_service *service)
{
    char *final = make_report(service);
    uint64_t until_us = fake_live_machine_us(NULL) + service->machine->patience_ms * UINT64_C(1000);
    close_door(service, &service->control_door);
    lock(service);
    service->final = final;
    service->ended = true;
    tell_change(service);
    close_channels(service, false);
    while (are_there(service, true) && wait_until_us(service, until_us)) {
    }
    close_channels(service, true);
    while (are_there(service, true)) {
        wait_for_change(service);
    }
    unlock(service);
}

static int finish(struct host_service *service)
{
    const char *final = service->final;
    int result = final == NULL
                     ? cli_no_memory(service->cli)
                     : host_report_show(service->cli, final, strlen(final), service->words->json);
    if (result != CLI_PASSED && result != CLI_FAILED) {
        return result;
    }
    if (scn_service_failed(service->emulated)) {
        return cli_no_memory(service->cli);
    }
    return service->trouble == NULL ? result : CLI_BROKEN;
}

/* ---- the beginning ---- */

static int refuse(struct host_service *service, struct wcd_error *err)
{
    int result = err->code == WCD_E_INVALID_PARAMETER ? CLI_USAGE : CLI_BROKEN;
    (void)fprintf(service->cli->err, "drydock host: %s\n", wcd_error_message(err));
    wcd_error_release(err);
    return result;
}

static int cannot_write(const struct host_service *service, const char *path)
{
    (void)fprintf(service->cli->err, "drydock host: cannot write %s: %s\n", path, strerror(errno));
    return CLI_BROKEN;
}

static void hang(void *ctx, uint64_t us)
{
    struct host_service *service = ctx;
    fake_live_pause(service->live, us);
}

/* What a client that is gone had open is closed without a call of its: no fault is for that. */
static bool is_gone(void *ctx)
{
    struct host_service *service = ctx;
    const struct host_client *client = fake_live_who(service->live);
    lock(service);
    bool gone = client != NULL && client->closed;
    unlock(service);
    return gone;
}

static int make_host(struct host_service *service, struct scenario *scenario)
{
    const struct host_words *words = service->words;
    const struct scn_service_options options = {
        .os = words->os,
        .run = {.seed = words->seed,
                .latency_percent = (uint32_t)words->latency,
                .start_100ns = service->machine->wall_100ns()},
        .disk = service->files.ops == NULL ? NULL : &service->files,
        .call = service->trace == NULL ? NULL : on_call,
        .call_ctx = service,
        .hang = hang,
        .hang_ctx = service,
        .spared = is_gone,
        .spared_ctx = service,
    };
    struct wcd_error err = WCD_ERROR_INIT;
    return scn_service_create(&service->emulated, scenario, &options, &err) == WCD_OK
               ? CLI_PASSED
               : refuse(service, &err);
}

static void set_runner(struct host_service *service)
{
    if (service->machine->programs != NULL) {
        fake_guest_set_runner(scn_service_host(service->emulated), service->machine->programs,
                              service->machine->ctx);
    }
}

static enum wcd_errc listen(struct host_service *service, struct wcd_error *err)
{
    const struct host_machine *machine = service->machine;
    enum wcd_errc code =
        machine->listen(machine->ctx, service->words->pipe, &service->clients_door.listener, err);
    return code == WCD_OK ? machine->listen(machine->ctx, service->control_pipe,
                                            &service->control_door.listener, err)
                          : code;
}

static int open_state(struct host_service *service)
{
    const char *folder = service->words->state;
    struct wcd_error err = WCD_ERROR_INIT;
    if (folder == NULL) {
        return CLI_PASSED;
    }
    if (service->files.ops == NULL) {
        (void)wcd_error_set(&err, WCD_E_NOT_IMPLEMENTED, "--state: there are no files for it here");
        return refuse(service, &err);
    }
    return host_state_open(&service->state, &service->files, folder,
                           scn_service_host(service->emulated), &err) == WCD_OK
               ? CLI_PASSED
               : refuse(service, &err);
}

/* Both are one host's only: the pipe, and the state if it is kept. */
static int take_place(struct host_service *service)
{
    struct wcd_error err = WCD_ERROR_INIT;
    return listen(service, &err) == WCD_OK ? open_state(service) : refuse(service, &err);
}

static int open_doors(struct host_service *service)
{
    struct wcd_error err = WCD_ERROR_INIT;
    const struct fake_live_options options = {.host = scn_service_host(service->emulated),
                                              .over = scn_service_platform(service->emulated),
                                              .changed = on_change,
                                              .ctx = service};
    if (fake_live_start(&service->live, &options, &err) != WCD_OK) {
        return refuse(service, &err);
    }
    if (!open_door(service, &service->control_door, true) ||
        !open_door(service, &service->clients_door, false)) {
        (void)wcd_error_set(&err, WCD_E_SYSTEM, "no thread could be started");
        return refuse(service, &err);
    }
    return CLI_PASSED;
}

/* Others wait for this file to be there, and read it at once. */
static int write_ready_file(const struct host_service *service)
{
    const char *path = service->words->ready_file;
    if (path == NULL) {
        return CLI_PASSED;
    }
    char *beside = wcd_text_format("%s.new", path);
    if (beside == NULL) {
        return cli_no_memory(service->cli);
    }
    FILE *file = fopen(beside, "wb");
    bool well = file != NULL && fprintf(file, "%s\n", service->words->pipe) >= 0;
    well = file != NULL && fclose(file) == 0 && well;
    if (well) {
        (void)remove(path); /* rename takes no name that is taken on Windows */
    }
    int result = well && rename(beside, path) == 0 ? CLI_PASSED : cannot_write(service, path);
    free(beside);
    return result;
}

static void wait_for_end(struct host_service *service)
{
    const struct host_machine *machine = service->machine;
    (void)fprintf(service->cli->out, "serving %s on %s\n",
                  fake_host_build(scn_service_host(service->emulated))->id, service->words->pipe);
    (void)fflush(service->cli->out);
    machine->on_end(machine->ctx, end, service);
    lock(service);
    while (!service->ending) {
        wait_for_change(service);
    }
    unlock(service);
    machine->on_end(machine->ctx, NULL, NULL);
}

/* Takes the scenario. */
static int serve(struct host_service *service, struct scenario *scenario)
{
    const struct host_words *words = service->words;
    if (words->trace != NULL) {
        service->trace = fopen(words->trace, "wb");
        if (service->trace == NULL) {
            scenario_free(scenario);
            return cannot_write(service, words->trace);
        }
    }
    if (!service->machine->files(service->machine->ctx, &service->files)) {
        service->files = (struct plat_fs){0};
    }
    int result = make_host(service, scenario);
    if (result == CLI_PASSED) {
        set_runner(service);
        result = take_place(service);
    }
    if (result == CLI_PASSED) {
        result = open_doors(service);
    }
    if (result == CLI_PASSED) {
        result = write_ready_file(service);
    }
    if (result == CLI_PASSED) {
        wait_for_end(service);
    }
    if (service->live != NULL) {
        end(service);
        end_connections(service);
        end_controls(service);
    }
    return result == CLI_PASSED ? finish(service) : result;
}

static void release(struct host_service *service)
{
    close_door(service, &service->clients_door);
    close_door(service, &service->control_door);
    fake_live_stop(service->live);
    scn_service_destroy(service->emulated);
    /* The next host may have it from here on: nothing of this one is left that could still change it. */
    host_state_release(&service->state);
    if (service->trace != NULL) {
        (void)fclose(service->trace);
    }
    free(service->control_pipe);
    free(service->final);
    free(service->trouble);
}

int host_serve(struct cli *cli, const struct host_words *words, struct scenario *scenario)
{
    struct host_service service = {.cli = cli, .machine = cli->host_machine, .words = words};
    service.control_pipe = wcd_text_format("%s" HOST_CONTROL, words->pipe);
    if (service.control_pipe == NULL || !wcd_lock_init(&service.lock)) {
        free(service.control_pipe);
        scenario_free(scenario);
        return cli_no_memory(cli);
    }
    if (!wcd_condition_init(&service.changed)) {
        wcd_lock_destroy(&service.lock);
        free(service.control_pipe);
        scenario_free(scenario);
        return cli_no_memory(cli);
    }
    int result = serve(&service, scenario);
    release(&service);
    wcd_condition_destroy(&service.changed);
    wcd_lock_destroy(&service.lock);
    return result;
}
