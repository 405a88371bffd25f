/* A map from ids to objects. The entries are parts of the objects, so adding one needs no memory and cannot
 * fail: without memory for more buckets the chains only get longer. */
#ifndef WCD_BASE_IDMAP_H
#define WCD_BASE_IDMAP_H

#include <stddef.h>

struct wcd_idmap_entry {
    const char *id; /* the object's; set by add */
    void *object;
    struct wcd_idmap_entry *next;
};

/* Zero-initialise. */
struct wcd_idmap {
    struct wcd_idmap_entry **buckets; /* a power of two of them; NULL: only `first` */
    size_t bucket_count;
    struct wcd_idmap_entry *first;
    size_t count;
};

/* The entries are forgotten. */
void wcd_idmap_release(struct wcd_idmap *map);
/* `id` lives as long as the entry is in the map, and is not in it yet. */
void wcd_idmap_add(struct wcd_idmap *map, struct wcd_idmap_entry *entry, const char *id,
                   void *object);
/* It is in the map. */
void wcd_idmap_remove(struct wcd_idmap *map, struct wcd_idmap_entry *entry);
/* NULL when there is none. */
void *wcd_idmap_find(const struct wcd_idmap *map, const char *id);

#endif
