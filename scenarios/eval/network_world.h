/* The daemon's network controller over the HNS that its rule was recorded on: a stand-in that has the record's
 * networks, makes others on request and fails where the record says so. */
#ifndef SCN_EVAL_NETWORK_WORLD_H
#define SCN_EVAL_NETWORK_WORLD_H

#include "core/network/controller.h"
#include "fakes/host/host.h"
#include "scenarios/eval/internal.h"

/* Calls whose error a record can give. */
enum network_world_call {
    NETWORK_WORLD_LIST,
    NETWORK_WORLD_POST,
    NETWORK_WORLD_DELETE,
    NETWORK_WORLD_CALL_COUNT
};

struct network_world {
    struct fake_host *fake; /* for files, time and chance */
    struct platform platform;
    const struct engine_rules *engine;
    struct wcd_log_sink log;
    const struct wcd_json *networks;              /* the record's; NULL: none */
    const char *errors[NETWORK_WORLD_CALL_COUNT]; /* hcsshim's whole words; "": it goes well */
    bool records; /* else everything goes well, and nothing is told */
    uint32_t posted;
    struct wcd_json *trace;
    struct wcd_json *logs;
    bool no_memory; /* something could not be recorded */
};

/* *world must stay where it is until it is released. */
enum wcd_errc network_world_create(struct network_world *world, const struct engine_rules *engine,
                                   struct wcd_error *err);
void network_world_release(struct network_world *world);

/* A controller over the files that the ones before left. */
enum wcd_errc network_world_open(struct network_world *world, struct wcd_network_controller **out,
                                 struct wcd_error *err);
/* Empty trace and logs, and HNS counts what it makes from one on. False without memory. */
bool network_world_begin(struct network_world *world);
/* A message as the recorder had it, whose stand-in gave hcsshim's words itself. The caller's, NULL without memory. */
char *network_world_plain(const struct network_world *world, const char *message);

#endif
