/* Layers on a file system: what goes in comes out, hosts that end, services that keep something, want of memory. */
#include "tests/support/alloc_fail.h"
#include "tests/unit/fakes/layers_fixture.h"

#include "fakes/host/random.h"
#include "fakes/storage/wire.h"

#include <stdio.h>

/* ---- what goes in comes out ---- */

#define ROUNDS      24
#define CHANGES_MAX 24
#define NAMES       5

/* Sizes around those of the pieces in which files are read. */
static const size_t sizes[] = {0, 1, 5, 4096, 65535, 65536, 65537, 200000};

/* A name of a few, in folders of a few, so that they meet again. */
static void random_path(struct fake_random *random, char *out, size_t room)
{
    static const char *const names[NAMES] = {"app", "both.txt", "Base.txt", "deep", "n\xC3\xA4me"};
    size_t at = (size_t)snprintf(out, room, "%s", VOLUME);
    size_t depth = 1 + (size_t)fake_random_below(random, 3);
    for (size_t i = 0; i < depth; i++) {
        at +=
            (size_t)snprintf(out + at, room - at, "\\%s", names[fake_random_below(random, NAMES)]);
    }
}

static void random_content(struct layers_world *world, struct fake_random *random, const char *path)
{
    const struct plat_fs *fs = &world->below.fs;
    size_t size = sizes[fake_random_below(random, sizeof(sizes) / sizeof(sizes[0]))];
    unsigned char *data = malloc(size + 1);
    plat_handle file = PLAT_NO_HANDLE;
    assert_non_null(data);
    for (size_t i = 0; i < size; i++) {
        data[i] = (unsigned char)fake_random_below(random, 256);
    }
    if (plat_succeeded(
            fs->ops->open(fs->ctx, path, PLAT_GENERIC_WRITE, PLAT_CREATE_ALWAYS, &file))) {
        ASSERT_OK(fs->ops->write(fs->ctx, file, data, size));
        ASSERT_OK(fs->ops->close(fs->ctx, file));
    }
    free(data);
}

/* One change; what the file system refuses is none. */
static void random_change(struct layers_world *world, struct fake_random *random)
{
    static const uint32_t attributes[] = {PLAT_FILE_NORMAL, PLAT_FILE_READONLY, PLAT_FILE_HIDDEN,
                                          PLAT_FILE_SYSTEM | PLAT_FILE_ARCHIVE};
    const struct plat_fs *fs = &world->below.fs;
    const struct plat_storage *own = &world->storage;
    char path[256];
    char stream[300];
    random_path(random, path, sizeof(path));
    (void)snprintf(stream, sizeof(stream), "%s:stream", path);
    switch (fake_random_below(random, 8)) {
    case 0:
        (void)fs->ops->create_directory(fs->ctx, path, NULL);
        break;
    case 1:
        (void)fs->ops->remove_file(fs->ctx, path);
        break;
    case 2:
        (void)own->ops->destroy_layer(own->ctx, &layers_driver, path); /* a whole tree */
        break;
    case 3:
        (void)fs->ops->set_attributes(fs->ctx, path, attributes[fake_random_below(random, 4)]);
        break;
    case 4:
        (void)fs->ops->create_symlink(fs->ctx, path, "deep\\file",
                                      fake_random_below(random, 2) == 0);
        break;
    case 5:
        random_content(world, random, stream);
        break;
    default:
        random_content(world, random, path);
        break;
    }
}

static void round_trip(uint64_t seed)
{
    static const char other[] = LAYERS "\\other";
    struct fake_random random = fake_random_seed(seed);
    struct layers_world world;
    layers_world_begin(&world);
    const struct plat_storage *own = &world.below.storage;
    const struct plat_storage *storage = &world.storage;
    layers_mount(&world);
    size_t changes = fake_random_below(&random, CHANGES_MAX);
    for (size_t i = 0; i < changes; i++) {
        random_change(&world, &random);
    }
    ASSERT_OK(layers_call_unprepare(&world));
    ASSERT_OK(layers_call_export(&world));
    ASSERT_OK(storage->ops->import_layer(storage->ctx, &layers_driver, NEW, OUT, world.parents, 2));
    layers_assert_same(&world, NEW "\\Files", VOLUME);
    /* The emulator's own storage reads the same, and writes what this one reads. */
    ASSERT_OK(own->ops->import_layer(own->ctx, &layers_driver, other, OUT, world.parents, 2));
    layers_assert_same(&world, LAYERS "\\other\\Files", VOLUME);
    assert_true(fake_fs_put_directory(world.files, "C:\\again", NULL));
    ASSERT_OK(
        own->ops->export_layer(own->ctx, &layers_driver, other, "C:\\again", world.parents, 2));
    ASSERT_OK(layers_call_destroy(&world, NEW));
    ASSERT_OK(storage->ops->import_layer(storage->ctx, &layers_driver, NEW, "C:\\again",
                                         world.parents, 2));
    layers_assert_same(&world, NEW "\\Files", VOLUME);
    ASSERT_OK(layers_call_deactivate(&world));
    ASSERT_OK(layers_call_destroy(&world, SCRATCH));
    ASSERT_OK(layers_call_destroy(&world, NEW));
    ASSERT_OK(layers_call_destroy(&world, other));
    layers_assert_names(&world, LAYERS, "base top");
    layers_world_end(&world);
}

static void what_goes_in_comes_out(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= ROUNDS; seed++) {
        round_trip(seed);
    }
}

/* ---- the transport format, however it is cut ---- */

static plat_hr log_attributes(void *ctx, uint32_t attributes)
{
    wcd_buf_format(ctx, "attributes %x", (unsigned)attributes);
    return PLAT_S_OK;
}

static plat_hr log_stream(void *ctx, const char *name, bool block)
{
    wcd_buf_format(ctx, "\n%s '%s' ", block ? "block" : "stream", name);
    return PLAT_S_OK;
}

/* Each byte for itself, so that it makes no difference how many came at once. */
static plat_hr log_bytes(void *ctx, uint64_t offset, const void *data, size_t size)
{
    const char *text = data;
    for (size_t i = 0; i < size; i++) {
        wcd_buf_format(ctx, "%c%u", text[i], (unsigned)(offset + i));
    }
    return PLAT_S_OK;
}

static plat_hr log_link(void *ctx, const char *target)
{
    wcd_buf_format(ctx, "\nlink %s", target);
    return PLAT_S_OK;
}

/* What a reader tells that gets so many bytes at a time. */
static char *told_of(const struct wcd_buf *file, size_t piece)
{
    static const struct fake_wire_sink sink = {log_attributes, log_stream, log_bytes, log_link};
    struct fake_wire_reader reader;
    struct wcd_buf log;
    wcd_buf_init(&log, 4096);
    fake_wire_begin(&reader, &sink, &log);
    for (size_t at = 0; at < file->len; at += piece) {
        size_t size = file->len - at < piece ? file->len - at : piece;
        ASSERT_OK(fake_wire_feed(&reader, file->data + at, size));
    }
    ASSERT_OK(fake_wire_end(&reader));
    return wcd_buf_take(&log);
}

static void a_file_may_come_in_any_pieces(void **state)
{
    static const char block[] = {9, 0, 0, 0, 0, 0, 0, 0, 10, 0, 0, 0, 0, 0,   0,
                                 0, 0, 0, 0, 0, 7, 0, 0, 0,  0, 0, 0, 0, 'p', 'q'};
    static const char security[] = {3, 0, 0, 0, 0, 0, 0, 0, 3,   0,   0,  0,
                                    0, 0, 0, 0, 0, 0, 0, 0, 'a', 'b', 'c'};
    struct wcd_buf file;
    (void)state;
    wcd_buf_init(&file, 4096);
    fake_wire_put_attributes(&file, PLAT_FILE_ARCHIVE);
    wcd_buf_add(&file, security, sizeof(security));
    fake_wire_put_stream(&file, "", 5);
    wcd_buf_add(&file, "hello", 5);
    fake_wire_put_stream(&file, "n\xC3\xA4me", 2);
    wcd_buf_add(&file, "xy", 2);
    fake_wire_put_stream(&file, "empty", 0);
    wcd_buf_add(&file, block, sizeof(block));
    fake_wire_put_link(&file, "C:\\there");
    assert_false(file.failed);
    char *whole = told_of(&file, file.len);
    assert_string_equal(whole, "attributes 20\nstream '' h0e1l2l3o4\nstream 'n\xC3\xA4me' x0y1"
                               "\nstream 'empty' \nblock '' p7q8\nlink C:\\there");
    for (size_t piece = 1; piece < file.len; piece++) {
        char *told = told_of(&file, piece);
        assert_string_equal(told, whole);
        free(told);
    }
    free(whole);
    wcd_buf_release(&file);
}

/* Longer than a few buffers. */
static void large_files_are_copied_in_pieces(void **state)
{
    const size_t size = 300007;
    struct layers_world world;
    (void)state;
    layers_world_begin(&world);
    unsigned char *data = calloc(1, size);
    assert_non_null(data);
    memset(data + size / 2, 'x', 100);
    layers_put_file(&world, TOP "\\Files\\large", data, size);
    layers_mount(&world);
    layers_assert_same(&world, VOLUME, TOP "\\Files");
    layers_unmount(&world);
    free(data);
    layers_world_end(&world);
}

/* ---- exports ---- */

static void an_export_takes_the_place_of_another(void **state)
{
    struct layers_world world;
    (void)state;
    layers_world_begin(&world);
    const struct plat_fs *fs = &world.below.fs;
    layers_mount(&world);
    layers_put_file(&world, VOLUME "\\mine", "1", 1);
    ASSERT_OK(layers_call_unprepare(&world));
    ASSERT_OK(layers_call_export(&world));
    layers_assert_names(&world, OUT "\\Files", "mine");
    ASSERT_OK(fs->ops->remove_file(fs->ctx, VOLUME "\\mine"));
    layers_put_file(&world, VOLUME "\\other", "1", 1);
    ASSERT_OK(layers_call_export(&world));
    layers_assert_names(&world, OUT "\\Files", "other");
    layers_assert_names(&world, OUT, "Files Hives tombstones.txt");
    ASSERT_OK(fs->ops->remove_file(fs->ctx, OUT "\\tombstones.txt"));
    ASSERT_HR(layers_call_export(&world), HR(PLAT_ERROR_ALREADY_EXISTS));
    layers_assert_names(&world, OUT, "Files Hives");
    ASSERT_HR(world.storage.ops->export_layer(world.storage.ctx, &layers_driver, SCRATCH, TOP,
                                              world.parents, 2),
              HR(PLAT_ERROR_INVALID_PARAMETER));
    ASSERT_OK(layers_call_deactivate(&world));
    layers_world_end(&world);
}

/* ---- layers that resist ---- */

static void what_is_half_destroyed_is_no_layer(void **state)
{
    struct layers_world world;
    (void)state;
    layers_world_begin(&world);
    layers_put_transport(&world);
    ASSERT_OK(layers_call_import(&world));
    assert_true(fake_fs_set_failure(world.files, NEW "-removing\\Hives",
                                    plat_hr_win32(PLAT_ERROR_SHARING_VIOLATION)));
    ASSERT_HR(layers_call_destroy(&world, NEW), HR(PLAT_ERROR_SHARING_VIOLATION));
    assert_false(layers_is_there(&world, NEW));
    layers_assert_names(&world, LAYERS, "base new-removing top");
    assert_true(fake_fs_set_failure(world.files, NEW "-removing\\Hives", PLAT_S_OK));
    ASSERT_OK(layers_call_destroy(&world, NEW));
    layers_assert_names(&world, LAYERS, "base top");
    ASSERT_HR(layers_call_destroy(&world, NEW), HR(PLAT_ERROR_FILE_NOT_FOUND));
    layers_world_end(&world);
}

/* ---- hosts that end ---- */

static void a_new_service_does_not_know_what_is_mounted(void **state)
{
    struct layers_world world;
    (void)state;
    layers_world_begin(&world);
    layers_mount(&world);
    ASSERT_OK(layers_call_activate(&world));
    ASSERT_OK(layers_call_prepare(&world));
    fake_hcs_disconnect(world.host);
    fake_hcs_reconnect(world.host);
    ASSERT_HR(layers_call_activate(&world), HR(PLAT_ERROR_SHARING_VIOLATION));
    ASSERT_HR(layers_call_prepare(&world), HR(PLAT_ERROR_SHARING_VIOLATION));
    layers_unmount(&world);
    ASSERT_HR(layers_call_deactivate(&world), HR(PLAT_ERROR_NOT_FOUND));
    layers_world_end(&world);
}

static void a_scratch_outlives_its_host(void **state)
{
    struct layers_world world;
    struct wcd_strlist list;
    (void)state;
    layers_world_begin(&world);
    layers_mount(&world);
    layers_put_file(&world, VOLUME "\\mine", "1", 1);
    wcd_strlist_init(&list);
    assert_true(fake_host_leftovers(world.host, &list));
    assert_int_equal(list.count, 1);
    assert_string_equal(list.items[0], "storage layer " SCRATCH " (prepared)");
    wcd_strlist_release(&list);
    assert_int_equal(fake_storage_state(world.host, SCRATCH), FAKE_LAYER_PREPARED);
    fake_host_reboot(world.host);
    assert_int_equal(fake_storage_state(world.host, SCRATCH), FAKE_LAYER_SCRATCH);
    layers_assert_names(&world, SCRATCH, "sandbox.filled sandbox.tree sandbox.vhdx");
    ASSERT_OK(layers_call_activate(&world));
    layers_process_end(&world);
    layers_process_begin(&world);
    ASSERT_OK(layers_call_activate(&world));
    ASSERT_OK(layers_call_prepare(&world));
    assert_int_equal(fake_fs_kind_of(world.files, VOLUME "\\mine"), FAKE_FS_FILE);
    layers_unmount(&world);
    assert_int_equal(fake_storage_state(world.host, TOP), FAKE_LAYER_IMAGE);
    assert_int_equal(fake_storage_state(world.host, NEW), FAKE_LAYER_NOTHING);
    uint32_t build = 0;
    uint32_t revision = 0;
    assert_true(fake_storage_image_version(world.host, TOP, &build, &revision));
    assert_int_equal(build, 17763);
    layers_world_end(&world);
}

/* ---- which disk is whose ---- */

#define OTHER_SCRATCH LAYERS "\\t"

static char *disk_text(struct layers_world *world, const char *layer)
{
    const struct plat_fs *fs = &world->below.fs;
    plat_handle file = PLAT_NO_HANDLE;
    char path[64];
    char *text = calloc(1, 512);
    size_t got = 0;
    assert_non_null(text);
    (void)snprintf(path, sizeof(path), "%s\\sandbox.vhdx", layer);
    ASSERT_OK(fs->ops->open(fs->ctx, path, PLAT_GENERIC_READ, PLAT_OPEN_EXISTING, &file));
    ASSERT_OK(fs->ops->read(fs->ctx, file, text, 511, &got));
    ASSERT_OK(fs->ops->close(fs->ctx, file));
    return text;
}

static plat_hr create_other(struct layers_world *world)
{
    return world->storage.ops->create_scratch_layer(world->storage.ctx, &layers_driver,
                                                    OTHER_SCRATCH, "", world->parents, 2);
}

static plat_hr activate(struct layers_world *world, const char *layer)
{
    return world->storage.ops->activate_layer(world->storage.ctx, &layers_driver, layer);
}

static plat_hr deactivate(struct layers_world *world, const char *layer)
{
    return world->storage.ops->deactivate_layer(world->storage.ctx, &layers_driver, layer);
}

/* Each can be mounted beside the other, and neither takes the other along. */
static void assert_two_disks(struct layers_world *world)
{
    ASSERT_OK(activate(world, SCRATCH));
    ASSERT_OK(activate(world, OTHER_SCRATCH));
    assert_int_equal(fake_storage_state(world->host, SCRATCH), FAKE_LAYER_ACTIVATED);
    assert_int_equal(fake_storage_state(world->host, OTHER_SCRATCH), FAKE_LAYER_ACTIVATED);
    ASSERT_OK(deactivate(world, OTHER_SCRATCH));
    ASSERT_HR(layers_call_destroy(world, SCRATCH), HR(PLAT_ERROR_SHARING_VIOLATION));
    ASSERT_OK(layers_call_destroy(world, OTHER_SCRATCH));
    assert_int_equal(fake_storage_state(world->host, SCRATCH), FAKE_LAYER_ACTIVATED);
    ASSERT_OK(deactivate(world, SCRATCH));
    ASSERT_OK(layers_call_destroy(world, SCRATCH));
    layers_assert_names(world, LAYERS, "base top");
}

/* The next host has the seed of the one before. */
static void hosts_give_no_disk_the_id_of_an_older_one(void **state)
{
    struct layers_world world;
    (void)state;
    layers_world_begin(&world);
    ASSERT_OK(layers_call_create(&world));
    layers_process_end(&world);
    layers_process_begin(&world);
    ASSERT_OK(create_other(&world));
    char *texts[2] = {disk_text(&world, SCRATCH), disk_text(&world, OTHER_SCRATCH)};
    assert_string_not_equal(texts[0], texts[1]);
    free(texts[0]);
    free(texts[1]);
    assert_two_disks(&world);
    /* At another time, in the same place. */
    ASSERT_OK(layers_call_create(&world));
    texts[0] = disk_text(&world, SCRATCH);
    ASSERT_OK(layers_call_destroy(&world, SCRATCH));
    layers_process_end(&world);
    layers_process_begin(&world);
    ASSERT_OK(create_other(&world));
    ASSERT_OK(layers_call_destroy(&world, OTHER_SCRATCH));
    fake_host_advance_us(world.host, 1);
    ASSERT_OK(layers_call_create(&world));
    texts[1] = disk_text(&world, SCRATCH);
    assert_string_not_equal(texts[0], texts[1]);
    free(texts[0]);
    free(texts[1]);
    layers_world_end(&world);
}

/* Same seed, same place, same time: the emulated clock begins anew. */
static void disks_of_one_id_are_two(void **state)
{
    struct layers_world world;
    (void)state;
    layers_world_begin(&world);
    ASSERT_OK(layers_call_create(&world));
    ASSERT_OK(world.below.fs.ops->move(world.below.fs.ctx, SCRATCH, OTHER_SCRATCH, 0));
    layers_process_end(&world);
    layers_process_begin(&world);
    ASSERT_OK(layers_call_create(&world));
    char *texts[2] = {disk_text(&world, SCRATCH), disk_text(&world, OTHER_SCRATCH)};
    assert_string_equal(texts[0], texts[1]);
    free(texts[0]);
    free(texts[1]);
    assert_two_disks(&world);
    layers_world_end(&world);
}

static void before_copy(struct layers_world *world)
{
    ASSERT_OK(layers_call_create(world));
    char *text = disk_text(world, SCRATCH);
    layers_put_file(world, OTHER_SCRATCH "\\sandbox.vhdx", text, strlen(text));
    layers_put_file(world, OTHER_SCRATCH "\\sandbox.tree\\copied", "1", 1);
    free(text);
    ASSERT_OK(activate(world, SCRATCH));
    ASSERT_OK(deactivate(world, SCRATCH));
}

static void a_copied_folder_has_a_disk_of_its_own(void **state)
{
    struct layers_world world;
    (void)state;
    layers_world_begin(&world);
    before_copy(&world);
    ASSERT_OK(activate(&world, OTHER_SCRATCH));
    layers_assert_names(&world, OTHER_SCRATCH, "sandbox.vhdx sandbox.volume");
    layers_assert_names(&world, SCRATCH, "sandbox.tree sandbox.vhdx");
    ASSERT_OK(deactivate(&world, OTHER_SCRATCH));
    assert_two_disks(&world);
    layers_world_end(&world);
}

static void a_disk_is_one_by_every_path(void **state)
{
    struct layers_world world;
    (void)state;
    layers_world_begin(&world);
    ASSERT_OK(world.below.fs.ops->create_symlink(world.below.fs.ctx, "C:\\way", LAYERS, true));
    ASSERT_OK(layers_call_create(&world));
    ASSERT_OK(activate(&world, SCRATCH));
    ASSERT_OK(deactivate(&world, "C:\\way\\s"));
    layers_assert_names(&world, SCRATCH, "sandbox.tree sandbox.vhdx");
    layers_world_end(&world);
}

static plat_hr meet_copy(struct layers_world *world)
{
    return activate(world, OTHER_SCRATCH);
}

static plat_hr leave_copy(struct layers_world *world)
{
    return deactivate(world, OTHER_SCRATCH);
}

static void what_is_no_disk_cannot_be_mounted(void **state)
{
    struct layers_world world;
    (void)state;
    layers_world_begin(&world);
    ASSERT_OK(layers_call_create(&world));
    layers_put_file(&world, SCRATCH "\\sandbox.vhdx", "something", 9);
    ASSERT_HR(layers_call_activate(&world), plat_hr_of(0xC03A0003u));
    layers_put_file(&world, SCRATCH "\\sandbox.vhdx", "vhdxfile\ndisk none", 18);
    ASSERT_HR(layers_call_activate(&world), plat_hr_of(0xC03A0003u));
    ASSERT_HR(world.storage.ops->detach_disk(world.storage.ctx, TOP "\\blank.vhdx"),
              HR(PLAT_ERROR_FILE_NOT_FOUND));
    ASSERT_HR(world.storage.ops->detach_disk(world.storage.ctx, SCRATCH "\\sandbox.vhdx"),
              plat_hr_of(0xC03A0003u));
    ASSERT_OK(layers_call_destroy(&world, SCRATCH));
    ASSERT_HR(layers_call_destroy(&world, "C:\\"), HR(PLAT_ERROR_ACCESS_DENIED));
    layers_world_end(&world);
}

/* ---- images that hosts begin with ---- */

#define MORE       "C:\\more\\images"
#define MORE_BASE  MORE "\\base"
#define MORE_TOP   MORE "\\top"
#define OTHER      "C:\\other"
#define OTHER_BASE OTHER "\\base"
#define OTHER_TOP  OTHER "\\top"

static bool put_images(struct fake_host *host, const char *base_folder, const char *top_folder)
{
    static const struct fake_image_file files[] = {{"app\\file", "content"}};
    const char *const parents[] = {base_folder};
    const struct fake_image_layer base = {.folder = base_folder,
                                          .utility_vm = true,
                                          .os_build = 20348,
                                          .os_revision = 1,
                                          .files = files,
                                          .file_count = 1};
    const struct fake_image_layer top = {
        .folder = top_folder, .parents = parents, .parent_count = 1, .os_build = 20348};
    return fake_storage_put_layer(host, &base) && fake_storage_put_layer(host, &top);
}

static void images_are_put_where_the_layers_lie(void **state)
{
    struct layers_world world;
    (void)state;
    layers_world_begin(&world);
    assert_true(put_images(world.host, MORE_BASE, MORE_TOP));
    assert_true(put_images(world.files, OTHER_BASE, OTHER_TOP));
    layers_assert_same(&world, MORE, OTHER);
    assert_false(put_images(world.host, MORE_BASE, MORE_TOP));
    assert_false(put_images(world.host, LAYERS "\\third", TOP));
    layers_assert_names(&world, LAYERS, "base third top");
    layers_world_end(&world);
}

/* ---- want of memory ---- */

struct memory_case {
    void (*before)(struct layers_world *world);
    plat_hr (*run)(struct layers_world *world);
    plat_hr (*again)(struct layers_world *world); /* takes back what a success did; NULL: nothing */
};

static plat_hr destroy_scratch(struct layers_world *world)
{
    return layers_call_destroy(world, SCRATCH);
}

static plat_hr destroy_new(struct layers_world *world)
{
    return layers_call_destroy(world, NEW);
}

static void before_scratch(struct layers_world *world)
{
    ASSERT_OK(layers_call_create(world));
}

static void before_prepare(struct layers_world *world)
{
    ASSERT_OK(layers_call_create(world));
    ASSERT_OK(layers_call_activate(world));
}

static void before_export(struct layers_world *world)
{
    const struct plat_fs *fs = &world->below.fs;
    layers_mount(world);
    layers_put_file(world, VOLUME "\\deep\\mine", "1", 1);
    layers_put_file(world, VOLUME "\\deep\\mine:stream", "2", 1);
    ASSERT_OK(fs->ops->create_symlink(fs->ctx, VOLUME "\\link", "deep\\mine", false));
    ASSERT_OK(fs->ops->remove_file(fs->ctx, VOLUME "\\app\\top.txt"));
    ASSERT_OK(layers_call_unprepare(world));
}

static void before_import(struct layers_world *world)
{
    layers_put_transport(world);
}

static plat_hr copy(struct layers_world *world)
{
    return world->storage.ops->copy_layer(world->storage.ctx, &layers_driver, SCRATCH, NEW,
                                          world->parents, 2);
}

static plat_hr grant(struct layers_world *world)
{
    return world->storage.ops->grant_vm_access(
        world->storage.ctx, "00112233-4455-6677-8899-aabbccddeeff", TOP "\\Hives\\System_Delta");
}

static plat_hr nothing_new(struct layers_world *world)
{
    (void)world;
    return PLAT_S_OK;
}

static void before_nothing(struct layers_world *world)
{
    (void)world;
}

static void want(const struct memory_case *test)
{
    struct layers_world world;
    layers_world_begin(&world);
    test->before(&world);
    size_t stride = alloc_fail_stride(7);
    for (size_t n = 1;; n += stride) {
        alloc_fail_after(n);
        plat_hr hr = test->run(&world);
        if (!alloc_fail_off()) {
            ASSERT_OK(hr);
            break;
        }
        /* Where clearing up wants memory, too, it can do without. */
        if (plat_succeeded(hr)) {
            ASSERT_OK(test->again(&world));
        } else {
            ASSERT_HR(hr, HR(PLAT_ERROR_NOT_ENOUGH_MEMORY));
        }
    }
    layers_world_end(&world);
}

static void without_memory_calls_fail_and_can_be_made_again(void **state)
{
    static const struct memory_case cases[] = {
        {before_nothing, layers_call_create, destroy_scratch},
        {before_scratch, layers_call_activate, layers_call_deactivate},
        {before_prepare, layers_call_prepare, layers_call_unprepare},
        {before_export, layers_call_export, nothing_new},
        {before_import, layers_call_import, destroy_new},
        {before_scratch, copy, destroy_new},
        {before_scratch, destroy_scratch, layers_call_create},
        {before_copy, meet_copy, leave_copy},
        {before_nothing, grant, nothing_new},
    };
    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        want(&cases[i]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_goes_in_comes_out),
        cmocka_unit_test(a_file_may_come_in_any_pieces),
        cmocka_unit_test(large_files_are_copied_in_pieces),
        cmocka_unit_test(an_export_takes_the_place_of_another),
        cmocka_unit_test(what_is_half_destroyed_is_no_layer),
        cmocka_unit_test(a_new_service_does_not_know_what_is_mounted),
        cmocka_unit_test(a_scratch_outlives_its_host),
        cmocka_unit_test(hosts_give_no_disk_the_id_of_an_older_one),
        cmocka_unit_test(disks_of_one_id_are_two),
        cmocka_unit_test(a_copied_folder_has_a_disk_of_its_own),
        cmocka_unit_test(a_disk_is_one_by_every_path),
        cmocka_unit_test(what_is_no_disk_cannot_be_mounted),
        cmocka_unit_test(images_are_put_where_the_layers_lie),
        cmocka_unit_test(without_memory_calls_fail_and_can_be_made_again),
    };
    return cmocka_run_group_tests_name("layers on a file system", tests, NULL, NULL);
}
