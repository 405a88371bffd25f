/* The contract of core/platform/fs.h: open files and streams. */
#include "tests/contract/contract.h"

#include "core/base/text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define READ_WRITE (PLAT_GENERIC_READ | PLAT_GENERIC_WRITE)

static const struct plat_fs *fs_of(void **state)
{
    return &contract_machine(state)->platform.fs;
}

static plat_hr open_file(void **state, const char *name, uint32_t access,
                         enum plat_file_disposition disposition, plat_handle *out)
{
    const struct plat_fs *fs = fs_of(state);
    char *path = wcd_text_format("%s\\%s", contract_machine(state)->folder, name);
    assert_non_null(path);
    plat_hr hr = fs->ops->open(fs->ctx, path, access, disposition, out);
    free(path);
    return hr;
}

static void close_file(void **state, plat_handle file)
{
    const struct plat_fs *fs = fs_of(state);
    ASSERT_OK(fs->ops->close(fs->ctx, file));
}

static void put(void **state, const char *name, const char *text)
{
    const struct plat_fs *fs = fs_of(state);
    plat_handle file = PLAT_NO_HANDLE;
    ASSERT_OK(open_file(state, name, PLAT_GENERIC_WRITE, PLAT_CREATE_ALWAYS, &file));
    ASSERT_OK(fs->ops->write(fs->ctx, file, text, strlen(text)));
    ASSERT_OK(fs->ops->flush(fs->ctx, file));
    close_file(state, file);
}

static void assert_content(void **state, const char *name, const char *text)
{
    const struct plat_fs *fs = fs_of(state);
    plat_handle file = PLAT_NO_HANDLE;
    ASSERT_OK(open_file(state, name, PLAT_GENERIC_READ, PLAT_OPEN_EXISTING, &file));
    char data[256];
    memset(data, 0x5A, sizeof(data));
    size_t got = 99;
    ASSERT_OK(fs->ops->read(fs->ctx, file, data, sizeof(data), &got));
    assert_int_equal(got, strlen(text));
    assert_memory_equal(data, text, got);
    ASSERT_OK(fs->ops->read(fs->ctx, file, data, sizeof(data), &got));
    assert_int_equal(got, 0);
    close_file(state, file);
}

static void what_is_written_can_be_read(void **state)
{
    put(state, "f", "hello");
    assert_content(state, "f", "hello");
    put(state, "f", "hi");
    assert_content(state, "f", "hi");
}

static void dispositions_say_what_may_exist(void **state)
{
    plat_handle file = PLAT_NO_HANDLE;
    ASSERT_WIN32(open_file(state, "f", READ_WRITE, PLAT_OPEN_EXISTING, &file),
                 PLAT_ERROR_FILE_NOT_FOUND);
    ASSERT_WIN32(open_file(state, "none\\f", READ_WRITE, PLAT_CREATE_ALWAYS, &file),
                 PLAT_ERROR_PATH_NOT_FOUND);
    ASSERT_OK(open_file(state, "f", READ_WRITE, PLAT_OPEN_ALWAYS, &file));
    close_file(state, file);
    put(state, "f", "text");
    ASSERT_WIN32(open_file(state, "f", READ_WRITE, PLAT_CREATE_NEW, &file), PLAT_ERROR_FILE_EXISTS);
    ASSERT_OK(open_file(state, "f", READ_WRITE, PLAT_OPEN_ALWAYS, &file));
    close_file(state, file);
    assert_content(state, "f", "text");
    ASSERT_OK(open_file(state, "f", READ_WRITE, PLAT_CREATE_ALWAYS, &file));
    close_file(state, file);
    assert_content(state, "f", "");
}

static void folders_cannot_be_opened(void **state)
{
    const struct plat_fs *fs = fs_of(state);
    plat_handle file = PLAT_NO_HANDLE;
    ASSERT_WIN32(fs->ops->open(fs->ctx, contract_machine(state)->folder, PLAT_GENERIC_READ,
                               PLAT_OPEN_EXISTING, &file),
                 PLAT_ERROR_ACCESS_DENIED);
}

static void many_read_or_one_writes(void **state)
{
    plat_handle first = PLAT_NO_HANDLE;
    plat_handle second = PLAT_NO_HANDLE;
    put(state, "f", "text");
    ASSERT_OK(open_file(state, "f", PLAT_GENERIC_READ, PLAT_OPEN_EXISTING, &first));
    ASSERT_OK(open_file(state, "f", PLAT_GENERIC_READ, PLAT_OPEN_EXISTING, &second));
    plat_handle third = PLAT_NO_HANDLE;
    ASSERT_WIN32(open_file(state, "f", PLAT_GENERIC_WRITE, PLAT_OPEN_EXISTING, &third),
                 PLAT_ERROR_SHARING_VIOLATION);
    close_file(state, first);
    close_file(state, second);
    ASSERT_OK(open_file(state, "f", PLAT_GENERIC_WRITE, PLAT_OPEN_EXISTING, &first));
    ASSERT_WIN32(open_file(state, "f", PLAT_GENERIC_READ, PLAT_OPEN_EXISTING, &second),
                 PLAT_ERROR_SHARING_VIOLATION);
    ASSERT_WIN32(open_file(state, "f", PLAT_GENERIC_WRITE, PLAT_CREATE_ALWAYS, &second),
                 PLAT_ERROR_SHARING_VIOLATION);
    close_file(state, first);
    assert_content(state, "f", "text");
}

static void an_open_file_stays_where_it_is(void **state)
{
    const struct plat_fs *fs = fs_of(state);
    put(state, "f", "text");
    char *path = wcd_text_format("%s\\f", contract_machine(state)->folder);
    char *other = wcd_text_format("%s\\g", contract_machine(state)->folder);
    plat_handle file = PLAT_NO_HANDLE;
    ASSERT_OK(open_file(state, "f", PLAT_GENERIC_READ, PLAT_OPEN_EXISTING, &file));
    ASSERT_WIN32(fs->ops->remove_file(fs->ctx, path), PLAT_ERROR_SHARING_VIOLATION);
    ASSERT_WIN32(fs->ops->move(fs->ctx, path, other, 0), PLAT_ERROR_SHARING_VIOLATION);
    close_file(state, file);
    ASSERT_OK(fs->ops->move(fs->ctx, path, other, 0));
    ASSERT_OK(fs->ops->remove_file(fs->ctx, other));
    free(path);
    free(other);
}

static void rights_are_kept(void **state)
{
    const struct plat_fs *fs = fs_of(state);
    char data[4];
    size_t got = 99;
    plat_handle file = PLAT_NO_HANDLE;
    ASSERT_OK(open_file(state, "f", PLAT_GENERIC_WRITE, PLAT_CREATE_NEW, &file));
    ASSERT_WIN32(fs->ops->read(fs->ctx, file, data, sizeof(data), &got), PLAT_ERROR_ACCESS_DENIED);
    close_file(state, file);
    ASSERT_OK(open_file(state, "f", PLAT_GENERIC_READ, PLAT_OPEN_EXISTING, &file));
    ASSERT_WIN32(fs->ops->write(fs->ctx, file, "x", 1), PLAT_ERROR_ACCESS_DENIED);
    close_file(state, file);
}

static void positions_move(void **state)
{
    const struct plat_fs *fs = fs_of(state);
    plat_handle file = PLAT_NO_HANDLE;
    ASSERT_OK(open_file(state, "f", READ_WRITE, PLAT_CREATE_NEW, &file));
    ASSERT_OK(fs->ops->write(fs->ctx, file, "abcdef", 6));
    ASSERT_OK(fs->ops->seek(fs->ctx, file, 2));
    ASSERT_OK(fs->ops->write(fs->ctx, file, "XY", 2));
    char data[8] = {0};
    size_t got = 0;
    ASSERT_OK(fs->ops->read(fs->ctx, file, data, 1, &got));
    assert_int_equal(got, 1);
    assert_int_equal(data[0], 'e');
    ASSERT_OK(fs->ops->seek(fs->ctx, file, 8));
    ASSERT_OK(fs->ops->read(fs->ctx, file, data, sizeof(data), &got));
    assert_int_equal(got, 0);
    ASSERT_OK(fs->ops->write(fs->ctx, file, "z", 1));
    ASSERT_OK(fs->ops->seek(fs->ctx, file, 0));
    char all[16];
    ASSERT_OK(fs->ops->read(fs->ctx, file, all, sizeof(all), &got));
    assert_int_equal(got, 9);
    assert_memory_equal(all, "abXYef\0\0z", 9);
    close_file(state, file);
}

static void closed_handles_are_invalid(void **state)
{
    const struct plat_fs *fs = fs_of(state);
    plat_handle file = PLAT_NO_HANDLE;
    ASSERT_OK(open_file(state, "f", READ_WRITE, PLAT_CREATE_NEW, &file));
    close_file(state, file);
    contract_expect_misuse(state, 5);
    char data[4];
    size_t got = 0;
    ASSERT_WIN32(fs->ops->close(fs->ctx, file), PLAT_ERROR_INVALID_HANDLE);
    ASSERT_WIN32(fs->ops->read(fs->ctx, file, data, 4, &got), PLAT_ERROR_INVALID_HANDLE);
    ASSERT_WIN32(fs->ops->write(fs->ctx, file, "x", 1), PLAT_ERROR_INVALID_HANDLE);
    ASSERT_WIN32(fs->ops->seek(fs->ctx, file, 0), PLAT_ERROR_INVALID_HANDLE);
    ASSERT_WIN32(fs->ops->flush(fs->ctx, file), PLAT_ERROR_INVALID_HANDLE);
}

static void streams_are_files_in_a_file(void **state)
{
    const struct plat_fs *fs = fs_of(state);
    put(state, "f", "main");
    put(state, "f:Zone", "side");
    assert_content(state, "f", "main");
    assert_content(state, "F:ZONE:$data", "side");
    assert_content(state, "f::$DATA", "main");
    char *path = wcd_text_format("%s\\f", contract_machine(state)->folder);
    struct plat_stream_list list = {0};
    ASSERT_OK(fs->ops->streams(fs->ctx, path, &list));
    assert_int_equal(list.count, 2);
    assert_string_equal(list.entries[0].name, "");
    assert_int_equal(list.entries[0].size_bytes, 4);
    assert_string_equal(list.entries[1].name, "Zone");
    plat_stream_list_free(&list);
    char *stream = wcd_text_format("%s:zone", path);
    ASSERT_OK(fs->ops->remove_file(fs->ctx, stream));
    ASSERT_WIN32(fs->ops->remove_file(fs->ctx, stream), PLAT_ERROR_FILE_NOT_FOUND);
    assert_content(state, "f", "main");
    free(stream);
    free(path);
}

static void a_folder_may_have_streams(void **state)
{
    const struct plat_fs *fs = fs_of(state);
    char *path = wcd_text_format("%s\\d", contract_machine(state)->folder);
    ASSERT_OK(fs->ops->create_directory(fs->ctx, path, NULL));
    struct plat_stream_list list = {0};
    ASSERT_OK(fs->ops->streams(fs->ctx, path, &list));
    assert_int_equal(list.count, 0);
    put(state, "d:note", "x");
    ASSERT_OK(fs->ops->streams(fs->ctx, path, &list));
    assert_int_equal(list.count, 1);
    assert_string_equal(list.entries[0].name, "note");
    plat_stream_list_free(&list);
    free(path);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CONTRACT_TEST(what_is_written_can_be_read),
        CONTRACT_TEST(dispositions_say_what_may_exist),
        CONTRACT_TEST(folders_cannot_be_opened),
        CONTRACT_TEST(many_read_or_one_writes),
        CONTRACT_TEST(an_open_file_stays_where_it_is),
        CONTRACT_TEST(rights_are_kept),
        CONTRACT_TEST(positions_move),
        CONTRACT_TEST(closed_handles_are_invalid),
        CONTRACT_TEST(streams_are_files_in_a_file),
        CONTRACT_TEST(a_folder_may_have_streams),
    };
    return cmocka_run_group_tests_name("contract fs files", tests, NULL, NULL);
}
