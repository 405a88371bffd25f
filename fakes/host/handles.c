/* The table of handles: open ones sorted by number, the labels of the last closed ones in
 * a ring. */
#include "fakes/host/handles.h"

#include "core/base/assert.h"

#include <stdlib.h>
#include <string.h>

void fake_handles_release(struct fake_handles *handles)
{
    for (size_t i = 0; i < handles->count; i++) {
        free(handles->open[i].label);
    }
    for (size_t i = 0; i < FAKE_HANDLES_REMEMBERED; i++) {
        free(handles->closed[i].label);
    }
    free(handles->open);
    *handles = (struct fake_handles){0};
}

plat_handle fake_handles_number(struct fake_handles *handles)
{
    return ++handles->last;
}

struct fake_handle *fake_handles_open(struct fake_handles *handles, enum fake_handle_kind kind,
                                      void *object, uint32_t access, char *label)
{
    if (label == NULL) {
        return NULL;
    }
    if (handles->count == handles->capacity) {
        size_t capacity = handles->capacity == 0 ? 16 : handles->capacity * 2;
        struct fake_handle *open = realloc(handles->open, capacity * sizeof(*open));
        if (open == NULL) {
            free(label);
            return NULL;
        }
        handles->open = open;
        handles->capacity = capacity;
    }
    struct fake_handle *handle = &handles->open[handles->count++];
    *handle = (struct fake_handle){
        .id = fake_handles_number(handles),
        .kind = kind,
        .access = access,
        .object = object,
        .label = label,
    };
    return handle;
}

struct fake_handle *fake_handles_find(const struct fake_handles *handles, plat_handle id)
{
    size_t low = 0;
    size_t high = handles->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (handles->open[middle].id < id) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    bool found = low < handles->count && handles->open[low].id == id;
    return found ? &handles->open[low] : NULL;
}

void fake_handles_close(struct fake_handles *handles, plat_handle id)
{
    struct fake_handle *handle = fake_handles_find(handles, id);
    WCD_ASSERT(handle != NULL);
    struct fake_closed_handle *slot = &handles->closed[handles->closed_next];
    handles->closed_next = (handles->closed_next + 1) % FAKE_HANDLES_REMEMBERED;
    free(slot->label);
    *slot = (struct fake_closed_handle){.id = id, .label = handle->label};
    size_t index = (size_t)(handle - handles->open);
    size_t after = handles->count - index - 1;
    memmove(handle, handle + 1, after * sizeof(*handle));
    handles->count--;
}

const char *fake_handles_closed_label(const struct fake_handles *handles, plat_handle id)
{
    for (size_t i = 0; i < FAKE_HANDLES_REMEMBERED; i++) {
        if (handles->closed[i].label != NULL && handles->closed[i].id == id) {
            return handles->closed[i].label;
        }
    }
    return NULL;
}
