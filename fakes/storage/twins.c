/* Two trees walked side by side. */
#include "fakes/host/internal.h"

#include <string.h>

static void twins_find(struct fake_twins *twins)
{
    struct fake_node *twin = NULL;
    if (twins->missing == 0 && twins->deepest->directory) {
        twin = fake_node_child_hidden(twins->deepest, twins->node->name);
    }
    if (twin == NULL) {
        twins->missing++;
    } else {
        twins->deepest = twin;
    }
    twins->twin = twin;
}

struct fake_twins fake_twins_first(struct fake_node *top, struct fake_node *other_top)
{
    return (struct fake_twins){.node = top, .twin = other_top, .top = top, .deepest = other_top};
}

void fake_twins_next(struct fake_twins *twins)
{
    struct fake_node *next = fake_node_next(twins->node, twins->top);
    if (next == NULL) {
        twins->node = NULL;
        twins->twin = NULL;
        return;
    }
    for (const struct fake_node *at = twins->node; at != next->parent; at = at->parent) {
        if (twins->missing > 0) {
            twins->missing--;
        } else {
            twins->deepest = twins->deepest->parent;
        }
    }
    twins->node = next;
    twins_find(twins);
}

static bool twins_same_streams(const struct fake_node *a, const struct fake_node *b)
{
    if (a->stream_count != b->stream_count) {
        return false;
    }
    for (size_t i = 0; i < a->stream_count; i++) {
        const struct fake_stream *mine = a->streams[i];
        const struct fake_stream *other = fake_node_stream(b, mine->name);
        if (other == NULL || mine->size != other->size ||
            (mine->size > 0 && memcmp(mine->data, other->data, mine->size) != 0)) {
            return false;
        }
    }
    return true;
}

bool fake_twins_same(const struct fake_twins *twins)
{
    const struct fake_node *a = twins->node;
    const struct fake_node *b = twins->twin;
    return b != NULL && a->directory == b->directory && a->attributes == b->attributes &&
           a->written_100ns == b->written_100ns && wcd_text_equal(a->link, b->link) &&
           strcmp(a->dacl, b->dacl) == 0 && strcmp(a->name, b->name) == 0 &&
           twins_same_streams(a, b);
}
