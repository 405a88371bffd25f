/* The part of a machine that is a run's own: its files, and what it may not touch. */
#include "core/base/text.h"
#include "fakes/host/host.h"
#include "fakes/wrap/berth.h"

#include <stdlib.h>
#include <string.h>

#include "tests/support/cmocka.h"

#define FOLDER "C:\\work\\run"

struct state {
    struct fake_host *host;
    struct wrap_berth *berth;
    struct platform outside;
    struct platform inside;
};

static int setup(void **state)
{
    struct state *own = calloc(1, sizeof(*own));
    assert_non_null(own);
    const struct fake_host_options options = fake_host_defaults(fake_build_find("server-2022"));
    struct wcd_error err = WCD_ERROR_INIT;
    assert_int_equal(fake_host_create(&own->host, &options, &err), WCD_OK);
    assert_true(fake_fs_put_directory(own->host, FOLDER "\\C", NULL));
    own->outside = fake_host_platform(own->host);
    const struct wrap_berth_options berth = {.folder = FOLDER};
    own->berth = wrap_berth_create(&own->outside, &berth);
    assert_non_null(own->berth);
    own->inside = wrap_berth_platform(own->berth);
    *state = own;
    return 0;
}

static int teardown(void **state)
{
    struct state *own = *state;
    assert_false(wrap_berth_failed(own->berth));
    wrap_berth_destroy(own->berth);
    fake_host_destroy(own->host);
    free(own);
    return 0;
}

static void assert_path(char *got, const char *expected)
{
    assert_non_null(got);
    assert_string_equal(got, expected);
    free(got);
}

static void paths_of_drives_are_in_the_folder(void **state)
{
    const struct state *own = *state;
    static const char *const pairs[][2] = {
        {"C:\\a\\b", FOLDER "\\C\\a\\b"},
        {"d:", FOLDER "\\d"},
        {"C:/a", FOLDER "\\C/a"},
        {"\\\\?\\C:\\a", "\\\\?\\" FOLDER "\\C\\a"},
    };
    for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++) {
        assert_path(wrap_berth_outside(own->berth, pairs[i][0]), pairs[i][1]);
        assert_path(wrap_berth_inside(own->berth, pairs[i][1]), pairs[i][0]);
    }
}

static void other_paths_are_what_they_are(void **state)
{
    const struct state *own = *state;
    static const char *const paths[] = {"",
                                        "\\\\?\\Volume{0f3a0000-0000-0000-0000-000000000000}\\x",
                                        "\\\\.\\pipe\\x",
                                        "\\\\server\\share",
                                        "layer",
                                        "CC:\\x"};
    for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++) {
        assert_path(wrap_berth_outside(own->berth, paths[i]), paths[i]);
        assert_path(wrap_berth_inside(own->berth, paths[i]), paths[i]);
    }
    assert_path(wrap_berth_inside(own->berth, FOLDER "x\\C\\a"), FOLDER "x\\C\\a");
    assert_path(wrap_berth_inside(own->berth, FOLDER "\\config"), FOLDER "\\config");
}

/* The emulated machine's current folder is on C:. */
static void no_path_leads_out_of_the_folder(void **state)
{
    const struct state *own = *state;
    static const char *const pairs[][2] = {
        {"C:\\..\\..\\x", FOLDER "\\C\\x"}, {"C:\\a\\..\\..\\..\\x", FOLDER "\\C\\x"},
        {"C:/../../x", FOLDER "\\C\\x"},    {"C:\\a\\..\\b", FOLDER "\\C\\b"},
        {"\\x", FOLDER "\\C\\x"},           {"/x", FOLDER "\\C\\x"},
        {"\\..\\x", FOLDER "\\C\\x"},
    };
    for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++) {
        assert_path(wrap_berth_outside(own->berth, pairs[i][0]), pairs[i][1]);
    }
    char *path = wrap_berth_outside(own->berth, "C:x");
    assert_non_null(path);
    assert_int_equal(strncmp(path, FOLDER "\\C\\", strlen(FOLDER "\\C\\")), 0);
    free(path);
}

static void what_would_lead_out_is_refused(void **state)
{
    const struct state *own = *state;
    const plat_hr denied = plat_hr_win32(PLAT_ERROR_ACCESS_DENIED);
    static const char *const paths[] = {"..\\x",
                                        "a/../../x",
                                        "\\\\?\\C:\\..\\x",
                                        "\\\\.\\C:\\x",
                                        "//?/C:/x",
                                        "\\\\.\\pipe\\..\\C:\\x",
                                        "\\\\?\\GLOBALROOT\\x"};
    const struct plat_layer_driver driver = {PLAT_LAYER_FILTER_DRIVER, "C:\\layers"};
    const struct plat_storage *storage = &own->inside.storage;
    for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++) {
        assert_null(wrap_berth_outside(own->berth, paths[i]));
        assert_int_equal(storage->ops->create_layer(storage->ctx, &driver, paths[i], ""), denied);
    }
    assert_int_equal(storage->ops->create_layer(storage->ctx, &driver, "x", "..\\y"), denied);
    const struct plat_fs *fs = &own->inside.fs;
    assert_int_equal(fs->ops->create_directory(fs->ctx, "\\\\.\\C:\\x", NULL), denied);
    assert_int_equal(fs->ops->move(fs->ctx, "C:\\", "\\\\.\\C:\\x", 0), denied);
    assert_int_equal(fs->ops->create_symlink(fs->ctx, "C:\\x", "..\\x", false), denied);
    assert_false(wrap_berth_failed(own->berth));
}

/* Files are nobody's ids. */
static void relative_files_are_in_the_folder(void **state)
{
    const struct state *own = *state;
    const struct plat_fs *fs = &own->inside.fs;
    struct plat_file_info info;
    assert_int_equal(fs->ops->create_directory(fs->ctx, "\\relative", NULL), PLAT_S_OK);
    assert_int_equal(fake_fs_kind_of(own->host, "C:\\relative"), FAKE_FS_NOTHING);
    assert_int_equal(fake_fs_kind_of(own->host, FOLDER "\\C\\relative"), FAKE_FS_DIRECTORY);
    assert_true(fake_fs_put_directory(own->host, "C:\\mine", NULL));
    assert_true(plat_succeeded(own->outside.fs.ops->info(own->outside.fs.ctx, "C:\\mine", &info)));
    assert_true(plat_failed(fs->ops->info(fs->ctx, "..\\..\\..\\mine", &info)));
}

static void files_are_made_in_the_folder_alone(void **state)
{
    const struct state *own = *state;
    const struct plat_fs *fs = &own->inside.fs;
    plat_handle file = PLAT_NO_HANDLE;
    assert_int_equal(fs->ops->create_directory(fs->ctx, "C:\\data", NULL), PLAT_S_OK);
    assert_int_equal(
        fs->ops->open(fs->ctx, "C:\\data\\x", PLAT_GENERIC_WRITE, PLAT_CREATE_NEW, &file),
        PLAT_S_OK);
    assert_int_equal(fs->ops->write(fs->ctx, file, "text", 4), PLAT_S_OK);
    assert_int_equal(fs->ops->close(fs->ctx, file), PLAT_S_OK);
    assert_int_equal(fake_fs_kind_of(own->host, FOLDER "\\C\\data\\x"), FAKE_FS_FILE);
    assert_int_equal(fake_fs_kind_of(own->host, "C:\\data"), FAKE_FS_NOTHING);
    assert_int_equal(fs->ops->create_symlink(fs->ctx, "C:\\link", "C:\\data", true), PLAT_S_OK);
    char *target = NULL;
    assert_int_equal(fs->ops->read_symlink(fs->ctx, "C:\\link", &target), PLAT_S_OK);
    assert_path(target, "C:\\data");
    assert_int_equal(
        own->outside.fs.ops->read_symlink(own->outside.fs.ctx, FOLDER "\\C\\link", &target),
        PLAT_S_OK);
    assert_path(target, FOLDER "\\C\\data");
}

static void layers_are_noted_and_in_the_folder(void **state)
{
    const struct state *own = *state;
    const struct plat_storage *storage = &own->inside.storage;
    const struct plat_layer_driver driver = {PLAT_LAYER_FILTER_DRIVER, ""};
    assert_int_equal(storage->ops->create_layer(storage->ctx, &driver, "C:\\layer", ""), PLAT_S_OK);
    bool exists = false;
    assert_int_equal(storage->ops->layer_exists(storage->ctx, &driver, "C:\\layer", &exists),
                     PLAT_S_OK);
    assert_true(exists);
    assert_int_equal(fake_fs_kind_of(own->host, FOLDER "\\C\\layer"), FAKE_FS_DIRECTORY);
    assert_int_equal(wrap_berth_layers(own->berth)->count, 1);
    assert_string_equal(wrap_berth_layers(own->berth)->items[0], FOLDER "\\C\\layer");
    assert_int_equal(storage->ops->destroy_layer(storage->ctx, &driver, "C:\\layer"), PLAT_S_OK);
}

/* ---- what is not its own ---- */

static char *hns(const struct platform *platform, const char *method, const char *path,
                 const char *document, plat_hr expected)
{
    char *response = NULL;
    plat_hr hr = platform->hns.ops->call(platform->hns.ctx, method, path, document, &response);
    assert_int_equal(plat_hr_bits(hr), plat_hr_bits(expected));
    return response;
}

static char *id_in(char *response)
{
    assert_non_null(response);
    struct wcd_json_fault fault;
    struct wcd_json *json = wcd_json_parse(response, strlen(response), &fault);
    const struct wcd_json *id = wcd_json_at(json, "/Output/ID");
    assert_true(wcd_json_is(id, WCD_JSON_STRING));
    char *path = wcd_text_format("/networks/%s", wcd_json_string(id));
    wcd_json_free(json);
    free(response);
    return path;
}

static void networks_of_others_stay(void **state)
{
    const struct state *own = *state;
    static const char document[] = "{\"Name\":\"a\",\"Type\":\"private\"}";
    char *others = id_in(hns(&own->outside, "POST", "/networks/", document, PLAT_S_OK));
    char *ours = id_in(hns(&own->inside, "POST", "/networks/",
                           "{\"Name\":\"b\",\"Type\":\"private\"}", PLAT_S_OK));
    free(hns(&own->inside, "GET", others, "", PLAT_S_OK));
    assert_null(hns(&own->inside, "DELETE", others, "", plat_hr_win32(PLAT_ERROR_ACCESS_DENIED)));
    assert_int_equal(wrap_berth_hns_objects(own->berth)->count, 1);
    assert_string_equal(wrap_berth_hns_objects(own->berth)->items[0], ours);
    free(hns(&own->inside, "DELETE", ours, "", PLAT_S_OK));
    free(ours);
    free(others);
}

/* A system whose layer is at `path`, as JSON writes it, is created, or not. */
static void create_with(const struct state *own, const char *path, plat_hr expected)
{
    const struct plat_hcs *hcs = &own->inside.hcs;
    char *document = wcd_text_format("{\"SystemType\":\"Container\",\"Name\":\"a\",\"Owner\":\"o\","
                                     "\"LayerFolderPath\":\"%s\"}",
                                     path);
    char *result = NULL;
    plat_handle system = PLAT_NO_HANDLE;
    assert_non_null(document);
    plat_hr hr = hcs->ops->create_system(hcs->ctx, "a", document, &system, &result);
    assert_int_equal(plat_hr_bits(hr), plat_hr_bits(expected));
    free(result);
    free(document);
}

static void documents_name_files_of_the_folder(void **state)
{
    const struct state *own = *state;
    const plat_hr denied = plat_hr_win32(PLAT_ERROR_ACCESS_DENIED);
    create_with(own, "\\\\\\\\.\\\\C:\\\\x", denied);
    create_with(own, "\\\\\\\\?\\\\C:\\\\..\\\\x", denied);
    create_with(own, "\\u002e.\\\\x", denied);
    assert_int_equal(wrap_berth_systems(own->berth)->count, 0);
    assert_false(wrap_berth_failed(own->berth));
}

static void systems_of_others_are_not_found(void **state)
{
    const struct state *own = *state;
    const struct plat_hcs *hcs = &own->inside.hcs;
    plat_handle system = PLAT_NO_HANDLE;
    char *result = NULL;
    plat_hr hr = hcs->ops->open_system(hcs->ctx, "others", &system, &result);
    assert_int_equal(plat_hr_bits(hr), plat_hr_bits(PLAT_HCS_SYSTEM_NOT_FOUND));
    assert_null(result);
    hr = hcs->ops->create_system(hcs->ctx, "ours", "{}", &system, &result);
    assert_true(plat_failed(hr));
    assert_int_equal(wrap_berth_systems(own->berth)->count, 0);
    free(result);
    result = NULL;
    hr = hcs->ops->modify_service(hcs->ctx, "{}", &result);
    assert_int_equal(plat_hr_bits(hr), plat_hr_bits(plat_hr_win32(PLAT_ERROR_ACCESS_DENIED)));
}

int main(void)
{
#define BERTH_TEST(function) cmocka_unit_test_setup_teardown(function, setup, teardown)
    const struct CMUnitTest tests[] = {
        BERTH_TEST(paths_of_drives_are_in_the_folder),
        BERTH_TEST(other_paths_are_what_they_are),
        BERTH_TEST(no_path_leads_out_of_the_folder),
        BERTH_TEST(what_would_lead_out_is_refused),
        BERTH_TEST(relative_files_are_in_the_folder),
        BERTH_TEST(files_are_made_in_the_folder_alone),
        BERTH_TEST(documents_name_files_of_the_folder),
        BERTH_TEST(layers_are_noted_and_in_the_folder),
        BERTH_TEST(networks_of_others_stay),
        BERTH_TEST(systems_of_others_are_not_found),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
