/* core/layer: the layer store: what it writes down, reads back, counts and removes. */
#include "core/base/limits.h"
#include "core/layer/ids.h"
#include "core/layer/store.h"
#include "tests/unit/core/layer_fixture.h"

#define DB     LAYER_ROOT "\\image\\windowsfilter\\layerdb"
#define HEX_64 "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
#define BOX    "b0c5000000000000000000000000000000000000000000000000000000000001"

static struct wcd_layer_store_options options_of(struct layer_fixture *f)
{
    return (struct wcd_layer_store_options){.platform = &f->platform,
                                            .engine = f->engine,
                                            .log = &f->sink,
                                            .root = LAYER_ROOT,
                                            .tmp = LAYER_TMP};
}

/* Opens the store; the log has what the reading of the records said, nothing of the driver. */
static struct wcd_layer_store *open_store(struct layer_fixture *f)
{
    struct wcd_layer_store *store = NULL;
    struct wcd_layer_store_options options = options_of(f);
    wcd_strlist_release(&f->log);
    enum wcd_errc code = wcd_layer_store_open(&store, &options, &f->err);
    assert_string_equal(wcd_error_message(&f->err), "");
    assert_int_equal(code, WCD_OK);
    assert_true(f->log.count >= 2);
    assert_string_equal(f->log.items[0], "debug: WindowsGraphDriver InitFilter at " LAYER_HOME);
    assert_string_equal(f->log.items[1], "debug: Initialized graph driver windowsfilter");
    struct wcd_strlist rest = {0};
    for (size_t i = 2; i < f->log.count; i++) {
        assert_true(wcd_strlist_add(&rest, f->log.items[i]));
    }
    wcd_strlist_release(&f->log);
    f->log = rest;
    return store;
}

static char *add_layer(struct layer_fixture *f, struct wcd_layer_store *store, const char *parent,
                       const char *diff_id)
{
    char *chain = NULL;
    enum wcd_errc code = wcd_layer_register(
        store, parent, diff_id, parent == NULL ? &layer_base : &layer_top, &chain, &f->err);
    assert_string_equal(wcd_error_message(&f->err), "");
    assert_int_equal(code, WCD_OK);
    return chain;
}

static void release(struct layer_fixture *f, struct wcd_layer_store *store, const char *chain)
{
    assert_int_equal(wcd_layer_release(store, chain, NULL, &f->err), WCD_OK);
    assert_string_equal(wcd_error_message(&f->err), "");
}

/* A base, a layer over it that the caller does not hold, and a container's layer on top. */
struct stack {
    char *base;
    char *top;
};

static struct stack make_stack(struct layer_fixture *f, struct wcd_layer_store *store)
{
    struct stack stack = {.base = add_layer(f, store, NULL, LAYER_DIFF_A)};
    stack.top = add_layer(f, store, stack.base, LAYER_DIFF_B);
    release(f, store, stack.base);
    assert_int_equal(wcd_rw_layer_create(store, BOX, stack.top, NULL, &f->err), WCD_OK);
    release(f, store, stack.top);
    wcd_strlist_release(&f->log);
    return stack;
}

static void free_stack(struct stack *stack)
{
    free(stack->base);
    free(stack->top);
}

/* A folder in the driver's home. */
static char *folder_of(struct layer_fixture *f, struct wcd_layer_store *store, const char *chain)
{
    char *folder = NULL;
    assert_int_equal(wcd_layer_folder(store, chain, &folder, &f->err), WCD_OK);
    return folder;
}

/* ---- records ---- */

static void records_are_small_files(void **state)
{
    struct layer_fixture *f = *state;
    struct wcd_layer_store *store = open_store(f);
    struct stack stack = make_stack(f, store);
    char *base = folder_of(f, store, stack.base);
    char *top = folder_of(f, store, stack.top);
    const char *low = wcd_digest_hex(stack.base);
    const char *high = wcd_digest_hex(stack.top);
    char *expected = wcd_text_format(
        DB "\\mounts\\\n" DB "\\mounts\\" BOX "\\\n" DB "\\mounts\\" BOX "\\mount-id = " BOX "\n" DB
           "\\mounts\\" BOX "\\parent = %s\n" DB "\\sha256\\\n" DB "\\sha256\\%s\\\n" DB
           "\\sha256\\%s\\cache-id = %s\n" DB "\\sha256\\%s\\diff = " LAYER_DIFF_A "\n" DB
           "\\sha256\\%s\\size = 30\n" DB "\\sha256\\%s\\\n" DB "\\sha256\\%s\\cache-id = %s\n" DB
           "\\sha256\\%s\\diff = " LAYER_DIFF_B "\n" DB "\\sha256\\%s\\parent = " LAYER_DIFF_A
           "\n" DB "\\sha256\\%s\\size = 13\n" DB "\\tmp\\\n",
        stack.top, low, low, base + strlen(LAYER_HOME) + 1, low, low, high, high,
        top + strlen(LAYER_HOME) + 1, high, high, high);
    assert_non_null(expected);
    assert_true(wcd_id_is_valid(top + strlen(LAYER_HOME) + 1));
    layer_assert_tree(f, DB, expected);
    free(expected);
    free(base);
    free(top);
    free_stack(&stack);
    wcd_layer_store_close(store);
    wcd_layer_store_close(NULL);
}

static void a_store_is_read_back(void **state)
{
    struct layer_fixture *f = *state;
    for (size_t i = 0; i < 2; i++) {
        layer_new_host(f, (enum wcd_engine)i);
        struct wcd_layer_store *store = open_store(f);
        layer_assert_log(f, "");
        struct stack stack = make_stack(f, store);
        char *before = layer_tree(f, LAYER_ROOT);
        char *folder = folder_of(f, store, stack.top);
        wcd_layer_store_close(store);
        store = open_store(f);
        layer_assert_log(f, "");
        layer_assert_tree(f, LAYER_ROOT, before);
        char *again = folder_of(f, store, stack.top);
        assert_string_equal(again, folder);
        assert_int_equal(wcd_layer_references(store, stack.base), 1);
        assert_int_equal(wcd_layer_references(store, stack.top), 1);
        assert_true(wcd_rw_layer_exists(store, BOX));
        assert_int_equal(wcd_rw_layer_mounts(store, BOX), 0);
        /* And what was read can be taken away. */
        struct wcd_strlist removed = {0};
        assert_int_equal(wcd_rw_layer_remove(store, BOX, &removed, &f->err), WCD_OK);
        assert_int_equal(removed.count, 2);
        assert_string_equal(removed.items[0], stack.top);
        assert_string_equal(removed.items[1], stack.base);
        layer_assert_tree(f, LAYER_HOME, "");
        layer_assert_tree(f, DB, DB "\\mounts\\\n" DB "\\sha256\\\n" DB "\\tmp\\\n");
        wcd_strlist_release(&removed);
        free(again);
        free(folder);
        free(before);
        free_stack(&stack);
        wcd_layer_store_close(store);
    }
}

/* A container's layer over nothing, with an "-init" layer as older daemons made them. */
static void a_mount_may_have_an_init_layer_and_no_parent(void **state)
{
    struct layer_fixture *f = *state;
    layer_put(f, DB "\\mounts\\box\\mount-id", HEX_64 "\n");
    layer_put(f, DB "\\mounts\\box\\init-id", " " HEX_64 "-init");
    layer_put(f, LAYER_HOME "\\" HEX_64 "-init\\layerchain.json", "null");
    layer_put(f, DB "\\mounts\\file", "x");
    layer_put(f, DB "\\sha256\\file", "x");
    struct wcd_layer_store *store = open_store(f);
    layer_assert_log(f, "");
    assert_true(wcd_rw_layer_exists(store, "box"));
    assert_false(wcd_rw_layer_exists(store, "file"));
    char *folder = NULL;
    assert_int_equal(wcd_rw_layer_folder(store, "box", &folder, &f->err), WCD_OK);
    assert_string_equal(folder, LAYER_HOME "\\" HEX_64);
    free(folder);
    assert_int_equal(wcd_rw_layer_remove(store, "box", NULL, &f->err), WCD_OK);
    layer_assert_tree(f, LAYER_HOME, "");
    assert_int_equal(fake_fs_kind_of(f->host, DB "\\mounts\\box"), FAKE_FS_NOTHING);
    wcd_layer_store_close(store);
}

/* ---- broken records ---- */

#define LAYER_X     "sha256:" HEX_64
#define LAYER_X_DIR DB "\\sha256\\" HEX_64
#define NOT_THERE   ": The system cannot find the file specified."

struct broken {
    const char *file;
    const char *content; /* NULL: it is missing */
    const char *line;    /* what the log says; NULL: nothing, it is fine */
};

static void put_or_remove(struct layer_fixture *f, const char *path, const char *content)
{
    if (content != NULL) {
        layer_put(f, path, content);
    } else {
        const struct plat_fs *fs = &f->platform.fs;
        assert_int_equal(fs->ops->remove_file(fs->ctx, path), PLAT_S_OK);
    }
}

static void a_broken_layer_is_passed_over(void **state)
{
    struct layer_fixture *f = *state;
    static const struct broken cases[] = {
        {"diff", "\n" LAYER_DIFF_A "\t", NULL},
        {"diff", NULL,
         "failed to get diff id for " LAYER_X ": open " LAYER_X_DIR "\\diff" NOT_THERE},
        {"diff", "sha256:a",
         "failed to get diff id for " LAYER_X ": invalid checksum digest format"},
        {"diff", "", "failed to get diff id for " LAYER_X ": invalid checksum digest format"},
        {"size", NULL, "failed to get size for " LAYER_X ": open " LAYER_X_DIR "\\size" NOT_THERE},
        {"size", "x",
         "failed to get size for " LAYER_X ": strconv.ParseInt: parsing \"x\": invalid syntax"},
        {"size", "",
         "failed to get size for " LAYER_X ": strconv.ParseInt: parsing \"\": invalid syntax"},
        {"size", "12x",
         "failed to get size for " LAYER_X ": strconv.ParseInt: parsing \"12x\": invalid syntax"},
        {"size", "99999999999999999999",
         "failed to get size for " LAYER_X
         ": strconv.ParseInt: parsing \"99999999999999999999\": value out of range"},
        {"cache-id", NULL,
         "failed to get cache id for " LAYER_X ": open " LAYER_X_DIR "\\cache-id" NOT_THERE},
        {"cache-id", "short", "failed to get cache id for " LAYER_X ": invalid cache id value"},
        {"parent", "sha256:x",
         "failed to get parent for " LAYER_X ": invalid checksum digest format"},
        {"parent", LAYER_DIFF_C,
         "failed to get diff id for " LAYER_DIFF_C ": open " DB
         "\\sha256\\cccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccc\\diff: The "
         "system cannot find the path specified."},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        layer_new_host(f, WCD_ENGINE_V25);
        layer_put(f, LAYER_X_DIR "\\diff", LAYER_DIFF_A);
        layer_put(f, LAYER_X_DIR "\\size", "5");
        layer_put(f, LAYER_X_DIR "\\cache-id", HEX_64);
        char *path = wcd_text_format("%s\\%s", LAYER_X_DIR, cases[i].file);
        put_or_remove(f, path, cases[i].content);
        free(path);
        struct wcd_layer_store *store = open_store(f);
        char *line =
            cases[i].line == NULL
                ? wcd_text_copy("")
                : wcd_text_format("debug: Failed to load layer " LAYER_X ": %s", cases[i].line);
        layer_assert_log(f, line);
        free(line);
        char *folder = NULL;
        assert_int_equal(wcd_layer_folder(store, LAYER_X, &folder, &f->err),
                         cases[i].line == NULL ? WCD_OK : WCD_E_PLAIN);
        wcd_error_release(&f->err);
        free(folder);
        wcd_layer_store_close(store);
    }
}

static void a_broken_mount_is_passed_over(void **state)
{
    struct layer_fixture *f = *state;
    static const struct broken cases[] = {
        {"mount-id", NULL, "open " DB "\\mounts\\box\\mount-id" NOT_THERE},
        {"mount-id", "x", "invalid mount id value"},
        {"init-id", "x", "invalid init id value"},
        {"parent", "x", "invalid checksum digest format"},
        {"parent", LAYER_DIFF_C, "layer does not exist"},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        layer_new_host(f, WCD_ENGINE_V25);
        layer_put(f, DB "\\mounts\\box\\mount-id", HEX_64);
        char *path = wcd_text_format(DB "\\mounts\\box\\%s", cases[i].file);
        put_or_remove(f, path, cases[i].content);
        free(path);
        struct wcd_layer_store *store = open_store(f);
        char *line = wcd_text_format("debug: Failed to load mount box: %s", cases[i].line);
        layer_assert_log(f, line);
        free(line);
        assert_false(wcd_rw_layer_exists(store, "box"));
        wcd_layer_store_close(store);
    }
}

static void put_chain(struct layer_fixture *f, size_t count, bool circle)
{
    for (size_t i = 0; i < count; i++) {
        char *folder = wcd_text_format(DB "\\sha256\\%064zx", i);
        char *path = wcd_text_format("%s\\diff", folder);
        layer_put(f, path, LAYER_DIFF_A);
        wcd_text_replace(&path, wcd_text_format("%s\\size", folder));
        layer_put(f, path, "0");
        wcd_text_replace(&path, wcd_text_format("%s\\cache-id", folder));
        layer_put(f, path, HEX_64);
        if (i + 1 < count || circle) {
            char *parent = wcd_text_format("sha256:%064zx", (i + 1) % count);
            wcd_text_replace(&path, wcd_text_format("%s\\parent", folder));
            layer_put(f, path, parent);
            free(parent);
        }
        free(path);
        free(folder);
    }
}

static void chains_have_an_end(void **state)
{
    struct layer_fixture *f = *state;
    static const char top[] =
        "sha256:0000000000000000000000000000000000000000000000000000000000000000";
    static const char next[] =
        "sha256:0000000000000000000000000000000000000000000000000000000000000001";
    char *chain = NULL;
    put_chain(f, WCD_LAYERS_MAX, false);
    struct wcd_layer_store *store = open_store(f);
    layer_assert_log(f, "");
    assert_int_equal(wcd_layer_acquire(store, top, &f->err), WCD_OK);
    (void)wcd_layer_register(store, top, LAYER_DIFF_B, &layer_top, &chain, &f->err);
    assert_error(f->err, WCD_E_PLAIN, "max depth exceeded");
    assert_null(chain);
    wcd_layer_store_close(store);
    /* One more: it is passed over, and the others are read. */
    layer_new_host(f, WCD_ENGINE_V25);
    put_chain(f, WCD_LAYERS_MAX + 1, false);
    store = open_store(f);
    char *line = wcd_text_format("debug: Failed to load layer %s: max depth exceeded", top);
    layer_assert_log(f, line);
    free(line);
    assert_int_equal(wcd_layer_acquire(store, next, &f->err), WCD_OK);
    wcd_layer_store_close(store);
    /* A circle has no end: none of it is read. */
    layer_new_host(f, WCD_ENGINE_V25);
    put_chain(f, 2, true);
    store = open_store(f);
    line = wcd_text_format("debug: Failed to load layer %s: max depth exceeded\n"
                           "debug: Failed to load layer %s: max depth exceeded",
                           top, next);
    layer_assert_log(f, line);
    free(line);
    wcd_layer_store_close(store);
}

static void names_that_are_no_digests_are_ignored(void **state)
{
    struct layer_fixture *f = *state;
    assert_true(fake_fs_put_directory(f->host, DB "\\sha256\\x", NULL));
    assert_true(fake_fs_put_directory(f->host, DB "\\sha256\\-removing", NULL));
    struct wcd_layer_store *store = open_store(f);
    layer_assert_log(f, "debug: Ignoring invalid digest sha256:-removing\n"
                        "debug: Ignoring invalid digest sha256:x");
    wcd_layer_store_close(store);
}

/* A record that nobody could read gives way to a new one. */
static void a_broken_record_can_be_written_anew(void **state)
{
    struct layer_fixture *f = *state;
    struct wcd_layer_store *store = open_store(f);
    struct stack stack = make_stack(f, store);
    wcd_layer_store_close(store);
    put_or_remove(f, DB "\\mounts\\" BOX "\\mount-id", NULL);
    char *path = wcd_text_format(DB "\\sha256\\%s\\cache-id", wcd_digest_hex(stack.top));
    put_or_remove(f, path, NULL);
    store = open_store(f);
    assert_int_equal(f->log.count, 2);
    assert_false(wcd_rw_layer_exists(store, BOX));
    char *chain = add_layer(f, store, stack.base, LAYER_DIFF_B);
    assert_string_equal(chain, stack.top);
    assert_int_equal(fake_fs_kind_of(f->host, path), FAKE_FS_FILE);
    free(chain);
    free(path);
    free_stack(&stack);
    wcd_layer_store_close(store);
}

/* ---- counting ---- */

static void layers_are_counted_and_go_with_the_last(void **state)
{
    struct layer_fixture *f = *state;
    for (size_t i = 0; i < 2; i++) {
        layer_new_host(f, (enum wcd_engine)i);
        struct wcd_strlist removed = {0};
        struct wcd_layer_store *store = open_store(f);
        char *empty = layer_tree(f, LAYER_HOME);
        char *base = add_layer(f, store, NULL, LAYER_DIFF_A);
        char *top = add_layer(f, store, base, LAYER_DIFF_B);
        assert_int_equal(wcd_layer_references(store, base), 2);
        assert_int_equal(wcd_layer_references(store, top), 1);
        assert_int_equal(wcd_layer_references(store, LAYER_DIFF_C), 0);
        /* The same content is imported once. */
        char *before = layer_tree(f, LAYER_HOME);
        char *again = add_layer(f, store, base, LAYER_DIFF_B);
        assert_string_equal(again, top);
        layer_assert_tree(f, LAYER_HOME, before);
        assert_int_equal(wcd_layer_references(store, base), 2);
        assert_int_equal(wcd_layer_references(store, top), 2);
        assert_int_equal(wcd_layer_acquire(store, top, &f->err), WCD_OK);
        release(f, store, top);
        release(f, store, top);
        release(f, store, base);
        assert_int_equal(wcd_layer_release(store, LAYER_DIFF_C, &removed, &f->err), WCD_OK);
        assert_int_equal(removed.count, 0);
        layer_assert_tree(f, LAYER_HOME, before);
        assert_int_equal(wcd_layer_release(store, top, &removed, &f->err), WCD_OK);
        assert_int_equal(removed.count, 2);
        assert_string_equal(removed.items[0], top);
        assert_string_equal(removed.items[1], base);
        layer_assert_tree(f, LAYER_HOME, empty);
        assert_int_equal(wcd_layer_acquire(store, top, &f->err), WCD_E_PLAIN);
        assert_error(f->err, WCD_E_PLAIN, "layer does not exist");
        wcd_strlist_release(&removed);
        free(before);
        free(again);
        free(empty);
        free(base);
        free(top);
        wcd_layer_store_close(store);
    }
}

static void what_is_not_there_is_told(void **state)
{
    struct layer_fixture *f = *state;
    char *text = NULL;
    struct wcd_layer_store *store = open_store(f);
    (void)wcd_layer_register(store, LAYER_DIFF_C, LAYER_DIFF_A, &layer_top, &text, &f->err);
    assert_error(f->err, WCD_E_PLAIN, "layer does not exist");
    (void)wcd_layer_folder(store, LAYER_DIFF_C, &text, &f->err);
    assert_error(f->err, WCD_E_PLAIN, "layer does not exist");
    (void)wcd_rw_layer_create(store, BOX, LAYER_DIFF_C, NULL, &f->err);
    assert_error(f->err, WCD_E_PLAIN, "layer does not exist");
    (void)wcd_rw_layer_mount(store, BOX, &text, &f->err);
    assert_error(f->err, WCD_E_PLAIN, "mount does not exist");
    (void)wcd_rw_layer_unmount(store, BOX, &f->err);
    assert_error(f->err, WCD_E_PLAIN, "mount does not exist");
    (void)wcd_rw_layer_folder(store, BOX, &text, &f->err);
    assert_error(f->err, WCD_E_PLAIN, "mount does not exist");
    assert_int_equal(wcd_rw_layer_mounts(store, BOX), 0);
    assert_int_equal(wcd_rw_layer_remove(store, BOX, NULL, &f->err), WCD_OK);
    assert_null(text);
    layer_assert_tree(f, LAYER_HOME, "");
    wcd_layer_store_close(store);
}

static void a_containers_layer_is_mounted_and_counted(void **state)
{
    struct layer_fixture *f = *state;
    char *path = NULL;
    struct wcd_layer_store *store = open_store(f);
    struct stack stack = make_stack(f, store);
    (void)wcd_rw_layer_create(store, BOX, stack.top, NULL, &f->err);
    assert_error(f->err, WCD_E_PLAIN, "mount already exists with name");
    (void)wcd_rw_layer_unmount(store, BOX, &f->err);
    assert_error(f->err, WCD_E_PLAIN, "not mounted");
    for (size_t i = 1; i <= 2; i++) {
        assert_int_equal(wcd_rw_layer_mount(store, BOX, &path, &f->err), WCD_OK);
        assert_true(wcd_text_has_prefix(path, "\\\\?\\Volume{"));
        free(path);
        assert_int_equal(wcd_rw_layer_mounts(store, BOX), i);
    }
    assert_int_equal(fake_storage_state(f->host, LAYER_HOME "\\" BOX), FAKE_LAYER_PREPARED);
    for (size_t i = 2; i > 0; i--) {
        assert_int_equal(wcd_rw_layer_unmount(store, BOX, &f->err), WCD_OK);
        assert_int_equal(wcd_rw_layer_mounts(store, BOX), i - 1);
    }
    assert_int_equal(fake_storage_state(f->host, LAYER_HOME "\\" BOX), FAKE_LAYER_SCRATCH);
    assert_true(fake_storage_set_failure(f->host, "ActivateLayer", NULL, HR(NOT_READY)));
    assert_int_equal(wcd_rw_layer_mount(store, BOX, &path, &f->err), WCD_E_PLAIN);
    wcd_error_release(&f->err);
    assert_int_equal(wcd_rw_layer_mounts(store, BOX), 0);
    free_stack(&stack);
    wcd_layer_store_close(store);
}

static void a_mounted_layer_is_removed_by_one_generation_only(void **state)
{
    struct layer_fixture *f = *state;
    char *path = NULL;
    for (size_t i = 0; i < 2; i++) {
        layer_new_host(f, (enum wcd_engine)i);
        struct wcd_layer_store *store = open_store(f);
        struct stack stack = make_stack(f, store);
        assert_int_equal(wcd_rw_layer_mount(store, BOX, &path, &f->err), WCD_OK);
        free(path);
        enum wcd_errc code = wcd_rw_layer_remove(store, BOX, NULL, &f->err);
        assert_int_equal(code, i == WCD_ENGINE_V17 ? WCD_E_PLAIN : WCD_OK);
        if (code != WCD_OK) {
            assert_error(f->err, WCD_E_PLAIN, "mount still active");
            assert_int_equal(wcd_rw_layer_unmount(store, BOX, &f->err), WCD_OK);
            assert_int_equal(wcd_rw_layer_remove(store, BOX, NULL, &f->err), WCD_OK);
        }
        layer_assert_tree(f, LAYER_HOME, "");
        free_stack(&stack);
        wcd_layer_store_close(store);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        layer_test(records_are_small_files),
        layer_test(a_store_is_read_back),
        layer_test(a_mount_may_have_an_init_layer_and_no_parent),
        layer_test(a_broken_layer_is_passed_over),
        layer_test(a_broken_mount_is_passed_over),
        layer_test(chains_have_an_end),
        layer_test(names_that_are_no_digests_are_ignored),
        layer_test(a_broken_record_can_be_written_anew),
        layer_test(layers_are_counted_and_go_with_the_last),
        layer_test(what_is_not_there_is_told),
        layer_test(a_containers_layer_is_mounted_and_counted),
        layer_test(a_mounted_layer_is_removed_by_one_generation_only),
    };
    return cmocka_run_group_tests_name("layer store", tests, NULL, NULL);
}
