/* A map from ids to objects: a chained hash of FNV-1a. */
#include "core/base/idmap.h"

#include "core/base/assert.h"
#include "core/base/hash.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define BUCKETS_FIRST 64u

static uint64_t hash_of(const char *id)
{
    return wcd_hash_bytes(WCD_HASH_START, id, strlen(id));
}

static struct wcd_idmap_entry **chain_of(struct wcd_idmap *map, const char *id)
{
    return map->buckets == NULL ? &map->first
                                : &map->buckets[hash_of(id) & (map->bucket_count - 1)];
}

static void push(struct wcd_idmap *map, struct wcd_idmap_entry *entry)
{
    struct wcd_idmap_entry **chain = chain_of(map, entry->id);
    entry->next = *chain;
    *chain = entry;
}

static void push_all(struct wcd_idmap *map, struct wcd_idmap_entry *chain)
{
    while (chain != NULL) {
        struct wcd_idmap_entry *next = chain->next;
        push(map, chain);
        chain = next;
    }
}

static void grow(struct wcd_idmap *map)
{
    size_t old_count = map->bucket_count;
    struct wcd_idmap_entry **old = map->buckets;
    struct wcd_idmap_entry *first = map->first;
    size_t count = old_count == 0 ? BUCKETS_FIRST : old_count * 2;
    struct wcd_idmap_entry **buckets = calloc(count, sizeof(struct wcd_idmap_entry *));
    if (buckets == NULL) {
        return;
    }
    map->buckets = buckets;
    map->bucket_count = count;
    map->first = NULL;
    push_all(map, first);
    for (size_t i = 0; i < old_count; i++) {
        push_all(map, old[i]);
    }
    free(old);
}

void wcd_idmap_release(struct wcd_idmap *map)
{
    free(map->buckets);
    *map = (struct wcd_idmap){0};
}

void wcd_idmap_add(struct wcd_idmap *map, struct wcd_idmap_entry *entry, const char *id,
                   void *object)
{
    WCD_ASSERT(wcd_idmap_find(map, id) == NULL);
    if (map->count >= map->bucket_count) {
        grow(map);
    }
    entry->id = id;
    entry->object = object;
    push(map, entry);
    map->count++;
}

void wcd_idmap_remove(struct wcd_idmap *map, struct wcd_idmap_entry *entry)
{
    struct wcd_idmap_entry **at = chain_of(map, entry->id);
    while (*at != entry) {
        WCD_ASSERT(*at != NULL);
        at = &(*at)->next;
    }
    *at = entry->next;
    *entry = (struct wcd_idmap_entry){0};
    map->count--;
}

void *wcd_idmap_find(const struct wcd_idmap *map, const char *id)
{
    const struct wcd_idmap_entry *entry =
        map->buckets == NULL ? map->first : map->buckets[hash_of(id) & (map->bucket_count - 1)];
    while (entry != NULL && strcmp(entry->id, id) != 0) {
        entry = entry->next;
    }
    return entry == NULL ? NULL : entry->object;
}
