/* core/files: folders with and without ACLs, removal, real paths, on an emulated host. */
#include "core/files/files.h"
#include "fakes/host/host.h"
#include "tests/support/alloc_fail.h"
#include "tests/support/cmocka.h"

#include <stdlib.h>
#include <string.h>

struct fixture {
    struct fake_host *host;
    struct platform platform;
};

static int set_up(void **state)
{
    struct fixture *fixture = calloc(1, sizeof(*fixture));
    struct wcd_error err = WCD_ERROR_INIT;
    struct fake_host_options options = fake_host_defaults(fake_build_find("server-2022"));
    if (fixture == NULL || fake_host_create(&fixture->host, &options, &err) != WCD_OK) {
        return -1;
    }
    fixture->platform = fake_host_platform(fixture->host);
    *state = fixture;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *fixture = *state;
    fake_host_destroy(fixture->host);
    free(fixture);
    return 0;
}

static const struct engine_rules *rules(enum wcd_engine engine)
{
    return engine_rules_of(engine);
}

static void make_with_acl(struct fixture *fixture, enum wcd_engine engine, const char *path,
                          const char *message)
{
    struct wcd_error err = WCD_ERROR_INIT;
    (void)wcd_files_make_all_with_acl(&fixture->platform, rules(engine), path,
                                      WCD_SDDL_ADMINISTRATORS_LOCAL_SYSTEM, &err);
    assert_string_equal(wcd_error_message(&err), message);
    wcd_error_release(&err);
}

static void generations_differ_in_who_gets_the_acl(void **state)
{
    struct fixture *fixture = *state;
    const char *acl = WCD_SDDL_ADMINISTRATORS_LOCAL_SYSTEM;
    make_with_acl(fixture, WCD_ENGINE_V25, "C:\\new\\docker\\root", "");
    assert_string_equal(fake_fs_sddl(fixture->host, "C:\\new"), acl);
    assert_string_equal(fake_fs_sddl(fixture->host, "C:\\new\\docker\\root"), acl);
    make_with_acl(fixture, WCD_ENGINE_V17, "C:\\old\\docker\\root\\", "");
    assert_string_not_equal(fake_fs_sddl(fixture->host, "C:\\old"), acl);
    assert_string_not_equal(fake_fs_sddl(fixture->host, "C:\\old\\docker"), acl);
    assert_string_equal(fake_fs_sddl(fixture->host, "C:\\old\\docker\\root"), acl);
    /* A folder that is there keeps what it has. */
    make_with_acl(fixture, WCD_ENGINE_V25, "C:\\old", "");
    assert_string_not_equal(fake_fs_sddl(fixture->host, "C:\\old"), acl);
}

static void what_stands_in_the_way_is_named(void **state)
{
    struct fixture *fixture = *state;
    assert_true(fake_fs_put_file(fixture->host, "C:\\file", "x", 1));
    make_with_acl(fixture, WCD_ENGINE_V25, "C:\\file",
                  "mkdir C:\\file: The system cannot find the path specified.");
    make_with_acl(fixture, WCD_ENGINE_V17, "C:\\file\\below",
                  "mkdir C:\\file: The system cannot find the path specified.");
    assert_true(fake_fs_put_directory(fixture->host, "C:\\closed", NULL));
    assert_true(
        fake_fs_set_failure(fixture->host, "C:\\closed", plat_hr_win32(PLAT_ERROR_ACCESS_DENIED)));
    make_with_acl(fixture, WCD_ENGINE_V25, "C:\\closed\\docker",
                  "mkdir C:\\closed: Access is denied.");
    make_with_acl(fixture, WCD_ENGINE_V25, "Q:\\docker",
                  "mkdir Q:\\docker: The system cannot find the path specified.");
}

static void volume_paths_are_taken_as_there(void **state)
{
    struct fixture *fixture = *state;
    make_with_acl(fixture, WCD_ENGINE_V25, "\\\\?\\Volume{0a1b-2}", "");
    make_with_acl(fixture, WCD_ENGINE_V25, "\\\\?\\Volume{0a1b-2}\\", "");
    make_with_acl(fixture, WCD_ENGINE_V17, "\\\\?\\Volume{0a1b-2}", "");
    static const char *const others[] = {"\\\\?\\Volume{}", "\\\\?\\Volume{0A}", "\\\\?\\Volume{0a",
                                         "\\\\?\\Volume{0a}\\x"};
    for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
        struct wcd_error err = WCD_ERROR_INIT;
        assert_int_not_equal(wcd_files_make_all_with_acl(&fixture->platform, rules(WCD_ENGINE_V25),
                                                         others[i], NULL, &err),
                             WCD_OK);
        wcd_error_release(&err);
    }
}

static void trees_are_removed(void **state)
{
    struct fixture *fixture = *state;
    struct wcd_error err = WCD_ERROR_INIT;
    assert_true(fake_fs_put_file(fixture->host, "C:\\t\\a\\b.txt", "x", 1));
    assert_true(fake_fs_put_file(fixture->host, "C:\\t\\c.txt", "y", 1));
    assert_int_equal(wcd_files_remove_all(&fixture->platform, "C:\\t", &err), WCD_OK);
    assert_int_equal(fake_fs_kind_of(fixture->host, "C:\\t"), FAKE_FS_NOTHING);
    assert_int_equal(wcd_files_remove_all(&fixture->platform, "C:\\t", &err), WCD_OK);
    assert_true(fake_fs_put_file(fixture->host, "C:\\r\\a.txt", "x", 1));
    assert_true(plat_succeeded(fixture->platform.fs.ops->set_attributes(
        fixture->platform.fs.ctx, "C:\\r\\a.txt", PLAT_FILE_READONLY)));
    assert_int_equal(wcd_files_remove_all(&fixture->platform, "C:\\r", &err), WCD_OK);
    assert_int_equal(fake_fs_kind_of(fixture->host, "C:\\r"), FAKE_FS_NOTHING);
    assert_true(fake_fs_put_file(fixture->host, "C:\\r\\a.txt", "x", 1));
    assert_true(fake_fs_set_failure(fixture->host, "C:\\r\\a.txt",
                                    plat_hr_win32(PLAT_ERROR_ACCESS_DENIED)));
    assert_int_equal(wcd_files_remove_all(&fixture->platform, "C:\\r", &err), WCD_E_PLAIN);
    assert_int_equal(err.hresult, plat_hr_win32(PLAT_ERROR_ACCESS_DENIED));
    assert_error(err, WCD_E_PLAIN, "remove C:\\r: Access is denied.");
}

static void real_directories_are_found(void **state)
{
    struct fixture *fixture = *state;
    const struct engine_rules *v25 = rules(WCD_ENGINE_V25);
    struct wcd_error err = WCD_ERROR_INIT;
    char *path = NULL;
    assert_int_equal(
        wcd_files_real_directory(&fixture->platform, v25, "C:/Windows/./System32", &path, &err),
        WCD_OK);
    assert_string_equal(path, "C:\\Windows\\System32");
    free(path);
    assert_true(fake_fs_put_file(fixture->host, "C:\\file", "x", 1));
    (void)wcd_files_real_directory(&fixture->platform, v25, "C:\\file", &path, &err);
    assert_error(err, WCD_E_PLAIN, "canonical path points to a file 'C:\\file'");
    (void)wcd_files_real_directory(&fixture->platform, v25, "C:\\none", &path, &err);
    assert_error(err, WCD_E_PLAIN,
                 "failed to canonicalise path for C:\\none: CreateFile C:\\none: The system cannot "
                 "find the file specified.");
    (void)wcd_files_real_directory(&fixture->platform, rules(WCD_ENGINE_V17), "C:\\none", &path,
                                   &err);
    assert_error(err, WCD_E_PLAIN,
                 "failed to canonicalise path for C:\\none: GetFileAttributesEx C:\\none: The "
                 "system cannot find the file specified.");
    (void)wcd_files_real_directory(&fixture->platform, v25, "", &path, &err);
    assert_int_equal(err.code, WCD_E_PLAIN);
    assert_non_null(strstr(wcd_error_message(&err), "unable to get absolute path for "));
    wcd_error_release(&err);
}

static enum wcd_errc make_and_remove(struct fixture *fixture, struct wcd_error *err)
{
    const struct platform *platform = &fixture->platform;
    char *path = NULL;
    enum wcd_errc code = wcd_files_make_all_with_acl(platform, rules(WCD_ENGINE_V25), "C:\\m\\n",
                                                     WCD_SDDL_ADMINISTRATORS_LOCAL_SYSTEM, err);
    if (code == WCD_OK) {
        code = wcd_files_real_directory(platform, rules(WCD_ENGINE_V25), "C:\\m\\n", &path, err);
    }
    if (code == WCD_OK) {
        code = wcd_files_remove_all(platform, "C:\\m", err);
    }
    free(path);
    return code;
}

static void want_of_memory_is_reported(void **state)
{
    struct fixture *fixture = *state;
    for (size_t n = 1;; n++) {
        struct wcd_error err = WCD_ERROR_INIT;
        alloc_fail_after(n);
        enum wcd_errc code = make_and_remove(fixture, &err);
        bool fired = alloc_fail_off();
        /* A question whose answer is lost counts as "nothing there", so some failures are absorbed. */
        assert_true(code == WCD_OK || (fired && code == WCD_E_NO_MEMORY));
        wcd_error_release(&err);
        if (!fired) {
            break;
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(generations_differ_in_who_gets_the_acl, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_stands_in_the_way_is_named, set_up, tear_down),
        cmocka_unit_test_setup_teardown(volume_paths_are_taken_as_there, set_up, tear_down),
        cmocka_unit_test_setup_teardown(trees_are_removed, set_up, tear_down),
        cmocka_unit_test_setup_teardown(real_directories_are_found, set_up, tear_down),
        cmocka_unit_test_setup_teardown(want_of_memory_is_reported, set_up, tear_down),
    };
    return cmocka_run_group_tests_name("files", tests, NULL, NULL);
}
