/* What compute systems stand on, on the file system behind the seam. */
#include "fakes/layers/internal.h"

#include "fakes/host/name.h"

#include <stdlib.h>
#include <string.h>

/* Of the file that tells a version. */
#define GROUND_VERSION_BYTES 256u

/* Is what a link leads to there? */
static plat_hr ground_follow(const struct fake_layers *layers, const char *full, bool folder,
                             enum fake_ground_kind *kind)
{
    const struct plat_fs *fs = &layers->fs;
    struct plat_dir_list list;
    plat_handle file = PLAT_NO_HANDLE;
    plat_hr hr = PLAT_S_OK;
    if (folder) {
        hr = fs->ops->list(fs->ctx, full, &list);
        *kind = FAKE_GROUND_FOLDER;
        plat_dir_list_free(&list);
    } else {
        hr = fs->ops->open(fs->ctx, full, PLAT_GENERIC_READ, PLAT_OPEN_EXISTING, &file);
        *kind = FAKE_GROUND_FILE;
        if (plat_succeeded(hr)) {
            hr = fs->ops->close(fs->ctx, file);
        }
    }
    if (hr == plat_hr_win32(PLAT_ERROR_FILE_NOT_FOUND)) {
        *kind = FAKE_GROUND_NOTHING;
        hr = PLAT_S_OK;
    }
    return hr;
}

/* Can files of the path's volume be mapped into a container? */
static bool ground_mappable(const struct fake_layers *layers, const char *full)
{
    struct plat_volume_info info;
    if (plat_failed(layers->fs.ops->volume(layers->fs.ctx, full, &info))) {
        return false;
    }
    return strcmp(info.file_system, "NTFS") == 0 || strcmp(info.file_system, "ReFS") == 0;
}

static plat_hr ground_look(void *ctx, const char *path, struct fake_ground_look *out)
{
    const struct fake_layers *layers = ctx;
    struct plat_file_info info;
    char *full = NULL;
    *out = (struct fake_ground_look){FAKE_GROUND_NOTHING, false};
    plat_hr hr = fake_layers_full(layers, path, &full);
    if (plat_succeeded(hr)) {
        hr = layers->fs.ops->info(layers->fs.ctx, full, &info);
    }
    if (plat_succeeded(hr)) {
        bool folder = (info.attributes & PLAT_FILE_DIRECTORY) != 0;
        out->kind = folder ? FAKE_GROUND_FOLDER : FAKE_GROUND_FILE;
        if ((info.attributes & PLAT_FILE_REPARSE_POINT) != 0) {
            hr = ground_follow(layers, full, folder, &out->kind);
        }
        out->mappable = ground_mappable(layers, full);
    }
    free(full);
    return hr == plat_hr_win32(PLAT_ERROR_FILE_NOT_FOUND) ? PLAT_S_OK : hr;
}

/* ---- what is kept in place ---- */

struct layers_hold {
    struct fake_hold hold;
    struct layers_hold *next;
    struct fake_layers *layers; /* NULL: gone */
    char *full;
};

static void ground_let_go(struct fake_hold *hold)
{
    struct layers_hold *own = (struct layers_hold *)hold;
    struct layers_hold **link = own->layers == NULL ? NULL : &own->layers->holds;
    while (link != NULL && *link != own) {
        link = &(*link)->next;
    }
    if (link != NULL) {
        *link = own->next;
    }
    free(own->full);
    free(own);
}

static plat_hr ground_hold(void *ctx, const char *path, struct fake_hold **out)
{
    struct fake_layers *layers = ctx;
    *out = NULL;
    struct layers_hold *own = calloc(1, sizeof(*own));
    plat_hr hr = own == NULL ? FAKE_NO_MEMORY : fake_layers_full(layers, path, &own->full);
    if (plat_failed(hr)) {
        free(own);
        return hr;
    }
    own->hold.let_go = ground_let_go;
    own->layers = layers;
    own->next = layers->holds;
    layers->holds = own;
    *out = &own->hold;
    return PLAT_S_OK;
}

bool fake_layers_is_held(const struct fake_layers *layers, const char *path)
{
    const struct layers_hold *at = layers->holds;
    while (at != NULL && !fake_layers_is_below(at->full, path)) {
        at = at->next;
    }
    return at != NULL;
}

bool fake_layers_is_held_in(const struct fake_layers *layers, const char *folder, const char *name)
{
    const struct layers_hold *at = layers->holds;
    while (at != NULL && !fake_layers_is_in(at->full, folder, name)) {
        at = at->next;
    }
    return at != NULL;
}

void fake_layers_holds_release(struct fake_layers *layers)
{
    for (struct layers_hold *at = layers->holds; at != NULL; at = at->next) {
        at->layers = NULL;
    }
    layers->holds = NULL;
}

/* ---- images ---- */

static plat_hr ground_disk(struct fake_layers *layers, const char *path, struct layers_disk **disk)
{
    char *full = NULL;
    bool file = false;
    *disk = NULL;
    plat_hr hr = fake_layers_full(layers, path, &full);
    if (plat_succeeded(hr)) {
        hr = fake_layers_disk_of(layers, full, disk, &file);
    }
    free(full);
    return hr;
}

/* A scratch's disk on a file system that keeps no access lists tells it itself. */
static plat_hr ground_tells_open(struct fake_layers *layers, const char *full, bool *may)
{
    struct layers_disk *disk = NULL;
    bool file = false;
    if (!fake_name_equal(strrchr(full, '\\') + 1, FAKE_LAYER_SANDBOX)) {
        return PLAT_S_OK;
    }
    char *folder = fake_layers_parent(full);
    plat_hr hr =
        folder == NULL ? FAKE_NO_MEMORY : fake_layers_disk_of(layers, folder, &disk, &file);
    free(folder);
    *may = disk != NULL && disk->open_to_machines;
    return hr;
}

static plat_hr ground_machines_may(void *ctx, const char *path, bool *may)
{
    struct fake_layers *layers = ctx;
    char *full = NULL;
    char *dacl = NULL;
    *may = false;
    plat_hr hr = fake_layers_full(layers, path, &full);
    if (plat_succeeded(hr)) {
        hr = layers->fs.ops->security(layers->fs.ctx, full, &dacl);
    }
    if (plat_succeeded(hr)) {
        *may = fake_access_for_machines(dacl) || fake_layers_is_granted(layers, full);
        hr = *may ? PLAT_S_OK : ground_tells_open(layers, full, may);
    }
    free(dacl);
    free(full);
    return hr;
}

static bool ground_version(void *ctx, const char *files, uint32_t *build, uint32_t *revision)
{
    struct fake_layers *layers = ctx;
    uint32_t numbers[2] = {0, 0};
    char *full = NULL;
    char *text = NULL;
    size_t size = 0;
    plat_hr hr = fake_layers_full(layers, files, &full);
    char *path = plat_failed(hr) ? NULL : fake_layers_child(full, FAKE_VERSION_FILE);
    bool told =
        path != NULL &&
        plat_succeeded(fake_layers_read(layers, path, GROUND_VERSION_BYTES, &text, &size)) &&
        fake_version_read(text, size, numbers);
    free(text);
    free(path);
    free(full);
    if (told) {
        *build = numbers[0];
        *revision = numbers[1];
    }
    return told;
}

/* Is a folder of those names there, with something in it? */
static plat_hr ground_is_filled(const struct fake_layers *layers, const char *root,
                                const struct wcd_strlist *names, bool *filled)
{
    struct plat_dir_list list = {.entries = NULL};
    char *below = wcd_strlist_join(names, "\\");
    char *path = below == NULL ? NULL : fake_layers_child(root, below);
    plat_hr hr = FAKE_NO_MEMORY;
    if (path != NULL) {
        hr = layers->fs.ops->list(layers->fs.ctx, path, &list);
    }
    *filled = plat_succeeded(hr) && list.count > 0;
    plat_dir_list_free(&list);
    free(path);
    free(below);
    return hr == FAKE_NO_MEMORY ? hr : PLAT_S_OK;
}

static plat_hr ground_covers(void *ctx, const char *files, const void *disk,
                             const struct wcd_strlist *names, bool *out)
{
    struct fake_layers *layers = ctx;
    const struct layers_disk *scratch = disk;
    char *full = NULL;
    *out = false;
    plat_hr hr = fake_layers_full(layers, files, &full);
    if (plat_succeeded(hr)) {
        hr = ground_is_filled(layers, full, names, out);
    }
    free(full);
    if (plat_succeeded(hr) && !*out && scratch != NULL) {
        char *tree =
            fake_layers_child(scratch->folder, scratch->attached ? LAYERS_VOLUME : LAYERS_TREE);
        hr = tree == NULL ? FAKE_NO_MEMORY : ground_is_filled(layers, tree, names, out);
        free(tree);
    }
    return hr;
}

/* ---- scratches ---- */

static void ground_describe(const struct layers_disk *disk, bool held, struct fake_scratch *out)
{
    *out = (struct fake_scratch){.disk = disk,
                                 .parents = &disk->parents,
                                 .attached = disk->attached,
                                 .prepared = disk->prepared,
                                 .held = held};
}

static bool ground_is_held(const struct fake_layers *layers, const struct layers_disk *disk)
{
    return fake_layers_is_held_in(layers, disk->folder,
                                  disk->attached ? LAYERS_VOLUME : FAKE_LAYER_SANDBOX);
}

static plat_hr ground_volume(void *ctx, const char *path, struct fake_scratch *out)
{
    struct fake_layers *layers = ctx;
    char *full = NULL;
    *out = (struct fake_scratch){.disk = NULL};
    plat_hr hr = fake_layers_full(layers, path, &full);
    for (const struct layers_disk *disk = layers->disks;
         plat_succeeded(hr) && disk != NULL && out->disk == NULL; disk = disk->next) {
        if (disk->attached && fake_layers_is_in(full, disk->folder, LAYERS_VOLUME)) {
            ground_describe(disk, ground_is_held(layers, disk), out);
        }
    }
    free(full);
    return hr == FAKE_NO_MEMORY ? hr : PLAT_S_OK;
}

static plat_hr ground_scratch(void *ctx, const char *folder, struct fake_scratch *out)
{
    struct layers_disk *disk = NULL;
    *out = (struct fake_scratch){.disk = NULL};
    plat_hr hr = ground_disk(ctx, folder, &disk);
    if (plat_succeeded(hr) && disk != NULL) {
        ground_describe(disk, ground_is_held(ctx, disk), out);
    }
    return hr;
}

static plat_hr ground_grow(void *ctx, const char *folder, uint64_t bytes)
{
    struct layers_disk *disk = NULL;
    plat_hr hr = ground_disk(ctx, folder, &disk);
    if (plat_failed(hr) || disk == NULL) {
        return plat_failed(hr) ? hr : plat_hr_win32(PLAT_ERROR_FILE_NOT_FOUND);
    }
    return fake_layers_disk_resize(ctx, disk, bytes);
}

/* ---- with the host ---- */

static void ground_reboot(void *ctx)
{
    struct fake_layers *layers = ctx;
    for (struct layers_disk *disk = layers->disks; disk != NULL; disk = disk->next) {
        if (disk->attached) {
            (void)fake_layers_disk_detach(layers, disk, true);
        }
    }
}

static bool ground_leftovers(const void *ctx, struct wcd_strlist *out)
{
    const struct fake_layers *layers = ctx;
    for (const struct layers_disk *disk = layers->disks; disk != NULL; disk = disk->next) {
        if (disk->attached &&
            !wcd_strlist_addf(out, "storage layer %s (%s)", fake_layers_shown(disk->folder),
                              disk->prepared ? "prepared" : "activated")) {
            return false;
        }
    }
    return true;
}

const struct fake_ground_ops fake_layers_ground_ops = {
    .look = ground_look,
    .hold = ground_hold,
    .machines_may = ground_machines_may,
    .version = ground_version,
    .covers = ground_covers,
    .volume = ground_volume,
    .scratch = ground_scratch,
    .grow = ground_grow,
    .put_layer = fake_layers_put_image,
    .reboot = ground_reboot,
    .leftovers = ground_leftovers,
};
