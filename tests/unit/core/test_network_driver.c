/* core/network: which drivers there are, and networks of HNS' own types. */
#include "tests/unit/core/network_fixture.h"

#define POST_NAT(rest) "POST /networks/ {\"Name\":\"" NET_ID "\",\"Type\":\"nat\"" rest "}\n"
#define SUBNETS        ",\"Subnets\":[{\"AddressPrefix\":\"10.5.0.0/16\",\"GatewayAddress\":\"10.5.0.1\"}]"
#define GET_NETWORK    "GET /networks/" HNS_ID "\n"
#define NOT_VALID                                                                                  \
    "{\"Success\":false,\"Error\":\"The object identifier does not represent a valid object. \"}"

static enum wcd_errc create(struct net_bed *bed, struct wcd_error *err)
{
    return wcd_net_driver_create(bed->driver, &bed->network, err);
}

static void assert_hns_id(const struct net_bed *bed, const char *expected)
{
    const struct wcd_json *id = wcd_json_get(bed->network.options, WCD_NET_OPTION_HNSID);
    assert_true(wcd_json_is(id, WCD_JSON_STRING));
    assert_string_equal(wcd_json_string(id), expected);
}

static void types_have_drivers(void **state)
{
    (void)state;
    static const struct {
        const char *type;
        const char *v17;
        const char *v25;
    } cases[] = {
        {"null", "local", "local"},
        {"nat", "local", "local"},
        {"transparent", "local", "local"},
        {"l2bridge", "local", "local"},
        {"l2tunnel", "local", "local"},
        {"overlay", "global", "global"},
        {"ics", NULL, "local"},
        {"internal", NULL, "local"},
        {"private", NULL, "local"},
        {"mirrored", NULL, NULL},
        {"NAT", NULL, NULL},
        {"", NULL, NULL},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        const char *v17 = wcd_net_driver_scope(engine_rules_of(WCD_ENGINE_V17), cases[i].type);
        const char *v25 = wcd_net_driver_scope(engine_rules_of(WCD_ENGINE_V25), cases[i].type);
        assert_true(wcd_text_equal(v17, cases[i].v17));
        assert_true(wcd_text_equal(v25, cases[i].v25));
    }
}

static void options_become_members(void **state)
{
    (void)state;
    static const struct {
        enum wcd_engine engine;
        const char *option;
        const char *value;
        const char *call;
    } cases[] = {
        {WCD_ENGINE_V25, "other", "x", POST_NAT(SUBNETS)},
        {WCD_ENGINE_V25, WCD_NET_OPTION_NAME, "mine",
         "POST /networks/ {\"Name\":\"mine\",\"Type\":\"nat\"" SUBNETS "}\n"},
        {WCD_ENGINE_V25, WCD_NET_OPTION_NAME, "", POST_NAT(SUBNETS)},
        {WCD_ENGINE_V25, WCD_NET_OPTION_HNSID, "", POST_NAT(SUBNETS)},
        {WCD_ENGINE_V25, WCD_NET_OPTION_INTERFACE, "Ethernet <2>",
         POST_NAT(",\"NetworkAdapterName\":\"Ethernet \\u003c2\\u003e\"" SUBNETS)},
        {WCD_ENGINE_V25, WCD_NET_OPTION_VLAN, "42",
         POST_NAT(",\"Policies\":[{\"Type\":\"VLAN\",\"VLAN\":42}]" SUBNETS)},
        {WCD_ENGINE_V25, WCD_NET_OPTION_VLAN, "0", POST_NAT(SUBNETS)},
        {WCD_ENGINE_V17, WCD_NET_OPTION_VSID, "4294967295",
         POST_NAT(",\"Policies\":[{\"Type\":\"VSID\",\"VSID\":4294967295}]" SUBNETS)},
        {WCD_ENGINE_V25, WCD_NET_OPTION_MAC_POOL, "00-15-5D-52-C0-00,00-15-5D-52-CF-FF,a,",
         POST_NAT(",\"MacPools\":[{\"StartMacAddress\":\"00-15-5D-52-C0-00\",\"EndMacAddress\":"
                  "\"00-15-5D-52-CF-FF\"},{\"StartMacAddress\":\"a\"}]" SUBNETS)},
        {WCD_ENGINE_V17, WCD_NET_OPTION_MAC_POOL, "odd", POST_NAT(SUBNETS)},
        {WCD_ENGINE_V25, WCD_NET_OPTION_DNS_SUFFIX, "corp.example",
         POST_NAT(SUBNETS ",\"DNSSuffix\":\"corp.example\"")},
        {WCD_ENGINE_V25, WCD_NET_OPTION_DNS_SERVERS, "8.8.8.8,1.1.1.1",
         POST_NAT(SUBNETS ",\"DNSServerList\":\"8.8.8.8,1.1.1.1\"")},
        {WCD_ENGINE_V25, WCD_NET_OPTION_SOURCE_MAC, "00-15-5D-52-C0-00", POST_NAT(SUBNETS)},
        {WCD_ENGINE_V25, WCD_NET_OPTION_ROUTING_DOMAIN, "rd", POST_NAT(SUBNETS)},
        {WCD_ENGINE_V25, WCD_NET_OPTION_DISABLE_GATEWAY_DNS, "true", POST_NAT(SUBNETS)},
        {WCD_ENGINE_V17, WCD_NET_OPTION_DISABLE_GATEWAY_DNS, "perhaps", POST_NAT(SUBNETS)},
        {WCD_ENGINE_V25, WCD_NET_OPTION_ENABLE_OUTBOUND_NAT, "1", POST_NAT(SUBNETS)},
        {WCD_ENGINE_V17, WCD_NET_OPTION_ENABLE_OUTBOUND_NAT, "perhaps", POST_NAT(SUBNETS)},
        {WCD_ENGINE_V25, WCD_NET_OPTION_OUTBOUND_NAT_EXCEPTIONS, "10.0.0.0/8", POST_NAT(SUBNETS)},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct net_bed bed;
        struct wcd_error err = WCD_ERROR_INIT;
        net_bed_set_up(&bed, cases[i].engine, "nat");
        net_bed_option(&bed, cases[i].option, cases[i].value);
        net_bed_fail(&bed, plat_hr_win32(PLAT_ERROR_ACCESS_DENIED), NULL);
        assert_int_equal(create(&bed, &err), WCD_E_PLAIN);
        wcd_error_release(&err);
        net_bed_assert_calls(&bed, cases[i].call);
        net_bed_tear_down(&bed);
    }
}

static void options_that_say_nothing_are_refused(void **state)
{
    (void)state;
    static const struct {
        const char *option;
        const char *value;
        enum wcd_errc code;
        const char *message;
    } cases[] = {
        {WCD_NET_OPTION_VLAN, "x", WCD_E_PLAIN, "strconv.ParseUint: parsing \"x\": invalid syntax"},
        {WCD_NET_OPTION_VLAN, "", WCD_E_PLAIN, "strconv.ParseUint: parsing \"\": invalid syntax"},
        {WCD_NET_OPTION_VSID, "-1", WCD_E_PLAIN,
         "strconv.ParseUint: parsing \"-1\": invalid syntax"},
        {WCD_NET_OPTION_VSID, "4294967296", WCD_E_PLAIN,
         "strconv.ParseUint: parsing \"4294967296\": value out of range"},
        {WCD_NET_OPTION_MAC_POOL, "a,b,c", WCD_E_INVALID_PARAMETER,
         "Invalid mac pool. You must specify both a start range and an end range"},
        {WCD_NET_OPTION_MAC_POOL, "", WCD_E_INVALID_PARAMETER,
         "Invalid mac pool. You must specify both a start range and an end range"},
        {WCD_NET_OPTION_DISABLE_GATEWAY_DNS, "yes", WCD_E_PLAIN,
         "strconv.ParseBool: parsing \"yes\": invalid syntax"},
        {WCD_NET_OPTION_ENABLE_OUTBOUND_NAT, "\t", WCD_E_PLAIN,
         "strconv.ParseBool: parsing \"\\t\": invalid syntax"},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct net_bed bed;
        struct wcd_error err = WCD_ERROR_INIT;
        net_bed_set_up(&bed, WCD_ENGINE_V25, "transparent");
        net_bed_option(&bed, cases[i].option, cases[i].value);
        assert_int_equal(create(&bed, &err), cases[i].code);
        net_bed_assert_error(&err, cases[i].code, cases[i].message);
        net_bed_assert_calls(&bed, "");
        net_bed_tear_down(&bed);
    }
}

static void pools_are_required(void **state)
{
    (void)state;
    struct net_bed bed;
    struct wcd_error err = WCD_ERROR_INIT;
    net_bed_set_up(&bed, WCD_ENGINE_V17, "l2bridge");
    net_bed_pool(&bed, NULL, NULL);
    assert_int_equal(create(&bed, &err), WCD_E_INVALID_PARAMETER);
    net_bed_assert_error(&err, WCD_E_INVALID_PARAMETER,
                         "network " NET_ID " requires ipv4 configuration");
    assert_true(wcd_ipam_configs_add(&bed.network.ipv6_pools, "fd00::/64", NULL));
    assert_int_equal(create(&bed, &err), WCD_E_FORBIDDEN);
    net_bed_assert_error(&err, WCD_E_FORBIDDEN, "windowsshim driver doesn't support v6 subnets");
    net_bed_assert_calls(&bed, "");
    net_bed_tear_down(&bed);
}

static void v25_takes_the_subnets_that_hns_chose(void **state)
{
    (void)state;
    struct net_bed bed;
    struct wcd_error err = WCD_ERROR_INIT;
    net_bed_set_up(&bed, WCD_ENGINE_V25, "nat");
    net_bed_pool(&bed, "0.0.0.0/0", NULL);
    assert_true(wcd_ipam_configs_add(&bed.network.ipv4, NULL, NULL));
    net_bed_output(&bed, "{\"ID\":\"" HNS_ID "\",\"Subnets\":[{\"AddressPrefix\":\"172.28.7.9/20\","
                         "\"GatewayAddress\":\"172.28.0.1\"},{\"AddressPrefix\":\"0.0.0.0/0\","
                         "\"GatewayAddress\":\"0.0.0.0\"}]}");
    net_bed_output(&bed, "{}");
    assert_int_equal(create(&bed, &err), WCD_OK);
    net_bed_assert_calls(&bed,
                         POST_NAT(",\"Subnets\":[{\"AddressPrefix\":\"0.0.0.0/0\"}]") GET_NETWORK);
    assert_hns_id(&bed, HNS_ID);
    assert_int_equal(bed.network.ipv4.count, 2);
    assert_string_equal(bed.network.ipv4.items[0].preferred_pool, "172.28.0.0/20");
    assert_string_equal(bed.network.ipv4.items[0].gateway, "172.28.0.1");
    assert_string_equal(bed.network.ipv4.items[1].preferred_pool, "0.0.0.0/0");
    assert_string_equal(bed.network.ipv4.items[1].gateway, "0.0.0.0");
    assert_string_equal(bed.network.ipv4_pools.items[0].preferred_pool, "0.0.0.0/0");
    assert_int_equal(create(&bed, &err), WCD_E_FORBIDDEN);
    net_bed_assert_error(&err, WCD_E_FORBIDDEN, "network " NET_ID " exists");
    net_bed_tear_down(&bed);
}

static void a_network_is_deleted_again_when_its_subnets_cannot_be_used(void **state)
{
    (void)state;
    static const struct {
        const char *subnet;
        const char *message;
    } cases[] = {
        {"{\"Success\":true,\"Output\":{\"ID\":\"" HNS_ID "\",\"Subnets\":[{\"AddressPrefix\":"
         "\"0.0.0.0/0\"}]}}",
         "invalid CIDR address: /32"},
        {"{\"Success\":true,\"Output\":{\"ID\":\"" HNS_ID "\",\"Subnets\":[{\"GatewayAddress\":"
         "\"10.5.0.1\"}]}}",
         "invalid CIDR address: "},
        {"{\"Success\":true,\"Output\":{\"ID\":\"" HNS_ID "\",\"Subnets\":[{\"AddressPrefix\":"
         "\"10.5.0.0\",\"GatewayAddress\":\"10.5.0.1\"}]}}",
         "invalid CIDR address: 10.5.0.0"},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct net_bed bed;
        struct wcd_error err = WCD_ERROR_INIT;
        net_bed_set_up(&bed, WCD_ENGINE_V25, "nat");
        net_bed_answer(&bed, cases[i].subnet);
        net_bed_answer(&bed, NOT_VALID);
        assert_int_equal(create(&bed, &err), WCD_E_PLAIN);
        net_bed_assert_error(&err, WCD_E_PLAIN, cases[i].message);
        net_bed_assert_calls(&bed, POST_NAT(SUBNETS) "DELETE /networks/" HNS_ID "\n");
        /* nothing is remembered of it */
        net_bed_answer(&bed, "{\"Success\":false,\"Error\":\"boom\"}");
        wcd_json_free(bed.network.options);
        bed.network.options = wcd_json_new_object();
        assert_int_equal(create(&bed, &err), WCD_E_PLAIN);
        net_bed_assert_error(&err, WCD_E_PLAIN, "hns failed with error : boom");
        net_bed_tear_down(&bed);
    }
}

static void v17_does_not_look_at_subnets(void **state)
{
    (void)state;
    struct net_bed bed;
    struct wcd_error err = WCD_ERROR_INIT;
    net_bed_set_up(&bed, WCD_ENGINE_V17, "nat");
    assert_true(wcd_ipam_configs_add(&bed.network.ipv4, "10.5.0.0/16", NULL));
    net_bed_output(&bed, "{\"ID\":\"" HNS_ID "\",\"Subnets\":[{\"AddressPrefix\":\"x\"}]}");
    assert_int_equal(create(&bed, &err), WCD_OK);
    net_bed_assert_calls(&bed, POST_NAT(SUBNETS) GET_NETWORK);
    assert_int_equal(bed.network.ipv4.count, 1);
    assert_null(bed.network.ipv4.items[0].gateway);
    assert_hns_id(&bed, HNS_ID);
    net_bed_tear_down(&bed);
}

static void an_answer_that_is_no_network_is_an_error(void **state)
{
    (void)state;
    static const struct {
        const char *response;
        const char *message;
    } cases[] = {
        {"{\"Success\":true,\"Output\":[]}",
         "json: cannot unmarshal array into Go value of type HNSNetwork"},
        {"{\"Success\":true,\"Output\":{\"ID\":7}}",
         "json: cannot unmarshal number into Go struct field HNSNetwork.ID of type string"},
        {"{\"Success\":true,\"Output\":{\"ID\":\"x\",\"Subnets\":{}}}",
         "json: cannot unmarshal object into Go struct field HNSNetwork.Subnets of type "
         "[]hns.Subnet"},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct net_bed bed;
        struct wcd_error err = WCD_ERROR_INIT;
        net_bed_set_up(&bed, WCD_ENGINE_V25, "nat");
        net_bed_answer(&bed, cases[i].response);
        assert_int_equal(create(&bed, &err), WCD_E_PLAIN);
        net_bed_assert_error(&err, WCD_E_PLAIN, cases[i].message);
        net_bed_assert_calls(&bed, POST_NAT(SUBNETS));
        net_bed_tear_down(&bed);
    }
}

static void an_answer_without_output_is_a_network_without_id(void **state)
{
    (void)state;
    struct net_bed bed;
    struct wcd_error err = WCD_ERROR_INIT;
    net_bed_set_up(&bed, WCD_ENGINE_V25, "nat");
    assert_int_equal(create(&bed, &err), WCD_OK);
    net_bed_assert_calls(&bed, POST_NAT(SUBNETS));
    assert_hns_id(&bed, "");
    net_bed_tear_down(&bed);
}

static void the_gateways_are_asked_for_but_of_ics(void **state)
{
    (void)state;
    struct net_bed bed;
    struct wcd_error err = WCD_ERROR_INIT;
    net_bed_set_up(&bed, WCD_ENGINE_V25, "ics");
    net_bed_output(&bed, "{\"ID\":\"" HNS_ID "\"}");
    assert_int_equal(create(&bed, &err), WCD_OK);
    net_bed_assert_calls(&bed,
                         "POST /networks/ {\"Name\":\"" NET_ID "\",\"Type\":\"ics\"" SUBNETS "}\n");
    net_bed_tear_down(&bed);

    net_bed_set_up(&bed, WCD_ENGINE_V25, "nat");
    net_bed_output(&bed, "{\"ID\":\"" HNS_ID "\"}");
    net_bed_answer(&bed, NOT_VALID);
    assert_int_equal(create(&bed, &err), WCD_OK);
    net_bed_assert_logs(&bed, "error Resolver Setup/Start failed for container net, \"hns failed "
                              "with error : The object identifier does not represent a valid "
                              "object. \"\n");
    net_bed_tear_down(&bed);
}

static void a_network_that_hns_has_is_taken_as_it_is(void **state)
{
    (void)state;
    struct net_bed bed;
    struct wcd_error err = WCD_ERROR_INIT;
    net_bed_set_up(&bed, WCD_ENGINE_V17, "transparent");
    net_bed_option(&bed, WCD_NET_OPTION_HNSID, HNS_ID);
    assert_int_equal(create(&bed, &err), WCD_OK);
    net_bed_assert_calls(&bed, GET_NETWORK);
    net_bed_tear_down(&bed);

    net_bed_set_up(&bed, WCD_ENGINE_V25, "transparent");
    net_bed_option(&bed, WCD_NET_OPTION_HNSID, HNS_ID);
    net_bed_output(&bed, "[{\"ID\":\"e1\",\"VirtualNetwork\":\"" HNS_ID "\"},null,{\"ID\":\"e2\"},"
                         "{\"ID\":\"e3\",\"VirtualNetwork\":\"" HNS_ID "\"}]");
    net_bed_answer(&bed, NOT_VALID);
    assert_int_equal(create(&bed, &err), WCD_OK);
    net_bed_assert_calls(
        &bed, "GET /endpoints/\nDELETE /endpoints/e1\nDELETE /endpoints/e3\n" GET_NETWORK);
    net_bed_assert_logs(&bed, "info Removing stale HNS endpoint e1\n"
                              "warning Error removing HNS endpoint e1\n"
                              "info Removing stale HNS endpoint e3\n");
    net_bed_tear_down(&bed);
}

static void endpoints_that_cannot_be_listed_are_left(void **state)
{
    (void)state;
    static const char *const responses[] = {
        "{\"Success\":false,\"Error\":\"x\"}",
        "{\"Success\":true,\"Output\":{}}",
        "{\"Success\":true,\"Output\":[{\"ID\":\"e1\",\"VirtualNetwork\":\"" HNS_ID
        "\"},{\"IPAddress\":\"x\"}]}",
        "{\"Success\":true,\"Output\":[{\"Policies\":7}]}",
    };
    for (size_t i = 0; i < COUNT_OF(responses); i++) {
        struct net_bed bed;
        struct wcd_error err = WCD_ERROR_INIT;
        net_bed_set_up(&bed, WCD_ENGINE_V25, "transparent");
        net_bed_option(&bed, WCD_NET_OPTION_HNSID, HNS_ID);
        net_bed_answer(&bed, responses[i]);
        assert_int_equal(create(&bed, &err), WCD_OK);
        net_bed_assert_calls(&bed, "GET /endpoints/\n" GET_NETWORK);
        net_bed_assert_logs(&bed, "warning Error listing HNS endpoints for network " HNS_ID "\n");
        net_bed_tear_down(&bed);
    }
}

/* ---- deleting ---- */

static void a_network_is_deleted(void **state)
{
    (void)state;
    for (size_t i = 0; i < 2; i++) {
        struct net_bed bed;
        struct wcd_error err = WCD_ERROR_INIT;
        bool masked = true;
        net_bed_set_up(&bed, i == 0 ? WCD_ENGINE_V17 : WCD_ENGINE_V25, "nat");
        net_bed_make_network(&bed);
        assert_int_equal(wcd_net_driver_delete(bed.driver, &bed.network, &masked, &err), WCD_OK);
        assert_false(masked);
        net_bed_assert_calls(&bed, "DELETE /networks/" HNS_ID "\n");
        assert_int_equal(wcd_net_driver_delete(bed.driver, &bed.network, &masked, &err),
                         WCD_E_PLAIN);
        assert_true(masked);
        net_bed_assert_error(&err, WCD_E_PLAIN, "network not found: " NET_ID);
        net_bed_assert_calls(&bed, "");
        net_bed_tear_down(&bed);
    }
}

static void what_hns_says_against_a_deletion_is_told(void **state)
{
    (void)state;
    static const struct {
        enum wcd_engine engine;
        enum wcd_errc code;
        const char *message;
    } cases[] = {
        {WCD_ENGINE_V17, WCD_E_PLAIN,
         "HNS failed with error : The object identifier does not represent a valid object. "},
        {WCD_ENGINE_V25, WCD_E_FORBIDDEN,
         "hns failed with error : The object identifier does not represent a valid object. "},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct net_bed bed;
        struct wcd_error err = WCD_ERROR_INIT;
        bool masked = true;
        net_bed_set_up(&bed, cases[i].engine, "nat");
        net_bed_make_network(&bed);
        net_bed_answer(&bed, NOT_VALID);
        assert_int_equal(wcd_net_driver_delete(bed.driver, &bed.network, &masked, &err),
                         cases[i].code);
        assert_false(masked);
        net_bed_assert_error(&err, cases[i].code, cases[i].message);
        /* it stays known */
        assert_int_equal(wcd_net_driver_delete(bed.driver, &bed.network, &masked, &err), WCD_OK);
        net_bed_tear_down(&bed);
    }
}

static void there_is_one_null_network_for_ever(void **state)
{
    (void)state;
    struct net_bed bed;
    struct wcd_error err = WCD_ERROR_INIT;
    static const struct wcd_net_endpoint_options options = {0};
    bool masked = true;
    net_bed_set_up(&bed, WCD_ENGINE_V25, "null");
    net_bed_pool(&bed, NULL, NULL);
    assert_int_equal(create(&bed, &err), WCD_OK);
    assert_int_equal(create(&bed, &err), WCD_E_FORBIDDEN);
    net_bed_assert_error(&err, WCD_E_FORBIDDEN, "only one instance of \"null\" network is allowed");
    assert_int_equal(wcd_net_driver_delete(bed.driver, &bed.network, &masked, &err),
                     WCD_E_FORBIDDEN);
    assert_false(masked);
    net_bed_assert_error(&err, WCD_E_FORBIDDEN, "network of type \"null\" cannot be deleted");
    assert_int_equal(wcd_net_driver_create_endpoint(bed.driver, &bed.endpoint, &options, &err),
                     WCD_OK);
    assert_int_equal(wcd_net_driver_join(bed.driver, &bed.endpoint, &err), WCD_OK);
    assert_int_equal(wcd_net_driver_leave(bed.driver, &bed.endpoint, &err), WCD_OK);
    assert_int_equal(wcd_net_driver_delete_endpoint(bed.driver, &bed.endpoint, &err), WCD_OK);
    assert_null(bed.endpoint.hns_id);
    net_bed_assert_calls(&bed, "");
    net_bed_tear_down(&bed);
}

/* ---- what was kept ---- */

static void kept_networks_are_known_again_in_v25(void **state)
{
    (void)state;
    for (size_t i = 0; i < 2; i++) {
        struct net_bed bed;
        struct wcd_error err = WCD_ERROR_INIT;
        struct wcd_port_binding port = {.port = 80, .host_port = 8080, .host_port_end = 8080};
        bool masked = true;
        net_bed_set_up(&bed, i == 0 ? WCD_ENGINE_V17 : WCD_ENGINE_V25, "nat");
        net_bed_option(&bed, WCD_NET_OPTION_HNSID, HNS_ID);
        bed.endpoint.hns_id = wcd_text_copy("e1");
        assert_true(wcd_port_bindings_add(&bed.endpoint.ports, &port));
        bed.network.endpoints = &bed.endpoint;
        assert_int_equal(wcd_net_driver_restore(bed.driver, &bed.network, &err), WCD_OK);
        assert_int_equal(wcd_net_driver_restore(bed.driver, &bed.network, &err), WCD_OK);
        assert_int_equal(wcd_net_driver_delete_endpoint(bed.driver, &bed.endpoint, &err), WCD_OK);
        net_bed_assert_calls(&bed, i == 0 ? "" : "DELETE /endpoints/e1\n");
        enum wcd_errc code = wcd_net_driver_delete(bed.driver, &bed.network, &masked, &err);
        assert_int_equal(code, i == 0 ? WCD_E_PLAIN : WCD_OK);
        assert_int_equal(masked, i == 0);
        wcd_error_release(&err);
        net_bed_assert_calls(&bed, "");
        net_bed_tear_down(&bed);
    }
}

/* ---- memory ---- */

static enum wcd_errc live(struct net_bed *bed, struct wcd_error *err)
{
    bool masked = false;
    enum wcd_errc code = create(bed, err);
    return code == WCD_OK ? wcd_net_driver_delete(bed->driver, &bed->network, &masked, err) : code;
}

static void a_network_takes_want_of_memory_well(void **state)
{
    (void)state;
    for (size_t n = 1;; n++) {
        struct net_bed bed;
        struct wcd_error err = WCD_ERROR_INIT;
        net_bed_set_up(&bed, WCD_ENGINE_V25, "nat");
        net_bed_option(&bed, WCD_NET_OPTION_MAC_POOL, "a,b");
        net_bed_option(&bed, WCD_NET_OPTION_OUTBOUND_NAT_EXCEPTIONS, "a,b");
        net_bed_output(&bed, "{\"ID\":\"x\",\"Subnets\":[{\"AddressPrefix\":\"10.0.0.0/8\","
                             "\"GatewayAddress\":\"10.0.0.1\"}]}");
        net_bed_answer(&bed, "{\"Success\":false}");
        bed.log.least = WCD_LOG_FATAL; /* a line that cannot be written is lost */
        alloc_fail_after(n);
        enum wcd_errc code = live(&bed, &err);
        bool failed = alloc_fail_off();
        assert_int_equal(code, failed ? WCD_E_NO_MEMORY : WCD_OK);
        wcd_error_release(&err);
        bed.answered = bed.answer_count;
        net_bed_tear_down(&bed);
        if (!failed) {
            break;
        }
    }
}

static void a_network_that_is_taken_survives_want_of_memory(void **state)
{
    (void)state;
    for (size_t n = 1;; n++) {
        struct net_bed bed;
        struct wcd_error err = WCD_ERROR_INIT;
        net_bed_set_up(&bed, WCD_ENGINE_V25, "transparent");
        net_bed_option(&bed, WCD_NET_OPTION_HNSID, HNS_ID);
        net_bed_output(&bed, "[{\"ID\":\"e1\",\"VirtualNetwork\":\"" HNS_ID "\"}]");
        bed.log.least = WCD_LOG_FATAL; /* a line that cannot be written is lost */
        alloc_fail_after(n);
        enum wcd_errc code = create(&bed, &err);
        bool failed = alloc_fail_off();
        assert_int_equal(code, failed ? WCD_E_NO_MEMORY : WCD_OK);
        assert_null(strstr(bed.calls.data, "DELETE /networks/"));
        wcd_error_release(&err);
        bed.answered = bed.answer_count;
        net_bed_tear_down(&bed);
        if (!failed) {
            break;
        }
    }
}

static void restoring_takes_want_of_memory_well(void **state)
{
    (void)state;
    for (size_t n = 1;; n++) {
        struct net_bed bed;
        struct wcd_error err = WCD_ERROR_INIT;
        struct wcd_port_binding port = {.port = 80, .host_port = 8080, .host_port_end = 8080};
        net_bed_set_up(&bed, WCD_ENGINE_V25, "nat");
        net_bed_option(&bed, WCD_NET_OPTION_HNSID, HNS_ID);
        assert_true(wcd_port_bindings_add(&bed.endpoint.ports, &port));
        bed.network.endpoints = &bed.endpoint;
        bed.log.least = WCD_LOG_FATAL; /* a line that cannot be written is lost */
        alloc_fail_after(n);
        enum wcd_errc code = wcd_net_driver_restore(bed.driver, &bed.network, &err);
        bool failed = alloc_fail_off();
        assert_int_equal(code, failed ? WCD_E_NO_MEMORY : WCD_OK);
        wcd_error_release(&err);
        net_bed_tear_down(&bed);
        if (!failed) {
            break;
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(types_have_drivers),
        cmocka_unit_test(options_become_members),
        cmocka_unit_test(options_that_say_nothing_are_refused),
        cmocka_unit_test(pools_are_required),
        cmocka_unit_test(v25_takes_the_subnets_that_hns_chose),
        cmocka_unit_test(a_network_is_deleted_again_when_its_subnets_cannot_be_used),
        cmocka_unit_test(v17_does_not_look_at_subnets),
        cmocka_unit_test(an_answer_that_is_no_network_is_an_error),
        cmocka_unit_test(an_answer_without_output_is_a_network_without_id),
        cmocka_unit_test(the_gateways_are_asked_for_but_of_ics),
        cmocka_unit_test(a_network_that_hns_has_is_taken_as_it_is),
        cmocka_unit_test(endpoints_that_cannot_be_listed_are_left),
        cmocka_unit_test(a_network_is_deleted),
        cmocka_unit_test(what_hns_says_against_a_deletion_is_told),
        cmocka_unit_test(there_is_one_null_network_for_ever),
        cmocka_unit_test(kept_networks_are_known_again_in_v25),
        cmocka_unit_test(a_network_takes_want_of_memory_well),
        cmocka_unit_test(a_network_that_is_taken_survives_want_of_memory),
        cmocka_unit_test(restoring_takes_want_of_memory_well),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
