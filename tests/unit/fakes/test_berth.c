/* The part of a machine that is a run's own: its files, and what it may not touch. */
#include "core/base/text.h"
#include "fakes/host/host.h"
#include "fakes/wrap/berth.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/support/alloc_fail.h"
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
    struct fake_host_options options = fake_host_defaults(fake_build_find("server-2022"));
    options.hyperv = true;
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
    static const char *const paths[] = {"", "\\\\.\\pipe\\x", "layer", "CC:\\x"};
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
                                        "\\\\?\\GLOBALROOT\\x",
                                        "\\\\?\\UNC\\localhost\\C$\\x",
                                        "\\\\localhost\\C$\\x",
                                        "//server/share/x",
                                        "\\\\?\\Volume{0f3a0000-0000-0000-0000-000000000000}\\x"};
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

static void link_to(const struct state *own, const char *folder, const char *target)
{
    const struct plat_fs *fs = &own->outside.fs;
    char *outside = wrap_berth_outside(own->berth, folder);
    assert_non_null(outside);
    assert_int_equal(fs->ops->create_symlink(fs->ctx, outside, target, true), PLAT_S_OK);
    free(outside);
}

/* As the layer that all runs on a machine share is put into each. */
static void a_layer_that_is_a_link_is_removed_as_one(void **state)
{
    const struct state *own = *state;
    const struct plat_storage *storage = &own->inside.storage;
    const struct plat_layer_driver full = {PLAT_LAYER_FILTER_DRIVER, ""};
    const struct plat_layer_driver home = {PLAT_LAYER_FILTER_DRIVER, "C:\\"};
    const struct fake_image_layer base = {.folder = "C:\\shared"};
    assert_true(fake_storage_put_layer(own->host, &base));
    link_to(own, "C:\\base", "C:\\shared");
    link_to(own, "C:\\again", "C:\\shared");
    assert_int_equal(
        storage->ops->import_layer(storage->ctx, &full, "C:\\base", "C:\\from", NULL, 0),
        plat_hr_win32(PLAT_ERROR_ACCESS_DENIED));
    assert_int_equal(storage->ops->destroy_layer(storage->ctx, &full, "C:\\base"), PLAT_S_OK);
    assert_int_equal(storage->ops->destroy_layer(storage->ctx, &home, "again"), PLAT_S_OK);
    assert_int_equal(fake_fs_kind_of(own->host, FOLDER "\\C\\base"), FAKE_FS_NOTHING);
    assert_int_equal(fake_fs_kind_of(own->host, FOLDER "\\C\\again"), FAKE_FS_NOTHING);
    assert_int_equal(fake_fs_kind_of(own->host, "C:\\shared"), FAKE_FS_DIRECTORY);
    bool exists = false;
    const struct plat_storage *outside = &own->outside.storage;
    assert_int_equal(outside->ops->layer_exists(outside->ctx, &full, "C:\\shared", &exists),
                     PLAT_S_OK);
    assert_true(exists);
    assert_int_equal(wrap_berth_layers(own->berth)->count, 0);
}

/* A mounted scratch is a volume, and no other volume may be called. */
static void volumes_of_its_layers_are_its_own(void **state)
{
    const struct state *own = *state;
    const struct plat_storage *storage = &own->inside.storage;
    const struct plat_fs *fs = &own->inside.fs;
    const struct plat_layer_driver driver = {PLAT_LAYER_FILTER_DRIVER, ""};
    const struct fake_image_layer base = {.folder = FOLDER "\\C\\base"};
    char *guid = NULL;
    char *path = NULL;
    assert_true(fake_storage_put_layer(own->host, &base));
    assert_int_equal(storage->ops->name_to_guid(storage->ctx, "base", &guid), PLAT_S_OK);
    const struct plat_layer_descriptor parent = {.id = guid, .path = "C:\\base"};
    assert_int_equal(
        storage->ops->create_scratch_layer(storage->ctx, &driver, "C:\\s", "", &parent, 1),
        PLAT_S_OK);
    assert_int_equal(storage->ops->activate_layer(storage->ctx, &driver, "C:\\s"), PLAT_S_OK);
    assert_int_equal(storage->ops->prepare_layer(storage->ctx, &driver, "C:\\s", &parent, 1),
                     PLAT_S_OK);
    assert_int_equal(own->outside.storage.ops->layer_mount_path(own->outside.storage.ctx, &driver,
                                                                FOLDER "\\C\\s", &path),
                     PLAT_S_OK);
    assert_null(wrap_berth_outside(own->berth, path)); /* it was not told yet */
    free(path);
    assert_int_equal(storage->ops->layer_mount_path(storage->ctx, &driver, "C:\\s", &path),
                     PLAT_S_OK);
    assert_int_equal(strncmp(path, "\\\\?\\Volume{", strlen("\\\\?\\Volume{")), 0);
    char *file = wcd_text_format("%s\\new", path);
    assert_non_null(file);
    assert_int_equal(fs->ops->create_directory(fs->ctx, file, NULL), PLAT_S_OK);
    free(file);
    free(path);
    free(guid);
    assert_int_equal(storage->ops->unprepare_layer(storage->ctx, &driver, "C:\\s"), PLAT_S_OK);
    assert_int_equal(storage->ops->deactivate_layer(storage->ctx, &driver, "C:\\s"), PLAT_S_OK);
    assert_int_equal(storage->ops->destroy_layer(storage->ctx, &driver, "C:\\s"), PLAT_S_OK);
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

/* "/<collection>/<id>" of what was made. */
static char *made_in(const char *collection, char *response)
{
    assert_non_null(response);
    struct wcd_json_fault fault;
    struct wcd_json *json = wcd_json_parse(response, strlen(response), &fault);
    const struct wcd_json *id = wcd_json_at(json, "/Output/ID");
    assert_true(wcd_json_is(id, WCD_JSON_STRING));
    char *path = wcd_text_format("/%s/%s", collection, wcd_json_string(id));
    wcd_json_free(json);
    free(response);
    return path;
}

static char *id_in(char *response)
{
    return made_in("networks", response);
}

/* A document with the id of such a path where it has an @. */
static char *with_id(const char *text, const char *object)
{
    const char *at = strchr(text, '@');
    char *document = at == NULL ? wcd_text_copy(text)
                                : wcd_text_format("%.*s%s%s", (int)(at - text), text,
                                                  strrchr(object, '/') + 1, at + 1);
    assert_non_null(document);
    return document;
}

static void denied(const struct state *own, const char *method, const char *path,
                   const char *document)
{
    const size_t before = wrap_berth_hns_objects(own->berth)->count;
    assert_null(hns(&own->inside, method, path, document, plat_hr_win32(PLAT_ERROR_ACCESS_DENIED)));
    assert_int_equal(wrap_berth_hns_objects(own->berth)->count, before);
}

static void denied_of(const struct state *own, const char *path, const char *text,
                      const char *object)
{
    char *document = with_id(text, object);
    denied(own, "POST", path, document);
    free(document);
}

static char *make(const struct platform *platform, const char *collection, const char *text,
                  const char *object)
{
    char *document = with_id(text, object == NULL ? "/" : object);
    char *path = wcd_text_format("/%s/", collection);
    assert_non_null(path);
    char *made = made_in(collection, hns(platform, "POST", path, document, PLAT_S_OK));
    free(path);
    free(document);
    return made;
}

static char *below(const char *path, const char *word)
{
    char *whole = wcd_text_format("%s/%s", path, word);
    assert_non_null(whole);
    return whole;
}

/* What others have on the machine, and what is made through the berth. */
struct objects {
    char *their_network;
    char *their_endpoint;
    char *their_space;
    char *network;
    char *endpoint;
    char *space;
};

#define ON_NETWORK "{\"VirtualNetwork\":\"@\"}"

static void objects_make(const struct state *own, struct objects *o)
{
    o->their_network =
        make(&own->outside, "networks", "{\"Name\":\"t\",\"Type\":\"private\"}", NULL);
    o->their_endpoint = make(&own->outside, "endpoints", ON_NETWORK, o->their_network);
    o->their_space = make(&own->outside, "namespaces", "{\"IsDefault\":false}", NULL);
    o->network = make(&own->inside, "networks", "{\"Name\":\"o\",\"Type\":\"Private\"}", NULL);
    o->endpoint = make(&own->inside, "endpoints", ON_NETWORK, o->network);
    o->space = make(&own->inside, "namespaces", "{\"IsDefault\":false}", NULL);
}

static void objects_release(struct objects *o)
{
    char *all[] = {o->their_network, o->their_endpoint, o->their_space,
                   o->network,       o->endpoint,       o->space};
    for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
        free(all[i]);
    }
}

static void endpoints_stand_on_its_own_networks(void **state)
{
    const struct state *own = *state;
    struct objects o;
    objects_make(own, &o);
    denied_of(own, "/endpoints/", ON_NETWORK, o.their_network);
    denied_of(own, "/endpoints", ON_NETWORK, o.their_network);
    denied_of(own, "/endpoints/", "{\"virtualnetwork\":\"@\"}", o.their_network);
    denied_of(own, "/endpoints/", "{\"HostComputeNetwork\":\"@\"}", o.their_network);
    denied(own, "POST", "/endpoints/", "{\"VirtualNetworkName\":\"t\"}");
    denied(own, "POST", "/endpoints/", "{}");
    denied(own, "POST", "/endpoints/", "no document");
    denied_of(own, o.endpoint, ON_NETWORK, o.their_network);
    denied_of(own, o.endpoint, "{\"ID\":\"@\"}", o.their_endpoint);
    denied_of(own, o.endpoint, "{\"Namespace\":{\"ID\":\"@\"}}", o.their_space);
    denied(own, "DELETE", o.their_endpoint, "");
    denied(own, "POST", o.their_endpoint, "{}");
    free(hns(&own->inside, "POST", o.endpoint, "{}", PLAT_S_OK));
    free(hns(&own->inside, "DELETE", o.endpoint, "", PLAT_S_OK));
    objects_release(&o);
}

static void endpoints_are_attached_to_its_own_systems(void **state)
{
    const struct state *own = *state;
    struct objects o;
    objects_make(own, &o);
    char *attach = below(o.endpoint, "attach");
    char *detach = below(o.endpoint, "detach");
    char *theirs = below(o.their_endpoint, "attach");
    denied(own, "POST", attach, "{\"SystemType\":\"Host\",\"CompartmentId\":1}");
    denied(own, "POST", attach, "{\"ContainerId\":\"x\",\"SystemType\":\"VirtualMachine\"}");
    denied(own, "POST", attach, "");
    denied(own, "POST", theirs, "{\"ContainerId\":\"x\",\"SystemType\":\"VirtualMachine\"}");
    denied(own, "DELETE", attach, "");
    free(hns(&own->inside, "POST", detach, "{\"SystemType\":\"Host\"}",
             plat_hr_hns(PLAT_HCN_E_ENDPOINT_NOT_ATTACHED)));
    free(theirs);
    free(detach);
    free(attach);
    objects_release(&o);
}

static void lists_and_namespaces_hold_its_own_endpoints(void **state)
{
    static const char list[] = "{\"References\":[\"/endpoints/@\"],\"Policies\":[{\"Type\":\"ELB\","
                               "\"InternalPort\":80,\"ExternalPort\":80,\"VIPs\":[\"10.0.0.9\"]}]}";
    static const char resource[] = "{\"Type\":\"Endpoint\",\"Data\":{\"Id\":\"@\"}}";
    const struct state *own = *state;
    struct objects o;
    objects_make(own, &o);
    denied_of(own, "/policylists/", list, o.their_endpoint);
    free(make(&own->inside, "policylists", list, o.endpoint));
    char *add = below(o.space, "addresource");
    char *theirs = below(o.their_space, "addresource");
    denied_of(own, add, resource, o.their_endpoint);
    denied_of(own, theirs, resource, o.endpoint);
    denied(own, "POST", add, "{}");
    denied(own, "POST", "/namespaces/", "{\"IsDefault\":true}");
    denied_of(own, "/namespaces/",
              "{\"ResourceList\":[{\"Type\":\"Endpoint\",\"Data\":{\"Id\":\"@\"}}]}",
              o.their_endpoint);
    free(theirs);
    free(add);
    objects_release(&o);
}

/* A machine that answers no question, and counts what it is asked to change. */
static plat_hr no_answer(void *ctx, const char *method, const char *path, const char *object,
                         char **response)
{
    unsigned *changes = ctx;
    (void)path;
    (void)object;
    *response = NULL;
    *changes += strcmp(method, "GET") != 0;
    return plat_hr_win32(PLAT_RPC_S_SERVER_UNAVAILABLE);
}

static plat_hr no_open(void *ctx, const char *id, plat_handle *system, char **result)
{
    (void)ctx;
    (void)id;
    *system = PLAT_NO_HANDLE;
    *result = NULL;
    return plat_hr_win32(PLAT_RPC_S_SERVER_UNAVAILABLE);
}

static plat_hr count_create(void *ctx, const char *id, const char *configuration,
                            plat_handle *system, char **result)
{
    unsigned *changes = ctx;
    (void)configuration;
    ++*changes;
    return no_open(ctx, id, system, result);
}

static void what_cannot_be_found_out_is_taken_for_the_machines(void **state)
{
    const struct state *own = *state;
    unsigned changes = 0;
    const struct plat_hns_ops hns_ops = {.call = no_answer};
    const struct plat_hcs_ops hcs_ops = {.open_system = no_open, .create_system = count_create};
    struct platform mute = own->outside;
    mute.hns = (struct plat_hns){.ops = &hns_ops, .ctx = &changes};
    mute.hcs = (struct plat_hcs){.ops = &hcs_ops, .ctx = &changes};
    const struct wrap_berth_options options = {.folder = FOLDER};
    struct wrap_berth *berth = wrap_berth_create(&mute, &options);
    assert_non_null(berth);
    struct platform inside = wrap_berth_platform(berth);
    free(hns(&inside, "POST", "/networks/",
             "{\"Type\":\"nat\",\"ID\":\"01234567-0123-0123-0123-0123456789AB\"}",
             plat_hr_win32(PLAT_ERROR_ACCESS_DENIED)));
    plat_handle system = PLAT_NO_HANDLE;
    char *result = NULL;
    plat_hr hr = inside.hcs.ops->create_system(inside.hcs.ctx, "c", "{}", &system, &result);
    assert_int_equal(plat_hr_bits(hr), plat_hr_bits(plat_hr_win32(PLAT_RPC_S_SERVER_UNAVAILABLE)));
    assert_int_equal(changes, 0);
    free(result);
    wrap_berth_destroy(berth);
}

static void what_the_machine_has_one_of_stays(void **state)
{
    const struct state *own = *state;
    static const char *const external[] = {"transparent", "L2Bridge", "l2tunnel",
                                           "overlay",     "mirrored", ""};
    struct objects o;
    objects_make(own, &o);
    for (size_t i = 0; i < sizeof(external) / sizeof(external[0]); i++) {
        char document[64];
        (void)snprintf(document, sizeof(document), "{\"Name\":\"e\",\"Type\":\"%s\"}", external[i]);
        denied(own, "POST", "/networks/", document);
    }
    denied(own, "POST", "/networks/", "{\"Name\":\"e\"}");
    denied_of(own, "/networks/", "{\"Name\":\"e\",\"Type\":\"nat\",\"ID\":\"@\"}", o.their_network);
    denied(own, "POST", "/accelnet/", "{\"MacAddressList\":[]}");
    denied(own, "DELETE", "/accelnet/", "");
    denied(own, "DELETE", "/networks/", "");
    denied(own, "POST", "/plugins/x", "{}");
    denied(own, "PUT", "/networks/", "{}");
    char *odd = wcd_text_format("%s/..%s", o.network, o.their_network);
    denied(own, "POST", odd, "{}");
    free(odd);
    objects_release(&o);
}

/* An emulated machine's adapters are nobody's. */
static void adapters_may_be_given(void **state)
{
    const struct state *own = *state;
    const struct wrap_berth_options options = {.folder = FOLDER, .adapters = true};
    struct wrap_berth *berth = wrap_berth_create(&own->outside, &options);
    assert_non_null(berth);
    const struct platform inside = wrap_berth_platform(berth);
    free(make(&inside, "networks", "{\"Name\":\"e\",\"Type\":\"transparent\"}", NULL));
    wrap_berth_destroy(berth);
}

static void there_is_no_other_door(void **state)
{
    const struct state *own = *state;
    const struct plat_hcn *hcn = &own->inside.hcn;
    char *record = NULL;
    assert_int_equal(hcn->ops->remove(hcn->ctx, PLAT_HCN_NETWORK,
                                      "0a1b2c3d-4e5f-6071-8293-a4b5c6d7e8f9", &record),
                     PLAT_E_NOTIMPL);
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

/* A document that names something, of which the berth has none or another one. */
static void refused_document(const struct state *own, const char *text, const char *object)
{
    const struct plat_hcs *hcs = &own->inside.hcs;
    char *document = with_id(text, object);
    char *result = NULL;
    plat_handle system = PLAT_NO_HANDLE;
    plat_hr hr = hcs->ops->create_system(hcs->ctx, "a", document, &system, &result);
    assert_int_equal(plat_hr_bits(hr), plat_hr_bits(plat_hr_win32(PLAT_ERROR_ACCESS_DENIED)));
    hr = hcs->ops->modify_system(hcs->ctx, 1, document, &result);
    assert_int_equal(plat_hr_bits(hr), plat_hr_bits(plat_hr_win32(PLAT_ERROR_ACCESS_DENIED)));
    assert_null(result);
    free(document);
}

static void documents_name_its_own_objects(void **state)
{
    const struct state *own = *state;
    struct objects o;
    objects_make(own, &o);
    refused_document(own, "{\"EndpointList\":[\"@\"]}", o.their_endpoint);
    refused_document(own, "{\"EndpointList\": [\"\", \"@\"]}", o.their_endpoint);
    refused_document(own, "{\"endpointlist\":[\"@\"]}", o.their_endpoint);
    refused_document(own, "{\"NetworkAdapters\":{\"n\":{\"EndpointId\" : \"@\"}}}",
                     o.their_endpoint);
    refused_document(own, "{\"ResourceType\":\"Network\",\"Settings\":\"@\"}", o.their_endpoint);
    refused_document(own, "{\"Networking\":{\"Namespace\":\"@\"}}", o.their_space);
    refused_document(own, "{\"NetworkSharedContainerName\":\"@\"}", "/theirs");
    refused_document(own, "{\"path\":\n\"\\\\\\\\localhost\\\\@\"}", "/x");
    assert_int_equal(wrap_berth_systems(own->berth)->count, 0);
    const struct plat_hcs *hcs = &own->inside.hcs;
    char *document = with_id("{\"EndpointList\":[\"@\"]}", o.endpoint);
    char *result = NULL;
    assert_non_null(document);
    plat_hr hr = hcs->ops->modify_system(hcs->ctx, 1, document, &result);
    assert_int_equal(plat_hr_bits(hr), plat_hr_bits(plat_hr_win32(PLAT_ERROR_INVALID_HANDLE)));
    free(result);
    free(document);
    result = NULL;
    hr = hcs->ops->save_system(hcs->ctx, 1, "{\"SaveStateFilePath\":\"\\\\\\\\x\\\\y\"}", &result);
    assert_int_equal(plat_hr_bits(hr), plat_hr_bits(plat_hr_win32(PLAT_ERROR_ACCESS_DENIED)));
    objects_release(&o);
}

/* Whoever cannot find out whose something is leaves it alone. */
static void want_of_memory_lets_nothing_through(void **state)
{
    const struct state *own = *state;
    const struct plat_hcs *hcs = &own->inside.hcs;
    const struct plat_hns *network = &own->inside.hns;
    struct objects o;
    objects_make(own, &o);
    char *document = with_id("{\"EndpointList\":[\"@\"],\"Path\":\"C:\\\\x\"}", o.their_endpoint);
    char *endpoint = with_id(ON_NETWORK, o.their_network);
    bool failed = true;
    for (size_t n = 1; failed; n++) {
        char *result = NULL;
        char *response = NULL;
        alloc_fail_after(n);
        plat_hr modified = hcs->ops->modify_system(hcs->ctx, 1, document, &result);
        failed = alloc_fail_off();
        alloc_fail_after(n);
        plat_hr made = network->ops->call(network->ctx, "POST", "/endpoints/", endpoint, &response);
        failed = alloc_fail_off() || failed;
        assert_true(modified == PLAT_E_OUTOFMEMORY ||
                    modified == plat_hr_win32(PLAT_ERROR_ACCESS_DENIED));
        assert_int_equal(plat_hr_bits(made), plat_hr_bits(plat_hr_win32(PLAT_ERROR_ACCESS_DENIED)));
        assert_null(result);
        assert_null(response);
    }
    free(endpoint);
    free(document);
    objects_release(&o);
}

static void systems_of_others_are_not_created_again(void **state)
{
    const struct state *own = *state;
    const struct plat_hcs *hcs = &own->inside.hcs;
    const struct plat_hcs *outside = &own->outside.hcs;
    static const char document[] =
        "{\"SystemType\":\"Container\",\"Owner\":\"o\",\"Name\":\"theirs\","
        "\"LayerFolderPath\":\"C:\\\\s\",\"HvPartition\":true,"
        "\"Layers\":[{\"ID\":\"@\",\"Path\":\"C:\\\\base\"}],"
        "\"HvRuntime\":{\"ImagePath\":\"C:\\\\base\\\\UtilityVM\"}}";
    const struct fake_image_layer base = {
        .folder = "C:\\base", .utility_vm = true, .os_build = 20348, .os_revision = 169};
    const struct plat_layer_driver driver = {PLAT_LAYER_FILTER_DRIVER, ""};
    const struct plat_storage *storage = &own->outside.storage;
    char *guid = NULL;
    char *result = NULL;
    plat_handle system = PLAT_NO_HANDLE;
    assert_true(fake_storage_put_layer(own->host, &base));
    assert_int_equal(storage->ops->name_to_guid(storage->ctx, "base", &guid), PLAT_S_OK);
    const struct plat_layer_descriptor parent = {.id = guid, .path = "C:\\base"};
    assert_int_equal(
        storage->ops->create_scratch_layer(storage->ctx, &driver, "C:\\s", "", &parent, 1),
        PLAT_S_OK);
    char *named = wcd_text_format("/%s", guid);
    assert_non_null(named);
    char *whole = with_id(document, named);
    free(named);
    plat_hr hr = outside->ops->create_system(outside->ctx, "theirs", whole, &system, &result);
    free(result);
    assert_true(plat_hcs_accepted(hr));
    plat_handle again = PLAT_NO_HANDLE;
    hr = hcs->ops->create_system(hcs->ctx, "THEIRS", "{}", &again, &result);
    assert_int_equal(plat_hr_bits(hr), plat_hr_bits(PLAT_HCS_SYSTEM_ALREADY_EXISTS));
    assert_int_equal(wrap_berth_systems(own->berth)->count, 0);
    hr = hcs->ops->open_system(hcs->ctx, "theirs", &again, &result);
    assert_int_equal(plat_hr_bits(hr), plat_hr_bits(PLAT_HCS_SYSTEM_NOT_FOUND));
    assert_int_equal(outside->ops->close_system(outside->ctx, system), PLAT_S_OK);
    free(whole);
    free(guid);
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
        BERTH_TEST(a_layer_that_is_a_link_is_removed_as_one),
        BERTH_TEST(volumes_of_its_layers_are_its_own),
        BERTH_TEST(networks_of_others_stay),
        BERTH_TEST(endpoints_stand_on_its_own_networks),
        BERTH_TEST(endpoints_are_attached_to_its_own_systems),
        BERTH_TEST(lists_and_namespaces_hold_its_own_endpoints),
        BERTH_TEST(what_cannot_be_found_out_is_taken_for_the_machines),
        BERTH_TEST(what_the_machine_has_one_of_stays),
        BERTH_TEST(adapters_may_be_given),
        BERTH_TEST(there_is_no_other_door),
        BERTH_TEST(documents_name_its_own_objects),
        BERTH_TEST(want_of_memory_lets_nothing_through),
        BERTH_TEST(systems_of_others_are_not_created_again),
        BERTH_TEST(systems_of_others_are_not_found),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
