/* core/layer: the driver without memory, each allocation failing in turn. What cannot be done is
 * WCD_E_NO_MEMORY and leaves the host as it was; where only a line of the log is lost, the rest is done. */
#include "tests/unit/core/layer_fixture.h"

#define BASE    LAYER_HOME "\\base"
#define SCRATCH LAYER_HOME "\\c1"

struct attempt {
    enum wcd_errc code;
    bool fired;
};

/* The end of an attempt: the error is told and released. */
static struct attempt ended(struct layer_fixture *f, enum wcd_errc code)
{
    struct attempt attempt = {code, alloc_fail_off()};
    assert_true(code == WCD_OK || (attempt.fired && code == WCD_E_NO_MEMORY));
    wcd_error_release(&f->err);
    return attempt;
}

static struct wcd_strlist size_option(void)
{
    struct wcd_strlist list = {0};
    assert_true(wcd_strlist_add(&list, "size=30GB"));
    return list;
}

static void creations_without_memory(void **state)
{
    struct layer_fixture *f = *state;
    struct wcd_strlist options = size_option();
    for (size_t i = 0; i < 4; i++) {
        struct attempt attempt = {.fired = true};
        layer_new_host(f, (enum wcd_engine)(i % 2));
        struct wcd_windowsfilter *driver = layer_open_driver_with_layers(f);
        char *before = layer_tree(f, LAYER_ROOT);
        for (size_t n = 1; attempt.fired; n++) {
            alloc_fail_after(n);
            attempt = ended(f, i / 2 == 0 ? wcd_windowsfilter_create(driver, "new", "base", &f->err)
                                          : wcd_windowsfilter_create_scratch(driver, "new", "top",
                                                                             &options, &f->err));
            if (attempt.code == WCD_OK) {
                assert_int_equal(fake_storage_state(f->host, LAYER_HOME "\\new"),
                                 i / 2 == 0 ? FAKE_LAYER_IMAGE : FAKE_LAYER_SCRATCH);
                assert_int_equal(wcd_windowsfilter_remove(driver, "new", &f->err), WCD_OK);
            }
            layer_assert_tree(f, LAYER_ROOT, before);
        }
        free(before);
        wcd_windowsfilter_close(driver);
    }
    wcd_strlist_release(&options);
}

static void imports_without_memory(void **state)
{
    struct layer_fixture *f = *state;
    for (size_t i = 0; i < 4; i++) {
        bool base = i / 2 == 0;
        const char *parent = base ? "" : "base";
        struct attempt attempt = {.fired = true};
        layer_new_host(f, (enum wcd_engine)(i % 2));
        struct wcd_windowsfilter *driver = layer_open_driver_with_layers(f);
        for (size_t n = 1; attempt.fired; n++) {
            assert_int_equal(wcd_windowsfilter_create(driver, "new", parent, &f->err), WCD_OK);
            alloc_fail_after(n);
            attempt = ended(f, wcd_windowsfilter_apply(driver, "new", parent,
                                                       base ? &layer_base_vm : &layer_top_vm,
                                                       LAYER_TMP, NULL, &f->err));
            if (attempt.code == WCD_OK) {
                assert_int_equal(
                    fake_fs_kind_of(f->host, LAYER_HOME "\\new\\UtilityVM\\SystemTemplate.vhdx"),
                    FAKE_FS_FILE);
            }
            assert_int_equal(wcd_windowsfilter_remove(driver, "new", &f->err), WCD_OK);
        }
        wcd_windowsfilter_close(driver);
    }
}

static void mounts_without_memory(void **state)
{
    struct layer_fixture *f = *state;
    for (size_t i = 0; i < 2; i++) {
        struct attempt attempt = {.fired = true};
        layer_new_host(f, (enum wcd_engine)i);
        struct wcd_windowsfilter *driver = layer_open_driver_with_layers(f);
        layer_make_scratch(f, driver, "c1");
        for (size_t n = 1; attempt.fired; n++) {
            char *path = NULL;
            alloc_fail_after(n);
            attempt = ended(f, wcd_windowsfilter_get(driver, "c1", &path, &f->err));
            bool mounted = attempt.code == WCD_OK;
            assert_int_equal(path != NULL, mounted);
            assert_int_equal(wcd_windowsfilter_mounts(driver, "c1"), mounted ? 1 : 0);
            assert_int_equal(fake_storage_state(f->host, SCRATCH),
                             mounted ? FAKE_LAYER_PREPARED : FAKE_LAYER_SCRATCH);
            free(path);
            assert_int_equal(wcd_windowsfilter_put(driver, "c1", &f->err), WCD_OK);
        }
        wcd_windowsfilter_close(driver);
    }
}

/* A second mount that cannot be told is not counted. */
static void a_second_mount_without_memory(void **state)
{
    struct layer_fixture *f = *state;
    struct attempt attempt = {.fired = true};
    char *path = NULL;
    struct wcd_windowsfilter *driver = layer_open_driver_with_layers(f);
    layer_make_scratch(f, driver, "c1");
    assert_int_equal(wcd_windowsfilter_get(driver, "c1", &path, &f->err), WCD_OK);
    free(path);
    for (size_t n = 1; attempt.fired; n++) {
        path = NULL;
        alloc_fail_after(n);
        attempt = ended(f, wcd_windowsfilter_get(driver, "c1", &path, &f->err));
        bool mounted = attempt.code == WCD_OK;
        assert_int_equal(path != NULL, mounted);
        assert_int_equal(wcd_windowsfilter_mounts(driver, "c1"), mounted ? 2 : 1);
        free(path);
        if (mounted) {
            assert_int_equal(wcd_windowsfilter_put(driver, "c1", &f->err), WCD_OK);
        }
    }
    assert_int_equal(wcd_windowsfilter_put(driver, "c1", &f->err), WCD_OK);
    wcd_windowsfilter_close(driver);
}

/* A layer whose disk is attached by nobody who could be asked. */
static struct wcd_windowsfilter *open_with_stuck_layer(struct layer_fixture *f)
{
    char *path = NULL;
    struct wcd_windowsfilter *driver = layer_open_driver_with_layers(f);
    layer_make_scratch(f, driver, "c1");
    assert_int_equal(wcd_windowsfilter_get(driver, "c1", &path, &f->err), WCD_OK);
    free(path);
    wcd_windowsfilter_close(driver);
    return layer_open_driver(f);
}

/* Where an unmount fails half way the layer is out of the driver's hands, and can be removed. */
static void an_unmount_without_memory(void **state)
{
    struct layer_fixture *f = *state;
    struct attempt attempt = {.fired = true};
    for (size_t n = 1; attempt.fired; n++) {
        char *path = NULL;
        layer_new_host(f, WCD_ENGINE_V25);
        struct wcd_windowsfilter *driver = layer_open_driver_with_layers(f);
        layer_make_scratch(f, driver, "c1");
        assert_int_equal(wcd_windowsfilter_get(driver, "c1", &path, &f->err), WCD_OK);
        free(path);
        alloc_fail_after(n);
        attempt = ended(f, wcd_windowsfilter_put(driver, "c1", &f->err));
        if (attempt.code == WCD_OK) {
            assert_int_equal(fake_storage_state(f->host, SCRATCH), FAKE_LAYER_SCRATCH);
        }
        assert_int_equal(wcd_windowsfilter_remove(driver, "c1", &f->err), WCD_OK);
        assert_int_equal(fake_fs_kind_of(f->host, SCRATCH), FAKE_FS_NOTHING);
        wcd_windowsfilter_close(driver);
    }
}

enum obstacle {
    OBSTACLE_NONE,
    OBSTACLE_DISK,   /* attached: it is detached */
    OBSTACLE_STAYS,  /* attached, and cannot be detached */
    OBSTACLE_NO_NAME /* attached, and the new name cannot be taken */
};

static bool remove_once(struct layer_fixture *f, enum obstacle obstacle, size_t n)
{
    const struct plat_storage *storage = &f->platform.storage;
    layer_new_host(f, WCD_ENGINE_V25);
    struct wcd_windowsfilter *driver = open_with_stuck_layer(f);
    if (obstacle == OBSTACLE_NONE) {
        assert_int_equal(storage->ops->detach_disk(storage->ctx, SCRATCH "\\sandbox.vhdx"),
                         PLAT_S_OK);
    } else if (obstacle == OBSTACLE_STAYS) {
        assert_true(fake_storage_set_failure(f->host, "DetachVirtualDisk", NULL, HR(NOT_READY)));
    } else if (obstacle == OBSTACLE_NO_NAME) {
        assert_true(fake_fs_set_failure(f->host, SCRATCH "-removing", HR(ACCESS_DENIED)));
    }
    alloc_fail_after(n);
    enum wcd_errc code = wcd_windowsfilter_remove(driver, "c1", &f->err);
    bool fired = alloc_fail_off();
    wcd_error_release(&f->err);
    bool possible = obstacle == OBSTACLE_NONE || obstacle == OBSTACLE_DISK;
    assert_true(code == (possible ? WCD_OK : WCD_E_PLAIN) || (fired && code == WCD_E_NO_MEMORY));
    assert_int_equal(fake_fs_kind_of(f->host, SCRATCH),
                     code == WCD_OK ? FAKE_FS_NOTHING : FAKE_FS_DIRECTORY);
    assert_true(fake_fs_set_failure(f->host, SCRATCH "-removing", PLAT_S_OK));
    assert_true(fake_storage_set_failure(f->host, "DetachVirtualDisk", NULL, PLAT_S_OK));
    assert_int_equal(wcd_windowsfilter_remove(driver, "c1", &f->err), WCD_OK);
    assert_int_equal(wcd_windowsfilter_cleanup(driver, &f->err), WCD_OK);
    assert_int_equal(fake_fs_kind_of(f->host, SCRATCH), FAKE_FS_NOTHING);
    assert_int_equal(fake_fs_kind_of(f->host, SCRATCH "-removing"), FAKE_FS_NOTHING);
    wcd_windowsfilter_close(driver);
    return fired;
}

/* A removal has failed, and the layer is there; or it has not, and at most the clean-up has work left. */
static void removals_without_memory(void **state)
{
    for (int i = OBSTACLE_NONE; i <= OBSTACLE_NO_NAME; i++) {
        for (size_t n = 1; remove_once(*state, (enum obstacle)i, n); n++) {
        }
    }
}

static void opening_without_memory(void **state)
{
    struct layer_fixture *f = *state;
    struct wcd_strlist list = size_option();
    struct attempt attempt = {.fired = true};
    struct wcd_windowsfilter_options options = {.platform = &f->platform,
                                                .engine = f->engine,
                                                .log = &f->sink,
                                                .home = "C:\\new\\home",
                                                .storage_opts = &list};
    for (size_t n = 1; attempt.fired; n++) {
        struct wcd_windowsfilter *driver = NULL;
        alloc_fail_after(n);
        attempt = ended(f, wcd_windowsfilter_open(&driver, &options, &f->err));
        assert_int_equal(driver != NULL, attempt.code == WCD_OK);
        wcd_windowsfilter_close(driver);
    }
    wcd_strlist_release(&list);
}

static void a_clean_up_without_memory(void **state)
{
    struct layer_fixture *f = *state;
    struct attempt attempt = {.fired = true};
    struct wcd_windowsfilter *driver = layer_open_driver(f);
    for (size_t n = 1; attempt.fired; n++) {
        assert_true(fake_fs_put_directory(f->host, SCRATCH "-removing", NULL));
        alloc_fail_after(n);
        attempt = ended(f, wcd_windowsfilter_cleanup(driver, &f->err));
    }
    layer_assert_tree(f, LAYER_HOME, "");
    wcd_windowsfilter_close(driver);
}

/* Words of a failure that do not fit into memory are want of memory. */
static void failures_without_memory(void **state)
{
    struct layer_fixture *f = *state;
    struct wcd_windowsfilter *driver = layer_open_driver_with_layers(f);
    char *before = layer_tree(f, LAYER_ROOT);
    static const char *const functions[] = {"CreateSandboxLayer", "NameToGuid",
                                            "GetLayerMountPath"};
    for (size_t i = 0; i < COUNT_OF(functions); i++) {
        assert_true(fake_storage_set_failure(f->host, functions[i], NULL, HR(NOT_READY)));
        bool fired = true;
        for (size_t n = 1; fired; n++) {
            alloc_fail_after(n);
            enum wcd_errc code =
                wcd_windowsfilter_create_scratch(driver, "c1", "top", NULL, &f->err);
            fired = alloc_fail_off();
            assert_true(code == WCD_E_PLAIN || (fired && code == WCD_E_NO_MEMORY));
            wcd_error_release(&f->err);
            layer_assert_tree(f, LAYER_ROOT, before);
        }
        assert_true(fake_storage_set_failure(f->host, functions[i], NULL, PLAT_S_OK));
    }
    free(before);
    assert_true(fake_storage_set_failure(f->host, "ProcessBaseImage", NULL, HR(NOT_READY)));
    bool fired = true;
    for (size_t n = 1; fired; n++) {
        assert_int_equal(wcd_windowsfilter_create(driver, "new", "", &f->err), WCD_OK);
        alloc_fail_after(n);
        enum wcd_errc code =
            wcd_windowsfilter_apply(driver, "new", "", &layer_base, LAYER_TMP, NULL, &f->err);
        fired = alloc_fail_off();
        assert_true(code == WCD_E_PLAIN || (fired && code == WCD_E_NO_MEMORY));
        wcd_error_release(&f->err);
        assert_int_equal(wcd_windowsfilter_remove(driver, "new", &f->err), WCD_OK);
    }
    wcd_windowsfilter_close(driver);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        layer_test(creations_without_memory),  layer_test(imports_without_memory),
        layer_test(mounts_without_memory),     layer_test(a_second_mount_without_memory),
        layer_test(an_unmount_without_memory), layer_test(removals_without_memory),
        layer_test(opening_without_memory),    layer_test(a_clean_up_without_memory),
        layer_test(failures_without_memory),
    };
    return cmocka_run_group_tests_name("layer memory", tests, NULL, NULL);
}
