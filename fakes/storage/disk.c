/* The disks of scratch layers: made, attached, detached, and what of their tree is to be seen. */
#include "fakes/host/internal.h"
#include "fakes/host/name.h"

#include "core/base/buf.h"
#include "core/base/limits.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define DISK_MAGIC FAKE_DISK_MAGIC

static const char disk_root_dacl[] =
    "D:PAI(A;OICI;FA;;;SY)(A;OICI;FA;;;BA)(A;OICI;0x1200a9;;;BU)(A;OICIIO;GA;;;CO)";

const char *const fake_delta_hives[FAKE_HIVES] = {
    "DefaultUser_Delta", "Sam_Delta", "Security_Delta", "Software_Delta", "System_Delta"};

static void disk_free(struct fake_disk *disk)
{
    fake_volume_free(disk->volume);
    wcd_strlist_release(&disk->parents);
    free(disk);
}

/* An empty disk with a new id, and a volume with a new GUID; the host keeps it. */
static struct fake_disk *disk_new(struct fake_host *host, uint64_t bytes)
{
    struct fake_storage *storage = &host->storage;
    size_t size = (storage->disk_count + 1) * sizeof(struct fake_disk *);
    struct fake_disk **disks = realloc(storage->disks, size);
    if (disks == NULL) {
        return NULL;
    }
    storage->disks = disks;
    struct fake_disk *disk = calloc(1, sizeof(*disk));
    if (disk == NULL) {
        return NULL;
    }
    disk->volume = fake_volume_new(host, fake_fs_kind_find("NTFS"), disk_root_dacl);
    if (disk->volume == NULL) {
        free(disk);
        return NULL;
    }
    wcd_strlist_init(&disk->parents);
    disk->volume->bytes_total = bytes;
    disk->volume->bytes_free = bytes;
    fake_guid_random(&host->random, disk->id);
    fake_guid_random(&host->random, disk->volume->guid);
    if (!fake_guid_map_put(&storage->by_id, disk->id, disk)) {
        disk_free(disk);
        return NULL;
    }
    if (!fake_guid_map_put(&storage->by_volume, disk->volume->guid, disk)) {
        fake_guid_map_remove(&storage->by_id, disk->id);
        disk_free(disk);
        return NULL;
    }
    storage->disks[storage->disk_count++] = disk;
    return disk;
}

static plat_hr disk_write_file(struct fake_host *host, const struct fake_disk *disk,
                               struct fake_node *folder)
{
    struct wcd_buf buf;
    wcd_buf_init(&buf, WCD_BUF_BYTES_MAX);
    wcd_buf_format(&buf, DISK_MAGIC "%s\nvolume %s\nvirtual size %" PRIu64 "\n", disk->id,
                   disk->volume->guid, disk->volume->bytes_total);
    size_t size = buf.len;
    char *text = wcd_buf_take(&buf);
    if (text == NULL) {
        return FAKE_NO_MEMORY;
    }
    plat_hr hr = fake_file_put(host, folder, FAKE_LAYER_SANDBOX, text, size);
    free(text);
    return hr;
}

/* The folder WcSandboxState, by which the filter knows a volume for a scratch. */
static plat_hr disk_format(struct fake_host *host, struct fake_disk *disk)
{
    struct fake_node *state = fake_folder_make(host, disk->volume->root, FAKE_SCRATCH_STATE);
    struct fake_node *hives = state == NULL ? NULL : fake_folder_make(host, state, "Hives");
    if (hives == NULL) {
        return FAKE_NO_MEMORY;
    }
    state->attributes = PLAT_FILE_HIDDEN | PLAT_FILE_SYSTEM;
    plat_hr hr = PLAT_S_OK;
    for (size_t i = 0; i < FAKE_HIVES && plat_succeeded(hr); i++) {
        hr = fake_file_put(host, hives, fake_delta_hives[i], "regf", 4);
    }
    return hr;
}

plat_hr fake_disk_create(struct fake_host *host, struct fake_node *folder,
                         const struct plat_layer_descriptor *parents, size_t count)
{
    struct fake_disk *disk = disk_new(host, FAKE_SCRATCH_BYTES_DEFAULT);
    if (disk == NULL) {
        return FAKE_NO_MEMORY;
    }
    plat_hr hr = PLAT_S_OK;
    for (size_t i = 0; i < count && plat_succeeded(hr); i++) {
        hr = wcd_strlist_add(&disk->parents, parents[i].id) ? PLAT_S_OK : FAKE_NO_MEMORY;
    }
    if (plat_succeeded(hr)) {
        hr = disk_format(host, disk);
    }
    if (plat_succeeded(hr)) {
        hr = disk_write_file(host, disk, folder);
    }
    if (plat_succeeded(hr) &&
        !fake_access_let_machines(fake_node_child(folder, FAKE_LAYER_SANDBOX))) {
        hr = FAKE_NO_MEMORY;
    }
    if (plat_failed(hr)) {
        fake_disk_forget(host, disk);
    }
    return hr;
}

plat_hr fake_disk_copy(struct fake_host *host, const struct fake_disk *from,
                       struct fake_node *folder)
{
    struct fake_disk *disk = disk_new(host, from->volume->bytes_total);
    if (disk == NULL) {
        return FAKE_NO_MEMORY;
    }
    disk->filled = from->filled;
    plat_hr hr = wcd_strlist_copy(&disk->parents, &from->parents) ? PLAT_S_OK : FAKE_NO_MEMORY;
    const struct fake_node *root = from->volume->root;
    for (size_t i = 0; i < root->children.count && plat_succeeded(hr); i++) {
        const struct fake_node *child = root->children.items[i];
        hr = fake_node_copy(child, disk->volume->root, child->name);
    }
    if (plat_succeeded(hr)) {
        hr = disk_write_file(host, disk, folder);
    }
    if (plat_failed(hr)) {
        fake_disk_forget(host, disk);
    }
    return hr;
}

struct fake_disk *fake_disk_of(const struct fake_host *host, const struct fake_node *folder)
{
    const struct fake_node *file = fake_node_child(folder, FAKE_LAYER_SANDBOX);
    const struct fake_stream *stream = file == NULL ? NULL : fake_node_stream(file, "");
    size_t magic = strlen(DISK_MAGIC);
    if (stream == NULL || stream->size < magic + FAKE_GUID_TEXT_LEN ||
        memcmp(stream->data, DISK_MAGIC, magic) != 0) {
        return NULL;
    }
    return fake_guid_map_get(&host->storage.by_id, (const char *)stream->data + magic);
}

plat_hr fake_disk_of_volume(const struct fake_host *host, const char *path, struct fake_disk **disk)
{
    struct fake_path parsed;
    *disk = NULL;
    plat_hr hr = fake_path_parse(host->fs.folder, WCD_PATH_UNITS_MAX, path, &parsed);
    if (plat_succeeded(hr) && parsed.kind == FAKE_PATH_VOLUME) {
        struct fake_disk *found = fake_guid_map_get(&host->storage.by_volume, parsed.volume);
        *disk = found != NULL && found->attached ? found : NULL;
    }
    fake_path_release(&parsed);
    return hr == FAKE_NO_MEMORY ? hr : PLAT_S_OK;
}

void fake_disk_forget(struct fake_host *host, struct fake_disk *disk)
{
    struct fake_storage *storage = &host->storage;
    size_t at = 0;
    while (storage->disks[at] != disk) {
        at++;
    }
    size_t after = storage->disk_count - at - 1;
    memmove(storage->disks + at, storage->disks + at + 1, after * sizeof(struct fake_disk *));
    storage->disk_count--;
    fake_guid_map_remove(&storage->by_id, disk->id);
    fake_guid_map_remove(&storage->by_volume, disk->volume->guid);
    disk_free(disk);
}

bool fake_disk_may_again(const struct fake_host *host, const struct fake_disk *disk)
{
    return fake_scratch_may_again(host, disk->life, disk->volume->root->pins > 0);
}

plat_hr fake_disk_attach(struct fake_host *host, struct fake_disk *disk, struct fake_node *folder)
{
    struct fake_node *file = fake_node_child(folder, FAKE_LAYER_SANDBOX);
    if (disk->attached && fake_disk_may_again(host, disk)) {
        return PLAT_S_OK;
    }
    plat_hr hr = fake_scratch_may(FAKE_SCRATCH_ACTIVATE, disk->attached, disk->prepared,
                                  fake_node_in_use(file));
    if (plat_failed(hr)) {
        return hr;
    }
    if (!fake_fs_mount(&host->fs, disk->volume)) {
        return FAKE_NO_MEMORY;
    }
    fake_node_stream(file, "")->writers++;
    disk->file = file;
    disk->life = host->hcs.life;
    disk->attached = true;
    return PLAT_S_OK;
}

void fake_disk_detach(struct fake_host *host, struct fake_disk *disk)
{
    fake_fs_unmount(&host->fs, disk->volume);
    fake_node_stream(disk->file, "")->writers--;
    disk->file = NULL;
    disk->attached = false;
}

/* Copies what the parents have and the scratch has not. Once, at the first time: what is missing
 * later has been deleted. */
static plat_hr disk_fill(struct fake_disk *disk, struct fake_node *files)
{
    plat_hr hr = PLAT_S_OK;
    struct fake_twins twins = fake_twins_first(files, disk->volume->root);
    while (twins.node != NULL && plat_succeeded(hr)) {
        if (twins.missing == 1 && twins.deepest->directory) {
            hr = fake_node_copy(twins.node, twins.deepest, twins.node->name);
        }
        fake_twins_next(&twins);
    }
    return hr;
}

plat_hr fake_disk_show(struct fake_disk *disk, struct fake_node *files)
{
    if (!disk->filled) {
        plat_hr hr = disk_fill(disk, files);
        if (plat_failed(hr)) {
            return hr;
        }
        disk->filled = true;
    }
    struct fake_node *root = disk->volume->root;
    for (struct fake_node *at = root; at != NULL; at = fake_node_next(at, root)) {
        at->hidden = false;
    }
    files->pins++;
    disk->below = files;
    disk->prepared = true;
    return PLAT_S_OK;
}

void fake_disk_hide(struct fake_disk *disk)
{
    struct fake_twins twins = fake_twins_first(disk->volume->root, disk->below);
    for (fake_twins_next(&twins); twins.node != NULL; fake_twins_next(&twins)) {
        bool same = fake_twins_same(&twins);
        twins.node->hidden = same;
        for (struct fake_node *at = twins.node; !same && at != NULL; at = at->parent) {
            at->hidden = false;
        }
    }
    disk->below->pins--;
    disk->below = NULL;
    disk->prepared = false;
}

plat_hr fake_disk_resize(struct fake_host *host, struct fake_disk *disk, struct fake_node *folder,
                         uint64_t bytes)
{
    struct fake_volume *volume = disk->volume;
    if (bytes > FAKE_SCRATCH_BYTES_MAX) {
        return plat_hr_win32(PLAT_ERROR_INVALID_PARAMETER);
    }
    const struct fake_node *file = fake_node_child(folder, FAKE_LAYER_SANDBOX);
    plat_hr hr = fake_scratch_may(FAKE_SCRATCH_RESIZE, disk->attached, disk->prepared,
                                  fake_node_in_use(file));
    if (plat_failed(hr)) {
        return hr;
    }
    if (bytes <= volume->bytes_total) {
        return PLAT_S_OK;
    }
    uint64_t before = volume->bytes_total;
    volume->bytes_total = bytes;
    hr = disk_write_file(host, disk, folder);
    if (plat_failed(hr)) {
        volume->bytes_total = before;
        return hr;
    }
    volume->bytes_free += bytes - before;
    return PLAT_S_OK;
}

void fake_storage_reboot(struct fake_host *host)
{
    for (size_t i = 0; i < host->storage.disk_count; i++) {
        struct fake_disk *disk = host->storage.disks[i];
        if (disk->prepared) {
            fake_disk_hide(disk);
        }
        if (disk->attached) {
            fake_disk_detach(host, disk);
        }
    }
}

void fake_storage_release(struct fake_host *host)
{
    struct fake_storage *storage = &host->storage;
    for (size_t i = storage->disk_count; i > 0; i--) {
        fake_fs_unmount(&host->fs, storage->disks[i - 1]->volume);
        disk_free(storage->disks[i - 1]);
    }
    fake_guid_map_release(&storage->by_id);
    fake_guid_map_release(&storage->by_volume);
    for (size_t i = 0; i < storage->failure_count; i++) {
        free(storage->failures[i].id);
    }
    free(storage->disks);
    free(storage->failures);
    *storage = (struct fake_storage){0};
}

bool fake_storage_leftovers(const struct fake_host *host, struct wcd_strlist *out)
{
    for (size_t i = 0; i < host->storage.disk_count; i++) {
        const struct fake_disk *disk = host->storage.disks[i];
        if (!disk->attached) {
            continue;
        }
        char *path = fake_node_path(disk->file->parent);
        bool done = path != NULL && wcd_strlist_addf(out, "storage layer %s (%s)", path,
                                                     disk->prepared ? "prepared" : "activated");
        free(path);
        if (!done) {
            return false;
        }
    }
    return true;
}
