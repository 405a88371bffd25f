/* The table of handles, sorted by number. A closed one keeps its place until half of the table is such, so
 * that a close costs the same however many are open. The labels of the last closed ones are in a ring. */
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

/* Takes the closed ones out. */
static void handles_tidy(struct fake_handles *handles)
{
    size_t kept = 0;
    for (size_t i = 0; i < handles->count; i++) {
        if (!handles->open[i].closed) {
            handles->open[kept++] = handles->open[i];
        }
    }
    handles->count = kept;
    handles->closed_count = 0;
}

struct fake_handle *fake_handles_open(struct fake_handles *handles, enum fake_handle_kind kind,
                                      void *object, uint32_t access, char *label)
{
    if (label == NULL) {
        return NULL;
    }
    if (handles->closed_count > handles->count / 2) {
        handles_tidy(handles);
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

/* The first place with that number or a higher one. */
static size_t handles_search(const struct fake_handles *handles, plat_handle id)
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
    return low;
}

struct fake_handle *fake_handles_find(const struct fake_handles *handles, plat_handle id)
{
    size_t at = handles_search(handles, id);
    bool found = at < handles->count && handles->open[at].id == id && !handles->open[at].closed;
    return found ? &handles->open[at] : NULL;
}

struct fake_handle *fake_handles_after(const struct fake_handles *handles, plat_handle id)
{
    size_t at = handles_search(handles, id + 1);
    while (at < handles->count && handles->open[at].closed) {
        at++;
    }
    return at < handles->count ? &handles->open[at] : NULL;
}

void fake_handles_close(struct fake_handles *handles, plat_handle id)
{
    struct fake_handle *handle = fake_handles_find(handles, id);
    WCD_ASSERT(handle != NULL);
    struct fake_closed_handle *slot = &handles->closed[handles->closed_next];
    handles->closed_next = (handles->closed_next + 1) % FAKE_HANDLES_REMEMBERED;
    free(slot->label);
    *slot = (struct fake_closed_handle){.id = id, .label = handle->label};
    handle->label = NULL;
    handle->object = NULL;
    handle->closed = true;
    handles->closed_count++;
    while (handles->count > 0 && handles->open[handles->count - 1].closed) {
        handles->count--;
        handles->closed_count--;
    }
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
