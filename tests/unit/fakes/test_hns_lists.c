/* Policy lists and namespaces without memory, and very many of them. */
#include "core/base/text.h"
#include "fakes/hns/hns.h"
#include "fakes/host/host.h"
#include "tests/support/alloc_fail.h"
#include "tests/support/cmocka.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ID_SIZE   37
#define ENDPOINTS 3u

#define ELB "{\"Type\":\"ELB\",\"InternalPort\":80,\"ExternalPort\":8080,\"VIPs\":[\"10.9.9.9\"]}"

struct fixture {
    struct fake_host *host;
    char endpoints[ENDPOINTS][ID_SIZE];
};

/* The whole response, NULL when there is none; *done tells whether the call succeeded. */
static struct wcd_json *ask(struct fake_host *host, const char *method, const char *path,
                            const char *object, bool *done)
{
    struct wcd_json_fault fault;
    char *response = NULL;
    plat_hr hr = fake_hns_foreign_call(host, method, path, object, &response);
    struct wcd_json *json =
        response == NULL ? NULL : wcd_json_parse(response, strlen(response), &fault);
    free(response);
    *done = plat_succeeded(hr);
    return json;
}

static void create(struct fake_host *host, const char *path, const char *object, char id[ID_SIZE])
{
    bool done = false;
    struct wcd_json *answer = ask(host, "POST", path, object, &done);
    assert_true(done);
    const struct wcd_json *text = wcd_json_at(answer, "/Output/ID");
    assert_non_null(text);
    (void)snprintf(id, ID_SIZE, "%s", wcd_json_string(text));
    wcd_json_free(answer);
}

/* What a collection has. */
static struct wcd_json *all(struct fake_host *host, const char *path)
{
    bool done = false;
    struct wcd_json *answer = ask(host, "GET", path, "", &done);
    assert_true(done);
    struct wcd_json *copy = wcd_json_copy(wcd_json_get(answer, "Output"));
    assert_non_null(copy);
    wcd_json_free(answer);
    return copy;
}

static size_t count(struct fake_host *host, const char *path)
{
    struct wcd_json *items = all(host, path);
    size_t size = wcd_json_size(items);
    wcd_json_free(items);
    return size;
}

static void begin(struct fixture *f)
{
    struct wcd_error err = {0};
    struct fake_host_options options = fake_host_defaults(fake_build_find("server-2019"));
    char network[ID_SIZE];
    assert_int_equal(fake_host_create(&f->host, &options, &err), WCD_OK);
    create(f->host, "/networks/",
           "{\"Type\":\"nat\",\"Name\":\"n\",\"Subnets\":[{\"AddressPrefix\":\"10.9.0.0/16\"}]}",
           network);
    char *object = wcd_text_format("{\"VirtualNetwork\":\"%s\"}", network);
    assert_non_null(object);
    for (size_t i = 0; i < ENDPOINTS; i++) {
        create(f->host, "/endpoints/", object, f->endpoints[i]);
    }
    free(object);
}

/* Calls a handler again and again, with one allocation more each time, until it works; what a collection has
 * stays as it was until then. */
static void without_memory(struct fixture *f, fake_hns_handler *handler, const char *id,
                           const char *object, const char *collection)
{
    struct wcd_json_fault fault;
    struct wcd_json *body = wcd_json_parse(object, strlen(object), &fault);
    assert_non_null(body);
    struct wcd_json *before = all(f->host, collection);
    for (size_t n = 1;; n++) {
        struct fake_hns_call call = {.method = FAKE_HNS_POST, .body = body};
        if (id[0] != '\0') {
            assert_true(fake_guid_lower(id, call.id));
        }
        alloc_fail_after(n);
        plat_hr hr = handler(f->host, &call);
        if (!alloc_fail_off()) {
            assert_int_equal(hr, PLAT_S_OK);
            assert_non_null(call.response);
            free(call.response);
            assert_true(n > 1);
            break;
        }
        assert_int_equal(hr, PLAT_E_OUTOFMEMORY);
        wcd_json_free(call.output);
        free(call.response);
        struct wcd_json *now = all(f->host, collection);
        assert_true(wcd_json_equal(before, now));
        wcd_json_free(now);
    }
    wcd_json_free(before);
    wcd_json_free(body);
}

static void want_of_memory_leaves_the_addresses(void **state)
{
    struct wcd_error err = {0};
    struct fixture f;
    const struct fake_host_options options = fake_host_defaults(fake_build_find("server-2025"));
    (void)state;
    assert_int_equal(fake_host_create(&f.host, &options, &err), WCD_OK);
    without_memory(&f, fake_hns_accelnet_set, "",
                   "{\"MacAddressList\":[{\"MacAddress\":\"00-15-5D-00-00-00\"}]}", "/accelnet/");
    without_memory(&f, fake_hns_accelnet_set, "", "{\"MacAddressList\":[]}", "/accelnet/");
    without_memory(&f, fake_hns_accelnet_delete, "", "{}", "/accelnet/");
    fake_host_destroy(f.host);
}

static void want_of_memory_leaves_no_half_a_list(void **state)
{
    struct fixture f;
    char path[64];
    (void)state;
    begin(&f);
    char *object = wcd_text_format("{\"References\":[\"/endpoints/%s\",\"/endpoints/%s\","
                                   "\"/endpoints/%s\"],\"Policies\":[" ELB "]}",
                                   f.endpoints[0], f.endpoints[1], f.endpoints[2]);
    assert_non_null(object);
    without_memory(&f, fake_hns_list_create, "", object, "/policylists/");
    without_memory(&f, fake_hns_list_create, "", object, "/policylists/");
    free(object);
    /* Whatever failed on the way has left nothing on the endpoints. */
    for (size_t i = 0; i < ENDPOINTS; i++) {
        bool done = false;
        (void)snprintf(path, sizeof(path), "/endpoints/%s", f.endpoints[i]);
        wcd_json_free(ask(f.host, "DELETE", path, "", &done));
        assert_true(done);
    }
    assert_int_equal(count(f.host, "/policylists/"), 2);
    fake_host_destroy(f.host);
}

static void want_of_memory_leaves_no_half_a_namespace(void **state)
{
    struct fixture f;
    char space[ID_SIZE];
    (void)state;
    begin(&f);
    without_memory(&f, fake_hns_namespace_create, "", "{\"IsDefault\":true}", "/namespaces/");
    assert_int_equal(count(f.host, "/namespaces/"), 1);
    create(f.host, "/namespaces/", "{}", space);
    for (size_t i = 0; i < ENDPOINTS + 1; i++) {
        /* At last, the one in the middle: it goes back to its place when the answer cannot be written. */
        bool adds = i < ENDPOINTS;
        char *object = wcd_text_format("{\"Type\":\"Endpoint\",\"Data\":{\"Id\":\"%s\"}}",
                                       f.endpoints[adds ? i : 1]);
        assert_non_null(object);
        without_memory(&f, adds ? fake_hns_namespace_add : fake_hns_namespace_remove, space, object,
                       "/namespaces/");
        free(object);
    }
    struct wcd_json *spaces = all(f.host, "/namespaces/");
    assert_int_equal(wcd_json_size(wcd_json_at(spaces, "/1/ResourceList")), 2);
    assert_string_equal(wcd_json_string(wcd_json_at(spaces, "/1/ResourceList/0/Data/Id")),
                        f.endpoints[0]);
    assert_string_equal(wcd_json_string(wcd_json_at(spaces, "/1/ResourceList/1/Data/Id")),
                        f.endpoints[2]);
    wcd_json_free(spaces);
    fake_host_destroy(f.host);
}

/* One endpoint in thousands of lists goes as fast as one in none. */
static void lists_are_many(void **state)
{
    enum {
        LISTS = 5000
    };
    struct fixture f;
    char id[ID_SIZE];
    (void)state;
    begin(&f);
    char *object = wcd_text_format("{\"References\":[\"/endpoints/%s\",\"/endpoints/%s\"],"
                                   "\"Policies\":[" ELB "]}",
                                   f.endpoints[0], f.endpoints[1]);
    assert_non_null(object);
    for (size_t i = 0; i < LISTS; i++) {
        create(f.host, "/policylists/", object, id);
    }
    free(object);
    char path[64];
    bool done = false;
    (void)snprintf(path, sizeof(path), "/endpoints/%s", f.endpoints[0]);
    wcd_json_free(ask(f.host, "DELETE", path, "", &done));
    assert_true(done);
    (void)snprintf(path, sizeof(path), "/policylists/%s", id);
    struct wcd_json *answer = ask(f.host, "GET", path, "", &done);
    assert_int_equal(wcd_json_size(wcd_json_at(answer, "/Output/References")), 1);
    wcd_json_free(answer);
    assert_int_equal(count(f.host, "/policylists/"), LISTS);
    fake_host_destroy(f.host);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(want_of_memory_leaves_no_half_a_list),
        cmocka_unit_test(want_of_memory_leaves_the_addresses),
        cmocka_unit_test(want_of_memory_leaves_no_half_a_namespace),
        cmocka_unit_test(lists_are_many),
    };
    return cmocka_run_group_tests_name("hns lists", tests, NULL, NULL);
}
