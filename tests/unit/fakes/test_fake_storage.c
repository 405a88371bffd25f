/* The emulated storage: images that tests put on a host, failures they set, what a run leaves
 * behind, hosts without the service, chance, and want of memory. */
#include "core/base/text.h"
#include "fakes/host/host.h"
#include "tests/support/alloc_fail.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define BASE      "C:\\layers\\base"
#define TOP       "C:\\layers\\top"
#define HR(error) plat_hr_win32(error)

static const struct plat_layer_driver driver = {PLAT_LAYER_FILTER_DRIVER, ""};

static struct fake_host_options options_of(const char *id)
{
    const struct fake_build *build = fake_build_find(id);
    assert_non_null(build);
    return fake_host_defaults(build);
}

static struct fake_host *host_with(const struct fake_host_options *options)
{
    struct fake_host *host = NULL;
    struct wcd_error err = WCD_ERROR_INIT;
    assert_int_equal(fake_host_create(&host, options, &err), WCD_OK);
    return host;
}

static const struct fake_image_file base_files[] = {{"app\\file", "base"}};
static const struct fake_image_file top_files[] = {{"app\\more", "top"}};
static const char *const top_parents[] = {BASE};

static const struct fake_image_layer base_layer = {.folder = BASE,
                                                   .utility_vm = true,
                                                   .os_build = 17763,
                                                   .os_revision = 2628,
                                                   .files = base_files,
                                                   .file_count = 1};
static const struct fake_image_layer top_layer = {
    .folder = TOP, .parents = top_parents, .parent_count = 1, .files = top_files, .file_count = 1};

static bool put_layers(struct fake_host *host)
{
    return fake_storage_put_layer(host, &base_layer) && fake_storage_put_layer(host, &top_layer);
}

/* The layers above a scratch. */
struct parents {
    struct plat_layer_descriptor list[2];
    char *ids[2];
};

static plat_hr find_parents(const struct plat_storage *storage, struct parents *out)
{
    *out = (struct parents){0};
    plat_hr hr = storage->ops->name_to_guid(storage->ctx, "top", &out->ids[0]);
    if (plat_succeeded(hr)) {
        hr = storage->ops->name_to_guid(storage->ctx, "base", &out->ids[1]);
    }
    out->list[0] = (struct plat_layer_descriptor){out->ids[0], 0, TOP};
    out->list[1] = (struct plat_layer_descriptor){out->ids[1], 0, BASE};
    return hr;
}

static void drop_parents(struct parents *parents)
{
    free(parents->ids[0]);
    free(parents->ids[1]);
}

static plat_hr create(const struct plat_storage *storage, const char *path)
{
    struct parents parents;
    plat_hr hr = find_parents(storage, &parents);
    if (plat_succeeded(hr)) {
        hr = storage->ops->create_scratch_layer(storage->ctx, &driver, path, "", parents.list, 2);
    }
    drop_parents(&parents);
    return hr;
}

static plat_hr prepare(const struct plat_storage *storage, const char *path)
{
    struct parents parents;
    plat_hr hr = find_parents(storage, &parents);
    if (plat_succeeded(hr)) {
        hr = storage->ops->prepare_layer(storage->ctx, &driver, path, parents.list, 2);
    }
    drop_parents(&parents);
    return hr;
}

static void layers_can_be_put_on_a_host(void **state)
{
    (void)state;
    struct fake_host_options options = options_of("server-2019");
    struct fake_host *host = host_with(&options);
    assert_false(fake_storage_put_layer(host, &top_layer));
    assert_int_equal(fake_fs_kind_of(host, TOP), FAKE_FS_NOTHING);
    assert_true(put_layers(host));
    assert_false(fake_storage_put_layer(host, &base_layer));
    static const char *const files[] = {
        BASE "\\Files\\Windows\\System32\\config\\SOFTWARE",
        BASE "\\Hives\\Software_Base",
        BASE "\\blank.vhdx",
        BASE "\\UtilityVM\\SystemTemplate.vhdx",
        TOP "\\Hives\\Software_Delta",
        TOP "\\Files\\app\\file",
        TOP "\\Files\\app\\more",
    };
    for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
        if (fake_fs_kind_of(host, files[i]) != FAKE_FS_FILE) {
            fail_msg("missing: %s", files[i]);
        }
    }
    assert_int_equal(fake_fs_kind_of(host, TOP "\\UtilityVM"), FAKE_FS_NOTHING);
    assert_int_equal(fake_storage_state(host, TOP), FAKE_LAYER_IMAGE);
    assert_int_equal(fake_storage_state(host, "C:\\none"), FAKE_LAYER_NOTHING);
    fake_host_destroy(host);
}

static void images_tell_their_version(void **state)
{
    (void)state;
    struct fake_host_options options = options_of("server-2019");
    struct fake_host *host = host_with(&options);
    uint32_t build = 0;
    uint32_t revision = 0;
    assert_true(put_layers(host));
    assert_true(fake_storage_image_version(host, BASE, &build, &revision));
    assert_int_equal(build, 17763);
    assert_int_equal(revision, 2628);
    assert_true(fake_storage_image_version(host, TOP, &build, &revision));
    assert_int_equal(revision, 2628);
    static const char *const parents[] = {TOP, BASE};
    const struct fake_image_layer update = {.folder = "C:\\layers\\update",
                                            .parents = parents,
                                            .parent_count = 2,
                                            .os_build = 17763,
                                            .os_revision = 3000};
    assert_true(fake_storage_put_layer(host, &update));
    assert_true(fake_storage_image_version(host, update.folder, &build, &revision));
    assert_int_equal(revision, 3000);
    assert_true(fake_fs_put_file(host, BASE "\\Files\\Windows\\System32\\ntoskrnl.exe", "MZ", 2));
    assert_false(fake_storage_image_version(host, BASE, &build, &revision));
    assert_false(fake_storage_image_version(host, "C:\\none", &build, &revision));
    fake_host_destroy(host);
}

static void expect_leftover(const struct fake_host *host, const char *expected)
{
    struct wcd_strlist list;
    wcd_strlist_init(&list);
    assert_true(fake_host_leftovers(host, &list));
    assert_int_equal(list.count, expected == NULL ? 0 : 1);
    if (expected != NULL) {
        assert_string_equal(list.items[0], expected);
    }
    wcd_strlist_release(&list);
}

static void mounted_layers_are_left_behind(void **state)
{
    (void)state;
    struct fake_host_options options = options_of("server-2022");
    struct fake_host *host = host_with(&options);
    const struct plat_storage storage = fake_host_platform(host).storage;
    assert_true(put_layers(host));
    assert_int_equal(create(&storage, "C:\\layers\\s"), PLAT_S_OK);
    assert_int_equal(fake_storage_state(host, "C:\\layers\\s"), FAKE_LAYER_SCRATCH);
    expect_leftover(host, NULL);
    assert_int_equal(storage.ops->activate_layer(storage.ctx, &driver, "C:\\layers\\s"), PLAT_S_OK);
    assert_int_equal(fake_storage_state(host, "C:\\layers\\s"), FAKE_LAYER_ACTIVATED);
    expect_leftover(host, "storage layer C:\\layers\\s (activated)");
    assert_int_equal(prepare(&storage, "C:\\layers\\s"), PLAT_S_OK);
    assert_int_equal(fake_storage_state(host, "C:\\layers\\s"), FAKE_LAYER_PREPARED);
    expect_leftover(host, "storage layer C:\\layers\\s (prepared)");
    fake_host_destroy(host);
}

/* It finds a disk attached by somebody else. */
static void a_new_service_does_not_know_what_is_mounted(void **state)
{
    (void)state;
    static const char scratch[] = "C:\\layers\\s";
    struct fake_host_options options = options_of("server-2022");
    struct fake_host *host = host_with(&options);
    const struct plat_storage storage = fake_host_platform(host).storage;
    assert_true(put_layers(host));
    assert_int_equal(create(&storage, scratch), PLAT_S_OK);
    for (size_t i = 0; i < 2; i++) {
        assert_int_equal(storage.ops->activate_layer(storage.ctx, &driver, scratch), PLAT_S_OK);
        assert_int_equal(prepare(&storage, scratch), PLAT_S_OK);
    }
    fake_hcs_disconnect(host);
    fake_hcs_reconnect(host);
    assert_int_equal(storage.ops->activate_layer(storage.ctx, &driver, scratch),
                     HR(PLAT_ERROR_SHARING_VIOLATION));
    assert_int_equal(prepare(&storage, scratch), HR(PLAT_ERROR_SHARING_VIOLATION));
    assert_int_equal(storage.ops->unprepare_layer(storage.ctx, &driver, scratch), PLAT_S_OK);
    assert_int_equal(storage.ops->deactivate_layer(storage.ctx, &driver, scratch), PLAT_S_OK);
    for (size_t i = 0; i < 2; i++) {
        assert_int_equal(storage.ops->activate_layer(storage.ctx, &driver, scratch), PLAT_S_OK);
    }
    fake_host_destroy(host);
}

static void failures_are_of_a_function_and_a_layer(void **state)
{
    (void)state;
    struct fake_host_options options = options_of("server-2019");
    struct fake_host *host = host_with(&options);
    const struct plat_storage storage = fake_host_platform(host).storage;
    plat_hr not_ready = HR(PLAT_ERROR_NOT_READY);
    assert_true(put_layers(host));
    assert_false(fake_storage_set_failure(host, "DestroyLayers", NULL, not_ready));
    assert_true(fake_storage_set_failure(host, "ActivateLayer", "TOP", not_ready));
    assert_int_equal(storage.ops->activate_layer(storage.ctx, &driver, TOP), not_ready);
    assert_int_equal(storage.ops->activate_layer(storage.ctx, &driver, BASE), PLAT_S_OK);
    assert_int_equal(storage.ops->deactivate_layer(storage.ctx, &driver, TOP), PLAT_S_OK);
    assert_true(fake_storage_set_failure(host, "ActivateLayer", "TOP", PLAT_S_OK));
    assert_int_equal(storage.ops->activate_layer(storage.ctx, &driver, TOP), PLAT_S_OK);
    assert_true(fake_storage_set_failure(host, "ActivateLayer", BASE, HR(32)));
    assert_int_equal(storage.ops->activate_layer(storage.ctx, &driver, BASE), HR(32));
    assert_int_equal(storage.ops->activate_layer(storage.ctx, &driver, TOP), PLAT_S_OK);
    char *guid = NULL;
    assert_true(fake_storage_set_failure(host, "NameToGuid", NULL, HR(31)));
    assert_int_equal(storage.ops->name_to_guid(storage.ctx, "x", &guid), HR(31));
    assert_null(guid);
    fake_host_destroy(host);
}

static void a_layer_can_outlive_its_destruction(void **state)
{
    (void)state;
    struct fake_host_options options = options_of("server-2019");
    struct fake_host *host = host_with(&options);
    const struct plat_storage storage = fake_host_platform(host).storage;
    assert_true(put_layers(host));
    assert_true(fake_storage_set_undead(host, "top", true));
    assert_int_equal(storage.ops->destroy_layer(storage.ctx, &driver, TOP), PLAT_S_OK);
    assert_int_equal(fake_storage_state(host, TOP), FAKE_LAYER_IMAGE);
    assert_true(fake_storage_set_undead(host, "top", false));
    assert_int_equal(storage.ops->destroy_layer(storage.ctx, &driver, TOP), PLAT_S_OK);
    assert_int_equal(fake_storage_state(host, TOP), FAKE_LAYER_NOTHING);
    fake_host_destroy(host);
}

static plat_hr exists(struct fake_host *host, bool *there)
{
    const struct plat_storage storage = fake_host_platform(host).storage;
    return storage.ops->layer_exists(storage.ctx, &driver, BASE, there);
}

static void hosts_may_lack_the_dll_or_the_service(void **state)
{
    (void)state;
    bool there = false;
    char *guid = NULL;
    struct fake_host_options options = options_of("server-2019");
    struct fake_host *host = host_with(&options);
    const struct plat_storage storage = fake_host_platform(host).storage;
    assert_true(fake_scm_set_service(host, "vmcompute", FAKE_SERVICE_DISABLED));
    assert_int_equal(exists(host, &there), HR(PLAT_RPC_S_SERVER_UNAVAILABLE));
    assert_int_equal(storage.ops->name_to_guid(storage.ctx, "x", &guid), PLAT_S_OK);
    free(guid);
    assert_true(fake_scm_set_service(host, "vmcompute", FAKE_SERVICE_MISSING));
    assert_int_equal(exists(host, &there), HR(PLAT_RPC_S_SERVER_UNAVAILABLE));
    assert_true(fake_scm_set_service(host, "vmcompute", FAKE_SERVICE_STOPPED));
    assert_int_equal(exists(host, &there), PLAT_S_OK);
    assert_true(fake_os_set_dll(host, "vmcompute.dll", false));
    assert_int_equal(exists(host, &there), HR(PLAT_ERROR_MOD_NOT_FOUND));
    assert_int_equal(storage.ops->name_to_guid(storage.ctx, "x", &guid),
                     HR(PLAT_ERROR_MOD_NOT_FOUND));
    assert_null(guid);
    fake_host_destroy(host);
    options.containers_feature = false;
    options.hyperv = false;
    host = host_with(&options);
    assert_int_equal(exists(host, &there), HR(PLAT_ERROR_MOD_NOT_FOUND));
    fake_host_destroy(host);
}

static void drives_have_to_be_ntfs_and_have_room(void **state)
{
    (void)state;
    struct fake_host_options options = options_of("server-2019");
    struct fake_host *host = host_with(&options);
    const struct plat_storage storage = fake_host_platform(host).storage;
    assert_true(put_layers(host));
    assert_true(fake_fs_set_volume(host, "D:", "ReFS", 1 << 30, 1 << 30));
    assert_true(fake_fs_set_volume(host, "E:", "NTFS", 1 << 30, 1 << 20));
    assert_int_equal(create(&storage, "D:\\s"), HR(PLAT_ERROR_NOT_SUPPORTED));
    assert_int_equal(storage.ops->create_layer(storage.ctx, &driver, "D:\\s", ""),
                     HR(PLAT_ERROR_NOT_SUPPORTED));
    assert_int_equal(create(&storage, "E:\\s"), HR(PLAT_ERROR_DISK_FULL));
    assert_int_equal(fake_storage_state(host, "E:\\s"), FAKE_LAYER_NOTHING);
    assert_true(fake_fs_set_volume(host, "E:", "NTFS", 1 << 30, 1 << 29));
    assert_int_equal(create(&storage, "E:\\s"), PLAT_S_OK);
    assert_true(fake_fs_put_file(host, "E:\\odd\\sandbox.vhdx", "MZ", 2));
    assert_int_equal(storage.ops->activate_layer(storage.ctx, &driver, "E:\\odd"),
                     plat_hr_of(0xC03A0003u));
    fake_host_destroy(host);
}

static char *volume_of(uint64_t seed)
{
    struct fake_host_options options = options_of("server-2019");
    options.seed = seed;
    struct fake_host *host = host_with(&options);
    const struct plat_storage storage = fake_host_platform(host).storage;
    char *path = NULL;
    assert_true(put_layers(host));
    assert_int_equal(create(&storage, "C:\\layers\\s"), PLAT_S_OK);
    assert_int_equal(storage.ops->activate_layer(storage.ctx, &driver, "C:\\layers\\s"), PLAT_S_OK);
    assert_int_equal(storage.ops->layer_mount_path(storage.ctx, &driver, "C:\\layers\\s", &path),
                     PLAT_S_OK);
    fake_host_destroy(host);
    return path;
}

static void volumes_come_from_the_seed(void **state)
{
    (void)state;
    char *first = volume_of(1);
    char *again = volume_of(1);
    char *other = volume_of(2);
    assert_string_equal(first, again);
    assert_string_not_equal(first, other);
    assert_int_equal(first[11 + 14], '4');
    free(first);
    free(again);
    free(other);
}

/* ---- which images fit ---- */

static void images_fit_by_the_table(void **state)
{
    static const struct {
        const char *host;
        uint32_t build;
        bool same_revision;
        enum fake_image_fit process;
        enum fake_image_fit hyperv;
    } cases[] = {
        {"server-2016", 14393, true, FAKE_IMAGE_FITS, FAKE_IMAGE_FITS},
        {"server-2016", 14393, false, FAKE_IMAGE_OTHER_REVISION, FAKE_IMAGE_FITS},
        {"server-2016", 17763, false, FAKE_IMAGE_TOO_NEW, FAKE_IMAGE_TOO_NEW},
        {"server-2019", 14393, false, FAKE_IMAGE_TOO_OLD, FAKE_IMAGE_FITS},
        {"server-2019", 17763, false, FAKE_IMAGE_FITS, FAKE_IMAGE_FITS},
        {"server-2019", 20348, false, FAKE_IMAGE_TOO_NEW, FAKE_IMAGE_TOO_NEW},
        {"server-2022", 17763, false, FAKE_IMAGE_TOO_OLD, FAKE_IMAGE_FITS},
        {"server-2022", 20348, false, FAKE_IMAGE_FITS, FAKE_IMAGE_FITS},
        {"server-2022", 26100, false, FAKE_IMAGE_TOO_NEW, FAKE_IMAGE_TOO_NEW},
        {"server-2025", 20348, false, FAKE_IMAGE_FITS, FAKE_IMAGE_FITS},
        {"server-2025", 26100, false, FAKE_IMAGE_FITS, FAKE_IMAGE_FITS},
        {"server-2025", 17763, false, FAKE_IMAGE_TOO_OLD, FAKE_IMAGE_FITS},
    };
    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        const struct fake_build *host = fake_build_find(cases[i].host);
        assert_non_null(host);
        uint32_t revision = host->revision + (cases[i].same_revision ? 0 : 1);
        assert_int_equal(fake_image_fits(host, cases[i].build, revision, false), cases[i].process);
        assert_int_equal(fake_image_fits(host, cases[i].build, revision, true), cases[i].hyperv);
    }
}

static void every_host_runs_its_own_image(void **state)
{
    (void)state;
    size_t count = 0;
    const struct fake_build *rows = fake_builds(&count);
    for (size_t i = 0; i < count; i++) {
        const struct fake_build *host = &rows[i];
        for (int hyperv = 0; hyperv < 2; hyperv++) {
            assert_int_equal(fake_image_fits(host, host->build, host->revision, hyperv != 0),
                             FAKE_IMAGE_FITS);
            assert_int_equal(fake_image_fits(host, host->build + 1, 0, hyperv != 0),
                             FAKE_IMAGE_TOO_NEW);
            assert_int_equal(fake_image_fits(host, 10586, 0, hyperv != 0), FAKE_IMAGE_TOO_OLD);
        }
        bool older = fake_build_has(host, FAKE_FEATURE_IMAGE_WINDOW) && host->build > 20348 &&
                     host->build <= 26100;
        assert_int_equal(fake_image_fits(host, 20348, 0, false) == FAKE_IMAGE_FITS,
                         older || host->build == 20348);
    }
}

/* ---- want of memory ---- */

#define TRY(call)                                                                                  \
    do {                                                                                           \
        plat_hr tried = (call);                                                                    \
        if (plat_failed(tried)) {                                                                  \
            return tried;                                                                          \
        }                                                                                          \
    } while (false)

static plat_hr write_changes(const struct plat_fs *fs, const char *volume)
{
    char path[80];
    plat_handle file = PLAT_NO_HANDLE;
    (void)snprintf(path, sizeof(path), "%s\\app\\file", volume);
    TRY(fs->ops->open(fs->ctx, path, PLAT_GENERIC_WRITE, PLAT_CREATE_ALWAYS, &file));
    plat_hr hr = fs->ops->write(fs->ctx, file, "mine", 4);
    TRY(fs->ops->close(fs->ctx, file));
    TRY(hr);
    (void)snprintf(path, sizeof(path), "%s\\link", volume);
    TRY(fs->ops->create_symlink(fs->ctx, path, "app", true));
    (void)snprintf(path, sizeof(path), "%s\\app\\more", volume);
    return fs->ops->remove_file(fs->ctx, path);
}

/* Does everything once; whatever fails, the host is as it should be. */
static plat_hr do_all(const struct platform *platform)
{
    const struct plat_storage *storage = &platform->storage;
    void *ctx = storage->ctx;
    struct parents parents;
    char *volume = NULL;
    TRY(storage->ops->create_layer(ctx, &driver, "C:\\layers\\new", ""));
    TRY(create(storage, "C:\\layers\\s"));
    TRY(storage->ops->expand_scratch_layer(ctx, &driver, "C:\\layers\\s", (uint64_t)1 << 40));
    TRY(storage->ops->activate_layer(ctx, &driver, "C:\\layers\\s"));
    TRY(prepare(storage, "C:\\layers\\s"));
    TRY(storage->ops->layer_mount_path(ctx, &driver, "C:\\layers\\s", &volume));
    plat_hr hr = write_changes(&platform->fs, volume);
    free(volume);
    TRY(hr);
    TRY(storage->ops->unprepare_layer(ctx, &driver, "C:\\layers\\s"));
    hr = find_parents(storage, &parents);
    if (plat_succeeded(hr)) {
        hr = storage->ops->export_layer(ctx, &driver, "C:\\layers\\s", "C:\\out", parents.list, 2);
    }
    if (plat_succeeded(hr)) {
        hr =
            storage->ops->import_layer(ctx, &driver, "C:\\layers\\new", "C:\\out", parents.list, 2);
    }
    if (plat_succeeded(hr)) {
        hr = storage->ops->deactivate_layer(ctx, &driver, "C:\\layers\\s");
    }
    if (plat_succeeded(hr)) {
        hr = storage->ops->copy_layer(ctx, &driver, "C:\\layers\\s", "C:\\layers\\t", parents.list,
                                      2);
    }
    drop_parents(&parents);
    TRY(hr);
    TRY(storage->ops->grant_vm_access(ctx, "00112233-4455-6677-8899-aabbccddeeff",
                                      "C:\\layers\\s\\sandbox.vhdx"));
    TRY(storage->ops->destroy_layer(ctx, &driver, "C:\\layers\\new"));
    return storage->ops->destroy_layer(ctx, &driver, "C:\\layers\\s");
}

static void want_of_memory_is_an_error_like_any_other(void **state)
{
    (void)state;
    struct fake_host_options options = options_of("server-2019");
    for (size_t n = 1;; n++) {
        struct fake_host *host = host_with(&options);
        const struct platform platform = fake_host_platform(host);
        assert_true(put_layers(host));
        assert_true(fake_fs_put_directory(host, "C:\\out", NULL));
        alloc_fail_after(n);
        plat_hr hr = do_all(&platform);
        bool failed = alloc_fail_off();
        fake_host_destroy(host);
        if (!failed) {
            assert_int_equal(hr, PLAT_S_OK);
            break;
        }
        assert_int_equal(hr, HR(PLAT_ERROR_NOT_ENOUGH_MEMORY));
    }
}

static void putting_layers_fails_without_memory(void **state)
{
    (void)state;
    struct fake_host_options options = options_of("server-2019");
    for (size_t n = 1;; n++) {
        struct fake_host *host = host_with(&options);
        alloc_fail_after(n);
        bool done = put_layers(host) && fake_storage_set_undead(host, "top", true) &&
                    fake_storage_set_failure(host, "PrepareLayer", NULL, HR(21));
        bool failed = alloc_fail_off();
        assert_int_equal(done, !failed);
        fake_host_destroy(host);
        if (!failed) {
            break;
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(layers_can_be_put_on_a_host),
        cmocka_unit_test(images_tell_their_version),
        cmocka_unit_test(mounted_layers_are_left_behind),
        cmocka_unit_test(a_new_service_does_not_know_what_is_mounted),
        cmocka_unit_test(failures_are_of_a_function_and_a_layer),
        cmocka_unit_test(a_layer_can_outlive_its_destruction),
        cmocka_unit_test(hosts_may_lack_the_dll_or_the_service),
        cmocka_unit_test(drives_have_to_be_ntfs_and_have_room),
        cmocka_unit_test(volumes_come_from_the_seed),
        cmocka_unit_test(images_fit_by_the_table),
        cmocka_unit_test(every_host_runs_its_own_image),
        cmocka_unit_test(want_of_memory_is_an_error_like_any_other),
        cmocka_unit_test(putting_layers_fails_without_memory),
    };
    return cmocka_run_group_tests_name("fake storage", tests, NULL, NULL);
}
