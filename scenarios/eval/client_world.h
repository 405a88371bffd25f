/* A runtime of 2017 over the host that its rules were recorded on, and the daemon it tells what happens. */
#ifndef SCN_EVAL_CLIENT_WORLD_H
#define SCN_EVAL_CLIENT_WORLD_H

#include "core/runtime/local.h"
#include "scenarios/eval/hcs_host.h"

struct client_world {
    struct hcs_host host;
    struct wcd_local_runtime *runtime;
    const char *state_error;  /* what the daemon answers to an event; NULL: nothing */
    const char *attach_error; /* ... and to the streams of a process */
    const char *stdio_error;  /* why streams cannot be used; NULL: they can */
    struct wcd_error outcome; /* of the command */
    bool answered;
};

/* *world must stay where it is until it is released. WCD_E_NOT_IMPLEMENTED for another generation. */
enum wcd_errc client_world_create(struct client_world *world, const struct engine_rules *engine,
                                  const char *rule, struct wcd_error *err);
void client_world_release(struct client_world *world);

/* The answer of a command that is given later. */
void client_world_done(void *ctx, const struct wcd_error *err);
wcd_runtime_attach client_world_attach;

/* Creates the container of a request and runs until nothing more happens; the answer is the world's outcome. */
void client_world_start(struct client_world *world, const struct wcd_runtime_request *request);
/* The container that most records begin with, and its exec. */
#define CLIENT_WORLD_ID   "ctr1"
#define CLIENT_WORLD_EXEC "exec1"
struct client_world_container {
    const char *cwd; /* of its first process */
    const char *os;  /* of its platform */
    const char
        *isolation; /* its options: "none", "process", "hyperv", "hyperv then process", ... */
    bool has_exec;
};
#define CLIENT_WORLD_CONTAINER_INIT                                                                \
    {                                                                                              \
        .cwd = "C:\\", .os = "windows", .isolation = "none"                                        \
    }
/* Starts it; nothing of that is recorded. */
enum wcd_errc client_world_set_up(struct client_world *world,
                                  const struct client_world_container *container,
                                  struct wcd_error *err);

/* Whether commands reach a container, and the exec of the one above. */
bool client_world_has(struct client_world *world, const char *id);
bool client_world_has_exec(struct client_world *world, const char *id);

/* The members "calls" and "logs". */
enum wcd_errc client_world_put(struct client_world *world, struct wcd_json *output, bool logs,
                               struct wcd_error *err);

#endif
