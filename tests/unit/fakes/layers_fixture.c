/* Layers on a file system, for tests; see layers_fixture.h. */
#include "tests/unit/fakes/layers_fixture.h"

#include "core/base/buf.h"
#include "core/base/digest.h"

#include <stdio.h>

#define READ_BYTES ((size_t)1024 * 1024)

const struct plat_layer_driver layers_driver = {PLAT_LAYER_FILTER_DRIVER, ""};

static struct fake_host *new_host(void)
{
    struct fake_host *host = NULL;
    struct wcd_error err = WCD_ERROR_INIT;
    const struct fake_host_options options = fake_host_defaults(fake_build_find("server-2019"));
    assert_int_equal(fake_host_create(&host, &options, &err), WCD_OK);
    return host;
}

static void put_images(struct fake_host *host)
{
    static const struct fake_image_file base_files[] = {{"app\\both.txt", "base"},
                                                        {"app\\base.txt", "base"}};
    static const struct fake_image_file top_files[] = {
        {"app\\both.txt", "top"}, {"app\\top.txt", "top"}, {"app\\deep\\er\\file", "x"}};
    static const char *const parents[] = {BASE};
    const struct fake_image_layer base = {.folder = BASE,
                                          .utility_vm = true,
                                          .os_build = 17763,
                                          .os_revision = 2628,
                                          .files = base_files,
                                          .file_count = 2};
    const struct fake_image_layer top = {
        .folder = TOP, .parents = parents, .parent_count = 1, .files = top_files, .file_count = 3};
    assert_true(fake_storage_put_layer(host, &base));
    assert_true(fake_storage_put_layer(host, &top));
}

void layers_process_begin(struct layers_world *world)
{
    struct wcd_error err = WCD_ERROR_INIT;
    world->host = new_host();
    world->fault = wrap_fault_create(&world->below);
    assert_non_null(world->fault);
    const struct platform platform = wrap_fault_platform(world->fault);
    assert_int_equal(fake_layers_create(&world->layers, world->host, &platform.fs, &err), WCD_OK);
    world->storage = fake_layers_storage(world->layers);
}

void layers_process_end(struct layers_world *world)
{
    fake_layers_destroy(world->layers);
    fake_host_destroy(world->host);
    wrap_fault_destroy(world->fault);
}

void layers_world_begin(struct layers_world *world)
{
    static const char *const folders[] = {TOP, BASE};
    *world = (struct layers_world){.files = new_host()};
    world->below = fake_host_platform(world->files);
    put_images(world->files);
    assert_true(fake_fs_put_directory(world->files, OUT, NULL));
    layers_process_begin(world);
    for (size_t i = 0; i < 2; i++) {
        const char *name = strrchr(folders[i], '\\') + 1;
        ASSERT_OK(world->storage.ops->name_to_guid(world->storage.ctx, name, &world->ids[i]));
        world->parents[i] = (struct plat_layer_descriptor){world->ids[i], 0, folders[i]};
    }
}

void layers_world_end(struct layers_world *world)
{
    struct wcd_strlist list;
    layers_process_end(world);
    wcd_strlist_init(&list);
    assert_true(fake_host_leftovers(world->files, &list));
    assert_int_equal(list.count, 0);
    assert_true(fake_host_misuse(world->files, &list));
    assert_int_equal(list.count, 0);
    wcd_strlist_release(&list);
    fake_host_destroy(world->files);
    free(world->ids[0]);
    free(world->ids[1]);
}

/* ---- calls ---- */

plat_hr layers_call_create(struct layers_world *world)
{
    return world->storage.ops->create_scratch_layer(world->storage.ctx, &layers_driver, SCRATCH, "",
                                                    world->parents, 2);
}

plat_hr layers_call_activate(struct layers_world *world)
{
    return world->storage.ops->activate_layer(world->storage.ctx, &layers_driver, SCRATCH);
}

plat_hr layers_call_prepare(struct layers_world *world)
{
    return world->storage.ops->prepare_layer(world->storage.ctx, &layers_driver, SCRATCH,
                                             world->parents, 2);
}

plat_hr layers_call_unprepare(struct layers_world *world)
{
    return world->storage.ops->unprepare_layer(world->storage.ctx, &layers_driver, SCRATCH);
}

plat_hr layers_call_deactivate(struct layers_world *world)
{
    return world->storage.ops->deactivate_layer(world->storage.ctx, &layers_driver, SCRATCH);
}

plat_hr layers_call_export(struct layers_world *world)
{
    return world->storage.ops->export_layer(world->storage.ctx, &layers_driver, SCRATCH, OUT,
                                            world->parents, 2);
}

plat_hr layers_call_import(struct layers_world *world)
{
    return world->storage.ops->import_layer(world->storage.ctx, &layers_driver, NEW, TRANSPORT,
                                            world->parents, 2);
}

plat_hr layers_call_destroy(struct layers_world *world, const char *layer)
{
    return world->storage.ops->destroy_layer(world->storage.ctx, &layers_driver, layer);
}

bool layers_is_there(struct layers_world *world, const char *layer)
{
    bool there = false;
    ASSERT_OK(world->storage.ops->layer_exists(world->storage.ctx, &layers_driver, layer, &there));
    return there;
}

void layers_mount(struct layers_world *world)
{
    ASSERT_OK(layers_call_create(world));
    ASSERT_OK(layers_call_activate(world));
    ASSERT_OK(layers_call_prepare(world));
}

void layers_unmount(struct layers_world *world)
{
    ASSERT_OK(layers_call_unprepare(world));
    ASSERT_OK(layers_call_deactivate(world));
}

/* ---- files ---- */

void layers_put_file(struct layers_world *world, const char *path, const void *data, size_t size)
{
    assert_true(fake_fs_put_file(world->files, path, data, size));
}

void layers_put_transport(struct layers_world *world)
{
    unsigned char data[TRANSPORT_PACKED_BYTES];
    static const char tombs[] = "\xEF\xBB\xBFVersion 1.0\n\\app\\top.txt\n\\app\\deep\n\\no\\one\n";
    layers_put_file(world, TRANSPORT "\\Files\\app\\both.txt", data,
                    transport_pack(data, PLAT_FILE_READONLY, "changed"));
    layers_put_file(world, TRANSPORT "\\Files\\app.$wcidirs$", data,
                    transport_pack(data, PLAT_FILE_DIRECTORY | PLAT_FILE_HIDDEN, NULL));
    layers_put_file(world, TRANSPORT "\\Files\\new\\file", data,
                    transport_pack(data, PLAT_FILE_ARCHIVE, "new"));
    layers_put_file(world, TRANSPORT "\\Hives\\System_Delta", "regf1", 5);
    layers_put_file(world, TRANSPORT "\\tombstones.txt", tombs, sizeof(tombs) - 1);
}

static void describe_content(struct layers_world *world, const char *path, struct wcd_buf *buf)
{
    const struct plat_fs *fs = &world->below.fs;
    plat_handle file = PLAT_NO_HANDLE;
    unsigned char *data = malloc(READ_BYTES);
    unsigned char digest[WCD_SHA1_BYTES];
    size_t got = 0;
    assert_non_null(data);
    ASSERT_OK(fs->ops->open(fs->ctx, path, PLAT_GENERIC_READ, PLAT_OPEN_EXISTING, &file));
    ASSERT_OK(fs->ops->read(fs->ctx, file, data, READ_BYTES, &got));
    ASSERT_OK(fs->ops->close(fs->ctx, file));
    assert_int_not_equal(got, READ_BYTES);
    const struct wcd_digest_part part = {data, got};
    wcd_sha1(&part, 1, digest);
    wcd_buf_format(buf, " %zu bytes %02x%02x%02x%02x", got, digest[0], digest[1], digest[2],
                   digest[3]);
    free(data);
}

static void describe_streams(struct layers_world *world, const char *path, struct wcd_buf *buf)
{
    const struct plat_fs *fs = &world->below.fs;
    struct plat_stream_list list;
    ASSERT_OK(fs->ops->streams(fs->ctx, path, &list));
    for (size_t i = 0; i < list.count; i++) {
        if (list.entries[i].name[0] != '\0') {
            char *stream = wcd_text_format("%s:%s", path, list.entries[i].name);
            wcd_buf_format(buf, " :%s", list.entries[i].name);
            describe_content(world, stream, buf);
            free(stream);
        }
    }
    plat_stream_list_free(&list);
}

static void describe_entry(struct layers_world *world, const char *path,
                           const struct plat_dir_entry *entry, struct wcd_buf *buf)
{
    const struct plat_fs *fs = &world->below.fs;
    uint32_t attributes = entry->info.attributes;
    wcd_buf_format(buf, " %x", (unsigned)attributes);
    if ((attributes & PLAT_FILE_REPARSE_POINT) != 0) {
        char *target = NULL;
        ASSERT_OK(fs->ops->read_symlink(fs->ctx, path, &target));
        wcd_buf_format(buf, " to %s", target);
        free(target);
        return;
    }
    if ((attributes & PLAT_FILE_DIRECTORY) == 0) {
        describe_content(world, path, buf);
    }
    describe_streams(world, path, buf);
}

static void describe_folder(struct layers_world *world, const char *top, const char *folder,
                            struct wcd_strlist *folders, struct wcd_strlist *lines)
{
    const struct plat_fs *fs = &world->below.fs;
    struct plat_dir_list list;
    ASSERT_OK(fs->ops->list(fs->ctx, folder, &list));
    for (size_t i = 0; i < list.count; i++) {
        const struct plat_dir_entry *entry = &list.entries[i];
        if (strcmp(entry->name, "WcSandboxState") == 0) {
            continue;
        }
        struct wcd_buf buf;
        char *path = wcd_text_format("%s\\%s", folder, entry->name);
        wcd_buf_init(&buf, READ_BYTES);
        wcd_buf_text(&buf, path + strlen(top));
        describe_entry(world, path, entry, &buf);
        assert_true(wcd_strlist_take(lines, wcd_buf_take(&buf)));
        uint32_t kind = entry->info.attributes & (PLAT_FILE_DIRECTORY | PLAT_FILE_REPARSE_POINT);
        assert_true(kind != PLAT_FILE_DIRECTORY || wcd_strlist_add(folders, path));
        free(path);
    }
    plat_dir_list_free(&list);
}

char *layers_describe(struct layers_world *world, const char *folder)
{
    struct wcd_strlist folders;
    struct wcd_strlist lines;
    wcd_strlist_init(&folders);
    wcd_strlist_init(&lines);
    assert_true(wcd_strlist_add(&folders, folder));
    for (size_t i = 0; i < folders.count; i++) {
        char *at = wcd_text_copy(folders.items[i]);
        describe_folder(world, folder, at, &folders, &lines);
        free(at);
    }
    wcd_strlist_sort(&lines);
    char *text = wcd_strlist_join(&lines, "\n");
    assert_non_null(text);
    wcd_strlist_release(&folders);
    wcd_strlist_release(&lines);
    return text;
}

void layers_assert_same(struct layers_world *world, const char *a, const char *b)
{
    char *texts[2] = {layers_describe(world, a), layers_describe(world, b)};
    assert_string_equal(texts[0], texts[1]);
    free(texts[0]);
    free(texts[1]);
}

void layers_assert_names(struct layers_world *world, const char *folder, const char *names)
{
    const struct plat_fs *fs = &world->below.fs;
    struct plat_dir_list list;
    struct wcd_strlist found;
    wcd_strlist_init(&found);
    ASSERT_OK(fs->ops->list(fs->ctx, folder, &list));
    for (size_t i = 0; i < list.count; i++) {
        assert_true(wcd_strlist_add(&found, list.entries[i].name));
    }
    plat_dir_list_free(&list);
    char *text = wcd_strlist_join(&found, " ");
    assert_string_equal(text, names);
    free(text);
    wcd_strlist_release(&found);
}
