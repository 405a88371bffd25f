/* Volumes: drives, and the disks of scratch layers while they are attached. */
#include "fakes/host/internal.h"
#include "fakes/host/name.h"

#include <stdlib.h>
#include <string.h>

/* FILE_* flags of GetVolumeInformationW. NTFS: case, Unicode, ACLs, compression, quotas, sparse,
 * reparse, object ids, encryption, streams, transactions, hard links, extended attributes, ids,
 * journal. */
static const struct fake_fs_kind_row volume_kinds[] = {
    {"NTFS", 0x03E700FFu, true, true},
    {"ReFS", 0x030400CFu, true, true},
    {"FAT32", 0x00000006u, false, false},
    {"exFAT", 0x00000006u, false, false},
};

const struct fake_fs_kind_row *fake_fs_kind_find(const char *name)
{
    for (size_t i = 0; i < sizeof(volume_kinds) / sizeof(volume_kinds[0]); i++) {
        if (fake_name_equal(volume_kinds[i].name, name)) {
            return &volume_kinds[i];
        }
    }
    return NULL;
}

struct fake_volume *fake_volume_new(struct fake_host *host, const struct fake_fs_kind_row *kind,
                                    const char *root_dacl)
{
    struct fake_volume *volume = calloc(1, sizeof(*volume));
    if (volume == NULL) {
        return NULL;
    }
    volume->kind = kind;
    volume->serial = (uint32_t)fake_random_next(&host->random);
    volume->root = fake_node_new("", true, fake_host_wall_100ns(host));
    if (volume->root != NULL) {
        volume->root->volume = volume;
        volume->root->attributes = PLAT_FILE_HIDDEN | PLAT_FILE_SYSTEM;
        volume->root->dacl = wcd_text_copy(root_dacl);
    }
    if (volume->root == NULL || volume->root->dacl == NULL) {
        fake_volume_free(volume);
        return NULL;
    }
    return volume;
}

void fake_volume_free(struct fake_volume *volume)
{
    if (volume->root != NULL) {
        fake_node_free(volume->root);
    }
    free(volume);
}

bool fake_fs_mount(struct fake_fs *fs, struct fake_volume *volume)
{
    size_t bytes = (fs->volume_count + 1) * sizeof(struct fake_volume *);
    struct fake_volume **volumes = realloc(fs->volumes, bytes);
    if (volumes == NULL) {
        return false;
    }
    fs->volumes = volumes;
    if (volume->drive == 0 && !fake_guid_map_put(&fs->by_guid, volume->guid, volume)) {
        return false;
    }
    fs->volumes[fs->volume_count++] = volume;
    return true;
}

void fake_fs_unmount(struct fake_fs *fs, const struct fake_volume *volume)
{
    size_t at = fs->volume_count;
    while (at > 0 && fs->volumes[at - 1] != volume) {
        at--;
    }
    if (at > 0) {
        size_t after = fs->volume_count - at;
        memmove(fs->volumes + at - 1, fs->volumes + at, after * sizeof(struct fake_volume *));
        fs->volume_count--;
        fake_guid_map_remove(&fs->by_guid, volume->guid);
    }
}

struct fake_volume *fake_fs_volume(const struct fake_fs *fs, char drive)
{
    for (size_t i = 0; i < fs->volume_count; i++) {
        if (fs->volumes[i]->drive == drive) {
            return fs->volumes[i];
        }
    }
    return NULL;
}

struct fake_volume *fake_fs_volume_of(const struct fake_fs *fs, const struct fake_path *path)
{
    if (path->kind != FAKE_PATH_VOLUME) {
        return fake_fs_volume(fs, path->drive);
    }
    return fake_guid_map_get(&fs->by_guid, path->volume);
}
