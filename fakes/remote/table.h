/* What one side has open, by class and number. The entries are parts of the objects, so adding one cannot
 * fail: without memory for more buckets the chains only get longer. */
#ifndef FAKE_REMOTE_TABLE_H
#define FAKE_REMOTE_TABLE_H

#include <stddef.h>
#include <stdint.h>

struct remote_entry {
    uint64_t number;
    unsigned type;
    struct remote_entry *next;
};

/* Zero-initialise. */
struct remote_table {
    struct remote_entry **buckets; /* a power of two of them; NULL: only `first` */
    size_t bucket_count;
    struct remote_entry *first;
    size_t count;
};

/* The entries are forgotten. */
void remote_table_release(struct remote_table *table);
void remote_table_add(struct remote_table *table, struct remote_entry *entry, unsigned type,
                      uint64_t number);
/* It is in the table. */
void remote_table_remove(struct remote_table *table, struct remote_entry *entry);
/* NULL when there is none. */
struct remote_entry *remote_table_find(const struct remote_table *table, unsigned type,
                                       uint64_t number);
/* All entries, in no order; the one that was given last may be removed meanwhile, but none be added. */
struct remote_walk {
    size_t bucket;
    struct remote_entry *next;
};
struct remote_entry *remote_table_next(const struct remote_table *table, struct remote_walk *walk);

#endif
