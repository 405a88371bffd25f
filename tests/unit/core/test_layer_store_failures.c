/* core/layer: the layer store when files, Windows or memory fail: what is said, logged, and left. */
#include "core/layer/ids.h"
#include "tests/unit/core/layer_fixture.h"

#define DENIED     ": Access is denied."
#define BOX_FOLDER LAYER_HOME "\\" LAYER_BOX
#define BOX_RECORD LAYER_DB "\\mounts\\" LAYER_BOX

static void deny(struct layer_fixture *f, const char *path)
{
    assert_true(fake_fs_set_failure(f->host, path, HR(ACCESS_DENIED)));
}

static void allow(struct layer_fixture *f, const char *path)
{
    assert_true(fake_fs_set_failure(f->host, path, PLAT_S_OK));
}

static void assert_fails_to_open(struct layer_fixture *f, const char *message)
{
    struct wcd_layer_store *store = NULL;
    struct wcd_layer_store_options options = layer_store_options(f);
    (void)wcd_layer_store_open(&store, &options, &f->err);
    assert_null(store);
    assert_error(f->err, WCD_E_PLAIN, message);
}

static void a_store_needs_its_folders(void **state)
{
    struct layer_fixture *f = *state;
    wcd_layer_store_close(layer_open_store(f));
    deny(f, LAYER_ROOT "\\image\\windowsfilter\\layerdb\\sha256");
    assert_fails_to_open(f, "open " LAYER_DB "\\sha256" DENIED);
    allow(f, LAYER_ROOT "\\image\\windowsfilter\\layerdb\\sha256");
    deny(f, LAYER_DB "\\mounts");
    assert_fails_to_open(f, "open " LAYER_DB "\\mounts" DENIED);
    layer_new_host(f, WCD_ENGINE_V25);
    deny(f, LAYER_DB);
    assert_fails_to_open(f, "mkdir " LAYER_DB DENIED);
    deny(f, LAYER_HOME);
    assert_fails_to_open(
        f, "error initializing graphdriver: windowsfilter failed to create '" LAYER_HOME
           "': mkdir " LAYER_HOME DENIED);
}

/* The id that the driver gave to the layer that was begun last: the only folder in its home. */
static void assert_log_with_id(struct layer_fixture *f, const char *before, const char *after)
{
    assert_true(f->log.count > 0);
    const char *line = f->log.items[0];
    assert_true(wcd_text_has_prefix(line, before));
    assert_true(strlen(line) > strlen(before) + WCD_DIGEST_HEX_DIGITS);
    assert_string_equal(line + strlen(before) + WCD_DIGEST_HEX_DIGITS, after);
    wcd_strlist_release(&f->log);
}

static void an_import_that_fails_leaves_nothing(void **state)
{
    struct layer_fixture *f = *state;
    char *chain = NULL;
    struct wcd_layer_store *store = layer_open_store(f);
    assert_true(fake_storage_set_failure(f->host, "CreateLayer", NULL, HR(ACCESS_DENIED)));
    (void)wcd_layer_register(store, NULL, LAYER_DIFF_A, &layer_base, &chain, &f->err);
    assert_error(f->err, WCD_E_PLAIN,
                 "hcsshim::CreateLayer failed in Win32: Access is denied. (0x5)");
    layer_assert_log(f, "");
    assert_true(fake_storage_set_failure(f->host, "CreateLayer", NULL, PLAT_S_OK));
    assert_true(fake_storage_set_failure(f->host, "ProcessBaseImage", NULL, HR(ACCESS_DENIED)));
    (void)wcd_layer_register(store, NULL, LAYER_DIFF_A, &layer_base, &chain, &f->err);
    assert_true(wcd_text_has_prefix(wcd_error_message(&f->err), "re-exec error: "));
    char *line = wcd_text_format(": %s", wcd_error_message(&f->err));
    assert_log_with_id(f, "debug: Cleaning up layer ", line);
    free(line);
    wcd_error_release(&f->err);
    assert_true(fake_storage_set_failure(f->host, "ProcessBaseImage", NULL, PLAT_S_OK));
    deny(f, LAYER_DB "\\tmp");
    (void)wcd_layer_register(store, NULL, LAYER_DIFF_A, &layer_base, &chain, &f->err);
    assert_error(f->err, WCD_E_PLAIN, "mkdir " LAYER_DB "\\tmp" DENIED);
    allow(f, LAYER_DB "\\tmp");
    deny(f, LAYER_DB "\\sha256");
    (void)wcd_layer_register(store, NULL, LAYER_DIFF_A, &layer_base, &chain, &f->err);
    assert_error(f->err, WCD_E_PLAIN, "mkdir " LAYER_DB "\\sha256" DENIED);
    assert_null(chain);
    layer_assert_tree(f, LAYER_HOME, "");
    layer_assert_tree(f, LAYER_DB, LAYER_DB "\\tmp\\\n");
    assert_int_equal(wcd_layer_acquire(store, LAYER_DIFF_A, &f->err), WCD_E_PLAIN);
    wcd_error_release(&f->err);
    wcd_layer_store_close(store);
}

/* The record cannot take its place, and the layer cannot be cleaned up either. */
static void a_clean_up_that_fails_is_logged(void **state)
{
    struct layer_fixture *f = *state;
    char *chain = NULL;
    struct wcd_layer_store *store = layer_open_store(f);
    char *target = wcd_text_format(LAYER_DB "\\sha256\\%s", wcd_digest_hex(LAYER_DIFF_A));
    deny(f, target);
    assert_true(fake_storage_set_failure(f->host, "DestroyLayer", NULL, HR(ACCESS_DENIED)));
    (void)wcd_layer_register(store, NULL, LAYER_DIFF_A, &layer_base, &chain, &f->err);
    char *message = wcd_text_format("remove %s" DENIED, target);
    assert_error(f->err, WCD_E_PLAIN, message);
    free(message);
    free(target);
    assert_int_equal(f->log.count, 3);
    wcd_strlist_release(&f->log);
    assert_true(fake_storage_set_failure(f->host, "DestroyLayer", NULL, PLAT_S_OK));
    assert_int_equal(wcd_layer_store_cleanup(store, &f->err), WCD_OK);
    layer_assert_tree(f, LAYER_HOME, "");
    wcd_layer_store_close(store);
}

static plat_hr no_random(void *ctx, void *data, size_t size)
{
    (void)ctx;
    (void)data;
    (void)size;
    return HR(GEN_FAILURE);
}

static void a_layer_needs_a_random_name(void **state)
{
    struct layer_fixture *f = *state;
    char *chain = NULL;
    struct wcd_layer_store *store = NULL;
    struct plat_os_ops ops = *f->platform.os.ops;
    struct platform platform = f->platform;
    struct wcd_layer_store *plain = layer_open_store(f);
    char *base = layer_add(f, plain, NULL, LAYER_DIFF_A);
    wcd_layer_store_close(plain);
    ops.random = no_random;
    platform.os.ops = &ops;
    struct wcd_layer_store_options options = layer_store_options(f);
    options.platform = &platform;
    assert_int_equal(wcd_layer_store_open(&store, &options, &f->err), WCD_OK);
    (void)wcd_layer_register(store, base, LAYER_DIFF_B, &layer_top, &chain, &f->err);
    assert_error(f->err, WCD_E_PLAIN, "A device attached to the system is not functioning.");
    (void)wcd_rw_layer_create(store, LAYER_BOX, base, NULL, &f->err);
    assert_error(f->err, WCD_E_PLAIN, "A device attached to the system is not functioning.");
    assert_int_equal(fake_fs_kind_of(f->host, BOX_FOLDER), FAKE_FS_NOTHING);
    /* A record that cannot be moved aside is removed in its place. */
    assert_int_equal(wcd_layer_acquire(store, base, &f->err), WCD_OK);
    layer_give_back(f, store, base);
    layer_assert_tree(f, LAYER_HOME, "");
    layer_assert_tree(f, LAYER_DB, LAYER_DB "\\sha256\\\n" LAYER_DB "\\tmp\\\n");
    free(base);
    wcd_layer_store_close(store);
}

static void a_scratch_that_fails_leaves_nothing(void **state)
{
    struct layer_fixture *f = *state;
    struct wcd_layer_store *store = layer_open_store(f);
    char *base = layer_add(f, store, NULL, LAYER_DIFF_A);
    char *before = layer_tree(f, LAYER_ROOT);
    assert_true(fake_storage_set_failure(f->host, "CreateSandboxLayer", NULL, HR(DISK_FULL)));
    (void)wcd_rw_layer_create(store, LAYER_BOX, base, NULL, &f->err);
    assert_int_equal(f->err.hresult, HR(DISK_FULL));
    wcd_error_release(&f->err);
    assert_true(fake_storage_set_failure(f->host, "CreateSandboxLayer", NULL, PLAT_S_OK));
    deny(f, BOX_RECORD);
    (void)wcd_rw_layer_create(store, LAYER_BOX, base, NULL, &f->err);
    assert_error(f->err, WCD_E_PLAIN, "remove " BOX_RECORD DENIED);
    assert_false(wcd_rw_layer_exists(store, LAYER_BOX));
    assert_int_equal(wcd_layer_references(store, base), 1);
    const struct plat_fs *fs = &f->platform.fs;
    assert_int_equal(fs->ops->remove_directory(fs->ctx, LAYER_DB "\\mounts"), PLAT_S_OK);
    layer_assert_tree(f, LAYER_ROOT, before);
    free(before);
    free(base);
    wcd_layer_store_close(store);
}

static void a_removal_that_fails_can_be_repeated(void **state)
{
    struct layer_fixture *f = *state;
    struct wcd_layer_store *store = layer_open_store(f);
    struct layer_stack stack = layer_make_stack(f, store);
    deny(f, BOX_FOLDER "\\layerID");
    (void)wcd_rw_layer_remove(store, LAYER_BOX, NULL, &f->err);
    assert_error(f->err, WCD_E_PLAIN, "open " BOX_FOLDER "\\layerID" DENIED);
    layer_assert_log(f, "error: Error removing mounted layer " LAYER_BOX ": open " BOX_FOLDER
                        "\\layerID" DENIED);
    allow(f, BOX_FOLDER "\\layerID");
    assert_int_equal(fake_storage_state(f->host, BOX_FOLDER), FAKE_LAYER_SCRATCH);
    deny(f, BOX_RECORD);
    (void)wcd_rw_layer_remove(store, LAYER_BOX, NULL, &f->err);
    assert_error(f->err, WCD_E_PLAIN, "remove " BOX_RECORD DENIED);
    layer_assert_log(f, "error: Error removing mount metadata: " LAYER_BOX
                        ": remove " BOX_RECORD DENIED);
    assert_int_equal(fake_fs_kind_of(f->host, BOX_FOLDER), FAKE_FS_NOTHING);
    assert_true(wcd_rw_layer_exists(store, LAYER_BOX));
    allow(f, BOX_RECORD);
    assert_int_equal(wcd_rw_layer_remove(store, LAYER_BOX, NULL, &f->err), WCD_OK);
    layer_assert_tree(f, LAYER_HOME, "");
    layer_free_stack(&stack);
    wcd_layer_store_close(store);
}

static void an_init_layer_that_stays_is_told(void **state)
{
    struct layer_fixture *f = *state;
    layer_put(f, LAYER_DB "\\mounts\\box\\mount-id", LAYER_BOX);
    layer_put(f, LAYER_DB "\\mounts\\box\\init-id", LAYER_BOX "-init");
    struct wcd_layer_store *store = layer_open_store(f);
    deny(f, BOX_FOLDER "-init\\layerID");
    (void)wcd_rw_layer_remove(store, "box", NULL, &f->err);
    assert_error(f->err, WCD_E_PLAIN, "open " BOX_FOLDER "-init\\layerID" DENIED);
    assert_string_equal(f->log.items[f->log.count - 1],
                        "error: Error removing init layer box: open " BOX_FOLDER
                        "-init\\layerID" DENIED);
    wcd_layer_store_close(store);
}

/* ---- read-only layers that cannot be removed ---- */

/* 2017 keeps it in its table, held by nobody: it can be had again, with all that is below it. */
static void a_layer_that_stays_can_be_had_again(void **state)
{
    struct layer_fixture *f = *state;
    layer_new_host(f, WCD_ENGINE_V17);
    struct wcd_layer_store *store = layer_open_store(f);
    char *base = layer_add(f, store, NULL, LAYER_DIFF_A);
    char *top = layer_add(f, store, base, LAYER_DIFF_B);
    layer_give_back(f, store, base);
    char *folder = layer_folder_of(f, store, top);
    char *name = wcd_text_format("%s\\layerID", folder);
    char *before = layer_tree(f, LAYER_ROOT);
    deny(f, name);
    char *message = wcd_text_format("open %s" DENIED, name);
    (void)wcd_layer_release(store, top, NULL, &f->err);
    assert_error(f->err, WCD_E_PLAIN, message);
    assert_int_equal(wcd_layer_references(store, top), 0);
    assert_int_equal(wcd_layer_references(store, base), 1);
    (void)wcd_layer_release(store, top, NULL, &f->err);
    assert_error(f->err, WCD_E_PLAIN, "layer not retained");
    allow(f, name);
    char *again = layer_add(f, store, base, LAYER_DIFF_B);
    assert_string_equal(again, top);
    assert_int_equal(wcd_layer_references(store, top), 1);
    layer_assert_tree(f, LAYER_ROOT, before);
    layer_give_back(f, store, top);
    layer_assert_tree(f, LAYER_HOME, "");
    free(again);
    free(message);
    free(before);
    free(name);
    free(folder);
    free(top);
    free(base);
    wcd_layer_store_close(store);
}

/* The newer generation forgets it; its record lies aside for the clean-up. */
static void a_layer_that_stays_is_left_for_the_clean_up(void **state)
{
    struct layer_fixture *f = *state;
    struct wcd_layer_store *store = layer_open_store(f);
    char *base = layer_add(f, store, NULL, LAYER_DIFF_A);
    char *folder = layer_folder_of(f, store, base);
    char *name = wcd_text_format("%s\\layerID", folder);
    char *message = wcd_text_format("open %s" DENIED, name);
    deny(f, name);
    (void)wcd_layer_release(store, base, NULL, &f->err);
    assert_error(f->err, WCD_E_PLAIN, message);
    assert_int_equal(wcd_layer_acquire(store, base, &f->err), WCD_E_PLAIN);
    wcd_error_release(&f->err);
    /* It is imported anew beside it. */
    char *again = layer_add(f, store, NULL, LAYER_DIFF_A);
    wcd_strlist_release(&f->log);
    assert_int_equal(wcd_layer_store_cleanup(store, &f->err), WCD_OK);
    assert_int_equal(f->log.count, 1);
    assert_true(wcd_text_has_prefix(f->log.items[0], "error: Failed to remove orphan layer aaaa"));
    assert_non_null(strstr(f->log.items[0], message));
    assert_int_equal(fake_fs_kind_of(f->host, folder), FAKE_FS_DIRECTORY);
    allow(f, name);
    assert_int_equal(wcd_layer_store_cleanup(store, &f->err), WCD_OK);
    assert_int_equal(fake_fs_kind_of(f->host, folder), FAKE_FS_NOTHING);
    layer_give_back(f, store, again);
    layer_assert_tree(f, LAYER_HOME, "");
    layer_assert_tree(f, LAYER_DB, LAYER_DB "\\sha256\\\n" LAYER_DB "\\tmp\\\n");
    free(again);
    free(message);
    free(name);
    free(folder);
    free(base);
    wcd_layer_store_close(store);
}

static void orphans_are_the_newer_generations(void **state)
{
    struct layer_fixture *f = *state;
    static const char orphan[] = LAYER_DB "\\sha256\\x-removing\\cache-id";
    for (size_t i = 0; i < 2; i++) {
        layer_new_host(f, (enum wcd_engine)i);
        layer_put(f, orphan, "no id");
        struct wcd_layer_store *store = layer_open_store(f);
        layer_assert_log(f, "debug: Ignoring invalid digest sha256:x-removing");
        assert_int_equal(wcd_layer_store_cleanup(store, &f->err), WCD_OK);
        layer_assert_log(f, i == WCD_ENGINE_V17
                                ? ""
                                : "error: Failed to remove orphan layer x-removing: "
                                  "invalid cache id value");
        deny(f, LAYER_DB "\\sha256");
        enum wcd_errc code = wcd_layer_store_cleanup(store, &f->err);
        assert_int_equal(code, i == WCD_ENGINE_V17 ? WCD_OK : WCD_E_PLAIN);
        assert_string_equal(wcd_error_message(&f->err),
                            code == WCD_OK ? "" : "open " LAYER_DB "\\sha256" DENIED);
        wcd_error_release(&f->err);
        wcd_layer_store_close(store);
    }
}

/* ---- no memory ---- */

static bool ended(struct layer_fixture *f, enum wcd_errc code)
{
    bool fired = alloc_fail_off();
    assert_true(code == WCD_OK || (fired && code == WCD_E_NO_MEMORY));
    wcd_error_release(&f->err);
    return fired;
}

static void imports_without_memory(void **state)
{
    struct layer_fixture *f = *state;
    for (size_t i = 0; i < 4; i++) {
        layer_new_host(f, (enum wcd_engine)(i % 2));
        struct wcd_layer_store *store = layer_open_store(f);
        char *base = layer_add(f, store, NULL, LAYER_DIFF_A);
        const char *parent = i / 2 == 0 ? NULL : base;
        const struct wcd_layer_content *content = i / 2 == 0 ? &layer_base : &layer_top;
        char *before = layer_tree(f, LAYER_HOME);
        bool fired = true;
        for (size_t n = 1; fired; n++) {
            char *chain = NULL;
            alloc_fail_after(n);
            enum wcd_errc code =
                wcd_layer_register(store, parent, LAYER_DIFF_C, content, &chain, &f->err);
            fired = ended(f, code);
            assert_int_equal(chain != NULL, code == WCD_OK);
            if (code == WCD_OK) {
                layer_give_back(f, store, chain);
            }
            free(chain);
            assert_int_equal(wcd_layer_references(store, base), 1);
            assert_int_equal(wcd_layer_store_cleanup(store, &f->err), WCD_OK);
            layer_assert_tree(f, LAYER_HOME, before);
        }
        free(before);
        free(base);
        wcd_layer_store_close(store);
    }
}

/* One that is there already is only counted. */
static void a_second_import_without_memory(void **state)
{
    struct layer_fixture *f = *state;
    struct wcd_layer_store *store = layer_open_store(f);
    char *base = layer_add(f, store, NULL, LAYER_DIFF_A);
    bool fired = true;
    for (size_t n = 1; fired; n++) {
        char *chain = NULL;
        alloc_fail_after(n);
        enum wcd_errc code =
            wcd_layer_register(store, NULL, LAYER_DIFF_A, &layer_base, &chain, &f->err);
        fired = ended(f, code);
        assert_int_equal(wcd_layer_references(store, base), code == WCD_OK ? 2 : 1);
        free(chain);
    }
    free(base);
    wcd_layer_store_close(store);
}

static void scratches_without_memory(void **state)
{
    struct layer_fixture *f = *state;
    struct wcd_layer_store *store = layer_open_store(f);
    struct layer_stack stack = layer_make_stack(f, store);
    char *before = layer_tree(f, LAYER_ROOT);
    bool fired = true;
    for (size_t n = 1; fired; n++) {
        char *path = NULL;
        alloc_fail_after(n);
        enum wcd_errc code = wcd_rw_layer_create(store, "new", stack.top, NULL, &f->err);
        fired = ended(f, code);
        assert_int_equal(wcd_rw_layer_exists(store, "new"), code == WCD_OK);
        assert_int_equal(wcd_layer_references(store, stack.top), code == WCD_OK ? 2 : 1);
        if (code == WCD_OK) {
            assert_int_equal(wcd_rw_layer_mount(store, "new", &path, &f->err), WCD_OK);
            assert_int_equal(wcd_rw_layer_unmount(store, "new", &f->err), WCD_OK);
            free(path);
            assert_int_equal(wcd_rw_layer_remove(store, "new", NULL, &f->err), WCD_OK);
        }
        layer_assert_tree(f, LAYER_ROOT, before);
    }
    free(before);
    layer_free_stack(&stack);
    wcd_layer_store_close(store);
}

/* What has failed can be repeated; what has not is done. */
static void removals_without_memory(void **state)
{
    struct layer_fixture *f = *state;
    for (size_t i = 0; i < 2; i++) {
        bool fired = true;
        layer_new_host(f, (enum wcd_engine)i);
        for (size_t n = 1; fired; n++) {
            struct wcd_strlist removed = {0};
            struct wcd_layer_store *store = layer_open_store(f);
            struct layer_stack stack = layer_make_stack(f, store);
            alloc_fail_after(n);
            enum wcd_errc code = wcd_rw_layer_remove(store, LAYER_BOX, &removed, &f->err);
            fired = ended(f, code);
            if (code == WCD_OK) {
                assert_int_equal(removed.count, 2);
            }
            assert_int_equal(wcd_rw_layer_remove(store, LAYER_BOX, NULL, &f->err), WCD_OK);
            wcd_layer_store_close(store);
            /* Layers whose removal was cut short are held by nobody at the next start. */
            store = layer_open_store(f);
            const char *rest[] = {stack.top, stack.base};
            for (size_t j = 0; j < COUNT_OF(rest); j++) {
                if (wcd_layer_acquire(store, rest[j], &f->err) == WCD_OK) {
                    assert_int_equal(wcd_layer_references(store, rest[j]), 1);
                    layer_give_back(f, store, rest[j]);
                }
                wcd_error_release(&f->err);
            }
            assert_int_equal(wcd_layer_store_cleanup(store, &f->err), WCD_OK);
            layer_assert_tree(f, LAYER_HOME, "");
            layer_free_stack(&stack);
            wcd_strlist_release(&removed);
            wcd_layer_store_close(store);
        }
    }
}

static void opening_without_memory(void **state)
{
    struct layer_fixture *f = *state;
    struct wcd_layer_store *store = layer_open_store(f);
    struct layer_stack stack = layer_make_stack(f, store);
    wcd_layer_store_close(store);
    layer_put(f, LAYER_DB "\\sha256\\x-removing\\cache-id", "no id");
    layer_put(f,
              LAYER_DB "\\sha256\\"
                       "0000000000000000000000000000000000000000000000000000000000000000"
                       "\\diff",
              LAYER_DIFF_A);
    layer_put(f,
              LAYER_DB "\\sha256\\"
                       "0000000000000000000000000000000000000000000000000000000000000000"
                       "\\size",
              "x");
    layer_put(f, LAYER_DB "\\mounts\\init\\mount-id", LAYER_BOX);
    layer_put(f, LAYER_DB "\\mounts\\init\\init-id", LAYER_BOX "-init");
    struct wcd_layer_store_options options = layer_store_options(f);
    bool fired = true;
    for (size_t n = 1; fired; n++) {
        store = NULL;
        alloc_fail_after(n);
        enum wcd_errc code = wcd_layer_store_open(&store, &options, &f->err);
        fired = ended(f, code);
        assert_int_equal(store != NULL, code == WCD_OK);
        if (store != NULL) {
            assert_int_equal(wcd_layer_references(store, stack.top), 1);
            assert_true(wcd_rw_layer_exists(store, "init"));
        }
        wcd_layer_store_close(store);
    }
    layer_free_stack(&stack);
}

static void a_clean_up_without_memory(void **state)
{
    struct layer_fixture *f = *state;
    struct wcd_layer_store *store = layer_open_store(f);
    bool fired = true;
    for (size_t n = 1; fired; n++) {
        layer_put(f, LAYER_DB "\\sha256\\x-removing\\cache-id", LAYER_BOX);
        layer_put(f, BOX_FOLDER "\\layerchain.json", "null");
        alloc_fail_after(n);
        fired = ended(f, wcd_layer_store_cleanup(store, &f->err));
        assert_int_equal(wcd_layer_store_cleanup(store, &f->err), WCD_OK);
        layer_assert_tree(f, LAYER_HOME, "");
        layer_assert_tree(f, LAYER_DB, LAYER_DB "\\sha256\\\n");
    }
    wcd_layer_store_close(store);
}

static void names_of_folders_without_memory(void **state)
{
    struct layer_fixture *f = *state;
    struct wcd_layer_store *store = layer_open_store(f);
    struct layer_stack stack = layer_make_stack(f, store);
    for (size_t i = 0; i < 2; i++) {
        bool fired = true;
        for (size_t n = 1; fired; n++) {
            char *folder = NULL;
            alloc_fail_after(n);
            fired = ended(f, i == 0 ? wcd_layer_folder(store, stack.top, &folder, &f->err)
                                    : wcd_rw_layer_folder(store, LAYER_BOX, &folder, &f->err));
            assert_int_equal(folder == NULL, fired);
            free(folder);
        }
    }
    layer_free_stack(&stack);
    wcd_layer_store_close(store);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        layer_test(a_store_needs_its_folders),
        layer_test(an_import_that_fails_leaves_nothing),
        layer_test(a_clean_up_that_fails_is_logged),
        layer_test(a_layer_needs_a_random_name),
        layer_test(a_scratch_that_fails_leaves_nothing),
        layer_test(a_removal_that_fails_can_be_repeated),
        layer_test(an_init_layer_that_stays_is_told),
        layer_test(a_layer_that_stays_can_be_had_again),
        layer_test(a_layer_that_stays_is_left_for_the_clean_up),
        layer_test(orphans_are_the_newer_generations),
        layer_test(imports_without_memory),
        layer_test(a_second_import_without_memory),
        layer_test(scratches_without_memory),
        layer_test(removals_without_memory),
        layer_test(opening_without_memory),
        layer_test(a_clean_up_without_memory),
        layer_test(names_of_folders_without_memory),
    };
    return cmocka_run_group_tests_name("layer store failures", tests, NULL, NULL);
}
