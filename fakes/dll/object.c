/* Handles and what they are of; see object.h. */
#include "fakes/dll/object.h"

#include <stdlib.h>

#define FNV_START 14695981039346656037u
#define FNV_PRIME 1099511628211u

struct fake_dll_handle {
    struct fake_dll_handle *next; /* of the front's */
    struct fake_dll_side *side;   /* held */
    enum fake_dll_object kind;
    plat_handle handle;
    struct fake_dll_origin origin;
};

/* Without regard to case, as HCS compares ids; letters beyond ASCII are all the same here. */
uint64_t fake_dll_system_of_id(const char *id)
{
    uint64_t hash = FNV_START;
    for (const char *at = id; *at != '\0'; at++) {
        unsigned char letter = (unsigned char)*at;
        if (letter >= 'A' && letter <= 'Z') {
            letter = (unsigned char)(letter - 'A' + 'a');
        }
        if (letter < 0x80) {
            hash = (hash ^ letter) * FNV_PRIME;
        }
    }
    return hash == FAKE_DLL_SYSTEM_UNKNOWN ? FNV_START : hash;
}

bool fake_dll_may_be_same(const struct fake_dll_origin *one, const struct fake_dll_origin *other)
{
    bool system = one->system == other->system || one->system == FAKE_DLL_SYSTEM_UNKNOWN ||
                  other->system == FAKE_DLL_SYSTEM_UNKNOWN;
    return system &&
           (one->process_id == other->process_id || one->process_id == 0 || other->process_id == 0);
}

static struct fake_dll_handle **find(const struct fake_dll_side *side, enum fake_dll_object kind,
                                     plat_handle handle)
{
    struct fake_dll_handle **at = &fake_dll.handles;
    while (*at != NULL && ((*at)->handle != handle || (*at)->kind != kind || (*at)->side != side)) {
        at = &(*at)->next;
    }
    return at;
}

void fake_dll_object_add(struct fake_dll_side *side, enum fake_dll_object kind, plat_handle handle,
                         const struct fake_dll_origin *origin)
{
    struct fake_dll_handle *entry = handle == PLAT_NO_HANDLE ? NULL : malloc(sizeof(*entry));
    if (entry == NULL) {
        return;
    }
    *entry =
        (struct fake_dll_handle){.side = side, .kind = kind, .handle = handle, .origin = *origin};
    fake_dll_lock();
    if (side->dropped) {
        free(entry);
    } else {
        fake_dll_side_hold(side);
        entry->next = fake_dll.handles;
        fake_dll.handles = entry;
    }
    fake_dll_unlock();
}

static void remove_at(struct fake_dll_handle **at)
{
    struct fake_dll_handle *entry = *at;
    *at = entry->next;
    fake_dll_side_release(entry->side);
    free(entry);
}

void fake_dll_object_remove(const struct fake_dll_side *side, enum fake_dll_object kind,
                            plat_handle handle)
{
    fake_dll_lock();
    struct fake_dll_handle **at = find(side, kind, handle);
    if (*at != NULL) {
        remove_at(at);
    }
    fake_dll_unlock();
}

struct fake_dll_origin fake_dll_object_origin(const struct fake_dll_side *side,
                                              enum fake_dll_object kind, plat_handle handle)
{
    struct fake_dll_origin origin = {.system = FAKE_DLL_SYSTEM_UNKNOWN};
    fake_dll_lock();
    const struct fake_dll_handle *entry = *find(side, kind, handle);
    if (entry != NULL) {
        origin = entry->origin;
    }
    fake_dll_unlock();
    return origin;
}

struct fake_dll_side *fake_dll_object_side(enum fake_dll_object kind, plat_handle tagged)
{
    fake_dll_lock();
    const struct fake_dll_handle *entry = fake_dll.handles;
    while (entry != NULL &&
           (entry->kind != kind || fake_dll_tagged(entry->side, entry->handle) != tagged)) {
        entry = entry->next;
    }
    struct fake_dll_side *side = entry == NULL ? NULL : entry->side;
    if (side != NULL) {
        fake_dll_side_hold(side);
    }
    fake_dll_unlock();
    return side;
}

void fake_dll_objects_drop(struct fake_dll_side *side)
{
    struct fake_dll_handle **at = &fake_dll.handles;
    while (*at != NULL) {
        if ((*at)->side == side) {
            remove_at(at);
        } else {
            at = &(*at)->next;
        }
    }
}
