/* The contract of core/platform/fs.h: paths, folders, moves, attributes, security. Open files are
 * in test_fs_file.c. */
#include "tests/contract/contract.h"

#include "core/base/text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const struct plat_fs *fs_of(void **state)
{
    return &contract_machine(state)->platform.fs;
}

/* A path in the machine's folder; free it. */
static char *in_folder(void **state, const char *name)
{
    char *path = wcd_text_format("%s\\%s", contract_machine(state)->folder, name);
    assert_non_null(path);
    return path;
}

static plat_hr info_hr(void **state, const char *name)
{
    const struct plat_fs *fs = fs_of(state);
    char *path = in_folder(state, name);
    struct plat_file_info info;
    memset(&info, 0xA5, sizeof(info));
    plat_hr hr = fs->ops->info(fs->ctx, path, &info);
    free(path);
    return hr;
}

static uint32_t attributes_of(void **state, const char *name)
{
    const struct plat_fs *fs = fs_of(state);
    char *path = in_folder(state, name);
    struct plat_file_info info;
    memset(&info, 0xA5, sizeof(info));
    ASSERT_OK(fs->ops->info(fs->ctx, path, &info));
    free(path);
    return info.attributes;
}

static plat_hr make_folder(void **state, const char *name, const char *sddl)
{
    const struct plat_fs *fs = fs_of(state);
    char *path = in_folder(state, name);
    plat_hr hr = fs->ops->create_directory(fs->ctx, path, sddl);
    free(path);
    return hr;
}

static void make_file(void **state, const char *name)
{
    const struct plat_fs *fs = fs_of(state);
    char *path = in_folder(state, name);
    plat_handle file = PLAT_NO_HANDLE;
    ASSERT_OK(fs->ops->open(fs->ctx, path, PLAT_GENERIC_WRITE, PLAT_CREATE_NEW, &file));
    ASSERT_OK(fs->ops->write(fs->ctx, file, "x", 1));
    ASSERT_OK(fs->ops->close(fs->ctx, file));
    free(path);
}

static plat_hr move(void **state, const char *from, const char *to, uint32_t flags)
{
    const struct plat_fs *fs = fs_of(state);
    char *from_path = in_folder(state, from);
    char *to_path = in_folder(state, to);
    plat_hr hr = fs->ops->move(fs->ctx, from_path, to_path, flags);
    free(from_path);
    free(to_path);
    return hr;
}

static plat_hr remove_folder(void **state, const char *name)
{
    const struct plat_fs *fs = fs_of(state);
    char *path = in_folder(state, name);
    plat_hr hr = fs->ops->remove_directory(fs->ctx, path);
    free(path);
    return hr;
}

static plat_hr remove_file(void **state, const char *name)
{
    const struct plat_fs *fs = fs_of(state);
    char *path = in_folder(state, name);
    plat_hr hr = fs->ops->remove_file(fs->ctx, path);
    free(path);
    return hr;
}

static void full_paths_are_resolved(void **state)
{
    static const struct {
        const char *path;
        const char *full;
    } cases[] = {
        {"C:\\a\\b", "C:\\a\\b"},
        {"C:/a//b", "C:\\a\\b"},
        {"c:/a", "c:\\a"},
        {"C:\\a\\.\\b\\..\\c", "C:\\a\\c"},
        {"C:\\..\\..\\a", "C:\\a"},
        {"C:\\", "C:\\"},
        {"C:\\a\\", "C:\\a\\"},
        {"C:\\a\\b. ..", "C:\\a\\b"},
        {"C:\\a.\\b", "C:\\a\\b"},
        {"C:\\a...\\b", "C:\\a...\\b"},
        {"C:\\a\\nul.txt", "\\\\.\\nul"},
        {"\\\\server\\share\\..\\..\\x", "\\\\server\\share\\x"},
        {"\\\\?\\C:\\a\\..\\b.", "\\\\?\\C:\\a\\..\\b."},
        {"\\\\.\\pipe\\docker_engine", "\\\\.\\pipe\\docker_engine"},
    };
    const struct plat_fs *fs = fs_of(state);
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        if (contract_deviates(state, cases[i].path)) {
            continue;
        }
        char *full = contract_poison();
        ASSERT_OK(fs->ops->full_path(fs->ctx, cases[i].path, &full));
        assert_string_equal(full, cases[i].full);
        free(full);
    }
    char *full = contract_poison();
    ASSERT_WIN32(fs->ops->full_path(fs->ctx, "", &full), PLAT_ERROR_INVALID_NAME);
    assert_null(full);
}

static void names_keep_their_case_and_compare_without(void **state)
{
    const struct plat_fs *fs = fs_of(state);
    ASSERT_OK(make_folder(state,
                          "Stra\xC3\x9F"
                          "e \xC3\x84",
                          NULL));
    ASSERT_OK(info_hr(state, "STRA\xC3\x9F"
                             "E \xC3\xA4"));
    ASSERT_WIN32(make_folder(state,
                             "stra\xC3\x9F"
                             "e \xC3\xA4",
                             NULL),
                 PLAT_ERROR_ALREADY_EXISTS);
    struct plat_dir_list list = {0};
    ASSERT_OK(fs->ops->list(fs->ctx, contract_machine(state)->folder, &list));
    assert_int_equal(list.count, 1);
    assert_string_equal(list.entries[0].name, "Stra\xC3\x9F"
                                              "e \xC3\x84");
    plat_dir_list_free(&list);
}

static void missing_things_are_told_apart(void **state)
{
    make_file(state, "file");
    ASSERT_WIN32(info_hr(state, "none"), PLAT_ERROR_FILE_NOT_FOUND);
    ASSERT_WIN32(info_hr(state, "none\\none"), PLAT_ERROR_PATH_NOT_FOUND);
    ASSERT_WIN32(info_hr(state, "file\\none"), PLAT_ERROR_PATH_NOT_FOUND);
    ASSERT_WIN32(make_folder(state, "none\\none", NULL), PLAT_ERROR_PATH_NOT_FOUND);
    ASSERT_WIN32(make_folder(state, "file", NULL), PLAT_ERROR_ALREADY_EXISTS);
    ASSERT_WIN32(remove_folder(state, "none"), PLAT_ERROR_FILE_NOT_FOUND);
    ASSERT_WIN32(remove_file(state, "none"), PLAT_ERROR_FILE_NOT_FOUND);
    const struct plat_fs *fs = fs_of(state);
    struct plat_dir_list list = {0};
    char *path = in_folder(state, "none");
    ASSERT_WIN32(fs->ops->list(fs->ctx, path, &list), PLAT_ERROR_PATH_NOT_FOUND);
    free(path);
    path = in_folder(state, "file");
    plat_hr hr = fs->ops->list(fs->ctx, path, &list);
    assert_true(plat_failed(hr));
    if (!contract_deviates(state, "listing a file is ERROR_DIRECTORY")) {
        ASSERT_WIN32(hr, PLAT_ERROR_DIRECTORY);
    }
    assert_null(list.entries);
    free(path);
}

static void names_that_cannot_be_are_refused(void **state)
{
    static const char *const names[] = {"a<b", "a>b",  "a\"b",  "a|b", "a?b",
                                        "a*b", "a\tb", "a:b:c", "a:"};
    bool told = !contract_deviates(state, "characters that no name may hold are told apart");
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        plat_hr hr = info_hr(state, names[i]);
        assert_true(plat_failed(hr));
        if (told) {
            ASSERT_WIN32(hr, PLAT_ERROR_INVALID_NAME);
        }
    }
    char name[300];
    memset(name, 'n', sizeof(name));
    name[200] = '\0';
    ASSERT_OK(make_folder(state, name, NULL));
    const struct plat_fs *fs = fs_of(state);
    char *path = wcd_text_format("\\\\?\\%s\\", contract_machine(state)->folder);
    assert_non_null(path);
    name[200] = 'n';
    name[255] = '\0';
    char *most = wcd_text_format("%s%s", path, name);
    ASSERT_OK(fs->ops->create_directory(fs->ctx, most, NULL));
    free(most);
    char *over = wcd_text_format("%s%sn", path, name);
    plat_hr over_hr = fs->ops->create_directory(fs->ctx, over, NULL);
    assert_true(plat_failed(over_hr));
    if (!contract_deviates(state, "a name of 256 units is ERROR_INVALID_NAME")) {
        ASSERT_WIN32(over_hr, PLAT_ERROR_INVALID_NAME);
    }
    free(over);
    free(path);
}

static void long_paths_need_the_prefix(void **state)
{
    const struct plat_fs *fs = fs_of(state);
    char name[101];
    memset(name, 'd', sizeof(name));
    name[100] = '\0';
    ASSERT_OK(make_folder(state, name, NULL));
    char *two = wcd_text_format("%s\\%s", name, name);
    ASSERT_OK(make_folder(state, two, NULL));
    char *three = wcd_text_format("%s\\%s", two, name);
    if (!contract_deviates(state, "a path of 260 units is too long")) {
        ASSERT_WIN32(make_folder(state, three, NULL), PLAT_ERROR_FILENAME_EXCED_RANGE);
        ASSERT_WIN32(info_hr(state, three), PLAT_ERROR_FILENAME_EXCED_RANGE);
    }
    char *path = wcd_text_format("\\\\?\\%s\\%s", contract_machine(state)->folder, three);
    ASSERT_OK(fs->ops->create_directory(fs->ctx, path, NULL));
    struct plat_file_info info;
    ASSERT_OK(fs->ops->info(fs->ctx, path, &info));
    free(path);
    free(two);
    free(three);
}

static void folders_go_when_they_are_empty(void **state)
{
    ASSERT_OK(make_folder(state, "d", NULL));
    ASSERT_OK(make_folder(state, "d\\e", NULL));
    make_file(state, "f");
    ASSERT_WIN32(remove_folder(state, "d"), PLAT_ERROR_DIR_NOT_EMPTY);
    ASSERT_WIN32(remove_folder(state, "f"), PLAT_ERROR_DIRECTORY);
    ASSERT_WIN32(remove_file(state, "d"), PLAT_ERROR_ACCESS_DENIED);
    ASSERT_OK(remove_folder(state, "d\\e"));
    ASSERT_OK(remove_folder(state, "d"));
    ASSERT_WIN32(info_hr(state, "d"), PLAT_ERROR_FILE_NOT_FOUND);
    ASSERT_OK(remove_file(state, "f"));
}

static void listings_are_sorted(void **state)
{
    static const char *const made[] = {"b", "A", "c", "B2"};
    static const char *const listed[] = {"A", "b", "B2", "c"};
    for (size_t i = 0; i < 4; i++) {
        make_file(state, made[i]);
    }
    const struct plat_fs *fs = fs_of(state);
    struct plat_dir_list list = {0};
    ASSERT_OK(fs->ops->list(fs->ctx, contract_machine(state)->folder, &list));
    assert_int_equal(list.count, 4);
    for (size_t i = 0; i < list.count; i++) {
        assert_string_equal(list.entries[i].name, listed[i]);
        assert_int_equal(list.entries[i].info.size_bytes, 1);
    }
    plat_dir_list_free(&list);
}

static void moving_renames_and_replaces(void **state)
{
    make_file(state, "one");
    make_file(state, "two");
    ASSERT_WIN32(move(state, "none", "x", 0), PLAT_ERROR_FILE_NOT_FOUND);
    ASSERT_WIN32(move(state, "one", "none\\x", 0), PLAT_ERROR_PATH_NOT_FOUND);
    ASSERT_WIN32(move(state, "one", "two", 0), PLAT_ERROR_ALREADY_EXISTS);
    ASSERT_OK(move(state, "one", "two", PLAT_MOVE_REPLACE_EXISTING | PLAT_MOVE_WRITE_THROUGH));
    ASSERT_WIN32(info_hr(state, "one"), PLAT_ERROR_FILE_NOT_FOUND);
    ASSERT_OK(info_hr(state, "two"));
    if (contract_deviates(state, "moving changes the case of a name")) {
        return;
    }
    ASSERT_OK(move(state, "two", "TWO", 0));
    const struct plat_fs *fs = fs_of(state);
    struct plat_dir_list list = {0};
    ASSERT_OK(fs->ops->list(fs->ctx, contract_machine(state)->folder, &list));
    assert_int_equal(list.count, 1);
    assert_string_equal(list.entries[0].name, "TWO");
    plat_dir_list_free(&list);
}

static void folders_move_with_what_they_hold(void **state)
{
    ASSERT_OK(make_folder(state, "d", NULL));
    make_file(state, "d\\f");
    ASSERT_OK(make_folder(state, "t", NULL));
    make_file(state, "x");
    ASSERT_OK(move(state, "d", "t\\d2", 0));
    ASSERT_OK(info_hr(state, "t\\d2\\f"));
    if (!contract_deviates(state, "a folder replaces no file")) {
        ASSERT_WIN32(move(state, "t\\d2", "x", PLAT_MOVE_REPLACE_EXISTING),
                     PLAT_ERROR_ACCESS_DENIED);
    }
    ASSERT_WIN32(move(state, "x", "t", PLAT_MOVE_REPLACE_EXISTING), PLAT_ERROR_ACCESS_DENIED);
    assert_true(plat_failed(move(state, "t", "t\\d2\\t", 0)));
    ASSERT_OK(info_hr(state, "t\\d2\\f"));
}

static void attributes_can_be_changed(void **state)
{
    const struct plat_fs *fs = fs_of(state);
    make_file(state, "f");
    ASSERT_OK(make_folder(state, "d", NULL));
    assert_int_equal(attributes_of(state, "f"), PLAT_FILE_ARCHIVE);
    assert_int_equal(attributes_of(state, "d"), PLAT_FILE_DIRECTORY);
    char *file = in_folder(state, "f");
    uint32_t lasting =
        contract_deviates(state, "files lose the archive attribute") ? PLAT_FILE_ARCHIVE : 0;
    ASSERT_OK(fs->ops->set_attributes(fs->ctx, file, PLAT_FILE_NORMAL));
    assert_int_equal(attributes_of(state, "f"), lasting != 0 ? lasting : PLAT_FILE_NORMAL);
    ASSERT_OK(fs->ops->set_attributes(fs->ctx, file, PLAT_FILE_READONLY));
    assert_int_equal(attributes_of(state, "f"), PLAT_FILE_READONLY | lasting);
    ASSERT_WIN32(remove_file(state, "f"), PLAT_ERROR_ACCESS_DENIED);
    plat_handle handle = PLAT_NO_HANDLE;
    if (!contract_deviates(state, "a read-only file cannot be written")) {
        ASSERT_WIN32(fs->ops->open(fs->ctx, file, PLAT_GENERIC_WRITE, PLAT_OPEN_EXISTING, &handle),
                     PLAT_ERROR_ACCESS_DENIED);
    }
    ASSERT_OK(fs->ops->set_attributes(fs->ctx, file, PLAT_FILE_NORMAL));
    ASSERT_OK(remove_file(state, "f"));
    ASSERT_WIN32(fs->ops->set_attributes(fs->ctx, file, PLAT_FILE_NORMAL),
                 PLAT_ERROR_FILE_NOT_FOUND);
    free(file);
}

static void a_folder_has_the_security_it_was_made_with(void **state)
{
    static const char sddl[] = "D:P(A;OICI;GA;;;BA)(A;OICI;GA;;;SY)";
    const struct plat_fs *fs = fs_of(state);
    ASSERT_OK(make_folder(state, "d", sddl));
    make_file(state, "d\\f");
    char *path = in_folder(state, "d");
    char *text = contract_poison();
    ASSERT_OK(fs->ops->security(fs->ctx, path, &text));
    assert_true(wcd_text_has_prefix(text, "D:P"));
    assert_non_null(strstr(text, ";;;BA)"));
    assert_non_null(strstr(text, ";;;SY)"));
    assert_null(strstr(text, ";;;BU)"));
    free(text);
    free(path);
    path = in_folder(state, "d\\f");
    ASSERT_OK(fs->ops->security(fs->ctx, path, &text));
    assert_non_null(strstr(text, "ID;"));
    assert_null(strstr(text, ";;;BU)"));
    free(text);
    free(path);
    path = in_folder(state, "none");
    text = contract_poison();
    ASSERT_WIN32(fs->ops->security(fs->ctx, path, &text), PLAT_ERROR_FILE_NOT_FOUND);
    assert_null(text);
    free(path);
}

static void texts_that_are_no_security_are_refused(void **state)
{
    static const char *const texts[] = {"",
                                        "x",
                                        "D:(",
                                        "D:(A;;GA;;)",
                                        "D:(A;;GA;;;ZZ)",
                                        "D:(A;;QQ;;;BA)",
                                        "D:P(A;OIC;GA;;;BA)",
                                        "D:P(Q;;GA;;;BA)"};
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        ASSERT_WIN32(make_folder(state, "d", texts[i]), PLAT_ERROR_INVALID_SECURITY_DESCR);
    }
    ASSERT_WIN32(info_hr(state, "d"), PLAT_ERROR_FILE_NOT_FOUND);
}

static void new_security_reaches_what_is_below(void **state)
{
    const struct plat_fs *fs = fs_of(state);
    ASSERT_OK(make_folder(state, "d", NULL));
    make_file(state, "d\\f");
    char *folder = in_folder(state, "d");
    char *file = in_folder(state, "d\\f");
    ASSERT_OK(fs->ops->set_security(fs->ctx, folder, "D:P(A;OICI;FA;;;SY)"));
    char *text = contract_poison();
    ASSERT_OK(fs->ops->security(fs->ctx, file, &text));
    assert_null(strstr(text, ";;;BA)"));
    assert_non_null(strstr(text, "(A;ID;FA;;;SY)"));
    free(text);
    free(folder);
    free(file);
}

static void the_volume_is_that_of_the_path(void **state)
{
    const struct plat_fs *fs = fs_of(state);
    struct plat_volume_info volume;
    memset(&volume, 0xA5, sizeof(volume));
    ASSERT_OK(fs->ops->volume(fs->ctx, contract_machine(state)->folder, &volume));
    assert_string_equal(volume.file_system, "NTFS");
    if (!contract_deviates(state, "a volume has streams and access lists")) {
        assert_true((volume.flags & 0x40008u) == 0x40008u);
    }
    assert_true(volume.bytes_total > 0);
    assert_true(volume.bytes_free <= volume.bytes_total);
}

static void drives_and_servers_that_are_not_there(void **state)
{
    const struct plat_fs *fs = fs_of(state);
    struct plat_file_info info;
    if (!contract_deviates(state, "drives that are not there are ERROR_PATH_NOT_FOUND")) {
        ASSERT_WIN32(fs->ops->info(fs->ctx, "Q:\\x", &info), PLAT_ERROR_PATH_NOT_FOUND);
    }
    if (!contract_deviates(state, "servers that are not there are ERROR_BAD_NETPATH")) {
        ASSERT_WIN32(fs->ops->info(fs->ctx, "\\\\drydock-no-such-server\\share\\x", &info), 53);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CONTRACT_TEST(full_paths_are_resolved),
        CONTRACT_TEST(names_keep_their_case_and_compare_without),
        CONTRACT_TEST(missing_things_are_told_apart),
        CONTRACT_TEST(names_that_cannot_be_are_refused),
        CONTRACT_TEST(long_paths_need_the_prefix),
        CONTRACT_TEST(folders_go_when_they_are_empty),
        CONTRACT_TEST(listings_are_sorted),
        CONTRACT_TEST(moving_renames_and_replaces),
        CONTRACT_TEST(folders_move_with_what_they_hold),
        CONTRACT_TEST(attributes_can_be_changed),
        CONTRACT_TEST(a_folder_has_the_security_it_was_made_with),
        CONTRACT_TEST(texts_that_are_no_security_are_refused),
        CONTRACT_TEST(new_security_reaches_what_is_below),
        CONTRACT_TEST(the_volume_is_that_of_the_path),
        CONTRACT_TEST(drives_and_servers_that_are_not_there),
    };
    return cmocka_run_group_tests_name("contract fs", tests, NULL, NULL);
}
