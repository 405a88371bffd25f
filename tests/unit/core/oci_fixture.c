/* The suites of core/oci; see oci_fixture.h. */
#include "tests/unit/core/oci_fixture.h"

#include <stdlib.h>
#include <string.h>

static void write_log(void *ctx, enum wcd_log_level level, const char *message)
{
    struct oci_fixture *f = ctx;
    (void)wcd_strlist_addf(&f->log, "%s: %s", wcd_log_level_name(level), message);
}

static enum wcd_errc layer_folders(void *ctx, const struct wcd_container *container,
                                   struct wcd_strlist *out, struct wcd_error *err)
{
    const struct oci_fixture *f = ctx;
    (void)container;
    if (f->layer_failure != WCD_OK) {
        return wcd_error_set(err, f->layer_failure, "no layers");
    }
    bool ok = wcd_strlist_add(out, "C:\\layers\\1") && wcd_strlist_add(out, "C:\\layers\\c1");
    return ok ? WCD_OK : wcd_error_no_memory(err);
}

static enum wcd_errc mount(void *ctx, struct wcd_container *container, struct wcd_error *err)
{
    struct oci_fixture *f = ctx;
    if (f->layer_failure != WCD_OK) {
        return wcd_error_set(err, f->layer_failure, "no mount");
    }
    f->mounts++;
    wcd_text_replace(&container->base_fs, wcd_text_copy(OCI_BASE_FS));
    return container->base_fs == NULL ? wcd_error_no_memory(err) : WCD_OK;
}

static void unmount(void *ctx, struct wcd_container *container)
{
    struct oci_fixture *f = ctx;
    (void)container;
    f->unmounts++;
}

void oci_put(char **slot, const char *text)
{
    wcd_text_replace(slot, wcd_text_copy(text));
    assert_non_null(*slot);
}

void oci_add(struct wcd_strlist *list, const char *text)
{
    assert_true(wcd_strlist_add(list, text));
}

void oci_file(struct oci_fixture *f, const char *path, const char *text)
{
    assert_true(fake_fs_put_file(f->fake, path, text, strlen(text)));
}

void oci_new_container(struct oci_fixture *f)
{
    wcd_container_free(f->container);
    f->container = calloc(1, sizeof(*f->container));
    assert_non_null(f->container);
    oci_put(&f->container->id, "c1");
    oci_put(&f->container->root, OCI_ROOT "\\containers\\c1");
    oci_put(&f->container->path, "cmd");
    oci_put(&f->container->base_fs, OCI_BASE_FS);
}

int oci_set_up(void **state)
{
    struct oci_fixture *f = calloc(1, sizeof(*f));
    struct wcd_error err = WCD_ERROR_INIT;
    struct fake_host_options options = fake_host_defaults(fake_build_find("server-2022"));
    if (f == NULL || fake_host_create(&f->fake, &options, &err) != WCD_OK ||
        !fake_fs_put_directory(f->fake, OCI_BASE_FS, NULL) ||
        !fake_fs_put_directory(f->fake, OCI_ROOT "\\containers\\c1", NULL)) {
        return -1;
    }
    f->platform = fake_host_platform(f->fake);
    f->host = (struct wcd_spec_host){.platform = &f->platform,
                                     .engine = engine_rules_of(WCD_ENGINE_V25),
                                     .root = OCI_ROOT,
                                     .default_isolation = "process",
                                     .processors = 4,
                                     .log = {.write = write_log, .ctx = f},
                                     .layer_folders = layer_folders,
                                     .mount = mount,
                                     .unmount = unmount,
                                     .ctx = f};
    oci_new_container(f);
    *state = f;
    return 0;
}

int oci_tear_down(void **state)
{
    struct oci_fixture *f = *state;
    struct wcd_strlist left = {0};
    assert_true(fake_host_leftovers(f->fake, &left));
    assert_int_equal(left.count, 0);
    wcd_strlist_release(&left);
    wcd_container_free(f->container);
    wcd_error_release(&f->err);
    wcd_strlist_release(&f->log);
    fake_host_destroy(f->fake);
    free(f);
    return 0;
}
