/* Named children, sorted; see children.h. */
#include "fakes/host/children.h"

#include "core/base/assert.h"
#include "fakes/host/name.h"

#include <stdlib.h>
#include <string.h>

static const char *name_of(const void *child)
{
    return *(char *const *)child;
}

void fake_children_release(struct fake_children *children)
{
    free(children->items);
    *children = (struct fake_children){0};
}

/* Index of the child with this name, or where it belongs. */
static size_t position_of(const struct fake_children *children, const char *name, size_t len,
                          bool *found)
{
    size_t low = 0;
    size_t high = children->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = fake_name_compare_n(name_of(children->items[middle]), name, len);
        if (order == 0) {
            *found = true;
            return middle;
        }
        if (order < 0) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    *found = false;
    return low;
}

/* Index of a child that is in. */
static size_t index_of(const struct fake_children *children, const void *child)
{
    const char *name = name_of(child);
    bool found = false;
    size_t at = position_of(children, name, strlen(name), &found);
    WCD_ASSERT(found && children->items[at] == child);
    return at;
}

void *fake_children_find(const struct fake_children *children, const char *name, size_t len)
{
    bool found = false;
    size_t at = position_of(children, name, len, &found);
    return found ? children->items[at] : NULL;
}

void *fake_children_after(const struct fake_children *children, const void *child)
{
    size_t at = index_of(children, child) + 1;
    return at < children->count ? children->items[at] : NULL;
}

void *fake_children_last(const struct fake_children *children)
{
    return children->count == 0 ? NULL : children->items[children->count - 1];
}

bool fake_children_add(struct fake_children *children, void *child)
{
    if (children->count == children->capacity) {
        size_t capacity = children->capacity == 0 ? 4 : children->capacity * 2;
        void **items = realloc(children->items, capacity * sizeof(*items));
        if (items == NULL) {
            return false;
        }
        children->items = items;
        children->capacity = capacity;
    }
    const char *name = name_of(child);
    bool found = false;
    size_t at = position_of(children, name, strlen(name), &found);
    WCD_ASSERT(!found);
    memmove(children->items + at + 1, children->items + at,
            (children->count - at) * sizeof(*children->items));
    children->items[at] = child;
    children->count++;
    return true;
}

void fake_children_remove(struct fake_children *children, const void *child)
{
    size_t at = index_of(children, child);
    children->count--;
    memmove(children->items + at, children->items + at + 1,
            (children->count - at) * sizeof(*children->items));
}
