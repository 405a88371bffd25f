/* core/layer: the driver when Windows, the file system or memory fails: what is said, and what stays. */
#include "core/base/limits.h"
#include "core/layer/wclayer.h"
#include "tests/unit/core/layer_fixture.h"

#define BASE    LAYER_HOME "\\base"
#define TOP     LAYER_HOME "\\top"
#define SCRATCH LAYER_HOME "\\c1"

/* ---- calls that fail ---- */

enum operation {
    OP_CREATE,
    OP_IMPORT_BASE,
    OP_IMPORT_TOP,
    OP_SCRATCH,
    OP_GET,
    OP_PUT
};

static enum wcd_errc operate(struct layer_fixture *f, struct wcd_windowsfilter *driver,
                             enum operation operation)
{
    char *path = NULL;
    enum wcd_errc code = WCD_OK;
    switch (operation) {
    case OP_CREATE:
        return wcd_windowsfilter_create(driver, "new", "base", &f->err);
    case OP_IMPORT_BASE:
        return wcd_windowsfilter_apply(driver, "new", "", &layer_base_vm, LAYER_TMP, NULL, &f->err);
    case OP_IMPORT_TOP:
        return wcd_windowsfilter_apply(driver, "new", "base", &layer_top_vm, LAYER_TMP, NULL,
                                       &f->err);
    case OP_SCRATCH:
        return wcd_windowsfilter_create_scratch(
            driver, "new", "top",
            &(struct wcd_strlist){.items = (char *[]){(char[]){"size=30GB"}}, .count = 1}, &f->err);
    case OP_GET:
        code = wcd_windowsfilter_get(driver, "c1", &path, &f->err);
        assert_null(path);
        return code;
    default:
        return wcd_windowsfilter_put(driver, "c1", &f->err);
    }
}

struct failing_call {
    const char *function;
    enum operation operation;
    const char *messages[2]; /* by engine */
    const char *op;
};

static void check_failing_call(struct layer_fixture *f, enum wcd_engine engine,
                               const struct failing_call *failing)
{
    char *path = NULL;
    layer_new_host(f, engine);
    struct wcd_windowsfilter *driver = layer_open_driver_with_layers(f);
    layer_make_scratch(f, driver, "c1");
    if (failing->operation == OP_IMPORT_BASE || failing->operation == OP_IMPORT_TOP) {
        assert_int_equal(wcd_windowsfilter_create(driver, "new", "", &f->err), WCD_OK);
    }
    if (failing->operation == OP_PUT) {
        assert_int_equal(wcd_windowsfilter_get(driver, "c1", &path, &f->err), WCD_OK);
        free(path);
    }
    char *before = layer_tree(f, LAYER_ROOT);
    assert_true(fake_storage_set_failure(f->host, failing->function, NULL, HR(SHARING_VIOLATION)));
    enum wcd_errc code = operate(f, driver, failing->operation);
    assert_int_equal(code, WCD_E_PLAIN);
    assert_int_equal(f->err.hresult, HR(SHARING_VIOLATION));
    assert_string_equal(f->err.op, failing->op);
    assert_error(f->err, WCD_E_PLAIN, failing->messages[engine]);
    if (failing->operation == OP_CREATE || failing->operation == OP_SCRATCH ||
        failing->operation == OP_GET) {
        layer_assert_tree(f, LAYER_ROOT, before);
        assert_int_equal(fake_storage_state(f->host, SCRATCH), FAKE_LAYER_SCRATCH);
        assert_int_equal(wcd_windowsfilter_mounts(driver, "c1"), 0);
    }
    layer_assert_tree(f, LAYER_TMP, "");
    free(before);
    assert_true(fake_storage_set_failure(f->host, failing->function, NULL, PLAT_S_OK));
    if (failing->operation == OP_PUT) {
        struct plat_layer_driver plain = {PLAT_LAYER_FILTER_DRIVER, ""};
        const struct plat_storage *storage = &f->platform.storage;
        (void)storage->ops->unprepare_layer(storage->ctx, &plain, SCRATCH);
        (void)storage->ops->deactivate_layer(storage->ctx, &plain, SCRATCH);
        assert_int_equal(fake_storage_state(f->host, SCRATCH), FAKE_LAYER_SCRATCH);
    }
    wcd_windowsfilter_close(driver);
}

#define IN_USE                                                                                     \
    "The process cannot access the file because it is being used by another process. (0x20)"
#define IN_USE_PATH                                                                                \
    "The process cannot access the file because it is being used by another process."
#define RE_EXEC "re-exec error: exit status 1: output: "

static void a_call_that_fails_is_told_and_undone(void **state)
{
    static const struct failing_call calls[] = {
        {"CreateLayer",
         OP_CREATE,
         {"hcsshim::CreateLayer failed in Win32: " IN_USE " id=new parent=base flavour=1",
          "hcsshim::CreateLayer failed in Win32: " IN_USE},
         "storage.create_layer"},
        {"GetLayerMountPath",
         OP_CREATE,
         {"hcsshim::GetLayerMountPath failed in Win32: " IN_USE " (first call) id=base flavour=1",
          "hcsshim::GetLayerMountPath failed in Win32: " IN_USE " (first call)"},
         "storage.layer_mount_path"},
        {"CreateSandboxLayer",
         OP_SCRATCH,
         {"hcsshim::CreateSandboxLayer failed in Win32: " IN_USE
          " layerId=new parentId=C:\\d\\windowsfilter\\top",
          "hcsshim::CreateScratchLayer failed in Win32: " IN_USE},
         "storage.create_scratch_layer"},
        {"ExpandSandboxSize",
         OP_SCRATCH,
         {"hcsshim::ExpandSandboxSize failed in Win32: " IN_USE " layerId=new  size=32212254720",
          "hcsshim::ExpandScratchSize failed in Win32: " IN_USE},
         "storage.expand_scratch_layer"},
        {"NameToGuid",
         OP_SCRATCH,
         {"hcsshim::NameToGuid failed in Win32: " IN_USE " name=top",
          "hcsshim::NameToGuid failed in Win32: " IN_USE},
         "storage.name_to_guid"},
        {"ActivateLayer",
         OP_GET,
         {"hcsshim::ActivateLayer failed in Win32: " IN_USE " id=c1 flavour=1",
          "hcsshim::ActivateLayer failed in Win32: " IN_USE},
         "storage.activate_layer"},
        {"PrepareLayer",
         OP_GET,
         {"hcsshim::PrepareLayer failed in Win32: " IN_USE " layerId=c1 flavour=1",
          "hcsshim::PrepareLayer failed in Win32: " IN_USE},
         "storage.prepare_layer"},
        {"NameToGuid",
         OP_GET,
         {"hcsshim::NameToGuid failed in Win32: " IN_USE " name=top",
          "hcsshim::NameToGuid failed in Win32: " IN_USE},
         "storage.name_to_guid"},
        {"GetLayerMountPath",
         OP_GET,
         {"hcsshim::GetLayerMountPath failed in Win32: " IN_USE " (first call) id=c1 flavour=1",
          "hcsshim::GetLayerMountPath failed in Win32: " IN_USE " (first call)"},
         "storage.layer_mount_path"},
        {"UnprepareLayer",
         OP_PUT,
         {"hcsshim::UnprepareLayer failed in Win32: " IN_USE " layerId=c1 flavour=1",
          "hcsshim::UnprepareLayer failed in Win32: " IN_USE},
         "storage.unprepare_layer"},
        {"DeactivateLayer",
         OP_PUT,
         {"hcsshim::DeactivateLayer failed in Win32: " IN_USE " id=c1 flavour=1",
          "hcsshim::DeactivateLayer failed in Win32: " IN_USE},
         "storage.deactivate_layer"},
        {"ImportLayer",
         OP_IMPORT_TOP,
         {RE_EXEC "hcsshim::ImportLayer failed in Win32: " IN_USE
                  " layerId=new flavour=1 folder=C:\\d\\tmp\\hcs3373706044",
          RE_EXEC "hcsshim::ImportLayer failed in Win32: " IN_USE},
         "storage.import_layer"},
        {"NameToGuid",
         OP_IMPORT_TOP,
         {RE_EXEC "hcsshim::NameToGuid failed in Win32: " IN_USE " name=base",
          RE_EXEC "hcsshim::NameToGuid failed in Win32: " IN_USE},
         "storage.name_to_guid"},
        {"ProcessUtilityImage",
         OP_IMPORT_TOP,
         {RE_EXEC "ProcessUtilityVMImage \\\\?\\C:\\d\\windowsfilter\\new\\UtilityVM: " IN_USE_PATH,
          RE_EXEC "hcsshim::ProcessUtilityVMImage "
                  "\\\\?\\C:\\d\\windowsfilter\\new\\UtilityVM: " IN_USE_PATH},
         "storage.process_utility_image"},
        {"ProcessBaseImage",
         OP_IMPORT_BASE,
         {RE_EXEC "ProcessBaseLayer \\\\?\\C:\\d\\windowsfilter\\new: " IN_USE_PATH,
          RE_EXEC "hcsshim::ProcessBaseLayer \\\\?\\C:\\d\\windowsfilter\\new: " IN_USE_PATH},
         "storage.process_base_image"},
        {"ProcessUtilityImage",
         OP_IMPORT_BASE,
         {RE_EXEC "ProcessUtilityVMImage \\\\?\\C:\\d\\windowsfilter\\new\\UtilityVM: " IN_USE_PATH,
          RE_EXEC "hcsshim::ProcessUtilityVMImage "
                  "\\\\?\\C:\\d\\windowsfilter\\new\\UtilityVM: " IN_USE_PATH},
         "storage.process_utility_image"},
    };
    for (size_t i = 0; i < COUNT_OF(calls); i++) {
        check_failing_call(*state, WCD_ENGINE_V17, &calls[i]);
        check_failing_call(*state, WCD_ENGINE_V25, &calls[i]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        layer_test(a_call_that_fails_is_told_and_undone),
    };
    return cmocka_run_group_tests_name("layer failures", tests, NULL, NULL);
}
