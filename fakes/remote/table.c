/* A chained hash. */
#include "fakes/remote/table.h"

#include "core/base/assert.h"

#include <stdlib.h>

#define BUCKETS_FIRST 64u

void remote_table_release(struct remote_table *table)
{
    free(table->buckets);
    *table = (struct remote_table){0};
}

static struct remote_entry **bucket_of(struct remote_table *table, uint64_t number)
{
    return table->buckets == NULL ? &table->first
                                  : &table->buckets[number & (table->bucket_count - 1)];
}

static void grow(struct remote_table *table)
{
    size_t old_count = table->buckets == NULL ? 1 : table->bucket_count;
    struct remote_entry **old = table->buckets == NULL ? &table->first : table->buckets;
    size_t new_count = table->buckets == NULL ? BUCKETS_FIRST : old_count * 2;
    struct remote_entry **buckets = calloc(new_count, sizeof(struct remote_entry *));
    if (buckets == NULL) {
        return;
    }
    for (size_t i = 0; i < old_count; i++) {
        struct remote_entry *next = NULL;
        for (struct remote_entry *at = old[i]; at != NULL; at = next) {
            next = at->next;
            at->next = buckets[at->number & (new_count - 1)];
            buckets[at->number & (new_count - 1)] = at;
        }
    }
    free(table->buckets);
    table->buckets = buckets;
    table->bucket_count = new_count;
    table->first = NULL;
}

void remote_table_add(struct remote_table *table, struct remote_entry *entry, unsigned type,
                      uint64_t number)
{
    if (table->count >= (table->buckets == NULL ? 1 : table->bucket_count)) {
        grow(table);
    }
    struct remote_entry **bucket = bucket_of(table, number);
    *entry = (struct remote_entry){.number = number, .type = type, .next = *bucket};
    *bucket = entry;
    table->count++;
}

void remote_table_remove(struct remote_table *table, struct remote_entry *entry)
{
    struct remote_entry **at = bucket_of(table, entry->number);
    while (*at != entry) {
        WCD_ASSERT(*at != NULL);
        at = &(*at)->next;
    }
    *at = entry->next;
    table->count--;
}

struct remote_entry *remote_table_find(const struct remote_table *table, unsigned type,
                                       uint64_t number)
{
    struct remote_entry *at =
        table->buckets == NULL ? table->first : table->buckets[number & (table->bucket_count - 1)];
    while (at != NULL && (at->type != type || at->number != number)) {
        at = at->next;
    }
    return at;
}

struct remote_entry *remote_table_next(const struct remote_table *table, struct remote_walk *walk)
{
    size_t count = table->buckets == NULL ? 1 : table->bucket_count;
    while (walk->next == NULL && walk->bucket < count) {
        walk->next = table->buckets == NULL ? table->first : table->buckets[walk->bucket];
        walk->bucket++;
    }
    struct remote_entry *entry = walk->next;
    walk->next = entry == NULL ? NULL : entry->next;
    return entry;
}
