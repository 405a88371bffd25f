/* The contract of core/platform/storage.h: import, export, and the finishing of base layers. */
#include "tests/contract/layers.h"
#include "tests/contract/transport.h"

#include "core/base/text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define TOMBSTONES_HEADER "\xEF\xBB\xBFVersion 1.0\n"

static const struct plat_storage *storage_of(void **state)
{
    return &contract_machine(state)->platform.storage;
}

static const struct plat_fs *fs_of(void **state)
{
    return &contract_machine(state)->platform.fs;
}

static void put_packed(void **state, const char *folder, const char *path, unsigned attributes,
                       const char *text)
{
    unsigned char data[TRANSPORT_PACKED_BYTES];
    layers_write(state, folder, path, data, transport_pack(data, attributes, text));
}

/* A folder in transport format that changes, adds and leads. */
static char *make_transport(void **state)
{
    char *folder = wcd_text_format("%s\\transport", contract_machine(state)->folder);
    layers_make_folder(state, contract_machine(state)->folder, "transport");
    layers_make_folder(state, folder, "Files");
    layers_make_folder(state, folder, "Files\\app");
    put_packed(state, folder, "Files\\app.$wcidirs$", PLAT_FILE_DIRECTORY | PLAT_FILE_HIDDEN, NULL);
    put_packed(state, folder, "Files\\" CONTRACT_IMAGE_BOTH, PLAT_FILE_READONLY, "changed");
    layers_make_folder(state, folder, "Files\\app\\new");
    put_packed(state, folder, "Files\\app\\new\\file", PLAT_FILE_ARCHIVE, "new");
    layers_make_folder(state, folder, "Hives");
    layers_write(state, folder, "Hives\\System_Delta", "regf1", 5);
    return folder;
}

static plat_hr import(void **state, const char *name, const char *folder, bool over)
{
    const struct plat_storage *storage = storage_of(state);
    struct layers_parents parents = layers_parents_of(state);
    char *path = layers_path(state, name);
    plat_hr hr = storage->ops->import_layer(storage->ctx, &layers_driver, path, folder,
                                            parents.list, over ? 2 : 0);
    free(path);
    layers_release(&parents);
    return hr;
}

static plat_hr export(void **state, const char *name, const char *folder)
{
    const struct plat_storage *storage = storage_of(state);
    struct layers_parents parents = layers_parents_of(state);
    char *path = layers_path(state, name);
    plat_hr hr =
        storage->ops->export_layer(storage->ctx, &layers_driver, path, folder, parents.list, 2);
    free(path);
    layers_release(&parents);
    return hr;
}

static void an_imported_layer_shows_its_parents_too(void **state)
{
    char *folder = make_transport(state);
    layers_write(state, folder, "tombstones.txt", TOMBSTONES_HEADER "\\app\\top.txt\n\\none\n",
                 strlen(TOMBSTONES_HEADER) + 19);
    ASSERT_OK(import(state, "new", folder, true));
    char *layer = layers_path(state, "new");
    char *files = wcd_text_format("%s\\Files", layer);
    layers_expect(state, files, CONTRACT_IMAGE_BOTH, "changed");
    layers_expect(state, files, CONTRACT_IMAGE_BASE, "base");
    layers_expect(state, files, "app\\new\\file", "new");
    assert_false(layers_there(state, files, CONTRACT_IMAGE_TOP));
    assert_false(layers_there(state, files, "app.$wcidirs$"));
    struct plat_file_info info;
    ASSERT_OK(layers_info(state, files, CONTRACT_IMAGE_BOTH, &info));
    assert_int_equal(info.attributes & (PLAT_FILE_READONLY | PLAT_FILE_HIDDEN), PLAT_FILE_READONLY);
    bool archive = !contract_deviates(state, "files lose the archive attribute");
    assert_true((info.attributes & PLAT_FILE_ARCHIVE) == 0 || !archive);
    ASSERT_OK(layers_info(state, files, "app", &info));
    assert_int_equal(info.attributes, PLAT_FILE_DIRECTORY | PLAT_FILE_HIDDEN);
    layers_expect(state, layer, "Hives\\System_Delta", "regf1");
    ASSERT_WIN32(import(state, "new", folder, true), PLAT_ERROR_ALREADY_EXISTS);
    ASSERT_OK(layers_remove(state, files, CONTRACT_IMAGE_BASE));
    free(files);
    free(layer);
    free(folder);
    ASSERT_OK(layers_destroy(state, "new"));
}

/* It would be a copy of a copy of a copy. */
static void nothing_is_made_within_what_it_is_made_of(void **state)
{
    const struct plat_storage *storage = storage_of(state);
    char *folder = make_transport(state);
    char *within = wcd_text_format("%s\\Files\\within", folder);
    char *layer = layers_path(state, "new");
    char *copy = wcd_text_format("%s\\copy", layer);
    char *files = wcd_text_format("%s\\Files", layer);
    assert_true(within != NULL && copy != NULL && files != NULL);
    ASSERT_WIN32(storage->ops->import_layer(storage->ctx, &layers_driver, within, folder, NULL, 0),
                 PLAT_ERROR_INVALID_PARAMETER);
    ASSERT_OK(import(state, "new", folder, true));
    ASSERT_WIN32(storage->ops->copy_layer(storage->ctx, &layers_driver, layer, copy, NULL, 0),
                 PLAT_ERROR_INVALID_PARAMETER);
    ASSERT_WIN32(export(state, "new", files), PLAT_ERROR_INVALID_PARAMETER);
    assert_false(layers_there(state, layer, "copy"));
    assert_false(layers_there(state, files, "Files"));
    free(files);
    free(copy);
    free(layer);
    free(within);
    free(folder);
    ASSERT_OK(layers_destroy(state, "new"));
}

static void links_and_streams_come_along(void **state)
{
    static const unsigned char link[] = {
        0x10, 0x04, 0, 0, /* attributes: a folder that leads elsewhere */
        8,    0,    0, 0,    0,  0, 0, 0, 24, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, /* reparse data */
        0x0C, 0,    0, 0xA0, 16, 0, 0, 0, 0,  0, 4, 0, 0, 0, 4, 0, 1, 0, 0, 0, 'a', 0, 'b', 0};
    static const unsigned char
        streams[] = {0x20, 0,   0,   0, /* attributes */
                     4,    0,   0,   0,   0,   0, 0,   0, 2,   0, 0,   0, 0,
                     0,    0,   0,   16,  0,   0, 0, /* alternate data */
                     ':',  0,   's', 0,   ':', 0, '$', 0, 'D', 0, 'A', 0, 'T',
                     0,    'A', 0,   'x', 'y', 9, 0,   0, 0,   0, 0,   0, 0,
                     9,    0,   0,   0,   0,   0, 0,   0, 0,   0, 0,   0, /* sparse block */
                     2,    0,   0,   0,   0,   0, 0,   0, 'z'};
    char *folder = make_transport(state);
    layers_write(state, folder, "Files\\link.$wcidirs$", link, sizeof(link));
    layers_write(state, folder, "Files\\streams", streams, sizeof(streams));
    ASSERT_OK(import(state, "new", folder, true));
    char *files = layers_path(state, "new\\Files");
    char *path = wcd_text_format("%s\\link", files);
    char *target = NULL;
    const struct plat_fs *fs = fs_of(state);
    if (!contract_deviates(state, "links come along")) {
        ASSERT_OK(fs->ops->read_symlink(fs->ctx, path, &target));
        assert_string_equal(target, "ab");
    }
    free(target);
    free(path);
    if (!contract_deviates(state, "streams come along")) {
        layers_expect(state, files, "streams:s", "xy");
    }
    struct plat_file_info info;
    ASSERT_OK(layers_info(state, files, "streams", &info));
    assert_int_equal(info.size_bytes, 3);
    free(files);
    free(folder);
    ASSERT_OK(layers_destroy(state, "new"));
}

static void bad_transport_folders_are_refused(void **state)
{
    char *folder = make_transport(state);
    char *none = wcd_text_format("%s\\none", folder);
    char *below = wcd_text_format("%s\\none\\none", folder);
    char *file = wcd_text_format("%s\\Hives\\System_Delta", folder);
    char *empty = wcd_text_format("%s\\Hives", folder);
    ASSERT_WIN32(import(state, "new", none, true), PLAT_ERROR_FILE_NOT_FOUND);
    ASSERT_WIN32(import(state, "new", below, true), PLAT_ERROR_PATH_NOT_FOUND);
    ASSERT_WIN32(import(state, "new", file, true), PLAT_ERROR_DIRECTORY);
    ASSERT_WIN32(import(state, "new", empty, true), PLAT_ERROR_PATH_NOT_FOUND);
    ASSERT_WIN32(import(state, "none\\new", folder, true), PLAT_ERROR_PATH_NOT_FOUND);
    layers_write(state, folder, "Files\\bad", "abc", 3);
    ASSERT_WIN32(import(state, "new", folder, true), PLAT_ERROR_INVALID_DATA);
    put_packed(state, folder, "Files\\bad", PLAT_FILE_DIRECTORY, NULL);
    ASSERT_WIN32(import(state, "new", folder, true), PLAT_ERROR_INVALID_DATA);
    layers_write(state, folder, "Files\\bad", "\x20\0\0\0half a header", 17);
    ASSERT_WIN32(import(state, "new", folder, true), PLAT_ERROR_INVALID_DATA);
    ASSERT_OK(layers_remove(state, folder, "Files\\bad"));
    layers_write(state, folder, "tombstones.txt", "Version 1.0\n", 12);
    ASSERT_WIN32(import(state, "new", folder, true), PLAT_ERROR_INVALID_DATA);
    assert_false(layers_there(state, contract_machine(state)->layers, "new"));
    free(empty);
    free(file);
    free(below);
    free(none);
    free(folder);
}

/* The text behind the attributes and the header of a data stream. */
static void expect_packed(void **state, const char *folder, const char *path, const char *text)
{
    const struct plat_fs *fs = fs_of(state);
    char *full = wcd_text_format("%s\\%s", folder, path);
    unsigned char data[TRANSPORT_PACKED_BYTES];
    unsigned char expected[TRANSPORT_PACKED_BYTES];
    plat_handle file = PLAT_NO_HANDLE;
    size_t got = 0;
    ASSERT_OK(fs->ops->open(fs->ctx, full, PLAT_GENERIC_READ, PLAT_OPEN_EXISTING, &file));
    ASSERT_OK(fs->ops->read(fs->ctx, file, data, sizeof(data), &got));
    ASSERT_OK(fs->ops->close(fs->ctx, file));
    assert_int_equal(got, transport_pack(expected, PLAT_FILE_ARCHIVE, text));
    assert_memory_equal(data, expected, got);
    free(full);
}

static char *export_folder(void **state)
{
    layers_make_folder(state, contract_machine(state)->folder, "export");
    return wcd_text_format("%s\\export", contract_machine(state)->folder);
}

/* A scratch that changed, added and deleted files; activated and not prepared. */
static void make_changes(void **state)
{
    char *volume = layers_mounted(state, "s");
    layers_write(state, volume, CONTRACT_IMAGE_BOTH, "mine", 4);
    layers_make_folder(state, volume, "new");
    layers_write(state, volume, "new\\file", "1", 1);
    ASSERT_OK(layers_remove(state, volume, CONTRACT_IMAGE_TOP));
    free(volume);
    ASSERT_OK(layers_unprepare(state, "s"));
}

static void an_export_holds_what_a_scratch_changed(void **state)
{
    make_changes(state);
    char *out = export_folder(state);
    ASSERT_OK(export(state, "s", out));
    expect_packed(state, out, "Files\\" CONTRACT_IMAGE_BOTH, "mine");
    expect_packed(state, out, "Files\\new\\file", "1");
    assert_true(layers_there(state, out, "Files\\app.$wcidirs$"));
    assert_true(layers_there(state, out, "Files\\new.$wcidirs$"));
    assert_false(layers_there(state, out, "Files\\" CONTRACT_IMAGE_BASE));
    assert_false(layers_there(state, out, "Files\\WcSandboxState"));
    assert_false(layers_there(state, out, "Files\\Windows"));
    layers_expect(state, out, "tombstones.txt", TOMBSTONES_HEADER "\\app\\top.txt\n");
    assert_true(layers_there(state, out, "Hives\\System_Delta"));
    ASSERT_OK(layers_deactivate(state, "s"));
    free(out);
    ASSERT_OK(layers_destroy(state, "s"));
}

static void exports_can_be_imported(void **state)
{
    make_changes(state);
    char *out = export_folder(state);
    ASSERT_OK(export(state, "s", out));
    ASSERT_OK(layers_deactivate(state, "s"));
    ASSERT_OK(import(state, "new", out, true));
    char *files = layers_path(state, "new\\Files");
    layers_expect(state, files, CONTRACT_IMAGE_BOTH, "mine");
    layers_expect(state, files, CONTRACT_IMAGE_BASE, "base");
    layers_expect(state, files, "new\\file", "1");
    assert_false(layers_there(state, files, CONTRACT_IMAGE_TOP));
    free(files);
    free(out);
    ASSERT_OK(layers_destroy(state, "s"));
    layers_make_folder(state, contract_machine(state)->folder, "again");
    out = wcd_text_format("%s\\again", contract_machine(state)->folder);
    ASSERT_OK(export(state, "new", out));
    expect_packed(state, out, "Files\\" CONTRACT_IMAGE_BOTH, "mine");
    layers_expect(state, out, "tombstones.txt", TOMBSTONES_HEADER "\\app\\top.txt\n");
    free(out);
    ASSERT_OK(layers_destroy(state, "new"));
}

static void a_fresh_scratch_exports_nothing(void **state)
{
    ASSERT_OK(layers_create_scratch(state, "s"));
    ASSERT_OK(layers_activate(state, "s"));
    char *out = export_folder(state);
    ASSERT_OK(export(state, "s", out));
    char *files = wcd_text_format("%s\\Files", out);
    struct plat_dir_list list = {0};
    const struct plat_fs *fs = fs_of(state);
    ASSERT_OK(fs->ops->list(fs->ctx, files, &list));
    assert_int_equal(list.count, 0);
    plat_dir_list_free(&list);
    layers_expect(state, out, "tombstones.txt", TOMBSTONES_HEADER);
    ASSERT_OK(layers_deactivate(state, "s"));
    free(files);
    free(out);
    ASSERT_OK(layers_destroy(state, "s"));
}

static void exports_that_cannot_be_are_refused(void **state)
{
    const struct plat_storage *storage = storage_of(state);
    ASSERT_OK(layers_create_scratch(state, "s"));
    char *out = export_folder(state);
    char *none = wcd_text_format("%s\\none", out);
    ASSERT_WIN32(export(state, "s", out), PLAT_ERROR_FILE_NOT_FOUND);
    ASSERT_OK(layers_activate(state, "s"));
    ASSERT_WIN32(export(state, "s", none), PLAT_ERROR_FILE_NOT_FOUND);
    ASSERT_WIN32(export(state, "none", out), PLAT_ERROR_FILE_NOT_FOUND);
    ASSERT_OK(layers_prepare(state, "s"));
    ASSERT_WIN32(export(state, "s", out), PLAT_ERROR_SHARING_VIOLATION);
    ASSERT_WIN32(storage->ops->export_layer(storage->ctx, &layers_driver,
                                            contract_machine(state)->base, out, NULL, 0),
                 PLAT_ERROR_INVALID_PARAMETER);
    layers_unmount(state, "s");
    free(none);
    free(out);
    ASSERT_OK(layers_destroy(state, "s"));
}

/* ---- base layers ---- */

static void make_config(void **state, const char *layer)
{
    static const char *const folders[] = {"Files", "Files\\Windows", "Files\\Windows\\System32",
                                          "Files\\Windows\\System32\\config"};
    for (size_t i = 0; i < sizeof(folders) / sizeof(folders[0]); i++) {
        layers_make_folder(state, layer, folders[i]);
    }
}

static void put_hives(void **state, const char *layer)
{
    static const char *const hives[] = {"DEFAULT", "SAM", "SECURITY", "SYSTEM", "SOFTWARE"};
    for (size_t i = 0; i < sizeof(hives) / sizeof(hives[0]); i++) {
        char *path = wcd_text_format("Files\\Windows\\System32\\config\\%s", hives[i]);
        layers_write(state, layer, path, "", 0);
        free(path);
    }
}

static void base_layers_are_finished_from_their_files(void **state)
{
    const struct plat_storage *storage = storage_of(state);
    char *layer = layers_path(state, "new");
    char *verbatim = wcd_text_format("\\\\?\\%s", layer);
    ASSERT_OK(storage->ops->create_layer(storage->ctx, &layers_driver, layer, ""));
    ASSERT_WIN32(storage->ops->process_base_image(storage->ctx, verbatim),
                 PLAT_ERROR_PATH_NOT_FOUND);
    make_config(state, layer);
    ASSERT_WIN32(storage->ops->process_base_image(storage->ctx, layer), PLAT_ERROR_FILE_NOT_FOUND);
    put_hives(state, layer);
    layers_write(state, layer, "Files\\Windows\\System32\\config\\SAM", "regf2", 5);
    ASSERT_OK(storage->ops->process_base_image(storage->ctx, verbatim));
    ASSERT_WIN32(storage->ops->process_base_image(storage->ctx, layer), PLAT_ERROR_ALREADY_EXISTS);
    layers_expect(state, layer, "Hives\\Sam_Base", "regf2");
    struct plat_file_info info;
    ASSERT_OK(layers_info(state, layer, "Hives\\Software_Base", &info));
    assert_int_equal(info.size_bytes, 8192);
    assert_true(layers_there(state, layer, "blank-base.vhdx"));
    assert_true(layers_there(state, layer, "blank.vhdx"));
    ASSERT_WIN32(storage->ops->process_base_image(storage->ctx, ""), PLAT_ERROR_INVALID_PARAMETER);
    ASSERT_WIN32(storage->ops->process_base_image(storage->ctx, "C:\\none"),
                 PLAT_ERROR_PATH_NOT_FOUND);
    free(verbatim);
    free(layer);
    ASSERT_OK(layers_destroy(state, "new"));
}

static void utility_images_need_their_boot_store(void **state)
{
    const struct plat_storage *storage = storage_of(state);
    const char *folder = contract_machine(state)->folder;
    char *utility = wcd_text_format("%s\\UtilityVM", folder);
    static const char *const folders[] = {"", "\\Files", "\\Files\\EFI", "\\Files\\EFI\\Microsoft",
                                          "\\Files\\EFI\\Microsoft\\Boot"};
    ASSERT_WIN32(storage->ops->process_utility_image(storage->ctx, utility),
                 PLAT_ERROR_PATH_NOT_FOUND);
    for (size_t i = 0; i < sizeof(folders) / sizeof(folders[0]); i++) {
        char *name = wcd_text_format("UtilityVM%s", folders[i]);
        layers_make_folder(state, folder, name);
        free(name);
    }
    ASSERT_WIN32(storage->ops->process_utility_image(storage->ctx, utility),
                 PLAT_ERROR_FILE_NOT_FOUND);
    layers_write(state, utility, "Files\\EFI\\Microsoft\\Boot\\BCD", "regf", 4);
    ASSERT_OK(storage->ops->process_utility_image(storage->ctx, utility));
    assert_true(layers_there(state, utility, "SystemTemplateBase.vhdx"));
    assert_true(layers_there(state, utility, "SystemTemplate.vhdx"));
    free(utility);
}

static void a_base_layer_can_be_imported(void **state)
{
    const struct plat_storage *storage = storage_of(state);
    char *folder = make_transport(state);
    static const char *const folders[] = {"Files\\Windows", "Files\\Windows\\System32",
                                          "Files\\Windows\\System32\\config"};
    static const char *const hives[] = {"DEFAULT", "SAM", "SECURITY", "SYSTEM", "SOFTWARE"};
    for (size_t i = 0; i < sizeof(folders) / sizeof(folders[0]); i++) {
        layers_make_folder(state, folder, folders[i]);
    }
    for (size_t i = 0; i < sizeof(hives) / sizeof(hives[0]); i++) {
        char *path = wcd_text_format("%s\\%s", folders[2], hives[i]);
        put_packed(state, folder, path, PLAT_FILE_ARCHIVE, "regf");
        free(path);
    }
    layers_make_folder(state, folder, "UtilityVM");
    ASSERT_OK(import(state, "new", folder, false));
    char *layer = layers_path(state, "new");
    layers_expect(state, layer, "Files\\app\\new\\file", "new");
    assert_false(layers_there(state, layer, "Hives"));
    assert_true(layers_there(state, layer, "UtilityVM"));
    ASSERT_OK(storage->ops->process_base_image(storage->ctx, layer));
    layers_expect(state, layer, "Hives\\System_Base", "regf");
    free(layer);
    free(folder);
    ASSERT_OK(layers_destroy(state, "new"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CONTRACT_STORAGE_TEST(an_imported_layer_shows_its_parents_too),
        CONTRACT_STORAGE_TEST(nothing_is_made_within_what_it_is_made_of),
        CONTRACT_STORAGE_TEST(links_and_streams_come_along),
        CONTRACT_STORAGE_TEST(bad_transport_folders_are_refused),
        CONTRACT_STORAGE_TEST(an_export_holds_what_a_scratch_changed),
        CONTRACT_STORAGE_TEST(exports_can_be_imported),
        CONTRACT_STORAGE_TEST(a_fresh_scratch_exports_nothing),
        CONTRACT_STORAGE_TEST(exports_that_cannot_be_are_refused),
        CONTRACT_STORAGE_TEST(base_layers_are_finished_from_their_files),
        CONTRACT_STORAGE_TEST(utility_images_need_their_boot_store),
        CONTRACT_STORAGE_TEST(a_base_layer_can_be_imported),
    };
    return cmocka_run_group_tests_name("storage transport contract", tests, NULL, NULL);
}
