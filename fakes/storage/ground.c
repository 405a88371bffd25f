/* What compute systems stand on, in the emulator's own file tree. */
#include "fakes/host/internal.h"

#include "core/base/limits.h"

#include <stdlib.h>

/* The node of a path that exists; NULL when it does not. */
static plat_hr ground_find(struct fake_host *host, const char *path, struct fake_node **node)
{
    struct fake_place place;
    plat_hr hr = fake_fs_find_target(host, path, WCD_PATH_UNITS_MAX, &place);
    *node = plat_succeeded(hr) ? place.node : NULL;
    fake_place_release(&place);
    return hr;
}

static plat_hr ground_look(void *ctx, const char *path, struct fake_ground_look *out)
{
    struct fake_place place;
    *out = (struct fake_ground_look){FAKE_GROUND_NOTHING, false};
    plat_hr hr = fake_fs_find_target(ctx, path, WCD_PATH_UNITS_MAX, &place);
    if (plat_succeeded(hr) && place.node != NULL) {
        bool folder = place.node->directory && !place.path.stream_given;
        out->kind = folder ? FAKE_GROUND_FOLDER : FAKE_GROUND_FILE;
        out->mappable = place.volume->kind->security;
    }
    fake_place_release(&place);
    return hr;
}

/* ---- what is kept in place ---- */

struct ground_hold {
    struct fake_hold hold;
    struct fake_node *node;
};

static void ground_let_go(struct fake_hold *hold)
{
    struct ground_hold *own = (struct ground_hold *)hold;
    own->node->pins--;
    free(own);
}

static plat_hr ground_hold(void *ctx, const char *path, struct fake_hold **out)
{
    struct fake_node *node = NULL;
    *out = NULL;
    plat_hr hr = ground_find(ctx, path, &node);
    if (plat_succeeded(hr) && node == NULL) {
        hr = plat_hr_win32(PLAT_ERROR_FILE_NOT_FOUND);
    }
    struct ground_hold *own = plat_failed(hr) ? NULL : calloc(1, sizeof(*own));
    if (plat_failed(hr) || own == NULL) {
        return plat_failed(hr) ? hr : FAKE_NO_MEMORY;
    }
    own->hold.let_go = ground_let_go;
    own->node = node;
    node->pins++;
    *out = &own->hold;
    return PLAT_S_OK;
}

/* ---- images ---- */

static plat_hr ground_machines_may(void *ctx, const char *path, bool *may)
{
    struct fake_node *node = NULL;
    plat_hr hr = ground_find(ctx, path, &node);
    *may = node != NULL && fake_access_for_machines(node->dacl);
    return hr;
}

static bool ground_version(void *ctx, const char *files, uint32_t *build, uint32_t *revision)
{
    struct fake_node *node = NULL;
    return plat_succeeded(ground_find(ctx, files, &node)) && node != NULL &&
           fake_image_version(node, build, revision);
}

static bool ground_is_filled(const struct fake_node *root, const struct wcd_strlist *names)
{
    const struct fake_node *at = root;
    for (size_t i = 0; i < names->count && at != NULL; i++) {
        at = at->directory ? fake_node_child_hidden(at, names->items[i]) : NULL;
    }
    return at != NULL && at->directory && at->children.count > 0;
}

static plat_hr ground_covers(void *ctx, const char *files, const void *disk,
                             const struct wcd_strlist *names, bool *out)
{
    const struct fake_disk *scratch = disk;
    struct fake_node *node = NULL;
    plat_hr hr = ground_find(ctx, files, &node);
    *out = ground_is_filled(node, names) ||
           (scratch != NULL && ground_is_filled(scratch->volume->root, names));
    return hr;
}

/* ---- scratches ---- */

static void ground_describe(const struct fake_disk *disk, struct fake_scratch *out)
{
    *out =
        (struct fake_scratch){.disk = disk, .parents = &disk->parents, .attached = disk->attached};
    out->prepared = disk->prepared;
    out->held = disk->attached && disk->volume->root->pins > 0;
}

static plat_hr ground_volume(void *ctx, const char *path, struct fake_scratch *out)
{
    struct fake_disk *disk = NULL;
    *out = (struct fake_scratch){.disk = NULL};
    plat_hr hr = fake_disk_of_volume(ctx, path, &disk);
    if (plat_succeeded(hr) && disk != NULL) {
        ground_describe(disk, out);
    }
    return hr;
}

static plat_hr ground_scratch(void *ctx, const char *folder, struct fake_scratch *out)
{
    struct fake_node *node = NULL;
    *out = (struct fake_scratch){.disk = NULL};
    plat_hr hr = ground_find(ctx, folder, &node);
    const struct fake_disk *disk = node == NULL ? NULL : fake_disk_of(ctx, node);
    if (plat_succeeded(hr) && disk != NULL) {
        ground_describe(disk, out);
        out->held = out->held || fake_node_in_use(fake_node_child(node, FAKE_LAYER_SANDBOX));
    }
    return hr;
}

static plat_hr ground_grow(void *ctx, const char *folder, uint64_t bytes)
{
    struct fake_node *node = NULL;
    plat_hr hr = ground_find(ctx, folder, &node);
    struct fake_disk *disk = node == NULL ? NULL : fake_disk_of(ctx, node);
    if (plat_failed(hr) || disk == NULL) {
        return plat_failed(hr) ? hr : plat_hr_win32(PLAT_ERROR_FILE_NOT_FOUND);
    }
    return fake_disk_resize(ctx, disk, node, bytes);
}

static bool ground_put_layer(void *ctx, const struct fake_image_layer *layer)
{
    return fake_storage_put_own_layer(ctx, layer);
}

/* ---- with the host ---- */

static void ground_reboot(void *ctx)
{
    fake_storage_reboot(ctx);
}

static bool ground_leftovers(const void *ctx, struct wcd_strlist *out)
{
    return fake_storage_leftovers(ctx, out);
}

const struct fake_ground_ops fake_ground_ops = {
    .look = ground_look,
    .hold = ground_hold,
    .machines_may = ground_machines_may,
    .version = ground_version,
    .covers = ground_covers,
    .volume = ground_volume,
    .scratch = ground_scratch,
    .grow = ground_grow,
    .put_layer = ground_put_layer,
    .reboot = ground_reboot,
    .leftovers = ground_leftovers,
};

void fake_storage_move(struct fake_host *host, const struct plat_storage *calls,
                       const struct fake_ground *ground)
{
    host->storage.calls = *calls;
    host->storage.ground = *ground;
}

void fake_storage_move_home(struct fake_host *host)
{
    host->storage.calls = (struct plat_storage){.ops = &fake_storage_ops, .ctx = host};
    host->storage.ground = (struct fake_ground){.ops = &fake_ground_ops, .ctx = host};
}
