/* core/layer: the layer store of a daemon that dies. Each operation is cut off behind each of its calls; the
 * store must open again and hold what it held before or what it was to hold, never a part of it. */
#include "core/layer/ids.h"
#include "fakes/wrap/fault.h"
#include "tests/unit/core/layer_fixture.h"

#define BOX_FOLDER LAYER_HOME "\\" LAYER_BOX

/* What the store holds when an operation begins. */
enum stage {
    STAGE_NOTHING,
    STAGE_BASE, /* held by nobody */
    STAGE_TOP,  /* and a layer over it */
    STAGE_BOX   /* and a container's layer over both */
};

static void set_stage(struct layer_fixture *f, enum stage stage)
{
    struct wcd_layer_store *store = layer_open_store(f);
    if (stage == STAGE_BOX) {
        struct layer_stack stack = layer_make_stack(f, store);
        layer_free_stack(&stack);
    } else if (stage != STAGE_NOTHING) {
        char *base = layer_add(f, store, NULL, LAYER_DIFF_A);
        char *top = stage == STAGE_TOP ? layer_add(f, store, base, LAYER_DIFF_B) : NULL;
        free(base);
        free(top);
    }
    wcd_layer_store_close(store);
}

static bool known(struct wcd_layer_store *store, const char *chain)
{
    char *folder = NULL;
    struct wcd_error err = WCD_ERROR_INIT;
    bool found = wcd_layer_folder(store, chain, &folder, &err) == WCD_OK;
    wcd_error_release(&err);
    free(folder);
    return found;
}

/* A layer that the store knows is there with all that belongs to it. */
static void assert_whole(struct layer_fixture *f, struct wcd_layer_store *store, const char *chain,
                         const char *file, const char *content)
{
    char *folder = layer_folder_of(f, store, chain);
    char *path = wcd_text_format("%s\\Files\\app\\%s", folder, file);
    layer_assert_file(f, path, content);
    wcd_text_replace(&path, wcd_text_format("%s\\layerchain.json", folder));
    assert_int_equal(fake_fs_kind_of(f->host, path), FAKE_FS_FILE);
    free(path);
    free(folder);
}

static char *top_chain(void)
{
    char *chain = wcd_chain_id(LAYER_DIFF_A, LAYER_DIFF_B);
    assert_non_null(chain);
    return chain;
}

/* ---- the operations, and what must be true once the store was opened again ---- */

static void import_base(struct layer_fixture *f, struct wcd_layer_store *store)
{
    char *chain = NULL;
    (void)wcd_layer_register(store, NULL, LAYER_DIFF_A, &layer_base, &chain, &f->err);
    free(chain);
}

static void check_base(struct layer_fixture *f, struct wcd_layer_store *store)
{
    if (known(store, LAYER_DIFF_A)) {
        assert_whole(f, store, LAYER_DIFF_A, "base.txt", "base");
    }
    char *chain = layer_add(f, store, NULL, LAYER_DIFF_A);
    assert_whole(f, store, chain, "base.txt", "base");
    free(chain);
}

static void import_top(struct layer_fixture *f, struct wcd_layer_store *store)
{
    char *chain = NULL;
    (void)wcd_layer_register(store, LAYER_DIFF_A, LAYER_DIFF_B, &layer_top, &chain, &f->err);
    free(chain);
}

static void check_top(struct layer_fixture *f, struct wcd_layer_store *store)
{
    char *top = top_chain();
    assert_whole(f, store, LAYER_DIFF_A, "base.txt", "base");
    assert_int_equal(wcd_layer_references(store, LAYER_DIFF_A), known(store, top) ? 1 : 0);
    if (known(store, top)) {
        assert_whole(f, store, top, "top.txt", "top");
    }
    char *chain = layer_add(f, store, LAYER_DIFF_A, LAYER_DIFF_B);
    assert_whole(f, store, chain, "top.txt", "top");
    free(chain);
    free(top);
}

static void create_box(struct layer_fixture *f, struct wcd_layer_store *store)
{
    char *top = top_chain();
    (void)wcd_rw_layer_create(store, LAYER_BOX, top, NULL, &f->err);
    free(top);
}

static void check_created_box(struct layer_fixture *f, struct wcd_layer_store *store)
{
    char *top = top_chain();
    char *path = NULL;
    bool there = wcd_rw_layer_exists(store, LAYER_BOX);
    assert_int_equal(wcd_layer_references(store, top), there ? 1 : 0);
    if (there) {
        assert_int_equal(fake_storage_state(f->host, BOX_FOLDER), FAKE_LAYER_SCRATCH);
        assert_int_equal(wcd_rw_layer_mount(store, LAYER_BOX, &path, &f->err), WCD_OK);
        assert_int_equal(wcd_rw_layer_unmount(store, LAYER_BOX, &f->err), WCD_OK);
        free(path);
    }
    /* A container of another id is not in the way of what was left. */
    assert_int_equal(wcd_rw_layer_create(store, "other", top, NULL, &f->err), WCD_OK);
    free(top);
}

static void remove_box(struct layer_fixture *f, struct wcd_layer_store *store)
{
    (void)wcd_rw_layer_remove(store, LAYER_BOX, NULL, &f->err);
}

/* What is still known can be removed as if nothing had happened. Both generations remove a container's folder
 * first: its record may speak of a layer that is gone. (The older one does so with all layers: then an image
 * that is pulled again can stand on one that is gone, until it is removed.) */
static void check_removed_box(struct layer_fixture *f, struct wcd_layer_store *store)
{
    char *top = top_chain();
    bool there = wcd_rw_layer_exists(store, LAYER_BOX);
    assert_true(!there || wcd_layer_references(store, top) == 1);
    assert_int_equal(wcd_rw_layer_remove(store, LAYER_BOX, NULL, &f->err), WCD_OK);
    assert_int_equal(wcd_layer_store_cleanup(store, &f->err), WCD_OK);
    assert_int_equal(fake_fs_kind_of(f->host, BOX_FOLDER), FAKE_FS_NOTHING);
    assert_int_equal(fake_fs_kind_of(f->host, BOX_FOLDER "-removing"), FAKE_FS_NOTHING);
    if (f->engine->layer_records_go_first) {
        char *base = layer_add(f, store, NULL, LAYER_DIFF_A);
        char *again = layer_add(f, store, base, LAYER_DIFF_B);
        assert_whole(f, store, again, "top.txt", "top");
        free(again);
        free(base);
    }
    free(top);
}

static void release_top(struct layer_fixture *f, struct wcd_layer_store *store)
{
    char *top = top_chain();
    assert_int_equal(wcd_layer_acquire(store, top, &f->err), WCD_OK);
    (void)wcd_layer_release(store, top, NULL, &f->err);
    free(top);
}

/* The newer generation moves the record away first: what it knows is whole. The older one can know a layer
 * whose folder is gone. */
static void check_released_top(struct layer_fixture *f, struct wcd_layer_store *store)
{
    char *top = top_chain();
    bool whole = f->engine->layer_records_go_first;
    assert_true(!known(store, top) || known(store, LAYER_DIFF_A));
    if (whole && known(store, LAYER_DIFF_A)) {
        assert_whole(f, store, LAYER_DIFF_A, "base.txt", "base");
    }
    if (whole && known(store, top)) {
        assert_whole(f, store, top, "top.txt", "top");
    }
    assert_int_equal(wcd_layer_store_cleanup(store, &f->err), WCD_OK);
    if (known(store, top)) {
        release_top(f, store);
    } else if (known(store, LAYER_DIFF_A)) {
        assert_int_equal(wcd_layer_acquire(store, LAYER_DIFF_A, &f->err), WCD_OK);
        layer_give_back(f, store, LAYER_DIFF_A);
    }
    assert_false(known(store, LAYER_DIFF_A));
    layer_assert_tree(f, LAYER_HOME, "");
    char *base = layer_add(f, store, NULL, LAYER_DIFF_A);
    char *again = layer_add(f, store, base, LAYER_DIFF_B);
    assert_whole(f, store, again, "top.txt", "top");
    free(again);
    free(base);
    free(top);
}

/* ---- dying ---- */

struct operation {
    enum stage stage;
    void (*run)(struct layer_fixture *f, struct wcd_layer_store *store);
    void (*check)(struct layer_fixture *f, struct wcd_layer_store *store);
};

static void die(void *ctx, const struct wrap_fault_call *call)
{
    (void)call;
    wrap_fault_kill(ctx);
}

/* The process dies when it is about to make the call after so many more. */
static void die_behind(struct wrap_fault *fault, size_t calls)
{
    const struct wrap_fault_rule rule = {
        .action = WRAP_FAULT_HOOK_BEFORE, .first = calls + 1, .hook = die, .hook_ctx = fault};
    assert_int_not_equal(wrap_fault_add(fault, &rule), 0);
}

/* Ends the process; true when it had died. */
static bool end_process(struct wrap_fault *fault)
{
    bool dead = wrap_fault_dead(fault);
    assert_false(wrap_fault_failed(fault));
    wrap_fault_destroy(fault);
    return dead;
}

/* True when the process died. */
static bool die_after(struct layer_fixture *f, const struct operation *operation, size_t calls)
{
    struct wcd_layer_store *store = NULL;
    set_stage(f, operation->stage);
    struct wrap_fault *fault = wrap_fault_create(&f->platform);
    assert_non_null(fault);
    const struct platform platform = wrap_fault_platform(fault);
    struct wcd_layer_store_options options = layer_store_options(f);
    options.platform = &platform;
    assert_int_equal(wcd_layer_store_open(&store, &options, &f->err), WCD_OK);
    die_behind(fault, calls);
    operation->run(f, store);
    wcd_error_release(&f->err);
    wcd_layer_store_close(store);
    bool dead = end_process(fault);
    store = layer_open_store(f);
    operation->check(f, store);
    assert_string_equal(wcd_error_message(&f->err), "");
    wcd_layer_store_close(store);
    return dead;
}

static void a_store_survives_the_death_of_its_process(void **state)
{
    struct layer_fixture *f = *state;
    static const struct operation operations[] = {
        {STAGE_NOTHING, import_base, check_base},     {STAGE_BASE, import_top, check_top},
        {STAGE_TOP, create_box, check_created_box},   {STAGE_BOX, remove_box, check_removed_box},
        {STAGE_TOP, release_top, check_released_top},
    };
    for (size_t i = 0; i < 2 * COUNT_OF(operations); i++) {
        bool dead = true;
        size_t calls = 0;
        for (; dead; calls++) {
            layer_new_host(f, (enum wcd_engine)(i % 2));
            dead = die_after(f, &operations[i / 2], calls);
        }
        assert_true(calls > 5);
    }
}

static void a_store_survives_the_death_of_its_first_start(void **state)
{
    struct layer_fixture *f = *state;
    bool dead = true;
    for (size_t calls = 0; dead; calls++) {
        struct wcd_layer_store *store = NULL;
        layer_new_host(f, WCD_ENGINE_V25);
        struct wrap_fault *fault = wrap_fault_create(&f->platform);
        assert_non_null(fault);
        const struct platform platform = wrap_fault_platform(fault);
        struct wcd_layer_store_options options = layer_store_options(f);
        options.platform = &platform;
        die_behind(fault, calls);
        enum wcd_errc code = wcd_layer_store_open(&store, &options, &f->err);
        wcd_error_release(&f->err);
        wcd_layer_store_close(store);
        dead = end_process(fault);
        assert_true(dead || code == WCD_OK);
        wcd_layer_store_close(layer_open_store(f));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        layer_test(a_store_survives_the_death_of_its_process),
        layer_test(a_store_survives_the_death_of_its_first_start),
    };
    return cmocka_run_group_tests_name("layer crash", tests, NULL, NULL);
}
