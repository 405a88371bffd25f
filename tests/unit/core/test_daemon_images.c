/* core/daemon: images of a running daemon, over an emulated host. */
#include "core/layer/ids.h"
#include "core/layer/store.h"
#include "tests/unit/core/daemon_fixture.h"

#define DENIED ": Access is denied."

static void an_image_is_pulled_once_and_read_back(void **state)
{
    struct layer_fixture *f = *state;
    struct wcd_daemon *daemon = daemon_start_on(f);
    char *id = daemon_pull(f, daemon, "app:1");
    char *top = daemon_image_top();
    const struct wcd_image *image = NULL;
    for (size_t i = 0; i < 2; i++) {
        assert_int_equal(wcd_daemon_image(daemon, "app:1", &image, &f->err), WCD_OK);
        assert_string_equal(image->id, id);
        assert_int_equal(wcd_layer_references(wcd_daemon_layers(daemon), top), 1);
        assert_int_equal(wcd_layer_references(wcd_daemon_layers(daemon), LAYER_DIFF_A), 1);
        char *again = daemon_pull(f, daemon, "app:2");
        assert_string_equal(again, id);
        free(again);
        assert_int_equal(wcd_layer_references(wcd_daemon_layers(daemon), top), 1);
        if (i == 0) {
            (void)wcd_daemon_stop(daemon);
            wcd_daemon_destroy(daemon);
            daemon = daemon_start_on(f);
        }
    }
    free(top);
    free(id);
    wcd_daemon_destroy(daemon);
}

static void what_cannot_be_used_is_not_pulled(void **state)
{
    struct layer_fixture *f = *state;
    static const struct {
        const char *name;
        const char *document;
        const char *message;
        enum wcd_errc code;
    } cases[] = {
        {"app", "{", "line 1, column 2: a member needs a name in double quotes", WCD_E_PLAIN},
        {"app", "{}", "invalid image JSON, no RootFS key", WCD_E_PLAIN},
        {"app", "{\"os\":\"linux\"," DAEMON_ROOTFS "}",
         "image operating system \"linux\" cannot be used on this platform", WCD_E_PLAIN},
        {"app", DAEMON_DOCUMENT("10.0.26100.1"),
         "a Windows version 10.0.26100-based image is incompatible with a 10.0.20348 host",
         WCD_E_PLAIN},
        {"app", "{\"rootfs\":{\"diff_ids\":[\"" LAYER_DIFF_A "\"]}}",
         "mismatched layers: 2 of 1 came", WCD_E_PLAIN},
        {"App", DAEMON_DOCUMENT("10.0.20348.1"),
         "invalid reference format: repository name (library/App) must be lowercase",
         WCD_E_INVALID_PARAMETER},
        {LAYER_DIFF_C, DAEMON_DOCUMENT("10.0.20348.1"),
         "refusing to create a tag with a digest reference", WCD_E_INVALID_PARAMETER},
    };
    struct wcd_daemon *daemon = daemon_start_on(f);
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        char *id = NULL;
        (void)daemon_try_pull(f, daemon, cases[i].name, cases[i].document, &id);
        assert_error(f->err, cases[i].code, cases[i].message);
        assert_null(id);
        daemon_assert_nothing_pulled(f, daemon);
    }
    wcd_daemon_destroy(daemon);
    /* The older generation takes every Windows. */
    daemon = daemon_start_as(f, WCD_ENGINE_V17);
    char *id = NULL;
    assert_int_equal(daemon_try_pull(f, daemon, "app", DAEMON_DOCUMENT("10.0.26100.1"), &id),
                     WCD_OK);
    free(id);
    wcd_daemon_destroy(daemon);
}

/* An image that was there before survives a pull that fails. */
static void a_failing_pull_takes_no_older_image_away(void **state)
{
    struct layer_fixture *f = *state;
    const struct wcd_image *image = NULL;
    char *none = NULL;
    struct wcd_daemon *daemon = daemon_start_on(f);
    char *id = daemon_pull(f, daemon, "app");
    char *before = layer_tree(f, DAEMON_ROOT);
    assert_int_equal(daemon_try_pull(f, daemon, "App", DAEMON_DOCUMENT("10.0.20348.1"), &none),
                     WCD_E_INVALID_PARAMETER);
    wcd_error_release(&f->err);
    assert_null(none);
    layer_assert_tree(f, DAEMON_ROOT, before);
    assert_int_equal(wcd_daemon_image(daemon, "app", &image, &f->err), WCD_OK);
    free(before);
    free(id);
    wcd_daemon_destroy(daemon);
}

static void a_pull_that_fails_half_way_leaves_nothing(void **state)
{
    struct layer_fixture *f = *state;
    char *id = NULL;
    struct wcd_daemon *daemon = daemon_start_on(f);
    assert_true(fake_storage_set_failure(f->host, "ImportLayer", NULL, HR(ACCESS_DENIED)));
    (void)daemon_try_pull(f, daemon, "app", DAEMON_DOCUMENT("10.0.20348.1"), &id);
    assert_error(f->err, WCD_E_PLAIN,
                 "failed to register layer: re-exec error: exit status 1: output: "
                 "hcsshim::ImportLayer failed in Win32: Access is denied. (0x5)");
    assert_true(fake_storage_set_failure(f->host, "ImportLayer", NULL, PLAT_S_OK));
    daemon_assert_nothing_pulled(f, daemon);
    /* And where the layers that came cannot be removed, the log knows. */
    assert_true(fake_fs_set_failure(f->host, DAEMON_ROOT "\\image\\windowsfilter\\imagedb",
                                    HR(ACCESS_DENIED)));
    assert_int_equal(daemon_try_pull(f, daemon, "app", DAEMON_DOCUMENT("10.0.20348.1"), &id),
                     WCD_E_PLAIN);
    wcd_error_release(&f->err);
    assert_true(
        fake_fs_set_failure(f->host, DAEMON_ROOT "\\image\\windowsfilter\\imagedb", PLAT_S_OK));
    daemon_assert_nothing_pulled(f, daemon);
    wcd_daemon_destroy(daemon);
}

/* Layers that came and cannot be removed again: only the log knows. */
static plat_hr keep_records(void *ctx, const char *path)
{
    return strstr(path, "\\layerdb\\sha256\\") != NULL
               ? HR(ACCESS_DENIED)
               : fake_host_platform(ctx).fs.ops->remove_file(ctx, path);
}

static void layers_of_a_failed_pull_that_stay_are_logged(void **state)
{
    struct layer_fixture *f = *state;
    char *id = NULL;
    char *top = daemon_image_top();
    struct wcd_daemon *daemon = daemon_start_on(f);
    const struct plat_fs_ops *plain = f->platform.fs.ops;
    struct plat_fs_ops ops = *plain;
    ops.remove_file = keep_records;
    f->platform.fs.ops = &ops;
    assert_true(fake_fs_set_failure(f->host, DAEMON_ROOT "\\image\\windowsfilter\\imagedb",
                                    HR(ACCESS_DENIED)));
    assert_int_equal(daemon_try_pull(f, daemon, "app", DAEMON_DOCUMENT("10.0.20348.1"), &id),
                     WCD_E_PLAIN);
    wcd_error_release(&f->err);
    char *line = wcd_text_format("error: Error releasing layer %s: remove ", top);
    assert_true(wcd_text_has_prefix(f->log.items[f->log.count - 1], line));
    f->platform.fs.ops = plain;
    free(line);
    free(top);
    wcd_daemon_destroy(daemon);
}

static void a_start_needs_the_layers_records(void **state)
{
    struct layer_fixture *f = *state;
    struct wcd_daemon *daemon = NULL;
    struct wcd_daemon_options options = {
        .platform = &f->platform, .engine = f->engine, .log = f->sink};
    assert_true(fake_fs_set_failure(f->host, DAEMON_ROOT "\\image\\windowsfilter\\layerdb",
                                    HR(ACCESS_DENIED)));
    assert_int_equal(wcd_daemon_create(&daemon, &options, &f->err), WCD_OK);
    const struct wcd_op *op = wcd_daemon_start(daemon);
    assert_string_equal(wcd_error_message(wcd_op_error(op)),
                        "failed to start daemon: mkdir " DAEMON_ROOT
                        "\\image\\windowsfilter\\layerdb" DENIED);
    wcd_daemon_destroy(daemon);
}

static plat_hr no_version(void *ctx, struct plat_os_version *out)
{
    (void)ctx;
    *out = (struct plat_os_version){0};
    return HR(GEN_FAILURE);
}

/* The host stops to tell its version once the daemon runs. */
static void a_host_without_a_version_takes_no_image(void **state)
{
    struct layer_fixture *f = *state;
    char *id = NULL;
    struct wcd_daemon *daemon = daemon_start_on(f);
    struct plat_os_ops ops = *f->platform.os.ops;
    const struct plat_os_ops *plain = f->platform.os.ops;
    ops.version = no_version;
    f->platform.os.ops = &ops;
    (void)daemon_try_pull(f, daemon, "app", DAEMON_DOCUMENT("10.0.20348.1"), &id);
    assert_string_equal(f->err.op, "os.version");
    assert_error(f->err, WCD_E_PLAIN, "A device attached to the system is not functioning.");
    f->platform.os.ops = plain;
    daemon_assert_nothing_pulled(f, daemon);
    wcd_daemon_destroy(daemon);
}

/* ---- no memory ---- */

static bool ended(struct layer_fixture *f, enum wcd_errc code)
{
    bool fired = alloc_fail_off();
    assert_true(code == WCD_OK || (fired && code == WCD_E_NO_MEMORY));
    wcd_error_release(&f->err);
    wcd_strlist_release(&f->log);
    return fired;
}

static void pulls_without_memory(void **state)
{
    struct layer_fixture *f = *state;
    struct wcd_daemon *daemon = daemon_start_on(f);
    bool fired = true;
    for (size_t n = 1; fired; n++) {
        char *id = NULL;
        alloc_fail_after(n);
        enum wcd_errc code =
            daemon_try_pull(f, daemon, "app", DAEMON_DOCUMENT("10.0.20348.1"), &id);
        fired = ended(f, code);
        assert_int_equal(id != NULL, code == WCD_OK);
        if (code == WCD_OK) {
            assert_int_equal(wcd_daemon_remove_image(daemon, id, NULL, &f->err), WCD_OK);
        }
        free(id);
        daemon_assert_nothing_pulled(f, daemon);
    }
    wcd_daemon_destroy(daemon);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        layer_test(an_image_is_pulled_once_and_read_back),
        layer_test(what_cannot_be_used_is_not_pulled),
        layer_test(a_failing_pull_takes_no_older_image_away),
        layer_test(a_pull_that_fails_half_way_leaves_nothing),
        layer_test(layers_of_a_failed_pull_that_stay_are_logged),
        layer_test(a_start_needs_the_layers_records),
        layer_test(a_host_without_a_version_takes_no_image),
        layer_test(pulls_without_memory),
    };
    return cmocka_run_group_tests_name("daemon images", tests, NULL, NULL);
}
