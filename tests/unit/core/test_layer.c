/* core/layer: the windowsfilter driver and what it asks of Windows, for both generations. */
#include "fakes/wrap/trace.h"
#include "tests/unit/core/layer_fixture.h"

#define BASE    LAYER_HOME "\\base"
#define TOP     LAYER_HOME "\\top"
#define SCRATCH LAYER_HOME "\\c1"

/* ---- calls as Windows sees them ---- */

struct traced {
    struct wrap_trace *trace;
    struct platform platform;
};

static struct traced trace_of(const struct layer_fixture *f)
{
    struct traced traced = {.trace = wrap_trace_create(&f->platform)};
    assert_non_null(traced.trace);
    traced.platform = wrap_trace_platform(traced.trace);
    return traced;
}

/* The calls of vmcompute.dll and virtdisk.dll from the nth entry on, as "Function argument argument". */
static void assert_calls(const struct traced *traced, size_t from, const char *expected)
{
    static const char *const shown[] = {"info.HomeDir", "id",   "parent",          "size",
                                        "path",         "name", "sourceFolderPath"};
    struct wcd_strlist lines = {0};
    assert_false(wrap_trace_failed(traced->trace));
    for (size_t i = from; i < wrap_trace_count(traced->trace); i++) {
        struct wrap_trace_entry entry = wrap_trace_at(traced->trace, i);
        if (strcmp(entry.dll, "vmcompute.dll") != 0 && strcmp(entry.dll, "virtdisk.dll") != 0) {
            continue;
        }
        struct wcd_strlist words = {0};
        assert_true(wcd_strlist_add(&words, entry.fn));
        for (size_t j = 0; j < COUNT_OF(shown); j++) {
            const struct wcd_json *arg = wcd_json_get(entry.args, shown[j]);
            char *text = arg == NULL ? NULL : wcd_json_print(arg);
            assert_true(text == NULL || wcd_strlist_add(&words, text));
            free(text);
        }
        const struct wcd_json *parents = wcd_json_get(entry.args, "descriptors");
        for (const struct wcd_json *item = wcd_json_first(parents); item != NULL;
             item = wcd_json_next(item)) {
            assert_true(wcd_strlist_add(&words, wcd_json_string(wcd_json_get(item, "Path"))));
        }
        assert_true(wcd_strlist_take(&lines, wcd_strlist_join(&words, " ")));
        wcd_strlist_release(&words);
    }
    layer_assert_lines(&lines, expected);
    wcd_strlist_release(&lines);
}

static void play_a_layers_life(struct layer_fixture *f, const char *expected)
{
    struct traced traced = trace_of(f);
    struct wcd_windowsfilter *driver = layer_open_driver_over(f, &traced.platform);
    char *path = NULL;
    layer_import(f, driver, "base", "", &layer_base_vm);
    layer_import(f, driver, "top", "base", &layer_top_vm);
    layer_make_scratch(f, driver, "c1");
    assert_int_equal(wcd_windowsfilter_get(driver, "c1", &path, &f->err), WCD_OK);
    free(path);
    assert_int_equal(wcd_windowsfilter_put(driver, "c1", &f->err), WCD_OK);
    assert_int_equal(wcd_windowsfilter_remove(driver, "c1", &f->err), WCD_OK);
    assert_calls(&traced, 0, expected);
    wcd_windowsfilter_close(driver);
    wrap_trace_destroy(traced.trace);
}

static void windows_is_called_as_hcsshim_of_2017_does(void **state)
{
    struct layer_fixture *f = *state;
    layer_new_host(f, WCD_ENGINE_V17);
    play_a_layers_life(
        f,
        "CreateLayer \"C:\\\\d\\\\windowsfilter\" \"base\" \"\"\n"
        "ProcessBaseImage \"\\\\\\\\?\\\\C:\\\\d\\\\windowsfilter\\\\base\"\n"
        "ProcessUtilityImage \"\\\\\\\\?\\\\C:\\\\d\\\\windowsfilter\\\\base\\\\UtilityVM\"\n"
        "GetLayerMountPath \"C:\\\\d\\\\windowsfilter\" \"base\"\n"
        "CreateLayer \"C:\\\\d\\\\windowsfilter\" \"top\" \"base\"\n"
        "GetLayerMountPath \"C:\\\\d\\\\windowsfilter\" \"base\"\n"
        "NameToGuid \"base\"\n"
        "ImportLayer \"C:\\\\d\\\\windowsfilter\" \"top\" \"C:\\\\d\\\\tmp\\\\hcs2713282036\" C:\\d\\windowsfilter\\base\n"
        "ProcessUtilityImage \"\\\\\\\\?\\\\C:\\\\d\\\\windowsfilter\\\\top\\\\UtilityVM\"\n"
        "GetLayerMountPath \"C:\\\\d\\\\windowsfilter\" \"top\"\n"
        "NameToGuid \"top\"\n"
        "NameToGuid \"base\"\n"
        "CreateSandboxLayer \"C:\\\\d\\\\windowsfilter\" \"c1\" \"C:\\\\d\\\\windowsfilter\\\\top\" C:\\d\\windowsfilter\\top C:\\d\\windowsfilter\\base\n"
        "ActivateLayer \"C:\\\\d\\\\windowsfilter\" \"c1\"\n"
        "NameToGuid \"top\"\n"
        "NameToGuid \"base\"\n"
        "PrepareLayer \"C:\\\\d\\\\windowsfilter\" \"c1\" C:\\d\\windowsfilter\\top C:\\d\\windowsfilter\\base\n"
        "GetLayerMountPath \"C:\\\\d\\\\windowsfilter\" \"c1\"\n"
        "UnprepareLayer \"C:\\\\d\\\\windowsfilter\" \"c1\"\n"
        "DeactivateLayer \"C:\\\\d\\\\windowsfilter\" \"c1\"\n"
        "DestroyLayer \"C:\\\\d\\\\windowsfilter\" \"c1-removing\"");
}

static void windows_is_called_as_the_current_hcsshim_does(void **state)
{
    play_a_layers_life(
        *state,
        "CreateLayer \"\" \"C:\\\\d\\\\windowsfilter\\\\base\" \"\"\n"
        "ProcessBaseImage \"\\\\\\\\?\\\\C:\\\\d\\\\windowsfilter\\\\base\"\n"
        "ProcessUtilityImage \"\\\\\\\\?\\\\C:\\\\d\\\\windowsfilter\\\\base\\\\UtilityVM\"\n"
        "GetLayerMountPath \"\" \"C:\\\\d\\\\windowsfilter\\\\base\"\n"
        "CreateLayer \"\" \"C:\\\\d\\\\windowsfilter\\\\top\" \"base\"\n"
        "GetLayerMountPath \"\" \"C:\\\\d\\\\windowsfilter\\\\base\"\n"
        "NameToGuid \"base\"\n"
        "ImportLayer \"\" \"\\\\\\\\?\\\\C:\\\\d\\\\windowsfilter\\\\top\" \"C:\\\\d\\\\tmp\\\\hcs2713282036\" C:\\d\\windowsfilter\\base\n"
        "ProcessUtilityImage \"\\\\\\\\?\\\\C:\\\\d\\\\windowsfilter\\\\top\\\\UtilityVM\"\n"
        "GetLayerMountPath \"\" \"C:\\\\d\\\\windowsfilter\\\\top\"\n"
        "NameToGuid \"top\"\n"
        "NameToGuid \"base\"\n"
        "CreateSandboxLayer \"\" \"C:\\\\d\\\\windowsfilter\\\\c1\" 0 C:\\d\\windowsfilter\\top C:\\d\\windowsfilter\\base\n"
        "ExpandSandboxSize \"\" \"C:\\\\d\\\\windowsfilter\\\\c1\" 136365211648\n"
        "ActivateLayer \"\" \"C:\\\\d\\\\windowsfilter\\\\c1\"\n"
        "NameToGuid \"top\"\n"
        "NameToGuid \"base\"\n"
        "PrepareLayer \"\" \"C:\\\\d\\\\windowsfilter\\\\c1\" C:\\d\\windowsfilter\\top C:\\d\\windowsfilter\\base\n"
        "GetLayerMountPath \"\" \"C:\\\\d\\\\windowsfilter\\\\c1\"\n"
        "UnprepareLayer \"\" \"C:\\\\d\\\\windowsfilter\\\\c1\"\n"
        "DeactivateLayer \"\" \"C:\\\\d\\\\windowsfilter\\\\c1\"\n"
        "DestroyLayer \"\" \"C:\\\\d\\\\windowsfilter\\\\c1-removing\"");
}

/* ---- what is on the host then ---- */

static void layers_are_folders_with_a_chain_each(void **state)
{
    struct layer_fixture *f = *state;
    uint64_t bytes = 0;
    struct wcd_windowsfilter *driver = layer_open_driver_with_layers(f);
    layer_assert_file(f, BASE "\\layerchain.json", "null");
    layer_assert_file(f, BASE "\\Files\\app\\gone.txt", "gone");
    layer_assert_file(f, TOP "\\layerchain.json", "[\"C:\\\\d\\\\windowsfilter\\\\base\"]");
    layer_assert_file(f, TOP "\\Files\\app\\top.txt", "top");
    layer_assert_file(f, TOP "\\Files\\app\\base.txt", "base");
    layer_assert_file(f, TOP "\\Files\\app\\empty", "");
    layer_assert_file(f, TOP "\\Hives\\System_Delta", "regf delta");
    assert_int_equal(fake_fs_kind_of(f->host, TOP "\\Files\\app\\gone.txt"), FAKE_FS_NOTHING);
    assert_int_equal(fake_fs_kind_of(f->host, BASE "\\bcd.bak"), FAKE_FS_NOTHING);
    layer_assert_tree(f, LAYER_TMP, "");
    assert_int_equal(wcd_windowsfilter_create(driver, "third", "top", &f->err), WCD_OK);
    layer_assert_file(f, LAYER_HOME "\\third\\layerchain.json",
                      "[\"C:\\\\d\\\\windowsfilter\\\\top\",\"C:\\\\d\\\\windowsfilter\\\\base\"]");
    assert_int_equal(
        wcd_windowsfilter_apply(driver, "third", "top", &layer_top, LAYER_TMP, &bytes, &f->err),
        WCD_OK);
    assert_int_equal(bytes, strlen("top") + strlen("regf delta"));
    char *dir = wcd_windowsfilter_dir(driver, "some\\where\\third");
    assert_string_equal(dir, LAYER_HOME "\\third");
    free(dir);
    wcd_windowsfilter_close(driver);
    wcd_windowsfilter_close(NULL);
    layer_assert_log(f, "");
}

static void a_utility_vm_lies_beside_the_files(void **state)
{
    struct layer_fixture *f = *state;
    struct wcd_windowsfilter *driver = layer_open_driver(f);
    layer_import(f, driver, "base", "", &layer_base_vm);
    layer_assert_file(f, BASE "\\bcd.bak", "regf bcd");
    layer_assert_file(f, BASE "\\bcd.log.bak", "log");
    layer_assert_file(f, BASE "\\bcd.log1.bak", "log1");
    layer_assert_file(f, BASE "\\bcd.log2.bak", "log2");
    assert_int_equal(fake_fs_kind_of(f->host, BASE "\\UtilityVM\\SystemTemplate.vhdx"),
                     FAKE_FS_FILE);
    layer_import(f, driver, "top", "base", &layer_top_vm);
    layer_assert_file(f, TOP "\\UtilityVM\\Files\\EFI\\Microsoft\\Boot\\BCD", "regf top");
    assert_int_equal(fake_fs_kind_of(f->host, TOP "\\UtilityVM\\Files\\Windows"),
                     FAKE_FS_DIRECTORY);
    assert_int_equal(fake_fs_kind_of(f->host, TOP "\\UtilityVM\\SystemTemplate.vhdx"),
                     FAKE_FS_FILE);
    assert_int_equal(fake_fs_kind_of(f->host, TOP "\\bcd.bak"), FAKE_FS_NOTHING);
    wcd_windowsfilter_close(driver);
}

static struct wcd_layer_entry removal_entries[] = {
    {.path = (char[]){"Files"}, .is_directory = true},
    {.path = (char[]){"UtilityVM\\Files\\x"}, .is_removal = true},
    {.path = (char[]){"UtilityVMs"}, .data = (char[]){"x"}, .size = 1},
};

/* A removal in a utility VM is no reason to finish one. */
static void a_removal_makes_no_utility_vm(void **state)
{
    struct layer_fixture *f = *state;
    struct wcd_layer_content content = {removal_entries, COUNT_OF(removal_entries)};
    struct wcd_windowsfilter *driver = layer_open_driver(f);
    layer_import(f, driver, "base", "", &layer_base);
    layer_import(f, driver, "top", "base", &content);
    assert_int_equal(fake_fs_kind_of(f->host, TOP "\\UtilityVM"), FAKE_FS_NOTHING);
    wcd_windowsfilter_close(driver);
}

static void a_base_layer_takes_nothing_away(void **state)
{
    struct layer_fixture *f = *state;
    struct wcd_windowsfilter *driver = layer_open_driver(f);
    assert_int_equal(wcd_windowsfilter_create(driver, "base", "", &f->err), WCD_OK);
    (void)wcd_windowsfilter_apply(driver, "base", "", &layer_top, LAYER_TMP, NULL, &f->err);
    assert_error(f->err, WCD_E_PLAIN,
                 "re-exec error: exit status 1: output: base layer cannot have tombstones");
    wcd_windowsfilter_close(driver);
}

/* An "-init" layer without files is no parent. */
static void a_parent_without_files_is_left_out(void **state)
{
    struct layer_fixture *f = *state;
    struct wcd_windowsfilter *driver = layer_open_driver_with_layers(f);
    layer_put(f, LAYER_HOME "\\c1-init\\layerchain.json", "[\"C:\\\\d\\\\windowsfilter\\\\base\"]");
    assert_int_equal(wcd_windowsfilter_create_scratch(driver, "c1", "c1-init", NULL, &f->err),
                     WCD_OK);
    layer_assert_file(f, SCRATCH "\\layerchain.json", "[\"C:\\\\d\\\\windowsfilter\\\\base\"]");
    wcd_windowsfilter_close(driver);
}

/* A file layerID gives a layer another name. */
static void a_layer_can_have_another_name(void **state)
{
    struct layer_fixture *f = *state;
    char *path = NULL;
    struct wcd_windowsfilter *driver = layer_open_driver_with_layers(f);
    layer_make_scratch(f, driver, "c1");
    layer_put(f, LAYER_HOME "\\alias\\layerID", "c1");
    assert_int_equal(wcd_windowsfilter_get(driver, "alias", &path, &f->err), WCD_OK);
    free(path);
    assert_int_equal(wcd_windowsfilter_mounts(driver, "c1"), 1);
    assert_int_equal(wcd_windowsfilter_mounts(driver, "alias"), 0);
    assert_int_equal(wcd_windowsfilter_put(driver, "alias", &f->err), WCD_OK);
    assert_int_equal(wcd_windowsfilter_remove(driver, "alias", &f->err), WCD_OK);
    assert_int_equal(fake_storage_state(f->host, SCRATCH), FAKE_LAYER_NOTHING);
    wcd_windowsfilter_close(driver);
}

/* ---- opening ---- */

static enum wcd_errc try_open(struct layer_fixture *f, const char *home,
                              const struct wcd_strlist *storage_opts)
{
    struct wcd_windowsfilter *driver = NULL;
    struct wcd_windowsfilter_options options = {.platform = &f->platform,
                                                .engine = f->engine,
                                                .log = &f->sink,
                                                .home = home,
                                                .storage_opts = storage_opts};
    enum wcd_errc code = wcd_windowsfilter_open(&driver, &options, &f->err);
    assert_int_equal(code == WCD_OK, driver != NULL);
    wcd_windowsfilter_close(driver);
    return code;
}

static void a_home_is_made_on_any_drive_but_refs(void **state)
{
    struct layer_fixture *f = *state;
    assert_int_equal(try_open(f, "C:\\a\\b", NULL), WCD_OK);
    assert_int_equal(fake_fs_kind_of(f->host, "C:\\a\\b"), FAKE_FS_DIRECTORY);
    layer_assert_log(f, "debug: WindowsGraphDriver InitFilter at C:\\a\\b");
    assert_true(fake_fs_set_volume(f->host, "R:", "ReFS", 1u << 30, 1u << 29));
    (void)try_open(f, "R:\\a", NULL);
    assert_error(f->err, WCD_E_PLAIN,
                 "R:\\a is on an ReFS volume - ReFS volumes are not supported");
    (void)try_open(f, "Q:\\a", NULL);
    assert_int_equal(f->err.hresult, HR(PATH_NOT_FOUND));
    assert_string_equal(f->err.op, "fs.volume");
    assert_error(f->err, WCD_E_PLAIN, "The system cannot find the path specified.");
    layer_put(f, "C:\\file", "");
    (void)try_open(f, "C:\\file\\home", NULL);
    assert_error(f->err, WCD_E_PLAIN,
                 "windowsfilter failed to create 'C:\\file\\home': mkdir C:\\file: The system "
                 "cannot find the path specified.");
}

static void the_drivers_own_options_are_of_one_generation(void **state)
{
    struct layer_fixture *f = *state;
    struct wcd_strlist options = {0};
    assert_true(wcd_strlist_add(&options, "Size=x"));
    (void)try_open(f, LAYER_HOME, &options);
    assert_error(f->err, WCD_E_PLAIN,
                 "windowsfilter failed to parse default storage options: invalid size: 'x'");
    f->engine = engine_rules_of(WCD_ENGINE_V17);
    assert_int_equal(try_open(f, LAYER_HOME, &options), WCD_OK);
    wcd_strlist_release(&options);
}

/* ---- sizes ---- */

/* The sizes that Windows is asked for; 0: it is not asked. */
static void assert_scratch_size(struct layer_fixture *f, const struct wcd_strlist *of_driver,
                                const char *of_container, uint64_t bytes)
{
    struct traced traced = trace_of(f);
    struct wcd_strlist options = {0};
    struct wcd_windowsfilter *driver = NULL;
    struct wcd_windowsfilter_options open = {.platform = &traced.platform,
                                             .engine = f->engine,
                                             .log = &f->sink,
                                             .home = LAYER_HOME,
                                             .storage_opts = of_driver};
    assert_int_equal(wcd_windowsfilter_open(&driver, &open, &f->err), WCD_OK);
    assert_true(of_container == NULL || wcd_strlist_add(&options, of_container));
    assert_int_equal(wcd_windowsfilter_create_scratch(driver, "c1", "top", &options, &f->err),
                     WCD_OK);
    uint64_t asked = 0;
    for (size_t i = 0; i < wrap_trace_count(traced.trace); i++) {
        struct wrap_trace_entry entry = wrap_trace_at(traced.trace, i);
        if (strcmp(entry.fn, "ExpandSandboxSize") == 0) {
            assert_true(wcd_json_uint64(wcd_json_get(entry.args, "size"), &asked));
        }
    }
    assert_int_equal(asked, bytes);
    assert_int_equal(wcd_windowsfilter_remove(driver, "c1", &f->err), WCD_OK);
    wcd_windowsfilter_close(driver);
    wcd_strlist_release(&options);
    wrap_trace_destroy(traced.trace);
}

static void a_scratch_has_the_size_that_was_asked_for(void **state)
{
    struct layer_fixture *f = *state;
    struct wcd_strlist of_driver = {0};
    assert_true(wcd_strlist_add(&of_driver, "other=1"));
    assert_true(wcd_strlist_add(&of_driver, "size=30GB"));
    wcd_windowsfilter_close(layer_open_driver_with_layers(f));
    assert_scratch_size(f, NULL, NULL, (uint64_t)127 << 30);
    assert_scratch_size(f, NULL, "sizes=1GB", (uint64_t)127 << 30);
    assert_scratch_size(f, NULL, "sixe=1GB", (uint64_t)127 << 30);
    assert_scratch_size(f, NULL, "size=0", (uint64_t)127 << 30);
    assert_scratch_size(f, NULL, "SIZE=40GB", (uint64_t)40 << 30);
    assert_scratch_size(f, &of_driver, NULL, (uint64_t)30 << 30);
    assert_scratch_size(f, &of_driver, "size=40GB", (uint64_t)40 << 30);
    layer_new_host(f, WCD_ENGINE_V17);
    wcd_windowsfilter_close(layer_open_driver_with_layers(f));
    assert_scratch_size(f, NULL, NULL, 0);
    assert_scratch_size(f, &of_driver, NULL, 0);
    assert_scratch_size(f, &of_driver, "size=40GB", (uint64_t)40 << 30);
    wcd_strlist_release(&of_driver);
}

static void a_bad_size_is_refused_before_anything_is_made(void **state)
{
    struct layer_fixture *f = *state;
    static const char *const messages[] = {
        [WCD_ENGINE_V17] = "Failed to parse storage options - invalid size: ''",
        [WCD_ENGINE_V25] = "failed to parse storage options: invalid size: ''",
    };
    struct wcd_strlist options = {0};
    assert_true(wcd_strlist_add(&options, "size"));
    for (size_t i = 0; i < COUNT_OF(messages); i++) {
        layer_new_host(f, (enum wcd_engine)i);
        struct wcd_windowsfilter *driver = layer_open_driver(f);
        (void)wcd_windowsfilter_create_scratch(driver, "c1", "", &options, &f->err);
        assert_error(f->err, WCD_E_PLAIN, messages[i]);
        layer_assert_tree(f, LAYER_HOME, "");
        wcd_windowsfilter_close(driver);
    }
    wcd_strlist_release(&options);
}

/* ---- mounting ---- */

static void the_first_mounts_and_the_last_unmounts(void **state)
{
    struct layer_fixture *f = *state;
    char *first = NULL;
    char *second = NULL;
    struct wcd_windowsfilter *driver = layer_open_driver_with_layers(f);
    layer_make_scratch(f, driver, "c1");
    layer_make_scratch(f, driver, "c2");
    assert_int_equal(fake_storage_state(f->host, SCRATCH), FAKE_LAYER_SCRATCH);
    assert_int_equal(wcd_windowsfilter_get(driver, "c1", &first, &f->err), WCD_OK);
    assert_int_equal(wcd_windowsfilter_get(driver, "c1", &second, &f->err), WCD_OK);
    assert_string_equal(first, second);
    assert_true(wcd_text_has_prefix(first, "\\\\?\\Volume{"));
    free(second);
    assert_int_equal(wcd_windowsfilter_get(driver, "c2", &second, &f->err), WCD_OK);
    assert_string_not_equal(first, second);
    assert_int_equal(wcd_windowsfilter_mounts(driver, "c1"), 2);
    assert_int_equal(wcd_windowsfilter_put(driver, "c1", &f->err), WCD_OK);
    assert_int_equal(fake_storage_state(f->host, SCRATCH), FAKE_LAYER_PREPARED);
    assert_int_equal(wcd_windowsfilter_put(driver, "c1", &f->err), WCD_OK);
    assert_int_equal(fake_storage_state(f->host, SCRATCH), FAKE_LAYER_SCRATCH);
    assert_int_equal(wcd_windowsfilter_mounts(driver, "c1"), 0);
    assert_int_equal(wcd_windowsfilter_mounts(driver, "c2"), 1);
    /* What nobody mounted is given back without a word. */
    assert_int_equal(wcd_windowsfilter_put(driver, "c1", &f->err), WCD_OK);
    assert_int_equal(wcd_windowsfilter_put(driver, "c2", &f->err), WCD_OK);
    free(first);
    free(second);
    wcd_windowsfilter_close(driver);
    layer_assert_log(f, "debug: WindowsGraphDriver Get() id c1 mountLabel \n"
                        "debug: WindowsGraphDriver Get() id c1 mountLabel \n"
                        "debug: WindowsGraphDriver Get() id c2 mountLabel \n"
                        "debug: WindowsGraphDriver Put() id c1\n"
                        "debug: WindowsGraphDriver Put() id c1\n"
                        "debug: WindowsGraphDriver Put() id c1\n"
                        "debug: WindowsGraphDriver Put() id c2");
}

/* A driver that is closed leaves what is mounted: the process may go, the host stays as it is. */
static void a_mounted_layer_outlives_the_driver(void **state)
{
    struct layer_fixture *f = *state;
    char *path = NULL;
    struct wcd_windowsfilter *driver = layer_open_driver_with_layers(f);
    layer_make_scratch(f, driver, "c1");
    assert_int_equal(wcd_windowsfilter_get(driver, "c1", &path, &f->err), WCD_OK);
    free(path);
    wcd_windowsfilter_close(driver);
    assert_int_equal(fake_storage_state(f->host, SCRATCH), FAKE_LAYER_PREPARED);
    /* The next one has its disk detached, removes it, and leaves nothing. */
    driver = layer_open_driver(f);
    assert_int_equal(wcd_windowsfilter_remove(driver, "c1", &f->err), WCD_OK);
    assert_int_equal(fake_fs_kind_of(f->host, SCRATCH), FAKE_FS_NOTHING);
    assert_int_equal(fake_fs_kind_of(f->host, SCRATCH "-removing"), FAKE_FS_NOTHING);
    wcd_windowsfilter_close(driver);
    layer_assert_log(f, "");
}

/* hcsshim's answer can be empty: then the layer's own folder is meant. */
static plat_hr no_mount_path(void *ctx, const struct plat_layer_driver *driver, const char *id,
                             char **path)
{
    (void)ctx;
    (void)driver;
    (void)id;
    *path = wcd_text_copy("");
    return *path == NULL ? PLAT_E_OUTOFMEMORY : PLAT_S_OK;
}

static void a_layer_without_a_mount_path_is_its_folder(void **state)
{
    struct layer_fixture *f = *state;
    char *path = NULL;
    wcd_windowsfilter_close(layer_open_driver_with_layers(f));
    struct plat_storage_ops ops = *f->platform.storage.ops;
    struct platform platform = f->platform;
    ops.layer_mount_path = no_mount_path;
    struct wcd_windowsfilter *driver = layer_open_driver(f);
    layer_make_scratch(f, driver, "c1");
    wcd_windowsfilter_close(driver);
    platform.storage.ops = &ops;
    driver = layer_open_driver_over(f, &platform);
    assert_int_equal(wcd_windowsfilter_get(driver, "c1", &path, &f->err), WCD_OK);
    assert_string_equal(path, SCRATCH);
    free(path);
    assert_int_equal(wcd_windowsfilter_put(driver, "c1", &f->err), WCD_OK);
    wcd_windowsfilter_close(driver);
}

static void contents_are_released(void **state)
{
    (void)state;
    struct wcd_layer_content content = {.entries = calloc(2, sizeof(*content.entries)), .count = 2};
    assert_non_null(content.entries);
    content.entries[0].path = wcd_text_copy("a");
    content.entries[0].data = wcd_text_copy("b");
    wcd_layer_content_release(&content);
    assert_null(content.entries);
    assert_int_equal(content.count, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        layer_test(windows_is_called_as_hcsshim_of_2017_does),
        layer_test(windows_is_called_as_the_current_hcsshim_does),
        layer_test(layers_are_folders_with_a_chain_each),
        layer_test(a_utility_vm_lies_beside_the_files),
        layer_test(a_removal_makes_no_utility_vm),
        layer_test(a_base_layer_takes_nothing_away),
        layer_test(a_parent_without_files_is_left_out),
        layer_test(a_layer_can_have_another_name),
        layer_test(a_home_is_made_on_any_drive_but_refs),
        layer_test(the_drivers_own_options_are_of_one_generation),
        layer_test(a_scratch_has_the_size_that_was_asked_for),
        layer_test(a_bad_size_is_refused_before_anything_is_made),
        layer_test(the_first_mounts_and_the_last_unmounts),
        layer_test(a_mounted_layer_outlives_the_driver),
        layer_test(a_layer_without_a_mount_path_is_its_folder),
        cmocka_unit_test(contents_are_released),
    };
    return cmocka_run_group_tests_name("layer", tests, NULL, NULL);
}
