/* core/network: networks and endpoints of the controller, between starts. */
#include "tests/unit/core/controller_fixture.h"

static enum wcd_errc create(struct ctl_bed *bed, const struct wcd_network_request *request)
{
    return wcd_network_create(bed->controller, request, NULL, &bed->err);
}

static enum wcd_errc create_named(struct ctl_bed *bed, const char *type, const char *name)
{
    const struct wcd_network_request request = {.type = type, .name = name};
    return create(bed, &request);
}

static enum wcd_errc add_endpoint(struct ctl_bed *bed, const struct wcd_network *network,
                                  const char *name, const struct wcd_endpoint **out)
{
    const struct wcd_endpoint_request request = {.name = name};
    return wcd_endpoint_create(bed->controller, network, &request, out, &bed->err);
}

/* ---- networks ---- */

static void names_of_2017_are_restricted(void **state)
{
    (void)state;
    static const char *const good[] = {"ab", "a b", "a.b-c_d", "Ethernet 2 - Virtual Switch"};
    static const char *const bad[] = {"", "a", " ", "a ", "-ab", "a/b", "\xC3\xBC\xC3\xBC"};
    struct ctl_bed bed;
    ctl_set_up(&bed, WCD_ENGINE_V17);
    ctl_open_well(&bed);
    for (size_t i = 0; i < COUNT_OF(good); i++) {
        assert_int_equal(create_named(&bed, "transparent", good[i]), WCD_OK);
    }
    for (size_t i = 0; i < COUNT_OF(bad); i++) {
        assert_int_equal(create_named(&bed, "transparent", bad[i]), WCD_E_INVALID_PARAMETER);
        char *message =
            wcd_text_format("invalid name: \"%s\" includes invalid characters, resource name has "
                            "to conform to \"^[\\\\w]+[\\\\w-. ]*[\\\\w]+$\"",
                            bad[i]);
        ctl_assert_error(&bed, WCD_E_INVALID_PARAMETER, message);
        free(message);
    }
    ctl_tear_down(&bed);
}

static void names_of_later_are_not_blank(void **state)
{
    (void)state;
    struct ctl_bed bed;
    ctl_set_up(&bed, WCD_ENGINE_V25);
    ctl_open_well(&bed);
    assert_int_equal(create_named(&bed, "transparent", "a/b"), WCD_OK);
    assert_int_equal(create_named(&bed, "transparent", "q"), WCD_OK);
    (void)create_named(&bed, "transparent", "");
    ctl_assert_error(&bed, WCD_E_INVALID_PARAMETER, "invalid name: ");
    (void)create_named(&bed, "transparent", "\t ");
    ctl_assert_error(&bed, WCD_E_INVALID_PARAMETER, "invalid name: \t ");
    ctl_tear_down(&bed);
}

static void names_are_unique_later_ids_always(void **state)
{
    (void)state;
    for (int engine = 0; engine < 2; engine++) {
        struct ctl_bed bed;
        const struct wcd_network_request first = {.type = "nat", .name = "one", .id = "i1"};
        const struct wcd_network_request second = {.type = "nat", .name = "two", .id = "i1"};
        bool later = engine == WCD_ENGINE_V25;
        ctl_set_up(&bed, (enum wcd_engine)engine);
        ctl_open_well(&bed);
        assert_int_equal(create(&bed, &first), WCD_OK);
        (void)create(&bed, &second);
        ctl_assert_error(&bed, later ? WCD_E_CONFLICT : WCD_E_FORBIDDEN,
                         "network with name i1 already exists");
        assert_int_equal(create_named(&bed, "nat", "one"), later ? WCD_E_CONFLICT : WCD_OK);
        if (later) {
            ctl_assert_error(&bed, WCD_E_CONFLICT, "network with name one already exists");
        }
        ctl_tear_down(&bed);
    }
}

static void types_that_nobody_knows_are_looked_for(void **state)
{
    (void)state;
    struct ctl_bed bed;
    ctl_set_up(&bed, WCD_ENGINE_V17);
    ctl_open_well(&bed);
    (void)create_named(&bed, "ics", "one");
    ctl_assert_error(&bed, WCD_E_NOT_FOUND, "plugin not found");
    assert_int_equal(bed.log.count, 4);
    assert_string_equal(bed.log.items[3], "warning: Unable to locate plugin: ics, retrying in 8s");
    (void)create_named(&bed, "", "one");
    ctl_assert_error(&bed, WCD_E_PLAIN, "Unable to find plugin without name");
    assert_int_equal(bed.calls.count, 0);
    ctl_tear_down(&bed);
}

static void scopes_are_checked(void **state)
{
    (void)state;
    struct ctl_bed bed;
    const struct wcd_network_request local = {.type = "overlay", .name = "o1", .scope = "local"};
    const struct wcd_network_request swarm = {.type = "nat", .name = "o1", .scope = "swarm"};
    const struct wcd_network_request ingress = {.type = "nat", .name = "o1", .ingress = true};
    const struct wcd_network_request global = {.type = "nat", .name = "o1", .scope = "global"};
    ctl_set_up(&bed, WCD_ENGINE_V25);
    ctl_open_well(&bed);
    (void)create(&bed, &local);
    ctl_assert_error(&bed, WCD_E_FORBIDDEN, "cannot downgrade network scope for overlay networks");
    (void)create(&bed, &swarm);
    ctl_assert_error(&bed, WCD_E_FORBIDDEN,
                     "cannot create a swarm scoped network when swarm is not active");
    (void)create(&bed, &ingress);
    ctl_assert_error(&bed, WCD_E_FORBIDDEN, "Ingress network can only be global scope network");
    assert_int_equal(create(&bed, &global), WCD_OK);
    assert_string_equal(wcd_network_by_name(bed.controller, "o1")->scope, "global");
    ctl_tear_down(&bed);
}

static void a_failing_hns_leaves_no_network(void **state)
{
    (void)state;
    struct ctl_bed bed;
    ctl_set_up(&bed, WCD_ENGINE_V17);
    ctl_open_well(&bed);
    bed.fail_from = bed.call + 1;
    bed.fail_to = CTL_NEVER;
    (void)create_named(&bed, "nat", "one");
    ctl_assert_error(&bed, WCD_E_PLAIN, "HNS failed with error : boom");
    assert_null(wcd_networks(bed.controller));
    assert_null(fake_fs_content(bed.host, CTL_FILE, &(size_t){0}));
    ctl_tear_down(&bed);
}

static void a_failing_disk_takes_the_network_back(void **state)
{
    (void)state;
    for (int engine = 0; engine < 2; engine++) {
        struct ctl_bed bed;
        ctl_set_up(&bed, (enum wcd_engine)engine);
        ctl_open_well(&bed);
        const struct wcd_network *kept = ctl_make(&bed, "nat", "kept");
        size_t in_hns = ctl_hns_count(&bed);
        assert_true(
            fake_fs_set_failure(bed.host, CTL_FOLDER, plat_hr_win32(PLAT_ERROR_ACCESS_DENIED)));
        assert_int_not_equal(create_named(&bed, "nat", "one"), WCD_OK);
        assert_non_null(strstr(wcd_error_message(&bed.err),
                               "failed to update store for object type *libnetwork.endpointCnt: "));
        wcd_error_release(&bed.err);
        assert_int_equal(ctl_hns_count(&bed), in_hns);
        assert_int_not_equal(wcd_network_delete(bed.controller, kept, &bed.err), WCD_OK);
        assert_non_null(strstr(wcd_error_message(&bed.err), "error marking network kept ("));
        wcd_error_release(&bed.err);
        assert_false(kept->in_delete);
        assert_true(fake_fs_set_failure(bed.host, CTL_FOLDER, PLAT_S_OK));
        assert_int_equal(wcd_network_delete(bed.controller, kept, &bed.err), WCD_OK);
        assert_int_equal(ctl_hns_count(&bed), 0);
        ctl_tear_down(&bed);
    }
}

static void none_is_kept_out_of_the_file_and_cannot_be_deleted(void **state)
{
    (void)state;
    struct ctl_bed bed;
    const struct wcd_network_request none = {.type = "null", .name = "none", .is_not_kept = true};
    const struct wcd_network *network = NULL;
    ctl_set_up(&bed, WCD_ENGINE_V25);
    ctl_open_well(&bed);
    assert_int_equal(wcd_network_create(bed.controller, &none, &network, &bed.err), WCD_OK);
    assert_string_equal(network->ipam_driver, "default");
    assert_int_equal(network->ipv4.count, 0);
    (void)wcd_network_delete(bed.controller, network, &bed.err);
    ctl_assert_error(&bed, WCD_E_FORBIDDEN, "network of type \"null\" cannot be deleted");
    assert_null(wcd_network_by_name(bed.controller, "none"));
    assert_ptr_equal(wcd_network_by_id(bed.controller, network->id), network);
    ctl_close(&bed);
    ctl_open_well(&bed);
    assert_null(wcd_networks(bed.controller));
    ctl_tear_down(&bed);
}

/* The driver of type null keeps nothing: a kept network of its type does not stand in the way of `none`. */
static void a_kept_network_of_type_null_ends_no_start(void **state)
{
    (void)state;
    for (int engine = 0; engine < 2; engine++) {
        struct ctl_bed bed;
        ctl_set_up(&bed, (enum wcd_engine)engine);
        ctl_open_well(&bed);
        assert_int_equal(create_named(&bed, "null", "nothing"), WCD_OK);
        ctl_close(&bed);
        ctl_open_well(&bed);
        assert_int_equal(ctl_start(&bed), WCD_OK);
        ctl_assert_names(&bed, "none null -\nnat nat made-1\n");
        assert_int_equal(bed.log.count, 1);
        assert_string_equal(bed.log.items[0], "error: Error occurred when removing network network "
                                              "of type \"null\" cannot be deleted");
        ctl_tear_down(&bed);
    }
}

static void networks_come_back(void **state)
{
    (void)state;
    struct ctl_bed bed;
    struct wcd_json *labels = wcd_json_new_object();
    assert_true(wcd_json_set_string(labels, "a", "b"));
    const struct wcd_network_request request = {
        .type = "transparent", .name = "one", .labels = labels, .attachable = true};
    ctl_set_up(&bed, WCD_ENGINE_V25);
    ctl_open_well(&bed);
    assert_int_equal(create(&bed, &request), WCD_OK);
    char *id = wcd_text_copy(wcd_networks(bed.controller)->id);
    ctl_close(&bed);
    ctl_open_well(&bed);
    const struct wcd_network *network = wcd_network_by_id(bed.controller, id);
    assert_non_null(network);
    assert_true(network->attachable);
    assert_true(network->created_100ns > 0);
    assert_true(wcd_json_equal(network->labels, labels));
    assert_string_equal(network->ipam_driver, "windows");
    assert_int_equal(ctl_start(&bed), WCD_OK);
    ctl_assert_names(&bed, "none null -\none transparent made-1\nnat nat made-2\n");
    assert_string_equal(wcd_network_by_name(bed.controller, "one")->id, id);
    wcd_json_free(labels);
    free(id);
    ctl_tear_down(&bed);
}

/* ---- endpoints ---- */

static void endpoints_hold_their_network(void **state)
{
    (void)state;
    static const char *const twice[] = {
        "service endpoint with name box already exists",
        "endpoint with name box already exists in network one",
    };
    for (int engine = 0; engine < 2; engine++) {
        struct ctl_bed bed;
        const struct wcd_endpoint *endpoint = NULL;
        const struct wcd_endpoint *other = NULL;
        ctl_set_up(&bed, (enum wcd_engine)engine);
        ctl_open_well(&bed);
        const struct wcd_network *network = ctl_make(&bed, "nat", "one");
        assert_int_equal(add_endpoint(&bed, network, "box", &endpoint), WCD_OK);
        assert_ptr_equal(wcd_endpoint_by_name(network, "box"), endpoint);
        (void)add_endpoint(&bed, network, "box", &other);
        ctl_assert_error(&bed, WCD_E_FORBIDDEN, twice[engine]);
        (void)wcd_network_delete(bed.controller, network, &bed.err);
        char *message = wcd_text_format("network one id %s has active endpoints", network->id);
        ctl_assert_error(&bed, WCD_E_FORBIDDEN, message);
        assert_int_equal(wcd_endpoint_join(bed.controller, endpoint, "c1", &bed.err), WCD_OK);
        (void)wcd_endpoint_join(bed.controller, endpoint, "c2", &bed.err);
        ctl_assert_error(&bed, WCD_E_FORBIDDEN,
                         "another container is attached to the same network endpoint");
        (void)wcd_endpoint_delete(bed.controller, endpoint, false, &bed.err);
        wcd_text_replace(&message, wcd_text_format("endpoint with name box id %s has active "
                                                   "containers",
                                                   endpoint->id));
        ctl_assert_error(&bed, WCD_E_FORBIDDEN, message);
        assert_int_equal(wcd_endpoint_leave(bed.controller, endpoint, &bed.err), WCD_OK);
        (void)wcd_endpoint_leave(bed.controller, endpoint, &bed.err);
        ctl_assert_error(&bed, WCD_E_FORBIDDEN, "cannot leave endpoint with no attached sandbox");
        assert_int_equal(wcd_endpoint_delete(bed.controller, endpoint, false, &bed.err), WCD_OK);
        assert_int_equal(wcd_network_delete(bed.controller, network, &bed.err), WCD_OK);
        assert_int_equal(ctl_hns_count(&bed), 0);
        free(message);
        ctl_tear_down(&bed);
    }
}

static void an_endpoint_that_hns_refuses_is_not_there(void **state)
{
    (void)state;
    struct ctl_bed bed;
    const struct wcd_endpoint *endpoint = NULL;
    ctl_set_up(&bed, WCD_ENGINE_V25);
    ctl_open_well(&bed);
    const struct wcd_network *network = ctl_make(&bed, "nat", "one");
    bed.fail_from = bed.call + 1;
    bed.fail_to = CTL_NEVER;
    (void)add_endpoint(&bed, network, "box", &endpoint);
    ctl_assert_error(&bed, WCD_E_PLAIN,
                     "failed to create endpoint box on network one: hns failed with error : boom");
    assert_null(endpoint);
    assert_null(network->endpoints);
    ctl_tear_down(&bed);
}

static void stale_endpoints_are_dropped_at_the_next_start(void **state)
{
    (void)state;
    struct ctl_bed bed;
    const struct wcd_endpoint *endpoint = NULL;
    ctl_set_up(&bed, WCD_ENGINE_V25);
    ctl_open_well(&bed);
    const struct wcd_network *network = ctl_make(&bed, "nat", "one");
    assert_int_equal(add_endpoint(&bed, network, "box", &endpoint), WCD_OK);
    assert_int_equal(wcd_endpoint_join(bed.controller, endpoint, "c1", &bed.err), WCD_OK);
    assert_string_not_equal(bed.endpoints[0].id, "");
    ctl_close(&bed);
    ctl_open_well(&bed);
    assert_null(wcd_network_by_name(bed.controller, "one")->endpoints);
    assert_string_equal(bed.endpoints[0].id, "");
    size_t deletes = bed.deletes;
    ctl_close(&bed);
    ctl_open_well(&bed);
    assert_int_equal(bed.deletes, deletes);
    ctl_tear_down(&bed);
}

/* Those of a container go first, from all its networks; what HNS says against it is a warning. */
static void stale_sandboxes_go_before_stale_endpoints(void **state)
{
    (void)state;
    static const char *const names[] = {"made", "joined", "again"};
    struct ctl_bed bed;
    char *calls[COUNT_OF(names)] = {NULL};
    ctl_set_up(&bed, WCD_ENGINE_V25);
    ctl_open_well(&bed);
    const struct wcd_network *networks[] = {ctl_make(&bed, "nat", "one"),
                                            ctl_make(&bed, "nat", "two")};
    for (size_t i = 0; i < COUNT_OF(names); i++) {
        const struct wcd_endpoint *endpoint = NULL;
        assert_int_equal(add_endpoint(&bed, networks[i / 2], names[i], &endpoint), WCD_OK);
        calls[i] = wcd_text_format("DELETE /endpoints/%s", endpoint->hns_id);
        if (i > 0) {
            assert_int_equal(wcd_endpoint_join(bed.controller, endpoint, "c1", &bed.err), WCD_OK);
        }
    }
    ctl_close(&bed);
    ctl_forget(&bed);
    bed.fail_from = bed.call + 2; /* the first call asks for overlay networks */
    bed.fail_to = bed.fail_from;
    ctl_open_well(&bed);
    assert_int_equal(bed.calls.count, 1 + COUNT_OF(names));
    assert_string_equal(bed.calls.items[1], calls[1]);
    assert_string_equal(bed.calls.items[2], calls[2]);
    assert_string_equal(bed.calls.items[3], calls[0]);
    assert_int_equal(bed.log.count, 1);
    assert_string_equal(
        bed.log.items[0],
        "warning: driver error deleting endpoint joined : hns failed with error : boom");
    for (size_t i = 0; i < COUNT_OF(calls); i++) {
        free(calls[i]);
    }
    ctl_tear_down(&bed);
}

/* ---- want of memory ---- */

static enum wcd_errc live(struct ctl_bed *bed)
{
    const struct wcd_endpoint *endpoint = NULL;
    enum wcd_errc code = ctl_open(bed, NULL);
    if (code == WCD_OK) {
        code = ctl_start(bed);
    }
    const struct wcd_network *network =
        code == WCD_OK ? wcd_network_by_name(bed->controller, "nat") : NULL;
    if (network != NULL) {
        code = add_endpoint(bed, network, "box", &endpoint);
    }
    if (endpoint != NULL) {
        code = wcd_endpoint_join(bed->controller, endpoint, "c1", &bed->err);
    }
    if (endpoint != NULL && code == WCD_OK) {
        code = wcd_endpoint_leave(bed->controller, endpoint, &bed->err);
    }
    if (endpoint != NULL && code == WCD_OK) {
        code = wcd_endpoint_delete(bed->controller, endpoint, false, &bed->err);
    }
    return network != NULL && code == WCD_OK
               ? wcd_network_delete(bed->controller, network, &bed->err)
               : code;
}

/* A life takes thousands of allocations; of those behind the first hundreds every fifth fails, others in each generation. */
#define EACH_UP_TO 300u
#define STEP       5u

static void want_of_memory_is_told(void **state)
{
    (void)state;
    for (int engine = 0; engine < 2; engine++) {
        for (size_t n = 1 + (size_t)engine;; n += n < EACH_UP_TO ? 1 : STEP) {
            struct ctl_bed bed;
            ctl_set_up(&bed, (enum wcd_engine)engine);
            ctl_open_well(&bed);
            (void)ctl_make(&bed, "nat", "lost");
            (void)ctl_make(&bed, "transparent", "found");
            ctl_close(&bed);
            bed.networks[0] = (struct ctl_object){0};
            ctl_add_foreign(&bed, "f1", "foreign", "l2bridge", "10.5.0.0/24");
            alloc_fail_after(n);
            enum wcd_errc code = live(&bed);
            bool failed = alloc_fail_off();
            /* Log lines and notes of the bed may fail unseen. */
            assert_true(failed ? code == WCD_E_NO_MEMORY || code == WCD_OK : code == WCD_OK);
            wcd_error_release(&bed.err);
            ctl_close(&bed);
            ctl_open_well(&bed);
            assert_int_equal(ctl_start(&bed), WCD_OK);
            ctl_tear_down(&bed);
            if (!failed) {
                break;
            }
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_of_2017_are_restricted),
        cmocka_unit_test(names_of_later_are_not_blank),
        cmocka_unit_test(names_are_unique_later_ids_always),
        cmocka_unit_test(types_that_nobody_knows_are_looked_for),
        cmocka_unit_test(scopes_are_checked),
        cmocka_unit_test(a_failing_hns_leaves_no_network),
        cmocka_unit_test(a_failing_disk_takes_the_network_back),
        cmocka_unit_test(none_is_kept_out_of_the_file_and_cannot_be_deleted),
        cmocka_unit_test(a_kept_network_of_type_null_ends_no_start),
        cmocka_unit_test(networks_come_back),
        cmocka_unit_test(endpoints_hold_their_network),
        cmocka_unit_test(an_endpoint_that_hns_refuses_is_not_there),
        cmocka_unit_test(stale_endpoints_are_dropped_at_the_next_start),
        cmocka_unit_test(stale_sandboxes_go_before_stale_endpoints),
        cmocka_unit_test(want_of_memory_is_told),
    };
    return cmocka_run_group_tests_name("network controller", tests, NULL, NULL);
}
