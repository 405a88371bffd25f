/* Numbers that are taken, and the next that is free. */
#include "fakes/hns/numbers.h"

#include "core/base/assert.h"

#include <stdlib.h>

#define NODE_BITS  6u /* of a number, per level */
#define NODE_SLOTS 64u
#define LEVELS_MAX 8u /* 48 bits */

/* A leaf has no children: a set bit of `full` is a number that is in. Above, it is a child without a free number. */
struct fake_numbers_node {
    uint64_t full;
    unsigned children;
    struct fake_numbers_node *child[];
};

static unsigned numbers_slot(uint64_t number, unsigned level)
{
    return (unsigned)(number >> (NODE_BITS * level)) & (NODE_SLOTS - 1u);
}

static uint64_t numbers_bit(uint64_t number, unsigned level)
{
    return (uint64_t)1 << numbers_slot(number, level);
}

static struct fake_numbers_node *numbers_new_node(unsigned level)
{
    size_t children = level == 0 ? 0 : NODE_SLOTS;
    return calloc(1,
                  sizeof(struct fake_numbers_node) + children * sizeof(struct fake_numbers_node *));
}

void fake_numbers_init(struct fake_numbers *numbers, uint64_t limit)
{
    WCD_ASSERT(limit > 0 && limit <= FAKE_NUMBERS_LIMIT_MAX);
    *numbers = (struct fake_numbers){.limit = limit};
    while (numbers->height + 1 < LEVELS_MAX &&
           (limit - 1) >> (NODE_BITS * (numbers->height + 1)) != 0) {
        numbers->height++;
    }
}

void fake_numbers_release(struct fake_numbers *numbers)
{
    struct fake_numbers_node *path[LEVELS_MAX] = {numbers->root};
    unsigned next[LEVELS_MAX] = {0};
    unsigned depth = 0;
    while (path[0] != NULL) {
        struct fake_numbers_node *node = path[depth];
        bool leaf = depth == numbers->height;
        while (!leaf && next[depth] < NODE_SLOTS && node->child[next[depth]] == NULL) {
            next[depth]++;
        }
        if (!leaf && next[depth] < NODE_SLOTS) {
            path[depth + 1] = node->child[next[depth]++];
            next[depth + 1] = 0;
            depth++;
            continue;
        }
        free(node);
        path[depth] = NULL;
        depth -= depth > 0 ? 1 : 0;
    }
    *numbers = (struct fake_numbers){.limit = numbers->limit, .height = numbers->height};
}

bool fake_numbers_has(const struct fake_numbers *numbers, uint64_t number)
{
    WCD_ASSERT(number < numbers->limit);
    const struct fake_numbers_node *node = numbers->root;
    for (unsigned level = numbers->height; level > 0 && node != NULL; level--) {
        node = node->child[numbers_slot(number, level)];
    }
    return node != NULL && (node->full & numbers_bit(number, 0)) != 0;
}

/* The nodes that lead to a number, by level; those that are not there are NULL. */
static void numbers_path(const struct fake_numbers *numbers, uint64_t number,
                         struct fake_numbers_node *path[LEVELS_MAX])
{
    struct fake_numbers_node *node = numbers->root;
    for (unsigned level = numbers->height;; level--) {
        path[level] = node;
        if (level == 0) {
            return;
        }
        node = node == NULL ? NULL : node->child[numbers_slot(number, level)];
    }
}

static void numbers_hang(struct fake_numbers *numbers, struct fake_numbers_node *path[LEVELS_MAX],
                         uint64_t number, unsigned level, struct fake_numbers_node *node)
{
    if (level == numbers->height) {
        numbers->root = node;
        return;
    }
    struct fake_numbers_node *parent = path[level + 1];
    parent->child[numbers_slot(number, level + 1)] = node;
    if (node == NULL) {
        parent->children--;
    } else {
        parent->children++;
    }
}

/* Frees what no number needs any more, from the leaf up. */
static void numbers_prune(struct fake_numbers *numbers, struct fake_numbers_node *path[LEVELS_MAX],
                          uint64_t number)
{
    for (unsigned level = 0; level <= numbers->height; level++) {
        struct fake_numbers_node *node = path[level];
        bool empty = node != NULL && node->children == 0 && (level > 0 || node->full == 0);
        if (node != NULL && !empty) {
            return;
        }
        if (empty) {
            numbers_hang(numbers, path, number, level, NULL);
            free(node);
        }
    }
}

bool fake_numbers_put(struct fake_numbers *numbers, uint64_t number)
{
    struct fake_numbers_node *path[LEVELS_MAX] = {0};
    WCD_ASSERT(number < numbers->limit);
    numbers_path(numbers, number, path);
    for (unsigned above = numbers->height + 1; above > 0; above--) {
        unsigned level = above - 1;
        if (path[level] != NULL) {
            continue;
        }
        path[level] = numbers_new_node(level);
        if (path[level] == NULL) {
            numbers_prune(numbers, path, number);
            return false;
        }
        numbers_hang(numbers, path, number, level, path[level]);
    }
    if ((path[0]->full & numbers_bit(number, 0)) != 0) {
        return true;
    }
    numbers->count++;
    path[0]->full |= numbers_bit(number, 0);
    for (unsigned level = 1; level <= numbers->height && path[level - 1]->full == UINT64_MAX;
         level++) {
        path[level]->full |= numbers_bit(number, level);
    }
    return true;
}

void fake_numbers_remove(struct fake_numbers *numbers, uint64_t number)
{
    struct fake_numbers_node *path[LEVELS_MAX] = {0};
    if (!fake_numbers_has(numbers, number)) {
        return;
    }
    numbers_path(numbers, number, path);
    for (unsigned level = 0; level <= numbers->height; level++) {
        path[level]->full &= ~numbers_bit(number, level);
    }
    numbers->count--;
    numbers_prune(numbers, path, number);
}

/* The first free number of the node that `from` is in, at or after `from`; or where to go on: after the node. */
static bool numbers_descend(const struct fake_numbers *numbers, uint64_t from, uint64_t *out)
{
    const struct fake_numbers_node *node = numbers->root;
    for (unsigned level = numbers->height; node != NULL; level--) {
        unsigned shift = NODE_BITS * level;
        uint64_t free_slots = ~node->full & (UINT64_MAX << numbers_slot(from, level));
        if (free_slots == 0) {
            *out = ((from >> (shift + NODE_BITS)) + 1) << (shift + NODE_BITS);
            return false;
        }
        unsigned slot = (unsigned)__builtin_ctzll(free_slots);
        if (slot != numbers_slot(from, level)) {
            from = (from >> (shift + NODE_BITS) << (shift + NODE_BITS)) | (uint64_t)slot << shift;
        }
        if (level == 0) {
            break;
        }
        node = node->child[slot];
    }
    *out = from;
    return true;
}

bool fake_numbers_free_from(const struct fake_numbers *numbers, uint64_t from, uint64_t *out)
{
    uint64_t found = from;
    while (found < numbers->limit) {
        if (numbers_descend(numbers, found, &found)) {
            *out = found;
            return found < numbers->limit;
        }
    }
    return false;
}
