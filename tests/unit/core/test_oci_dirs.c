/* core/oci: folders with secrets and configs, links to them, the order of mounts. */
#include "tests/unit/core/oci_fixture.h"

#include "core/files/content.h"
#include "core/files/files.h"
#include "core/files/scope.h"

#include <stdlib.h>
#include <string.h>

#define ACL     WCD_SDDL_ADMINISTRATORS_LOCAL_SYSTEM
#define SECRETS OCI_ROOT "\\containers\\c1\\mounts\\secrets"
#define CONFIGS OCI_ROOT "\\containers\\c1\\configs"

static void add_reference(struct wcd_container_references *list, const char *id,
                          const char *file_name, const char *data)
{
    struct wcd_container_reference *items =
        realloc(list->items, (list->count + 1) * sizeof(*items));
    assert_non_null(items);
    list->items = items;
    struct wcd_container_reference *added = &items[list->count++];
    *added = (struct wcd_container_reference){
        .is_file = file_name != NULL, .found = data != NULL, .mode = 0444};
    oci_put(&added->id, id);
    oci_put(&added->file_name, file_name == NULL ? "" : file_name);
    if (data != NULL) {
        oci_put(&added->data, data);
        added->size = strlen(data);
    }
}

static void start_over(struct oci_fixture *f)
{
    struct wcd_error err = WCD_ERROR_INIT;
    assert_int_equal(wcd_files_remove_all(&f->platform, OCI_ROOT "\\containers\\c1", &err), WCD_OK);
    assert_int_equal(wcd_files_remove_all(&f->platform, OCI_BASE_FS, &err), WCD_OK);
    assert_true(fake_fs_put_directory(f->fake, OCI_BASE_FS, NULL));
    assert_true(fake_fs_put_directory(f->fake, OCI_ROOT "\\containers\\c1", NULL));
    wcd_strlist_release(&f->log);
    oci_new_container(f);
    f->container->has_dependency_store = true;
    f->mounts = 0;
    f->unmounts = 0;
}

static void one_of_each(struct oci_fixture *f)
{
    start_over(f);
    add_reference(&f->container->secrets, "s1", "user\\pw.txt", "geheim");
    add_reference(&f->container->configs, "k1", "C:\\app\\app.conf", "a=1");
}

static void expect_content(const struct oci_fixture *f, const char *path, const char *text)
{
    size_t size = 0;
    const char *content = fake_fs_content(f->fake, path, &size);
    assert_non_null(content);
    assert_int_equal(size, strlen(text));
    assert_memory_equal(content, text, size);
}

static void expect_link(struct oci_fixture *f, const char *path, const char *target)
{
    char *got = NULL;
    plat_hr hr = f->platform.fs.ops->read_symlink(f->platform.fs.ctx, path, &got);
    assert_int_equal(hr, PLAT_S_OK);
    assert_string_equal(got, target);
    free(got);
}

static void expect_failure(struct oci_fixture *f, const char *message)
{
    struct wcd_container_mounts mounts = {0};
    enum wcd_errc code = wcd_container_setup_dirs(&f->host, f->container, &mounts, &f->err);
    assert_int_equal(mounts.count, 0);
    assert_int_equal(code, f->err.code);
    assert_error(f->err, WCD_E_PLAIN, message);
}

static void expect_mounts(const struct wcd_container_mounts *mounts)
{
    assert_int_equal(mounts->count, 2);
    assert_string_equal(mounts->items[0].source, SECRETS);
    assert_string_equal(mounts->items[0].destination, "C:\\ProgramData\\Docker\\internal\\secrets");
    assert_false(mounts->items[0].writable);
    assert_string_equal(mounts->items[1].source, CONFIGS);
    assert_string_equal(mounts->items[1].destination, "C:\\ProgramData\\Docker\\internal\\configs");
    assert_false(mounts->items[1].writable);
}

static void nothing_referred_to_is_nothing_done(void **state)
{
    struct oci_fixture *f = *state;
    struct wcd_container_mounts mounts = {0};
    oci_put(&f->container->host_config.isolation, "hyperv");
    assert_int_equal(wcd_container_setup_dirs(&f->host, f->container, &mounts, &f->err), WCD_OK);
    assert_int_equal(mounts.count, 0);
    assert_int_equal(f->mounts, 0);
    assert_int_equal(fake_fs_kind_of(f->fake, OCI_ROOT "\\containers\\c1\\mounts"),
                     FAKE_FS_NOTHING);
}

static void secrets_and_configs_are_written_and_linked(void **state)
{
    struct oci_fixture *f = *state;
    struct wcd_container_mounts mounts = {0};
    struct plat_file_info info = {0};
    one_of_each(f);
    f->container->configs.items[0].mode = 0644;
    assert_int_equal(wcd_container_setup_dirs(&f->host, f->container, &mounts, &f->err), WCD_OK);
    expect_mounts(&mounts);
    wcd_container_mounts_release(&mounts);
    expect_content(f, SECRETS "\\s1", "geheim");
    expect_content(f, CONFIGS "\\k1", "a=1");
    assert_string_equal(fake_fs_sddl(f->fake, SECRETS), ACL);
    assert_string_equal(fake_fs_sddl(f->fake, CONFIGS), ACL);
    (void)f->platform.fs.ops->info(f->platform.fs.ctx, SECRETS "\\s1", &info);
    assert_true((info.attributes & PLAT_FILE_READONLY) != 0);
    (void)f->platform.fs.ops->info(f->platform.fs.ctx, CONFIGS "\\k1", &info);
    assert_false((info.attributes & PLAT_FILE_READONLY) != 0);
    expect_link(f, OCI_BASE_FS "\\ProgramData\\Docker\\secrets\\user\\pw.txt",
                "C:\\ProgramData\\Docker\\internal\\secrets\\s1");
    expect_link(f, OCI_BASE_FS "\\app\\app.conf", "C:\\ProgramData\\Docker\\internal\\configs\\k1");
    assert_int_equal(f->mounts, 0);
    assert_string_equal(f->log.items[0], "debug: secrets: setting up secret dir: " SECRETS);
    assert_string_equal(f->log.items[1], "debug: injecting secret");
    assert_string_equal(f->log.items[2], "debug: configs: setting up config dir: " CONFIGS);
}

static void links_are_made_at_the_first_start_alone(void **state)
{
    struct oci_fixture *f = *state;
    struct wcd_container_mounts mounts = {0};
    one_of_each(f);
    f->container->has_been_started_before = true;
    assert_int_equal(wcd_container_setup_dirs(&f->host, f->container, &mounts, &f->err), WCD_OK);
    expect_mounts(&mounts);
    wcd_container_mounts_release(&mounts);
    assert_int_equal(fake_fs_kind_of(f->fake, OCI_BASE_FS "\\app"), FAKE_FS_NOTHING);
}

static void a_hyperv_container_is_mounted_for_its_links(void **state)
{
    struct oci_fixture *f = *state;
    struct wcd_container_mounts mounts = {0};
    one_of_each(f);
    f->host.default_isolation = "hyperv";
    wcd_text_replace(&f->container->base_fs, NULL);
    assert_int_equal(wcd_container_setup_dirs(&f->host, f->container, &mounts, &f->err), WCD_OK);
    expect_mounts(&mounts);
    wcd_container_mounts_release(&mounts);
    assert_int_equal(f->mounts, 1);
    assert_int_equal(f->unmounts, 1);
    expect_link(f, OCI_BASE_FS "\\app\\app.conf", "C:\\ProgramData\\Docker\\internal\\configs\\k1");
    one_of_each(f);
    f->layer_failure = WCD_E_PLAIN;
    expect_failure(f, "no mount");
    assert_int_equal(f->unmounts, 0);
}

static void other_targets_are_passed_over(void **state)
{
    struct oci_fixture *f = *state;
    struct wcd_container_mounts mounts = {0};
    start_over(f);
    add_reference(&f->container->secrets, "s1", NULL, "x");
    add_reference(&f->container->configs, "k1", NULL, "x");
    assert_int_equal(wcd_container_setup_dirs(&f->host, f->container, &mounts, &f->err), WCD_OK);
    expect_mounts(&mounts);
    wcd_container_mounts_release(&mounts);
    assert_int_equal(fake_fs_kind_of(f->fake, SECRETS), FAKE_FS_DIRECTORY);
    assert_int_equal(fake_fs_kind_of(f->fake, SECRETS "\\s1"), FAKE_FS_NOTHING);
    assert_string_equal(f->log.items[1], "error: secret target type is not a file target");
    assert_int_equal(f->log.count, 3);
}

static void what_failed_is_removed_again(void **state)
{
    struct oci_fixture *f = *state;
    one_of_each(f);
    f->container->has_dependency_store = false;
    expect_failure(f, "secret store is not initialized");
    assert_int_equal(fake_fs_kind_of(f->fake, SECRETS), FAKE_FS_NOTHING);
    one_of_each(f);
    f->container->configs.items[0].found = false;
    expect_failure(f, "unable to get config from config store: config k1 not found");
    assert_int_equal(fake_fs_kind_of(f->fake, CONFIGS), FAKE_FS_NOTHING);
    assert_int_equal(fake_fs_kind_of(f->fake, SECRETS "\\s1"), FAKE_FS_FILE);
    one_of_each(f);
    add_reference(&f->container->secrets, "s?2", "x", "y");
    expect_failure(f,
                   "error injecting secret: open " SECRETS "\\s?2: The filename, directory name, "
                   "or volume label syntax is incorrect.");
    assert_int_equal(fake_fs_kind_of(f->fake, SECRETS), FAKE_FS_NOTHING);
}

static void errors_of_the_file_system_are_told(void **state)
{
    struct oci_fixture *f = *state;
    one_of_each(f);
    assert_true(fake_fs_set_failure(f->fake, OCI_ROOT "\\containers\\c1\\mounts",
                                    plat_hr_win32(PLAT_ERROR_ACCESS_DENIED)));
    expect_failure(f, "CreateFile " OCI_ROOT "\\containers\\c1\\mounts: Access is denied.");
    assert_true(fake_fs_set_failure(f->fake, OCI_ROOT "\\containers\\c1\\mounts", 0));
    one_of_each(f);
    oci_file(f, OCI_ROOT "\\containers\\c1\\configs", "in the way");
    expect_failure(f, "error creating config dir: mkdir " CONFIGS
                      ": The system cannot find the path specified.");
    one_of_each(f);
    oci_file(f, OCI_BASE_FS "\\app\\app.conf", "in the way");
    expect_failure(f, "symlink C:\\ProgramData\\Docker\\internal\\configs\\k1 " OCI_BASE_FS
                      "\\app\\app.conf: Cannot create a file when that file already exists.");
    one_of_each(f);
    oci_file(f, OCI_BASE_FS "\\app", "in the way");
    expect_failure(f, "mkdir " OCI_BASE_FS "\\app: The system cannot find the path specified.");
}

static plat_hr keep_folder(void *ctx, const char *path)
{
    (void)ctx;
    (void)path;
    return plat_hr_win32(PLAT_ERROR_SHARING_VIOLATION);
}

static void a_clean_up_that_fails_is_logged(void **state)
{
    struct oci_fixture *f = *state;
    const struct plat_fs_ops *ops = f->platform.fs.ops;
    struct plat_fs_ops other = *ops;
    one_of_each(f);
    f->container->has_dependency_store = false;
    other.remove_directory = keep_folder;
    f->platform.fs.ops = &other;
    expect_failure(f, "secret store is not initialized");
    f->platform.fs.ops = ops;
    assert_string_equal(f->log.items[f->log.count - 1],
                        "error: error cleaning up secret mount: remove " SECRETS
                        ": The process cannot access the file because it is being used by another "
                        "process.");
}

static void a_place_that_cannot_be_seen_is_logged(void **state)
{
    struct oci_fixture *f = *state;
    one_of_each(f);
    assert_true(
        fake_fs_set_failure(f->fake, OCI_BASE_FS "\\app", plat_hr_win32(PLAT_ERROR_ACCESS_DENIED)));
    expect_failure(f, "CreateFile " OCI_BASE_FS "\\app: Access is denied.");
    (void)fake_fs_set_failure(f->fake, OCI_BASE_FS "\\app", 0);
    assert_string_equal(f->log.items[f->log.count - 1],
                        "error: Failed to ResolveScopedPath BaseFS " OCI_BASE_FS
                        " path \\app CreateFile " OCI_BASE_FS "\\app: Access is denied.\n");
}

static void targets_that_are_no_place_in_the_container(void **state)
{
    static const struct {
        const char *name;
        const char *message;
    } targets[] = {
        {"D:\\x", "the specified path is not on the system drive (C:)"},
        {"C:", "no relative path specified in \"C:\""},
    };
    struct oci_fixture *f = *state;
    for (size_t i = 0; i < sizeof(targets) / sizeof(targets[0]); i++) {
        start_over(f);
        add_reference(&f->container->configs, "k1", targets[i].name, "x");
        expect_failure(f, targets[i].message);
    }
    one_of_each(f);
    wcd_text_replace(&f->container->base_fs, NULL);
    expect_failure(f, "ResolvePath: BaseFS of container c1 is unexpectedly empty");
}

static void link(struct oci_fixture *f, const char *path, const char *target)
{
    const struct plat_fs *fs = &f->platform.fs;
    assert_int_equal(fs->ops->create_symlink(fs->ctx, path, target, true), PLAT_S_OK);
}

static void follow(struct oci_fixture *f, const char *path, const char *expected)
{
    char *got = NULL;
    enum wcd_errc code =
        wcd_files_follow_in_scope(&f->platform, f->host.engine, path, OCI_BASE_FS, &got, &f->err);
    assert_string_equal(code == WCD_OK ? got : wcd_error_message(&f->err), expected);
    wcd_error_release(&f->err);
    free(got);
}

static void links_stay_inside_the_folder(void **state)
{
    struct oci_fixture *f = *state;
    start_over(f);
    assert_true(fake_fs_put_directory(f->fake, OCI_BASE_FS "\\a\\b", NULL));
    link(f, OCI_BASE_FS "\\out", "C:\\Windows");
    link(f, OCI_BASE_FS "\\up", "..\\..\\..\\x");
    link(f, OCI_BASE_FS "\\a\\near", "b");
    link(f, OCI_BASE_FS "\\a\\top", "\\a");
    link(f, OCI_BASE_FS "\\loop", "loop");
    link(f, OCI_BASE_FS "\\drive", "C:");
    follow(f, OCI_BASE_FS, OCI_BASE_FS);
    follow(f, OCI_BASE_FS "\\", OCI_BASE_FS);
    follow(f, OCI_BASE_FS "\\none\\such", OCI_BASE_FS "\\none\\such");
    follow(f, OCI_BASE_FS "\\a\\near\\c", OCI_BASE_FS "\\a\\b\\c");
    follow(f, OCI_BASE_FS "\\a\\top\\near", OCI_BASE_FS "\\a\\b");
    follow(f, OCI_BASE_FS "\\out\\System32", OCI_BASE_FS "\\Windows\\System32");
    follow(f, OCI_BASE_FS "\\up\\y", OCI_BASE_FS "\\x\\y");
    follow(f, OCI_BASE_FS "\\drive\\y", OCI_BASE_FS "\\y");
    follow(f, OCI_BASE_FS "\\loop\\y",
           "evalSymlinksInScope: too many links in " OCI_BASE_FS "\\loop\\y");
    follow(f, OCI_BASE_FS "2\\y",
           "evalSymlinksInScope: " OCI_BASE_FS "2\\y is not in " OCI_BASE_FS);
    follow(f, "C:\\x", "evalSymlinksInScope: C:\\x is not in " OCI_BASE_FS);
    follow(f, OCI_BASE_FS "\\a?\\b",
           "CreateFile " OCI_BASE_FS
           "\\a?: The filename, directory name, or volume label syntax is "
           "incorrect.");
}

static plat_hr refuse_link(void *ctx, const char *path, char **target)
{
    (void)ctx;
    (void)path;
    *target = NULL;
    return plat_hr_win32(PLAT_ERROR_ACCESS_DENIED);
}

static plat_hr no_link(void *ctx, const char *path, char **target)
{
    (void)ctx;
    (void)path;
    *target = NULL;
    return plat_hr_win32(4390);
}

static void links_that_cannot_be_read(void **state)
{
    struct oci_fixture *f = *state;
    start_over(f);
    link(f, OCI_BASE_FS "\\a", "b");
    const struct plat_fs_ops *ops = f->platform.fs.ops;
    struct plat_fs_ops other = *ops;
    f->platform.fs.ops = &other;
    other.read_symlink = refuse_link;
    follow(f, OCI_BASE_FS "\\a\\x", "readlink " OCI_BASE_FS "\\a: Access is denied.");
    other.read_symlink = no_link;
    follow(f, OCI_BASE_FS "\\a\\x", OCI_BASE_FS "\\a\\x");
    f->platform.fs.ops = ops;
    char *got = NULL;
    assert_int_equal(
        wcd_files_follow_in_scope(&f->platform, f->host.engine, "", OCI_BASE_FS, &got, &f->err),
        WCD_E_PLAIN);
    wcd_error_release(&f->err);
}

static void add_mount(struct wcd_container_mounts *mounts, const char *destination)
{
    struct wcd_container_mount *items =
        realloc(mounts->items, (mounts->count + 1) * sizeof(*items));
    assert_non_null(items);
    mounts->items = items;
    items[mounts->count] = (struct wcd_container_mount){.writable = true};
    oci_put(&items[mounts->count].destination, destination);
    mounts->count++;
}

static void mounts_with_fewer_separators_come_first(void **state)
{
    static const char *const in[] = {"C:\\a\\b\\c", "C:\\z", "C:\\a\\b", "C:/y/", "\\\\.\\pipe\\x"};
    static const char *const out[] = {"C:\\z", "C:/y/", "C:\\a\\b", "C:\\a\\b\\c",
                                      "\\\\.\\pipe\\x"};
    struct oci_fixture *f = *state;
    struct wcd_container_mounts mounts = {0};
    oci_new_container(f);
    for (size_t i = 0; i < 5; i++) {
        add_mount(&f->container->mounts, in[i]);
    }
    for (size_t n = 1;; n++) {
        alloc_fail_after(n);
        enum wcd_errc code = wcd_container_sorted_mounts(f->container, &mounts, &f->err);
        bool fired = alloc_fail_off();
        if (!fired) {
            assert_int_equal(code, WCD_OK);
            break;
        }
        assert_int_equal(code, WCD_E_NO_MEMORY);
        wcd_error_release(&f->err);
        wcd_container_mounts_release(&mounts);
    }
    assert_int_equal(mounts.count, 5);
    for (size_t i = 0; i < 5; i++) {
        assert_string_equal(mounts.items[i].destination, out[i]);
        assert_string_equal(mounts.items[i].source, "");
        assert_true(mounts.items[i].writable);
    }
    wcd_container_mounts_release(&mounts);
}

static void every_want_of_memory_is_told(void **state)
{
    struct oci_fixture *f = *state;
    struct wcd_container_mounts mounts = {0};
    f->host.default_isolation = "hyperv";
    for (size_t n = 1;; n++) {
        one_of_each(f);
        f->host.log = (struct wcd_log_sink){0};
        alloc_fail_after(n);
        enum wcd_errc code = wcd_container_setup_dirs(&f->host, f->container, &mounts, &f->err);
        bool fired = alloc_fail_off();
        if (!fired) {
            assert_int_equal(code, WCD_OK);
            break;
        }
        /* What only looks whether something is there goes on without an answer. */
        assert_true(code == WCD_E_NO_MEMORY || code == WCD_OK);
        wcd_error_release(&f->err);
        wcd_container_mounts_release(&mounts);
    }
    expect_mounts(&mounts);
    wcd_container_mounts_release(&mounts);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, oci_set_up, oci_tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(nothing_referred_to_is_nothing_done),
        TEST(secrets_and_configs_are_written_and_linked),
        TEST(links_are_made_at_the_first_start_alone),
        TEST(a_hyperv_container_is_mounted_for_its_links),
        TEST(other_targets_are_passed_over),
        TEST(what_failed_is_removed_again),
        TEST(errors_of_the_file_system_are_told),
        TEST(a_clean_up_that_fails_is_logged),
        TEST(a_place_that_cannot_be_seen_is_logged),
        TEST(targets_that_are_no_place_in_the_container),
        TEST(links_stay_inside_the_folder),
        TEST(links_that_cannot_be_read),
        TEST(mounts_with_fewer_separators_come_first),
        TEST(every_want_of_memory_is_told),
    };
    return cmocka_run_group_tests_name("oci_dirs", tests, NULL, NULL);
}
