/* All compute systems of a host: by id, and in the order of their creation. */
#include "core/base/hash.h"
#include "fakes/host/internal.h"
#include "fakes/host/name.h"

#include <stdlib.h>
#include <string.h>

#define INDEX_BUCKETS_FIRST 64u

/* Over the letters in upper case. */
static size_t index_hash(const char *id)
{
    uint64_t hash = WCD_HASH_START;
    uint32_t point = 0;
    while (fake_utf8_next(&id, &point)) {
        hash = wcd_hash_add(hash, fake_upcase(point));
    }
    return (size_t)(hash ^ hash >> 32);
}

static struct fake_system **index_bucket(const struct fake_hcs *hcs, const char *id)
{
    return &hcs->buckets[index_hash(id) & (hcs->bucket_count - 1)];
}

struct fake_system *fake_hcs_find(const struct fake_host *host, const char *id)
{
    const struct fake_hcs *hcs = &host->hcs;
    struct fake_system *at = hcs->bucket_count == 0 ? NULL : *index_bucket(hcs, id);
    while (at != NULL && !fake_name_equal(at->id, id)) {
        at = at->bucket_next;
    }
    return at;
}

static void index_insert(struct fake_hcs *hcs, struct fake_system *system)
{
    struct fake_system **bucket = index_bucket(hcs, system->id);
    system->bucket_next = *bucket;
    *bucket = system;
}

/* Room for one more; false without memory. */
static bool index_grow(struct fake_hcs *hcs)
{
    if (hcs->indexed < hcs->bucket_count) {
        return true;
    }
    struct fake_hcs old = *hcs;
    size_t count = old.bucket_count == 0 ? INDEX_BUCKETS_FIRST : old.bucket_count * 2;
    struct fake_system **buckets = calloc(count, sizeof(*buckets));
    if (buckets == NULL) {
        return false;
    }
    hcs->buckets = buckets;
    hcs->bucket_count = count;
    for (size_t i = 0; i < old.bucket_count; i++) {
        for (struct fake_system *at = old.buckets[i]; at != NULL;) {
            struct fake_system *next = at->bucket_next;
            index_insert(hcs, at);
            at = next;
        }
    }
    free(old.buckets);
    return true;
}

/* ---- systems ---- */

struct fake_system *fake_system_new(struct fake_host *host, const char *id)
{
    struct fake_hcs *hcs = &host->hcs;
    size_t bytes = strlen(id) + 1;
    struct fake_system *system = calloc(1, sizeof(*system) + bytes);
    if (system == NULL) {
        return NULL;
    }
    if (!index_grow(hcs) || !fake_queue_reserve(&host->queue)) {
        free(system);
        return NULL;
    }
    memcpy(system->id, id, bytes);
    system->host = host;
    system->state = FAKE_HCS_CREATING;
    system->before = hcs->last;
    *(hcs->last == NULL ? &hcs->first : &hcs->last->after) = system;
    hcs->last = system;
    index_insert(hcs, system);
    hcs->indexed++;
    return system;
}

void fake_system_unlist(struct fake_system *system)
{
    struct fake_hcs *hcs = &system->host->hcs;
    struct fake_system **link = index_bucket(hcs, system->id);
    while (*link != NULL && *link != system) {
        link = &(*link)->bucket_next;
    }
    if (*link == system) {
        *link = system->bucket_next;
        hcs->indexed--;
    }
}

void fake_system_free(struct fake_system *system)
{
    struct fake_hcs *hcs = &system->host->hcs;
    fake_system_release_parts(system);
    fake_system_set_state(system, FAKE_HCS_HELD);
    fake_system_unlist(system);
    fake_queue_withdraw(&system->host->queue, &system->place);
    fake_queue_unreserve(&system->host->queue);
    *(system->before == NULL ? &hcs->first : &system->before->after) = system->after;
    *(system->after == NULL ? &hcs->last : &system->after->before) = system->before;
    if (system->places != NULL) {
        wcd_strlist_release(system->places);
        free(system->places);
    }
    free(system->host_name);
    free(system->owner);
    free(system->name);
    free(system->runtime_image);
    free(system->hosting_id);
    free(system);
}
