/* A set of numbers that finds the next one that is not in it, however many are: a tree of bitmaps, each node with 64
 * children. Memory goes with the numbers that are in, not with the limit. */
#ifndef FAKE_HNS_NUMBERS_H
#define FAKE_HNS_NUMBERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* 48 bits: MAC addresses. */
#define FAKE_NUMBERS_LIMIT_MAX ((uint64_t)1 << 48)

struct fake_numbers_node;

struct fake_numbers {
    uint64_t limit;                 /* numbers are below */
    unsigned height;                /* of the tree: leaves are 0 */
    uint64_t count;                 /* that are in */
    struct fake_numbers_node *root; /* NULL: none */
};

/* Empty; `limit` is 1 or more. Needs no memory. */
void fake_numbers_init(struct fake_numbers *numbers, uint64_t limit);
void fake_numbers_release(struct fake_numbers *numbers);
bool fake_numbers_has(const struct fake_numbers *numbers, uint64_t number);
/* Puts in one that may be in already; false without memory, and nothing has changed. */
bool fake_numbers_put(struct fake_numbers *numbers, uint64_t number);
/* Takes it out, if it is in. */
void fake_numbers_remove(struct fake_numbers *numbers, uint64_t number);
/* The lowest number that is not in, `from` or higher; false when there is none. */
bool fake_numbers_free_from(const struct fake_numbers *numbers, uint64_t from, uint64_t *out);

#endif
