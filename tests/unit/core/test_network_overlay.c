/* core/network: overlay networks and their endpoints. */
#include "tests/unit/core/network_fixture.h"

#include <stdio.h>

#define VXLAN_IDS "com.docker.network.driver.overlay.vxlanid_list"

#define SUBNET(vni)                                                                                \
    "{\"AddressPrefix\":\"10.5.0.0/16\",\"GatewayAddress\":\"10.5.0.1\",\"Policies\":[{\"Type\":"  \
    "\"VSID\",\"VSID\":" vni "}]}"
#define POST_NETWORK(name, rest)                                                                   \
    "POST /networks/ {\"Name\":\"" name "\",\"Type\":\"overlay\"" rest "}\n"
#define MAC "\"MacAddress\":\"00-15-5D-00-AB-0B\""

static enum wcd_errc create(struct net_bed *bed, struct wcd_error *err)
{
    return wcd_net_driver_create(bed->driver, &bed->network, err);
}

static enum wcd_errc create_endpoint(struct net_bed *bed,
                                     const struct wcd_net_endpoint_options *options,
                                     struct wcd_error *err)
{
    return wcd_net_driver_create_endpoint(bed->driver, &bed->endpoint, options, err);
}

static void a_network_is_made(void **state)
{
    (void)state;
    static const struct {
        enum wcd_engine engine;
        const char *vnis;
        const char *name;
        const char *call;
    } cases[] = {
        {WCD_ENGINE_V25, "4096", NULL,
         POST_NETWORK(NET_ID, ",\"Subnets\":[" SUBNET("4096") "],\"AutomaticDNS\":true")},
        {WCD_ENGINE_V25, "4096,5", "mine",
         POST_NETWORK("mine", ",\"Subnets\":[" SUBNET("4096") "],\"AutomaticDNS\":true")},
        {WCD_ENGINE_V17, "4096", NULL, POST_NETWORK(NET_ID, ",\"Subnets\":[" SUBNET("4096") "]")},
        {WCD_ENGINE_V17, NULL, NULL, POST_NETWORK(NET_ID, ",\"Subnets\":[" SUBNET("0") "]")},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct net_bed bed;
        struct wcd_error err = WCD_ERROR_INIT;
        char calls[1024] = "";
        bool masked = true;
        net_bed_set_up(&bed, cases[i].engine, "overlay");
        net_bed_option(&bed, WCD_NET_OPTION_HNSID, "that is forgotten");
        if (cases[i].vnis != NULL) {
            net_bed_option(&bed, VXLAN_IDS, cases[i].vnis);
        }
        if (cases[i].name != NULL) {
            net_bed_option(&bed, WCD_NET_OPTION_NAME, cases[i].name);
        }
        net_bed_output(&bed, "{\"ID\":\"" HNS_ID "\",\"Subnets\":[{}]}");
        assert_int_equal(create(&bed, &err), WCD_OK);
        assert_int_equal(wcd_net_driver_delete(bed.driver, &bed.network, &masked, &err), WCD_OK);
        assert_false(masked);
        assert_string_equal(
            wcd_json_string(wcd_json_get(bed.network.options, WCD_NET_OPTION_HNSID)), HNS_ID);
        (void)snprintf(calls, sizeof(calls), "%s%s", cases[i].call,
                       "GET /networks/" HNS_ID "\nDELETE /networks/" HNS_ID "\n");
        net_bed_assert_calls(&bed, calls);
        net_bed_tear_down(&bed);
    }
}

static void a_network_that_cannot_be_is_refused(void **state)
{
    (void)state;
    static const struct {
        enum wcd_engine engine;
        const char *pool;
        const char *vnis;
        enum wcd_errc code;
        const char *message;
    } cases[] = {
        {WCD_ENGINE_V25, NULL, "1", WCD_E_INVALID_PARAMETER, "ipv4 pool is empty"},
        {WCD_ENGINE_V17, "0.0.0.0/0", "1", WCD_E_INVALID_PARAMETER, "ipv4 pool is empty"},
        {WCD_ENGINE_V25, "10.5.0.0/16", "x\"", WCD_E_PLAIN,
         "invalid vxlan id value \"x\\\"\" passed"},
        {WCD_ENGINE_V25, "10.5.0.0/16", "", WCD_E_PLAIN, "invalid vxlan id value \"\" passed"},
        {WCD_ENGINE_V25, "10.5.0.0/16", NULL, WCD_E_PLAIN,
         "insufficient vnis(0) passed to overlay. Windows driver requires VNIs to be "
         "prepopulated"},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct net_bed bed;
        struct wcd_error err = WCD_ERROR_INIT;
        net_bed_set_up(&bed, cases[i].engine, "overlay");
        net_bed_pool(&bed, cases[i].pool, "10.5.0.1");
        if (cases[i].vnis != NULL) {
            net_bed_option(&bed, VXLAN_IDS, cases[i].vnis);
        }
        assert_int_equal(create(&bed, &err), cases[i].code);
        net_bed_assert_error(&err, cases[i].code, cases[i].message);
        net_bed_assert_calls(&bed, "");
        net_bed_tear_down(&bed);
    }
}

static void each_subnet_needs_its_vni(void **state)
{
    (void)state;
    static const struct {
        enum wcd_engine engine;
        const char *message;
    } cases[] = {
        {WCD_ENGINE_V17, "insufficient vnis(1) passed to overlay"},
        {WCD_ENGINE_V25, "insufficient vnis(1) passed to overlay. Windows driver requires VNIs to "
                         "be prepopulated"},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct net_bed bed;
        struct wcd_error err = WCD_ERROR_INIT;
        net_bed_set_up(&bed, cases[i].engine, "overlay");
        assert_true(wcd_ipam_configs_add(&bed.network.ipv4_pools, "10.6.0.0/16", "10.6.0.1"));
        net_bed_option(&bed, VXLAN_IDS, "4096");
        assert_int_equal(create(&bed, &err), WCD_E_PLAIN);
        net_bed_assert_error(&err, WCD_E_PLAIN, cases[i].message);
        net_bed_tear_down(&bed);
    }
}

static void what_is_left_over_is_deleted_in_v25(void **state)
{
    (void)state;
    struct net_bed bed;
    struct wcd_error err = WCD_ERROR_INIT;
    net_bed_set_up(&bed, WCD_ENGINE_V25, "overlay");
    net_bed_option(&bed, VXLAN_IDS, "4096");
    net_bed_output(
        &bed,
        "[{\"ID\":\"h1\",\"Name\":\"other\",\"Type\":\"overlay\",\"Subnets\":["
        "{\"AddressPrefix\":\"nonsense\"}," SUBNET(
            "4096") "]},"
                    "{\"ID\":\"h2\",\"Name\":\"third\",\"Type\":\"overlay\",\"Subnets\":["
                    "{\"AddressPrefix\":\"10.0.0.0/8\"}," SUBNET(
                        "4097") "]},"
                                "{\"ID\":\"h3\",\"Name\":\"" NET_ID "\",\"Type\":\"overlay\"},"
                                "{\"ID\":\"h4\",\"Name\":\"nat\",\"Type\":\"nat\"}]");
    assert_int_equal(wcd_net_driver_start(bed.driver, &err), WCD_OK);
    net_bed_assert_calls(&bed, "GET /networks/\n");
    net_bed_assert_logs(&bed, "info Restoring existing overlay networks from HNS into docker\n"
                              "info Restoring overlay network: other\n"
                              "error Error parsing subnet address nonsense \n"
                              "info Restoring overlay network: third\n"
                              "info Restoring overlay network: " NET_ID "\n");
    net_bed_answer(&bed, "{\"Success\":false,\"Error\":\"in use \"}");
    net_bed_answer(&bed, "{\"Success\":true}");
    net_bed_output(&bed, "{\"ID\":\"" HNS_ID "\"}");
    assert_int_equal(create(&bed, &err), WCD_OK);
    net_bed_assert_calls(
        &bed, "DELETE /networks/h3\nDELETE /networks/h1\n" POST_NETWORK(
                  NET_ID, ",\"Subnets\":[" SUBNET(
                              "4096") "],\"AutomaticDNS\":true") "GET /networks/" HNS_ID "\n");
    net_bed_assert_logs(&bed,
                        "error Error deleting stale network hns failed with error : in use \n");
    net_bed_tear_down(&bed);
}

static void the_start_fails_for_nothing_but_memory(void **state)
{
    (void)state;
    static const char *const responses[] = {
        "{\"Success\":false,\"Error\":\"boom\"}",
        "{\"Success\":true,\"Output\":null}",
        "{\"Success\":true,\"Output\":[7]}",
    };
    struct net_bed bed;
    struct wcd_error err = WCD_ERROR_INIT;
    for (size_t i = 0; i < COUNT_OF(responses); i++) {
        net_bed_set_up(&bed, WCD_ENGINE_V25, "overlay");
        net_bed_answer(&bed, responses[i]);
        assert_int_equal(wcd_net_driver_start(bed.driver, &err), WCD_OK);
        net_bed_tear_down(&bed);
    }
    net_bed_set_up(&bed, WCD_ENGINE_V17, "overlay");
    assert_int_equal(wcd_net_driver_start(bed.driver, &err), WCD_OK);
    net_bed_assert_calls(&bed, "");
    net_bed_tear_down(&bed);
}

static void deletions_that_fail_have_the_generations_class(void **state)
{
    (void)state;
    static const struct {
        enum wcd_engine engine;
        enum wcd_errc code;
        const char *message;
    } cases[] = {
        {WCD_ENGINE_V17, WCD_E_PLAIN, "HNS failed with error : boom"},
        {WCD_ENGINE_V25, WCD_E_FORBIDDEN, "hns failed with error : boom"},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct net_bed bed;
        struct wcd_error err = WCD_ERROR_INIT;
        bool masked = true;
        net_bed_set_up(&bed, cases[i].engine, "overlay");
        net_bed_option(&bed, VXLAN_IDS, "4096");
        assert_int_equal(wcd_net_driver_delete(bed.driver, &bed.network, &masked, &err),
                         cases[i].code);
        assert_false(masked);
        net_bed_assert_error(&err, cases[i].code, "could not find network with id " NET_ID);
        net_bed_make_network(&bed);
        net_bed_answer(&bed, "{\"Success\":false,\"Error\":\"boom\"}");
        assert_int_equal(wcd_net_driver_delete(bed.driver, &bed.network, &masked, &err),
                         cases[i].code);
        net_bed_assert_error(&err, cases[i].code, cases[i].message);
        net_bed_tear_down(&bed);
    }
}

/* ---- endpoints ---- */

static void set_up_network(struct net_bed *bed, enum wcd_engine engine)
{
    net_bed_set_up(bed, engine, "overlay");
    net_bed_option(bed, VXLAN_IDS, "4096");
    net_bed_make_network(bed);
}

static void an_endpoint_is_made(void **state)
{
    (void)state;
    struct wcd_port_binding port = {
        .port = 80, .host_port = 8080, .host_port_end = 8080, .host_ip = NULL};
    struct wcd_port_bindings ports = {&port, 1};
    const struct {
        enum wcd_engine engine;
        struct wcd_net_endpoint_options options;
        const char *call;
        const char *mac;
        size_t port_count;
    } cases[] = {
        {WCD_ENGINE_V17,
         {.address = "10.5.0.2", .ports = &ports},
         "POST /endpoints/ {\"VirtualNetwork\":\"" HNS_ID "\",\"Policies\":[{\"Type\":\"PA\","
         "\"PA\":\"192.0.2.7\"}],\"IPAddress\":\"10.5.0.2\",\"EnableInternalDNS\":true}\n",
         "00:15:5d:00:ab:0b",
         0},
        {WCD_ENGINE_V25,
         {.address = "10.5.0.2"},
         "POST /endpoints/ {\"Name\":\"" EP_ID "\",\"VirtualNetwork\":\"" HNS_ID
         "\",\"Policies\":[{\"Type\":\"PA\",\"PA\":\"192.0.2.7\"},{\"Type\":\"OutBoundNAT\","
         "\"PA\":\"\"}],\"IPAddress\":\"10.5.0.2\",\"GatewayAddress\":\"10.5.0.1\","
         "\"EnableInternalDNS\":true}\n",
         "00:15:5d:00:ab:0b",
         1},
        {WCD_ENGINE_V25,
         {.address = "10.5.0.2/16", .ports = &ports, .mac = "02-42-0A-05-00-02"},
         "POST /endpoints/ {\"Name\":\"" EP_ID "\",\"VirtualNetwork\":\"" HNS_ID
         "\",\"Policies\":[{\"Type\":\"PA\",\"PA\":\"192.0.2.7\"},{\"Type\":\"OutBoundNAT\","
         "\"PA\":\"\"},{\"Type\":\"NAT\",\"Protocol\":\"tcp\",\"InternalPort\":80,"
         "\"ExternalPort\":8080,\"ExternalPortReserved\":true}],\"MacAddress\":"
         "\"02:42:0a:05:00:02\",\"IPAddress\":\"10.5.0.2\",\"GatewayAddress\":\"10.5.0.1\","
         "\"EnableInternalDNS\":true}\n",
         "02:42:0a:05:00:02",
         1},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct net_bed bed;
        struct wcd_error err = WCD_ERROR_INIT;
        set_up_network(&bed, cases[i].engine);
        net_bed_output(&bed, "{\"ID\":\"e1\"," MAC ",\"Policies\":[{\"Type\":\"NAT\",\"Protocol\":"
                             "\"tcp\",\"InternalPort\":80,\"ExternalPort\":8080}]}");
        assert_int_equal(create_endpoint(&bed, &cases[i].options, &err), WCD_OK);
        net_bed_assert_calls(&bed, cases[i].call);
        assert_string_equal(bed.endpoint.hns_id, "e1");
        assert_string_equal(bed.endpoint.address, "10.5.0.2/16");
        assert_string_equal(bed.endpoint.mac, cases[i].mac);
        assert_null(bed.endpoint.gateway);
        assert_true(bed.endpoint.allow_unqualified_dns_query);
        assert_int_equal(bed.endpoint.ports.count, cases[i].port_count);
        assert_int_equal(wcd_net_driver_join(bed.driver, &bed.endpoint, &err), WCD_OK);
        assert_int_equal(wcd_net_driver_leave(bed.driver, &bed.endpoint, &err), WCD_OK);
        assert_int_equal(wcd_net_driver_delete_endpoint(bed.driver, &bed.endpoint, &err), WCD_OK);
        net_bed_assert_calls(&bed, "DELETE /endpoints/e1\n");
        net_bed_tear_down(&bed);
    }
}

/* Recorded of a swarm's routing mesh (tests/traces: c0, c2, c6), on a host that told no management address: its network,
 * an endpoint in it, and their end. */
static void a_swarms_network_is_asked_for_as_it_was_recorded(void **state)
{
    (void)state;
    static const struct wcd_net_endpoint_options options = {.address = "10.0.0.2"};
    struct net_bed bed;
    struct wcd_error err = WCD_ERROR_INIT;
    bool masked = true;
    net_bed_set_up(&bed, WCD_ENGINE_V25, "overlay");
    net_bed_pool(&bed, "10.0.0.0/24", "10.0.0.1");
    net_bed_option(&bed, VXLAN_IDS, "4096");
    net_bed_output(&bed, "{\"ID\":\"" HNS_ID "\",\"State\":1}");
    assert_int_equal(create(&bed, &err), WCD_OK);
    net_bed_assert_calls(
        &bed, POST_NETWORK(
                  NET_ID,
                  ",\"Subnets\":[{\"AddressPrefix\":\"10.0.0.0/24\","
                  "\"GatewayAddress\":\"10.0.0.1\",\"Policies\":[{\"Type\":"
                  "\"VSID\",\"VSID\":4096}]}],\"AutomaticDNS\":true") "GET /networks/" HNS_ID "\n");
    net_bed_output(&bed, "{\"ID\":\"e1\"," MAC "}");
    assert_int_equal(create_endpoint(&bed, &options, &err), WCD_OK);
    assert_int_equal(wcd_net_driver_join(bed.driver, &bed.endpoint, &err), WCD_OK);
    assert_int_equal(wcd_net_driver_leave(bed.driver, &bed.endpoint, &err), WCD_OK);
    assert_int_equal(wcd_net_driver_delete_endpoint(bed.driver, &bed.endpoint, &err), WCD_OK);
    assert_int_equal(wcd_net_driver_delete(bed.driver, &bed.network, &masked, &err), WCD_OK);
    net_bed_assert_calls(
        &bed, "POST /endpoints/ {\"Name\":\"" EP_ID "\",\"VirtualNetwork\":\"" HNS_ID
              "\",\"Policies\":[{\"Type\":\"PA\",\"PA\":\"\"},{\"Type\":\"OutBoundNAT\",\"PA\":"
              "\"\"}],\"IPAddress\":\"10.0.0.2\",\"GatewayAddress\":\"10.0.0.1\","
              "\"EnableInternalDNS\":true}\n"
              "DELETE /endpoints/e1\nDELETE /networks/" HNS_ID "\n");
    net_bed_tear_down(&bed);
}

static void an_endpoint_that_cannot_be_is_refused(void **state)
{
    (void)state;
    struct wcd_port_binding range = {.protocol = WCD_PROTOCOL_SCTP, .port = 80};
    struct wcd_port_bindings ports = {&range, 1};
    const struct {
        enum wcd_engine engine;
        struct wcd_net_endpoint_options options;
        const char *message;
    } cases[] = {
        {WCD_ENGINE_V25, {0}, "create endpoint was not passed interface IP address"},
        {WCD_ENGINE_V25,
         {.address = "10.6.0.2/16"},
         "no matching subnet for IP \"10.6.0.2/16\" in network \"" NET_ID "\""},
        {WCD_ENGINE_V17,
         {.address = "10.5.0.2/24"},
         "no matching subnet for IP \"10.5.0.2/24\" in network \"" NET_ID "\"\n"},
        {WCD_ENGINE_V25, {.address = "10.5.0.2", .ports = &ports}, "invalid protocol sctp"},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct net_bed bed;
        struct wcd_error err = WCD_ERROR_INIT;
        set_up_network(&bed, cases[i].engine);
        assert_int_equal(create_endpoint(&bed, &cases[i].options, &err), WCD_E_PLAIN);
        net_bed_assert_error(&err, WCD_E_PLAIN, cases[i].message);
        net_bed_assert_calls(&bed, "");
        net_bed_tear_down(&bed);
    }
}

static void a_stale_endpoint_goes_first(void **state)
{
    (void)state;
    static const struct wcd_net_endpoint_options options = {.address = "10.5.0.2"};
    struct net_bed bed;
    struct wcd_error err = WCD_ERROR_INIT;
    set_up_network(&bed, WCD_ENGINE_V25);
    net_bed_output(&bed, "{\"ID\":\"e1\"," MAC "}");
    assert_int_equal(create_endpoint(&bed, &options, &err), WCD_OK);
    bed.calls = (struct net_bed_text){0};
    net_bed_answer(&bed, "{\"Success\":false,\"Error\":\"boom\"}");
    assert_int_equal(create_endpoint(&bed, &options, &err), WCD_E_PLAIN);
    net_bed_assert_error(&err, WCD_E_PLAIN, "hns failed with error : boom");
    net_bed_assert_calls(&bed, "DELETE /endpoints/e1\n");
    net_bed_output(&bed, "{\"ID\":\"e2\",\"MacAddress\":\"\"}");
    assert_int_equal(create_endpoint(&bed, &options, &err), WCD_E_PLAIN);
    net_bed_assert_error(&err, WCD_E_PLAIN, "invalid MAC address");
    net_bed_tear_down(&bed);
}

static void what_cannot_be_found_is_named(void **state)
{
    (void)state;
    static const struct wcd_net_endpoint_options options = {.address = "10.5.0.2"};
    struct net_bed bed;
    struct wcd_error err = WCD_ERROR_INIT;
    net_bed_set_up(&bed, WCD_ENGINE_V25, "overlay");
    assert_int_equal(create_endpoint(&bed, &options, &err), WCD_E_PLAIN);
    net_bed_assert_error(&err, WCD_E_PLAIN, "network id \"" NET_ID "\" not found");
    assert_int_equal(wcd_net_driver_delete_endpoint(bed.driver, &bed.endpoint, &err), WCD_E_PLAIN);
    net_bed_assert_error(&err, WCD_E_PLAIN, "network id \"" NET_ID "\" not found");
    assert_int_equal(wcd_net_driver_join(bed.driver, &bed.endpoint, &err), WCD_E_PLAIN);
    net_bed_assert_error(&err, WCD_E_PLAIN, "could not find network with id " NET_ID);
    net_bed_option(&bed, VXLAN_IDS, "4096");
    net_bed_make_network(&bed);
    assert_int_equal(wcd_net_driver_delete_endpoint(bed.driver, &bed.endpoint, &err), WCD_E_PLAIN);
    net_bed_assert_error(&err, WCD_E_PLAIN, "endpoint id \"" EP_ID "\" not found");
    assert_int_equal(wcd_net_driver_join(bed.driver, &bed.endpoint, &err), WCD_E_PLAIN);
    net_bed_assert_error(&err, WCD_E_PLAIN, "could not find endpoint with id " EP_ID);
    net_bed_assert_calls(&bed, "");
    net_bed_tear_down(&bed);
}

static enum wcd_errc live(struct net_bed *bed, struct wcd_error *err)
{
    struct wcd_port_binding port = {.port = 80};
    struct wcd_port_bindings ports = {&port, 1};
    const struct wcd_net_endpoint_options options = {.address = "10.5.0.2", .ports = &ports};
    bool masked = false;
    enum wcd_errc code = wcd_net_driver_start(bed->driver, err);
    if (code == WCD_OK) {
        code = create(bed, err);
    }
    if (code == WCD_OK) {
        code = create_endpoint(bed, &options, err);
    }
    if (code == WCD_OK) {
        code = wcd_net_driver_delete_endpoint(bed->driver, &bed->endpoint, err);
    }
    return code == WCD_OK ? wcd_net_driver_delete(bed->driver, &bed->network, &masked, err) : code;
}

static void an_overlay_takes_want_of_memory_well(void **state)
{
    (void)state;
    for (size_t n = 1;; n++) {
        struct net_bed bed;
        struct wcd_error err = WCD_ERROR_INIT;
        net_bed_set_up(&bed, WCD_ENGINE_V25, "overlay");
        net_bed_option(&bed, VXLAN_IDS, "4096");
        bed.log.least = WCD_LOG_FATAL; /* a line that cannot be written is lost */
        net_bed_output(&bed, "[{\"ID\":\"h1\",\"Name\":\"other\",\"Type\":\"overlay\",\"Subnets\":["
                             "{\"AddressPrefix\":\"x\"}," SUBNET("4096") "]}]");
        net_bed_answer(&bed, "{\"Success\":true}");
        net_bed_output(&bed, "{\"ID\":\"" HNS_ID "\"}");
        net_bed_output(&bed, "{}");
        net_bed_output(&bed, "{\"ID\":\"e1\"," MAC ",\"Policies\":[{\"Type\":\"NAT\",\"Protocol\":"
                             "\"tcp\",\"InternalPort\":80,\"ExternalPort\":60000}]}");
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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_network_is_made),
        cmocka_unit_test(a_network_that_cannot_be_is_refused),
        cmocka_unit_test(each_subnet_needs_its_vni),
        cmocka_unit_test(what_is_left_over_is_deleted_in_v25),
        cmocka_unit_test(the_start_fails_for_nothing_but_memory),
        cmocka_unit_test(deletions_that_fail_have_the_generations_class),
        cmocka_unit_test(an_endpoint_is_made),
        cmocka_unit_test(a_swarms_network_is_asked_for_as_it_was_recorded),
        cmocka_unit_test(an_endpoint_that_cannot_be_is_refused),
        cmocka_unit_test(a_stale_endpoint_goes_first),
        cmocka_unit_test(what_cannot_be_found_is_named),
        cmocka_unit_test(an_overlay_takes_want_of_memory_well),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
