/* The scenario's `expect`: each key to the file that checks it. */
#include "scenarios/run/expect.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

void scn_expect_daemon(struct scn_world *world, const struct scn_node *members)
{
    struct wcd_json *daemon = scn_world_daemon_json(world);
    if (daemon != NULL) {
        scn_expect_value(world, "daemon", members, daemon);
    }
    wcd_json_free(daemon);
}

/* "1.500 ms" would hide what a scenario writes: the largest unit without a remainder. */
static char *duration_text(uint64_t us)
{
    static const struct {
        uint64_t us;
        const char *unit;
    } units[] = {{3600000000u, "h"}, {60000000u, "m"}, {1000000u, "s"}, {1000u, "ms"}, {1u, "us"}};
    for (size_t i = 0; us > 0 && i < sizeof(units) / sizeof(units[0]); i++) {
        if (us % units[i].us == 0) {
            return wcd_text_format("%" PRIu64 "%s", us / units[i].us, units[i].unit);
        }
    }
    return wcd_text_copy("0s");
}

void scn_expect_virtual_time(struct scn_world *world, const struct scn_node *node)
{
    uint64_t now_us = world->result->virtual_us;
    uint64_t limit_us = 0;
    enum scn_span span = SCN_SPAN_EXACTLY;
    bool ok = scn_parse_span(node->text, &span, &limit_us);
    switch (span) {
    case SCN_SPAN_UNDER:
        ok = ok && now_us < limit_us;
        break;
    case SCN_SPAN_OVER:
        ok = ok && now_us > limit_us;
        break;
    case SCN_SPAN_EXACTLY:
        ok = ok && now_us == limit_us;
        break;
    }
    if (!ok) {
        scn_fail_take(world, node->place, "virtual time", node->text, duration_text(now_us));
    }
}

static void expect_key(struct scn_world *world, const struct scn_node *node)
{
    static const struct {
        const char *key;
        void (*check)(struct scn_world *world, const struct scn_node *node);
    } table[] = {
        {"daemon", scn_expect_daemon},
        {"logs", scn_expect_logs},
        {"calls", scn_expect_calls},
        {"host", scn_expect_host},
        {"virtual time", scn_expect_virtual_time},
    };
    for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
        if (strcmp(table[i].key, node->key) == 0) {
            table[i].check(world, node);
        }
    }
}

void scn_expect_all(struct scn_world *world)
{
    const struct scn_node *expect = scn_node_get(&world->instance.root, "expect");
    struct scn_node resolved = {0};
    if (expect != NULL) {
        if (!scn_capture_resolve(world, expect, &resolved)) {
            return;
        }
        expect = &resolved;
    }
    const struct scn_node *left = NULL;
    for (size_t i = 0; expect != NULL && i < expect->count; i++) {
        const struct scn_node *entry = &expect->children[i];
        for (size_t j = 0; j < entry->count; j++) {
            expect_key(world, &entry->children[j]);
            if (strcmp(entry->children[j].key, "left on host") == 0) {
                left = &entry->children[j];
            }
        }
    }
    /* Last, since it ends the daemon. */
    scn_world_check_leftovers(world, left);
    scn_node_release(&resolved);
}
