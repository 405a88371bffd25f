/* The disks of scratch layers: a text that tells which, and a folder for what the volume holds. */
#include "fakes/layers/internal.h"

#include "core/base/buf.h"
#include "fakes/host/name.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DISK_SIZE   "virtual size "
#define DISK_PARENT "parent "
#define DISK_OPEN   "access open"

/* ---- what their file says ---- */

/* One line behind the first; those that are not known are passed over. */
static bool disk_read_line(struct layers_disk *disk, const char *line, size_t len)
{
    size_t size = strlen(DISK_SIZE);
    size_t parent = strlen(DISK_PARENT);
    char number[24];
    if (len > size && len - size < sizeof(number) && memcmp(line, DISK_SIZE, size) == 0) {
        memcpy(number, line + size, len - size);
        number[len - size] = '\0';
        disk->bytes = strtoull(number, NULL, 10);
    } else if (len > parent && memcmp(line, DISK_PARENT, parent) == 0) {
        return wcd_strlist_take(&disk->parents, wcd_text_copy_n(line + parent, len - parent));
    } else if (len == strlen(DISK_OPEN) && memcmp(line, DISK_OPEN, len) == 0) {
        disk->open_to_machines = true;
    }
    return true;
}

static plat_hr disk_read(struct fake_layers *layers, const char *text, const char *folder,
                         struct layers_disk **out)
{
    char id[FAKE_GUID_BYTES];
    struct layers_disk *disk = NULL;
    if (!fake_layers_disk_id(text, id)) {
        return PLAT_S_OK;
    }
    plat_hr hr = fake_layers_disk_meet(layers, id, folder, &disk);
    if (plat_failed(hr)) {
        return hr;
    }
    wcd_strlist_release(&disk->parents);
    bool done = true;
    for (const char *at = strchr(text, '\n'); done && at != NULL; at = strchr(at + 1, '\n')) {
        done = disk_read_line(disk, at + 1, strcspn(at + 1, "\n"));
    }
    *out = disk;
    return done ? PLAT_S_OK : FAKE_NO_MEMORY;
}

plat_hr fake_layers_disk_of(struct fake_layers *layers, const char *folder,
                            struct layers_disk **disk, bool *file)
{
    char *text = NULL;
    size_t size = 0;
    *disk = NULL;
    *file = false;
    char *path = fake_layers_child(folder, FAKE_LAYER_SANDBOX);
    plat_hr hr = path == NULL ? FAKE_NO_MEMORY
                              : fake_layers_read(layers, path, LAYERS_DISK_BYTES_MAX, &text, &size);
    free(path);
    if (hr == plat_hr_win32(PLAT_ERROR_FILE_NOT_FOUND) ||
        hr == plat_hr_win32(PLAT_ERROR_PATH_NOT_FOUND)) {
        return PLAT_S_OK;
    }
    if (plat_succeeded(hr)) {
        *file = true;
        hr = disk_read(layers, text, folder, disk);
    }
    free(text);
    return hr;
}

/* ---- making and changing ---- */

static char *disk_text(const char *id, uint64_t bytes, const struct wcd_strlist *parents,
                       bool open_to_machines)
{
    struct wcd_buf buf;
    wcd_buf_init(&buf, LAYERS_DISK_BYTES_MAX);
    wcd_buf_format(&buf, FAKE_DISK_MAGIC "%s\n" DISK_SIZE "%" PRIu64 "\n", id, bytes);
    for (size_t i = 0; i < parents->count; i++) {
        wcd_buf_format(&buf, DISK_PARENT "%s\n", parents->items[i]);
    }
    if (open_to_machines) {
        wcd_buf_text(&buf, DISK_OPEN "\n");
    }
    return wcd_buf_take(&buf);
}

/* The text, with that DACL unless it is NULL. */
static plat_hr disk_write(struct fake_layers *layers, const char *folder, const char *text,
                          const char *dacl)
{
    return text == NULL ? FAKE_NO_MEMORY
                        : fake_layers_put_secured(layers, folder, FAKE_LAYER_SANDBOX, text,
                                                  strlen(text), dacl);
}

/* Lets virtual machines use a file; *kept: its file system can tell. */
static plat_hr disk_let_machines(const struct fake_layers *layers, const char *path, bool *kept)
{
    const struct plat_fs *fs = &layers->fs;
    char *dacl = NULL;
    *kept = false;
    plat_hr hr = fs->ops->security(fs->ctx, path, &dacl);
    if (plat_failed(hr)) {
        return hr;
    }
    char *changed = fake_access_with_machines(dacl);
    hr = changed == NULL ? FAKE_NO_MEMORY : fs->ops->set_security(fs->ctx, path, changed);
    free(changed);
    free(dacl);
    dacl = NULL;
    if (plat_succeeded(hr)) {
        hr = fs->ops->security(fs->ctx, path, &dacl);
    }
    *kept = plat_succeeded(hr) && fake_access_for_machines(dacl);
    free(dacl);
    return hr;
}

/* The folder WcSandboxState, by which the filter knows a volume for a scratch. */
static plat_hr disk_format(struct fake_layers *layers, const char *tree)
{
    char *state = fake_layers_child(tree, FAKE_SCRATCH_STATE);
    char *hives = fake_layers_child(tree, FAKE_SCRATCH_STATE "\\" FAKE_LAYER_HIVES);
    plat_hr hr = FAKE_NO_MEMORY;
    if (state != NULL && hives != NULL) {
        hr = fake_layers_make_folder(layers, tree);
    }
    if (plat_succeeded(hr)) {
        hr = fake_layers_make_folder(layers, state);
    }
    if (plat_succeeded(hr)) {
        hr = fake_layers_make_folder(layers, hives);
    }
    for (size_t i = 0; i < FAKE_HIVES && plat_succeeded(hr); i++) {
        hr = fake_layers_write(layers, hives, fake_delta_hives[i], "regf", 4);
    }
    if (plat_succeeded(hr)) {
        hr = fake_layers_set_attributes(layers, state, PLAT_FILE_HIDDEN | PLAT_FILE_SYSTEM);
    }
    free(hives);
    free(state);
    return hr;
}

plat_hr fake_layers_disk_create(struct fake_layers *layers, const char *folder, uint64_t bytes,
                                const struct wcd_strlist *parents)
{
    char id[FAKE_GUID_BYTES];
    bool kept = true;
    char *tree = fake_layers_child(folder, LAYERS_TREE);
    char *file = fake_layers_child(folder, FAKE_LAYER_SANDBOX);
    fake_layers_disk_name(layers, folder, id);
    plat_hr hr = tree == NULL || file == NULL ? FAKE_NO_MEMORY : disk_format(layers, tree);
    char *text = disk_text(id, bytes, parents, false);
    char *open_text = disk_text(id, bytes, parents, true);
    if (plat_succeeded(hr)) {
        hr = disk_write(layers, folder, text, NULL);
    }
    if (plat_succeeded(hr)) {
        hr = disk_let_machines(layers, file, &kept);
    }
    if (plat_succeeded(hr) && !kept) {
        hr = disk_write(layers, folder, open_text, NULL);
    }
    free(open_text);
    free(text);
    free(file);
    free(tree);
    return hr;
}

/* Writes the text anew, and keeps who may use the file. */
static plat_hr disk_rewrite(struct fake_layers *layers, const struct layers_disk *disk,
                            uint64_t bytes)
{
    const struct plat_fs *fs = &layers->fs;
    char *dacl = NULL;
    char *file = fake_layers_child(disk->folder, FAKE_LAYER_SANDBOX);
    plat_hr hr = file == NULL ? FAKE_NO_MEMORY : fs->ops->security(fs->ctx, file, &dacl);
    char *text = disk_text(disk->id, bytes, &disk->parents, disk->open_to_machines);
    if (plat_succeeded(hr)) {
        hr = disk_write(layers, disk->folder, text, dacl);
    }
    free(text);
    free(dacl);
    free(file);
    return hr;
}

plat_hr fake_layers_disk_resize(struct fake_layers *layers, struct layers_disk *disk,
                                uint64_t bytes)
{
    if (bytes > FAKE_SCRATCH_BYTES_MAX) {
        return plat_hr_win32(PLAT_ERROR_INVALID_PARAMETER);
    }
    plat_hr hr = fake_scratch_may(FAKE_SCRATCH_RESIZE, disk->attached, disk->prepared,
                                  fake_layers_is_held_in(layers, disk->folder, FAKE_LAYER_SANDBOX));
    if (plat_succeeded(hr) && bytes > disk->bytes) {
        hr = disk_rewrite(layers, disk, bytes);
        disk->bytes = plat_succeeded(hr) ? bytes : disk->bytes;
    }
    return hr;
}

/* ---- attaching ---- */

char *fake_layers_volume_path(const struct layers_disk *disk)
{
    return fake_layers_child(disk->folder, LAYERS_VOLUME);
}

/* Takes hold of the disk's file, which nobody may have open: to write at first, which is refused while somebody
 * reads it, and then to read, so that it can be looked at. */
static plat_hr disk_lock(const struct fake_layers *layers, struct layers_disk *disk)
{
    const struct plat_fs *fs = &layers->fs;
    char *file = fake_layers_child(disk->folder, FAKE_LAYER_SANDBOX);
    plat_hr hr = file == NULL ? FAKE_NO_MEMORY
                              : fs->ops->open(fs->ctx, file, PLAT_GENERIC_WRITE, PLAT_OPEN_EXISTING,
                                              &disk->lock);
    if (plat_succeeded(hr)) {
        hr = fs->ops->close(fs->ctx, disk->lock);
    }
    if (plat_succeeded(hr)) {
        hr = fs->ops->open(fs->ctx, file, PLAT_GENERIC_READ, PLAT_OPEN_EXISTING, &disk->lock);
    }
    free(file);
    return hr;
}

static plat_hr disk_unlock(const struct fake_layers *layers, struct layers_disk *disk)
{
    plat_hr hr = layers->fs.ops->close(layers->fs.ctx, disk->lock);
    disk->lock = PLAT_NO_HANDLE;
    return hr;
}

/* Brings the volume to its place, where it may be still when a host went away with the disk attached. */
static plat_hr disk_show(const struct fake_layers *layers, const struct layers_disk *disk)
{
    enum layers_kind kind = LAYERS_NOTHING;
    plat_hr hr = fake_layers_kind_in(layers, disk->folder, LAYERS_TREE, &kind);
    if (plat_succeeded(hr) && kind == LAYERS_FOLDER) {
        return fake_layers_rename(layers, disk->folder, LAYERS_TREE, LAYERS_VOLUME);
    }
    if (plat_succeeded(hr)) {
        hr = fake_layers_kind_in(layers, disk->folder, LAYERS_VOLUME, &kind);
    }
    return plat_succeeded(hr) && kind != LAYERS_FOLDER ? FAKE_VHD_FORMAT_UNKNOWN : hr;
}

bool fake_layers_disk_may_again(const struct fake_layers *layers, const struct layers_disk *disk)
{
    return fake_scratch_may_again(layers->host, disk->life,
                                  fake_layers_is_held_in(layers, disk->folder, LAYERS_VOLUME));
}

plat_hr fake_layers_disk_attach(struct fake_layers *layers, struct layers_disk *disk)
{
    if (disk->attached && fake_layers_disk_may_again(layers, disk)) {
        return PLAT_S_OK;
    }
    plat_hr hr = fake_scratch_may(FAKE_SCRATCH_ACTIVATE, disk->attached, disk->prepared,
                                  fake_layers_is_held_in(layers, disk->folder, FAKE_LAYER_SANDBOX));
    if (plat_succeeded(hr)) {
        hr = disk_lock(layers, disk);
    }
    if (plat_failed(hr)) {
        return hr;
    }
    hr = disk_show(layers, disk);
    if (plat_failed(hr)) {
        (void)disk_unlock(layers, disk);
        return fake_layers_is_busy(hr) ? plat_hr_win32(PLAT_ERROR_SHARING_VIOLATION) : hr;
    }
    disk->life = layers->host->hcs.life;
    disk->attached = true;
    return PLAT_S_OK;
}

plat_hr fake_layers_disk_look(const struct fake_layers *layers, const struct layers_disk *disk,
                              bool *busy)
{
    *busy = fake_layers_is_held_in(layers, disk->folder, LAYERS_VOLUME);
    if (*busy) {
        return PLAT_S_OK;
    }
    /* A folder in which something is open cannot be renamed: so it is on NTFS. Under Wine it can, and nothing is ever
     * found open there. */
    plat_hr hr = fake_layers_rename(layers, disk->folder, LAYERS_VOLUME, LAYERS_TREE);
    *busy = fake_layers_is_busy(hr);
    return *busy ? PLAT_S_OK : disk_show(layers, disk);
}

plat_hr fake_layers_disk_detach(struct fake_layers *layers, struct layers_disk *disk, bool by_force)
{
    plat_hr hr = fake_layers_rename(layers, disk->folder, LAYERS_VOLUME, LAYERS_TREE);
    if (plat_failed(hr) && !by_force) {
        return hr;
    }
    disk->attached = false;
    disk->prepared = false;
    wcd_text_replace(&disk->below, NULL);
    return disk_unlock(layers, disk);
}

bool fake_layers_in_use(const struct fake_layers *layers, const char *folder)
{
    for (const struct layers_disk *disk = layers->disks; disk != NULL; disk = disk->next) {
        if (disk->attached &&
            (fake_layers_is_below(disk->folder, folder) ||
             (disk->below != NULL && fake_layers_is_below(disk->below, folder)))) {
            return true;
        }
    }
    return fake_layers_is_held(layers, folder);
}
