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

static void a_call_that_fails_is_told_and_undone(void **state)
{
    for (size_t i = 0; i < COUNT_OF(calls); i++) {
        check_failing_call(*state, WCD_ENGINE_V17, &calls[i]);
        check_failing_call(*state, WCD_ENGINE_V25, &calls[i]);
    }
}

/* Undoing can fail as well: then only the log knows. */
static void an_undo_that_fails_is_logged(void **state)
{
    struct layer_fixture *f = *state;
    char *path = NULL;
    struct wcd_windowsfilter *driver = layer_open_driver_with_layers(f);
    layer_make_scratch(f, driver, "c1");
    assert_true(fake_storage_set_failure(f->host, "GetLayerMountPath", "c1", HR(INVALID_FUNCTION)));
    assert_true(fake_storage_set_failure(f->host, "UnprepareLayer", NULL, HR(NOT_READY)));
    assert_int_equal(wcd_windowsfilter_get(driver, "c1", &path, &f->err), WCD_E_PLAIN);
    assert_error(f->err, WCD_E_PLAIN,
                 "hcsshim::GetLayerMountPath failed in Win32: Incorrect function. (0x1) (first "
                 "call)");
    layer_assert_log(
        f,
        "debug: WindowsGraphDriver Get() id c1 mountLabel \n"
        "warning: Failed to Unprepare c1: hcsshim::UnprepareLayer failed in Win32: The device is "
        "not ready. (0x15)\n"
        "warning: Failed to Deactivate c1: hcsshim::GetLayerMountPath failed in Win32: Incorrect "
        "function. (0x1) (first call)");
    assert_int_equal(wcd_windowsfilter_mounts(driver, "c1"), 0);
    assert_int_equal(fake_storage_state(f->host, SCRATCH), FAKE_LAYER_PREPARED);
    assert_true(fake_storage_set_failure(f->host, "GetLayerMountPath", "c1", PLAT_S_OK));
    assert_true(fake_storage_set_failure(f->host, "UnprepareLayer", NULL, PLAT_S_OK));
    assert_true(fake_storage_set_failure(f->host, "ExpandSandboxSize", NULL, HR(ACCESS_DENIED)));
    assert_true(fake_storage_set_failure(f->host, "DestroyLayer", "c2", HR(ACCESS_DENIED)));
    (void)wcd_windowsfilter_create_scratch(driver, "c2", "top", NULL, &f->err);
    assert_error(f->err, WCD_E_PLAIN,
                 "hcsshim::ExpandScratchSize failed in Win32: Access is denied. (0x5)");
    layer_assert_log(f,
                     "warning: Failed to DestroyLayer c2: hcsshim::DestroyLayer failed in Win32: "
                     "Access is denied. (0x5)");
    assert_int_equal(wcd_windowsfilter_remove(driver, "c1", &f->err), WCD_OK);
    wcd_windowsfilter_close(driver);
}

/* ---- files that fail ---- */

/* The base layer's folder cannot be seen, while what is in it can. */
static plat_hr info_without_base(void *ctx, const char *path, struct plat_file_info *out)
{
    return strcmp(path, BASE) == 0 ? HR(FILE_NOT_FOUND)
                                   : fake_host_platform(ctx).fs.ops->info(ctx, path, out);
}

static void a_chain_that_cannot_be_read_or_written_is_told(void **state)
{
    struct layer_fixture *f = *state;
    static const struct {
        const char *unreadable;
        const char *unparsable;
        const char *unwritable;
        const char *missing;
    } messages[] = {
        [WCD_ENGINE_V17] =
            {"Unable to read layerchain file - open " TOP "\\layerchain.json: Access is denied.",
             "Failed to unmarshall layerchain json - invalid character 'x' looking for beginning of "
             "value",
             "Unable to write layerchain file - open " LAYER_HOME
             "\\new\\layerchain.json.tmp: Access is denied.",
             "Cannot create layer with missing parent base: GetFileAttributesEx " BASE
             ": The system cannot find the file specified."},
        [WCD_ENGINE_V25] =
            {"read layerchain file: open " TOP "\\layerchain.json: Access is denied.",
             "failed to unmarshal layerchain JSON: invalid character 'x' looking for beginning of "
             "value",
             "write layerchain file: open " LAYER_HOME
             "\\new\\layerchain.json.tmp: Access is denied.",
             "cannot create layer with missing parent base: CreateFile " BASE
             ": The system cannot find the file specified."},
    };
    for (size_t i = 0; i < COUNT_OF(messages); i++) {
        layer_new_host(f, (enum wcd_engine)i);
        struct wcd_windowsfilter *driver = layer_open_driver_with_layers(f);
        assert_true(fake_fs_set_failure(f->host, TOP "\\layerchain.json", HR(ACCESS_DENIED)));
        (void)wcd_windowsfilter_create_scratch(driver, "new", "top", NULL, &f->err);
        assert_int_equal(f->err.hresult, HR(ACCESS_DENIED));
        assert_error(f->err, WCD_E_PLAIN, messages[i].unreadable);
        (void)wcd_windowsfilter_apply(driver, "new", "top", &layer_top, LAYER_TMP, NULL, &f->err);
        assert_error(f->err, WCD_E_PLAIN, messages[i].unreadable);
        assert_true(fake_fs_set_failure(f->host, TOP "\\layerchain.json", PLAT_S_OK));
        layer_put(f, TOP "\\layerchain.json", "x");
        (void)wcd_windowsfilter_create(driver, "new", "top", &f->err);
        assert_error(f->err, WCD_E_PLAIN, messages[i].unparsable);
        assert_true(fake_fs_set_failure(f->host, LAYER_HOME "\\new\\layerchain.json.tmp",
                                        HR(ACCESS_DENIED)));
        (void)wcd_windowsfilter_create(driver, "new", "base", &f->err);
        assert_error(f->err, WCD_E_PLAIN, messages[i].unwritable);
        wcd_windowsfilter_close(driver);
        struct plat_fs_ops ops = *f->platform.fs.ops;
        ops.info = info_without_base;
        struct platform platform = f->platform;
        platform.fs.ops = &ops;
        driver = layer_open_driver_over(f, &platform);
        (void)wcd_windowsfilter_create(driver, "new", "base", &f->err);
        assert_error(f->err, WCD_E_PLAIN, messages[i].missing);
        assert_int_equal(fake_fs_kind_of(f->host, LAYER_HOME "\\new"), FAKE_FS_NOTHING);
        wcd_windowsfilter_close(driver);
        layer_assert_log(f, "");
    }
}

static void a_name_that_cannot_be_read_is_told(void **state)
{
    struct layer_fixture *f = *state;
    static const char message[] = "open " SCRATCH "\\layerID: Access is denied.";
    char *path = NULL;
    struct wcd_windowsfilter *driver = layer_open_driver_with_layers(f);
    layer_make_scratch(f, driver, "c1");
    assert_true(fake_fs_set_failure(f->host, SCRATCH "\\layerID", HR(ACCESS_DENIED)));
    (void)wcd_windowsfilter_get(driver, "c1", &path, &f->err);
    assert_error(f->err, WCD_E_PLAIN, message);
    (void)wcd_windowsfilter_put(driver, "c1", &f->err);
    assert_error(f->err, WCD_E_PLAIN, message);
    (void)wcd_windowsfilter_remove(driver, "c1", &f->err);
    assert_error(f->err, WCD_E_PLAIN, message);
    (void)wcd_windowsfilter_create(driver, "new", "c1", &f->err);
    assert_error(f->err, WCD_E_PLAIN, message);
    assert_int_equal(fake_storage_state(f->host, SCRATCH), FAKE_LAYER_SCRATCH);
    assert_true(fake_fs_set_failure(f->host, SCRATCH "\\layerID", PLAT_S_OK));
    assert_true(fake_fs_set_failure(f->host, SCRATCH "\\layerchain.json", HR(ACCESS_DENIED)));
    (void)wcd_windowsfilter_get(driver, "c1", &path, &f->err);
    assert_error(f->err, WCD_E_PLAIN,
                 "read layerchain file: open " SCRATCH "\\layerchain.json: Access is denied.");
    assert_int_equal(wcd_windowsfilter_mounts(driver, "c1"), 0);
    wcd_windowsfilter_close(driver);
}

/* What an import writes itself: in the layer, in its utility VM, in transport format. */
static void a_file_that_cannot_be_written_ends_an_import(void **state)
{
    struct layer_fixture *f = *state;
    static const struct {
        const char *parent;
        const char *path; /* fails */
        const char *message;
    } cases[] = {
        {"", LAYER_HOME "\\new\\Files\\app",
         RE_EXEC "mkdir \\\\?\\" LAYER_HOME "\\new\\Files\\app: Access is denied."},
        {"", LAYER_HOME "\\new\\Files\\app\\base.txt",
         RE_EXEC "open \\\\?\\" LAYER_HOME "\\new\\Files\\app\\base.txt: Access is denied."},
        {"", LAYER_HOME "\\new\\bcd.bak",
         RE_EXEC "open \\\\?\\" LAYER_HOME "\\new\\bcd.bak: Access is denied."},
        {"", LAYER_HOME "\\new\\layerchain.json.tmp",
         "write layerchain file: open " LAYER_HOME "\\new\\layerchain.json.tmp: Access is denied."},
        {"base", LAYER_HOME "\\new\\UtilityVM",
         RE_EXEC "mkdir \\\\?\\" LAYER_HOME "\\new\\UtilityVM: Access is denied."},
        {"base", LAYER_TMP, RE_EXEC "mkdir " LAYER_TMP ": Access is denied."},
        {"base", LAYER_HOME "\\new\\Files\\app\\gone.txt",
         RE_EXEC "remove \\\\?\\" LAYER_HOME "\\new\\Files\\app\\gone.txt: Access is denied."},
    };
    struct wcd_windowsfilter *driver = layer_open_driver_with_layers(f);
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        bool base = cases[i].parent[0] == '\0';
        assert_int_equal(wcd_windowsfilter_create(driver, "new", cases[i].parent, &f->err), WCD_OK);
        assert_true(fake_fs_set_failure(f->host, cases[i].path, HR(ACCESS_DENIED)));
        (void)wcd_windowsfilter_apply(driver, "new", cases[i].parent,
                                      base ? &layer_base_vm : &layer_top_vm, LAYER_TMP, NULL,
                                      &f->err);
        assert_error(f->err, WCD_E_PLAIN, cases[i].message);
        assert_true(fake_fs_set_failure(f->host, cases[i].path, PLAT_S_OK));
        layer_assert_tree(f, LAYER_TMP, "");
        assert_int_equal(wcd_windowsfilter_remove(driver, "new", &f->err), WCD_OK);
    }
    wcd_windowsfilter_close(driver);
}

static plat_hr no_random(void *ctx, void *data, size_t size)
{
    (void)ctx;
    (void)data;
    (void)size;
    return HR(GEN_FAILURE);
}

static void an_import_needs_a_name_for_its_transport(void **state)
{
    struct layer_fixture *f = *state;
    wcd_windowsfilter_close(layer_open_driver_with_layers(f));
    struct plat_os_ops ops = *f->platform.os.ops;
    ops.random = no_random;
    struct platform platform = f->platform;
    platform.os.ops = &ops;
    struct wcd_windowsfilter *driver = layer_open_driver_over(f, &platform);
    (void)wcd_windowsfilter_apply(driver, "new", "base", &layer_top, LAYER_TMP, NULL, &f->err);
    assert_string_equal(f->err.op, "os.random");
    assert_error(f->err, WCD_E_PLAIN,
                 RE_EXEC "A device attached to the system is not functioning.");
    wcd_windowsfilter_close(driver);
}

/* ---- removing ---- */

static void what_is_not_there_is_removed(void **state)
{
    struct layer_fixture *f = *state;
    struct wcd_windowsfilter *driver = layer_open_driver_with_layers(f);
    char *before = layer_tree(f, LAYER_ROOT);
    assert_int_equal(wcd_windowsfilter_remove(driver, "nobody", &f->err), WCD_OK);
    layer_assert_tree(f, LAYER_ROOT, before);
    free(before);
    layer_assert_log(f, "error: Failed to DestroyLayer nobody: hcsshim::DestroyLayer failed in "
                        "Win32: The system cannot find the file specified. (0x2)");
    wcd_windowsfilter_close(driver);
}

static void what_windows_cannot_destroy_is_left_for_the_clean_up(void **state)
{
    struct layer_fixture *f = *state;
    struct wcd_windowsfilter *driver = layer_open_driver_with_layers(f);
    layer_make_scratch(f, driver, "c1");
    layer_put(f, LAYER_HOME "\\file-removing", "x");
    assert_true(
        fake_storage_set_failure(f->host, "DestroyLayer", "c1-removing", HR(ACCESS_DENIED)));
    assert_int_equal(wcd_windowsfilter_remove(driver, "c1", &f->err), WCD_OK);
    assert_int_equal(fake_fs_kind_of(f->host, SCRATCH), FAKE_FS_NOTHING);
    assert_int_equal(fake_fs_kind_of(f->host, SCRATCH "-removing"), FAKE_FS_DIRECTORY);
    assert_int_equal(wcd_windowsfilter_cleanup(driver, &f->err), WCD_OK);
    assert_true(fake_storage_set_failure(f->host, "DestroyLayer", "c1-removing", PLAT_S_OK));
    assert_int_equal(wcd_windowsfilter_cleanup(driver, &f->err), WCD_OK);
    assert_int_equal(fake_fs_kind_of(f->host, SCRATCH "-removing"), FAKE_FS_NOTHING);
    assert_int_equal(fake_fs_kind_of(f->host, LAYER_HOME "\\file-removing"), FAKE_FS_FILE);
    assert_int_equal(fake_fs_kind_of(f->host, TOP), FAKE_FS_DIRECTORY);
    layer_assert_log(f, "error: Failed to DestroyLayer c1: hcsshim::DestroyLayer failed in Win32: "
                        "Access is denied. (0x5)\n"
                        "warning: Failed to cleanup c1-removing: hcsshim::DestroyLayer failed in "
                        "Win32: Access is denied. (0x5)\n"
                        "info: Cleaned up c1-removing");
    wcd_windowsfilter_close(driver);
}

static void a_clean_up_needs_a_home_that_can_be_read(void **state)
{
    struct layer_fixture *f = *state;
    struct wcd_windowsfilter *driver = layer_open_driver(f);
    assert_true(fake_fs_set_failure(f->host, LAYER_HOME, HR(ACCESS_DENIED)));
    (void)wcd_windowsfilter_cleanup(driver, &f->err);
    assert_string_equal(f->err.op, "fs.list");
    assert_error(f->err, WCD_E_PLAIN, "open " LAYER_HOME ": Access is denied.");
    assert_true(fake_fs_set_failure(f->host, LAYER_HOME, HR(PATH_NOT_FOUND)));
    assert_int_equal(wcd_windowsfilter_cleanup(driver, &f->err), WCD_OK);
    wcd_windowsfilter_close(driver);
}

#define RENAME "rename " SCRATCH " " SCRATCH "-removing: Access is denied."

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

static void detach(struct layer_fixture *f)
{
    const struct plat_storage *storage = &f->platform.storage;
    assert_int_equal(storage->ops->detach_disk(storage->ctx, SCRATCH "\\sandbox.vhdx"), PLAT_S_OK);
}

static void the_older_generation_detaches_nothing(void **state)
{
    struct layer_fixture *f = *state;
    layer_new_host(f, WCD_ENGINE_V17);
    struct wcd_windowsfilter *driver = open_with_stuck_layer(f);
    (void)wcd_windowsfilter_remove(driver, "c1", &f->err);
    assert_error(f->err, WCD_E_PLAIN, RENAME);
    assert_int_equal(fake_storage_state(f->host, SCRATCH), FAKE_LAYER_PREPARED);
    detach(f);
    wcd_windowsfilter_close(driver);
}

static void a_disk_that_stays_attached_keeps_the_layer(void **state)
{
    struct layer_fixture *f = *state;
    struct wcd_windowsfilter *driver = open_with_stuck_layer(f);
    assert_true(fake_storage_set_failure(f->host, "DetachVirtualDisk", NULL, HR(NOT_READY)));
    (void)wcd_windowsfilter_remove(driver, "c1", &f->err);
    assert_error(f->err, WCD_E_PLAIN, "failed to detach VHD: The device is not ready.: " RENAME);
    assert_int_equal(fake_storage_state(f->host, SCRATCH), FAKE_LAYER_PREPARED);
    assert_true(fake_storage_set_failure(f->host, "DetachVirtualDisk", NULL, PLAT_S_OK));
    detach(f);
    wcd_windowsfilter_close(driver);
}

static void a_second_rename_can_fail_too(void **state)
{
    struct layer_fixture *f = *state;
    struct wcd_windowsfilter *driver = open_with_stuck_layer(f);
    assert_true(fake_fs_set_failure(f->host, SCRATCH "-removing", HR(ACCESS_DENIED)));
    (void)wcd_windowsfilter_remove(driver, "c1", &f->err);
    assert_error(f->err, WCD_E_PLAIN,
                 "second rename attempt following detach failed: " RENAME ": " RENAME);
    assert_int_equal(fake_storage_state(f->host, SCRATCH), FAKE_LAYER_SCRATCH);
    wcd_windowsfilter_close(driver);
}

/* Another error than ERROR_ACCESS_DENIED is no reason to detach. */
static void only_a_denied_rename_leads_to_a_detach(void **state)
{
    struct layer_fixture *f = *state;
    struct wcd_windowsfilter *driver = open_with_stuck_layer(f);
    assert_true(fake_fs_set_failure(f->host, SCRATCH "-removing", HR(SHARING_VIOLATION)));
    (void)wcd_windowsfilter_remove(driver, "c1", &f->err);
    assert_int_equal(f->err.hresult, HR(SHARING_VIOLATION));
    wcd_error_release(&f->err);
    assert_int_equal(fake_storage_state(f->host, SCRATCH), FAKE_LAYER_PREPARED);
    detach(f);
    wcd_windowsfilter_close(driver);
}

/* Somebody else removes the layer between the detach and the second rename. */
static plat_hr detach_and_destroy(void *ctx, const char *path)
{
    struct platform platform = fake_host_platform(ctx);
    struct plat_layer_driver plain = {PLAT_LAYER_FILTER_DRIVER, ""};
    plat_hr hr = platform.storage.ops->detach_disk(ctx, path);
    return plat_failed(hr) ? hr : platform.storage.ops->destroy_layer(ctx, &plain, SCRATCH);
}

static void a_layer_that_vanishes_is_removed(void **state)
{
    struct layer_fixture *f = *state;
    wcd_windowsfilter_close(open_with_stuck_layer(f));
    struct plat_storage_ops ops = *f->platform.storage.ops;
    ops.detach_disk = detach_and_destroy;
    struct platform platform = f->platform;
    platform.storage.ops = &ops;
    struct wcd_windowsfilter *driver = layer_open_driver_over(f, &platform);
    assert_int_equal(wcd_windowsfilter_remove(driver, "c1", &f->err), WCD_OK);
    assert_string_equal(wcd_error_message(&f->err), "");
    assert_int_equal(fake_fs_kind_of(f->host, SCRATCH), FAKE_FS_NOTHING);
    wcd_windowsfilter_close(driver);
}

/* A layer without a disk stays, and its removal is tried under the new name. */
static void a_denied_rename_of_an_image_layer_is_passed_over(void **state)
{
    struct layer_fixture *f = *state;
    struct wcd_windowsfilter *driver = layer_open_driver_with_layers(f);
    assert_true(fake_fs_set_failure(f->host, TOP "-removing", HR(ACCESS_DENIED)));
    assert_int_equal(wcd_windowsfilter_remove(driver, "top", &f->err), WCD_OK);
    assert_string_equal(wcd_error_message(&f->err), "");
    assert_int_equal(fake_fs_kind_of(f->host, TOP), FAKE_FS_DIRECTORY);
    layer_assert_log(f, "error: Failed to DestroyLayer top: hcsshim::DestroyLayer failed in Win32: "
                        "Access is denied. (0x5)");
    wcd_windowsfilter_close(driver);
}

static void an_export_is_named_in_its_error(void **state)
{
    struct layer_fixture *f = *state;
    struct wcd_strlist chain = {0};
    struct wcd_wclayer layers = {.platform = &f->platform, .engine = f->engine, .home = LAYER_HOME};
    struct wcd_windowsfilter *driver = layer_open_driver_with_layers(f);
    layer_make_scratch(f, driver, "c1");
    wcd_windowsfilter_close(driver);
    assert_true(wcd_strlist_add(&chain, TOP) && wcd_strlist_add(&chain, BASE));
    assert_true(fake_fs_put_directory(f->host, "C:\\out", NULL));
    assert_int_equal(wcd_wclayer_activate(&layers, "c1", &f->err), WCD_OK);
    assert_int_equal(wcd_wclayer_export(&layers, "c1", "C:\\out", &chain, &f->err), WCD_OK);
    assert_int_equal(wcd_wclayer_deactivate(&layers, "c1", &f->err), WCD_OK);
    assert_int_equal(fake_fs_kind_of(f->host, "C:\\out\\Files"), FAKE_FS_DIRECTORY);
    assert_true(fake_storage_set_failure(f->host, "ExportLayer", NULL, HR(ACCESS_DENIED)));
    layers.engine = engine_rules_of(WCD_ENGINE_V17);
    (void)wcd_wclayer_export(&layers, "c1", "C:\\out", &chain, &f->err);
    assert_error(f->err, WCD_E_PLAIN,
                 "hcsshim::ExportLayer failed in Win32: Access is denied. (0x5) layerId=c1 "
                 "flavour=1 folder=C:\\out");
    wcd_strlist_release(&chain);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        layer_test(a_call_that_fails_is_told_and_undone),
        layer_test(an_undo_that_fails_is_logged),
        layer_test(a_chain_that_cannot_be_read_or_written_is_told),
        layer_test(a_name_that_cannot_be_read_is_told),
        layer_test(a_file_that_cannot_be_written_ends_an_import),
        layer_test(an_import_needs_a_name_for_its_transport),
        layer_test(what_is_not_there_is_removed),
        layer_test(what_windows_cannot_destroy_is_left_for_the_clean_up),
        layer_test(a_clean_up_needs_a_home_that_can_be_read),
        layer_test(the_older_generation_detaches_nothing),
        layer_test(a_disk_that_stays_attached_keeps_the_layer),
        layer_test(a_second_rename_can_fail_too),
        layer_test(only_a_denied_rename_leads_to_a_detach),
        layer_test(a_layer_that_vanishes_is_removed),
        layer_test(a_denied_rename_of_an_image_layer_is_passed_over),
        layer_test(an_export_is_named_in_its_error),
    };
    return cmocka_run_group_tests_name("layer failures", tests, NULL, NULL);
}
