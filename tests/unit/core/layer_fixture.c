/* The suites of layers, images and containers; see layer_fixture.h. */
#include "tests/unit/core/layer_fixture.h"

#include "core/base/buf.h"
#include "core/base/limits.h"
#include "core/base/utf8.h"
#include "core/base/winpath.h"

#define TREE_TEXT_BYTES_MAX 200u

/* ---- contents ---- */

#define CONTENT_PATH(text) ((char[]){text})
#define CONTENT_FILE(text, content)                                                                \
    {                                                                                              \
        .path = CONTENT_PATH(text), .data = CONTENT_PATH(content), .size = sizeof(content) - 1     \
    }
#define CONTENT_FOLDER(text)                                                                       \
    {                                                                                              \
        .path = CONTENT_PATH(text), .is_directory = true                                           \
    }
#define CONTENT_REMOVAL(text)                                                                      \
    {                                                                                              \
        .path = CONTENT_PATH(text), .is_removal = true                                             \
    }
#define CONTENT_CONFIG "Files\\Windows\\System32\\config\\"
#define CONTENT_BOOT   "UtilityVM\\Files\\EFI\\Microsoft\\Boot\\"

#define CONTENT_BASE                                                                               \
    CONTENT_FILE(CONTENT_CONFIG "DEFAULT", "regf d"), CONTENT_FILE(CONTENT_CONFIG "SAM", "regf"),  \
        CONTENT_FILE(CONTENT_CONFIG "SECURITY", "regf"),                                           \
        CONTENT_FILE(CONTENT_CONFIG "SOFTWARE", "regf"),                                           \
        CONTENT_FILE(CONTENT_CONFIG "SYSTEM", "regf"),                                             \
        CONTENT_FILE("Files\\app\\base.txt", "base"), CONTENT_FILE("Files\\app\\gone.txt", "gone")

#define CONTENT_TOP                                                                                \
    CONTENT_FOLDER("Files"), CONTENT_FOLDER("Files\\app"),                                         \
        CONTENT_FILE("Files\\app\\top.txt", "top"), CONTENT_FILE("Files\\app\\empty", ""),         \
        CONTENT_FILE("Hives\\System_Delta", "regf delta"), CONTENT_REMOVAL("Files\\app\\gone.txt")

#define CONTENT_OF(list) ((struct wcd_layer_content){(list), COUNT_OF(list)})

static struct wcd_layer_entry base_entries[] = {CONTENT_BASE};
static struct wcd_layer_entry base_vm_entries[] = {
    CONTENT_BASE,
    CONTENT_FILE(CONTENT_BOOT "BCD", "regf bcd"),
    CONTENT_FILE(CONTENT_BOOT "BCD.LOG", "log"),
    CONTENT_FILE(CONTENT_BOOT "BCD.LOG1", "log1"),
    CONTENT_FILE(CONTENT_BOOT "BCD.LOG2", "log2"),
    CONTENT_FOLDER("UtilityVM\\Files\\Windows"),
};
static struct wcd_layer_entry top_entries[] = {CONTENT_TOP};
static struct wcd_layer_entry top_vm_entries[] = {
    CONTENT_TOP,
    CONTENT_FILE(CONTENT_BOOT "BCD", "regf top"),
    CONTENT_FOLDER("UtilityVM\\Files\\Windows"),
};

const struct wcd_layer_content layer_base = {base_entries, COUNT_OF(base_entries)};
const struct wcd_layer_content layer_base_vm = {base_vm_entries, COUNT_OF(base_vm_entries)};
const struct wcd_layer_content layer_top = {top_entries, COUNT_OF(top_entries)};
const struct wcd_layer_content layer_top_vm = {top_vm_entries, COUNT_OF(top_vm_entries)};

/* ---- the host ---- */

static void keep_line(void *ctx, enum wcd_log_level level, const char *message)
{
    struct layer_fixture *f = ctx;
    (void)wcd_strlist_addf(&f->log, "%s: %s", wcd_log_level_name(level), message);
}

static bool open_host(struct layer_fixture *f)
{
    struct fake_host_options options =
        fake_host_defaults(fake_build_find(f->build == NULL ? "server-2022" : f->build));
    options.hyperv = f->hyperv;
    if (fake_host_create(&f->host, &options, &f->err) != WCD_OK ||
        !fake_fs_put_directory(f->host, LAYER_TMP, NULL)) {
        return false;
    }
    f->platform = fake_host_platform(f->host);
    return true;
}

int layer_set_up(void **state)
{
    struct layer_fixture *f = calloc(1, sizeof(*f));
    if (f == NULL || !open_host(f)) {
        return -1;
    }
    f->engine = engine_rules_of(WCD_ENGINE_V25);
    f->sink = (struct wcd_log_sink){.write = keep_line, .ctx = f};
    *state = f;
    return 0;
}

static void close_host(struct layer_fixture *f)
{
    struct wcd_strlist left = {0};
    assert_true(fake_host_leftovers(f->host, &left));
    assert_true(fake_host_misuse(f->host, &left));
    layer_assert_lines(&left, "");
    wcd_strlist_release(&left);
    fake_host_destroy(f->host);
}

void layer_new_host(struct layer_fixture *f, enum wcd_engine engine)
{
    close_host(f);
    assert_true(open_host(f));
    f->engine = engine_rules_of(engine);
    wcd_strlist_release(&f->log);
}

int layer_tear_down(void **state)
{
    struct layer_fixture *f = *state;
    close_host(f);
    wcd_strlist_release(&f->log);
    wcd_error_release(&f->err);
    free(f);
    return 0;
}

/* ---- trees ---- */

static void add_content(struct wcd_buf *out, const struct layer_fixture *f, const char *path)
{
    size_t size = 0;
    const char *content = fake_fs_content(f->host, path, &size);
    assert_non_null(content);
    bool text = size <= TREE_TEXT_BYTES_MAX && memchr(content, '\0', size) == NULL;
    if (text) {
        wcd_buf_format(out, "%s = %.*s\n", path, (int)size, content);
    } else {
        wcd_buf_format(out, "%s: %zu bytes\n", path, size);
    }
}

static void add_tree(struct wcd_buf *out, const struct layer_fixture *f, const char *folder)
{
    struct plat_dir_list list = {0};
    const struct plat_fs *fs = &f->platform.fs;
    assert_true(plat_succeeded(fs->ops->list(fs->ctx, folder, &list)));
    for (size_t i = 0; i < list.count; i++) {
        char *path = wcd_path_join(folder, list.entries[i].name);
        assert_non_null(path);
        if ((list.entries[i].info.attributes & PLAT_FILE_DIRECTORY) != 0) {
            wcd_buf_format(out, "%s\\\n", path);
            add_tree(out, f, path);
        } else {
            add_content(out, f, path);
        }
        free(path);
    }
    plat_dir_list_free(&list);
}

char *layer_tree(const struct layer_fixture *f, const char *folder)
{
    struct wcd_buf out;
    wcd_buf_init(&out, WCD_BUF_BYTES_MAX);
    wcd_buf_text(&out, "");
    add_tree(&out, f, folder);
    char *text = wcd_buf_take(&out);
    assert_non_null(text);
    return text;
}

void layer_assert_tree(const struct layer_fixture *f, const char *folder, const char *expected)
{
    char *now = layer_tree(f, folder);
    assert_string_equal(now, expected);
    free(now);
}

void layer_assert_file(const struct layer_fixture *f, const char *path, const char *content)
{
    size_t size = 0;
    const char *found = fake_fs_content(f->host, path, &size);
    if (found == NULL) {
        fail_msg("missing: %s", path);
    }
    assert_int_equal(size, strlen(content));
    assert_memory_equal(found, content, size);
}

void layer_put(struct layer_fixture *f, const char *path, const char *content)
{
    assert_true(fake_fs_put_file(f->host, path, content, strlen(content)));
}

void layer_assert_lines(const struct wcd_strlist *list, const char *expected)
{
    char *text = wcd_strlist_join(list, "\n");
    assert_non_null(text);
    assert_string_equal(text, expected);
    free(text);
}

void layer_assert_log(struct layer_fixture *f, const char *expected)
{
    layer_assert_lines(&f->log, expected);
    wcd_strlist_release(&f->log);
}

/* ---- the driver ---- */

struct wcd_windowsfilter *layer_open_driver_over(struct layer_fixture *f,
                                                 const struct platform *platform)
{
    struct wcd_windowsfilter *driver = NULL;
    struct wcd_windowsfilter_options options = {
        .platform = platform, .engine = f->engine, .log = &f->sink, .home = LAYER_HOME};
    assert_int_equal(wcd_windowsfilter_open(&driver, &options, &f->err), WCD_OK);
    wcd_strlist_release(&f->log);
    return driver;
}

struct wcd_windowsfilter *layer_open_driver(struct layer_fixture *f)
{
    return layer_open_driver_over(f, &f->platform);
}

void layer_import(struct layer_fixture *f, struct wcd_windowsfilter *driver, const char *id,
                  const char *parent, const struct wcd_layer_content *content)
{
    enum wcd_errc code = wcd_windowsfilter_create(driver, id, parent, &f->err);
    if (code == WCD_OK) {
        code = wcd_windowsfilter_apply(driver, id, parent, content, LAYER_TMP, NULL, &f->err);
    }
    assert_string_equal(wcd_error_message(&f->err), "");
    assert_int_equal(code, WCD_OK);
}

/* Two layers, the upper one over the base. */
struct wcd_windowsfilter *layer_open_driver_with_layers(struct layer_fixture *f)
{
    struct wcd_windowsfilter *driver = layer_open_driver(f);
    layer_import(f, driver, "base", "", &layer_base);
    layer_import(f, driver, "top", "base", &layer_top);
    return driver;
}

void layer_make_scratch(struct layer_fixture *f, struct wcd_windowsfilter *driver, const char *id)
{
    enum wcd_errc code = wcd_windowsfilter_create_scratch(driver, id, "top", NULL, &f->err);
    assert_string_equal(wcd_error_message(&f->err), "");
    assert_int_equal(code, WCD_OK);
}

/* ---- the store ---- */

struct wcd_layer_store_options layer_store_options(struct layer_fixture *f)
{
    return (struct wcd_layer_store_options){.platform = &f->platform,
                                            .engine = f->engine,
                                            .log = &f->sink,
                                            .root = LAYER_ROOT,
                                            .tmp = LAYER_TMP};
}

struct wcd_layer_store *layer_open_store(struct layer_fixture *f)
{
    struct wcd_layer_store *store = NULL;
    struct wcd_layer_store_options options = layer_store_options(f);
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

char *layer_add(struct layer_fixture *f, struct wcd_layer_store *store, const char *parent,
                const char *diff_id)
{
    char *chain = NULL;
    enum wcd_errc code = wcd_layer_register(
        store, parent, diff_id, parent == NULL ? &layer_base : &layer_top, &chain, &f->err);
    assert_string_equal(wcd_error_message(&f->err), "");
    assert_int_equal(code, WCD_OK);
    return chain;
}

void layer_give_back(struct layer_fixture *f, struct wcd_layer_store *store, const char *chain)
{
    assert_int_equal(wcd_layer_release(store, chain, NULL, &f->err), WCD_OK);
    assert_string_equal(wcd_error_message(&f->err), "");
}

struct layer_stack layer_make_stack(struct layer_fixture *f, struct wcd_layer_store *store)
{
    struct layer_stack stack = {.base = layer_add(f, store, NULL, LAYER_DIFF_A)};
    stack.top = layer_add(f, store, stack.base, LAYER_DIFF_B);
    layer_give_back(f, store, stack.base);
    assert_int_equal(wcd_rw_layer_create(store, LAYER_BOX, stack.top, NULL, &f->err), WCD_OK);
    layer_give_back(f, store, stack.top);
    wcd_strlist_release(&f->log);
    return stack;
}

void layer_free_stack(struct layer_stack *stack)
{
    free(stack->base);
    free(stack->top);
}

char *layer_folder_of(struct layer_fixture *f, struct wcd_layer_store *store, const char *chain)
{
    char *folder = NULL;
    assert_int_equal(wcd_layer_folder(store, chain, &folder, &f->err), WCD_OK);
    return folder;
}
