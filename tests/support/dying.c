/* A process that dies; see dying.h. */
#include "tests/support/dying.h"

static bool lives(struct dying *dying)
{
    dying->dead = dying->dead || dying->left == 0;
    dying->left -= dying->dead ? 0 : 1;
    return !dying->dead;
}

/* Passes a call on while the process lives. */
#define PASS(service, op, ...)                                                                     \
    do {                                                                                           \
        struct dying *dying = ctx;                                                                 \
        const struct plat_##service *below = &dying->below->service;                               \
        return lives(dying) ? below->ops->op(below->ctx, __VA_ARGS__) : DYING_HR;                  \
    } while (0)

/* ---- files ---- */

static plat_hr full_path(void *ctx, const char *path, char **out)
{
    PASS(fs, full_path, path, out);
}

static plat_hr info(void *ctx, const char *path, struct plat_file_info *out)
{
    PASS(fs, info, path, out);
}

static plat_hr create_directory(void *ctx, const char *path, const char *sddl)
{
    PASS(fs, create_directory, path, sddl);
}

static plat_hr remove_directory(void *ctx, const char *path)
{
    PASS(fs, remove_directory, path);
}

static plat_hr remove_file(void *ctx, const char *path)
{
    PASS(fs, remove_file, path);
}

static plat_hr move(void *ctx, const char *from, const char *to, uint32_t flags)
{
    PASS(fs, move, from, to, flags);
}

static plat_hr create_symlink(void *ctx, const char *path, const char *target, bool directory)
{
    PASS(fs, create_symlink, path, target, directory);
}

static plat_hr read_symlink(void *ctx, const char *path, char **target)
{
    PASS(fs, read_symlink, path, target);
}

static plat_hr list(void *ctx, const char *path, struct plat_dir_list *out)
{
    PASS(fs, list, path, out);
}

static plat_hr streams(void *ctx, const char *path, struct plat_stream_list *out)
{
    PASS(fs, streams, path, out);
}

static plat_hr open(void *ctx, const char *path, uint32_t access,
                    enum plat_file_disposition disposition, plat_handle *out)
{
    PASS(fs, open, path, access, disposition, out);
}

static plat_hr read(void *ctx, plat_handle file, void *data, size_t size, size_t *got)
{
    PASS(fs, read, file, data, size, got);
}

static plat_hr write(void *ctx, plat_handle file, const void *data, size_t size)
{
    PASS(fs, write, file, data, size);
}

static plat_hr seek(void *ctx, plat_handle file, uint64_t offset)
{
    PASS(fs, seek, file, offset);
}

static plat_hr flush(void *ctx, plat_handle file)
{
    PASS(fs, flush, file);
}

static plat_hr close(void *ctx, plat_handle file)
{
    const struct dying *dying = ctx;
    return dying->below->fs.ops->close(dying->below->fs.ctx, file);
}

static plat_hr set_attributes(void *ctx, const char *path, uint32_t attributes)
{
    PASS(fs, set_attributes, path, attributes);
}

static plat_hr security(void *ctx, const char *path, char **sddl)
{
    PASS(fs, security, path, sddl);
}

static plat_hr set_security(void *ctx, const char *path, const char *sddl)
{
    PASS(fs, set_security, path, sddl);
}

static plat_hr volume(void *ctx, const char *path, struct plat_volume_info *out)
{
    PASS(fs, volume, path, out);
}

static const struct plat_fs_ops fs_ops = {
    .full_path = full_path,
    .info = info,
    .create_directory = create_directory,
    .remove_directory = remove_directory,
    .remove_file = remove_file,
    .move = move,
    .create_symlink = create_symlink,
    .read_symlink = read_symlink,
    .list = list,
    .streams = streams,
    .open = open,
    .read = read,
    .write = write,
    .seek = seek,
    .flush = flush,
    .close = close,
    .set_attributes = set_attributes,
    .security = security,
    .set_security = set_security,
    .volume = volume,
};

/* ---- storage ---- */

static plat_hr create_layer(void *ctx, const struct plat_layer_driver *driver, const char *id,
                            const char *parent)
{
    PASS(storage, create_layer, driver, id, parent);
}

static plat_hr create_scratch(void *ctx, const struct plat_layer_driver *driver, const char *id,
                              const char *parent, const struct plat_layer_descriptor *parents,
                              size_t count)
{
    PASS(storage, create_scratch_layer, driver, id, parent, parents, count);
}

static plat_hr expand(void *ctx, const struct plat_layer_driver *driver, const char *id,
                      uint64_t bytes)
{
    PASS(storage, expand_scratch_layer, driver, id, bytes);
}

static plat_hr destroy(void *ctx, const struct plat_layer_driver *driver, const char *id)
{
    PASS(storage, destroy_layer, driver, id);
}

static plat_hr activate(void *ctx, const struct plat_layer_driver *driver, const char *id)
{
    PASS(storage, activate_layer, driver, id);
}

static plat_hr deactivate(void *ctx, const struct plat_layer_driver *driver, const char *id)
{
    PASS(storage, deactivate_layer, driver, id);
}

static plat_hr prepare(void *ctx, const struct plat_layer_driver *driver, const char *id,
                       const struct plat_layer_descriptor *parents, size_t count)
{
    PASS(storage, prepare_layer, driver, id, parents, count);
}

static plat_hr unprepare(void *ctx, const struct plat_layer_driver *driver, const char *id)
{
    PASS(storage, unprepare_layer, driver, id);
}

static plat_hr mount_path(void *ctx, const struct plat_layer_driver *driver, const char *id,
                          char **path)
{
    PASS(storage, layer_mount_path, driver, id, path);
}

static plat_hr import(void *ctx, const struct plat_layer_driver *driver, const char *id,
                      const char *folder, const struct plat_layer_descriptor *parents, size_t count)
{
    PASS(storage, import_layer, driver, id, folder, parents, count);
}

static plat_hr process_base(void *ctx, const char *path)
{
    PASS(storage, process_base_image, path);
}

static plat_hr process_utility(void *ctx, const char *path)
{
    PASS(storage, process_utility_image, path);
}

static plat_hr name_to_guid(void *ctx, const char *name, char **guid)
{
    PASS(storage, name_to_guid, name, guid);
}

static plat_hr detach(void *ctx, const char *path)
{
    PASS(storage, detach_disk, path);
}

/* What the daemon calls. */
static const struct plat_storage_ops storage_ops = {
    .create_layer = create_layer,
    .create_scratch_layer = create_scratch,
    .expand_scratch_layer = expand,
    .destroy_layer = destroy,
    .activate_layer = activate,
    .deactivate_layer = deactivate,
    .prepare_layer = prepare,
    .unprepare_layer = unprepare,
    .layer_mount_path = mount_path,
    .import_layer = import,
    .process_base_image = process_base,
    .process_utility_image = process_utility,
    .name_to_guid = name_to_guid,
    .detach_disk = detach,
};

struct platform dying_platform(struct dying *dying, const struct platform *below, size_t calls)
{
    *dying = (struct dying){.below = below, .left = calls};
    struct platform platform = *below;
    platform.fs = (struct plat_fs){&fs_ops, dying};
    platform.storage = (struct plat_storage){&storage_ops, dying};
    return platform;
}
