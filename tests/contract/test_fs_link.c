/* The contract of core/platform/fs.h: symbolic links. */
#include "tests/contract/contract.h"

#include "core/base/text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define ERROR_NOT_A_REPARSE_POINT   4390u
#define ERROR_CANT_RESOLVE_FILENAME 1921u
#define LINKS_MAX                   63

static const struct plat_fs *fs_of(void **state)
{
    return &contract_machine(state)->platform.fs;
}

static char *in_folder(void **state, const char *name)
{
    char *path = wcd_text_format("%s\\%s", contract_machine(state)->folder, name);
    assert_non_null(path);
    return path;
}

static plat_hr make_link(void **state, const char *name, const char *target, bool directory)
{
    const struct plat_fs *fs = fs_of(state);
    char *path = in_folder(state, name);
    plat_hr hr = fs->ops->create_symlink(fs->ctx, path, target, directory);
    free(path);
    return hr;
}

static void make_folder(void **state, const char *name)
{
    const struct plat_fs *fs = fs_of(state);
    char *path = in_folder(state, name);
    ASSERT_OK(fs->ops->create_directory(fs->ctx, path, NULL));
    free(path);
}

static plat_hr write_file(void **state, const char *name, const char *text,
                          enum plat_file_disposition disposition)
{
    const struct plat_fs *fs = fs_of(state);
    char *path = in_folder(state, name);
    plat_handle file = PLAT_NO_HANDLE;
    plat_hr hr = fs->ops->open(fs->ctx, path, PLAT_GENERIC_WRITE, disposition, &file);
    free(path);
    if (plat_succeeded(hr)) {
        ASSERT_OK(fs->ops->write(fs->ctx, file, text, strlen(text)));
        ASSERT_OK(fs->ops->close(fs->ctx, file));
    }
    return hr;
}

static plat_hr read_hr(void **state, const char *name, char text[8])
{
    const struct plat_fs *fs = fs_of(state);
    char *path = in_folder(state, name);
    plat_handle file = PLAT_NO_HANDLE;
    size_t got = 0;
    plat_hr hr = fs->ops->open(fs->ctx, path, PLAT_GENERIC_READ, PLAT_OPEN_EXISTING, &file);
    free(path);
    if (plat_succeeded(hr)) {
        ASSERT_OK(fs->ops->read(fs->ctx, file, text, 7, &got));
        ASSERT_OK(fs->ops->close(fs->ctx, file));
    }
    text[got] = '\0';
    return hr;
}

static void assert_reads(void **state, const char *name, const char *expected)
{
    char text[8];
    ASSERT_OK(read_hr(state, name, text));
    assert_string_equal(text, expected);
}

static plat_hr info_hr(void **state, const char *name, struct plat_file_info *info)
{
    const struct plat_fs *fs = fs_of(state);
    char *path = in_folder(state, name);
    plat_hr hr = fs->ops->info(fs->ctx, path, info);
    free(path);
    return hr;
}

static plat_hr read_link(void **state, const char *name, char **target)
{
    const struct plat_fs *fs = fs_of(state);
    char *path = in_folder(state, name);
    plat_hr hr = fs->ops->read_symlink(fs->ctx, path, target);
    free(path);
    return hr;
}

static void targets_are_kept_as_they_are_written(void **state)
{
    static const char *const targets[] = {"file", "..\\x\\.\\y", "C:/odd", "\\\\?\\Volume{x}\\y"};
    char *target = contract_poison();
    for (size_t i = 0; i < sizeof(targets) / sizeof(targets[0]); i++) {
        char name[] = {'l', (char)('0' + (int)i), '\0'};
        ASSERT_OK(make_link(state, name, targets[i], i % 2 == 0));
        ASSERT_OK(read_link(state, name, &target));
        assert_string_equal(target, targets[i]);
        free(target);
    }
    ASSERT_OK(write_file(state, "file", "x", PLAT_CREATE_NEW));
    ASSERT_WIN32(read_link(state, "file", &target), ERROR_NOT_A_REPARSE_POINT);
    assert_null(target);
    ASSERT_WIN32(read_link(state, "none", &target), PLAT_ERROR_FILE_NOT_FOUND);
    ASSERT_WIN32(make_link(state, "l0", "x", false), PLAT_ERROR_ALREADY_EXISTS);
    ASSERT_WIN32(make_link(state, "file", "x", false), PLAT_ERROR_ALREADY_EXISTS);
    ASSERT_WIN32(make_link(state, "none\\l", "x", false), PLAT_ERROR_PATH_NOT_FOUND);
    ASSERT_WIN32(make_link(state, "l", "", false), PLAT_ERROR_INVALID_PARAMETER);
}

static void paths_lead_through_links(void **state)
{
    const char *folder = contract_machine(state)->folder;
    make_folder(state, "real");
    make_folder(state, "real\\deep");
    ASSERT_OK(write_file(state, "real\\deep\\f", "deep", PLAT_CREATE_NEW));
    char *absolute = in_folder(state, "real");
    char *rooted = wcd_text_format("%s\\real", folder + 2);
    ASSERT_OK(make_link(state, "relative", "real", true));
    ASSERT_OK(make_link(state, "absolute", absolute, true));
    ASSERT_OK(make_link(state, "rooted", rooted, true));
    ASSERT_OK(make_link(state, "real\\up", "..\\real\\deep\\.\\f", false));
    ASSERT_OK(make_link(state, "chain", "relative\\deep", true));
    free(rooted);
    free(absolute);
    assert_reads(state, "relative\\deep\\f", "deep");
    assert_reads(state, "absolute\\deep\\f", "deep");
    assert_reads(state, "rooted\\up", "deep");
    assert_reads(state, "chain\\f", "deep");
    ASSERT_OK(write_file(state, "chain\\g", "new", PLAT_CREATE_NEW));
    assert_reads(state, "real\\deep\\g", "new");
    const struct plat_fs *fs = fs_of(state);
    char *path = in_folder(state, "chain");
    struct plat_dir_list list = {0};
    ASSERT_OK(fs->ops->list(fs->ctx, path, &list));
    assert_int_equal(list.count, 2);
    plat_dir_list_free(&list);
    free(path);
}

static void a_call_on_a_link_means_the_link(void **state)
{
    const struct plat_fs *fs = fs_of(state);
    struct plat_file_info info;
    make_folder(state, "real");
    ASSERT_OK(write_file(state, "real\\f", "12", PLAT_CREATE_NEW));
    ASSERT_OK(make_link(state, "d", "real", true));
    ASSERT_OK(make_link(state, "f", "real\\f", false));
    ASSERT_OK(info_hr(state, "d", &info));
    assert_int_equal(info.attributes, PLAT_FILE_DIRECTORY | PLAT_FILE_REPARSE_POINT);
    ASSERT_OK(info_hr(state, "f", &info));
    assert_int_equal(info.attributes, PLAT_FILE_ARCHIVE | PLAT_FILE_REPARSE_POINT);
    assert_int_equal(info.size_bytes, 0);
    char *d = in_folder(state, "d");
    char *f = in_folder(state, "f");
    char *moved = in_folder(state, "moved");
    struct plat_dir_list list = {0};
    ASSERT_WIN32(fs->ops->list(fs->ctx, f, &list), PLAT_ERROR_DIRECTORY);
    ASSERT_WIN32(fs->ops->create_directory(fs->ctx, f, NULL), PLAT_ERROR_ALREADY_EXISTS);
    ASSERT_WIN32(fs->ops->remove_file(fs->ctx, d), PLAT_ERROR_ACCESS_DENIED);
    ASSERT_WIN32(fs->ops->remove_directory(fs->ctx, f), PLAT_ERROR_DIRECTORY);
    ASSERT_OK(fs->ops->move(fs->ctx, f, moved, 0));
    assert_reads(state, "moved", "12");
    ASSERT_OK(fs->ops->remove_directory(fs->ctx, d));
    ASSERT_OK(fs->ops->remove_file(fs->ctx, moved));
    assert_reads(state, "real\\f", "12");
    free(moved);
    free(f);
    free(d);
}

static void broken_links_lead_nowhere(void **state)
{
    char text[8];
    struct plat_file_info info;
    ASSERT_OK(make_link(state, "broken", "none", false));
    ASSERT_OK(info_hr(state, "broken", &info));
    ASSERT_WIN32(read_hr(state, "broken", text), PLAT_ERROR_FILE_NOT_FOUND);
    ASSERT_OK(make_link(state, "away", "none\\none", true));
    ASSERT_WIN32(info_hr(state, "away\\f", &info), PLAT_ERROR_PATH_NOT_FOUND);
    ASSERT_OK(write_file(state, "broken", "made", PLAT_OPEN_ALWAYS));
    assert_reads(state, "none", "made");
    assert_reads(state, "broken", "made");
}

static void chains_of_links_have_an_end(void **state)
{
    char text[8];
    ASSERT_OK(write_file(state, "l0", "end", PLAT_CREATE_NEW));
    for (int i = 1; i <= LINKS_MAX + 1; i++) {
        char *name = wcd_text_format("l%d", i);
        char *target = wcd_text_format("l%d", i - 1);
        ASSERT_OK(make_link(state, name, target, false));
        free(target);
        free(name);
    }
    assert_reads(state, "l63", "end");
    ASSERT_WIN32(read_hr(state, "l64", text), ERROR_CANT_RESOLVE_FILENAME);
    ASSERT_OK(make_link(state, "self", "self", true));
    ASSERT_WIN32(read_hr(state, "self\\x", text), ERROR_CANT_RESOLVE_FILENAME);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CONTRACT_TEST(targets_are_kept_as_they_are_written),
        CONTRACT_TEST(paths_lead_through_links),
        CONTRACT_TEST(a_call_on_a_link_means_the_link),
        CONTRACT_TEST(broken_links_lead_nowhere),
        CONTRACT_TEST(chains_of_links_have_an_end),
    };
    return cmocka_run_group_tests_name("fs link contract", tests, NULL, NULL);
}
