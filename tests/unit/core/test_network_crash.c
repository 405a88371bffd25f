/* core/network: the controller of a daemon that dies, at each of its calls, and of one whose calls fail. What is on disk
 * is what was there before or what was to be there. */
#include "fakes/wrap/fault.h"
#include "tests/unit/core/controller_fixture.h"

enum operation {
    MAKE_NETWORK,
    DELETE_NETWORK,
    MAKE_ENDPOINT,
    DELETE_ENDPOINT,
    JOIN_ENDPOINT,
    START_ALL,
    OPERATION_COUNT
};

#define OTHER_NETWORK "first"
#define THE_NETWORK   "second"
#define THE_ENDPOINT  "box"

static const struct wcd_network *the_network(const struct ctl_bed *bed)
{
    return wcd_network_by_name(bed->controller, THE_NETWORK);
}

static enum wcd_errc make_endpoint(struct ctl_bed *bed, const struct wcd_endpoint **out)
{
    const struct wcd_endpoint_request request = {.name = THE_ENDPOINT};
    return wcd_endpoint_create(bed->controller, the_network(bed), &request, out, &bed->err);
}

/* A daemon's controller, started over a sound HNS. */
static void open_and_start(struct ctl_bed *bed)
{
    ctl_open_well(bed);
    if (ctl_start(bed) != WCD_OK) {
        fail_msg("%s", wcd_error_message(&bed->err));
    }
}

static void prepare(struct ctl_bed *bed, enum operation operation)
{
    const struct wcd_endpoint *endpoint = NULL;
    (void)ctl_make(bed, "transparent", OTHER_NETWORK);
    if (operation != MAKE_NETWORK) {
        (void)ctl_make(bed, "transparent", THE_NETWORK);
    }
    if (operation == DELETE_ENDPOINT || operation == JOIN_ENDPOINT) {
        assert_int_equal(make_endpoint(bed, &endpoint), WCD_OK);
    }
}

static enum wcd_errc run(struct ctl_bed *bed, enum operation operation)
{
    const struct wcd_network_request request = {.type = "transparent", .name = THE_NETWORK};
    const struct wcd_endpoint *endpoint = NULL;
    switch (operation) {
    case MAKE_NETWORK:
        return wcd_network_create(bed->controller, &request, NULL, &bed->err);
    case DELETE_NETWORK:
        return wcd_network_delete(bed->controller, the_network(bed), &bed->err);
    case MAKE_ENDPOINT:
        return make_endpoint(bed, &endpoint);
    case DELETE_ENDPOINT:
        endpoint = wcd_endpoint_by_name(the_network(bed), THE_ENDPOINT);
        return wcd_endpoint_delete(bed->controller, endpoint, false, &bed->err);
    case JOIN_ENDPOINT:
        endpoint = wcd_endpoint_by_name(the_network(bed), THE_ENDPOINT);
        return wcd_endpoint_join(bed->controller, endpoint, "c1", &bed->err);
    default:
        return ctl_start(bed);
    }
}

/* A daemon that comes after finds the other network, and can make, use and delete the one that it was about. */
static void check(struct ctl_bed *bed, bool other_may_be_lost)
{
    const struct wcd_endpoint *endpoint = NULL;
    open_and_start(bed);
    const struct wcd_network *other = wcd_network_by_name(bed->controller, OTHER_NETWORK);
    assert_true(other != NULL || other_may_be_lost);
    assert_true(other == NULL || other->endpoints == NULL);
    if (the_network(bed) == NULL) {
        (void)ctl_make(bed, "transparent", THE_NETWORK);
    }
    assert_null(the_network(bed)->endpoints);
    if (make_endpoint(bed, &endpoint) != WCD_OK) {
        fail_msg("%s", wcd_error_message(&bed->err));
    }
    assert_int_equal(wcd_endpoint_delete(bed->controller, endpoint, false, &bed->err), WCD_OK);
    assert_int_equal(wcd_network_delete(bed->controller, the_network(bed), &bed->err), WCD_OK);
    assert_null(the_network(bed));
    ctl_close(bed);
}

static void die(void *ctx, const struct wrap_fault_call *call)
{
    (void)call;
    wrap_fault_kill(ctx);
}

/* The process dies before the nth call, or the call fails; false when there were fewer. */
static bool run_with(struct ctl_bed *bed, enum operation operation, size_t n, bool dies)
{
    struct wrap_fault *fault = wrap_fault_create(&bed->platform);
    assert_non_null(fault);
    const struct platform platform = wrap_fault_platform(fault);
    open_and_start(bed);
    prepare(bed, operation);
    ctl_close(bed);
    assert_int_equal(ctl_open(bed, &platform), WCD_OK);
    if (operation != START_ALL) {
        assert_int_equal(ctl_start(bed), WCD_OK);
    }
    if (operation == DELETE_ENDPOINT || operation == JOIN_ENDPOINT) {
        const struct wcd_endpoint *endpoint = NULL; /* the start dropped the one before */
        assert_int_equal(make_endpoint(bed, &endpoint), WCD_OK);
    }
    const struct wrap_fault_rule rule = {.action =
                                             dies ? WRAP_FAULT_HOOK_BEFORE : WRAP_FAULT_ANSWER,
                                         .first = n,
                                         .times = 1,
                                         .hook = die,
                                         .hook_ctx = fault,
                                         .hr = plat_hr_win32(PLAT_ERROR_ACCESS_DENIED)};
    uint64_t id = wrap_fault_add(fault, &rule);
    (void)run(bed, operation);
    wcd_error_release(&bed->err);
    bool fired = wrap_fault_fired(fault, id) > 0;
    ctl_close(bed);
    wrap_fault_destroy(fault);
    return fired;
}

static void sweep(bool dies)
{
    for (int i = 0; i < 2 * OPERATION_COUNT; i++) {
        bool fired = true;
        for (size_t n = 1; fired; n++) {
            struct ctl_bed bed;
            ctl_set_up(&bed, i % 2 == 0 ? WCD_ENGINE_V17 : WCD_ENGINE_V25);
            fired = run_with(&bed, (enum operation)(i / 2), n, dies);
            assert_true(fired || n > 2);
            /* A start cannot take over a network of which HNS says nothing, and goes on: the original's way. */
            check(&bed, !dies && i / 2 == START_ALL);
            ctl_tear_down(&bed);
        }
    }
}

static void a_controller_survives_the_death_of_its_process(void **state)
{
    (void)state;
    sweep(true);
}

static void a_controller_survives_a_call_that_fails(void **state)
{
    (void)state;
    sweep(false);
}

/* A user's nat network that HNS lost is made again by the first start that comes to its end. */
static bool die_making_it_again(struct ctl_bed *bed, size_t n)
{
    struct wrap_fault *fault = wrap_fault_create(&bed->platform);
    assert_non_null(fault);
    const struct platform platform = wrap_fault_platform(fault);
    open_and_start(bed);
    (void)ctl_make(bed, "nat", THE_NETWORK);
    ctl_close(bed);
    memset(bed->networks, 0, sizeof(bed->networks));
    assert_int_equal(ctl_open(bed, &platform), WCD_OK);
    const struct wrap_fault_rule rule = {
        .action = WRAP_FAULT_HOOK_BEFORE, .first = n, .times = 1, .hook = die, .hook_ctx = fault};
    uint64_t id = wrap_fault_add(fault, &rule);
    (void)ctl_start(bed);
    wcd_error_release(&bed->err);
    bool fired = wrap_fault_fired(fault, id) > 0;
    ctl_close(bed);
    wrap_fault_destroy(fault);
    return fired;
}

static void a_network_that_is_made_again_survives_a_death(void **state)
{
    (void)state;
    bool fired = true;
    for (size_t n = 1; fired; n++) {
        struct ctl_bed bed;
        ctl_set_up(&bed, WCD_ENGINE_V25);
        fired = die_making_it_again(&bed, n);
        assert_true(fired || n > 4);
        open_and_start(&bed);
        assert_non_null(the_network(&bed));
        ctl_close(&bed);
        ctl_tear_down(&bed);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_network_that_is_made_again_survives_a_death),
        cmocka_unit_test(a_controller_survives_the_death_of_its_process),
        cmocka_unit_test(a_controller_survives_a_call_that_fails),
    };
    return cmocka_run_group_tests_name("network crash", tests, NULL, NULL);
}
