/* Things by their GUIDs, however many there are. */
#ifndef FAKE_HOST_GUIDMAP_H
#define FAKE_HOST_GUIDMAP_H

#include "fakes/host/guid.h"

#include <stddef.h>
#include <stdint.h>

/* Zero-initialise. Items belong to whoever puts them in; their GUID, in lower case, lies in them and
 * does not change while they are in. */
struct fake_guid_slot {
    uint64_t hash;
    const char *guid; /* NULL: free */
    void *item;
};

struct fake_guid_map {
    struct fake_guid_slot *slots;
    size_t capacity; /* a power of two, or 0 */
    size_t count;
};

void fake_guid_map_release(struct fake_guid_map *map);
/* Puts in an item whose GUID is not in; false without memory. */
bool fake_guid_map_put(struct fake_guid_map *map, const char *guid, void *item);
/* The item of the GUID that `guid` begins with; NULL when there is none. */
void *fake_guid_map_get(const struct fake_guid_map *map, const char *guid);
/* Takes it out, if it is in. */
void fake_guid_map_remove(struct fake_guid_map *map, const char *guid);

#endif
