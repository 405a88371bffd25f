/* The contract of core/platform/storage.h: the life of layers, mounting, names, access. Import,
 * export and the finishing of base layers are in test_storage_transport.c. */
#include "tests/contract/layers.h"

#include "core/base/text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define GIB ((uint64_t)1024 * 1024 * 1024)

static const struct plat_storage *storage_of(void **state)
{
    return &contract_machine(state)->platform.storage;
}

static const struct plat_fs *fs_of(void **state)
{
    return &contract_machine(state)->platform.fs;
}

static plat_hr create_layer(void **state, const char *name)
{
    const struct plat_storage *storage = storage_of(state);
    char *path = layers_path(state, name);
    plat_hr hr = storage->ops->create_layer(storage->ctx, &layers_driver, path, "");
    free(path);
    return hr;
}

static bool exists(void **state, const char *path)
{
    const struct plat_storage *storage = storage_of(state);
    bool there = false;
    ASSERT_OK(storage->ops->layer_exists(storage->ctx, &layers_driver, path, &there));
    return there;
}

static plat_hr move(void **state, const char *from, const char *to)
{
    const struct plat_fs *fs = fs_of(state);
    char *from_path = layers_path(state, from);
    char *to_path = layers_path(state, to);
    plat_hr hr = fs->ops->move(fs->ctx, from_path, to_path, 0);
    free(from_path);
    free(to_path);
    return hr;
}

static void a_new_image_layer_is_an_empty_folder(void **state)
{
    const struct plat_fs *fs = fs_of(state);
    ASSERT_OK(create_layer(state, "new"));
    ASSERT_WIN32(create_layer(state, "new"), PLAT_ERROR_ALREADY_EXISTS);
    ASSERT_WIN32(create_layer(state, "none\\new"), PLAT_ERROR_PATH_NOT_FOUND);
    ASSERT_WIN32(create_layer(state, "a|b"), PLAT_ERROR_INVALID_NAME);
    char *path = layers_path(state, "new");
    struct plat_dir_list list = {0};
    ASSERT_OK(fs->ops->list(fs->ctx, path, &list));
    assert_int_equal(list.count, 0);
    free(path);
    ASSERT_OK(layers_destroy(state, "new"));
}

static void layers_are_named_by_home_and_id(void **state)
{
    const struct plat_storage *storage = storage_of(state);
    const struct plat_layer_driver home = {PLAT_LAYER_DIFF_DRIVER, contract_machine(state)->layers};
    char *path = layers_path(state, "short");
    ASSERT_OK(storage->ops->create_layer(storage->ctx, &home, "short", ""));
    assert_true(exists(state, path));
    bool there = false;
    ASSERT_OK(storage->ops->layer_exists(storage->ctx, &home, path, &there));
    assert_true(there);
    char *verbatim = wcd_text_format("\\\\?\\%s", path);
    assert_true(exists(state, verbatim));
    free(verbatim);
    ASSERT_OK(storage->ops->destroy_layer(storage->ctx, &home, "short"));
    assert_false(exists(state, path));
    free(path);
    ASSERT_WIN32(storage->ops->create_layer(storage->ctx, &layers_driver, "short", ""),
                 PLAT_ERROR_INVALID_PARAMETER);
    ASSERT_WIN32(storage->ops->create_layer(storage->ctx, &home, "", ""),
                 PLAT_ERROR_INVALID_PARAMETER);
}

static void any_folder_is_a_layer_that_exists(void **state)
{
    struct contract_machine *machine = contract_machine(state);
    assert_true(exists(state, machine->folder));
    layers_write(state, machine->folder, "file", "x", 1);
    char *file = wcd_text_format("%s\\file", machine->folder);
    char *below = wcd_text_format("%s\\none\\none", machine->folder);
    assert_false(exists(state, file));
    assert_false(exists(state, below));
    free(below);
    free(file);
}

static void a_scratch_is_a_folder_with_a_disk(void **state)
{
    ASSERT_OK(layers_create_scratch(state, "s"));
    char *path = layers_path(state, "s");
    assert_true(layers_there(state, path, "sandbox.vhdx"));
    layers_write(state, path, "layerchain.json", "[]", 2);
    free(path);
    ASSERT_WIN32(layers_create_scratch(state, "s"), PLAT_ERROR_ALREADY_EXISTS);
    ASSERT_OK(layers_destroy(state, "s"));
    ASSERT_WIN32(layers_destroy(state, "s"), PLAT_ERROR_FILE_NOT_FOUND);
    ASSERT_WIN32(layers_destroy(state, "none\\s"), PLAT_ERROR_PATH_NOT_FOUND);
}

static plat_hr scratch_over(void **state, const struct plat_layer_descriptor *parents, size_t count)
{
    const struct plat_storage *storage = storage_of(state);
    char *path = layers_path(state, "s");
    plat_hr hr =
        storage->ops->create_scratch_layer(storage->ctx, &layers_driver, path, "", parents, count);
    assert_int_equal(exists(state, path), plat_succeeded(hr));
    free(path);
    return hr;
}

static void parents_have_to_be_right(void **state)
{
    struct layers_parents parents = layers_parents_of(state);
    struct plat_layer_descriptor *list = parents.list;
    ASSERT_WIN32(scratch_over(state, list, 0), PLAT_ERROR_INVALID_PARAMETER);
    ASSERT_WIN32(scratch_over(state, list, 1), PLAT_ERROR_INVALID_PARAMETER);
    const struct plat_layer_descriptor turned[] = {list[1], list[0]};
    ASSERT_WIN32(scratch_over(state, turned, 2), PLAT_ERROR_INVALID_PARAMETER);
    const char *id = list[0].id;
    list[0].id = list[1].id;
    ASSERT_WIN32(scratch_over(state, list, 2), PLAT_ERROR_INVALID_PARAMETER);
    list[0].id = "top";
    ASSERT_WIN32(scratch_over(state, list, 2), PLAT_ERROR_INVALID_PARAMETER);
    list[0].id = id;
    list[0].flags = 1;
    ASSERT_WIN32(scratch_over(state, list, 2), PLAT_ERROR_INVALID_PARAMETER);
    list[0].flags = PLAT_LAYER_DIRTY;
    list[0].path = "top";
    ASSERT_WIN32(scratch_over(state, list, 2), PLAT_ERROR_INVALID_PARAMETER);
    list[0].path = "C:\\none\\top";
    ASSERT_WIN32(scratch_over(state, list, 2), PLAT_ERROR_PATH_NOT_FOUND);
    list[0].path = "C:\\top";
    ASSERT_WIN32(scratch_over(state, list, 2), PLAT_ERROR_FILE_NOT_FOUND);
    ASSERT_OK(scratch_over(state, list + 1, 1));
    ASSERT_OK(layers_destroy(state, "s"));
    layers_release(&parents);
}

static uint64_t volume_bytes(void **state, const char *path)
{
    const struct plat_fs *fs = fs_of(state);
    struct plat_volume_info info = {0};
    ASSERT_OK(fs->ops->volume(fs->ctx, path, &info));
    assert_string_equal(info.file_system, "NTFS");
    return info.bytes_total;
}

static void expect_scratch_bytes(void **state, uint64_t bytes)
{
    ASSERT_OK(layers_activate(state, "s"));
    char *path = layers_mount_path(state, "s");
    uint64_t told = volume_bytes(state, path);
    if (!contract_deviates(state, "a volume has the size of its disk")) {
        assert_int_equal(told, bytes);
    }
    free(path);
    ASSERT_OK(layers_deactivate(state, "s"));
}

static void a_scratch_grows_and_never_shrinks(void **state)
{
    const struct plat_storage *storage = storage_of(state);
    ASSERT_OK(layers_create_scratch(state, "s"));
    expect_scratch_bytes(state, 20 * GIB);
    char *path = layers_path(state, "s");
    ASSERT_OK(storage->ops->expand_scratch_layer(storage->ctx, &layers_driver, path, 127 * GIB));
    expect_scratch_bytes(state, 127 * GIB);
    ASSERT_OK(storage->ops->expand_scratch_layer(storage->ctx, &layers_driver, path, GIB));
    expect_scratch_bytes(state, 127 * GIB);
    ASSERT_WIN32(
        storage->ops->expand_scratch_layer(storage->ctx, &layers_driver, path, 65537 * GIB),
        PLAT_ERROR_INVALID_PARAMETER);
    ASSERT_OK(layers_activate(state, "s"));
    ASSERT_WIN32(storage->ops->expand_scratch_layer(storage->ctx, &layers_driver, path, 200 * GIB),
                 PLAT_ERROR_SHARING_VIOLATION);
    ASSERT_OK(layers_deactivate(state, "s"));
    free(path);
    ASSERT_WIN32(storage->ops->expand_scratch_layer(storage->ctx, &layers_driver,
                                                    contract_machine(state)->base, GIB),
                 PLAT_ERROR_FILE_NOT_FOUND);
    ASSERT_OK(layers_destroy(state, "s"));
}

static void the_mount_path_is_a_volume_while_activated(void **state)
{
    ASSERT_OK(layers_create_scratch(state, "s"));
    char *folder = layers_path(state, "s");
    char *path = layers_mount_path(state, "s");
    assert_string_equal(path, folder);
    free(path);
    ASSERT_OK(layers_activate(state, "s"));
    char *first = layers_mount_path(state, "s");
    assert_string_not_equal(first, folder);
    assert_int_not_equal(first[strlen(first) - 1], '\\');
    if (!contract_deviates(state, "a mount path is that of a volume")) {
        assert_int_equal(strncmp(first, "\\\\?\\Volume{", 11), 0);
        assert_int_equal(strlen(first), 11 + 36 + 1);
        assert_int_equal(first[strlen(first) - 1], '}');
    }
    ASSERT_OK(layers_deactivate(state, "s"));
    assert_false(layers_there(state, first, "WcSandboxState"));
    ASSERT_OK(layers_activate(state, "s"));
    char *second = layers_mount_path(state, "s");
    assert_string_equal(first, second);
    ASSERT_OK(layers_deactivate(state, "s"));
    free(second);
    free(first);
    free(folder);
    path = layers_mount_path(state, "top");
    assert_string_equal(path, contract_machine(state)->top);
    free(path);
    ASSERT_OK(layers_destroy(state, "s"));
}

static void every_scratch_has_a_volume_of_its_own(void **state)
{
    char *first = layers_mounted(state, "s");
    char *second = layers_mounted(state, "t");
    assert_string_not_equal(first, second);
    layers_write(state, first, "mine.txt", "1", 1);
    assert_false(layers_there(state, second, "mine.txt"));
    free(second);
    free(first);
    layers_unmount(state, "s");
    layers_unmount(state, "t");
    ASSERT_OK(layers_destroy(state, "s"));
    ASSERT_OK(layers_destroy(state, "t"));
}

/* What a call answers when all that it does is done already. */
static plat_hr again(void **state)
{
    const struct plat_os *os = &contract_machine(state)->platform.os;
    struct plat_os_version version;
    ASSERT_OK(os->ops->version(os->ctx, &version));
    return version.build >= 16299 ? PLAT_S_OK : plat_hr_win32(PLAT_ERROR_SHARING_VIOLATION);
}

static void a_mounted_scratch_may_be_mounted_again(void **state)
{
    char *volume = layers_mounted(state, "s");
    layers_write(state, volume, "mine", "1", 1);
    ASSERT_HR(layers_activate(state, "s"), again(state));
    ASSERT_HR(layers_prepare(state, "s"), again(state));
    char *same = layers_mount_path(state, "s");
    assert_string_equal(same, volume);
    layers_expect(state, volume, "mine", "1");
    ASSERT_OK(layers_unprepare(state, "s"));
    ASSERT_WIN32(layers_unprepare(state, "s"), PLAT_ERROR_NOT_FOUND);
    ASSERT_HR(layers_activate(state, "s"), again(state));
    ASSERT_WIN32(layers_destroy(state, "s"), PLAT_ERROR_SHARING_VIOLATION);
    ASSERT_OK(layers_deactivate(state, "s"));
    ASSERT_WIN32(layers_deactivate(state, "s"), PLAT_ERROR_NOT_FOUND);
    free(same);
    free(volume);
    ASSERT_OK(layers_destroy(state, "s"));
}

static void orders_that_cannot_be_are_refused(void **state)
{
    ASSERT_WIN32(layers_activate(state, "s"), PLAT_ERROR_FILE_NOT_FOUND);
    ASSERT_OK(layers_create_scratch(state, "s"));
    ASSERT_WIN32(layers_prepare(state, "s"), PLAT_ERROR_NOT_READY);
    ASSERT_WIN32(layers_unprepare(state, "s"), PLAT_ERROR_NOT_READY);
    ASSERT_WIN32(layers_deactivate(state, "s"), PLAT_ERROR_NOT_FOUND);
    ASSERT_OK(layers_activate(state, "s"));
    ASSERT_WIN32(layers_unprepare(state, "s"), PLAT_ERROR_NOT_FOUND);
    ASSERT_WIN32(layers_destroy(state, "s"), PLAT_ERROR_SHARING_VIOLATION);
    ASSERT_OK(layers_prepare(state, "s"));
    ASSERT_WIN32(layers_deactivate(state, "s"), PLAT_ERROR_NOT_READY);
    ASSERT_WIN32(layers_destroy(state, "s"), PLAT_ERROR_SHARING_VIOLATION);
    ASSERT_WIN32(layers_destroy(state, "top"), PLAT_ERROR_SHARING_VIOLATION);
    ASSERT_OK(layers_unprepare(state, "s"));
    ASSERT_WIN32(layers_prepare(state, "none"), PLAT_ERROR_FILE_NOT_FOUND);
    ASSERT_OK(layers_deactivate(state, "s"));
    ASSERT_OK(layers_destroy(state, "s"));
}

static void image_layers_only_answer(void **state)
{
    ASSERT_OK(layers_activate(state, "top"));
    ASSERT_OK(layers_activate(state, "top"));
    ASSERT_OK(layers_unprepare(state, "top"));
    ASSERT_OK(layers_deactivate(state, "top"));
    ASSERT_WIN32(layers_prepare(state, "top"), PLAT_ERROR_INVALID_PARAMETER);
}

static void a_scratch_is_prepared_over_the_layers_it_was_made_for(void **state)
{
    const struct plat_storage *storage = storage_of(state);
    struct layers_parents parents = layers_parents_of(state);
    ASSERT_OK(layers_create_scratch(state, "s"));
    ASSERT_OK(layers_activate(state, "s"));
    char *path = layers_path(state, "s");
    ASSERT_WIN32(
        storage->ops->prepare_layer(storage->ctx, &layers_driver, path, parents.list + 1, 1),
        PLAT_ERROR_INVALID_PARAMETER);
    ASSERT_WIN32(storage->ops->prepare_layer(storage->ctx, &layers_driver, path, parents.list, 0),
                 PLAT_ERROR_INVALID_PARAMETER);
    free(path);
    layers_release(&parents);
    ASSERT_OK(layers_deactivate(state, "s"));
    ASSERT_OK(layers_destroy(state, "s"));
}

static void a_prepared_scratch_shows_all_layers(void **state)
{
    char *volume = layers_mounted(state, "s");
    layers_expect(state, volume, CONTRACT_IMAGE_BOTH, "top");
    layers_expect(state, volume, CONTRACT_IMAGE_BASE, "base");
    layers_expect(state, volume, CONTRACT_IMAGE_TOP, "top");
    assert_true(layers_there(state, volume, "WcSandboxState"));
    const struct plat_fs *fs = fs_of(state);
    struct plat_dir_list list = {0};
    char *folder = wcd_text_format("%s\\app", volume);
    ASSERT_OK(fs->ops->list(fs->ctx, folder, &list));
    assert_int_equal(list.count, 3);
    plat_dir_list_free(&list);
    free(folder);
    ASSERT_OK(layers_unprepare(state, "s"));
    if (!contract_deviates(state, "a volume shows only its own while it is not prepared")) {
        assert_false(layers_there(state, volume, CONTRACT_IMAGE_BOTH));
        ASSERT_OK(fs->ops->list(fs->ctx, volume, &list));
        assert_int_equal(list.count, 1);
        assert_string_equal(list.entries[0].name, "WcSandboxState");
        plat_dir_list_free(&list);
    }
    ASSERT_OK(layers_deactivate(state, "s"));
    free(volume);
    ASSERT_OK(layers_destroy(state, "s"));
}

static void what_a_scratch_changed_stays(void **state)
{
    struct contract_machine *machine = contract_machine(state);
    char *volume = layers_mounted(state, "s");
    layers_write(state, volume, CONTRACT_IMAGE_BOTH, "mine", 4);
    layers_make_folder(state, volume, "new");
    layers_write(state, volume, "new\\file", "1", 1);
    ASSERT_OK(layers_remove(state, volume, CONTRACT_IMAGE_TOP));
    layers_unmount(state, "s");
    ASSERT_OK(layers_activate(state, "s"));
    layers_expect(state, volume, CONTRACT_IMAGE_BOTH, "mine");
    layers_expect(state, volume, "new\\file", "1");
    if (!contract_deviates(state, "a volume shows only its own while it is not prepared")) {
        assert_false(layers_there(state, volume, CONTRACT_IMAGE_BASE));
    }
    layers_write(state, volume, "app\\base.txt", "over", 4);
    ASSERT_OK(layers_prepare(state, "s"));
    layers_expect(state, volume, CONTRACT_IMAGE_BOTH, "mine");
    layers_expect(state, volume, CONTRACT_IMAGE_BASE, "over");
    assert_false(layers_there(state, volume, CONTRACT_IMAGE_TOP));
    char *files = wcd_text_format("%s\\Files", machine->top);
    layers_expect(state, files, CONTRACT_IMAGE_BOTH, "top");
    layers_expect(state, files, CONTRACT_IMAGE_TOP, "top");
    free(files);
    free(volume);
    layers_unmount(state, "s");
    ASSERT_OK(layers_destroy(state, "s"));
}

static void files_that_are_open_keep_a_volume(void **state)
{
    const struct plat_fs *fs = fs_of(state);
    char *volume = layers_mounted(state, "s");
    char *path = wcd_text_format("%s\\%s", volume, CONTRACT_IMAGE_BOTH);
    plat_handle file = PLAT_NO_HANDLE;
    ASSERT_OK(fs->ops->open(fs->ctx, path, PLAT_GENERIC_READ, PLAT_OPEN_EXISTING, &file));
    ASSERT_WIN32(layers_unprepare(state, "s"), PLAT_ERROR_SHARING_VIOLATION);
    ASSERT_OK(fs->ops->close(fs->ctx, file));
    ASSERT_OK(layers_unprepare(state, "s"));
    free(path);
    path = wcd_text_format("%s\\WcSandboxState\\Hives\\System_Delta", volume);
    ASSERT_OK(fs->ops->open(fs->ctx, path, PLAT_GENERIC_READ, PLAT_OPEN_EXISTING, &file));
    ASSERT_WIN32(layers_deactivate(state, "s"), PLAT_ERROR_NOT_READY);
    ASSERT_OK(fs->ops->close(fs->ctx, file));
    ASSERT_OK(layers_deactivate(state, "s"));
    free(path);
    free(volume);
    ASSERT_OK(layers_destroy(state, "s"));
}

static void a_disk_in_use_keeps_its_folder(void **state)
{
    const struct plat_fs *fs = fs_of(state);
    char *volume = layers_mounted(state, "s");
    layers_write(state, volume, "mine", "1", 1);
    char *folder = layers_path(state, "s");
    ASSERT_WIN32(layers_remove(state, folder, "sandbox.vhdx"), PLAT_ERROR_SHARING_VIOLATION);
    ASSERT_WIN32(move(state, "s", "s-removing"), PLAT_ERROR_ACCESS_DENIED);
    layers_unmount(state, "s");
    char *disk = wcd_text_format("%s\\sandbox.vhdx", folder);
    plat_handle file = PLAT_NO_HANDLE;
    ASSERT_OK(fs->ops->open(fs->ctx, disk, PLAT_GENERIC_READ, PLAT_OPEN_EXISTING, &file));
    ASSERT_WIN32(layers_activate(state, "s"), PLAT_ERROR_SHARING_VIOLATION);
    ASSERT_OK(fs->ops->close(fs->ctx, file));
    free(disk);
    free(folder);
    ASSERT_OK(move(state, "s", "s-removing"));
    ASSERT_OK(layers_activate(state, "s-removing"));
    char *again = layers_mount_path(state, "s-removing");
    if (!contract_deviates(state, "a mount path is that of a volume")) {
        assert_string_equal(again, volume);
    }
    layers_expect(state, again, "mine", "1");
    ASSERT_OK(layers_deactivate(state, "s-removing"));
    free(again);
    free(volume);
    ASSERT_OK(layers_destroy(state, "s-removing"));
    assert_false(layers_there(state, contract_machine(state)->layers, "s-removing"));
}

static void a_disk_is_taken_away_once(void **state)
{
    const struct plat_storage *storage = storage_of(state);
    char *disk = layers_path(state, "s\\sandbox.vhdx");
    char *volume = layers_mounted(state, "s");
    layers_write(state, volume, "mine", "1", 1);
    ASSERT_OK(storage->ops->detach_disk(storage->ctx, disk));
    ASSERT_WIN32(storage->ops->detach_disk(storage->ctx, disk), PLAT_ERROR_NOT_READY);
    assert_false(layers_there(state, volume, "mine"));
    ASSERT_OK(move(state, "s", "s-removing"));
    ASSERT_OK(layers_activate(state, "s-removing"));
    free(volume);
    volume = layers_mount_path(state, "s-removing");
    layers_expect(state, volume, "mine", "1");
    ASSERT_OK(layers_deactivate(state, "s-removing"));
    ASSERT_OK(layers_destroy(state, "s-removing"));
    free(volume);
    free(disk);
}

static void a_disk_can_be_taken_away_by_force(void **state)
{
    const struct plat_storage *storage = storage_of(state);
    const struct plat_fs *fs = fs_of(state);
    char *disk = layers_path(state, "s\\sandbox.vhdx");
    ASSERT_WIN32(storage->ops->detach_disk(storage->ctx, disk), PLAT_ERROR_PATH_NOT_FOUND);
    char *volume = layers_mounted(state, "s");
    layers_write(state, volume, "mine", "1", 1);
    char *path = wcd_text_format("%s\\mine", volume);
    plat_handle file = PLAT_NO_HANDLE;
    ASSERT_OK(fs->ops->open(fs->ctx, path, PLAT_GENERIC_READ, PLAT_OPEN_EXISTING, &file));
    ASSERT_OK(storage->ops->detach_disk(storage->ctx, disk));
    ASSERT_WIN32(storage->ops->detach_disk(storage->ctx, disk), PLAT_ERROR_NOT_READY);
    assert_false(layers_there(state, volume, "mine"));
    ASSERT_OK(move(state, "s", "s-removing"));
    ASSERT_OK(layers_activate(state, "s-removing"));
    layers_expect(state, volume, "mine", "1");
    ASSERT_OK(layers_deactivate(state, "s-removing"));
    ASSERT_OK(layers_destroy(state, "s-removing"));
    char data = 0;
    size_t got = 0;
    ASSERT_WIN32(fs->ops->read(fs->ctx, file, &data, 1, &got), PLAT_ERROR_DEVICE_NOT_CONNECTED);
    ASSERT_OK(fs->ops->close(fs->ctx, file));
    free(path);
    free(volume);
    free(disk);
}

static void destroying_takes_protected_files_too(void **state)
{
    const struct plat_fs *fs = fs_of(state);
    ASSERT_OK(create_layer(state, "new"));
    char *folder = layers_path(state, "new");
    layers_make_folder(state, folder, "Files");
    layers_write(state, folder, "Files\\f", "x", 1);
    char *file = wcd_text_format("%s\\Files\\f", folder);
    ASSERT_OK(fs->ops->set_attributes(fs->ctx, file, PLAT_FILE_READONLY));
    ASSERT_OK(fs->ops->set_security(fs->ctx, file, "D:P"));
    plat_handle handle = PLAT_NO_HANDLE;
    ASSERT_OK(fs->ops->open(fs->ctx, file, PLAT_GENERIC_READ, PLAT_OPEN_EXISTING, &handle));
    ASSERT_WIN32(layers_destroy(state, "new"), PLAT_ERROR_SHARING_VIOLATION);
    ASSERT_OK(fs->ops->close(fs->ctx, handle));
    ASSERT_OK(layers_destroy(state, "new"));
    assert_false(exists(state, folder));
    ASSERT_WIN32(layers_destroy(state, "a|b"), PLAT_ERROR_INVALID_NAME);
    free(file);
    free(folder);
}

static plat_hr copy(void **state, const char *from, const char *to)
{
    const struct plat_storage *storage = storage_of(state);
    struct layers_parents parents = layers_parents_of(state);
    char *source = layers_path(state, from);
    char *target = layers_path(state, to);
    plat_hr hr =
        storage->ops->copy_layer(storage->ctx, &layers_driver, source, target, parents.list, 2);
    free(target);
    free(source);
    layers_release(&parents);
    return hr;
}

static void copies_are_layers_of_their_own(void **state)
{
    char *volume = layers_mounted(state, "s");
    layers_write(state, volume, "mine", "1", 1);
    ASSERT_WIN32(copy(state, "s", "t"), PLAT_ERROR_SHARING_VIOLATION);
    layers_unmount(state, "s");
    ASSERT_OK(copy(state, "s", "t"));
    ASSERT_WIN32(copy(state, "s", "t"), PLAT_ERROR_ALREADY_EXISTS);
    ASSERT_WIN32(copy(state, "none", "u"), PLAT_ERROR_FILE_NOT_FOUND);
    ASSERT_OK(layers_activate(state, "s"));
    ASSERT_OK(layers_activate(state, "t"));
    ASSERT_OK(layers_prepare(state, "t"));
    char *other = layers_mount_path(state, "t");
    assert_string_not_equal(volume, other);
    layers_expect(state, other, "mine", "1");
    layers_expect(state, other, CONTRACT_IMAGE_TOP, "top");
    layers_unmount(state, "t");
    ASSERT_OK(layers_deactivate(state, "s"));
    free(other);
    free(volume);
    ASSERT_OK(copy(state, "top", "u"));
    char *files = layers_path(state, "u\\Files");
    layers_expect(state, files, CONTRACT_IMAGE_TOP, "top");
    free(files);
    ASSERT_OK(layers_destroy(state, "s"));
    ASSERT_OK(layers_destroy(state, "t"));
    ASSERT_OK(layers_destroy(state, "u"));
}

/* The pairs that hosts are known to give. */
static const struct {
    const char *name;
    const char *guid;
} known_names[] = {
#define X(name, guid, source) {name, guid},
#include "fakes/storage/names.inc"
#undef X
};

static void names_have_the_guids_that_hosts_gave(void **state)
{
    const struct plat_storage *storage = storage_of(state);
    for (size_t i = 0; i < sizeof(known_names) / sizeof(known_names[0]); i++) {
        char *guid = contract_poison();
        ASSERT_OK(storage->ops->name_to_guid(storage->ctx, known_names[i].name, &guid));
        assert_string_equal(guid, known_names[i].guid);
        free(guid);
    }
}

static void every_name_has_a_guid_of_version_5(void **state)
{
    static const char *const names[] = {"", "a", "A", "top", "\xC3\x9F", "\xF0\x9F\x90\xB3"};
    const struct plat_storage *storage = storage_of(state);
    char *guids[sizeof(names) / sizeof(names[0])];
    size_t count = sizeof(names) / sizeof(names[0]);
    for (size_t i = 0; i < count; i++) {
        ASSERT_OK(storage->ops->name_to_guid(storage->ctx, names[i], &guids[i]));
        assert_int_equal(strlen(guids[i]), 36);
        assert_int_equal(guids[i][14], '5');
        assert_non_null(strchr("89ab", guids[i][19]));
        for (size_t k = 0; k < i; k++) {
            assert_string_not_equal(guids[i], guids[k]);
        }
        char *again = contract_poison();
        ASSERT_OK(storage->ops->name_to_guid(storage->ctx, names[i], &again));
        assert_string_equal(again, guids[i]);
        free(again);
    }
    for (size_t i = 0; i < count; i++) {
        free(guids[i]);
    }
}

static void a_vm_is_let_in_and_shut_out(void **state)
{
    static const char vm[] = "00112233-4455-6677-8899-aabbccddeeff";
    static const char sid[] = "S-1-5-83-1-1122867-1719092309-3148519816-4293844428";
    const struct plat_storage *storage = storage_of(state);
    const struct plat_fs *fs = fs_of(state);
    char *path = wcd_text_format("%s\\disk", contract_machine(state)->folder);
    ASSERT_WIN32(storage->ops->grant_vm_access(storage->ctx, vm, path), PLAT_ERROR_FILE_NOT_FOUND);
    ASSERT_WIN32(storage->ops->revoke_vm_access(storage->ctx, vm, path), PLAT_ERROR_FILE_NOT_FOUND);
    layers_write(state, contract_machine(state)->folder, "disk", "x", 1);
    char *before = NULL;
    ASSERT_OK(fs->ops->security(fs->ctx, path, &before));
    ASSERT_OK(storage->ops->grant_vm_access(storage->ctx, vm, path));
    char *granted = NULL;
    ASSERT_OK(fs->ops->security(fs->ctx, path, &granted));
    assert_non_null(strstr(granted, sid));
    ASSERT_OK(storage->ops->grant_vm_access(storage->ctx, vm, path));
    char *twice = NULL;
    ASSERT_OK(fs->ops->security(fs->ctx, path, &twice));
    assert_string_equal(twice, granted);
    ASSERT_OK(storage->ops->revoke_vm_access(storage->ctx, vm, path));
    ASSERT_OK(storage->ops->revoke_vm_access(storage->ctx, vm, path));
    char *after = NULL;
    ASSERT_OK(fs->ops->security(fs->ctx, path, &after));
    assert_string_equal(after, before);
    ASSERT_WIN32(storage->ops->grant_vm_access(storage->ctx, "vm", path),
                 PLAT_ERROR_INVALID_PARAMETER);
    free(after);
    free(twice);
    free(granted);
    free(before);
    free(path);
}

static void no_images_came_with_windows(void **state)
{
    const struct plat_storage *storage = storage_of(state);
    char *json = contract_poison();
    ASSERT_OK(storage->ops->base_images(storage->ctx, &json));
    assert_string_equal(json, "{\"Images\":[]}");
    free(json);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CONTRACT_STORAGE_TEST(a_new_image_layer_is_an_empty_folder),
        CONTRACT_STORAGE_TEST(layers_are_named_by_home_and_id),
        CONTRACT_STORAGE_TEST(any_folder_is_a_layer_that_exists),
        CONTRACT_STORAGE_TEST(a_scratch_is_a_folder_with_a_disk),
        CONTRACT_STORAGE_TEST(parents_have_to_be_right),
        CONTRACT_STORAGE_TEST(a_scratch_grows_and_never_shrinks),
        CONTRACT_STORAGE_TEST(the_mount_path_is_a_volume_while_activated),
        CONTRACT_STORAGE_TEST(every_scratch_has_a_volume_of_its_own),
        CONTRACT_STORAGE_TEST(a_mounted_scratch_may_be_mounted_again),
#if !defined(CONTRACT_ON_REAL) && !defined(CONTRACT_ON_DLL)
        {"a_mounted_scratch_may_be_mounted_again [2016]", a_mounted_scratch_may_be_mounted_again,
         contract_setup_2016, contract_teardown, NULL},
#endif
        CONTRACT_STORAGE_TEST(orders_that_cannot_be_are_refused),
        CONTRACT_STORAGE_TEST(image_layers_only_answer),
        CONTRACT_STORAGE_TEST(a_scratch_is_prepared_over_the_layers_it_was_made_for),
        CONTRACT_STORAGE_TEST(a_prepared_scratch_shows_all_layers),
        CONTRACT_STORAGE_TEST(what_a_scratch_changed_stays),
        CONTRACT_STORAGE_TEST(files_that_are_open_keep_a_volume),
        CONTRACT_STORAGE_TEST(a_disk_in_use_keeps_its_folder),
        CONTRACT_STORAGE_TEST(a_disk_is_taken_away_once),
        CONTRACT_STORAGE_TEST(a_disk_can_be_taken_away_by_force),
        CONTRACT_STORAGE_TEST(destroying_takes_protected_files_too),
        CONTRACT_STORAGE_TEST(copies_are_layers_of_their_own),
        CONTRACT_STORAGE_TEST(names_have_the_guids_that_hosts_gave),
        CONTRACT_STORAGE_TEST(every_name_has_a_guid_of_version_5),
        CONTRACT_STORAGE_TEST(a_vm_is_let_in_and_shut_out),
        CONTRACT_STORAGE_TEST(no_images_came_with_windows),
    };
    return cmocka_run_group_tests_name("storage contract", tests, NULL, NULL);
}
