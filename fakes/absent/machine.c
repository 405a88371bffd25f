/* The services that are about the machine and not about containers; see absent.h. */
#include "fakes/absent/absent.h"

/* Each function only has the shape of its op, so parameters have no use by design. */

static plat_hr no_text(char **out)
{
    *out = NULL;
    return PLAT_E_NOTIMPL;
}

static plat_hr no_handle(plat_handle *out)
{
    *out = PLAT_NO_HANDLE;
    return PLAT_E_NOTIMPL;
}

static plat_hr by_handle(void *ctx, plat_handle handle)
{
    (void)ctx, (void)handle;
    return PLAT_E_NOTIMPL;
}

static plat_hr by_text(void *ctx, const char *text)
{
    (void)ctx, (void)text;
    return PLAT_E_NOTIMPL;
}

static plat_hr by_texts(void *ctx, const char *a, const char *b)
{
    (void)ctx, (void)a, (void)b;
    return PLAT_E_NOTIMPL;
}

static plat_hr text_by_text(void *ctx, const char *text, char **out)
{
    (void)ctx, (void)text;
    return no_text(out);
}

static plat_hr number(void *ctx, uint32_t *out)
{
    (void)ctx;
    *out = 0;
    return PLAT_E_NOTIMPL;
}

/* ---- os.h ---- */

static plat_hr os_version(void *ctx, struct plat_os_version *out)
{
    (void)ctx;
    *out = (struct plat_os_version){0};
    return PLAT_E_NOTIMPL;
}

static plat_hr os_memory(void *ctx, struct plat_memory_status *out)
{
    (void)ctx;
    *out = (struct plat_memory_status){0};
    return PLAT_E_NOTIMPL;
}

static plat_hr os_host_name(void *ctx, char **out)
{
    (void)ctx;
    return no_text(out);
}

static plat_hr os_random(void *ctx, void *data, size_t size)
{
    (void)ctx, (void)data, (void)size;
    return PLAT_E_NOTIMPL;
}

static plat_hr os_message(void *ctx, uint32_t error, char **out)
{
    (void)ctx, (void)error;
    return no_text(out);
}

struct plat_os fake_absent_os(void)
{
    static const struct plat_os_ops ops = {
        .version = os_version,
        .product_info = number,
        .processor_count = number,
        .memory = os_memory,
        .host_name = os_host_name,
        .environment = text_by_text,
        .random = os_random,
        .load_library = by_text,
        .message = os_message,
    };
    return (struct plat_os){.ops = &ops, .ctx = NULL};
}

/* ---- scm.h ---- */

static plat_hr scm_open_manager(void *ctx, uint32_t access, plat_handle *out)
{
    (void)ctx, (void)access;
    return no_handle(out);
}

static plat_hr scm_open_service(void *ctx, plat_handle manager, const char *name, uint32_t access,
                                plat_handle *out)
{
    (void)ctx, (void)manager, (void)name, (void)access;
    return no_handle(out);
}

static plat_hr scm_query_status(void *ctx, plat_handle service, struct plat_service_status *out)
{
    (void)ctx, (void)service;
    *out = (struct plat_service_status){0};
    return PLAT_E_NOTIMPL;
}

static plat_hr scm_control(void *ctx, plat_handle service, uint32_t control,
                           struct plat_service_status *out)
{
    (void)control;
    return scm_query_status(ctx, service, out);
}

struct plat_scm fake_absent_scm(void)
{
    static const struct plat_scm_ops ops = {
        .open_manager = scm_open_manager,
        .open_service = scm_open_service,
        .close = by_handle,
        .query_status = scm_query_status,
        .start = by_handle,
        .control = scm_control,
    };
    return (struct plat_scm){.ops = &ops, .ctx = NULL};
}

/* ---- registry.h ---- */

static plat_hr registry_open(void *ctx, enum plat_registry_root root, const char *path,
                             uint32_t access, plat_handle *out)
{
    (void)ctx, (void)root, (void)path, (void)access;
    return no_handle(out);
}

static plat_hr registry_create(void *ctx, enum plat_registry_root root, const char *path,
                               uint32_t access, plat_handle *out, bool *created)
{
    *created = false;
    return registry_open(ctx, root, path, access, out);
}

static plat_hr registry_get(void *ctx, plat_handle key, const char *name,
                            struct plat_registry_value *out)
{
    (void)ctx, (void)key, (void)name;
    *out = (struct plat_registry_value){0};
    return PLAT_E_NOTIMPL;
}

static plat_hr registry_set(void *ctx, plat_handle key, const char *name,
                            const struct plat_registry_value *value)
{
    (void)ctx, (void)key, (void)name, (void)value;
    return PLAT_E_NOTIMPL;
}

static plat_hr registry_remove_value(void *ctx, plat_handle key, const char *name)
{
    (void)ctx, (void)key, (void)name;
    return PLAT_E_NOTIMPL;
}

static plat_hr registry_remove_tree(void *ctx, enum plat_registry_root root, const char *path)
{
    (void)ctx, (void)root, (void)path;
    return PLAT_E_NOTIMPL;
}

static plat_hr registry_name(void *ctx, plat_handle key, uint32_t index, char **out)
{
    (void)ctx, (void)key, (void)index;
    return no_text(out);
}

struct plat_registry fake_absent_registry(void)
{
    static const struct plat_registry_ops ops = {
        .open = registry_open,
        .create = registry_create,
        .close = by_handle,
        .get = registry_get,
        .set = registry_set,
        .remove_value = registry_remove_value,
        .remove_tree = registry_remove_tree,
        .key_name = registry_name,
        .value_name = registry_name,
    };
    return (struct plat_registry){.ops = &ops, .ctx = NULL};
}

/* ---- fs.h ---- */

static plat_hr fs_info(void *ctx, const char *path, struct plat_file_info *out)
{
    (void)ctx, (void)path;
    *out = (struct plat_file_info){0};
    return PLAT_E_NOTIMPL;
}

static plat_hr fs_move(void *ctx, const char *from, const char *to, uint32_t flags)
{
    (void)ctx, (void)from, (void)to, (void)flags;
    return PLAT_E_NOTIMPL;
}

static plat_hr fs_create_symlink(void *ctx, const char *path, const char *target, bool directory)
{
    (void)ctx, (void)path, (void)target, (void)directory;
    return PLAT_E_NOTIMPL;
}

static plat_hr fs_list(void *ctx, const char *path, struct plat_dir_list *out)
{
    (void)ctx, (void)path;
    *out = (struct plat_dir_list){0};
    return PLAT_E_NOTIMPL;
}

static plat_hr fs_streams(void *ctx, const char *path, struct plat_stream_list *out)
{
    (void)ctx, (void)path;
    *out = (struct plat_stream_list){0};
    return PLAT_E_NOTIMPL;
}

static plat_hr fs_open(void *ctx, const char *path, uint32_t access,
                       enum plat_file_disposition disposition, plat_handle *out)
{
    (void)ctx, (void)path, (void)access, (void)disposition;
    return no_handle(out);
}

static plat_hr fs_read(void *ctx, plat_handle file, void *data, size_t size, size_t *got)
{
    (void)ctx, (void)file, (void)data, (void)size;
    *got = 0;
    return PLAT_E_NOTIMPL;
}

static plat_hr fs_write(void *ctx, plat_handle file, const void *data, size_t size)
{
    (void)ctx, (void)file, (void)data, (void)size;
    return PLAT_E_NOTIMPL;
}

static plat_hr fs_seek(void *ctx, plat_handle file, uint64_t offset)
{
    (void)ctx, (void)file, (void)offset;
    return PLAT_E_NOTIMPL;
}

static plat_hr fs_set_attributes(void *ctx, const char *path, uint32_t attributes)
{
    (void)ctx, (void)path, (void)attributes;
    return PLAT_E_NOTIMPL;
}

static plat_hr fs_volume(void *ctx, const char *path, struct plat_volume_info *out)
{
    (void)ctx, (void)path;
    *out = (struct plat_volume_info){0};
    return PLAT_E_NOTIMPL;
}

struct plat_fs fake_absent_fs(void)
{
    static const struct plat_fs_ops ops = {
        .full_path = text_by_text,
        .info = fs_info,
        .create_directory = by_texts,
        .remove_directory = by_text,
        .remove_file = by_text,
        .move = fs_move,
        .create_symlink = fs_create_symlink,
        .read_symlink = text_by_text,
        .list = fs_list,
        .streams = fs_streams,
        .open = fs_open,
        .read = fs_read,
        .write = fs_write,
        .seek = fs_seek,
        .flush = by_handle,
        .close = by_handle,
        .set_attributes = fs_set_attributes,
        .security = text_by_text,
        .set_security = by_texts,
        .volume = fs_volume,
    };
    return (struct plat_fs){.ops = &ops, .ctx = NULL};
}

/* ---- clock.h ---- */

static uint64_t clock_zero(void *ctx)
{
    (void)ctx;
    return 0;
}

static plat_hr clock_set_timer(void *ctx, uint64_t due_us, struct plat_event_sink sink,
                               uint64_t key, plat_handle *out)
{
    (void)ctx, (void)due_us, (void)sink, (void)key;
    return no_handle(out);
}

static bool clock_cancel_timer(void *ctx, plat_handle timer)
{
    (void)ctx, (void)timer;
    return false;
}

struct plat_clock fake_absent_clock(void)
{
    static const struct plat_clock_ops ops = {
        .monotonic_us = clock_zero,
        .wall_100ns = clock_zero,
        .set_timer = clock_set_timer,
        .cancel_timer = clock_cancel_timer,
    };
    return (struct plat_clock){.ops = &ops, .ctx = NULL};
}
