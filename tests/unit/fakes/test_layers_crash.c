/* Layers on a file system whose process dies: each operation is cut off behind each of its calls to the file system.
 * What is there then is there whole or can be made again, and nothing lies about in the end. */
#include "tests/support/alloc_fail.h"
#include "tests/unit/fakes/layers_fixture.h"

struct operation {
    void (*before)(struct layers_world *world); /* what there is when it begins */
    void (*run)(struct layers_world *world);
    void (*check)(struct layers_world *world); /* in the next process */
};

static void die(void *ctx, const struct wrap_fault_call *call)
{
    (void)call;
    wrap_fault_kill(ctx);
}

/* Runs it in a process that dies behind so many calls; false when it came to its end before. */
static bool run_cut(const struct operation *operation, size_t calls)
{
    struct layers_world world;
    layers_world_begin(&world);
    operation->before(&world);
    const struct wrap_fault_rule rule = {
        .action = WRAP_FAULT_HOOK_BEFORE, .first = calls + 1, .hook = die, .hook_ctx = world.fault};
    assert_int_not_equal(wrap_fault_add(world.fault, &rule), 0);
    operation->run(&world);
    bool dead = wrap_fault_dead(world.fault);
    assert_false(wrap_fault_failed(world.fault));
    wrap_fault_kill(world.fault);
    layers_process_end(&world);
    layers_process_begin(&world);
    operation->check(&world);
    layers_world_end(&world);
    return dead;
}

static void sweep(const struct operation *operation)
{
    size_t stride = alloc_fail_stride(3);
    size_t calls = 0;
    while (run_cut(operation, calls)) {
        calls += stride;
    }
    assert_in_range(calls, 2, 10000);
}

static void nothing(struct layers_world *world)
{
    (void)world;
}

/* The scratch shows the parents' files, and `more` beside them. */
static void check_scratch(struct layers_world *world, const char *more)
{
    ASSERT_OK(layers_call_activate(world));
    ASSERT_OK(layers_call_prepare(world));
    if (more != NULL) {
        const struct plat_fs *fs = &world->below.fs;
        ASSERT_OK(fs->ops->remove_file(fs->ctx, more));
    }
    layers_assert_same(world, VOLUME, TOP "\\Files");
    layers_unmount(world);
    ASSERT_OK(layers_call_destroy(world, SCRATCH));
    layers_assert_names(world, LAYERS, "base top");
}

/* ---- scratches ---- */

static void run_create(struct layers_world *world)
{
    (void)layers_call_create(world);
}

static void check_created(struct layers_world *world)
{
    if (!layers_is_there(world, SCRATCH)) {
        ASSERT_OK(layers_call_create(world));
    }
    check_scratch(world, NULL);
}

static void a_scratch_is_made_at_once(void **state)
{
    (void)state;
    sweep(&(struct operation){nothing, run_create, check_created});
}

static void before_mount(struct layers_world *world)
{
    ASSERT_OK(layers_call_create(world));
}

static void run_mount(struct layers_world *world)
{
    (void)layers_call_activate(world);
    (void)layers_call_prepare(world);
}

static void check_mounted(struct layers_world *world)
{
    check_scratch(world, NULL);
}

static void a_scratch_is_filled_in_the_end(void **state)
{
    (void)state;
    sweep(&(struct operation){before_mount, run_mount, check_mounted});
}

static void before_unmount(struct layers_world *world)
{
    layers_mount(world);
    layers_put_file(world, VOLUME "\\mine", "1", 1);
}

static void run_unmount(struct layers_world *world)
{
    (void)layers_call_unprepare(world);
    (void)layers_call_deactivate(world);
}

static void check_unmounted(struct layers_world *world)
{
    check_scratch(world, VOLUME "\\mine");
}

static void a_scratch_is_unmounted_or_not(void **state)
{
    (void)state;
    sweep(&(struct operation){before_unmount, run_unmount, check_unmounted});
}

static plat_hr expand(struct layers_world *world)
{
    return world->storage.ops->expand_scratch_layer(world->storage.ctx, &layers_driver, SCRATCH,
                                                    (uint64_t)1 << 40);
}

static void run_expand(struct layers_world *world)
{
    (void)expand(world);
}

static void check_expanded(struct layers_world *world)
{
    const struct plat_fs *fs = &world->below.fs;
    char *sddl = NULL;
    ASSERT_OK(fs->ops->security(fs->ctx, SCRATCH "\\sandbox.vhdx", &sddl));
    assert_non_null(strstr(sddl, "S-1-5-83-0"));
    free(sddl);
    ASSERT_OK(expand(world));
    check_scratch(world, NULL);
}

static void a_scratch_keeps_who_may_use_it(void **state)
{
    (void)state;
    sweep(&(struct operation){before_mount, run_expand, check_expanded});
}

static void before_copy(struct layers_world *world)
{
    before_unmount(world);
    layers_unmount(world);
}

static plat_hr copy(struct layers_world *world)
{
    return world->storage.ops->copy_layer(world->storage.ctx, &layers_driver, SCRATCH, NEW,
                                          world->parents, 2);
}

static void run_copy(struct layers_world *world)
{
    (void)copy(world);
}

static void check_copied(struct layers_world *world)
{
    if (!layers_is_there(world, NEW)) {
        ASSERT_OK(copy(world));
    }
    layers_assert_same(world, NEW "\\sandbox.tree", SCRATCH "\\sandbox.tree");
    ASSERT_OK(layers_call_destroy(world, NEW));
    check_scratch(world, VOLUME "\\mine");
}

static void a_copy_is_made_at_once(void **state)
{
    (void)state;
    sweep(&(struct operation){before_copy, run_copy, check_copied});
}

static void run_destroy(struct layers_world *world)
{
    (void)layers_call_destroy(world, SCRATCH);
}

static void check_destroyed(struct layers_world *world)
{
    if (layers_is_there(world, SCRATCH)) {
        check_scratch(world, VOLUME "\\mine");
    } else {
        ASSERT_OK(layers_call_create(world));
        check_scratch(world, NULL);
    }
}

static void a_layer_goes_at_once(void **state)
{
    (void)state;
    sweep(&(struct operation){before_copy, run_destroy, check_destroyed});
}

/* ---- images ---- */

static void before_import(struct layers_world *world)
{
    layers_put_transport(world);
}

static void before_import_into_folder(struct layers_world *world)
{
    layers_put_transport(world);
    ASSERT_OK(world->storage.ops->create_layer(world->storage.ctx, &layers_driver, NEW, ""));
}

static void run_import(struct layers_world *world)
{
    (void)layers_call_import(world);
}

/* The emulator's own storage imports the same. */
static void check_imported(struct layers_world *world)
{
    static const char other[] = LAYERS "\\other";
    const struct plat_storage *own = &world->below.storage;
    struct plat_file_info info;
    const struct plat_fs *fs = &world->below.fs;
    if (plat_failed(fs->ops->info(fs->ctx, NEW "\\Files", &info))) {
        ASSERT_OK(layers_call_import(world));
    }
    ASSERT_OK(
        own->ops->import_layer(own->ctx, &layers_driver, other, TRANSPORT, world->parents, 2));
    layers_assert_same(world, NEW "\\Files", LAYERS "\\other\\Files");
    layers_assert_same(world, NEW "\\Hives", LAYERS "\\other\\Hives");
    ASSERT_OK(layers_call_destroy(world, other));
    ASSERT_OK(layers_call_destroy(world, NEW));
    layers_assert_names(world, LAYERS, "base top");
}

static void an_imported_layer_is_there_at_once(void **state)
{
    (void)state;
    sweep(&(struct operation){before_import, run_import, check_imported});
    sweep(&(struct operation){before_import_into_folder, run_import, check_imported});
}

static void before_export(struct layers_world *world)
{
    before_unmount(world);
    ASSERT_OK(layers_call_unprepare(world));
}

static void run_export(struct layers_world *world)
{
    (void)layers_call_export(world);
}

static void check_exported(struct layers_world *world)
{
    const struct plat_fs *fs = &world->below.fs;
    struct plat_file_info info;
    ASSERT_OK(layers_call_activate(world));
    bool whole = plat_succeeded(fs->ops->info(fs->ctx, OUT "\\tombstones.txt", &info));
    char *before = whole ? layers_describe(world, OUT) : NULL;
    ASSERT_OK(layers_call_export(world));
    char *after = layers_describe(world, OUT);
    assert_true(!whole || strcmp(before, after) == 0);
    layers_assert_names(world, OUT, "Files Hives tombstones.txt");
    layers_assert_names(world, OUT "\\Files", "mine");
    free(after);
    free(before);
    ASSERT_OK(layers_call_deactivate(world));
}

static void an_export_is_whole_when_it_tells_what_is_deleted(void **state)
{
    (void)state;
    sweep(&(struct operation){before_export, run_export, check_exported});
}

static void before_process(struct layers_world *world)
{
    static const char *const hives[] = {"DEFAULT", "SAM", "SECURITY", "SOFTWARE", "SYSTEM"};
    for (size_t i = 0; i < sizeof(hives) / sizeof(hives[0]); i++) {
        char *path = wcd_text_format("%s\\Files\\Windows\\System32\\config\\%s", NEW, hives[i]);
        layers_put_file(world, path, "regf", i % 2 == 0 ? 4 : 0);
        free(path);
    }
    layers_put_file(world, NEW "\\UtilityVM\\Files\\EFI\\Microsoft\\Boot\\BCD", "regf", 4);
}

static void run_process(struct layers_world *world)
{
    (void)world->storage.ops->process_base_image(world->storage.ctx, NEW);
    (void)world->storage.ops->process_utility_image(world->storage.ctx, NEW "\\UtilityVM");
}

static void check_processed(struct layers_world *world)
{
    plat_hr hr = world->storage.ops->process_base_image(world->storage.ctx, NEW);
    ASSERT_HR(hr, plat_succeeded(hr) ? PLAT_S_OK : HR(PLAT_ERROR_ALREADY_EXISTS));
    ASSERT_OK(world->storage.ops->process_utility_image(world->storage.ctx, NEW "\\UtilityVM"));
    layers_assert_names(world, NEW, "blank-base.vhdx blank.vhdx Files Hives UtilityVM");
    layers_assert_names(world, NEW "\\Hives",
                        "DEFAULTUSER_BASE SAM_BASE SECURITY_BASE SOFTWARE_BASE SYSTEM_BASE");
    layers_assert_names(world, NEW "\\UtilityVM",
                        "Files SystemTemplate.vhdx SystemTemplateBase.vhdx");
}

static void a_base_layer_is_finished_in_the_end(void **state)
{
    (void)state;
    sweep(&(struct operation){before_process, run_process, check_processed});
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_scratch_is_made_at_once),
        cmocka_unit_test(a_scratch_is_filled_in_the_end),
        cmocka_unit_test(a_scratch_is_unmounted_or_not),
        cmocka_unit_test(a_scratch_keeps_who_may_use_it),
        cmocka_unit_test(a_copy_is_made_at_once),
        cmocka_unit_test(a_layer_goes_at_once),
        cmocka_unit_test(an_imported_layer_is_there_at_once),
        cmocka_unit_test(an_export_is_whole_when_it_tells_what_is_deleted),
        cmocka_unit_test(a_base_layer_is_finished_in_the_end),
    };
    return cmocka_run_group_tests_name("layers of a process that dies", tests, NULL, NULL);
}
