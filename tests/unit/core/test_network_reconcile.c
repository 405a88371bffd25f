/* core/network/reconcile: the daemon's networks at its start, whatever was kept and whatever HNS has. Random worlds from
 * one seed; DRYDOCK_NETWORK_ROUNDS asks for more of them, DRYDOCK_NETWORK_SEED for others. */
#include "tests/support/sweep.h"
#include "tests/unit/core/controller_fixture.h"

#include <stdio.h>

#define ROUNDS_DEFAULT 1500u
#define SEED_DEFAULT   20250101u
#define NETWORKS_MOST  5u

struct rounds {
    uint64_t state;
    uint64_t count;
};

/* xorshift64* */
static uint64_t draw(struct rounds *rounds, uint64_t below)
{
    rounds->state ^= rounds->state >> 12;
    rounds->state ^= rounds->state << 25;
    rounds->state ^= rounds->state >> 27;
    return (rounds->state * UINT64_C(2685821657736338717) >> 33) % below;
}

#define PICK(rounds, words) ((words)[draw((rounds), COUNT_OF(words))])

static const char *const names[] = {"nat", "one", "two", "ov er", "none", "x", "Default Switch"};
static const char *const types[] = {"nat", "NAT",      "transparent", "l2bridge",
                                    "ics", "internal", "Private",     "l2tunnel"};
static const char *const pools[] = {NULL, "172.20.0.0/16", "10.5.0.0/24", "fd00::/64", "nonsense"};

/* Networks that a daemon made, some of which HNS then loses. */
static void make_kept(struct ctl_bed *bed, struct rounds *rounds)
{
    uint64_t count = draw(rounds, NETWORKS_MOST);
    ctl_open_well(bed);
    for (uint64_t i = 0; i < count; i++) {
        const struct wcd_network_request request = {
            .type = draw(rounds, 2) == 0 ? "nat" : "transparent", .name = PICK(rounds, names)};
        (void)wcd_network_create(bed->controller, &request, NULL, &bed->err);
        wcd_error_release(&bed->err);
    }
    ctl_close(bed);
    for (size_t i = 0; i < CTL_NETWORKS_MAX; i++) {
        if (draw(rounds, 3) == 0) {
            bed->networks[i] = (struct ctl_object){0};
        } else if (bed->networks[i].id[0] != '\0') {
            bed->networks[i].foreign = true; /* made by a process that is gone */
        }
    }
}

static void make_foreign(struct ctl_bed *bed, struct rounds *rounds)
{
    uint64_t count = draw(rounds, NETWORKS_MOST);
    for (uint64_t i = 0; i < count; i++) {
        char id[CTL_TEXT_MAX];
        (void)snprintf(id, sizeof(id), "foreign-%u", (unsigned)i);
        ctl_add_foreign(bed, id, PICK(rounds, names), PICK(rounds, types), PICK(rounds, pools));
    }
}

static size_t count_named(const struct ctl_bed *bed, const char *name)
{
    size_t count = 0;
    for (const struct wcd_network *at = wcd_networks(bed->controller); at != NULL; at = at->next) {
        count += !at->in_delete && strcmp(at->name, name) == 0 ? 1u : 0u;
    }
    return count;
}

/* Names, types and HNS ids in the order of names, which does not depend on the order of making. */
static char *picture_of(const struct ctl_bed *bed)
{
    struct wcd_strlist lines = {0};
    for (const struct wcd_network *at = wcd_networks(bed->controller); at != NULL; at = at->next) {
        const struct wcd_json *hns_id = wcd_json_get(at->options, WCD_NET_OPTION_HNSID);
        assert_true(at->in_delete ||
                    wcd_strlist_addf(&lines, "%s %s %s", at->name, at->type,
                                     hns_id == NULL ? "-" : wcd_json_string(hns_id)));
    }
    wcd_strlist_sort(&lines);
    char *text = wcd_strlist_join(&lines, "\n");
    assert_non_null(text);
    wcd_strlist_release(&lines);
    return text;
}

/* Every network of the controller but `none` is one that HNS has. */
static void assert_in_hns(const struct ctl_bed *bed)
{
    for (const struct wcd_network *at = wcd_networks(bed->controller); at != NULL; at = at->next) {
        const struct wcd_json *hns_id = wcd_json_get(at->options, WCD_NET_OPTION_HNSID);
        bool found = strcmp(at->type, "null") == 0;
        for (size_t i = 0; !found && i < CTL_NETWORKS_MAX; i++) {
            found = hns_id != NULL && strcmp(bed->networks[i].id, wcd_json_string(hns_id)) == 0;
        }
        assert_true(found);
    }
}

static bool tells_of_clash(const struct ctl_bed *bed)
{
    for (size_t i = 0; i < bed->log.count; i++) {
        if (strstr(bed->log.items[i], " already exists") != NULL) {
            return true;
        }
    }
    return false;
}

/* ---- invariants ---- */

static void start_well_or_told(struct ctl_bed *bed, bool *told)
{
    ctl_open_well(bed);
    *told = ctl_start(bed) != WCD_OK;
    wcd_error_release(&bed->err);
    assert_int_equal(bed->foreign_deletes, 0);
    if (!*told) {
        size_t defaults = count_named(bed, "nat");
        assert_true(defaults >= 1);
        assert_true(defaults == 1 || !bed->engine->network_names_are_unique);
        assert_true(count_named(bed, "none") >= 1);
        assert_in_hns(bed);
    }
}

static void one_world(struct rounds *rounds, enum wcd_engine engine)
{
    struct ctl_bed bed;
    bool told = false;
    ctl_set_up(&bed, engine);
    make_kept(&bed, rounds);
    make_foreign(&bed, rounds);
    ctl_forget(&bed);
    start_well_or_told(&bed, &told);
    if (!told) {
        /* A network that could not be taken over, since its name was in use, can be the next time, when it need not
         * become the default one any more: the original's way. */
        bool whole = !tells_of_clash(&bed);
        char *first = picture_of(&bed);
        size_t in_hns = ctl_hns_count(&bed);
        ctl_close(&bed);
        for (size_t i = 0; i < CTL_NETWORKS_MAX; i++) {
            bed.networks[i].foreign = true;
        }
        ctl_forget(&bed);
        start_well_or_told(&bed, &told);
        char *second = picture_of(&bed);
        assert_false(told);
        assert_int_equal(bed.posts, 0);
        assert_int_equal(bed.deletes, 0);
        assert_int_equal(ctl_hns_count(&bed), in_hns);
        if (whole) {
            assert_string_equal(second, first);
        }
        free(second);
        free(first);
    }
    ctl_tear_down(&bed);
}

static void starts_are_sound(void **state)
{
    (void)state;
    struct rounds rounds = {
        .state = sweep_number("DRYDOCK_NETWORK_SEED", SEED_DEFAULT),
        .count = sweep_number("DRYDOCK_NETWORK_ROUNDS", ROUNDS_DEFAULT / sweep_sample())};
    for (uint64_t i = 0; i < rounds.count; i++) {
        one_world(&rounds, i % 2 == 0 ? WCD_ENGINE_V17 : WCD_ENGINE_V25);
    }
}

/* An HNS that fails for a while: what is on disk can be opened, and the next start over a sound HNS is a good one. */
static void one_failing_world(struct rounds *rounds, enum wcd_engine engine)
{
    struct ctl_bed bed;
    bool told = false;
    ctl_set_up(&bed, engine);
    make_kept(&bed, rounds);
    make_foreign(&bed, rounds);
    ctl_forget(&bed);
    bed.fail_from = bed.call + 1 + draw(rounds, 12);
    bed.fail_to = bed.fail_from + draw(rounds, 4);
    ctl_open_well(&bed);
    (void)ctl_start(&bed);
    wcd_error_release(&bed.err);
    assert_int_equal(bed.foreign_deletes, 0);
    bed.fail_from = CTL_NEVER;
    ctl_close(&bed);
    for (size_t i = 0; i < CTL_NETWORKS_MAX; i++) {
        bed.networks[i].foreign = true;
    }
    start_well_or_told(&bed, &told);
    ctl_tear_down(&bed);
}

static void failing_starts_leave_a_good_store(void **state)
{
    (void)state;
    struct rounds rounds = {
        .state = sweep_number("DRYDOCK_NETWORK_SEED", SEED_DEFAULT) + 1,
        .count = sweep_number("DRYDOCK_NETWORK_ROUNDS", ROUNDS_DEFAULT / sweep_sample())};
    for (uint64_t i = 0; i < rounds.count; i++) {
        one_failing_world(&rounds, i % 2 == 0 ? WCD_ENGINE_V17 : WCD_ENGINE_V25);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(starts_are_sound),
        cmocka_unit_test(failing_starts_leave_a_good_store),
    };
    return cmocka_run_group_tests_name("network reconcile", tests, NULL, NULL);
}
