/* A host with images and a compute service; see hcs_fixture.h. */
#include "tests/unit/fakes/hcs_fixture.h"

#include "core/base/buf.h"
#include "core/base/limits.h"
#include "core/base/text.h"
#include "tests/support/cmocka.h"

#include <stdlib.h>
#include <string.h>

/* Longer than anything takes. */
#define PATIENCE_US ((uint64_t)120 * 1000000)

static const struct plat_layer_driver driver = {PLAT_LAYER_FILTER_DRIVER, ""};

/* ---- the host ---- */

static void put_layers(struct fake_host *host)
{
    static const char *const parents[] = {HCS_BASE};
    const struct fake_build *build = fake_host_build(host);
    const struct fake_image_layer base = {.folder = HCS_BASE,
                                          .utility_vm = true,
                                          .os_build = build->build,
                                          .os_revision = build->revision};
    static const struct fake_image_file files[] = {{"data\\file", "x"}};
    const struct fake_image_layer top = {
        .folder = HCS_TOP, .parents = parents, .parent_count = 1, .files = files, .file_count = 1};
    assert_true(fake_storage_put_layer(host, &base));
    assert_true(fake_storage_put_layer(host, &top));
}

/* Those that documents of the tests name. */
static void put_endpoints(struct fake_host *host)
{
    static const char *const ids[] = {"136c9e80-1d6b-41c6-baac-8512d39e5547",
                                      "662460bb-4a75-43b1-8b4d-ad36ddc24e65"};
    for (size_t i = 0; i < sizeof(ids) / sizeof(ids[0]); i++) {
        assert_true(fake_hns_put_endpoint(host, ids[i]));
    }
}

void hcs_fixture_init_with(struct hcs_fixture *f, const struct fake_host_options *options)
{
    struct wcd_error err = WCD_ERROR_INIT;
    *f = (struct hcs_fixture){0};
    assert_int_equal(fake_host_create(&f->host, options, &err), WCD_OK);
    f->platform = fake_host_platform(f->host);
    f->ops = f->platform.hcs.ops;
    f->ctx = f->platform.hcs.ctx;
    f->queue = wcd_queue_create(4096);
    assert_non_null(f->queue);
    put_layers(f->host);
    put_endpoints(f->host);
    const struct plat_storage *storage = &f->platform.storage;
    assert_int_equal(storage->ops->name_to_guid(storage->ctx, "top", &f->ids[0]), PLAT_S_OK);
    assert_int_equal(storage->ops->name_to_guid(storage->ctx, "base", &f->ids[1]), PLAT_S_OK);
    f->parents[0] = (struct plat_layer_descriptor){f->ids[0], 0, HCS_TOP};
    f->parents[1] = (struct plat_layer_descriptor){f->ids[1], 0, HCS_BASE};
}

void hcs_fixture_init(struct hcs_fixture *f, const char *build)
{
    struct fake_host_options options = fake_host_defaults(fake_build_find(build));
    options.hyperv = true;
    hcs_fixture_init_with(f, &options);
}

static void assert_none(struct wcd_strlist *list, const char *what)
{
    for (size_t i = 0; i < list->count; i++) {
        print_error("%s: %s\n", what, list->items[i]);
    }
    assert_int_equal(list->count, 0);
    wcd_strlist_release(list);
}

void hcs_fixture_drop(struct hcs_fixture *f)
{
    struct plat_event event = {0};
    while (wcd_queue_take(f->queue, &event)) {
        free(event.data);
    }
    fake_host_destroy(f->host);
    wcd_queue_destroy(f->queue);
    free(f->ids[0]);
    free(f->ids[1]);
    free(f->detail);
}

void hcs_fixture_release(struct hcs_fixture *f)
{
    struct wcd_strlist list;
    wcd_strlist_init(&list);
    assert_true(fake_host_leftovers(f->host, &list));
    assert_none(&list, "left behind");
    assert_true(fake_host_misuse(f->host, &list));
    assert_none(&list, "misused");
    hcs_fixture_drop(f);
}

void hcs_pass_us(struct hcs_fixture *f, uint64_t us)
{
    fake_host_advance_us(f->host, us);
}

/* ---- scratches ---- */

static char *scratch_path(const char *id)
{
    char *path = wcd_text_format(HCS_LAYERS "\\%s", id);
    assert_non_null(path);
    return path;
}

char *hcs_scratch(struct hcs_fixture *f, const char *id, enum hcs_isolation isolation)
{
    const struct plat_storage *storage = &f->platform.storage;
    char *path = scratch_path(id);
    char *volume = NULL;
    assert_int_equal(
        storage->ops->create_scratch_layer(storage->ctx, &driver, path, "", f->parents, 2),
        PLAT_S_OK);
    if (isolation == HCS_PROCESS) {
        assert_int_equal(storage->ops->activate_layer(storage->ctx, &driver, path), PLAT_S_OK);
        assert_int_equal(storage->ops->prepare_layer(storage->ctx, &driver, path, f->parents, 2),
                         PLAT_S_OK);
        assert_int_equal(storage->ops->layer_mount_path(storage->ctx, &driver, path, &volume),
                         PLAT_S_OK);
    }
    free(path);
    return volume;
}

void hcs_scratch_drop(struct hcs_fixture *f, const char *id, enum hcs_isolation isolation)
{
    const struct plat_storage *storage = &f->platform.storage;
    char *path = scratch_path(id);
    if (isolation == HCS_PROCESS) {
        assert_int_equal(storage->ops->unprepare_layer(storage->ctx, &driver, path), PLAT_S_OK);
        assert_int_equal(storage->ops->deactivate_layer(storage->ctx, &driver, path), PLAT_S_OK);
    }
    assert_int_equal(storage->ops->destroy_layer(storage->ctx, &driver, path), PLAT_S_OK);
    free(path);
}

/* ---- documents ---- */

static struct wcd_json *parse(const char *text)
{
    struct wcd_json_fault fault;
    struct wcd_json *value = wcd_json_parse(text, strlen(text), &fault);
    if (value == NULL) {
        fail_msg("no JSON at %zu: %s", fault.offset, text);
    }
    return value;
}

/* A copy of `base` with the members of `patch`. */
static struct wcd_json *patched(const struct wcd_json *base, const struct wcd_json *patch)
{
    struct wcd_json *result = wcd_json_new_object();
    for (const struct wcd_json *at = wcd_json_first(base); at != NULL; at = wcd_json_next(at)) {
        if (wcd_json_get(patch, wcd_json_name(at)) == NULL) {
            assert_true(wcd_json_set(result, wcd_json_name(at), wcd_json_copy(at)));
        }
    }
    for (const struct wcd_json *at = wcd_json_first(patch); at != NULL; at = wcd_json_next(at)) {
        if (!wcd_json_is(at, WCD_JSON_NULL)) {
            assert_true(wcd_json_set(result, wcd_json_name(at), wcd_json_copy(at)));
        }
    }
    return result;
}

char *hcs_document(struct hcs_fixture *f, const char *id, enum hcs_isolation isolation,
                   const char *volume, const char *patch)
{
    static const char machine[] =
        "\"HvPartition\":true,\"HvRuntime\":{\"ImagePath\":\"C:\\\\layers\\\\base\\\\UtilityVM\"}";
    struct wcd_buf text;
    wcd_buf_init(&text, WCD_BUF_BYTES_MAX);
    wcd_buf_format(&text,
                   "{\"SystemType\":\"Container\",\"Name\":\"%s\",\"Owner\":\"docker\","
                   "\"LayerFolderPath\":\"C:\\\\layers\\\\%s\",\"Layers\":["
                   "{\"ID\":\"%s\",\"Path\":\"C:\\\\layers\\\\top\"},"
                   "{\"ID\":\"%s\",\"Path\":\"C:\\\\layers\\\\base\"}],",
                   id, id, f->ids[0], f->ids[1]);
    if (isolation == HCS_HYPERV) {
        wcd_buf_text(&text, machine);
    } else {
        wcd_buf_format(&text, "\"VolumePath\":\"\\\\\\\\?\\\\%s\"", volume + strlen("\\\\?\\"));
    }
    wcd_buf_text(&text, "}");
    struct wcd_json *base = parse(wcd_buf_str(&text));
    struct wcd_json *changes = parse(patch);
    struct wcd_json *document = patched(base, changes);
    char *printed = wcd_json_print(document);
    assert_non_null(printed);
    wcd_json_free(document);
    wcd_json_free(changes);
    wcd_json_free(base);
    wcd_buf_release(&text);
    return printed;
}

/* ---- calls ---- */

/* Keeps the message of the first event, or what older builds put in brackets behind the text. */
static plat_hr keep_detail(struct hcs_fixture *f, plat_hr hr, char *result)
{
    wcd_text_replace(&f->detail, NULL);
    if (result == NULL) {
        return hr;
    }
    struct wcd_json *document = parse(result);
    int64_t error = 0;
    assert_true(wcd_json_int64(wcd_json_get(document, "Error"), &error));
    assert_int_equal(error, hr);
    const struct wcd_json *event = wcd_json_at(document, "/ErrorEvents/0/Message");
    if (event != NULL) {
        f->detail = wcd_text_copy(wcd_json_string(event));
    } else {
        f->detail = wcd_text_copy(wcd_json_string(wcd_json_get(document, "ErrorMessage")));
    }
    assert_non_null(f->detail);
    wcd_json_free(document);
    free(result);
    return hr;
}

plat_hr hcs_create(struct hcs_fixture *f, const char *id, const char *document, plat_handle *out)
{
    char *result = NULL;
    plat_hr hr = f->ops->create_system(f->ctx, id, document, out, &result);
    assert_int_equal(plat_hcs_accepted(hr), *out != PLAT_NO_HANDLE);
    return keep_detail(f, hr, result);
}

static void end_system(struct hcs_fixture *f, plat_handle handle)
{
    char *result = NULL;
    plat_hr hr = f->ops->terminate_system(f->ctx, handle, "", &result);
    assert_true(plat_hcs_accepted(hr) || hr == PLAT_HCS_SYSTEM_ALREADY_STOPPED);
    free(result);
    hcs_pass_us(f, PATIENCE_US);
    assert_int_equal(f->ops->close_system(f->ctx, handle), PLAT_S_OK);
}

plat_hr hcs_try_document(struct hcs_fixture *f, const char *id, const char *document)
{
    plat_handle handle = PLAT_NO_HANDLE;
    plat_hr hr = hcs_create(f, id, document, &handle);
    if (plat_hcs_accepted(hr)) {
        end_system(f, handle);
    }
    return hr;
}

plat_hr hcs_try(struct hcs_fixture *f, enum hcs_isolation isolation, const char *patch)
{
    char *volume = hcs_scratch(f, "c1", isolation);
    char *document = hcs_document(f, "c1", isolation, volume, patch);
    plat_hr hr = hcs_try_document(f, "c1", document);
    hcs_scratch_drop(f, "c1", isolation);
    free(document);
    free(volume);
    return hr;
}

plat_hr hcs_call(struct hcs_fixture *f, hcs_op *op, plat_handle system, const char *options)
{
    char *result = NULL;
    plat_hr hr = op(f->ctx, system, options, &result);
    return keep_detail(f, hr, result);
}

plat_hr hcs_modify(struct hcs_fixture *f, plat_handle system, const char *request)
{
    char *result = NULL;
    plat_hr hr = f->ops->modify_system(f->ctx, system, request, &result);
    return keep_detail(f, hr, result);
}

plat_hr hcs_properties(struct hcs_fixture *f, plat_handle system, const char *query, char **out)
{
    char *result = NULL;
    plat_hr hr = f->ops->system_properties(f->ctx, system, query, out, &result);
    return keep_detail(f, hr, result);
}

plat_hr hcs_enumerate(struct hcs_fixture *f, const char *query, char **out)
{
    char *result = NULL;
    plat_hr hr = f->ops->enumerate_systems(f->ctx, query, out, &result);
    return keep_detail(f, hr, result);
}

plat_hr hcs_service(struct hcs_fixture *f, const char *query, char **out)
{
    char *result = NULL;
    plat_hr hr = f->ops->service_properties(f->ctx, query, out, &result);
    return keep_detail(f, hr, result);
}

plat_hr hcs_run(struct hcs_fixture *f, plat_handle system, const char *document, plat_handle *out)
{
    char *result = NULL;
    struct plat_hcs_process_info info;
    plat_hr hr = f->ops->create_process(f->ctx, system, document, &info, out, &result);
    assert_int_equal(info.std_input | info.std_output | info.std_error, PLAT_NO_HANDLE);
    return keep_detail(f, hr, result);
}

plat_handle hcs_register(struct hcs_fixture *f, plat_handle system, uint64_t key)
{
    plat_handle registration = PLAT_NO_HANDLE;
    assert_int_equal(
        f->ops->register_system(f->ctx, system, wcd_queue_sink(f->queue), key, &registration),
        PLAT_S_OK);
    return registration;
}

/* ---- containers ---- */

struct hcs_container hcs_created(struct hcs_fixture *f, const char *id,
                                 enum hcs_isolation isolation, uint64_t key)
{
    struct hcs_container c = {.id = id, .isolation = isolation};
    char *volume = hcs_scratch(f, id, isolation);
    char *document = hcs_document(f, id, isolation, volume, "{}");
    assert_true(plat_hcs_accepted(hcs_create(f, id, document, &c.handle)));
    c.registration = hcs_register(f, c.handle, key);
    hcs_pass_us(f, PATIENCE_US);
    free(document);
    free(volume);
    return c;
}

struct hcs_container hcs_running(struct hcs_fixture *f, const char *id,
                                 enum hcs_isolation isolation, uint64_t key)
{
    struct hcs_container c = hcs_created(f, id, isolation, key);
    assert_true(plat_hcs_accepted(hcs_call(f, f->ops->start_system, c.handle, "")));
    hcs_pass_us(f, PATIENCE_US);
    return c;
}

void hcs_end(struct hcs_fixture *f, struct hcs_container *c)
{
    struct plat_event event = {0};
    char *result = NULL;
    plat_hr hr = f->ops->terminate_system(f->ctx, c->handle, "", &result);
    assert_true(plat_hcs_accepted(hr) || hr == PLAT_HCS_SYSTEM_ALREADY_STOPPED);
    free(result);
    hcs_pass_us(f, PATIENCE_US);
    assert_int_equal(f->ops->unregister_system(f->ctx, c->registration), PLAT_S_OK);
    assert_int_equal(f->ops->close_system(f->ctx, c->handle), PLAT_S_OK);
    hcs_scratch_drop(f, c->id, c->isolation);
    while (wcd_queue_take(f->queue, &event)) {
        free(event.data);
    }
}

/* ---- notifications ---- */

char *hcs_events(struct hcs_fixture *f)
{
    struct wcd_buf text;
    struct plat_event event = {0};
    wcd_buf_init(&text, WCD_BUF_BYTES_MAX);
    wcd_buf_text(&text, "");
    while (wcd_queue_take(f->queue, &event)) {
        assert_int_equal(event.kind, PLAT_EVENT_HCS);
        wcd_buf_format(&text, "%s%llu: 0x%x 0x%08x%s%s", text.len == 0 ? "" : "; ",
                       (unsigned long long)event.key, event.type, plat_hr_bits(event.status),
                       event.data == NULL ? "" : " ", wcd_text_or_empty(event.data));
        free(event.data);
    }
    char *all = text.len == 0 ? wcd_text_copy("") : wcd_buf_take(&text);
    assert_non_null(all);
    wcd_buf_release(&text);
    return all;
}

void hcs_expect_events(struct hcs_fixture *f, const char *expected)
{
    char *events = hcs_events(f);
    assert_string_equal(events, expected);
    free(events);
}
