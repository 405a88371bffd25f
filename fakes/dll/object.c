/* Handles and their compute systems; see object.h. */
#include "fakes/dll/object.h"

#include <stdlib.h>

#define FNV_START 14695981039346656037u
#define FNV_PRIME 1099511628211u

struct fake_dll_handle {
    struct fake_dll_handle *next; /* of the front's */
    const struct fake_dll_side *side;
    enum fake_dll_object kind;
    plat_handle handle;
    uint64_t system;
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

static struct fake_dll_handle **find(const struct fake_dll_side *side, enum fake_dll_object kind,
                                     plat_handle handle)
{
    struct fake_dll_handle **at = &fake_dll.handles;
    while (*at != NULL && ((*at)->handle != handle || (*at)->kind != kind || (*at)->side != side)) {
        at = &(*at)->next;
    }
    return at;
}

void fake_dll_object_add(const struct fake_dll_side *side, enum fake_dll_object kind,
                         plat_handle handle, uint64_t system)
{
    struct fake_dll_handle *entry = handle == PLAT_NO_HANDLE ? NULL : malloc(sizeof(*entry));
    if (entry == NULL) {
        return;
    }
    *entry =
        (struct fake_dll_handle){.side = side, .kind = kind, .handle = handle, .system = system};
    fake_dll_lock();
    entry->next = fake_dll.handles;
    fake_dll.handles = entry;
    fake_dll_unlock();
}

static void remove_at(struct fake_dll_handle **at)
{
    struct fake_dll_handle *entry = *at;
    *at = entry->next;
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

uint64_t fake_dll_object_system(const struct fake_dll_side *side, enum fake_dll_object kind,
                                plat_handle handle)
{
    fake_dll_lock();
    const struct fake_dll_handle *entry = *find(side, kind, handle);
    uint64_t system = entry == NULL ? FAKE_DLL_SYSTEM_UNKNOWN : entry->system;
    fake_dll_unlock();
    return system;
}

void fake_dll_objects_drop(const struct fake_dll_side *side)
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
