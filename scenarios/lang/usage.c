/* Conditions and branches by what the runs made of them. */
#include "scenarios/lang/usage.h"

#include "core/base/text.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

void scn_usage_release(struct scn_usage *usage)
{
    free(usage->uses);
    *usage = (struct scn_usage){0};
}

/* The slot of the node, or the free one where it belongs. */
static struct scn_use *find(const struct scn_usage *usage, const struct scn_node *node)
{
    size_t i = (size_t)((uintptr_t)node / sizeof(void *) * UINT64_C(0x9E3779B1));
    while (usage->uses[i & (usage->capacity - 1)].node != NULL &&
           usage->uses[i & (usage->capacity - 1)].node != node) {
        i++;
    }
    return &usage->uses[i & (usage->capacity - 1)];
}

static bool make_room(struct scn_usage *usage)
{
    if (usage->count * 2 < usage->capacity) {
        return true;
    }
    struct scn_usage larger = {.capacity = usage->capacity == 0 ? 64 : usage->capacity * 2,
                               .count = usage->count};
    larger.uses = calloc(larger.capacity, sizeof(*larger.uses));
    if (larger.uses == NULL) {
        return false;
    }
    for (size_t i = 0; i < usage->capacity; i++) {
        if (usage->uses[i].node != NULL) {
            *find(&larger, usage->uses[i].node) = usage->uses[i];
        }
    }
    free(usage->uses);
    *usage = larger;
    return true;
}

bool scn_usage_note(struct scn_usage *usage, const struct scn_node *node, const char *noun,
                    bool taken)
{
    if (!make_room(usage)) {
        return false;
    }
    struct scn_use *use = find(usage, node);
    usage->count += use->node == NULL ? 1 : 0;
    *use = (struct scn_use){node, noun, taken || use->taken};
    return true;
}

static bool is_same_place(struct scn_place a, struct scn_place b)
{
    return a.line == b.line && a.column == b.column && wcd_text_equal(a.file, b.file);
}

/* A condition that `do` gives to several steps is several nodes at one place. */
static bool is_taken(const struct scn_usage *usage, const struct scn_node *node)
{
    for (size_t i = 0; i < usage->capacity; i++) {
        const struct scn_use *use = &usage->uses[i];
        if (use->node != NULL && use->taken &&
            is_same_place(use->node->key_place, node->key_place)) {
            return true;
        }
    }
    return false;
}

/* True when something in the condition or at the branch's key was complained about. */
static bool is_known_bad(const struct scn_diags *diags, const struct scn_use *use)
{
    const struct scn_node *node = use->node;
    bool bad = scn_diags_has(diags, node->key_place);
    for (size_t i = 0; use->noun != NULL && i < node->count; i++) {
        const struct scn_node *part = &node->children[i];
        bad = bad || scn_diags_has(diags, part->key_place) || scn_diags_has(diags, part->place);
        for (size_t j = 0; j < part->count; j++) {
            bad = bad || scn_diags_has(diags, part->children[j].place);
        }
    }
    return bad;
}

void scn_usage_report(const struct scn_usage *usage, const char *file, struct scn_diags *diags)
{
    for (size_t i = 0; i < usage->capacity; i++) {
        const struct scn_use *use = &usage->uses[i];
        if (use->node == NULL || use->taken || !wcd_text_equal(use->node->key_place.file, file) ||
            is_taken(usage, use->node) || is_known_bad(diags, use)) {
            continue;
        }
        if (use->noun != NULL) {
            scn_diags_add(diags, use->node->key_place, NULL,
                          "no run has this %s: `when` never holds", use->noun);
        } else {
            scn_diags_add(diags, use->node->key_place, NULL, "no run takes this branch");
        }
    }
}
