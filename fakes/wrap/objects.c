/* A hash table with open addressing. */
#include "fakes/wrap/objects.h"

#include "core/base/text.h"

#include <stdlib.h>

#define OBJECTS_CAPACITY_FIRST ((size_t)32) /* a power of two, as all capacities are */

void wrap_objects_release(struct wrap_objects *objects)
{
    for (size_t i = 0; i < objects->capacity; i++) {
        free(objects->slots[i].name);
    }
    free(objects->slots);
    *objects = (struct wrap_objects){0};
}

/* Where the search for a handle begins: handles are small numbers or multiples of 4 or 16. */
static size_t objects_home(const struct wrap_objects *objects, enum wrap_handle_kind kind,
                           plat_handle handle)
{
    uint64_t mixed = (handle * 32u + (uint64_t)kind) * UINT64_C(0x9E3779B97F4A7C15);
    return (size_t)(mixed >> 32) & (objects->capacity - 1);
}

/* The slot of a handle, or the free one where it would be. There always is a free one. */
static size_t objects_slot(const struct wrap_objects *objects, enum wrap_handle_kind kind,
                           plat_handle handle)
{
    size_t at = objects_home(objects, kind, handle);
    for (;;) {
        const struct wrap_object *slot = &objects->slots[at];
        if (slot->handle == PLAT_NO_HANDLE || (slot->handle == handle && slot->kind == kind)) {
            return at;
        }
        at = (at + 1) & (objects->capacity - 1);
    }
}

static bool objects_reserve(struct wrap_objects *objects)
{
    if (2 * (objects->count + 1) <= objects->capacity) {
        return true;
    }
    struct wrap_objects grown = *objects;
    grown.capacity = objects->capacity == 0 ? OBJECTS_CAPACITY_FIRST : 2 * objects->capacity;
    grown.slots = calloc(grown.capacity, sizeof(grown.slots[0]));
    if (grown.slots == NULL) {
        return false;
    }
    for (size_t i = 0; i < objects->capacity; i++) {
        const struct wrap_object *slot = &objects->slots[i];
        if (slot->handle != PLAT_NO_HANDLE) {
            grown.slots[objects_slot(&grown, slot->kind, slot->handle)] = *slot;
        }
    }
    free(objects->slots);
    *objects = grown;
    return true;
}

bool wrap_objects_add(struct wrap_objects *objects, enum wrap_handle_kind kind, plat_handle handle,
                      const char *name, uint32_t process_id)
{
    char *copy = name == NULL ? NULL : wcd_text_copy(name);
    if ((name != NULL && copy == NULL) || !objects_reserve(objects)) {
        free(copy);
        return false;
    }
    struct wrap_object *slot = &objects->slots[objects_slot(objects, kind, handle)];
    if (slot->handle == PLAT_NO_HANDLE) {
        objects->count++;
    }
    free(slot->name);
    *slot = (struct wrap_object){
        .kind = kind,
        .handle = handle,
        .opened = ++objects->opened,
        .process_id = process_id,
        .name = copy,
    };
    return true;
}

const struct wrap_object *wrap_objects_find(const struct wrap_objects *objects,
                                            enum wrap_handle_kind kind, plat_handle handle)
{
    if (objects->capacity == 0 || handle == PLAT_NO_HANDLE) {
        return NULL;
    }
    const struct wrap_object *slot = &objects->slots[objects_slot(objects, kind, handle)];
    return slot->handle == PLAT_NO_HANDLE ? NULL : slot;
}

/* Empties a slot and moves those behind it up, so that no search stops too early. */
static void objects_vacate(struct wrap_objects *objects, size_t at)
{
    objects->slots[at] = (struct wrap_object){0};
    objects->count--;
    size_t mask = objects->capacity - 1;
    for (size_t next = (at + 1) & mask; objects->slots[next].handle != PLAT_NO_HANDLE;
         next = (next + 1) & mask) {
        struct wrap_object moved = objects->slots[next];
        objects->slots[next] = (struct wrap_object){0};
        objects->slots[objects_slot(objects, moved.kind, moved.handle)] = moved;
    }
}

bool wrap_objects_take(struct wrap_objects *objects, enum wrap_handle_kind kind, plat_handle handle,
                       struct wrap_object *out)
{
    if (wrap_objects_find(objects, kind, handle) == NULL) {
        return false;
    }
    size_t at = objects_slot(objects, kind, handle);
    *out = objects->slots[at];
    objects_vacate(objects, at);
    return true;
}

void wrap_objects_remove(struct wrap_objects *objects, enum wrap_handle_kind kind,
                         plat_handle handle)
{
    struct wrap_object object;
    if (wrap_objects_take(objects, kind, handle, &object)) {
        free(object.name);
    }
}

bool wrap_objects_take_last(struct wrap_objects *objects, struct wrap_object *out)
{
    size_t last = objects->capacity;
    for (size_t i = 0; i < objects->capacity; i++) {
        const struct wrap_object *slot = &objects->slots[i];
        if (slot->handle != PLAT_NO_HANDLE &&
            (last == objects->capacity || slot->opened > objects->slots[last].opened)) {
            last = i;
        }
    }
    if (last == objects->capacity) {
        return false;
    }
    *out = objects->slots[last];
    objects_vacate(objects, last);
    return true;
}
