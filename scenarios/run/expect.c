/* The scenario's `expect`: each key to the file that checks it. */
#include "scenarios/run/expect.h"
#include "scenarios/lang/schema.h"
#include "scenarios/run/faults.h"

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

/* One rule for each key: those with a name get it. */
struct rule {
    const char *key;
    void (*check)(struct scn_world *world, const struct scn_node *node);
    void (*check_named)(struct scn_world *world, const struct scn_node *node, const char *name);
};

static void expect_key(struct scn_world *world, const struct scn_node *node)
{
    static const struct rule table[] = {
        {"daemon", scn_expect_daemon, NULL},
        {"container " SCN_NAME_WORD, NULL, scn_expect_container},
        {"output of " SCN_NAME_WORD, NULL, scn_expect_output},
        {"network " SCN_NAME_WORD, NULL, scn_expect_network},
        {"networks", scn_expect_networks, NULL},
        {"hns", scn_expect_hns, NULL},
        {"events", scn_expect_events, NULL},
        {"compute systems", scn_expect_systems, NULL},
        {"logs", scn_expect_logs, NULL},
        {"calls", scn_expect_calls, NULL},
        {"host", scn_expect_host, NULL},
        {"virtual time", scn_expect_virtual_time, NULL},
    };
    const struct scn_field *field = scn_map_field(&scn_expect_entry_map, node->key);
    for (size_t i = 0; field != NULL && i < sizeof(table) / sizeof(table[0]); i++) {
        if (strcmp(table[i].key, field->key) != 0) {
            continue;
        }
        if (table[i].check_named != NULL) {
            table[i].check_named(world, node, scn_field_name(field, node->key));
        } else {
            table[i].check(world, node);
        }
    }
}

void scn_expect_moment(struct scn_world *world, const struct scn_node *rules)
{
    for (size_t i = 0; i < rules->count && !world->no_memory; i++) {
        expect_key(world, &rules->children[i]);
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
        scn_expect_moment(world, entry);
        for (size_t j = 0; j < entry->count; j++) {
            if (strcmp(entry->children[j].key, "left on host") == 0) {
                left = &entry->children[j];
            }
        }
    }
    /* Last, since it ends the daemon. */
    scn_world_check_leftovers(world, left);
    scn_faults_check(world);
    scn_node_release(&resolved);
}
