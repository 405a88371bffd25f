/* What the suites about compute systems share: containers of each isolation, brought into each state,
 * and the notifications that come meanwhile. */
#ifndef TEST_CONTRACT_SYSTEMS_H
#define TEST_CONTRACT_SYSTEMS_H

#include "tests/contract/contract.h"

#include "core/base/queue.h"
#include "core/json/json.h"

/* Longer than anything takes that was accepted, and than what is to be seen not to come. */
#define SYSTEMS_PATIENCE_US ((uint64_t)120 * 1000000)
#define SYSTEMS_QUIET_US    ((uint64_t)20 * 1000000)

#define SYSTEMS_WAITING_MAX 256u

/* One test: its machine, and one sink for all that it registers. Each registration has a key of its
 * own. */
struct systems {
    void **state;
    struct plat_hcs hcs;
    struct plat_transport transport;
    struct wcd_queue *queue;
    uint64_t last_key;
    unsigned last_name;
    struct plat_event waiting[SYSTEMS_WAITING_MAX]; /* came while others were waited for */
    size_t waiting_count;
};

enum systems_isolation {
    SYSTEMS_PROCESS,
    SYSTEMS_HYPERV
};
#define SYSTEMS_ISOLATIONS 2

/* One container of schema 1. Its image is the machine's upper layer. */
struct container {
    enum systems_isolation isolation;
    char *id;
    char *document;
    plat_handle handle;
    plat_handle registration;
    uint64_t key;
    bool ended; /* its exit was told */
};

void systems_init(struct systems *s, void **state);
/* Checks that no event was forgotten. */
void systems_release(struct systems *s);

/* ---- notifications ---- */

/* The next event of a key, of those that clients wait for (N7); the others are dropped. False when
 * none comes. */
bool systems_next(struct systems *s, uint64_t key, uint64_t patience_us, struct plat_event *event);
/* The next one is of that type and status; its data is dropped. */
void systems_expect(struct systems *s, uint64_t key, uint32_t type, plat_hr status);
void systems_expect_none(struct systems *s, uint64_t key);
/* Whatever has come and will come soon for the key is dropped. */
void systems_drop(struct systems *s, uint64_t key);
/* The completion of what was accepted as pending; nothing after S_OK. */
void systems_complete(struct systems *s, plat_hr accepted, uint64_t key, uint32_t type);

/* ---- calls: each checks the outs and drops the result text ---- */

typedef plat_hr systems_op(void *ctx, plat_handle handle, const char *options, char **result);
plat_hr systems_call(struct systems *s, systems_op *op, plat_handle handle);
plat_hr systems_create(struct systems *s, const char *id, const char *document, plat_handle *out);
plat_hr systems_open(struct systems *s, const char *id, plat_handle *out);
plat_hr systems_modify(struct systems *s, plat_handle system, const char *request);
/* *out is the JSON of the answer, to be freed; NULL on failure. */
plat_hr systems_properties(struct systems *s, plat_handle system, const char *query,
                           struct wcd_json **out);
plat_hr systems_enumerate(struct systems *s, const char *query, struct wcd_json **out);
uint64_t systems_register(struct systems *s, plat_handle system, plat_handle *registration);
void systems_unregister(struct systems *s, plat_handle registration);
void systems_close(struct systems *s, plat_handle system);

/* ---- containers ---- */

/* With the name "c1", "c2", ... and a scratch of its own; nothing was asked of HCS yet. */
struct container container_make(struct systems *s, enum systems_isolation isolation);
/* The same with members more, `,"Name":value`. */
struct container container_make_with(struct systems *s, enum systems_isolation isolation,
                                     const char *members);
/* Created and registered; the completion was met. */
struct container container_created(struct systems *s, enum systems_isolation isolation);
struct container container_running(struct systems *s, enum systems_isolation isolation);
void container_create(struct systems *s, struct container *c);
void container_start(struct systems *s, struct container *c);
/* Terminates it where it has to, and waits for the exit. */
void container_terminate(struct systems *s, struct container *c);
/* Ends it, closes what is open and removes its scratch. */
void container_end(struct systems *s, struct container *c);

/* ---- processes ---- */

struct program {
    struct plat_hcs_process_info info;
    plat_handle handle;
    plat_handle registration;
    uint64_t key;
    uint64_t in; /* the keys of the streams */
    uint64_t out;
    uint64_t err;
};

/* Runs a command line with three pipes, registers and attaches everything. */
struct program program_run(struct systems *s, plat_handle system, const char *line);
/* The answer of create_process for that document. */
plat_hr program_try(struct systems *s, plat_handle system, const char *document,
                    struct program *program);
void program_attach(struct systems *s, struct program *program);
void program_register(struct systems *s, struct program *program);
/* Waits for the exit; the exit code. */
uint32_t program_exit_code(struct systems *s, struct program *program);
plat_hr program_properties(struct systems *s, plat_handle process, struct wcd_json **out);
plat_hr program_modify(struct systems *s, plat_handle process, const char *settings);
void program_close_input(struct systems *s, const struct program *program);
/* Reads to the end; caller frees. */
char *program_output(struct systems *s, plat_handle stream, uint64_t key);
/* Reads until `text` was read. */
void program_expect_output(struct systems *s, plat_handle stream, uint64_t key, const char *text);
void program_close(struct systems *s, struct program *program);
void program_close_streams(struct systems *s, struct program *program);

#endif
