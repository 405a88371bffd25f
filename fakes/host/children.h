/* The named children of a key or a folder: sorted by name as Windows compares names, none twice. */
#ifndef FAKE_HOST_CHILDREN_H
#define FAKE_HOST_CHILDREN_H

#include <stdbool.h>
#include <stddef.h>

/* Zero-initialise. The items belong to whoever adds them; each is a struct whose first member is its
 * name, a `char *`, which must not change while it is in. */
struct fake_children {
    void **items;
    size_t count;
    size_t capacity;
};

void fake_children_release(struct fake_children *children); /* not the items */

/* The child whose name is the first `len` bytes; NULL when there is none. */
void *fake_children_find(const struct fake_children *children, const char *name, size_t len);
/* The one that follows a child, and the last one; NULL when there is none. */
void *fake_children_after(const struct fake_children *children, const void *child);
void *fake_children_last(const struct fake_children *children);

/* Puts a child where it belongs; false without memory. */
bool fake_children_add(struct fake_children *children, void *child);
void fake_children_remove(struct fake_children *children, const void *child);

#endif
