/* core/network: endpoints of HNS' own types. */
#include "tests/unit/core/network_fixture.h"

#define POST(rest)    "POST /endpoints/ {\"VirtualNetwork\":\"" HNS_ID "\"" rest "}\n"
#define NAMED         ",\"EnableInternalDNS\":true"
#define DELETE_E1     "DELETE /endpoints/e1\n"
#define ANSWER(rest)  "{\"Success\":true,\"Output\":{\"ID\":\"e1\"" rest "}}"
#define MAC           ",\"MacAddress\":\"00-15-5D-00-AB-0B\""
#define MORE_THAN_ONE "Windows does not support more than one host port in NAT settings"
#define HOST_ADDRESS  "Windows does not support host IP addresses in NAT settings"

/* One published port. */
struct port {
    enum wcd_protocol protocol;
    uint16_t host_port;
    uint16_t host_port_end;
    char host_ip[16];
};

static enum wcd_errc create(struct net_bed *bed, const struct wcd_net_endpoint_options *options,
                            struct wcd_error *err)
{
    return wcd_net_driver_create_endpoint(bed->driver, &bed->endpoint, options, err);
}

/* Creates with one port of the container, 80. */
static enum wcd_errc publish(struct net_bed *bed, struct port port, struct wcd_error *err)
{
    struct wcd_port_binding binding = {.protocol = port.protocol,
                                       .port = 80,
                                       .host_port = port.host_port,
                                       .host_port_end = port.host_port_end,
                                       .host_ip = port.host_ip};
    struct wcd_port_bindings ports = {&binding, 1};
    struct wcd_net_endpoint_options options = {.ports = &ports};
    return create(bed, &options, err);
}

static void options_become_members(void **state)
{
    (void)state;
    struct wcd_strlist servers;
    wcd_strlist_init(&servers);
    assert_true(wcd_strlist_add(&servers, "9.9.9.9"));
    assert_true(wcd_strlist_add(&servers, "1.1.1.1"));
    const struct {
        const char *type;
        struct wcd_net_endpoint_options options;
        const char *call;
    } cases[] = {
        {"nat", {0}, POST(NAMED)},
        {"transparent", {0}, POST("")},
        {"nat", {.address = "10.5.0.50"}, POST(",\"IPAddress\":\"10.5.0.50\"" NAMED)},
        {"nat", {.address = "10.5.0.50/16"}, POST(",\"IPAddress\":\"10.5.0.50\"" NAMED)},
        {"nat", {.mac = "00:15:5D:01:02:AF"}, POST(",\"MacAddress\":\"00-15-5d-01-02-af\"" NAMED)},
        {"nat", {.dns_servers = &servers}, POST(",\"DNSServerList\":\"9.9.9.9,1.1.1.1\"" NAMED)},
        {"nat", {.disable_dns = true}, POST("")},
        {"nat", {.disable_gateway_dns = true}, POST("")},
        {"l2bridge", {.disable_icc = true}, POST(",\"DisableICC\":true")},
        {"nat",
         {.max_egress_bandwidth = UINT64_MAX},
         POST(",\"Policies\":[{\"Type\":\"QOS\",\"MaximumOutgoingBandwidthInBytes\":"
              "18446744073709551615}]" NAMED)},
    };
    for (size_t i = 0; i < COUNT_OF(cases) * 2; i++) {
        struct net_bed bed;
        struct wcd_error err = WCD_ERROR_INIT;
        size_t at = i / 2;
        net_bed_set_up(&bed, i % 2 == 0 ? WCD_ENGINE_V17 : WCD_ENGINE_V25, cases[at].type);
        net_bed_make_network(&bed);
        net_bed_fail(&bed, plat_hr_win32(PLAT_ERROR_ACCESS_DENIED), NULL);
        assert_int_equal(create(&bed, &cases[at].options, &err), WCD_E_PLAIN);
        wcd_error_release(&err);
        net_bed_assert_calls(&bed, cases[at].call);
        assert_null(bed.endpoint.hns_id);
        net_bed_tear_down(&bed);
    }
    wcd_strlist_release(&servers);
}

static void options_that_are_no_texts_cannot_be_given_by_users(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        const char *mac;
        bool refused;
    } cases[] = {
        {"com.docker.endpoint.windowsshim.qospolicies", NULL, true},
        {"com.docker.network.windowsshim.disableicc", NULL, true},
        {"com.docker.network.windowsshim.disable_dns", NULL, true},
        {"com.docker.network.endpoint.macaddress", NULL, true},
        {"com.docker.network.endpoint.macaddress", "00:15:5D:01:02:AF", false},
        {"own", NULL, false},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct net_bed bed;
        struct wcd_error err = WCD_ERROR_INIT;
        struct wcd_json *texts = wcd_json_new_object();
        assert_true(wcd_json_set_string(texts, cases[i].name, "true"));
        const struct wcd_net_endpoint_options options = {.mac = cases[i].mac, .texts = texts};
        net_bed_set_up(&bed, WCD_ENGINE_V25, "l2bridge");
        net_bed_make_network(&bed);
        if (!cases[i].refused) {
            net_bed_fail(&bed, plat_hr_win32(PLAT_ERROR_ACCESS_DENIED), NULL);
        }
        assert_int_equal(create(&bed, &options, &err), WCD_E_PLAIN);
        if (cases[i].refused) {
            assert_string_equal(wcd_error_message(&err), "Invalid endpoint configuration");
            net_bed_assert_calls(&bed, "");
        }
        wcd_error_release(&err);
        wcd_json_free(texts);
        net_bed_tear_down(&bed);
    }
}

static void options_of_the_network_reach_its_endpoints(void **state)
{
    (void)state;
    static const struct wcd_net_endpoint_options none = {0};
    struct net_bed bed;
    struct wcd_error err = WCD_ERROR_INIT;
    net_bed_set_up(&bed, WCD_ENGINE_V25, "nat");
    net_bed_option(&bed, WCD_NET_OPTION_DISABLE_GATEWAY_DNS, "true");
    net_bed_option(&bed, WCD_NET_OPTION_ENABLE_OUTBOUND_NAT, "true");
    net_bed_option(&bed, WCD_NET_OPTION_OUTBOUND_NAT_EXCEPTIONS, "10.0.0.0/8,10.1.0.0/16");
    net_bed_make_network(&bed);
    net_bed_answer(&bed, ANSWER(MAC));
    assert_int_equal(create(&bed, &none, &err), WCD_OK);
    net_bed_assert_calls(&bed, POST(",\"Policies\":[{\"Type\":\"OutBoundNAT\",\"ExceptionList\":["
                                    "\"10.0.0.0/8\",\"10.1.0.0/16\"]}]"));
    net_bed_tear_down(&bed);

    net_bed_set_up(&bed, WCD_ENGINE_V25, "l2bridge");
    net_bed_option(&bed, WCD_NET_OPTION_ENABLE_OUTBOUND_NAT, "true");
    net_bed_make_network(&bed);
    net_bed_answer(&bed, ANSWER(MAC));
    assert_int_equal(create(&bed, &none, &err), WCD_OK);
    net_bed_assert_calls(&bed, POST(",\"Policies\":[{\"Type\":\"OutBoundNAT\"}]"));
    net_bed_tear_down(&bed);
}

/* ---- ports ---- */

static void ports_become_policies(void **state)
{
    (void)state;
    static const struct {
        enum wcd_engine engine;
        struct port port;
        const char *call;
    } cases[] = {
        {WCD_ENGINE_V17,
         {WCD_PROTOCOL_TCP, 8080, 8080, ""},
         POST(",\"Policies\":[{\"Type\":\"NAT\",\"Protocol\":\"tcp\",\"InternalPort\":80,"
              "\"ExternalPort\":8080}]" NAMED)},
        {WCD_ENGINE_V17,
         {WCD_PROTOCOL_UDP, 0, 0, ""},
         POST(",\"Policies\":[{\"Type\":\"NAT\",\"Protocol\":\"udp\",\"InternalPort\":80,"
              "\"ExternalPort\":0}]" NAMED)},
        {WCD_ENGINE_V25,
         {WCD_PROTOCOL_TCP, 8080, 8080, "0.0.0.0"},
         POST(",\"Policies\":[{\"Type\":\"NAT\",\"Protocol\":\"tcp\",\"InternalPort\":80,"
              "\"ExternalPort\":8080,\"ExternalPortReserved\":true}]" NAMED)},
        {WCD_ENGINE_V25,
         {WCD_PROTOCOL_UDP, 0, 0, "::"},
         POST(",\"Policies\":[{\"Type\":\"NAT\",\"Protocol\":\"udp\",\"InternalPort\":80,"
              "\"ExternalPortReserved\":true}]" NAMED)},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct net_bed bed;
        struct wcd_error err = WCD_ERROR_INIT;
        net_bed_set_up(&bed, cases[i].engine, "nat");
        net_bed_make_network(&bed);
        net_bed_answer(&bed, ANSWER(MAC));
        assert_int_equal(publish(&bed, cases[i].port, &err), WCD_OK);
        net_bed_assert_calls(&bed, cases[i].call);
        net_bed_tear_down(&bed);
    }
}

static void ports_that_windows_cannot_publish_are_refused(void **state)
{
    (void)state;
    static const struct {
        enum wcd_engine engine;
        const char *type;
        struct port port;
        const char *message;
    } cases[] = {
        {WCD_ENGINE_V25, "nat", {WCD_PROTOCOL_SCTP, 1, 2, "1.1.1.1"}, "invalid protocol sctp"},
        {WCD_ENGINE_V25, "nat", {WCD_PROTOCOL_TCP, 1, 2, "1.1.1.1"}, MORE_THAN_ONE},
        {WCD_ENGINE_V25, "nat", {WCD_PROTOCOL_TCP, 1, 1, "1.1.1.1"}, HOST_ADDRESS},
        {WCD_ENGINE_V17, "nat", {WCD_PROTOCOL_SCTP, 1, 1, ""}, "invalid protocol sctp"},
        {WCD_ENGINE_V17, "nat", {WCD_PROTOCOL_TCP, 1, 2, ""}, MORE_THAN_ONE},
        {WCD_ENGINE_V17, "nat", {WCD_PROTOCOL_TCP, 1, 1, "0.0.0.0"}, HOST_ADDRESS},
        {WCD_ENGINE_V17, "l2bridge", {WCD_PROTOCOL_TCP, 1, 2, ""}, MORE_THAN_ONE},
        {WCD_ENGINE_V25, "l2bridge", {WCD_PROTOCOL_SCTP, 1, 1, ""}, "invalid protocol sctp"},
        {WCD_ENGINE_V25, "l2tunnel", {WCD_PROTOCOL_TCP, 1, 1, "1.1.1.1"}, HOST_ADDRESS},
        {WCD_ENGINE_V25, "l2tunnel", {WCD_PROTOCOL_TCP, 2, 1, ""}, "invalid port range: 2-1"},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct net_bed bed;
        struct wcd_error err = WCD_ERROR_INIT;
        net_bed_set_up(&bed, cases[i].engine, cases[i].type);
        net_bed_make_network(&bed);
        assert_int_equal(publish(&bed, cases[i].port, &err), WCD_E_PLAIN);
        net_bed_assert_error(&err, WCD_E_PLAIN, cases[i].message);
        net_bed_assert_calls(&bed, "");
        net_bed_tear_down(&bed);
    }
}

#define CHOSEN(port)                                                                               \
    POST(",\"Policies\":[{\"Type\":\"NAT\",\"Protocol\":\"tcp\",\"InternalPort\":80,"              \
         "\"ExternalPort\":" port ",\"ExternalPortReserved\":true}]")
#define ECHO(port)                                                                                     \
    ",\"Policies\":[{\"Type\":\"NAT\",\"Protocol\":\"TCP\",\"InternalPort\":80,\"ExternalPort\":" port \
    "}]"

static void the_daemon_chooses_ports_itself_for_bridges(void **state)
{
    (void)state;
    static const char *const types[] = {"l2bridge", "l2tunnel"};
    static const struct port any = {WCD_PROTOCOL_TCP, 0, 0, ""};
    static const struct port fixed = {WCD_PROTOCOL_TCP, 60001, 60001, ""};
    for (size_t i = 0; i < COUNT_OF(types); i++) {
        struct net_bed bed;
        struct wcd_error err = WCD_ERROR_INIT;
        net_bed_set_up(&bed, WCD_ENGINE_V25, types[i]);
        net_bed_make_network(&bed);
        net_bed_answer(&bed, "{\"Success\":false,\"Error\":\"no \"}");
        assert_int_equal(publish(&bed, any, &err), WCD_E_PLAIN);
        net_bed_assert_error(&err, WCD_E_PLAIN, "hns failed with error : no ");
        net_bed_assert_calls(&bed, CHOSEN("60000"));
        net_bed_answer(&bed, ANSWER(MAC ECHO("60001")));
        assert_int_equal(publish(&bed, fixed, &err), WCD_OK);
        net_bed_assert_calls(&bed, CHOSEN("60001"));
        assert_int_equal(bed.endpoint.ports.count, 1);
        assert_int_equal(bed.endpoint.ports.items[0].host_port, 60001);
        assert_string_equal(bed.endpoint.ports.items[0].host_ip, "0.0.0.0");

        /* of another endpoint it is taken, until the first one goes */
        free(bed.endpoint.id);
        bed.endpoint.id = wcd_text_copy("other");
        assert_int_equal(publish(&bed, fixed, &err), WCD_E_PLAIN);
        net_bed_assert_error(&err, WCD_E_PLAIN,
                             "Bind for 0.0.0.0:60001 failed: port is already allocated");
        net_bed_assert_calls(&bed, "");
        free(bed.endpoint.id);
        bed.endpoint.id = wcd_text_copy(EP_ID);
        assert_int_equal(wcd_net_driver_delete_endpoint(bed.driver, &bed.endpoint, &err), WCD_OK);
        net_bed_assert_calls(&bed, DELETE_E1);
        net_bed_answer(&bed, ANSWER(MAC));
        assert_int_equal(publish(&bed, fixed, &err), WCD_OK);
        assert_int_equal(bed.endpoint.ports.count, 0);
        net_bed_tear_down(&bed);
    }
}

static void policies_are_read_into_one_another(void **state)
{
    (void)state;
    static const struct wcd_net_endpoint_options none = {0};
    static const struct {
        enum wcd_protocol protocol;
        uint16_t port;
        uint16_t host_port;
    } expected[] = {
        {WCD_PROTOCOL_TCP, 80, 8080},
        {WCD_PROTOCOL_UDP, 81, 8080},
        {WCD_PROTOCOL_SCTP, 81, 0},
    };
    struct net_bed bed;
    struct wcd_error err = WCD_ERROR_INIT;
    net_bed_set_up(&bed, WCD_ENGINE_V25, "nat");
    net_bed_make_network(&bed);
    net_bed_answer(
        &bed, ANSWER(MAC ",\"Policies\":[{\"Type\":\"QOS\",\"MaximumOutgoingBandwidthInBytes\":7},"
                         "{\"Type\":\"NAT\",\"Protocol\":\"TCP\",\"InternalPort\":80,"
                         "\"ExternalPort\":8080},{\"Protocol\":\"udp\",\"InternalPort\":81},"
                         "{\"Type\":\"NAT\",\"InternalPort\":65536},7,{\"Type\":5},"
                         "{\"Type\":\"NAT\",\"Protocol\":\"Sctp\",\"ExternalPort\":0},null,"
                         "{\"Type\":\"NAT\",\"Protocol\":\"icmp\"},{\"Type\":\"ACL\"}]"));
    assert_int_equal(create(&bed, &none, &err), WCD_OK);
    assert_int_equal(bed.endpoint.ports.count, COUNT_OF(expected));
    for (size_t i = 0; i < COUNT_OF(expected); i++) {
        assert_int_equal(bed.endpoint.ports.items[i].protocol, expected[i].protocol);
        assert_int_equal(bed.endpoint.ports.items[i].port, expected[i].port);
        assert_int_equal(bed.endpoint.ports.items[i].host_port, expected[i].host_port);
        assert_int_equal(bed.endpoint.ports.items[i].host_port_end, expected[i].host_port);
    }
    net_bed_tear_down(&bed);
}

/* ---- answers ---- */

static const struct {
    const char *type;
    const char *answer;
    struct wcd_net_endpoint_options options;
    const char *address;
    const char *gateway;
    const char *mac;
} answers[] = {
    {"nat",
     ANSWER(MAC ",\"IPAddress\":\"172.28.0.11\",\"GatewayAddress\":\"172.28.0.1\""),
     {0},
     "172.28.0.11/16",
     "172.28.0.1",
     "00:15:5d:00:ab:0b"},
    {"nat",
     ANSWER(MAC ",\"IPAddress\":\"10.5.0.9\""),
     {0},
     "10.5.0.9/8",
     NULL,
     "00:15:5d:00:ab:0b"},
    {"transparent",
     ANSWER(MAC ",\"IPAddress\":\"192.168.5.9\""),
     {0},
     "192.168.5.9/24",
     NULL,
     "00:15:5d:00:ab:0b"},
    {"transparent",
     ANSWER(MAC ",\"IPAddress\":\"\",\"GatewayAddress\":\"x\""),
     {0},
     NULL,
     NULL,
     "00:15:5d:00:ab:0b"},
    {"nat",
     ANSWER(MAC ",\"IPAddress\":\"fd00::9\",\"GatewayAddress\":\"FD00::1\""),
     {0},
     NULL,
     "fd00::1",
     "00:15:5d:00:ab:0b"},
    {"nat",
     ANSWER(MAC ",\"IPAddress\":\"10.5.0.9\""),
     {.address = "10.5.0.50", .mac = "0015.5D01.0203"},
     "10.5.0.50/16",
     NULL,
     "00:15:5d:01:02:03"},
    {"nat", ANSWER(MAC), {.address = "10.9.0.50"}, "10.9.0.50", NULL, "00:15:5d:00:ab:0b"},
    {"nat", ANSWER(MAC), {.address = "10.9.0.50/24"}, "10.9.0.50/24", NULL, "00:15:5d:00:ab:0b"},
};

static void the_answer_fills_the_endpoint(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(answers); i++) {
        struct net_bed bed;
        struct wcd_error err = WCD_ERROR_INIT;
        net_bed_set_up(&bed, WCD_ENGINE_V25, answers[i].type);
        net_bed_make_network(&bed);
        net_bed_answer(&bed, answers[i].answer);
        assert_int_equal(create(&bed, &answers[i].options, &err), WCD_OK);
        assert_string_equal(bed.endpoint.hns_id, "e1");
        assert_true(wcd_text_equal(bed.endpoint.address, answers[i].address));
        assert_true(wcd_text_equal(bed.endpoint.gateway, answers[i].gateway));
        assert_string_equal(bed.endpoint.mac, answers[i].mac);
        assert_int_equal(bed.endpoint.allow_unqualified_dns_query,
                         strcmp(answers[i].type, "nat") == 0);
        assert_int_equal(create(&bed, &answers[i].options, &err), WCD_E_FORBIDDEN);
        net_bed_assert_error(&err, WCD_E_FORBIDDEN,
                             "Endpoint (" EP_ID ") already exists (Only one endpoint allowed)");
        net_bed_tear_down(&bed);
    }
}

static void an_answer_that_is_no_endpoint_is_an_error(void **state)
{
    (void)state;
    static const struct {
        const char *answer;
        const char *message;
    } cases[] = {
        {"{\"Success\":true}", "invalid MAC address"},
        {ANSWER(",\"MacAddress\":\"00-15\""), "address 00-15: invalid MAC address"},
        {ANSWER(",\"MacAddress\":\"00-15-5D-00-00-0G\""),
         "address 00-15-5D-00-00-0G: invalid MAC address"},
        {ANSWER(MAC ",\"IPAddress\":\"10.5\""), "invalid IP address: 10.5"},
        {ANSWER(MAC ",\"Policies\":{}"),
         "json: cannot unmarshal object into Go struct field HNSEndpoint.Policies of type "
         "[]json.RawMessage"},
        {"{\"Success\":true,\"Output\":\"x\"}",
         "json: cannot unmarshal string into Go value of type HNSEndpoint"},
    };
    static const struct wcd_net_endpoint_options none = {0};
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct net_bed bed;
        struct wcd_error err = WCD_ERROR_INIT;
        net_bed_set_up(&bed, WCD_ENGINE_V25, "nat");
        net_bed_make_network(&bed);
        net_bed_answer(&bed, cases[i].answer);
        assert_int_equal(create(&bed, &none, &err), WCD_E_PLAIN);
        net_bed_assert_error(&err, WCD_E_PLAIN, cases[i].message);
        net_bed_assert_calls(&bed, POST(NAMED)); /* HNS keeps it */
        assert_null(bed.endpoint.hns_id);
        net_bed_tear_down(&bed);
    }
}

static void what_cannot_be_found_is_named(void **state)
{
    (void)state;
    static const struct wcd_net_endpoint_options none = {0};
    struct net_bed bed;
    struct wcd_error err = WCD_ERROR_INIT;
    net_bed_set_up(&bed, WCD_ENGINE_V25, "nat");
    assert_int_equal(create(&bed, &none, &err), WCD_E_NOT_FOUND);
    net_bed_assert_error(&err, WCD_E_NOT_FOUND, "network not found: " NET_ID);
    assert_int_equal(wcd_net_driver_join(bed.driver, &bed.endpoint, &err), WCD_E_NOT_FOUND);
    net_bed_assert_error(&err, WCD_E_NOT_FOUND, "network not found: " NET_ID);
    assert_int_equal(wcd_net_driver_leave(bed.driver, &bed.endpoint, &err), WCD_OK);
    assert_int_equal(wcd_net_driver_delete_endpoint(bed.driver, &bed.endpoint, &err), WCD_OK);
    net_bed_make_network(&bed);
    assert_int_equal(wcd_net_driver_join(bed.driver, &bed.endpoint, &err), WCD_E_NOT_FOUND);
    net_bed_assert_error(&err, WCD_E_NOT_FOUND, "Endpoint not found: " EP_ID);
    assert_int_equal(wcd_net_driver_leave(bed.driver, &bed.endpoint, &err), WCD_E_NOT_FOUND);
    net_bed_assert_error(&err, WCD_E_NOT_FOUND, "Endpoint not found: " EP_ID);
    assert_int_equal(wcd_net_driver_delete_endpoint(bed.driver, &bed.endpoint, &err),
                     WCD_E_NOT_FOUND);
    net_bed_assert_error(&err, WCD_E_NOT_FOUND, "Endpoint not found: " EP_ID);
    net_bed_assert_calls(&bed, "");
    net_bed_tear_down(&bed);
}

/* ---- joining, leaving, deleting ---- */

static void set_up_endpoint(struct net_bed *bed, enum wcd_engine engine)
{
    static const struct wcd_net_endpoint_options none = {0};
    struct wcd_error err = WCD_ERROR_INIT;
    net_bed_set_up(bed, engine, "nat");
    net_bed_make_network(bed);
    net_bed_answer(bed, ANSWER(MAC));
    assert_int_equal(create(bed, &none, &err), WCD_OK);
    bed->calls = (struct net_bed_text){0};
}

static void an_endpoint_goes_whatever_hns_says(void **state)
{
    (void)state;
    static const struct {
        enum wcd_engine engine;
        const char *message;
    } cases[] = {
        {WCD_ENGINE_V17, "HNS failed with error : boom "},
        {WCD_ENGINE_V25, "hns failed with error : boom "},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct net_bed bed;
        struct wcd_error err = WCD_ERROR_INIT;
        bool masked = false;
        set_up_endpoint(&bed, cases[i].engine);
        assert_int_equal(wcd_net_driver_join(bed.driver, &bed.endpoint, &err), WCD_OK);
        assert_int_equal(wcd_net_driver_leave(bed.driver, &bed.endpoint, &err), WCD_OK);
        net_bed_assert_calls(&bed, "");
        net_bed_answer(&bed, "{\"Success\":false,\"Error\":\"boom \"}");
        assert_int_equal(wcd_net_driver_delete_endpoint(bed.driver, &bed.endpoint, &err),
                         WCD_E_PLAIN);
        net_bed_assert_error(&err, WCD_E_PLAIN, cases[i].message);
        net_bed_assert_calls(&bed, DELETE_E1);
        assert_int_equal(wcd_net_driver_delete(bed.driver, &bed.network, &masked, &err), WCD_OK);
        net_bed_tear_down(&bed);
    }
}

static void v17_deletes_no_network_with_endpoints(void **state)
{
    (void)state;
    struct net_bed bed;
    struct wcd_error err = WCD_ERROR_INIT;
    bool masked = true;
    set_up_endpoint(&bed, WCD_ENGINE_V17);
    assert_int_equal(wcd_net_driver_delete(bed.driver, &bed.network, &masked, &err), WCD_E_PLAIN);
    assert_false(masked);
    net_bed_assert_error(&err, WCD_E_PLAIN, "network " NET_ID " has active endpoint");
    net_bed_tear_down(&bed);

    set_up_endpoint(&bed, WCD_ENGINE_V25);
    assert_int_equal(wcd_net_driver_delete(bed.driver, &bed.network, &masked, &err), WCD_OK);
    net_bed_assert_calls(&bed, "DELETE /networks/" HNS_ID "\n");
    net_bed_tear_down(&bed);
}

static void hns_is_asked_what_an_endpoint_is_attached_to(void **state)
{
    (void)state;
    static const struct {
        enum wcd_engine engine;
        const char *first;
        const char *second;
        enum wcd_net_attached attached;
        const char *message; /* NULL: no failure */
        const char *calls;
    } cases[] = {
        {WCD_ENGINE_V17, NULL, NULL, WCD_NET_NEVER_ATTACHED, NULL, ""},
        {WCD_ENGINE_V25, ANSWER(MAC), ANSWER(",\"SharedContainers\":[\"0abc\",\"C0FFEE01\"]"),
         WCD_NET_ATTACHED, NULL, "GET /endpoints/e1\nGET /endpoints/e1\n"},
        {WCD_ENGINE_V25, ANSWER(MAC), ANSWER(",\"SharedContainers\":[\"c0ffee\"]"),
         WCD_NET_NOT_ATTACHED, NULL, "GET /endpoints/e1\nGET /endpoints/e1\n"},
        {WCD_ENGINE_V25, ANSWER(MAC), ANSWER(""), WCD_NET_NOT_ATTACHED, NULL,
         "GET /endpoints/e1\nGET /endpoints/e1\n"},
        {WCD_ENGINE_V25, "{\"Success\":true,\"Output\":{\"ID\":\"E1\"}}", ANSWER(""),
         WCD_NET_NOT_ATTACHED, NULL, "GET /endpoints/e1\nGET /endpoints/E1\n"},
        {WCD_ENGINE_V25, "{\"Success\":false,\"Error\":\"gone \"}", NULL, WCD_NET_NEVER_ATTACHED,
         "hns failed with error : gone ", "GET /endpoints/e1\n"},
        {WCD_ENGINE_V25, ANSWER(MAC), "{\"Success\":false,\"Error\":\"gone \"}",
         WCD_NET_NOT_ATTACHED, "hns failed with error : gone ",
         "GET /endpoints/e1\nGET /endpoints/e1\n"},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct net_bed bed;
        struct wcd_error err = WCD_ERROR_INIT;
        enum wcd_net_attached attached = WCD_NET_ATTACHED;
        set_up_endpoint(&bed, cases[i].engine);
        if (cases[i].first != NULL) {
            net_bed_answer(&bed, cases[i].first);
        }
        if (cases[i].second != NULL) {
            net_bed_answer(&bed, cases[i].second);
        }
        enum wcd_errc code =
            wcd_net_driver_is_attached(bed.driver, &bed.endpoint, "c0ffee01", &attached, &err);
        assert_int_equal(code, cases[i].message == NULL ? WCD_OK : WCD_E_PLAIN);
        if (cases[i].message != NULL) {
            net_bed_assert_error(&err, WCD_E_PLAIN, cases[i].message);
        }
        assert_int_equal(attached, cases[i].attached);
        net_bed_assert_calls(&bed, cases[i].calls);
        net_bed_tear_down(&bed);
    }
}

/* ---- memory ---- */

static void an_endpoint_takes_want_of_memory_well(void **state)
{
    (void)state;
    struct wcd_strlist words;
    struct wcd_port_binding port = {.port = 80};
    struct wcd_port_bindings ports = {&port, 1};
    wcd_strlist_init(&words);
    assert_true(wcd_strlist_add(&words, "80/tcp"));
    struct wcd_net_endpoint_options options = {.ports = &ports,
                                               .exposed = &words,
                                               .dns_servers = &words,
                                               .mac = "00:15:5d:01:02:03",
                                               .max_egress_bandwidth = 5};
    for (size_t n = 1;; n++) {
        struct net_bed bed;
        struct wcd_error err = WCD_ERROR_INIT;
        enum wcd_net_attached attached = WCD_NET_ATTACHED;
        net_bed_set_up(&bed, WCD_ENGINE_V25, "l2bridge");
        net_bed_make_network(&bed);
        net_bed_answer(
            &bed,
            ANSWER(MAC ",\"IPAddress\":\"10.5.0.9\",\"GatewayAddress\":\"1.1.1.1\"" ECHO("60000")));
        net_bed_answer(&bed, ANSWER(MAC));
        net_bed_answer(&bed, ANSWER(",\"SharedContainers\":[\"c0ffee\"]"));
        bed.log.least = WCD_LOG_FATAL;
        alloc_fail_after(n);
        enum wcd_errc code = create(&bed, &options, &err);
        if (code == WCD_OK) {
            assert_int_equal(bed.endpoint.exposed.count, 1);
            code = wcd_net_driver_is_attached(bed.driver, &bed.endpoint, "c0ffee", &attached, &err);
        } else {
            assert_null(bed.endpoint.hns_id);
        }
        if (code == WCD_OK) {
            code = wcd_net_driver_delete_endpoint(bed.driver, &bed.endpoint, &err);
        }
        bool failed = alloc_fail_off();
        assert_int_equal(code, failed ? WCD_E_NO_MEMORY : WCD_OK);
        wcd_error_release(&err);
        bed.answered = bed.answer_count;
        net_bed_tear_down(&bed);
        if (!failed) {
            break;
        }
    }
    wcd_strlist_release(&words);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(options_become_members),
        cmocka_unit_test(options_that_are_no_texts_cannot_be_given_by_users),
        cmocka_unit_test(options_of_the_network_reach_its_endpoints),
        cmocka_unit_test(ports_become_policies),
        cmocka_unit_test(ports_that_windows_cannot_publish_are_refused),
        cmocka_unit_test(the_daemon_chooses_ports_itself_for_bridges),
        cmocka_unit_test(policies_are_read_into_one_another),
        cmocka_unit_test(the_answer_fills_the_endpoint),
        cmocka_unit_test(an_answer_that_is_no_endpoint_is_an_error),
        cmocka_unit_test(what_cannot_be_found_is_named),
        cmocka_unit_test(an_endpoint_goes_whatever_hns_says),
        cmocka_unit_test(v17_deletes_no_network_with_endpoints),
        cmocka_unit_test(hns_is_asked_what_an_endpoint_is_attached_to),
        cmocka_unit_test(an_endpoint_takes_want_of_memory_well),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
