/* core/network: address pools in words, the default IPAM driver's books, and what each IPAM driver gives. */
#include "core/network/ipam.h"
#include "core/network/pools.h"
#include "tests/unit/core/controller_fixture.h"

/* ---- cidr ---- */

static void pools_are_masked(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        const char *masked;
    } cases[] = {
        {"192.168.5.7/24", "192.168.5.0/24"}, {"10.1.2.3/9", "10.0.0.0/9"},
        {"0.0.0.0/0", "0.0.0.0/0"},           {"1.2.3.4/32", "1.2.3.4/32"},
        {"fd00::1/64", "fd00::/64"},          {"fd00::ff/127", "fd00::fe/127"},
        {"10.0.0.0/08", "10.0.0.0/8"},        {"::ffff:10.1.2.3/104", "10.0.0.0/8"},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct wcd_cidr cidr;
        struct wcd_error err = WCD_ERROR_INIT;
        assert_int_equal(wcd_cidr_parse(&cidr, cases[i].text, &err), WCD_OK);
        char *text = wcd_cidr_text(&cidr);
        assert_string_equal(text, cases[i].masked);
        free(text);
    }
}

static void other_words_are_no_pools(void **state)
{
    (void)state;
    static const char *const cases[] = {
        "",         "nonsense",   "10.0.0.0",    "10.0.0.0/", "10.0.0.0/33", "10.0.0.0/-1",
        "10.0.0/8", "fd00::/129", "10.0.0.0/8 ", "/8",        "10.0.0.0/8/8"};
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct wcd_cidr cidr;
        struct wcd_error err = WCD_ERROR_INIT;
        assert_int_equal(wcd_cidr_parse(&cidr, cases[i], &err), WCD_E_PLAIN);
        char *message = wcd_text_format("invalid CIDR address: %s", cases[i]);
        assert_string_equal(wcd_error_message(&err), message);
        free(message);
        wcd_error_release(&err);
    }
}

/* ---- books ---- */

static struct wcd_cidr cidr_of(const char *text)
{
    struct wcd_cidr cidr;
    struct wcd_error err = WCD_ERROR_INIT;
    assert_int_equal(wcd_cidr_parse(&cidr, text, &err), WCD_OK);
    return cidr;
}

static enum wcd_errc take(struct wcd_pools *pools, const char *pool, const char *part,
                          struct wcd_error *err)
{
    struct wcd_cidr wanted = cidr_of(pool);
    struct wcd_cidr of = cidr_of(part == NULL ? pool : part);
    struct wcd_cidr out;
    return wcd_pools_take(pools, WCD_POOLS_LOCAL, &wanted, part == NULL ? NULL : &of, &out, err);
}

static void expect_predefined(struct wcd_pools *pools, enum wcd_pool_space space,
                              const char *expected)
{
    struct wcd_cidr out;
    struct wcd_error err = WCD_ERROR_INIT;
    assert_int_equal(wcd_pools_take(pools, space, NULL, NULL, &out, &err), WCD_OK);
    char *text = wcd_cidr_text(&out);
    assert_string_equal(text, expected);
    free(text);
}

static void predefined_pools_follow_one_another(void **state)
{
    (void)state;
    for (int engine = 0; engine < 2; engine++) {
        struct wcd_pools *pools = wcd_pools_new(engine_rules_of((enum wcd_engine)engine));
        struct wcd_error err = WCD_ERROR_INIT;
        struct wcd_cidr out;
        assert_int_equal(take(pools, "172.18.0.0/16", NULL, &err), WCD_OK);
        expect_predefined(pools, WCD_POOLS_LOCAL, "172.17.0.0/16");
        expect_predefined(pools, WCD_POOLS_LOCAL, "172.19.0.0/16");
        expect_predefined(pools, WCD_POOLS_GLOBAL, "10.0.0.0/24");
        expect_predefined(pools, WCD_POOLS_GLOBAL, "10.0.1.0/24");
        struct wcd_cidr first = cidr_of("172.17.0.0/16");
        wcd_pools_give_back(pools, WCD_POOLS_LOCAL, &first, NULL);
        expect_predefined(pools, WCD_POOLS_LOCAL,
                          engine == WCD_ENGINE_V17 ? "172.17.0.0/16" : "172.20.0.0/16");
        for (size_t i = 0; i < 27; i++) {
            assert_int_equal(wcd_pools_take(pools, WCD_POOLS_LOCAL, NULL, NULL, &out, &err),
                             WCD_OK);
        }
        while (wcd_pools_take(pools, WCD_POOLS_LOCAL, NULL, NULL, &out, &err) == WCD_OK) {
        }
        assert_string_equal(wcd_error_message(&err),
                            "could not find an available, non-overlapping IPv4 address pool among "
                            "the defaults to assign to the network");
        assert_int_equal(err.code, WCD_E_NOT_FOUND);
        wcd_error_release(&err);
        wcd_pools_free(pools);
    }
}

static void pools_do_not_overlap(void **state)
{
    (void)state;
    for (int engine = 0; engine < 2; engine++) {
        struct wcd_pools *pools = wcd_pools_new(engine_rules_of((enum wcd_engine)engine));
        struct wcd_error err = WCD_ERROR_INIT;
        assert_int_equal(take(pools, "10.5.0.0/16", NULL, &err), WCD_OK);
        assert_int_equal(take(pools, "10.5.1.0/24", NULL, &err), WCD_E_FORBIDDEN);
        assert_string_equal(wcd_error_message(&err),
                            "Pool overlaps with other one on this address space");
        assert_int_equal(take(pools, "10.0.0.0/8", NULL, &err), WCD_E_FORBIDDEN);
        assert_int_equal(take(pools, "10.5.0.0/16", NULL, &err),
                         engine == WCD_ENGINE_V17 ? WCD_OK : WCD_E_FORBIDDEN);
        assert_int_equal(take(pools, "10.5.0.0/16", "10.5.7.0/24", &err), WCD_OK);
        assert_int_equal(take(pools, "10.6.0.0/16", NULL, &err), WCD_OK);
        wcd_error_release(&err);
        wcd_pools_free(pools);
    }
}

static void addresses_are_handed_out_in_order(void **state)
{
    (void)state;
    struct wcd_pools *pools = wcd_pools_new(engine_rules_of(WCD_ENGINE_V25));
    struct wcd_error err = WCD_ERROR_INIT;
    struct wcd_cidr pool = cidr_of("10.5.0.0/29");
    struct wcd_cidr part = cidr_of("10.5.0.4/30");
    struct go_ip wanted;
    struct go_ip ip;
    assert_int_equal(take(pools, "10.5.0.0/29", NULL, &err), WCD_OK);
    assert_true(wcd_ip_parse(&wanted, "10.5.0.2"));
    assert_int_equal(
        wcd_pools_take_address(pools, WCD_POOLS_LOCAL, &pool, NULL, &wanted, &ip, &err), WCD_OK);
    static const char *const expected[] = {"10.5.0.1", "10.5.0.3", "10.5.0.4", "10.5.0.5",
                                           "10.5.0.6"};
    for (size_t i = 0; i < COUNT_OF(expected); i++) {
        assert_int_equal(
            wcd_pools_take_address(pools, WCD_POOLS_LOCAL, &pool, NULL, NULL, &ip, &err), WCD_OK);
        char *text = wcd_ip_text(&ip);
        assert_string_equal(text, expected[i]);
        free(text);
    }
    assert_int_equal(wcd_pools_take_address(pools, WCD_POOLS_LOCAL, &pool, NULL, NULL, &ip, &err),
                     WCD_E_UNAVAILABLE);
    assert_string_equal(wcd_error_message(&err), "no available addresses on this pool");
    assert_int_equal(
        wcd_pools_take_address(pools, WCD_POOLS_LOCAL, &pool, NULL, &wanted, &ip, &err),
        WCD_E_FORBIDDEN);
    assert_string_equal(wcd_error_message(&err), "Address already in use");
    assert_true(wcd_ip_parse(&wanted, "10.6.0.1"));
    assert_int_equal(
        wcd_pools_take_address(pools, WCD_POOLS_LOCAL, &pool, NULL, &wanted, &ip, &err),
        WCD_E_INVALID_PARAMETER);
    assert_string_equal(wcd_error_message(&err), "requested address is out of range");
    assert_true(wcd_ip_parse(&wanted, "10.5.0.5"));
    wcd_pools_give_address_back(pools, WCD_POOLS_LOCAL, &pool, &wanted);
    assert_int_equal(wcd_pools_take_address(pools, WCD_POOLS_LOCAL, &pool, &part, NULL, &ip, &err),
                     WCD_OK);
    assert_int_equal(wcd_ip_to_number(&ip), wcd_ip_to_number(&wanted));
    wcd_error_release(&err);
    wcd_pools_free(pools);
}

/* ---- drivers ---- */

static void types_have_their_driver(void **state)
{
    (void)state;
    const struct engine_rules *old = engine_rules_of(WCD_ENGINE_V17);
    const struct engine_rules *later = engine_rules_of(WCD_ENGINE_V25);
    assert_string_equal(wcd_ipam_driver_of(old, "nat", NULL), "windows");
    assert_string_equal(wcd_ipam_driver_of(old, "ics", "default"), "windows");
    assert_string_equal(wcd_ipam_driver_of(old, "private", ""), "default");
    assert_string_equal(wcd_ipam_driver_of(later, "private", ""), "windows");
    assert_string_equal(wcd_ipam_driver_of(later, "overlay", "default"), "default");
    assert_string_equal(wcd_ipam_driver_of(later, "null", NULL), "default");
    assert_string_equal(wcd_ipam_driver_of(later, "nat", "mine"), "mine");
}

/* A network that is about to be allocated. */
static struct wcd_network network_of(const char *type, const char *scope, const char *driver)
{
    return (struct wcd_network){.id = wcd_text_copy("id"),
                                .name = wcd_text_copy("net"),
                                .type = wcd_text_copy(type),
                                .scope = wcd_text_copy(scope),
                                .ipam_driver = wcd_text_copy(driver)};
}

static void release_network(struct wcd_network *network)
{
    free(network->id);
    free(network->name);
    free(network->type);
    free(network->scope);
    free(network->ipam_driver);
    wcd_ipam_configs_release(&network->ipv4);
    wcd_ipam_configs_release(&network->ipv6);
    wcd_ipam_configs_release(&network->ipv4_pools);
    wcd_ipam_configs_release(&network->ipv6_pools);
}

static void what_cannot_be_given_is_told(void **state)
{
    (void)state;
    static const struct {
        const char *driver;
        const char *pool;
        const char *sub_pool;
        const char *gateway;
        bool v6;
        enum wcd_errc code;
        const char *message;
    } cases[] = {
        {"windows", "x", NULL, NULL, false, WCD_E_PLAIN, "invalid CIDR address: x"},
        {"windows", "10.0.0.0/8", "10.1.0.0/16", NULL, false, WCD_E_PLAIN,
         "This request is not supported by null ipam driver"},
        {"windows", "10.0.0.0/8", NULL, "x", false, WCD_E_INVALID_PARAMETER,
         "invalid gateway address x in Ipam configuration"},
        {"default", "x", NULL, NULL, false, WCD_E_INVALID_PARAMETER, "invalid address pool"},
        {"default", "fd00::/64", NULL, NULL, false, WCD_E_INVALID_PARAMETER,
         "invalid address pool"},
        {"default", "10.0.0.0/8", "11.0.0.0/16", NULL, false, WCD_E_INVALID_PARAMETER,
         "invalid address subpool"},
        {"default", NULL, "11.0.0.0/16", NULL, false, WCD_E_INVALID_PARAMETER,
         "invalid address subpool"},
        {"default", "10.0.0.0/24", NULL, "10.0.1.1", false, WCD_E_PLAIN,
         "failed to allocate gateway (10.0.1.1): requested address is out of range"},
        {"null", "10.0.0.0/24", NULL, NULL, false, WCD_E_INVALID_PARAMETER,
         "null ipam driver does not handle specific address pool requests"},
        {"mine", NULL, NULL, NULL, false, WCD_E_NOT_FOUND, "plugin not found"},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct wcd_error err = WCD_ERROR_INIT;
        const struct wcd_log_sink log = {0};
        struct wcd_ipam *ipam = wcd_ipam_new(engine_rules_of(WCD_ENGINE_V25), &log);
        struct wcd_network network = network_of("l2bridge", "local", cases[i].driver);
        assert_true(wcd_ipam_configs_add(&network.ipv4, cases[i].pool, cases[i].gateway));
        network.ipv4.items[0].sub_pool =
            cases[i].sub_pool == NULL ? NULL : wcd_text_copy(cases[i].sub_pool);
        assert_int_equal(wcd_ipam_allocate(ipam, &network, &err), cases[i].code);
        assert_string_equal(wcd_error_message(&err), cases[i].message);
        assert_int_equal(network.ipv4_pools.count, 0);
        wcd_error_release(&err);
        release_network(&network);
        wcd_ipam_free(ipam);
    }
}

static void an_overlay_gets_pool_gateway_and_addresses(void **state)
{
    (void)state;
    const struct wcd_log_sink log = {0};
    struct wcd_error err = WCD_ERROR_INIT;
    struct wcd_ipam *ipam = wcd_ipam_new(engine_rules_of(WCD_ENGINE_V25), &log);
    struct wcd_network network = network_of("overlay", "global", "default");
    char *address = NULL;
    assert_int_equal(wcd_ipam_allocate(ipam, &network, &err), WCD_OK);
    assert_int_equal(network.ipv4.count, 1);
    assert_string_equal(network.ipv4_pools.items[0].preferred_pool, "10.0.0.0/24");
    assert_string_equal(network.ipv4_pools.items[0].gateway, "10.0.0.1");
    assert_int_equal(wcd_ipam_take_address(ipam, &network, NULL, &address, &err), WCD_OK);
    assert_string_equal(address, "10.0.0.2");
    free(address);
    assert_int_equal(wcd_ipam_take_address(ipam, &network, "10.9.0.2", &address, &err),
                     WCD_E_INVALID_PARAMETER);
    assert_string_equal(wcd_error_message(&err),
                        "invalid preferred address 10.9.0.2: It does not belong to any of this "
                        "network's subnets");
    for (int i = 3; i < 255; i++) {
        assert_int_equal(wcd_ipam_take_address(ipam, &network, NULL, &address, &err), WCD_OK);
        free(address);
    }
    assert_int_equal(wcd_ipam_take_address(ipam, &network, NULL, &address, &err), WCD_E_PLAIN);
    assert_string_equal(wcd_error_message(&err),
                        "no available IPv4 addresses on this network's address pools: net (id)");
    wcd_ipam_give_address_back(ipam, &network, "10.0.0.77/24");
    assert_int_equal(wcd_ipam_take_address(ipam, &network, NULL, &address, &err), WCD_OK);
    assert_string_equal(address, "10.0.0.77");
    free(address);

    /* Another start: the same pool is taken before anybody else gets it. */
    struct wcd_ipam *next = wcd_ipam_new(engine_rules_of(WCD_ENGINE_V25), &log);
    struct wcd_network other = network_of("overlay", "global", "default");
    assert_int_equal(wcd_ipam_reserve(next, &network, &err), WCD_OK);
    assert_int_equal(wcd_ipam_allocate(next, &other, &err), WCD_OK);
    assert_string_equal(other.ipv4_pools.items[0].preferred_pool, "10.0.1.0/24");
    wcd_error_release(&err);
    release_network(&other);
    release_network(&network);
    wcd_ipam_free(next);
    wcd_ipam_free(ipam);
}

static void auxiliary_addresses_are_kept_free(void **state)
{
    (void)state;
    const struct wcd_log_sink log = {0};
    struct wcd_error err = WCD_ERROR_INIT;
    struct wcd_ipam *ipam = wcd_ipam_new(engine_rules_of(WCD_ENGINE_V25), &log);
    struct wcd_network network = network_of("overlay", "global", "default");
    char *address = NULL;
    assert_true(wcd_ipam_configs_add(&network.ipv4, "10.7.0.0/16", NULL));
    network.ipv4.items[0].aux_addresses = wcd_json_new_object();
    assert_true(wcd_json_set_string(network.ipv4.items[0].aux_addresses, "a", "10.7.0.2"));
    assert_int_equal(wcd_ipam_allocate(ipam, &network, &err), WCD_OK);
    assert_int_equal(wcd_ipam_take_address(ipam, &network, NULL, &address, &err), WCD_OK);
    assert_string_equal(address, "10.7.0.3");
    free(address);
    wcd_ipam_release(ipam, &network);
    assert_true(wcd_json_set_string(network.ipv4.items[0].aux_addresses, "b", "10.8.0.2"));
    assert_int_equal(wcd_ipam_allocate(ipam, &network, &err), WCD_E_FORBIDDEN);
    assert_string_equal(wcd_error_message(&err),
                        "auxilairy address: (b:10.8.0.2) must belong to the master pool: "
                        "10.7.0.0/16");
    wcd_error_release(&err);
    release_network(&network);
    wcd_ipam_free(ipam);
}

static void want_of_memory_is_told(void **state)
{
    (void)state;
    const struct wcd_log_sink log = {0};
    struct wcd_error err = WCD_ERROR_INIT;
    for (size_t n = 1;; n++) {
        struct wcd_network network = network_of("overlay", "global", "default");
        char *address = NULL;
        alloc_fail_after(n);
        struct wcd_ipam *ipam = wcd_ipam_new(engine_rules_of(WCD_ENGINE_V25), &log);
        enum wcd_errc code = ipam == NULL ? WCD_E_NO_MEMORY : WCD_OK;
        if (code == WCD_OK) {
            code = wcd_ipam_allocate(ipam, &network, &err);
        }
        if (code == WCD_OK) {
            code = wcd_ipam_take_address(ipam, &network, NULL, &address, &err);
        }
        if (code == WCD_OK) {
            wcd_ipam_release(ipam, &network);
            code = wcd_ipam_reserve(ipam, &network, &err);
        }
        bool failed = alloc_fail_off();
        free(address);
        release_network(&network);
        wcd_ipam_free(ipam);
        wcd_error_release(&err);
        if (!failed) {
            assert_int_equal(code, WCD_OK);
            break;
        }
        assert_true(code == WCD_E_NO_MEMORY || code == WCD_OK);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pools_are_masked),
        cmocka_unit_test(other_words_are_no_pools),
        cmocka_unit_test(predefined_pools_follow_one_another),
        cmocka_unit_test(pools_do_not_overlap),
        cmocka_unit_test(addresses_are_handed_out_in_order),
        cmocka_unit_test(types_have_their_driver),
        cmocka_unit_test(what_cannot_be_given_is_told),
        cmocka_unit_test(an_overlay_gets_pool_gateway_and_addresses),
        cmocka_unit_test(auxiliary_addresses_are_kept_free),
        cmocka_unit_test(want_of_memory_is_told),
    };
    return cmocka_run_group_tests_name("network ipam", tests, NULL, NULL);
}
