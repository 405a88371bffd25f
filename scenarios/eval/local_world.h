/* A local runtime of v25 over the host that its rules were recorded on, and the daemon it tells what happens.
 *
 * The recorder stood between the runtime and hcsshim, and its stand-in handed HCS's codes on as they were. 0.11's
 * client does not (a stop of what has stopped is "pending" to it), but 2017's does: so that one is below here. */
#ifndef SCN_EVAL_LOCAL_WORLD_H
#define SCN_EVAL_LOCAL_WORLD_H

#include "core/runtime/v25.h"
#include "scenarios/eval/hcs_host.h"

struct local_world {
    struct hcs_host host;
    struct wcd_local_runtime *runtime;
    const char
        *attach_error; /* what the daemon answers to the streams of a process; NULL: nothing */
    const char *stdio_error;  /* why streams cannot be used; NULL: they can */
    struct wcd_error outcome; /* of the command */
};

/* *world must stay where it is until it is released. WCD_E_NOT_IMPLEMENTED for another generation. */
enum wcd_errc local_world_create(struct local_world *world, const struct engine_rules *engine,
                                 const char *rule, struct wcd_error *err);
void local_world_release(struct local_world *world);

/* The answer of a command that is given later. */
wcd_runtime_done local_world_done;
wcd_runtime_attach local_world_attach;

#define LOCAL_WORLD_ID   "ctr1"
#define LOCAL_WORLD_EXEC "exec1"
/* What stands before a record begins; nothing of it is recorded. */
struct local_world_start {
    const struct wcd_spec_process *process; /* of the container; NULL: cmd in C:\ */
    bool hyperv;
    bool running; /* its first process */
};
enum wcd_errc local_world_set_up(struct local_world *world, const struct local_world_start *start,
                                 struct wcd_error *err);

/* Members of the output: "error" by class and message, or under another name; "calls"; "logs". False without
 * memory, also if the runtime had none. */
bool local_world_put_error(const struct local_world *world, struct wcd_json *output,
                           const char *name, const struct wcd_error *error);
bool local_world_put_calls(const struct local_world *world, struct wcd_json *output);
bool local_world_put_logs(const struct local_world *world, struct wcd_json *output);

#endif
