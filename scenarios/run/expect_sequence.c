/* Expectations on things that happen one after the other. */
#include "scenarios/run/expect.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* A report lists this many things that were there instead of the expected one. */
#define SEQUENCE_LISTED_MAX 12u
#define SEQUENCE_NONE       SIZE_MAX

/* ---- reports ---- */

/* Adds lines for the things from `first` on for which take[i] holds (NULL: all). */
static bool list_things(const struct scn_sequence *sequence, size_t first, const bool *take,
                        struct wcd_strlist *out)
{
    size_t more = 0;
    for (size_t i = first; i < sequence->count; i++) {
        if (take != NULL && !take[i]) {
            continue;
        }
        if (out->count == SEQUENCE_LISTED_MAX) {
            more++;
        } else if (!wcd_strlist_take(out, sequence->describe(sequence->ctx, i))) {
            return false;
        }
    }
    return more == 0 || wcd_strlist_addf(out, "... and %zu more", more);
}

/* `what` and `expected` are owned here; NULL: no memory. */
static void report(struct scn_world *world, const struct scn_sequence *sequence,
                   struct scn_place place, char *what, char *expected, size_t first,
                   const bool *take)
{
    struct wcd_strlist got;
    wcd_strlist_init(&got);
    if (what == NULL || expected == NULL || !list_things(sequence, first, take, &got)) {
        scn_no_memory(world);
    } else {
        char *lines = wcd_strlist_join(&got, "\n");
        if (got.count == 0) {
            wcd_text_replace(&lines, wcd_text_format("no more %s%s", sequence->noun,
                                                     take == NULL ? "" : " of this kind"));
        }
        scn_fail_take(world, place, what, expected, lines);
    }
    wcd_strlist_release(&got);
    free(what);
    free(expected);
}

/* ---- rules ---- */

/* take[i]: the thing is of the kind of the entry. NULL: all are, or there was no memory. */
static bool *related(const struct scn_sequence *sequence, const struct scn_node *entry)
{
    bool *take = sequence->is_related == NULL ? NULL : calloc(sequence->count + 1, sizeof(*take));
    for (size_t i = 0; take != NULL && i < sequence->count; i++) {
        take[i] = sequence->is_related(sequence->ctx, i, entry);
    }
    return take;
}

static void in_order(struct scn_world *world, const struct scn_sequence *sequence,
                     const struct scn_node *entries)
{
    size_t at = 0;
    for (size_t i = 0; i < entries->count; i++) {
        const struct scn_node *entry = &entries->children[i];
        size_t found = at;
        while (found < sequence->count && !sequence->matches(sequence->ctx, found, entry)) {
            found++;
        }
        if (found == sequence->count) {
            char *what = i == 0
                             ? wcd_text_format("%s in order: entry 1 is not there", sequence->noun)
                             : wcd_text_format("%s in order: entry %zu is not there after "
                                               "entry %zu",
                                               sequence->noun, i + 1, i);
            bool *take = related(sequence, entry);
            report(world, sequence, entry->place, what, scn_node_text_of(entry), at, take);
            free(take);
            return;
        }
        at = found + 1;
    }
}

/* Gives entry `entry` a thing of its own, moving other entries to other things where that helps
 * (augmenting paths): an entry that many things fit must not take the only one that fits another.
 */
static bool assign(const struct scn_sequence *sequence, const struct scn_node *entries,
                   size_t entry, size_t *owner, bool *seen)
{
    for (size_t i = 0; i < sequence->count; i++) {
        if (seen[i] || !sequence->matches(sequence->ctx, i, &entries->children[entry])) {
            continue;
        }
        seen[i] = true;
        if (owner[i] == SEQUENCE_NONE || assign(sequence, entries, owner[i], owner, seen)) {
            owner[i] = entry;
            return true;
        }
    }
    return false;
}

static void any_order(struct scn_world *world, const struct scn_sequence *sequence,
                      const struct scn_node *entries)
{
    size_t *owner = malloc((sequence->count + 1) * sizeof(*owner));
    bool *seen = calloc(sequence->count + 1, sizeof(*seen));
    if (owner == NULL || seen == NULL) {
        free(owner);
        free(seen);
        scn_no_memory(world);
        return;
    }
    for (size_t i = 0; i < sequence->count; i++) {
        owner[i] = SEQUENCE_NONE;
    }
    for (size_t i = 0; i < entries->count; i++) {
        memset(seen, 0, sequence->count * sizeof(*seen));
        if (!assign(sequence, entries, i, owner, seen)) {
            bool *take = related(sequence, &entries->children[i]);
            report(
                world, sequence, entries->children[i].place,
                wcd_text_format("%s in any order: entry %zu is not there", sequence->noun, i + 1),
                scn_node_text_of(&entries->children[i]), 0, take);
            free(take);
            break;
        }
    }
    free(owner);
    free(seen);
}

/* take[i]: the thing fits at least one entry. NULL without memory. */
static bool *fitting(const struct scn_sequence *sequence, const struct scn_node *entries)
{
    bool *take = calloc(sequence->count + 1, sizeof(*take));
    for (size_t i = 0; take != NULL && i < sequence->count; i++) {
        for (size_t j = 0; j < entries->count && !take[i]; j++) {
            take[i] = sequence->matches(sequence->ctx, i, &entries->children[j]);
        }
    }
    return take;
}

static size_t count_true(const bool *take, size_t count)
{
    size_t found = 0;
    for (size_t i = 0; i < count; i++) {
        found += take[i];
    }
    return found;
}

static void never(struct scn_world *world, const struct scn_sequence *sequence,
                  const struct scn_node *entries)
{
    for (size_t i = 0; i < entries->count; i++) {
        struct scn_node one = {.kind = SCN_LIST, .children = &entries->children[i], .count = 1};
        bool *take = fitting(sequence, &one);
        char *text = scn_node_text_of(&entries->children[i]);
        if (take == NULL || text == NULL) {
            scn_no_memory(world);
        } else if (count_true(take, sequence->count) > 0) {
            report(world, sequence, entries->children[i].place,
                   wcd_text_format("%s that must never be", sequence->noun),
                   wcd_text_format("never %s", text), 0, take);
        }
        free(take);
        free(text);
    }
}

/* Exactly these and no others, in this order. */
static void only(struct scn_world *world, const struct scn_sequence *sequence,
                 const struct scn_node *entries)
{
    size_t at = 0;
    while (at < entries->count && at < sequence->count &&
           sequence->matches(sequence->ctx, at, &entries->children[at])) {
        at++;
    }
    if (at == entries->count && at == sequence->count) {
        return;
    }
    if (at == entries->count) {
        report(world, sequence, entries->place,
               wcd_text_format("%s beside the only ones", sequence->noun),
               wcd_text_format("no more than %zu", entries->count), at, NULL);
    } else {
        report(world, sequence, entries->children[at].place,
               wcd_text_format("%s, only: number %zu is another one", sequence->noun, at + 1),
               scn_node_text_of(&entries->children[at]), at, NULL);
    }
}

static void at_most(struct scn_world *world, const struct scn_sequence *sequence,
                    const struct scn_node *limits)
{
    for (size_t i = 0; i < limits->count; i++) {
        const struct scn_node *limit = &limits->children[i];
        struct scn_node entry = {.kind = SCN_SCALAR, .text = limit->key};
        struct scn_node one = {.kind = SCN_LIST, .children = &entry, .count = 1};
        uint64_t most = 0;
        if (!scn_world_uint(world, limit, &most)) {
            return;
        }
        bool *take = fitting(sequence, &one);
        if (take == NULL) {
            scn_no_memory(world);
            return;
        }
        size_t found = count_true(take, sequence->count);
        if (found > most) {
            report(world, sequence, limit->place,
                   wcd_text_format("%s: too many, %zu", sequence->noun, found),
                   wcd_text_format("at most %" PRIu64 " of %s", most, limit->key), 0, take);
        }
        free(take);
    }
}

void scn_expect_sequence(struct scn_world *world, const struct scn_sequence *sequence,
                         const struct scn_node *rules)
{
    static const struct {
        const char *key;
        void (*check)(struct scn_world *world, const struct scn_sequence *sequence,
                      const struct scn_node *node);
    } table[] = {
        {"in order", in_order}, {"any order", any_order}, {"never", never},
        {"only", only},         {"at most", at_most},
    };
    for (size_t i = 0; i < rules->count && !world->no_memory; i++) {
        for (size_t j = 0; j < sizeof(table) / sizeof(table[0]); j++) {
            if (strcmp(rules->children[i].key, table[j].key) == 0) {
                table[j].check(world, sequence, &rules->children[i]);
            }
        }
    }
}
