/* What a run leaves on a machine is named, and what the machine does not tell of counts as left. */
#include "scenarios/run/quay.h"

#include <stdlib.h>
#include <string.h>

#include "tests/support/cmocka.h"

#define FOLDER "C:\\work\\run"

struct state {
    struct fake_host *host;
    struct platform fake;
    plat_hr open_hr; /* what opening a compute system answers */
    plat_hr hns_hr;  /* what HNS answers, once it is a failure */
    struct scn_quay quay;
    struct wcd_strlist left;
};

static plat_hr stub_create_system(void *ctx, const char *id, const char *configuration,
                                  plat_handle *system, char **result)
{
    (void)ctx, (void)id, (void)configuration;
    *system = 1;
    *result = NULL;
    return PLAT_S_OK;
}

static plat_hr stub_open_system(void *ctx, const char *id, plat_handle *system, char **result)
{
    const struct state *own = ctx;
    (void)id;
    *system = PLAT_NO_HANDLE;
    *result = NULL;
    return own->open_hr;
}

static plat_hr stub_call(void *ctx, const char *method, const char *path, const char *object,
                         char **response)
{
    const struct state *own = ctx;
    const struct plat_hns *hns = &own->fake.hns;
    *response = NULL;
    return plat_failed(own->hns_hr) ? own->hns_hr
                                    : hns->ops->call(hns->ctx, method, path, object, response);
}

static int setup(void **state)
{
    static const struct plat_hcs_ops hcs = {.create_system = stub_create_system,
                                            .open_system = stub_open_system};
    static const struct plat_hns_ops hns = {.call = stub_call};
    struct state *own = calloc(1, sizeof(*own));
    assert_non_null(own);
    const struct fake_host_options options = fake_host_defaults(fake_build_find("server-2022"));
    struct wcd_error err = WCD_ERROR_INIT;
    assert_int_equal(fake_host_create(&own->host, &options, &err), WCD_OK);
    assert_true(fake_fs_put_directory(own->host, FOLDER "\\C", NULL));
    own->fake = fake_host_platform(own->host);
    own->open_hr = PLAT_S_OK;
    own->hns_hr = PLAT_S_OK;
    own->quay.whole = own->fake;
    own->quay.whole.hcs = (struct plat_hcs){.ops = &hcs, .ctx = own};
    own->quay.whole.hns = (struct plat_hns){.ops = &hns, .ctx = own};
    own->quay.folder = wcd_text_copy(FOLDER);
    const struct wrap_berth_options berth = {.folder = FOLDER};
    own->quay.berth = wrap_berth_create(&own->quay.whole, &berth);
    assert_non_null(own->quay.berth);
    wcd_strlist_init(&own->left);
    *state = own;
    return 0;
}

static int teardown(void **state)
{
    struct state *own = *state;
    wcd_strlist_release(&own->left);
    wrap_berth_destroy(own->quay.berth);
    free(own->quay.folder);
    fake_host_destroy(own->host);
    free(own);
    return 0;
}

/* Nobody has its id before. */
static void create_system(struct state *own)
{
    const struct platform inside = wrap_berth_platform(own->quay.berth);
    plat_handle system = PLAT_NO_HANDLE;
    plat_hr later = own->open_hr;
    char *result = NULL;
    own->open_hr = PLAT_HCS_SYSTEM_NOT_FOUND;
    assert_int_equal(inside.hcs.ops->create_system(inside.hcs.ctx, "ours", "{}", &system, &result),
                     PLAT_S_OK);
    own->open_hr = later;
}

static void create_network(struct state *own)
{
    const struct platform inside = wrap_berth_platform(own->quay.berth);
    char *response = NULL;
    assert_int_equal(inside.hns.ops->call(inside.hns.ctx, "POST", "/networks/",
                                          "{\"Name\":\"a\",\"Type\":\"private\"}", &response),
                     PLAT_S_OK);
    free(response);
    assert_int_equal(wrap_berth_hns_objects(own->quay.berth)->count, 1);
}

static size_t networks_of(struct state *own)
{
    struct wcd_json *list = scn_quay_hns_list(&own->fake.hns, "networks");
    size_t count = 0;
    for (const struct wcd_json *at = wcd_json_first(list); at != NULL; at = wcd_json_next(at)) {
        count++;
    }
    wcd_json_free(list);
    return count;
}

static void what_was_made_goes(void **state)
{
    struct state *own = *state;
    own->open_hr = PLAT_HCS_SYSTEM_NOT_FOUND;
    create_system(own);
    create_network(own);
    assert_true(scn_quay_clear(&own->quay, &own->left));
    assert_int_equal(own->left.count, 0);
    assert_int_equal(networks_of(own), 0);
    assert_int_equal(fake_fs_kind_of(own->host, FOLDER), FAKE_FS_NOTHING);
    /* And what has gone already is no fault. */
    assert_true(scn_quay_clear(&own->quay, &own->left));
    assert_int_equal(own->left.count, 0);
}

static void a_system_that_cannot_be_opened_may_live(void **state)
{
    struct state *own = *state;
    own->open_hr = plat_hr_win32(PLAT_ERROR_ACCESS_DENIED);
    create_system(own);
    assert_true(scn_quay_clear(&own->quay, &own->left));
    assert_int_equal(own->left.count, 1);
    assert_string_equal(own->left.items[0], "compute system ours (0x80070005)");
}

static void a_network_that_hns_does_not_tell_of_may_be_there(void **state)
{
    struct state *own = *state;
    create_network(own);
    own->hns_hr = plat_hr_win32(PLAT_ERROR_ACCESS_DENIED);
    assert_true(scn_quay_clear(&own->quay, &own->left));
    assert_int_equal(networks_of(own), 1);
    assert_int_equal(own->left.count, 1);
    char *expected =
        wcd_text_format("hns %s (0x80070005)", wrap_berth_hns_objects(own->quay.berth)->items[0]);
    assert_non_null(expected);
    assert_string_equal(own->left.items[0], expected);
    free(expected);
}

int main(void)
{
#define CLEAR_TEST(function) cmocka_unit_test_setup_teardown(function, setup, teardown)
    const struct CMUnitTest tests[] = {
        CLEAR_TEST(what_was_made_goes),
        CLEAR_TEST(a_system_that_cannot_be_opened_may_live),
        CLEAR_TEST(a_network_that_hns_does_not_tell_of_may_be_there),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
