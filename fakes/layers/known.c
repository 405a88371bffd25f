/* Which scratches a host knows: by the ids in their files, wherever their folders are by now. */
#include "fakes/layers/internal.h"

#include "core/base/hash.h"
#include "fakes/host/name.h"

#include <stdlib.h>
#include <string.h>

/* ---- ids ---- */

bool fake_layers_disk_id(const char *text, char id[FAKE_GUID_BYTES])
{
    return wcd_text_has_prefix(text, FAKE_DISK_MAGIC) &&
           fake_guid_lower(text + strlen(FAKE_DISK_MAGIC), id);
}

/* The generator alone would give the ids of its last life again, whose disks are still there: so place and moment
 * have a part in it. */
void fake_layers_disk_name(struct fake_layers *layers, const char *folder, char id[FAKE_GUID_BYTES])
{
    struct fake_random *random = &layers->host->random;
    uint64_t place = wcd_hash_bytes(fake_random_next(random), folder, strlen(folder));
    struct fake_random moment = fake_random_seed(fake_host_wall_100ns(layers->host));
    struct fake_random own =
        fake_random_seed(place ^ fake_random_next(&moment) ^ fake_random_next(random));
    do {
        fake_guid_random(&own, id);
    } while (fake_guid_map_get(&layers->by_id, id) != NULL);
}

/* ---- what is known ---- */

static void disk_free(struct layers_disk *disk)
{
    wcd_strlist_release(&disk->parents);
    free(disk->folder);
    free(disk->below);
    free(disk);
}

static struct layers_disk *disk_new(struct fake_layers *layers, const char *id, const char *folder)
{
    struct layers_disk *first = fake_guid_map_get(&layers->by_id, id);
    struct layers_disk *disk = calloc(1, sizeof(*disk));
    char *copy = wcd_text_copy(folder);
    if (disk == NULL || copy == NULL) {
        free(disk);
        free(copy);
        return NULL;
    }
    memcpy(disk->id, id, sizeof(disk->id));
    disk->folder = copy;
    wcd_strlist_init(&disk->parents);
    if (first != NULL) {
        disk->twin = first->twin;
        first->twin = disk;
    } else if (!fake_guid_map_put(&layers->by_id, disk->id, disk)) {
        disk_free(disk);
        return NULL;
    }
    disk->next = layers->disks;
    layers->disks = disk;
    return disk;
}

static void disk_forget(struct fake_layers *layers, struct layers_disk *disk)
{
    struct layers_disk *first = fake_guid_map_get(&layers->by_id, disk->id);
    struct layers_disk **link = &layers->disks;
    while (*link != disk) {
        link = &(*link)->next;
    }
    *link = disk->next;
    if (first == disk) {
        fake_guid_map_remove(&layers->by_id, disk->id);
        if (disk->twin != NULL) {
            /* There is room: one has just gone. */
            (void)fake_guid_map_put(&layers->by_id, disk->twin->id, disk->twin);
        }
    } else {
        while (first->twin != disk) {
            first = first->twin;
        }
        first->twin = disk->twin;
    }
    disk_free(disk);
}

/* ---- where they are ---- */

/* Is the disk's file still in the folder that it was in last? */
static plat_hr known_is_there(struct fake_layers *layers, const struct layers_disk *disk,
                              bool *there)
{
    char id[FAKE_GUID_BYTES];
    char *text = NULL;
    size_t size = 0;
    *there = false;
    char *path = fake_layers_child(disk->folder, FAKE_LAYER_SANDBOX);
    plat_hr hr = path == NULL ? FAKE_NO_MEMORY
                              : fake_layers_read(layers, path, LAYERS_DISK_BYTES_MAX, &text, &size);
    free(path);
    *there = fake_layers_is_busy(hr) ||
             (plat_succeeded(hr) && fake_layers_disk_id(text, id) && strcmp(id, disk->id) == 0);
    free(text);
    return hr == FAKE_NO_MEMORY ? hr : PLAT_S_OK;
}

static plat_hr known_remove_probe(const struct fake_layers *layers, const char *folder)
{
    char *path = fake_layers_child(folder, LAYERS_PROBE);
    plat_hr hr = path == NULL ? FAKE_NO_MEMORY : layers->fs.ops->remove_file(layers->fs.ctx, path);
    free(path);
    return hr == plat_hr_win32(PLAT_ERROR_FILE_NOT_FOUND) ? PLAT_S_OK : hr;
}

/* Do both paths lead to one folder? What is put into the one is seen in the other then. */
static plat_hr known_is_same(const struct fake_layers *layers, const char *folder,
                             const char *other, bool *same)
{
    enum layers_kind kind = LAYERS_NOTHING;
    plat_hr hr = known_remove_probe(layers, other);
    if (plat_succeeded(hr)) {
        hr = fake_layers_write(layers, folder, LAYERS_PROBE, "", 0);
    }
    if (plat_succeeded(hr)) {
        hr = fake_layers_kind_in(layers, other, LAYERS_PROBE, &kind);
        plat_hr removed = known_remove_probe(layers, folder);
        hr = plat_failed(hr) ? hr : removed;
    }
    *same = kind != LAYERS_NOTHING;
    return hr;
}

/* The known one that a folder's file is of, though it was in another folder last; NULL when it is a copy. */
static plat_hr known_elsewhere(struct fake_layers *layers, struct layers_disk *first,
                               const char *folder, struct layers_disk **out)
{
    plat_hr hr = PLAT_S_OK;
    *out = NULL;
    for (struct layers_disk *disk = first; plat_succeeded(hr) && disk != NULL && *out == NULL;
         disk = disk->twin) {
        bool there = false;
        bool same = false;
        hr = known_is_there(layers, disk, &there);
        if (plat_succeeded(hr) && there) {
            hr = known_is_same(layers, folder, disk->folder, &same);
        }
        *out = plat_succeeded(hr) && (!there || same) ? disk : NULL;
    }
    return hr;
}

plat_hr fake_layers_disk_meet(struct fake_layers *layers, const char *id, const char *folder,
                              struct layers_disk **out)
{
    struct layers_disk *first = fake_guid_map_get(&layers->by_id, id);
    struct layers_disk *disk = first;
    while (disk != NULL && !fake_name_equal(disk->folder, folder)) {
        disk = disk->twin;
    }
    plat_hr hr = PLAT_S_OK;
    if (disk == NULL) {
        hr = known_elsewhere(layers, first, folder, &disk);
        char *copy = plat_succeeded(hr) && disk != NULL ? wcd_text_copy(folder) : NULL;
        if (copy != NULL) {
            wcd_text_replace(&disk->folder, copy);
        } else if (plat_succeeded(hr)) {
            disk = disk == NULL ? disk_new(layers, id, folder) : NULL;
        }
    }
    *out = plat_succeeded(hr) ? disk : NULL;
    return plat_succeeded(hr) && disk == NULL ? FAKE_NO_MEMORY : hr;
}

/* ---- all of them ---- */

void fake_layers_disks_release(struct fake_layers *layers)
{
    while (layers->disks != NULL) {
        struct layers_disk *disk = layers->disks;
        if (disk->attached) {
            (void)fake_layers_disk_detach(layers, disk, true);
        }
        layers->disks = disk->next;
        disk_free(disk);
    }
    fake_guid_map_release(&layers->by_id);
}

void fake_layers_disks_forget(struct fake_layers *layers, const char *folder)
{
    for (struct layers_disk *disk = layers->disks; disk != NULL;) {
        struct layers_disk *next = disk->next;
        if (!disk->attached && fake_layers_is_below(disk->folder, folder)) {
            disk_forget(layers, disk);
        }
        disk = next;
    }
}
