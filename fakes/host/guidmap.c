/* Things by their GUIDs: a hash table with linear probing that is never more than half full. */
#include "fakes/host/guidmap.h"

#include "core/base/assert.h"
#include "core/base/hash.h"

#include <stdlib.h>
#include <string.h>

#define MAP_FIRST_CAPACITY 16u

static uint64_t map_hash(const char *guid)
{
    uint64_t hash = wcd_hash_bytes(WCD_HASH_START, guid, FAKE_GUID_TEXT_LEN);
    return hash ^ hash >> 32;
}

/* Where the GUID is, or the free slot where it would be. */
static size_t map_find(const struct fake_guid_map *map, const char *guid, uint64_t hash)
{
    size_t at = (size_t)hash & (map->capacity - 1);
    while (map->slots[at].guid != NULL &&
           (map->slots[at].hash != hash ||
            memcmp(map->slots[at].guid, guid, FAKE_GUID_TEXT_LEN) != 0)) {
        at = (at + 1) & (map->capacity - 1);
    }
    return at;
}

static bool map_grow(struct fake_guid_map *map)
{
    if (map->count * 2 < map->capacity) {
        return true;
    }
    struct fake_guid_map old = *map;
    map->capacity = old.capacity == 0 ? MAP_FIRST_CAPACITY : old.capacity * 2;
    map->slots = calloc(map->capacity, sizeof(*map->slots));
    if (map->slots == NULL) {
        *map = old;
        return false;
    }
    for (size_t i = 0; i < old.capacity; i++) {
        const struct fake_guid_slot *slot = &old.slots[i];
        if (slot->guid != NULL) {
            map->slots[map_find(map, slot->guid, slot->hash)] = *slot;
        }
    }
    free(old.slots);
    return true;
}

void fake_guid_map_release(struct fake_guid_map *map)
{
    free(map->slots);
    *map = (struct fake_guid_map){0};
}

bool fake_guid_map_put(struct fake_guid_map *map, const char *guid, void *item)
{
    if (!map_grow(map)) {
        return false;
    }
    uint64_t hash = map_hash(guid);
    size_t at = map_find(map, guid, hash);
    WCD_ASSERT(map->slots[at].guid == NULL);
    map->slots[at] = (struct fake_guid_slot){.hash = hash, .guid = guid, .item = item};
    map->count++;
    return true;
}

void *fake_guid_map_get(const struct fake_guid_map *map, const char *guid)
{
    return map->capacity == 0 ? NULL : map->slots[map_find(map, guid, map_hash(guid))].item;
}

/* What stands behind a free slot and belongs before it moves up, so that probing finds it. */
void fake_guid_map_remove(struct fake_guid_map *map, const char *guid)
{
    if (fake_guid_map_get(map, guid) == NULL) {
        return;
    }
    size_t mask = map->capacity - 1;
    size_t hole = map_find(map, guid, map_hash(guid));
    for (size_t at = (hole + 1) & mask; map->slots[at].guid != NULL; at = (at + 1) & mask) {
        size_t home = (size_t)map->slots[at].hash & mask;
        if (((at - home) & mask) >= ((at - hole) & mask)) {
            map->slots[hole] = map->slots[at];
            hole = at;
        }
    }
    map->slots[hole] = (struct fake_guid_slot){0};
    map->count--;
}
