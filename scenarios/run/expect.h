/* What must be true at the end of a run. Internal to scenarios/run. */
#ifndef SCN_RUN_EXPECT_H
#define SCN_RUN_EXPECT_H

#include "fakes/wrap/trace.h"
#include "scenarios/run/world.h"

/* A list of things that happened, in order: calls, log lines. */
struct scn_sequence {
    const char *noun; /* "calls", "logs" */
    size_t count;
    /* True when the thing is what an entry of the scenario describes. */
    bool (*matches)(const void *ctx, size_t index, const struct scn_node *entry);
    char *(*describe)(const void *ctx, size_t index); /* one line; NULL without memory */
    const void *ctx;
    /* True when a thing is of the kind that the entry describes, for reports; NULL: all are. */
    bool (*is_related)(const void *ctx, size_t index, const struct scn_node *entry);
};

/* Checks `in order`, `any order`, `never`, `only` and `at most`. */
void scn_expect_sequence(struct scn_world *world, const struct scn_sequence *sequence,
                         const struct scn_node *rules);

void scn_expect_calls(struct scn_world *world, const struct scn_node *rules);
void scn_expect_logs(struct scn_world *world, const struct scn_node *rules);
void scn_expect_daemon(struct scn_world *world, const struct scn_node *members);
void scn_expect_host(struct scn_world *world, const struct scn_node *host);
void scn_expect_virtual_time(struct scn_world *world, const struct scn_node *node);
void scn_expect_events(struct scn_world *world, const struct scn_node *rules);
void scn_expect_systems(struct scn_world *world, const struct scn_node *node);
void scn_expect_container(struct scn_world *world, const struct scn_node *node, const char *name);
void scn_expect_network(struct scn_world *world, const struct scn_node *node, const char *name);
void scn_expect_networks(struct scn_world *world, const struct scn_node *node);
void scn_expect_hns(struct scn_world *world, const struct scn_node *rules);
/* The names of a container's networks, and its ports, as its view has them. */
void scn_expect_joined(struct scn_world *world, const char *what, const struct scn_node *node,
                       const struct wcd_json *networks);
void scn_expect_ports(struct scn_world *world, const char *what, const struct scn_node *node,
                      const struct wcd_json *ports);
void scn_expect_output(struct scn_world *world, const struct scn_node *node, const char *name);

/* The failure of an expectation for which the daemon could not be asked. */
void scn_fail_error(struct scn_world *world, const struct scn_node *node, const char *what,
                    const struct wcd_error *err);

/* An entry of `expect`, or what `check` says: what must be true now. */
void scn_expect_moment(struct scn_world *world, const struct scn_node *rules);

/* All of the scenario's `expect`, and what holds where it is silent. */
void scn_expect_all(struct scn_world *world);

/* "12.345 ms  OpenServiceW {"name":"hns"} -> 0x80070424"; NULL without memory. */
char *scn_call_line(const struct wrap_trace_entry *entry);

#endif
